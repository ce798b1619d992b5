"""How the steps of a derivation of arrays are written: as text here, as LaTeX in `array_latex_text`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..arrays.gathers import EVERYTHING
from ..arrays.graph import ArrayGraph
from ..arrays.inside import ENTRY
from ..arrays.opening import opened_size
from ..arrays.sizes import count
from ..arrays.table import INDEX, INPUT
from ..language.array_writing import formula
from ..record.array_derivation import (
    BRANCH,
    BY_ENTRIES,
    EDGE,
    ENTRIES,
    FOLDED,
    GIVEN,
    NOTHING,
    SETTLED,
    START,
    SUM,
    VALUE,
    ArrayDerivation,
    ArrayLine,
    growth,
    product_shapes,
)
from ..record.array_written import ArrayFormulas
from .array_lines import ARROW, ArrayLines, Remark
from .array_text import AT_ENTRIES, operation_text, place_of
from .notation import WrittenLine, distinct
from .rounding import Rounding, sum_sign, sum_text

MOST_OPENED = 80  # numbers that a node opens to where it is worth a look
WAYS = 3  # branches of a sum that are named, of many


class ArrayNotation(ArrayLines):
    """A derivation of arrays in plain text."""

    def __init__(self, derivation: ArrayDerivation, figures: Rounding) -> None:
        super().__init__(derivation.record, figures)
        self.derivation = derivation
        self.graph = derivation.graph
        self.output = self.record.labels[self.record.output]
        self.formulas = ArrayFormulas(self.record)
        self.points_on = figures.options  # whether options that show more are named

    # ---- the parts of a line, which LaTeX writes in its own way

    def label(self, i: int) -> str:
        """Return the name of a node."""
        return self.record.labels[i]

    def slope(self, i: int) -> str:
        """Return the derivative of the output with respect to a node, along all paths."""
        return f"d{self.output}/d{self.record.labels[i]}"

    def via(self, user: int, position: int | None) -> str:
        """Return that a part of a derivative comes through a node, or through the entries of what it belongs to."""
        if user == BY_ENTRIES[0]:
            return "via its entries"
        place = "" if position is None else f", argument {position + 1}"
        return f"via {self.record.labels[user]}{place}"

    def term(self, i: int, user: int, position: int | None) -> str:
        """Return what comes along one edge as a term of a sum that stands behind its name."""
        return self.via(user, position)

    def branch(self, i: int, user: int, position: int | None) -> str:
        """Return the part of a derivative that comes along one edge."""
        return f"{self.slope(i)} {self.via(user, position)}"

    def shape(self, i: int) -> tuple[int, ...]:
        """Return the shape of a node."""
        return self.record.shape(i)

    def shape_in(self, rule: ArrayGraph, i: int) -> Sequence[Any]:
        """Return the shape of a node of a rule."""
        return rule.nodes[i].shape

    def operation(self, i: int) -> str:
        """Return what a node computes, in names."""
        return operation_text(self.graph, i)

    def rule(self, rule: ArrayGraph, root: int | None = None, given: Mapping[int, str] | None = None) -> str:
        """Return a backward rule, or one node of it; `given` has the texts of nodes that are not written out."""
        root, given = rule.output if root is None else root, given or {}
        labels = [given.get(i, label) for i, label in enumerate(rule.labels)]
        return formula(rule, root, [i in given for i in range(len(rule.nodes))], labels)

    def spread(self, text: str, name: str, *, is_column: bool) -> str:
        """Return what is said of an array that a rule gives another axis, along which it grows."""
        if is_column:
            return f"{text} makes a column of it: row i times entry i of {name}"
        return f"{text} gives it an axis of size 1, along which it grows"

    def span(self, first: str, last: str) -> str:
        """Return the first and the last of several that are alike."""
        return f"{first} .. {last}"

    # ---- lines

    def line(self, step: ArrayLine) -> WrittenLine:
        """Return a step as it is written."""
        return _WRITERS[step.kind](self, step)

    def given(self, step: ArrayLine) -> WrittenLine:
        """Return the line of an input."""
        i = step.node
        what = "given" if self.graph.nodes[i].operation is INPUT else "constant"
        shape = self.shape(i)
        remark = Remark(what, shape, between=", ")
        return WrittenLine(self.label(i), [self.array(self.record.values[i], shape)], remark)

    def value(self, step: ArrayLine) -> WrittenLine:
        """Return the line of an operation: in names, in numbers, and what it gives."""
        i, record = step.node, self.record
        shape = self.shape(i)
        read = sum(count(record.shape(a)) for a in self.graph.nodes[i].arguments)
        line = self.equation(
            self.label(i), self.operation(i), lambda places: self.formulas.of_value(i, places), record.values[i], read,
            shape,
        )  # fmt: skip
        remarks = ["the output" if i == record.output else "", self._shapes(self.graph, i), *self._grown(i)]
        if symbols := self.symbols(i):
            line = line._replace(right=[line.right[0], symbols, *line.right[1:]])
            remarks += ["i is the row"] * ("[i" in symbols)
        return line._replace(remark=Remark(*remarks, between=", "))

    def symbols(self, i: int) -> str:
        """Return a cross-entropy of labels in plainer functions: of the score at the label its numbers say nothing."""
        node = self.graph.nodes[i]
        if not _has_labels(self.graph, i):
            return ""
        z, y = (self.label(a) for a in node.arguments)
        if len(self.shape(node.arguments[0])) == 1:
            return f"log(sum(exp({z}))) - {z}[{y}]"
        return f"log(sum(exp({z}[i]))) - {z}[i,{y}[i]]"

    def _grown(self, i: int) -> list[str]:
        node = self.graph.nodes[i]
        found = []
        for k, a in enumerate(node.arguments):
            grows = growth(self.graph, i, k)
            if grows is not None and self.record.shape(a):
                found.append(f"{self.record.labels[a]} stands in {grows.times} {grows.what}")
        return found

    def _shapes(self, graph: ArrayGraph, i: int) -> Remark:
        """Return the shapes of the factors and of the product, or of what becomes an array of another shape."""
        sign, shapes = product_shapes(graph, i)
        before = Remark(*(shape or "number" for shape in shapes), between=f" {sign} ")
        return Remark(before, ARROW, graph.nodes[i].shape or "number") if shapes else before

    def start(self, step: ArrayLine) -> WrittenLine:
        """Return the line that the reverse pass starts with."""
        i, record = step.node, self.record
        start = self.array(record.upstream[i], self.shape(i))
        return WrittenLine(self.slope(i), [start], "the reverse pass starts here")

    def along(self, step: ArrayLine) -> WrittenLine:
        """Return the line of an edge: its rule in names, in numbers, and what it gives."""
        user, k, record = step.user, step.position, self.record
        shape = self.shape(step.node)
        flows = record.contributions[user]
        flow = None if flows is None else flows[k]
        rule = self.formulas.rule(user, k)
        left = self.slope(step.node) if step.kind == EDGE else self.branch(step.node, user, self._place(step))
        remark = self.law(user, k, Remark() if rule is None else self._shapes(rule, rule.output))
        if rule is None:
            return WrittenLine(left, [self.array(flow, shape)], remark)
        read = sum(count(node.shape) for node in rule.nodes if node.operation is INPUT)
        line = self.equation(
            left, self.rule(rule), lambda places: self.formulas.of_rule(rule, places), flow, read, shape
        )
        given, told = self._spreads(rule)
        right = [line.right[0], self.rule(rule, None, given), *line.right[1:]] if given else line.right
        return line._replace(right=right, remark=Remark(remark, *told, between="; "), parts=self._parts(rule))

    def _spreads(self, rule: ArrayGraph) -> tuple[dict[int, str], list[str]]:
        """Return the nodes of a rule that give an upstream gradient another axis, and what is said of them.

        Where all entries are one number, as below a mean, the node stands for it.
        """
        given, told = {}, []
        for i, node in enumerate(rule.nodes):
            inner = rule.nodes[node.arguments[0]] if node.operation is INDEX else node
            places = node.fixed.get("places", ())
            if inner is node or inner.operation is not INPUT or None not in places:
                continue
            numbers = self.formulas.column(inner.text) or [None]
            if numbers[0] is not None and all(x == numbers[0] for x in numbers):
                text = self.number(numbers[0])
                given[i] = f"({text})" if text.startswith("-") else text
            added = formula(rule, i).removeprefix(inner.text)
            is_column = len(inner.shape) == 1 and list(places) == [EVERYTHING, None]
            told.append(self.spread(added, inner.text, is_column=is_column))
        return given, told

    def _parts(self, rule: ArrayGraph) -> list[tuple[str, str]]:
        """Return the functions of a rule whose numbers no line has, such as softmax(Z), with these numbers."""
        if any(not self.in_full(node.shape) for node in rule.nodes):
            return []
        return [(self.rule(rule, part.node), self.array(part.numbers, self.shape_in(rule, part.node)))
                for part in self.formulas.parts(rule)]  # fmt: skip

    def _place(self, step: ArrayLine) -> int | None:
        """Return the position of an argument that its user has several times, else None."""
        return step.position if self.graph.nodes[step.user].arguments.count(step.node) > 1 else None

    def law(self, user: int, position: int, shapes: Remark) -> Remark:
        """Return the rule by its name, its shapes, and that a number or a row is added up over where it stands."""
        node = self.graph.nodes[user]
        row = node.operation.operation
        alone = sum(1 for a in node.arguments if self.record.active[a]) == 1
        law = node.operation.law if row is None else row.law(position, alone=alone)
        grows = growth(self.graph, user, position)
        found: list[str] = [Remark(law, shapes, between=": ")]
        if self.points_on and _has_labels(self.graph, user) and opened_size(self.graph, [user]) <= MOST_OPENED:
            found.append(f"--open {self.record.labels[user]} shows where it comes from")
        if grows is not None:
            name, times = self.record.labels[node.arguments[position]], grows.times
            found.append(f"{name} reaches {self.output} by {times} {grows.what}: {times} branches added")
        return Remark(*found, between="; ")

    def total(self, step: ArrayLine) -> WrittenLine:
        """Return the line in which the branches that arrive at a node are added."""
        i, record = step.node, self.record
        edges = self.derivation.ways(i)
        many = len(edges)
        shown = edges if many <= WAYS + 2 else edges[:WAYS]
        uses = Counter(user for user, _ in edges)
        terms = [self.term(i, user, k if uses[user] > 1 else None) for user, k in shown]
        if many > len(shown):
            terms.append(self.more(many))
        whole = self.array(record.upstream[i], self.shape(i))
        numbers, sign = self._added(i, shown) if many == len(shown) and not record.shape(i) else ("", "=")
        right = distinct([self.plus(terms), numbers, "" if i in self.derivation.settled else whole])
        return WrittenLine(self.slope(i), right, f"multivariable chain rule: {many:,} branches added", sign)

    def _added(self, i: int, edges: Sequence[tuple[int, int]]) -> tuple[str, str]:
        """Return the numbers that arrive at a number as a sum, and the sign before what they come to."""
        record = self.record
        flows = [(record.contributions[user] or ())[k:] for user, k in edges]
        upstream = record.upstream[i]
        numbers = [x for flow in flows if flow and flow[0] is not None for x in flow[0]]
        if len(numbers) < len(edges) or upstream is None or i in self.derivation.settled:
            return "", "="
        texts = list(map(self.figures.text, numbers))
        sign = sum_sign(texts, self.figures.text(*upstream))
        return self.numeral_sum(texts), "=" if sign == "=" else self.about

    def numeral_sum(self, texts: Sequence[str]) -> str:
        """Return numbers as a sum."""
        return sum_text(list(texts))

    def plus(self, terms: Sequence[str]) -> str:
        """Return the sum of what comes through some nodes."""
        return " + ".join(terms)

    def more(self, many: int) -> str:
        """Return what stands for the rest of many branches."""
        return f"... ({many:,} branches)"

    def by_entries(self, step: ArrayLine) -> WrittenLine:
        """Return the line of an array whose entries are used one by one: what arrives at each, put together."""
        i, record = step.node, self.record
        edges = self.derivation.edges_to[i]
        alone = len(self.derivation.ways(i)) == 1
        flat: list[Any] = [0] * count(record.shape(i))
        for user, _ in edges:
            node, upstream = self.graph.nodes[user], record.upstream[user]
            if node.operation is ENTRY and upstream is not None:
                (flat[place_of(node.fixed["places"], record.shape(i))],) = upstream
        left = self.slope(i) if alone else self.branch(i, *BY_ENTRIES)
        return WrittenLine(left, [self.array(flat, self.shape(i))], AT_ENTRIES)

    def agreed(self, step: ArrayLine) -> WrittenLine:
        """Return the line in which what lies beside the point replaces what the convention gave."""
        i, record = step.node, self.record
        total = self.array(record.upstream[i], self.shape(i))
        return WrittenLine(self.slope(i), [total], "both one-sided derivatives at a kink agree on it")

    def nothing(self, step: ArrayLine) -> WrittenLine:
        """Return the line of a node that no edge leads back to."""
        i, record = step.node, self.record
        return WrittenLine(
            self.slope(i), [self.array(record.upstream[i], self.shape(i))], f"{self.output} does not depend on it"
        )

    def folded(self, step: ArrayLine) -> WrittenLine:
        """Return the line of layers that repeat, forwards or backwards: the first and the last, and their norms."""
        record, backwards = self.record, step.user >= 0
        ends = step.fold[::-1] if backwards else step.fold
        name = self.slope if backwards else self.label
        columns = record.upstream if backwards else record.values
        if backwards:
            whole = [self._rule_to(i) for i in (ends[0], ends[-1])]
        else:
            whole = [self.operation(i) for i in (ends[0], ends[-1])]
        norms = []
        for i in (ends[0], ends[-1]):
            flat, shape = columns[i], record.shape(i)
            norms.append("none" if flat is None else self.norm(self._norm(flat, shape)) if shape
                         else self.number(*flat))  # fmt: skip
        shape = record.shape(step.node)
        remark = Remark(f"x{len(ends)}", Remark("each ", shape) if shape else "", between=", ")
        return WrittenLine(self.span(name(ends[0]), name(ends[-1])), [self.span(*whole), self.span(*norms)], remark)

    def _rule_to(self, i: int) -> str:
        """Return what flows back to a node: its rule, or the nodes that it comes through."""
        edges = self.derivation.edges_to.get(i, [])
        if len(edges) != 1:
            return self.plus([self.term(i, user, None) for user, _ in edges[::-1]])
        (edge,) = edges
        rule = self.formulas.rule(*edge)
        return "" if rule is None else self.rule(rule)


def _has_labels(graph: ArrayGraph, i: int) -> bool:
    """Whether a node is the cross-entropy of a vector of scores, or of the rows of a matrix, and of labels."""
    node = graph.nodes[i]
    if node.operation.name != "cross_entropy":
        return False
    z, y = (graph.nodes[a].shape for a in node.arguments)
    return len(y) < len(z) <= 2 and node.fixed.get("axis", -1) in (-1, len(z) - 1)


_WRITERS: dict[str, Callable[[ArrayNotation, ArrayLine], WrittenLine]] = {
    GIVEN: lambda n, step: n.given(step),
    VALUE: lambda n, step: n.value(step),
    START: lambda n, step: n.start(step),
    EDGE: lambda n, step: n.along(step),
    BRANCH: lambda n, step: n.along(step),
    SUM: lambda n, step: n.total(step),
    ENTRIES: lambda n, step: n.by_entries(step),
    SETTLED: lambda n, step: n.agreed(step),
    NOTHING: lambda n, step: n.nothing(step),
    FOLDED: lambda n, step: n.folded(step),
}
