"""The reports of a descent say what its JSON says: the table at every width, the list, CSV, and the curves."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from gradcli.text import cells

from .test_golden import called

MOST_RINGS = 60

RUNS: dict[str, list[str]] = {
    "numbers": ["x**2*y + y**2", "x=-3", "y=1/2", "--rate", "0.01", "--steps", "3"],
    "momentum": ["x**2*y + y**2", "x=-3", "y=1/2", "--rule", "momentum", "--rate", "0.01", "--steps", "3", "--state"],
    "uphill": ["1 - (x - 2)**2", "x=0", "--rate", "1/8", "--ascent", "--steps", "4"],
    "arrays": ["sum((W@x)**2)", "W=1 2; 3 4", "x=[1,2]", "--rate", "0.01", "--steps", "2", "--rule", "adam", "--state"],
    "exact": ["(x - 1/3)**2", "x=1", "--rate", "1/4", "--steps", "3", "--exact"],
    "none": ["x**2", "x=1", "--rate", "0.1", "--steps", "0"],
    "grows": ["x**2", "x=1", "--rate", "2", "--steps", "5"],
}  # fmt: skip


def said(*words: str, width: int | None = None) -> str:
    done = called(["descend", *words], Path.cwd(), {} if width is None else {"COLUMNS": str(width)}, b"")
    assert done.status == 0, done.stderr
    return done.stdout.decode()


def steps(words: list[str]) -> dict[str, Any]:
    found = json.loads(said(*words, "--json"))
    assert isinstance(found, dict)
    return found


def figures(text: str) -> list[float]:
    """The numbers of a line that are no part of a name."""
    found = re.findall(r"(?<![\w.)(/])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:/\d+)?(?![\w(])", text)
    return [float(x) if "/" not in x else int(x.split("/")[0]) / int(x.split("/")[1]) for x in found]


def flat(value: Any) -> list[float]:
    if isinstance(value, list):
        return [x for one in value for x in flat(one)]
    return figures(str(value))


@pytest.mark.parametrize("more", [[], ["--ascii"], ["--figures", "4"], ["--figures", "12"]])
@pytest.mark.parametrize("width", [None, 30, 60, 80, 200])
@pytest.mark.parametrize("name", RUNS)
def test_the_table_has_the_numbers_of_json(name: str, width: int | None, more: list[str]) -> None:
    """One line per step: the value, the norm, and each parameter; large arrays by their norm."""
    found = steps(RUNS[name])
    text = said(*RUNS[name], *more, width=width)
    lines = text.splitlines()
    assert all(cells(line) <= (width or 1000) and line == line.rstrip() for line in lines)
    assert not more or more[0] != "--ascii" or text.isascii()
    assert ("note: " in text) is bool(found["notes"])
    is_list = "──" not in text and "--" not in text.splitlines()[1][:4]
    close = 10.0 ** -(int(more[1]) - 1 if "--figures" in more else 2)
    for step in found["steps"]:
        if is_list:
            start = next(k for k, line in enumerate(lines) if line.startswith(f"step {step['step']}: "))
            item = [lines[start]]
            while not re.match("step |rule |note: ", lines[start + len(item)]):
                item.append(lines[start + len(item)])
            shown = figures(" ".join(item).partition(": ")[2])
        else:
            (line,) = [line for line in lines[2:] if re.match(rf" {step['step']} ", line)]
            shown = figures(line)[1:]
        expected = [*flat(step["value"]), step["norm"]]
        assert shown[:2] == pytest.approx(expected, rel=close, abs=1e-12)
        for parameter, value in step["parameters"].items():
            is_matrix = parameter == "W"
            numbers = [sum(x * x for x in flat(value)) ** 0.5] if is_matrix else flat(value)
            assert any(shown[k : k + len(numbers)] == pytest.approx(numbers, rel=close, abs=1e-12)
                       for k in range(2, len(shown)))  # fmt: skip
    last = found["steps"][-1]
    answer = " ".join(text[text.rindex("after ") :].split())
    assert answer.startswith(f"after {last['step']} step{'' if last['step'] == 1 else 's'}: {found['output']} = ")
    assert ("--state" in RUNS[name]) is bool(re.search(r"\b[bm]\(x\)", text))
    assert f"rule {found['rule']}: rate " in text
    assert (", uphill" in " ".join(text.split())) is found["ascent"] is (name == "uphill")


@pytest.mark.parametrize("width", [30, 60, 200])
def test_colour_adds_nothing_but_colour(width: int) -> None:
    for words in RUNS.values():
        colored = said(*words, "--color", "always", width=width)
        plain = [re.sub("\x1b\\[[0-9;]*m", "", line).rstrip() for line in colored.splitlines()]
        assert plain == said(*words, width=width).splitlines()
        last = colored.splitlines()[-1]
        assert last.startswith("\x1b[1m")
        assert last.endswith("\x1b[0m")


def test_many_steps_are_left_out_in_the_middle() -> None:
    words = ["x**2", "x=1", "--rate", "0.001", "--steps", "400"]
    whole = json.loads(said(*words, "--json"))["steps"]
    text = said(*words)
    (gap,) = [line for line in text.splitlines() if "are left out" in line]
    shown = [int(line.split()[0]) for line in text.splitlines() if re.match(r" \d+ ", line)]
    left_out = int(re.findall(r"[\d,]+", gap)[0].replace(",", ""))
    assert len(shown) + left_out == len(whole) == 401
    half = len(shown) // 2
    assert shown == [*range(half), *range(401 - half, 401)]
    before, behind = text.split(gap)
    assert before.rstrip().splitlines()[-1].split()[0] == str(half - 1)
    assert behind.split()[0] == str(401 - half)
    assert len(list(csv.reader(io.StringIO(said(*words, "--to", "csv"))))) == 402
    assert said(*words, "--steps", "30").count("\n") < 40


# ---- the curves


def drawing(words: list[str]) -> ET.Element:
    picture = said(*words, "--to", "svg", "--picture", "curve")
    return ET.fromstring(picture.replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def ticks(root: ET.Element, top: float, bottom: float) -> list[tuple[float, float]]:
    """Pairs of a number at the left side of a panel, and the height at which its line is."""
    lines = [float(m[1]) for p in root.iter("path")
             if p.get("class") in ("grid", "zero") and (m := re.search(r"M\S+ (\S+)H", p.get("d", "")))]  # fmt: skip
    labels = [(float((t.text or "").replace("−", "-")), float(t.get("y", 0))) for t in root.iter("text")
              if t.get("class") == "up"]  # fmt: skip
    return [(x, min(lines, key=lambda line: abs(line - y + 4))) for x, y in labels if top <= y <= bottom + 5]


@pytest.mark.parametrize("name", ["numbers", "momentum", "uphill", "arrays", "grows"])
def test_the_curves_go_through_the_numbers_of_json(name: str) -> None:
    """Steps stand at equal distances from side to side; the ticks at the left say the same as the curve."""
    found = steps(RUNS[name])["steps"]
    root = drawing(RUNS[name])
    frames = {frame.get("class"): frame for frame in root.iter("rect")}
    assert frames
    boxes = [[float(r.get(k, 0)) for k in ("x", "y", "width", "height")] for r in root.iter("rect")
             if r.get("class") == "frame"]  # fmt: skip
    assert len(boxes) == 2
    assert boxes[0][0] == boxes[1][0]
    assert boxes[0][1] + boxes[0][3] < boxes[1][1]
    for (left, top, width, height), which, key in zip(boxes, ("value", "slope"), ("value", "norm"), strict=True):
        rings = [c for c in root.iter("circle") if which in (c.get("class") or "").split()]
        places = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in rings]
        assert [x for x, _ in places] == pytest.approx([left + width * k / (len(found) - 1) for k in range(len(found))])
        (path,) = [p for p in root.iter("path") if p.get("class") == f"curve {which}"]
        corners = [tuple(map(float, pair.split())) for pair in re.findall(r"[ML]([^ML]+)", path.get("d", ""))]
        assert corners == places
        marks = ticks(root, top, top + height)
        assert len(marks) >= 2
        (a, y), (b, z) = marks[0], marks[-1]
        scale = (z - y) / (b - a)
        for place, step in zip(places, found, strict=True):
            number = float(step[key])
            assert place[1] == pytest.approx(y + (number - a) * scale, abs=0.6)
            assert top <= place[1] <= top + height
    words = [text.text for text in root.iter("text")]
    assert {"step", "norm of the gradient", "f"} <= {*words}
    across = [float(t.get("x", 0)) for t in root.iter("text") if t.get("class") == "across" and t.text != "step"]
    assert across == pytest.approx([boxes[1][0] + boxes[1][2] * k / (len(across) - 1) for k in range(len(across))])


def test_rings_are_drawn_for_few_steps() -> None:
    for count, rings in ((MOST_RINGS - 1, MOST_RINGS), (MOST_RINGS, 0)):
        root = drawing(["x**2", "x=1", "--rate", "0.01", "--steps", str(count)])
        for which in ("value", "slope"):
            assert sum(which in (c.get("class") or "").split() for c in root.iter("circle")) == rings


def test_what_is_told_below_the_curves() -> None:
    grown = drawing(RUNS["grows"])
    told = " ".join(text.text or "" for text in grown.iter("text"))
    assert "rule gd: rate 2" in told
    assert "every line is certain" not in told
    notes = steps(RUNS["grows"])["notes"]
    assert all(" ".join(note.split())[:40] in told for note in notes)
    heading = next(text for text in drawing(["y = x**2;\nz = y + 1", "x=1", "--rate", "0.1"]).iter("text"))
    assert heading.text == "y = x**2;; z = y + 1" or heading.text == "y = x**2; z = y + 1"


@pytest.mark.parametrize(("columns", "first"), [
    (53, " step   f         norm of gradient   x          c"), (52, " step  f        norm of gradient  x         c"),
    (49, " step  f        norm of gradient  x         c"), (48, "step 0: f = 5, norm of gradient 6.70820,"),
])  # fmt: skip
def test_a_table_is_as_wide_as_its_columns_and_the_gaps_between_them(columns: int, first: str) -> None:
    """Four, seven, sixteen, eight and five cells with three blanks between, or two, after one; else a list."""
    words = ("sum(x*x)*c", "x=[1,2]", "c=1", "--rate", "0.25", "--steps", "1")
    assert said(*words, width=columns).splitlines()[0].rstrip() == first
