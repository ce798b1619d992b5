"""Layers that repeat: nodes of a program of arrays that compute the same, step after step of a recurrence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.table import INDEX, LEAVES

LEAST_STEPS = 4  # steps that are folded to one and the last
MOST_STEP_NODES = 40  # nodes of a step
MOST_LOOKED_THROUGH = 20_000  # nodes of a program that is looked through


class Repeated(NamedTuple):
    """Steps of a recurrence that are alike, but the last: `nodes` has one row per step, each as long as the first."""

    nodes: list[list[int]]


def repeated(graph: ArrayGraph, nodes: Sequence[int]) -> list[Repeated]:
    """Return the layers that repeat among some nodes, which are in order; numerals and inputs are none."""
    order = [i for i in nodes if graph.nodes[i].operation not in LEAVES]
    if len(order) > MOST_LOOKED_THROUGH:
        return []
    place = {i: k for k, i in enumerate(order)}
    named = set(graph.named.values())
    runs = {p: _runs(graph, order, place, p) for p in range(1, min(MOST_STEP_NODES, len(order) // LEAST_STEPS) + 1)}
    found = []
    at = 0
    while at < len(order):
        steps_of = {p: steps for p, run in runs.items() if (steps := _steps(run[at], p)) >= LEAST_STEPS}
        if not steps_of:
            at += 1
            continue
        period = max(steps_of, key=lambda p: steps_of[p] * p)  # of alike ones the shortest, which comes first
        at = _named_end(order, named, at, period)
        steps = _steps(runs[period][at], period)
        if steps < LEAST_STEPS:
            continue
        found.append(Repeated([order[at + k * period : at + (k + 1) * period] for k in range(steps - 1)]))
        at += steps * period
    return found


def _named_end(order: Sequence[int], named: set[int], at: int, period: int) -> int:
    """Return where a step begins whose last node has a name, if one has."""
    for k in range(at, at + period):
        if order[k] in named:
            return at if k == at + period - 1 else k + 1
    return at


def _steps(run: int, period: int) -> int:
    """Return how many steps are alike where so many nodes have their like a period later."""
    return run // period + 1


def _runs(graph: ArrayGraph, order: Sequence[int], place: dict[int, int], period: int) -> list[int]:
    """Return, for every place, how many nodes from there on have their like a period later."""
    found = [0] * (len(order) + 1)
    for k in range(len(order) - period - 1, -1, -1):
        first, second = graph.nodes[order[k]], graph.nodes[order[k + period]]
        if _alike(graph, first, second) and all(
            a == b or (a in place and b in place and place[b] - place[a] == period)
            for a, b in zip(first.arguments, second.arguments, strict=True)
        ):
            found[k] = found[k + 1] + 1
    return found[:-1]


def _alike(graph: ArrayGraph, a: ArrayNode, b: ArrayNode) -> bool:
    """Whether two nodes do the same with arrays of the same shapes; which entry an index takes may differ."""
    if a.operation is not b.operation or a.shape != b.shape or len(a.arguments) != len(b.arguments):
        return False
    return a.fixed == b.fixed or (a.operation is INDEX and _pattern(a) == _pattern(b))


def _pattern(node: ArrayNode) -> list[object]:
    return [0 if isinstance(place, int) else place for place in node.fixed["places"]]
