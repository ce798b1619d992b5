"""A plot in the terminal: the value above, the derivative below it; or a map of lines of equal value and gradients."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..plotting.breaks import JUMP, POLE
from ..plotting.contours import Map
from ..plotting.plot import Plot
from ..plotting.sampling import Curves
from ..plotting.scales import Axis, axis
from ..record.gradient import Gradient
from ..text import DIM, GRADIENT_COLOR, VALUE_COLOR, cells, clip, fitted, visible
from . import Style
from .canvas import Canvas
from .wording import brief, notes

WIDTH, LEAST, MOST = 80, 24, 1000
ROWS, MAP_ROWS = 9, 24
POINT_COLOR = "\x1b[33m"
MOST_LISTED = 8
FRAME, FEWEST = 3, 10  # columns beside the numbers and the picture, and the fewest of a picture
LABEL = 12  # columns for each number below
APART = 5  # columns from an arrow to the next in its row
ARROWS = ("→", "↗", "↑", "↖", "←", "↙", "↓", "↘")


def render(plot: Plot, style: Style) -> str:
    """Return the picture, and in words what is marked in it and where the curves break."""
    width = min(max(style.width or WIDTH, LEAST), MOST)
    drawn = _curves(plot, plot.curves, width, style) if plot.curves else []
    below = broken(plot, plot.curves) if plot.curves else []
    if plot.map:
        drawn += _map(plot, plot.map, width, style)
        below += legend(plot, plot.map)
    below += [line for mark in plot.marks for line in marked(plot, mark)]
    lines = [*_words([heading(plot)], style), *drawn, *_words(below, style)]
    return style.signs.plain("\n".join(line.rstrip() for line in lines) + "\n")


def _words(lines: Sequence[str], style: Style) -> list[str]:
    """Return lines of words, broken where they are too wide; the rows of a picture never are."""
    return [part for line in lines for part in fitted(style.signs.plain(line), style.width).split("\n")]


def heading(plot: Plot) -> str:
    """Return what is plotted, and what is fixed."""
    fixed = "".join(f", {name} = {x:.12g}" for name, x in plot.fixed.items())
    program = clip(visible("; ".join(line.strip() for line in plot.source.text.splitlines() if line.strip())), 100)
    shown = (
        program
        if plot.output == program or f"{plot.output} =" in program or f"{plot.output}=" in program
        else f"{plot.output} = {program}"
    )
    return shown + fixed


def marked(plot: Plot, mark: Gradient) -> list[str]:
    """Return a marked point in words: its value, its gradient, its tangent or what is odd there."""
    f = plot.output
    at = ", ".join(f"{r.name} = {brief(mark, mark.values[mark.graph.inputs[r.name]])}" for r in plot.ranges)
    slopes = ", ".join(f"d{f}/d{name} = {brief(mark, slope)}" for name, slope in mark.gradient.items())
    line = f"at {at}: {f} = {brief(mark, mark.value)}, {slopes}"
    if plot.curves and straight(plot, mark):
        ((name, _, _),) = plot.ranges
        x, slope = brief(mark, mark.values[mark.graph.inputs[name]]), brief(mark, mark.gradient[name])
        shift = f"({name} + {x[1:]})" if x.startswith("-") else f"({name} - {x})" if x != "0" else name
        line += f", tangent {brief(mark, mark.value)} + {f'({slope})' if slope.startswith('-') else slope}*{shift}"
    return [line, *notes(mark)]


def straight(plot: Plot, mark: Gradient) -> bool:
    """Whether there is one tangent at a marked point, of numbers that binary64 has."""
    odd = {note.node for note in mark.notes if note.kind == "one-sided"}
    if not all(map(math.isfinite, (mark.value, *(slope or 0.0 for slope in mark.gradient.values())))):
        return False
    return all(slope is not None and mark.graph.inputs[name] not in odd for name, slope in mark.gradient.items())


def broken(plot: Plot, curves: Curves) -> list[str]:
    """Return where the curves break, in words."""
    if not curves.breaks:
        return []
    ((name, _, _),) = plot.ranges
    shown = [f"{b.kind} at {name} = {b.x:.12g}" for b in curves.breaks[:MOST_LISTED]]
    more = len(curves.breaks) - MOST_LISTED
    return ["breaks: " + ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")]


def legend(plot: Plot, found: Map) -> list[str]:
    """Return what the lines and arrows of a map are, in words."""
    levels = ", ".join(text for _, text in found.levels)
    return [
        f"lines: {plot.output} = {levels}" if found.levels else f"no lines: {plot.output} is constant",
        f"arrows: the gradient of {plot.output}, uphill",
    ]


def _curves(plot: Plot, curves: Curves, width: int, style: Style) -> list[str]:
    ((name, low, high),) = plot.ranges
    up = [axis(*curves.values, 4), axis(*curves.slopes, 4)]
    left, columns, across = _shared_out(width, up, low, high)
    f = plot.output
    out: list[str] = []
    for which, title, vertical, color in (
        ("value", f, up[0], VALUE_COLOR), ("slope", f"d{f}/d{name}", up[1], GRADIENT_COLOR),
    ):  # fmt: skip
        canvas = Canvas(columns, ROWS, across, vertical, ascii_only=style.ascii)
        for mark in plot.marks:
            x, slope = mark.values[mark.graph.inputs[name]], mark.gradient[name]
            if which == "value" and straight(plot, mark):
                canvas.line([(e, mark.value + slope * (e - x)) for e in (low, high)], POINT_COLOR, gap=3)
        for run in curves.runs(which):
            canvas.line(run, color)
        _guides(canvas, curves, which)
        for mark in plot.marks:
            y = mark.value if which == "value" else mark.gradient[name]
            if y is not None and vertical.low <= y <= vertical.high:
                canvas.sign(*canvas.cell(mark.values[mark.graph.inputs[name]], y), "●", POINT_COLOR)
        out += ["", " " * (left + 2) + title, *_framed(canvas, left, style)]
    return [*out, *_below(across, columns, left, name)]


def _shared_out(width: int, ups: Sequence[Axis], low: float, high: float) -> tuple[int, int, Axis]:
    """Return the columns of the numbers on the left, those of the picture, and the axis across it from low to high."""
    left = max((len(text) for up in ups for _, text in up.ticks), default=1)
    columns = max(width - left - FRAME, FEWEST)
    return left, columns, axis(low, high, max(2, columns // LABEL))


def _guides(canvas: Canvas, curves: Curves, which: str) -> None:
    """Draw where the value is 0, and where the curve runs away or jumps, behind the curves."""
    if canvas.up.low < 0 < canvas.up.high:
        row = canvas.cell(canvas.across.low, 0.0)[1]
        for column in range(canvas.columns):
            canvas.sign(column, row, "─", DIM, over=False)
    for b in curves.breaks:
        if b.kind == POLE or (b.kind == JUMP and which == "value" and len(curves.breaks) <= MOST_LISTED):
            for row in range(canvas.rows):
                canvas.sign(canvas.cell(b.x, canvas.up.low)[0], row, "┊", DIM, over=False)


def _framed(canvas: Canvas, left: int, style: Style) -> list[str]:
    """Return the rows of a canvas behind its vertical axis."""
    labels: dict[int, str] = {}
    for y, text in canvas.up.ticks:
        labels.setdefault(canvas.cell(canvas.across.low, y)[1], text)
    rows = canvas.text(color=style.color)
    return [f"{labels.get(k, ''):>{left}} {'┤' if k in labels else '│'}{row}" for k, row in enumerate(rows)]


def _below(across: Axis, columns: int, left: int, name: str) -> list[str]:
    """Return the horizontal axis: its line, its labels as far as they fit, its name."""
    line, labels = ["─"] * columns, [" "] * columns
    free = 0
    for x, text in across.ticks:
        column = min(int(across.at(x) * columns), columns - 1)
        start = min(max(column - len(text) // 2, 0), columns - len(text))
        if start < free:
            continue
        line[column] = "┬"
        labels[start : start + len(text)] = text
        free = start + len(text) + 1
    row = "".join(labels).rstrip()
    room = columns - len(row)
    row += f" {name}" if room > cells(name) else ""
    return [" " * (left + 1) + "└" + "".join(line), " " * (left + 2) + row]


def _map(plot: Plot, found: Map, width: int, style: Style) -> list[str]:
    x, y = plot.ranges
    up = axis(y.low, y.high, 6)
    left, columns, across = _shared_out(width, [up], x.low, x.high)
    canvas = Canvas(columns, MAP_ROWS, across, up, ascii_only=style.ascii)
    for lines in found.lines:
        for line in lines:
            canvas.line(line, VALUE_COLOR)
    last: dict[int, int] = {}  # column of an arrow, by its row
    for arrow in found.arrows:
        column, row = canvas.cell(arrow.x, arrow.y)
        if (arrow.dx or arrow.dy) and column - last.get(row, -APART) >= APART:
            last[row] = column
            # By the angle in the picture: what points uphill must do so as it is drawn.
            angle = math.atan2(arrow.dy * (x.high - x.low), arrow.dx * (y.high - y.low))
            canvas.sign(column, row, ARROWS[round(angle / (math.pi / 4)) % 8], GRADIENT_COLOR)
    for (_, text), lines in zip(found.levels, found.lines, strict=True):
        if lines:
            _label(canvas, max(lines, key=len), text)
    for mark in plot.marks:
        at = [mark.values[mark.graph.inputs[r.name]] for r in plot.ranges]
        canvas.sign(*canvas.cell(*at), "●", POINT_COLOR)
    title = " " * (left + 2) + y.name
    return ["", title, *_framed(canvas, left, style), *_below(across, columns, left, x.name)]


def _label(canvas: Canvas, line: Sequence[tuple[float, float]], text: str) -> None:
    """Write the level into its line, where nothing else is written."""
    for k in (len(line) // 2, len(line) // 3, len(line) // 5):
        column, row = canvas.cell(*line[k])
        start = min(max(column - len(text) // 2, 0), canvas.columns - len(text))
        room = range(start - 1, start + len(text) + 1)
        if start >= 0 and not any((c, row) in canvas.signs for c in room):
            for offset, c in enumerate(f" {text} "):
                if 0 <= start + offset - 1 < canvas.columns:
                    canvas.sign(start + offset - 1, row, c)
            return
