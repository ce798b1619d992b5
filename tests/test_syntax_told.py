"""Programs of numbers that are nearly none: the message, the hint and the place of each, and which are programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.language.syntax import parse

LINES = (Path(__file__).parent / "data" / "syntax.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", [line for line in LINES if " ~~> " in line])
def test_what_is_told(line: str) -> None:
    """A line has the program, ⏎ for its newlines, then the message, the hint and where the place begins and ends."""
    program, _, said = line.replace("⏎", "\n").partition(" ~~> ")
    with pytest.raises(GradcliError) as caught:
        parse(Source("program", program))
    error = caught.value
    assert error.span is not None
    assert f"{error.message} ~~ {error.hint} ~~ {error.span[0]}-{error.span[1]}" == said


@pytest.mark.parametrize("line", [line for line in LINES if " ~~> " not in line])
def test_what_is_a_program(line: str) -> None:
    """A line has the program, then its inputs."""
    program, _, names = line.replace("⏎", "\n").rpartition(" ==")
    assert list(parse(Source("program", program)).inputs) == names.split()
