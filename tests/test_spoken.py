"""Messages speak of what the user wrote: no note, error or check calls a node by its number."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.notes import Note
from gradcli.errors import GradcliError, Source
from gradcli.record.gradient import Gradient
from gradcli.record.higher_derivatives import differentiate_formula, hessian
from gradcli.record.verification import Check, verify
from gradcli.reports import Style, render
from gradcli.reports.rounding import Rounding
from gradcli.reports.wording import check_lines

from .programs import piecewise_case, random_case

NUMBERED = re.compile(r"\b[vu][0-9]+\b")
MODES: list[dict[str, Any]] = [{}, {"ieee": True}, {"digits": 8}, {"exact": True}, {"gates": True}]
CALLS = [("log", 1), ("sqrt", 1), ("asin", 1), ("relu", 1), ("abs", 1), ("floor", 1), ("cbrt", 1), ("max", 2),
         ("atan2", 2), ("hypot", 2), ("mod", 2), ("lgamma", 1)]  # fmt: skip


def messages(program: str, point: dict[str, Any], mode: dict[str, Any]) -> Iterator[str]:
    """Yield everything that a run says in words, whether it has an answer or not."""
    for at_kink in ("convention", "error"):
        try:
            record = differentiate(program, point, at_kink=at_kink, **mode)
        except GradcliError as error:
            yield f"{error.message} {error.hint or ''}"
            continue
        yield from of_record(record)


def of_record(record: Gradient) -> Iterator[str]:
    try:
        hessian(record)
    except GradcliError as error:
        yield f"{error.message} {error.hint or ''}"
    record.checks = verify(record)
    yield from check_lines(record, Rounding(record))
    for each in filter(None, (record, record.gates)):
        yield from (note.message for note in each.notes)


@pytest.mark.parametrize("seed", range(60))
def test_no_message_calls_a_node_by_its_number(seed: int) -> None:
    draw = random.Random(f"spoken {seed}")
    case = piecewise_case(draw) if seed % 2 else random_case(draw, calls=CALLS)
    point = {name: draw.choice((0, 1, -1, 0.5)) for name in case.point}
    for text in messages(case.program, point, MODES[seed // 2 % len(MODES)]):
        assert not NUMBERED.search(text), (case.program, point, text)


@pytest.mark.parametrize(("program", "point", "said"), [
    ("abs(x*y)", {"x": 0, "y": 1}, "abs has a kink here, at x*y = 0"),
    ("mod(x + 1, 2*y)", {"x": 1, "y": 1}, "mod has a kink here, at mod(x + 1, 2*y) = 0"),
    ("abs(x*x)", {"x": 0}, "df/d(x*x) is -1 from the left and 1 from the right"),
    ("where(x*y > 2*x, x, y)", {"x": 0, "y": 1}, "the condition turns here, at x*y = 2*x"),
    ("q = x*y; floor(q*2)", {"x": 1, "y": 1}, "floor has a kink here, at q*2 whole"),
    ("floor(x*10)", {"x": "0.1+0.2-0.2"}, "x*10 is slightly"),
    ("relu(sin(x)*exp(y)*cos(x*y)*tanh(x + y)*sin(x)*cos(y))", {"x": 0, "y": 1},
     "relu has a kink here, at sin(x)*exp(y)*cos(x*y)*tanh(x + y)*si"),
])  # fmt: skip
def test_it_is_called_by_its_expression(program: str, point: dict[str, Any], said: str) -> None:
    assert any(note.message.startswith(said) for note in differentiate(program, point).notes)


def test_a_node_that_was_asked_for_by_its_number_is_called_by_it() -> None:
    record = differentiate("abs(x*x) + x", {"x": 0}, grad=["v1"])
    assert "df/dv1 is -1 from the left and 1 from the right" in [note.message for note in record.notes]


def test_a_record_keeps_the_names_of_its_nodes() -> None:
    (note,) = (n for n in differentiate("abs(x*x)", {"x": 0}).notes if n.kind == "one-sided")
    assert (note.of, note.wrt, note.subject) == ("v1", ("v1",), "x*x")


def test_kinks_of_derivatives_are_placed_in_the_words_of_the_program() -> None:
    found = differentiate_formula(
        Source("program", "relu(x*y)**3"), order=4,
        bindings={name: Source(name, text) for name, text in (("x", "0"), ("y", "1"))},
    )  # fmt: skip
    told = [note.message for note in found.notes]
    assert any("at x*y = 0" in text for text in told)
    assert not any(NUMBERED.search(text) for text in told)


def test_what_is_undecided_is_called_by_its_expression() -> None:
    detail = {"others": 0, "called": "x*y"}
    assert Note("undecided", 0, "v1", detail=detail).worded(str).message.startswith("x*y is undecided")


SIDED = ("relu(x*y)*exp(y) + abs(y)*sin(x + 1) + z/3", {"x": 0, "y": 0.3, "z": 0.7})


@pytest.mark.parametrize("figures", [None, 3, 9])
@pytest.mark.parametrize("format", ["table", "markdown", "circuit", "steps", "latex", "html", "svg", "dot", "mermaid"])
def test_notes_and_checks_have_the_figures_of_their_report(format: str, figures: int | None) -> None:
    record = differentiate(*SIDED)
    record.checks = verify(record)
    text = str(render(record, format, Style(figures=figures)))
    told = [
        line for line in text.splitlines() if re.search(r"from the left|agrees; reverse", line) and "<title" not in line
    ]
    assert told
    most = figures or 6
    for line in told:
        line = re.sub(r"\(step .*|<desc.*", "", line)
        for number in re.findall(r"(?<![\w.])\d*\.\d+(?:e[-+]\d+)?", line):
            assert len(number.partition("e")[0].replace(".", "").lstrip("0")) <= most, line


def test_what_was_rounded_in_a_note_alone_is_said() -> None:
    text = str(render(differentiate("relu(x)*y", {"x": 0, "y": "1/8"}), "table", Style(figures=2)))
    assert "rounded to 2 figures" in text
    text = str(render(differentiate("relu(x)*y", {"x": 0, "y": "1/8"}), "table", Style()))
    assert "rounded" not in text


def test_checks_that_disagree_have_all_digits() -> None:
    record = differentiate("x/3", {"x": 1})
    record.checks = [Check("x", 1 / 3, 1 / 3 + 1e-8, None, None, None, "disagrees", "forward mode differs")]
    (line, _) = check_lines(record, Rounding(record, 3))
    assert "0.333333333333, forward 0.333333343333" in line


def test_a_finite_side_beyond_binary64_is_not_written_like_an_infinite_one() -> None:
    record = differentiate("abs(x)*1e300*1e300*1e-250", {"x": 0})
    (note,) = (n for n in record.notes if n.of == "x")
    assert note.message == (
        "df/dx is beyond the most negative binary64 from the left and beyond the largest binary64 from the right"
    )
    told = json.loads(str(render(record, "json", Style())))["notes"]
    assert [(n["left"], n["right"]) for n in told if n.get("of") == "x"] == [("-overflow", "overflow")]
    assert "(< -1.8e308 | > 1.8e308)" in str(render(record, "circuit", Style()))
    steep = differentiate("sqrt(abs(x)) + x", {"x": 0})
    assert "infinite (falling)" in next(n.message for n in steep.notes if n.of == "x")
    assert "(-inf | inf)" in str(render(steep, "circuit", Style()))


@pytest.mark.parametrize(("program", "x", "slope"), [
    ("2*abs(sin(x)) + x", "0±0.1", "1.0 ± 2.0"),
    ("abs(sinh(x))", "0±0.1", "0.0 ± 1.1"),  # cosh(0.1) is more than 1
    ("cos(x)", "0±0.1", "0.00 ± 0.10"),
    ("sin(x)", "0±9", "0.0 ± 1.0"),
    ("-2*abs(cos(x - pi/2))", "0±0.1", "0.0 ± 2.0"),
])  # fmt: skip
def test_the_radius_of_a_slope_is_no_larger_than_the_truth(program: str, x: str, slope: str) -> None:
    assert differentiate(program, {"x": x}).gradient["x"] == slope


@pytest.mark.parametrize("name", ["sin", "cos", "cosh"])
def test_functions_with_crests_hold_what_lies_between_and_touch_it(name: str) -> None:
    draw = random.Random(name)
    for _ in range(40):
        middle, radius = draw.uniform(-6, 6), draw.choice((0.01, 0.5, 2, 5))
        text = differentiate(f"{name}(x)", {"x": f"{middle:.3f}±{radius}"}).value
        low, _, wide = text.partition(" ± ")
        at = [round(middle, 3) + radius * k / 500 for k in range(-500, 501)]
        values = [getattr(math, name)(x) for x in at]
        half = (max(values) - min(values)) / 2
        assert float(low) - float(wide) <= min(values) + 1e-12
        assert float(low) + float(wide) >= max(values) - 1e-12
        assert float(wide) <= half * 1.2 + 1e-9, (middle, radius, text)


@pytest.mark.parametrize(("program", "point", "names", "also"), [
    ("y = x; y*y", {"x": 3}, "x, y", {"x": ["y"]}),
    ("q = x*2; p = q; r = p; p + r", {"x": 1}, "q, p, r", {"q": ["p", "r"]}),
    ("y = x; q = y*y; p = q; p + 1", {"x": 1}, "q, p", {"x": ["y"], "q": ["p"]}),
    ("q = x + 1; q*q", {"x": 1}, "q", {}),
])  # fmt: skip
def test_a_wire_with_two_names_shows_both(
    program: str, point: dict[str, Any], names: str, also: dict[str, list[str]]
) -> None:
    record = differentiate(program, point, gates=True)
    for each in filter(None, (record, record.gates)):
        for width in (30, 80):
            assert re.search(rf"^ ?{names}\b", str(render(each, "table", Style(width=width))), re.M)
        nodes = json.loads(str(render(each, "json", Style())))["nodes"]
        assert {node["name"]: node["also"] for node in nodes if "also" in node} == also
        assert f"| {', '.join(f'`{name}`' for name in names.split(', '))} " in str(render(each, "markdown", Style()))


def test_pictures_and_derivations_show_both_names() -> None:
    record = differentiate("y = x; q = y*y; p = q; p + 1", {"x": 3})
    circuit = str(render(record, "circuit", Style()))
    assert "q, p" in circuit
    assert "x, y" in circuit
    assert "x, y = 3" in str(render(record, "circuit", Style(width=20)))
    steps = str(render(record, "steps", Style()))
    assert "given, also called y" in steps
    assert "also called p" in steps
    for format in ("svg", "tikz", "mermaid", "dot"):
        assert "q, p" in str(render(record, format, Style())).replace("\\", ""), format
