"""Numbers beside a point that grow, or vanish, faster than every power of the distance t."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq

from .coefficients import ZERO, Coefficient
from .terms import Series, Truncation, Undetermined


class Exponential(Series):
    """A number that grows, or vanishes, faster than every power of t: turn * exp(log), where the exponent is a pole."""

    __slots__ = ("is_huge", "log", "turn")

    def __init__(self, S: Truncation, turn: int, log: Series, *, is_huge: bool) -> None:
        super().__init__(S, [], -math.inf if is_huge else S.cap)
        self.turn = turn
        self.log = log
        self.is_huge = is_huge

    def sign(self) -> int | None:
        """Return the sign beside the point."""
        return self.turn

    def lacks(self) -> str:
        """Neither precision nor terms would tell more."""
        return ""

    def __neg__(self) -> Series:
        return Exponential(self.S, -self.turn, self.log, is_huge=self.is_huge)

    def __add__(self, other: Any) -> Series:
        other = self.S.from_number(other)
        if other.is_zero:
            return self
        if not self.is_huge and not isinstance(other, Exponential):
            return super().__add__(other)
        share = other / self
        if isinstance(share, Exponential) and share.is_huge:
            return (1 + self / other) * other
        return (1 + share) * self

    def __sub__(self, other: Any) -> Series:
        return self.S.zero if other is self else self + -self.S.from_number(other)

    def __rsub__(self, other: Any) -> Series:
        return -self + other

    def __mul__(self, other: Any) -> Series:
        other = self.S.from_number(other)
        if other.is_zero:
            return other
        sign = other.sign()
        try:
            if sign is None:
                raise Undetermined(other.lacks())
            size = self.S.exp(self.log + self.S.log(other if sign > 0 else -other))
        except Undetermined:
            if self.is_huge or isinstance(other, Exponential):
                raise
            return super().__mul__(other)
        return size if sign * self.turn > 0 else -size

    def __truediv__(self, other: Any) -> Series:
        other = self.S.from_number(other)
        return self.S.one if other is self else self * other.inverse()

    def __rtruediv__(self, other: Any) -> Series:
        return self.S.from_number(other) * self.inverse()

    __radd__ = __add__
    __rmul__ = __mul__

    def inverse(self) -> Series:
        """Return 1 divided by the number."""
        return Exponential(self.S, self.turn, -self.log, is_huge=not self.is_huge)

    def power(self, exponent: Fraction) -> Series:
        """Return the power, of a number that is positive unless the exponent is whole."""
        size = self.S.exp(self.log * exponent)
        return -size if self.turn < 0 and exponent.numerator % 2 else size

    def parts(self) -> tuple[Sequence[tuple[Any, int, Coefficient]], Coefficient, Series]:
        """Return a pole beyond all others, or what vanishes."""
        if not self.is_huge:
            return [], ZERO, self
        return [(-math.inf, 0, fmpq(self.turn))], ZERO, self.S.zero
