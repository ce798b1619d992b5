"""Nothing is refused that can be answered: what is undecided or too much counts only where the answer needs it."""

from __future__ import annotations

import math
import random
import re
from typing import Any

import mpmath
import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.shared_rules import all_hold, any_holds
from gradcli.errors import GradcliError, LimitError, MathError
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import Claim, MarkingPolicy, mark
from gradcli.numbers.systems import Undecided

UNDECIDED = "floor(exp(log(3)))"
LIMITED = "polygamma(20000, 2.5)"


# ---- what the answer needs


@pytest.mark.parametrize(
    "other", [UNDECIDED, LIMITED, "exp(exp(exp(exp(100))))", "log(exp(log(3)) - 3)", "1/(exp(log(3)) - 3)"]
)
def test_the_branch_not_taken_counts_for_nothing(other: str) -> None:
    record = differentiate(f"where(x > 0, x**2, {other} + x)", {"x": 3})
    assert (record.value, record.gradient) == (9.0, {"x": 6.0})
    with pytest.raises((MathError, LimitError)):
        differentiate(f"where(x < 0, x**2, {other} + x)", {"x": 3})


@pytest.mark.parametrize("other", [UNDECIDED, LIMITED, "abs(exp(log(3)) - 3)"])
def test_a_statement_that_is_not_asked_for_counts_for_nothing(other: str) -> None:
    record = differentiate(f"a = {other}*x; b = x*2; a*b", {"x": 5}, of="b")
    assert (record.value, record.gradient) == (10.0, {"x": 2.0})


def test_the_right_error_is_raised_where_it_is_needed() -> None:
    with pytest.raises(LimitError, match="polygamma"):
        differentiate(f"x*{LIMITED}", {"x": 1})
    with pytest.raises(MathError) as caught:
        differentiate(f"x*{UNDECIDED}", {"x": 1})
    assert caught.value.kind == "undecided"
    assert caught.value.span == (2, 2 + len(UNDECIDED))


def test_a_slope_that_is_undecided_is_told_beside_those_that_are_not() -> None:
    program = "max(exp(log(x)), 3)*y"
    record = differentiate(program, {"x": 3, "y": 2})
    assert record.value == 6.0
    assert record.gradient == {"x": None, "y": 3.0}
    sides = [(note.of, note.left, note.right) for note in record.notes if note.kind == "one-sided"]
    assert ("x", "undetermined", "undetermined") in sides
    with pytest.raises(MathError, match="undecided"):
        differentiate(program, {"x": 3, "y": 2}, wrt=["x"])


def test_undecided_numbers_that_are_shown_are_noted() -> None:
    record = differentiate("a = abs(exp(log(y)) - y); b = x*2; a*b", {"x": 1, "y": 3}, of="b")
    assert [record.labels[note.node] for note in record.notes if note.kind == "undecided"] == ["a"]


@pytest.mark.parametrize(("parts", "branch", "told"), [
    ("a = {3}", "a", "a is undecided"), ("a = {3}", "-a", "a and another node are undecided"),
    ("a = {3}; c = {5}", "a + c", "a and 2 other nodes are undecided"),
    ("c = {5}; a = {3}", "a + c", "c and 2 other nodes are undecided"),
    ("a = {3}; c = x/2", "a*c", "a and another node are undecided"),
])  # fmt: skip
def test_how_many_numbers_are_undecided_is_told(parts: str, branch: str, told: str) -> None:
    program = re.sub(r"\{(\d)\}", r"floor(exp(log(\1)))", parts)
    record = differentiate(f"{program}; b = x*2; where(x > 0, b, {branch})", {"x": 1})
    assert (record.value, record.gradient) == (2.0, {"x": 2.0})
    (note,) = record.notes
    assert note.message == f"{told}; the answer does not need that"
    assert (note.of, record.graph.labels[note.node]) == (told[0], told[0])
    settled = differentiate(f"{program}; where(x > 0, x, {branch})".replace("floor", ""), {"x": 1})
    assert settled.notes == []


def test_a_claim_about_what_is_undecided_is_not_marked() -> None:
    record = differentiate("a = floor(exp(log(y)))*x; b = x*2; a*b", {"x": 1, "y": 3}, of="b")
    claims = [Claim("a", "0"), Claim("a", "7"), Claim("a", "undefined"), Claim("b", "2")]
    statuses = [mark(AnswerKey(record), [claim], MarkingPolicy()).marks[0].status for claim in claims]
    assert statuses == ["ungraded", "ungraded", "ungraded", "correct"]


def test_fractions_are_not_needed_in_a_branch_not_taken() -> None:
    assert differentiate("where(x > 0, x**2, exp(x))", {"x": 3}, exact=True).gradient == {"x": 6}
    assert differentiate("where(x > 0, x**2, pi)", {"x": 3}, exact=True).value == 9
    with pytest.raises(GradcliError, match="exp has no exact result here"):
        differentiate("where(x < 0, x**2, exp(x))", {"x": 3}, exact=True)


# ---- questions in the order in which they can be answered


@pytest.mark.parametrize(("program", "point", "gradient"), [
    ("x**(y/3 + z/3)", {"x": 2, "y": 1, "z": 2}, {"x": 1.0, "y": 2 * math.log(2) / 3, "z": 2 * math.log(2) / 3}),
    ("x**(1/3 + 1/3 + 1/3)", {"x": 2}, {"x": 1.0}),
    ("x**(sin(y)**2 + cos(y)**2)", {"x": 2, "y": 1}, {"x": 1.0, "y": 0.0}),
    ("x**(sin(y) - sin(z))", {"x": 2, "y": 1, "z": 1}, {"x": 0.0, "y": math.log(2) * math.cos(1)}),
    ("(exp(x) - exp(x) + 0)**2", {"x": 2}, {"x": 0.0}),
    ("atan2(1, cos(pi/2)) + x", {"x": 2}, {"x": 1.0}),
    ("atan2(1, sin(a) - sin(b))", {"a": 1, "b": 1}, {"a": -math.cos(1), "b": math.cos(1)}),
    ("(tanh(a) - tanh(b))**2", {"a": 0.3, "b": 0.3}, {"a": 0.0, "b": 0.0}),
    ("hypot(x, exp(y) - exp(y))", {"x": -3, "y": 1}, {"x": -1.0, "y": 0.0}),
])  # fmt: skip
def test_questions_are_not_asked_needlessly(program: str, point: dict[str, float], gradient: dict[str, float]) -> None:
    found = differentiate(program, point).gradient
    for name, slope in gradient.items():
        assert math.isclose(found[name], slope, rel_tol=1e-12, abs_tol=1e-300), (name, found)


def test_one_answer_may_settle_a_question() -> None:
    def doubt() -> Any:
        raise Undecided

    assert not all_hold(doubt, lambda: False)
    assert any_holds(doubt, lambda: True)
    assert all_hold(lambda: True, lambda: True)
    assert not any_holds(lambda: False, lambda: False)
    for undecided in (lambda: all_hold(lambda: True, doubt), lambda: any_holds(doubt, lambda: False)):
        with pytest.raises(Undecided):
            undecided()


# ---- values of ties


@pytest.mark.parametrize("name", ["max", "min"])
def test_the_value_of_a_tie_needs_no_decision(name: str) -> None:
    assert OPERATIONS[name]
    assert differentiate(f"{name}(exp(log(x)), x)", {"x": 3}, wrt=()).value == 3.0
    assert differentiate(f"{name}(2*sin(x)*cos(x), sin(2*x))*1e9", {"x": 3}, wrt=()).value == -279415498.19892585


# ---- values computed as honestly as programs


def constant(draw: random.Random, depth: int) -> str:
    if depth == 0:
        return draw.choice(("1", "3", "0.1", "1e16", "pi", "e", "7", "2.5", "1e-3"))
    a, b = constant(draw, depth - 1), constant(draw, depth - 1)
    return draw.choice((f"({a} + {b})", f"({a} - {b})", f"{a}*{b}", f"{a}/(2 + ({b})**2)", f"sin({a})",
                        f"sqrt(abs({a}))", f"exp(-abs({a})/10)", f"-({a})", f"atan({a})", f"({a})/3"))  # fmt: skip


def test_a_value_is_rounded_once() -> None:
    """Against mpmath with 400 digits, of the binary64 numerals."""
    draw = random.Random(5)
    functions = {name: getattr(mpmath, name) for name in ("sin", "sqrt", "exp", "atan", "pi", "e")}
    with mpmath.workdps(400):
        for _ in range(400):
            text = constant(draw, draw.randint(1, 3))
            python = text.replace("1e16", "mpf(1e16)").replace("1e-3", "mpf(1e-3)").replace("0.1", "mpf(0.1)")
            for whole in ("3", "7", "1", "2", "10"):
                python = python.replace(f"({whole} ", f"(mpf({whole}) ")
            python = python.replace("/3", "/mpf(3)").replace("/10", "/mpf(10)")
            truth = eval(python, {**functions, "abs": abs, "mpf": mpmath.mpf})
            if 0 < abs(truth) < mpmath.mpf(10) ** -1000:  # what is 0 has noise of some 1e-400
                with pytest.raises(MathError, match="underflows"):
                    differentiate("x", {"x": text})
            else:
                assert differentiate("x", {"x": text}).value == (float(truth) if abs(truth) > 1e-90 else 0.0), text


@pytest.mark.parametrize(("text", "expected"), [
    ("(1e16+1)-1e16", 1.0), ("sin(pi)", 0.0), ("1/3", 1 / 3), ("pi/4", math.pi / 4), ("-2*pi", -2 * math.pi),
    ("pi/3", 1.0471975511965979), ("10**400/10**399", 10.0), ("sqrt((1e16+1)-1e16-1)", 0.0),
    ("0.1+0.2-0.3", 2.7755575615628914e-17),
])  # fmt: skip
def test_values_of_every_kind(text: str, expected: float) -> None:
    assert differentiate("x*1", {"x": text}).value == expected
    assert differentiate("y", {"y": 1}, upstream=text).gradient == {"y": expected}


@pytest.mark.parametrize(("text", "what"), [
    ("1e308*10", "overflows"), ("exp(1000)", "overflows"), ("1/0", "division by zero"), ("log(-1)", "has no value"),
    (UNDECIDED, "undecided"), (LIMITED, "polygamma"),
])  # fmt: skip
def test_values_that_are_none(text: str, what: str) -> None:
    with pytest.raises(GradcliError, match=what) as caught:
        differentiate("x*1", {"x": text})
    assert caught.value.source is not None
    assert caught.value.source.text == text


# ---- what a slope is called


@pytest.mark.parametrize(("program", "wrt", "told"), [
    ("abs(x)*3", None, ["df/dx"]), ("z = 2*x; abs(z)*3", None, ["df/dx", "df/dz"]),
    ("abs(2*x)*3", None, ["df/dx", "df/d(2*x)"]), ("L = abs(x - y)", ["x"], ["dL/dx", "dL/d(x - y)"]),
    ("L = abs(x - y)", ["y"], ["dL/dy", "dL/d(x - y)"]), ("z = x; abs(-z)", ["x"], ["df/dx", "df/d(-x)"]),
])  # fmt: skip
def test_slopes_beside_a_kink_are_of_names_or_of_what_is_written(program: str, wrt: Any, told: list[str]) -> None:
    used = {name: 0 for name in "xy" if name in program}
    notes = [note for note in differentiate(program, used, wrt=wrt).notes if note.kind == "one-sided"]
    assert [note.message.partition(" is ")[0] for note in notes] == told
    assert ["called" in note.detail for note in notes] == ["(" in one for one in told]
