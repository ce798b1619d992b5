"""Arrays in files of NumPy and in .safetensors: every type, and files that are cut, damaged or made to do harm."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcli.errors import GradcliError, Source
from gradcli.record.array_values import ArrayData, array_value

TYPES = ["<f8", "<f4", "<f2", ">f8", ">f4", ">f2", "|i1", "<i2", "<i4", "<i8", ">i2", ">i4", ">i8", "|u1", "<u2", "<u4",
         "<u8", ">u8", "|b1"]  # fmt: skip
NUMBERS = np.array([[1.1, 0, 3], [4, 5.7, 100]])


def read(word: str) -> ArrayData:
    found = array_value(Source("W", word))
    assert found is not None
    return found


def refusal(word: str) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        read(word)
    return caught.value


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def as_read(array: Any) -> ArrayData:
    return ArrayData(array.shape, array.astype(float).ravel().tolist())


@pytest.mark.parametrize("type", TYPES)
def test_every_type_of_numpy_is_read(type: str) -> None:
    array = NUMBERS.astype(type)
    np.save("w.npy", array)
    np.savez("net.npz", W=array, b=array[0])
    np.savez_compressed("small.npz", W=array)
    assert read("@w.npy") == read("@net.npz:W") == read("@small.npz") == as_read(array)
    assert read("@net.npz:b") == as_read(array[0])


def test_whole_numbers_beyond_binary64_keep_their_digits() -> None:
    np.save("w.npy", np.array([2**63 - 1, -5]))
    assert read("@w.npy") == ArrayData((2,), [str(2**63 - 1), "-5"])


@pytest.mark.parametrize("shape", [(), (1,), (6,), (2, 3), (3, 2), (2, 3, 4), (2, 1, 3, 2)])
def test_the_order_of_fortran(shape: tuple[int, ...]) -> None:
    array = np.arange(int(np.prod(shape)), dtype=float).reshape(shape)
    np.save("w.npy", np.array(array, order="F"))
    assert read("@w.npy") == as_read(array)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_header(version: tuple[int, int]) -> None:
    with open("w.npy", "wb") as file:
        np.lib.format.write_array(file, NUMBERS, version=version)
    assert read("@w.npy") == as_read(NUMBERS)


def npy(header: str, data: bytes = b"", magic: bytes = b"\x93NUMPY\x01\x00") -> bytes:
    return magic + struct.pack("<H", len(header)) + header.encode("latin-1") + data


def literal(type: str = "'<f8'", shape: str = "(2,)", order: str = "False") -> str:
    return f"{{'descr': {type}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


HOSTILE = [
    (b"", "cut short"),
    (b"\x93NUMPY", "cut short"),
    (b"\x93NUMPY\x01\x00\x76", "cut short"),
    (b"no numbers at all", "no file of NumPy"),
    (npy(literal()), "cut short"),
    (npy(literal(), bytes(15)), "cut short"),
    (npy(literal("'|O'"), pickle.dumps([1])), "pickled"),
    (npy(literal("'<U3'")), "holds texts"),
    (npy(literal("'|S3'")), "holds texts"),
    (npy(literal("'<c16'")), "complex"),
    (npy(literal("'<M8[ns]'")), "dates"),
    (npy(literal("'<f16'")), "numbers of type <f16"),
    (npy(literal("[('a', '<f8'), ('b', '<f8')]")), "records"),
    (npy(literal(shape="(2001, 1000)")), "more than 2,000,000"),
    (npy(literal(shape="(9999999999999, 9999999999999)")), "more than 2,000,000"),
    (npy(literal(shape=f"({'9' * 400},)")), "the header is no array's"),
    (npy(literal(shape="(1, 1, 1, 1, 1)")), "at most four axes"),
    (npy(literal(shape="(0, 3)")), "empty"),
    (npy(literal(shape="(-1,)")), "the header is no array's"),
    (npy(literal(shape="__import__('os')")), "the header is no array's"),
    (npy(literal(order="1")), "the header is no array's"),
    (npy("{'descr': '<f8', 'shape': (2,)}"), "the header is no array's"),
    (npy("(" * 9000), "the header is no array's"),
    (npy("-" * 9000), "the header is no array's"),
    (npy(literal() + " " * 20_000, bytes(16)), "the header is no array's"),
    (npy(literal(), bytes(16), b"\x93NUMPY\x09\x00"), "the header is no array's"),
    (b"\x93NUMPY\x02\x00" + struct.pack("<I", 0xFFFFFFFF) + b"{", "the header is no array's"),
    (npy(literal(), struct.pack("<2d", 1.0, float("nan"))), "the number at [1] is nan"),
    (npy(literal(), struct.pack("<2d", float("-inf"), float("nan"))), "at [0] is -inf, and 1 more of 2"),
]


@pytest.mark.parametrize(("data", "message"), HOSTILE)
def test_a_file_of_numpy_that_is_none(data: bytes, message: str) -> None:
    Path("w.npy").write_bytes(data)
    with zipfile.ZipFile("w.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W.npy", data)
    for word in ("@w.npy", "@w.npz"):
        error = refusal(word)
        assert message in error.message
        assert error.source is not None
        assert error.source.name == word[1:]
        assert error.status == (4 if "more than" in message or "four" in message else 2)


def test_a_file_that_numpy_pickled_is_not_read() -> None:
    np.save("w.npy", np.array([{"x": 1}, None], dtype=object), allow_pickle=True)
    assert "pickled" in refusal("@w.npy").message


def test_every_cut_of_a_file_is_refused() -> None:
    np.save("w.npy", NUMBERS)
    np.savez("w.npz", W=NUMBERS)
    np.savez_compressed("z.npz", W=NUMBERS)
    for name in ("w.npy", "w.npz", "z.npz"):
        whole = Path(name).read_bytes()
        for size in range(0, len(whole), 7):
            Path(f"cut{name[1:]}").write_bytes(whole[:size])
            assert refusal(f"@cut{name[1:]}").status == 2


def test_every_damaged_byte_of_an_npz_is_told_or_harmless() -> None:
    np.savez_compressed("z.npz", W=NUMBERS)
    whole = Path("z.npz").read_bytes()
    for at in range(len(whole)):
        Path("d.npz").write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            assert read("@d.npz").shape == NUMBERS.shape
        except GradcliError as problem:
            assert problem.status == 2


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = npy(literal(shape="(125000000,)"), bytes(100_000_000))
    with zipfile.ZipFile("bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W.npy", bomb)
    assert Path("bomb.npz").stat().st_size < 200_000
    assert refusal("@bomb.npz").status == 4
    with zipfile.ZipFile("long.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W.npy", npy(literal(), bytes(100_000_000)))
    assert read("@long.npz") == ArrayData((2,), [0.0, 0.0])


def test_the_arrays_of_an_npz_are_listed() -> None:
    np.savez("net.npz", W1=NUMBERS, b1=NUMBERS[0])
    error = refusal("@net.npz")
    assert "there are 2 arrays in it" in error.message
    assert error.hint is not None
    assert "W1, b1" in error.hint
    assert refusal("@net.npz:w1").hint == "did you mean W1? (capitals count)"
    np.savez("empty.npz")
    assert "there is no array in it" in refusal("@empty.npz").message
    assert "no array W in it" in refusal("@empty.npz:W").message
    np.save("w.npy", NUMBERS)
    assert "a .npy file has one array" in refusal("@w.npy:W").message


def test_files_of_bytes_are_known_by_their_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    np.save("w.npy", NUMBERS)
    np.savez("w.npz", W=NUMBERS)
    for name in ("w.npy", "w.npz"):
        Path(name).rename("w")
        assert read("@w") == as_read(NUMBERS)


SAFE = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8", "U8": "<u1",
        "U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "|b1"}  # fmt: skip


def safetensors(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(type: str = "F64", shape: Any = (2,), places: Any = (0, 16)) -> dict[str, Any]:
    return {"W": {"dtype": type, "shape": list(shape), "data_offsets": list(places)}}


@pytest.mark.parametrize("type", SAFE)
def test_every_type_of_safetensors_is_read(type: str) -> None:
    array = NUMBERS.astype(SAFE[type])
    data = array.tobytes()
    header = {
        "__metadata__": {"format": "pt"},
        "bias": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
        "layer.0.weight": {"dtype": type, "shape": [2, 3], "data_offsets": [4, 4 + len(data)]},
    }
    Path("m.safetensors").write_bytes(safetensors(header, struct.pack("<f", 0.5) + data))
    assert read("@m.safetensors:layer.0.weight") == as_read(array)
    assert read("@m.safetensors:bias") == ArrayData((1,), [0.5])
    assert "layer.0.weight" in (refusal("@m.safetensors").hint or "")


def test_bfloat16_is_the_upper_half_of_a_binary32() -> None:
    numbers = [1.0, -2.5, 3.140625, 0.0]
    data = b"".join(struct.pack("<f", x)[2:] for x in numbers)
    Path("m.safetensors").write_bytes(safetensors(tensor("BF16", (2, 2), (0, 8)), data))
    assert read("@m.safetensors") == ArrayData((2, 2), numbers)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no safetensors file"),
        (b"\xff" * 8, "no safetensors file"),
        (struct.pack("<Q", 1 << 40) + b"{}", "no safetensors file"),
        (safetensors(b"{}"), "there is no array in it"),
        (safetensors(b"[1]"), "the header is not JSON"),
        (safetensors(b"[" * 100_000), "the header is not JSON"),
        (safetensors(b"\xff\xfe{}"), "the header is not JSON"),
        (safetensors({"W": 1}), "the header is not that of an array"),
        (safetensors(tensor(places=(0,))), "the header is not that of an array"),
        (safetensors(tensor(places=(16, 0))), "the header is not that of an array"),
        (safetensors(tensor(shape=(-2,))), "the header is not that of an array"),
        (safetensors(tensor(shape=(1.5,))), "the header is not that of an array"),
        (safetensors(tensor(shape=(True,))), "the header is not that of an array"),
        (safetensors(tensor(shape=(2001, 1000), places=(0, 16008000))), "more than 2,000,000"),
        (safetensors(tensor(shape=(1 << 61,), places=(0, 1 << 61))), "more than 2,000,000"),
        (safetensors(tensor(shape=(1, 1, 1, 1, 1), places=(0, 8))), "four axes"),
        (safetensors(tensor(shape=(0,), places=(0, 0))), "empty"),
        (safetensors(tensor("F8_E4M3")), "numbers of type F8_E4M3"),
        (safetensors(tensor(), bytes(15)), "cut short"),
        (safetensors(tensor(shape=(3,)), bytes(24)), "cut short, or its header is wrong"),
        (safetensors(tensor(), struct.pack("<2d", 1, float("inf"))), "the number at [1] is inf"),
    ],
)
def test_a_safetensors_file_that_is_none(data: bytes, message: str) -> None:
    Path("m.safetensors").write_bytes(data)
    error = refusal("@m.safetensors")
    assert message in error.message
    assert error.status == (4 if "more than" in message or "four" in message else 2)


def test_a_stream_of_bytes_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    stream = io.BytesIO()
    np.savez(stream, W=NUMBERS, b=NUMBERS[1])
    stream.seek(0)

    class Stdin:
        buffer = stream

    monkeypatch.setattr(sys, "stdin", Stdin())
    assert read("@-:b") == as_read(NUMBERS[1])
