"""The answer as balls, not rounded: for whoever goes on to compute with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..calculus.building import uncollected
from ..calculus.graph import Graph
from ..calculus.notes import Note
from ..errors import Source, Within
from ..numbers.systems import Undecided
from .passes import Passes
from .precision import climb
from .request import Request, Task
from .values import Values

ENOUGH_BITS = 64  # of a number that is added to others


@uncollected()
def enclosures(
    source: Source, values: Values, request: Request, graph: Graph, nodes: Sequence[int], bits: int
) -> list[Any]:
    """Return balls that hold the value of a program at a point and its derivatives, in the order of `request.wrt`.

    Behind them are the value and the upstream gradient of each of `nodes`. An entry is None where there is no such
    number. A ball has at least 64 certain bits, or is 0, and was computed with at least `bits`. Raises what `evaluate`
    raises.
    """
    with Within(source):
        task = Task(source, graph, values, request)
        return climb(request.precision, task.graph, lambda S: _Enclosed(S, task, nodes, bits)).numbers


class _Enclosed:
    """The balls that one number system finds. Raises `Undecided` where they are too wide."""

    def __init__(self, S: Any, task: Task, nodes: Sequence[int], bits: int) -> None:
        if S.name != "balls" or S.bits < bits:
            raise Undecided
        passes = Passes(S, task)
        self.doubts: set[int] = set()
        self.has_doubtful_zero = False
        self.notes: list[Note] = []
        self.labels = task.graph.labels
        found = [passes.values[passes.output], *(passes.upstream[i] for i in passes.wrt.values())]
        for i in nodes:
            found += [passes.values[i], passes.upstream[i]]
        self.numbers = [None if x is None else narrow(x) for x in found]


def narrow(x: Any) -> Any:
    """Return a ball; one closer to 0 than half the smallest binary64 as 0. Raises `Undecided` for a wide one."""
    if x.is_exact() or x.rel_accuracy_bits() >= ENOUGH_BITS:
        return x
    if x.contains(0) and float(x.lower()) == float(x.upper()) == 0:
        return x * 0
    raise Undecided
