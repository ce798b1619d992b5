"""Values with an uncertainty: numbers between two ends, each a ball far narrower than what lies between them.

A monotone function is taken at both ends, so that the radius is the user's, enlarged only by what the program does to
it. What hangs on a question that numbers of the span answer differently is undecided; a slope is then the hull of what
both answers give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import flint

from ..errors import GradcliError
from .balls import Balls, DecimalBalls
from .decimals import fraction_of, with_radius
from .span_arithmetic import Span, between, point, span, whole_power
from .systems import Unbounded, Undecided

MAX_WAYS = 64
LARGEST_EXPONENT = 20_000  # of the ends of a span that is written by way of fractions


class Spans(DecimalBalls):
    """The number system of `Span`: results are written as `middle ± radius`, with the radius rounded up.

    A monotone function of a span lies between its values at the ends; others lie in FLINT's ball of the whole span.
    (Moore, Kearfott and Cloud, Introduction to Interval Analysis, 2009, chapter 5.)
    """

    has_spans = True

    def __init__(self, bits: int, digits: int) -> None:
        super().__init__(bits, digits)
        self.zero, self.one, self.two, self.ten = map(span, (0, 1, 2, 10))
        self.inner = Balls(bits)
        self._script: list[bool] | None = None
        self._taken: list[bool] = []

    # ---- numbers

    def number(self, text: str) -> Any:
        """Return the decimal that a numeral is."""
        return point(flint.arb(text))

    def from_number(self, x: Any) -> Any:
        """Return a number as a span."""
        return span(x)

    def ball(self, middle: Any, radius: Any) -> Any:
        """Return the span of a value with its uncertainty."""
        size = self.abs(radius).high
        return middle if size == 0 else Span(middle.low - size, middle.high + size)

    def approximate(self, x: Any) -> float:
        """Return the middle of the span."""
        return float(x.mid())

    def rational(self, exact: Fraction) -> Any:
        """Return the span of a fraction."""
        return point(super().rational(exact))

    def fraction_of(self, name: str, x: Any) -> Fraction | None:
        """Return the fraction that an input is, or None where it is not known as one."""
        return super().fraction_of(name, x.low) if x.certain else None

    def lost(self, numbers: Sequence[Any]) -> int | None:
        """Return None: more bits do not help."""
        return None

    def _doubt(self, *numbers: Any) -> Undecided:
        return Undecided()

    def within(self, x: Any) -> bool:
        """Return True. Raises `Unbounded`, an `Undecided`, for a span that is not bounded for certain."""
        if x.low.is_finite() and x.high.is_finite():
            return True
        raise Unbounded

    def round_out(self, x: Any) -> str:
        """Return the middle and the radius, rounded up to two digits; certain digits where it is negligible.

        A radius that no precision tells from one of two digits is taken for that: it is off by less than 2**-400.
        Raises `Undecided` where the number has no bounds.
        """
        hull = x.hull()
        if not hull.is_finite():
            raise Undecided
        if x.certain or hull.rel_accuracy_bits() > 20 + 3.33 * self.digits:
            return super().round_out(hull)
        ends = x.low.lower(), x.high.upper()
        if any(not end.is_zero() and abs(int(end.man_exp()[1])) > LARGEST_EXPONENT for end in ends):
            middle, radius, exponent = (int(part) for part in hull.mid_rad_10exp(20))
            return with_radius(Fraction(middle), Fraction(radius), exponent)
        low, high = map(fraction_of, ends)
        return with_radius((low + high) / 2, (high - low) / 2, 0)

    # ---- decisions

    def surely_less(self, x: Any, y: Any) -> bool:
        """Whether x < y for certain."""
        return bool(x.high < y.low)

    def less(self, x: Any, y: Any) -> bool:
        """Whether x < y; raises `Undecided` where numbers of the spans differ in that."""
        if x.high < y.low:
            return True
        if x.low >= y.high or x is y:
            return False
        return self._decide()

    def equal(self, x: Any, y: Any) -> bool:
        """Whether x = y; raises `Undecided` where numbers of the spans differ in that."""
        if x.high < y.low or y.high < x.low:
            return False
        if x is y or (x.certain and y.certain and x.low == y.low):
            return True
        return self._decide()

    def _decide(self) -> bool:
        """Return the answer that is being tried, where both are; else raise `Undecided`."""
        if self._script is None:
            raise Undecided
        place = len(self._taken)
        self._taken.append(place < len(self._script) and self._script[place])
        return self._taken[-1]

    def enclosure(self, x: Any) -> Any:
        """Return the ball of all numbers of a span."""
        return x.hull()

    def adopt(self, x: Any) -> Any:
        """Return what lies in a fraction or ball of FLINT as a span."""
        ball = flint.arb(x)
        return point(ball) if ball.is_exact() else Span(ball.lower(), ball.upper())

    def same(self, x: Any, y: Any) -> bool:
        """Whether two spans have the same ends, as far as their balls tell."""
        return bool(x.low.overlaps(y.low) and x.high.overlaps(y.high))

    def agree(self, x: Any, y: Any) -> bool:
        """Whether two numbers surely are the same: spans that overlap, or that are equal, need not be."""
        return bool(x.certain and y.certain and x.low.overlaps(y.low))

    def ways(self, rule: Callable[[], Any]) -> list[Any]:
        """Return what a rule yields for all answers to the questions that numbers of the spans answer differently.

        One result for each way to answer. Raises `Undecided` where the ways are too many, or none has a result.
        """
        found: list[Any] = []
        scripts: list[list[bool]] = [[]]
        while scripts:
            script = scripts.pop()
            self._script, self._taken = script, []
            try:
                found.append(rule())
            except (ZeroDivisionError, GradcliError):  # no such numbers
                pass
            finally:
                self._script = None
            taken = self._taken
            if len(found) + len(scripts) > MAX_WAYS:
                raise Undecided
            scripts += [[*taken[:k], True] for k in range(len(script), len(taken))]
        if not found:
            raise Undecided
        return found

    def union(self, numbers: Sequence[Any]) -> Any:
        """Return the span that holds all numbers of some spans."""
        return between([end for x in numbers for end in (span(x).low, span(x).high)])

    def argmax(self, args: Sequence[Any]) -> int:
        """Return the position of an argument close to the largest."""
        return self.inner.argmax([x.hull() for x in args])

    # ---- functions

    def _each(self, x: Any, f: Callable[[Any], Any]) -> Any:
        """Return a monotone function of a span."""
        low = f(x.low)
        return point(low) if x.certain else between([low, f(x.high)])

    def _over(self, f: Callable[..., Any], *args: Any) -> Any:
        """Return a function of spans by its ball over their hulls."""
        found = f(*(x.hull() for x in args))
        return point(found) if all(x.certain for x in args) else Span(found.lower(), found.upper())

    def pi(self) -> Any:
        """Return pi."""
        return point(flint.arb.pi())

    def abs(self, x: Any) -> Any:
        """Return the absolute value."""
        if x.certain or x.low >= 0:
            return x if not x.certain else point(abs(x.low))
        return -x if x.high <= 0 else Span(flint.arb(0), x.high.max(-x.low))

    def max(self, *args: Any) -> Any:
        """Return the largest argument, or the span of the largest number."""
        return self._extreme(args, lambda a, b: a.max(b), self.surely_less)

    def min(self, *args: Any) -> Any:
        """Return the smallest argument, or the span of the smallest number."""
        return self._extreme(args, lambda a, b: a.min(b), lambda x, y: self.surely_less(y, x))

    def _extreme(self, args: Sequence[Any], of: Any, below: Any) -> Any:
        best = args[0]
        for x in args[1:]:
            if below(best, x):
                best = x
            elif best is not x and not below(x, best):
                low = of(best.low, x.low)
                best = Span(low, low if best.certain and x.certain else of(best.high, x.high))
        return best

    def exp2(self, x: Any) -> Any:
        """Return 2**x."""
        return self._each(x, self.inner.exp2)

    def log2(self, x: Any) -> Any:
        """Return the logarithm to base 2."""
        return self._each(x, self.inner.log2)

    def log10(self, x: Any) -> Any:
        """Return the logarithm to base 10."""
        return self._each(x, self.inner.log10)

    def cbrt(self, x: Any) -> Any:
        """Return the real cube root."""
        return self._each(x, _cbrt)

    def pow(self, x: Any, y: Any) -> Any:
        """Return x**y; over spans with x >= 0 the extremes lie at the ends."""
        whole = y.low.unique_fmpz() if y.certain and y.low.is_integer() else None
        if whole is not None:
            n = int(whole)
            if n == 0:
                return self.one
            if abs(n) < 2**64:
                return whole_power(x, n) if n > 0 else 1 / whole_power(x, -n)
        ball = self.inner.pow
        if x.certain and y.certain:
            return point(ball(x.low, y.low))
        if x.low >= 0:
            return between([ball(a, b) for a in (x.low, x.high) for b in (y.low, y.high)])
        return self._over(ball, x, y)

    def hypot(self, *args: Any) -> Any:
        """Return the square root of the sum of squares."""
        return self._each(self.sum([whole_power(x, 2) for x in args]), lambda x: x.sqrt())

    def atan2(self, y: Any, x: Any) -> Any:
        """Return the angle of (x, y)."""
        return self._over(self.inner.atan2, y, x)

    def sin(self, x: Any) -> Any:
        """Return the sine."""
        return self._wave(x, flint.arb.sin, flint.arb(1) / 2)

    def cos(self, x: Any) -> Any:
        """Return the cosine."""
        return self._wave(x, flint.arb.cos, flint.arb(0))

    def _wave(self, x: Any, f: Any, first: Any) -> Any:
        """Return sin or cos: between its ends and the crests of the span, the first of them at `first` times pi."""
        if x.certain:
            return self._each(x, f)
        pi = flint.arb.pi()
        low, high = ((end / pi - first) for end in (x.low, x.high))
        low, high = low.lower().ceil().unique_fmpz(), high.upper().floor().unique_fmpz()
        if low is None or high is None:
            return self._over(f, x)
        crests = [flint.arb(-1 if int(k) % 2 else 1) for k in (low, low + 1) if k <= high]
        return between([f(x.low), f(x.high), *crests])

    def cosh(self, x: Any) -> Any:
        """Return the hyperbolic cosine, which is least at 0."""
        if x.certain or x.low >= 0 or x.high <= 0:
            return self._each(x, flint.arb.cosh)
        return between([x.low.cosh(), x.high.cosh(), flint.arb(1)])

    def sigmoid(self, x: Any) -> Any:
        """Return 1/(1 + exp(-x))."""
        return self._each(x, self.inner.sigmoid)

    def softplus(self, x: Any) -> Any:
        """Return log(1 + exp(x))."""
        return self._each(x, self.inner.softplus)

    def _stepped(self, x: Any) -> Any:
        """Raise `Undecided` for a step on which not all numbers of a span lie."""
        if x.low.is_exact() and x.low == x.high:
            return point(x.low)
        raise Undecided

    def floor(self, x: Any) -> Any:
        """Return the largest integer that is not above x."""
        return self._stepped(Span(x.low.floor(), x.high.floor()))

    def ceil(self, x: Any) -> Any:
        """Return the smallest integer that is not below x."""
        return self._stepped(Span(x.low.ceil(), x.high.ceil()))

    def round(self, x: Any) -> Any:
        """Return the nearest integer, halves to the even one."""
        return self._stepped(self._each(x, self.inner.round))

    def lgamma(self, x: Any) -> Any:
        """Return log(abs(gamma(x)))."""
        return self._over(self.inner.lgamma, x)

    def digamma(self, x: Any) -> Any:
        """Return the derivative of lgamma, which rises between its poles: a wide ball of FLINT's is far wider."""
        rises = x.low > 0 or x.low.floor() == x.high.floor()
        return self._each(x, flint.arb.digamma) if rises else self._over(flint.arb.digamma, x)

    def polygamma(self, n: Any, x: Any) -> Any:
        """Return the n-th derivative of digamma."""
        return self._over(self.inner.polygamma, n, x)


def _monotone(name: str) -> Any:
    def call(self: Spans, x: Any) -> Any:
        return self._each(x, getattr(flint.arb, name))

    call.__doc__ = f"Return {name} of a span: it rises, or falls, everywhere."
    return call


def _general(name: str) -> Any:
    def call(self: Spans, x: Any) -> Any:
        return self._over(getattr(flint.arb, name), x)

    call.__doc__ = f"Return {name} of a span."
    return call


for _name in ("exp", "expm1", "log", "log1p", "asin", "acos", "atan", "sinh", "tanh", "asinh", "acosh", "atanh",
              "sqrt", "erf", "erfc", "erfinv"):  # fmt: skip
    setattr(Spans, _name, _monotone(_name))
for _name in ("tan", "gamma"):
    setattr(Spans, _name, _general(_name))


def _cbrt(x: Any) -> Any:
    """Return the real cube root of a ball."""
    if x.is_zero():
        return x
    return x.root(3) if x > 0 else -(-x).root(3)
