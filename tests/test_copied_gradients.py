"""A wrong dL/db stands for the gradient of w*x + b, which is not claimed: right steps from it are right steps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.homework.marking.copied_gradients import stand_ins

NEURON = ("h = tanh(w*x + b); L = (h - t)^2", "w=1", "x=2", "b=0.5", "t=0.2")  # dL/db is 0.0418, dL/dw 0.0836
SUMS = ("h = tanh(b + w*x + u*y); L = (h - t)^2", "w=1", "x=2", "b=0.5", "t=0.2", "u=3", "y=-1")
LAYER = ("h = sigmoid(W@x + b); L = sum((h - t)**2)", "W=[[1,-1],[0.5,2]]", "x=[1,2]", "b=[0.5,-1]", "t=[0,1]")


def marks(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    run(["check", *words, "--json", "--follow-through", "0.5"])
    return list(json.loads(capsys.readouterr().out)["marks"])


@pytest.mark.parametrize(("program", "claims", "expected"), [
    (NEURON, ("db=0.3", "dw=0.6", "dx=0.3"), "wrong follow_through follow_through"),
    (NEURON, ("dh=1.57", "db=0.3", "dw=0.6"), "correct wrong follow_through"),
    (NEURON, ("db=0.3", "dw=0.5", "dx=0.6"), "wrong wrong wrong"),
    (NEURON, ("db=0.3", "dt=0.3"), "wrong wrong"),  # which does not come from it
    (SUMS, ("db=0.3", "dw=0.6", "du=-0.3", "dy=0.9"), "wrong follow_through follow_through follow_through"),
    (LAYER, ("db=[0.3,0.02]", "dW=[[0.3,0.6],[0.02,0.04]]"), "wrong follow_through"),
    (LAYER, ("db=[0.3,0.02]", "dx=[0.31,-0.26]"), "wrong follow_through"),
    (LAYER, ("db=[0.3,0.02]", "dW=[[0.3,0.6],[0.02,0.05]]"), "wrong wrong"),
    (LAYER, ("db=[0.3,0.02]", "dt=[-0.3,-0.02]"), "wrong wrong"),
])  # fmt: skip
def test_what_follows_from_it(
    program: tuple[str, ...], claims: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = marks(capsys, *program, *claims)
    assert [m["status"] for m in found] == expected.split()
    assert all(m["why"] == "a right step from your dL/db" for m in found if m["status"] == "follow_through")


def test_the_gradient_of_the_sum_comes_first_where_it_is_claimed(capsys: pytest.CaptureFixture[str]) -> None:
    """With s for the sum, dL/ds is 0.5 on this sheet: dL/dw is to be made of that, and not of another dL/db."""
    program = ("s = w*x + b; h = tanh(s); L = (h - t)^2", *NEURON[1:])
    found = marks(capsys, *program, "ds=0.5", "db=0.3", "dw=0.6")
    assert [m["status"] for m in found] == ["wrong", "wrong", "wrong"]
    found = marks(capsys, *program, "ds=0.5", "db=0.5", "dw=1")
    assert [m["status"] for m in found] == ["wrong", "follow_through", "follow_through"]


def test_a_product_hands_on_nothing_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Where x is 1, dL/dw has the number of the gradient of w*x: no reason to make other steps from it."""
    found = marks(capsys, "h = tanh(w*x); L = h^2", "w=0.5", "x=1", "dw=0.3", "dx=0.15")
    assert [m["status"] for m in found] == ["wrong", "wrong"]


def test_a_bias_of_many_rows_is_no_copy(capsys: pytest.CaptureFixture[str]) -> None:
    """Its gradient is a sum over the rows, from which nobody has that of each."""
    words = ("Z = X@w + b; L = sum(Z**2)", "X=[[1,2],[3,4]]", "w=[1,1]", "b=1", "db=8", "dw=[8,12]")
    assert [m["status"] for m in marks(capsys, *words)] == ["wrong", "wrong"]


def test_sums_are_climbed_until_one_is_claimed_or_goes_into_several() -> None:
    """0 and 1 go into the plus 2, that and 3 into 4, which goes into 5 twice."""
    users = {0: [(2, 0)], 1: [(2, 1)], 2: [(4, 0)], 3: [(4, 1)], 4: [(5, 0), (5, 1)]}

    def found(wrong: dict[int, str], claimed: set[int]) -> list[tuple[int, dict[int, str]]]:
        return list(stand_ins(wrong, claimed, lambda i: users.get(i, []), lambda i, k: i in (2, 4)))

    assert found({0: "own"}, {0}) == [(0, {2: "own", 4: "own"})]
    assert found({0: "own"}, {0, 4}) == [(0, {2: "own"})]
    assert found({0: "own", 3: "other"}, {0, 2, 3}) == [(3, {4: "other"})]
    assert found({4: "own"}, {4}) == []
