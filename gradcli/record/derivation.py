"""The derivation of a gradient: which line follows which, forwards and then in the order of the reverse pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..calculus.graph import Graph
from ..calculus.operations import NUMBER
from .gradient import Gradient

MAX_BITS = 13_000  # a number of paths beyond has more than 3,900 digits

# What a line is about: a node's value, and then a derivative with respect to a node.
GIVEN, CONSTANT, VALUE = "given", "constant", "value"
START, EDGE, BRANCH, SUM, SETTLED, NOTHING = "start", "edge", "branch", "sum", "settled", "nothing"


class DerivationLine(NamedTuple):
    """One line of a derivation: its kind, the node it is about and, for an edge, its user and argument position.

    Kinds, forwards: `given` (an input), `constant`, `value`. Backwards: `start`, `edge` (the only one that arrives at a
    node), `branch` (one of several), `sum` (of the branches), `settled` (at a kink, by both sides), `nothing` (the
    output does not depend on the node).
    """

    kind: str
    node: int
    user: int = -1
    position: int = -1


class Counts(NamedTuple):
    """How large the graph is: nodes, edges, edges visited backwards, and paths from the inputs to the output.

    Visited are the edges from the output back to what is differentiated, those that carry 0 too. `paths` is None for
    more of them than a number of 3,900 digits counts.
    """

    nodes: int
    edges: int
    visited: int
    paths: int | None


class Derivation:
    """The steps of a record, forwards and backwards, and the edges that arrive at every node, in the order of users.

    They follow the graph and not the numbers: an edge that carries 0, such as that of a ReLU below 0, is one of them.
    """

    def __init__(self, record: Gradient) -> None:
        self.record = record
        self.settled = {note.node for note in record.notes if note.kind == "settled"}
        self.edges_to = self._edges()
        self.forward = list(self._forward())
        self.backward = list(self._backward())

    def _edges(self) -> dict[int, list[tuple[int, int]]]:
        """Return the edges along which the output depends on what is differentiated, by the node they arrive at."""
        record = self.record
        arguments_of, active = record.graph.nodes.arguments, record.active
        found: dict[int, list[tuple[int, int]]] = {}
        for u in range(record.output, -1, -1):
            if active[u] and (u == record.output or u in found):
                for k, a in enumerate(arguments_of[u]):
                    if active[a]:
                        found.setdefault(a, []).append((u, k))
        for edges in found.values():
            edges.sort()
        return found

    def _forward(self) -> Iterator[DerivationLine]:
        graph = self.record.graph
        inputs = graph.inputs
        named = set(graph.named.values())
        for i in inputs.values():
            yield DerivationLine(GIVEN, i)
        for i, node in enumerate(graph.nodes):
            if not node.operation.is_leaf:
                yield DerivationLine(VALUE, i)
            elif node.text not in inputs and (node.operation is not NUMBER or i in named or i == graph.output):
                yield DerivationLine(CONSTANT, i)

    def _backward(self) -> Iterator[DerivationLine]:
        record, arguments_of = self.record, self.record.graph.nodes.arguments
        yield DerivationLine(START, record.output)
        for i in range(len(arguments_of) - 1, -1, -1):
            if not record.active[i]:
                continue
            edges = self.edges_to.get(i, ())
            if len(edges) > 1:
                yield DerivationLine(SUM, i)
            elif not edges and i != record.output:
                yield DerivationLine(NOTHING, i)
                continue
            if i in self.settled:
                yield DerivationLine(SETTLED, i)
            for k, a in enumerate(arguments_of[i]):
                if record.active[a]:
                    yield DerivationLine(BRANCH if len(self.edges_to[a]) > 1 else EDGE, a, i, k)

    def counts(self) -> Counts:
        """Return how many nodes, edges and paths there are, and how many edges the reverse pass visits."""
        record = self.record
        visited = sum(map(len, self.edges_to.values()))
        edges = sum(map(len, record.graph.nodes.arguments))
        paths = count_paths(record.graph, record.active, record.output)
        return Counts(len(record.graph.nodes), edges, visited, paths)


def count_paths(graph: Graph, active: bytearray, output: int) -> int | None:
    """Return how many paths lead from the active inputs to the output; None where a number has over 13,000 bits.

    It is the reverse sweep with 1 for every local gradient; counts are dropped as soon as they are passed on.
    """
    nodes = graph.nodes
    paths_to = {output: 1} if active[output] else {}
    total = 0
    for i in range(output, -1, -1):
        count = paths_to.pop(i, 0)
        if not count:
            continue
        if not nodes[i].arguments:
            total += count
        for a in nodes[i].arguments:
            if active[a]:
                paths_to[a] = paths_to[a] + count if a in paths_to else count
        if count.bit_length() > MAX_BITS:
            return None
    return total
