"""Tables of answers as spreadsheets and people save them: how they are encoded, cut into cells, and headed."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from .headings import NAMING, cell_at, people_columns
from .written_numbers import without_dash

GIVEN = "given"  # the question of a row that tells the student a number
DELIMITERS = ";\t,"
# What the column of the claims may be called.
CLAIMS = ("claim", "answer", "your answer", "antwort", "r\u00e9ponse", "respuesta", "\u7b54\u6848")
_ASIDE = re.compile(r'"[^"]*"|\([^()]*\)')  # where a comma separates no columns
_WHOLE = re.compile(r"[-+\u2212\u2013]?\d+", re.ASCII)
REMARKS = ("", "comment", "comments", "note", "notes", "remark", "remarks")  # what has no number
_CALL = re.compile(r"[^\W\d]\w*\(")
_DECIMALS = re.compile(r"\d+(?:[eE][-+]?\d+)?", re.ASCII)  # what is behind a decimal comma
_SEPARATOR = re.compile(r'"?sep=([;,\t|])"?\s*', re.I)  # how a spreadsheet is told the delimiter, in a line of its own
ZIP = b"PK\x03\x04"  # how a workbook begins
# How files begin that are no tables, whatever they are called, and what they are; at which byte.
_OTHER_FILES = (
    (0, b"\x89PNG", "a picture (PNG)"), (0, b"\xff\xd8\xff", "a picture (JPEG)"), (0, b"GIF8", "a picture (GIF)"),
    (4, b"ftyphei", "a picture (HEIC)"), (4, b"ftypmif", "a picture (HEIC)"), (8, b"WEBP", "a picture (WebP)"),
    (0, b"II*\0", "a picture (TIFF)"), (0, b"MM\0*", "a picture (TIFF)"), (0, b"%PDF-", "a PDF"),
    (0, b"\xd0\xcf\x11\xe0", "an old or locked file of Office"),
)  # fmt: skip
START = 4_096  # bytes that tell them, and whether they are text
WORKBOOKS = (".xlsx", ".xlsm", ".ods")
MOST_ODD = 0.05  # share of characters of a text that no text has
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\v\f\r\x1a") | {"\x7f", "\ufffd"}  # 1a ended files of DOS
WINDOWS = "cp1252"
AS_WINDOWS = "this is no UTF-8 and is read as Windows text (cp1252)"
PIECE = 1 << 20
LOOK = 200  # bytes of which a quarter or less are 0 in what is no UTF-16
LOOKED_AT = 20  # lines in which a table may begin, below a title


class TableRow(NamedTuple):
    """A row of a table: the line where it begins, its cells, and why there are none."""

    line: int
    cells: list[str]
    fault: str = ""


def no_table(start: bytes, name: str = "") -> str:
    """Return what a file is that begins so and is no table, and what to do; "" for all that may be one.

    A text may be called a workbook by mistake; what is neither is told by what its name says that it is.
    """
    what = next((what for at, sign, what in _OTHER_FILES if start[at : at + len(sign)] == sign), "")
    if what:
        return f"this is {what}, whatever its name ends in: hand in the answers as CSV or xlsx"
    odd = 0 if start.startswith(ZIP) else _odd_share(start[:START])
    if name.lower().endswith(WORKBOOKS):
        return "this is not a workbook: save it as xlsx or CSV" if odd else ""
    return "this is neither a text nor a workbook: hand in the answers as CSV or xlsx" if odd > MOST_ODD else ""


def _odd_share(start: bytes) -> float:
    """Return how many of the characters that a file begins with no text has, as a share of all, from 0 to 1."""
    encoding = encoding_of(io.BytesIO(start))
    cuts = range(1, 4) if encoding == WINDOWS and len(start) == START else ()  # the last letter may be cut
    encoding = next((known for k in cuts if (known := encoding_of(io.BytesIO(start[:-k]))) != WINDOWS), encoding)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start)
    return sum(c in _CONTROLS for c in text) / max(len(text), 1)


def encoding_of(file: BinaryIO) -> str:
    """Return how a file is encoded, which is read to its end for that.

    That is UTF-16 if it says or looks so, as what spreadsheets call Unicode text; UTF-8; and for all else the code page
    that Excel writes CSV in on Windows.
    """
    start = file.read(PIECE)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    even, odd = (start[k:LOOK:2].count(0) for k in (0, 1))
    if odd - even > len(start[:LOOK]) // 4:
        return "utf-16-le"
    if even - odd > len(start[:LOOK]) // 4:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while start:
            decoder.decode(start)
            start = file.read(PIECE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return WINDOWS
    return "utf-8-sig"


def decoded(data: bytes) -> str:
    """Return the text of a file, however it is encoded. What is left over of a broken one is a sign of its own."""
    return data.decode(encoding_of(io.BytesIO(data)), "replace").removeprefix("\ufeff")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, which may end as those of Windows, Unix or an old Mac."""
    return list(io.StringIO(text, newline=None))


def delimited(lines: Iterable[str]) -> tuple[str, Iterator[TableRow]]:
    """Return what separates the columns of a table, and its rows."""
    rest = iter(lines)
    first = next(rest, "")
    if told := _SEPARATOR.fullmatch(first.removeprefix("\ufeff")):
        return told[1], (row._replace(line=row.line + 1) for row in rows_of(rest, told[1]))
    start = [first, *islice(rest, LOOKED_AT)]
    header = next((line for line in start if _names_columns(line)), None)
    if header is None:
        header = next((line for line in start if any(c in _ASIDE.sub("", line) for c in DELIMITERS)), first)
    delimiter = delimiter_of(header)
    return delimiter, rows_of(chain(start, rest), delimiter)


def _names_columns(line: str) -> bool:
    """Whether a line is the header of a table with one claim per row."""
    cells = next(csv.reader([line[:1_000]], delimiter=delimiter_of(line)), [])
    return is_long(columns_of(cells))


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
        if any(map(str.strip, cells)):
            yield TableRow(line, _mended(cells, delimiter))


def _mended(cells: list[str], delimiter: str) -> list[str]:
    """Return the cells with a call such as local(q,x) or max(3,2) whole that was written without quotes."""
    whole: list[str] = []
    k = 0
    while k < len(cells):
        end = _end_of_call(cells, k)
        whole.append(delimiter.join(cells[k:end]))
        k = end
    return whole


def _end_of_call(cells: list[str], k: int) -> int:
    """Return after which cell a call that begins in the k-th has all its parentheses closed: after the k-th if none."""
    if _CALL.search(cells[k]):
        missing = 0
        for end in range(k, len(cells)):
            missing += cells[end].count("(") - cells[end].count(")")
            if missing <= 0:
                return end + 1
    return k + 1


def columns_of(cells: list[str]) -> dict[str, int]:
    """Return where the columns of a header are, by their names in small letters; `claim` whatever it is called."""
    columns = {cell.replace("\u00a0", " ").strip().lower(): k for k, cell in reversed(list(enumerate(cells)))}
    called = next((name for name in CLAIMS if name in columns), None)
    return columns if called is None else {**columns, "claim": columns[called]}


def width_of(header: Sequence[str]) -> int:
    """Return how many columns a header names; blank headings at its end name none."""
    return max((k + 1 for k, cell in enumerate(header) if cell.strip()), default=0)


_MORE = "the row has one cell too many"
_SEPARATORS = {";": ("semicolon", ', as in "[1; 2]"'), "\t": ("tab", "")}


def surplus(cells: list[str], header: list[str], at_claim: int, delimiter: str) -> str:
    """Return why a row with more cells than its header names cannot be read, "" if it has no more.

    A decimal comma without quotes makes two cells of one number, and what is left of it is another number. Blank cells
    at the end are no more, unless the claim and the cell behind it look like such a number.
    """
    width = width_of(header)
    more = any(cell.strip() for cell in cells[width:])
    if not more and _WHOLE.fullmatch(claim_in(cell_at(cells, at_claim))):
        aside = len(cells) > len(header) or cell_at(header, at_claim + 1).lower() in REMARKS
        more = aside and cell_at(cells, at_claim + 1).isdecimal()
    if not more:
        return ""
    if delimiter == ",":
        return f'{_MORE}: a comma without quotes? write 0.149, or quote the cell, as in "García, José"'
    if delimiter in _SEPARATORS:
        called, example = _SEPARATORS[delimiter]
        return f"{_MORE}: the cells are separated by {called}s; a {called} in an answer needs quotes{example}"
    return f"{_MORE}: it has more than the first line"


def with_comma(cells: list[str], header: Sequence[str], at_claim: int) -> list[str]:
    """Return the cells of a row with the claim whole that a decimal comma without quotes has cut in two.

    They are returned as they are unless that is the one way to read them: there is exactly one cell more, and what
    stands behind the claim is nothing, or a note.
    """
    width = width_of(header)
    last = at_claim == width - 1 and not any(cell.strip() for cell in cells[width + 1 :])
    noted = cell_at(header, at_claim + 1).lower() in REMARKS[1:] and len(cells) == len(header) + 1
    if not (last or noted):
        return cells
    whole, decimals = claim_in(cell_at(cells, at_claim)), cell_at(cells, at_claim + 1)
    if not _WHOLE.fullmatch(whole) or not _DECIMALS.fullmatch(decimals):
        return cells
    return [*cells[:at_claim], f"{whole},{decimals}", *cells[at_claim + 2 :]]


def is_long(columns: dict[str, int]) -> bool:
    """Whether the columns are those of a table with one claim per row."""
    return "item" in columns and "claim" in columns


def student_column(header: Sequence[str]) -> int:
    """Return which column names the student, -1 for none."""
    found = people_columns(header, NAMING).columns
    return found[0][0] if found else -1


def claim_in(cell: str) -> str:
    """Return a claim as the student wrote it, without the apostrophe that makes a spreadsheet keep it as text."""
    return without_dash(cell.strip().removeprefix("'").strip())
