"""Numbers that teach little: functions that are saturated, where every slope is nearly 0, and branches that none takes.

Lint tells them, and numbers of a student's own are drawn so that there are none where that can be had.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ...arrays.graph import ArrayGraph, ArrayNode
from ...calculus.graph import Graph
from ...language.writing import spoken

# How far from 0 an argument may be: there a slope of the function is a few hundredths of the steepest, or it is large.
LIMITS = {"tanh": 2.0, "sigmoid": 3.5, "softplus": 3.5, "silu": 3.5, "gelu": 2.5, "erf": 1.5, "erfc": 1.5, "exp": 4.0,
          "exp2": 6.0}  # fmt: skip
SURE = 0.95  # from this probability on, softmax is saturated
TURNING = ("relu", "leaky_relu")
SIDES = ("max", "min", "lt", "le", "gt", "ge")  # entry by entry: their entries take sides
PROBABLE = ("softmax", "log_softmax", "cross_entropy", "logsumexp")


class Dull(NamedTuple):
    """A node of a program with a function that teaches little there, and why in words."""

    node: int
    function: str
    why: str


def may_be_dull(graph: Graph | ArrayGraph) -> bool:
    """Whether a program has functions that teach little for some numbers."""
    if isinstance(graph, Graph):
        return bool(places(graph)) or sum(node.operation.name in TURNING for node in graph.nodes) > 1
    return any(_name(node) in (*LIMITS, *TURNING, *SIDES, *PROBABLE) for node in graph.nodes)


def places(graph: Graph) -> list[tuple[int, int, float]]:
    """Return the functions of a program of numbers that can be saturated: node, argument, how far from 0 it may be."""
    return [
        (i, node.arguments[0], LIMITS[node.operation.name])
        for i, node in enumerate(graph.nodes)
        if node.operation.name in LIMITS and _varies(graph.nodes[node.arguments[0]])
    ]


def dull_numbers(graph: Graph, values: Sequence[Any]) -> Iterator[Dull]:
    """Yield what teaches little in a program of numbers with these values, one a node."""
    for i, a, limit in places(graph):
        if values[a] is not None and abs(values[a]) > limit:
            name = graph.nodes[i].operation.name
            yield Dull(i, name, f"{spoken(graph, a)} is {values[a]:.3g}: {_saturated(name)}")
    turning: dict[str, list[tuple[int, bool]]] = {}
    for i, node in enumerate(graph.nodes):
        if node.operation.name in TURNING and values[node.arguments[0]] is not None:
            turning.setdefault(node.operation.name, []).append((i, values[node.arguments[0]] > 0))
    for name, sides in turning.items():
        if len(sides) > 1 and len({side for _, side in sides}) == 1:
            yield Dull(sides[0][0], name, f"the argument of every {name} is {_sign(positive=sides[0][1])}")


def dull_arrays(graph: ArrayGraph, values: Sequence[Sequence[Any] | None]) -> Iterator[Dull]:
    """Yield what teaches little in a program of arrays, one a node; `values` has the entries of every node, flat."""
    for i, node in enumerate(graph.nodes):
        name, inside = _name(node), values[node.arguments[0]] if node.arguments else None
        if name in SIDES and (why := _one_sided(graph, i, values)):
            yield Dull(i, name, why)
        if not inside or None in inside or not _varies(graph.nodes[node.arguments[0]]):
            continue
        of = graph.labels[node.arguments[0]]
        if name in LIMITS and (far := max(inside, key=abs)) and abs(far) > LIMITS[name]:
            yield Dull(i, name, f"an entry of {of} is {far:.3g}: {_saturated(name)}")
        elif name in PROBABLE and (sure := _largest(graph, i, inside)) > SURE:
            yield Dull(i, name, f"the largest probability of softmax({of}) is {sure:.4f}: its gradients are nearly 0")
        elif name == "div" and _name(graph.nodes[node.arguments[0]]) == "exp":
            own = values[i] or ()
            if own and None not in own and SURE < max(own) <= 1:
                yield Dull(i, "softmax", f"the largest probability of {graph.labels[i]} is {max(own):.4f}")
        elif name in TURNING and len(inside) > 1 and len({x > 0 for x in inside}) == 1:
            yield Dull(i, name, f"{_all(of, positive=inside[0] > 0)}: {name} has one slope at all of them")


def _varies(node: Any) -> bool:
    """Whether a node is an input or computed, and no numeral."""
    return bool(node.arguments) or node.operation.name == "input"


def _name(node: ArrayNode) -> str:
    own = node.operation.operation
    return node.operation.name if own is None else own.name


def _saturated(name: str) -> str:
    return f"{name} is very large or small" if name.startswith("exp") else f"{name} is saturated"


def _sign(*, positive: bool) -> str:
    return "positive" if positive else "0 or negative"


def _all(of: str, *, positive: bool) -> str:
    return f"all entries of {of} are positive" if positive else f"no entry of {of} is positive"


def _largest(graph: ArrayGraph, i: int, z: Sequence[float]) -> float:
    """Return the largest probability of a softmax of some entries, along the axis that the node has."""
    node = graph.nodes[i]
    shape = [int(size) for size in graph.nodes[node.arguments[0]].shape]  # type: ignore[arg-type]  # of a run: numbers
    axis = node.fixed.get("axis", None if node.operation.name == "logsumexp" else -1)
    largest = 0.0
    for line in _lines(z, shape, axis):
        top = max(line)
        if len(line) > 1:
            largest = max(largest, 1 / sum(math.exp(x - top) for x in line))
    return largest


def _lines(z: Sequence[float], shape: Sequence[int], axis: Any) -> Iterator[Sequence[float]]:
    """Yield the entries along an axis, for every place in the others; all of them where there is no axis."""
    if not isinstance(axis, int) or not shape:
        yield z
        return
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
