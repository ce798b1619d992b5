"""What is right where there is no derivative: one policy, told by what the program does on either side of the point.

A side is the slope there, or one of the words of a note of kind one-sided: `inf`, `-inf`, `jump` (the value beside is
another one), `outside` (no value beside), `undetermined`; None where a slope is missing and nobody knows why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ...calculus.notes import INFINITE, JUMP, MINUS_INFINITE, OUTSIDE, UNDETERMINED, is_number
from ...numbers.systems import FLOAT
from .claims import Absent
from .tolerance import Tolerance

Side = float | str | None

RIGHT, OPEN, NO_MARK = "right", "open", "no mark"


class SidesOfItem(NamedTuple):
    """The slopes on both sides of a point, of the item as the input grows."""

    left: Side
    right: Side

    @property
    def span(self) -> tuple[float, float] | None:
        """Both slopes, the smaller first; None unless both are numbers."""
        if isinstance(self.left, float) and isinstance(self.right, float):
            return min(self.left, self.right), max(self.left, self.right)
        return None

    @property
    def is_infinite(self) -> bool:
        """Whether a slope is infinite on some side."""
        return INFINITE in self or MINUS_INFINITE in self

    @property
    def why(self) -> str:
        """Why there is no derivative, in words."""
        found = (self.left, self.right)
        if self.span is not None:
            return "there is no derivative here, only one on each side"
        if JUMP in found:
            return "there is no derivative here, the value jumps"
        if OUTSIDE in found:
            return "there is no derivative here, there is no value on one side"
        if self.is_infinite:
            return "there is no derivative here, the slope is infinite"
        return "there is no derivative here"


def side_of(x: Any) -> Side:
    """Return a side as a note carries it: a word, a number as a float, None."""
    return float(x) if is_number(x) else x


def judged(
    sides: SidesOfItem, claim: float | None, convention: float | None, near: Callable[[float], bool]
) -> tuple[str, str]:
    """Return whether a claim is `right`, gets `no mark` or stays `open`, and why; the claim None says `undefined`.

    `convention` is what gradcli prints at the point, None for nothing; `near` tells whether the claim counts as a
    number.
    """
    if UNDETERMINED in sides:
        return NO_MARK, "what happens next to this point could not be determined"
    if claim is None:
        return RIGHT, sides.why
    span = sides.span
    if convention is not None and near(convention):
        if span is None:
            return RIGHT, f"{sides.why}; {FLOAT.brief(convention)} is what gradcli uses"
        return RIGHT, f"the usual choice between the one-sided derivatives, {_both(span)}"
    if span is not None and (min(max(claim, span[0]), span[1]) == claim or near(span[0]) or near(span[1])):
        return RIGHT, f"between the one-sided derivatives, {_both(span)}"
    return OPEN, ""


class Misfit(NamedTuple):
    """Why a claim that there is no number is not right; a wrong answer, or none where there is a number."""

    why: str
    is_wrong_answer: bool


def misfit(claim: Absent, sides: SidesOfItem | None, near: Tolerance) -> Misfit | None:
    """Return what is wrong with the infinity or the interval that a claim says there is; None where that is so.

    It is None too where the claim says neither. `sides` is None where there is a number.
    """
    span = None if sides is None else sides.span
    if claim.sides:
        if sides is None:
            return Misfit("an interval is no number: write one number", False)
        if claim.sides[0].value > claim.sides[1].value:
            return Misfit("an interval begins with its smaller end", False)
        fits = span and all(end.is_near(t, near) for end, t in zip(claim.sides, span, strict=True))
        return None if fits else Misfit("this is not the interval from one one-sided derivative to the other", True)
    found = () if sides is None else (sides.left, sides.right)
    wanted = {"+": (INFINITE,), "-": (MINUS_INFINITE,)}.get(claim.infinite, (INFINITE, MINUS_INFINITE))
    if not claim.infinite or any(side in wanted for side in found):
        return None
    if sides is not None and sides.is_infinite:
        return Misfit("the slope is infinite here, with the other sign", True)
    return Misfit("this is infinite: a claim is finite, or undefined", False)


def _both(span: tuple[float, float]) -> str:
    return " and ".join(map(FLOAT.brief, span))
