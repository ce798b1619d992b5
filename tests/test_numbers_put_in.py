"""Formulas with numbers of the point put in earn what their number does, and a formula that only meets it does not."""

from __future__ import annotations

import json

import pytest

from gradcli.commands import run

NEURON = ("s = w*x + b; f = sigmoid(s)", "w=2", "x=-1", "b=0.5")  # f is 0.1824, df/ds 0.1491
QUOTIENT = ("f = x/y", "x=2", "y=3")
SQUARE = ("q = x + y; f = q^2*z", "x=1", "y=2.5", "z=4")  # df/dx is 2*q*z, 28


def judged(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    run(["check", *words, "--json"])
    mark = json.loads(capsys.readouterr().out)["marks"][-1]
    return mark["status"], mark["why"]


@pytest.mark.parametrize(("program", "claim", "said"), [
    (NEURON, "dw=x*0.149", "with df/ds = 0.149 put in"), (NEURON, "dw=0.149x", "with df/ds = 0.149 put in"),
    (NEURON, "dw=ds/dw*0.149", "with df/ds = 0.149 put in"), (NEURON, "dw=x*0,149", "with df/ds = 0.149 put in"),
    (NEURON, "dw=x*0.182*(1-0.182)", "with f = 0.182 put in"), (NEURON, "dw=x*f*(1-0.182)", "with f = 0.182 put in"),
    (NEURON, "dw=-df/ds", "with x = -1 as given"), (NEURON, "dw=-f*(1-f)", "with x = -1 as given"),
    (NEURON, "dx=2*df/ds", "with w = 2 as given"), (NEURON, "df/ds=0.182*(1-f)", "with f = 0.182 put in"),
    (QUOTIENT, "dy=-2/y^2", "with x = 2 as given"), (QUOTIENT, "dy=-x/9", "with y = 3 as given"),
    (SQUARE, "dx=7*z", "with x = 1, y = 2.5 as given"), (SQUARE, "dx=8*q", "with z = 4 as given"),
    (SQUARE, "dz=q*3.5", "with q = 3.5 put in"),
])  # fmt: skip
def test_what_was_put_in_is_said(
    program: tuple[str, ...], claim: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(capsys, *program, claim) == ("correct", said)


@pytest.mark.parametrize(("program", "claim"), [
    (("f = x^3*y", "x=2", "y=3"), "dx=6*x*y"),  # 3*x^2*y is as much at x = 2 alone
    (("f = x^2*w", "x=2", "w=3"), "dw=2*x"),  # the derivative of x^2, and x^2 at x = 2
    (("f = w*x", "w=3", "x=1"), "dw=x^2"),
    (("q = w*x - 3; f = q^2", "w=1", "x=2"), "dx=2*q"),  # a factor of 1 leaves no trace
    (NEURON, "dw=x*0.17"), (NEURON, "dw=x*0.2"), (NEURON, "dw=-0.149*f/0.182*x*x"),
])  # fmt: skip
def test_a_formula_that_meets_the_number_by_chance_is_wrong(
    program: tuple[str, ...], claim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(capsys, *program, claim)[0] == "wrong"


def test_nothing_is_told_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """0.149 is df/ds, which is no answer for df/ds; the number of another item is."""
    assert judged(capsys, *NEURON, "df/ds=0.1491*x/x")[0] == "wrong"
