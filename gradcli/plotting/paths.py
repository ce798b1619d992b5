"""The path of a descent over one or two numbers, on the plot of its program."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InputError, LimitError
from ..language.names import clip_name
from ..record.array_summary import approximate
from ..record.descent import Descent, DescentLine
from .contours import contour_map
from .plot import Plot, Range, Stop
from .sampling import curves
from .scales import view

MOST_NODES = 2_000  # of a program: a map of a larger one would be too coarse, and slow
MOST_TOLD = 4  # fixed numbers that the heading names
FEW_NODES = 60  # up to which a map has as many samples as that of plot
PATH_MARGIN = 0.25  # of the length of the path, on either side
ALIKE = 10.0  # how much longer one side may be for both to have the scale of the longer one


def path_of(descent: Descent, lines: Sequence[DescentLine]) -> Plot:
    """Return the plot of a program over the one or two numbers that a descent changed, with its path.

    The ranges hold all points of the path, with a margin. Raises `InputError` where the points are not of one function,
    the output does not depend on a number or a range is none, `LimitError` for a large program, `MathError` where there
    is no value anywhere.
    """
    if not descent.sees_all:
        raise InputError("with --batch every step has another function", kind="option")
    names, output = descent.entries(), descent.output
    graph, fixed = descent.opened(MOST_NODES)
    for name in names:
        if name not in graph.inputs:
            raise InputError(f"{clip_name(output)} does not depend on {clip_name(name)}", kind="binding")
    if len(graph.nodes) > MOST_NODES:
        raise LimitError(f"the program has {len(graph.nodes):,} nodes, and a plot of a path at most {MOST_NODES:,}")
    stops = [
        Stop(line.step, _numbers(line.parameters), approximate(line.value), _numbers(line.gradient)) for line in lines
    ]
    ranges = _ranges(names, stops)
    shown = fixed if len(fixed) <= MOST_TOLD else {}
    if len(ranges) == 1:
        (across,) = ranges
        found = curves(graph, *across, fixed)
        values = _holding(found.values, [stop.value for stop in stops])
        slopes = _holding(found.slopes, [slope for stop in stops for slope in stop.slopes])
        found = found._replace(values=values, slopes=slopes)
        return Plot(descent.source, output, ranges, shown, found, None, [], stops)
    across, up = ranges
    drawn = contour_map(graph, across, up, fixed, fine=len(graph.nodes) <= FEW_NODES)
    return Plot(descent.source, output, ranges, shown, None, drawn, [], stops)


def _ranges(names: Sequence[str], stops: Sequence[Stop]) -> list[Range]:
    """Return the ranges. Both have one scale where that leaves the path long enough to be seen on each.

    Then steps against the gradient cross the lines of a map at right angles, as they do in truth.
    """
    ends = [(min(places), max(places)) for places in zip(*(stop.at for stop in stops), strict=True)]
    lengths = [high - low for low, high in ends]
    longest = max(lengths)
    found = []
    for name, (low, high), length in zip(names, ends, lengths, strict=True):
        if length * ALIKE >= longest:
            room = (longest - length) / 2 + PATH_MARGIN * longest
            shown = low - room, high + room
        else:
            shown = low - PATH_MARGIN * length, high + PATH_MARGIN * length
        if not (shown[0] < low and high < shown[1]):
            shown = view([low, high])
        if not math.isfinite(shown[1] - shown[0]):
            raise InputError(f"the path of {clip_name(name)} is too long to be drawn", kind="binding")
        found.append(Range(name, *shown))
    return found


def _numbers(entries: Mapping[str, Sequence[Any] | None]) -> tuple[float, ...]:
    """Return the entries of all parameters in binary64."""
    return tuple(approximate(x) for flat in entries.values() for x in flat or ())


def _holding(ends: tuple[float, float], numbers: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis that shows some numbers: of a curve that runs away no more than their height again."""
    low, high = min(numbers), max(numbers)
    room = high - low or math.inf
    ends = max(ends[0], low - room), min(ends[1], high + room)
    return ends if ends[0] <= low <= high <= ends[1] else view([*ends, *numbers])
