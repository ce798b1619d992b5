"""What arrives at a node, added up wrongly: a path left out, a stray factor, a penalty that does not belong there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ...arrays.axes import chosen_axes
from ...arrays.entries import Array
from ...arrays.graph import ArrayGraph
from ...arrays.sizes import count
from ...arrays.table import INPUT, NUMBER
from .array_worlds import World
from .array_wrong_rules import Wrong

MOST_PATHS = 12


class Total(NamedTuple):
    """What arrives at a node: along which edges, and the flow along each."""

    world: World
    a: int
    edges: list[tuple[int, int]]
    terms: list[Array]

    @property
    def right(self) -> Array:
        """The sum."""
        found = self.terms[0]
        for term in self.terms[1:]:
            found = found + term
        return found

    def name(self, i: int) -> str:
        """Return how a node is called."""
        return self.world.graph.labels[i]


TotalRule = Callable[[Total], Iterator[Wrong]]


def scaled(x: Array, factor: float) -> Array:
    """Return an array times a number."""
    return x.A.make(x.shape, [factor * e for e in x.entries])


def one_path(total: Total) -> Iterator[Wrong]:
    """One path alone, where several meet: the last one overwrote the others."""
    if 2 < len(total.terms) <= MOST_PATHS:
        for (i, _), term in zip(total.edges, total.terms, strict=True):
            yield total.name(i), term


def without_path(total: Total) -> Iterator[Wrong]:
    """All paths but one."""
    if not 1 < len(total.terms) <= MOST_PATHS:
        return
    for k, (i, _) in enumerate(total.edges):
        rest = Total(total.world, total.a, total.edges, [t for j, t in enumerate(total.terms) if j != k])
        yield total.name(i), rest.right


def without_kind(total: Total) -> Iterator[Wrong]:
    """All paths but those through one operation, such as the @ of the next step of a recurrence."""
    nodes = total.world.graph.nodes
    kinds = [nodes[i].operation.symbol or nodes[i].operation.name for i, _ in total.edges]
    for kind in dict.fromkeys(kinds) if len(kinds) <= MOST_PATHS else ():
        rest = [t for k, t in zip(kinds, total.terms, strict=True) if k != kind]
        if rest:
            yield kind, Total(total.world, total.a, total.edges, rest).right


def one_use(total: Total) -> Iterator[Wrong]:
    """The first or the last use of an input alone: the others were overwritten."""
    if len(total.terms) > 1 and total.world.graph.nodes[total.a].operation is INPUT:
        yield "first", total.terms[-1]
        yield "last", total.terms[0]


def counts(graph: ArrayGraph) -> list[int]:
    """Return the numbers of samples, classes and so on that a factor may be: what the program divides by."""
    found: list[int] = []
    for node in graph.nodes:
        if node.operation.name in ("mean", "sum", "var", "cross_entropy"):
            shape: Any = graph.nodes[node.arguments[0]].shape
            axis = node.fixed.get("axis")
            sizes = [shape[k] for k in chosen_axes(shape, axis)]
            found += [count(sizes), *sizes, *shape, count(shape)]
        elif node.operation.name == "div" and graph.nodes[node.arguments[1]].operation is NUMBER:
            text = graph.nodes[node.arguments[1]].text
            found += [int(text)] if text.isdecimal() and len(text) < 8 else []
    return [n for n in dict.fromkeys(found) if n > 1]


def times_count(total: Total) -> Iterator[Wrong]:
    """N times what is right: a 1/N that is missing."""
    for n in counts(total.world.graph):
        yield f"1/{n}", scaled(total.right, n)


def over_count(total: Total) -> Iterator[Wrong]:
    """What is right over N: a 1/N too many."""
    for n in counts(total.world.graph):
        yield f"1/{n}", scaled(total.right, 1 / n)


def stray_factor(total: Total) -> Iterator[Wrong]:
    """A factor 2 or 4, lost or gained."""
    for tag, factor in (("2", 2.0), ("1/2", 0.5), ("4", 4.0), ("1/4", 0.25)):
        yield tag, scaled(total.right, factor)


def opposite(total: Total) -> Iterator[Wrong]:
    """The opposite sign."""
    yield "", -total.right


def penalised(total: Total) -> Iterator[Wrong]:
    """The gradient of a penalty sum(W**2), taken of this input too."""
    world, a = total.world, total.a
    graph = world.graph
    if graph.nodes[a].operation is not INPUT:
        return
    for i, node in enumerate(graph.nodes):
        inner = graph.nodes[node.arguments[0]] if node.operation.name == "sum" and node.arguments else None
        g = world.upstream[i]
        if inner is None or g is None or g.shape or not _is_square(graph, node.arguments[0]):
            continue
        if inner.arguments[0] == a:
            continue
        rate = 2 * g.entries[0]
        yield graph.labels[inner.arguments[0]], total.right + scaled(world.values[a], rate)


def _is_square(graph: ArrayGraph, i: int) -> bool:
    """Whether a node is the square of an input."""
    node = graph.nodes[i]
    if node.operation.name == "pow":
        exponent = graph.nodes[node.arguments[1]]
        squared = exponent.operation is NUMBER and exponent.text == "2"
    else:
        squared = node.operation.name == "mul" and node.arguments[0] == node.arguments[1]
    return squared and graph.nodes[node.arguments[0]].operation is INPUT
