"""The rule book of arrays: how an operation is written, its shapes, and what flows back to each argument."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..arrays.graph import ArrayBuilder, ArrayGraph
from ..arrays.rows import ArrayOperation, no_pullback
from ..arrays.sizes import Letters, Misfit, Shape, shape_text
from ..arrays.table import ARRAY_OPERATIONS, INDEX, MATMUL, TRANSPOSE
from ..calculus.building import NOWHERE
from ..language.array_rules import rule_text
from ..language.array_writing import expression
from .array_text import AT_ENTRIES

LETTERS = ("N", "D", "C", "K")
_WRITTEN_INDEX = re.compile(r"\w*\s*\[.*\]")  # as it stands in programs: x[1:], [:, None]
MOST_SHOWN = 3  # shapes of one operation
SIGNS = {
    "@": MATMUL,
    "matmul": MATMUL,
    "transpose": TRANSPOSE,
    ".T": TRANSPOSE,
    "T": TRANSPOSE,
    "[]": INDEX,
    "index": INDEX,
    "None": INDEX,
    "newaxis": INDEX,
}
NOTES = {
    INDEX: ("x[:, None] makes a column of a vector, x[None, :] a row",
            "beside a matrix entry i of a column goes with row i",
            "beside a matrix entry i of a row goes with column i",
            "backwards the axis goes away again:",
            "dL/dx = dL/dv[:, 0] of a column, dL/dv[0] of a row"),
}  # fmt: skip
ENTRIES_SAY = """Of an array whose entries are used one by one, as --open shows them: dL/dx has
  dL/dx[0], dL/dx[1], ... as its entries, each from the lines above it."""


def array_entries(name: str | None) -> list[str]:
    """Return the entries of the operation on arrays of that name, or of all; each ends with a newline."""
    if name is None:
        return [_entry(row) for row in ARRAY_OPERATIONS.values() if not row.is_leaf]
    row = SIGNS.get(name) or (INDEX if _WRITTEN_INDEX.fullmatch(name) else None) or ARRAY_OPERATIONS.get(name)
    return [] if row is None or row.is_leaf else [_entry(row)]


def law_entries(name: str) -> list[str]:
    """Return the entries of the operations on arrays whose rule has that name, or of what is no operation."""
    name = name.lower()
    if name == AT_ENTRIES:
        return [f"{name}\n  {ENTRIES_SAY}\n"]
    return [_entry(row) for row in ARRAY_OPERATIONS.values() if not row.is_leaf and row.law.lower() == name]


def _entry(row: ArrayOperation) -> str:
    """Return the lines of one operation."""
    shown = f"{_written(row)}    {row.summary}" if row.summary else _written(row)
    lines = [shown]
    for graph, node in _examples(row):
        lines += _lines(graph, node)
    lines += [f"  {note}" for note in NOTES.get(row, ())]
    if any(rule not in (None, no_pullback) for rule in row.pullbacks):
        lines.append(f"  known as: {row.law}")
    elif no_pullback in row.pullbacks:
        lines.append("  it serves to write down gradients, and has no backward rule itself")
    if row.needs:
        lines.append(f"  defined for {row.needs}")
    return "\n".join(lines) + "\n"


def _written(row: ArrayOperation) -> str:
    """Return how an operation is written."""
    signs = {MATMUL: "a@b", TRANSPOSE: "x.T", INDEX: "x[1], x[1:], x[:, None]"}
    return signs.get(row) or row.call


def _examples(row: ArrayOperation) -> list[tuple[ArrayGraph, int]]:
    """Return the operation at shapes that tell it best: those of letters first, one for each way of writing it."""
    found: list[tuple[ArrayGraph, int]] = []
    told: set[Any] = set()
    for shapes, fixed in row.samples:
        looks = (tuple(map(len, shapes)), tuple(sorted((key, str(x)) for key, x in fixed.items())))
        if looks in told or any(len(shape) > 2 or 1 in shape for shape in shapes) or _takes_no_axes(shapes, row):
            continue
        example = _built(row, _lettered(shapes), fixed) or _built(row, shapes, fixed)
        if example is not None:
            told.add(looks)
            found.append(example)
    return found[:MOST_SHOWN]


def _takes_no_axes(shapes: Sequence[Shape], row: ArrayOperation) -> bool:
    """Whether a sample is that of a number where an array is reduced."""
    return "keep" in row.fixed and shapes[0] == ()


def _lettered(shapes: Sequence[Shape]) -> list[Shape]:
    """Return shapes with a letter for each size."""
    letters = dict(zip(dict.fromkeys(size for shape in shapes for size in shape), LETTERS, strict=False))
    return [tuple(Letters.named(letters[size]) if size in letters else size for size in shape) for shape in shapes]


def _built(row: ArrayOperation, shapes: Sequence[Shape], fixed: Mapping[str, Any]) -> tuple[ArrayGraph, int] | None:
    """Return a program of the operation alone, whose node is v; None where the shapes do not fit."""
    builder = ArrayBuilder()
    names = [name for name in row.parameters if name != "..."]
    names += [f"x{k + 1}" for k in range(len(names), len(shapes))]
    inputs = [builder.input(name, shape, NOWHERE) for name, shape in zip(names, shapes, strict=False)]
    try:
        node = builder.apply(row, inputs, NOWHERE, fixed)
    except Misfit:
        return None
    builder.name(node, "v")
    total = builder.apply(ARRAY_OPERATIONS["sum"], [node], NOWHERE)
    builder.name(total, "L")
    return builder.freeze(total), node


def _lines(graph: ArrayGraph, i: int) -> Iterator[str]:
    """Yield the shapes of an operation, and the backward rule of each argument with its shape."""
    node = graph.nodes[i]
    shapes = [graph.nodes[a].shape for a in node.arguments]
    before = f"{', '.join(map(shape_text, shapes))} -> " if shapes else ""
    yield f"  v = {expression(graph, i)}    {before}{shape_text(node.shape)}"
    for k, a in enumerate(node.arguments):
        label = graph.labels[a]
        if node.operation.pullback(k) is None:
            yield f"    {label}: whole numbers, without a derivative"
        elif text := rule_text(graph, i, k, "L"):
            yield f"    dL/d{label} = {text}"
