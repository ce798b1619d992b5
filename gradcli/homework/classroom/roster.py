"""The roster: the students of a class, one a line, or a CSV with a column that names them."""

from __future__ import annotations

import csv

from ...errors import InputError, Source
from ...text import visible
from ..claims.answer_tables import NAMING, delimiter_of, width_of
from .variants import named


def students_of(source: Source) -> list[str]:
    """Return the students in order. Raises `InputError` for one that is listed twice, and where there is none."""
    lines = source.text.splitlines()
    rows = [row for row in csv.reader(lines, delimiter=delimiter_of(lines[0] if lines else "")) if any(row)]
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    column = next((header.index(name) for name in NAMING if name in header), None)
    if column is None and len(header) > 1:
        raise InputError(
            "no column names the students", source=Source(source.name, ""), kind="roster", hint="call it student"
        )
    place = column or 0
    for row in rows:
        if any(cell.strip() for cell in row[width_of(rows[0]) :]):
            shown = visible(", ".join(row))[:60]
            hint = 'write "García, José" with its quotes'
            raise InputError(f"a cell too many: {shown}", source=Source(source.name, ""), kind="roster", hint=hint)
    names = [named(row[place]) for row in rows[0 if column is None else 1 :] if len(row) > place]
    found = [name for name in names if name]
    if not found:
        raise InputError("no student is listed", source=Source(source.name, ""), kind="roster")
    seen: set[str] = set()
    for name in found:
        if name in seen:
            raise InputError(f"{visible(name)[:60]} is listed twice", source=Source(source.name, ""), kind="roster")
        seen.add(name)
    return found
