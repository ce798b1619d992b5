"""The number system of fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from ..errors import LimitError, ShellHint
from .functions import FUNCTIONS
from .systems import System, Undecided, Unsupported

EXACT_BITS = 13_000
LEAVE_OUT = ShellHint("leave --exact out")


class Exact(System):
    """Fractions. Only what maps fractions to fractions is supported; numbers are limited to 13,000 bits."""

    name = "exact"
    settled = True
    decimal = True

    def __init__(self) -> None:
        self.formatter = self.input_system = self
        self.zero, self.one, self.two, self.ten = Fraction(0), Fraction(1), Fraction(2), Fraction(10)

    def within(self, x: Any) -> bool:
        """Return True; raise `LimitError` for a fraction that is too large."""
        if max(x.numerator.bit_length(), x.denominator.bit_length()) > EXACT_BITS:
            raise LimitError(f"an exact number of more than {EXACT_BITS:,} bits", hint=LEAVE_OUT)
        return True

    def adopt(self, x: Any) -> Any:
        """Return a fraction of FLINT as a fraction; raise `Undecided` for a ball."""
        if hasattr(x, "mid"):
            raise Undecided
        return Fraction(int(x.p), int(x.q))

    def number(self, text: str) -> Any:
        """Return the fraction that a numeral denotes: 0.1 is 1/10. Raises `LimitError` beyond 4,000 digits."""
        if len(text) > 4000:
            raise LimitError("an exact numeral of more than 4,000 digits", hint=LEAVE_OUT)
        return Fraction(text)

    def floor(self, x: Any) -> Any:
        """Return the largest integer that is not above x."""
        return Fraction(math.floor(x))

    def ceil(self, x: Any) -> Any:
        """Return the smallest integer that is not below x."""
        return Fraction(math.ceil(x))

    def round(self, x: Any) -> Any:
        """Return the nearest integer, halves to the even one."""
        return Fraction(round(x))

    def pow(self, x: Any, y: Any) -> Any:
        """Return x**y where that is a fraction: whole exponents, and roots that come out even.

        Raises `Unsupported` for another root, and `LimitError` for a number of too many digits.
        """
        if y.denominator != 1:
            x = self._root(x, y.denominator)
            if x is None:
                raise Unsupported("a power with a fractional exponent")
        bits = max(x.numerator.bit_length(), x.denominator.bit_length())
        if (bits - 1) * abs(y.numerator) > EXACT_BITS:
            raise LimitError(f"an exact power of more than {EXACT_BITS:,} bits", hint=LEAVE_OUT)
        return x**y.numerator

    def sqrt(self, x: Any) -> Any:
        """Return the square root where it is a fraction."""
        return self._root_or_refuse(x, 2, "sqrt")

    def cbrt(self, x: Any) -> Any:
        """Return the real cube root where it is a fraction."""
        root = self._root_or_refuse(abs(x), 3, "cbrt")
        return -root if x < 0 else root

    def hypot(self, *args: Any) -> Any:
        """Return the square root of the sum of squares where it is a fraction."""
        return self._root_or_refuse(self.sum([x * x for x in args]), 2, "hypot")

    def _root_or_refuse(self, x: Any, degree: int, function: str) -> Any:
        root = self._root(x, degree)
        if root is None:
            raise Unsupported(function)
        return root

    def _root(self, x: Any, degree: int) -> Any:
        """Return the root of a fraction >= 0 if it is a fraction, else None."""
        roots = [_integer_root(part, degree) for part in (x.numerator, x.denominator)]
        return None if None in roots else Fraction(roots[0] or 0, roots[1] or 1)

    def text(self, x: Any) -> str:
        """Return the fraction as `p/q`."""
        return str(x)

    brief = plain = text

    def __getattr__(self, function: str) -> Any:
        # Only reached for what is not defined here: the functions of the contract that lead out of the fractions.
        if function not in FUNCTIONS:
            raise AttributeError(f"{type(self).__name__} has no {function}")

        def refuse(*args: Any) -> Any:
            raise Unsupported(function)

        return refuse


class Dyadic(Exact):
    """Fractions whose numerals are the binary64 nearest to them."""

    def number(self, text: str) -> Any:
        """Return the fraction that the binary64 nearest to a numeral is."""
        return Fraction(float(text))


def _integer_root(n: int, degree: int) -> int | None:
    """Return the integer whose power is n >= 0, or None (Newton's iteration from above)."""
    if n < 2:
        return n
    if degree > n.bit_length():
        return None
    guess = 1 << -(-n.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + n // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess if guess**degree == n else None
        guess = better
