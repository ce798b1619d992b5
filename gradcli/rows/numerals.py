"""Columns of binary64 as columns of text: the shortest numeral that reads back, letter for letter as Python writes it.

Arrow writes the same digits, but integers without `.0` and other exponents: those are put right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

FEW = 100  # one text in so many is put in its place by itself


def numeral_column(column: Any, missing: Sequence[int], nothing: str, plain: Any) -> Any:
    """Return the texts of a column of numbers; `nothing` for the missing, `plain` writes what is not finite."""
    import numpy as np
    import pyarrow as pa

    from .kernels import converted, kernel, number_column, truth_column

    size = np.abs(column)
    usual = (size >= 1e-4) & (size < 1e10)
    whole = column == np.floor(column)
    texts = converted(number_column(column), pa.string())
    short = whole & (usual | (size == 0.0))
    if short.any():
        texts = kernel("if_else", truth_column(short), kernel("binary_join_element_wise", texts, ".0", ""), texts)
    rest = ~(usual | (size == 0.0))
    if rest.any():
        texts = _replaced(texts, rest, pa.array([plain(x) for x in column[rest].tolist()], pa.string()))
    if missing:
        mask: Any = np.zeros(len(column), dtype=bool)
        mask[list(missing)] = True
        texts = kernel("if_else", truth_column(mask), nothing, texts)
    return texts


def _replaced(texts: Any, rows: Any, others: Any) -> Any:
    """Return the texts with `others` in the rows that are marked."""
    import numpy as np
    import pyarrow as pa

    from .kernels import kernel, truth_column

    if len(others) * FEW > len(texts):
        return kernel("replace_with_mask", texts, truth_column(rows), others)
    pieces, last = [], 0  # slices of a few pieces are copied faster than texts one by one
    for n, k in enumerate(np.flatnonzero(rows).tolist()):
        pieces += [texts.slice(last, k - last), others.slice(n, 1)]
        last = k + 1
    return pa.concat_arrays([*pieces, texts.slice(last)])
