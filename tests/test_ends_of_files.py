"""Files of arrays at their edges: keys behind a colon, blank lines, lines that end early."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gradcli.commands import streams
from gradcli.errors import GradcliError, InputError, LimitError, Source, StreamError
from gradcli.files import array_data, array_files, delimited_arrays
from gradcli.files.array_data import ArrayText
from gradcli.files.array_files import FOREIGN, PICKLED, READ_FROM, _decoded, read_array_file, split_key
from gradcli.files.array_text import read_array
from gradcli.files.delimited_arrays import read_delimited

from .test_golden import called


@pytest.mark.parametrize(("word", "parts"), [
    ("w.npz", ("w.npz", None)), ("w.npz:a", ("w.npz", "a")), ("-:a", ("-", "a")), ("-", ("-", None)),
    ("a:b.npz:c", ("a:b.npz", "c")),
    ("x:y", ("x", "y")), ("there:k", ("there", "k")), ("t:here:k", ("t:here", "k")), ("w.npz:a:b", ("w.npz", "a:b")),
    ("-:a:b.npz:c", ("-", "a:b.npz:c")), ("t:here", ("t:here", None)),
])  # fmt: skip
def test_keys(word: str, parts: tuple[str, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("there", "t:here"):
        Path(name).write_text("")
    assert split_key(word) == parts


def is_number(text: str) -> bool:
    return text.strip().replace(".", "").isdigit()


@pytest.mark.parametrize(("text", "shape", "entries"), [
    ("1,2\n3,4\n", (2, 2), "1 2 3 4"), ("1,2\n\n3,4", (2, 2), "1 2 3 4"), ("\n\n1,2\n \t\n3,4\n\n", (2, 2), "1 2 3 4"),
    ("1 2\n3 4", (2, 2), "1 2 3 4"), ("a,b\n1,2\n3,4", (2, 2), "1 2 3 4"), ("1;2\n3;4", (2, 2), "1 2 3 4"),
    ("1\t2\n3\t4", (2, 2), "1 2 3 4"), ("1\n2\n3", (3,), "1 2 3"), ("1,2,3", (3,), "1 2 3"),
    ("# a\n1,2\n  # b\n3,4\n# c", (2, 2), "1 2 3 4"), ("1,2\n#\n3,4", (2, 2), "1 2 3 4"),
    ("1,2 # c\n3,4", (2, 2), "1|2 # c|3|4"), ("1,2 # c\n# all\n3,4\n", (2, 2), "1|2 # c|3|4"),  # a number with a remark
])  # fmt: skip
def test_rows_of_a_file(text: str, shape: tuple[int, ...], entries: str) -> None:
    found = read_delimited(Source("f", text), None, None, is_number).data
    assert found.shape == shape
    assert list(found.entries) == (entries.split("|") if "|" in entries else entries.split())


def test_a_remark_behind_a_row_takes_no_line_away(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("1,2 # c\n3,4\n")
    done = called(["sum(W*W)", f"W=@{tmp_path}/w.csv", "--grad", "W"], tmp_path, {}, b"")
    assert done.stdout == b"[[2.0, 4.0], [6.0, 8.0]]\n"


@pytest.mark.parametrize(("text", "shape", "entries"), [
    ("[1,2,]", (2,), "1|2"), ("[1 2 3]", (3,), "1|2|3"), ("[1,]", (1,), "1"), ("[f(1,2), 3]", (2,), "f(1,2)|3"),
    ("[[1,2],[3,4,]]", (2, 2), "1|2|3|4"), ("[1 -2]", (2,), "1|-2"), ("1 2; 3 4", (2, 2), "1|2|3|4"),
    ("1,2;3,4", (2, 2), "1|2|3|4"), ('["1", "2"]', (2,), "1|2"), ("[1, '2']", (2,), "1|2"),
    ('["1", ""]', (2,), '1|""'), ("['', 1]", (2,), "''|1"), ('[1, " "]', (2,), '1|" "'),
])  # fmt: skip
def test_arrays_as_text(text: str, shape: tuple[int, ...], entries: str) -> None:
    found = read_array(Source("x", text))
    assert found is not None
    assert (found.data.shape, list(found.data.entries)) == (shape, entries.split("|"))


@pytest.mark.parametrize(("text", "entry", "at"), [
    ("3", "3", (0, 1)), (' "3"\n', "3", (2, 3)), ('"1/3"', "1/3", (1, 4)), ('3"', '3"', (0, 2)), ('"3', '"3', (0, 2)),
    ('""', '""', (0, 2)), ('"', '"', (0, 1)), ('{"x": "-4"}', "-4", (7, 9)),
])  # fmt: skip
def test_a_number_of_json_may_stand_in_quotation_marks(
    text: str, entry: str, at: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_text(text)
    found = read_array_file(str(tmp_path / "x.json"), is_number)
    assert isinstance(found, ArrayText)
    assert (found.data, list(found.odd)) == (((), [entry]), [0])
    span = found.span(0)
    assert (found.source.place(span)[1] if found.source.place else span) == at


@pytest.mark.parametrize(("text", "message", "at"), [
    ("[1, 2,, 3]", "a number is missing here", (6, 7)), ("[,1]", "a number is missing here", (1, 2)),
    ("[(1,2),3]", "a list in parentheses", (1, 6)), ("[1,2", "[ is not closed", (0, 1)),
    ("[ ]", "this array is empty", (1, 2)),
    ("[1 - 1 2]", "blanks separate the entries here", (3, 4)),
    ("[1 -2, 3]", "these may be two entries or a difference", (1, 5)),
    ("[1 2, 3]", "a comma is missing here", (1, 4)), ("[1, ..., 3]", "numbers are left out here", (4, 7)),
])  # fmt: skip
def test_texts_that_are_no_arrays(text: str, message: str, at: tuple[int, int]) -> None:
    with pytest.raises(GradcliError) as caught:
        read_array(Source("x", text))
    assert (caught.value.message, caught.value.span) == (message, at)


@pytest.mark.parametrize(("text", "column", "entries"), [
    ('"1"\n2\n3\n', None, "1 2 3"), ('"x"\n1\n2\n', "x", "1 2"), ('"x"\n1\n2\n', None, "1 2"),
    ('"1" 2\n3 "4"\n', None, "1 2 3 4"), ('"my x" y\n1 2\n3 4\n', "my x", "1 3"),
    ('"x"y z\n1 2\n', '"x"y', "1"),
])  # fmt: skip
def test_cells_in_quotation_marks_between_blanks(text: str, column: str | None, entries: str) -> None:
    """As a single column has them too, since nothing separates its cells."""
    found = read_delimited(Source("f", text), None, column, is_number)
    assert list(found.data.entries) == entries.split()
    assert [text[slice(*found.span(k))] for k in range(len(found.data.entries))] == entries.split()
    assert list(found.odd) == []


# ---- bytes that are no text, and too many


@pytest.mark.parametrize(("data", "message", "hint"), [
    (b"\xff\xfe1\x00", "this is UTF-16", "save it as UTF-8"), (b"\xfe\xff\x001", "this is UTF-16", "save it as UTF-8"),
    (b"1,2\n\xe9", "not UTF-8 at byte 4 (\\xe9)", READ_FROM), (b"\xff1", "not UTF-8 at byte 0 (\\xff)", READ_FROM),
    (b"1,2", "", ""), (b"\xef\xbb\xbf1,2", "", ""),
])  # fmt: skip
def test_bytes_that_are_no_text(data: bytes, message: str, hint: str) -> None:
    if message:
        with pytest.raises(InputError) as caught:
            _decoded("w.csv", data)
        assert (caught.value.message, caught.value.hint, caught.value.kind) == (message, hint, "encoding")
        assert caught.value.source == Source("w.csv", "")
    else:
        assert _decoded("w.csv", data) == Source("w.csv", "1,2")


@pytest.mark.parametrize(("data", "text"), [
    (b"1\r\n2\r\n", "1\n2\n"), (b"1\r2", "1\n2"), (b"1\n\r2", "1\n\n2"), (b"1\n2", "1\n2"), (b"\r\r\n", "\n\n"),
])  # fmt: skip
def test_lines_end_as_on_unix(data: bytes, text: str) -> None:
    assert _decoded("w.csv", data).text == text


@pytest.mark.parametrize("suffix", [*PICKLED, *FOREIGN])
def test_formats_that_are_not_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"w{suffix.upper()}"
    path.write_text("1,2\n")
    with pytest.raises(InputError) as caught:
        read_array_file(f"{path}:key", is_number)
    assert caught.value.source is not None
    assert caught.value.source.name == str(path)
    if suffix in PICKLED:
        assert caught.value.message == "this may be a pickle, which is never read"
    else:
        assert (caught.value.message, caught.value.hint) == (f"{suffix} files are not read", READ_FROM)


@pytest.mark.parametrize(("name", "text", "shape"), [
    ("w", "[1, 2]", (2,)), ("w", ' {"a": [1, 2]}', (2,)), ("w.json", "[[1, 2]]", (1, 2)),
    ("w.dat", "1 2\n3 4\n", (2, 2)),
    ("w.JSON", "7", ()), ("w", "7", (1,)), ("w.tsv", "1\t2\n3\t4\n", (2, 2)), ("w.csv", "[1, 2]", None),
    ("w.dat", "[1, 2]", None),
])  # fmt: skip
def test_the_suffix_tells_the_format_and_else_the_first_sign(
    name: str, text: str, shape: tuple[int, ...] | None, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    if shape is None:
        found = read_array_file(str(path), is_number)
        assert isinstance(found, ArrayText)
        assert found.data.entries == ["[1", "2]"]
    else:
        found = read_array_file(str(path), is_number)
        assert (found.data if isinstance(found, ArrayText) else found).shape == shape


def test_a_file_may_be_as_long_as_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "w.csv"
    path.write_text("1,2,3")
    monkeypatch.setattr(array_files, "MAX_TEXT", 5)
    assert isinstance(read_array_file(str(path), is_number), ArrayText)
    path.write_text("1,2,34")
    with pytest.raises(LimitError) as caught:
        read_array_file(str(path), is_number)
    assert caught.value.message == f"{path} is longer than 5 bytes"
    assert caught.value.hint == "a .npy or .npz file is shorter"


@pytest.mark.parametrize(("text", "fits"), [
    ('"1",2\n3\n', None), ('"1",2,3\n', True), ('"1",2\n3,4\n', False), ('"1",2,3,4,5\n', False), ('"1"\n2\n3\n', True),
    ('"1"\n2\n3\n4\n', False),
])  # fmt: skip
def test_cells_are_counted_while_they_are_read(text: str, fits: bool | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most three of them here; quotation marks make that the file is read cell by cell."""
    for module in (array_data, delimited_arrays):
        monkeypatch.setattr(module, "MAX_NUMBERS", 3)
    if fits:
        assert read_delimited(Source("w.csv", text), None, None, is_number).data.entries == ["1", "2", "3"]
    else:
        with pytest.raises(InputError if fits is None else LimitError):
            read_delimited(Source("w.csv", text), None, None, is_number)


def test_standard_input_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=SimpleNamespace(read=broken)))
    with pytest.raises(StreamError, match=r"^standard input: input/output error$"):
        read_array_file("-", is_number)
    with pytest.raises(StreamError, match=r"^standard input: input/output error$"):
        streams.read(None)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(StreamError, match=r"^standard input is closed$"):
        read_array_file("-", is_number)
    with pytest.raises(StreamError, match=r"^standard input is closed$"):
        streams.read(None)
