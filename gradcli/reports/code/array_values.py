"""The numbers of arrays as literals of a language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...arrays.roles import role_inputs
from ...arrays.sizes import nested
from ...errors import LimitError
from ...record.array_gradient import ArrayGradient
from .lines import check_binary

MOST_WRITTEN = 10_000  # numbers of the point that a file of code holds


def literal(flat: Sequence[Any], shape: Sequence[int], maker: str, *, whole: bool = False) -> str:
    """Return an array as a literal, put together by a function such as `np.array`; a number as it is."""
    numbers = [int(x) if whole else x for x in flat]
    return repr(numbers[0]) if not shape else f"{maker}({nested(numbers, shape)!r})"


def data_of(record: ArrayGradient, maker: str) -> dict[str, str]:
    """Return every input as a literal, labels and indices as whole numbers.

    Raises `LimitError` for more of them than code is a place for, `InputError` for numbers that are not binary64.
    """
    graph = record.graph
    whole = {*role_inputs(graph), *graph.sized}
    found = {}
    total = 0
    for name, i in graph.inputs.items():
        flat = record.values[i]
        assert flat is not None  # code is written of records that keep every node
        check_binary(flat[0])
        total += len(flat)
        found[name] = literal(flat, record.shape(i), maker, whole=name in whole)
    if total > MOST_WRITTEN:
        raise LimitError(f"the point has {total:,} numbers, and a file of code holds {MOST_WRITTEN:,}",
                         hint="--shapes NAME=NxD in place of values writes the code alone")  # fmt: skip
    return found
