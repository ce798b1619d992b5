"""Opening: the scalar graph that a program of arrays stands for. It is the definition of every array operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..calculus.building import Builder
from ..calculus.graph import Graph
from ..calculus.operations import ADD, DIV, DOT, EXP, INPUT, LOGADDEXP, MAX, MIN, NEG, NUMBER, SUB, SUM
from ..calculus.operations import CONSTANT as SCALAR_CONSTANT
from ..calculus.table_parts import Operation
from . import table
from .entries import Array, Entries
from .graph import ArrayGraph
from .sizes import count

Span = tuple[int, int]


class _Nodes:
    """The number system of an opened program: a number is a node, by its place. Numerals are shared."""

    name = "nodes"

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.zero = self.number("0")
        self.one = self.number("1")

    def number(self, text: str) -> int:
        """Return the node of a numeral."""
        return self.builder.leaf(NUMBER, text, (0, 0))


class Opened(Entries):
    """Arrays whose entries are nodes of a scalar graph; what they compute is built.

    `where` is the span of the array operation at hand. `numbers` has the whole numbers of nodes that are labels or
    indices.
    """

    def __init__(self, builder: Builder) -> None:
        super().__init__(_Nodes(builder))
        self.builder = builder
        self.where: Span = (0, 0)
        self.numbers: dict[int, int] = {}

    def apply(self, operation: Operation, *args: int) -> int:
        """Return a new node."""
        return self.builder.apply(operation, args, self.where)

    def column(self, operation: Operation, columns: Sequence[Sequence[int]]) -> list[int]:
        """Return a new node for every entry."""
        return [self.apply(operation, *args) for args in zip(*columns, strict=True)]

    def leaf(self, texts: Sequence[str], shape: Sequence[int]) -> Array:
        """Return nodes of numerals, with a minus sign where they have one."""
        number = self.S.number
        entries = [self.apply(NEG, number(t[1:])) if t[0] == "-" else number(t.lstrip("+")) for t in texts]
        return self.make(shape, entries)

    def constant(self, name: str) -> Array:
        """Return the node of pi, e or tau."""
        return self.make((), [self.builder.leaf(SCALAR_CONSTANT, name, self.where)])

    def labels(self, y: Any) -> list[int]:
        """Return the whole numbers of nodes that are labels or indices."""
        return [self.numbers[entry] for entry in y.entries]

    def add_up(self, terms: Sequence[int]) -> int:
        """Return the node of a sum, without what is 0 everywhere."""
        some = [term for term in terms if term != self._zero] or [self._zero]
        return some[0] if len(some) == 1 else self.apply(ADD if len(some) == 2 else SUM, *some)

    def dot(self, a: Sequence[int], b: Sequence[int]) -> int:
        """Return the node of a sum of products, without those that are 0 everywhere; a factor 1 is left out."""
        zero, one = self._zero, self._one
        pairs = [(x, y) for x, y in zip(a, b, strict=True) if x != zero and y != zero]
        if all(one in pair for pair in pairs):
            return self.add_up([y if x == one else x for x, y in pairs])
        if len(pairs) == 1:
            return self.product(pairs[0])
        return self.apply(DOT, *[x for pair in pairs for x in pair])

    def shares(self, terms: Sequence[int]) -> Sequence[int]:
        """Return exp(x - logsumexp(x)) of each: the shares of softmax."""
        if len(terms) == 1:
            return [self._one]
        whole = self.apply(LOGADDEXP, *terms)
        return [self.apply(EXP, self.apply(SUB, term, whole)) for term in terms]

    def log_shares(self, terms: Sequence[int]) -> Sequence[int]:
        """Return x - logsumexp(x) of each."""
        if len(terms) == 1:
            return [self._zero]
        whole = self.apply(LOGADDEXP, *terms)
        return [self.apply(SUB, term, whole) for term in terms]

    def order_of(self, terms: Sequence[int]) -> Sequence[int]:
        """Return the numbers in order: a network that swaps neighbours, whatever the numbers are."""
        found = list(terms)
        for start in range(len(found)):
            for k in range(start % 2, len(found) - 1, 2):
                low, high = found[k], found[k + 1]
                found[k], found[k + 1] = self.apply(MIN, low, high), self.apply(MAX, low, high)
        return found

    def divides(self, x: Array) -> bool:
        """Return True: what a node holds is not known yet."""
        return True

    def divided(self, x: Array, n: int) -> Array:
        """Return an array over a whole number."""
        return self.make(x.shape, [self.apply(DIV, entry, self.whole(n)) for entry in x.entries])


class Opening:
    """An opened program: the scalar graph, and for each array node the scalar nodes of its entries."""

    def __init__(self, graph: ArrayGraph, labels: Mapping[int, Sequence[int]], *, share: bool = False) -> None:
        builder = Builder(share=share)
        A = Opened(builder)
        self.entries: list[list[int]] = []
        self.makers: list[int] = []  # of every scalar node: the array node that it was made for
        arrays: list[Array] = []
        spans = {i: name for name, i in graph.named.items()}
        for i, node in enumerate(graph.nodes):
            A.where = node.span
            shape: Any = node.shape
            if node.operation is table.INPUT:
                names = entry_names(node.text, shape)
                array = A.make(shape, [builder.add(INPUT, (), name, node.span) for name in names])
            elif node.operation is table.NUMBER:
                array = A.leaf([node.text], ())
            elif node.operation is table.CONSTANT:
                array = A.constant(node.text)
            elif node.operation is table.LITERAL:
                array = A.leaf(node.fixed["texts"], shape)
            else:
                array = node.operation.value(A, *[arrays[a] for a in node.arguments], **node.fixed)
            if i in labels:
                A.numbers.update(zip(array.entries, labels[i], strict=True))
            if i in spans and node.operation is not table.INPUT:
                array = self._named(builder, array, spans[i])
            arrays.append(array)
            self.entries.append(array.entries)
            self.makers += [i] * (len(builder.nodes) - len(self.makers))
        self.graph: Graph = builder.freeze(arrays[graph.output].entries[0])

    @staticmethod
    def _named(builder: Builder, array: Array, name: str) -> Array:
        """Return an array whose entries bear its name with their indices."""
        taken = builder.named
        entries = []
        for i, own in zip(array.entries, entry_names(name, array.shape), strict=True):
            entries.append(i if own in taken else builder.name(i, own))
        return Array(array.A, array.shape, entries)


def entry_names(name: str, shape: Sequence[int]) -> list[str]:
    """Return what the entries of an array are called: x[0], W[1,0]; a number has the name alone."""
    if not shape:
        return [name]
    found = [""]
    for size in shape:
        found = [f"{start},{k}" if start else str(k) for start in found for k in range(size)]
    return [f"{name}[{places}]" for places in found]


def opened_size(graph: ArrayGraph, which: Iterable[int] | None = None) -> int:
    """Return about how many scalar nodes a program, or some of its nodes, opens to, without opening it."""
    total = 0
    for node in graph.nodes if which is None else [graph.nodes[i] for i in which]:
        shape: Any = node.shape
        entries = count(shape)
        if node.operation.is_linear and node.operation.name != "sum":
            continue
        inner: Any = 1
        if node.operation.operation is None and node.arguments and node.operation.name not in ("matmul", "dot"):
            inner = max(1, max(count(graph.nodes[a].shape) for a in node.arguments) // entries)
        total += entries * inner
    return total
