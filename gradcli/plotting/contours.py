"""A function of two variables: a grid of values, lines of equal value by marching squares, and the gradient field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..calculus.graph import Graph
from ..errors import MathError
from .probing import UNCERTAIN, Prober
from .scales import ticks, view

COARSE, FINE = 72, 144  # cells along each side
LEVELS = 12
ARROWS = 12  # along each side
MAX_WORK = 4_000_000  # node visits
TAIL_RATIO = 20.0

Point = tuple[float, float]


class Arrow(NamedTuple):
    """The gradient at a point: where, and its two components."""

    x: float
    y: float
    dx: float
    dy: float


class Map(NamedTuple):
    """Lines of equal value, each with its level, its label and its pieces as points; and the gradient field."""

    levels: list[tuple[float, str]]
    lines: list[list[list[Point]]]
    arrows: list[Arrow]
    grid: list[list[float | None]]


def contour_map(graph: Graph, across: Any, up: Any, fixed: Mapping[str, float], *, fine: bool) -> Map:
    """Return the map of a graph's output over two ranges.

    Raises `MathError` where the function is defined nowhere.
    """
    size = max(8, min(FINE if fine else COARSE, math.isqrt(MAX_WORK // (2 * len(graph.nodes)))))
    names = (across.name, up.name)
    xs, ys = ([r.low * (1 - k / size) + r.high * (k / size) for k in range(size + 1)] for r in (across, up))
    prober = Prober(graph, names, fixed)
    arrows = _arrows(prober, xs, ys)
    lacks: set[str] = set()

    def value(x: float, y: float) -> float | None:
        found = prober(x, y, slopes=False)
        lacks.add(found.lack)
        return found.value

    grid = [[value(x, y) for x in xs] for y in ys]
    values = sorted(z for row in grid for z in row if z is not None)
    if not values:
        kind, what = ("undecided", "certain value") if UNCERTAIN in lacks else ("domain", "value")
        raise MathError(f"there is no {what} at any sample of {names[0]} and {names[1]}", kind=kind)
    levels = _levels(values)
    pieces: list[list[tuple[Point, Point]]] = [[] for _ in levels]
    for j in range(size):
        for i in range(size):
            corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
            cell = [(xs[p], ys[q], grid[q][p]) for p, q in corners]
            heights = [z for _, _, z in cell if z is not None]
            if len(heights) == 4 and math.isfinite(max(heights) - min(heights)):
                _march(cell, levels, pieces, value)
    lines = [_joined(segments) for segments in pieces]
    return Map(levels, lines, arrows, grid)


def _levels(values: list[float]) -> list[tuple[float, str]]:
    """Return round levels over the bulk of the values: where a few run away to a pole, those do not count."""
    cut = len(values) // 20
    inner = values[len(values) - 1 - cut] - values[cut]
    clipped = values[-1] - values[0] > TAIL_RATIO * inner > 0
    low, high = view(values, clipped=clipped)
    if values[0] == values[-1]:
        return []
    return ticks(low, high, LEVELS)


def _march(
    cell: list[Any], levels: list[tuple[float, str]], pieces: list[list[tuple[Point, Point]]], value: Any
) -> None:
    """Add the pieces of all level lines that cross one cell; opposite pairs of a saddle are told by its middle."""
    heights = [z for _, _, z in cell]
    low, high = min(heights), max(heights)
    crossed = [(k, level) for k, (level, _) in enumerate(levels) if low <= level < high]
    if not crossed:
        return
    (left, bottom, _), _, (right, top, _), _ = cell
    middle = value((left + right) / 2, (bottom + top) / 2)
    if middle is None or not low - (high - low) <= middle <= high + (high - low):
        return  # a pole runs through the cell: a line here would be an invention
    for k, level in crossed:
        crossings = []
        for here, following in zip(cell, (*cell[1:], cell[0]), strict=True):
            # In one order for both cells that share an edge, so that their pieces meet in the very same point.
            a, b = sorted((here, following))
            if (a[2] <= level) != (b[2] <= level):
                t = (level - a[2]) / (b[2] - a[2])
                crossings.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
        if len(crossings) == 4 and (middle <= level) != (heights[0] <= level):
            crossings = [*crossings[1:], crossings[0]]  # the first corner is cut off, and not the second one
        pieces[k] += [(crossings[n], crossings[n + 1]) for n in range(0, len(crossings), 2)]


def _joined(segments: list[tuple[Point, Point]]) -> list[list[Point]]:
    """Return segments joined end to end into lines, in a fixed order."""
    ends: dict[Point, list[int]] = {}
    for n, (a, b) in enumerate(segments):
        ends.setdefault(a, []).append(n)
        ends.setdefault(b, []).append(n)
    used: set[int] = set()
    lines = []
    for n, (a, b) in enumerate(segments):
        if n in used:
            continue
        used.add(n)
        line = [a, b]
        for _ in range(2):
            while True:
                tip = line[-1]
                following = next((m for m in ends[tip] if m not in used), None)
                if following is None:
                    break
                used.add(following)
                c, d = segments[following]
                line.append(d if c == tip else c)
            line.reverse()
        lines.append(line)
    return lines


def _arrows(prober: Prober, xs: list[float], ys: list[float]) -> list[Arrow]:
    """Return the gradient in the middle of a coarse grid of cells, where there is one."""
    found = []
    for j in range(ARROWS):
        for i in range(ARROWS):
            u, v = (2 * i + 1) / (2 * ARROWS), (2 * j + 1) / (2 * ARROWS)
            x, y = xs[0] * (1 - u) + xs[-1] * u, ys[0] * (1 - v) + ys[-1] * v
            slopes = [slope for slope in prober(x, y).slopes if slope is not None and math.isfinite(slope)]
            if len(slopes) == len(prober.names):
                found.append(Arrow(x, y, *slopes))
    return found
