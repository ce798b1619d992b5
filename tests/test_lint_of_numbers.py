"""Lint in its parts: what is special about numbers, which other numbers are drawn, what counts as hidden or alike."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item
from gradcli.homework.claims.tolerance import USUAL
from gradcli.homework.diagnosis.lint import Lint, Measure, Sight, _at, _friendly, _generic, _looks, lint, special
from gradcli.homework.diagnosis.mistakes import MISTAKES
from gradcli.homework.diagnosis.predictions import Predictions, equal, mistake_in_words
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram
from gradcli.homework.diagnosis.ways import catalogue_of
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request


def record(program: str, **point: float) -> Gradient:
    given = {name: Source(name, repr(x)) for name, x in point.items()}
    return evaluate(Source("program", program), given, Request())


@pytest.mark.parametrize(("program", "point", "expected"), [
    ("q = x + y; f = q*z", {"x": 2, "y": 3, "z": 4}, []),
    ("q = x + y; f = q*z", {"x": 1, "y": 3, "z": 5}, ["x is 1"]),
    ("q = x + y; f = q*z", {"x": -1, "y": 3, "z": 5}, ["x is -1"]),
    ("q = x + y; f = q*z", {"x": -3, "y": 3, "z": 5}, ["q is 0", "f is 0"]),
    ("q = x + y; f = q*z", {"x": 3, "y": 3, "z": 5}, ["x and y are equal"]),
    ("q = x + y; f = q*z", {"x": 2, "y": 3, "z": 5}, ["q and z are equal"]),
    ("f = x*x*y", {"x": 3, "y": 5}, []), ("f = x*2*y", {"x": 2, "y": 5}, []),
    ("f = relu(x)*y", {"x": 0, "y": 5}, ["x is 0", "relu(x) is 0", "f is 0", "kink"]),
    ("f = x - y", {"x": 3, "y": 3}, ["f is 0", "x and y are equal"]),
])  # fmt: skip
def test_what_is_special_about_numbers(program: str, point: dict[str, float], expected: list[str]) -> None:
    found = special(record(program, **point))
    assert ["kink" if "kink" in text else text for text in found] == expected


WHOLE_OF_2 = {2, 3, 4, 5, 6, 7, 8}


@pytest.mark.parametrize(("x", "more", "expected"), [
    (2.0, 0, WHOLE_OF_2),
    (2.0, 1, WHOLE_OF_2 | {1.5, 2.5, 3.5, 4.5, 1.2, 1.4, 1.6, 1.8, 2.2, 2.4}),
    (8.0, 0, WHOLE_OF_2 | {9, 12, 15}), (8.0, 1, WHOLE_OF_2 | {9, 12, 15, 2.5, 3.5, 4.5, 2.2, 2.4}),
    (30.0, 0, {20, 30, 40, 50, 60, 70, 80, 90, 120, 15, 25, 35, 45, 12, 14, 16, 18, 22, 24}),
    (0.5, 0, {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.2, 1.5}),
    (1.25, 0, {2, 3, 4, 5, 1.5, 2.5, 3.5, 4.5, 1.2, 1.4, 1.6, 1.8, 2.2, 2.4}),
    (0.0, 0, WHOLE_OF_2 | {9, 12, 15}),
])  # fmt: skip
def test_short_numbers_of_about_the_size(x: float, more: int, expected: set[float]) -> None:
    """From a quarter to four times the size, with as many decimals, or one more."""
    draw, made = random.Random(1), record("f = x*y", x=x, y=7.0)
    drawn = [_friendly(made, draw, [], more)["x"] for _ in range(600)]
    assert {abs(n) for n in drawn} == expected
    other = sum((n < 0) != (x < 0) for n in drawn)
    assert 60 < other < 120  # 15 in a hundred have the other sign


def test_most_numbers_keep_their_sign_and_some_their_value() -> None:
    draw, made = random.Random(1), record("f = x*y*z", x=-2.0, y=2.0, z=7.0)
    points = [_friendly(made, draw, ["z"], 0) for _ in range(300)]
    assert {point["z"] for point in points} == {7.0}
    assert 200 < sum(point["x"] < 0 for point in points) < 290
    assert all(abs(point["x"]) != abs(point["y"]) for point in points)


def test_more_inputs_than_numbers_get_some_twice() -> None:
    made = record("f = " + " + ".join(f"x{k}" for k in range(9)), **{f"x{k}": 2.0 for k in range(9)})
    point = _friendly(made, random.Random(1), [], 0)
    assert {abs(x) for x in point.values()} == WHOLE_OF_2


def test_a_generic_point_is_near_its_own() -> None:
    made = record("f = x*y*z", x=-2.0, y=0.0, z=10.0)
    draw = random.Random(1)
    points = [_generic(made, draw) for _ in range(200)]
    for name, low, high in (("x", -2.8, -1.4), ("y", 0.7, 1.4), ("z", 7.0, 14.0)):
        numbers = [point[name] for point in points]
        assert low <= min(numbers) < low + 0.1 * abs(low)
        assert high - 0.1 * abs(high) < max(numbers) <= high


def test_another_point_of_the_same_record() -> None:
    made = record("f = log(x)*y", x=2.0, y=3.0)
    found = _at(made, {"x": 4.0, "y": 5.0})
    assert found is not None
    assert [float(found.values[i]) for i in found.graph.inputs.values()] == [4.0, 5.0]
    assert _at(made, {"x": -4.0, "y": 5.0}) is None


# ---- what is seen


def test_what_a_mistake_looks_like() -> None:
    """Beyond the tolerance a number is another one; three figures tell numbers apart."""
    q, step = Item(VALUE, 1), Item(STEP, 2)
    truths = {q: (0, 100.0, USUAL, 0.0), step: (1, -0.5, USUAL, 2.0)}

    def looks(**sheet: float) -> set[tuple[int, str]]:
        numbers = {{"q": q, "step": step}[name]: x for name, x in sheet.items()}
        return {*_looks(SimpleNamespace(sheet=numbers), truths)}  # type: ignore[arg-type]

    assert looks(q=101.0) == looks(q=99.0) == looks(q=100.0) == set()
    assert looks(q=101.005) == {(0, "1.01e+02")}  # beyond the edge
    assert looks(q=101.02) == {(0, "1.01e+02")}
    assert looks(q=-100.0) == {(0, "-1.00e+02")}
    assert looks(step=1.0) == {(1, "-1.00e+00")}  # a step of -1, not of -0.5
    assert looks(step=1.5) == set()
    assert looks(step=1.504) == set()
    assert looks(step=1.51) == {(1, "-4.90e-01")}
    assert {*_looks(SimpleNamespace(sheet={Item(VALUE, 9): 1.0}), truths)} == set()  # type: ignore[arg-type]


def sight(special: int = 0, wild: int = 0, **visible: str) -> Any:
    """A sight of mistakes, each called by its id and way: `a1` is the mistake a made in the way 1."""
    found = {
        (name[0], name[1:], (Item(VALUE, ord(name[0])),)): frozenset({(0, look)}) for name, look in visible.items()
    }
    return SimpleNamespace(visible=found, special=["s"] * special, wild=wild)


def names(keys: Any) -> list[Any]:
    return [key[0] + key[1] if isinstance(key[0], str) else names(key) for key in keys]


def test_what_is_hidden_is_what_other_numbers_show() -> None:
    measure = Measure([sight(a1="x", b1="y", b2="z"), sight(c1="x")])
    assert names(measure.hidden(sight(a1="x"))) == ["b1", "c1"]  # in one of its ways
    assert names(measure.hidden(sight(a2="x", c1="x"))) == ["b1"]
    assert measure.hidden(sight(a1="x", b2="y", c1="z", d1="w")) == []


def test_what_looks_alike_here_and_not_elsewhere() -> None:
    measure = Measure([sight(a1="1", b1="2", c1="3", a2="4"), sight(a1="1", b1="1", c1="3")])
    assert names(measure.alike(sight(a1="x", b1="x", c1="y"))) == [["a1", "b1"]]
    assert names(measure.alike(sight(a1="x", b1="x", c1="x"))) == [["a1", "b1", "c1"]]
    assert names(measure.alike(sight(a1="x", a2="x"))) == []  # one mistake in two ways
    same_everywhere = Measure([sight(a1="1", b1="1")])
    assert names(same_everywhere.alike(sight(a1="x", b1="x"))) == []  # what no numbers tell apart
    assert names(measure.alike(sight(c1="y", b1="x", a1="x", d1="y"))) == [["a1", "b1"], ["c1", "d1"]]


def test_other_numbers_must_not_be_worse_to_use() -> None:
    measure = Measure([sight(a1="1", b1="2")])
    here = sight(1, 1, a1="x")
    assert measure.left(here, sight(1, 1, a1="x", b1="x")) == (0, 1)
    assert measure.left(here, sight(0, 0, b1="x")) == (1, 0)
    assert measure.left(here, sight(2, 1, a1="x")) is None
    assert measure.left(here, sight(1, 2, a1="x")) is None
    assert measure.left(here, None) is None


def test_the_cost_is_what_is_hidden_and_what_is_alike() -> None:
    found = lint(record("f = x**2*y", x=1.0, y=3.0), suggest=False)
    assert found.cost == len(found.hidden) + len(found.alike) > 0
    assert (found.better, found.hidden_there, found.alike_there) == (None, len(found.hidden), len(found.alike))
    assert Lint(1, [], [], [], None, 0, 0, 0, 0, None).cost == 0


@pytest.mark.parametrize(("x", "wild"), [
    (1e4, 1), (9999.0, 0), (-1e4, 1), (1e-3, 1), (1.1e-3, 0), (-1e-3, 1), (0.0, 0), (5.0, 0),
])  # fmt: skip
def test_numbers_that_nobody_likes_to_work_with(x: float, wild: int) -> None:
    seen = Sight(record("f = x", x=x), frozenset(), USUAL)
    assert seen.wild == wild


# ---- predictions


@pytest.mark.parametrize(("x", "y", "expected"), [
    (1.0, 1 + 1e-11, True), (1.0, 1 + 2e-10, False), (-1.0, 1.0, False), (0.0, 1e-300, False), (None, None, True),
    (None, 1.0, False), (1.0, None, False), (float("inf"), float("inf"), True), (float("inf"), 1.0, False),
    (1e6, 1e6 + 1e-5, True), (0.0, 0.0, True),
])  # fmt: skip
def test_numbers_are_the_same_up_to_rounding(x: Any, y: Any, expected: bool) -> None:
    assert equal(x, y) is expected


def test_a_mistake_and_its_place_in_words() -> None:
    made = record("q = x + y; f = q*q*z", x=2.0, y=3.0, z=4.0)
    label = made.graph.by_label
    sign, step = MISTAKES["sign"], next(m for m in catalogue_of(ReworkedProgram(made).shape, 3).mistakes)
    assert mistake_in_words(made, sign, "", (), [])[1] == "in every gradient"
    assert mistake_in_words(made, step, "", (label["q"],), [Item(UPSTREAM, label["q"])])[1] == "at df/dq"
    assert mistake_in_words(made, step, "", (label["q"], label["f"]), [Item(VALUE, label["q"])] * 2)[1] == "at q and f"
    x, y = label["x"], label["y"]
    assert mistake_in_words(made, step, "", (x, y, label["q"]), [Item(VALUE, x)] * 3)[1] == "at x, y and q"
    assert mistake_in_words(made, step, "", (x,), [Item(VALUE, x)] * 2)[1] == "at x"
    inner = made.graph.nodes[label["f"]].arguments[0]
    found = mistake_in_words(made, step, "", (label["f"],), [Item(LOCAL, label["f"], 0)])[1]
    assert found == f"at local(f,{made.labels[inner]}) ({made.labels[inner]} = q*q)"


def test_numbers_that_differ_from_the_right_ones() -> None:
    program = ReworkedProgram(record("q = x + y; f = q*z", x=2.0, y=3.0, z=4.0))
    predictions = Predictions(program)
    q = program.graph.by_label["q"]
    item = Item(VALUE, q)
    for x, expected in ((5.0, False), (5 + 4e-10, False), (5 + 6e-10, True), (-5.0, True), (None, False),
                        (float("nan"), False), (float("inf"), False), (0.0, True)):  # fmt: skip
        assert bool(predictions._different([(item, x)])) is expected


def test_exchanged_gradients_of_two_variables() -> None:
    made = record("q = x + y; f = q*z", x=2.0, y=3.0, z=4.0)
    predictions = Predictions(ReworkedProgram(made))
    found = [p for m in predictions.mistakes if m.spread == "pairs" for p in predictions.spread(m)]
    pairs = {tuple(made.labels[i] for i in prediction.nodes): prediction.sheet for prediction in found}
    assert set(pairs) == {("x", "z"), ("y", "z")}  # those of x and y are equal
    x, z = made.graph.by_label["x"], made.graph.by_label["z"]
    assert pairs["x", "z"] == {Item(UPSTREAM, x): 5.0, Item(UPSTREAM, z): 4.0}


def test_mistakes_that_are_too_rare_are_left_out() -> None:
    shape = ReworkedProgram(record("f = x*y", x=2.0, y=3.0)).shape
    counts = [len(catalogue_of(shape, rarest).mistakes) for rarest in (0, 1, 2, 3)]
    assert counts[0] == 0 < counts[1] < counts[2] < counts[3] == len(MISTAKES)
    assert {m.common for m in catalogue_of(shape, 2).mistakes} == {1, 2}


@pytest.mark.parametrize(("program", "point"), [
    ("f = relu(x)*y", {"x": -2, "y": 3}), ("r = relu(x); f = r*y", {"x": -2, "y": 3}),
    ("s = w*x; f = relu(s)", {"w": 2, "x": -3}),
])  # fmt: skip
def test_a_closed_gate_hides_what_it_would_show_if_it_were_open(program: str, point: dict[str, float]) -> None:
    """All derivatives are 0, and numbers of the same signs would leave them so."""
    found = lint(record(program, **point))
    hidden = [finding.message for finding in found.hidden]
    assert "the opposite sign at df/dx" in hidden
    assert "a factor 2 lost or gained at df/dx" in hidden
    assert found.better is not None
    better = record(program, **found.better)
    assert better.value != 0
    assert all(x != 0 for x in better.gradient.values())


def test_an_open_gate_hides_that_it_was_ignored() -> None:
    found = lint(record("f = relu(x)*y", x=2, y=3))
    assert any("the gate ignored" in finding.message for finding in found.hidden)
    assert "the opposite sign at df/dx" not in [finding.message for finding in found.hidden]
