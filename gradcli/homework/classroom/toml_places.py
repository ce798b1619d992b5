"""Where the keys, the values and the characters of texts stand in a TOML file that can be read."""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]  # keys, and the numbers of rows from 0
Span = tuple[int, int]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' r"|'''.*?'''(?:'{0,2})" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'", re.DOTALL
)
_PLAIN = re.compile(r"[^,\]}#\n]*[^,\]}#\s]")
_GAP = re.compile(r"\\[ \t]*\n[ \t\n]*")  # what joins two lines of a text
_ESCAPED = {"u": 6, "U": 10, "x": 4}


class Places:
    """The spans of every key (or header) and of every value, by the path of keys and rows that leads there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: dict[Path, Span] = {}
        self.values: dict[Path, Span] = {}
        here: Path = ()
        rows: dict[Path, int] = {}
        at = self._past_blank(0)
        while at < len(text):
            if text[at] == "[":
                here, at = self._header(at, rows)
            else:
                at = self._pair(at, here)
            at = self._past_blank(at)

    def characters(self, path: Path) -> list[int] | None:
        """Return where every character of the text or number at a path stands, and its end; None if it has none."""
        if path not in self.values:
            return None
        start, end = self.values[path]
        mark = self.text[start]
        if mark not in "\"'":
            return list(range(start, end + 1))
        width = 3 if self.text.startswith(mark * 3, start) else 1
        at, end = start + width, end - width
        if width == 3 and self.text[at] == "\n":
            at += 1
        found = []
        while at < end:
            gap = _GAP.match(self.text, at) if mark == '"' and width == 3 else None
            if gap is not None:
                at = gap.end()
                continue
            found.append(at)
            escaped = mark == '"' and self.text[at] == "\\"
            at += _ESCAPED.get(self.text[at + 1], 2) if escaped else 1
        return [*found, end]

    def _past_blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def _header(self, at: int, rows: dict[Path, int]) -> tuple[Path, int]:
        """Return the table that a header opens, and where it ends."""
        several = self.text.startswith("[[", at)
        parts, end = self._key(self._past_blank(at + 1 + several))
        end = self._past_blank(end) + 1 + several
        place: Path = ()
        for k, (part, _) in enumerate(parts):
            place = (*place, part)
            self.keys.setdefault(place, (at, end))
            if several and k == len(parts) - 1:
                rows[place] = rows.get(place, -1) + 1
            if place in rows:
                place = (*place, rows[place])
        self.keys[place] = at, end
        return place, end

    def _pair(self, at: int, here: Path) -> int:
        """Note the key and the value that begin here; return where they end."""
        parts, at = self._key(at)
        for part, span in parts:
            here = (*here, part)
            self.keys.setdefault(here, span)
        return self._value(self._past_blank(self._past_blank(at) + 1), here)

    def _key(self, at: int) -> tuple[list[tuple[str, Span]], int]:
        """Return the parts of a key, each with its span, and where the key ends."""
        parts: list[tuple[str, Span]] = []
        while found := _PART.match(self.text, at):
            word = found[0]
            plain = tomllib.loads(f"x = {word}")["x"] if word[0] in "\"'" else word
            parts.append((plain, found.span()))
            dot = _DOT.match(self.text, found.end())
            if dot is None:
                return parts, found.end()
            at = dot.end()
        return parts, at

    def _value(self, at: int, path: Path) -> int:
        """Note the value that begins here, and what is inside; return where it ends."""
        start = at
        opened = self.text[at]
        if opened in "[{":
            at = self._past_blank(at + 1)
            row = 0
            while self.text[at] not in "]}":
                if opened == "[":
                    at = self._value(at, (*path, row))
                    row += 1
                else:
                    at = self._pair(at, path)
                at = self._past_blank(at)
                if self.text.startswith(",", at):
                    at = self._past_blank(at + 1)
            at += 1
        else:
            found = _TEXT.match(self.text, at) or _PLAIN.match(self.text, at)
            at = found.end() if found else at + 1
        self.values[path] = start, at
        return at
