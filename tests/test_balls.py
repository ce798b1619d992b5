"""Balls: digits correctly rounded, values with an uncertainty enclose every sample, texts that read back."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from typing import Any

import flint
import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli import differentiate
from gradcli.calculus.symbolic import Symbols
from gradcli.errors import GradcliError, InputError, LimitError, MathError
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.decimals import decimal_text
from gradcli.numbers.systems import FLOAT, Undecided
from gradcli.record.precision import MAX_DIGITS

from .programs import call_names, random_case

# ---- --digits


def rounded(x: mpmath.mpf, digits: int) -> Decimal:
    """Return a number of mpmath, rounded once, halves to even."""
    sign, mantissa, exponent, _ = x._mpf_
    with localcontext(Context(prec=4000)):
        exact = Decimal(int(mantissa)) * Decimal(2) ** int(exponent) * (-1 if sign else 1)
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(exact)


PROGRAMS = {
    "exp(-x)*sin(x)": lambda x, y: mpmath.exp(-x) * mpmath.sin(x),
    "x**y + 0.1": lambda x, y: x**y + mpmath.mpf(1) / 10,
    "log(x)/atan(y) - tanh(x*y)": lambda x, y: mpmath.log(x) / mpmath.atan(y) - mpmath.tanh(x * y),
    "sqrt(x*x + y*y)*1e-7": lambda x, y: mpmath.sqrt(x * x + y * y) / 10**7,
    "gamma(x)*erf(y)": lambda x, y: mpmath.gamma(x) * mpmath.erf(y),
    "(1 - cos(x*0.0001))*y": lambda x, y: (1 - mpmath.cos(x / 10000)) * y,
    "digamma(x) + lgamma(y)": lambda x, y: mpmath.digamma(x) + mpmath.loggamma(y),
    "polygamma(1, x)*polygamma(2, y)": lambda x, y: mpmath.polygamma(1, x) * mpmath.polygamma(2, y),
    "sigmoid(x*100)*1e30 + y*0": lambda x, y: 10**30 / (1 + mpmath.exp(-100 * x)),
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("digits", [1, 2, 7, 16, 17, 50, 300])
def test_digits_are_correctly_rounded(program: str, digits: int) -> None:
    """Literals and bindings are the decimals that they are; the result is the true one, rounded once."""
    draw = random.Random(f"{program}{digits}")
    for _ in range(3):
        texts = [f"{draw.randint(1, 4)}.{draw.randint(1, 999)}", f"{draw.randint(1, 99)}/{draw.randint(1, 99)}"]
        given = dict(zip("xy", texts, strict=True))
        given = {name: text for name, text in given.items() if name in program.replace("exp", "")}
        got = differentiate(program, given, digits=digits, nodes="none").value
        with mpmath.workdps(2 * digits + 60):
            x, y = (mpmath.mpf(f.numerator) / f.denominator for f in map(Fraction, texts))
            true = rounded(PROGRAMS[program](x, y), digits)
        assert Decimal(got) == true, (given, got)
        figures = Decimal(got).as_tuple().digits
        assert len(figures) <= digits or not any(figures[digits:])


def test_gradients_to_many_digits() -> None:
    record = differentiate("sin(x)*exp(y)", {"x": "0.1", "y": "1/3"}, digits=40)
    with mpmath.workdps(80):
        x, y = mpmath.mpf(1) / 10, mpmath.mpf(1) / 3
        true = {"x": mpmath.cos(x) * mpmath.exp(y), "y": mpmath.sin(x) * mpmath.exp(y)}
        assert {n: Decimal(d) for n, d in record.gradient.items()} == {n: rounded(t, 40) for n, t in true.items()}


def test_digits_read_decimals_and_floats_do_not() -> None:
    assert differentiate("x - 1/10", {"x": "0.1"}, digits=20).value == "0"
    assert differentiate("x", {"x": "0.1"}, digits=30).value == "0." + "1" + "0" * 29
    assert differentiate("x*3", {"x": "0.1"}).value == 0.1 * 3


@pytest.mark.parametrize(("digits", "value"), [(1, "2"), (2, "2.5"), (3, "2.5"), (12, "2.5")])
def test_exact_results_keep_no_zeros_and_ties_go_to_even(digits: int, value: str) -> None:
    assert differentiate("x", {"x": "2.5"}, digits=digits).value == value


@pytest.mark.parametrize("digits", [0, -1, MAX_DIGITS + 1])
def test_the_number_of_digits_is_limited(digits: int) -> None:
    with pytest.raises(InputError, match="4,000"):
        differentiate("x", {"x": 1}, digits=digits)


@pytest.mark.parametrize(("base", "exponent"), [(2, 640_000), (2, -640_000), (2, -6_200), (10, 29_700), (3, 99_999)])
def test_numbers_with_a_large_exponent(base: int, exponent: int) -> None:
    got = differentiate("x**n", {"x": base, "n": exponent}, wrt=["x"], digits=20).value
    with mpmath.workdps(60):
        assert Decimal(got) == rounded(mpmath.mpf(base) ** exponent, 20)


def test_the_order_of_polygamma_is_limited() -> None:
    assert differentiate("polygamma(n, x)", {"n": 9_999, "x": 2.5}, wrt=["x"], digits=5).value == "1.1329e+31676"
    for point in ({"n": 10_001, "x": 2.5}, {"n": 1e300, "x": 1e300}, {"n": 1, "x": -10_000.5}):
        with pytest.raises(LimitError, match="10,000") as caught:
            differentiate("polygamma(n, x)", point, wrt=["x"])
        assert caught.value.span == (0, 15)


def test_four_thousand_digits() -> None:
    got = str(differentiate("pi*x", {"x": 1}, digits=MAX_DIGITS).value)
    with mpmath.workdps(MAX_DIGITS + 20):
        assert got == mpmath.nstr(mpmath.pi, MAX_DIGITS, strip_zeros=False)


@given(st.integers(-(10**25), 10**25), st.integers(-60, 60))
def test_decimal_texts_read_back(mantissa: int, exponent: int) -> None:
    text = decimal_text(mantissa, exponent)
    assert Decimal(text) == Decimal(mantissa).scaleb(exponent, Context(prec=99))
    assert len(text) < 60


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 30))
def test_exact_numbers_are_rounded_once(x: float, digits: int) -> None:
    S = DecimalBalls(200, digits)
    assert Decimal(S.round_out(S.from_number(x))) == Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(Decimal(x))


# ---- values with an uncertainty


def enclosure(text: str) -> tuple[Fraction, Fraction]:
    """Return the ends of `middle ± radius` (or of a number)."""
    middle, _, radius = text.replace(" ", "").partition("±")
    return Fraction(middle) - Fraction(radius or "0"), Fraction(middle) + Fraction(radius or "0")


def encloses(text: str, x: float) -> bool:
    """Whether a span holds a number; both may be rounded to twelve digits, but the radius to nothing less."""
    low, high = enclosure(text)
    slack = Fraction(6, 10**12) * abs(Fraction(x)) + Fraction(1, 10**300)
    return low - slack <= Fraction(x) <= high + slack


KINKED = [("abs", 1), ("relu", 1), ("max", 3), ("min", 2), ("leaky_relu", 1), ("hypot", 2)]
ROUGH = [*(call for call in call_names() if "gamma" not in call[0]), *KINKED, *KINKED, *KINKED]


@pytest.mark.parametrize(("calls", "sizes"), [(None, (0.0, 0.001, 0.05, 0.3)), (ROUGH, (0.0, 0.05, 0.5, 1.0, 3.0))])
def test_uncertain_values_enclose_every_sample(calls: Any, sizes: Sequence[float]) -> None:
    draw = random.Random(3)
    made = 0
    while made < 120:
        case = random_case(draw, depth=3) if calls is None else random_case(draw, depth=3, calls=calls)
        radii = {name: draw.choice(sizes) for name in case.point}
        given = {name: f"{x:.3f}+-{radii[name]}" if radii[name] else f"{x:.3f}" for name, x in case.point.items()}
        if not any(radii.values()):
            continue
        try:
            record = differentiate(case.program, given)
        except MathError as refused:
            assert refused.kind in ("undecided", "domain", "infinite"), refused
            continue
        made += 1
        for k in range(12):
            ends = k < 4
            at = {
                name: x + radii[name] * (draw.choice((-1, 1)) if ends else draw.uniform(-1, 1)) * (1 - 1e-12)
                for name, x in case.point.items()
            }
            try:
                sample = differentiate(case.program, at)
            except MathError as refused:  # at a kink that no digits tell from its neighbours
                assert refused.kind == "undecided", refused
                continue
            assert encloses(record.value, sample.value), (case, given, at)
            at_kinks = {sample.graph.labels[note.node] for note in sample.notes if note.kind == "one-sided"}
            for name, slope in sample.gradient.items():
                if record.gradient[name] is None:
                    assert name in {note.of for note in record.notes}, (case, given, name)
                elif name not in at_kinks:
                    assert encloses(record.gradient[name], slope), (case, given, at, name)


@pytest.mark.parametrize(("program", "given", "value"), [
    ("x*y", {"x": "2.50+-0.005", "y": "3"}, "7.500 ± 0.015"),
    ("x", {"x": "2.50±0.005"}, "2.5000 ± 0.0050"),
    ("x - x", {"x": "1+-0.1"}, "0.00 ± 0.20"),
    ("x*0", {"x": "1+-0.1"}, "0"),
    ("x/3", {"x": "1"}, 1 / 3),
    ("x", {"x": "0+-1"}, "0.0 ± 1.0"),
    ("x", {"x": "1+-0"}, "1"),
    ("x", {"x": "12345.678+-100"}, "12350 ± 110"),
    ("x + 0.000000099", {"x": "0.5+-0.1"}, "0.50 ± 0.11"),
    ("x**2", {"x": "1+-3"}, "8.0 ± 8.0"),
    ("x*x", {"x": "1+-3"}, "8.0 ± 8.0"),
    ("x**2", {"x": "0+-1"}, "0.50 ± 0.50"),
    ("x**3", {"x": "0+-1"}, "0.0 ± 1.0"),
    ("x**-2", {"x": "1.5+-0.5"}, "0.62 ± 0.38"),
    ("hypot(x, y)", {"x": "0+-4", "y": "3"}, "4.0 ± 1.0"),
    ("relu(x)", {"x": "0+-1"}, "0.50 ± 0.50"),
    ("max(x, y)", {"x": "1+-0.1", "y": "1+-0.1"}, "1.00 ± 0.10"),
    ("sin(x)", {"x": "0+-0.1"}, "0.00 ± 0.10"),
])  # fmt: skip
def test_uncertain_values_are_written(program: str, given: dict[str, str], value: str | float) -> None:
    assert differentiate(program, given).value == value


@pytest.mark.parametrize(("program", "given"), [
    ("log(x)", {"x": "0.1+-0.2"}), ("1/x", {"x": "0+-1"}), ("sqrt(x)", {"x": "0+-0.1"}), ("floor(x)", {"x": "1+-0.1"}),
    ("where(x > 0, x, -x)", {"x": "0+-0.1"}), ("sign(x)", {"x": "0+-0.1"}), ("atan2(x, -1)", {"x": "0+-0.1"}),
])  # fmt: skip
def test_undecided_within_the_uncertainty(program: str, given: dict[str, str]) -> None:
    with pytest.raises(MathError, match="undecided within the uncertainty") as caught:
        differentiate(program, given)
    assert caught.value.status == 3
    assert caught.value.span is not None


@pytest.mark.parametrize(("program", "slope"), [
    ("relu(x)", "0.50 ± 0.50"), ("abs(x)*3", "0.0 ± 3.0"), ("max(x, 0.5)", "0.50 ± 0.50"),
    ("leaky_relu(x)", "0.50 ± 0.50"), ("min(x, y, x + 3)", "0.50 ± 0.50"),
])  # fmt: skip
def test_a_kink_within_the_uncertainty_is_said(program: str, slope: str) -> None:
    given = {"x": "0+-1", "y": "0"} if ", y," in program else {"x": "0+-1"}
    record = differentiate(program, given)
    assert record.gradient["x"] == slope
    assert "kink within the uncertainty" in record.notes[0].message
    with pytest.raises(MathError, match="kink within the uncertainty"):
        differentiate(program, given, at_kink="error")


@pytest.mark.parametrize(("program", "y", "left", "right"), [
    ("relu(x)*y", "1+-2", "0", "1.0 ± 2.1"), ("abs(x)*y", "0.5+-1", "-0.5 ± 1.1", "0.5 ± 1.1"),
])  # fmt: skip
def test_sides_that_overlap_are_told(program: str, y: str, left: str, right: str) -> None:
    record = differentiate(program, {"x": 0, "y": y})
    assert [(note.left, note.right) for note in record.notes if note.kind == "one-sided"] == [(left, right)]
    with pytest.raises(MathError):
        differentiate(program, {"x": 0, "y": y}, at_kink="error")


@pytest.mark.parametrize("text", ["1+-", "+-1", "1+-x", "1±±2", "1+-0.1+-0.2", "1 +- 1/0"])
def test_uncertainties_that_are_none(text: str) -> None:
    with pytest.raises(GradcliError):
        differentiate("x", {"x": text})


def test_first_order_errors_are_noted() -> None:
    record = differentiate("x*y", {"x": "2+-0.1", "y": "3+-0.2"})
    note = next(note for note in record.notes if note.kind == "uncertainty")
    assert "uncertain by 0.7, by 0.5 if" in note.message


# ---- settling


def test_settle_to_one_binary64() -> None:
    import flint

    from gradcli.numbers.balls import Balls

    S = Balls(128)
    with S.at_work():
        assert S.round_out(flint.arb(1) / 3) == 1 / 3
    assert S.round_out(flint.arb(0, flint.arb(10) ** -330)) == 0.0
    assert math.copysign(1, S.round_out(-flint.arb(0))) == 1
    assert S.round_out(flint.arb(10) ** 400) == math.inf
    assert S.round_out(-(flint.arb(10) ** 400)) == -math.inf
    with pytest.raises(Undecided):
        S.round_out(flint.arb(1, 1e-10))
    with pytest.raises(Undecided):
        S.round_out(flint.arb(0, 1e-300))


def test_systems_share_their_interface() -> None:
    """What a rule may call on one system, every other has too: as a function or as a refusal."""
    from gradcli.numbers.balls import Balls
    from gradcli.numbers.enclosures import Bounds
    from gradcli.numbers.fractions import Exact

    for name in (
        "zero",
        "one",
        "two",
        "ten",
        "less",
        "equal",
        "where",
        "sum",
        "max",
        "tie_weights",
        "softmax",
        "floor_divide",
    ):
        for S in (FLOAT, Bounds(), Exact(), Balls(64), Symbols()):
            assert hasattr(S, name), (S.name, name)


@pytest.mark.parametrize(("middle", "bits", "lost"), [(0, 3, 125), (0, -40, 168), (1, 3, 125), (-1, 3, 125),
                                                      (0, 20, None), (1, 20, None), (-1, 20, None)])  # fmt: skip
def test_what_a_number_lost_is_what_its_radius_leaves_of_it(middle: int, bits: int, lost: int | None) -> None:
    """Beside 0 a radius of 2**-3 leaves three bits of 1, beside another number as many of that."""
    S = Balls(128)
    found = S.lost([S.one, flint.arb(middle, flint.arb(2) ** -bits)])
    assert (found is None) is (lost is None)
    if found is not None and lost is not None:
        assert abs(found - lost) <= 2


ENDS = [(-1, 3), (-3, 1), (0, 2), (-2, 0), (1, 3), (-3, -1)]


@pytest.mark.parametrize(
    ("ends", "n"), [(ends, n) for ends in ENDS for n in (2, 3, 4, 7, -2, -3) if n > 0 or ends[0] * ends[1] > 0]
)
def test_a_whole_power_of_a_wide_ball_holds_those_of_its_numbers(ends: tuple[int, int], n: int) -> None:
    """Of a ball around 0 the end that is farther from it gives the largest even power."""
    low, high = ends
    S = Balls(128)
    with S.at_work():
        found = S.pow(flint.arb((low + high) / 2, (high - low) / 2), flint.arb(n))
        assert all(found.contains(flint.arb(k) ** n / flint.arb(8) ** n) for k in range(8 * low, 8 * high + 1) if k)
        assert n % 2 or found.lower() >= 0


@pytest.mark.parametrize("digits", [1, 19, 20, 100, 1000])
@pytest.mark.parametrize(
    "program", ["sin(x)**2 + cos(x)**2 - 1", "exp(log(x) + 1) - e*x", "atan(x) + atan(1/x) - pi/2"]
)
def test_a_zero_that_no_precision_tells_is_written_0_for_any_number_of_digits(program: str, digits: int) -> None:
    """The last precision is the same for all, whatever the first one was."""
    assert differentiate(program, {"x": "3"}, digits=digits, wrt=[], nodes="none").value == "0"


@pytest.mark.parametrize(("value", "text"), [
    ("1/2", "0.5"), ("1/2 + 1/2^40", "0.50000"), ("3", "3"), ("3 + 1/2^40", "3.0000"), ("120", "120"),
    ("120 + 1/2^30", "120.00"), ("1/8 - 1/2^60", "0.12500"),
])  # fmt: skip
def test_zeros_at_the_end_are_kept_where_something_was_rounded(value: str, text: str) -> None:
    """All of these have few binary digits; to five figures some are what they are, and others are rounded."""
    record = differentiate("a + 0*b", {"a": value, "b": 1}, digits=5)
    assert record.value == text
