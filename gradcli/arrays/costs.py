"""What an operation on arrays costs: multiplications, divisions and functions, one each, from shapes alone."""

from __future__ import annotations

from collections.abc import Sequence

from ..calculus.operations import ABS, ADD, MAX, MIN, NEG, SUB, WHERE
from .rows import ArrayOperation
from .sizes import Shape, Size, count

FREE = (ADD, SUB, NEG, ABS, MAX, MIN, WHERE)  # entry by entry: no multiplication


def multiplications(operation: ArrayOperation, shape: Shape, arguments: Sequence[Shape]) -> Size:
    """Return how many multiplications, divisions and functions of numbers the value of an operation takes.

    A sum of products is its products; shapes may have letters, and so has the answer then.
    """
    if operation.operation is not None:
        row = operation.operation
        return 0 if row in FREE or row.is_condition else count(shape)
    if operation.work is not None:
        return operation.work(shape, *arguments)
    return operation.costs(count(shape), count(arguments[0])) if operation.costs is not None and arguments else 0
