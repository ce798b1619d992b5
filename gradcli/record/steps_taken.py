"""The step from a point: new values, computed from the numbers of a run before these are rounded, and rounded once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import Source
from .gradient import Gradient, evaluate
from .request import Request
from .update_rules import Taken, Update, scalar_graph

if TYPE_CHECKING:
    from .array_passes import ArrayPasses
    from .array_task import ArrayTask
    from .gates import Gates
    from .passes import Passes


def taken(passes: Passes | Gates, update: Update) -> Taken:
    """Return the step of every input that is differentiated; one without a derivative has no new value.

    Raises `Undecided` where the system cannot tell, `MathError` where the rule has no answer.
    """
    found = Taken(update, {}, {})
    inputs = passes.graph.inputs
    for name, i in passes.wrt.items():
        g = passes.upstream[i]
        if inputs.get(name) != i:
            continue
        if g is None:
            found.new[name], found.state[name] = [None], {own: [None] for own in update.rule.state}
            continue
        new, state = update.of_number(passes.S, name, passes.values[i], g)
        found.new[name], found.state[name] = [new], {own: [x] for own, x in state.items()}
    return found


def taken_by_arrays(passes: ArrayPasses, update: Update) -> Taken | None:
    """Return the step of every array that is differentiated; None where an entry has no derivative.

    Raises `Undecided` where the system cannot tell, `MathError` where the rule has no answer.
    """
    found = Taken(update, {}, {})
    inputs, A = passes.task.graph.inputs, passes.A
    for name, i in passes.task.places.items():
        if inputs.get(name) != i:
            continue
        w, g = passes.values[i], passes.upstream[i]
        if g is None:
            g = A.full(0, w.shape)
        if passes.faults and None in g.entries:
            return None
        found.new[name], found.state[name] = update.of_array(A, name, w, g)
    return found


def gathered(opened: Taken, task: ArrayTask) -> Taken:
    """Return a step of single entries as that of the arrays that they belong to."""
    from ..arrays.opening import entry_names

    update = task.request.step
    assert update is not None  # or no step was taken
    found = Taken(update, {}, {})
    states: Mapping[str, Mapping[str, list[Any]]] = opened.state
    for name, shape in task.point.shapes.items():
        names = entry_names(name, shape)  # type: ignore[arg-type]  # the sizes of values are numbers
        if names and names[0] in opened.new:
            found.new[name] = [x for entry in names for x in opened.new[entry]]
            found.state[name] = {own: [x for entry in names for x in states[entry][own]] for own in update.rule.state}
    return found


def workings(record: Gradient, name: str) -> tuple[dict[str, Any], list[tuple[str, str, Any]]]:
    """Return what the rule of a step starts from for one input, by name, and its statements: name, formula, value."""
    update = record.taken.update if record.taken is not None else None
    assert update is not None  # or no step was taken
    text, state = record.system.text, update.state.get(name, {})
    slope = record.gradient[name]
    given: dict[str, Any] = {**update.sources, **{own: state.get(own, Source(own, "0")) for own in update.rule.state}}
    given["w"] = Source("w", text(record.values[record.graph.inputs[name]]))
    given["g"] = Source("g", text(-slope if update.ascent else slope))
    formulas = dict(line.split(" = ", 1) for line in update.rule.formula.split("\n"))
    program = Source(update.rule.name, update.rule.formula)
    given = {key: given[key] for key in scalar_graph(update.rule.name).inputs}
    found = evaluate(program, given, Request(record.evaluation.task.request.precision, wrt=()))
    numbers = {key: found.values[i] for key, i in found.graph.inputs.items()}
    return numbers, [(own, formula, found.values[found.graph.named[own]]) for own, formula in formulas.items()]
