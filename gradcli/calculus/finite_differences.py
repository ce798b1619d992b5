"""Finite differences with a step that is chosen and an error that is estimated: for verification only."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

EPSILON = 2.0**-52
SHRINK = 4.0
MOST_STEPS = 8
SMALL_SCALE = 2.0**-10
RESOLVED_RTOL = 1e-3
TINY = 1e-290  # the steps of smaller numbers would underflow


class Difference(NamedTuple):
    """A derivative by differences: the estimate, the step it settled on, and the error it may have."""

    estimate: float
    step: float
    error: float


def central(f: Callable[[float], float | None], x: float) -> Difference | None:
    """Return the derivative of f at x by central differences, extrapolated to step 0, or None if f fails around x.

    A small x is tried at its own scale too, which counts where it resolves the derivative and the common one does not.
    (Ridders, Accurate computation of F'(x), Advances in Engineering Software 4, 1982.)
    """
    found = _extrapolated(f, x, max(abs(x), SMALL_SCALE))
    near = _extrapolated(f, x, abs(x)) if TINY < abs(x) < SMALL_SCALE else None
    if near is None or near.error >= RESOLVED_RTOL * abs(near.estimate):
        return found
    return near if found is None or near.error / abs(near.estimate) * abs(found.estimate) < found.error else found


def _extrapolated(f: Callable[[float], float | None], x: float, scale: float) -> Difference | None:
    """Return the derivative by differences over steps that shrink from the scale on which f changes.

    The first step is the cube root of the machine precision, times the scale, where the errors of truncation and of
    rounding balance; it is enlarged once and then divided by 4 while the estimated error falls (Ridders' method). The
    error is the disagreement of neighbouring extrapolations plus the rounding of f over the step.
    """
    step = 16 * EPSILON ** (1 / 3) * scale
    rows: list[list[float]] = []
    best: Difference | None = None
    for _ in range(MOST_STEPS):
        high, low = x + step, x - step
        above, below = f(high), f(low)
        if above is None or below is None or not (math.isfinite(above) and math.isfinite(below)):
            rows, best = [], None
            step /= SHRINK
            continue
        row = [(above - below) / (high - low)]
        for k, earlier in enumerate(rows[-1] if rows else []):
            factor = SHRINK ** (2 * (k + 1))
            row.append((factor * row[k] - earlier) / (factor - 1))
        rounding = 8 * EPSILON * max(abs(above), abs(below)) / step
        if rows:
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - rows[-1][-1])) + rounding
            if math.isfinite(error) and (best is None or error < best.error):
                best = Difference(row[-1], step, error)
            elif best is not None and error > 16 * best.error:
                break
        rows.append(row)
        step /= SHRINK
    return best
