"""Parts of reports by hand: what is cut in the middle, arrows of a map, sheets of arrays, little room."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.drawing.array_outline import array_outline
from gradcli.errors import Source
from gradcli.homework.claims.items import UPSTREAM, VALUE
from gradcli.plotting.plot import plot
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.bindings import split
from gradcli.record.derivation import Derivation
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render_arrays, render_plot
from gradcli.reports.array_sheet import _matrix, _tex_name, cells_of, latex_part
from gradcli.reports.plot_text import ARROWS
from gradcli.reports.steps import chosen, step_title

from .test_golden import called

WAYS = 3
MANY_STEPS = 100
STEPS_AT_ENDS = 40
LINES_AT_ENDS = 40
MANY_LINES = 200


def said(*words: str, columns: int | None = None, status: int = 0) -> str:
    done = called(list(words), Path.cwd(), {} if columns is None else {"COLUMNS": str(columns)}, b"")
    assert (done.stderr, done.status) == (b"", status)
    return done.stdout.decode()


def record(program: str, point: dict[str, Any]) -> Gradient:
    found = differentiate(program, point)
    assert isinstance(found, Gradient)
    return found


def array_record(program: str, point: dict[str, Any]) -> ArrayGradient:
    found = differentiate(program, point)
    assert isinstance(found, ArrayGradient)
    return found


# ---- what is cut in the middle


@pytest.mark.parametrize(("many", "cut"), [(MANY_LINES, False), (MANY_LINES + 1, True)])
def test_a_derivation_of_more_than_200_lines_shows_40_at_each_end(many: int, cut: bool) -> None:
    found = record("x" + " + x" * (many - 1), {"x": 1})  # x, and a line a sum
    steps = Derivation(found).forward
    assert len(steps) == many
    for style, more in ((Style(), "; --nodes all shows them"), (Style(options=False), "")):
        head, gap, tail = chosen(found, steps, style)
        if cut:
            assert (head, tail) == (steps[:LINES_AT_ENDS], steps[-LINES_AT_ENDS:])
            assert gap == f"... {many - 80} lines are left out{more}"
        else:
            assert (head, gap, tail) == (steps, "", [])
    assert chosen(found, steps, Style(nodes="all")) == (steps, "", [])
    named = chosen(found, steps, Style(nodes="named"))[0]
    assert [found.labels[step.node] for step in named] == ["x", "f"]


@pytest.mark.parametrize("columns", [None, 30])
@pytest.mark.parametrize(("many", "cut"), [(MANY_STEPS, False), (MANY_STEPS + 1, True)])
def test_a_descent_of_more_than_100_lines_shows_40_at_each_end(many: int, cut: bool, columns: int | None) -> None:
    """Step 0 has a line, too; what is left out stands between the last of the first and the first of the last."""
    lines = said("descend", "x**2", "x=1", "--rate", "0.01", "--steps", str(many - 1), columns=columns).splitlines()
    rows = [(k, int(m[1])) for k, line in enumerate(lines) if (m := re.match(r"(?:step | )(\d+)[ :]", line))]
    shown = [step for _, step in rows]
    ends = [*range(STEPS_AT_ENDS), *range(many - STEPS_AT_ENDS, many)]
    assert shown == (ends if cut else [*range(many)])
    gaps = [k for k, line in enumerate(lines) if line.startswith("... 21 steps are left out")]
    assert len(gaps) == cut
    if cut:
        before, after = (next(k for k, step in rows if step == end) for end in (39, many - 40))
        assert before < gaps[0] < after
        assert not any(re.match("step | [0-9]", line) for line in lines[before + 1 : after])


# ---- a map in a terminal


@pytest.mark.parametrize(("x", "y", "dx", "dy", "arrow"), [
    ("10:20", "5:6", 1, 0.1, "↗"), ("10:20", "5:6", 1, 10, "↑"), ("10:20", "5:6", 1, 0, "→"),
    ("0:1", "5:15", 0.1, 1, "↗"), ("0:1", "5:15", -0.1, 1, "↖"), ("0:1", "5:15", -1, 0, "←"),
    ("0:1", "5:15", -0.1, -1, "↙"), ("0:1", "0:1", 0, -1, "↓"),
    ("0:1", "5:15", 0.1, -1, "↘"),
])  # fmt: skip
def test_arrows_of_a_map_point_uphill_as_it_is_drawn(x: str, y: str, dx: float, dy: float, arrow: str) -> None:
    found = plot(Source("program", f"{dx}*x + ({dy})*y"), split([f"x={x}", f"y={y}"]), at=(), of=None, fine=False)
    text = str(render_plot(found, "text", Style(width=60)))
    assert set(text.split("lines:")[0]) & set(ARROWS) == {arrow}


def test_a_marked_point_of_a_map_stands_in_its_cell() -> None:
    words = split(["x=0:10", "y=0:10"])
    found = plot(Source("program", "x + y"), words, at=("x=5,y=5",), of=None, fine=False)
    rows = [line.partition("┤")[2] or line.partition("│")[2] for line in str(
        render_plot(found, "text", Style(width=64))).splitlines() if re.search("[┤│]", line)]  # fmt: skip
    (row,) = [k for k, line in enumerate(rows) if "●" in line]
    assert row == len(rows) // 2
    assert abs(rows[row].index("●") - 30) <= 1


# ---- arrays


OUTLINE = array_record("u = x*y; v = u + x; L = sum(v*u)*c + sum(abs(x))", {"x": [0, 2], "y": [3, 4], "c": 2})


def write(flat: Any, shape: tuple[int, ...]) -> str:
    return f"{flat[0]:g}" if not shape else f"[{flat[0]:g}, {flat[1]:g}]"


def test_the_list_of_a_graph_of_arrays() -> None:
    """L = 2*(v.u) + |x|_1 at x = [0, 2], y = [3, 4]: u = [0, 8], v = [0, 10]; dL/dv = 2*u, dL/du = 2*v + dL/dv."""
    lines = array_outline(OUTLINE, write)
    assert lines == [
        "L = v3 + v5 = 162, gradient 1",
        "├─ v3 = v2*c = 160, gradient 1",
        "│  ├─ v2 = sum(v1) = 80, gradient 2",
        "│  │  └─ v1  2 = v*u = [0, 80], gradient [2, 2]",
        "│  │     ├─ v  2 = u + x = [0, 10], gradient [0, 16]",
        "│  │     │  ├─ u  2 = x*y = [0, 8], share [0, 16] of dL/du = [0, 36]",
        "│  │     │  │  ├─ x  2 = [0, 2], share [0, 144] of dL/dx = [0, 161]*",
        "│  │     │  │  └─ y  2 = [3, 4], gradient [0, 72]",
        "│  │     │  └─ x  2 = [0, 2], share [0, 16] of dL/dx = [0, 161]*",
        "│  │     └─ u  2 (above), share [0, 20] of dL/du = [0, 36]",
        "│  └─ c = 2, gradient 80",
        "└─ v5 = sum(v4) = 2, gradient 1",
        "   └─ v4*  2 = abs(x) = [0, 2], gradient [1, 1]",
        "      └─ x  2 = [0, 2], share [0, 1] of dL/dx = [0, 161]*",
    ]
    ascii = [line.replace("├─", "|-").replace("└─", "`-").replace("│", "|") for line in lines]
    assert array_outline(OUTLINE, write, ascii=True) == ascii
    colored = array_outline(OUTLINE, write, color=True)
    assert [re.sub(r"\x1b\[\d*m", "", line) for line in colored] == lines
    assert colored[5].endswith("= \x1b[32m[0, 8]\x1b[0m, share \x1b[31m[0, 16]\x1b[0m of dL/du = [0, 36]")
    assert colored[4].endswith(", gradient \x1b[31m[0, 16]\x1b[0m")


def test_numerals_have_no_line_of_their_own_in_a_list_of_arrays() -> None:
    lines = array_outline(array_record("k = 3; L = sum(2*x + [1, 2] + k + pi)", {"x": [1, 2]}), lambda *_: "#")
    assert [re.sub(r"^\W*", "", line).split(" ")[0] for line in lines] == ["L", "v4", "v3", "v2", "v1", "x", "k"]


SPREADS = (
    ("s = sum(X, axis=1); L = sum(s*w)", {"X": [[1, 2], [3, 4]], "w": [1, 3]}, True),
    ("s = mean(T, axis=1); L = sum(s*w)", {"T": [[[1, 2], [3, 4]], [[1, 0], [0, 1]]], "w": [[1, 3], [2, 1]]}, False),
    ("s = mean(T, axis=2); L = sum(s*w)", {"T": [[[1, 2], [3, 4]], [[1, 0], [0, 1]]], "w": [[1, 3], [2, 1]]}, False),
)


@pytest.mark.parametrize(("program", "point", "is_column"), SPREADS)
def test_a_gradient_that_gets_an_axis_is_a_column_if_it_was_a_vector(program: str, point: Any, is_column: bool) -> None:
    """Of a matrix no entry goes with a row: it grows along its new axis."""
    for format in ("steps", "latex"):
        text = str(render_arrays(array_record(program, point), format, Style()))
        line = next(line for line in text.splitlines() if "sum rule, each" in line or "row i times" in line)
        assert ("row i times entry i of dL/ds" in line) is is_column
        assert ("gives it an axis of size 1, along which it grows" in line) is not is_column
        assert ("makes a column of it" in line) is (is_column and format == "steps")


OPENED = ("z = W@x; L = sum(z*z) + sum(x)", "W=1 2; 3 4", "x=[1, 2]", "--open", "z")


def test_entries_used_one_by_one_are_one_branch() -> None:
    """dL/dz = 2*z = [10, 22]; by the entries of x comes W.T@dL/dz = [76, 108], and 1 each by the other sum."""
    lines = said(*OPENED, "--steps", columns=200).splitlines()
    told = [re.sub(" +", " ", line).strip() for line in lines]
    for line in (
        "z = z[0] .. z[1] put together = [5, 11]", "dL/dW[1,0] = dL/dz[1]*x[0] = 22*1 = 22 product rule",
        "dL/dx[0] via z[1] = dL/dz[1]*W[1,0] = 22*3 = 66 product rule",
        "dL/dx[0] = via z[1] + via z[0] = 66 + 10 = 76 multivariable chain rule: 2 branches added",
        "dL/dx via its entries = [76, 108] what arrives at its entries",
        "dL/dx = via v3 + via its entries = [77, 109] multivariable chain rule: 2 branches added",
        "dL/dW = [[10, 20], [22, 44]] what arrives at its entries",
    ):  # fmt: skip
        assert line in told
    tex = said(*OPENED, "--to", "latex")
    for line in (
        r"\left.\frac{dL}{dx}\right|_{\text{via its entries}} &= \begin{pmatrix} 76 \\ 108 \end{pmatrix} && ",
        r"\frac{dL}{dW} &= \begin{pmatrix} 10 & 20 \\ 22 & 44 \end{pmatrix} && \text{what arrives at its entries}",
        r"\right|_{\text{via } z_{1}} &= \frac{dL}{dz_{1}} \cdot W_{1,0} = 22 \cdot 3 = 66",
        r"\right|_{\text{via } v_{1}\text{, argument 2}} + ",
    ):
        assert line in tex


@pytest.mark.parametrize("many", [WAYS + 2, WAYS + 3])
def test_of_many_branches_of_an_array_three_are_named(many: int) -> None:
    program = "L = " + " + ".join(f"sum({k}*x)" for k in range(2, many + 2))
    text = str(render_arrays(array_record(program, {"x": [1, 2]}), "steps", Style()))
    line = next(line for line in text.splitlines() if "multivariable" in line)
    assert line.count("via ") == (many if many == WAYS + 2 else WAYS)
    assert (f"... ({many} branches)" in line) is (many > WAYS + 2)
    assert f"multivariable chain rule: {many} branches added" in line


# ---- sheets of arrays


def question(shape: tuple[int, ...], answer: Any, item: str = "z", kind: str = VALUE, **about: Any) -> Any:
    told = SimpleNamespace(**{"of_shape": False, "subscript": None, "kind": kind, **about})
    return SimpleNamespace(item=item, question="what?", shape=shape, answer=answer, text=json.dumps(answer), about=told)


@pytest.mark.parametrize(("row", "blank", "filled"), [
    (question((), ["2"]), r"\rule{3cm}{0.4pt}", "2"),
    (question((2,), ["1", "-2"]), r"\begin{pmatrix} \qquad & \qquad \end{pmatrix}",
     r"\begin{pmatrix} 1 & -2 \end{pmatrix}"),
    (question((2, 1), ["1", "2"]), r"\begin{pmatrix} \qquad \\ \qquad \end{pmatrix}",
     r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}"),
    (question((1, 1, 1), [[[1]]]), r"\rule{8cm}{0.4pt}", r"\texttt{[[[1]]]}"),
    (question((), 3, of_shape=True), r"\rule{3cm}{0.4pt}", r"\texttt{3}"),
])  # fmt: skip
def test_the_answer_of_an_array_in_latex(row: Any, blank: str, filled: str) -> None:
    assert (_matrix(row, False), _matrix(row, True)) == (blank, filled)


@pytest.mark.parametrize(("row", "name"), [
    (question((), "2"), "z"), (question((), "2", "dL/dz", UPSTREAM), r"\frac{dL}{dz}"),
    (question((), "2", "shape(z)", of_shape=True), r"\texttt{shape(z)}"),
    (question((), "2", "z[0]", subscript=(0,)), r"\texttt{z[0]}"), (question((), "2", "new(z)"), r"\texttt{new(z)}"),
])  # fmt: skip
def test_the_name_of_an_array_in_latex(row: Any, name: str) -> None:
    assert _tex_name(row) == name


def test_a_sheet_of_arrays() -> None:
    rows = [question((), "2", "L"), question((2,), ["1", "2"], "dL/dx", UPSTREAM)]
    part: Any = SimpleNamespace(problem="p1", program="y = x\nsum(y)", given={"x": "[1, 2]"}, rows=rows,
                                told={"title": "Chain", "text": "Do it.", "hint": "Try."})  # fmt: skip
    given = ["ann", "p1", "x", "(given)", "[1, 2]"]
    blank, filled = (cells_of(part, ["ann"], key=key) for key in (False, True))
    assert blank[0][:3] == given[:3]
    assert blank[0][4] == "[1, 2]"
    assert blank[1:] == [["ann", "p1", "L", "what?", ""], ["ann", "p1", "dL/dx", "what?", ""]]
    assert [row[4] for row in filled[1:]] == ['"2"', '["1", "2"]']
    lines = latex_part(part, ["hint", "due"], key=True)
    assert lines[:4] == [r"\subsection*{p1: Chain}", "Do it.", "", r"\texttt{y = x}\\"]
    assert lines[4] == r"\texttt{sum(y)}\\"
    assert lines[5].startswith(r"at \texttt{x = ")
    assert lines[6:] == ["hint: Try.\n", "what?:", r"\[ L = 2 \]", "what?:",
                         r"\[ \frac{dL}{dx} = \begin{pmatrix} 1 & 2 \end{pmatrix} \]"]  # fmt: skip
    bare = SimpleNamespace(problem="p1", program="x", given={}, rows=[], told={})
    assert latex_part(bare, [], key=False) == [r"\subsection*{p1}", r"\texttt{x}\\"]  # type: ignore[arg-type]


# ---- steps of descent


@pytest.mark.parametrize(("ascent", "rule", "title"), [
    (False, "gd", "Step: every input goes against its derivative"),
    (True, "gd", "Step: every input goes along its derivative"),
    (False, "adam", "Step: every input goes against its derivative, by the rule adam, step 3"),
])  # fmt: skip
def test_the_heading_above_new_values(ascent: bool, rule: str, title: str) -> None:
    taken: Any = SimpleNamespace(update=SimpleNamespace(ascent=ascent, rule=SimpleNamespace(name=rule), t=3))
    assert step_title(taken) == title


@pytest.mark.parametrize(("width", "lines"), [
    (None, ["x = x - 0.5*dL/dx = [-0.5, 0, 0.5]"]), (34, ["x = x - 0.5*dL/dx = [-0.5, 0, 0.5]"]),
    (33, ["x = x - 0.5*dL/dx =", "  [-0.5, 0, 0.5]"]), (15, ["x = x - 0.5*dL/dx =", "  [-0.5, 0,", "    0.5]"]),
])  # fmt: skip
def test_the_new_value_of_an_array_where_room_is_scarce(width: int | None, lines: list[str]) -> None:
    text = said("L = sum(x)", "x=[0, 0.5, 1]", "--step", "0.5", columns=width)
    assert "\n".join(lines) in text


# ---- what was read of a sheet

HOMEWORK = """
[[problem]]
id = "p1"
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "f", "df/dx"]
"""


def test_what_was_read_of_a_sheet_where_room_is_scarce(tmp_path: Path) -> None:
    """A line that is too long is broken: the claim first, then five blanks and what was made of it."""
    (tmp_path / "hw.toml").write_text(HOMEWORK, encoding="utf-8")
    (tmp_path / "mine.csv").write_text("item,claim\nq,3\nf,twelve apples\ndf/dx,\n", encoding="utf-8")
    words = ["check", "--homework", str(tmp_path / "hw.toml"), str(tmp_path / "mine.csv")]
    for columns in (30, 40, 100):
        done = called(words, tmp_path, {"COLUMNS": str(columns)}, b"")
        lines = done.stdout.decode().splitlines()
        assert max(map(len, lines)) <= columns
        at = next(k for k, line in enumerate(lines) if "twelve apples" in line)
        if columns == 100:
            assert "twelve apples  cannot be read: " in lines[at]
        else:
            assert lines[at].endswith("twelve apples")
            assert lines[at + 1].startswith("     cannot be read:")
    found = json.loads(called([*words, "--json"], tmp_path, {}, b"").stdout)
    assert [line["claim"] for line in found["answers"]] == ["3", "twelve apples", None]
