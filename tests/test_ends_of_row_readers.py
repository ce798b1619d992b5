"""Where rows come from, at the ends: records of CSV, arrays of JSON, columns that hold arrays, branches."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gradcli.errors import InputError, Source
from gradcli.language.syntax import parse
from gradcli.rows.arrays import MOST_BLANK, ArrayLines, JsonLines
from gradcli.rows.blocks import Blocks, blank_lines, blanks, complete, open_quote
from gradcli.rows.branches import branches, evaluation_order
from gradcli.rows.code import Untraceable
from gradcli.rows.list_columns import cell, is_array, is_numeric, list_columns, shapes_in
from gradcli.rows.opened import columns_of, shapes_of

# ---- blocks


@pytest.mark.parametrize(("delimiter", "line", "is_blank"), [
    (",", b"\n", True), (",", b" \t\n", True), (",", b"\r\n", True), (" ", b" \n", False), (" ", b"\t\n", True),
    ("\t", b"\t\n", False), ("\t", b" \n", True), (",", b"x\n", False), (None, b" \n", True),
])  # fmt: skip
def test_blank_lines(delimiter: str | None, line: bytes, is_blank: bool) -> None:
    assert bool(blank_lines(delimiter).fullmatch(line)) is is_blank
    assert (delimiter or ",") not in blanks(delimiter)


@pytest.mark.parametrize(("data", "ended", "cut"), [
    (b"a,b\n1,2\n", False, 8), (b'a,"b\n', False, 0), (b'a,"b\n', True, 5), (b'1\na,"b\n', False, 2),
    (b'1\na,"b\n', True, 2), (b'a,"b\nc"\n', False, 8), (b'a,b"c\n', False, 6), (b'"a""b"\n', False, 7),
    (b'1,"' + b"x" * 70_000 + b'\ny"\n2\n', False, 70_004), (b'1\n2,"' + b"x" * 70_000 + b'\ny"\n', False, 2),
    (b'1,"' + b"x" * 70_000 + b'"\n', False, 70_005),  # long, but of one line
])  # fmt: skip
def test_records_end_where_their_quotes_are_closed(data: bytes, ended: bool, cut: int) -> None:
    assert complete(data, ",", ended=ended) == cut


@pytest.mark.parametrize(("data", "delimiter", "at"), [
    (b"a,b\n", ",", None), (b'a,"b\n', ",", 1), (b'a;"b\n', ",", None), (b'a;"b\n', ";", 1), (b'"b\n', ",", 0),
    (b'a,"b"\n', ",", None), (b'1\n"b\n', ",", 1),
])  # fmt: skip
def test_where_a_quote_is_open(data: bytes, delimiter: str, at: int | None) -> None:
    assert open_quote(data, delimiter) == at


@pytest.mark.parametrize(("data", "first"), [
    (b'{"x": 1, "y": [2]}\n{"z": 1}\n', {"x": 1, "y": [2]}), (b'\n\n{"x": 1}\n', {"x": 1}),
    (b"nonsense\n", {}), (b"", {}),
    (b'{"x": ' + b"[" * 100_000 + b"\n", {}), (b'\xef\xbb\xbf{"x": 1}\n', {"x": 1}),
])  # fmt: skip
def test_the_first_object_is_looked_at_and_still_to_come(data: bytes, first: dict[str, Any], tmp_path: Any) -> None:
    file = tmp_path / "rows.ndjson"
    file.write_bytes(data)
    made = Blocks(str(file), None, joined=False)
    try:
        assert made.first() == first
        assert made.keys() == tuple(first)
        assert b"".join(made).strip() == data.removeprefix(b"\xef\xbb\xbf").strip()
    finally:
        made.close()


# ---- arrays of JSON


def lines(data: bytes, *, joined: bool = False, size: int = 1 << 16) -> bytes:
    reader, found = JsonLines(io.BytesIO(data), joined=joined), b""
    while more := reader.read(size):
        found += more
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 16])
@pytest.mark.parametrize(("data", "expected"), [
    (b"[]", b""), (b"[1]", b"1\n"), (b"[1, 2]", b"1\n2\n"),
    (b'[{"x": 1}, {"x": [1, {"y": "]"}]}]', b'{"x": 1}\n{"x": [1, {"y": "]"}]}\n'),
    (b"[1", b"1\n[\n"), (b"[", b"[\n"), (b"[1,]", b"1\n,\n"), (b"[,1]", b",\n1\n"), (b"[1,,2]", b"1\n,\n2\n"),
    (b'["a\\"]b", 2]', b'"a\\"]b"\n2\n'), (b'["a\nb"]', b'"a\tb"\n'), (b'["a\\\nb"]', b'"a\\\tb"\n'),
    (b"[1]\n2\n", b"1\n2\n"), (b"[{\n1: 2}]", b"{ 1: 2}\n"), (b"[[1, 2], [3]]", b"[1, 2]\n[3]\n"),
])  # fmt: skip
def test_elements_are_lines(data: bytes, expected: bytes, size: int) -> None:
    found = lines(data, size=size)
    assert [line.strip() for line in found.split(b"\n")] == [line.strip() for line in expected.split(b"\n")]


@pytest.mark.parametrize("blank", [0, 1, MOST_BLANK - 1, MOST_BLANK, MOST_BLANK + 1])
def test_so_many_blanks_may_stand_before_an_array(blank: int) -> None:
    data = b" " * blank + b"[1, 2]"
    assert lines(data, size=max(blank, 1)).split() == ([b"1", b"2"] if blank < MOST_BLANK else [b"[1,", b"2]"])


@pytest.mark.parametrize(("parts", "written"), [
    ([], b"[]\n"), ([b""], b"[]\n"), ([b"1\n"], b"[1]\n"), ([b"1\n2\n"], b"[1,\n 2]\n"),
    ([b"1\n", b"", b"2\n3\n"], b"[1,\n 2,\n 3]\n"),
])  # fmt: skip
def test_lines_are_written_as_one_array(parts: Sequence[bytes], written: bytes) -> None:
    class Kept:
        data, closed = b"", False

        def write(self, data: bytes) -> None:
            self.data += data

        def close(self) -> None:
            self.closed = True

        def discard(self) -> None:
            raise AssertionError

    sink = Kept()
    array = ArrayLines(sink)
    for part in parts:
        array.write(part)
    array.close()
    assert (sink.data, sink.closed) == (written, True)


# ---- columns that hold arrays


@pytest.mark.parametrize(("header", "shapes"), [
    (["x"], {"x": ()}), (["x[0]", "x[1]", "y"], {"y": (), "x": (2,)}), (["x[1]", "x[0]"], {"x": (2,)}),
    (["W[0,0]", "W[0, 1]", "W[0,2]"], {"W": (1, 3)}), ([" x[0] "], {"x": (1,)}), (["2x", "", "x y"], {}),
    (["T[0,0,0]", "T[0,1,0]"], {"T": (1, 2, 1)}), (["x[0]", "x[0]"], {"x": (1,)}),
])  # fmt: skip
def test_columns_and_the_shapes_of_what_they_hold(header: list[str], shapes: dict[str, Any]) -> None:
    assert columns_of(header) == shapes


@pytest.mark.parametrize(("header", "said"), [
    (["x[0]", "x[2]"], "the input has no column x[1], and others of x"),
    (["x[1]"], "the input has no column x[0], and others"),
    (["W[0,0]", "W[1,1]"], "the input has no column W[0,1], and others of W"),
    (["W[0,0]", "W[0,1]", "W[1,0]"], "the input has no column W[1,1], and others of W"),
    (["W[0,0]", "W[1]"], "the columns of W have different numbers of indices"),
])  # fmt: skip
def test_columns_that_leave_out_an_entry(header: list[str], said: str) -> None:
    with pytest.raises(InputError) as raised:
        columns_of(header)
    assert raised.value.message.startswith(said)
    assert raised.value.kind == "column"


@pytest.mark.parametrize(("row", "shapes"), [
    ({"x": 1}, {"x": ()}), ({"x": [1, 2, 3]}, {"x": (3,)}), ({"W": [[1, 2], [3, 4]], "y": "2"}, {"y": (), "W": (2, 2)}),
    ({"x": []}, {}), ({"2x": [1]}, {}), ({"x[0]": 1, "x[1]": 2}, {"x": (2,)}), ({"T": [[[1]]]}, {"T": (1, 1, 1)}),
    ({}, {}),
])  # fmt: skip
def test_the_shapes_of_the_first_object(row: Mapping[str, Any], shapes: dict[str, Any]) -> None:
    assert shapes_of(row) == shapes


@pytest.mark.parametrize(("value", "text"), [
    (1, "1.0"), (2.5, "2.5"), (-0.0, "-0.0"), (None, "x is empty"), (math.inf, "inf is not a number"),
    (-math.inf, "-inf is not a number"), (math.nan, "nan is not a number"),
])  # fmt: skip
def test_cells_of_typed_columns(value: float | None, text: str) -> None:
    if value is not None and math.isfinite(value):
        assert cell("x", value) == Source("x", text)
        return
    with pytest.raises(InputError) as raised:
        cell("x", value)
    assert (raised.value.message, raised.value.kind) == (text, "cell")


def test_types_of_arrow_that_hold_numbers() -> None:
    pa = pytest.importorskip("pyarrow")
    for kind in (pa.int8(), pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(10, 2)):
        assert is_numeric(kind)
        assert not is_array(kind)
        for lists in (pa.list_(kind), pa.large_list(kind), pa.list_(kind, 3), pa.list_(pa.list_(kind))):
            assert is_array(lists)
            assert not is_numeric(lists)
    for kind in (pa.string(), pa.bool_(), pa.date32(), pa.null()):
        assert not is_numeric(kind)
        assert not is_array(pa.list_(kind))


def test_shapes_are_those_of_the_first_rows_that_have_them() -> None:
    pa = pytest.importorskip("pyarrow")
    kinds = pa.schema(
        [("a", pa.list_(pa.float64())), ("b", pa.list_(pa.list_(pa.int64()))), ("c", pa.list_(pa.int64()))]
    )
    batches = [
        pa.RecordBatch.from_pylist(rows, schema=kinds)
        for rows in ([{"a": None, "b": None, "c": None}], [{"a": [1, 2], "b": [[]], "c": None}],
                     [{"a": [1], "b": [[1], [2]], "c": None}, {"a": [1], "b": [[5]], "c": None}])
    ]  # fmt: skip
    assert shapes_in(batches, ["a", "b", "c"]) == (("a", (2,)), ("b", (2, 1)))
    assert shapes_in(iter(batches[1:]), ["a"]) == (("a", (2,)),)
    assert shapes_in([], ["a"]) == ()


def test_columns_of_lists_are_those_whose_entries_are_read() -> None:
    arrays, shapes = {"x": ["x[0]", "x[1]"], "y": ["y[0]"]}, {"x": (2,), "y": (1,), "n": (), "other": (3,)}
    for names, header, found in (
        (["x[0]"], ["x"], ["x"]), (["x[0]", "y[0]"], ["x", "y"], ["x", "y"]), (["n"], ["x"], []),
        (["x[0]"], ["x[0]", "x[1]"], []), (["x[0]"], ["x[0]", "x"], ["x"]),
    ):  # fmt: skip
        assert [column.name for column in list_columns(names, shapes, arrays, header)] == found


# ---- branches


def test_an_order_knows_a_condition_before_its_branch() -> None:
    graph = parse(Source("program", "a = sin(x); b = cos(x); f = where(x > 0, a, b) + a"))
    at = {name: graph.by_label[name] for name in ("x", "a", "b", "f")}
    sides = branches(graph, [at["f"]])
    where = next(i for i, node in enumerate(graph.nodes) if node.operation.name == "where")
    assert sides[at["f"]] == sides[at["a"]] == sides[at["x"]] == frozenset()
    assert sides[at["b"]] == frozenset([(where, 2)])
    assert branches(graph, [at["a"]])[at["b"]] is None
    order = evaluation_order(graph, sides)
    assert sorted(order) == list(range(len(graph.nodes)))
    for i in order:
        assert all(order.index(a) < order.index(i) for a in graph.nodes[i].arguments)
    assert order.index(graph.nodes[where].arguments[0]) < order.index(at["b"])
    wrong = [*sides]
    wrong[graph.nodes[where].arguments[0]] = frozenset([(where, 1)])
    with pytest.raises(Untraceable):
        evaluation_order(graph, wrong)
