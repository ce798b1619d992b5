"""Arrays in files: `w.csv`, `w.json`, `net.npz:W1`, `model.safetensors:layer.weight`, and - for standard input.

The suffix of the name tells the format; without a known one the first bytes do. Nothing is executed, pickles are never
read, and no more is read than the largest array needs.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import IO

from ..errors import InputError, LimitError, Source, StreamError
from ..text import STANDARD_INPUT, clip
from .array_data import ArrayData, ArrayText, refused

MAX_TEXT = 64 * 1024 * 1024  # bytes of a file of text, or of a stream
MARKS = {b"\x93NUMPY": ".npy", b"PK\3\4": ".npz"}  # what files begin with
BINARY = (".npy", ".npz", ".safetensors")
KNOWN = (".csv", ".tsv", ".json", *BINARY)
PICKLED = (".pt", ".pth", ".pkl", ".pickle", ".bin", ".ckpt", ".joblib")
FOREIGN = (".mat", ".h5", ".hdf5", ".onnx", ".parquet", ".arrow", ".feather", ".xlsx", ".xls", ".ods", ".gz", ".zip")
READ_FROM = "arrays are read from .csv, .tsv, .json, .npy, .npz and .safetensors"


def read_array_file(word: str, is_value: Callable[[str], bool]) -> ArrayData | ArrayText:
    """Return the array that a word names: the path of a file, with `:key` behind it for one of several, or -.

    The key is the name of an array, or the header of a column. `is_value` says whether a cell is a number.
    Raises `StreamError` where the file cannot be read, `InputError` where it holds no such array, `LimitError` where
    that is too large.
    """
    path, key = split_key(word)
    if not path:
        raise InputError("the name of a file is missing behind @", kind="binding", hint="for example W=@w.csv")
    suffix = os.path.splitext(path)[1].lower()
    _refuse_format(path, suffix)
    if path == "-":
        return _by_content(STANDARD_INPUT, "", _standard_input(), key, is_value)
    try:
        with _opened(path) as file:
            if suffix in BINARY and file.seekable():
                return _binary(suffix, file, Source(path, ""), key)
            data = file.read(MAX_TEXT + 1)
    except (OSError, ValueError) as problem:
        from .outputs import os_error_text

        raise StreamError(f"{path}: {os_error_text(problem, path)}") from None
    return _by_content(path, suffix, data, key, is_value)


def split_key(word: str) -> tuple[str, str | None]:
    """Return the path in a word and the key behind its colon; a file that there is may have a colon in its name."""
    if ":" not in word or os.path.exists(os.path.expanduser(word)):
        return word, None
    colons = [k for k, c in enumerate(word) if c == ":"]
    there = [k for k in colons if word[:k] == "-" or os.path.isfile(os.path.expanduser(word[:k]))]
    named = [k for k in colons if word[:k].lower().endswith((*KNOWN, *PICKLED, *FOREIGN))]
    at = (there or named or colons)[0]
    return word[:at], word[at + 1 :]


def _refuse_format(path: str, suffix: str) -> None:
    """Raise `InputError` for a file whose format is known and not read."""
    if suffix in PICKLED:
        what, hint = "this may be a pickle, which is never read", "save the arrays as .safetensors or .npz"
        raise refused(what, Source(path, ""), None, hint)
    if suffix in FOREIGN:
        raise refused(f"{suffix} files are not read", Source(path, ""), None, READ_FROM)


def _opened(path: str) -> IO[bytes]:
    """Return a file, or a pipe, open for reading. Raises `StreamError` for a directory or a device."""
    whole = os.path.expanduser(path)
    mode = os.stat(whole).st_mode
    if stat.S_ISDIR(mode):
        raise StreamError(f"{path}: this is a directory", hint="name a file in it")
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise StreamError(f"{path}: this is a device, not a file", hint="@- reads standard input")
    return open(whole, "rb")


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise StreamError(f"{STANDARD_INPUT} is closed")
    try:
        return sys.stdin.buffer.read(MAX_TEXT + 1)
    except (OSError, ValueError) as problem:
        from .outputs import os_error_text

        raise StreamError(f"{STANDARD_INPUT}: {os_error_text(problem, STANDARD_INPUT)}") from None


def _binary(suffix: str, file: IO[bytes], source: Source, key: str | None) -> ArrayData:
    """Return the array of an open file of bytes."""
    if suffix == ".safetensors":
        from .safetensors_files import read_safetensors

        return read_safetensors(file, source, key)
    from .numpy_files import read_npy, read_npz

    if suffix == ".npz":
        return read_npz(file, source, key)
    if key is not None:
        raise refused(f"a .npy file has one array, and no {clip(key, 40)}", source, None, "leave out what follows .npy")
    return read_npy(file, source)


def _by_content(
    name: str, suffix: str, data: bytes, key: str | None, is_value: Callable[[str], bool]
) -> ArrayData | ArrayText:
    """Return the array of the bytes of a file or stream; what the suffix does not tell their beginning does."""
    if len(data) > MAX_TEXT:
        raise LimitError(f"{name} is longer than {MAX_TEXT:,} bytes", hint="a .npy or .npz file is shorter")
    marks = (suffix for mark, suffix in MARKS.items() if data.startswith(mark))
    if found := suffix if suffix in BINARY else next(marks, ""):
        return _binary(found, BytesIO(data), Source(name, ""), key)
    source = _decoded(name, data)
    first = source.text.lstrip()[:1]
    if suffix == ".json" or (not suffix and first and first in "[{"):
        return _json(source, first, key)
    from .delimited_arrays import read_delimited

    return read_delimited(source, "\t" if suffix == ".tsv" else None, key, is_value)


def _decoded(name: str, data: bytes) -> Source:
    """Return the text of bytes, with lines that end as on Unix."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("this is UTF-16", source=Source(name, ""), kind="encoding", hint="save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        what = f"not UTF-8 at byte {problem.start} (\\x{data[problem.start]:02x})"
        raise InputError(what, source=Source(name, ""), kind="encoding", hint=READ_FROM) from None
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)


def _json(source: Source, first: str, key: str | None) -> ArrayText:
    """Return the array of a text of JSON: a list, a number, or one of these in an object."""
    from .array_text import read_array

    if first == "{":
        source = _of_object(source, key)
    elif key is not None:
        what = f"this is no object, and has no {clip(key, 40)}"
        raise refused(what, source, (0, 1), "leave out what follows the colon")
    text = source.text.strip()
    if not text:
        raise refused("there are no numbers", source, None, "a file of JSON has a list: [1, 2, 3]")
    if text[0] == "{" or text[:1] + text[1:].lstrip()[:1] == "[{":
        at = source.text.index("{")
        raise refused("an object stands here, and no number", source, (at, at + 1), "an array is [1, 2, 3]")
    found = read_array(source)
    if found is not None:
        return found
    quoted = re.fullmatch(r'"(.+)"', text)
    number = quoted[1] if quoted else text
    at = source.text.index(number)
    return ArrayText(ArrayData((), [number]), [0], source, lambda k: (at, at + len(number)))


def _of_object(source: Source, key: str | None) -> Source:
    """Return the text of one value of an object of JSON, which knows where it stands in it."""
    import json

    from .json_objects import object_spans
    from .keys import chosen_key

    text = source.text
    try:
        keys = list(json.loads(text, parse_float=str, parse_int=str))
        spans = object_spans(text)
    except json.JSONDecodeError as problem:
        what = f"not JSON: {problem.msg[:1].lower()}{problem.msg[1:]}"
        raise refused(what, source, (problem.pos, problem.pos + 1), "a list is expected: [[1, 2], [3, 4]]") from None
    except RecursionError:
        raise refused("nested too deeply", source, (0, 1), "an array has at most four axes") from None
    name = chosen_key(key, keys, source)
    start, end = next(value for place, value in reversed(spans) if json.loads(text[slice(*place)]) == name)
    return Source(source.name, text[start:end], partial(_shifted, source, start, end))


def _shifted(source: Source, start: int, end: int, span: tuple[int, int] | None) -> tuple[Source, tuple[int, int]]:
    """Return a text and where a span of the part of it from start to end stands."""
    return source, (start, end) if span is None else (start + span[0], start + span[1])
