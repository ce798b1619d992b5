"""The steps in the order of both passes, and what there is to count."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from math import comb, fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli import differentiate
from gradcli.calculus.graph import Graph, Node
from gradcli.calculus.operations import INPUT, OPERATIONS
from gradcli.errors import GradcliError
from gradcli.record.derivation import BRANCH, EDGE, NOTHING, SUM, Derivation, DerivationLine, count_paths
from gradcli.reports.notation import Notation

from .random_programs import record_of


@given(st.integers(0, 10**6), st.integers(1, 25))
def test_every_edge_of_the_graph_has_one_line_and_comes_before_it_is_used(seed: int, size: int) -> None:
    """Whatever the numbers are: an edge that carries 0 is written as well."""
    record = record_of(seed, size)
    graph, steps = record.graph, Derivation(record).backward
    lines = [(step.user, step.position) for step in steps if step.kind in (EDGE, BRANCH)]
    needed = graph.needed(record.output)
    structural = [
        (u, k)
        for u, node in enumerate(graph.nodes)
        for k, a in enumerate(node.arguments)
        if needed[u] and record.active[a]
    ]
    assert sorted(lines) == structural
    assert Derivation(record).counts().visited == len(structural)
    # In the order of the reverse pass: users from the last to the first, each after all that arrives at it.
    assert all(a >= b for a, b in pairwise(u for u, _ in lines))
    last = {step.node: n for n, step in enumerate(steps) if step.kind in (EDGE, BRANCH)}
    done = {step.node: n for n, step in enumerate(steps) if step.kind != BRANCH}
    for n, step in enumerate(steps):
        if step.kind == SUM:
            assert last[step.node] < n
        if step.kind in (EDGE, BRANCH):
            assert done[step.user] < n
    for i, on in enumerate(record.active):
        assert (i in done) == bool(on)
        assert (DerivationLine(NOTHING, i) in steps) == bool(on and not needed[i])


@given(st.integers(0, 10**6), st.integers(1, 25))
def test_the_lines_that_arrive_at_a_node_sum_to_its_gradient(seed: int, size: int) -> None:
    record = record_of(seed, size)
    derivation = Derivation(record)
    notation = Notation(derivation)
    for i, edges in derivation.edges_to.items():
        shares = [notation.share(u, k) for u, k in edges]
        assert fsum(shares) == pytest.approx(record.upstream[i], rel=1e-12, abs=1e-12)
        kinds = [step.kind for step in derivation.backward if step.node == i]
        assert kinds == ([EDGE] if len(edges) == 1 else [BRANCH] * len(edges) + [SUM])


def piecewise(draw: random.Random, depth: int) -> str:
    """Return an expression at whose zeros there are kinks, poles, infinite slopes and branches without a value."""
    if depth == 0 or draw.random() < 0.15:
        return draw.choice(("x", "x", "y", "y", "w", "0", "1", "2"))
    shape = draw.choice((
        "relu({})", "sqrt({})", "log({})", "abs({})", "({} + {})", "({} - {})", "({})*({})", "({})/({})", "({})**2",
        "floor({})", "cbrt({})", "hypot({}, {})", "max({}, {})", "where({} > {}, {}, {})",
    ))  # fmt: skip
    return shape.format(*(piecewise(draw, depth - 1) for _ in range(shape.count("{}"))))


def test_at_kinks_and_without_derivatives_the_lines_still_sum_to_the_gradient() -> None:
    """A sum has no number if and only if one of its terms has none; what counts for nothing is a 0."""
    met = lost = 0
    for seed in range(300):
        program = piecewise(random.Random(seed), 5)
        names = set(re.findall(r"\b[xyw]\b", program))
        try:
            record = differentiate(program, {n: x for n, x in {"x": 0, "y": 1, "w": -2}.items() if n in names})
        except GradcliError:
            continue
        derivation = Derivation(record)
        notation = Notation(derivation)
        beside = {note.node for note in record.notes if note.kind == "one-sided"}  # an infinite slope is no sum
        for i, edges in derivation.edges_to.items():
            shares = [notation.share(u, k) for u, k in edges]
            lost += record.upstream[i] is None
            if i in derivation.settled or i in beside:
                continue
            met += 1
            assert (record.upstream[i] is None) == (None in shares), program
            if record.upstream[i] is not None:
                assert fsum(shares) == pytest.approx(record.upstream[i], rel=1e-9, abs=1e-9)
        for step in derivation.backward:
            right = notation.line(step).right
            if step.node not in beside | derivation.settled:
                assert right[-1] == "none" or not any("none" in part for part in right), program
    assert met > 500
    assert lost > 20


@given(st.integers(0, 10**6), st.integers(1, 25))
def test_the_edges_that_arrive_at_a_node_stand_in_the_order_of_their_users(seed: int, size: int) -> None:
    derivation = Derivation(record_of(seed, size))
    for edges in derivation.edges_to.values():
        assert edges == sorted(edges)
    assert Derivation(differentiate("a = x*x; b = a*x; x + b", {"x": 2.0})).edges_to[0] == [
        (1, 0),
        (1, 1),
        (2, 1),
        (3, 0),
    ]


@given(st.integers(0, 10**6), st.integers(1, 9))
def test_paths_are_counted_by_walking_them(seed: int, size: int) -> None:
    record = record_of(seed, size)
    graph = record.graph

    def walk(i: int) -> int:
        if not graph.nodes[i].arguments:
            return int(record.active[i])
        return sum(walk(a) for a in graph.nodes[i].arguments)

    assert Derivation(record).counts().paths == walk(graph.output)


@pytest.mark.parametrize("layers", [1, 5, 300])
def test_a_square_of_squares_has_a_power_of_two_of_paths(layers: int) -> None:
    program = "\n".join(f"x{k + 1} = x{k}*x{k}" for k in range(layers))
    counts = Derivation(differentiate(program, {"x0": 1.0}, ieee=True)).counts()
    assert counts.paths == 2**layers
    assert (counts.nodes, counts.edges, counts.visited) == (layers + 1, 2 * layers, 2 * layers)


def test_paths_through_a_lattice() -> None:
    """Each node is the sum of its left and lower neighbour: binomial coefficients."""
    n = 7
    lines = [
        f"a{i}_{j} = " + " + ".join([f"a{i - 1}_{j}"] * (i > 0) + [f"a{i}_{j - 1}"] * (j > 0) or ["x*1"])
        for i in range(n)
        for j in range(n)
    ]
    record = differentiate("\n".join(lines), {"x": 1.0})
    assert Derivation(record).counts().paths == comb(2 * n - 2, n - 1) == record.gradient["x"]


def test_more_paths_than_can_be_written_down() -> None:
    program = "\n".join(f"x{k + 1} = x{k}*x{k}" for k in range(14_000))
    assert Derivation(differentiate(program, {"x0": 1.0}, ieee=True)).counts().paths is None


def test_the_last_number_of_paths_that_is_written_down() -> None:
    """Each x + x has twice the paths of x: after 12,999 of them there are 2**12999, a number of 13,000 bits."""
    doubles = [Node(OPERATIONS["add"], (k, k), "", (0, 0)) for k in range(13_000)]
    for many, paths in ((12_999, 2**12_999), (13_000, None)):
        graph = Graph([Node(INPUT, (), "x", (0, 0)), *doubles[:many]], many, {})
        assert count_paths(graph, bytearray([1]) * (many + 1), many) == paths


def test_a_dead_relu_is_a_path() -> None:
    record = differentiate("relu(w*x) + w**2", {"w": -1, "x": 2})
    assert Derivation(record).counts() == (7, 7, 6, 3)


def test_only_what_is_asked_for_counts() -> None:
    record = differentiate("x*y + y", {"x": 2, "y": 3}, wrt=["x"])
    assert Derivation(record).counts() == (4, 4, 2, 1)
    assert count_paths(record.graph, bytearray(4), record.output) == 0
