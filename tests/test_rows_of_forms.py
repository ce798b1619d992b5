"""Rows of forms and tables, and the files of a folder: what they say, and of whom."""

# ruff: noqa: E501
from __future__ import annotations

import io
from typing import Any

import pytest

from gradcli.homework.claims.answer_tables import TableRow
from gradcli.homework.classroom.entries import Blank, Entry, Note, Trouble, short
from gradcli.homework.classroom.form_tables import Form
from gradcli.homework.classroom.people import (
    People,
    Person,
    Strangers,
)
from gradcli.homework.classroom.questions import Questions
from gradcli.homework.classroom.submissions import file_of_student, files_of, read, student_of_file

from .test_who_and_what import questions


def rows(text: str, asked: Questions | None = None, student: str = "", people: Any = None) -> list[Any]:
    return [*read(io.StringIO(text), "f", student, people or Strangers(), asked)]


@pytest.mark.parametrize(("cells", "message"), [
    ([], "the row has 0 columns, fewer than the first line"), (["a"], "the row has 1 column, fewer than the first line"),
    (["a", "b"], "the row has 2 columns, fewer than the first line"),
])  # fmt: skip
def test_a_short_row(cells: list[str], message: str) -> None:
    assert short(TableRow(3, cells), "f:3") == Trouble("f:3", "", message)
    assert short(TableRow(3, cells, "odd"), "f:3") == Trouble("f:3", "", "odd")


@pytest.mark.parametrize(("delimiter", "comma"), [(";", True), ("\t", False)])
def test_semicolons_are_a_sign_of_decimal_commas(delimiter: str, comma: bool) -> None:
    wide = rows(f"student{delimiter}q{delimiter}r\nann{delimiter}1,5{delimiter}2\n")
    assert [(row.claim, row.comma) for row in wide] == [("1,5", comma), ("2", False)]
    long = rows(f"student{delimiter}item{delimiter}claim\nann{delimiter}q{delimiter}1,5\nann{delimiter}r{delimiter}2\n")
    assert [(row.claim, row.comma) for row in long] == [("1,5", comma), ("2", False)]


@pytest.mark.parametrize(("count", "told"), [
    (1, "remark 0"), (8, ", ".join(f"remark {k}" for k in range(8))),
    (9, ", ".join(f"remark {k}" for k in range(8)) + " and 1 more"),
])  # fmt: skip
def test_eight_columns_without_answers_are_named(count: int, told: str) -> None:
    beside = ",".join(f"remark {k}" for k in range(count))
    note, entry = rows(f"student,{beside},p1: q\nann,{beside},3\n", questions())
    assert note == Note("f", f"columns without answers: {told}")
    assert entry == Entry("ann", "p1", "q", "3", "f:2")


@pytest.mark.parametrize(("text", "found"), [
    ("student,q\nann,\n", [Blank("ann")]), ("student,q\n,3\n", [Trouble("f:2", "", "the row names no student")]),
    ("student,q\nPoints Possible,3\nann,4\n", [Entry("ann", "", "q", "4", "f:3")]),
    ("name,group,q\nann,7,4\n", [Entry("ann", "", "q", "4", "f:2")]),
    ("student,p1.q\nann,4\n", [Entry("ann", "p1", "q", "4", "f:2")]),
    ("ID,Name,q\n1,ann,4\n2,bob,5\n", [Entry("ann", "", "q", "4", "f:2"), Entry("bob", "", "q", "5", "f:3")]),
    ("ID,Name,q\n3,ann,4\n", [Entry("3", "", "q", "4", "f:2")]),
    ("ID,q\n1,4\n", [Entry("1", "", "q", "4", "f:2")]),
    ("student,item,claim\nann,,4\n", [Trouble("f:2", "ann", "the row names no item")]),
    ("student,item,claim\n,q,4\n", [Trouble("f:2", "", "the row names no student")]),
    ("student,item,claim\nann,q,\n", [Blank("ann")]), ("student,item,claim\n,q,\n", []),
    ("item,claim\nq,4\n", [Trouble("f:2", "", "the row names no student")]),
    ('{"student":"ann","item":"q","claim":4}\n', [Entry("ann", "", "q", "4", "f:1")]),
    ('{"student":"ann","claims":{"p1.q":1.50,"r":null}}\n', [Entry("ann", "p1", "q", "1.50", "f:1"), Blank("ann")]),
    ('{"student":"ann","problem":"p2","claims":{"p1.q":"x"}}\n', [Entry("ann", "p2", "p1.q", "x", "f:1")]),
    ('{"student":"ann","item":"q","claim":[1,[2]]}\n', [Entry("ann", "", "q", "[1, [2]]", "f:1")]),
    ('{"student":"ann","item":"q","claim":{}}\n', [Trouble("f:1", "ann", "the claim for q is no number or text")]),
    ('{"student":"ann","claim":"3"}\n', [Trouble("f:1", "ann", "the row names no item")]),
    ('{"student":3,"item":"q","claim":4}\n', [Trouble("f:1", "3", "")]),
    ('{"item":"q","claim":4}\n', [Trouble("f:1", "", "the row names no student")]),
    ('{"item":"q"}\n[1]\n', [Trouble("f:1", "", "the row names no student"), Trouble("f:2", "", "an object with student, problem, item and claim is expected")]),
    ("{\n", [Trouble("f:1", "", "not a JSON object")]),
])  # fmt: skip
def test_a_row_by_itself(text: str, found: list[Any]) -> None:
    if '"student":3' in text:  # numbers stay texts, as they were written
        found = [Entry("3", "", "q", "4", "f:1")]
    assert rows(text) == found


def test_a_file_that_is_not_utf_8_is_unreadable_as_a_whole() -> None:
    text = io.TextIOWrapper(io.BytesIO(b"student,q\nann,\xff\n"), "utf-8")
    found = [*read(text, "f", "s")]
    assert found == [Trouble("f", "s", "not UTF-8 (\\xff): save it as UTF-8", unreadable=True)]
    (only,) = rows("nothing here\n", student="s")
    assert (only.unreadable, only.student, only.place) == (True, "s", "f")


@pytest.mark.parametrize(("file", "student"), [
    ("a/b/ann.csv", "ann"), ("ann.XLSX", "ann"), ("ann.lee", "ann.lee"), ("ann.lee.md", "ann.lee"), ("a%2Fb.csv", "a/b"),
])  # fmt: skip
def test_the_student_of_a_file(file: str, student: str) -> None:
    assert student_of_file(file) == student
    assert student_of_file(file_of_student(student, ".csv")) == student


def test_files_of_a_folder(tmp_path: Any) -> None:
    for name in [
        "b.csv",
        "a/one.md",
        "a/~$x.csv",
        ".hidden.csv",
        "notes.pdf",
        "__MACOSX/c.csv",
        "Thumbs.db",
        "key.csv",
    ]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = [*files_of([str(tmp_path)], [str(tmp_path / "key.csv")])]
    what = "not a sheet (sheets end in .csv, .tsv, .txt, .md, .markdown, .jsonl, .ndjson, .xlsx, .xlsm, .ods): save it as CSV or xlsx"
    assert found == [
        (str(tmp_path / "a" / "one.md"), "a"), (str(tmp_path / "b.csv"), "b"),
        Trouble(str(tmp_path / "notes.pdf"), "", what),
    ]  # fmt: skip
    (*_, known) = files_of([str(tmp_path)], [str(tmp_path / "key.csv")], People([Person("notes")]))
    assert isinstance(known, Trouble)
    assert (known.student, known.message) == ("notes", f"the file of notes is {what}")


def test_forms_say_what_they_are() -> None:
    form = Form(["Name", "Question 1", "Response 1", "Answer 2", "Question 3"], "f", Strangers(), questions(), ",")
    assert (form.pairs, form.comma) == ([(1, 2)], False)
    row = [*rows("Name,Question 1,Response 1\nann,p1: q,3\nbob,p1: q,\ncy,zz,5\n", questions())]
    assert row == [Entry("ann", "p1", "q", "3", "f:2"), Blank("bob"), Entry("cy", "", "zz", "5", "f:4")]
