"""Ends of the number systems: beyond binary64, infinities of both signs, wide balls, and what no system has."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import mpmath
import pytest
from flint import arb, fmpq

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.commands import run
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers import special_functions
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.closer import FRACTIONS
from gradcli.numbers.fractions import Exact
from gradcli.numbers.ieee import IEEE
from gradcli.numbers.systems import FLOAT, Undecided, Unsupported, nearest

HUGE = Fraction(10**400)


@pytest.mark.parametrize(("found", "wanted"), [
    (FLOAT.exp(1000.0), math.inf), (FLOAT.expm1(1000.0), math.inf), (FLOAT.pow(-1e300, 3.0), -math.inf),
    (FLOAT.pow(-1e300, 2.0), math.inf), (FLOAT.pow(0.0, -1.0), math.inf),
    (FLOAT.sum([1e308, 1e308]), math.inf),
    (FLOAT.approximate(HUGE), math.inf), (FLOAT.approximate(-HUGE), -math.inf), (FLOAT.approximate(0.5), 0.5),
    (nearest(fmpq(10**400)), math.inf), (nearest(fmpq(-(10**400))), -math.inf), (nearest(fmpq(1, 4)), 0.25),
])  # fmt: skip
def test_floats_beyond_their_range(found: float, wanted: float) -> None:
    assert found == wanted


def test_infinities_of_both_signs_have_no_sum() -> None:
    assert math.isnan(FLOAT.sum([math.inf, -math.inf]))


@pytest.mark.parametrize("call", [
    lambda: IEEE.sin(math.inf), lambda: IEEE.mod(math.inf, 2.0), lambda: IEEE.gamma(-1.0), lambda: IEEE.floor(math.inf),
])  # fmt: skip
def test_what_plain_binary64_cannot_compute_is_no_number(call: Callable[[], float]) -> None:
    assert math.isnan(call())


@pytest.mark.parametrize("args", [(math.nan, 1.0), (1.0, math.nan), (3.0, math.nan, 2.0), (math.nan,)])
def test_an_extreme_of_what_is_no_number_is_none_in_any_order(args: tuple[float, ...]) -> None:
    assert math.isnan(IEEE.max(*args))
    assert math.isnan(IEEE.min(*args))
    assert (IEEE.max(2.0, math.inf, 1.0), IEEE.min(2.0, -1.0, 1.0), IEEE.min(-math.inf)) == (math.inf, -1.0, -math.inf)


@pytest.mark.parametrize("extreme", ["max(1, {})", "max({}, 1)", "min(2, {}, 1)", "min({}, 2)"])
def test_a_program_in_plain_binary64_does_not_lose_what_is_no_number(extreme: str, tmp_path: Path) -> None:
    """Neither alone, nor as a row of a file, nor as an array: exp(1000) is infinite there."""
    program = extreme.format("exp(x) - exp(x)")
    found = differentiate(program, {"x": 1000}, ieee=True)
    assert math.isnan(found.value)
    assert math.isnan(found.gradient["x"])
    file = tmp_path / "rows.csv"
    file.write_text("x\n1\n1000\n")
    for engine in ("rows", "columns"):
        words = ["rows", program, str(file), "--ieee", "--engine", engine, "-o", str(tmp_path / "out.csv")]
        assert run(words) == 0
        assert (tmp_path / "out.csv").read_text().splitlines()[2] == "nan,nan,"
    array = extreme.format("exp(x[0]) - exp(x[0])").replace("(", "([", 1)
    of_arrays = differentiate(f"{array[:-1]}])", {"x": [1000, 1]}, ieee=True)
    assert math.isnan(of_arrays.value)
    assert list(map(math.isnan, of_arrays.gradient["x"])) == [True, False]


def test_a_system_without_uncertainty() -> None:
    assert FLOAT.surely(1.0 < 2.0) is True
    assert FLOAT.lost([1.0]) is None
    with pytest.raises(Undecided):
        FLOAT.union([1.0, 2.0])
    for S in (FLOAT, Exact()):
        with pytest.raises(Unsupported, match=r"^a value with \+-"):
            S.ball(1, 1)


B = Balls(64)


@pytest.mark.parametrize(("x", "y", "low", "high"), [
    (arb(2, 0.5), 0, 1, 1),  # x**0
    (arb(2, 0.5), 2, 2.25, 6.25),
    (arb(-2, 0.5), 2, 2.25, 6.25),
    (arb(-2, 0.5), 3, -15.625, -3.375),
    (arb(0, 0.5), 3, -0.125, 0.125),
    (arb(0.25, 0.5), 2, 0, 0.5625),
    (arb(2, 0.5), -1, 0.4, 1 / 1.5),
    (arb(2, 0.5), 0.5, math.sqrt(1.5), math.sqrt(2.5)),
])  # fmt: skip
def test_a_power_of_a_wide_ball(x: arb, y: float, low: float, high: float) -> None:
    """It holds what the ends give, and is little wider."""
    with B.at_work():
        found = B.pow(x, arb(y))
        ends = float(found.lower()), float(found.upper())
    slack = 1e-6 if y != 0.5 else 0.05  # FLINT's own power of a ball is wider
    assert low - slack <= ends[0] <= low + 1e-9
    assert high - 1e-9 <= ends[1] <= high + slack


def test_what_balls_do_not_tell() -> None:
    with B.at_work():
        assert B.cbrt(arb(0)).is_zero()
        with pytest.raises(Undecided):
            B.pow(arb(0, 0.5), arb(2, 0.1))
        with pytest.raises(Undecided):
            B.cbrt(arb(0, 0.5))
        nothing = arb("nan")
        assert B.lost([nothing]) is None or B.lost([nothing]) >= 0
    assert DecimalBalls(90, 20).formatter.within("1.5")


def test_what_is_no_function_of_a_system() -> None:
    with pytest.raises(AttributeError):
        FRACTIONS.nonsense  # noqa: B018


# ---- rows and graphs


def test_a_row_says_its_name_and_what_it_is() -> None:
    assert repr(OPERATIONS["sin"]) == "<operation sin>"
    smooth = {name for name in ("sin", "abs", "floor", "add", "relu", "exp", "max") if OPERATIONS[name].is_smooth}
    assert smooth == {"sin", "exp"}
    pieces = {name for name in ("sin", "abs", "relu", "exp", "max") if OPERATIONS[name].is_piecewise}
    assert pieces == {"abs", "relu", "max"}
    with pytest.raises(TypeError, match="no rule"):
        OPERATIONS["input"].value(FLOAT)


def test_the_nodes_of_a_graph_are_a_sequence() -> None:
    graph = parse(Source("program", "q = x + y; f = q*z"))
    again = parse(Source("program", "q = x + y; f = q*z"))
    assert [node.operation.name for node in graph.nodes[:2]] == ["input", "input"]
    assert graph.nodes == again.nodes
    assert graph.nodes != parse(Source("program", "q = x + y; f = q/z")).nodes
    assert graph.nodes != SimpleNamespace()


def test_the_coefficients_of_the_gamma_functions_are_those_of_mpmath() -> None:
    with mpmath.mp.workdps(40):
        zetas = [mpmath.zeta(k) - 1 for k in range(2, 2 + len(special_functions.ZETA_MINUS_ONE))]
        assert [float(x) for x in zetas] == list(special_functions.ZETA_MINUS_ONE)
        assert float(1 - mpmath.euler) == special_functions.ONE_MINUS_EULER
        zero = mpmath.findroot(mpmath.digamma, 1.46)
        assert float(zero) == special_functions.DIGAMMA_ZERO
        assert float(zero - special_functions.DIGAMMA_ZERO) == special_functions.DIGAMMA_ZERO_REST
        for k, coefficient in enumerate(special_functions.DIGAMMA_TAYLOR, 1):
            assert float(mpmath.polygamma(k, zero) / mpmath.factorial(k)) == pytest.approx(coefficient, rel=4e-16)
        for k, (p, q) in enumerate(special_functions.BERNOULLI, 1):
            assert mpmath.bernfrac(2 * k) == (p, q)
