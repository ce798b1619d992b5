"""Rows that the compiled code does not answer: the number systems of the main job on straight-line code.

The main job tries floats that know their error, and then balls. What settles a row here settles it there, with the same
numbers: a ball has one nearest binary64. A row that neither settles is left to the main job.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ..numbers.enclosures import CERTAIN_RTOL, Bounds
from ..numbers.systems import Undecided, nearest
from ..record.precision import FIRST_BITS, bounds_first
from .plan import Plan
from .straight_line import ColumnLine, StraightLine

Numbers = list[float | None] | None  # the results of a row, or None for one that is left to the main job
LEAST_ROWS = 24  # rows that pay for columns
ROWS_AT_ONCE = 1 << 13
BALLS = threading.Lock()  # the precision of balls is one for the whole process
WIDE: list[Any] = []  # stands for a row whose numbers were computed, and are not certain


class Tiers:
    """Answers rows of a plan in the number systems of the main job."""

    def __init__(self, plan: Plan, *, columns: bool = False) -> None:
        self.plan = plan
        self.columns = columns  # whether NumPy is there

    @cached_property
    def bounded(self) -> StraightLine | None:
        """The code for floats that know their error, if the main job tries them."""
        return self.plan.straight_line(Bounds())

    @cached_property
    def balls(self) -> StraightLine | None:
        """The code for balls."""
        from ..numbers.balls import Balls

        return self.plan.straight_line(Balls(FIRST_BITS))

    @cached_property
    def wide(self) -> ColumnLine | None:
        """The code for whole columns of such floats."""
        from .column_bounds import ColumnBounds

        return self.plan.column_line(ColumnBounds())

    def answers(self, rows: Sequence[Sequence[float]]) -> list[Numbers]:
        """Return the results of rows of inputs, in the order of the plan's names."""
        if self.plan.settings.ieee:
            return [None] * len(rows)
        signed = [k for k, row in enumerate(rows) if _has_negative_zero(row)]
        found = self._answers(rows)
        for k in signed:
            found[k] = None
        return found

    def _answers(self, rows: Sequence[Sequence[float]]) -> list[Numbers]:
        found: list[Numbers] = [None] * len(rows)
        open_rows: Sequence[int] = range(len(rows))
        if bounds_first(self.plan.graph):
            if self.bounded is None:
                return found
            settled = self._bounded(rows)
            open_rows = [k for k, numbers in enumerate(settled) if numbers is WIDE]
            found = [None if numbers is WIDE else numbers for numbers in settled]
            if self.bounded.gated:
                return found
        if open_rows and self.balls is not None:
            with BALLS:
                answers = self.balls.answers([rows[k] for k in open_rows], _nearest)
            for k, numbers in zip(open_rows, answers, strict=True):
                found[k] = self.balls.placed(numbers)
        return found

    def _bounded(self, rows: Sequence[Sequence[float]]) -> list[Numbers]:
        """Return the results of rows that floats settle, `WIDE` for those that they do not, None for those left."""
        assert self.bounded is not None
        if not (self.columns and len(rows) >= LEAST_ROWS and self.wide is not None):
            return [self.bounded.placed(numbers) for numbers in self.bounded.answers(rows, _settled)]
        found: list[Numbers] = []
        for k in range(0, len(rows), ROWS_AT_ONCE):
            found += self._in_columns(self.wide, rows[k : k + ROWS_AT_ONCE])
        return found

    def _in_columns(self, line: ColumnLine, rows: Sequence[Sequence[float]]) -> list[Numbers]:
        import numpy as np

        kept, numbers = line.answers(list(np.array(rows).reshape(len(rows), -1).T.copy()))
        certain: Any = np.True_
        columns: list[Any] = []
        for x in numbers:
            if x is None:
                columns.append([None] * len(rows))
                continue
            certain = certain & (x.r <= CERTAIN_RTOL * abs(x.v))
            columns.append(np.broadcast_to(x.v + 0.0, len(rows)).tolist())
        answers = zip(
            np.broadcast_to(kept, len(rows)).tolist(), np.broadcast_to(certain, len(rows)).tolist(),
            zip(*columns, strict=True), rows, strict=True,
        )  # fmt: skip
        return [(list(row) if sure else WIDE) if here else self._one(point) for here, sure, row, point in answers]

    def _one(self, row: Sequence[float]) -> Numbers:
        assert self.bounded is not None
        return self.bounded.placed(self.bounded.answers([row], _settled)[0])


def _has_negative_zero(row: Sequence[float]) -> bool:
    return 0.0 in row and any(x == 0 and math.copysign(1.0, x) < 0 for x in row)


def _settled(numbers: Sequence[Any]) -> list[Any]:
    """Return the floats, if all are certain."""
    for x in numbers:
        if not x.r <= CERTAIN_RTOL * abs(x.v):
            return WIDE
    return [x.v + 0.0 for x in numbers]


def _nearest(numbers: Sequence[Any]) -> list[float] | None:
    """Return the binary64 nearest to each ball, if each has one."""
    try:
        found = list(map(nearest, numbers))
    except Undecided:
        return None
    return found if all(map(math.isfinite, found)) else None
