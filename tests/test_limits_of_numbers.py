"""Number systems at their limits, from both sides; and bounds that are no wider than their proofs need."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb, fmpq

from gradcli import differentiate
from gradcli.errors import LimitError, Source
from gradcli.language.syntax import parse
from gradcli.numbers.balls import Balls
from gradcli.numbers.closer import EXACT_BITS, Closer
from gradcli.numbers.decimals import scaled
from gradcli.numbers.enclosures import CERTAIN_RTOL, GAMMA_ERROR, LIBM_ERROR, Bounds
from gradcli.numbers.error_arithmetic import INF, SMALL, TINY, UNIT, Bound, product_error
from gradcli.numbers.fractions import Dyadic, Exact
from gradcli.numbers.ieee import IEEE
from gradcli.numbers.refusing import REFUSING, NoValue
from gradcli.numbers.special_functions import polygamma
from gradcli.numbers.systems import FLOAT, Undecided, Unsupported

S = Bounds()
SLACK = 1 + 2.0**-47  # of the roundings of the bound itself


def same(a: Bound, b: Bound) -> bool:
    return (a.v, a.r) == (b.v, b.r)


def is_unknown(x: Bound) -> bool:
    return x.r == INF


MONOTONE = [
    ("exp", 1.5), ("expm1", 0.5), ("exp2", 2.5), ("log", 3.0), ("log1p", 0.5), ("log2", 3.0), ("log10", 5.0),
    ("asin", 0.5), ("acos", 0.5), ("atan", 2.0), ("sinh", 1.5), ("tanh", 0.5), ("asinh", 2.0), ("acosh", 2.0),
    ("atanh", 0.5), ("cbrt", 3.0), ("erf", 0.5), ("sigmoid", 1.0), ("softplus", 1.0), ("cosh", 1.5), ("cosh", -1.5),
    ("tan", 0.5), ("sqrt", 2.0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "x"), MONOTONE)
def test_a_bound_is_no_wider_than_three_values_with_their_errors(name: str, x: float) -> None:
    """The computed values at both ends and in the middle are each within `LIBM_ERROR` of the true ones."""
    f = getattr(FLOAT, name)
    exact = getattr(S, name)(Bound(x))
    assert exact.v == f(x)
    assert 0 < exact.r <= (abs(f(x)) * LIBM_ERROR * (2 if name == "cosh" else 1) + TINY) * SLACK
    for r in (1e-12, 1e-6):
        found = getattr(S, name)(Bound(x, r))
        ends = f(math.nextafter(x - r, -INF)), f(math.nextafter(x + r, INF))
        spread, most = max(abs(end - f(x)) for end in ends), max(map(abs, (*ends, f(x))))
        assert found.v == f(x)
        assert spread < found.r <= (spread + 2 * most * LIBM_ERROR + TINY) * SLACK


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_a_wave_is_no_wider_than_its_argument(name: str) -> None:
    f = getattr(math, name)
    for x, r in ((0.5, 0.0), (0.5, 1e-9), (-40.0, 1e-3)):
        found = getattr(S, name)(Bound(x, r))
        assert found.v == f(x)
        assert r <= found.r <= (r + abs(f(x)) * LIBM_ERROR + TINY) * SLACK
    assert is_unknown(getattr(S, name)(Bound(0.5, INF)))
    for zero in (0.0, -0.0):
        assert same(getattr(S, name)(Bound(zero)), Bound(f(0.0)))
    assert getattr(S, name)(Bound(0.0, 1e-9)).r >= 1e-9


def test_square_roots_that_come_out_even_are_exact() -> None:
    assert [S.sqrt(Bound(x)).r for x in (0.0, 4.0, 2.25)] == [0, 0, 0]
    assert 0 < S.sqrt(Bound(2.0)).r <= math.sqrt(2) * 2 * UNIT
    assert is_unknown(S.sqrt(Bound(1e-9, 1e-8)))
    assert is_unknown(S.sqrt(Bound(1.0, INF)))
    near = S.sqrt(Bound(4.0, 1e-9))
    assert 2.5e-10 <= near.r <= (2.5e-10 + 8 * UNIT) * (1 + 1e-6)


def test_the_length_of_a_vector() -> None:
    assert same(S.hypot(Bound(0.0), Bound(0.0)), Bound(0.0))
    found = S.hypot(Bound(3.0, 1e-9), Bound(4.0, 2e-9))
    assert found.v == 5.0
    assert 3e-9 <= found.r <= (3e-9 + 5 * LIBM_ERROR + TINY) * SLACK
    assert S.hypot(Bound(0.0, 1e-9), Bound(0.0)).r >= 1e-9
    assert is_unknown(S.hypot(Bound(1.0, INF), Bound(1.0)))


def test_angles() -> None:
    exact = S.atan2(Bound(1.0), Bound(2.0))
    assert exact.v == math.atan2(1.0, 2.0)
    assert 0 < exact.r <= (exact.v * LIBM_ERROR + TINY) * SLACK
    assert same(S.atan2(Bound(0.0), Bound(2.0)), Bound(0.0))
    assert S.atan2(Bound(0.0), Bound(-2.0)).r > 0  # pi is no binary64
    assert S.atan2(Bound(-0.0), Bound(-2.0)).v == math.pi
    near = S.atan2(Bound(3.0, 1e-6), Bound(4.0, 1e-6))
    assert 2e-7 <= near.r <= (1.1 * 2e-6 / 5 + LIBM_ERROR) * SLACK
    assert not is_unknown(S.atan2(Bound(3.0, 0.6), Bound(4.0, 0.6)))
    assert is_unknown(S.atan2(Bound(3.0, 0.65), Bound(4.0, 0.65)))  # a quarter of the way to 0
    for y, x, known in (
        (Bound(1e-3, 1e-3), Bound(-1.0), False), (Bound(1e-3, 0.9e-3), Bound(-1.0), True),
        (Bound(0.0, 1e-3), Bound(1.0), True), (Bound(0.0, 1e-3), Bound(0.0), False),
        (Bound(-1e-3, 1e-3), Bound(-1.0), False), (Bound(0.5), Bound(0.0, 0.1), True),
    ):  # fmt: skip
        assert is_unknown(S.atan2(y, x)) is not known, (y, x)


@pytest.mark.parametrize(("x", "y", "v", "most"), [
    (Bound(3.0), Bound(2.0), 9.0, 0.0), (Bound(7.5), Bound(1.0), 7.5, 0.0), (Bound(7.5), Bound(0.0), 1.0, 0.0),
    (Bound(1.0), Bound(0.5), 1.0, 0.0), (Bound(0.0), Bound(3.0), 0.0, 0.0),
    (Bound(2.0), Bound(0.5), 2**0.5, 2**0.5 * LIBM_ERROR),
    (Bound(2.0), Bound(3.0), 8.0, 8 * LIBM_ERROR), (Bound(-2.0), Bound(3.0), -8.0, 8 * LIBM_ERROR),
    (Bound(2.0, 1e-6), Bound(3.0), 8.0, 12.1e-6), (Bound(-2.0, 1e-6), Bound(3.0), -8.0, 12.1e-6),
    (Bound(2.0), Bound(3.0, 1e-6), 8.0, 5.6e-6), (Bound(0.0, 1e-3), Bound(2.0), 0.0, 1.01e-6),
    (Bound(1e-3, 1e-3), Bound(2.0), 1e-6, 5.1e-6), (Bound(-1e-3, 1e-3), Bound(3.0), -1e-9, 9.1e-9),
    (Bound(0.0, 1e-3), Bound(1.0), 0.0, 1.01e-3), (Bound(1e-3, 1e-3), Bound(1.0), 1e-3, 3.01e-3),
])  # fmt: skip
def test_powers(x: Bound, y: Bound, v: float, most: float) -> None:
    found = S.pow(x, y)
    assert found.v == pytest.approx(v, rel=1e-15)
    assert found.r <= most * SLACK + TINY * 2
    assert (found.r == 0) is (most == 0)


@pytest.mark.parametrize(("x", "y"), [
    (Bound(1.0, INF), Bound(2.0)), (Bound(2.0), Bound(2.0, INF)), (Bound(0.1, 0.2), Bound(0.5)),
    (Bound(0.1, 0.2), Bound(-1.0)), (Bound(-2.0, 0.1), Bound(2.0, 0.1)), (Bound(0.1, 0.2), Bound(0.0)),
    (Bound(-2.0, 0.1), Bound(0.5)), (Bound(1e200), Bound(2.0)),
    (Bound(1e200, 1.0), Bound(3.0)), (Bound(INF), Bound(1.0)),
])  # fmt: skip
def test_powers_of_which_nothing_is_known(x: Bound, y: Bound) -> None:
    assert is_unknown(S.pow(x, y))


@pytest.mark.parametrize(("name", "x", "known"), [
    ("gamma", Bound(-169.5), True), ("gamma", Bound(-170.5), False), ("gamma", Bound(172.0), False),
    ("gamma", Bound(1.6, 0.05), True), ("gamma", Bound(1.5, 0.05), False), ("gamma", Bound(1.3, 0.05), True),
    ("gamma", Bound(1.4, 0.05), False), ("gamma", Bound(0.1, 0.2), False), ("gamma", Bound(-0.5, 0.1), False),
    ("lgamma", Bound(0.5), True), ("lgamma", Bound(-0.5), False), ("lgamma", Bound(1.6, 0.05), True),
    ("lgamma", Bound(1.5, 0.05), False), ("lgamma", Bound(1.3, 0.05), True), ("lgamma", Bound(0.1, 0.2), False),
    ("digamma", Bound(0.5), True), ("digamma", Bound(-0.5), False), ("digamma", Bound(0.5, 0.5), False),
    ("digamma", Bound(0.5, 0.4), True), ("tan", Bound(1.0, 0.5), True), ("tan", Bound(1.0, 0.6), False),
    ("tan", Bound(0.0, 1.49), True), ("tan", Bound(0.0, 1.5), False), ("tan", Bound(0.0, INF), False),
    ("asin", Bound(0.9, 0.05), True), ("asin", Bound(0.9, 0.1), False), ("acos", Bound(-0.9, 0.1), False),
    ("log", Bound(1.0, 0.9), True), ("log", Bound(1.0, 1.0), False), ("log2", Bound(1.0, 1.0), False),
    ("log10", Bound(1.0, 1.0), False), ("log1p", Bound(0.0, 0.9), True), ("log1p", Bound(0.0, 1.0), False),
    ("atanh", Bound(0.5, 0.5), False), ("atanh", Bound(-0.5, 0.5), False), ("atanh", Bound(0.5, 0.4), True),
    ("acosh", Bound(1.5, 0.5), False), ("acosh", Bound(1.5, 0.4), True), ("erfinv", Bound(0.5, 0.5), False),
    ("erfinv", Bound(-0.5, 0.5), False), ("exp", Bound(710.0), False), ("cosh", Bound(711.0), False),
    ("cosh", Bound(1.0, INF), False), ("exp", Bound(1.0, INF), False), ("sinh", Bound(700.0, 20.0), False),
])  # fmt: skip
def test_where_a_function_of_a_bound_is_known(name: str, x: Bound, known: bool) -> None:
    found = getattr(S, name)(x)
    assert is_unknown(found) is not known
    if name == "gamma" and known and not x.r:
        assert found.r <= (abs(found.v) * GAMMA_ERROR + TINY) * SLACK


@pytest.mark.parametrize(("name", "x", "value"), [
    ("exp", 0.0, 1.0), ("expm1", 0.0, 0.0), ("exp2", 0.0, 1.0), ("exp2", 1.0, 2.0), ("log", 1.0, 0.0),
    ("log1p", 0.0, 0.0), ("log2", 1.0, 0.0), ("log2", 2.0, 1.0), ("log10", 1.0, 0.0), ("log10", 10.0, 1.0),
    ("asin", 0.0, 0.0), ("acos", 1.0, 0.0), ("atan", 0.0, 0.0), ("sinh", 0.0, 0.0), ("tanh", 0.0, 0.0),
    ("asinh", 0.0, 0.0), ("acosh", 1.0, 0.0), ("atanh", 0.0, 0.0), ("cbrt", 0.0, 0.0), ("cbrt", 1.0, 1.0),
    ("cbrt", -1.0, -1.0), ("cbrt", 8.0, 2.0), ("cbrt", -8.0, -2.0), ("erf", 0.0, 0.0), ("erfc", 0.0, 1.0),
    ("erfinv", 0.0, 0.0), ("sigmoid", 0.0, 0.5), ("cosh", 0.0, 1.0), ("tan", 0.0, 0.0), ("sin", 0.0, 0.0),
    ("cos", 0.0, 1.0),
])  # fmt: skip
def test_results_that_are_exact(name: str, x: float, value: float) -> None:
    assert same(getattr(S, name)(Bound(x)), Bound(value))
    assert getattr(S, name)(Bound(x + 0.5 if name not in ("acos", "erfinv", "atanh") else 0.5)).r > 0


def test_what_is_settled() -> None:
    assert S.round_out(Bound(2.0, 2 * CERTAIN_RTOL)) == 2.0
    assert math.copysign(1, S.round_out(Bound(-0.0))) == 1
    with pytest.raises(Undecided):
        S.round_out(Bound(2.0, math.nextafter(2 * CERTAIN_RTOL, INF)))
    assert S.within(Bound(1.0, 1e300))
    with pytest.raises(Undecided):
        S.within(Bound(1.0, INF))
    assert S.agree(Bound(1.0, 0.25), Bound(1.5, 0.25))
    assert not S.agree(Bound(1.0, 0.25), Bound(1.6, 0.25))
    assert S.agree(Bound(1.0), Bound(1.0 + 0.9e-13))
    assert not S.agree(Bound(1.0), Bound(1.0 + 1.2e-13))
    assert S.agree(Bound(1000.0), Bound(1000.0 + 0.9e-10))


def test_decisions_of_bounds() -> None:
    wide = Bound(1.0, 0.5)
    assert S.surely_less(wide, Bound(2.0, 0.25))
    assert not S.surely_less(wide, Bound(1.5))
    assert not S.surely_less(Bound(2.0, 0.25), wide)
    assert S.less(Bound(1.0), Bound(2.0))
    assert not S.less(wide, wide)
    assert S.equal(wide, wide)
    assert not S.equal(wide, Bound(2.0))
    for ask in (S.less, S.equal):
        with pytest.raises(Undecided):
            ask(wide, Bound(1.25))
    assert S.argmax([Bound(1.0, 9.0), Bound(3.0), Bound(2.0)]) == 1


def test_what_comes_from_flint() -> None:
    assert same(S.adopt(fmpq(1, 4)), Bound(0.25))
    assert same(S.adopt(fmpq(0)), Bound(0.0))
    third = S.adopt(fmpq(1, 3))
    assert (third.v, third.r) == (1 / 3, 1 / 3 * UNIT + TINY)
    with pytest.raises(Undecided):
        S.adopt(fmpq(10**400))
    assert S.enclosure(Bound(0.5)) == fmpq(1, 2)
    ball = S.enclosure(Bound(0.5, 0.25))
    assert (float(ball.lower()), float(ball.upper())) == pytest.approx((0.25, 0.75), rel=1e-8)


# ---- the arithmetic of errors


@pytest.mark.parametrize("a", [1e-140, 1e150, -1e-140, -1e150, 1e-200, 1e200])
def test_products_beyond_the_range_of_the_exact_error(a: float) -> None:
    inside = math.nextafter(a, math.copysign(1.0, a))
    assert product_error(a, 1.1, a * 1.1) is product_error(1.1, a, a * 1.1) is None
    if abs(a) in (1e-140, 1e150):
        for x, y in ((inside, 1.1), (1.1, inside)):
            error = product_error(x, y, x * y)
            assert error is not None
            assert Fraction(error) == Fraction(x) * Fraction(y) - Fraction(x * y)
    assert product_error(0.0, a, 0.0) == product_error(a, 0.0, 0.0) == 0.0
    assert (Bound(a) * Bound(1.1)).r == pytest.approx(abs(a * 1.1) * UNIT + TINY, rel=1e-14)


def test_quotients() -> None:
    assert same(Bound(6.0) / Bound(2.0), Bound(3.0))
    assert same(Bound(0.0) / Bound(3.0, 1.0), Bound(0.0))
    assert is_unknown(Bound(1.0) / Bound(1.0, 1.0))
    assert is_unknown(Bound(1.0) / Bound(0.0))
    third = Bound(1.0) / Bound(3.0)
    assert 0 < third.r <= (third.v * UNIT + TINY) * SLACK
    wide = Bound(1.0, 1e-6) / Bound(2.0, 1e-6)
    assert 0.5e-6 + 0.25e-6 <= wide.r <= (0.5e-6 + 0.25e-6) * (1 + 1e-5)
    assert not is_unknown(Bound(SMALL) / Bound(1.0, 1e-3))
    assert is_unknown(Bound(math.nextafter(SMALL, 0)) / Bound(1.0, 1e-3))
    assert not is_unknown(Bound(1e-300) / Bound(1.0))
    assert same(6 / Bound(2.0), Bound(3.0))


def test_products_and_sums() -> None:
    wide = Bound(2.0, 1e-6) * Bound(3.0, 1e-6)
    assert 5e-6 <= wide.r <= (5e-6 + 1e-12 + 6 * UNIT) * SLACK
    assert same(Bound(0.0) * Bound(3.0, 1.0), Bound(0.0))
    assert same(Bound(3.0, 1.0) * Bound(0.0), Bound(0.0))
    assert is_unknown(Bound(0.0) * Bound(INF, 1.0))
    assert (Bound(0.1) * Bound(0.1)).r <= 0.1 * 0.1 * UNIT * SLACK
    assert same(Bound(1.5) * Bound(2.5), Bound(3.75))
    total = Bound(1.0, 0.25) + Bound(2.0, 0.5)
    assert (total.v, 0.75 <= total.r <= 0.75 * SLACK) == (3.0, True)
    assert same(1 + Bound(2.0), Bound(3.0))
    assert same(1 - Bound(2.0), Bound(-1.0))
    assert same(Bound(2.0) - 1, Bound(1.0))
    lost = Bound(1.0) + Bound(2.0**-60)
    assert 2.0**-60 <= lost.r <= 2.0**-60 * SLACK


# ---- fractions


def test_the_size_of_fractions() -> None:
    E = Exact()
    assert E.within(Fraction(2**13_000 - 1))
    assert E.within(Fraction(1, 2**13_000 - 1))
    for large in (Fraction(2**13_000), Fraction(1, 2**13_000)):
        with pytest.raises(LimitError, match=r"^an exact number of more than 13,000 bits"):
            E.within(large)
    assert E.number("1" * 4000) == int("1" * 4000)
    with pytest.raises(LimitError, match="4,000 digits"):
        E.number("1" * 4001)
    assert E.pow(Fraction(2), Fraction(13_000)) == 2**13_000
    assert E.pow(Fraction(2), Fraction(-13_000)) == Fraction(1, 2**13_000)
    for x, y in ((2, 13_001), (Fraction(1, 2), 13_001), (2, -13_001), (4, 6_501)):
        with pytest.raises(LimitError, match="an exact power"):
            E.pow(Fraction(x), Fraction(y))
    assert E.pow(Fraction(-1), Fraction(10**9 + 1)) == -1
    assert Dyadic().number("0.1") == Fraction(0.1)


@pytest.mark.parametrize(("function", "x", "root"), [
    ("sqrt", Fraction(9, 4), Fraction(3, 2)), ("sqrt", Fraction(0), Fraction(0)), ("sqrt", Fraction(1), Fraction(1)),
    ("sqrt", Fraction(2), None), ("sqrt", Fraction(1, 2), None), ("sqrt", Fraction(3), None),
    ("cbrt", Fraction(-8), Fraction(-2)),
    ("cbrt", Fraction(27, 8), Fraction(3, 2)), ("cbrt", Fraction(4), None), ("cbrt", Fraction(2), None),
    ("sqrt", Fraction(10**40), Fraction(10**20)), ("sqrt", Fraction(10**40 + 1), None), ("sqrt", Fraction(5, 4), None),
])  # fmt: skip
def test_roots_of_fractions(function: str, x: Fraction, root: Fraction | None) -> None:
    if root is None:
        with pytest.raises(Unsupported, match=function):
            getattr(Exact(), function)(x)
    else:
        assert getattr(Exact(), function)(x) == root


def test_powers_of_fractions() -> None:
    E = Exact()
    assert E.pow(Fraction(4, 9), Fraction(3, 2)) == Fraction(8, 27)
    assert E.pow(Fraction(4, 9), Fraction(-1, 2)) == Fraction(3, 2)
    with pytest.raises(Unsupported, match="a power with a fractional exponent"):
        E.pow(Fraction(2), Fraction(1, 2))
    assert (E.floor(Fraction(-3, 2)), E.ceil(Fraction(-3, 2)), E.round(Fraction(5, 2))) == (-2, -1, 2)
    assert E.adopt(fmpq(2, 3)) == Fraction(2, 3)
    with pytest.raises(Undecided):
        E.adopt(arb(1))


# ---- others


@pytest.mark.parametrize(("text", "found"), [
    ("12.5", (125, -1)), ("-0.50", (-50, -2)), ("3", (3, 0)), ("+3e2", (3, 2)), ("3e-2", (3, -2)), ("1.5e+3", (15, 2)),
    (".5", (5, -1)), ("5.", (5, 0)), ("1/3", None), ("x", None), ("", None), ("1e99999", (1, 99999)),
    ("1e100000", None),
    ("1e-99999", (1, -99999)), ("1" * 4000, (int("1" * 4000), 0)), ("1" * 4001, None), ("e5", None),
])  # fmt: skip
def test_decimals_as_whole_numbers(text: str, found: tuple[int, int] | None) -> None:
    assert scaled(text) == found


def test_floats_at_their_ends() -> None:
    assert FLOAT.inverse_one_plus_square(1e154) == pytest.approx(1e-308, rel=1e-14)
    assert FLOAT.inverse_one_plus_square(-2.0) == 0.2
    assert FLOAT.agree(1.0, 1.0 + 0.9e-12)
    assert not FLOAT.agree(1.0, 1.0 + 1.2e-12)
    assert math.isfinite(polygamma(100, 1.5))
    assert math.isnan(polygamma(101, 1.5))
    assert math.isfinite(polygamma(1, -9_999.5))
    assert math.isnan(polygamma(1, -10_000.5))
    assert [FLOAT.brief(x) for x in (0.0, -0.0, 1 / 3, 2.0)] == ["0", "0", "0.333333333333", "2"]
    assert [FLOAT.plain(x) for x in (1.5, INF, -INF)] == [1.5, "inf", "-inf"]
    assert all(map(math.isnan, IEEE.tie_weights(math.nan, [1.0, math.nan])))  # type: ignore[arg-type]
    assert IEEE.tie_weights(2.0, [2.0, 1.0, 2.0]) == [0.5, None, 0.5]
    with pytest.raises(NoValue):
        REFUSING.log(-1.0)
    assert REFUSING.sqrt(4.0) == 2.0


def test_fractions_that_a_closer_look_gives_up() -> None:
    balls = Balls(64)
    look = Closer(balls, parse(Source("program", "x")), [arb(1)])
    most = look.fraction(Fraction(2 ** (EXACT_BITS - 1)))
    assert (most + 1).exact == 2 ** (EXACT_BITS - 1) + 1
    assert (most + most).exact is None
    assert look.equal(most + most, most + most)
    assert (most * 1).exact == most.exact
    other = look.sigmoid(look.one)
    assert other.exact is None
    assert (other * 0).exact == 0
    assert (other * -1).key == (-other).key == (-1 * other).key
    assert (other * 1).key == (other / 1).key == (other + 0).key == (0 + other).key == look.pow(other, look.one).key
    assert (other - other).exact == 0
    assert (-other + other).exact == 0
    assert (other / other).exact == 1
    assert look.pow(other, look.two).key == (other * other).key
    assert look.equal(other + look.two, look.two + other)
    assert look.equal(other * look.two, look.two * other)
    assert not look.surely_less(other, other)
    assert look.surely_less(other, look.one)
    assert look.argmax([look.zero, look.two, look.one]) == 1
    for _ in range(60):  # so much work is done
        look._room -= 100_000
    assert (look.one + 1).exact is None


@pytest.mark.parametrize(("x", "said"), [
    ("999999999999.75", ["x is slightly below 1e+12"]), ("-999999999999.75", ["x is slightly above -1e+12"]),
    ("1000000000000.25", []), ("1050000000000.25", []), ("-1050000000000.25", []),
])  # fmt: skip
def test_a_step_at_a_number_that_twelve_digits_show_as_a_whole_one(x: str, said: list[str]) -> None:
    """From 10**12 on they show every number so, which says nothing."""
    notes = differentiate("floor(x)*y", {"x": x, "y": 2}).notes
    assert [note.message for note in notes if note.kind == "rounded"] == said
