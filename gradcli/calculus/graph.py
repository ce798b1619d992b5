"""The computational graph: a frozen, flat tuple of nodes, each older than its users, and what builds it."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from operator import eq
from typing import NamedTuple, overload

from ..errors import LimitError
from .operations import CONSTANT, INPUT, NUMBER
from .table_parts import Operation

MAX_NODES = 1_000_000


@contextmanager
def uncollected() -> Iterator[None]:
    """Do without the collector of cyclic garbage: millions of live nodes and no cycles, it would only cost time.

    A seventh of the time from text to gradient of a network, where the collector is left on. It is left as it was
    found, among several threads too: who finds it on puts it on again, and who finds it off is within the time of one
    that will. It also runs between two of many overlapping calls, which a count of those at work would not let it.
    """
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


class Nodes(Sequence[Node]):
    """A sequence of nodes, kept as columns: a third of the memory, and what the sweeps run through.

    A node is put together when it is asked for. Only the builder appends.
    """

    __slots__ = ("arguments", "ends", "operations", "starts", "texts")

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self.operations: list[Operation] = []
        self.arguments: list[tuple[int, ...]] = []
        self.texts: list[str] = []
        self.starts = array("i")
        self.ends = array("i")
        for node in nodes:
            self.append(*node)

    def append(self, operation: Operation, arguments: tuple[int, ...], text: str, span: tuple[int, int]) -> None:
        """Add a node."""
        self.operations.append(operation)
        self.arguments.append(arguments)
        self.texts.append(text)
        self.starts.append(span[0])
        self.ends.append(span[1])

    def copy(self) -> Nodes:
        """Return the nodes so far."""
        found = Nodes()
        found.operations, found.arguments, found.texts = self.operations[:], self.arguments[:], self.texts[:]
        found.starts, found.ends = self.starts[:], self.ends[:]
        return found

    def __len__(self) -> int:
        return len(self.operations)

    @overload
    def __getitem__(self, i: int) -> Node: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[Node]: ...
    def __getitem__(self, i: int | slice) -> Node | Sequence[Node]:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        return Node(self.operations[i], self.arguments[i], self.texts[i], (self.starts[i], self.ends[i]))

    def __iter__(self) -> Iterator[Node]:
        spans = zip(self.starts, self.ends, strict=True)
        return map(Node, self.operations, self.arguments, self.texts, spans)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]


class Graph:
    """A frozen program: nodes in order of creation, the output, and the names of the intermediates.

    `defaults` has the numbers that the program itself gives to inputs; `assumed` says that they are inputs only because
    nothing else is. `unused` are the names of statements whose value nothing uses.
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        output: int,
        named: dict[str, int],
        *,
        defaults: Mapping[str, str] | None = None,
        assumed: bool = False,
        unused: Sequence[str] = (),
    ) -> None:
        self.nodes = nodes if isinstance(nodes, Nodes) else Nodes(nodes)
        self.output = output
        self.named = named
        self.defaults = defaults or {}
        self.assumed = assumed
        self.unused = unused

    @cached_property
    def inputs(self) -> dict[str, int]:
        """The variables, in order of first appearance."""
        operations, texts = self.nodes.operations, self.nodes.texts
        return {text: i for i, text in enumerate(texts) if operations[i] is INPUT}

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The name of every node: its own, its numeral, or v1, v2, ... (the output of an unnamed program is f)."""
        labels, operations = self.nodes.texts[:], self.nodes.operations
        for name, i in self.named.items():
            if not labels[i] or operations[i] is NUMBER:
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
    def others(self) -> dict[int, list[str]]:
        """The further names of nodes that have several: a node answers to all of them."""
        found: dict[int, list[str]] = {}
        for name, i in self.named.items():
            if name != self.labels[i]:
                found.setdefault(i, []).append(name)
        for name, i in self.inputs.items():
            if name != self.labels[i]:
                found.setdefault(i, []).insert(0, name)
        return found

    def called(self, i: int, name: str) -> Graph:
        """Return the graph with another one of its names for a node in front: that by which it was asked for."""
        found = Graph(
            self.nodes, self.output, self.named, defaults=self.defaults, assumed=self.assumed, unused=self.unused
        )
        labels = list(self.labels)
        labels[i] = name
        found.__dict__["labels"] = tuple(labels)
        return found

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
        operations = self.nodes.operations
        return {
            **{label: i for i, label in enumerate(self.labels) if operations[i] not in (NUMBER, CONSTANT)},
            **self.named,
        }

    @cached_property
    def is_called(self) -> list[bool]:
        """Which nodes have a name of the user's."""
        found = [False] * len(self.nodes)
        for i in (*self.inputs.values(), *self.named.values()):
            found[i] = True
        return found

    def active(self, inputs: set[int]) -> bytearray:
        """Return, for every node, whether it depends on one of the inputs."""
        found = bytearray(len(self.nodes))
        for i in inputs:
            found[i] = 1
        for i, arguments in enumerate(self.nodes.arguments):
            for a in arguments:
                if found[a]:
                    found[i] = 1
                    break
        return found

    def needed(self, output: int) -> bytearray:
        """Return, for every node, whether a node depends on it."""
        found = bytearray(len(self.nodes))
        arguments = self.nodes.arguments
        found[output] = 1
        for i in range(output, -1, -1):
            if found[i]:
                for a in arguments[i]:
                    found[a] = 1
        return found

    def restricted(self, output: int) -> Graph:
        """Return the part of the graph that a node depends on, with that node as its output."""
        return self.part(self.needed(output), output)

    def part(self, kept: Sequence[int], output: int) -> Graph:
        """Return the nodes that are kept, each with all its arguments, as a graph with another output."""
        place: dict[int, int] = {}
        nodes: list[Node] = []
        for i in range(len(self.nodes)):
            if kept[i]:
                node = self.nodes[i]
                place[i] = len(nodes)
                nodes.append(node._replace(arguments=tuple(place[a] for a in node.arguments)))
        named = {name: place[i] for name, i in self.named.items() if i in place}
        return Graph(nodes, place[output], named, defaults=self.defaults, assumed=self.assumed, unused=self.unused)


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
        """Return a new node, whatever there is already."""
        nodes = self.nodes
        i = len(nodes.operations)
        if i >= self._limit:
            raise LimitError(self._beyond[0], hint=self._beyond[1])
        nodes.append(operation, arguments, text, span)
        return i
