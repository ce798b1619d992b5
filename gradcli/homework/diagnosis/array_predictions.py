"""What each mistake of the catalogue would make of a program of arrays: every edit that can be made in it.

An edit is one mistake at one place, or at all places where it can be made in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple, TypeVar

from ...arrays.entries import Array
from .array_entry_rules import rows_for, value_rule
from .array_entry_words import VALUE_WORDS
from .array_mistakes import FORWARD, SPREAD, TOTALS, ArrayMistake, flow_rules, of_numbers
from .array_worlds import FAILURES, Changes, Edge, FlowRule, World, Wrong, WrongFlow, WrongTotal, numbers, same
from .array_wrong_layers import spreads, without_biases
from .array_wrong_totals import Total, TotalRule
from .array_wrong_values import Step, WrongValue

AnyWrong = TypeVar("AnyWrong", Wrong, WrongValue)
MANY = 20  # paths: one of more than these is not told from the others in a long program
MOST_ENDS = 6  # nodes next to the output at which a factor is carried on over a long program
MOST_CARRIED = 16  # factors at each of them, the commonest: each takes a pass over the program
FACTORS = frozenset(("sign", "factor", "n-missing", "n-twice", "n-wrong", "step"))
EVERYWHERE = -1  # in the place of a node: at all of them


class Edit(NamedTuple):
    """One mistake, made in the way of its tag, at some nodes; `text` are the words for that place, if it has any.

    `is_value` says that it is a wrong value. `changes` are those of the world.
    """

    mistake: ArrayMistake
    tag: str
    nodes: tuple[int, ...]
    is_value: bool
    changes: Changes
    text: str = ""

    @property
    def words(self) -> str:
        """What the mistake is, with places of names."""
        return self.mistake.in_words(self.tag, self.text)


def edits(world: World) -> Iterator[Edit]:
    """Yield every edit that changes something; in a long program only factors next to the output."""
    if world.is_long:
        yield from _end_edits(world)
        return
    yield from gradient_edits(world, range(len(world.users)))
    yield from _value_edits(world)


def gradient_edits(world: World, nodes: Collection[int], *, long: bool = False) -> Iterator[Edit]:
    """Yield every edit of what flows back that changes something, of those at one place only at some nodes.

    In a `long` program they are those at one node, and one of many paths to it is not told from the others.
    """
    yield from _flow_edits(world, nodes, long=long)
    yield from _total_edits(world, nodes)
    if not long:
        yield from _spread_edits(world)


def _guarded(rule: Iterator[AnyWrong]) -> Iterator[AnyWrong]:
    """Yield what a wrong rule does that consists of numbers, as long as it has results."""
    try:
        for wrong in rule:
            if numbers(partial(getattr, wrong, "array")) is not None:
                yield wrong
    except FAILURES:
        return


def _spread_edits(world: World) -> Iterator[Edit]:
    for found in spreads(world):
        row = SPREAD[found.id]
        row = row if found.common is None else row._replace(common=found.common)
        yield Edit(row, found.tag, found.nodes, False, found.changes, found.words)


def _end_edits(world: World) -> Iterator[Edit]:
    """Yield the commonest factors and signs at the nodes next to the output: what all gradients may have."""
    nodes = world.graph.nodes
    ends = (a for a in range(world.output, -1, -1) if nodes[a].arguments and world.upstream[a] is not None)
    for a in islice(ends, MOST_ENDS):
        found = [edit for edit in _total_edits(world, [a]) if edit.mistake.id in FACTORS]
        yield from sorted(found, key=lambda edit: edit.mistake.common)[:MOST_CARRIED]


def _flow_edits(world: World, nodes: Collection[int], *, long: bool) -> Iterator[Edit]:
    habits: dict[tuple[str, str, int], tuple[ArrayMistake, dict[tuple[int, int], WrongFlow]]] = {}
    for node in sorted(nodes):
        singly = not long or len(world.users[node]) <= MANY
        for i, k in world.users[node]:
            edge = world.edge(i, k)
            right = world.flow(i, k)
            for mistake, rule in flow_rules(edge):
                if not singly and not mistake.habit:
                    continue
                for tag, array, text in _guarded(rule(edge)):
                    if right is not None and same(array, right):
                        continue
                    if singly:
                        yield Edit(mistake, tag, (edge.a,), False, Changes(flows={(i, k): _constant(array)}), text)
                    for whose in (EVERYWHERE, edge.a) if mistake.habit else ():
                        _, flows = habits.setdefault((mistake.id, tag, whose), (mistake, {}))
                        flows[i, k] = _by_tag(rule, tag) if singly else _constant(array)
    for (id, tag, whose), (mistake, flows) in habits.items():
        everywhere = habits[id, tag, EVERYWHERE][1]
        if len(flows) < 2 or (whose != EVERYWHERE and len(flows) == len(everywhere)):
            continue
        places = tuple(dict.fromkeys(world.graph.nodes[i].arguments[k] for i, k in flows))
        yield Edit(mistake, tag, places, False, Changes(flows=flows))


def _constant(array: Array) -> WrongFlow:
    return lambda edge: array


def _by_tag(rule: FlowRule, tag: str) -> WrongFlow:
    """Return a wrong rule made in one way, and the right one where that has no result."""

    def flow(edge: Edge) -> Array:
        return next((wrong.array for wrong in rule(edge) if wrong.tag == tag), None) or edge.flow()

    return flow


def _total_edits(world: World, nodes: Collection[int]) -> Iterator[Edit]:
    habits: dict[tuple[str, str], tuple[ArrayMistake, dict[int, WrongTotal]]] = {}
    for a in sorted(nodes):
        edges, own = world.users[a], world.upstream[a]
        if own is None:
            continue
        terms = [own] if a == world.output else [t for i, k in edges if (t := world.flow(i, k)) is not None]
        if len(terms) != max(len(edges), 1):
            continue
        total = Total(world, a, edges, terms)
        for mistake in TOTALS:
            rule = mistake.total
            assert rule is not None
            for tag, array, text in _guarded(rule(total)):
                if same(array, own):
                    continue
                if mistake.habit:
                    habits.setdefault((mistake.id, tag), (mistake, {}))[1][a] = _total_by_tag(world, rule, tag)
                else:
                    yield Edit(mistake, tag, (a,), False, Changes(totals={a: lambda *_, array=array: array}), text)
    for (_, tag), (mistake, totals) in habits.items():
        if len(totals) > 1:
            yield Edit(mistake, tag, tuple(totals), False, Changes(totals=totals))


def _total_by_tag(world: World, rule: TotalRule, tag: str) -> WrongTotal:
    """Return a wrong sum made in one way, and the right one where that has no result."""

    def total(a: int, edges: list[tuple[int, int]], terms: list[Array]) -> Array:
        here = Total(world, a, edges, terms)
        return next((wrong.array for wrong in rule(here) if wrong.tag == tag), None) or here.right

    return total


def _value_edits(world: World) -> Iterator[Edit]:
    for found in without_biases(world):
        mistake = next(row for row in FORWARD if row.id == found.id)
        yield Edit(mistake, found.tag, found.nodes, True, found.changes, found.words)
    for i, node in enumerate(world.graph.nodes[: world.output + 1]):
        if not node.arguments:
            continue
        v, xs = world.values[i], [world.values[a] for a in node.arguments]
        step = Step(world, i, v, xs)
        for mistake in FORWARD:
            assert mistake.value is not None
            for tag, array, flow, text in _guarded(mistake.value(step)):
                if same(array, v):
                    continue
                flows = {} if flow is None else dict.fromkeys([(i, k) for k in range(len(xs))], flow)
                yield Edit(mistake, tag, (i,), True, Changes(values={i: array}, flows=flows), text)
        operation = node.operation.operation
        if operation is None:
            continue
        for row in rows_for(operation, -1):
            for tag, array, _ in value_rule(row, operation, world.A, v, xs):
                if not same(array, v):
                    known, name = of_numbers(row.id, row.message, row.common), node.operation.name
                    words = VALUE_WORDS.get(row.id, "").format(f=name, x=f"$v{node.arguments[0]}")
                    yield Edit(known, tag, (i,), True, Changes(values={i: array}), words)
