"""The numbers of a program whose inputs are the decimals that were written: 0.2 is a fifth, as on paper.

The record's own numbers belong to the binary64 nearest to each input. That matters only where a claim lies at the edge
of its tolerance, so these are computed on demand.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...calculus.graph import Graph
from ...calculus.operations import WHERE
from ...calculus.sweeps import forward
from ...errors import GradcliError, Source
from ...numbers.decimals import scaled
from ...numbers.fractions import Exact
from ...record.gradient import Gradient, evaluate
from ...record.precision import Precision
from ...record.request import Request
from .items import Item, truth
from .tolerance import Interval, decimal_of

if TYPE_CHECKING:
    from ...record.array_gradient import ArrayGradient

DIGITS = 40
SAME_RTOL = Fraction("1e-9")  # relative: a larger difference comes from another branch or from what cancels
RECORD_RTOL = Fraction("1e-12")  # how far the record's numbers may be from the true ones, relatively
FLOAT_RTOL = Fraction(1, 2**46)  # the same of an expression that was worked out with floats
NUMERAL_CHARACTERS = 800  # characters: of a numeral that nobody writes by hand


def computed_again(x: float, scale: float, again: Gradient | ArrayGradient | None, found: Any) -> Interval:
    """Return a number of a record as it was `found` again; the record's own x where it was not, or is another number.

    `scale` is the size of what it is a sum of.
    """
    own = Interval(decimal_of(x), RECORD_RTOL * abs(decimal_of(x)))
    if again is None or found is None:
        return own
    if isinstance(found, str) and "e" in found and scaled(found) is None:  # as a fraction it would fill the memory
        return own
    middle = Fraction(found)
    if abs(middle - own.middle) > SAME_RTOL * max(abs(own.middle), decimal_of(scale)):
        return own
    is_exact = again.arithmetic["system"] == "exact"
    return Interval(middle, Fraction(0) if is_exact else abs(middle) / 10 ** (DIGITS - 2))


class Decimals:
    """A record computed again over fractions, or where these have no answer to forty digits."""

    def __init__(self, record: Gradient, given: Mapping[str, Source] | None) -> None:
        self._record = record
        self._given = given
        self._again: Gradient | None = None
        self._tried = False

    def span(self, item: Item, x: float, scale: float) -> Interval:
        """Return the number of an item whose record has x; `scale` is the size of what it is a sum of."""
        again = self._run()
        return computed_again(x, scale, again, None if again is None else truth(again, item))

    def elsewhere(self, item: Item, x: float | None, scale: float) -> float | None:
        """Return the number of an item on another branch than the record, which has x (None for no number) there.

        So `floor(x/0.1)` is 3 at 0.3, though 2 for the nearest binary64. None where the two have the same, or where no
        binary64 is near.
        """
        rows = set(self._record.graph.nodes.operations)
        again = self._run() if any(row.kink is not None or row is WHERE for row in rows) else None
        found = None if again is None else truth(again, item)
        if found is None or (isinstance(found, str) and scaled(found) is None):
            return None
        if x is not None and abs(Fraction(found) - decimal_of(x)) <= SAME_RTOL * decimal_of(max(abs(x), scale)):
            return None
        return float(Fraction(found)) if abs(Fraction(found)) <= sys.float_info.max else None

    def _run(self) -> Gradient | None:
        if self._tried:
            return self._again
        self._tried = True
        record = self._record
        given = {name: self._source(name, i) for name, i in record.graph.inputs.items()}
        for precision in (Precision("exact"), Precision("digits", DIGITS)):
            request = Request(
                precision, wrt=record.wrt, of=record.labels[record.output],
                upstream=Source("upstream", repr(float(record.output_adjoint))), derivatives_required=False,
                step=record.evaluation.task.request.step,
            )  # fmt: skip
            try:
                self._again = evaluate(record.source, given, request, record.graph)
                break
            except GradcliError:  # a function that fractions do not have, or no answer for these decimals
                continue
        return self._again

    def _source(self, name: str, i: int) -> Source:
        given = self._given or {}
        return given[name] if name in given else Source(name, repr(float(self._record.values[i])))


def numeral(text: str) -> Fraction | None:
    """Return the decimal that a numeral is, or None for one that is too long or too small to be compared."""
    mantissa, _, exponent = text.lower().partition("e")
    return Fraction(text) if len(mantissa) <= NUMERAL_CHARACTERS and len(exponent.lstrip("+-0")) <= 3 else None


def constant(graph: Graph) -> Fraction | None:
    """Return the fraction that an expression without names is, or None where fractions cannot tell."""
    values, faults = forward(Exact(), graph, {})
    return None if graph.output in faults else Fraction(values[graph.output])
