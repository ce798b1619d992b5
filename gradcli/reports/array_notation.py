"""How the steps of a derivation of arrays are written: as text here, as LaTeX in `array_latex_text`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from ..arrays.graph import ArrayGraph
from ..arrays.inside import ENTRY
from ..arrays.opening import entry_names
from ..arrays.sizes import count, shape_text
from ..arrays.table import INPUT
from ..calculus.operations import ADD, SUB
from ..calculus.operations import CONSTANT as PI
from ..calculus.operations import INPUT as ENTRY_NAME
from ..calculus.operations import SUM as SUM_OF
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
from ..record.array_written import ArrayFormulas, WrittenEntries
from .array_spelling import TERMS, Spelling
from .array_text import ArrayWriter, is_small, operation_text, place_of
from .notation import WrittenLine
from .rounding import Rounding, sum_sign
from .signs import UNICODE

IN_FULL = 16  # entries of an array that a line holds
MOST_READ = 256  # entries of what is written out in numbers
WAYS = 3  # branches of a sum that are named, of many


class ArrayNotation:
    """A derivation of arrays in plain text."""

    room = 64  # characters of entries that are all written out; of more only the first is
    room_of_one = 48
    about = UNICODE.about

    def __init__(self, derivation: ArrayDerivation, figures: Rounding) -> None:
        self.derivation = derivation
        self.record = derivation.record
        self.graph = derivation.graph
        self.figures = figures
        self.output = self.record.labels[self.record.output]
        self.formulas = ArrayFormulas(self.record)
        self.write = ArrayWriter(self.record, figures, {})

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

    def operation(self, i: int) -> str:
        """Return what a node computes, in names."""
        return operation_text(self.graph, i)

    def rule(self, rule: ArrayGraph) -> str:
        """Return a backward rule."""
        return formula(rule, rule.output)

    def span(self, first: str, last: str) -> str:
        """Return the first and the last of several that are alike."""
        return f"{first} .. {last}"

    def norm(self, text: str) -> str:
        """Return the norm of an array."""
        return f"norm {text}"

    def shaped(self, shape: Sequence[int], norm: str) -> str:
        """Return what stands for an array that is not written in full."""
        return f"{shape_text(tuple(shape))} ({self.norm(norm)})"

    def brackets(self, texts: Sequence[str], shape: Sequence[int]) -> str:
        """Return the texts of entries as an array."""
        found = list(texts)
        for size in reversed(shape):
            found = [f"[{', '.join(found[k : k + size])}]" for k in range(0, len(found), size)]
        return found[0]

    def first_only(self, text: str, shape: Sequence[int]) -> str:
        """Return an array of which the first entry is written out."""
        for _ in shape:
            text = f"[{text}, ...]"
        return text

    def spelling(self, leaf: Callable[[str], str]) -> Spelling:
        """Return what writes formulas of entries."""
        return Spelling(leaf)

    def number(self, x: Any) -> str:
        """Return a number."""
        return self.figures.text(x)

    # ---- arrays

    def array(self, flat: Sequence[Any] | None, shape: Sequence[int]) -> str:
        """Return an array in full where it is small, else its shape and norm."""
        if flat is None:
            return "none"
        if not shape:
            return self.number(flat[0])
        shape = tuple(shape)
        if is_small(shape) and count(shape) <= IN_FULL:
            return self.brackets(list(map(self.number, flat)), shape)
        return self.shaped(shape, self._norm(flat, shape))

    def _norm(self, flat: Sequence[Any], shape: Sequence[int]) -> str:
        norm = self.write.summary(flat, tuple(shape)).norm
        return f"{norm:.{min(self.figures.count, 15)}g}"

    def equation(
        self, left: str, text: str, found: Callable[[Sequence[int]], WrittenEntries], flat: Any, read: int, shape: Any
    ) -> WrittenLine:
        """Return an equation without its remark: `text`, the entries as formulas in numbers, and the array."""
        entries, sign = self._written(found, flat, read, shape)
        right = distinct([text, entries, self.array(flat, shape)])
        return WrittenLine(left, right, "", sign if len(right) > 2 else "=")

    def _written(
        self, found: Callable[[Sequence[int]], WrittenEntries], flat: Any, read: int, shape: Any
    ) -> tuple[str, str]:
        """Return entries as formulas in numbers, of many the first, and the sign before what they come to.

        The text is empty where it would be long.
        """
        if read > MOST_READ or not is_small(shape) or flat is None:
            return "", "="
        size = count(shape)
        if size <= IN_FULL:
            every = found(range(size))
            texts = self._spelled(every)
            if texts and sum(map(len, texts)) + 2 * len(texts) <= self.room:
                return self.brackets(texts, shape), self._sign(every, flat)
        first = found([0])
        if first.graph.nodes[first.roots[0]].operation.is_leaf or size == 1:
            return "", "="
        texts = self._spelled(first)
        fits = texts and len(texts[0]) <= self.room_of_one
        return (self.first_only(texts[0], shape), self._sign(first, flat)) if fits else ("", "=")

    def _sign(self, written: WrittenEntries, flat: Sequence[Any]) -> str:
        """Return the sign between sums of numbers as they are written and what they come to."""
        nodes = written.graph.nodes
        for root, x in zip(written.roots, flat, strict=False):
            node = nodes[root]
            terms = [nodes[a] for a in node.arguments]
            if node.operation not in (ADD, SUM_OF, SUB) or len(terms) > TERMS or x is None:
                continue
            if all(term.operation.is_leaf and term.operation is not PI for term in terms):
                texts = [self.figures.text(written.numbers[term.text]) if term.operation is ENTRY_NAME else term.text
                         for term in terms]  # fmt: skip
                if node.operation is SUB:
                    texts[1] = texts[1][1:] if texts[1].startswith("-") else f"-{texts[1]}"
                if sum_sign(texts, self.figures.text(x)) != "=":
                    return self.about
        return "="

    def _spelled(self, written: WrittenEntries) -> list[str]:
        """Return formulas with numbers written in; none where a number is missing."""
        missing = []

        def leaf(name: str) -> str:
            x = written.numbers[name]
            if x is None:
                missing.append(name)
            return self.number(x)

        spelling = self.spelling(leaf)
        texts = [spelling.formula(written.graph, root) for root in written.roots]
        return [] if missing or not all(texts) else texts

    # ---- lines

    def line(self, step: ArrayLine) -> WrittenLine:
        """Return a step as it is written."""
        return _WRITERS[step.kind](self, step)

    def given(self, step: ArrayLine) -> WrittenLine:
        """Return the line of an input."""
        i = step.node
        what = "given" if self.graph.nodes[i].operation is INPUT else "constant"
        shape = self.record.shape(i)
        remark = f"{what}, {shape_text(shape)}" if shape else what
        return WrittenLine(self.label(i), [self.array(self.record.values[i], shape)], remark)

    def value(self, step: ArrayLine) -> WrittenLine:
        """Return the line of an operation: in names, in numbers, and what it gives."""
        i, record = step.node, self.record
        shape = record.shape(i)
        read = sum(count(record.shape(a)) for a in self.graph.nodes[i].arguments)
        line = self.equation(
            self.label(i), self.operation(i), lambda places: self.formulas.of_value(i, places), record.values[i], read,
            shape,
        )  # fmt: skip
        remarks = ["the output" if i == record.output else "", self._shapes(self.graph, i), *self._grown(i)]
        return line._replace(remark=", ".join(filter(None, remarks)))

    def _grown(self, i: int) -> list[str]:
        node = self.graph.nodes[i]
        found = []
        for k, a in enumerate(node.arguments):
            grows = growth(self.graph, i, k)
            if grows is not None and self.record.shape(a):
                found.append(f"{self.record.labels[a]} stands in {grows.times} {grows.what}")
        return found

    def _shapes(self, graph: ArrayGraph, i: int) -> str:
        """Return the shapes of the factors and of the product, or of what becomes an array of another shape."""
        sign, shapes = product_shapes(graph, i)
        if not shapes:
            return ""
        text = f" {sign} ".join(shape_text(shape) if shape else "number" for shape in shapes)
        shape = graph.nodes[i].shape
        return f"{text} -> {shape_text(shape) if shape else 'number'}"

    def start(self, step: ArrayLine) -> WrittenLine:
        """Return the line that the reverse pass starts with."""
        return WrittenLine(
            self.slope(step.node), [self.number(self.record.output_adjoint)], "the reverse pass starts here"
        )

    def along(self, step: ArrayLine) -> WrittenLine:
        """Return the line of an edge: its rule in names, in numbers, and what it gives."""
        user, k, record = step.user, step.position, self.record
        shape = record.shape(step.node)
        flows = record.contributions[user]
        flow = None if flows is None else flows[k]
        rule = self.formulas.rule(user, k)
        left = self.slope(step.node) if step.kind == EDGE else self.branch(step.node, user, self._place(step))
        remark = self.law(user, k, "" if rule is None else self._shapes(rule, rule.output))
        if rule is None:
            return WrittenLine(left, [self.array(flow, shape)], remark)
        read = sum(count(node.shape) for node in rule.nodes if node.operation is INPUT)
        line = self.equation(
            left, self.rule(rule), lambda places: self.formulas.of_rule(rule, places), flow, read, shape
        )
        return line._replace(remark=remark)

    def _place(self, step: ArrayLine) -> int | None:
        """Return the position of an argument that its user has several times, else None."""
        return step.position if self.graph.nodes[step.user].arguments.count(step.node) > 1 else None

    def law(self, user: int, position: int, shapes: str) -> str:
        """Return the rule by its name, its shapes, and that a number or a row is added up over where it stands."""
        node = self.graph.nodes[user]
        row = node.operation.operation
        alone = sum(1 for a in node.arguments if self.record.active[a]) == 1
        law = node.operation.law if row is None else row.law(position, alone=alone)
        grows = growth(self.graph, user, position)
        law = f"{law}: {shapes}" if shapes else law
        if grows is None:
            return law
        name = self.record.labels[node.arguments[position]]
        return f"{law}; {name} reaches {self.output} by {grows.times} {grows.what}: {grows.times} branches added"

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
        whole = self.array(record.upstream[i], record.shape(i))
        right = [self.plus(terms), *([] if i in self.derivation.settled else [whole])]
        return WrittenLine(self.slope(i), right, f"multivariable chain rule: {many:,} branches added")

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
        flat: list[Any] = [0.0] * count(record.shape(i))
        for user, _ in edges:
            node, upstream = self.graph.nodes[user], record.upstream[user]
            if node.operation is ENTRY and upstream is not None:
                flat[place_of(node.fixed["places"], record.shape(i))] = upstream[0]
        left = self.slope(i) if alone else self.branch(i, -1, None)
        return WrittenLine(left, [self.array(flat, record.shape(i))], "what arrives at its entries")

    def agreed(self, step: ArrayLine) -> WrittenLine:
        """Return the line in which what lies beside the point replaces what the convention gave."""
        i, record = step.node, self.record
        total = self.array(record.upstream[i], record.shape(i))
        return WrittenLine(self.slope(i), [total], "both one-sided derivatives at a kink agree on it")

    def nothing(self, step: ArrayLine) -> WrittenLine:
        """Return the line of a node that no edge leads back to."""
        i, record = step.node, self.record
        return WrittenLine(
            self.slope(i), [self.array(record.upstream[i], record.shape(i))], f"{self.output} does not depend on it"
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
                         else self.number(flat[0]))  # fmt: skip
        shape = record.shape(step.node)
        remark = f"x{len(ends)}, each {shape_text(shape)}" if shape else f"x{len(ends)}"
        return WrittenLine(self.span(name(ends[0]), name(ends[-1])), [self.span(*whole), self.span(*norms)], remark)

    def _rule_to(self, i: int) -> str:
        """Return what flows back to a node: its rule, or the nodes that it comes through."""
        edges = self.derivation.edges_to.get(i, [])
        if len(edges) != 1:
            return self.plus([self.term(i, user, None) for user, _ in edges[::-1]])
        rule = self.formulas.rule(*edges[0])
        return "" if rule is None else self.rule(rule)

    def entry_name(self, i: int, k: int) -> str:
        """Return what an entry of a node is called."""
        return entry_names(self.record.labels[i], self.record.shape(i))[k]


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


def distinct(texts: Sequence[str]) -> list[str]:
    """Return the texts without empty ones, and without those that repeat the one before."""
    some = [text for text in texts if text]
    return [text for k, text in enumerate(some) if not k or text != some[k - 1]]
