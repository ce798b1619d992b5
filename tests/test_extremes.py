"""Arguments and results near the ends of binary64, where a step on the way to the answer has no number."""

from __future__ import annotations

import json
import math
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest
from flint import fmpq

from gradcli import differentiate
from gradcli.errors import MathError
from gradcli.numbers.series.coefficients import root, taylor
from gradcli.plotting.scales import axis, ticks, view

from .test_golden import called

LARGEST = sys.float_info.max


# ---- large powers of negative numbers, beside the point


@pytest.mark.parametrize(
    ("base", "exponent"), [(-3, 4001), (-3, 4000), (-1074, 10**15), (Fraction(-1, 3), 99_999), (-2, -9999)]
)
def test_a_large_whole_power_of_a_negative_coefficient(base: Fraction, exponent: int) -> None:
    """It is a ball, whose sign is that of the exact power."""
    found = root(fmpq(Fraction(base).numerator, Fraction(base).denominator), Fraction(exponent))
    assert (found < 0) == (exponent % 2 == 1)
    assert (found > 0) == (exponent % 2 == 0)


def test_a_large_power_of_a_negative_number() -> None:
    record = differentiate("x**z", {"x": "-1.5", "z": "401"}, wrt=["x"], digits=12)
    exact = Fraction(-3, 2) ** 401
    assert math.isclose(float(record.value), exact, rel_tol=1e-11)
    assert math.isclose(float(record.gradient["x"]), 401 * Fraction(3, 2) ** 400, rel_tol=1e-11)
    assert differentiate("x**z", {"x": "-1e308", "z": "1e5"}).value == math.inf
    assert differentiate("x**z", {"x": "-1e308", "z": "100001"}).value == -math.inf
    assert differentiate("x**z", {"x": "-1074", "z": "1e308"}).value == math.inf


def test_polygamma_of_what_only_balls_hold() -> None:
    """digamma(y) is log(y) - 1/(2*y) - ..., so that its slope is 1/y up to a factor 1 + 1/(2*y)."""
    record = differentiate("digamma(x**9)", {"x": "1e99"}, digits=12)
    assert math.isclose(float(record.value), 891 * math.log(10), rel_tol=1e-11)
    assert math.isclose(float(record.gradient["x"]), 9e-99, rel_tol=1e-11)
    assert math.isclose(differentiate("digamma(exp(exp(x)))", {"x": 8.0}).gradient["x"], math.exp(8), rel_tol=1e-11)


@pytest.mark.parametrize("c", [fmpq(3, 10), fmpq(-7), fmpq(40)])
def test_the_coefficients_of_tanh(c: fmpq) -> None:
    with mpmath.workdps(60):
        expected = mpmath.taylor(mpmath.tanh, mpmath.mpf(int(c.p)) / int(c.q), 6)
        for found, true in zip(taylor("tanh", c, 7), expected, strict=True):
            assert abs(mpmath.mpf(found.mid().str(30, radius=False)) - true) <= 1e-12 * abs(true)


@pytest.mark.parametrize(
    "function", ["tanh", "sigmoid", "softplus", "erf", "atan", "asinh", "elu", "gelu", "silu", "relu"]
)
def test_a_large_argument_beside_a_power_that_has_one_side(function: str) -> None:
    """y**z has a value at z = 40 alone, so that all nodes are run beside the point, also those at 1e308."""
    record = differentiate(f"(y**z/2)*{function}(x)", {"x": 1e308, "y": -2.5, "z": 40.0})
    flat = {"tanh": 1, "sigmoid": 1, "erf": 1, "atan": math.pi / 2, "asinh": math.asinh(1e308)}
    assert math.isclose(record.value, min(2.5**40 / 2 * flat.get(function, 1e308), math.inf), rel_tol=1e-12)
    assert record.gradient["z"] is None


def test_marks_of_a_node_whose_argument_only_balls_hold(tmp_path: Path) -> None:
    """y*x is below the least binary64: the angle there is pi all the same, and lies on the cut."""
    words = ["check", "atan2(x - x, y*x)**y", "x=-1e308", "y=pi", f"f={math.pi**math.pi!r}", "dy=1", "--json"]
    done = called(words, tmp_path, {}, b"")
    assert [mark["status"] for mark in json.loads(done.stdout)["marks"]] == ["correct", "wrong"]


# ---- slopes of plain binary64: nothing over- or underflows on the way to a number that there is


@pytest.mark.parametrize(("program", "point", "slope"), [
    ("acosh(x)", {"x": 1e200}, lambda x: 1 / mpmath.sqrt(x * x - 1)),
    ("acosh(x)", {"x": 1.5e308}, lambda x: 1 / mpmath.sqrt(x * x - 1)),
    ("asinh(x)", {"x": -1e200}, lambda x: 1 / mpmath.sqrt(x * x + 1)),
    ("atan(x)", {"x": 1e155}, lambda x: 1 / (1 + x * x)),
    ("atan(x)", {"x": -1e160}, lambda x: 1 / (1 + x * x)),
    ("acot(x)", {"x": 1e155}, lambda x: -1 / (1 + x * x)),
    ("atan2(x, y)", {"x": 1e200, "y": 1e200}, lambda x: 1 / (2 * x)),
    ("atan2(1, x)", {"x": 1e-200}, lambda x: -1 / (1 + x * x)),
    ("hypot(x, y)", {"x": 1e200, "y": 1e200}, lambda x: 1 / mpmath.sqrt(2)),
    ("tanh(x)", {"x": 360}, lambda x: mpmath.sech(x) ** 2),
    ("asec(x)", {"x": 1e100}, lambda x: 1 / (x * mpmath.sqrt(x * x - 1))),
    ("softplus(x)", {"x": -740}, lambda x: 1 / (1 + mpmath.exp(-x))),
])  # fmt: skip
def test_a_slope_that_there_is(program: str, point: dict[str, float], slope: Any) -> None:
    """A subnormal has few bits: as many units of the least binary64 count as the rules have roundings."""
    with mpmath.workdps(30):
        true = float(slope(mpmath.mpf(point["x"])))
    found = differentiate(program, point, wrt=["x"], ieee=True).gradient["x"]
    assert true != 0
    assert math.isclose(found, true, rel_tol=1e-12, abs_tol=4 * math.ulp(0.0))


# ---- plots


@pytest.mark.parametrize(
    "values", [(9e307, 1.75e308), (LARGEST, LARGEST), (-LARGEST, LARGEST), (-1.7e308, -1e308), (0.0, 5e-324)]
)
def test_the_range_of_a_picture_is_finite_and_holds_the_values(values: tuple[float, float]) -> None:
    low, high = view(values)
    assert -math.inf < low <= values[0] <= values[1] <= high < math.inf
    assert low < high
    found = axis(low, high, 5)
    assert 0 <= found.at(values[0]) <= found.at(values[1]) <= 1


def test_ends_that_floats_do_not_tell_apart_have_no_ticks() -> None:
    assert ticks(1.0, 1.0, 5) == []


@pytest.mark.parametrize("form", ["text", "svg", "json", "csv"])
def test_a_plot_whose_slope_runs_beyond_binary64(form: str, tmp_path: Path) -> None:
    done = called(["plot", "q = sqrt(cot(x)); f = q*z", "x=-2:2", "z=-1e308", "--to", form], tmp_path, {}, b"")
    assert done.status == 0, done.stderr
    assert b"inf" not in done.stdout.replace(b"infinity", b"")


# ---- what a shell asks


def test_a_completion_that_no_shell_asks_for(tmp_path: Path) -> None:
    for question in ("tcsh_complete", "bash_no", "_source", "x"):
        done = called([], tmp_path, {"_GRADCLI_COMPLETE": question}, b"")
        assert done.status == 2
        assert f"_GRADCLI_COMPLETE={question} asks for nothing".encode() in done.stderr


@pytest.mark.parametrize("command", [[], ["rows"], ["diff"], ["check"], ["plot"]])
def test_a_word_that_may_be_minus_a_variable(command: list[str], tmp_path: Path) -> None:
    """The hint names the command that was typed."""
    done = called([*command, "-x"], tmp_path, {}, b"")
    assert done.status == 2
    assert f"write {' '.join(['gradcli', *command])} -- -x ...".encode() in done.stderr


def test_bits_beyond_counting_are_told_in_words() -> None:
    with pytest.raises(MathError, match="the numbers lose more than 1,000,000,000,000 bits"):
        differentiate("exp(exp(exp(x*x + 9)))", {"x": 1})
