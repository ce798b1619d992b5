"""The loop over batches, where the input or the output is a format of typed columns: parquet or arrow."""

from __future__ import annotations

from typing import Any

from .arrow import Batch
from .columns import ColumnCore, begin_arrow, needs
from .engine import Failure
from .making import made_for
from .messages import Reporter, about_columns, tell_remarks
from .plan import Plan, Settings
from .sinks import BinarySink, TextSink
from .sources import BinarySource, TextSource

BINARY = ("parquet", "arrow")


def stream_columns(settings: Settings, path: str | None, output: str | None) -> int:
    """Send the rows of a file through a program where the input or the output is parquet or arrow."""
    needs("arrow", "pyarrow", "numpy")
    begin_arrow()
    source = BinarySource(settings, path) if settings.source in BINARY else TextSource(settings, path)
    if isinstance(source, BinarySource):
        settings = source.made_for(settings)
    if settings.keep is None and source.header is None and isinstance(source, TextSource):
        settings = settings.keeping(source.blocks.keys())
    reporter = Reporter(source.name, source.first)
    try:
        with about_columns(source.name):
            plan = (
                Plan(settings, source.header)
                if isinstance(source, BinarySource)
                else made_for(Plan, settings, source.header, source.blocks)
            )
        tell_remarks(plan.remarks())
        through(plan, source, output, reporter)
    finally:
        source.close()
    return reporter.finish()


def through(plan: Plan, source: BinarySource | TextSource, output: str | None, reporter: Any) -> None:
    """Send all batches of a source through the program; `reporter` takes what became of them."""
    settings = plan.settings
    batches = source.batches(plan)
    core = ColumnCore(plan)
    sink = BinarySink(plan, source.fields(plan), output) if settings.target in BINARY else TextSink(plan, output)
    try:
        for batch in batches:
            if not batch.size:
                reporter.take(batch.lines, 0, [])
                continue
            results = core.results(batch.inputs, batch.size, batch.odd, batch.sources)
            failures = [Failure(batch.numbering[k], why) for k, why in results.failed.items()]
            stop = settings.strict and bool(failures)
            sink.write(_cut(batch, min(results.failed)) if stop else batch, results)
            reporter.take(batch.lines, batch.size, failures)
            if stop:
                break
        sink.close()
    finally:
        sink.discard()


def _cut(batch: Batch, size: int) -> Batch:
    """Return the first rows of a batch."""
    return batch._replace(size=size, kept=[column.slice(0, size) for column in batch.kept])
