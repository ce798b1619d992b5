"""Text -> graph -> text -> an equal graph, with only the parentheses that are needed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, example, given

from gradcli.calculus.graph import Graph
from gradcli.calculus.operations import INPUT
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.language.writing import expression, formula, in_numbers, program, program_of
from gradcli.numbers.decimals import Uncertain

from .programs import expressions, programs


def read(text: str, *, share: bool = False) -> Graph:
    return parse(Source("program", text), share=share)


def structure(graph: Graph, root: int | None = None) -> tuple[list[Any], dict[int, int]]:
    """Return what the output depends on, numbered in the order of a walk: the same for equal graphs."""
    place: dict[int, int] = {}
    found: list[Any] = []
    stack = [(graph.output if root is None else root, False)]
    while stack:
        i, ready = stack.pop()
        if i in place:
            continue
        node = graph.nodes[i]
        if ready:
            place[i] = len(found)
            found.append((node.operation.name, tuple(place[a] for a in node.arguments), node.text))
        else:
            stack.append((i, True))
            stack += [(a, False) for a in reversed(node.arguments)]
    return found, place


def names(graph: Graph) -> dict[str, int]:
    """Return the nodes by name; a second name of an input or of a node that has one is not written."""
    place = structure(graph)[1]
    return {name: place[i] for name, i in graph.named.items() if i in place and graph.labels[i] == name}


def depends_on_inputs(graph: Graph) -> bool:
    """Whether the output has a variable; without one the plain numbers that a program names are its inputs."""
    needed = graph.needed(graph.output)
    return any(needed[i] for i in graph.inputs.values())


@given(programs())
@example("a = 2; b = 2; a*x + b*a")
@example("q = x; q*x")
@example("q = pi*2; r = q; r*q")
@example("g(t) = t*t; g(x + 1)")
@example("g(t) = t*t + v1; g(x + 1)")
@example("g(t) = where(t > 0, t, -t); g(x*y)")
@example("e = 1; e*x")
@example("f = x + 1; f*f*sin(f)")
def test_round_trip(text: str) -> None:
    graph = read(text)
    assume(depends_on_inputs(graph))
    written = program(graph)
    again = read(written)
    assert structure(again)[0] == structure(graph)[0]
    assert names(graph).items() <= names(again).items()
    assert program(again) == written


@given(programs())
def test_round_trip_of_shared_graphs(text: str) -> None:
    graph = read(text, share=True)
    assume(depends_on_inputs(graph))
    again = read(program(graph), share=True)
    assert structure(again)[0] == structure(graph)[0]


@given(expressions())
def test_no_parentheses_that_are_not_needed(text: str) -> None:
    """Leaving out any pair of parentheses that groups gives another graph."""
    graph = read(text)
    written = formula(graph, graph.output)
    opened: list[int] = []
    for k, c in enumerate(written):
        if c == "(":
            opened.append(k)
        elif c == ")":
            start = opened.pop()
            if start and (written[start - 1].isalnum() or written[start - 1] == "_"):
                continue  # the arguments of a function
            less = written[:start] + written[start + 1 : k] + written[k + 1 :]
            assert structure(read(less))[0] != structure(graph)[0], written


@pytest.mark.parametrize("text", [
    "x + y - (z - x)", "x - (y + z)", "x*(y + z)", "(x + y)*z", "x/(y*z)", "x/(y/z)", "x*y/z", "-x**2", "(-x)**2",
    "x**-y", "x**y**z", "(x**y)**z", "2**-x**2", "-(x + y)", "-x*y", "x*-y", "x - -y", "x + -y*z", "-(x*y)", "--x",
    "sin(x + y)*max(x, y, 2)", "where(x < y, x + 1, -y)", "1.50*x + 1e-3", "x**0.5", "pi*x + e",
    "x*(y/z)", "x + (y + z)", "x*(y*z)", "-(x/y)", "x/-y", "(x + y)**(z - 1)",
])  # fmt: skip
def test_written_as_typed(text: str) -> None:
    assert program(read(text)) == text


def test_names_and_shared_nodes_get_statements() -> None:
    assert program(read("q = x+y; f=q*z")) == "q = x + y\nf = q*z"
    assert program(read("g(t) = t*t; g(x+1)")) == "v1 = x + 1\nv1*v1"
    assert program(read("g(t) = t*t; g(x+v1)")) == "u1 = x + v1\nu1*u1"


def test_several_outputs() -> None:
    graph = read("a = x*y; b = sin(a); c = a + b; c*b")
    text = program_of(graph, [("first", graph.named["b"]), ("second", graph.named["c"])])
    again = read(f"{text}\nfirst*second")
    for name, node in (("first", "b"), ("second", "c")):
        assert structure(again, again.named[name])[0] == structure(graph, graph.named[node])[0]


def test_expressions_name_their_arguments() -> None:
    graph = read("q = x + y; f = q*2 - sin(-q)")
    assert [expression(graph, i) for i in range(len(graph.nodes))] == [
        "x", "y", "x + y", "2", "q*2", "-q", "sin(v2)", "v1 - v3",
    ]  # fmt: skip


def test_long_graphs_are_written_without_recursion() -> None:
    for text in ("sin(" * 20_000 + "x" + ")" * 20_000, "-" * 20_000 + "x", " + ".join(["x"] * 20_000)):
        assert program(read(text)) == text


# ---- numbers in place of names


def with_numbers(graph: Graph, number: str) -> str:
    labels = [number if node.operation is INPUT else graph.labels[i] for i, node in enumerate(graph.nodes)]
    return in_numbers(graph, graph.output, graph.is_called, labels, 0)


@pytest.mark.parametrize(("text", "shown"), [
    ("x", "-2"), ("-x", "-(-2)"), ("--x", "-(-(-2))"), ("x + y - z", "-2 + (-2) - (-2)"), ("x*y*z", "-2*(-2)*(-2)"),
    ("1 + x*y", "1 + (-2)*(-2)"), ("x - (y - z)", "-2 - (-2 - (-2))"), ("3/(x*y)", "3/(-2*(-2))"),
    ("x**y", "(-2)**(-2)"), ("(x*y)**3", "(-2*(-2))**3"), ("-x**2", "-(-2)**2"), ("-(x*y)", "-(-2*(-2))"),
    ("min(x, y*z, 1 - x)", "min(-2, -2*(-2), 1 - (-2))"), ("x**2 + sin(x)", "(-2)**2 + sin(-2)"),
    ("where(x < y, x**2, y)", "where(-2 < (-2), (-2)**2, -2)"),
])  # fmt: skip
def test_a_number_below_0_has_parentheses_but_where_it_comes_first(text: str, shown: str) -> None:
    assert with_numbers(read(text), "-2") == shown


@pytest.mark.parametrize(("text", "shown"), [
    ("x", "2 ± 1"), ("-x", "-(2 ± 1)"), ("x + y*z", "(2 ± 1) + (2 ± 1)*(2 ± 1)"), ("(x - 1)*3", "((2 ± 1) - 1)*3"),
    ("x**y", "(2 ± 1)**(2 ± 1)"), ("max(x, 1 + y)", "max(2 ± 1, 1 + (2 ± 1))"),
    ("where(x < 1, x, 0)", "where((2 ± 1) < 1, 2 ± 1, 0)"),
])  # fmt: skip
def test_an_uncertain_number_has_parentheses_but_where_it_stands_alone(text: str, shown: str) -> None:
    assert with_numbers(read(text), Uncertain("2", "1")) == shown


@given(expressions())
def test_numbers_below_0_are_read_back_and_have_no_parentheses_more(text: str) -> None:
    graph = read(text)
    shown, full = with_numbers(graph, "-2.5"), with_numbers(graph, "(-2.5)")
    assert structure(read(shown))[0] == structure(read(full))[0]
    for found in re.finditer(r"\(-2\.5\)", shown):
        before, after = shown[: found.start()], shown[found.end() :]
        assert after.startswith("**") or (before and not before.endswith(("(", ", ")))
