"""Own gradients that stand for those of a sum: who has dL/db has that of w*x + b too, which a sheet seldom asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from ...calculus.operations import ADD, SUB
from ...calculus.table_parts import Operation
from .follow_through import Edge

Claim = TypeVar("Claim")


def is_copied(operation: Operation | None, position: int) -> bool:
    """Whether an argument of an operation has its gradient, whatever the numbers are."""
    return operation is ADD or (operation is SUB and position == 0)


def stand_ins(
    wrong: Mapping[int, Claim],
    claimed: Collection[int],
    users: Callable[[int], Sequence[Edge]],
    copied: Callable[[int, int], bool],
) -> Iterator[tuple[int, dict[int, Claim]]]:
    """Yield nodes whose own gradient is `wrong`, and for each the nodes that nobody claimed with the same gradient.

    These are the sums that it is the only argument of which it goes into, and those that these go into.
    """
    for node, claim in wrong.items():
        found: dict[int, Claim] = {}
        edges = users(node)
        while len(edges) == 1 and copied(*edges[0]) and edges[0][0] not in claimed:
            above = edges[0][0]
            found[above] = claim
            edges = users(above)
        if found:
            yield node, found
