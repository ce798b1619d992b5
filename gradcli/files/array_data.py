"""What a reader of arrays returns, and the errors that all of them share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..errors import InputError, LimitError, Source

MAX_AXES = 4  # of an array
MAX_NUMBERS = 2_000_000  # of all arrays of a program

Span = tuple[int, int]

NUMERAL = r"[-+]?+(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+"  # as record/values reads it; never goes back
# Two patterns that begin with a letter each are found several times faster than one.
WIDE, WIDE_CAPITAL = (
    re.compile(r"e[-+]?[0-9]{3}"),
    re.compile(r"E[-+]?[0-9]{3}"),
)  # an exponent with which a number may leave the range of binary64
PLAIN = re.compile(NUMERAL)
NUMERAL_CHARACTERS = 200  # characters of a numeral that may leave it without such an exponent
NOT_FINITE = re.compile(r"[-+]?(?:nan|inf|infinity|∞)", re.IGNORECASE)


class ArrayData(NamedTuple):
    """An array as it was given: its sizes, one an axis, and its entries in one sequence, the last axis fastest.

    An entry is the text of a numeral or of a constant expression as it was written, or the binary64 of a file of
    binary numbers. The shape () is that of a number.
    """

    shape: tuple[int, ...]
    entries: Sequence[str | float]


class ArrayText(NamedTuple):
    """An array that stands in a text.

    `odd` has the places of entries that are no plain numerals, or may leave the range of binary64: they are still to
    be checked. `span` returns where the entry at a place stands in the source.
    """

    data: ArrayData
    odd: Sequence[int]
    source: Source
    span: Callable[[int], Span]


def check_size(shape: Sequence[int], source: Source, span: Span | None = None) -> None:
    """Raise `LimitError` for an array of too many axes or numbers, `InputError` for an empty one."""
    if len(shape) > MAX_AXES:
        what = f"an array has at most four axes, and this one has {len(shape):,}"
        raise LimitError(what, source=source, span=span)
    if math.prod(shape) > MAX_NUMBERS:
        what = f"more than {MAX_NUMBERS:,} numbers, which is the limit"
        raise LimitError(what, source=source, span=span, hint="give a part of them")
    if 0 in shape:
        raise refused("this array is empty", source, span, "an array has at least one number: [1, 2, 3]")


def check_count(text: str, separators: str, source: Source, span: Span | None) -> None:
    """Raise `LimitError` for a text of more numbers than an array may have, before they are taken apart."""
    if len(text) <= 2 * MAX_NUMBERS:
        return
    by_blanks = "," not in text and "\t" not in text
    if sum(map(text.count, separators)) > MAX_NUMBERS or (
        by_blanks and len(text.split(None, MAX_NUMBERS)) > MAX_NUMBERS
    ):
        check_size((MAX_NUMBERS + 1,), source, span)


def refused(what: str, source: Source, span: Span | None, hint: str | None = None) -> InputError:
    """Return the error for an array that cannot be used."""
    return InputError(what, source=source, span=span, kind="binding", hint=hint)


def not_finite(bad: Sequence[tuple[int, str]], shape: tuple[int, ...], source: Source, span: Span | None) -> InputError:
    """Return the error for numbers that are none: their places and words, the first of which is told."""
    place, word = bad[0]
    what = f"the number at {index_text(place, shape)} is {word}"
    if len(bad) > 1:
        what += f", and {len(bad) - 1:,} more of {math.prod(shape):,} are not finite"
    return refused(what, source, span, "every entry is a finite number")


def index_of(place: int, shape: Sequence[int]) -> tuple[int, ...]:
    """Return the indices of the entry at a place of the flat sequence."""
    found = []
    for size in reversed(shape):
        place, index = divmod(place, size)
        found.append(index)
    return tuple(found[::-1])


def index_text(place: int, shape: Sequence[int]) -> str:
    """Return the indices of the entry at a place of the flat sequence: [1,0]."""
    return f"[{','.join(map(str, index_of(place, shape)))}]"


def wide_numerals(text: str, entries: Sequence[str]) -> list[int]:
    """Return the places of numerals that may lie outside the range of binary64."""
    if not WIDE.search(text) and not WIDE_CAPITAL.search(text) and max(map(len, entries)) <= NUMERAL_CHARACTERS:
        return []
    return [k for k, entry in enumerate(entries) if len(entry) > NUMERAL_CHARACTERS or WIDE.search(entry.lower())]
