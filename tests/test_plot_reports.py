"""What the reports of a plot hold, by hand: the numbers of a grid, where lines stand and where their labels do."""

from __future__ import annotations

import csv
import io
import json
import math
import re

import pytest

from gradcli.drawing.svg import text_width
from gradcli.errors import MathError
from gradcli.reports import Style, render_plot

from .test_plotting import plotted, text


def test_the_numbers_of_a_grid_are_those_of_the_program() -> None:
    """Of x*y + 1, one row per point, x first; the corners of the ranges are points of the grid."""
    found = plotted("x*y + 1", "x=0:2", "y=-1:3")
    header, *rows = csv.reader(io.StringIO(str(render_plot(found, "csv", Style()))))
    assert header == ["x", "y", "f"]
    grid = [tuple(map(float, row)) for row in rows]
    assert all(z == pytest.approx(x * y + 1) for x, y, z in grid)
    size = round(len(grid) ** 0.5)
    assert len(grid) == size**2 > 1000
    assert [grid[k] for k in (0, size - 1, -size, -1)] == [(0, -1, 1), (2, -1, -1), (0, 3, 1), (2, 3, 7)]
    assert sorted({x for x, _, _ in grid}) == pytest.approx([2 * k / (size - 1) for k in range(size)])
    assert sorted({y for _, y, _ in grid}) == pytest.approx([4 * k / (size - 1) - 1 for k in range(size)])
    record = json.loads(str(render_plot(found, "json", Style())))
    assert record["columns"] == ["x", "y", "value"]
    assert [tuple(row) for row in record["samples"]] == grid


def test_a_pole_is_a_dotted_line_from_top_to_bottom() -> None:
    lines = text("1/(x - 1/2)", "x=-1:1").splitlines()
    drawing = [re.split("[│┤]", line)[1] for line in lines if re.search("[│┤]", line)]
    assert {row.index("┊") for row in drawing if "┊" in row} == {max(map(len, drawing)) * 3 // 4}
    assert all("┊" in row or "─" in row for row in drawing)  # or it is where the value is 0


@pytest.mark.parametrize(("scale", "rows"), [(1, 1), (1_000_000, 2)])
def test_labels_of_upright_lines_stand_in_their_middle_or_beside_it(scale: int, rows: int) -> None:
    """Levels of scale*x between 0 and 1: those of one digit after the point have room beside each other."""
    picture = str(render_plot(plotted(f"{scale}*x + 0*y", "x=0:1", "y=0:1"), "svg", Style()))
    frame = re.search(r'<rect class="frame" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', picture)
    assert frame is not None
    left, top, width, height = map(float, frame.groups())
    labels = [(float(x), float(y), t) for x, y, t in re.findall(r'class="halo" x="(.*?)" y="(.*?)">(.*?)<', picture)]
    assert [float(t) for _, _, t in labels] == pytest.approx([scale * k / 10 for k in range(1, 10)])
    assert [x for x, _, _ in labels] == pytest.approx([left + width * k / 10 for k in range(1, 10)])
    assert len({y for _, y, _ in labels}) == rows
    assert {y for _, y, _ in labels[::2]} == {top + height / 2 + 4}
    assert (width / 10 < max(text_width(t, 13) for _, _, t in labels) + 8) == (rows > 1)


ARROW = re.compile(r'class="arrow slope" d="M(.+?) (.+?)L(.+?) (.+?)M(.+?) (.+?)L(.+?) (.+?)L(.+?) (.+?)"/>')


@pytest.mark.parametrize(("program", "across", "up"), [
    ("3*x + 4*y", 0.6, 0.8), ("4*y - 3*x", -0.6, 0.8), ("0*x - y", 0.0, -1.0), ("x + 0*y", 1.0, 0.0),
])  # fmt: skip
def test_arrows_point_uphill(program: str, across: float, up: float) -> None:
    """One direction and length everywhere, as the gradient; both barbs are behind the tip, one on either side."""
    picture = str(render_plot(plotted(program, "x=0:1", "y=0:1"), "svg", Style()))
    arrows = [tuple(map(float, found)) for found in ARROW.findall(picture)]
    assert len(arrows) > 50
    for ax, ay, bx, by, cx, cy, dx, dy, ex, ey in arrows:
        length = math.hypot(bx - ax, by - ay)
        assert length == pytest.approx(2 * 520 / 12 * 0.42, abs=0.03)
        assert ((bx - ax) / length, (ay - by) / length) == pytest.approx((across, up), abs=1e-3)
        assert (dx, dy) == (bx, by)
        for x, y, side in ((cx, cy, 1), (ex, ey, -1)):
            along = ((x - bx) * across - (y - by) * up) / length
            beside = ((x - bx) * up + (y - by) * across) / length
            assert (along, beside) == pytest.approx((-0.18, side * 0.12), abs=2e-3)


def test_arrows_are_longer_where_it_is_steeper() -> None:
    """Of x*x by the square root, down to a quarter: at x = 1/4 of the steepest x half as long; at 0 there is none."""
    picture = str(render_plot(plotted("x*x + 0*y", "x=-1:1", "y=-1:1"), "svg", Style()))
    found = {}
    for ax, ay, bx, by, *_ in (map(float, found) for found in ARROW.findall(picture)):
        assert by == ay
        found[(ax + bx) / 2] = (bx - ax) / 2
    middle = 52 + 520 / 2
    steepest = max(abs(x - middle) for x in found)
    for x, half in found.items():
        share = abs(x - middle) / steepest
        wanted = max(0.25, math.sqrt(share)) * 520 / 12 * 0.42
        assert half == pytest.approx(math.copysign(wanted, x - middle), abs=0.03)
    assert not any(abs(x - middle) < 1 for x in found)


def test_a_label_that_the_frame_would_cut_is_left_out() -> None:
    """The lines of 100000 and of 1000000 stand 5 pixels from the sides, with less room than half a label takes."""
    picture = str(render_plot(plotted("1000000*x + 0*y", "x=0.099:1.001", "y=0:1"), "svg", Style()))
    labels = re.findall(r'class="halo" x=".*?" y=".*?">(.*?)<', picture)
    levels = re.findall(r'class="level value" d="[^"]*"><title>(.*?)<', picture)
    assert {levels[0], levels[-1]} == {"100000", "1e+06"}
    assert labels == levels[1:-1]
    flat = str(render_plot(plotted("1000000*y + 0*x", "x=0:1", "y=0.099:1.001"), "svg", Style()))
    assert re.findall(r'class="halo" x=".*?" y=".*?">(.*?)<', flat) == labels


@pytest.mark.parametrize("high", [1.001, 1.01, 1.02])
def test_a_label_beside_the_frame_of_a_text_is_whole(high: float) -> None:
    """That of the line at the right side is moved in; it is named once more below the picture."""
    for program, label in (("1000000*x + 0*y", "1e+06"), ("-1000000*x + 0*y", "-1e+06")):
        shown = text(program, f"x=0:{high}", "y=0:1", style=Style(width=80))
        assert shown.count(f" {label}") == 2


@pytest.mark.parametrize("words", [("1234567890.5 + x/10", "x=0:1"), ("x + y", "x=0:1", "y=1234567890.5:1234567890.6")])
@pytest.mark.parametrize(("width", "columns"), [(1, 10), (24, 10), (26, 10), (27, 11), (40, 24)])
def test_a_plot_has_ten_columns_or_what_its_numbers_leave(words: tuple[str, ...], width: int, columns: int) -> None:
    """The numbers beside it, such as 1234567890.52, take 13, with a space, the axis and one at the end 16."""
    lines = text(*words, style=Style(width=width)).splitlines()
    assert {line.index("└") for line in lines if "└" in line} == {14}
    assert {len(line) - 15 for line in lines if "└" in line} == {columns}


@pytest.mark.parametrize(("low", "high"), [(-3, 3), (-1.0, 2.5), (0, 1e-9), (-1e6, 4e6), (10.5, 11)])
@pytest.mark.parametrize("width", [40, 80, 101])
def test_a_tick_stands_where_its_number_is_and_has_its_label_below(low: float, high: float, width: int) -> None:
    lines = text("x", f"x={low}:{high}", style=Style(width=width)).splitlines()
    at = next(k for k, line in enumerate(lines) if "└" in line)
    line, below = (row[lines[at].index("└") + 1 :] for row in lines[at : at + 2])
    columns = [k for k, sign in enumerate(line) if sign == "┬"]
    labels = list(re.finditer(r"[-\d.e+]+(?= |$)", below))
    assert len(labels) == len(columns) >= 2
    for column, label in zip(columns, labels, strict=True):
        place = (float(label[0]) - low) / (high - low) * len(line)
        assert column == min(int(place + 1e-9), len(line) - 1)
        assert label.start() <= column < label.end()
        assert abs((label.start() + label.end() - 1) / 2 - column) <= 1 or label.end() == len(line) or not label.start()


def test_a_map_of_nothing_is_an_error() -> None:
    with pytest.raises(MathError, match="there is no value at any sample of x and y") as caught:
        plotted("log(-1 - x**2 - y**2)", "x=-1:1", "y=-1:1")
    assert caught.value.kind == "domain"
