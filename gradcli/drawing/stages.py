"""The steps of both passes over a picture: what is known by then, and what the step is about."""

from __future__ import annotations

from typing import NamedTuple

from ..gradient import Gradient
from .diagram import diagram


class Stage(NamedTuple):
    """What a picture shows at one step of the two passes, and what it points at; everything by node of the record.

    `values` and `gradients` are the nodes whose labels are visible, `shares` the edges (user, argument position) whose
    are; only edges from a fork have such a label. `edge` is the edge that lights up, and `node` the node.
    """

    values: frozenset[int]
    gradients: frozenset[int]
    shares: frozenset[tuple[int, int]]
    node: int | None = None
    edge: tuple[int, int] | None = None


def stages(record: Gradient, *, constants: bool = False) -> list[Stage]:
    """Return the steps of both passes over the picture, each with all that is known by then.

    Forward, one step a node in the order of the record; then the output's own gradient; then backward, one step an
    edge, the users last to first and their arguments in order. Where a node feeds several ports, its gradient appears
    in a step of its own after its last share.
    """
    drawn = diagram(record, constants=constants)
    values: set[int] = set()
    gradients: set[int] = set()
    shares: set[tuple[int, int]] = set()
    found: list[Stage] = []

    def add(node: int, edge: tuple[int, int] | None = None) -> None:
        found.append(Stage(frozenset(values), frozenset(gradients), frozenset(shares), node, edge))

    for part in drawn.parts:
        values.add(part.node)
        add(part.node)
    gradients.add(record.output)
    add(record.output)
    for p in range(len(drawn.parts) - 1, -1, -1):
        part = drawn.parts[p]
        if drawn.uses[p] > 1 and record.active[part.node]:
            gradients.add(part.node)
            add(part.node)
        for s, k in zip(part.sources, part.positions, strict=True):
            source = drawn.parts[s].node
            if record.active[source]:
                shares.add((part.node, k))
                if drawn.uses[s] == 1:
                    gradients.add(source)
                add(source, (part.node, k))
    return found
