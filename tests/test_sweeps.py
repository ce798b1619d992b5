"""The sweeps: forward equals reverse, contributions sum, systems agree, and a fault only counts where it is used."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli import differentiate
from gradcli.calculus.beside import Beside
from gradcli.calculus.building import Builder
from gradcli.calculus.graph import Graph
from gradcli.calculus.operations import INPUT, NUMBER, OPERATIONS
from gradcli.calculus.sweeps import Forward, Partials, Reverse, forward, local_gradient, partials, reverse, tangent
from gradcli.calculus.table_parts import Operation
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.fractions import Exact
from gradcli.numbers.systems import FLOAT, Undecided, nearest

from .examples import examples

LEAVES = {"input", "number", "constant"}
RATIONAL = ["add", "sub", "mul", "neg", "add", "mul", "div", "max", "min", "abs", "relu", "leaky_relu", "where", "pow",
            "floor", "sign", "mod", "round"]  # fmt: skip
ANY = [name for name, row in OPERATIONS.items() if name not in LEAVES and name != "polygamma" and not row.is_condition]


def read(text: str) -> Graph:
    return parse(Source("program", text))


class Random:
    """A random graph, built node by node at a point where every value is ordinary."""

    def __init__(self, draw: random.Random, size: int, names: list[str], *, step: float = 0.0) -> None:
        self.builder = Builder()
        self.values: list[float] = []
        self.point: dict[str, float] = {}
        for k in range(draw.randint(1, 4)):
            name = f"x{k}"
            self.point[name] = draw.uniform(-3, 3) if not step else draw.randint(-12, 12) * step
            self._keep(self.builder.leaf(INPUT, name, (0, 0)), self.point[name])
        for text in ("2", "0.5"):
            self._keep(self.builder.leaf(NUMBER, text, (0, 0)), float(text))
        while len(self.values) < size:
            self._grow(draw, OPERATIONS[draw.choice(names)])
        self.graph = self.builder.freeze(len(self.values) - 1)

    def _keep(self, i: int, value: float) -> None:
        assert i == len(self.values)
        self.values.append(value)

    def _grow(self, draw: random.Random, operation: Operation) -> None:
        arity = operation.arity or draw.randint(1 + (operation.group == 1), 4 // operation.group) * operation.group
        recent = range(max(0, len(self.values) - 8), len(self.values))
        picks = [draw.choice(recent) if draw.random() < 0.7 else draw.randrange(len(self.values)) for _ in range(arity)]
        if operation.name == "pow":
            picks[1] = self.builder.leaf(NUMBER, "2", (0, 0))
        if operation.name == "where":
            test = OPERATIONS[draw.choice(("lt", "ge"))]
            a, b = draw.choice(recent), draw.choice(recent)
            self._keep(self.builder.apply(test, (a, b), (0, 0)), test.value(FLOAT, self.values[a], self.values[b]))
            picks[0] = len(self.values) - 1
        arguments = [self.values[a] for a in picks]
        if operation.domain is not None and not operation.domain.holds(FLOAT, *arguments):
            return
        value = operation.value(FLOAT, *arguments)
        if math.isfinite(value) and abs(value) < 60:
            self._keep(self.builder.apply(operation, tuple(picks), (0, 0)), value)


class Run:
    """All sweeps over a graph in one system."""

    def __init__(self, S: Any, graph: Graph, point: dict[str, float]) -> None:
        self.S = S
        self.graph = graph
        numbers = {name: S.from_number(x) if not isinstance(S, Exact) else Fraction(x) for name, x in point.items()}
        self.forward: Forward = forward(S, graph, numbers)
        self.active = graph.active(set(graph.inputs.values()))
        self.linearization: Partials = partials(S, graph, self.forward.values, self.active)
        for fault in (*self.forward.faults.values(), *self.linearization.faults.values()):
            fault.raise_doubt()
        self.back: Reverse = reverse(S, graph, self.linearization, graph.output, S.one)

    def gradient(self) -> dict[str, Any]:
        return {name: self.back.adjoints[i] for name, i in self.graph.inputs.items()}


SEEDS = st.integers(0, 2**32)


@examples(400)
@given(SEEDS)
def test_forward_equals_reverse(seed: int) -> None:
    """Along any direction the tangent of the output is the gradient times the direction (the dot-product test)."""
    draw = random.Random(seed)
    made = Random(draw, draw.randint(5, 60), ANY)
    run = Run(FLOAT, made.graph, made.point)
    if run.linearization.faults:
        return
    direction = {i: draw.uniform(-1, 1) for i in made.graph.inputs.values()}
    along = tangent(FLOAT, made.graph, run.linearization, direction)[made.graph.output]
    products = [direction[made.graph.inputs[name]] * d for name, d in run.gradient().items()]
    sizes = tangent(FLOAT, made.graph, absolute(run.linearization), {i: abs(d) for i, d in direction.items()})
    assert math.isclose(along, math.fsum(products), rel_tol=1e-10, abs_tol=1e-12 * sizes[made.graph.output])


def absolute(linearization: Partials) -> Partials:
    rows = [tuple(None if d is None else abs(d) for d in row) for row in linearization.local_gradients]
    return Partials(rows, linearization.faults, linearization.kinks)


@given(SEEDS)
def test_forward_equals_reverse_exactly_for_fractions(seed: int) -> None:
    draw = random.Random(seed)
    made = Random(draw, draw.randint(5, 30), RATIONAL, step=0.25)
    S = Exact()
    run = Run(S, made.graph, made.point)
    direction = {i: Fraction(draw.randint(-9, 9), draw.randint(1, 9)) for i in made.graph.inputs.values()}
    along = tangent(S, made.graph, run.linearization, direction)[made.graph.output]
    assert along == sum(direction[made.graph.inputs[name]] * d for name, d in run.gradient().items())


@given(SEEDS)
def test_float_bounds_and_fractions_agree(seed: int) -> None:
    """The exact answer lies inside the bound, whose middle is what floats give, for values and gradients alike."""
    draw = random.Random(seed)
    made = Random(draw, draw.randint(5, 30), RATIONAL, step=0.25)
    try:
        bounded = Run(Bounds(), made.graph, made.point)
    except Undecided:
        return
    exact, floats = (Run(S, made.graph, made.point) for S in (Exact(), FLOAT))
    assert exact.linearization.kinks == bounded.linearization.kinks == floats.linearization.kinks
    for column in (lambda run: run.forward.values, lambda run: run.back.adjoints):
        for true, bound, x in zip(column(exact), column(bounded), column(floats), strict=True):
            assert abs(true - Fraction(bound.v)) <= Fraction(bound.r)
            assert math.isclose(bound.v, x, rel_tol=1e-15, abs_tol=bound.r + 1e-300)


@given(SEEDS, st.sampled_from((FLOAT, Exact())))
def test_contributions_sum_to_the_upstream_gradient(seed: int, S: Any) -> None:
    draw = random.Random(seed)
    made = Random(draw, draw.randint(5, 40), RATIONAL, step=0.25)
    run = Run(S, made.graph, made.point)
    arriving: list[list[Any]] = [[] for _ in made.graph.nodes]
    for i, node in enumerate(made.graph.nodes):
        for k, a in enumerate(node.arguments):
            local, contribution = run.linearization.local_gradients[i][k], run.back.contributions[i][k]
            if contribution is None:
                assert local is None or run.back.adjoints[i] == 0
                continue
            assert contribution == run.back.adjoints[i] * local
            arriving[a].append(contribution)
    for i, terms in enumerate(arriving):
        if i != made.graph.output:
            assert run.back.adjoints[i] == S.sum(terms)


def test_the_sum_of_contributions_is_correctly_rounded() -> None:
    run = Run(FLOAT, read("1e16*x + x - 1e16*x"), {"x": 1.0})
    assert run.gradient() == {"x": 1.0}


# ---- what is not asked for is not computed, what fails does not spread


def test_partials_of_active_arguments_only() -> None:
    graph = read("x**3 * y")
    values = forward(FLOAT, graph, {"x": -2.0, "y": 5.0}).values
    linearization = partials(FLOAT, graph, values, graph.active({graph.inputs["x"]}))
    assert not linearization.faults
    power = next(i for i, node in enumerate(graph.nodes) if node.operation.name == "pow")
    assert linearization.local_gradients[power] == (12.0, None)  # nothing asks for log(-2)
    assert linearization.local_gradients[graph.output] == (5.0, None)


@pytest.mark.parametrize(
    "name", [row.name for row in OPERATIONS.values() if len(row.unconditional_partials or ()) == 2]
)
def test_the_slope_of_one_active_argument_is_that_among_two(name: str) -> None:
    row = OPERATIONS[name]
    builder = Builder()
    leaves = tuple(builder.leaf(INPUT, text, (0, 0)) for text in ("a", "b"))
    graph = builder.freeze(builder.apply(row, leaves, (0, 0)))
    run = forward(FLOAT, graph, dict(zip("ab", row.points[0], strict=True)))
    both = partials(FLOAT, graph, run.values, [1, 1, 1]).local_gradients[-1]
    assert None not in both
    assert partials(FLOAT, graph, run.values, [1, 0, 1]).local_gradients[-1] == (both[0], None)
    assert partials(FLOAT, graph, run.values, [0, 1, 1]).local_gradients[-1] == (None, both[1])


@pytest.mark.parametrize(("text", "point", "gradient"), [
    ("where(x > 0, log(x), x)", {"x": -1.0}, {"x": 1.0}),
    ("where(x > 0, x, 1/(x - x))", {"x": 2.0}, {"x": 1.0}),
    ("where(x > 0, sqrt(-x), x) + where(x > 0, x, y)", {"x": -1.0, "y": 3.0}, {"x": 1.0, "y": 1.0}),
    ("max(x, y)*2", {"x": 3.0, "y": 1e300}, {"x": 0.0, "y": 2.0}),
    ("relu(x)*y", {"x": -3.0, "y": 1.0}, {"x": 0.0, "y": 0.0}),
])  # fmt: skip
def test_a_branch_not_taken_counts_for_nothing(text: str, point: dict[str, float], gradient: dict[str, float]) -> None:
    run = Run(FLOAT, read(text), point)
    assert run.graph.output not in run.forward.faults
    assert run.gradient() == gradient
    assert not any(i in run.back.faults for i in run.graph.inputs.values())


def test_faults_name_the_node_where_it_happened() -> None:
    graph = read("a = log(x); b = a + y; exp(b)*y")
    run = forward(FLOAT, graph, {"x": -1.0, "y": 2.0})
    log = graph.named["a"]
    assert {fault.node for fault in run.faults.values()} == {log}
    assert [fault.kind for fault in run.faults.values()] == ["domain"] * len(run.faults)
    assert set(run.faults) == {log, graph.named["b"], graph.output - 1, graph.output}


def test_an_infinite_slope_spoils_its_own_input_only() -> None:
    graph = read("sqrt(x)*y + z")
    run = Run(FLOAT, graph, {"x": 0.0, "y": 2.0, "z": 1.0})
    assert set(run.back.faults) == {graph.inputs["x"]}
    assert run.back.faults[graph.inputs["x"]].kind == "infinite"
    assert run.gradient()["y"] == 0.0
    assert run.gradient()["z"] == 1.0


@pytest.mark.parametrize("text", ["cbrt(cbrt(x)) + y", "cbrt(sqrt(x)) + y", "cbrt(x*sqrt(x)) + y", "sqrt(sqrt(x))*y"])
def test_a_slope_that_fails_twice_on_the_way_is_still_none(text: str) -> None:
    graph = read(text)
    run = Run(FLOAT, graph, {"x": 0.0, "y": 1.0})
    assert set(run.back.faults) >= {graph.inputs["x"]}
    assert graph.inputs["y"] not in run.back.faults
    record = differentiate(text, {"x": 0, "y": 1})
    assert record.gradient["x"] is None


@pytest.mark.parametrize(("text", "first"), [
    ("a = sqrt(x); b = cbrt(x); a + 2*b", "b"), ("a = cbrt(x); b = sqrt(x); 2*a + b", "b"),
    ("b = cbrt(x); a = sqrt(b); a + x", "a"), ("a = sqrt(x); b = cbrt(x); c = a*y; b + c", "b"),
])  # fmt: skip
def test_of_several_faults_the_one_nearest_to_the_output_is_told(text: str, first: str) -> None:
    """The reverse pass meets the last node first, and what it has met is what is told of an input."""
    graph = read(text)
    run = Run(FLOAT, graph, dict.fromkeys(graph.inputs, 0.0))
    assert run.back.faults[graph.inputs["x"]].node == graph.named[first]


def test_of_several_arguments_without_a_value_the_first_is_told() -> None:
    graph = read("a = log(x); b = sqrt(x); c = 1/y; a*c + b")
    run = forward(FLOAT, graph, {"x": -1.0, "y": 0.0})
    assert run.faults[graph.output].node == graph.named["a"]
    graph = read("a = log(x); b = sqrt(x); b + a")
    assert forward(FLOAT, graph, {"x": -1.0}).faults[graph.output].node == graph.named["b"]


def test_nodes_after_the_output_get_nothing() -> None:
    graph = read("q = x*y; q + x")
    values = forward(FLOAT, graph, {"x": 2.0, "y": 3.0}).values
    linearization = partials(FLOAT, graph, values, graph.active(set(graph.inputs.values())))
    back = reverse(FLOAT, graph, linearization, graph.named["q"], 1.0)
    assert [len(row) for row in back.contributions] == [len(node.arguments) for node in graph.nodes]
    assert back.contributions[graph.output] == (None, None)
    assert back.adjoints[graph.inputs["x"]] == 3.0


# ---- one-sided derivatives

KINKS = [
    ("abs(x)", 0.0), ("abs(x)*3 - x", 0.0), ("relu(x) + relu(-2*x)", 0.0), ("max(x, 2*x, x**2)", 0.0),
    ("max(x, 2 - x)", 1.0), ("min(x, 2 - x)*x", 1.0), ("leaky_relu(x)", 0.0), ("abs(abs(x) - 1)", 1.0),
    ("where(x > 0, x**2, -x)", 0.0), ("where(x >= 1, 2*x - 1, x**2)", 1.0), ("hypot(x, 2*x)", 0.0),
    ("exp(abs(sin(x)))", 0.0), ("abs(x)/(1 + relu(x))", 0.0), ("abs(relu(x) - relu(-x))", 0.0),
    ("where(abs(x) <= 0, x, 2*x)", 0.0),
]  # fmt: skip


def sides(text: str, x: float) -> tuple[float | str, ...]:
    """Return what lies on both sides of a point, numbers as floats."""
    graph = read(text)
    beside = Beside(graph, lambda S: {"x": S.from_number(x)}, graph.output)
    found = beside.sides({graph.inputs["x"]: 1})
    with beside.at_work():
        return tuple(nearest(side.slope) if side.is_finite else side.slope for side in found)


@pytest.mark.parametrize(("text", "x"), KINKS)
def test_the_slopes_of_sides_against_differences(text: str, x: float) -> None:
    graph = read(text)
    assert Run(FLOAT, graph, {"x": x}).linearization.kinks

    def value(at: float) -> float:
        return float(forward(FLOAT, graph, {"x": at}).values[graph.output])

    for step, slope in zip((-1e-7, 1e-7), sides(text, x), strict=True):
        assert math.isclose(slope, (value(x + step) - value(x)) / step, rel_tol=1e-5, abs_tol=1e-6)


@pytest.mark.parametrize(("text", "x", "expected"), [
    ("sign(x)", 0.0, ("jump", "jump")), ("floor(x)", 2.0, ("jump", 0.0)), ("ceil(x)", 2.0, (0.0, "jump")),
    ("round(x)", 2.5, (0.0, "jump")), ("round(x)", 3.5, ("jump", 0.0)), ("mod(x, 3)", 6.0, ("jump", 1.0)),
    ("where(x > 0, x + 1, x)", 0.0, (1.0, "jump")), ("atan2(x, -1)", 0.0, ("jump", -1.0)),
    ("sqrt(abs(x))", 0.0, ("-inf", "inf")),
])  # fmt: skip
def test_a_side_that_jumps_or_rises_infinitely_has_no_slope(
    text: str, x: float, expected: tuple[float | str, ...]
) -> None:
    assert sides(text, x) == expected


# ---- size


@pytest.mark.parametrize(("text", "gradient"), [
    ("+".join(["x"] * 50_000), 50_000.0),
    ("-" * 50_000 + "x", 1.0),
    ("sin(" * 50_000 + "x" + ")" * 50_000, None),
])  # fmt: skip
def test_long_programs(text: str, gradient: float | None) -> None:
    run = Run(FLOAT, read(text), {"x": 0.5})
    found = run.gradient()["x"]
    assert found == gradient if gradient is not None else 0 < found < 1


@pytest.mark.parametrize(
    ("name", "operands", "expected"),
    [
        ("hypot", (0.0, 0.0), [(0.0, None), (0.0, None)]),
        ("hypot", (3.0, 4.0), [(0.6, None), (0.8, None)]),
        ("pow", (0.0, 2.0), [(0.0, None), (None, None)]),
        ("pow", (0.0, 0.0), [(None, None), (None, "undefined")]),
        ("pow", (-2.0, 2.0), [(-4.0, None), (None, "undefined")]),
        ("pow", (0.0, 0.5), [(None, "infinite"), (None, None)]),
        ("pow", (0.0, 1.0), [(1.0, None), (None, None)]),
        ("pow", (0.0, 1.5), [(0.0, None), (None, None)]),
        ("pow", (2.0, 0.0), [(None, None), (math.log(2), None)]),
        ("asin", (1.0,), [(None, "infinite")]),
        ("asin", (-1.0,), [(None, "infinite")]),
        ("acosh", (1.0,), [(None, "infinite")]),
        ("cbrt", (0.0,), [(None, "infinite")]),
        ("atan2", (0.0, 1.0), [(1.0, None), (0.0, None)]),
        ("sqrt", (0.0,), [(None, "infinite")]),
        ("mul", (2.0, 5.0), [(5.0, None), (2.0, None)]),
        ("max", (2.0, 5.0), [(None, None), (1.0, None)]),
    ],
)
def test_one_local_gradient(name: str, operands: tuple[float, ...], expected: list[tuple[Any, Any]]) -> None:
    operation = OPERATIONS[name]
    v = operation.value(FLOAT, *operands)
    assert [local_gradient(FLOAT, operation, k, v, operands) for k in range(len(operands))] == expected
