"""How much a report shows or puts on a line: at every limit, and one beyond it."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.drawing.subject import Numbers
from gradcli.errors import LimitError, Source
from gradcli.homework.marking.marks import CORRECT, WRONG
from gradcli.language.syntax import parse
from gradcli.plotting.contours import Arrow, Map
from gradcli.plotting.plot import Plot, Range
from gradcli.plotting.scales import axis
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.array_request import asked_entries
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render, render_arrays
from gradcli.reports.array_entry import EntryWriter
from gradcli.reports.array_lines import ArrayLines
from gradcli.reports.array_marks import _claimed, _is_short
from gradcli.reports.array_spelling import Spelling
from gradcli.reports.array_text import ArrayWriter
from gradcli.reports.code.arrays import _laid_out
from gradcli.reports.code.loops import Row
from gradcli.reports.code.writing import listed, program_lines
from gradcli.reports.latex_text import Tex, aligned_rows
from gradcli.reports.marks import MarkLayout, laid_out, row_of
from gradcli.reports.notation import WrittenLine
from gradcli.reports.plot_text import ARROWS, _map, _shared_out
from gradcli.reports.rounding import Rounding
from gradcli.reports.signs import UNICODE


def numbers(program: str, **point: float) -> Gradient:
    found = differentiate(program, point)
    assert isinstance(found, Gradient)
    return found


def arrays(program: str, **point: Any) -> ArrayGradient:
    found = differentiate(program, point)
    assert isinstance(found, ArrayGradient)
    return found


# ---- code


@pytest.mark.parametrize(("many", "last"), [(1, "x1"), (20, "x20"), (21, "... (21 lines)"), (30, "... (30 lines)")])
def test_the_program_at_the_top_of_code_has_twenty_lines(many: int, last: str) -> None:
    lines = program_lines("\n".join(f"x{k}" for k in range(1, many + 1)))
    assert lines == [*(f"x{k}" for k in range(1, min(many, 20) + 1)), *([last] if many > 20 else [])]


@pytest.mark.parametrize("size", [87, 88, 89])
def test_what_fits_in_88_characters_is_one_line_of_code(size: int) -> None:
    items = ["a", "b" * (size - len("  return {a, }"))]
    one = f"  return {{{', '.join(items)}}}"
    assert len(one) == size
    found = listed("return {", items, "}", "  ", "  ")
    assert found == ([one] if size <= 88 else ["  return {", "    a,", f"    {items[1]},", "  }"])


@pytest.mark.parametrize(("size", "column"), [(71, 71), (72, 72), (73, 7)])
def test_remarks_stand_below_each_other_behind_72_characters(size: int, column: int) -> None:
    """A longer line has its remark right behind it, and moves no other."""
    rows = [Row("a", False, ["1.0"], "3"), Row("b", False, ["x" * (size - len("b = "))], "4")]
    short, long = _laid_out(rows)
    assert short == f"    {'a = 1.0'.ljust(column)}  # 3"
    assert long == f"    b = {'x' * (size - 4)}  # 4"


@pytest.mark.parametrize("format", ["numpy", "torch"])
def test_code_holds_ten_thousand_numbers(format: str) -> None:
    """All arrays of the point together."""
    assert "def forward_backward" in str(render_arrays(_point_of(10_000), format, Style()))
    with pytest.raises(LimitError, match="the point has 10,001 numbers, and a file of code holds 10,000"):
        render_arrays(_point_of(10_001), format, Style())


def _point_of(many: int) -> ArrayGradient:
    return arrays("sum(x) + sum(y)", x=[1.0] * 1_000, y=[2.0] * (many - 1_000))


# ---- formulas


@pytest.mark.parametrize(("many", "rows"), [(1, [1]), (3, [3]), (4, [3, 1]), (6, [3, 3]), (7, [3, 3, 1])])
def test_three_terms_of_a_sum_stand_in_a_row(many: int, rows: list[int]) -> None:
    notation = Tex.__new__(Tex)
    found = notation.series([f"t{k}" for k in range(many)]).split(" \\\\\n  &\\quad ")
    assert [len(re.findall(r"t\d", row)) for row in found] == rows


@pytest.mark.parametrize("size", [55, 56, 57])
def test_a_line_of_56_characters_is_one_row_in_latex(size: int) -> None:
    plain = WrittenLine("f", ["a", "b" * (size - len("f = a = "))], "")
    rows = aligned_rows(plain, plain)
    assert len(rows) == (1 if size <= 56 else 2)


@pytest.mark.parametrize("many", [5, 6, 7, 20])
def test_of_more_than_six_terms_the_first_three_are_written(many: int) -> None:
    record = arrays("L = sum(x)", x=[2.0] * many)
    (entry,) = asked_entries(record, "L")
    (line,) = EntryWriter(record, Rounding.of(record, Style())).lines(entry)
    shown = many if many <= 6 else 3
    more = [] if many <= 6 else [f"... ({many} terms)"]
    assert line.right == [
        " + ".join([*(f"x[{k}]" for k in range(shown)), *more]), " + ".join(["2"] * shown + more), str(2 * many),
    ]  # fmt: skip


# ---- marks


@pytest.mark.parametrize(("text", "short"), [
    ("1" * 24, True), ("1" * 25, False), (f"  {'1' * 24}  ", True), ("@a.csv", False), ("[1,\n2]", False),
])  # fmt: skip
def test_the_text_of_a_claimed_array_is_shown_up_to_24_cells(text: str, short: bool) -> None:
    assert _is_short(text) is short


@pytest.mark.parametrize("size", [25, 59, 60, 61])
def test_a_claim_that_is_repeated_has_60_characters(size: int) -> None:
    """Of an array that is wrong as a whole, and of what is no number."""
    text = "w" * size
    shown = text if size <= 60 else f"{'w' * 57}..."
    claim = SimpleNamespace(text=text, name=text)
    whole: Any = SimpleNamespace(
        status=WRONG, item=SimpleNamespace(of_shape=False), shape=(2,), shape_kind="transposed", values=None,
        right=None, claim=claim,
    )  # fmt: skip
    assert _claimed(whole) == [f"claimed {shown}"]
    mark: Any = SimpleNamespace(status=WRONG, claim=claim, first_wrong=False, why="", read_as="")
    assert row_of(mark, "", "", "", UNICODE) == (shown, shown, "wrong")


@pytest.mark.parametrize("size", [23, 24, 25])
def test_claims_of_24_cells_make_a_column(size: int) -> None:
    rows = [("a", "1", "correct"), ("b", "1" * size, "correct")]
    marks = [SimpleNamespace(status=CORRECT)] * 2
    first, second, _ = laid_out(marks, rows, [[], []], "score", Style(ascii=True), MarkLayout(5, " = ")).splitlines()
    assert first == f" + a  {'1'.ljust(size if size <= 24 else 1)}  correct"
    assert second == f" + b  {'1' * size}  correct"


# ---- tables and lists


@pytest.mark.parametrize("size", [119, 120, 121])
def test_an_expression_of_a_table_has_120_cells(size: int) -> None:
    name = "v" * (size - len("x*"))
    shown = f"x*{name}" if size <= 120 else f"x*{'v' * 115}..."
    table = str(render(numbers(f"x*{name}", **{"x": 1.0, name: 2.0}), "table", Style()))
    assert f" {shown} " in table
    told = str(render_arrays(arrays(f"sum(x*{name})", **{"x": [1.0, 2.0], name: [2.0, 4.0]}), "table", Style()))
    assert f" {shown} " in told


@pytest.mark.parametrize(("shape", "whole"), [
    ((), True), ((8,), True), ((9,), False), ((4, 4), True), ((2, 8), True), ((3, 6), False), ((3, 3, 2), False),
    ((2, 2, 4), True),
])  # fmt: skip
def test_a_line_holds_an_array_of_16_entries(shape: tuple[int, ...], whole: bool) -> None:
    assert ArrayLines.in_full(shape) is whole


@pytest.mark.parametrize("size", [79, 80, 81])
@pytest.mark.parametrize("format", ["dot", "mermaid"])
def test_a_note_below_a_graph_has_80_characters_a_line(format: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    note = f"note {'w' * (size - len('note '))}"
    monkeypatch.setattr(Numbers, "captions", lambda *_: [note])
    text = str(render(numbers("x*x", x=2.0), format, Style()))
    below = "\n".join(line for line in text.splitlines() if not re.match(r"\s*(//|%%|accDescr)", line))
    assert (note in below) is (size <= 80)
    assert "w" * (size - len("note ")) in below


@pytest.mark.parametrize(("width", "columns"), [(14, 10), (15, 10), (16, 11), (80, 75)])
def test_a_picture_in_text_has_at_least_ten_columns(width: int, columns: int) -> None:
    """Beside numbers of two characters, and three more."""
    up = axis(0.0, 10.0, 4)
    assert max(len(text) for _, text in up.ticks) == 2
    left, found, _ = _shared_out(width, [up], 0.0, 1.0)
    assert (left, found) == (2, columns)


@pytest.mark.parametrize(("columns", "high", "step"), [(35, 3, 2), (36, 3, 1), (47, 4, 2), (48, 4, 1), (20, 2, 1)])
def test_every_number_below_a_picture_has_twelve_columns(columns: int, high: int, step: int) -> None:
    up = axis(0.0, 10.0, 4)
    _, found, across = _shared_out(columns + 5, [up], 0.0, float(high))
    assert found == columns
    assert [text for _, text in across.ticks] == [str(k) for k in range(0, high + 1, step)]


@pytest.mark.parametrize(("apart", "drawn"), [(1, 2), (4, 2), (5, 3), (6, 3)])
def test_arrows_of_a_map_in_text_are_five_columns_apart(apart: int, drawn: int) -> None:
    """Of three in a row the second is left out where it is nearer to the first, and a row further down is its own."""
    columns = 40
    plot = Plot(None, "f", [Range("x", 0.0, 40.0), Range("y", 0.0, 1.0)], {}, None, None, [])  # type: ignore[arg-type]
    arrows = [Arrow(x + 0.5, 0.5, 1.0, 0.0) for x in (0.0, float(apart), 20.0)]
    lines = _map(plot, Map([], [], arrows, []), columns + 3 + 3, Style())
    assert sum(line.count(ARROWS[0]) for line in lines) == drawn


@pytest.mark.parametrize("size", [3_999, 4_000, 4_001])
def test_a_formula_of_more_than_4000_characters_is_given_up(size: int) -> None:
    name = "w" * size
    graph = parse(Source("program", name))
    assert Spelling(str).formula(graph, graph.output) == (name if size <= 4_000 else "")


@pytest.mark.parametrize(("entries", "lines"), [
    ([6.0, 0.012, 651.6, 0.488, 607.0, 266.3, 1.0, 0.0, 686.484],
     ["0 .. 686.484, mean 246.543,", "norm 1155.53, 1 zero, largest at [8]"]),
    ([0.528, 552.86, 6.768, 0.093, 0.19, 0.743, 3.034, 589.0, 242.74],
     ["0.093 .. 589, mean 155.106,", "norm 843.536, 0 zeros,", "largest at [7]"]),
])  # fmt: skip
def test_a_line_of_a_summary_has_36_cells(entries: list[float], lines: list[str]) -> None:
    """The second line of the one has so many, of the other it would have one more."""
    record = arrays("sum(x)", x=entries)
    writer = ArrayWriter(record, Rounding.of(record, Style()), {})
    assert writer.lines(entries, (9,)) == lines
    assert max(map(len, lines)) <= 36


@pytest.mark.parametrize(("rows", "columns", "told"), [(79, 1, True), (8, 10, True), (9, 9, False), (41, 2, False)])
def test_a_loss_with_labels_that_opens_to_80_numbers_is_worth_a_look(rows: int, columns: int, told: bool) -> None:
    point = {"Z": [[0.5] * columns] * rows, "y": [0] * rows}
    text = str(render_arrays(arrays("c = cross_entropy(Z, y); L = sum(c)", **point), "steps", Style()))
    assert ("--open c shows where it comes from" in text) is told


def test_layers_that_repeat_are_told_by_the_first_and_the_last() -> None:
    """Of six layers the four in between: back from the last of them to the first."""
    program = "; ".join(["h0 = x", *(f"h{k} = tanh(W@h{k - 1})" for k in range(1, 7)), "L = sum(h6)"])
    text = str(render_arrays(arrays(program, W=[[0.5, 0.25], [0.1, 1]], x=[1, 2]), "steps", Style()))
    told = [re.split(r" += ", line.strip())[:2] for line in text.splitlines() if " x4, each 2" in line]
    assert told == [
        ["v2 .. v5", "W@h1 .. W@h4"], ["h2 .. h5", "tanh(v2) .. tanh(v5)"],
        ["dL/dh5 .. dL/dh2", "W.T@dL/dv6 .. W.T@dL/dv3"],
        ["dL/dv5 .. dL/dv2", "dL/dh5*(1 - h5**2) .. dL/dh2*(1 - h2**2)"],
    ]  # fmt: skip
