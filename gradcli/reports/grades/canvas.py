"""The gradebook that a teacher exported from Canvas, with one column filled in and nothing else changed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from ...errors import InputError, Source, visible
from ...homework.results import Result, points_text
from ...homework.summary import Class
from ...homework.tables import delimiter_of
from ...homework.variants import canonical

IDENTIFIERS = ("id", "sis user id", "sis login id", "student")  # in the order in which Canvas matches them
SETTLED = "EX"  # excused: Canvas keeps it, and so do we


class Filled(NamedTuple):
    """The export with the points, the students that it lists, and how many have points."""

    text: str
    found: set[str]


def fill(whole: Class, name: str, data: bytes, column: str | None) -> Filled:
    """Return an export with a column filled in: separators, line ends and the mark of UTF-8 stay as they are.

    Raises `InputError` where the column is not there.
    """
    source = Source(name, "")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused(source, "not UTF-8", "export it again") from None
    mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    delimiter = delimiter_of(text.partition("\n")[0])
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    header = [cell.strip() for cell in rows[0]] if rows else []
    lowered = [cell.lower() for cell in header]
    identifiers = [lowered.index(name) for name in IDENTIFIERS if name in lowered]
    if "id" not in lowered or "student" not in lowered:
        raise _refused(source, "not a gradebook of Canvas", "it has columns Student, ID and Section")
    place = _column(source, header, column or whole.title)
    found: set[str] = set()
    for row in rows[1:]:
        result = _result(whole, row, identifiers) if len(row) > place else None
        if result is not None:
            found.add(result.student)
            if row[place].strip().upper() != SETTLED:
                row[place] = points_text(result.earned)
    out = io.StringIO()
    ending = "\r\n" if "\r\n" in text else "\n"
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return Filled(mark + out.getvalue(), found)


def _column(source: Source, header: list[str], title: str) -> int:
    """Return the column of an assignment, by its heading with or without the number that Canvas adds."""
    found = [k for k, cell in enumerate(header) if cell == title or re.sub(r"\s*\(\d+\)$", "", cell) == title]
    if len(found) == 1:
        return found[0]
    known = [re.sub(r"\s*\(\d+\)$", "", cell) for cell in header if re.search(r"\(\d+\)$", cell)]
    what = "no assignment is" if not found else "several assignments are"
    hint = f"--column takes one of: {', '.join(known[:6])}" if known else None
    raise _refused(source, f"{what} called {visible(title)[:60]}", hint)


def _result(whole: Class, row: list[str], identifiers: list[int]) -> Result | None:
    """Return the result of the student of a row, by the first identifier that one was handed in under."""
    for k in identifiers:
        name = canonical(row[k])
        result = whole.pile.result(name) if name else None
        if result is not None:
            return result
    return None


def _refused(source: Source, message: str, hint: str | None) -> InputError:
    return InputError(message, source=source, kind="gradebook", hint=hint)


def missing(whole: Class, filled: Filled) -> Iterator[str]:
    """Yield the students that the export does not list."""
    for result in whole.pile.results():
        if result.student not in filled.found:
            yield result.student
