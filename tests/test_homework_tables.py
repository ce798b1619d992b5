"""Tables of answers: check and grade read the same sheet in the same way."""

from __future__ import annotations

import io

import pytest

from gradcli.homework.claim_files import sheet_in
from gradcli.homework.submissions import Entry, read
from gradcli.homework.tables import delimiter_of, rows_of

WHOLE = [("q", "max(3,2)"), ("local(q,x)", "1"), ("local(q,x,2)", "min(1,max(2,3))"), ("f", "-3")]


@pytest.mark.parametrize(
    "text",
    [
        "item,claim\nq,max(3,2)\nlocal(q,x),1\nlocal(q,x,2),min(1,max(2,3))\nf,-3\n",
        "Item,Answer\r\nq,max(3,2)\r\nlocal(q,x),1\r\nlocal(q,x,2),min(1,max(2,3))\r\nf,'-3\r\n",
        "item;answer\nq;max(3,2)\n\nlocal(q,x);1\nlocal(q,x,2);min(1,max(2,3))\nf; -3\n",
        'claim\titem\n"max(3,2)"\tq\n1\tlocal(q,x)\nmin(1,max(2,3))\tlocal(q,x,2)\n-3\tf\n',
        'problem,item,question,claim\n,q,"value of q, the sum",max(3,2)\n,local(q,x),"slope (here",1\n'
        ',local(q,x,2),,min(1,max(2,3))\n,f,,-3\n',
    ],
)  # fmt: skip
def test_check_and_grade_read_the_same_sheet(text: str) -> None:
    entries = list(read(io.StringIO(text, newline=""), "f", "ann"))
    assert [(e.item, e.claim) for e in entries if isinstance(e, Entry)] == WHOLE
    assert [tuple(claim) for claim in sheet_in("f", text.encode()).claims] == WHOLE


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
