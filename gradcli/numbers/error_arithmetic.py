"""The arithmetic of a float that knows its error: + - * / on a binary64 with a bound on its distance from the truth.

`UNIT` bounds the relative rounding error of one operation (Higham, Accuracy and Stability of Numerical Algorithms,
2.2); what is rounded off a sum or product is computed exactly where it can be (Knuth, TAOCP 2, 4.2.2; Dekker, 1971). A
bound is itself computed with at most eight roundings, all of non-negative terms, which the factor `GROW` covers; `TINY`
covers underflow, since nothing that may have underflowed is enlarged afterwards: the parts of a quotient are divided
first, s/least + abs(v)*(t/least), and what underflow takes from t/least is nothing beside abs(v)*UNIT.
"""

from __future__ import annotations

import math
from typing import Any

UNIT = 2.0**-53
GROW = 1 + 2.0**-49
TINY = 1e-321
SMALL = 1e-290
SPLIT = 134217729.0
INF = math.inf


class Bound:
    """A number of the system: it is within `r` of `v`. An `r` that is not finite says that nothing is known."""

    __slots__ = ("r", "v")

    def __init__(self, v: float, r: float = 0.0) -> None:
        self.v = v
        self.r = r

    def __repr__(self) -> str:
        return f"Bound({self.v!r}, {self.r!r})"

    def __add__(self, other: Any) -> Bound:
        if other.__class__ is not Bound:
            other = Bound(float(other))
        a, b = self.v, other.v
        v = a + b
        b_part = v - a
        lost = (a - (v - b_part)) + (b - b_part)  # the exact rounding error (Knuth's TwoSum)
        r = (self.r + other.r + abs(lost)) * GROW
        return Bound(v, r) if r < INF else UNKNOWN

    __radd__ = __add__

    def __neg__(self) -> Bound:
        return Bound(-self.v, self.r)

    def __sub__(self, other: Any) -> Bound:
        return self + -other

    def __rsub__(self, other: Any) -> Bound:
        return -self + other

    def __mul__(self, other: Any) -> Bound:
        if other.__class__ is not Bound:
            other = Bound(float(other))
        a, b, s, t = self.v, other.v, self.r, other.r
        v = a * b
        if not s and not t:
            return _exactly(v, product_error(a, b, v))
        if (a == 0 and not s) or (b == 0 and not t):
            return Bound(v) if v == 0 else UNKNOWN
        r = (abs(a) * t + abs(b) * s + s * t + abs(v) * UNIT) * GROW + TINY
        return Bound(v, r) if r < INF else UNKNOWN

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Bound:
        if other.__class__ is not Bound:
            other = Bound(float(other))
        a, b, s, t = self.v, other.v, self.r, other.r
        least = (abs(b) - t) * (1 - 4 * UNIT)
        if not least > 0:
            return UNKNOWN
        v = a / b
        if not s and a == 0:
            return Bound(v)
        if t and abs(v) < SMALL:  # what underflow takes from v, times an uncertain b, is not covered by TINY
            return UNKNOWN
        if not s and not t:
            product = v * b
            if product == a and product_error(v, b, product) == 0:
                return Bound(v)
        r = (s / least + abs(v) * (t / least) + abs(v) * UNIT) * GROW + TINY
        return Bound(v, r) if r < INF else UNKNOWN

    def __rtruediv__(self, other: Any) -> Bound:
        return Bound(float(other)) / self


UNKNOWN = Bound(math.nan, INF)


def product_error(a: float, b: float, v: float) -> float | None:
    """Return a*b - v exactly (Dekker's product), or None where that needs more range than binary64 has."""
    if a == 0 or b == 0:
        return 0.0
    if not (1e-140 < abs(a) < 1e150 and 1e-140 < abs(b) < 1e150):
        return None
    high = SPLIT * a
    a_high = high - (high - a)
    a_low = a - a_high
    high = SPLIT * b
    b_high = high - (high - b)
    b_low = b - b_high
    return ((a_high * b_high - v) + a_high * b_low + a_low * b_high) + a_low * b_low


def _exactly(v: float, lost: float | None) -> Bound:
    """Return v with its known rounding error as the bound, or with the general one."""
    r = abs(lost) * GROW if lost is not None else abs(v) * UNIT * GROW + TINY
    return Bound(v, r) if r < INF else UNKNOWN
