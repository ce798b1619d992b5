"""Blocks of text to tables: rows of CSV or objects of NDJSON, cut into columns; what cannot be cut is an odd row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import GradcliError, InputError, Source
from ..files.json_objects import object_spans
from ..text import counted, visible
from .arrays import UNCLOSED
from .blocks import MAX_QUOTED_BYTES, blanks, encoded, open_quote
from .cells import cell_source, empty_cell, float_numbers, kept_cells, kept_values, numbers
from .plan import Plan, listed

LOST = f"a quote that opens in this row does not close within {MAX_QUOTED_BYTES:,} bytes"


class ColumnBlock(NamedTuple):
    """A block of rows in columns: numbers of the inputs, and the texts that are passed through.

    `odd` holds the rows whose numbers are stand-ins, `failed` those with nothing to compute; `numbering` has the place
    of every row among the block's lines, of which there are `lines`; `raw` is the reader's own.
    """

    size: int
    lines: int
    inputs: list[list[float]]
    kept: list[Sequence[str]]
    odd: set[int]
    failed: dict[int, GradcliError]
    numbering: Sequence[int]
    raw: Any


class CsvReader:
    """Cuts blocks of CSV for a plan."""

    def __init__(self, plan: Plan, header: Sequence[str]) -> None:
        self.plan = plan
        self.width = len(header)
        self.delimiter = plan.settings.delimiter
        self.places = [header.index(name) for name in plan.read if name in header]  # entries of lists have no column
        self.kept_places = [header.index(name) for name in plan.kept]
        self.header = header
        self.blanks = blanks(self.delimiter)

    def table(self, text: str) -> ColumnBlock:
        """Return the rows of a block, which ends with a newline."""
        columns = None
        if '"' not in text:
            text = text.replace("\r\n", "\n")
            if "\r" not in text:
                columns = self._split(text)
        failed: dict[int, GradcliError] = {}
        numbering: Sequence[int]
        if columns is None:
            columns, failed, numbering, count = self._read(text)
        else:
            count = text.count("\n")
            numbering = range(count)
        odd: set[int] = set(failed)
        inputs = [numbers(columns[place], odd, comma=self.delimiter != ",") for place in self.places]
        write = {
            "csv": lambda cells: kept_cells(cells, self.plan.settings.output_delimiter),
            "ndjson": kept_values,
        }.get(self.plan.settings.target)
        kept: list[Sequence[str]] = []
        for place in self.kept_places:
            kept.append(write(columns[place]) if write else columns[place])
        return ColumnBlock(len(numbering), count, inputs, kept, odd, failed, numbering, columns)

    def _split(self, text: str) -> list[list[str]] | None:
        """Return the columns of a block without quotes, or None if its rows are not all as long as the header."""
        count, step = text.count("\n"), self.width + 1
        cells = text.replace("\n", f"{self.delimiter}\n{self.delimiter}").split(self.delimiter)
        if len(cells) != count * step + 1 or cells[self.width :: step].count("\n") != count:
            return None
        columns = [cells[place:-1:step] for place in range(self.width)]
        if self.width > 1:
            return columns
        blank = "" in columns[0] or (
            (" " in text or "\t" in text) and not all(c.strip(self.blanks) for c in columns[0])
        )
        return None if blank else columns

    def _read(self, text: str) -> tuple[list[list[str]], dict[int, GradcliError], list[int], int]:
        """Return the columns of any block, the rows that failed, the line of every row, and how many lines."""
        lines = io.StringIO(text, newline="").readlines()
        reader = csv.reader(lines, delimiter=self.delimiter)
        rows: list[list[str]] = []
        failed: dict[int, GradcliError] = {}
        numbering: list[int] = []
        lost = text.count("\n") == 1 and open_quote(encoded(text), self.delimiter) is not None
        while True:
            number = reader.line_num
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as problem:
                failed[len(rows)] = InputError(str(problem), kind="cell")
                row = [""] * self.width
            if not lines[reader.line_num - 1].strip(f"{self.blanks}\r\n"):
                continue
            if lost or len(row) != self.width:
                failed[len(rows)] = InputError(LOST, kind="cell") if lost else self._misfit(row)
                cells = [cell.rstrip("\r\n") for cell in row] if lost else row
                row = (cells + [""] * self.width)[: self.width]
            numbering.append(number)
            rows.append(row)
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in self.header]
        return columns, failed, numbering, len(lines)

    def _misfit(self, row: Sequence[str]) -> InputError:
        for name, place in zip(self.plan.columns, self.places, strict=True):
            if place >= len(row):
                return empty_cell(name)
        return InputError(f"it has {counted(len(row), 'cell')}, and the header has {self.width}", kind="cell")

    def sources(self, table: ColumnBlock, k: int) -> dict[str, Source]:
        """Return the texts of a row's inputs; raises for one that is no number at first sight."""
        return {
            name: cell_source(name, table.raw[place][k], comma=self.delimiter != ",")
            for name, place in zip(self.plan.columns, self.places, strict=True)
        }


class JsonReader:
    """Cuts blocks of NDJSON for a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.decode = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse).raw_decode
        self.decode_texts = json.JSONDecoder(parse_float=str, parse_int=str).raw_decode

    def table(self, text: str) -> ColumnBlock:
        """Return the rows of a block, which ends with a newline."""
        objects: list[dict[str, Any]] = []
        lines: list[str] = []
        numbering: list[int] = []
        failed: dict[int, GradcliError] = {}
        for number, line in enumerate(text.split("\n")):
            line = line.strip(" \t\r")
            if not line:
                continue
            try:
                row = self._object(line)
            except InputError as problem:
                failed[len(lines)] = problem
                row = {}
            objects.append(row)
            lines.append(line)
            numbering.append(number)
        odd: set[int] = set(failed)
        inputs = [float_numbers([row.get(name) for row in objects], lines, odd) for name in self.plan.read]
        kept: list[Sequence[str]] = []
        for name in self.plan.kept:
            column = [row.get(name) for row in objects]
            texts = [_as_written(value, name, line) for value, line in zip(column, lines, strict=True)]
            if self.plan.settings.target != "ndjson":
                texts = [_cell(value, text) for value, text in zip(column, texts, strict=True)]
            if self.plan.settings.target == "csv":
                kept.append(kept_cells(texts, self.plan.settings.output_delimiter))
            else:
                kept.append(texts)
        return ColumnBlock(len(lines), text.count("\n"), inputs, kept, odd, failed, numbering, lines)

    def _object(self, line: str) -> dict[str, Any]:
        if line == UNCLOSED.decode():
            raise InputError("the array does not end: its ] is missing", kind="cell")
        try:
            row, end = self.decode(line)
        except json.JSONDecodeError as problem:
            raise InputError(f"not JSON: {problem.msg} at column {problem.pos + 1}", kind="cell") from None
        except (RecursionError, ValueError):
            raise InputError("not an object of numbers and texts", kind="cell") from None
        if end != len(line):
            raise InputError(f"not JSON: more than an object, at column {end + 1}", kind="cell")
        if isinstance(row, list):
            raise InputError("not an object but an array (jq -c '.[]' makes lines of it)", kind="cell")
        if not isinstance(row, dict):
            raise InputError("not an object", kind="cell")
        return self._flat(row)

    def _flat(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return an object with the entries of its arrays under names of their own."""
        for name, shape in self.plan.settings.shapes:
            if name in self.plan.arrays and isinstance(row.get(name), list):
                entries = [row[name]]
                for size in shape:
                    if not all(isinstance(entry, list) and len(entry) == size for entry in entries):
                        what = f"{name} is not {'x'.join(map(str, shape))}, as it is in the first object"
                        raise InputError(what, kind="cell")
                    entries = [inner for entry in entries for inner in entry]
                row = {**row, **dict(zip(self.plan.arrays[name], entries, strict=True))}
        return row

    def sources(self, table: ColumnBlock, k: int) -> dict[str, Source]:
        """Return the texts of a row's inputs; raises for one that is no number at first sight."""
        row = self._flat(self.decode_texts(table.raw[k])[0])
        missing = [name for name in self.plan.read if name not in row]
        if missing:
            raise InputError(f"{listed(missing)} {'are' if missing[1:] else 'is'} missing", kind="cell")
        pairs = list(zip(self.plan.columns, self.plan.read, strict=True))
        for name, key in pairs:
            if not isinstance(row[key], str):
                value: object = row[key]
                text = (
                    "a list"
                    if isinstance(value, list)
                    else "an object"
                    if isinstance(value, dict)
                    else json.dumps(value)
                )
                raise InputError(f"{text} is not a number", source=Source(name, text), kind="cell")
        return {name: cell_source(name, row[key]) for name, key in pairs}


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for k, name in enumerate(names) if name in names[:k])
        raise InputError(f"{visible(twice)[:40]} stands twice in the object", kind="cell")
    return found


def _refuse(word: str) -> None:
    raise InputError(f"{word} is not a number", kind="cell")


def _as_written(value: Any, name: str, line: str) -> str:
    """Return the value of a key as JSON. Numbers, also inside lists, keep the digits that they have in the line."""
    text = json.dumps(value)
    if value is None or isinstance(value, str | bool) or (isinstance(value, int) and value != 0):
        return text
    key = json.dumps(name)
    for head in (f"{key}: {text}", f"{key}:{text}"):  # for most: the spans of all values take longer
        _, found, rest = line.partition(head)
        if found and rest[0] in ",} ":
            return text
    spans = {json.loads(line[slice(*place)]): span for place, span in object_spans(line)}
    return line[slice(*spans[name])] if name in spans else text  # an entry of an array has no key


def _cell(value: Any, text: str) -> str:
    """Return a value that stands so in a line of JSON as a cell."""
    return value if isinstance(value, str) else "" if value is None else text


def reader_of(plan: Plan, header: Sequence[str] | None) -> CsvReader | JsonReader:
    """Return what cuts the blocks of a stream: rows of CSV below a header, or objects of NDJSON, which have none."""
    return JsonReader(plan) if header is None else CsvReader(plan, header)
