"""One step from the student's own arrays: the program with what was handed in, and what leads to a gradient in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy

from ...arrays.entries import Array
from ...arrays.sweeps import node_value
from ..claims.array_runs import ArrayRun
from ..claims.items import UPSTREAM, VALUE
from .array_evidence import ArrayEvidence
from .array_predictions import Edit, gradient_edits
from .array_worlds import World, numbers


def own_world(run: ArrayRun, output: int, sheet: Sequence[ArrayEvidence], but: int | None = None) -> World | None:
    """Return the program with the student's arrays in it, but for the gradient of one node."""
    A, graph = run.A, run.record.graph
    own: dict[tuple[str, int], Array] = {}
    for claim in sheet:
        item = claim.item
        if item.places is None and claim.shape == item.shape and (item.kind, item.node) != (UPSTREAM, but):
            own[item.kind, item.node] = A.make(claim.shape, claim.values)
    if not own:
        return None
    values: list[Array] = []
    for i, node in enumerate(graph.nodes):
        found: Array | None = own.get((VALUE, i)) or run.values[i]
        if (VALUE, i) not in own and any(values[a] is not run.values[a] for a in node.arguments):
            found = numbers(lambda node=node: node_value(A, node, {}, values))  # type: ignore[misc]
        if found is None:
            return None
        values.append(found)
    first = World(A, graph, values, run.upstream(output), output)
    upstream = first.upstream  # the student's, as far as the newer nodes
    for a in range(output - 1, -1, -1):
        if upstream[a] is None:
            continue
        if (UPSTREAM, a) in own:
            upstream[a] = own[UPSTREAM, a]
            continue
        flows = [numbers(first.edge(i, j).flow) for i, j in first.users[a]]
        if None in flows:
            return None
        upstream[a] = A.total(flows)  # type: ignore[arg-type]  # none of them is None
    pinned = {i for kind, i in own if kind == UPSTREAM}
    return World(A, graph, values, upstream, output, pinned)


def opened(world: World, node: int) -> World | None:
    """Return a world in which the gradient of a node follows from those of its users, not from what was handed in.

    What was worked out from that gradient stays: nothing that leads to the node hangs on it. None without numbers.
    """
    if not world.users[node]:
        return None
    flows = [world.flow(i, k) for i, k in world.users[node]]
    if None in flows:
        return None
    found = copy(world)
    found.upstream = [*world.upstream]
    found.upstream[node] = world.A.total(flows)  # type: ignore[arg-type]  # none of them is None
    found.pinned = world.pinned - {node}
    return found


def steps_to(world: World, node: int, *, near: bool) -> Iterator[Edit]:
    """Yield the edits at one place that lead to the gradient of a node; those `near` it are at the node itself.

    Nothing that is handed in stands between the place and the node.
    """
    reached, waiting = {node}, [] if near else [node]
    while waiting:
        for i, _ in world.users[waiting.pop()]:
            if i not in reached and i not in world.pinned:
                reached.add(i)
                waiting.append(i)
    for edit in gradient_edits(world, reached, long=near):
        if len(edit.nodes) == 1:
            yield edit
