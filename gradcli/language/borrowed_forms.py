"""Whole forms of other languages: imports, lambdas, definitions, arrays' operators. Each becomes the language's own."""

from __future__ import annotations

import re

from .implied_products import NAME, NUMBER

_PARAMETERS = rf"(?:{NAME})(?:\s*,\s*(?:{NAME}))*"
_IMPORT = re.compile(r"(?:^|(?<=[;\n]))[ \t]*(?:import\s+[\w., \t]+|from\s+[\w.]+\s+import\s+[\w*, \t()]+)(?:[;\n]|\Z)")
_DEF = re.compile(
    rf"(?:^|(?<=[;\n]))[ \t]*(?:def|function|func|fn)\s+({NAME})\s*\(([^()]*)\)\s*(?:->\s*\w+\s*)?"
    r"(?::\s*return\b|\{\s*return\b|:|=)\s*([^;{}\n]+?)\s*;?\s*\}?(?=[;\n]|\Z)"
)
_ANONYMOUS = (
    rf"(?:lambda\s+({_PARAMETERS})\s*:|\(\s*({_PARAMETERS})\s*\)\s*(?:=>|->)|({NAME})\s*(?:=>|->|↦)|"
    rf"\\\s*({NAME})\s*->|@\s*\(\s*({_PARAMETERS})\s*\))\s*"
)
_NAMED = re.compile(rf"(?:^|(?<=[;\n]))[ \t]*(?:(?:const|let|var|val)\s+)?({NAME})\s*=\s*{_ANONYMOUS}([^;\n]+)")
_ALONE = re.compile(rf"(?:^|(?<=[;\n]))[ \t]*{_ANONYMOUS}([^;\n]+)")
_PATTERN = re.compile(rf"({NAME})\[\s*({NAME}_(?:\s*,\s*{NAME}_)*)\s*\]\s*:?=")
_DECLARED = re.compile(rf"(?:^|(?<=[;\n]))[ \t]*(?:const|let|var|val|double|float|int|auto)\s+({NAME}\s*=)")
_SAID = re.compile(r"(?:^|(?<=[;\n]))[ \t]*(?:return|yield)\b[ \t]*")
_PYTHON = re.compile(r"\b(?:import|lambda)\s|\bdef\s+\w+\s*\(")
_ELEMENTWISE = re.compile(rf"(?<=[\w)\]'])\s*\.\s*(\*\*|[*/^'])|({NUMBER}\.?)\s*\.([*/^])")
_MATLAB = re.compile(r"(?:(?<![\w.])[^\W\d]\w*|[)\]']|[0-9]\.)\s*\.[*/^]|\A\s*@\s*\(")
_QUOTE = re.compile(r"(?<![\w)\]'.])'")  # one that opens a text
_TRANSPOSED = re.compile(r"(?<=[\w)])'(?![\w(])")  # not of f'(x), which is a derivative


def borrowed(text: str) -> str:
    """Return a text whose statements and operators are those of the language."""
    text = _IMPORT.sub("", text)
    text = _PATTERN.sub(lambda m: f"{m[1]}({m[2].replace('_', '')}) =", text)
    text = _DEF.sub(lambda m: f"{m[1]}({_without_types(m[2])}) = {m[3]}", text)
    text = _NAMED.sub(lambda m: f"{m[1]}({_first(m.groups()[1:6])}) = {m[7]}", text)
    text = _ALONE.sub(lambda m: m[6], text)
    text = _SAID.sub("", _DECLARED.sub(r"\1", text))
    text = _ELEMENTWISE.sub(lambda m: m[1] or m[2] + m[3], text)
    return (_TRANSPOSED.sub("", text) if not _QUOTE.search(text) else text).strip()


def says_what(text: str) -> str | None:
    """Return what is to be said of a text that is written in another language; None where nothing is."""
    if _PYTHON.search(text) or _SAID.match(text):
        return "this is Python: a program has expressions and NAME = EXPRESSION alone"
    if _MATLAB.search(text):
        return "this is MATLAB: numbers are multiplied by *, divided by / and raised by ^"
    if re.search(rf"{NAME}'+\(", text):
        return "a program has no ': derivatives are shown beside the value, and gradcli diff writes them"
    if _TRANSPOSED.search(text) and not _QUOTE.search(text):
        return "a program has no ': a number is its own transpose, and no name ends so"
    return None


def _without_types(parameters: str) -> str:
    return re.sub(r"\s*:\s*\w+|\s*=\s*[^,]+", "", parameters)


def _first(found: tuple[str | None, ...]) -> str:
    return next(one for one in found if one)
