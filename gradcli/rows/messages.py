"""What a stream says on standard error: rows that failed, signs of life, and a last word."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..errors import InputError, Source
from ..text import MESSAGE_CELLS, clip, counted, visible
from .engine import Failure

MOST_REPORTED = 10  # rows whose failure is reported; the rest is counted
BEAT_SECONDS = 0.5  # seconds between two signs of life


class Reporter:
    """Counts rows and failures, and tells standard error: the first failures, signs of life, and a last word.

    One that is `silent` only counts.
    """

    def __init__(self, name: str, first: int, *, silent: bool = False) -> None:
        self.name = name
        self.silent = silent
        self.row = first  # the number of the next line, as a person counts
        self.done = 0
        self.failures = 0
        self.status = 0
        self._start = self._beat = time.monotonic()
        self._alive = False
        stderr = sys.stderr
        shown = stderr is not None and stderr.isatty() and not (sys.stdout and sys.stdout.isatty())
        self._terminal = shown and not silent

    @property
    def short_name(self) -> str:
        """The name of what is read, as messages show it."""
        return clip(visible(self.name), 60)

    def begin(self, name: str, first: int) -> None:
        """Take note of what is read, and of the number of its first line after the header."""
        self.name, self.row = name, first

    def take(self, lines: int, rows: int, failures: list[Failure]) -> None:
        """Note what became of a block of so many lines and so many rows."""
        for failure in failures:
            self._fail(failure)
        self.row += lines
        self.done += rows
        now = time.monotonic()
        if self._terminal and now - self._start > 1 and now - self._beat > BEAT_SECONDS:
            self._beat, self._alive = now, True
            tell(f"\r{counted(self.done, 'row')}, {self.done / (now - self._start):,.0f} a second ", end="")

    def _fail(self, failure: Failure) -> None:
        self.failures += 1
        why = failure.why
        self.status = min(self.status or why.status, why.status)
        if self.failures <= MOST_REPORTED and not self.silent:
            self._clear()
            message = clip(visible(why.message), 200)
            separator = ", " if why.column else ": "
            tell(f"gradcli: {self.short_name}: row {self.row + failure.row}{separator}{message}")

    def finish(self) -> int:
        """Say how many rows failed, if that has not been seen; return the exit status."""
        self._clear()
        if self.failures > MOST_REPORTED and not self.silent:
            tell(f"gradcli: {self.failures:,} of {self.done:,} rows failed; the first {MOST_REPORTED} are named above")
        return self.status

    def _clear(self) -> None:
        if self._alive:
            tell("\r" + " " * 60 + "\r", end="")
            self._alive = False

    def remark(self, remarks: Sequence[str]) -> None:
        """Tell remarks on the program, unless it is silent."""
        if not self.silent:
            tell_remarks(remarks)


@contextmanager
def about_columns(name: str) -> Iterator[None]:
    """A context in which errors about columns are told with the name of the file that has them."""
    try:
        yield
    except InputError as error:
        if error.kind == "column" and error.source is None:
            raise error.but(source=Source(name, "")) from None
        raise


def tell_remarks(remarks: Sequence[str]) -> None:
    """Write the notes on the program, once for all rows."""
    for remark in remarks[:MOST_REPORTED]:
        tell(f"gradcli: note: {clip(visible(remark), MESSAGE_CELLS)}")
    if len(remarks) > MOST_REPORTED:
        tell(f"gradcli: and {len(remarks) - MOST_REPORTED:,} more notes")


def tell(text: str, end: str = "\n") -> None:
    """Write to standard error, if there is one."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(text + end)
            sys.stderr.flush()
        except OSError:
            pass
