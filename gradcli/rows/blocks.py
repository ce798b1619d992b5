"""The input of a stream: blocks of complete records, as fast or as slowly as they arrive."""

from __future__ import annotations

import csv
import io
import json
import re
import select
import sys
from collections.abc import Iterator
from typing import Any

from ..errors import InputError, LimitError, Source, StreamError
from ..outputs import reason

BLOCK = 1 << 18
MAX_RECORD = 1 << 24
MAX_QUOTED = 1 << 16  # of a quoted cell of several lines; one that goes on is taken for a quote that was lost
PATIENCE = 0.01  # seconds that a started block waits for more, so that a writer of short lines costs no block a line


class Blocks:
    """The input, cut into blocks of complete records.

    A block is given out when it is full, or when nothing more arrives: a slow producer sees its answers at once.
    """

    def __init__(self, path: str | None, delimiter: str, size: int = BLOCK) -> None:
        self.name = "standard input" if path in (None, "-") else str(path)
        self.size = size
        self._delimiter = delimiter
        self._buffer = b""
        self._ended = False
        self._checked = False
        try:
            if path in (None, "-"):
                if sys.stdin is None:
                    raise StreamError("standard input is closed")
                self._file: Any = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
            else:
                self._file = open(str(path), "rb", buffering=0)  # noqa: SIM115 - it stays open as long as the stream
        except (OSError, ValueError) as problem:
            raise StreamError(f"{self.name}: {reason(problem)}") from None

    def close(self) -> None:
        """Close the file."""
        if self.name != "standard input":
            self._file.close()

    def ready(self) -> bool:
        """Whether there is something to read without waiting."""
        return self._ended or b"\n" in self._buffer or self._arriving(0)

    def _arriving(self, patience: float) -> bool:
        try:
            return bool(select.select([self._file], [], [], patience)[0])
        except (OSError, ValueError):  # what cannot be waited for is a file
            return True

    def header(self, delimiter: str) -> list[str]:
        """Return the cells of the first record."""
        while not self._ended and b"\n" not in self._buffer:
            self._fill()
        self._check_encoding()
        cut = self._cut()
        while not cut and not self._ended and len(self._buffer) <= MAX_RECORD:
            self._fill()
            cut = self._cut()
        start = self._buffer[: cut or len(self._buffer)]
        if open_quote(start, delimiter) is not None:
            message = "the header has a quoted cell that does not end"
            raise InputError(message, source=Source(self.name, ""), kind="column")
        text = io.StringIO(decoded(start), newline="")
        reader = csv.reader(text, delimiter=delimiter)
        try:
            cells = next(reader, [])
        except csv.Error as problem:
            raise InputError(f"the header: {problem}", source=Source(self.name, ""), kind="column") from None
        if not any(cell.strip() for cell in cells):
            raise InputError("there is no header row", source=Source(self.name, ""), kind="column",
                             hint="the first line names the columns")  # fmt: skip
        text.seek(0)
        length = sum(len(encoded(text.readline())) for _ in range(reader.line_num))
        self._buffer = self._buffer[length:]
        return [cell.strip() for cell in cells]

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the first object of NDJSON, or nothing where it is none; the object is still to come."""
        self._check_encoding()
        while not self._ended and b"\n" not in self._buffer.lstrip():
            self._fill()
        try:
            first = json.loads(decoded(self._buffer.lstrip().partition(b"\n")[0]))
        except (ValueError, RecursionError):
            return ()
        return tuple(first) if isinstance(first, dict) else ()

    def __iter__(self) -> Iterator[bytes]:
        self._check_encoding()
        while True:
            cut = self._cut() if self._buffer else 0
            if cut and (len(self._buffer) >= self.size or not self._arriving(PATIENCE)):
                block, self._buffer = self._buffer[:cut], self._buffer[cut:]
                yield block
            elif self._ended:
                if not self._buffer:
                    return
                self._buffer += b"" if self._buffer.endswith(b"\n") else b"\n"
                cut = self._cut()
                block, self._buffer = self._buffer[:cut], self._buffer[cut:]
                yield block
            else:
                if len(self._buffer) > MAX_RECORD and not cut:
                    raise LimitError(f"{self.name}: a record is longer than {MAX_RECORD:,} bytes")
                self._fill()

    def _fill(self) -> None:
        try:
            more = self._file.read(self.size)
        except OSError as problem:
            raise StreamError(f"{self.name}: {reason(problem)}") from None
        self._ended = not more
        self._buffer += more

    def _check_encoding(self) -> None:
        if self._checked:
            return
        self._checked = True
        while not self._ended and len(self._buffer) < 3 and b"\n" not in self._buffer:
            self._fill()
        if self._buffer[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise InputError("this is UTF-16", source=Source(self.name, ""), kind="encoding", hint="save it as UTF-8")
        if self._buffer.startswith(b"\xef\xbb\xbf"):
            self._buffer = self._buffer[3:]

    def _cut(self) -> int:
        """Return where the last complete record ends; a line whose quote is lost is a record of its own block."""
        cut = self._buffer.rfind(b"\n") + 1
        return complete(self._buffer[:cut], self._delimiter, ended=self._ended)


def complete(data: bytes, delimiter: str, *, ended: bool) -> int:
    """Return where the last complete record of some lines of CSV ends.

    A quote that is not closed before the end, or closed only beyond `MAX_QUOTED` bytes and some lines, is lost: its
    line is taken for a record, with nothing before or after it. That depends on the data alone, not on how it arrives.
    """
    if b'"' not in data:
        return len(data)
    record = last = 0
    for quoted in _quoted(data, delimiter):
        start, end = quoted.span()
        record = data.rfind(b"\n", last, start + 1) + 1 or record
        last = end
        lost = end - start > MAX_QUOTED and data.find(b"\n", start + 1, end) >= 0
        if lost or not quoted[1]:
            return record or (data.find(b"\n") + 1 if lost or ended else 0)
    return len(data)


def open_quote(data: bytes, delimiter: str) -> int | None:
    """Return where the quoted cell begins that goes on beyond the end of some lines of CSV, if there is one."""
    if b'"' not in data:
        return None
    return next((quoted.start() for quoted in _quoted(data, delimiter) if not quoted[1]), None)


def _quoted(data: bytes, delimiter: str) -> Iterator[re.Match[bytes]]:
    return re.finditer(rf'(?:^|[{re.escape(delimiter)}\n\r])"[^"]*(?:""[^"]*)*("?)'.encode(), data)


def decoded(data: bytes) -> str:
    """Return bytes as text; what is not UTF-8 is kept, and comes out as it went in."""
    return data.decode("utf-8", "surrogateescape")


def encoded(text: str) -> bytes:
    """Return text as bytes."""
    return text.encode("utf-8", "surrogateescape")
