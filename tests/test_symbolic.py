"""Symbols: the arithmetic of formulas is light, keeps signs in front, and never changes a value."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.calculus.derivative_formulas import derivatives, lifted
from gradcli.calculus.graph import Graph
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.sweeps import forward
from gradcli.calculus.symbolic import Symbol, Symbols
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.language.writing import formula
from gradcli.numbers.systems import FLOAT

SIMPLE: list[tuple[Callable[[Any, Any, Any], Any], str]] = [
    (lambda S, x, y: x + 0, "x"), (lambda S, x, y: 0 + x, "x"), (lambda S, x, y: x - 0, "x"),
    (lambda S, x, y: 0 - x, "-x"),
    (lambda S, x, y: 1 * x, "x"), (lambda S, x, y: x * 1, "x"), (lambda S, x, y: x * 0, "0"),
    (lambda S, x, y: 0 * x, "0"),
    (lambda S, x, y: x / 1, "x"), (lambda S, x, y: x + x, "2*x"), (lambda S, x, y: x - x, "0"),
    (lambda S, x, y: x * x, "x**2"), (lambda S, x, y: S.neg(S.neg(x)), "x"), (lambda S, x, y: -x * y, "-x*y"),
    (lambda S, x, y: x * -y, "-x*y"), (lambda S, x, y: -x * -y, "x*y"), (lambda S, x, y: x / -y, "-x/y"),
    (lambda S, x, y: x + -y, "x - y"), (lambda S, x, y: x - -y, "x + y"), (lambda S, x, y: -x - y, "-x - y"),
    (lambda S, x, y: 2 * (3 * x), "6*x"), (lambda S, x, y: x * 2, "2*x"), (lambda S, x, y: 2 * x * (3 * y), None),
    (lambda S, x, y: x / y / y, "x/y**2"), (lambda S, x, y: 1 / y * x, "x/y"), (lambda S, x, y: S.pow(x, S.one), "x"),
    (lambda S, x, y: S.pow(x, S.zero), "1"), (lambda S, x, y: -S.zero, "0"), (lambda S, x, y: S.number("0.5") * 4, "2"),
    (lambda S, x, y: S.number("0.25") + 1, "1.25"), (lambda S, x, y: S.one / 3, "1/3"),
    (lambda S, x, y: S.inverse_square(x), "1/x**2"), (lambda S, x, y: S.sin(-x), "sin(-x)"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "text"), SIMPLE, ids=lambda x: x if isinstance(x, str) else "")
def test_simplification(build: Callable[[Any, Any, Any], Any], text: str | None) -> None:
    S = Symbols()
    x, y = S.variable("x"), S.variable("y")
    root = S.symbol(build(S, x, y)).node
    graph = S.builder.freeze(root)
    if text is not None:
        assert formula(graph, root) == text
    at = {"x": 0.75, "y": -1.5}
    values = forward(FLOAT, graph, at).values
    assert values[root] == pytest.approx(build(Numbers(), at["x"], at["y"]), rel=1e-15)


class Numbers:
    """What a rule may ask of a system, in floats."""

    zero, one = 0.0, 1.0
    neg = operator.neg
    number, pow, sin, inverse_square = float, staticmethod(FLOAT.pow), FLOAT.sin, FLOAT.inverse_square


TREES = st.recursive(
    st.sampled_from(("x", "y", "0", "1", "2", "0.5", "3")),
    lambda inner: st.tuples(st.sampled_from(("+", "-", "*", "/", "neg", "**2")), inner, inner),
    max_leaves=10,
)


def grown(tree: Any, leaf: Callable[[str], Any]) -> Any:
    if isinstance(tree, str):
        return leaf(tree)
    sign, left, right = tree
    a = grown(left, leaf)
    if sign == "neg":
        return -a
    if sign == "**2":
        return a * a
    b = grown(right, leaf)
    return a + b if sign == "+" else a - b if sign == "-" else a * b if sign == "*" else a / b


@given(TREES, st.integers(-4, 4), st.integers(-4, 4))
def test_simplified_formulas_have_the_same_value(tree: Any, p: int, q: int) -> None:
    """Exactly, in fractions, wherever the formula as it was typed has a value."""
    from fractions import Fraction

    from gradcli.numbers.fractions import Exact

    point = {"x": Fraction(p, 3), "y": Fraction(q, 2)}
    try:
        expected = grown(tree, lambda t: point[t] if t in point else Fraction(t))
    except ZeroDivisionError:
        return
    S = Symbols()
    root = grown(tree, lambda t: S.variable(t) if t in point else S.number(t)).node
    run = forward(Exact(), S.builder.freeze(root), point)
    assert root not in run.faults
    assert run.values[root] == expected


def test_equal_sub_expressions_are_one_node() -> None:
    S = Symbols()
    x = S.variable("x")
    assert S.sin(x * 3).node == S.sin(3 * x).node
    assert S.exp(x).node != S.exp(-x).node


@pytest.mark.parametrize("row", [row for row in OPERATIONS.values() if not row.is_leaf], ids=lambda row: row.name)
def test_every_rule_yields_a_formula(row: Any) -> None:
    """A rule run on symbols and evaluated gives what the rule gives on floats."""
    for point in row.points:
        S = Symbols()
        names = [f"x{k}" for k in range(len(point))]
        symbols = [S.variable(name) for name in names]
        at = dict(zip(names, map(float, point), strict=True))
        v, number = S.apply(row, *symbols), row.value(FLOAT, *at.values())
        pairs: list[tuple[Any, Any]] = []
        if row.jacobian_row is not None:
            pairs += zip(
                row.jacobian_row(S, v, symbols), row.jacobian_row(FLOAT, number, list(at.values())), strict=True
            )
        elif row.name != "where" and not row.is_condition:
            for partial in row.partials:
                where, rule = partial.undefined_where, partial.rule
                if where is None or not where(FLOAT, number, *at.values()):
                    pairs.append((rule(S, v, *symbols), rule(FLOAT, number, *at.values())))
        for formula_, expected in pairs:
            root = S.symbol(formula_).node
            run = forward(FLOAT, S.builder.freeze(root), at)
            assert root not in run.faults
            assert run.values[root] == pytest.approx(0.0 if expected is None else expected, rel=1e-13)


def test_lifting_keeps_the_graph_and_its_names() -> None:
    graph = parse(Source("program", "q = x*y; f = sin(q) + q"))
    S = Symbols()
    nodes = lifted(S, graph)
    assert [S.builder.nodes[s.node].operation for s in nodes] == [node.operation for node in graph.nodes]
    assert S.builder.named == {name: nodes[i].node for name, i in graph.named.items()}
    assert repr(nodes[-1]) == f"<symbol {nodes[-1].node}: add>"


def read(text: str) -> Graph:
    return parse(Source("program", text))


def test_derivatives_of_shared_expressions_do_not_explode() -> None:
    """Sixty squares of squares: the formula written out would have 2**60 terms."""
    lines = ["a0 = x*y + 1", *(f"a{k} = a{k - 1}*a{k - 1} + x" for k in range(1, 60)), "a59"]
    graph = read("\n".join(lines))
    second, found = derivatives(graph, [graph.output], ["x", "y"])
    assert len(second.nodes) < 40 * len(graph.nodes)
    assert len(found[0]) == 2


def test_long_programs_are_differentiated_without_recursion() -> None:
    for text in ("sin(" * 3000 + "x" + ")" * 3000, "x" + "*x" * 3000, "x" + "/(1 + x" * 3000 + ")" * 3000):
        graph = read(text)
        _, found = derivatives(graph, [graph.output], ["x"])
        assert found


def test_symbols_are_symbols() -> None:
    S = Symbols()
    assert isinstance(S.symbol(2), Symbol)
    assert S.numeral(S.symbol(-3)) == -3
    assert S.numeral(S.symbol(None)) == 0
    assert S.numeral(S.variable("x")) is None
