"""The wires as strokes of a pen: what two branches share is drawn once, and corners at forks stay sharp."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from .picture import Picture, Point, Route

Reach = dict[tuple[Point, tuple[int, int]], float]  # how far a stroke has gone from a corner, in a direction


class Stroke(NamedTuple):
    """A wire: the whole of it, the part of it that no earlier stroke has drawn, and the corners at its forks."""

    route: Route
    own: tuple[Point, ...]
    sharp: frozenset[Point]


def strokes(picture: Picture) -> Iterator[Stroke]:
    """Yield one stroke per wire: its path in the units of the picture."""
    forks: dict[int, set[Point]] = {}
    for part, at in picture.dots:
        forks.setdefault(part, set()).add(at)
    drawn: dict[int, Reach] = {}
    for route in picture.routes:
        own = _branch(route.points, drawn.setdefault(route.source, {}))
        yield Stroke(route, own, frozenset(forks.get(route.source, ())))


def _branch(points: tuple[Point, ...], drawn: Reach) -> tuple[Point, ...]:
    """Return a wire from where it leaves what is drawn of its tree, and note what is drawn with it."""
    own = points
    joined = True
    for k, ((ax, ay), (bx, by)) in enumerate(pairwise(points)):
        way = ((ax, ay), ((bx > ax) - (bx < ax), (by > ay) - (by < ay)))
        length = abs(bx - ax) + abs(by - ay)
        known = min(drawn.get(way, 0.0), length)
        if joined and known < length:
            joined = False
            (dx, dy) = way[1]
            own = ((ax + dx * known, ay + dy * known), *points[k + 1 :])
        drawn[way] = max(drawn.get(way, 0.0), length)
    return own


def units(x: float) -> str:
    """Return a coordinate as text, with at most two decimals."""
    return f"{x:.2f}".rstrip("0").rstrip(".") if abs(x) >= 0.005 else "0"
