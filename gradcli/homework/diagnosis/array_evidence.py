"""What a claimed array says about a mistake: whether its numbers agree with what is predicted, and could by chance.

Many numbers that agree are no chance. Of few numbers, only so many predictions count as together would meet one random
number in fifty: the commonest mistakes first. So a number of many figures may be named by any mistake, one of two
figures by hardly any.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..claims.array_items import ArrayItem
from .agreement import CARRIED_PLACES, COARSEST, FINEST, LAST_PLACE

TELLING = 3  # numbers that have to agree before they may be off by more than their last place
CLOSE = 1e-2  # relative: what rounding on the way may change
ROUGHEST = 0.06  # relative: what writing few figures may change, where more numbers than that agree
NEARER = 5.0  # times as far from the right array as from what is predicted
NOTHING = 1e-6  # beside the right entries: what may be left of numbers that cancel, in single precision too
CHANCE = 0.02  # what part of random numbers may be named


class ArrayEvidence(NamedTuple):
    """One claim about an array: the numbers, flat, in the shape in which they were claimed.

    `resolutions` are half units of the last places written, 0 for exact numbers. `right` holds if it was accepted.
    """

    item: ArrayItem
    shape: tuple[int, ...]
    values: list[float]
    resolutions: list[float]
    right: bool


def telling(values: Iterable[float]) -> int:
    """Return how many different numbers beside 0 there are: so many that agree say something."""
    return len({float(f"{abs(x):.6g}") for x in values} - {0.0})


def is_zero(claim: ArrayEvidence) -> bool:
    """Whether all entries of an array are 0: few mistakes make that."""
    return len(claim.values) > 1 and not any(claim.values)


def is_nothing(claim: ArrayEvidence, size: float) -> bool:
    """Whether all entries of an array are 0 up to rounding, beside right ones of a size."""
    return len(claim.values) > 1 and all(abs(x) <= NOTHING * size for x in claim.values)


def same_shape(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Whether two shapes are one, but for axes of size 1."""
    return a == b or [size for size in a if size != 1] == [size for size in b if size != 1]


def agreement(claim: ArrayEvidence, predicted: Sequence[float], truth: Sequence[float], size: float) -> str:
    """Return how a claim agrees with what is predicted: "exact" to the last place, "close" up to rounding, or "".

    `truth` are the right entries, if the shape is right, and `size` is that of the largest in any case.
    """
    if is_nothing(claim, size):
        return "" if any(abs(p) > NOTHING * size for p in predicted) else "exact"
    found = _entry_by_entry(claim, predicted)
    return found or ("close" if _as_a_whole(claim, predicted, truth) else "")


def _as_a_whole(claim: ArrayEvidence, predicted: Sequence[float], truth: Sequence[float]) -> bool:
    """Whether an array is what is predicted up to rounding on the way, which hits the small entries hardest.

    It has to be much nearer to that than to the right one.
    """
    reach = CLOSE * max(map(abs, predicted))
    return (
        len(truth) == len(predicted)
        and all(abs(x - p) <= reach for x, p in zip(claim.values, predicted, strict=True))
        and min(telling(claim.values), telling(predicted)) > TELLING
        and NEARER * math.dist(claim.values, predicted) <= math.dist(claim.values, truth)
    )


def _entry_by_entry(claim: ArrayEvidence, predicted: Sequence[float]) -> str:
    """Return how every entry agrees."""
    size = max(map(abs, predicted))
    if not size or _repeats(claim):
        return ""
    few: int | None = None
    exact = True
    for x, p, unit in zip(claim.values, predicted, claim.resolutions, strict=True):
        off, least = abs(x - p), FINEST * max(abs(p), 1e-3 * size)
        if off <= max(min(LAST_PLACE * unit, COARSEST * abs(p)), least):
            continue
        if not off <= max(ROUGHEST * abs(p), least):
            return ""
        if few is None:
            few = min(telling(claim.values), telling(predicted))
        if few < TELLING:
            return ""
        if off <= max(min(CARRIED_PLACES * LAST_PLACE * unit, COARSEST * abs(p)), least):
            continue
        written = min(LAST_PLACE * unit, ROUGHEST * abs(p)) if few > TELLING else 0.0
        if off > max(CLOSE * abs(p), written, least):
            return ""
        exact = False
    return "exact" if exact else "close"


def _repeats(claim: ArrayEvidence) -> bool:
    """Whether an array has one whole number throughout, or a number is 0: that says nothing."""
    if len(claim.values) == 1 and claim.values[0]:
        return False
    return not any(claim.values) or (not any(claim.resolutions) and telling(claim.values) == 1)


def chance(claim: ArrayEvidence, predicted: Sequence[float], scale: float) -> float:
    """Return about how likely random numbers of a scale agree with a prediction, to the last place.

    Whole numbers, and others without a last place, agree by intention.
    """
    found, seen = 1.0, {0.0}
    for p, unit in zip(predicted, claim.resolutions, strict=True):
        size = float(f"{abs(p):.6g}")
        if size in seen:
            continue
        seen.add(size)
        width = 2 * max(min(LAST_PLACE * unit, COARSEST * size), FINEST * size)
        density = 0.4 / (1 + (p / scale) * (p / scale) / 2) / scale  # at least that of normal numbers
        found *= width * density
    return found


class FewNumbers:
    """Which predictions for a claim of few numbers count, so that random ones are seldom named."""

    def __init__(self, claim: ArrayEvidence, truth: Sequence[float]) -> None:
        self.claim = claim
        self.scale = math.hypot(*truth) / math.sqrt(max(len(truth), 1)) or max(map(abs, claim.values))
        self._predictions: dict[tuple[float, ...], tuple[int, int]] = {}

    @staticmethod
    def key(predicted: Sequence[float]) -> tuple[float, ...]:
        """Return a prediction so that those that look alike are one."""
        return tuple(float(f"{p:.6g}") for p in predicted)

    def note(self, predicted: Sequence[float], common: int, order: int) -> None:
        """Take down what one more mistake predicts."""
        key = self.key(predicted)
        known = self._predictions.get(key, (common, order))
        self._predictions[key] = min(known, (common, order))

    def counted(self) -> set[tuple[float, ...]]:
        """Return the predictions that count, the commonest first as far as chance allows."""
        left, found = CHANCE, set()
        for key, _ in sorted(self._predictions.items(), key=lambda entry: entry[1]):
            likely = chance(self.claim, key, self.scale)
            if likely <= left:
                left -= likely
                found.add(key)
        return found
