"""What a teacher has to act on stands in every report: why points are others, what was not read, who is not marked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gradcli.commands import run

HOMEWORK = """title = "Week 1"
[[problem]]
id = "p1"
title = "A product and a <sum>"
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "df/dx"]
points = 2
"""
ROSTER = "student,late,exempt,override\nann,1,,\nbob,,,1.5\ncyd,,yes,\ndan,,,\neve,,,\n"
CLAIMS = "student,q,df/dx\nann,3,-4\nbob,3,-4\ncyd,3,-4\neve,3,what?\n"
Graded = Callable[..., tuple[int, str, str]]


@pytest.fixture
def grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Graded:
    """Mark the class and return the status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("hw.toml", HOMEWORK), ("roster.csv", ROSTER), ("all.csv", CLAIMS)):
        Path(name).write_text(text, encoding="utf-8")

    def graded(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run(["grade", "hw.toml", *words])
        return status, *capsys.readouterr()

    return graded


WHOLE = ("all.csv", "--roster", "roster.csv", "--late", "0.5")


def test_feedback_in_a_line_says_why_the_points_are_others(grade: Graded) -> None:
    _, shown, _ = grade(*WHOLE, "--to", "moodle")
    ann, bob, cyd, dan, eve = shown.splitlines()[1:]
    assert ann.endswith(",1.5,2 of 2 points for the answers; 1 day late: 0.5 points less; all answers right")
    assert "1.5 points by the roster instead of 2; all answers right" in bob
    assert cyd.endswith(",,exempt")
    assert dan.endswith(",0,nothing handed in")
    assert "cannot be read" in eve


def test_the_page_has_all_that_is_to_be_acted_on(grade: Graded) -> None:
    Path("more.csv").write_bytes("student,item,claim\n,q,3\nann,ff,2\neve,q,3\n# \xe9\n".encode("cp1252"))
    _, page, _ = grade(*WHOLE, "more.csv", "--to", "html")
    for told in (
        "<h2>Claims that could not be read</h2>", "<h2>How files were read</h2>", "<h2>Not marked</h2>",
        "df/dx: cannot be read", "1 day late: 0.5 points less", "nothing handed in", "<td class=\"number\">exempt</td>",
        "p1 A product and a &lt;sum&gt;", "<code>what?</code>",
    ):  # fmt: skip
        assert told in page
    assert page.count("<h2>Other numbers") == page.count("<h2>Read kindly") == 0  # only where there is something


def test_a_page_of_nothing_to_act_on_has_no_empty_lists(grade: Graded) -> None:
    Path("fine.csv").write_text("student,q,df/dx\nann,3,-4\n", encoding="utf-8")
    status, page, _ = grade("fine.csv", "--to", "html")
    assert status == 0
    for absent in ("Not marked", "How files", "could not be read", "remarks"):
        assert absent not in page


@pytest.mark.parametrize(("format", "where"), [
    ("html", "see o"), ("json", "see o"), ("csv", "--to table"), ("moodle", "--to table"), ("tap", "--to table"),
])  # fmt: skip
def test_a_report_in_a_file_is_not_silent(grade: Graded, format: str, where: str) -> None:
    Path("bad.csv").write_text("student,item,claim\n,q,3\n,q,4\nann,q,3\n", encoding="utf-8")
    status, _, told = grade(*WHOLE, "bad.csv", "--to", format, "-o", "o")
    assert status == 1
    assert told == f"gradcli: 1 claim could not be read, 2 rows or files not marked: {told.split(': ')[-1]}"
    assert where in told


def test_many_rows_hide_no_unreadable_file_and_no_stranger(grade: Graded) -> None:
    rows = "".join(f"ann,odd{k},1\n" for k in range(30))
    Path("a.csv").write_text(f"student,item,claim\nann,q,3\n{rows}", encoding="utf-8")
    Path("b.csv").write_text("student,item,claim\n,q,3\nann,q,3\n", encoding="utf-8")
    Path("c.xlsx").write_bytes(b"PK\x03\x04 broken")
    _, shown, _ = grade("a.csv", "b.csv", "c.xlsx")
    part = shown[shown.index("not marked") :]
    assert part.index("c.xlsx") < part.index("b.csv:2") < part.index("a.csv:3")
    assert "30 times, such as: there is no item odd0" in part
    assert "more that could not be marked" not in part


def test_claims_that_could_not_be_read_name_students(grade: Graded) -> None:
    rows = "".join(f"{name},what?\n" for name in ("u", "v", "w", "x"))
    Path("odd.csv").write_text(f"student,q\n{rows}", encoding="utf-8")
    _, shown, _ = grade("odd.csv")
    assert "(u, v, w, ...)" in shown
    assert "problem p1: A product and a <sum>" in shown


def test_a_number_stated_wrong_is_no_row_left_unmarked(grade: Graded) -> None:
    Path("given.csv").write_text(
        "student,problem,question,item,claim\nann,p1,given,x,7\nann,p1,,q,3\nann,p1,,df/dx,-4\n", encoding="utf-8"
    )
    status, shown, _ = grade("given.csv")
    assert "other numbers than the student's" in shown
    assert status == 1
    assert "\nnot marked\n" not in shown
    record = json.loads(grade("given.csv", "--json")[1])
    assert len(record["other_numbers"]) == 1
    assert record["not_marked"] == []


def test_feedback_has_the_title_and_the_reasons(grade: Graded) -> None:
    grade(*WHOLE, "--to", "feedback", "--out", "out")
    assert "## p1 A product and a" in (own := Path("out/feedback/ann.md").read_text(encoding="utf-8"))
    assert "- 1 day late: 0.5 points less" in own
    assert "**exempt**" in Path("out/feedback/cyd.md").read_text(encoding="utf-8")
    assert "- nothing handed in" in Path("out/feedback/dan.md").read_text(encoding="utf-8")
