"""Rows really overlap reading, computing and writing, and hold few of them at a time: by events, never by the clock."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcli.rows.columns import installed
from gradcli.rows.jobs import Thread, answers

PATIENCE = 60  # seconds until a wait that should end at once is given up
MEGABYTE = 1 << 20


class Blocks:
    """So many blocks; an event is set when each of them is read."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.read = [threading.Event() for _ in range(count + 1)]

    def __iter__(self) -> Iterator[bytes]:
        for k in range(self.count):
            self.read[k].set()
            yield b"%d" % k
        self.read[self.count].set()

    def ready(self) -> bool:
        return True


class Engine:
    """Answers a block with its number, once that many others have come to the same point."""

    def __init__(self, together: int, blocks: Blocks | None = None) -> None:
        self.barrier = threading.Barrier(together)
        self.started = [threading.Event() for _ in range(100)]
        self.blocks = blocks

    def answer(self, block: bytes) -> int:
        k = int(block)
        self.started[k].set()
        self.barrier.wait(PATIENCE)
        if self.blocks is not None:  # the next block is read while this one is computed
            assert self.blocks.read[k + 1].wait(PATIENCE)
        return k


def run(engine: Any, workers: int, blocks: Any) -> Iterator[Any]:
    return answers([Thread(engine) for _ in range(workers)], blocks)


def test_workers_compute_at_the_same_time() -> None:
    """Each of four answers waits for three others, so that one by one none would ever come."""
    assert [*run(Engine(4), 4, Blocks(40))] == [*range(40)]


def test_reading_goes_on_while_a_block_is_computed() -> None:
    blocks = Blocks(10)
    assert [*run(Engine(1, blocks), 1, blocks)] == [*range(10)]


def test_computing_goes_on_while_an_answer_is_written() -> None:
    """Before the reader of the answers asks for another one, the block after it has been begun."""
    engine = Engine(1)
    for k in run(engine, 1, Blocks(10)):
        assert k == 9 or engine.started[k + 1].wait(PATIENCE)


@pytest.mark.parametrize("workers", [1, 3])
def test_few_blocks_are_held(workers: int) -> None:
    """Two a worker are read ahead of what has been written, however fast the reading is."""
    blocks = Blocks(60)
    for k in run(Engine(1), workers, blocks):
        ahead = sum(event.is_set() for event in blocks.read[: blocks.count]) - k
        assert ahead <= 2 * workers + 1


def test_an_error_of_a_worker_comes_through() -> None:
    class Broken:
        def answer(self, block: bytes) -> int:
            return 1 // (int(block) - 3)

    with pytest.raises(ZeroDivisionError):
        [*run(Broken(), 2, Blocks(10))]


# ---- memory: of a process with its children, at its peak, for a long stream and a short one

MEASURED = """
import resource, sys
from gradcli.commands import run
status = run(sys.argv[1:])
sys.stdout.flush()
peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print("peak", *peaks, status, file=sys.stderr)
"""
NOTE = "n" * 180


def line(k: int, form: str) -> str:
    x = k % 1000 / 8
    return f"{x},{NOTE}\n" if form == "csv" else f'{{"x": {x}, "note": "{NOTE}"}}\n'


def peak(count: int, form: str, options: list[str]) -> tuple[int, int]:
    """Return how many bytes came out and the peak of memory in bytes, for a stream of so many rows."""
    words = [sys.executable, "-c", MEASURED, "rows", "x*x", "--from", form, "--keep", "note", *options]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    thousand = "".join(line(k, form) for k in range(1000)).encode()

    def feed(stdin: Any) -> None:
        stdin.write(b"x,note\n" if form == "csv" else b"")
        for _ in range(count // 1000):
            stdin.write(thousand)
        stdin.close()

    feeder = threading.Thread(target=feed, args=(process.stdin,))
    feeder.start()
    size = 0
    while piece := process.stdout.read(MEGABYTE):
        size += len(piece)
    told = process.stderr.read().decode()
    feeder.join()
    process.stdout.close()
    process.stderr.close()
    assert process.wait() == 0, told
    _, own, children, status = told.split()
    assert status == "0", told
    return size, max(int(own), int(children)) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the unit of peaks is that of Linux")
@pytest.mark.parametrize(("form", "options"), [
    ("csv", ["--engine", "rows"]), ("csv", ["--engine", "columns"]), ("csv", ["--engine", "rows", "--jobs", "2"]),
    ("ndjson", ["--engine", "rows"]),
], ids=lambda x: x if isinstance(x, str) else "".join(x))  # fmt: skip
def test_a_long_stream_takes_no_more_memory(form: str, options: list[str]) -> None:
    """300,000 rows are 60 MB in and more out; what they may add to the peak is a fraction of that."""
    if "columns" in options and not installed("numpy", "pyarrow"):
        pytest.skip("NumPy and pyarrow are not installed")
    # Arrow keeps what it has once used for the next block, and has used it all after some.
    _, short = peak(100_000 if "columns" in options else 20_000, form, options)
    size, long = peak(300_000, form, options)
    assert size > 50 * MEGABYTE
    assert long - short < 24 * MEGABYTE


def peak_of_parquet(source: Path, rows: int) -> int:
    """Return the peak of memory in bytes for a file of so many rows of Parquet, in row groups of 65,536."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    draw = np.random.default_rng(0)
    schema = pa.schema([("x", pa.float64()), ("y", pa.float64())])
    with parquet.ParquetWriter(source, schema) as writer:
        for _ in range(rows // 65_536):
            writer.write_table(pa.table([draw.standard_normal(65_536) for _ in schema], schema=schema))
    words = [sys.executable, "-c", MEASURED, "rows", "x*y + x", str(source), "-o", str(source.with_name("out.parquet"))]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    _, own, _, status = done.stderr.split()
    assert status == "0", done.stderr
    made = parquet.ParquetFile(source.with_name("out.parquet")).metadata
    assert made.num_rows == rows // 65_536 * 65_536
    assert made.num_row_groups > 1
    return int(own) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the unit of peaks is that of Linux")
def test_parquet_takes_the_memory_of_row_groups(tmp_path: Path) -> None:
    """Three million more rows are 48 MB in and 72 MB out: a few row groups of them are held at a time."""
    if not installed("numpy", "pyarrow"):
        pytest.skip("NumPy and pyarrow are not installed")
    short, long = (peak_of_parquet(tmp_path / "in.parquet", rows) for rows in (1_000_000, 4_000_000))
    assert long - short < 24 * MEGABYTE


def test_the_machine_tells_peaks() -> None:
    """The measure itself: a list of 40 MB is seen."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the unit of peaks is that of Linux")
    program = "import resource; x = b'a'*(40 << 20); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=os.environ)
    assert int(found.stdout) > 40 * 1024
