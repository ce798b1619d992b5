"""The derivative of every node along a direction of the inputs: forward mode, which runs the values over dual numbers.

No backward rule takes part in the numbers. A reverse pass only looks whether there is a kink; there the scalar records
of the entries of the output answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any

from ..arrays.duals import tangents
from ..arrays.entries import Array, Entries
from ..arrays.kernels import array_system
from ..arrays.opening import entry_names
from ..arrays.sizes import count, described
from ..arrays.sweeps import forward, jumps, reverse
from ..calculus.linearization import linearize
from ..calculus.sides import Looking, Watch
from ..errors import GradcliError, InputError
from ..language.names import clip_name, listed
from ..numbers.fractions import Exact
from ..numbers.systems import Undecided
from ..text import did_you_mean
from .array_gradient import ArrayGradient
from .array_jacobian import first_settled, look, opened_rows, settled_tangents
from .array_outputs import ArrayTangent, Output, Row
from .array_passes import systems
from .array_point import ArrayPoint, Given
from .gradient import Gradient
from .request import ONE


def array_tangent(record: ArrayGradient, given: Mapping[str, Given]) -> ArrayTangent:
    """Return the tangents of a record along a direction, given for some inputs; the others do not move.

    Notes on kinks are added to the record. Raises `InputError` for a direction that does not fit its input.
    """
    task = record.task
    if task.request.upstream.text != ONE.text:
        raise InputError("--tangent runs forwards: leave out --upstream", kind="option")
    if task.request.precision.name == "uncertain":
        raise InputError("--tangent takes values without +-", kind="option")
    _check(record, given)
    found = first_settled(task.request.precision, lambda S: _Along(S, record, given).found())
    return _at_a_kink(record, given) if found is None else found


def _check(record: ArrayGradient, given: Mapping[str, Given]) -> None:
    graph = record.graph
    for name, value in given.items():
        if name not in graph.inputs:
            hint = did_you_mean(name, list(graph.inputs)) or listed("input", list(graph.inputs))
            raise InputError(f"--tangent: {clip_name(name)} is not an input", kind="name", hint=hint)
        if name not in graph.differentiable:
            raise InputError(f"--tangent: {clip_name(name)} holds labels or indices, which do not move", kind="name")
        shape, wanted = getattr(value, "shape", ()), record.shape(graph.inputs[name])
        if shape != wanted:
            raise InputError(f"--tangent: {clip_name(name)} {described(wanted)}, and its direction {described(shape)}",
                             kind="shape", hint="a direction has the shape of its input")  # fmt: skip


class _Along:
    """A pass along a direction in one number system."""

    def __init__(self, S: Any, record: ArrayGradient, given: Mapping[str, Given]) -> None:
        self.A = array_system(S)
        self.record = record
        self.point = record.task.point.arrays(self.A, record.graph.inputs)
        self.directions = ArrayPoint(given).arrays(self.A, given)

    def found(self) -> ArrayTangent:
        """Return the tangents. Raises `Undecided`, and `Questions` at a kink."""
        self._look()
        return self.settled(careful=True)

    def settled(self, *, careful: bool) -> ArrayTangent:
        """Return the tangents of all nodes. If they are not `careful`, those that are not decided are None."""
        duals = tangents(self.A, self.record.graph, self.point, self.directions)
        columns: list[list[Any] | None] = []
        for i, array in enumerate(duals):
            try:
                columns.append(settled_tangents(self.A, array))
            except Undecided:
                if careful and i == self.record.output:
                    raise
                columns.append(None)
        return ArrayTangent({name: self.A.settled(array) for name, array in self.directions.items()}, columns)

    def _look(self) -> None:
        """Look at the output with a reverse pass from weights that do not cancel."""
        A, graph, output = self.A, self.record.graph, self.record.output
        run = forward(A, graph, self.point)
        moving = [graph.inputs[name] for name in self.directions]
        look([], run.faults)
        look(*jumps(A, graph, run.values, moving, output))
        shape: Any = graph.nodes[output].shape
        weights: Array = A.make(shape, [A.S.from_number(k + 1) for k in range(count(shape))])
        back = reverse(A, graph, run.values, graph.active(moving), output, weights)
        look(back.kinks, back.faults)


def _at_a_kink(record: ArrayGradient, given: Mapping[str, Given]) -> ArrayTangent:
    """Return the tangents: of an entry of the output what both sides along the direction agree on.

    Where they do not, the gradient of the entry answers, with what is usual at a kink.
    """
    task, graph = record.task, record.graph
    shape: Any = record.shape(record.output)
    output = Output(record.labels[record.output], record.output, range(count(shape)), shape)
    direction = _Direction(given)
    agreed: list[Any] = []
    columns = {name: graph.inputs[name] for name in given}
    rows, notes = opened_rows(
        task, [output], columns, rounded=False, visit=lambda one: agreed.append(direction.derivative(one))
    )
    S = list(systems(task.request.precision))[-1]
    with S.at_work():
        along = _Along(S, record, given)
        try:
            found = along.settled(careful=False)
        except Undecided:
            directions = {name: along.A.settled(array) for name, array in along.directions.items()}
            found = ArrayTangent(directions, [None] * len(graph.nodes))
        found.columns[record.output] = [
            _total(S, row, along.directions) if x is None else x for x, row in zip(agreed, rows[0], strict=True)
        ]
    known = {note.message for note in record.notes}
    record.notes += [note for note in notes if note.message not in known]
    return found


class _Direction:
    """A direction of the entries of inputs, in whole numbers, as a look beside the point takes it."""

    def __init__(self, given: Mapping[str, Given]) -> None:
        steps: dict[str, Fraction] = {}
        with suppress(GradcliError):  # raised for pi and its like, which are no fractions
            for name, array in ArrayPoint(given).arrays(Entries(Exact()), given).items():
                steps |= zip(entry_names(name, array.shape), array.entries, strict=True)
        steps = {own: t for own, t in steps.items() if t}
        self.size = math.lcm(*(t.denominator for t in steps.values()))
        self.weights = {own: int(t * self.size) for own, t in steps.items()}

    def derivative(self, one: Gradient) -> Any:
        """Return the derivative of a record's output along it, if both sides of the point agree; else None."""
        run, S = one.evaluation, one.evaluation.system
        needed = one.graph.needed(one.output)
        moves = {i: self.weights[own] for own, i in one.graph.inputs.items() if own in self.weights and needed[i]}
        if not moves:
            return None
        with S.at_work():
            linearization = linearize(S, one.graph, run.point, one.active)
            looking = Looking(Watch(linearization, one.output), run.task.point, run.output_adjoint)
            sides = looking.toward(moves)
            if sides is None or sides.answer is None:
                return None
            try:
                return S.round_out(sides.answer / S.from_number(self.size))
            except Undecided:
                return None


def _total(S: Any, row: Row, directions: Mapping[str, Array]) -> Any:
    """Return the derivative along the directions; None where one that it needs does not exist, or none is settled."""
    pairs = [(x, t) for name, array in directions.items() for x, t in zip(row[name], array.entries, strict=True)]
    pairs = [(x, t) for x, t in pairs if not S.equal(t, S.zero)]
    if any(x is None for x, _ in pairs):
        return None
    try:
        return S.round_out(S.sum([x * t for x, t in pairs]))
    except Undecided:
        return None
