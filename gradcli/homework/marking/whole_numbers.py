"""Which items are whole numbers that come from whole numbers all the way: nobody has to round those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...record.gradient import Gradient
from ..claims.items import LOCAL, STEP, VALUE, Item, truth
from .follow_through import Edge

LARGEST_WHOLE = 1e9  # beyond it nobody counts the last unit


class WholeNumbers:
    """The whole numbers of a record; `users` are the edges from every node that is differentiated to the output."""

    def __init__(self, record: Gradient, users: Mapping[int, Sequence[Edge]]) -> None:
        self._record = record
        self._values: list[bool] = []
        for arguments, x in zip(record.graph.nodes.arguments, record.values, strict=True):
            self._values.append(_is_whole(x) and all(self._values[a] for a in arguments))
        self._gradients: dict[int, bool] = {}
        for a in sorted(users, reverse=True):
            self._gradients[a] = _is_whole(record.upstream[a]) and all(
                self._gradients[i] and self._is_whole_edge(i, k) for i, k in users[a]
            )

    def of(self, item: Item) -> bool:
        """Return whether an item is such a number. A rate such as 0.5 is exact."""
        if item.kind == VALUE:
            return self._values[item.node]
        if item.kind == LOCAL:
            return self._is_whole_edge(item.node, item.position)
        whole = self._gradients.get(item.node, False)
        if item.kind == STEP:
            return whole and self._values[item.node] and _is_whole(truth(self._record, item))
        return whole

    def _is_whole_edge(self, i: int, k: int) -> bool:
        return self._values[i] and _is_whole(self._record.local(i, k))


def _is_whole(x: float | None) -> bool:
    return x is not None and abs(x) < LARGEST_WHOLE and x == int(x)
