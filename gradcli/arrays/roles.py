"""Labels and indices: whole numbers that choose entries, read exactly before a run. They have no derivative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InputError
from ..numbers.decimals import short_text
from ..numbers.fractions import Exact
from .entries import Array, Entries
from .graph import ArrayGraph
from .opening import entry_names
from .scatters import Scatter
from .sweeps import node_value
from .table import INPUT


def role_nodes(graph: ArrayGraph) -> set[int]:
    """Return the nodes that are used as labels or indices."""
    return {a for node in graph.nodes for k, a in enumerate(node.arguments) if node.operation.is_role(k)}


def behind(graph: ArrayGraph, nodes: set[int]) -> set[int]:
    """Return some nodes and all that they are computed from."""
    found = set(nodes)
    for i in range(len(graph.nodes) - 1, -1, -1):
        if i in found:
            found.update(graph.nodes[i].arguments)
    return found


def role_inputs(graph: ArrayGraph) -> set[str]:
    """Return the inputs that labels and indices are computed from."""
    return {graph.nodes[i].text for i in behind(graph, role_nodes(graph)) if graph.nodes[i].operation is INPUT}


def class_counts(graph: ArrayGraph) -> dict[str, int]:
    """Return how many classes or places there are for the labels of each input that holds such, by name."""
    found: dict[str, int] = {}
    for node in graph.nodes:
        for k, a in enumerate(node.arguments):
            if node.operation.is_role(k) and graph.nodes[a].operation is INPUT:
                size, _ = _choices(graph, node, k)
                name = graph.nodes[a].text
                found[name] = min(size, found.get(name, size))
    return found


def whole_numbers(graph: ArrayGraph, point: Mapping[str, Array]) -> dict[int, list[int]]:
    """Return the whole numbers of the nodes that are labels or indices; `point` has fractions for `role_inputs`.

    Raises `InputError` where one is not whole, or names no class and no place.
    """
    roles = role_nodes(graph)
    if not roles:
        return {}
    A = Entries(Exact())
    values: dict[int, Array] = {}
    for i in sorted(behind(graph, roles)):
        values[i] = node_value(A, graph.nodes[i], point, values)
    found = {i: _whole(graph, i, values[i]) for i in roles}
    for node in graph.nodes:
        for k, a in enumerate(node.arguments):
            if node.operation.is_role(k):
                _check_range(graph, node, k, a, found[a])
    return found


def _called(graph: ArrayGraph, i: int, name: str, number: str) -> str:
    """Return what is said of a whole number: its name and what it is, or that it is written so."""
    known = i in graph.inputs.values() or i in graph.named.values()
    return f"{name} is {number}" if known else f"{number} stands here"


def _whole(graph: ArrayGraph, i: int, array: Array) -> list[int]:
    names = entry_names(graph.labels[i], array.shape)
    for name, x in zip(names, array.entries, strict=True):
        if x is None or x.denominator != 1:
            shown = f"{name} has no value" if x is None else _called(graph, i, name, short_text(x))
            raise InputError(f"{shown}: labels and indices are whole numbers", kind="label",
                             span=graph.nodes[i].span)  # fmt: skip
    return [int(x) for x in array.entries]


def _check_range(graph: ArrayGraph, node: Any, k: int, a: int, numbers: Sequence[int]) -> None:
    """Raise `InputError` for a label without a class, or an index beyond the end."""
    size, what = _choices(graph, node, k)
    low = 0 if what == "classes" else -size
    for name, label in zip(entry_names(graph.labels[a], graph.nodes[a].shape), numbers, strict=True):  # type: ignore[arg-type]
        if not low <= label < size:
            shown = _called(graph, a, name, str(label))
            raise InputError(f"{shown}, and there are {size} {what}: {low} to {size - 1}", kind="label", span=node.span,
                             hint="classes and places are counted from 0")  # fmt: skip


def _choices(graph: ArrayGraph, node: Any, k: int) -> tuple[int, str]:
    """Return how many classes or places there are for the argument of a node at a position, and which of both."""
    before = 1 if isinstance(node.operation, Scatter) else 0  # g stands before the arguments of an index
    first: Any = graph.nodes[node.arguments[before]].shape
    if node.operation.name == "onehot":
        return node.fixed["n"], "classes"
    if "places" in node.fixed:
        axes = [place for place in node.fixed["places"] if place is not None]
        return first[next(j for j, place in enumerate(axes) if place == ("array", k - before))], "places"
    return first[node.fixed.get("axis", -1)], "classes"
