"""Claims that there is no number: in words, as an infinite slope, as the interval between both sides of a kink."""

from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.no_numbers import infinite, says_nothing
from gradcli.homework.claims.outside import record_to_mark
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import MarkingPolicy, mark
from gradcli.language.syntax import parse
from gradcli.record.request import Request
from gradcli.record.values import Values

from .array_sheets import marks

RIGHT, WRONG, REFUSED = "correct", "wrong", "invalid"


def marked(program: str, point: str, claim: str) -> str:
    """The status of one claim about the derivative for x."""
    given = {name: Source(name, text) for name, text in (word.split("=") for word in point.split())}
    source = Source("program", program)
    record = record_to_mark(source, Values(given), Request(), parse(source, given))
    return mark(AnswerKey(record, given), [Claim("df/dx", claim)], MarkingPolicy()).marks[0].status


WORDS = (
    "undefined", "DNE", "none", "does not exist", "un-defined", "not defined", "not differentiable", "no derivative",
    "doesn't exist", "undef", "undef.", "undefined at 0", "undefined at x = 0", "NaN", "n/a", "it is not defined",
    "the derivative does not exist", "undefined because the two sides differ", "df/dx = not defined", "nicht definiert",
    "nicht differenzierbar", "n'existe pas", "no existe", "Not Differentiable.", "D.N.E.", "undefined (a kink)",
)  # fmt: skip


@pytest.mark.parametrize("text", WORDS)
def test_words_for_no_number(text: str) -> None:
    assert marked("f = abs(x)", "x=0", text) == RIGHT
    assert marked("f = x**2", "x=3", text) == WRONG
    assert marks("L = sum(abs(x))", {"x": [0, 1]}, {"dL/dx[0]": text})["dL/dx[0]"].status == RIGHT


@pytest.mark.parametrize("text", [
    "undefined or 0", "undefined at 0 or 1", "undefined at 0, else 1", "definitely", "no idea", "not 3", "don't know",
])  # fmt: skip
def test_other_words_are_refused(text: str) -> None:
    assert not says_nothing(text)
    assert marked("f = abs(x)", "x=0", text) == REFUSED


@pytest.mark.parametrize(("program", "point", "text", "status"), [
    ("f = sqrt(x)", "x=0", "∞", RIGHT), ("f = sqrt(x)", "x=0", "+inf", RIGHT),
    ("f = sqrt(x)", "x=0", "infinity", RIGHT),
    ("f = sqrt(x)", "x=0", "infinite slope", RIGHT), ("f = sqrt(x)", "x=0", "-inf", WRONG),
    ("f = sqrt(x)", "x=0", "undefined", RIGHT), ("f = sqrt(x)", "x=0", "0.5", WRONG),
    ("f = 1 - sqrt(x)", "x=0", "-∞", RIGHT), ("f = 1 - sqrt(x)", "x=0", "minus infinity", RIGHT),
    ("f = 1 - sqrt(x)", "x=0", "infinite", RIGHT), ("f = 1 - sqrt(x)", "x=0", "∞", WRONG),
    ("f = cbrt(x)", "x=0", "oo", RIGHT), ("f = cbrt(x)", "x=0", "-oo", WRONG),
    ("f = sqrt(abs(x))", "x=0", "∞", RIGHT), ("f = sqrt(abs(x))", "x=0", "-∞", RIGHT),
    ("f = abs(x)", "x=0", "inf", REFUSED), ("f = x**2", "x=3", "inf", REFUSED), ("f = x**2", "x=3", "\\infty", REFUSED),
])  # fmt: skip
def test_an_infinite_slope(program: str, point: str, text: str, status: str) -> None:
    """It has a sign, unless it is only called infinite; where the slope is finite it is no claim."""
    assert marked(program, point, text) == status


@pytest.mark.parametrize(("program", "point", "text", "status"), [
    ("f = abs(x)", "x=0", "[-1,1]", RIGHT), ("f = abs(x)", "x=0", "[-1, 1]", RIGHT),
    ("f = abs(x)", "x=0", "[-1; 1]", RIGHT), ("f = abs(x)", "x=0", "df/dx ∈ [-1,1]", RIGHT),
    ("f = abs(x)", "x=0", "[-1,0; 1,0]", RIGHT), ("f = abs(x)", "x=0", "[-2/2, 1]", RIGHT),
    ("f = abs(x)", "x=0", "[0,1]", WRONG), ("f = abs(x)", "x=0", "[1,-1]", REFUSED),
    ("f = abs(x)", "x=0", "[-1, x]", REFUSED), ("f = 3*relu(x)", "x=0", "[0,3]", RIGHT),
    ("f = 3*relu(x)", "x=0", "[0,1]", WRONG), ("f = 3*relu(x)", "x=0", "[3]", RIGHT),
    ("f = x**2/3", "x=1.1", "[0,7]", REFUSED), ("f = sqrt(x)", "x=0", "[0,1]", WRONG),
])  # fmt: skip
def test_the_interval_at_a_kink(program: str, point: str, text: str, status: str) -> None:
    """[0,7] is never the number 0.7."""
    assert marked(program, point, text) == status


@pytest.mark.parametrize(("text", "status"), [
    ("[-1, 1]", RIGHT), ("[-1,1]", RIGHT), ("[0, 1]", WRONG), ("inf", REFUSED), ("DNE", RIGHT), ("[1, -1]", REFUSED),
])  # fmt: skip
def test_the_interval_of_an_entry(text: str, status: str) -> None:
    assert marks("L = sum(abs(x))", {"x": [0, 1]}, {"dL/dx[0]": text})["dL/dx[0]"].status == status


@pytest.mark.parametrize(("text", "status"), [
    ("inf", RIGHT), ("-inf", WRONG), ("infinite", RIGHT), ("[0, 1]", WRONG), ("undefined", RIGHT),
])  # fmt: skip
def test_an_infinite_slope_of_an_entry(text: str, status: str) -> None:
    assert marks("L = sum(sqrt(x))", {"x": [0, 1]}, {"dL/dx[0]": text})["dL/dx[0]"].status == status


@pytest.mark.parametrize("text", ["[DNE, 1]", "[1; does not exist]", "[[inf], [1]]", "[nan, 1]", "[1, undefined]"])
def test_an_array_with_no_number_inside_is_claimed_entry_by_entry(text: str) -> None:
    found = marks("L = sum(abs(x))", {"x": [0, 1]}, {"dL/dx": text})["dL/dx"]
    assert found.status == REFUSED
    assert "inside cannot be read; claim its entries one by one" in found.why


def test_signs_of_what_is_infinite() -> None:
    assert [infinite(text) for text in ("inf", "-Inf", "±∞", "unendlich", "plus infinity", "infer", "2 inf", "")] == [
        "+", "-", "±", "±", "+", "", "", ""]  # fmt: skip
