"""Code being written for rows: what a variable holds, guards, branches, and the decisions of rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gradcli.rows import code
from gradcli.rows.code import Code, CodeCondition, Expression, Untraceable, leaves


def test_leaves_of_pieces_stand_left_to_right() -> None:
    inner = Expression("({} + {})", "b", Expression("{}*{}", "c", "2"))
    assert leaves((Expression("{}/{}", "a", inner), "d")) == ("a", "b", "c", "2", "d")
    assert leaves(("a", "b")) == ("a", "b")
    assert leaves(()) == leaves((Expression("1"),)) == ()


def test_pieces_may_be_nested_deeply() -> None:
    piece = Expression("{}", "x")
    for k in range(3_000):
        piece = Expression("f({}, {})", piece, str(k))
    assert leaves((piece,)) == ("x", *map(str, range(3_000)))


@pytest.mark.parametrize("columns", [False, True])
def test_an_expression_is_written_once(columns: bool) -> None:
    made = Code(columns=columns)
    assert [made.let(text) for text in ("a+b", "v0*2", "a+b", "v0*2")] == ["v0", "v1", "v0", "v1"]
    assert made.lines == [("v0", "a+b"), ("v1", "v0*2")]


def test_code_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "MAX_LINES", 2)
    made = Code(columns=False)
    made.let("a")
    made.let("b")
    assert made.let("a") == "v0"
    with pytest.raises(Untraceable, match="too long"):
        made.let("c")


@pytest.mark.parametrize(("columns", "conditions", "either", "both"), [
    (False, ["a"], "a", "a"), (False, ["a", "b"], "(a or b)", "(a and b)"), (True, ["a"], "a", "a"),
    (True, ["a", "b"], "((a) | (b))", "((a) & (b))"), (True, ["a", "b", "c"], "((a) | (b) | (c))", "((a) & (b) & (c))"),
])  # fmt: skip
def test_conditions_are_joined(columns: bool, conditions: list[str], either: str, both: str) -> None:
    made = Code(columns=columns)
    assert (made.either(*conditions), made.both(*conditions)) == (either, both)
    assert made.choose("c", "a", "b") == ("where(c, a, b)" if columns else "a if c else b")


def test_a_branch_stands_in_where_it_is_not_taken() -> None:
    made = Code(columns=False)
    made.let("x*x")
    made.require("x > 0")
    with made.branch([("v0", True)]):
        assert made.let("x*x") == "v0"  # which every row has
        assert made.let("sqrt(x)") == "v1"
        assert made.let("sqrt(x)") == "v1"
        made.require("x > 1")
    assert made.let("sqrt(x)") == "v2"
    with made.branch([("v0", False), ("v3", True)]):
        made.let("log(x)")
        made.require("x > 2")
    with made.branch([]):
        made.require("x > 3")
        assert made.let("exp(x)") == "v4"
    assert made.lines[1:] == [
        ("v1", "(sqrt(x) if v0 == 1.0 else 1.0)"), ("v2", "sqrt(x)"),
        ("v3", "(log(x) if (v0 != 1.0 and v3 == 1.0) else 1.0)"), ("v4", "exp(x)"),
    ]  # fmt: skip
    assert list(made.guards) == [
        "x > 0", "(v0 != 1.0 or x > 1)", "((v0 == 1.0 or v3 != 1.0) or x > 2)", "x > 3",
    ]  # fmt: skip


def test_things_have_one_name_each() -> None:
    made, first, second = Code(columns=False), object(), object()
    assert [made.refer(thing) for thing in (first, second, first)] == ["r0", "r1", "r0"]
    assert made.names == {"r0": first, "r1": second}


# ---- decisions


def conditions(made: Code, many: int) -> list[CodeCondition]:
    return [CodeCondition(made, f"yes{k}", f"no{k}") for k in range(many)]


@pytest.mark.parametrize(("rule", "outcomes"), [
    (lambda a, b, c: 7, [(7, [])]),
    (lambda a, b, c: 1 if a else 2, [(2, [False]), (1, [True])]),
    (lambda a, b, c: 1 if a else 2 if b else 3, [(3, [False, False]), (2, [False, True]), (1, [True])]),
    (lambda a, b, c: bool(a) + 2 * bool(b), [(0, [False, False]), (2, [False, True]), (1, [True, False]),
    (3, [True, True])]),
])  # fmt: skip
def test_a_rule_is_run_for_all_outcomes(rule: Callable[..., Any], outcomes: list[tuple[Any, list[bool]]]) -> None:
    made = Code(columns=False)
    a, b, c = conditions(made, 3)
    found = made.runs(lambda: rule(a, b, c))
    assert found[0][1] == [] or not any(outcome for _, outcome in found[0][1])
    assert sorted((result, [outcome for _, outcome in way]) for result, way in found) == sorted(outcomes)


@pytest.mark.parametrize(
    ("many", "most", "goes"), [(2, 2, True), (3, 2, False), (5, 5, True), (0, 0, True), (1, 0, False)]
)
def test_so_many_decisions_are_followed(many: int, most: int, goes: bool) -> None:
    made = Code(columns=False)
    all_of = conditions(made, many)
    if goes:
        assert len(made.runs(lambda: [bool(one) for one in all_of], most)) == 2**many
    else:
        with pytest.raises(Untraceable, match="too many decisions"):
            made.runs(lambda: [bool(one) for one in all_of], most)
    with pytest.raises(Untraceable, match="a decision"):
        bool(CodeCondition(made, "a", "b"))


@pytest.mark.parametrize(("yes", "no", "wanted", "guards"), [
    ("p", "q", True, ["p"]), ("p", "q", False, ["q"]), ("", "q", True, None), ("", "q", False, ["q"]),
    ("p", "", False, []),
    ("p", "", True, ["p"]),
])  # fmt: skip
def test_a_predicate_is_assumed_by_a_guard(yes: str, no: str, wanted: bool, guards: list[str] | None) -> None:
    made = Code(columns=False)
    condition = CodeCondition(made, yes, no)
    if guards is None:
        with pytest.raises(Untraceable, match="a condition that does not hold"):
            made.assume(lambda: condition, wanted)
    else:
        made.assume(lambda: condition, wanted)
        assert list(made.guards) == guards


@pytest.mark.parametrize(("columns", "guards"), [
    (False, ["((no0 and yes1) or yes0)"]), (True, ["((((no0) & (yes1))) | (yes0))"]),
])  # fmt: skip
def test_a_predicate_may_hold_in_several_ways(columns: bool, guards: list[str]) -> None:
    made = Code(columns=columns)
    a, b = conditions(made, 2)
    made.assume(lambda: bool(a) or bool(b), True)
    assert list(made.guards) == guards
    neither = Code(columns=columns)
    a, b = conditions(neither, 2)
    neither.assume(lambda: bool(a) or bool(b), False)
    assert list(neither.guards) == ["no0", "no1"]
