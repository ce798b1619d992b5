"""Where batches go: lines of CSV or NDJSON, files of parquet, files and streams of arrow."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import partial
from typing import Any

from ..files.outputs import Output
from ..files.workers import Worker
from .arrays import ArrayLines, Sink
from .arrow import Batch, csv_rows, text_rows
from .cells import kept_cells
from .columns import Results
from .engine import Engine
from .numerals import numeral_column
from .plan import ERROR, Plan

GROUP_ROWS = 1 << 18  # rows of a row group of parquet; at most two are held, one that is being written


class TextSink:
    """CSV or NDJSON from batches."""

    def __init__(self, plan: Plan, output: str | None) -> None:
        self.plan = plan
        self.engine = Engine(plan.settings, None if plan.settings.source == "ndjson" else plan.header or ())
        self.sink: Sink = ArrayLines(Output(output)) if plan.settings.array else Output(output)
        self.sink.write(self.engine.header())
        self.close = self.sink.close
        self.discard = self.sink.discard

    def write(self, batch: Batch, results: Results) -> None:
        """Write the rows of a batch."""
        settings = self.plan.settings
        if settings.target == "csv":
            kept = [_cells(column, settings.output_delimiter) for column in batch.kept]
            self.sink.write(csv_rows(batch._replace(kept=kept), results, self.engine.layout, settings))
        else:
            kept = [_values(column) for column in batch.kept]
            self.sink.write(text_rows(batch._replace(kept=kept), results, self.engine.layout))


def _cells(column: Any, delimiter: str) -> Any:
    """Return a typed column as cells of CSV."""
    import pyarrow as pa

    from .kernels import converted, kernel

    if pa.types.is_float64(column.type) and not column.null_count:
        return numeral_column(column.to_numpy(), (), "", repr)
    if pa.types.is_integer(column.type):
        return kernel("coalesce", converted(column, pa.string()), "")
    texts = ["" if x is None else x if isinstance(x, str) else str(x) for x in column.to_pylist()]
    return pa.array(kept_cells(texts, delimiter), pa.string())


def _values(column: Any) -> Any:
    """Return a typed column as values of JSON."""
    import pyarrow as pa

    return pa.array([json.dumps(_finite(x), default=str) for x in column.to_pylist()], pa.string())


def _finite(x: Any) -> Any:
    return str(x) if isinstance(x, float) and not math.isfinite(x) else x


class BinarySink:
    """Parquet or arrow from batches. Row groups are written while the next batches are computed."""

    def __init__(self, plan: Plan, kept: Sequence[Any], output: str | None) -> None:
        import pyarrow as pa

        self.plan = plan
        ends = [] if plan.settings.strict else [pa.field(ERROR, pa.string())]
        self.schema = pa.schema([*kept, *(pa.field(name, pa.float64()) for name in plan.names), *ends])
        self.sink = Output(output)
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
        self._worker = Worker[None]()
        self._writing = False

    def write(self, batch: Batch, results: Results) -> None:
        """Take the rows of a batch."""
        import numpy as np
        import pyarrow as pa

        from .kernels import number_column

        columns = list(batch.kept)
        for column, missing in zip(results.columns, results.missing, strict=True):
            if column is None:
                columns.append(pa.nulls(batch.size, pa.float64()))
                continue
            here: Any = None
            if missing:
                here = np.ones(len(column), dtype=bool)
                here[missing] = False
                here = here[: batch.size]
            columns.append(number_column(column[: batch.size], here))
        if not self.plan.settings.strict:
            columns.append(_errors(batch.size, results))
        self._waiting.append(pa.RecordBatch.from_arrays(columns, schema=self.schema))
        self._rows += batch.size
        if self._rows >= GROUP_ROWS or self.plan.settings.target == "arrow":
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._writing:
            self._worker.result()
        table = pa.Table.from_batches(self._waiting, self.schema)
        self._waiting, self._rows = [], 0
        self._worker.begin(partial(self._writer.write_table, table))
        self._writing = True

    def close(self) -> None:
        """Write what waits, and put the file in its place."""
        self._flush()
        self._worker.result()
        self._worker.stop()
        self._writer.close()
        self.sink.close()

    def discard(self) -> None:
        """Leave nothing of the file behind."""
        self._worker.stop()
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

    def __init__(self, sink: Output) -> None:
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
