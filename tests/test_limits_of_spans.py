"""Balls, spans and bounds at their limits: results that are exact, ways that are tried, ends of functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flint import arb

from gradcli import differentiate
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.error_arithmetic import Bound
from gradcli.numbers.span_arithmetic import Span, between, point, span, whole_power
from gradcli.numbers.spans import MAX_WAYS, Spans
from gradcli.numbers.systems import Undecided


def test_balls_around_zero_and_powers_of_ten() -> None:
    B = Balls(64)
    with B.at_work():
        assert B.adopt(arb(0, 1e-330)) == 0
        assert B.adopt(arb(0.5)) == 0.5
        with pytest.raises(Undecided):
            B.adopt(arb(0, 1e-300))
        for power in range(23):
            assert B.log10(arb(10) ** power) == power
        assert not B.log10(arb(10**22 + 1)).is_exact()
        assert [B.log2(arb(2) ** k) == k for k in (-3, 0, 5)] == [True] * 3
        assert not B.log2(arb(3)).is_exact()
        assert B.cbrt(arb(27 * 10**18)) == 3 * 10**6
        assert B.cbrt(arb(-27)) == -3
        assert B.round(arb(2.5)) == 2
        assert B.round(arb(3.5)) == 4
        assert B.round(arb(-0.5)) == 0
        assert B.round(arb(0.75)) == 1
        assert B.argmax([arb(1), arb(3), arb(2)]) == 1
        wide = arb(1, 2)
        low = B.abs(wide)
        assert float(low.lower()) >= 0
        assert float(low.upper()) >= 3
        most = B.max(arb(-1, 0.5), arb(0.5, 2), arb(1, 0.1))
        assert float(most.lower()) >= 0
        assert float(most.upper()) >= 2.5
        assert B.min(arb(3), arb(1), arb(2)) == 1
    D = DecimalBalls(200, 5)
    with D.at_work():
        assert [D.round_out(arb(text)) for text in ("0.1", "-2", "1e30", "123456")] == [
            "0.10000",
            "-2",
            "1e+30",
            "123460",
        ]


# ---- spans


@pytest.fixture
def spans() -> Iterator[Spans]:
    system = Spans(128, 15)
    with system.at_work():
        yield system


def ends(x: Span) -> tuple[float, float]:
    return float(x.low.mid()), float(x.high.mid())


def test_so_many_ways_are_tried(spans: Spans) -> None:
    unsure = Span(arb(0), arb(2))

    def asking(times: int) -> Callable[[], Any]:
        return lambda: [spans.less(unsure, spans.one) for _ in range(times)]

    assert len(spans.ways(asking(6))) == MAX_WAYS == 64
    with pytest.raises(Undecided):
        spans.ways(asking(7))
    with pytest.raises(Undecided):
        spans.less(unsure, spans.one)
    with pytest.raises(Undecided):
        spans.ways(lambda: 1 // 0)


@pytest.mark.parametrize(("name", "low", "high", "found"), [
    ("sin", 0, 3, (0, 1)), ("sin", 3, 6, (-1, math.sin(3))), ("sin", 0, 7, (-1, 1)), ("sin", 0, 1, (0, math.sin(1))),
    ("cos", -1, 1, (math.cos(1), 1)), ("cos", 3, 4, (-1, math.cos(4))), ("cos", 1, 2, (math.cos(2), math.cos(1))),
    ("cos", 1, 8, (-1, 1)), ("cosh", -1, 2, (1, math.cosh(2))), ("cosh", 1, 2, (math.cosh(1), math.cosh(2))),
    ("cosh", -2, -1, (math.cosh(1), math.cosh(2))), ("abs", -1, 2, (0, 2)), ("abs", -3, 2, (0, 3)),
    ("abs", -3, -2, (2, 3)), ("abs", 2, 3, (2, 3)), ("exp2", 1, 2, (2, 4)), ("log2", 1, 8, (0, 3)),
    ("log10", 1, 100, (0, 2)), ("cbrt", -8, 27, (-2, 3)), ("digamma", 1, 2, (-0.5772156649015329, 0.42278433509846713)),
])  # fmt: skip
def test_functions_of_a_span(spans: Spans, name: str, low: int, high: int, found: tuple[float, float]) -> None:
    ends_found = sorted(ends(getattr(spans, name)(Span(arb(low), arb(high)))))
    assert ends_found == pytest.approx(sorted(found), abs=1e-15)


def test_the_larger_of_a_number_that_is_not_negative_and_one_that_may_be_is_not_negative() -> None:
    B = Balls(64)
    with B.at_work():
        for upper in (B.abs(arb(0, 2)), arb(2, 1)):
            for other in (arb(0, 3), arb(1, 3)):
                assert B.max(upper, other) >= 0
                assert B.max(other, upper) >= 0
                assert B.max(other, upper).contains(arb(3))


def test_two_roundings_are_a_tie_only_where_far_more_digits_are_known_than_asked_for() -> None:
    """1/3 known to 500 bits has 150 certain digits, and of 200 any two texts would do."""
    with Balls(2_000).at_work():
        third = arb(1) / 3
        with pytest.raises(Undecided):
            DecimalBalls(2_000, 200).round_out(third + arb(0, arb(2) ** -500))
        assert DecimalBalls(2_000, 200).round_out(third) == f"0.{'3' * 200}"
        half_way = arb(25) / 10 + arb(0, arb(2) ** -900)
        assert DecimalBalls(2_000, 1).round_out(half_way) == "2"  # the even one
        with pytest.raises(Undecided):
            DecimalBalls(2_000, 1).round_out(arb(25) / 10 + arb(0, arb(2) ** -350))


def test_what_underflows_is_not_exact_and_a_power_over_a_pole_is_unknown() -> None:
    B = Bounds()
    assert B.atan2(Bound(1e-300), Bound(1e300)).r > 0
    assert B.atan2(Bound(0.0), Bound(1e300)).r == 0
    for exponent in (-1.0, -2.0):
        assert B.pow(Bound(0.5, 1.0), Bound(exponent)).r == math.inf
    cube = B.pow(Bound(0.5, 1.0), Bound(3.0))
    assert cube.v - cube.r <= -(0.5**3)
    assert 1.5**3 <= cube.v + cube.r < 4


@pytest.mark.parametrize(("x", "y", "found"), [
    ((0, 4), (0.5, 0.5), (0, 2)), ((0, 2), (1, 2), (0, 4)), ((0, 0.5), (0.5, 1), (0, 0.5**0.5)),
    ((0, 1), (0, 1), (0, 1)), ((2, 4), (-1, 0.5), (0.25, 2)),
])  # fmt: skip
def test_powers_of_a_span_that_begins_at_0(spans: Spans, x: Any, y: Any, found: tuple[float, float]) -> None:
    assert ends(spans.pow(Span(*map(arb, x)), Span(*map(arb, y)))) == pytest.approx(found, rel=1e-12)
    assert not spans.pow(Span(arb(0), arb(x[1])), Span(arb(-1), arb(y[1]))).low.is_finite()  # 0**-1 is among them


def test_a_radius_beyond_the_digits_asked_for_is_not_told(spans: Spans) -> None:
    assert spans.round_out(Span(arb(1), arb(1) + arb("1e-40"))) == "1.00000000000000"
    assert spans.round_out(Span(arb(1), arb(1) + arb("1e-10"))) == "1.000000000050 ± 5.1e-11"


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_a_power_of_a_number_that_is_known_to_lie_near_0_alone(spans: Spans, n: int) -> None:
    """It may be as far from 0 as the power of an end of its ball: 0 itself would be a guess."""
    near = arb(0, 2**-10)
    for x in (point(near), Span(near, arb(1)), Span(arb(-1), near)):
        found = spans.pow(x, spans.from_number(n))
        for number in (x.low.lower(), near.lower(), near.upper(), x.high.upper()):
            assert found.low.lower() <= number**n <= found.high.upper()
    found = spans.pow(point(near), spans.from_number(n)).low
    assert (found >= 0) is (n % 2 == 0)
    assert float(found.upper()) == pytest.approx(2.0 ** (-10 * n), rel=1e-6)
    assert ends(whole_power(point(arb(0)), n)) == (0, 0)


@pytest.mark.parametrize(("program", "value"), [
    ("y + hypot(cos(pi/2), cos(pi/2))", "1.00 ± 0.10"), ("y + sqrt(cos(pi/2)**2)", "1.00 ± 0.10"),
    ("y + sqrt(cos(pi/2)**4)", "1.00 ± 0.10"), ("y + cos(pi/2)**3", "1.00 ± 0.10"),
])  # fmt: skip
def test_roots_of_squares_of_what_cancelled_beside_an_uncertain_value(program: str, value: str) -> None:
    assert differentiate(program, {"y": "1±0.1"}, wrt=["y"]).value == value


def test_arithmetic_of_spans(spans: Spans) -> None:
    a, b = Span(arb(-1), arb(2)), Span(arb(3), arb(4))
    assert ends(a + b) == (2, 6)
    assert ends(a - b) == (-5, -1)
    assert ends(a * b) == (-4, 8)
    assert ends(a * a) == (0, 4)
    assert ends(a * 3) == ends(point(arb(3)) * a) == (-3, 6)
    assert ends(point(arb(-2)) * b) == ends(b * -2) == (-8, -6)
    assert ends(point(arb(12)) / b) == (3, 4)
    assert float(a.mid()) == 0.5
    assert 1.5 <= float(a.rad()) < 1.5001
    assert ends(whole_power(a, 3)) == (-1, 8)
    assert ends(whole_power(Span(arb(-3), arb(-2)), 2)) == (4, 9)
    assert ends(b / 2) == (1.5, 2)
    assert ends(1 / Span(arb(2), arb(4))) == (0.25, 0.5)
    assert ends(1 / Span(arb(-4), arb(-2))) == (-0.5, -0.25)
    assert not (b / a).low.is_finite()
    assert ends(5 - b) == (1, 2)
    assert ends(-a) == (-2, 1)
    assert (point(arb(3)) - point(arb(1))).certain
    assert ends(between([arb(2), arb(-1), arb(5)])) == (-1, 5)
    assert span(a) is a
    assert ends(spans.pow(b, span(-1))) == (0.25, 1 / 3)
    assert ends(spans.pow(b, span(0))) == (1, 1)
    assert ends(spans.pow(Span(arb(4), arb(9)), point(arb(0.5)))) == (2, 3)
    assert ends(spans.max(a, b)) == (3, 4)
    assert ends(spans.max(a, Span(arb(0), arb(1)))) == (0, 2)
    assert ends(spans.min(a, Span(arb(0), arb(1)))) == (-1, 1)
    assert ends(spans.floor(Span(arb(2.25), arb(2.75)))) == (2, 2)
    assert ends(spans.ceil(Span(arb(2.25), arb(2.75)))) == (3, 3)
    with pytest.raises(Undecided):
        spans.floor(Span(arb(2.25), arb(3)))
    assert spans.surely_less(a, b)
    assert not spans.surely_less(b, a)
    assert spans.equal(point(arb(3)), point(arb(3)))
    assert not spans.equal(a, b)
    assert spans.agree(point(arb(3)), point(arb(3)))
    assert not spans.agree(b, b)
    assert spans.same(b, Span(arb(3), arb(4)))
    assert not spans.same(b, Span(arb(3), arb(5)))
    assert spans.ball(point(arb(2)), point(arb(0))).certain
    assert ends(spans.ball(point(arb(2)), point(arb(-0.5)))) == (1.5, 2.5)
    assert ends(spans.hypot(Span(arb(3), arb(3.5)), point(arb(4))))[0] == 5
    assert ends(spans.union([1, b, -2])) == (-2, 4)


@pytest.mark.parametrize(("low", "high", "shown"), [
    ("0", "1e999999999", "5.0e+999999998 ± 5.1e+999999998"),
    ("1e-999999999", "1", "0.50 ± 0.51"), ("-1", "1e-999999999", "-0.50 ± 0.51"),
    ("0", "3", "1.5 ± 1.5"), ("1", "4", "2.5 ± 1.5"),
])  # fmt: skip
def test_spans_whose_ends_no_fraction_holds_are_written(spans: Spans, low: str, high: str, shown: str) -> None:
    """One such end is enough: as a fraction it would have billions of bits. The radius is rounded up, to be safe."""
    assert str(spans.round_out(Span(arb(low), arb(high)))) == shown
