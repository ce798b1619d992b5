"""Formulas without a point: they are compared all the same; a number is not, unless it is the same everywhere."""

from __future__ import annotations

import json

import pytest

from gradcli.commands import run


@pytest.mark.parametrize(
    ("words", "statuses"),
    [
        (["f=x^2", "df/dx=2*x"], ["correct"]),
        (["f=x^2", "df/dx=3*x"], ["wrong"]),
        (["x**2*y", "dx=2*x*y", "dy=x^2", "dx="], ["correct", "correct", "missing"]),
        (["x**2*y", "x=2", "dx=2*x*y", "dy=2*x"], ["correct", "wrong"]),
        (["q=x+y; f=q*z", "dq=z", "dx=dq*1", "local(q,x)=1", "dq/dy=2", "dz=q"],
         ["correct", "correct", "correct", "wrong", "correct"]),
        (["log(x-5)", "dx=1/(x-5)"], ["correct"]),
        (["sqrt(-x)", "dx=-1/(2*f)"], ["correct"]),
        (["asin(x)*acosh(y)", "dx=f/asin(x)/sqrt(1-x^2)"], ["correct"]),
        (["relu(x)", "dx=where(x>0,1,0)", "dx=1"], ["correct", "invalid"]),
        (["relu(x)", "dx=x"], ["wrong"]),
        (["f=x^2", "df/dx=2x"], ["correct"]),
        (["y=1e-9*x", "dy/dx=0"], ["wrong"]),
        (["y=1e-9*x", "dy/dx=1e-9"], ["correct"]),
    ],
)  # fmt: skip
def test_formulas_are_compared(words: list[str], statuses: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", *words, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [m["status"] for m in found["marks"]] == statuses
    assert found["point"] == {}
    assert {m["value"] for m in found["marks"]} == {m["expected"] for m in found["marks"]} == {None}


@pytest.mark.parametrize("claim", ["df/dx=6", "df/dx=undefined", "f=9", "f=3^2"])
def test_a_number_needs_a_point(claim: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "f=x^2", claim]) == 2
    shown = capsys.readouterr()
    assert not shown.out
    assert "without a point a claim for" in shown.err
    assert "hint: write x=..." in shown.err


def test_a_program_without_a_value_anywhere_stays_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "log(-x^2)", "dx=2/x"]) == 2
    assert "x has no value" in capsys.readouterr().err
