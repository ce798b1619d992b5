"""Rows in pipes: slow producers, readers that go away, signals, full disks."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .test_rows import GRADCLI, run


def test_a_slow_producer_sees_each_answer_at_once() -> None:
    for options in ([], ["--jobs", "2"]):
        process = subprocess.Popen(
            [*GRADCLI, "x*x", "--value", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"x\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"f,error\n"
        for x in (1, 2, 3):
            process.stdin.write(b"%d\n" % x)
            process.stdin.flush()
            assert process.stdout.readline() == b"%.1f,\n" % (x * x)
        process.stdin.close()
        process.stdout.close()
        assert process.wait() == 0


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix pipes")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_reader_that_goes_ends_everything_quietly(tmp_path: Path, jobs: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("x\n" + "1.5\n" * 200_000)
    process = subprocess.Popen(
        [*GRADCLI, "x*x", str(file), "--jobs", jobs], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait() == -13
    start = time.monotonic()
    assert process.stderr.read() == b""  # ends when the last process that has it is gone
    assert time.monotonic() - start < 5
    process.stderr.close()


def test_output_files_appear_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "out.ndjson"
    run("x*x", "-o", str(file), stdin="x\n2\n")
    assert file.read_text() == '{"f": 4.0, "df/dx": 4.0}\n'
    run("x*y", "-o", str(file), stdin="x\n2\n", status=2)
    assert file.read_text() == '{"f": 4.0, "df/dx": 4.0}\n'
    assert os.listdir(tmp_path) == ["out.ndjson"]
    _, err = run("x", str(tmp_path / "nothing.csv"), status=5)
    assert "no such file" in err
    _, err = run("x", "-o", "/nowhere/out.csv", stdin="x\n1\n", status=5)
    assert "no such file" in err


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_ended_stream_leaves_no_file(tmp_path: Path, number: int) -> None:
    process = subprocess.Popen(
        [*GRADCLI, "x*x", "-o", str(tmp_path / "out.csv")], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(b"x\n1\n")
    process.stdin.flush()
    while not os.listdir(tmp_path):
        time.sleep(0.01)
    process.send_signal(number)
    assert process.wait() == -number
    assert process.stderr.read() == b""
    assert not os.listdir(tmp_path)
    process.stdin.close()
    process.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*GRADCLI, "x"], input=b"x\n1\n", stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 5
    assert b"no space left" in done.stderr
