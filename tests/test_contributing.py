"""What CONTRIBUTING.md says of the project is true: paths and names exist, examples work, checks have these names."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import mpmath
import pytest

from gradcli.calculus import operations
from gradcli.calculus.finite_differences import central
from gradcli.homework.diagnosis import mistakes, wrong_rules
from gradcli.numbers.systems import FLOAT
from gradcli.reports import FORMATS

from .conftest import skipped

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROOMS = ("", "numbers", "calculus", "homework")
PLACES = (ROOT, *(ROOT / "gradcli" / room for room in ROOMS))  # what a path may start from
WHERE = TEXT[TEXT.index("## Where to change what") : TEXT.index("## The rooms")]
ROWS = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", WHERE, re.M)
TABLE = [row for row in ROWS if row[0] != "to change"]
PATH = re.compile(r"`(\.?[\w.-]*(?:/[\w.-]*)+|\w+\.(?:py|md))`|\]\(([^)#:]+)(?:#[^)]*)?\)")
PLACEHOLDER = re.compile(r"\b(?:NAME|KIND)\b|test_NAME")
LONGEST = 400  # lines of a test file

in_checkout = pytest.mark.skipif(not (ROOT / ".ci").exists(), reason="the source archive has no checks")


def block(heading: str) -> str:
    """Return the Python example below a heading."""
    section = TEXT[TEXT.index(f"## {heading}\n") :]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def evaluated(heading: str, *modules: ModuleType) -> Any:
    names = {name: value for module in modules for name, value in vars(module).items()}
    return eval(block(heading), names)


@in_checkout
def test_every_path_exists() -> None:
    paths = [a or b for a, b in PATH.findall(TEXT)]
    assert len(paths) > 80
    paths = [path for path in paths if not PLACEHOLDER.search(path)]
    assert [path for path in paths if not any((place / path).exists() for place in PLACES)] == []


def bound(path: Path) -> set[str]:
    """Return the names that a module binds, not by an import: arguments given by name, and keys, are among them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Dict(keys=keys):
                found |= {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return found


def test_every_name_is_defined_in_the_file_before_it() -> None:
    """In the table a file is followed by the names that a reader looks for in it, and changes there."""
    assert len(TABLE) > 30
    for what, where, _ in TABLE:
        file = ROOT
        for code in re.findall(r"`([^`]+)`", where):
            if "/" in code:
                file = next(place / code for place in PLACES[:2] if (place / code).exists())
            elif file.is_file():
                names = code.split(".") if re.fullmatch(r"\w+\.\w+", code) else [code]
                assert [name for name in names if name not in bound(file)] == [], (what, file)


@pytest.mark.parametrize(
    "what", ["derivative", "message", "tolerance", "mark", "format", "picture", "blank cell", "language"]
)
def test_what_is_looked_for_most_has_a_heading_of_its_own(what: str) -> None:
    (section,) = re.findall(rf"^\*\*(?:A|The) {what}\b.*?\*\*\n\n(.+?)(?=^\*\*|^## |\Z)", WHERE, re.M | re.DOTALL)
    assert len(re.findall(r"^\| ", section, re.M)) > 4


def test_the_operation_is_a_row_as_the_table_has_them() -> None:
    row = evaluated("To add an operation", operations)
    assert row.name not in operations.OPERATIONS
    (partial,) = row.partials
    for (x,) in row.points:
        truth = float(2 * mpmath.sin(mpmath.mpf(x) / 2) ** 2)
        assert row.value(FLOAT, x) == pytest.approx(truth, rel=1e-14)
        found = central(lambda x: float(row.value(FLOAT, x)), x)
        assert found is not None
        assert partial.rule(FLOAT, row.value(FLOAT, x), x) == pytest.approx(found.estimate, rel=1e-8)


def test_the_mistake_is_a_row_as_the_catalogue_has_them() -> None:
    mistake = evaluated("To add a mistake", mistakes, wrong_rules)
    assert mistake.id not in mistakes.MISTAKES
    assert (mistake.kind, mistake.operations, mistake.common) == (mistakes.VALUE, {"mul"}, 2)


def test_the_format_is_the_one_of_the_registry() -> None:
    assert eval(block("To add a report format"), {"FORMATS": FORMATS})


def test_the_golden_case_is_there() -> None:
    section = TEXT[TEXT.index("## To add a golden case") :]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found
    assert (ROOT / "tests" / "cases" / "check" / "atol" / "command").read_text(encoding="utf-8") == found[1]


@in_checkout
def test_the_named_checks_are_those_that_are_told() -> None:
    """`.ci/check` without a name lists them; the text, the hooks and `.ci/run` use no other."""
    listed = subprocess.run([ROOT / ".ci" / "check"], capture_output=True, text=True, check=False)
    assert listed.returncode == 2
    names = set(re.findall(r"^  (\w+) ", listed.stderr, re.M))
    assert names == {"lint", "types", "tests", "manual", "wheel", "coverage", "all"}
    for file in ("CONTRIBUTING.md", ".pre-commit-config.yaml", ".ci/run", ".github/PULL_REQUEST_TEMPLATE.md"):
        text = (ROOT / file).read_text(encoding="utf-8")
        used = re.findall(r"(?<=\.ci/check) ([a-z ]+?)(?=$|`| {2,}| and)", text, re.M)
        assert used, file
        assert {name for words in used for name in words.split()} <= names, file


def test_no_test_file_is_too_long() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in ROOT.glob("tests/*.py")}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_table_of_what_was_skipped() -> None:
    reasons = ["there is no fish here", "no pyarrow", "there is no fish here"]
    reports = [
        pytest.TestReport(
            f"test_{k}", ("tests/test_a.py", 1, ""), {}, "skipped", ("a.py", 1, f"Skipped: {why}"), "setup"
        )
        for k, why in enumerate(reasons)
    ]
    assert skipped(reports) == ["     2  there is no fish here", "     1  no pyarrow"]
    assert skipped([]) == []
