"""Code stands whole in the manual: every code span and every example of its texts, as `help` and as man show them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gradcli.commands import troff
from gradcli.commands.roff import WIDTH, marked
from gradcli.manual import page_names

from .test_manual import FOLDER

TEXTS = sorted((FOLDER / "text").glob("*.md"))
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
WIDE = 1000  # columns, so that no line is broken
CODE = re.compile(r"`([^`]+)`")


def words_of(text: str) -> str:
    return " ".join(text.split())


def prose(path: Path) -> str:
    """Return a text without its examples and comments."""
    return re.sub(r"<!--.*?-->", "", FENCED.sub("", path.read_text(encoding="utf-8")), flags=re.DOTALL)


def spans(path: Path) -> set[str]:
    """Return the code spans of a text; a bar in a table is written with a backslash."""
    return {words_of(code).replace("\\|", "|") for code in CODE.findall(prose(path))}


def shown_by_help(path: Path) -> str:
    return troff.render((FOLDER / path.stem).read_text(encoding="utf-8"), WIDE, fonts=False)


def shown_by_man(path: Path) -> str:
    if shutil.which("mandoc") is None:
        pytest.skip("there is no mandoc here")
    command = ["mandoc", "-T", "utf8", "-O", f"width={WIDE}", str(FOLDER / path.stem)]
    return re.sub(r".\x08", "", subprocess.run(command, capture_output=True, check=True).stdout.decode())


def test_every_page_has_a_text_or_none() -> None:
    assert {path.stem for path in TEXTS} == set(page_names())


@pytest.mark.parametrize("shown", [shown_by_help, shown_by_man])
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_code_span_stands_whole(path: Path, shown: Callable[[Path], str]) -> None:
    page = words_of(shown(path))
    assert [code for code in spans(path) if code not in page] == []


@pytest.mark.parametrize("shown", [shown_by_help, shown_by_man])
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_line_of_an_example_stands_whole(path: Path, shown: Callable[[Path], str]) -> None:
    lines = {line.strip() for line in shown(path).splitlines()}
    examples = [line for block in FENCED.findall(path.read_text(encoding="utf-8")) for line in block.splitlines()]
    assert [line for line in examples if len(line) <= WIDTH and line.strip() not in lines] == []


@pytest.mark.parametrize(("text", "source"), [
    ("**a `x**2` b?** c", r"\fBa x**2 b?\fR c"), ("-x**2 is -(x**2)", r"\-x**2 is \-(x**2)"),
    ("`2**3` and **b**", r"\fB2**3\fR and \fBb\fR"), ("(a)**2 + b[1]**2", r"(a)**2 + b[1]**2"),
    ("**x*y** z", r"\fBx*y\fR z"), ("** ^", "** \\(ha"), ("a **b, c**, d", r"a \fBb, c\fR, d"),
    ("2**3**2", "2**3**2"), ("**a**b**", r"\fBa\fRb**"),
])  # fmt: skip
def test_powers_are_no_strong_words(text: str, source: str) -> None:
    assert marked(text) == source
