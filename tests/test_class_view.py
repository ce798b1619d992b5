"""What a teacher sees of a class: statistics, copies, what changed, the page, and a table that fits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.errors import InputError, Source
from gradcli.homework.classroom.regrade import earlier_run
from gradcli.homework.classroom.statistics import RunningSums, alpha, bin_of

HOMEWORK = """
title = "Week 3 <1>"
[[problem]]
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "f", "df/dx"]
"""
VARIED = '[[problem]]\nprogram = "q = x + y; f = q*z"\nvary = 2026\n'


@pytest.fixture
def grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return what grade prints for some submissions in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("hw.toml").write_text(HOMEWORK, encoding="utf-8")

    def graded(rows: list[str], *options: str, status: int = 0) -> str:
        Path("s.csv").write_text("\n".join(["student,item,claim", *rows]) + "\n", encoding="utf-8")
        capsys.readouterr()
        assert run(["grade", "hw.toml", "s.csv", *options]) == status
        return capsys.readouterr().out

    return graded


def rows(student: str, *claims: str) -> list[str]:
    return [f"{student},{item},{claim}" for item, claim in zip(("q", "f", "df/dx"), claims, strict=True)]


FOUR = [*rows("ann", "3", "-12", "-4"), *rows("bob", "3", "-12", "4"), *rows("cem", "3", "7", "4"),
        *rows("dia", "8", "7", "9")]  # fmt: skip


def test_statistics_worked_by_hand(grade: Callable[..., str]) -> None:
    """Credits are q 1110, f 1100, df/dx 1000. The rest for f is 2 1 1 0: covariance 1, variances 1 and 2.

    Points are 3 2 1 0, of variance 1.25; the items have variances 3/16, 4/16, 3/16, in sum 0.625.
    """
    found = json.loads(grade(FOUR, "--json"))
    items = {entry["item"]: entry for entry in found["items"]}
    assert [items[name]["facility"] for name in ("q", "f", "df/dx")] == [0.75, 0.5, 0.25]
    assert items["f"]["discrimination"] == pytest.approx(1 / 2**0.5)
    assert found["alpha"] == pytest.approx(3 / 2 * (1 - 0.625 / 1.25))
    assert found["distribution"] == [1, 0, 0, 1, 0, 0, 1, 0, 0, 1]


@pytest.mark.parametrize("roster", [
    "student,days late,extension\nann,5,0\nbob,0,0\ncem,2,1\ndia,1,0\n",
    "student,override\nann,0\nbob,3\ncem,\ndia,2\n",
])  # fmt: skip
def test_statistics_of_items_are_of_the_answers(grade: Callable[..., str], roster: str) -> None:
    """What a late day costs and what the roster decides change the points of a student, and nothing of an item."""
    plain = json.loads(grade(FOUR, "--json"))
    Path("roster.csv").write_text(roster, encoding="utf-8")
    late = ["--late", "0.5"] if "late" in roster else []
    found = json.loads(grade(FOUR, "--json", "--roster", "roster.csv", *late))
    assert [student["earned"] for student in found["students"]] != [student["earned"] for student in plain["students"]]
    assert found["alpha"] == plain["alpha"]
    assert found["items"] == plain["items"]


def test_statistics_that_mean_nothing_are_none() -> None:
    same = RunningSums()
    for _ in range(5):
        same.add(1.0, 2.0)
    assert same.correlation is None
    assert alpha([same], same) is None
    assert alpha([same, same], same) is None
    assert [bin_of(share) for share in (0.0, 0.0999, 0.1, 0.7, 0.9999, 1.0)] == [0, 0, 1, 7, 9, 9]


def numbers(student: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return the answers of a student to the varied homework, by the key."""
    capsys.readouterr()
    assert run(["sheet", "--homework", "hw.toml", "--student", student, "--key"]) == 0
    lines = [line.rsplit(",", 1) for line in capsys.readouterr().out.splitlines() if ",given," not in line]
    return {line[0].split(",")[2]: line[1] for line in lines[1:] if "local" not in line[0]}


def test_another_students_numbers_are_listed(
    grade: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("hw.toml").write_text(VARIED, encoding="utf-8")
    Path("roster.csv").write_text("student\nann\nbob\ncem\ndia\n", encoding="utf-8")
    key = {name: numbers(name, tmp_path, capsys) for name in ("ann", "bob", "cem")}
    sheets = [f"ann,{item},{claim}" for item, claim in key["ann"].items()]
    sheets += [f"bob,{item},{claim}" for item, claim in key["ann"].items()]
    sheets += [f"cem,{item},{claim}" for item, claim in key["cem"].items()]
    found = json.loads(grade(sheets, "--roster", "roster.csv", "--json"))
    (copy,) = found["copies"]
    assert (copy["student"], copy["others"], copy["problem"]) == ("bob", ["ann"], "p1")
    assert len(copy["items"]) >= copy["wrong"] - 1
    told = grade(sheets, "--roster", "roster.csv")
    assert "right for another student's numbers (no verdict)" in told
    assert json.loads(grade(sheets[: len(key["ann"])], "--roster", "roster.csv", "--json"))["copies"] == []


def test_what_changed_since_an_earlier_run(grade: Callable[..., str]) -> None:
    Path("earlier.json").write_text(grade(FOUR, "--json"), encoding="utf-8")
    assert "nothing changed since the earlier run" in grade(FOUR, "--against", "earlier.json")
    later = [*rows("ann", "3", "-12", "-4"), *rows("bob", "3", "-12", "-4"), *rows("eva", "3", "-12", "-4")]
    found = json.loads(grade(later, "--against", "earlier.json", "--json"))["changes"]
    assert [tuple(change.values()) for change in found] == [
        ("bob", "", "", "2", "3"), ("bob", "p1", "df/dx", "wrong", "correct"), ("eva", "", "", None, "3"),
        ("cem", "", "", "1", None), ("dia", "", "", "0", None),
    ]  # fmt: skip
    assert json.loads(grade(FOUR, "--json"))["changes"] is None
    Path("other.json").write_text('{"schema": "gradcli.check/1", "students": []}', encoding="utf-8")
    grade(FOUR, "--against", "other.json", status=2)


def test_the_keys_of_a_diagnosis_are_those_of_check(
    grade: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    student = json.loads(grade(rows("bob", "3", "-12", "4"), "--json"))["students"][0]
    assert run(["check", "q = x + y; f = q*z", "x=-2", "y=5", "z=-4", "q=3", "f=-12", "df/dx=4", "--json"]) == 0 + 1
    marks: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["marks"]
    theirs, own = student["claims"][2], marks[2]
    assert theirs["diagnoses"] == own["diagnoses"] == theirs["mistakes"]
    assert own["diagnoses"]
    assert set(own["diagnoses"][0]) == {"mistake", "message", "site", "explains", "also", "rule"}
    assert own["diagnoses"][0]["explains"] == ["df/dx"]
    assert theirs["rule"] == own["rule"]


class Page(HTMLParser):
    """The elements of a page, in order, with what is open at each."""

    VOID = ("meta", "link", "rect", "line", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page(grade: Callable[..., str]) -> None:
    text = grade([*FOUR, *rows("<b>eve</b>", "3", "x<y", "=2"), "eve,nothing,1"], "--to", "html", status=1)
    page = Page(text)
    tags = [tag for tag, _ in page.found]
    assert "b" not in tags
    assert "script" not in tags
    assert tags.count("h1") == tags.count("main") == 1
    assert tags.count("table") == tags.count("caption") == tags.count("thead")
    assert "http" not in text.replace("http-equiv", "")
    for tag, attributes in page.found:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or (attributes["role"] == "img" and attributes["aria-label"])
        if tag == "th":
            assert attributes["scope"] in ("row", "col")
    assert "light-dark(" in text
    heads = "".join(page.words)
    for title in ("Distribution", "Items", "Mistakes by problem", "Students", "Not marked"):
        assert title in heads


@pytest.mark.parametrize("problems", [1, 3, 5, 8, 12])
def test_the_table_of_forty_has_a_line_a_student(
    grade: Callable[..., str], capsys: pytest.CaptureFixture[str], problems: int
) -> None:
    part = '[[problem]]\nid = "backprop{}"\npoints = 3\nprogram = "q = x + y; f = q*z"\n'
    part += "at = {{ x = -2, y = 5, z = -4 }}\n"
    Path("hw.toml").write_text("".join(part.format(k) for k in range(problems)), encoding="utf-8")
    claims = [
        f"A Student With A Long Name {k},backprop{p},q,{3 + (k + p) % 3}" for k in range(40) for p in range(problems)
    ]
    Path("class.csv").write_text("student,problem,item,claim\n" + "\n".join(claims) + "\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["grade", "hw.toml", "class.csv"]) == 0
    told = capsys.readouterr().out.split("hardest items")[0].splitlines()
    assert max(map(len, told)) <= 80
    assert sum("A Student" in line for line in told) == 40
    assert len(told) <= 44


def test_feedback_has_the_program_the_numbers_and_the_rule(grade: Callable[..., str]) -> None:
    text = grade(rows("bob", "3", "-12", "4"), "--to", "feedback")
    assert "```\nq = x + y; f = q*z\n```" in text
    assert "at `x = -2`, `y = 5`, `z = -4`" in text
    assert "The first wrong step is `df/dx`." in text
    assert "- Rule: df/dx is df/dq times the local gradient for x in q = x + y" in text
    assert all(len(line) < 300 for line in text.splitlines())


def test_people_have_their_names_and_too_few_figures_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    text = '[[problem]]\nprogram = "f = a*b"\nat = { a = 0.31, b = 0.77 }\nitems = ["f", "df/da"]\ndecimals = 4\n'
    Path("hw.toml").write_text(text, encoding="utf-8")
    Path("roster.csv").write_text("student,name\nk1,Ann Lee\nk2,Bo Okoro\n", encoding="utf-8")
    Path("all.csv").write_text(
        "student,item,claim\nAnn Lee,f,0.24\nk1,df/da,0.77\nBo Okoro,f,0.2387\n", encoding="utf-8"
    )
    words = ["grade", "hw.toml", "all.csv", "--roster", "roster.csv"]
    assert run(words) == 0
    table = capsys.readouterr().out
    assert re.search(r"k1 Ann Lee +1 +50 +f: not precise enough", table)
    assert run([*words, "--to", "html"]) == 0
    page = capsys.readouterr().out
    assert '<th scope="row">k1 Ann Lee</th>' in page
    assert "f: not precise enough" in page
    assert run([*words, "--to", "feedback", "--out", "out"]) == 0
    assert Path("out/feedback/k1.md").read_text(encoding="utf-8").startswith("# Homework: k1 Ann Lee\n")


@pytest.mark.parametrize("wrong", [
    "5", '{"student": 5, "earned": 1}', '{"student": ["ann"], "earned": 1}', '{"student": "ann"}',
    '{"student": "ann", "earned": "x"}', '{"student": "ann", "earned": null}',
    f'{{"student": "ann", "earned": 1{"0" * 400}}}',
    *(f'{{"student": "ann", "earned": 1, "claims": {claims}}}' for claims in (
        "null", "[5]", "[null]", '[{"problem": "p1", "item": "q"}]', '[{"problem": "p1", "status": "wrong"}]',
        '[{"problem": "p1", "item": ["q"], "status": "wrong"}]', '[{"problem": 1, "item": "q", "status": "wrong"}]',
        '[{"problem": "p1", "item": "q", "status": ["wrong"]}]')),
])  # fmt: skip
def test_a_student_of_an_earlier_run_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match=r"old\.json is not a marked class"):
        earlier_run(Source("old.json", f'{{"schema": "gradcli.grade/1", "students": [{wrong}]}}'))
