"""A start imports what the command needs, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

LANGUAGE = {"gradcli.language.syntax", "gradcli.calculus.sweeps", "gradcli.calculus.operations", "lark"}
ARITHMETIC = {"flint", "fractions", "decimal", "gradcli.numbers.fractions", "gradcli.numbers.balls"}
UNUSED = {"hashlib", "difflib", "unicodedata", "numpy", "rich", "pickle"}
COMMANDS = {f"gradcli.commands.{name}" for name in ("diff", "check", "sheet", "grade", "rows", "plot", "rules")}
REPORTS = {
    "gradcli.drawing",
    "gradcli.homework",
    "gradcli.rows",
    "gradcli.record.higher_derivatives",
    "gradcli.plotting",
}
EVERYTHING = LANGUAGE | ARITHMETIC | UNUSED | COMMANDS | REPORTS | {"gradcli.record.gradient", "json"}

# In a checkout the table of the grammar is computed by Lark, which imports a good deal; a wheel carries the table.
BY_LARK = {"lark", "hashlib", "unicodedata", "pickle", "difflib"}


def imported(words: list[str], **environment: str) -> set[str]:
    """Return the modules that are loaded when a command has run."""
    code = (
        "import sys; from gradcli import commands\n"
        "try: commands.main(sys.argv[1:])\n"
        "except SystemExit: print('\\n'.join(['modules:', *sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, env=environment or None
    )
    return set(done.stdout.partition("modules:\n")[2].split())


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["-h", "x*y"], ["--version"], ["--jsno"]])
def test_what_computes_nothing_loads_nothing(words: list[str]) -> None:
    spared = EVERYTHING - ({"difflib"} if words == ["--jsno"] else set())
    assert imported(words) & spared == set()


def test_the_help_of_check_loads_no_arithmetic() -> None:
    assert imported(["check", "--help"]) & (EVERYTHING - {"gradcli.commands.check", "gradcli.homework"}) == set()


def test_a_completion_loads_nothing() -> None:
    for line in ("gradcli --js", "gradcli "):
        found = imported([], _GRADCLI_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD="1")
        assert found & (EVERYTHING - {"json"}) == set()


@pytest.mark.parametrize("words", [["--json"], ["--value"], ["--grad", "x"], ["--to", "csv"]])
def test_a_one_liner_loads_no_other_arithmetic_and_no_report(words: list[str]) -> None:
    found = imported([*words, "(x+y)*z", "x=-2", "y=5", "z=-4"])
    assert "gradcli.record.gradient" in found
    assert found & (ARITHMETIC | UNUSED | COMMANDS | REPORTS) <= BY_LARK


def test_a_table_loads_no_other_arithmetic() -> None:
    found = imported(["tanh(x*y) + exp(-x)", "x=-2", "y=0.5"])
    assert "gradcli.reports.table" in found
    assert found & {"flint", "rich", "decimal", "gradcli.numbers.balls", "gradcli.numbers.fractions", "numpy"} == set()


def test_balls_are_loaded_where_floats_are_not_certain() -> None:
    assert "flint" in imported(["--value", "(x + 1) - x", "x=1e20"])


@pytest.mark.parametrize("words", [
    ["(x+y)*z", "x=-2", "y=5", "z=-4"], ["--json", "x**2", "x=3"], ["--value", "max(x, y)", "x=3", "y=1"],
    ["--steps", "x*y", "x=3", "y=1/3"], ["--to", "svg", "x*y", "x=3", "y=2"], ["--to", "html", "x*y", "x=3", "y=2"],
    ["diff", "x**2"], ["x**2"], ["--help"],
])  # fmt: skip
def test_numbers_load_nothing_of_arrays(words: list[str]) -> None:
    """What a program of numbers is read and written with; `rows` has a module of another kind of arrays."""
    of_arrays = re.compile(r"gradcli\.(arrays|(?:language|record|drawing|reports|files|commands)\.array_)")
    assert [name for name in imported(words) if of_arrays.match(name)] == []


def test_arrays_load_what_they_need() -> None:
    found = imported(["sum(W@x)", "W=1 2; 3 4", "x=[1,2]"])
    assert {"gradcli.arrays.table", "gradcli.record.array_gradient", "gradcli.reports.array_table"} <= found
    assert "numpy" not in found


def test_homework_of_numbers_loads_nothing_of_arrays(tmp_path: Path) -> None:
    homework, claims = tmp_path / "hw.toml", tmp_path / "claims.csv"
    homework.write_text("[[problem]]\nprogram = 'q = tanh(x + y); f = q*z'\nvary = 7\n", encoding="utf-8")
    claims.write_text("student,problem,item,claim\nann,p1,q,1\n", encoding="utf-8")
    for words in (["sheet", "--homework", str(homework), "--student", "ann"], ["grade", str(homework), str(claims)]):
        found = imported(words)
        assert "gradcli.homework.diagnosis.dull_numbers" in found
        assert {name for name in found if name.startswith("gradcli.arrays.")} == set()
