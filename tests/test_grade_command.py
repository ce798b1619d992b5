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


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw.toml").write_text(HOMEWORK, encoding="utf-8")
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "wrong.csv").write_text(WRONG, encoding="utf-8")
    (tmp_path / "bad.csv").write_text(GOOD + "bob,p9,q,3\n", encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("student,item,claim\nJosé,q,3\n".encode("latin-1"))
    return tmp_path


Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("hw.toml good.csv", 0),
        ("hw.toml wrong.csv", 0),  # a wrong answer is data
        ("hw.toml good.csv --fail-under 100", 0),
        ("hw.toml wrong.csv --fail-under 50", 0),
        ("hw.toml wrong.csv --fail-under 60", 1),
        ("hw.toml bad.csv", 1),  # a row that could not be marked
        ("hw.toml latin.csv", 5),
        ("hw.toml latin.csv good.csv", 5),
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
    assert "p1 has x = -5, but the sheet says 6" in record["not_marked"][0]["message"]
    assert "not the numbers of bob" in record["not_marked"][0]["message"]
    assert run(["grade", "varied.toml", "swapped.csv", "--json", "--roster", "roster.csv"]) == 0
    student = json.loads(capsys.readouterr().out)["students"][1]
    assert student["earned"] < student["points"]
    assert student["remarks"][0].startswith("p1 has x = -5, but the sheet says 6")


VARIED = HOMEWORK.replace("at = { x = -2, y = 5, z = -4 }", "vary = 7")
STRANGERS = {
    "capitals": ("student,item,claim\nANN,q,3\n", ["ANN"]),
    "a mail address": ("Email Address,q\nann@x.org,3\n", ["ann@x.org"]),
    "the number of a form": ("ID,Email,Name,q\n1,ann@x.org,Ann,3\n2,b@x.org,Bob,3\n", ["1", "2"]),
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
    assert [(s["student"], s["earned"]) for s in record["students"]] == [("ann", 2), ("bob", 2)]


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
    Path("in/bob.csv").write_bytes(b"item,claim\nq,\xff\n")
    Path("in/cyd.csv").write_text("item,claim\nq,3\ndf/dx,-4\n", encoding="utf-16")
    assert run(["grade", "hw.toml", "in", "--json"]) == 5
    record = json.loads(capsys.readouterr().out)
    assert {s["student"]: s["earned"] for s in record["students"]} == {"ann": 2, "cyd": 2}
    assert record["not_marked"] == [
        {"place": "in/bob.csv", "student": "bob", "message": "not UTF-8 (\\xff): save it as UTF-8"}
    ]


def test_a_first_line_that_names_no_columns_is_told_which_it_needs(folder: Path, capsys: Capture) -> None:
    Path("class.csv").write_text("ann,3,-4\nbob,1,2\n", encoding="utf-8")
    assert run(["grade", "hw.toml", "class.csv"]) == 5
    said = capsys.readouterr()
    assert "the first line names neither" in said.out
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
        (["max(x, x)", "--vary", "7"], "no friendly numbers"),
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
    assert first.splitlines()[0] == "problem,item,question,claim"
    assert second.splitlines()[0] == "student,problem,item,question,claim"


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
    assert done.stderr == "gradcli: this Python has no sqlite3, which marking a class needs\n"


# ---- what a class finds out the hard way

THIRDS = HOMEWORK.replace('items = ["q", "df/dx"]', "points = 10")


def graded(capsys: Capture, *words: str) -> dict[str, Any]:
    capsys.readouterr()
    run(["grade", *words, "--json"])
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


def test_scores_are_rounded_once_when_they_are_written(folder: Path, capsys: Capture) -> None:
    two = THIRDS + '[[problem]]\nid = "b"\nprogram = "x**2"\nat = { x = 3 }\nitems = ["df/dx"]\npoints = 5\n'
    Path("two.toml").write_text(two, encoding="utf-8")
    rows = [("q", 3), ("f", -12), ("local(q,x)", 1), ("local(q,y)", 1), ("df/dz", 3)]
    text = "student;problem;item;claim\n" + "".join(f"ann;p1;{item};{claim}\n" for item, claim in rows)
    Path("ann.csv").write_text(text, encoding="utf-8")
    run(["grade", "two.toml", "ann.csv", "--to", "csv"])
    assert "ann,4.5455,0,4.5455,30.303,0," in capsys.readouterr().out
    run(["grade", "two.toml", "ann.csv", "--to", "prairielearn"])
    assert json.loads(capsys.readouterr().out)["score"] == pytest.approx(10 / 33, abs=1e-15)
    record = graded(capsys, "two.toml", "ann.csv")
    assert record["spread"]["median"] == pytest.approx(10 / 33, abs=1e-15)
    assert run(["sheet", "--homework", "two.toml", "--student", "bob", "--key", "-o", "bob.csv"]) == 0
    assert graded(capsys, "two.toml", "bob.csv")["students"][0]["earned"] == 15


@pytest.mark.parametrize(
    "blank", ["student;p1.q;p1.df/dx\nann;3;-4\nZoë;;\n", "student,item,claim\nann,q,3\nann,dx,-4\nZoë,q,\n"]
)
def test_a_blank_row_is_a_student_with_nothing(blank: str, folder: Path, capsys: Capture) -> None:
    Path("blank.csv").write_text(blank, encoding="utf-8")
    record = graded(capsys, "hw.toml", "blank.csv")
    assert {student["student"]: student["earned"] for student in record["students"]} == {"ann": 2, "Zoë": 0}
    assert record["not_marked"] == []


def test_a_roster_lists_who_handed_in_nothing(folder: Path, capsys: Capture) -> None:
    Path("roster.csv").write_text("student\nzoë\n'=cmd|calc\nann\n", encoding="utf-8")
    record = graded(capsys, "hw.toml", "good.csv", "--roster", "roster.csv")
    assert [(student["student"], student["earned"]) for student in record["students"]] == [
        ("zoë", 0), ("=cmd|calc", 0), ("ann", 2), ("bob", 2)]  # fmt: skip
    assert run(["grade", "hw.toml", "good.csv", "--roster", "gone.csv"]) == 5


def test_claims_that_cannot_be_read_are_told(folder: Path, capsys: Capture) -> None:
    rows = 'ann,q,=3\nann,df/dx,-4\nbob,q,3\nbob,df/dx,"-4,0"\ncyd,q,"3,0"\ncyd,df/dx,-4\n'
    Path("odd.csv").write_text(f"student,item,claim\n{rows}", encoding="utf-8")
    assert run(["grade", "hw.toml", "odd.csv"]) == 1
    shown = capsys.readouterr().out
    assert re.search(r"bob +1 +50   df/dx: cannot be read", shown)
    assert "3 claims could not be read: most often (2) a decimal comma: write 0.149, not 0,149" in shown
    run(["grade", "hw.toml", "odd.csv", "--to", "csv"])
    assert "bob,1,1,50,1," in capsys.readouterr().out


def test_a_sheet_is_overwritten_by_force_only(folder: Path, capsys: Capture) -> None:
    Path("roster.csv").write_text("student\nann\nbob\n", encoding="utf-8")
    words = ["sheet", "--homework", "hw.toml", "--roster", "roster.csv", "--out", "sheets"]
    assert run(words) == run(words) == 0  # the same once more harms nothing
    blank = Path("sheets/bob.csv").read_text(encoding="utf-8")
    Path("sheets/bob.csv").write_text("filled in", encoding="utf-8")
    os.remove("sheets/ann.csv")
    assert run(words) == 5
    assert "sheets/bob.csv holds something else" in capsys.readouterr().err
    assert os.listdir("sheets") == ["bob.csv"]
    assert Path("sheets/bob.csv").read_text(encoding="utf-8") == "filled in"
    assert run([*words, "--force"]) == 0
    assert Path("sheets/bob.csv").read_text(encoding="utf-8") == blank


def test_a_published_key_carries_points_and_weights(folder: Path, capsys: Capture) -> None:
    text = HOMEWORK + "points = 10\nweights = { q = 3 }\n"
    Path("weighed.toml").write_text(text, encoding="utf-8")
    assert run(["sheet", "--homework", "weighed.toml", "--hash", "-o", "key.json"]) == 0
    Path("ann.csv").write_text("item,claim\nq,3\n", encoding="utf-8")
    for key in ("weighed.toml", "key.json"):
        student = graded(capsys, key, "ann.csv")["students"][0]
        assert (student["earned"], student["points"]) == (7.5, 10)
    key = json.loads(Path("key.json").read_text(encoding="utf-8"))
    del key["problems"][0]["points"], key["problems"][0]["weights"]
    Path("old.json").write_text(json.dumps(key), encoding="utf-8")
    assert graded(capsys, "old.json", "ann.csv")["students"][0]["earned"] == 1
    key["problems"][0]["points"] = -1
    Path("bad.json").write_text(json.dumps(key), encoding="utf-8")
    assert run(["grade", "bad.json", "ann.csv"]) == 2


def test_a_published_key_of_numbers_that_vary_is_a_students_own(folder: Path, capsys: Capture) -> None:
    varied = ["sheet", "x*y", "--vary", "7", "--hash"]
    assert run(varied) == 2
    assert "--student" in capsys.readouterr().err
    Path("roster.csv").write_text("student\nann\nbob\n", encoding="utf-8")
    assert run([*varied, "--roster", "roster.csv", "--out", "keys"]) == 0
    assert run([*varied, "--student", "bob"]) == 0
    assert capsys.readouterr().out == Path("keys/bob.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "status", "begin"),
    [
        ("grade hw.toml good.csv -o g.csv", 0, "student,p1,total"),
        ("grade hw.toml good.csv -o g.json", 0, '{"schema"'),
        ("grade hw.toml good.csv -o g.xml", 0, "<?xml"),
        ("grade hw.toml good.csv -o g.TAP", 0, "TAP version 14"),
        ("grade hw.toml good.csv -o g.txt", 0, " student"),
        ("grade hw.toml good.csv -o g.xlsx", 2, ""),
        ("grade hw.toml good.csv --to csv -o g.xlsx", 0, "student,p1,total"),
        ("check x**2 x=3 dx=6 -o c.json", 0, '{"schema"'),
        ("check x**2 x=3 dx=6 -o c.txt", 0, " ✓ "),
        ("check x**2 x=3 dx=6 -o c.csv", 2, ""),
        ("sheet x**2 x=3 -o s.md", 0, "# Worksheet"),
        ("sheet x**2 x=3 -o s.xlsx", 2, ""),
        ("sheet x**2 x=3 --hash -o k.csv", 2, ""),
        ("sheet x**2 x=3 --lint -o k.csv", 2, ""),
    ],
)
def test_the_suffix_of_an_output_chooses_or_is_refused(
    words: str, status: int, begin: str, folder: Path, capsys: Capture
) -> None:
    assert run(words.split()) == status
    path = Path(words.split()[-1])
    if status:
        assert not path.exists()
        assert "known are ." in capsys.readouterr().err
    else:
        assert path.read_text(encoding="utf-8").startswith(begin)


def test_a_guarded_name_is_the_student(folder: Path, capsys: Capture) -> None:
    Path("roster.csv").write_text("student\n=cmd|calc\n't Hooft\n", encoding="utf-8")
    words = ["sheet", "--homework", "hw.toml", "--roster", "roster.csv", "--out", "sheets", "--key"]
    assert run(words) == 0
    record = graded(capsys, "hw.toml", "sheets", "--roster", "roster.csv")
    found = [(student["student"], student["earned"]) for student in record["students"]]
    assert found == [("=cmd|calc", 2), ("'t Hooft", 2)]


@pytest.mark.parametrize("text", ["", "student,item,claim\n"])
def test_a_file_without_rows_is_named(text: str, folder: Path, capsys: Capture) -> None:
    Path("empty.csv").write_text(text, encoding="utf-8")
    assert run(["grade", "hw.toml", "empty.csv"]) == 1
    shown = capsys.readouterr().out
    assert "empty.csv" in shown
    assert "there is no row in this file" in shown


def test_numbers_missing_in_a_homework_file_are_asked_for_there(folder: Path, capsys: Capture) -> None:
    Path("hw.toml").write_text(HOMEWORK.replace("x = -2, y = 5, ", ""), encoding="utf-8")
    assert run(["sheet", "--homework", "hw.toml"]) == 2
    assert "add at = { x = ..., y = ... }, or vary = SEED" in capsys.readouterr().err


def test_a_long_name_does_not_widen_the_table(folder: Path, capsys: Capture) -> None:
    (folder / "long.csv").write_text(GOOD + f"{'n' * 5000},p1,q,3\n{'m' * 5000},p9,q,3\n", encoding="utf-8")
    assert run(["grade", "hw.toml", "long.csv"]) == 1
    assert max(map(len, capsys.readouterr().out.splitlines())) < 200


@pytest.mark.parametrize(
    ("command", "compact"),
    [
        ("grade hw.toml bad.csv --json", "grade hw.toml bad.csv --json --compact"),
        ("grade hw.toml bad.csv --to json", "grade hw.toml bad.csv --compact"),
        ("grade hw.toml one.csv --to gradescope", "grade hw.toml one.csv --to gradescope --compact"),
        ("sheet --homework hw.toml --hash", "sheet --homework hw.toml --hash --compact"),
        ("schema grade", "schema grade --compact"),
    ],
)
def test_json_on_one_line(command: str, compact: str, folder: Path, capsys: Capture) -> None:
    (folder / "one.csv").write_text("".join(GOOD.splitlines(keepends=True)[:3]), encoding="utf-8")
    run(command.split())
    long = capsys.readouterr().out
    run(compact.split())
    short = capsys.readouterr().out
    assert json.loads(short) == json.loads(long)
    assert (short.count("\n"), short[-1]) == (1, "\n")
    assert short == short.strip() + "\n"
    assert run(["grade", "hw.toml", "bad.csv", "--out", "o", "--compact"]) == 1
    assert (folder / "o" / "grades.json").read_text(encoding="utf-8").count("\n") == 1


@pytest.mark.parametrize("words", ["grade hw.toml good.csv --to csv --compact", "sheet x x=1 --compact"])
def test_compact_is_for_json(words: str, folder: Path, capsys: Capture) -> None:
    assert run(words.split()) == 2
    assert "--compact is for JSON alone" in capsys.readouterr().err


def test_homework_is_named_as_for_sheets(folder: Path, capsys: Capture) -> None:
    assert run(["grade", "hw.toml", "good.csv"]) == 0
    out = capsys.readouterr().out
    assert run(["grade", "--homework", "hw.toml", "good.csv"]) == 0
    assert capsys.readouterr().out == out
    assert run(["grade", "--homework", "hw.toml"]) == 2
    assert "submissions are missing" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["hw.toml"], ["sheet", "hw.toml"]])
def test_a_homework_file_is_no_program(words: list[str], folder: Path, capsys: Capture) -> None:
    assert run(words) == 2
    err = capsys.readouterr().err
    assert "hw.toml is a homework file, not a program" in err
    assert "gradcli sheet --homework hw.toml" in err


def test_a_sheet_is_not_made_of_a_homework_that_cannot_be_marked(folder: Path, capsys: Capture) -> None:
    (folder / "hw.toml").write_text(HOMEWORK + '[[problem.accept]]\nitem = "t"\nclaims = [1]\n', encoding="utf-8")
    assert run(["sheet", "--homework", "hw.toml"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "hw.toml:8:8: problem 1.accept 1.item: there is no item t" in captured.err
