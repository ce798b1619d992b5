"""One entry of an array as a scalar formula in the entries of what it is computed from: W[1,0]*x[0] + W[1,1]*x[1].

Only what an entry needs is looked at, so that one of a large product is as cheap as one of a small one. What is seldom
written out, such as an inverse, stands as an entry of its own: inv(A)[0,1].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..arrays import places as at
from ..arrays.axes import chosen_axes, one_axis
from ..arrays.entries import Array, Entries
from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.opening import entry_names
from ..arrays.scatters import MOVERS, Scatter
from ..arrays.sizes import count
from ..arrays.table import CONSTANT, INPUT, LITERAL, MATMUL, NUMBER
from ..calculus.building import NOWHERE, Builder
from ..calculus.graph import Graph
from ..calculus.operations import ADD, DIV, DOT, MUL, NEG, OPERATIONS, SUB, SUM
from ..calculus.operations import CONSTANT as SCALAR_CONSTANT
from ..calculus.operations import INPUT as SCALAR_INPUT
from ..calculus.operations import NUMBER as SCALAR_NUMBER
from ..calculus.table_parts import Operation
from ..files.array_data import index_of, index_text
from ..numbers.fractions import Exact
from .array_writing import formula

Source = tuple[int, int]  # a node of arrays, and the place of an entry
EXP, LOG, SQRT, ABS, POW = (OPERATIONS[name] for name in ("exp", "log", "sqrt", "abs", "pow"))
MOST_NODES = 100_000


class EntryFormulas:
    """Formulas of entries of a program of arrays, collected in one scalar graph.

    `stop` says which nodes appear by name; inputs always do. `labels` has the whole numbers of labels and indices by
    the name of the node. `sources` has, by the name of each input of the formulas, the entry that it stands for.
    """

    def __init__(
        self, graph: ArrayGraph, labels: Mapping[str, Sequence[int]], names: Sequence[str], stop: Sequence[bool]
    ) -> None:
        self.arrays = graph
        self.builder = Builder(share=True)
        self.sources: dict[str, Source] = {}
        self._labels = labels
        self._names = names
        self._stop = stop
        self._maps: dict[int, list[Source | None]] = {}
        self._found: dict[Source, int] = {}
        self.root = graph.output
        self._zero, self._one = self._number("0"), self._number("1")

    def graph(self, root: int) -> Graph:
        """Return the scalar graph, with a node as its output."""
        return self.builder.freeze(root)

    def entry(self, i: int, k: int) -> int:
        """Return the scalar node of the entry at place `k` of node `i`, which is written out itself."""
        self.root = i
        return self._written(i, self.arrays.nodes[i], k)

    def of(self, i: int, k: int) -> int:
        """Return the scalar node of an entry: of an argument, or of what a formula consists of."""
        found = self._found.get((i, k))
        if found is None:
            node = self.arrays.nodes[i]
            named = node.operation is INPUT or self._stop[i]
            found = self._found[i, k] = self.named(i, k) if named else self._written(i, node, k)
        return found

    def named(self, i: int, k: int) -> int:
        """Return the input that stands for an entry: of a name, or of a formula that is not written out."""
        node = self.arrays.nodes[i]
        shape: Any = node.shape
        name = self._names[i] if self._stop[i] or node.operation is INPUT else ""
        if not name:
            name = formula(self.arrays, i, self._stop, self._names)
            name = name if name.endswith((")", "]")) and name[0] != "(" else f"({name})"
        own = entry_names(name, shape)[k] if count(shape) <= MOST_NODES else name + index_text(k, shape)
        self.sources[own] = (i, k)
        return self.builder.leaf(SCALAR_INPUT, own, NOWHERE)

    def _written(self, i: int, node: ArrayNode, k: int) -> int:
        operation = node.operation
        if operation is INPUT:
            return self.named(i, k)
        if operation is NUMBER:
            return self._number(node.text)
        if operation is CONSTANT:
            return self.builder.leaf(SCALAR_CONSTANT, node.text, NOWHERE)
        if operation is LITERAL:
            text = node.fixed["texts"][k]
            number = self._number(text.lstrip("+-"))
            return self.apply(NEG, number) if text[0] == "-" else number
        if operation.operation is DOT:
            return self.products([(a, k) for a in node.arguments[::2]], [(a, k) for a in node.arguments[1::2]])
        if operation.operation is not None:
            return self.apply(operation.operation, *[self._grown(a, node.shape, k) for a in node.arguments])
        if operation.name in MOVERS or operation.name in ("concat", "stack", "entry", "assemble"):
            source = self.whence(i, node)[k]
            return self._zero if source is None else self.of(*source)
        rule = _RULES.get(operation.name)
        return self.named(i, k) if rule is None else rule(self, i, node, k)

    # ---- scalar nodes

    def _number(self, text: str) -> int:
        return self.builder.leaf(SCALAR_NUMBER, text, NOWHERE)

    def whole(self, n: int) -> int:
        """Return the numeral of a whole number that is not negative."""
        return self._number(str(n))

    def apply(self, operation: Operation, *args: int) -> int:
        """Return a scalar node; products with 0 and 1 and sums with 0 are simplified where these are numerals."""
        zero, one = self._zero, self._one
        if operation is MUL and (zero in args or one in args):
            return zero if zero in args else args[1] if args[0] == one else args[0]
        if operation in (ADD, SUB) and args[1] == zero:
            return args[0]
        return self.builder.apply(operation, args, NOWHERE)

    def add_up(self, terms: Sequence[int]) -> int:
        """Return the node of a sum without the numeral 0."""
        some = [term for term in terms if term != self._zero] or [self._zero]
        return some[0] if len(some) == 1 else self.builder.apply(ADD if len(some) == 2 else SUM, tuple(some), NOWHERE)

    def products(self, left: Sequence[Source], right: Sequence[Source]) -> int:
        """Return the node of a sum of products of entries."""
        return self.add_up([self.apply(MUL, self.of(*a), self.of(*b))
                            for a, b in zip(left, right, strict=True)])  # fmt: skip

    def _grown(self, a: int, shape: Any, k: int) -> int:
        """Return the entry of an argument that grows to a shape, at a place of that shape."""
        own: Any = self.arrays.nodes[a].shape
        if own == shape:
            return self.of(a, k)
        index = index_of(k, shape)[len(shape) - len(own) :]
        steps = at.strides(own)
        return self.of(a, sum(0 if size == 1 else j * step
                                  for j, size, step in zip(index, own, steps, strict=True)))  # fmt: skip

    def group(self, i: int, k: int, axis: Any) -> list[Source]:
        """Return the entries of an array that are reduced to the k-th along some axes."""
        shape: Any = self.arrays.nodes[i].shape
        return [(i, place) for place in at.groups(shape, chosen_axes(shape, axis))[k]]

    def numbers_of(self, a: int) -> list[int]:
        """Return the whole numbers of a node that holds labels or indices."""
        node = self.arrays.nodes[a]
        if node.operation is NUMBER:
            return [int(float(node.text))]
        if node.operation is LITERAL:
            return [int(float(text)) for text in node.fixed["texts"]]
        return list(self._labels[self._names[a]])

    # ---- entries that are only moved

    def whence(self, i: int, node: ArrayNode) -> list[Source | None]:
        """Return where each entry of an operation that moves entries comes from; None for a 0 that it puts in."""
        if i not in self._maps:
            self._maps[i] = self._map(node)
        return self._maps[i]

    def _map(self, node: ArrayNode) -> list[Source | None]:
        A = Entries(Exact())
        whence: list[Source | None] = [None]
        arrays = []
        for k, a in enumerate(node.arguments):
            shape: Any = self.arrays.nodes[a].shape
            if node.operation.is_role(k):
                arrays.append(A.make(shape, self.numbers_of(a)))
                continue
            start = len(whence)
            whence += [(a, j) for j in range(count(shape))]
            arrays.append(A.make(shape, list(range(start, len(whence)))))
        found: Array = node.operation.value(A, *arrays, **node.fixed)
        return [whence[int(entry)] for entry in found.entries]


# ---- what an entry of an operation is made of: (formulas, place of the node, the node, place of the entry)


def _matmul(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    a, b = node.arguments
    left: Any = f.arrays.nodes[a].shape
    right: Any = f.arrays.nodes[b].shape
    index = list(index_of(k, node.shape))  # type: ignore[arg-type]  # the sizes of a run are numbers
    inner = left[-1]
    column = index.pop() if len(right) > 1 else 0
    row = index.pop() if len(left) > 1 else 0
    block = 0
    for size, place in zip(left[:-2], index, strict=False):
        block = block * size + place
    height, width = (left[-2] if len(left) > 1 else 1), (right[-1] if len(right) > 1 else 1)
    start = (block * height + row) * inner
    return f.products([(a, start + j) for j in range(inner)],
                      [(b, (block * inner + j) * width + column) for j in range(inner)])  # fmt: skip


def _outer(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    a, b = node.arguments
    row, column = index_of(k, node.shape)  # type: ignore[arg-type]
    return f.products([(a, row)], [(b, column)])


def _sum(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    return f.add_up([f.of(*source) for source in f.group(node.arguments[0], k, node.fixed.get("axis"))])


def _mean(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    group = f.group(node.arguments[0], k, node.fixed.get("axis"))
    total = f.add_up([f.of(*source) for source in group])
    return f.apply(DIV, total, f.whole(len(group))) if len(group) > 1 else total


def _prod(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    first, *rest = [f.of(*source) for source in f.group(node.arguments[0], k, node.fixed.get("axis"))]
    for factor in rest:
        first = f.apply(MUL, first, factor)
    return first


def _norm(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    terms = [f.of(*source) for source in f.group(node.arguments[0], k, node.fixed.get("axis"))]
    if len(terms) == 1:
        return f.apply(ABS, terms[0])
    return f.apply(SQRT, f.add_up([f.apply(POW, x, f.whole(2)) for x in terms]))


def _extreme(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    terms = [f.of(*source) for source in f.group(node.arguments[0], k, node.fixed.get("axis"))]
    return terms[0] if len(terms) == 1 else f.apply(OPERATIONS[node.operation.name], *terms)


def _trace(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    (a,) = node.arguments
    shape: Any = f.arrays.nodes[a].shape
    return f.add_up([f.of(a, j * (shape[0] + 1)) for j in range(shape[0])])


def _cumsum(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    (a,) = node.arguments
    shape: Any = node.shape
    axis = one_axis(shape, node.fixed.get("axis", -1))
    line = next(group for group in at.groups(shape, [axis]) if k in group)
    place = line.index(k)
    taken = line[place:][::-1] if node.fixed.get("reverse") else line[: place + 1]
    return f.add_up([f.of(a, j) for j in taken])


def _powers(f: EntryFormulas, sources: Sequence[Source]) -> int:
    return f.add_up([f.apply(EXP, f.of(*source)) for source in sources])


def _line(f: EntryFormulas, node: ArrayNode, k: int) -> list[Source]:
    """Return the entries along the axis of an operation that keeps the shape, of the line that the k-th is in."""
    (a, *_) = node.arguments
    shape: Any = f.arrays.nodes[a].shape
    axis = one_axis(shape, node.fixed.get("axis", -1))
    return next([(a, j) for j in group] for group in at.groups(shape, [axis]) if k in group)


def _logsumexp(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    return f.apply(LOG, _powers(f, f.group(node.arguments[0], k, node.fixed.get("axis", -1))))


def _softmax(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    if i != f.root:
        return f.named(i, k)
    return f.apply(DIV, f.apply(EXP, f.of(node.arguments[0], k)), _powers(f, _line(f, node, k)))


def _log_softmax(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    if i != f.root:
        return f.named(i, k)
    return f.apply(SUB, f.of(node.arguments[0], k), f.apply(LOG, _powers(f, _line(f, node, k))))


def _cross_entropy(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    z, y = node.arguments
    sources = f.group(z, k, node.fixed.get("axis", -1))
    if not node.operation.is_role(1):
        terms = [f.apply(MUL, f.of(y, j), f.apply(SUB, f.of(z, j), f.apply(LOG, _powers(f, sources))))
                 for _, j in sources]  # fmt: skip
        return f.apply(NEG, f.add_up(terms))
    return f.apply(SUB, f.apply(LOG, _powers(f, sources)), f.of(*sources[f.numbers_of(y)[k]]))


def _onehot(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    row, column = divmod(k, node.fixed["n"])
    return f.whole(int(f.numbers_of(node.arguments[0])[row] == column))


def _scatter(f: EntryFormulas, i: int, node: ArrayNode, k: int) -> int:
    g, x, *rest = node.arguments
    assert isinstance(node.operation, Scatter)
    taken = ArrayNode(node.operation.taken, (x, *rest), node.fixed, f.arrays.nodes[g].shape, "", node.span)
    return f.add_up([f.of(g, j) for j, source in enumerate(f.whence(i, taken)) if source == (x, k)])


_RULES: dict[str, Callable[[EntryFormulas, int, ArrayNode, int], int]] = {
    MATMUL.name: _matmul, "dot": _matmul, "outer": _outer, "sum": _sum, "mean": _mean, "prod": _prod, "norm": _norm,
    "max": _extreme, "min": _extreme, "trace": _trace, "cumsum": _cumsum, "logsumexp": _logsumexp,
    "softmax": _softmax, "log_softmax": _log_softmax, "cross_entropy": _cross_entropy, "onehot": _onehot,
    "scatter": _scatter,
    "eye": lambda f, i, node, k: f.whole(int(k % (node.fixed["n"] + 1) == 0)),
    "ones": lambda f, i, node, k: f.whole(1),
    "zeros": lambda f, i, node, k: f.whole(0),
}  # fmt: skip
