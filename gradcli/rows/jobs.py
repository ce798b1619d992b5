"""Several workers on the blocks of one stream: each has two, one that it answers and one that waits; order is kept.

Processes are those of `files/serving`. Threads serve the computation in columns, which works outside of Python's lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial

from ..files.serving import Server, answer, cores, messages
from ..files.workers import Worker
from .blocks import COLUMNS_BYTES, Blocks
from .engine import Answer, Engine
from .making import engine_of
from .plan import Plan, Settings

SERVE = "from gradcli.rows.jobs import serve; serve()"
BYTES_FOR_COLUMNS = 1 << 20  # bytes of a stream after which it pays to import NumPy and pyarrow, for a short program
SHORT_NODES = 10  # nodes of one
MOST_THREADS = 4


class Process(Server[Answer]):
    """A process that answers blocks, in order."""

    def __init__(self, settings: Settings, header: list[str] | None, kind: str) -> None:
        super().__init__(SERVE, (settings, header, kind), "a process of --jobs")


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
            if kind == "auto" and pays(engine.plan, seen):
                kind, columns = "rows", columnar(engine.settings, header, engine.plan)
                if columns is not None:
                    first = [block]
                    break
            yield engine.answer(block)
        else:
            return
    assert columns is not None
    blocks.size = COLUMNS_BYTES
    yield from map(columns.answer, first)
    yield from answers([Thread(columns) for _ in range(min(cores(), MOST_THREADS))], blocks)


def pays(plan: Plan, seen: int) -> bool:
    """Whether it pays to compute in columns after so many bytes: the longer the program, the sooner."""
    return seen * max(1, len(plan.graph.nodes) // SHORT_NODES) >= BYTES_FOR_COLUMNS


def serve() -> None:
    """Answer the blocks that arrive on standard input: the main loop of a process of `answers`."""
    incoming = messages()
    settings, header, kind = next(incoming, (None, None, None))
    if settings is None:
        return
    engine = (columnar(settings, header) if kind == "columns" else None) or engine_of(settings, header)
    seen = 0
    for block in incoming:
        seen += len(block)
        if kind == "auto" and pays(engine.plan, seen):
            kind, engine = "rows", columnar(settings, header, engine.plan) or engine
        answer(engine.answer(block))
