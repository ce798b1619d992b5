"""Remarks on the arithmetic: how precise it had to be, and what its numbers leave out."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

from ..calculus.linearization import linearize
from ..calculus.notes import Note
from ..numbers.systems import FLOAT, LEAST_NORMAL, Undecided
from .passes import Passes
from .precision import BOUNDED_NODES, bounds_first

MOST = sys.float_info.max
PI = "3.14159265358979323846264338327950288419716939937510582097494459"
TINY = 1e-13  # a zero of a function, but for the rounding of where it is taken
NEAR_PI = 4e-16  # relative
MOST_TURNED = 1e6  # beyond, a number stands for no multiple of pi
MOST_STEPS = 1_000  # arguments of step functions that are looked at for a note
DOUBTFUL_ZERO = "doubtful zero"
LARGEST_WHOLE = 1e12  # beyond, twelve digits show every number as a whole one


def note_arithmetic(passes: Passes, precision: str) -> None:
    """Add the notes on the arithmetic: how precise it had to be, what first-order error propagation gives."""
    S = passes.S
    if precision == "certain" and S.name == "balls" and bounds_first(passes.graph):
        output = passes.graph.labels[passes.output]
        passes.add(Note("precision", passes.output, output, detail={"bits": S.bits}))
    if precision in ("certain", "ieee") and len(passes.values) <= BOUNDED_NODES:
        _note_steps(passes)
        _note_multiples_of_pi(passes)
    if precision == "uncertain":
        _note_errors(passes)


def note_range(passes: Passes, values: Sequence[Any], upstream: Sequence[Any]) -> bool:
    """Note what a binary64 cannot hold: the value of the output, and derivatives with respect to inputs.

    `values` and `upstream` are the numbers of the record, one entry per node, oldest first. Return whether one of them
    is a 0 that may stand for a number that is not 0.
    """
    has_doubtful_zero = False
    S, end = passes.S, passes.output
    wanted = [(end, "", values[end], passes.values)]
    wanted += [(i, name, upstream[i], passes.upstream) for name, i in passes.wrt.items()]
    for i, name, x, raw in wanted:
        kind = "" if is_in_range(x) else beyond_range(S, x, raw[i])
        has_doubtful_zero = has_doubtful_zero or kind == DOUBTFUL_ZERO
        if kind and kind != DOUBTFUL_ZERO:
            output = passes.graph.labels[end]
            passes.add(Note(kind, i, name or output, output, (name,) if name else (), detail=range_detail(S, x)))
    return has_doubtful_zero


def range_detail(S: Any, x: float) -> dict[str, Any]:
    """Return what a note on a number that a binary64 cannot hold has to know of it, beside its kind."""
    return {"number": x, "plain": S.name == "ieee"}


def is_in_range(x: float | None) -> bool:
    """Whether a number is missing, or one that a binary64 holds to all its digits. That says nothing about 0."""
    return x is None or LEAST_NORMAL <= abs(x) <= MOST


def beyond_range(S: Any, x: float, raw: Any) -> str:
    """Return the kind of note on a number `x` of a record that a binary64 holds to fewer than twelve digits, else "".

    `raw` is the number in the system `S`. The kind is `DOUBTFUL_ZERO` if the system does not tell whether it is 0 or
    nearer to 0 than any other binary64.
    """
    if not FLOAT.within(x):
        return "overflow"
    if x == 0:
        try:
            return "" if S.equal(raw, S.zero) else "underflow"
        except Undecided:
            return DOUBTFUL_ZERO
    off, size = (raw - S.number(repr(x))) * S.number("1e12"), S.number(repr(abs(x)))
    return "underflow" if S.surely_less(size, off) or S.surely_less(size, -off) else ""


def _note_steps(passes: Passes) -> None:
    """Note where a step is taken at a number that is shown as a whole one, and is not."""
    nodes, values, S = passes.graph.nodes, passes.values, passes.S
    stepped = (a for operation, ends in zip(nodes.operations, nodes.arguments, strict=True)
               if operation.steps_at_whole for a in ends)  # fmt: skip
    for a in list(dict.fromkeys(stepped))[:MOST_STEPS]:
        about = math.inf if values[a] is None else S.approximate(values[a])
        if not abs(about) < LARGEST_WHOLE or not float(f"{about:.12g}").is_integer():
            continue
        shown = f"{about:.12g}"
        whole = S.number(shown)
        below = S.surely_less(values[a], whole)
        if below or S.surely_less(whole, values[a]):
            decimal = _inexact_decimal(passes, a) if nodes[a].arguments else None
            detail = {"side": "below" if below else "above", "shown": shown, "decimal": decimal}
            passes.add(Note("rounded", a, passes.graph.labels[a], detail={**detail, "called": passes.words(a)}))


def _note_multiples_of_pi(passes: Passes) -> None:
    """Note where a number stands for a multiple of pi/2 that it is not quite: where a function has its zero or pole."""
    nodes, values, S = passes.graph.nodes, passes.values, passes.S
    told: set[int] = set()
    for i, (operation, ends) in enumerate(zip(nodes.operations, nodes.arguments, strict=True)):
        if not operation.is_periodic or ends[0] in told or values[i] is None or values[ends[0]] is None:
            continue
        about, x = abs(S.approximate(values[i])), S.approximate(values[ends[0]])
        if not (0 < about < TINY or TINY * about > 1) or not abs(x) < MOST_TURNED:
            continue
        k = round(x / (math.pi / 2))
        if abs(x - k * (math.pi / 2)) > NEAR_PI * abs(x):
            continue
        times, half = (abs(k), "/2") if k % 2 else (abs(k) // 2, "")
        written = "-" * (k < 0) + f"{times}*pi{half}".removeprefix("1*")
        from fractions import Fraction

        told.add(ends[0])
        side = "below" if Fraction(x) < k * Fraction(PI) / 2 else "above"
        detail = {"side": side, "shown": written, "decimal": written, "called": passes.words(ends[0])}
        passes.add(Note("rounded", ends[0], passes.graph.labels[ends[0]], detail=detail))


def _inexact_decimal(passes: Passes, node: int) -> str | None:
    """Return a decimal among the numbers that a node depends on, or None if binary64 has all of them."""
    from fractions import Fraction

    needed = {node}
    for i in range(node, -1, -1):
        if i not in needed:
            continue
        arguments = passes.graph.nodes[i].arguments
        needed.update(arguments)
        number = math.inf if arguments or passes.values[i] is None else passes.S.approximate(passes.values[i])
        if passes.graph.nodes[i].operation.name != "constant" and math.isfinite(number):
            text = f"{number:.15g}"
            if float(text) == number and Fraction(text) != Fraction(number):
                return text
    return None


def _note_errors(passes: Passes) -> None:
    """Note what first-order error propagation gives, beside the enclosure that is printed.

    Errors that go together add up, independent ones by their squares (JCGM 100:2008, 5.2.2 and 5.1.2).
    """
    graph, S = passes.graph, passes.S
    spans = {name: passes.values[i] for name, i in graph.inputs.items()}
    middle = {name: S.from_number((x.low + x.high) / 2) for name, x in spans.items()}  # with what its rounding may hide
    linearization = linearize(S, graph, middle, passes.active)
    if passes.output in linearization.value_faults:
        return
    upstream = linearization.vjp(passes.output, passes.output_adjoint).upstream
    uncertain = [
        i
        for i in (graph.inputs[name] for name in passes.wrt if name in graph.inputs)
        if passes.values[i].hull().rel_accuracy_bits() < S.bits // 2  # else a decimal is as near as can be
    ]
    if any(None in (passes.upstream[i], upstream[i]) for i in uncertain):
        return
    terms = [
        abs(S.approximate(upstream[i]) * float(passes.values[i].rad()))
        for i in uncertain
        if not upstream[i].hull().contains(0)
    ]
    if not any(terms) or not all(map(math.isfinite, terms)):
        return
    worst, independent = FLOAT.sum(terms), FLOAT.sum([t * t for t in terms]) ** 0.5
    detail = {"worst": worst, "independent": independent}
    passes.add(Note("uncertainty", passes.output, graph.labels[passes.output], detail=detail))
