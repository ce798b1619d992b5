"""Ties that no precision tells from a neighbour are settled by the even number, in both kinds of balls."""

from __future__ import annotations

import flint
import pytest

from gradcli import differentiate
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.error_arithmetic import Bound
from gradcli.numbers.systems import Undecided


@pytest.mark.parametrize(
    ("whole", "settled"),
    [
        (2**53 + 1, 2.0**53),  # halfway between two binary64
        (2**53 + 3, 2.0**53 + 4),
        (-(2**53) - 3, -(2.0**53) - 4),
        (2**53 - 1, 2.0**53 - 1),  # no tie
    ],
)
def test_binary_ties(whole: int, settled: float) -> None:
    S = Balls(1024)
    with S.at_work():
        inexact = (S.one * whole) / 13 * 13
        assert not inexact.is_exact()
        assert S.round_out(inexact) == settled


def test_a_tie_needs_precision() -> None:
    S = Balls(128)
    with S.at_work(), pytest.raises(Undecided):
        S.round_out((S.one * (2**53 + 1)) / 13 * 13)


@pytest.mark.parametrize(
    ("x", "digits", "text"),
    [("1.05", 2, "1.0"), ("1.15", 2, "1.2"), ("-1.15", 2, "-1.2"), ("9.95", 2, "10"), ("1.0500000000001", 2, "1.1")],
)
def test_decimal_ties(x: str, digits: int, text: str) -> None:
    assert differentiate("x", {"x": x}, digits=digits).value == text


@pytest.mark.parametrize("power", [54, 60, 70, 100, 200, 390])
def test_a_number_beside_a_tie_is_no_tie(power: int) -> None:
    """A ball that reaches to both sides of a tie, and is not yet so narrow that none will do, is not rounded."""
    S = Balls(1024)
    with S.at_work():
        ball = S.one + flint.arb(2) ** -53 + flint.arb(0, flint.arb(2) ** -power)
        with pytest.raises(Undecided):
            S.round_out(ball)
        with pytest.raises(Undecided):
            DecimalBalls(1024, 2).round_out(flint.arb("1.05") + flint.arb(0, flint.arb(2) ** -power))


@pytest.mark.parametrize("power", [120, 200, 350])
def test_what_lies_just_beside_a_tie_is_rounded_to_its_own_side(power: int) -> None:
    for sign, binary, decimal in (("+", 1 + 2**-52, "1.1"), ("-", 1.0, "1.0")):
        program = f"(1e30 + (1 + 2**-53 {sign} 2**-{power}) + x) - 1e30"  # more than bounds can settle
        assert differentiate(program, {"x": 0}).value == binary
        program = f"exp(x)*(1.05 {sign} 2**-{power})/exp(x)"
        assert differentiate(program, {"x": 1}, digits=2).value == decimal


@pytest.mark.parametrize("v", [1.0, -3.0, 1e200, 7e-300])
def test_a_number_is_settled_by_half_a_unit_of_its_twelfth_digit(v: float) -> None:
    assert Bounds().round_out(Bound(v, 4.99e-13 * abs(v))) == v
    with pytest.raises(Undecided):
        Bounds().round_out(Bound(v, 5.01e-13 * abs(v)))
