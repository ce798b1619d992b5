"""A program of arrays with one thing done wrongly: the arrays that follow, worked out only where they change.

A world has the value and the upstream gradient of every node. `WrongWorld` is another one in which a value, a pullback
along an edge, or what arrives at a node is replaced, and everything after it follows by the ordinary sweeps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

from ...arrays.entries import Array, Entries
from ...arrays.graph import ArrayGraph, ArrayNode
from ...arrays.sizes import Misfit, Sizes, count
from ...arrays.sweeps import node_value
from ...errors import GradcliError

# A wrong rule has no domain to be checked first, and may meet arrays of any shape.
FAILURES = (ArithmeticError, GradcliError, Misfit, ValueError, IndexError)
MAX_ENTRIES = 250_000  # of an array that a mistake makes larger
MOST_NODES = 120  # of a program in which mistakes are carried on over the whole sheet; else most are single steps
MOST_OTHERS = 12  # arrays of the program that are tried in the place of another
MOST_FOLLOWING = 12  # nodes that are computed from one entry by entry
SAME = 1e-9  # relative: arrays that differ by less are one


class Edge(NamedTuple):
    """One argument of a node on the way back: what flows to it is worked out from these arrays."""

    world: World
    i: int
    k: int
    g: Array
    v: Array
    xs: list[Array]

    @property
    def A(self) -> Entries:
        """The array system."""
        return self.world.A

    @property
    def node(self) -> ArrayNode:
        """The node that uses the argument."""
        return self.world.graph.nodes[self.i]

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self.node.operation.name

    @property
    def a(self) -> int:
        """The node of the argument."""
        return self.node.arguments[self.k]

    @property
    def x(self) -> Array:
        """The value of the argument."""
        return self.xs[self.k]

    def flow(self, xs: Sequence[Array] | None = None, g: Array | None = None) -> Array:
        """Return what flows back by the pullback, also with other arrays in its place."""
        found: Array = self.node.operation.flow(
            self.A, self.k, self.g if g is None else g, self.v, self.xs if xs is None else xs, self.node.fixed
        )
        return found


class Wrong(NamedTuple):
    """What a wrong rule makes of an array: the way in which, as a tag, and the array.

    `text` is what it is here in words, with places of names ($v3, $g3); empty where the row of the catalogue says it.
    """

    tag: str
    array: Array
    text: str = ""


FlowRule = Callable[[Edge], Iterator[Wrong]]
WrongFlow = Callable[[Edge], "Array | None"]
WrongTotal = Callable[[int, "list[tuple[int, int]]", "list[Array]"], "Array | None"]


class Changes(NamedTuple):
    """What is done wrongly: values by node, flows by edge, and what arrives by node, each with its wrong rule."""

    values: Mapping[int, Array] = {}
    flows: Mapping[tuple[int, int], WrongFlow] = {}
    totals: Mapping[int, WrongTotal] = {}


class World:
    """A program at a point: the value and upstream gradient of every node, None where nothing arrives.

    `pinned` are the nodes whose upstream gradient the student has handed in: it stays as it is. Gradients of inputs
    among `unasked` are of no interest.
    """

    def __init__(
        self,
        A: Entries,
        graph: ArrayGraph,
        values: Sequence[Array],
        upstream: Sequence[Array | None],
        output: int,
        pinned: Collection[int] = (),
        unasked: Collection[int] = (),
    ) -> None:
        self.A, self.graph, self.output = A, graph, output
        self.unasked = frozenset(i for i in unasked if not graph.nodes[i].arguments)
        self.values: list[Array] = list(values)
        self.upstream: list[Array | None] = list(upstream)
        self.pinned = frozenset(pinned)
        self.users: list[list[tuple[int, int]]] = [[] for _ in graph.nodes]
        for i in range(output, -1, -1):
            if self.upstream[i] is not None:
                for k, a in enumerate(graph.nodes[i].arguments):
                    if graph.nodes[i].operation.pullback(k) is not None and self.upstream[a] is not None:
                        self.users[a].append((i, k))
        self.flows: dict[tuple[int, int], Array | None] = {}

    def edge(self, i: int, k: int) -> Edge:
        """Return an edge of this world."""
        g = self.upstream[i]
        assert g is not None
        return Edge(self, i, k, g, self.values[i], [self.values[b] for b in self.graph.nodes[i].arguments])

    @property
    def is_long(self) -> bool:
        """Whether the program has too many nodes for more than single steps."""
        return len(self.graph.nodes) > MOST_NODES

    @cached_property
    def depends(self) -> bytearray:
        """Whether each node depends on an input."""
        return self.graph.active(list(self.graph.inputs.values()))

    def is_beside_constant(self, edge: Edge) -> bool:
        """Whether another argument of an edge's node is a constant: what may go wrong there is a factor."""
        return any(not self.depends[b] for k, b in enumerate(edge.node.arguments) if k != edge.k)

    def flow(self, i: int, k: int) -> Array | None:
        """Return what flows back along an edge, None where that has no numbers."""
        if (i, k) not in self.flows:
            self.flows[i, k] = numbers(self.edge(i, k).flow)
        return self.flows[i, k]


def misfit_flow(node: ArrayNode, k: int, g: Array, xs: Sequence[Array]) -> Array | None:
    """Return what flows back from a matrix of a wrong shape: through `X @ W`, or to a bias; None for the rest."""
    A, x, name = g.A, xs[k], node.operation.name
    if len(g.shape) != len(node.shape) or len(g.shape) != 2:
        return None
    if name == "matmul":
        other = A.transpose(xs[1 - k])
        left, right = (other, g) if k == 1 else (g, other)
        return A.matmul(left, right) if left.shape[1] == right.shape[0] else None
    if name == "add":
        return g if len(x.shape) == 2 else A.sum(g, axis=0) if len(x.shape) == 1 else None
    return None


def numbers(rule: Callable[[], Array | None]) -> Array | None:
    """Return what a rule yields, None where it has no result or one with entries that are no numbers."""
    try:
        found = rule()
    except FAILURES:
        return None
    if found is None or not all(x is not None and math.isfinite(x) for x in found.entries):
        return None
    return found


def scaled(x: Array, factor: float) -> Array:
    """Return an array times a number."""
    return x.A.make(x.shape, [factor * e for e in x.entries])


def same(a: Array, b: Array) -> bool:
    """Whether two arrays are one, up to rounding. One that has not all of its numbers is no other."""
    if a.shape != b.shape or None in a.entries or None in b.entries:
        return False
    size = max(map(abs, b.entries))
    return all(abs(x - y) <= SAME * max(abs(y), 1e-3 * size) for x, y in zip(a.entries, b.entries, strict=True))


def nearest(i: int, size: int) -> list[int]:
    """Return the numbers below a size, those nearest to one of them first, and of two of them the smaller one."""
    return sorted(range(size), key=lambda k: abs(k - i))


def entrywise_from(edge: Edge) -> list[int]:
    """Return the nodes that are computed from the node of an edge, entry by entry: z, then relu(z)."""
    graph, found, last = edge.world.graph, [edge.i], edge.world.output
    waiting = [j for j, _ in graph.users[edge.i]]  # a heap: the oldest comes first
    heapify(waiting)
    while waiting and len(found) < MOST_FOLLOWING:
        j = heappop(waiting)
        if j <= last and j != found[-1] and graph.nodes[j].operation.operation is not None:
            found.append(j)
            for user, _ in graph.users[j]:
                heappush(waiting, user)
    return found


class WrongWorld:
    """What follows in a world from some changes. `upstream` and `values` have only what is different, by node.

    An entry of None says that no such array follows: it could not be worked out in the shape that it has. Gradients of
    nodes before the `oldest` are left as they are.
    """

    def __init__(self, base: World, changes: Changes, oldest: int = 0) -> None:
        self.base, self.changes, self._oldest = base, changes, oldest
        self.A, self.graph = base.A, base.graph
        self.values: dict[int, Array | None] = {}
        self.upstream: dict[int, Array | None] = {}
        if changes.values:
            self._forwards()
        self._backwards()

    def value(self, i: int) -> Array | None:
        """Return the value of a node in this world; None where it has none."""
        return self.values.get(i, self.base.values[i])

    def gradient(self, i: int) -> Array | None:
        """Return the upstream gradient of a node in this world; None where nothing arrives."""
        return self.upstream.get(i, self.base.upstream[i])

    def _forwards(self) -> None:
        first = min(self.changes.values)
        for i in range(first, len(self.graph.nodes)):
            node = self.graph.nodes[i]
            if i in self.changes.values:
                self.values[i] = self.changes.values[i]
            elif any(a in self.values for a in node.arguments):
                xs = [self.value(a) for a in node.arguments]
                self.values[i] = None if None in xs else self._computed(node, xs)

    def _computed(self, node: ArrayNode, xs: Sequence[Any]) -> Array | None:
        """Return a value from arguments that may have other shapes than in the program."""

        def rule() -> Array | None:
            shape: Any = node.operation.shape(Sizes(), *[x.shape for x in xs], **node.fixed)
            if count(shape) > MAX_ENTRIES:
                return None
            return node_value(self.A, node, {}, dict(zip(node.arguments, xs, strict=True)))

        return numbers(rule)

    def _backwards(self) -> None:
        base, changes = self.base, self.changes
        dirty = {a for i, k in changes.flows for a in [self.graph.nodes[i].arguments[k]]} | set(changes.totals)
        seed = self.values.get(base.output)
        if base.output in self.values and (seed is None or seed.shape):
            self.upstream = {i: None for i, g in enumerate(base.upstream) if g is not None}
            return
        for i in self.values:
            dirty.update(self.graph.nodes[i].arguments)
        for a in range(base.output, self._oldest - 1, -1):
            if a not in dirty or base.upstream[a] is None or a in base.pinned or a in base.unasked:
                continue
            self.upstream[a] = self._total(a)
            dirty.update(self.graph.nodes[a].arguments)

    def _total(self, a: int) -> Array | None:
        """Return what arrives at a node, None where it cannot be worked out."""
        edges = self.base.users[a]
        terms: list[Array] = []
        for i, k in edges:
            flow = self._flow(i, k)
            if flow is None:
                return None
            terms.append(flow)
        rule = self.changes.totals.get(a)
        if rule is not None:
            if a == self.base.output:
                own = self.base.upstream[a]
                assert own is not None
                terms = [own]
            return numbers(lambda: rule(a, edges, terms))
        if not terms:
            return self.base.upstream[a]
        if any(term.shape != terms[0].shape for term in terms):
            return None
        return self.A.total(terms)

    def _flow(self, i: int, k: int) -> Array | None:
        node = self.graph.nodes[i]
        rule = self.changes.flows.get((i, k))
        if rule is None and i not in self.upstream and i not in self.values:
            return self.base.flow(i, k)
        g = self.gradient(i)
        if g is None:
            return None
        v: Any = self.value(i)
        xs: list[Any] = [self.value(b) for b in node.arguments]  # all there: without one the output has no value either
        if g.shape != v.shape:  # the work may go on with it where a product or a sum does not mind
            return None if rule is not None else numbers(lambda: misfit_flow(node, k, g, xs))
        edge = Edge(self.base, i, k, g, v, xs)
        return numbers((lambda: rule(edge)) if rule is not None else edge.flow)
