"""Products that are only implied, as in 2x or (a + b)(c + d), with their signs put in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from ..calculus.spellings import function

Token = tuple[str, str]  # what it is, and its text

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
    stars = _implied_at(tokens, own)
    groups = _doubtful(tokens, stars)
    plain = _written(tokens, stars, ())
    return [plain, _written(tokens, stars, groups)] if groups else [plain]


def _written(tokens: Sequence[Token], stars: Collection[int], groups: Collection[tuple[int, int]]) -> str:
    """Return a text with a * before some tokens, and parentheses from one token up to another."""
    begin, end = Counter(first for first, _ in groups), Counter(after - 1 for _, after in groups)
    out: list[str] = []
    for k, (_, word) in enumerate(tokens):
        if k in stars:
            while out[-1].isspace():
                out.pop()
            out.append("*")
        out.append("(" * begin[k] + word + ")" * end[k])
    return "".join(out)


def _implied_at(tokens: Sequence[Token], own: Collection[str]) -> set[int]:
    """Return the tokens before which a product is implied."""
    found = set()
    before: Token | None = None
    for k, token in enumerate(tokens):
        if token[0] != "blank":
            if before is not None and _implied(before, token, own, tokens, k):
                found.add(k)
            before = token
    return found


def _doubtful(tokens: Sequence[Token], stars: Collection[int]) -> list[tuple[int, int]]:
    """Return from where to where the products may belong together that stand behind a quotient or in a power."""
    found: list[tuple[int, int]] = []
    before = leads = ""  # the last token that is no blank, and the sign that stands before the factor at hand
    start = beyond = 0  # where that factor begins, and where the last product ends
    opened: list[tuple[int, str]] = []
    for k, (kind, word) in enumerate(tokens):
        if kind == "blank":
            continue
        is_called = word == "(" and k > 0 and tokens[k - 1][0] == "name" and k not in stars
        powers = leads in ("^", "**") and kind == "name" and not is_function(word)
        is_within = bool(found) and found[-1][0] < start < beyond
        if k in stars and not is_within and (leads == "/" or powers):
            beyond = _end_of_factor(tokens, k)
            found.append((start, beyond))
        if word == ")":
            start, leads = opened.pop() if opened else (k, "")
        elif kind in ("number", "name") or (word == "(" and not is_called):
            start, leads = k, _DOUBTFUL.get(before, "")
        elif word not in ("(", "²", "³"):
            leads = ""
        if word == "(":
            opened.append((start, leads))
        before = word
    return found


def _end_of_factor(tokens: Sequence[Token], k: int) -> int:
    """Return the place after a number, a name, a call or a parenthesis, with its powers."""
    while True:
        end = k + (tokens[k][0] == "name" and _is(tokens, k + 1, "("))
        depth = 0
        while end < len(tokens):
            depth += (tokens[end][1] == "(") - (tokens[end][1] == ")")
            end += 1
            if depth <= 0:
                break
        while _is(tokens, end, "²", "³"):
            end += 1
        power = _past_blanks(tokens, end)
        if not _is(tokens, power, "^", "**"):
            return end
        k = _past_blanks(tokens, power + 1)
        if _is(tokens, k, "-", "+"):
            k = _past_blanks(tokens, k + 1)
        if k == len(tokens):
            return end


def _is(tokens: Sequence[Token], k: int, *words: str) -> bool:
    return k < len(tokens) and tokens[k][1] in words


def _past_blanks(tokens: Sequence[Token], k: int) -> int:
    while k < len(tokens) and tokens[k][0] == "blank":
        k += 1
    return k


def _tokens(text: str, own: Collection[str]) -> list[Token]:
    """Return the pieces of a text, each with what it is; a derivative such as df/dq is a name."""
    compounds = any_of(name for name in own if not name.isidentifier())
    pattern = f"(?P<compound>{compounds})|{_TOKEN}" if compounds else _TOKEN
    found = re.finditer(pattern, text, re.DOTALL)
    return [("name" if m.lastgroup == "compound" else m.lastgroup or "", m[0]) for m in found]


def _implied(before: Token, now: Token, own: Collection[str], tokens: Sequence[Token], k: int) -> bool:
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
    if before[0] == "number" and adjacent and now[1] not in own and re.match(r"_|[eE]\Z|[eE][0-9]", now[1]):
        return now[1] == "e" and _is(tokens, _past_blanks(tokens, k + 1), "^", "**")  # no exponent stands behind 2e^
    if before[1] == "0" and adjacent and re.match("[xXbBoO][0-9A-Fa-f]", now[1]):
        return False
    if {before[1], now[1]} & PHRASES - {*own}:
        return False
    return not (before[0] == "name" and is_function(before[1]))
