"""Which nodes depend on others: by a walk between two of them alone, or from some of them to an output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .graph import Graph


def follows(arguments_of: Callable[[int], Iterable[int]], node: int, other: int) -> bool:
    """Return whether a node depends on another, or is that one. Nodes are numbered oldest first."""
    reached = {node}
    waiting = [node] if node > other else []
    while waiting:
        for a in arguments_of(waiting.pop()):
            if a not in reached:
                reached.add(a)
                if a > other:
                    waiting.append(a)
    return other in reached


def needed_users(graph: Graph, output: int) -> list[list[int]]:
    """Return for every node up to an output which of those that the output needs it is an argument of."""
    users: list[list[int]] = [[] for _ in range(output + 1)]
    needed = graph.needed(output)
    for i in range(output + 1):
        if needed[i]:
            for a in graph.nodes.arguments[i]:
                users[a].append(i)
    return users


def dependents(users: Sequence[Sequence[int]], starts: Sequence[int]) -> list[int]:
    """Return the nodes that depend on some nodes, oldest first, without those; `users` has those of every node."""
    reached = {*starts}
    found: list[int] = []
    pending = list(starts)
    while pending:
        for i in users[pending.pop()]:
            if i not in reached:
                reached.add(i)
                found.append(i)
                pending.append(i)
    return sorted(found)
