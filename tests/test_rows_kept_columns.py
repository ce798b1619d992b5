"""Typed columns that pass through rows: every type in CSV, JSON, parquet and arrow, with and without nulls."""

from __future__ import annotations

import datetime
import json
import math
from pathlib import Path
from typing import Any

import pytest

from gradcli.rows.sinks import _Counted, _finite
from gradcli.rows.sources import BATCH_ROWS, BinarySource

from .test_rows import run

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
feather = pytest.importorskip("pyarrow.feather")

DAY = datetime.date(2026, 1, 2)
# A type, its values, and what they are as cells of CSV and as values of JSON.
COLUMNS: dict[str, tuple[Any, list[Any], list[str], list[Any]]] = {
    "whole": (pa.int64(), [1, None, -3], ["1", "", "-3"], [1, None, -3]),
    "small": (pa.int8(), [1, 2, -3], ["1", "2", "-3"], [1, 2, -3]),
    "float": (pa.float64(), [1.5, None, 1e22], ["1.5", "", "1e+22"], [1.5, None, 1e22]),
    "full": (pa.float64(), [1.0, -0.0, 1e-7], ["1.0", "-0.0", "1e-07"], [1.0, -0.0, 1e-7]),
    "odd": (pa.float64(), [math.inf, -math.inf, math.nan], ["inf", "-inf", "nan"], ["inf", "-inf", "nan"]),
    "half": (pa.float32(), [0.5, None, 0.25], ["0.5", "", "0.25"], [0.5, None, 0.25]),
    "truth": (pa.bool_(), [True, None, False], ["True", "", "False"], [True, None, False]),
    "text": (pa.string(), ["a", "=1+1", None], ["a", "'=1+1", ""], ["a", "=1+1", None]),
    "cut": (pa.string(), ['a"b', "a,b", "é"], ['"a""b"', '"a,b"', "é"], ['a"b', "a,b", "é"]),
    "day": (pa.date32(), [DAY, None, DAY], ["2026-01-02", "", "2026-01-02"], ["2026-01-02", None, "2026-01-02"]),
}  # fmt: skip


def written(folder: Path, names: list[str], form: str) -> Path:
    columns: dict[str, Any] = {name: pa.array(COLUMNS[name][1], COLUMNS[name][0]) for name in names}
    table = pa.table({**columns, "x": pa.array([1.0, 2.0, 3.0])})
    file = folder / f"rows.{form}"
    if form == "parquet":
        parquet.write_table(table, file)
    else:
        feather.write_feather(table, file, compression="uncompressed")
    return file


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_column_that_is_kept(name: str, form: str, tmp_path: Path) -> None:
    file = written(tmp_path, [name], form)
    _, values, cells, objects = COLUMNS[name]
    out, err = run("x*x", str(file), "--keep", name, "--value", "--to", "csv")
    assert not err
    assert out == "".join(f"{line}\n" for line in (f"{name},f,error", *(f"{c},{v},"
        for c, v in zip(cells, ("1.0", "4.0", "9.0"), strict=True))))  # fmt: skip
    out, _ = run("x*x", str(file), "--keep", name, "--value", "--to", "ndjson")
    assert [json.loads(line) for line in out.splitlines()] == [
        {name: x, "f": v} for x, v in zip(objects, (1.0, 4.0, 9.0), strict=True)
    ]
    assert json.loads(run("x*x", str(file), "--keep", name, "--value", "--to", "json")[0])[0] == {
        name: objects[0],
        "f": 1.0,
    }
    for target, read in (("parquet", parquet.read_table), ("arrow", feather.read_table)):
        made = tmp_path / f"made.{target}"
        assert run("x*x", str(file), "--keep", name, "--value", "-o", str(made)) == ("", "")
        table = read(made)
        assert table.column_names == [name, "f", "error"]
        assert table.schema.field(name).type == COLUMNS[name][0]
        assert [repr(x) for x in table.column(name).to_pylist()] == [repr(x) for x in values]
        assert table.column("f").to_pylist() == [1.0, 4.0, 9.0]
        assert table.column("error").to_pylist() == [None, None, None]


@pytest.mark.parametrize("target", ["parquet", "arrow"])
@pytest.mark.parametrize(("options", "x", "f", "errors"), [
    ([], [1.0, -4.0, 9.0], [1.0, None, 3.0], [None, "sqrt(x) is undefined: x = -4, and sqrt needs at least 0", None]),
    ([], [1.0, 4.0, 9.0], [1.0, 2.0, 3.0], [None] * 3), (["--strict"], [1.0, 4.0, 9.0], [1.0, 2.0, 3.0], None),
    (["--strict"], [1.0, -4.0, 9.0], [1.0], None), (["--strict"], [-1.0, -4.0, 9.0], [], None),
])  # fmt: skip
def test_rows_that_fail_in_typed_columns(
    target: str,
    options: list[str],
    x: list[float],
    f: list[float | None],
    errors: list[str | None] | None,
    tmp_path: Path,
) -> None:
    file, made = tmp_path / "rows.parquet", tmp_path / f"made.{target}"
    parquet.write_table(pa.table({"x": x}), file)
    run("sqrt(x)", str(file), *options, "-o", str(made), status=3 if min(x) < 0 else 0)
    table = (parquet if target == "parquet" else feather).read_table(made)
    assert table.column_names == ["f", "df/dx", *([] if errors is None else ["error"])]
    assert table.column("f").to_pylist() == f
    assert table.column("df/dx").to_pylist() == [None if y is None else 0.5 / y for y in f]
    assert errors is None or table.column("error").to_pylist() == errors


@pytest.mark.parametrize("form", ["parquet", "arrow"])
@pytest.mark.parametrize(
    ("kind", "told"), [(pa.string(), "string"), (pa.bool_(), "bool"), (pa.date32(), "date32[day]")]
)
def test_a_column_that_holds_no_numbers(
    form: str, kind: Any, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = f"rows.{form}"
    table = pa.table({"x": pa.array([None], kind), "y": [1.0]})
    (parquet.write_table if form == "parquet" else feather.write_feather)(table, file)
    out, err = run("x*y", file, status=2)
    assert not out
    assert err.splitlines()[0] == f"gradcli: {file}: column x holds {told}, not numbers"
    assert run("y*y", file, "--to", "csv")[0] == "f,df/dy,error\n1.0,2.0,\n"  # which nothing reads


@pytest.mark.parametrize(("groups", "together"), [
    ([BATCH_ROWS, BATCH_ROWS], [[0], [1]]), ([BATCH_ROWS - 1, 1, 5], [[0, 1], [2]]), ([1, 1, 1], [[0, 1, 2]]), ([], []),
    ([BATCH_ROWS - 1, BATCH_ROWS, 1], [[0, 1], [2]]),
])  # fmt: skip
def test_row_groups_are_read_together_until_they_make_a_batch(groups: list[int], together: list[list[int]]) -> None:
    class File:
        num_row_groups = len(groups)
        metadata = property(lambda self: self)

        def row_group(self, k: int) -> Any:
            return type("Group", (), {"num_rows": groups[k]})

    source = BinarySource.__new__(BinarySource)
    source._parquet, source.groups = File(), None
    assert list(source._together()) == together
    source.groups = range(len(groups))[1:]
    assert [k for some in source._together() for k in some] == list(range(1, len(groups)))


def test_numbers_that_json_has_not_are_texts() -> None:
    assert [_finite(x) for x in (1.5, math.inf, -math.inf, None, "inf", 3)] == [1.5, "inf", "-inf", None, "inf", 3]
    assert _finite(math.nan) == "nan"


def test_what_was_written_is_counted() -> None:
    class Kept:
        data = b""

        def write(self, data: bytes) -> None:
            self.data += data

    kept: Any = Kept()
    counted = _Counted(kept)
    assert [counted.tell(), counted.write(b"abc"), counted.write(b"de"), counted.tell()] == [0, 3, 2, 5]
    assert kept.data == b"abcde"
    assert not counted.closed


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_all_columns_of_an_own_file_are_kept_but_its_errors(form: str, tmp_path: Path) -> None:
    file = tmp_path / f"own.{form}"
    run("x*y", "-o", str(file), stdin="x,y\n2,3\n1,5\n")
    out, err = run("v = f**2", str(file), "--keep", "all", "--to", "csv")
    assert out == "f,df/dx,df/dy,v,dv/df,error\n6.0,3.0,2.0,36.0,12.0,\n5.0,5.0,1.0,25.0,10.0,\n"
    assert "the column error is not kept" in err
