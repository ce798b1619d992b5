"""Local gradients where the slope of an operation is infinite: judged as upstream gradients are there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gradcli.commands import run

Capture = pytest.CaptureFixture[str]

ONE_SIDE, STEEP = (
    f"there is no derivative here, {why}" for why in ("there is no value on one side", "the slope is infinite")
)
FINITE = "this is infinite: a claim is finite, or undefined"
OTHER_SIGN = "the slope is infinite here, with the other sign"


def marks(capsys: Capture, program: str, at: dict[str, float], *claims: tuple[str, str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    run(["check", program, *(f"{x}={v}" for x, v in at.items()), *("=".join(claim) for claim in claims), "--json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["marks"]
    return found


@pytest.mark.parametrize(("program", "at", "claims"), [
    ("a = sqrt(x)", {"x": 0.0}, {"inf": ONE_SIDE, "\u221e": ONE_SIDE, "undefined": ONE_SIDE, "-inf": None, "0": None}),
    ("a = cbrt(x)", {"x": 0.0}, {"inf": STEEP, "undefined": STEEP, "-inf": None, "3": None}),
    ("a = asin(x)", {"x": 1.0}, {"inf": ONE_SIDE, "-inf": None}),
    ("a = acos(x)", {"x": 1.0}, {"-inf": ONE_SIDE, "inf": None, "undefined": ONE_SIDE}),
    ("a = x**0.5", {"x": 0.0}, {"inf": ONE_SIDE, "-inf": None}),
    ("a = sqrt(x)", {"x": 4.0}, {"0.25": "", "inf": None, "undefined": None}),
])  # fmt: skip
@pytest.mark.parametrize("item", ["local(a,x)", "dx"])
@pytest.mark.parametrize("more", ["", "; f = a*3"])
def test_a_local_gradient_is_judged_as_an_upstream_one(
    program: str, at: dict[str, float], claims: dict[str, str | None], item: str, more: str, capsys: Capture
) -> None:
    right = {claim: why for claim, why in claims.items() if not (more and item == "dx" and claim == "0.25")}
    for claim, why in right.items():
        (mark,) = marks(capsys, program + more, at, (item, claim))
        if why is None and "inf" in claim:
            is_infinite = at["x"] != 4.0
            assert (mark["status"], mark["why"]) == (("wrong", OTHER_SIGN) if is_infinite else ("invalid", FINITE))
        elif why is None:
            assert mark["status"] == "wrong"
        else:
            assert (mark["status"], mark["why"]) == ("correct", why)


def test_the_other_argument_of_a_power_and_what_has_no_value(capsys: Capture) -> None:
    found = marks(capsys, "a = x**y", {"x": 0.0, "y": 0.5}, ("local(a,x)", "inf"), ("local(a,y)", "0"))
    assert [mark["status"] for mark in found] == ["correct", "correct"]
    found = marks(capsys, "a = x/y; f = a", {"x": 1.0, "y": 0.0}, ("local(a,y)", "inf"), ("local(a,x)", "undefined"))
    assert [mark["status"] for mark in found] == ["invalid", "correct"]
