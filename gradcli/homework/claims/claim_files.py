"""Claims from a file: the CSV or workbook of a worksheet as a spreadsheet saves it, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ...errors import InputError, LimitError, Source
from ...language.names import clip_name
from ...language.syntax import MAX_BYTES
from .answer_tables import (
    GIVEN,
    ZIP,
    TableRow,
    claim_in,
    columns_of,
    decoded,
    delimited,
    is_long,
    lines_of,
    no_table,
    student_column,
    surplus,
    with_comma,
)
from .claims import Claim
from .headings import cell_at
from .markdown_sheets import is_markdown, markdown_rows
from .written_numbers import decimal_commas, without_dash

ELSEWHERE = {
    "problem": "check --homework FILE SHEET checks a sheet of several problems",
    "student": "check reads one sheet; a class is marked with gradcli grade",
}


class ClaimSheet(NamedTuple):
    """What a file hands in: the claims, and the numbers that were given, as texts."""

    claims: list[Claim]
    given: dict[str, str]


def sheet_in(name: str, data: bytes) -> ClaimSheet:
    """Return the sheet in a file: a workbook, JSON if it starts with a brace or bracket, Markdown, or else CSV.

    Raises `InputError` where it is none of them, or holds the claims of several problems or students; `LimitError`
    beyond 8 MiB. What a claim says is not looked at.
    """
    _require_table(name, data)
    if data.startswith(ZIP):
        return _from_rows(name, "", _rows_of_workbook(name, data))
    text = decoded(data)
    if text.lstrip()[:1] in ("{", "["):
        return ClaimSheet(_from_json(name, text), {})
    lines = lines_of(text.replace("\x00", "\ufffd"))
    if is_markdown(text) and "\n|" in text:
        return _from_rows(name, "", markdown_rows(lines))
    return _from_rows(name, *delimited(lines))


def rows_in(name: str, data: bytes) -> Iterator[TableRow]:
    """Return the rows of a table: of a workbook, or of CSV in any encoding.

    Raises `InputError` for a picture, a PDF and what is no text, and `LimitError` beyond 8 MiB.
    """
    _require_table(name, data)
    return _rows_of_workbook(name, data) if data.startswith(ZIP) else delimited(lines_of(decoded(data)))[1]


def _require_table(name: str, data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise LimitError(f"{name} is longer than {MAX_BYTES:,} bytes")
    if other := no_table(data, name):
        raise InputError(other, source=Source(name, ""), kind="claims")


# ---- JSON


def _from_json(name: str, text: str) -> list[Claim]:
    try:
        # Numbers stay text, since the digits that were written count; pairs, so that none is lost.
        data = json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=tuple)
    except json.JSONDecodeError as problem:
        source, span = Source(name, text), (problem.pos, problem.pos + 1)
        raise InputError(f"not JSON: {problem.msg}", source=source, span=span, kind="claims") from None
    except RecursionError:
        raise InputError("nested too deeply", source=Source(name, ""), kind="claims") from None
    if isinstance(data, tuple):
        return [Claim(item, _claim_text(value)) for item, value in data]
    return [_claim_of_entry(name, k, entry) for k, entry in enumerate(data, 1)]


def _claim_of_entry(name: str, k: int, entry: Any) -> Claim:
    """Return the claim of one entry of a list: {"item": ..., "claim": ...} or [item, claim]."""
    if isinstance(entry, tuple):
        fields = dict(entry)
        if isinstance(fields.get("item"), str):
            return Claim(fields["item"], _claim_text(fields.get("claim")))
    elif isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str):
        return Claim(entry[0], _claim_text(entry[1]))
    hint = '[{"item": "df/dq", "claim": "-4"}] or {"df/dq": "-4"}'
    raise InputError(f"entry {k} has no item", source=Source(name, ""), kind="claims", hint=hint)


def _claim_text(value: Any) -> str:
    """Return a JSON value as the text of a claim; what is no number or text is refused later, as a claim."""
    if value is None:
        return ""
    if isinstance(value, list):
        return _array_text(value)
    return without_dash(_text(value))


def _text(value: Any) -> str:
    """Return a text as it is, and any other value of JSON as it is written there, as far as it is shown."""
    return value if isinstance(value, str) else str(value).lower()[:60]


def _array_text(value: list[Any]) -> str:
    """Return a list of JSON as an array that is written down. Nothing recurs: JSON may be nested deeply."""
    out: list[str] = []
    pending: list[Any] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            parts = [part for entry in item for part in (", ", entry)][1:]
            pending += ["]", *parts[::-1], "["]
        else:
            out.append(_text(item))
    return "".join(out)


# ---- CSV


def _rows_of_workbook(name: str, data: bytes) -> Iterator[TableRow]:
    """Yield the rows of the sheets of a workbook, one after the other."""
    from ...files.spreadsheets import sheets_in  # with all that reads archives

    for rows in sheets_in(name, data).values():
        yield from (TableRow(number, cells) for number, cells in rows)


def _from_rows(name: str, delimiter: str, rows: Iterable[TableRow]) -> ClaimSheet:
    sheet = ClaimSheet([], {})
    columns: dict[str, int] | None = None
    header: list[str] = []
    only: dict[str, str] = {}
    for number, row, fault in rows:
        if fault:
            raise InputError(f"line {number}: {fault}", source=Source(name, ""), kind="claims")
        if columns is None:
            columns = _columns(row)
            if columns is not None:
                header = row
                continue
            if len(row) < 2:
                raise InputError(
                    f"line {number}: not a sheet of claims", source=Source(name, ""), kind="claims",
                    hint="it starts with the line item,claim",
                )  # fmt: skip
            columns, header = {"item": 0, "claim": 1}, ["item", "claim"]
        if delimiter == ",":
            row = with_comma(row, header, columns["claim"])
        cells = {key: cell_at(row, k) for key, k in columns.items()}
        cells["claim"] = claim_in(cells["claim"])
        if not cells["item"] and not cells["claim"]:
            continue
        for key in ("problem", "student"):
            if cells.get(key) and only.setdefault(key, cells[key]) != cells[key]:
                raise InputError(
                    f"line {number}: this is another {key}, {clip_name(cells[key])}", source=Source(name, ""),
                    kind="claims", hint=ELSEWHERE[key],
                )  # fmt: skip
        if why := surplus(row, header, columns["claim"], delimiter):
            sheet.claims.append(Claim(cells["item"], (delimiter or ",").join(row[columns["claim"] :]), why))
        elif cells.get("question", "").lower() == GIVEN:
            sheet.given[cells["item"]] = cells["claim"]
        else:
            claim = cells["claim"]
            comma = delimiter == ";" and bool(decimal_commas(claim))
            sheet.claims.append(Claim(cells["item"], claim, comma=comma))
    return sheet


def _columns(row: list[str]) -> dict[str, int] | None:
    """Return where the columns are, by the names of a header, or None if this row is none."""
    columns = columns_of(row)
    if not is_long(columns):
        return None
    wanted = ("item", "claim", "question", "problem")
    found: dict[str, int] = {key: columns[key] for key in wanted if key in columns}
    student = student_column(row)
    return found if student < 0 else {**found, "student": student}
