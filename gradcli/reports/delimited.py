"""Lines of CSV that a spreadsheet opens without running what a student wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ..text import harmless


def csv_line(cells: Iterable[object]) -> str:
    """Return a line of CSV: texts made safe and quoted where they must be, numbers as they are."""
    row = [harmless(cell) if isinstance(cell, str) else str(cell) for cell in cells]
    # The csv module does not quote a lone carriage return, which its own reader takes for the end of the line.
    alone = any("\r" in cell for cell in row)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if alone else csv.QUOTE_MINIMAL).writerow(row)
    return out.getvalue()
