"""Rows over a cluster without dask: a small one that behaves like it runs the same code."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gradcli.commands import run as gradcli
from gradcli.rows import cluster

from . import small_cluster
from .small_cluster import ADDRESS, Client

DASK = ["--dask", ADDRESS]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_cluster.install(monkeypatch)
    monkeypatch.setattr(cluster, "PARTITION_BYTES", 2_000)


@pytest.fixture
def points(tmp_path: Path) -> Path:
    """Rows that make some ten partitions, three of them bad, with a byte order mark and blank lines."""
    draw = random.Random(5)
    lines = [f"{draw.uniform(-5, 5):.3f},{draw.uniform(-5, 5):.3f},n{k}" for k in range(1200)]
    for k in (3, 700, 1199):
        lines[k] = "bad,1,text"
    file = tmp_path / "points.csv"
    file.write_text("\ufeff\n \nx,y,name\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return file


def errors(text: str) -> list[str]:
    return [line.rsplit("row ", 1)[1] for line in text.splitlines()]


@pytest.mark.parametrize("options", [[], ["--to", "ndjson"], ["--value"], ["--keep", "all"], ["--wrt", "x"]])
def test_one_stream_in_order(options: list[str], points: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["rows", "x*y + sin(x)", str(points), *options]
    assert gradcli(words) == 2
    alone = capfd.readouterr()
    assert gradcli([*words, *DASK]) == 2
    together = capfd.readouterr()
    assert together.out == alone.out
    assert errors(together.err) == errors(alone.err)
    assert len(errors(alone.err)) == 3
    assert Client.last.submitted > 8
    assert Client.last.is_closed


def test_only_a_few_partitions_are_outstanding(points: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Two a thread, so that no worker waits and no memory fills."""
    gradcli(["rows", "x*y", str(points), *DASK])
    assert Client.last.most == 2 * 2
    assert Client.last.submitted > 2 * Client.last.most


def test_strict_stops(points: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["rows", "x*y", str(points), "--strict"]
    status = gradcli(words)
    alone = capfd.readouterr()
    assert gradcli([*words, *DASK]) == status == 2
    together = capfd.readouterr()
    assert together.out.startswith(alone.out[:40])
    assert together.err.count("\n") == 1
    assert Client.last.submitted <= 5


def test_partitions_out(points: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["rows", "x*y", str(points), "--to", "ndjson"]
    assert gradcli(words) == 2
    expected = capfd.readouterr().out
    folder = tmp_path / "parts"
    assert gradcli([*words, *DASK, "-o", f"{folder}/"]) == 2
    parts = sorted(folder.iterdir())
    assert [part.name for part in parts] == [f"part-{k:05}.ndjson" for k in range(len(parts))]
    assert "".join(part.read_text() for part in parts) == expected


def test_several_files(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for k in range(3):
        (tmp_path / f"p{k}.csv").write_text(f"x\n{k}\n{k + 10}")
    pattern = str(tmp_path / "p*.csv")
    assert gradcli(["rows", "x*x", pattern, *DASK, "--value", "--strict"]) == 0
    assert capfd.readouterr().out == "f\n0.0\n100.0\n1.0\n121.0\n4.0\n144.0\n"
    (tmp_path / "p9.csv").write_text("y\n1\n")
    assert gradcli(["rows", "x*x", pattern, *DASK]) == 2
    assert "a different header" in capfd.readouterr().err


def test_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(cluster, "ROW_GROUPS", 1)
    numbers = [float(k) for k in range(100)]
    pq.write_table(pa.table({"x": numbers}), tmp_path / "in.parquet", row_group_size=30)
    folder = tmp_path / "out"
    assert gradcli(["rows", "x*x", str(tmp_path / "in.parquet"), *DASK, "-o", f"{folder}/"]) == 0
    assert len(list(folder.iterdir())) == 4
    assert pq.read_table(folder).column("df/dx").to_pylist() == [2 * x for x in numbers]


@pytest.mark.parametrize(("words", "status", "message"), [
    (["x*x"], 2, "needs a file"),
    (["x*x", "none.csv"], 5, "resolved to no files"),
    (["x*x", "open.csv"], 2, "every row is one line"),
    (["x*y", "good.csv"], 2, "no column y"),
    (["x*x", "empty.csv"], 2, "no header row"),
    (["x*x", "good.csv", "--to", "json"], 2, "reads and writes csv"),
    (["x*x", "good.csv", "--to", "parquet"], 2, "parquet"),
    (["x*x", "good.csv", "-o", "good.csv/"], 5, "good.csv"),
])  # fmt: skip
def test_what_a_cluster_cannot_do(
    words: list[str], status: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "open.csv").write_text('x,note\n1,"open\n')
    (tmp_path / "good.csv").write_text("x\n1\n")
    (tmp_path / "empty.csv").write_text("\n\n")
    assert gradcli(["rows", *words, *DASK]) == status
    error = capfd.readouterr().err
    assert message in error
    assert error.startswith(("gradcli: ", "{"))
    assert "Traceback" not in error


def test_a_cluster_that_is_not_there(points: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert gradcli(["rows", "x*y", str(points), "--dask", "tcp://other:1"]) == 5
    assert "the cluster at tcp://other:1: " in capfd.readouterr().err


def test_a_worker_that_ends(points: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def killed(*args: object) -> None:
        raise small_cluster.KilledWorker("answer_text")

    monkeypatch.setattr(small_cluster.SmallFuture, "result", killed)
    assert gradcli(["rows", "x*y", str(points), *DASK]) == 5
    assert "a worker has ended" in capfd.readouterr().err
    assert Client.last.is_closed


@pytest.mark.parametrize(("files", "options"), [("turns.csv", []), ("turns.csv", DASK), ("tur*.csv", DASK)])
def test_a_sum_that_is_read_twice_tells_its_remarks_once(
    files: str, options: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """sin(1.25) + sin(-1.25) is 0, which only the second reading with more bits tells from noise."""
    file = tmp_path / "turns.csv"
    file.write_text("e\n1.25\n-1.25\n")
    assert gradcli(["rows", "sin(e)", str(tmp_path / files), "--sum", *options]) == 0
    found = capfd.readouterr()
    assert found.out.splitlines()[1] == "0.0,0.6306447247905373"  # 2*cos(1.25)
    assert found.err == "gradcli: note: e is the column, not the constant\n"
