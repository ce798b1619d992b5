"""Arrays of fractions: products, inverses and determinants by FLINT's matrices of fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .entries import Array, Entries
from .sizes import count

Number = Any
FEW = 64  # products of fewer multiplications are not worth the way to FLINT and back


class FractionEntries(Entries):
    """The array system over fractions."""

    def product_of(
        self, left: Sequence[Number], right: Sequence[Number], rows: int, inner: int, columns: int
    ) -> list[Number]:
        """Return the entries of the product of two matrices."""
        if self.broken or rows * inner * columns < FEW:
            return super().product_of(left, right, rows, inner, columns)
        return self._fractions(_matrix(rows, inner, left) * _matrix(inner, columns, right))

    def det(self, a: Array) -> Array:
        """Return the determinant."""
        if self.broken or count(a.shape) < FEW:
            return super().det(a)
        determinant = _matrix(a.shape[0], a.shape[0], a.entries).det()
        found = Fraction(int(determinant.p), int(determinant.q))
        self.S.within(found)
        return self.make((), [found])

    def inv(self, a: Array) -> Array:
        """Return the inverse."""
        if self.broken or count(a.shape) < FEW:
            return super().inv(a)
        try:
            return self.make(a.shape, self._fractions(_matrix(a.shape[0], a.shape[0], a.entries).inv()))
        except ZeroDivisionError:
            return super().inv(a)  # it says what is wrong

    def solve(self, a: Array, b: Array) -> Array:
        """Return the x with a@x = b."""
        if self.broken or count(a.shape) < FEW:
            return super().solve(a, b)
        columns = b.shape[1] if len(b.shape) > 1 else 1
        try:
            found = _matrix(a.shape[0], a.shape[0], a.entries).solve(_matrix(b.shape[0], columns, b.entries))
        except ZeroDivisionError:
            return super().solve(a, b)
        return self.make(b.shape, self._fractions(found))

    def _fractions(self, matrix: Any) -> list[Number]:
        """Return the entries of a matrix of FLINT as fractions. Raises `LimitError` for one that is too large."""
        found = [Fraction(int(x.p), int(x.q)) for x in matrix.entries()]
        for x in found:
            self.S.within(x)
        return found


def _matrix(rows: int, columns: int, entries: Sequence[Number]) -> Any:
    from flint import fmpq, fmpq_mat

    return fmpq_mat(rows, columns, [fmpq(x.numerator, x.denominator) for x in entries])
