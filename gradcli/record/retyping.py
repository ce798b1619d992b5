"""Values and claims that were typed with blanks, commas or colons: the words that were meant, for a hint.

A word of the command line is NAME=VALUE, of `gradcli check` also ITEM=CLAIM. Never what is computed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ..errors import ARGUMENT, GradcliError, InputError, Source
from ..text import clip

MOST_WORDS = 200  # of a command that is mended
MAX_LENGTH = 400  # of a word that is mended
MOST_PIECES = 5  # of an item that blanks have cut: d f / d x
HINT_CHARACTERS = 100  # characters of the hint, where the whole command is too long for one

_NAME = r"[^\W\d]\w*"
_QUOTIENT = rf"[d∂]\s*{_NAME}\s*/\s*[d∂]\s*{_NAME}"
_ITEM = rf"(?:{_QUOTIENT}|{_NAME}\s*\.\s*grad|local\s*\([^()=]*\)|{_NAME})"
_SIGN = r"(?::=|==|=|:)"
_NEXT = rf"\s*{_ITEM}\s*(?::=|=|:)(?!=)"
_APART = re.compile(rf"\s*[,;]\s*(?:\Z|(?={_NEXT}))|(?<=[\w)])\s+(?={_NEXT})")
_LABEL = re.compile(rf"(?<=[\w)])(\s+{_NAME}\s*):(?!=)")  # words behind an = that end with a colon
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_PIECE = re.compile(rf"(?P<left>[^=:]*?)\s*(?P<sign>{_SIGN})\s*(?P<right>[^=:]*)", re.DOTALL)
_NEARLY = re.compile(r"[dD∂]\s*(\w.*)", re.DOTALL)
_SIGNS = frozenset((":=", "==", "=", ":"))
_UNCERTAIN = ("±", "+-", "+/-")
_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}


class _Piece(NamedTuple):
    """A part of a word, and which word it is of."""

    text: str
    word: int


class Entry(NamedTuple):
    """A value or claim as it was meant, and which words it was typed as, from `first` to `last`."""

    text: str
    first: int
    last: int


def is_irregular(word: str, *, claims: bool = False) -> bool:
    """Whether a word is not, as it stands, one NAME=VALUE, or with claims one ITEM=CLAIM."""
    name, equals, value = word.partition("=")
    if not equals or not value.strip():
        return True
    return not re.fullmatch(_ITEM if claims else _NAME, name.strip()) or len(_apart(word, len(name) + 1)) > 1


def _apart(word: str, since: int = 0) -> list[str]:
    """Return a word cut where another value or claim begins behind some characters.

    That is not in brackets, and not at a label: dx=so: 3.
    """
    masked, before = word, ""
    while masked != before:
        before, masked = masked, _BRACKETS.sub(lambda found: "_" * len(found[0]), masked)
    name, equals, value = masked.partition("=")
    masked = f"{name}={_LABEL.sub(lambda found: f'{found[1]}_', value)}" if equals else masked
    places = [0, *(place for found in _APART.finditer(masked, since) for place in found.span()), len(word)]
    return [word[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]


def retyped(words: Sequence[str], *, claims: bool = False, lone: bool = False) -> InputError | None:
    """Return the error for words that are not NAME=VALUE each, with those that were meant, or None if nobody can tell.

    With claims also ITEM=CLAIM is meant, and with `lone` words without a sign stay as they are.
    """
    entries = meant(words, claims=claims, lone=lone)
    if entries is None:
        return None
    every = [e for e in entries if [*words[e.first : e.last + 1]] != [e.text] or _shared(entries, e)]
    if not every:
        return None
    wrong = every[0]
    parts = words[wrong.first : wrong.last + 1]
    source = Source(ARGUMENT, words[wrong.first])
    if len(parts) == 1:
        hint = f"did you mean {clip(wrong.text, HINT_CHARACTERS)}?"
        if _shared(entries, wrong):
            what = "each NAME=VALUE is a word of its own, without commas"
        elif parts[0].strip().endswith((",", ";")):
            what = f"words are separated by blanks, without {parts[0].strip()[-1]}"
        else:
            what = f"{clip(parts[0], 60)} is not NAME=VALUE"
    else:
        what = f"{clip(_listed(parts), 80)} are {_COUNTS.get(len(parts), len(parts))} words here"
        shown = clip(wrong.text, 40)
        hint = f"write {shown}, without blanks" if "".join(parts).strip(",;") == wrong.text else f"write {shown}"
    if len(every) > 1:
        hint = f"write {clip(' '.join(e.text for e in every), HINT_CHARACTERS)}"
    instead = ([*words], [e.text for e in entries])
    return InputError(what, source=source, kind="binding", hint=hint, instead=instead)


def _shared(entries: list[Entry], entry: Entry) -> bool:
    """Whether another entry was typed in a word of this one."""
    return any(e is not entry and e.first <= entry.last and entry.first <= e.last for e in entries)


def _listed(parts: Sequence[str]) -> str:
    shown = [part.rstrip(",;") or part for part in parts]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def meant(words: Sequence[str], *, claims: bool = False, lone: bool = False) -> list[Entry] | None:
    """Return the values and claims that words were meant for, in order, or None if nobody can tell."""
    if len(words) > MOST_WORDS or any(len(word) > MAX_LENGTH for word in words):
        return None
    pieces = [piece for k, word in enumerate(words) for piece in _pieces(word, k)]
    entries: list[Entry] = []
    at = 0
    while at < len(pieces):
        if lone and not _is_told(pieces, at):
            found: tuple[Entry, int] | None = (Entry(pieces[at].text, pieces[at].word, pieces[at].word), at + 1)
        else:
            found = _entry(pieces, at, claims)
        if found is None:
            return None
        entry, at = found
        entries.append(entry)
    names = [entry.text.partition("=")[0] for entry in entries if "=" in entry.text]
    return entries if len({*names}) == len(names) else None


def _pieces(word: str, k: int) -> list[_Piece]:
    """Return the names, signs and values of a word."""
    found: list[_Piece] = []
    for part in _apart(word):
        text = part.strip()
        if not text:
            continue
        match = _PIECE.fullmatch(text)
        texts = [match["left"], match["sign"], match["right"]] if match else [text]
        found += [_Piece(piece, k) for piece in texts if piece]
    return found


def _entry(pieces: list[_Piece], at: int, claims: bool) -> tuple[Entry, int] | None:
    """Return the value or claim that begins at a piece, and where the next one begins."""
    first = pieces[at].word
    count = _pieces_of_name(pieces, at, claims)
    if count == 0:
        return None
    name = "".join(piece.text for piece in pieces[at : at + count])
    at += count
    is_told = at < len(pieces) and pieces[at].text in _SIGNS
    at += is_told
    if at >= len(pieces) or pieces[at].text in _SIGNS:
        return None
    value = pieces[at].text
    if value in ("-", "+", "\u2212") and at + 1 < len(pieces):
        at += 1
        value += pieces[at].text
    while at + 1 < len(pieces) and (value.endswith(_UNCERTAIN) or pieces[at + 1].text.startswith(_UNCERTAIN)):
        at += 1
        value += pieces[at].text.replace("+/-", "±")
    follows = at + 1 < len(pieces) and pieces[at + 1].text in _SIGNS
    if follows or _has_comma(value) or not (is_told or _is_value(value, formulas="/" in name)):
        return None
    return Entry(f"{name}={value}", first, pieces[at].word), at + 1


def _is_told(pieces: list[_Piece], at: int) -> bool:
    """Whether a sign stands at a piece or behind it."""
    return any(piece.text in _SIGNS for piece in pieces[at : at + 2])


def _pieces_of_name(pieces: list[_Piece], at: int, claims: bool) -> int:
    """Return how many pieces a name or item has that begins at one: only a quotient has several. 0 if it is none."""
    for count in range(1, MOST_PIECES + 1) if claims else ():
        if re.fullmatch(_QUOTIENT, "".join(piece.text for piece in pieces[at : at + count])):
            return count
    return 1 if re.fullmatch(_ITEM if claims else _NAME, pieces[at].text) else 0


def _has_comma(text: str) -> bool:
    """Whether a comma or a semicolon stands outside parentheses."""
    depth = 0
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c in ",;" and depth <= 0:
            return True
    return False


def _is_value(text: str, *, formulas: bool) -> bool:
    """Whether a text that no sign announces is a number, or where formulas may stand any expression."""
    from ..language.syntax import parse

    parts = [text] if formulas else re.split(r"±|\+-", text, maxsplit=1)
    try:
        graphs = [parse(Source("value", part)) for part in parts]
    except GradcliError:
        return False
    return formulas or not any(graph.inputs for graph in graphs)


def nearly_quotient(text: str, names: Collection[str]) -> str | None:
    """Return the hint for an item such as dfdx or dF/dX, which is nearly df/dx; `names` are those of the program."""
    match = _NEARLY.fullmatch(text.strip())
    if match is None:
        return None
    by_capitals = {name.lower(): name for name in names}
    for above, below in _halves(match):
        found = [name if name in names else by_capitals.get(name.lower()) for name in (above, below)]
        if None not in found:
            return f"did you mean d{found[0]}/d{found[1]}?"
    return None


def _halves(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    """Return what may stand above and below, for the text behind the first d."""
    rest = match[1]
    for cut in re.finditer(r"\s*[/\\_|:.]?\s*[dD∂]\s*", rest):
        above, below = rest[: cut.start()], rest[cut.end() :]
        yield from dict.fromkeys(((above, below), (above.strip("_"), below.strip("_"))))
