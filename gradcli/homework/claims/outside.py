"""A record to mark claims with where the main job has no answer.

That is outside a domain, where every slope is infinite, and without a point, where formulas can be compared all the
same.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from typing import Any

from ...calculus.graph import Graph
from ...calculus.linearization import linearize
from ...calculus.notes import Note
from ...errors import MathError, Source
from ...language.syntax import parse
from ...record.bindings import point
from ...record.gradient import Gradient, choose_output, differentiate, evaluate, listing
from ...record.passes import Passes
from ...record.precision import Mode, climb

TRIES = 60  # points
RANGES = ((0.3, 2.5), (-2.5, 2.5), (0.05, 0.95), (1.1, 9.0), (-9.0, -1.1), (-0.95, 0.95))
MARKED = ("domain", "infinite", "undefined")  # kinds of error at which a claim of `undefined` is right


class WithoutAnswer(Passes):
    """Both passes as far as they lead: what has no value or no derivative is None."""

    def __init__(self, S: Any, graph: Graph, numbers: Mapping[str, Any], output: int, wrt: Mapping[str, int]) -> None:
        self.S = S
        self.graph = graph
        self.output = output
        self.output_adjoint = S.one
        self.wrt = wrt
        self.ids = range(len(graph.nodes))
        self.notes: list[Note] = []
        self.doubts = set()
        self.active = graph.active(set(wrt.values()))
        self.linearization = linearize(S, graph, numbers, self.active)
        self.values, faults = self.linearization.values, self.linearization.value_faults
        if output in faults:
            faults[output].raise_doubt()
            self.faults = dict.fromkeys(range(len(graph.nodes)), faults[output])
            self.contributions = [(None,) * len(arguments) for arguments in graph.nodes.arguments]
            self.upstream = [None] * len(graph.nodes)
            return
        self.upstream, self.contributions, self.faults = self.linearization.vjp(output, S.one)


def record_to_mark(
    source: Source, bindings: Mapping[str, Source], *, of: str | None = None, spare: Collection[str] = ()
) -> Gradient:
    """Return the record of a program at a point, whether or not its output has a value and derivatives there.

    Raises what `differentiate` raises for all other reasons.
    """
    try:
        return differentiate(source, bindings, of=of, spare=spare)
    except MathError as error:
        if error.kind not in MARKED or error.source is not source:  # a binding may have no value either
            raise
        mode = Mode.of(exact=False, digits=None, ieee=False, bindings=bindings.values())
        found = _without_answer(mode, source, parse(source, bindings, of=of), bindings, of, spare)
        if found is None:
            raise
        return found


def record_anywhere(
    source: Source, bindings: Mapping[str, Source], *, of: str | None = None, spare: Collection[str] = ()
) -> Gradient | None:
    """Return the record of a program at a point of our own choice: inputs that are bound keep their numbers.

    None if no point is found where the program has a value and derivatives.
    """
    graph = parse(source, bindings, of=of)
    free = [name for name in graph.inputs if name not in bindings]
    chance = random.Random(0)
    for k in range(TRIES):
        low, high = RANGES[k % len(RANGES)]
        drawn = {name: Source(name, f"{chance.uniform(low, high):.2f}") for name in free}
        try:
            found = differentiate(source, {**bindings, **drawn}, of=of, spare=spare)
        except MathError:
            continue
        if not any(note.kind in ("kink", "one-sided", "undefined", "overflow") for note in found.notes):
            return found
    return None


def record_of(record: Gradient, node: int) -> Gradient:
    """Return the record of the same run with another node as its output, in the same kind of numbers."""
    name = "exact" if record.arithmetic["system"] == "exact" else "digits" if record.digits else "certain"
    mode = Mode(name, record.digits)
    write = repr if name == "certain" else str
    given = {name: Source(name, write(record.values[i])) for name, i in record.graph.inputs.items()}
    of = record.labels[node]
    try:
        return evaluate(mode, record.source, record.graph, given, of=of)
    except MathError as error:
        found = _without_answer(mode, record.source, record.graph, given, of, ()) if error.kind in MARKED else None
        if found is None:
            raise
        return found


def _without_answer(
    mode: Mode, source: Source, graph: Graph, given: Mapping[str, Source], of: str | None, spare: Collection[str]
) -> Gradient | None:
    """Return the record of what has an answer, settled by the first number system that is certain of it."""
    output = choose_output(graph, of)

    def run(S: Any) -> Gradient:
        passes = WithoutAnswer(S, graph, point(S, graph, given, spare), output, graph.inputs)
        return Gradient(source, passes, listing(graph, output, (), "all"))

    try:
        return climb(mode, graph, run)
    except MathError:
        return None
