"""Derivatives in the manner of schoolbooks are no items: each is told how it is written here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gradcli.commands import run

SECOND = "second derivatives are no items (gradcli diff --order 2 works them out)"
ONE, TWO = ("q = x**2; f = sin(q)", "x=1"), ("q = x*y; f = sin(q)", "x=1", "y=2")
ARRAYS = ("z = W@x; L = sum(z**2)", "W=[[1,2]]", "x=[1,2]")


def mark(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    run(["check", *words, "--json"])
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record["marks"][-1]


@pytest.mark.parametrize(("program", "item", "hint"), [
    (ONE, "f'", "did you mean df/dx?"), (ONE, "y'", "did you mean df/dx?"), (ONE, "f’(x)", "did you mean df/dx?"),
    (ONE, "q'", "did you mean dq/dx?"), (ONE, "x'", "did you mean df/dx?"), (TWO, "y'", "did you mean df/dy?"),
    (TWO, "f′", "did you mean df/dx or df/dy?"), (ONE, "f''", SECOND), (ONE, 'f"', SECOND), (ONE, "d²f/dx²", SECOND),
    (ONE, "d2y/dx2", SECOND), (ONE, "d^2f/(dx^2)", SECOND), (ONE, "∂²f/∂x²", SECOND),
    (ARRAYS, "L'", "did you mean dL/dW or dL/dx?"), (ARRAYS, "d²L/dW²", SECOND),
    (ONE, "local(q,f)", "q is computed from x, 2; did you mean local(f,q)?"),
    (ONE, "local(x,q)", "x is computed from nothing; did you mean local(q,x)?"),
    (ONE, "local(x,f)", "x is computed from nothing"), (ONE, "local(f,x)", "f is computed from q"),
    (ARRAYS, "local(z,L)", "z is computed from W, x"),
    (ARRAYS, "local(W,z)", "W is computed from nothing; did you mean local(z,W)?"),
    (ONE, "fx(1)", "items are written q, df/dq or local(q,x)"),
])  # fmt: skip
def test_what_is_hinted_for_what_is_no_item(
    program: tuple[str, ...], item: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = mark(capsys, *program, f"{item}=3")
    assert told["status"] == "invalid"
    assert told["why"].endswith(f"; {hint}")


@pytest.mark.parametrize("claims", [("df/dy=4",), ("df/dx=-4", "df/dy=4", "df/dz=-3"), ("df/dq=-4", "df/dy=4")])
def test_a_wrong_sign_is_no_other_operation_that_nothing_shows(
    claims: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", "q = x + y; f = q*z", "x=-2", "y=5", "z=-4", *claims, "--json"])
    (wrong,) = [m for m in json.loads(capsys.readouterr().out)["marks"] if m["item"] == "df/dy"]
    assert wrong["diagnoses"][0]["mistake"] == "sign"


def test_another_operation_is_told_where_its_value_shows(capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "q = x + y; f = q*z", "x=-2", "y=5", "z=-4", "q=-7", "df/dy=4", "df/dz=-7", "--json"])
    first = json.loads(capsys.readouterr().out)["marks"][0]
    assert first["diagnoses"][0]["mistake"] == "wrong-operation-both"
