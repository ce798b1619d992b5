"""Numbers beside a point where they grow without bound or are not known: what functions make of them, by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, fmpq

from gradcli.calculus.operations import OPERATIONS
from gradcli.numbers.series.exponentials import Exponential
from gradcli.numbers.series.system import SeriesSystem
from gradcli.numbers.series.terms import BITS, TERMS, Ramified, Series, Undetermined

S = SeriesSystem(128, 1, 5, OPERATIONS)
T = S.distance(S.zero, 1)
POLE = 1 / T
LOG = S.log(T)  # of t, which goes to minus infinity
UNKNOWN = Series(S, [], 0)  # bounded
ZERO_OR_SO = S.constant(arb(0, 1e-3))  # of either sign
NUMBERS = {
    "unknown": UNKNOWN, "1/t": POLE, "-1/t": -POLE, "0±/t": ZERO_OR_SO * POLE, "log t": LOG,
    "below t**3": Series(S, [], 3), "exp(1/t)": S.exp(POLE), "exp(-1/t)": S.exp(-POLE), "t": T, "1": S.one,
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_work() -> Iterator[None]:
    with S.at_work():
        yield


@pytest.mark.parametrize(("function", "number", "terms", "order"), [
    ("erf", "unknown", [], 0),
    ("tanh", "unknown", [], 0),
    ("atan", "unknown", [], 0),
    ("sin", "unknown", [], 0),
    ("sin", "1/t", [], 0),
    ("erf", "-1/t", [(0, 0, -1)], 5),
    ("erfc", "-1/t", [(0, 0, 2)], 5),
    ("tanh", "exp(1/t)", [(0, 0, 1)], 5),
    ("tanh", "log t", [(0, 0, -1), (2, 0, 2), (4, 0, -2)], 6),  # (t**2 - 1)/(t**2 + 1)
    ("sigmoid", "log t", [(1, 0, 1), (2, 0, -1), (3, 0, 1), (4, 0, -1)], 5),  # t/(1 + t)
    ("sinh", "log t", [(-1, 0, Fraction(-1, 2)), (1, 0, Fraction(1, 2))], math.inf),  # (t - 1/t)/2
    ("expm1", "log t", [(0, 0, -1), (1, 0, 1)], math.inf),
    ("exp2", "-1/t", [], 5),
    ("softplus", "1/t", [(-1, 0, 1)], 5),
    ("cbrt", "unknown", [], 0), ("cbrt", "below t**3", [], 1),
    ("floor", "1/t", [(-1, 0, 1)], 0),
    ("floor", "log t", [(0, -1, -1)], 0),
])  # fmt: skip
def test_what_a_function_makes_of_a_number(
    function: str, number: str, terms: list[tuple[int, int, Any]], order: float
) -> None:
    found = getattr(S, function)(NUMBERS[number])
    assert [(e, j, c) for e, j, c in found.terms] == [
        (e, j, fmpq(*Fraction(c).as_integer_ratio())) for e, j, c in terms
    ]
    assert found.order == order


@pytest.mark.parametrize(("sign", "number"), [(1, "1/t"), (-1, "-1/t"), (1, "exp(1/t)")])
def test_an_arc_tangent_goes_to_a_right_angle(sign: int, number: str) -> None:
    found = S.atan(NUMBERS[number])
    assert abs(float(found.coefficient(0)) - sign * math.pi / 2) < 1e-15
    assert found.coefficient(1) == (0 if "exp" in number else -sign)


@pytest.mark.parametrize(("call", "lack"), [
    (lambda: S.exp(UNKNOWN), TERMS),
    (lambda: S.exp(ZERO_OR_SO * POLE), BITS),
    (lambda: S.exp(S.pi() * LOG), ""),  # t**pi, which is no power of a root of t
    (lambda: S.erf(ZERO_OR_SO * POLE), BITS),
    (lambda: S.atan(ZERO_OR_SO * POLE), BITS),
    (lambda: S.asinh(ZERO_OR_SO * POLE), BITS),
    (lambda: S.cbrt(ZERO_OR_SO * POLE), BITS),
    (lambda: S.atan2(UNKNOWN, UNKNOWN), TERMS),
    (lambda: S.atan2(T, ZERO_OR_SO), BITS),
    (lambda: S.gamma(POLE), ""),
    (lambda: S.lgamma(POLE), ""),
    (lambda: S.digamma(POLE), ""),
    (lambda: S.polygamma(S.one, POLE), ""),
    (lambda: S.polygamma(T, S.one), ""),
    (lambda: S.erfinv(POLE), ""),
    (lambda: S.erfinv(S.distance(S.constant(arb(0.5, 0.6)), 1)), BITS),  # perhaps outside of its domain
    (lambda: S.hull(T, S.exp(POLE)), ""),
    (lambda: S.floor(S.exp(POLE)), ""),
    (lambda: S.floor(S.constant(arb(0, 5))), BITS),
    (lambda: S.compose(lambda n: [fmpq(1)] * n, S.one), TERMS),
    (lambda: S.exp(POLE) * ZERO_OR_SO, BITS),
    (lambda: LOG.power(Fraction(1, 2)), ""),
    (lambda: (1 / LOG).parts(), ""),
    (lambda: 1 / UNKNOWN, TERMS),
    (lambda: [*S.outcomes(lambda S, x: [S.less(x, S.zero) for _ in range(7)], [UNKNOWN])], TERMS),
])  # fmt: skip
def test_what_is_not_known_is_said_with_what_would_help(call: Callable[[], object], lack: str) -> None:
    with pytest.raises(Undetermined) as raised:
        call()
    assert raised.value.lack == lack


def test_powers_of_t() -> None:
    assert S.exp(3 * LOG).terms == [(3, 0, fmpq(1))]
    with pytest.raises(Ramified) as raised:
        S.exp(LOG / 2)
    assert raised.value.unit == 2
    fine = SeriesSystem(128, 2, 5, OPERATIONS)
    assert fine.exp(fine.log(fine.distance(fine.zero, 1)) / 2).terms == [(1, 0, fmpq(1))]
    assert LOG.power(Fraction(-2)).terms == [(0, 2, fmpq(1))]


def test_numbers_beyond_all_powers() -> None:
    small = S.exp(-POLE)
    assert isinstance(small, Exponential)
    assert (small * 0).is_zero
    assert small.lacks() == ""
    assert (small * ZERO_OR_SO).order == 5
    for whole, turn in ((3, -1), (2, 1)):
        found = (-small).power(Fraction(whole))
        assert isinstance(found, Exponential)
        assert (found.turn, found.is_huge) == (turn, False)
        assert found.log.terms == [(-1, 0, fmpq(-whole))]
    found = small.power(Fraction(1, 2))
    assert isinstance(found, Exponential)
    assert found.log.terms == [(-1, 0, fmpq(-1, 2))]
    assert (1 / small + small).sign() == 1


def test_questions_that_are_undecided_are_answered_both_ways() -> None:
    found = [x.coefficient(0) for x in S.outcomes(lambda S, x: S.floor(x), [ZERO_OR_SO])]
    assert found == [0, -1]
    assert S.hull(T, T) is T
    assert S.from_number(arb(2)).coefficient(0) == fmpq(2)
    assert repr(T) == "Series([(1, 0, 1)], order=inf)"


@pytest.mark.parametrize("name", ["nonsense", "_taylors"])
def test_what_is_no_function_is_no_attribute(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"^SeriesSystem has no {name}$"):
        getattr(S, name)


@pytest.mark.parametrize("exponent", [Fraction(-1, 2), Fraction(-1, 3), Fraction(-2), Fraction(-3, 2)])
def test_a_negative_power_of_what_may_be_small_is_not_known(exponent: Fraction) -> None:
    """Of a number of at most the order t**4 nothing says how large its inverse is; its root is of the order t**2."""
    small = Series(S, [], 4)
    with pytest.raises(Undetermined):
        small.power(exponent)
    assert (small.power(Fraction(1, 2)).terms, small.power(Fraction(1, 2)).order) == ([], 2)


@pytest.mark.parametrize(("name", "coefficients"), [
    ("exp", ["1", "1", "1/2", "1/6", "1/24"]), ("sin", ["0", "1", "0", "-1/6", "0"]), ("atan", ["0", "1", "0", "-1/3"]),
    ("tanh", ["0", "1", "0", "-1/3", "0"]), ("cosh", ["1", "0", "1/2", "0", "1/24"]), ("log1p", ["0", "1", "-1/2"]),
])  # fmt: skip
def test_at_0_the_coefficients_are_fractions(name: str, coefficients: list[str]) -> None:
    found = getattr(S, name)(T)
    for e, text in enumerate(coefficients):
        c = found.coefficient(e)
        assert type(c) is fmpq, (name, e, c)
        assert str(c) == text


def test_the_same_difference_of_constants_is_the_same_number() -> None:
    """So that it cancels, though it is known as a ball only; the first powers of t are differences of their own."""
    third, root = S.constant(arb("1.5 +/- 0.1")), S.constant(arb("0.5 +/- 0.1"))
    assert ((third - root) - (third - root)).is_zero
    assert (((third + T) - root) - ((third + T) - root)).is_zero
    assert ((third + root) - (root + third)).is_zero
    assert not ((third - root) - S.one).is_zero


def test_what_is_surely_less() -> None:
    """Only where the difference has a sign for certain."""
    for x, y, expected in (
        (S.zero, T, True), (T, S.zero, False), (T, POLE, True), (POLE, S.one, False), (S.one, S.one, False),
        (UNKNOWN, POLE, True), (UNKNOWN, S.one, False), (S.one, UNKNOWN, False), (ZERO_OR_SO, T, False),
    ):  # fmt: skip
        assert bool(S.surely_less(x, y)) is expected


def test_the_largest_of_some_numbers() -> None:
    """For small t > 0; what tends to 0 is as large as 0."""
    rising = [
        LOG / (T * T), -POLE * POLE, LOG / T, -2 * POLE, -POLE, -LOG * LOG, 2 * LOG, LOG, -S.one, T, S.one, 2 + T,
        -LOG, -2 * LOG, LOG * LOG, POLE, 2 * POLE, -LOG / T, POLE * POLE, -LOG / (T * T),
    ]  # fmt: skip
    for k, larger in enumerate(rising):
        for less in rising[:k]:
            assert S.argmax([less, larger]) == 1
            assert S.argmax([larger, less, -POLE * POLE]) == 0
    assert S.argmax([T, S.zero, -T]) == S.argmax([UNKNOWN, T]) == 0
