"""A student checks a filled-in sheet before handing it in: what is read and what is missing, but no answer."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from gradcli.commands import run
from gradcli.reports.schema import SCHEMAS

HOMEWORK = """
[[problem]]
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "f", "df/dx"]
[[problem]]
program = "s = sigmoid(w*x)"
vary = 3
items = ["s", "ds/dw"]
"""
Capture = pytest.CaptureFixture[str]
SCHEMA = jsonschema.Draft202012Validator(SCHEMAS["sheet-check"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    """A folder with a homework file, ann's sheet, and the same with the answers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    Path("hw.toml").write_text(HOMEWORK, encoding="utf-8")
    for format in ("csv", "markdown"):
        for more in ([], ["--key"]):
            name = f"{'key' if more else 'blank'}.{format[:3].removesuffix('r')}"
            assert run(["sheet", "--homework", "hw.toml", "--student", "ann", "--to", format, *more, "-o", name]) == 0
    capsys.readouterr()
    return tmp_path


def said(capsys: Capture, *words: str, status: int) -> str:
    assert run(["check", "--homework", *words]) == status
    return capsys.readouterr().out


@pytest.mark.parametrize("sheet", ["key.csv", "key.ma"])
def test_a_whole_sheet(sheet: str, folder: Path, capsys: Capture) -> None:
    if sheet == "key.ma":
        Path(sheet).rename("key.md")
        sheet = "key.md"
    text = said(capsys, "hw.toml", sheet, status=0)
    assert text.splitlines()[-1] == "everything is read"
    assert text.count(" read\n") == 6
    assert "p1: 3 of 3 answers" in text


def test_long_lines_are_cut_at_words_where_the_terminal_is_narrow(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    Path("ann.csv").write_text("student,problem,item,claim\nann,p1,q,x + y\nann,p1,f,3*\n", encoding="utf-8")
    assert max(map(len, said(capsys, "hw.toml", "ann.csv", status=1).splitlines())) <= 50


def test_a_blank_sheet(folder: Path, capsys: Capture) -> None:
    text = said(capsys, "hw.toml", "blank.csv", status=1)
    assert text.count("  missing") == 5
    assert text.splitlines()[-1] == "5 missing"


@pytest.mark.parametrize("reveal", ["none", "correct", "all"])
def test_it_tells_what_the_file_reveals(reveal: str, folder: Path, capsys: Capture) -> None:
    Path("hw.toml").write_text(
        HOMEWORK.replace('items = ["q"', f"reveal = '{reveal}'\nitems = [\"q\""), encoding="utf-8"
    )
    text = Path("key.csv").read_text(encoding="utf-8")
    Path("ann.csv").write_text(text.replace(",-12\n", ",-13\n").replace(",3\n", ",3*\n"), encoding="utf-8")
    lines = said(capsys, "hw.toml", "ann.csv", status=1).splitlines()
    q, f, dx = lines[1:4]
    assert "cannot be read: " in q
    assert f.split()[:3] == (["✗", "f", "-13"] if reveal == "all" else ["✓", "f", "-13"])
    assert ("-12" in f) == (reveal == "all")
    assert ("correct" in dx) == (reveal != "none")
    assert "wrong" not in "".join(lines) or reveal == "all"
    assert lines[-1] == "1 not read"


def test_a_sheet_with_the_numbers_of_somebody_else_is_told(folder: Path, capsys: Capture) -> None:
    text = Path("key.csv").read_text(encoding="utf-8").replace("ann,", "bob,")
    Path("bob.csv").write_text(text, encoding="utf-8")
    assert "these are not the numbers of bob" in said(capsys, "hw.toml", "bob.csv", status=1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["hw.toml"], "--homework checks one sheet"),
        (["hw.toml", "key.csv", "blank.csv"], "--homework checks one sheet"),
        (["hw.toml", "class.csv"], "this is the work of several students: ann, bob"),
        (["hw.toml", "key.csv", "--rtol", "0.1"], "--homework takes everything from the file"),
        *(
            (["hw.toml", "key.csv", *words], "--homework takes everything from the file")
            for words in (
                ["--full"],
                ["--ascent"],
                ["--step", "1"],
                ["--of", "q"],
                ["--bindings", "v.json"],
                ["--file", "p.txt"],
                ["--fixed", "x"],
                ["--reveal", "all"],
                ["--claims", "c.csv"],
            )
        ),
    ],
)
def test_what_it_does_not_check(words: list[str], message: str, folder: Path, capsys: Capture) -> None:
    Path("class.csv").write_text("student,problem,item,claim\nann,p1,q,3\nbob,p1,q,3\n", encoding="utf-8")
    assert run(["check", "--homework", *words]) == 2
    assert message in capsys.readouterr().err


def test_a_published_key_says_what_is_right(folder: Path, capsys: Capture) -> None:
    assert run(["sheet", "--homework", "hw.toml", "--student", "ann", "--hash", "-o", "key.json"]) == 0
    text = said(capsys, "key.json", "key.csv", status=0)
    assert text.count(" correct\n") == 5


def test_several_problems_are_sent_to_it(folder: Path, capsys: Capture) -> None:
    assert run(["check", "q = x + y; f = q*z", "--claims", "key.csv"]) == 2
    assert "check --homework FILE SHEET" in capsys.readouterr().err


@pytest.mark.parametrize("reveal", ["none", "correct", "all"])
def test_json_says_the_same_and_no_more(reveal: str, folder: Path, capsys: Capture) -> None:
    Path("hw.toml").write_text(
        HOMEWORK.replace('items = ["q"', f"reveal = '{reveal}'\nitems = [\"q\""), encoding="utf-8"
    )
    text = Path("key.csv").read_text(encoding="utf-8")
    changed = text.replace(",-12\n", ",-13\n").replace(",3\n", ",3*\n").replace(",-4\n", ',"= -4,0"\n')
    Path("ann.csv").write_text(changed + "ann,p9,q,,3,\n", encoding="utf-8")
    record = json.loads(said(capsys, "hw.toml", "ann.csv", "--json", status=1))
    SCHEMA.validate(record)
    answers = {answer["item"]: answer for answer in record["answers"] if answer["problem"] == "p1"}
    assert answers["q"]["state"] == "unreadable"
    assert answers["q"]["why"]
    assert answers["df/dx"]["read_as"] == "-4.0"
    shown = {item: (answer["verdict"], answer["expected"]) for item, answer in answers.items()}
    assert shown["f"] == (("wrong", "-12") if reveal == "all" else (None, None))
    assert shown["df/dx"] == (("correct", None) if reveal != "none" else (None, None))
    assert (record["whole"], record["missing"], record["unreadable"]) == (False, 0, 2)
    assert [row["message"] for row in record["not_read"]] == ["there is no problem p9; known are p1, p2"]
    assert Path("ann.json").exists() is False
    assert run(["check", "--homework", "hw.toml", "ann.csv", "-o", "ann.json", "--compact"]) == 1
    assert json.loads(Path("ann.json").read_text(encoding="utf-8")) == record
    assert Path("ann.json").read_text(encoding="utf-8").count("\n") == 1
    blank = json.loads(said(capsys, "hw.toml", "blank.csv", "--json", status=1))
    SCHEMA.validate(blank)
    assert {answer["state"] for answer in blank["answers"]} == {"missing"}
    whole = json.loads(said(capsys, "hw.toml", "key.csv", "--json", status=0))
    assert whole["whole"] is True


def test_when_it_is_due_and_what_a_late_day_costs(folder: Path, capsys: Capture) -> None:
    assert "due" not in said(capsys, "hw.toml", "key.csv", status=0)
    first, second = HOMEWORK.split('items = ["s"')
    one = f'late = 0.5\n{first}due = 2026-12-01\nitems = ["s"{second}'
    Path("hw.toml").write_text(one, encoding="utf-8")
    text = said(capsys, "hw.toml", "key.csv", status=0)
    assert "p2 is due 2026-12-01; each day late takes 0.5 points\n" in text
    Path("hw.toml").write_text(f"late = 1\n[defaults]\ndue = 2026-12-01 18:00:00\n{HOMEWORK}", encoding="utf-8")
    text = said(capsys, "hw.toml", "key.csv", status=0)
    assert "\ndue 2026-12-01 18:00:00; each day late takes 1 point\neverything is read\n" in text
    found = json.loads(said(capsys, "hw.toml", "key.csv", "--json", status=0))
    assert found["remarks"] == ["due 2026-12-01 18:00:00; each day late takes 1 point"]
