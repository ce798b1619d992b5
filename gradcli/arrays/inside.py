"""Arrays opened in their place: a program in which some arrays are replaced by the numbers inside, the others stay.

The entries of the arguments are taken out (W[1,0]), the scalar nodes of the operation follow, and the entries of the
result are put together again, so that what uses it is what it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..calculus.building import Builder
from ..calculus.operations import CONSTANT as SCALAR_CONSTANT
from ..calculus.operations import INPUT, NUMBER
from ..files.array_data import index_of
from .entries import Array
from .graph import ArrayBuilder, ArrayGraph, ArrayNode
from .opening import Opened, entry_names
from .rows import ArrayOperation
from .sizes import Shape, Sizes, count
from .table import CONSTANT, INDEX, LITERAL, entry_by_entry
from .table import NUMBER as ARRAY_NUMBER


def _assembled(sizes: Sizes, *entries: Shape, shape: Shape) -> Shape:
    """The shape rule of `assemble`."""
    return shape


ASSEMBLE = ArrayOperation(
    "assemble", "x ...", _assembled, lambda A, *xs, shape: A.reshape(A.stack(xs), shape),
    (lambda A, g, v, *xs, k, shape: A.index(g, (), index_of(k, shape)),),
    fixed={"shape": ()}, symbol="[]", is_linear=True, law="entries put together", summary="an array of its entries",
)  # fmt: skip
ENTRY = ArrayOperation(
    "entry", "x", INDEX.shape, lambda A, x, places: A.index(x, (), places),
    (lambda A, g, v, x, places: A.scatter(g, x.shape, (), places),),
    fixed={"places": ()}, symbol="[]", is_linear=True, law="an entry", summary="one entry of an array",
)  # fmt: skip


def opened_in_place(
    graph: ArrayGraph, which: Collection[int], labels: Mapping[int, Sequence[int]]
) -> tuple[ArrayGraph, list[int]]:
    """Return a program in which some nodes are opened, and the new place of every node.

    `labels` has the whole numbers of nodes that are labels or indices. Names stay what they were; an entry is called
    by the name of its array, and scalar nodes without a name are numbered after the arrays. What only moves entries of
    other arrays has no nodes of its own.
    """
    building = _Rebuilding(graph, labels)
    for i in range(len(graph.nodes)):
        building.add(i, is_opened=i in which)
    return building.frozen(), building.place


class _Rebuilding:
    """A program of arrays on its way to one in which some are opened."""

    def __init__(self, graph: ArrayGraph, labels: Mapping[int, Sequence[int]]) -> None:
        self.graph = graph
        self.numbers = labels
        self.builder = ArrayBuilder(graph.sizes)
        self.place: list[int] = []
        self.labels: dict[int, str] = {}
        # Of arrays that entries are taken out of, or that were opened: the node of each entry, -1 where there is none.
        self._entries: dict[int, list[int]] = {}

    def add(self, i: int, *, is_opened: bool) -> None:
        """Add a node, as it is or as the numbers inside."""
        node = self.graph.nodes[i]
        if is_opened:
            new = self._opened(i, node)
        else:
            self.builder.nodes.append(node._replace(arguments=tuple(self.place[a] for a in node.arguments)))
            new = len(self.builder.nodes) - 1
        self.labels[new] = self.graph.labels[i]
        self.place.append(new)

    def _opened(self, i: int, node: ArrayNode) -> int:
        scalars = Builder()
        A = Opened(scalars)
        outside: dict[int, tuple[int, int]] = {}  # a scalar input: the array and the entry that it stands for
        arguments = []
        for k, a in enumerate(node.arguments):
            shape: Any = self.graph.nodes[a].shape
            entries = [scalars.add(INPUT, (), f"{a}:{j}", node.span) for j in range(count(shape))]
            outside.update((entry, (a, j)) for j, entry in enumerate(entries))
            if node.operation.is_role(k):
                A.numbers.update(zip(entries, self.numbers[a], strict=True))
            arguments.append(A.make(shape, entries))
        found: Array = node.operation.value(A, *arguments, **node.fixed)
        numerals = [scalars.nodes.operations[entry] in (NUMBER, SCALAR_CONSTANT) for entry in found.entries]
        if not node.shape and (found.entries[0] in outside or numerals[0]):  # it has no node of its own inside
            self.builder.nodes.append(node._replace(arguments=tuple(self.place[a] for a in node.arguments)))
            return len(self.builder.nodes) - 1
        places = self._transcribed(scalars, outside, found.entries, node.span)
        names = entry_names(self.graph.labels[i], found.shape)
        taken: set[int] = set()
        self._entries[i] = []
        for entry, name, is_numeral in zip(found.entries, names, numerals, strict=True):
            is_own = entry not in outside and entry not in taken and not is_numeral
            if is_own:
                self.labels[places[entry]] = name
                taken.add(entry)
            self._entries[i].append(places[entry] if is_own else -1)
        entries = [places[entry] for entry in found.entries]
        if not node.shape:
            return entries[0]
        return self.builder.apply(ASSEMBLE, entries, node.span, {"shape": node.shape})

    def _transcribed(
        self, scalars: Builder, outside: Mapping[int, tuple[int, int]], ends: Sequence[int], span: tuple[int, int]
    ) -> dict[int, int]:
        """Return the new node of every scalar node that the entries at the end need."""
        needed = bytearray(len(scalars.nodes.operations))
        for end in ends:
            needed[end] = 1
        for i in range(len(needed) - 1, -1, -1):
            if needed[i]:
                for a in scalars.nodes.arguments[i]:
                    needed[a] = 1
        places: dict[int, int] = {}
        for i, is_needed in enumerate(needed):
            if not is_needed:
                continue
            operation, arguments, text, _ = scalars.nodes[i]
            if i in outside:
                places[i] = self._entry(*outside[i])
            elif operation is NUMBER:
                places[i] = self.builder.number(text, span)
            elif operation is SCALAR_CONSTANT:
                places[i] = self.builder.constant(text, span)
            else:
                places[i] = self.builder.apply(entry_by_entry(operation), [places[a] for a in arguments], span)
        return places

    def _entry(self, a: int, k: int) -> int:
        """Return the node of an entry of an array, taken out once."""
        node = self.graph.nodes[a]
        shape: Any = node.shape
        if not shape:
            return self.place[a]
        entries = self._entries.setdefault(a, [-1] * count(shape))
        if entries[k] < 0:
            if node.operation is LITERAL and a not in self.graph.named.values():
                text = node.fixed["texts"][k]
                entries[k] = self.builder.literal([text], (), node.span) if text[0] in "+-" else \
                    self.builder.number(text, node.span)  # fmt: skip
            else:
                new = self.builder.apply(ENTRY, [self.place[a]], node.span, {"places": index_of(k, shape)})
                self.labels[new] = entry_names(self.graph.labels[a], shape)[k]
                entries[k] = new
        return entries[k]

    def frozen(self) -> ArrayGraph:
        """Return the program in which the arrays are opened, its new nodes with labels of their own."""
        old, nodes = self.graph, self.builder.nodes
        labels = dict(self.labels)
        numbered = 1 + sum(1 for i, node in enumerate(old.nodes) if not node.text and old.labels[i] not in old.named)
        taken = set(labels.values())
        for i, node in enumerate(nodes):
            if node.operation in (ARRAY_NUMBER, CONSTANT):
                labels.setdefault(i, node.text)
            if i not in labels:
                while f"v{numbered}" in taken:
                    numbered += 1
                labels[i] = f"v{numbered}"
                numbered += 1
        return ArrayGraph(
            nodes, self.place[old.output], {name: self.place[i] for name, i in old.named.items()}, old.sizes,
            old.unused, defaults=old.defaults, assumed=old.assumed, sized=old.sized,
            labels=[labels[i] for i in range(len(nodes))],
        )  # fmt: skip
