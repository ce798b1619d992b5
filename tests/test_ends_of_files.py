"""Files of arrays at their edges: keys behind a colon, blank lines, lines that end early."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.files.array_files import split_key
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
    ("1,2;3,4", (2, 2), "1|2|3|4"),
])  # fmt: skip
def test_arrays_as_text(text: str, shape: tuple[int, ...], entries: str) -> None:
    found = read_array(Source("x", text))
    assert found is not None
    assert (found.data.shape, list(found.data.entries)) == (shape, entries.split("|"))


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
