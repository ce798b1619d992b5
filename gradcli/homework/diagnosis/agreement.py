"""Whether a claim is a predicted number, as far as it was written down."""

from __future__ import annotations

from collections.abc import Mapping

from ..claims.items import Item
from .hidden_numbers import Arriving, Evidence
from .replaced_numbers import Number

LAST_PLACE = 1.02  # half units of the last place: what rounding by hand may be off
CARRIED_PLACES = 3.0  # the same for a number that is worked out from rounded ones
COARSEST = 5e-3  # relative: fewer digits than that identify nothing
FINEST = 1e-9  # relative: what a calculator may be off


def fits(claim: Evidence, predicted: Number, places: float = 1.0) -> bool:
    """Whether a claim is a predicted number, as far as it was written, off by so many times the rounding."""
    size = abs(predicted)
    written = min(LAST_PLACE * places * claim.rounding, COARSEST * size)
    return bool(abs(claim.value - predicted) <= max(written, FINEST * size))


def window(claim: Evidence) -> tuple[float, float]:
    """Return between which numbers a prediction lies that a claim may fit at all: most are ruled out by that."""
    reach = LAST_PLACE * CARRIED_PLACES * claim.rounding + 2 * FINEST * abs(claim.value)
    return claim.value - reach, claim.value + reach


def gives(claim: Evidence, sum_of: Arriving, made: Mapping[Item, Number]) -> bool:
    """Whether a claim is what a sum comes to with wrong local gradients in it."""
    return not sum_of.is_outside(made, *window(claim)) and fits(claim, sum_of.total(made))
