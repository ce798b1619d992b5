"""A dialogue at the prompt, line by line: what is answered, what changed, what is kept, brought back and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.commands.options import Options
from gradcli.commands.prompt import answer
from gradcli.commands.prompt.session import Session
from gradcli.commands.tree import root

MOST_STEPS = 50

DIALOGUE = Path(__file__).parent / "data" / "prompt.txt"


def session() -> Session:
    return Session(Options(**root.make_context("gradcli", ["--ascii", "x"]).params), run, root)


def said(here: Session, line: str, capsys: pytest.CaptureFixture[str]) -> str:
    answer(here, line)
    return "".join(capsys.readouterr())


def test_a_dialogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(tmp_path)
    here = session()
    for part in DIALOGUE.read_text(encoding="utf-8").removeprefix("> ").split("\n> "):
        line, _, expected = part.partition("\n")
        assert said(here, line, capsys).rstrip("\n") == expected.rstrip("\n"), line


def test_so_many_steps_can_be_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    answer(here, "x*2 at x=0")
    for k in range(1, MOST_STEPS + 3):
        answer(here, f"x={k}")
    for k in range(MOST_STEPS + 1, 1, -1):
        assert f"f = {2 * k} (was " in said(here, "undo", capsys), k
    assert "there is nothing to undo" in said(here, "undo", capsys)
    assert here.values == {"x": "2"}


def test_many_missing_names_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    for many, shown in (
        (8, "a1, a2, a3, a4, a5, a6, a7, a8 have no value"),
        (9, "a1, a2, a3, a4, a5, a6, a7, a8 ... have"),
    ):
        here = session()
        answer(here, "+".join(f"a{k}" for k in range(1, many + 1)))
        capsys.readouterr()
        assert shown in said(here, "why df/da1", capsys)


def test_no_answer_is_kept_where_numbers_are_missing_again(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    for line in ("x*y at x=3", "y=2", "undo"):
        answer(here, line)
    capsys.readouterr()
    assert here.record is None
    assert "y has no value" in said(here, "why df/dx", capsys)
    assert "f = 15, gradient: x 5, y 3" in (shown := said(here, "y=5", capsys))
    assert "(was " not in shown
