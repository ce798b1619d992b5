"""Which sign the numbers of a sheet are written with, a decimal comma or a point: what tells how to read 1,234."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ...errors import GradcliError
from .claims import Claim, Number
from .repairs import read_kindly
from .written_numbers import COMMA, has_comma_inside, has_point, is_decimal, is_doubtful, is_sure_comma

_IN_BRACKETS = re.compile(r"[(\[{].*[0-9],[0-9]", re.S)  # (4,3) may be a pair
_LONGEST = 60  # characters of a number, with what is written around it
_GROUPED_COMMA = re.compile(r"[0-9][.' ][0-9]{3},[0-9]")


def with_evidence(claims: Sequence[Claim]) -> Sequence[Claim]:
    """Return the claims of a sheet; a doubtful comma is decimal where the other numbers of the sheet tell that."""
    doubtful = [is_doubtful(claim.text) for claim in claims]
    if not (any(doubtful) and tells_comma(claim.text for claim in claims)):
        return claims
    return [claim._replace(comma=True) if on else claim for claim, on in zip(claims, doubtful, strict=True)]


def tells_comma(texts: Iterable[str]) -> bool:
    """Whether the numbers of a sheet are written with a decimal comma: some are, and none with a point."""
    found = False
    for text in texts:
        sign = decimal_sign(text)
        if sign == ".":
            return False
        found = found or sign == ","
    return found


def decimal_sign(text: str) -> str:
    """Return the decimal sign of a number, whatever stands around it: "," or "."; "" where none is to be seen."""
    if is_decimal(text):
        return "."
    if is_sure_comma(text):
        return ","
    if len(text) > _LONGEST or not (has_point(text) or has_comma_inside(text)) or _IN_BRACKETS.search(text):
        return ""
    try:
        found = read_kindly(text, {})
    except GradcliError:
        return ""
    if not isinstance(found.written, Number):
        return ""
    if COMMA in found.repairs or _GROUPED_COMMA.search(text):
        return ","
    return "." if has_point(text) else ""
