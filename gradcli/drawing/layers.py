"""Which column every part stands in, and its place there: longest paths from the output, few crossings."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import NamedTuple

from ..errors import LimitError
from .diagram import HINT, Diagram

SWEEPS = 12
EXCHANGES = 4
ROUNDING_OF_WEIGHTS = 1e-9  # more than sums of weights are wrong by
SPOTS_PER_SWEEP = 40_000  # beyond this many spots fewer sweeps have to do
MAX_REACH = 30_000  # columns that the wires pass, all together


class Spot(NamedTuple):
    """A place in a column: a part, the lane of a part's wire that passes by (`lane`), or the end of the last wire."""

    part: int
    column: int
    lane: bool


class Wire(NamedTuple):
    """A piece of wire between neighbouring columns: from a spot to a port of a spot; lanes have the port 0."""

    source: int
    target: int
    port: int


class Layers(NamedTuple):
    """The spots, those of every column from top to bottom, and the wires that enter and leave every spot."""

    spots: list[Spot]
    columns: list[list[int]]
    entering: list[list[Wire]]
    leaving: list[list[Wire]]


def layers(drawn: Diagram) -> Layers:
    """Return the parts in columns, output last, every leaf in the column before its first user.

    A wire that passes columns has a lane in each, one for all its branches. The order in a column is the one with the
    fewest crossings that sweeps from side to side find, starting from the order of the arguments. Raises `LimitError`
    where the wires would pass more than 30,000 columns, all together.
    """
    parts = drawn.parts
    last = len(parts)  # the end of the output's wire, seen as a part
    distance = [1] * last + [0]
    for p in reversed(range(last)):
        for s in parts[p].sources:
            distance[s] = max(distance[s], distance[p] + 1)
    deepest = max(distance)
    reach = sum(distance[s] - distance[p] for p in range(last) for s in parts[p].sources)
    if reach > MAX_REACH:
        raise LimitError(f"the picture's wires would pass {reach:,} columns; the limit is {MAX_REACH:,}", hint=HINT)
    web = _Web([deepest - d for d in distance])
    seen = [False] * last
    stack = [(last - 1, web.spot(last, deepest), 0)]
    while stack:
        p, target, port = stack.pop()
        web.connect(p, target, port)
        if not seen[p]:
            seen[p] = True
            here = web.spot(p, web.column[p])
            stack.extend((s, here, k) for k, s in reversed(tuple(enumerate(parts[p].sources))))
    found = Layers(web.spots, web.columns, web.entering, web.leaving)
    _untangle(found)
    return found


class _Web:
    """The spots and wires as they are made, given the column of every part."""

    def __init__(self, column: list[int]) -> None:
        self.column = column
        self.spots: list[Spot] = []
        self.entering: list[list[Wire]] = []
        self.leaving: list[list[Wire]] = []
        self.columns: list[list[int]] = [[] for _ in range(max(column) + 1)]
        self._known: dict[tuple[int, int], int] = {}

    def spot(self, p: int, c: int) -> int:
        """Return the spot of a part, or of its lane, in a column, made at its first mention."""
        found = self._known.get((p, c))
        if found is None:
            found = self._known[p, c] = len(self.spots)
            self.spots.append(Spot(p, c, c != self.column[p]))
            self.entering.append([])
            self.leaving.append([])
            self.columns[c].append(found)
        return found

    def connect(self, s: int, target: int, port: int) -> None:
        """Lead a wire from a part to a port, through the lanes of that part."""
        c = self.spots[target].column
        while True:
            c -= 1
            fresh = (s, c) not in self._known
            wire = Wire(self.spot(s, c), target, port)
            self.entering[target].append(wire)
            self.leaving[wire.source].append(wire)
            if c == self.column[s] or not fresh:
                return
            target, port = wire.source, 0


def _untangle(at: Layers) -> None:
    """Put the spots of every column into the order with the fewest crossings that the sweeps find."""
    place = [0] * len(at.spots)
    for column in at.columns:
        for k, s in enumerate(column):
            place[s] = k
    ports = {s: max(w.port for w in wires) + 2 for s, wires in enumerate(at.entering) if wires}
    best = _crossings(at, place)
    kept = [list(column) for column in at.columns]
    idle = 0
    for sweep in range(-1, max(2, min(SWEEPS, SWEEPS * SPOTS_PER_SWEEP // (len(at.spots) ** 2 + 1)))):
        if best == 0 or idle == 4:
            break
        if sweep < 0:
            pass  # the order of the arguments, improved
        elif sweep % 2 == 0:
            for column in reversed(at.columns[:-1]):
                keys = {s: [place[w.target] + (w.port + 1) / ports[w.target] for w in at.leaving[s]] for s in column}
                _sort(column, keys, place)
        else:
            for column in at.columns[1:]:
                keys = {s: [float(place[w.source]) for w in at.entering[s]] for s in column}
                _sort(column, keys, place)
        _exchange(at, place)
        count = _crossings(at, place)
        idle += 1
        if count < best:
            best, idle, kept = count, 0, [list(column) for column in at.columns]
    for column, order in zip(at.columns, kept, strict=True):
        column[:] = order


def _sort(column: list[int], keys: dict[int, list[float]], place: list[int]) -> None:
    """Sort a column by the mean of the places its spots are wired to; a spot without wires keeps its place."""
    mean = {s: sum(found) / len(found) if found else float(place[s]) for s, found in keys.items()}
    column.sort(key=lambda s: (mean[s], place[s]))
    for k, s in enumerate(column):
        place[s] = k


def _exchange(at: Layers, place: list[int]) -> None:
    """Exchange neighbours in their columns as long as that takes crossings away.

    The wires of a fork count as one together, since they run in one track.
    """
    weight = [1 / max(len(wires), 1) for wires in at.leaving]
    for _ in range(EXCHANGES):
        before = place.copy()
        for column in at.columns:
            for k in range(len(column) - 1):
                a, b = column[k], column[k + 1]
                gain = 0.0
                for x in at.leaving[a]:
                    for y in at.leaving[b]:
                        one, other = (place[x.target], x.port), (place[y.target], y.port)
                        gain += ((one > other) - (one < other)) * weight[a] * weight[b]
                for x in at.entering[a]:
                    for y in at.entering[b]:
                        p, q = place[x.source], place[y.source]
                        gain += ((p > q) - (p < q)) * weight[x.source] * weight[y.source]
                if gain > ROUNDING_OF_WEIGHTS:
                    column[k], column[k + 1] = b, a
                    place[a], place[b] = k + 1, k
        if place == before:
            break


def _crossings(at: Layers, place: list[int]) -> int:
    """Return how many pairs of wires cross, were they straight."""
    total = 0
    for column in at.columns[:-1]:
        ends: list[tuple[int, int]] = []
        for s in sorted(column, key=place.__getitem__):
            for end in sorted((place[w.target], w.port) for w in at.leaving[s]):
                total += len(ends) - bisect_right(ends, end)
                insort(ends, end)
    return total
