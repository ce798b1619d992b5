"""Numbers that teach little: functions that are saturated, where every slope is nearly 0, and branches that none takes.

Lint tells them, and numbers of a student's own are drawn so that there are none where that can be had. `dull_arrays`
has the part for arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ...calculus.graph import Graph
from ...language.writing import spoken

# How far from 0 an argument may be: there a slope of the function is a few hundredths of the steepest, or it is large.
LIMITS = {"tanh": 2.0, "sigmoid": 3.5, "softplus": 3.5, "silu": 3.5, "gelu": 2.5, "erf": 1.5, "erfc": 1.5, "exp": 4.0,
          "exp2": 6.0}  # fmt: skip
TURNING = ("relu", "leaky_relu")


class Dull(NamedTuple):
    """A node of a program with a function that teaches little there, and why in words."""

    node: int
    function: str
    why: str


def may_be_dull(graph: Graph) -> bool:
    """Whether a program of numbers has functions that teach little for some numbers."""
    return bool(places(graph)) or sum(node.operation.name in TURNING for node in graph.nodes) > 1


def places(graph: Graph) -> list[tuple[int, int, float]]:
    """Return the functions of a program of numbers that can be saturated: node, argument, how far from 0 it may be."""
    return [
        (i, a, LIMITS[node.operation.name])
        for i, node in enumerate(graph.nodes)
        if node.operation.name in LIMITS
        for a in node.arguments
        if varies(graph.nodes[a])
    ]


def dull_numbers(graph: Graph, values: Sequence[Any]) -> Iterator[Dull]:
    """Yield what teaches little in a program of numbers with these values, one per node."""
    for i, a, limit in places(graph):
        if values[a] is not None and abs(values[a]) > limit:
            name = graph.nodes[i].operation.name
            yield Dull(i, name, f"{spoken(graph, a)} is {values[a]:.3g}: {saturated(name)}")
    turning: dict[str, list[tuple[int, bool]]] = {}
    for i, node in enumerate(graph.nodes):
        for a in node.arguments if node.operation.name in TURNING else ():
            if values[a] is not None:
                turning.setdefault(node.operation.name, []).append((i, values[a] > 0))
    for name, sides in turning.items():
        if len(sides) > 1 and len({side for _, side in sides}) == 1:
            yield Dull(sides[0][0], name, f"the argument of every {name} is {_sign(positive=sides[0][1])}")


def varies(node: Any) -> bool:
    """Whether a node is an input or computed, and no numeral."""
    return bool(node.arguments) or node.operation.name == "input"


def saturated(name: str) -> str:
    """Return in words what a function is whose argument is beyond its limit."""
    return f"{name} is very large or small" if name.startswith("exp") else f"{name} is saturated"


def _sign(*, positive: bool) -> str:
    return "positive" if positive else "0 or negative"
