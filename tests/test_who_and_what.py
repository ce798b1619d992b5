"""Who is meant and what is asked: names, ids and addresses, rosters, headings, rows and lines, one rule at a time."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.classroom.people import (
    People,
    Person,
    Strangers,
    Whose,
    _number,
    _unmixed,
    _ways,
    _without_address,
)
from gradcli.homework.classroom.questions import Questions, _told_apart
from gradcli.homework.classroom.questions import _ways as ways_of_item
from gradcli.homework.classroom.roster import Roster, _stands_out

from .rosters import roster_of


@pytest.mark.parametrize(("name", "ways"), [
    ("Ann Lee", {"ann lee", "annlee", "leeann"}), ("Lee, Ann", {"ann lee", "annlee", "leeann"}),
    ("Ann Marie Lee", {"ann lee marie", "annmarielee", "leeannmarie"}),
    ("Lee, Ann Marie", {"ann lee marie", "annmarielee", "leeannmarie"}), ("Madonna", {"madonna"}), ("", set()),
    ("\u00d8rsted", {"orsted", "oersted"}), ("J\u00f6rg", {"jorg", "joerg"}), (",", set()),
])  # fmt: skip
def test_how_a_name_may_be_written(name: str, ways: set[str]) -> None:
    assert _ways(name) == ways


@pytest.mark.parametrize(("id", "number"), [
    ("007", "7"), ("0", "0"), ("000", "0"), (" A1 ", "a1"), ("0a", "0a"), ("10", "10"), ("", ""),
])  # fmt: skip
def test_zeros_before_a_number_do_not_count(id: str, number: str) -> None:
    assert _number(id) == number


@pytest.mark.parametrize(("text", "name"), [
    ("jose.garcia@x", "jose garcia"), ("a_b-c+d@x", "a b c d"), ("ann12@x", "ann "), ("ann.lee", "ann.lee"),
    ("a1b@x", "a1b"), ("ann..lee@x@y", "ann lee"), ("@", ""),
])  # fmt: skip
def test_a_name_in_an_address(text: str, name: str) -> None:
    assert _without_address(text) == name


@pytest.mark.parametrize(("text", "whole"), [
    ("Jos\u00c3\u00a9", "Jos\u00e9"), ("Jose", "Jose"), ("Jos\u00e9", "Jos\u00e9"), ("\u00e2\u201a\u00ac", "\u20ac"),
    ("\u674e", "\u674e"), ("\u00c3\u0081da", "\u00c1da"),
])  # fmt: skip
def test_a_text_that_was_read_as_windows_text(text: str, whole: str) -> None:
    assert _unmixed(text) == whole


@pytest.mark.parametrize(("person", "also"), [
    (Person("k"), []), (Person("k", "Ann", "a@x", ("1", "2")), ["Ann", "a@x", "1", "2"]),
    (Person("k", "k", "a@x", ("k",)), ["a@x"]), (Person("k", "Ann", "Ann"), ["Ann"]),
])  # fmt: skip
def test_what_else_a_student_is_called(person: Person, also: list[str]) -> None:
    assert person.also == also


CLASS = People([
    Person("k1", "Lee, Ann", "ann@x", ("0042",)), Person("k2", "Lee, Ann", "", ("43",)), Person("Ben Okoro"),
    Person("7", "Cy Twombly"), Person("d@x", "Dora"),
])  # fmt: skip


@pytest.mark.parametrize(("cells", "student", "fault"), [
    (["k1"], "k1", ""), (["42"], "k1", ""), (["0043"], "k2", ""), (["ANN@X"], "k1", ""), (["Okoro, Ben"], "Ben Okoro", ""),
    (["007"], "7", ""), (["d@x"], "d@x", ""), (["D@X"], "d@x", ""), (["dora@y"], "d@x", ""),
    (["Ann Lee"], "Ann Lee", "Ann Lee may be any of 2 students on the roster: k1, k2"),
    (["Ann Lee", "42"], "k1", ""), (["Ann Lee", "nobody"], "Ann Lee", "Ann Lee may be any of 2 students on the roster: k1, k2"),
    (["42", "43"], "42", "42 and 43 are different students on the roster"),
    (["ann.lee@x"], "k2", ""),  # the other has another address
    (["x1", "y2"], "x1", ""), (["99", "y2"], "y2", ""), (["99"], "99", ""), ([], "", ""), (["", " "], "", ""),
    (["Ann Lee_12_assignsubmission_file"], "Ann Lee_12_assignsubmission_file", None),
    (["benokoro_1_2_sheet"], "Ben Okoro", ""), (["nobody_43_2_sheet"], "k2", ""), (["benokoro_LATE_1_2"], "Ben Okoro", ""),
    (["Ben Okoro_1_assignsubmission_"], "Ben Okoro", ""),
])  # fmt: skip
def test_whose_a_row_is(cells: list[str], student: str, fault: str | None) -> None:
    found = CLASS.whose(cells)
    assert found.student == student
    assert bool(found.fault) if fault is None else found.fault == fault
    assert CLASS.whose(cells) is found  # known from the first time


@pytest.mark.parametrize(("cells", "student"), [
    (["nobody", "k1"], "k1"), (["Ann Lee", "Ben Okoro"], "Ben Okoro"), (["nobody"], ""), ([], ""), (["43", "k1"], "k2"),
])  # fmt: skip
def test_the_first_text_that_names_a_student_by_itself(cells: list[str], student: str) -> None:
    assert CLASS.known(cells) == student
    assert Strangers().known(cells) == ""


@pytest.mark.parametrize(("cells", "student"), [
    ([" ann ", "bob"], "ann"), (["", "bob"], "bob"), ([], ""), (["'=ann"], "=ann"), (["'ann"], "'ann"),
])  # fmt: skip
def test_without_a_roster_the_first_thing_said_counts(cells: list[str], student: str) -> None:
    assert Strangers().whose(cells) == Whose(student)


# ---- rosters


@pytest.mark.parametrize(("text", "people", "column", "beside"), [
    ("ann\nbob\n", [Person("ann"), Person("bob")], "", ()),
    ("student\nann\n", [Person("ann", "ann")], "student", ()),
    ("Name,Student ID\nAnn,1\n,2\n", [Person("1", "Ann", "", ("1",)), Person("2", "", "", ("2",))], "Student ID", ("Name",)),
    ("Name,Student ID\nAnn,1\nBob,\n", [Person("Ann", "Ann", "", ("1",)), Person("Bob", "Bob")], "Name", ("Student ID",)),
    ("First name,Last name,Email\nAnn,Lee,a@x\n", [Person("Ann Lee", "Ann Lee", "a@x")], "First name and Last name",
     ("Email",)),
    ("First name,Last name,Email\nAnn,,a@x\n,Lee,b@x\n", [Person("Ann", "Ann", "a@x"), Person("Lee", "Lee", "b@x")],
     "First name and Last name", ("Email",)),
    ("Email\na@x\n", [Person("a@x", "", "a@x")], "Email", ()),
    ("student,Name\na@x,Ann\n", [Person("a@x", "Ann", "a@x")], "student", ("Name",)),
    ("id,late\n1,\n2,3\n", [Person("1", "", "", ("1",), late=0.0), Person("2", "", "", ("2",), late=3.0)], "id", ()),
])  # fmt: skip
def test_students_of_a_roster(text: str, people: list[Person], column: str, beside: tuple[str, ...]) -> None:
    roster = roster_of(Source("r.csv", text))
    assert (roster.people, roster.column, roster.beside) == (people, column, beside)
    assert roster.students == [person.key for person in people]


@pytest.mark.parametrize(("roster", "words"), [
    (Roster([], "", ()), ""), (Roster([], "Student", ("Name",)), ""),
    (Roster([], "ID", ()), "the column ID of the roster names the students"),
    (Roster([], "ID", ("Name",)), "the column ID of the roster names the students, and not Name"),
    (Roster([], "ID", ("Name", "Email")), "the column ID of the roster names the students, and not Name or Email"),
])  # fmt: skip
def test_the_column_that_names_the_students(roster: Roster, words: str) -> None:
    assert roster.in_words() == words


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("a,1\nb,2\n", "no column names the students: the first line is a, 1",
     "write a first line that calls one of them student, such as student,group"),
    ("Students of 3b\nann\n", "is the first line, Students of 3b, a heading or a student?",
     "write student as the first line: instead of Students of 3b if it is a heading, above it if it is a student"),
    ("Klasse\na@x\nb@x\n", "is the first line, Klasse, a heading or a student?",
     "write student as the first line: instead of Klasse if it is a heading, above it if it is a student"),
    ("student\nann\nann\n", "ann is listed twice", "leave out line 3, or tell the two apart by ids in a column student"),
    ("student,name\nann,A\nann,B\n", "ann is listed twice",
     "leave out line 3, or call the column name student, and student something else"),
    ("student,group\nann,1\n,2\n", "line 3 names no student: 2", "name the student, or leave the line out"),
    ("student\n\n", "no student is listed", None),
    ("student\nLee, Ann\n", "a cell too many: Lee, Ann", 'write "Garc\u00eda, Jos\u00e9" with its quotes'),
    ("student,late\nann,soon\n", "line 2: late is a number from 0, not soon", None),
    ("student,exempt\nann,soon\n", "line 2: exempt is yes or no, not soon", None),
    ("student,late\nann,1\nbob,-1\n", "line 3: late is a number from 0, not -1", None),
])  # fmt: skip
def test_what_is_no_roster(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(InputError) as raised:
        roster_of(Source("r.csv", text))
    found = raised.value
    assert (found.message, found.hint, found.kind, found.source) == (message, hint, "roster", Source("r.csv", ""))


@pytest.mark.parametrize(("first", "others", "out"), [
    ("Klasse", ["a@x", "b@x"], True), ("k@x", ["a@x", "b@x"], False), ("Klasse", ["a@x", "b"], False),
    ("Klasse", ["a1", "b2"], True), ("K1", ["a1", "b2"], False), ("Klasse", ["a1", "b"], False),
])  # fmt: skip
def test_a_first_line_that_lacks_what_the_others_have(first: str, others: list[str], out: bool) -> None:
    assert _stands_out(first, others) is out


@pytest.mark.parametrize("text", ["Klasse\na1\n", "ann1\nb2\nc3\n", "ann@x\nb@x\n", "Ann\nBob\nCy4\n"])
def test_a_first_line_that_is_a_student(text: str) -> None:
    assert roster_of(Source("r.csv", text)).students == text.split()


@pytest.mark.parametrize(
    "order", [["student", "late", "exempt"], ["late", "exempt", "student"], ["exempt", "student", "late"]]
)
def test_columns_of_a_roster_stand_in_any_order(order: list[str]) -> None:
    cells = {"student": "ann", "late": "2", "exempt": "yes"}
    text = f"{','.join(order)}\n{','.join(cells[name] for name in order)}\n"
    assert roster_of(Source("r.csv", text)).people == [Person("ann", "ann", exempt=True, late=2.0)]
    if order[0] == "student":
        assert roster_of(Source("r.csv", f"{','.join(order)}\nann\n")).people == [Person("ann", "ann", late=0.0)]


# ---- what is asked

HOMEWORK = {"p1": ("q", "f", "df/dx"), "layer2": ("q", "L"), "last": ("L", "dz1")}


def questions(ids: tuple[str, ...] = ("p1", "layer2", "last"), *, timed: bool = False) -> Questions:
    accepts = {id: HOMEWORK[id].__contains__ for id in ids}
    asked = [
        ("gradient of f with respect to x", "p1", "df/dx"),
        ("value of L", "layer2", "L"),
        ("value of L", "last", "L"),
    ]
    titles = {"p1": "A line", "layer2": "A line of  layers", "last": ""}
    shown = {id: HOMEWORK[id] for id in ids}
    return Questions(accepts, [row for row in asked if row[1] in ids], titles, shown, timed=timed)


@pytest.mark.parametrize(("titles", "apart"), [
    ({"a": "One", "b": "Two"}, [("One", "a"), ("Two", "b")]), ({"a": "One", "b": "one"}, []), ({"a": "", "b": "Two"}, [("Two", "b")]),
    ({"a": "A line", "b": "A line of layers"}, [("A line of layers", "b"), ("A line", "a")]),
    ({"a": "One  two"}, [("One two", "a")]), ({"a": "One", "b": "ONE", "c": "Three"}, [("Three", "c")]),
])  # fmt: skip
def test_titles_tell_problems_apart(titles: dict[str, str], apart: list[tuple[str, str]]) -> None:
    assert list(_told_apart(titles).items()) == apart


@pytest.mark.parametrize(("text", "ways"), [
    ("q", ["q", "q"]), ("q = 3", ["q = 3", "q"]), ("Q (node)", ["Q (node)", "Q", "q (node)"]),
    ("df/dx:", ["df/dx:", "df/dx"]), ("`q`", ["`q`", "q"]), ("q, the sum", ["q, the sum", "q"]), ("q - sum", ["q - sum", "q"]),
    ("q?", ["q?", "q"]), ("DF", ["DF", "dF", "df"]),
])  # fmt: skip
def test_what_may_be_the_item_in_a_text(text: str, ways: list[str]) -> None:
    assert list(dict.fromkeys(ways_of_item(text))) == list(dict.fromkeys(ways))


@pytest.mark.parametrize(("text", "problem"), [
    ("p1", "p1"), ("P1", "p1"), ("1", "p1"), ("2", "layer2"), ("02", "layer2"), ("3", "last"), ("LAYER2", "layer2"),
    ("problem 2", "layer2"), ("Aufgabe 1)", "p1"), ("A line", "p1"), ("a  LINE", "p1"), ("A line of layers", "layer2"),
    ("A line:", "p1"), ("A line: q", None), ("A liner", None), ("last", "last"), ("0", None), ("4", None), ("", None), ("1234", None),
])  # fmt: skip
def test_a_problem_by_its_id_number_or_title(text: str, problem: str | None) -> None:
    assert questions().problem(text) == problem


def test_problems_whose_ids_have_no_numbers_are_numbered_by_their_places() -> None:
    accepts = dict.fromkeys(("alpha", "beta"), lambda item: item == "q")
    found = Questions(accepts)
    assert [found.problem(text) for text in ("0", "1", "2", "3")] == [None, "alpha", "beta", None]
    both = Questions(dict.fromkeys(("a1", "b1", "c2"), lambda item: item == "q"))
    assert [both.problem(text) for text in ("1", "2", "3")] == [None, "c2", None]  # two end in 1


@pytest.mark.parametrize(("problem", "item", "meant"), [
    ("p1", "Q", ("p1", "q")), ("1", "df/dx", ("p1", "df/dx")), ("", "p1.q", ("p1", "q")), ("", "f", ("p1", "f")),
    ("", "q", ("", "q")), ("", "L", ("", "L")), ("", "nope", ("", "nope")), ("p9", "q", ("p9", "q")), ("p1", "nope", ("p1", "nope")),
    ("", "layer2: L = 3", ("layer2", "L")), ("last", "gradient", ("last", "gradient")),
])  # fmt: skip
def test_what_a_row_means(problem: str, item: str, meant: tuple[str, str]) -> None:
    assert questions().meant(problem, item) == meant


def test_of_one_problem_no_row_has_to_name_it() -> None:
    assert questions(("p1",)).meant("", "Q") == ("p1", "q")
    assert questions(("p1",)).meant("", "nope") == ("p1", "nope")


@pytest.mark.parametrize(("heading", "place"), [
    ("p1: df/dx", ("p1", "df/dx")), ("1) q", ("p1", "q")), ("df/dx", ("p1", "df/dx")), ("q", None), ("L", None),
    ("dz1", ("last", "dz1")), ("A line [q]", ("p1", "q")), ("A line [score]", None), ("A line of layers \u2013 L", ("layer2", "L")),
    ("Gradient of f with respect to x", ("p1", "df/dx")), ("Value of L", None), ("last. Value of L", ("last", "L")),
    ("12345: p1: q", ("p1", "q")), ("12: p1: q", None), ("p1", None), ("p1:", None), ("p1 q", ("p1", "q")), ("p1\u00a0q", ("p1", "q")),
    ("Problem 1: A line: q", ("p1", "q")), ("Problem 2: A line: q", None), ("A line", None), ("p1q", None),
])  # fmt: skip
def test_what_a_heading_asks_for(heading: str, place: tuple[str, str] | None) -> None:
    assert questions().place(heading) == place


@pytest.mark.parametrize(("heading", "meant"), [
    ("", False), ("p1: zz", True), ("p1: 5", False), ("dL/dz", True), ("local(a, b)", True), ("W.grad", True), ("my A line", True),
    ("the q here", True), ("a line", True), ("remarks q", False), ("q comments", False), ("anything", False), ("(q)", True),
    ("total", False), ("p9: zz", False),
])  # fmt: skip
def test_a_heading_that_looks_as_if_it_asked(heading: str, meant: bool) -> None:
    assert questions().is_meant(heading) is meant


def test_why_a_heading_asks_for_nothing_and_which_do() -> None:
    found = questions()
    assert found.why_not("zz") == "no problem asks it; headings are written p1: q"
    assert found.why_not("q") == "p1 and layer2 ask it; headings are written p1: q"
    assert found.examples(2) == ["p1: q", "layer2: q"]
    assert found.examples(4) == ["p1: q", "layer2: q", "last: L", "p1: f"]
    assert found.examples(20)[-1] == "p1: df/dx"
    assert len(found.examples(20)) == 7
    assert Questions({"p1": bool}).why_not("") == "no problem asks it"
    assert found.askers("q") == ["p1", "layer2"]
    assert (found.timed, questions(timed=True).timed) == (False, True)
