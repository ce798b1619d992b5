"""THE SECOND TABLE: one row for every operation on arrays, and any row of the first table entry by entry."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..calculus.table_parts import Operation, nothing
from .classes import CLASSES, LABELS, PROBABILITIES
from .contractions import CONTRACTIONS, MATMUL
from .gathers import GATHERS
from .reductions import REDUCTIONS
from .rows import ArrayOperation, no_rule, no_shape
from .scatters import SCATTER
from .sizes import Shape, Sizes

INPUT = ArrayOperation("input", "", no_shape, no_rule, summary="a variable of the program")
NUMBER = ArrayOperation("number", "", no_shape, no_rule, summary="a numeral")
CONSTANT = ArrayOperation("constant", "", no_shape, no_rule, summary="pi, e or tau")
LITERAL = ArrayOperation("literal", "", no_shape, no_rule, summary="an array of numerals")
LEAVES = (INPUT, NUMBER, CONSTANT, LITERAL)


def clip_shape(sizes: Sizes, x: Shape, low: Shape, high: Shape) -> Shape:
    """The shape rule of `clip`."""
    return sizes.broadcast([x, low, high])


# The builder writes clip(x, a, b) as min(max(x, a), b), which is what it means.
CLIP = ArrayOperation(
    "clip", "x low high", clip_shape, lambda A, x, low, high: A.clip(x, low, high),
    summary="min(max(x, low), high)",
)  # fmt: skip

ARRAY_OPERATIONS: dict[str, ArrayOperation] = {
    row.name: row for row in (*LEAVES, *CONTRACTIONS, *REDUCTIONS, *GATHERS, *CLASSES, CLIP, SCATTER)
}
ROWS = (*CONTRACTIONS, *REDUCTIONS, *GATHERS, *CLASSES, LABELS, PROBABILITIES)
TRANSPOSE, INDEX, STACK, RESHAPE = (ARRAY_OPERATIONS[name] for name in ("transpose", "index", "stack", "reshape"))

__all__ = ["ARRAY_OPERATIONS", "CLIP", "CONSTANT", "INDEX", "INPUT", "LEAVES", "LITERAL", "MATMUL", "NUMBER", "RESHAPE",
           "ROWS", "SCATTER", "STACK", "TRANSPOSE", "entry_by_entry"]  # fmt: skip


@cache
def entry_by_entry(operation: Operation) -> ArrayOperation:
    """Return the row of an operation of the first table that works entry by entry.

    A pullback multiplies by the local gradient of each entry, and sums back over the axes along which an argument grew.
    """

    def pullback(position: int) -> Any:
        def flow(A: Any, g: Any, v: Any, *xs: Any, k: int = position) -> Any:
            return A.sum_to(A.flow(operation, k, g, v, xs), xs[k].shape)

        return flow

    def shape(sizes: Sizes, *shapes: Shape) -> Shape:
        return sizes.broadcast(shapes)

    def value(A: Any, *xs: Any) -> Any:
        return A.entrywise(operation, xs)

    partials = operation.partials or [None]
    pullbacks = [None if p and p.rule is nothing else pullback(k) for k, p in enumerate(partials)]
    return ArrayOperation(
        operation.name, " ".join(operation.parameters), shape, value, pullbacks, operation=operation,
        symbol=operation.symbol, law=operation.law(0), summary=operation.summary,
    )  # fmt: skip
