"""What a limit is, told from numbers at ever smaller distances; what is not certain is `UNSURE`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from mpmath import log, mp, mpf

from .limits_oracle import MOST_DIGITS, MoreDigitsError, OutsideError, Program, UnsureError, minus, real

JUMP, OUTSIDE, UNSURE, INFINITE, MINUS_INFINITE = "jump", "outside", "unsure", "inf", "-inf"

# Distances as powers of ten, and the digits to begin with; the second set where the first does not tell, or the
# point is itself within 1e-20 of something.
LADDERS = (((40, 50, 60, 70), 420), ((350, 400, 450, 500, 550), 3_500))


class Truth(NamedTuple):
    """One side: the slope, a number or a word; the second derivative, a number, "none" or UNSURE."""

    slope: Any
    curvature: Any = UNSURE


def growth(values: Sequence[Any], steps: Sequence[Any]) -> list[Any] | None:
    """Return the powers of the distance that consecutive values grow with, or None if one is 0."""
    if any(v == 0 for v in values):
        return None
    pairs = zip(values, values[1:], steps, steps[1:], strict=False)
    return [log(abs(b / a)) / log(t / s) for a, b, s, t in pairs]


def settled(values: Sequence[Any]) -> bool:
    return bool(abs(values[-1] - values[-2]) <= mpf(10) ** -20 * abs(values[-1]))


def logarithmic(values: Sequence[Any]) -> bool:
    """Whether values at equal steps of log(t) lie on a line or a parabola that is not flat."""
    first = [b - a for a, b in itertools.pairwise(values)]
    for _ in range(2):
        second = [b - a for a, b in itertools.pairwise(first)]
        if len(second) > 1 and max(map(abs, second)) <= mpf(10) ** -15 * min(map(abs, first)):
            return True
        first = second
    return False


def classified(rises: Sequence[Any], steps: Sequence[Any], direction: int) -> Truth:
    """Return the side whose values differ from that at the point by `rises` at the distances `steps`."""
    if all(d == 0 for d in rises):
        return Truth(mpf(0), mpf(0))
    powers = growth(rises, steps)
    if powers is None:
        return Truth(UNSURE)
    slopes = [d * direction / t for d, t in zip(rises, steps, strict=True)]
    deep = len(steps) > 4
    margin = 0.01 if deep else 0.03
    low, high = min(powers), max(powers)
    steep = INFINITE if slopes[-1] > 0 else MINUS_INFINITE
    one_sign = len({d > 0 for d in rises}) == 1
    if high < -margin or (settled(rises) and abs(powers[-1]) < 1e-10):
        return Truth(JUMP, "none")
    if margin < low and high < 1 - margin and one_sign and high - low < 0.01:
        return Truth(steep, "none")
    if low > 1 + margin:
        return Truth(mpf(0), bend(slopes, mpf(0), steps, direction, margin))
    if settled(slopes) and abs(powers[-1] - 1) < 1e-10:
        return Truth(slopes[-1], bend(slopes, None, steps, direction, margin))
    if deep and one_sign:
        if abs(powers[-1] - 1) < margin:
            if logarithmic(slopes):
                return Truth(steep, "none")
            if logarithmic([1 / s for s in slopes]):
                return Truth(mpf(0), "none")
        if abs(powers[-1]) < margin:
            if logarithmic(rises):
                return Truth(JUMP, "none")
            if logarithmic([1 / d for d in rises]):
                return Truth(steep, "none")
    return Truth(UNSURE)


def bend(slopes: Sequence[Any], limit: Any, steps: Sequence[Any], direction: int, margin: float) -> Any:
    """Return the second derivative told from the slopes of chords, "none" if there is none, or UNSURE."""
    if limit is None:
        parts = [b - a for a, b in itertools.pairwise(slopes)]
        widths = [t - s for s, t in itertools.pairwise(steps)]
    else:
        parts, widths = [s - limit for s in slopes], list(steps)
    if all(abs(p) <= mpf(10) ** (-0.6 * mp.dps) * abs(slopes[-1]) for p in parts) and limit is None:
        return mpf(0)
    powers = growth(parts, widths)
    if powers is None:
        return UNSURE
    if min(powers) > 1 + margin:
        return mpf(0)
    if max(powers) < 1 - margin:
        return "none"
    bends = [2 * direction * p / w for p, w in zip(parts, widths, strict=True)]
    if settled(bends) and abs(powers[-1] - 1) < 1e-10:
        return bends[-1]
    if len(steps) > 4 and logarithmic(bends):
        return "none"
    return UNSURE


def side_of(program: Program, point: Mapping[str, Fraction], name: str, direction: int) -> Truth:
    """Return what a program does on one side of a point (-1 or 1) along an input."""
    numerals = (float(text) for text in re.findall(r"\d+e-\d+", program.text))
    tiny = any(0 < abs(x) < 1e-20 for x in (*point.values(), *numerals))
    found = Truth(UNSURE)
    for exponents, digits in LADDERS[tiny:]:
        while digits <= MOST_DIGITS:
            with mp.workdps(digits):
                try:
                    found = ladder(program, point, name, direction, exponents)
                    break
                except MoreDigitsError:
                    digits *= 2
                except UnsureError:
                    return found
        if found.slope != UNSURE and found.curvature != UNSURE:
            break
    return found


def ladder(
    program: Program, point: Mapping[str, Fraction], name: str, direction: int, exponents: Sequence[int]
) -> Truth:
    there = program(point)
    rises: list[Any] = []
    steps = [Fraction(1, 10**k) for k in exponents]
    lost = 0
    for step in steps:
        try:
            rises.append(real(minus(program({**point, name: point[name] + direction * step}), there)))
        except OutsideError:
            lost += 1
    if lost:
        return Truth(OUTSIDE, "none") if lost == len(steps) else Truth(UNSURE)
    return classified(rises, [real(t) for t in steps], direction)
