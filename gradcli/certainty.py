"""How certain an answer has to be, which number systems are tried for it, and in what order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .errors import InputError, MathError, Source
from .notes import Note
from .operations import COMPARISONS
from .passes import Passes
from .systems import FLOAT, IEEE

BOUNDED_NODES = 10_000  # beyond, balls cost less than bounds in Python
FIRST_BITS = 128
LARGE_BITS = 512  # the first try for a large graph: a deep one loses hundreds of bits, and bits cost less than tries
MAX_BITS = 16_384
MAX_WORK = 400_000_000  # bits times nodes
MAX_DIGITS = 4_000
STEPS = {"floor", "ceil", "round", "mod", *(row.name for row in COMPARISONS.values())}
MOST_STEPS = 1_000  # arguments of step functions that are looked at for a note
LARGEST_WHOLE = 1e12  # beyond, twelve digits show every number as a whole one


class Mode(NamedTuple):
    """What the numbers are to be: `certain` floats, `exact` fractions, so many `digits`, `ieee`, or `uncertain`."""

    name: str
    digits: int = 0

    @classmethod
    def of(cls, *, exact: bool, digits: int | None, ieee: bool, bindings: Iterable[Source]) -> Mode:
        """Return the mode that the options ask for; a binding such as 2.50+-0.005 makes it `uncertain`."""
        if exact + ieee + (digits is not None) > 1:
            raise InputError("only one of --exact, --digits and --ieee can be asked for", kind="option")
        uncertain = any("+-" in source.text or "±" in source.text for source in bindings)
        if uncertain and (exact or ieee):
            raise InputError("a value with +- needs the default mode or --digits", kind="option")
        if digits is not None and not 1 <= digits <= MAX_DIGITS:
            raise InputError(f"--digits takes a number from 1 to {MAX_DIGITS:,}", kind="option")
        if uncertain:
            return cls("uncertain", digits or 12)
        return cls("digits", digits) if digits else cls("exact" if exact else "ieee" if ieee else "certain")

    def remark(self, passes: Passes) -> None:
        """Add the notes on the arithmetic: how precise it had to be, what first-order error propagation gives."""
        S = passes.S
        if self.name == "certain" and S.name == "balls" and len(passes.values) <= BOUNDED_NODES:
            output = passes.graph.labels[passes.output]
            passes.add(Note("precision", passes.output, output, detail={"bits": S.bits}))
        if self.name in ("certain", "ieee") and len(passes.values) <= BOUNDED_NODES:
            _note_steps(passes)
        if self.name == "uncertain":
            _note_errors(passes)


def attempts(mode: Mode, nodes: int) -> Iterator[Any]:
    """Yield the number systems to try, cheapest first, up to the documented limits of precision."""
    if mode.name == "exact":
        from .exact import Exact

        yield Exact()
        return
    if mode.name == "ieee":
        yield IEEE
        return
    if mode.name == "certain" and nodes <= BOUNDED_NODES:
        from .bounds import Bounds

        yield Bounds()
    from .balls import Balls, DecimalBalls, UncertainBalls

    # A value with its uncertainty is run once: what cancels on the way must not add to it.
    bits = FIRST_BITS if nodes <= BOUNDED_NODES and mode.name != "uncertain" else LARGE_BITS
    if mode.digits:
        bits = max(bits, 64 + int(mode.digits * 3.33))
    most = max(bits, min(MAX_BITS, MAX_WORK // nodes))
    if mode.name == "uncertain":
        yield UncertainBalls(bits, mode.digits)
        return
    while bits <= most:
        yield Balls(bits) if mode.name == "certain" else DecimalBalls(bits, mode.digits, last=2 * bits > most)
        bits *= 2


def unsettled(mode: Mode, nodes: int, *, unbounded: bool = False) -> MathError:
    """Return the error for an answer that no system settled."""
    if mode.name == "uncertain":
        return MathError(
            "undecided within the uncertainty of the values", kind="undecided", hint="give smaller uncertainties"
        )
    bits = min(MAX_BITS, max(FIRST_BITS, MAX_WORK // nodes))
    why = "a comparison, a domain or a digit hangs on two numbers that may be equal"
    if unbounded:
        why = "a number is too large to be decided"
    return MathError(
        f"undecided with {bits:,} bits: {why}",
        kind="undecided",
        hint="--ieee computes with plain binary64, right or wrong",
    )


def _note_steps(passes: Passes) -> None:
    """Note where a step is taken at a number that is shown as a whole one, and is not."""
    nodes, values, S = passes.graph.nodes, passes.values, passes.S
    stepped = (a for operation, ends in zip(nodes.operations, nodes.arguments, strict=True)
               if operation.name in STEPS for a in ends)  # fmt: skip
    for a in list(dict.fromkeys(stepped))[:MOST_STEPS]:
        about = math.inf if values[a] is None else S.about(values[a])
        if not abs(about) < LARGEST_WHOLE or not float(f"{about:.12g}").is_integer():
            continue
        shown = f"{about:.12g}"
        whole = S.number(shown)
        below = S.surely_less(values[a], whole)
        if below or S.surely_less(whole, values[a]):
            decimal = _inexact_decimal(passes, a) if nodes[a].arguments else None
            detail = {"side": "below" if below else "above", "shown": shown, "decimal": decimal}
            passes.add(Note("rounded", a, passes.graph.labels[a], detail=detail))


def _inexact_decimal(passes: Passes, node: int) -> str | None:
    """Return a decimal among the numbers that a node depends on, or None if binary64 has all of them."""
    from fractions import Fraction

    needed = {node}
    for i in range(node, -1, -1):
        if i not in needed:
            continue
        arguments = passes.graph.nodes[i].arguments
        needed.update(arguments)
        number = math.inf if arguments or passes.values[i] is None else passes.S.about(passes.values[i])
        if passes.graph.nodes[i].operation.name != "constant" and math.isfinite(number):
            text = f"{number:.15g}"
            if float(text) == number and Fraction(text) != Fraction(number):
                return text
    return None


def _note_errors(passes: Passes) -> None:
    """Note what first-order error propagation gives, beside the enclosure that is printed."""
    graph = passes.graph
    terms = [
        abs(float(passes.upstream[graph.inputs[name]].mid()) * float(passes.values[graph.inputs[name]].rad()))
        for name in passes.wrt
        if passes.upstream[graph.inputs[name]] is not None
    ]
    if not any(terms):
        return
    worst, independent = FLOAT.sum(terms), FLOAT.sum([t * t for t in terms]) ** 0.5
    detail = {"worst": worst, "independent": independent}
    passes.add(Note("uncertainty", passes.output, graph.labels[passes.output], detail=detail))
