"""Text in columns and within a width: decimal points that line up, lines that break between entries, never in one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..text import cells

# Lines are laid out whoever wrote them: notes, formulas, what a user typed. These patterns understand no text; they say
# where a line may break, as `textwrap` does.
_BREAK = re.compile(r" (?![^\[\]]{0,40}\])")  # not shortly before a bracket closes
_ROWS = re.compile(r"[^\s\[]*\[+[^\[\]]*\]\S*|\S+")  # words, and rows in brackets
LONG_LINES = 60
INDENT = "    "  # of what continues a line


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text with blanks up to a width, after it or before it."""
    blanks = " " * (width - cells(text))
    return blanks + text if right else text + blanks


def aligned(numbers: Iterable[str]) -> list[str]:
    """Return numbers with blanks before and after them, so that their decimal points line up; fractions end together.

    >>> aligned(["-12", "0.25", "1e-07"])
    ['-12    ', '  0.25 ', '  1e-07']
    """
    texts = list(numbers)
    if any("/" in text for text in texts):
        return [text.rjust(max(map(len, texts))) for text in texts]
    whole = [_before_point(text) for text in texts]
    left = max(whole, default=0)
    texts = [" " * (left - before) + text if text else "" for text, before in zip(texts, whole, strict=True)]
    width = max(map(len, texts), default=0)
    return [text.ljust(width) for text in texts]


def _before_point(text: str) -> int:
    """Return how many characters of a number stand before its decimal point, or before where that would be."""
    for k, c in enumerate(text):
        if not (c.isdigit() or (c in "+-" and k == 0)):
            return k if k and text[k - 1].isdigit() else len(text)
    return len(text)


def wrapped(text: str, width: int | None, indent: str = INDENT) -> list[str]:
    """Return a text as lines, broken at blanks; a word that is wider than a line stands alone and whole.

    A short row in brackets is one word, where it has room.
    """
    plain = text.lstrip(" ")
    words = plain.split(" ")
    if width and width >= LONG_LINES and "]" in plain:
        words = _BREAK.split(plain)
    elif width and "]" in plain and "" not in words:
        rows = _ROWS.findall(plain)
        words = [word for row in rows for word in ([row] if cells(indent + row) <= width else row.split(" "))]
    first, *rest = words
    return filled([" " * (len(text) - len(text.lstrip(" "))) + first, *rest], " ", width, indent)


def entries(parts: Sequence[str], width: int | None, indent: str = INDENT) -> list[str]:
    """Return entries, separated by commas, as lines that break between them; within one only where it has no room."""
    lines = filled(parts, ", ", width, indent)
    if width is None:
        return lines
    out: list[str] = []
    for line in lines:
        out += [line] if cells(line) <= width else wrapped(line, width, indent if not out else indent + " ")
    return out


def filled(parts: Sequence[str], separator: str, width: int | None, indent: str = INDENT) -> list[str]:
    """Return the parts as lines that break after a separator, the second and later ones indented."""
    if width is None:
        return [separator.join(parts)]
    lines: list[str] = []
    now = ""
    last = len(parts) - 1
    for k, part in enumerate(parts):
        longer = f"{now}{separator}{part}" if now else (indent + part if lines else part)
        trailing = len(separator.rstrip()) if k < last else 0
        if now and cells(longer) + trailing > width:
            lines.append((now + separator.rstrip()).rstrip())
            longer = indent + part if cells(indent + part) + trailing <= width else part
        now = longer
    return [*lines, now] if now or not lines else lines
