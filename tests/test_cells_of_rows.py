"""The numbers of a column of cells: many at a time are what each is by itself."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.reports.columns import wrapped
from gradcli.rows.cells import numbers
from gradcli.text import cells

from .test_rows import run

ODD = ("+1", "1e+5", "1E+5", "+1e+5", "1e-5", "1_0", "nan", "inf", "Infinity", "-0", "-0.0", "0e5", "٣", "1e400",
       "-1e400", "1e-400", " 2 ", "", "x", "1,5", "0x1", "--1", ".5", "5.", "1e",
       "-3.25e-7", "9" * 30, "0." + "0" * 30 + "1")  # fmt: skip


def read(column: list[str], *, comma: bool = False) -> tuple[list[float], set[int]]:
    odd: set[int] = set()
    return numbers(column, odd, comma=comma), odd


@given(
    st.lists(st.sampled_from(ODD) | st.floats(allow_nan=False, allow_infinity=False).map(repr), min_size=1, max_size=6)
)
def test_a_column_is_read_as_each_of_its_cells(column: list[str]) -> None:
    found, odd = read(column)
    alone = [read([cell]) for cell in column]
    assert [repr(x) for x in found] == [repr(one[0]) for one, _ in alone]
    assert odd == {k for k, (_, strange) in enumerate(alone) if strange}


@pytest.mark.parametrize(("cell", "number"), [
    ("+1", 1.0), ("+1e+5", 1e5), ("+-1", None), ("+ 1", None), ("+inf", None), ("1e+5", 1e5), ("1E+5", 1e5),
    ("1_0", None), ("nan", None),
    ("inf", None), ("٣", None), (".5", 0.5), ("5.", 5.0), ("", None), ("-3.25e-7", -3.25e-7), (" 2 ", 2.0),
    ("-0", -0.0),
])  # fmt: skip
def test_a_cell_is_a_numeral_of_the_language(cell: str, number: float | None) -> None:
    """What is none is looked at alone, with or without others beside it."""
    for column in ([cell], [cell, "2"], ["1e+5", cell]):
        found, odd = read(column)
        k = column.index(cell)
        assert odd == ({k} if number is None else set())
        assert number is None or repr(found[k]) == repr(number)


def test_a_decimal_comma_where_cells_are_separated_by_something_else() -> None:
    assert read(["1,5", "2", "1e3"], comma=True)[0] == [1.5, 2.0, 1000.0]
    assert read(["1,5", "2"])[1] == {0}


@pytest.mark.parametrize("width", [20, 40, 59, 60, 61, 80, 100])
def test_a_row_in_brackets_is_one_word_where_lines_are_long(width: int) -> None:
    """No line ends within a short row in brackets, if it has room."""
    text = " ".join(f"a{k} = [{k}, {k + 1}, {k + 2}]" for k in range(20))
    lines = wrapped(text, width)
    assert " ".join(" ".join(lines).split()) == text
    assert all(cells(line) <= width for line in lines)
    broken = [line for line in lines if line.count("[") != line.count("]")]
    assert not broken


def test_a_text_without_brackets_is_broken_at_every_blank() -> None:
    lines = wrapped(" ".join(["word"] * 30), 62)
    assert [cells(line) for line in lines[:-1]] == [59, 58]


@pytest.mark.parametrize(("value", "cell"), [
    ("1e400", "1e400"), ("0.12345678901234567890123", "0.12345678901234567890123"), ("1.10", "1.10"), ("1.5", "1.5"),
    ("-0", "-0"), ("0", "0"), ("1E5", "1E5"), ("123456789012345678901234567890", "123456789012345678901234567890"),
    ("[1.10, 2e0]", '"[1.10, 2e0]"'), ('{"id": 2.50}', '"{""id"": 2.50}"'), ("[]", "[]"), ('"1.50"', "1.50"),
    ("true", "true"), ("false", "false"), ("null", ""), ('"a\\u0041"', "aA"),
])  # fmt: skip
@pytest.mark.parametrize("line", [
    '{{"id": {},"x":1}}', '{{"x":1,"id":{}}}', '{{"o": {{"id": 7.25}}, "i\\u0064" : {} , "x": 1}}',
])  # fmt: skip
def test_a_value_of_json_that_is_kept_has_the_digits_that_it_had(value: str, cell: str, line: str) -> None:
    words = ("x*1", "--from", "ndjson", "--keep", "id", "--value")
    text = json.dumps(json.loads(value)) if value.startswith('"') else value
    assert run(*words, stdin=line.format(value) + "\n")[0] == f'{{"id": {text}, "f": 1.0}}\n'
    assert run(*words, "--to", "csv", stdin=line.format(value) + "\n")[0] == f"id,f,error\n{cell},1.0,\n"
