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
MANY = 20_000  # products of so many multiplications are worth the way to FLINT and back
_sum_of_products: Any = getattr(math, "sumprod", None)  # from Python 3.12 on


class FloatEntries(Entries):
    """The array system over binary64."""

    rounds = True

    def product_of(
        self, left: Sequence[Number], right: Sequence[Number], rows: int, inner: int, columns: int
    ) -> list[Number]:
        """Return the entries of the product of two matrices: exact products are added and rounded once if many."""
        if self.broken:
            return super().product_of(left, right, rows, inner, columns)
        if _sum_of_products is None and rows * inner * columns > MANY and _stays_finite(left, right):
            return _product_by_flint(left, right, rows, inner, columns)
        tall = [right[j::columns] for j in range(columns)]
        lines = [left[i * inner : (i + 1) * inner] for i in range(rows)]
        dot = _sum_of_products or self.dot
        return [dot(line, column) for line in lines for column in tall]

    def dot(self, a: Sequence[Number], b: Sequence[Number]) -> Number:
        """Return the sum of the products of two vectors."""
        return super().dot(a, b) if self.broken else self.S.sum(list(map(mul, a, b)))

    def flow_quickly(self, operation: Operation, k: int, g: Array, columns: Sequence[Sequence[Number]]) -> Any:
        """Return what `Entries` does, unless 0 meets an infinity, or what is no number."""
        if operation is MUL and 0.0 in g.entries and not all(map(math.isfinite, columns[1 - k])):
            return None
        return super().flow_quickly(operation, k, g, columns)


def _stays_finite(left: Sequence[float], right: Sequence[float]) -> bool:
    """Whether no sum of products of two matrices can overflow, or is no number."""
    return math.isfinite(sum(map(abs, left)) * sum(map(abs, right)))


def _product_by_flint(left: Any, right: Any, rows: int, inner: int, columns: int) -> list[float]:
    """Return the entries of the product of two matrices of binary64, each with some 128 bits and then rounded."""
    from flint import arb_mat

    from ..numbers.flint_settings import FlintSettings

    with FlintSettings(128):
        found = arb_mat(rows, inner, left) * arb_mat(inner, columns, right)
        return list(map(float, found.entries()))
