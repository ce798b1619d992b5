"""The derivation of a program of arrays: its lines in order, and what has to be told along an edge. No text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..arrays.graph import ArrayGraph
from ..arrays.inside import ASSEMBLE, ENTRY
from ..arrays.rows import PRODUCTS
from ..arrays.sizes import Shape, count
from ..arrays.table import CONSTANT, INPUT, LITERAL, NUMBER
from .array_gradient import ArrayGradient
from .array_layers import Repeated, repeated

GIVEN, VALUE, START, EDGE, BRANCH, SUM, ENTRIES, SETTLED, NOTHING, FOLDED = (
    "given", "value", "start", "edge", "branch", "sum", "entries", "settled", "nothing", "folded"
)  # fmt: skip
BY_ENTRIES = (-1, -1)  # in place of an edge


class ArrayLine(NamedTuple):
    """One line: what it is about, and the edge from a user's argument where it is along one.

    A folded line has the nodes that it stands for: the first and the last of those that repeat.
    """

    kind: str
    node: int
    user: int = -1
    position: int = -1
    fold: tuple[int, ...] = ()


class ArrayDerivation:
    """The lines of both passes: `forward` and `backward`. `edges_to` has (user, position) along which something flows.

    With `folds` steps of a recurrence that are alike are told once.
    """

    def __init__(self, record: ArrayGradient, *, folds: bool = True) -> None:
        self.record = record
        graph = self.graph = record.graph
        self._listed = _listed(graph, record.output)
        self.settled = {note.node for note in record.notes if note.kind == "settled"}  # by both sides of a kink
        self.edges_to: dict[int, list[tuple[int, int]]] = {}
        for i, node in enumerate(graph.nodes[: record.output + 1]):
            for k, a in enumerate(node.arguments):
                flows = record.contributions[i] is not None and node.operation.pullback(k) is not None
                if flows and record.active[a]:
                    self.edges_to.setdefault(a, []).append((i, k))
        layers = repeated(graph, [i for i in range(record.output + 1) if self._listed[i]]) if folds else []
        self.folds: dict[int, tuple[Repeated, int]] = {}  # of every node that is told with others: its layers, where
        for found in layers:
            for step in found.nodes:
                self.folds.update((i, (found, k)) for k, i in enumerate(step))
        self.forward = self._forward()
        self.backward = self._backward()

    def _forward(self) -> list[ArrayLine]:
        graph, named = self.graph, set(self.graph.named.values())
        first, rest = [], []
        for i, node in enumerate(graph.nodes[: self.record.output + 1]):
            if not self._listed[i]:
                continue
            if node.operation is INPUT or (node.operation in (NUMBER, CONSTANT, LITERAL) and i in named):
                first.append(ArrayLine(GIVEN, i))
            elif node.operation in (NUMBER, CONSTANT, LITERAL, ENTRY) or self._is_condition(i):
                continue
            elif i not in self.folds:
                rest.append(ArrayLine(VALUE, i))
            elif self._is_first(i):
                rest.append(self._folded(i))
        return first + rest

    def _is_condition(self, i: int) -> bool:
        row = self.graph.nodes[i].operation.operation
        return row is not None and row.is_condition

    def _is_first(self, i: int) -> bool:
        layers, k = self.folds[i]
        return layers.nodes[0][k] == i

    def _folded(self, i: int, user: int = -1, position: int = -1) -> ArrayLine:
        layers, k = self.folds[i]
        return ArrayLine(FOLDED, i, user, position, tuple(step[k] for step in layers.nodes))

    def _backward(self) -> list[ArrayLine]:
        """Return the lines of the reverse pass: a node follows when all that arrives at it is there."""
        record, graph = self.record, self.graph
        if not record.active[record.output]:
            return self._untouched()
        lines = [ArrayLine(START, record.output)]
        waiting = {a: len(edges) for a, edges in self.edges_to.items()}
        flowing = {edge for edges in self.edges_to.values() for edge in edges}
        for user in range(record.output, -1, -1):
            for k, a in enumerate(graph.nodes[user].arguments):
                if (user, k) not in flowing:
                    continue
                waiting[a] -= 1
                if not waiting[a]:
                    lines += self._arriving(a)
        return lines + self._untouched()

    def _arriving(self, a: int) -> list[ArrayLine]:
        """Return the lines of what arrives at a node."""
        edges = self.ways(a)
        if a in self.folds:
            layers, k = self.folds[a]
            is_last = layers.nodes[-1][k] == a  # the reverse pass meets it first
            return [self._folded(a, *edges[0])] if is_last else []
        settled = [ArrayLine(SETTLED, a)] if a in self.settled else []
        if len(edges) == 1 and edges[0] == BY_ENTRIES:
            return [ArrayLine(ENTRIES, a), *settled]
        if len(edges) == 1:
            is_entry = self.graph.nodes[edges[0][0]].operation is ASSEMBLE
            return [] if is_entry else [ArrayLine(EDGE, a, *edges[0]), *settled]
        lines = [ArrayLine(ENTRIES if edge == BY_ENTRIES else BRANCH, a, *edge)
                 for edge in edges if edge == BY_ENTRIES or self._is_told(edge[0])]  # fmt: skip
        return [*lines, ArrayLine(SUM, a), *settled]

    def ways(self, a: int) -> list[tuple[int, int]]:
        """Return the edges along which something arrives at a node, the last user first.

        All entries that are taken out of it by themselves are one, `BY_ENTRIES`.
        """
        edges = self.edges_to[a][::-1]
        own = [edge for edge in edges if self.graph.nodes[edge[0]].operation is not ENTRY]
        return own if len(own) == len(edges) else [*own, BY_ENTRIES]

    def _is_told(self, user: int) -> bool:
        """Whether the edges from a user are told: of layers that repeat those from the first step."""
        return user not in self.folds or self._is_first(user)

    def _untouched(self) -> list[ArrayLine]:
        """Return the lines of inputs that are asked for and that the output does not depend on."""
        record = self.record
        return [ArrayLine(NOTHING, i) for i in dict.fromkeys(record.places.values())
                if i not in self.edges_to and i != record.output]  # fmt: skip


class Growth(NamedTuple):
    """That an argument stands in several places of what it grows to: so many `rows`, `columns`, `entries`, `places`."""

    times: int
    what: str


def growth(graph: ArrayGraph, user: int, position: int) -> Growth | None:
    """Return how often an argument stands in a result entry by entry, if it grows; each place is a branch."""
    node = graph.nodes[user]
    if node.operation.operation is None:
        return None
    own: Any = graph.nodes[node.arguments[position]].shape
    whole: Any = node.shape
    times = count(whole) // count(own)
    if times == 1:
        return None
    if not own:
        return Growth(times, "entries")
    if len(whole) == 2:
        rows = own == whole[1:] or own == (1, whole[1])
        return Growth(times, "rows" if rows else "columns" if own == (whole[0], 1) else "entries")
    return Growth(times, "places")


def product_shapes(graph: ArrayGraph, i: int) -> tuple[str, Sequence[Shape]]:
    """Return the sign of a product of arrays, `@` or `outer`, and the shapes of its factors; ("", shapes) of others.

    The shapes of others are those of the one argument that is an array of another shape, where there is one.
    """
    node = graph.nodes[i]
    shapes = [graph.nodes[a].shape for a in node.arguments]
    if node.operation.sums == PRODUCTS:
        return ("outer" if node.operation.name == "outer" else "@"), shapes
    others = [shape for shape in shapes if shape and shape != node.shape]
    return "", others if len(others) == 1 and node.operation.operation is None else []


def _listed(graph: ArrayGraph, output: int) -> bytearray:
    """Return which nodes a node depends on; all of them where it is the last one."""
    return bytearray(b"\1") * len(graph.nodes) if output == graph.output else graph.needed(output)
