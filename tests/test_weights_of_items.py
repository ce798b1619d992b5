"""What every kind of item counts, by hand: a 1 or a 0, a copy, a factor of givens, one idea, several paths, a step."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.problem_instance import ProblemInstance, item_names
from gradcli.homework.marking.concept_weights import concept_weights, edges_to

ONE_OR_ZERO, COPY, LOCAL, OF_GIVENS, USUAL, SEVERAL = 0.03, 0.2, 0.15, 0.05, 1.0, 2.0


def instance(program: str, at: str, items: str, more: str = "") -> ProblemInstance:
    names = ", ".join(f'"{name}"' for name in items.split())
    text = f'[[problem]]\nprogram = "{program}"\nat = {{ {at} }}\nitems = [{names}]\n{more}'
    (problem,) = load(Source("hw.toml", text)).problems.values()
    found = parse_problem(problem).for_student("")
    assert isinstance(found, ProblemInstance)
    return found


ADDED = ("q = x*y; f = q + z", "x = 2, y = 3, z = 4")
CHAIN = ("q = x*y; f = (q + 1)*x", "x = 2, y = 3")


@pytest.mark.parametrize(("program", "at", "items", "weights"), [
    (*ADDED, "q f df/df df/dq df/dz df/dx df/dy", [USUAL, USUAL, *[ONE_OR_ZERO] * 3, COPY, COPY]),
    (*ADDED, "df/dq df/dx", [ONE_OR_ZERO, USUAL]),  # without values, the 3 has to be known
    (*ADDED, "q df/dx", [USUAL, USUAL]),  # beside no gradient that it is made with
    (*ADDED, "local(q,x) local(f,q)", [USUAL, ONE_OR_ZERO]),
    (*ADDED, "local(q,x) df/dx", [OF_GIVENS, USUAL]),
    (*ADDED, "local(q,x) df/dy", [USUAL, USUAL]),
    (*CHAIN, "q v1 f df/df df/dv1 df/dq df/dy df/dx", [USUAL] * 3 + [ONE_OR_ZERO, COPY, COPY, USUAL, SEVERAL]),
    (*CHAIN, "local(f,x) local(f,v1) df/dx df/dv1", [LOCAL, OF_GIVENS, SEVERAL, USUAL]),
    (*CHAIN, "dq/dx dv1/dx", [USUAL, USUAL]),
    ("q = x + y; f = q^2", "x = 2, y = 3", "dq/dx local(q,x)", [ONE_OR_ZERO, ONE_OR_ZERO]),
    ("f = x*x", "x = 3", "f df/dx", [USUAL, SEVERAL]),
    ("f = max(x, y)", "x = 2, y = 5", "f df/dx df/dy", [COPY, USUAL, ONE_OR_ZERO]),
    ("f = max(x, y)", "x = 2, y = 5", "f df/df df/dx", [COPY, ONE_OR_ZERO, USUAL]),
    ("f = -x", "x = 3", "f df/dx", [COPY, USUAL]),
    ("f = x - y", "x = 2, y = 2", "f", [ONE_OR_ZERO]), ("f = x - y", "x = 3, y = 2", "f", [ONE_OR_ZERO]),
    ("f = x - y", "x = 2, y = 3", "f", [USUAL]),  # -1 is no 1
    ("f = x - y", "x = 3, y = 1.98", "f", [USUAL]), ("f = x - y", "x = 3, y = 1.995", "f", [ONE_OR_ZERO]),
    ("q = x + y; f = q + z", "x = 2, y = 3, z = 0", "f", [USUAL]),  # a copy of what the sheet does not ask
    ("q = x + y; f = q + z", "x = 2, y = 3, z = 0", "q f", [USUAL, COPY]),
    ("q = x + y; f = q*z", "x = 2, y = 3, z = -1", "q f", [USUAL, COPY]),  # but for the sign
    ("f = relu(x)*y", "x = -2, y = 3", "v1 df/df df/dv1 df/dx", [ONE_OR_ZERO, ONE_OR_ZERO, COPY, USUAL]),
    ("f = relu(x)*y", "x = -2, y = 3", "local(v1,x) local(f,y) local(f,v1)", [ONE_OR_ZERO, ONE_OR_ZERO, USUAL]),
    ("f = relu(x)*y", "x = 2, y = 0", "df/dv1 df/dx", [USUAL, ONE_OR_ZERO]),  # a 0 that is only handed on
    ("f = sin(x)*y", "x = 2, y = 3", "local(v1,x) local(f,y) df/dx df/dy", [OF_GIVENS, LOCAL, USUAL, USUAL]),
    ("f = exp(x)*y", "x = 2, y = 3", "local(v1,x) local(f,v1) df/dx df/dv1", [LOCAL, OF_GIVENS, USUAL, USUAL]),
    ("q = x*y; f = exp(q)", "x = 2, y = 3", "local(f,q) df/dq", [LOCAL, USUAL]),
    ("q = x + y; f = 5*q", "x = 2, y = 3", "f df/df df/dq df/dx", [USUAL, ONE_OR_ZERO, COPY, COPY]),
    ("q = 3*x; p = q*y; f = 5*p", "x = 2, y = 3", "f df/df df/dp df/dq df/dx", [USUAL, ONE_OR_ZERO, COPY, USUAL, USUAL]),
    ("q = -x; p = q - y; f = p*z", "x = 2, y = 3, z = 7", "f df/df df/dp df/dq df/dx", [USUAL, ONE_OR_ZERO, COPY, COPY, COPY]),
    ("a = x*y; f = 2*relu(a) + 7*relu(-a)", "x = 2, y = 3", "df/da", [USUAL]),  # a gate closes the other path
])  # fmt: skip
def test_what_items_count(program: str, at: str, items: str, weights: list[float]) -> None:
    found = instance(program, at, items)
    assert [*found.weights.values()] == weights
    assert [*item_names(found).values()] == items.split()
    assert found.points == len(weights)
    backwards = [*found.weights][::-1]
    again = concept_weights(found.record, backwards, edges_to(found.record))  # in any order
    assert again == found.weights
    assert [*again] == backwards


@pytest.mark.parametrize(("program", "items", "weights"), [
    ("f = x^2*y", "new(x) new(y)", [USUAL, USUAL]), ("f = x^2*y", "df/dx new(x) new(y)", [USUAL, COPY, USUAL]),
    ("f = x*x*y", "new(x)", [SEVERAL]), ("f = x*x*y", "df/dx new(x)", [SEVERAL, COPY]),
])  # fmt: skip
def test_what_new_values_count(program: str, items: str, weights: list[float]) -> None:
    assert [*instance(program, "x = 3, y = 5", items, "step = 0.5").weights.values()] == weights


@pytest.mark.parametrize(("more", "weights", "points"), [
    ('weights = "equal"\n', [1, 1, 1], 3), ("weights = { f = 3 }\n", [1, 3, 1], 5), ('weights = { f = 0, "df/dx" = 0.5 }\n', [1, 0, 0.5], 1.5),
    ("points = 7\n", [USUAL, USUAL, USUAL], 7), ("weights = { f = 3 }\npoints = 2.5\n", [1, 3, 1], 2.5),
])  # fmt: skip
def test_a_teacher_may_count_otherwise(more: str, weights: list[float], points: float) -> None:
    found = instance(
        *CHAIN, "q f local(f,x)".replace("local(f,x)", "df/dx") if "df/dx" in more else "q f local(f,x)", more
    )
    assert [*found.weights.values()] == weights
    assert found.points == points
