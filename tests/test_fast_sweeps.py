"""The fast sweeps are the plain ones: the same numbers, faults and kinks, over random graphs in every number system."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from gradcli.calculus import fast_sweeps, sweeps
from gradcli.calculus.derivative_formulas import lifted
from gradcli.calculus.graph import Graph
from gradcli.calculus.linearization import linearize
from gradcli.calculus.sweeps import Forward
from gradcli.calculus.symbolic import Symbol, Symbols
from gradcli.calculus.upstream import upstream
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.error_arithmetic import Bound
from gradcli.numbers.fractions import Exact
from gradcli.numbers.ieee import IEEE
from gradcli.numbers.span_arithmetic import Span
from gradcli.numbers.spans import Spans
from gradcli.numbers.systems import FLOAT, System

from .examples import examples
from .programs import piecewise_case, random_case

SYSTEMS: dict[str, Any] = {
    "float": FLOAT, "ieee": IEEE, "exact": Exact(), "bounds": Bounds(), "balls": Balls(128),
    "decimal": DecimalBalls(128, 12), "spans": Spans(128, 12),
}  # fmt: skip

# What random programs seldom are: without a value or a slope somewhere, undecided, beyond the range, of many arguments.
ODD = [
    ("f = log(x) + y", {"x": -1.0, "y": 2.0}), ("s = sqrt(x); f = s*y + y", {"x": 0.0, "y": 2.0}),
    ("where(x > 0, log(x), 2*x)", {"x": -1.0}), ("q = exp(x); f = where(y > 0, q*q, y) + q", {"x": 500.0, "y": 1.0}),
    ("abs((0.1 + x) - 0.3)*y", {"x": 0.2, "y": 3.0}), ("hypot(x, y, z) + x*z", {"x": 0.0, "y": 0.0, "z": 0.0}),
    ("max(x, y, z)*min(x, y) + x**y", {"x": 2.0, "y": 2.0, "z": 1.0}), ("x**y + y**x", {"x": 0.0, "y": 0.5}),
    ("3", {}), ("f = 1/x + tan(y); g = f*f", {"x": 0.0, "y": 1.0}), ("0*asin(x) + x", {"x": 1.0}),
]  # fmt: skip


def told(x: Any) -> Any:
    """Return what tells numbers apart, to the last bit."""
    if isinstance(x, float):
        return x.hex()
    if isinstance(x, Bound):
        return x.v.hex(), x.r.hex()
    if isinstance(x, Span):
        return told(x.low), told(x.high)
    if isinstance(x, arb):
        return str(x.mid().man_exp()) if x.is_finite() else str(x), str(x.rad())
    return x.node if isinstance(x, Symbol) else str(x) if isinstance(x, Fraction | fmpq) else x


def results(which: Any, S: System, graph: Graph, run: Forward, wrt: set[int]) -> list[Any]:
    """Return all that the sweeps give, in a form that can be compared; the doubts of faults by their kind alone."""
    values, faults = run
    active = graph.active(wrt)
    slopes = which.partials(S, graph, values, active)
    back = which.reverse(S, graph, slopes, graph.output, S.one)
    return [
        [told(v) for v in values],
        {i: fault[:3] for i, fault in faults.items()},
        [tuple(map(told, row)) for row in slopes.local_gradients],
        {edge: fault[:3] for edge, fault in slopes.faults.items()},
        slopes.kinks,
        list(slopes.spread),
        [told(a) for a in back.adjoints],
        [tuple(map(told, row)) for row in back.contributions],
        {i: fault[:3] for i, fault in back.faults.items()},
    ]


def number(S: Any, x: float, draw: random.Random) -> Any:
    if S.name == "exact":
        return Fraction(x)
    if S.name == "spans" and draw.random() < 0.5:
        return S.ball(S.from_number(x), S.from_number(0.125))
    return S.from_number(x)


def agree(name: str, program: str, at: dict[str, float], draw: random.Random) -> None:
    S, graph = SYSTEMS[name], parse(Source("program", program))
    with S.at_work():
        point = {name: number(S, at[name], draw) for name in graph.inputs}
        wrt = {i for i in graph.inputs.values() if draw.random() < 0.8}
        fast, plain = (results(which, S, graph, which.forward(S, graph, point), wrt) for which in (fast_sweeps, sweeps))
        assert fast == plain
        linearization = linearize(S, graph, point, graph.active(wrt))
        whole = linearization.vjp(graph.output, S.one).upstream
        assert list(map(told, upstream(linearization, graph.output, S.one))) == list(map(told, whole))


@pytest.mark.parametrize("name", SYSTEMS)
@examples(80)
@given(st.integers(0, 2**32))
def test_they_agree_over_random_programs(name: str, seed: int) -> None:
    draw = random.Random(seed)
    made = piecewise_case(draw) if draw.random() < 0.5 else random_case(draw)
    agree(name, made[0], made[1], draw)


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize(("program", "at"), ODD)
def test_they_agree_where_something_is_odd(name: str, program: str, at: dict[str, float]) -> None:
    agree(name, program, at, random.Random(program))


@examples(80)
@given(st.integers(0, 2**32))
def test_they_agree_over_symbols(seed: int) -> None:
    """Both runs share a system, in which equal formulas are one node."""
    program, _ = piecewise_case(random.Random(seed))
    S, graph = Symbols(careful=True), parse(Source("program", program))
    run = Forward(lifted(S, graph), {})
    wrt = set(graph.inputs.values())
    assert results(fast_sweeps, S, graph, run, wrt) == results(sweeps, S, graph, run, wrt)
