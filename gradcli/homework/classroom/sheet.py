"""A worksheet: what is asked of one student, as rows that every way of writing it reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ...numbers.systems import FLOAT
from ..claims.items import UPSTREAM, VALUE, Item
from ..marking.answer_key import Key
from .posing import Posed, names


class Row(NamedTuple):
    """A question: the problem's id, the item as it is written, what is asked in words, and the answer.

    `remark` is what a key says besides, at a kink.
    """

    problem: str
    item: str
    question: str
    answer: str
    about: Item
    remark: str = ""


class Part(NamedTuple):
    """One problem of a sheet: its program, the numbers given, and the questions."""

    posed: Posed
    rows: list[Row]


class Sheet(NamedTuple):
    """A worksheet. `student` is None where it is everybody's."""

    title: str
    student: str | None
    parts: list[Part]


def sheet_of(title: str, student: str | None, posed: Iterable[Posed]) -> Sheet:
    """Return the worksheet of some problems."""
    return Sheet(title, student, [Part(problem, _rows(problem)) for problem in posed])


def _rows(posed: Posed) -> list[Row]:
    remark = _remarks(posed)
    return [
        Row(posed.problem.id, name, posed.question(item), posed.answer(item), item, remark.get(item, ""))
        for item, name in names(posed).items()
    ]


def _remarks(posed: Posed) -> dict[Item, str]:
    """Return what there is to say of the answers at kinks: which other numbers are right, and why."""
    found: dict[Item, str] = {}
    for note in posed.record.notes:
        if note.kind == "kink":
            found.setdefault(Item(VALUE, note.node), note.message)
        elif note.kind in ("one-sided", "settled"):
            found.setdefault(Item(UPSTREAM, note.node), note.message)
    for item, (low, high) in Key(posed.record).spans.items():
        what = f"at the kink anything from {FLOAT.brief(low)} to {FLOAT.brief(high)} is right"
        found[item] = f"{found[item]}; {what}" if item in found else what
    return found
