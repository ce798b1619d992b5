"""Worksheets in Markdown, CSV and LaTeX, line by line for one problem of numbers and one of arrays."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from gradcli.reports.sheet import _tex_number, plain, render

from .test_golden import called
from .test_sheets import homework
from .test_sheets import sheet as sheet_of_numbers

HOMEWORK = """
title = "Week *3*"
[[problem]]
id = "p1"
title = "Chain"
text = "Do it."
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "df/dx"]
[[problem]]
id = "p2"
program = "L = sum(x*x)"
at = { x = "[1, 2]" }
items = ["L", "dL/dx"]
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    (tmp_path / "hw.toml").write_text(HOMEWORK, encoding="utf-8")
    return tmp_path


def said(folder: Path, *words: str) -> str:
    done = called(["sheet", "--homework", "hw.toml", *words], folder, {}, b"")
    assert (done.stderr, done.status) == (b"", 0)
    return done.stdout.decode()


@pytest.mark.parametrize("key", [False, True])
def test_a_sheet_as_csv(sheet: Path, key: bool) -> None:
    """What is told of a problem stands beside the numbers given, the rest of it beside the last of them."""
    rows = list(csv.reader(io.StringIO(said(sheet, "--to", "csv", *["--key"] * key))))
    answers = ["3", "-4", "5", "[2, 4]"] if key else [""] * 4
    assert rows == [
        ["problem", "item", "question", "claim", "notes"], ["p1", "x", "given", "-2", "title: Chain"],
        ["p1", "y", "given", "5", "text: Do it."],
        ["p1", "z", "given", "-4", "program: q = x + y; f = q*z; precision: give 3 significant figures, "
         "whole numbers exactly"],
        ["p1", "q", "value of q = x + y", answers[0]], ["p1", "df/dx", "gradient of f with respect to x", answers[1]],
        ["p2", "x", "given", "[1, 2]", "program: L = sum(x*x); precision: give 3 significant figures"],
        ["p2", "L", "value of L = sum(x*x) (a number)", answers[2]],
        ["p2", "dL/dx", "gradient of L with respect to x (2 entries)", answers[3]],
    ]  # fmt: skip


@pytest.mark.parametrize("key", [False, True])
def test_a_sheet_in_markdown(sheet: Path, key: bool) -> None:
    answers = ["3", "-4", "5", r"\[2, 4\]"] if key else [""] * 4
    assert said(sheet, "--to", "markdown", *["--key"] * key).splitlines() == [
        r"# Week \*3\*", "", "## p1: Chain", "", "Do it.", "", "```", "q = x + y; f = q*z", "```", "",
        "at `x = -2`, `y = 5`, `z = -4`", "", "precision: give 3 significant figures, whole numbers exactly", "",
        "| item | question | answer |", "|---|---|---|", f"| `q` | value of q = x + y | {answers[0]} |",
        f"| `df/dx` | gradient of f with respect to x | {answers[1]} |", "", "## p2", "", "```", "L = sum(x*x)", "```",
        "", "at `x = [1, 2]`", "", "precision: give 3 significant figures", "", "| item | question | answer |",
        "|---|---|---|", rf"| `L` | value of L = sum(x\*x) (a number) | {answers[2]} |",
        f"| `dL/dx` | gradient of L with respect to x (2 entries) | {answers[3]} |",
    ]  # fmt: skip


@pytest.mark.parametrize("key", [False, True])
def test_a_sheet_in_latex(sheet: Path, key: bool) -> None:
    answers = ["$3$", "$-4$", "5", "2 & 4"] if key else [r"\dotfill"] * 2 + [r"\rule{3cm}{0.4pt}", r"\qquad & \qquad"]
    lines = said(sheet, "--to", "latex", *["--key"] * key).splitlines()
    assert lines[lines.index(r"\begin{document}") :] == [
        r"\begin{document}", r"\section*{Week *3*}", r"Name: \dotfill", "", r"\subsection*{p1: Chain}", "Do it.", "",
        r"\texttt{q = x + y; f = q*z}\\", "at $x = -2$, $y = 5$, $z = -4$", "",
        "precision: give 3 significant figures, whole numbers exactly", "", r"\begin{longtable}[l]{@{}lp{6cm}@{}}",
        rf"$\displaystyle q = x + y =$ & {answers[0]} \\[2ex]",
        rf"$\displaystyle \frac{{df}}{{dx}} =$ & {answers[1]} \\[2ex]", r"\end{longtable}", "", r"\subsection*{p2}",
        r"\texttt{L = sum(x*x)}\\", r"at \texttt{x = [1, 2]}", "", "precision: give 3 significant figures", "",
        "value of L = sum(x*x) (a number):", rf"\[ L = {answers[2]} \]", "gradient of L with respect to x (2 entries):",
        rf"\[ \frac{{dL}}{{dx}} = \begin{{pmatrix}} {answers[3]} \end{{pmatrix}} \]", r"\end{document}",
    ]  # fmt: skip
    assert r"\setcounter{MaxMatrixCols}{40}" in lines


def test_whose_a_sheet_is() -> None:
    made = sheet_of_numbers(homework("fork"))
    for student, name, told, tex, first in (
        (None, "", [], r"Name: \dotfill", "problem"), ("k1", "", ["student: k1", ""], "Name: k1", "student"),
        ("k1", "Ann *", ["student: k1", "", r"name: Ann \*", ""], "Name: Ann * (k1)", "student"),
    ):  # fmt: skip
        own = made._replace(student=student, name=name)
        lines = str(render(own, "markdown", key=False)).splitlines()
        assert lines[2 : 2 + len(told)] == told
        assert lines[2 + len(told)].startswith("## ")
        assert tex in str(render(own, "latex", key=False)).splitlines()
        assert r"\setcounter{MaxMatrixCols}{40}" not in str(render(own, "latex", key=False))
        rows = list(csv.reader(io.StringIO(str(render(own, "csv", key=False)))))
        assert rows[0][0] == first
        assert all(row[0] == "k1" for row in rows[1:]) is (student is not None)
        notes = [row[-1].partition(";")[0] for row in rows[1:3]]
        assert (notes == ["name: Ann *", "homework: fork"]) is bool(name)


@pytest.mark.parametrize(("text", "marked"), [
    ("a*b_c", r"a\*b\_c"), ("a  b\nc", "a b c"), ("`x` <i> [1] |#\\", r"\`x\` \<i\> \[1\] \|\#" + "\\\\"), ("x", "x"),
])  # fmt: skip
def test_text_without_marks(text: str, marked: str) -> None:
    assert plain(text) == marked


def test_a_derivative_of_one_quantity_in_another_in_latex(tmp_path: Path) -> None:
    program = HOMEWORK.split('[[problem]]\nid = "p2"')[0].replace('"df/dx"', '"dq/dx"')
    (tmp_path / "hw.toml").write_text(program, encoding="utf-8")
    assert r"$\displaystyle \frac{dq}{dx} =$ & $1$ \\[2ex]" in said(tmp_path, "--to", "latex", "--key")


@pytest.mark.parametrize(("text", "tex"), [
    ("0.5", "0.5"), ("-4", "-4"), ("2e-3", "0.002"), ("1/3", r"\texttt{1/3}"), ("2*pi_x", r"\texttt{2*pi\_x}"),
])  # fmt: skip
def test_a_given_number_in_latex_is_a_numeral_or_the_text_that_was_written(text: str, tex: str) -> None:
    assert _tex_number(text) == tex
