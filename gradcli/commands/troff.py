"""A manual page as a terminal shows it, for where there is no man: the macros of man(7) that the pages use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..text import cells

INDENT = 7
BOLD, ITALIC, PLAIN = "\x1b[1m", "\x1b[4m", "\x1b[0m"
STYLE = re.compile(r"\x1b\[[0-9;]*m")

_SIGNS = {
    "-": "-", "e": "\\", "&": "", "|": "", "^": "", "/": "", ",": "", " ": " ", "~": " ", "0": " ", "c": "", ":": "",
    "'": "'", "`": "`", ".": ".", "%": "",
}  # fmt: skip
_SPELT = "ha ti em en aq dq bu co lq rq oq cq mu +- -> <- <= >= != ga rs pd sr if *a *s *p *e hy sq pc md no S2 S3"
_NAMED = dict(zip(_SPELT.split(), "^~—–'\"•©“”‘’×±→←≤≥≠`\\∂√∞ασπε-□·⋅¬²³", strict=True))  # noqa: RUF001
_FONTS = {"B": BOLD, "I": ITALIC, "R": PLAIN, "P": PLAIN, "1": PLAIN, "2": ITALIC, "3": BOLD, "CW": "", "CR": PLAIN}
_ESCAPE = re.compile(
    r"\\(?:\[u([0-9A-Fa-f]{4,6})\]|\[([^]]*)\]|\((..)|f(?:\[(\w*)\]|\((..)|(\w))|\*(?:\(..|.)|s[+-]?\d|(.))"
)
_WORDS = re.compile(r'"((?:[^"]|"")*)"?|(\S+)')

# The macros of which every word has the same font, and those of which the fonts alternate.
_FONT_OF = {"B": BOLD, "I": ITALIC, "SM": "", "SB": BOLD}
_ALTERNATE = {a + b: (_FONTS[a], _FONTS[b]) for a in "BIR" for b in "BIR" if a != b}
_PARAGRAPH = ("PP", "P", "LP")


def plain(text: str) -> str:
    """Return a text without the codes of fonts."""
    return STYLE.sub("", text)


def render(page: str, width: int, *, fonts: bool) -> str:
    """Return a page in lines of at most `width` columns where words allow, with or without bold type."""
    lines = list(Page(width).lines(page))
    text = "\n".join(lines).strip("\n") + "\n"
    return text if fonts else plain(text)


def section(page: str, title: str) -> str | None:
    """Return the source of one section, or sub-section, of a page with its heading; None where it has none."""
    level, kept = "", []
    for line in page.splitlines():
        macro, _, rest = line.partition(" ")
        if macro in (".SH", ".SS"):
            found = unescaped(rest).strip().strip('"').lower() == title.lower()
            if level and not found and (macro == ".SH" or macro == level):
                break
            if found and not level:
                level = macro
        if level:
            kept.append(line)
    return "\n".join(kept) if kept else None


def sections(page: str) -> list[str]:
    """Return the titles of the sections of a page."""
    return [unescaped(line[4:]).strip().strip('"') for line in page.splitlines() if line.startswith(".SH ")]


def unescaped(text: str) -> str:
    """Return a text with its escapes as characters and codes of fonts."""
    return _ESCAPE.sub(_character, text.partition('\\"')[0])


def _character(match: re.Match[str]) -> str:
    code, long, short, *fonts, sign = match.groups()
    if code:
        return chr(int(code, 16))
    if long is not None or short is not None:
        return _NAMED.get(long if long is not None else short, "?")
    font = next((f for f in fonts if f is not None), None)
    if font is not None:
        return _FONTS.get(font or "R", "")
    return "" if sign is None else _SIGNS.get(sign, sign)


def _words(rest: str) -> list[str]:
    return [bare or quoted.replace('""', '"') for quoted, bare in _WORDS.findall(rest)]


class Page:
    """What is kept while a page is written: how far in, whether lines are filled, and the paragraph so far."""

    def __init__(self, width: int) -> None:
        self.width = max(width, 24)
        self.indents = [INDENT]
        self.hanging = 0  # the columns that a tagged paragraph adds
        self.tag: str | None = None
        self.filled = True
        self.pending: list[str] = []
        self.tagging = False
        self.headed = False  # a heading has just been written: no blank line follows it

    def lines(self, page: str) -> Iterator[str]:
        """Yield the lines of a page."""
        for line in page.splitlines():
            if line.startswith((".", "'")):
                yield from self.macro(line)
            else:
                yield from self.text(unescaped(line))
        yield from self.flush()

    def macro(self, line: str) -> Iterator[str]:
        """Yield the lines that a macro completes."""
        name, _, rest = line[1:].partition(" ")
        name, rest = name.strip(), rest.partition('\\"')[0].strip()
        if name in ("SH", "SS"):
            yield from self.section(unescaped(" ".join(_words(rest))), 3 if name == "SS" else 0)
        elif name == "TH":
            yield self.head([unescaped(word) for word in _words(rest)])
        elif name in _PARAGRAPH:
            yield from self.flush()
            self.hanging = 0
            yield from self.gap()
        elif name in ("TP", "TQ"):
            yield from self.flush()
            if name == "TP":
                yield from self.gap()
            self.hanging, self.tagging = INDENT, True
        elif name == "IP":
            yield from self.flush()
            yield from self.gap()
            words = _words(rest)
            self.hanging = int(words[1]) if len(words) > 1 and words[1].isdigit() else INDENT if words else 0
            self.tag = unescaped(words[0]) if words and words[0] else None
        elif name == "RS":
            yield from self.flush()
            self.indents.append(self.indents[-1] + (int(rest) if rest.isdigit() else INDENT))
            self.hanging = 0
        elif name == "RE":
            yield from self.flush()
            self.indents = self.indents[:-1] or [INDENT]
            self.hanging = 0
        elif name in ("nf", "EX"):
            yield from self.flush()
            self.filled = False
        elif name in ("fi", "EE"):
            yield from self.flush()
            self.filled = True
        elif name in ("br", "sp"):
            yield from self.flush()
            if name == "sp":
                yield ""
        elif name in _FONT_OF:
            yield from self.text(f"{_FONT_OF[name]}{unescaped(' '.join(_words(rest)))}{PLAIN}")
        elif name in _ALTERNATE:
            fonts = _ALTERNATE[name]
            words = [f"{fonts[k % 2]}{unescaped(word)}{PLAIN}" for k, word in enumerate(_words(rest))]
            yield from self.text("".join(words))
        elif name in ("UR", "MT") and rest:
            yield from self.text(unescaped(rest))

    def head(self, words: list[str]) -> str:
        """Return the first line of the page: its name and section, on both sides where there is room."""
        head = f"{words[0]}({words[1]})" if len(words) > 1 else "".join(words)
        return head + head.rjust(self.width - cells(head)) if self.width > 2 * cells(head) else head

    def section(self, title: str, left: int) -> Iterator[str]:
        """Yield the lines before a section, and its heading."""
        yield from self.flush()
        self.indents, self.hanging = [INDENT], 0
        yield ""
        yield from self.heading(title, left)
        self.headed = True

    def heading(self, title: str, left: int) -> Iterator[str]:
        """Yield the lines of a heading."""
        self.hanging = left + 4 - self.indents[-1]  # of the lines that continue it
        for row in self.fill(title.split(), " " * left):
            start = len(row) - len(row.lstrip())
            yield f"{row[:start]}{BOLD}{row[start:]}{PLAIN}"
        self.hanging = 0

    def gap(self) -> Iterator[str]:
        """Yield the blank line between paragraphs."""
        if not self.headed:
            yield ""

    def text(self, line: str) -> Iterator[str]:
        """Yield the lines that a line of text completes: itself where lines are kept as they are."""
        self.headed = False
        if self.tagging:
            self.tag, self.tagging = line, False
        elif not self.filled:
            yield from self.flush()
            yield f"{' ' * self.left}{line}".rstrip()
        elif not plain(line).strip():
            yield from self.flush()
            yield ""
        else:
            self.pending.append(line)

    @property
    def left(self) -> int:
        """The column at which text begins."""
        return self.indents[-1] + self.hanging

    def flush(self) -> Iterator[str]:
        """Yield the paragraph so far, filled, its tag in front of it or above it."""
        tag, words = self.tag, " ".join(self.pending).split()
        self.tag, self.pending, self.tagging = None, [], False
        first = ""
        if tag is not None:
            start = " " * self.indents[-1]
            if cells(plain(tag)) < self.hanging and words:
                first = f"{start}{tag}{' ' * (self.hanging - cells(plain(tag)))}"
            else:
                yield from self.broken(f"{start}{tag}")
        if words:
            yield from self.fill(words, first or " " * self.left)

    def broken(self, line: str) -> Iterator[str]:
        """Yield a tag, which may be wider than the page: a choice is broken at its bars."""
        room, start = self.width, " " * (self.indents[-1] + 4)
        first, *others = line.split("|")
        row = first
        for part in others:
            if cells(plain(row)) + 1 + cells(plain(part)) > room:
                yield row
                row = start + f"|{part}"
            else:
                row += f"|{part}"
        yield row

    def fill(self, words: list[str], start: str) -> Iterator[str]:
        """Yield words in lines; a word is never cut."""
        line, used, fresh = start, cells(plain(start)), True
        for word in words:
            size = cells(plain(word))
            if not fresh and used + 1 + size > self.width:
                yield line
                line, used, fresh = " " * self.left, self.left, True
            line += word if fresh else f" {word}"
            used += size if fresh else size + 1
            fresh = False
        yield line
