"""Signals while a file is being written: nothing is left behind, and nothing said."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gradcli.files.outputs import Output

from .test_outputs import OLD, start, working_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return working_folder(tmp_path, monkeypatch)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
@pytest.mark.parametrize("options", [[], ["--jobs", "2"]])
def test_a_signal_leaves_nothing_and_says_nothing(number: signal.Signals, options: list[str], folder: Path) -> None:
    (folder / "out.csv").write_text(OLD)
    with waiting("-o", "out.csv", *options, cwd=folder) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"x\n" + b"1.5\n" * 100_000)
        process.stdin.flush()
        _until(lambda: any(path.stat().st_size for path in folder.glob("*.tmp")))
        os.killpg(process.pid, number)  # as the terminal does: to the workers, too
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(10) == -number
    assert not list(folder.glob("*.tmp"))
    assert (folder / "out.csv").read_text() == OLD


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
@pytest.mark.parametrize("everybody", [False, True])
@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="there is no /proc")
def test_processes_of_jobs_end_quietly(number: signal.Signals, everybody: bool, folder: Path) -> None:
    """At whatever moment: while they start, while they work, with the signal sent to them or not."""
    for delay in (0.0, 0.05, 0.2):
        with waiting("--jobs", "3", cwd=folder) as process:
            assert process.stdin is not None
            assert process.stderr is not None
            process.stdin.write(b"x\n" + b"1.5\n" * 10_000)  # less than a pipe holds
            process.stdin.flush()
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            _until(lambda: bool(children.read_text()))  # noqa: B023
            time.sleep(delay)
            if everybody:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
            assert process.stderr.read() == b""  # to the end: of the workers, too
            assert process.wait(10) == -number


def waiting(*options: str, cwd: Path) -> subprocess.Popen[bytes]:
    """Return a process that computes rows and waits for more, the first of its group, and deaf to no signal."""
    return start("rows", "x*2", "-", *options, cwd=cwd, start_new_session=True, stdin=subprocess.PIPE,
                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=_hear)  # fmt: skip


def _hear() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):  # a shell's background ignores some
        signal.signal(number, signal.SIG_DFL)


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        time.sleep(0.02)
    pytest.fail("it does not happen")


def test_handlers_are_only_there_while_a_file_is_unfinished(folder: Path) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ignored = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Output("one") as one:
            with Output("two"):
                assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
                assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            one.close()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGHUP, ignored)


def test_a_handler_set_between_two_files_is_left_alone(tmp_path: Path) -> None:
    """The first file gives back what was there before it; the second meets another handler, and does not end it."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with Output(str(tmp_path / "first.txt")) as output:
            output.close()
        own = signal.signal(signal.SIGTERM, signal.SIG_IGN)
        assert own is signal.SIG_DFL
        with Output(str(tmp_path / "second.txt")) as output:
            output.close()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
