"""Lines of reports at the edges of a width: where they break, what stands beside them and what below."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.reports import Style
from gradcli.reports.array_markdown import _code
from gradcli.reports.columns import aligned, entries, filled, padded, wrapped
from gradcli.reports.descent_table import _Table
from gradcli.reports.notation import WrittenLine
from gradcli.reports.steps import laid_out, styled
from gradcli.text import BOLD, DIM, PLAIN, VALUE_COLOR

LONG_LINES = 60
LONG_LINE = 80


@pytest.mark.parametrize(("numbers", "lines"), [
    ([], []), (["7"], ["7"]), (["-12", "0.25", "1e-07"], ["-12    ", "  0.25 ", "  1e-07"]),
    (["1/3", "-12"], ["1/3", "-12"]), (["1/30", "2"], ["1/30", "   2"]), (["", "1.5"], ["   ", "1.5"]),
    (["none", "1.5"], ["none  ", "   1.5"]), (["+1", "-10.5"], [" +1  ", "-10.5"]),
    (["1.5 ± 0.1", "10"], [" 1.5 ± 0.1", "10        "]), (["inf", "2"], ["inf", "  2"]),
    (["-inf", "2"], ["-inf", "   2"]),
])  # fmt: skip
def test_points_line_up(numbers: list[str], lines: list[str]) -> None:
    assert aligned(numbers) == lines


def test_blanks_after_a_text_or_before_it() -> None:
    assert (padded("ab", 4), padded("ab", 4, right=True), padded("ab", 2), padded("ab", 1)) == (
        "ab  ",
        "  ab",
        "ab",
        "ab",
    )
    assert padded("\u540d", 3) == "\u540d "  # of two cells


@pytest.mark.parametrize(("text", "width", "lines"), [
    ("one two three", None, ["one two three"]), ("one two three", 13, ["one two three"]),
    ("one two three", 12, ["one two", "    three"]), ("one two three", 9, ["one two", "    three"]),
    ("one two three", 8, ["one two", "three"]), ("one two three", 7, ["one two", "three"]),
    ("one two three", 6, ["one", "two", "three"]), ("  one two", 5, ["  one", "two"]), ("", 5, [""]),
    ("three", 3, ["three"]), ("a three b", 3, ["a", "three", "b"]),
])  # fmt: skip
def test_a_text_breaks_at_blanks(text: str, width: int | None, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


def test_a_short_row_in_brackets_is_one_word_of_a_long_line() -> None:
    text = "x" * (LONG_LINES - 12) + " and [1, 2, 3]"
    assert wrapped(text, LONG_LINES) == ["x" * (LONG_LINES - 12) + " and", "    [1, 2, 3]"]
    assert wrapped(text, LONG_LINES - 1) == ["x" * (LONG_LINES - 12) + " and", "    [1, 2, 3]"]
    assert wrapped("xxxxxxx and [1, 2, 3]", 12) == ["xxxxxxx and", "    [1, 2,", "    3]"]  # no room for the row
    for size, whole in ((40, True), (41, False)):
        first, *_ = wrapped(f"{'x' * 30} [1, {'2' * size}]", LONG_LINES)
        assert first == "x" * 30 + ("" if whole else " [1,")


@pytest.mark.parametrize(("parts", "width", "lines"), [
    (["a", "b", "c"], None, ["a, b, c"]), (["a", "b", "c"], 7, ["a, b, c"]), (["a", "b", "c"], 6, ["a, b,", "    c"]),
    (["aa", "bb"], 5, ["aa,", "bb"]), (["aa", "bb"], 6, ["aa, bb"]), ([], 5, [""]),
    (["aa bb", "c"], 4, ["aa", "bb,", "c"]),
    (["a", "bb cc"], 6, ["a,", "bb cc"]), (["a", "bb cc"], 4, ["a,", "bb", "cc"]),
])  # fmt: skip
def test_entries_break_between_them(parts: list[str], width: int | None, lines: list[str]) -> None:
    found = entries(parts, width)
    assert [line.strip() for line in found] == [line.strip() for line in lines]


def test_a_colour_has_no_width() -> None:
    red = f"{BOLD}aa{PLAIN}"
    assert filled([red, "bb"], " ", 5) == [f"{red} bb"]
    assert filled([red, "bb"], " ", 4) == [red, "bb"]
    assert styled("a", BOLD, Style(color=True)) == f"{BOLD}a{PLAIN}"
    color = Style(color=True)
    assert [styled("a", BOLD, Style()), styled("", BOLD, color), styled("a", "", color)] == [
        "a",
        "",
        "a",
    ]


def line(left: str, *right: str, remark: str = "", **more: object) -> WrittenLine:
    return WrittenLine(left, list(right), remark, **more)  # type: ignore[arg-type]


def test_equals_signs_and_rules_stand_in_columns() -> None:
    lines = [line("x", "2", remark="given"), line("long", "x + 1", "3", remark="the output"), line("y", "0")]
    assert laid_out(lines, Style(), "") == [
        "  x    = 2           given",
        "  long = x + 1 = 3   the output",
        "  y    = 0",
    ]
    assert laid_out([line("x", "1/3", "0.333", last="~")], Style(), "") == ["  x = 1/3 ~ 0.333"]


def test_a_long_name_pushes_no_sign_to_the_right() -> None:
    for size, others in ((24, 24), (25, 1)):
        found = laid_out([line("n" * size, "1"), line("x", "2")], Style(), "")
        assert found == [f"  {'n' * size} = 1", f"  {'x':{others}} = 2"]


def test_a_long_line_pushes_no_rule_to_the_right() -> None:
    for size, gap in ((LONG_LINE, LONG_LINE - 5 + 3), (LONG_LINE + 1, 3)):
        found = laid_out([line("x", "1" * (size - 4), remark="rule"), line("y", "2", remark="given")], Style(), "")
        assert found == [f"  x = {'1' * (size - 4)}   rule", f"  y = 2{' ' * gap}given"]


def test_a_rule_stands_beside_its_line_where_there_is_room_and_else_below() -> None:
    one = [line("x", "12345", remark="sum rule")]
    assert laid_out(one, Style(width=22), "") == ["  x = 12345   sum rule"]
    assert laid_out(one, Style(width=23), "") == ["  x = 12345   sum rule"]
    assert laid_out(one, Style(width=21), "") == ["  x = 12345", "      sum rule"]
    assert laid_out(one, Style(width=14), "") == ["  x = 12345", "      sum rule"]
    assert laid_out(one, Style(width=13), "") == ["  x = 12345", "      sum", "      rule"]
    assert laid_out(one, Style(width=12), "") == ["  x = 12345", "      sum", "      rule"]
    assert laid_out(one, Style(width=11), "") == ["  x = 12345", "      sum", "      rule"]
    assert laid_out(one, Style(width=10), "") == ["  x =", "    12345", "      sum", "      rule"]


def test_a_line_that_is_too_long_breaks_at_its_equals_signs() -> None:
    one = [line("dx", "a*b + c", "2*3 + 4", "10", remark="sum rule"), line("y", "1")]
    assert laid_out(one, Style(width=20), "") == [
        "  dx = a*b + c", "     = 2*3 + 4", "     = 10", "      sum rule", "  y  = 1",
    ]  # fmt: skip
    assert laid_out(one, Style(width=12), "")[:3] == ["  dx = a*b +", "    c", "     = 2*3 +"]


def test_what_goes_on_hangs_below_itself_where_there_is_room() -> None:
    one = [line("x", "aaaa bbbb cccc dddd eeee", "2")]
    assert laid_out(one, Style(width=24), "", hanging=True)[:2] == ["  x = aaaa bbbb cccc", "       dddd eeee"]
    assert laid_out(one, Style(width=23), "", hanging=True)[:2] == ["  x = aaaa bbbb cccc", "    dddd eeee"]
    assert laid_out(one, Style(width=24), "")[:2] == ["  x = aaaa bbbb cccc", "    dddd eeee"]


def test_what_is_left_out_is_said_in_its_place_and_parts_stand_below() -> None:
    lines = [line("x", "1"), line("y", "2", parts=[("s", "x + 1"), ("t", "long words of it")]), line("z", "3")]
    assert laid_out(lines, Style(width=20), "", "... 5 lines are left out", 1) == [
        "  x = 1", "  ... 5 lines are", "    left out", "  y = 2", "      s = x + 1", "      t = long words",
        "        of it", "  z = 3",
    ]  # fmt: skip
    assert "left out" not in "".join(laid_out(lines, Style(), "", "", 1))


def test_the_last_number_has_the_colour_of_its_pass() -> None:
    color = Style(color=True)
    assert laid_out([line("x", "1 + 1", "2", remark="given")], color, VALUE_COLOR) == [
        f"  x = 1 + 1 = {VALUE_COLOR}2{PLAIN}   {DIM}given{PLAIN}"
    ]
    narrow = Style(color=True, width=10)
    assert laid_out([line("x", "1 + 1", "2", remark="given")], narrow, VALUE_COLOR) == [
        "  x = 1 +", "    1", f"{VALUE_COLOR}    = 2{PLAIN}", f"{DIM}      given{PLAIN}",
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "x", "text", "rounded"), [
    (6, 3.0, "3", False), (6, 2.5, "2.5", False), (6, 1e6, "1000000", False), (6, 1 / 3, "0.333333", True),
    (6, 100000.4, "100000", True), (6, 1.000000001e20, "1.00000e+20", True), (1, 3.1e-5, "3e-05", True),
    (11, 1 / 3, "0.33333333333", True), (12, 1 / 3, "0.333333333333", False), (17, 1 / 3, "0.333333333333", False),
])  # fmt: skip
def test_a_norm_of_a_descent_has_its_figures(count: int, x: float, text: str, rounded: bool) -> None:
    table: Any = SimpleNamespace(figures=SimpleNamespace(count=count, rounded=False))
    assert _Table._norm(table, x) == text
    assert table.figures.rounded is rounded


@pytest.mark.parametrize(("text", "code"), [("", ""), ("a", "`a`"), ("[1 | 2]", "`[1 \\| 2]`")])
def test_a_bar_within_code_ends_no_cell(text: str, code: str) -> None:
    assert _code(text) == code
