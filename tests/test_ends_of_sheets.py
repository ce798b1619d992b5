"""Sheets at their edges: keys of problems that vary, folders that hold something else; processes that have ended."""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.commands.sheet import _holds_something_else, _marked
from gradcli.errors import GradcliError, InputError, Source, StreamError
from gradcli.files import safetensors_files, spreadsheets
from gradcli.files.array_data import ArrayData
from gradcli.files.safetensors_files import read_safetensors
from gradcli.files.serving import Server
from gradcli.files.spreadsheets import sheets_in

SAME = '[[problem]]\nid = "a"\nprogram = "f = x*y"\nat = {x = 2, y = 3}\n'
OWN = '[[problem]]\nid = "b"\nprogram = "f = x + y"\nvary = 7\nvary_version = 1\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("same.toml").write_text(SAME)
    Path("own.toml").write_text(OWN)
    Path("both.toml").write_text(SAME + OWN)
    Path("roster.csv").write_text("student\nann\nbob\ncy\n")
    return tmp_path


@pytest.mark.parametrize(("homework", "words", "status"), [
    ("same", [], 0), ("own", [], 2), ("both", [], 2), ("own", ["--student", "ann"], 0),
    ("both", ["--student", "ann"], 0),
    ("both", ["--roster", "roster.csv", "--out", "keys"], 0),
])  # fmt: skip
def test_a_key_with_hashes_is_that_of_a_student(
    homework: str, words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sheet", "--homework", f"{homework}.toml", "--hash", *words]) == status
    said = capsys.readouterr().err
    assert ("these numbers are a student's own, and no student is named" in said) is (status == 2)


@pytest.mark.parametrize(("homework", "words", "advised"), [
    ("same", [], False), ("own", [], True), ("both", [], True), ("both", ["--student", "ann"], False),
])  # fmt: skip
def test_a_sheet_of_nobody_is_said_to_be_an_example(
    homework: str, words: list[str], advised: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sheet", "--homework", f"{homework}.toml", *words]) == 0
    found = capsys.readouterr()
    assert ("this sheet is an example" in found.err) is advised
    assert found.out.startswith("student,problem" if words else "problem")


@pytest.mark.parametrize(("changed", "more"), [(1, ""), (2, ", and 1 more"), (3, ", and 2 more")])
def test_files_with_other_content_are_counted(changed: int, more: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["sheet", "--homework", "same.toml", "--roster", "roster.csv", "--out", "out"]
    assert run(line) == run(line) == 0
    for name in ("ann", "bob", "cy")[:changed]:
        Path("out", f"{name}.csv").write_text("mine")
    capsys.readouterr()
    assert run(line) == 5
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"gradcli: out/ann.csv exists already with other content{more}: nothing is written"
    assert said[1] == "hint: choose another folder, or add --force to replace what is there"
    assert Path("out/ann.csv").read_text() == "mine"
    assert run([*line, "--force"]) == 0
    assert Path("out/ann.csv").read_text() != "mine"


def test_whether_a_file_holds_something_else() -> None:
    assert not _holds_something_else("missing.csv", "x")
    Path("a.csv").write_bytes(b"\xef\xbb\xbfx")
    assert not _holds_something_else("a.csv", "x")
    assert not _holds_something_else("a.csv", b"\xef\xbb\xbfx")
    assert _holds_something_else("a.csv", "y")
    Path("d.csv").mkdir()
    with pytest.raises(StreamError, match=r"^d\.csv: is a directory"):
        _holds_something_else("d.csv", "x")


def test_the_mark_of_utf_8() -> None:
    assert _marked("é", "csv", "a.csv") == "\ufeffé"
    for sheet, format, path in (
        ("e", "csv", "a.csv"),
        ("é", "json", "a.json"),
        ("é", "csv", None),
        (b"\xff", "csv", "a"),
    ):
        assert _marked(sheet, format, path) == sheet  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "data", "message"), [
    ("ann.pdf", b"%PDF-1.4\n", "this is a PDF"), ("ann.csv", b"hello\n", "the first line needs the columns"),
    ("ann.xlsx", b"PK\x03\x04", "this workbook is damaged or locked"),
    ("ann.png", b"\x89PNG\r\n\x1a\n", "this is a picture"),
])  # fmt: skip
def test_a_file_that_is_no_sheet_is_named(
    name: str, data: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_bytes(data)
    assert run(["check", "--homework", "same.toml", name]) == 2
    assert capsys.readouterr().err.startswith(f"gradcli: {name}: {message}")


# ---- files


def safe(header: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + data


def read(data: bytes) -> ArrayData:
    Path("m.safetensors").write_bytes(data)
    with open("m.safetensors", "rb") as file:
        return read_safetensors(file, Source("m.safetensors", ""), None)


HEADER = json.dumps({"W": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}}).encode()


def test_the_size_of_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    data = safe(HEADER, struct.pack("<2d", 1, 2))
    assert read(data) == ArrayData((2,), [1.0, 2.0])
    monkeypatch.setattr(safetensors_files, "MAX_HEADER", len(HEADER))
    assert read(data) == ArrayData((2,), [1.0, 2.0])
    monkeypatch.setattr(safetensors_files, "MAX_HEADER", len(HEADER) - 1)
    with pytest.raises(InputError, match="this is no safetensors file, or it is cut short"):
        read(data)


@pytest.mark.parametrize(("data", "message"), [
    (safe(b"{}"), "there is no array in it"), (safe(b"1"), "this is no safetensors file, or it is cut short"),
    (safe(HEADER)[:-1], "this is no safetensors file, or it is cut short"),
    (struct.pack("<Q", 3) + b"{}", "this is no safetensors file, or it is cut short"),
    (safe(HEADER, bytes(15)), "the file is cut short, or its header is wrong"), (safe(b"[]"), "the header is not JSON"),
])  # fmt: skip
def test_headers_that_are_cut(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    assert caught.value.message == message
    assert caught.value.source is not None
    assert caught.value.source.name == "m.safetensors"


def test_an_error_of_a_workbook_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import zipfile

    plain, excel = io.BytesIO(), io.BytesIO()
    for out, name in ((plain, "a.txt"), (excel, "xl/workbook.xml")):
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, "")
    for data, kind in ((plain.getvalue(), "workbook"), (b"PK\3\4", "workbook"), (excel.getvalue(), "extra")):
        if kind == "extra":
            monkeypatch.setitem(sys.modules, "openpyxl", None)
        with pytest.raises(GradcliError) as caught:
            sheets_in("week.xlsx", data)
        assert caught.value.source is not None
        assert (caught.value.source.name, caught.value.kind) == ("week.xlsx", kind)
    assert caught.value.hint == spreadsheets.EXTRA
    with pytest.raises(InputError, match="writing xlsx needs openpyxl"):
        spreadsheets.xlsx_of([], "T", heading=0, open_cells=set(), widths=[])


# ---- processes

ECHO = "from gradcli.files.serving import answer, messages\nfor message in messages():\n    answer(message)\n"


def test_a_process_answers_in_order() -> None:
    server: Server[object] = Server(ECHO, "first", "the helper")
    try:
        server._worker.begin(server._answer)  # to the message that it began with
        for message in (1, "two", [3]):
            server.send(message)
        assert [server.receive() for _ in range(4)] == ["first", 1, "two", [3]]
    finally:
        server.stop()
    assert server.process.poll() is not None


def test_a_process_that_has_ended_takes_no_message() -> None:
    server: Server[object] = Server("", "first", "the helper")
    try:
        server.process.wait()
        with pytest.raises(StreamError, match=r"^the helper has ended$"):
            server._tell("more")
        with pytest.raises(StreamError, match=r"^the helper has ended$"):
            server._answer()
    finally:
        server.stop()
