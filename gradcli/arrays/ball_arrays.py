"""Arrays of balls: products, inverses and determinants by FLINT's own matrices, and all that many balls ask for.

A large array is a matrix of FLINT for as long as only products are asked of it; its entries are made when an operation
looks at them one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import repeat
from operator import gt, mul
from typing import Any

from flint import arb, arb_mat

from ..calculus.operations import OPERATIONS
from ..calculus.table_parts import Operation
from .entries import Array, Entries
from .matrices import SMALL_MATRIX
from .sizes import count

Number = Any
RELU, TANH, SIGMOID = OPERATIONS["relu"], OPERATIONS["tanh"], OPERATIONS["sigmoid"]
SHIFT_BITS = 70  # a ball that is known to two more bits is settled where shifts by so many round alike


class BallArray(Array):
    """An array of balls: entries, or a matrix of FLINT that they are made of when they are asked for.

    `kept` are the entries as a record keeps them, once they were asked for.
    """

    __slots__ = ("is_made", "kept", "matrix")

    def __init__(self, A: Any, shape: tuple[int, ...], entries: list[Number] | None, matrix: Any = None) -> None:
        self.A = A
        self.shape = shape
        self.is_made = entries is not None
        if entries is not None:
            self.entries = entries
        self.matrix = matrix
        self.kept: list[Number] | None = None

    def __getattr__(self, name: str) -> Any:  # only reached for entries that were not made yet
        if name != "entries":
            raise AttributeError(name)
        self.entries = self.matrix.entries()
        self.is_made = True
        return self.entries

    def read(self) -> list[Number]:
        """Return the entries; those that are made for this are not kept."""
        return self.entries if self.is_made else self.matrix.entries()


class BallEntries(Entries):
    """The array system over balls."""

    def make(self, shape: Sequence[int], entries: list[Number]) -> Array:
        """Return the array of a shape with these balls, the last axis fastest."""
        return BallArray(self, tuple(shape), entries)

    def of_matrix(self, shape: Sequence[int], matrix: Any) -> Array:
        """Return the array of a matrix of FLINT."""
        return BallArray(self, tuple(shape), None, matrix)

    def of_floats(self, shape: tuple[int, ...], numbers: list[float]) -> Array:
        """Return an array of binary64 numbers."""
        if self.S.decimal:
            return super().of_floats(shape, numbers)
        found = self.of_matrix(shape, arb_mat(*_rows_and_columns(shape), numbers))
        assert isinstance(found, BallArray)
        found.kept = numbers
        return found

    def matrix(self, x: Array) -> Any:
        """Return an array of one or two axes as a matrix of FLINT; a vector is one row."""
        if not isinstance(x, BallArray):
            return arb_mat(*_rows_and_columns(x.shape), x.entries)
        if x.matrix is None:
            x.matrix = arb_mat(*_rows_and_columns(x.shape), x.entries)
        return x.matrix

    def column_matrix(self, x: Array) -> Any:
        """Return an array as a matrix of FLINT; a vector is one column."""
        return self.matrix(x) if len(x.shape) == 2 else self.matrix(x).transpose()

    # ---- products

    def matmul(self, a: Array, b: Array) -> Array:
        """Return the matrix product over the last two axes."""
        if self.broken or len(a.shape) > 2:
            return super().matmul(a, b)
        shape = (*a.shape[:-1], *b.shape[1:])
        return self.of_matrix(shape, self._flat(self.matrix(a) * self.column_matrix(b), shape))

    @staticmethod
    def _flat(matrix: Any, shape: tuple[int, ...]) -> Any:
        """Return a matrix as it stands for an array: a vector is one row."""
        return matrix.transpose() if len(shape) == 1 and matrix.nrows() > 1 else matrix

    def product_of(
        self, left: Sequence[Number], right: Sequence[Number], rows: int, inner: int, columns: int
    ) -> list[Number]:
        """Return the entries of the product of two matrices."""
        if self.broken:
            return super().product_of(left, right, rows, inner, columns)
        found = arb_mat(rows, inner, left) * arb_mat(inner, columns, right)
        return found.entries()

    def outer(self, a: Array, b: Array) -> Array:
        """Return every entry of a times every entry of b."""
        if self.broken or len(a.shape) != 1 or len(b.shape) != 1:
            return super().outer(a, b)
        return self.of_matrix((*a.shape, *b.shape), self.column_matrix(a) * self.matrix(b))

    def transpose(self, x: Array) -> Array:
        """Return an array with its last two axes swapped."""
        if self.broken or len(x.shape) != 2 or not isinstance(x, BallArray):
            return super().transpose(x)
        return self.of_matrix(x.shape[::-1], self.matrix(x).transpose())

    # ---- determinants and inverses

    def characteristic(self, n: int, entries: Sequence[Number]) -> list[Number]:
        """Return the coefficients of det(t - A), the highest power of t first: FLINT divides by nothing, either."""
        if self.broken or n * n < SMALL_MATRIX:
            return super().characteristic(n, entries)
        polynomial = arb_mat(n, n, entries).charpoly()
        return [polynomial[k] for k in range(n, -1, -1)]

    def det(self, a: Array) -> Array:
        """Return the determinant."""
        found = None if self.is_small(a) else self._nonzero_det(a)
        return super().det(a) if found is None else self.make((), [found])

    def _nonzero_det(self, a: Array) -> Number | None:
        """Return the determinant if it is surely not 0, or None."""
        found = self.matrix(a).det()
        return found if found > 0 or found < 0 else None

    def cofactor(self, a: Array) -> Array:
        """Return the matrix of cofactors."""
        if self.is_small(a) or (determinant := self._nonzero_det(a)) is None:
            return super().cofactor(a)
        with suppress(ZeroDivisionError):  # of too few bits: the general way loses fewer
            return self.of_matrix(a.shape, self.matrix(a).inv().transpose() * determinant)
        return super().cofactor(a)

    def inv(self, a: Array) -> Array:
        """Return the inverse."""
        if not self.is_small(a) and self._nonzero_det(a) is not None:
            with suppress(ZeroDivisionError):
                return self.of_matrix(a.shape, self.matrix(a).inv())
        return super().inv(a)

    def solve(self, a: Array, b: Array) -> Array:
        """Return the x with a@x = b."""
        if not self.is_small(a) and self._nonzero_det(a) is not None:
            with suppress(ZeroDivisionError):
                found = self.matrix(a).solve(self.column_matrix(b))
                return self.of_matrix(b.shape, self._flat(found, b.shape))
        return super().solve(a, b)

    # ---- entry by entry

    def are_within(self, numbers: Sequence[Number]) -> bool:
        """Whether results may be built on all of these numbers."""
        return all(map(arb.is_finite, numbers))

    def column(self, operation: Operation, columns: Sequence[Sequence[Number]]) -> list[Number]:
        """Return the values of an operation of the first table on columns of arguments."""
        if operation is RELU and not self.broken:
            (numbers,) = columns
            zero, S = self._zero, self.S
            above = map(gt, numbers, repeat(zero))
            return [x if up else zero if x <= zero else S.max(x, zero) for x, up in zip(numbers, above, strict=True)]
        return super().column(operation, columns)

    def flow_quickly(
        self, operation: Operation, k: int, g: Array, v: Array, columns: Sequence[Sequence[Number]]
    ) -> list[Number] | None:
        """Return what flows back through relu where every number surely has a sign, and by the value of tanh, too."""
        if operation is RELU:
            zero = self._zero
            (numbers,) = columns
            above = list(map(gt, numbers, repeat(zero)))
            if all(up or x < zero for x, up in zip(numbers, above, strict=True)):
                return [y if up else zero for y, up in zip(g.entries, above, strict=True)]
        elif operation is TANH or operation is SIGMOID:
            low = 1 if operation is TANH else 0
            slopes = [(low + y) * (1 - y) for y in v.entries]
            if min(map(arb.rel_accuracy_bits, slopes)) >= SHIFT_BITS:  # not too close to where the value is flat
                return list(map(mul, g.entries, slopes))
        return super().flow_quickly(operation, k, g, v, columns)

    # ---- settled

    def settled(self, x: Array) -> list[Number]:
        """Return the entries as a record keeps them. Raises `Undecided` for one that is not certain."""
        if not isinstance(x, BallArray):
            return super().settled(x)
        if x.kept is None:
            x.kept = self.all_settled(x.read())
        return x.kept

    def all_settled(self, numbers: Sequence[Number]) -> list[Number]:
        """Return numbers as a record keeps them. Raises `Undecided` for one that is not certain."""
        S = self.S
        if S.decimal or self.broken:
            return super().all_settled(numbers)
        # All numbers of a ball that is known to more than SHIFT_BITS lie between its shifted middles: where these round
        # alike, so does every one of them.
        shift = arb(2) ** -SHIFT_BITS
        high = list(map(float, map(mul, numbers, repeat(1 + shift))))
        low = list(map(float, map(mul, numbers, repeat(1 - shift))))
        least = SHIFT_BITS + 2
        if high == low and min(map(arb.rel_accuracy_bits, numbers)) >= least:
            return [x + 0.0 for x in high] if 0.0 in high else high  # no negative zeros
        return [
            a + 0.0 if a == b and x.rel_accuracy_bits() >= least else S.round_out(x)
            for x, a, b in zip(numbers, high, low, strict=True)
        ]


def _rows_and_columns(shape: Sequence[int]) -> tuple[int, int]:
    """Return the size of the matrix that stands for an array: the last axis has the columns."""
    return count(shape[:-1]), shape[-1] if shape else 1
