"""Text for people: how wide it is on a terminal, what is safe to print, the nearest word, cells of spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

# What takes one column each on every terminal.
_NARROW = re.compile("[ -~\xa1-\xac\xae-\u02ff\u0370-\u03ff\u2190-\u22ff\u2500-\u259f●▶✓✗]*")

MESSAGE_CELLS, HINT_CELLS = 170, 120  # of an error or a note, and of the hint below it
MOST_NOTES = 12  # that are shown one by one
STANDARD_INPUT = "standard input"  # as messages call it

# Colours of a terminal mean the same in every report.
ERROR_COLOR, HINT_COLOR = "\x1b[1;31m", "\x1b[36m"
VALUE_COLOR, GRADIENT_COLOR = "\x1b[32m", "\x1b[31m"
BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet take a text for a formula, if it begins so
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def visible(text: str) -> str:
    """Return `text` with every character that a terminal would obey or hide written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible_character(c) for c in text)


def _visible_character(c: str) -> str:
    code = ord(c)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of the command line that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if not c.isprintable():  # of the spaces only the ordinary one is
        return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return c


def cells(text: str) -> int:
    """Return how many terminal columns `text` takes: two for wide characters, none for combining ones and colours."""
    if "\x1b" in text:
        text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def clip(text: str, width: int) -> str:
    """Return `text` in at most `width` columns and characters, its end replaced by three dots if it is longer."""
    if len(text) <= width and cells(text) <= width:
        return text
    kept = text[: width - 3]
    while cells(kept) > width - 3:
        kept = kept[:-1]
    return kept + "..."


def hanging(text: str, width: int | None) -> str:
    """Return a text in lines of at most `width` columns, broken at blanks; a longer word has a line of its own.

    Lines after the first are indented by two, so that they read as one message.
    """
    if width is None or cells(text) <= width:
        return text
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        more = f"{line} {word}" if line else word
        if line.strip() and cells(more) > width:
            lines.append(line)
            more = f"  {word}"
        line = more
    return "\n".join([*lines, line])


def fitted(text: str, width: int | None) -> str:
    """Return a text whose lines are broken as `hanging` does, each within its own indentation."""
    if width is None:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        rest = line.lstrip(" ")
        indent = line[: len(line) - len(rest)]
        lines += [f"{indent}{part}".rstrip() for part in hanging(rest, max(width - len(indent), 1)).split("\n")]
    return "\n".join(lines)


def counted(count: int, what: str) -> str:
    """Return a number of things in words: 1 node, 2 nodes."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column, both from 1, of the character at `offset`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def painted(text: str, code: str, color: bool) -> str:
    """Return a text between the codes of a colour, where there is colour."""
    return f"{code}{text}{PLAIN}" if color else text


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula: a text that begins like one gets a ' in front."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text


def other_capitals(words: Sequence[str], known: Collection[str]) -> str | None:
    """Return a hint that names the known words which differ from several words by capitals alone; None for fewer."""
    found = [name for word in words for name in known if name.lower() == word.lower() and name != word]
    return f"did you mean {', '.join(found[:-1])} and {found[-1]}? (capitals count)" if found[1:] else None


def did_you_mean(word: str, known: list[str]) -> str | None:
    """Return a hint that names the known word nearest to `word`, or nothing when none is near."""
    if len(word) > 60:
        return None
    for candidate in known:
        if candidate.lower() == word.lower() and candidate != word:
            return f"did you mean {candidate}? (capitals count)"
    from difflib import get_close_matches

    near = [name for name in get_close_matches(word, known, n=8, cutoff=0.6) if len(name) > 2 or len(word) < 4]
    near.sort(key=lambda name: (not _swapped(word, name), not _doubled(word, name), not _one_other(word, name)))
    return f"did you mean {near[0]}?" if near else None


def _swapped(word: str, name: str) -> bool:
    """Whether two neighbouring letters in the other order make the one word of the other."""
    return any(word == name[:k] + name[k + 1] + name[k] + name[k + 2 :] for k in range(len(name) - 1))


def _doubled(word: str, name: str) -> bool:
    """Whether a letter of a name, typed twice, makes the word of it."""
    return any(word == name[: k + 1] + name[k:] for k in range(len(name)))


def _one_other(word: str, name: str) -> bool:
    """Whether one letter of a word has to be another one to make a name: --stepz is --steps, not --step."""
    return len(word) == len(name) and sum(a != b for a, b in zip(word, name, strict=True)) == 1
