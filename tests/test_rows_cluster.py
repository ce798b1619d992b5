"""Rows over a cluster: partitions in, partitions out, and the same rows in the same order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run as gradcli
from gradcli.rows import cluster
from gradcli.rows.columns import installed

pytestmark = [
    pytest.mark.skipif(not installed("dask", "distributed"), reason="dask and distributed are not installed"),
    pytest.mark.filterwarnings("default"),  # the cluster's own
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    import distributed

    options = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(**options) as local:
        yield local.scheduler_address


@pytest.fixture
def points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of rows that makes several partitions, three of them bad."""
    monkeypatch.setattr(cluster, "PARTITION_BYTES", 5_000)
    draw = random.Random(11)
    lines = [f"{draw.uniform(-5, 5):.3f},{draw.uniform(-5, 5):.3f},n{k}" for k in range(1500)]
    for k in (3, 700, 1499):
        lines[k] = "bad,1,text"
    file = tmp_path / "points.csv"
    file.write_text("x,y,name\n" + "\n".join(lines) + "\n")
    return file


def test_one_stream_in_order(address: str, points: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["rows", "x*y + sin(x)", str(points), "--keep", "name"]
    assert gradcli(words) == 2
    alone = capfd.readouterr()
    assert gradcli([*words, "--dask", address]) == 2
    together = capfd.readouterr()
    assert together.out == alone.out
    assert [line.rsplit("row ", 1)[1] for line in together.err.splitlines()] == [
        line.rsplit("row ", 1)[1] for line in alone.err.splitlines()
    ]
    assert "row 1501, column x" in together.err


def test_partitions_out(address: str, points: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["rows", "x*y", str(points), "--to", "ndjson"]
    assert gradcli(words) == 2
    expected = capfd.readouterr().out
    folder = tmp_path / "parts"
    assert gradcli([*words, "--dask", address, "-o", f"{folder}/"]) == 2
    parts = sorted(folder.iterdir())
    assert len(parts) > 3
    assert "".join(part.read_text() for part in parts) == expected


def test_several_files(address: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for k in range(3):
        (tmp_path / f"p{k}.csv").write_text(f"x\n{k}\n{k + 10}")
    pattern = str(tmp_path / "p*.csv")
    assert gradcli(["rows", "x*x", pattern, "--dask", address, "--value", "--strict"]) == 0
    assert capfd.readouterr().out == "f\n0.0\n100.0\n1.0\n121.0\n4.0\n144.0\n"
    (tmp_path / "p9.csv").write_text("y\n1\n")
    assert gradcli(["rows", "x*x", pattern, "--dask", address]) == 2
    assert "a different header" in capfd.readouterr().err


def test_parquet(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not installed("numpy", "pyarrow"):
        pytest.skip("NumPy and pyarrow are not installed")
    import pyarrow as pa
    import pyarrow.parquet as pq

    monkeypatch.setattr(cluster, "ROW_GROUPS", 1)
    numbers = [float(k) for k in range(100)]
    pq.write_table(pa.table({"x": numbers}), tmp_path / "in.parquet", row_group_size=30)
    folder = tmp_path / "out"
    assert gradcli(["rows", "x*x", str(tmp_path / "in.parquet"), "--dask", address, "-o", f"{folder}/"]) == 0
    assert len(list(folder.iterdir())) == 4
    assert pq.read_table(folder).column("df/dx").to_pylist() == [2 * x for x in numbers]


def test_what_a_cluster_cannot_do(address: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert gradcli(["rows", "x", "--dask", address]) == 2
    assert "needs a file" in capfd.readouterr().err
    assert gradcli(["rows", "x", str(tmp_path / "none.csv"), "--dask", address]) == 5
    (tmp_path / "quoted.csv").write_text('x,note\n1,"two\nlines"\n')
    assert gradcli(["rows", "x", str(tmp_path / "quoted.csv"), "--keep", "note", "--dask", address]) == 0
    (tmp_path / "open.csv").write_text('x,note\n1,"open\n')
    assert gradcli(["rows", "x", str(tmp_path / "open.csv"), "--keep", "note", "--dask", address]) == 2
    assert "every row is one line" in capfd.readouterr().err
    (tmp_path / "good.csv").write_text("x\n1\n")
    assert gradcli(["rows", "x*y", str(tmp_path / "good.csv"), "--dask", address]) == 2
    assert "no column y" in capfd.readouterr().err


def test_a_cluster_that_is_not_there(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(cluster, "WAIT", "300ms")
    (tmp_path / "good.csv").write_text("x\n1\n")
    assert gradcli(["rows", "x", str(tmp_path / "good.csv"), "--dask", "tcp://127.0.0.1:1"]) == 5
    assert "the cluster at tcp://127.0.0.1:1" in capfd.readouterr().err


def test_blank_lines_are_nothing(address: str, points: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lines = points.read_text().split("\n")
    points.write_text("\n  \n" + "\n\n \n".join(lines))
    assert gradcli(["rows", "x*y", str(points)]) == 2
    alone = capfd.readouterr()
    assert gradcli(["rows", "x*y", str(points), "--dask", address]) == 2
    together = capfd.readouterr()
    assert together.out == alone.out
    assert together.out.count("\n") == 1501
    numbers = [line.split("row ")[1] for line in alone.err.splitlines()]
    assert [line.split("row ")[1] for line in together.err.splitlines()] == numbers
    assert numbers[0].startswith("15,")
