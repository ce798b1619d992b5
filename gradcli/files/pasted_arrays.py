"""Wrappers of arrays that are pasted: array(...), tensor(..., grad_fn=...), np.float64(0.5), matrices of LaTeX.

A wrapper is blanked and never executed: what stays keeps its place in the text, so that errors stand where they belong.
"""

from __future__ import annotations

import re

from ..errors import Source
from .array_data import refused

NAME = r"[A-Za-z_]\w*"
WRAPPER = re.compile(
    rf"\s*(?:<tf\.{NAME}:?[^\[<>]*numpy=\s*|Parameter containing:\s*)?"
    rf"(?:(?:{NAME}\.){{0,3}}(?:as)?(?:[Aa]rray|[Tt]ensor|[Mm]atrix|constant)|Parameter)\s*\("
)
SETTING = rf"{NAME}\s*=\s*(?:\([^()]*\)|<[^<>]*>|'[^']*'|[\w.]+)"
WRAPPED_END = re.compile(rf"(?:\s*,\s*(?:{SETTING}|{NAME}(?:\.{NAME})*))*\s*+(?:,\s*+)?+\)+[>;\s]*")
SCALAR = re.compile(r"\b(?:np|numpy|jnp|torch|tf)\.(?:float|int|uint|bool)\w*\(([^()]*)\)")
TEXT = re.compile(r"\"(\s*+[^\"\\,;\[\]]+)\"|'(\s*+[^'\\,;\[\]]+)'")  # an empty one is no number
LATEX = re.compile(
    r"\\(?:begin|end)\s*\{[A-Za-z]*matrix\*?\}(?:\[\w*\])?"
    r"|\\begin\s*\{array\}\s*\{[^{}]*\}|\\end\s*\{array\}|\\(?:left|right)\s*[\[\]().|]|\$|\\hline"
)
ROW_END = re.compile(r"\\\\(?:\[[^\[\]]*\])?")
CONTINUED = re.compile(r"\.\.\.[ \t]*\n")


def unwrapped(source: Source) -> tuple[str, str]:
    """Return the text without wrappers, each character at its place, and what stood in one: "array", "number" or ""."""
    text = source.text
    if wrapper := WRAPPER.match(text):
        return _without_wrapper(source, wrapper.end())
    if "\\begin" in text or "\\\\" in text or "&" in text:
        text = LATEX.sub(_blanks, text).replace("\n", " ")
        return ROW_END.sub(lambda m: ";".ljust(len(m[0])), text.replace("&", ",")), "array"
    return _without_scalars(text), ""


def _without_wrapper(source: Source, start: int) -> tuple[str, str]:
    """Return what stands inside array(...), and whether that is an array or a number."""
    text = _without_scalars(source.text)
    inside = text[start:].lstrip()[:1]
    if inside in ("[", '"', "'") or (inside == "(" and "[" in text):
        last = max(text.rfind("]"), text.rfind(inside) if inside != "[" else -1)
        if last < start:
            at = text.index(inside, start)
            raise refused(f"{inside} is not closed", source, (at, at + 1))
        _check_end(source, last + 1)
        body = " " * start + text[start : last + 1].translate({34: " ", 39: " "})
        return body.ljust(len(text)), "array"
    last = min(place for place in (text.find(",", start), text.find(")", start), len(text)) if place >= 0)
    _check_end(source, last)
    return " " * start + text[start:last], "number"


def _check_end(source: Source, end: int) -> None:
    """Raise `InputError` where more follows than a wrapper has behind its numbers: dtype, device, grad_fn."""
    if not source.text[end:].strip():
        raise refused("( is not closed", source, (end, end), "a ) is missing")
    if not WRAPPED_END.fullmatch(source.text, end):
        span = (end, len(source.text.rstrip()))
        raise refused("this is no part of an array", source, span, "what is computed with it stands in the program")


def _without_scalars(text: str) -> str:
    """Return a text with numbers in place of np.float64(0.5) and "0.5", each at its place."""
    if "(" in text:
        text = SCALAR.sub(lambda m: f"{m[1]} ".rjust(len(m[0])), text)
    if '"' in text or "'" in text:
        text = TEXT.sub(lambda m: f" {m[1] or m[2]} ", text)
    return CONTINUED.sub(_blanks, text) if "..." in text else text


def _blanks(found: re.Match[str]) -> str:
    return " " * len(found[0])
