"""The wires as strokes of a pen: what two branches share is drawn once, and corners at forks stay sharp."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .picture import Picture, Point, Route


class Stroke(NamedTuple):
    """A wire: the whole of it, the part of it that no earlier stroke has drawn, and the corners at its forks."""

    route: Route
    own: tuple[Point, ...]
    sharp: frozenset[Point]


def strokes(picture: Picture) -> Iterator[Stroke]:
    """Return a stroke for every wire."""
    forks: dict[int, set[Point]] = {}
    for part, at in picture.dots:
        forks.setdefault(part, set()).add(at)
    known: dict[int, list[tuple[Point, ...]]] = {}
    for route in picture.routes:
        before = known.setdefault(route.source, [])
        own = min((_branch(route.points, other) for other in before), key=_length, default=route.points)
        before.append(route.points)
        yield Stroke(route, own, frozenset(forks.get(route.source, ())))


def _branch(points: tuple[Point, ...], other: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return a wire from where it leaves another that starts in the same place."""
    k = next(k for k in range(len(points)) if k == len(other) or points[k] != other[k])
    (sx, sy), (ax, ay), (bx, by) = points[k - 1], points[k], other[k]
    # Behind the last common corner both may go the same way for a while: the fork is where the shorter way ends.
    if ax == bx == sx and (ay - sy) * (by - sy) > 0:
        fork = (sx, min(ay, by, key=lambda y: abs(y - sy)))
    elif ay == by == sy and (ax - sx) * (bx - sx) > 0:
        fork = (min(ax, bx, key=lambda x: abs(x - sx)), sy)
    else:
        fork = (sx, sy)
    return points[k:] if fork == points[k] else (fork, *points[k:])


def _length(points: Sequence[Point]) -> float:
    return sum(abs(ax - bx) + abs(ay - by) for (ax, ay), (bx, by) in pairwise(points))


def units(x: float) -> str:
    """Return a coordinate with at most two decimals."""
    return f"{x:.2f}".rstrip("0").rstrip(".") if x else "0"
