"""Answers that are right for the decimals of a sheet, where the nearest binary64 lies on the other side of a step."""

from __future__ import annotations

import json

import pytest

from gradcli.commands import run

WHY = "for the decimals as they are written"
# On paper x/0.1 is 3, w*x + b and x - y - z are 0; the nearest binary64 are slightly below 3, above 0 and below 0.
STEP = ("floor(x/0.1)", "x=0.3")
RELU = ("relu(w*x+b)", "w=.1", "x=3", "b=-.3")
ABS = ("abs(x-y-z)", "x=.3", "y=.1", "z=.2")


@pytest.mark.parametrize(("program", "claim", "status", "why"), [
    (STEP, "f=3", "correct", WHY), (STEP, "f=2", "correct", ""), (STEP, "f=4", "wrong", ""),
    (RELU, "dw=0", "correct", WHY), (RELU, "dw=3", "correct", ""), (RELU, "db=0", "correct", WHY),
    (RELU, "dw=4", "wrong", ""), (ABS, "dx=0", "correct", WHY), (ABS, "dx=-1", "correct", ""),
    (ABS, "dx=2", "wrong", ""), (("floor(x/0.1)", "x=0.35"), "f=4", "wrong", ""),
    (("where(x/0.1 >= 3, y^400, 0)", "x=0.3", "y=10"), "f=5", "wrong", ""),  # on paper 1e400
    (("x-y-z", "x=.3", "y=.1", "z=.2"), "f=0", "correct", ""), (("exp(x)", "x=1"), "f=2.8", "wrong", ""),
])  # fmt: skip
def test_what_is_right_on_paper_is_right(
    program: tuple[str, ...], claim: str, status: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", *program, claim, "--json"])
    (mark,) = json.loads(capsys.readouterr().out)["marks"]
    assert (mark["status"], mark["why"]) == (status, why)
