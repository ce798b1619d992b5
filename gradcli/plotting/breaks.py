"""What a curve does at one number of the range: the kind of its break, told by what lies beside that number.

Sampling tells only what is seen from a distance. Where the place is known exactly, the program beside it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..calculus.graph import Graph
from ..calculus.notes import INFINITE, MINUS_INFINITE, OUTSIDE
from ..calculus.notes import JUMP as JUMPS
from ..calculus.notes import UNDETERMINED as UNKNOWN
from ..numbers.systems import Undecided, nearest

POLE, JUMP, KINK, HOLE, VERTICAL = "pole", "jump", "kink", "hole", "vertical tangent"
END, NO_LIMIT, UNDETERMINED, SMOOTH = "end of the domain", "no limit", "undetermined", "smooth"

MAX_VISITS = 100_000  # node visits beside the numbers of a range


class Break(NamedTuple):
    """Where a curve breaks: between two neighbouring samples, about at `x`, and why."""

    left: float
    right: float
    x: float
    kind: str

    @property
    def cuts_values(self) -> bool:
        """Whether the values break there, not only the slopes."""
        return self.kind not in (KINK, VERTICAL)


class Told(NamedTuple):
    """The kind of a break, and the derivative where there is none."""

    kind: str
    slope: float | None = None


class Neighbourhood:
    """Looks beside numbers of the range of one input, within a limit of work."""

    def __init__(self, graph: Graph, name: str, fixed: Mapping[str, float]) -> None:
        self.graph = graph
        self.name = name
        self.fixed = fixed
        self.left = MAX_VISITS
        self.known: dict[float, Told | None] = {}

    def told(self, x: float, *, defined: bool) -> Told | None:
        """Return what the curve does at x, where it is `defined` or not; None where that cannot be looked at."""
        if x not in self.known:
            self.known[x] = self._told(x, defined=defined) if self.left >= len(self.graph.nodes) else None
        return self.known[x]

    def _told(self, x: float, *, defined: bool) -> Told | None:
        from ..calculus.beside import Beside, agree

        point = {**self.fixed, self.name: x}
        moving = {self.graph.inputs[self.name]: 1}
        beside = Beside(self.graph, lambda S: {name: S.from_number(y) for name, y in point.items()}, self.graph.output)
        try:
            if not defined:
                sides = beside.limits(moving)
                with beside.at_work():
                    return _without_value(*sides, same=not _words(sides) and agree(*sides))
            slopes = left, _ = [side.slope for side in beside.sides(moving)]
            with beside.at_work():
                if not _words(slopes):
                    return Told(SMOOTH, _plain(left)) if agree(*slopes) else Told(KINK)
            if JUMPS in _words(slopes) and _words(beside.limits(moving)) & {INFINITE, MINUS_INFINITE}:
                return Told(POLE)
            return _with_value(*slopes)
        finally:
            self.left -= beside.visits


def _words(sides: Iterable[object]) -> set[str]:
    return {side for side in sides if isinstance(side, str)}


def _plain(slope: object) -> float | None:
    try:
        return nearest(slope)
    except Undecided:
        return None


def _with_value(*slopes: object) -> Told | None:
    """Return what the curve does at a number with a value, by the slopes on both sides, one of which is a word."""
    words = _words(slopes)
    if JUMPS in words:
        return Told(JUMP)
    if UNKNOWN in words:
        return Told(UNDETERMINED)
    return _at_border(slopes) if OUTSIDE in words else Told(VERTICAL)


def _without_value(*limits: object, same: bool) -> Told | None:
    """Return what the curve does at a number without a value, by its limits on both sides."""
    words = _words(limits)
    if OUTSIDE in words:
        return _at_border(limits)
    if words & {INFINITE, MINUS_INFINITE}:
        return Told(POLE)
    if words:
        return Told(UNDETERMINED)
    return Told(HOLE if same else JUMP)


def _at_border(sides: Iterable[object]) -> Told | None:
    """Return that the domain ends, where it does not leave out both sides."""
    return None if all(side is OUTSIDE for side in sides) else Told(END)
