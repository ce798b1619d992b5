"""Decimals by hand: rounding to digits, plain notation and its ends, and radii of two digits."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest
from flint import arb

from gradcli.numbers.decimals import (
    TEXT,
    Uncertain,
    decimal_text,
    exact_digits,
    exact_value,
    fraction_of,
    is_short,
    rounded,
    with_radius,
)


@pytest.mark.parametrize(("mantissa", "exponent", "digits", "expected"), [
    (1234, 0, 4, (1234, 0)), (1234, 0, 6, (123400, -2)), (1234, 5, 3, (123, 6)),
    (1235, 0, 3, (124, 1)), (1245, 0, 3, (124, 1)), (12451, 0, 3, (125, 2)), (12449, 0, 3, (124, 2)),
    (-1235, 0, 3, (-124, 1)), (-1245, 0, 3, (-124, 1)), (-12451, 0, 3, (-125, 2)),
    (9996, 0, 3, (100, 2)), (9995, 0, 3, (100, 2)), (9985, 0, 3, (998, 1)), (999, -3, 1, (1, 0)),
    (0, 0, 3, (0, -2)),
])  # fmt: skip
def test_rounding_takes_halves_to_the_even_digit(
    mantissa: int, exponent: int, digits: int, expected: tuple[int, int]
) -> None:
    assert rounded(mantissa, exponent, digits) == expected


@pytest.mark.parametrize(("mantissa", "exponent", "text"), [
    (0, 0, "0"), (0, 3, "0"), (0, -2, "0.00"), (0, -20, "0.00000000000000000000"), (0, -21, "0"),
    (5, 0, "5"), (-5, 2, "-500"), (123, -2, "1.23"), (-123, -3, "-0.123"), (123, -4, "0.0123"),
    (1, 20, "100000000000000000000"), (1, 21, "1e+21"), (12, 20, "1.2e+21"), (-12, 21, "-1.2e+22"),
    (1, -6, "0.000001"), (12, -7, "0.0000012"), (1, -7, "1e-07"), (-123, -9, "-1.23e-07"), (15, -101, "1.5e-100"),
])  # fmt: skip
def test_numerals_are_plain_where_that_is_short(mantissa: int, exponent: int, text: str) -> None:
    assert decimal_text(mantissa, exponent) == text


@pytest.mark.parametrize(("middle", "radius", "exponent", "text"), [
    (Fraction(1234567), Fraction(0), -2, "12345.67"),
    (Fraction(1234567), Fraction(99), 0, "1234567 ± 99"),
    (Fraction(1234567), Fraction(10), 0, "1234567 ± 10"),
    (Fraction(1234567), Fraction(9), 0, "1234567.0 ± 9.0"),
    (Fraction(1234567), Fraction(100), 0, "1234570 ± 110"),  # rounding the middle takes 3, the radius covers it
    (Fraction(503), Fraction(199, 2), 0, "500 ± 110"),  # 99.5 takes three digits
    (Fraction(500), Fraction(199, 2), 0, "500 ± 100"),
    (Fraction(-7, 2), Fraction(1, 4), 0, "-3.50 ± 0.25"),
    (Fraction(1, 3), Fraction(1, 100), 0, "0.333 ± 0.011"),  # 0.010 and what 1/3 is off 0.333
    (Fraction(1, 3), Fraction(1, 100), -4, "0.0000333 ± 0.0000011"),
    (Fraction(7), Fraction(123, 10), 3, "7000 ± 13000"),
])  # fmt: skip
def test_a_radius_has_two_digits_and_covers_what_rounding_takes(
    middle: Fraction, radius: Fraction, exponent: int, text: str
) -> None:
    assert with_radius(middle, radius, exponent) == text


@pytest.mark.parametrize(("x", "digits", "expected"), [
    (arb(12345), 3, (123, 2)), (arb(1) / 8, 5, (12500, -5)), (arb(1) / 8, 2, (12, -2)), (-arb(3) / 8, 2, (-38, -2)),
    (arb(2) ** 70, 4, (1181, 18)), (arb(3), 2, (30, -1)),
])  # fmt: skip
def test_exact_balls_have_their_own_digits(x: arb, digits: int, expected: tuple[int, int]) -> None:
    assert exact_digits(x, digits) == expected


@pytest.mark.parametrize(("mantissa", "exponent", "x", "same"), [
    (125, -3, arb(1) / 8, True), (126, -3, arb(1) / 8, False), (12, 0, arb(12), True), (3, 2, arb(300), True),
    (3, 2, arb(301), False), (-25, -2, -arb(1) / 4, True), (25, -2, -arb(1) / 4, False), (1, 0, arb(2) ** 5, False),
])  # fmt: skip
def test_a_decimal_is_an_exact_ball_or_another_number(mantissa: int, exponent: int, x: arb, same: bool) -> None:
    assert exact_value(mantissa, exponent, x) is same


def test_fractions_of_exact_balls() -> None:
    assert fraction_of(arb(3) / 8) == Fraction(3, 8)
    assert fraction_of(-(arb(2) ** 66)) == -(2**66)
    assert fraction_of(arb(6)) == 6


def test_what_is_too_long_to_be_written_out() -> None:
    assert is_short(arb(2) ** 13_000)
    assert not is_short(arb(2) ** 14_000)
    assert is_short(arb(2) ** -5_000)
    assert not is_short(arb(2) ** -6_000)


def test_an_uncertain_number_is_its_text_and_knows_both_parts() -> None:
    found = with_radius(Fraction(5, 2), Fraction(1, 10), 0)
    assert found == "2.50 ± 0.10"
    assert isinstance(found, Uncertain)
    assert (found.middle, found.radius) == ("2.50", "0.10")
    assert TEXT.plain(found) == TEXT.text(found) == "2.50+-0.10"
    again = pickle.loads(pickle.dumps(found))
    assert (again, again.middle, again.radius) == (found, "2.50", "0.10")


def test_a_number_without_a_radius_is_a_plain_text() -> None:
    found = with_radius(Fraction(5), Fraction(0), 0)
    assert not isinstance(found, Uncertain)
    assert TEXT.text(found) == "5"
