"""Tolerances: numbers are compared as decimals, edges included, in marking, in the step rule and in published keys."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradcli.commands import run
from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim, Number, read_claim
from gradcli.homework.claims.decimals import Decimals
from gradcli.homework.claims.items import VALUE, Item
from gradcli.homework.claims.tolerance import Interval, Tolerance, decimal_of
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.follow_through import half_unit
from gradcli.homework.marking.marks import MarkingPolicy, mark
from gradcli.record.calls import differentiate

from .test_homework_marking import marked

TINY = Fraction(1, 10**20)  # of a decimal with few places
DECIMALS = st.builds(
    lambda digits, places, negative: Decimal(-digits if negative else digits).scaleb(-places),
    st.integers(1, 99_999), st.integers(0, 6), st.booleans(),
)  # fmt: skip
RTOLS = st.sampled_from(["0.01", "0.001", "0.05", "0.1", "0.003", "0.2", "0"])
ATOLS = st.sampled_from(["1e-8", "0.1", "0.003", "0", "0.05"])


def written(x: Fraction) -> str:
    """Return a fraction with a finite decimal expansion as a numeral."""
    places = 0
    while (x * 10**places).denominator != 1:
        places += 1
    digits = f"{abs(int(x * 10**places)):0{places + 1}d}"
    cut = len(digits) - places
    return f"{'-' if x < 0 else ''}{digits[:cut]}.{digits[cut:]}"


def status(program: str, point: dict[str, str], claim: str, rules: MarkingPolicy) -> str:
    key = AnswerKey(differentiate(program, point), {name: Source(name, text) for name, text in point.items()})
    marked = mark(key, [Claim("f", claim)], rules)
    return marked.marks[0].status


@settings(max_examples=150, deadline=None)
@given(a=DECIMALS, b=DECIMALS, c=DECIMALS, rtol=RTOLS, atol=ATOLS, above=st.booleans())
@pytest.mark.parametrize(
    ("program", "truth"),
    [("f = a*b + c", lambda a, b, c: a * b + c), ("f = a - b*(c - a)", lambda a, b, c: a - b * (c - a)),
     ("f = (a + b)*c", lambda a, b, c: (a + b) * c)],
)  # fmt: skip
def test_the_edge_of_a_tolerance_is_right_and_a_hair_beyond_is_not(
    program: str, truth: object, a: Decimal, b: Decimal, c: Decimal, rtol: str, atol: str, above: bool
) -> None:
    assert callable(truth)
    t: Fraction = truth(*map(Fraction, (a, b, c)))
    assume(abs(t) * 1000 > max(abs(Fraction(x)) for x in (a, b, c)))  # what cancels has a rule of its own
    reach = max(Fraction(atol), Fraction(rtol) * abs(t))
    rules = MarkingPolicy(rtol=float(rtol), atol=float(atol), diagnose=False)
    point = {"a": str(a), "b": str(b), "c": str(c)}
    sign = 1 if above else -1
    assert status(program, point, written(t + sign * reach), rules) == "correct"
    assert status(program, point, written(t + sign * (reach - reach / 2**10)), rules) == "correct"
    assert status(program, point, written(t + sign * (reach + TINY)), rules) != "correct"


@settings(max_examples=300, deadline=None)
@given(x=DECIMALS, figures=st.integers(1, 8), above=st.booleans())
def test_significant_figures_are_counted_in_decimals(x: Decimal, figures: int, above: bool) -> None:
    t = Fraction(x)
    unit = Fraction(10) ** (x.adjusted() - figures + 1)
    rules = MarkingPolicy(sigfigs=figures, atol=0.0, diagnose=False)
    sign = 1 if above else -1
    edge = t + sign * Fraction(51, 100) * unit
    assert status("f = a*1", {"a": str(x)}, written(edge), rules) == "correct"
    assert status("f = a*1", {"a": str(x)}, written(edge + sign * TINY), rules) != "correct"


@pytest.mark.parametrize(
    ("program", "point", "claim"),
    [
        ("f = a + b", {"a": "0.1", "b": "0.2"}, "0.3"),
        ("f = (4*a)/b*7", {"a": "16", "b": "20"}, "22.4"),
        ("f = (4*a)/b*7", {"a": "16", "b": "20"}, "112/5"),
        ("f = a/3", {"a": "1"}, "1/3"),
        ("f = a", {"a": "1/3"}, "1/3"),
        ("f = sqrt(a)", {"a": "0.04"}, "0.2"),
        ("f = exp(b) - exp(b) + a", {"a": "0.1", "b": "2"}, "0.1"),
        ("f = sqrt(a)*sqrt(a)", {"a": "2"}, "2"),
        ("f = pi/a", {"a": "4"}, "pi/4"),
    ],
)
def test_without_a_tolerance_the_exact_number_is_right(program: str, point: dict[str, str], claim: str) -> None:
    rules = MarkingPolicy(rtol=0.0, atol=0.0, diagnose=False)
    assert status(program, point, claim, rules) == "correct"


@pytest.mark.parametrize("claim", ["0.30000000000000004", "0.29999999999999999", "0.3000000000000000001"])
def test_without_a_tolerance_no_other_number_is_right(claim: str) -> None:
    rules = MarkingPolicy(rtol=0.0, atol=0.0, diagnose=False)
    assert status("f = a + b", {"a": "0.1", "b": "0.2"}, claim, rules) != "correct"


@pytest.mark.parametrize(
    ("true", "claim", "expected"),
    [
        ("0.9951", "0.995", "correct"),
        ("0.9951", "1.0", "imprecise"),  # two figures
        ("0.9951", "1.00", "wrong"),  # three, and not those: with as many as are asked for it is not too coarse
        ("9.96", "10", "imprecise"),
        ("9.96", "10.0", "wrong"),
        ("9.996", "10.0", "correct"),
    ],
)
def test_a_number_with_all_its_figures_is_not_too_coarse(true: str, claim: str, expected: str) -> None:
    assert status("f = a*1", {"a": true}, claim, MarkingPolicy(sigfigs=3)) == expected


def test_a_step_from_the_students_own_number_has_edges_too() -> None:
    """It may be off by a unit of the figures that it is written with; the 1 % is for the first step alone."""
    record = differentiate("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    for f, expected in (
        ("-15.99", "follow_through"),
        ("-15.98", "wrong"),
        ("-16.01", "follow_through"),
        ("-17", "wrong"),
    ):
        marked = mark(AnswerKey(record), [Claim("q", "4"), Claim("f", f)], MarkingPolicy())
        assert [m.status for m in marked.marks] == ["wrong", expected], f


def test_the_terms_of_a_sum_may_be_rounded_to_the_figures_of_the_sheet() -> None:
    """3.51*3.52 - 3.49*3.50 is 12.3552 - 12.215 = 0.1402, and in three figures 12.4 - 12.2 = 0.2."""
    record = differentiate("p = a*x; q = b*x; f = c*p - d*q", {"x": 1, "a": 3.52, "b": 3.5, "c": 3.51, "d": 3.49})
    for claim, expected in (("0.2", "correct"), ("0.14", "correct"), ("0.4", "wrong"), ("-0.01", "wrong")):
        marked = mark(AnswerKey(record), [Claim("df/dp", "3.51"), Claim("df/dx", claim)], MarkingPolicy())
        assert [m.status for m in marked.marks] == ["correct", expected], claim


@pytest.mark.parametrize(
    ("x", "figures", "expected"),
    [(4.567, 3, 0.005), (-12.3552, 3, 0.05), (999.0, 2, 5.0), (0.0456, 1, 0.005), (1.0, 1, 0.5), (100.0, 3, 0.5)],
)
def test_half_a_unit_of_the_last_figure(x: float, figures: int, expected: float) -> None:
    assert half_unit(x, figures) == pytest.approx(expected, rel=1e-12)
    assert half_unit(0.0, figures) == half_unit(float("inf"), figures) == 0


@given(x=DECIMALS, t=DECIMALS)
def test_floats_never_contradict_the_decimals(x: Decimal, t: Decimal) -> None:
    for tolerance in (Tolerance(), Tolerance(0.1, 0.0), Tolerance(0.0, 0.1), Tolerance(sigfigs=3)):
        sure = tolerance.surely_near(float(x), float(t))
        exact = abs(Fraction(x) - Fraction(t)) <= tolerance.reach(Fraction(t))
        assert sure in (None, exact)
        assert tolerance.near(float(x), float(t)) == exact


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (MarkingPolicy(), "within 1 % of the correct value (whole numbers exactly),"),
        (MarkingPolicy(rtol=0.05, atol=0.1), "within 5 % of the correct value, or within 0.1 of it,"),
        (MarkingPolicy(rtol=0.0, atol=0.1), "within 0.1 of the correct value,"),
        (MarkingPolicy(rtol=0.0, atol=0.0), "the correct value exactly,"),
        (MarkingPolicy(sigfigs=3), "agrees with the correct value to 3 significant figures,"),
        (MarkingPolicy(sigfigs=3, atol=0.5), "to 3 significant figures, or within 0.5 of it,"),
    ],
)
def test_the_rule_names_what_was_asked(rules: MarkingPolicy, words: str) -> None:
    assert words in rules.words()


@pytest.mark.parametrize("x", [2.0, -3.5, 1e-8, 0.0])
def test_without_an_exact_answer_the_record_is_trusted_to_12_figures(x: float) -> None:
    record = differentiate("2*x", {"x": 1})
    decimals = Decimals(record, None)
    decimals._tried = True  # and has found nothing
    item = Item(VALUE, record.output)
    assert decimals.span(item, x, 1.0) == Interval(decimal_of(x), abs(decimal_of(x)) / 10**12)
    assert Decimals(record, {"x": Source("x", "1")}).span(item, 2.0, 1.0) == Interval(Fraction(2), Fraction(0))


@pytest.mark.parametrize("text", ["sqrt(2)", "exp(1)", "3*log(7)"])
def test_an_expression_is_known_as_well_as_floats_compute_it(text: str) -> None:
    claim = read_claim(text, {})
    assert isinstance(claim, Number)
    assert claim.span == Interval(decimal_of(claim.value), abs(decimal_of(claim.value)) / 2**46)
    assert Number(0.5, text="0.5").span == Interval(Fraction(1, 2))


NEURON = "s = w0*x0 + w1*x1 + w2; f = sigmoid(s)"
AT = {"w0": -2.0, "x0": -4.0, "w1": 2.0, "x1": -2.5, "w2": -2.5}  # s 0.5, f 0.6225, df/ds 0.2350, df/dw0 -0.9400
PRODUCTS, THREE = "s = x*y; t = s*z; f = t*w", {"x": 0.47, "y": 0.5, "z": -4.0, "w": 2.0}  # s 0.235, t -0.94, f -1.88


@pytest.mark.parametrize(("program", "at", "claims", "why"), [
    (NEURON, AT, "df/ds=0.25 df/dw0=-1", "a right step from your df/ds"),
    (NEURON, AT, "df/ds=0.25 df/dx0=-0.5", "a right step from your df/ds"),
    (NEURON, AT, "df/ds=0.25 df/dw0=-0.9", "right, but too coarse: give 3 significant figures"),  # 0.94, and no 1
    (NEURON, AT, "df/dw0=-1", "right, but too coarse: give 3 significant figures"),
    (NEURON, AT, "df/ds=0.2 df/dw0=-0.9", "right, but too coarse: give 3 significant figures"),
    (NEURON, AT, "df/ds=0.2 df/dw0=-0.8", "a right step from your df/ds"),
    (PRODUCTS, THREE, "s=0.25 t=-1", "a right step from your s"),
    (PRODUCTS, THREE, "s=0.25 t=-1 f=-2", "a right step from your t"),
    (PRODUCTS, THREE, "s=0.235 t=-1 f=-2", "right, but too coarse: give 3 significant figures"),  # a coarse t
    (PRODUCTS, THREE, "s=0.25 t=-1.00 f=-1.88", ""),
])  # fmt: skip
def test_what_comes_out_of_a_wrong_number_is_a_step_from_it_and_not_a_coarse_number(
    program: str, at: dict[str, float], claims: str, why: str
) -> None:
    last = marked(program, at, *((item, x) for item, _, x in (c.rpartition("=") for c in claims.split()))).marks[-1]
    status = "correct" if not why else "imprecise" if "coarse" in why else "follow_through"
    assert (last.status, last.why) == (status, why)


def test_a_wrong_0_or_1_takes_nothing_from_a_coarse_number() -> None:
    """The root of 0.8 is 1 to one figure. It is the root of a wrong 1, too, which carries no credit."""
    found = marked("s = x*y; f = sqrt(s)", {"x": 1.6, "y": 0.5}, ("s", "1"), ("f", "1"))
    assert [mark.status for mark in found.marks] == ["wrong", "imprecise"]


@pytest.mark.parametrize(
    "words", [["f = sigmoid(x)", "x=1e150", "df/dx={}"], ["L = sum(sigmoid(x))", "x=[1e150]", "dL/dx=[{}]"]]
)
@pytest.mark.parametrize(("claim", "status"), [("1e-8", 0), ("-1e-8", 0), ("1.0000001e-8", 1), ("1e-300", 0)])
def test_the_edge_at_a_number_that_no_fraction_holds(words: list[str], claim: str, status: int) -> None:
    """The slope is exp(-1e150): a fraction of so many digits would fill the memory."""
    assert run(["check", *(word.format(claim) for word in words)]) == status


def test_a_key_of_a_number_that_no_fraction_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sheet", "f = sigmoid(x)", "x=1e150", "--hash"]) == 0
    assert '"df/dx"' in capsys.readouterr().out
