"""What `gradcli plot` shows: a program over one range as curves, or over two as a map, and the points marked in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..calculus.building import restricted
from ..calculus.graph import Graph
from ..errors import InputError, Source, Within
from ..language.names import clip_name
from ..language.syntax import parse
from ..numbers.systems import FLOAT
from ..record import bindings as binding
from ..record.gradient import Gradient, evaluate
from ..record.request import Request, choose_output
from ..record.values import NUMERAL, Values, number
from .contours import Map, contour_map
from .sampling import Curves, curves

_END = r"([-+]?[\w.]*?[\w])"
_RANGE = re.compile(rf"[\[(]?\s*{_END}\s*(?:,|;|\.\.\.?|…|\bto\b)\s*{_END}\s*[\])]?")


class Range(NamedTuple):
    """The values that one input takes."""

    name: str
    low: float
    high: float


class Stop(NamedTuple):
    """A point of a path: the number of steps before it, where it is in each range, the value and the slopes there."""

    step: int
    at: tuple[float, ...]
    value: float
    slopes: tuple[float, ...]


class Plot(NamedTuple):
    """A program over its ranges, with the other inputs fixed: `curves` for one range, a `map` for two.

    `marks` are the records of the points asked for; their numbers are as certain as any record's. `path` has the points
    of a descent, if one is shown.
    """

    source: Source
    output: str
    ranges: list[Range]
    fixed: dict[str, float]
    curves: Curves | None
    map: Map | None
    marks: list[Gradient]
    path: Sequence[Stop] = ()


def plot(
    source: Source, given: Mapping[str, Source], *, at: Sequence[str] = (), of: str | None = None, fine: bool = False
) -> Plot:
    """Return the plot of a program; a value such as -3:3 is a range. `fine` asks for a map of more samples.

    Raises `InputError` without a range or with more than two, `MathError` where there is no value anywhere.
    """
    graph = parse(source, given, of=of)
    output = choose_output(graph, of)
    if not graph.inputs:
        what = "the program has no inputs, and a plot is over one"
        raise InputError(what, kind="name", hint='for example gradcli plot "x**2" x=-3:3')
    ranges = [_range(value) for value in given.values() if ":" in value.text]
    if not 1 <= len(ranges) <= 2:
        if ranges:
            last = clip_name(ranges[-1].name)
            raise InputError("more than two ranges cannot be drawn", kind="binding",
                             hint=f"give {last} one value, such as {last}={ranges[-1].low:g}")  # fmt: skip
        what = "a range is missing"
        meant = [word for value in given.values() if (word := _nearly_range(value))]
        hint = f"write {meant[0] if meant else f'{_example(graph, given)}=-3:3'}"
        raise InputError(what, kind="binding", hint=hint)
    names = [r.name for r in ranges]
    starts = {r.name: Source(r.name, repr(r.low)) for r in ranges}
    with Within(source):
        values = Values({**given, **starts})
        fixed = values.point(FLOAT, graph)
        request = Request(of=of, wrt=names)
        marks = [evaluate(source, _marked(values, ranges, text), request, graph) for text in at]
    label = graph.labels[output]
    fixed = {name: x for name, x in fixed.items() if name not in names}
    graph = restricted(graph, output)
    for name in names:
        if name not in graph.inputs:
            raise InputError(f"{label} does not depend on {clip_name(name)}", source=given[name], kind="binding")
    needed = {name: x for name, x in fixed.items() if name in graph.inputs}
    if len(ranges) == 1:
        (across,) = ranges
        return Plot(source, label, ranges, fixed, curves(graph, *across, needed), None, marks)
    across, up = ranges
    found = contour_map(graph, across, up, needed, fine=fine)
    return Plot(source, label, ranges, fixed, None, found, marks)


def _example(graph: Graph, given: Mapping[str, Source]) -> str:
    return next(
        (clip_name(name) for name in graph.inputs if name not in given), clip_name(next(iter(graph.inputs), "x"))
    )


def _nearly_range(value: Source) -> str | None:
    """Return the range that a value such as 1,3 or -2..2 or [1, 3] is meant for; None for another value."""
    found = _RANGE.fullmatch(value.text.strip())
    return f"{clip_name(value.name)}={found[1]}:{found[2]}" if found else None


def _end(ends: Sequence[str]) -> str:
    """Return the end of a range that was written with a step, before it or behind it."""
    numbers = [NUMERAL.fullmatch(end.strip()) for end in ends]
    return max(ends, key=float) if all(numbers) else ends[0]


def _range(value: Source) -> Range:
    """Return the range that a binding such as -3:3 or 0:2*pi stands for."""
    parts = value.text.split(":")
    if len(parts) != 2:
        raise InputError("a range has one :", source=value, span=(0, len(value.text)), kind="binding",
                         hint=f"write {value.name}={parts[0]}:{_end(parts[1:])}")  # fmt: skip
    low, high = (float(number(FLOAT, Source(value.name, part))) for part in parts)
    if not math.isfinite(high - low):
        raise InputError("the range is wider than the largest binary64", source=value, kind="binding")
    if not low < high:
        hint = None if low == high else f"write {value.name}={parts[1]}:{parts[0]}"
        raise InputError("a range goes from a smaller number to a larger one", source=value, kind="binding", hint=hint)
    return Range(value.name, low, high)


def _marked(values: Values, ranges: Iterable[Range], text: str) -> Values:
    """Return the values at a point such as x=1 (or x=1,y=2 in a map). Raises `InputError` outside the ranges."""
    point = binding.split(part for part in text.split(","))
    limits = {r.name: r for r in ranges}
    if point.keys() != limits.keys():
        wanted = ",".join(f"{clip_name(name)}=..." for name in limits)
        raise InputError(f"--at takes {wanted}", source=Source("--at", text), kind="option")
    values = values.updated(point)
    for name, value in point.items():
        x = values.number(FLOAT, value)
        if not limits[name].low <= x <= limits[name].high:
            low, high = limits[name][1:]
            raise InputError(
                f"{x:.12g} is outside the range from {low:.12g} to {high:.12g}", source=value, kind="option"
            )
    return values
