"""Sums and means over rows: exact by construction, whatever the order; rows that fail, weights, empty inputs."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.commands import run as gradcli
from gradcli.numbers.balls import Balls
from gradcli.rows import cluster
from gradcli.rows.sums import Sums

from . import small_cluster
from .small_cluster import ADDRESS
from .test_rows import GRADCLI, run

SQUARE = "(w*x + b - y)^2"


def answer(*words: str, stdin: str = "", status: int = 0) -> dict[str, float | None]:
    """Return the line that rows add up to."""
    out, _ = run(*words, "--to", "json", stdin=stdin, status=status)
    found: dict[str, float | None] = json.loads(out)
    return found


def csv(rows: Sequence[Sequence[float]], names: str = "x,y") -> str:
    return "".join(f"{line}\n" for line in (names, *(",".join(map(repr, row)) for row in rows)))


# ---- what a sum is


def true_sums(rows: Sequence[Sequence[float]], weights: Sequence[float], w: float, b: float) -> list[Fraction]:
    """Return the sums of a square loss and its derivatives by w and b, and the sum of the weights."""
    found = [Fraction(0)] * 4
    for (x, y), weight in zip(rows, weights, strict=True):
        error = Fraction(w) * Fraction(x) + Fraction(b) - Fraction(y)
        parts = (error * error, 2 * error * Fraction(x), 2 * error, Fraction(1))
        found = [total + Fraction(weight) * part for total, part in zip(found, parts, strict=True)]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_the_rounded_truth(seed: int) -> None:
    draw = random.Random(seed)
    rows = [[draw.uniform(-4, 4), draw.choice([1e-9, 1.0, 1e7]) * draw.gauss(0, 1)] for _ in range(40)]
    weights = [draw.choice([0.0, 1.0, draw.random()]) for _ in rows]
    words = [SQUARE, "w=0.7", "b=-0.1", "--wrt", "w,b"]
    plain = true_sums(rows, [1.0] * len(rows), 0.7, -0.1)
    assert list(answer(*words, "--sum", stdin=csv(rows)).values()) == [float(x) for x in plain[:3]]
    assert list(answer(*words, "--mean", stdin=csv(rows)).values()) == [float(x / 40) for x in plain[:3]]
    weighted = true_sums(rows, weights, 0.7, -0.1)
    data = csv([[*row, weight] for row, weight in zip(rows, weights, strict=True)], "x,y,importance")
    words += ["--weights", "importance"]
    assert list(answer(*words, "--sum", stdin=data).values()) == [float(x) for x in weighted[:3]]
    assert list(answer(*words, "--mean", stdin=data).values()) == [float(x / weighted[3]) for x in weighted[:3]]


def test_one_line_in_every_format(tmp_path: Path) -> None:
    data = "x,y\n-2,3\n4,5\n"
    assert run("x*y", "--sum", stdin=data)[0] == "f,df/dx,df/dy\n14.0,8.0,2.0\n"
    assert run("x*y", "--mean", "--wrt", "x", stdin=data)[0] == "f,df/dx\n7.0,4.0\n"
    assert run("x*y", "--sum", "--value", "--to", "tsv", stdin=data)[0] == "f\n14.0\n"
    assert run("x*y", "--sum", "--to", "ndjson", stdin=data)[0] == '{"f": 14.0, "df/dx": 8.0, "df/dy": 2.0}\n'
    assert run("x*y", "--sum", "--from", "json", stdin='[{"x": 2, "y": 3}, {"y": 1, "x": 1}]')[0].startswith('{"f": 7')
    assert run("q = x*y; q^2", "--sum", "--nodes", "q", "--wrt", "x", stdin=data)[0] == (
        "f,df/dx,q,df/dq\n436.0,164.0,14.0,28.0\n"
    )
    file = tmp_path / "sum.json"
    assert run("x*y", "--sum", "-o", str(file), "--value", stdin=data) == ("", "")
    assert file.read_text() == '{"f": 14.0}\n'


def test_arrays_are_parameters() -> None:
    data = "x[0],x[1],y\n1,2,3\n0.5,-1,2\n"
    words = ["(w@x + b - y)**2", "w=[0.5, 0.25]", "b=0", "--wrt", "w,b", "--mean"]
    expected = {"f": 4.0, "df/dw[0]": -3.0, "df/dw[1]": -2.0, "df/db": -4.0}
    assert answer(*words, stdin=data) == expected
    objects = '{"x": [1, 2], "y": 3}\n{"x": [0.5, -1], "y": 2}\n'
    assert answer(*words, "--from", "ndjson", stdin=objects) == expected


def test_rows_that_cancel() -> None:
    assert answer("x", "--sum", stdin="x\n1e16\n1\n-1e16\n1e-30\n") == {"x": 1.0, "dx/dx": 4.0}
    assert answer("exp(x)", "--sum", "--value", stdin="x\n1000\n") == {"f": "inf"}
    big = answer("where(x > 0, exp(x), -exp(-x))", "--sum", stdin="x\n50\n1\n-50\n")
    assert big["f"] == pytest.approx(2.718281828459045, rel=1e-15)


def test_a_sum_of_0_is_told_from_noise_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("x\n1\n-1\n")
    assert answer("tanh(x)", str(file), "--sum") == {"f": 0.0, "df/dx": 0.8399486832280522}
    out, err = run("tanh(x)", "--sum", stdin=file.read_text(), status=3)
    assert out == "f,df/dx\n,0.8399486832280522\n"
    assert "there is no sum of f: the rows cancel" in err


def test_plain_binary64_is_rounded_once() -> None:
    rows = [[0.1], [0.2], [0.3], [1e16], [-1e16]]
    assert answer("x", "--ieee", "--sum", "--value", stdin=csv(rows, "x")) == {"x": 0.6}
    assert answer("exp(x)", "--ieee", "--sum", "--value", stdin="x\n1000\n1\n") == {"f": "inf"}


def test_a_kink_in_a_row() -> None:
    data = "x\n1\n2\n"
    assert answer("relu(x - 1)", "--sum", stdin=data) == {"f": 1.0, "df/dx": 1.0}
    out, err = run("relu(x - 1)", "--sum", "--at-kink", "error", stdin=data, status=3)
    assert not out
    assert "row 2" in err


# ---- the order of rows changes nothing


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows of many magnitudes, of which the compiled code answers for some only."""
    draw = random.Random(11)
    lines = [f"{draw.uniform(-5, 5)!r},{draw.choice([1e-12, 1, 1e12]) * draw.random()!r}" for _ in range(3000)]
    lines[::97] = ["1,0"] * len(lines[::97])
    file = tmp_path_factory.mktemp("sums") / "points.csv"
    file.write_text("x,y\n" + "\n".join(lines) + "\n")
    return file


PROGRAM = "tanh(x)*y + sin(x*y) + relu(y) + abs(x - 1)"


@pytest.mark.parametrize("mode", [[], ["--ieee"]], ids=str)
def test_workers_columns_and_order_change_no_bit(mode: list[str], scattered: Path, tmp_path: Path) -> None:
    words = [PROGRAM, "--mean", *mode]
    once = run(*words, str(scattered))
    assert once[0].startswith("f,df/dx,df/dy\n")
    assert run(*words, str(scattered), "--jobs", "2") == once
    assert run(*words, str(scattered), "--engine", "columns") == once if _has_arrow() else True
    lines = scattered.read_text().splitlines()
    random.Random(1).shuffle(lines[1:])
    assert run(*words, stdin="\n".join([lines[0], *reversed(lines[1:])])) == once


def _has_arrow() -> bool:
    from gradcli.rows.columns import installed

    return installed("pyarrow", "numpy")


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_typed_columns_add_up_to_the_same(form: str, scattered: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow.parquet")
    from pyarrow import csv as text
    from pyarrow import feather, parquet

    file = tmp_path / f"points.{form}"
    table = text.read_csv(scattered)
    if form == "parquet":
        parquet.write_table(table, file, row_group_size=700)
    else:
        feather.write_feather(table, file)
    assert run(PROGRAM, "--mean", str(file)) == run(PROGRAM, "--mean", str(scattered))


def test_a_cluster_adds_up_to_the_same(
    scattered: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    small_cluster.install(monkeypatch)
    monkeypatch.setattr(cluster, "PARTITION_BYTES", 5_000)
    words = ["rows", PROGRAM, str(scattered), "--sum"]
    assert gradcli(words) == 0
    alone = capfd.readouterr()
    assert gradcli([*words, "--dask", ADDRESS]) == 0
    assert capfd.readouterr() == alone


# ---- rows that fail, weights, and no rows


def test_no_sum_leaves_out_rows_silently() -> None:
    data = "x\n1\n-1\nabc\n4\n"
    out, err = run("sqrt(x)", "--sum", stdin=data, status=2)
    assert not out
    assert "row 3: sqrt(x) is undefined" in err
    assert "row 4, column x: abc is not a number" in err
    assert "there is no sum: 2 of 4 rows failed; --skip-errors leaves them out" in err
    out, err = run("sqrt(x)", "--sum", "--skip-errors", stdin=data)
    assert out == "f,df/dx\n3.0,0.75\n"
    assert "note: the sum leaves out 2 rows" in err
    out, err = run("sqrt(x)", "--mean", "--strict", stdin=data, status=3)
    assert not out
    assert "there is no mean: a row failed" in err


def test_a_failed_sum_leaves_the_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "sum.csv"
    file.write_text("before")
    run("log(x)", "--sum", "-o", str(file), stdin="x\n0\n", status=3)
    assert file.read_text() == "before"


def test_weights() -> None:
    data = "x,w\n1,0\n5,1/2\n3,1.5\n"
    assert answer("x", "--mean", "--weights", "w", stdin=data) == {"x": 3.5, "dx/dx": 1.0}
    assert answer("x*w", "--sum", "--weights", "w", stdin=data) == {
        "f": 8.0,
        "df/dx": 2.5,
        "df/dw": 11.0 - 1.0 - 0.5 + 2.0 - 4.5,
    }
    assert answer("x*w", "w=2", "--wrt", "w", "--sum", "--weights", "w", stdin=data) == {"f": 14.0, "df/dw": 7.0}
    assert answer("x", "--sum", "--weights", "k", "--from", "ndjson", stdin='{"x": 2, "k": 3}\n')["x"] == 6.0
    bad = "x,w\n1,-1\n2,\n3,a\n4,inf\n5,1\n"
    out, err = run("x", "--mean", "--weights", "w", "--skip-errors", stdin=bad)
    assert out == "x,dx/dx\n5.0,1.0\n"
    assert "row 2, column w: -1 is no weight: a weight is 0 or more" in err
    assert "row 3: w is empty" in err
    assert "the mean leaves out 4 rows" in err
    assert (
        "there is no mean: the weights add up to 0"
        in run("x", "--mean", "--weights", "w", stdin="x,w\n1,0\n", status=3)[1]
    )
    assert answer("x", "--sum", "--weights", "w", stdin="x,w\n1,0\n") == {"x": 0.0, "dx/dx": 0.0}
    assert "no column v" in run("x", "--mean", "--weights", "v", stdin=data, status=2)[1]


def test_no_rows() -> None:
    out, err = run("x", "--sum", stdin="x\n")
    assert out == "x,dx/dx\n0.0,0.0\n"
    assert "has no rows" in err
    assert "there is no mean: there are no rows" in run("x", "--mean", stdin="x\n", status=3)[1]
    out, err = run("log(x)", "--mean", "--skip-errors", stdin="x\n-1\n", status=3)
    assert "has no rows left" in err


def test_a_slope_that_does_not_exist() -> None:
    out, err = run("log(x)", "--sum", stdin="x\n1\n0\n", status=3)
    assert not out
    assert "row 3" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sum", "--mean"], "--sum and --mean contradict each other"),
        (["--weights", "x"], "--weights needs --sum or --mean"),
        (["--skip-errors"], "--skip-errors needs --sum or --mean"),
        (["--sum", "--keep", "x"], "--keep and --sum contradict each other"),
        (["--mean", "--strict", "--skip-errors"], "--strict and --skip-errors contradict each other"),
        (["--mean", "--to", "parquet"], "--mean makes one line"),
        (["--sum", "-o", "folder/"], "--sum makes one line"),
    ],
)
def test_options_that_do_not_fit(options: list[str], message: str) -> None:
    out, err = run("x", *options, stdin="x\n1\n", status=2)
    assert not out
    assert message in err


# ---- the sums themselves


@given(st.lists(st.tuples(st.floats(-1e290, 1e290), st.floats(0, 1e10)), min_size=1, max_size=8), st.integers(0, 7))
def test_parts_merge_to_the_whole(rows: list[tuple[float, float]], cut: int) -> None:
    whole, left, right = Sums(1), Sums(1), Sums(1)
    with Balls(128).at_work():
        S = Balls(128)
        for k, (x, weight) in enumerate(rows):
            whole.add([S.from_number(x)], weight)
            (left if k < cut else right).add([S.from_number(x)], weight)
    right.merge(left)
    exact = sum((Fraction(x) * Fraction(weight) for x, weight in rows), Fraction(0))
    for sums in (whole, right):
        assert sums.total(0, mean=False).number == float(exact)
        assert (sums.middles, sums.radii, sums.weight) == (whole.middles, whole.radii, whole.weight)


def test_what_is_too_small_or_too_large_is_not_lost() -> None:
    S = Balls(128)
    with S.at_work():
        sums = Sums(1)
        sums.add([S.exp(S.from_number(-5_000.0))])  # far below the unit
        assert sums.middles[0] == 0
        assert sums.radii[0] > 0
        assert sums.total(0, mean=False).number == 0.0
    _, err = run("exp(x)", "--sum", stdin="x\n100000\n", status=4)
    assert "too large to be added" in err


@pytest.mark.skipif(not os.path.exists("/dev/stdin"), reason="standard input has no name here")
def test_only_a_file_is_read_again(tmp_path: Path) -> None:
    """A sum of 0 needs more digits, and so a second pass over the rows, which a pipe has not."""
    rows = "x,y\n1,2\n-1,2\n"
    (tmp_path / "rows.csv").write_text(rows)
    assert run("x*sqrt(y)", str(tmp_path / "rows.csv"), "--sum")[0].splitlines()[1].startswith("0.0,")
    words = [*GRADCLI, "x*sqrt(y)", "/dev/stdin", "--sum"]
    done = subprocess.run(words, input=rows, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[1].startswith(",")
    assert "a file is read again, with more digits" in done.stderr
    assert done.returncode == 3
