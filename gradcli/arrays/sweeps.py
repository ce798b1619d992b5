"""Both passes over arrays, as they stand on a blackboard: values forwards, upstream gradients backwards.

Every sweep is a loop over the flat tuple of nodes, and the array system is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, cast

from ..calculus.table_parts import Operation
from .entries import Array, Entries, EntryFault
from .graph import ArrayGraph, ArrayNode
from .table import CONSTANT, INPUT, LITERAL, NUMBER

Kink = tuple[int, Operation, int]


class ArrayForward(NamedTuple):
    """The value of every node, oldest first, and why entries have none."""

    values: list[Array]
    faults: list[EntryFault]


class ArrayReverse(NamedTuple):
    """The upstream gradient of every node, None where nothing arrives, and what flows back along every edge.

    `contributions` has one tuple per node with one entry per argument, None where nothing flows. `faults` say why
    entries of a pullback have no number; `kinks` has (node, operation, entry).
    """

    upstream: list[Array | None]
    contributions: list[tuple[Array | None, ...]]
    faults: list[EntryFault]
    kinks: list[Kink]


def forward(A: Entries, graph: ArrayGraph, point: Mapping[str, Array]) -> ArrayForward:
    """Return the value of every node at a point, which has an array for every input."""
    values: list[Array] = []
    faults: list[EntryFault] = []
    for i, node in enumerate(graph.nodes):
        A.faults = []
        values.append(node_value(A, node, point, values))
        for fault in A.faults:
            fault.node = i
        faults += A.faults
    return ArrayForward(values, faults)


def jumps(
    A: Entries, graph: ArrayGraph, values: Sequence[Array], wrt: Iterable[int], output: int
) -> tuple[list[Kink], list[EntryFault]]:
    """Return the (node, operation, entry) of comparisons and steps at their edge, and those that are undecided.

    They are those that the output depends on, and that depend on some nodes themselves: nothing may flow back through
    them, or 0 alone.
    """
    needed, moved = graph.needed(output), bytearray(len(graph.nodes))
    for i in wrt:
        moved[i] = 1
    kinks: list[Kink] = []
    faults: list[EntryFault] = []
    for i, node in enumerate(graph.nodes[: output + 1]):
        moved[i] |= any(moved[a] for a in node.arguments)
        row = node.operation.operation
        if row is None or row.kink is None or not (row.kink.jumps and moved[i] and needed[i]):
            continue
        A.faults, A.kinks = [], []
        A.look_for_kinks(row, values[i], [values[a] for a in node.arguments])
        for fault in A.faults:
            fault.node = i
        kinks += [(i, *kink) for kink in A.kinks]
        faults += A.faults
    return kinks, faults


def node_value(
    A: Entries, node: ArrayNode, point: Mapping[str, Array], values: Sequence[Array] | Mapping[int, Array]
) -> Array:
    """Return the value of a node, from those of its arguments."""
    operation, shape = node.operation, cast("tuple[int, ...]", node.shape)
    if operation is INPUT:
        return point[node.text]
    if operation is NUMBER:
        return A.leaf([node.text], ())
    if operation is CONSTANT:
        return A.constant(node.text)
    if operation is LITERAL:
        return A.leaf(node.fixed["texts"], shape)
    return A.attempt(lambda: operation.value(A, *[values[a] for a in node.arguments], **node.fixed), shape)


def reverse(
    A: Entries, graph: ArrayGraph, values: Sequence[Array], active: Sequence[int], output: int, adjoint: Array
) -> ArrayReverse:
    """Return `adjoint` times the derivative of the output with respect to every active node."""
    nodes = graph.nodes
    arriving: list[list[Array]] = [[] for _ in nodes]
    arriving[output].append(adjoint)
    back = ArrayReverse([None] * len(nodes), [(None,) * len(node.arguments) for node in nodes], [], [])
    for i in range(output, -1, -1):
        if not arriving[i] or not active[i]:
            continue
        g = back.upstream[i] = A.total(arriving[i])
        arriving[i] = []
        operation, arguments = nodes[i].operation, nodes[i].arguments
        A.faults, A.kinks = [], []
        row: list[Array | None] = []
        for k, a in enumerate(arguments):
            flows = active[a] and operation.pullback(k) is not None
            flow = A.attempt(partial(_flow, A, nodes[i], k, g, values, i), values[a].shape) if flows else None
            row.append(flow)
            if flow is not None:
                arriving[a].append(flow)
        back.contributions[i] = tuple(row)
        for fault in A.faults:
            fault.node = i
        back.faults.extend(A.faults)
        back.kinks.extend((i, *kink) for kink in dict.fromkeys(A.kinks))
    return back


def _flow(A: Entries, node: ArrayNode, k: int, g: Array, values: Sequence[Array], i: int) -> Array:
    """Return what flows back from a node to its argument at a position."""
    return node.operation.flow(A, k, g, values[i], [values[a] for a in node.arguments], node.fixed)
