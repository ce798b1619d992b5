"""How large the arrays of an exercise are by what they are made of: as `item_sizes` says it, one size an array."""

from __future__ import annotations

from collections.abc import Sequence

from ...arrays.entries import Array
from ...arrays.graph import ArrayGraph, ArrayNode
from ...arrays.rows import PRODUCTS
from .array_items import ArrayItem
from .item_sizes import carried_on, size_of, slope_size
from .items import LOCAL, STEP, VALUE


class ArraySizes:
    """The sizes of the items of a program of arrays: those of their largest entries, each larger than 0."""

    def __init__(self, graph: ArrayGraph, values: Sequence[Array], output: int, rate: float) -> None:
        self._nodes, self._rate = graph.nodes, rate
        self._largest = [max((abs(x) for x in value.entries if x is not None), default=0.0) for value in values]
        self._values: list[float] = []
        for i, node in enumerate(graph.nodes):
            self._values.append(self._carried(node, self._largest[i]))
        self._upstream = [0.0] * len(self._values)
        self._upstream[output] = 1.0
        for i in range(output, -1, -1):
            if self._upstream[i]:
                for k, a in enumerate(graph.nodes[i].arguments):
                    self._upstream[a] = max(self._upstream[a], self._upstream[i] * self._slope(i, k))

    def of(self, item: ArrayItem) -> float:
        """Return the size of an item; of a new value that of its step."""
        if item.kind == LOCAL:
            return self._slope(item.node, item.position)
        return self.of_array(item.kind, item.node)

    def of_array(self, kind: str, node: int) -> float:
        """Return the size of all that is claimed of a kind about a node, but for a Jacobian."""
        if kind == VALUE:
            return self._values[node]
        found = size_of(self._upstream[node])
        return size_of(self._rate) * found if kind == STEP else found

    def _carried(self, node: ArrayNode, largest: float) -> float:
        """Return the size of a value from those of its arguments."""
        row, sizes = node.operation, [self._values[a] for a in node.arguments]
        if not sizes:
            return size_of(largest)
        if row.operation is not None:
            return carried_on(row.operation, sizes, [self._largest[a] for a in node.arguments], largest)
        if row.sums == PRODUCTS:
            return size_of(max(largest, sizes[0] * sizes[1]))
        return size_of(max(largest, *sizes)) if row.sums or row.is_linear else max(1.0, size_of(largest))

    def _slope(self, i: int, k: int) -> float:
        """Return the size of what one argument changes in a value."""
        node = self._nodes[i]
        row, size = node.operation, self._values[node.arguments[k]]
        if row.operation is not None:
            return slope_size(row.operation, k, self._values[i], size, None)
        return size_of(self._values[i] / size) if row.sums == PRODUCTS else 1.0
