"""Everything on a terminal keeps to its width: every command at 40, 60 and 80 columns."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from gradcli.commands import run, streams
from gradcli.text import cells, fitted

HOMEWORK = """
title = "Week 3, the one about the chain rule"
late = 0.5
[defaults]
due = 2026-11-20
[[problem]]
id = "the_first_problem"
title = "A neuron with a loss"
program = "s = w*x + b; h = sigmoid(s); L = (h - t)**2"
at = { x = 1.7, t = 0.9 }
vary = 7
[[problem]]
program = "Z = X@W + b; L = mean(cross_entropy(Z, y))"
at = { X = [[1, 0], [2, -1], [0, 3]], y = "[0, 1, 1]" }
shapes = { W = "2x2", b = 2 }
vary = 3
items = ["Z", "dL/dW", "dL/db"]
"""
SHEET = """student,problem,item,claim,submitted,anything else about this week's sheet?
"Wolfeschlegelsteinhausenbergerdorff, Hubert",the_first_problem,h,"0.7 or 0.8",2026-11-23 10:00,
"Wolfeschlegelsteinhausenbergerdorff, Hubert",the_first_problem,L,0.77,2026-11-23 10:00,
Bo,the_first_problem,L,"0,77",2026-11-20,
Bo,the_first_problem,dL/dw,0.33 (by hand),yesterday evening or so,
Bo,the_third_problem_of_all,dL/dw,0.33,2026-11-20,
"""
ONE = 'student,problem,item,claim\nBo,the_first_problem,h,0.7 or 0.8\nBo,p2,dL/dW,"[[-0.239224, 0.23], [0.1, 0.2]]"\n'
POINT = "w=0.3 x=1.7 b=0.25 t=0.9"
NEURON = f"'s = w*x + b; h = sigmoid(s); L = (h - t)**2' {POINT}"
LAYER = "'Z = X@W + b; L = mean(cross_entropy(Z, y))' 'X=1 0; 2 -1; 0 3' 'W=1 2; 3 4' 'b=[1, 2]' 'y=[0, 1, 1]'"
COMMANDS = [
    "'(x+y)*z' x=-2 y=5 z=-4", NEURON, f"{NEURON} --steps", f"{NEURON} --verify", f"{NEURON} --hessian",
    f"{NEURON} --step 0.1", f"{NEURON} --to circuit", "'relu(x)*abs(x-1)' x=0", "'log(x*y)' x=2 y=1e-300",
    "'(x+y)*z/7' x=-2 y=5 z=-4 --exact", "'x**2*y' x=2.5+-0.1 y=3+-0.2", "'exp(x)/7' x=0.1 --digits 30",
    LAYER, f"{LAYER} --steps", f"{LAYER} --open Z", f"{LAYER} --entry 'dL/dW[1,0]'", f"{LAYER} --cost",
    f"{LAYER} --to circuit", "'Z = X@W + b; L = mean(cross_entropy(Z, y))' X=NxD W=DxC b=C y=N --shapes",
    "'X@W' 'X=1 0; 2 -1' 'W=1 2; 3 4' --jacobian", "'tanh(W@x)' 'W=1 2; 3 4' 'x=[1, 2]' --tangent 'x=[1, 0]'",
    "descend '(w*x - t)**2' w=1 x=2 t=3 --rate 0.1", f"descend {NEURON} --rate 0.1 --rule adam --steps 3 --state",
    f"descend {NEURON} --rate 0.1 --rule adam --steps-of 2",
    "check 'q = x + y; f = q*z' x=-2 y=5 z=-4 q=3 f=-12 df/dx=4 'df/dz=x+y' df/dq=z --full --reveal all",
    f"check {NEURON} dL/dw=0.3 dL/dh=0.4 'h = 0,7' s=0.76",
    f"check {LAYER} 'Z=[[2,4],[0,2],[10,15]]' 'dL/dW=[[1,2],[3,4]]'",
    "check --homework hw.toml one.csv", "grade hw.toml all.csv --roster roster.csv", "grade hw.toml all.csv",
    "sheet 'q = x + y; f = q*z' x=-2 y=5 z=-4 --lint", "sheet --homework hw.toml --lint --roster roster.csv",
    "sheet --homework hw.toml --lint", "rules", "rules norm", "rules adam", "rules 'product rule'", "rules --ascii",
    "plot 'x**2*y' x=-1:1 y=2.123456789 --at x=0.123456789",
    "plot 'abs(x)*exp(x)/7.77' x=-1.2345678:1.7654321 --at x=0",
    "plot 'sin(x)*y' x=-1:1 y=-1:1 --at x=0.12345678,y=0.8765432",
]  # fmt: skip
HELP = [
    "--help", "-h", "help", "check --help", "rows --help", "grade --help", "sheet --help", "descend --help",
    "plot --help",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    Path("hw.toml").write_text(HOMEWORK, encoding="utf-8")
    Path("all.csv").write_text(SHEET, encoding="utf-8")
    Path("one.csv").write_text(ONE, encoding="utf-8")
    Path("roster.csv").write_text("student,extension\nBo,1\nCyd,0\n", encoding="utf-8")
    return tmp_path


def too_wide(text: str, width: int) -> list[str]:
    """Return the lines that are wider and could be broken: one word is not."""
    return [line for line in text.splitlines() if cells(line) > width and len(line.split()) > 1]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_report_keeps_to_the_width(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in (40, 60, 80):
        monkeypatch.setenv("COLUMNS", str(width))
        assert run(shlex.split(command)) in (0, 1)
        text = capsys.readouterr().out
        assert text
        assert too_wide(text, width) == [], width


@pytest.mark.parametrize("command", HELP)
def test_help_keeps_to_the_width(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in (40, 60, 80):
        monkeypatch.setenv("COLUMNS", str(width))
        assert run(shlex.split(command)) == 0
        wide = too_wide(capsys.readouterr().out, width)
        assert [line for line in wide if not line.lstrip().startswith(("gradcli ", "--"))] == [], width


@pytest.mark.parametrize("command", ["rules", "sheet --homework hw.toml --lint"])
def test_the_text_is_the_same_but_for_its_lines(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for columns in ("1000", "60"):
        monkeypatch.setenv("COLUMNS", columns)
        assert run(shlex.split(command)) == 0
        said.append(capsys.readouterr().out.split())
    assert said[0] == said[1]


def test_lines_are_broken_within_their_indentation() -> None:
    assert fitted("  one two three\nfour", 9) == "  one two\n    three\nfour"
    assert fitted("  one two three\n", None) == "  one two three\n"
    assert fitted("", 10) == ""
    assert fitted("unbreakable", 3) == "unbreakable"


def test_the_column_that_names_students_is_told_within_the_width(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("Matriculation number,Full name,Email address\n1,Ann Lee,a@x.org\n", encoding="utf-8")
    for width in (None, 40, 80):
        monkeypatch.setattr(streams, "_error_width", lambda width=width: width)
        assert [person.key for person in streams.read_roster(str(roster))] == ["1"]
        told = capsys.readouterr().err
        assert " ".join(told.split()).startswith("note: the column Matriculation number of the roster")
        assert (told.count("\n") == 1) if width is None else too_wide(told, width) == []
