"""The formats parquet and arrow: batches of typed columns in and out, from and to texts where the other side is one."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from ..errors import GradcliError, InputError, Source, StreamError
from ..syntax import clip_name
from .arrow import Batch, CsvColumns, csv_rows, text_rows
from .blocks import Blocks, Sink, decoded
from .blocks import reason as system_reason
from .cells import kept_cells
from .columns import ColumnCore, Results, needs
from .engine import Engine, Failure, reason
from .messages import Reporter
from .numerals import numeral_column
from .plan import ERROR, Plan, Settings
from .tables import CsvReader, JsonReader

ROWS = 1 << 17  # of a batch
GROUP = 1 << 20  # rows of a row group of parquet
BINARY = ("parquet", "arrow")


def stream_columns(settings: Settings, path: str | None, output: str | None) -> int:
    """Send the rows of a file through a program where the input or the output is parquet or arrow."""
    needs("arrow", "pyarrow", "numpy")
    source = _BinarySource(settings, path) if settings.source in BINARY else _TextSource(settings, path)
    plan = Plan(settings, source.header)
    batches = source.batches(plan)
    core = ColumnCore(plan, reason)
    reporter = Reporter(source.name, source.first)
    sink = _BinarySink(plan, source.fields(plan), output) if settings.target in BINARY else _TextSink(plan, output)
    try:
        for batch in batches:
            results = core.results(batch.inputs, batch.size, batch.odd, batch.sources)
            failures = [Failure(batch.numbering[k], f.status, f.message) for k, f in results.failed.items()]
            stop = settings.strict and bool(failures)
            sink.write(_cut(batch, min(results.failed)) if stop else batch, results)
            reporter.take(batch.lines, failures)
            if stop:
                break
        sink.close()
    except GradcliError:
        sink.discard()
        raise
    return reporter.finish()


def _cut(batch: Batch, size: int) -> Batch:
    """Return the first rows of a batch."""
    return batch._replace(size=size, kept=[column.slice(0, size) for column in batch.kept])


# ---- in


class _TextSource:
    """CSV or NDJSON as batches."""

    def __init__(self, settings: Settings, path: str | None) -> None:
        self.blocks = Blocks(path, settings.delimiter, 1 << 20)
        self.name = self.blocks.name
        self.header = self.blocks.header(settings.delimiter) if settings.source == "csv" else None
        self.first = 1 if self.header is None else 2

    def fields(self, plan: Plan) -> list[Any]:
        """Return the types of the columns that are kept."""
        import pyarrow as pa

        return [pa.field(name, pa.string()) for name in plan.kept]

    def batches(self, plan: Plan) -> Iterator[Batch]:
        """Yield the rows in columns."""
        import numpy as np
        import pyarrow as pa

        columns = CsvColumns(plan, self.header) if self.header is not None else None
        reader = JsonReader(plan) if self.header is None else CsvReader(plan, self.header)
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
            yield Batch(table.size, data.count(b"\n"), inputs, kept, table.odd, sources, table.numbering)


class _BinarySource:
    """A file of parquet or arrow, or a stream of arrow, as batches."""

    first = 1

    def __init__(self, settings: Settings, path: str | None) -> None:
        import pyarrow as pa

        self.name = "standard input" if path in (None, "-") else str(path)
        try:
            self._file = _opened(path, seekable=settings.source == "parquet")
            if settings.source == "parquet":
                import pyarrow.parquet as pq

                self._parquet = pq.ParquetFile(self._file)
                self.schema = self._parquet.schema_arrow
            else:
                self._parquet = None
                self._stream = _arrow_batches(self._file)
                self.schema = self._stream.schema
        except (OSError, pa.ArrowInvalid) as problem:
            raise StreamError(f"{self.name}: {system_reason(problem).splitlines()[0]}") from None
        self.header: list[str] | None = list(self.schema.names)

    def fields(self, plan: Plan) -> list[Any]:
        """Return the types of the columns that are kept."""
        return [self.schema.field(name) for name in plan.kept]

    def batches(self, plan: Plan) -> Iterator[Batch]:
        """Return the rows in columns; raise for a column that holds no numbers."""
        import pyarrow as pa

        for name in plan.columns:
            kind = self.schema.field(name).type
            if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
                raise InputError(f"column {clip_name(name)} holds {kind}, not numbers", kind="column")
        return self._batches(plan)

    def _batches(self, plan: Plan) -> Iterator[Batch]:
        import pyarrow as pa

        wanted = list(dict.fromkeys([*plan.columns, *plan.kept]))
        incoming = self._parquet.iter_batches(ROWS, columns=wanted) if self._parquet is not None else self._stream
        try:
            for batch in incoming:
                if batch.num_rows:
                    yield _typed(batch, plan)
        except (OSError, pa.ArrowInvalid) as problem:
            raise StreamError(f"{self.name}: {system_reason(problem).splitlines()[0]}") from None


def _typed(batch: Any, plan: Plan) -> Batch:
    """Return a record batch of pyarrow as one of ours."""
    import numpy as np
    import pyarrow as pa

    columns = [batch.column(name) for name in plan.columns]
    odd: set[int] = set()
    inputs = []
    for column in columns:
        if column.null_count:
            odd.update(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False)).tolist())
            column = column.fill_null(pa.scalar(1, column.type))
        inputs.append(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))

    def sources(k: int) -> Mapping[str, Source]:
        found = {}
        for name, column in zip(plan.columns, columns, strict=True):
            value = column[k].as_py()
            if value is None:
                raise InputError(f"{name} is empty", kind="cell")
            if not math.isfinite(value):
                raise InputError(f"column {name}: {value} is not a number", kind="cell")
            found[name] = Source(name, repr(float(value)))
        return found

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


class _arrow_batches:  # noqa: N801 - a function with a schema
    """The batches of arrow's file or stream format."""

    def __init__(self, file: Any) -> None:
        import pyarrow as pa

        whole = False
        if not isinstance(file, pa.PythonFile) or sys.stdin.buffer.seekable():
            whole = file.read(6) == b"ARROW1"
            file.seek(0)
        self._reader = pa.ipc.open_file(file) if whole else pa.ipc.open_stream(file)
        self.schema = self._reader.schema

    def __iter__(self) -> Iterator[Any]:
        import pyarrow as pa

        if isinstance(self._reader, pa.ipc.RecordBatchFileReader):
            for k in range(self._reader.num_record_batches):
                yield self._reader.get_batch(k)
        else:
            yield from self._reader


# ---- out


class _TextSink:
    """CSV or NDJSON from batches."""

    def __init__(self, plan: Plan, output: str | None) -> None:
        self.plan = plan
        self.engine = Engine(plan.settings, None if plan.settings.source == "ndjson" else plan.header or ())
        self.sink = Sink(output)
        self.sink.write(self.engine.header())
        self.close = self.sink.close
        self.discard = self.sink.discard

    def write(self, batch: Batch, results: Results) -> None:
        """Write the rows of a batch."""
        settings = self.plan.settings
        if settings.target == "csv":
            kept = [_cells(column, settings.delimiter) for column in batch.kept]
            self.sink.write(csv_rows(batch._replace(kept=kept), results, self.engine.layout, settings))
        else:
            kept = [_values(column) for column in batch.kept]
            self.sink.write(text_rows(batch._replace(kept=kept), results, self.engine.layout))


def _cells(column: Any, delimiter: str) -> Any:
    """Return a typed column as cells of CSV."""
    import pyarrow as pa

    if pa.types.is_float64(column.type) and not column.null_count:
        return numeral_column(column.to_numpy(), (), "", repr)
    if pa.types.is_integer(column.type):
        return column.cast(pa.string()).fill_null("")
    texts = ["" if x is None else x if isinstance(x, str) else str(x) for x in column.to_pylist()]
    return pa.array(kept_cells(texts, delimiter), pa.string())


def _values(column: Any) -> Any:
    """Return a typed column as values of JSON."""
    import pyarrow as pa

    return pa.array([json.dumps(_finite(x), default=str) for x in column.to_pylist()], pa.string())


def _finite(x: Any) -> Any:
    return str(x) if isinstance(x, float) and not math.isfinite(x) else x


class _BinarySink:
    """Parquet or arrow from batches. Row groups are written while the next batches are computed."""

    def __init__(self, plan: Plan, kept: Sequence[Any], output: str | None) -> None:
        import pyarrow as pa

        self.plan = plan
        ends = [] if plan.settings.strict else [pa.field(ERROR, pa.string())]
        self.schema = pa.schema([*kept, *(pa.field(name, pa.float64()) for name in plan.names), *ends])
        self.sink = Sink(output)
        file = pa.PythonFile(_Counted(self.sink), mode="w")
        if plan.settings.target == "parquet":
            import pyarrow.parquet as pq

            texts = [field.name for field in kept if pa.types.is_string(field.type)]
            self._writer = pq.ParquetWriter(file, self.schema, use_dictionary=texts or False, compression="snappy")
        elif output is not None and output.lower().endswith((".arrow", ".feather")):
            self._writer = pa.ipc.new_file(file, self.schema)
        else:
            self._writer = pa.ipc.new_stream(file, self.schema)
        self._waiting: list[Any] = []
        self._rows = 0
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def write(self, batch: Batch, results: Results) -> None:
        """Take the rows of a batch."""
        import numpy as np
        import pyarrow as pa

        columns = list(batch.kept)
        for column, missing in zip(results.columns, results.missing, strict=True):
            if column is None:
                columns.append(pa.nulls(batch.size, pa.float64()))
                continue
            mask: Any = None
            if missing:
                mask = np.zeros(len(column), dtype=bool)
                mask[missing] = True
                mask = mask[: batch.size]
            columns.append(pa.array(np.ascontiguousarray(column[: batch.size]), pa.float64(), mask=mask))
        if not self.plan.settings.strict:
            columns.append(_errors(batch.size, results))
        self._waiting.append(pa.RecordBatch.from_arrays(columns, schema=self.schema))
        self._rows += batch.size
        if self._rows >= GROUP or self.plan.settings.target == "arrow":
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._writing is not None:
            self._writing.result()
        table = pa.Table.from_batches(self._waiting, self.schema)
        self._waiting, self._rows = [], 0
        self._writing = self._pool.submit(self._writer.write_table, table)

    def close(self) -> None:
        """Write what waits, and put the file in its place."""
        self._flush()
        assert self._writing is not None
        self._writing.result()
        self._pool.shutdown()
        self._writer.close()
        self.sink.close()

    def discard(self) -> None:
        """Leave nothing of the file behind."""
        self._pool.shutdown()
        self.sink.discard()


def _errors(size: int, results: Results) -> Any:
    """Return the column of what is wrong with the rows."""
    import pyarrow as pa

    if not results.failed:
        return pa.nulls(size, pa.string())
    return pa.array([results.failed[k].message if k in results.failed else None for k in range(size)], pa.string())


class _Counted:
    """A sink as the file that pyarrow writes to: it asks how much has been written, which a pipe cannot tell."""

    closed = False

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._written = 0

    def write(self, data: Any) -> int:
        """Write bytes."""
        self._sink.write(data)
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        """Return how many bytes have been written."""
        return self._written

    def flush(self) -> None:
        """Return: a sink keeps nothing back."""

    def close(self) -> None:
        """Return: the sink is closed by its owner."""
