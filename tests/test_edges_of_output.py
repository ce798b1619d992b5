"""What stands at the edges of reports: no empty part, no advice that does not help, texts as they are in data."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import click
import pytest

from gradcli.commands import run
from gradcli.commands.names import COMMANDS
from gradcli.commands.tree import root
from gradcli.reports.rounding import with_zeros

ARRAYS = ["W=[[1, 2], [3, 4]]", "x=[1, 2]"]


def said(words: list[str], capsys: pytest.CaptureFixture[str], status: int = 0) -> tuple[str, str]:
    assert run(words) == status
    return capsys.readouterr()


# ---- empty parts


@pytest.mark.parametrize("nodes", ["none", "named", "all"])
@pytest.mark.parametrize("words", [
    ["x*y", "x=1", "y=2"], ["x*y", "x=1", "y=2", "--cost"], ["h = W@x; sum(h*h)", *ARRAYS],
    ["h = W@x; sum(h*h)", *ARRAYS, "--cost"], ["h = W@x; sum(h*h)", "W=NxD", "x=D", "--shapes"],
    ["h = W@x; sum(h*h)", "--shapes", "W=NxD", "x=D", "--cost"],
], ids=" ".join)  # fmt: skip
def test_no_report_begins_or_ends_with_an_empty_line(
    words: list[str], nodes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said([*words, "--nodes", nodes], capsys)[0].splitlines()
    assert lines[0].strip()
    assert lines[-1].strip()
    assert all(a.strip() or b.strip() for a, b in pairwise(lines))


@pytest.mark.parametrize("words", [
    ["q = x*y; f = q + x", "x=1", "y=2"], ["x*x", "x=2"], ["h = tanh(W@x); sum(h*h) + sum(h)", *ARRAYS],
    ["Z = W@W; sum(Z*Z) + sum(W)", ARRAYS[0]], ["a = x[0]; a*x[1] + sum(x)", ARRAYS[1]],
], ids=" ".join)  # fmt: skip
def test_latex_has_no_empty_text(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    text = said([*words, "--to", "latex"], capsys)[0]
    assert re.search(r"\\text\{via( \}|[^}]*\})", text)
    assert not re.search(r"\\text\{\s*\}", text)


# ---- expressions in data


@pytest.mark.parametrize("words", [
    ["q = x*y; f = -q", "x=1", "y=2"], ["-(x + 1)", "x=1"], ["-x", "x=1"], ["sum(-x)", "x=[1, 2]"], ["x + 1", "x=1"],
], ids=" ".join)  # fmt: skip
def test_csv_has_the_expressions_of_json(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(said([*words, "--to", "csv"], capsys)[0])))
    nodes = json.loads(said([*words, "--json"], capsys)[0])["nodes"]
    written = {row["name"]: row["expression"] for row in rows}
    assert written == {node["name"]: node["expression"] for node in nodes}
    assert any(text.startswith("-") for text in written.values()) is ("-" in words[0])


def test_cells_that_others_wrote_stay_harmless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("x,who\n1,-v11\n2,=A1\n", encoding="utf-8")
    text = said(["rows", "x", str(tmp_path / "a.csv"), "--keep", "who"], capsys)[0]
    assert "'-v11" in text
    assert "'=A1" in text


# ---- --json


def test_every_command_that_writes_json_has_the_option() -> None:
    with click.Context(root) as ctx:
        for name in COMMANDS:
            command = root.get_command(ctx, name)
            assert command is not None
            options = {option for p in command.params for option in p.opts}
            formats = [p.type.choices for p in command.params if "--to" in p.opts and isinstance(p.type, click.Choice)]
            assert all("--json" in options for choices in formats if "json" in choices), name


def test_json_of_rows_is_that_of_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n2\n", encoding="utf-8")
    words = ["rows", "x**2", str(tmp_path / "a.csv")]
    for more in ([], ["--sum"], ["--value"]):
        assert said([*words, *more, "--json"], capsys) == said([*words, *more, "--to", "json"], capsys)
    assert said([*words, "--json", "--to", "json"], capsys) == said([*words, "--json"], capsys)
    error = said([*words, "--json", "--to", "csv"], capsys, 2)[1]
    assert "--json and --to csv contradict each other" in error


# ---- a negative rate


@pytest.mark.parametrize(("options", "advice"), [
    (["--rate", "-1"], "a negative rate goes uphill"), (["--rate", "2"], "try a smaller rate"),
    (["--rate", "-1/2"], "a negative rate goes uphill"), (["--rate", "3/2"], "try a smaller rate"),
    (["--rate", "-0.1", "--ascent"], "a negative rate goes downhill"),
    (["--rate", "-1", "--rule", "momentum"], "a negative rate goes uphill"),
], ids=" ".join)  # fmt: skip
def test_advice_is_of_the_rate(options: list[str], advice: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(["descend", "x**2", "x=9", *options], capsys)[0]
    assert f"; {advice}\n" in text
    assert f": rate {options[1]}" in text
    array = said(["descend", "sum(x**2)", "x=[9, 1]", *options], capsys)[0]
    assert f"; {advice}\n" in array


@pytest.mark.parametrize(
    ("rate", "advice"), [("-1e300", "a negative rate goes uphill"), ("1e300", "try a smaller rate")]
)
def test_an_overflow_has_it_too(rate: str, advice: str, capsys: pytest.CaptureFixture[str]) -> None:
    for program, point in (("x**2", "x=9"), ("sum(x**2)", "x=[9, 1]"), ("x**2", "x=1e30")):
        assert f"hint: {advice}" in said(["descend", program, point, "--rate", rate], capsys, 3)[1]


def test_a_descent_that_goes_well_has_no_advice(capsys: pytest.CaptureFixture[str]) -> None:
    assert "rate 0.1; every line" in (text := said(["descend", "x**2", "x=9", "--rate", "0.1"], capsys)[0])
    assert "smaller" not in text
    assert "negative" not in text


# ---- zeros at the end


@pytest.mark.parametrize(("x", "count", "text"), [
    (6.70820393, 6, "6.70820"), (1.4214, 6, "1.4214"), (1.42140001, 6, "1.42140"), (5.0, 6, "5"), (0.25, 6, "0.25"),
    (6.0000000001, 6, "6.00000"), (3.0000000000000004, 6, "3"), (1234567.8, 6, "1.23457e+06"), (0.0, 6, "0"),
    (1200000.4, 6, "1.20000e+06"), (123456.4, 6, "123456"), (6.70820393, 12, "6.70820393"), (float("inf"), 6, "inf"),
    (-2.66510004, 6, "-2.66510"), (1e-300, 3, "1e-300"),
])  # fmt: skip
def test_zeros_stay_where_something_was_rounded_off(x: float, count: int, text: str) -> None:
    assert with_zeros(x, count) == text


def test_the_numbers_of_a_check_and_of_a_norm_have_all_their_figures(capsys: pytest.CaptureFixture[str]) -> None:
    line = next(line for line in said(["x*y", "x=0.70710678", "y=1.42140001", "--verify"], capsys)[0].splitlines()
                if line.startswith("verify x"))  # fmt: skip
    assert "reverse 1.42140, forward 1.42140, differences 1.42140" in line
    whole = said(["x*y", "x=0.5", "y=1.25", "--verify"], capsys)[0]
    assert "reverse 1.25, forward 1.25, differences 1.25" in whole
    for entry, norm in (("0.0001", "6.00000"), ("4", "10"), ("0.01", "6.00003")):
        words = ["sum(W*W)", f"W=[[3, 0, 0, 0, 0, 0, 0], [{entry}, 0, 0, 0, 0, 0, 0]]"]
        assert f"gradient: W 2x7 (norm {norm})" in said(words, capsys)[0]
