"""The coefficients of series: what stays a fraction, what becomes a ball, and which balls are the very same."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb, fmpq

from gradcli.calculus.operations import OPERATIONS
from gradcli.numbers.series.coefficients import HEIGHT, Kept, exact, identity, lowered, root, sign_of, times
from gradcli.numbers.series.system import SeriesSystem

WIDE, OTHER = arb(0, 1), arb(2, 0.5)
ONE = fmpq(1)


@pytest.mark.parametrize("ball", [WIDE, OTHER, arb(1)])
def test_a_ball_times_one_is_the_very_same_ball(ball: Any) -> None:
    for c, d in ((ONE, ball), (ball, ONE)):
        assert times(c, d) is ball
        assert Kept()(times, c, d) is ball
    for c in (fmpq(2), fmpq(1, 2), fmpq(-1), fmpq(0)):
        for product in (times(c, ball), times(ball, c)):
            assert product is not ball
            assert product.contains(c * ball.mid())
    assert times(fmpq(2, 3), fmpq(3, 4)) == fmpq(1, 2)


@pytest.mark.parametrize(("c", "sign"), [
    (fmpq(0), 0), (fmpq(1, 9), 1), (fmpq(-1, 9), -1), (arb(0), 0), (arb(3, 1), 1), (arb(-3, 1), -1), (WIDE, None),
    (arb(1, 1), None), (arb(-1, 1), None),
])  # fmt: skip
def test_a_coefficient_has_the_sign_that_all_of_its_ball_has(c: Any, sign: int | None) -> None:
    assert sign_of(c) == sign


@pytest.mark.parametrize(("c", "exponent", "power"), [
    ((4, 9), (1, 2), (2, 3)), ((8, 1), (-2, 3), (1, 4)), ((1, 1), (5, 7), (1, 1)), ((-2, 3), (3, 1), (-8, 27)),
    ((1, 32), (2, 5), (1, 4)), ((5, 1), (-1, 1), (1, 5)), ((2, 1), (1, 2), None), ((9, 8), (1, 2), None),
    ((8, 9), (1, 2), None), ((7, 1), (1, 3), None), ((3, 1), (1, 10**30), None),
    ((2, 1), (HEIGHT // 2, 1), (2 ** (HEIGHT // 2), 1)), ((2, 1), (HEIGHT // 2 + 1, 1), None),
    ((2, 1), (-HEIGHT // 2, 1), (1, 2 ** (HEIGHT // 2))), ((2, 1), (-HEIGHT // 2 - 1, 1), None),
])  # fmt: skip
def test_a_power_is_a_fraction_where_that_is_short(
    c: tuple[int, int], exponent: tuple[int, int], power: tuple[int, int] | None
) -> None:
    """2 has two bits beside its denominator: HEIGHT // 2 factors of it fill the height."""
    found = root(fmpq(*c), Fraction(*exponent))
    if power is None:
        assert type(found) is arb
        with mpmath.mp.workdps(30):
            true = (mpmath.mpf(c[0]) / c[1]) ** (mpmath.mpf(exponent[0]) / exponent[1])
            assert abs(mpmath.mpf(found.mid().str(25, radius=False)) / true - 1) < 1e-12
    else:
        assert type(found) is fmpq
        assert found == fmpq(*power)


def test_what_is_too_long_for_a_fraction_is_a_ball() -> None:
    for k in (HEIGHT - 1, 1 - HEIGHT):
        assert exact(arb(2) ** k) == fmpq(2) ** k
    for ball in (arb(2) ** HEIGHT, arb(2) ** -HEIGHT, WIDE, arb("inf")):
        assert exact(ball) is ball
    longest = fmpq(2**HEIGHT - 1)
    assert lowered(longest) is longest
    assert type(lowered(longest + 1)) is arb
    assert lowered(WIDE) is WIDE
    assert str(exact(arb(-6))) == "-6"
    assert str(exact(arb(-0.375))) == "-3/8"


def test_the_same_of_the_same_balls_is_the_very_same_ball() -> None:
    """In either order where that does not matter; never of other balls that are equal."""
    kept = Kept()
    third = fmpq(1, 3)
    for operate in (operator.add, times):
        assert kept(operate, WIDE, third) is kept(operate, third, WIDE)
        assert kept(operate, WIDE, OTHER) is kept(operate, OTHER, WIDE)
    for operate in (operator.sub, operator.truediv):
        assert kept(operate, third, OTHER) is kept(operate, fmpq(2, 6), OTHER)
        assert kept(operate, third, OTHER) is not kept(operate, OTHER, third)
    assert kept(operator.add, WIDE, OTHER) is not kept(operator.add, arb(0, 1), OTHER)
    assert kept(root, fmpq(2), Fraction(1, 2)) is kept(root, fmpq(2), Fraction(1, 2))
    before = kept(operator.add, WIDE, third)
    kept.clear()
    assert kept(operator.add, WIDE, third) is not before
    assert identity(fmpq(2, 4)) == identity(fmpq(1, 2)) == (1, 2)
    assert identity(OTHER) == id(OTHER)


def test_a_system_that_forgets_makes_its_numbers_anew() -> None:
    """The very same ball for the same question, until then."""
    S = SeriesSystem(128, 1, 5, OPERATIONS)
    with S.at_work():
        x, y = S.constant(OTHER), S.constant(WIDE)

        def sums_and_sines() -> tuple[Any, Any]:
            return (x + y).coefficient(0), S.sin(x).coefficient(0)

        before, again = sums_and_sines(), sums_and_sines()
        S.forget()
        after = sums_and_sines()
    assert [a is b for a, b in zip(before, again, strict=True)] == [True, True]
    assert [a is b for a, b in zip(before, after, strict=True)] == [False, False]
