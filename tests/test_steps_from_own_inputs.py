"""New values that follow from a wrong or rounded old value, or from a gradient that is none."""

from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.judging import MarkingPolicy
from gradcli.homework.marking.marks import mark
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of


@pytest.mark.parametrize(("program", "claims", "last", "credit"), [
    # df/dx is 3, so that half of it leads from 2.5 to 1, and from 2.6 to 1.1.
    ("f = x*y", {"x": "2.6", "new(x)": "1.1"}, "follow_through: a right step from your x", 0.5),
    ("f = x*y", {"x": "2.6", "new(x)": "1.0"}, "correct: ", 1.0),
    ("f = x*y", {"x": "2.6", "new(x)": "1.3"}, "wrong: ", 0.0),
    ("f = x*y", {"x": "1", "new(x)": "-0.5"},
     "follow_through: a right step from your x, but a wrong 0 or 1 carries no credit", 0.0),
    ("f = x*y", {"df/dx": "4", "new(x)": "0.5"}, "follow_through: a right step from your df/dx", 0.5),
    ("f = x*y", {"df/dx": "0", "new(x)": "2.5"},
     "follow_through: a right step from your df/dx, but a wrong 0 or 1 carries no credit", 0.0),
    ("f = x*y", {"x": "2.6", "df/dx": "4", "new(x)": "0.6"}, "follow_through: a right step from your df/dx", 0.5),
    # No step leads from an input of which the output has nothing.
    ("q = 2*x; f = 3*y", {"new(x)": "2.5"}, "correct: ", 1.0),
    ("q = 2*x; f = 3*y", {"q": "6", "new(x)": "2.6"}, "wrong: ", 0.0),
    ("q = 2*x; f = 3*y", {"x": "2.6", "new(x)": "2.6"}, "wrong: ", 0.0),
])  # fmt: skip
def test_a_step_from_the_own_old_value(program: str, claims: dict[str, str], last: str, credit: float) -> None:
    step = update_of("gd", "0.5", ascent=False, option="step")
    given = {name: Source(name, text) for name, text in (("x", "2.5"), ("y", "3"))}
    key = AnswerKey(evaluate(Source("program", program), given, Request(step=step)))
    found = mark(key, [Claim(*one) for one in claims.items()], MarkingPolicy(follow_through=0.5)).marks[-1]
    assert (f"{found.status}: {found.why}", found.credit) == (last, credit)


@pytest.mark.parametrize(("old", "new", "status"), [
    # From 100.4 the step of 0.015 leads to 100.385; from a rounded 100.0 to 99.985, give or take 0.05.
    ("100.4", "100.02", "wrong"), ("100.0", "99.985", "correct"), ("100.0", "100.02", "correct"),
    ("100.0", "100.06", "wrong"), ("100.00", "100.02", "wrong"),
])  # fmt: skip
def test_a_rounded_old_value_is_known_to_its_last_place(old: str, new: str, status: str) -> None:
    step = update_of("gd", "0.5", ascent=False, option="step")
    given = {name: Source(name, text) for name, text in (("x", "100.4"), ("y", "0.03"))}
    key = AnswerKey(evaluate(Source("program", "f = x*y"), given, Request(step=step)))
    found = mark(key, [Claim("x", old), Claim("new(x)", new)], MarkingPolicy()).marks
    assert [m.status for m in found] == ["correct", status]


def test_a_step_from_a_wrong_old_value_where_kinks_cancel() -> None:
    """relu(x) - relu(-x) has the slope 1 on both sides of 0: no step leads to that, but one from there."""
    step = update_of("gd", "0.5", ascent=False, option="step")
    key = AnswerKey(evaluate(Source("program", "f = relu(x) - relu(-x)"), {"x": Source("x", "0")}, Request(step=step)))
    for new, status in (("-0.4", "follow_through"), ("-0.3", "wrong"), ("-0.5", "correct")):
        found = mark(key, [Claim("x", "0.1"), Claim("new(x)", new)], MarkingPolicy(follow_through=0.5)).marks
        assert [m.status for m in found] == ["wrong", status]
