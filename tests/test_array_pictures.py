"""Pictures of arrays: what is drawn, what stands on the wires, every format of every program, the page."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from gradcli import differentiate
from gradcli.drawing.array_diagram import Arrays
from gradcli.drawing.diagram import SHAPES_ALONE, Entries
from gradcli.drawing.picture import place, plan
from gradcli.drawing.remarks import Disputed
from gradcli.drawing.subject import Numbers
from gradcli.drawing.svg import METRICS, svg
from gradcli.drawing.tikz import figure, gate
from gradcli.numbers.decimals import Uncertain
from gradcli.record.array_gradient import ArrayGradient
from gradcli.reports import Style, render_arrays
from gradcli.text import cells

from .array_programs import PROGRAMS as SHAPED
from .test_array_reports import LAYER, NETWORK, PROGRAMS, record
from .test_drawing import check_overlaps

TEXT = "{http://www.w3.org/2000/svg}text"
FORK = ("L = sum(x*y) + sum(x[1:]) + 2*sum(exp(x))", {"x": [0, 1, 2], "y": [3, 4, 5]})
PICTURES = ("circuit", "svg", "tikz", "dot", "mermaid", "html")


def labels(program: str, point: dict[str, Any], **options: bool) -> list[str]:
    """Return what the gates do, in the order of their nodes."""
    return [part.label for part in Arrays(record(program, point)).diagram(**options).parts if not part.leaf]


def test_a_layer_is_drawn_as_three_gates() -> None:
    of = Arrays(record(*LAYER))
    drawn = of.diagram()
    assert [(part.label, part.name, part.leaf, part.sources) for part in drawn.parts] == [
        ("W", "", True, ()), ("x", "", True, ()), ("@", "", False, (0, 1)), ("b", "", True, ()),
        ("+", "z", False, (2, 3)), ("cross_entropy(z,2)", "", False, (4,)),
    ]  # fmt: skip
    assert drawn.output == "L"
    texts = of.figures(drawn, 3)
    assert texts.values == ["3x2: norm 2.83", "2: [2, 1]", "3: [1, 2, 3]", "3: [0, 1, -1]", "3: [1, 3, 2]", "1.41"]
    grown = "[0.09, 0.665, -0.755]"
    assert texts.gradients == ["norm 2.26", "[-0.665, 0.485]", grown, grown, grown, "1"]
    assert texts.rounded
    short = of.figures(drawn, 3, str, 1)
    assert (short.values[1], short.gradients[1], short.values[5]) == ("2: norm 2.24", "norm 0.823", "1.41")
    assert of.figures(drawn, 3, str, SHAPES_ALONE).values == ["3x2", "2", "3", "3", "3", "1.41"]


@pytest.mark.parametrize(("x", "is_rounded"), [([1.2345, 0.5], True), ([0.5, 1.2345], True), ([1, 0.5], False)])
def test_once_a_number_is_rounded_it_is_told(x: list[float], is_rounded: bool) -> None:
    """All other numbers on the wires have fewer figures: dL/dx is [0, 0], L is 0."""
    of, alone = Arrays(record("L = sum(0*x)", {"x": x})), Numbers(differentiate("0*x*y", {"x": x[0], "y": x[1]}))
    assert of.figures(of.diagram(), 3).rounded is is_rounded
    assert alone.figures(alone.diagram(), 3).rounded is is_rounded


@pytest.mark.parametrize(("program", "found"), [
    ("sum(x, axis=0)@y[1:] + sum(max(x[0], 0))", ["sum(x,axis=0)", "[1:]", "@", "[0]", "max(_,0)", "sum"]),
    ("sum(x.T@x)", [".T", "@", "sum"]),
    ("sum(-(x + 1)**2/2 - [[1, 2, 3]])", ["+1", "^2", "*-1", "/2"]),
    ("mean(cross_entropy(x, [0, 2])) + norm(x)", ["cross_entropy", "mean", "norm", "+"]),
    ("sum(reshape(x, 3, 2)@[[1], [-2]])", ["reshape(x,3,2)", "_@[[1],[-2]]", "sum"]),
    ("sum(eye(2)@x)", ["eye(2)", "@", "sum"]),
    ("sum(where(x > 1, x, 0))", [">1", "where(c,a,0)", "sum"]),
])  # fmt: skip
def test_what_a_gate_does(program: str, found: list[str]) -> None:
    point = {"x": [[1, 2, 3], [4, 5, 6]], "y": [1, 2, 3, 4]}
    used = {name: value for name, value in point.items() if re.search(rf"\b{name}\b", program)}
    if "y[1:]" in program:
        used["y"] = [1, 2, 3, 4]
    assert [label.replace("**", "^") for label in labels(program, used)][: len(found)] == found


def test_numerals_are_leaves_where_asked_for() -> None:
    assert labels("sum(x*2 + [1, 2])", {"x": [3, 4]}) == ["*2", "+[1,2]", "sum"]
    assert labels("sum(x*2 + [1, 2])", {"x": [3, 4]}, constants=True) == ["*", "+", "sum"]


@pytest.mark.parametrize(("program", "label"), [
    ("sum(outer([1, 2], b))", "outer([1,2],x)"), ("sum(outer(b, [1, 2]))", "outer(x,[1,2])"),
    ("sum(concat(b, [1], b))", "concat(x,[1],z)"), ("sum(outer(b, b))", "outer"),
    ("sum(concat([1], b))", "concat([1],x)"),
    ("sum(reshape(b, 2, 1))", "reshape(x,2,1)"), ("sum(b@[1, 2]*b)", "x@[1,2]"), ("sum([1, 2]@b*b)", "[1,2]@x"),
])  # fmt: skip
def test_what_stands_for_the_arguments_of_a_gate(program: str, label: str) -> None:
    """Of one that is not spelt out x; of several x, y and z by their positions."""
    assert labels(program, {"b": [3, 4]})[0] == label


def test_the_shares_of_a_fork_add_up_entry_by_entry() -> None:
    of = Arrays(record(*FORK))
    drawn = of.diagram()
    x = next(p for p, part in enumerate(drawn.parts) if part.label == "x")
    shares = [
        json.loads(of.whole("share", part.node, k))
        for part in drawn.parts for k, s in zip(part.positions, part.sources, strict=True) if s == x
    ]  # fmt: skip
    assert len(shares) == 3
    total = json.loads(of.whole("gradient", drawn.parts[x].node, 0))
    assert [sum(entries) for entries in zip(*shares, strict=True)] == pytest.approx(total, rel=1e-11)
    texts = of.figures(drawn, 4)
    assert sum(text != "" for row in texts.shares for text in row) == 3


def test_labels_have_no_share_and_no_gradient() -> None:
    of = Arrays(record("cross_entropy(Z, y)[0] + sum(Z[y])", {"Z": [[1, 2], [3, 4]], "y": [0, 1]}))
    drawn = of.diagram()
    texts = of.figures(drawn, 4)
    y = next(p for p, part in enumerate(drawn.parts) if part.label == "y")
    assert (texts.values[y], texts.gradients[y]) == ("2: [0, 1]", "")
    flows = [texts.shares[p][k] for p, part in enumerate(drawn.parts) for k, s in enumerate(part.sources) if s == y]
    assert flows == ["", ""]


@pytest.mark.parametrize(("program", "point"), [*PROGRAMS, FORK])
@pytest.mark.parametrize("format", PICTURES)
def test_every_format_draws_every_program(program: str, point: dict[str, Any], format: str) -> None:
    found = record(program, point)
    for style in (Style(), Style(constants=True, figures=2)):
        text = render_arrays(found, format, style)
        assert isinstance(text, str)
        assert text.endswith("\n")
        if format == "svg":
            ElementTree.fromstring(text)


@pytest.mark.parametrize(("program", "shapes"), SHAPED)
def test_pictures_of_all_operations(program: str, shapes: dict[str, Any]) -> None:
    point = {name: _numbers(shape, name == "y") for name, shape in shapes.items()}
    found = differentiate(program, point)
    if not isinstance(found, ArrayGradient):
        return  # there is no array in it
    of = Arrays(found)
    drawn = of.diagram()
    check_overlaps(place(plan(drawn), of.figures(drawn, 4), METRICS))
    ElementTree.fromstring(svg(found).text)
    for width in (60, 100, 200):
        lines = str(render_arrays(found, "circuit", Style(width=width))).splitlines()
        assert max(map(cells, lines)) <= width


def _numbers(shape: tuple[int, ...], whole: bool, at: int = 1) -> Any:
    """Return numbers of a shape, or labels."""
    if not shape:
        return at % 2 if whole else at * at % 11 / 4 + 0.5
    return [_numbers(shape[1:], whole, at * 3 + k) for k in range(shape[0])]


@pytest.mark.parametrize("width", [40, 60, 80, 133, 200])
def test_a_circuit_fits_its_width(width: int) -> None:
    text = str(render_arrays(record(*NETWORK), "circuit", Style(width=width)))
    assert max(map(cells, text.splitlines())) <= width
    assert ("as a list" in text) == (width < 133)


def test_titles_have_all_digits_and_large_arrays_their_norm() -> None:
    root = ElementTree.fromstring(svg(record(*LAYER)).text)
    titles = {element.get("id"): element[0].text for element in root.iter(TEXT) if len(element)}
    assert titles["v0"] == "[[1, -1], [0, 2], [1, 1]]"
    assert titles["g3"] == "[0.0900305731704, 0.665240955775, -0.755271528945]"
    large = Arrays(record("sum((X@w)**2)", {"X": [[k + j for j in range(10)] for k in range(10)], "w": [1] * 10}))
    assert large.whole("value", 0, 0) == "10x10, norm 98.7421, 0 .. 18"
    assert "X, 10x10: value 10x10, norm" in large.sentence(0)


def test_arrays_as_latex() -> None:
    assert figure(Entries((3, 2), norm="2.8")) == r"3 \times 2\colon \mathrm{norm}\;2.8"
    assert figure(Entries((4,), norm="2e-8", told=False)) == r"\mathrm{norm}\;2 \cdot 10^{-8}"
    texts = ["1e-7", "none", Uncertain("2.0", "0.1"), "1/3"]
    assert figure(Entries((2, 2), texts, told=False)) == r"[[1 \cdot 10^{-7}, \mathrm{none}], [2.0 \pm 0.1, 1/3]]"
    assert figure(Disputed(Entries((2,), ["1", "-2"]))) == r"2\colon [1, -2]{}^{*}"


def test_entries_on_a_wire() -> None:
    assert Entries((2, 3), list("123456")) == "2x3: [[1, 2, 3], [4, 5, 6]]"
    assert Entries((2, 1), list("12"), told=False) == "[[1], [2]]"


def test_the_page_walks_through_both_passes() -> None:
    page = str(render_arrays(record(*FORK), "html", Style()))
    found = re.search(r'id="data">(.*?)</script>', page, re.S)
    assert found is not None
    data = json.loads(found[1])
    picture = page[page.index("<svg") : page.index("</svg>") + 6]
    ids = {element.get("id") for element in ElementTree.fromstring(picture).iter() if element.get("id")}
    count = len(re.findall(r'<li><button type="button">', page))
    assert len(data["lit"]) == count
    assert {name for name in ids if name and name[2] in "vg"} - data["appear"].keys() == set()
    assert set(data["appear"].values()) <= set(range(1, count + 1))
    assert {name for name in ids if name and name[2] in "nw"} - data["about"].keys() == set()
    text = re.sub(r"<[^>]*>", " ", page)
    assert "dL/dx via" in text
    assert "several branches arrive: they add up" in text


def test_a_gate_has_no_name_of_another_array() -> None:
    program = "y = cross_entropy(z, 1) + sum(softmax(2*z, axis=0)); f = y*sum(x[1:])"
    found = labels(program, {"z": [2, 1], "x": [3, 4]})
    assert [text for text in found if "(" in text or "[" in text] == [
        "cross_entropy(z,1)", "softmax(_,axis=0)", "[1:]",
    ]  # fmt: skip


@pytest.mark.parametrize(("program", "text"), [
    ("sum(max(x[0], 0))", r"\max(\cdot ,0)"), ("sum(2**x[0])", r"2^{\cdot }"), ("sum(2*x.T)", ".T"),
    ("sum(cross_entropy(x, [1, 2]))", r"\mathrm{cross\_entropy}"),
    ("sum(cross_entropy(x[0], 2))", r"\mathrm{cross\_entropy}(\cdot ,2)"),
    ("sum(softmax(x, axis=0))", r"\mathrm{softmax}(x,\mathit{axis}=0)"), ("sum(x[:, None])", r"[:,\mathit{None}]"),
    ("sum(x*[1e-7, -2, 3])", r"\times [1 \cdot 10^{-7},-2,3]"), ("sum(x@[[1], [-2], [3]])", "x@[[1],[-2],[3]]"),
    ("sum(x, axis=(0, 1))", r"\mathrm{sum}(x,\mathit{axis}=(0,1))"),
    ("sum(reshape(x, 3, 2))", r"\mathrm{reshape}(x,3,2)"),
    ("sum(outer(x[1, 1:], [1, 2]))", r"\mathrm{outer}(\cdot ,[1,2])"), ("sum(x[-1, ::2])", "[-1,::2]"),
    ("sum(x + x*[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11][8:])", r"\times "),
])  # fmt: skip
def test_gates_of_arrays_in_latex(program: str, text: str) -> None:
    parts = Arrays(record(program, {"x": [[1, 2, 3], [4, 5, 6]]})).diagram().parts
    assert text in [gate(part.pieces) for part in parts if not part.leaf]
    assert [part.label for part in parts] == ["".join(part.pieces) for part in parts]


def test_layers_that_repeat_are_told_by_their_number_in_latex() -> None:
    point = {"W": [[0.1, 0.2], [0.3, 0.4]], "x": [1, 2]}
    parts = Arrays(record("h[0] = x; h[k] = tanh(W@h[k-1]) for k = 1..9; L = sum(h[9])", point)).diagram().parts
    assert [(part.label, gate(part.pieces)) for part in parts if part.label[0] == "x" and not part.leaf] == [
        ("x7", r"\times 7"),
    ]  # fmt: skip
