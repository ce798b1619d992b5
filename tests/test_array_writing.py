"""Nodes of arrays as text: what is written is read back as the same node."""

from __future__ import annotations

import pytest

from gradcli.arrays.graph import ArrayBuilder
from gradcli.arrays.sizes import Shape
from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import Source
from gradcli.language.array_latex import formula as latex_formula
from gradcli.language.array_scope import parse_arrays
from gradcli.language.array_writing import expression, formula, is_condition

from .array_programs import PROGRAMS

NOWHERE = (0, 0)


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS, ids=[program[:40] for program, _ in PROGRAMS])
def test_an_expression_is_read_back_as_the_node(program: str, shapes: dict[str, Shape]) -> None:
    graph = parse_arrays(Source("program", program), shapes)
    for i, node in enumerate(graph.nodes):
        if node.operation.is_leaf or is_condition(node):
            continue
        if any("[" in graph.labels[a] and graph.nodes[a].arguments for a in node.arguments):
            continue  # h[1] of a recurrence is read as an entry of h
        names = {label: graph.nodes[j].shape for j, label in enumerate(graph.labels) if label.isidentifier()}
        again = parse_arrays(Source("program", expression(graph, i)), names)
        found = again.nodes[again.output]
        assert found.operation is node.operation
        assert found.shape == node.shape
        assert {**node.operation.fixed, **found.fixed} == {**node.operation.fixed, **node.fixed}
        for a, b in zip(node.arguments, found.arguments, strict=True):
            assert is_condition(graph.nodes[a]) or graph.labels[a] == again.labels[b]


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS, ids=[program[:40] for program, _ in PROGRAMS])
def test_a_formula_is_read_back_as_the_program(program: str, shapes: dict[str, Shape]) -> None:
    graph = parse_arrays(Source("program", program), shapes)
    again = parse_arrays(Source("program", formula(graph, graph.output)), shapes)
    assert formula(again, again.output) == formula(graph, graph.output)
    assert [shape for name, shape in shapes.items() if name in again.inputs] == [*shapes.values()]


@pytest.mark.parametrize(
    "text",
    ["(a + b)@c", "a@b@c", "a@(b@c)", "a@b*c", "a*(b@c)", "-a@b", "-(a@b)", "(a@b).T", "a.T@b.T", "(a - b)[0]",
     "a[0][1]", "(-a).T", "-a.T", "a.T**2", "(a**2).T", "a@b/c", "a/(b@c)", "a[:, None, 0]", "a[::2, -1]",
     "a[None, 1:2:1]",
     "scatter(a[0], b[1])", "scatter(a@b, permute(c, 1, 0))", "sum(a, axis=(0, 1))", "max(a, axis=0, keep=1)",
     "reshape(a, -1, 2, 1)", "windows(a, 1, stride=2)", "concat(a, b, axis=1)", "onehot(1, 3)", "cumsum(a, reverse=1)",
     "where(a > b, a, 0)", "max(a, b)", "eye(2)@ones(2, 3)", "[1, -2, 0.5]", "[[1, 2], [3, 4]]"],
)  # fmt: skip
def test_parentheses_are_those_that_are_needed(text: str) -> None:
    graph = parse_arrays(Source("program", text), {"a": (2, 2), "b": (2, 2), "c": (2, 2)})
    assert formula(graph, graph.output) == text


def test_a_long_formula_is_cut_and_a_deep_one_is_no_trouble() -> None:
    builder = ArrayBuilder()
    x = builder.input("x", (2,), NOWHERE)
    named = x
    for k in range(50_000):
        x = builder.entrywise(OPERATIONS["tanh"], [x], NOWHERE)
        if k == 49_990:
            named = x
    builder.name(named, "h")
    graph = builder.freeze(x)
    assert formula(graph, x, limit=20) == "tanh(tanh(tanh(ta..."
    assert formula(graph, x).count("tanh") == 50_000
    stop = [i == named for i in range(len(graph.nodes))]
    assert formula(graph, x, stop) == "tanh(" * 9 + "h" + ")" * 9


def test_a_long_literal_is_cut_and_says_so() -> None:
    numerals = ", ".join(map(str, range(100)))
    graph = parse_arrays(Source("program", f"x*[{numerals}]"), {"x": (100,)})
    assert expression(graph, graph.output) == "x*[0, 1, 2, ...]"
    rows = ", ".join(f"[{k}.125, 2, 3]" for k in range(20))
    graph = parse_arrays(Source("program", f"x@[{rows}]"), {"x": (20,)})
    assert expression(graph, graph.output) == "x@[[0.125, 2, ...], [1.125, 2, ...], ...]"


SHAPES: dict[str, Shape] = {"A": (2, 2), "B": (2, 2), "X": (3, 2), "x": (2,), "y": (2,), "z": (3,)}


@pytest.mark.parametrize(("program", "latex"), [
    ("A@B", r"A \, B"), ("A@x", r"A \, x"), ("x@y", r"x^{\top} \, y"), ("(A + B)@x", r"\left(A + B\right) \, x"),
    ("A*B", r"A \odot B"), ("(A + B)*A", r"\left(A + B\right) \odot A"), ("-A", r"-A"),
    ("A - (B - A)", r"A - \left(B - A\right)"), ("A/B", r"A \oslash B"), ("A**2", r"A^{\odot 2}"),
    ("outer(x, y)", r"x \, y^{\top}"), ("A.T", r"A^{\top}"), ("(A@B).T", r"\left(A \, B\right)^{\top}"),
    ("inv(A)", r"A^{-1}"), ("solve(A, x)", r"A^{-1} \, x"), ("A[0]", r"A_{0}"), ("X[:,1]", r"X_{{:}, 1}"),
    ("x[0]*y[1]", r"x_{0} \cdot y_{1}"), ("[x[0], y[1]]", r"\operatorname{stack}\left(x_{0}, y_{1}\right)"),
    ("sum(X)", r"\sum_{i,j} X_{i,j}"), ("sum(X, axis=0)", r"\sum_{i} X_{i,{:}}"),
    ("sum(X, axis=1)", r"\sum_{j} X_{{:},j}"), ("mean(x)", r"\frac{1}{2} \sum_{i} x_{i}"),
    ("mean(X, axis=0)", r"\frac{1}{3} \sum_{i} X_{i,{:}}"), ("norm(x)", r"\left\lVert x \right\rVert"),
    ("reshape(X, 2, 3)", r"\operatorname{reshape}_{2 \times 3}\left(X\right)"),
    ("ones(3)*z", r"\mathbf{1}_{3} \odot z"), ("zeros(2)+x", r"\mathbf{0}_{2} + x"), ("eye(2)@A", r"I_{2} \, A"),
    ("det(A)", r"\det\left(A\right)"), ("logdet(A)", r"\log\left|\det\left(A\right)\right|"),
    ("trace(A)", r"\operatorname{tr}\left(A\right)"), ("log(A)", r"\ln\left(A\right)"),
    ("relu(x)", r"\operatorname{relu}\left(x\right)"), ("max(x)", r"\operatorname{max}\left(x\right)"),
    ("softmax(x)", r"\operatorname{softmax}\left(x\right)"), ("2*x", r"2 \cdot x"), ("x + 1", r"x + 1"),
    ("1 - x", r"1 - x"), ("x/2", r"\frac{x}{2}"), ("sqrt(x)", r"\sqrt{x}"), ("A@A@x", r"A \, A \, x"),
    ("A@(B*A)", r"A \, \left(B \odot A\right)"), ("x[0]**2", r"\left(x_{0}\right)^{2}"),
])  # fmt: skip
def test_latex_by_hand(program: str, latex: str) -> None:
    assert latex_formula(parse_arrays(Source("program", program), SHAPES)) == latex
