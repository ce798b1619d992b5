"""Where a program comes from (a word, a file, standard input), what is told where it does not, and where reports go."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run, streams
from gradcli.errors import InputError, Source, StreamError

HOMEWORK = '[[problem]]\nid = "p"\nprogram = "x*y"\nat = {x = 2, y = 3}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.txt").write_text("x*y\n")
    (tmp_path / "homework.toml").write_text(HOMEWORK)
    (tmp_path / "notes.toml").write_text('title = "no homework"\n')
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return status, message and hint."""
    status = run(list(words))
    message, _, hint = capsys.readouterr().err.partition("hint: ")
    return status, message.removeprefix("gradcli: ").strip(), hint.strip()


@pytest.mark.parametrize(("words", "status", "message", "hint"), [
    (["nett.txt", "x=1"], 5, "nett.txt: no such file", "did you mean net.txt?"),
    (["there/is/none.txt"], 5, "there/is/none.txt: no such file",
     "--file there/is/none.txt reads a program from a file, where there is one"),
    (["net.txt", "x=1", "y=2"], 2, "net.txt is a file, not a program", "write gradcli --file net.txt x=1 y=2"),
    (["notes.toml"], 2, "notes.toml is a homework file, not a program",
     "gradcli sheet --homework notes.toml makes sheets of it; see gradcli help homework"),
    (["homework.toml"], 2, "homework.toml is a homework file, not a program",
     "for its worksheet write gradcli sheet --homework homework.toml"),
    (["homework", "homework.toml"], 2, "homework.toml is a homework file, not a program",
     "for its worksheet write gradcli sheet --homework homework.toml"),
    (["--file", "homework.toml"], 2, "homework.toml is a homework file, not a program",
     "for its worksheet write gradcli sheet --homework homework.toml"),
    (["sheet", "homework.toml"], 2, "homework.toml is a homework file, not a program",
     "write gradcli sheet --homework homework.toml"),
    (["sheet", "homework.toml", "x=1"], 2, "homework.toml is a homework file, not a program",
     "write gradcli sheet --homework homework.toml"),
    (["check", "homework.toml", "x=1"], 2, "homework.toml is a homework file, not a program",
     "to mark what was handed in, write gradcli grade homework.toml submissions.csv"),
    ([" ", "x=1"], 2, "the program is missing: its word is empty (an empty shell variable?)", ""),
    (["x=1"], 2, "x=1 is a value, and the program is missing (an empty shell variable?)",
     'for example gradcli "x**2" x=1'),
    (["--file", "none.txt"], 5, "none.txt: no such file or directory", ""),
    (["--file", "."], 5, ".: is a directory", ""),
])  # fmt: skip
def test_what_is_no_program(
    words: list[str], status: int, message: str, hint: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, *words) == (status, message, hint)


def test_a_name_with_a_value_is_a_program_though_a_file_is_called_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a").mkdir()
    (folder / "a/b").write_text("y\n")
    assert run(["--value", "a/b", "a=3", "b=2"]) == 0
    assert capsys.readouterr().out == "1.5\n"
    assert said(capsys, "a/b", "a=3")[1] == "a/b is a file, not a program"


@pytest.mark.parametrize(("data", "kind", "message"), [
    (b"\xff\xfex\0", "encoding", "this is UTF-16"), (b"x*\xff", "encoding", "not UTF-8 at byte 2"),
])  # fmt: skip
def test_a_file_that_is_no_text(data: bytes, kind: str, message: str, folder: Path) -> None:
    (folder / "bytes.txt").write_bytes(data)
    with pytest.raises(InputError) as caught:
        streams.read_program("bytes.txt")
    assert caught.value.kind == kind
    assert message in caught.value.message


def test_standard_input_holds_one_thing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x*y")))
    assert said(capsys, "-", "--bindings", "-")[1] == "standard input cannot hold both the program and the values"
    monkeypatch.setattr(sys, "stdin", None)
    assert said(capsys, "-", "x=1") == (5, "standard input is closed", "")
    assert said(capsys)[1] == "a program is missing"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b" \n")))
    assert said(capsys)[1] == "a program is missing"


class Output(io.StringIO):
    """A terminal, or what breaks when it is written to."""

    def __init__(self, *, screen: bool = False, broken: bool = False) -> None:
        super().__init__()
        self.screen, self.broken = screen, broken
        self.file = os.open(os.devnull, os.O_WRONLY)

    def isatty(self) -> bool:
        return self.screen

    def fileno(self) -> int:
        return self.file

    def flush(self) -> None:
        if self.broken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_standard_output_that_cannot_be_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, report, message in (
        (None, "text", "standard output is closed"),
        (Output(screen=True), b"image", "an image is not written to a terminal"),
        (Output(broken=True), "text", "standard output: no space left on device"),
    ):  # fmt: skip
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(StreamError) as caught:
            streams.emit(report)
        assert caught.value.message.lower().startswith(message)
        assert caught.value.status == 5


def test_a_message_that_cannot_be_told_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Output(broken=True)
    monkeypatch.setattr(sys, "stderr", broken)
    streams.complain(InputError("wrong"), as_json=False)
    assert os.path.samestat(os.fstat(broken.fileno()), os.stat(os.devnull))


def test_a_report_goes_to_a_file_in_pieces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "CHUNK_BYTES", 4)
    streams.emit(["ab", "cd", "é\udc80"], "a.txt")
    streams.emit(b"\x89PNG", "a.png")
    assert (folder / "a.txt").read_bytes() == "abcdé".encode() + b"\\udc80"
    assert (folder / "a.png").read_bytes() == b"\x89PNG"
    streams.make_folder("deep/er")
    assert (folder / "deep/er").is_dir()
    with pytest.raises(StreamError):
        streams.make_folder("a.txt/er")


@pytest.mark.parametrize(("environment", "interactive", "to_file", "colored"), [
    ({}, True, False, True), ({}, False, False, False), ({"TERM": "dumb"}, True, False, False),
    ({"FORCE_COLOR": "1"}, False, False, True), ({"FORCE_COLOR": "1"}, False, True, False),
    ({"FORCE_COLOR": "0"}, False, False, False), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False, False),
])  # fmt: skip
def test_colour_is_for_who_can_see_it(
    environment: dict[str, Any], interactive: bool, to_file: bool, colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERM", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert streams.in_color(interactive=interactive, to_file=to_file) is colored
    assert streams.in_color("always", interactive=interactive) is True
    assert streams.in_color("never", interactive=interactive) is False


def test_the_homework_file_that_a_word_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("hw.toml", "HW2.TOML", "hw.txt"):
        Path(name).write_text("[[problem]]\n")
    Path("folder.toml").mkdir()
    for name in ("hw.toml", "HW2.TOML"):
        assert streams._homework_in(name) == Source(name, "[[problem]]\n")
    for name in ("hw.txt", "missing.toml", "folder.toml", ""):
        assert streams._homework_in(name) is None
