"""Sums over rows that nothing is rounded in: whole numbers of a tiny unit, so that no order of the rows changes a bit.

A number of a row is a ball: its middle, a dyadic fraction, is added to one whole number, its radius to another. What
lies below the unit goes to the radius. Only the result is rounded, once. (Kulisch, Computer Arithmetic and Validity,
2013, ch. 8, on long accumulators.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import LimitError

UNIT_BITS = 1_500  # the unit is 2**-1500: the smallest binary64 with 400 bits behind it
ONE = 1 << UNIT_BITS
MOST_BITS = 20_000  # of a number beyond binary64 that others may cancel
PROVEN = 2 * 10**12  # a sum is certain if its radius is so many times smaller


class Total(NamedTuple):
    """A sum or mean over rows: the nearest binary64, None where there is none; `why` says why, or is empty.

    `doubtful` says that balls of more bits may settle it.
    """

    number: float | None
    why: str = ""
    doubtful: bool = False


class Sums:
    """The sums of the numbers of some rows, with weights. `size` is how many numbers a row has."""

    __slots__ = ("middles", "missing", "odd", "radii", "rows", "weight")

    def __init__(self, size: int) -> None:
        self.middles = [0] * size
        self.radii = [0] * size
        self.odd = [0.0] * size  # the sum of what is infinite or no number, in plain binary64
        self.missing = [0] * size  # rows without that number
        self.rows = 0
        self.weight = 0

    def add(self, numbers: Sequence[Any], weight: float | None = None) -> None:
        """Add the numbers of a row: balls, floats, or None. Raises `LimitError` for one that is too large."""
        man, exp = (1, 0) if weight is None else _dyadic(weight)
        parts = (
            [_exact_parts(x) or _parts(x, man, exp) for x in numbers]
            if weight is None
            else [_parts(x, man, exp) for x in numbers]
        )
        for k, part in enumerate(parts):
            if part is None:
                self._add_odd(k, numbers[k], weight)
            else:
                self.middles[k] += part[0]
                self.radii[k] += part[1]
        self.rows += 1
        self.weight += ONE if weight is None else _scaled(man, exp)[0]

    def _add_odd(self, k: int, x: float | None, weight: float | None) -> None:
        if x is None:
            self.missing[k] += 1
        else:
            self.odd[k] += x if weight is None else x * weight

    def merge(self, other: Sums) -> None:
        """Add the sums of further rows."""
        for k, middle in enumerate(other.middles):
            self.middles[k] += middle
            self.radii[k] += other.radii[k]
            self.odd[k] += other.odd[k]
            self.missing[k] += other.missing[k]
        self.rows += other.rows
        self.weight += other.weight

    def total(self, k: int, *, mean: bool) -> Total:
        """Return a sum, or the mean, of the k-th numbers. The weights do not add up to 0 where it is the mean."""
        if self.missing[k]:
            return Total(None, f"there is no such number in {self.missing[k]:,} of {self.rows:,} rows")
        if self.odd[k] != 0:
            return Total(self.odd[k])
        middle, radius, whole = self.middles[k], self.radii[k], self.weight if mean else ONE
        if radius * PROVEN <= abs(middle):
            return Total(_quotient(middle, whole))
        if _quotient(abs(middle) + radius, whole) == 0:
            return Total(0.0)
        about, most = _quotient(middle, whole), _quotient(radius, whole)
        return Total(None, f"the rows cancel: all that is certain is {about:.3g} +- {most:.1g}", doubtful=True)


def _exact_parts(x: Any) -> tuple[int, int] | None:
    """Return the middle and the radius of an exact ball of a usual size in units; None for any other number."""
    if x.__class__ is float or x is None or not x.is_exact():
        return None
    man, exp = x.man_exp()
    shift = int(exp) + UNIT_BITS
    return (int(man) << shift, 0) if 0 <= shift <= 2 * UNIT_BITS else None


def _parts(x: Any, man: int, exp: int) -> tuple[int, int] | None:
    """Return a number times man*2**exp in units: its middle and radius; None for what is no finite number."""
    if x is None:
        return None
    if x.__class__ is float:
        if not math.isfinite(x):
            return None
        own, power = _dyadic(x)
        return _scaled(own * man, power + exp)
    own, power = x.mid().man_exp()
    middle, radius = _scaled(int(own) * man, int(power) + exp)
    if not x.is_exact():
        own, power = x.rad().man_exp()
        wide, more = _scaled(int(own) * man, int(power) + exp)
        radius += wide + more
    return middle, radius


def _dyadic(x: float) -> tuple[int, int]:
    """Return whole numbers m and e such that x is m*2**e."""
    above, below = x.as_integer_ratio()
    return above, 1 - below.bit_length()


def _scaled(man: int, exp: int) -> tuple[int, int]:
    """Return man*2**exp in units, rounded down, and 1 if that took something, else 0."""
    shift = exp + UNIT_BITS
    if man.bit_length() + exp > MOST_BITS:
        raise LimitError("a number too large to be added to others: beyond 2**20,000")
    if shift >= 0:
        return man << shift, 0
    whole = man >> -shift
    return whole, int(whole << -shift != man)


def _quotient(above: int, below: int) -> float:
    try:
        return above / below + 0.0
    except OverflowError:
        return math.inf if above > 0 else -math.inf
