"""Entries of arrays that teach little: saturated functions, a softmax that is certain, sides that no entry takes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from ...arrays.graph import ArrayGraph, ArrayNode
from .dull_numbers import LIMITS, TURNING, Dull, saturated, varies

SURE = 0.95  # from this probability on, softmax is saturated
SIDES = ("max", "min", "lt", "le", "gt", "ge")  # entry by entry: their entries take sides
PROBABLE = ("softmax", "log_softmax", "cross_entropy", "logsumexp")


def arrays_may_be_dull(graph: ArrayGraph) -> bool:
    """Whether a program of arrays has functions that teach little for some numbers."""
    return any(_name(node) in (*LIMITS, *TURNING, *SIDES, *PROBABLE) for node in graph.nodes)


def dull_arrays(graph: ArrayGraph, values: Sequence[Sequence[Any] | None]) -> Iterator[Dull]:
    """Yield what teaches little in a program of arrays, one per node; `values` has the entries of every node, flat."""
    for i, node in enumerate(graph.nodes):
        if not node.arguments:
            continue
        name, a = _name(node), node.arguments[0]
        inside = values[a]
        if name in SIDES and (why := _one_sided(graph, i, values)):
            yield Dull(i, name, why)
        if not inside or None in inside or not varies(graph.nodes[a]):
            continue
        of = graph.labels[a]
        if name in LIMITS and (far := max(inside, key=abs)) and abs(far) > LIMITS[name]:
            yield Dull(i, name, f"an entry of {of} is {far:.3g}: {saturated(name)}")
        elif name in PROBABLE and (sure := _largest(graph, i, inside)) > SURE:
            yield Dull(i, name, f"the largest probability of softmax({of}) is {sure:.4f}: its gradients are nearly 0")
        elif name == "div" and _name(graph.nodes[a]) == "exp":
            own = values[i] or ()
            if own and None not in own and SURE < max(own) <= 1:
                yield Dull(i, "softmax", f"the largest probability of {graph.labels[i]} is {max(own):.4f}")
        elif name in TURNING and len(inside) > 1 and len({x > 0 for x in inside}) == 1:
            yield Dull(i, name, f"{_all(of, positive=inside[0] > 0)}: {name} has one slope at all of them")


def _name(node: ArrayNode) -> str:
    own = node.operation.operation
    return node.operation.name if own is None else own.name


def _all(of: str, *, positive: bool) -> str:
    return f"all entries of {of} are positive" if positive else f"no entry of {of} is positive"


def _largest(graph: ArrayGraph, i: int, z: Sequence[float]) -> float:
    """Return the largest probability of a softmax of some entries, along the axis that the node has."""
    node = graph.nodes[i]
    shape = [int(size) for size in graph.nodes[node.arguments[0]].shape]  # type: ignore[arg-type]  # of a run: numbers
    largest = 0.0
    for line in _lines(z, shape, int(node.fixed.get("axis", -1))):
        top = max(line)
        if len(line) > 1:
            largest = max(largest, 1 / sum(math.exp(x - top) for x in line))
    return largest


def _lines(z: Sequence[float], shape: Sequence[int], axis: int) -> Iterator[Sequence[float]]:
    """Yield the entries along an axis, for every place in the others."""
    axis %= len(shape)
    inner = math.prod(shape[axis + 1 :])
    outer = inner * shape[axis]
    for start in range(0, len(z), outer):
        for k in range(inner):
            yield z[start + k : start + outer : inner]


def _one_sided(graph: ArrayGraph, i: int, values: Sequence[Sequence[Any] | None]) -> str:
    """Return why all entries of a comparison, or of a larger or smaller one, take the same side; "" if they do not."""
    node, own = graph.nodes[i], values[i] or ()
    if node.operation.operation is None or len(own) < 2 or None in own:
        return ""
    if _name(node) not in ("max", "min"):
        return f"all entries of {graph.labels[i]} are {own[0]:g}" if len(set(own)) == 1 else ""
    numerals = [values[a] for a in node.arguments if not graph.nodes[a].arguments and not graph.nodes[a].shape]
    if len(numerals) != 1 or numerals[0] is None:
        return ""
    taken = sum(x == numerals[0][0] for x in own)
    return f"{_name(node)} takes the same side at all entries of {graph.labels[i]}" if taken in (0, len(own)) else ""
