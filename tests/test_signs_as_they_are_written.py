"""Signs of numbers as keyboards, spreadsheets and languages have them; and the decimals behind the floats."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.homework.claims.answer_tables import rows_of
from gradcli.homework.claims.decimals import Decimals
from gradcli.homework.claims.items import UPSTREAM, VALUE, Item
from gradcli.homework.claims.sides import NO_MARK, OPEN, RIGHT, SidesOfItem, judged, side_of
from gradcli.homework.claims.tolerance import Interval, Tolerance
from gradcli.homework.claims.written_numbers import (
    COMMA,
    POWER,
    numeral_of,
    plain_signs,
    refuse_spoilt,
    with_fractions,
)
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request


def test_wide_signs_are_those_of_ascii() -> None:
    wide = "".join(chr(k) for k in range(0xFF01, 0xFF5F))
    assert plain_signs(wide) == "".join(chr(k) for k in range(0x21, 0x7F))
    assert plain_signs("\uff5f") == "\uff5f"


@pytest.mark.parametrize(("text", "plain"), [
    ("\u22125", "-5"), ("\u20105", "-5"), ("\u20135", "-5"), ("\u20145", "-5"), ("\ufe635", "-5"), ("2\u00d73", "2*3"),
    ("2\u00b73", "2*3"), ("2\u22c53", "2*3"), ("1\u00a0000", "1 000"), ("1\u202f000", "1 000"), ("1\u2009000", "1 000"),
    ("1\u3000000", "1 000"), ("1\u200b2", "12"), ("\ufeff12\u00ad", "12"), ("1\u066b5", "1.5"), ("1\u20442", "1/2"),
    ("1\u22152", "1/2"), ("10\u207b\u00b3", "10^-3"), ("10\u00b2\u2070", "10^20"), ("10\u207a\u2079", "10^+9"),
    ("\u0661\u0662", "12"), ("\u0967.\u0968", "1.2"), (" 5 ", "5"), ("x\u00b2", "x\u00b2"), ("2\u30025", "2.5"),
])  # fmt: skip
def test_signs_that_mean_another(text: str, plain: str) -> None:
    assert plain_signs(text) == plain


@pytest.mark.parametrize(("sign", "above", "below"), [
    ("\u00bd", 1, 2), ("\u2153", 1, 3), ("\u2154", 2, 3), ("\u00bc", 1, 4), ("\u00be", 3, 4), ("\u2155", 1, 5),
    ("\u2156", 2, 5), ("\u2157", 3, 5), ("\u2158", 4, 5), ("\u2159", 1, 6), ("\u215a", 5, 6), ("\u2150", 1, 7),
    ("\u215b", 1, 8), ("\u215c", 3, 8), ("\u215d", 5, 8), ("\u215e", 7, 8), ("\u2151", 1, 9), ("\u2152", 1, 10),
])  # fmt: skip
def test_fractions(sign: str, above: int, below: int) -> None:
    assert with_fractions(sign) == f"({above}/{below})"
    assert with_fractions(f"-3{sign}") == with_fractions(f"-3 {sign}") == f"-(3+{above}/{below})"


@pytest.mark.parametrize(("text", "repairs"), [
    ("$2.5$", 1), ('"2.5"', 1), ("'2.5'", 1), ("`2.5`", 1), ("\u201e2.5\u201c", 1), ("\u201c2.5\u201d", 1),
    ("\u00ab2.5\u00bb", 1), ("\u20182.5\u2019", 1), ("[2.5]", 1), ("2.5;", 1), ("2.5,", 1), ("2.5\u2026", 1),
    ("= 2.5", 1),
    ("\u2248 2.5", 1), ("-> 2.5", 1), ("'= [2.5].'", 1), ("2.5", 0), (" 2.5 ", 0), ("2.5 ", 0),
])  # fmt: skip
def test_what_stands_around_a_number(text: str, repairs: int) -> None:
    found = numeral_of(text)
    assert found is not None
    assert (found.text, len(found.repairs)) == ("2.5", repairs)


@pytest.mark.parametrize("text", ["'2.5", '2.5"', "[2.5", "\u00ab2.5\u201d", "''", "$$", "'2'5'", "2.5'"])
def test_what_is_no_pair_of_quotes(text: str) -> None:
    assert numeral_of(text) is None


@pytest.mark.parametrize(("text", "found"), [
    ("5%", "0.05"), ("5 %", "0.05"), ("12.5%", "0.125"), ("-5%", "-0.05"), ("5\u2030", "0.005"), ("1e2%", "1e0"),
    ("%", None),
    ("5%%", None), ("2*10^3", "2e3"), ("2 x 10^-3", "2e-3"), ("2X10**3", "2e3"), ("2*10^(-3)", "2e-3"),
    ("2*10^(3", None),
    ("2*10^400", "2e400"), ("2*10^-400", "2e-400"), ("2*10^401", "2e401"), ("2*10^-401", "2e-401"), ("2*11^3", None),
    ("1.234,5*10^2", "1234.5e2"), ("1'234", "1234"), ("1 234 567", "1234567"), ("1 23", None), ("0 123", None),
    ("1234,567", "1234.567"), ("12.345,6", "12345.6"), ("1,234,567.", "1234567"), ("1,234,56", None),
    ("1.234.56", None),
    ("+ 5", "+5"), ("- 5,5", "-5.5"), (".5", ".5"), (",5", ".5"), ("5.", "5."), ("1 234.", "1234"),
])  # fmt: skip
def test_numbers_in_many_ways_of_writing(text: str, found: str | None) -> None:
    made = numeral_of(text)
    assert (None if made is None else made.text) == found


@pytest.mark.parametrize(("text", "why"), [
    *((text, "is a date") for text in ("2026-03-04", "3/4/2026", "3.4.2026", "3-4-1999", "04-Mar", "4. M\u00e4rz",
                                       "4.Mai", "Mar-04", "3 Okt", "Dez 4", "2026-03-04 00:00:00", "3/4/2026 12:00")),
    *((text, "could not compute") for text in ("#REF!", "#VALUE!", "#NAME?", "#NUM!", "#DIV/0!", "#N/A", "#NULL!", "##",
                                               "#######", "#WERT!", "#BEZUG!", "#ZAHL!", "#NV")),
    *((text, "") for text in ("3/4", "3.4", "2026", "3-4", "#1", "#", "3/4/1826", "Mars 4x", "1e3", "43/4/2026")),
])  # fmt: skip
def test_what_a_spreadsheet_spoils(text: str, why: str) -> None:
    if not why:
        refuse_spoilt(text)
        return
    with pytest.raises(GradcliError, match=why):
        refuse_spoilt(text)


@pytest.mark.parametrize(("line", "cells"), [
    ("local(q,x),3", ["local(q,x)", "3"]), ("max(3,2),4", ["max(3,2)", "4"]), ("f(a,g(b,c)),4", ["f(a,g(b,c))", "4"]),
    ("(3,2),4", ["(3", "2)", "4"]), ("f(3,2", ["f(3", "2"]), ("a,f(1,2),f(3,4)", ["a", "f(1,2)", "f(3,4)"]),
    ("f(1),2", ["f(1)", "2"]), ("3(1,2)", ["3(1", "2)"]), ("f(1,2)),3", ["f(1,2))", "3"]),
])  # fmt: skip
def test_calls_without_quotes_are_one_cell(line: str, cells: list[str]) -> None:
    assert [row.cells for row in rows_of([f"{line}\n"], ",")] == [cells]


# ---- decimals


def record(program: str, **point: str) -> Gradient:
    return evaluate(Source("program", program), {name: Source(name, text) for name, text in point.items()}, Request())


def spans(program: str, **point: str) -> dict[str, Interval]:
    """What is known of the value of f and of df/dx, as they are on paper."""
    made = record(program, **point)
    decimals = Decimals(made, {name: Source(name, text) for name, text in point.items()})
    found = {}
    for item, name in ((Item(VALUE, made.output), "f"), (Item(UPSTREAM, made.graph.inputs["x"]), "dx")):
        x: Any = made.values[item.node] if item.kind == VALUE else made.upstream[item.node]
        found[name] = decimals.span(item, float(x), 1.0)
    return found


def test_decimals_are_fractions_as_on_paper() -> None:
    found = spans("x*y + x", x="0.1", y="0.2")
    assert found == {"f": Interval(Fraction(12, 100)), "dx": Interval(Fraction(12, 10))}
    third = spans("x/3", x="1/3")
    assert third == {"f": Interval(Fraction(1, 9)), "dx": Interval(Fraction(1, 3))}


def test_what_fractions_do_not_have_is_known_to_38_digits() -> None:
    found = spans("exp(x)*y", x="0.1", y="0")
    assert found["f"] == Interval(Fraction(0))
    assert spans("sqrt(x)", x="0.04")["f"] == Interval(Fraction(1, 5))
    found = spans("sqrt(x)", x="2")
    assert abs(found["f"].middle ** 2 - 2) < Fraction(1, 10**36)
    assert found["f"].radius == found["f"].middle / 10**38


@pytest.mark.parametrize(("x", "scale", "own"), [
    (0.3, 1.0, False), (0.3 + 2e-10, 1.0, False), (0.3 + 2e-9, 1.0, True), (0.3 + 2e-9, 10.0, False),
    (0.3 - 2e-9, 1.0, True), (0.3 - 2e-8, 10.0, True), (-0.3, 1.0, True), (5.0, 1.0, True), (5.0 + 1e-8, 1.0, True),
])  # fmt: skip
def test_another_number_than_the_record_has_comes_from_elsewhere(x: float, scale: float, own: bool) -> None:
    """Within 1e-9 of the number, or of what it is a sum of, the decimal is meant; else the record is trusted."""
    made = record("f = x + y", x="0.1", y="0.2")
    found = Decimals(made, None).span(Item(VALUE, made.output), x, scale)
    middle = Fraction(repr(x))
    assert found == (Interval(middle, abs(middle) / 10**12) if own else Interval(Fraction(3, 10)))


# ---- sides


@pytest.mark.parametrize(("left", "right", "why", "span"), [
    (-1.0, 1.0, "there is no derivative here, only one on each side", (-1.0, 1.0)),
    (1.0, -1.0, "there is no derivative here, only one on each side", (-1.0, 1.0)),
    ("jump", "inf", "there is no derivative here, the value jumps", None),
    ("outside", "inf", "there is no derivative here, there is no value on one side", None),
    (1.0, "outside", "there is no derivative here, there is no value on one side", None),
    ("inf", 1.0, "there is no derivative here, the slope is infinite", None),
    (1.0, "-inf", "there is no derivative here, the slope is infinite", None),
    (None, 1.0, "there is no derivative here", None),
    (None, None, "there is no derivative here", None),
])  # fmt: skip
def test_why_there_is_no_derivative(left: Any, right: Any, why: str, span: Any) -> None:
    sides = SidesOfItem(side_of(left), side_of(right))
    assert (sides.why, sides.span) == (why, span)
    assert judged(sides, None, None, lambda t: False) == (RIGHT, why)
    assert judged(sides, 7.0, None, lambda t: False) == (OPEN, "")


@pytest.mark.parametrize(("claim", "convention", "expected"), [
    (0.0, 0.0, (RIGHT, "the usual choice between the one-sided derivatives, -1 and 2")),
    (-1.0, 0.0, (RIGHT, "between the one-sided derivatives, -1 and 2")),
    (2.0, None, (RIGHT, "between the one-sided derivatives, -1 and 2")),
    (2.005, None, (RIGHT, "between the one-sided derivatives, -1 and 2")),
    (-1.005, None, (RIGHT, "between the one-sided derivatives, -1 and 2")), (2.1, None, (OPEN, "")),
    (-1.1, 0.0, (OPEN, "")),
])  # fmt: skip
def test_between_two_slopes(claim: float, convention: float | None, expected: tuple[str, str]) -> None:
    def near(t: float) -> bool:
        return abs(claim - t) <= 0.01

    assert judged(SidesOfItem(2.0, -1.0), claim, convention, near) == expected
    word = "what happens next to this point could not be determined"
    assert judged(SidesOfItem(2.0, "undetermined"), claim, convention, near) == (NO_MARK, word)


# ---- tolerances


@pytest.mark.parametrize(("tolerance", "x", "expected"), [
    (Tolerance(), 200.0, 2.0), (Tolerance(), -200.0, 2.0), (Tolerance(), 0.0, 1e-8), (Tolerance(0.1, 5.0), 20.0, 5.0),
    (Tolerance(0.1, 5.0), 80.0, 8.0), (Tolerance(sigfigs=3), 123.0, 0.51), (Tolerance(sigfigs=3), -0.0123, 0.0000510),
    (Tolerance(sigfigs=3), 0.0, 1e-8), (Tolerance(sigfigs=3), float("inf"), 1e-8), (Tolerance(sigfigs=1), 99.0, 5.1),
    (Tolerance(sigfigs=1), 100.0, 51.0), (Tolerance(atol=1.0, sigfigs=3), 123.0, 1.0),
])  # fmt: skip
def test_how_far_from_a_number_counts_as_it(tolerance: Tolerance, x: float, expected: float) -> None:
    assert tolerance(x) == pytest.approx(expected, rel=1e-12)
    if math.isfinite(x):
        assert float(tolerance.reach(Fraction(repr(x)))) == pytest.approx(expected, rel=1e-12)


def test_a_power_without_blanks_is_no_other_manner_of_writing() -> None:
    """What is named is told of a class: how often it needed help."""
    for text, repairs in (("1,5e4", (COMMA,)), ("1,5 e4", (POWER, COMMA))):
        made = numeral_of(text)
        assert made is not None
        assert made.repairs == repairs
