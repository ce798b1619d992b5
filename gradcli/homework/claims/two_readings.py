"""What can be read in two ways, and is refused with both: 0.(3), 0·149, -x:y, (4,3), 3 +- 0.1."""

from __future__ import annotations

import re
from collections.abc import Callable

from .written_numbers import TwoReadings, shown

_REPEATING = re.compile(r"[-+]?\s?[0-9]*[.,](?:\([0-9]+\)|[0-9]+\([0-9]{3,}\))", re.ASCII)
_LOST_POWER = re.compile(r"[-+]?\s?[0-9.,]+\s?[\u00d7\u00b7xX]\s?10[-\u2212\u2013][0-9]{1,3}", re.ASCII)
_RAISED_POINT = re.compile(r"([-+\u2212\u2013]?\s?0)[\u00b7\u22c5\u2219\u2022]([0-9]+)", re.ASCII)
_UNCERTAIN = re.compile(r"[-+]?\s?[0-9.,]+(?:\s?\+\s?/\s?-|\s\+-)\s?[0-9.,]+", re.ASCII)
_TWO = r"[^(){},]*[0-9],\s?[-+]?[0-9][^(){},]*"
_PAIR = re.compile(rf"[-+]?\s?(?:\({_TWO}\)|\{{{_TWO}\}})")
_DIVIDED = re.compile(r"(?P<over>[^:=]*[^:=\s])\s*:(?P<blank>\s*)(?P<under>[^:=\s][^:=]*)")


def refuse_lost_signs(text: str, *, comma: bool) -> None:
    """Raise `TwoReadings` for a number as it was written that may be another one.

    These are 0.(3), a power of ten that has lost its sign, 0·149, 3 +- 0.1, and two numbers in brackets unless the
    sheet is known to have decimal commas.
    """
    what = shown(text)
    if _REPEATING.fullmatch(text):
        raise TwoReadings(f"{what} can be a repeating decimal, or a product", kind="claim",
                          hint="write a fraction, such as 1/3")  # fmt: skip
    if _LOST_POWER.fullmatch(text):
        raise TwoReadings(f"{what} can be a power of ten, or a difference", kind="claim",
                          hint="write the power as in 1.5e-5")  # fmt: skip
    if found := _RAISED_POINT.fullmatch(text):
        raise TwoReadings(f"{what} can be {found[1]}.{found[2]}, or a product", kind="claim",
                          hint="write the number with a point")  # fmt: skip
    if _UNCERTAIN.fullmatch(text):
        raise TwoReadings(f"{what} can be a number with an uncertainty", kind="claim",
                          hint="leave out the uncertainty")  # fmt: skip
    if not comma and _PAIR.fullmatch(text):
        raise TwoReadings(f"{what} can be two numbers, or one with a decimal comma", kind="claim",
                          hint="write one number, or an interval as in [0, 1]")  # fmt: skip


def refuse_colon(text: str, is_claim: Callable[[str], bool]) -> None:
    """Raise `TwoReadings` for two answers with a colon between them, which may divide; `f: 3` has a label."""
    found = _DIVIDED.fullmatch(text)
    if found is None or not (is_claim(found["over"]) and is_claim(found["under"])):
        return
    is_label = found["over"].isidentifier() and (found["blank"] or found["under"].replace(".", "").isdigit())
    if not is_label:
        raise TwoReadings(f"{shown(text)} can be a quotient", kind="claim", hint="write / for a division")
