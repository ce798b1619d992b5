"""The parts of the reports of a class by hand: one student and one claim in every format."""

from __future__ import annotations

import csv
import json
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from gradcli.homework.classroom.results import NOTHING, Explanation, MarkedItem, StudentResult
from gradcli.homework.marking.marks import CORRECT, FOLLOW_THROUGH, IMPRECISE, INVALID, MISSING, UNGRADED, WRONG
from gradcli.reports import Style
from gradcli.reports.grades.canvas import _value
from gradcli.reports.grades.feedback import WORDS, brief, verdict
from gradcli.reports.grades.feedback import render as feedback
from gradcli.reports.grades.gradescope import _test as gradescope_test
from gradcli.reports.grades.gradescope import render as gradescope
from gradcli.reports.grades.json_text import student as json_student
from gradcli.reports.grades.junit import _case, _kind, _suite
from gradcli.reports.grades.moodle import render as moodle
from gradcli.reports.grades.prairielearn import _test as prairielearn_test
from gradcli.reports.grades.prairielearn import render as prairielearn
from gradcli.reports.grades.tap import _description, _point, _subtest

SIGN = Explanation("sign", "could be", "a sign", "at q", ("q",), ("f",), ("also",), "the rule")


def item(claim: str = "4", status: str = WRONG, **changed: Any) -> MarkedItem:
    credit = {CORRECT: 1.0, FOLLOW_THROUGH: 0.5}.get(status, 0.0)
    return MarkedItem("p1", "df/dx", claim, status, credit, 2.0, "", None, False, [])._replace(**changed)


def result(*lines: MarkedItem, **changed: Any) -> StudentResult:
    earned = sum(line.earned for line in lines)
    possible = sum(line.points for line in lines)
    return StudentResult("ann", list(lines), {"p1": [earned, possible]}, earned, possible or 1.0, [])._replace(
        **changed
    )


def marked(*results: StudentResult, **changed: Any) -> Any:
    store = SimpleNamespace(results=lambda: iter(results), person=lambda _: None, people=list)
    told = {
        "title": "Week 3", "rule": "relative 1e-4", "called": lambda name: f"<{name}>", "titles": {}, "programs": {},
        "store": store, "students": len(results), "possible": {"p1": 2.0}, "points": 2.0, "claims": 1, "numbers": [],
        "unreadable": 0, "exempt": 0, "why_nothing": "nobody handed in anything",
    }  # fmt: skip
    return SimpleNamespace(**{**told, **changed})


# ---- a claim


@pytest.mark.parametrize(("line", "words"), [
    (item(status=CORRECT), "right"), (item(status=IMPRECISE), "not precise enough"),
    (item(status=FOLLOW_THROUGH), "right step from a wrong number"), (item(), "wrong"),
    (item("", MISSING), "missing"), (item(status=INVALID), "cannot be read"), (item(status=UNGRADED), "not marked"),
    (item(read_as="4.0"), "wrong, read as 4.0"), (item(expected="5"), "wrong (it is 5)"),
    (item(why="no number"), "wrong: no number"), (item("", MISSING, why="no number"), "missing"),
    (item(mistakes=[SIGN]), "wrong: could be a sign at q"),
    (item(why="no", mistakes=[SIGN], read_as="4.0", expected="5"),
     "wrong, read as 4.0 (it is 5): no; could be a sign at q"),
])  # fmt: skip
def test_the_verdict_of_a_claim(line: MarkedItem, words: str) -> None:
    assert verdict(line) == words


KINDS = [
    (item("5", CORRECT), True), (item("5", FOLLOW_THROUGH), False), (item("4"), False), (item("", MISSING), False),
    (item("x", INVALID, why="no number"), False), (item("5", UNGRADED, why="left open"), False),
    (item("5", CORRECT, points=0.0), True),
]  # fmt: skip


@pytest.mark.parametrize(("line", "passed"), KINDS)
def test_a_claim_for_autograders(line: MarkedItem, passed: bool) -> None:
    answer = f"your answer: {line.claim}" if line.claim else ""
    assert prairielearn_test(line) == {
        "name": "p1 df/dx", "description": answer, "points": line.earned, "max_points": line.points,
        "message": verdict(line),
    }  # fmt: skip
    found = gradescope_test(line._replace(mistakes=[SIGN], first_wrong=True), "1.2")
    assert (found["name"], found["number"], found["score"], found["max_score"]) == (
        "p1 df/dx", "1.2", line.earned, line.points)  # fmt: skip
    assert found["status"] == ("passed" if passed else "failed")
    assert found["output"].startswith(f"{answer}\n" if answer else verdict(line))
    assert (found["tags"], found["extra_data"]) == (["sign"], {"status": line.status, "first_wrong": True})


@pytest.mark.parametrize(("line", "passed"), KINDS)
def test_a_claim_in_junit(line: MarkedItem, passed: bool) -> None:
    kind = _kind(line)
    case = ElementTree.fromstring(_case(line, kind))
    assert (case.get("classname"), case.get("name")) == ("p1", "df/dx")
    assert kind == ("" if passed else {INVALID: "error", UNGRADED: "skipped"}.get(line.status, "failure"))
    assert [child.tag for child in case] == ([] if passed else [kind])
    for child in case:
        assert child.get("message") == (line.why or WORDS[line.status])
        assert child.get("type") == (None if kind == "skipped" else line.status)
        assert child.text == (f"your answer: {line.claim}" if line.claim else "no answer")


@pytest.mark.parametrize(("line", "passed"), KINDS)
def test_a_claim_in_tap(line: MarkedItem, passed: bool) -> None:
    head, *block = _point(line, 3).splitlines()
    assert head.startswith(f"    {'ok' if passed else 'not ok'} 3 - p1 df/dx")
    if passed or line.status == UNGRADED:
        assert (head.endswith(" # SKIP left open"), block) == (line.status == UNGRADED, [])
    else:
        assert (block[0], block[-1]) == ("      ---", "      ...")
        about = {key: json.loads(x) for key, x in (row.strip().split(": ", 1) for row in block[1:-1])}
        assert about == {"message": line.why or WORDS[line.status], "severity": line.status,
                         "claim": line.claim or None, "points": line.points, "earned": line.earned}  # fmt: skip


@pytest.mark.parametrize(("lines", "ok"), [
    ([item("5", CORRECT)], True), ([item("5", CORRECT), item("5", UNGRADED)], True), ([item()], False),
    ([item("5", CORRECT), item()], False), ([], True), ([item(points=0.0)], True),
])  # fmt: skip
def test_a_student_in_tap_passes_where_nothing_fails(lines: list[MarkedItem], ok: bool) -> None:
    text = _subtest(result(*lines, remarks=["late"]), 7)
    asked = [line for line in lines if line.points]
    assert text.startswith(f"# Subtest: ann\n    1..{len(asked)}\n    # late\n")
    assert text.splitlines()[-1] == f"{'ok' if ok else 'not ok'} 7 - ann"


def test_a_student_in_junit() -> None:
    suite = ElementTree.fromstring(_suite(result(*(line for line, _ in KINDS), remarks=["late"])))
    assert [suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")] == [
        "ann", "6", "3", "1", "1"]  # fmt: skip
    assert {p.get("name"): p.get("value") for p in suite.iter("property")} == {"earned": "3.0", "points": "12.0"}
    assert [(out.text or "") for out in suite.iter("system-out")] == ["late"]
    assert not list(ElementTree.fromstring(_suite(result(item()))).iter("system-out"))


@pytest.mark.parametrize(("found", "gradable", "errors"), [
    (result(item("4")), True, None), (result(item("", MISSING)), False, ["nothing was handed in"]),
    (result(item("", MISSING), earned=1.0), True, None), (result(item("", MISSING), exempt=True), False, ["exempt"]),
    (result(item("5", CORRECT), earned=3.0), True, None),
])  # fmt: skip
def test_what_prairielearn_can_grade(found: StudentResult, gradable: bool, errors: list[str] | None) -> None:
    record = json.loads(prairielearn(marked(), found))
    assert (record["gradable"], record.get("format_errors")) == (gradable, errors)
    if gradable:
        assert record["score"] == min(found.earned / found.possible, 1)  # a bonus is no more than all
        assert len(record["tests"]) == 1
        assert record["message"].splitlines()[0] == "relative 1e-4"


def test_numbers_of_tests_in_gradescope() -> None:
    """They count the claims of every problem that have points."""
    lines = [item(), item(points=0.0), item(), item(problem="p2"), item()]
    record = json.loads(gradescope(marked(), result(*lines, problems={"p1": [0, 6], "p2": [0, 2]})))
    assert [test["number"] for test in record["tests"]] == ["1.1", "1.2", "2.1", "1.3"]
    assert (record["score"], record["output"]) == (0, "relative 1e-4")


@pytest.mark.parametrize(("name", "person", "who"), [
    ("17", None, ["17", ""]), ("a@b.c", None, ["", "a@b.c"]),
    ("17", SimpleNamespace(ids=["9"], email="", name="", key="17"), ["9", ""]),
    ("17", SimpleNamespace(ids=[], email="a@b.c", name="", key="17"), ["", "a@b.c"]),
    ("17", SimpleNamespace(ids=[], email="a@b.c", name="17", key="17"), ["", "a@b.c"]),
    ("17", SimpleNamespace(ids=[], email="", name="Ann", key="17"), ["17", ""]),
    ("17", SimpleNamespace(ids=[], email="a@b.c", name="Ann", key="17"), ["17", "a@b.c"]),
    ("a@b.c", SimpleNamespace(ids=["9"], email="", name="", key="a@b.c"), ["9", "a@b.c"]),
])  # fmt: skip
def test_whom_moodle_finds(name: str, person: Any, who: list[str]) -> None:
    found = marked(result(item("5", CORRECT), student=name))
    found.store.person = lambda _: person
    head, row = csv.reader("".join(moodle(found, Style())).splitlines())
    assert head == ["ID number", "Email address", "Week 3", "Week 3 feedback"]
    assert row == [*who, "2", "all right"]


@pytest.mark.parametrize(("found", "text"), [
    (result(item("5", CORRECT)), "all right"), (result(item(), exempt=True), "exempt"),
    (result(item("5", CORRECT), remarks=["late"]), "late; all answers right"),
    (result(item("", MISSING), remarks=[NOTHING]), NOTHING),
    (result(item(), item(item="f", first_wrong=True)), "p1 f wrong; p1 df/dx wrong"),
    (result(item(points=0.0)), "all right"), (result(item(), remarks=["late"]), "late; p1 df/dx wrong"),
])  # fmt: skip
def test_feedback_in_a_line(found: StudentResult, text: str) -> None:
    assert brief(found) == text


def test_feedback_of_a_student() -> None:
    rules = [item(item=f"v{k}", rule=f"rule {k}") for k in (1, 2, 2, 3, 4)]
    lines = [item("5", CORRECT), *rules, item("", MISSING, points=0.0, item="g"), item("1|`", item="h", points=0.0)]
    given = {"p1": {"x": "2", "y": "3"}}
    whole = marked(programs={"p1": "q = x\nq*y"}, titles={"p1": "Chain"})
    text = feedback(whole, result(*lines, given=given, remarks=["late"])).splitlines()
    assert text[:7] == ["# Week 3: \\<ann\\>", "", "**2 of 12 points**", "", "- late", "", "## p1 Chain: 2 of 12"]
    assert text[8:14] == ["```", "q = x", "q*y", "```", "", "at `x = 2`, `y = 3`"]
    assert "| `df/dx` | `5` | right |" in text
    assert "| `h` | `1\\|'` | wrong |" in text
    assert not any("`g`" in line for line in text)  # neither asked for nor answered
    assert [line for line in text if line.startswith("- Rule: ")] == [f"- Rule: rule {k}." for k in (1, 2, 3)]
    assert text[-3:] == ["What counts as right:", "", "- relative 1e-4"]
    plain = feedback(marked(), result(item())).splitlines()
    assert plain[4] == "## p1: 0 of 2"
    assert not any(line.startswith(("- Rule", "```", "at ", "The first")) for line in plain)
    assert "The first wrong step is `df/dx`." in feedback(marked(), result(item(first_wrong=True)))
    assert "**exempt**" in feedback(marked(), result(item(), exempt=True))


def test_a_student_in_json() -> None:
    line = item("", MISSING, why="w", mistakes=[SIGN], rule="r", first_wrong=True, expected="5", read_as="")
    found = json_student(result(line, handed_in="", days_late=1.5, remarks=["late"]), None)
    told = {"mistake": "sign", "message": "could be a sign at q", "site": ("q",), "explains": ("f",),
            "also": ("also",), "rule": "the rule"}  # fmt: skip
    (claim,) = found.pop("claims")
    assert found == {
        "student": "ann", "name": None, "email": None, "ids": [], "earned": 0.0, "points": 2.0,
        "problems": {"p1": {"earned": 0.0, "points": 2.0}}, "remarks": ["late"], "exempt": False, "handed_in": None,
        "days_late": 1.5,
    }  # fmt: skip
    assert claim == {
        "problem": "p1", "item": "df/dx", "claim": None, "read_as": None, "status": MISSING, "credit": 0.0,
        "points": 2.0, "expected": "5", "why": "w", "first_wrong": True, "mistakes": [told], "diagnoses": [told],
        "rule": "r",
    }  # fmt: skip
    person: Any = SimpleNamespace(name="Ann", called="Ann", email="a@b.c", ids=("9", "8"))
    known = json_student(result(item("4", read_as="4.0"), handed_in="today"), person)
    assert (known["name"], known["email"], known["ids"], known["handed_in"]) == ("Ann", "a@b.c", ["9", "8"], "today")
    assert (known["claims"][0]["claim"], known["claims"][0]["read_as"]) == ("4", "4.0")
    nobody: Any = SimpleNamespace(name="", called="", email="", ids=())
    assert [json_student(result(item()), nobody)[key] for key in ("name", "email", "ids")] == [None, None, []]


@pytest.mark.parametrize(("text", "escaped"), [
    ("ann", "ann"), ("ann # TODO", "ann \\# TODO"), ("a\\b", "a\\\\b"), ("a\\#b", "a\\\\\\#b"),
])  # fmt: skip
def test_a_description_begins_no_directive(text: str, escaped: str) -> None:
    assert _description(text) == escaped


@pytest.mark.parametrize(("cell", "value"), [
    ("x", "x"), ("", ""), ('"x"', "x"), ('"a""b"', 'a"b'), ('""""', '"'), ('"a"b', "ab"), ('"a', "a"), ('a"b"', 'a"b"'),
    ('"a\nb"', "a\nb"),
])  # fmt: skip
def test_what_a_cell_of_canvas_says(cell: str, value: str) -> None:
    assert _value(f",{cell},", (1, 1 + len(cell))) == value
