"""Claims whose name can be read in two ways: two names of one wire, and ∂ along an edge or along all paths."""

from __future__ import annotations

import pytest

from gradcli import differentiate
from gradcli.homework.claims.claims import Claim
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import MarkingPolicy, mark

WIRE = ("q = a*b; p = q; f = p*p", {"a": 2, "b": 3})  # f = 36, df/dq = 12
BOTH = ("q = x*x; f = q*x", {"x": 2})  # df/dx = 3*x**2 = 12, along the edge it is q = 4


def told(program: tuple[str, dict[str, int]], *claims: tuple[str, str]) -> list[str]:
    marked = mark(AnswerKey(differentiate(*program)), [Claim(*claim) for claim in claims], MarkingPolicy())
    return [f"{m.status}: {m.why}".rstrip(": ") for m in marked.marks]


@pytest.mark.parametrize(("claims", "expected"), [
    ([("q", "6"), ("p", "6")], ["correct", "correct"]),
    ([("q", "7"), ("p", "7")], ["wrong", "wrong"]),
    ([("q", "6"), ("p", "7")], ["correct", "wrong: it is the same as q"]),
    ([("q", "7"), ("p", "6")], ["wrong", "correct"]),
    ([("dq", "12"), ("dp", "13")], ["correct", "wrong: it is the same as dq"]),
    ([("p", "a*b"), ("q", "a*b")], ["correct", "correct"]),
    ([("q", "6"), ("q", "6")], ["correct", "invalid: q is claimed twice"]),
    ([("p", "6"), ("p", "7")], ["correct", "invalid: q is claimed twice"]),
    ([("q", "6"), ("p", "3*qq")], ["correct", "invalid: q cannot be told by itself"]),
    ([("q", " "), ("p", "6")], ["missing: not handed in", "correct"]),
])  # fmt: skip
def test_a_wire_with_two_names_is_claimed_by_both(claims: list[tuple[str, str]], expected: list[str]) -> None:
    assert told(WIRE, *claims) == expected


@pytest.mark.parametrize(("claims", "expected"), [
    ([("∂f/∂x", "12")], ["correct: as df/dx, along all paths"]),
    ([("∂f/∂x", "4")], ["correct: as the local gradient local(f,x)"]),
    ([("∂f/∂x", "5")], ["wrong"]),
    ([("∂f/∂x", "4"), ("df/dx", "12")], ["correct: as the local gradient local(f,x)", "correct"]),
    ([("∂f/∂x", "12"), ("df/dx", "12")], ["correct: as df/dx, along all paths", "correct"]),
    ([("df/dx", "12"), ("∂f/∂x", "12")], ["correct", "correct: as df/dx, along all paths"]),
    ([("∂f/∂x", "4"), ("local(f,x)", "4")], ["correct: as the local gradient local(f,x)",
                                              "correct"]),
    ([("∂f/∂x", "12"), ("∂f/∂x", "4")], ["correct: as df/dx, along all paths",
                                         "correct: as the local gradient local(f,x)"]),
    ([("∂f/∂x", "12"), ("∂f/∂x", "4"), ("∂f/∂x", "5")],
     ["correct: as df/dx, along all paths", "correct: as the local gradient local(f,x)",
      "invalid: local(f,x) is claimed twice"]),
])  # fmt: skip
def test_both_senses_of_a_partial_derivative_are_right(claims: list[tuple[str, str]], expected: list[str]) -> None:
    assert told(BOTH, *claims) == expected


def test_what_binary64_cannot_hold_is_not_graded() -> None:
    found = told(("exp(x)**y", {"x": 500, "y": 2}), ("f", "1"), ("dx", "2"))
    assert found == ["ungraded: the correct value is beyond the largest binary64"] * 2


def test_a_claim_that_was_found_unreadable_is_told_its_fault() -> None:
    key = AnswerKey(differentiate(*WIRE))
    marked = mark(key, [Claim("q", "6", fault="the row has a cell too many")], MarkingPolicy())
    assert [(m.status, m.why) for m in marked.marks] == [("invalid", "the row has a cell too many")]
