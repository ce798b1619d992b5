"""Cells: columns of texts to columns of numbers, and texts to cells that every reader of CSV or JSON takes as text."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from ..errors import InputError, Source
from ..numbers.systems import FLOAT
from ..record.values import NUMERAL, number
from ..text import FORMULA_STARTS, clip, harmless, visible
from .terms import INPUT

LEAST, MOST = 2.0**-INPUT, 2.0**INPUT
PLAIN_WIDTH = 37  # a numeral without exponent of at most so many characters is 0 or from LEAST to MOST
JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+(?:[eE][-+]?[0-9]+)?", re.ASCII)
STAND_IN = 1.0  # what the compiled code computes with in rows whose numbers it must not see


def numbers(cells: Sequence[str], odd: set[int], *, comma: bool = False) -> list[float]:
    """Return the numbers of a column of cells, one entry per row; 0-based rows to look at alone are added to `odd`.

    With `comma` they may have a decimal comma, as in files that separate cells by something else.
    """
    try:
        column = list(map(float, cells))
    except ValueError:
        if comma:
            return numbers([cell.replace(",", ".") for cell in cells], odd)
        return _one_by_one(cells, odd)
    text = "".join(cells)
    # `float` takes more than the language does: underscores, other scripts' digits, nan and inf.
    if not text.isascii() or "_" in text or "n" in text or "N" in text:
        return _one_by_one(cells, odd)
    if "e" in text or "E" in text or max(map(len, cells), default=0) > PLAIN_WIDTH:
        for k, x in enumerate(column):
            if not LEAST <= abs(x) <= MOST and (x or cells[k].strip().strip("-0.")):
                column[k] = STAND_IN
                odd.add(k)
    return column


def _one_by_one(cells: Sequence[str], odd: set[int]) -> list[float]:
    column = []
    for k, cell in enumerate(cells):
        text = cell.strip()
        x = float(text) if NUMERAL.fullmatch(text) else math.nan
        if not LEAST <= abs(x) <= MOST and (x or text.strip("-0.")):
            x = STAND_IN
            odd.add(k)
        column.append(x)
    return column


def float_numbers(values: Sequence[Any], lines: Sequence[str], odd: set[int]) -> list[float]:
    """Return the numbers of JSON values, one entry per row; 0-based rows to look at alone are added to `odd`."""
    column = []
    for k, value in enumerate(values):
        x = value if value.__class__ is float else float(value) if _small_integer(value) else 0.0
        if not LEAST <= abs(x) <= MOST and not (value == 0 and _truly_zero(value, lines[k])):
            x = STAND_IN
            odd.add(k)
        column.append(x)
    return column


def _truly_zero(value: Any, line: str) -> bool:
    """Whether a zero was written as one: a numeral that underflows has an exponent."""
    return value.__class__ is int or (value.__class__ is float and "e-" not in line and "E-" not in line)


def _small_integer(value: Any) -> bool:
    return value.__class__ is int and -(2**INPUT) <= value <= 2**INPUT


def empty_cell(name: str) -> InputError:
    """Return the error for a blank cell: it is no number, not even 0, and its row has no result."""
    return InputError(f"{name} is empty", kind="cell")


def cell_source(name: str, text: str, *, comma: bool = False) -> Source:
    """Return the text of a cell as the value of a name, with a point for the comma that it may have with `comma`.

    Raises `InputError` where it cannot be a value.
    """
    if comma and DECIMAL_COMMA.fullmatch(text.strip()):
        text = text.replace(",", ".")
    if not text.strip():
        raise empty_cell(name)
    source = Source(name, text)
    what = f"{clip(visible(text.strip()), 40)} is not a number"
    if text.lstrip().startswith("+"):
        raise InputError(what, source=source, kind="cell")
    if DECIMAL_COMMA.fullmatch(text.strip()):
        point = text.strip().replace(",", ".")
        raise InputError(f"{what}: write {point}", source=source, kind="cell")
    if not NUMERAL.fullmatch(text.strip()):
        try:
            return Source(name, repr(number(FLOAT, source)))
        except InputError as error:
            what = error.message if error.kind == "number" else what
            raise InputError(what, source=source, kind="cell") from None
    return source


# ---- cells written down


def quoted(text: str, delimiter: str) -> str:
    """Return a text as a cell of CSV."""
    if delimiter in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def kept_cells(cells: Sequence[str], delimiter: str) -> Sequence[str]:
    """Return a column of texts as cells of CSV."""
    text = "\n".join(cells)
    special = '"' in text or "\r" in text or delimiter in text or text.count("\n") != len(cells) - 1
    if not special and not text.startswith(FORMULA_STARTS) and not any(f"\n{c}" in text for c in FORMULA_STARTS):
        return cells
    return [quoted(harmless(cell), delimiter) for cell in cells]


def kept_values(cells: Sequence[str]) -> list[str]:
    """Return a column of texts as values of JSON: numerals as numbers, all else as strings."""
    return [cell if JSON_NUMBER.fullmatch(cell) else json.dumps(cell) for cell in cells]
