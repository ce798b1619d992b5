"""Descents on the mean over the rows of a file: against loops of NumPy, a known optimum, and rows put by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcli.commands import run
from gradcli.record.descent_points import Data

LINE = "x,y\n0,1\n1,3.2\n2,4.9\n3,7.1\n"


@pytest.fixture
def line(tmp_path: Path) -> str:
    path = tmp_path / "line.csv"
    path.write_text(LINE)
    return str(path)


def steps(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert run(["descend", *words, "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["steps"]
    return found


def test_a_line_is_the_mean_over_the_rows(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """At w = 0, b = 0 the mean of y^2 is (1 + 10.24 + 24.01 + 50.41)/4, its slopes -2*mean(x*y) and -2*mean(y)."""
    first, second = steps(capsys, "(w*x + b - y)^2", "w=0", "b=0", "--data", line, "--rate", "0.1", "--steps", "1")
    assert first["value"] == (1 + 10.24 + 24.01 + 50.41) / 4
    assert first["gradient"] == {"w": -2 * (3.2 + 9.8 + 21.3) / 4, "b": -2 * 16.2 / 4}
    assert second["parameters"] == pytest.approx({"w": 1.715, "b": 0.81}, rel=1e-15)


def test_regression_finds_the_least_squares(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    last = steps(capsys, "(w*x + b - y)^2", "w=0", "b=0", "--data", line, "--rate", "0.2", "--until", "1e-10")[-1]
    x, y = np.array([0.0, 1, 2, 3]), np.array([1, 3.2, 4.9, 7.1])
    slope, start = np.polyfit(x, y, 1)
    assert last["parameters"] == pytest.approx({"w": slope, "b": start}, abs=1e-9)


def test_logistic_regression_finds_its_optimum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At the optimum the mean of (p - t) and of (p - t)*x are 0; the loss is convex."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=60).round(3)
    t = (rng.random(60) < 1 / (1 + np.exp(-2 * x + 0.5))).astype(int)
    path = tmp_path / "points.tsv"
    path.write_text("t\tx\tname\n" + "".join(f"{b}\t{a}\tp\n" for a, b in zip(x, t, strict=True)))
    words = ["z = w*x + b; softplus(z) - t*z", "w=0", "b=0", "--data", str(path), "--rate", "2", "--until", "1e-9"]
    last = steps(capsys, *words)[-1]
    p = 1 / (1 + np.exp(-(last["parameters"]["w"] * x + last["parameters"]["b"])))
    assert [abs(np.mean(p - t)), abs(np.mean((p - t) * x))] == pytest.approx([0, 0], abs=1e-9)


def test_a_network_of_arrays_sees_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A two-layer network with the program of one point, against NumPy with all points as a matrix."""
    rng = np.random.default_rng(7)
    X, t = rng.normal(size=(40, 2)).round(4), rng.normal(size=40).round(4)
    W, b, u, c = (rng.normal(size=s).round(3) for s in ((3, 2), (3,), (3,), ()))
    path = tmp_path / "data.csv"
    path.write_text("x[0],x[1],t\n" + "".join(f"{p[0]},{p[1]},{target}\n" for p, target in zip(X, t, strict=True)))
    point = [f"W={W.tolist()}", f"b={b.tolist()}", f"u={u.tolist()}", f"c={float(c)}"]
    words = ["h = tanh(W@x + b); L = (u@h + c - t)^2", *point, "--data", str(path), "--rate", "0.05", "--steps", "6"]
    for found in steps(capsys, *words):
        H = np.tanh(X @ W.T + b)
        error = H @ u + c - t
        assert found["value"] == pytest.approx(np.mean(error**2), rel=1e-12)
        dz = 2 * error / len(t)
        dH = np.outer(dz, u) * (1 - H * H)
        slopes = {"W": dH.T @ X, "b": dH.sum(0), "u": H.T @ dz, "c": dz.sum()}
        for name, slope in slopes.items():
            assert np.array(found["gradient"][name]) == pytest.approx(slope, rel=1e-11, abs=1e-14)
        W, b, u, c = (p - 0.05 * slopes[k] for k, p in zip("Wbuc", (W, b, u, c), strict=True))


def test_lists_of_ndjson_are_arrays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At w = 0 the slope is the mean of -2*y*x: -2*(3*[1, 2] + 4*[2, 2])/2; line 4 of the file has another shape."""
    path = tmp_path / "rows.ndjson"
    path.write_text('\n{"x": [1, 2], "y": 3}\n{"x": [2, 2], "y": 4}\n')
    words = ["(w@x - y)^2", "w=[0, 0]", "--data", str(path), "--rate", "0.1", "--steps", "1"]
    first, second = steps(capsys, *words)
    assert first["value"] == 12.5
    assert first["gradient"] == {"w": [-11, -14]}
    assert second["parameters"]["w"] == pytest.approx([1.1, 1.4], rel=1e-15)
    path.write_text(path.read_text() + '{"x": [1], "y": 3}\n')
    assert run(["descend", *words]) == 2
    assert f"{path}:4: x is not 2, as it is in the first object" in capsys.readouterr().err


def test_batches_take_their_rows_in_turn(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows 1 to 3, then 4, then 1 to 3 again: the slope of w*x is the mean of x in the batch."""
    words = ["w*x + 0*y", "w=0", "--data", line, "--rate", "0.5", "--steps", "3", "--batch", "3"]
    assert [found["gradient"]["w"] for found in steps(capsys, *words)] == [1, 3, 1, 3]


@pytest.mark.parametrize(("rows", "batch"), [(10, 3), (4, 4), (5, 9), (7, 1)])
def test_every_round_sees_every_row_once(rows: int, batch: int) -> None:
    data = Data({}, rows, batch, seed=3)
    a_round = math.ceil(rows / batch)
    rounds = [[row for k in range(a_round) for row in data.rows_of(r * a_round + k)] for r in range(6)]
    assert all(sorted(found) == list(range(rows)) for found in rounds)
    assert len({tuple(found) for found in rounds}) > 1
    assert rounds[2] == [r for k in range(a_round) for r in Data({}, rows, batch, seed=3).rows_of(2 * a_round + k)]


def test_fractions_are_carried_over_data(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["(w*x + b - y)^2", "w=0", "b=0", "--data", line, "--rate", "1/3", "--steps", "1", "--exact"]
    assert steps(capsys, *words)[1]["parameters"] == {"w": "343/60", "b": "27/10"}


def test_what_a_column_holds_is_not_changed(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["a*(w*x + b - y)^2", "w=0", "b=0", "a=0.5", "--data", line, "--rate", "0.1", "--steps", "1"]
    found = steps(capsys, *words, "--wrt", "b")
    assert list(found[0]["parameters"]) == ["b"]


@pytest.mark.parametrize(
    ("words", "said", "status"),
    [
        (["x*y", "--data", "DATA"], "there is nothing to change: every input is a column of the data", 2),
        (["w*x*y", "w=1", "--data", "DATA", "--wrt", "x"], "x is a column of the data, which no step changes", 2),
        (["w*u*y", "w=1", "--data", "DATA"], "the input has no column u", 2),
        (["w*x", "w=1", "--batch", "2"], "--batch and --shuffle are for --data", 2),
        (["w*x*y", "w=1", "--data", "DATA", "--shuffle", "2"], "--shuffle is for --batch", 2),
        (["w*x*y", "w=1", "--data", "points.parquet"], "data are read from .csv, .tsv and .ndjson", 2),
        (["w*x", "w=1", "--data", "no.csv"], "no.csv: no such file", 5),
        (["w*log(x) + y", "w=1", "--data", "DATA"], "log(x[0]) is undefined: x[0] = 0", 3),
    ],
)
def test_what_cannot_be_done(
    words: list[str], said: str, status: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [line if word == "DATA" else word for word in words]
    assert run(["descend", *words, "--rate", "0.1"]) == status
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x,y\n1,2\n3,\n", ":3: y is empty"),
        ("x,y\n1,2\n3,4\n5,six\n", ":4: six is not a number"),
        ("x,y\n1,2\n3,4,5\n", ":3: it has 3 cells, and the header has 2"),
        ("x,y\n", "there are no rows of data, and no mean"),
        ("", "there is no header row"),
    ],
)
def test_a_file_of_data_that_cannot_be_used(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    assert run(["descend", "(w*x - y)^2", "w=0", "--data", str(path), "--rate", "0.1"]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
