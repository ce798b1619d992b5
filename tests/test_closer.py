"""What balls leave undecided is decided over fractions, and the same computation is equal to itself."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.graph import Graph
from gradcli.calculus.sweeps import Forward, forward, partials
from gradcli.errors import MathError, Source
from gradcli.language.syntax import parse
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.closer import Closer, Known
from gradcli.numbers.fractions import Dyadic
from gradcli.numbers.systems import Undecided
from gradcli.record.values import Values


def run(S: Any, program: str, given: dict[str, str]) -> tuple[Graph, Forward]:
    graph = parse(Source("program", program))
    with S.at_work():
        values = Values({name: Source(name, text) for name, text in given.items()})
        return graph, forward(S, graph, values.point(S, graph))


def holds(ball: Any, fraction: Fraction) -> bool:
    """Whether a ball holds a fraction."""
    S = Balls(2000)
    with S.at_work():
        return bool(ball.contains(S.rational(fraction)))


def value(program: str, **given: object) -> Any:
    return differentiate(program, given, wrt=()).value


# ---- rational operations


def rational(draw: random.Random, depth: int) -> str:
    """Return an expression whose value often lies at a step, a tie or the edge of a domain."""
    if depth == 0:
        return draw.choice(("x", "y", "1", "2", "3", "1/3", "2/3", "1/7", "0.5"))
    a, b = rational(draw, depth - 1), rational(draw, depth - 1)
    return draw.choice((
        f"({a} + {b})", f"({a} - {b})", f"{a}*({b})", f"({a})/(3 + abs({b}))", f"floor({a} + {b} - ({b}))", f"abs({a})",
        f"max({a}, {b}, {a} + 0*{b})", f"min({a}, {b})", f"mod({a}, 1/3)", f"where({a} >= {b}*3/3, {a}, {b})",
        f"relu({a} - ({a})/3*3)", f"ceil(3*({a})/3)", f"round(({a})*7/14)", f"sign({a} - {b})", f"({a})**2",
        f"sqrt(({a})**2)",
    ))  # fmt: skip


def test_rational_programs_are_all_decided_and_right() -> None:
    """Against fractions of the same binary64 numerals: values in balls hold the true one, and nothing is undecided."""
    draw = random.Random(7)
    undecided = closer = 0
    for _ in range(400):
        program = rational(draw, 4) + " + 0*(x + y)"
        given = {"x": str(draw.randint(-6, 6)), "y": draw.choice(("0.5", "1/3", "3", "-2", "0.1"))}
        graph, (values, faults) = run(Balls(128), program, given)
        _, exact = run(Dyadic(), program, {name: str(Fraction(float(Fraction(text)))) for name, text in given.items()})
        for i, truth in enumerate(exact.values):
            if truth is None:
                assert i in faults
            elif i in faults:
                undecided += 1
            else:
                assert holds(values[i], truth), (program, given, i)
        closer += any(node.operation.name in ("floor", "where", "max") for node in graph.nodes)
    assert undecided == 0
    assert closer > 200


@pytest.mark.parametrize(("program", "given", "expected"), [
    ("floor(3*(1/3))", {}, 1.0), ("mod(1, 1/3)", {}, 0.0), ("max(a/3, b/3)", {"a": 1, "b": 1}, 1 / 3),
    ("where(a/3 + b/3 >= c/3, 1, 2)", {"a": 1, "b": 1, "c": 2}, 1.0), ("abs(a/3 - b/3)", {"a": 1, "b": 1}, 0.0),
    ("sqrt((x/3 - y/3)**2)", {"x": 1, "y": 1}, 0.0), ("x**(1/3 + 1/3 + 1/3)", {"x": -2}, -2.0),
    ("log(3*(1/3))", {}, 0.0), ("asin(x/3 + x/3 + x/3)", {"x": 1}, 1.5707963267948966),
    ("hypot(x/3 - y/3, 0)", {"x": 1, "y": 1}, 0.0), ("floor(sqrt(x/3*3))", {"x": 4}, 2.0),
    ("ceil(cbrt(x/3*3))", {"x": 27}, 3.0),
])  # fmt: skip
def test_steps_ties_and_domains_of_fractions(program: str, given: dict[str, object], expected: float) -> None:
    assert value(program, **given) == expected


@pytest.mark.parametrize(("program", "given", "expected"), [
    ("floor(0.1*10)", {}, "1"), ("floor(x*10)", {"x": "0.1"}, "1"), ("floor(x*3)", {"x": "1/3"}, "1"),
    ("where(a >= b/3, 1, 2)", {"a": "0.1", "b": "0.3"}, "1"), ("max(a, b)", {"a": "0.1", "b": "0.1"}, "0.1000000000"),
])  # fmt: skip
def test_decimals_are_taken_as_they_are_with_digits(program: str, given: dict[str, object], expected: str) -> None:
    assert differentiate(program, given, digits=10, wrt=()).value == expected


# ---- the same computation


@pytest.mark.parametrize(("program", "expected"), [
    ("where(sin(x) >= sin(x), 1, 2)", 1.0), ("where(x*exp(x) < exp(x)*x, 1, 2)", 2.0), ("floor(sin(x) - sin(x))", 0.0),
    ("where(tanh(x) == tanh(x)*1 + 0, 1, 2)", 1.0), ("floor(exp(x)/exp(x))", 1.0),
    ("where(sin(x) + 0/exp(x) == sin(x), 1, 2)", 1.0), ("where(0/exp(x) + sin(x) == sin(x), 1, 2)", 1.0),
    ("where(sin(x)/1 == sin(x), 1, 2)", 1.0), ("where(0*exp(x) + sin(x) == 1*sin(x), 1, 2)", 1.0),
    ("where(-(-exp(x)) > exp(x), 1, 2)", 2.0),
    ("where(max(exp(x), 1) <= exp(x), 1, 2)", 1.0), ("where(min(max(exp(x), 0.8), 9) == exp(x), 1, 2)", 1.0),
    ("where(abs(-exp(x)) == exp(x), 1, 2)", 1.0), ("where(where(x > 0, exp(x), 5) == exp(x), 1, 2)", 1.0),
    ("where(relu(exp(x)) == exp(x), 1, 2)", 1.0), ("where(exp(x)**2 == exp(x)*exp(x), 1, 2)", 1.0),
    ("atan2(sin(x) - sin(x), -1)", 3.141592653589793),
    ("where(polygamma(20, x) >= polygamma(20, x)*1, 1, 2)", 1.0),
])  # fmt: skip
def test_the_same_computation_is_equal_to_itself(program: str, expected: float) -> None:
    assert value(program, x=1.3) == expected


def test_what_only_happens_to_be_equal_stays_undecided() -> None:
    for program in (
        "where(exp(log(x)) >= x, 1, 2)",
        "floor(sin(x)**2 + cos(x)**2)",
        "where(2*sin(x)*cos(x) == sin(2*x), 1, 2)",
    ):
        with pytest.raises(MathError, match="two numbers that may be equal"):
            value(program, x=3)


@pytest.mark.parametrize("r", ["0.9", "1.1", "0.8", "1.2", "1.3", "0.3"])
@pytest.mark.parametrize("A", ["0.7", "-0.3"])
def test_the_clipped_objective_is_settled_everywhere(r: str, A: str) -> None:
    """PPO's: inside the clip range both arguments of min are the same number, and its slopes are decided."""
    program = "r = p/3; min(r*A, min(max(r, 0.8), 1.2)*A)"
    p = float(3 * Fraction(r))
    graph, (values, faults) = run(Balls(128), program, {"p": repr(p), "A": A})
    assert not faults
    S = Balls(128)
    with S.at_work():
        linearization = partials(S, graph, values, graph.active(set(graph.inputs.values())))
    assert not linearization.faults
    ratio = Fraction(p) / 3
    clipped = min(max(ratio, Fraction(0.8)), Fraction(1.2))
    advantage = Fraction(float(A))
    assert holds(values[graph.output], min(ratio * advantage, clipped * advantage))


# ---- limits


def test_large_fractions_are_given_up() -> None:
    program = "; ".join(["a0 = x/3", *(f"a{k + 1} = a{k}*a{k} + 1/7" for k in range(12)), "where(a12 > a12*2/2, 1, 2)"])
    _, (values, faults) = run(DecimalBalls(400, 20), program, {"x": "1"})
    assert faults[len(values) - 1].kind == "undecided"
    with pytest.raises(Undecided):
        faults[len(values) - 1].raise_doubt()


@pytest.mark.parametrize(
    ("program", "shares"),
    [
        ("max(sqrt(x)/sqrt(y), sqrt(x)/sqrt(y), sqrt(y)/sqrt(x))", [0.5, 0.5, 0]),
        ("min(sqrt(x)/sqrt(y), sqrt(y)/sqrt(x), sqrt(y)/sqrt(x))", [0, 0.5, 0.5]),
        ("max(sqrt(x)*sqrt(y), sqrt(y)*sqrt(x), sqrt(x))", [0.5, 0.5, 0]),
        ("max(sqrt(x) - sqrt(y), sqrt(x) - sqrt(y), sqrt(y) - sqrt(x))", [0.5, 0.5, 0]),
        ("max(sqrt(x)**sqrt(y), sqrt(x)**sqrt(y), sqrt(y)**sqrt(x))", [0.5, 0.5, 0]),
    ],
)
def test_only_the_same_computation_is_the_same_number(program: str, shares: list[float]) -> None:
    """A quotient, a difference or a power is another one the other way round: at x = 3, y = 2 it is no tie."""
    record = differentiate(program, {"x": 3, "y": 2})
    locals_ = [record.local(record.output, k) for k in range(3)]
    assert [x or 0 for x in locals_] == shares


@pytest.mark.parametrize("factor", ["0", "1", "-1", "2", "-2", "1/2", "3"])
def test_a_fraction_times_what_is_no_fraction(factor: str) -> None:
    S = Balls(128)
    with S.at_work():
        closer = Closer(S, None, [])
        fraction, root = closer.fraction(Fraction(factor)), Known(closer, S.sqrt(S.two), None, -1)
        for found in (fraction * root, root * fraction):
            assert holds(found.ball * found.ball, 2 * Fraction(factor) ** 2)
            assert (found.ball < 0) == (Fraction(factor) < 0)
            assert (found.key == root.key) == (factor == "1")
