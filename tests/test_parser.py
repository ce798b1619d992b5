"""The table of the grammar, made and saved, and the loop that runs it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

from gradcli.language import parser
from gradcli.language.lexer import Lexer


class Spy:
    """Actions that write down which rules were applied, in order."""

    def __init__(self) -> None:
        self.applied: list[str] = []

    def __getattr__(self, action: str) -> Any:
        def act(found: list[Any]) -> str:
            self.applied.append(f"{action}/{len(found)}")
            return action

        return act


def applied(table: parser.ParsingTable, text: str) -> list[str]:
    spy = Spy()
    parser.Parser(table, spy).parse(Lexer(table.terminals, table.blank).tokens(text))
    return spy.applied


@pytest.fixture(scope="module")
def table() -> parser.ParsingTable:
    return parser.make_table(parser.read_grammar())


def test_rules_are_applied_as_precedence_says(table: parser.ParsingTable) -> None:
    assert applied(table, "a - b*-c**2") == [
        "variable/1", "variable/1", "variable/1", "number/1", "pow/3", "neg/2", "mul/3", "sub/3", "result/1",
        "program/1",
    ]  # fmt: skip


def test_repetitions_reach_their_rule_as_one_list(table: parser.ParsingTable) -> None:
    assert applied(table, "max(a,1,2,3)")[-3:] == ["call/10", "result/1", "program/1"]
    assert applied(table, "a = 1;;b = 2\n")[-1] == "program/5"


def test_what_a_wheel_carries_is_the_table(table: parser.ParsingTable) -> None:
    saved = ModuleType("gradcli.grammar.table")
    exec(parser.table_module(), saved.__dict__)
    assert parser.saved_table(saved.TABLE) == table
    with (
        mock.patch.dict(sys.modules, {saved.__name__: saved}),
        mock.patch.object(parser, "make_table", side_effect=AssertionError),
    ):
        assert parser.load_table() == table


def test_a_table_of_another_grammar_is_not_used(table: parser.ParsingTable) -> None:
    saved = ModuleType("gradcli.grammar.table")
    saved.GRAMMAR, saved.TABLE = "another", None  # type: ignore[attr-defined]
    with mock.patch.dict(sys.modules, {saved.__name__: saved}):
        assert parser.load_table() == table


def test_the_grammar_is_found_in_a_package_and_in_a_checkout(tmp_path: Path) -> None:
    assert Path(parser.grammar_folder(), "gradcli.lark").is_file()
    inside = tmp_path / "gradcli" / "grammar"
    with mock.patch.object(parser, "__file__", str(tmp_path / "gradcli" / "language" / "parser.py")):
        assert parser.grammar_folder() == str(tmp_path / "grammar")
        inside.mkdir(parents=True)
        assert parser.grammar_folder() == str(inside)


def test_a_symbol_that_does_not_fit_is_refused(table: parser.ParsingTable) -> None:
    for text, refused in (("a b", "b"), ("1 + )", ")"), ("f(x) = ", None)):
        with pytest.raises(parser.Refused) as problem:
            applied(table, text)
        assert getattr(problem.value.symbol, "text", None) == refused


def test_long_lists_and_deep_nesting_are_no_recursion(table: parser.ParsingTable) -> None:
    deep = 20_000
    assert applied(table, "(" * deep + "1" + ")" * deep).count("group/3") == deep
    assert applied(table, "-" * deep + "1").count("neg/2") == deep
    assert applied(table, "max(1" + ",1" * deep + ")")[-3] == f"call/{2 * deep + 4}"
