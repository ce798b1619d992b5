"""Reports at the edges: higher derivatives in LaTeX, sums of many branches, marks in a width, arrows of a map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from gradcli import differentiate
from gradcli.homework.marking.marks import CORRECT, WRONG
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render
from gradcli.reports.marks import RULE, MarkLayout, laid_out, paragraph
from gradcli.reports.plot_text import ARROWS
from gradcli.reports.wording import MOST_TERMS

from .test_golden import called


def printed(*words: str) -> str:
    done = called(list(words), Path.cwd(), {}, b"")
    assert done.status == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize(("words", "rows"), [
    (["x^3*y", "x", "y"], [r"\frac{df}{dx} &= 3 \cdot x^{2} \cdot y", r"\frac{df}{dy} &= x^{3}"]),
    (["L = x^3*y", "x", "--order", "2", "x=2", "y=3"], [r"\frac{d^{2}L}{dx^{2}} &= 6 \cdot x \cdot y = 36"]),
    (["x^3*y", "x", "y", "--order", "3"], [
        r"\frac{d^{3}f}{dx^{3}} &= 6 \cdot y", r"\frac{d^{3}f}{dx^{2} \, dy} &= 6 \cdot x",
        r"\frac{d^{3}f}{dx \, dy^{2}} &= 0",
        r"\frac{d^{3}f}{dy^{3}} &= 0"]),
    (["q = x*x + 1; q*q", "x", "x=1"], [r"q &= x^{2} + 1", r"\frac{df}{dx} &= 4 \cdot q \cdot x = 8"]),
    (["abs(x)", "x", "x=0"], [r"\frac{df}{dx} &= \operatorname{sign}\left(x\right) = 0"]),
])  # fmt: skip
def test_derivatives_in_latex(words: list[str], rows: list[str]) -> None:
    found = printed("diff", *words, "--to", "latex")
    body = found.partition("\\begin{align*}\n")[2].partition("\n\\end{align*}")[0]
    assert [row.strip().removesuffix(" \\\\") for row in body.split("\n")] == rows


@pytest.mark.parametrize("many", [MOST_TERMS - 1, MOST_TERMS, MOST_TERMS + 1, MOST_TERMS + 2])
def test_a_sum_of_many_branches_shows_as_many_terms(many: int) -> None:
    program = "; ".join(
        [*(f"a{k} = {k + 2}*x" for k in range(many)), "f = " + " + ".join(f"a{k}" for k in range(many))]
    )
    record = differentiate(program, {"x": 1})
    assert isinstance(record, Gradient)
    text = str(render(record, "steps", Style(nodes="all")))
    (line,) = re.findall(r"^  df/dx +=(.*?)   multivariable chain rule$", text, re.MULTILINE)
    symbols, numbers, total = (part.strip() for part in line.split(" = "))
    shown = many if many <= MOST_TERMS else MOST_TERMS - 1
    assert symbols.count("df/da") == shown
    assert (f"... ({many:,} terms)" in symbols) is (many > MOST_TERMS)
    assert numbers == " + ".join(map(str, range(2, shown + 2))) + (
        f" + ... ({many:,} terms)" if many > MOST_TERMS else ""
    )
    assert int(total) == sum(range(2, many + 2))


class Marked(NamedTuple):
    status: str


ROWS = [("dx", "-4", "correct"), ("a.long.name", "0.25", "wrong: it is far off")]


def lines(style: Style, details: Sequence[list[str]] = ((), ())) -> list[str]:  # type: ignore[assignment]
    marks = [Marked(CORRECT), Marked(WRONG)]
    return laid_out(marks, ROWS, details, "score 1 of 2", style, MarkLayout(16, " = ")).splitlines()


def test_marks_stand_in_columns_where_all_of_them_fit() -> None:
    wide = [" + dx           -4    correct", " x a.long.name  0.25  wrong: it is far off", "score 1 of 2"]
    longest = max(map(len, wide))
    assert lines(Style(ascii=True)) == wide
    assert lines(Style(ascii=True, width=longest)) == wide
    assert lines(Style(ascii=True, width=longest - 1)) == [
        "+ dx = -4", "  correct", "x a.long.name = 0.25", "  wrong: it is far off", "score 1 of 2",
    ]  # fmt: skip
    assert lines(Style(width=longest))[0].startswith(" \N{CHECK MARK} dx")
    assert lines(Style(ascii=True, color=True))[0] == f"\x1b[32m{wide[0]}\x1b[0m"


def test_details_count_unless_they_are_rules_which_break() -> None:
    told = [["or " + "x" * 30], []]
    assert lines(Style(ascii=True, width=49), told)[:2] == [" + dx           -4    correct", " " * 16 + told[0][0]]
    assert lines(Style(ascii=True, width=48), told)[0] == "+ dx = -4"
    rule = [[RULE + "some words that go on and on and on"], []]
    assert lines(Style(ascii=True, width=44), rule)[1:3] == [
        " " * 16 + "rule: some words that go on",
        " " * 16 + "and on and on",
    ]
    assert lines(Style(ascii=True), rule)[1] == " " * 16 + rule[0][0]


def test_long_claims_have_no_column() -> None:
    for size, blanks in ((24, 2 + 24 - 2), (25, 2)):
        rows = [("dx", "-4", "correct"), ("dy", "1" * size, "wrong")]
        found = laid_out(
            [Marked(CORRECT), Marked(WRONG)], rows, [[], []], "", Style(ascii=True), MarkLayout(5, "")
        ).split("\n")
        assert found[:2] == [f" + dx  -4{' ' * blanks}correct", f" x dy  {'1' * size}  wrong"]


def test_a_paragraph_is_at_least_twenty_wide() -> None:
    assert paragraph("twelve words of text", "  ", 22) == ["  twelve words of text"]
    assert paragraph("twelve words of text", "  ", 21) == ["  twelve words of", "  text"]
    assert paragraph("twelve words of", "  ", 1, "> ") == ["  twelve words of"]
    assert paragraph("twelve words of text", "", 19, "> ") == ["twelve words of text"]


@pytest.mark.parametrize(("formula", "arrow"), [
    ("x + 0*y", 0), ("x + 100*y", 1), ("y + 0*x", 2), ("100*y - x", 3), ("0*y - x", 4), ("-x - 100*y", 5),
    ("0*x - y", 6), ("x - 100*y", 7),
])  # fmt: skip
def test_arrows_of_a_map_point_uphill_as_it_is_drawn(formula: str, arrow: int) -> None:
    """The map is 1 wide and 100 high, so that a step of 100 up is as long as one of 1 to the right."""
    found = printed("plot", formula, "x=0:1", "y=0:100")
    signs = set(re.findall(f"[{''.join(ARROWS)}]", found.partition("lines:")[0]))
    assert signs == {ARROWS[arrow]}


def test_formulas_say_nothing_of_how_their_numbers_were_settled() -> None:
    """In JSON it is told."""
    words = ("diff", "exp(x) - exp(x*(1+1e-30))", "x", "x=1")
    assert "settled with balls" in printed(*words, "--json")
    for more in ([], ["--to", "latex"]):
        assert "note" not in printed(*words, *more)
    assert "note: relu has a kink here" in printed("diff", "relu(x)", "x", "x=0")
    assert "note: relu has a kink here" in printed("diff", "relu(x)", "x", "x=0", "--to", "latex")


def test_what_is_left_out_of_a_long_derivation_is_said_between_its_ends() -> None:
    program = "; ".join(["a0 = 2*x", *(f"a{k} = sin(a{k - 1})" for k in range(1, 230)), "f = a229"])
    rows = printed(program, "x=0.1", "--steps", "--to", "markdown").split("\n")
    left = [k for k, row in enumerate(rows) if "lines are left out" in row]
    assert len(left) == 2
    for k in left:
        assert re.fullmatch(r"\| \.\.\. \d+ lines are left out; --nodes all shows them \| \|", rows[k])
        starts = max(j for j in range(k) if rows[j] == "|---|---|")
        ends = next(j for j in range(k, len(rows)) if not rows[j])
        assert (k - starts - 1, ends - k - 1) == (40, 40)
