"""Ties that no precision tells from a neighbour are settled by the even number, in both kinds of balls."""

from __future__ import annotations

import pytest

from gradcli import differentiate
from gradcli.balls import Balls
from gradcli.systems import Undecided


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
    inexact = (S.one * whole) / 13 * 13
    assert not inexact.is_exact()
    assert S.settle(inexact) == settled


def test_a_tie_needs_precision() -> None:
    S = Balls(128)
    with pytest.raises(Undecided):
        S.settle((S.one * (2**53 + 1)) / 13 * 13)


@pytest.mark.parametrize(
    ("x", "digits", "text"),
    [("1.05", 2, "1.0"), ("1.15", 2, "1.2"), ("-1.15", 2, "-1.2"), ("9.95", 2, "10"), ("1.0500000000001", 2, "1.1")],
)
def test_decimal_ties(x: str, digits: int, text: str) -> None:
    assert differentiate("x", {"x": x}, digits=digits).value == text
