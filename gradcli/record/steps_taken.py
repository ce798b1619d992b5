"""The step from a point: new values, computed from the numbers of a run before these are rounded, and rounded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..numbers.systems import Undecided
from .update_rules import Taken, Update

if TYPE_CHECKING:
    from ..arrays.entries import Array, Entries


def taken(S: Any, update: Update, inputs: Iterable[tuple[str, Any, Any]]) -> Taken:
    """Return the step of some inputs: the name of each, its number in S and its derivative.

    One without a derivative has no new value. Raises `Undecided` where the system cannot tell, `MathError` where the
    rule has no answer.
    """
    found = Taken(update, {}, {})
    for name, w, g in inputs:
        if g is None:
            found.new[name], found.state[name] = [None], {own: [None] for own in update.rule.state}
            continue
        new, state = update.of_number(S, name, w, _told_from_zero(S, g))
        found.new[name], found.state[name] = [new], {own: [x] for own, x in state.items()}
    return found


def _told_from_zero(S: Any, g: Any) -> Any:
    """Return a derivative; 0 for one that is written down as 0 because no precision tells the two apart.

    A rule may take the root of its square, which nobody could decide.
    """
    try:
        S.equal(g, S.zero)
    except Undecided:
        if S.round_out(g) in (0, "0"):
            return S.zero
    return g


def taken_by_arrays(A: Entries, update: Update, inputs: Iterable[tuple[str, Array, Array | None]]) -> Taken:
    """Return the step of some arrays: the name of each, the array and its derivative, which is None for zeros.

    Raises as `taken`.
    """
    found = Taken(update, {}, {})
    for name, w, g in inputs:
        slope = A.full(0, w.shape) if g is None else g
        found.new[name], found.state[name] = update.of_array(A, name, w, slope)
    return found


def gathered(opened: Taken, update: Update, shapes: Mapping[str, Any]) -> Taken:
    """Return a step of single entries as that of the arrays that they belong to, whose shapes are given by name."""
    from ..arrays.opening import entry_names

    found = Taken(update, {}, {})
    for name, shape in shapes.items():
        names = entry_names(name, shape)
        if names[0] in opened.new:
            found.new[name] = [x for entry in names for x in opened.new[entry]]
            found.state[name] = {own: [x for entry in names for x in opened.state[entry][own]]
                                 for own in update.rule.state}  # fmt: skip
    return found
