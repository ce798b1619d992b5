"""Text -> tokens: one compiled pattern, made from the terminals of the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lark.lexer import Lexer as LarkLexer

from .errors import InputError, visible

# Where a character that the language does not have is meant for one that it has.
MEANT = {
    **dict(zip("аеорсухіјѕАВЕКМНОРСТХ", "aeopcyxijsABEKMHOPCTX", strict=True)),  # noqa: RUF001 - Cyrillic on purpose
    **dict(zip("ονικρυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ovikpuxABEZHIKMNOPTYX", strict=True)),
    **dict.fromkeys("∗⋅∙•✕✖", "*"),  # noqa: RUF001
    **dict.fromkeys("∕⁄➗", "/"),  # noqa: RUF001
    **dict.fromkeys("–—‐‑‒", "-"),  # noqa: RUF001
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    "√": "sqrt(...)",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∞": "a finite number",
    "%": "mod(x, y), or divide by 100",
    "!": "gamma(n + 1)",
    ":": "=",
    "?": "where(condition, a, b)",
    "|": "abs(x)",
    "µ": "\u03bc (the Greek letter)",
    "ϕ": "\u03c6 (the Greek letter)",
}


class Token:
    """A piece of the program: its terminal, its text, and the span it takes."""

    __slots__ = ("end", "start", "text", "type")

    # What Lark asks of the last token when it makes the one for the end of the text.
    start_pos = end_pos = line = column = end_line = end_column = 0

    def __init__(self, type: str, text: str, start: int, end: int) -> None:
        self.type = type
        self.text = text
        self.start = start
        self.end = end


class Lexer(LarkLexer):
    """The lexer that Lark is given. A newline inside parentheses is a blank."""

    __future_interface__ = 2

    def __init__(self, lexer_conf: Any) -> None:
        terminals = sorted(
            (t for t in lexer_conf.terminals if t.name not in lexer_conf.ignore), key=lambda t: -t.priority
        )
        blank = "|".join(t.pattern.to_regexp() for t in lexer_conf.terminals if t.name in lexer_conf.ignore)
        named = "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in terminals)
        self._tokens = re.compile(rf"(?:{blank})*+(?:{named}|(?P<UNKNOWN>.)|\Z)")
        name = next(t.pattern.to_regexp() for t in terminals if t.name == "NAME")
        gap = r"[ \t\r]*"
        self._head = re.compile(rf"(?:{name}){gap}\({gap}(?:{name}){gap}(?:,{gap}(?:{name}){gap})*\){gap}=(?!=)")

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Any]:
        """Yield the tokens of the text; raise `InputError` at a character the language does not have."""
        return self.tokens(lexer_state.text.text)

    def tokens(self, text: str) -> Iterator[Token]:
        """Yield the tokens of `text`."""
        depth = 0
        fresh = True  # at the start of a statement
        for match in self._tokens.finditer(text):
            kind = match.lastgroup
            if kind is None:  # only blanks were left
                return
            start, end = match.span(kind)
            if fresh:
                fresh = False
                if kind == "NAME" and self._head.match(text, start):
                    kind = "HEAD"
            if kind == "LPAR":
                depth += 1
            elif kind == "RPAR":
                depth -= 1
            elif kind == "SEPARATOR":
                if depth > 0 and text[start] == "\n":
                    continue
                fresh = True
                depth = 0
            elif kind == "UNKNOWN":
                raise unknown_character(text, start)
            yield Token(kind, text[start:end], start, end)


def unknown_character(text: str, offset: int) -> InputError:
    """Return the error for a character that no token starts with: its name, and what to type instead."""
    c = text[offset]
    code = ord(c)
    meant = MEANT.get(c)
    if 0xDC80 <= code <= 0xDCFF:
        what = f"the byte {visible(c)} is not UTF-8 text"
    elif code < 128:
        what = "unexpected NUL character \\x00" if code == 0 else f"unexpected character {visible(c)}"
        if c in "'\"":
            meant = "nothing: a program has no quotes"
        elif c == ".":
            meant = "a digit on one side of the point"
    else:
        import unicodedata

        what = f"{visible(c)} is U+{code:04X} {unicodedata.name(c, 'a character without a name')}"
        if meant is None:
            folded = unicodedata.normalize("NFKC", c)
            superscript = unicodedata.decomposition(c).startswith("<super>")
            if folded.isascii() and folded.isprintable():
                meant = f"**{folded}" if superscript else "a space" if folded == " " else folded
            elif (base := unicodedata.normalize("NFKD", c)[0]).isalpha() and base.isascii():
                meant = base  # the letter without its accent
    hint = f"type {meant}" if meant else None
    return InputError(what, kind="syntax", span=(offset, offset + 1), hint=hint)
