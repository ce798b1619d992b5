"""Products of matrices, determinants, inverses and solutions, with sums and products of entries alone."""

from __future__ import annotations

from collections.abc import Sequence

from ..calculus.operations import ABS, ADD, DIV, LOG, MUL, NEG
from .array import Array, Number, has_gap
from .moving import Moving
from .sizes import count

SMALL_MATRIX = 64  # matrices of fewer entries are worked out here: sums of whole numbers stay exact


class Matrices(Moving):
    """The functions of rules that multiply matrices."""

    def matmul(self, a: Array, b: Array) -> Array:
        """Return the matrix product over the last two axes."""
        *outer, rows, inner = (1, *a.shape) if len(a.shape) == 1 else a.shape
        columns = b.shape[-1] if len(b.shape) > 1 else 1
        found: list[Number] = []
        for k in range(count(outer)):
            left = a.entries[k * rows * inner : (k + 1) * rows * inner]
            right = b.entries[k * inner * columns : (k + 1) * inner * columns]
            found += self.product_of(left, right, rows, inner, columns)
        return self.make((*a.shape[:-1], *b.shape[-1:] * (len(b.shape) > 1)), found)

    def product_of(
        self, left: Sequence[Number], right: Sequence[Number], rows: int, inner: int, columns: int
    ) -> list[Number]:
        """Return the entries of the product of two matrices."""
        tall = [right[j::columns] for j in range(columns)]
        return [
            self.dot(row, column) for i in range(rows) for row in [left[i * inner : (i + 1) * inner]] for column in tall
        ]

    def dot(self, a: Sequence[Number], b: Sequence[Number]) -> Number:
        """Return the sum of the products of two vectors; exact zeros take no part."""
        if self.broken and (has_gap(a) or has_gap(b)):
            zero = self._zero
            terms = [(x, y) for x, y in zip(a, b, strict=True) if not (x == zero or y == zero)]
            return None if any(map(has_gap, terms)) else self.S.sum([x * y for x, y in terms])
        return self.S.sum([x * y for x, y in zip(a, b, strict=True)])

    def outer(self, a: Array, b: Array) -> Array:
        """Return every entry of a times every entry of b."""
        return self.entrywise(MUL, (self.reshape(a, (*a.shape, 1)), b))

    def minors(self, n: int, entries: Sequence[Number]) -> list[Number]:
        """Return the matrix of cofactors, without a division: it is smooth where the matrix is singular.

        From the characteristic polynomial by Berkowitz, "On computing the determinant in small parallel time using a
        small number of processors" (1984), and the theorem of Cayley and Hamilton: the adjugate is
        (-1)**(n - 1) * (A**(n - 1) + c1*A**(n - 2) + ... + c(n - 1)).
        """
        if n == 1:
            return [self._one]
        coefficients = self.characteristic(n, entries)
        power = list(self.eye(n).entries)
        for c in coefficients[1:n]:
            power = self.product_of(power, entries, n, n, n)
            for k in range(0, n * n, n + 1):
                power[k] = self.apply(ADD, power[k], c)
        if n % 2 == 0:
            power = [self.apply(NEG, x) for x in power]
        return [power[j * n + i] for i in range(n) for j in range(n)]

    def characteristic(self, n: int, entries: Sequence[Number]) -> list[Number]:
        """Return the coefficients of det(t - A), the highest power of t first, by Berkowitz."""
        found = [self._one, self.apply(NEG, entries[0])]
        for r in range(1, n):
            row = [entries[r * n + j] for j in range(r)]
            column = [entries[i * n + r] for i in range(r)]
            block = [[entries[i * n + j] for j in range(r)] for i in range(r)]
            toeplitz = [self._one, self.apply(NEG, entries[r * n + r])]
            for k in range(r):
                toeplitz.append(self.apply(NEG, self.dot(row, column)))
                if k < r - 1:
                    column = [self.dot(line, column) for line in block]
            found = [
                self.dot([toeplitz[i - j] for j in range(len(found)) if i - j >= 0], found[: i + 1])
                for i in range(len(found) + 1)
            ]
        return found

    def det(self, a: Array) -> Array:
        """Return the determinant."""
        n = a.shape[0]
        constant = self.characteristic(n, a.entries)[n]
        return self.make((), [constant if n % 2 == 0 else self.apply(NEG, constant)])

    def cofactor(self, a: Array) -> Array:
        """Return the matrix of cofactors, which is the derivative of the determinant."""
        return self.make(a.shape, self.minors(a.shape[0], a.entries))

    def logdet(self, a: Array) -> Array:
        """Return log(abs(det(a)))."""
        return self.entrywise(LOG, (self.entrywise(ABS, (self.det(a),)),))

    def inv(self, a: Array) -> Array:
        """Return the inverse: the cofactors, transposed, over the determinant."""
        determinant = self.det(a)
        if not self.divides(determinant):
            return self.make(a.shape, [None] * count(a.shape))
        return self.transpose(self.cofactor(a)) / determinant

    def solve(self, a: Array, b: Array) -> Array:
        """Return the x with a@x = b."""
        determinant = self.det(a)
        if not self.divides(determinant):
            return self.make(b.shape, [None] * count(b.shape))
        return self.matmul(self.transpose(self.cofactor(a)), b) / determinant

    def is_small(self, a: Array) -> bool:
        """Whether a matrix is worked out by sums and products alone: faster ways only pay for larger ones."""
        return self.broken or count(a.shape) < SMALL_MATRIX

    def divides(self, x: Array) -> bool:
        """Whether a number may be a divisor; where it may not, that is noted."""
        return self.apply(DIV, self._one, x.entries[0]) is not None
