"""What a word at the prompt may become, and the history of what was typed."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from gradcli.calculus.spellings import function_names
from gradcli.commands import run
from gradcli.commands.options import Options
from gradcli.commands.prompt import answers
from gradcli.commands.prompt.keyboard import DELIMITERS, Keyboard, candidates, history_file
from gradcli.commands.prompt.lines import WORDS
from gradcli.commands.prompt.session import Session
from gradcli.commands.tree import root

HISTORY_LINES = 1_000


def session(*lines: str) -> Session:
    here = Session(Options(**root.make_context("gradcli", ["--ascii", "x"]).params), run, root)
    for line in lines:
        answers.answer(here, line)
    return here


NET = ("brief", "q = weight + speed; f = q*sin(q) at weight=1 speed=2")
LABELS = ["weight", "speed", "q", "v1", "f"]


@pytest.mark.parametrize(("line", "text", "found"), [
    ("", "we", ["weight=", "weight"]), ("weight=3 ", "sp", ["speed=", "speed"]), ("2*", "spe", ["speed"]),
    ("weight*speed ", "wei", ["weight"]), ("x/", "y/we", ["y/weight"]), ("2*x ", "a/", []), ("", "qui", ["quit"]),
    ("weight=1 ", "qui", []), ("why ", "df/d", [f"df/d{name}" for name in LABELS]), ("why ", "q", ["q"]),
    ("why ", "weight", []), ("why ", "v", ["v1"]), ("check ", "df/ds", ["df/dspeed="]), ("check ", "f", ["f="]),
    ("check ", "weight", []), ("plot ", "", ["weight", "speed"]), ("diff ", "s", ["speed"]),
    ("plot weight ", "s", ["speed"]),
    ("help ", "circ", ["circuit"]), ("? ", "undo", ["undo"]), ("help gradcli ", "undo", []),
    ("rules ", "sinh", ["sinh"]),
    ("rules ", "weight", []), ("", "sinh", ["sinh("]), ("2*", "sinh", ["sinh("]), ("", "zzz", []),
])  # fmt: skip
def test_what_a_word_may_become(line: str, text: str, found: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert candidates(session(*NET), line, text) == found


def test_all_that_can_stand_first(capsys: pytest.CaptureFixture[str]) -> None:
    functions = [f"{name}(" for name in function_names()]
    assert candidates(session(), "", "") == list(dict.fromkeys([*WORDS, *functions]))
    assert candidates(session(*NET), "", "") == list(dict.fromkeys([*WORDS, "weight=", "speed=", *LABELS, *functions]))
    assert candidates(session(), "why ", "df/d") == []
    assert candidates(session(), "plot ", "") == []


def test_files_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("net.txt", "a[1].txt", "other"):
        (tmp_path / name).write_text("x")
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "deep.txt").write_text("x")
    here = session()
    assert candidates(here, "load ", "ne") == ["net.txt", f"nets{os.sep}"]
    assert candidates(here, "save ", "nets/") == ["nets/deep.txt"]
    assert candidates(here, "load ", "a[") == ["a[1].txt"]
    assert candidates(here, "load ", "~/ot") == ["~/other"]
    assert candidates(here, "load ", "zzz") == []


class Editor:
    """A line editor that notes what it is told."""

    def __init__(self, doc: str = "", line: str = "") -> None:
        self.__doc__ = doc
        self.line = line
        self.told: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *given: self.told.append((name, given[0] if len(given) == 1 else given))

    def get_line_buffer(self) -> str:
        return self.line

    def get_begidx(self) -> int:
        return self.line.rindex(" ") + 1 if " " in self.line else 0


@pytest.mark.parametrize(("doc", "bound"), [("GNU readline", "tab: complete"), ("libedit", "bind ^I rl_complete")])
def test_what_the_editor_is_told(doc: str, bound: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = Editor(doc)
    monkeypatch.setitem(sys.modules, "readline", editor)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with Keyboard(session()) as keyboard:
        told = dict(editor.told)
        assert told["parse_and_bind"] == bound
        assert told["set_completer_delims"] == DELIMITERS
        assert told["set_history_length"] == HISTORY_LINES
        assert told["read_history_file"] == tmp_path / "gradcli" / "history"
        assert told["set_completer"] == keyboard.complete
        editor.told.clear()
        for typed, appended in (("x*y", 1), ("   ", 1)):
            monkeypatch.setattr("builtins.input", lambda mark, typed=typed: typed)
            assert keyboard.ask("> ") == typed
            assert len(editor.told) == appended
        assert editor.told == [("append_history_file", (1, tmp_path / "gradcli" / "history"))]

        def ended(mark: str) -> str:
            raise EOFError

        monkeypatch.setattr("builtins.input", ended)
        assert keyboard.ask("> ") is None
    assert editor.told[-1] == ("set_completer", None)


def test_the_editor_asks_for_one_word_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    keyboard = Keyboard(session(*NET))
    keyboard.readline = Editor(line="why df/d")
    assert [keyboard.complete("df/d", k) for k in range(6)] == [*(f"df/d{name}" for name in LABELS), None]
    keyboard.readline = Editor(line="zzz")
    assert keyboard.complete("zzz", 0) is None


@pytest.mark.skipif(os.name == "nt", reason="modes of files")
def test_the_history_is_the_users_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    found = history_file()
    assert found == tmp_path / "state" / "gradcli" / "history"
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    assert stat.S_IMODE(found.parent.stat().st_mode) == 0o700
    for relative in ("", "state"):
        monkeypatch.setenv("XDG_STATE_HOME", relative)
        assert history_file() == tmp_path / ".local" / "state" / "gradcli" / "history"
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "blocked"))
    assert history_file() is None
