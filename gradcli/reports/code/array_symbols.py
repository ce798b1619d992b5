"""The rules of both tables as formulas of code on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...arrays.graph import ArrayNode
from ...arrays.sizes import Misfit
from ...arrays.table import INPUT, LEAVES, NUMBER
from ...calculus.building import NOWHERE
from ...calculus.operations import COMPARISONS, DIV, MUL, NEG, WHERE
from ...calculus.symbolic import Symbol, Symbols
from ...calculus.table_parts import Operation
from ...language.array_arithmetic import ArraySymbol, grown
from ...language.array_symbols import ArraySymbols
from .array_spelling import ARRAY_SPELLINGS
from .symbols import CodeSymbols

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


class CodeArraySymbols(ArraySymbols):
    """The array system whose arrays are formulas of a language.

    `stops` says that nothing may arrive at entries of the node at hand whose slopes are infinite, unless `is_reached`,
    and `has_stopped` that this was so of some; `finite` are the names of variables that always have a value, `nonzero`
    of those that have no entry 0.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.spelling = ARRAY_SPELLINGS[language]
        self.stops = False
        self.has_stopped = False
        self.is_reached = False  # something arrives at every entry of the node at hand
        self.finite: set[str] = set()
        self.nonzero: set[str] = set()

    def value(self, node: ArrayNode, xs: Sequence[ArraySymbol]) -> ArraySymbol:
        """Return what a node computes: a call of it, or its rule where the language has no such function."""
        row = node.operation.operation
        if row is NEG and (twice := self.parts(xs[0], NEG)):
            return twice[0]
        if row is not None and row.arity is None and len(xs) > 2 and self.spelling.has(row):
            first, *rest = xs
            for x in rest:  # functions of libraries take two arrays
                first = self.entrywise(row, [first, x])
            return ArraySymbol(self, first.node, node.shape)
        if row is not None and not row.symbol and row is not WHERE and not self.spelling.has(row):
            S = CodeSymbols(self.spelling.name)
            known: dict[str, ArraySymbol] = {}
            found = S.value(row, [self._scalar(S, x, known) for x in xs])
            return ArraySymbol(self, self._transcribed(S, found, known).node, node.shape)
        if row is None and not self.spelling.knows(node.operation):
            whole: ArraySymbol = node.operation.value(self, *xs, **node.fixed)
            return self.full_size(whole)
        return super().value(node, xs)

    def entrywise(self, operation: Operation, xs: Sequence[ArraySymbol]) -> ArraySymbol:
        """Return an operation entry by entry; of a choice the branches grow, for a condition holds no numbers."""
        if operation is WHERE:
            try:
                self.builder.entrywise(operation, [x.node for x in xs], NOWHERE)
            except Misfit:
                shape = grown([x.shape for x in xs])
                xs = [xs[0], *(self.full_size(ArraySymbol(self, x.node, shape)) if x.shape else x for x in xs[1:])]
        return super().entrywise(operation, xs)

    def flow(self, operation: Operation, k: int, g: ArraySymbol, v: ArraySymbol, xs: Sequence[ArraySymbol]) -> Any:
        """Return the upstream gradient times the local gradient, 0 where the node does not count."""
        S = CodeSymbols(self.spelling.name)
        known = {"v": v}
        arguments = [self._scalar(S, x, known) for x in xs]
        own = S.variable("v")
        if operation.symbol and not operation.is_condition:
            own = operation.value(S, *arguments)
        slope = S.slope(operation, k, own, arguments, as_taught=True)
        local = self._transcribed(S, slope, known) if slope is not None else self.number("0")
        product = self.mul(g, local)
        if self.stops and not self.is_reached and not self._is_finite(local):
            counts = self.entrywise(COMPARISONS["!="], [g, self.number("0")])
            self.has_stopped = True
            product = self.choice(counts, product, self.number("0"), v.shape)
        return ArraySymbol(self, product.node, v.shape)

    def _is_finite(self, x: ArraySymbol) -> bool:
        """Whether an array has a value wherever the inputs have one: then 0 times it is 0."""
        node = self.at(x)
        if node.operation is INPUT:
            return node.text in self.finite
        row = node.operation.operation
        arguments = node.arguments[1:] if row is WHERE else node.arguments
        return node.operation in LEAVES or (
            row in (MUL, NEG, WHERE) and all(self._is_finite(ArraySymbol(self, a, ())) for a in arguments)
        )

    def is_never_zero(self, x: ArraySymbol) -> bool:
        """Whether no entry of an array is 0, whatever the numbers."""
        node = self.at(x)
        row, arguments = node.operation.operation, [ArraySymbol(self, a, ()) for a in node.arguments]
        if row is DIV:
            return self.is_never_zero(arguments[0]) and self.at(arguments[1]).operation is NUMBER
        if row in (MUL, NEG):
            return all(map(self.is_never_zero, arguments))
        number = self.numeral(x)
        return bool(number) or node.operation.name == "ones" or (node.operation is INPUT and node.text in self.nonzero)

    def unit(self, x: ArraySymbol, v: ArraySymbol, axis: Any = None) -> ArraySymbol:
        """Return x over its norm v, and 0 where that is 0 if it may be."""
        if not self.stops:
            return super().unit(x, v, axis)
        zero, one = self.number("0"), self.number("1")
        return super().unit(x, self.choice(self.entrywise(COMPARISONS["!="], [v, zero]), v, one, v.shape), axis)

    def transcribed(self, S: Symbols, root: Symbol, known: dict[str, ArraySymbol]) -> ArraySymbol:
        """Return a scalar formula, entry by entry."""
        return self._transcribed(S, root, known)

    def opposite(self, condition: ArraySymbol) -> ArraySymbol:
        """Return the condition that holds where another one does not."""
        row = self.at(condition).operation.operation
        assert row is not None
        sides = self.parts(condition, row) or []
        return self.entrywise(COMPARISONS[OPPOSITE[row.symbol]], sides)

    def uses(self, root: ArraySymbol, symbol: ArraySymbol) -> int:
        """Return how often a symbol stands in another."""
        pending, total = [root.node], 0
        while pending:
            here = pending.pop()
            total += here == symbol.node
            if here > symbol.node:
                pending += self.builder.nodes[here].arguments
        return total
