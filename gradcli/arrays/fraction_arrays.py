"""Arrays of fractions: products, inverses and determinants by FLINT's matrices of fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .entries import Array, Entries
from .matrices import SMALL_MATRIX

Number = Any
FEW_PRODUCTS = 64  # products of fewer multiplications are not worth the way to FLINT and back


class FractionEntries(Entries):
    """The array system over fractions."""

    def product_of(
        self, left: Sequence[Number], right: Sequence[Number], rows: int, inner: int, columns: int
    ) -> list[Number]:
        """Return the entries of the product of two matrices."""
        if self.broken or rows * inner * columns < FEW_PRODUCTS:
            return super().product_of(left, right, rows, inner, columns)
        return self._fractions((_matrix(rows, inner, left) * _matrix(inner, columns, right)).entries())

    def characteristic(self, n: int, entries: Sequence[Number]) -> list[Number]:
        """Return the coefficients of det(t - A), the highest power of t first."""
        if self.broken or n * n < SMALL_MATRIX:
            return super().characteristic(n, entries)
        polynomial = _matrix(n, n, entries).charpoly()
        return self._fractions([polynomial[k] for k in range(n, -1, -1)])

    def det(self, a: Array) -> Array:
        """Return the determinant."""
        return super().det(a) if self.is_small(a) else self.make((), self._fractions([self._square(a).det()]))

    def cofactor(self, a: Array) -> Array:
        """Return the matrix of cofactors."""
        if self.is_small(a) or not (determinant := self._square(a).det()):
            return super().cofactor(a)
        return self.make(a.shape, self._fractions((self._square(a).inv().transpose() * determinant).entries()))

    def inv(self, a: Array) -> Array:
        """Return the inverse."""
        if self.is_small(a) or not self._square(a).det():
            return super().inv(a)
        return self.make(a.shape, self._fractions(self._square(a).inv().entries()))

    def solve(self, a: Array, b: Array) -> Array:
        """Return the x with a@x = b."""
        if self.is_small(a) or not self._square(a).det():
            return super().solve(a, b)
        columns = b.shape[1] if len(b.shape) > 1 else 1
        found = self._square(a).solve(_matrix(b.shape[0], columns, b.entries))
        return self.make(b.shape, self._fractions(found.entries()))

    @staticmethod
    def _square(a: Array) -> Any:
        return _matrix(a.shape[0], a.shape[0], a.entries)

    def _fractions(self, numbers: Sequence[Any]) -> list[Number]:
        """Return fractions of FLINT as fractions. Raises `LimitError` for one that is too large."""
        found = [Fraction(int(x.p), int(x.q)) for x in numbers]
        self.are_within(found)
        return found


def _matrix(rows: int, columns: int, entries: Sequence[Number]) -> Any:
    from flint import fmpq, fmpq_mat

    return fmpq_mat(rows, columns, [fmpq(x.numerator, x.denominator) for x in entries])
