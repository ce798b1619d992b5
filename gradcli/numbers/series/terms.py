"""Numbers beside a point: truncated series in the distance t > 0 along a direction.

Limits are read off the leading term, as in Gruntz, "On computing limits in a symbolic manipulation system" (ETH Zürich,
1996), but with remainders and balls in place of a test for zero.

A number is a sum of terms c * t**e * l**k, where l = log(1/t), and a remainder. What is not known is not 0: a
coefficient that may be 0 is never taken for the leading one, and a sum without its remainder is never compared as if it
were exact.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb, fmpq

from ..flint_settings import FlintSettings
from ..systems import FLOAT, System
from .coefficients import MINUS_ONE, ONE, ZERO, Coefficient, Kept, exact, lowered, root, sign_of, times

EXACT = math.inf  # the order of a number without a remainder
BITS, TERMS = "bits", "terms"  # what a number may lack: precision, or further terms
MOST_TERMS = 64  # of one number
WHOLE = fmpq(1), fmpq(2), fmpq(10)
WHOLE_POWER = 64  # whole exponents up to here are multiplied out


class Undetermined(Exception):
    """A series does not tell what is asked of it; `lack` says what might help, if anything does."""

    def __init__(self, lack: str = "") -> None:
        super().__init__(lack)
        self.lack = lack


class Ramified(Exception):
    """A root needs powers of t**(1/unit)."""

    def __init__(self, unit: int) -> None:
        super().__init__(unit)
        self.unit = unit


class Series:
    """A number beside the point: `terms` (e, j, c) of c * t**(e/unit) * l**-j, the largest first, and a remainder.

    The remainder is at most of the order t**(order/unit), up to powers of l; `order` is `EXACT` where there is none.
    """

    __slots__ = ("S", "order", "terms")

    def __init__(self, S: Truncation, terms: Sequence[tuple[int, int, Coefficient]], order: float = EXACT) -> None:
        self.S = S
        self.terms = terms
        self.order = order

    def __repr__(self) -> str:
        return f"Series({self.terms}, order={self.order})"

    @property
    def is_zero(self) -> bool:
        """Whether the number is 0, exactly."""
        return not self.terms and self.order == EXACT

    @property
    def is_constant(self) -> bool:
        """Whether the number is the same all along the direction, exactly."""
        return self.order == EXACT and (not self.terms or (len(self.terms) == 1 and self.terms[0][:2] == (0, 0)))

    @property
    def low(self) -> float:
        """The exponent below which the number has nothing."""
        return self.terms[0][0] if self.terms else self.order

    def coefficient(self, e: int) -> Coefficient:
        """Return the coefficient of t**(e/unit)."""
        return next((c for f, j, c in self.terms if (f, j) == (e, 0)), ZERO)

    def sign(self) -> int | None:
        """Return the sign beside the point, by the first coefficient that is certainly not 0; None if none is."""
        if not self.terms:
            return 0 if self.order == EXACT else None
        return sign_of(self.terms[0][2])

    def lacks(self) -> str:
        """Return what would help to know the sign of a number that does not have one."""
        return BITS if self.terms else TERMS

    # ---- arithmetic

    def __add__(self, other: Any) -> Series:
        other = self.S.from_number(other)
        if not other.terms and other.order == EXACT:
            return self
        found = {(e, j): c for e, j, c in self.terms}
        for e, j, c in other.terms:
            if (e, j) not in found:
                found[e, j] = c
            else:
                found[e, j] = self.S.kept(operator.add, found[e, j], c) if (e, j) == (0, 0) else found[e, j] + c
        return self.S.collect(found, min(self.order, other.order))

    __radd__ = __add__

    def __neg__(self) -> Series:
        kept = self.S.kept
        return Series(self.S, [(e, j, kept(times, c, MINUS_ONE)) for e, j, c in self.terms], self.order)

    def __sub__(self, other: Any) -> Series:
        if other is self:
            return self.S.zero
        other = self.S.from_number(other)
        found = {(e, j): c for e, j, c in self.terms}
        for e, j, c in other.terms:
            mine = found.get((e, j), ZERO)
            if mine is c:  # the same ball is the same number
                found[e, j] = ZERO
            else:
                found[e, j] = self.S.kept(operator.sub, mine, c) if (e, j) == (0, 0) else mine - c
        return self.S.collect(found, min(self.order, other.order))

    def __rsub__(self, other: Any) -> Series:
        return self.S.from_number(other) - self

    def __mul__(self, other: Any) -> Series:
        other = self.S.from_number(other)
        if self.is_zero or other.is_zero:
            return self.S.zero
        if other.is_constant or self.is_constant:
            return self._scaled(other.terms[0][2]) if other.is_constant else other._scaled(self.terms[0][2])
        order = min(self.order + other.low, other.order + self.low)
        limit = min(order, self.S.cap)
        self.S.products += len(self.terms) * len(other.terms)
        found: dict[tuple[int, int], Coefficient] = {}
        first, second = (x.terms[0][2] if x.terms else None for x in (self, other))
        for e, j, c in self.terms:
            for f, k, d in other.terms:
                if e + f >= limit:
                    order = limit
                    break
                key = e + f, j + k
                product = self.S.kept(times, c, d) if c is first and d is second else times(c, d)
                found[key] = found[key] + product if key in found else product
        return self.S.collect(found, order)

    __rmul__ = __mul__

    def _scaled(self, factor: Coefficient) -> Series:
        """Return the number times a coefficient that is not 0."""
        terms = [(e, j, lowered(times(c, factor))) for e, j, c in self.terms]
        if terms:
            e, j, c = self.terms[0]
            terms[0] = e, j, lowered(self.S.kept(times, c, factor))
        return Series(self.S, terms, self.order)

    def __truediv__(self, other: Any) -> Series:
        other = self.S.from_number(other)
        return self.S.one if other is self else self * other.inverse()

    def __rtruediv__(self, other: Any) -> Series:
        return self.S.from_number(other) * self.inverse()

    def leading(self) -> tuple[int, int, Coefficient, Series]:
        """Return e, j and c of the leading term, and the number divided by that term, less 1.

        Raises `Undetermined` where the first coefficient may be 0, or where powers of l alone follow the first.
        """
        if not self.terms or sign_of(self.terms[0][2]) in (None, 0):
            raise Undetermined(self.lacks())
        e, j, c = self.terms[0]
        if any(f == e for f, _, _ in self.terms[1:]):
            raise Undetermined
        scale = self.S.kept(operator.truediv, ONE, c)
        rest = [(f - e, k - j, d * scale) for f, k, d in self.terms[1:]]
        return e, j, c, Series(self.S, rest, self.order - e)

    def inverse(self) -> Series:
        """Return 1 divided by the number, by the geometric series over its leading term (Knuth, TAOCP 2, 4.7).

        Raises `Undetermined` where the leading term is not known.
        """
        e, j, c, rest = self.leading()
        return self.S.compose(lambda n: [fmpq((-1) ** k) for k in range(n)], rest, beyond=e).shifted(
            -e, -j, self.S.kept(operator.truediv, ONE, c)
        )

    def shifted(self, e: int, j: int, c: Coefficient) -> Series:
        """Return the number times one term, c * t**(e/unit) * l**-j."""
        found = {(f + e, k + j): times(d, c) for f, k, d in self.terms}
        return self.S.collect(found, self.order + e)

    def power(self, exponent: Fraction) -> Series:
        """Return the power, by the binomial series over the leading term (Knuth, TAOCP 2, 4.7).

        The number is positive beside the point unless the exponent is whole. Raises `Undetermined` where the leading
        term is not known, and `Ramified` where the power begins with a fractional power of t.
        """
        S = self.S
        if exponent.denominator == 1 and 0 <= exponent <= WHOLE_POWER:
            return self._multiplied(exponent.numerator)
        if self.is_zero:
            return self
        if not self.terms and exponent > 0:  # at most so large
            return Series(S, [], math.floor(self.order * exponent))
        e, j, c, rest = self.leading()
        shift, turn = e * exponent, j * exponent
        if shift.denominator != 1:
            raise Ramified(S.unit * shift.denominator)
        if turn.denominator != 1:
            raise Undetermined
        factor = S.kept(root, c, exponent)

        def coefficients(n: int) -> list[Coefficient]:
            found, r = [fmpq(1)], fmpq(exponent.numerator, exponent.denominator)
            for k in range(n - 1):
                found.append(found[-1] * (r - k) / (k + 1))
            return found

        return S.compose(coefficients, rest, beyond=-int(shift)).shifted(int(shift), int(turn), factor)

    def _multiplied(self, n: int) -> Series:
        result, square = self.S.one, self
        while n:
            if n & 1:
                result = result * square
            n >>= 1
            if n:
                square = square * square
        return result

    def parts(self) -> tuple[Sequence[tuple[int, int, Coefficient]], Coefficient, Series]:
        """Return the terms that grow without bound, the limit of the others, and what vanishes with t.

        Raises `Undetermined` where the remainder does not vanish, or vanishes more slowly than any power of t.
        """
        if self.order <= 0:
            raise Undetermined(TERMS)
        pole = [term for term in self.terms if term[:2] < (0, 0)]
        small = [term for term in self.terms if term[:2] > (0, 0)]
        if small and small[0][0] == 0:
            raise Undetermined
        return pole, self.coefficient(0), Series(self.S, small, self.order)


class Truncation(System):
    """Makes numbers beside a point, in powers of t**(1/unit) below `cap`, with balls of `bits` bits where needed.

    `decimal` says that a numeral is the decimal that it is, not the nearest binary64.
    """

    def __init__(self, bits: int, unit: int, terms: int, *, decimal: bool = False) -> None:
        self.bits = bits
        self.unit = unit
        self.cap = unit * terms
        self.decimal = decimal
        self.input_system: Any = self if decimal else FLOAT
        self.kept = Kept()
        self.products = 0  # of terms: the work done so far
        self.zero = Series(self, [])
        self.one, self.two, self.ten = (Series(self, [(0, 0, n)]) for n in WHOLE)

    def at_work(self) -> FlintSettings:
        """Return the context in which the balls among the coefficients have the bits of this system."""
        return FlintSettings(self.bits)

    def constant(self, c: Coefficient) -> Series:
        """Return a number that is the same all along."""
        return Series(self, [(0, 0, c)] if sign_of(c) != 0 else [])

    def distance(self, start: Series, weight: int) -> Series:
        """Return start + weight * t."""
        return start + Series(self, [(self.unit, 0, fmpq(weight))])

    def from_number(self, x: Any) -> Series:
        """Return a whole number, a binary64, a fraction or a ball as a constant."""
        if isinstance(x, Series):
            return x
        if isinstance(x, arb):
            return self.constant(exact(x))
        if isinstance(x, fmpq):
            return self.constant(x)
        return self.constant(fmpq(*x.as_integer_ratio()))

    def number(self, text: str) -> Series:
        """Return the constant that a numeral denotes."""
        return self.from_number(Fraction(text) if self.decimal else float(text))

    def ball(self, middle: Any, radius: Any) -> Any:
        """Return a constant that is known up to a radius."""
        middle, radius = (arb(x.coefficient(0)) for x in (middle, radius))
        return self.constant(arb(middle, abs(radius).upper()))

    def collect(self, found: Mapping[tuple[int, int], Coefficient], order: float) -> Series:
        """Return the number with these terms, without those that are 0 or too small to be kept."""
        limit = min(order, self.cap)
        terms: list[tuple[int, int, Coefficient]] = []
        for e, j in sorted(found):
            c = found[e, j]
            if (not c) if type(c) is fmpq else c.is_zero():
                continue
            if e >= limit or len(terms) == MOST_TERMS:
                order = min(limit, e)
                terms = [term for term in terms if term[0] < order]
                break
            terms.append((e, j, lowered(c)))
        return Series(self, terms, order)

    def compose(self, taylor: Callable[[int], Sequence[Coefficient]], small: Series, *, beyond: int = 0) -> Series:
        """Return the sum of a(k) * small**k, for a number that vanishes with t; `taylor(n)` returns n coefficients.

        Powers of t below cap + `beyond` are kept: so many are left when the result is multiplied by t**-beyond. By
        Horner's rule. Raises `Undetermined` where the number does not vanish as fast as some power of t.
        """
        if small.is_zero:
            return self.constant(taylor(1)[0])
        cap = self.cap
        limit = cap + max(beyond, -cap + 1)
        low = small.low
        if low <= 0:
            raise Undetermined(TERMS)
        count = min(math.ceil(limit / low), MOST_TERMS)
        coefficients = taylor(count)
        self.cap = limit
        try:
            result = self.constant(coefficients[-1])
            for c in reversed(coefficients[:-1]):
                result = result * small + self.constant(c)
            return self.collect({(e, j): c for e, j, c in result.terms}, min(result.order, count * low))
        finally:
            self.cap = cap

    def pi(self) -> Series:
        """Return pi, one ball, so that pi - pi is 0."""
        return self._pi

    @cached_property
    def _pi(self) -> Series:
        with self.at_work():
            return self.constant(arb.pi())

    def sum(self, terms: Sequence[Series]) -> Series:
        """Return the sum of the terms."""
        result = self.zero
        for x in terms:
            result = result + x
        return result
