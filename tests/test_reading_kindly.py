"""Claims as people and spreadsheets write them: what is read, what is said of it, and what is refused aloud."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import GradcliError
from gradcli.homework.claims.claims import Claim, Formula, Number, Written, read_claim
from gradcli.homework.claims.decimal_sign import with_evidence
from gradcli.homework.claims.repairs import Reading, read_kindly
from gradcli.homework.claims.written_numbers import TwoReadings, decimal_commas, numeral_of, plain_signs

NAMES = {name: k for k, name in enumerate(("x", "y", "z", "q", "f", "w"))}

READ = {
    "0.149": [
        "0,149", "= 0.149", "=0,149", "df/dx = 0.149", "\u2202f/\u2202x = 0.149", "dx=0,149", "f'(x) = 0.149",
        "x.grad = 0.149",
        "0.149.", "0.149;", "0,149;", "0.149,", "~0.149", "~ 0,149", "\u22480.149", "ca. 0,149", "about 0.149",
        "approx 0.149",
        "etwa 0,149", "environ 0,149", "0.149 (chain rule)", "0,149 (Kettenregel)", "0.149, chain rule",
        "0.149 - chain rule", "0.149 # by hand", "0.149 (3 s.f.)", "0.149 m/s", "0.149 m/s\u00b2", "0.149 units",
        "0.149 Einheiten",
        "df/dx: 0.149", "Answer: 0.149", "the answer is 0.149", "a) 0.149", "$0.149$", '"0.149"', "'0.149'", '="0.149"',
        "\u201e0,149\u201c", "0.149\u00a0", "\u200b0.149", "\uff10\uff0e\uff11\uff14\uff19", "14.9 %", "14,9%",
        "149 \u2030",
        "1.49e-1", "1,49e-1", "1,49E-01", "1.49*10^-1", "1,49\u00b710\u207b\u00b9", "1.49 \u00d7 10^-1",
        "1.49*10**(-1)",
        "df/dx =\n0.149", "= 0.5*0.298 = 0.149", "0.149\u2026", "0.149...", "+0,149", "+ 0.149", ",149",
    ],
    "-4": [
        "\u20134", "\u22124", "\u20144", "- 4", "z = -4", "df/dx = df/dq = -4", "1 * -4 = -4", "= 1*(-4) = -4",
        "-4 (z)x"[:2], "minus 4",
        "negative 4", "=> -4", "-> -4", "\u2192 -4", "-4,0", "-4.", "f: -4", "-4 units",
    ],
    "0.5": ["\u00bd", "1/2 = 0,5", "50 %", "50%", "0,5", "0,50"],
    "1.5": ["1\u00bd", "1,5", "= 1,5"],
    "1234.5": ["1,234.5", "1.234,5", "1 234,5", "1\u202f234.5", "1'234.5", "1234,5"],
    "1234567": ["1,234,567", "1.234.567", "1 234 567"],
    "2*x": ["2x", "2 x", "2\u00d7x", "x\u00b72", "= 2x", "df/dx = 2*x"],
    "3*sin(x)": ["3 sin(x)", "3sin(x)"],
    "0.5*x": ["0,5*x", "0,5x", "\u00bdx", "\u00bd*x", "x/2"],
    "2*q*z": ["2qz"[:0] + "2 q z", "2q*z", "2*q*z (product rule)"],
    "f*(1-f)": ["f(1-f)", "f (1 - f)", "df/dx = f(1-f)"],
    "(x+y)*(y+z)": ["(x+y)(y+z)"],
}  # fmt: skip
CASES = [(text, meant) for meant, texts in READ.items() for text in texts]


@pytest.mark.parametrize(("text", "meant"), CASES)
def test_what_people_write_is_read(text: str, meant: str) -> None:
    found, wanted = read_kindly(text, NAMES), read_claim(meant, NAMES)
    assert type(found.written) is type(wanted)
    if isinstance(wanted, Number):
        assert isinstance(found.written, Number)
        assert found.written.value == pytest.approx(wanted.value, rel=1e-12)
    else:
        assert isinstance(wanted, Formula)
        assert isinstance(found.written, Formula)
        assert set(found.written.names) == set(wanted.names)


@pytest.mark.parametrize(("text", "meant"), CASES)
def test_what_was_read_is_said_and_reads_the_same(text: str, meant: str) -> None:
    found = read_kindly(text, NAMES)
    assert bool(found.read_as) is bool(found.repairs)
    if found.read_as:
        again = read_kindly(found.read_as, NAMES)
        assert (again.read_as, again.repairs) == ("", ())
        assert type(again.written) is type(found.written)
    else:  # what the language reads by itself
        read_claim(plain_signs(text), NAMES)


def test_the_figures_that_were_written_count() -> None:
    for text in ("0,150", "= 0.150", "15,0 %", "df/dx = 0.150", "0.150 m/s", "1,50\u00b710^-1"):
        found = read_kindly(text, NAMES).written
        assert isinstance(found, Number)
        assert (found.figures, round(found.unit, 9)) == (3, 0.001), text


REFUSED = [
    ("0.149 or 0.2", "two numbers"), ("0,149 oder 0,2", "two numbers"), ("0.149 0.2", "two numbers"),
    ("0.149 (or 0.2)", "two numbers"), ("0.2 = 0.149", "two numbers"), ("4 or -4", "two numbers"),
    ("x = 2, f = 3", "several answers"), ("q = 3; f = 2", "several answers"), ("q = 3\nf = 2", "several answers"),
    ("1,234", "can be 1.234 or 1234"), ("-12,345", "can be -12.345 or -12345"), ("f = 1,234", "can be"),
    ("1,234*x", "can be 1.234 or 1234"), ("1/2x", "can be 1/2*x or"), ("x^2y", "can be x^2*y or"),
    ("3/4/2026", "is a date"), ("04.03.2026", "is a date"), ("2026-03-04", "is a date"),
    ("2026-03-04 00:00:00", "a date"),
    ("4-Mar", "is a date"), ("Mar-04", "is a date"), ("03. Apr", "is a date"), ("04. Mrz", "is a date"),
    ("#DIV/0!", "could not compute"), ("#WERT!", "could not compute"), ("#####", "could not compute"),
    ("3 million", "not understood"), ("3 i", "not understood"), ("5 degrees", "not understood"), ("7 squared", ""),
    ("x <= 3", ""), ("> 0.1", ""), ("\u00b14", ""), ("0.149 \u00b1 0.001", ""), ("5!", ""), ("1.2.3", ""),
    ("1,2,3", ""),
    ("0.149 - 0.2 i", ""), ("2e", ""), ("?", ""), ("-", ""), ("", "empty"), ("1 1/2", ""), ("5\u00b0", ""),
    ("not 3", ""), ("sin x", "parentheses"), ("0.1 m or 0.2 m", "two numbers"), ("3 x", None),
    ("2 of 3", "two numbers"),
    ("-4 (x)", "can be -4*(x), or -4 with a remark"), ("3 (f).", ""), ("4 (1*x)", "with a remark"),
    ("2 (x/y)", "with a remark"), ("x (-4)", "can be x*(-4), or x with a remark"), ("2x (0.5)", "with a remark"),
    ("x (y)", "with a remark"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "read_as"), [
    ("2 (x + y)", "2*(x + y)"), ("2(x)", "2*(x)"), ("x(-4)", "x*(-4)"), ("3 (x^2)", "3*(x^2)"),
    ("2x (y)", "2*x*(y)"), ("cos(x) (2x)", "cos(x)*(2*x)"), ("-4 (chain rule)", "-4"), ("2*(x)", ""),
])  # fmt: skip
def test_parentheses_that_a_product_needs_are_a_factor(text: str, read_as: str) -> None:
    assert read_kindly(text, {"x": 0, "y": 1}).read_as == read_as


@pytest.mark.parametrize(("text", "reason"), [case for case in REFUSED if case[1] is not None])
def test_what_cannot_be_told_apart_is_refused(text: str, reason: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read_kindly(text, NAMES)
    assert reason in caught.value.message


def test_a_unit_that_is_a_name_of_the_program_is_a_factor() -> None:
    assert read_kindly("3 w", NAMES).read_as == "3*w"
    assert read_kindly("3 m", NAMES).read_as == "3"
    with pytest.raises(GradcliError):
        read_kindly("3 w/s", NAMES)


def test_a_doubtful_comma_is_told_by_the_other_numbers_of_a_sheet() -> None:
    doubtful = Claim("f", "1,234")
    comma, point, group = Claim("q", "0,5"), Claim("q", "0.5"), Claim("q", "2,345")
    for beside, decimal in ((comma, True), (point, False), (group, False), (Claim("q", "3"), False)):
        assert [claim.comma for claim in with_evidence([beside, doubtful])] == [False, decimal]
    assert read_kindly("1,234", NAMES, comma=True).read_as == "1.234"
    assert read_kindly("f = 1,234 (rounded)", NAMES, comma=True).read_as == "1.234"


def test_arguments_of_a_call_keep_their_comma() -> None:
    assert read_kindly("max(0,5)", NAMES).read_as == ""
    assert read_kindly("max(0,5)*2x", NAMES).read_as == "max(0,5)*2*x"


@given(st.text(max_size=40) | st.text("0123456789.,eE+-*/^() xqf;<>=~%\u00bd\u2013\u2026'\u00d7abcormil", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_kindly(text, NAMES)
    except GradcliError as error:
        assert error.message
    else:
        assert isinstance(found, Reading)
        assert isinstance(found.written, get_args(Written))


@given(st.text("0123456789.,' -+e", max_size=14), st.booleans())
def test_a_number_keeps_its_digits(text: str, comma: bool) -> None:
    try:
        found = numeral_of(text, comma=comma)
    except TwoReadings:
        return
    if found is not None:
        assert [c for c in found.text if c.isdigit()] == [c for c in text if c.isdigit()]
        assert found.text.count("-") == text.count("-")


@pytest.mark.parametrize(("text", "places"), [
    ("0,5", [1]), ("(1,5 + 2)*3", [2]), ("max(1,5, 2)", []), ("2*(q + 0,25)", [8]), ("f(1,2) + 0,5", [10]),
    ("[1, 2]", []), ("sin((0,5))", []), ("1,", []), ("", []),
])  # fmt: skip
def test_commas_between_arguments_are_no_decimal_ones(text: str, places: list[int]) -> None:
    assert decimal_commas(text) == places
