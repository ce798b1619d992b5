"""Formulas of arrays in LaTeX, each written by hand: parentheses, sums, indices, and which vectors are rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.arrays.sizes import Shape
from gradcli.errors import Source
from gradcli.language.array_latex import expression, formula, matrix, quantity
from gradcli.language.array_orientation import rows_of
from gradcli.language.array_scope import parse_arrays

SHAPES: dict[str, Shape] = {
    "A": (2, 2),
    "B": (2, 2),
    "X": (3, 2),
    "x": (2,),
    "y": (2,),
    "z": (3,),
    "T": (2, 2, 2),
    "s": (),
}
LINES = (Path(__file__).parent / "data" / "array_latex.txt").read_text(encoding="utf-8").splitlines()
PAIR = r"\begin{pmatrix} 3 \\ 4 \end{pmatrix}"
OF_A_COLUMN = r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}"


@pytest.mark.parametrize(("program", "latex"), [
    # products of matrices bind more tightly than those entry by entry
    ("A@(x + y)", r"A \, \left(x + y\right)"), ("A@x + y", r"A \, x + y"), ("A@(B@x)", r"A \, \left(B \, x\right)"),
    ("A@B@x", r"A \, B \, x"), ("(A + B)@(A - B)", r"\left(A + B\right) \, \left(A - B\right)"),
    ("A@B*A", r"A \, B \odot A"), ("A@(B*A)", r"A \, \left(B \odot A\right)"), ("-(A@x)", r"-A \, x"),
    ("A*(B + A)", r"A \odot \left(B + A\right)"), ("A*B*A", r"A \odot B \odot A"),
    ("A*(B@A)", r"A \odot B \, A"), ("(A*B)@A", r"\left(A \odot B\right) \, A"),
    # a product of a row turns, one of two vectors shows which is turned
    ("x@A", r"x \, A"), ("x@A.T", r"x \, A^{\top}"), ("x@A@B", r"x \, A \, B"),
    ("x@(A + B)", r"x \, \left(A + B\right)"),
    ("x@A.T@y", r"x \, A^{\top} \, y"), ("A@x + x@A", r"A \, x + A^{\top} \, x"), ("A@x + x@A.T", r"A \, x + A \, x"),
    ("x@A + A@x", r"x \, A + x \, A^{\top}"), ("x@A + (A.T)@x", r"x \, A + x \, A"),
    ("x@A + (A + B)@x", r"x \, A + x \, \left(A + B\right)^{\top}"),
    ("A@x + (x + y)@A", r"A \, x + A^{\top} \, \left(x + y\right)"),
    ("(x@A)@y", r"x \, A \, y"), ("(x@A)@(y@A)", r"x \, A \, \left(y \, A\right)^{\top}"),
    ("(A@x)@(A@y)", r"\left(A \, x\right)^{\top} \, \left(A \, y\right)"),
    ("(A@x)@(y@A)", r"\left(A \, x\right)^{\top} \, \left(y \, A\right)^{\top}"),
    ("outer(x + y, x)", r"\left(x + y\right) \, x^{\top}"), ("outer(x, x + y)", r"x \, \left(x + y\right)^{\top}"),
    ("outer(A@x, y)", r"A \, x \, y^{\top}"), ("outer(x, A@y)", r"x \, \left(A \, y\right)^{\top}"),
    ("outer(x@A, y)", r"\left(x \, A\right)^{\top} \, y^{\top}"), ("outer(x, y@A)", r"x \, \left(y \, A\right)"),
    ("pick(A, [0, 1])@A", r"A^{\top} \, \operatorname{pick}\left(A, \begin{pmatrix} 0 \\ 1 \end{pmatrix}\right)"),
    # a superscript is put on a name, anything else gets parentheses
    ("inv(A@B)", r"\left(A \, B\right)^{-1}"), ("inv(A.T)", r"\left(A^{\top}\right)^{-1}"),
    ("inv(A)@x", r"A^{-1} \, x"),
    ("A.T.T", r"\left(A^{\top}\right)^{\top}"), ("(A**2).T", r"\left(A^{\odot 2}\right)^{\top}"),
    ("A.T**2", r"\left(A^{\top}\right)^{\odot 2}"), ("(-A)**2", r"\left(-A\right)^{\odot 2}"),
    ("A**-1", r"A^{\odot -1}"),
    ("A**(x + y)", r"A^{\odot \left(x + y\right)}"), ("A**(s*s)", r"A^{\odot \left(s \cdot s\right)}"),
    ("s**x", "s^{x}"), ("s**2", "s^{2}"),
    ("solve(A@B, x + y)", r"\left(A \, B\right)^{-1} \, \left(x + y\right)"), ("solve(A, x) + y", r"A^{-1} \, x + y"),
    # quotients: of an array below the line only where it is one of all entries
    ("x/s", r"\frac{x}{s}"), ("(x + y)/s", r"\frac{x + y}{s}"), ("s/x", r"s \oslash x"), ("1/x", r"1 \oslash x"),
    ("A/B/A", r"A \oslash B \oslash A"), ("A/(B/A)", r"A \oslash \left(B \oslash A\right)"),
    ("(A + B)/A", r"\left(A + B\right) \oslash A"), ("A/(A*B)", r"A \oslash \left(A \odot B\right)"),
    ("A*B/A", r"A \odot B \oslash A"), ("(x/s)**2", r"\left(\frac{x}{s}\right)^{\odot 2}"),
    ("x/s*y", r"\frac{x}{s} \odot y"),
    # a vector made a column multiplies the rows; alone it is a product with ones
    ("x[:,None]*A", r"x \odot A"), ("A*x[:,None]", r"x \odot A"), ("(x + y)[:,None]*A", r"\left(x + y\right) \odot A"),
    ("(x*y)[:,None]*A", r"x \odot y \odot A"), ("(A@x)[:,None]*(A + B)", r"A \, x \odot \left(A + B\right)"),
    ("x[:,None]", r"x \, \mathbf{1}^{\top}"), ("(x + y)[:,None]", r"\left(x + y\right) \, \mathbf{1}^{\top}"),
    ("x[None,:]*A", r"x_{\text{new}, {:}} \odot A"), ("X[:,None]", r"X_{{:}, \text{new}}"),
    # indices: below a name, else below brackets
    ("X[0]", "X_{0}"), ("X[0,1]", "X_{0, 1}"), ("X[0:2,1]", "X_{0{:}2, 1}"), ("X[1:]", "X_{1{:}}"),
    ("X[:2]", "X_{{:}2}"),
    ("X[::2]", "X_{{:}{:}2}"), ("X[0:3:2]", "X_{0{:}3{:}2}"), ("T[0,1]", "T_{0, 1}"), ("x[-1]", "x_{-1}"),
    ("X[0][1]", r"\left[X_{0}\right]_{1}"), ("(X@A)[0]", r"\left[X \, A\right]_{0}"),
    ("(A + B)[0]", r"\left[A + B\right]_{0}"),
    ("X.T[0]", r"\left[X^{\top}\right]_{0}"), ("exp(x)[0]", r"\left[e^{x}\right]_{0}"),
    ("relu(x)[0]", r"\left[\operatorname{relu}\left(x\right)\right]_{0}"),
    ("x[[1, 0]]", r"x_{\begin{pmatrix} 1 \\ 0 \end{pmatrix}}"),
    ("x[0]*y[1] + x[1]*y[0]", r"x_{0} \cdot y_{1} + x_{1} \cdot y_{0}"),
    ("(x[0] + 1)*y[1] + s*s", r"\left(x_{0} + 1\right) \cdot y_{1} + s \cdot s"),
    # sums and means say over what they run, where an array has one axis or two
    ("sum(x)", r"\sum_{i} x_{i}"), ("sum(X, axis=(0, 1))", r"\sum_{i,j} X_{i,j}"),
    ("sum(X, axis=-1)", r"\sum_{j} X_{{:},j}"),
    ("sum(X, keep=1)", r"\operatorname{sum}\left(X, \text{keep=1}\right)"),
    ("sum(T)", r"\operatorname{sum}\left(T\right)"),
    ("sum(T, axis=0)", r"\operatorname{sum}\left(T, \text{axis=0}\right)"),
    ("mean(T)", r"\operatorname{mean}\left(T\right)"),
    ("sum(s)", r"\operatorname{sum}\left(s\right)"), ("mean(X)", r"\frac{1}{6} \sum_{i,j} X_{i,j}"),
    ("mean(X, axis=1)", r"\frac{1}{2} \sum_{j} X_{{:},j}"), ("sum(x*y)", r"\sum_{i} \left[x \odot y\right]_{i}"),
    ("sum(A@x)", r"\sum_{i} \left[A \, x\right]_{i}"), ("sum(x[0:1])", r"\sum_{i} \left[x_{0{:}1}\right]_{i}"),
    ("sum(x) + 1", r"\sum_{i} x_{i} + 1"), ("2*sum(x)", r"2 \cdot \left(\sum_{i} x_{i}\right)"),
    ("norm(X)", r"\left\lVert X \right\rVert_{F}"),
    ("norm(X, axis=0)", r"\operatorname{norm}\left(X, \text{axis=0}\right)"),
    ("norm(x, keep=1)", r"\operatorname{norm}\left(x, \text{keep=1}\right)"),
    ("norm(x)**2", r"\left(\left\lVert x \right\rVert\right)^{2}"),
    # numbers, constants and arrays that are written down
    ("pi*x", r"\pi \cdot x"), ("e*x", r"e \cdot x"), ("x*2.5e-3", r"x \cdot 2.5 \cdot 10^{-3}"),
    ("x*.5", r"x \cdot .5"),
    ("x + [1, 2]", rf"x + {OF_A_COLUMN}"), ("A + [1, 2]", r"A + \begin{pmatrix} 1 & 2 \end{pmatrix}"),
    ("A@[[1, 2], [3, 4]]", r"A \, \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"),
    ("x[[[0, 1], [1, 0]]]", r"x_{\begin{pmatrix} 0 & 1 \\ 1 & 0 \end{pmatrix}}"),
    ("T + [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]",
     r"T + \left[\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}, \begin{pmatrix} 5 & 6 \\ 7 & 8 \end{pmatrix}\right]"),
    ("ones(2, 3)", r"\mathbf{1}_{2 \times 3}"), ("zeros(3)", r"\mathbf{0}_{3}"), ("eye(3)", "I_{3}"),
    # functions, and what a program fixes
    ("max(x, y)", r"\max\left(x, y\right)"), ("max(X, axis=0)", r"\operatorname{max}\left(X, \text{axis=0}\right)"),
    ("concat(x, y)", r"\operatorname{concat}\left(x, y\right)"), ("pad(x, 1)", r"\operatorname{pad}\left(x, 1\right)"),
    ("permute(X, 1, 0)", r"\operatorname{permute}\left(X, 1, 0\right)"),
    ("reshape(X, 6)", r"\operatorname{reshape}_{6}\left(X\right)"),
    ("cross_entropy(x, 1)", r"\operatorname{cross\_entropy}\left(x, 1\right)"),
    ("trace(A@B)", r"\operatorname{tr}\left(A \, B\right)"),
    ("where(x > y, x, 0)", r"\begin{cases} x & x > y \\ 0 & \text{otherwise} \end{cases}"),
    ("abs(x)", r"\left|x\right|"),
    ("x - y - x", "x - y - x"), ("x - (y - x)", r"x - \left(y - x\right)"), ("x - (-y)", r"x - \left(-y\right)"),
])  # fmt: skip
def test_formulas_by_hand(program: str, latex: str) -> None:
    assert formula(parse_arrays(Source("program", program), SHAPES)) == latex


@pytest.mark.parametrize("line", LINES)
def test_more_formulas_by_hand(line: str) -> None:
    program, _, latex = line.partition(" -> ")
    assert formula(parse_arrays(Source("program", program), {**SHAPES, "k": ()})) == latex


@pytest.mark.parametrize(("program", "rows"), [
    ("A@x", ""), ("x@A", "x"), ("X@A + x", "x"), ("x + y", ""), ("x@A + y", "xy"), ("A@x + y", ""),
    ("X + x", "x"), ("x[0:1] + sum(X@A + x)", "x"), ("x[:,None]*A", ""), ("x[None,:]*A", "x"),
    ("A@x + x@A", ""), ("x@A + A@x", "x"), ("A@x + sum(X + x)", "x"), ("sum(X + x) + A@x", "x"),  # sure beats likely
    ("sum(X, axis=0) + x", "x"), ("sum(X, axis=1) + z", ""), ("softmax(X)[:,0] + z", ""), ("sum(X, axis=0)@x", ""),
    ("p = x + 1; q = x + y; sum(A + p)*sum(q)", "xy"), ("p = x + 1; q = p + y; sum(A + x)*sum(q)", "xy"),
    ("mean(cross_entropy(X, [0, 1, 1]) + z)", ""), ("cumsum(x@A) + y", "xy"), ("exp(x)@A", "x"), ("X@x + z", ""),
])  # fmt: skip
def test_vectors_that_are_rows(program: str, rows: str) -> None:
    graph = parse_arrays(Source("program", program), SHAPES)
    found = rows_of(graph)
    assert {name for name, i in graph.inputs.items() if found[i]} == {*rows}


def test_what_is_known_of_an_input_is_firmer_than_the_program() -> None:
    graph = parse_arrays(Source("program", "A@x + y"), SHAPES)
    for known in (False, True):
        found = rows_of(graph, {"x": known, "A": True})
        assert [found[graph.inputs[name]] for name in ("A", "x", "y")] == [False, known, known]
    assert formula(graph, known={"x": True}) == r"x \, A^{\top} + y"


def test_names_of_upstream_gradients_are_quotients() -> None:
    assert quantity("dL/dW") == r"\frac{dL}{dW}"
    assert quantity("dloss/dv1") == r"\frac{d\mathit{loss}}{dv_{1}}"
    assert quantity("W_1") == "W_{1}"
    assert quantity("d") == "d"


@pytest.mark.parametrize(("shape", "latex"), [
    ((6,), r"\begin{pmatrix} a \\ b \\ c \\ d \\ e \\ f \end{pmatrix}"),
    ((1, 6), r"\begin{pmatrix} a & b & c & d & e & f \end{pmatrix}"),
    ((2, 3), r"\begin{pmatrix} a & b & c \\ d & e & f \end{pmatrix}"),
    ((3, 2), r"\begin{pmatrix} a & b \\ c & d \\ e & f \end{pmatrix}"),
    ((1, 2, 3), r"\left[\begin{pmatrix} a & b & c \\ d & e & f \end{pmatrix}\right]"),
    ((3, 1, 2), r"\left[\begin{pmatrix} a & b \end{pmatrix}, \begin{pmatrix} c & d \end{pmatrix}, "
                r"\begin{pmatrix} e & f \end{pmatrix}\right]"),
])  # fmt: skip
def test_arrays_are_columns_and_matrices(shape: tuple[int, ...], latex: str) -> None:
    assert matrix([*"abcdef"], shape) == latex
    assert matrix(["a"], ()) == "a"


def test_an_operation_is_written_in_the_names_of_its_arguments() -> None:
    """Numbers and conditions have no names; with labels of their own, only what the program names has one."""
    graph = parse_arrays(Source("program", "h = A@(x + 1); where(h > 0, 2*h, [3, 4]) + h*y"), SHAPES)
    rows, labels = rows_of(graph), graph.labels
    said = {labels[i]: expression(graph, i, rows) for i, node in enumerate(graph.nodes) if node.arguments}
    assert said["h"] == r"A \, v_{1}"
    assert said["v1"] == "x + 1"
    assert said[labels[graph.output]] == r"v_{4} + v_{5}"
    assert said["v4"] == r"\begin{cases} v_{2} & h > 0 \\ " rf"{PAIR} & \text{{otherwise}} \end{{cases}}"
    whole = r"\begin{cases} 2 \cdot h & h > 0 \\ " rf"{PAIR} & \text{{otherwise}} \end{{cases}} + h \odot y"
    assert expression(graph, graph.output, rows, labels) == whole


def test_given_texts_stand_for_nodes() -> None:
    graph = parse_arrays(Source("program", "u = A@x; s*(u + y)"), SHAPES)
    i, j = graph.named["u"], graph.inputs["s"]
    assert formula(graph, given={i: "U"}) == r"s \cdot \left(U + y\right)"
    graph = parse_arrays(Source("program", "x*(y + [1, 2])"), SHAPES)
    assert formula(graph, given={graph.inputs["x"]: "7"}) == rf"7 \, \left(y + {OF_A_COLUMN}\right)"
    graph = parse_arrays(Source("program", "(y + [1, 2])*x"), SHAPES)
    assert formula(graph, given={graph.inputs["x"]: "7"}) == rf"7 \, \left(y + {OF_A_COLUMN}\right)"
    assert j != i
