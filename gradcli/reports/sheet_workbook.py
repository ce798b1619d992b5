"""A worksheet as a workbook: the rows of the CSV, locked, but for the answers, which are text that nothing changes."""

from __future__ import annotations

import csv
import io

from ..files.spreadsheets import xlsx_of
from ..homework.claims.answer_tables import GIVEN, columns_of, is_long
from ..text import FORMULA_STARTS

WIDTHS = {
    "student": 24,
    "problem": 10,
    "item": 16,
    "question": 60,
    "claim": 24,
    "notes": 60,
}  # of columns, in characters
WIDTH = 16  # of any other


def workbook_of(text: str, title: str) -> bytes:
    """Return the workbook of a worksheet that is written as CSV. Raises `InputError` without the library for it."""
    rows = [[_bare(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    top = next(k for k, row in enumerate(rows) if is_long(columns_of(row)))
    rows = [row + [""] * (len(rows[top]) - len(row)) for row in rows]
    columns = columns_of(rows[top])
    asked = [k for k in range(top + 1, len(rows)) if _question(rows[k], columns) != GIVEN]
    widths = [WIDTHS.get(heading, WIDTH) for heading in rows[top]]
    return xlsx_of(rows, title, heading=top, open_cells={(k, columns["claim"]) for k in asked}, widths=widths)


def _question(row: list[str], columns: dict[str, int]) -> str:
    at = columns.get("question", -1)
    return row[at].lower() if 0 <= at < len(row) else ""


def _bare(cell: str) -> str:
    """Return a cell without the apostrophe that keeps it from being a formula: in a workbook it is text in any case."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell
