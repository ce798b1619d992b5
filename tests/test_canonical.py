"""Formulas in their normal form: every number is the same and defined at the same points, only the text is shorter."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from gradcli import differentiate
from gradcli.calculus.building import restricted
from gradcli.calculus.derivative_formulas import derivatives
from gradcli.calculus.graph import Graph
from gradcli.errors import MathError, Source
from gradcli.language.canonical import simplified
from gradcli.language.syntax import parse
from gradcli.language.writing import program_of
from gradcli.record.gradient import evaluate
from gradcli.record.higher_derivatives import differentiate_formula
from gradcli.record.request import Request

LEAVES = ("x", "y", "z", "x", "y", "2", "3", "0.5", "0.1", "1", "-1", "0", "1/3", "e", "pi", "4.03")
CALLS = ("log", "sqrt", "exp", "sin", "abs", "cosh", "tanh", "sigmoid", "relu", "log2", "cbrt", "atan", "asin", "log1p",
         "gamma", "sign", "floor")  # fmt: skip
EXPONENTS = ("2", "3", "-1", "-2", "0.5", "-0.5", "1.5", "1/3", "0", "1", "x", "2.3")
VALUES = ("0", "1", "-1", "2", "0.75", "-1.5", "0.3", "-2.7", "3", "1", "0.5")  # many of them on the border of a domain


def expression(draw: random.Random, depth: int) -> str:
    if depth == 0 or draw.random() < 0.12:
        return draw.choice(LEAVES)
    inner = [expression(draw, depth - 1) for _ in range(4)]
    kind = draw.random()
    if kind < 0.55:
        return f"({inner[0]}{draw.choice('+-*/*/')}{inner[1]})"
    if kind < 0.72:
        return f"({inner[0]})**({draw.choice(EXPONENTS)})"
    if kind < 0.78:
        return f"-({inner[0]})"
    if kind < 0.82:
        return f"where({inner[0]} {draw.choice(('<', '>=', '=='))} {inner[1]}, {inner[2]}, {inner[3]})"
    if kind < 0.87:
        return f"{draw.choice(('max', 'min', 'hypot'))}({inner[0]}, {inner[1]})"
    return f"{draw.choice(CALLS)}({inner[0]})"


def random_graph(draw: random.Random) -> Graph:
    """Return a program with an input; some have a named intermediate that is used twice."""
    while True:
        text = expression(draw, 4)
        if draw.random() < 0.3:
            text = f"q = {expression(draw, 2)}; q*({expression(draw, 2)}) + {expression(draw, 3)} - q"
        graph = parse(Source("program", text))
        if graph.inputs:
            return graph


def text_of(graph: Graph, ends: Sequence[int]) -> str:
    return program_of(graph, [(f"d{k}", i) for k, i in enumerate(ends)])


def outcome(graph: Graph, node: int, point: dict[str, str]) -> float | str:
    """Return the certain value of a node, or that it has none."""
    part = restricted(graph, node)
    given = {name: Source(name, point[name]) for name in part.inputs}
    try:
        return float(evaluate(Source("program", ""), given, Request(wrt=[], nodes="none"), part).value)
    except MathError:
        return "undefined"


def same(a: float | str, b: float | str) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return a == b or abs(a - b) <= 1e-12 * max(abs(a), abs(b))


@pytest.mark.parametrize("seed", range(4))
def test_numbers_and_domains_are_those_of_the_rules(seed: int) -> None:
    """Against what the rules of the table give, orders 1 to 3, at points of which many are outside a domain."""
    draw = random.Random(seed)
    compared = undefined = 0
    for _ in range(60):
        graph = random_graph(draw)
        names = list(graph.inputs)
        nodes = [graph.output]
        for _order in range(3 if len(names) == 1 else 2):
            raw, found = derivatives(graph, nodes, names)
            ends = [i for row in found for i in row]
            if len(raw.nodes) > 2000:
                break
            graph, nodes = simplified(raw, ends)
            for _ in range(2):
                point = {name: draw.choice(VALUES) for name in names}
                for before, after in zip(ends, nodes, strict=True):
                    expected, got = outcome(raw, before, point), outcome(graph, after, point)
                    assert same(expected, got), (text_of(raw, [before]), text_of(graph, [after]), point, expected, got)
                    compared += 1
                    undefined += expected == "undefined"
    assert compared > 500
    assert undefined > 50


def test_what_is_written_shorter_once_is_not_written_shorter_again() -> None:
    draw = random.Random(11)
    for _ in range(150):
        graph = random_graph(draw)
        names, nodes = list(graph.inputs), [graph.output]
        for _order in range(2):
            raw, found = derivatives(graph, nodes, names)
            if len(raw.nodes) > 300:
                break
            graph, nodes = simplified(raw, [i for row in found for i in row])
            assert text_of(*simplified(graph, nodes)) == text_of(graph, nodes)


def derivative(program: str, order: int = 1) -> str:
    """Return the text of the derivatives, without their names."""
    text = differentiate_formula(Source("program", program), order=order).text()
    return "; ".join(line.partition(" = ")[2] if line[0] == "d" else line for line in text.splitlines())


@pytest.mark.parametrize(("program", "text"), [
    ("x*x*x", "3*x**2"), ("x^2*y", "2*x*y; x**2"), ("(w*x - y)^2/2", "(w*x - y)*x; (w*x - y)*w; y - w*x"),
    ("e**x", "e**x"), ("max(x, 1)", "where(x > 1, 1, 0)"), ("min(x, 1)", "where(x < 1, 1, 0)"),
    ("max(1, x)", "where(x >= 1, 1, 0)"),
    ("asin(x)", "1/sqrt(1 - x**2)"), ("atan(x)", "1/(1 + x**2)"),
    ("x**(1/3)", "1/(3*x**(2/3))"), ("x**0.5", "0.5/x**0.5"), ("sqrt(x)", "1/(2*sqrt(x))"), ("x**2.3", "2.3*x**1.3"),
    ("log2(x)", "1/(x*log(2))"), ("atan2(y, x)", "x/(x**2 + y**2); -y/(x**2 + y**2)"), ("x*log(x)", "log(x) + 1"),
    ("4.03*8*x", "32.24"), ("(y + x)*(4.5 - y)", "4.5 - 2*y - x; 4.5 - y"), ("1/(1 - x)", "1/(1 - x)**2"),
    ("(1.26 - x)/z", "-1/z; (x - 1.26)/z**2"), ("q = x**2; q*x", "q = x**2; 3*q"), ("relu(x)", "where(x > 0, 1, 0)"),
    ("q = x + y; q*z", "q = x + y; z; z; q"), ("abs(x)**2", "2*x"), ("x**2*sin(x)", "x**2*cos(x) + 2*x*sin(x)"),
])  # fmt: skip
def test_formulas_are_what_a_person_would_write(program: str, text: str) -> None:
    assert derivative(program) == text


@pytest.mark.parametrize(("program", "text", "x", "slope"), [
    ("(0.1*x)**31", "31*0.1**31*x**30", "10", 31 / 10), ("(-0.1*x)**31", "-31*0.1**31*x**30", "10", -31 / 10),
    ("1/(-0.1*x)**31", "31/(0.1**31*x**32)", "10", 31 / 10),
    ("(3*x/7)**50", "150*3**49*x**49/(7*7**49)", "7/3", 150 / 7),
    ("(x**2*0.1)**(-20)", "-20*0.2/(x**41*0.1**21)", "sqrt(10)", -40 / 10**0.5),
])  # fmt: skip
def test_a_power_that_binary64_would_round_is_not_computed(program: str, text: str, x: str, slope: float) -> None:
    """The slopes are those of u**n at u = 1 or -1, by hand."""
    assert derivative(program) == text
    assert float(differentiate(program, {"x": x}).gradient["x"]) == pytest.approx(slope, rel=1e-12)
    assert float(differentiate(text, {"x": x}).value) == pytest.approx(slope, rel=1e-12)


def test_higher_orders_stay_short() -> None:
    assert derivative("ln(1 + x)", 6) == "-120/(1 + x)**6"
    assert derivative("1/x", 5) == "-120/x**6"
    assert derivative("x**5", 3) == "60*x**2"
    assert derivative("sin(x)", 4) == "sin(x)"


@pytest.mark.parametrize(("program", "text"), [
    ("x/x", "0/x"), ("log(x) - log(x)", "0/x"), ("0*sqrt(x)", "0/sqrt(x)"), ("x**2/x", None),
    ("1/(1/x)", "x/x"), ("x**0.5*x**0.5", None), ("sqrt(x**2)", "x/sqrt(x**2)"), ("x - x", "0"), ("0*sin(x)", "0"),
])  # fmt: skip
def test_what_may_be_undefined_stays(program: str, text: str | None) -> None:
    if text is not None:
        assert derivative(program) == text
    found = differentiate_formula(Source("program", program))
    at = {"x": "0"}
    refused = outcome(parse(Source("program", program)), parse(Source("program", program)).output, at) == "undefined"
    value = outcome(found.graph, found.derivatives[0].node, at)
    assert value == "undefined" or not refused


@pytest.mark.parametrize("program", ["3*0.1*x - 0.3*x", "x*(0.1 + 0.2 - 0.3)", "0.9*x - x + 0.1*x", "x*0.1*10 - x"])
def test_decimals_are_not_computed_with(program: str) -> None:
    """In binary64 the sums of these are not 0, and the formulas know it."""
    record = differentiate(program, {"x": 1})
    text = differentiate_formula(Source("program", program)).text()
    assert differentiate(text, {}).value == record.gradient["x"] != 0


def test_a_tie_of_the_branches_of_max_gives_one_of_them() -> None:
    text = differentiate_formula(Source("program", "max(x**2, x*x, y)")).text()
    point = {"x": 1.5, "y": 1.0}
    assert differentiate(text, point, of="df_dx", wrt=[], may_be_unused=point).value == 3
    assert differentiate(text, point, of="df_dy", wrt=[], may_be_unused=point).value == 0


def test_long_sums_and_products_take_linear_time() -> None:
    """Ten thousand terms and factors, nested to either side."""
    n = 10_000
    for text in (" + ".join(f"x{k % 7}" for k in range(n)), "*".join(f"x{k % 7}" for k in range(n)),
                 "x + (" * n + "y" + ")" * n, "x*(" * n + "y" + ")" * n, "x/(" * n + "y" + ")" * n):  # fmt: skip
        graph = parse(Source("program", text))
        second, ends = simplified(graph, [graph.output])
        assert len(second.nodes) < 100
        assert len(ends) == 1


@pytest.mark.parametrize(("program", "text"), [
    ("q = x*y; f = q**2*x - x**3*y**2", "0"), ("q = 2*x*y; f = q*q - 4*x**2*y**2", "0"),
    ("q = x*y; f = q*x - x**2*y + z", "z"), ("q = x*y; r = q*z; f = r*q - x**2*y**2*z", "0"),
    ("q = x*y; f = z + 2*q*q - x**2*y**2 - y*q*x", "z"),
    ("p = y*9; y - p - 2*y", "-10*y"), ("p = y*9; q = p*z; q + y*z - 10*y*z", "0"),
])  # fmt: skip
def test_named_products_are_compared_factor_by_factor(program: str, text: str) -> None:
    graph = parse(Source("program", program))
    assert text_of(*simplified(graph, [graph.output])) == f"d0 = {text}"


@pytest.mark.parametrize(("program", "text"), [
    ("a = x + y/3; a*exp(a)/(1 + a)", "a = x + y/3; d0 = a*exp(a)/(1 + a)"),  # not 1 + x + y/3
    ("a = log2(y) + 1/y; a*exp(a)/(1 + a)", "a = log2(y) + 1/y; d0 = a*exp(a)/(1 + a)"),
])  # fmt: skip
def test_a_named_sum_is_not_taken_apart_where_that_is_longer(program: str, text: str) -> None:
    graph = parse(Source("program", program))
    assert text_of(*simplified(graph, [graph.output])) == text.replace("; ", "\n")
