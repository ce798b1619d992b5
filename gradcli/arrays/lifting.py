"""Lifting: a program of numbers at all rows of some data at once, entry by entry, and the mean of its value."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..calculus import operations as scalar
from ..calculus.graph import Graph
from .graph import ArrayBuilder, ArrayGraph
from .opening import entry_names
from .sizes import count
from .table import ARRAY_OPERATIONS, INDEX


def lifted(
    graph: Graph, output: int, columns: Collection[str], rows: int, arrays: Mapping[str, tuple[int, ...]]
) -> ArrayGraph:
    """Return the program whose value is the mean of a program's output over so many rows.

    The inputs in `columns` become vectors with one entry per row. Those that are called as the entries of one of
    `arrays`, whose shapes are given, are taken out of that array; all others stay numbers. Raises `LimitError` for too
    many numbers.
    """
    builder = ArrayBuilder()
    entries = {
        own: (name, k) for name, shape in arrays.items() if shape for k, own in enumerate(entry_names(name, shape))
    }
    names = {i: name for name, i in graph.named.items()}
    place: list[int] = []
    for i, node in enumerate(graph.nodes):
        if node.operation is scalar.INPUT:
            found = _input(builder, node.text, node.span, columns, rows, entries.get(node.text), arrays)
        elif node.operation is scalar.NUMBER:
            found = builder.number(node.text, node.span)
        elif node.operation is scalar.CONSTANT:
            found = builder.constant(node.text, node.span)
        else:
            found = builder.entrywise(node.operation, [place[a] for a in node.arguments], node.span)
        if i in names and node.operation is not scalar.INPUT:
            found = builder.name(found, names[i])
        place.append(found)
    mean = place[output]
    if builder.shape(mean):
        span = graph.nodes[output].span
        mean = builder.apply(ARRAY_OPERATIONS["mean"], [mean], span, {"axis": None, "keep": False})
        builder.named[f"mean({graph.labels[output]})"] = mean
    program = builder.freeze(mean, graph.unused)
    program.defaults = {name: [text] for name, text in graph.defaults.items()}
    return program


def _input(
    builder: ArrayBuilder, name: str, span: tuple[int, int], columns: Collection[str], rows: int,
    entry: tuple[str, int] | None, arrays: Mapping[str, tuple[int, ...]],
) -> int:  # fmt: skip
    """Return the node of an input: a column, an entry of an array, or a number."""
    if name in columns:
        return builder.input(name, (rows,), span)
    if entry is None:
        return builder.input(name, (), span)
    whole, k = entry
    shape = arrays[whole]
    places = []
    for axis in range(len(shape)):
        places.append(k // count(shape[axis + 1 :]) % shape[axis])
    return builder.apply(INDEX, [builder.input(whole, shape, span)], span, {"places": tuple(places)})
