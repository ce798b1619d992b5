"""What is said of an array that is too large to be shown: its range, mean and norm, and where it is largest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..files.array_data import index_of

ROUNDING_OF_SUM = 2.0**-52  # of a sum: what rounded entries may make of 0


class ArraySummary(NamedTuple):
    """The least and the greatest entry, the mean and the norm, how many entries are 0 or missing, where the largest is.

    `mean` and `norm` are binary64; `largest` is the index of the entry of the largest size, and None without entries.
    """

    least: Any
    greatest: Any
    mean: float
    norm: float
    zeros: int
    missing: int
    largest: tuple[int, ...] | None


def summarised(entries: Sequence[Any], shape: Sequence[int]) -> ArraySummary:
    """Return the summary of an array. Entries are floats, fractions, texts of decimals, or None for what is missing."""
    there = [k for k, x in enumerate(entries) if x is not None]
    missing = len(entries) - len(there)
    if not there:
        return ArraySummary(None, None, math.nan, math.nan, 0, missing, None)
    numbers = [approximate(entries[k]) for k in there]
    sizes = list(map(abs, numbers))
    scale = max(sizes)
    if not 0 < scale < math.inf:
        norm = mean = scale
    else:  # scaled, so that no square overflows or vanishes
        norm = scale * math.sqrt(math.fsum((x / scale) ** 2 for x in numbers))
        total, size = (math.fsum(x / scale for x in column) for column in (numbers, sizes))
        mean = scale * (total / len(numbers)) if abs(total) > ROUNDING_OF_SUM * size else 0.0
    least, greatest = (entries[there[numbers.index(x)]] for x in (min(numbers), max(numbers)))
    largest = index_of(there[sizes.index(scale)], shape)
    return ArraySummary(least, greatest, mean, norm, numbers.count(0.0), missing, largest)


def approximate(x: Any) -> float:
    """Return a number of a record as a binary64; of one with an uncertainty its middle."""
    if isinstance(x, str):
        x = x.partition(" ± ")[0]
        if "/" in x:
            from fractions import Fraction

            x = Fraction(x)
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf
