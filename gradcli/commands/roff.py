"""Pages of the manual: a little of Markdown as man(7) macros, and texts that troff prints as they are."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

FENCE = "```"
WIDTH = 69  # of an example: what is left of 78 columns
# Code, strong words with code among them, links. Two stars behind a word or a bracket are a power.
MARKED = re.compile(r"`([^`]+)`|(?<![\w)\]*])\*\*(?=\S)((?:`[^`]+`|[^`*]|\*(?!\*))+)(?<=\S)\*\*|\[([^\]]+)\]\([^)]*\)")


def escaped(text: str) -> str:
    """Return text that troff prints as it is."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace("^", "\\(ha").replace("~", "\\(ti")
    return "\\&" + plain if plain[:1] in (".", "'") else plain


def pairs(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return terms in bold, each with its text below."""
    lines = []
    for term, text in rows:
        lines += [".TP", f".B {escaped(term)}", marked(text) or "\\&"]
    return lines


def example(rows: Iterable[str]) -> list[str]:
    """Return lines that stay as they are; one that is wider than a page is broken at blanks, if it has some."""
    rows = [part for row in rows for part in _broken(row)]
    return [".PP", ".RS 2", ".nf", *(escaped(row) if row else "\\&" for row in rows), ".fi", ".RE"]


def _broken(row: str) -> list[str]:
    if len(row) <= WIDTH:
        return [row]
    start = " " * (len(row) - len(row.lstrip()))
    return textwrap.wrap(
        row.lstrip(), WIDTH, initial_indent=start, subsequent_indent=f"{start}    ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def marked(text: str) -> str:
    """Return a paragraph on one line; `code` and **strong** words are bold, of links the words remain."""
    out = []
    at = 0
    for found in MARKED.finditer(text):
        bold = found[1] or (found[2] or "").replace("`", "")
        out += [escaped(text[at : found.start()]), f"\\fB{escaped(bold)}\\fR" if bold else escaped(found[3])]
        at = found.end()
    line = "".join([*out, escaped(text[at:])])
    return line if line[:1] not in (".", "'") else f"\\&{line}"


def page(markdown: str) -> list[str]:
    """Return the body of a page: ## and ### headings, paragraphs, lists, tables of two columns, and fenced blocks.

    Comments of HTML are left out.
    """
    lines: list[str] = []
    for block in _blocks(re.sub(r"<!--.*?-->\n?", "", markdown, flags=re.DOTALL)):
        first = block[0]
        if first.startswith(FENCE):
            lines += example(block[1:-1])
        elif first.startswith("### "):
            lines.append(f".SS {escaped(first[4:])}")
        elif first.startswith("## "):
            lines.append(f".SH {escaped(first[3:]).upper()}")
        elif first.startswith("|"):
            lines += pairs(_cells(row) for row in block[2:])
        elif first.startswith("- "):
            for item in _items(block):
                lines += [".IP \\(bu 2", marked(item)]
        else:
            lines += [".PP", marked(" ".join(row.strip() for row in block))]
    return lines


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield what stands between blank lines; a heading is one by itself, and a fence lasts until it is closed."""
    block: list[str] = []
    for line in text.splitlines():
        fenced = bool(block) and block[0].startswith(FENCE)
        if fenced:
            block.append(line)
            if line == FENCE:
                yield block
                block = []
            continue
        if block and (not line.strip() or line.startswith((FENCE, "#"))):
            yield block
            block = []
        if line.startswith("#"):
            yield [line]
        elif line.strip():
            block.append(line)
    if block:
        yield block


def _items(block: list[str]) -> list[str]:
    items: list[str] = []
    for row in block:
        if row.startswith("- "):
            items.append(row[2:])
        else:
            items[-1] += f" {row.strip()}"
    return items


def _cells(row: str) -> tuple[str, str]:
    """Return the two cells of a row of a table."""
    first, second = (
        cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"), maxsplit=1)
    )
    return first.replace("`", ""), second
