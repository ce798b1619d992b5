"""The rule of a step worked out for one input: what it starts from, and the number of each of its statements."""

from __future__ import annotations

from typing import Any

from ..errors import Source
from .gradient import Gradient, evaluate
from .request import Request
from .update_rules import scalar_graph


def workings(record: Gradient, name: str) -> tuple[dict[str, str], Gradient]:
    """Return the formulas of the rule of a step by the names that they give, and the rule run for one input."""
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
    return formulas, evaluate(program, given, Request(record.evaluation.task.request.precision, wrt=()))
