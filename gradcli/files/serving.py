"""A process that answers messages over its standard streams, in order: of `rows --jobs`, and of marking a large class.

When the process at the other end goes, by whatever end, it comes to the end of its input, and goes too: those of a
`ProcessPoolExecutor` stay behind when it is killed, and take 7 % more of the processor.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Generic, TypeVar

from ..errors import StreamError
from .workers import Worker

T = TypeVar("T")
PIPE_BYTES = 1 << 20  # that a pipe holds, where the system lets it


class Server(Generic[T]):
    """A process that answers messages, in order. A thread takes in its answers: neither side ever waits for the other.

    `serve` is the code that it runs, `first` the message that it begins with, `name` what an error calls it.
    """

    def __init__(self, serve: str, first: object, name: str) -> None:
        package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
        import subprocess

        # -P: the folder that the user happens to be in holds no modules of ours.
        with interrupts_held():
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", serve], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )  # fmt: skip
        for stream in (self.process.stdin, self.process.stdout):
            widen(stream)
        self._name = name
        self._worker = Worker[T]()
        self._tell(first)

    def send(self, message: object) -> None:
        """Hand over a message."""
        self._worker.begin(self._answer)
        self._tell(message)

    def receive(self) -> T:
        """Return the answer to the oldest message handed over, when it is there."""
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
            raise StreamError(f"{self._name} has ended") from None

    def _answer(self) -> T:
        assert self.process.stdout is not None
        try:
            answer: T = pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise StreamError(f"{self._name} has ended") from None
        return answer


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold interrupts back: a process started meanwhile is not torn from Python's own start, which would be heard."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def widen(pipe: Any) -> None:
    """Let a pipe hold a block, where the system lets us: fewer turns between reader and writer."""
    try:
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except (ImportError, AttributeError, OSError):
        return


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def messages() -> Iterator[Any]:
    """Yield what arrives on standard input, until the process at its other end has gone: between two, or within one."""
    for name in ("SIGPIPE", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    while True:
        try:
            message = pickle.load(sys.stdin.buffer)
        except (EOFError, pickle.UnpicklingError):
            return
        yield message


def answer(found: object) -> None:
    """Send the answer to the last message."""
    pickle.dump(found, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()
