"""The entry of the program within this process: its streams, signals and status, and errors that come from outside."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
from collections.abc import Iterator
from typing import Any

import click
import pytest

from gradcli import commands
from gradcli.commands.tree import root
from gradcli.errors import InputError


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    limit = sys.get_int_max_str_digits()
    yield
    sys.set_int_max_str_digits(limit)


def status_of(words: list[str] | None) -> object:
    with pytest.raises(SystemExit) as ended:
        commands.main(words)
    return ended.value.code


def test_the_program_takes_words_and_ends_with_a_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sys.set_int_max_str_digits(1000)
    assert status_of(["--value", "x*y", "x=2", "y=3"]) == 0
    assert capsys.readouterr().out == "6.0\n"
    assert signal.getsignal(signal.SIGINT) == signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL
    assert sys.get_int_max_str_digits() == sys.int_info.default_max_str_digits
    monkeypatch.setattr(sys, "argv", ["gradcli", "--value", "x"])
    assert status_of(None) == 2
    assert capsys.readouterr().err.startswith("gradcli: program:1:1: x has no value\n")


def test_streams_wait_and_write_every_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with io.TextIOWrapper(open(writer, "wb", buffering=0), "ascii", write_through=True) as out:
        monkeypatch.setattr(sys, "stdin", None)
        monkeypatch.setattr(sys, "stdout", out)
        assert status_of(["--value", "ö", "ö=2"]) == 0
        assert os.get_blocking(writer)
        assert out.errors == "backslashreplace"
    with open(reader, "rb") as found:
        assert found.read() == b"2.0\n"


def test_closed_streams(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    for words in (["--version"], ["--help"], ["--value", "x", "x=2"]):
        assert status_of(words) == 5
        assert capsys.readouterr().err == "gradcli: standard output is closed\n"
    monkeypatch.setattr(sys, "stderr", None)
    assert status_of(["--value", "x"]) == 2


@pytest.mark.parametrize(("raised", "status", "said"), [
    (click.Abort(), 130, ""),
    (MemoryError(), 4, "gradcli: the memory is used up\n"),
    (OSError(28, "No space left on device"), 5, "gradcli: standard output: no space left on device\n"),
    (click.ClickException("a  mistake"), 2, "gradcli: a mistake\nhint: see gradcli --help\n"),
    (click.UsageError("none", click.Context(click.Command("rows"), info_name="gradcli rows")), 2,
     "gradcli: none\nhint: see gradcli rows --help\n"),
])  # fmt: skip
def test_what_is_raised_outside_of_gradcli(
    raised: BaseException, status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(*words: Any, **settings: Any) -> None:
        raise raised

    monkeypatch.setattr(root, "main", main)
    with open(os.devnull, "w") as nothing:
        monkeypatch.setattr(sys, "stdout", nothing)
        assert commands.run(["x"]) == status
    assert capsys.readouterr().err == said


def test_a_question_of_a_shell_is_answered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for shell, end in (("bash", "\n"), ("zsh", "\n_\n"), ("fish", "\n")):
        monkeypatch.setenv("_GRADCLI_COMPLETE", f"{shell}_complete")
        monkeypatch.setenv("COMP_WORDS", "gradcli weight*speed weight=2 ")
        assert commands.run([]) == 0
        text = capsys.readouterr().out
        assert re.fullmatch(r"plain[,\n]speed\\?=" + end, text)
        monkeypatch.setenv("_GRADCLI_COMPLETE", f"{shell}_source")
        assert commands.run([]) == 0
        assert "_GRADCLI_COMPLETE" in capsys.readouterr().out
    monkeypatch.setenv("_GRADCLI_COMPLETE", "csh_source")
    assert commands.run([]) == 2
    assert capsys.readouterr().err == (
        "gradcli: _GRADCLI_COMPLETE=csh_source asks for nothing\n"
        "hint: it is SHELL_complete or SHELL_source, where SHELL is bash, zsh, fish\n"
    )


def test_a_status_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root, "main", lambda *words, **settings: None)
    assert commands.run(["x"]) == 0
    monkeypatch.setattr(root, "main", lambda *words, **settings: 3)
    assert commands.run(["x"]) == 3


@pytest.mark.parametrize(("words", "old", "found"), [
    (["a", "b", "c"], ["b", "c"], [1, 2]), (["a", "--x", "b"], ["a", "b"], [0, 2]), (["a", "b"], ["b", "a"], None),
    (["a"], ["c"], None), (["a", "x", "a", "b"], ["a", "b"], [2, 3]), (["b", "a", "--x", "b"], ["a", "b"], [1, 3]),
])  # fmt: skip
def test_where_words_stand(words: list[str], old: list[str], found: list[int] | None) -> None:
    assert commands._places(words, old) == found


@pytest.mark.parametrize(("words", "color"), [
    ([], "auto"), (["--color", "never"], "never"), (["--color=always"], "always"), (["--color", "red"], "auto"),
    (["--", "--color=always"], "auto"),
])  # fmt: skip
def test_the_colour_of_errors_is_read_from_the_words(words: list[str], color: str) -> None:
    assert commands.wanted_color(words) == color


@pytest.mark.parametrize(("words", "is_wanted"), [
    ([], False), (["--json"], True), (["--to", "json"], True), (["--to=json"], True), (["--compact"], True),
    (["--to", "svg"], False), (["--", "--json"], False),
])  # fmt: skip
def test_whether_errors_are_json_is_read_from_the_words(words: list[str], is_wanted: bool) -> None:
    assert commands.wants_json(words) is is_wanted


@pytest.mark.parametrize(("words", "old", "new", "hint"), [
    (["--json", "x*y", "x=2", "df/dx=3"], ["x*y", "x=2", "df/dx=3"], ["check", "x*y", "x=2", "df/dx=3"],
     'write gradcli check --json "x*y" x=2 df/dx=3'),
    (["hessian", "x*y", "x=1"], ["hessian"], ["--hessian"], 'write gradcli --hessian "x*y" x=1'),
    (["diff", "x*y", "x", "=", "3", "--json"], ["x", "=", "3"], ["x=3"], 'write gradcli diff "x*y" x=3 --json'),
    (["x*y", "x", "--json", "check"], ["x", "check"], ["x=1", "check"], 'write gradcli "x*y" x=1 check --json'),
    (["x*y"], ["z"], ["y"], "own"), (["x*y"], ["x*y"], ["y" * 500], "own"),
])  # fmt: skip
def test_a_hint_is_the_whole_command(words: list[str], old: list[str], new: list[str], hint: str) -> None:
    assert commands._whole_command(InputError("no", hint="own", instead=(old, new)), words) == hint
    assert commands._whole_command(InputError("no", kind="shape", hint="own", instead=(old, new)), words) == "own"
    assert commands._whole_command(InputError("no", hint="own"), words) == "own"


def test_a_hint_that_just_fits() -> None:
    from gradcli.text import HINT_CELLS

    room = HINT_CELLS - len("write gradcli ")
    for length, is_whole in ((room, True), (room + 1, False)):
        hint = commands._whole_command(InputError("no", hint="own", instead=(["x"], ["y" * length])), ["x"])
        assert hint == (f"write gradcli {'y' * length}" if is_whole else "own")
