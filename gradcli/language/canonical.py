"""Formulas as a person would write them: like terms and factors merged, in linear time, the domain as it was.

Every node of a graph becomes a product in a second graph; what is neither a sum nor a product is a base.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from ..calculus.folding import exact
from ..calculus.graph import Graph
from ..calculus.operations import ADD, COMPARISONS, CONSTANT, DIV, INPUT, MUL, NEG, NUMBER, OPERATIONS, POW, SUB, WHERE
from ..calculus.table_parts import Operation
from .algebra import Algebra, Factors
from .powers import NOT_ZERO, Product, asked_by
from .writing import program_of

ABS, HYPOT = OPERATIONS["abs"], OPERATIONS["hypot"]
LOG, SIGN = OPERATIONS["log"], OPERATIONS["sign"]
_SIGNS = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
OPPOSITE = {COMPARISONS[a]: COMPARISONS[b] for a, b in _SIGNS.items()}
SMALL_NODES = 400  # nodes of a graph that is written in two ways
ROUNDS = 8
MERGED = 1.1  # how much longer a text may be in which more factors are merged
SHORTEST, LONGEST = 1, 8  # factors of a product that is written out wherever it is used


class _Walk:
    """One run over a graph: which nodes are needed and merged into their users, and what every other one becomes."""

    def __init__(self, graph: Graph, ends: Sequence[int], few: int) -> None:
        self.operations, self.arguments, self.texts = (
            graph.nodes.operations, graph.nodes.arguments, graph.nodes.texts
        )  # fmt: skip
        self.graph = graph
        self.few = few
        numerals = (t for o, t in zip(self.operations, self.texts, strict=True) if o is NUMBER)
        self.writer = Algebra(decimals=any("." in text for text in numerals), spread=few > SHORTEST)
        self.forms: list[Product] = [MINUS_ONE] * len(self.operations)  # replaced where one is needed
        self.uses = self._uses(ends)
        self.contexts = self._contexts()

    def _uses(self, ends: Sequence[int]) -> list[int]:
        uses = [0] * len(self.operations)
        for i in [*ends, *self.graph.named.values()]:
            uses[i] += 2  # what has a name or is asked for stands for itself
        for i in reversed(range(len(uses))):
            if uses[i]:
                for a in self.arguments[i]:
                    uses[a] += 1
        return uses

    def _contexts(self) -> list[Operation | None]:
        """Return ADD or MUL for the nodes that are merged into the one sum or product that uses them."""
        contexts: list[Operation | None] = [None] * len(self.operations)
        for i in reversed(range(len(contexts))):
            operation, arguments = self.operations[i], self.arguments[i]
            if not self.uses[i]:
                continue
            if operation is ADD or operation is SUB:
                kind: Operation = ADD
            elif operation is NEG:
                kind = contexts[i] or ADD
            elif operation is MUL or operation is DIV:
                kind = MUL
            elif operation is POW and self._exponent(arguments[1]) is not None:
                kind, arguments = MUL, arguments[:1]
            else:
                continue
            for a in arguments:
                below = self.operations[a]
                fits = below is NEG or (below is ADD or below is SUB if kind is ADD else below in (MUL, DIV, POW))
                if self.uses[a] == 1 and fits and not (below is POW and self._exponent(self.arguments[a][1]) is None):
                    contexts[a] = kind
        return contexts

    def _exponent(self, i: int) -> int | None:
        """Return the whole number other than 0 that a node is written as, or None."""
        negative = self.operations[i] is NEG
        if negative:
            (i,) = self.arguments[i]
        n = exact(self.texts[i]) if self.operations[i] is NUMBER else None
        return None if n is None or n.denominator != 1 or n == 0 else int(-n if negative else n)

    def run(self) -> None:
        """Find the form of every node that is needed and not merged into another, the oldest first."""
        for i, operation in enumerate(self.operations):
            if (not self.uses[i] and operation is not INPUT) or self.contexts[i] is not None:
                continue
            form = self._form(i, operation)
            if self.uses[i] > 1 and len(form.factors) > self.few:
                form = self.writer.base(self.writer.node(form), form)
            self.forms[i] = self._name(i, form) if i in self._names else form

    @cached_property
    def _names(self) -> dict[int, list[str]]:
        names: dict[int, list[str]] = {}
        for name, i in self.graph.named.items():
            names.setdefault(i, []).append(name)
        return names

    def _name(self, i: int, form: Product) -> Product:
        """Give the new node the names of the old one, and let it stand for itself."""
        node = self.writer.node(form)
        if self.writer.nodes.operations[node].is_leaf or not form.factors:
            return form
        for name in self._names[i]:
            self.writer.name(node, name)
        return self.writer.base(node, None if node in form.factors else form)

    def _form(self, i: int, operation: Operation) -> Product:
        if operation is NUMBER:
            value = exact(self.texts[i])
            return Product(value, {}) if value is not None else self._leaf(i, operation)
        if operation.is_leaf:
            return self._leaf(i, operation)
        if operation is ADD or operation is SUB or operation is NEG:
            return self.writer.sum_of(self._terms(i))
        if operation is MUL or operation is DIV:
            return self._product(i)
        if operation is POW:
            return self._power(i)
        return self._call(operation, [self.writer.node(self.forms[a]) for a in self.arguments[i]])

    def _leaf(self, i: int, operation: Operation) -> Product:
        return self.writer.base(self.writer.leaf(operation, self.texts[i]))

    def _terms(self, root: int) -> list[Product]:
        """Return the terms of a sum, in the order of the text."""
        found: list[Product] = []
        stack = [(root, 1)]
        while stack:
            i, sign = stack.pop()
            operation = self.operations[i]
            if (i != root and self.contexts[i] is None) or operation not in (ADD, SUB, NEG):
                found.append(self.forms[i].scaled(sign))
            elif operation is NEG:
                stack.append((self.arguments[i][0], -sign))
            else:
                left, right = self.arguments[i]
                stack.append((right, sign if operation is ADD else -sign))
                stack.append((left, sign))
        return found

    def _product(self, root: int) -> Product:
        """Return a product, its factors in the order of the text."""
        factors = Factors(self.writer)
        stack = [(root, 1, 0)]
        while stack:
            i, n, below = stack.pop()  # what stands below a line is not 0, even if that stands below another one
            operation, arguments = self.operations[i], self.arguments[i]
            if i != root and self.contexts[i] is None:
                factors.take(self.forms[i], n, below)
            elif operation is NEG:
                factors.take(MINUS_ONE, n)
                stack.append((arguments[0], n, below))
            elif operation is POW:
                exponent = self._exponent(arguments[1]) or 1
                stack.append((arguments[0], n * exponent, below | asked_by(exponent)))
            else:
                divides = operation is DIV
                stack.append((arguments[1], -n if divides else n, NOT_ZERO if divides else below))
                stack.append((arguments[0], n, below))
        return self._neater(factors)

    def _power(self, i: int) -> Product:
        """Return a power: of whole exponent as a product, of a fraction as a power of one base."""
        if self._exponent(self.arguments[i][1]) is not None:
            return self._product(i)
        form, exponent = (self.forms[a] for a in self.arguments[i])
        q, factors = exponent.coefficient, Factors(self.writer)
        base = self.writer.node(form)
        if exponent.factors or (q == 0 and not self.writer.total(base)):
            return self.writer.base(self.writer.apply(POW, base, self.writer.node(exponent)))
        if q == 0:
            return Product(1, {})
        if q.denominator == 1:
            factors.take(form, int(q))
        else:
            factors.merge(base, q, 0)
        return self._neater(factors)

    def _neater(self, factors: Factors) -> Product:
        """Return a product without even powers of abs and hypot, abs(x)*sign(x), and (a - b)*(a + b)."""
        nodes = self.writer.nodes
        for base, (exponent, asked) in list(factors.factors.items()):
            operation = nodes.operations[base]
            if (operation is ABS or operation is HYPOT) and exponent and exponent % 2 == 0 and not asked:
                inner = self._squares(nodes.arguments[base], [1] * len(nodes.arguments[base]))
                del factors.factors[base]
                factors.take(inner, int(exponent) // 2)
            elif operation is SIGN and (size := self._known(ABS, base)) in factors.factors:
                if factors.factors[size] == (exponent, asked) == (1, 0):
                    del factors.factors[base], factors.factors[size]
                    factors.merge(nodes.arguments[base][0], 1, 0)
            elif operation is SUB:
                a, b = nodes.arguments[base]
                other = self._known(ADD, base)
                if factors.factors.get(other) == (exponent, asked) and not asked:
                    inner = self._squares((a, b), (1, -1))
                    del factors.factors[base], factors.factors[other]
                    factors.merge(self.writer.node(inner), exponent, 0)
        return factors.product()

    def _known(self, operation: Operation, i: int) -> int:
        """Return the node of another operation on the arguments of a node, -1 if there is none."""
        found = self.writer.builder.known(operation, self.writer.nodes.arguments[i])
        return -1 if found is None else found

    def _squares(self, bases: Sequence[int], signs: Sequence[int]) -> Product:
        """Return the sum of the squares of some nodes, each with a sign."""
        terms = []
        for base, sign in zip(bases, signs, strict=True):
            square = Factors(self.writer)
            square.take(self.writer.products.get(base) or self.writer.base(base), 2)
            terms.append(square.product().scaled(sign))
        return self.writer.sum_of(terms)

    def _call(self, operation: Operation, arguments: list[int]) -> Product:
        """Return a function of nodes, or a choice, which puts its 0 last."""
        nodes, apply = self.writer.nodes, self.writer.apply
        if operation is LOG and nodes.operations[arguments[0]] is CONSTANT and nodes.texts[arguments[0]] == "e":
            return Product(1, {})
        if operation is WHERE:
            c, a, b = arguments
            for position, branch in ((1, a), (2, b)):  # a condition asked again is known to hold, or not to
                inner = nodes.arguments[branch]
                if nodes.operations[branch] is WHERE and inner[0] == c:
                    arguments[position] = inner[position]
            _, a, b = arguments
            if a == b and self.writer.total(c):
                return self.writer.base(a)
            opposite = OPPOSITE.get(nodes.operations[c])
            if opposite is not None and nodes.texts[a] == "0" and nodes.texts[b] != "0":
                arguments = [apply(opposite, *nodes.arguments[c]), b, a]
        return self.writer.base(apply(operation, *arguments))


MINUS_ONE = Product(-1, {})


def simplified(graph: Graph, ends: Sequence[int]) -> tuple[Graph, list[int]]:
    """Return a graph with the same inputs in which some nodes are written shorter, and where these are.

    Every number is the same, and defined at the same points. A small graph is written in two ways, products that are
    used twice as one node or taken apart, and the better one again, until nothing changes any more.
    """
    found = _written(graph, ends, SHORTEST)
    if len(graph.nodes) > SMALL_NODES:
        return found
    before = ""
    for _ in range(ROUNDS):
        other = _written(graph, ends, LONGEST)
        text, longer = _text(*found), _text(*other)
        if len(longer) <= len(text) * MERGED:
            found, text = other, longer
        if text == before:
            break
        before = text
        graph, ends = found
        found = _written(graph, ends, SHORTEST)
    return graph, list(ends)


def _text(graph: Graph, ends: Sequence[int]) -> str:
    return program_of(graph, [("d", i) for i in ends])


def _written(graph: Graph, ends: Sequence[int], few: int) -> tuple[Graph, list[int]]:
    walk = _Walk(graph, ends, few)
    walk.run()
    found = [walk.writer.node(walk.forms[i]) for i in ends]
    return walk.writer.builder.freeze(found[-1]), found
