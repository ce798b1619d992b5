"""Nodes of arrays as text: what is written is read back as the same node."""

from __future__ import annotations

import pytest

from gradcli.arrays.graph import ArrayBuilder
from gradcli.arrays.sizes import Shape
from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import Source
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
