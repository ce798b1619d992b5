"""Arrays of plain binary64: what `--ieee` computes with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul
from typing import Any

from ..calculus.operations import MUL
from ..calculus.table_parts import Operation
from .entries import Array, Entries
from .sizes import count

Number = Any
MANY_PRODUCTS = 20_000  # products of so many multiplications are worth the way to FLINT and back
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
        if _sum_of_products is None and rows * inner * columns > MANY_PRODUCTS and _stays_finite(left, right):
            return _product_by_flint(left, right, rows, inner, columns)
        tall = [right[j::columns] for j in range(columns)]
        lines = [left[i * inner : (i + 1) * inner] for i in range(rows)]
        dot = _sum_of_products or self.dot
        return [dot(line, column) for line in lines for column in tall]

    def dot(self, a: Sequence[Number], b: Sequence[Number]) -> Number:
        """Return the sum of the products of two vectors."""
        return super().dot(a, b) if self.broken else self.S.sum(list(map(mul, a, b)))

    # ---- determinants and inverses: by elimination, as every library has them

    def det(self, a: Array) -> Array:
        """Return the determinant."""
        return super().det(a) if self.is_small(a) else self.make((), [eliminated(_lines(a), 0)[0]])

    def inv(self, a: Array) -> Array:
        """Return the inverse."""
        return super().inv(a) if self.is_small(a) else self.solve(a, self.eye(a.shape[0]))

    def solve(self, a: Array, b: Array) -> Array:
        """Return the x with a@x = b."""
        if self.is_small(a):
            return super().solve(a, b)
        columns = b.shape[1] if len(b.shape) > 1 else 1
        right = [b.entries[k : k + columns] for k in range(0, len(b.entries), columns)]
        determinant, found = eliminated([[*x, *y] for x, y in zip(_lines(a), right, strict=True)], columns)
        if not self.divides(self.make((), [determinant])):
            return self.make(b.shape, [None] * count(b.shape))
        return self.make(b.shape, [x for line in found for x in line])

    def cofactor(self, a: Array) -> Array:
        """Return the matrix of cofactors."""
        if self.is_small(a) or not (determinant := eliminated(_lines(a), 0)[0]):
            return super().cofactor(a)
        return self.transpose(self.inv(a)) * self.make((), [determinant])

    def flow_quickly(
        self, operation: Operation, k: int, g: Array, v: Array, columns: Sequence[Sequence[Number]]
    ) -> list[Number] | None:
        """Return what `Entries` does, unless 0 meets an infinity, or what is no number."""
        if operation is MUL and 0.0 in g.entries and not all(map(math.isfinite, columns[1 - k])):
            return None
        return super().flow_quickly(operation, k, g, v, columns)


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


def _lines(a: Array) -> list[list[float]]:
    """Return the rows of a matrix."""
    return [a.entries[k : k + a.shape[1]] for k in range(0, len(a.entries), a.shape[1])]


def eliminated(lines: list[list[float]], columns: int) -> tuple[float, list[list[float]]]:
    """Return the determinant of a square matrix, and the solution for the columns that stand to its right.

    By elimination with the largest pivot of each column. There is no solution where the determinant is 0.
    """
    n, determinant = len(lines), 1.0
    for k in range(n):
        best = max(range(k, n), key=lambda i: abs(lines[i][k]))
        if best != k:
            lines[k], lines[best] = lines[best], lines[k]
            determinant = -determinant
        pivot = lines[k][k]
        determinant *= pivot
        if pivot == 0:
            return 0.0, []
        for i in range(k + 1, n):
            factor = lines[i][k] / pivot
            if factor:
                lines[i] = [x - factor * y for x, y in zip(lines[i], lines[k], strict=True)]
    for k in range(n - 1, -1, -1):
        lines[k] = [x / lines[k][k] for x in lines[k]]
        for i in range(k if columns else 0):
            factor = lines[i][k]
            lines[i] = [x - factor * y for x, y in zip(lines[i], lines[k], strict=True)]
    return determinant, [line[n:] for line in lines]
