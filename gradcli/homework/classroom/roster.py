"""The roster: the students of a class, one a line, or a CSV with a column that names them."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import NamedTuple

from ...errors import InputError, Source
from ...text import visible
from ..claims.answer_tables import LISTING, delimiter_of, width_of
from .variants import named

STUDENT = LISTING[0]
# Words that a heading is made of and that are in no list of headings: the first line of a list may be one.
_HEADINGS = {"ids", "emails", "mail", "e-mails", "user", "users", "learner", "learners",
             "participant", "participants", "number", "no.", "nr", "nr.", "matriculation", "surname",
             *(word for name in LISTING for word in name.split())}  # fmt: skip
_WORD = re.compile(r"[\w.-]+")


class Roster(NamedTuple):
    """The students of a class in order, and which column named them: its heading, "" for a list without one.

    `beside` are the headings of the columns that could have named them, too.
    """

    students: list[str]
    column: str
    beside: tuple[str, ...]

    def in_words(self) -> str:
        """Return which column names the students, where that is a choice; otherwise nothing."""
        if not self.column or self.column.lower() == STUDENT:
            return ""
        others = f", and not {' or '.join(map(visible, self.beside))}" if self.beside else ""
        return f"the column {visible(self.column)} of the roster names the students{others}"


def students_of(source: Source) -> list[str]:
    """Return the students of a roster in order. Raises `InputError` as `roster_of` does."""
    return roster_of(source).students


def roster_of(source: Source) -> Roster:
    """Return the students and the column that names them.

    Raises `InputError` for a student who is listed twice, where there is none, and for a first line that may be a
    heading or a student.
    """
    lines = source.text.splitlines()
    rows = [row for row in csv.reader(lines, delimiter=delimiter_of(lines[0] if lines else "")) if any(row)]
    headings = [cell.strip() for cell in rows[0]] if rows else []
    header = [cell.lower() for cell in headings]
    naming = [header.index(name) for name in LISTING if name in header]
    if rows and not naming:
        _require_no_heading(source, rows, headings)
    place = naming[0] if naming else 0
    for row in rows:
        if any(cell.strip() for cell in row[width_of(rows[0]) :]):
            raise _error(
                source, f"a cell too many: {visible(', '.join(row))[:60]}", 'write "García, José" with its quotes'
            )
    names = [named(row[place]) for row in rows[1 if naming else 0 :] if len(row) > place]
    found = [name for name in names if name]
    if not found:
        raise _error(source, "no student is listed", None)
    beside = tuple(headings[k] for k in naming[1:])
    seen: set[str] = set()
    for name in found:
        if name in seen:
            hint = f"call the column that tells them apart {STUDENT}" if beside else None
            raise _error(source, f"{visible(name)[:60]} is listed twice", hint)
        seen.add(name)
    return Roster(found, headings[place] if naming else "", beside)


def _require_no_heading(source: Source, rows: Sequence[Sequence[str]], headings: Sequence[str]) -> None:
    """Raise where no heading is known and the first line is not certainly a student: several columns, or a heading."""
    first = visible(", ".join(headings))[:60]
    if len(headings) > 1:
        hint = f"write a first line that calls one of them {STUDENT}, such as {STUDENT},group"
        raise _error(source, f"no column names the students: the first line is {first}", hint)
    words = [word.lower() for word in _WORD.findall(headings[0])]
    others = [row[0].strip() for row in rows[1:]]
    if any(word in _HEADINGS for word in words) or (len(others) > 1 and _stands_out(headings[0], others)):
        hint = f"write {STUDENT} as the first line: instead of {first} if it is a heading, above it if it is a student"
        raise _error(source, f"is the first line, {first}, a heading or a student?", hint)


def _stands_out(first: str, others: Sequence[str]) -> bool:
    """Whether a first line lacks what all others have: an @, or a digit."""
    return ("@" not in first and all("@" in name for name in others)) or (
        not any(map(str.isdecimal, first)) and all(any(map(str.isdecimal, name)) for name in others)
    )


def _error(source: Source, what: str, hint: str | None) -> InputError:
    return InputError(what, source=Source(source.name, ""), kind="roster", hint=hint)
