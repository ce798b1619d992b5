"""Rows of programs of arrays: columns called as entries, arrays bound for all rows, and what cannot be a row."""

from __future__ import annotations

import csv
import io
import json
from itertools import product
from pathlib import Path

import pytest

from gradcli import differentiate
from gradcli.commands import run
from gradcli.errors import InputError, Source
from gradcli.numbers.enclosures import Bounds
from gradcli.rows.opened import _first_missing, columns_of
from gradcli.rows.plan import Plan, Settings

LAYER = "h = tanh(W@x + b); L = (v@h - t)**2"
BOUND = {"W": "1 -1; 0 2; 1 1", "b": "[0, 1, -1]", "v": "[1, 2, 3]"}
ROWS = [([1, 2], 0.5), ([-1, 0.25], 1), ([0, 0], 0), ([1e-3, 7], -2)]


def rows(capsys: pytest.CaptureFixture[str], folder: Path, text: str, *words: str) -> tuple[int, list[list[str]], str]:
    """Return the status, the cells and the messages of rows over a CSV file."""
    path = folder / "rows.csv"
    path.write_text(text)
    status = run(["rows", words[0], str(path), *words[1:]])
    out, messages = capsys.readouterr()
    return status, list(csv.reader(io.StringIO(out))), messages


def bound() -> list[str]:
    return [f"{name}={text}" for name, text in BOUND.items()]


def test_rows_agree_with_the_main_job(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = "x[0],x[1],t\n" + "".join(f"{x[0]},{x[1]},{t}\n" for x, t in ROWS)
    status, cells, messages = rows(capsys, tmp_path, text, LAYER, *bound())
    assert (status, messages) == (0, "")
    assert cells[0] == ["L", "dL/dx[0]", "dL/dx[1]", "dL/dt", "error"]
    for (x, t), got in zip(ROWS, cells[1:], strict=True):
        found = differentiate(LAYER, {**BOUND, "x": x, "t": t}, wrt=["x", "t"])
        wanted = [found.value, *found.gradient["x"], found.gradient["t"]]
        assert [float(cell) for cell in got[:4]] == pytest.approx(wanted, rel=1e-12, abs=1e-300)


def test_names_of_arrays_stand_for_all_their_entries(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = [*bound(), "--wrt", "b", "--nodes", "h", "--strict"]
    _, cells, _ = rows(capsys, tmp_path, "x[1],x[0],t\n2,1,0.5\n", LAYER, *words)
    assert cells[0] == [
        "L", "dL/db[0]", "dL/db[1]", "dL/db[2]", "h[0]", "dL/dh[0]", "h[1]", "dL/dh[1]", "h[2]", "dL/dh[2]",
    ]  # fmt: skip
    found = differentiate(LAYER, {**BOUND, "x": [1, 2], "t": 0.5}, wrt=["b"])
    assert [float(cell) for cell in cells[1][1:4]] == pytest.approx(found.gradient["b"], rel=1e-12)


def test_matrices_files_labels_and_entries(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "y.json").write_text("[1, 0]")
    header = '"X[0,0]","X[0, 1]","X[1,0]","X[ 1,1 ]"'
    words = ["mean(cross_entropy(X, y))", f"y=@{tmp_path / 'y.json'}"]
    _, cells, _ = rows(capsys, tmp_path, f"{header}\n1,2,3,4\n", *words)
    assert cells[0] == ["f", "df/dX[0,0]", "df/dX[0,1]", "df/dX[1,0]", "df/dX[1,1]", "error"]
    found = differentiate("mean(cross_entropy(X, y))", {"X": [[1, 2], [3, 4]], "y": [1, 0]})
    wanted = [found.value, *(entry for row in found.gradient["X"] for entry in row)]
    assert [float(cell) for cell in cells[1][:5]] == pytest.approx(wanted, rel=1e-12)
    _, cells, _ = rows(capsys, tmp_path, "a,b\n1,2\n", "z = [a, b]**2; sum(z)", "--of", "z[1]", "--strict")
    assert cells == [["z[1]", "dz[1]/da", "dz[1]/db"], ["4.0", "0.0", "4.0"]]


def test_a_bad_row_is_a_row(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, cells, messages = rows(capsys, tmp_path, "x[0],x[1]\n1,nan\n0,0\n3,4\n", "log(x@x)")
    assert status != 0
    assert [row[0] != "" for row in cells[1:]] == [False, False, True]
    assert "column x[1]: nan is not a number" in messages
    assert "row 3" in messages


def test_workers_write_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = "x[0],x[1],t\n" + "".join(f"{k / 7},{k % 5},{k % 3}\n" for k in range(400))
    alone, spread = (rows(capsys, tmp_path, text, LAYER, *bound(), "--jobs", n) for n in "12")
    assert alone == spread
    assert alone[0] == 0
    assert len(alone[1]) == 401


@pytest.mark.parametrize(("text", "words", "status", "said"), [
    ("x[0],x[2]\n1,2\n", ["sum(x)"], 2, "no column x[1]"),
    ("\"x[0,0]\",\"x[1]\"\n1,2\n", ["sum(x)"], 2, "different numbers of indices"),
    ("a\n1\n", ["sum(x)*a"], 2, "a vector x has columns x[0], x[1]"),
    ("x[0],x[1],t\n1,2,1\n", ["cross_entropy(x, t)"], 2, "t holds labels or indices"),
    ("x[0],x[1]\n1,2\n", ["2*x + ones(2)"], 2, "f has 2 entries"),
    ("x[0],x[1]\n1,2\n", ["sum(x)", "W=[1, 2]"], 2, "nothing in the program uses W"),
    ("x[0],x[1]\n1,2\n", ["sum(W@x)", "W=[[1, 2, 3]]"], 2, "W@x does not fit"),
    ("x[0],x[1]\n1,2\n", ["sum(W@x)", "W=@-"], 2, "standard input cannot hold both"),
    ("a\n1\n", ["sum(tanh(a*outer(ones(80), ones(80))))"], 4, "more than 5,000 numbers inside"),
])  # fmt: skip
def test_what_cannot_be_a_row(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, words: list[str], status: int, said: str
) -> None:
    found, _, messages = rows(capsys, tmp_path, text, *words)
    assert said in messages
    assert found == status


def test_arrays_are_lists_in_ndjson(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    odd = [{"x": [1], "t": 1}, {"x": [[1], [2]], "t": 1}, {"t": 1}, {"x": [1, "a"], "t": 1}, {"x": 3, "t": 1}]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in [*({"x": x, "t": t} for x, t in ROWS), *odd]))
    assert run(["rows", LAYER, str(path), *bound()]) == 2
    out, messages = capsys.readouterr()
    found = [json.loads(line) for line in out.splitlines()]
    assert [row.get("error") for row in found[: len(ROWS)]] == [None] * len(ROWS)
    for (x, t), row in zip(ROWS, found, strict=False):
        wanted = differentiate(LAYER, {**BOUND, "x": x, "t": t}, wrt=["x"])
        got = [row["dL/dx[0]"], row["dL/dx[1]"]]
        assert got == pytest.approx(wanted.gradient["x"], rel=1e-12, abs=1e-300)
    assert [row["error"] for row in found[len(ROWS) :]] == [
        "x is not 2, as it is in the first object", "column x[0]: a list is not a number", "x[0] and x[1] are missing",
        "column x[1]: a is not a number", "x[0] and x[1] are missing",
    ]  # fmt: skip
    assert messages.count("row") == len(odd)


def test_a_matrix_is_a_list_of_lists(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text('{"X": [[1, 2, 3], [4, 5, 6]]}\n{"X": [[1, 2], [3, 4], [5, 6]]}\n')
    assert run(["rows", "sum(X[1]*X[0])", str(path)]) == 2
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert [first[f"df/dX[0,{k}]"] for k in range(3)] == [4, 5, 6]
    assert second["error"] == "X is not 2x3, as it is in the first object"
    path.write_text('{"a": 1}\n')
    assert run(["rows", "sum(x**2)", str(path)]) == 2
    assert "is a list in NDJSON" in capsys.readouterr().err


def test_columns_name_arrays() -> None:
    assert columns_of(["x[1]", "x[ 0 ]", "t", "A[0,0]", "A[0,1]", "odd name", "y"]) == {
        "t": (), "y": (), "x": (2,), "A": (1, 2),
    }  # fmt: skip
    with pytest.raises(InputError, match=r"A\[0,1\]"):
        columns_of(["A[0,0]", "A[1,0]", "A[1,1]"])


@pytest.mark.parametrize("shape", [(1,), (3,), (2, 3), (3, 1, 2)])
def test_the_first_entry_without_a_column_is_named(shape: tuple[int, ...]) -> None:
    indices = list(product(*map(range, shape)))
    for missing in indices:
        assert _first_missing(shape, {*indices} - {missing}) == ",".join(map(str, missing))
        assert _first_missing(shape, {i for i in indices if i < missing}) == ",".join(map(str, missing))


def test_a_number_is_bound_for_all_rows_beside_arrays(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, (header, *found), messages = rows(
        capsys, tmp_path, "x[0],x[1],t\n1,2,3\n-1,4,0.5\n", "s*(w@x) + s*t", "s=10", "w=[1, 2]", "--wrt", "x"
    )
    assert (status, messages, header) == (0, "", ["f", "df/dx[0]", "df/dx[1]", "error"])
    assert found == [["80.0", "10.0", "20.0", ""], ["75.0", "10.0", "20.0", ""]]


def test_a_layer_and_its_loss_go_through_columns_bound_by_bound() -> None:
    """Products of arrays and squares have the same numbers and bounds in columns as row by row."""
    np = pytest.importorskip("numpy")
    from gradcli.rows.column_bounds import ColumnBounds

    given = {name: Source(name, text) for name, text in BOUND.items()}
    plan = Plan(Settings(Source("program", LAYER), given), ["x[0]", "x[1]", "t"])
    line, wide = plan.straight_line(Bounds()), plan.column_line(ColumnBounds())
    assert line is not None
    assert wide is not None
    points = np.random.default_rng(3).normal(size=(100, len(plan.inputs)))
    kept, columns = wide.answers(list(points.T.copy()))
    assert np.broadcast_to(kept, 100).all()
    for k, numbers in enumerate(line.answers(points.tolist(), list)):
        found = [(float(np.broadcast_to(x.v, 100)[k]), float(np.broadcast_to(x.r, 100)[k])) for x in columns]
        assert found == [(x.v, x.r) for x in numbers]


@pytest.mark.parametrize(("value", "called"), [
    ("[1, 2]", "a list"), ('["1"]', "a list"), ('{"a": [1]}', "an object"), ("true", "true"), ("null", "null"),
])  # fmt: skip
def test_what_is_no_number_in_json_is_called_what_it_is(
    value: str, called: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text(f'{{"x": {value}, "y": 2}}\n')
    assert run(["rows", "x*y", str(path)]) == 2
    assert json.loads(capsys.readouterr().out)["error"] == f"column x: {called} is not a number"
