"""The parts that readers of array files share, at both sides of their limits."""

from __future__ import annotations

import errno
import io
import json
import math
import struct
import threading
import zipfile
from typing import Any

import numpy as np
import pytest

from gradcli.errors import GradcliError, InputError, LimitError, Source
from gradcli.files import array_data, numpy_files
from gradcli.files.array_data import ArrayData, check_count, check_size, not_finite, wide_numerals
from gradcli.files.binary_numbers import by_rows, checked, unpacked
from gradcli.files.keys import chosen_key
from gradcli.files.numpy_files import MAX_HEADER, _header, _type, read_npy, read_npz
from gradcli.files.safetensors_files import _described, read_safetensors
from gradcli.files.workers import Worker

NET = Source("net.npz", "")
HERE = Source("w.csv", "1,2")


def refusal(call: Any, *words: Any) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        call(*words)
    return caught.value


# ---- which array is meant

EIGHT = [f"w{k}" for k in range(8)]
LONG = "n" * 25


@pytest.mark.parametrize(("key", "known", "found"), [(None, ["a"], "a"), ("b", ["a", "b"], "b"), ("", ["", "a"], "")])
def test_the_array_that_is_meant(key: str | None, known: list[str], found: str) -> None:
    assert chosen_key(key, known, NET) == found


@pytest.mark.parametrize(("key", "known", "message", "hint"), [
    (None, [], "there is no array in it", None),
    (None, ["a", "b"], "there are 2 arrays in it", "choose one, as in @net.npz:a; there are a, b"),
    (None, EIGHT, "there are 8 arrays in it", f"choose one, as in @net.npz:w0; there are {', '.join(EIGHT)}"),
    (None, [*EIGHT, "x"], "there are 9 arrays in it",
     f"choose one, as in @net.npz:w0; there are {', '.join(EIGHT)}, ..."),
    (None, [LONG, LONG[1:]], "there are 2 arrays in it",
     f"choose one, as in @net.npz:{'n' * 21}...; there are {'n' * 21}..., {'n' * 24}"),
    (None, ["a"] * 1000, "there are 1,000 arrays in it", f"choose one, as in @net.npz:a; there are {'a, ' * 8}..."),
    ("wegiht", ["bias", "weight"], "there is no array wegiht in it", "did you mean weight?"),
    ("zzz", ["bias", "weight"], "there is no array zzz in it", "there are bias, weight"),
    ("zzz", [*EIGHT, "x"], "there is no array zzz in it", f"there are {', '.join(EIGHT)}, ..."),
    ("z" * 41, [], f"there is no array {'z' * 37}... in it", None),
    ("z" * 40, [], f"there is no array {'z' * 40} in it", None),
    ("wegiht", [*["a"] * 999, "weight"], "there is no array wegiht in it", "did you mean weight?"),
    ("wegiht", [*["a"] * 1000, "weight"], "there is no array wegiht in it", f"there are {'a, ' * 8}..."),
])  # fmt: skip
def test_an_array_that_there_is_not(key: str | None, known: list[str], message: str, hint: str | None) -> None:
    found = refusal(chosen_key, key, known, NET)
    assert (found.message, found.hint, found.source) == (message, hint, NET)


# ---- sizes


@pytest.mark.parametrize(("shape", "message"), [
    ((), ""), ((1, 1, 1, 1), ""), ((1, 1, 1, 1, 1), "an array has at most four axes, and this one has 5"),
    ((1000, 2000), ""), ((2_000_001,), "more than 2,000,000 numbers, which is the limit"),
    ((0,), "this array is empty"), ((2, 0), "this array is empty"),
])  # fmt: skip
def test_the_size_of_an_array(shape: tuple[int, ...], message: str) -> None:
    if not message:
        check_size(shape, HERE)
        return
    found = refusal(check_size, shape, HERE, (0, 1))
    assert (found.message, found.source, found.span) == (message, HERE, (0, 1))
    assert isinstance(found, InputError if "empty" in message else LimitError)


@pytest.mark.parametrize(("text", "separators", "fits"), [
    ("1,2,3,4", ",;", True), ("1,2,3,4,", ",;", False), ("1;2,3;4;", ",;", False), ("1;2;3;4;5", ",", True),
    ("1,,,,5", ",", True), ("1 2   3", ",;", True), ("1 2 3 4", ",;", False), ("1\t2 3 4 5", ",;", True),
    ("1, 2 3 4", ",;", True), ("1 2 34", ",", True),
])  # fmt: skip
def test_numbers_are_counted_before_they_are_taken_apart(
    text: str, separators: str, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit of three: of at most six characters nothing is counted, of more the separators, or the blanks."""
    monkeypatch.setattr(array_data, "MAX_NUMBERS", 3)
    if fits:
        check_count(text, separators, HERE, (0, 1))
    else:
        found = refusal(check_count, text, separators, HERE, (0, 1))
        assert (found.message, found.span) == ("more than 3 numbers, which is the limit", (0, 1))


@pytest.mark.parametrize(("entries", "wide"), [
    (["1", "2.5e99"], []), (["1", "1e100"], [1]), (["1E-100", "1"], [0]), (["1e+100", "1E99", "1E100"], [0, 2]),
    (["1" * 200, "2"], []), (["2", "1" * 201], [1]), (["1" * 201, "1e-999"], [0, 1]),
])  # fmt: skip
def test_numerals_that_may_leave_the_range(entries: list[str], wide: list[int]) -> None:
    assert wide_numerals(",".join(entries), entries) == wide


@pytest.mark.parametrize(("bad", "message"), [
    ([(3, "nan")], "the number at [1,1] is nan"),
    ([(2, "inf"), (3, "nan")], "the number at [1,0] is inf, and 1 more of 4 are not finite"),
    ([(0, "-inf")] * 4, "the number at [0,0] is -inf, and 3 more of 4 are not finite"),
])  # fmt: skip
def test_numbers_that_are_not_finite(bad: list[tuple[int, str]], message: str) -> None:
    found = not_finite(bad, (2, 2), HERE, (0, 3))
    assert (found.message, found.span, found.kind) == (message, (0, 3), "binding")
    entries: list[str | float] = [1.0, 2.0, 3.0, 4.0]
    for place, word in bad:
        entries[place] = float(word)
    assert checked([1.0, "12345678901234567890"], (2,), HERE) == ArrayData((2,), [1.0, "12345678901234567890"])
    if len({place for place, _ in bad}) == len(bad):
        assert refusal(checked, entries, (2, 2), HERE).message == message


# ---- bytes

WHOLE = 2**53


@pytest.mark.parametrize(("code", "numbers", "read"), [
    ("q", [WHOLE, -WHOLE], [2.0**53, -(2.0**53)]), ("q", [WHOLE + 1, 1], [str(WHOLE + 1), "1"]),
    ("q", [1, -WHOLE - 1], ["1", str(-WHOLE - 1)]), ("Q", [WHOLE], [2.0**53]), ("Q", [WHOLE + 1], [str(WHOLE + 1)]),
    ("q", [], []), ("i", [-(2**31)], [-(2.0**31)]), ("?", [True, False], [1.0, 0.0]), ("B", [255], [255.0]),
    ("f", [0.5], [0.5]), ("d", [0.1], [0.1]), ("e", [0.5], [0.5]),
])  # fmt: skip
@pytest.mark.parametrize("order", "<>")
def test_numbers_as_bytes(code: str, numbers: list[Any], read: list[Any], order: str) -> None:
    found = unpacked(struct.pack(f"{order}{len(numbers)}{code}", *numbers), code, order)
    assert found == read
    assert [type(x) for x in found] == [type(x) for x in read]
    if order == "<":
        assert unpacked(struct.pack(f"<{len(numbers)}{code}", *numbers), code) == read


def test_the_upper_half_of_a_binary32() -> None:
    """1 is 3f80, -2 is c000 and 0.15625 is 3e20 there."""
    assert unpacked(bytes.fromhex("803f00c0203e"), "brain") == [1.0, -2.0, 0.15625]


@pytest.mark.parametrize(("shape", "rows"), [
    ((), "a"), ((6,), "abcdef"), ((2, 3), "acebdf"), ((3, 2), "adbecf"), ((1, 6), "abcdef"), ((6, 1), "abcdef"),
    ((2, 2, 2), "aecgbfdh"),
])  # fmt: skip
def test_columns_become_rows(shape: tuple[int, ...], rows: str) -> None:
    assert by_rows(list("abcdefgh"[: math.prod(shape)]), shape) == list(rows)


@pytest.mark.parametrize(("text", "found"), [
    ("<f8", ("d", "<")), (">f4", ("f", ">")), ("=f2", ("e", "<")), ("|b1", ("?", "<")), ("i8", ("q", "<")),
    (">u1", ("B", ">")), ("|O", "objects of Python, which are pickled"), ("<U5", "texts"), ("|S3", "texts"),
    ("|a3", "texts"), ("|V8", "records"), ("<c16", "complex numbers"), ("<M8[D]", "dates"), ("<m8", "times"),
    ("<f16", "numbers of type <f16"), ("", "numbers of type "), ("<" + "g" * 20, f"numbers of type <{'g' * 16}..."),
])  # fmt: skip
def test_types_of_numpy(text: str, found: tuple[str, str] | str) -> None:
    if isinstance(found, tuple):
        assert _type(text, NET) == found
    else:
        assert refusal(_type, text, NET).message == f"this array holds {found}"


def literal(shape: str) -> str:
    return f"{{'descr': '<f8', 'fortran_order': True, 'shape': ({shape})}}"


@pytest.mark.parametrize(("shape", "sizes"), [
    ("", ()), ("3,", (3,)), ("2, 3", (2, 3)), ("1" * 18, (int("1" * 18),)), ("1" * 19, None),
])  # fmt: skip
def test_sizes_in_a_header(shape: str, sizes: tuple[int, ...] | None) -> None:
    if sizes is not None:
        assert _header(literal(shape), NET) == ("<f8", True, sizes)
        assert _header(f"  {literal(shape)}  \n", NET) == ("<f8", True, sizes)
    else:
        assert refusal(_header, literal(shape), NET).message == "the header is no array's"
    for broken in (
        literal(shape)[1:],
        literal(shape)[:-1],
        f"{literal(shape)}}}",
        literal(shape).replace("'descr'", ""),
    ):
        assert refusal(_header, broken, NET).message == "the header is no array's"


@pytest.mark.parametrize(("version", "length", "message"), [
    (1, MAX_HEADER, ""), (2, MAX_HEADER, ""), (3, 200, ""), (1, MAX_HEADER + 1, "(version 1, 10,001 bytes)"),
    (2, MAX_HEADER + 1, "(version 2, 10,001 bytes)"), (4, 200, "(version 4, 200 bytes)"),
    (0, 200, "(version 0, 200 bytes)"),
])  # fmt: skip
def test_the_length_of_a_header(version: int, length: int, message: str) -> None:
    size = struct.pack("<I" if version > 1 else "<H", length)
    data = b"\x93NUMPY" + bytes([version, 0]) + size + literal("1,").ljust(length).encode() + struct.pack("<d", 7)
    if message:
        assert refusal(read_npy, io.BytesIO(data), NET).message == f"the header is no array's {message}"
    else:
        assert read_npy(io.BytesIO(data), NET) == ArrayData((1,), [7.0])
        assert refusal(read_npy, io.BytesIO(data[:-1]), NET).message == "the file is cut short"


@pytest.mark.parametrize(("packing", "message"), [
    (zipfile.ZIP_STORED, ""), (zipfile.ZIP_DEFLATED, ""), (zipfile.ZIP_BZIP2, "packed in another way than NumPy's"),
    (zipfile.ZIP_LZMA, "packed in another way than NumPy's"),
])  # fmt: skip
def test_how_an_npz_may_be_packed(packing: int, message: str) -> None:
    inside, file = io.BytesIO(), io.BytesIO()
    np.save(inside, np.array([1.0, 2.0]))
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr("W.npy", inside.getvalue())
        archive.writestr("readme.txt", "no array")
    if message:
        assert refusal(read_npz, file, NET, None).message == f"this .npz file is {message}"
    else:
        assert read_npz(file, NET, None) == read_npz(file, NET, "W") == ArrayData((2,), [1.0, 2.0])


@pytest.mark.parametrize(("number", "is_damage"), [(errno.EINVAL, True), (errno.EIO, False)])
def test_a_disk_that_fails_is_no_damage_of_the_file(
    number: int, is_damage: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place before the beginning of a file, to which a damaged one leads, is EINVAL."""

    def failing(file: Any) -> Any:
        raise OSError(number, "no")

    monkeypatch.setattr(numpy_files, "ZipFile", failing)
    with pytest.raises(InputError if is_damage else OSError) as caught:
        read_npz(io.BytesIO(), NET, None)
    if isinstance(caught.value, InputError):
        assert caught.value.message == "this is no sound .npz file"


def test_what_is_said_of_a_safetensors_file_is_no_array_of_it() -> None:
    header = json.dumps({"__metadata__": {"format": "pt"}, "W": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}})
    data = struct.pack("<Q", len(header)) + header.encode() + struct.pack("<f", 0.5)
    assert read_safetensors(io.BytesIO(data), NET, None) == ArrayData((1,), [0.5])
    found = refusal(read_safetensors, io.BytesIO(data), NET, "__metadata__")
    assert found.message == "there is no array __metadata__ in it"


GOOD = {"dtype": "F32", "shape": [2, 3], "data_offsets": [8, 32]}


@pytest.mark.parametrize("changed", [
    {"shape": None}, {"shape": [2.0]}, {"shape": [True]}, {"shape": [-1]}, {"shape": [1 << 62]}, {"data_offsets": [8]},
    {"data_offsets": [8, 16, 32]}, {"data_offsets": [9, 8]}, {"data_offsets": [8, 1 << 62]}, {"data_offsets": "ab"},
    {"dtype": 4}, {"dtype": None},
])  # fmt: skip
def test_what_a_safetensors_header_says_of_an_array(changed: dict[str, Any]) -> None:
    assert _described(GOOD, NET) == ((2, 3), "f", 8, 32)
    assert _described({**GOOD, "shape": [], "data_offsets": [0, 0]}, NET) == ((), "f", 0, 0)
    assert _described({**GOOD, "shape": [(1 << 62) - 1]}, NET) == (((1 << 62) - 1,), "f", 8, 32)
    assert refusal(_described, {**GOOD, **changed}, NET).message == "the header is not that of an array"
    assert refusal(_described, [1], NET).message == "the header is not that of an array"
    assert refusal(_described, {**GOOD, "dtype": "C64"}, NET).message == "this array holds numbers of type C64"


# ---- a thread for work


def test_a_thread_makes_calls_in_order_until_it_is_stopped() -> None:
    worker: Worker[int] = Worker()
    worker.stop()  # nothing was begun
    worker = Worker()
    held, begun = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        held.wait()
        return 3

    for call in (lambda: 1, lambda: 1 // 0, slow, lambda: 4):
        worker.begin(call)
    assert worker.result() == 1
    with pytest.raises(ZeroDivisionError):
        worker.result()
    begun.wait()
    worker.stop(wait=False)
    assert worker._thread is not None
    assert worker._thread.is_alive()
    held.set()
    worker.stop()
    assert not worker._thread.is_alive()
    assert worker.result() == 3
    assert worker._done.empty()  # the call behind the one that was made is left
