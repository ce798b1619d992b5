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


LINE = ("e = w*x + b - y; L = e^2", "w=2", "x=1.5", "b=1", "y=5", "--step", "0.1")  # e is -1, dL/dw -3, new(w) 2.3


@pytest.mark.parametrize(("claim", "said"), [
    ("new(w)=w-0.1*(-3)", "with dL/dw put in"), ("new(w)=w+0.3", "with dL/dw put in"),
    ("new(w)=w-0.1*2*(-1)*1.5", "with dL/dw put in"), ("new(b)=1-0.1*db", "with b = 1 as given"),
    ("new(w)=2-0.1*dL/dw", "with w = 2 as given"), ("new(w)=2-0.1*2*e*x", "with w = 2 as given"),
    ("new(w)=w-0.1*2*e*1.5", "with x = 1.5 as given"),
    ("new(w)=2-0.2*(w*x+b-y)*1.5", "with w = 2 as given, x = 1.5 put in"),
])  # fmt: skip
def test_a_new_value_may_have_numbers_put_in(claim: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(capsys, *LINE, claim) == ("correct", said)


@pytest.mark.parametrize("claim", [
    "new(w)=w-0.3", "new(w)=w+0.31", "new(w)=w*1.15", "new(w)=2*x-0.7", "new(w)=y-2.7", "new(w)=x+0.8",
    "new(w)=w+0.3*b", "new(w)=w^3-5.7", "new(w)=w-0.1*3", "new(w)=2+0.1*dL/dw",
])  # fmt: skip
def test_a_new_value_that_is_met_by_chance_or_missed_is_wrong(claim: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(capsys, *LINE, claim)[0] == "wrong"


# z is [1, 3, 2], dL/dz softmax(z) - [0, 0, 1], and all follows by hand: dL/dx is W.T@dL/dz, dL/dW the outer product.
SCORES = ("z = W@x + b; L = cross_entropy(z, 2)", "W=[[1,-1],[0,2],[1,1]]", "x=[2,1]", "b=[0,1,-1]", "--step", "0.1")


@pytest.mark.parametrize(("claim", "said"), [
    ("dx=W.T@[0.09,0.665,-0.755]", "with dL/dz put in"), ("dx=[0.09,0.665,-0.755]@W", "with dL/dz put in"),
    ("dW=outer([0.09,0.665,-0.755],x)", "with dL/dz put in"), ("dW=outer(dz,[2,1])", "with x put in"),
    ("dx=[[1,-1],[0,2],[1,1]].T@dz", "with W put in"), ("new(b)=b-0.1*[0.09,0.665,-0.755]", "with dL/dz put in"),
    ("new(b)=b+[-0.009,-0.0665,0.0755]", "with dL/db put in"), ("new(b)=[0,1,-1]-0.1*dz", "with b put in"),
    ("new(b)=b-[0.009,0.0665,-0.0755]", "with dL/db put in"), ("new(W)=W-0.1*outer(dz,[2,1])", "with x put in"),
])  # fmt: skip
def test_arrays_may_be_put_in(claim: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(capsys, *SCORES, claim) == ("correct", said)


@pytest.mark.parametrize("claim", [
    "dx=W.T@[0.09,0.665,-0.65]", "dx=W.T@[0.665,0.09,-0.755]", "dW=outer([0.09,0.665,-0.755],[1,2])",
    "new(b)=b-[-0.009,-0.0665,0.0755]", "new(b)=b-0.1*[0.09,0.665,0.755]",
    "dW=[[0.18,0.09],[1.33,0.665],[-1.51,-0.755]]*b[1]",  # meets it where b[1] is 1
])  # fmt: skip
def test_other_arrays_are_wrong(claim: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(capsys, *SCORES, claim)[0] == "wrong"


def test_a_number_beside_arrays_may_be_put_in(capsys: pytest.CaptureFixture[str]) -> None:
    """L = k*sum(x^2) with k = 0.7: dL/dx is 2*k*x."""
    words = ("L = k*sum(x^2)", "x=[1.5,-2]", "k=0.7")
    assert judged(capsys, *words, "dx=2*0.7*x") == ("correct", "with k put in")
    assert judged(capsys, *words, "dx=1.4*x*x/x^2*x")[0] == "wrong"


def test_a_slope_of_the_given_numbers_may_be_in_a_new_value(capsys: pytest.CaptureFixture[str]) -> None:
    """f = a^2*b^2/4, so that df/da is a*b^2/2 and a step of 0.1 leads from a to 0.8*a where b is 2."""
    words = ("y = a*b; f = y^2/4", "a=3", "b=2", "--step", "0.1")
    assert judged(capsys, *words, "new(a)=2.4*a/3") == ("correct", "with b = 2 as given")
    assert judged(capsys, *words, "new(a)=7.2/a")[0] == "wrong"


def test_a_coefficient_is_no_number_put_in_for_a_name_that_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    """dL/dx is k^2*x: 2*k*x has its numbers where k is 2 alone, as with numbers."""
    assert judged(capsys, "L = k^2*sum(x^2)/2", "k=2", "x=[1.5,3]", "dx=2*k*x")[0] == "wrong"
    assert judged(capsys, "f = k^2*x^2/2", "k=2", "x=1.5", "dx=2*k*x")[0] == "wrong"
    assert judged(capsys, "L = k^2*sum(x^2)/2", "k=2", "x=[1.5,3]", "dx=2*2*x") == ("correct", "with k put in")


def test_a_large_input_is_moved_so_that_a_step_is_told_from_a_product(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("f = w*x", "w=1e20", "x=1e20", "--step", "0.1")
    assert judged(capsys, *words, "new(w)=w^2/1e20-1e19")[0] == "wrong"
    assert judged(capsys, *words, "new(w)=w-1e19") == ("correct", "with df/dw put in")
