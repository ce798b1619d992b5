"""Marking the value of an input after a step: the step has to be seen in it.

A step is often small beside the number that it changes: 0.15 becomes 0.14978, and within 1 % of that lie the old value
and a step the wrong way. So what counts is how far a claim is from the new value beside the size of the step, or that
it is the new value as far as it is written, where the step can be seen in so many digits.
"""

from __future__ import annotations

from collections.abc import Callable

from ...record.gradient import Gradient
from ..claims.claims import Formula, Number, Written
from ..claims.items import UPSTREAM, Item, signed_rate
from ..claims.sides import Side, SidesOfItem
from ..claims.tolerance import ALLOWED_UNITS, ROUNDING, Tolerance

COARSE = "too coarse to show the step: give more digits"
NO_STEP = "a number is asked for: a rate of 0 makes no step"


def is_new(claim: Number, new: float, old: float, tolerance: Tolerance, slack: float = 0.0) -> bool:
    """Whether a claim is a new value, that is known up to some slack, near enough to tell it from the old one."""
    step, off = abs(new - old), abs(claim.value - new)
    reach = min(tolerance(step), max(tolerance(new), slack)) if step else tolerance(new)
    if 2 * claim.resolution <= step:
        reach = max(reach, 2 * ALLOWED_UNITS * claim.resolution)
    return off <= reach + slack + ROUNDING * max(abs(new), abs(old))


def hides_step(claim: Number, new: float, old: float, slack: float = 0.0) -> bool:
    """Whether a claim is a new value as far as it is written, and the step is smaller than its last digit."""
    return claim.unit > abs(new - old) and abs(claim.value - new) <= ALLOWED_UNITS * claim.unit + slack


def sides_of_step(sides: SidesOfItem, old: float, rate: float) -> SidesOfItem:
    """Return the new values on both sides of a point without a derivative, where the slopes are numbers."""

    def moved(side: Side) -> Side:
        return old - rate * side if isinstance(side, float) else side

    return SidesOfItem(moved(sides.left), moved(sides.right))


def gradient_in(
    record: Gradient, item: Item, text: str, read: Callable[[str], Written | str], old: str = ""
) -> tuple[Item, str, Formula] | None:
    """Return what a formula of a new value says that the derivative is: the item, its text and the formula read.

    `read` returns what a claim says. None where it cannot be told, as for a rate of 0. `old` is the value before the
    step as a formula, by default the name of the input.
    """
    rate, name = signed_rate(record), record.labels[item.node]
    if not rate:
        return None
    whole = f"({old or name} - ({text.strip()}))/({rate!r})"
    found = read(whole)
    return (Item(UPSTREAM, item.node), whole, found) if isinstance(found, Formula) else None
