"""The steps in the order of both passes, and what there is to count."""

from __future__ import annotations

from itertools import pairwise
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli import differentiate
from gradcli.derivation import BRANCH, EDGE, SUM, Derivation, count_paths

from .random_programs import record_of


@given(st.integers(0, 10**6), st.integers(1, 25))
def test_every_edge_that_carries_something_has_one_line_and_comes_before_it_is_used(seed: int, size: int) -> None:
    record = record_of(seed, size)
    steps = Derivation(record).backward
    lines = [(step.user, step.position) for step in steps if step.kind in (EDGE, BRANCH)]
    assert len(lines) == len(set(lines))
    flowing = {(u, k) for u, row in enumerate(record.contributions) for k, flow in enumerate(row) if flow is not None}
    assert flowing <= set(lines)
    # In the order of the reverse pass: users from the last to the first, each after all that arrives at it.
    users = [step.user for step in steps if step.kind in (EDGE, BRANCH)]
    assert all(a >= b for a, b in pairwise(users))
    last = {step.node: n for n, step in enumerate(steps) if step.kind in (EDGE, BRANCH)}
    for n, step in enumerate(steps):
        if step.kind == SUM:
            assert last[step.node] < n
        if step.kind in (EDGE, BRANCH) and step.user in last:
            assert last[step.user] < n


@given(st.integers(0, 10**6), st.integers(1, 25))
def test_the_edges_that_arrive_at_a_node_stand_in_the_order_of_their_users(seed: int, size: int) -> None:
    derivation = Derivation(record_of(seed, size))
    for edges in derivation.incoming.values():
        assert edges == sorted(edges)
    assert Derivation(differentiate("a = x*x; b = a*x; x + b", {"x": 2.0})).incoming[0] == [
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


def test_only_what_is_asked_for_counts() -> None:
    record = differentiate("x*y + y", {"x": 2, "y": 3}, wrt=["x"])
    assert Derivation(record).counts() == (4, 4, 2, 1)
    assert count_paths(record.graph, bytearray(4), record.output) == 0
