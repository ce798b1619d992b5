"""Where a descent stops, and what is said of a value that went the wrong way; numbers worked by hand."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.error_arithmetic import Bound
from gradcli.numbers.special_functions import pow as power
from gradcli.numbers.systems import Undecided
from gradcli.record.descent import DescentLine, Length


def found(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run(["descend", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


# With the rate 1/4 every step halves x, and the gradient 2x: 2, 1, 1/2, 1/4.
@pytest.mark.parametrize(
    ("until", "steps"), [("2", 0), ("1.99", 1), ("1", 1), ("0.99", 2), ("0.5", 2), ("0.25", 3), ("0.24", 4)]
)
def test_a_descent_ends_where_the_norm_is_at_most_that(
    until: str, steps: int, capsys: pytest.CaptureFixture[str]
) -> None:
    record = found(capsys, "x**2", "x=1", "--rate", "0.25", "--until", until, "--steps", "9")
    assert [step["parameters"]["x"] for step in record["steps"]] == [0.5**k for k in range(steps + 1)]
    plural = "" if steps == 1 else "s"
    assert record["ended"] == f"the norm of the gradient is at most {until} after {steps} step{plural}"


@pytest.mark.parametrize("many", [0, 1, 4])
def test_all_steps_are_taken_where_nothing_ends_them(many: int, capsys: pytest.CaptureFixture[str]) -> None:
    record = found(capsys, "x**2", "x=1", "--rate", "0.25", "--steps", str(many))
    assert [step["parameters"]["x"] for step in record["steps"]] == [0.5**k for k in range(many + 1)]
    assert Length(many).until is None


# x^2 falls where |1 - 2*rate| < 1, and -x^2 uphill is the same.
@pytest.mark.parametrize(
    ("words", "notes"),
    [
        (["x**2", "x=1", "--rate", "1.5", "--steps", "1"], ["f grows at step 1, from 1 to 4; try a smaller rate"]),
        (["-x**2", "x=1", "--rate", "1.5", "--steps", "1", "--ascent"],
         ["f falls at step 1, from -1 to -4; try a smaller rate"]),
        (["-x**2", "x=1", "--rate", "1.5", "--steps", "3", "--ascent"],
         ["f falls at step 1, from -1 to -4, and at 2 more; try a smaller rate"]),
        (["x**2", "x=1", "--rate", "0.9", "--steps", "3"], []),
        (["-x**2", "x=1", "--rate", "0.9", "--steps", "3", "--ascent"], []),
        # Momentum overshoots from 0.5 to -0.5: 0.25 again, and so on; it ends below where it began.
        (["x**2", "x=1", "--rate", "0.25", "--rule", "momentum:mu=0.5", "--steps", "40"], None),
    ],
)  # fmt: skip
def test_a_value_that_goes_the_wrong_way(
    words: list[str], notes: list[str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    said = found(capsys, *words)["notes"]
    if notes is None:
        assert said
        assert not any("smaller rate" in text for text in said)
    else:
        assert said == notes


@pytest.mark.parametrize("rule", ["rmsprop", "adagrad", "adam"])
def test_eps_stands_beside_the_root(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With a gradient as small as eps, g/(sqrt(g^2) + g) = 1/2 of the usual first step."""
    eps = 2e-6
    # f = x^2 at x = eps/2 has the gradient eps.
    words = ["x**2", f"x={eps / 2}", "--rule", f"{rule}:eps={eps}", "--rate", "0.001", "--steps", "1"]
    last = found(capsys, *words)["steps"][-1]["parameters"]["x"]
    size = {"adagrad": eps, "rmsprop": math.sqrt(0.01) * eps, "adam": eps}[rule]
    assert last == pytest.approx(eps / 2 - 0.001 * eps / (size + eps), rel=1e-11)


# ---- ends of numbers


@pytest.mark.parametrize(
    ("x", "y", "value"),
    [(-10.0, 400.0, math.inf), (-10.0, 401.0, -math.inf), (10.0, 400.0, math.inf), (10.0, 401.0, math.inf),
     (0.0, -1.0, math.inf), (-10.0, -401.0, -0.0)],
)  # fmt: skip
def test_a_power_that_overflows_keeps_its_sign(x: float, y: float, value: float) -> None:
    assert (power(x, y), math.copysign(1, power(x, y))) == (value, math.copysign(1, value))


@pytest.mark.parametrize("value", [1.0, -3.0, 1e200, 1e-200])
def test_twelve_digits_are_half_a_unit_of_the_twelfth(value: float) -> None:
    inside, outside = (Bound(value, factor * 5e-13 * abs(value)) for factor in (0.999, 1.001))
    assert Bounds().round_out(inside) == value
    with pytest.raises(Undecided):
        Bounds().round_out(outside)


@pytest.mark.parametrize(("size", "is_kept"), [(8, True), (9, False)])
def test_a_line_keeps_the_entries_of_small_arrays(size: int, is_kept: bool) -> None:
    flat: list[Any] = [1.0] * size
    slim = DescentLine(1, 1.0, 1.0, {"w": flat}, {"w": flat}, {"w": {"m": flat}}, {}).slim()
    kept = flat if is_kept else None
    assert (slim.parameters, slim.gradient, slim.state) == ({"w": kept}, {"w": kept}, {"w": {"m": kept}})
