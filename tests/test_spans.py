"""Numbers with an uncertainty: a function of a span holds all that it has on it, and little more where it can."""

from __future__ import annotations

import math

import flint
import mpmath
import pytest

from gradcli.numbers.span_arithmetic import Span, point, whole_power
from gradcli.numbers.spans import Spans
from gradcli.numbers.systems import Unbounded, Undecided

from .references import REFERENCES

S = Spans(128, 12)
PARTS = 64  # of a span, at whose ends a function is looked at
WIDE = ((-1.5, 2.25), (0.25, 3.5), (-4.0, -0.5), (0.0, 7.0), (-0.5, 0.5))
POSITIVE = ((0.25, 3.5), (1e-3, 1e3), (0.5, 0.5000001), (2.0, 30.0))
WITHIN_ONE = ((-0.75, 0.5), (0.125, 0.875), (-0.5, -0.25))


def of(low: float, high: float) -> Span:
    return Span(flint.arb(low), flint.arb(high))


def ends(x: Span) -> tuple[float, float]:
    return float(x.low.lower()), float(x.high.upper())


def points(low: float, high: float) -> list[float]:
    """Return numbers of a span: both ends, what lies between, and 0 if it is one."""
    return [low + (high - low) * k / PARTS for k in range(PARTS)] + [high] + [0.0] * (low < 0 < high)


def check(found: Span, numbers: list[float], slack: float | None) -> None:
    """The numbers lie in the span; with slack it goes no farther beyond them."""
    low, high = ends(found)
    room = 1e-12 * max(1, *map(abs, numbers))
    assert low <= min(numbers) + room
    assert high >= max(numbers) - room
    if slack is not None:
        assert low >= min(numbers) - slack
        assert high <= max(numbers) + slack


@pytest.mark.parametrize("name", [
    "exp", "expm1", "exp2", "sinh", "tanh", "asinh", "atan", "cbrt", "erf", "erfc", "sigmoid", "softplus", "abs",
    "sin", "cos", "cosh",
])  # fmt: skip
@pytest.mark.parametrize("bounds", WIDE)
def test_what_a_function_has_on_a_span(name: str, bounds: tuple[float, float]) -> None:
    """It has its extremes at the ends and at 0, a sine also at crests, and changes little from there to a point."""
    numbers = [float(REFERENCES[name](mpmath.mpf(x))) for x in points(*bounds)]
    slack = 0.006 if name in ("sin", "cos") else 1e-9 * max(1, *map(abs, numbers))
    check(getattr(S, name)(of(*bounds)), numbers, slack)


@pytest.mark.parametrize("name", ["log", "log1p", "log2", "log10", "sqrt", "digamma"])
@pytest.mark.parametrize("bounds", POSITIVE)
def test_what_a_function_of_positive_numbers_has_on_a_span(name: str, bounds: tuple[float, float]) -> None:
    numbers = [float(REFERENCES[name](mpmath.mpf(x))) for x in points(*bounds)]
    check(getattr(S, name)(of(*bounds)), numbers, 1e-9 * max(1, *map(abs, numbers)))


@pytest.mark.parametrize("name", ["asin", "acos", "atanh", "erfinv"])
@pytest.mark.parametrize("bounds", WITHIN_ONE)
def test_what_a_function_of_numbers_within_one_has_on_a_span(name: str, bounds: tuple[float, float]) -> None:
    check(getattr(S, name)(of(*bounds)), [float(REFERENCES[name](mpmath.mpf(x))) for x in points(*bounds)], 1e-9)


@pytest.mark.parametrize(("name", "bounds"), [
    ("tan", (-0.5, 0.75)), ("tan", (2.0, 4.0)), ("gamma", (2.0, 2.5)), ("lgamma", (2.0, 2.5)),
    ("lgamma", (-1.75, -1.25)), ("digamma", (-1.75, -1.25)), ("acosh", (1.5, 4.0)),
])  # fmt: skip
def test_a_function_that_rises_and_falls_is_within_a_ball(name: str, bounds: tuple[float, float]) -> None:
    check(getattr(S, name)(of(*bounds)), [float(REFERENCES[name](mpmath.mpf(x))) for x in points(*bounds)], None)


@pytest.mark.parametrize(
    ("a", "b"), [((0.5, 2.0), (-1.0, 3.0)), ((0.25, 0.5), (0.5, 0.75)), ((2.0, 4.0), (-2.5, -1.5))]
)
def test_functions_of_two_numbers(a: tuple[float, float], b: tuple[float, float]) -> None:
    pairs = [(x, y) for x in points(*a) for y in points(*b)]
    x, y = of(*a), of(*b)
    check(S.pow(x, y), [u**v for u, v in pairs], 1e-9)
    check(S.hypot(x, y), [math.hypot(u, v) for u, v in pairs], 0.01)
    check(S.atan2(y, x), [math.atan2(v, u) for u, v in pairs], None)
    check(S.max(x, y), [max(u, v) for u, v in pairs], 0.0)
    check(S.min(x, y), [min(u, v) for u, v in pairs], 0.0)


def test_polygamma_of_a_span_is_within_a_ball_or_nowhere() -> None:
    slopes = [float(mpmath.psi(1, u)) for u in points(2.0, 2.125)]
    check(S.polygamma(S.from_number(1), of(2.0, 2.125)), slopes, 0.2)
    with pytest.raises(Unbounded):
        S.within(S.polygamma(S.from_number(1), of(-0.5, 0.5)))


@pytest.mark.parametrize("bounds", WIDE)
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, -1, -2])
def test_whole_powers(bounds: tuple[float, float], n: int) -> None:
    """An even power is 0 at the least where the span holds 0; a negative one has no bound there."""
    found = S.pow(of(*bounds), S.from_number(n))
    if n < 0 and bounds[0] <= 0 <= bounds[1]:
        with pytest.raises(Unbounded):
            S.within(found)
        return
    check(found, [x**n for x in points(*bounds)], 1e-9)


def test_arithmetic_of_spans_that_are_one_number_stays_one_number() -> None:
    three, half = point(flint.arb(3)), S.from_number(0.5)
    for found, number in (
        (three + half, 3.5), (three - half, 2.5), (1 - half, 0.5), (three * half, 1.5), (3 / half, 6), (-three, -3),
        (whole_power(three, 3), 27), (S.abs(-three), 3), (S.pow(three, half), 3**0.5),
    ):  # fmt: skip
        assert found.certain
        assert ends(found) == pytest.approx((number, number), rel=1e-15)
    assert [ends(whole_power(point(flint.arb(0)), n)) for n in (1, 2, 3)] == [(0, 0)] * 3


def test_decisions() -> None:
    low, high, wide = of(0.0, 1.0), of(2.0, 3.0), of(0.5, 2.5)
    assert S.less(low, high)
    assert not S.less(high, low)
    assert not S.less(wide, wide)
    assert S.equal(wide, wide)
    assert not S.equal(low, high)
    assert not S.equal(high, low)
    assert S.equal(S.from_number(2), S.from_number(2.0))
    assert S.surely_less(low, high)
    assert not S.surely_less(low, wide)
    for ask in (S.less, S.equal):
        with pytest.raises(Undecided):
            ask(low, wide)
    assert S.agree(S.from_number(2), S.from_number(2))
    assert not S.agree(wide, wide)
    assert S.same(wide, of(0.5, 2.5))
    assert not S.same(wide, low)
    assert S.argmax([low, high, wide]) == 1


def test_a_rule_is_tried_for_all_answers() -> None:
    x = of(-1.0, 1.0)
    found = S.ways(lambda: S.abs(x) if S.less(x, S.zero) else S.from_number(7))
    assert [ends(way) for way in found] == [(7, 7), (0, 1)]


@pytest.mark.parametrize(("low", "high"), [(0.0, math.inf), (-math.inf, 0.0), (-math.inf, math.inf), (1e49, 1e50)])
def test_a_wave_has_all_its_numbers_where_crests_cannot_be_counted(low: float, high: float) -> None:
    """No multiple of pi is the last below infinity."""
    assert ends(S.sin(of(low, high))) == ends(S.cos(of(low, high))) == (-1.0, 1.0)
