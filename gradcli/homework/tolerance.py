"""How far from a number still counts as that number: one rule, for marking claims and for recognizing mistakes."""

from __future__ import annotations

import math
from typing import NamedTuple

RTOL, ATOL = 1e-2, 1e-8
HALF_UNIT = 0.51  # a number rounded the other way at a tie is still right as written


class Tolerance(NamedTuple):
    """A relative and an absolute error that are still right; or agreement to so many significant figures."""

    rtol: float = RTOL
    atol: float = ATOL
    sigfigs: int | None = None

    def __call__(self, x: float) -> float:
        """Return how far from a number still counts as that number."""
        if self.sigfigs is None:
            return max(self.atol, self.rtol * abs(x))
        if not x or not math.isfinite(x):
            return self.atol
        return max(self.atol, HALF_UNIT * 10.0 ** (math.floor(math.log10(abs(x))) - self.sigfigs + 1))

    @property
    def relative(self) -> float:
        """The relative error that is still right, whatever the number."""
        return self.rtol if self.sigfigs is None else HALF_UNIT * 10.0 ** (1 - self.sigfigs)

    def near(self, x: float, t: float) -> bool:
        """Whether a number counts as another."""
        return abs(x - t) <= self(t)


USUAL = Tolerance()
