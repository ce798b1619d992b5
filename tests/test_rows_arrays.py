"""Arrays of JSON: their elements as rows, however they arrive and are laid out, and results as an array."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.rows.arrays import JsonLines
from gradcli.rows.blocks import Blocks

TEXTS = st.text(alphabet='ab"\\[]{},: \n\té', max_size=6)
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(LEAVES, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXTS, v, max_size=3), max_leaves=8)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=4)


class Pieces(io.BytesIO):
    """A file that is read in pieces of so many bytes."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self.size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.size)


def lines(data: bytes, size: int, *, joined: bool = False) -> list[bytes]:
    file = JsonLines(Pieces(data, size), joined=joined)
    return b"".join(iter(lambda: file.read(1), b"")).splitlines()


@given(
    st.lists(OBJECTS, max_size=5),
    st.sampled_from([None, 0, 2]),
    st.integers(1, 40),
    st.sampled_from([b"", b"\xef\xbb\xbf\n "]),
)
def test_every_element_is_a_line(rows: list[Any], indent: int | None, size: int, before: bytes) -> None:
    data = before + json.dumps(rows, indent=indent, ensure_ascii=False).encode()
    assert [json.loads(line) for line in lines(data, size)] == rows


@given(
    st.lists(OBJECTS, min_size=1, max_size=5),
    st.sampled_from([None, 2]),
    st.integers(1, 40),
    st.sampled_from(["", " ", "\n"]),
)
def test_values_on_several_lines_are_joined(rows: list[Any], indent: int | None, size: int, between: str) -> None:
    data = between.join(json.dumps(row, indent=indent) for row in rows).encode()
    assert [json.loads(line) for line in lines(data, size, joined=True)] == rows


@given(st.binary(max_size=60), st.integers(1, 20))
def test_what_is_no_array_stays_as_it_is(data: bytes, size: int) -> None:
    data = b'{"x"' + data
    assert b"\n".join(lines(data, size)) == b"\n".join(data.splitlines())


@given(st.text(alphabet='[]{},":x1 \n\\', max_size=30), st.integers(1, 20))
def test_nothing_that_is_no_array_of_json_passes_for_one(text: str, size: int) -> None:
    """Where JSON sees a mistake, so does the reader of the lines; what follows an array is read on its own."""
    assert parsed([line.decode() for line in lines(b"[" + text.encode(), size)]) == array(f"[{text}")


def array(text: str) -> list[Any] | None:
    """Return the elements of an array, and of what follows it."""
    try:
        found, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return None
    rest = parsed([line for line in text[end:].split("\n") if line.strip()])
    return None if rest is None else [*found, *rest]


def parsed(lines: list[str]) -> list[Any] | None:
    """Return the values on some lines, or None where one is not JSON."""
    try:
        return [json.loads(line) for line in lines]
    except ValueError:
        return None


def run(*words: str, stdin: str = "", status: int = 0) -> tuple[str, str]:
    command = [sys.executable, "-m", "gradcli", "rows", *words]
    done = subprocess.run(command, input=stdin.encode(), capture_output=True, timeout=60)
    assert done.returncode == status, done.stderr
    return done.stdout.decode(), done.stderr.decode()


POINTS = '[{"x": 1, "y": 2},\n {"x": "1/2",\n  "y": 4}]\n'
ANSWERS = '{"f": 2.0, "df/dx": 2.0, "df/dy": 1.0}\n{"f": 2.0, "df/dx": 4.0, "df/dy": 0.5}\n'


@pytest.mark.parametrize("options", [["json"], ["ndjson"], ["json", "--jobs", "2"]], ids=" ".join)
def test_an_array_gives_rows(options: list[str]) -> None:
    assert run("x*y", "--from", *options, stdin=POINTS) == (ANSWERS, "")


def test_formats_by_suffix(tmp_path: Path) -> None:
    (tmp_path / "points.json").write_text(POINTS)
    run("x*y", str(tmp_path / "points.json"), "-o", str(tmp_path / "out.json"), "--keep", "all")
    found = json.loads((tmp_path / "out.json").read_text())
    assert [row["f"] for row in found] == [2.0, 2.0]
    assert found[1]["x"] == "1/2"
    run("x*y", str(tmp_path / "points.json"), "-o", str(tmp_path / "out.tsv"), "--value")
    assert (tmp_path / "out.tsv").read_text() == "f\terror\n2.0\t\n2.0\t\n"
    run("g = f*2", str(tmp_path / "out.tsv"), "-o", str(tmp_path / "out.csv"), "--value")
    assert (tmp_path / "out.csv").read_text() == "g,error\n4.0,\n4.0,\n"


@pytest.mark.parametrize(("text", "failed", "words"), [
    ('[{"x": 1}, {"x": 2]', [1, 2], ["not JSON", "the array does not end: its ] is missing"]),
    ('[{"x": 1},', [1], ["its ] is missing"]),
    ('[{"x": 1}, , {"x": 2}]', [1], ["not JSON"]),
    ('[{"x": 1}, {"x": 2},]', [2], ["not JSON"]),
    ('[{"x": 1} {"x": 2}]', [0], ["more than an object"]),
    ('[{"x": 1}, [2], 3]', [1, 2], ["not an object but an array", "not an object"]),
    ('[{"x": 1}]\n{"x": 2}\n', [], []),
    ('[{"x": 1}] oops', [1], ["not JSON"]),
    ('[{"x": 1, "x": 2}]', [0], ["x stands twice"]),
])  # fmt: skip
def test_a_bad_element_hides_no_other(text: str, failed: list[int], words: list[str]) -> None:
    out, err = run("x*2", "--from", "json", "--value", stdin=text, status=2 if failed else 0)
    rows = [json.loads(line) for line in out.splitlines()]
    assert [k for k, row in enumerate(rows) if "error" in row] == failed
    assert all(row["f"] in (2.0, 4.0) for row in rows if "error" not in row)
    for word, line in zip(words, err.splitlines(), strict=True):
        assert word in line


def test_nothing_in_an_array() -> None:
    assert run("x", "--from", "json", "--to", "json", stdin=" [ ] ") == ("[]\n", "")
    assert run("x", "--from", "json", stdin="") == ("", "")


def test_rows_are_answered_as_they_arrive() -> None:
    command = [sys.executable, "-m", "gradcli", "rows", "x*2", "--from", "json", "--value"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'[{"x": 1},\n')
        process.stdin.flush()
        assert process.stdout.readline() == b'{"f": 2.0}\n'
        process.stdin.write(b'{"x": 2}, {"x": ')
        process.stdin.flush()
        assert process.stdout.readline() == b'{"f": 4.0}\n'
        process.stdin.write(b"3}]")
        process.stdin.close()
        assert process.stdout.read() == b'{"f": 6.0}\n'


def test_a_long_array_takes_no_memory() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.pieces: Iterator[bytes] = iter(
                [b"[", *[b'{"x": 1.5, "y": [1, {"z": "a,b"}]},\n' * 4000] * 100, b"{}]"]
            )

        def read(self, size: int = -1, /) -> bytes:
            return next(self.pieces, b"")

    blocks = Blocks(os.devnull, ",", joined=False)
    blocks.close()
    blocks._file = JsonLines(Endless(), joined=False)
    blocks._delimiter = None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(block.count(b"\n") for block in blocks) == 400_001
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000  # KiB, of 15 MB read


def test_a_column_of_another_name(tmp_path: Path) -> None:
    csv = "Pressure (x),y,x\n2,3,9\n"
    assert run("x*y", "--column", "x=Pressure (x)", "--value", stdin=csv) == ("f,error\n6.0,\n", "")
    ndjson = '{"Pressure (x)": 2, "y": 3}\n{"x": 2, "y": 3}\n'
    out, err = run("x*y", "--column", "x = Pressure (x)", "--from", "ndjson", "--value", stdin=ndjson, status=2)
    assert out.startswith('{"f": 6.0}\n')
    assert "row 2: Pressure (x) is missing" in err
    assert run("e*2", "--column", "e=Energy", "--value", stdin="Energy\n3\n")[0] == "f,error\n6.0,\n"


@pytest.mark.parametrize(("words", "message"), [
    (["x*y", "--column", "x"], "NAME=HEADER is expected"),
    (["x*y", "--column", "x=a", "--column", "x=b"], "names x twice"),
    (["x*y", "--column", "u=a"], "--column u: the program reads no column of that name"),
    (["x*y", "--column", "x=a"], "the input has no column a"),
    (["x*y", "y=2", "--column", "y=a"], "--column y: the program reads no column"),
    (["z*y"], "--column z='a b' reads that one"),
])  # fmt: skip
def test_columns_that_cannot_be_read(words: list[str], message: str) -> None:
    out, err = run(*words, stdin="x,y,a b\n1,2,3\n", status=2)
    assert out == ""
    assert message in err


@pytest.mark.parametrize(("words", "out"), [
    (["--from", "tsv"], "f\terror\n6.0\t\n"),
    (["--from", "tsv", "--to", "csv"], "f,error\n6.0,\n"),
    (["--from", "tsv", "--to", "tsv"], "f\terror\n6.0\t\n"),
    (["--delimiter", "tab", "--to", "json"], '[{"f": 6.0}]\n'),
])  # fmt: skip
def test_tabs(words: list[str], out: str) -> None:
    assert run("x*y", "--value", *words, stdin="x\ty\n2\t3\n") == (out, "")


def test_blanks_between_cells() -> None:
    assert run("x*y", "--value", "--delimiter", " ", stdin="x y\n2 3\n") == ("f error\n6.0 \n", "")
    assert "add --delimiter ' '" in run("x*y", stdin="x y\n2 3\n", status=2)[1]
    assert "add --from json" in run("x*y", stdin='[{"x": 1, "y": 2}]', status=2)[1]


def test_options_that_contradict() -> None:
    assert "--delimiter is for csv" in run("x", "--from", "json", "--delimiter", ";", stdin="[]", status=2)[1]
    assert "standard input cannot hold both" in run("--file", "-", stdin="x", status=2)[1]
