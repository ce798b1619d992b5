"""Where batches come from: blocks of CSV or NDJSON, files of parquet, files and streams of arrow."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from ..errors import InputError, Source, StreamError
from ..files.outputs import os_error_text
from ..language.names import clip_name
from .arrow import Batch, CsvColumns
from .blocks import COLUMNS_BYTES, Blocks, decoded
from .list_columns import ListColumn, array_columns, cell, is_numeric, list_columns, shapes_in
from .plan import Plan, Settings
from .tables import reader_of

BATCH_ROWS = 1 << 17  # of a batch
PEEKED = 64  # rows of a batch that is read for the shapes of lists


class TextSource:
    """CSV or NDJSON as batches."""

    def __init__(self, settings: Settings, path: str | None) -> None:
        delimiter = settings.delimiter if settings.source == "csv" else None
        self.blocks = Blocks(path, delimiter, COLUMNS_BYTES, joined=settings.joined)
        self.close = self.blocks.close
        self.name = self.blocks.name
        self.header = None if delimiter is None else self.blocks.header(delimiter)

    @property
    def first(self) -> int:
        """The number of the first record after the header, as a person counts."""
        return self.blocks.skipped + (1 if self.header is None else 2)

    def fields(self, plan: Plan) -> list[Any]:
        """Return the types of the columns that are kept."""
        import pyarrow as pa

        return [pa.field(name, pa.string()) for name in plan.kept]

    def batches(self, plan: Plan) -> Iterator[Batch]:
        """Yield the rows in columns."""
        import numpy as np
        import pyarrow as pa

        columns = CsvColumns(plan, self.header) if self.header is not None else None
        reader = reader_of(plan, self.header)
        for data in self.blocks:
            batch = columns.batch(data) if columns is not None else None
            if batch is not None:
                yield batch
                continue
            table = reader.table(decoded(data))

            def sources(k: int, table: Any = table) -> Mapping[str, Source]:
                if k in table.failed:
                    raise table.failed[k]
                return reader.sources(table, k)

            inputs = [np.array(column, dtype=float) for column in table.inputs]
            kept = [pa.array(column, pa.string()) for column in table.kept]
            yield Batch(table.size, table.lines, inputs, kept, table.odd, sources, table.numbering)


class BinarySource:
    """A file of parquet or arrow, or a stream of arrow, as batches."""

    first = 1

    def __init__(self, settings: Settings, path: str | None, groups: Sequence[int] | None = None) -> None:
        import pyarrow as pa

        self.groups = groups  # of rows, in parquet; all by default
        self._parquet: Any = None
        self._stream: Any = None
        self.name = "standard input" if path in (None, "-") else str(path)
        try:
            self._file = _opened(path, seekable=settings.source == "parquet")
            if settings.source == "parquet":
                import pyarrow.parquet as pq

                self._parquet = pq.ParquetFile(self._file)
                self.schema = self._parquet.schema_arrow
            else:
                self._stream = _ArrowBatches(self._file)
                self.schema = self._stream.schema
        except (OSError, pa.ArrowInvalid) as problem:
            raise StreamError(f"{self.name}: {os_error_text(problem).splitlines()[0]}") from None
        self.header: list[str] | None = list(self.schema.names)

    def made_for(self, settings: Settings) -> Settings:
        """Return the settings with the shapes of columns of lists, which the first rows have."""
        import pyarrow as pa

        names = array_columns(self.schema)
        if not names:
            return settings
        try:
            batches = (
                iter([self._stream.first()] if self._stream is not None else [])
                if self._parquet is None
                else self._parquet.iter_batches(PEEKED, columns=names)
            )
            return settings._replace(shapes=(*settings.shapes, *shapes_in(batches, names)))
        except (OSError, pa.ArrowInvalid) as problem:
            raise StreamError(f"{self.name}: {os_error_text(problem).splitlines()[0]}") from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def fields(self, plan: Plan) -> list[Any]:
        """Return the types of the columns that are kept."""
        return [self.schema.field(name) for name in plan.kept]

    def batches(self, plan: Plan) -> Iterator[Batch]:
        """Return the rows in columns; raise for a column that holds no numbers."""
        listed = {entry for column in _lists(plan) for entry in column.entries}
        for name in plan.read:
            if name not in listed and not is_numeric(kind := self.schema.field(name).type):
                what = f"column {clip_name(name)} holds {kind}, not numbers"
                raise InputError(what, source=Source(self.name, ""), kind="column")
        return self._batches(plan)

    def _batches(self, plan: Plan) -> Iterator[Batch]:
        import pyarrow as pa

        lists = _lists(plan)
        listed = {entry for column in lists for entry in column.entries}
        read = [*(name for name in plan.read if name not in listed), *(column.name for column in lists)]
        wanted = list(dict.fromkeys([*read, *plan.kept]))
        incoming: Any = self._stream
        if self._parquet is not None:
            parts = (
                self._parquet.iter_batches(BATCH_ROWS, columns=wanted, row_groups=some) for some in self._together()
            )
            incoming = chain.from_iterable(parts)
        try:
            for batch in incoming:
                if batch.num_rows:
                    yield typed(batch, plan)
        except (OSError, pa.ArrowInvalid) as problem:
            raise StreamError(f"{self.name}: {os_error_text(problem).splitlines()[0]}") from None

    def _together(self) -> Iterator[list[int]]:
        """Yield the row groups of Parquet that are read together: as few as make a batch.

        pyarrow keeps the bytes of all groups that it is told of until the last one has been read.
        """
        held: list[int] = []
        rows = 0
        for k in range(self._parquet.num_row_groups) if self.groups is None else self.groups:
            held.append(k)
            rows += self._parquet.metadata.row_group(k).num_rows
            if rows >= BATCH_ROWS:
                yield held
                held, rows = [], 0
        if held:
            yield held


def _lists(plan: Plan) -> list[ListColumn]:
    """Return the columns of lists that a program reads."""
    return list_columns(plan.read, dict(plan.settings.shapes), plan.arrays, plan.header or ())


def typed(batch: Any, plan: Plan) -> Batch:
    """Return a record batch of pyarrow as a `Batch`. Raises `InputError` for a column that holds no numbers."""
    import pyarrow as pa

    from .kernels import converted

    odd: set[int] = set()
    lists = _lists(plan)
    numbers: dict[str, Any] = {}
    for found in lists:
        numbers.update(found.numbers(batch.column(found.name), odd))
    columns = {name: batch.column(name) for name in plan.read if name not in numbers}
    for name, column in columns.items():  # what is missing becomes what is no number, and is looked at alone
        numbers[name] = converted(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False)

    def sources(k: int) -> Mapping[str, Source]:
        entries: dict[str, Source] = {}
        for found in lists:
            entries.update(found.sources(batch.column(found.name)[k].as_py()))
        return {
            name: entries[place] if place in entries else cell(name, columns[place][k].as_py())
            for name, place in zip(plan.columns, plan.read, strict=True)
        }

    inputs = [numbers[name] for name in plan.read]
    kept = [batch.column(name) for name in plan.kept]
    return Batch(batch.num_rows, batch.num_rows, inputs, kept, odd, sources, range(batch.num_rows))


def _opened(path: str | None, *, seekable: bool) -> Any:
    """Return a file of pyarrow."""
    import pyarrow as pa

    if path not in (None, "-"):
        return pa.OSFile(str(path))
    if sys.stdin is None:
        raise StreamError("standard input is closed")
    if seekable and not sys.stdin.buffer.seekable():
        raise InputError("parquet cannot be read from a pipe", kind="option", hint="name a file, or pipe arrow")
    return pa.PythonFile(sys.stdin.buffer, mode="r")


class _ArrowBatches:
    """The batches of arrow's file or stream format."""

    def __init__(self, file: Any) -> None:
        import pyarrow as pa

        whole = False
        if not isinstance(file, pa.PythonFile) or sys.stdin.buffer.seekable():
            whole = file.read(6) == b"ARROW1"
            file.seek(0)
        self._reader = pa.ipc.open_file(file) if whole else pa.ipc.open_stream(file)
        self.schema = self._reader.schema
        self._held: list[Any] = []  # batches of a stream that have been looked at

    def first(self) -> Any:
        """Return the first batch, which is given out again afterwards; an empty one of no rows at the end."""
        import pyarrow as pa

        if isinstance(self._reader, pa.ipc.RecordBatchFileReader):
            return self._reader.get_batch(0) if self._reader.num_record_batches else _empty(self.schema)
        if not self._held:
            self._held = [next(iter(self._reader), None) or _empty(self.schema)]
        return self._held[0]

    def __iter__(self) -> Iterator[Any]:
        import pyarrow as pa

        if isinstance(self._reader, pa.ipc.RecordBatchFileReader):
            for k in range(self._reader.num_record_batches):
                yield self._reader.get_batch(k)
        else:
            yield from self._held
            self._held = []
            yield from self._reader


def _empty(schema: Any) -> Any:
    """Return a batch of no rows."""
    import pyarrow as pa

    return pa.RecordBatch.from_pylist([], schema=schema)
