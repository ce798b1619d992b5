"""Blocks of CSV through columns, with pyarrow and NumPy (`gradcli[arrow]`): the same output, byte by byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from ..errors import Source
from ..numbers.systems import FLOAT
from ..record.values import NUMERAL
from .cells import cell_source, quoted
from .columns import ColumnCore, Results
from .compiled import Kept, ResultPlace
from .engine import Answer, Engine, Failure
from .numerals import numeral_column
from .plan import ERROR, Plan, Settings
from .tables import CsvReader

Layout = Sequence[str | Kept | ResultPlace]
MOST_ODD = 0.2  # a block with more odd rows than this costs less row by row


class Batch(NamedTuple):
    """Rows in columns: arrays of the inputs, arrays of what is passed through, and how to read one row alone.

    `lines` is how many lines of the input they were; see `tables.Table` for `odd` and `numbering`.
    """

    size: int
    lines: int
    inputs: list[Any]
    kept: list[Any]
    odd: set[int]
    sources: Callable[[int], Mapping[str, Source]]
    numbering: Sequence[int]


class ColumnEngine(Engine):
    """An engine that computes blocks of CSV in columns, where they are plain enough; its output is the same."""

    def __init__(self, settings: Settings, header: Sequence[str], plan: Plan | None = None) -> None:
        super().__init__(settings, header, plan)
        self.core = ColumnCore(self.plan)
        self.able = self.core.run is not None
        self.csv = CsvColumns(self.plan, header)

    def answer(self, data: bytes) -> Answer:
        """Return the rows of a block with their results."""
        batch = self.csv.batch(data) if self.able else None
        if batch is None:
            return super().answer(data)
        results = self.core.results(batch.inputs, batch.size, batch.odd, batch.sources)
        if len(results.failed) > MOST_ODD * batch.size or (results.failed and self.settings.strict):
            return super().answer(data)
        failures = [Failure(batch.numbering[k], why) for k, why in results.failed.items()]
        return Answer(csv_rows(batch, results, self.layout, self.settings), batch.lines, batch.size, failures)


class CsvColumns:
    """Reads blocks of CSV into columns with pyarrow."""

    def __init__(self, plan: Plan, header: Sequence[str]) -> None:
        import pyarrow as pa
        from pyarrow import csv

        self.plan = plan
        self.delimiter = plan.settings.delimiter.encode()
        places = [header.index(name) for name in plan.read]
        kept = [header.index(name) for name in plan.kept]
        names = [str(k) for k in range(len(header))]
        # A column that is read and kept is needed as text too.
        types = {str(k): pa.float64() for k in places} | {str(k): pa.string() for k in kept}
        self._number = pa.float64()
        self._read = csv.read_csv
        self._whole = partial(csv.ReadOptions, column_names=names, use_threads=False)
        self._options = {
            # Lines are counted with the blank ones, which are dropped: they are an error here, as too few cells are.
            "parse_options": csv.ParseOptions(
                delimiter=plan.settings.delimiter, quote_char=False, ignore_empty_lines=False
            ),
            "convert_options": csv.ConvertOptions(column_types=types, include_columns=list(types), null_values=[]),
        }
        self._texts = CsvReader(plan, header)
        self._invalid = pa.ArrowInvalid

    def batch(self, data: bytes) -> Batch | None:
        """Return a block in columns, or None for one that has to be read more carefully."""
        if not self._texts.places or b'"' in data or not data.isascii():
            return None
        data = data.replace(b"\r\n", b"\n")
        if b"\r" in data:
            return None
        import pyarrow as pa

        from .kernels import converted

        try:
            # A block of the block's size: pyarrow takes memory for one before it looks how much there is.
            table = self._read(pa.py_buffer(data), self._whole(block_size=len(data)), **self._options).combine_chunks()
            columns = {name: table.column(name).combine_chunks() for name in table.column_names}
            inputs = [converted(columns[str(k)], self._number).to_numpy() for k in self._texts.places]
        except self._invalid:
            return None
        kept = [columns[str(k)] for k in self._texts.kept_places]
        if any(map(_formulas, kept)) or (_has_exponents(data) and any((x == 0.0).any() for x in inputs)):
            return None
        lines: list[bytes] = []

        def sources(k: int) -> Mapping[str, Source]:
            if not lines:
                lines.extend(data.split(b"\n"))
            cells = lines[k].decode().split(self.plan.settings.delimiter)
            places = zip(self.plan.columns, self._texts.places, strict=True)
            return {n: cell_source(n, cells[p], comma=self.delimiter != b",") for n, p in places}

        return Batch(table.num_rows, table.num_rows, inputs, kept, set(), sources, range(table.num_rows))


def _has_exponents(data: bytes) -> bool:
    """Whether a number may be too small: a single letter is looked for faster than two."""
    return (b"e" in data or b"E" in data) and (b"e-" in data or b"E-" in data)


def _formulas(column: Any) -> bool:
    """Whether a column of texts has one that a spreadsheet would run."""
    from .kernels import kernel, matches

    starts = matches(column, r"^[=+\-@\t\r]")
    if not kernel("any", starts).as_py():
        return False
    numeral = matches(column, f"^(?:{NUMERAL.pattern})$")
    return bool(kernel("any", kernel("and_not", starts, numeral)).as_py())


def csv_rows(batch: Batch, results: Results, layout: Layout, settings: Settings) -> bytes:
    """Return the rows of a batch as lines of CSV, one per row, without a header."""
    from .kernels import kernel

    parts = [part for part in layout if not isinstance(part, str)]
    pieces = _columns(batch, results, parts, "", repr)
    if settings.strict:
        return _joined(kernel("binary_join_element_wise", _glued(pieces, settings.output_delimiter), "\n", ""))
    ending = _endings(batch, results, "\n", lambda message: quoted(message, settings.output_delimiter) + "\n")
    return _joined(_glued([*pieces, ending], settings.output_delimiter))


def text_rows(batch: Batch, results: Results, layout: Layout) -> bytes:
    """Return the rows of a batch as objects of JSON, one per line."""
    pieces = _columns(batch, results, layout[:-1], "null", lambda x: json.dumps(FLOAT.plain(x)))
    ending = _endings(batch, results, "}\n", lambda message: f', "{ERROR}": {json.dumps(message)}}}\n')
    return _joined(_glued([*pieces, ending], ""))


def _columns(batch: Batch, results: Results, parts: Layout, nothing: str, plain: Callable[[float], str]) -> list[Any]:
    """Return the columns of text that the parts of a layout are; equal columns of numbers are written once."""
    known: dict[int, Any] = {}
    pieces: list[Any] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
        elif isinstance(part, Kept):
            pieces.append(batch.kept[part.column])
        elif (column := results.columns[part.place]) is None:
            pieces.append(nothing)
        else:
            missing = results.missing[part.place]
            key = column.__array_interface__["data"][0]
            if key not in known:  # columns without a number somewhere share no memory
                known[key] = numeral_column(
                    column[: batch.size], [k for k in missing if k < batch.size], nothing, plain
                )
            pieces.append(known[key])
    return pieces


def _glued(pieces: Sequence[Any], delimiter: str) -> Any:
    import pyarrow as pa

    from .kernels import kernel

    if not any(isinstance(piece, (pa.Array, pa.ChunkedArray)) for piece in pieces):
        return pa.array([delimiter.join(pieces)])
    return kernel("binary_join_element_wise", *pieces, delimiter)


def _endings(batch: Batch, results: Results, ending: str, failed: Callable[[str], str]) -> Any:
    """Return the column that ends the lines, with what is wrong where something is."""
    import pyarrow as pa

    if not results.failed:
        return ending
    return pa.array(
        [failed(results.failed[k].message) if k in results.failed else ending for k in range(batch.size)], pa.string()
    )


def _joined(lines: Any) -> bytes:
    """Return a column of texts, one after the other: they lie so in memory."""
    import numpy as np

    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return data.slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes() if len(lines) else b""
