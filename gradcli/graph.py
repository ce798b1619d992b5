"""The computational graph: a frozen, flat tuple of nodes, each older than its users, and what builds it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

from .errors import LimitError
from .operations import CONSTANT, INPUT, NUMBER
from .rules import Operation

MAX_NODES = 1_000_000


@contextmanager
def uncollected() -> Iterator[None]:
    """Do without the collector of cyclic garbage: millions of live nodes and no cycles, it would only cost time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Node(NamedTuple):
    """One quantity: an input, a number, or an operation applied to older nodes.

    `text` is the name of an input or constant, or the numeral as it was written; `span` says where in the program.
    """

    operation: Operation
    arguments: tuple[int, ...]
    text: str
    span: tuple[int, int]


class Graph:
    """A frozen program: nodes in order of creation, the output, and the names of the intermediates."""

    def __init__(self, nodes: tuple[Node, ...], output: int, named: dict[str, int]) -> None:
        self.nodes = nodes
        self.output = output
        self.named = named

    @cached_property
    def inputs(self) -> dict[str, int]:
        """The variables, in order of first appearance."""
        return {node.text: i for i, node in enumerate(self.nodes) if node.operation is INPUT}

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The name of every node: its own, its numeral, or v1, v2, ... (the output of an unnamed program is f)."""
        labels = [node.text for node in self.nodes]
        for name, i in self.named.items():
            if not labels[i] or self.nodes[i].operation is NUMBER:
                labels[i] = name
        taken = {label for label in labels if label} | set(self.named)
        if not labels[self.output] and "f" not in taken:
            labels[self.output] = "f"
        letter = self.letter
        count = 0
        for i, label in enumerate(labels):
            if not label:
                count += 1
                labels[i] = f"{letter}{count}"
        return tuple(labels)

    @cached_property
    def letter(self) -> str:
        """What unnamed nodes are called, before their number: v, unless the program uses such names."""
        taken = {*self.named, *self.inputs}
        return next(
            c for c in ("v", "u", "n", "node") if not any(t.startswith(c) and t[len(c) :].isdecimal() for t in taken)
        )

    @cached_property
    def by_label(self) -> dict[str, int]:
        """The node of every name that a person can use."""
        return {
            **{label: i for i, label in enumerate(self.labels) if self.nodes[i].operation not in (NUMBER, CONSTANT)},
            **self.named,
        }

    def active(self, inputs: set[int]) -> bytearray:
        """Return, for every node, whether it depends on one of the inputs."""
        found = bytearray(len(self.nodes))
        for i in inputs:
            found[i] = 1
        for i, node in enumerate(self.nodes):
            for a in node.arguments:
                if found[a]:
                    found[i] = 1
                    break
        return found

    def needed(self, output: int) -> bytearray:
        """Return, for every node, whether a node depends on it."""
        found = bytearray(len(self.nodes))
        found[output] = 1
        for i in range(output, -1, -1):
            if found[i]:
                for a in self.nodes[i].arguments:
                    found[a] = 1
        return found

    def restricted(self, output: int) -> Graph:
        """Return the part of the graph that a node depends on, with that node as its output."""
        needed = self.needed(output)
        place: dict[int, int] = {}
        nodes: list[Node] = []
        for i in range(output + 1):
            if needed[i]:
                node = self.nodes[i]
                place[i] = len(nodes)
                nodes.append(node._replace(arguments=tuple(place[a] for a in node.arguments)))
        named = {name: place[i] for name, i in self.named.items() if i in place}
        return Graph(tuple(nodes), place[output], named)


class Builder:
    """Collects nodes. Inputs and numerals are shared; with `share`, equal sub-expressions are too."""

    def __init__(self, *, share: bool = False) -> None:
        self.nodes: list[Node] = []
        self.named: dict[str, int] = {}
        self._leaves: dict[tuple[str, str], int] = {}
        self._known: dict[tuple[Operation, tuple[int, ...]], int] | None = {} if share else None

    def leaf(self, operation: Operation, text: str, span: tuple[int, int]) -> int:
        """Return the input, numeral or constant of this text, made at its first appearance."""
        key = (operation.name, text)
        found = self._leaves.get(key)
        if found is None:
            found = self._leaves[key] = self._add(Node(operation, (), text, span))
        return found

    def apply(self, operation: Operation, arguments: tuple[int, ...], span: tuple[int, int]) -> int:
        """Return a new node, or with `share` an equal one."""
        if self._known is None:
            return self._add(Node(operation, arguments, "", span))
        found = self._known.get((operation, arguments))
        if found is None:
            found = self._known[operation, arguments] = self._add(Node(operation, arguments, "", span))
        return found

    def name(self, i: int, name: str) -> int:
        """Give node `i` a name and return the node that bears it: a numeral that gets a name is no longer shared."""
        node = self.nodes[i]
        if node.operation is NUMBER:
            i = self._add(node)
        self.named[name] = i
        return i

    def freeze(self, output: int) -> Graph:
        """Return the graph as it stands."""
        return Graph(tuple(self.nodes), output, dict(self.named))

    def _add(self, node: Node) -> int:
        if len(self.nodes) >= MAX_NODES:
            raise LimitError(f"the program has more than {MAX_NODES:,} nodes", hint="split it into several programs")
        self.nodes.append(node)
        return len(self.nodes) - 1
