"""Answers that may be those of several students: each is told so, and no gradebook takes a 0 for what is not marked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.errors import InputError, Source

from .rosters import roster_of

HOMEWORK = """title = "Week 1"
[[problem]]
id = "p1"
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "df/dx"]
points = 2
"""
ROSTER = "id,name\n1001,Anna Müller\n1002,Anna Müller\n1003,Ben Roth\n1004,Cyd Lang\n"
EXPORT = "Student,ID,SIS Login ID,Section,Week 1 (7)\n" + "".join(
    f"{name},{id},{id},A,old\n" for id, name in (line.split(",") for line in ROSTER.splitlines()[1:])
)
DOUBT = "an answer that may be this student's is not marked"
Graded = Callable[..., tuple[int, str, str]]


@pytest.fixture
def grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Graded:
    """Mark the class and return the status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("hw.toml", HOMEWORK), ("roster.csv", ROSTER), ("export.csv", EXPORT)):
        Path(name).write_text(text, encoding="utf-8")
    Path("in").mkdir()
    sheet("1001", "3", "-4")
    sheet("ben roth", "3", "-4")

    def graded(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run(["grade", "hw.toml", "in", "--roster", "roster.csv", *words])
        return status, *capsys.readouterr()

    return graded


def sheet(name: str, q: str, dx: str) -> None:
    Path(f"in/{name}.csv").write_text(f"problem,item,claim\np1,q,{q}\np1,df/dx,{dx}\n", encoding="utf-8")


def canvas(grade: Graded) -> dict[str, str]:
    """Return the column of Canvas by the id of the student."""
    _, shown, _ = grade("--to", "canvas", "--gradebook", "export.csv")
    return {line.split(",")[1]: line.rsplit(",", 1)[1] for line in shown.splitlines()[1:]}


@pytest.mark.parametrize("ambiguous", ["sheet", "form", "json", "picture", "unreadable", "empty", "broken"])
def test_a_file_of_one_of_two_namesakes_is_no_reason_for_a_0(grade: Graded, ambiguous: str) -> None:
    if ambiguous == "sheet":
        sheet("Anna Müller", "3", "-4")
    elif ambiguous == "form":
        Path("in/form.csv").write_text("name,q,df/dx\nAnna Müller,3,-4\n", encoding="utf-8")
    elif ambiguous == "json":
        Path("in/all.jsonl").write_text('{"student": "Anna Müller", "item": "q", "claim": 3}\n', encoding="utf-8")
    elif ambiguous == "empty":
        Path("in/Anna Müller.csv").write_text("", encoding="utf-8")
    elif ambiguous == "broken":
        Path("in/Anna Müller.xlsx").write_bytes(b"PK\x03\x04 and no more")
    else:
        Path(f"in/Anna Müller.{'png' if ambiguous == 'picture' else 'csv'}").write_bytes(b"\x89PNG\r\n\x1a\n")
    status, shown, _ = grade("--to", "csv")
    anna, other, ben, cyd = shown.splitlines()[2:]
    assert status == 1
    assert f",{DOUBT}," in other
    assert f",{DOUBT}," in anna
    assert "nothing handed in" not in other
    assert other.split(",")[4] == "1"  # not marked
    assert anna.split(",")[1] == "2"
    assert DOUBT not in ben
    assert "nothing handed in" in cyd
    assert canvas(grade) == {"1001": "2", "1002": "", "1003": "2", "1004": "0"}
    _, shown, _ = grade("--to", "moodle")
    assert f"1002,,,{DOUBT}" in shown
    assert "1004,,0,nothing handed in" in shown


def test_who_is_named_as_two_students_may_be_either(grade: Graded) -> None:
    Path("in/form.csv").write_text("id,name,q,df/dx\n1002,Cyd Lang,3,-4\n", encoding="utf-8")
    assert canvas(grade) == {"1001": "2", "1002": "", "1003": "2", "1004": ""}


def test_what_could_not_be_read_of_a_student_is_no_0(grade: Graded) -> None:
    Path("in/1004.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    Path("in/1002.csv").write_text("problem,item,claim\np1,q,\np1,df/dx,\n", encoding="utf-8")
    assert canvas(grade) == {"1001": "2", "1002": "0", "1003": "2", "1004": ""}
    _, shown, _ = grade("--to", "moodle")
    assert "1004,,,nothing of what was handed in is marked" in shown


def test_points_by_the_roster_are_points_in_any_case(grade: Graded) -> None:
    Path("roster.csv").write_text(
        ROSTER.replace("name", "name,override").replace("Cyd Lang", "Cyd Lang,1.5"), encoding="utf-8"
    )
    Path("in/1004.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert canvas(grade)["1004"] == "1.5"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("question,item,claim\ngiven,x,-2\n,q,\n", "4 students: nobody handed in an answer"),
        (None, "4 students: nobody handed in anything"),
        ("Anna Müller", "4 students: no answer is marked"),
    ],
)
def test_a_class_without_answers_is_told_as_its_rows_are(grade: Graded, text: str | None, told: str) -> None:
    for path in Path("in").iterdir():
        path.unlink()
    if text == "Anna Müller":
        sheet(text, "3", "-4")
    else:
        Path("in/1003.csv").write_text(text or "student,q,df/dx\n1003,,\n", encoding="utf-8")
    _, shown, _ = grade()
    assert shown.splitlines()[-1] == told
    assert ("handed in without an answer" in shown) == (text is not None and "given" in text)


@pytest.mark.parametrize(
    ("claim", "told"), [("df/dq*1", "a formula, not its number"), ("-4.5", "wrong"), ("-3.94", "not precise enough")]
)
def test_a_rule_in_place_of_a_number_is_not_called_too_coarse(grade: Graded, claim: str, told: str) -> None:
    hw = HOMEWORK.replace("z = -4", "z = -3.94161").replace("points = 2", "points = 2\nsigfigs = 4")
    Path("hw.toml").write_text(hw, encoding="utf-8")
    sheet("1001", "3", claim)
    for words in ((), ("--to", "html")):
        _, shown, _ = grade(*words)
        assert (f"df/dx: {told}" in shown) == (told != "wrong")
    _, shown, _ = grade("--to", "moodle")
    assert f"p1 df/dx {told}" in shown


@pytest.mark.parametrize(
    ("roster", "shown"),
    [
        ("last name,first name,id\n李,小明,7\n", "7 李小明"), ("id,名,姓\n7,小明,李\n", "7 李小明"),
        ("first name,last name\n민수,김\n", "김민수"), ("first name,last name,id\nさくら,山田,7\n", "7 山田さくら"),
        ("last name,first name,id\nMüller,Anna,7\n", "7 Anna Müller"),
        ("last name,first name,id\nLi,小明,7\n", "7 小明 Li"),
        ("name,id\n小明 李,7\n", "7 小明 李"), ("last name,first name,id\n李,,7\n", "7 李"),
    ],
)  # fmt: skip
def test_a_name_is_shown_as_it_is_written(grade: Graded, roster: str, shown: str) -> None:
    Path("roster.csv").write_text(roster, encoding="utf-8")
    _, page, _ = grade()
    assert f"\n {shown} " in page


def test_the_order_of_a_name_changes_no_numbers(grade: Graded) -> None:
    Path("roster.csv").write_text("姓,名\n李,小明\n", encoding="utf-8")
    _, shown, _ = grade("--to", "csv")
    assert "\n小明 李,0," in shown


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("student,name\nann,A\nbob,A\nann,B\n", "ann is listed twice",
     "leave out line 4, or tell the two apart by ids in a column student"),
    ("name,group,code\nann,1,x\nann,1,y\n", "ann is listed twice", "leave out line 3, or call the column code student"),
    ("name,code\nann,\nann,y\n", "ann is listed twice",
     "leave out line 3, or tell the two apart by ids in a column student"),
    ("ann\nbob\nann\n", "ann is listed twice", "leave out line 3, or write two names"),
])  # fmt: skip
def test_a_student_who_is_listed_twice(text: str, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        roster_of(Source("roster", text))
    assert (caught.value.message, caught.value.hint) == (message, hint)
