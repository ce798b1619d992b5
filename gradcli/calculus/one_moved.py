"""An output where one input moves: only what depends on that input is computed, and not the whole graph again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .fast_sweeps import compute, forward
from .following import dependents, needed_users
from .graph import Graph
from .sweeps import Forward, Partials, total

Number = Any


class Paths:
    """The nodes from each input to an output, oldest first, without the input: all that moves with it."""

    def __init__(self, graph: Graph, output: int) -> None:
        self.graph = graph
        self.output = output
        self._users = needed_users(graph, output)

    def of(self, i: int) -> list[int]:
        """Return the nodes that depend on node `i` and that the output needs."""
        return dependents(self._users, [i]) if i <= self.output else []

    def tangent(self, S: Any, slopes: Partials, i: int, path: list[int]) -> Number:
        """Return the tangent of the output where node `i` alone moves, at rate 1; as `sweeps.tangent` of all nodes."""
        tangents = {i: S.one}
        for k in path:
            edges = zip(self.graph.nodes.arguments[k], slopes.local_gradients[k], strict=True)
            moving = [(a, d) for j, (a, d) in enumerate(edges)
                      if a in tangents and (d is not None or (k, j) in slopes.faults)]  # fmt: skip
            if moving:
                is_lost = any(d is None or tangents[a] is None for a, d in moving)
                tangents[k] = None if is_lost else total(S, [d * tangents[a] for a, d in moving])
        return tangents.get(self.output, S.zero)


class OneMoved:
    """The values of a graph at a point in one number system, from which one input moves at a time."""

    def __init__(self, S: Any, paths: Paths, point: Mapping[str, Number]) -> None:
        self._S = S
        self._paths = paths
        self._point = point
        self._there = forward(S, paths.graph, point)
        self._values = list(self._there.values)
        self._moved: list[int] = []  # the nodes whose values are not those at the point

    def value(self, i: int, path: list[int], x: Number) -> Number | None:
        """Return the output with `x` for the input that is node `i`, whose `path` is given; None where it has none."""
        values, output = self._values, self._paths.output
        if self._moved[:1] != [i]:
            for k in self._moved:
                values[k] = self._there.values[k]
            self._moved = [i, *path]
        faults = dict(self._there.faults)
        for k in path if faults else ():
            faults.pop(k, None)
        values[i] = x
        nodes = self._paths.graph.nodes
        visits = zip(path, map(nodes.operations.__getitem__, path), map(nodes.arguments.__getitem__, path), strict=True)
        compute(self._S, self._paths.graph, self._point, Forward(values, faults), visits)
        return None if output in faults else values[output]
