"""Tables of answers as spreadsheets and people save them: how they are encoded, cut into cells, and headed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

GIVEN = "given"  # the question of a row that tells the student a number
DELIMITERS = ";\t,"
CLAIMS = ("claim", "answer")  # what the column of the claims may be called
# What the column that names the student may be called, the best first.
_IDS = ("student", "student id", "id", "id number", "sis login id", "username", "login")
_NAMES = ("student name", "full name", "name", "students", "names")
_EMAILS = ("email", "e-mail", "email address")
NAMING = (*_IDS, *_EMAILS, *_NAMES)  # in what is handed in: a form asks for a name, and knows the address
LISTING = (*_IDS, *_NAMES, *_EMAILS)  # in a roster
_ASIDE = re.compile(r'"[^"]*"|\([^()]*\)')  # where a comma separates no columns
_WHOLE = re.compile(r"[-+\u2212\u2013]?\d+", re.ASCII)
REMARKS = ("", "comment", "comments", "note", "notes", "remark", "remarks")  # what has no number
_CALL = re.compile(r"[^\W\d]\w*\(")


class TableRow(NamedTuple):
    """A row of a table: the line where it begins, its cells, and why there are none."""

    line: int
    cells: list[str]
    fault: str = ""


def encoding_of(start: bytes) -> str:
    """Return how a file is encoded that starts so: UTF-16 if it says so, as what spreadsheets call Unicode text."""
    return "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def delimiter_of(line: str) -> str:
    """Return what separates the columns of the first line: the semicolon, the tab or the comma, what it has most of."""
    line = _ASIDE.sub("", line)
    return max(DELIMITERS, key=line.count) if any(c in line for c in DELIMITERS) else ","


def rows_of(lines: Iterable[str], delimiter: str) -> Iterator[TableRow]:
    """Yield the rows that are not blank."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield TableRow(line, [], f"not CSV: {problem}")
            continue
        if any(cell.strip() for cell in cells):
            yield TableRow(line, _mended(cells, delimiter))


def _mended(cells: list[str], delimiter: str) -> list[str]:
    """Return the cells with a call such as local(q,x) or max(3,2) whole that was written without quotes."""
    if not any(map(_is_open, cells)):
        return cells
    whole: list[str] = []
    k = 0
    while k < len(cells):
        end = _end_of_call(cells, k)
        whole.append(delimiter.join(cells[k:end]))
        k = end
    return whole


def _end_of_call(cells: list[str], k: int) -> int:
    """Return after which cell what begins in the k-th has all its parentheses closed: after the k-th if none has."""
    if _is_open(cells[k]):
        missing = 0
        for end in range(k, len(cells)):
            missing += cells[end].count("(") - cells[end].count(")")
            if missing <= 0:
                return end + 1
    return k + 1


def _is_open(cell: str) -> bool:
    return "(" in cell and cell.count("(") > cell.count(")") and _CALL.search(cell) is not None


def columns_of(cells: list[str]) -> dict[str, int]:
    """Return where the columns of a header are, by their names in small letters; `claim` whatever it is called."""
    columns = {cell.strip().lower(): k for k, cell in reversed(list(enumerate(cells)))}
    called = next((name for name in CLAIMS if name in columns), None)
    return columns if called is None else {**columns, "claim": columns[called]}


def width_of(header: list[str]) -> int:
    """Return how many columns a header names; blank headings at its end name none."""
    return max((k + 1 for k, cell in enumerate(header) if cell.strip()), default=0)


def surplus(cells: list[str], header: list[str], at_claim: int = -1) -> str:
    """Return why a row with more cells than its header names cannot be read, "" if it has no more.

    A decimal comma without quotes makes two cells of one number, and what is left of it is another number. Blank cells
    at the end are no more, unless the claim and the cell behind it look like such a number.
    """
    width = width_of(header)
    more = any(cell.strip() for cell in cells[width:])
    if not more and 0 <= at_claim < len(cells) - 1 and _WHOLE.fullmatch(claim_in(cells[at_claim])):
        behind = header[at_claim + 1].strip().lower() if at_claim + 1 < len(header) else ""
        aside = len(cells) > len(header) or behind in REMARKS
        more = aside and cells[at_claim + 1].strip().isdecimal()
    if not more:
        return ""
    return 'the row has one cell too many: a comma without quotes? write 0.149, or quote the cell, as in "García, José"'


def is_long(columns: dict[str, int]) -> bool:
    """Whether the columns are those of a table with a claim a row."""
    return "item" in columns and "claim" in columns


def student_column(columns: dict[str, int]) -> int:
    """Return which column names the student, -1 for none."""
    return next((columns[name] for name in NAMING if name in columns), -1)


def claim_in(cell: str) -> str:
    """Return a claim as the student wrote it, without the apostrophe that makes a spreadsheet keep it as text."""
    return cell.strip().removeprefix("'").strip()
