"""The picture of a descent over one or two numbers: its path stands where CSV says, on the plot of the program."""

from __future__ import annotations

import csv
import io
import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from .test_golden import Outcome, called

MOST_RINGS = 60

ONE = {
    "square": ["x**2", "x=10", "--rate", "0.1", "--steps", "5"],
    "over a kink": ["abs(x) + x^2/10", "x=3.2", "--rate", "0.8", "--steps", "10"],
    "beside a pole": ["log(x) + 1/x", "x=0.3", "--rate", "0.3", "--steps", "12"],
    "uphill": ["1 - (x - 2)**2", "x=0", "--rate", "1/8", "--ascent", "--steps", "4"],
    "grows": ["x**2", "x=1", "--rate", "2", "--steps", "5"],
    "other inputs": ["(x - a)^2*b", "x=1", "a=3", "b=2", "--wrt", "x", "--rate", "0.1", "--steps", "3"],
    "exact": ["(x - 1/3)**2", "x=1", "--rate", "1/4", "--steps", "3", "--exact"],
    "an entry": ["sum((A@w - 1)^2)", "A=1; 2", "w=[3]", "--wrt", "w", "--rate", "0.05", "--steps", "4"],
    "no step": ["x**2", "x=1", "--rate", "0.1", "--steps", "0"],
}
TWO = {
    "gd": ["x**2 + 3*y**2 + x*y", "x=10", "y=-4", "--rate", "0.2", "--steps", "8"],
    "adam": ["(1 - x)^2 + 100*(y - x^2)^2", "x=-1.2", "y=1", "--rule", "adam", "--rate", "0.05", "--steps", "30"],
    "flat": ["x**2 + y**2/1000", "x=3", "y=5", "--rate", "0.3", "--steps", "5"],
    "entries": ["sum((A@w - 1)^2)", "A=1 2; 3 4", "w=[3,-1]", "--wrt", "w", "--rate", "0.01", "--steps", "4"],
    "digits": ["exp(x) + y^2", "x=1", "y=1", "--rate", "0.1", "--steps", "3", "--digits", "20"],
}  # fmt: skip


def run(*words: str, folder: Path | None = None) -> Outcome:
    return called(["descend", *words], folder or Path.cwd(), {}, b"")


def columns(words: list[str], folder: Path | None = None) -> tuple[list[str], list[list[float]]]:
    """The names of the changed numbers, and the lines of CSV: step, value, norm, numbers."""
    header, *rows = csv.reader(io.StringIO(run(*words, "--to", "csv", folder=folder).stdout.decode()))

    def number(text: str) -> float:
        above, _, below = text.partition("/")
        return float(above) / float(below or 1)

    return header[3:], [[number(x) for x in row] for row in rows]


def drawing(words: list[str], folder: Path | None = None) -> ET.Element:
    done = run(*words, "--to", "svg", folder=folder)
    assert done.status == 0, done.stderr
    assert b"curve of the value" not in done.stderr
    return ET.fromstring(done.stdout.decode().replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def boxes(root: ET.Element) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every panel."""
    found = [[float(r.get(k, 0)) for k in ("x", "y", "width", "height")] for r in root.iter("rect")
             if r.get("class") == "frame"]  # fmt: skip
    return [(x, y, x + w, y + h) for x, y, w, h in found]


def scale(root: ET.Element, which: str, top: float = 0, bottom: float = math.inf) -> tuple[float, float]:
    """A number's pixel is a + b*number, by the outermost labels of the ticks: across, or up within a panel."""
    key, shift = ("x", 0.0) if which == "across" else ("y", -4.5)
    ticks = []
    for text in root.iter("text"):
        label = (text.text or "").replace("\u2212", "-")
        inside = which == "across" or top <= float(text.get("y", 0)) + shift <= bottom
        if text.get("class") == which and inside and re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?", label):
            ticks.append((float(label), float(text.get(key, 0)) + shift))
    (x0, p0), (x1, p1) = min(ticks), max(ticks)
    b = (p1 - p0) / (x1 - x0)
    return p0 - b * x0, b


def dots(root: ET.Element, top: float, bottom: float) -> list[tuple[float, float]]:
    """The dots and marks of a panel, the two ends last."""
    found = [c for kind in ("dot", "mark") for c in root.iter("circle") if c.get("class") == kind]
    return [(x, y) for c in found if top <= (y := float(c.get("cy", 0))) <= bottom for x in [float(c.get("cx", 0))]]


def corners(root: ET.Element) -> list[tuple[float, ...]]:
    (path,) = [p for p in root.iter("path") if p.get("class") == "path"]
    found = [tuple(map(float, pair.split())) for pair in re.findall(r"[ML]([^ML]+)", path.get("d", ""))]
    return [point for k, point in enumerate(found) if k == 0 or point != found[k - 1]]


def in_order(rows: list[list[float]]) -> list[list[float]]:
    """Lines as their dots are drawn: between the ends first."""
    return [*rows[1:-1], *([rows[0], rows[-1]] if len(rows) > 1 else rows)]


def near(places: list[tuple[float, float]]) -> list[object]:
    return [pytest.approx(place, abs=0.6) for place in places]


@pytest.mark.parametrize("name", ONE)
def test_the_path_of_one_number_is_on_its_curve(name: str) -> None:
    """Above at the values of CSV, below at the derivatives, whose sizes are the norms; all inside, with a margin."""
    names, rows = columns(ONE[name])
    root = drawing(ONE[name])
    (a, b), (upper, lower) = scale(root, "across"), boxes(root)
    assert len(names) == 1
    c, d = scale(root, "up", upper[1], upper[3])
    wanted = [(a + b * row[3], c + d * row[1]) for row in in_order(rows)]
    assert dots(root, upper[1], upper[3]) == near(wanted)
    left, right = min(x for x, _ in wanted), max(x for x, _ in wanted)
    assert left - upper[0] == pytest.approx(upper[2] - right, abs=1)
    assert left - upper[0] > (upper[2] - upper[0]) / 8
    if len(rows) > 1:
        assert corners(root) == near([(a + b * row[3], c + d * row[1]) for row in rows])
    c, d = scale(root, "up", lower[1], lower[3])
    below = dots(root, lower[1], lower[3])
    assert [x for x, _ in below] == pytest.approx([x for x, _ in wanted], abs=0.01)
    assert [abs((y - c) / d) for _, y in below] == pytest.approx([row[2] for row in in_order(rows)], abs=0.7 / abs(d))
    assert f"d{'f'}/d{names[0]}" in [text.text for text in root.iter("text")]


@pytest.mark.parametrize("name", TWO)
def test_the_path_of_two_numbers_is_on_their_map(name: str) -> None:
    names, rows = columns(TWO[name])
    root = drawing(TWO[name])
    ((left, top, right, bottom),) = boxes(root)
    (a, b), (c, d) = scale(root, "across"), scale(root, "up")
    wanted = [(a + b * row[3], c + d * row[4]) for row in rows]
    assert corners(root) == near(wanted)
    assert dots(root, top, bottom) == near([(a + b * row[3], c + d * row[4]) for row in in_order(rows)])
    assert all(left + 60 < x < right - 60 and top + 60 < y < bottom - 60 for x, y in wanted)
    assert (-d == pytest.approx(b, rel=0.01)) is (name != "flat")
    texts = [text.text or "" for text in root.iter("text")]
    assert {*names, f"path: the steps, from 0 to {len(rows) - 1}", "arrows: the gradient of f, uphill"} <= {*texts}
    assert any(p.get("class") == "level value" for p in root.iter("path"))


def test_numbers_say_which_step_a_dot_is() -> None:
    """Each is beside its dot; both ends have theirs, and of dots that are close to each other one has."""
    for words in (ONE["square"], TWO["gd"], TWO["adam"]):
        _, rows = columns(words)
        root = drawing(words)
        places = corners(root)
        numbers = {int(t.text or ""): (float(t.get("x", 0)), float(t.get("y", 0)) - 4) for t in root.iter("text")
                   if t.get("class") == "halo step"}  # fmt: skip
        assert {0, len(rows) - 1} <= numbers.keys() <= {*range(len(rows))}
        for k, place in numbers.items():
            assert 10 < math.dist(place, places[k]) < 32
        assert all(math.dist(places[j], places[k]) >= 20 for j in numbers for k in numbers if j < k)


def test_dots_are_drawn_for_few_steps() -> None:
    for steps, many in ((MOST_RINGS - 1, MOST_RINGS), (MOST_RINGS, 2)):
        root = drawing(["x**2", "x=1", "--rate", "0.01", "--steps", str(steps)])
        upper = boxes(root)[0]
        assert len(dots(root, upper[1], upper[3])) == many
        assert len(corners(root)) == steps + 1
        assert sum(t.get("class") == "halo step" for t in root.iter("text")) >= 2


def test_the_mean_over_data_has_a_map(tmp_path: Path) -> None:
    """The descent to the line y = 2x + 1, whose mean square is 0 at w = 2, b = 1: that level has no line anywhere."""
    (tmp_path / "points.csv").write_text("x,y\n0,1\n1,3\n2,5\n3,7\n")
    words = ["(w*x + b - y)^2", "w=0", "b=0", "--data", "points.csv", "--rate", "0.1", "--steps", "6"]
    names, rows = columns(words, tmp_path)
    root = drawing(words, tmp_path)
    (a, b), (c, d) = scale(root, "across"), scale(root, "up")
    assert names == ["w", "b"]
    assert corners(root) == near([(a + b * row[3], c + d * row[4]) for row in rows])
    for level in (p for p in root.iter("path") if p.get("class") == "level value"):
        title = float(next(level.iter("title")).text or "")
        pixels = [tuple(map(float, pair.split())) for pair in re.findall(r"[ML]([^ML]+)", level.get("d", ""))]
        for x, y in pixels:
            w, t = (x - a) / b, (y - c) / d
            assert sum((w * k + t - 2 * k - 1) ** 2 for k in range(4)) / 4 == pytest.approx(title, rel=0.03, abs=0.1)


@pytest.mark.parametrize(("words", "reason"), [
    (["x*y*z", "x=1", "y=2", "z=3", "--rate", "0.1"], "3 numbers are changed"),
    (["sum(w^2)", "w=[1,2,3]", "--rate", "0.1"], "3 numbers are changed"),
    (["y = x + z; f = x^2", "x=1", "z=1", "--of", "f", "--rate", "0.1"], "f does not depend on z"),
    (["m*x", "m=1", "--data", "points.csv", "--batch", "1", "--rate", "0.1"], "--batch"),
    (["(m*x + 1)^2 + m*x", "m=1", "--data", "many.csv", "--rate", "0.1", "--steps", "1"], "2,000 is the limit"),
])  # fmt: skip
def test_where_there_is_no_path_there_is_the_curve(words: list[str], reason: str, tmp_path: Path) -> None:
    """A path that is asked for is refused; else the curve is drawn, and why is told where one or two are changed."""
    (tmp_path / "points.csv").write_text("x\n1\n2\n")
    (tmp_path / "many.csv").write_text("x\n" + "1\n" * 1_000)
    refused = run(*words, "--to", "svg", "--picture", "path", folder=tmp_path)
    assert refused.status != 0
    assert not refused.stdout
    assert reason in refused.stderr.decode()
    done = run(*words, "--to", "svg", folder=tmp_path)
    assert done.status == 0
    assert b"norm of the gradient" in done.stdout
    told = "the curve of the value is drawn, not the path" in done.stderr.decode()
    assert told is not reason.startswith("3 ")
    assert not told or reason in done.stderr.decode()


def test_the_path_ends_where_the_mathematics_does() -> None:
    done = run("log(x)", "x=1", "--rate", "0.6", "--to", "svg")
    assert done.status == 3
    root = ET.fromstring(done.stdout.decode().replace(' xmlns="http://www.w3.org/2000/svg"', ""))
    assert len(corners(root)) == 2


def test_picture_is_for_svg() -> None:
    done = run("x**2", "x=1", "--rate", "0.1", "--picture", "path")
    assert done.status == 2
    assert done.stderr.decode().splitlines() == ["gradcli: --picture is for svg", "hint: add --to svg"]
