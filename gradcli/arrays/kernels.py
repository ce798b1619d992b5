"""Arrays of balls: products, inverses and determinants by FLINT's own matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flint

from .entries import Entries

Number = Any


class BallEntries(Entries):
    """The array system over balls."""

    def product_of(
        self, left: Sequence[Number], right: Sequence[Number], rows: int, inner: int, columns: int
    ) -> list[Number]:
        """Return the entries of the product of two matrices."""
        if None in left or None in right:
            return super().product_of(left, right, rows, inner, columns)
        found = flint.arb_mat(rows, inner, left) * flint.arb_mat(inner, columns, right)
        return found.entries()
