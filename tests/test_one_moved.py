"""An output where one input moves is that of the whole graph, in every system; so is its tangent."""

from __future__ import annotations

import random
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus import sweeps
from gradcli.calculus.following import dependents, follows, needed_users
from gradcli.calculus.linearization import linearize
from gradcli.calculus.one_moved import OneMoved, Paths
from gradcli.errors import MathError
from gradcli.numbers.balls import Balls
from gradcli.numbers.systems import FLOAT
from gradcli.record.verification import verify

from .programs import call_names, random_case

MOVES = (0.5, -0.5, 1e-6, 3.0)


def records(count: int, seed: int, depth: int) -> list[Any]:
    """Return the records of random programs at points where they have values."""
    draw, calls = random.Random(seed), call_names()
    found: list[Any] = []
    while len(found) < count:
        case = random_case(draw, calls=calls, depth=depth)
        try:
            found.append(differentiate(case.program, case.point))
        except MathError:
            continue
    return found


@pytest.mark.parametrize("S", [FLOAT, Balls(200)], ids=["floats", "balls"])
def test_the_value_where_one_input_moves_is_that_of_all_nodes(S: Any) -> None:
    for record in records(120, 61, 4):
        graph, output = record.graph, record.output
        with S.at_work():
            about = record.evaluation.system.approximate
            point = {name: S.from_number(about(x)) for name, x in record.evaluation.point.items()}
            paths = Paths(graph, output)
            moved = OneMoved(S, paths, point)
            for _ in range(2):  # it comes back to an input after others
                for name, i in graph.inputs.items():
                    for step in MOVES:
                        x = point[name] + S.from_number(step)
                        whole = sweeps.forward(S, graph, {**point, name: x})
                        found = moved.value(i, paths.of(i), x)
                        true = None if output in whole.faults else whole.values[output]
                        assert str(found) == str(true), (record.program, name, step)


def test_the_tangent_of_one_input_is_that_of_all_nodes() -> None:
    for record in records(150, 62, 4):
        graph, output = record.graph, record.output
        S, point = record.evaluation.system, record.evaluation.point
        with S.at_work():
            linearization = linearize(S, graph, point, record.active)
            paths = Paths(graph, output)
            for i in graph.inputs.values():
                found = paths.tangent(S, linearization.partials, i, paths.of(i))
                assert str(found) == str(linearization.jvp({i: S.one})[output]), record.program


def test_dependents_are_the_nodes_that_follow_and_are_needed() -> None:
    for record in records(60, 63, 4):
        graph, output = record.graph, record.output
        arguments, needed = graph.nodes.arguments, graph.needed(output)
        users = needed_users(graph, output)
        for i in graph.inputs.values():
            if i > output:
                continue
            true = [k for k in range(output + 1) if k != i and needed[k] and follows(arguments.__getitem__, k, i)]
            assert dependents(users, [i]) == true


def test_a_fault_is_left_behind_where_the_input_comes_back() -> None:
    record = differentiate("y = 2*x; log(y) + z", {"x": 1, "z": 3})
    paths = Paths(record.graph, record.output)
    moved = OneMoved(FLOAT, paths, {"x": 1.0, "z": 3.0})
    x, z = record.graph.inputs["x"], record.graph.inputs["z"]
    assert moved.value(x, paths.of(x), -1.0) is None
    assert moved.value(z, paths.of(z), 4.0) == pytest.approx(4.6931471805599)
    assert moved.value(x, paths.of(x), 0.5) == 3.0


def test_an_output_that_is_the_input_itself_and_one_that_knows_it_not() -> None:
    record = differentiate("y = x + 1; x", {"x": 1})
    paths = Paths(record.graph, record.output)
    moved = OneMoved(FLOAT, paths, {"x": 1.0})
    assert paths.of(record.graph.inputs["x"]) == []
    assert moved.value(record.graph.inputs["x"], [], 7.0) == 7.0
    branch = differentiate("where(0 < 1, x, x*y)", {"x": 1, "y": 0})
    assert {check.name: check.verdict for check in verify(branch)} == {"x": "agrees", "y": "agrees"}


def test_the_work_of_a_verification_grows_with_what_depends_on_the_inputs() -> None:
    """A sum of layers side by side: an input moves its own layer, and the nodes that this visits are few."""

    def visits(layers: int) -> int:
        program = "; ".join(f"h{k} = tanh(a{k}*b{k}) + sin(c{k})" for k in range(layers))
        program += "; " + " + ".join(f"h{k}" for k in range(layers))
        record = differentiate(program, {f"{x}{k}": 0.5 for x in "abc" for k in range(layers)})
        paths = Paths(record.graph, record.output)
        return sum(len(paths.of(i)) for i in record.graph.inputs.values())

    assert visits(8) < 3 * 8 * (3 + 8)
