"""--verify says what it compared: also where that is nothing, and beside reports that show no checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.commands import run

from .test_verification import make_wrong

NOTHING = "verify: nothing was compared"


def test_what_is_skipped_throughout_is_not_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["relu(x)", "x=0"], ["sum(relu(x))", "x=[0, 0]"]):
        assert run([*words, "--verify"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert NOTHING in lines
        assert not any(line.startswith("accepted") for line in lines)


def test_what_is_compared_in_part_is_accepted_by_the_rule(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["relu(x)*y", "x=0", "y=2"], ["sum(relu(x)) + y", "x=[0, 0]", "y=1"]):
        assert run([*words, "--verify"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert NOTHING not in lines
        assert any(line.startswith("accepted: forward mode") for line in lines)


@pytest.mark.parametrize("format", ["latex", "svg", "tikz", "dot", "mermaid", "csv", "python"])
def test_a_report_without_checks_has_a_note(format: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["relu(x)*y + y*z", "x=0", "y=2", "z=3", "--verify", "--to", format]
    assert run([*words, "-o", str(tmp_path / "out")]) == 0
    assert "gradcli: note: verify: 2 derivatives agree, 1 derivative was skipped\n" in capsys.readouterr().err


@pytest.mark.parametrize("format", ["table", "steps", "circuit", "markdown", "html", "json"])
@pytest.mark.parametrize("words", [["x*y", "x=1", "y=2"], ["sum(x*x)", "x=[1, 2]"]], ids=["numbers", "arrays"])
def test_a_report_with_checks_has_none(words: list[str], format: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--verify", "--to", format]) == 0
    shown = capsys.readouterr()
    assert "agree" in shown.out
    assert "verify" not in shown.err


def test_bare_numbers_and_frames_have_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["--value"], ["--grad", "x"], ["--frames", str(tmp_path)]):
        assert run(["x*y", "x=1", "y=2", "--verify", *options]) == 0
        assert re.search("verify: (1 derivative agrees|2 derivatives agree)\n", capsys.readouterr().err)
        assert run(["sum(x*x)", "x=[1]", "--verify", *options]) == 0
        assert "verify: " in capsys.readouterr().err
    assert run(["relu(x)", "x=0", "--verify", "--value"]) == 0
    assert "verify: 1 derivative was skipped: nothing was compared" in capsys.readouterr().err
    assert run(["x*y", "x=1", "y=2", "--value"]) == 0
    assert capsys.readouterr().err == ""


def test_what_disagrees_is_told_by_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    make_wrong(OPERATIONS["sin"], lambda S, v, x: S.cos(x) * 2, monkeypatch)
    assert run(["sin(x) + y", "x=0.5", "y=1", "--verify", "--value"]) == 1
    told = capsys.readouterr().err
    assert "gradcli: note: verify x: disagrees; reverse" in told
    assert "verify y" not in told
    assert "verify: 1 derivative agrees, 1 derivative disagrees" in told
