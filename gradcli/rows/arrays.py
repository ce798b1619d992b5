"""Arrays of JSON as streams: their elements read as lines, and lines written as an array, both in constant memory."""

from __future__ import annotations

import re
from typing import Any, Protocol

BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n"
MOST_BLANK = 1 << 16  # before the first value; what begins with more is taken for lines
UNCLOSED = b"["  # the line that stands for an array without an end


def _whole(depth: int) -> bytes:
    """Return the pattern of an object or array that holds others to a depth; nothing in it is tried twice."""
    inner = b"|" + _whole(depth - 1) if depth else b""
    return rb'[{\[](?:[^"{}\[\]]++|"(?:[^"\\\r\n]++|\\.)*+"' + inner + rb")*+[}\]]"


WHOLE = re.compile(_whole(3))  # nearly every element is one, and is taken at once
SIGN = re.compile(rb'["\[\]{},\r\n]')
IN_TEXT = re.compile(rb'["\\\r\n]')


class JsonLines:
    """A file whose JSON is read as lines: an array gives one line per element, everything else stays as it is.

    With `joined` values that are no array, and may stand on several lines, give a line each. An array that is not
    closed ends with the line `[`.
    """

    def __init__(self, file: Any, *, joined: bool) -> None:
        self._file = file
        self._joined = joined
        self._head: bytes | None = b""  # what has been read before it is clear what this is
        self._as_it_is = False
        self._base = self._depth = 0  # the depth that elements stand at, 1 in the array; and where it is read
        self._filled = False  # whether the line at hand has something on it
        self._comma = False
        self._in_text = False
        self._escaped = False
        self.fileno = file.fileno
        self.close = file.close

    def read(self, size: int) -> bytes | None:
        """Return some bytes of lines, nothing at the end, or None where a pipe that does not block has none yet."""
        while True:
            data: bytes | None = self._file.read(size)
            if data is None or self._as_it_is:
                return data
            ended = not data
            if self._head is not None:
                self._head += data
                if not ended and self._is_unclear(self._head):
                    continue
                head, self._head = self._head, None
                text = head.removeprefix(BOM).lstrip(BLANK)
                if not text or not (self._joined or text.startswith(b"[")):
                    self._as_it_is = True
                    return head
                data = self._begin(text)
            lines = self._lines(data) + (self._end() if ended else b"")
            if lines or ended:
                return lines

    @staticmethod
    def _is_unclear(head: bytes) -> bool:
        return len(head) < MOST_BLANK and (BOM.startswith(head) or not head.removeprefix(BOM).strip(BLANK))

    def _begin(self, text: bytes) -> bytes:
        """Enter the array, if the text begins with one; return what is to be read."""
        if not text.startswith(b"["):
            return text
        self._base = self._depth = 1
        return text[1:]

    def _lines(self, data: bytes) -> bytes:
        out: list[bytes] = []
        at = 0
        while at < len(data):
            at = self._through_text(data, at, out) if self._in_text else self._onward(data, at, out)
        return b"".join(out)

    def _onward(self, data: bytes, at: int, out: list[bytes]) -> int:
        """Read on to the next sign outside of texts, or over a whole object; return where."""
        if not self._filled and self._depth == self._base and (whole := WHOLE.match(data, at)):
            text = whole[0]
            out.append(text.replace(b"\r", b" ").replace(b"\n", b" ") if b"\n" in text else text)
            self._filled = True
            if not self._base:
                self._finish(out)
            return whole.end()
        found = SIGN.search(data, at)
        text = data[at : found.start() if found else len(data)]
        if self._filled or text.strip(BLANK):
            out.append(text)
            self._filled = True
        if found is None:
            return len(data)
        self._sign(found[0], out)
        return found.end()

    def _sign(self, sign: bytes, out: list[bytes]) -> None:
        """Take a quote, a bracket, a comma or a newline outside of texts."""
        between = self._depth == self._base
        if sign in b"\r\n":
            if not between:
                out.append(b" ")
            elif not self._base and self._filled:
                self._finish(out)
            return
        if between and self._base and sign in b",]":
            # Nothing before a comma, or behind the last one, is a mistake that the reader of lines reports.
            if not self._filled and (sign == b"," or self._comma):
                out.append(b",")
                self._filled = True
            if self._filled:
                self._finish(out)
            self._comma = sign == b","
            if sign == b"]":
                self._base = self._depth = 0
            return
        out.append(sign)
        self._filled = True
        if sign == b'"':
            self._in_text = True
        elif sign in b"[{":
            self._depth += 1
        elif sign in b"]}" and not between:
            self._depth -= 1
            if not self._depth:
                self._finish(out)

    def _through_text(self, data: bytes, at: int, out: list[bytes]) -> int:
        """Read on to the end of a text; return where. A newline in it, which JSON forbids, becomes a tab, as bad."""
        if self._escaped:
            self._escaped = False
            out.append(b"\t" if data[at : at + 1] in b"\r\n" else data[at : at + 1])
            return at + 1
        found = IN_TEXT.search(data, at)
        if found is None:
            out.append(data[at:])
            return len(data)
        out.append(data[at : found.start()])
        out.append(b"\t" if found[0] in b"\r\n" else found[0])
        self._escaped = found[0] == b"\\"
        self._in_text = found[0] != b'"'
        return found.end()

    def _finish(self, out: list[bytes]) -> None:
        out.append(b"\n")
        self._filled = False

    def _end(self) -> bytes:
        """Return the line that reports an array without an end."""
        unclosed, self._base = self._base, 0
        return (b"\n" if self._filled else b"") + UNCLOSED + b"\n" if unclosed else b""


class Sink(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes) -> None:
        """Write some bytes."""

    def close(self) -> None:
        """Write what is left, and close."""

    def discard(self) -> None:
        """Leave the file as it was, unless it is closed already."""


class ArrayLines:
    """Writes lines of JSON as the elements of one array."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._before = b"["
        self.discard = sink.discard

    def write(self, data: bytes) -> None:
        """Write some whole lines."""
        if data:
            self._sink.write(self._before + data[:-1].replace(b"\n", b",\n "))
            self._before = b",\n "

    def close(self) -> None:
        """Close the array and the file."""
        self._sink.write(b"[]\n" if self._before == b"[" else b"]\n")
        self._sink.close()
