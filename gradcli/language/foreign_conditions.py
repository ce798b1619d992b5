"""Conditions of other languages, put as `where` has them: signs of and, or, not; chains; comparisons as numbers."""

from __future__ import annotations

import re
from itertools import pairwise

from .implied_products import NAME, closing, parts_of

_COMPARED = re.compile(r"<=|>=|==|!=|<|>")
_EQUALS = {"===": "==", "!==": "!=", "=/=": "!=", "=!": "!=", "<>": "!=", "=>": ">=", "=<": "<=", "=": "=="}
_EQUAL = re.compile(r"===|!==|=/=|=!|<>|=>|=<|(?<![<>=!])=(?!=)")
_OPPOSITE = re.compile(r"(\A|[(,?]|\b(?:and|or|not)\b)\s*(?:[!~](?!=)|¬)\s*")
_LOGIC = re.compile(r"\b(and|or|not)\b")
_OPENED = re.compile(r"\s*\(")
_CHOICE = re.compile(r"\b(?:where|if|iif|ifelse|cond|select|piecewise)\s*\(")


def logic(text: str) -> str:
    """Return a text with and, or and not for the signs of other languages. A | may be that of an absolute value."""
    text = re.sub(r"\s*(?:&&?|∧|\bAND\b)\s*", " and ", text)
    text = re.sub(r"\s*(?:\|\||\u2228|\bOR\b)\s*", " or ", text)

    def either(bar: re.Match[str]) -> str:
        before, after = text[: bar.start()], text[bar.end() :]
        compared = re.search(r"[<>=][^|,;?]*\Z", before) and re.match(r"[^|,;?]*?[<>=]", after)
        return " or " if compared else bar[0]

    text = re.sub(r"\s*\|\s*", either, text)
    for _ in range(3):  # !!(x > 0)
        text = _OPPOSITE.sub(lambda m: f"{m[1]}{'' if m[1][-1:] in ('', '(') else ' '}not ", text)
    return re.sub(r"\bNOT\b", "not", text)


def conditions(text: str) -> str:
    """Return a text whose comparisons are those of `where`: 0 < x < 1 in two, and (x > 0)*2 as a choice of 1 or 0."""
    if not _CHOICE.search(text):
        return "".join(map(_as_numbers, re.split(r"([;\n])", text)))
    start = 0
    while (opened := _CHOICE.search(text, start)) is not None:
        end = closing(text, opened.end() - 1)
        first, *rest = parts_of(text[opened.end() : end - 1])
        shown = ",".join([_condition(first), *rest])
        text, start = text[: opened.end()] + shown + text[end - 1 :], opened.end() + len(shown)
    return text


def _condition(text: str) -> str:
    """Return a condition with the comparisons of the language, none of them a chain."""
    text = _EQUAL.sub(lambda m: _EQUALS[m[0]], text)
    parts = _LOGIC.split(text)
    return "".join(part if part in ("and", "or", "not") else _chain(part) for part in parts)


def _chain(text: str) -> str:
    """Return a < b < c as a < b and b < c, also within parentheses around the whole."""
    start, end = 0, len(text.rstrip())
    while (inner := _OPENED.match(text, start)) and closing(text, inner.end() - 1) == end:
        start, end = inner.end(), len(text[: end - 1].rstrip())
    core = text[start:end]
    signs = [m for m in _COMPARED.finditer(core) if core.count("(", 0, m.start()) == core.count(")", 0, m.start())]
    for before, sign in reversed([*pairwise(signs)]):
        middle = core[before.end() : sign.start()]
        core = f"{core[: sign.start()].rstrip()} and {middle.lstrip()}{core[sign.start() :]}"
    return text[:start] + core + text[end:]


def _as_numbers(text: str) -> str:
    """Return a statement with a choice of 1 or 0 for every comparison in it."""
    for opened in reversed([*re.finditer(r"\(", text)]):
        end = closing(text, opened.start())
        inner = text[opened.end() : end - 1]
        if not _COMPARED.search(inner) or "where" in inner:
            continue
        if re.search(rf"{NAME}\s*\Z", text[: opened.start()]):
            inner = f"({', '.join(_chosen(part.strip()) for part in parts_of(inner))})"
        else:
            inner = _chosen(inner)
        text = f"{text[: opened.start()]}{inner}{text[end:]}"
    named = re.match(rf"\s*{NAME}\s*=(?!=)\s*|\s*", text)
    start = named.end() if named else 0
    return text[:start] + (text[start:] if "where" in text else _chosen(text[start:]))


def _chosen(text: str) -> str:
    return f"where({_condition(text)}, 1, 0)" if _COMPARED.search(text) else text
