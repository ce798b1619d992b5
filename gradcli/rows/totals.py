"""The one line that a stream of rows adds up to: the passes over the rows, and what is written and told."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence

from ..files.outputs import Output
from ..numbers.systems import FLOAT
from ..text import counted, visible
from .blocks import Blocks, encoded
from .cells import quoted
from .columns import begin_arrow, needs
from .jobs import Process, answers
from .making import engine_of, made_for
from .messages import Reporter, about_columns, tell
from .plan import Plan, Settings
from .sources import BinarySource
from .summing import SumEngine, Totals, typed_batch

MORE_BITS = 1_400  # of balls in which a sum of 0 is told from noise: those of the smallest binary64 and some more


def finish(totals: Totals, again: Callable[[], Totals] | None, reporter: Reporter, output: str | None) -> int:
    """Write the line, and return the exit status.

    `again` reads the rows once more, in balls of more bits. Raises `MathError` for a mean that does not exist.
    """
    settings, status = totals.plan.settings, reporter.finish()
    if reporter.failures and not settings.skip_errors:
        many = "the row failed" if reporter.done == 1 else f"{reporter.failures:,} of {reporter.done:,} rows failed"
        many = "a row failed" if settings.strict else many
        hint = "" if settings.strict else "; --skip-errors leaves them out"
        tell(f"gradcli: {reporter.short_name}: there is no {settings.total}: {many}{hint}")
        return status
    if reporter.failures:
        tell(f"gradcli: note: the {settings.total} leaves out {counted(reporter.failures, 'row')}")
    if not totals.sums.rows:
        tell(f"gradcli: note: {reporter.short_name} has no rows{' left' if reporter.failures else ''}")
    found = totals.numbers()
    if again is not None and any(total.doubtful for total in found):
        found = again().numbers()
    with Output(output) as file:
        file.write(encoded(_line(totals.plan, [total.number for total in found])))
        file.close()
    for name, total in zip(totals.plan.names, found, strict=True):
        if total.why:
            hint = "; a file is read again, with more digits" if total.doubtful and again is None else ""
            tell(f"gradcli: {reporter.short_name}: there is no {settings.total} of {visible(name)}: {total.why}{hint}")
    return 3 if any(total.why for total in found) else 0


def _line(plan: Plan, numbers: Sequence[float | None]) -> str:
    """Return the results as a header and a row, or as an object."""
    if plan.settings.target != "csv":
        pairs = (f"{json.dumps(n)}: {_plain(x)}" for n, x in zip(plan.names, numbers, strict=True))
        return f"{{{', '.join(pairs)}}}\n"
    delimiter = plan.settings.output_delimiter
    header = delimiter.join(quoted(name, delimiter) for name in plan.names)
    return f"{header}\n{delimiter.join('' if x is None else FLOAT.text(x) for x in numbers)}\n"


def _plain(x: float | None) -> str:
    return "null" if x is None else json.dumps(FLOAT.plain(x))


def stream_sums(settings: Settings, path: str | None, output: str | None, jobs: int, dask: str | None) -> int:
    """Add up the rows of a file, or of standard input, and write the line; return the exit status.

    Raises what `stream` raises, and `MathError` for a mean that does not exist.
    """
    reporter = Reporter("", 1)
    totals = _pass(settings, path, jobs, dask, reporter)

    def again() -> Totals:
        return _pass(settings._replace(bits=MORE_BITS), path, jobs, dask, Reporter("", 1, silent=True))

    is_file = path not in (None, "-") and (dask is not None or os.path.isfile(str(path)))
    return finish(totals, again if is_file else None, reporter, output)


def _pass(settings: Settings, path: str | None, jobs: int, dask: str | None, reporter: Reporter) -> Totals:
    """Read the rows once; return their sums."""
    if dask is not None:
        from .cluster import cluster_sums

        return cluster_sums(settings, path, dask, reporter)
    if settings.source in ("parquet", "arrow"):
        return _pass_of_columns(settings, path, reporter)
    blocks = Blocks(path, settings.delimiter if settings.source == "csv" else None, joined=settings.joined)
    try:
        header = blocks.header(settings.delimiter) if settings.source == "csv" else None
        reporter.begin(blocks.name, blocks.skipped + (1 if header is None else 2))
        with about_columns(blocks.name):
            engine = made_for(engine_of, settings, header, blocks)
        totals = _begun(engine.plan, reporter)
        if jobs == 1:
            totals.take(map(engine.answer, blocks), reporter)
        else:
            workers = [Process(engine.settings, header, "rows") for _ in range(jobs)]
            totals.take(answers(workers, blocks), reporter)
    finally:
        blocks.close()
    return totals


def _pass_of_columns(settings: Settings, path: str | None, reporter: Reporter) -> Totals:
    """Read the rows of a file of typed columns once; return their sums."""
    needs("arrow", "pyarrow", "numpy")
    begin_arrow()
    source = BinarySource(settings, path)
    try:
        reporter.begin(source.name, source.first)
        with about_columns(source.name):
            engine = SumEngine(source.made_for(settings), source.header)
        totals = _begun(engine.plan, reporter)
        totals.take((engine.added(typed_batch(batch)) for batch in source.batches(engine.plan)), reporter)
    finally:
        source.close()
    return totals


def _begun(plan: Plan, reporter: Reporter) -> Totals:
    reporter.remark(plan.remarks())
    return Totals(plan)
