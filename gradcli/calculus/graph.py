"""The computational graph: a frozen, flat tuple of nodes, each older than its users. `building` has what makes one."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import eq
from typing import NamedTuple, overload

from .operations import CONSTANT, INPUT, NUMBER
from .table_parts import Operation


class Node(NamedTuple):
    """One quantity: an input, a number, or an operation applied to older nodes.

    `text` is the name of an input or constant, or the numeral as it was written; `span` says where in the program.
    """

    operation: Operation
    arguments: tuple[int, ...]
    text: str = ""
    span: tuple[int, int] = (0, 0)


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
        """Whether a node has a name of the user's, one entry per node, oldest first."""
        found = [False] * len(self.nodes)
        for i in (*self.inputs.values(), *self.named.values()):
            found[i] = True
        return found

    def active(self, inputs: set[int]) -> bytearray:
        """Return whether a node depends on one of the inputs, one entry per node, oldest first."""
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
        """Return whether the node `output` depends on a node, one entry per node, oldest first."""
        found = bytearray(len(self.nodes))
        arguments = self.nodes.arguments
        found[output] = 1
        for i in range(output, -1, -1):
            if found[i]:
                for a in arguments[i]:
                    found[a] = 1
        return found
