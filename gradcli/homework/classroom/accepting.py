"""What follows where a homework file accepts another answer, and what earlier attempts leave of a credit."""

from __future__ import annotations

from typing import Any

from ..marking.judging import CORRECT, FOLLOW_THROUGH, WRONG
from .results import MarkedItem


def with_followers(marks: list[Any]) -> list[Any]:
    """Return marks some of which were accepted, with what follows from these, and the first wrong step anew."""
    wrong = [k for k, m in enumerate(marks) if m.status == WRONG]
    if not wrong:
        why = "follows from an accepted answer"
        return [m._replace(status=CORRECT, credit=1.0, why=why) if m.status == FOLLOW_THROUGH else m for m in marks]
    if any(m.first_wrong for m in marks):
        return marks
    return [m._replace(first_wrong=True) if k == wrong[0] else m for k, m in enumerate(marks)]


def after(line: MarkedItem, left: float, why: str) -> MarkedItem:
    """Return a line with what earlier attempts leave of its credit."""
    if not line.credit:
        return line
    return line._replace(credit=line.credit * left, why="; ".join(part for part in (line.why, why) if part))
