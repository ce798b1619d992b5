"""Where something flows on behind a node, as code asks for it: where some way has no local gradient that is 0."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.gradient import Gradient
from gradcli.reports.code.lines import Lines, subject_of
from gradcli.reports.code.names import Names
from gradcli.reports.code.openings import Choice, Openings, Way, _size

MOST_CONDITIONS = 8

NUMBERS = (-1.5, 0.0, 1.0, 4.0)


class Read:
    """The openings of a program, asked at the point of a record."""

    def __init__(self, program: str, point: dict[str, float]) -> None:
        found = differentiate(program, point)
        assert isinstance(found, Gradient)
        self.record, self.lines = found, Lines(subject_of(found), "python", Names([]))
        lines, ends = self.lines, {*found.places.values()}
        self.ways = Openings(lines.S, lines.graph, lines.symbols, lines.flows, ends).of
        self.nodes = lines.S.builder.freeze(0).nodes
        self.known: dict[str, Any] = {name: found.values[i] for i, name in lines.called.items()}
        self.truth = {i: i in ends for i in range(len(found.graph.nodes))}
        for i in sorted({i for i, _ in lines.flows} - ends):
            arguments = found.graph.nodes[i].arguments
            self.truth[i] = any(found.local(i, k) and self.truth[a] for k, a in enumerate(arguments)
                                if (i, k) in lines.flows)  # fmt: skip

    def value(self, node: int) -> Any:
        row, arguments = self.nodes.operations[node], self.nodes.arguments[node]
        if row.is_leaf:
            text = self.nodes.texts[node]
            return self.known[text] if text in self.known else float(text)
        return row.value(self.record.system, *map(self.value, arguments))

    def is_open(self, way: Way) -> bool:
        return self.is_open(way.yes if self.value(way.condition) else way.no) if isinstance(way, Choice) else way


def expression(draw: random.Random, depth: int) -> str:
    if not depth:
        return draw.choice(["x", "y", "3*x", "2 - y"])
    a, b = (expression(draw, draw.randrange(depth)) for _ in range(2))
    return draw.choice((
        "relu({0})", "max({0}, {1})", "min({0}, {1})", "max({0}, 1)", "min(max({0}, -1), 1)", "where({1} > 0, {0}, 1)",
        "where({0} < 1, {1}, {0})", "({0} + {1})", "(5 - {0})", "where({0} >= 0, 2, {1})", "max({0}, {1}, 0)",
        "({0} + relu({1}))",
    )).format(a, b)  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_a_way_is_open_where_its_local_gradients_are_not_0(seed: int) -> None:
    draw = random.Random(seed)
    depth = 2 + (seed > 16)
    program = f"exp(({expression(draw, depth)})/9) + x + y"
    for x, y in product(NUMBERS, NUMBERS):
        found = Read(program, {"x": x, "y": y})
        for i, way in found.ways.items():
            if way is True and not found.truth[i]:
                assert depth > 2, (program, x, y, i)  # beyond eight conditions no way is said to be closed
                continue
            assert found.is_open(way) is found.truth[i], (program, x, y, i)


@pytest.mark.parametrize(("gate", "conditions"), [
    ("x", 0), ("sin(x)", 0), ("relu(x)", 1), ("relu(relu(x) - 1)", 2), ("relu(x) + y", 0), ("relu(x) + relu(x)", 1),
    ("max(x, y)", 0), ("abs(x)", 0), ("where(x > 0, x, 1)", 1), ("where(x > 0, x, 2*x)", 0), ("floor(x) + relu(x)", 1),
    ("relu(x)*relu(-x)", 2), ("min(max(x, 0), 1)", 2),
])  # fmt: skip
def test_conditions_of_a_way_are_as_few_as_tell(gate: str, conditions: int) -> None:
    found = Read(f"sqrt(9 + {gate})", {"x": 0.5, "y": 2.0} if "y" in gate else {"x": 0.5})
    graph = found.record.graph
    (a,) = (k for k in graph.nodes[graph.output].arguments)
    assert _size(found.ways[a]) == conditions


@pytest.mark.parametrize("many", [MOST_CONDITIONS, MOST_CONDITIONS + 1])
def test_beyond_eight_conditions_every_way_is_open(many: int) -> None:
    gates = " + ".join(f"relu(x - {k})" for k in range(many))
    found = Read(f"sqrt(9 + {gates})", {"x": 100.0})
    graph = found.record.graph
    (a,) = (k for k in graph.nodes[graph.output].arguments)
    assert _size(found.ways[a]) == (many if many <= MOST_CONDITIONS else 0)
    assert (found.ways[a] is True) is (many > MOST_CONDITIONS)
