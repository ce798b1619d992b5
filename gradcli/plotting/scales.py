"""Axes: the range of numbers to show, and ticks at round numbers."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import NamedTuple

FLAT = 1e-12  # values that differ by less, relatively, are one value and rounding
AXIS_MARGIN = 0.05
FARTHEST = 1e12
LARGEST = sys.float_info.max
TAIL = 0.05  # the part of the values that may leave the picture on either side of a pole


class Axis(NamedTuple):
    """What an axis shows, from `low` to `high`, and its ticks with their labels."""

    low: float
    high: float
    ticks: list[tuple[float, str]]

    def at(self, x: float) -> float:
        """Return where x lies: 0 at the low end, 1 at the high end; never farther out than can be computed with."""
        span = self.high - self.low
        if math.isfinite(span):
            place = (x - self.low) / span
        else:
            place = (x / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return min(max(place, -FARTHEST), FARTHEST)


def axis(low: float, high: float, count: int) -> Axis:
    """Return the axis of a range, in units of the input, with about `count` ticks."""
    return Axis(low, high, ticks(low, high, count))


def ticks(low: float, high: float, count: int) -> list[tuple[float, str]]:
    """Return the ticks of a range as pairs (number, label), in rising order, at most `count` + 1.

    They are the multiples of 1, 2 or 5 times a power of ten.
    """
    rough = high / count - low / count
    if not 0 < rough < math.inf:  # floats do not tell the ends apart, or hold no step between them
        return []
    exponent = math.floor(math.log10(rough)) - 1
    for step, e in ((m * 10, exponent + p) for p in range(4) for m in (0.1, 0.2, 0.5)):
        digits = round(step)
        first, last = _multiple(low, digits, e, math.ceil), _multiple(high, digits, e, math.floor)
        if first is None or last is None or last - first > count:
            continue
        values = [float(f"{k * digits}e{e}") for k in range(first, last + 1)]
        labels = [label(x) for x in values]
        alike = len({*labels}) < len(labels)  # beyond twelve digits
        return [(x, repr(x) if alike else text) for x, text in zip(values, labels, strict=True)]
    return []


def _multiple(x: float, digits: int, e: int, rounded: object) -> int | None:
    """Return x in steps of digits * 10**e, rounded inwards; None where floats no longer tell the steps apart."""
    try:
        quotient = x / float(f"{digits}e{e}")
    except ZeroDivisionError:
        return None
    if not abs(quotient) < 2.0**52:
        return None
    nearest = round(quotient)
    close = abs(quotient - nearest) <= 1e-9
    return nearest if close else rounded(quotient)  # type: ignore[operator]


def label(x: float) -> str:
    """Return a number as text: at most twelve digits, with an exponent where that is shorter."""
    plain = f"{x:.12g}" if x else "0"
    if len(plain.removeprefix("-")) <= 6 or "e" in plain:
        return plain
    mantissa, exponent = f"{x:.11e}".split("e")
    return min(plain, f"{mantissa.rstrip('0').rstrip('.')}e{exponent}", key=len)


def view(values: Sequence[float], *, clipped: bool = False) -> tuple[float, float]:
    """Return the range that shows some values, with a margin.

    `clipped` leaves the outermost values out of the picture, where they run away to a pole. One value alone, or values
    that differ by rounding only, are shown in the middle.
    """
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    if clipped:
        cut = int(len(ordered) * TAIL)
        inner, outer = ordered[cut], ordered[len(ordered) - 1 - cut]
        room = (outer - inner) / 4
        low, high = max(low, inner - room), min(high, outer + room)
    size = max(abs(low), abs(high))
    if high - low <= FLAT * size:
        pad = size / 2 or 1.0
        return max(low - pad, -LARGEST), min(high + pad, LARGEST)
    pad = (high - low) * AXIS_MARGIN
    ends = low - pad, high + pad
    return ends if math.isfinite(ends[1] - ends[0]) else (low, high)


def spread(values: Sequence[float]) -> float:
    """Return how far apart most of the values are, in their units: the measure of large and small in a picture."""
    ordered = sorted(values)
    if not ordered:
        return 1.0
    cut = int(len(ordered) * TAIL)
    for low, high in ((ordered[cut], ordered[len(ordered) - 1 - cut]), (ordered[0], ordered[-1])):
        if high - low > FLAT * max(abs(low), abs(high)):
            return high - low
    return max(abs(ordered[0]), abs(ordered[-1])) or 1.0


def rounded(x: float, tolerance: float) -> float:
    """Return the number with the fewest digits that is within `tolerance` of x."""
    if abs(x) <= tolerance:
        return 0.0
    for digits in range(1, 16):
        short = float(f"{x:.{digits}g}")
        if abs(short - x) <= tolerance:
            return short
    return x
