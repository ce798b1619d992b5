"""The rule book knows every rule that a derivation names, and runs its examples."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.arrays.table import ROWS
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.spellings import function
from gradcli.commands.rules import RuleBook
from gradcli.language.laws import LAWS, Law, laws_called, laws_named
from gradcli.record.derivation import Derivation
from gradcli.reports.laws import entry, uses
from gradcli.reports.notation import Notation
from gradcli.reports.signs import ASCII, UNICODE

from .test_golden import called

WIDTH = 78

PROGRAMS = (
    ("x = a + b; y = b*c - a/b; f = x*y/2 + 1/x", {"a": 2, "b": 3, "c": -4}),
    ("relu(x) - relu(-x) + abs(y)*2**y + y**3", {"x": 0, "y": 0}),
    ("where(x > 0, tanh(x), -x) + max(x, y)", {"x": 1, "y": 1}),
)
NO_RULE = ("given", "constant", "the output", "of", "it")


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_the_example_needs_the_rule(law: Law) -> None:
    assert uses(law)
    assert all(law.called in line and re.search(r" = -?[\d.]", line) for line in uses(law))
    assert entry(law).startswith(f"{law.name}\n  ")
    assert all(sentence.endswith(".") for sentence in law.says)
    assert laws_called(law.name) == laws_called(law.called.upper()) == [law]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_local_gradients_are_written_with_the_signs_of_the_reader(law: Law) -> None:
    """Edge by edge in the same order, and what a rule says keeps within its width with either signs."""
    edges = re.findall(r"∂(\w+)/∂(\w+)", entry(law, UNICODE))
    plain = ASCII.plain(entry(law, ASCII))
    assert plain.isascii()
    assert re.findall(r"local\((\w+),(\w+)\)", plain) == edges
    assert sum(line.count("{") for line in law.says) == len(
        re.findall(r"∂\w/∂\w", "".join(entry(law).split("\n  in ")[0]))
    )
    assert all(len(line) <= WIDTH for line in plain.partition("\n  in gradcli")[0].splitlines())
    assert " ".join(entry(law).split()) == " ".join(
        re.sub(r"local\((\w+),(\w+)\)", r"∂\1/∂\2", plain).replace(" * ", " · ").split()
    )


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("width", [40, 60, 78, 200])
def test_what_a_rule_says_is_broken_once(law: Law, width: int) -> None:
    """No line ends where the next word would still have fitted."""
    said = entry(law, width=width).partition("\n  in gradcli")[0].splitlines()[1:]
    sentences = entry(law, width=1 << 20).partition("\n  in gradcli")[0].splitlines()[1:]
    assert " ".join(" ".join(said).split()) == " ".join(" ".join(sentences).split())
    for line, after in pairwise(said):
        assert len(line) <= min(width, WIDTH)
        assert line.endswith(".") or len(line) + 1 + len(after.split()[0]) > min(width, WIDTH)


@pytest.mark.parametrize("name", sorted({law for row in OPERATIONS.values() for law in (*row.laws, *row.lone_laws)}))
def test_every_law_of_the_table_is_known(name: str) -> None:
    if name.startswith("derivative of "):
        assert name.removeprefix("derivative of ") in OPERATIONS
    else:
        (law,) = laws_called(name)
        assert law.operations


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_every_remark_of_a_derivation_is_known(program: str, point: dict[str, float]) -> None:
    derivation = Derivation(differentiate(program, point))
    notation = Notation(derivation)
    remarks = {part for step in derivation.backward for part in notation.line(step).remark.split(", ")}
    assert len(remarks) > 4
    for remark in remarks:
        known = laws_called(remark) or [law for law in LAWS if law.called in remark]
        assert known or function(remark.removeprefix("derivative of ")), remark


@pytest.mark.parametrize(("words", "names"), [
    ("chain", ["single-variable chain rule", "multivariable chain rule"]),
    ("the chain rule", ["single-variable chain rule", "multivariable chain rule"]),
    ("Product  Rule", ["product rule"]),
    ("prod", ["product rule"]),
    ("fork", ["multivariable chain rule"]),
    ("division", ["quotient rule", "reciprocal rule"]),
    ("kink", ["convention at a kink", "both sides of a kink"]),
    ("kink conventions", ["convention at a kink"]),
    ("rules", [law.name for law in LAWS]),
    ("", []),
    ("nothing such", []),
])  # fmt: skip
def test_rules_are_found_by_their_words(words: str, names: list[str]) -> None:
    assert [law.name for law in laws_called(words)] == names


SCALAR_LAWS = {law for row in OPERATIONS.values() if not row.is_leaf for law in (*row.laws, *row.lone_laws)}


@pytest.mark.parametrize("name", sorted({row.law for row in ROWS} | SCALAR_LAWS))
def test_rules_finds_every_law_of_both_tables(name: str) -> None:
    """The entry is the one of that law, not of a rule whose name begins alike."""
    text, function = "\n".join(RuleBook().found(name)), name.removeprefix("derivative of ")
    is_own = f"known as: {name}\n" in text or any(text.startswith(law.name) for law in laws_named(name))
    assert is_own or text.startswith((f"{function}(", f"{function} ")), text


@pytest.mark.parametrize(("program", "point", "options"), [
    ("h = max(W@x, 0); L = mean(exp(h) - b)", {"W": [[1, 2], [3, 4]], "x": [2, 1], "b": 1}, {}),
    ("y = x@x; f = sum(x)*y", {"x": [1, 2]}, {"open": "y"}),
    ("L = mean(cross_entropy(Z[:, 1:], y)) + norm(Z)", {"Z": [[1, 2, 3], [3, 4, 5]], "y": [0, 1]}, {}),
])  # fmt: skip
def test_rules_finds_what_the_steps_of_arrays_say(program: str, point: Any, options: dict[str, str]) -> None:
    words = [f"--{key}={value}" for key, value in options.items()]
    done = called([program, *(f"{name}={x}" for name, x in point.items()), "--steps", *words], Path.cwd(), {}, b"")
    lines = done.stdout.decode().partition("Backward")[2].partition("\n\n")[0].splitlines()[1:]
    remarks = [line.rpartition("   ")[2].strip() for line in lines if line.startswith("  d")]
    assert len(remarks) > 3
    for remark in remarks:
        assert RuleBook().found(remark), remark
