"""What makes graphs: a builder that collects nodes, the parts of a graph, and a graph with other names."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..errors import LimitError
from .graph import Graph, Node, Nodes
from .operations import NUMBER
from .table_parts import Operation

MAX_NODES = 1_000_000
NOWHERE = (0, 0)  # the span of a node that stands in no text


@contextmanager
def uncollected() -> Iterator[None]:
    """Do without the collector of cyclic garbage: millions of live nodes and no cycles, it would only cost time.

    A seventh of the time from text to gradient of a network, where the collector is left on. It is left as it was
    found, among several threads too: who finds it on puts it on again, and who finds it off is within the time of one
    that will. It also runs between two of many overlapping calls, which a count of those at work would not let it.
    """
    collecting = gc.isenabled()
    if collecting:  # who finds it off leaves it: another thread may have put it on since
        gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Builder:
    """Collects nodes. Inputs and numerals are shared; with `share`, equal sub-expressions are too."""

    def __init__(self, *, share: bool = False) -> None:
        self.nodes = Nodes()
        self.named: dict[str, int] = {}
        self._leaves: dict[tuple[Operation, str], int] = {}
        self._known: dict[tuple[Operation, tuple[int, ...]], int] | None = {} if share else None
        self._limit = MAX_NODES
        self._beyond = f"the program has more than {MAX_NODES:,} nodes", "split it into several programs"

    def allow(self, more: int) -> None:
        """Allow so many further nodes, for the formulas of derivatives, beside the limit of a program."""
        if len(self.nodes) + more < self._limit:
            self._limit = len(self.nodes) + more
            self._beyond = f"the derivatives have more than {more:,} nodes", "ask for a lower --order or fewer inputs"

    def leaf(self, operation: Operation, text: str, span: tuple[int, int]) -> int:
        """Return the input, numeral or constant of this text, made at its first appearance."""
        key = (operation, text)
        found = self._leaves.get(key)
        if found is None:
            found = self._leaves[key] = self.add(operation, (), text, span)
        return found

    def apply(self, operation: Operation, arguments: tuple[int, ...], span: tuple[int, int]) -> int:
        """Return a new node, or with `share` an equal one."""
        if self._known is None:  # as `add` does, without the call
            nodes = self.nodes
            i = len(nodes.operations)
            if i < MAX_NODES:
                nodes.operations.append(operation)
                nodes.arguments.append(arguments)
                nodes.texts.append("")
                nodes.starts.append(span[0])
                nodes.ends.append(span[1])
                return i
            return self.add(operation, arguments, "", span)
        found = self._known.get((operation, arguments))
        if found is None:
            found = self._known[operation, arguments] = self.add(operation, arguments, "", span)
        return found

    def known(self, operation: Operation, arguments: tuple[int, ...]) -> int | None:
        """Return the node of an operation on these arguments, or None; with `share` only."""
        return None if self._known is None else self._known.get((operation, arguments))

    def name(self, i: int, name: str) -> int:
        """Give node `i` a name and return the node that bears it: a numeral that gets a name is no longer shared."""
        if self.nodes.operations[i] is NUMBER:
            i = self.add(*self.nodes[i])
        self.named[name] = i
        return i

    def freeze(self, output: int) -> Graph:
        """Return the graph as it stands."""
        return Graph(self.nodes.copy(), output, dict(self.named))

    def add(self, operation: Operation, arguments: tuple[int, ...], text: str, span: tuple[int, int]) -> int:
        """Return a new node, whatever there is already. Raises `LimitError` for one too many."""
        nodes = self.nodes
        i = len(nodes.operations)
        if i >= self._limit:
            raise LimitError(self._beyond[0], hint=self._beyond[1])
        nodes.operations.append(operation)  # as `Nodes.append` does, without the call
        nodes.arguments.append(arguments)
        nodes.texts.append(text)
        nodes.starts.append(span[0])
        nodes.ends.append(span[1])
        return i


def restricted(graph: Graph, output: int) -> Graph:
    """Return the part of a graph that a node depends on, with that node as its output."""
    return part_of(graph, graph.needed(output), output)


def part_of(graph: Graph, kept: Sequence[int], output: int) -> Graph:
    """Return the nodes that are kept, each with all its arguments, as a graph with another output.

    `kept` has one entry per node, oldest first.
    """
    place: dict[int, int] = {}
    nodes: list[Node] = []
    for i in range(len(graph.nodes)):
        if kept[i]:
            node = graph.nodes[i]
            place[i] = len(nodes)
            nodes.append(node._replace(arguments=tuple(place[a] for a in node.arguments)))
    named = {name: place[i] for name, i in graph.named.items() if i in place}
    return Graph(nodes, place[output], named, defaults=graph.defaults, assumed=graph.assumed, unused=graph.unused)


def called(graph: Graph, i: int, name: str) -> Graph:
    """Return a graph with another one of its names for a node in front: that by which it was asked for."""
    found = Graph(
        graph.nodes, graph.output, graph.named, defaults=graph.defaults, assumed=graph.assumed, unused=graph.unused
    )
    labels = list(graph.labels)
    labels[i] = name
    found.__dict__["labels"] = tuple(labels)
    return found
