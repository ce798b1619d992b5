"""How large the numbers of an exercise are by what they are made of: whether a small one is nearly 0, or just small.

6.67e-11 * 2 * 3 is small because a factor is: 0 is no answer to it. cos(pi/2) is small beside the numbers that it is
made of: 0 is. Products, quotients, powers and sums carry the sizes of inputs and numerals on; what comes out of any
other function has the size 1 or more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from ...calculus.table_parts import Operation
from ...numbers.systems import FLOAT
from ...record.gradient import Gradient
from .items import LOCAL, STEP, VALUE, Item, signed_rate
from .tolerance import Tolerance


class ItemSizes:
    """The sizes of the items of a record, each larger than 0."""

    def __init__(self, record: Gradient) -> None:
        self._record = record
        self._nodes = record.graph.nodes
        self._values: list[float] = []
        for operation, arguments, value in zip(
            self._nodes.operations, self._nodes.arguments, record.values, strict=True
        ):
            sizes = [self._values[a] for a in arguments]
            self._values.append(carried_on(operation, sizes, [record.values[a] for a in arguments], value))
        self._upstream = [0.0] * len(self._values)
        self._upstream[record.output] = size_of(record.output_adjoint)
        for i in range(record.output, -1, -1):
            if self._upstream[i]:
                for k, a in enumerate(self._nodes.arguments[i]):
                    self._upstream[a] = max(self._upstream[a], self._upstream[i] * self._local(i, k))

    def of(self, item: Item) -> float:
        """Return the size of an item that is no derivative of another node; of a new value that of its step."""
        if item.kind == VALUE:
            return self._values[item.node]
        if item.kind == LOCAL:
            return self._local(item.node, item.position)
        found = size_of(self._upstream[item.node])
        return size_of(signed_rate(self._record)) * found if item.kind == STEP else found

    def _local(self, i: int, k: int) -> float:
        a = self._nodes.arguments[i][k]
        return slope_size(self._nodes.operations[i], k, self._values[i], self._values[a], self._record.local(i, k))


class ItemTolerance:
    """A tolerance for the items of a record, by their sizes where it goes by size."""

    def __init__(self, record: Gradient, usual: Tolerance) -> None:
        self._record, self._usual = record, usual

    @cached_property
    def _sizes(self) -> ItemSizes:
        return ItemSizes(self._record)

    def of(self, item: Item, t: float | None) -> Tolerance:
        """Return how far from a number of an item still counts as it."""
        return self._usual.beside(t, lambda: self._sizes.of(item))

    def near(self, item: Item, x: float, t: float) -> bool:
        """Whether a number about an item counts as another."""
        return self.of(item, t).near(x, t)


def size_of(x: float | None) -> float:
    """Return the absolute value of a number, 1 for what has no size: 0, an infinity, no number."""
    return abs(x) if x and math.isfinite(x) else 1.0


def carries_size(operation: Operation, k: int) -> bool:
    """Whether a value scales with its argument k: as products, quotients, powers and sums do."""
    return operation.parameters[k if operation.arity else k % operation.group] in operation.scales_with


def carried_on(
    operation: Operation, sizes: Sequence[float], numbers: Sequence[float | None], value: float | None
) -> float:
    """Return the size of a value from the sizes of its arguments, whose numbers are known."""
    if not sizes:
        return size_of(value)
    carries = [carries_size(operation, k) for k in range(len(sizes))]
    if not any(carries):
        return max(1.0, size_of(value))
    found = [abs(value or 0.0)]
    for sign in (1, -1):  # a difference is as large as a sum
        made = [
            (size if k == 0 else sign * size) if on else x
            for k, (on, size, x) in enumerate(zip(carries, sizes, numbers, strict=True))
        ]
        try:
            found.append(abs(operation.value(FLOAT, *made)))
        except (ArithmeticError, TypeError):  # beyond binary64, or no number beside it
            return 1.0
    return size_of(max(found))


def slope_size(operation: Operation, k: int, size: float, argument: float, slope: float | None) -> float:
    """Return the size of a local gradient for the argument k, from those of the value and of the argument."""
    if carries_size(operation, k):
        return size_of(size / argument)
    return max(1.0, size_of(slope))
