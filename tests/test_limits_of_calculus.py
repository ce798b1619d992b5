"""Graphs and formulas at their limits: names of nodes, how many there may be, numerals that are folded, differences."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from gradcli.calculus import building
from gradcli.calculus.building import Builder, called, part_of, restricted
from gradcli.calculus.faults import Fault
from gradcli.calculus.finite_differences import SMALL_SCALE, TINY, central
from gradcli.calculus.folding import (
    decimal,
    exact,
    is_binary,
    is_exact,
    is_power_of_two,
    nearly_folded,
    numeral,
    quotient,
)
from gradcli.calculus.graph import Graph, Node, Nodes
from gradcli.calculus.linearization import linearize
from gradcli.calculus.operations import ADD, INPUT, MUL, NUMBER, OPERATIONS
from gradcli.calculus.spellings import function, function_names
from gradcli.calculus.symbolic import FACTORS, Symbols
from gradcli.calculus.upstream import upstream
from gradcli.errors import LimitError, Source
from gradcli.language.syntax import parse
from gradcli.language.writing import formula
from gradcli.numbers.systems import FLOAT


def graph_of(text: str) -> Graph:
    return parse(Source("program", text))


# ---- numerals


@pytest.mark.parametrize(("text", "value"), [
    ("3", 3), ("0.5", Fraction(1, 2)), ("9" * 39, int("9" * 39)), ("9" * 40, None),
    ("0." + "5" * 38, Fraction("0." + "5" * 38)),
    ("0." + "5" * 39, None), ("1e5", None), ("1E5", None), ("12.", Fraction(12)),
])  # fmt: skip
def test_numerals_that_are_computed_with(text: str, value: Any) -> None:
    assert numeral(text) == value


@pytest.mark.parametrize(("value", "holds"), [
    (3, (True, False, True)), (4, (True, True, True)), (-8, (True, True, True)), (0, (True, False, True)),
    (Fraction(1, 3), (True, False, False)), (Fraction(1, 4), (True, True, True)), (Fraction(3, 4), (True, False, True)),
    (2**53 + 1, (False, False, False)), (2**999, (True, True, True)), (2**1000, (False, True, False)),
    (-(2**1000), (False, True, False)), (Fraction(1, 2**999), (True, True, True)),
    (Fraction(1, 2**1000), (False, True, False)), (Fraction(1, 2**53 + 1), (False, False, False)),
])  # fmt: skip
def test_numbers_that_binary64_holds(value: Any, holds: tuple[bool, bool, bool]) -> None:
    assert (is_exact(value), is_power_of_two(value), is_binary(value)) == holds


@pytest.mark.parametrize(("m", "n", "found"), [
    (1024, 1023, 1), (1025, 1024, None), (-1023, -1024, 1), (-1024, -1025, None), (Fraction(5, 2), 1, Fraction(3, 2)),
    (1, 1, None), (1023, 1024, -1), (0, 0, 0),
])  # fmt: skip
def test_differences_that_are_not_much_smaller(m: Any, n: Any, found: Any) -> None:
    assert nearly_folded(m, n) == found


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("0.5", Fraction(1, 2)), ("0.1", None), ("1e5", None), ("2.0", 2)]
)
def test_numerals_that_are_the_same_everywhere(text: str, value: Any) -> None:
    found = exact(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("value", "text"), [
    (3, "3"), (Fraction(1, 2), "0.5"), (Fraction(5, 4), "1.25"), (Fraction(1, 3), None), (Fraction(1, 8), "0.125"),
    (Fraction(1, 100), "0.01"), (Fraction(1, 10**39), "0." + "0" * 38 + "1"), (Fraction(1, 10**40), None), (0, "0"),
    (Fraction(4, 2), "2"),
])  # fmt: skip
def test_numbers_as_decimals(value: Any, text: str | None) -> None:
    assert decimal(value) == text


def test_quotients_are_whole_where_they_can_be() -> None:
    assert [(x, type(x)) for x in (quotient(6, 3), quotient(7, 2), quotient(5, 1))] == [
        (2, int), (Fraction(7, 2), Fraction), (5, int)]  # fmt: skip


# ---- graphs


@pytest.mark.parametrize(("program", "labels"), [
    ("x*y", ["x", "y", "f"]), ("x*y + x", ["x", "y", "v1", "f"]), ("f*y", ["f", "y", "v1"]),
    ("f = x*y", ["x", "y", "f"]),
    ("v1*y + 2", ["v1", "y", "u1", "2", "f"]), ("v1*u3 + 2", ["v1", "u3", "n1", "2", "f"]),
    ("vx*y + 2", ["vx", "y", "v1", "2", "f"]),
    ("v*y + 2", ["v", "y", "v1", "2", "f"]), ("v1*u1*n1*x", ["v1", "u1", "node1", "n1", "node2", "x", "f"]),
    ("q = 3; q*x", ["3", "q", "x", "f"]),
    ("q = x; q*2", ["x", "2", "f"]),
])  # fmt: skip
def test_the_names_of_nodes(program: str, labels: list[str]) -> None:
    assert list(graph_of(program).labels) == labels


def test_further_names_and_those_that_a_person_can_use() -> None:
    graph = graph_of("q = x; r = x; s = q*r; t = s; t")
    assert graph.others == {0: ["q", "r"], graph.output: ["t"]}
    assert set(graph.by_label) == {"x", "q", "r", "s", "t"}
    assert graph.by_label["q"] == graph.inputs["x"] == 0
    assert graph.is_called == [True, True]
    assert graph_of("x*y + 2").is_called == [True, True, False, False, False]


def test_what_depends_on_what() -> None:
    graph = graph_of("q = x*y; r = z*z; q + x")
    names = list(graph.labels)
    assert {names[i] for i, on in enumerate(graph.active({graph.inputs["z"]})) if on} == {"z", "r"}
    assert {names[i] for i, on in enumerate(graph.needed(graph.output)) if on} == {"x", "y", "q", "f"}
    assert {names[i] for i, on in enumerate(graph.needed(graph.by_label["q"])) if on} == {"x", "y", "q"}
    part = restricted(graph, graph.by_label["r"])
    assert (list(part.labels), part.output, part.named) == (["z", "r"], 1, {"r": 1})
    assert formula(part, 1, [False] * 2) == "z*z"
    all_of_it = part_of(graph, [1] * len(graph.nodes), graph.output)
    assert all_of_it.nodes == graph.nodes
    renamed = called(graph, graph.by_label["q"], "other")
    assert renamed.labels[graph.by_label["q"]] == "other"
    assert graph.labels[graph.by_label["q"]] == "q"


def test_a_node_that_no_text_wrote() -> None:
    node = Node(ADD, (0, 1))
    assert (node.text, node.span) == ("", (0, 0))
    nodes = Nodes([Node(INPUT, (), "x", (3, 4)), node])
    assert [nodes[0].span, nodes[1].span, nodes[-1].operation] == [(3, 4), (0, 0), ADD]
    assert list(nodes[:1]) == [Node(INPUT, (), "x", (3, 4))]
    copy = nodes.copy()
    copy.append(MUL, (0, 0), "", (1, 2))
    assert (len(nodes), len(copy), copy != nodes) == (2, 3, True)
    assert list(copy) == [*nodes, Node(MUL, (0, 0), "", (1, 2))]


def test_as_many_nodes_as_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MAX_NODES", 4)
    for share in (False, True):
        builder = Builder(share=share)
        x = builder.leaf(INPUT, "x", (0, 1))
        assert builder.leaf(INPUT, "x", (5, 6)) == x
        one = builder.apply(ADD, (x, x), (0, 1))
        assert (builder.apply(ADD, (x, x), (0, 1)) == one) is share
        while len(builder.nodes) < 4:
            builder.apply(MUL, (x, len(builder.nodes) - 1), (2, 3))
        assert builder.nodes[3].span == (2, 3)
        with pytest.raises(LimitError) as caught:
            builder.apply(MUL, (0, 0), (0, 1))
        assert caught.value.message == "the program has more than 4 nodes"
        with pytest.raises(LimitError):
            builder.leaf(NUMBER, "2", (0, 1))
        assert len(builder.nodes) == 4


@pytest.mark.parametrize(("more", "message"), [(2, "the derivatives have more than 2 nodes"), (1_000_000, None)])
def test_nodes_for_derivatives(more: int, message: str | None) -> None:
    builder = Builder(share=True)
    x = builder.leaf(INPUT, "x", (0, 1))
    builder.allow(more)
    builder.leaf(INPUT, "y", (0, 1))
    builder.apply(ADD, (x, x), (0, 1))
    if message is None:
        builder.apply(MUL, (x, x), (0, 1))
    else:
        with pytest.raises(LimitError, match=f"^{message}"):
            builder.apply(MUL, (x, x), (0, 1))
    assert builder.known(ADD, (x, x)) == 2
    assert Builder().known(ADD, (0, 0)) is None


def test_a_numeral_that_gets_a_name_is_no_longer_shared() -> None:
    builder = Builder()
    two = builder.leaf(NUMBER, "2", (0, 1))
    named = builder.name(two, "q")
    assert (named != two, builder.leaf(NUMBER, "2", (0, 1)) == two, builder.named) == (True, True, {"q": named})
    x = builder.leaf(INPUT, "x", (0, 1))
    assert builder.name(x, "r") == x


# ---- formulas


def test_the_sign_of_a_product_is_found_in_so_many_factors() -> None:
    for factors, found in ((FACTORS, True), (FACTORS + 1, False)):
        S = Symbols()
        product = -S.variable("x")
        for k in range(factors):
            product = S.apply(MUL, product, S.variable(f"y{k}"))
        assert (S.without_sign(product) is not None) is found


@pytest.mark.parametrize(("careful", "text"), [(False, "0"), (True, "0*(x*y)")])
def test_nothing_times_what_may_be_undefined(careful: bool, text: str) -> None:
    S = Symbols(careful=careful)
    x, y = S.variable("x"), S.variable("y")
    found = S.mul(S.zero, S.apply(MUL, x, y))
    graph = S.builder.freeze(found.node)
    assert formula(graph, found.node, [False] * len(graph.nodes)) == text
    assert S.mul(S.zero, x).node == S.mul(x, S.zero).node == S.zero.node
    assert (S.div(S.zero, x).node == S.zero.node) is not careful


def test_upstream_gradients_alone() -> None:
    graph = graph_of("q = x*y; r = q*q + x; f = r*z")
    point = {"x": 2.0, "y": 3.0, "z": 5.0}
    found = linearize(FLOAT, graph, point, graph.active({graph.inputs["x"], graph.inputs["y"]}))
    both = [upstream(found, graph.output, 2.0), found.vjp(graph.output, 2.0).upstream]
    assert both[0] == both[1]
    names = dict(zip(graph.labels, both[0], strict=True))
    assert (names["x"], names["y"], names["q"], names["r"], names["z"]) == (370.0, 240.0, 120.0, 10.0, None)
    q = graph.by_label["q"]
    given = dict(zip(graph.labels, upstream(found, graph.output, 2.0, {q: 1.0}), strict=True))
    assert (given["q"], given["x"], given["y"]) == (1.0, 13.0, 2.0)


def test_names_of_functions() -> None:
    assert function("ln") is function("log") is OPERATIONS["log"]
    assert function("add") is function("nothing") is function("input") is None
    assert {"ln", "tg", "arcsin", "sin"} <= set(function_names())
    assert {"ln", "sin", "cos"} <= set(function_names(4))
    assert "tg" not in function_names(3)
    assert "ctg" in function_names(3)
    assert "ctg" not in function_names(4)


def test_a_fault_is_raised_where_it_is_a_doubt() -> None:
    Fault(1, "domain").raise_doubt()
    with pytest.raises(LimitError):
        Fault(1, "limit", doubt=LimitError("no")).raise_doubt()
    assert Fault(1, "domain").position == -1


# ---- differences


@pytest.mark.parametrize("x", [0.0, 1.0, -3.0, 1e-6, SMALL_SCALE, SMALL_SCALE / 2, 1e-280, 1e-295])
def test_differences_of_a_smooth_function(x: float) -> None:
    found = central(math.sin, x)
    assert found is not None
    assert abs(found.estimate - math.cos(x)) <= max(found.error, 1e-9)
    assert found.error <= 1e-7
    assert found.step > 0


def test_a_small_number_has_its_own_scale() -> None:
    """The square root near 0 is only resolved by steps below its argument."""
    for x in (1e-6, 1e-30, 1e-280):
        found = central(lambda t: math.sqrt(t) if t >= 0 else None, x)
        assert found is not None
        assert found.estimate == pytest.approx(0.5 / math.sqrt(x), rel=1e-6)
        assert found.step < x
    assert TINY < 1e-280
    assert central(lambda t: None, 1.0) is None
    assert central(lambda t: math.inf, 1.0) is None
    line = central(lambda t: 3 * t, 1e-5)
    assert line is not None
    assert line.estimate == pytest.approx(3, rel=1e-9)
