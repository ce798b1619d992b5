"""Numbers as bytes: the types of NumPy's and of safetensors' files, read without either."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from ..errors import Source
from .array_data import ArrayData, not_finite

BYTES_OF_TYPE = {
    "d": 8,
    "f": 4,
    "e": 2,
    "b": 1,
    "h": 2,
    "i": 4,
    "q": 8,
    "B": 1,
    "H": 2,
    "I": 4,
    "Q": 8,
    "?": 1,
    "brain": 2,
}
EXACT = 1 << 53  # up to which every whole number is a binary64


def unpacked(data: bytes, code: str, order: str = "<") -> list[str | float]:
    """Return the numbers of bytes, each the exact binary64 of what is stored; by a code of `struct`, or "brain".

    "brain" is bfloat16, the upper half of a binary32. Whole numbers beyond 2**53 are texts of all their digits.
    """
    if code == "brain":
        wide = bytearray(2 * len(data))
        wide[2::4], wide[3::4] = data[0::2], data[1::2]
        data, code = bytes(wide), "f"
    found = struct.unpack(f"{order}{len(data) // BYTES_OF_TYPE[code]}{code}", data)
    if code in "qQ" and found and not -EXACT <= min(found) <= max(found) <= EXACT:
        return list(map(str, found))
    return list(map(float, found))


def by_rows(entries: list[str | float], shape: Sequence[int]) -> list[str | float]:
    """Return entries with the last axis fastest that came with the first axis fastest, as Fortran stores them."""
    parts = [entries]
    for size in shape[:-1]:
        parts = [part[k::size] for part in parts for k in range(size)]
    return [entry for part in parts for entry in part]


def checked(entries: list[str | float], shape: tuple[int, ...], source: Source) -> ArrayData:
    """Return the array of some entries. Raises `InputError` where one is not finite, with its index and how many."""
    if not all(map(math.isfinite, map(float, entries))):
        bad = [(k, str(x)) for k, x in enumerate(entries) if not math.isfinite(float(x))]
        raise not_finite(bad, shape, source, None)
    return ArrayData(shape, entries)
