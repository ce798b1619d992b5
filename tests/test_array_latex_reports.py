"""Derivations of arrays in LaTeX, worked by hand: rows and columns, branches, what is cut, a step, and what is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.array_gradient import ArrayGradient
from gradcli.reports import Style, render_arrays
from gradcli.reports.array_latex_text import ArrayTex, RowShape, _remark, render
from gradcli.reports.array_lines import ARROW, Remark

from .test_golden import called

DATA = Path(__file__).parent / "data"


def latex(program: str, point: dict[str, Any], style: Style | None = None) -> str:
    found = differentiate(program, point)
    assert isinstance(found, ArrayGradient)
    return render(found, style or Style())


def printed(*words: str) -> str:
    done = called(["--to", "latex", *words], Path.cwd(), {}, b"")
    assert done.status == 0, done.stderr.decode()
    return done.stdout.decode()


def test_a_remark_has_its_shapes_as_data() -> None:
    """Words that look like a shape or an arrow stay words; empty parts are left out, and a remark brings its parts."""
    product = Remark(Remark((3, 2), "number", between=" @ "), ARROW, (3,))
    told = Remark("rule of 3x2: a->b_1", product, "", Remark(), (2, 3, 4), between="; ")
    assert told == "rule of 3x2: a->b_1; 3x2 @ number -> 3; 2x3x4"
    words = ["rule of 3x2: a->b_1", "; ", (3, 2), " @ ", "number", ARROW, (3,), "; ", (2, 3, 4)]
    assert told.parts == words
    assert _remark(told) == (r"rule of 3x2: a-\(>\)b\_1; \(3 \times 2\) @ number \(\to\) 3; \(2 \times 3 \times 4\)")
    assert (Remark(), Remark().parts, _remark("3x2 -1")) == ("", [], r"3x2 \(-\)1")


# df/dx gets (1, 1) from the sum, (0, x0) and (x1, 0) from the product; the step takes 0.2 of it from (2, 3).
BRANCHES = (DATA / "array_branches.tex").read_text(encoding="utf-8")
# x is a row, since it stands left of W; what is computed from it is one, and so are the derivatives.
ROWS = (DATA / "array_rows.tex").read_text(encoding="utf-8")


def test_branches_and_a_step() -> None:
    found = printed("L = x[0]*x[1] + sum(x)", "x=[2,3]", "--step", "0.1 + 0.1")
    assert found == BRANCHES


def test_numbers_with_a_power_of_ten_or_an_uncertainty_get_parentheses() -> None:
    found = latex("f = sum(x**2*1e-7)", {"x": [1e-7, -2e-9]})
    assert r"\left(1 \cdot 10^{-7}\right)^{2} \\ \left(-2 \cdot 10^{-9}\right)^{2}" in found
    found = latex("f = sum(x*w)", {"x": ["1±0.1", 2], "w": [3, 4]})
    assert r"\left(1.00 \pm 0.10\right) \cdot 3 \\ 2 \cdot 4" in found
    assert r"= \left(3.00 \pm 0.30\right) + 8 =" in found


def test_rows() -> None:
    found = latex("z = x@W + b; L = sum(z*z)", {"W": [[1, -1], [0, 2]], "x": [2, 1], "b": [0, 1]})
    assert found == ROWS


def test_what_is_large_is_summed_up_and_its_first_entry_written() -> None:
    W = json.dumps([[int(i == j) for j in range(7)] for i in range(6)])
    found = printed("h = tanh(W@x); L = sum(h)*s", "x=[1,0,1,0,1,0,2]", f"W={W}", "s=2", "--step", "0.5", "--ascent")
    for line in (
        r"  W &= \text{6x7, } \text{norm } 2.44949 && \text{given, \(6 \times 7\)} \\",
        r"  v_{2} &= \sum_{i} h_{i} && \text{6 \(\to\) number} \\",
        r"  &= \begin{pmatrix} 0.839949 \cdot 1 & \cdots \\ \vdots & \ddots \end{pmatrix} \\",
        r"  W_{\text{new}} &= W + 0.5 \cdot \frac{dL}{dW} && \text{the step} \\",
        r"  &= \text{6x7, } \text{norm } 5.76401 \\",
        r"  s_{\text{new}} &= s + 0.5 \cdot \frac{dL}{ds} = 3.14239 && \text{the step}",
    ):
        assert line in found.splitlines(), line


def test_layers_that_repeat_are_one_line() -> None:
    found = latex("h[0] = x; h[k] = tanh(h[k-1]*w) for k = 1..12; L = sum(h)", {"x": [1, 0], "w": 0.5})
    for line in (
        r"  v_{2}, \ldots, v_{11} &= h_{1} \cdot w, \ldots, h_{10} \cdot w && \text{x10, each 2} \\",
        r"  &= \text{norm } 0.231059, \ldots, \text{norm } 0.000440903 \\",
        r"  &= \text{norm } 0.227033, \ldots, \text{norm } 0.000440903 \\",
        r"  &= \text{norm } 2.12132, \ldots, \text{norm } 2.81677 \\",
        r"  &= \text{norm } 2.12132, \ldots, \text{norm } 2.74567 \\",
    ):
        assert line in found.splitlines(), line
    assert r"_{\text{via } v_{10}} + \cdots \text{ (12 branches)} && " in found


def test_very_many_lines_are_cut_in_both_passes() -> None:
    calls = ("sin", "cos", "tanh", "atan")
    layers = [f"a{k} = {calls[k * k % 7 % 4]}(a{k - 1}) + {k}*x" for k in range(1, 80)]  # none repeats
    program = "; ".join(["a0 = 2*x", *layers, "sum(a79)"])
    cut = [line for line in latex(program, {"x": [0.1, 0.2]}).splitlines() if "left out" in line]
    assert cut == [
        rf"  & \text{{... {many} lines are left out; -{{}}-nodes all shows them}} \\" for many in (160, 240)
    ]  # fmt: skip
    assert "left out" not in latex(program, {"x": [0.1, 0.2]}, Style(nodes="all"))


def test_without_nodes_only_what_comes_last_is_told() -> None:
    assert printed("L = sum(x)", "x=[2,3]", "--nodes", "none", "--step", "0.5") == (
        "% L = sum(x)\n"
        "\\noindent x = x - 0.5*dL/dx = [1.5, 2.5]\n\n"
        "\\noindent L = 5, gradient: x [1, 1]\n\n"
        "\\noindent 2 arrays; the reverse pass visits 1 edge, and each has its rule\n"
    )


@pytest.mark.parametrize(("words", "sign"), [
    (("--to", "steps"), "≈"), (("--to", "steps", "--ascii"), "~="), (("--to", "latex"), "\\approx"),
])  # fmt: skip
def test_rounded_terms_that_do_not_add_up(words: tuple[str, ...], sign: str) -> None:
    """1.000004 twice is 2.000008: with six figures 1.00000 + 1.00000 is about 2.00001; 1.000001 twice is 2.00000."""
    for number, relation, total in (("1.000004", sign, "2.00001"), ("1.000001", "=", "2.00000")):
        done = called(["L = sum(a) + sum(b)", f"a=[{number}]", f"b=[{number}]", *words], Path.cwd(), {}, b"")
        assert f" = 1.00000 + 1.00000 {relation} {total} " in done.stdout.decode()


@pytest.mark.parametrize(("shape", "rest"), [
    ((3,), r" \\ \vdots"), (RowShape((3,)), r" & \cdots"), ((3, 2), r" & \cdots \\ \vdots & \ddots"), ((), None),
    ((2, 3, 4), None),
])  # fmt: skip
def test_an_array_of_which_one_entry_is_written(shape: tuple[int, ...], rest: str | None) -> None:
    """Below it in a column, behind it in a row, both in a matrix; what has more axes is not begun."""
    tex: Any = object.__new__(ArrayTex)
    wanted = "" if rest is None else rf"\begin{{pmatrix}} a_{{1}}{rest} \end{{pmatrix}}"
    assert tex.first_only("a_{1}", shape) == wanted


@pytest.mark.parametrize("format", ["latex", "markdown"])
def test_steps_that_repeat_are_told_once(format: str) -> None:
    """Unless every node is asked for: h[2] to h[5] share their lines, forwards and backwards."""
    point = {"x": [1, 2], "W": [[1, 2], [3, 4]]}
    found = differentiate("h[0] = x; h[k] = tanh(W@h[k-1]) for k = 1..6; sum(h[-1])", point)
    assert isinstance(found, ArrayGradient)
    folded, whole = (str(render_arrays(found, format, Style(steps=True, nodes=nodes))) for nodes in (None, "all"))
    assert len(folded.splitlines()) < len(whole.splitlines()) - 10
    if format == "markdown":
        assert ("h[2] .. h[5]" in folded, "h[2] .. h[5]" in whole) == (True, False)
