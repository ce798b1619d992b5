"""Plots in a terminal, cell by cell: marked points in both panels, dotted lines at jumps, labels of levels."""

from __future__ import annotations

import math
import re

import pytest

from gradcli.errors import Source
from gradcli.plotting.contours import Map
from gradcli.plotting.plot import Plot, plot
from gradcli.plotting.scales import Axis, axis
from gradcli.record.bindings import split
from gradcli.reports import Style
from gradcli.reports.canvas import Canvas
from gradcli.reports.plot_text import _label, _map, _shared_out, render

MAP_ROWS = 24
MOST_LISTED = 8
ROWS = 9


def plotted(program: str, *words: str, at: tuple[str, ...] = (), **options: bool) -> Plot:
    return plot(Source("program", program), split(words), at=at, of=None, **options)


def panels(found: Plot, width: int) -> tuple[list[str], list[str]]:
    """Return the rows of the value and of the slope, without the axis on the left."""
    rows = [re.split("[┤│]", line, maxsplit=1)[1] for line in render(found, Style(width=width)).splitlines()
            if re.search("[┤│]", line)]  # fmt: skip
    assert len(rows) == 2 * ROWS
    return rows[:ROWS], rows[ROWS:]


@pytest.mark.parametrize(("program", "x", "low", "high", "value", "slope"), [
    ("x**2", 3, 0, 4, 9, 6), ("x**2", -1, -4, 4, 1, -2), ("5*x + 1", 2.5, 2, 3, 13.5, 5), ("x**3", 2, -2, 2, 8, 12),
    ("x**3", -2, -2, 2, -8, 12),
])  # fmt: skip
@pytest.mark.parametrize("width", [40, 80])
def test_a_marked_point_has_its_value_and_its_slope(
    program: str, x: float, low: float, high: float, value: float, slope: float, width: int
) -> None:
    found = plotted(program, f"x={low}:{high}", at=(f"x={x}",))
    assert found.curves is not None
    line = next(text for text in render(found, Style(width=width)).splitlines() if "└" in text)
    columns = len(line) - line.index("└") - 1
    ranges = (found.curves.values, found.curves.slopes)
    for rows, y, limits in zip(panels(found, width), (value, slope), ranges, strict=True):
        up = axis(*limits, 4)
        row = min(math.floor((up.high - y) / (up.high - up.low) * ROWS), ROWS - 1)
        column = min(math.floor((x - low) / (high - low) * columns), columns - 1)
        assert [(k, text.index("●")) for k, text in enumerate(rows) if "●" in text] == [(row, column)]


@pytest.mark.parametrize("many", [1, MOST_LISTED, MOST_LISTED + 1])
def test_jumps_have_a_dotted_line_in_the_value_if_they_are_few(many: int) -> None:
    value, slope = panels(plotted("floor(x) - 20", f"x=0.5:{many + 0.5}"), 80)
    dotted = {k for row in value for k, c in enumerate(row) if c == "┊"}
    assert len(dotted) == (many if many <= MOST_LISTED else 0)
    assert not any("┊" in row for row in slope)


def test_a_pole_has_one_in_both_panels_however_many_there_are() -> None:
    many = MOST_LISTED + 1
    found = plotted("1/sin(pi*x)", f"x=0.5:{many + 0.5}")
    for rows in panels(found, 80):
        assert len({k for row in rows for k, c in enumerate(row) if c == "┊"}) == many


def test_a_level_is_written_into_its_longest_line() -> None:
    short, long = [(1.0, 1.0), (1.2, 1.0)], [(k / 2, 8.0) for k in range(20)]
    found = plotted("x + y", "x=0:10", "y=0:10")
    for pieces in ([short, long], [long, short]):
        lines = _map(found, Map([(1.0, "LEVEL")], [pieces], [], []), 60, Style())
        rows = [line for line in lines if re.search("[┤│]", line)]
        (row,) = [k for k, line in enumerate(rows) if "LEVEL" in line]
        assert row == int(len(rows) * 0.2)


def test_a_label_at_the_right_side_is_moved_in() -> None:

    across = Axis(0.0, 16.0, [])
    for x, text in ((16.0, " " * 25 + "12345"), (15.0, " " * 25 + "12345"), (0.0, "12345"), (8.0, " " * 13 + "12345")):
        found = Canvas(30, 1, across, across, ascii_only=False)
        _label(found, [(x, 8.0)], "12345")
        assert found.text(color=False)[0].rstrip() == text.rstrip()


def test_marks_and_breaks_are_told_below_a_plot() -> None:
    text = render(plotted("abs(x - 1)*x", "x=0:4", at=("x=3", "x=2")), Style(width=80)).splitlines()
    assert text[-3:] == [
        "breaks: kink at x = 1", "at x = 3: f = 6, df/dx = 5, tangent 6 + 5*(x - 3)",
        "at x = 2: f = 2, df/dx = 3, tangent 2 + 3*(x - 2)",
    ]  # fmt: skip
    field = render(plotted("x*y", "x=0:4", "y=0:4", at=("x=1,y=2",)), Style(width=80)).splitlines()
    assert field[-2:] == ["arrows: the gradient of f, uphill", "at x = 1, y = 2: f = 2, df/dx = 2, df/dy = 1"]


LONG = "-1.2345678901234567e-300"


@pytest.mark.parametrize(("width", "texts", "left", "columns", "numbers"), [
    (80, ["1", "-1"], 2, 75, 6), (80, [], 1, 76, 6), (39, [], 1, 35, 2), (40, [], 1, 36, 3), (52, [], 1, 48, 4),
    (24, ["1" * 10], 10, 11, 2), (24, ["1" * 11], 11, 10, 2), (24, ["1", LONG], 24, 10, 2), (1000, ["1"], 1, 996, 83),
])  # fmt: skip
def test_the_width_of_a_plot_is_shared_out(width: int, texts: list[str], left: int, columns: int, numbers: int) -> None:
    """Three columns are the frame; the picture has ten at least, and a number below it for each twelve."""
    ups = [Axis(0.0, 1.0, [(0.5, text)]) for text in texts] or [Axis(0.0, 1.0, [])]
    for some in (ups, ups[::-1]):
        assert _shared_out(width, some, -1.0, 3.0) == (left, columns, axis(-1.0, 3.0, numbers))


@pytest.mark.parametrize(("asked", "width"), [(None, 80), (10, 24), (24, 24), (25, 25), (1000, 1000), (1001, 1000)])
def test_a_plot_is_as_wide_as_asked_within_limits(asked: int | None, width: int) -> None:
    lines = render(plotted("x", "x=0:1"), Style(width=asked)).splitlines()
    assert [len(line) for line in lines if "└" in line] == [width - 1]


def test_a_range_without_numbers_has_a_map() -> None:
    """Between 0 and 1e-323 there are two numbers: none of them is the end of a step that has a label."""
    lines = render(plotted("x*y", "x=0:1", "y=0:1e-323"), Style(width=40)).splitlines()
    rows = [line for line in lines if "│" in line]
    assert len(rows) == MAP_ROWS
    assert all(line.startswith("  │") for line in rows)


@pytest.mark.parametrize(("width", "columns"), [
    (24, [0, 5, 10, 15]),  # of 20 columns: an arrow is left out less than five from the one before
    (84, [3, 10, 16, 23, 30, 36, 43, 50, 56, 63, 70, 76]),  # of 80: in the middle of each twelfth
])  # fmt: skip
def test_the_arrows_of_a_map_stand_in_every_second_row(width: int, columns: list[int]) -> None:
    text = render(plotted("3*x + 0*y", "x=0:1", "y=0:6"), Style(width=width))
    rows = [line[3:] for line in text.splitlines() if re.search("[┤│]", line)]
    found = [[k for k, c in enumerate(row) if c == "→"] for row in rows]
    assert found == [columns if k % 2 else [] for k in range(MAP_ROWS)]


@pytest.mark.parametrize(("fine", "size"), [(None, 72), (False, 72), (True, 144)])
def test_a_map_is_coarse_unless_asked(fine: bool | None, size: int) -> None:
    found = plotted("x*y", "x=0:1", "y=0:1", **({} if fine is None else {"fine": fine})).map
    assert found is not None
    assert [len(found.grid), len(found.grid[0])] == [size + 1, size + 1]


@pytest.mark.parametrize(("program", "arrows"), [("0*x*y + 1", 0), ("relu(x) + 0*y", 72), ("x + y", 144)])
def test_no_arrow_where_the_gradient_is_zero(program: str, arrows: int) -> None:
    """Of twelve columns of arrows half are where relu is 0."""
    found = plotted(program, "x=-1:1", "y=-1:1")
    text = render(found, Style(width=120))
    assert sum(map(text.count, "→↗↑↖←↙↓↘")) == arrows
