"""Text -> tokens: one compiled pattern, made from the terminals of the grammar."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from ..errors import InputError
from ..text import visible

# Where a character that the language does not have is meant for one that it has.
MEANT = {
    **dict(zip("аеорсухіјѕАВЕКМНОРСТХ", "aeopcyxijsABEKMHOPCTX", strict=True)),  # noqa: RUF001 - Cyrillic on purpose
    **dict(zip("ονικρυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ovikpuxABEZHIKMNOPTYX", strict=True)),
    **dict.fromkeys("∗⋅∙•✕✖⊙", "*"),  # noqa: RUF001
    **dict.fromkeys("∕⁄➗", "/"),  # noqa: RUF001
    "—": "-",
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    ":": "=",
    "µ": "\u03bc (the Greek letter)",
    "ϕ": "\u03c6 (the Greek letter)",
}
# What is said of a character that stands for no single one of the language.
SAID = {
    "⊗": "an outer product is written outer(a, b)",
    "√": "a root is written sqrt(...)",
    "∞": "a value is a finite number",
    "%": "a remainder is written mod(a, b), and 5 % is 5/100",
    "!": "not is the opposite of a condition, and gamma(n + 1) the factorial of n",
    "¬": "the opposite of a condition is written not",
    "~": "the opposite of a condition is written not",
    "&": "conditions are joined by and",
    "∧": "conditions are joined by and",
    "\u2228": "conditions are joined by or",
    ".": "a point stands in a number, with a digit beside it",
    "?": "a choice is written where(condition, a, b)",
    "|": "an absolute value is written abs(...), and conditions are joined by or",
}


# The terminals that mean something to the lexer itself; all of them but those named below open a bracket.
SPECIAL = frozenset(("LPAR", "RPAR", "LSQB", "RSQB", "LBRACE", "RBRACE", "SEPARATOR", "UNKNOWN", "FOR", "NONE"))
# Those that may mean something else by what is around them: statements with such are read token by token.
CLOSER = SPECIAL - {"LPAR", "RPAR"}
MOST_WORDS = 100_000  # that are known at a time
LONG_PROGRAM = 1 << 12  # characters of a program that is worth cutting into lines
CLOSING = frozenset(("RPAR", "RSQB", "RBRACE"))
# What an operand ends with.
OPERAND = frozenset(("NUMBER", "NAME", "HEAD", "RPAR", "RSQB", "RBRACE", "SUPERSCRIPT", "TRANSPOSED"))

LOOK_ALIKES = {c for c, meant in MEANT.items() if c.isalpha() and len(meant) == 1 and meant.isalpha()}


class Token:
    """A piece of the program: its terminal, its text, and the span it takes."""

    __slots__ = ("end", "start", "text", "type")

    def __init__(self, type: str, text: str, start: int, end: int) -> None:
        self.type = type
        self.text = text
        self.start = start
        self.end = end


class Lexer:
    """Cuts a text into tokens. A newline inside parentheses or brackets is a blank, and so is a comment.

    Inside braces it separates statements, which are then parts of one. The word `for` is a name but behind an operand,
    and None is one but inside brackets.

    `terminals` are names and regular expressions in the order in which they are tried, `blank` is what lies between.
    Each of the texts in `compounds`, such as dL/dz, is read as one name where it stands alone.
    """

    def __init__(self, terminals: Sequence[tuple[str, str]], blank: str, compounds: Collection[str] = ()) -> None:
        self._terminals, self._blank, self._compounds = terminals, blank, compounds
        if compounds:
            from .implied_products import any_of

            more = {"NAME": f"{any_of(compounds)}|"}
            terminals = [(name, more.get(name, "") + pattern) for name, pattern in terminals]
        named = "|".join(f"(?P<{name}>{pattern})" for name, pattern in terminals)
        self._tokens = re.compile(rf"(?:{blank})*+(?:{named}|(?P<UNKNOWN>.)|\Z)")
        self.patterns = dict(terminals)
        self._kinds: dict[str, str] = {}  # the terminals of words; threads may write to it: all write the same

    def with_compounds(self, compounds: Collection[str]) -> Lexer:
        """Return a lexer that reads each of some texts as one name."""
        return Lexer(self._terminals, self._blank, compounds) if compounds else self

    @cached_property
    def _head(self) -> re.Pattern[str]:
        """What a definition begins with: `name(parameters) =`."""
        name, gap = self.patterns["NAME"], r"[ \t\r]*"
        return re.compile(rf"(?:{name}){gap}\({gap}(?:{name}){gap}(?:,{gap}(?:{name}){gap})*\){gap}=(?!=)")

    @cached_property
    def _pieces(self) -> re.Pattern[str]:
        """The same tokens, without their terminals, which depend on their texts alone. Most are operands."""
        patterns = [*(self.patterns[kind] for kind in ("NAME", "NUMBER")), *self.patterns.values()]
        return re.compile(rf"({'|'.join(f'(?:{pattern})' for pattern in patterns)}|(?!{self._blank}).)")

    @cached_property
    def _line(self) -> re.Pattern[str]:
        """What may be a statement in one line, without a comment."""
        return re.compile(r"[^;\n#]*+(?=[;\n]|\Z)")

    def tokens(self, text: str, start: int = 0, *, ended: list[Token] | None = None) -> Iterable[Token]:
        """Return the tokens from `start`, or those of one statement: what ends it goes into `ended`, and is none.

        Going through them raises `InputError` at a character that the language does not have, or that no name has.
        """
        if (
            ended is not None
            and len(text) >= LONG_PROGRAM
            and text.isascii()
            and (line := self._line.match(text, start))
        ):
            end = line.end()
            if found := self._plain(text, start, end):
                if end < len(text):
                    ended.append(Token("SEPARATOR", text[end], end, end + 1))
                return found
        return self.one_by_one(text, start, ended)

    def _plain(self, text: str, start: int, end: int) -> list[Token] | None:
        """Return the tokens of a line, cut all at once; None for one that has to be looked at closer.

        That is three times as fast as `one_by_one`, and yields the same tokens.
        """
        pieces = self._pieces.split(text[start:end])  # blanks and tokens in turn
        words = pieces[1::2]
        kinds: Sequence[str | None] = [*map(self._kinds.get, words)]
        if None in kinds:
            kinds = self._learned(words)
        if not CLOSER.isdisjoint(kinds) or words[1:2] == ["("] or kinds.count("LPAR") > kinds.count("RPAR"):
            return None
        bounds = [*accumulate(map(len, pieces), initial=start)]
        return [*map(Token, kinds, words, bounds[1::2], bounds[2::2])]  # type: ignore[arg-type]

    def _learned(self, words: Sequence[str]) -> list[str]:
        """Return the terminals of words, which are known from now on."""
        known = self._kinds if len(self._kinds) <= MOST_WORDS else {}
        self._kinds = known
        for word in words:
            if word not in known:
                match = self._tokens.fullmatch(word)
                known[word] = (match and match.lastgroup) or "UNKNOWN"
        return [known[word] for word in words]

    def one_by_one(self, text: str, start: int, ended: list[Token] | None) -> Iterator[Token]:
        """Yield the tokens of a statement, as `tokens` describes them, each matched by itself."""
        opened: list[str] = []  # the brackets that are open
        before = ""
        fresh = True  # at the start of a statement
        plain = text.isascii()
        for match in self._tokens.finditer(text, start):
            kind = match.lastgroup
            if kind is None:  # only blanks were left
                return
            start, end = match.span(kind)
            if kind in SPECIAL:
                if kind in CLOSING:
                    if opened:
                        opened.pop()
                elif kind == "SEPARATOR":
                    if opened and text[start] == "\n" and opened[-1] != "LBRACE":
                        continue
                    if not opened or opened[0] != "LBRACE":
                        if ended is not None:
                            ended.append(Token(kind, text[start:end], start, end))
                            return
                        fresh = True
                        opened.clear()
                elif kind == "UNKNOWN":
                    raise unknown_character(text, start)
                elif kind == "FOR":
                    kind = kind if before in OPERAND else "NAME"
                elif kind == "NONE":
                    kind = kind if opened[-1:] == ["LSQB"] else "NAME"
                else:
                    opened.append(kind)
            if fresh and kind != "SEPARATOR":
                fresh = False
                if kind == "NAME" and _opens(text, end) and self._head.match(text, start):
                    kind = "HEAD"
            before = kind
            word = text[start:end]
            if not plain and kind in ("NAME", "HEAD") and not (word.isascii() or word in self._compounds):
                word = checked_name(text, start, end)
            yield Token(kind, word, start, end)

    def reads(self, text: str) -> bool:
        """Whether every name of a text is one, as it is written, without a closer look at each."""
        names = re.compile(self.patterns["NAME"])
        return text.isascii() or all(as_name(word) == word for word in {*names.findall(text)} if not word.isascii())


def _opens(text: str, end: int) -> bool:
    """Whether a parenthesis follows what ends there."""
    while text[end : end + 1] in (" ", "\t", "\r"):
        end += 1
    return text.startswith("(", end)


def composed(text: str) -> str:
    """Return a text that names something with its letters composed as those of a program are."""
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", text)


def as_name(word: str) -> str | None:
    """Return a word as the name that it is, composed as Unicode's NFC says; None if it is none.

    A name has the letters and digits of any script, and _. Letters that look like Latin ones are refused where the
    word could be mistaken for Latin: beside Latin letters, or alone.
    """
    if word.isascii():
        return word if word.isidentifier() and word not in ("and", "or", "not") else None
    from unicodedata import is_normalized, normalize

    word = normalize("NFC", word)
    if word == "π":
        return word
    if "π" in word or not word.isidentifier() or not is_normalized("NFKC", word):
        return None
    alike = not LOOK_ALIKES.isdisjoint(word)
    foreign = any(c.isalpha() and not c.isascii() and c not in LOOK_ALIKES for c in word)
    return None if alike and (not foreign or any(c.isascii() and c.isalpha() for c in word)) else word


def checked_name(text: str, start: int, end: int) -> str:
    """Return the name between two places of a program; raise `InputError` at a character that no name has."""
    found = as_name(text[start:end])
    if found is not None:
        return found
    from unicodedata import combining, normalize

    for i in range(start, end):
        c = text[i]
        allowed = (c if i == start else f"a{c}").isidentifier() and (combining(c) or normalize("NFKC", c) == c)
        if not allowed or c in LOOK_ALIKES:
            raise unknown_character(text, i)
    raise unknown_character(text, start)


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
    else:
        import unicodedata

        what = f"{visible(c)} is U+{code:04X} {unicodedata.name(c, 'a character without a name')}"
        if meant is None and c not in SAID:
            folded = unicodedata.normalize("NFKC", c)
            superscript = unicodedata.decomposition(c).startswith("<super>")
            if folded.isascii() and folded.isprintable():
                meant = f"**{folded}" if superscript else "a space" if folded == " " else folded
    hint = f"type {meant}" if meant else SAID.get(c)
    return InputError(what, kind="syntax", span=(offset, offset + 1), hint=hint)
