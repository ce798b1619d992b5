"""What the reports of a plot hold, by hand: the numbers of a grid, where lines stand and where their labels do."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from gradcli.drawing.svg import text_width
from gradcli.reports import Style, render_plot

from .test_plotting import plotted, text


def test_the_numbers_of_a_grid_are_those_of_the_program() -> None:
    """Of x*y + 1, a row a point, x first; the corners of the ranges are points of the grid."""
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
