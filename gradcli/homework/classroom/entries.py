"""What reading submissions yields: claims, blank rows, what could not be read, and notes on a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..claims.answer_tables import TableRow
from ..claims.decimal_sign import decimal_sign, tells_comma
from ..claims.written_numbers import has_comma_inside

MAX_CLAIM = 10_000


class Entry(NamedTuple):
    """One claim of one student; `given` where it repeats a number of the sheet. `problem` may be empty.

    `comma` says that the file is one of a country with decimal commas, `handed` when the claim was handed in (the
    texts of `hand_in_times.stored`, empty where that is not known).
    """

    student: str
    problem: str
    item: str
    claim: str
    place: str
    given: bool = False
    comma: bool = False
    handed: str = ""


class DateOrder(NamedTuple):
    """Whether the times of a file have the day before the month."""

    place: str
    day_first: bool


class Blank(NamedTuple):
    """A row in which a student claims nothing."""

    student: str


class Trouble(NamedTuple):
    """What could not be marked: where it is, whose it is if that is known, and why.

    `among` are the students of the roster whose it may be, where it is not known.
    """

    place: str
    student: str
    message: str
    unreadable: bool = False  # a whole file, not a row
    other_numbers: bool = False  # a stated number that is not the student's, whose claims are marked all the same
    among: tuple[str, ...] = ()


class Note(NamedTuple):
    """How a file was read, where that is not obvious: columns that hold no answers, another encoding."""

    place: str
    message: str


Row = Entry | Trouble | Blank | Note | DateOrder


def short(row: TableRow, place: str) -> Trouble:
    """Return what is said of a row that is no row, or has too few cells."""
    count = len(row.cells)
    fewer = f"the row has {count} column{'' if count == 1 else 's'}, fewer than the first line"
    return Trouble(place, "", row.fault or fewer)


def checked_entry(entry: Entry) -> Entry | Trouble:
    """Return an entry, or what is said of one that is too long."""
    if len(entry.claim) > MAX_CLAIM or len(entry.item) > MAX_CLAIM:
        return Trouble(entry.place, entry.student, f"the claim has more than {MAX_CLAIM:,} characters")
    return entry


def told_commas(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the claims of a student; a doubtful comma is the decimal one where all the others tell that.

    The claims tell it, and if they do not the file may: one whose columns are separated by semicolons.
    """
    if not any(has_comma_inside(entry.claim) for entry in entries):
        return entries
    comma = tells_comma(entry.claim for entry in entries if not entry.given)
    points = any(decimal_sign(entry.claim) == "." for entry in entries if not entry.given)
    return [entry._replace(comma=comma or (entry.comma and not points)) for entry in entries]
