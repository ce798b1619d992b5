"""Whether one node depends on another, by a walk between the two alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable


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
