"""Random programs of arrays: their text is read back, and the rules as text make their gradient."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from gradcli.arrays.entries import Entries
from gradcli.arrays.graph import ArrayBuilder, ArrayGraph
from gradcli.arrays.sizes import Misfit, Shape
from gradcli.arrays.sweeps import forward, reverse
from gradcli.arrays.table import ARRAY_OPERATIONS as ROWS
from gradcli.calculus.operations import OPERATIONS, WHERE
from gradcli.errors import Source
from gradcli.language.array_scope import parse_arrays
from gradcli.language.array_writing import formula
from gradcli.numbers.balls import Balls
from gradcli.numbers.systems import Undecided

from .array_programs import array, backward, evaluated, size, spelt

NOWHERE = (0, 0)
SHAPES: list[Shape] = [(), (2,), (3,), (2, 3), (3, 2), (3, 3), (1, 3), (2, 1), (2, 2, 3)]
ALONE = ("tanh", "sigmoid", "relu", "sin", "exp", "abs", "neg", "softplus", "atan", "elu")
PAIRS = ("add", "sub", "mul", "mul", "add", "max", "min", "hypot")
REDUCTIONS = ("sum", "mean", "max", "prod", "var", "norm")
PLACES: list[Any] = [0, -1, ("slice", None, None, None), ("slice", 1, None, None), ("slice", None, None, -1), None]


def added(builder: ArrayBuilder, nodes: list[int], rng: random.Random) -> int:
    """Return a new node on top of some of the nodes. Raises `Misfit` where they do not fit."""
    a, b = rng.choice(nodes[-6:]), rng.choice(nodes)
    rank = len(builder.shape(a))
    axis: dict[str, Any] = {"axis": rng.randrange(rank)} if rank else {}
    kind = rng.randrange(14)
    if kind < 3:
        return builder.entrywise(OPERATIONS[rng.choice(ALONE)], [a], NOWHERE)
    if kind < 6:
        return builder.entrywise(OPERATIONS[rng.choice(PAIRS)], rng.sample([a, b], 2), NOWHERE)
    if kind < 8:
        return builder.apply(ROWS["matmul"], rng.sample([a, b], 2), NOWHERE)
    if kind == 8:
        keep = {"keep": rng.random() < 0.5} if rank else {}
        return builder.apply(ROWS[rng.choice(REDUCTIONS)], [a], NOWHERE, {**axis, **keep})
    if kind == 9:
        row = ROWS[rng.choice(("softmax", "log_softmax", "cumsum", "sort"))]
        return builder.apply(row, [a], NOWHERE, axis)
    if kind == 10:
        places = tuple(rng.choice(PLACES) for _ in range(rng.randint(1, 3)))
        return builder.apply(ROWS["index"], [a], NOWHERE, {"places": places})
    if kind == 11:
        return builder.apply(ROWS[rng.choice(("concat", "stack", "outer"))], [a, b], NOWHERE)
    if kind == 12:
        return builder.apply(ROWS[rng.choice(("flatten", "diag", "logsumexp", "transpose"))], [a], NOWHERE)
    condition = builder.entrywise(OPERATIONS[rng.choice(("lt", "ge"))], [a, b], NOWHERE)
    return builder.entrywise(WHERE, [condition, a, rng.choice(nodes)], NOWHERE)


def drawn(rng: random.Random) -> ArrayGraph:
    """Return a random program of a few nodes, some with names."""
    builder = ArrayBuilder()
    nodes = [builder.input(name, rng.choice(SHAPES), NOWHERE) for name in "xyzw"]
    nodes += [builder.number(text, NOWHERE) for text in ("2", "0.5")]
    wanted = len(nodes) + rng.randint(4, 9)
    for k in range(300):
        if len(nodes) == wanted:
            break
        try:
            nodes.append(added(builder, nodes, rng))
        except Misfit:
            continue
        if rng.random() < 0.3:
            builder.name(nodes[-1], f"s{k}")
    output = nodes[-1] if builder.shape(nodes[-1]) == () else builder.apply(ROWS["sum"], [nodes[-1]], NOWHERE)
    builder.name(output, "L")
    return builder.freeze(output)


@pytest.mark.parametrize("seed", range(12))
def test_the_rules_of_random_programs_make_their_gradients(seed: int) -> None:
    rng = random.Random(seed)
    system = Balls(300)
    checked = 0
    for _ in range(20):
        graph = drawn(rng)
        shapes = {name: graph.nodes[i].shape for name, i in graph.inputs.items()}
        text = formula(graph, graph.output)
        again = parse_arrays(Source("program", text), shapes)
        assert formula(again, again.output) == text
        with system.at_work():
            A = Entries(system)
            point = {
                name: array(A, shape, [Fraction(rng.choice((-1, 1)) * rng.randrange(1, 400), 97) for _ in entries])
                for name, shape in shapes.items()
                for entries in [range(size(shape))]
            }
            active = graph.active([*graph.differentiable.values()])
            try:
                run = forward(A, graph, point)
                back = reverse(A, graph, run.values, active, graph.output, A.full(1, ()))
            except Undecided:  # two entries are equal
                continue
            if run.faults or back.faults or back.kinks:
                continue
            rules = backward(graph, active)
            names = {label: run.values[i] for i, label in enumerate(graph.labels) if spelt(label).isidentifier()}
            for name, i in graph.differentiable.items():
                if (want := back.upstream[i]) is not None:
                    have = evaluated(A, f"{rules}; d_{i}", names)
                    assert have.shape == want.shape
                    assert all(a.overlaps(b) for a, b in zip(have.entries, want.entries, strict=True)), (name, rules)
                    checked += 1
    assert checked > 10
