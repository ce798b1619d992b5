"""Claims that are formulas: what is the same formula, and what cannot be told."""

from __future__ import annotations

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import Source
from gradcli.homework.marking.marks import AnswerKey, Claim, MarkingPolicy, mark
from gradcli.language.writing import formula
from gradcli.record.calls import differentiate
from gradcli.record.higher_derivatives import differentiate_formula

from .problems import PROBLEMS
from .test_homework_marking import marked, status, statuses


@pytest.mark.parametrize(
    ("program", "point", "item", "claim", "expected"),
    [
        ("x**3", {"x": 2}, "dx", "3*x*x", "correct"), ("x**3", {"x": 2}, "dx", "3*x^2", "correct"),
        ("x**3", {"x": 2}, "dx", "6*x", "wrong"), ("x**3", {"x": 2}, "dx", "x + 10", "wrong"),
        ("relu(x)", {"x": 3}, "dx", "1 + 0*x", "wrong"), ("relu(x)", {"x": 3}, "f", "x", "wrong"),
        ("relu(x - 500)", {"x": 3}, "f", "0*x", "wrong"), ("max(x, y)", {"x": 3, "y": 1}, "f", "x", "wrong"),
        ("elu(x)", {"x": 3}, "dx", "x/x", "wrong"), ("where(x > 1, x, 2*x)", {"x": 3}, "dx", "0*x + 1", "wrong"),
        ("abs(x)", {"x": 3}, "f", "sqrt(x**2)", "correct"), ("log(x)", {"x": 3}, "f", "log(x**2)/2", "correct"),
        ("x/3", {"x": 2}, "f", "0.333*x", "imprecise"), ("x/3", {"x": 2}, "f", "0.3*x", "wrong"),
        ("x/3", {"x": 2}, "dx", "0.333", "correct"), ("sigmoid(x)", {"x": 1}, "dx", "f*(1 - f)", "correct"),
        ("sigmoid(x)", {"x": 1}, "dx", "exp(-x)/(1 + exp(-x))**2", "correct"),
        ("sigmoid(x)", {"x": 1}, "dx", "1/(2 + exp(x) + exp(-x))", "correct"),
        ("q = x + y; f = q*z", {"x": 1, "y": 2, "z": 3}, "local(f,z)", "q", "correct"),
        ("q = x + y; f = q*z", {"x": 1, "y": 2, "z": 3}, "dz", "x + y", "correct"),
        ("q = x + y; f = q*z", {"x": 1, "y": 2, "z": 3}, "df/dq", "x + y", "wrong"),
        ("acos(x)", {"x": 0.5}, "dx", "-1/sqrt(1 - x**2)", "correct"),
        ("x**n", {"x": 2, "n": 3}, "dx", "n*f/x", "correct"),
        ("log(x)", {"x": 3}, "dx", "1/abs(x)", "correct"), ("1/(x - 3)", {"x": 4}, "dx", "-f*f", "correct"),
        ("sqrt(1 - x*x - y*y)", {"x": 0.6, "y": 0.7}, "dx", "-x/f", "correct"),
        ("gamma(x)", {"x": 3}, "f", "2 + 0*x", "wrong"),
        ("e = x - 1; f = e*e", {"x": 3}, "dx", "2*e", "correct"), ("pi*x", {"x": 3}, "dx", "pi", "correct"),
        ("x*1e-20", {"x": 3}, "f", "x*2e-20", "wrong"), ("x*1e-20", {"x": 3}, "f", "x/1e20", "correct"),
    ],
)  # fmt: skip
def test_formulas(program: str, point: dict[str, float], item: str, claim: str, expected: str) -> None:
    assert status(program, point, item, claim) == expected
    assert status(program, point, item, claim, random_seed=5) == expected


COULOMB = "F = k*q*Q/r**2"
CHARGES = {"k": 8.99e9, "q": 1e-6, "Q": -2e-6, "r": 0.05}


@pytest.mark.parametrize(
    ("program", "point", "item", "claim", "expected"),
    [
        ("m*c**2", {"m": 2, "c": 3e8}, "f", "m*c*c", "correct"),
        ("m*c**2", {"m": 2, "c": 3e8}, "dc", "2*m*c", "correct"),
        ("m*c**2", {"m": 2, "c": 3e8}, "dc", "2*m*c + m", "wrong"),
        ("m*c**2", {"m": 2, "c": 3e8}, "f", "3e8*m*c", "wrong"),
        ("m + c", {"m": 2, "c": -1e10}, "f", "c + m", "correct"), ("m + c", {"m": 2, "c": -1e10}, "f", "c", "wrong"),
        (COULOMB, CHARGES, "dr", "-2*F/r", "correct"), (COULOMB, CHARGES, "dr", "-F/r", "wrong"),
        ("k = 8.99e9; F = k*q*Q", {"q": 1e-6, "Q": 2e-6}, "dq", "k*Q", "correct"),
        ("k = 8.99e9; F = k*q*Q", {"q": 1e-6, "Q": 2e-6}, "dq", "k*q", "wrong"),
        ("a = z*z; f = a*x", {"z": 700, "x": -0.5}, "a", "z*z + 0.3*x", "wrong"),
        ("a = z*z; f = a*x", {"z": 700, "x": -0.5}, "a", "z**3/z", "correct"),
        ("log(T - 273)", {"T": 300}, "dT", "1/(T - 273)", "correct"),  # nothing has a value near 1
        ("x*1e200", {"x": 1e100}, "f", "x/1e-200", "correct"),
    ],
)  # fmt: skip
def test_formulas_of_large_numbers(program: str, point: dict[str, float], item: str, claim: str, expected: str) -> None:
    for seed in range(5):
        assert status(program, point, item, claim, random_seed=seed) == expected


@pytest.mark.parametrize(
    ("item", "claim", "why"),
    [
        ("q", "q", "q cannot be told by itself"), ("q", "f/z", "q cannot be told by f, which is computed from it"),
        ("f", "f + 0*x", "f cannot be told by itself"), ("v1", "2*q - v1", "v1 cannot be told by q, which is"),
    ],
)  # fmt: skip
def test_a_value_is_not_told_by_itself(item: str, claim: str, why: str) -> None:
    found = marked("q = x*y + x; f = q * z", {"x": 1, "y": 2, "z": 3}, (item, claim))
    assert statuses(found) == ["invalid"]
    assert found.marks[0].why.startswith(why)


def test_the_witness_is_a_point_that_can_be_tried() -> None:
    found = marked("relu(x)", {"x": 3}, ("f", "x"))
    assert found.marks[0].why.startswith("at x=-")
    point = float(found.marks[0].why.split()[1][2:])
    assert found.marks[0].why.endswith(f"it gives {point:g}")
    assert marked("x + y", {"x": 3, "y": 1}, ("f", "x*y - 7")).marks[0].why == "at x=3 y=1 it gives -4"


def test_too_few_points_are_ungraded_never_wrong() -> None:
    program = "sqrt(-(x - 1)**2) + y"  # defined where x is 1, and there alone
    found = marked(program, {"x": 1, "y": 2}, ("f", "y*x"), ("dy", "x + 1"))
    assert statuses(found) == ["correct", "wrong"]
    alone = marked("acos(1e9*(x - 1)) + 2*x", {"x": 1}, ("f", "x + 5"))
    assert statuses(alone) == ["ungraded"]
    assert (alone.earned, alone.possible) == (0, 0)


def test_a_program_without_inputs_has_one_point() -> None:
    assert status("a = 3; b = a*2", {}, "b", "a + a") == "correct"
    assert status("a = 3; b = a*2", {}, "b", "a + 1") == "wrong"


def test_every_rule_of_the_table_is_accepted_as_a_formula() -> None:
    seen = 0
    for operation in OPERATIONS.values():
        if operation.is_leaf or operation.is_condition or operation.name in ("where", "polygamma"):
            continue
        names = [f"x{k}" for k in range(len(operation.points[0]))]
        if operation.symbol:
            program = f"-{names[0]}" if len(names) == 1 else f"{names[0]} {operation.symbol} {names[1]}"
        else:
            program = f"{operation.name}({', '.join(names)})"
        record = differentiate(program, dict(zip(names, operation.points[0], strict=True)))
        key = AnswerKey(record)
        for k, edge in enumerate(record.view(record.output).arguments):
            if "..." not in edge.rule and edge.rule:
                found = mark(key, [Claim(f"local(f,{names[k]})", edge.rule)], MarkingPolicy())
                assert statuses(found) == ["correct"], (program, edge.rule, found.marks[0])
                seen += 1
    assert seen > 40


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_gradient_as_formulas_is_accepted(problem: str) -> None:
    program, point = PROBLEMS[problem]
    found = differentiate_formula(Source("program", program))
    claims = [Claim(f"d{d.wrt[0]}", formula(found.graph, d.node)) for d in found.derivatives]
    key = AnswerKey(differentiate(program, point))
    assert {m.status: m.why for m in mark(key, claims, MarkingPolicy()).marks} == {"correct": ""}
    negated = [Claim(c.name, f"-({c.text})") for c in claims]
    wrong = mark(key, negated, MarkingPolicy()).marks
    assert all(m.status == "wrong" or (m.status == "follow_through" and not m.credit) for m in wrong)
    assert any(m.first_wrong for m in wrong)  # from which the others may follow
