"""How much each item of a sheet counts: by the idea that it needs, not by the row that it fills.

A 1 or a 0 can be filled in by anybody. A copy and a repeated value need no idea of their own, though a minus is one.
What is right whatever was worked out before, since only a given number is in it, says nothing of the work where that
is asked for. A local gradient is shown by the gradient that is made with it. A sum over several paths needs the chain
rule for each of them, and counts double. A new value after a step of descent is arithmetic where its gradient is
asked for, too.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from ...record.gradient import Gradient
from ..claims.default_tolerance import RTOL
from ..claims.items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE, Item
from ..claims.items import truth as true_number
from ..claims.tolerance import ROUNDING
from .follow_through import Edge, slope

WEIGHT_OF_ONE_OR_ZERO = 0.03  # a 1, and a 0 that no gate closes
WEIGHT_OF_COPY = 0.2  # the gradient or value beside, again
WEIGHT_OF_LOCAL = 0.15  # a local gradient beside the gradient that it is a factor of
WEIGHT_OF_LOCAL_OF_GIVENS = 0.05  # the same, where it is made of given numbers alone
USUAL_WEIGHT = 1.0  # what needs one idea
WEIGHT_OF_SEVERAL_PATHS = 2.0  # a gradient along several paths
WEIGHT_OF_STEP = 0.2  # a new value beside the gradient that it is made with
OTHERS = (0.75, 1.25)  # times a number, to see what hangs on it


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
    if x is not None and abs(x - 1) <= RTOL:
        return WEIGHT_OF_ONE_OR_ZERO
    if not x and item.kind in (VALUE, LOCAL):
        return WEIGHT_OF_ONE_OR_ZERO
    if item.kind == VALUE:
        return WEIGHT_OF_COPY if _repeats(record, item.node, asked) else USUAL_WEIGHT
    if item.kind == LOCAL:
        a = record.graph.nodes.arguments[item.node][item.position]
        if Item(UPSTREAM, a) not in asked:
            return USUAL_WEIGHT
        return WEIGHT_OF_LOCAL_OF_GIVENS if _is_of_givens(record, item.node, item.position) else WEIGHT_OF_LOCAL
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
    paths = _paths(record, i, edges)
    if not paths:  # a 0 that is only handed on
        return WEIGHT_OF_ONE_OR_ZERO
    if len(paths) > 1:
        return WEIGHT_OF_SEVERAL_PATHS
    ((user, k),) = paths
    if Item(UPSTREAM, user) not in asked:
        return USUAL_WEIGHT
    if record.local(user, k) == 1:
        return WEIGHT_OF_COPY
    values = any(item.kind == VALUE for item in asked)
    return WEIGHT_OF_COPY if values and _looked_up(record, i, edges) else USUAL_WEIGHT


def _paths(record: Gradient, i: int, edges: Mapping[int, Sequence[Edge]]) -> list[Edge]:
    """Return the edges along which something arrives; those that only a gate closes where all others are closed too."""
    paths = [(user, k) for user, k in edges.get(i, ()) if record.upstream[user]]
    return [edge for edge in paths if record.local(*edge)] or paths[:1]


def _looked_up(record: Gradient, i: int, edges: Mapping[int, Sequence[Edge]]) -> bool:
    """Whether a gradient is one local gradient of given numbers, but for its sign: no worked-out number is in it."""
    left = 1
    while i != record.output:
        paths = _paths(record, i, edges)
        if len(paths) != 1:
            return False
        ((i, k),) = paths
        local = record.local(i, k)
        if not local:
            return False
        if abs(local) != 1:
            if not left or not _is_of_givens(record, i, k):
                return False
            left -= 1
    return True


def _is_of_givens(record: Gradient, i: int, k: int) -> bool:
    """Whether a local gradient stays what it is, whatever the numbers are that have to be worked out for it."""
    node, values, arguments = record.graph.nodes[i], record.values, record.graph.nodes.arguments
    own, local = values[i], record.local(i, k)
    if own is None or local is None:
        return False
    for other in OTHERS:
        operands = [values[a] * other if arguments[a] else values[a] for a in node.arguments]
        found = slope(node.operation, k, own * other, operands)
        if found is None or not math.isclose(found, local, rel_tol=ROUNDING):
            return False
    return True
