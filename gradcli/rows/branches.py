"""Which nodes count only where a condition turns to their branch, and an order of evaluation that knows it in time."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..calculus.graph import Graph
from ..calculus.operations import WHERE
from .code import Untraceable

Side = tuple[int, int]  # a node that is a `where`, and the position of one of its branches


def branches(graph: Graph, wanted: Collection[int]) -> list[frozenset[Side] | None]:
    """Return the branches that all ways from a wanted node to a node lead through.

    One entry per node, oldest first; None for a node that no way leads to.
    """
    found: list[frozenset[Side] | None] = [None] * len(graph.nodes)
    for i in wanted:
        found[i] = frozenset()
    for i in range(len(graph.nodes) - 1, -1, -1):
        sides = found[i]
        if sides is None:
            continue
        operation, arguments = graph.nodes[i][:2]
        for position, a in enumerate(arguments):
            through = sides | {(i, position)} if operation is WHERE and position else sides
            known = found[a]
            found[a] = through if known is None else known & through
    return found


def evaluation_order(graph: Graph, sides: Sequence[frozenset[Side] | None]) -> list[int]:
    """Return the nodes that are wanted, each after its arguments and after the conditions of the branches it is in.

    Raises `Untraceable` where there is no such order.
    """
    order: list[int] = []
    state = bytearray(len(graph.nodes))  # 1 on the way, 2 done
    for start, wanted in enumerate(sides):
        stack = [start] if wanted is not None else []
        while stack:
            i = stack[-1]
            if state[i] == 2:
                stack.pop()
                continue
            before = [*graph.nodes[i].arguments, *(graph.nodes[w].arguments[0] for w, _ in sorted(sides[i] or ()))]
            waiting = [a for a in before if state[a] != 2]
            if state[i] == 1 and waiting:
                raise Untraceable("a condition that depends on its branch")
            state[i] = 1 if waiting else 2
            if waiting:
                stack += waiting
            else:
                order.append(i)
                stack.pop()
    return order
