"""How the steps of a derivation are written: as text here, as LaTeX in `align`. The numbers are the record's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ..calculus.gate import Gate
from ..calculus.operations import NUMBER, WHERE
from ..calculus.table_parts import Operation
from ..drawing.remarks import Marks
from ..language.writing import ATOM, NEG, pieces
from ..numbers.decimals import Uncertain
from ..record.derivation import (
    BRANCH,
    CONSTANT,
    EDGE,
    GIVEN,
    NOTHING,
    SETTLED,
    START,
    SUM,
    VALUE,
    Derivation,
    DerivationLine,
)
from ..record.gradient import Edge, NodeView
from .rounding import Rounding, signed, sum_sign
from .signs import Signs
from .wording import MOST_LISTED, MOST_TERMS

SHORT = 24  # a longer rule is not repeated in place of the derivative it gave
HOPS = 8


class WrittenLine(NamedTuple):
    """One line of a derivation: what it is about, what that equals, step by step, and which rule says so.

    `last` is the sign before the last of these; `parts` are equations below: what it consists of and no line has.
    """

    left: str
    right: list[str]
    remark: str
    last: str = "="
    parts: Sequence[tuple[str, str]] = ()

    def signed(self) -> list[tuple[str, str]]:
        """Return what it equals, each with the sign before it."""
        signs = ["="] * (len(self.right) - 1) + [self.last]
        return list(zip(signs, self.right, strict=True))

    def equations(self) -> str:
        """Return all of it in one line but the rule."""
        return self.left + "".join(f" {sign} {part}" for sign, part in self.signed())


class Notation:
    """A derivation in plain text."""

    plus = " + "

    def __init__(self, derivation: Derivation, figures: Rounding | None = None, signs: Signs | None = None) -> None:
        self.derivation = derivation
        self.figures = figures or Rounding(derivation.record, usual=12)
        self.signs = signs or self.figures.signs
        self.dot = self.signs.dot
        self.record = derivation.record
        self.graph = self.record.graph
        self.view: Callable[[int], NodeView] = lru_cache(8)(self.record.view)
        self.uses: Callable[[int], Counter[int]] = lru_cache(8)(self._uses)
        self.output = self.record.output
        self.kinks = Marks(self.record).gates
        self.gate_rules: Callable[[int], list[str]] = lru_cache(8)(self._gate_rules)
        self.plain_start = self.figures.text(self.record.output_adjoint) == "1"

    # ---- the parts of a formula, which LaTeX writes in its own way

    def label(self, text: str) -> str:
        """Return the name of a node."""
        return text

    def numeral(self, text: str) -> str:
        """Return a number."""
        return text

    def numeral_precedence(self, text: str) -> int:
        """Return how tightly a number binds."""
        return 3 if "/" in text else ATOM

    def grouped(self, text: str) -> str:
        """Return a formula in parentheses."""
        return f"({text})"

    def rule(self, text: str) -> str:
        """Return the rule of a local gradient."""
        return text

    def local(self, user: int, argument: int) -> str:
        """Return the local gradient of a node along an edge."""
        return self.signs.local(self.record.labels[user], self.record.labels[argument])

    def slope(self, i: int) -> str:
        """Return the derivative of the output with respect to a node, along all paths."""
        return f"d{self.record.labels[self.output]}/d{self.record.labels[i]}"

    def by_way_of(self, slope: str, user: str, argument: int | None) -> str:
        """Return the part of a derivative that comes along one edge."""
        return f"{slope} via {user}" + ("" if argument is None else f", argument {argument}")

    def pieces(self, operation: Operation, precedences: Sequence[int]) -> list[str | int]:
        """Return an operation as strings and argument positions."""
        return pieces(operation, precedences)

    def series(self, terms: Sequence[str]) -> str:
        """Return the sum of some terms: `-12 - 20` of -12 and -20."""
        return "".join([*terms[:1], *map(added, terms[1:])])

    def ellipsis(self, count: int, what: str) -> str:
        """Return what stands for the rest of many."""
        return f"... ({count:,} {what})"

    # ---- what they are made of

    def number(self, x: Any) -> str:
        """Return a number of the record."""
        return self.numeral(self.figures.text(x))

    def factor(self, text: str, written: str, *, first: bool) -> str:
        """Return a factor of a product: `text` decides whether `written` needs parentheses."""
        loose = isinstance(text, Uncertain) or is_sum(text)
        return self.grouped(written) if loose or (text[:1] == "-" and not first) else written

    def numbers(self, numbers: Iterable[Any], sign: str) -> str:
        """Return the product or the sum of numbers, negative ones in parentheses unless they come first."""
        texts = [self.figures.text(x) for x in numbers]
        if sign == self.plus:
            written = [(isinstance(t, Uncertain), self.numeral(t)) for t in texts]
            return self.series([self.grouped(number) if uncertain else number for uncertain, number in written])
        return sign.join(self.factor(t, self.numeral(t), first=not k) for k, t in enumerate(texts))

    def node(self, i: int) -> str:
        """Return the name of a node."""
        return self.label(self.record.labels[i])

    def edge(self, user: int, position: int) -> Edge:
        """Return an edge of the record; of `where`, whose branch is known, the number stands for the rule.

        So it does for a gate whose local gradient would be a long formula.
        """
        edge = self.view(user).arguments[position]
        operation = self.graph.nodes[user].operation
        if (operation is WHERE or isinstance(operation, Gate)) and edge.local is not None:
            written = self.gate_rules(user)[position] if isinstance(operation, Gate) else ""
            return edge._replace(rule=written or self.figures.text(edge.local))
        return edge

    def _gate_rules(self, user: int) -> list[str]:
        """Return the local gradients of a gate as formulas, none at a kink, where the formula is not what is used."""
        from ..record.gate_formulas import gate_formulas

        return [""] * len(self.graph.nodes[user].arguments) if user in self.kinks else gate_formulas(self.graph, user)

    def share(self, user: int, position: int) -> Any:
        """Return what arrives along an edge: 0 where nothing flows, None where there is no derivative."""
        record = self.record
        a = self.graph.nodes[user].arguments[position]
        row = record.contributions[user]
        flow = row[position] if row else None
        if flow is not None:
            return None if record.upstream[user] is None else flow
        # Where a derivative is missing, so are all that need it, unless both sides of a kink settle them.
        is_lost = record.upstream[a] is None or a in self.derivation.settled
        return None if is_lost and self._is_broken(user, position) else record.system_zero

    def _is_broken(self, user: int, position: int) -> bool:
        """Whether an edge along which nothing flows stands for a derivative that does not exist."""
        record = self.record
        raw = record.local_gradients[user][position] if record.local_gradients[user] else None
        if record.upstream[user] is None:
            return raw is not None or record.local(user, position) is None
        return record.local(user, position) is None and self._is_met(user)

    def _is_met(self, i: int) -> bool:
        """Whether something flows back to a node, be it a 0."""
        edges = self.derivation.edges_to.get(i, ())
        return i == self.output or any(self.record.contributions[u][k] is not None for u, k in edges)

    def known(self, i: int) -> str:
        """Return what the derivative with respect to a node is in symbols: its rule where it is short, or its name."""
        at = i
        for _ in range(HOPS):
            edges = self.derivation.edges_to.get(at, ())
            if at in self.derivation.settled or len(edges) != 1 or not self.plain_start:
                return self.slope(i)
            ((user, position),) = edges
            rule = self.edge(user, position).rule
            if user == self.output and len(rule) <= SHORT:
                return self.factor(rule, self.rule(rule), first=True)
            if rule != "1":
                return self.slope(i)
            at = user
        return self.slope(i)

    def _uses(self, i: int) -> Counter[int]:
        """Return how often each active node is an argument of a node."""
        return Counter(a for a in self.graph.nodes[i].arguments if self.record.active[a])

    # ---- lines

    def line(self, step: DerivationLine) -> WrittenLine:
        """Return a step as it is written."""
        return _WRITERS[step.kind](self, step)

    def called(self, i: int, remark: str) -> str:
        """Return a remark on a node with its further names."""
        others = self.record.graph.others.get(i)
        return ", ".join(filter(None, [remark, f"also called {' and '.join(others)}" if others else ""]))

    def given(self, step: DerivationLine) -> WrittenLine:
        """Return the line of an input."""
        i = step.node
        return WrittenLine(self.node(i), [self.number(self.record.values[i])], self.called(i, "given"))

    def constant(self, step: DerivationLine) -> WrittenLine:
        """Return the line of a numeral that has a name, or of pi, e or tau."""
        return WrittenLine(self.node(step.node), [self.number(self.record.values[step.node])], "constant")

    def value(self, step: DerivationLine) -> WrittenLine:
        """Return the line of an operation: in names, in numbers, and what it gives."""
        graph, values, labels = self.graph, self.record.values, self.record.labels
        node = graph.nodes[step.node]
        arguments = [(a, graph.nodes[a].operation is NUMBER and labels[a] == graph.nodes[a].text)
                     for a in node.arguments]  # fmt: skip
        numbers = [labels[a] if is_numeral else self.figures.text(values[a]) for a, is_numeral in arguments]
        names = [self.numeral(labels[a]) if is_numeral else self.node(a) for a, is_numeral in arguments]
        remark = self.called(step.node, "the output" if step.node == self.output else "")
        tight = [self.numeral_precedence(labels[a]) if is_numeral else ATOM for a, is_numeral in arguments]
        right = [self.applied(node.operation, names, tight)]
        if values[step.node] is None:
            return WrittenLine(self.node(step.node), right, "undefined here, and not needed")
        precedences = [self._precedence(node.operation, k, text) for k, text in enumerate(numbers)]
        written = self.applied(node.operation, [*map(self.numeral, numbers)], precedences)
        right = distinct([*right, written, self.number(values[step.node])])
        sign = "="
        if node.operation.name in ("add", "sub") and len(right) > 2:
            second = numbers[1] if node.operation.name == "add" else _negated(numbers[1])
            sign = sum_sign([numbers[0], second], self.figures.text(values[step.node]), self.signs)
        return WrittenLine(self.node(step.node), right, remark, sign)

    def _precedence(self, operation: Operation, position: int, text: str) -> int:
        """Return how tightly a number binds where an operation is written in numbers."""
        if isinstance(text, Uncertain) or is_sum(text):
            return 0
        if text[:1] == "-":
            return 0 if position or operation is NEG else NEG.precedence
        return self.numeral_precedence(text)

    def applied(self, operation: Operation, texts: Sequence[str], precedences: Sequence[int]) -> str:
        """Return an operation with its arguments written in; many arguments are shown by the first few."""
        if len(texts) > MOST_LISTED:
            shown = [*texts[:MOST_TERMS], self.ellipsis(len(texts), "arguments")]
            return "".join(p if isinstance(p, str) else shown[p] for p in self.pieces(operation, [ATOM] * len(shown)))
        text = "".join(p if isinstance(p, str) else texts[p] for p in self.pieces(operation, precedences))
        return self.grouped(text) if operation.is_condition else text

    def start(self, step: DerivationLine) -> WrittenLine:
        """Return the line that the reverse pass starts with."""
        return WrittenLine(
            self.slope(step.node), [self.number(self.record.output_adjoint)], "the reverse pass starts here"
        )

    def along(self, step: DerivationLine) -> WrittenLine:
        """Return the line of an edge: the chain rule in symbols, in formulas, in numbers, and what it gives."""
        user, record = step.user, self.record
        edge = self.edge(user, step.position)
        node = self.graph.nodes[user]
        left, direct = self.slope(step.node), user == self.output and self.plain_start
        uses = self.uses(user)
        remark = node.operation.law(step.position, alone=len(uses) == uses[step.node] == 1)
        if step.kind == BRANCH:
            count = len(self.derivation.edges_to[step.node])
            left = self.by_way_of(left, self.node(user), step.position + 1 if uses[step.node] > 1 else None)
            remark = f"one of {count:,} branches, {remark}"
        elif not direct:
            remark = f"single-variable chain rule, {remark}"
        if user in self.kinks and node.operation is not WHERE:
            remark += ", by the convention at the kink"
        share = self.share(user, step.position)
        result = self.number(share)
        is_gate = isinstance(node.operation, Gate)
        if direct:
            symbols = [self.local(user, step.node)] if is_gate else []
            return WrittenLine(left, distinct([*symbols, self.rule(edge.rule), result]), remark)
        product = self.product(user, step.position)
        if share is not None and (record.upstream[user] is None or edge.local is None):
            # A factor has no number, and the other one is 0 all around: the product is 0 and not 0 times nothing.
            return WrittenLine(left, [product, result], self._why_nothing(user))
        if user in self.derivation.settled:
            remark += "" if user in self.kinks else ", by the convention at the kink"
            return WrittenLine(left, [product, result], remark)
        known, rule = self.known(user), self.factor(edge.rule, self.rule(edge.rule), first=False)
        formulas = [] if is_gate and edge.rule == self.figures.text(edge.local) else [f"{known}{self.dot}{rule}"]
        right = [product, *formulas, self.numbers([record.upstream[user], edge.local], self.dot)]
        return WrittenLine(left, distinct([*right, result]), remark)

    def _why_nothing(self, user: int) -> str:
        """Return why nothing comes along an edge one of whose factors has no number."""
        name = self.record.labels[user]
        if self.record.values[user] is None:
            return f"{name} has no value, and it is not needed"
        if self.record.upstream[user] is None:
            return f"{name} does not change with it"
        return f"{self.record.labels[self.output]} does not change with {name}"

    def product(self, user: int, position: int) -> str:
        """Return the chain rule along one edge in symbols."""
        node, is_alone = self.graph.nodes[user], user == self.output and self.plain_start
        if user != self.output or isinstance(node.operation, Gate):
            local = self.local(user, node.arguments[position])
        else:  # the derivative of the output itself along this edge alone, which has no name but its rule
            rule = self.edge(user, position).rule
            local = self.factor(rule, self.rule(rule), first=is_alone)
        return local if is_alone else f"{self.slope(user)}{self.dot}{local}"

    def total(self, step: DerivationLine) -> WrittenLine:
        """Return the line in which the branches that arrive at a node are added."""
        edges = self.derivation.edges_to[step.node]
        few = edges if len(edges) <= MOST_TERMS else edges[: MOST_TERMS - 1]
        products = [self.product(u, k) for u, k in few]
        terms = self.numbers((self.share(u, k) for u, k in few), self.plus)
        more = "" if len(few) == len(edges) else f"{self.plus}{self.ellipsis(len(edges), 'terms')}"
        right = [self.series(products) + more, terms + more]
        remark = "multivariable chain rule"
        if step.node in self.derivation.settled:
            return WrittenLine(self.slope(step.node), right, f"{remark}, by the convention at the kink")
        total = self.record.upstream[step.node]
        shares = [self.figures.text(self.share(u, k)) for u, k in few]
        sign = "=" if more else sum_sign(shares, self.figures.text(total), self.signs)
        return WrittenLine(self.slope(step.node), [*right, self.number(total)], remark, sign)

    def agreed(self, step: DerivationLine) -> WrittenLine:
        """Return the line in which what lies beside the point replaces what the convention gave."""
        total = self.number(self.record.upstream[step.node])
        note = next(note for note in self.record.notes if note.kind == "settled" and note.node == step.node)
        why = "there is a value on one side only, and this slope"
        if note.numbers is not None:
            why = "both one-sided derivatives at the kink agree on it"
        return WrittenLine(self.slope(step.node), [total], why)

    def nothing(self, step: DerivationLine) -> WrittenLine:
        """Return the line of a node that no edge leads back to."""
        remark = f"{self.record.labels[self.output]} does not depend on it"
        return WrittenLine(self.slope(step.node), [self.number(self.record.upstream[step.node])], remark)


_WRITERS: dict[str, Callable[[Notation, DerivationLine], WrittenLine]] = {
    GIVEN: lambda n, step: n.given(step),
    CONSTANT: lambda n, step: n.constant(step),
    VALUE: lambda n, step: n.value(step),
    START: lambda n, step: n.start(step),
    EDGE: lambda n, step: n.along(step),
    BRANCH: lambda n, step: n.along(step),
    SUM: lambda n, step: n.total(step),
    SETTLED: lambda n, step: n.agreed(step),
    NOTHING: lambda n, step: n.nothing(step),
}


def added(term: str) -> str:
    """Return a term of a sum with its sign before it."""
    return " {} {}".format(*signed(term))


def is_sum(text: str) -> bool:
    """Whether a formula is a sum or difference outside of all parentheses."""
    depth = 0
    for k, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if not depth and c in "+-<>=" and text[k - 1 : k] == " ":
            return True
    return False


def _negated(number: str) -> str:
    return number[1:] if number.startswith("-") else f"-{number}"


def distinct(texts: Sequence[str]) -> list[str]:
    """Return the texts without empty ones, and without those that repeat the one before."""
    some = [text for text in texts if text]
    return [text for k, text in enumerate(some) if not k or text != some[k - 1]]
