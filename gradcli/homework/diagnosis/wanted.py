"""Which numbers at a place may explain a wrong claim: most wrong rules are ruled out by that, before what follows.

A wrong gradient changes all older ones in proportion, so that it is known beforehand what it would have to be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item
from .carrying import Carrying
from .hidden_numbers import Evidence
from .program_shape import Place
from .replaced_numbers import Number

Window = tuple[Evidence, float, float]  # a wrong claim, and between which numbers a prediction of it lies
SPARE = 1e-9  # relative: a number is ruled out only if it is further off than rounding may explain


class Change(NamedTuple):
    """How a number at a place moves another: `factor` times what it differs from `truth` lies between two."""

    truth: float
    factor: float
    low: float
    high: float


class Wanted:
    """The numbers of the items at a place that may explain a wrong claim, by themselves or by what follows."""

    __slots__ = ("_changes", "_windows")

    def __init__(self, windows: dict[Item, tuple[float, float]], changes: dict[Item, list[Change]]) -> None:
        self._windows = windows
        self._changes = changes

    def has(self, item: Item, number: Number) -> bool:
        """Whether a number may explain something; it is not ruled out where that is doubtful."""
        window = self._windows.get(item)
        if window is not None and window[0] <= number <= window[1]:
            return True
        for truth, factor, low, high in self._changes.get(item, ()):
            change = (number - truth) * factor
            if low <= change <= high or not math.isfinite(change):
                return True
        return False

    def allows(self, made: Mapping[Item, Number]) -> bool:
        """Whether what is made of a place may explain something; several wrong gradients may do so together."""
        return (len(made) > 1 and bool(self._changes)) or any(self.has(item, number) for item, number in made.items())


def wanted_at(carrying: Carrying, place: Place, windows: Sequence[Window]) -> Wanted | None:
    """Return what a mistake at a place has to give to explain a wrong claim; None where only the sheet can tell."""
    kind, node = place
    own = {claim.item: (low, high) for claim, low, high in windows if claim.item[:2] == place}
    others = [window for window in windows if window[0].item not in own]
    if kind == VALUE:
        after = carrying.program.shape.after(node)
        led_to = (c.item.kind in (UPSTREAM, STEP) or c.item.node == node or c.item.node in after for c, *_ in others)
        return None if any(led_to) else Wanted(own, {})
    if kind == STEP or not others:
        return Wanted(own, {})
    if any(claim.item.kind == STEP for claim, *_ in others):
        return None
    positions = carrying.program.positions[node] if kind == LOCAL else [-1]
    changes: dict[Item, list[Change]] = {}
    for item in (Item(kind, node, position) for position in positions):
        found = _changes(carrying, item, others)
        if found is None:
            return None
        changes[item] = found
    return Wanted(own, changes)


def _changes(carrying: Carrying, item: Item, others: Sequence[Window]) -> list[Change] | None:
    """Return how a gradient would have to change to explain other claims; None where numbers are missing."""
    truth = carrying.program.right.of(item)
    moved = carrying.moved_by(item)
    if truth is None or moved is None:
        return None
    found = []
    for claim, low, high in others:
        if claim.item in moved:
            right, factor = moved[claim.item]
            spare = SPARE * max(abs(right), abs(low), abs(high))
            found.append(Change(truth, factor, low - right - spare, high - right + spare))
    return found
