"""Rows over a cluster, through dask (`gradcli[dask]`): partitions in, partitions out, or one stream in order.

A partition is a range of bytes of CSV or NDJSON that ends with a line, or a few row groups of parquet. The workers have
gradcli installed and see the same files, as with everything on dask.
"""

from __future__ import annotations

import csv
import functools
import os
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..errors import InputError, StreamError
from ..files.outputs import Output, os_error_text
from .blocks import MAX_RECORD_BYTES, blank_lines, decoded, open_quote
from .columns import needs
from .engine import Answer, Engine, Failure
from .jobs import columnar
from .making import engine_of
from .messages import Reporter, tell_remarks
from .plan import Plan, Settings
from .summing import SumEngine, Totals, typed_batch

PARTITION_BYTES = 1 << 26  # bytes of text
ROW_GROUPS = 4  # row groups of parquet
WAIT = "10s"  # for the scheduler to answer


class Partition(NamedTuple):
    """A partition: the file it is of, whether it is the first of it, and the bytes or row groups that it is."""

    file: str
    first: bool
    content: Any


def stream_cluster(settings: Settings, pattern: str | None, output: str | None, address: str) -> int:
    """Send the rows of files through a program on a dask cluster; return the exit status.

    `output` is a file, nothing for standard output, or a folder (an existing one, or a name that ends with /): then
    every partition becomes a file of its own there.
    """
    _check(settings, pattern)
    folder = output if output is not None and (output.endswith("/") or os.path.isdir(output)) else None
    if folder is None and "parquet" in (settings.source, settings.target):
        raise InputError("parquet on a cluster needs a folder: -o NAME/", kind="option")
    if settings.target == "parquet" and settings.source != "parquet":
        raise InputError(
            "only parquet becomes parquet on a cluster", kind="option", hint="convert the result afterwards"
        )
    with _connected(address) as client:
        return _ClusterRun(settings, str(pattern), client).stream(output, folder)


def cluster_sums(settings: Settings, pattern: str | None, address: str, reporter: Reporter) -> Totals:
    """Return the sums over the rows of files, which a dask cluster adds up."""
    _check(settings, pattern)
    with _connected(address) as client:
        run = _ClusterRun(settings, str(pattern), client)
        reporter.remark(run.engine.plan.remarks())
        totals = Totals(run.engine.plan)
        totals.take(run.answers(reporter, None), reporter)
    return totals


def _check(settings: Settings, pattern: str | None) -> None:
    needs("dask", "dask", "distributed")
    if pattern in (None, "-"):
        raise InputError("--dask needs a file, or a pattern such as 'points-*.csv'", kind="option")
    if "arrow" in (settings.source, settings.target) or settings.joined or settings.array:
        raise InputError("--dask reads and writes csv, ndjson and parquet", kind="option")
    if "parquet" in (settings.source, settings.target):
        needs("arrow", "pyarrow", "numpy")


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A context with a client of the cluster at an address."""
    import distributed

    try:
        client = distributed.Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as problem:
        raise StreamError(f"the cluster at {address}: {os_error_text(problem)}") from None
    with client:
        try:
            yield client
        except distributed.KilledWorker:
            raise StreamError(f"the cluster at {address}: a worker has ended") from None


class _ClusterRun:
    """One program over the partitions of some files."""

    def __init__(self, settings: Settings, pattern: str, client: Any) -> None:
        self.settings = settings
        self.client = client
        found = _parquet_parts(pattern) if settings.source == "parquet" else _text_parts(settings, pattern)
        self.parts, self.header = found
        self.engine = engine_of(settings, self.header)  # says at once what is wrong with the program or the columns
        threads = sum(client.nthreads().values())
        self.window = 2 * max(threads, 1)

    def stream(self, output: str | None, folder: str | None) -> int:
        """Compute the partitions, a few ahead of the one that is waited for; return the exit status."""
        tell_remarks(self.engine.plan.remarks())
        reporter = Reporter("", 1)
        if folder is None:
            with Output(output) as sink:
                sink.write(self.engine.header())
                self._compute(reporter, sink, None)
                sink.close()
        else:
            try:
                os.makedirs(folder, exist_ok=True)
            except (OSError, ValueError) as problem:
                raise StreamError(f"{folder}: {os_error_text(problem)}") from None
            self._compute(reporter, None, folder)
        return reporter.finish()

    def _compute(self, reporter: Reporter, sink: Output | None, folder: str | None) -> None:
        answers = self.answers(reporter, folder)
        for answer in answers:
            reporter.take(answer.lines, answer.rows, answer.failures)
            if sink is not None:
                sink.write(answer.data)
            if self.settings.strict and answer.failures:
                break
        answers.close()

    def answers(self, reporter: Reporter, folder: str | None) -> Generator[Answer, None, None]:
        """Yield what became of the partitions, in order, a few ahead of the one that is waited for."""
        parts = iter(enumerate(self.parts))
        waiting: deque[tuple[Partition, Any]] = deque()
        try:
            while True:
                while len(waiting) < self.window and (following := next(parts, None)) is not None:
                    waiting.append((following[1], self._submit(*following, folder)))
                if not waiting:
                    break
                part, future = waiting.popleft()
                answer: Answer = future.result()
                future.release()
                if part.first:
                    is_table = self.header and self.settings.source == "csv"
                    reporter.begin(part.file, 2 if is_table else 1)
                yield answer
        finally:
            for _, late in waiting:
                late.cancel()

    def _submit(self, k: int, part: Partition, folder: str | None) -> Any:
        target = None
        if folder is not None:
            target = os.path.join(os.path.abspath(folder), f"part-{k:05}.{self.settings.target}")
        if self.settings.source == "parquet":
            return self.client.submit(answer_groups, self.settings, part.file, part.content, target, pure=False)
        return self.client.submit(
            answer_text, self.settings, self.header, part.first, self.client.compute(part.content), target, pure=False
        )


def _text_parts(settings: Settings, pattern: str) -> tuple[list[Partition], list[str] | None]:
    """Return the partitions of files of text, and the header that all of them have."""
    from dask.bytes import read_bytes

    try:
        _, blocks, paths = read_bytes(
            pattern, delimiter=b"\n", blocksize=PARTITION_BYTES, sample=False, include_path=True
        )
        headers = [_header(path, settings.delimiter) for path in paths] if settings.source == "csv" else [None]
    except (OSError, ValueError) as problem:
        raise StreamError(f"{pattern}: {os_error_text(problem)}") from None
    for path, header in zip(paths, headers, strict=False):
        if header != headers[0]:
            raise InputError(f"{path} has a different header from {paths[0]}", kind="column")
    parts = [
        Partition(path, k == 0, part) for path, some in zip(paths, blocks, strict=True) for k, part in enumerate(some)
    ]
    return parts, headers[0]


def _header(path: str, delimiter: str) -> list[str]:
    import fsspec

    with fsspec.open(path, "rb") as file:
        text = file.readline(MAX_RECORD_BYTES).removeprefix(b"\xef\xbb\xbf")
        while blank_lines(delimiter).fullmatch(text):
            text = file.readline(MAX_RECORD_BYTES)
    line = decoded(text)
    cells = next(csv.reader([line], delimiter=delimiter))
    if not any(cell.strip() for cell in cells):
        raise InputError("there is no header row", kind="column", hint="the first line names the columns")
    return [cell.strip() for cell in cells]


def _parquet_parts(pattern: str) -> tuple[list[Partition], list[str] | None]:
    import glob

    import pyarrow as pa
    import pyarrow.parquet as pq

    paths = sorted(glob.glob(os.path.join(pattern, "*.parquet") if os.path.isdir(pattern) else pattern))
    if not paths:
        raise StreamError(f"{pattern}: no such file")
    parts: list[Partition] = []
    headers: list[list[str]] = []
    for path in map(os.path.abspath, paths):
        try:
            file = pq.ParquetFile(path)
        except (OSError, pa.ArrowInvalid) as problem:
            raise StreamError(f"{path}: {os_error_text(problem).splitlines()[0]}") from None
        headers.append(list(file.schema_arrow.names))
        for start in range(0, file.num_row_groups, ROW_GROUPS):
            groups = list(range(start, min(start + ROW_GROUPS, file.num_row_groups)))
            parts.append(Partition(path, start == 0, groups))
    return parts, headers[0]


# ---- what the workers run


@functools.lru_cache(maxsize=4)
def _engine(key: bytes) -> Engine | SumEngine:
    import pickle

    settings, header = pickle.loads(key)
    return columnar(settings, header) or engine_of(settings, header)


def answer_text(settings: Settings, header: list[str] | None, first: bool, data: bytes, target: str | None) -> Answer:
    """Return the answer to a partition of text; with a `target`, its rows are written into that file.

    Raises `InputError` where a quoted cell goes on in the next partition.
    """
    import pickle

    engine = _engine(pickle.dumps((settings, header)))
    skipped = 0
    if first:
        data = data.removeprefix(b"\xef\xbb\xbf")
        if header is not None:
            blank = blank_lines(settings.delimiter).match(data)
            skipped = blank[0].count(b"\n") if blank else 0
            data = data.split(b"\n", skipped + 1)[-1] if data.count(b"\n") > skipped else b""
    if data and not data.endswith(b"\n"):
        data += b"\n"
    if header is not None and open_quote(data, settings.delimiter) is not None:
        raise InputError(
            "a quoted cell continues in the next partition: with --dask every row is one line", kind="cell"
        )
    answer = engine.answer(data)
    failures = [failure._replace(row=failure.row + skipped) for failure in answer.failures]
    answer = answer._replace(lines=answer.lines + skipped, failures=failures)
    if target is None:
        return answer
    with Output(target) as file:
        file.write(engine.header() + answer.data)
        file.close()
    return answer._replace(data=b"")


class _Tally:
    """Collects what `through` reports."""

    def __init__(self) -> None:
        self.lines = self.rows = 0
        self.failures: list[Failure] = []

    def take(self, lines: int, rows: int, failures: list[Failure]) -> None:
        """Note what became of a batch."""
        self.failures += [failure._replace(row=failure.row + self.lines) for failure in failures]
        self.lines += lines
        self.rows += rows


def answer_groups(settings: Settings, file: str, groups: list[int], target: str | None) -> Answer:
    """Answer some row groups of a file of parquet: into a file, or with their sums."""
    from .files import through
    from .sources import BinarySource

    tally = _Tally()
    source = BinarySource(settings, file, groups)
    settings = source.made_for(settings)
    if settings.total:
        engine = SumEngine(settings, source.header)
        totals = Totals(engine.plan)
        totals.take((engine.added(typed_batch(batch)) for batch in source.batches(engine.plan)), tally)
        return Answer(b"", tally.lines, tally.rows, tally.failures, totals.sums)
    through(Plan(settings, source.header), source, target, tally)
    return Answer(b"", tally.lines, tally.rows, tally.failures)
