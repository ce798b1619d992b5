"""Colour changes no line: what is laid out for a width is the same with codes of colours in it and without."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.text import GRADIENT_COLOR, PLAIN, cells, fitted, hanging

from .test_widths import COMMANDS, folder, too_wide

CODES = re.compile("\x1b\\[[0-9;]*m")
PLOTS = [
    "plot x x=-1:1", "plot 'x**3 - a*x' x=-2:2 a=3", "plot '(x+5)*-4' x=-1:1", "plot '1/x' x=-1:1 --at x=0.5",
    "plot 'exp(x)' x=0:1000", "plot 'x*y' x=-1:1 y=-1:1", "plot 'a_long_name**2' a_long_name=0:1e-12",
]  # fmt: skip
__all__ = ["folder"]  # a fixture


def shown(command: str, color: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("NO_COLOR", "" if color else "1")
    monkeypatch.setenv("FORCE_COLOR", color)
    assert run(shlex.split(command)) in (0, 1)
    return capsys.readouterr().out


@pytest.mark.parametrize("command", [*PLOTS, *COMMANDS, "help language", "help rules", "--help", "-h", "help"])
def test_a_report_in_colour_has_the_same_lines(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in range(30, 131, 4) if command == PLOTS[0] else (30, 80, 130):
        monkeypatch.setenv("COLUMNS", str(width))
        colored = CODES.sub("", shown(command, "1", capsys, monkeypatch))
        plain = shown(command, "", capsys, monkeypatch)
        assert list(map(str.rstrip, colored.splitlines())) == list(map(str.rstrip, plain.splitlines())), width
        if command in PLOTS:
            assert too_wide(plain, width) == [], width


@pytest.mark.parametrize("command", PLOTS)
def test_every_row_of_a_plot_stands_on_its_axis(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in (30, 59, 80, 130):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = CODES.sub("", shown(command, "1", capsys, monkeypatch)).splitlines()
        axis = next(line for line in lines if "└" in line).index("└")
        rows = [line for line in lines if "│" in line or "┤" in line]
        assert len(rows) in (18, 24)  # two curves of nine rows, or a map
        assert all(line[axis] in "│┤" for line in rows)
        assert all(cells(line) <= width for line in rows)


def test_codes_of_colours_take_no_columns() -> None:
    colored = f"{GRADIENT_COLOR}one{PLAIN} {GRADIENT_COLOR}two{PLAIN}"
    assert cells(colored) == 7
    assert hanging(colored, 7) == colored
    assert hanging(colored, 6) == f"{GRADIENT_COLOR}one{PLAIN}\n  {GRADIENT_COLOR}two{PLAIN}"
    assert fitted(f"  {colored}", 9) == f"  {colored}"
