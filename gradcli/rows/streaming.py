"""A stream of rows through a program: the loop, and its exit status."""

from __future__ import annotations

from collections.abc import Iterator

from ..files.outputs import Output
from .arrays import ArrayLines, Sink
from .blocks import COLUMNS_BYTES, Blocks
from .columns import needs
from .engine import Answer, Engine
from .making import engine_of, made_for
from .messages import Reporter, about_columns, tell_remarks
from .plan import Settings

BINARY = {"parquet", "arrow"}


def stream(
    settings: Settings, path: str | None, output: str | None, jobs: int = 1, kind: str = "auto", dask: str | None = None
) -> int:
    """Send the rows of a file, or of standard input, through a program; return the exit status.

    `kind` says how the rows are computed, with the same numbers: one by one ("rows"), in "columns", or "auto".
    `dask` is the address of a cluster that is to do it.

    Raises `InputError` for a program, column or option that cannot be used, `StreamError` for a file that cannot be
    read or written. A row without an answer is no error: it is written with the reason, reported, and counted.
    """
    if settings.total:
        from .totals import stream_sums

        return stream_sums(settings, path, output, jobs, dask)
    if dask is not None:
        from .cluster import stream_cluster

        return stream_cluster(settings, path, output, dask)
    if BINARY.intersection((settings.source, settings.target)):
        from .files import stream_columns

        return stream_columns(settings, path, output)
    if kind == "columns":
        needs("arrow", "pyarrow", "numpy")
    blocks = Blocks(path, settings.delimiter if settings.source == "csv" else None, joined=settings.joined)
    try:
        return _stream(settings, blocks, output, jobs, kind)
    finally:
        blocks.close()


def _stream(settings: Settings, blocks: Blocks, output: str | None, jobs: int, kind: str) -> int:
    header = blocks.header(settings.delimiter) if settings.source == "csv" else None
    if settings.keep is None and header is None:
        settings = settings.keeping(blocks.keys())
    with about_columns(blocks.name):
        engine = made_for(engine_of, settings, header, blocks)
    assert isinstance(engine, Engine)
    tell_remarks(engine.plan.remarks())
    reporter = Reporter(blocks.name, blocks.skipped + (1 if header is None else 2))
    with Output(output) as file:
        sink: Sink = ArrayLines(file) if settings.array else file
        sink.write(engine.header())
        for answer in _answers(engine, header, blocks, jobs, kind):
            sink.write(answer.data)
            reporter.take(answer.lines, answer.rows, answer.failures)
            if settings.strict and answer.failures:
                break
        sink.close()
    return reporter.finish()


def _answers(engine: Engine, header: list[str] | None, blocks: Blocks, jobs: int, kind: str) -> Iterator[Answer]:
    from .jobs import Process, answers, rising

    if jobs == 1:
        return rising(engine, header, blocks, kind)
    blocks.size = COLUMNS_BYTES if kind == "columns" else blocks.size
    return answers([Process(engine.settings, header, kind) for _ in range(jobs)], blocks)
