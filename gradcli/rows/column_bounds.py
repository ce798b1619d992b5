"""Floats that know their error, in whole columns: what `enclosures.Bounds` computes row by row, bound by bound.

A row for which these columns do not follow that system is not `kept`, and asked there: where a bound is not finite, and
where a question is undecided. What is left agrees with it to the last bit of every bound, so that the same rows are
settled.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ..numbers.enclosures import BELOW_ONE, LEAST, LIBM_ERROR, Bounds
from ..numbers.error_arithmetic import GROW, SMALL, SPLIT, TINY, UNIT, Bound
from ..numbers.systems import FLOAT, System
from .code import Untraceable
from .column_functions import column_functions, each
from .column_sums import total

SCALAR = Bounds()
INF = math.inf


class ColumnBound:
    """Numbers of many rows: they are within `r` of `v`, two columns, or single numbers for all rows."""

    __slots__ = ("S", "r", "v")

    def __init__(self, S: ColumnBounds, v: Any, r: Any = 0.0) -> None:
        self.S = S
        self.v = v
        self.r = r

    def __add__(self, other: Any) -> ColumnBound:
        other = self.S.number_of(other)
        a, b = self.v, other.v
        v = a + b
        part = v - a
        lost = (a - (v - part)) + (b - part)
        return ColumnBound(self.S, v, (self.r + other.r + abs(lost)) * GROW)

    def __radd__(self, other: Any) -> ColumnBound:
        return self + other

    def __neg__(self) -> ColumnBound:
        return ColumnBound(self.S, -self.v, self.r)

    def __sub__(self, other: Any) -> ColumnBound:
        return self + -self.S.number_of(other)

    def __rsub__(self, other: Any) -> ColumnBound:
        return -self + other

    def __mul__(self, other: Any) -> ColumnBound:
        return self.S.multiply(self, self.S.number_of(other))

    def __rmul__(self, other: Any) -> ColumnBound:
        return self.S.multiply(self, self.S.number_of(other))

    def __truediv__(self, other: Any) -> ColumnBound:
        return self.S.divide(self, self.S.number_of(other))

    def __rtruediv__(self, other: Any) -> ColumnBound:
        return self.S.divide(self.S.number_of(other), self)


class ColumnBounds(System):
    """The number system of `ColumnBound`. `kept` marks the rows that need not be asked elsewhere."""

    name = "columns"

    def __init__(self) -> None:
        import numpy as np

        self.np = np
        self._own = threading.local()  # threads compute blocks with one system
        self.kept = True
        self.zero, self.one, self.two, self.ten = (self.from_number(x) for x in (0.0, 1.0, 2.0, 10.0))
        self._singles = each(lambda *x: FLOAT.sum(x))
        self._pow = each(FLOAT.pow, math.pow)
        self.computed = column_functions(ieee=False)

    @property
    def kept(self) -> Any:
        """The rows that need not be asked elsewhere, in the thread at work."""
        return self._own.kept

    @kept.setter
    def kept(self, rows: Any) -> None:
        self._own.kept = rows

    def number_of(self, x: Any) -> ColumnBound:
        """Return a number of a rule, or one of its small integers."""
        return x if x.__class__ is ColumnBound else self.from_number(x)

    def from_number(self, x: Any) -> ColumnBound:
        """Return a binary64 for all rows, or a column of them."""
        return ColumnBound(self, x if self.np.ndim(x) else self.np.float64(x))

    def number(self, text: str) -> ColumnBound:
        """Return the binary64 nearest to a numeral."""
        return self.from_number(float(text))

    def pi(self) -> ColumnBound:
        """Return pi."""
        return ColumnBound(self, SCALAR.pi().v, SCALAR.pi().r)

    def approximate(self, x: ColumnBound) -> Any:
        """Return the floats."""
        return x.v

    def keep(self, rows: Any) -> None:
        """Leave all rows but these to others."""
        self.kept = self.np.logical_and(self.kept, rows)

    def at_work(self) -> Any:
        """Return the context in which columns are computed with: what is no number is seen to later."""
        return self.np.errstate(all="ignore")

    # ---- arithmetic

    def multiply(self, x: ColumnBound, y: ColumnBound) -> ColumnBound:
        """Return x*y."""
        np = self.np
        a, b, s, t = x.v, y.v, x.r, y.r
        v = a * b
        r = (abs(a) * t + abs(b) * s + s * t + abs(v) * UNIT) * GROW + TINY
        exact_a, exact_b = not np.all(s), not np.all(t)
        if exact_a or exact_b:
            self.keep(abs(s) + abs(t) < INF)
            none = ((a == 0) & (s == 0)) | ((b == 0) & (t == 0))
            if np.any(none):
                r = np.where(none, 0.0, r)
                self.keep(np.logical_not(none) | (v == 0))
        if exact_a and exact_b:
            r = self._where_exact((s == 0) & (t == 0), r, lambda *x: self._product_bound(*x), a, b, v)
        return ColumnBound(self, v, r)

    def divide(self, x: ColumnBound, y: ColumnBound) -> ColumnBound:
        """Return x/y."""
        np = self.np
        a, b, s, t = x.v, y.v, x.r, y.r
        least = (abs(b) - t) * (1 - 4 * UNIT)
        v = a / b
        self.keep((least > 0) & ((t == 0) | (abs(v) >= SMALL)))
        r = (s / least + abs(v) * (t / least) + abs(v) * UNIT) * GROW + TINY
        if not np.all(s):
            r = np.where((s == 0) & (a == 0), 0.0, r)
            if not np.all(t):
                r = self._where_exact((s == 0) & (t == 0), r, self._quotient_bound, a, b, v)
        return ColumnBound(self, v, r)

    def _where_exact(self, rows: Any, r: Any, bound: Callable[..., Any], *numbers: Any) -> Any:
        """Return the bounds `r`, in some rows those that `bound` computes from exact numbers."""
        np = self.np
        columns = np.broadcast_arrays(rows, r, *numbers)
        rows, found = columns[0], np.array(columns[1])
        found[rows] = bound(*(column[rows] for column in columns[2:]))
        return found

    def _product_bound(self, a: Any, b: Any, v: Any) -> Any:
        lost, known = self._product_error(a, b, v)
        return self.np.where(known, abs(lost) * GROW, abs(v) * UNIT * GROW + TINY)

    def _quotient_bound(self, a: Any, b: Any, v: Any) -> Any:
        product = v * b
        lost, known = self._product_error(v, b, product)
        even = (a == 0) | ((product == a) & known & (lost == 0))
        return self.np.where(even, 0.0, (0.0 / abs(b) + abs(v) * UNIT) * GROW + TINY)

    def _product_error(self, a: Any, b: Any, v: Any) -> tuple[Any, Any]:
        """Return a*b - v exactly (Dekker's product), and where that is known."""
        high = SPLIT * a
        a_high = high - (high - a)
        a_low = a - a_high
        high = SPLIT * b
        b_high = high - (high - b)
        b_low = b - b_high
        lost = ((a_high * b_high - v) + a_high * b_low + a_low * b_high) + a_low * b_low
        nothing = (a == 0) | (b == 0)
        inside = (abs(a) > 1e-140) & (abs(a) < 1e150) & (abs(b) > 1e-140) & (abs(b) < 1e150)
        return self.np.where(nothing, 0.0, lost), nothing | inside

    def sum(self, terms: Sequence[ColumnBound]) -> ColumnBound:
        """Return the sum, correctly rounded, and the sum of the bounds."""
        terms = [self.number_of(t) for t in terms]
        v = total([t.v for t in terms], self._singles)
        return ColumnBound(self, v, total([*(t.r for t in terms), abs(v) * UNIT], self._singles) * GROW)

    def dot(self, xs: Sequence[ColumnBound], ys: Sequence[ColumnBound]) -> ColumnBound:
        """Return the sum of the products of two vectors, as `Bounds` has it."""
        return self.sum([self.number_of(x) * y for x, y in zip(xs, ys, strict=True)])

    # ---- decisions

    def less(self, x: ColumnBound, y: ColumnBound) -> Any:
        """Return where x < y; rows where that is undecided are not kept."""
        x, y = self.number_of(x), self.number_of(y)
        if x is y:
            return self.np.zeros(self.np.shape(x.v), dtype=bool)
        sure, not_sure = self._surely_less(x, y), self._surely_less(y, x)
        exact = (x.r == 0) & (y.r == 0)
        self.keep(exact | sure | not_sure)
        return self.np.where(exact, x.v < y.v, sure)

    def equal(self, x: ColumnBound, y: ColumnBound) -> Any:
        """Return where x = y; rows where that is undecided are not kept."""
        x, y = self.number_of(x), self.number_of(y)
        if x is y:
            return self.np.ones(self.np.shape(x.v), dtype=bool)
        exact = (x.r == 0) & (y.r == 0)
        self.keep(exact | self._surely_less(x, y) | self._surely_less(y, x))
        return exact & (x.v == y.v)

    def _surely_less(self, x: ColumnBound, y: ColumnBound) -> Any:
        return (y.v - x.v) * (1 - 4 * UNIT) > (x.r + y.r) * GROW

    def where(self, condition: Any, a: Any, b: Any) -> ColumnBound:
        """Return a where the condition holds, else b."""
        a, b = self.number_of(a), self.number_of(b)
        return ColumnBound(self, self.np.where(condition, a.v, b.v), self.np.where(condition, a.r, b.r))

    # ---- functions

    def function(self, name: str) -> Any:
        """Return a function by its name. Raises `Untraceable` for one that columns do not have."""
        found = getattr(ColumnBounds, name, None)
        if found is None or found is getattr(System, name, None):
            raise Untraceable(name)
        return getattr(self, name)

    def abs(self, x: ColumnBound) -> ColumnBound:
        """Return the absolute value."""
        return ColumnBound(self, abs(x.v), x.r)

    def floor(self, x: ColumnBound) -> ColumnBound:
        """Return the largest whole number below; rows where a bound reaches over one are not kept."""
        np = self.np
        v = np.floor(x.v)
        low, high = np.nextafter(x.v - x.r, -INF), np.nextafter(x.v + x.r, INF)
        self.keep((x.r == 0) | ((np.floor(low) == v) & (np.floor(high) == v)))
        return self.from_number(v)

    def _wave(self, name: str, x: ColumnBound) -> ColumnBound:
        v = self.computed[name](x.v)
        self.keep(x.r < INF)
        r = self.np.where((x.v == 0) & (x.r == 0), 0.0, x.r * GROW + abs(v) * LIBM_ERROR + TINY)
        return ColumnBound(self, v, r)

    def sin(self, x: ColumnBound) -> ColumnBound:
        """Return the sine."""
        return self._wave("sin", x)

    def cos(self, x: ColumnBound) -> ColumnBound:
        """Return the cosine."""
        return self._wave("cos", x)

    def cosh(self, x: ColumnBound) -> ColumnBound:
        """Return the hyperbolic cosine."""
        np = self.np
        self.keep(x.r < INF)
        v = self.computed["cosh"](x.v)
        high = np.where(x.r != 0, self.computed["cosh"](np.nextafter(abs(x.v) + x.r, INF)), v)
        low = np.where(x.r != 0, self.computed["cosh"](np.maximum(abs(x.v) - x.r, 0.0)), v)
        r = (np.maximum(high - v, v - low) + high * 2 * LIBM_ERROR) * GROW
        return ColumnBound(self, v, np.where((x.v == 0) & (x.r == 0), 0.0, r))

    def sqrt(self, x: ColumnBound) -> ColumnBound:
        """Return the square root, exact where it comes out even."""
        np = self.np
        v = np.sqrt(x.v)
        low, high = np.nextafter(x.v - x.r, -INF), np.nextafter(x.v + x.r, INF)
        self.keep((v == v) & ((x.r == 0) | ((low >= 0) & (high < INF))))
        r = (np.maximum(v - np.sqrt(low), np.sqrt(high) - v) + v * 4 * UNIT) * GROW
        if not np.all(x.r):
            square = v * v
            lost, known = self._product_error(v, v, square)
            even = (square == x.v) & known & (lost == 0)
            r = np.where(x.r == 0, np.where(even, 0.0, v * 2 * UNIT), r)
        return ColumnBound(self, v, r)

    def pow(self, x: ColumnBound, y: ColumnBound) -> ColumnBound:
        """Return x**y for an exact number y that is the same in all rows; rows around 0 are not kept."""
        np = self.np
        x, y = self.number_of(x), self.number_of(y)
        if np.ndim(y.v) or y.r:
            self.keep(False)
            return x
        low, high = np.nextafter(x.v - x.r, -INF), np.nextafter(x.v + x.r, INF)
        whole = float(y.v).is_integer()
        self.keep((x.r < INF) & ((x.r == 0) | (low > 0) | (whole & (high < 0))))
        v, at_low, at_high = self._pow(x.v, y.v), self._pow(low, y.v), self._pow(high, y.v)
        spread = np.maximum(abs(at_low - v), abs(at_high - v))
        most = np.maximum(np.maximum(abs(v), abs(at_low)), abs(at_high))
        r = (spread + most * 2 * LIBM_ERROR) * GROW + TINY
        if not np.all(x.r):
            square = self.multiply(ColumnBound(self, x.v), ColumnBound(self, x.v)) if y.v == 2 else None
            even = y.v in (0.0, 1.0) or (x.v == 0) | (x.v == 1)
            exact = np.where(even, 0.0, abs(v) * LIBM_ERROR + TINY) if square is None else square.r
            v = v if square is None else np.where(x.r == 0, square.v, v)
            r = np.where(x.r == 0, exact, r)
        self.keep(abs(v) < INF)
        return ColumnBound(self, v, r)


def _monotone(name: str, error: float = LIBM_ERROR, *, least: float = -INF, most: float = INF) -> Any:
    """Return a monotone function of `Bounds` on columns; what is exact there is exact here."""
    even = (0.0, 1.0, 2.0, -1.0, 8.0, -8.0, 10.0)  # where one of them comes out even
    known = {x: at.v for x in even if least <= x <= most and not (at := _at(name, x)).r}

    def bounded(self: ColumnBounds, x: ColumnBound) -> ColumnBound:
        np = self.np
        f = self.computed[name]
        low, high = np.nextafter(x.v - x.r, -INF), np.nextafter(x.v + x.r, INF)
        self.keep((x.r < INF) & ((x.r == 0) | ((low >= least) & (high <= most))))
        v = f(x.v)
        at_low, at_high = (f(np.where(x.r != 0, end, x.v)) for end in (low, high))
        largest = np.maximum(np.maximum(abs(at_low), abs(at_high)), abs(v))
        r = (np.maximum(abs(at_low - v), abs(at_high - v)) + largest * 2 * error) * GROW + TINY
        if not np.all(x.r):
            r = np.where(x.r == 0, abs(v) * error + TINY, r)
            for number, exact in known.items():
                here = (x.r == 0) & (x.v == number)
                r, v = np.where(here, 0.0, r), np.where(here, exact, v)
        self.keep(r < INF)
        return ColumnBound(self, v, r)

    bounded.__doc__ = f"Return {name} of columns."
    return bounded


def _at(name: str, x: float) -> Bound:
    found: Bound = getattr(SCALAR, name)(Bound(x))
    return found


for _names, _limits in (
    (("exp", "expm1", "exp2", "atan", "sinh", "tanh", "asinh", "cbrt", "erf", "sigmoid", "softplus"), {}),
    (("log", "log2", "log10"), {"least": LEAST}), (("log1p",), {"least": -BELOW_ONE}),
    (("asin", "acos"), {"least": -1.0, "most": 1.0}), (("acosh",), {"least": 1.0}),
    (("atanh",), {"least": -BELOW_ONE, "most": BELOW_ONE}), (("erfc",), {"error": 4 * LIBM_ERROR}),
):  # fmt: skip
    for _name in _names:
        setattr(ColumnBounds, _name, _monotone(_name, **_limits))
