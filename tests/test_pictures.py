"""The circuit in the terminal and as SVG, parsed and looked at in a real browser where there is one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from gradcli import differentiate
from gradcli.drawing.diagram import diagram
from gradcli.drawing.outline import outline
from gradcli.drawing.stages import Stage
from gradcli.drawing.svg import DARK, LIGHT, svg
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render

from .examples import examples
from .pictures import PROGRAMS, SVG, chromium, page
from .test_drawing import FORK, NEURON, RUNNING, record_of, records

MOST_LEVELS = 12

# ---- the terminal


def circuit(program: str, point: dict[str, Any], **style: Any) -> str:
    text = render(differentiate(program, point), "circuit", Style(**style))
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(("program", "point"), [
    RUNNING, FORK, NEURON, ("x*x*x", {"x": 3}), ("q = x*y; p = sin(q); q*p + x", {"x": 2, "y": 0.5}),
])  # fmt: skip
def test_in_a_list_what_has_several_uses_has_a_share_at_each(program: str, point: dict[str, Any]) -> None:
    """And the shares add up to the derivative, which stands at each of them; what has one use has the derivative."""
    record = record_of(program, point)
    lines = [re.sub(r"^[│├└─ ]*", "", line) for line in outline(record, lambda x: repr(float(x)))]
    for i, label in enumerate(record.labels):
        uses = sum(node.arguments.count(i) for node in record.graph.nodes)
        own = [line for line in lines if re.match(rf"{label}(?=[ ,])", line)]
        if own and uses > 1:
            assert len(own) == uses
            shares = [float(re.findall(r"share (\S+) of", line)[0]) for line in own]
            assert sum(shares) == pytest.approx(record.upstream[i])
            assert all(line.endswith(f" of df/d{label} = {record.upstream[i]!r}") for line in own)
        elif own:
            assert [line.endswith(f", gradient {record.upstream[i]!r}") for line in own] == [True]


@pytest.mark.parametrize(("program", "point"), [RUNNING, FORK, NEURON])
def test_the_pictures_of_the_notes_fit_80_columns(program: str, point: dict[str, Any]) -> None:
    text = circuit(program, point, width=80)
    picture = text.partition("\n\n")[0]
    assert "▶" in picture
    assert max(map(len, picture.splitlines())) <= 80


def test_the_running_example() -> None:
    assert circuit(*RUNNING, width=80) == (
        "   -2\n"
        "x ────╮  ╭─q─╮\n"
        "   -4 ╰─▶│   │ 3\n"
        "         │ + ├────╮\n"
        "   5  ╭─▶│   │ -4 │  ╭───╮\n"
        "y ────╯  ╰───╯    ╰─▶│   │ -12\n"
        "   -4                │ * ├──────▶ f\n"
        "               -4 ╭─▶│   │  1\n"
        "            z ────╯  ╰───╯\n"
        "               3\n"
        "\n"
        "value above each wire, gradient below\n"
        "f = -12, gradient: x -4, y -4, z 3\n"
    )


def test_numbers_are_rounded_before_the_picture_is_given_up() -> None:
    wide, narrow = (circuit(*NEURON, width=width).partition("\n\n") for width in (None, 72))
    assert "0.7311" in wide[0]
    assert re.search(r" 0\.73$", narrow[0], re.MULTILINE)
    assert "rounded to 4 figures" in wide[2]
    assert "rounded to 2 figures" in narrow[2]
    assert "f = 0.731059," in narrow[2]


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_ascii_is_the_same_picture(program: str, point: dict[str, Any]) -> None:
    plain, drawn = circuit(program, point, ascii=True), circuit(program, point)
    assert plain.isascii() or "σ" in plain
    assert [len(line) for line in plain.split("\n\n")[0].split("\n")] == [
        len(line) for line in drawn.split("\n\n")[0].split("\n")
    ]


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
@pytest.mark.parametrize("width", [None, 20])
def test_colour_adds_nothing_but_colour(program: str, point: dict[str, Any], width: int | None) -> None:
    colored = circuit(program, point, color=True, width=width)
    assert re.sub(r"\x1b\[\d*m", "", colored) == circuit(program, point, width=width)
    assert "\x1b[32m" in colored


def test_a_picture_without_room_is_a_list() -> None:
    text = circuit(*FORK, width=31)
    assert re.sub(r"\n[│ ]+= -32", " = -32", text).splitlines()[:6] == [
        "f = x*y = -60, gradient 1",
        "├─ x = a + b = 5, gradient -12",
        "│  ├─ a = 2, gradient -12",
        "│  └─ b = 3, share -12 of df/db = -32",
        "└─ y = b*c = -12, gradient 5",
        "   ├─ b = 3, share -20 of df/db = -32",
    ]
    words = " ".join(text.split())
    assert "-o circuit.svg" in words
    assert words.endswith("f = -60, gradient: a -12, b -32, c 15")


def test_a_list_names_what_it_has_listed_and_what_comes_below() -> None:
    program = "a = x + 1; b = a*a; c = b - a; " + "; ".join(
        f"d{k} = sin({'c' if k == 0 else f'd{k - 1}'})" for k in range(30)
    )
    lines = circuit(program, {"x": 2}, width=90).splitlines()
    assert max(len(re.match(r"[^a-z]*", line)[0]) for line in lines[:60]) <= 3 * MOST_LEVELS  # type: ignore[index]
    assert sum("(below)" in line for line in lines) == 2
    assert sum("a (above)" in line for line in lines) == 2
    assert sum("x + 1 = 3" in line for line in lines) == 1


def test_too_large_a_picture_is_a_list_too() -> None:
    text = circuit(" + ".join(["x"] * 2_500), {"x": 1})
    assert "2,500 parts" in text
    assert "f = 2500, gradient: x 2500" in text


def test_the_picture_does_not_go_through_rich() -> None:
    words = ["x*y", "x=1", "y=2", "--to", "circuit"]
    code = f"import sys; from gradcli.commands import run; run({words}); print('rich' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout.endswith("False\n")


# ---- SVG


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
@pytest.mark.parametrize("constants", [False, True])
def test_svg_is_accessible_and_complete(program: str, point: dict[str, Any], theme: str, constants: bool) -> None:
    record = differentiate(program, point)
    root = ET.fromstring(svg(record, theme=theme, constants=constants, prefix="p-").text)
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    assert [root.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")] == named  # type: ignore[union-attr]
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("p-") for name in ids if name)
    drawn = diagram(record, constants=constants)
    wires = {f"p-w{part.node}-{k}" for part in drawn.parts for k in part.positions} | {"p-out"}
    assert wires == {g.get("id") for g in root.iter(f"{SVG}g") if "wire" in (g.get("class") or "").split()}
    assert {f"p-n{part.node}" for part in drawn.parts} <= set(ids)
    style = root.findtext(f"{SVG}style") or ""
    assert (LIGHT["value"] in style) is (theme != "dark")
    assert (DARK["value"] in style) is (theme != "light")
    assert ("prefers-color-scheme" in style) is (theme == "auto")


def test_svg_labels_carry_all_digits_and_the_description_every_number() -> None:
    root = ET.fromstring(svg(record_of(*NEURON)).text)
    value = next(text for text in root.iter(f"{SVG}text") if text.findtext(f"{SVG}title") == "0.73105857863")
    assert "".join(value.itertext()).endswith("0.7311")
    assert value.get("class") == "value"
    described = root.findtext(f"{SVG}desc") or ""
    assert "v3 = v1 + v2: value 4, gradient 0.196611933241." in described


@examples(40)
@given(records(40))
def test_svg_wires_end_at_their_gates_in_the_order_of_the_arguments(record: Gradient) -> None:
    root = ET.fromstring(svg(record).text)
    heads: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for g in root.iter(f"{SVG}g"):
        if "wire" in (g.get("class") or "").split() and g.get("id") != "out":
            user, position = (g.get("id") or "")[1:].split("-")
            assert g.get("data-to") == user
            source = record.graph.nodes[int(user)].arguments[int(position)]
            assert g.get("data-from") == str(source)
            tip = re.match(r"M([-\d.]+) ([-\d.]+)", g.findall(f"{SVG}path")[-1].get("d") or "")
            assert tip
            heads.setdefault((user, "y"), []).append((int(position), float(tip[2])))
    for tips in heads.values():
        assert sorted(tips) == sorted(tips, key=lambda tip: tip[1])


def test_a_stage_hides_what_is_not_known_yet_and_lights_what_the_step_is_about() -> None:
    record = record_of(*FORK)
    node = {label: i for i, label in enumerate(record.labels)}
    every = frozenset(node.values())
    edge = (node["y"], 0)
    root = ET.fromstring(
        svg(record, stage=Stage(every, frozenset({node["f"], node["y"]}), frozenset({edge}), node["b"], edge)).text
    )
    classes = {element.get("id"): set((element.get("class") or "").split()) for element in root.iter()}
    hidden = {name for name, found in classes.items() if "hidden" in found}
    assert hidden == {f"g{node[name]}" for name in "abcx"} | {f"s{node['x']}-1"}
    lit = {name for name, found in classes.items() if "lit" in found}
    assert lit == {f"n{node['b']}", f"w{edge[0]}-0", f"s{edge[0]}-0"}
    forward = ET.fromstring(
        svg(record, stage=Stage(frozenset({node["a"]}), frozenset(), frozenset(), node["a"], None)).text
    )
    shown = {
        text.get("id") for text in forward.iter(f"{SVG}text")
        if text.get("id") and "hidden" not in (text.get("class") or "")
    }  # fmt: skip
    assert shown == {f"v{node['a']}"}


OVERLAPS = """
<script>
const out = [], svg = document.querySelector("svg");
const texts = [...svg.querySelectorAll("text")].map(t => [t.textContent, t.getBoundingClientRect()]);
const hit = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const shrink = r => ({left: r.left + 1, right: r.right - 1, top: r.top + 3, bottom: r.bottom - 3});
texts.forEach(([t, a], i) => texts.slice(i + 1).forEach(([u, b]) => {
  if (hit(shrink(a), shrink(b))) out.push(`${t} on ${u}`);
}));
svg.querySelectorAll(".line").forEach(line => {
  const m = line.getScreenCTM(), n = line.getTotalLength();
  for (let s = 0; s <= n; s += 2) {
    const p = line.getPointAtLength(s).matrixTransform(m);
    const dot = {left: p.x, right: p.x, top: p.y, bottom: p.y};
    for (const [t, a] of texts) if (hit(dot, shrink(a))) out.push(`${t} on a wire`);
  }
});
const box = svg.getBoundingClientRect();
for (const [t, a] of texts)
  if (a.left < box.left || a.right > box.right || a.top < box.top - 2 || a.bottom > box.bottom + 2)
    out.push(`${t} outside`);
document.title = "done";
document.body.innerHTML = `<pre>${JSON.stringify([...new Set(out)]).replaceAll("<", "&lt;")}</pre>`;
</script>
"""


def test_no_label_lies_on_a_wire_or_on_another_in_a_browser(tmp_path: Path) -> None:
    chromium()
    programs = [
        *PROGRAMS[:6],
        ("max(x1, y12, learning_rate)/(1/3 + tanh(x1*y12))", {"x1": 1, "y12": -2.3456, "learning_rate": 1e-9}),
    ]
    for program, point in programs:
        dom = page(svg(record_of(program, point)).text + OVERLAPS, tmp_path)
        assert json.loads(dom.split("<pre>")[1].split("</pre>")[0]) == [], program


def test_the_bars_of_a_list_go_on_beside_long_lines() -> None:
    """Every bar that hangs from a node stands in each line until its last argument."""
    record = differentiate("s = tanh(a*b + c*a + 1.23456789); f = s*exp(s*a)", {"a": 1.23456, "b": 0.3456, "c": 2.2})
    for width in (30, 40, 60):
        lines = str(render(record, "circuit", Style(width=width))).split("\n\n")[0].splitlines()
        for line, below in pairwise(lines):
            for column in (c for c, sign in enumerate(line) if sign in "├│"):
                assert below[column : column + 1] in ("├", "│", "└"), (width, line, below)
    assert "share " in "\n".join(lines)
    assert " of df/da = " in " ".join("\n".join(lines).split())
