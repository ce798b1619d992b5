"""Submissions: every way of handing in says the same; one bad row never stops the others."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import InputError, Source, StreamError
from gradcli.homework.classroom.people import People, Person
from gradcli.homework.classroom.submission_store import SubmissionStore
from gradcli.homework.classroom.submissions import (
    Blank,
    Entry,
    Trouble,
    file_of_student,
    files_of,
    read,
    student_of_file,
)
from gradcli.homework.classroom.variants import canonical

from .rosters import roster_of

CLAIMS = [
    ("ann", "p1", "q", "3"),
    ("ann", "p1", "local(q,x)", "1.50"),
    ("bob", "p2", "df/dx", "-4"),
    ("Zoë", "p1", "q", "1/3"),
]


def rows(text: str, student: str = "") -> list[tuple[str, ...]]:
    return [tuple(row[:4]) for row in read(io.StringIO(text, newline=""), "f", student) if isinstance(row, Entry)]


def troubles(text: str, student: str = "") -> list[tuple[str, str]]:
    found = read(io.StringIO(text, newline=""), "f", student)
    return [(row.place, row.message) for row in found if isinstance(row, Trouble)]


def long_csv(claims: Iterable[tuple[str, ...]], delimiter: str = ",", ending: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(
        [("student", "problem", "item", "claim"), *claims]
    )
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_long_csv(delimiter: str, ending: str, before: str) -> None:
    if ending == "\r":  # as a file is opened: universal newlines are left to csv
        return
    assert rows(before + long_csv(CLAIMS, delimiter, ending)) == CLAIMS


def test_columns_may_stand_in_any_order_and_case_beside_others() -> None:
    text = "Claim,note,ITEM,Problem, Student\n3,hm,q,p1, ann\n"
    assert rows(text) == [("ann", "p1", "q", "3")]
    assert rows("student,item,answer\nann,q,3\n") == [("ann", "", "q", "3")]


def test_wide_csv() -> None:
    text = 'student,p1.q,"p1.local(q,x)",p2.df/dx\nann,3,1.50,\nbob,,,-4\nZoë,1/3\n'
    assert rows(text) == CLAIMS


def test_what_a_form_exports() -> None:
    text = "Timestamp,Email Address,p1.q,Score,Name\n1/2/26 9:00,ann@x.org,3,0,Ann\n"
    assert rows(text) == [("ann@x.org", "p1", "q", "3")]


def test_json_lines() -> None:
    text = "".join(json.dumps({"student": s, "problem": p, "item": i, "claim": c}) + "\n" for s, p, i, c in CLAIMS)
    assert rows(text) == CLAIMS
    assert rows('{"student": "ann", "problem": "p1", "claims": {"q": 3, "df/dx": 1.50, "f": null}}') == [
        ("ann", "p1", "q", "3"), ("ann", "p1", "df/dx", "1.50")]  # fmt: skip
    assert rows('{"student": "ann", "claims": {"p1.q": "3"}}\n\n') == [("ann", "p1", "q", "3")]


def test_a_sheet_belongs_to_the_student_that_its_file_is_named_after() -> None:
    text = "problem,item,question,claim\np1,x,given,-2\np1,q,value of q,3\np1,f,value of f,\n"
    assert rows(text, "ann") == [("ann", "p1", "x", "-2"), ("ann", "p1", "q", "3")]
    found = list(read(io.StringIO(text), "f", "ann"))
    assert [row.given for row in found if isinstance(row, Entry)] == [True, False]


def test_an_item_without_quotes_is_put_together_again() -> None:
    assert rows("problem,item,claim\np1,local(q,x),3\np1,local(q,x,2),4\n", "ann") == [
        ("ann", "p1", "local(q,x)", "3"), ("ann", "p1", "local(q,x,2)", "4")]  # fmt: skip


def test_an_apostrophe_that_keeps_a_text_a_text_is_dropped() -> None:
    assert rows("student,item,claim\nann,q,'-3\n") == [("ann", "", "q", "-3")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("student,item,claim\nann,q\nbob,q,3\n", [("f:2", "the row has 2 columns, fewer than the first line")]),
        ("student,item,claim\n,q,3\n", [("f:2", "the row names no student")]),
        ("student,item,claim\nann,,3\n", [("f:2", "the row names no item")]),
        ('student,item,claim\nann,q,"3\n', []),
        ("student,item,claim\n\n  \nann,q,\n", []),
        ("student,p1.q\n,3\n", [("f:2", "the row names no student")]),
        ("x,p1.q\nann,3\n", [("f", "the first line needs the columns item and claim, or student and items")]),
        ("student\nann\n", [("f", "the first line needs the columns item and claim, or student and items")]),
        ("{\n", [("f:1", "not a JSON object")]),
        ('{"student": [3]}\n[]\n', [("f:1", "an object with student, problem, item and claim is expected"),
                                  ("f:2", "an object with student, problem, item and claim is expected")]),
        ('{"student": "ann", "item": "q", "claim": {}}', [("f:1", "the claim for q is no number or text")]),
        ('{"student": "ann", "claim": "3"}', [("f:1", "the row names no item")]),
        ("{" + "[" * 99_999, [("f:1", "not a JSON object")]),
        (f"student,item,claim\nann,q,{'9' * 20_000}\n", [("f:2", "the claim has more than 10,000 characters")]),
        ("", []),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_listed_with_its_place(text: str, found: list[tuple[str, str]]) -> None:
    assert troubles(text) == found


def test_a_bad_row_does_not_stop_the_next() -> None:
    huge = "x" * 200_000
    text = f'student,item,claim\nann,q\nann,"{huge}",3\nbob,q,3\n'
    assert rows(text) == [("bob", "", "q", "3")]
    assert [place for place, _ in troubles(text)] == ["f:2", "f:3"]


@pytest.mark.parametrize("text", ["", "\n", "\n\n", "\r", " \t\r\n", ",,\n"])
def test_a_file_of_blank_lines_holds_nothing(text: str) -> None:
    assert list(read(io.StringIO(text, newline=""), "f", "ann")) == []


@given(
    st.text(max_size=200), st.sampled_from(["", "student,item,claim\n", "student,p1.q,q\n", "{", '{"student": "a", '])
)
def test_anything_is_read_or_listed(text: str, before: str) -> None:
    for row in read(io.StringIO(before + text, newline=""), "f", "ann"):
        assert isinstance(row, (Trouble, Blank)) or (row.student and row.item and row.claim)


PRINTABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=12
)


# A quote before a sign such as = keeps spreadsheets from taking a text for a formula; reading takes it off again.
NAMES = PRINTABLE.filter(lambda name: not name.startswith("'"))


@given(st.lists(st.tuples(NAMES, st.just("p1"), st.sampled_from(["q", "df/dx", "local(q,x)"]), st.integers().map(str))))
def test_long_csv_and_json_lines_agree(claims: list[tuple[str, str, str, str]]) -> None:
    lines = "".join(
        json.dumps(dict(zip(("student", "problem", "item", "claim"), c, strict=True))) + "\n" for c in claims
    )
    assert rows(long_csv(claims)) == rows(lines)


@given(PRINTABLE)
def test_a_file_named_after_a_student_names_the_student(student: str) -> None:
    name = file_of_student(student, ".csv")
    assert "/" not in name
    assert not name.startswith(".")
    assert student_of_file(os.path.join("dir", name)) == canonical(student)


def test_folders_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("bob.csv", "ann/late.csv", "ann/early.csv", "readme.pdf", ".hidden.csv", "o%27hara.CSV"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    found = [
        f"{os.path.relpath(file.place, tmp_path)}: {file.message[:11]}"
        if isinstance(file, Trouble)
        else (os.path.relpath(file[0], tmp_path), file[1])
        for file in files_of([str(tmp_path)])
    ]
    assert found == [
        ("ann/early.csv", "ann"), ("ann/late.csv", "ann"), ("bob.csv", "bob"), ("o%27hara.CSV", "o'hara"),
        "readme.pdf: not a sheet"]  # fmt: skip


@pytest.mark.parametrize(("name", "advice"), [
    ("a.zip", "unpack it"), ("a.ZIP", "unpack it"), ("a.tar.gz", "unpack it"), ("a.pdf", "save it as CSV or xlsx"),
])  # fmt: skip
def test_an_archive_is_to_be_unpacked(name: str, advice: str, tmp_path: Path) -> None:
    (tmp_path / "bob.csv").write_text("", encoding="utf-8")
    (tmp_path / name).write_bytes(b"PK")
    (told,) = [file for file in files_of([str(tmp_path)]) if isinstance(file, Trouble)]
    assert told.message.partition("): ")[2] == advice


def test_what_lies_in_a_folder_for_another_reason_is_not_listed(tmp_path: Path) -> None:
    for name in (
        "bob.csv",
        "hw.toml",
        "roster.csv",
        "ann.xlsx",
        "~$ann.xlsx",
        ".DS_Store",
        "Thumbs.db",
        "__MACOSX/x.pdf",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    apart = [str(tmp_path / "hw.toml"), str(tmp_path / "roster.csv")]
    found = list(files_of([str(tmp_path)], apart))
    assert [os.path.basename(file.place if isinstance(file, Trouble) else file[0]) for file in found] == [
        "ann.xlsx", "bob.csv"]  # fmt: skip


def test_a_path_that_is_not_there_or_empty_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StreamError, match="no such file"):
        list(files_of([str(tmp_path / "gone.csv")]))
    with pytest.raises(StreamError, match="no sheet in this folder"):
        list(files_of([str(tmp_path)]))


def test_the_store_gives_back_student_by_student_what_came_in_any_order() -> None:
    mixed = [Entry(f"s{k % 7}", "p1", f"i{k}", str(k), f"f:{k}") for k in range(100)]
    with SubmissionStore() as store:
        store.add(mixed)
        assert store.count("entry") == 100
        found = [(student, [entry.item for entry in entries]) for _, student, entries in store.students()]
    assert found == [(f"s{k}", [f"i{n}" for n in range(100) if n % 7 == k]) for k in range(7)]


def test_one_student_cannot_fill_the_memory() -> None:
    with SubmissionStore() as store:
        store.add(Entry("ann", "p1", "q", str(k), f"f:{k}") for k in range(10_050))
        found = [len(entries) for _, _, entries in store.students()]
        assert found == [10_000]
        assert [trouble.message for trouble in store.troubles()] == [
            "only the first 10,000 claims of a student are read"
        ]


@pytest.mark.parametrize(
    ("text", "students"),
    [
        ("ann\nbob\n", ["ann", "bob"]),
        ("student\nann\n\nbob", ["ann", "bob"]),
        ("Name;ID\nAnn;a1\nBob;b2\n", ["a1", "b2"]),
        ('Student,ID,SIS Login ID,Section\n"Ng, A",7,ang,S1\n', ["Ng, A"]),
        ("email\tgroup\na@x.org\t1\n", ["a@x.org"]),
        ("name\nann\n", ["ann"]),
        ("STUDENTS\nann\nbob\n", ["ann", "bob"]),
        ("name,group\nann,1\n", ["ann"]),
        ("Email Address,Full Name\na@x.org,Ann Ng\n", ["Ann Ng"]),
        ("a1\nann\nbob\n", ["a1", "ann", "bob"]),
    ],
)
def test_rosters(text: str, students: list[str]) -> None:
    assert roster_of(Source("roster", text)).students == students


@pytest.mark.parametrize("text", ["", "\n", "student\n", "ann\nann\n", "ann,1\nbob,2\n"])
def test_rosters_that_name_nobody(text: str) -> None:
    with pytest.raises(InputError):
        roster_of(Source("roster", text))


@pytest.mark.parametrize(
    "text", ["names of us\nann\n", "Zeichen\na1\nb2\n", "Matriculation ids\n12\n", "who\na@x.org\nb@x.org\n"]
)
def test_a_first_line_that_may_be_a_heading_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="a heading or a student") as caught:
        roster_of(Source("roster", text))
    assert "write student as the first line" in (caught.value.hint or "")


def test_a_roster_says_which_column_names_the_students() -> None:
    assert roster_of(Source("roster", "student,email\nann,a@x\n")).in_words() == ""
    assert roster_of(Source("roster", "ann\n")).in_words() == ""
    said = roster_of(Source("roster", "Name,Email\nann,a@x\n")).in_words()
    assert said == "the column Name of the roster names the students, and not Email"
    with pytest.raises(InputError, match="ann is listed twice") as caught:
        roster_of(Source("roster", "name,email\nann,a@x\nann,b@x\n"))
    assert caught.value.hint == "leave out line 3, or call the column email student"


def test_a_full_disk_is_an_error_of_the_stream() -> None:
    def fill() -> None:
        with SubmissionStore() as store:
            store._base.execute("pragma max_page_count = 20")
            store.add(Entry(f"s{k}", "p1", "q" * 100, "3", "f") for k in range(5_000))

    with pytest.raises(StreamError, match="temporary database"):
        fill()


def test_a_sheet_in_a_folder_is_the_students_whom_its_own_name_tells(tmp_path: Path) -> None:
    """A folder of sheets among other files is no student; without a roster, the folder's name stays the student."""
    (tmp_path / "week 1").mkdir()
    (tmp_path / "week 1" / "Okoro Ben.csv").write_text("item,claim\nq,3\n", encoding="utf-8")
    (tmp_path / "week 1" / "Lee Ann.jpg").write_bytes(b"\xff\xd8\xff")
    people = People([Person("k34", "Ben Okoro"), Person("k33", "Ann Lee")])
    found = list(files_of([str(tmp_path)], (), people))
    assert [who for row in found if not isinstance(row, Trouble) for who in row[1:]] == ["k34"]
    assert [row.student for row in found if isinstance(row, Trouble)] == ["k33"]
    assert [row[1] for row in files_of([str(tmp_path)]) if not isinstance(row, Trouble)] == ["week 1"]


@pytest.mark.parametrize("header", ["student,item,claim,submitted", "student,q,submitted"])
@pytest.mark.parametrize(("delimiter", "handed"), [
    (",", "2026-03-04 10:00|2026-04-03 10:00"), (";", "2026-04-03 10:00"), ("\t", "2026-03-04 10:00|2026-04-03 10:00"),
])  # fmt: skip
def test_a_table_with_semicolons_writes_the_day_first(header: str, delimiter: str, handed: str) -> None:
    row = "ann,q,3,03/04/2026 10:00" if "item" in header else "ann,3,03/04/2026 10:00"
    text = f"{header}\n{row}\n".replace(",", delimiter)
    found = [row.handed for row in read(io.StringIO(text), "f", "") if isinstance(row, Entry) and row.item == "q"]
    assert found == [handed]
