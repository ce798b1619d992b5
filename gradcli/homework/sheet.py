"""A worksheet: what is asked of one student, as rows that every way of writing it reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .items import Item
from .posing import Posed, names


class Row(NamedTuple):
    """A question: the problem's id, the item as it is written, what is asked in words, and the answer."""

    problem: str
    item: str
    question: str
    answer: str
    about: Item


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
    return [
        Row(posed.problem.id, name, posed.question(item), posed.answer(item), item)
        for item, name in names(posed).items()
    ]
