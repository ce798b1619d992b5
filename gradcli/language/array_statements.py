"""Array nodes as the statements of a program: what stands in several places has a statement of its own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ..arrays.graph import ArrayBuilder, ArrayGraph, ArrayNode
from ..arrays.sizes import Letters, Shape, Sizes, bracketed
from ..arrays.table import INDEX, LITERAL, NUMBER, TRANSPOSE
from .array_writing import array_pieces, formula, is_condition
from .writing import ATOM, REPEATED

COMPARING = ("ties", "unsort")


class Root(NamedTuple):
    """What a statement gives: its name, its node, and of which input it is the derivative that was asked for."""

    name: str
    node: int
    wrt: str | None = None


class ArrayStatement(NamedTuple):
    """A statement `name = text`, the shape of what it gives, and the letters that it uses as sizes.

    `wrt` is the input of which it is the derivative that was asked for.
    """

    name: str
    text: str
    shape: Shape
    wrt: str | None
    letters: frozenset[str]


class Names(Protocol):
    """Who knows which names are free."""

    taken: set[str]

    def free(self, name: str) -> str:
        """Return a name like this one that nothing has yet."""
        ...


def statements(
    builder: ArrayBuilder, roots: Sequence[Root], suggested: Mapping[int, str], names: Names
) -> list[ArrayStatement]:
    """Return a statement for each root, in order, and one for each node used several times before its first use.

    `suggested` has what a node may be called.
    """
    return _Statements(builder, roots, suggested, names).found


class _Statements:
    def __init__(
        self, builder: ArrayBuilder, roots: Sequence[Root], suggested: Mapping[int, str], names: Names
    ) -> None:
        self.same, nodes = _merged(builder.nodes)
        self.graph = ArrayGraph(nodes, len(nodes) - 1, {}, Sizes())
        self.labels = [_leaf_text(node) for node in nodes]
        self.called: dict[int, str] = {}  # of the nodes that stand in several places
        self.roots = [root._replace(node=self.same[root.node]) for root in roots]
        self._choose(suggested, names)
        self.stop = [i in self.called for i in range(len(nodes))]
        self.found: list[ArrayStatement] = []
        self.done: set[str] = set()
        for root in self.roots:
            self._write(root)

    def _choose(self, suggested: Mapping[int, str], names: Names) -> None:
        """Choose the nodes that get a statement because they stand in several places."""
        nodes = self.graph.nodes
        uses = [0] * len(nodes)
        own: dict[int, str] = {}
        for root in self.roots:
            uses[root.node] += 1
            if root.wrt is None:
                own.setdefault(root.node, root.name)
        for i in reversed(range(len(nodes))):
            if uses[i]:
                for a in nodes[i].arguments:
                    uses[a] += 1
        called = {self.same[i]: name for i, name in suggested.items()}
        compared = {a for node in nodes if _compares(node) for a in node.arguments}
        lengths: list[int] = []
        for i, node in enumerate(nodes):
            length = self._length(i, lengths)
            is_short = length * uses[i] <= length + REPEATED + 3 * uses[i] and i not in compared
            if uses[i] > 1 and not (node.operation.is_leaf or is_condition(node) or is_short or self._is_view(node)):
                name = own.get(i) or names.free(called.get(i) or f"t{len(self.called) + 1}")
                names.taken.add(name)
                self.called[i] = self.labels[i] = name
                length = len(name)
            lengths.append(length)

    def _length(self, i: int, lengths: Sequence[int]) -> int:
        node = self.graph.nodes[i]
        if node.operation.is_leaf:
            return len(self.labels[i])
        pieces = array_pieces(node, [ATOM] * len(node.arguments))
        return sum(len(part) if isinstance(part, str) else lengths[node.arguments[part]] for part in pieces)

    def _is_view(self, node: ArrayNode) -> bool:
        """Whether a node only shows a named array in another way."""
        return node.operation in (TRANSPOSE, INDEX) and self.graph.nodes[node.arguments[0]].operation.is_leaf

    def _write(self, root: Root) -> None:
        """Write a statement, before it those of what it uses several times."""
        for i in sorted(self._inside(root.node) & self.called.keys()):
            if self.called[i] not in self.done:
                self._add(Root(self.called[i], i))
        if root.name not in self.done:
            self._add(root)

    def _inside(self, root: int) -> set[int]:
        """Return the nodes that a statement depends on."""
        found: set[int] = set()
        pending = [root]
        while pending:
            here = pending.pop()
            if here not in found:
                found.add(here)
                pending += self.graph.nodes[here].arguments
        return found

    def _add(self, root: Root) -> None:
        i = root.node
        node = self.graph.nodes[i]
        again = node.operation.is_leaf or self.called.get(i) in self.done
        text = self.labels[i] if again else formula(self.graph, i, self.stop, self.labels)
        letters = frozenset(letters_of(self._sizes_in(i)))
        self.found.append(ArrayStatement(root.name, text, node.shape, root.wrt, letters))
        self.done.add(root.name)

    def _sizes_in(self, root: int) -> Iterable[Any]:
        """Yield what may hold letters in a formula: what its calls fix, and its numerals."""
        for i in self._inside(root):
            node = self.graph.nodes[i]
            yield node.fixed.values()
            if node.operation is NUMBER and node.text.isidentifier():
                yield [Letters.named(node.text)]


def letters_of(parts: Iterable[Any]) -> set[str]:
    """Return the letters of sizes, which may be nested in tuples."""
    found: set[str] = set()
    pending = list(parts)
    while pending:
        part = pending.pop()
        if isinstance(part, Letters):
            found.update(letter for letters in part.terms for letter in letters)
        elif not isinstance(part, (str, int, float)) and part is not None:
            pending += part
    return found


def _compares(node: ArrayNode) -> bool:
    """Whether an operation compares its arguments: equal ones that are computed twice may differ in the last bit."""
    return node.operation.name in COMPARING or is_condition(node)


def _leaf_text(node: ArrayNode) -> str:
    """Return a leaf as a program writes it, whole."""
    if node.operation is not LITERAL:
        return node.text
    return bracketed(node.fixed["texts"], node.shape)


def _merged(nodes: Sequence[ArrayNode]) -> tuple[list[int], list[ArrayNode]]:
    """Return nodes whose arguments are the first of equal ones, and for every node the first that is equal to it."""
    known: dict[Hashable, int] = {}
    same: list[int] = []
    found: list[ArrayNode] = []
    for i, node in enumerate(nodes):
        arguments = tuple([same[a] for a in node.arguments])
        key = (node.operation, arguments, node.text, node.shape, tuple(sorted(node.fixed.items())))
        same.append(known.setdefault(key, i))
        found.append(node._replace(arguments=arguments))
    return same, found
