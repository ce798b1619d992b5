"""`gradcli sheet --student NAME --roster FILE`: the sheet of one student of a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.errors import InputError
from gradcli.homework.classroom.people import Person
from gradcli.homework.classroom.roster import called

from .test_golden import called as run_in

ROSTER = "id,name,email\n1001,Ann Lee,ann@school.example\n1002,Bob Roe,bob@school.example\n1003,Ann Lee,\n"
PEOPLE = [
    Person("1001", "Ann Lee", "ann@school.example"), Person("1002", "Bob Roe", "bob@school.example"),
    Person("1003", "Ann Lee"),
]  # fmt: skip
PROGRAM = ["sheet", "x*y", "--vary", "3"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_text(ROSTER)
    return tmp_path


def output(folder: Path, *words: str) -> tuple[int, str, str]:
    done = run_in([*PROGRAM, *words], folder, {}, b"")
    return done.status, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("name", ["1002", "Bob Roe", "roe, bob", "bob@school.example"])
def test_whom_a_name_means(name: str) -> None:
    assert called(PEOPLE, name) == PEOPLE[1]


@pytest.mark.parametrize(("name", "message", "hint"), [
    ("Bob Row", "the roster has no student Bob Row", "did you mean Bob Roe?"),
    ("nobody", "the roster has no student nobody", None),
    ("Ann Lee", "Ann Lee may be any of 2 students on the roster: 1001, 1003", "name one of them as the roster does"),
])  # fmt: skip
def test_names_of_nobody_and_of_several_are_refused(name: str, message: str, hint: str | None) -> None:
    with pytest.raises(InputError) as caught:
        called(PEOPLE, name)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_the_sheet_is_that_of_the_class(folder: Path) -> None:
    assert output(folder, "--roster", "roster.csv", "--out", "all")[0] == 0
    assert sorted(path.name for path in (folder / "all").iterdir()) == ["1001.csv", "1002.csv", "1003.csv"]
    assert output(folder, "--roster", "roster.csv", "--student", "Bob Roe", "--out", "one")[0] == 0
    assert [path.name for path in (folder / "one").iterdir()] == ["1002.csv"]
    sheet = (folder / "all" / "1002.csv").read_bytes()
    assert (folder / "one" / "1002.csv").read_bytes() == sheet
    assert output(folder, "--roster", "roster.csv", "--student", "Bob Roe")[1] == sheet.decode("utf-8-sig")
    assert b"name: Bob Roe" in sheet


def test_a_student_who_is_not_there_gets_nothing(folder: Path) -> None:
    status, out, err = output(folder, "--roster", "roster.csv", "--student", "Bob Row", "--out", "sheets")
    assert (status, out) == (2, "")
    assert "gradcli: the roster has no student Bob Row\nhint: did you mean Bob Roe?\n" in err
    assert not (folder / "sheets").exists()


def test_lint_looks_at_one_student_of_the_list(folder: Path) -> None:
    one, alone = (output(folder, "--lint", "--student", "1001", *more)[1] for more in (["--roster", "roster.csv"], []))
    assert one == alone
    assert "student" in output(folder, "--lint", "--roster", "roster.csv")[1]
