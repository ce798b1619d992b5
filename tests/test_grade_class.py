"""`gradcli grade` and what a class finds out the hard way."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.homework.classroom.results import Explanation, explained

from .test_grade_command import GOOD, HOMEWORK, Capture, class_folder, graded


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return class_folder(tmp_path, monkeypatch)


THIRDS = HOMEWORK.replace('items = ["q", "df/dx"]', 'points = 10\nweights = "equal"')


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
    rows = 'ann,q,three\nann,df/dx,-4\nbob,q,3\nbob,df/dx,"-4,000"\ncyd,q,"3,000"\ncyd,df/dx,-4\n'
    Path("odd.csv").write_text(f"student,item,claim\n{rows}", encoding="utf-8")
    assert run(["grade", "hw.toml", "odd.csv"]) == 1
    shown = capsys.readouterr().out
    assert re.search(r"bob +1 +50   df/dx: cannot be read", shown)
    assert "3 claims could not be read: most often (2) a comma that may" in shown
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
    assert "sheets/bob.csv exists already" in capsys.readouterr().err
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
        ("sheet x**2 x=3 -o s.pdf", 2, ""),
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
        assert ("prints best" if path.suffix == ".pdf" else "known are .") in capsys.readouterr().err
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
    Path("sheets").mkdir()
    Path("sheets/ann.csv").write_text(text, encoding="utf-8")
    (trouble,) = graded(capsys, "hw.toml", "sheets")["not_marked"]
    assert (trouble["place"], trouble["student"]) == (str(Path("sheets/ann.csv")), "ann")


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


def test_blank_sheets_alone_are_no_answers(folder: Path, capsys: Capture) -> None:
    Path("roster.csv").write_text("student\nann\nbob\n", encoding="utf-8")
    assert run(["sheet", "--homework", "hw.toml", "--roster", "roster.csv", "--out", "sheets"]) == 0
    assert run(["grade", "hw.toml", "sheets"]) == 1
    assert capsys.readouterr().out.endswith("2 students: nobody handed in an answer\n")
    assert run(["grade", "hw.toml", "sheets", "--to", "csv"]) == 1
    assert "nobody handed in an answer" in capsys.readouterr().err
    assert run(["grade", "hw.toml", "good.csv"]) == 0


def test_several_explanations_share_their_hedge() -> None:
    one, two = Explanation("a", "consistent with", "A", "at q"), Explanation("b", "consistent with", "B", "at q")
    three = Explanation("c", "could be", "C", "at r")
    assert explained([one]) == "consistent with A at q"
    assert explained([one, two]) == "consistent with A at q or B at q"
    assert explained([one, two, two]) == "consistent with A at q, B at q or B at q"
    assert explained([one, two, three]) == "consistent with A at q, B at q or could be C at r"
    assert explained([]) == ""


def test_what_the_roster_says_beside_names(folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # a narrow table leaves remarks out
    roster = (
        'student,id,email,exempt,extension,late,override\nann,,,,1,3,\nbob,,,,,,"1,5"\ncyd,,,yes,,,\ndan,7,d@x,,2,1,\n'
    )
    Path("roster.csv").write_text(roster, encoding="utf-8")
    Path("all.csv").write_text("student,q,df/dx\nann,3,-4\nbob,0,0\ncyd,1,1\nDAN,3,-4\n", encoding="utf-8")
    words = ["hw.toml", "all.csv", "--roster", "roster.csv"]
    record = graded(capsys, *words, "--late", "0.5")
    found = {s["student"]: (s["earned"], s["exempt"], s["remarks"]) for s in record["students"]}
    assert found == {
        "ann": (1, False, ["an extension of 1 day", "2 days late: 1 point less"]),
        "bob": (1.5, False, ["1.5 points by the roster instead of 0"]),
        "cyd": (0, True, ["exempt"]),
        "dan": (2, False, ["an extension of 2 days"]),
    }
    assert (record["spread"]["least"], record["spread"]["greatest"]) == (0.5, 1)
    assert record["items"][0]["students"] == 3
    assert graded(capsys, *words)["students"][0]["remarks"] == ["an extension of 1 day", "2 days late"]
    run(["grade", *words, "--late", "0.5"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "ann 2 of 2 points for the answers; an extension of 1 day; 2 days late: 1 point less" in shown
    for row in ("ann 2 1 50 ", "bob 0 1.5 75 ", "cyd 0 0 EX ", "dan 2 2 100 "):  # what the answers earn, and the total
        assert row in shown
    run(["grade", *words, "--to", "csv"])
    assert "cyd,0,EX,,0,exempt" in capsys.readouterr().out
    run(["grade", *words, "--to", "moodle"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].startswith("cyd,,,")
    assert lines[4].startswith("7,d@x,2,")
    assert run(["grade", "hw.toml", "all.csv", "--late", "1"]) == 2


def test_a_gradebook_of_canvas_is_filled_in_by_who_is_meant(folder: Path, capsys: Capture) -> None:
    Path("roster.csv").write_text('name,id\n"Núñez, Zoë",k1\n"Lee, Ann",k2\n', encoding="utf-8")
    Path("s.csv").write_text("name,q,df/dx\nZoe Nunez,3,-4\nann lee,3,0\n", encoding="utf-8")
    export = 'Student,ID,SIS User ID,SIS Login ID,Section,Homework (1)\n"Nunez, Zoe",1,,,A,\n"LEE, Ann",2,k2,,A,\n'
    Path("export.csv").write_text(export, encoding="utf-8")
    run(
        [
            "grade",
            "hw.toml",
            "s.csv",
            "--roster",
            "roster.csv",
            "--to",
            "canvas",
            "--gradebook",
            "export.csv",
            "--column",
            "Homework",
        ]
    )
    assert [line[-2:] for line in capsys.readouterr().out.splitlines()[1:]] == [",2", ",1"]


def test_two_students_of_one_name_are_marked_by_nobodys_guess(folder: Path, capsys: Capture) -> None:
    Path("roster.csv").write_text("name,id\nAnn Lee,a1\nAnn Lee,a2\n", encoding="utf-8")
    Path("s.csv").write_text("student,item,claim\nAnn Lee,q,3\nAnn Lee,df/dx,-4\n", encoding="utf-8")
    assert run(["grade", "hw.toml", "s.csv", "--roster", "roster.csv", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert [s["earned"] for s in record["students"]] == [0, 0]
    (trouble,) = record["not_marked"]
    assert "may be any of 2 students on the roster: a1, a2" in trouble["message"]
