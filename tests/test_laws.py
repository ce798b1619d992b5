"""The rule book knows every rule that a derivation names, and runs its examples."""

from __future__ import annotations

import re

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.spellings import function
from gradcli.language.laws import LAWS, Law, laws_called
from gradcli.record.derivation import Derivation
from gradcli.reports.laws import entry, uses
from gradcli.reports.notation import Notation

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
