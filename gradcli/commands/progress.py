"""Progress on standard error, for what takes longer than a second, where a person is watching a terminal."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

FIRST_SIGN_SECONDS = 1.0  # seconds before the first sign
INTERVAL_SECONDS = 0.25


class Progress:
    """A context in which a line on standard error says what is being done, and for how long.

    `state` says what is shown, for instance how many rows are done. Nothing is written where standard error is no
    terminal, and nothing remains of the line at the end.
    """

    def __init__(self, state: Callable[[], str]) -> None:
        self.state = state
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Progress:
        if sys.stderr is not None and sys.stderr.isatty():
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        """Rewrite the line until the work is done, then wipe it."""
        begin = time.monotonic()
        written = 0
        wait = FIRST_SIGN_SECONDS
        while not self._done.wait(wait):
            wait = INTERVAL_SECONDS
            line = f"gradcli: {self.state()}, {time.monotonic() - begin:.0f} s"
            self._write(f"\r{line.ljust(written)}")
            written = len(line)
        if written:
            self._write(f"\r{' ' * written}\r")

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:  # the terminal has gone: there is nobody to tell
            self._done.set()
