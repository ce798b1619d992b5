"""The parts of a plot by hand: dots and signs of a canvas, pixels of a panel, where numbers have room, words below."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Any

import pytest

from gradcli.drawing.strokes import units
from gradcli.errors import Source
from gradcli.plotting.contours import Arrow, Map
from gradcli.plotting.plot import Plot, plot
from gradcli.plotting.scales import Axis
from gradcli.record.bindings import split
from gradcli.reports import Style, render_plot
from gradcli.reports.canvas import BRAILLE, DOTS, Canvas, clipped
from gradcli.reports.plot_svg import (
    Panel,
    _arrow,
    _has_room,
    _path,
    _place,
    _wrapped,
    axis_name,
    framed,
    panel_title,
    ring,
)
from gradcli.reports.plot_text import _below, _label, broken, heading, legend, marked

CROWDED = 20
DOT = 5
MOST_RINGS = 60
MOST_LISTED = 8

UNIT = Axis(0.0, 1.0, [])
SIXTEEN = Axis(0.0, 16.0, [])


def plotted(program: str, *words: str, at: tuple[str, ...] = ()) -> Plot:
    return plot(Source("program", program), split(words), at=at, of=None, fine=False)


# ---- a canvas of characters


def canvas(columns: int = 8, rows: int = 4, *, ascii_only: bool = False) -> Canvas:
    """A canvas on which a dot of braille is one by one."""
    return Canvas(columns, rows, SIXTEEN, SIXTEEN, ascii_only=ascii_only)


@pytest.mark.parametrize(("x", "y", "cell"), [
    (0, 0, (0, 3)), (0, 16, (0, 0)), (16, 16, (7, 0)), (1.9, 12.1, (0, 0)), (2, 12, (1, 1)), (-5, 99, (0, 0)),
    (99, -5, (7, 3)), (9, 7, (4, 2)),
])  # fmt: skip
def test_the_cell_of_a_point(x: float, y: float, cell: tuple[int, int]) -> None:
    assert canvas().cell(x, y) == cell


def dots(found: Canvas) -> set[tuple[int, int]]:
    """Return the dots that the braille characters of a canvas show, by column and row from the top."""
    seen = set()
    for row, line in enumerate(found.text(color=False)):
        for column, c in enumerate(line):
            for dy in range(4):
                for dx in range(2):
                    if c != " " and (ord(c) - BRAILLE) & DOTS[dy][dx]:
                        seen.add((2 * column + dx, 4 * row + dy))
    return seen


@pytest.mark.parametrize(("points", "gap", "expected"), [
    ([(0, 16), (3, 16)], 1, {(0, 0), (1, 0), (2, 0), (3, 0)}),
    ([(2.5, 15.5), (2.5, 12.5)], 1, {(2, 0), (2, 1), (2, 2), (2, 3)}),
    ([(0.5, 15.5), (3.5, 12.5)], 1, {(0, 0), (1, 1), (2, 2), (3, 3)}),
    ([(0.5, 15.5), (6.5, 15.5)], 3, {(0, 0), (3, 0), (6, 0)}),
    ([(0.5, 15.5), (2.5, 15.5), (6.5, 15.5)], 3, {(0, 0), (3, 0), (6, 0)}),  # the gaps go on over a corner
    ([(5.5, 5.5)], 1, {(5, 10)}), ([], 1, set()),
    ([(-9, 8), (-1, 8)], 1, set()), ([(16, 0), (16, 1)], 1, {(15, 15)}),
    ([(-4, 8.5), (2, 8.5)], 1, {(0, 7), (1, 7), (2, 7)}),
    ([(0.5, 8.5), (1.5, 8.5), (99, 99), (1.5, 10.5)], 1, None),
])  # fmt: skip
def test_the_dots_of_a_line(points: list[tuple[float, float]], gap: int, expected: set[tuple[int, int]] | None) -> None:
    found = canvas()
    found.line(points, gap=gap)
    assert dots(found) >= {(0, 7), (1, 7)} if expected is None else dots(found) == expected


def test_a_line_in_ascii_is_a_star_a_cell() -> None:
    found = canvas(ascii_only=True)
    found.line([(0.1, 15.9), (15.9, 15.9)])
    assert found.text(color=False) == ["********", *[" " * 8] * 3]


def test_what_is_drawn_later_lies_on_top_or_behind() -> None:
    found = canvas(3, 1)
    found.line([(0, 8), (5, 8)], "L")
    found.sign(0, 0, "x", "A")
    found.sign(1, 0, "-", "B", over=False)
    found.sign(2, 0, "-", "B", over=False)
    found.sign(2, 0, "+", "C", over=False)
    assert found.text(color=False)[0][0] == "x"
    assert (found.text(color=False)[0][1] == "-") is ((1, 0) not in found.dots)
    assert found.text(color=False)[0][2] == "-"
    assert (found.codes[0, 0], found.codes[2, 0]) == ("A", "B")


@pytest.mark.parametrize(("codes", "text"), [
    ("", "abc"), ("RRR", "RabcP"), ("RR ", "RabPc"), (" RR", "aRbcP"), ("RGG", "RaPGbcP"), ("R R", "RaPbRcP"),
])  # fmt: skip
def test_colours_change_where_the_kind_does(codes: str, text: str) -> None:
    found = canvas(3, 1)
    for k, c in enumerate("abc"):
        found.sign(k, 0, c, codes[k : k + 1].strip())
    assert found.text(color=True)[0].replace("\x1b[0m", "P") == text
    assert found.text(color=False) == ["abc"]


@pytest.mark.parametrize(("start", "stop", "inside"), [
    ((1, 1), (2, 3), ((1, 1), (2, 3))), ((-2, 5), (12, 5), ((0, 5), (10, 5))), ((5, -2), (5, 12), ((5, 0), (5, 10))),
    ((-5, -5), (15, 15), ((0, 0), (10, 10))), ((-1, 5), (-1, 6), None), ((5, 11), (6, 11), None),
    ((0, 0), (0, 10), ((0, 0), (0, 10))), ((10, 0), (10, 10), ((10, 0), (10, 10))), ((-5, 10), (5, 20), None),
    ((-5, 5), (5, -5), ((0, 0), (0, 0))), ((8, 2), (12, 6), ((8, 2), (10, 4))), ((12, 6), (8, 2), ((10, 4), (8, 2))),
])  # fmt: skip
def test_the_part_of_a_segment_inside_a_box(start: Any, stop: Any, inside: Any) -> None:
    assert clipped(start, stop, 10, 10) == inside
    back = clipped(stop, start, 10, 10)
    assert back == (inside and (inside[1], inside[0]))


# ---- a panel of pixels

PANEL = Panel(50, 60, 200, 100, Axis(0.0, 10.0, [(0.0, "0"), (5.0, "5")]), Axis(-1.0, 1.0, [(-1.0, "-1"), (0.0, "0")]))


@pytest.mark.parametrize(("x", "y", "pixel"), [
    (0, -1, (50, 160)), (10, 1, (250, 60)), (5, 0, (150, 110)), (2.5, 0.5, (100, 85)), (-5, 3, (-50, -40)),
])  # fmt: skip
def test_the_pixel_of_a_point(x: float, y: float, pixel: tuple[float, float]) -> None:
    assert PANEL.at(x, y) == pixel


@pytest.mark.parametrize(("points", "path"), [
    ([(0, -1), (5, 0), (10, 1)], "M50 160L150 110L250 60"), ([(5, 0)], "M150 110L150 110"), ([], ""),
    ([(-99, 0), (5, 0)], "M30 110L150 110"),  # cut 20 pixels outside
    ([(5, 0), (5, 99), (7, 99), (7, 0)], "M150 110L150 40M190 40L190 110"),
    ([(5, 0), (5, -99)], "M150 110L150 180"), ([(5, 0), (99, 0)], "M150 110L270 110"),
])  # fmt: skip
def test_a_line_in_a_panel(points: list[tuple[float, float]], path: str) -> None:
    assert PANEL.path(points) == path


@pytest.mark.parametrize("last", [False, True])
def test_the_frame_of_a_panel(last: bool) -> None:
    below = ['<text class="across" x="50" y="178">0</text>', '<text class="across" x="150" y="178">5</text>']
    assert framed(PANEL, "value", ["<line/>"], [2.5], last=last) == [
        '<clipPath id="clip-value"><rect x="50" y="60" width="200" height="100"/></clipPath>',
        '<path class="zero" d="M50 60V160"/>', *below[: last],
        '<path class="grid" d="M150 60V160"/>', *below[1 : 1 + last],
        '<path class="grid" d="M50 160H250"/>', '<text class="up" x="42" y="164.5">\u22121</text>',
        '<path class="zero" d="M50 110H250"/>', '<text class="up" x="42" y="114.5">0</text>',
        '<path class="break" d="M100 60V160"/>',
        '<g clip-path="url(#clip-value)">', "<line/>", "</g>",
        '<rect class="frame" x="50" y="60" width="200" height="100"/>',
    ]  # fmt: skip


def test_titles_and_rings_of_a_panel() -> None:
    assert panel_title(PANEL, "slope", "a<b") == '<text class="slope" x="50" y="52">a&lt;b</text>'
    assert axis_name(PANEL, "x") == '<text class="across" x="150" y="196">x</text>'
    assert ring(PANEL, "value", (5, 0)) == '<circle class="hole value" cx="150" cy="110" r="3.5"/>'


@pytest.mark.parametrize(("x", "y", "fits"), [
    (60, 110, True), (59.9, 110, False), (240, 110, True), (240.1, 110, False), (150, 69, True), (150, 68.9, False),
    (150, 151, True), (150, 151.1, False),
])  # fmt: skip
def test_a_label_is_wholly_in_its_panel(x: float, y: float, fits: bool) -> None:
    """Ten pixels on either side of its middle, and nine above and below."""
    assert _has_room(PANEL, x, y, 10, []) is fits


@pytest.mark.parametrize(("x", "y", "fits"), [
    (100, 110, False), (114.9, 110, False), (115, 110, True), (85, 110, True), (85.1, 110, False), (100, 128, True),
    (100, 127.9, False), (100, 92, True), (100, 92.1, False),
])  # fmt: skip
def test_a_label_is_on_no_other(x: float, y: float, fits: bool) -> None:
    assert _has_room(PANEL, x, y, 10, [(100, 110, 5)]) is fits
    assert _has_room(PANEL, x, y, 10, [(200, 110, 5), (100, 110, 5)]) is fits


def test_a_label_stands_as_near_to_the_middle_of_its_line_as_it_can() -> None:
    line = [(k, 0.0) for k in range(11)]  # 20 pixels apart
    assert _place(PANEL, line, 10, []) == (150, 110, 10)
    assert _place(PANEL, line, 10, [(150, 110, 5)]) == (170, 110, 10)
    assert _place(PANEL, line, 10, [(150, 110, 5), (170, 110, 5)]) == (130, 110, 10)
    assert _place(PANEL, line, 95, [(150, 110, 5)]) is None
    assert _place(PANEL, [], 10, []) is None


def circles(drawn: list[str], kind: str) -> int:
    return sum(f'class="{kind}"' in text for text in drawn)


@pytest.mark.parametrize(("many", "dots", "marks", "numbers"), [
    (1, 0, 1, 1), (2, 0, 2, 2), (3, 1, 2, 3), (MOST_RINGS, MOST_RINGS - 2, 2, None), (MOST_RINGS + 1, 0, 2, 2),
])  # fmt: skip
def test_the_path_of_a_descent(many: int, dots: int, marks: int, numbers: int | None) -> None:
    points = [(1 + 8 * k / max(many - 1, 1), 0.0) for k in range(many)]
    taken: list[Any] = []
    drawn = _path(PANEL, points, taken, joined=True)
    assert (circles(drawn, "dot"), circles(drawn, "mark"), circles(drawn, "path")) == (dots, marks, 1)
    shown = [int(m) for text in drawn for m in re.findall(r">(\d+)</text>", text)]
    assert shown[:2] == [0, many - 1][:many]
    if numbers is None:  # those that are less than 20 pixels from a number have none
        places = sorted(points[k][0] * 20 for k in shown)
        assert min(b - a for a, b in pairwise(places)) >= CROWDED
    else:
        assert len(shown) == numbers
    rings = many if many <= MOST_RINGS else 2
    assert [size for *_, size in taken[:rings]] == [DOT] * rings
    assert len(taken) == rings + len(shown)
    untouched: list[Any] = []
    alone = _path(PANEL, points, untouched, joined=False)
    assert (circles(alone, "dot"), circles(alone, "mark"), circles(alone, "path"), untouched) == (dots, marks, 0, [])
    assert _path(PANEL, [], [], joined=True) == []


def test_a_number_of_a_step_stands_above_its_dot_or_below_or_beside_it() -> None:
    inside, low, corner = (5.0, 0.0), (5.0, 0.9), (0.0, 1.0)
    for point, place in ((inside, (150, 91)), (low, (150, 84)), (corner, None)):
        drawn = _path(PANEL, [point], [], joined=True)
        (x, y) = PANEL.at(*point)
        found = [re.findall(r'x="(.*?)" y="(.*?)">0<', text)[0] for text in drawn if "halo step" in text]
        if place is None:
            assert found == [(units(x + 5 + 8), units(y + 14 + 4))]
        else:
            assert found == [(units(place[0]), units(place[1] + 4))]


@pytest.mark.parametrize(("text", "width", "lines"), [
    ("ab cd", 1000, ["ab cd"]), ("ab cd", 1, ["ab", "cd"]), ("ab cd ef", 46, ["ab cd", "ef"]),
    ("abcdef", 1, ["abcdef"]),
])  # fmt: skip
def test_text_is_cut_at_blanks(text: str, width: float, lines: list[str]) -> None:
    assert _wrapped(text, width) == lines


@pytest.mark.parametrize(("dx", "dy"), [(0.0, 0.0), (math.inf, 0.0)])
def test_an_arrow_without_a_direction_is_none(dx: float, dy: float) -> None:
    arrow = Arrow(1.0, 0.0, dx, dy)
    assert _arrow(PANEL, arrow, Map([], [], [arrow], [])) == ""


# ---- words


@pytest.mark.parametrize(("program", "words", "at", "line"), [
    ("x**2", ["x=0:4"], "x=3", "at x = 3: f = 9, df/dx = 6, tangent 9 + 6*(x - 3)"),
    ("x**2", ["x=-4:0"], "x=-3", "at x = -3: f = 9, df/dx = -6, tangent 9 + (-6)*(x + 3)"),
    ("x**2", ["x=-1:1"], "x=0", "at x = 0: f = 0, df/dx = 0, tangent 0 + 0*x"),
    ("abs(x)", ["x=-1:1"], "x=0", "at x = 0: f = 0, df/dx = 0"),
    ("x*y", ["x=0:4", "y=0:4"], "x=1,y=2", "at x = 1, y = 2: f = 2, df/dx = 2, df/dy = 1"),
])  # fmt: skip
def test_a_marked_point_in_words(program: str, words: list[str], at: str, line: str) -> None:
    found = plotted(program, *words, at=tuple(at.split(",")) if "y" not in at else (at,))
    assert marked(found, found.marks[0])[0] == line
    notes = marked(found, found.marks[0])[1:]
    assert bool(notes) is (program == "abs(x)")


@pytest.mark.parametrize(("program", "words", "text"), [
    ("x**2", ["x=0:1"], "f = x**2"), ("y = x**2", ["x=0:1"], "y = x**2"), ("y=x**2", ["x=0:1"], "y=x**2"),
    ("a*x", ["x=0:1", "a=3"], "f = a*x, a = 3"), ("q = x*x\n\n q + 1", ["x=0:1"], "f = q = x*x; q + 1"),
    ("a*x + b", ["x=0:1", "a=1/4", "b=2"], "f = a*x + b, a = 0.25, b = 2"), ("x", ["x=0:1"], "x"),
])  # fmt: skip
def test_a_heading_says_what_is_plotted(program: str, words: list[str], text: str) -> None:
    assert heading(plotted(program, *words)) == text


@pytest.mark.parametrize("many", [1, MOST_LISTED, MOST_LISTED + 1])
def test_breaks_beyond_eight_are_counted(many: int) -> None:
    found = plotted("+".join(f"abs(x - {k})" for k in range(1, many + 1)), f"x=0:{many + 1}")
    assert found.curves is not None
    shown = [f"kink at x = {k}" for k in range(1, min(many, 8) + 1)]
    more = f" and {many - 8} more" if many > 8 else ""
    assert broken(found, found.curves) == ["breaks: " + ", ".join(shown) + more]
    smooth = plotted("x", "x=0:1")
    assert smooth.curves is not None
    assert broken(smooth, smooth.curves) == []


def test_the_legend_of_a_map() -> None:
    found = plotted("x*y", "x=1:2", "y=1:2")
    assert found.map is not None
    words = legend(found, found.map)
    assert words[0] == "lines: f = " + ", ".join(text for _, text in found.map.levels)
    assert words[1] == "arrows: the gradient of f, uphill"
    flat = plotted("0*x + 0*y + 3", "x=1:2", "y=1:2")
    assert flat.map is not None
    assert legend(flat, flat.map)[0] == "no lines: f is constant"


@pytest.mark.parametrize(("ticks", "name", "lines"), [
    ([(0.0, "0"), (8.0, "8"), (16.0, "16")], "x", ["    └┬─────────┬─────────┬", "     0         8        16"]),
    ([(8.0, "8")], "x", ["    └──────────┬──────────", "               8 x"]),
    ([(8.0, "8")], "longname", ["    └──────────┬──────────", "               8 longname"]),
    ([(8.0, "8")], "longname12", ["    └──────────┬──────────", "               8"]),
    ([(0.0, "100"), (1.0, "101"), (5.0, "105")], "x", ["    └┬─────┬──────────────", "     100  105 x"]),
])  # fmt: skip
def test_the_axis_below(ticks: list[tuple[float, str]], name: str, lines: list[str]) -> None:
    """A label that would touch the one before is left out with its tick; the name of the axis, where it has no room."""
    found = _below(Axis(0.0, 16.0, ticks), 21, 3, name)
    assert found == lines


def test_a_label_in_a_line_of_a_map_stands_where_nothing_else_is_written() -> None:
    """In the middle, else at a third, else at a fifth; with a blank on both sides."""
    line = [(k * 16 / 30 + 0.01, 8.0) for k in range(30)]
    for taken, start in (((), 14), ((15,), 9), ((15, 10), 5), ((15, 10, 6), None)):
        found = Canvas(30, 4, SIXTEEN, SIXTEEN, ascii_only=False)
        for column in taken:
            found.sign(column, 2, "#")
        _label(found, line, "12")
        text = found.text(color=False)[2]
        if start is None:
            assert "12" not in text
        else:
            assert text.index(" 12 ") == start - 1
    edge = Canvas(30, 4, SIXTEEN, SIXTEEN, ascii_only=False)
    _label(edge, [(0.0, 8.0)], "12")
    assert edge.text(color=False)[2][:4] == "12  "


def test_a_plot_of_one_range_in_cells() -> None:
    """Of the 24 columns of the narrowest plot, those of the numbers and three more are the frame."""
    for width, shown in ((10, 24), (24, 24), (40, 40), (None, 80)):
        lines = str(render_plot(plotted("x", "x=0:1"), "text", Style(width=width))).splitlines()
        rows = [line for line in lines if re.search("[┤│]", line)]
        assert len(rows) == 18
        assert max(map(len, lines)) <= shown
        (below,) = [line for line in lines if "└" in line]
        assert len(below) == shown - 1


@pytest.mark.parametrize("rows", [9, 24, 100])
def test_a_point_on_a_border_is_in_the_later_cell(rows: int) -> None:
    found = Canvas(rows, rows, Axis(0.0, 1.0, []), Axis(0.0, 1.0, []), ascii_only=False)
    for k in range(rows):
        assert found.cell(k / rows, 1 - k / rows) == (k, k)
        assert found.cell((k + 1 - 1e-6) / rows, 1 - (k + 1 - 1e-6) / rows) == (k, k)
