"""Arrays in files of rows: cells separated by commas, semicolons, tabs or blanks, with a header line or without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from ..errors import Source
from ..text import clip, counted, did_you_mean
from .array_data import (
    MAX_NUMBERS,
    NUMERAL,
    PLAIN,
    ArrayData,
    ArrayText,
    Span,
    check_count,
    check_size,
    refused,
    wide_numerals,
)

NUMBER_LIKE = re.compile(r"[-+−(.\s]*\d")  # noqa: RUF001
NO_NUMBER = re.compile(r"[-+]?(?:nan|inf|infinity|na|n/a|null|none)", re.IGNORECASE)
NAME = re.compile(r"[^\W\d]\w*")
DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
COMMENT = re.compile(r"^[ \t]*#[^\n]*(?:\n|\Z)", re.MULTILINE)
CELL = re.compile(r'\s*"((?:[^"]|"")*)"\s*')
BARE_CELL = re.compile(r'"([^"]*+)"(?!\S)|\S+')  # between blanks
BODIES = {separator: re.compile(rf"(?:[ \t]*+{NUMERAL}[ ]*+[{separator}\n])++") for separator in (",", ";", "\t")} | {
    " ": re.compile(rf"(?:[ \t]*+{NUMERAL}(?:[ \t]++{NUMERAL})*+[ \t]*+\n)++")
}


def read_delimited(
    source: Source, separator: str | None, column: str | None, is_value: Callable[[str], bool]
) -> ArrayText:
    """Return the array in a text of rows, or one column of it by its header.

    A text of one column is a vector, of one row too; everything else is a matrix. A first line without a number is a
    header and skipped; `is_value` says what a number is. Lines that are blank or begin with # are left out.
    The separator is that of the first line, by default: a semicolon, else a tab, else a comma, else blanks.
    Raises `InputError` for rows of different lengths, with their line, and for a column that is not there.
    """
    lines = _lines(source.text)
    at = next(lines, None)
    if at is None:
        raise refused("there are no numbers", source, None, "a line has a row of numbers, separated by commas")
    first = source.text[slice(*at)]
    separator = separator or next((s for s in ";\t," if s in first), " ")
    header = _header(source, at, separator, is_value)
    start = at[0]
    if header is not None:
        body = next(lines, None)
        if body is None:
            raise refused("there are no numbers below the header", source, at)
        start = body[0]
    if column is not None:
        place = _column(source, header, column, at)
        return _cell_by_cell(source, start, separator, place)
    text = COMMENT.sub("", source.text[start:]) if "#" in source.text else source.text[start:]
    text = re.sub(r"\n[ \t\n]*\n", "\n", text.strip(" \n") + "\n")
    check_count(text, "\n" if separator == " " else f"{separator}\n", source, at)
    if not BODIES[separator].fullmatch(text):
        return _cell_by_cell(source, start, separator, None)
    rows = text.split("\n")[:-1]
    widths = {len(row.split()) for row in rows} if separator == " " else {row.count(separator) + 1 for row in rows}
    if len(widths) > 1:
        return _cell_by_cell(source, start, separator, None)
    if separator == " ":
        entries = text.split()
    else:
        entries = text.replace(" ", "").replace("\n", separator).split(separator)[:-1]
    shape = _shape(len(rows), widths.pop())
    check_size(shape, source, at)

    def span(k: int) -> Span:
        return _span_cell_by_cell(source, start, separator, k)

    return ArrayText(ArrayData(shape, entries), wide_numerals(text, entries), source, span)


def _shape(rows: int, width: int) -> tuple[int, ...]:
    """Return the shape of rows of numbers: one row or one column is a vector."""
    return (rows, width) if rows > 1 and width > 1 else (rows * width,)


def _lines(text: str, start: int = 0) -> Iterator[Span]:
    """Yield where the lines of a text stand that are neither blank nor comments, from a place on."""
    for line in re.compile(r"[^\n]+").finditer(text, start):
        stripped = line[0].strip()
        if stripped and stripped[0] != "#":
            yield line.span()


def _cells(source: Source, line: Span, separator: str) -> list[Span]:
    """Return where the cells of a line stand, without blanks and quotation marks."""
    text = source.text
    start, end = line
    if end - start > MAX_NUMBERS and text.count(separator, start, end) > MAX_NUMBERS:
        check_size((MAX_NUMBERS + 1,), source, line)
    if separator == " ":
        return [cell.span(cell.lastindex or 0) for cell in BARE_CELL.finditer(text, start, end)]
    found = []
    at = start
    while at <= end:
        quoted = CELL.match(text, at, end)
        if quoted and (quoted.end() == end or text[quoted.end()] == separator):
            found.append(quoted.span(1))
            at = quoted.end() + 1
            continue
        stop = text.find(separator, at, end)
        stop = end if stop < 0 else stop
        cell = text[at:stop]
        left = at + len(cell) - len(cell.lstrip())
        found.append((left, max(left, at + len(cell.rstrip()))))
        at = stop + 1
    return found


def _header(source: Source, line: Span, separator: str, is_value: Callable[[str], bool]) -> list[str] | None:
    """Return the cells of the first line if it is a header: no cell is a number. None for a row of numbers.

    Raises `InputError` where a line such as `e` may be either, and for a column without a name.
    """
    cells = [source.text[slice(*cell)].replace('""', '"') for cell in _cells(source, line, separator)]
    if any(NUMBER_LIKE.match(cell) or NO_NUMBER.fullmatch(cell) for cell in cells) or not any(cells):
        return None
    if all(map(is_value, {*cells})):
        if all(map(NAME.fullmatch, cells)):
            hint = "write the numbers as digits, or name the columns otherwise"
            raise refused("this line may be a header or constants", source, line, hint)
        return None
    if not cells[0] and len(cells) > 1:
        what = "the first column has no name: it may count the rows, and be no numbers of the array"
        raise refused(what, source, (line[0], line[0] + 1), "leave it out (pandas: to_csv(..., index=False))")
    return cells


def _column(source: Source, header: list[str] | None, column: str, line: Span) -> int:
    """Return the place of a column by its name."""
    if header is None:
        what = f"there is no column {clip(column, 40)}: the first line is no header"
        raise refused(what, source, line, "leave out what follows the colon to read all columns")
    if column not in header:
        shown = ", ".join(clip(name, 20) for name in header[:8]) + (", ..." if header[8:] else "")
        hint = did_you_mean(column, header) or f"the columns are {shown}"
        raise refused(f"there is no column {clip(column, 40)}", source, line, hint)
    if header.count(column) > 1:
        raise refused(f"there are {header.count(column)} columns {clip(column, 40)}", source, line, "rename one")
    return header.index(column)


def _cell_by_cell(source: Source, start: int, separator: str, column: int | None) -> ArrayText:
    """Return the array of rows that are read cell by cell, with a check of each; or one column of it."""
    text = source.text
    entries: list[str] = []
    spans: list[Span] = []
    width = rows = first_line = 0
    for line in _lines(text, start):
        cells = _cells(source, line, separator)
        rows += 1
        if rows == 1:
            width, first_line = len(cells), _line_number(text, line[0])
        elif len(cells) != width:
            count = counted(len(cells), "number")
            what = f"line {_line_number(text, line[0])} has {count}, line {first_line} has {width}"
            raise refused(what, source, line, "all rows of an array are of one length")
        for cell in cells if column is None else _one(source, cells, column, line):
            entry = text[slice(*cell)]
            if not entry:
                raise refused("this cell is empty", source, (cell[0], cell[0] + 1), "every cell has a number")
            if DECIMAL_COMMA.fullmatch(entry):
                hint = f"numbers are written with a point: {entry.replace(',', '.')}"
                raise refused("a number with a comma", source, cell, hint)
            entries.append(entry)
            spans.append(cell)
        if len(entries) > MAX_NUMBERS:
            check_size((len(entries),), source, line)
    odd = {k for k, entry in enumerate(entries) if not PLAIN.fullmatch(entry)} | {*wide_numerals(text, entries)}
    shape = _shape(rows, width) if column is None else (rows,)
    return ArrayText(ArrayData(shape, entries), sorted(odd), source, spans.__getitem__)


def _one(source: Source, cells: Sequence[Span], column: int, line: Span) -> Sequence[Span]:
    if column >= len(cells):
        count = counted(len(cells), "cell")
        what = f"line {_line_number(source.text, line[0])} has {count}, and the column is number {column + 1}"
        raise refused(what, source, line, "all rows are of one length")
    return cells[column : column + 1]


def _span_cell_by_cell(source: Source, start: int, separator: str, place: int) -> Span:
    """Return where the entry at a place stands, in rows of numerals."""
    cells = (cell for line in _lines(source.text, start) for cell in _cells(source, line, separator))
    return next(islice(cells, place, None))


def _line_number(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
