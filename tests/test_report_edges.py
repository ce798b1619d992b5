"""Reports at the edges: higher derivatives in LaTeX, sums of many branches, marks in a width, arrows of a map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import NEG
from gradcli.errors import Source
from gradcli.homework.marking.marks import CORRECT, WRONG
from gradcli.language.writing import ATOM
from gradcli.numbers.decimals import Uncertain
from gradcli.plotting.contours import Map
from gradcli.plotting.plot import plot
from gradcli.record.bindings import split
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render, render_arrays, render_plot
from gradcli.reports.array_spelling import LOOSE, Spelling, TexSpelling
from gradcli.reports.marks import RULE, MarkLayout, laid_out, paragraph
from gradcli.reports.notation import WrittenLine
from gradcli.reports.plot_text import ARROWS
from gradcli.reports.plot_text import _map as map_lines
from gradcli.reports.steps import laid_out as laid_out_lines
from gradcli.reports.table import render as table

from .test_golden import called

MOST_TERMS = 6


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


@pytest.mark.parametrize(("program", "lines"), [
    ("x*y", ["f = x*y", "df/dx = y", "df/dy = x"]), ("f = x*y", ["f = x*y", "df/dx = y", "df/dy = x"]),
    ("q = x + y; q*z", ["q = x + y", "f = q*z", "df/dx = z", "df/dy = z", "df/dz = q"]),
    ("q = x + y; L = q*z", ["q = x + y", "L = q*z", "dL/dx = z", "dL/dy = z", "dL/dz = q"]),
    ("q = 2*x; q*q", ["q = 2*x", "f = q^2", "df/dx = 8*x"]), ("x", ["dx/dx = 1"]), ("y = x", ["dx/dx = 1"]),
])  # fmt: skip
def test_without_a_point_every_equation_is_written_once(program: str, lines: list[str]) -> None:
    """The output is an equation among the others, and nothing is told to be itself."""
    text = printed(program)
    assert [re.sub(r" +=", " =", line).replace("**", "^") for line in text.splitlines()] == lines
    body = printed(program, "--to", "latex").partition("\\begin{align*}\n")[2].partition("\n\\end{align*}")[0]
    plain = re.sub(r"\\frac\{(\w+)\}\{(\w+)\}", r"\1/\2", body).replace(r" \cdot ", "*").replace("^{2}", "^2")
    assert [line.strip().removesuffix(" \\\\").replace(" &=", " =") for line in plain.split("\n")] == lines


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


# ---- what has room


def test_a_sum_stands_line_by_line_where_the_table_would_else_not_fit() -> None:
    """A column of 57 for the sum written out; of 54 for one below the other; else the list."""
    found = differentiate("q = x*y; f = q*z + q", {"x": -2, "y": 5, "z": -4})
    assert isinstance(found, Gradient)
    for width in (56, 54):
        lines = table(found, Style(width=width)).splitlines()
        at = next(k for k, line in enumerate(lines) if line.startswith(" q "))
        assert lines[at : at + 3] == [
            " q     x*y         -10    ∂q/∂x = y = 5         -4",
            "                          ∂q/∂y = x = -2     +   1",
            "                                             =  -3",
        ]
    assert "-4 + 1 =  -3" in table(found, Style(width=57))
    assert "∂q/∂x = 5      " in table(found, Style(width=53))  # then without the rules
    assert table(found, Style(width=52)).startswith(" node ")
    assert table(found, Style(width=51)).startswith("x = -2, df/dx = -15\n")


@pytest.mark.parametrize(("least", "written"), [(10_001, True), (100_001, False)])
def test_a_first_entry_of_at_most_48_characters_is_written_out(least: int, written: bool) -> None:
    """W.T@ones: five products such as 10001*1, and a plus between them, are 47 characters; of 6 digits 52."""
    rows = [[least + (8 * i + j) % 9 for j in range(8)] for i in range(5)]
    found = differentiate("L = sum(W@X)", {"W": rows, "X": [[1 + (i + j) % 2 for j in range(5)] for i in range(8)]})
    line = next(line for line in str(render_arrays(found, "steps", Style())).splitlines() if "dL/dX" in line)  # type: ignore[arg-type]
    assert (f"[[{least}*1 + " in line) is written
    assert ("= W.T@dL/dv1 = 8x5 (norm" in line) is not written


def test_a_rule_that_fits_no_common_column_stands_right_behind_its_line() -> None:
    """In 26 columns the third rule has room behind five cells, so the column is that of x and z; y goes beyond it."""
    told = (("x", "1", "r"), ("y", "1234567890", "rr"), ("z", "1", "a long remark!"))
    lines = [WrittenLine(name, [number], remark) for name, number, remark in told]
    assert laid_out_lines(lines, Style(width=26), "") == [
        "  x = 1   r", "  y = 1234567890   rr", "  z = 1   a long remark!",
    ]  # fmt: skip


# ---- what is told of steps, jumps and rules


def test_what_has_no_derivative_makes_no_step() -> None:
    text = printed("sqrt(x) + y", "x=0", "y=1", "--step", "0.1", "--nodes", "none")
    assert text.endswith("step: x = 0, which has no derivative, y = 1 - 0.1*df/dy = 0.9\n")


@pytest.mark.parametrize(("high", "guides"), [(3, True), (8.5, True), (9.5, False)])
def test_jumps_are_dotted_lines_of_the_value_where_they_are_few(high: float, guides: bool) -> None:
    """Eight of them at most; the slope has none at all."""
    words = split([f"x=0.5:{high}"])
    shown = str(render_plot(plot(Source("program", "floor(x)"), words, at=(), of=None, fine=False), "text", Style()))
    value, slope = shown.split("df/dx")
    assert ("┊" in value, "┊" in slope.partition("breaks")[0]) == (guides, False)


def test_a_level_has_its_label_in_its_longest_piece() -> None:
    found = plot(Source("program", "x + y"), split(["x=0:8", "y=0:8"]), at=(), of=None, fine=False)
    short, long = ([(8 * k / many, y) for k in range(many + 1)] for many, y in ((5, 2.0), (20, 6.0)))
    for pieces in ([short, long], [long, short]):
        rows = map_lines(found, Map([(7.0, "777")], [pieces], [], []), 60, Style())[2:26]
        assert [k for k, row in enumerate(rows) if " 777 " in row] == [6]  # a quarter from the top


def test_a_rule_of_the_book_is_shown_where_its_example_uses_it() -> None:
    assert printed("rules", "multivariable chain rule").splitlines()[-1] == (
        "    df/db = df/dx · ∂x/∂b + df/dy · ∂y/∂b = -12 - 20 = -32   multivariable chain rule"
    )
    single = printed("rules", "single-variable chain rule").splitlines()
    assert single[3:] == [
        '  in gradcli "q = x + y; f = q*z" x=-2 y=5 z=-4 --steps',
        "    df/dx = df/dq · ∂q/∂x = z · 1 = -4 · 1 = -4   single-variable chain rule, sum rule",
        "    df/dy = df/dq · ∂q/∂y = z · 1 = -4 · 1 = -4   single-variable chain rule, sum rule",
    ]


@pytest.mark.parametrize("nodes", [None, "none"])
def test_steps_of_arrays_in_markdown(nodes: str | None) -> None:
    found: Any = differentiate("L = sum(x)", {"x": [1, 2]})
    lines = str(render_arrays(found, "steps", Style(nodes=nodes)))
    assert ("sum rule" in lines) is (nodes is None)
    more = [] if nodes is None else ["--nodes", nodes]
    text = printed("L = sum(x)", "x=[1,2]", "--steps", "--to", "markdown", *more)
    assert text.count("| step | rule |") == (2 if nodes is None else 0)
    assert ("| `dL/dx = ones(2) = [1, 1]` | sum rule |" in text) is (nodes is None)
    assert "**L = 3, gradient: x [1, 1]**" in text


# ---- how numbers bind in formulas of entries


@pytest.mark.parametrize(("text", "binding"), [
    (Uncertain("1", "0.1"), LOOSE), ("-1", NEG.precedence), ("-x", NEG.precedence),
    ("1/3", 3), ("x", ATOM), ("2.5", ATOM), ("W[1,0]", ATOM), ("", ATOM),
])  # fmt: skip
def test_how_tightly_a_number_binds(text: str, binding: int) -> None:
    assert Spelling(str).numeral_precedence(text) == binding
    assert TexSpelling(str).numeral_precedence(text) == binding


@pytest.mark.parametrize(("program", "x", "line"), [
    ("1.5e-7**x", "2", r"f &= \left(1.5 \cdot 10^{-7}\right)^{x} = \left(1.5 \cdot 10^{-7}\right)^{2} = "),
    ("x**2", "-1e-9", r"f &= x^{2} = \left(-1 \cdot 10^{-9}\right)^{2} = 1 \cdot 10^{-18} "),
    ("x**2", "1/3", r"f &= x^{2} = \left(\frac{1}{3}\right)^{2} = \frac{1}{9} "),
    ("x**1e-7", "2", r"f &= x^{1 \cdot 10^{-7}} = 2^{1 \cdot 10^{-7}} = 1.00000 "),
    ("2 - 1e-7*x", "1", r"v_{1} &= 1 \cdot 10^{-7} \cdot x = 1 \cdot 10^{-7} \cdot 1 = 1 \cdot 10^{-7} "),
])  # fmt: skip
def test_a_power_of_ten_is_raised_in_parentheses(program: str, x: str, line: str) -> None:
    assert line in printed(program, f"x={x}", "--to", "latex", *(["--exact"] if "/" in x else []))


@pytest.mark.parametrize(("text", "binding"), [("1e-7", 3), ("-1e-7", 3), ("1/3", 3), ("inf", ATOM), ("-2", 4)])
def test_how_tightly_a_number_binds_in_latex(text: str, binding: int) -> None:
    assert TexSpelling(str).numeral_precedence(text) == binding


@pytest.mark.parametrize(("program", "point", "formulas"), [
    ("x*y", {"x": ["1±0.1", 2], "y": [3, "-4±0.5"]}, ["(1.00 ± 0.10)*3, 2*(-4.00 ± 0.50)", "1*3, 1*(-4.00 ± 0.50)"]),
    ("x - y", {"x": [1, -2], "y": [-3, 4]}, ["1 - (-3), -2 - 4"]),
    ("x + y", {"x": [1, -2], "y": [-3, 4]}, ["1 - 3, -2 + 4"]),
    ("x**2", {"x": [-1, 3]}, ["(-1)**2, 3**2", "2*1*(-1), 2*1*3"]), ("-x", {"x": [-1, 0]}, ["-(-1), 0"]),
    ("x/y", {"x": [-1, 3], "y": [-2, 4]}, ["-1/(-2), 3/4"]),
])  # fmt: skip
def test_entries_with_numbers_written_in(program: str, point: dict[str, Any], formulas: list[str]) -> None:
    text = str(render_arrays(differentiate(f"v = {program}; L = sum(v)", point), "steps", Style()))  # type: ignore[arg-type]
    for formula in formulas:
        assert f"[{formula}]" in text


@pytest.mark.parametrize(("many", "shown"), [(6, "1 + 2 + 3 + 4 + 5 + 6"), (7, "1 + 2 + 3 + ... (7 terms)")])
def test_a_sum_of_more_than_six_entries_shows_three(many: int, shown: str) -> None:
    text = str(render_arrays(differentiate("L = sum(x)", {"x": [*range(1, many + 1)]}), "steps", Style()))  # type: ignore[arg-type]
    assert f"L = sum(x) = {shown} = {many * (many + 1) // 2}" in text


def test_a_derivative_is_followed_through_eight_sums() -> None:
    """df/da10 = z, and so are those of a9 to a3 in symbols: the factors of a9 to a2; then it is called by its name."""
    program = "; ".join([*(f"a{k} = a{k - 1} + {k}" for k in range(1, 11)), "f = a10*z"])
    found = differentiate(program, {"a0": 1, "z": -4})
    assert isinstance(found, Gradient)
    text = str(render(found, "steps", Style()))
    for k in range(10):
        symbol = "z" if k >= 2 else f"df/da{k + 1}"
        assert f" = df/da{k + 1} · ∂a{k + 1}/∂a{k} = {symbol} · 1 = -4 · 1 = -4 " in text
