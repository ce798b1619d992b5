"""Tables of answers: check and grade read the same sheet in the same way."""

from __future__ import annotations

import io

import pytest

from gradcli.homework.claims.answer_tables import delimiter_of, rows_of
from gradcli.homework.claims.claim_files import sheet_in
from gradcli.homework.claims.claims import Claim
from gradcli.homework.classroom.submissions import Blank, Entry, Trouble, read

WHOLE = [("q", "max(3,2)"), ("local(q,x)", "1"), ("local(q,x,2)", "min(1,max(2,3))"), ("f", "-3")]


@pytest.mark.parametrize(
    "text",
    [
        "item,claim\nq,max(3,2)\nlocal(q,x),1\nlocal(q,x,2),min(1,max(2,3))\nf,-3\n",
        "Item,Answer\r\nq,max(3,2)\r\nlocal(q,x),1\r\nlocal(q,x,2),min(1,max(2,3))\r\nf,'-3\r\n",
        "item;answer\nq;max(3,2)\n\nlocal(q,x);1\nlocal(q,x,2);min(1,max(2,3))\nf; -3\n",
        "item,claim\nq,max(3,2)\n,\n , \nlocal(q,x),1\n,\nlocal(q,x,2),min(1,max(2,3))\nf,-3\n",
        'claim\titem\n"max(3,2)"\tq\n1\tlocal(q,x)\nmin(1,max(2,3))\tlocal(q,x,2)\n-3\tf\n',
        'problem,item,question,claim\n,q,"value of q, the sum",max(3,2)\n,,read on,\n,local(q,x),"slope (here",1\n'
        ',local(q,x,2),,min(1,max(2,3))\n,f,,-3\n',
    ],
)  # fmt: skip
def test_check_and_grade_read_the_same_sheet(text: str) -> None:
    entries = list(read(io.StringIO(text, newline=""), "f", "ann"))
    assert [(e.item, e.claim) for e in entries if isinstance(e, Entry)] == WHOLE
    assert sheet_in("f", text.encode()).claims == [Claim(*pair) for pair in WHOLE]


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("item,claim", ","), ("item;claim", ";"), ("item\tclaim", "\t"), ("student", ","), ("", ","),
        ("local(q,x,2);3", ";"), ('student;"p1.local(q,x,1)"', ";"), ("student,p1.local(q,x)", ","),
    ],
)  # fmt: skip
def test_what_separates_columns_is_not_looked_for_in_parentheses(line: str, delimiter: str) -> None:
    assert delimiter_of(line) == delimiter


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("local(q,x),3", ["local(q,x)", "3"]),
        ("q,max(3, 2) + min(1, 2)", ["q", "max(3,2) + min(1,2)"]),
        ("q,max(3,2", ["q", "max(3", "2"]),  # never closed: nothing is put together
        ("q,:(,3)", ["q", ":(", "3)"]),
        ('q,"max(3,2)",1', ["q", "max(3,2)", "1"]),
    ],
)
def test_calls_without_quotes_are_put_together(row: str, cells: list[str]) -> None:
    assert [found.cells for found in rows_of(["a,b\n", row], ",")][1] == cells


def test_a_row_has_the_line_where_it_begins() -> None:
    assert [row.line for row in rows_of(['a,"b\n', 'c"\n', "\n", "d\n"], ",")] == [1, 4]


SURPLUS = [
    "item,claim\nq,3,0,182\nf,3\n",
    "item,claim,comment\nq,0,182\nf,3,hard\n",
    "item,claim,points\nq,0,182,\nf,3,1\n",
    "item,claim\nq,3,hard\nf,3\n",
    "item;claim\nq;0;182\nf;3\n",
    "problem,item,question,claim\np1,q,value of q = x + y,0,182,5\np1,f,value of f,3\n",
]

COMMAS = [
    "item,claim\nq,0,182\nf,3\n",
    "item,claim,,\nq,0,182\nf,3,,\n",  # as a spreadsheet fills rows up
    "problem,item,question,claim\np1,q,value of q = x + y,0,182\np1,f,value of f,3\n",
    "problem,item,question,claim,notes\np1,q,value of q = x + y,0,182,\np1,f,value of f,3,\n",
    "problem,item,question,claim,notes\np1,q,value of q = x + y,0,182,program: f = q\np1,f,value of f,3,\n",
]


@pytest.mark.parametrize("text", COMMAS)
@pytest.mark.parametrize("number", ["0,182", "-1,5", "-0,149", "1,5e-3"])
def test_a_decimal_comma_without_quotes_is_never_another_number(text: str, number: str) -> None:
    text = text.replace("0,182", number)
    first, second = sheet_in("f", text.encode()).claims
    assert (first.text, first.fault, second.text) == (number, "", "3")
    found = read(io.StringIO(text, newline=""), "f", "ann")
    assert [(e.item, e.claim) for e in found if isinstance(e, Entry)] == [("q", number), ("f", "3")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item;claim\nq;6;0\n", "the cells are separated by semicolons; a semicolon in an answer needs quotes"),
        ("item;claim\nq;[1;2]\n", 'a semicolon in an answer needs quotes, as in "[1; 2]"'),
        ("item\tclaim\nq\t6\t0\n", "the cells are separated by tabs; a tab in an answer needs quotes"),
        ("item,claim\nq,6,0,5\n", "a comma without quotes?"),
    ],
)
def test_a_cell_too_many_is_blamed_on_what_separates_cells(text: str, said: str) -> None:
    (claim,) = sheet_in("f", text.encode()).claims
    assert said in claim.fault
    trouble = next(read(io.StringIO(text, newline=""), "f", "ann"))
    assert isinstance(trouble, Trouble)
    assert said in trouble.message


@pytest.mark.parametrize("text", SURPLUS)
def test_a_cell_too_many_is_refused_aloud_for_its_row(text: str) -> None:
    first, second = sheet_in("f", text.encode()).claims
    assert "one cell too many" in first.fault
    assert (second.name, second.text, second.fault) == ("f", "3", "")
    trouble, blank, entry = read(io.StringIO(text, newline=""), "f", "ann")
    assert isinstance(trouble, Trouble)
    assert blank == Blank("ann")  # who handed in something, whatever it was
    assert "one cell too many" in trouble.message
    assert (trouble.place, trouble.student) == ("f:2", "ann")
    assert isinstance(entry, Entry)
    assert (entry.item, entry.claim) == ("f", "3")


@pytest.mark.parametrize(
    "text",
    [
        "student,p1.q,p1.f\nann,0,182,3\nbob,1,2\n",
        "student,p1.q,p1.f,,\nann,0,182,3,\nbob,1,2,,\n",
        "student,p1.q,p1.f\nLee, Ann,1,2\nbob,1,2\n",
        "student,p1.q,p1.f\nann,1,2,3\nbob,1,2\n",
    ],
)
def test_a_cell_too_many_in_a_form_is_refused_aloud(text: str) -> None:
    trouble, *entries = read(io.StringIO(text, newline=""), "f", "")
    assert isinstance(trouble, Trouble)
    assert trouble.place == "f:2"
    assert [e.student for e in entries if isinstance(e, Entry)] == ["bob", "bob"]


@pytest.mark.parametrize(
    "text",
    [
        "item,claim\nq,3,\nf,4,,\n",
        "item,claim,points\nq,3,1\nf,4,2\n",
        "item,claim,comment\nq,3,hard\nf,4,\n",
        'item,claim,\nq,"3",\nf,4,\n',
        "item;claim\nq;3\nf;4\n",
    ],
)
def test_blank_cells_and_known_columns_are_no_surplus(text: str) -> None:
    assert sheet_in("f", text.encode()).claims == [Claim("q", "3"), Claim("f", "4")]
    found = read(io.StringIO(text, newline=""), "f", "ann")
    assert [(e.item, e.claim) for e in found if isinstance(e, Entry)] == [("q", "3"), ("f", "4")]
