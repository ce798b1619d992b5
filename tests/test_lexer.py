"""Statements that the lexer cuts at once give the tokens that they give one by one."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import InputError
from gradcli.language import lexer
from gradcli.language.lexer import Token
from gradcli.language.syntax import tools

# Pieces that mean different things by what stands beside them: keywords in names, points in numbers, signs in signs.
PIECES = [
    "x", "y1", "s_2", "for", "fory", "None", "Nonex", "and", "andy", "or", "not", "nota", "tanh", "T", ".T", ".Tx",
    "(", ")", "[", "]", "{", "}", "+", "-", "*", "**", "^", "/", "@", "=", "==", "<", "<=", "!=", "!", "1", "2.5", "1.",
    ".5", "1e5", "1e", "e", "..", "1..3", ".", ":", ",", ";", "\n", " ", "\t", "\r", "  ", "#", "# c ; d", "&", "%",
    "_", "\u03c0", "\u00e9",
]  # fmt: skip


def read(tokens: Iterable[Token]) -> list[tuple[str, ...] | str]:
    """Return what going through tokens yields, the error at the end as its message."""
    found: list[tuple[str, ...] | str] = []
    try:
        found.extend(parts(token) for token in tokens)
    except InputError as error:
        found.append(error.message)
    return found


def parts(token: Token) -> tuple[str, ...]:
    return (token.type, token.text, str(token.start), str(token.end))


def closes_too_much(tokens: list[tuple[str, ...] | str]) -> bool:
    """Whether a parenthesis closes that is not open: the parser stops there, and what follows is never read."""
    kinds = [token[0] for token in tokens]
    depths = [kinds[: k + 1].count("LPAR") - kinds[: k + 1].count("RPAR") for k in range(len(kinds))]
    return min(depths, default=0) < 0


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.integers(0, 2))
def test_a_plain_statement_is_cut_at_once_into_the_same_tokens(text: str, start: int) -> None:
    cutter = tools()[1]
    ends: tuple[list[Token], list[Token]] = ([], [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexer, "LONG_PROGRAM", 0)
        at_once = read(cutter.tokens(text, start, ended=ends[0]))
    one_by_one = read(cutter.one_by_one(text, start, ends[1]))
    if not closes_too_much(at_once):
        assert at_once == one_by_one
        assert [parts(end) for end in ends[0]] == [parts(end) for end in ends[1]]


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexer, "LONG_PROGRAM", 0)
    monkeypatch.setattr(lexer, "MOST_WORDS", 3)
    cutter = tools()[1]
    for k in range(20):
        assert [t.text for t in cutter.tokens(f"a{k} = b{k}*2", ended=[])] == [f"a{k}", "=", f"b{k}", "*", "2"]
    assert len(cutter._kinds) < 20


@pytest.mark.parametrize(("line", "first"), [
    ("f(u) = u*u", "HEAD"), ("f (u, v) = u", "HEAD"), ("f(u) == 1", "NAME"), ("f(u)*2", "NAME"), ("f((u)) = u", "NAME"),
    ("(x) = 2", "LPAR"), ("(x)*(y)", "LPAR"), ("x = f(y)", "NAME"), ("x*(y)", "NAME"), ("x = (y", "NAME"),
])  # fmt: skip
def test_a_line_that_begins_with_a_call_may_be_a_definition(
    line: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexer, "LONG_PROGRAM", 0)
    cutter = tools()[1]
    for text in (line, f"{line}\nx = 1"):
        found = [*cutter.tokens(text, ended=[])]
        assert found[0].type == first
        assert read(found) == read(cutter.one_by_one(text, 0, []))
