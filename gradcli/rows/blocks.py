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
from ..files.outputs import os_error_text
from .arrays import JsonLines

BLOCK_BYTES = 1 << 18
COLUMNS_BYTES = 1 << 20  # of a block that is computed in columns
MAX_RECORD_BYTES = 1 << 24
MAX_QUOTED_BYTES = 1 << 16  # of a quoted cell of several lines; one that goes on is taken for a quote that was lost
# That a started block waits for more, so that a writer of short lines costs no block a line.
WAIT_SECONDS = 0.01


class Blocks:
    """The input, cut into blocks of complete records.

    A block is given out when it is full, or when nothing more arrives: a slow producer sees its answers at once. What
    the blocks hold, put together, does not depend on how the input arrives. `delimiter` is that of CSV, None for JSON:
    one record per line, or the elements of an array; with `joined` records on several lines too. `skipped` counts the
    lines before the first row, but for one of a header.
    """

    def __init__(self, path: str | None, delimiter: str | None, size: int = BLOCK_BYTES, *, joined: bool) -> None:
        self.name = "standard input" if path in (None, "-") else str(path)
        self.size = size
        self.skipped = 0
        self._delimiter = delimiter
        self._buffer = bytearray()
        self._ended = False
        self._checked = False
        try:
            if path in (None, "-"):
                if sys.stdin is None:
                    raise StreamError("standard input is closed")
                self._file: Any = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
            else:
                self._file = open(str(path), "rb", buffering=0)  # noqa: SIM115 - it stays open as long as the stream
            if delimiter is None:
                self._file = JsonLines(self._file, joined=joined)
        except (OSError, ValueError) as problem:
            raise StreamError(f"{self.name}: {os_error_text(problem)}") from None

    def close(self) -> None:
        """Close the file."""
        if self.name != "standard input":
            self._file.close()

    def ready(self) -> bool:
        """Whether there is something to read without waiting."""
        return self._ended or b"\n" in self._buffer or self._arriving(0)

    def _arriving(self, patience: float | None) -> bool:
        try:
            return bool(select.select([self._file], [], [], patience)[0])
        except (OSError, ValueError):  # what cannot be waited for is a file
            return True

    # ---- the first record

    def header(self, delimiter: str) -> list[str]:
        """Return the cells of the first record, left to right.

        Raises `InputError` where there is none, or none that is a header.
        """
        self._begin("the header")
        cut = self._cut()
        while not cut and not self._ended:
            self._limit("the header")
            self._fill()
            cut = self._cut()
        start = bytes(self._buffer[: cut or len(self._buffer)])
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
        self.skipped += reader.line_num - 1
        text.seek(0)
        del self._buffer[: sum(len(encoded(text.readline())) for _ in range(reader.line_num))]
        return [cell.strip() for cell in cells]

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the first object of NDJSON, or nothing where it is none; the object is still to come."""
        return tuple(self.first())

    def first(self) -> dict[str, Any]:
        """Return the first object of NDJSON, or an empty one where it is none; it is still to come."""
        self._begin("a record")
        try:
            first = json.loads(decoded(bytes(self._buffer.partition(b"\n")[0])))
        except (ValueError, RecursionError):
            return {}
        return first if isinstance(first, dict) else {}

    def _begin(self, what: str) -> None:
        """Read the first line that is not blank, and drop those before it."""
        self._check_encoding()
        blank = blank_lines(self._delimiter)
        while True:
            if b"\n" in self._buffer and (found := blank.match(self._buffer)):
                self.skipped += found[0].count(b"\n")
                del self._buffer[: found.end()]
            self._limit(what)
            if self._ended or b"\n" in self._buffer:
                return
            self._fill()

    # ---- blocks

    def __iter__(self) -> Iterator[bytes]:
        self._check_encoding()
        while True:
            due = b"\n" in self._buffer and (len(self._buffer) >= self.size or not self._arriving(WAIT_SECONDS))
            if due and (cut := self._cut()):
                yield self._taken(cut)
            elif self._ended:
                if not self._buffer:
                    return
                self._buffer += b"" if self._buffer.endswith(b"\n") else b"\n"
                yield self._taken(self._cut())
            else:
                self._limit("a record")
                self._fill()

    def _taken(self, size: int) -> bytes:
        """Return the first bytes of the buffer, which are complete records, and take them away."""
        self._limit("a record")
        block = bytes(self._buffer[:size])
        del self._buffer[:size]
        return block

    def _limit(self, what: str) -> None:
        """Raise where the first line is too long; one further on comes first when those before it have made a block."""
        if len(self._buffer) > MAX_RECORD_BYTES and self._buffer.find(b"\n", 0, MAX_RECORD_BYTES + 1) < 0:
            raise LimitError(f"{self.name}: {what} is longer than {MAX_RECORD_BYTES:,} bytes")

    def _fill(self) -> None:
        """Read what there is, or wait for it."""
        try:
            more = self._file.read(self.size)
            while more is None:  # a pipe that somebody has made non-blocking has nothing yet
                self._arriving(None)
                more = self._file.read(self.size)
        except OSError as problem:
            raise StreamError(f"{self.name}: {os_error_text(problem)}") from None
        self._ended = not more
        self._buffer += more

    def _check_encoding(self) -> None:
        if self._checked:
            return
        self._checked = True
        while not self._ended and len(self._buffer) < 3 and b"\n" not in self._buffer:
            self._fill()
        if self._buffer.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise InputError("this is UTF-16", source=Source(self.name, ""), kind="encoding", hint="save it as UTF-8")
        if self._buffer.startswith(b"\xef\xbb\xbf"):
            del self._buffer[:3]

    def _cut(self) -> int:
        """Return where the last complete record ends; a line whose quote is lost is a record of its own block."""
        cut = self._buffer.rfind(b"\n") + 1
        if self._delimiter is None:
            return cut
        return complete(bytes(self._buffer[:cut]), self._delimiter, ended=self._ended)


def blanks(delimiter: str | None) -> str:
    """Return the characters that make no cell: where the delimiter is a blank, it makes one."""
    return "".join(blank for blank in " \t" if blank != delimiter)


def blank_lines(delimiter: str | None) -> re.Pattern[bytes]:
    """Return the pattern of lines that hold nothing but blanks."""
    return re.compile(rf"(?:[{blanks(delimiter)}]*\r?\n)+".encode())


def complete(data: bytes, delimiter: str, *, ended: bool) -> int:
    """Return where the last complete record of some lines of CSV ends.

    A quote that is not closed before the end, or closed only beyond `MAX_QUOTED_BYTES` and some lines, is lost: its
    line is taken for a record, with nothing before or after it. That depends on the data alone, not on how it arrives.
    """
    if b'"' not in data:
        return len(data)
    record = last = 0
    for quoted in _quoted(data, delimiter):
        start, end = quoted.span()
        record = data.rfind(b"\n", last, start + 1) + 1 or record
        last = end
        lost = end - start > MAX_QUOTED_BYTES and data.find(b"\n", start + 1, end) >= 0
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
