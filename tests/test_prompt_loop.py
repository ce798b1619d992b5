"""The prompt's loop and its line editor within this process: no terminal is needed, what is typed is given to them."""

from __future__ import annotations

import builtins
import io
import os
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.commands import prompt, run
from gradcli.commands.options import Options
from gradcli.commands.prompt import answers
from gradcli.commands.prompt.keyboard import DELIMITERS, Keyboard, history_file
from gradcli.commands.prompt.session import Session
from gradcli.commands.tree import root

HISTORY_LINES = 1_000


def options(*words: str) -> Options:
    return Options(**root.make_context("gradcli", list(words)).params)


class Typed:
    """Stands in for `input`: gives the lines, raises those that are errors, and comes to an end."""

    def __init__(self, *lines: str | BaseException) -> None:
        self.lines = iter(lines)
        self.marks: list[str] = []

    def __call__(self, mark: str) -> str:
        self.marks.append(mark)
        line = next(self.lines, EOFError())
        if isinstance(line, BaseException):
            raise line
        return line


class Editor(SimpleNamespace):
    """Stands in for `readline`: notes what it is told."""

    def __init__(self, doc: str = "GNU readline", **more: Any) -> None:
        super().__init__(__doc__=doc, told={}, lines=[], buffer="", begin=0, **more)
        for name in ("set_completer", "set_completer_delims", "parse_and_bind", "set_history_length"):
            setattr(self, name, lambda x, name=name: self.told.__setitem__(name, x))
        self.read_history_file = lambda path: self.told.__setitem__("read", path)
        self.get_line_buffer = lambda: self.buffer
        self.get_begidx = lambda: self.begin


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder of its own, no editor, and the handler of Ctrl-C as it was."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setitem(sys.modules, "readline", None)
    before = signal.getsignal(signal.SIGINT)
    yield tmp_path
    assert signal.getsignal(signal.SIGINT) == before


def talk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *lines: str | BaseException, asked: str = ""
) -> tuple[str, Typed]:
    """Return what a session writes, and what was typed at it."""
    typed = Typed(*lines)
    monkeypatch.setattr(builtins, "input", typed)
    assert prompt.run_prompt(options(*asked.split()), run, root) == 0
    return "".join(capsys.readouterr()), typed


def test_lines_are_answered_until_one_leaves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, typed = talk(monkeypatch, capsys, "brief", "x^2 at x=3", "x ]", "", "x=4", "quit", "x=5")
    assert prompt.GREETING in " ".join(text.split())
    assert "f = 9, gradient: x 6" in text
    assert "this ] has no [" in text
    assert "f = 16 (was 9), df/dx = 8 (was 6)" in text
    assert typed.marks == ["∂ "] * 6
    assert next(typed.lines) == "x=5"


def test_a_statement_goes_on_while_it_is_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, typed = talk(monkeypatch, capsys, "brief", "q = (x +", "y) at x=2 y=3", "x * \\", "y", "(x", asked="--ascii")
    assert "q = 5, gradient: x 1, y 1" in text
    assert "f = 6, gradient: x 3, y 2" in text
    assert typed.marks == ["> ", "> ", ". ", "> ", ". ", "> ", ". "]
    assert text.isascii()


@pytest.mark.parametrize("way_out", ["", "  ", KeyboardInterrupt()])
@pytest.mark.parametrize("line", ["(x+y", "x + \\"])
def test_an_open_statement_is_given_up(
    line: str, way_out: str | BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, typed = talk(monkeypatch, capsys, "brief", "x^2 at x=3", line, way_out, "x", "(x", ")^3", "quit", "left")
    assert typed.marks == ["∂ ", "∂ ", "∂ ", ". ", "∂ ", "∂ ", ". ", "∂ "]
    assert "x = 3, df/dx = 6" in text
    assert "f = 27, gradient: x 27" in text
    assert "gradcli: " not in text
    assert text.count(prompt.OPEN) == 1
    assert next(typed.lines) == "left"


@pytest.mark.parametrize("word", ["undo", "quit", "exit", ":q", "?", "help", "?help"])
def test_a_command_is_not_taken_into_an_open_statement(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, typed = talk(monkeypatch, capsys, "brief", "(x +", word, "y) at x=1 y=2")
    assert text.count(prompt.OPEN) == 2
    assert "f = 3, gradient: x 1, y 1" in text
    assert typed.marks == ["∂ ", "∂ ", ". ", ". ", "∂ "]


def test_the_end_of_the_input_ends_the_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert talk(monkeypatch, capsys)[0].endswith("leaves\n\n")
    assert talk(monkeypatch, capsys, OSError("the terminal is gone"))[0].endswith("leaves\n\n")


def test_control_c_ends_the_line_or_the_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answered = answers.answer

    def answer(session: Session, line: str) -> None:
        if line == "slow":
            os.kill(os.getpid(), signal.SIGINT)
        answered(session, line)

    monkeypatch.setattr(answers, "answer", answer)
    text, typed = talk(monkeypatch, capsys, "brief", "x^2 at x=3", KeyboardInterrupt(), "slow", "x")
    assert text.splitlines()[-4:] == ["", "", "x = 3, df/dx = 6", ""]
    assert len(typed.marks) == 6


def test_bytes_that_are_no_text_are_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x\xff\n"), "utf-8"))

    def typed(mark: str) -> str:
        if not (line := sys.stdin.readline()):
            raise EOFError
        return line.rstrip("\n")

    monkeypatch.setattr(builtins, "input", typed)
    assert prompt.run_prompt(options(), run, root) == 0
    assert "program:1:2: the byte \\xff is not UTF-8 text" in capsys.readouterr().err


def test_memory_that_is_used_up_ends_the_answer_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(session: Session, line: str) -> None:
        raise MemoryError

    monkeypatch.setattr(answers, "answer", answer)
    text, typed = talk(monkeypatch, capsys, "x", "y")
    assert text.count("gradcli: the memory is used up\n") == 2
    assert len(typed.marks) == 3


@pytest.mark.parametrize(("words", "wanted"), [
    ("", True), ("--digits 20 --ascii", True), ("--to circuit", True), ("--json", False), ("--to svg", False),
    ("--value", False), ("--upstream 2", False), ("--wrt x", False), ("-o f.txt", False),
])  # fmt: skip
def test_which_options_a_session_keeps(words: str, wanted: bool) -> None:
    assert prompt.wanted(options(*words.split())) is wanted


# ---- the line editor


def keyboard() -> Keyboard:
    return Keyboard(Session(options(), run, root))


@pytest.mark.parametrize(("doc", "bound"), [
    ("GNU readline", "tab: complete"), ("Importing this module enables libedit", "bind ^I rl_complete"),
])  # fmt: skip
def test_the_editor_is_told_of_completion_and_history(
    doc: str, bound: str, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    editor = Editor(doc)
    monkeypatch.setitem(sys.modules, "readline", editor)
    path = home / ".local" / "state" / "gradcli" / "history"
    with keyboard() as keys:
        assert editor.told == {
            "set_completer": keys.complete, "set_completer_delims": DELIMITERS, "parse_and_bind": bound,
            "set_history_length": HISTORY_LINES, "read": path,
        }  # fmt: skip
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert editor.told["set_completer"] is None


def test_the_history_gets_lines_that_say_something(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept: list[tuple[Any, ...]] = []
    for editor in (
        Editor(append_history_file=lambda *words: kept.append(words)),
        Editor(write_history_file=lambda *words: kept.append(words)),
    ):
        monkeypatch.setitem(sys.modules, "readline", editor)
        monkeypatch.setattr(builtins, "input", Typed("x", "  ", "y"))
        with keyboard() as keys:
            assert [keys.ask("") for _ in range(4)] == ["x", "  ", "y", None]
    path = history_file()
    assert kept == [(1, path), (1, path), (path,), (path,)]


def test_a_history_that_cannot_be_is_done_without(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    assert history_file() == home / "state" / "gradcli" / "history"
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file"))
    assert history_file() is None

    def read(path: Path) -> None:
        raise OSError

    editor = Editor()
    monkeypatch.setitem(sys.modules, "readline", editor)
    monkeypatch.setattr(builtins, "input", Typed("x"))
    with keyboard() as keys:
        assert keys.ask("") == "x"  # and nothing is written
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    editor.read_history_file = read
    with keyboard() as keys:
        assert keys.path is not None


def test_no_home_is_no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("could not determine home directory")

    monkeypatch.setattr(Path, "home", nowhere)
    assert history_file() is None


def test_the_tab_key_asks_for_one_word_after_the_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    editor = Editor()
    monkeypatch.setitem(sys.modules, "readline", editor)
    keys = keyboard()
    answers.answer(keys.session, "weight*speed at weight=2 speed=3")
    with keys:
        editor.buffer, editor.begin = "why df/d", 4
        found = [keys.complete("df/d", k) for k in range(4)]
    assert found == ["df/dweight", "df/dspeed", "df/df", None]
    assert capsys.readouterr().out.endswith("f = 6, gradient: weight 3, speed 2\n")
