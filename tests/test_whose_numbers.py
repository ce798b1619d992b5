"""With which numbers a sheet is marked, and what is said of it: by name, by another name, by what the sheet states."""

# ruff: noqa: E501
from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.hand_in_times import Moment, moments_in
from gradcli.homework.classroom.grading import Grader, _rule, _small_givens, sort_by_problem
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.lateness import HandedIn, days_late, handed_in
from gradcli.homework.classroom.parsed import has_arrays, parse_problem
from gradcli.homework.classroom.problem_instance import ProblemInstance, item_names
from gradcli.homework.classroom.published_grading import PublishedGrader
from gradcli.homework.classroom.published_key import published_key
from gradcli.homework.classroom.regrade import Change, changes, earlier_run
from gradcli.homework.classroom.results import StudentResult
from gradcli.homework.classroom.submissions import Entry, Trouble

from .test_classroom_edges import line, result

VARY = """[defaults]
weights = "equal"
[[problem]]
id = "a"
program = "q = x + y; f = q*z"
vary = 7
[[problem]]
id = "b"
program = "f = x*y"
at = { x = 2, y = 3 }
"""


def grader(text: str = VARY, attempt: str = "last") -> Grader:
    return Grader(load(Source("hw.toml", text)), attempt)


def answers(student: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return a student's numbers in problem a, and the answers to it."""
    instance = parse_problem(load(Source("hw.toml", VARY)).problems["a"]).for_student(student)
    assert isinstance(instance, ProblemInstance)
    given = {name: source.text for name, source in instance.given.items()}
    return given, {name: instance.answer(item) for item, name in item_names(instance).items()}


ANN, KEY = answers("ann")
OTHER, OTHER_KEY = answers("carl")
assert not {*ANN.values()} & {*OTHER.values()}


def claim(item: str, text: str, k: int = 2, problem: str = "a", *, given: bool = False, **more: Any) -> Entry:
    return Entry("ann", problem, item, text, f"f:{k}", given, **more)


def marked(
    entries: list[Entry], enrolled: bool | None = True, *also: str, text: str = VARY, attempt: str = "last"
) -> tuple[StudentResult | None, list[tuple[str, str, bool]]]:
    found, troubles = grader(text, attempt).result("ann", entries, enrolled, also)
    return found, [(trouble.place, trouble.message, trouble.other_numbers) for trouble in troubles]


def test_what_is_in_no_problem_is_told() -> None:
    rows = [
        claim("q", KEY["q"]),
        claim("q", "3", 3, "zz"),
        claim("q", "3", 4, ""),
        claim("f", "6", 5, "b"),
        claim("nope", "1", 6),
    ]
    found, troubles = marked(rows)
    assert found is not None
    assert {id: earned for id, (earned, _) in found.problems.items()} == {"a": 1.0, "b": 1.0}
    assert troubles == [
        ("f:3", "there is no problem zz; known are a, b", False), ("f:4", "the row names no problem; known are a, b", False),
        ("f:6", "there is no item nope; items are written q, df/dq or local(q,x)", False),
    ]  # fmt: skip
    assert found.given == {"a": ANN, "b": {"x": "2", "y": "3"}}
    assert (found.remarks, found.drawn_for, found.handed_in, found.days_late) == ([], "", "", 0.0)


@pytest.mark.parametrize(("rows", "place"), [([claim("q", KEY["q"], 7)], "f:7"), ([], "")])
def test_a_stranger_has_no_numbers(rows: list[Entry], place: str) -> None:
    what = "ann is not on the roster: a student who is not on it has no numbers to be marked with"
    assert marked(rows, False) == (None, [(place, what, False)])
    same, troubles = marked(
        [claim("f", "6", 2, "b")], False, text=VARY.replace("vary = 7", "at = { x = 1, y = 2, z = 3 }")
    )
    assert same is not None
    assert (same.remarks, troubles) == (["not on the roster"], [])


def test_without_a_roster_a_sheet_with_other_numbers_is_nobodys() -> None:
    found, troubles = marked([claim("x", "99", 3, given=True), claim("q", KEY["q"])], None)
    assert found is None
    assert troubles == [
        (
            "f:3",
            f"a has x = {ANN['x']}, but the sheet says 99: these are not the numbers of ann, nothing is marked",
            False,
        )
    ]
    own, none = marked([claim("x", ANN["x"], 3, given=True), claim("q", KEY["q"])], None)
    assert own is not None
    assert (own.remarks, none) == ([], [])


def test_on_a_roster_other_numbers_are_told_once_and_the_right_ones_count() -> None:
    rows = [claim("x", "99", 3, given=True), claim("y", "98", 4, given=True), claim("q", KEY["q"])]
    found, troubles = marked(rows)
    assert found is not None
    assert found.remarks == [
        f"a has x = {ANN['x']}, but the sheet says 99",
        f"a has y = {ANN['y']}, but the sheet says 98",
    ]
    assert troubles == [("f:3", f"{found.remarks[0]}: marked with the right numbers", True)]
    assert found.problems["a"][0] == 1.0


TOLD = "marked with the numbers drawn for carl, which this sheet has"


@pytest.mark.parametrize(("rows", "also", "name"), [
    ([claim("x", OTHER["x"], given=True), claim("q", OTHER_KEY["q"])], ("carl",), "carl"),
    ([claim("x", OTHER["x"], given=True), claim("q", OTHER_KEY["q"])], ("zoe", "carl"), "carl"),
    ([claim("x", OTHER["x"], given=True), claim("q", OTHER_KEY["q"])], ("zoe",), ""),
    ([claim(item, text) for item, text in OTHER_KEY.items()], ("zoe", "carl"), "carl"),
    ([claim(item, text) for item, text in OTHER_KEY.items()], ("zoe",), ""),
    ([claim(item, text) for item, text in OTHER_KEY.items()], ("ann ", "carl"), "carl"),  # the same name once more
    ([claim(item, text) for item, text in KEY.items()], ("zoe", "carl"), ""),
    # What a sheet states decides, and no answer: they are to the numbers of carl.
    ([claim("x", ANN["x"], given=True), *(claim(item, text) for item, text in OTHER_KEY.items())], ("carl",), ""),
    ([claim("q", OTHER_KEY["q"])], ("carl",), ""),  # one number may be chance
    # One answer is to the own numbers: then an older draw says nothing, and another name does all the same.
    ([claim(item, KEY[item] if item == "df/dy" else text) for item, text in OTHER_KEY.items()], ("carl",), "carl"),
])  # fmt: skip
def test_sheets_with_the_numbers_of_another_name(rows: list[Entry], also: tuple[str, ...], name: str) -> None:
    found, troubles = marked(rows, True, *also)
    assert found is not None
    assert found.drawn_for == name
    assert (TOLD in found.remarks) is bool(name)
    assert found.given is not None
    assert found.given["a"] == (OTHER if name else ANN)
    right = [row for row in rows if not row.given and row.claim == (OTHER_KEY if name else KEY).get(row.item)]
    assert found.problems["a"][0] >= len(right)
    assert all(other for *_, other in troubles)


@pytest.mark.parametrize("before", ["a", "b"])
@pytest.mark.parametrize("version", ["", "vary_version = 2\n"])
def test_one_problem_tells_for_the_others(version: str, before: str) -> None:
    two = VARY.replace("[[problem]]", f"{version}[[problem]]", 1).replace(
        f'id = "{before}"', f'id = "c"\nprogram = "g = x - y"\nvary = 7\n[[problem]]\nid = "{before}"'
    )
    instance = parse_problem(load(Source("hw.toml", two)).problems["c"]).for_student("carl")
    assert isinstance(instance, ProblemInstance)
    own = {name: instance.answer(item) for item, name in item_names(instance).items()}
    few = [claim("g", own["g"], 2, "c")]
    many = [claim(item, text) for item, text in OTHER_KEY.items()]
    for rows in (few + many, many + few):
        found, _ = marked(rows, True, "carl", text=two)
        assert found is not None
        assert found.problems["c"][0] == 1.0
        assert found.remarks == [TOLD]
    alone, _ = marked(few, True, "carl", text=two)
    assert alone is not None
    assert alone.problems["c"][0] == 0.0


@pytest.mark.parametrize(("attempt", "texts", "earned", "remark"), [
    ("last", ["6", "7"], 0.0, "b was handed in 2 times: the last counts"), ("first", ["6", "7"], 1.0, "b was handed in 2 times: the first counts"),
    ("best", ["7", "6", "8"], 1.0, "b was handed in 3 times: the best counts"), ("last", ["6", "6"], 1.0, None), ("last", ["6"], 1.0, None),
])  # fmt: skip
def test_the_attempt_that_counts(attempt: str, texts: list[str], earned: float, remark: str | None) -> None:
    found, _ = marked([claim("f", text, k, "b") for k, text in enumerate(texts)], attempt=attempt)
    assert found is not None
    assert (found.problems["b"][0], found.remarks) == (earned, [] if remark is None else [remark])
    assert grader(attempt=attempt).attempt == attempt


def test_what_a_grader_knows_of_its_homework() -> None:
    text = VARY.replace('id = "b"', 'id = "b"\ntitle = "Products"\ndue = 2026-12-01')
    found = grader(text)
    assert (found.title, found.late, found.is_due, found.problems) == ("Homework", None, True, ["a", "b"])
    assert (found.varying, found.titles) == (["a"], {"b": "Products"})
    assert found.programs == {"a": "q = x + y; f = q*z", "b": "f = x*y"}
    assert found.possible == {"a": 11.0, "b": 6.0}
    assert grader().is_due is False
    asked = found.questions()
    assert asked.timed is True
    assert asked.place("b: df/dx") == ("b", "df/dx")
    assert asked.place("Products: local(f,x)") == ("b", "local(f,x)")
    assert asked.place("value of f = x*y") == ("b", "f")
    assert asked.examples(2) == ["a: df/dx", "b: df/dx"]
    assert grader().questions().timed is False


@pytest.mark.parametrize(("words", "rule"), [
    ({"a": "x"}, "x"), ({"a": "x", "b": "x"}, "x"), ({"a": "x", "b": "y"}, "a: x\nb: y"),
])  # fmt: skip
def test_the_rule_is_told_once_where_it_is_one(words: dict[str, str], rule: str) -> None:
    assert _rule(words) == rule


def test_rows_are_sorted_by_problem() -> None:
    rows = [claim("q", "1", 2, "a"), claim("q", "2", 3, ""), claim("q", "3", 4, "b")]
    assert sort_by_problem(["a"], rows) == (
        {"a": rows[:2]},
        [Trouble("f:4", "ann", "there is no problem b; known are a")],
    )
    many = [f"p{k}" for k in range(9)]
    found, troubles = sort_by_problem(many, rows[1:2])
    assert found == {id: [] for id in many}
    assert troubles == [
        Trouble("f:3", "ann", "the row names no problem; known are p0, p1, p2, p3, p4, p5, p6, p7, ...")
    ]


@pytest.mark.parametrize(("value", "shown"), [("[1, 2]", True), (f"{[*range(24)]}", True), (f"{[*range(25)]}", False)])
def test_small_arrays_are_repeated_in_feedback(value: str, shown: bool) -> None:
    text = f'[[problem]]\nid = "a"\nprogram = "z = x*2; L = sum(z)*c"\nat = {{ x = "{value}", c = 3 }}\n'
    prepared = grader(text)._same["a"]
    assert _small_givens(prepared) == ({"x": value, "c": "3"} if shown else {"c": "3"})


@pytest.mark.parametrize(("text", "arrays"), [
    ('program = "x*y"\nat = { x = 1, y = 2 }', False), ('program = "x@y"\nat = { x = "[1]", y = "[2]" }', True),
    ('program = "x*y"\nat = { x = "[1, 2]", y = 2 }', True), ('program = "x*y"\nat = { x = [1, 2], y = 2 }\nvary = 1', False),
    ('program = "x*y"\nat = { x = ["[1]", "[2]"], y = 2 }\nvary = 1', True), ('program = "x*y"\nshapes = { x = 2 }\nvary = 1', True),
    ('program = "x@y"\nat = { x = 1, y = 2 }', True), ('program = "x*)"\nat = { x = 1 }', False),
])  # fmt: skip
def test_which_problems_are_about_arrays(text: str, arrays: bool) -> None:
    assert has_arrays(load(Source("hw.toml", f"[[problem]]\n{text}")).problems["p1"]) is arrays


# ---- late


@pytest.mark.parametrize(("due", "moment", "days"), [
    (date(2026, 12, 1), "2026-12-01", 0), (date(2026, 12, 1), "2026-12-02", 1), (date(2026, 12, 1), "2026-11-30", 0),
    (date(2026, 12, 1), "2026-12-01 23:59:59", 0), (date(2026, 12, 1), "2026-12-02 00:00:00", 1), (date(2026, 12, 1), "2026-12-03 00:00:00", 2),
    (datetime(2026, 12, 1, 18), "2026-12-01 18:00", 0), (datetime(2026, 12, 1, 18), "2026-12-01 18:01", 1),
    (datetime(2026, 12, 1, 18), "2026-12-02 18:00", 1), (datetime(2026, 12, 1, 18), "2026-12-02 18:01", 2), (datetime(2026, 12, 1, 18), "2026-12-01", 0),
    (datetime(2026, 12, 1, 18), "2026-12-03", 2), (datetime(2026, 12, 1, 18), "2026-11-01 18:01", 0),
])  # fmt: skip
def test_days_are_begun(due: date, moment: str, days: int) -> None:
    (found,) = moments_in(moment)
    assert isinstance(found, Moment)
    assert days_late(due, found) == days


def test_the_last_claim_of_a_sheet_is_its_time() -> None:
    due = date(2026, 12, 1)
    times = {("q", "3"): "2026-12-02", ("f", "4"): "2026-12-04", ("g", "5"): "2026-11-02"}
    sheet = [Claim("q", "3"), Claim("f", "4"), Claim("g", "5"), Claim("h", "6")]
    assert handed_in(due, sheet, times) == HandedIn("2026-12-04", 3)
    assert handed_in(due, sheet[2:], times) == HandedIn("2026-11-02", 0)
    assert handed_in(due, sheet[3:], times) == HandedIn()
    doubt = handed_in(due, sheet[:1], {("q", "3"): "2026-12-11|2026-11-12"})
    assert (doubt.at, doubt.days, doubt.doubt) == ("", 0, "2026-12-11 or 2026-11-12")


@pytest.mark.parametrize(("attempt", "more", "days"), [
    ("first", "", 0), ("last", "", 4), ("best", "", 2), ("last", "penalty = 0.1\n", 4), ("best", "penalty = 0.1\n", 2),
    ("best", "attempts = 1\n", 0),
])  # fmt: skip
def test_the_attempt_that_counts_has_its_own_time(attempt: str, more: str, days: int) -> None:
    text = VARY.replace('id = "b"', f'id = "b"\ndue = 2026-12-01\n{more}')
    rows = [
        claim("f", value, k, "b", handed=f"2026-12-0{day}")
        for k, (value, day) in enumerate([("7", 1), ("6", 3), ("8", 5)])
    ]
    found, _ = marked(rows, attempt=attempt, text=text)
    assert found is not None
    assert found.days_late == days
    assert found.handed_in == f"2026-12-0{1 + days}"


# ---- by a published key, and against an earlier run


def test_a_published_key_marks_as_the_homework_does() -> None:
    parsed = [parse_problem(p).for_student("") for p in load(Source("hw.toml", VARY)).problems.values() if p.id == "b"]
    key = published_key("T", [p for p in parsed if isinstance(p, ProblemInstance)])
    found = PublishedGrader(key)
    assert (found.title, found.problems, found.possible, found.varying) == ("T", ["b"], {"b": 6.0}, [])
    rows = [
        claim("f", "6", 2, "b"),
        claim("dx", "4", 3, "b"),
        claim("df/dy", "2", 4, ""),
        claim("nope", "1", 5, "b"),
        claim("x", "2", 6, "b", given=True),
    ]
    outcome, troubles = found.result("ann", rows, False)
    assert outcome is not None
    assert [(row.item, row.status, row.points) for row in outcome.lines if row.claim] == [
        ("f", "correct", 1.0), ("df/dy", "correct", 1.0), ("df/dx", "wrong", 1.0),
    ]  # fmt: skip
    assert (outcome.earned, outcome.possible, outcome.remarks) == (2.0, 6.0, ["not on the roster"])
    assert [trouble.message for trouble in troubles] == ["the key has no item nope"]
    again, _ = PublishedGrader(key, "best").result("ann", [claim("f", "6", 2, "b"), claim("f", "7", 3, "b")])
    assert again is not None
    assert (again.earned, again.remarks) == (1.0, ["b was handed in 2 times: the best counts"])
    assert found.questions().place("b: df/dx") == ("b", "df/dx")


def test_what_changed_against_an_earlier_run() -> None:
    before = earlier_run(Source("run.json", '{"schema": "gradcli.grade/1", "students": [{"student": "ann", "earned": 3, "claims": ['
                     '{"problem": "p1", "item": "q", "status": "wrong"}, {"problem": "p1", "item": "r", "status": "correct"}]},'
                     '{"student": "zoe", "earned": 2.5}]}'))  # fmt: skip
    now = [
        result("ann", line("q", "correct"), line("s", "wrong"), earned=4.0),
        result("bob", line("q", "wrong"), earned=1.0),
    ]
    assert changes(now, before) == [
        Change("ann", "", "", "3", "4"), Change("ann", "p1", "q", "wrong", "correct"), Change("ann", "p1", "s", None, "wrong"),
        Change("ann", "p1", "r", "correct", None), Change("bob", "", "", None, "1"), Change("zoe", "", "", "2.5", None),
    ]  # fmt: skip
    same = result("ann", line("q", "wrong"), line("r", "correct"), earned=3.0)
    assert changes([same], {"ann": before["ann"]}) == []
