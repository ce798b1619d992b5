"""Notes on silent traps: programs of arrays that fit, and may mean something else than was meant."""

from __future__ import annotations

from typing import NamedTuple

from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.table import INPUT, TRANSPOSE


class ArrayNote(NamedTuple):
    """A node that may be a slip: of which kind, and what is to be said of it.

    Kinds: "elementwise", a matrix times a vector that grows, or a square matrix to the power -1; "rows", a vector added
    to a square matrix.
    """

    kind: str
    node: int
    message: str


def array_notes(graph: ArrayGraph, text: str) -> list[ArrayNote]:
    """Return the notes on a program, oldest node first; `text` is the program."""
    found = []
    for i, node in enumerate(graph.nodes):
        if node.operation.operation is None or len(node.arguments) != 2 or len(node.shape) != 2:
            continue
        if node.operation.name == "pow" and _is_inverse(graph, node):
            of = _called(graph, node.arguments[0])
            message = f"{of}**-1 has 1/x for every entry x; the inverse matrix is inv({of})"
            found.append(ArrayNote("elementwise", i, message))
            continue
        shapes = [graph.nodes[a].shape for a in node.arguments]
        vector = next((k for k, shape in enumerate(shapes) if len(shape) == 1), None)
        if vector is None or len(shapes[1 - vector]) != 2:
            continue
        x, matrix = graph.nodes[node.arguments[vector]], graph.nodes[node.arguments[1 - vector]]
        written = " ".join(text[node.span[0] : node.span[1]].split())
        name, of = _called(graph, node.arguments[vector]), _called(graph, node.arguments[1 - vector])
        if node.operation.name == "mul" and _is_given(graph, x) and _is_given(graph, matrix):
            product = f"{of}@{name}"
            message = f"{written} works entry by entry: every row of {of} times {name}; the matrix product is {product}"
            found.append(ArrayNote("elementwise", i, message))
        elif node.operation.name in ("add", "sub") and matrix.shape[0] == matrix.shape[1]:
            message = f"{written}: {name} meets every row of {of}; to meet every column write {name}[:,None]"
            found.append(ArrayNote("rows", i, message))
    return found


def _is_inverse(graph: ArrayGraph, node: ArrayNode) -> bool:
    """Whether a power has the exponent -1 and a square matrix that is given."""
    base, exponent = (graph.nodes[a] for a in node.arguments)
    is_minus_one = exponent.operation.name == "neg" and [graph.nodes[a].text for a in exponent.arguments] == ["1"]
    return is_minus_one and _is_given(graph, base) and base.shape == base.shape[::-1]


def _is_given(graph: ArrayGraph, node: ArrayNode) -> bool:
    """Whether a node is an input, or the transpose of one."""
    return node.operation is INPUT or (
        node.operation is TRANSPOSE and graph.nodes[node.arguments[0]].operation is INPUT
    )


def _called(graph: ArrayGraph, i: int) -> str:
    node = graph.nodes[i]
    return f"{_called(graph, node.arguments[0])}.T" if node.operation is TRANSPOSE else graph.labels[i]
