"""The numbers of a run made certain for the record, or left out where the answer does not need them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ..calculus.faults import Fault
from ..numbers.systems import Undecided


class Settler:
    """Settles the numbers of a run for the record; what is undecided and not needed becomes None, and a doubt.

    Raises `Undecided` for the numbers of nodes that are `needed`.
    """

    def __init__(self, S: Any, needed: set[int], broken: dict[tuple[int, int], Fault]) -> None:
        round_out = S.round_out
        self.S = S
        self.number: Callable[[Any], Any] = lambda x: None if x is None else round_out(x)
        self.needed = needed
        self.broken = broken
        self.doubts: set[int] = set()

    def _number_at(self, i: int, x: Any) -> Any:
        try:
            return self.number(x)
        except Undecided:
            if i in self.needed:
                raise
            self.doubts.add(i)
            return None

    def _settled(self, numbers: list[Any], *, rows: bool) -> list[Any]:
        if rows:
            return list(map(self._row, numbers))
        round_out = self.S.round_out
        return [None if x is None else round_out(x) for x in numbers]

    def _row(self, numbers: tuple[Any, ...]) -> tuple[Any, ...]:
        round_out = self.S.round_out
        return tuple([None if x is None else round_out(x) for x in numbers])

    def _row_at(self, i: int, numbers: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a row settled, what is undecided in it as a slope that does not exist."""
        found: list[Any] = []
        for k, x in enumerate(numbers):
            try:
                found.append(self.number(x))
            except Undecided as doubt:
                self.doubts.add(i)
                self.broken[i, k] = Fault(i, "undecided", k, doubt)
                found.append(None)
        return tuple(found)

    def column(self, numbers: list[Any], nodes: Collection[int], *, rows: bool = False) -> list[Any]:
        """Return a column of numbers, or of rows of them, with those of some nodes settled and the others None."""
        if len(nodes) == len(numbers):
            try:
                return numbers if self.S.settled else self._settled(numbers, rows=rows)
            except Undecided:
                pass
        found: list[Any] = [None] * len(numbers)
        settled = self._row_at if rows else self._number_at
        for i in nodes:
            found[i] = settled(i, numbers[i])
        return found
