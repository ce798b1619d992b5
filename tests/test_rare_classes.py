"""Homework that is seldom met: penalties, numbers that cannot be drawn, names in parts, words that are accepted."""

from __future__ import annotations

import io
from typing import Any

import pytest

from gradcli.errors import GradcliError, InputError, Source
from gradcli.homework.claims.answer_tables import TableRow
from gradcli.homework.classroom.array_grading import ArrayPrepared, prepare_arrays
from gradcli.homework.classroom.array_problem import ParsedArrays
from gradcli.homework.classroom.entries import Entry
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import fixed_problem, load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.people import Strangers
from gradcli.homework.classroom.prepared import Prepared, prepared_for
from gradcli.homework.classroom.problem_instance import ProblemInstance
from gradcli.homework.classroom.published_grading import PublishedGrader
from gradcli.homework.classroom.published_key import published_key
from gradcli.homework.classroom.questions import Questions
from gradcli.homework.classroom.roster import roster_in
from gradcli.homework.classroom.submissions import read

NUMBERS = """[[problem]]
id = "p"
program = "q = x*y; f = q + x"
at = { x = 2, y = 3 }
"""
ARRAYS = """[[problem]]
id = "p"
program = "z = W@x; L = sum(z)"
at = { W = [[1, 2], [3, 4]], x = "[1, 1]" }
"""


def lines(text: str, *claims: tuple[str, str]) -> list[tuple[str, str, float, str]]:
    rows = [Entry("ann", "", item, claim, f"f:{k}") for k, (item, claim) in enumerate(claims, 2)]
    outcome, troubles = Grader(load(Source("hw.toml", text))).result("ann", rows)
    assert outcome is not None
    assert troubles == []
    return [(line.item, line.status, line.credit, line.why) for line in outcome.lines]


@pytest.mark.parametrize(("text", "item", "first", "second", "right"), [
    (NUMBERS, "f", "7", "9", "8"), (ARRAYS, "z", "[3, 3]", "[2, 2]", "[3, 7]"), (ARRAYS, "L", "7", "9", "10"),
])  # fmt: skip
def test_every_wrong_attempt_costs_of_the_next(text: str, item: str, first: str, second: str, right: str) -> None:
    text += f'items = ["{item}"]\npenalty = 0.25\n'
    assert lines(text, (item, right)) == [(item, "correct", 1.0, "")]
    part = first == "[3, 3]"  # half of its entries are right, so that it is no wrong attempt
    many = "1 wrong attempt: 75" if part else "2 wrong attempts: 50"
    found = lines(text, (item, first), (item, second), (item, right))
    assert found == [(item, "correct", 0.75 if part else 0.5, f"after {many} % of the credit")]


def test_numbers_that_cannot_be_drawn_are_told_at_the_program() -> None:
    for program, more in (("L = sum(log(-x*x - 1))", 'shapes = { x = "2" }'), ("f = log(-x*x - 1)", "")):
        text = f'[[problem]]\nid = "p"\nvary = 1\nprogram = "{program}"\n{more}\n'
        with pytest.raises(GradcliError) as raised:
            Grader(load(Source("hw.toml", text)))
        assert raised.value.message.startswith("problem p.program: no easy numbers keep this program away from kinks")
        assert raised.value.source is not None
        assert raised.value.source.name == "hw.toml"


def test_a_name_in_parts_is_the_same_name() -> None:
    text = '[[problem]]\nprogram = "f = \u00e9*2"\nat = { "\u00e9" = 1, "e\u0301" = 2 }\n'
    with pytest.raises(InputError) as raised:
        load(Source("hw.toml", text))
    assert raised.value.message == "problem 1.at: \u00e9 is bound twice"
    assert raised.value.span is not None
    assert text[slice(*raised.value.span)] == '"e\u0301"'


def test_arrays_of_the_command_line_have_no_file() -> None:
    with pytest.raises(GradcliError) as raised:
        ParsedArrays(fixed_problem(Source("program", "L = sum(x)"), {"x": Source("x", "[1, [2]]")}))
    assert ".at" not in raised.value.message
    parsed = ParsedArrays(fixed_problem(Source("program", "L = sum(x)"), {"x": Source("x", "[1, 2]")}))
    assert (parsed.is_same, parsed.versions) == (True, (3,))
    made = prepare_arrays(parsed.for_student(""), parsed)
    assert isinstance(made, ArrayPrepared)
    assert list(made.names.values()) == ["L", "dL/dL", "dL/dx"]
    assert str(made.item("nope")).startswith("there is no item nope")
    assert made.item("dx") == made.item("dL/dx")


@pytest.mark.parametrize(("claims", "claim", "accepted"), [
    ('["undefined"]', "undefined", True), ('["undefined"]', "7", False), ('["7"]', "undefined", False),
    ('["1/(x - 2)"]', "undefined", True), ('["x + y"]', "5", True), ('["7", "5"]', "5", True),
])  # fmt: skip
def test_words_and_formulas_that_are_accepted(claims: str, claim: str, accepted: bool) -> None:
    """At x = 2 a division by x - 2 has no value, and says as much as the word."""
    text = f'{NUMBERS}items = ["df/dy"]\n[[problem.accept]]\nitem = "df/dy"\nclaims = {claims}\n'
    ((_, status, credit, why),) = lines(text, ("df/dy", claim))
    assert (status, credit, why == "accepted") == (("correct", 1.0, True) if accepted else ("wrong", 0.0, False))


def test_a_derivative_inside_speaks_of_unnamed_nodes() -> None:
    text = '[[problem]]\nprogram = "q = x*y + 1; f = q*q"\nat = { x = 2, y = 3 }\nitems = ["dq/dx", "dv1/dx", "f"]\n'
    made = parse_problem(load(Source("hw.toml", text)).problems["p1"]).for_student("")
    assert isinstance(made, ProblemInstance)
    assert made.unnamed() == ["v1 = x*y"]
    assert next(map(made.question, made.weights)) == "derivative of q with respect to x"
    assert isinstance(prepared_for(parse_problem(load(Source("hw.toml", text)).problems["p1"]), ""), Prepared)


def test_a_published_key_knows_numbers_only() -> None:
    made: Any = parse_problem(load(Source("hw.toml", NUMBERS)).problems["p"]).for_student("")
    outcome, _ = PublishedGrader(published_key("T", [made])).result("ann", [Entry("ann", "p", "f", "undefined", "f:2")])
    assert outcome is not None
    (line,) = (line for line in outcome.lines if line.claim)
    assert (line.item, line.status, line.why) == ("f", "invalid", "a published key checks numbers only")


def test_a_row_of_a_roster_that_cannot_be_read_is_told_by_its_line() -> None:
    rows = [TableRow(1, ["student"]), TableRow(2, ["ann"]), TableRow(7, [], "not CSV: why")]
    with pytest.raises(InputError) as raised:
        roster_in(Source("r.csv", ""), rows)
    assert (raised.value.message, raised.value.hint) == ("line 7: not CSV: why", None)


def test_a_header_is_looked_for_in_the_first_lines() -> None:
    for above, found in ((3, True), (60, False)):
        text = "a remark\n" * above + "item,claim\nq,3\n"
        rows: list[Any] = [*read(io.StringIO(text), "f", "ann", Strangers())]
        assert any(isinstance(row, Entry) for row in rows) is found


@pytest.mark.parametrize(("table", "claims", "marked", "said"), [
    ("accept", 'claims = ["7", "q +"]', '"q +"', "accept 1.claims: q +: "),
    ("accept", 'claims = "q +"', "claims", "accept 1.claims: q +: "),
    ("mistake", 'gives = "q +"\nmessage = "No."', '"q +"', "mistake 1.gives: q +: "),
])  # fmt: skip
@pytest.mark.parametrize("text", [NUMBERS, ARRAYS.replace("z = W@x", "q = W@x").replace("sum(z)", "sum(q)")])
def test_a_claim_that_cannot_be_read_is_shown_in_its_row(
    text: str, table: str, claims: str, marked: str, said: str
) -> None:
    item = "f" if text is NUMBERS else "L"
    text = f'{text}items = ["{item}"]\n[[problem.{table}]]\nitem = "{item}"\n{claims}\n'
    with pytest.raises(InputError) as raised:
        Grader(load(Source("hw.toml", text)))
    error = raised.value
    assert error.message.startswith(f"problem p.{said}")
    assert error.span is not None
    assert text[slice(*error.span)] == marked


def test_an_id_may_begin_as_another_does() -> None:
    asked = Questions(
        {id: {"q"}.__contains__ for id in ("p1", "p10", "p1b")}, [], {"p1": "", "p10": "", "p1b": ""},
        {id: ["q"] for id in ("p1", "p10", "p1b")},
    )  # fmt: skip
    for id in ("p1", "p10", "p1b"):
        assert [asked.place(f"{id}{gap}q") for gap in (": ", " ", ".", " - ")] == [(id, "q")] * 4
        assert asked.meant("", f"{id}: q") == (id, "q")
