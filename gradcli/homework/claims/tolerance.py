"""How far from a number still counts as that number: one rule, for marking claims and for recognizing mistakes.

Numbers are compared as the decimals that they are written as, edges included: 0.198 is within 1 % of 0.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from .default_tolerance import ATOL, RTOL

ALLOWED_UNITS = 0.51  # a number rounded the other way at a tie is still right as written
ROUNDING = 2.0**-40  # relative: what may separate floats from the decimals they stand for


class Interval(NamedTuple):
    """A number that is known to lie so near to the middle."""

    middle: Fraction
    radius: Fraction = Fraction(0)


@lru_cache(256)
def decimal_of(x: float) -> Fraction:
    """Return the shortest decimal that reads back to a float: 1/5 for 0.2."""
    return Fraction(repr(x))


class Tolerance(NamedTuple):
    """A relative and an absolute error that are still right; or agreement to so many significant figures.

    With `by_size` the absolute error is meant beside numbers of the size 1, and smaller beside smaller ones.
    """

    rtol: float = RTOL
    atol: float = ATOL
    sigfigs: int | None = None
    by_size: bool = False

    def __call__(self, x: float) -> float:
        """Return how far from a number still counts as that number."""
        if self.sigfigs is None:
            return max(self.atol, self.rtol * abs(x))
        if not x or not math.isfinite(x):
            return self.atol
        return max(self.atol, ALLOWED_UNITS * 10.0 ** (math.floor(math.log10(abs(x))) - self.sigfigs + 1))

    @property
    def relative(self) -> float:
        """The relative error that is still right, whatever the number."""
        return self.rtol if self.sigfigs is None else ALLOWED_UNITS * 10.0 ** (1 - self.sigfigs)

    def beside(self, x: float | None, size: Callable[[], float]) -> Tolerance:
        """Return the tolerance for a true number x, None for none, and for how large its kind is, if that matters."""
        if not self.by_size or (x is not None and self.relative * abs(x) >= self.atol):
            return self
        return self._replace(atol=self.atol * min(1.0, size()), by_size=False)

    def of_whole(self, t: float, unit: float) -> float:
        """Return how far from a whole number, which nobody rounds, a claim may be whose last digit counts `unit`.

        Only powers of ten hide the last digits: 1.23e6 is 1,234,567, though not 1e6.
        """
        return max(self.atol, min(unit, self(t)) if unit > 1 else 0.0)

    def near(self, x: float, t: float) -> bool:
        """Whether a number counts as another, both as the decimals that they are written as."""
        sure = self.surely_near(x, t)
        return self.spans_near(Interval(decimal_of(x)), Interval(decimal_of(t))) if sure is None else sure

    def surely_near(self, x: float, t: float) -> bool | None:
        """Return whether a number counts as another where floats can tell; None at the edge."""
        reach, off = self(t), abs(x - t)
        if not (math.isfinite(off) and math.isfinite(reach)):
            return off <= reach
        doubt = ROUNDING * max(abs(x), abs(t), reach)
        if self.sigfigs is not None and t:  # at a power of ten the last figure has another unit on either side
            size = math.log10(abs(t))
            if abs(size - round(size)) < ROUNDING:
                return None
        return None if abs(off - reach) <= doubt else off < reach

    def reach(self, t: Fraction) -> Fraction:
        """Return, exactly, how far from a number still counts as that number.

        It is the larger of `atol` and `rtol` times the number; with `sigfigs` half a unit of the last figure.
        """
        atol = decimal_of(self.atol)
        if self.sigfigs is None:
            return max(atol, decimal_of(self.rtol) * abs(t))
        if not t:
            return atol
        return max(atol, decimal_of(ALLOWED_UNITS) * Fraction(10) ** (_magnitude(t) - self.sigfigs + 1))

    def spans_near(self, x: Interval, t: Interval) -> bool:
        """Whether one number may count as another, as far as both are known."""
        low, high = t.middle - t.radius, t.middle + t.radius
        reach = max(self.reach(low), self.reach(high), self.reach(t.middle))
        return low - reach - x.radius <= x.middle <= high + reach + x.radius


def _magnitude(t: Fraction) -> int:
    """Return the exponent of the leading digit of a number that is not 0."""
    guess = (Decimal(t.numerator) / Decimal(t.denominator)).adjusted()
    return guess - (abs(t) < Fraction(10) ** guess)  # which rounding may have led up to


USUAL = Tolerance(by_size=True)
