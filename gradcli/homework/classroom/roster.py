"""The roster: the students of a class, one per line, or a table whose headings say how to find them.

Beside names, ids and addresses a roster may say who is `exempt`, by how many days a student was `late`, how many days
of `extension` there are, and the points that `override` those of the sheet.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from ...errors import InputError, Source
from ...language.names import first_of
from ...text import did_you_mean, visible
from ..claims.answer_tables import TableRow, width_of
from ..claims.headings import LISTING, PeopleColumns, cell_at, folded, kind_of, people_columns
from ..claims.written_numbers import numeral_of
from .people import People, Person
from .variants import named

STUDENT = LISTING[0]
# Words that a heading is made of and that are in no list of headings: the first line of a list may be one.
_HEADINGS = {"ids", "emails", "mail", "e-mails", "user", "users", "learner", "learners",
             "participant", "participants", "number", "no.", "nr", "nr.", "matriculation", "surname", "e-mail",
             *(word for name in LISTING for word in name.split())}  # fmt: skip
_WORD = re.compile(r"[\w.-]+")
_YES = ("yes", "y", "x", "true", "1", "ja", "oui", "si", "ex", "excused", "exempt", "\u662f")
_NO = ("", "no", "n", "false", "0", "nein", "non", "\u5426")
# The rows of an export that are no students, by their first cell.
_NO_STUDENTS = ("points possible", "manual posting", "erreichbare punkte", "points possibles", "puntos posibles",
                "student test", "test student")  # fmt: skip
# What the columns of adjustments may be called.
CALLED = {
    "exempt": ("exempt", "excused", "befreit", "entschuldigt", "dispense", "exento"),
    "extension": ("extension", "extension days", "days of extension", "extra days", "verlangerung", "prolongation",
                  "prorroga"),
    "late": ("late", "late days", "days late", "days of delay", "days overdue", "tage zu spat", "tage verspatet",
             "verspatung", "verspatung tage", "verspatung in tagen", "retard", "jours de retard", "retard jours",
             "retraso", "dias de retraso", "dias tarde", "\u8fdf\u4ea4\u5929\u6570"),
    "override": ("override", "override points", "points override"),
}  # fmt: skip
ADJUSTMENTS = ("exempt", "extension", "late", "override")
MOST_POINTS = 1e6


def called(people: Sequence[Person], name: str) -> Person:
    """Return the student of a roster whom a name, id or address means.

    Raises `InputError` if it is nobody's, or that of several.
    """
    class_ = People(people)
    whose = class_.whose([name])
    if whose.fault:
        raise InputError(whose.fault, kind="option", hint="name one of them as the roster does")
    if whose.student not in class_.people:
        hint = did_you_mean(name, [word for person in people for word in (person.key, person.name) if word])
        raise InputError(f"the roster has no student {visible(name)[:60]}", kind="option", hint=hint)
    return class_.people[whose.student]


class Roster(NamedTuple):
    """The students of a class in order, and which column named them: its heading, "" for a list without one.

    `beside` are the headings of the columns that could have named them, too.
    """

    people: list[Person]
    column: str
    beside: tuple[str, ...]
    headings: tuple[str, ...] = ()

    @property
    def says_late(self) -> bool:
        """Whether a column says by how many days students were late."""
        return any(folded(heading) in CALLED["late"] for heading in self.headings)

    def require_late(self) -> None:
        """Raise `InputError` where no column says by how many days students were late."""
        if not self.says_late:
            columns = first_of([visible(heading) for heading in self.headings if heading])
            what = f"columns are {columns}" if columns else "it has no line of headings"
            raise InputError(f"the roster has no column late; {what}", kind="roster",
                             hint="call the column with the days of each student late")  # fmt: skip

    @property
    def students(self) -> list[str]:
        """What the roster calls its students."""
        return [person.key for person in self.people]

    def in_words(self) -> str:
        """Return which column names the students, where that is a choice; otherwise nothing."""
        if not self.column or self.column.lower() == STUDENT:
            return ""
        others = f", and not {' or '.join(map(visible, self.beside))}" if self.beside else ""
        return f"the column {visible(self.column)} of the roster names the students{others}"


def roster_in(source: Source, rows: Sequence[TableRow]) -> Roster:
    """Return the students in the rows of a table, and the column that names them.

    Raises `InputError` for a student who is listed twice, where there is none, for a first line that may be a heading
    or a student, and for what a column of adjustments cannot hold.
    """
    headings = [cell.strip() for cell in rows[0].cells] if rows else []
    columns = people_columns(headings, LISTING)
    if rows and not columns.columns:
        _require_no_heading(source, [row.cells for row in rows], headings)
    for row in rows:
        if row.fault:
            raise _error(source, f"line {row.line}: {row.fault}", None)
        if any(cell.strip() for cell in row.cells[width_of(rows[0].cells) :]):
            raise _error(
                source, f"a cell too many: {visible(', '.join(row.cells))[:60]}", 'write "García, José" with its quotes'
            )
    listed = [row for row in rows[1:] if folded(next(filter(str.strip, row.cells), "")) not in _NO_STUDENTS]
    if columns.columns:
        columns = _best_first(columns, listed)
        people = [_person(source, headings, columns, row) for row in listed]
        _require_names(source, listed, people)
    else:
        listed = list(rows)
        people = [Person(named(row.cells[0])) for row in rows]
    found = [person for person in people if person.key]
    if not found:
        raise _error(source, "no student is listed", None)
    at = [_heading(headings, places) for places in columns.columns]
    _require_once(source, people, listed, headings if at else [], at[0] if at else "")
    return Roster(found, at[0] if at else "", tuple(at[1:]), tuple(headings) if at else ())


def _require_names(source: Source, rows: Sequence[TableRow], people: Sequence[Person]) -> None:
    """Raise `InputError` for a row that says something and names nobody: a student would be lost."""
    for row, person in zip(rows, people, strict=True):
        if not person.key and any(map(str.strip, row.cells)):
            said = visible(", ".join(filter(str.strip, row.cells)))[:60]
            raise _error(source, f"line {row.line} names no student: {said}", "name the student, or leave the line out")


def _best_first(columns: PeopleColumns, rows: Sequence[TableRow]) -> PeopleColumns:
    """Return the columns with the first one first that names every student, if one does."""
    for places in columns.columns:
        if all(any(cell_at(row.cells, at) for at in places) for row in rows):
            rest = [other for other in columns.columns if other != places]
            return columns._replace(columns=[places, *rest])
    return columns


def _heading(headings: Sequence[str], places: tuple[int, ...]) -> str:
    return " and ".join(headings[k] for k in places)


def _person(source: Source, headings: list[str], columns: PeopleColumns, row: TableRow) -> Person:
    """Return the student of a row."""
    cells = columns.cells(row.cells)
    key = next((who for cell in cells if (who := named(cell))), "")
    found: dict[str, list[str]] = {"id": [], "email": [], "name": []}
    parts: list[str] = []
    for places, cell in zip(columns.columns, cells, strict=True):
        if who := named(cell):
            kind = "email" if "@" in who else kind_of(headings[places[0]]) if len(places) == 1 else "name"
            own = kind == "name" and folded(headings[places[0]]) != STUDENT
            if kind == "name" and len(places) > 1:
                parts = [row.cells[k].strip() for k in places]
            found[kind].insert(0 if own and found[kind][:1] == [key] else len(found[kind]), who)
    fields = {folded(heading): k for k, heading in reversed(list(enumerate(headings)))}

    def adjusted(name: str) -> str:
        k = next((fields[called] for called in CALLED[name] if called in fields), -1)
        return cell_at(row.cells, k)

    numbers = {name: _days_or_points(source, row.line, name, adjusted(name)) for name in ADJUSTMENTS[1:]}
    return Person(
        key, (found["name"] or [""])[0], (found["email"] or [""])[0], tuple(found["id"]),
        _flag(source, row.line, adjusted("exempt")), numbers["extension"] or 0.0,
        (numbers["late"] or 0.0) if any(called in fields for called in CALLED["late"]) else None, numbers["override"],
        _family_first(parts) if found["name"][:1] == [named(" ".join(parts))] else "",
    )  # fmt: skip


def _family_first(parts: Sequence[str]) -> str:
    """Return a name of a first and a last name as it is written in Chinese, Japanese or Korean; "" for any other."""
    signs = "".join(parts)
    scripts = ("CJK UNIFIED", "HANGUL", "HIRAGANA", "KATAKANA")
    is_east_asian = all(parts) and all(unicodedata.name(c, "").startswith(scripts) for c in signs)
    return "".join(reversed(parts)) if is_east_asian else ""


def _flag(source: Source, line: int, text: str) -> bool:
    if folded(text) in (*_YES, *_NO):
        return folded(text) in _YES
    raise _error(source, f"line {line}: exempt is yes or no, not {visible(text)[:30]}", None)


def _days_or_points(source: Source, line: int, name: str, text: str) -> float | None:
    """Return the number of a column of adjustments, None for a blank cell."""
    if not text:
        return None
    try:
        found = numeral_of(text)
    except InputError as error:
        raise _error(source, f"line {line}: {error.message}", error.hint) from None
    number = float(found.text) if found else math.nan
    if not 0 <= number <= MOST_POINTS:
        raise _error(source, f"line {line}: {name} is a number from 0, not {visible(text)[:30]}", None)
    return number


def _require_once(
    source: Source, people: Sequence[Person], rows: Sequence[TableRow], headings: Sequence[str], column: str
) -> None:
    """Raise `InputError` for a student who is listed twice. `column` names the students, and is "" without headings."""
    seen: dict[str, int] = {}
    for person, row in zip(people, rows, strict=True):
        if person.key and seen.setdefault(person.key, row.line) != row.line:
            hint = f"leave out line {row.line}, or {_telling_apart(rows, headings, column)}"
            raise _error(source, f"{visible(person.key)[:60]} is listed twice", hint)


def _telling_apart(rows: Sequence[TableRow], headings: Sequence[str], column: str) -> str:
    """Return how a roster is changed that lists two students alike: by a column with other words in every row."""
    if not column:
        return "write two names"
    width = len(headings)
    for k, heading in enumerate(headings):
        cells = [cell_at(row.cells, k) for row in rows if any(row.cells[:width])]
        if heading and heading != column and all(cells) and len(set(cells)) == len(cells):
            other = f", and {visible(column)[:40]} something else" if folded(column) == STUDENT else ""
            return f"call the column {visible(heading)[:40]} {STUDENT}{other}"
    return f"tell the two apart by ids in a column {STUDENT}"


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
