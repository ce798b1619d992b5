"""Where the pages of the manual are, and how a long text is shown: a pager is a program that stands in for it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.commands import pages
from gradcli.manual import man_page, page_names

TEXT = "GRADCLI(1)\n\N{GREEK SMALL LETTER ALPHA}\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package away from its checkout, in an environment whose prefix is this folder."""
    monkeypatch.setattr(pages, "__file__", str(tmp_path / "lib" / "gradcli" / "commands" / "pages.py"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    for name in ("man1/gradcli.1", "man1/gradcli-rows.1", "man1/other.1", "man7/gradcli-tutorial.7"):
        page = tmp_path / "share" / "man" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(name, encoding="utf-8")
    return tmp_path


def test_pages_of_the_prefix(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    for files in (none, lambda name: None):
        monkeypatch.setattr(metadata, "files", files)
        found = pages.manual()
        assert set(found) == {"gradcli", "rows", "tutorial"}
        assert pages.read(found["tutorial"]) == "man7/gradcli-tutorial.7"


def test_pages_that_the_installer_recorded_come_first(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = installed / "elsewhere"
    other.mkdir()
    (other / "gradcli.1").write_text("recorded", encoding="utf-8")
    names = ("gradcli.1", "gradcli-gone.1", "module.py")
    recorded = [SimpleNamespace(name=name, locate=lambda name=name: other / name) for name in names]
    monkeypatch.setattr(metadata, "files", lambda name: recorded)
    found = pages.manual()
    assert set(found) == {"gradcli", "rows", "tutorial"}
    assert found["gradcli"] == other / "gradcli.1"


def test_a_page_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "gradcli.1").write_bytes(b"\xff")
    assert pages.read(tmp_path / "gradcli.1") is None
    assert pages.read(tmp_path / "none") is None


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A terminal at both ends, and no pager to be found."""
    found = Screen()
    monkeypatch.setattr(sys, "stdin", Screen())
    monkeypatch.setattr(sys, "stdout", found)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("PAGER", raising=False)
    monkeypatch.delenv("LESS", raising=False)
    return found


def pager(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file into which a pager writes its argument, its settings and its text."""
    file = folder / name
    file.write_text(f'#!/bin/sh\necho "$1 $LESS $LESSCHARSET" >{folder}/seen; /bin/cat >>{folder}/seen\n')
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder / "seen"


@pytest.mark.parametrize(("name", "word", "settings"), [
    ("less", None, "FRX"), ("more", None, "FRX"), ("mine", "mine -a", "FRX"), ("mine", "mine -b", "R"),
])  # fmt: skip
def test_a_text_goes_through_the_pager_of_the_reader(
    name: str, word: str | None, settings: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(monkeypatch)
    seen = pager(tmp_path, name, monkeypatch)
    if word is not None:
        monkeypatch.setenv("PAGER", word)
    if settings != pages.LESS:
        monkeypatch.setenv("LESS", settings)
    pages.show(TEXT)
    assert screen.getvalue() == ""
    option = word.partition(" ")[2] if word else ""
    assert seen.read_text(encoding="utf-8") == f"{option} {settings} utf-8\n{TEXT}"


@pytest.mark.parametrize("settings", [
    {}, {"TERM": "dumb"}, {"PAGER": ""}, {"PAGER": "cat"}, {"PAGER": "/nonexistent/pager"}, {"PAGER": "a\0b"},
])  # fmt: skip
def test_without_a_pager_a_text_is_written(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(monkeypatch)
    if settings:
        pager(tmp_path, "less", monkeypatch)
    monkeypatch.setattr(pages, "os", SimpleNamespace(environ={**os.environ, **settings}))
    pages.show(TEXT)
    assert screen.getvalue() == TEXT
    assert not (tmp_path / "seen").exists()


def test_a_text_for_a_file_or_a_closed_input_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    monkeypatch.setenv("PAGER", "/nonexistent/pager")
    for stdin in (None, io.StringIO()):
        monkeypatch.setattr(sys, "stdin", stdin)
        pages.show(TEXT)
    assert screen.getvalue() == TEXT * 2


def test_control_c_is_for_the_pager(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    told: list[Any] = []

    class Pager:
        def __init__(self, words: list[str], **settings: Any) -> None:
            told.append(words)

        def communicate(self, text: bytes) -> None:
            raise KeyboardInterrupt

        def wait(self) -> None:
            told.append("waited")

    monkeypatch.setattr(subprocess, "Popen", Pager)
    monkeypatch.setenv("PAGER", "less -S")
    pages.show(TEXT)
    assert told == [["less", "-S"], "waited"]
    assert screen.getvalue() == ""


@pytest.mark.parametrize("name", page_names())
def test_no_paragraph_begins_twice(name: str) -> None:
    """A heading begins a paragraph, so that .PP behind it would leave a blank line more; elsewhere .PP stays."""
    lines = man_page(name).splitlines()
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        assert line != ".PP" or not before.startswith((".SH", ".SS"))
        assert line != ".PP" or after != ".PP"
