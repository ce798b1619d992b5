"""Array values: what a text, a file or a value of Python gives as an array; every entry is checked to be a number.

Read `files/array_text` for what is written and pasted, `files/array_files` for what stands behind @. Only programs with
arrays load this.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain
from numbers import Rational
from typing import Any

from ..errors import GradcliError, InputError, LimitError, Source
from ..files.array_data import (
    MAX_AXES,
    MAX_NUMBERS,
    NOT_FINITE,
    ArrayData,
    ArrayText,
    check_size,
    index_text,
    not_finite,
    refused,
)
from ..files.array_text import read_array
from ..language.names import clip_name
from ..text import counted
from .bindings import looks_like_array
from .values import check_value

__all__ = ["ArrayData", "array_of", "array_value", "resolved"]

STANDARD_INPUT = re.compile(r"\s*@\s*-\s*(?::|\Z)")
MAX_EXPRESSIONS = 100_000  # entries of an array that are expressions, and not numerals


def array_value(source: Source, *, files: bool = True) -> ArrayData | None:
    """Return the array that a value is: written in brackets or rows, pasted, or in a file behind @.

    None where the text is no array, but a number or an expression. Without `files` a text that names a file is refused:
    only the person at the command line may name one. Entries that are written keep their texts, so that
    0.1 can be read as 1/10; they are numerals, constants such as pi/4, or values with an uncertainty.
    Raises `InputError` at the entry that is wrong, `LimitError` beyond four axes or 2,000,000 numbers, `StreamError`
    for a file that cannot be read.
    """
    text = source.text.strip()
    if text.startswith("@"):
        if not files:
            raise refused("a file cannot be named here", source, (0, 1), "give the numbers themselves")
        from ..files.array_files import read_array_file

        try:
            found = read_array_file(text[1:].strip(), _is_value)
        except InputError as problem:
            raise (problem if problem.source is not None else problem.but(source=source)) from None
        return found if isinstance(found, ArrayData) else _checked(found)
    if not looks_like_array(text):
        return None
    written = read_array(source)
    return None if written is None else _checked(written)


def check_standard_input(given: Mapping[str, Source], taken: str | None) -> None:
    """Raise `InputError` where standard input would have to hold two things; `taken` is what it holds already."""
    for name, source in given.items():
        if STANDARD_INPUT.match(source.text):
            if taken is not None:
                what = f"standard input cannot hold both {taken} and {clip_name(name)}"
                raise InputError(what, source=source, kind="binding", hint="write one of them to a file")
            taken = clip_name(name)


def resolved(given: Mapping[str, Source], taken: str | None = None) -> dict[str, Source | ArrayData]:
    """Return the values of a command by name, arrays as such; an array that holds one number without an axis is a text.

    `taken` is what standard input holds already. Raises what `array_value` raises, and `InputError` where standard
    input would have to hold two things.
    """
    check_standard_input(given, taken)
    found: dict[str, Source | ArrayData] = {}
    for name, source in given.items():
        data = array_value(source)
        if data is not None and not data.shape:
            entry = data.entries[0]
            found[name] = Source(source.name, entry if isinstance(entry, str) else repr(entry))
        else:
            found[name] = source if data is None else data
    return found


def _is_value(text: str) -> bool:
    """Whether a text is a number or an expression of numbers."""
    try:
        check_value(Source("cell", text))
    except GradcliError:
        return False
    return True


def _checked(found: ArrayText) -> ArrayData:
    """Return an array whose entries are numbers, and in the range of binary64. Raises `InputError` for others."""
    data, odd, source, span = found
    texts = [str(data.entries[k]) for k in odd]
    bad = [(k, text) for k, text in zip(odd, texts, strict=True) if NOT_FINITE.fullmatch(text)]
    if bad:
        raise not_finite(bad, data.shape, source, span(bad[0][0]))
    if len(odd) > MAX_EXPRESSIONS:
        what = f"more than {MAX_EXPRESSIONS:,} entries are expressions, which is the limit"
        raise LimitError(what, source=source, span=span(odd[0]), hint="write them as numerals")
    known: set[str] = set()
    for k, text in zip(odd, texts, strict=True):
        if text not in known:
            check_value(Source(source.name, text, partial(_entry_place, found, k)))
            known.add(text)
    return data


def _entry_place(found: ArrayText, k: int, part: tuple[int, int] | None) -> tuple[Source, tuple[int, int]]:
    """Return the text in which an array is written, or its file, and where an entry of it stands, or a part of one."""
    start, end = found.span(k)
    span = (start, end) if part is None else (start + part[0], start + part[1])
    return found.source.place(span) if found.source.place else (found.source, span)


def array_of(name: str, value: Any) -> ArrayData:
    """Return the array that a value of Python is: a number, a text, nested lists, an array of NumPy, PyTorch or JAX.

    A number has the shape (). Whole numbers and fractions are kept as texts, binary64 numbers as they are; truth values
    are 1 and 0. Raises `InputError` for anything else, `LimitError` for too many axes, and what `array_value` raises.
    """
    source = Source(name, "")
    shape: list[int] = []
    level: list[Any] = [value]
    while True:
        level = [_listed(item) for item in level] if not {*map(type, level)} <= {float, int, str} else level
        lists = [isinstance(item, (list, tuple)) for item in level]
        if not any(lists):
            break
        if not all(lists):
            place = index_text(lists.index(not lists[0]), tuple(shape))
            raise refused(f"{clip_name(name)}{place} is no list, or its neighbours are none", source, None,
                          "all entries of an array are alike")  # fmt: skip
        if len(shape) == MAX_AXES:
            raise LimitError(f"{clip_name(name)} has more than four axes, which is the limit")
        size = len(level[0])
        for k, row in enumerate(level):
            if len(row) != size:
                what = f"row {k if len(shape) < 2 else index_text(k, tuple(shape))} of {clip_name(name)} has"
                raise refused(f"{what} {counted(len(row), 'number')}, row 0 has {size}", source, None,
                              "all rows of an array are of one length")  # fmt: skip
        shape.append(size)
        check_size(shape, source)
        level = list(chain.from_iterable(level))
    return _of_numbers(name, level, tuple(shape))


def _listed(item: Any) -> Any:
    """Return what lists and numbers of Python an array of another library, or an entry of one, consists of."""
    if isinstance(item, (list, tuple, str)) or type(item) in (float, int, bool):
        return item
    if isinstance(item, range) and len(item) <= MAX_NUMBERS:
        return list(item)
    if not hasattr(item, "tolist") and hasattr(item, "__array__"):
        item = item.__array__()
    if hasattr(item, "detach"):
        item = item.detach()
    if hasattr(item, "tolist"):
        if math.prod(getattr(item, "shape", ())) > MAX_NUMBERS:
            check_size(item.shape, Source("array", ""))
        return item.tolist()
    return item


def _of_numbers(name: str, level: Sequence[Any], shape: tuple[int, ...]) -> ArrayData:
    """Return the array of some numbers of Python."""
    if {*map(type, level)} <= {float}:
        entries: list[str | float] = list(level)
    elif not shape and isinstance(level[0], str) and (found := _of_text(name, level[0])) is not None:
        return found
    else:
        entries = [_entry(name, item, k, shape) for k, item in enumerate(level)]
    bad = [(k, str(x)) for k, x in enumerate(entries) if isinstance(x, float) and not math.isfinite(x)]
    if bad:
        raise not_finite(bad, shape, Source(name, ""), None)
    return ArrayData(shape, entries)


def _of_text(name: str, text: str) -> ArrayData | None:
    return array_value(Source(name, text), files=False)


def _entry(name: str, item: Any, k: int, shape: tuple[int, ...]) -> str | float:
    """Return a number of Python as an entry: a float, or the text of one that is a number."""
    where = f"{clip_name(name)}{index_text(k, shape) if shape else ''}"
    if isinstance(item, (bool, float)):
        return float(item)
    if isinstance(item, Rational):
        try:
            float(item)
            return str(item)
        except OverflowError:
            what, hint = f"{where} overflows a binary64", "the largest is about 1.8e308"
            raise InputError(what, kind="binding", hint=hint) from None
    if not isinstance(item, str):
        raise InputError(f"{where} is not a number but {type(item).__name__}", kind="binding")
    check_value(Source(where, item))
    return item
