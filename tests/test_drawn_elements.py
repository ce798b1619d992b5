"""What SVG and TikZ make of a placed picture: every shape, text, wire and note, and where it stands."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.drawing.array_diagram import Arrays
from gradcli.drawing.diagram import diagram, figures
from gradcli.drawing.picture import Box, Label, Picture, place, plan
from gradcli.drawing.remarks import LEGEND
from gradcli.drawing.strokes import _branch, units
from gradcli.drawing.subject import subject
from gradcli.drawing.svg import METRICS, _path, _toward, caption, pretty, svg, text_width
from gradcli.drawing.tikz import leaf, tikz
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render

from .pictures import HARD, SVG

KINKED = ("u = x*y; f = abs(u) + a_b*tanh(x) + where(x > 0, x, 2*y)", {"x": 0, "y": 3, "a_b": 2})
CASES = [KINKED, HARD, ("x*x", {"x": 3}), ("x", {"x": 1}), ("q = x - 1; f = -q", {"x": -2})]


def record_of(program: str, point: dict[str, Any]) -> Gradient:
    record = differentiate(program, point)
    assert isinstance(record, Gradient)
    return record


def both(program: str, point: dict[str, Any]) -> tuple[Gradient, Picture, ET.Element]:
    record = record_of(program, point)
    drawn = diagram(record)
    return record, place(plan(drawn), figures(record, drawn, 4), METRICS), ET.fromstring(svg(record).text)


def at(element: ET.Element, *names: str) -> tuple[float, ...]:
    return tuple(float(element.attrib[name]) for name in names)


@pytest.mark.parametrize(("program", "point"), CASES)
def test_shapes_stand_where_the_picture_has_their_boxes(program: str, point: dict[str, Any]) -> None:
    """Texts 5 pixels below the middle, signs of one character 7, names 5 above the gate, stars in the corner."""
    record, picture, root = both(program, point)
    drawn = diagram(record)
    groups = {g.get("id"): g for g in root.iter(f"{SVG}g")}
    (output,) = [g for g in root.iter(f"{SVG}g") if g.get("class") == "output"]
    for box in picture.boxes:
        middle = box.y + box.height / 2
        if box.kind == "output":
            assert [(at(t, "x", "y"), t.text) for t in output] == [((box.x, middle + 5), box.label)]
            continue
        part = drawn.parts[box.part]
        group = groups[f"n{part.node}"]
        texts = {t.get("class") or "": t for t in group.iter(f"{SVG}text")}
        assert group.get("class") == ("node leaf" if part.leaf else "node gate")
        if part.leaf:
            assert [at(t, "x", "y") for t in texts.values()] == [(box.x + box.width, middle + 5)]
            continue
        x = box.x + box.width / 2
        check_shape(group, box)
        sign = texts["sign" if len(pretty(box.label)) == 1 else ""]
        assert sign.text == pretty(box.label)
        assert at(sign, "x", "y") == (x, middle + (7 if len(pretty(box.label)) == 1 else 5))
        assert ("name" in texts) is bool(part.name)
        if part.name:
            assert (texts["name"].text, *at(texts["name"], "x", "y")) == (part.name, x, box.y - 5)
        assert ("mark" in texts) is part.kink
        if part.kink:
            corner = (box.x + 0.75 * box.width, box.y + 20) if box.kind == "round" else (
                box.x + box.width - 8, box.y + 16)  # fmt: skip
            assert at(texts["mark"], "x", "y") == corner


def check_shape(group: ET.Element, box: Box) -> None:
    (shape,) = [e for e in group if e.get("class") == "shape"]
    if box.kind == "round":
        assert shape.tag == f"{SVG}circle"
        assert at(shape, "cx", "cy", "r") == (box.x + box.width / 2, box.y + box.height / 2, box.width / 2)
    else:
        assert shape.tag == f"{SVG}rect"
        assert at(shape, "x", "y", "width", "height", "rx") == (box.x, box.y, box.width, box.height, 9)


def label_y(label: Label) -> float:
    """Return the base line of a number: near the wire, which is a row of 18 below a value and above the others."""
    return label.y + 12 if label.kind == "value" else label.y - 2


@pytest.mark.parametrize(("program", "point"), CASES)
def test_labels_and_wires_stand_where_the_picture_has_them(program: str, point: dict[str, Any]) -> None:
    record, picture, root = both(program, point)
    drawn = diagram(record)
    texts = {t.get("id"): t for t in root.iter(f"{SVG}text") if t.get("id")}
    named = {}
    for label in picture.labels:
        part = drawn.parts[label.part]
        end = f"-{part.positions[label.port]}" if label.kind == "share" else ""
        named[f"{label.kind[0]}{part.node}{end}"] = label
    assert texts.keys() == named.keys()
    for name, label in named.items():
        text = texts[name]
        assert at(text, "x", "y") == pytest.approx([label.x, label_y(label)], abs=0.005)
        assert text.get("class") == label.kind
        assert text[0].tail == label.text.replace("-", "\u2212")
    wires = {g.get("id"): g for g in root.iter(f"{SVG}g") if (g.get("class") or "").startswith("wire")}
    for route in picture.routes:
        source = drawn.parts[route.source].node
        name = "out"
        if route.target is not None:
            part = drawn.parts[route.target]
            name = f"w{part.node}-{part.positions[route.port]}"
        wire = wires.pop(name)
        assert wire.get("class") == ("wire output" if name == "out" else "wire")
        assert wire.get("data-from") == str(source)
        head = next(e for e in wire if e.get("class") == "head")
        x, y = route.points[-1]
        assert head.get("d") == f"M{units(x)} {units(y)}l-8 -3.6v7.2z"
        assert any(e.get("class") == "whole" for e in wire) is (drawn.uses[route.source] > 1)
    assert wires == {}
    forks = [(int(c.attrib["data-node"]), *at(c, "cx", "cy", "r")) for c in root.iter(f"{SVG}circle")
             if c.get("class") == "fork"]  # fmt: skip
    assert forks == [(drawn.parts[p].node, x, y, 3.6) for p, (x, y) in picture.dots]


@pytest.mark.parametrize(("program", "point"), CASES)
def test_the_page_has_a_margin_and_room_for_the_notes(program: str, point: dict[str, Any]) -> None:
    """A margin of 18; half a line and 18 pixels a note below the picture; as wide as the widest of both."""
    record, picture, root = both(program, point)
    notes = [t for t in root.iter(f"{SVG}text") if t.get("class") == "note"]
    wide = max([picture.width, *(text_width(t.text or "", 12) for t in notes)])
    high = picture.height + (9 + 18 * len(notes) if notes else 0)
    size = [wide + 36, high + 36]
    assert at(root, "width", "height") == pytest.approx(size, abs=0.01)
    assert list(map(float, root.attrib["viewBox"].split())) == pytest.approx([-18, -18, *size], abs=0.01)
    (ground,) = [e for e in root.iter(f"{SVG}rect") if e.get("class") == "ground"]
    assert at(ground, "x", "y", "width", "height") == pytest.approx([-18, -18, *size], abs=0.01)
    for k, note in enumerate(notes, 1):
        assert at(note, "x", "y") == pytest.approx([0, picture.height + 9 + 18 * k - 4], abs=0.01)
    assert bool(notes) is bool(record.notes)
    assert bool(notes and notes[0].text == LEGEND) is bool(record.notes)


@pytest.mark.parametrize(("program", "point"), CASES)
def test_tikz_has_everything_where_the_picture_has_it(program: str, point: dict[str, Any]) -> None:
    """Texts 4.5 pixels below the middle; a gate in its box or circle; a star behind what a gate at a kink does."""
    record, picture, _ = both(program, point)
    drawn = diagram(record)
    text = tikz(record)
    lines = text.splitlines()

    def where(x: float, y: float) -> str:
        return f"({units(x)},{units(y)})"

    for box in picture.boxes:
        base = box.y + box.height / 2 + 4.5
        if box.kind == "output":
            assert f"\\node[anchor=base west] at {where(box.x, base)} {{${box.label}$}};" in lines
        elif box.kind == "leaf":
            start = f"\\node[anchor=base east] at {where(box.x + box.width, base)} {{${leaf(box.label)}$}};"
            assert start in lines
        else:
            x = box.x + box.width / 2
            (line,) = [line for line in lines if line.startswith(f"\\node at {where(x, base)} ")]
            assert line.endswith("^{*}$};") is drawn.parts[box.part].kink
            shape = (
                f"\\draw[gate] {where(x, box.y + box.height / 2)} circle[radius={units(box.width * 0.375)}pt];"
                if box.kind == "round"
                else f"\\draw[box] {where(box.x, box.y)} rectangle {where(box.x + box.width, box.y + box.height)};"
            )
            assert shape in lines
            assert any(line.startswith(f"\\node[name] at {where(x, box.y - 5)} ") for line in lines) is bool(box.name)
    for label in picture.labels:
        assert any(line.startswith(f"\\node[{label.kind}] at {where(label.x, label_y(label))} ") for line in lines)
    assert [line for line in lines if line.startswith("\\fill")] == [
        f"\\fill {where(*point)} circle[radius=2.4pt];" for _, point in picture.dots
    ]
    notes = [line for line in lines if line.startswith("\\node[note]")]
    assert [line.split(" at ")[1].split(" ")[0] for line in notes] == [
        where(0, picture.height + 9 + 18 * k - 4) for k in range(1, len(notes) + 1)
    ]
    assert bool(notes) is text.startswith("% ") is bool(record.notes)


# ---- the pen


@pytest.mark.parametrize(("points", "sharp", "path"), [
    ([(0, 0), (20, 0)], (), "M0 0L16 0"),
    ([(0, 0), (20, 0), (20, 30), (50, 30)], (), "M0 0L14 0Q20 0 20 6L20 24Q20 30 26 30L46 30"),
    ([(0, 0), (20, 0), (20, 30), (50, 30)], {(20, 0)}, "M0 0L20 0L20 24Q20 30 26 30L46 30"),
    ([(0, 0), (20, 0), (20, 8), (50, 8)], (), "M0 0L14 0Q20 0 20 4L20 4Q20 8 26 8L46 8"),
    ([(0, 9), (5, 9), (5, 0), (50, 0)], (), "M0 9L2.5 9Q5 9 5 4.5L5 4.5Q5 0 11 0L46 0"),
])  # fmt: skip
def test_a_wire_turns_in_curves_of_six_pixels_or_half_its_way(points: Any, sharp: Any, path: str) -> None:
    assert _path(points, sharp) == path


@pytest.mark.parametrize(("a", "b", "distance", "point"), [
    ((0, 0), (10, 0), 6, (5, 0)), ((0, 0), (12, 0), 6, (6, 0)), ((0, 0), (20, 0), 6, (6, 0)),
    ((3, 9), (3, 1), 2, (3, 7)), ((3, 9), (3, 9), 2, (3, 9)), ((3, 9), (2, 9), 6, (2.5, 9)),
])  # fmt: skip
def test_a_point_on_the_way(a: Any, b: Any, distance: float, point: Any) -> None:
    assert _toward(a, b, distance) == point


@pytest.mark.parametrize(("x", "text"), [
    (0, "0"), (0.0, "0"), (3, "3"), (3.5, "3.5"), (-2.25, "-2.25"), (1.005, "1"), (1 / 3, "0.33"), (100, "100"),
    (0.006, "0.01"), (-18, "-18"),
])  # fmt: skip
def test_coordinates_have_at_most_two_decimals(x: float, text: str) -> None:
    assert units(x) == text


def test_a_branch_is_drawn_from_where_it_leaves_the_tree() -> None:
    drawn: Any = {}
    first = ((0.0, 0.0), (10.0, 0.0), (10.0, 5.0), (20.0, 5.0))
    fresh = (*first[:3], (10.0, 9.0), (20.0, 9.0))
    assert _branch(first, drawn) == first
    assert _branch(fresh, {}) == fresh
    # the same way down, but further: from the end of what is drawn
    assert _branch(((0, 0), (10, 0), (10, 9), (20, 9)), drawn) == ((10, 5), (10, 9), (20, 9))
    assert _branch(((0, 0), (10, 0), (10, 7), (20, 7)), drawn) == ((10, 7), (20, 7))
    assert _branch(((0, 0), (10, 0), (10, -3), (20, -3)), drawn) == ((10, 0), (10, -3), (20, -3))
    assert _branch(((0, 0), (30, 0)), drawn) == ((10, 0), (30, 0))
    assert _branch(((0, 0), (0, 4)), drawn) == ((0, 0), (0, 4))


@pytest.mark.parametrize(("text", "size", "width"), [
    ("", 14, 0), ("x", 14, 10), ("m", 14, 14), ("i", 14, 6), ("mix", 14, 30), ("xx", 12, 16), ("-1", 14, 16),
])  # fmt: skip
def test_widths_are_even_and_rather_too_large(text: str, size: float, width: float) -> None:
    """0.98, 0.66 and 0.42 of the size for wide, plain and narrow characters, rounded up to an even number."""
    assert text_width(text, size) == width
    assert text_width(text) == text_width(text, 14)


def test_a_caption_is_at_least_480_pixels_wide() -> None:
    """Notes under a narrow picture break where 480 pixels end; none of them is broken where the next word had fit."""
    record = record_of("f = abs(x) + abs(2*x) + max(x, 3*x)", {"x": 0})
    drawn = diagram(record)
    picture = place(plan(drawn), figures(record, drawn, 4), METRICS)
    lines, width, height = caption(subject(record), picture._replace(width=100), 4)
    assert max(text_width(line, 12) for line in lines) <= 480
    assert width == max(100, *(text_width(line, 12) for line in lines))
    assert height == picture.height + 9 + 18 * len(lines)
    for line, after in pairwise(lines):
        if after.startswith("    "):
            assert text_width(f"{line} {after.split()[0]}", 12) > 480
    assert caption(subject(record_of("x*y", {"x": 1, "y": 2})), picture, 4) == ([], picture.width, picture.height)


# ---- who is marked


@pytest.mark.parametrize(("program", "point", "kinks", "starred"), [
    ("f = x*y", {"x": 1, "y": 2}, [], {}),
    ("f = abs(x)", {"x": 0}, ["abs"], {"x": "0* (-1 | 1)"}),
    ("u = relu(x); f = abs(u - 1)", {"x": 1}, ["abs"], dict.fromkeys(("x", "u", "-1"), "0* (-1 | 1)")),
    ("f = relu(x) - relu(-x)", {"x": 0}, ["relu", "relu"], {"x": "1*", "-x": "0* (0 | -1)"}),
    ("f = floor(x)*0", {"x": 1}, ["floor"], {}), ("f = floor(x)", {"x": 1}, ["floor"], {"x": "0* (jump | 0)"}),
])  # fmt: skip
def test_marks_of_gates_and_of_gradients(program: str, point: Any, kinks: list[str], starred: dict[str, str]) -> None:
    """What is smooth at the point has no mark, though it could be at a kink; a gradient has one if disputed."""
    record = record_of(program, point)
    drawn = diagram(record)
    gradients = dict(zip((p.name or p.label for p in drawn.parts), figures(record, drawn, 4).gradients, strict=True))
    assert [part.marked for part in drawn.parts if part.kink] == [f"{label}*" for label in kinks]
    assert {name: text for name, text in gradients.items() if "*" in text} == starred
    for format in ("circuit", "svg", "tikz", "html"):
        assert (LEGEND in str(render(record, format, Style()))) is bool(kinks)


@pytest.mark.parametrize(("program", "kinks", "starred"), [
    ("f = sum(x*x)", [], {}), ("f = sum(abs(x))", ["abs"], {"x": "[0, 1]*"}), ("f = sum(floor(x)*0)", ["floor"], {}),
    ("f = sum(relu(x) - relu(-x))", ["relu", "relu"], {"x": "[1, 1]*", "-x": "[0, 0]*"}),
])  # fmt: skip
def test_marks_of_arrays(program: str, kinks: list[str], starred: dict[str, str]) -> None:
    record = differentiate(program, {"x": [0, 2]})
    assert isinstance(record, ArrayGradient)
    of = Arrays(record)
    drawn = of.diagram()
    gradients = dict(zip((p.label for p in drawn.parts), of.figures(drawn, 4).gradients, strict=True))
    assert [part.marked for part in drawn.parts if part.kink] == [f"{label}*" for label in kinks]
    assert {name: text for name, text in gradients.items() if "*" in text} == starred
    assert of.is_marked() is bool(kinks)
    assert (LEGEND in svg(record).text) is bool(kinks)
