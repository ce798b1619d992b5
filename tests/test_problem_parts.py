"""Problems of a homework in parts: what each word asks, in which words, errors at their place, published keys."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gradcli.arrays.sizes import sizes_text
from gradcli.commands import run
from gradcli.errors import InputError, Source
from gradcli.homework.claims.array_items import item_name
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.formula_equality import samples
from gradcli.homework.classroom.array_problem import MOST_ASKED, told
from gradcli.homework.classroom.array_variants import given_of
from gradcli.homework.classroom.entries import Entry, Trouble
from gradcli.homework.classroom.grading import Grader, _rule, _small_givens, sort_by_problem, summed
from gradcli.homework.classroom.homework_file import fixed_problem, load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.prepared import _differs
from gradcli.homework.classroom.problem_errors import ProblemErrors
from gradcli.homework.classroom.problem_instance import KINDS, ProblemInstance, item_names
from gradcli.homework.classroom.published_grading import PublishedGrader
from gradcli.homework.classroom.published_key import (
    PublishedKey,
    PublishedProblem,
    _unit,
    canonical_item,
    check,
    hash_of,
    published_key,
    rounded,
)
from gradcli.homework.classroom.sheet import sheet_of
from gradcli.homework.classroom.toml_places import Places
from gradcli.homework.classroom.toml_reading import TomlTable, read_toml
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request


def instance(lines: str, program: str = "q = x*y; f = q + x*3", at: str = "x = 2, y = 3", student: str = "ann") -> Any:
    text = f'[[problem]]\nid = "p1"\nprogram = "{program}"\nat = {{ {at} }}\n{lines}\n'
    (found,) = load(Source("hw.toml", text)).problems.values()
    return parse_problem(found).for_student(student)


def names(made: Any) -> list[str]:
    if isinstance(made, ProblemInstance):
        return list(item_names(made).values())
    return [item_name(made.record, item) for item in made.weights]


SCALAR = {
    "all": "q v1 f local(q,x) local(q,y) local(v1,x) local(f,q) local(f,v1) df/df df/dv1 df/dq df/dy df/dx new(x) "
    "new(y)",
    "values": "q v1 f", "local": "local(q,x) local(q,y) local(v1,x) local(f,q) local(f,v1)",
    "upstream": "df/df df/dv1 df/dq df/dy df/dx", "gradient": "df/dy df/dx new(x) new(y)", "new": "new(x) new(y)",
}  # fmt: skip


@pytest.mark.parametrize("word", SCALAR)
def test_what_a_word_asks(word: str) -> None:
    made = instance(f'items = "{word}"\nstep = 0.5\nweights = "equal"')
    assert set(names(made)) == set(SCALAR[word].split()) - {"local(v1,3)"}
    assert word in KINDS
    assert made.points == len(made.weights)


ARRAYS = {
    "all": "v1 z L dL/dL dL/dv3 dL/dz dL/dv1 dL/dW dL/dx dL/db new(W) new(x) new(b)", "values": "v1 z L",
    "upstream": "dL/dL dL/dv3 dL/dz dL/dW dL/dx dL/db", "gradient": "dL/dW dL/dx dL/db new(W) new(x) new(b)",
    "new": "new(W) new(x) new(b)", "local": "",
}  # fmt: skip


@pytest.mark.parametrize("word", ["values", "gradient", "new"])
def test_what_a_word_asks_of_arrays(word: str) -> None:
    made = instance(f'items = "{word}"\nstep = 0.5', "z = W@x + b; L = sum(z*z)",
                    "W = [[1, 2], [3, 4]], x = '[1, 2]', b = '[1, 1]'")  # fmt: skip
    asked = [name for name in names(made) if not name.startswith(("v", "dL/dv"))]
    assert set(asked) == {name for name in ARRAYS[word].split() if not name.startswith("v")}


@pytest.mark.parametrize(("side", "asked"), [(20, True), (21, False)])
def test_large_arrays_are_asked_only_by_name(side: int, asked: bool) -> None:
    ones = str([[1] * side] * side)
    made = instance('items = "gradient"', "L = sum(A*A) + sum(x)", f"A = {ones}, x = '[1, 2]'")
    assert ("dL/dA" in names(made)) is asked
    assert made.left_out == ([] if asked else ["dL/dA"])
    assert (side * side <= MOST_ASKED) is asked
    named = instance('items = ["dL/dA"]', "L = sum(A*A) + sum(x)", f"A = {ones}, x = '[1, 2]'")
    assert names(named) == ["dL/dA"]


@pytest.mark.parametrize(("lines", "program", "at", "marked", "message"), [
    ("weights = { z = 2 }", "q = x*y; f = q + x", "x = 2, y = 3", "z", "problem p1.weights: there is no item z"),
    ('items = ["q"]\nweights = { f = 2 }', "q = x*y; f = q + x", "x = 2, y = 3", "f", "f is not among the items"),
    ('items = ["q"]\nweights = { q = 0 }', "q = x*y; f = q + x", "x = 2, y = 3", '["q"]', "no item has a weight"),
    ('items = ["q"]\nweights = { q = 0.009 }', "q = x*y; f = q + x", "x = 2, y = 3", '["q"]', "no item has a weight"),
    ('items = "new"', "q = x*y; f = q + x", "x = 2, y = 3", '"new"', "new values need a rate"),
    ("weights = { q = 2 }", "L = sum(x*x)", "x = '[1, 2]'", "q", "problem p1.weights: there is no item q"),
    ('items = ["L", "q"]', "L = sum(x*x)", "x = '[1, 2]'", '"q"', "problem p1.items: there is no item q"),
    ('items = "new"', "L = sum(x*x)", "x = '[1, 2]'", '"new"', "new values need a rate"),
    ('fixed = ["x", "q"]', "L = sum(x*x)", "x = '[1, 2]'", '"q"', "q is not an input"),
    ("", "L = sum(x*x)", "x = '[1, 2]', q = 3", "q", "nothing in the program uses q"),
    ("", "L = sum(x*x)", "x = '[1, 2'", "'[1, 2'", "x: "), ("", "L = sum(x*x)", "x = '@-'", "'@-'", "standard input"),
    ("", "L = sum(x*y)", "x = '[1, 2]'", '"L = sum(x*y)"', "y"), ("", "L = sum(log(x))", "x = '[-1, 2]'", None, ""),
    ('shapes = { x = "2" }\nvary = 1', "L = sum(x*y)", "y = '[1, 2, 3]'", None, ""),
])  # fmt: skip
def test_errors_stand_at_their_place(lines: str, program: str, at: str, marked: str | None, message: str) -> None:
    with pytest.raises(InputError) as caught:
        instance(lines, program, at)
    error = caught.value
    assert message in error.message
    assert error.source is not None
    assert error.source.name == "hw.toml"
    if marked is not None:
        assert error.span is not None
        assert error.source.text[slice(*error.span)] in (marked, marked.strip("'\""))


def test_a_problem_of_the_command_line_has_no_file() -> None:
    made = ProblemErrors()
    made.problem = fixed_problem(Source("program", "f = x"), {})
    error = made.error("items", "why", "hint", "x")
    assert (error.message, error.hint, error.source, error.kind) == ("why", "hint", None, "homework")
    assert made.placed(error) is error
    made.problem = made.problem._replace(weights={"q": 2.0, "f": 0.0})
    assert made.with_own_weights({"Q": 1.0, "F": 1.0}, str.upper) == {"Q": 2.0, "F": 0.0}
    with pytest.raises(InputError, match="q is not among the items"):
        made.with_own_weights({"F": 1.0}, str.upper)
    made.problem = made.problem._replace(weights={"q": 0.005})
    assert made.with_own_weights({"Q": 1.0, "F": 0.005}, str.upper) == {"Q": 0.005, "F": 0.005}
    with pytest.raises(InputError, match="no item has a weight"):
        made.with_own_weights({"Q": 1.0, "F": 0.0049}, str.upper)


def test_weights_and_points() -> None:
    made = instance('items = ["q", "f"]\nweights = { q = 3 }')
    assert list(made.weights.values()) == [3.0, 1.0]
    assert made.points == 4.0
    assert instance('items = ["q", "f"]\nweights = { q = 3 }\npoints = 10').points == 10.0
    assert instance('items = ["q", "f"]\nweights = "concept"').points == 2.0
    array = instance('items = ["L", "dL/dx"]\nweights = { L = 3 }', "L = sum(x*x)", "x = '[1, 2]'")
    assert (list(array.weights.values()), array.points) == ([3.0, 1.0], 4.0)


# ---- in words


def questions(made: Any) -> dict[str, str]:
    return {name: made.question(item) for name, item in zip(names(made), made.weights, strict=True)}


def test_questions_of_numbers() -> None:
    asked = questions(instance('items = ["f", "df/dq", "local(q,x)", "local(f,v1)", "dq/dx"]'))
    assert asked == {
        "f": "value of f = q + x*3", "df/dq": "gradient of f with respect to q",
        "local(q,x)": "local gradient of q = x*y with respect to x",
        "local(f,v1)": "local gradient of f = q + v1 with respect to v1 (v1 = x*3)",
        "dq/dx": "derivative of q with respect to x"}  # fmt: skip
    twice = questions(instance('items = ["local(q,x,1)", "local(q,x,2)"]', "q = x*x; f = q", "x = 2"))
    assert [text.endswith(f"(argument {k})") for k, text in enumerate(twice.values(), 1)] == [True, True]
    whole = questions(instance('items = "all"'))
    assert whole["f"] == "value of f = q + x*3"
    assert whole["v1"] == "value of v1 = x*3"
    assert whole["local(f,v1)"] == "local gradient of f = q + v1 with respect to v1"
    step = questions(instance('items = "new"\nstep = 0.5\nascent = true'))
    assert step["new(x)"] == "new value of x after a step of ascent with the rate 0.5: x + 0.5*df/dx"


def test_questions_of_arrays() -> None:
    made = instance('items = ["z", "z[1]", "dL/dW", "shape(dL/dW)", "local(z,v1)", "L"]', "z = W@x + b; L = sum(z*z)",
                    "W = [[1, 2], [3, 4]], x = '[1, 2]', b = '[1, 1]'")  # fmt: skip
    asked = {name: text.replace("\u00d7", "x") for name, text in questions(made).items()}
    assert asked["z"] == "value of z = W@x + b (2 entries)"
    assert asked["z[1]"] == "value of z[1] of z = W@x + b"
    assert asked["dL/dW"] == "gradient of L with respect to W (2x2)"
    assert asked["shape(dL/dW)"] == "shape of dL/dW"
    assert asked["local(z,v1)"] == "Jacobian local(z,v1) (2x2)"
    assert asked["L"].startswith("value of L = ")
    assert [sizes_text(shape).replace("\u00d7", "x") for shape in ((1,), (2,), (2, 3))] == [
        "1 entry",
        "2 entries",
        "2x3",
    ]
    assert (told(given_of("x", " 2 ")), told(given_of("x", "[[1], [2]]"))) == ("2", "[[1], [2]]")
    long = "x" + " + x" * 90
    text = questions(instance('items = ["q"]', f"q = {long}; L = sum(q)", "x = '[1, 2]'"))["q"]
    assert "..." not in text
    assert len(text) < 100


def test_what_a_sheet_tells_beside() -> None:
    made = instance('title = "T"\nhint = " h "\ndue = 2026-12-01\nattempts = 2\npenalty = 0.25\ndecimals = 3')
    (part,) = sheet_of("hw", "ann", [made], 1.5).parts
    assert part.told["title"] == "T"
    assert part.told["hint"] == "h"
    assert part.told["due"] == "2026-12-01; each day late takes 1.5 points"
    assert part.told["attempts"] == "2, each wrong one takes 25 % of the credit"
    assert part.told["precision"].startswith("round every number to 3 decimals")
    (plain,) = sheet_of("hw", "ann", [instance("numeric = true\nrtol = 0.01")]).parts
    assert set(plain.told) & {"title", "due", "attempts", "hint"} == set()
    assert plain.told["answers"] == "numbers, no formulas"
    assert plain.told["precision"] == "give 3 significant figures"
    (exact,) = sheet_of("hw", "ann", [instance("")]).parts
    assert "whole numbers exactly" in exact.told["precision"]


# ---- a class


def test_rows_by_problem() -> None:
    entries = [Entry("ann", problem, "q", "1", "f:2") for problem in ("p1", "p2", "p3", "")]
    found, troubles = sort_by_problem(["p1", "p2"], entries)
    assert {id: len(own) for id, own in found.items()} == {"p1": 1, "p2": 1}
    assert [trouble.message for trouble in troubles] == [
        "there is no problem p3; known are p1, p2", "the row names no problem; known are p1, p2"]  # fmt: skip
    found, troubles = sort_by_problem(["p1"], entries[3:])
    assert (len(found["p1"]), troubles) == (1, [])
    result = summed("ann", [], {"p1": (Fraction(1, 3), Fraction(1)), "p2": (Fraction(2, 3), Fraction(2))}, [], {})
    assert (result.earned, result.possible, result.problems["p2"]) == (1.0, 3.0, [pytest.approx(2 / 3), 2.0])
    assert _rule({"p1": "a", "p2": "a"}) == "a"
    assert _rule({"p1": "a", "p2": "b"}) == "p1: a\np2: b"
    assert _rule({"p1": "a", "p2": "b", "p3": "a", "p4": "b", "p5": "c"}) == "p1, p3: a\np2, p4: b\np5: c"


def test_numbers_that_feedback_repeats() -> None:
    for size, kept in ((24, True), (25, False)):
        grader = Grader(
            load(Source("hw.toml", f'[[problem]]\nprogram = "L = sum(x)*c"\nat = {{ x = "{[1] * size}", c = 2 }}\n'))
        )
        given = _small_givens(grader._prepared("p1", ""))
        assert set(given) == ({"x", "c"} if kept else {"c"})


@pytest.mark.parametrize(("own", "stated", "expected"), [
    ("2", "2.0", False), ("2", "3", True), ("1/2", "0,5", False), ("2", "x(", True), ("2", "undefined", True),
])  # fmt: skip
def test_a_number_that_a_sheet_states(own: str, stated: str, expected: bool) -> None:
    assert _differs(own, stated) is expected


# ---- a published key


@pytest.mark.parametrize(("x", "figures", "expected"), [
    ("12.345", 3, "123e-1"), ("-12.345", 4, "-1234e-2"), ("0.5", 3, "500e-3"), ("1e-9", 3, "0"), ("1e-8", 3, "0"),
    ("1.1e-8", 3, "110e-10"), ("999.9", 3, "100e1"), ("12.35", 3, "124e-1"), ("12.25", 3, "122e-1"), ("0", 3, "0"),
])  # fmt: skip
def test_answers_in_canonical_form(x: str, figures: int, expected: str) -> None:
    assert rounded(Decimal(x), figures) == expected


@pytest.mark.parametrize(
    ("x", "figures", "unit"), [("12.3", 3, "0.1"), ("0.05", 2, "0.001"), ("0", 3, "0"), ("-700", 1, "100")]
)
def test_the_unit_of_the_last_figure(x: str, figures: int, unit: str) -> None:
    assert _unit(Decimal(x), figures) == Decimal(unit)


def published(answer: str) -> tuple[PublishedKey, PublishedProblem]:
    problem = PublishedProblem(
        "p1", "salt", {"df/dx": hash_of("salt", 2, "df/dx", rounded(Decimal(answer), 3))}, {}, 1.0
    )
    return PublishedKey("t", 3, 2, {"p1": problem}), problem


@pytest.mark.parametrize(("answer", "claim", "status"), [
    ("12.3", "12.3", "correct"), ("12.3", "12.4", "correct"), ("12.3", "12.2", "correct"), ("12.3", "12.5", "wrong"),
    ("12.3", "-12.3", "wrong"), ("12.3", "12", "wrong"), ("12.3", "12.", "imprecise"), ("12.3", "13", "wrong"),
    ("12.3", "10", "wrong"), ("12.3", "1e1", "imprecise"), ("0", "0", "correct"), ("0", "0.001", "wrong"),
    ("12.3", "", "missing"),
    ("12.3", "x", "invalid"), ("12.3", "12,3", "correct"), ("999", "998", "correct"), ("1230", "1234", "correct"),
])  # fmt: skip
def test_a_claim_against_a_hash(answer: str, claim: str, status: str) -> None:
    key, problem = published(answer)
    (found,) = check(key, problem, [Claim("df/dx", claim)])
    assert found.status == status
    assert found.credit == (1.0 if status == "correct" else 0.0)
    assert found.first_wrong is (status == "wrong")


def test_a_published_key_of_a_homework() -> None:
    made = instance('items = ["q", "f", "df/dx"]\nweights = { q = 3 }')
    key = published_key("t", [made])
    problem = key.problems["p1"]
    assert (problem.points, problem.weights, list(problem.hashes)) == (5.0, {"q": 3.0}, ["q", "f", "df/dx"])
    assert problem.hashes["q"] == hash_of(problem.salt, key.rounds, "q", "600e-2")
    assert canonical_item(problem, "dx") == "df/dx"
    assert canonical_item(problem, "\u2202f / \u2202x") == "df/dx"
    assert canonical_item(problem, "z") == "z"
    result, troubles = PublishedGrader(key).result("ann", [
        Entry("ann", "", "q", "6", "f:1"), Entry("ann", "", "dx", "7", "f:2"), Entry("ann", "", "z", "1", "f:3"),
        Entry("ann", "", "x", "2", "f:4", given=True)])  # fmt: skip
    assert result is not None
    assert (result.earned, result.possible) == (3.0, 5.0)
    assert troubles == [Trouble("f:3", "ann", "the key has no item z")]
    assert [line.points for line in result.lines] == [3.0, 1.0, 1.0]


# ---- where things stand in TOML


def test_places_in_a_file() -> None:
    text = 'a = 1 # x\n[t]\nb = [1, "two"]\n[[r]]\nc = { d = \'x\' }\n[[r]]\n"e f".g = """\nl\\\n  m"""\n'
    places = Places(text)
    assert {path: text[slice(*span)] for path, span in places.values.items()} == {
        ("a",): "1", ("t", "b"): '[1, "two"]', ("t", "b", 0): "1", ("t", "b", 1): '"two"', ("r", 0, "c"): "{ d = 'x' }",
        ("r", 0, "c", "d"): "'x'", ("r", 1, "e f", "g"): '"""\nl\\\n  m"""'}  # fmt: skip
    assert text[slice(*places.keys["r", 1])] == "[[r]]"
    assert places.keys["r", 0][0] < places.keys["r", 1][0]
    assert [text[k] for k in places.characters(("r", 1, "e f", "g")) or ()] == ["l", "m", '"']
    assert [text[k] for k in places.characters(("a",)) or ()] == ["1", " "]
    assert places.characters(("z",)) is None
    escaped = 's = "a\\u0041\\tb"'
    assert [escaped[k] for k in Places(escaped).characters(("s",)) or ()] == ["a", "\\", "\\", "b", '"']


def test_keys_that_no_table_has() -> None:
    table = TomlTable(Source("hw.toml", "ab = 1\n"), {"ab": 1}, "t")
    table.only(["ab", "cd"])
    for known, elsewhere, hint in ((["abc"], {}, "did you mean abc?"), (["xyz"], {}, "known are xyz"),
                                   (["xyz"], {"ab": "under [w]"}, "ab stands under [w]")):  # fmt: skip
        with pytest.raises(InputError) as caught:
            table.only(known, elsewhere)
        assert caught.value.hint == hint
        assert caught.value.message == "t.ab: there is no such key"
    root = read_toml(Source("hw.toml", "x = 1.50\ny = 2\n"))
    assert (root.numeral("x", "n", root.value("x", None)), root.numeral("y", "n", 2)) == ("1.50", "2")
    assert root.number("x", None, 1.5, 2) == 1.5
    for least, most in ((1.51, 2), (1, 1.49)):
        with pytest.raises(InputError, match=rf"x: a number from {least:g} to {most:g} is expected"):
            root.number("x", None, least, most)
    with pytest.raises(InputError, match="x: n: a whole number from 1 to 2 is expected"):
        root.number_of("x", "n", root.value("x", None), 1, 2, whole=True)


def test_both_sides_of_a_rare_condition_are_compared() -> None:
    given = {"x": Source("x", "1")}
    made = evaluate(Source("program", "f = where(x > 100, x, 2*x)"), given, Request())
    x = made.graph.inputs["x"]
    assert {sample.values[x].v > 100 for sample in samples(made, 0)} == {True, False}


def test_an_output_without_a_name_is_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What other unnamed nodes are is told, where their values are not asked for."""
    file = tmp_path / "hw.toml"
    asked = '["local(f,v2)", "df/df", "df/dv2"]'
    file.write_text(f'[[problem]]\nprogram = "exp(x*y) + 1"\nat = {{ x = 1, y = 2 }}\nitems = {asked}\n')
    assert run(["sheet", "--homework", str(file), "--to", "markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert r"where: v2 = exp(x\*y)" in lines
    assert lines[-3:] == [
        r"| `local(f,v2)` | local gradient of f = v2 + 1 with respect to v2 (v2 = exp(x\*y)) |  |",
        "| `df/df` | gradient of f with respect to f |  |",
        r"| `df/dv2` | gradient of f with respect to v2 (v2 = exp(x\*y)) |  |",
    ]
