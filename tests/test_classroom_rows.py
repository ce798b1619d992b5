"""Rows of a class: forms, times of handing in, rosters, questions by any name, summaries, changes of marks."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.claims.answer_tables import TableRow
from gradcli.homework.claims.hand_in_times import moments_in, order_in, stored
from gradcli.homework.classroom.array_problem import differs
from gradcli.homework.classroom.array_variants import given_of
from gradcli.homework.classroom.class_summary import COMMA, MarkedClass
from gradcli.homework.classroom.entries import (
    MAX_CLAIM,
    Blank,
    DateOrder,
    Entry,
    Note,
    Trouble,
    checked_entry,
    short,
    told_commas,
)
from gradcli.homework.classroom.form_tables import Form, _counts, split
from gradcli.homework.classroom.hand_in_columns import HandInColumns
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.json_submissions import array_claim
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.people import Person, Strangers
from gradcli.homework.classroom.questions import Questions
from gradcli.homework.classroom.regrade import Change, changes, earlier_run
from gradcli.homework.classroom.results import Explanation
from gradcli.homework.classroom.roster import Roster
from gradcli.homework.classroom.submissions import read

from .rosters import roster_of
from .test_classroom_edges import line, result

# ---- forms


def rows(text: str, questions: Questions | None = None) -> list[Any]:
    return [*read(io.StringIO(text), "f", "", Strangers(), questions)]


def test_a_row_a_student() -> None:
    found = rows("student,p1.q,p2.f,comment\nann,3,,x\nbob,,,\n,4,,\nPoints possible,1,1,\ncid,5,6,\n")
    assert found == [
        Entry("ann", "p1", "q", "3", "f:2"), Blank("bob"), Trouble("f:4", "", "the row names no student"),
        Entry("cid", "p1", "q", "5", "f:6"), Entry("cid", "p2", "f", "6", "f:6")]  # fmt: skip


def test_rows_that_are_none() -> None:
    found = rows('q,student\n3\n"4,ann\n')
    assert found[0] == Trouble("f:2", "", "the row has 1 column, fewer than the first line")
    table = iter([TableRow(2, [], "not CSV: why"), TableRow(3, ["ann", "3"])])
    form = Form(["student", "q"], "f", Strangers(), None, ",")
    assert [*form.read(table)] == [Trouble("f:2", "", "not CSV: why"), Entry("ann", "", "q", "3", "f:3")]
    assert short(TableRow(2, ["a", "b"]), "f:2") == Trouble(
        "f:2", "", "the row has 2 columns, fewer than the first line"
    )


@pytest.mark.parametrize(("heading", "expected"), [
    ("p1.q", ("p1", "q")), (" p1 . q ", ("p1", "q")), ("q", ("", "q")), ("p1.", ("", "p1.")), (".q", ("", "q")),
])  # fmt: skip
def test_headings_with_a_problem(heading: str, expected: tuple[str, str]) -> None:
    assert split(heading) == expected


@pytest.mark.parametrize(("header", "first", "places", "expected"), [
    (["ID", "Name"], ["1", "ann"], (0,), True), (["ID", "Name"], ["7", "ann"], (0,), False),
    (["Name", "ID"], ["1", "2"], (0,), False), (["ID", "ID"], ["1", "1"], (0, 1), False), (["ID"], [], (0,), False),
])  # fmt: skip
def test_a_column_that_counts_rows(
    header: list[str], first: list[str], places: tuple[int, ...], expected: bool
) -> None:
    assert _counts(header, first, places) is expected


ASKED = Questions(
    {"p1": {"q", "df/dx"}.__contains__, "p2": {"f", "q"}.__contains__},
    [("value of q = x + y", "p1", "q")], {"p1": "A layer", "p2": "A line"}, {"p1": ["q", "df/dx"], "p2": ["f"]},
)  # fmt: skip


def test_columns_of_a_form_that_ask_something() -> None:
    text = "student,p1: q,A line: f,p1: z,My remark\nann,3,4,5,6\n"
    found = rows(text, ASKED)
    assert found[0] == Note("f", "columns without answers: My remark")
    assert found[1].message.startswith("the column p1: z is not read: no problem asks it; headings are written p1: q")
    assert found[2:] == [Entry("ann", "p1", "q", "3", "f:2"), Entry("ann", "p2", "f", "4", "f:2")]
    (trouble,) = rows("student,a,b\nann,1,2\n", ASKED)
    assert (
        "no column is an item of the homework: student, a, b; headings that work are p1: q and p2: f" in trouble.message
    )
    many = ",".join(f"remark {k}" for k in range(11))
    (note, *_) = rows(f"student,q1,{many},p1.q\nann,1,{many},3\n", ASKED)
    assert note.message.endswith(" more")
    assert note.message.count(",") == 7


@pytest.mark.parametrize(("text", "problem"), [
    ("p1", "p1"), ("P1", "p1"), ("1", "p1"), ("Problem 2", "p2"), ("Aufgabe 2:", "p2"), ("A layer", "p1"),
    ("a LAYER", "p1"),
    ("3", None), ("0", None), ("A layer: q", None), ("layer", None), ("p3", None), (" p2. ", "p2"),
])  # fmt: skip
def test_problems_by_any_name(text: str, problem: str | None) -> None:
    assert ASKED.problem(text) == problem


@pytest.mark.parametrize(("heading", "place"), [
    ("p1.q", ("p1", "q")), ("P1: df/dx", ("p1", "df/dx")), ("1) df/dx", ("p1", "df/dx")), ("q", None),
    ("f", ("p2", "f")),
    ("df/dx", ("p1", "df/dx")), ("value of q = x + y", ("p1", "q")), ("A layer: q", ("p1", "q")),
    ("Problem 2: A line: q", ("p2", "q")), ("Problem 1: A line: q", None), ("123: p1.q", ("p1", "q")),
    ("p1 [q]", ("p1", "q")), ("p1 [Score]", None), ("p2: df/dx", None), ("df/dx = ?", ("p1", "df/dx")),
    ("F", ("p2", "f")), ("df/dx (slope)", ("p1", "df/dx")), ("`f`", ("p2", "f")), ("12: p1.q", None),
])  # fmt: skip
def test_headings_by_any_name(heading: str, place: tuple[str, str] | None) -> None:
    assert ASKED.place(heading) == place


@pytest.mark.parametrize(("heading", "meant"), [
    ("p1: z", True), ("A layer, points", False), ("the A layer thing", True), ("dL/dw", True), ("local(q,x)", True),
    ("w.grad", True), ("Remark", False), ("p1 score", False), ("see q", True), ("a remark", False), ("", False),
    ("p1: 3", False), ("Time taken", False),
])  # fmt: skip
def test_headings_that_look_as_if_they_asked(heading: str, meant: bool) -> None:
    assert ASKED.is_meant(heading) is meant


def test_what_is_meant_by_a_row() -> None:
    assert ASKED.meant("1", "Q") == ("p1", "q")
    assert ASKED.meant("", "p2.f") == ("p2", "f")
    assert ASKED.meant("", "z") == ("", "z")
    assert ASKED.meant("p9", "q") == ("p9", "q")
    assert ASKED.askers("q") == ["p1", "p2"]
    assert ASKED.why_not("q").startswith("p1 and p2 ask it; headings are written p1: q")
    assert ASKED.examples(5) == ["p1: q", "p2: f", "p1: df/dx"]
    one = Questions({"only": {"q"}.__contains__})
    assert one.meant("", "q") == ("only", "q")
    assert one.meant("", "z") == ("only", "z")
    assert (one.examples(2), one.why_not("z")) == ([], "no problem asks it")


def test_numbers_of_problems_that_have_other_names() -> None:
    named = Questions({"a": {"q"}.__contains__, "b": {"q"}.__contains__})
    assert [named.problem(text) for text in ("1", "2", "3", "0", "01")] == ["a", "b", None, None, "a"]
    mixed = Questions({"x7": {"q"}.__contains__, "y7": {"q"}.__contains__, "z2": {"q"}.__contains__})
    assert [mixed.problem(text) for text in ("7", "2", "1")] == [None, "z2", None]


# ---- times


def test_the_latest_time_of_a_row_counts() -> None:
    header = ["student", "Submitted at", "Completed", "q"]
    times = HandInColumns(header, "f", timed=True, day_first=False)
    assert times.places == [1, 2]
    assert times.handed(["ann", "2026-11-20 09:14", "2026-11-21 08:00", "3"]) == "2026-11-21 08:00"
    assert times.handed(["ann", "2026-11-20 09:14", "-", "3"]) == "2026-11-20 09:14"
    assert times.handed(["bob", "2026-11-20 09:14", "2026-11-20 09:14", "3"]) == "2026-11-20 09:14"
    assert times.handed(["cid", "2026-11-20 09:14", "", "3"]) == "2026-11-20 09:14"
    assert times.handed(["ann"]) == ""
    assert times.handed(["ann", "soon", ""]) == ""
    assert times.unread == "the time soon is not read, and not counted as late"
    times.handed(["ann", "soon", ""])
    assert times.unread == ""  # told once
    untimed = HandInColumns(header, "f", timed=False, day_first=False)  # work that is not due has attempts
    assert untimed.handed(["ann", "2026-11-20 09:14", "soon", "3"]) == "2026-11-20 09:14"
    assert untimed.unread == ""


def test_which_number_is_the_month() -> None:
    american = HandInColumns(["Timestamp"], "f", timed=True, day_first=False)
    assert american.handed(["03/04/2026"]) == "2026-03-04|2026-04-03"
    assert [*american.order()] == []
    assert american.handed(["03/14/2026"]) == "2026-03-14"
    assert [*american.order()] == [DateOrder("f", False)]
    american.handed(["14/03/2026"])
    assert [*american.order()] == []  # the times contradict themselves
    for header, day_first in ((["Zeitstempel"], False), (["Timestamp"], True)):
        german = HandInColumns(header, "f", timed=True, day_first=day_first)
        assert german.handed(["03/04/2026"]) == "2026-04-03"


@pytest.mark.parametrize(("text", "expected"), [
    ("20.11.2026 09:14", "2026-11-20 09:14"), ("11/20/2026 9:14 PM", "2026-11-20 21:14"), ("11/20/26", "2026-11-20"),
    ("12/31/2026 12:00 AM", "2026-12-31 00:00"), ("12/31/2026 12:00 PM", "2026-12-31 12:00"), ("46346", "2026-11-20"),
    ("46346.5", "2026-11-20 12:00"), ("Friday, 20 November 2026, 9:14 AM", "2026-11-20 09:14"),
    ("Nov 20, 2026 at 9:14am", "2026-11-20 09:14"), ("20. M\u00e4rz 2026", "2026-03-20"), ("31.02.2026", ""),
    ("soon", ""),
    ("2026-11-20T09:14:05Z", "2026-11-20 09:14:05+00:00"), ("2026-11-20 09:14 +01:30", "2026-11-20 09:14+01:30"),
    ("2026-11-20 09:14 -0330", "2026-11-20 09:14-03:30"),
    ("11/20/2026 UTC 9:14 PM", "2026-11-20 21:14"), ("2026-11-20 25:14", "2026-11-20"), ("1234", ""),
])  # fmt: skip
def test_times_in_many_ways(text: str, expected: str) -> None:
    assert stored(moments_in(text)) == expected


@pytest.mark.parametrize(("text", "order"), [("12/13/2026", False), ("13/12/2026", True), ("12/12/2026", None)])
def test_a_number_above_12_is_the_day(text: str, order: bool | None) -> None:
    assert order_in(moments_in(text), text) is order


# ---- entries


def test_a_claim_that_is_too_long() -> None:
    fits = Entry("ann", "p1", "q", "1" * MAX_CLAIM, "f:1")
    assert checked_entry(fits) == fits
    for entry in (fits._replace(claim="1" * (MAX_CLAIM + 1)), fits._replace(item="q" * (MAX_CLAIM + 1))):
        assert checked_entry(entry) == Trouble("f:1", "ann", "the claim has more than 10,000 characters")


@pytest.mark.parametrize(("claims", "comma", "told"), [
    (["1,234", "2,5"], False, True), (["1,234"], False, False), (["1,234"], True, True),
    (["1,234", "2.5"], True, False),
    (["max(1,2)"], True, True), (["3"], True, True), (["1,234", "2,5", "3.5"], True, False),
])  # fmt: skip
def test_the_other_answers_tell_what_a_comma_is(claims: list[str], comma: bool, told: bool) -> None:
    entries = [Entry("ann", "p1", "q", claim, "f:1", comma=comma) for claim in claims]
    given = Entry("ann", "p1", "x", "9.5", "f:1", given=True)
    assert {entry.comma for entry in told_commas([*entries, given]) if not entry.given} == {told}


@pytest.mark.parametrize(("found", "text"), [
    (["1", "2"], "[1, 2]"), ([["1"], ["2"]], "[[1], [2]]"), ([["1"], None], None), ("3", "3"), (None, None), ([], "[]"),
])  # fmt: skip
def test_arrays_in_json(found: Any, text: str | None) -> None:
    assert array_claim(found) == text


# ---- rosters


def test_a_roster_with_all_columns() -> None:
    text = ("Name;Student ID;Email;Excused;Extension;Late days;Override\n"
            "Lee, Ann;k1;a@x;yes;2;1,5;\nOkoro, Ben;k2;b@x;;;;7,5\nPoints possible;;;;;;\n")  # fmt: skip
    roster = roster_of(Source("r.csv", text))
    assert roster.people == [Person("k1", "Lee, Ann", "a@x", ("k1",), True, 2.0, 1.5, None),
                             Person("k2", "Okoro, Ben", "b@x", ("k2",), False, 0.0, 0.0, 7.5)]  # fmt: skip
    assert (roster.column, roster.beside) == ("Student ID", ("Name", "Email"))
    assert roster.in_words() == "the column Student ID of the roster names the students, and not Name or Email"
    assert roster.says_late
    roster.require_late()


def test_a_roster_without_late_days() -> None:
    roster = roster_of(Source("r.csv", "student,group\nann,1\nbob,2\n"))
    assert roster.in_words() == ""
    assert [person.late for person in roster.people] == [None, None]
    with pytest.raises(InputError, match="the roster has no column late; columns are student, group"):
        roster.require_late()
    with pytest.raises(InputError, match="it has no line of headings"):
        Roster([Person("ann")], "", ()).require_late()


@pytest.mark.parametrize(("cell", "exempt"), [("yes", True), ("X", True), ("ja", True), ("", False), ("0", False),
                                              ("nein", False), ("maybe", None)])  # fmt: skip
def test_who_is_exempt(cell: str, exempt: bool | None) -> None:
    source = Source("r.csv", f"student,exempt\nann,{cell}\n")
    if exempt is not None:
        assert roster_of(source).people[0].exempt is exempt
        return
    with pytest.raises(InputError, match="line 2: exempt is yes or no, not maybe"):
        roster_of(source)


@pytest.mark.parametrize(
    ("cell", "fits"), [("0", True), ("1e6", True), ("1000001", False), ("-1", False), ("x", False)]
)
@pytest.mark.parametrize("column", ["late", "extension", "override"])
def test_numbers_of_a_roster(column: str, cell: str, fits: bool) -> None:
    source = Source("r.csv", f"student,{column}\nann,{cell}\n")
    if fits:
        assert getattr(roster_of(source).people[0], column) == float(cell)
        return
    with pytest.raises(InputError, match=f"line 2: {column} is a number from 0"):
        roster_of(source)


@pytest.mark.parametrize(("text", "why"), [
    ("student\nann\nann\n", "ann is listed twice"), ("student\n", "no student is listed"), ("", "no student is listed"),
    ("Ann,1\nBob,2\n", "no column names the students"), ("Students of 3b\na1\nb2\n", "a heading or a student"),
    ("Klasse\na@x\nb@x\n", "a heading or a student"), ("Klasse\na1\nb2\n", "a heading or a student"),
    ("student\nGarc\u00eda, Jos\u00e9\n", "a cell too many"),
])  # fmt: skip
def test_rosters_that_are_refused(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        roster_of(Source("r.csv", text))


@pytest.mark.parametrize("text", ["ann\nbob\n", "a1\nb2\n", "k\na@x\n", "ann@x\nbob\n", "a1\nbob\ncid\n",
                                  "ann\nbob@x\ncid\n", "ann\nb2\ncid\n"])  # fmt: skip
def test_lists_of_students(text: str) -> None:
    assert roster_of(Source("r.csv", text)).students == text.split()


# ---- a class, and an earlier run


def marked_class() -> tuple[MarkedClass, list[tuple[str, str, str]]]:
    wrong: list[tuple[str, str, str]] = []
    store: Any = SimpleNamespace(person=lambda student: None, wrong=lambda *row: wrong.append(row))
    return MarkedClass("t", "rule", {"p1": 10.0, "p2": 5.0}, store, {}, {}), wrong


def test_what_a_class_got_wrong() -> None:
    made, wrong = marked_class()
    lost = [Explanation("sign", "consistent with", "a lost minus", "at q")]
    made.count(result("ann", line("q", "correct", 1.0), line("f", mistakes=lost), earned=5.0))
    made.count(result("bob", line("q", mistakes=lost), line("f", claim="9.5"), line("z", points=0.0), earned=0.0))
    made.count(result("cid", line("q", claim=" "), line("f", mistakes=lost), line("g", mistakes=lost), earned=10.0))
    made.count(result("dan", line("q"), exempt=True))
    assert (made.students, made.exempt, made.claims, made.points) == (4, 1, 7, 15.0)
    assert made.distribution == [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert [(one.mistake, one.students) for one in made.common_mistakes()] == [("sign", 3)]
    assert made.common_mistakes(0) == []
    assert wrong == [("p1", "f", "9.5"), ("p1", "z", "1"), ("p1", "q", " ")]
    items = {one.item: (one.right, one.students, one.facility) for one in made.items()}
    assert items == {"q": (1, 3, pytest.approx(1 / 3)), "f": (0, 3, 0.0), "g": (0, 1, 0.0)}


def test_what_could_not_be_read_in_a_class() -> None:
    made, _ = marked_class()
    for k, claim in enumerate(("0,149", "-1,5", "1,5e3", "??", "1,5 m")):
        made.count(result(f"s{k}", line(status="invalid", claim=claim, why="not a number" if k > 2 else "comma")))
    assert made.unreadable == 5
    assert made.commonest_fault() == (COMMA, 3)
    assert made.unread_of(COMMA) == ["s0", "s1", "s2"]
    assert made.unread_of("not a number") == ["s3", "s4"]
    made.count(result("s5", line(status="invalid", claim="2,5"), line(status="invalid", claim="2,5")))
    assert made.unread_of(COMMA) == ["s0", "s1", "s2", "..."]
    assert marked_class()[0].commonest_fault() is None


def test_what_was_mended_in_a_class() -> None:
    made, _ = marked_class()
    for claim, repairs in (("a", ("x", "y")), ("b", ("y",)), ("c", ("z",))):
        made.count(result(claim, line(claim=claim * 80, repairs=repairs, read_as="r" * 80)))
    assert [(one.repair, one.claims, one.claim, len(one.read_as)) for one in made.repairs()] == [
        ("y", 2, "a" * 60, 60), ("x", 1, "a" * 60, 60), ("z", 1, "c" * 60, 60)]  # fmt: skip


def test_what_changed_since_an_earlier_run() -> None:
    text = ('{"schema": "gradcli.grade/1", "students": [{"student": "ann", "earned": 5, "claims": [{"problem": "p1", '
            '"item": "q", "status": "wrong"}, {"problem": "p1", "item": "f", "status": "correct"}]}, '
            '{"student": "gone", "earned": 2.5}]}')  # fmt: skip
    earlier = earlier_run(Source("old.json", text))
    same = line("f", "correct", 1.0)
    found = changes(
        [result("ann", line("q", "correct", 1.0), line("g"), earned=6.0), result("new", earned=1.0)], earlier
    )
    assert found == [
        Change("ann", "", "", "5", "6"), Change("ann", "p1", "q", "wrong", "correct"),
        Change("ann", "p1", "g", None, "wrong"), Change("ann", "p1", "f", "correct", None),
        Change("new", "", "", None, "1"), Change("gone", "", "", "2.5", None),
    ]  # fmt: skip
    again = changes([result("ann", line("q"), same, earned=5.0)], {"ann": earlier["ann"]})
    assert again == []
    for wrong in ("{}", "[]", "x", '{"schema": "other/1", "students": []}'):
        with pytest.raises(InputError, match="is not a marked class"):
            earlier_run(Source("old.json", wrong))


# ---- arrays


@pytest.mark.parametrize(("own", "stated", "expected"), [
    ("[1, 2]", "[1,2]", False), ("[1, 2]", "[1.0, 2]", False), ("[1, 2]", "[1, 3]", True),
    ("[1, 2]", "[[1], [2]]", True),
    ("[1, 2]", "5", True), ("2", "2.0", False), ("2", "3", True), ("2", "[2]", True), ("pi", " pi", False),
    ("2", "x(", True),
])  # fmt: skip
def test_numbers_that_a_sheet_states(own: str, stated: str, expected: bool) -> None:
    assert differs(given_of("x", own), stated) is expected


def test_a_step_is_asked_in_words() -> None:
    lines = 'program = "L = sum(x*x)"\nat = { x = "[1, 2]" }\nstep = 0.5\n'
    for more, way, sign in (("", "descent", "-"), ("ascent = true", "ascent", "+")):
        words = f"x after a step of {way} with the rate 0.5: x {sign} 0.5*dL/dx (2 entries)"
        (found,) = load(Source("hw.toml", f"[[problem]]\n{lines}{more}\nitems = 'new'\n")).problems.values()
        instance: Any = parse_problem(found).for_student("ann")
        assert [instance.question(item) for item in instance.weights] == [f"new value of {words}"]
