"""What stands behind an answer: why it is right, or what it is once more: -4 (since df/dq = z), -12 [3*(-4)]."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from .written_numbers import TwoReadings, shown

ONE_ANSWER_RTOL = 1e-2  # relative: numbers of one equation that differ by more are two answers
# Signs between the parts of an equation, or of what comes out.
RELATION = re.compile(
    r":=|==|=>|->|(?<![<>!])=|[\u2248\u2243\u2245\u2192\u21d2\u2261\u2208]|~=|\\(?:approx|simeq|Rightarrow|to)\b"
)
_LABEL = re.compile(r"[^:]*[^\W\d][^:]*:\s*(?P<rest>\S.*)", re.S)
_SIGNS = re.compile(r"[^+-].*[*/+^-]|.*[(\[]", re.S)  # of an expression that is more than a numeral
_SINCE = re.compile(
    r"(?P<answer>.*?)[,;]?\s+(?:since|because|at|for|when|where|by|from|using|weil|da|denn|bei|car|puisque|porque)\b"
    r"(?P<why>.*)",
    re.I | re.S,
)
_LETTER = re.compile(r"[^\W\d]")
_UNCERTAIN = re.compile(r"[-+]?\s?[0-9]*[.,][0-9]+\([0-9]{1,2}\)", re.ASCII)


def refuse_uncertain(text: str) -> None:
    """Raise `TwoReadings` for a number that may have its uncertainty behind it: 0.149(5)."""
    if _UNCERTAIN.fullmatch(text):
        number, _, behind = text.partition("(")
        number = shown(number)
        raise TwoReadings(
            f"{number}({behind} can be {number}*({behind} or {number} with an uncertainty", kind="claim",
            hint="write it with *, or the number alone",
        )  # fmt: skip


def parted(text: str) -> tuple[str, str]:
    """Return a text before the bracket that it ends with, and what stands in that; "" for both where there is none."""
    text = text.rstrip(". ")
    depth = 0
    for k in range(len(text) - 1, -1, -1):
        depth += (text[k] in ")]") - (text[k] in "([")
        if depth <= 0:
            return (text[:k], text[k + 1 : -1].strip()) if k < len(text) - 1 else ("", "")
    return "", ""


def before_remark(text: str, value: Callable[[str], float | None], changes: Callable[[str], object]) -> str:
    """Return an answer without what gives its reason in an equation behind it, or in brackets its number once more.

    `value` returns the number of a text, NaN for a formula, None for neither; `changes` whether words make another
    answer of the one before them. Raises `TwoReadings` where the bracket says another number.
    """
    since = _SINCE.fullmatch(text)
    if since and RELATION.search(since["why"]) and value(since["answer"]) is not None and not changes(since["why"]):
        answer, inner = f"{since['answer']} ", since["why"]
    else:
        answer, inner = parted(text)
    front = answer.rstrip()
    own = value(front) if front and inner and not changes(inner) else None
    if own is None:
        return ""
    if RELATION.search(inner):
        if answer == front and not front[-1].isdigit():
            return ""
        *before, last = (part.strip() for part in RELATION.split(inner))
        found = None if _LETTER.search("".join(before)) else value(last)
        if found is None or math.isnan(own + found) or math.isclose(own, found, rel_tol=ONE_ANSWER_RTOL):
            return front
        raise TwoReadings(f"two numbers: {shown(text)}", kind="claim", hint="write one")
    labelled = _LABEL.fullmatch(inner)
    rest = labelled["rest"] if labelled else inner
    is_square = text.rstrip(". ")[-1] == "]"
    if answer == front or not (labelled or _SIGNS.match(rest) or _SIGNS.match(front) or is_square):
        return ""
    found = value(rest)
    if found is not None and math.isclose(own, found, rel_tol=ONE_ANSWER_RTOL):
        return front
    if found is None or math.isnan(own + found) or not is_square:
        return ""
    raise TwoReadings(f"two numbers: {shown(text)}", kind="claim", hint="write one")
