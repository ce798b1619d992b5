"""What a picture shows at one step of the passes."""

from __future__ import annotations

from typing import NamedTuple


class Stage(NamedTuple):
    """What a picture shows at one step of the two passes, and what it points at; everything by node of the record.

    `values` and `gradients` are the nodes whose labels are visible, `shares` the edges (user, argument position) whose
    are; only edges from a fork have such a label. `edge` is the edge that lights up, and `node` the node.
    """

    values: frozenset[int]
    gradients: frozenset[int]
    shares: frozenset[tuple[int, int]]
    node: int | None
    edge: tuple[int, int] | None
