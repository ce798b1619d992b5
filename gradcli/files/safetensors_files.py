"""Arrays in .safetensors files: a header of JSON that says where the bytes of each array stand."""

from __future__ import annotations

import json
import math
import struct
from io import SEEK_END
from typing import IO, Any

from ..errors import Source
from ..text import clip
from .array_data import ArrayData, check_size, refused
from .binary_numbers import BYTES_OF_TYPE, checked, unpacked
from .keys import chosen_key

MAX_HEADER = 16 * 1024 * 1024
TYPES = {"F64": "d", "F32": "f", "F16": "e", "BF16": "brain", "I8": "b", "I16": "h", "I32": "i", "I64": "q", "U8": "B",
         "U16": "H", "U32": "I", "U64": "Q", "BOOL": "?"}  # fmt: skip


def read_safetensors(file: IO[bytes], source: Source, key: str | None) -> ArrayData:
    """Return the array of a name in an open file; without a name that of the only one.

    Only the bytes of that array are read. Raises `InputError` where the file is damaged or has no such array,
    `LimitError` for one that is too large.
    """
    size = file.seek(0, SEEK_END)
    file.seek(0)
    head = file.read(8)
    length = struct.unpack("<Q", head)[0] if len(head) == 8 else 0
    if not 2 <= length <= min(MAX_HEADER, size - 8):
        raise refused("this is no safetensors file, or it is cut short", source, None)
    try:
        header = json.loads(file.read(length))
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise refused("the header is not JSON", source, None, "save the file again")
    header.pop("__metadata__", None)
    tensor = header[chosen_key(key, list(header), source)]
    shape, code, begin, end = _described(tensor, source)
    check_size(shape, source)
    if end - begin != math.prod(shape) * BYTES_OF_TYPE[code] or 8 + length + end > size:
        raise refused("the file is cut short, or its header is wrong", source, None, "save the file again")
    file.seek(8 + length + begin)
    return checked(unpacked(file.read(end - begin), code), shape, source)


def _described(tensor: Any, source: Source) -> tuple[tuple[int, ...], str, int, int]:
    """Return the shape, the code of the numbers, and where the bytes of an array begin and end."""
    wrong = refused("the header is not that of an array", source, None, "save the file again")
    if not isinstance(tensor, dict):
        raise wrong
    shape, places, kind = tensor.get("shape"), tensor.get("data_offsets"), tensor.get("dtype")
    if not (isinstance(shape, list) and isinstance(places, list) and isinstance(kind, str)) or len(places) != 2:
        raise wrong
    if not all(type(n) is int and 0 <= n < 1 << 62 for n in [*shape, *places]) or places[0] > places[1]:
        raise wrong
    if kind not in TYPES:
        raise refused(f"this array holds numbers of type {clip(kind, 20)}", source, None, "save it as float32")
    return tuple(shape), TYPES[kind], *places
