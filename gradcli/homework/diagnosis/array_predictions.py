"""What each mistake of the catalogue would make of a program of arrays: every edit that can be made in it.

An edit is one mistake at one place, or at all places where it can be made in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...arrays.entries import Array
from ...arrays.table import LEAVES
from .array_entry_rules import rows_for, value_rule
from .array_mistakes import FORWARD, TOTALS, ArrayMistake, flow_rules, of_numbers
from .array_worlds import FAILURES, Changes, Edge, World, WrongFlow, WrongTotal, numbers
from .array_wrong_rules import FlowRule
from .array_wrong_totals import Total, TotalRule
from .array_wrong_values import Step, WrongValue

EVERYWHERE = -1  # in the place of a node: at all of them
SAME = 1e-9  # relative: arrays that differ by less are one


class Edit(NamedTuple):
    """One mistake, made in the way of its tag, at some nodes; `made` is what it makes wrong first.

    `is_value` says that it is a wrong value. `changes` are those of the world.
    """

    mistake: ArrayMistake
    tag: str
    nodes: tuple[int, ...]
    is_value: bool
    changes: Changes


def edits(world: World) -> Iterator[Edit]:
    """Yield every edit that changes something."""
    yield from _flow_edits(world)
    yield from _total_edits(world)
    yield from _value_edits(world)


def _guarded(rule: Iterator[tuple[str, Array]]) -> Iterator[tuple[str, Array]]:
    """Yield what a wrong rule does that consists of numbers, as long as it has results."""
    try:
        for tag, array in rule:
            if numbers(lambda array=array: array) is not None:  # type: ignore[misc]
                yield tag, array
    except FAILURES:
        return


def _guarded_values(rule: Iterator[WrongValue]) -> Iterator[WrongValue]:
    """Yield what a wrong rule for a value does that consists of numbers, as long as it has results."""
    try:
        for tag, array, flow in rule:
            if numbers(lambda array=array: array) is not None:  # type: ignore[misc]
                yield tag, array, flow
    except FAILURES:
        return


def _flow_edits(world: World) -> Iterator[Edit]:
    habits: dict[tuple[str, str, int], tuple[ArrayMistake, dict[tuple[int, int], WrongFlow]]] = {}
    for edges in world.users:
        for i, k in edges:
            edge = world.edge(i, k)
            right = world.flow(i, k)
            for mistake, rule in flow_rules(edge):
                if mistake.id == "as-constant" and len(world.users[edge.a]) < 2:
                    continue
                for tag, array in _guarded(rule(edge)):
                    if right is not None and same(array, right):
                        continue
                    yield Edit(mistake, tag, (edge.a,), False, Changes(flows={(i, k): _constant(array)}))
                    for whose in (EVERYWHERE, edge.a) if mistake.habit else ():
                        _, flows = habits.setdefault((mistake.id, tag, whose), (mistake, {}))
                        flows[i, k] = _by_tag(rule, tag)
    for (id, tag, whose), (mistake, flows) in habits.items():
        everywhere = habits[id, tag, EVERYWHERE][1]
        if len(flows) < 2 or (whose != EVERYWHERE and len(flows) == len(everywhere)):
            continue
        nodes = tuple(dict.fromkeys(world.graph.nodes[i].arguments[k] for i, k in flows))
        yield Edit(mistake, tag, nodes, False, Changes(flows=flows))


def _constant(array: Array) -> WrongFlow:
    return lambda edge: array


def _by_tag(rule: FlowRule, tag: str) -> WrongFlow:
    """Return a wrong rule made in one way, and the right one where that has no result."""

    def flow(edge: Edge) -> Array:
        return next((array for own, array in rule(edge) if own == tag), None) or edge.flow()

    return flow


def _total_edits(world: World) -> Iterator[Edit]:
    habits: dict[tuple[str, str], tuple[ArrayMistake, dict[int, WrongTotal]]] = {}
    for a, edges in enumerate(world.users):
        own = world.upstream[a]
        if own is None or (not edges and a != world.output):
            continue
        terms = [own] if a == world.output else [t for i, k in edges if (t := world.flow(i, k)) is not None]
        if len(terms) != max(len(edges), 1):
            continue
        total = Total(world, a, edges, terms)
        for mistake in TOTALS:
            rule = mistake.total
            assert rule is not None
            for tag, array in _guarded(rule(total)):
                if same(array, own):
                    continue
                if mistake.habit:
                    habits.setdefault((mistake.id, tag), (mistake, {}))[1][a] = _total_by_tag(world, rule, tag)
                else:
                    yield Edit(mistake, tag, (a,), False, Changes(totals={a: lambda *_, array=array: array}))
    for (_, tag), (mistake, totals) in habits.items():
        if len(totals) > 1:
            yield Edit(mistake, tag, tuple(totals), False, Changes(totals=totals))


def _total_by_tag(world: World, rule: TotalRule, tag: str) -> WrongTotal:
    """Return a wrong sum made in one way, and the right one where that has no result."""

    def total(a: int, edges: list[tuple[int, int]], terms: list[Array]) -> Array:
        here = Total(world, a, edges, terms)
        return next((array for own, array in rule(here) if own == tag), None) or here.right

    return total


def _value_edits(world: World) -> Iterator[Edit]:
    for i, node in enumerate(world.graph.nodes):
        if node.operation in LEAVES or not node.arguments or i > world.output:
            continue
        v, xs = world.values[i], [world.values[a] for a in node.arguments]
        step = Step(world, i, v, xs)
        for mistake in FORWARD:
            assert mistake.value is not None
            for tag, array, flow in _guarded_values(mistake.value(step)):
                if same(array, v):
                    continue
                flows = {} if flow is None else dict.fromkeys([(i, k) for k in range(len(xs))], flow)
                yield Edit(mistake, tag, (i,), True, Changes(values={i: array}, flows=flows))
        operation = node.operation.operation
        if operation is None:
            continue
        for row in rows_for(operation, -1):
            for tag, array in value_rule(row, operation, world.A, v, xs):
                if not same(array, v):
                    known = of_numbers(row.id, row.message, row.common)
                    yield Edit(known, tag, (i,), True, Changes(values={i: array}))


def same(a: Array, b: Array) -> bool:
    """Whether two arrays are one, up to rounding."""
    if a.shape != b.shape:
        return False
    size = max(map(abs, b.entries), default=0.0)
    return all(abs(x - y) <= SAME * max(abs(y), 1e-3 * size) for x, y in zip(a.entries, b.entries, strict=True))
