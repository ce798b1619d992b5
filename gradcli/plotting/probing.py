"""What a plot knows of a point: the value and the slopes, certain to twelve digits or not told.

A point is tried with bounds first and then, within a budget, with balls, as any record is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..calculus.graph import Graph
from ..calculus.linearization import linearize
from ..calculus.sides import Watch
from ..errors import LimitError, MathError
from ..numbers.enclosures import Bounds
from ..numbers.systems import Undecided
from ..record.precision import FIRST_BITS

BITS = (FIRST_BITS, 4 * FIRST_BITS, 16 * FIRST_BITS)  # the last settles a true 0 that no precision tells from noise
BALL_WORK = 1_000_000  # node visits with balls

UNDEFINED, OVERFLOW, UNCERTAIN = "undefined", "overflow", "uncertain"


class Outcome(NamedTuple):
    """The value and the slopes at a point; None where there is none, or none is certain.

    `lack` says why there is no value. A slope that is infinite is beyond the largest binary64. `special` says that a
    kink, a step, a hole or a missing slope lies there: the slopes are those of the convention.
    """

    value: float | None
    slopes: list[float | None]
    lack: str = ""
    special: bool = False


class Prober:
    """Evaluates the output of a graph, and its derivatives with respect to some inputs, at points of binary64."""

    def __init__(self, graph: Graph, names: Sequence[str], fixed: Mapping[str, float]) -> None:
        self.graph = graph
        self.names = names
        self.fixed = fixed
        self.inputs = [graph.inputs[name] for name in names]
        self.active = graph.active(set(self.inputs))
        self.systems: list[Any] = [Bounds()]
        self.budget = BALL_WORK

    def __call__(self, *at: float, slopes: bool = True) -> Outcome:
        """Return what is known of the point where the inputs have these values; without `slopes`, of its value."""
        point = {**self.fixed, **dict(zip(self.names, at, strict=True))}
        for k in range(len(BITS) + 1):
            if k > 0 and self.budget < len(self.graph.nodes):
                break
            try:
                S = self._system(k)
                with S.at_work():
                    return self._run(S, point, slopes=slopes)
            except Undecided:
                continue
            except (MathError, LimitError):  # balls refuse what would take too long
                break
        return Outcome(None, [], UNCERTAIN)

    def _system(self, k: int) -> Any:
        """Return the k-th system."""
        if k > 0:
            from ..numbers.balls import Balls

            self.budget -= len(self.graph.nodes)
            if k == len(self.systems):
                self.systems.append(Balls(BITS[k - 1]))
        return self.systems[k]

    def _run(self, S: Any, point: Mapping[str, float], *, slopes: bool) -> Outcome:
        graph = self.graph
        linearization = linearize(S, graph, {name: S.from_number(x) for name, x in point.items()}, self.active)
        if graph.output in linearization.value_faults:
            linearization.value_faults[graph.output].raise_doubt()
            return Outcome(None, [], UNDEFINED)
        value = S.round_out(linearization.values[graph.output])
        if not math.isfinite(value):
            return Outcome(None, [], OVERFLOW)
        if not slopes:
            return Outcome(value, [])
        upstream, _, faults = linearization.vjp(graph.output, S.one)
        for i in self.inputs:
            if i in faults:
                faults[i].raise_doubt()
        found = [None if upstream[i] is None else S.round_out(upstream[i]) for i in self.inputs]
        watch = Watch(linearization, graph.output)
        return Outcome(value, found, "", any(watch.concerns(i) for i in self.inputs))
