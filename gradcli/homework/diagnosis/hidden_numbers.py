"""A claim as evidence, and what a student has in mind: numbers that nobody claims, rounded as the sheet is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..claims.items import LOCAL, UPSTREAM, Item
from .replaced_numbers import Number, ReworkedProgram, SheetNumbers

Term = tuple[Item, Number, Number]  # a local gradient, the upstream gradient that it multiplies, and its number

SMALL_INTEGER = 20  # in size: what chance gives as well
ROUGH = 1e-9  # relative to the terms of a sum: more than its rounding, however many they are


class Evidence(NamedTuple):
    """One numeric claim of a sheet.

    `resolution` is half a unit of the last place written, 0 for an exact number. `right` holds if the claim was
    accepted, also as a right step from the student's own numbers.
    """

    item: Item
    value: float
    resolution: float
    right: bool

    @property
    def rounding(self) -> float:
        """Half a unit of the last place; integers of three and more digits may be rounded too, and to tens."""
        if self.resolution or abs(self.value) < 100 or not self.value.is_integer():
            return self.resolution
        digits = str(int(abs(self.value)))
        return float(0.5 * 10 ** (len(digits) - len(digits.rstrip("0"))))

    @property
    def is_small(self) -> bool:
        """Whether this is a small integer, or has less than three significant digits."""
        if not self.resolution:
            return self.value.is_integer() and abs(self.value) <= SMALL_INTEGER
        return abs(self.value) < 100 * 2 * self.resolution


def figures_of(claims: Iterable[Evidence]) -> int:
    """Return how many significant figures most rounded claims have; 0 where none is rounded."""
    found = sorted(
        round(math.floor(math.log10(abs(claim.value))) - math.log10(2 * claim.resolution)) + 1
        for claim in claims
        if claim.resolution and claim.value
    )
    return max(1, found[len(found) // 2]) if found else 0


def as_written(x: Number, figures: int) -> Number:
    """Return a number rounded to so many significant figures, as it is for 0."""
    return float(f"{x:.{figures - 1}e}") if figures and math.isfinite(x) else x


def hidden_rounded(
    program: ReworkedProgram, own: SheetNumbers, claims: Mapping[Item, Evidence], figures: int
) -> SheetNumbers | None:
    """Return the student's own numbers with the local gradients that nobody claims rounded; None without any."""
    rows = own.local_gradients
    hidden = {
        (i, k): as_written(rows[i][k], figures)
        for kind, i, k in program.items
        if kind == LOCAL and Item(LOCAL, i, k) not in claims and rows[i][k] is not None
    }
    upstream = {item.node: claim.value for item, claim in claims.items() if item.kind == UPSTREAM}
    return program.again(own, hidden, upstream) if hidden and figures else None


def in_mind(made: dict[Item, Number], claim: Evidence, figures: int) -> Iterator[dict[Item, Number]]:
    """Yield what a mistake gives, then rounded as most of the sheet is and as the claim is that comes from it."""
    yield made
    for shown in {figures, figures_of([claim])}:
        yield {item: as_written(x, shown) for item, x in made.items()}


class Arriving:
    """What arrives at a node: an upstream gradient as the sum of its terms, some local gradients of which are replaced.

    Most replacements are ruled out by what they change in the sum, so that long sums are not added up for each.
    """

    __slots__ = ("_factors", "_missing", "_size", "_terms", "_total")

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = list(terms)
        self._factors = {item: (upstream, own) for item, upstream, own in self._terms}
        self._missing = {item for item, *numbers in self._terms if None in numbers}
        products = [upstream * own for item, upstream, own in self._terms if item not in self._missing]
        self._total, self._size = sum(products), sum(map(abs, products))

    @staticmethod
    def at(numbers: SheetNumbers, node: int) -> Arriving:
        """Return what arrives at a node, made once for some numbers."""
        found = numbers.arriving.get(node)
        if found is None:
            rows, users = numbers.local_gradients, numbers.program.users[node]
            found = Arriving((Item(LOCAL, i, k), numbers.upstream[i], rows[i][k]) for i, k in users)
            numbers.arriving[node] = found
        return found

    def is_outside(self, made: Mapping[Item, Number], low: float, high: float) -> bool:
        """Whether the sum with what is made is certainly not between two numbers."""
        if self._missing:
            return not self._missing <= made.keys()  # there is no sum
        total, size = self._total, self._size
        for item, number in made.items():
            if item in self._factors:
                upstream, own = self._factors[item]
                total += upstream * (number - own)
                size += abs(upstream * number)
        reach = ROUGH * size
        return bool(total + reach < low or total - reach > high)

    def total(self, made: Mapping[Item, Number]) -> Number:
        """Return the sum with what is made in place of some local gradients."""
        total = 0.0
        for item, upstream, own in self._terms:
            local = made.get(item, own)
            if upstream is None or local is None:
                return math.nan
            total += upstream * local
        return total
