"""A worksheet of a program of arrays: what is asked, as rows that every way of writing it reads."""

from __future__ import annotations

from typing import NamedTuple

from ..claims.array_items import ArrayItem, item_name
from .array_problem import ArrayInstance, told


class ArrayQuestion(NamedTuple):
    """A question: the item as it is written, what is asked in words, the shape, and the texts of the answer's entries.

    `text` is the answer as a cell holds it. A question about a shape has no entries.
    """

    item: str
    question: str
    shape: tuple[int, ...]
    answer: list[str]
    text: str
    about: ArrayItem


class ArraySheet(NamedTuple):
    """One problem of a sheet that is about arrays: its program, the values, the questions, and what is told beside."""

    problem: str
    program: str
    given: dict[str, str]
    rows: list[ArrayQuestion]
    told: dict[str, str]


def array_sheet(instance: ArrayInstance, beside: dict[str, str]) -> ArraySheet:
    """Return what a worksheet has of a problem about arrays."""
    record = instance.record
    rows = []
    for item in instance.weights:
        answer = [] if item.of_shape else instance.answers(item)
        name = item_name(record, item)
        rows.append(ArrayQuestion(name, instance.question(item), item.shape, answer, instance.answer(item), item))
    given = {name: told(value) for name, value in instance.given.items()}
    return ArraySheet(instance.problem.id, record.program, given, rows, beside)
