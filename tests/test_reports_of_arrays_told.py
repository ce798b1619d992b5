"""What reports of arrays say beside the numbers: axes that are added, steps, what is cut, rules that are none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.arrays.rows import no_pullback
from gradcli.arrays.table import ARRAY_OPERATIONS, ROWS
from gradcli.drawing.array_diagram import Arrays
from gradcli.record.array_gradient import ArrayGradient
from gradcli.reports import Style, render, render_arrays
from gradcli.reports.array_markdown import render as markdown_text
from gradcli.reports.array_rule_book import array_entries
from gradcli.reports.array_steps import chosen
from gradcli.reports.array_steps import render as steps_text
from gradcli.reports.circuit import render as circuit
from gradcli.reports.code.array_spelling import ARRAY_SPELLINGS

from .test_golden import called

LINES_AT_ENDS = 40
MANY_LINES = 200

FORMATS = {"steps": steps_text, "markdown": markdown_text}
CUBE = "T=[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]"


def said(*words: str) -> str:
    done = called(list(words), Path.cwd(), {}, b"")
    assert done.status == 0, done.stderr.decode()
    return done.stdout.decode()


def arrays(program: str, point: dict[str, Any]) -> ArrayGradient:
    found = differentiate(program, point)
    assert isinstance(found, ArrayGradient)
    return found


@pytest.mark.parametrize(("words", "steps", "latex"), [
    (("L = sum(sum(M, axis=0)*v)", "M=1 2; 3 4"), "sum rule", "sum rule"),
    (("L = sum(sum(M, axis=1)*v)", "M=1 2; 3 4"), "[:, None] makes a column of it: row i times entry i of dL/dv1",
     "row i times entry i of dL/dv1"),
    (("L = sum(sum(T, axis=1)*v)", CUBE), "[:, None] gives it an axis of size 1, along which it grows",
     "[:, None] gives it an axis of size 1, along which it grows"),
])  # fmt: skip
def test_an_axis_that_a_rule_adds(words: tuple[str, ...], steps: str, latex: str) -> None:
    """Of a sum of rows none is added; of one of columns it makes a column, of three axes one between two others."""
    for format, told, end in (("steps", steps, ""), ("latex", latex, "}")):
        (line,) = [line for line in said(*words, "v=[1, 3]", "--to", format).splitlines() if "sum rule" in line
                   and ("d" + words[1][0]) in line]  # fmt: skip
        assert line.removesuffix(" \\\\").endswith(told + end), line


@pytest.mark.parametrize(("name", "shown", "new"), [
    ("x", "x", r"x_{\text{new}}"), ("alpha", r"\alpha", r"\alpha_{\text{new}}"),
    ("W_1", "W_{1}", r"{W_{1}}_{\text{new}}"),
])  # fmt: skip
@pytest.mark.parametrize(
    ("rate", "written"), [("0.5", "0.5"), ("1/2", r"\frac{1}{2}"), ("1 - 0.5", r"\left(1 - 0.5\right)")]
)
def test_a_step_in_latex(name: str, shown: str, new: str, rate: str, written: str) -> None:
    for sign, words, value in (("-", (), 0), ("+", ("--ascent",), 2)):
        text = said(f"L = sum({name}*{name})/2", f"{name}=[1]", "--step", rate, "--to", "latex", *words)
        formula = rf"  {new} &= {shown} {sign} {written} \cdot \frac{{dL}}{{d{shown}}}"
        rows = text.splitlines()
        k = next(k for k, line in enumerate(rows) if line.startswith(formula + " "))
        assert rows[k] == rf"{formula} && \text{{the step}} \\"
        assert rows[k + 1] == rf"  &= \begin{{pmatrix}} {['0.5', '', '1.5'][value]} \end{{pmatrix}}"


@pytest.mark.parametrize("format", FORMATS)
def test_the_middle_of_a_long_derivation_is_left_out(format: str) -> None:
    """Each pass has its first 40 lines and its last 40; what lies between is told in their middle, in its place."""
    calls = ("sin", "cos", "tanh", "atan")
    layers = [f"a{k} = {calls[k * k % 7 % 4]}(a{k - 1}) + {k}*x" for k in range(1, 80)]  # none repeats
    found = arrays("; ".join(["a0 = 2*x", *layers, "sum(a79)"]), {"x": [0.1, 0.2]})
    rows = FORMATS[format](found, Style(steps=True)).splitlines()
    told = [k for k, row in enumerate(rows) if "left out" in row]
    assert [re.findall(r"[\d,]+ lines are left out", rows[k]) for k in told] == [
        [f"{many} lines are left out"] for many in (160, 240)
    ]
    lines = [k for k, row in enumerate(rows) if re.search(r"^(\| `|  \S+ .*= )", row)]
    assert [sum(k < told[0] for k in lines), sum(k > told[1] for k in lines)] == [LINES_AT_ENDS, LINES_AT_ENDS]
    assert sum(told[0] < k < told[1] for k in lines) == 2 * LINES_AT_ENDS
    for nodes in ("all", "named"):
        assert "left out" not in FORMATS[format](found, Style(steps=True, nodes=nodes))


@pytest.mark.parametrize(("many", "cut"), [(MANY_LINES, False), (MANY_LINES + 1, True)])
def test_more_than_200_lines_are_cut(many: int, cut: bool) -> None:
    record: Any = None
    steps: Any = [*range(many)]
    head, gap, rest = chosen(record, steps, Style())
    assert [*head, *rest] == ([*range(40), *range(many - 40, many)] if cut else steps)
    assert gap == (f"... {many - 80} lines are left out; --nodes all shows them" if cut else "")
    assert chosen(record, steps, Style(options=False))[1] == gap.partition(";")[0]
    assert chosen(record, steps, Style(nodes="all")) == (steps, "", [])


def test_rules_that_write_gradients_down_have_none_themselves() -> None:
    """What has no backward rule says so, unless it has nothing to flow back to; the others are known by a law."""
    for row in ARRAY_OPERATIONS.values():
        for entry in array_entries(row.name):
            has_rule = any(rule not in (None, no_pullback) for rule in row.pullbacks)
            assert (f"\n  known as: {row.law}\n" in entry) is has_rule, entry
            none = not has_rule and no_pullback in row.pullbacks
            assert ("\n  it serves to write down gradients, and has no backward rule itself\n" in entry) is none, entry
            assert (f"\n  defined for {row.needs}\n" in entry) is bool(row.needs), entry
    assert "backward rule itself" in array_entries("cofactor")[0]


@pytest.mark.parametrize("format", ["text", "latex"])
def test_formulas_of_arrays_tell_their_notes(format: str) -> None:
    words = ["diff", "L = sum(abs(x))", "x=[0, 1]", *(["--to", "latex"] if format == "latex" else [])]
    mark = "# note: " if format == "text" else "% note: "
    notes = [line.removeprefix(mark) for line in said(*words).splitlines() if line.startswith(mark)]
    assert len(notes) == 2
    assert notes[0].startswith("abs has a kink")


ROUNDED = (("L = x/3", {"x": 1.0}), ("L = sum(x)/3", {"x": [1.0, 4.0]}))


@pytest.mark.parametrize(("program", "point"), ROUNDED)
@pytest.mark.parametrize("format", ["table", "steps", "markdown", "latex", "circuit"])
def test_that_numbers_are_rounded_is_said_once(program: str, point: dict[str, Any], format: str) -> None:
    found = differentiate(program, point)
    whole = differentiate(program.replace("3", "2"), point)
    show: Any = circuit if format == "circuit" else render_arrays if isinstance(found, ArrayGradient) else render
    for style in (Style(), Style(steps=format in ("markdown", "latex"))):
        rest = (style,) if format == "circuit" else (format, style)
        text = show(found, *rest)
        assert len(re.findall(r"rounded to \d figures", text)) == 1, text
        assert "rounded" not in show(whole, *rest)


@pytest.mark.parametrize(("program", "point"), [("L = x*x", {"x": 2.0}), ("L = sum(x*x)", {"x": [2.0]})])
@pytest.mark.parametrize("format", ["steps", "markdown", "latex"])
def test_without_nodes_there_is_the_answer_alone(program: str, point: dict[str, Any], format: str) -> None:
    found = differentiate(program, point)
    show: Any = render_arrays if isinstance(found, ArrayGradient) else render
    answer = "L = 4, gradient: x [4]" if isinstance(found, ArrayGradient) else "L = 4, gradient: x 4"
    for nodes, passes in (("none", False), ("all", True), ("named", True), (None, True)):
        text = show(found, format, Style(steps=True, nodes=nodes))
        assert answer in text
        assert bool(re.search(r"dL/dx +=|\\frac{dL}{dx} &=", text)) is passes, text


def test_an_operation_is_shown_once_for_each_way_of_writing_it() -> None:
    """At most three times; never twice with the same text over as many axes."""
    for entry in array_entries(None):
        shown = re.findall(r"^  v = (.*?)    (.*)$", entry, re.MULTILINE)
        ways = [(text, re.sub("[A-Z0-9]", "N", shapes)) for text, shapes in shown]
        assert len(ways) == len(set(ways)) <= 3, entry


def test_what_flows_along_an_edge_of_a_picture() -> None:
    """0 where a rule says so, nothing where none can: floor is flat, and a condition has no derivative."""
    found = arrays("L = sum(floor(x)*y) + sum(where(y > 0, y, 2))", {"x": [1.5, 2.5], "y": [3, 4]})
    drawn, graph = Arrays(found), found.graph
    flows = {(graph.labels[i], k): drawn.flow(i, k) for i, node in enumerate(graph.nodes)
             for k in range(len(node.arguments)) if found.active[i]}  # fmt: skip
    assert flows["v2", 0] == [0.0, 0.0]
    assert flows["v2", 1] == [1.0, 2.0]
    assert flows["v5", 0] is None
    assert flows["v5", 1] == [1.0, 1.0]


@pytest.mark.parametrize("library", ARRAY_SPELLINGS)
def test_a_library_has_all_operations_but_those_that_are_written_out(library: str) -> None:
    assert [row.name for row in ROWS if not ARRAY_SPELLINGS[library].knows(row)] == ["cross_entropy"]
