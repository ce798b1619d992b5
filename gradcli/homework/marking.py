"""Marking: the types that a sheet of claims goes in as, and its marks come out as."""

from __future__ import annotations

from typing import Any, NamedTuple

from .items import Item

CORRECT, IMPRECISE, FOLLOW_THROUGH = "correct", "imprecise", "follow_through"
WRONG, MISSING, INVALID, UNGRADED = "wrong", "missing", "invalid", "ungraded"


class Claim(NamedTuple):
    """What a student hands in for one item: its name and the answer, as they were written."""

    name: str
    text: str


class Rules(NamedTuple):
    """What counts as right. `follow_through` is the credit of a right step from a wrong number, None for none."""

    rtol: float = 1e-2
    atol: float = 1e-8
    sigfigs: int | None = None
    follow_through: float | None = None
    seed: int = 0
    diagnose: bool = True


class Mark(NamedTuple):
    """The verdict on one claim: its status, its credit from 0 to 1, and why in words.

    `item` is None where the claim names none. `first_wrong` marks the first wrong step of the sheet.
    """

    claim: Claim
    item: Item | None
    status: str
    credit: float
    why: str
    truth: Any
    first_wrong: bool
    diagnoses: tuple[Any, ...]


class Marked(NamedTuple):
    """A marked sheet: a mark for every claim and every missing item, the score, and the rule in words."""

    marks: list[Mark]
    earned: float
    possible: float
    rule: str
