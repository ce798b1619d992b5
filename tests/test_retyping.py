"""Words that were meant for NAME=VALUE or ITEM=CLAIM: what is read of them, and what is said."""

from __future__ import annotations

import pytest

from gradcli.record.bindings import is_cut
from gradcli.record.retyping import (
    MAX_LENGTH,
    MOST_WORDS,
    Entry,
    is_irregular,
    meant,
    nearly_quotient,
    retyped,
)

# Words as a shell gives them, separated by |, then those that were meant.
VALUES = """
x=1 -> x=1
x | = | 1 -> x=1
x= | 1 -> x=1
x | =1 -> x=1
x | 1 -> x=1
x: | 1 -> x=1
x := 1 -> x=1
x == 1 -> x=1
x=1, | y=2 -> x=1 y=2
x=1,y=2 -> x=1 y=2
x=1;y=2; -> x=1 y=2
x=1 y=2 -> x=1 y=2
x=max(1,2) -> x=max(1,2)
x | - | 4 -> x=-4
x | -4 | y | 5 -> x=-4 y=5
x=2.5 | ± | 0.1 -> x=2.5±0.1
x=2.5 | +/- | 0.1 -> x=2.5±0.1
x | 1/3 -> x=1/3
x | pi -> x=pi
"""
CLAIMS = """
df/dx | -4 -> df/dx=-4
d | f/d | x | = | 3 -> df/dx=3
d | f | / | d | x | = | 3 -> df/dx=3
x.grad = 3 -> x.grad=3
local(q, x) = 1 -> local(q, x)=1
dx=3 dy=4 -> dx=3 dy=4
df/dx | 2*x -> df/dx=2*x
"""
NOTHING = ["x", "x | y", "x | 1, 2", "x = y = 2", "= 3", "x =", "x=1 | x=2", "x | y | 3", "3 | 4", "x = 1, 2"]


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(" | ")]


@pytest.mark.parametrize(("line", "claims"), [
    *((line, False) for line in VALUES.strip().splitlines()), *((line, True) for line in CLAIMS.strip().splitlines()),
])  # fmt: skip
def test_what_was_meant(line: str, claims: bool) -> None:
    typed, _, expected = line.partition(" -> ")
    found = meant(words(typed), claims=claims)
    assert found is not None
    last = -1
    for entry in found:
        assert max(last, 0) <= entry.first <= entry.last
        last = entry.first
    assert " ".join(entry.text for entry in found) == expected
    assert found[-1].last == len(words(typed)) - 1


@pytest.mark.parametrize("line", NOTHING)
def test_what_nobody_can_tell(line: str) -> None:
    assert meant(words(line)) is None


def test_long_commands_are_not_mended() -> None:
    assert meant([f"x{k}={k}" for k in range(MOST_WORDS)]) is not None
    assert meant([f"x{k}={k}" for k in range(MOST_WORDS + 1)]) is None
    for size, is_read in ((MAX_LENGTH, True), (MAX_LENGTH + 1, False)):
        assert (meant(["x=" + "1" * (size - 2)]) is not None) is is_read


def test_words_alone_stay_as_they_are() -> None:
    assert meant(["q", "x", "=", "3"], lone=True) == [Entry("q", 0, 0), Entry("x=3", 1, 3)]
    assert meant(["q"], lone=True) == [Entry("q", 0, 0)]


@pytest.mark.parametrize(("typed", "message", "hint"), [
    ("x | = | 1", "x, = and 1 are three words here", "write x=1, without blanks"),
    ("x | 1", "x and 1 are two words here", "write x=1"),
    ("x=1,", "words are separated by blanks, without ,", "did you mean x=1?"),
    ("x=1; | y=2", "words are separated by blanks, without ;", "did you mean x=1?"),
    ("x:1", "x:1 is not NAME=VALUE", "did you mean x=1?"),
    ("x=1,y=2", "each NAME=VALUE is a word of its own, without commas", "write x=1 y=2"),
    ("x | 1 | y | 2", "x and 1 are two words here", "write x=1 y=2"),
    ("x= | 2.5 | ± | 0.1", "x=, 2.5, ± and 0.1 are four words here",
                                                                     "write x=2.5±0.1, without blanks"),
])  # fmt: skip
def test_what_is_said(typed: str, message: str, hint: str) -> None:
    error = retyped(words(typed))
    assert error is not None
    assert (error.message, error.hint) == (message, hint)


def test_what_is_right_is_left() -> None:
    assert retyped(["x=1", "y=2"]) is None
    assert retyped(["x", "y"]) is None
    assert [is_irregular(word) for word in ("x=1", "x", "x=", "x=1,y=2", "2=1", "x=1 y=2")] == [
        False,
        True,
        True,
        True,
        True,
        True,
    ]
    assert [is_irregular(word, claims=True) for word in ("df/dx=1", "local(q,x)=2", "2=df")] == [False, False, True]
    assert is_irregular("df/dx=1")
    assert [is_cut(word) for word in (["x", "=", "1"], ["x=", "1"], ["x", "=1"], ["x=1"], ["--of="])] == [True] * 3 + [
        False
    ] * 2


@pytest.mark.parametrize(("text", "hint"), [
    ("dfdx", "df/dx"), ("dF/dX", "df/dx"), ("df_dx", "df/dx"), ("df|dx", "df/dx"), ("df/dw", None), ("f/x", None),
    ("d", None),
    ("DfDx", "df/dx"), ("df dx", "df/dx"), ("dfx", None),
])  # fmt: skip
def test_items_that_are_nearly_quotients(text: str, hint: str | None) -> None:
    found = nearly_quotient(text, {"f", "x"})
    assert found == (None if hint is None else f"did you mean {hint}?")
