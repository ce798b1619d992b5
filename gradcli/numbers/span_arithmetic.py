"""Spans: numbers between two ends, each a ball, and the arithmetic on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flint

from .balls import from_zero


class Span:
    """The numbers from the ball `low` to the ball `high`; the same object twice for a number that is certain."""

    __slots__ = ("high", "low")

    def __init__(self, low: Any, high: Any) -> None:
        self.low = low
        self.high = high

    @property
    def certain(self) -> bool:
        """Whether this is one number."""
        return self.low is self.high

    def hull(self) -> Any:
        """Return the ball of all numbers of the span."""
        return self.low if self.low is self.high else self.low.union(self.high)

    def mid(self) -> Any:
        """Return the middle."""
        return self.hull().mid()

    def rad(self) -> Any:
        """Return the radius, or a little more."""
        return self.hull().rad()

    def __add__(self, other: Any) -> Span:
        other = span(other)
        low = self.low + other.low
        return Span(low, low if self.certain and other.certain else self.high + other.high)

    __radd__ = __add__

    def __neg__(self) -> Span:
        low = -self.high
        return Span(low, low if self.certain else -self.low)

    def __sub__(self, other: Any) -> Span:
        return self + -span(other)

    def __rsub__(self, other: Any) -> Span:
        return span(other) + -self

    def __mul__(self, other: Any) -> Span:
        if self is other:
            return whole_power(self, 2)
        other = span(other)
        if self.certain and other.certain:
            return point(self.low * other.low)
        return between([a * b for a in (self.low, self.high) for b in (other.low, other.high)])

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Span:
        other = span(other)
        if self.certain and other.certain:
            return point(self.low / other.low)
        if not (other.low > 0 or other.high < 0):
            return point(flint.arb.nan())
        return between([a / b for a in (self.low, self.high) for b in (other.low, other.high)])

    def __rtruediv__(self, other: Any) -> Span:
        return span(other) / self


def point(x: Any) -> Span:
    """Return the span of one number."""
    return Span(x, x)


def span(x: Any) -> Span:
    """Return a number of a rule, or one of its small integers, as a span."""
    return x if x.__class__ is Span else point(flint.arb(x))


def between(numbers: Sequence[Any]) -> Span:
    """Return the span from the least to the greatest of some balls."""
    low = high = numbers[0]
    for x in numbers[1:]:
        low, high = low.min(x), high.max(x)
    return Span(low, high)


def whole_power(x: Span, n: int) -> Span:
    """Return x**n for a whole n > 0."""
    if x.certain:
        return point(_power(x.low, n))
    ends = [_power(end, n) for end in (x.low, x.high)]
    straddles = not (x.low > 0 or x.high < 0)
    return between([*ends, flint.arb(0)] if n % 2 == 0 and straddles else ends)


def _power(x: Any, n: int) -> Any:
    """Return x**n of a ball: FLINT's own is not a number around 0."""
    if x != 0 or x.is_exact():
        return x**n
    top = x.abs_upper() ** n
    return flint.arb(0, top) if n % 2 else from_zero(top)
