"""What the prompt answers to questions, changes of numbers and commands, in this process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcli.commands.prompt import answers
from gradcli.commands.prompt.session import Session

from .test_prompt_lines import net, said
from .test_prompt_loop import options

__all__ = ["net"]


def session(*words: str) -> Session:
    from gradcli.commands import run
    from gradcli.commands.tree import root

    return Session(options(*words), run, root)


@pytest.mark.parametrize(("line", "answer"), [
    ("q", "q = x + y = 3, df/dq = -4"),
    ("x", "x = -2, df/dx = -4"),
    ("f", "f = q*z = -12"),
    ("df/dq", "df/dq = -4"),
    ("dq/dx", "dq/dx = 1"),
    ("dq/dz", "dq/dz = 0"),
    ("dz/df", "dz/df = 0"),
    ("∂f/∂q", "∂f/∂q = z = -4"),
    ("∂q/∂x", "∂q/∂x = 1"),
    ("∂q/∂z", "dq/dz = 0"),
    ("why df/dx", "  df/dx = df/dq · ∂q/∂x = z · 1 = -4 · 1 = -4   single-variable chain rule, sum rule"),
    ("why x", "  df/dx = df/dq · ∂q/∂x = z · 1 = -4 · 1 = -4   single-variable chain rule, sum rule"),
    ("why dx", "  df/dx = df/dq · ∂q/∂x = z · 1 = -4 · 1 = -4   single-variable chain rule, sum rule"),
    ("why ∂f/∂q", "∂f/∂q = z = -4"),
    ("why dq/dx", "  dq/dx = 1   sum rule"),
    ("why dq/dz", "  dq/dz = 0   q does not depend on it"),
    ("w=4", "w: kept for a program that uses it"),
    ("w=4 v=5", "w, v: kept for a program that uses them"),
    ("xx=4", "xx: kept for a program that uses it; did you mean x?"),
    ("diff df/dx", "q     = x + y\nf     = q*z\ndf/dx = z"),
    ("diff x --order 2", "d2f_dx_dx = 0"),
    ("gradcli --value x^2 x=3", "9.0"),
    ("check df/dq=-4", " ✓ df/dq  -4  correct\nscore 1 of 1; "
     "right = within 1 % of the correct value (whole numbers exactly), or "
     "follows from your own right numbers"),
])  # fmt: skip
def test_what_is_asked_of_a_program(net: Session, line: str, answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(line, net, capsys) == f"{answer}\n"


def test_a_derivative_of_a_branch(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    assert said("brief", here, capsys) == "answers are shown as brief\n"
    assert said("where(x>0, x, y) at x=1 y=2", here, capsys) == "f = 1, gradient: x 1, y 0\n"
    assert said("∂f/∂y", here, capsys) == "∂f/∂y = where(v1 == 1, 0, 1) = 0\n"
    assert said("brief y=3", here, capsys) == "f = 1, gradient: x 1, y 0\nnothing else changed\n"
    steps = said("steps x=3", here, capsys)
    assert "x  = 3 " in steps
    assert steps.endswith("f = 3 (was 1)\n")


def test_a_variable_that_is_called_like_a_function(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    said("brief", here, capsys)
    assert said("sin*2 at sin=3", here, capsys) == "f = 6, gradient: sin 2\n"
    assert said("sin=4", here, capsys) == "f = 8, gradient: sin 2\nf = 8 (was 6)\n"


def test_a_value_that_the_numbers_cannot_take_is_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    here = session("--exact")
    said("brief", here, capsys)
    refused = "gradcli: a value with +- needs the default mode or --digits\n"
    assert said("x*y at x=2.5+-0.1 y=2", here, capsys) == refused
    assert here.values == {}
    said("x*y at x=1 y=2", here, capsys)
    assert said("x=2.5+-0.1", here, capsys) == refused
    assert said("x", here, capsys) == "x = 1, df/dx = 2\n"


def test_numbers_before_a_program_and_beyond_binary64(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    assert said("x=3", here, capsys) == "x: kept for a program that uses it\n"
    said("brief", here, capsys)
    assert "there is no program yet\nhint: type an expression, such as (x+y)*z\n" in said("why", here, capsys)
    assert "f = 20.0855, gradient: x 20.0855\n" in said("exp(x)", here, capsys)
    assert said("x=1000", here, capsys).endswith("f = inf (was 20.0855), df/dx = inf (was 20.0855)\n")
    assert said("x", here, capsys) == "x = 1000, df/dx = inf\n"
    assert said("x=0", here, capsys).endswith("f = 1 (was inf), df/dx = 1 (was inf)\n")


def test_a_derivative_that_has_no_value_yet(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    said("f = x*y at y=2", here, capsys)
    assert said("why", here, capsys) == "gradcli: x has no value\nhint: type x=1\n"
    assert said("df/dx", here, capsys) == "gradcli: x has no value\nhint: type x=1\n"


def test_many_changes_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    said("brief", here, capsys)
    names = [f"x{k}" for k in range(20)]
    assert said("+".join(f"{name}^2" for name in names), here, capsys).endswith(
        "x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11 and 8 more have no value yet: type x0=1 x1=2 x2=3 x3=4 x4=5\n"
    )
    assert said("df/dx0", here, capsys).startswith("gradcli: x0, x1, x2, x3, x4, x5, x6, x7 ... have no value\n")
    said(" ".join(f"{name}=1" for name in names), here, capsys)
    text = said(" ".join(f"{name}=2" for name in names), here, capsys)
    assert "f = 80 (was 20)" in text
    assert text.endswith("... (21 changes)\n")


def test_other_commands_are_the_shells(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert said("gradcli", net, capsys).startswith("Usage: gradcli [OPTIONS] PROGRAM")
    assert said('gradcli "', net, capsys) == "gradcli: line: a quote is not closed\n"
    assert said("gradcli --value x x=", net, capsys).startswith("gradcli: ")
    assert said("check df/dx=3 --help", net, capsys).startswith("Usage: gradcli check [OPTIONS]")
    assert said("rules", net, capsys).count("sigmoid") > 1
    assert "chain rule" in said("why", net, capsys)
    assert "f = q*z, x = -2, z = -4" not in said("plot x y=1", net, capsys)


def test_a_plot_reaches_as_far_as_the_number(capsys: pytest.CaptureFixture[str]) -> None:
    here = session("--ascii")
    said("brief", here, capsys)
    said("x^2 at x=3", here, capsys)
    for x, reach in (("3", 5.0), ("-40", 60.0), ("2.5+-0.1", 5.0)):
        said(f"x={x}", here, capsys)
        assert json.loads(said("plot --json", here, capsys))["ranges"] == {"x": [-reach, reach]}


def test_names_of_files(
    net: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said("save f.json", net, capsys) == "f.json is written\n"
    assert json.loads(Path("f.json").read_text())["gradient"] == {"x": -4.0, "y": -4.0, "z": 3.0}
    assert said("save 'a net.txt'", net, capsys) == "a net.txt is written\n"
    assert said('load "a net.txt"', net, capsys) == "f = -12, gradient: x -4, y -4, z 3\n"
    missing = "gradcli: nowhere/net: no such file or directory (there is no folder nowhere)\n"
    assert said("load nowhere/net", net, capsys) == missing
    here = session()
    answers.answer(here, "2*3")
    assert said("save numbers.txt", here, capsys).endswith("numbers.txt is written\n")
    assert Path("numbers.txt").read_text() == "2*3\n"


@pytest.mark.parametrize("suffix", ["md", "tex"])
def test_a_report_in_a_file_is_not_for_the_prompt(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its reader may add options, and it is as wide as it likes to be."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "30")
    here = session()
    assert "rounded" not in said("brief", here, capsys)
    shown = said("x/3 at x=1", here, capsys)
    assert "rounded to 6 figures" in " ".join(shown.split())
    assert "--json" not in shown
    said(f"save f.{suffix}", here, capsys)
    text = Path(f"f.{suffix}").read_text(encoding="utf-8").replace("-{}-", "--")
    assert "rounded to 6 figures; --json has all" in text
