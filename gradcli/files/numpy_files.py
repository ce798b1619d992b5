"""Arrays in files of NumPy, .npy and .npz: a header that is a small literal, and bytes. Pickles are never read."""

from __future__ import annotations

import math
import re
import struct
import zlib
from errno import EINVAL
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile

from ..errors import InputError, Source
from ..text import clip
from .array_data import ArrayData, check_size, refused
from .binary_numbers import BYTES_OF_TYPE, by_rows, checked, unpacked
from .keys import chosen_key

MAGIC = b"\x93NUMPY"
MAX_HEADER = 10_000  # bytes, as NumPy itself allows
ITEM = re.compile(
    r"\s*'(?:(?P<d>descr)'\s*:\s*(?:'(?P<type>[^']*)'|(?P<fields>\[.*\]))|(?P<f>fortran_order)'\s*:\s*(?P<order>True|False)"
    r"|(?P<s>shape)'\s*:\s*\((?P<shape>[\d\s,]*)\))\s*(?:,|(?=\}))", re.DOTALL
)  # fmt: skip
TYPES = {"f8": "d", "f4": "f", "f2": "e", "b1": "?", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H",
         "u4": "I", "u8": "Q"}  # fmt: skip
ELSE = {"O": "objects of Python, which are pickled", "U": "texts", "S": "texts", "a": "texts", "V": "records",
        "c": "complex numbers", "M": "dates", "m": "times"}  # fmt: skip


def read_npy(file: IO[bytes], source: Source) -> ArrayData:
    """Return the array of an open .npy file; a file of one number has the shape ().

    Raises `InputError` where the file is cut short or no array of real numbers, `LimitError` for one that is too large,
    before any number is read.
    """
    head = _exactly(file, 8, source)
    if head[:6] != MAGIC:
        raise refused("this is no file of NumPy", source, None, "np.save writes one")
    wide = head[6] > 1
    (length,) = struct.unpack("<I" if wide else "<H", _exactly(file, 4 if wide else 2, source))
    if head[6] not in (1, 2, 3) or length > MAX_HEADER:
        raise refused(f"the header is no array's (version {head[6]}, {length:,} bytes)", source, None)
    header = _exactly(file, length, source).decode("latin-1")
    type, by_columns, shape = _header(header, source)
    code, order = _type(type, source)
    check_size(shape, source)
    count = math.prod(shape)
    entries = unpacked(_exactly(file, count * BYTES_OF_TYPE[code], source), code, order)
    return checked(by_rows(entries, shape) if by_columns else entries, shape, source)


def _exactly(file: IO[bytes], count: int, source: Source) -> bytes:
    """Return so many bytes of a file. Raises `InputError` where it has fewer."""
    data = file.read(count)
    if len(data) < count:
        raise refused("the file is cut short", source, None, "save it again")
    return data


def _header(text: str, source: Source) -> tuple[str, bool, tuple[int, ...]]:
    """Return the type, whether the first axis is the fastest, and the shape, from the literal of a header."""
    found: dict[str, str | None] = {}
    body = text.strip()
    at = 1 if body[:1] == "{" else len(body)
    while item := ITEM.match(body, at):
        found |= {key: value for key, value in item.groupdict().items() if value is not None}
        at = item.end()
    if body[at:].strip() != "}" or not {"d", "f", "s"} <= found.keys():
        raise refused("the header is no array's", source, None, "np.save writes one")
    if "fields" in found:
        raise refused("this array holds records of several fields", source, None, "save one field: np.save(a['x'])")
    sizes = re.findall(r"\d+", found["shape"] or "")
    if any(len(size) > 18 for size in sizes):
        raise refused("the header is no array's", source, None)
    return found["type"] or "", found["order"] == "True", tuple(map(int, sizes))


def _type(text: str, source: Source) -> tuple[str, str]:
    """Return the code of `struct` for a type of NumPy, and the order of its bytes."""
    order, name = (text[0], text[1:]) if text[:1] in ("<", ">", "|", "=") else ("=", text)
    if name in TYPES:
        return TYPES[name], ">" if order == ">" else "<"
    what = ELSE.get(name[:1], f"numbers of type {clip(text, 20)}")
    raise refused(f"this array holds {what}", source, None, "save it as numbers: np.save(..., a.astype(float))")


def read_npz(file: IO[bytes], source: Source, key: str | None) -> ArrayData:
    """Return the array of a name in an open .npz file; without a name that of the only one.

    Raises `InputError` that lists the names, or where the file is damaged; `LimitError` as `read_npy`.
    """
    try:
        with ZipFile(file) as archive:
            members = {name.removesuffix(".npy"): name for name in archive.namelist() if name.endswith(".npy")}
            name = members[chosen_key(key, list(members), source)]
            if archive.getinfo(name).compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise refused("this .npz file is packed in another way than NumPy's", source, None, "use np.savez")
            with archive.open(name) as member:
                return read_npy(member, source)
    except (
        BadZipFile,
        LargeZipFile,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
        zlib.error,
    ) as problem:
        if isinstance(problem, OSError) and problem.errno != EINVAL:  # that is a place before the beginning
            raise
        raise _damaged(source, "" if isinstance(problem, OSError) else str(problem)) from None


def _damaged(source: Source, why: str) -> InputError:
    return refused(f"this is no sound .npz file{f': {clip(why, 60)}' if why else ''}", source, None, "save it again")
