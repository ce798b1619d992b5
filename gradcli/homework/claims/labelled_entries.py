"""Entries of an array that are claimed one by one with their names: db1 = -2.6, db2 = -3.55."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import product

from ...arrays.sizes import count
from ...errors import InputError
from .written_numbers import TwoReadings, numeral_of, shown

_INDEXED = re.compile(
    r"(?:\A|[,;&]|\s)\s*(?:and\s+|und\s+|et\s+|y\s+)?(?P<stem>[^\W\d](?:[\w/.]*[^\W\d])?)_?[\[({]*"
    r"(?P<index>\d+(?:\s*,\s*\d+)*)[\])}]*\s*(?:[=:\u2248])(?!=)"
)
_NAMED = re.compile(
    r"(?:\A|[,;&\n]|\s(?:and|und|et|y)\s)\s*(?P<name>[^\W\d][\w/.]*(?:_?[\[({][\d,\s]*[\])}]+)?)\s*[=\u2248](?!=)"
)


def labelled_entries(text: str, shape: Sequence[int], names: Collection[str], *, comma: bool) -> str:
    """Return the array of the numbers that stand behind the names of its entries, in their order; "" where none do.

    What is among the `names` of the program is no entry. Raises `TwoReadings` for several answers that are not all
    entries of the array one after the other.
    """
    found = [one for one in _INDEXED.finditer(text) if _is_outside(text, one.start("stem"))]
    found = [one for one in found if one["stem"] == found[0]["stem"]]
    if len({one["index"] for one in found}) > 1:
        ends = [*(one.start() for one in found[1:]), len(text)]
        values = [_value(text[one.end() : end], comma=comma) for one, end in zip(found, ends, strict=True)]
        are_entries = not text[: found[0].start()].strip() and not any(_is_known(one, names) for one in found)
        if all(values) and are_entries and _in_order([one["index"] for one in found], shape):
            columns = shape[-1] if len(shape) > 1 else len(values)
            rows = [", ".join(values[k : k + columns]) for k in range(0, len(values), columns)]
            return f"[{'; '.join(rows)}]"
    elif len({one["name"] for one in _NAMED.finditer(text) if _is_outside(text, one.start("name"))}) < 2:
        return ""
    hint = f"write [{', '.join('abc'[: min(count(shape), 3)])}{', ...' * (count(shape) > 3)}]" if shape else "write one"
    raise TwoReadings(f"several answers in one cell: {shown(text)}", kind="claim", hint=hint)


def _is_outside(text: str, at: int) -> bool:
    """Whether a place of a text is within no brackets."""
    before = text[:at]
    return all(before.count(opened) <= before.count(closed) for opened, closed in ("()", "[]", "{}"))


def _is_known(label: re.Match[str], names: Collection[str]) -> bool:
    """Whether a name with a number is one of the program, or of a derivative of one: b1, db1, dL/db1."""
    word = f"{label['stem'].rpartition('/')[2]}{label['index']}"
    return word in names or word[1:] in names


def _value(text: str, *, comma: bool) -> str:
    """Return a number behind a name as the language writes it, "" where it is none."""
    try:
        found = numeral_of(text.strip(), comma=comma)
    except TwoReadings:
        raise
    except InputError:
        return ""
    return "" if found is None else found.text


def _in_order(indices: Sequence[str], shape: Sequence[int]) -> bool:
    """Whether indices are those of all entries of an array one after the other, counted from 0 or from 1."""
    told = [tuple(map(int, re.split(r"\s*,\s*", index))) for index in indices]
    if len(told) != count(shape) or len(shape) > 2:
        return False
    flat = [(k,) for k in range(len(told))]
    places = list(product(*map(range, shape)))
    for first in (0, 1):
        for counted in (flat, places):
            moved = [tuple(k + first for k in place) for place in counted]
            glued = [(int("".join(map(str, place))),) for place in moved]
            if told == moved or (max(shape) < 10 - first and told == glued):
                return True
    return False
