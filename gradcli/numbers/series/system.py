"""The number system of what lies just beside a point: the functions of the table over series."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb, fmpq

from ..balls import Balls
from .coefficients import NATIVE, ZERO, Coefficient, exact, identity, sign_of, taylor, times
from .decisions import Decisions
from .exponentials import Exponential
from .terms import BITS, Ramified, Series, Undetermined

ENDS = {"log2": (0,), "log10": (0,), "log1p": (-1,), "atanh": (-1, 1)}  # of domains, where there are poles


class SeriesSystem(Decisions):
    """Numbers beside a point, in powers of t**(1/unit) below `cap`, with balls of `bits` bits where they are needed.

    `rows` is the table of operations: a function that is not written here is integrated from its own local gradient.
    Every function raises `Undetermined` where its argument is not known well enough, with what would help.
    """

    name = "series"

    def __init__(self, bits: int, unit: int, terms: int, rows: Mapping[str, Any], *, decimal: bool = False) -> None:
        super().__init__(bits, unit, terms, decimal=decimal)
        self.rows = rows
        self._coefficients: dict[tuple[Any, Any], tuple[Coefficient, Sequence[Coefficient]]] = {}

    @cached_property
    def balls(self) -> Balls:
        """Balls of the same precision."""
        return Balls(self.bits)

    def forget(self) -> None:
        """Drop the results that are kept: numbers and their system refer to each other, and would stay for long."""
        self.kept.clear()
        self._coefficients.clear()

    def _composed(self, name: str, x: Series, c: Coefficient, small: Series) -> Series:
        """Return a function of c + small from its own series at c, where it is smooth."""
        return self.compose(lambda n: self._taylor(name, c, n), small)

    def _taylor(self, name: str, c: Coefficient, n: int) -> Sequence[Coefficient]:
        """Return the first n coefficients of a function's series at c."""

        def made(n: int) -> list[Coefficient]:
            return taylor(name, c, n) if name in NATIVE else self._integrated(self.rows[name], arb(c), n)

        return self._once(name, c, n, made)

    def _once(
        self, function: Any, c: Coefficient, n: int, made: Callable[[int], Sequence[Coefficient]]
    ) -> Sequence[Coefficient]:
        """Return the first n coefficients of a function at c; a coefficient is made once and kept."""
        key = function, identity(c)
        kept = self._coefficients.get(key, (c, ()))[1]
        if len(kept) < n:
            more = made(n)
            if not all(type(a) is fmpq or a.is_finite() for a in more):
                raise Undetermined(BITS)
            kept = [*kept, *more[len(kept) :]]
            self._coefficients[key] = c, kept  # with c, so that no other ball gets its identity
        return kept[:n]

    def _integrated(self, row: Any, c: Any, n: int) -> list[Coefficient]:
        """Return the first n coefficients of a function at c: its value, and the integral of its local gradient.

        A local gradient that is written with the function's own value gives one more term each time round. Raises
        `Undetermined` where it tells no further term.
        """
        found = [exact(row.value(self.balls, c))]
        S = SeriesSystem(self.bits, 1, max(n - 1, 1), self.rows)
        at = Series(S, [(0, 0, exact(c)), (1, 0, fmpq(1))]) if sign_of(c) != 0 else Series(S, [(1, 0, fmpq(1))])
        while len(found) < n:
            terms = [(k, 0, a) for k, a in enumerate(found) if sign_of(a) != 0]
            slope = row.partials[0].rule(S, Series(S, terms, len(found)), at)
            known = int(min(slope.order, n - 1))
            if known < len(found):
                raise Undetermined(BITS)
            found[1:] = [slope.coefficient(k) / (k + 1) for k in range(known)]
        return found

    def __getattr__(self, name: str) -> Any:
        # Reached for functions that have no method here: smooth ones, integrated from their row.
        if name.startswith("_") or name not in self.rows:
            raise AttributeError(f"{type(self).__name__} has no {name}")

        def function(x: Series) -> Series:
            pole, c, small = x.parts()
            if pole:
                raise Undetermined
            return self._composed(name, x, c, small)

        return function

    def exp(self, x: Series) -> Series:
        """Return e to the power of x; where x is a pole, what is beyond all powers of t, or a power of t.

        Raises `Undetermined` where the sign of the pole is not known, and `Ramified` for a fractional power of t.
        """
        pole = [x.terms[0]] if x.terms and x.order <= 0 else x.parts()[0]
        sign = sign_of(pole[0][2]) if pole else 0
        if pole and pole[0][:2] != (0, -1):
            if sign is None:
                raise Undetermined(BITS)
            return Exponential(self, 1, x, is_huge=sign > 0)
        _, c, small = x.parts()
        result = self.compose(lambda n: self._taylor("exp", c, n), small)
        if not pole:
            return result
        _, _, factor = pole[0]  # of a logarithm of t, the smallest pole there is
        if type(factor) is not fmpq:
            raise Undetermined
        shift = -factor * self.unit
        if shift.q != 1:
            raise Ramified(self.unit * int(shift.q))
        return result.shifted(int(shift.p), 0, fmpq(1))

    def log(self, x: Series) -> Series:
        """Return the natural logarithm: that of the leading term, and Mercator's series of the rest.

        Raises `Undetermined` where the leading term has a logarithm in it.
        """
        if isinstance(x, Exponential):
            return x.log
        e, j, c, rest = x.leading()
        if j:
            raise Undetermined
        result = self.compose(lambda n: [ZERO, *(fmpq((-1) ** (k + 1), k) for k in range(1, n))], rest)
        if type(c) is not fmpq or c != 1:
            result = result + self.constant(self._taylor("log", c, 1)[0])
        return result + Series(self, [(0, -1, fmpq(-e, self.unit))]) if e else result

    def pow(self, x: Series, y: Series) -> Series:
        """Return x**y; 0**0 is 1."""
        if y.is_constant:
            c = y.coefficient(0)
            if type(c) is fmpq and (c.q <= 3 or not x.terms or x.terms[0][:2] != (0, 0)):
                return x.power(Fraction(int(c.p), int(c.q)))
        if x.is_zero:
            return x  # the domain asks for a positive exponent
        c = y.coefficient(0)
        if y.low == 0 and y.order > 0 and type(c) is fmpq and c.q <= 3:  # so that it begins as the power x**c does
            return x.power(Fraction(int(c.p), int(c.q))) * self.exp((y - c) * self.log(x))
        return self.exp(y * self.log(x))

    def sqrt(self, x: Series) -> Series:
        """Return the square root."""
        return x.power(Fraction(1, 2))

    def cbrt(self, x: Series) -> Series:
        """Return the real cube root. Raises `Undetermined` where the sign cannot be told."""
        if x.is_zero:
            return x
        sign = x.sign()
        if sign is None:
            if not x.terms:
                return x.power(Fraction(1, 3))
            raise Undetermined(x.lacks())
        return x.power(Fraction(1, 3)) if sign > 0 else -(-x).power(Fraction(1, 3))

    def hypot(self, *args: Series) -> Series:
        """Return the square root of the sum of squares."""
        return self.sqrt(self.sum([x * x for x in args]))

    def sin(self, x: Series) -> Series:
        """Return the sine; of a pole only that it is bounded."""
        return self._bounded("sin", x)

    def cos(self, x: Series) -> Series:
        """Return the cosine; of a pole only that it is bounded."""
        return self._bounded("cos", x)

    def _bounded(self, name: str, x: Series) -> Series:
        if x.order <= 0 or (x.terms and x.terms[0][:2] < (0, 0)):
            return Series(self, [], 0)
        _, c, small = x.parts()
        return self._composed(name, x, c, small)

    def tan(self, x: Series) -> Series:
        """Return the tangent."""
        return self._smooth_or("tan", x, lambda x: self.sin(x) / self.cos(x))

    def sinh(self, x: Series) -> Series:
        """Return the hyperbolic sine."""
        return self._smooth_or("sinh", x, lambda x: (self.exp(x) - self.exp(-x)) / 2)

    def cosh(self, x: Series) -> Series:
        """Return the hyperbolic cosine."""
        return self._smooth_or("cosh", x, lambda x: (self.exp(x) + self.exp(-x)) / 2)

    def _saturated(self, name: str, x: Series, low: Coefficient, high: Coefficient) -> Series:
        """Return a function that approaches its limits faster than any power of its argument."""
        if x.order <= 0 and not isinstance(x, Exponential):
            return Series(self, [], 0)
        pole, c, small = x.parts()
        if not pole:
            return self._composed(name, x, c, small)
        sign = sign_of(pole[0][2])
        if sign is None:
            raise Undetermined(BITS)
        return self.constant(high if sign > 0 else low) + Series(self, [], self.cap)

    def tanh(self, x: Series) -> Series:
        """Return the hyperbolic tangent."""
        if x.order > 0 and x.terms and x.terms[0][:2] < (0, 0) and x.terms[0][0] == 0:
            return 1 - 2 / (self.exp(2 * x) + 1)
        return self._saturated("tanh", x, fmpq(-1), fmpq(1))

    def sigmoid(self, x: Series) -> Series:
        """Return 1/(1 + exp(-x)), by one formula on both sides of 0."""
        return 1 / (1 + self.exp(-x))

    def softplus(self, x: Series) -> Series:
        """Return log(1 + exp(x)), by one formula on both sides of 0."""
        return self.log(1 + self.exp(x))

    def logaddexp(self, *args: Series) -> Series:
        """Return log of the sum of exp, by one formula, factored by an argument close to the largest."""
        k = self.argmax(args)
        rest = [x for j, x in enumerate(args) if j != k]
        return args[k] + self.log(1 + self.sum([self.exp(x - args[k]) for x in rest]))

    def argmax(self, args: Sequence[Series]) -> int:
        """Return the position of an argument close to the largest: the largest leading term, by its middle."""

        def size(k: int) -> tuple[float, float, float]:
            e, j, c = args[k].terms[0] if args[k].terms else (1, 0, ZERO)
            grown = float(arb(c).mid())
            sign = math.copysign(1, grown)
            return (-e * sign, -j * sign, grown) if (e, j) <= (0, 0) else (0.0, 0.0, 0.0)

        return max(range(len(args)), key=size)

    def erf(self, x: Series) -> Series:
        """Return the error function."""
        return self._saturated("erf", x, fmpq(-1), fmpq(1))

    def erfc(self, x: Series) -> Series:
        """Return 1 - erf(x)."""
        return self._saturated("erfc", x, fmpq(2), ZERO)

    def atan(self, x: Series) -> Series:
        """Return the arc tangent; at a pole a right angle less that of 1/x. Raises `Undetermined` for no sign there."""
        if x.order <= 0 and not isinstance(x, Exponential):
            return Series(self, [], 0)
        pole, c, small = x.parts()
        if not pole:
            return self._composed("atan", x, c, small)
        sign = sign_of(pole[0][2])
        if sign is None:
            raise Undetermined(BITS)
        return self._right_angle(sign) - self.atan(1 / x)

    def _right_angle(self, sign: int) -> Series:
        """Return pi/2 or its opposite, the very same number every time."""
        return self.pi() * fmpq(sign, 2)

    def atan2(self, y: Series, x: Series) -> Series:
        """Return the angle of (x, y), for both sides of the cut; raise `Undetermined` where the side is not known."""
        ahead, up = x.sign(), y.sign()
        if up and (not ahead or y.low < x.low):
            return self._right_angle(up) - self.atan(x / y)
        if ahead is None:
            raise Undetermined(x.lacks())
        if ahead > 0:
            return self.atan(y / x)
        below = self.less(y, self.zero)
        return self.atan(y / x) + 2 * self._right_angle(-1 if below else 1)

    def acos(self, x: Series) -> Series:
        """Return the arc cosine; at -1 and 1 by the root that it is there."""
        pole, c, small = x.parts()
        if not pole and arb(c) > -1 and arb(c) < 1:
            return self._composed("acos", x, c, small)
        return self.atan2(self.sqrt((1 - x) * (1 + x)), x)

    def asin(self, x: Series) -> Series:
        """Return the arc sine; at -1 and 1 by the root that it is there."""
        pole, c, small = x.parts()
        if not pole and arb(c) > -1 and arb(c) < 1:
            return self._composed("asin", x, c, small)
        return self._right_angle(1) - self.acos(x)

    def acosh(self, x: Series) -> Series:
        """Return the inverse hyperbolic cosine, by one formula also at 1, which is odd in the root there."""
        return self.asinh(self.sqrt((x - 1) * (x + 1)))

    def asinh(self, x: Series) -> Series:
        """Return the inverse hyperbolic sine; its argument may grow without bound.

        Raises `Undetermined` where the sign of such an argument is not known.
        """
        pole, c, small = x.parts()
        if not pole:
            return self._composed("asinh", x, c, small)
        sign = sign_of(pole[0][2])
        if sign is None:
            raise Undetermined(BITS)
        return self.log(x + self.hypot(self.one, x)) if sign > 0 else -self.asinh(-x)

    def atanh(self, x: Series) -> Series:
        """Return the inverse hyperbolic tangent; its argument may approach -1 and 1."""
        return self._smooth_or("atanh", x, lambda x: self.log((1 + x) / (1 - x)) / 2)

    def expm1(self, x: Series) -> Series:
        """Return exp(x) - 1."""
        return self._smooth_or("expm1", x, lambda x: self.exp(x) - 1)

    def log1p(self, x: Series) -> Series:
        """Return log(1 + x); 1 + x may vanish or grow with t."""
        return self._smooth_or("log1p", x, lambda x: self.log(1 + x))

    def log2(self, x: Series) -> Series:
        """Return the logarithm to base 2."""
        return self._smooth_or("log2", x, lambda x: self.log(x) / self.log(self.two))

    def log10(self, x: Series) -> Series:
        """Return the logarithm to base 10."""
        return self._smooth_or("log10", x, lambda x: self.log(x) / self.log(self.ten))

    def _smooth_or(self, name: str, x: Series, formula: Callable[[Series], Series]) -> Series:
        """Return a function from its own series, or by a formula where it or its argument has a pole."""
        if x.order > 0:
            pole, c, small = x.parts()
            at_end = any(sign_of(c - fmpq(end)) == 0 for end in ENDS.get(name, ()))
            if not pole and not at_end:
                return self._composed(name, x, c, small)
        return formula(x)

    def exp2(self, x: Series) -> Series:
        """Return 2**x."""
        pole, c, small = x.parts()
        return self.exp(x * self.log(self.two)) if pole else self._composed("exp2", x, c, small)

    def gamma(self, x: Series) -> Series:
        """Return the gamma function; at its poles as 1 over its reciprocal, which has none. Raises `Undetermined`."""
        pole, c, small = x.parts()
        if pole:
            raise Undetermined
        if arb(c) > 0:
            return self._composed("gamma", x, c, small)
        return 1 / self.compose(lambda n: self._taylor("rgamma", c, n), small)

    def lgamma(self, x: Series) -> Series:
        """Return log(abs(gamma(x))), below 0 by 1/gamma, which has no poles; raise `Undetermined` at a pole."""
        pole, c, small = x.parts()
        if pole:
            raise Undetermined
        if arb(c) > 0:
            return self._composed("lgamma", x, c, small)
        return -self.log(self.abs(self.compose(lambda n: self._taylor("rgamma", c, n), small)))

    def digamma(self, x: Series) -> Series:
        """Return the derivative of lgamma (DLMF 5.2.2), by that of 1/gamma, which has no poles: -(1/gamma)'/(1/gamma).

        Raises `Undetermined` where the argument is a pole.
        """
        pole, c, small = x.parts()
        if pole:
            raise Undetermined

        def slopes(n: int) -> list[Coefficient]:
            return [times(a, fmpq(k)) for k, a in enumerate(self._taylor("rgamma", c, n + 1))][1:]

        return -self.compose(slopes, small) / self.compose(lambda n: self._taylor("rgamma", c, n), small)

    def polygamma(self, n: Series, x: Series) -> Series:
        """Return the n-th derivative of digamma, for a whole constant n; its own k-th derivative has the order n + k.

        Raises `Undetermined` for another n, and where the argument is a pole.
        """
        order = n.coefficient(0)
        pole, c, small = x.parts()
        if pole or not n.is_constant or type(order) is not fmpq:
            raise Undetermined

        def derivatives(count: int) -> list[Coefficient]:
            return [self.balls.polygamma(arb(order + k), arb(c)) / math.factorial(k) for k in range(count)]

        return self.compose(lambda n: self._once(("polygamma", order), c, n, derivatives), small)
