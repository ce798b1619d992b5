"""The workers of `gradcli rows --jobs`, called as functions: the loop of a process, and what is said of one gone."""

from __future__ import annotations

import io
import os
import pickle
import signal
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.errors import Source, StreamError
from gradcli.files import serving
from gradcli.rows import jobs
from gradcli.rows.blocks import COLUMNS_BYTES
from gradcli.rows.columns import installed
from gradcli.rows.engine import Answer, Engine
from gradcli.rows.plan import Plan, Settings

SETTINGS = Settings(Source("program", "x*y"), {})
HEADER = ["x", "y"]
BLOCKS = [b"1,2\n3,4\n", b"-5,0.5\n"]
ANSWERS = [b"2.0,2.0,1.0,\n12.0,4.0,3.0,\n", b"-2.5,0.5,-5.0,\n"]


def served(monkeypatch: pytest.MonkeyPatch, *messages: object, torn: bytes = b"") -> list[Answer]:
    """Return what a worker answers to messages."""
    sent = b"".join(pickle.dumps(message) for message in messages) + torn
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(sent)))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
    jobs.serve()
    found: list[Answer] = []
    out.seek(0)
    while out.tell() < len(out.getvalue()):
        found.append(pickle.load(out))
    return found


@pytest.mark.parametrize("kind", ["auto", "rows", "columns"])
def test_a_worker_answers_blocks_in_order(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = served(monkeypatch, (SETTINGS, HEADER, kind), *BLOCKS)
    assert found == [Answer(ANSWERS[0], 2, 2, []), Answer(ANSWERS[1], 1, 1, [])]
    assert signal.getsignal(signal.SIGINT) == signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL


def test_a_worker_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    assert served(monkeypatch) == []
    torn = pickle.dumps(b"5,6\n", pickle.HIGHEST_PROTOCOL)[:-3]
    assert len(served(monkeypatch, (SETTINGS, HEADER, "rows"), BLOCKS[0], torn=torn)) == 1
    assert len(served(monkeypatch, (SETTINGS, HEADER, "rows"), BLOCKS[0], torn=b"nonsense")) == 1


def test_a_worker_computes_in_columns_once_a_stream_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def columnar(settings: Settings, header: list[str] | None, plan: Plan | None = None) -> Engine | None:
        asked.append(1)
        return None

    monkeypatch.setattr(jobs, "columnar", columnar)
    monkeypatch.setattr(jobs, "BYTES_FOR_COLUMNS", len(BLOCKS[0]) + 1)
    assert [a.data for a in served(monkeypatch, (SETTINGS, HEADER, "auto"), *BLOCKS, *BLOCKS)] == ANSWERS * 2
    assert asked == [1]
    served(monkeypatch, (SETTINGS, HEADER, "rows"), *BLOCKS)
    assert asked == [1]
    assert [a.data for a in served(monkeypatch, (SETTINGS, HEADER, "columns"), *BLOCKS)] == ANSWERS
    assert asked == [1, 1]


def test_columns_are_for_tables_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert jobs.columnar(SETTINGS._replace(source="ndjson"), None) is None
    assert jobs.columnar(SETTINGS._replace(target="ndjson"), HEADER) is None
    if installed("numpy", "pyarrow"):
        assert type(jobs.columnar(SETTINGS, HEADER)).__name__ == "ColumnEngine"
    monkeypatch.setattr("gradcli.rows.columns.installed", lambda *names: False)
    assert jobs.columnar(SETTINGS, HEADER) is None


class Given:
    """Blocks that are there, and one after the other those that have to be waited for."""

    def __init__(self, *blocks: bytes, waits: bool = False) -> None:
        self.blocks, self.waits, self.size = iter(blocks), waits, 1

    def __iter__(self) -> Iterator[bytes]:
        return self.blocks

    def ready(self) -> bool:
        return not self.waits


@pytest.mark.parametrize("kind", ["auto", "rows", "columns"])
def test_one_engine_rises_to_columns(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BYTES_FOR_COLUMNS", 1)
    engine = Engine(SETTINGS, HEADER)
    given: Any = Given(*BLOCKS * 3)
    assert [a.data for a in jobs.rising(engine, HEADER, given, kind)] == ANSWERS * 3
    assert (given.size == COLUMNS_BYTES) == (kind != "rows" and jobs.columnar(SETTINGS, HEADER) is not None)
    monkeypatch.setattr(jobs, "columnar", lambda settings, header, plan=None: None)
    assert [a.data for a in jobs.rising(engine, HEADER, Given(*BLOCKS * 3), kind)] == ANSWERS * 3  # type: ignore[arg-type]


@pytest.mark.parametrize("waits", [False, True])
def test_threads_answer_in_order(waits: bool) -> None:
    given: Any = Given(*BLOCKS * 4, waits=waits)
    workers = [jobs.Thread(Engine(SETTINGS, HEADER)) for _ in range(2)]
    assert [a.data for a in jobs.answers(workers, given)] == ANSWERS * 4


@pytest.mark.parametrize("waits", [False, True])
def test_processes_answer_in_order(waits: bool) -> None:
    given: Any = Given(*BLOCKS * 2, waits=waits)
    workers = [jobs.Process(SETTINGS, HEADER, "rows")]
    assert [a.data for a in jobs.answers(workers, given)] == ANSWERS * 2
    assert workers[0].process.returncode == -signal.SIGKILL


def test_a_process_that_is_gone_is_told() -> None:
    worker = jobs.Process(SETTINGS, HEADER, "rows")
    try:
        worker.send(BLOCKS[0])
        assert worker.receive().data == ANSWERS[0]
        worker.process.kill()
        worker.process.wait()
        with pytest.raises(StreamError, match=r"^a process of --jobs has ended$"):
            worker.send(BLOCKS[0])
        with pytest.raises(StreamError, match=r"^a process of --jobs has ended$"):
            worker.receive()
    finally:
        worker.stop()


def test_systems_with_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """No mask of signals, pipes of one size, no set of processors."""
    with serving.interrupts_held():
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    monkeypatch.delattr(signal, "pthread_sigmask")
    with serving.interrupts_held():
        pass
    assert [a.data for a in served(monkeypatch, (SETTINGS, HEADER, "rows"), *BLOCKS)] == ANSWERS
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert serving.cores() == (os.cpu_count() or 1)
    reader, writer = os.pipe()
    os.close(writer)
    os.close(reader)
    serving.widen(SimpleNamespace(fileno=lambda: reader))  # is no pipe any more: nothing is said
