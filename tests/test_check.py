"""gradcli check: which words are claims, the JSON against its schema, the status, the report at every width."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.commands import run
from gradcli.homework.claims.claims import Claim
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import MarkingPolicy, mark
from gradcli.record.calls import differentiate
from gradcli.record.gradient import evaluate
from gradcli.reports import Style, marks
from gradcli.reports.schema import SCHEMAS
from gradcli.text import cells

PROGRAM = "q = x + y; f = q*z"
POINT = ["x=-2", "y=5", "z=-4"]
CLAIMS = [
    Claim("q", "3"), Claim("dq", "3"), Claim("dx", "3"), Claim("dy", ""), Claim("p.grad", "1"),
    Claim("local(f,q)", "2x"),
    Claim("df/dz", "x + y*z*100"), Claim("f", "undefined"),
]  # fmt: skip


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    status = run(["check", *words, "--json"])
    captured = capsys.readouterr()
    return status, json.loads(captured.out or captured.err)


@pytest.mark.parametrize("reveal", ["none", "correct", "all"])
def test_the_json_follows_its_schema(reveal: str) -> None:
    record = differentiate(PROGRAM, {"x": -2, "y": 5, "z": -4})
    for claims in (CLAIMS, [], [Claim("q", "3")]):
        found = json.loads(
            marks.as_json(record, mark(AnswerKey(record), claims, MarkingPolicy(follow_through=0.5)), reveal)
        )
        jsonschema.validate(found, SCHEMAS["check"])
        assert [m["name"] for m in found["marks"]] == [c.name for c in claims]


def test_what_is_revealed() -> None:
    record = differentiate(PROGRAM, {"x": -2, "y": 5, "z": -4})
    marked = mark(AnswerKey(record), CLAIMS[:3], MarkingPolicy())
    expected = {
        reveal: [m["expected"] for m in json.loads(marks.as_json(record, marked, reveal))["marks"]]
        for reveal in ("none", "correct", "all")
    }
    assert expected == {"none": [None] * 3, "correct": [3.0, None, None], "all": [3.0, -4.0, -4.0]}
    for reveal in ("none", "correct"):
        assert "-4" not in marks.render(record, marked, reveal, Style())


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["q=3"], 0), (["q=4"], 1), (["dx="], 1), (["q=3", "df/dp=1"], 1), (["q=3", "p=1"], 2), ([], 2),
        (["--full"], 1),
        (["x"], 2), (["x=1", "q=3"], 2), (["q=3", "--sigfigs", "0"], 2), (["q=3", "--seed", "a"], 2),
        (["q=3", "--claims", "/nonexistent"], 5), (["q=0.3e1", "--rtol", "0", "--atol", "0"], 0),
    ],
)  # fmt: skip
def test_the_status(words: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    found, data = printed(capsys, PROGRAM, *POINT, *words)
    assert found == status
    assert data["schema"] == ("gradcli.check/1" if status < 2 else "gradcli.error/1")


def test_follow_through_with_full_credit_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, PROGRAM, *POINT, "q=4", "f=-16", "--follow-through", "1")[0] == 1
    status, data = printed(capsys, PROGRAM, "x=-2", "y=5", "z=-4", "q=3", "f=-12")
    assert (status, data["accepted"]) == (0, True)


@pytest.mark.parametrize(
    ("program", "words", "items"),
    [
        ("e = y - x; e*e", ["x=1", "y=3", "e=2"], ["e"]),
        ("e*x", ["x=1", "e=2", "de=1", "v1=2"], None),
        ("e*x", ["x=1", "e=2", "de=1", "f=2"], ["df/de", "f"]),
        ("x**2", ["x=3", "f=9", "dx=6"], ["f", "df/dx"]),
        ("dx = 2*x; dx + 1", ["x=3", "dx=6"], ["dx"]),
        ("dx*2", ["dx=3", "f=6", "ddx=2"], ["f", "df/ddx"]),
        ("sin*2", ["sin=3", "f=6"], ["f"]),
        ("v1*x + x", ["v1=3", "x=1", "u1=3"], ["u1"]),
        ("φ = θ*2; φ*φ", ["θ=1", "φ=2", "dθ=8", "∂φ=4"], ["φ", "df/dθ", "df/dφ"]),
    ],
)
def test_which_words_are_claims(
    program: str, words: list[str], items: list[str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    status, data = printed(capsys, program, *words)
    if items is None:
        assert status == 2
    else:
        assert status == 0
        assert [m["item"] for m in data["marks"]] == items  # type: ignore[attr-defined]


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 120, None])
def test_no_number_is_cut_and_no_line_too_long(width: int | None) -> None:
    record = differentiate(PROGRAM, {"x": -2, "y": 5, "z": -4})
    claims = [*CLAIMS, Claim("dz", "2.718281828459045235360287471352662497757247093699959574966967627")]
    marked = mark(AnswerKey(record), claims, MarkingPolicy())
    whole = marks.render(record, marked, "all", Style())
    found = marks.render(record, marked, "all", Style(width))
    assert sorted(NUMBER.findall(found)) == sorted(NUMBER.findall(whole))
    words = max(len(word) for word in whole.split())
    if width is not None:
        assert all(cells(line) <= max(width, words + 20) for line in found.splitlines())
    assert marks.render(record, marked, "all", Style(width, ascii=True)).isascii()


def test_in_ascii_a_claim_is_named_by_its_item(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    words = ["check", "--ascii", "q = x*y; f = q*q", "x=2", "y=3", "∂f/∂q=12", "∂q/∂x=3", "q=6", "∂p=1"]
    assert run(words) == 1
    names = [line.split()[1] for line in capsys.readouterr().out.splitlines()[:4]]
    assert names == ["df/dq", "dq/dx", "q", "dp"]  # the last one names nothing


@pytest.mark.parametrize(("program", "claim", "shown"), [
    ("q = x*y; f = q + x", "dx=dq*∂q/∂x + ∂f/∂x", "dq*dq/dx + local(f,x)"),  # x reaches f in two ways
    ("q = x*y; f = q*q", "dx=∂f/∂q·∂q/∂x", "df/dq*dq/dx"), ("q = x*x; f = q + y", "dx=∂q/∂y + ∂q/∂p", "dq/dy + dq/dp"),
    ("q = x*y; f = q*q", "dx=∂f/∂q*∂L/∂q + ∂q·q", "df/dq*dL/dq + dq*q"),
    ("f = x*y", "f=" + "∂f/∂x + " * 9 + "1", "df/dx + " * 7 + "d..."),
    ("q = [1, 2]*x; f = sum(q)*y", "f=sum(∂q/∂x) + ∂f/∂q@q", "sum(local(q,x)) + df/dq@q"),
])  # fmt: skip
def test_in_ascii_the_derivatives_of_a_claim_are_called_as_items(
    program: str, claim: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A d in place of ∂ would be the derivative along all paths."""
    monkeypatch.setenv("COLUMNS", "200")
    run(["check", "--ascii", program, "x=2", "y=3", claim])
    assert f"  {shown}  " in capsys.readouterr().out.replace("claimed ", "  ")
    run(["check", program, "x=2", "y=3", claim])
    assert claim.partition("=")[2][:50] in capsys.readouterr().out


def test_colour_adds_nothing_but_colour() -> None:
    record = differentiate(PROGRAM, {"x": -2, "y": 5, "z": -4})
    marked = mark(AnswerKey(record), CLAIMS, MarkingPolicy())
    colored = marks.render(record, marked, "none", Style(80, color=True))
    assert "\x1b[31m" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == marks.render(record, marked, "none", Style(80))


@given(st.lists(st.text("xyqfdz=()./,local123-+* \x1b[", max_size=12), max_size=5))
def test_no_words_crash(words: list[str]) -> None:
    assert run(["check", PROGRAM, *POINT, "q=3", *words]) in (0, 1, 2)


@pytest.mark.parametrize(
    "words",
    [
        ["s(u)=u*u; s(x)+s(y)", "x=1e300", "y=1e300", "dx=1"],  # an infinite value, and a derivative that has none
        ["x*x*y + x/z", "x=1e300", "y=1e3", "z=0.1", "dx=1", "dz=3"],
        ["round(y)", "y=-1e308", "f=2.5"],  # twice the number is infinite
        ["where(x>0, x, y)", "x=0", "y=3", "v1=3"],  # a condition that turns, whose slope is no number
        ["where(x>0, x, y)", "x=0", "y=3", "v1=0.5", "dx=3", "local(v1,x)=2"],
    ],
)
def test_numbers_that_are_missing_or_too_large_are_wrong_claims_and_no_crash(words: list[str]) -> None:
    assert run(["check", *words]) == 1


def test_what_takes_long_says_so_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def slow(*arguments: Any, **options: Any) -> Any:
        time.sleep(0.2)
        return evaluate(*arguments, **options)

    monkeypatch.setattr("gradcli.commands.progress.FIRST_SIGN_SECONDS", 0.02)
    monkeypatch.setattr("gradcli.homework.claims.outside.evaluate", slow)
    monkeypatch.setattr("sys.stderr", Terminal())
    assert run(["check", PROGRAM, *POINT, "q=3"]) == 0
    shown = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "gradcli: checking 1 claim, 0 s" in shown
    assert shown.endswith("\r")


def test_two_relative_tolerances_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", PROGRAM, *POINT, "q=3", "--sigfigs", "3", "--rtol", "0.1"]) == 2
    assert "not both" in capsys.readouterr().err


@pytest.mark.parametrize(
    "claim",
    ["1" * 100_000, "0." + "1" * 100_000, "1e" + "9" * 100_000, "-" + "0" * 100_000, "(" * 100_000, "1," * 50_000],
)
def test_a_claim_that_cannot_be_read_is_not_printed_in_full(claim: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", PROGRAM, *POINT, f"f={claim}"]) == 1
    out = capsys.readouterr().out
    assert "invalid" in out
    assert max(map(len, out.splitlines())) < 200


def test_a_long_number_that_can_be_read_is_printed_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    claim = "-12." + "0" * 300
    assert run(["check", PROGRAM, *POINT, f"f={claim}"]) == 0
    assert claim in capsys.readouterr().out


def test_without_a_claim_the_hint_is_one_about_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "a = u*v; L = a**2", "u=1", "v=2"]) == 2
    assert "add ITEM=CLAIM, such as dL/du=3, or --claims FILE" in capsys.readouterr().err


@pytest.mark.parametrize(("claim", "read_as"), [
    ("4 m", "4"), ("4,00", "4.00"), ("2x", "2*x"), ("4", None), ("2*x", None), ("nonsense?", None),
])  # fmt: skip
def test_what_was_read_in_place_of_a_claim(claim: str, read_as: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = printed(capsys, "f = x**2", "x=2", f"df/dx={claim}")
    (mark,) = found["marks"]  # type: ignore[misc]
    assert mark["read_as"] == read_as
    assert mark["claim"] == claim
    assert status == (0 if claim != "nonsense?" else 1)
