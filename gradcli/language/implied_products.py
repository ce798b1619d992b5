"""Products that are only implied, as in 2x or (a + b)(c + d), with their signs put in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from ..calculus.spellings import function

NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
NAME = r"(?:π|[^\W\d²³π][^\W²³π]*)"
_TOKEN = rf"(?P<number>{NUMBER})|(?P<name>{NAME})|(?P<blank>[ \t]+)|(?P<other>\*\*|.)"
_DOUBTFUL = {"/": "/", "÷": "/", "^": "^", "**": "**"}  # signs that leave open how far they reach
PHRASES = frozenset(
    ("at", "of", "for", "if", "then", "else", "when", "with", "where", "to", "in", "from", "by", "is", "the", "mod")
) | {"div", "xor", "let", "and", "or", "not"}


def any_of(compounds: Iterable[str]) -> str:
    """Return a regular expression for names that are more than a word, such as df/dq; "" where there is none."""
    longest_first = sorted(compounds, key=len, reverse=True)
    return rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)" if longest_first else ""


def is_function(name: str) -> bool:
    """Whether a program can call a name."""
    return function(name) is not None or name == "pow"


def closing(text: str, start: int) -> int:
    """Return the place after the parenthesis that closes the one at `start`, or the length of the text if none does."""
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i + 1
    return len(text)


def parts_of(text: str) -> list[str]:
    """Return the parts of a text between the commas that stand outside of brackets."""
    found, depth = [""], 0
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        if c == "," and depth <= 0:
            found.append("")
        else:
            found[-1] += c
    return found


def arguments_of(text: str) -> list[str]:
    """Return the arguments of a call, whose text is what stands between its parentheses."""
    return [part.strip() for part in parts_of(text) if part.strip()]


def products(text: str, own: Collection[str]) -> list[str]:
    """Return the text with a * for every product that is only implied: 2x is 2*x.

    There are two such texts where a quotient or power leaves open what it reaches over: 1/2x is 1/2*x or 1/(2*x).
    `own` are the names of the program that are no functions, also derivatives such as df/dq.
    """
    tokens = _tokens(text, own)
    plain: list[str] = []
    grouped: list[str] = []
    doubtful = False
    before: tuple[str, str] | None = None  # the last token that is no blank
    start = 0  # where the operand begins that a doubtful sign stands before
    leads = ""  # that sign
    opened: list[tuple[int, str]] = []
    for k, (kind, word) in enumerate(tokens):
        if kind == "blank":
            plain.append(word)
            grouped.append(word)
            continue
        if before is not None and _implied(before, (kind, word), own, tokens, k):
            for out in (plain, grouped):
                while out and out[-1].isspace():
                    out.pop()
                out.append("*")
            if leads == "/" or (leads in ("^", "**") and kind == "name" and not is_function(word)):
                doubtful = True
                end = k + 1
                if word == "(" or (kind == "name" and end < len(tokens) and tokens[end][1] == "("):
                    grouped[start] = f"({grouped[start]}"
                    reached, rest = _reached("".join(w for _, w in tokens[k:]), own)
                    return ["".join(plain) + reached + rest, f"{''.join(grouped)}{reached}){rest}"]
                grouped[start] = f"({grouped[start]}"
                grouped.append(f"{word})")
                plain.append(word)
                before, leads = (kind, word), ""
                continue
        plain.append(word)
        grouped.append(word)
        if word == "(":
            opened.append((len(plain) - 1, leads))
        elif word == ")" and opened:
            start, leads = opened.pop()
        elif kind in ("number", "name"):
            leads = _DOUBTFUL.get(before[1], "") if before is not None else ""
            start = len(plain) - 1
        else:
            leads = ""
        before = (kind, word)
    return ["".join(plain), "".join(grouped)] if doubtful else ["".join(plain)]


def _tokens(text: str, own: Collection[str]) -> list[tuple[str, str]]:
    """Return the pieces of a text, each with what it is; a derivative such as df/dq is a name."""
    compounds = any_of(name for name in own if not name.isidentifier())
    pattern = f"(?P<compound>{compounds})|{_TOKEN}" if compounds else _TOKEN
    found = re.finditer(pattern, text, re.DOTALL)
    return [("name" if m.lastgroup == "compound" else m.lastgroup or "", m[0]) for m in found]


def _reached(text: str, own: Collection[str]) -> tuple[str, str]:
    """Return a text up to the end of its first parenthesis and what follows, with a * for every implied product."""
    end = closing(text, text.index("("))
    return products(text[:end], own)[0], products(text[end:], own)[0]


def _implied(
    before: tuple[str, str], now: tuple[str, str], own: Collection[str], tokens: Sequence[tuple[str, str]], k: int
) -> bool:
    """Whether a product is implied between two tokens."""
    ends = before[0] in ("number", "name") or before[1] in (")", "²", "³")
    starts = now[0] in ("number", "name") or now[1] == "("
    if not ends or not starts or {before[1], now[1]} & {"and", "or", "not"}:
        return False
    adjacent = tokens[k - 1][0] != "blank"
    if before[0] == "name" and now[1] == "(":
        return before[1] in own and not is_function(before[1]) if adjacent else not is_function(before[1])
    if now[0] == "number" and before[0] == "number":  # more likely a number that is cut
        return False
    if before[0] == "number" and now[0] == "name" and adjacent and re.match(r"_|[eE]\Z|[eE][0-9]", now[1]):
        return False
    if before[1] == "0" and adjacent and re.match("[xXbBoO][0-9A-Fa-f]", now[1]):
        return False
    if {before[1], now[1]} & PHRASES - {*own}:
        return False
    return not (before[0] == "name" and is_function(before[1]))
