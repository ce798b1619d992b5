"""What is told of something has the beginning of its name alone, and of many things the first ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.claims.array_items import readings as array_readings
from gradcli.homework.claims.claim_files import sheet_in
from gradcli.homework.claims.items import readings
from gradcli.homework.claims.labels import inputs_named
from gradcli.homework.claims.repairs import read_kindly
from gradcli.homework.claims.written_numbers import doubtful, refuse_spoilt
from gradcli.homework.classroom.array_grading import ArrayPrepared
from gradcli.homework.classroom.entries import Entry
from gradcli.homework.classroom.grading import Grader, sort_by_problem
from gradcli.homework.classroom.hand_in_columns import HandInColumns
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.people import People, Person, Strangers
from gradcli.homework.classroom.prepared import Prepared
from gradcli.homework.classroom.published_grading import PublishedGrader
from gradcli.homework.classroom.published_key import PublishedKey, PublishedProblem
from gradcli.homework.classroom.questions import Questions
from gradcli.homework.classroom.roster import Roster
from gradcli.homework.classroom.submissions import read
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request

from .array_sheets import key_of
from .rosters import roster_of

LONG = "@" * 200


def said(call: Callable[[], Any]) -> str:
    """What an error says, or what is returned as a text."""
    try:
        return str(call())
    except InputError as error:
        return f"{error.message} {error.hint}"


def rows(text: str, questions: Questions | None = None, people: Any = None) -> str:
    found = read(io.StringIO(text), "f", "", people or Strangers(), questions)
    return "; ".join(getattr(row, "message", "") for row in found)


def homework(program: str, at: str, more: str = "") -> Any:
    return load(Source("hw.toml", f'[[problem]]\nprogram = "{program}"\nat = {{ {at} }}\n{more}\n'))


def prepared(program: str, at: str) -> Any:
    return Grader(homework(program, at))._prepared("p1", "")


KEY = PublishedKey("t", 3, 2, {"p1": PublishedProblem("p1", "s", {"q": "0"}, {}, 1.0)})
ASKED = Questions({"p1": {"q"}.__contains__, "p2": set().__contains__}, titles={"p2": "A layer"}, shown={"p1": ["q"]})
TIMES = HandInColumns(["Submitted at"], "f", timed=True, day_first=False)
CLASS = People([Person(f"Lee, Ann{LONG[:k]}", "Ann Lee") for k in range(100, 105)])

CASES: dict[str, tuple[Callable[[], Any], int]] = {
    "a problem that is none": (
        lambda: sort_by_problem(["p1", "p2"], [Entry("ann", LONG, "q", "1", "f")])[1][0].message,
        60,
    ),
    "an item of no key": (
        lambda: PublishedGrader(KEY).result("ann", [Entry("ann", "", LONG, "1", "f")])[1][0].message,
        60,
    ),
    "a student listed twice": (lambda: roster_of(Source("r", f"student\n{LONG}\n{LONG}\n")), 60),
    "a cell too many": (lambda: roster_of(Source("r", f"student\na,{LONG}\n")), 57),  # behind "a, "
    "a first line": (lambda: roster_of(Source("r", f"{LONG},b\nc,d\n")), 60),
    "who is exempt": (lambda: roster_of(Source("r", f"student,exempt\nann,no or yes {LONG}\n")), 20),
    "days late": (lambda: roster_of(Source("r", f"student,late\nann,{LONG}\n")), 30),
    "columns of a roster": (lambda: Roster([Person("a")], "", (), (LONG, "b")).require_late(), 37),  # and three dots
    "a form without answers": (lambda: rows(f"student,{LONG}\nann,1\n", ASKED), 37),
    "a column without answers": (lambda: rows(f"student,q,{LONG}\nann,1,2\n", ASKED), 40),
    "a column that is not read": (lambda: rows(f"student,q,A layer: {LONG}\nann,1,2\n", ASKED), 51),  # "A layer: "
    "a time": (lambda: (TIMES.handed([LONG]), TIMES.unread)[1], 40),
    "a claim in JSON": (lambda: rows(f'{{"student": "ann", "item": "{LONG}", "claim": {{}}}}\n'), 60),
    "a stated number": (lambda: prepared("x", "x = 2").other_number(Entry("ann", "", "x", LONG, "f")), 40),
    "a stated array": (lambda: prepared("sum(x)", "x = '[1, 2]'").other_number(Entry("a", "", "x", LONG, "f")), 60),
    "a student of several": (lambda: CLASS.whose(["Ann Lee"]).fault, 3 * 52),  # behind "Lee, Ann"
    "a name in at": (lambda: homework("x", f'"{LONG}" = 2'), 60),
    "a name in shapes": (lambda: homework("x", "x = 2", f'shapes = {{ "{LONG}" = 2 }}'), 60),
    "a claim of the homework": (
        lambda: Grader(homework("x", "x = 2", f'accept = [{{ item = "x", claims = ["{LONG}"] }}]')),
        60 + 1,
    ),
    "a number of two readings": (lambda: doubtful(f"1,234{LONG}"), 35 + 35 + 36),
    "an odd value in JSON": (
        lambda: sheet_in("f", f'{{"q": {{"a": "{LONG}"}}}}'.encode()).claims[0].text,
        60 - len("(('a', '"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_long_name_is_cut(name: str) -> None:
    call, length = CASES[name]
    assert said(call).count("@") == length


def test_of_many_names_the_first_are_told() -> None:
    names = [f"n{k}" for k in range(9)]
    given = {name: Source(name, "2") for name in names}
    record = evaluate(Source("program", " + ".join(names)), given, Request())
    assert "the inputs are n0, n1, n2, n3, n4, n5, n6, n7, ..." in said(lambda: inputs_named(names, "zzz"))
    assert "the names are n0, n1, v1, n2, v2, n3, v3, n4, ..." in said(lambda: readings(record, "local(zzz,n0)"))
    arrays = key_of(f"L = {' + '.join(f'sum({name})' for name in names)}", {name: [1, 2] for name in names}).record
    assert "the names are n0, v1, n1, v2, v3, n2, v4, v5, ..." in said(lambda: array_readings(arrays, "local(zzz,n0)"))
    eight = evaluate(Source("program", " + ".join(names[:4])), {k: given[k] for k in names[:4]}, Request())
    assert len(eight.graph.by_label) == 7
    assert "..." not in said(lambda: readings(eight, "local(zzz,n0)"))
    problems = [f"p{k}" for k in range(7)]
    (trouble,) = sort_by_problem(problems, [Entry("ann", "x", "q", "1", "f")])[1]
    assert trouble.message == "there is no problem x; known are p0, p1, p2, p3, p4, p5, p6"
    asked = Questions({id: {"q"}.__contains__ for id in problems})
    assert asked.why_not("q") == "p0 and p1 and p2 ask it"
    heads = tuple(f"h{k}" for k in range(9))
    assert said(Roster([Person("a")], "", (), heads).require_late).partition(";")[2].count("h") >= 8
    assert "h8" not in said(Roster([Person("a")], "", (), heads).require_late)
    assert "h7" in said(Roster([Person("a")], "", (), heads).require_late)
    form = rows(f"student,{','.join(f'c{k}' for k in range(9))}\nann{',1' * 9}\n", ASKED)
    assert "c6" in form
    assert "c7" not in form  # eight columns with that of the student
    assert isinstance(prepared("x", "x = 2"), Prepared)
    assert isinstance(prepared("sum(x)", "x = '[1, 2]'"), ArrayPrepared)
    assert said(lambda: refuse_spoilt("1.12.2026" + " " + "@" * 40)).count("@") == 30


ONES = "1" * 60


@pytest.mark.parametrize(("text", "message"), [
    (f"1; 2{ONES}", "several answers in one cell: {}"), (f"3 = 4{ONES}", "two numbers: {}"),
    (f"5 6{ONES}", "two numbers: {}"), (f"0.(1{ONES})", "{} can be a repeating decimal, or a product"),
    (f"-4 [3*1{ONES}]", "two numbers: {}"), (f"3 +- 0.1{ONES}", "{} can be a number with an uncertainty"),
    (f"0.{ONES}(5)", "{0}(5) can be {0}*(5) or {0} with an uncertainty"),
    (f"2:1{ONES}", "{} can be a quotient"), (f"1.12.2026 1{ONES}", "{} is a date, as spreadsheets make them of 3/4"),
    ("#" * 60, "{}: the spreadsheet could not compute this cell"),
])  # fmt: skip
def test_forty_characters_of_a_claim_are_shown(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_kindly(text, {"x": 0})
    assert caught.value.message == message.format(text[:40])


@pytest.mark.parametrize(("text", "message"), [
    (f"z[0] = 1, z[1] = 2{ONES} or 3", "several answers in one cell: {}"),
    (f"[0.5, 2{ONES}] = [3, 4]", "two answers: {}"), (f"1; 2; x = [5, 11{ONES}]", "several answers in one cell: {}"),
])  # fmt: skip
def test_forty_characters_of_a_claim_about_an_array_are_shown(text: str, message: str) -> None:
    key = key_of("z = 2*x; L = sum(z)", {"x": [1, 2]})
    (item,) = array_readings(key.record, "z")
    found = key.read(text, item)
    assert isinstance(found, str)
    assert found.partition("; write")[0] == message.format(text[:40])
