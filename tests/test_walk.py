"""The walk that a newcomer takes: its files, in the order in which they are read, are few and know little else."""

from __future__ import annotations

import ast

import pytest

from .test_ranks import CONTRIBUTING, PACKAGE, imports, modules

WALK = (
    "errors", "numbers.contract", "calculus.table_parts", "calculus.operations", "calculus.graph", "calculus.faults",
    "calculus.sweeps", "calculus.linearization",
)  # fmt: skip
# What these files name and a reader can take at its word, and why.
TAKEN_AT_ITS_WORD = {
    "text": "cuts and colours text",
    "numbers.functions": "the functions of numbers, as in the table of operations",
    "numbers.systems": "`Undecided` and `Unsupported`: what a number system raises",
    "calculus.shared_rules": "predicates of rows, by names that say what they ask",
    "calculus.reciprocal_functions": "more rows, like those of the table",
    "calculus.second_look": "what is tried where a number system fails, and the fault if that fails too",
    "calculus.fast_sweeps": "the sweeps again, faster; tested equal",
}
MOST = 1_200


def lines(name: str) -> int:
    return len((PACKAGE / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8").splitlines())


def test_the_walk_is_short_and_its_figure_stands_in_contributing(request: pytest.FixtureRequest) -> None:
    counted = {f"{name.replace('.', '/')}.py": lines(name) for name in WALK}
    total = sum(counted.values())
    assert total < MOST
    rows = [f"{name:30} {count:5,}" for name, count in [*counted.items(), ("lines in all", total)]]
    before, opening, rest = CONTRIBUTING.read_text(encoding="utf-8").partition("<!-- walk -->\n```text\n")
    _, closing, after = rest.partition("```\n")
    assert opening
    assert closing
    text = before + opening + "\n".join(rows) + "\n" + closing + after
    if request.config.getoption("--rewrite"):
        CONTRIBUTING.write_text(text, encoding="utf-8")
    assert CONTRIBUTING.read_text(encoding="utf-8") == text


def test_the_walk_is_true() -> None:
    """What a file of the walk imports is read before it, or is named above with the reason why it can wait."""
    known = set(modules())
    for k, name in enumerate(WALK):
        text = (PACKAGE / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
        used = {i.used for i in imports(name, text, known)}
        typing = {i.used for block in ast.walk(ast.parse(text)) if isinstance(block, ast.If)
                  and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
                  for i in imports(name, ast.unparse(block), known)}  # fmt: skip
        assert used - set(WALK[:k]) - set(TAKEN_AT_ITS_WORD) - (typing & set(WALK)) == set()
