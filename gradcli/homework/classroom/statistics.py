"""How well the items of a class measure: sums that are kept while students come by, and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Iterable

BINS = 10
ROUNDING = 1e-12  # of a sum of squares: what rounding alone may leave of a side that does not vary


class RunningSums:
    """Running sums of pairs of numbers, from which means, variances and a correlation follow."""

    __slots__ = ("count", "x", "xx", "xy", "y", "yy")

    def __init__(self) -> None:
        self.count = 0
        self.x = self.y = self.xx = self.yy = self.xy = 0.0

    def add(self, x: float, y: float) -> None:
        """Take in a pair."""
        self.count += 1
        self.x, self.y = self.x + x, self.y + y
        self.xx, self.yy, self.xy = self.xx + x * x, self.yy + y * y, self.xy + x * y

    @property
    def mean(self) -> float:
        """The mean of the first numbers, of which there is one at least."""
        return self.x / self.count

    @property
    def variance(self) -> float:
        """The variance of the first numbers, of which there is one at least: 0 or more."""
        return self._spread(self.x, self.xx) / self.count**2

    @property
    def correlation(self) -> float | None:
        """The correlation of Pearson, from -1 to 1; None for fewer than three pairs, or where a side does not vary."""
        sides = self._spread(self.x, self.xx) * self._spread(self.y, self.yy)
        if self.count < 3 or not sides:
            return None
        across = self.count * self.xy - self.x * self.y
        return max(-1.0, min(1.0, across / math.sqrt(sides)))

    def _spread(self, total: float, squares: float) -> float:
        """Return by how much the squares of a side are more than those of its mean, times the count squared."""
        found = self.count * squares - total * total
        return found if found > ROUNDING * self.count * squares else 0.0


def alpha(items: Iterable[RunningSums], total: RunningSums) -> float | None:
    """Return Cronbach's alpha of items, whose first numbers are points; None for one item, or if nobody differs."""
    variances = [item.variance for item in items]
    k = len(variances)
    if k < 2 or not total.variance:
        return None
    return k / (k - 1) * (1 - math.fsum(variances) / total.variance)


def bin_of(share: float) -> int:
    """Return in which tenth a share from 0 to 1 is, the last one with 1 in it."""
    return min(BINS - 1, int(BINS * share + 1e-9))
