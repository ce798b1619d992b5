"""Workbooks of Excel and LibreOffice as rows of texts, and a sheet as a workbook (xlsx needs openpyxl).

A cell is the text that a person would have typed: numbers as the shortest that reads back to the same, formulas as
what the spreadsheet computed, and where it has not, as they are. What it took for a date is a date in ISO 8601.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date, datetime, time
from typing import Any
from xml.etree import ElementTree

from ..errors import MAX_BYTES, InputError, LimitError, Source

EXTRA = "pip install 'gradcli[xlsx]'"
MOST_UNPACKED = 20 * MAX_BYTES
MOST_COLUMNS = 2_000
MOST_REPEATED = 50  # times that an ods file says that a cell or row is there, before it means nothing
_DAY = (1980, 1, 1, 0, 0, 0)  # of the parts of a workbook that is written: bytes depend on nothing but the sheet
_ODS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}%s"

OFFICE = frozenset(("[Content_Types].xml", "mimetype"))  # parts of every document of an office program
Rows = Iterator[tuple[int, list[str]]]


def sheets_in(name: str, data: bytes) -> dict[str, Rows]:
    """Return the rows of every sheet of a workbook by its title, each with its number from 1; blank ones are left out.

    Raises `InputError` for what is no workbook, or where the library that reads it is missing, and `LimitError` for
    one that unpacks to too much.
    """
    source = Source(name, "")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise LimitError(f"{name} unpacks to more than {MOST_UNPACKED:,} bytes")
            names = archive.namelist()
            if "content.xml" in names:
                return _of_ods(archive.read("content.xml"))
            formulas = any(part.startswith("xl/worksheets/") and b"<f" in archive.read(part) for part in names)
        if "xl/workbook.xml" not in names:
            other = OFFICE.isdisjoint(names)
            what = (
                "this is an archive: unpack it, and give what is in it"
                if other
                else "not a workbook: save it as xlsx or CSV"
            )
            raise InputError(what, source=source, kind="workbook")
        return _of_xlsx(data, formulas)
    except ModuleNotFoundError as missing:
        if missing.name != "openpyxl":
            raise
        raise InputError("reading xlsx needs openpyxl", source=source, kind="extra", hint=EXTRA) from None
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, TypeError, NotImplementedError, OSError):
        raise InputError("this workbook is damaged or locked", source=source, kind="workbook",
                         hint="save it again as xlsx, without a password, or as CSV") from None  # fmt: skip


def _of_xlsx(data: bytes, formulas: bool) -> dict[str, Rows]:
    from openpyxl import load_workbook

    values = load_workbook(io.BytesIO(data), data_only=True)
    written = load_workbook(io.BytesIO(data)) if formulas else values
    return {sheet.title: _rows(sheet, written[sheet.title]) for sheet in values.worksheets}


def _rows(values: Any, written: Any) -> Rows:
    for number, (row, typed) in enumerate(zip(values.iter_rows(), written.iter_rows(), strict=True), 1):
        cells = [_text(cell.value, cell.number_format, other.value) for cell, other in zip(row, typed, strict=True)]
        if any(cells):
            yield number, cells[:MOST_COLUMNS]


def _text(value: Any, format: str, typed: Any) -> str:
    """Return the text of a cell by its value and, where a formula has none, by the formula."""
    if value is None:
        return typed if isinstance(typed, str) else ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 and "." not in format else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _of_ods(content: bytes) -> dict[str, Rows]:
    tables = ElementTree.fromstring(content).iter(_ODS % ("table", "table"))
    return {table.get(_ODS % ("table", "name"), f"sheet {k}"): _ods_rows(table) for k, table in enumerate(tables, 1)}


def _ods_rows(table: ElementTree.Element) -> Rows:
    number = 0
    for row in table.iter(_ODS % ("table", "table-row")):
        times = _repeated(row, "rows")
        cells: list[str] = []
        for cell in row:
            if cell.tag in (_ODS % ("table", "table-cell"), _ODS % ("table", "covered-table-cell")):
                again = _repeated(cell, "columns")
                cells += [_ods_text(cell)] * (again if again <= MOST_REPEATED else 1)
        while cells and not cells[-1]:
            cells.pop()
        for k in range(times if cells and times <= MOST_REPEATED else 1 if cells else 0):
            yield number + 1 + k, cells[:MOST_COLUMNS]
        number += times


def _repeated(element: ElementTree.Element, what: str) -> int:
    return int(element.get(_ODS % ("table", f"number-{what}-repeated"), "1"))


def _ods_text(cell: ElementTree.Element) -> str:
    """Return the text of a cell: the number it holds, not the figures that are shown of it."""
    kind = cell.get(_ODS % ("office", "value-type"), "")
    if kind in ("float", "percentage", "currency"):
        value = float(cell.get(_ODS % ("office", "value"), "nan"))
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if kind == "date":
        return re.sub(r" 00:00:00.*", "", cell.get(_ODS % ("office", "date-value"), "").replace("T", " "))
    return "\n".join("".join(part.itertext()) for part in cell.iter(_ODS % ("text", "p")))


# ---- writing


def xlsx_of(
    rows: Iterable[Sequence[str]], title: str, *, heading: int, open_cells: Set[tuple[int, int]], widths: Sequence[int]
) -> bytes:
    """Return a workbook of one sheet of texts, in which some cells may be filled in, by their row and column from 0.

    They are text, so that a spreadsheet changes nothing that is typed there. All others are locked, without a password;
    the row `heading` and those above it stay where they are. Raises `InputError` without the library that writes it.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Font, Protection
        from openpyxl.utils import get_column_letter
    except ModuleNotFoundError:
        raise InputError("writing xlsx needs openpyxl", kind="extra", hint=EXTRA) from None
    book = Workbook()
    sheet = book.active
    sheet.title = re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "Sheet"
    plain, locked, open_to_all = Alignment(wrap_text=True, vertical="top"), Protection(), Protection(locked=False)
    for i, row in enumerate(rows):
        for k, text in enumerate(row):
            cell = sheet.cell(i + 1, k + 1)
            cell.number_format = "@"
            if text:
                cell.value = _legal(text)
                cell.data_type = "s"  # whatever it begins with, it is no formula
            cell.alignment, cell.font = plain, Font(bold=i == heading)
            cell.protection = open_to_all if (i, k) in open_cells else locked
    for k, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(k)].width = width
    sheet.freeze_panes = f"A{heading + 2}"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _legal(text: str) -> str:
    """Return a text without the control characters that a workbook cannot hold."""
    return "".join(c if c >= " " or c in "\n\t" else " " for c in text)


def _timeless(data: bytes) -> bytes:
    """Return a workbook without the time at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for part in sorted(archive.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = archive.read(part)
            if part == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z?", b"1980-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(part, _DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            again.writestr(info, content)
    return out.getvalue()
