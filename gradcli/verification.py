"""--verify: the reverse sweep against the forward sweep and against central differences of the value."""

from __future__ import annotations

from typing import Any, NamedTuple

from .errors import MathError
from .gradient import Gradient
from .numeric import central
from .sweeps import forward, partials, tangent
from .systems import FLOAT

RELATIVE = 1e-6
ERRORS = 10
FORWARD = 1e-9
MAX_WORK = 20_000_000

RULE = (
    f"accepted: forward mode within {FORWARD:g} of the larger, or of the terms it sums; "
    f"differences within {RELATIVE:g} of the larger plus {ERRORS} times their own estimated error"
)


class Check(NamedTuple):
    """One input: its derivative three ways, the step and the error of the differences, and the verdict.

    `verdict` is `agrees`, `disagrees` or `skipped`, with the reason in `why`.
    """

    name: str
    reverse: Any
    forward: float | None
    difference: float | None
    step: float | None
    error: float | None
    verdict: str
    why: str = ""


def verify(record: Gradient) -> list[Check]:
    """Return a check for every input of the gradient.

    Forward mode and differences run in plain binary64 at the point of the record. Inputs at a kink, and those beyond
    20,000,000 node visits, are skipped.
    """
    graph, output = record.graph, record.output
    names = {i: name for name, i in graph.inputs.items()}
    at = {name: float(record.values[i]) for i, name in names.items()}
    kinks = {note.node: note.message for note in record.notes if note.kind in ("one-sided", "settled")}
    run = forward(FLOAT, graph, at)
    linear = partials(FLOAT, graph, run.values, record.active) if output not in run.faults else None
    seed = float(record.seed)
    checks = []
    room = MAX_WORK // (len(graph.nodes) * 20)
    for k, (name, slope) in enumerate(record.gradient.items()):
        i = graph.inputs[name]
        why = kinks.get(i, "")
        if slope is None:
            why = "there is no derivative"
        elif k >= room:
            why = f"only the first {room:,} inputs of a program of this size are verified"
        elif linear is None:
            why = "plain binary64 has no value here"
        if why:
            checks.append(Check(name, slope, None, None, None, None, "skipped", why))
            continue
        assert linear is not None
        t = tangent(FLOAT, graph, linear, {i: 1.0})[output] * seed

        def value(x: float, name: str = name) -> float | None:
            try:
                moved = forward(FLOAT, graph, {**at, name: x})
            except MathError:
                return None
            return None if output in moved.faults else moved.values[output] * seed

        checks.append(_judged(name, float(slope), t, central(value, at[name]), record, i))
    return checks


def _judged(name: str, slope: float, t: float, found: Any, record: Gradient, i: int) -> Check:
    """Return the check of one input by the rule that `RULE` states."""
    terms = sum(abs(float(c)) for c in record.incoming(i))
    agrees = abs(t - slope) <= FORWARD * max(abs(t), abs(slope), terms)
    if found is None:
        why = "" if agrees else "forward mode differs"
        return Check(
            name, slope, t, None, None, None, "agrees" if agrees else "disagrees", why or "no differences here"
        )
    close = abs(found.estimate - slope) <= RELATIVE * max(abs(found.estimate), abs(slope)) + ERRORS * found.error
    differing = [what for what, same in (("forward mode", agrees), ("central differences", close)) if not same]
    why = f"{' and '.join(differing)} differ{'s' if differing == ['forward mode'] else ''}" if differing else ""
    verdict = "agrees" if agrees and close else "disagrees"
    return Check(name, slope, t, found.estimate, found.step, found.error, verdict, why)
