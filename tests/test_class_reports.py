"""The reports of a class, each read back by a reader that is not ours."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import jsonschema
import junitparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tap.parser import Parser

from gradcli.errors import InputError, Source
from gradcli.homework.classroom.class_summary import ItemCount, MarkedClass, mark_class
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.results import StudentResult
from gradcli.homework.classroom.submission_store import SubmissionStore
from gradcli.homework.classroom.submissions import Entry, Trouble
from gradcli.reports import Style
from gradcli.reports.delimited import csv_line
from gradcli.reports.grades import CLASS_FORMATS, canvas, render_class, render_student, table
from gradcli.reports.grades.feedback import brief
from gradcli.reports.schema import SCHEMAS
from gradcli.text import cells, harmless

HOMEWORK = """
title = "Week 3"
[[problem]]
id = "p1"
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "f", "df/dq", "df/dx"]
points = 10
weights = "equal"
reveal = "all"
[[problem.mistake]]
item = "df/dx"
gives = "q"
message = "You gave <q> & \\"more\\"."
credit = 0.25
[[problem]]
id = "p2"
program = "x**2"
at = { x = 3 }
items = ["df/dx"]
"""
EVIL = '=HYPERLINK("x")<b>&\'\u202e[red]|`#\\'
ROWS = [
    *(Entry("ann", "p1", item, claim, "f") for item, claim in
      {"q": "3", "f": "-12", "df/dq": "-4", "df/dx": "-4"}.items()),
    Entry("ann", "p2", "df/dx", "6", "f"),
    Entry("bob@x.org", "p1", "df/dx", "3", "f"), Entry("bob@x.org", "p1", "q", "three apples", "f"),
    Entry(EVIL, "p1", "q", "=1+1", "f"), Entry(EVIL, "p1", "f", "]]>\x1b[31m", "f"), Entry(EVIL, "p2", "dx", "7", "f"),
    Entry("dan", "p1", "q", "9.5", "f"), Entry("dan", "p2", "df/dx", "7", "f"),
    Trouble("f:9", "eve", "the row names no item"),
]  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> Iterator[MarkedClass]:
    with SubmissionStore() as store:
        store.add(ROWS)
        yield mark_class(Grader(load(Source("hw.toml", HOMEWORK))), store)


def text(whole: MarkedClass, format: str, style: Style | None = None) -> str:
    return "".join(render_class(whole, format, style or Style()))


def results(whole: MarkedClass) -> dict[str, StudentResult]:
    return {result.student: result for result in whole.store.results()}


def test_scores(whole: MarkedClass) -> None:
    assert {name: result.earned for name, result in results(whole).items()} == {
        "ann": 11, "bob@x.org": 0.625, EVIL: 0, "dan": 0}  # fmt: skip


@pytest.mark.parametrize(
    "format", [name for name, format in CLASS_FORMATS.items() if not format.each and name != "canvas"]
)
def test_the_same_class_gives_the_same_bytes(whole: MarkedClass, format: str) -> None:
    assert text(whole, format) == text(whole, format)


def test_json_conforms_to_its_schema(whole: MarkedClass) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    record = json.loads(text(whole, "json"), parse_constant=refuse)
    jsonschema.validate(record, SCHEMAS["grade"])
    assert [student["earned"] for student in record["students"]] == [11, 0.625, 0, 0]
    assert record["not_marked"] == [{"place": "f:9", "student": "eve", "message": "the row names no item"}]
    assert [claim["expected"] for claim in record["students"][0]["claims"]][:4] == ["3", "-12", "-4", "-4"]
    jsonschema.Draft202012Validator.check_schema(SCHEMAS["grade"])


def test_json_of_nobody(whole: MarkedClass) -> None:
    with SubmissionStore() as store:
        empty = mark_class(Grader(load(Source("hw.toml", HOMEWORK))), store)
        for format in ("json", "csv", "moodle", "junit", "tap", "table"):
            assert text(empty, format)
        jsonschema.validate(json.loads(text(empty, "json")), SCHEMAS["grade"])


def test_gradebook(whole: MarkedClass) -> None:
    header, possible, *rows = csv.reader(io.StringIO(text(whole, "csv")))
    assert header == ["student", "p1", "p2", "total", "percent", "not marked", "remarks"]
    assert possible[:5] == ["Points Possible", "10", "1", "11", "100"]
    assert [row[:4] for row in rows] == [
        ["ann", "10", "1", "11"], ["bob@x.org", "0.625", "0", "0.625"], [f"'{EVIL}", "0", "0", "0"],
        ["dan", "0", "0", "0"]]  # fmt: skip


def test_moodle(whole: MarkedClass) -> None:
    rows = list(csv.DictReader(io.StringIO(text(whole, "moodle"))))
    assert [(row["ID number"], row["Email address"], row["Week 3"]) for row in rows] == [
        ("ann", "", "11"), ("", "bob@x.org", "0.625"), (f"'{EVIL}", "", "0"), ("dan", "", "0")]  # fmt: skip
    assert rows[0]["Week 3 feedback"] == "all right"
    assert rows[1]["Week 3 feedback"].startswith(
        "p1 df/dx wrong (it is -4): You gave <q>"
    )  # the first wrong step first


def test_junit_is_read_by_xml_and_junit_parsers(whole: MarkedClass) -> None:
    document = text(whole, "junit")
    root = ElementTree.fromstring(document)
    assert [suite.get("tests") for suite in root] == ["5", "5", "5", "5"]
    suites = list(junitparser.JUnitXml.fromstring(document.encode()))
    assert [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in suites] == [
        (5, 0, 0, 0), (5, 4, 1, 0), (5, 4, 1, 0), (5, 5, 0, 0)]  # fmt: skip
    kinds = {case.name: [type(r).__name__ for r in case.result] for case in suites[1] if case.classname == "p1"}
    assert kinds == {"q": ["Error"], "f": ["Failure"], "df/dq": ["Failure"], "df/dx": ["Failure"]}
    assert suites[0].name == "ann"
    assert suites[2].name == EVIL.replace("\u202e", "\\u202e")


def test_tap_is_read_by_a_tap_parser(whole: MarkedClass) -> None:
    document = text(whole, "tap")
    lines = list(Parser().parse_text(document))
    assert lines[0].version == 14
    plans = [line for line in lines if line.category == "plan"]
    points = [line for line in lines if line.category == "test"]
    assert [plan.expected_tests for plan in plans] == [4]
    assert [(point.ok, point.number) for point in points] == [(True, 1), (False, 2), (False, 3), (False, 4)]
    inner = re.findall(r"^# Subtest: [^\n]*\n((?:    [^\n]*\n)+)", document, re.MULTILINE)
    assert len(inner) == 4
    for block, result in zip(inner, results(whole).values(), strict=True):
        flat = "TAP version 14\n" + re.sub("^    ", "", block, flags=re.MULTILINE)
        found = [line for line in Parser().parse_text(flat) if line.category == "test"]
        asked = [line for line in result.lines if line.points]
        assert [point.ok for point in found] == [line.passed for line in asked]
        assert [point.description for point in found] == [f"- {line.problem} {line.item}" for line in asked]
        for point, line in zip(found, asked, strict=True):
            if not line.passed:
                assert point.yaml_block["severity"] == line.status
                assert point.yaml_block["claim"] == (line.claim or None)


GRADESCOPE = {  # as its documentation of results.json describes it
    "type": "object", "required": ["score", "tests"],
    "properties": {
        "score": {"type": "number", "minimum": 0}, "output": {"type": "string"},
        "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "visibility": {"enum": ["visible", "hidden", "after_due_date", "after_published"]},
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": {
            "type": "object", "required": ["score", "max_score", "status", "name"], "additionalProperties": False,
            "properties": {
                "score": {"type": "number"}, "max_score": {"type": "number", "exclusiveMinimum": 0},
                "status": {"enum": ["passed", "failed"]}, "name": {"type": "string"}, "number": {"type": "string"},
                "output": {"type": "string"}, "output_format": {"const": "text"},
                "tags": {"type": "array", "items": {"type": "string"}}, "visibility": {"const": "visible"},
                "extra_data": {"type": "object"},
            }}},
    },
    "additionalProperties": False,
}  # fmt: skip
PRAIRIELEARN = {
    "type": "object", "required": ["gradable"],
    "properties": {
        "gradable": {"type": "boolean"}, "score": {"type": "number", "minimum": 0, "maximum": 1},
        "message": {"type": "string"}, "format_errors": {"type": "array", "items": {"type": "string"}},
        "tests": {"type": "array", "items": {
            "type": "object", "required": ["name", "points", "max_points"], "additionalProperties": False,
            "properties": {
                "name": {"type": "string"}, "description": {"type": "string"}, "message": {"type": "string"},
                "points": {"type": "number"}, "max_points": {"type": "number"},
            }}},
    },
    "additionalProperties": False,
    "if": {"properties": {"gradable": {"const": True}}}, "then": {"required": ["score"]},
    "else": {"required": ["format_errors"]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("format", "schema", "earned", "possible"),
    [("gradescope", GRADESCOPE, "score", "max_score"), ("prairielearn", PRAIRIELEARN, "points", "max_points")],
)
def test_autograder_results(
    whole: MarkedClass, format: str, schema: dict[str, Any], earned: str, possible: str
) -> None:
    for result in whole.store.results():
        record = json.loads(render_student(whole, result, format))
        jsonschema.validate(record, schema)
        assert sum(test[possible] for test in record["tests"]) == pytest.approx(whole.points)
        assert sum(test[earned] for test in record["tests"]) == pytest.approx(result.earned)
        total = result.earned if format == "gradescope" else result.earned / result.possible
        assert record["score"] == pytest.approx(total)


def test_nothing_handed_in_cannot_be_graded_by_prairielearn(whole: MarkedClass) -> None:
    result, _ = Grader(load(Source("hw.toml", HOMEWORK))).result("fay", [])
    record = json.loads(render_student(whole, result, "prairielearn"))
    jsonschema.validate(record, PRAIRIELEARN)
    assert record["gradable"] is False


def test_feedback(whole: MarkedClass) -> None:
    found = {name: render_student(whole, result, "feedback") for name, result in results(whole).items()}
    assert "**11 of 11 points**" in found["ann"]
    assert '| `df/dx` | `3` | wrong (it is -4): You gave \\<q\\> & "more". |' in found["bob@x.org"]
    assert "The first wrong step is `df/dx`." in found["bob@x.org"]
    for line in found[EVIL].splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4


EXPORT = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Week 2 (11),Week 3 (12),Current Score\r\n"
    "    Points Possible,,,,,10,11,(read only)\r\n"
    '"Lee, Ann",1,s1,ann,"A, B",7,,\r\n'
    "Bob,2,bob@x.org,bobby,A,8,9,\r\n"
    '"Cy ""X""",3,s3,cy,A,,4,\r\n'
    "dan,4,s4,d4,A,,EX,\r\n"
)


def test_canvas_fills_one_column_and_changes_nothing_else(whole: MarkedClass) -> None:
    filled = canvas.fill(whole, "export.csv", EXPORT.encode(), None)
    expected = EXPORT.replace('"A, B",7,,', '"A, B",7,11,').replace("A,8,9,", "A,8,0.625,")
    assert filled.text == expected
    assert filled.found == {"ann", "bob@x.org", "dan"}
    assert list(canvas.missing(whole, filled)) == [EVIL]
    again = canvas.fill(whole, "export.csv", filled.text.encode(), "Week 3 (12)")
    assert again.text == expected


def test_canvas_keeps_every_other_byte(whole: MarkedClass) -> None:
    export = (
        '"Student","ID",SIS Login ID,Section,"Week 3 (12)",Note\r\n'
        '"Ann",1,"ann","A","5", "odd" quotes\r\n\r\n"Two\nLines",2,two,A,,\nshort,3\r\n"dan","4","dan",A,"","a ""b"""'
    )
    filled = canvas.fill(whole, "e", export.encode(), None)
    assert filled.text == export.replace('"A","5"', '"A","11"').replace('A,"",', 'A,"0",')
    assert filled.found == {"ann", "dan"}


def test_canvas_with_semicolons_and_a_plain_title(whole: MarkedClass) -> None:
    export = "\ufeff" + EXPORT.replace(",", ";").replace("Week 3 (12)", "Week 3").replace("\r\n", "\n")
    filled = canvas.fill(whole, "e", export.encode(), None).text
    assert "Bob;2;bob@x.org;bobby;A;8;0.625;\n" in filled
    assert filled.startswith("\ufeffStudent;ID;")


@pytest.mark.parametrize(
    ("export", "column", "message"),
    [
        (EXPORT, "Week 9", "no assignment is called Week 9"),
        (EXPORT.replace("Week 2", "Week 3"), None, "several assignments are called Week 3"),
        ("student,grade\nann,3\n", None, "not a gradebook of Canvas"),
        ("", None, "not a gradebook of Canvas"),
    ],
)
def test_canvas_refuses_what_it_cannot_fill(whole: MarkedClass, export: str, column: str | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        canvas.fill(whole, "e", export.encode(), column)


def test_the_table_cuts_nothing_and_obeys_nobody(whole: MarkedClass) -> None:
    wide, narrow, ascii_only = (text(whole, "table", style) for style in (Style(), Style(width=40), Style(ascii=True)))
    for shown in (wide, narrow, ascii_only):
        assert "0.625" in shown
        assert "[red]" in shown  # as text, which colours nothing
        assert "\u202e" not in shown
        assert "\x1b" not in shown
        assert "4 students: mean 26.4 %, median 2.84 %, from 0 % to 100 %" in " ".join(shown.split())
    assert ascii_only.isascii()
    rows = [line for line in narrow.splitlines() if line.startswith((" ann", " bob"))]
    assert len(rows) == 2, "one line per student, with as much as fits"
    assert max(map(cells, rows)) <= 40


def test_names_are_bold_where_there_is_colour(whole: MarkedClass) -> None:
    rows = [line for line in text(whole, "table", Style(color=True)).splitlines() if "0.625" in line]
    assert [re.findall(r"\x1b\[1m *([^\x1b ]+)", row) for row in rows] == [["bob@x.org"]]


def test_feedback_has_the_remarks_on_a_student(whole: MarkedClass) -> None:
    result = results(whole)["ann"]._replace(remarks=("p1: two rows for q", "late"))
    lines = "".join(render_student(whole, result, "feedback")).splitlines()
    assert lines[lines.index("- p1: two rows for q") :][:3] == ["- p1: two rows for q", "- late", ""]


def test_a_large_class_is_shortened_on_a_terminal_only() -> None:
    with SubmissionStore() as store:
        store.add(Entry(f"s{k:03}", "p2", "df/dx", "6", "f") for k in range(300))
        large = mark_class(Grader(load(Source("hw.toml", HOMEWORK))), store)
        assert "220 students are left out; --to csv lists them" in text(large, "table")
        assert text(large, "csv").count("\n") == 302
        assert len(json.loads(text(large, "json"))["students"]) == 300


@pytest.mark.parametrize(("students", "told"), [(1, None), (200, None), (201, "121 students are left out")])
def test_a_class_of_200_is_shown_whole(students: int, told: str | None) -> None:
    with SubmissionStore() as store:
        store.add(Entry(f"s{k:03}", "p2", "df/dx", "6", "f") for k in range(students))
        shown = text(mark_class(Grader(load(Source("hw.toml", HOMEWORK))), store), "table")
    assert told in shown if told else "left out" not in shown
    assert len(re.findall(r"^ *s\d+ ", shown, re.MULTILINE)) == (80 if told else students)


@pytest.mark.parametrize(
    ("cell", "written"),
    [("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-x", "'-x"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"), ("-4", "-4"),
     ("+3.5e-2", "+3.5e-2"), ("x=1", "x=1"), ("", ""), ("-4+cmd|' /C calc'!A0", "'-4+cmd|' /C calc'!A0")],
)  # fmt: skip
def test_no_spreadsheet_runs_a_cell(cell: str, written: str) -> None:
    assert harmless(cell) == written


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), min_size=1, max_size=5))
def test_a_line_of_csv_is_read_back(row: list[str]) -> None:
    found = next(csv.reader(io.StringIO(csv_line(row), newline="")), [""])
    assert found == [harmless(cell) for cell in row]
    assert not any(cell.startswith(("=", "@", "\t")) for cell in found)


def test_what_was_typed_is_told_sign_by_sign_where_ascii_is_asked_for() -> None:
    with SubmissionStore() as store:
        store.add([Trouble("f:2", "ann", "∂f/∂q is there twice")])
        small = mark_class(Grader(load(Source("hw.toml", HOMEWORK))), store)
        assert "∂f/∂q is there twice" in text(small, "table")
        assert "df/dq is there twice" in text(small, "table", Style(ascii=True))


def test_the_items_that_most_students_missed_come_first() -> None:
    """By their share, where not every item was put to all: 1 of 4, 1 of 2, 2 of 3; what all had right is left out."""
    items = [
        ItemCount("p1", "a", 2, 3, 0.75, None),
        ItemCount("p1", "b", 1, 2, 0.5, 0.25),
        ItemCount("p2", "c", 1, 4, 0.999, -0.5),
        ItemCount("p1", "d", 2, 2, 1.0, None),
    ]
    counted: Any = SimpleNamespace(items=lambda: items)
    rows = [["p2 c", "1 of 4", "0.99", "-0.50"], ["p1 b", "1 of 2", "0.50", "0.25"], ["p1 a", "2 of 3", "0.75", ""]]
    assert table._items(counted) == [["item", "right", "facility", "discrimination"], *rows]


def test_three_things_are_told_in_one_line_and_the_others_counted(whole: MarkedClass) -> None:
    result = results(whole)["dan"]
    wrong = [line for line in result.lines if line.points and not line.passed]
    for count, end in ((3, None), (4, "; and 1 more"), (5, "; and 2 more")):
        text = brief(result._replace(lines=wrong[:count]))
        assert text.count("; ") == min(count, 3) - (end is None)
        assert end is None or text.endswith(end)
