"""Columns of lists in parquet and arrow as arrays: the same results as the same rows in NDJSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run

pa: Any = pytest.importorskip("pyarrow")
pq: Any = pytest.importorskip("pyarrow.parquet")

LAYER = "h = tanh(W@x + b); L = (v@h - t)**2"
BOUND = ["W=[[1, -1], [0, 2], [1, 1]]", "b=[0, 1, -1]", "v=[1, 2, 3]"]
ROWS: list[dict[str, Any]] = [{"x": [k / 7, k % 5 - 2.0], "t": float(k % 3)} for k in range(400)]
ODD: list[dict[str, Any]] = [
    {"x": [1.0], "t": 1.0}, {"x": None, "t": 1.0}, {"x": [1.0, None], "t": 1.0}, {"x": [1.0, 2.0], "t": None},
    {"x": [1.0, float("nan")], "t": 1.0}, {"x": [], "t": 1.0},
]  # fmt: skip


def results(path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """Return the rows that come out as objects."""
    run(["rows", *words[:1], str(path), *words[1:], "--to", "ndjson"])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def in_ndjson(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "rows.ndjson"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def table(rows: list[dict[str, Any]], kind: Any) -> Any:
    return pa.table({"x": pa.array([row["x"] for row in rows], kind), "t": pa.array([row["t"] for row in rows])})


KINDS = [pa.list_(pa.float64()), pa.list_(pa.float32()), pa.large_list(pa.float64()), pa.list_(pa.float64(), 2)]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_lists_give_what_ndjson_gives(
    kind: Any, suffix: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Row groups of 64 rows: every one is read by itself."""
    rows = [{"x": [float(pa.scalar(x, kind.value_type).as_py()) for x in row["x"]], "t": row["t"]} for row in ROWS]
    path = tmp_path / f"rows.{suffix}"
    if suffix == "parquet":
        pq.write_table(table(rows, kind), path, row_group_size=64)
    else:
        with pa.ipc.new_file(str(path), table(rows, kind).schema) as file:
            file.write_table(table(rows, kind), max_chunksize=64)
    wanted = results(in_ndjson(tmp_path, rows), capsys, LAYER, *BOUND)
    assert results(path, capsys, LAYER, *BOUND) == wanted
    assert len(wanted) == 400
    assert all("error" not in row for row in wanted)


def test_a_stream_of_arrow_is_looked_at_and_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.arrow"
    with pa.ipc.new_stream(str(path), table(ROWS, KINDS[0]).schema) as file:
        file.write_table(table(ROWS, KINDS[0]), max_chunksize=64)
    wanted = results(in_ndjson(tmp_path, ROWS), capsys, LAYER, *BOUND)
    assert results(path, capsys, LAYER, *BOUND) == wanted


def test_a_row_of_another_shape_is_an_error_of_that_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(table([*ROWS[:3], *ODD, *ROWS[3:5]], KINDS[0]), path)
    found = results(path, capsys, LAYER, *BOUND)
    assert [row.get("error") for row in found] == [
        None, None, None, "x is not 2, as it is in the first row", "x is empty", "x[1] is empty", "t is empty",
        "column x[1]: nan is not a number", "x is not 2, as it is in the first row", None, None,
    ]  # fmt: skip
    assert [row for row in found if "error" not in row] == results(in_ndjson(tmp_path, ROWS[:5]), capsys, LAYER, *BOUND)


def test_the_first_row_may_be_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(table([ODD[1], *ROWS[:2]], KINDS[0]), path)
    found = results(path, capsys, LAYER, *BOUND)
    assert [row.get("error") for row in found] == ["x is empty", None, None]


def test_a_matrix_is_a_list_of_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.parquet"
    rows: list[Any] = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[1.0, 2.0], [3.0, 4.0]], [[0.5, 0.0, 1.0], None],
                       [[2.0, 0.0, 1.0], [1.0, 1.0, 1.0]]]  # fmt: skip
    pq.write_table(pa.table({"X": pa.array(rows, pa.list_(pa.list_(pa.float64())))}), path)
    found = results(path, capsys, "sum(X[1]*X[0])")
    assert [found[0][f"df/dX[0,{k}]"] for k in range(3)] == [4, 5, 6]
    assert [row.get("error") for row in found[1:]] == ["X is not 2x3, as it is in the first row"] * 2 + [None]
    assert found[3]["f"] == 3


def test_sums_and_kept_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(table(ROWS, KINDS[0]), path, row_group_size=64)
    wanted = results(in_ndjson(tmp_path, ROWS), capsys, LAYER, *BOUND, "--sum")
    assert results(path, capsys, LAYER, *BOUND, "--sum") == wanted
    out = tmp_path / "out.parquet"
    assert run(["rows", LAYER, str(path), *BOUND, "--keep", "all", "-o", str(out)]) == 0
    capsys.readouterr()
    kept = pq.read_table(out)
    assert kept.column("x").to_pylist() == [row["x"] for row in ROWS]
    assert kept.column_names[:3] == ["x", "t", "L"]


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_lists_of_ndjson_become_columns(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The value is x[0]**2 + 3*x[1]; a row of another shape is in error by itself."""
    path, out = in_ndjson(tmp_path, [{"x": [2.0, 1.0]}, {"x": [3.0]}, {"x": [0.0, 4.0]}]), tmp_path / f"out.{suffix}"
    assert run(["rows", "sum([x[0]**2, 3*x[1]])", str(path), "-o", str(out)]) == 2
    assert "row 2: x is not 2, as it is in the first object" in capsys.readouterr().err
    found = pq.read_table(out) if suffix == "parquet" else pa.ipc.open_file(str(out)).read_all()
    columns = found.to_pydict()
    assert columns.pop("error")[::2] == [None, None]
    assert columns == {"f": [7.0, None, 12.0], "df/dx[0]": [4.0, None, 0.0], "df/dx[1]": [3.0, None, 3.0]}


def test_lists_of_texts_and_lists_for_numbers_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"x": [["a"], ["b"]]}), path)
    assert run(["rows", "sum(x)", str(path)]) == 2
    assert "x" in capsys.readouterr().err
    pq.write_table(table(ROWS, KINDS[0]), path)
    assert run(["rows", "x*t", str(path)]) == 2
    assert "column x holds list" in capsys.readouterr().err
