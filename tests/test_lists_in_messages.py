"""Lists of names in messages about homework: how many are told, and that there are more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcli.errors import GradcliError, InputError, Source
from gradcli.homework.claims.array_items import readings
from gradcli.homework.claims.items import item_of
from gradcli.homework.classroom.entries import Entry, Note, Trouble
from gradcli.homework.classroom.form_tables import Form
from gradcli.homework.classroom.grading import Grader, sort_by_problem
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.people import People, Person, Strangers
from gradcli.homework.classroom.questions import Questions
from gradcli.language.names import first_of
from gradcli.record.calls import differentiate

from .array_sheets import key_of
from .rosters import roster_of

NAMES = "abcdghijkl"  # no d of f


def told(make: Callable[[], object]) -> str:
    """The message and the hint of an error."""
    with pytest.raises(GradcliError) as caught:
        make()
    return f"{caught.value.message}\n{caught.value.hint or ''}"


def problem(program: str, at: str) -> Callable[[], object]:
    return lambda: Grader(load(Source("hw.toml", f"[[problem]]\nprogram = '{program}'\nat = {{ {at} }}\n")))


def summed(names: str) -> str:
    return " + ".join(names)


def numbers(names: str) -> str:
    return ", ".join(f"{name} = 2" for name in names)


@pytest.mark.parametrize(("count", "shown"), [
    (0, ""), (1, "a"), (8, "a, b, c, d, g, h, i, j"), (9, "a, b, c, d, g, h, i, j, ..."),
])  # fmt: skip
def test_eight_names_and_no_ninth(count: int, shown: str) -> None:
    assert first_of(NAMES[:count]) == shown


@pytest.mark.parametrize("count", [1, 2, 8, 9])
def test_the_names_of_a_program(count: int) -> None:
    """What an item is computed from, and which inputs there are, of numbers and of arrays."""
    names = NAMES[:count]
    shown = first_of(names)
    point = {name: 2.0 + k for k, name in enumerate(names)}
    several = f"max({', '.join(names)})" if names[1:] else "2*a"
    record = differentiate(f"f = {several}; L = f*f", point)
    own = shown if names[1:] else "2, a"
    assert told(lambda: item_of(record, "local(f,L)")).endswith(f"f is computed from {own}; did you mean local(L,f)?")
    program = f"f = concat({', '.join(names)}); L = sum(f)"
    arrays = key_of(program, {name: [1, k] for k, name in enumerate(names)}).record
    assert f"f is computed from {shown}" in told(lambda: readings(arrays, "local(f,L)"))
    inputs = f"the input{'s are' if names[1:] else ' is'} {shown}"
    assert told(problem(f"f = {summed(names)}", f"{numbers(names)}, zz = 1")).endswith(inputs)
    of_arrays = ", ".join(f'{name} = "[1, 2]"' for name in names)
    assert told(problem(f"L = sum({summed(names)})", f"{of_arrays}, zz = 1")).endswith(inputs)


def test_a_program_without_inputs() -> None:
    for program in ("3", "sum([1, 2])"):
        assert told(problem(program, "x = 1")).endswith("nothing in the program uses x\nthe program has no inputs")


@pytest.mark.parametrize(("count", "wanted"), [
    (4, "a = ..., b = ..., c = ..., d = ..."), (5, "a = ..., b = ..., c = ..., d = ..., g = ..."),
    (6, "a = ..., b = ..., c = ..., d = ..., g = ..., ..."),
])  # fmt: skip
def test_the_inputs_without_a_number(count: int, wanted: str) -> None:
    hint = told(problem(f"f = x*({summed(NAMES[:count])})", "x = 1")).splitlines()[1]
    assert hint == f"add at = {{ {wanted} }}, or vary = SEED"


@pytest.mark.parametrize("count", [1, 8, 9])
def test_the_columns_of_a_table(count: int) -> None:
    headings = [f"group {k}" for k in range(count - 1)]
    shown = first_of(["student", *headings])
    roster = roster_of(Source("r.csv", ",".join(["student", *headings]) + "\nann" + ",1" * (count - 1)))
    assert told(roster.require_late).startswith(f"the roster has no column late; columns are {shown}\n")
    form = Form(["student", "", *headings], "f", Strangers(), Questions({"p1": {"q"}.__contains__}), ",")
    with pytest.raises(InputError) as caught:
        list(form.told())
    assert caught.value.message == f"no column is an item of the homework: {shown}"


@pytest.mark.parametrize(("count", "more"), [(1, ""), (8, ""), (9, " and 1 more"), (10, " and 2 more")])
def test_the_columns_without_answers(count: int, more: str) -> None:
    headings = [f"group {k}" for k in range(count)]
    form = Form(["student", "q", *headings], "f", Strangers(), Questions({"p1": {"q"}.__contains__}), ",")
    assert list(form.told()) == [Note("f", f"columns without answers: {', '.join(headings[:8])}{more}")]


def test_the_problems_of_a_homework() -> None:
    for count in (2, 8, 9):
        ids = [f"p{k}" for k in range(count)]
        (trouble,) = sort_by_problem(ids, [Entry("ann", "zz", "q", "1", "f:2")])[1]
        assert trouble == Trouble("f:2", "ann", f"there is no problem zz; known are {first_of(ids)}")


@pytest.mark.parametrize(("count", "why"), [
    (1, "no problem asks it"), (2, "p0 and p1 ask it"), (3, "p0 and p1 and p2 ask it"), (4, "p0 and p1 and p2 ask it"),
])  # fmt: skip
def test_the_problems_that_ask_for_an_item(count: int, why: str) -> None:
    """Three of them are enough to see that the heading has to name one."""
    assert Questions({f"p{k}": {"q"}.__contains__ for k in range(count)}).why_not("q") == why


def test_the_students_of_a_name() -> None:
    for count, shown in ((2, "k0, k1"), (3, "k0, k1, k2"), (4, "k0, k1, k2")):
        whose = People(Person(f"k{k}", "Lee, Ann") for k in range(count)).whose(["Ann Lee"])
        assert whose.fault == f"Ann Lee may be any of {count} students on the roster: {shown}"
