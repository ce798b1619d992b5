"""A graph at a point in one number system: values, local gradients, faults and kinks, and both modes over them.

The sweeps compute. What a fault spoils, and that 0 is the derivative where nothing flows, is said here alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .fast_sweeps import forward, partials, reverse
from .faults import EdgeKey, Fault
from .graph import Graph
from .sweeps import Forward, Partials, tangent

Number = Any


class Vjp(NamedTuple):
    """What flows back from an output: the upstream gradient of every node, what each edge contributes, and faults.

    An upstream gradient is None where the node is not active or has a fault, and 0 where nothing arrives. A
    contribution is None where nothing flows.
    """

    upstream: list[Number]
    contributions: list[tuple[Number, ...]]
    faults: dict[int, Fault]


class Linearization:
    """A graph at a point in the number system `S`; `active` marks the nodes that are differentiated.

    `values` has None where `value_faults` has an entry, unless the value itself lies beyond the range of `S`. The local
    gradients are computed when they are first asked for, since a caller may refuse the values.
    """

    __slots__ = ("S", "_partials", "active", "graph", "value_faults", "values")

    def __init__(
        self, S: Any, graph: Graph, run: Forward, active: Sequence[int], slopes: Partials | None = None
    ) -> None:
        self.S = S
        self.graph = graph
        self.values, self.value_faults = run
        self.active = active
        self._partials = slopes

    @property
    def partials(self) -> Partials:
        """The local gradients, the faults of edges and the nodes at a kink, as the sweeps take them."""
        if self._partials is None:
            self._partials = partials(self.S, self.graph, self.values, self.active)
        return self._partials

    @property
    def local_gradients(self) -> list[tuple[Number, ...]]:
        """One row per node, oldest first, with one entry per argument; None where nothing flows or there is none."""
        return self.partials.local_gradients

    @property
    def slope_faults(self) -> dict[EdgeKey, Fault]:
        """The edges without a local gradient."""
        return self.partials.faults

    @property
    def kinks(self) -> list[int]:
        """The active nodes, oldest first, whose operation has no derivative there, although it has a value."""
        return self.partials.kinks

    @property
    def spread(self) -> Sequence[int]:
        """The active nodes, oldest first, with a kink among the numbers that their arguments may be."""
        return self.partials.spread

    def vjp(self, output: int, adjoint: Number) -> Vjp:
        """Return what flows back from an output whose own upstream gradient is `adjoint` (vector-Jacobian product)."""
        back = reverse(self.S, self.graph, self.partials, output, adjoint)
        upstream = [a if on else None for a, on in zip(back.adjoints, self.active, strict=True)]
        for i in back.faults:
            upstream[i] = None
        return Vjp(upstream, back.contributions, back.faults)

    def jvp(self, direction: Mapping[int, Number]) -> list[Number]:
        """Return the tangent of every node along the tangents of some (Jacobian-vector product).

        A tangent is None where the node moves along an edge that has no local gradient, and 0 where it does not move.
        """
        return tangent(self.S, self.graph, self.partials, direction)


def linearize(S: Any, graph: Graph, point: Mapping[str, Number], active: Sequence[int]) -> Linearization:
    """Return the linearization of a graph at a point, which has a number for every input."""
    return Linearization(S, graph, forward(S, graph, point), active)
