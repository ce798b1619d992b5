"""A record to mark claims with where the main job has no answer.

That is outside a domain, where every slope is infinite, and without a point, where formulas can be compared all the
same.
"""

from __future__ import annotations

import random
from typing import Any

from ...calculus.graph import Graph
from ...calculus.linearization import linearize
from ...calculus.notes import Note
from ...errors import MathError, Source
from ...record.gradient import Gradient, evaluate
from ...record.passes import Passes
from ...record.precision import Precision, climb
from ...record.request import Request, Task
from ...record.values import Values

TRIES = 60  # points
RANGES = ((0.3, 2.5), (-2.5, 2.5), (0.05, 0.95), (1.1, 9.0), (-9.0, -1.1), (-0.95, 0.95))
MARKED = ("domain", "infinite", "undefined")  # kinds of error at which a claim of `undefined` is right


class WithoutAnswer(Passes):
    """Both passes as far as they lead: what has no value or no derivative is None."""

    def __init__(self, S: Any, task: Task) -> None:
        graph, output = task.graph, task.output
        self.S = S
        self.task = task
        self.graph = graph
        self.output = output
        self.output_adjoint = S.one
        self.wrt = task.places
        self.ids = range(len(graph.nodes))
        self.notes: list[Note] = []
        self.doubts = set()
        self.active = graph.active(set(self.wrt.values()))
        self.linearization = linearize(S, graph, task.point(S), self.active)
        self.values, faults = self.linearization.values, self.linearization.value_faults
        if output in faults:
            faults[output].raise_doubt()
            self.contributions = [(None,) * len(arguments) for arguments in graph.nodes.arguments]
            self.upstream = [None] * len(graph.nodes)
            return
        self.upstream, self.contributions, self.faults = self.linearization.vjp(output, S.one)
        self.kept = task.listing.kept
        self.differing = set()
        self._look_beside("convention")


def record_to_mark(source: Source, values: Values, request: Request, graph: Graph) -> Gradient:
    """Return the record of a program at a point, whether or not its output has a value and derivatives there.

    Raises what `differentiate` raises for all other reasons.
    """
    try:
        return evaluate(source, values, request, graph)
    except MathError as error:
        if error.kind not in MARKED or error.source is not source:  # a binding may have no value either
            raise
        found = _without_answer(Task(source, graph, values, request))
        if found is None:
            raise
        return found


def record_anywhere(source: Source, values: Values, request: Request, graph: Graph) -> Gradient | None:
    """Return the record of a program at a point of our own choice: inputs that have a value keep it.

    None if no point is found where the program has a value and derivatives.
    """
    free = [name for name in graph.inputs if name not in values.sources]
    chance = random.Random(0)
    for k in range(TRIES):
        low, high = RANGES[k % len(RANGES)]
        drawn = {name: Source(name, f"{chance.uniform(low, high):.2f}") for name in free}
        try:
            found = evaluate(source, values.updated(drawn), request, graph)
        except MathError:
            continue
        if not any(note.kind in ("kink", "one-sided", "undefined", "overflow") for note in found.notes):
            return found
    return None


def record_of(record: Gradient, node: int) -> Gradient:
    """Return the record of the same run with another node as its output, in the same kind of numbers."""
    name = "exact" if record.arithmetic["system"] == "exact" else "digits" if record.digits else "certain"
    write = repr if name == "certain" else str
    given = {name: Source(name, write(record.values[i])) for name, i in record.graph.inputs.items()}
    request = Request(Precision(name, record.digits), of=record.labels[node])
    try:
        return evaluate(record.source, given, request, record.graph)
    except MathError as error:
        if error.kind not in MARKED:
            raise
        found = _without_answer(Task(record.source, record.graph, Values(given), request))
        if found is None:
            raise
        return found


def _without_answer(task: Task) -> Gradient | None:
    """Return the record of what has an answer, settled by the first number system that is certain of it."""
    try:
        return climb(task.request.precision, task.graph, lambda S: Gradient(task, WithoutAnswer(S, task), task.listing))
    except MathError:
        return None
