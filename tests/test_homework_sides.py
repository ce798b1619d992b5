"""Where there is no derivative: the policy over all pairs of sides, and checks at points without a value or a slope."""

from __future__ import annotations

import json

import pytest

from gradcli.commands import run
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.sides import NO_MARK, OPEN, RIGHT, Side, SidesOfItem, judged
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import MarkingPolicy, mark
from gradcli.record.calls import differentiate

CASES: list[tuple[Side, Side, float | None, float | None, str]] = [
    (-1.0, 1.0, 0.0, None, RIGHT),
    (-1.0, 1.0, 0.0, 0.0, RIGHT),
    (-1.0, 1.0, 0.0, -1.0, RIGHT),
    (1.0, -1.0, 0.0, 0.7, RIGHT),
    (-1.0, 1.0, 0.0, 1.01, RIGHT),
    (-1.0, 1.0, 0.0, 1.02, OPEN),
    (0.0, 1.0, 7.0, 7.0, RIGHT),  # the convention, wherever it lies
    ("jump", 0.0, 0.0, None, RIGHT),
    ("jump", 2.0, 0.0, 0.0, RIGHT),
    ("jump", 2.0, 0.0, 1.0, OPEN),
    ("jump", "jump", None, 3.0, OPEN),
    ("inf", "-inf", None, None, RIGHT),
    ("inf", "inf", None, None, RIGHT),
    ("inf", "inf", None, 5.0, OPEN),
    ("outside", "inf", None, None, RIGHT),
    ("outside", 0.0, 0.0, None, RIGHT),
    (None, None, 0.0, None, RIGHT),
    (None, 0.0, 0.0, 0.0, RIGHT),
    ("undetermined", "undetermined", 1.0, 1.0, NO_MARK),
    ("undetermined", 2.0, None, None, NO_MARK),
    (2.0, "undetermined", 2.0, 2.0, NO_MARK),
]


@pytest.mark.parametrize(("left", "right", "convention", "claim", "found"), CASES)
def test_the_policy(left: Side, right: Side, convention: float | None, claim: float | None, found: str) -> None:
    def near(t: float) -> bool:
        return claim is not None and abs(claim - t) <= 0.01 * abs(t) + 1e-8

    assert judged(SidesOfItem(left, right), claim, convention, near)[0] == found
    assert judged(SidesOfItem(right, left), claim, convention, near)[0] == found


def test_the_convention_is_told_from_the_rest() -> None:
    def near(t: float) -> bool:
        return t == 0.0

    assert "usual choice" in judged(SidesOfItem(-1.0, 1.0), 0.0, 0.0, near)[1]
    assert "what gradcli uses" in judged(SidesOfItem("jump", 0.0), 0.0, 0.0, near)[1]
    assert "jumps" in judged(SidesOfItem("jump", 0.0), None, 0.0, near)[1]
    assert "infinite" in judged(SidesOfItem("inf", "inf"), None, None, near)[1]
    assert "one side" in judged(SidesOfItem("outside", 1.0), None, None, near)[1]


@pytest.mark.parametrize(
    ("words", "statuses"),
    [
        (["1/x", "x=0", "f=undefined", "dx=undefined", "local(f,x)=dne"], ["correct"] * 3),
        (["1/x", "x=0", "f=0", "dx=1e9"], ["wrong", "wrong"]),
        (["log(x)", "x=-1", "f=0", "dx=1/x", "dx=2/x"], ["wrong", "correct", "invalid"]),
        (["log(x)", "x=-1", "dx=2/x"], ["wrong"]),
        (["sqrt(x)", "x=0", "f=0", "dx=undefined"], ["correct", "correct"]),
        (["sqrt(x)", "x=0", "f=undefined", "dx=0"], ["wrong", "wrong"]),
        (["cbrt(x)", "x=0", "dx=undefined"], ["correct"]),
        (["x^0.5*y", "x=0", "y=2", "dx=undefined", "dy=0"], ["correct", "correct"]),
        (["floor(x)", "x=2", "dx=undefined"], ["correct"]),
        (["floor(x)", "x=2", "dx=0", "local(f,x)=undefined"], ["correct", "correct"]),
        (["where(x != 0, sin(x)/x, 2)", "x=0", "f=2", "dx=undefined"], ["correct", "correct"]),
        (["where(x > 0, 1, 0)", "x=0", "f=0", "dx=undefined"], ["correct", "correct"]),
        (["q=x-1; u=log(q); f=u*y", "x=1", "y=3", "q=0", "u=undefined", "local(q,x)=1", "dq=undefined", "f=u*y"],
         ["correct"] * 5),
        (["(-8)^x", "x=0.5", "f=undefined", "f=0"], ["correct", "invalid"]),
    ],
)  # fmt: skip
def test_what_is_undefined(words: list[str], statuses: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status = run(["check", *words, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [m["status"] for m in found["marks"]] == statuses
    assert status == int(set(statuses) != {"correct"})


@pytest.mark.parametrize("reveal", ["none", "all"])
def test_the_report_of_a_point_without_a_value(reveal: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "1/x", "x=0", "f=3", "dx=undefined", "--reveal", reveal, "--full"]) == 1
    assert "no value" in capsys.readouterr().out


def test_a_binding_without_a_value_stays_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "x*2", "x=log(-1)", "f=undefined"]) == 3
    assert "x" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("left", "right", "claims", "statuses"),
    [
        ("jump", 0.0, ["undefined", "0", "3"], ["correct", "correct", "wrong"]),
        ("inf", "-inf", ["undefined", "3"], ["correct", "wrong"]),
        ("outside", 2.0, ["undefined", "2"], ["correct", "wrong"]),
        ("undetermined", 1.0, ["undefined", "0", "7"], ["ungraded"] * 3),
        (-1.0, 1.0, ["undefined", "0.25", "0", "1.2"], ["correct", "correct", "correct", "wrong"]),
    ],
)
def test_the_sides_of_a_note_decide(left: Side, right: Side, claims: list[str], statuses: list[str]) -> None:
    record = differentiate("abs(x)", {"x": 0})
    record.notes = [n._replace(left=left, right=right) if n.kind == "one-sided" else n for n in record.notes]
    key = AnswerKey(record)
    found = [mark(key, [Claim("dx", claim)], MarkingPolicy()).marks[0].status for claim in claims]
    assert found == statuses
