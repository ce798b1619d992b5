"""What an array is in a run: a shape and its entries, numbers of any scalar system; and why an entry has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from operator import is_not
from typing import Any

from ..calculus.operations import ADD, DIV, MUL, NEG, SUB
from ..calculus.table_parts import Operation
from .sizes import count

Number = Any


class Array:
    """An array of the system `A`: its shape, and its entries as a flat list, those of the last axis first.

    An entry is None where a fault leaves no number. Operators work entry by entry; a missing axis, or one of size 1,
    grows.
    """

    __slots__ = ("A", "entries", "shape")

    def __init__(self, A: Any, shape: tuple[int, ...], entries: list[Number]) -> None:
        self.A = A
        self.shape = shape
        self.entries = entries

    def __add__(self, other: Any) -> Array:
        return self.A.entrywise(ADD, (self, self.A.array(other)))

    def __radd__(self, other: Any) -> Array:
        return self.A.entrywise(ADD, (self.A.array(other), self))

    def __sub__(self, other: Any) -> Array:
        return self.A.entrywise(SUB, (self, self.A.array(other)))

    def __rsub__(self, other: Any) -> Array:
        return self.A.entrywise(SUB, (self.A.array(other), self))

    def __mul__(self, other: Any) -> Array:
        return self.A.entrywise(MUL, (self, self.A.array(other)))

    def __rmul__(self, other: Any) -> Array:
        return self.A.entrywise(MUL, (self.A.array(other), self))

    def __truediv__(self, other: Any) -> Array:
        return self.A.divided(self, other) if isinstance(other, int) else self.A.entrywise(DIV, (self, other))

    def __neg__(self) -> Array:
        return self.A.entrywise(NEG, (self,))

    def __matmul__(self, other: Array) -> Array:
        return self.A.matmul(self, other)

    def __repr__(self) -> str:
        return f"<array {self.shape} of {self.A.S.name}: {self.entries[:6]}>"


class Scattered(Array):
    """An array of zeros but for some places, where numbers are added. Its entries are made when they are asked for."""

    __slots__ = ("numbers", "places")

    def __init__(self, A: Any, shape: tuple[int, ...], places: Sequence[int], numbers: Sequence[Number]) -> None:
        self.A = A
        self.shape = shape
        self.places = places
        self.numbers = numbers

    def __getattr__(self, name: str) -> Any:  # only reached for entries that were not made yet
        if name != "entries":
            raise AttributeError(name)
        self.entries = self.placed(self.A.whole(0), self.sums())
        return self.entries

    def sums(self) -> dict[int, Number]:
        """Return what stands in each place."""
        alone = dict(zip(self.places, self.numbers, strict=True))
        if len(alone) == len(self.places):
            return alone
        found: dict[int, list[Number]] = {}
        for place, number in zip(self.places, self.numbers, strict=True):
            found.setdefault(place, []).append(number)
        return {place: self.A.add_up(numbers) for place, numbers in found.items()}

    def placed(self, zero: Number, sums: Mapping[int, Number]) -> list[Number]:
        """Return a list of zeros with numbers in some places."""
        found = [zero] * count(self.shape)
        for place, number in sums.items():
            found[place] = number
        return found


class EntryFault:
    """Why an entry has no number, or a pullback no local gradient there: the operation, its entry, and what happened.

    `kind` is as in `calculus.faults`; `node` is filled in by the sweep.
    """

    __slots__ = ("doubt", "entry", "kind", "node", "operation", "position")

    def __init__(
        self, operation: Operation, entry: int, kind: str, position: int = -1, doubt: Exception | None = None
    ) -> None:
        self.operation, self.entry, self.kind, self.position, self.doubt = operation, entry, kind, position, doubt
        self.node = -1


def has_gap(numbers: Iterable[Number]) -> bool:
    """Whether one of some numbers is missing. `None in numbers` would compare each of them with None."""
    return not all(map(is_not, numbers, repeat(None)))
