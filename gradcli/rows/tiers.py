"""Rows that the compiled code does not answer: the number systems of the main job on straight-line code.

The main job tries floats that know their error, and then balls. What settles a row here settles it there, with the same
numbers: a ball has one nearest binary64. A row that neither settles is left to the main job.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ..numbers.enclosures import CERTAIN, Bounds
from ..numbers.systems import Undecided, nearest
from ..record.precision import FIRST_BITS, bounds_first
from .plan import Plan
from .straight_line import StraightLine

Numbers = list[float | None] | None  # the results of a row, or None for one that is left to the main job
WIDE: list[float] = []  # stands for a row whose numbers were computed, and are not certain


class Tiers:
    """Answers rows of a plan in the number systems of the main job."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def bounded(self) -> StraightLine | None:
        """The code for floats that know their error, if the main job tries them."""
        return self.plan.straight_line(Bounds())

    @cached_property
    def balls(self) -> StraightLine | None:
        """The code for balls."""
        from ..numbers.balls import Balls

        return self.plan.straight_line(Balls(FIRST_BITS))

    def answers(self, rows: Sequence[Sequence[float]]) -> list[Numbers]:
        """Return the results of rows of inputs, in the order of the plan's names."""
        found: list[Numbers] = [None] * len(rows)
        if self.plan.settings.ieee:
            return found
        open_rows: Sequence[int] = range(len(rows))
        if bounds_first(self.plan.graph):
            if self.bounded is None:
                return found
            settled = self.bounded.answers(rows, _settled)
            open_rows = [k for k, numbers in enumerate(settled) if numbers is WIDE]
            found = [None if numbers is WIDE else self.bounded.placed(numbers) for numbers in settled]
            if self.bounded.gated:
                return found
        if open_rows and self.balls is not None:
            answers = self.balls.answers([rows[k] for k in open_rows], _nearest)
            for k, numbers in zip(open_rows, answers, strict=True):
                found[k] = self.balls.placed(numbers)
        return found


def _settled(numbers: Sequence[Any]) -> list[float]:
    """Return the floats, if all are certain."""
    for x in numbers:
        if not x.r <= CERTAIN * abs(x.v):
            return WIDE
    return [x.v + 0.0 for x in numbers]


def _nearest(numbers: Sequence[Any]) -> list[float] | None:
    """Return the binary64 nearest to each ball, if each has one."""
    try:
        found = list(map(nearest, numbers))
    except Undecided:
        return None
    return found if all(map(math.isfinite, found)) else None
