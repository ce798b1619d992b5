"""The ends of marking arrays: what cancels, entries without a number, parts of arrays, rules beside coarse numbers."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import VALUE
from gradcli.homework.marking.array_marks import mark_arrays
from gradcli.homework.marking.array_terms import rounding_of_softmax
from gradcli.homework.marking.judging import MarkingPolicy

from .array_sheets import key_of, marked

ROOT = ("z = sqrt(x); L = sum(z) + sum(y)", {"x": [0], "y": [1]})
BIAS = ("Y = X + b; L = sum(Y*Y)", {"X": [[1, 4], [2, 3]], "b": [1, 2]})


@pytest.mark.parametrize(("program", "values", "claims", "said"), [
    # A sum of 0.1, 0.2 and -0.3 is a rounding away from 0: 1 % of the 0.6 that cancel is right.
    ("s = sum(x); L = s*c", {"x": [0.1, 0.2, -0.3], "c": 2}, {"s": "0.0059"}, ["correct: "]),
    ("s = sum(x); L = s*c", {"x": [0.1, 0.2, -0.3], "c": 2}, {"s": "0.0061"}, ["wrong: "]),
    ("s = sum(x); L = s*c", {"x": [0.1, 0.2, -0.299], "c": 2}, {"s": "0.0059"}, ["wrong: "]),
    # The slope of sqrt at 0 is no number; an array that lacks an entry does not exist.
    (*ROOT, {"local(z,x)": "[[5]]"}, ["wrong: there is no such number here"]),
    (*ROOT, {"local(z,x)": "undefined"}, ["correct: "]),
    ("z = sqrt(x); L = sum(z)", {"x": [0, 4]}, {"local(z,x)": "undefined"}, ["correct: "]),
    ("z = sqrt(x); L = sum(z)", {"x": [1, 4]}, {"local(z,x)": "undefined"}, ["wrong: there is a derivative here"]),
    # Two numbers for one are two sides only where there are such.
    ("L = sum(x*x)", {"x": [1, 4]}, {"L": "[1, 2]"}, ["wrong: it has 2 entries, and L is a number"]),
    ("L = sum(x)", {"x": [1, 4]}, {"dL/dx[0]": "[1, 1]"}, ["wrong: it has 2 entries, and dL/dx[0] is a number"]),
    # A part of a gradient is no sum of what grew.
    (*BIAS, {"dL/db": "[[4, 12], [6, 10]]"}, ["wrong: it is not summed over axis 0: 2x2, and dL/db has 2 entries"]),
    (*BIAS, {"dL/db[0]": "[4, 6]"}, ["wrong: it has 2 entries, and dL/db[0] is a number"]),
    (*BIAS, {"dL/db[:1]": "[[4, 12], [6, 10]]"}, ["wrong: it is 2x2, and dL/db[:1] has 1 entry"]),
    # Zeros that are right and wrong, with what is to be said of a kink.
    ("L = sum(abs(x))", {"x": [0, 3]}, {"dL/dx": "[0, 0]"}, [
        "wrong: 1 of 2 right; entry 1 is wrong; all entries are 0; "
        "the usual choice between the one-sided derivatives, -1 and 1"]),
    ("L = sum(x)", {"x": [2, 3]}, {"dL/dx": "[0, 0]"}, ["wrong: 0 of 2 right; all entries are 0"]),
])  # fmt: skip
def test_a_claim_at_an_end(program: str, values: dict[str, Any], claims: dict[str, str], said: list[str]) -> None:
    found = marked(key_of(program, values), claims, MarkingPolicy(diagnose=False)).marks
    assert [f"{m.status}: {m.why}".replace("\u00d7", "x") for m in found] == said


RULES = MarkingPolicy(numeric=(VALUE,), sigfigs=4)


@pytest.mark.parametrize(("claims", "asked", "last"), [
    # A gradient with too few figures is not the numbers that a rule of it needs; a value with too few is.
    ({"dL/dz": "[2, 4.667]", "dL/dW": "outer(dz, x)"}, (), "correct"),
    ({"dL/dz": "[2, 4.7]", "dL/dW": "outer(dz, x)"}, (), "imprecise"),
    ({"z": "[3.000, 7.000]", "dL/dW": "2*outer(z, x)/3"}, ("z",), "correct"),
    ({"z": "[3.0, 7.0]", "dL/dW": "2*outer(z, x)/3"}, ("z",), "correct"),
    ({"dL/dW": "2*outer(z, x)/3"}, ("z",), "imprecise"),
    # A local gradient is a rule about values, whoever has worked them out.
    ({"local(q,z)": "diag(2*z)"}, ("z",), "correct"),
])  # fmt: skip
def test_a_rule_beside_numbers(claims: dict[str, str], asked: tuple[str, ...], last: str) -> None:
    key = key_of("z = W@x; q = z**2; L = sum(q)/3", {"W": [[1, 2], [3, 4]], "x": [1, 1]})
    expected: list[Any] = [key.readings(name)[0] for name in asked]
    marks = mark_arrays(key, [Claim(*one) for one in claims.items()], RULES, expected).marks
    assert marks[len(claims) - 1].status == last


def test_a_value_that_is_coarse_is_a_number_of_a_rule() -> None:
    key = key_of("z = 3*x; q = z**2; L = sum(q)", {"x": [1.1111, 2.2222]})
    expected: list[Any] = [key.readings("z")[0]]
    for z, status, last in (("[3.3, 6.7]", "imprecise", "correct"), ("[3.333, 6.667]", "correct", "correct"),
                            ("[3.4, 6.7]", "wrong", "follow_through")):  # fmt: skip
        found = mark_arrays(key, [Claim("z", z), Claim("dL/dz", "2*z")], RULES, expected).marks
        assert [m.status for m in found] == [status, last]


@pytest.mark.parametrize(("z", "status"), [
    ("[3.3333, 6.6666]", "correct"), ("[3.33, 6.6666]", "imprecise"), ("[3.35, 6.6666]", "imprecise"),
    ("[3.4, 6.6666]", "wrong"), ("[3.33, 6.68]", "imprecise"), ("[3.33, 6.8]", "wrong"),
])  # fmt: skip
def test_entries_with_fewer_decimals_are_coarse_where_they_are_near(z: str, status: str) -> None:
    """Within 1 % of 3.3333 and 6.6666, which have the four decimals that are asked for."""
    key = key_of("z = 3*x; L = sum(z)", {"x": [1.1111, 2.2222]})
    assert marked(key, {"z": z}, MarkingPolicy(decimals=4)).marks[0].status == status


# r = [-1.5, -0.5, -3.5], dL/dr is 2*r/3, dL/db its sum, -11/3; the claimed dL/dr lacks the 1/3.
SUMMED = "r = X@w + b - y; L = mean(r**2)", {"X": [[1, 2], [3, 4], [5, 7]], "w": [1, -1], "b": 0.5, "y": [1, 0, 2]}


@pytest.mark.parametrize(("rule", "value"), [("7*sum(dr)/3", -77 / 9), ("sum(dr)", -11.0)])
def test_a_wrong_rule_beside_gradients_of_the_sum_of_the_losses(rule: str, value: float) -> None:
    """It is one of the claimed gradient where that has only 1/N too little, and else of the true one."""
    found = marked(key_of(*SUMMED), {"dL/dr": "[-3, -1, -7]", "dL/dw": "X.T@dr/3", "dL/db": rule}).marks
    assert [m.status for m in found] == ["correct", "correct", "wrong"]
    assert found[0].why == "gradient of the sum of the losses: without 1/3"
    assert found[2].values == pytest.approx([value])


@pytest.mark.parametrize(("length", "said"), [(40, True), (41, False)])
def test_an_expression_is_repeated_up_to_a_length(length: int, said: bool) -> None:
    a, b = "a" * 18, "b" * (length - 19)
    key = key_of(f"z = {a}*{b}; L = sum(z)", {a: [1, 2], b: [3, 4]})
    (found,) = marked(key, {"shape(z)": "3"}).marks
    assert found.status == "wrong"
    assert (f"in z = {a}*{b}, " in found.why) is said


def test_rounding_softmax_moves_the_gradient_of_scores_alone() -> None:
    """Half a unit of the second figure of each probability, 0.88 and 0.12, times what arrives; targets have no such."""
    key = key_of("L = sum(3*cross_entropy(z, y))", {"z": [[2, 0]], "y": [[0.5, 0.5]]})
    graph, run = key.record.graph, key.run
    i = next(k for k, node in enumerate(graph.nodes) if node.operation.name == "cross_entropy")
    xs = [run.values[a] for a in graph.nodes[i].arguments]
    g = run.upstream(key.record.output)[i]
    assert g is not None
    found = rounding_of_softmax(run.A, graph.nodes[i], 0, g, xs, 2)
    assert found is not None
    assert found.entries == pytest.approx([3 * 0.005, 3 * 0.005])
    assert rounding_of_softmax(run.A, graph.nodes[i], 1, g, xs, 2) is None


def test_a_small_entry_beside_a_large_one() -> None:
    """12.345 and 0.018645: two decimals of the array are 0.2 % of its largest entry, and a quarter of its smallest."""
    key = key_of("z = A@x; L = sum(z**2)", {"A": [[1, 2], [0.001, 0.0034]], "x": [3.345, 4.5]})
    assert [marked(key, {"z": text}).marks[0].status for text in ("[12.35, 0.02]", "[12, 0.02]", "[12.35, 0.03]")] == [
        "correct", "imprecise", "wrong"]  # fmt: skip
