"""Marking where a student's numbers lead nowhere, and submissions and drawings that are not what they should be."""

from __future__ import annotations

import io
import math
from fractions import Fraction
from typing import Any

import pytest

from gradcli.arrays.kernels import array_system
from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import InputError, Source
from gradcli.homework.claims.array_items import ArrayItem
from gradcli.homework.claims.decimals import constant
from gradcli.homework.claims.tolerance import Tolerance, decimal_of
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.submissions import Trouble, read
from gradcli.homework.marking.array_steps import ArraySteps
from gradcli.homework.marking.follow_through import Quantity, Steps, half_unit
from gradcli.homework.marking.nodes_at_numbers import is_at_kink, sides_at_kink, slope, span_at_kink, value_of
from gradcli.language.syntax import parse
from gradcli.numbers.systems import FLOAT
from gradcli.reports.canvas import clipped

from .test_cli import call


@pytest.mark.parametrize(("name", "operands", "value"), [
    ("mul", [2.0, 3.0], 6.0), ("mul", [2.0, None], None), ("log", [-1.0], None), ("div", [1.0, 0.0], None),
    ("exp", [1000.0], None), ("gamma", [-1.0], None), ("sqrt", [4.0], 2.0), ("mul", [1e200, 1e200], None),
    ("pow", [-8.0, 1 / 3], None), ("polygamma", [0.0, 1.0], None),
])  # fmt: skip
def test_the_value_of_a_step(name: str, operands: list[Any], value: float | None) -> None:
    assert value_of(OPERATIONS[name], operands) == value


@pytest.mark.parametrize(("name", "k", "v", "operands", "found"), [
    ("mul", 0, 6.0, [2.0, 3.0], 3.0), ("mul", 0, None, [2.0, 3.0], None), ("mul", 0, 6.0, [2.0, None], None),
    ("sqrt", 0, 0.0, [0.0], None), ("sqrt", 0, 2.0, [4.0], 0.25), ("floor", 0, 1.0, [1.5], 0.0),
    ("exp", 0, 1e308, [1000.0], 1e308), ("log", 0, 1.0, [0.0], None), ("div", 1, 1.0, [1.0, 1e-200], -1e200),
])  # fmt: skip
def test_the_local_gradient_of_a_step(name: str, k: int, v: Any, operands: list[Any], found: float | None) -> None:
    assert slope(OPERATIONS[name], k, v, operands) == found


@pytest.mark.parametrize(("name", "operands", "sides"), [
    ("abs", [0.0], (-1.0, 1.0)), ("relu", [0.0], (0.0, 1.0)), ("abs", [1.0], None), ("exp", [0.0], None),
    ("abs", [None], None), ("max", [2.0, 2.0], (0.0, 1.0)), ("abs", [math.inf], None),
])  # fmt: skip
def test_both_sides_of_a_step_at_a_kink(name: str, operands: list[Any], sides: tuple[float, float] | None) -> None:
    value = value_of(OPERATIONS[name], operands)
    assert is_at_kink(OPERATIONS[name], operands) is (sides is not None)
    assert sides_at_kink(OPERATIONS[name], 0, value, operands) == sides
    assert span_at_kink(OPERATIONS[name], 0, value, operands) == sides


def test_a_step_of_a_floor_has_no_sides() -> None:
    found = sides_at_kink(OPERATIONS["floor"], 0, 1.0, [1.0])
    assert found is not None
    assert "jump" in found
    assert span_at_kink(OPERATIONS["floor"], 0, 1.0, [1.0]) is None


@pytest.mark.parametrize(("x", "figures", "half"), [
    (0.0, 3, 0.0), (math.inf, 3, 0.0), (1234.0, 2, 50.0), (-0.05, 1, 0.005), (9.99, 3, 0.005),
])  # fmt: skip
def test_half_a_unit_of_the_last_figure(x: float, figures: int, half: float) -> None:
    assert half_unit(x, figures) == pytest.approx(half, rel=1e-15)


def check(*words: str) -> str:
    return call("check", *words).stdout.decode()


def test_a_number_that_leads_nowhere_has_nothing_that_follows() -> None:
    """log of the student's own negative number has no value, so that nothing follows from it."""
    words = ["q = x - y; r = log(q); f = r*x", "x=5", "y=2", "q=-3", "r=1.0986", "f=5", "--follow-through", "1"]
    text = check(*words)
    assert "score 1 of 3" in text
    assert text.count("wrong") >= 2


# ---- tolerances and constants


def test_how_far_is_near() -> None:
    assert Tolerance(sigfigs=3, atol=0.5).reach(Fraction(0)) == Fraction(1, 2)
    for t, reach in ((Fraction(999), 0.51), (Fraction(1000), 5.1), (Fraction(1, 10), 0.00051)):
        assert Tolerance(sigfigs=3, atol=0).reach(t) == decimal_of(reach)
    nearly = Fraction(10**40 - 1, 10**40)  # a decimal of 28 digits rounds it up to 1
    assert Tolerance(sigfigs=3, atol=0).reach(nearly) == decimal_of(0.00051)


@pytest.mark.parametrize(("text", "value"), [
    ("1/3 + 0.1", Fraction(13, 30)), ("sqrt(2)", None), ("1/0", None), ("2^(1/2)", None), ("7", Fraction(7)),
])  # fmt: skip
def test_constants_that_are_fractions(text: str, value: Fraction | None) -> None:
    assert constant(parse(Source("claim", text))) == value


# ---- submissions and homework files


@pytest.mark.parametrize(("text", "message"), [
    ('{"item": "q", "claim": 3}', "the row names no student"),
    ('{"student": "ann", "claims": [1]}', "an object with student, problem, item and claim is expected"),
    ('{"student": "ann", "problem": true, "item": "q", "claim": 1}',
     "an object with student, problem, item and claim is expected"),
    ('{"student": true}', "an object with student, problem, item and claim is expected"),
    ('{"student": "ann",', "not a JSON object"),
])  # fmt: skip
def test_lines_of_json_that_say_nothing(text: str, message: str) -> None:
    assert [*read(io.StringIO(text + "\n"), "f", "")] == [
        Trouble("f:1", "ann" if "claims" in text or '"problem": true' in text else "", message)
    ]


@pytest.mark.parametrize(("line", "message"), [
    ("title = 3", "title: "),
    ("at = 3", "a table is expected, such as { x = 2 }"),
    ("a = " + "[" * 20_000, "not TOML: nested too deeply"),
    ('diagnose = "yes"', "true or false is expected"),
])  # fmt: skip
def test_a_homework_file_with_another_kind_of_value(line: str, message: str) -> None:
    before = f"{line}\n" if line.startswith("title") else ""
    with pytest.raises(InputError) as raised:
        load(Source("homework.toml", f'{before}[[problem]]\nid = "p"\nprogram = "x"\n{line}\n'))
    assert message in raised.value.message


# ---- lines on a canvas


@pytest.mark.parametrize(("start", "stop", "found"), [
    ((1.0, 1.0), (3.0, 3.0), ((1.0, 1.0), (3.0, 3.0))),
    ((-2.0, 2.0), (2.0, 2.0), ((0.0, 2.0), (2.0, 2.0))),
    ((2.0, -2.0), (2.0, 9.0), ((2.0, 0.0), (2.0, 4.0))),
    ((-1.0, 3.0), (3.0, -1.0), ((0.0, 2.0), (2.0, 0.0))),
    ((-2.0, 1.0), (1.0, -2.0), None),
    ((5.0, 1.0), (6.0, 2.0), None),
    ((2.0, 2.0), (2.0, 2.0), ((2.0, 2.0), (2.0, 2.0))),
])  # fmt: skip
def test_the_part_of_a_segment_inside_a_box(start: Any, stop: Any, found: Any) -> None:
    assert clipped(start, stop, 4, 4) == found


ITEM = ArrayItem("value", 0, 0, (1,))


@pytest.mark.parametrize(("x", "carried", "lost", "follows"), [
    (6.0, None, None, True), (6.09, None, None, True), (6.2, None, None, False), (3.95, None, None, True),
    (5.0, None, None, True), (5.0, ITEM, None, False), (6.0, ITEM, None, True), (4.0, ITEM, None, False),
    (6.5, ITEM, 0.45, True), (6.7, ITEM, 0.45, False), (6.5, None, 0.45, True), (3.5, None, 0.45, True),
])  # fmt: skip
def test_an_entry_of_an_array_follows(x: float, carried: ArrayItem | None, lost: float | None, follows: bool) -> None:
    """The truth is 4, and 6 follows from the own arrays; what lies between does so where none of them is wrong."""
    steps = ArraySteps.__new__(ArraySteps)
    A = array_system(FLOAT)
    truth, derived = A.make((1,), [4.0]), [A.make((1,), [6.0])]
    assert steps._follows(x, 0, truth, derived, lost or 0.0, carried, Tolerance(0.0, 0.1)) is follows


@pytest.mark.parametrize("apart", [0, 3, 4, 5])
def test_so_many_ways_to_work_out_local_gradients_are_tried(apart: int) -> None:
    """Each of a wrong value or of the arguments alone: two ways for every edge, and sixteen of all at most."""
    steps = Steps.__new__(Steps)
    edges = [(k, 0) for k in range(apart + 1)]
    steps.upstream = {k: Quantity(100.0 + k) for k, _ in edges}
    steps.local_gradients = {edge: Quantity(0.0) for edge in edges}
    steps.apart = {edge: (Quantity(1.0), Quantity(2.0)) for edge in edges[:apart]}
    ways = [tuple(q.value for q in way) for way in steps._either(edges)]
    assert len(set(ways)) == len(ways) == min(2**apart, 16)
    assert all(way[::2] == tuple(100.0 + k for k, _ in edges) for way in ways)
    assert ways[0][1::2] == (*[1.0] * apart, 0.0)
