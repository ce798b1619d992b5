"""The linearization: backwards and forwards are transposes of each other, and every mask is where it belongs."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.calculus.building import Builder
from gradcli.calculus.graph import Graph
from gradcli.calculus.linearization import Linearization, linearize
from gradcli.calculus.operations import INPUT, OPERATIONS
from gradcli.calculus.replacing import filled, replaced
from gradcli.calculus.sweeps import Fault, Forward, Partials
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers.fractions import Exact
from gradcli.numbers.systems import FLOAT

S = Exact()
SEEDS = st.integers(0, 2**32)
INPUTS = 3


def at(program: str, wrt: str | None = None, **point: float) -> Linearization:
    """Return the linearization of a program in binary64; `wrt` names the inputs that are active."""
    graph = parse(Source("program", program))
    names = graph.inputs if wrt is None else wrt.split()
    return linearize(FLOAT, graph, point, graph.active({graph.inputs[name] for name in names}))


def fraction(draw: random.Random) -> Fraction:
    return Fraction(draw.randint(-9, 9), draw.randint(1, 5))


def any_linearization(draw: random.Random, *, broken: float) -> Linearization:
    """Return a random graph whose local gradients are random too: fractions, nothing, or none at all.

    Its last input is not active. The rules of the operations play no part.
    """
    builder = Builder()
    for k in range(INPUTS):
        builder.leaf(INPUT, f"x{k}", (0, 0))
    for i in range(INPUTS, INPUTS + draw.randint(1, 12)):
        name, count = draw.choice((("sin", 1), ("mul", 2), ("add", 2), ("max", 3)))
        builder.apply(OPERATIONS[name], tuple(draw.randrange(i) for _ in range(count)), (0, 0))
    graph = builder.freeze(len(builder.nodes) - 1)
    active = graph.active({0, 1})
    faults: dict[tuple[int, int], Fault] = {}
    rows: list[tuple[Any, ...]] = []
    for i, arguments in enumerate(graph.nodes.arguments):
        row: list[Any] = []
        for k, a in enumerate(arguments):
            if active[a] and draw.random() < broken:
                faults[i, k] = Fault(i, "infinite", k)
            row.append(fraction(draw) if active[a] and (i, k) not in faults and draw.random() < 0.85 else None)
        rows.append(tuple(row))
    values = [fraction(draw) for _ in rows]
    return Linearization(S, graph, Forward(values, {}), active, Partials(rows, faults, []))


def over_all_paths(linearization: Linearization, start: int, output: int) -> Fraction | None:
    """Return the derivative as the sum over paths of the products along them; None if one of them is broken."""
    graph = linearization.graph
    paths = [[(start, 0)]]
    total = Fraction(0)
    while paths:
        path = paths.pop()
        last = path[-1][0]
        if last == output:
            edges = [(i, k) for i, k in path[1:]]
            if any(edge in linearization.slope_faults for edge in edges):
                return None
            product = Fraction(1)
            for i, k in edges:
                product *= linearization.local_gradients[i][k]
            total += product
            continue
        for i, arguments in enumerate(graph.nodes.arguments):
            for k, a in enumerate(arguments):
                if a == last and (
                    linearization.local_gradients[i][k] is not None or (i, k) in linearization.slope_faults
                ):
                    paths.append([*path, (i, k)])
    return total


@given(SEEDS)
def test_backwards_and_forwards_are_transposes(seed: int) -> None:
    """The dot-product test: adjoint * (J direction) = (adjoint * J) direction, exactly, at every node of the graph."""
    draw = random.Random(seed)
    linearization = any_linearization(draw, broken=0.0)
    direction = {0: fraction(draw), 1: fraction(draw)}
    tangents = linearization.jvp(direction)
    for output in range(INPUTS, len(linearization.values)):
        adjoint = fraction(draw)
        back = linearization.vjp(output, adjoint)
        assert not back.faults
        upstream = [back.upstream[i] for i in direction]
        assert tangents[output] * adjoint == sum(d * u for d, u in zip(direction.values(), upstream, strict=True))


@given(SEEDS)
def test_both_equal_the_sum_over_all_paths_and_fail_where_a_path_is_broken(seed: int) -> None:
    draw = random.Random(seed)
    linearization = any_linearization(draw, broken=0.15)
    output = len(linearization.values) - 1
    back = linearization.vjp(output, S.one)
    for i in (0, 1):
        expected = over_all_paths(linearization, i, output)
        assert back.upstream[i] == expected
        assert linearization.jvp({i: S.one})[output] == expected
        assert (i in back.faults) == (expected is None)


@given(SEEDS)
def test_contributions_add_up_to_upstream_gradients(seed: int) -> None:
    draw = random.Random(seed)
    linearization = any_linearization(draw, broken=0.1)
    output = len(linearization.values) - 1
    upstream, contributions, faults = linearization.vjp(output, Fraction(3))
    arriving: list[list[Fraction]] = [[] for _ in upstream]
    for arguments, row in zip(linearization.graph.nodes.arguments, contributions, strict=True):
        for a, x in zip(arguments, row, strict=True):
            if x is not None:
                arriving[a].append(x)
    for i, (number, on) in enumerate(zip(upstream, linearization.active, strict=True)):
        if i in faults or not on:
            assert number is None
        elif i != output:
            assert number == sum(arriving[i])


def test_what_is_not_active_has_no_upstream_gradient_and_nothing_arriving_is_0() -> None:
    linearization = at("u = x*y; v = cos(y); f = u + v*z", "x z", x=2.0, y=3.0, z=5.0)
    upstream = linearization.vjp(linearization.graph.named["u"], 7.0).upstream
    names = linearization.graph.by_label
    assert [upstream[names[name]] for name in "xyzuv"] == [21.0, None, 0.0, 7.0, None]


def test_a_broken_edge_spoils_what_lies_behind_it_and_nothing_else() -> None:
    linearization = at("s = sqrt(x); f = s*y + z", x=0.0, y=2.0, z=1.0)
    names = linearization.graph.by_label
    upstream, contributions, faults = linearization.vjp(linearization.graph.output, 1.0)
    assert [upstream[names[name]] for name in "xsyz"] == [None, 2.0, 0.0, 1.0]
    assert faults == {names["x"]: Fault(names["s"], "infinite", 0)}
    assert contributions[names["s"]] == (None,)
    assert linearization.slope_faults == {(names["s"], 0): Fault(names["s"], "infinite", 0)}
    assert linearization.jvp({names["x"]: 1.0})[names["f"]] is None
    assert linearization.jvp({names["y"]: 1.0, names["z"]: 3.0})[names["f"]] == 3.0


def test_the_branch_not_taken_may_fail() -> None:
    linearization = at("f = where(x > 0, log(x), 2*x)", x=-1.0)
    log = next(i for i, node in enumerate(linearization.graph.nodes) if node.operation.name == "log")
    assert linearization.value_faults == {log: Fault(log, "domain")}
    assert linearization.values[log] is None
    assert linearization.vjp(linearization.graph.output, 1.0).upstream[linearization.graph.inputs["x"]] == 2.0
    assert filled(linearization).local_gradients[log] == (None,)


def test_local_gradients_are_only_computed_when_they_are_asked_for() -> None:
    graph = parse(Source("program", "x**y"))
    asked: list[str] = []

    class Watched(Exact):
        def log(self, x: Any) -> Any:
            asked.append("log")
            return x

    linearization = linearize(Watched(), graph, {"x": Fraction(2), "y": Fraction(3)}, graph.active({0, 1}))
    assert (linearization.values[graph.output], asked) == (8, [])
    assert linearization.local_gradients[graph.output] == (12, 16)
    assert linearization.partials is linearization.partials
    assert asked == ["log"]


def test_kinks_are_those_of_active_nodes() -> None:
    linearization = at("abs(x) + abs(y)", "x", x=0.0, y=0.0)
    (kink,) = linearization.kinks
    assert linearization.graph.nodes[kink].arguments == (linearization.graph.inputs["x"],)


def test_filled_rows_have_0_where_nothing_flows_and_none_where_nothing_is() -> None:
    linearization = at("r = relu(x); s = sqrt(y); f = max(r, s, x*z)", "x y", x=-1.0, y=0.0, z=2.0)
    names = linearization.graph.by_label
    assert linearization.local_gradients[names["r"]] == (None,)
    rows = filled(linearization).local_gradients
    assert rows[names["r"]] == (0.0,)
    assert rows[names["s"]] == (None,)
    assert rows[names["f"]] == (0.5, 0.5, 0.0)
    product = linearization.graph.nodes[names["f"]].arguments[2]
    assert rows[product] == (2.0, None)


@given(SEEDS)
def test_filled_rows_let_the_same_flow(seed: int) -> None:
    linearization = any_linearization(random.Random(seed), broken=0.0)
    output = len(linearization.values) - 1
    assert filled(linearization).vjp(output, S.one).upstream == linearization.vjp(output, S.one).upstream


def test_replaced_local_gradients_mend_a_broken_edge_and_leave_the_rest() -> None:
    linearization = at("s = sqrt(x); f = s*y", x=0.0, y=2.0)
    names = linearization.graph.by_label
    assert replaced(linearization, {}) is linearization
    mended = replaced(linearization, {(names["s"], 0): 5.0})
    assert mended.vjp(names["f"], 1.0).upstream[names["x"]] == 10.0
    assert mended.slope_faults == {}
    assert linearization.vjp(names["f"], 1.0).upstream[names["x"]] is None
    assert mended.values is linearization.values


@pytest.mark.parametrize("name", ["s", "x"])
def test_a_tangent_of_a_computed_node_takes_the_place_of_its_own(name: str) -> None:
    linearization = at("s = 3*x; f = s + x", x=1.0)
    names = linearization.graph.by_label
    tangents = linearization.jvp({names[name]: 1.0})
    assert tangents[names["f"]] == {"s": 1.0, "x": 4.0}[name]


def test_the_order_of_nodes_is_that_of_the_graph() -> None:
    graph: Graph = parse(Source("program", "a = x*2; b = a*3; f = b*4"))
    linearization = linearize(FLOAT, graph, {"x": 1.0}, graph.active({graph.inputs["x"]}))
    tangents = linearization.jvp({graph.inputs["x"]: 1.0})
    named = [tangents[graph.by_label[name]] for name in ("x", "a", "b", "f")]
    assert named == [1.0, 2.0, 6.0, 24.0]
    assert all(a < b for a, b in pairwise(named))
