"""Arrays of every shape, written in every form: the same numbers come back."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gradcli.errors import GradcliError, Source
from gradcli.record.array_values import ArrayData, array_of, array_value
from gradcli.record.bindings import looks_like_array

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SHAPES = arrays.array_shapes(min_dims=1, max_dims=4, max_side=4)
ARRAYS = SHAPES.flatmap(lambda shape: arrays.arrays(np.float64, shape, elements=FINITE))
ROWS = st.tuples(st.integers(1, 5), st.integers(1, 5))
MATRICES = ROWS.flatmap(lambda shape: arrays.arrays(np.float64, shape, elements=FINITE))
BLANKS = st.sampled_from(["", " ", "  ", "\n", "\t "])


def numbers(text: str) -> tuple[tuple[int, ...], list[float]]:
    found = array_value(Source("W", text))
    assert found is not None
    return found.shape, [float(entry) for entry in found.entries]


def of(array: Any) -> tuple[tuple[int, ...], list[float]]:
    return array.shape, array.ravel().tolist()


@given(ARRAYS, BLANKS, BLANKS)
def test_nested_lists(array: Any, before: str, behind: str) -> None:
    text = json.dumps(array.tolist())
    assert numbers(text) == of(array)
    for mark in "[],":
        text = text.replace(mark, f"{before}{mark}{behind}")
    assert numbers(text) == of(array)
    assert array_of("W", array.tolist()) == array_of("W", array) == ArrayData(*of(array))


@given(MATRICES, st.sampled_from([" ", ", ", "  ", "\t"]), st.sampled_from(["; ", ";", ";\n", " ; "]), st.booleans())
def test_rows(matrix: Any, between: str, row: str, brackets: bool) -> None:
    text = row.join(between.join(map(repr, line)) for line in matrix.tolist())
    if len(matrix) == 1:
        assert numbers(f"[{text}]") == of(matrix[0])
    else:
        assert numbers(f"[{text}]" if brackets else text) == of(matrix)


@given(ARRAYS)
def test_what_numpy_prints(array: Any) -> None:
    with np.printoptions(threshold=10_000, floatmode="unique", linewidth=10_000):
        assert numbers(str(array)) == of(array)
        assert numbers(repr(array)) == of(array)


@given(MATRICES, st.sampled_from(["pmatrix", "bmatrix", "matrix"]), st.sampled_from(["\\\\", " \\\\\n", " \\\\[1ex] "]))
def test_latex(matrix: Any, name: str, row: str) -> None:
    body = row.join(" & ".join(map(repr, line)) for line in matrix.tolist())
    shape, entries = of(matrix)
    expected = (shape if shape[0] > 1 else shape[1:], entries)
    assert numbers(f"\\begin{{{name}}}{body}\\end{{{name}}}") == expected
    if shape[0] > 1:
        assert numbers(body) == expected


def flat(matrix: Any) -> tuple[tuple[int, ...], list[float]]:
    """Return a matrix as a file of rows gives it: one row or column is a vector."""
    shape, entries = of(matrix)
    return (shape, entries) if min(shape) > 1 else ((len(entries),), entries)


@given(
    MATRICES, st.sampled_from([",", ";", "\t", " "]), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_files_of_rows(tmp_path_factory: Any, matrix: Any, between: str, end: str, header: bool, last: bool) -> None:
    path = tmp_path_factory.getbasetemp() / "w.csv"
    lines = [between.join(map(repr, line)) for line in matrix.tolist()]
    if header:
        lines.insert(0, between.join(f"c{k}" for k in range(matrix.shape[1])))
    path.write_bytes((end.join(lines) + end * last).encode())
    assert numbers(f"@{path}") == flat(matrix)
    if header:
        k = matrix.shape[1] - 1
        assert numbers(f"@{path}:c{k}") == of(matrix[:, k])


@given(MATRICES)
def test_what_numpy_writes_as_text(tmp_path_factory: Any, matrix: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "saved.txt"
    np.savetxt(path, matrix, header="x y")
    assert numbers(f"@{path}") == flat(matrix)


@given(ARRAYS, st.sampled_from(["<f8", ">f8", "<f4"]), st.sampled_from("CF"))
def test_files_of_bytes(tmp_path_factory: Any, array: Any, type: str, order: Any) -> None:
    folder: Path = tmp_path_factory.getbasetemp()
    with np.errstate(over="ignore", under="ignore"):
        array = np.array(array.astype(type), order=order)
    if not np.isfinite(array).all():
        return
    np.save(folder / "w.npy", array)
    np.savez_compressed(folder / "w.npz", W=array)
    data = array.astype("<f8").tobytes("C")
    header = json.dumps({"W": {"dtype": "F64", "shape": array.shape, "data_offsets": [0, len(data)]}}).encode()
    (folder / "w.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + data)
    expected = of(array.astype(float))
    for name in ("w.npy", "w.npz:W", "w.npz", "w.safetensors:W"):
        found = array_value(Source("W", f"@{folder / name}"))
        assert found == ArrayData(*expected)


PIECES = ["[", "]", "[[", "]]", ",", ";", " ", "\n", "1", "-1", "2.5", "- 1", "pi", "(", ")", "±", "...", "&",
          "\\\\", "'", "array(", "tensor(", "\\begin{pmatrix}", "=", "nan", "x", "1e999"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_an_array_or_no_array_or_refused_at_a_place(text: str) -> None:
    source = Source("W", text)
    try:
        found = array_value(source)
    except GradcliError as problem:
        assert problem.source == source
        assert problem.span is not None
        start, end = problem.span
        assert 0 <= start <= end <= len(text) + 1
        return
    if found is not None:
        assert looks_like_array(text)
        assert np.prod(found.shape) == len(found.entries) > 0
        assert all(isinstance(entry, str) and entry == entry.strip() for entry in found.entries)


@given(st.binary(max_size=60), st.sampled_from([b"", b"\x93NUMPY\x01\x00", b"PK\3\4", b"[", b"1,"]))
def test_any_bytes_are_an_array_or_refused(tmp_path_factory: Any, data: bytes, start: bytes) -> None:
    folder: Path = tmp_path_factory.getbasetemp()
    for suffix in ("", ".csv", ".json", ".npy", ".npz", ".safetensors"):
        (folder / f"any{suffix}").write_bytes(start + data)
        try:
            found = array_value(Source("W", f"@{folder}/any{suffix}"))
        except GradcliError as problem:
            assert problem.status in (2, 4)
        else:
            assert found is not None
            assert np.prod(found.shape) == len(found.entries)
