"""Claims: what a text says, to how many figures, and what it never does; and files of claims."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gradcli.errors import GradcliError, InputError, LimitError
from gradcli.homework.claims.claim_files import sheet_in
from gradcli.homework.claims.claims import Absent, Claim, Formula, Number, read_claim

NAMES = {"x": 0, "q": 1, "f": 2, "v1": 3}


@pytest.mark.parametrize(
    ("text", "value", "unit", "figures", "resolution"),
    [
        ("3", 3, 1, 1, 0), ("-4", -4, 1, 1, 0), ("\u22124", -4, 1, 1, 0), (" 0.73 ", 0.73, 0.01, 2, 0.005),
        ("0.730", 0.73, 0.001, 3, 0.0005), ("12.0", 12, 0.1, 3, 0.05), ("100", 100, 1, 3, 0.5),
        ("1230", 1230, 10, 3, 5),
        ("1234", 1234, 1, 4, 0.5), ("1.23e3", 1230, 10, 3, 5), ("4.5E-7", 4.5e-7, 1e-8, 2, 5e-9),
        (".5", 0.5, 0.1, 1, 0.05),
        ("0.00", 0, 0.01, 0, 0.005), ("0", 0, 1, 0, 0), ("5.", 5, 1, 1, 0.5), ("20", 20, 1, 2, 0),
    ],
)  # fmt: skip
def test_numerals(text: str, value: float, unit: float, figures: int, resolution: float) -> None:
    found = read_claim(text, NAMES)
    assert isinstance(found, Number)
    assert found.value == value
    assert found.unit == pytest.approx(unit)
    assert found.figures == figures
    assert found.resolution == pytest.approx(resolution)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", 1 / 3),
        ("pi/4", 0.7853981633974483),
        ("-(2 + 1)", -3),
        ("2^3", 8),
        ("exp(1)", 2.718281828459045),
        ("3²", 9),
    ],
)
def test_constant_expressions(text: str, value: float) -> None:
    found = read_claim(text, NAMES)
    assert isinstance(found, Number)
    assert found._replace(graph=None) == Number(value)


@pytest.mark.parametrize(("text", "rounded"), [("2*q*x", False), ("0.5*q", True), ("sigmoid(v1)*(1 - f)", False)])
def test_formulas(text: str, rounded: bool) -> None:
    found = read_claim(text, NAMES)
    assert isinstance(found, Formula)
    assert found.rounded is rounded


@pytest.mark.parametrize("text", ["undefined", "DNE", "None", "does not exist", "Undefined."])
def test_words_for_no_number(text: str) -> None:
    assert read_claim(text, NAMES) == Absent()


def test_a_formula_may_call_the_functions_of_the_program() -> None:
    found = read_claim("sigma(q)*2", NAMES, "sigma(u) = 1/(1 + exp(-u))")
    assert isinstance(found, Formula)
    assert len(found.graph.nodes) > 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2x", "an operator is missing"), ("1,5", "comma"),
        ("1e999", "overflows"),
        ("9**9**9", "overflows"), ("1/0", "no value"), ("p + 1", "no p"), ("a = 3", "without ="),
        ("1; 2", "one expression"),
        ("x\nx", "one expression"), ("__import__('os')", "unexpected"), ("x.real", "unexpected"), ("(", "too early"),
        ("1_000", "no _"), ("0x10", "decimal"), ("", "empty"), ("x" * 3000, "at most"), ("3 %", "unexpected"),
        ("(" * 2500 + "1", "at most"), ("log(-1)", "no value"), ("true", "no true"), ("g(u) = u", "one expression"),
    ],
)  # fmt: skip
def test_claims_that_say_nothing(text: str, reason: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read_claim(text, NAMES)
    assert reason in caught.value.message


@given(st.text(max_size=60) | st.text("0123456789.eE+-*/^() xqfv1,;<>=sincoglp\n", max_size=60))
@example("0e" + "9" * 5000)
@example("1" * 1999 + "e-5000")
@example("polygamma(1e9, 2)")
@example("gamma(1e308)")
@example("polygamma(99, -9999.5)")
@example("mod(1e308, 1e-308)")
def test_no_text_does_anything_but_say_something(text: str) -> None:
    try:
        found = read_claim(text, NAMES)
    except GradcliError as error:
        assert error.message
    else:
        assert isinstance(found, Number | Formula | Absent)


# ---- files

TWO = [Claim("df/dq", "-4"), Claim("local(q,x)", "1")]


@pytest.mark.parametrize(
    "text",
    [
        'item,claim\ndf/dq,-4\n"local(q,x)",1\n',
        "item,claim\r\ndf/dq,-4\r\nlocal(q,x),1\r\n",
        "\ufeffitem;claim\ndf/dq;-4\nlocal(q,x);1\n",
        "item\tclaim\ndf/dq\t-4\nlocal(q,x)\t1\n",
        "Problem,Item,Question,Claim\np1,x,given,-2\np1,df/dq,the gradient,-4\n,,,\np1,\"local(q,x)\",,1\n",
        "claim;note;item\n-4;hm;df/dq\n1;;local(q,x)\n\n",
        "df/dq,-4\nlocal(q,x),1",
        '{"df/dq": -4, "local(q,x)": "1"}',
        '[["df/dq", "-4"], ["local(q,x)", 1]]',
        '\ufeff [{"item": "df/dq", "claim": -4, "more": [1]}, {"claim": "1", "item": "local(q,x)"}]',
    ],
)  # fmt: skip
def test_files_of_claims(text: str) -> None:
    assert sheet_in("file", text.encode()).claims == TWO


def test_the_numbers_that_were_given_are_no_claims() -> None:
    text = "problem,item,question,claim\np1,x,given,-2\np1,y,Given,5\np1,q,value of q,3\n"
    assert sheet_in("file", text.encode()) == ([Claim("q", "3")], {"x": "-2", "y": "5"})


def test_unicode_text_of_a_spreadsheet() -> None:
    assert sheet_in("file", "item\tclaim\r\ndf/dq\t-4\r\nlocal(q,x)\t1".encode("utf-16")).claims == TWO


def test_digits_and_blanks_are_kept() -> None:
    assert sheet_in("f", b'{"q": 0.730, "f": null, "dx": 1e400}').claims == [
        Claim("q", "0.730"), Claim("f", ""), Claim("dx", "1e400"),
    ]  # fmt: skip
    assert sheet_in("f", b"item,claim\nq,0.730\nf\ndx, \n").claims == [
        Claim("q", "0.730"),
        Claim("f", ""),
        Claim("dx", ""),
    ]


def test_what_is_twice_stays_twice() -> None:
    assert sheet_in("f", b'{"q": 1, "q": 2}').claims == [Claim("q", "1"), Claim("q", "2")]


def test_a_formula_with_commas_needs_no_quotes() -> None:
    assert sheet_in("f", b"item,claim\nlocal(q,x),max(x, 0) + min(x, 1)").claims == [
        Claim("local(q,x)", "max(x,0) + min(x,1)")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# A text\nof words, not numbers", "line 1: not a sheet"),
        ("{", "not JSON"), ("[1]", "entry 1 has no item"), ('[{"claim": 1}]', "entry 1"), ('[["a", 1, 2]]', "entry 1"),
        ("[" * 100_000, "not JSON|nested"), ('item,claim\nq,"' + "9" * 200_000 + '"', "line 2"),
        ("student,item,claim\nann,q,1\nbob,q,1", "another student"),
        ("problem;item;claim\np1;q;1\np2;q;1", "another prob"),
    ],
)  # fmt: skip
def test_unusable_files(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        sheet_in("file", text.encode())


def test_a_file_that_is_too_long() -> None:
    with pytest.raises(LimitError):
        sheet_in("file", b"q,1\n" * 2_200_000)


@given(st.binary(max_size=200) | st.text('item,claim;"\n\t[]{}:q1', max_size=80).map(str.encode))
def test_no_file_crashes(data: bytes) -> None:
    try:
        found = sheet_in("file", data).claims
    except InputError as error:
        assert error.message
    else:
        assert all(isinstance(c, Claim) and isinstance(c.name, str) and isinstance(c.text, str) for c in found)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8) | st.integers() | st.none()), max_size=4))
def test_json_lists_are_read_whole(entries: list[tuple[str, object]]) -> None:
    found = sheet_in("file", json.dumps([{"item": a, "claim": b} for a, b in entries]).encode()).claims
    assert [c.name for c in found] == [a for a, _ in entries]
