"""Certified enclosures of any precision: the balls of python-flint's `arb`, imported only when they are needed.

A ball is a middle and a radius. Every operation returns a ball that holds the true result for all numbers of its
arguments (Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic", IEEE Transactions on
Computers 66, 2017). Balls are computed with inside `with S.at_work():`; a ball may be read anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint

from ..errors import LimitError
from .decimals import TEXT, TIE_BITS, decimal_text, exact_digits, exact_value, fraction_of, is_short, rounded
from .flint_settings import FlintSettings
from .systems import FLOAT, System, Unbounded, Undecided, nearest

FARTHEST = 10_000  # of the order of polygamma, and of a negative argument: beyond, its recurrence is too long
FEW_BITS = 8  # of a number that its precision ran out of
WIDE_BITS = 20  # a ball known to fewer bits is wide
MAX_FIGURES = 4_200  # Python writes down no integer of more than 4,300 unless told to


class Balls(System):
    """Real numbers enclosed in balls of `bits` bits; numerals are the binary64 nearest to them, and so are results.

    The functions are those of FLINT (`arb` in its documentation). A question that the balls do not answer raises
    `Undecided`, with the number of bits that were lost on the way.
    """

    name = "balls"
    has_spans = False  # whether a number may be anything but an arb
    formatter: Any = FLOAT
    input_system: Any = FLOAT

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.fractions: dict[str, Fraction] = {}  # inputs that their balls do not hold exactly
        ball = flint.arb  # of these numbers every precision has all bits
        self.zero, self.one, self.two, self.ten = ball(0), ball(1), ball(2), ball(10)
        self._half = ball(1) / 2

    def at_work(self) -> FlintSettings:
        """Return the context in which the balls to come have the bits of this system."""
        return FlintSettings(self.bits)

    def number(self, text: str) -> Any:
        """Return the binary64 nearest to a numeral."""
        return flint.arb(float(text))

    def from_number(self, x: Any) -> Any:
        """Return a binary64 as a ball of radius 0; a ball as it is."""
        return flint.arb(x)

    def approximate(self, x: Any) -> float:
        """Return the middle of the ball."""
        return float(x.mid())

    def round_out(self, x: Any) -> Any:
        """Return the one binary64 that every number in the ball rounds to, or raise `Undecided`."""
        if x.__class__ is flint.arb:  # as `nearest` does, without the call
            low = float(x.lower())
            if low == float(x.upper()):
                return low + 0.0
        try:
            return nearest(x)
        except Undecided:
            raise self._doubt(x) from None

    def enclosure(self, x: Any) -> Any:
        """Return the ball as it is: other systems make one of their numbers."""
        return x

    def adopt(self, x: Any) -> Any:
        """Return a fraction or ball of FLINT as a ball; raise `Undecided` where it cannot be settled.

        A ball around 0 within half the smallest binary64 becomes 0.
        """
        ball = flint.arb(x)
        if ball.contains(0) and float(ball.lower()) == float(ball.upper()) == 0:
            return self.zero
        self.round_out(ball)
        return ball

    def within(self, x: Any) -> bool:
        """Return True; raise `Unbounded` for a ball without a finite middle and radius."""
        if x.is_finite():
            return True
        raise Unbounded

    def closer(self, graph: Any, values: list[Any]) -> Any:
        """Return the system of numbers that know which fraction they are, and how they were computed."""
        from .closer import Closer

        return Closer(self, graph, values)

    def fraction(self, text: str) -> Fraction:
        """Return the fraction that a numeral stands for: that of the nearest binary64."""
        return Fraction(float(text))

    def fraction_of(self, name: str, x: Any) -> Fraction | None:
        """Return the fraction that an input is, or None where it is not known as one."""
        return self.fractions.get(name) or (fraction_of(x) if x.is_exact() else None)

    def rational(self, exact: Fraction) -> Any:
        """Return the ball of a fraction, exact where it has few enough bits."""
        ball = flint.arb(exact.numerator)
        return ball if exact.denominator == 1 else ball / exact.denominator

    def lost(self, numbers: Sequence[Any]) -> int | None:
        """Return how many bits the worst of these numbers lost, if fewer than 8 are left; else None."""
        least = min((_accuracy(x) for x in numbers if x is not None), default=self.bits)
        return self.bits - least if least < FEW_BITS else None

    def _doubt(self, *numbers: Any) -> Undecided:
        """Return the doubt about a number, or about two: either precision ran out, or they may be equal."""
        doubt = Undecided()
        least = min(map(_accuracy, numbers))
        if len(numbers) == 1 or least < self.bits // 2:
            doubt.lost = self.bits - least
        return doubt

    # ---- decisions

    def surely_less(self, x: Any, y: Any) -> bool:
        """Whether x < y for certain."""
        return bool(x < y)

    def less(self, x: Any, y: Any) -> bool:
        """Whether x < y; raises `Undecided` where the balls overlap."""
        if x < y:
            return True
        if x >= y or x is y:
            return False
        raise self._doubt(x, y)

    def equal(self, x: Any, y: Any) -> bool:
        """Whether x = y; raises `Undecided` where the balls overlap without being one exact number."""
        if x == y or x is y:
            return True
        if x != y:
            return False
        raise self._doubt(x, y)

    def agree(self, x: Any, y: Any) -> bool:
        """Whether two numbers are equal as far as their balls tell."""
        return bool(x.overlaps(y))

    def argmax(self, args: Sequence[Any]) -> int:
        """Return the position, from 0, of the argument whose middle is the largest."""
        return max(range(len(args)), key=lambda k: float(args[k].mid()))

    # ---- functions

    def function(self, name: str) -> Any:
        """Return a function of this system by its name, as code that calls it many times wants it."""
        return getattr(flint.arb if name in METHODS else self, name)

    def pi(self) -> Any:
        """Return pi."""
        return flint.arb.pi()

    def abs(self, x: Any) -> Any:
        """Return the absolute value, surely none below 0."""
        return abs(x) if x >= 0 or x <= 0 else from_zero(x.abs_upper())

    def max(self, *args: Any) -> Any:
        """Return the largest argument; of overlapping balls, the ball of the largest number."""
        best = args[0]
        for x in args[1:]:
            if best < x:
                best = x
            elif not (best >= x or best is x):
                positive = best >= 0 or x >= 0
                best = best.max(x)
                if positive and not best >= 0:
                    best = from_zero(best.upper())
        return best

    def min(self, *args: Any) -> Any:
        """Return the smallest argument; of overlapping balls, the ball of the smallest number."""
        best = args[0]
        for x in args[1:]:
            best = x if x < best else best if best <= x or best is x else best.min(x)
        return best

    def pow(self, x: Any, y: Any) -> Any:
        """Return x**y; 0**0 is 1. Raise `Undecided` where x may be negative and y need not be whole."""
        if not y.is_integer():
            return self._power_of(x, y)
        if y.is_zero():
            return self.one
        return self._wide_power(x, y) if x.rel_accuracy_bits() < WIDE_BITS and x.is_finite() else x**y

    def _power_of(self, x: Any, y: Any) -> Any:
        """Return x**y for a y that is not known to be whole; raise `Undecided` where x may be negative."""
        if x >= 0:
            return x**y
        raise self._doubt(y)

    def _wide_power(self, x: Any, y: Any) -> Any:
        """Return x**y for a whole y: FLINT's power is not a number around 0, and of an even one it has negatives."""
        if y < 0:
            return 1 / self._wide_power(x, -y)
        low, high = x.lower(), x.upper()
        if int(y.unique_fmpz()) % 2 == 0 and x.contains(0):
            return from_zero((low if -low > high else high) ** y)
        return (low**y).union(high**y)

    def exp2(self, x: Any) -> Any:
        """Return 2**x."""
        return self.two**x

    def log2(self, x: Any) -> Any:
        """Return the logarithm to base 2, exact for the powers of 2."""
        if x.is_exact() and (parts := x.man_exp())[0] == 1:
            return flint.arb(parts[1])
        return x.log() / self.two.log()

    def log10(self, x: Any) -> Any:
        """Return the logarithm to base 10, exact for the powers of 10 that a binary64 can be."""
        power = round(math.log10(float(x))) if x.is_exact() and 1 <= x <= 1e22 else 0
        return flint.arb(power) if x == 10**power else x.log() / self.ten.log()

    def cbrt(self, x: Any) -> Any:
        """Return the real cube root, exact for the cubes of integers below 1e15; raise `Undecided` around 0."""
        if x.is_zero():
            return x
        whole = flint.arb(round(float(x.mid()) ** (1 / 3))) if x.is_exact() and 0 < x < 1e45 else self.zero
        if whole**3 == x:
            return whole
        return -self.cbrt(-x) if self.less(x, self.zero) else x.root(3)

    def hypot(self, *args: Any) -> Any:
        """Return the square root of the sum of squares, at least the largest absolute value."""
        total = self.sum([self.pow(x, self.two) for x in args])
        return total.sqrt() if total > 0 else from_zero(total.upper().sqrt())

    def atan2(self, y: Any, x: Any) -> Any:
        """Return the angle of (x, y); raise `Undecided` where it may lie on either side of the cut."""
        if not (x > 0 or y > 0 or y < 0 or y.is_zero()):
            raise self._doubt(y, self.zero)
        return flint.arb.atan2(y, x)

    def sigmoid(self, x: Any) -> Any:
        """Return 1/(1 + exp(-x)); a ball's exponent does not overflow."""
        return 1 / (1 + (-x).exp())

    def softplus(self, x: Any) -> Any:
        """Return log(1 + exp(x)); a ball's exponent does not overflow."""
        return x.exp().log1p()

    def _stepped(self, x: Any) -> Any:
        """Return the one integer that a floor or ceiling can be; raise `Undecided` where there are two."""
        if not x.is_exact():
            raise Undecided
        return x

    def floor(self, x: Any) -> Any:
        """Return the largest integer that is not above x."""
        return self._stepped(x.floor())

    def ceil(self, x: Any) -> Any:
        """Return the smallest integer that is not below x."""
        return self._stepped(x.ceil())

    def round(self, x: Any) -> Any:
        """Return the nearest integer, halves to the even one."""
        up = self.floor(x + self._half)
        tie = self.equal(x + self._half, up)
        return up - 1 if tie and not self.equal(self.floor(up / 2) * 2, up) else up

    def lgamma(self, x: Any) -> Any:
        """Return log(abs(gamma(x))); raise `Undecided` around 0."""
        return x.lgamma() if self.less(self.zero, x) else abs(x.gamma()).log()

    def polygamma(self, n: Any, x: Any) -> Any:
        """Return the n-th derivative of digamma; raise `LimitError` for n > 10,000 or x <= -10,000.

        Below 1 by the recurrence psi_n(x) = psi_n(x + 1) - (-1)**n * n! / x**(n + 1) (DLMF 5.15.5).
        """
        if not n < FARTHEST + 1:
            raise LimitError(f"polygamma of an order beyond {FARTHEST:,}")
        if not x > -FARTHEST:
            raise LimitError(f"polygamma of a number below {-FARTHEST:,}")
        steps = 0 if x > 1 else 1 - math.floor(float(x.lower()))  # no number beyond binary64 becomes a float
        found = flint.acb(x + steps).polygamma(flint.acb(n)).real
        if not steps:
            return found
        # FLINT's own way from a negative number to a positive one takes seconds at some thousand bits.
        power, total = n + 1, self.zero
        for k in range(steps):
            total += 1 / (x + k) ** power
        return found - self.pow(-self.one, n) * power.gamma() * total


def _method(name: str) -> Any:
    def call(self: Balls, x: Any) -> Any:
        return getattr(x, name)()

    call.__doc__ = f"Return {name} of a ball."
    return call


METHODS = (
    "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
    "acosh", "atanh", "sqrt", "erf", "erfc", "erfinv", "gamma", "digamma",
)  # fmt: skip
for _name in METHODS:
    setattr(Balls, _name, _method(_name))


class DecimalBalls(Balls):
    """Balls whose numerals are the decimals that they are, and whose results are texts of so many certain digits.

    `last` says that no more bits will be tried: a ball around 0 that is narrow enough is then written 0.
    """

    decimal = True

    def __init__(self, bits: int, digits: int, *, last: bool = False) -> None:
        super().__init__(bits)
        self.digits = digits
        self.last = last  # no more bits will be tried
        self.input_system = self
        self.formatter = TEXT

    def number(self, text: str) -> Any:
        """Return the decimal that a numeral is."""
        return flint.arb(text)

    def fraction(self, text: str) -> Fraction:
        """Return the exact value of a numeral."""
        return Fraction(text)

    def round_out(self, x: Any) -> str:
        """Return the number correctly rounded to so many significant digits, or raise `Undecided`.

        A ball around 0 that the last precision does not tell from it, and that is closer to it than half the smallest
        binary64, is written 0; one that no precision tells from a tie of two roundings takes the even one.
        """
        if x.is_zero() or (self.last and x.contains(0) and float(x.lower()) == float(x.upper()) == 0):
            return "0"
        if not x.is_finite() or x.contains(0):
            raise self._doubt(x)
        exact = x.is_exact() and is_short(x)
        if exact:
            low = high = exact_digits(x, self.digits)
        else:
            low, high = self._roundings(x, self.digits + 10)
            if low != high:  # close to a tie: all digits that are known say whether it is one
                known = x.rel_accuracy_bits() * 3 // 10
                low, high = self._roundings(x, min(known, MAX_FIGURES))
        if low != high:
            if x.rel_accuracy_bits() < TIE_BITS + 7 * self.digits:
                raise self._doubt(x)
            low = low if low[0] % 2 == 0 else high
        mantissa, exponent = low
        if exact and exact_value(mantissa, exponent, x):  # nothing was rounded: no zeros to keep
            while mantissa % 10 == 0:
                mantissa, exponent = mantissa // 10, exponent + 1
        return decimal_text(mantissa, exponent)

    def _roundings(self, x: Any, figures: int) -> list[tuple[int, int]]:
        """Return both ends of a ball, which is looked at to so many figures, rounded to the digits wanted."""
        middle, radius, exponent = (int(part) for part in x.mid_rad_10exp(max(figures, self.digits + 10)))
        return [rounded(end, exponent, self.digits) for end in (middle - radius, middle + radius)]


def from_zero(top: Any) -> Any:
    """Return a ball of the numbers from 0 to `top`, and surely none below 0."""
    half = flint.arb(0, (top / 2).upper())
    return half.rad() + half


def _accuracy(x: Any) -> int:
    """Return how many bits of a ball are certain: of its middle, or of 1 for a ball around 0."""
    if not x.is_finite():
        return 0
    if x.contains(0) and not x.is_exact():
        man, exp = x.rad().man_exp()
        return -(int(man).bit_length() + int(exp))
    return int(x.rel_accuracy_bits())
