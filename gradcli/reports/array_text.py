"""Arrays as lines of text: small ones in full, their decimal points in line; large ones as their range, norm and so on.

No number is ever cut: where a row has no room, a vector is broken between its entries, and a matrix is summed up.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from ..arrays.graph import ArrayGraph
from ..arrays.inside import ASSEMBLE, ENTRY
from ..arrays.sizes import bracketed, count
from ..calculus.operations import DOT
from ..language.array_writing import expression
from ..record.array_gradient import ArrayGradient
from ..record.array_summary import ArraySummary, summarised
from ..text import cells
from .columns import aligned, entries
from .rounding import Rounding, with_zeros

MOST_ALONG, MOST_ENTRIES = 8, 64  # of an array that is written in full: along an axis, and in all
SUMMARY = 36  # cells of a line of a summary in a table
AT_ENTRIES = "what arrives at its entries"  # the rule of an array whose entries are used one by one
Shape = tuple[int, ...]


class ArrayWriter:
    """Writes the arrays of a record with some significant figures. `summaries` has those of large arrays, once made."""

    def __init__(
        self, record: ArrayGradient, figures: Rounding, summaries: dict[int, tuple[Sequence[Any], ArraySummary]]
    ) -> None:
        self.record = record
        self.figures = figures
        self.text = figures.text
        self._summaries = summaries

    def lines(self, array: Sequence[Any], shape: Shape, width: int | None = None) -> list[str]:
        """Return an array, a flat list, as lines that stand below each other; each fits in `width` where words may."""
        if not shape:
            return [self.text(*array)]
        if is_small(shape):
            found = self._rows(array, shape)
            if width is None or max(map(cells, found)) <= width:
                return found
            if len(shape) == 1:
                return entries(self._brackets(array, shape).split(", "), width, "  ")
        return entries(self.parts(array, shape), width or SUMMARY, "")

    def behind(self, prefix: str, array: Sequence[Any], shape: Shape, width: int | None) -> list[str]:
        """Return an array as lines behind a text, or below it where there is no room."""
        lines = self.lines(array, shape)
        if width is None or cells(prefix) + max(map(cells, lines)) <= width:
            return [f"{' ' * cells(prefix) if k else prefix}{line}" for k, line in enumerate(lines)]
        return [prefix.rstrip(), *(f"  {line}" for line in self.lines(array, shape, width - 2))]

    def fits(self, array: Sequence[Any], shape: Shape, width: int) -> bool:
        """Whether an array is written in full in so many cells, or need not be."""
        return len(shape) < 2 or not is_small(shape) or max(map(cells, self._rows(array, shape))) <= width

    def one_line(self, array: Sequence[Any], shape: Shape) -> str:
        """Return an array on one line: a number or a short vector in full, of others the shape and the norm."""
        if not shape:
            return self.text(*array)
        if len(shape) == 1 and is_small(shape):
            return self._brackets(array, shape)
        from ..arrays.sizes import shape_text

        return f"{shape_text(shape)} (norm {self._float(self.summary(array, shape).norm)})"

    def brief(self, array: Sequence[Any], shape: Shape) -> str:
        """Return the norm of an array; a number as it is."""
        return f"norm {self._float(self.summary(array, shape).norm)}" if shape else self.text(*array)

    def parts(self, array: Sequence[Any], shape: Shape) -> list[str]:
        """Return what is said of a large array: `-0.31 .. 0.29`, `mean 0.00021`, `norm 4.02`, `0 zeros`, ..."""
        found = self.summary(array, shape)
        missing = [f"{found.missing:,} without a number"] if found.missing else []
        if found.largest is None:
            return missing
        place = ",".join(map(str, found.largest))
        zeros = f"{found.zeros:,} zero{'' if found.zeros == 1 else 's'}"
        if found.least == found.greatest and not missing:
            return [f"all {self.text(found.least)}"]
        return [f"{self.text(found.least)} .. {self.text(found.greatest)}", f"mean {self._float(found.mean)}",
                f"norm {self._float(found.norm)}", zeros, f"largest at [{place}]", *missing]  # fmt: skip

    def summary(self, array: Sequence[Any], shape: Shape) -> ArraySummary:
        """Return the summary of an array, made once."""
        known = self._summaries.get(id(array))
        if known is None:
            known = self._summaries[id(array)] = (array, summarised(array, shape))
        return known[1]

    def _float(self, x: float) -> str:
        """Return a mean or a norm, which has no more than a binary64 holds."""
        return with_zeros(x, min(self.figures.count, 15))

    def _rows(self, array: Sequence[Any], shape: Shape) -> list[str]:
        if len(shape) == 1:
            return [self._brackets(array, shape)]
        *leading, height, width = shape
        blocks = list(product(*map(range, leading)))
        found = []
        for k, block in enumerate(blocks):
            rows = self._matrix(array[k * height * width : (k + 1) * height * width], width)
            label = f"[{','.join(map(str, block))}]  " if block else ""
            found += [(label if j == 0 else " " * len(label)) + row for j, row in enumerate(rows)]
        return found

    def _matrix(self, array: Sequence[Any], width: int) -> list[str]:
        texts = list(map(self.text, array))
        columns = [aligned(texts[k::width]) for k in range(width)]
        return [f"[ {'  '.join(row)} ]" for row in zip(*columns, strict=True)]

    def _brackets(self, array: Sequence[Any], shape: Shape) -> str:
        """Return an array in brackets, as a program would have it."""
        return bracketed(list(map(self.text, array)), shape)


def operation_text(graph: ArrayGraph, i: int) -> str:
    """Return what a node computes, in names; the numbers inside a product as the sum that they are."""
    node = graph.nodes[i]
    names = [graph.labels[a] for a in node.arguments]
    if node.operation is ENTRY:
        return f"entry of {''.join(names)}"
    if node.operation is ASSEMBLE:
        first, *rest = names
        return f"{first} .. {rest[-1]} put together" if rest else first
    if node.operation.operation is DOT and len(names) > 2:
        return " + ".join(f"{a}*{b}" for a, b in zip(names[::2], names[1::2], strict=True))
    return expression(graph, i)


def place_of(index: Sequence[int], shape: Sequence[int]) -> int:
    """Return the place of an entry in the flat list, by its index."""
    found = 0
    for k, size in zip(index, shape, strict=True):
        found = found * size + k
    return found


def is_small(shape: Sequence[int]) -> bool:
    """Whether an array is written in full."""
    return max(shape, default=1) <= MOST_ALONG and count(shape) <= MOST_ENTRIES
