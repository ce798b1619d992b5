"""gradcli plot: ranges, marks, maps, and every format."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest

from gradcli.commands import run
from gradcli.drawing.svg import text_width
from gradcli.errors import GradcliError, Source
from gradcli.language.syntax import parse
from gradcli.plotting.contours import contour_map
from gradcli.plotting.plot import Plot, Range, plot
from gradcli.record.bindings import split
from gradcli.reports import Style, render_plot
from gradcli.reports.canvas import clipped
from gradcli.reports.plot_svg import RIGHT_MARGIN
from gradcli.reports.schema import SCHEMAS
from gradcli.text import cells


def plotted(program: str, *words: str, at: tuple[str, ...] = (), of: str | None = None, fine: bool = False) -> Plot:
    return plot(Source("program", program), split(words), at=at, of=of, fine=fine)


def text(program: str, *words: str, at: tuple[str, ...] = (), style: Style | None = None) -> str:
    return str(render_plot(plotted(program, *words, at=at), "text", style or Style()))


def test_ranges_are_expressions() -> None:
    found = plotted("sin(x)*a", "x=-pi:2*pi", "a=1/2")
    assert found.ranges[0].name == "x"
    assert found.ranges[0].low == pytest.approx(-3.14159265359)
    assert found.fixed == {"a": 0.5}


@pytest.mark.parametrize(
    ("program", "words", "at", "message"),
    [
        ("x**2", ["x=3"], (), "a range is missing"),
        ("x*y*z", ["x=0:1", "y=0:1", "z=0:1"], (), "more than two ranges"),
        ("x**2", ["x=3:-3"], (), "from a smaller number"),
        ("x**2", ["x=3:3"], (), "from a smaller number"),
        ("x**2", ["x=1:2:3"], (), "a range has one :"),
        ("x**2", ["x=1:"], (), "the value is missing"),
        ("x**2", ["x=a:2"], (), "a is not a number"),
        ("x**2", ["x=-1e308:1e308"], (), "wider than"),
        ("x*y", ["x=0:1"], (), "y has no value"),
        ("x**2", ["x=0:1", "t=0:1"], (), "nothing in the program uses t"),
        ("x**2", ["x=0:1"], ("x=2",), "2 is outside the range from 0 to 1"),
        ("x**2", ["x=0:1"], ("y=1",), "--at takes x="),
        ("x**2", ["x=0:1"], ("x",), "is not NAME=VALUE"),
        ("1/x", ["x=-1:1"], ("x=0",), "undefined"),
        ("q = x + 1; f = y + 0*q", ["x=0:1", "y=2"], (), None),
    ],
)
def test_what_cannot_be_plotted(program: str, words: list[str], at: tuple[str, ...], message: str | None) -> None:
    if message is None:
        assert plotted(program, *words, at=at).curves is not None
        return
    with pytest.raises(GradcliError, match=re.escape(message)):
        plotted(program, *words, at=at)


def test_an_output_that_does_not_depend_on_the_range() -> None:
    with pytest.raises(GradcliError, match="q does not depend on x"):
        plotted("q = y**2; f = q*x", "x=0:1", "y=2", of="q")


def test_a_mark_is_a_record_with_its_tangent() -> None:
    shown = text("x**2", "x=-3:3", at=("x=1",))
    assert "at x = 1: f = 1, df/dx = 2, tangent 1 + 2*(x - 1)" in shown
    assert shown.count("●") == 2
    assert "tangent 4 + (-4)*(x + 2)" in text("x**2", "x=-3:3", at=("x=-2",))
    kink = text("abs(x)", "x=-1:1", at=("x=0",))
    assert "tangent" not in kink
    assert "note: df/dx is -1 from the left and 1 from the right" in kink


@pytest.mark.parametrize(
    ("program", "words", "at"),
    [
        ("x/y", ["y=1e-310", "x=-1:1"], ("x=0.5",)),
        ("x*1e300", ["x=-1e200:1e200"], ("x=1e100",)),
        ("exp(x)", ["x=0:1000"], ("x=800",)),
        ("x/y", ["y=1e-310:1", "x=-1:1"], ("x=0.5,y=1e-310",)),
        ("tan(x)", ["x=1e300:1.7e308"], ()),
        ("cbrt(x)", ["x=-1e-320:1e-320"], ("x=0.1e-320",)),
    ],
)
def test_marks_and_samples_beyond_the_range(program: str, words: list[str], at: tuple[str, ...]) -> None:
    found = plotted(program, *words, at=at)
    for format in ("text", "svg", "csv", "json"):
        shown = str(render_plot(found, format, Style()))
        assert "nan" not in shown.lower()
        assert "tangent inf" not in shown


def columns_of(shown: str, panel: int) -> list[list[int]]:
    """Return, for every column of a panel, the heights of its braille dots in fourths of a row."""
    rows = shown.split("\n\n")[panel].split("\n")
    start = next(line.index("┤") for line in rows if "┤" in line) + 1
    found: list[list[int]] = []
    for r, line in enumerate(line for line in rows if "│" in line or "┤" in line):
        for c, sign in enumerate(line[start:]):
            while len(found) <= c:
                found.append([])
            if 0x2800 < ord(sign) < 0x2900:
                found[c] += [
                    4 * r + k for k, bits in enumerate((0x09, 0x12, 0x24, 0xC0)) if (ord(sign) - 0x2800) & bits
                ]
    return found


@pytest.mark.parametrize("width", [40, 80, 133])
def test_no_curve_is_drawn_through_a_pole(width: int) -> None:
    shown = text("1/x", "x=-3:3", style=Style(width=width))
    assert max(map(cells, shown.split("\n"))) <= width
    columns = columns_of(shown, 1)
    assert all(max(c) - min(c) < 30 for c in columns if c)
    assert "breaks: pole at x = 0" in shown


def test_no_curve_is_drawn_through_a_jump() -> None:
    columns = columns_of(text("floor(x)", "x=-2.5:2.5"), 1)
    heights = [sorted(set(c)) for c in columns]
    assert all(len(c) <= 2 for c in heights)
    assert sum(1 for c in heights if len(c) == 2) <= 5  # where one step ends and the next one begins in one column


def test_a_straight_line_is_straight() -> None:
    columns = columns_of(text("x", "x=0:1"), 1)
    assert [min(c) for c in columns] == sorted((min(c) for c in columns), reverse=True)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("3 + 0*x", ["x=-1:1"]), ("x", ["x=-1e300:1e300"]), ("x", ["x=1e-300:2e-300"]), ("x**2", ["x=1:1.0000001"]),
        ("exp(x)", ["x=0:1000"]), ("sqrt(x)", ["x=-1:1"]), ("0*x", ["x=0:1e-9"]), ("x*y", ["x=0:1", "y=0:1"]),
        ("3 + 0*x*y", ["x=0:1", "y=0:1"]), ("1/(x*y)", ["x=-1:1", "y=-1:1"]),
        ("log(x)*y", ["x=-1:1", "y=-1e200:1e200"]), ("floor(x)*y", ["x=-2:2", "y=0:1"]),
        ("exp(x*y)", ["x=0:100", "y=0:100"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("format", ["text", "svg", "csv", "json"])
def test_every_format_of_odd_functions(program: str, words: list[str], format: str) -> None:
    found = plotted(program, *words)
    for style in (Style(), Style(width=30, ascii=True), Style(color=True, theme="dark")):
        shown = render_plot(found, format, style)
        assert shown.endswith("\n")
        assert "nan" not in shown.replace("nanometre", "").lower()
        if format == "text" and style.ascii:
            assert shown.isascii()
        if format == "text" and style.color:
            assert re.sub(r"\x1b\[\d+m", "", shown) == render_plot(found, format, Style())
        if format == "svg":
            ElementTree.fromstring(shown)
            assert not re.search(r"[ ML]-?\d{6,}", shown), "a coordinate far outside the picture"
        if format == "json":
            jsonschema.validate(json.loads(shown), SCHEMAS["plot"])
        if format == "csv":
            rows = list(csv.reader(io.StringIO(shown)))
            assert len({len(row) for row in rows}) == 1


def test_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(render_plot(plotted("1/x", "x=-1:1"), "csv", Style()))))
    assert rows[0] == {"x": "-1.0", "f": "-1.0", "df/dx": "-1.0", "piece": "1"}
    assert rows[-1]["piece"] == "2"
    assert any(row["x"] == "0.0" and row["f"] == "" for row in rows)
    assert max(abs(float(row["f"])) for row in rows if row["f"]) < 1e4


def test_a_value_off_the_curve_is_a_piece_by_itself() -> None:
    rows = list(csv.DictReader(io.StringIO(render_plot(plotted("where(x == 0, 5, x)", "x=-1:1"), "csv", Style()))))
    pieces = {piece: [row["x"] for row in rows if row["piece"] == piece] for piece in {row["piece"] for row in rows}}
    assert sorted(pieces) == ["1", "2", "3"]
    assert pieces["2"] == ["0.0"]
    assert float(pieces["1"][-1]) < 0 < float(pieces["3"][0])


def test_where_there_is_no_limit_every_format_says_so() -> None:
    found = plotted("sin(1/x)", "x=-1:1")
    for format in ("text", "svg", "json"):
        shown = str(render_plot(found, format, Style()))
        assert "no limit" in shown
        assert "jump" not in shown


def test_svg_is_accessible_and_has_its_theme() -> None:
    found = plotted("x**2 # <&>", "x=-1:1", at=("x=0.5",))
    light, dark, auto = (render_plot(found, "svg", Style(theme=theme)) for theme in ("light", "dark", "auto"))
    root = ElementTree.fromstring(light)
    assert root.attrib["role"] == "img"
    description = root.find("{http://www.w3.org/2000/svg}desc")
    assert description is not None
    assert description.text is not None
    assert "at x = 0.5: f = 0.25, df/dx = 1" in description.text
    assert light != dark
    assert "prefers-color-scheme:dark" in auto


def test_png() -> None:
    pytest.importorskip("resvg_py", reason="PNG needs the extra gradcli[png]")
    for words in (["x=-1:1", "y=2"], ["x=-1:1", "y=-1:1"]):
        image = render_plot(plotted("x*y", *words), "png", Style(theme="auto"))
        assert isinstance(image, bytes)
        assert image.startswith(b"\x89PNG")
        assert len(image) > 10_000


def test_maps_have_lines_where_the_function_has_the_value() -> None:
    graph = parse(Source("program", "x**2 + 3*y**2"))
    found = contour_map(graph, Range("x", -3.0, 3.0), Range("y", -2.0, 2.0), {}, fine=True)
    assert len(found.levels) > 3
    for (level, _), lines in zip(found.levels, found.lines, strict=True):
        for x, y in (point for line in lines for point in line):
            assert x * x + 3 * y * y == pytest.approx(level, abs=0.05)
    closed = [line for lines in found.lines for line in lines if len(line) > 20 and line[0] == line[-1]]
    assert closed
    for arrow in found.arrows:
        assert (arrow.dx, arrow.dy) == pytest.approx((2 * arrow.x, 6 * arrow.y))


def test_no_line_of_a_map_runs_along_a_pole() -> None:
    graph = parse(Source("program", "1/x + 0*y"))
    found = contour_map(graph, Range("x", -1.0, 1.03), Range("y", 0.0, 1.0), {}, fine=False)
    for (level, _), lines in zip(found.levels, found.lines, strict=True):
        for x, _ in (point for line in lines for point in line):
            assert 1 / x == pytest.approx(level, rel=0.4, abs=0.2)


def test_saddles() -> None:
    graph = parse(Source("program", "x*y"))
    found = contour_map(graph, Range("x", -1.0, 1.0), Range("y", -1.0, 1.0), {}, fine=False)
    level = next(lines for (value, _), lines in zip(found.levels, found.lines, strict=True) if value > 0)
    assert len(level) == 2
    assert all(len({x > 0 for x, _ in line}) == 1 for line in level)


def test_a_segment_is_cut_at_the_box() -> None:
    assert clipped((-5, 5), (15, 5), 10, 10) == ((0, 5), (10, 5))
    assert clipped((5, 5), (5, 1e24), 10, 10) == ((5, 5), (5, 10))
    assert clipped((5, 1e24), (5, 5), 10, 10) == ((5, 10), (5, 5))
    assert clipped((-5, 5), (-1, 9), 10, 10) is None
    assert clipped((38.5, 2e25), (38.6, 1200.0), 76, 36) is None


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["plot", "x**2", "x=-3:3", "--at", "x=1", "--at", "x=2"]) == 0
    shown = capsys.readouterr().out
    assert "at x = 2: f = 4" in shown
    for suffix in ("svg", "csv", "json", "txt"):
        assert run(["plot", "x**2", "x=-3:3", "-o", str(tmp_path / f"a.{suffix}")]) == 0
        assert (tmp_path / f"a.{suffix}").stat().st_size > 500
    assert run(["plot", "x**2", "x=-3:3", "-o", str(tmp_path / "a.gif")]) == 2
    assert "known are .txt, .svg" in capsys.readouterr().err
    assert run(["plot", "x**2", "x=-3:3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "gradcli.plot/1"
    assert run(["plot", "-x*y", "x=-1:1", "y=-1:1", "--ascii"]) == 0
    assert capsys.readouterr().out.isascii()


def test_user_text_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plot", "x  # \x1b[31m", "x=0:1"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_labels_of_a_map_are_inside_and_apart() -> None:
    """Both families of lines have their labels, none cut by the frame or over another; the text stands below."""
    found = plotted("x**2 - x*y + sin(y)", "x=-2:2", "y=-3:3", at=("x=1,y=1",))
    picture = str(render_plot(found, "svg", Style()))
    frame = re.search(r'<rect class="frame" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', picture)
    assert frame is not None
    left, top, width, height = map(float, frame.groups())
    labels = [(float(x), float(y), t) for x, y, t in re.findall(r'class="halo" x="(.*?)" y="(.*?)">(.*?)<', picture)]
    assert [text for _, _, text in labels].count("4") == 2
    for x, y, text in labels:
        half = text_width(text, 13) / 2
        assert left + half <= x <= left + width - half
        assert top + 8 <= y <= top + height
    for k, (x, y, text) in enumerate(labels):
        assert not any(
            abs(x - a) < (text_width(text, 13) + text_width(t, 13)) / 2 and abs(y - b) < 13 for a, b, t in labels[:k]
        )
    shown = " ".join(re.findall(r"<text [^>]*>([^<]*)</text>", picture))
    assert "lines: f = -2, 0, 2, 4, 6, 8, 10 arrows: the gradient of f, uphill" in shown
    assert "at x = 1, y = 1: f = 0.841470984808, df/dx = 1, df/dy = -0.459697694132" in shown
    curve = str(render_plot(plotted("x**2", "x=-2:2", at=("x=1",)), "svg", Style()))
    assert "at x = 1: f = 1, df/dx = 2, tangent 1 + 2*(x - 1)</text>" in curve


def test_lines_below_a_picture_are_as_long_as_there_is_room() -> None:
    found = plotted("floor(9*x) + abs(x - 1/7)", "x=0:1")
    document = ElementTree.fromstring(str(render_plot(found, "svg", Style())))
    texts = [element for element in document if element.tag.endswith("text") and "class" not in element.attrib]
    left = texts[-1].attrib["x"]
    below = [element.text or "" for element in texts if element.attrib["x"] == left]
    below = below[next(k for k, line in enumerate(below) if line.startswith("breaks")) :]
    room = float(document.attrib["width"]) - float(left) - RIGHT_MARGIN
    assert len(below) > 2
    for line, following in pairwise(below):
        assert text_width(line, 13) <= room < text_width(f"{line} {following.split()[0]}", 13)


def test_a_level_is_written_into_its_line_between_blanks() -> None:
    found = plotted("x**2 + y**2", "x=-3:3", "y=-3:3")
    drawing = [re.split("[│┤]", line)[1] for line in text("x**2 + y**2", "x=-3:3", "y=-3:3").splitlines()
               if re.search("[│┤]", line)]  # fmt: skip
    seen = set()
    for row, line in enumerate(drawing):
        for written in re.finditer(r"(?<= )\d+(?= )", line):
            x = -3 + 6 * ((written.start() + written.end()) / 2) / max(map(len, drawing))
            y = 3 - 6 * (row + 0.5) / len(drawing)
            assert x**2 + y**2 == pytest.approx(float(written[0]), abs=1.1)
            seen.add(float(written[0]))
    assert found.map is not None
    assert seen >= {2.0, 4.0, 6.0, 8.0, 10.0}
