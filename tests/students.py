"""Simulated students: sheets worked out by hand, rounded at every step, with a mistake where one is wanted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from gradcli.calculus.linearization import Linearization
from gradcli.calculus.sweeps import Forward, Partials
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.hidden_numbers import Evidence
from gradcli.homework.diagnosis.predictions import Prediction, Predictions
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram, S, SheetNumbers, Working
from gradcli.homework.diagnosis.wrong_rules import Mistake


class Slip(NamedTuple):
    """A mistake that a student makes at one item, in one of its ways."""

    mistake: Mistake
    item: Item
    tag: str


def written(x: float, figures: int) -> tuple[float, float]:
    """Return a number as it is written with so many significant figures, and half a unit of its last place."""
    if not x or not math.isfinite(x):
        return x, 0.0
    places = figures - 1 - math.floor(math.log10(abs(x)))
    rounded = float(f"{x:.{figures - 1}e}")
    return rounded, 0.0 if rounded.is_integer() and places <= 0 else 0.5 * 10.0**-places


def sheet(
    program: ReworkedProgram, figures: int, slip: Slip | None = None, *, also: Slip | None = None, carries: bool = True
) -> list[Evidence] | None:
    """Return a full sheet whose every step starts from the numbers written before, right within 1 % or as a step.

    `figures` is how many are written. Two mistakes can be made, `slip` and `also`. Without `carries` the work goes on
    with the number that should have been there.
    None if the mistake makes no visible difference to its step, or leaves nothing to go on with.
    """
    graph, right = program.graph, program.right
    rows: list[tuple[float | None, ...]] = [tuple(row) for row in right.local_gradients]
    run = Forward(list(right.values), right.linearization.value_faults)
    slopes = Partials(rows, right.linearization.slope_faults, right.linearization.kinks)
    own = SheetNumbers(program, Linearization(S, graph, run, program.active, slopes), list(right.upstream))
    order = {VALUE: 0, LOCAL: 1, UPSTREAM: 2}
    found = []
    for item in sorted(program.items, key=lambda i: (order[i.kind], -i.node if i.kind == UPSTREAM else i.node)):
        step = Working(own, item)
        domain = graph.nodes[item.node].operation.domain
        if item.kind == VALUE and domain is not None and not domain.holds(S, *step.args):
            return None
        x = proper = step.right
        if proper is None:
            return None
        for made in (slip, also):
            if made is None or item != made.item:
                continue
            results = dict(made.mistake.results(step))
            if made.tag not in results:
                return None
            x = results[made.tag]
            if near(x, proper):
                return None
        claim, resolution = written(x, figures)
        follows = near(claim, proper) or near(claim, right.of(item))
        found.append(Evidence(item, claim, resolution, follows))
        kept = claim if carries else written(proper, figures)[0]
        if item.kind == VALUE:
            own.values[item.node] = kept
        elif item.kind == UPSTREAM:
            own.upstream[item.node] = kept
        else:
            row = rows[item.node]
            rows[item.node] = (*row[: item.position], kept, *row[item.position + 1 :])
    return found


def near(x: float, truth: float) -> bool:
    """Whether a number is within 1 % of another."""
    return abs(x - truth) <= max(1e-8, 1e-2 * abs(truth))


def slips(program: ReworkedProgram) -> list[Slip]:
    """Return every mistake at one item that the catalogue has for a program."""
    return [
        slip_of(prediction)
        for prediction in Predictions(program).single()
        if len(prediction.made) == 1 and not prediction.mistake.together
    ]


def slip_of(prediction: Prediction) -> Slip:
    """Return a predicted mistake at one item as one that a student makes."""
    (item,) = prediction.made
    return Slip(prediction.mistake, item, prediction.tag)


def evidence(program: ReworkedProgram, numbers: Mapping[Item, float], figures: int) -> list[Evidence]:
    """Return a full sheet with some numbers replaced, right where they are within 1 %."""
    found = []
    for item in program.items:
        truth = program.right.of(item)
        claim, resolution = written(numbers.get(item, truth), figures)
        found.append(Evidence(item, claim, resolution, near(claim, truth)))
    return found
