"""How much each item of a sheet counts: by the idea that it needs, not by the row that it fills.

A 1 or a 0 can be filled in by anybody. A copy and a repeated value need no idea of their own, though a minus is one. A
local gradient is shown by the gradient that is made with it. A sum over several paths needs the chain rule for each of
them, and counts double. A new value after a step of descent is arithmetic where its gradient is asked for, too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ...record.gradient import Gradient
from ..claims.items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE, Item
from ..claims.items import truth as true_number
from .follow_through import Edge

WEIGHT_OF_ONE_OR_ZERO = 0.03  # a 1, and a 0 that no gate closes
WEIGHT_OF_COPY = 0.2  # the gradient or value beside, again
WEIGHT_OF_LOCAL = 0.15  # a local gradient beside the gradient that it is a factor of
USUAL_WEIGHT = 1.0
WEIGHT_OF_SEVERAL_PATHS = 2.0  # a gradient along several paths
WEIGHT_OF_STEP = 0.2  # a new value beside the gradient that it is made with
ONE_RTOL = 1e-2  # relative: what the usual tolerance takes for a 1


def edges_to(record: Gradient) -> dict[int, list[Edge]]:
    """Return the edges along which the output depends on every node that is differentiated."""
    needed = record.graph.needed(record.output)
    found: dict[int, list[Edge]] = {i: [] for i, on in enumerate(needed) if on and record.active[i]}
    arguments = record.graph.nodes.arguments
    for i in found:
        for k, a in enumerate(arguments[i]):
            if record.active[a]:
                found[a].append((i, k))
    return found


def concept_weights(
    record: Gradient, items: Collection[Item], edges: Mapping[int, Sequence[Edge]]
) -> dict[Item, float]:
    """Return the weight of every item asked, in their order; `edges` are those that `edges_to` returns."""
    asked = set(items)
    return {item: _weight(record, item, asked, edges) for item in items}


def _weight(record: Gradient, item: Item, asked: Collection[Item], edges: Mapping[int, Sequence[Edge]]) -> float:
    if item.kind == STEP:
        return WEIGHT_OF_STEP if Item(UPSTREAM, item.node) in asked else _of_gradient(record, item.node, asked, edges)
    x = true_number(record, item)
    if x is not None and abs(x - 1) <= ONE_RTOL:
        return WEIGHT_OF_ONE_OR_ZERO
    if not x and item.kind in (VALUE, LOCAL):
        return WEIGHT_OF_ONE_OR_ZERO
    if item.kind == VALUE:
        return WEIGHT_OF_COPY if _repeats(record, item.node, asked) else USUAL_WEIGHT
    if item.kind == LOCAL:
        a = record.graph.nodes.arguments[item.node][item.position]
        return WEIGHT_OF_LOCAL if Item(UPSTREAM, a) in asked else USUAL_WEIGHT
    if item.kind == DERIVATIVE:
        return USUAL_WEIGHT
    return _of_gradient(record, item.node, asked, edges)


def _repeats(record: Gradient, i: int, asked: Collection[Item]) -> bool:
    """Whether a value is, but for its sign, that of an argument which the sheet gives or asks for."""
    own, arguments = record.values[i], record.graph.nodes.arguments
    return own is not None and any(
        record.values[a] is not None
        and abs(record.values[a]) == abs(own)
        and (not arguments[a] or Item(VALUE, a) in asked)
        for a in arguments[i]
    )


def _of_gradient(record: Gradient, i: int, asked: Collection[Item], edges: Mapping[int, Sequence[Edge]]) -> float:
    """Return the weight of an upstream gradient, by the paths along which it arrives."""
    if i == record.output:
        return WEIGHT_OF_ONE_OR_ZERO
    paths = [(user, k) for user, k in edges.get(i, ()) if record.upstream[user]]
    if not paths:  # a 0 that is only handed on
        return WEIGHT_OF_ONE_OR_ZERO
    if len(paths) > 1:
        return WEIGHT_OF_SEVERAL_PATHS
    ((user, k),) = paths
    local = record.local(user, k)
    return WEIGHT_OF_COPY if local == 1 and Item(UPSTREAM, user) in asked else USUAL_WEIGHT
