"""A number given as pi/2 is not pi/2: that is said where a function has its zero or its pole there."""

from __future__ import annotations

import math

import mpmath
import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.table_parts import Operation
from gradcli.errors import MathError


def told(program: str, x: str) -> list[str]:
    return [note.message for note in differentiate(program, {"x": x}).notes if note.kind == "rounded"]


@pytest.mark.parametrize(
    ("program", "x", "written"),
    [
        ("tan(x)", "pi/2", "pi/2"), ("tan(x)*3", "3*pi/2", "3*pi/2"), ("sin(x)", "pi", "pi"), ("sin(x)", "-pi", "-pi"),
        ("cos(x)", "-pi/2", "-pi/2"), ("sin(x)", "tau", "2*pi"), ("cos(2*x)", "pi/4", "pi/2"),
        ("sec(x)", "pi/2", "pi/2"), ("sin(x)", "11*pi", "11*pi"), ("sin(x)", "-21*pi", "-21*pi"),
        ("cos(x)", "-11*pi/2", "-11*pi/2"),
    ],
)  # fmt: skip
def test_it_is_said(program: str, x: str, written: str) -> None:
    (message,) = told(program, x)
    with mpmath.workdps(50):
        number = float(eval(x, {"pi": mpmath.mp.pi, "tau": 2 * mpmath.mp.pi}))
    number *= 2 if "2*x" in program else 1
    with mpmath.workdps(50):
        side = "below" if mpmath.mpf(number) < round(number / (math.pi / 2)) * mpmath.pi / 2 else "above"
    assert f"is slightly {side} {written}: {written} is read as the nearest binary64" in message
    assert message.endswith("in the program pi is exact")


@pytest.mark.parametrize(("program", "x"), [
    ("tan(x)", "1.5707"), ("sin(x)", "pi/6"), ("exp(-x)", "40"), ("cos(x)", "pi"), ("tan(x)", "0"), ("sin(x)", "0"),
    ("1/x", "1e-20"), ("sin(x)", "1e22"), ("exp(x)", "10*pi"), ("exp(-x)", "10*pi"), ("erfc(x)", "tau"),
    ("sigmoid(x)", "-10*pi"), ("softplus(x)", "-10*pi"), ("cosh(x)", "10*pi"), ("sech(x)", "10*pi"),
])  # fmt: skip
def test_elsewhere_it_is_not(program: str, x: str) -> None:
    assert told(program, x) == []


def test_of_more_than_a_million_it_is_not_said() -> None:
    """317,976 and 318,362 half turns, whose nearest binary64 are both within 1e-13 of them."""
    assert len(told("sin(x)", "998951.0656178681")) == 1
    assert told("sin(x)", "1000163.7203821538") == []


def repeats(row: Operation) -> bool:
    """Whether a function has the same values one turn further, at its sample points."""
    try:
        here, there = ([differentiate(f"{row.name}(x)", {"x": x + turn}).value for (x,) in row.points]
                       for turn in (0, math.tau))  # fmt: skip
    except MathError:
        return False
    return there == pytest.approx(here, rel=1e-9)


def test_a_row_is_periodic_if_its_function_is() -> None:
    found = {row.name for row in OPERATIONS.values() if row.arity == 1 and row.is_function and repeats(row)}
    assert {row.name for row in OPERATIONS.values() if row.is_periodic} == found


def test_in_the_program_pi_is_exact() -> None:
    assert told("sin(pi)*x", "2") == []
    assert differentiate("sin(pi)*x", {"x": "2"}).value == 0
