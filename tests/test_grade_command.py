"""gradcli sheet and gradcli grade as people and scripts use them: files in, files out, exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run

HOMEWORK = """
title = "Week 3"
[[problem]]
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "df/dx"]
"""
GOOD = "student,problem,item,claim\nann,p1,q,3\nann,p1,df/dx,-4\nbob,p1,q,3\nbob,p1,df/dx,-4\n"
WRONG = GOOD.replace("bob,p1,q,3", "bob,p1,q,4")


def class_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with a homework file and what a class has handed in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw.toml").write_text(HOMEWORK, encoding="utf-8")
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "wrong.csv").write_text(WRONG, encoding="utf-8")
    (tmp_path / "bad.csv").write_text(GOOD + "bob,p9,q,3\n", encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("student,item,claim\nJosé,q,3\n".encode("latin-1"))
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04broken")
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return class_folder(tmp_path, monkeypatch)


Capture = pytest.CaptureFixture[str]


def graded(capsys: Capture, *words: str) -> dict[str, Any]:
    capsys.readouterr()
    run(["grade", *words, "--json"])
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("hw.toml good.csv", 0),
        ("hw.toml wrong.csv", 0),  # a wrong answer is data
        ("hw.toml good.csv --fail-under 100", 0),
        ("hw.toml wrong.csv --fail-under 50", 0),
        ("hw.toml wrong.csv --fail-under 60", 1),
        ("hw.toml bad.csv", 1),  # a row that could not be marked
        ("hw.toml latin.csv", 0),
        ("hw.toml broken.xlsx", 5),
        ("hw.toml broken.xlsx good.csv", 1),
        ("hw.toml gone.csv", 5),
        ("gone.toml good.csv", 5),
        ("good.csv good.csv", 2),
        ("hw.toml", 2),
        ("", 2),
        ("hw.toml good.csv --to feedback", 2),  # a file for every student
        ("hw.toml good.csv --to csv --to json", 2),
        ("hw.toml good.csv --to canvas", 2),
        ("hw.toml good.csv --gradebook good.csv", 2),
        ("hw.toml good.csv --out a -o b", 2),
        ("hw.toml good.csv --fail-under 101", 2),
        ("hw.toml good.csv --attemt last", 2),
    ],
)
def test_exit_status(words: str, status: int, folder: Path, capsys: Capture) -> None:
    assert run(["grade", *words.split()]) == status
    shown = capsys.readouterr()
    assert bool(shown.err) == (status == 2 or "gone" in words)
    assert shown.err.count("gradcli:") <= 1


def test_a_class_from_sheet_to_upload(folder: Path, capsys: Capture) -> None:
    """The teacher's ten minutes: every student gets a sheet, the filled ones are marked, everyone has full marks."""
    text = HOMEWORK.replace("at = { x = -2, y = 5, z = -4 }", "vary = 7").replace('items = ["q", "df/dx"]', "")
    (folder / "varied.toml").write_text(text, encoding="utf-8")
    (folder / "roster.csv").write_text("student\nann\nbob\no'hara/=1\n", encoding="utf-8")
    sheet = ["sheet", "--homework", "varied.toml", "--roster", "roster.csv"]
    assert run([*sheet, "--out", "blank"]) == 0
    assert run([*sheet, "--out", "filled", "--key"]) == 0
    assert sorted(os.listdir("blank")) == sorted(os.listdir("filled")) == ["ann.csv", "bob.csv", "o'hara%2F=1.csv"]
    assert Path("blank/ann.csv").read_text() != Path("blank/bob.csv").read_text().replace("bob", "ann")
    assert run(["grade", "varied.toml", "filled", "--fail-under", "100", "--out", "marks"]) == 0
    rows = list(csv.DictReader(io.StringIO(Path("marks/grades.csv").read_text(encoding="utf-8"))))[1:]
    assert [(row["student"], row["percent"]) for row in rows] == [("ann", "100"), ("bob", "100"), ("o'hara/=1", "100")]
    assert sorted(os.listdir("marks/feedback")) == ["ann.md", "bob.md", "o'hara%2F=1.md"]
    assert run(["grade", "varied.toml", "blank", "--fail-under", "1"]) == 1
    # A sheet that states another student's numbers is not marked, unless its student is known to the roster.
    swapped = Path("filled/ann.csv").read_text(encoding="utf-8").replace("ann,", "bob,")
    Path("swapped.csv").write_text(swapped, encoding="utf-8")
    capsys.readouterr()
    assert run(["grade", "varied.toml", "swapped.csv", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["students"] == []
    assert re.match(r"p1 has x = \S+, but the sheet says \S+: these are not", record["not_marked"][0]["message"])
    assert "not the numbers of bob" in record["not_marked"][0]["message"]
    assert run(["grade", "varied.toml", "swapped.csv", "--json", "--roster", "roster.csv"]) == 1
    record = json.loads(capsys.readouterr().out)
    student = record["students"][1]
    assert re.match(r"p1 has x = \S+, but the sheet says \S+: marked with", record["other_numbers"][0]["message"])
    assert record["not_marked"] == []
    assert student["earned"] < student["points"]
    assert re.match(r"p1 has x = \S+, but the sheet says", student["remarks"][0])


VARIED = HOMEWORK.replace("at = { x = -2, y = 5, z = -4 }", "vary = 7")
STRANGERS = {
    "another name": ("student,item,claim\nanne,q,3\n", ["anne"]),
    "another address": ("Email Address,q\nann@y.org.org,3\nanna@x.org,3\n", ["anna@x.org"]),
    "the number of a form": ("ID,Start time,Email,Name,q\n1,9:00,e@x.org,Eve,3\n", ["e@x.org"]),
    "nothing claimed": ("student,item,claim\nmallory,q,\n", ["mallory"]),
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_nobody_is_marked_who_is_not_known(kind: str, folder: Path, capsys: Capture) -> None:
    text, strangers = STRANGERS[kind]
    Path("varied.toml").write_text(VARIED, encoding="utf-8")
    Path("roster.csv").write_text("student,email\nann,ann@x.org\nbob,b@x.org\n", encoding="utf-8")
    Path("s.csv").write_text(text, encoding="utf-8")
    assert run(["grade", "varied.toml", "s.csv", "--roster", "roster.csv", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert [(s["student"], s["earned"]) for s in record["students"]] == [("ann", 0), ("bob", 0)]
    assert [t["student"] for t in record["not_marked"]] == strangers
    assert all("not on the roster" in t["message"] for t in record["not_marked"])


def test_strangers_are_marked_where_everybody_has_the_same_numbers(folder: Path, capsys: Capture) -> None:
    Path("roster.csv").write_text("student\nann\n", encoding="utf-8")
    record = graded(capsys, "hw.toml", "good.csv", "--roster", "roster.csv")
    assert [(s["student"], s["earned"], s["remarks"]) for s in record["students"]] == [
        ("ann", 2, []), ("bob", 2, ["not on the roster"])]  # fmt: skip


def test_without_a_roster_a_sheet_tells_whose_it_is_by_its_numbers(folder: Path, capsys: Capture) -> None:
    Path("varied.toml").write_text(VARIED, encoding="utf-8")
    assert run(["sheet", "--homework", "varied.toml", "--student", "ann", "--key", "-o", "ann.csv"]) == 0
    text = Path("ann.csv").read_text(encoding="utf-8")
    Path("ann.csv").write_text(text.replace(",given,-5", ",given,-5.0"), encoding="utf-8")
    Path("Ann.csv.txt").write_text(text.replace("ann,", "Ann,"), encoding="utf-8")
    Path("form.csv").write_text("student,q\ncyd,3\n", encoding="utf-8")
    assert run(["grade", "varied.toml", "ann.csv", "Ann.csv.txt", "form.csv", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert [s["student"] for s in record["students"]] == ["ann", "cyd"]
    assert record["students"][0]["earned"] == record["students"][0]["points"]
    assert [t["student"] for t in record["not_marked"]] == ["Ann"]


def test_a_file_beside_the_sheets_is_listed(folder: Path, capsys: Capture) -> None:
    os.mkdir("in")
    Path("in/ann.csv").write_text("item,claim\nq,3\ndf/dx,-4\n", encoding="utf-8")
    Path("in/bob.xlsx").write_bytes(b"PK\x03\x04")
    Path("in/hw.toml").write_text(HOMEWORK, encoding="utf-8")
    assert run(["grade", "in/hw.toml", "in", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert [s["student"] for s in record["students"]] == ["ann"]
    assert [t["place"] for t in record["not_marked"]] == ["in/bob.xlsx"]


def test_a_roster_with_a_cell_too_many_is_refused(folder: Path, capsys: Capture) -> None:
    for text in ("student,email\nGarcía, José,j@x.org\n", "student\nann\nGarcía, José\n"):
        Path("roster.csv").write_text(text, encoding="utf-8")
        assert run(["grade", "hw.toml", "good.csv", "--roster", "roster.csv"]) == 2
        assert "a cell too many: García" in capsys.readouterr().err


def test_a_published_key_marks_without_the_answers(folder: Path, capsys: Capture) -> None:
    program = ["q = x + y; f = q*z", "x=-2", "y=5", "z=-4"]
    assert run(["sheet", *program, "--hash", "-o", "key.json"]) == 0
    assert run(["sheet", *program, "--key", "-o", "ann.csv"]) == 0
    assert run(["grade", "key.json", "ann.csv", "--fail-under", "100"]) == 0
    text = Path("ann.csv").read_text(encoding="utf-8").replace("df/dx,gradient of f with respect to x,-4", "dx,,4")
    Path("ann.csv").write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert run(["grade", "key.json", "ann.csv", "--fail-under", "100", "--to", "json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert [c["item"] for c in record["students"][0]["claims"] if c["status"] == "wrong"] == ["df/dx"]
    assert "3 significant figures" in record["rule"]


def test_every_report_into_a_folder(folder: Path, capsys: Capture) -> None:
    Path("export.csv").write_text("Student,ID,SIS Login ID,Section,Week 3 (5)\nAnn,1,ann,A,\n", encoding="utf-8")
    formats = ["table", "json", "csv", "canvas", "moodle", "junit", "tap", "gradescope", "prairielearn", "feedback"]
    words = [word for format in formats for word in ("--to", format)]
    assert (
        run(["grade", "hw.toml", "wrong.csv", "--out", "marks", "--gradebook", "export.csv", *words]) == 1
    )  # bob is in no line of it
    found = sorted(str(path.relative_to("marks")) for path in Path("marks").rglob("*") if path.is_file())
    assert found == sorted(
        ["class.txt", "grades.json", "grades.csv", "canvas.csv", "moodle.csv", "junit.xml", "results.tap"]
        + [f"{kind}/{name}/results.json" for kind in ("gradescope", "prairielearn") for name in ("ann", "bob")]
        + ["feedback/ann.md", "feedback/bob.md"]
    )
    assert Path("marks/canvas.csv").read_text().endswith("Ann,1,ann,A,2\n")
    shown = capsys.readouterr()
    assert "2 students: mean 75 %" in shown.out
    assert shown.err == "gradcli: bob is not in export.csv\n"
    assert not list(folder.rglob("*.tmp"))


def test_a_report_that_fails_leaves_the_old_one_alone(folder: Path) -> None:
    Path("export.csv").write_text("Student,ID,Section,Other (5)\n", encoding="utf-8")
    Path("out.csv").write_text("old", encoding="utf-8")
    words = ["--to", "canvas", "--gradebook", "export.csv", "-o", "out.csv"]
    assert run(["grade", "hw.toml", "good.csv", *words]) == 2
    assert Path("out.csv").read_text() == "old"
    assert not list(folder.glob("*.tmp"))


def test_one_student_is_an_autograder(folder: Path) -> None:
    Path("sheet.csv").write_text("item,claim\nq,3\ndf/dx,5\n", encoding="utf-8")
    assert run(["grade", "hw.toml", "sheet.csv", "--to", "gradescope", "-o", "results.json"]) == 0
    record = json.loads(Path("results.json").read_text(encoding="utf-8"))
    assert (record["score"], len(record["tests"])) == (1, 2)


def test_an_unreadable_file_of_a_folder_stops_nobody(folder: Path, capsys: Capture) -> None:
    os.makedirs("in")
    Path("in/ann.csv").write_text("item,claim\nq,3\ndf/dx,-4\n", encoding="utf-8")
    Path("in/bob.xlsx").write_bytes(b"PK\x03\x04broken")
    Path("in/cyd.csv").write_text("item,claim\nq,3\ndf/dx,-4\n", encoding="utf-16")
    assert run(["grade", "hw.toml", "in", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert {s["student"]: s["earned"] for s in record["students"]} == {"ann": 2, "cyd": 2}
    (trouble,) = record["not_marked"]
    assert (trouble["place"], trouble["student"]) == ("in/bob.xlsx", "bob")
    assert "damaged or locked" in trouble["message"]


def test_a_first_line_that_names_no_columns_is_told_which_it_needs(folder: Path, capsys: Capture) -> None:
    Path("class.csv").write_text("ann,3,-4\nbob,1,2\n", encoding="utf-8")
    assert run(["grade", "hw.toml", "class.csv"]) == 5
    said = capsys.readouterr()
    assert "the first line needs the columns" in said.out
    for header, row in (("student,item,claim", "ann,q,3"), ("student,df/dx", "ann,-4")):
        assert header in said.err.partition("hint: ")[2]
        Path("class.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
        assert run(["grade", "hw.toml", "class.csv"]) == 0
        capsys.readouterr()


def test_standard_input_is_a_submission(folder: Path) -> None:
    command = [sys.executable, "-m", "gradcli", "grade", "hw.toml", "-", "--to", "csv"]
    done = subprocess.run(command, input="\ufeff" + GOOD, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "ann,2,2,100" in done.stdout


def test_errors_of_the_homework_are_json_too(folder: Path, capsys: Capture) -> None:
    Path("hw.toml").write_text(HOMEWORK.replace("items", "itmes"), encoding="utf-8")
    assert run(["grade", "hw.toml", "good.csv", "--json"]) == 2
    error = json.loads(capsys.readouterr().err)
    assert (error["message"], error["hint"]) == ("problem 1.itmes: there is no such key", "did you mean items?")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x*y"], "x and y have no value"),
        (["x*y", "x=1", "y=2", "w=3"], "nothing in the program uses w"),
        (["x*y", "--roster", "r.csv"], "--roster and --out go together"),
        (["x*y", "x=1", "y=2", "--key", "--hash"], "exclude each other"),
        (["x*y", "--homework", "hw.toml"], "with --homework"),
        (["--homework", "hw.toml", "--vary", "7"], "with --homework"),
        (["x*y", "x=1", "y=2", "--id", "a b"], "--id takes"),
        (["max(x, x)", "--vary", "7"], "no easy numbers"),
        (["log(x)", "x=-1"], "undefined"),
    ],
)
def test_a_sheet_that_cannot_be_made(words: list[str], message: str, folder: Path, capsys: Capture) -> None:
    assert run(["sheet", *words]) == (3 if message == "undefined" else 2)
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(("name", "begin"), [("a.csv", "problem,"), ("a.md", "# T"), ("a.tex", "\\documentclass")])
def test_the_suffix_chooses_the_format(name: str, begin: str, folder: Path) -> None:
    assert run(["sheet", "x*y", "x=2", "y=3", "--title", "T", "-o", name]) == 0
    assert Path(name).read_text(encoding="utf-8").startswith(begin)


def test_a_sheet_is_a_worksheet_for_check_too(folder: Path, capsys: Capture) -> None:
    assert run(["sheet", "x*y", "x=2", "y=3"]) == 0
    first = capsys.readouterr().out
    assert run(["sheet", "x*y", "--vary", "7", "--student", "ann"]) == 0
    second = capsys.readouterr().out
    assert first.splitlines()[0] == "problem,item,question,claim,notes"
    assert second.splitlines()[0] == "student,problem,item,question,claim,notes"


def test_lint_suggests_better_numbers(folder: Path, capsys: Capture) -> None:
    assert run(["sheet", "log(x**2 + exp(y))", "x=1", "y=0", "--lint"]) == 0
    shown = capsys.readouterr().out
    assert "special: x is 1" in shown
    assert "better: x=" in shown


def test_many_rows_take_little_memory(folder: Path) -> None:
    """20,000 rows in one process must not cost more than 40 MB beyond a class of one."""
    with open("many.csv", "w", encoding="utf-8") as file:
        file.write("student,problem,item,claim\n")
        for k in range(5_000):
            file.writelines(f"s{k % 1_000},p1,{item},{k}\n" for item in ("q", "df/dx", "f", "dz"))
    code = (
        "import resource, sys\nfrom gradcli.commands import run\n"
        "run(['grade', 'hw.toml', 'good.csv', '--to', 'csv', '-o', 'a'])\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "run(['grade', 'hw.toml', 'many.csv', '--to', 'json', '-o', 'b'])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    if sys.platform != "linux":
        pytest.skip("memory is measured in kilobytes on Linux")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 40_000


def test_json_needs_no_rich_and_help_no_grammar(folder: Path) -> None:
    code = (
        "import sys\nfrom gradcli.commands import run\n"
        "run({words!r})\nassert not {{'rich', 'flint', 'numpy'}} & set(sys.modules)\n"
    )
    for words in (["grade", "hw.toml", "good.csv", "--json"], ["sheet", "x*y", "x=2", "y=3"], ["grade", "--help"]):
        subprocess.run([sys.executable, "-c", code.format(words=words)], check=True, capture_output=True)
    lark = "import sys\nfrom gradcli.commands import run\nrun(['sheet', '--help'])\nassert 'lark' not in sys.modules\n"
    subprocess.run([sys.executable, "-c", lark], check=True, capture_output=True)


def test_a_python_without_sqlite_is_told_apart_from_a_bug(folder: Path) -> None:
    code = (
        "import sys\nsys.modules['sqlite3'] = None\nfrom gradcli.commands import run\n"
        "sys.exit(run(['grade', 'hw.toml', 'good.csv']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "gradcli: marking a class needs sqlite3, and this Python does not have it\n"
