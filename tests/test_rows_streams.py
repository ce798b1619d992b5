"""How rows arrive changes nothing: a stream cut at every byte, blank lines anywhere, and lines without end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run as gradcli
from gradcli.errors import InputError, LimitError, Source
from gradcli.rows import blocks as reading
from gradcli.rows.arrow import ColumnEngine
from gradcli.rows.blocks import Blocks
from gradcli.rows.columns import installed
from gradcli.rows.engine import Engine
from gradcli.rows.files import through
from gradcli.rows.plan import Plan, Settings
from gradcli.rows.sources import TextSource

ENGINES: list[type[Engine]] = [Engine, *([ColumnEngine] if installed("numpy", "pyarrow") else [])]
STREAMS = {
    "plain": b"x,y\n1,2\n3,4\n5.5,-6\n",
    "blank lines": b"\n \nx,y\n\n1,2\n  \n\t\n\n3,4\n\n",
    "blank lines of Windows": b"\r\nx,y\r\n\r\n1,2\r\n \r\n\r\n3,4\r\n",
    "only blank lines": b"x,y\n\n\n   \n\r\n",
    "no end of the last line": b"x,y\n1,2\n3,4",
    "blanks at the end": b"x,y\n1,2\n  ",
    "bad cells": b"x,y\n1,oops\n,2\n3\n\n1e999,4\n5,6,7\n8,9\n",
    "quotes": b'x,y,"a\n\nb"\n1,2,"c ""d""\n\n"\n"3",4,\n\n5,oops,"e\r\n"\n6,oops,f\n',
    "a lost quote": b'x,y\n1,2\n3,"4\n5,6\n\n7,8\n',
    "a byte order mark": b"\xef\xbb\xbfx,y\n1,2\n\n3,4\n",
    "other letters": "x,y,ö\n1,2,ä\n\n3,4,€\n".encode(),
    "not UTF-8": b"x,y,a\n1,2,\xe4\n3,4,\xff\xfe\n",
    "old ends of lines": b"x,y\r1,2\r\r3,oops\n4,5\n6,oops\n",
}
OBJECTS = {
    "objects": b'{"x": 1, "y": 2, "t": "a,"}\n{"x": 3, "y": "q"}\n\n \t\r\n{"x": 5, "y": 6}',
    "blank lines first": b'\n \n\r\n{"x": 1, "y": 2}\n\n{"x": 1, "y": oops}\n',
    "only blank lines": b"\n\n \n\r\n",
    "quotes in texts": b'{"x": 1, "y": 2, "t": "a,\\""}\n{"x": 1, "y": 2, "t": ",\\"\\n"}\n{"y": 4}\n',
}


class Pieces:
    """A file that arrives in pieces."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = list(filter(None, pieces))

    def read(self, size: int) -> bytes:
        if not self.pieces:
            return b""
        piece = self.pieces[0]
        self.pieces[:1] = [piece[size:]] if piece[size:] else []
        return piece[:size]

    def close(self) -> None:
        return


def arriving(pieces: Sequence[bytes], delimiter: str | None, *, slowly: bool) -> Blocks:
    blocks = Blocks(os.devnull, delimiter, joined=False)
    blocks.close()
    blocks._file = Pieces(pieces)
    blocks._arriving = lambda patience: not slowly  # type: ignore[method-assign]
    return blocks


def answers(engine: type[Engine], blocks: Blocks, **options: Any) -> tuple[bytes, list[tuple[int, str]]]:
    """Return all output, and the rows that failed by the numbers that a person is told."""
    settings = Settings(Source("program", "x*y + y"), {}, **options)
    header = blocks.header(settings.delimiter) if settings.source == "csv" else None
    keep = settings.keep if settings.keep is not None else header or blocks.keys()
    made = engine(settings._replace(keep=tuple(keep)), header)  # type: ignore[arg-type]
    row = blocks.skipped + (1 if header is None else 2)
    out, failed = made.header(), []
    for block in blocks:
        answer = made.answer(block)
        out += answer.data
        failed += [(row + failure.row, failure.why.message) for failure in answer.failures]
        row += answer.lines
    return out, failed


def ways(data: bytes) -> list[list[bytes]]:
    """Return the data cut at every byte: once, in one place, and everywhere."""
    return [*([data[:k], data[k:]] for k in range(len(data))), [data[k : k + 1] for k in range(len(data))]]


@pytest.mark.parametrize("slowly", [False, True])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_cut_at_every_byte(name: str, engine: type[Engine], slowly: bool) -> None:
    data = STREAMS[name]
    for keep in ((), None):
        whole = answers(Engine, arriving([data], ",", slowly=False), keep=keep)
        for pieces in ways(data):
            assert answers(engine, arriving(pieces, ",", slowly=slowly), keep=keep) == whole, pieces


@pytest.mark.parametrize("slowly", [False, True])
@pytest.mark.parametrize("name", OBJECTS)
def test_objects_cut_at_every_byte(name: str, slowly: bool) -> None:
    data = OBJECTS[name]
    for keep in ((), None):
        options = {"source": "ndjson", "target": "ndjson", "keep": keep}
        whole = answers(Engine, arriving([data], None, slowly=False), **options)
        for pieces in ways(data):
            assert answers(Engine, arriving(pieces, None, slowly=slowly), **options) == whole, pieces


class Told:
    """Collects what a person is told."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.failed: list[tuple[int, str]] = []
        self.rows = 0

    def take(self, lines: int, rows: int, failures: Any) -> None:
        self.failed += [(self.row + failure.row, failure.why.message) for failure in failures]
        self.row += lines
        self.rows += rows


@pytest.mark.skipif(not installed("numpy", "pyarrow"), reason="NumPy and pyarrow are not installed")
@pytest.mark.parametrize("name", [*STREAMS, *OBJECTS])
def test_a_stream_cut_anywhere_becomes_the_same_typed_columns(name: str, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    text = name in STREAMS
    data = STREAMS[name] if text else OBJECTS[name]
    settings = Settings(Source("program", "x*y + y"), {}, source="csv" if text else "ndjson", target="parquet")
    found = []
    for pieces in ([data], *ways(data)[1::5]):
        source = TextSource.__new__(TextSource)
        source.blocks = arriving(pieces, "," if text else None, slowly=True)
        source.header = source.blocks.header(",") if text else None
        told = Told(source.first)
        through(Plan(settings, source.header), source, str(tmp_path / "out.parquet"), told)
        found.append((pq.read_table(tmp_path / "out.parquet").to_pylist(), told.failed, told.rows))
    whole = answers(Engine, arriving([data], "," if text else None, slowly=False), source="csv" if text else "ndjson")
    assert all(one == found[0] for one in found)
    assert found[0][1] == whole[1]
    assert found[0][2] == len(found[0][0]) == whole[0].count(b"\n") - 1


# ---- blank lines


@pytest.mark.parametrize("engine", ["rows", *(["columns"] if len(ENGINES) > 1 else [])])
@pytest.mark.parametrize("blank", ["\n", "\r\n", "  \n", "\t\n", "\n\n\n", " \t \r\n"])
def test_a_blank_line_is_nothing(blank: str, engine: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for head, rows in (("x", ("1", "2")), ("x,y", ("1,2", "3,4"))):
        for text in (
            f"{head}\n{blank}", f"{blank}{head}\n{rows[0]}\n", f"{head}\n{rows[0]}\n{blank}{rows[1]}\n{blank}",
            f"{head}\n{blank}{rows[0]}\n",
        ):  # fmt: skip
            (tmp_path / "with.csv").write_text(text, newline="")
            plain = "".join(line for line in text.splitlines(keepends=True) if line.strip())
            (tmp_path / "without.csv").write_text(plain, newline="")
            found = []
            for name in ("with.csv", "without.csv"):
                assert gradcli(["rows", "x*2", str(tmp_path / name), "--engine", engine]) == 0
                found.append(capfd.readouterr())
            assert found[0] == found[1]


def test_blank_cells_are_no_blank_line(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A line of nothing but delimiters is a row, also where the delimiter is a blank; so is a quoted nothing."""
    for text, delimiter, row in (
        ("x\ty\n\t\n", "tab", 2),
        ("x y\n \n", " ", 2),
        ('x\n\n""\n', ",", 3),
        ("x,y\n,\n", ",", 2),
    ):
        (tmp_path / "in.csv").write_text(text)
        assert gradcli(["rows", "x*2", str(tmp_path / "in.csv"), "--delimiter", delimiter]) == 2
        assert f"row {row}: x is empty" in capfd.readouterr().err


def test_rows_are_counted_without_blank_lines(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("x\n" + "oops\n\n" * 12)
    assert gradcli(["rows", "x*2", str(tmp_path / "in.csv")]) == 2
    err = capfd.readouterr().err
    assert "12 of 12 rows failed" in err
    assert "row 4, column x: oops" in err


def test_rows_after_a_blank_line_are_answered_as_they_come() -> None:
    root = str(Path(__file__).parent.parent)
    with subprocess.Popen(
        [sys.executable, "-m", "gradcli", "rows", "x*2", "--value"], cwd=root, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        for sent, came in (("x\n1\n", ["f,error\n", "2.0,\n"]), ("\n", []), (" \r\n\n", []), ("2\n", ["4.0,\n"])):
            process.stdin.write(sent.encode())
            process.stdin.flush()
            assert [process.stdout.readline().decode() for _ in came] == came
        process.stdin.close()
        assert process.wait(10) == 0


# ---- lines without end


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> int:
    """Make the limit of a record small."""
    monkeypatch.setattr(reading, "MAX_RECORD_BYTES", 1000)
    return 1000


@pytest.mark.parametrize("slowly", [False, True])
def test_a_record_of_any_kind_is_bounded_wherever_it_is_cut(short: int, slowly: bool) -> None:
    fits, long = b"1" * short, b"1" * (short + 1)
    for step in (1, 7, 999, 1000, 1001, 5000):
        for data, right in (
            (b"x\n" + fits + b"\n2\n", True), (b"x\n" + long + b"\n2\n", False), (b"x\n3\n" + long, False),
            (b"x\n" + fits, True), (fits + b"\n2\n", True), (long + b"\n2\n", False), (long * 3, False),
            (b"x\n\n" + fits, True),
        ):  # fmt: skip
            blocks = arriving([data[k : k + step] for k in range(0, len(data), step)], ",", slowly=slowly)
            blocks.size = 10
            if right:
                blocks.header(",")
                assert b"".join(blocks)
            else:
                with pytest.raises(LimitError, match="longer than 1,000 bytes"):
                    _ = blocks.header(","), list(blocks)


def test_objects_without_end_are_bounded(short: int) -> None:
    blocks = arriving([b"{" * 100] * 50, None, slowly=False)
    with pytest.raises(LimitError, match="a record is longer"):
        blocks.keys()


def test_blank_lines_without_end_are_not_kept(short: int) -> None:
    blocks = arriving([b"\n \r\n"] * 5000 + [b"x\n1\n"], ",", slowly=False)
    assert blocks.header(",") == ["x"]
    assert blocks.skipped == 10_000


def test_an_endless_header_ends_quickly() -> None:
    root = str(Path(__file__).parent.parent)
    with open("/dev/zero", "rb") as zero:
        done = subprocess.run(
            [sys.executable, "-m", "gradcli", "rows", "x*2"], cwd=root, stdin=zero, capture_output=True, check=False,
            timeout=20,
        )  # fmt: skip
    assert done.returncode == 4
    assert done.stderr == b"gradcli: standard input: the header is longer than 16,777,216 bytes\n"


def test_a_header_that_is_no_header() -> None:
    for data in (b"", b"\n\n", b" , \n1,2\n", b"  "):
        with pytest.raises(InputError, match="there is no header row"):
            arriving([data], ",", slowly=False).header(",")


def test_a_pipe_that_does_not_block_is_waited_for() -> None:
    root = str(Path(__file__).parent.parent)
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    process = subprocess.Popen(
        [sys.executable, "-m", "gradcli", "rows", "x*2", "--value"], cwd=root, stdin=reading, stdout=subprocess.PIPE
    )
    os.close(reading)
    with process:
        for piece in (b"x\n1", b"0\n", b"2\n"):
            os.write(writing, piece)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.2)
        os.close(writing)
        assert process.communicate()[0] == b"f,error\n20.0,\n4.0,\n"
