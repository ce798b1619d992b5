"""Numbers of a student's own: whose they are, and what is said where answers are to other numbers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.homework.classroom.copies import Copying
from gradcli.homework.classroom.results import MarkedItem, StudentResult
from gradcli.homework.marking.marks import CORRECT, FOLLOW_THROUGH, IMPRECISE, WRONG

HOMEWORK = """
[defaults]
vary = 2026
[[problem]]
id = "p1"
program = "q = x + y; f = q*z; L = tanh(f*w)"
[[problem]]
id = "p2"
program = "h = relu(X @ W); L = sum(h*h)"
shapes = { X = "2x2", W = "2x3" }
"""
CLASS = {"1001": "Ada Lovelace", "1002": "Alan Turing", "1003": "Grace Hopper", "1004": "Emmy Noether"}


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return what a command in a folder with the homework and rosters of ids, of names and of both prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("hw.toml").write_text(HOMEWORK, encoding="utf-8")
    both = [f"{id},{name}" for id, name in CLASS.items()]
    Path("ids.csv").write_text("\n".join(["id,name", *both, ""]), encoding="utf-8")
    Path("names.csv").write_text("\n".join(["student", *CLASS.values(), ""]), encoding="utf-8")
    reversed_ = [f"{name},{id}" for id, name in CLASS.items()]
    Path("both.csv").write_text("\n".join(["student,id", *reversed_, ""]), encoding="utf-8")

    def called(*words: str, status: int = 0) -> Any:
        capsys.readouterr()
        assert run(list(words)) == status
        return capsys.readouterr()

    return called


def answers(call: Callable[..., Any], student: str) -> dict[str, str]:
    """Return the right answers of a student, by problem and item."""
    sheet = csv.DictReader(io.StringIO(call("sheet", "--homework", "hw.toml", "--student", student, "--key").out))
    return {f"{row['problem']}.{row['item']}": row["claim"] for row in sheet if row["question"] != "given"}


def flat(text: str) -> str:
    """Return a text without its line breaks."""
    return " ".join(text.split())


def form(call: Callable[..., Any], whose: dict[str, str]) -> None:
    """Write a form in which everybody answers with what is right for somebody: student to name of the numbers."""
    found = {student: answers(call, name) for student, name in whose.items()}
    with Path("form.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        heads = list(next(iter(found.values())))
        rows.writerow(["Name", *heads])
        rows.writerows([[student, *(own[head] for head in heads)] for student, own in found.items()])


def test_the_roster_of_the_sheets_gives_everybody_everything(call: Callable[..., Any]) -> None:
    form(call, {name: id for id, name in CLASS.items()})
    found = call("grade", "hw.toml", "form.csv", "--roster", "ids.csv", "--json")
    assert [one["earned"] for one in json.loads(found.out)["students"]] == [29.0] * 4
    assert json.loads(found.out)["numbers"] == []


def test_another_column_of_the_roster_is_found_and_told(call: Callable[..., Any]) -> None:
    form(call, {name: id for id, name in CLASS.items()})
    found = call("grade", "hw.toml", "form.csv", "--roster", "both.csv", "--json")
    students = json.loads(found.out)["students"]
    assert [one["earned"] for one in students] == [29.0] * 4
    assert students[0]["remarks"] == ["marked with the numbers drawn for 1001, which this sheet has"]
    assert "4 sheets have numbers that were drawn for another name of the student on the roster" in found.err
    assert "1001 for Ada Lovelace" in flat(call("grade", "hw.toml", "form.csv", "--roster", "both.csv").out)


def test_sheets_that_state_their_numbers_are_found_too(call: Callable[..., Any]) -> None:
    call("sheet", "--homework", "hw.toml", "--roster", "ids.csv", "--out", "sheets", "--key")
    found = json.loads(call("grade", "hw.toml", "sheets", "--roster", "both.csv", "--json").out)
    assert [one["earned"] for one in found["students"]] == [29.0] * 4
    assert found["other_numbers"] == []


@pytest.mark.parametrize("roster", [["--roster", "names.csv"], []])
def test_numbers_of_names_that_nothing_tells_are_doubted_aloud(call: Callable[..., Any], roster: list[str]) -> None:
    form(call, {name: id for id, name in CLASS.items()})
    said = "hardly any answer fits the numbers drawn for these students, such as Ada Lovelace"
    assert said in flat(call("grade", "hw.toml", "form.csv", *roster, status=1).out)
    found = call("grade", "hw.toml", "form.csv", *roster, "--to", "csv", status=1)
    assert said in found.err
    assert said in call("grade", "hw.toml", "form.csv", *roster, "--to", "html", status=1).out
    assert json.loads(call("grade", "hw.toml", "form.csv", *roster, "--json", status=1).out)["numbers"]


def test_answers_to_the_numbers_of_the_next_student_are_doubted_aloud(call: Callable[..., Any]) -> None:
    names = list(CLASS.values())
    form(call, dict(zip(names, [*names[1:], names[0]], strict=True)))
    found = call("grade", "hw.toml", "form.csv", "--roster", "names.csv", "--json", status=1)
    (told,) = json.loads(found.out)["numbers"]
    assert told.startswith("most answers fit the numbers of other students: was the roster another one")


def test_a_weak_class_is_not_doubted(call: Callable[..., Any]) -> None:
    """Everybody has the first values right and all the rest wrong."""
    own = {name: answers(call, name) for name in CLASS.values()}
    rows = ["student,problem,item,claim"]
    for name, found in own.items():
        for place, claim in found.items():
            problem, item = place.split(".", 1)
            if item in ("q", "f"):
                rows.append(f'{name},{problem},"{item}",{claim}')
            elif not claim.startswith("["):
                rows.append(f'{name},{problem},"{item}",77.123')
    Path("form.csv").write_text("\n".join(rows), encoding="utf-8")
    assert json.loads(call("grade", "hw.toml", "form.csv", "--roster", "names.csv", "--json").out)["numbers"] == []


def test_sheet_says_what_the_numbers_hang_on(call: Callable[..., Any]) -> None:
    told = call("sheet", "--homework", "hw.toml", "--roster", "ids.csv", "--out", "sheets").err
    assert "the numbers are drawn for what the roster calls a student (1001): grade with the same roster" in told


def test_arrays_of_another_student_are_listed(call: Callable[..., Any]) -> None:
    ada, alan, grace, _ = CLASS.values()
    form(call, {ada: ada, alan: alan, grace: ada})
    (copy,) = json.loads(call("grade", "hw.toml", "form.csv", "--roster", "names.csv", "--json").out)["copies"][1:]
    assert (copy["student"], copy["others"], copy["problem"]) == (grace, [ada], "p2")
    assert "dL/dW" in copy["items"]


def marked(student: str, value: list[float], truth: list[float], items: int = 4) -> StudentResult:
    status = CORRECT if value == truth else WRONG
    credit = float(value == truth)
    lines = [MarkedItem("p", f"i{k}", "", status, credit, 1.0, "", None, False, [], value=[k * x for x in value],
                        truth=[k * x for x in truth]) for k in range(1, items + 1)]  # fmt: skip
    return StudentResult(student, lines, {}, 0.0, 1.0, [])


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([2.5, -7.25, 0.0], True),
        ([2.5, 7.25, 0.0], False),  # another sign
        ([2.5, -7.25], False),  # another shape
        ([2.505, -7.24, 0.0], True),  # rounded
        ([-7.25, 2.5, 0.0], False),  # the same numbers elsewhere
    ],
)
def test_arrays_agree_entry_by_entry(value: list[float], found: bool) -> None:
    copying = Copying()
    copying.note(marked("ann", [2.5, -7.25, 0.0], [2.5, -7.25, 0.0]), ["p"])
    copying.note(marked("bob", value, [1.0, 2.0, 3.0]), ["p"])
    assert [one.others for one in copying.copies()] == [["ann"]] * found


def test_small_whole_arrays_say_little() -> None:
    copying = Copying()
    copying.note(marked("ann", [1.0, 0.0, 1.0], [1.0, 0.0, 1.0], items=3), ["p"])
    copying.note(marked("bob", [1.0, 0.0, 1.0], [0.0, 0.0, 1.0], items=3), ["p"])
    assert copying.copies() == []


# ---- names beside ids


def test_the_sheets_of_a_roster_say_the_name(call: Callable[..., Any]) -> None:
    for format, said in (
        ("csv", "1001,p1,x,given,-8.1,name: Ada Lovelace"), ("markdown", "student: 1001\n\nname: Ada Lovelace\n"),
        ("latex", "Name: Ada Lovelace (1001)"),
    ):  # fmt: skip
        call("sheet", "--homework", "hw.toml", "--roster", "ids.csv", "--out", format, "--to", format)
        (sheet,) = Path(format).glob("1001.*")
        assert said in sheet.read_text(encoding="utf-8")
        assert len(list(Path(format).iterdir())) == 4
    found = json.loads(call("grade", "hw.toml", "markdown", "csv", "--roster", "ids.csv", "--json", status=1).out)
    assert [one["student"] for one in found["students"]] == list(CLASS)
    assert found["not_marked"] == []


def test_workbooks_say_the_name(call: Callable[..., Any]) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    call("sheet", "--homework", "hw.toml", "--roster", "ids.csv", "--out", "books", "--to", "xlsx")
    cells = [cell.value for row in openpyxl.load_workbook("books/1001.xlsx").active for cell in row]
    assert "name: Ada Lovelace" in cells


def test_the_gradebook_keeps_what_the_roster_knows(call: Callable[..., Any]) -> None:
    Path("people.csv").write_text("id,name,Email\n1001,Ada Lovelace,ada@x.example\n7,Bob,\n", encoding="utf-8")
    form(call, {"Ada Lovelace": "1001"})
    rows = list(csv.DictReader(io.StringIO(
        call("grade", "hw.toml", "form.csv", "--roster", "people.csv", "--to", "csv").out)))  # fmt: skip
    assert [(row["student"], row["name"], row["email"]) for row in rows[1:]] == [
        ("1001", "Ada Lovelace", "ada@x.example"), ("7", "Bob", ""),
    ]  # fmt: skip
    bare = call("grade", "hw.toml", "form.csv", "--roster", "names.csv", "--to", "csv", status=1).out
    assert bare.startswith("student,p1,p2,total,percent,not marked,remarks\n")


@pytest.mark.parametrize(
    ("roster", "id"),
    [
        ("student,Last name,First name,Email\nk1,Lovelace,Ada,ada@x.example\n", "k1"),
        ("student,Email\nAda Lovelace,ada@x.example\n", ""),
        ("Last name,First name,ID number,Email\nLovelace,Ada,1001,ada@x.example\n", "1001"),
        ("student,name\nk1,Ada Lovelace\n", "k1"),
    ],
)
def test_moodle_has_the_id_that_the_roster_has(call: Callable[..., Any], roster: str, id: str) -> None:
    Path("people.csv").write_text(roster, encoding="utf-8")
    form(call, {"Ada Lovelace": id or "Ada Lovelace"})
    rows = list(csv.DictReader(io.StringIO(
        call("grade", "hw.toml", "form.csv", "--roster", "people.csv", "--to", "moodle").out)))  # fmt: skip
    assert rows[0]["ID number"] == id


@pytest.mark.parametrize(("status", "doubted"), [(IMPRECISE, False), (FOLLOW_THROUGH, False), (WRONG, True)])
def test_answers_with_few_figures_and_right_steps_are_no_doubt_of_the_numbers(status: str, doubted: bool) -> None:
    copying = Copying()
    for student in ("ann", "bob", "cem"):
        result = marked(student, [2.5, -7.25], [2.5001, -7.25])
        copying.note(result._replace(lines=[line._replace(status=status) for line in result.lines]), ["p"])
    assert copying.hardly_any_fits == doubted


def test_students_whose_sizes_and_names_tie_are_compared() -> None:
    copying = Copying()
    for student in ("\U0010ffff", "", ""):
        copying.note(marked(student, [2.5, -7.25], [2.5, -7.25]), ["p"])
    copying.note(marked("bob", [2.5, -7.25], [1.0, 2.5]), ["p"])
    assert [one.others for one in copying.copies()] == [["", "\U0010ffff"]]


def test_a_bound_that_ties_with_a_size_and_a_student_is_no_error() -> None:
    copying = Copying()
    copying.note(marked("", [200.0 - 1, 0.0], [199.0, 0.0]), ["p"])
    copying.note(marked("bob", [200.0, 0.0], [1.5, 2.5]), ["p"])
    assert [one.others for one in copying.copies()] == [[""]]


def test_names_with_control_characters_are_told_visibly(call: Callable[..., Any]) -> None:
    Path("odd.csv").write_text("student,id\nAda\x1b[31m Lovelace,1001\n", encoding="utf-8")
    form(call, {"Ada\x1b[31m Lovelace": "1001"})
    found = call("grade", "hw.toml", "form.csv", "--roster", "odd.csv", "--to", "csv")
    assert "1001 for Ada\\x1b[31m Lovelace" in flat(found.err)


def test_a_class_with_sheets_of_an_older_version_that_nothing_tells_is_doubted_aloud(call: Callable[..., Any]) -> None:
    text = "[[problem]]\nprogram = 'q = x + y; f = q*z'\nvary = 7\n"
    Path("hw.toml").write_text(text + "vary_version = 1\n", encoding="utf-8")
    form(call, {name: name for name in CLASS.values()})
    Path("hw.toml").write_text(text, encoding="utf-8")
    told = call("grade", "hw.toml", "form.csv", "--roster", "names.csv", "--to", "csv", status=1).err
    assert "or another vary_version?" in flat(told)
