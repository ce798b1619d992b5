"""Floats that know their error: a binary64 with a bound on its distance from the true number.

The value is the one that plain floats would give, the bound is proven: it covers the rounding of every operation and
of `math`'s functions, and what the errors of the arguments do to the result. What cannot be decided raises
`Undecided`; then a second arithmetic has to.

`error_arithmetic` proves the arithmetic. The functions of `math` are taken to be within `LIBM_ERROR` of the true value,
four times and more what their authors measure or promise; a monotone function of an inexact argument lies between its
values at the two ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .error_arithmetic import GROW, INF, TINY, UNIT, UNKNOWN, Bound, product_error
from .special_functions import digamma, erfinv, lgamma
from .systems import FLOAT, System, Undecided, nearest

LIBM_ERROR = 16 * UNIT
GAMMA_ERROR = 400 * UNIT  # gamma, lgamma and digamma for positive arguments
ERFINV_ERROR = 256 * UNIT  # its last step leaves what the errors of erf and erfc make of its argument
CERTAIN_RTOL = 5e-13
LEAST, BELOW_ONE = math.ulp(0.0), math.nextafter(1.0, 0.0)  # the ends of open domains, from inside


def _ends(x: Bound) -> tuple[float, float]:
    return math.nextafter(x.v - x.r, -INF), math.nextafter(x.v + x.r, INF)


def _monotone(
    f: Callable[[float], float], error: float = LIBM_ERROR, exact: Mapping[float, float] | None = None, *,
    least: float = -INF, most: float = INF,
) -> Any:  # fmt: skip
    """Return a monotone function of floats on bounds; `exact` holds arguments with exact results.

    `least` and `most` are the ends of what `f` is defined on; an inexact argument may lie beyond them by a rounding.
    """
    known = exact or {}

    def bounded(self: Bounds, x: Bound) -> Bound:
        if not x.r < INF:
            return UNKNOWN
        if not x.r:
            if x.v in known:
                return Bound(known[x.v])
            v = f(x.v)
            r = abs(v) * error + TINY
            return Bound(v, r) if r < INF else UNKNOWN
        low, high = _ends(x)
        if low < least or high > most:
            return UNKNOWN
        v, at_low, at_high = f(x.v), f(low), f(high)
        r = max(abs(at_low - v), abs(at_high - v)) + max(abs(at_low), abs(at_high), abs(v)) * 2 * error
        r = r * GROW + TINY
        return Bound(v, r) if r < INF else UNKNOWN

    return bounded


class Bounds(System):
    """The number system of `Bound`: what the default mode computes with."""

    name = "float"
    formatter = input_system = FLOAT

    def __init__(self) -> None:
        self.zero, self.one, self.two, self.ten = Bound(0.0), Bound(1.0), Bound(2.0), Bound(10.0)

    exp = _monotone(FLOAT.exp, exact={0.0: 1.0})
    expm1 = _monotone(FLOAT.expm1, exact={0.0: 0.0})
    exp2 = _monotone(FLOAT.exp2, exact={0.0: 1.0, 1.0: 2.0})
    log = _monotone(math.log, exact={1.0: 0.0}, least=LEAST)
    log1p = _monotone(math.log1p, exact={0.0: 0.0}, least=-BELOW_ONE)
    log2 = _monotone(math.log2, exact={1.0: 0.0, 2.0: 1.0}, least=LEAST)
    log10 = _monotone(math.log10, exact={1.0: 0.0, 10.0: 1.0}, least=LEAST)
    asin = _monotone(math.asin, exact={0.0: 0.0}, least=-1.0, most=1.0)
    acos = _monotone(math.acos, exact={1.0: 0.0}, least=-1.0, most=1.0)
    atan = _monotone(math.atan, exact={0.0: 0.0})
    sinh = _monotone(FLOAT.sinh, exact={0.0: 0.0})
    tanh = _monotone(math.tanh, exact={0.0: 0.0})
    asinh = _monotone(math.asinh, exact={0.0: 0.0})
    acosh = _monotone(math.acosh, exact={1.0: 0.0}, least=1.0)
    atanh = _monotone(math.atanh, exact={0.0: 0.0}, least=-BELOW_ONE, most=BELOW_ONE)
    cbrt = _monotone(math.cbrt, exact={0.0: 0.0, 1.0: 1.0, -1.0: -1.0, 8.0: 2.0, -8.0: -2.0})
    erf = _monotone(math.erf, exact={0.0: 0.0})
    erfc = _monotone(math.erfc, 4 * LIBM_ERROR, exact={0.0: 1.0})
    erfinv = _monotone(erfinv, ERFINV_ERROR, exact={0.0: 0.0}, least=-BELOW_ONE, most=BELOW_ONE)
    sigmoid = _monotone(FLOAT.sigmoid, exact={0.0: 0.5})
    softplus = _monotone(FLOAT.softplus)

    def number(self, text: str) -> Bound:
        """Return the binary64 nearest to a numeral, as an exact number."""
        return Bound(float(text))

    def from_number(self, x: float) -> Bound:
        """Return a binary64 as an exact number."""
        return Bound(x)

    def approximate(self, x: Bound) -> float:
        """Return the float without its bound."""
        return x.v

    def round_out(self, x: Bound) -> float:
        """Return the float if it is proven to twelve digits, else raise `Undecided`."""
        if x.r <= CERTAIN_RTOL * abs(x.v):
            return x.v + 0.0  # a real number has no negative zero
        raise Undecided

    def as_given(self, x: Bound) -> float:
        """Return the float of a number that was given, which has no error."""
        return x.v

    def within(self, x: Bound) -> bool:
        """Return True; raise `Undecided` for a result about which nothing is known."""
        if x.r < INF:
            return True
        raise Undecided

    # ---- decisions

    def surely_less(self, x: Bound, y: Bound) -> bool:
        """Whether x < y for certain."""
        if not x.r and not y.r:
            return x.v < y.v
        gap = y.v - x.v
        return gap * (1 - 4 * UNIT) > (x.r + y.r) * GROW

    def less(self, x: Bound, y: Bound) -> bool:
        """Whether x < y; raises `Undecided` where the bounds overlap."""
        if not x.r and not y.r:
            return x.v < y.v
        if self.surely_less(x, y):
            return True
        if self.surely_less(y, x) or x is y:
            return False
        raise Undecided

    def equal(self, x: Bound, y: Bound) -> bool:
        """Whether x = y; raises `Undecided` where the bounds overlap."""
        if not x.r and not y.r:
            return x.v == y.v
        if x is y:
            return True
        if self.surely_less(x, y) or self.surely_less(y, x):
            return False
        raise Undecided

    def enclosure(self, x: Bound) -> Any:
        """Return an exact number as a fraction of FLINT, another one as a ball."""
        from flint import arb, fmpq

        return arb(x.v, x.r) if x.r else fmpq(*x.v.as_integer_ratio())

    def adopt(self, x: Any) -> Bound:
        """Return the binary64 that a fraction or ball rounds to, and by how much. Raises `Undecided` beyond these."""
        v = nearest(x)
        if not math.isfinite(v):
            raise Undecided
        return Bound(v, 0.0 if v == 0 or self.enclosure(Bound(v)) == x else abs(v) * UNIT + TINY)

    def agree(self, x: Bound, y: Bound) -> bool:
        """Whether two numbers are equal as far as their bounds tell."""
        return abs(x.v - y.v) <= x.r + y.r + 1e-13 * max(abs(x.v), abs(y.v))

    def argmax(self, args: Sequence[Bound]) -> int:
        """Return the position of an argument close to the largest."""
        return max(range(len(args)), key=lambda k: args[k].v)

    # ---- functions that are not monotone

    def pi(self) -> Bound:
        """Return pi."""
        return Bound(math.pi, 1.3e-16)

    def abs(self, x: Bound) -> Bound:
        """Return the absolute value."""
        return Bound(abs(x.v), x.r)

    def _wave(self, f: Callable[[float], float], x: Bound) -> Bound:
        """Return sin or cos: their slope is at most 1."""
        if not x.r < INF:
            return UNKNOWN
        v = f(x.v)
        return Bound(v, x.r * GROW + abs(v) * LIBM_ERROR + TINY)

    def sin(self, x: Bound) -> Bound:
        """Return the sine."""
        return x if x.v == 0 and not x.r else self._wave(math.sin, x)

    def cos(self, x: Bound) -> Bound:
        """Return the cosine."""
        return self.one if x.v == 0 and not x.r else self._wave(math.cos, x)

    def tan(self, x: Bound) -> Bound:
        """Return the tangent, where no pole lies within the bound."""
        if x.v == 0 and not x.r:
            return x
        if not x.r:
            v = math.tan(x.v)
            return Bound(v, abs(v) * LIBM_ERROR + TINY)
        low, high = _ends(x)
        if not high - low < 3:  # less than a period, so that a pole within is seen
            return UNKNOWN
        at_low, v, at_high = math.tan(low), math.tan(x.v), math.tan(high)
        if not at_low <= v <= at_high:  # tan rises, except across a pole
            return UNKNOWN
        spread = (max(v - at_low, at_high - v) + max(abs(at_low), abs(at_high)) * 2 * LIBM_ERROR) * GROW + TINY
        return Bound(v, spread)

    def cosh(self, x: Bound) -> Bound:
        """Return the hyperbolic cosine, monotone in the absolute value."""
        if x.v == 0 and not x.r:
            return self.one
        if not x.r < INF:
            return UNKNOWN
        v = FLOAT.cosh(x.v)
        high = FLOAT.cosh(math.nextafter(abs(x.v) + x.r, INF)) if x.r else v
        low = FLOAT.cosh(max(abs(x.v) - x.r, 0.0)) if x.r else v
        r = (max(high - v, v - low) + high * 2 * LIBM_ERROR) * GROW
        return Bound(v, r) if r < INF else UNKNOWN

    def sqrt(self, x: Bound) -> Bound:
        """Return the square root, exact where it comes out even."""
        v = math.sqrt(x.v) if x.v >= 0 else math.nan
        if not x.r:
            square = v * v
            if square == x.v and product_error(v, v, square) == 0:
                return Bound(v)
            return Bound(v, v * 2 * UNIT)
        low, high = _ends(x)
        if not (low >= 0 and high < INF):
            return UNKNOWN
        r = (max(v - math.sqrt(low), math.sqrt(high) - v) + v * 4 * UNIT) * GROW
        return Bound(v, r)

    def hypot(self, *args: Bound) -> Bound:
        """Return the square root of the sum of squares: its slope along any direction is at most 1."""
        v = math.hypot(*(x.v for x in args))
        r = (sum(x.r for x in args) + v * LIBM_ERROR) * GROW + TINY
        if all(x.v == 0 and not x.r for x in args):
            return self.zero
        return Bound(v, r) if r < INF else UNKNOWN

    def atan2(self, y: Bound, x: Bound) -> Bound:
        """Return the angle of (x, y), where the branch cut does not lie within the bounds."""
        v = math.atan2(y.v + 0.0, x.v + 0.0)  # a real number has no negative zero to choose the branch
        if not y.r and not x.r:
            return Bound(v) if v == 0 and y.v == 0 else Bound(v, abs(v) * LIBM_ERROR + TINY)
        away = math.hypot(y.v, x.v)
        moved = (y.r + x.r) * GROW
        if not moved < away / 4 or (x.v <= x.r and y.r >= abs(y.v)):
            return UNKNOWN
        return Bound(v, (1.1 * moved / away + abs(v) * LIBM_ERROR) * GROW + TINY)

    def pow(self, x: Bound, y: Bound) -> Bound:
        """Return x**y; over a box with x > 0 the extremes lie at its corners."""
        v = FLOAT.pow(x.v, y.v) if math.isfinite(x.v) and math.isfinite(y.v) else math.nan
        if not x.r and not y.r:
            if y.v == 2:
                return x * x
            if y.v in (0.0, 1.0) or x.v in (0.0, 1.0):
                return Bound(v) if v < INF else UNKNOWN
            r = abs(v) * LIBM_ERROR + TINY
            return Bound(v, r) if r < INF else UNKNOWN
        if not (x.r < INF and y.r < INF):
            return UNKNOWN
        x_ends, y_ends = _ends(x) if x.r else (x.v, x.v), _ends(y) if y.r else (y.v, y.v)
        if x_ends[0] <= 0:
            if y.r or not y.v.is_integer() or (x_ends[1] >= 0 and y.v < 1):
                return UNKNOWN
            if x_ends[1] >= 0:
                most = FLOAT.pow(max(-x_ends[0], x_ends[1]), y.v)
                r = (abs(v) + most * (1 + LIBM_ERROR)) * GROW + TINY
                return Bound(v, r) if r < INF else UNKNOWN
        corners = [FLOAT.pow(a, b) for a in x_ends for b in y_ends]
        spread = max(abs(c - v) for c in corners)
        r = (spread + max(abs(v), *map(abs, corners)) * 2 * LIBM_ERROR) * GROW + TINY
        return Bound(v, r) if r < INF else UNKNOWN

    def _stepped(self, f: Callable[[float], float], x: Bound) -> Bound:
        """Return a step function where both ends of the bound lie on the same step."""
        if not x.r < INF:
            raise Undecided
        low, high = _ends(x) if x.r else (x.v, x.v)
        if not (low > -INF and high < INF and f(low) == f(high)):
            raise Undecided
        return Bound(f(x.v))

    def floor(self, x: Bound) -> Bound:
        """Return the largest integer that is not above x."""
        return self._stepped(FLOAT.floor, x)

    def ceil(self, x: Bound) -> Bound:
        """Return the smallest integer that is not below x."""
        return self._stepped(FLOAT.ceil, x)

    def round(self, x: Bound) -> Bound:
        """Return the nearest integer, halves to the even one."""
        return self._stepped(FLOAT.round, x)

    def gamma(self, x: Bound) -> Bound:
        """Return the gamma function; for inexact arguments where it is monotone."""
        if not x.r:
            v = FLOAT.gamma(x.v)
            r = abs(v) * GAMMA_ERROR + TINY
            return Bound(v, r) if r < INF and x.v > -170 else UNKNOWN
        if x.v - x.r > 1.5 or (x.v - x.r > 0 and x.v + x.r < 1.4):
            return _gamma(self, x)
        return UNKNOWN

    def lgamma(self, x: Bound) -> Bound:
        """Return log(abs(gamma(x))) for positive x; for inexact arguments where it is monotone."""
        if x.v - x.r > (0 if not x.r else 1.5) or (x.v - x.r > 0 and x.v + x.r < 1.4):
            return _lgamma(self, x)
        return UNKNOWN

    def digamma(self, x: Bound) -> Bound:
        """Return the derivative of lgamma for positive x, where it is monotone."""
        return _digamma(self, x) if x.v - x.r > 0 else UNKNOWN

    def polygamma(self, n: Bound, x: Bound) -> Bound:
        """Return what nothing is known about: the second arithmetic has to compute it."""
        return UNKNOWN

    def sum(self, terms: Sequence[Bound]) -> Bound:
        """Return the sum, correctly rounded, and the sum of the bounds."""
        v = FLOAT.sum([t.v for t in terms])
        r = math.fsum([t.r for t in terms] + [abs(v) * UNIT]) * GROW
        return Bound(v, r) if r < INF else UNKNOWN


_gamma = _monotone(FLOAT.gamma, GAMMA_ERROR)
_lgamma = _monotone(lgamma, GAMMA_ERROR, {1.0: 0.0, 2.0: 0.0})
_digamma = _monotone(digamma, GAMMA_ERROR)
