"""Programs of arrays in plain binary64, at points of our own: values, gradients, and the Jacobian along one edge."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ...arrays.entries import Array, Entries
from ...arrays.graph import ArrayGraph
from ...arrays.sizes import count
from ...arrays.sweeps import forward, reverse
from ...numbers.systems import FLOAT
from ...record.array_gradient import ArrayGradient
from .array_items import ArrayItem
from .array_sizes import ArraySizes
from .items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE, rate_of


def floats() -> Entries:
    """Return the array system over binary64."""
    return Entries(FLOAT)


def plain_values(graph: ArrayGraph, point: Mapping[str, Array]) -> list[Array]:
    """Return the value of every node; entries without a value are None."""
    return forward(floats(), graph, point).values


def is_finite(entries: Sequence[Any]) -> bool:
    """Whether every entry is there, and within binary64."""
    return all(x is not None and math.isfinite(x) for x in entries)


class ArrayRun:
    """A program of arrays at a point: the number of every item, as an array of binary64 or None."""

    def __init__(self, record: ArrayGradient, point: Mapping[str, Array]) -> None:
        self.record = record
        self.A = floats()
        self.values = forward(self.A, record.graph, point).values
        self._upstream: dict[int, list[Array | None]] = {}

    @cached_property
    def has_value(self) -> bool:
        """Whether the output has a value."""
        return is_finite(self.values[self.record.output].entries)

    def upstream(self, of: int) -> list[Array | None]:
        """Return the gradient of a node with respect to every node; None throughout for a node that is no number."""
        found = self._upstream.get(of)
        if found is None and self.values[of].shape:
            found = self._upstream[of] = [None] * len(self.values)
        if found is None:
            graph = self.record.graph
            adjoint = self.A.full(1, ())
            active = graph.active(list(graph.differentiable.values()))
            found = self._upstream[of] = reverse(self.A, graph, self.values, active, of, adjoint).upstream
        return found

    @cached_property
    def rate(self) -> float:
        """What a step takes of the gradient off, less than 0 uphill; 0 where no step is taken."""
        return rate_of(self.record.task.request.step)

    @cached_property
    def sizes(self) -> ArraySizes:
        """How large the items are by what they are made of."""
        return ArraySizes(self.record.graph, self.values, self.record.output, self.rate)

    def _stepped(self, node: int) -> Array:
        """Return an input after a step of descent."""
        old, slope = self.values[node], self.upstream(self.record.output)[node]
        entries = old.entries if slope is None else [
            w - self.rate * g for w, g in zip(old.entries, slope.entries, strict=True)
        ]  # fmt: skip
        return self.A.make(old.shape, entries)

    def of(self, item: ArrayItem) -> Array | None:
        """Return an item, all of it that is claimed; None where nothing flows."""
        if item.kind == VALUE:
            whole: Array | None = self.values[item.node]
        elif item.kind == STEP:
            whole = self._stepped(item.node)
        elif item.kind == LOCAL:
            whole = jacobian(self.A, self.record.graph, self.values, item.node, item.position)
        else:
            of = item.position if item.kind == DERIVATIVE else self.record.output
            whole = self.upstream(of)[item.node]
            if whole is None and (item.kind == UPSTREAM or item.node < of):
                whole = self.A.full(0, self.values[item.node].shape)
        if whole is None or item.places is None:
            return whole
        return self.A.make(item.shape, item.taken(whole.entries))


def jacobian(A: Entries, graph: ArrayGraph, values: Sequence[Array], i: int, k: int) -> Array:
    """Return the Jacobian of a node along one edge: the axes of the node, then those of the argument."""
    node, v = graph.nodes[i], values[i]
    xs = [values[a] for a in node.arguments]
    entries: list[Any] = []
    size = count(v.shape)
    for place in range(size):
        one = A.make(v.shape, [A.S.one if j == place else A.S.zero for j in range(size)])
        entries += node.operation.flow(A, k, one, v, xs, node.fixed).entries
    return A.make((*v.shape, *xs[k].shape), entries)
