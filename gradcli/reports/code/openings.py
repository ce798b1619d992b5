"""Where what flows to a node flows on: gates behind it may be closed, and then its slope is not asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from ...calculus.graph import Graph
from ...calculus.operations import COMPARISONS, WHERE
from ...calculus.symbolic import Symbol
from ...calculus.table_parts import Operation
from .symbols import CodeSymbols

MOST_CONDITIONS = 8  # behind one node: beyond, an infinite slope is told wherever it is met
WITH_EQUALITY = {">": ">=", "<": "<="}


class Choice(NamedTuple):
    """The node of a condition, and whether a way is open where it holds, and where it does not."""

    condition: int
    yes: Way
    no: Way


Way = bool | Choice


class Openings:
    """Where some way from a node on to what is differentiated, `ends`, is open; `of` has one entry per node."""

    def __init__(
        self, S: CodeSymbols, graph: Graph, symbols: Mapping[int, Symbol],
        flows: Collection[tuple[int, int]], ends: Collection[int],
    ) -> None:  # fmt: skip
        self.S = S
        self.of: dict[int, Way] = dict.fromkeys(ends, True)
        for i in sorted({i for i, _ in flows}.difference(ends)):
            operation, arguments = graph.nodes[i][:2]
            xs = [symbols[a] for a in arguments]
            ways = [self.of.get(a, False) if (i, k) in flows else False for k, a in enumerate(arguments)]
            if operation.kink is not None and operation.kink.tie and all(way is True for way in ways):
                self.of[i] = True  # one of them is taken
                continue
            found: Way = False
            for k, behind in enumerate(ways):
                if behind is not False and found is not True:
                    found = self._along(found, False, self._edge(operation, k, symbols[i], xs, behind), {})
                    found = found if _size(found) <= MOST_CONDITIONS else True
            self.of[i] = found

    def guarded(self, i: int, flow: Symbol) -> Symbol:
        """Return what flows to a node, 0 where no way behind it is open."""
        return self._chosen(self.of.get(i, True), flow)

    def _chosen(self, way: Way, flow: Symbol) -> Symbol:
        if isinstance(way, Choice):
            return self.S.apply(
                WHERE, Symbol(self.S, way.condition), self._chosen(way.yes, flow), self._chosen(way.no, flow)
            )
        return flow if way else self.S.zero

    def _edge(self, operation: Operation, k: int, v: Symbol, xs: list[Symbol], behind: Way) -> Way:
        """Return where an edge is open, and then what is behind it."""
        if operation is WHERE:
            return Choice(xs[0].node, behind, False) if k == 1 else Choice(xs[0].node, False, behind)
        local = self.S.slope(operation, k, v, xs)
        is_zero_by_convention = operation.kink is not None and operation.kink.zero_by_convention
        if local is None or is_zero_by_convention:
            return local is not None and behind
        return self._along(self._gate(local), True, behind, {})

    def _gate(self, local: Symbol) -> Way:
        """Return where a local gradient is not 0 by a condition."""
        S = self.S
        parts = S.parts(local, WHERE)
        if parts is None:
            return S.numeral(local) != 0
        condition, yes, no = parts[0].node, self._gate(parts[1]), self._gate(parts[2])
        if yes == no:
            return yes
        sign, sides = self._compared(condition)
        if sign in WITH_EQUALITY and no == Choice(self._compare("==", sides), yes, False):  # tied arguments share
            return Choice(self._compare(WITH_EQUALITY[sign], sides), yes, False)
        return Choice(condition, yes, no)

    def _compared(self, condition: int) -> tuple[str, list[int]]:
        nodes = self.S.builder.nodes
        return nodes.operations[condition].symbol, [*nodes.arguments[condition]]

    def _compare(self, sign: str, sides: list[int]) -> int:
        return self.S.apply(COMPARISONS[sign], *(Symbol(self.S, side) for side in sides)).node

    def _along(self, way: Way, at: bool | None, then: Way, known: Mapping[int, bool]) -> Way:
        """Return a way with another one in place of `at`; `known` are outcomes of conditions by their nodes."""
        if not isinstance(way, Choice):
            return way if way is not at else self._along(then, None, then, known)
        if (outcome := known.get(way.condition)) is not None:
            return self._along(way.yes if outcome else way.no, at, then, known)
        yes, no = (self._along(part, at, then, {**known, way.condition: holds})
                   for part, holds in ((way.yes, True), (way.no, False)))  # fmt: skip
        return yes if yes == no else Choice(way.condition, yes, no)


def _size(way: Way) -> int:
    return 1 + _size(way.yes) + _size(way.no) if isinstance(way, Choice) else 0
