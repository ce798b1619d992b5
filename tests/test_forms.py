"""Forms and exports: which columns are answers to what, whatever they are called; all else is named once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from gradcli.commands.grade_files import tell_older
from gradcli.errors import InputError, Source
from gradcli.homework.classroom.entries import Blank, DateOrder, Entry, Note, Row, Trouble
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.people import People, Person
from gradcli.homework.classroom.submissions import files_of, read, read_file

from .rosters import roster_of

TWO = """
[[problem]]
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
[[problem]]
program = "L = sigmoid(w*x)"
at = { w = 2, x = -1 }
"""
NAMED = '[[problem]]\nid = "loss"\nprogram = "L = w*x"\nat = { w = 2, x = 3 }\n'
ASKED = Grader(load(Source("hw.toml", TWO))).questions()
LOSS = Grader(load(Source("hw.toml", NAMED))).questions()


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("p1.q", ("p1", "q")), ("P1.q", ("p1", "q")), ("p1: df/dx", ("p1", "df/dx")), ("P1 - df/dx", ("p1", "df/dx")),
        ("1.q", ("p1", "q")), ("1: q", ("p1", "q")), ("1) df/dz", ("p1", "df/dz")), ("2. dL/dw", ("p2", "dL/dw")),
        ("Problem 1: q", ("p1", "q")), ("Aufgabe 2 - dL/dw", ("p2", "dL/dw")), ("Question 1 q", ("p1", "q")),
        ("Q1: df/dx", ("p1", "df/dx")), ("p1 [df/dx]", ("p1", "df/dx")),
        ("Problem 1 [local(q,x)]", ("p1", "local(q,x)")),
        ("123456: p1.q", ("p1", "q")), ("p1.q\u00a0", ("p1", "q")), ("p1.q = ?", ("p1", "q")), ("p1.q:", ("p1", "q")),
        ("p1.q (value of q = x + y)", ("p1", "q")), ("p1: value of q = x + y", ("p1", "q")),
        ("p1.Df/dx", ("p1", "df/dx")), ("p1.∂q/∂x", ("p1", "∂q/∂x")), ("dL/dw", ("p2", "dL/dw")), ("p1.Q", ("p1", "q")),
        ("p1.df/dx [Score]", None), ("Points - p1.q", None), ("Feedback - p1.q", None), ("1.0", None), ("x", None),
        ("Anything else?", None), ("Total points", None), ("p3.q", None), ("p1.dq/dt", None), ("Group", None),
    ],
)  # fmt: skip
def test_what_a_heading_asks_for(heading: str, place: tuple[str, str] | None) -> None:
    assert ASKED.place(heading) == place


@pytest.mark.parametrize(
    "heading", ["loss.dL/dw", "Loss: dL/dw", "1.dL/dw", "dL/dw", "gradient of L with respect to w"]
)
def test_a_single_problem_needs_no_name_and_has_its_place(heading: str) -> None:
    assert LOSS.place(heading) == ("loss", "dL/dw")


@pytest.mark.parametrize(
    ("heading", "meant"),
    [("p1.dq/dt", True), ("p1: dx2", True), ("df/dt", True), ("local(q,w)", True), ("1.0", False), ("Group 2", False),
     ("p1 comments", False), ("Anything else?", False), ("Question 7", False)],
)  # fmt: skip
def test_a_heading_that_looks_like_an_answer_is_no_foreign_column(heading: str, meant: bool) -> None:
    assert ASKED.is_meant(heading) is meant


def found(text: str) -> list[Row]:
    return list(read(io.StringIO(text), "f", "", questions=ASKED))


def test_a_form_of_microsoft() -> None:
    text = (
        "ID,Start time,Completion time,Email,Name,p1.q,1: df/dx,Anything else?\n"
        "1,11/20/25 9:00:00,11/20/25 9:14:12,ann@x.org,Ann,3,-4,no thanks\n"
        "2,11/20/25 9:00:00,11/20/25 9:14:12,bob@x.org,Bob,,,\n"
    )
    note, first, second, blank, order = found(text)
    assert note == Note("f", "columns without answers: Start time, Completion time, Anything else?")
    handed = "2025-11-20 09:14:12"
    assert first == Entry("ann@x.org", "p1", "q", "3", "f:2", handed=handed)
    assert second == Entry("ann@x.org", "p1", "df/dx", "-4", "f:2", handed=handed)
    assert blank == Blank("bob@x.org")
    assert order == DateOrder("f", day_first=False)


def test_a_column_that_counts_the_answers_names_nobody() -> None:
    rows = found("ID,Name,p1.q\n1,Ann,3\n2,Bob,4\n")
    assert [row.student for row in rows if isinstance(row, Entry)] == ["Ann", "Bob"]
    rows = found("ID,Name,p1.q\n17,Ann,3\n12,Bob,4\n")
    assert [row.student for row in rows if isinstance(row, Entry)] == ["17", "12"]
    assert [row.student for row in found("ID,p1.q\n1,3\n") if isinstance(row, Entry)] == ["1"]


def test_lines_of_json_name_problems_and_items_as_people_do() -> None:
    rows = found(
        '{"student": "ann", "problem": "P1", "claims": {"Q": "3"}}\n{"student": "ann", "claims": {"2.dL/dw": "1"}}'
    )
    assert [tuple(row[1:4]) for row in rows] == [("p1", "q", "3"), ("p2", "dL/dw", "1")]


def test_a_quiz_of_moodle_has_its_questions_in_the_row() -> None:
    text = (
        "Nachname,Vorname,E-Mail-Adresse,Status,Frage 1,Antwort 1,Frage 2,Antwort 2\n"
        'Lee,Ann,ann@x.org,Beendet,p1.q,"3,0",p1.df/dx: the gradient,-4\n'
        "Gesamtdurchschnitt,,,,,,,\n"
    )
    note, *rest = found(text)
    assert note == Note("f", "columns without answers: Status")
    assert rest == [Entry("ann@x.org", "p1", "q", "3,0", "f:2"), Entry("ann@x.org", "p1", "df/dx", "-4", "f:2")]


def test_a_quiz_of_canvas_has_points_beside_the_answers() -> None:
    header = "name,id,sis_id,section,submitted,attempt,12345: p1.q,1.0,12346: p1.df/dx,1.0,n correct"
    text = f"{header}\nAnn,7,a7,1,x,1,3,1.0,-4,0,2\n"
    note, *rest = found(text)
    assert isinstance(note, Note)
    assert "n correct" in note.message
    entries = [(e.student, e.item, e.claim) for e in rest if isinstance(e, Entry)]
    assert entries == [("7", "q", "3"), ("7", "df/dx", "-4")]


def test_what_the_homework_does_not_ask_is_told_once() -> None:
    text = "student,p1.q,p1.dq/dt\nann,3,4\nbob,3,5\n"
    assert [(r.place, r.message) for r in found(text) if isinstance(r, Trouble)] == [
        ("f:1", "the column p1.dq/dt is not read: no problem asks it; headings are written p1: df/dx")
    ]
    (trouble,) = found("student,happy,sad\nann,1,2\n")
    assert isinstance(trouble, Trouble)
    assert "no column is an item of the homework: student, happy, sad" in trouble.message
    shown = trouble.message.partition("headings that work are ")[2].split(" and ")
    assert [ASKED.place(heading) is not None for heading in shown] == [True, True]


TITLED = Grader(
    load(
        Source(
            "hw.toml",
            '[[problem]]\ntitle = "A softmax layer"\nprogram = "q = x + y; f = q*z"\nat = { x = -2, y = 5, z = -4 }\n'
            '[[problem]]\ntitle = "A gate"\nprogram = "h = x*y; f = h + x"\nat = { x = 2, y = 1 }\n',
        )
    )
).questions()


@pytest.mark.parametrize(
    ("heading", "place"),
    [("A softmax layer: df/dx", ("p1", "df/dx")), ("a SOFTMAX  layer - q", ("p1", "q")), ("A gate [h]", ("p2", "h")),
     ("Problem 1: A softmax layer: df/dx", ("p1", "df/dx")), ("P2 df/dx", ("p2", "df/dx")),
     ("value of q = x + y", ("p1", "q")), ("h", ("p2", "h")), ("df/dx", None), ("A softmax layer", None),
     ("A softmax layered: h", None)],
)  # fmt: skip
def test_a_title_names_its_problem(heading: str, place: tuple[str, str] | None) -> None:
    assert TITLED.place(heading) == place


def test_a_column_that_looks_like_an_item_is_never_left_out_in_silence() -> None:
    text = "student,h,df/dx,A gate: dh/dw,the gradient dL/dW here,Group\nann,1,2,3,4,5\n"
    rows = list(read(io.StringIO(text), "f", "", questions=TITLED))
    troubles = [row.message for row in rows if isinstance(row, Trouble)]
    assert len(troubles) == 3
    assert troubles[0].startswith("the column df/dx is not read: p1 and p2 ask it; headings are written p1: df/d")
    assert all("no problem asks it" in message for message in troubles[1:])
    assert [row.message for row in rows if isinstance(row, Note)] == ["columns without answers: Group"]


def test_a_sheet_names_problems_and_items_as_people_do() -> None:
    text = "Title\n\nstudent;problem;item;claim\nann;P1;q;3\nann;1;Df/dx;1,5\nann;Problem 2;dL/dw;-0,149\nann;;p1.f;1\n"
    assert [tuple(row[1:4]) for row in found(text) if isinstance(row, Entry)] == [
        ("p1", "q", "3"), ("p1", "df/dx", "1,5"), ("p2", "dL/dw", "-0,149"), ("p1", "f", "1"),
    ]  # fmt: skip


def test_a_first_line_that_tells_a_spreadsheet_the_delimiter() -> None:
    rows = found("sep=;\nstudent;p1.q\nann;3\n")
    assert rows == [Entry("ann", "p1", "q", "3", "f:3")]


def of_file(text: str, student: str) -> list[Row]:
    return list(read(io.StringIO(text), "f", student, questions=ASKED))


def test_a_sheet_with_empty_names_is_the_students_of_its_file() -> None:
    rows = of_file("student,problem,item,claim\n,p1,q,3\n,p1,f,-12\n", "ann")
    assert [row.student for row in rows if isinstance(row, Entry)] == ["ann", "ann"]
    rows = of_file("student,problem,item,claim\nann,p1,q,3\n,p1,f,-12\n", "ann")
    assert [row.student for row in rows if isinstance(row, Entry)] == ["ann", "ann"]


def test_a_row_without_a_name_among_others_is_nobodys() -> None:
    rows = of_file("student,problem,item,claim\n,p1,q,3\nbob,p1,f,-12\n", "class")
    assert [row.student for row in rows if isinstance(row, Entry)] == ["bob"]
    assert [row.message for row in rows if isinstance(row, Trouble)] == ["the row names no student"]


@pytest.mark.parametrize(("start", "what"), [(b"\x89PNG\r\n\x1a\n", "a picture (PNG)"), (b"%PDF-1.7\n", "a PDF"),
                                             (b"\xff\xd8\xff\xe0\x00", "a picture (JPEG)")])  # fmt: skip
def test_a_picture_is_no_table_whatever_it_is_called(start: bytes, what: str) -> None:
    (row,) = read_file(io.BytesIO(start + bytes(range(200))), "ann.csv", "ann", People([Person("ann")]))
    assert isinstance(row, Trouble)
    assert row.unreadable
    assert row.student == "ann"
    assert f"the file of ann: this is {what}" in row.message


def test_a_picture_in_the_folder_names_its_student(tmp_path: Path) -> None:
    (tmp_path / "Novák, Žofie.png").write_bytes(b"\x89PNG")
    (tmp_path / "ann.csv").write_text("item,claim\nq,3\n")
    troubles = [
        row for row in files_of([str(tmp_path)], (), People([Person("Žofie Novák")])) if isinstance(row, Trouble)
    ]
    assert [row.student for row in troubles] == ["Žofie Novák"]
    assert "the file of Žofie Novák is not a sheet" in troubles[0].message


@pytest.mark.parametrize("heading", ["late", "Late days", "days late", "Tage zu spät", "Jours de retard"])
def test_days_late_are_found_by_what_people_call_them(heading: str) -> None:
    roster = roster_of(Source("roster.csv", f"student,{heading}\nann,2\n"))
    roster.require_late()
    assert roster.people[0].late == 2


def test_a_roster_without_days_late_says_so() -> None:
    with pytest.raises(InputError, match="no column late; columns are student, group"):
        roster_of(Source("roster.csv", "student,group\nann,2\n")).require_late()


def test_feedback_of_an_earlier_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ann.md").write_text("")
    (tmp_path / "bob.md").write_text("")
    tell_older(str(tmp_path), {"ann.md"})
    told = capsys.readouterr().err
    assert "not of this run" in told
    assert "bob.md" in told
    assert "ann.md" not in told
    assert (tmp_path / "bob.md").exists()
