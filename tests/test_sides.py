"""Where an output is looked at beside a point, and what its sides make of a derivative."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.linearization import linearize
from gradcli.calculus.notes import INFINITE, MINUS_INFINITE, OUTSIDE, UNDETERMINED
from gradcli.calculus.sides import Sides, Watch
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers.systems import FLOAT
from gradcli.record.higher_derivatives import hessian


def triggers(program: str, **point: float) -> list[str]:
    """Return the labels of the nodes that make a point special."""
    graph = parse(Source("program", program))
    watch = Watch(linearize(FLOAT, graph, point, graph.active({*graph.inputs.values()})), graph.output)
    return [graph.labels[i] for i in watch.triggers]


@pytest.mark.parametrize(("program", "found"), [
    ("a = abs(y); f = where(x > 1, a, y)", []),  # the condition is false at x = 0, and next to it
    ("a = abs(y); f = where(x > 1, y, a)", ["a"]),
    ("a = abs(y); f = where(x < 1, a, y)", ["a"]),
    ("a = abs(y); f = where(1 + abs(x) > 1, a, y)", ["a", "v1", "v3"]),  # which turns beside x = 0
    ("a = abs(y); f = where(exp(x) > 2, a, y)", []),
    ("a = abs(y); b = a + 1; f = x*x", []),  # nothing of it reaches the output
])  # fmt: skip
def test_a_branch_that_is_not_taken_counts_where_its_condition_may_turn(program: str, found: list[str]) -> None:
    assert triggers(program, x=0.0, y=0.0) == found


@pytest.mark.parametrize(("sides", "answer", "infinite"), [
    (Sides(2.0, 2.0, agree=True), 2.0, False),
    (Sides(1.0, 2.0), None, False),
    (Sides(OUTSIDE, 2.0), 2.0, False),
    (Sides(3.0, OUTSIDE), 3.0, False),
    (Sides(OUTSIDE, UNDETERMINED), None, False),
    (Sides(UNDETERMINED, 2.0), None, False),
    (Sides(OUTSIDE, OUTSIDE), None, False),
    (Sides(OUTSIDE, INFINITE), None, True),
    (Sides(INFINITE, INFINITE), None, True),
    (Sides(MINUS_INFINITE, INFINITE), None, False),
    (Sides(MINUS_INFINITE, MINUS_INFINITE), None, True),
])  # fmt: skip
def test_what_two_sides_make_of_a_derivative(sides: Sides, answer: Any, infinite: bool) -> None:
    assert sides.answer == answer
    assert sides.is_infinite is infinite
    assert sides.numbers == [x for x in (sides.left, sides.right) if isinstance(x, float)]


SQUARE = "x**2 + y**2"
AWAY = f"({SQUARE} + where({SQUARE} > 0, 0, 1))"  # and 1 at the origin
PEANO = f"x*y*(x**2 - y**2)/{AWAY}"  # 0 along axes and diagonals


@pytest.mark.parametrize(("program", "found"), [
    ("x*y + abs(x)**3", 1), ("abs(x)*x + x*y", 1), ("3*x*y + abs(x)*x - y*abs(y)", 3),
    ("where(x > 0, x*y, x*y + x**2)", 1), ("abs(x)**3 + abs(y)**3 - 2*x*y", -2),
    # The first derivative by x at (0, y) is abs(y), 1, or Peano's y: none of them has a derivative at 0 that the other
    # order has, too.
    ("x*abs(y)", None), ("abs(x*y)", None), ("abs(x)*abs(y) + x*y", None), ("relu(x)*relu(y)", None),
    ("max(x, y)**2", None), (f"x*y**2/{AWAY}", None), (f"x**2*y/{AWAY}", None),
    (PEANO, None), (f"where(x*y < 0, {PEANO}, 0)", None), (f"where(x*y > 0, {PEANO}, 0)", None),
    (f"where(x*y < 0, {PEANO}, 0) + x*y", None), (f"where(x < 0, {PEANO}, x*y)", None),
])  # fmt: skip
def test_second_derivatives_by_two_inputs_beside_a_kink(program: str, found: float | None) -> None:
    """A number where all quadrants and both orders agree: by hand."""
    rows = hessian(differentiate(program, {"x": 0, "y": 0}))
    assert rows["x"]["y"] == rows["y"]["x"] == found
