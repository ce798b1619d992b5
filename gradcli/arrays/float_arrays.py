"""Arrays of plain binary64: what `--ieee` computes with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul
from typing import Any

from ..calculus.operations import MUL
from ..calculus.table_parts import Operation
from .entries import Array, Entries

Number = Any
_sum_of_products: Any = getattr(math, "sumprod", None) or (lambda a, b: sum(map(mul, a, b)))  # from Python 3.12 on


class FloatEntries(Entries):
    """The array system over binary64."""

    rounds = True

    def product_of(
        self, left: Sequence[Number], right: Sequence[Number], rows: int, inner: int, columns: int
    ) -> list[Number]:
        """Return the entries of the product of two matrices, each product rounded."""
        if self.broken:
            return super().product_of(left, right, rows, inner, columns)
        tall = [right[j::columns] for j in range(columns)]
        lines = [left[i * inner : (i + 1) * inner] for i in range(rows)]
        dot = _sum_of_products
        return [dot(line, column) for line in lines for column in tall]

    def flow_quickly(self, operation: Operation, k: int, g: Array, columns: Sequence[Sequence[Number]]) -> Any:
        """Return what `Entries` does, unless 0 meets an infinity, or what is no number."""
        if operation is MUL and 0.0 in g.entries and not all(map(math.isfinite, columns[1 - k])):
            return None
        return super().flow_quickly(operation, k, g, columns)
