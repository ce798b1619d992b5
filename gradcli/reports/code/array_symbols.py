"""The rules of both tables as formulas of code on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...arrays.graph import ArrayNode
from ...calculus.operations import COMPARISONS, WHERE
from ...calculus.table_parts import Operation
from ...language.array_arithmetic import ArraySymbol
from ...language.array_symbols import ArraySymbols
from .array_spelling import ARRAY_SPELLINGS
from .symbols import CodeSymbols

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


class CodeArraySymbols(ArraySymbols):
    """The array system whose arrays are formulas of a language; `guard` says where the node at hand counts at all."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.spelling = ARRAY_SPELLINGS[language]
        self.guard: ArraySymbol | None = None

    def value(self, node: ArrayNode, xs: Sequence[ArraySymbol]) -> ArraySymbol:
        """Return what a node computes: a call of it, or its rule where the language has no such function."""
        row = node.operation.operation
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

    def flow(self, operation: Operation, k: int, g: ArraySymbol, v: ArraySymbol, xs: Sequence[ArraySymbol]) -> Any:
        """Return the upstream gradient times the local gradient, 0 where the node does not count."""
        S = CodeSymbols(self.spelling.name)
        known = {"v": v}
        arguments = [self._scalar(S, x, known) for x in xs]
        own = S.variable("v")
        if operation.symbol and not operation.is_condition:
            own = operation.value(S, *arguments)
        slope = S.slope(operation, k, own, arguments, as_taught=True)
        product = self.mul(g, self._transcribed(S, slope, known)) if slope is not None else self.number("0")
        if self.guard is not None and not self.at(product).operation.is_leaf:
            product = self.choice(self.guard, product, self.number("0"), v.shape)
        return ArraySymbol(self, product.node, v.shape)

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
