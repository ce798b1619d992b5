"""What documents show, read back from them: labels, wires, marks, curves. A golden case each has their bytes."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from gradcli import differentiate
from gradcli.commands import run
from gradcli.errors import Source
from gradcli.plotting.plot import plot
from gradcli.record.bindings import split
from gradcli.reports import Style, render, render_plot

from .pictures import SVG, marked_gates, notes_of, texts_of, wires_of

KINKED = ("relu(w*x) + abs(w)", {"w": 0, "x": 2})
FORK = ("x = a + b; y = b*c; f = x*y", {"a": 2, "b": 3, "c": -4})


def drawn(program: str, point: dict[str, float], theme: str = "light") -> str:
    return str(render(differentiate(program, point), "svg", Style(theme=theme)))


def test_a_kink_in_svg() -> None:
    """relu(2 w) + |w|: the slope is -1 on the left of 0, where relu has none, and 2 + 1 on the right."""
    root = ET.fromstring(drawn(*KINKED))
    assert texts_of(root) == {
        "v0": "0", "v1": "2", "v2": "0", "v3": "0", "v4": "0", "v5": "0",
        "g0": "0* (−1 | 3)", "g1": "0", "g2": "0* (0 | 1)", "g3": "1", "g4": "1", "g5": "1",
        "s2-0": "0", "s4-0": "0",
    }  # fmt: skip
    assert wires_of(root) == {(0, 2), (1, 2), (2, 3), (0, 4), (3, 5), (4, 5), (5, 5)}
    assert marked_gates(root) == {"v2 = relu(v1)", "v3 = abs(w)"}
    assert notes_of(root) == [
        "* see the notes (from the left | from the right)", "note: relu has a kink here, at w*x = 0",
        "note: abs has a kink here, at w = 0", "note: df/dw is -1 from the left and 3 from the right",
    ]  # fmt: skip


def test_the_fork_in_svg() -> None:
    """The two shares of b, -12 by x and -20 by y, stand on its branches; their sum at b."""
    texts = texts_of(ET.fromstring(drawn(*FORK)))
    numbers = {id: float(text.replace("−", "-")) for id, text in texts.items()}
    values = {"v0": 2, "v1": 3, "v2": 5, "v3": -4, "v4": -12, "v5": -60}
    gradients = {"g0": -12, "g1": -32, "g2": -12, "g3": 15, "g4": 5, "g5": 1}
    assert numbers == {**values, **gradients, "s2-1": -12, "s4-0": -20}


def test_themes_differ_in_their_style_alone() -> None:
    light, auto = (drawn(*FORK, theme=theme) for theme in ("light", "auto"))
    style = re.compile(r"<style>.*?</style>", re.DOTALL)
    assert style.sub("", light) == style.sub("", auto)
    assert "prefers-color-scheme:dark" in style.findall(auto)[0]
    assert "prefers-color-scheme" not in light


# ---- a plot


class Panel:
    """One panel of a plot in SVG: its curves and marks in the numbers of its axes, which the ticks give."""

    def __init__(self, root: ET.Element, name: str, across: tuple[float, float]) -> None:
        frames = [e for e in root.iter(f"{SVG}rect") if e.get("class") == "frame"]
        frame = frames[("value", "slope").index(name)]
        self.left, self.top, self.width, self.height = (float(frame.attrib[k]) for k in ("x", "y", "width", "height"))
        self.across = across
        ticks = [e for e in root.iter(f"{SVG}text") if e.get("class") == "up"]
        heights = [(float(e.attrib["y"]) - 4.5, float((e.text or "").replace("−", "-"))) for e in ticks]
        (y0, a), *_, (y1, b) = [(y, x) for y, x in heights if self.top <= y <= self.top + self.height]
        self.slope, self.base = (b - a) / (y1 - y0), a - y0 * (b - a) / (y1 - y0)
        group = next(g for g in root.iter(f"{SVG}g") if g.get("clip-path") == f"url(#clip-{name})")
        self.curves = [self.points(e.attrib["d"]) for e in group if e.get("class") == f"curve {name}"]
        self.tangents = [self.points(e.attrib["d"]) for e in group if e.get("class") == "tangent"]
        self.holes = [self.point(e) for e in group if (e.get("class") or "").startswith("hole")]
        self.marks = [self.point(e) for e in group if e.get("class") == "mark"]

    def at(self, x: float, y: float) -> tuple[float, float]:
        low, high = self.across
        return low + (x - self.left) / self.width * (high - low), self.base + y * self.slope

    def point(self, circle: ET.Element) -> tuple[float, float]:
        return self.at(float(circle.attrib["cx"]), float(circle.attrib["cy"]))

    def points(self, path: str) -> list[tuple[float, float]]:
        return [self.at(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)]


def plotted(program: str, *words: str, at: tuple[str, ...] = ()) -> ET.Element:
    found = plot(Source("program", program), split(words), at=at, of=None, fine=True)
    return ET.fromstring(str(render_plot(found, "svg", Style())))


def test_a_plot_has_the_function_its_slope_its_kink_and_its_pole() -> None:
    """|x|/2 + 1/(x-2) and its slope sign(x)/2 - 1/(x-2)**2: a kink at 0 with -3/4 and 1/4 beside it, a pole at 2."""
    root = plotted("abs(x)/2 + 1/(x - 2)", "x=-1:3", at=("x=1",))
    value, slope = (Panel(root, name, (-1, 3)) for name in ("value", "slope"))
    for panel, truth in (
        (value, lambda x: abs(x) / 2 + 1 / (x - 2)),
        (slope, lambda x: (0.5 if x > 0 else -0.5) - 1 / (x - 2) ** 2),
    ):
        pixel = abs(panel.slope)
        inside = [(x, y) for curve in panel.curves for x, y in curve[1:-1] if abs(x - 2) > 0.2 and abs(x) > 1e-6]
        assert len(inside) > 100
        assert all(y == pytest.approx(truth(x), abs=pixel) for x, y in inside)
        assert not any(a[0] < 2 < b[0] for curve in panel.curves for a, b in pairwise(curve))
    assert len(value.curves) == 2
    assert len(slope.curves) == 3
    assert [x for x, _ in slope.holes] == pytest.approx([0, 0], abs=1e-9)
    assert sorted(y for _, y in slope.holes) == pytest.approx([-0.75, 0.25], abs=abs(slope.slope))
    assert value.marks == [pytest.approx((1, -0.5), abs=abs(value.slope))]
    assert slope.marks == [pytest.approx((1, -0.5), abs=abs(slope.slope))]
    ((first, last),) = value.tangents
    assert first == pytest.approx((-1, 0.5), abs=abs(value.slope))
    assert last == pytest.approx((3, -1.5), abs=abs(value.slope))
    shown = [e.text for e in root.iter(f"{SVG}text")]
    assert "breaks: kink at x = 0, pole at x = 2" in shown
    assert "at x = 1: f = -0.5, df/dx = -0.5, tangent -0.5 + (-0.5)*(x - 1)" in shown


# ---- a page


def test_the_page_of_the_fork() -> None:
    """Six values forward, and eight derivatives backward, each after all that it is computed from."""
    text = str(render(differentiate(*FORK), "html", Style()))
    lines = re.findall(r'<span class="math"><span>(.*?)</span>.*?<span class="result">= (.*?)</span>', text)
    assert lines == [
        ("a", "2"), ("b", "3"), ("c", "-4"), ("x", "5"), ("y", "-12"), ("f", "-60"),
        ("df/df", "1"), ("df/dx", "-12"), ("df/dy", "5"), ("df/db via y", "-20"), ("df/dc", "15"), ("df/da", "-12"),
        ("df/db via x", "-12"), ("df/db", "-32"),
    ]  # fmt: skip
    assert "<h1><code>x = a + b; y = b*c; f = x*y</code></h1>" in text
    assert '<p class="soft">at a = 2, b = 3, c = -4</p>' in text
    data = json.loads(text.partition('id="data">')[2].partition("</script>")[0])
    assert data["appear"]["c-v0"] == 1
    assert data["appear"]["c-g1"] == 14  # the sum, when both shares are there
    assert data["appear"]["c-s4-0"] < data["appear"]["c-s2-1"] < 14
    assert len(data["lit"]) == 14


def test_a_rounded_corner_begins_and_ends_beside_the_corner() -> None:
    """The middle of a curve is the corner, its ends lie on the wires that meet there, at most six pixels away."""
    document = str(
        render(differentiate("a = x*y; b = a + x*z; f = a*b - sin(z)", {"x": 1, "y": 2, "z": 3}), "svg", Style())
    )
    number = r"(-?[\d.]+)"
    corners = re.findall(rf"L{number} {number}Q{number} {number} {number} {number}", document)
    assert len(corners) > 4
    for corner in corners:
        ax, ay, x, y, bx, by = map(float, corner)
        assert 0 < abs(ax - x) + abs(ay - y) <= 6
        assert 0 < abs(bx - x) + abs(by - y) <= 6
        assert {ax == x, ay == y} == {bx == x, by == y} == {True, False}
        assert (ax == x) != (bx == x)  # a wire turns by a right angle


@pytest.mark.parametrize("format", ["circuit", "svg", "dot", "mermaid", "tikz", "html", "table"])
@pytest.mark.parametrize(("figures", "text"), [
    (3, "0.333"), (12, "0.333333333333"), (14, "0.33333333333333"), (17, "0.3333333333333333"),
])  # fmt: skip
@pytest.mark.parametrize("program", [["y = x/3", "x=1"], ["y = sum(x/3)", "x=[1, 1]"]])
def test_as_many_figures_as_were_asked_for(
    program: list[str], figures: int, text: str, format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wire has no fewer, also beyond those that are certain, and no more than tell a number from all others."""
    assert run([*program, "--to", format, "--figures", str(figures)]) == 0
    shown = set(re.findall(r"(?<![.\d])0\.3+", capsys.readouterr().out))
    assert text in shown
    assert shown <= ({text} if format in ("circuit", "tikz", "dot", "table") else {text, "0.333333333333"})
