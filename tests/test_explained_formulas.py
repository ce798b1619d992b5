"""A mistake explains a wrong formula only if it gives that formula everywhere, not at the point of the sheet alone."""

from __future__ import annotations

import json

import pytest

from gradcli.commands import run

SQUARE = ("x**2*y", "x=2", "y=2")
BELL = ("exp(-x**2/2)", "x=2")
CHAIN = ("q = x/y; r = q**3; f = log(r) + x", "x=4", "y=2")  # df/dy is -3/y


@pytest.mark.parametrize(("words", "mistakes"), [
    ((*SQUARE, "dx=2*y"), []),  # x*y and 2*x are as much at x = y = 2, 2*y is neither
    ((*SQUARE, "dx=x*y"), ["the exponent not brought down"]),
    ((*SQUARE, "dx=2*x"), ["the upstream gradient of x**2 left out"]),
    # a number may be either
    ((*SQUARE, "dx=4"), ["the exponent not brought down", "the upstream gradient of x**2 left out"]),
    ((*SQUARE, "dy=x"), ["the power left out"]),
    ((*BELL, "dx=-e^(-x^2/2)"), []), ((*BELL, "dx=x*e^(-x^2/2)"), ["a lost minus sign"]),
    ((*CHAIN, "dy=3/y"), ["the minus sign of the quotient rule lost"]),
    (("sin(x^2)", "x=2", "dx=cos(x^2)"), ["the local gradient of x**2 left out"]),
    (("sin(x^2)", "x=2", "dx=x^2"), []), (("x**3", "x=1", "dx=x^2"), ["the exponent not brought down"]),
])  # fmt: skip
def test_what_explains_a_formula(
    words: tuple[str, ...], mistakes: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", *words, "--json"])
    mark = json.loads(capsys.readouterr().out)["marks"][0]
    assert mark["status"] == "wrong"
    told = [d["message"].removeprefix("could be ").removeprefix("consistent with ") for d in mark["diagnoses"]]
    assert [text.partition(" at ")[0] for text in told] == mistakes
