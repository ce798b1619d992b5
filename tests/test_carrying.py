"""What follows from one wrong number: the short way against both sweeps with that number in its place."""

from __future__ import annotations

import math
import random
import re

import pytest

from gradcli.homework.claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.carrying import Carrying
from gradcli.homework.diagnosis.predictions import Predictions, equal
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram
from gradcli.record.calls import differentiate

from .problems import PROBLEMS
from .random_programs import random_program

PROGRAMS: list[tuple[str, dict[str, float]]] = [
    *PROBLEMS.values(),
    ("f = max(x, y)*relu(x - 1) + x*x*x + where(x > y, x*y, x/y)", {"x": 1.25, "y": -0.5}),
    ("a = log(x); b = a*a + sqrt(x); f = a*b - b/a", {"x": 2.5}),
    *(random_program(seed, 12) for seed in range(8)),
]


@pytest.mark.parametrize(("text", "point"), PROGRAMS)
def test_one_wrong_number_carries_on_as_in_both_sweeps(text: str, point: dict[str, float]) -> None:
    used = {name: x for name, x in point.items() if re.search(rf"\b{name}\b", text)}
    program = ReworkedProgram(differentiate(text, used))
    carrying, draw = Carrying(program), random.Random(text)
    for item in program.items:
        truth = program.right.of(item)
        for number in (truth + draw.uniform(0.1, 2), -truth, 0.0):
            if item.kind == VALUE:
                try:
                    whole = program.work({item.node: number})
                except ArithmeticError:
                    with pytest.raises(ArithmeticError):
                        list(carrying.from_value(carrying.begun(item.node, number), {}))
                    continue
                changed = dict(carrying.from_value(carrying.begun(item.node, number), {}))
                rest = [i for i in program.items if i not in changed]
            else:
                edges = {(item.node, item.position): number} if item.kind == LOCAL else {}
                nodes = {item.node: number} if item.kind == UPSTREAM else {}
                whole = program.again(program.right, edges, nodes)
                found = carrying.from_gradients(item.kind, {item: number})
                if found is None:
                    continue
                changed = found
                rest = [i for i in program.items if i.kind == UPSTREAM and i not in changed]
            for other, n in changed.items():
                t = whole.of(other)
                assert n == t or math.isclose(n, t, rel_tol=1e-9, abs_tol=1e-12), (item, number, other)
            assert all(equal(whole.of(other), program.right.of(other)) for other in rest), (item, number)


@pytest.mark.parametrize(("text", "point"), PROGRAMS)
def test_a_glimpse_of_a_sheet_rules_out_nothing_that_is_on_it(text: str, point: dict[str, float]) -> None:
    used = {name: x for name, x in point.items() if re.search(rf"\b{name}\b", text)}
    program = ReworkedProgram(differentiate(text, used))
    glimpsed, whole = Predictions(program), Predictions(program)
    refused = 0
    for place in whole.places:
        for there, prediction in zip(glimpsed.at(place), whole.at(place), strict=True):
            assert (there.key, there.made) == (prediction.key, prediction.made)
            for item in program.items:
                number = prediction.sheet.get(item)
                if number is not None:
                    reach = 1e-9 * abs(number)
                    assert glimpsed.may_be(there, item, number - reach, number + reach), (prediction.key, item)
                else:
                    refused += not glimpsed.may_be(there, item, -math.inf, math.inf)
                if number is not None and item.kind == place[0] == VALUE:
                    assert equal(glimpsed.value(there, item.node), number)
            assert not there.is_worked_out
    assert refused


def test_a_number_is_given_for_nothing_that_cannot_be_worked_out() -> None:
    """At another point log(x) has no value, and what is made of it none that could be wrong."""
    there = ReworkedProgram(differentiate("a = log(x); b = a*2; f = b + x", {"x": 2.0})).elsewhere({"x": -1.0})
    label = there.graph.by_label
    with pytest.raises(ArithmeticError, match="cannot be worked out"):
        there.work({label["b"]: 3.0})
    assert there.work({label["a"]: 3.0}).values[label["f"]] == 3.0 * 2 - 1


@pytest.mark.parametrize(("low", "high", "expected"), [
    (1.0, 1.0, True), (0.5, 1.0, True), (1.0, 2.0, True), (1.1, 2.0, False), (0.0, 0.9, False),
])  # fmt: skip
def test_a_glimpse_of_a_gradient_is_its_number(low: float, high: float, expected: bool) -> None:
    """Of f = u*w, u = x + y, the sign of df/du = 5 is lost: df/dx is -5. A value stays, and a step may be anything."""
    program = ReworkedProgram(differentiate("u = x + y; f = u*w", {"x": 1.0, "y": 2.0, "w": 5.0}))
    label = program.graph.by_label
    predictions = Predictions(program)
    (lost,) = [p for p in predictions.at((UPSTREAM, label["u"])) if p.made == {Item(UPSTREAM, label["u"]): -5.0}][:1]
    for name, truth in (("u", -5.0), ("x", -5.0), ("y", -5.0)):
        found = predictions.may_be(lost, Item(UPSTREAM, label[name]), truth - 1 + low, truth - 1 + high)
        assert found is expected, name
    assert not predictions.may_be(lost, Item(VALUE, label["u"]), -math.inf, math.inf)
    assert predictions.may_be(lost, Item(STEP, label["x"]), low, high)


@pytest.mark.parametrize("kind", [UPSTREAM, LOCAL])
@pytest.mark.parametrize(("a", "b", "c"), [
    (0.1, 0.7, 3.0), (0.7, 0.1, 0.3), (1.1, 2.3, 0.9), (0.3, 0.9, 1.7), (123.4, 0.01, 7.0), (1e-7, 3e-6, 0.7),
])  # fmt: skip
def test_what_cancels_but_for_rounding_is_0(a: float, b: float, c: float, kind: str) -> None:
    """df/dq is a + c*(df/dr): 0 on paper where df/dr is -a/c, whatever floats leave; a millionth beside it is not."""
    record = differentiate(f"q = x*w; r = {c!r}*q; f = {a!r}*q + {b!r}*r", {"x": 2.0, "w": 5.0})
    label = record.graph.by_label
    for wrong, is_zero in ((-a / c, True), (-a / c * (1 + 1e-6), False), (-a / c * (1 - 1e-6), False)):
        carrying = Carrying(ReworkedProgram(record))
        made = Item(UPSTREAM, label["r"])
        if kind == LOCAL:  # of the product b*r along r
            made = Item(LOCAL, record.graph.nodes[label["f"]].arguments[1], 1)
        found = carrying.from_gradients(kind, {made: wrong})
        assert found is not None
        for name in ("q", "x", "w"):
            gradient = Item(UPSTREAM, label[name])
            assert (found[gradient] == 0) is is_zero
            assert carrying.gradient(kind, {made: wrong}, gradient) == found[gradient]
        assert carrying.gradient(kind, {made: wrong}, Item(UPSTREAM, label["f"])) is None
