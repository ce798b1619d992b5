"""Texts that are made to fit: nothing is lost, no line is too wide, and what would still have fitted stands there."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from gradcli.commands import troff
from gradcli.reports.columns import entries, filled
from gradcli.reports.columns import wrapped as in_lines
from gradcli.text import cells, clip, did_you_mean, hanging, harmless, position

ALPHABET = "abc x=1日é"


def texts(count: int = 200) -> list[tuple[str, int]]:
    """Return texts of words, some of wide characters, each with a width."""
    chance = Random(1)
    words = ["".join(chance.choice(ALPHABET.replace(" ", "")) for _ in range(chance.randint(1, 9))) for _ in range(40)]
    return [(" ".join(chance.choices(words, k=chance.randint(1, 14))), chance.randint(5, 40)) for _ in range(count)]


def check(lines: list[str], width: int, text: str, separator: str = " ") -> None:
    """Check lines against the text that they hold: a word stands on the next line only if it did not fit."""
    parts = [line.strip().split(separator) for line in lines]
    assert " ".join(" ".join(part) for part in parts).split() == text.split()
    for line in lines:
        assert cells(line) <= width or separator not in line.strip()
    for line, (word, *_) in zip(lines, parts[1:], strict=False):
        assert cells(line) + cells(separator) + cells(word) > width


@pytest.mark.parametrize("name", ["message", "report", "parts"])
def test_lines_are_filled(name: str) -> None:
    for text, width in texts():
        if name == "message":
            check(hanging(text, width).split("\n"), width, text)
        elif name == "report":
            check(in_lines(text, width), width, text)
        else:
            check(filled(text.split(" "), " ", width), width, text)


def test_entries_break_behind_commas() -> None:
    for text, width in texts():
        lines = entries(text.split(" "), width, "  ")
        assert "".join(lines).replace(" ", "") == text.replace(" ", ",")
        for line, after in pairwise(lines):
            assert line.endswith(",")
            first, comma, _ = after.strip().partition(",")
            assert cells(f"{line} {first}{comma}") > width


def test_a_page_of_the_manual_is_filled() -> None:
    for text, width in texts(100):
        body = troff.render(f".SH X\n{text}\n", max(width, 24), fonts=False).splitlines()[1:]
        assert all(line.startswith(" " * troff.INDENT) for line in body)
        check([line[troff.INDENT :] for line in body], max(width, 24) - troff.INDENT, text)


def test_a_choice_that_is_too_wide_breaks_at_its_bars() -> None:
    choice = "--to [table|json|csv|markdown|steps|latex|circuit]"
    for width in range(30, 70):
        (first, *others) = troff.render(f".SH X\n.TP\n{choice}\nText.\n", width, fonts=False).splitlines()[1:-1]
        rows = [first.strip(), *(row.strip() for row in others)]
        assert "".join(rows) == choice
        assert all(row.startswith("|") for row in rows[1:])
        for row, after in zip([first, *others], rows[1:], strict=False):
            assert cells(row) <= width
            assert cells(row) + cells("|" + after[1:].split("|")[0]) > width


def test_a_clipped_text_is_as_long_as_may_be() -> None:
    for text, width in texts():
        found = clip(text, width)
        if cells(text) <= width:
            assert found == text
            continue
        kept = found.removesuffix("...")
        assert kept == text[: len(kept)]
        assert cells(found) <= width < cells(text[: len(kept) + 1]) + 3


@pytest.mark.parametrize(("text", "clipped"), [
    ("a" + "\u0301" * 11, "a" + "\u0301" * 11), ("a" + "\u0301" * 12, "a" + "\u0301" * 8 + "..."),
    ("e\u0301" * 7, "e\u0301" * 4 + "e..."), ("\u6570" * 6, "\u6570" * 6), ("\u6570" * 7, "\u6570" * 4 + "..."),
])  # fmt: skip
def test_characters_without_a_width_count_as_characters(text: str, clipped: str) -> None:
    """A text of few columns may have any number of them."""
    assert clip(text, 12) == clipped


@pytest.mark.parametrize(("word", "names", "near"), [
    ("y", ["x"], None), ("xx", ["x"], "x"), ("xy", ["x"], "x"), ("xyz", ["x"], None), ("ba", ["ab"], None),
    ("abc", ["ab"], "ab"), ("xab", ["ab"], "ab"), ("abcd", ["ab"], None), ("xaby", ["ab"], None), ("a", ["ab"], "ab"),
    ("abcde", ["abc"], "abc"), ("abcdefgh", ["abc"], None), ("ab", ["cd"], None), ("w11", ["w12", "w1"], "w1"),
])  # fmt: skip
def test_a_name_of_one_or_two_letters_is_near_to_three_at_most(word: str, names: list[str], near: str | None) -> None:
    assert did_you_mean(word, names) == (near and f"did you mean {near}?")


@pytest.mark.parametrize(("text", "safe"), [
    ("=1+1", "'=1+1"), ("+x", "'+x"), ("-x", "'-x"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"), ("x=1", "x=1"),
    ("-1", "-1"), ("+1.5e-3", "+1.5e-3"), ("-.5", "-.5"), ("-1.", "-1."), ("-1x", "'-1x"), ("", ""), ("-٣", "'-٣"),
])  # fmt: skip
def test_no_cell_is_taken_for_a_formula(text: str, safe: str) -> None:
    assert harmless(text) == safe


def test_lines_and_columns_count_from_1() -> None:
    text = "ab\n\ncd"
    assert [position(text, k) for k in range(len(text))] == [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (3, 2)]
