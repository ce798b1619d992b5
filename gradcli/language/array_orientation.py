"""Which vectors LaTeX sets as rows. A vector of a program is neither row nor column, a letter on paper is one of them.

What a program does with a vector says which: x of W@x is a column, and so is one entry for each row of a matrix; b that
is added to the rows of X@W is a row, and so is x of x@W. What is computed from a vector entry by entry is as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..arrays.axes import chosen_axes
from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.table import INDEX, INPUT, MATMUL

GIVEN, SURE, LIKELY = range(3)  # how firmly something says what a vector is


class _Vectors:
    """Vectors that are alike, and what is said of them, the firmest first."""

    def __init__(self, size: int) -> None:
        self._like = list(range(size))
        self._said: dict[int, tuple[int, bool]] = {}

    def first(self, i: int) -> int:
        """Return the one that stands for all that are alike."""
        while self._like[i] != i:
            self._like[i] = self._like[self._like[i]]
            i = self._like[i]
        return i

    def alike(self, a: int, b: int) -> None:
        """Let two vectors be alike."""
        a, b = self.first(a), self.first(b)
        if a == b:
            return
        said = [found for i in (a, b) if (found := self._said.pop(i, None)) is not None]
        self._like[b] = a
        if said:
            self._said[a] = min(said, key=lambda one: one[0])

    def say(self, i: int, how: int, *, is_row: bool) -> None:
        """Note what a vector is, unless something as firm was said before."""
        i = self.first(i)
        if i not in self._said or how < self._said[i][0]:
            self._said[i] = (how, is_row)

    def is_row(self, i: int) -> bool:
        """Whether a vector is a row; of what nothing is said it is a column."""
        return self._said.get(self.first(i), (LIKELY, False))[1]


def rows_of(graph: ArrayGraph, known: Mapping[str, bool] | None = None) -> list[bool]:
    """Return of every node whether it is a vector set as a row; `known` says it of inputs by name."""
    vectors = _Vectors(len(graph.nodes))
    ranks = [len(node.shape) for node in graph.nodes]
    for i, node in enumerate(graph.nodes):
        if node.operation is INPUT and ranks[i] == 1 and node.text in (known or {}):
            vectors.say(i, GIVEN, is_row=(known or {})[node.text])
        elif node.operation is MATMUL:
            _product(vectors, i, node, ranks)
        elif node.operation is INDEX:
            _index(vectors, i, node, ranks)
        elif node.operation.operation is not None:
            for a in node.arguments:
                if ranks[a] == 1 and ranks[i] == 1:
                    vectors.alike(i, a)
                elif ranks[a] == 1:
                    vectors.say(a, SURE, is_row=True)  # it is aligned from the last axis
        else:
            _function(vectors, graph, i, ranks)
    return [rank == 1 and vectors.is_row(i) for i, rank in enumerate(ranks)]


def _product(vectors: _Vectors, i: int, node: ArrayNode, ranks: Sequence[int]) -> None:
    """Note what a product says: W x is a column, x W a row."""
    left, right = node.arguments
    if ranks[i] == 1 and sorted((ranks[left], ranks[right])) == [1, 2]:
        vector = left if ranks[left] == 1 else right
        vectors.alike(i, vector)
        vectors.say(i, LIKELY, is_row=vector == left)


def _index(vectors: _Vectors, i: int, node: ArrayNode, ranks: Sequence[int]) -> None:
    """Note what an index says: a part of a vector is as it is, and x[:, None] makes a column of it."""
    a, places = node.arguments[0], node.fixed["places"]
    if ranks[a] == 1 and ranks[i] == 1:
        vectors.alike(i, a)
    elif ranks[a] == 1 and ranks[i] == 2 and None in places:
        vectors.say(a, SURE, is_row=places[0] is None)


def _function(vectors: _Vectors, graph: ArrayGraph, i: int, ranks: Sequence[int]) -> None:
    """Note what a function says: of a matrix it gives a vector for its rows or its columns; else its like."""
    node = graph.nodes[i]
    several = [a for a in node.arguments if ranks[a] == 2]
    if ranks[i] == 1 and several and "axis" in node.operation.fixed:
        axis = node.fixed.get("axis", node.operation.fixed["axis"])
        is_row = chosen_axes(graph.nodes[several[0]].shape, axis) == (0,)
        for a in (i, *(a for a in node.arguments if ranks[a] == 1)):
            vectors.say(a, SURE, is_row=is_row)
        return
    for k, a in enumerate(node.arguments):
        if ranks[a] != 1:
            continue
        if several or (node.operation.is_role(k) and ranks[i] == 2):
            vectors.say(a, SURE, is_row=False)  # a label for every row
        elif ranks[i] == 1 and graph.nodes[a].shape == node.shape:
            vectors.alike(i, a)
    if ranks[i] == 1 and several and any(node.operation.is_role(k) for k in range(len(node.arguments))):
        vectors.say(i, SURE, is_row=False)
