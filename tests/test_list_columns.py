"""Columns of lists as arrays: their shapes, their entries, and the rows that do not have them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gradcli.errors import InputError
from gradcli.rows.list_columns import ListColumn, array_columns, cell, is_array, is_numeric, list_columns, shapes_in

pa = pytest.importorskip("pyarrow")
np = pytest.importorskip("numpy")

X = ListColumn("x", (2,), ["x[0]", "x[1]"])
W = ListColumn("W", (2, 3), [f"W[{i},{j}]" for i in range(2) for j in range(3)])


def test_types_of_numbers_and_of_lists_of_them() -> None:
    assert all(map(is_numeric, (pa.int8(), pa.uint64(), pa.float32(), pa.decimal128(5, 2))))
    assert not any(map(is_numeric, (pa.string(), pa.bool_(), pa.list_(pa.int8()))))
    for kind in (
        pa.list_(pa.int8()),
        pa.large_list(pa.float32()),
        pa.list_(pa.float64(), 3),
        pa.list_(pa.list_(pa.int8())),
    ):
        assert is_array(kind)
    for kind in (pa.int8(), pa.list_(pa.string()), pa.list_(pa.list_(pa.bool_())), pa.string()):
        assert not is_array(kind)
    fields = [
        ("a", pa.int8()),
        ("b", pa.list_(pa.int8())),
        ("c", pa.list_(pa.string())),
        ("d", pa.large_list(pa.float64())),
    ]
    assert array_columns(pa.schema(fields)) == ["b", "d"]


def batch(**columns: Any) -> Any:
    return pa.record_batch({name: pa.array(values) for name, values in columns.items()})


@pytest.mark.parametrize(("batches", "shapes"), [
    ([batch(a=[[1, 2], [3]])], (("a", (2,)),)), ([batch(a=[None, [3]])], (("a", (1,)),)),
    ([batch(a=[[[1, 2, 3], [4, 5, 6]]])], (("a", (2, 3)),)), ([batch(a=[[0.5]], b=[[1, 2]])], (("a", (1,)),
    ("b", (2,)))),
    ([batch(a=pa.array([None], pa.list_(pa.int8()))), batch(a=[[1, 2]])], (("a", (2,)),)),  # the first that has one
    ([batch(a=[[1]]), batch(a=[[1, 2]])], (("a", (1,)),)), ([], ()),
    ([batch(a=pa.array([[]], pa.list_(pa.int8()))), batch(a=[[1, 2]])], (("a", (2,)),)),
    ([batch(a=[[1]], b=pa.array([None], pa.list_(pa.int8()))), batch(a=[[1, 2]], b=[[3, 4]])], (("a", (1,)),
    ("b", (2,)))),
])  # fmt: skip
def test_the_first_row_that_has_a_list_says_its_shape(batches: list[Any], shapes: Any) -> None:
    names = list(dict.fromkeys(name for found in batches for name in found.schema.names)) or ["a"]
    assert shapes_in(batches, names) == shapes


def test_no_more_is_read_than_says_all_shapes() -> None:
    def batches() -> Any:
        yield batch(a=[[1]], b=[[1, 2]])
        raise AssertionError("one is enough")

    assert shapes_in(batches(), ["a", "b"]) == (("a", (1,)), ("b", (2,)))


@pytest.mark.parametrize(("values", "numbers", "odd"), [
    ([[1, 2], [3, 4]], [[1, 3], [2, 4]], set()),
    ([[1, 2], None, [3, 4]], [[1, 1, 3], [2, 1, 4]], {1}), ([[1, 2], [3], [4, 5]], [[1, 1, 4], [2, 1, 5]], {1}),
    ([[1, None], [3, 4]], [[1, 3], [1, 4]], {0}), ([[], [1, 2, 3], [5, 6]], [[1, 1, 5], [1, 1, 6]], {0, 1}),
    ([None, [1]], [[1, 1], [1, 1]], {0, 1}),
])  # fmt: skip
def test_entries_of_vectors_and_rows_without_them(values: Any, numbers: Any, odd: set[int]) -> None:
    found: set[int] = set()
    columns = X.numbers(pa.array(values, pa.list_(pa.int32())), found)
    assert {name: column.tolist() for name, column in columns.items()} == dict(zip(X.entries, numbers, strict=True))
    assert found == odd


def test_entries_of_matrices() -> None:
    whole = [[1, 2, 3], [4, 5, 6]]
    values = [
        whole,
        [[1, 2, 3]],
        [[1, 2], [3, 4]],
        None,
        [[1, 2, 3], None],
        [[1, 2, 3], [4, None, 6]],
        [[7, 8, 9], [0, 1, 2]],
    ]
    odd: set[int] = set()
    columns = W.numbers(pa.array(values, pa.list_(pa.list_(pa.float64()))), odd)
    assert odd == {1, 2, 3, 4, 5}
    assert [column.tolist() for column in columns.values()] == [
        [first, 1, 1, 1, 1, 1, last] for first, last in zip((1, 2, 3, 4, 5, 6), (7, 8, 9, 0, 1, 2), strict=True)
    ]


def test_the_entries_of_one_row() -> None:
    assert {name: source.text for name, source in X.sources([1, 2.5]).items()} == {"x[0]": "1.0", "x[1]": "2.5"}
    assert [s.text for s in W.sources([[1, 2, 3], [4, 5, 6]]).values()] == ["1.0", "2.0", "3.0", "4.0", "5.0", "6.0"]
    for value, message in (
        (None, "x is empty"), ([1], "x is not 2, as it is in the first row"), ([1, 2, 3], "x is not 2, as it is"),
        ([1, None], r"x\[1\] is empty"), (7, "x is not 2"), ([1, math.inf], "inf is not a number"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=message) as caught:
            X.sources(value)
        assert caught.value.kind == "cell"
    with pytest.raises(InputError, match="W is not 2x3, as it is in the first row"):
        W.sources([[1, 2, 3], [4, 5]])
    with pytest.raises(InputError, match="nan is not a number") as caught:
        cell("x", math.nan)
    assert caught.value.source is not None
    assert (caught.value.source.name, caught.value.source.text) == ("x", "nan")


def test_columns_that_a_program_reads() -> None:
    entries = {"x": ["x[0]", "x[1]"], "W": W.entries}
    shapes = {"x": (2,), "W": (2, 3), "v": (4,), "e": ()}
    assert list_columns(["x[1]"], shapes, entries, ["y"]) == [X]
    assert list_columns(["x[1]", "W[0,0]"], shapes, entries, []) == [X, W]
    assert list_columns(["x[1]"], shapes, entries, ["x[0]", "x[1]"]) == []  # single columns have them all
    assert list_columns(["x[1]"], shapes, entries, ["x[0]"]) == [X]
    assert list_columns(["y"], shapes, entries, []) == []
