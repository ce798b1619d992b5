"""What an operation on arrays costs: multiplications, divisions and functions, one each, from shapes alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..calculus.operations import ABS, ADD, MAX, MIN, NEG, SUB, WHERE
from .rows import ArrayOperation
from .sizes import Shape, Size, count

FREE = (ADD, SUB, NEG, ABS, MAX, MIN, WHERE)  # entry by entry: no multiplication
Count = Callable[[Size, Size], Size]  # of the entries of the result, and of the first argument

# Reductions and their like. What is not here moves entries, adds them up or compares them.
COUNTS: dict[str, Count] = {
    "mean": lambda result, x: result,
    "prod": lambda result, x: x,
    "others": lambda result, x: 2 * x,
    "var": lambda result, x: x + result,
    "norm": lambda result, x: x + result,
    "logsumexp": lambda result, x: x + result,
    "softmax": lambda result, x: 2 * x,
    "log_softmax": lambda result, x: x,
    "cross_entropy": lambda result, x: x + result,
    "outer": lambda result, x: result,
}


def multiplications(operation: ArrayOperation, shape: Shape, arguments: Sequence[Shape]) -> Size:
    """Return how many multiplications, divisions and functions of numbers the value of an operation takes.

    A sum of products is its products; shapes may have letters, and so has the answer then.
    """
    if operation.operation is not None:
        row = operation.operation
        return 0 if row in FREE or row.is_condition else count(shape)
    if operation.work is not None:
        return operation.work(shape, *arguments)
    counted = COUNTS.get(operation.name)
    return counted(count(shape), count(arguments[0])) if counted is not None and arguments else 0
