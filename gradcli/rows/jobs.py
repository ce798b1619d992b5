"""Several workers on the blocks of one stream: each has two, one that it answers and one that waits; order is kept.

Processes talk over their standard streams. When this process goes, by whatever end, they come to the end of their
input, and go too: those of a `ProcessPoolExecutor` stay behind when it is killed, and take 7 % more of the processor.
Threads serve the computation in columns, which works outside of Python's lock.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from ..errors import StreamError
from .blocks import Blocks
from .engine import Answer, Engine
from .making import engine_of
from .plan import Plan, Settings
from .summing import SumEngine
from .workers import Worker

SERVE = "from gradcli.rows.jobs import serve; serve()"
BYTES_FOR_COLUMNS = 1 << 20  # bytes of a stream after which it pays to import NumPy and pyarrow, for a short program
SHORT_NODES = 10  # nodes of one
LARGE_BYTES = 1 << 20  # of a block in columns
MOST_THREADS = 4


class Process:
    """A process that answers blocks, in order. A thread takes in its answers: neither side ever waits for the other."""

    def __init__(self, settings: Settings, header: list[str] | None, kind: str) -> None:
        package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
        import subprocess

        # -P: the folder that the user happens to be in holds no modules of ours.
        with _interrupts_held():
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )  # fmt: skip
        for stream in (self.process.stdin, self.process.stdout):
            _widen(stream)
        self._worker = Worker[Answer]()
        self._tell((settings, header, kind))

    def send(self, data: bytes) -> None:
        """Hand over a block."""
        self._worker.begin(self._answer)
        self._tell(data)

    def receive(self) -> Answer:
        """Return the answer to the oldest block handed over, when it is there."""
        return self._worker.result()

    def stop(self) -> None:
        """End the process: it only waits, or works on what nobody will read."""
        self.process.kill()
        self._worker.stop()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        self.process.wait()

    def _tell(self, message: object) -> None:
        assert self.process.stdin is not None
        try:
            pickle.dump(message, self.process.stdin, pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
        except OSError:
            raise StreamError("a process of --jobs has ended") from None

    def _answer(self) -> Answer:
        assert self.process.stdout is not None
        try:
            answer: Answer = pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise StreamError("a process of --jobs has ended") from None
        return answer


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back: a process started meanwhile is not torn from Python's own start, which would be heard."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _widen(pipe: Any) -> None:
    """Let a pipe hold a block, where the system lets us: fewer turns between reader and writer."""
    try:
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, LARGE_BYTES)
    except (ImportError, AttributeError, OSError):
        return


class Thread:
    """A thread that answers blocks, in order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._worker = Worker[Answer]()

    def send(self, data: bytes) -> None:
        """Hand over a block."""
        self._worker.begin(partial(self._engine.answer, data))

    def receive(self) -> Answer:
        """Return the answer to the oldest block handed over, when it is there."""
        return self._worker.result()

    def stop(self) -> None:
        """End the thread when it has finished its block."""
        self._worker.stop(wait=False)


def answers(workers: Sequence[Process | Thread], blocks: Blocks) -> Iterator[Answer]:
    """Yield the answers to all blocks, in order."""
    idle = deque([*workers, *workers])
    busy: deque[Process | Thread] = deque()
    try:
        incoming = iter(blocks)
        more = True
        while more or busy:
            if busy and (not more or not idle or not blocks.ready()):
                worker = busy.popleft()
                yield worker.receive()
                idle.append(worker)
                continue
            block = next(incoming, None)
            if block is None:
                more = False
            else:
                worker = idle.popleft()
                worker.send(block)
                busy.append(worker)
    finally:
        for worker in workers:
            worker.stop()


def columnar(settings: Settings, header: list[str] | None, plan: Plan | None = None) -> Engine | None:
    """Return an engine that computes in columns, if the program and the formats allow it and the extra is there."""
    if header is None or settings.target != "csv" or settings.total:
        return None
    from .columns import begin_arrow, installed

    if not installed("pyarrow", "numpy"):
        return None
    begin_arrow()
    from .arrow import ColumnEngine

    engine = ColumnEngine(settings, header, plan)
    return engine if engine.able else None


def rising(engine: Engine, header: list[str] | None, blocks: Blocks, kind: str) -> Iterator[Answer]:
    """Yield the answers to all blocks: rows one by one, and in columns once a stream proves long."""
    seen, columns = 0, None
    if kind == "columns":
        columns = columnar(engine.settings, header, engine.plan)
    first: Sequence[bytes] = ()
    if columns is None:
        for block in blocks:
            seen += len(block)
            if kind == "auto" and pays(engine, seen):
                kind, columns = "rows", columnar(engine.settings, header, engine.plan)
                if columns is not None:
                    first = [block]
                    break
            yield engine.answer(block)
        else:
            return
    assert columns is not None
    blocks.size = LARGE_BYTES
    yield from map(columns.answer, first)
    yield from answers([Thread(columns) for _ in range(min(_cores(), MOST_THREADS))], blocks)


def pays(engine: Engine | SumEngine, seen: int) -> bool:
    """Whether it pays to compute in columns after so many bytes: the longer the program, the sooner."""
    return seen * max(1, engine.work // SHORT_NODES) >= BYTES_FOR_COLUMNS


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def serve() -> None:
    """Answer the blocks that arrive on standard input: the main loop of a process of `answers`."""
    for name in ("SIGPIPE", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    messages = _messages()
    settings, header, kind = next(messages, (None, None, None))
    if settings is None:
        return
    engine = (columnar(settings, header) if kind == "columns" else None) or engine_of(settings, header)
    seen = 0
    for block in messages:
        seen += len(block)
        if kind == "auto" and pays(engine, seen):
            kind, engine = "rows", columnar(settings, header, engine.plan) or engine
        pickle.dump(engine.answer(block), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


def _messages() -> Iterator[Any]:
    """Yield what arrives on standard input, until the process at its other end has gone: between two, or within one."""
    while True:
        try:
            message = pickle.load(sys.stdin.buffer)
        except (EOFError, pickle.UnpicklingError):
            return
        yield message
