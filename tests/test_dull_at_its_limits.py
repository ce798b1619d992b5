"""What teaches little, at both sides of every limit: saturated functions, certain softmaxes, sides not taken."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.diagnosis.dull_arrays import arrays_may_be_dull, dull_arrays
from gradcli.homework.diagnosis.dull_numbers import dull_numbers, may_be_dull, places
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request

from .array_sheets import key_of

FAR = {"tanh": 2.0, "sigmoid": 3.5, "softplus": 3.5, "silu": 3.5, "gelu": 2.5, "erf": 1.5, "erfc": 1.5, "exp": 4.0,
       "exp2": 6.0}  # fmt: skip


def of_numbers(program: str, **point: float) -> list[tuple[str, str, str]]:
    record: Any = evaluate(
        Source("program", program), {name: Source(name, repr(x)) for name, x in point.items()}, Request()
    )
    return [
        (record.labels[found.node], found.function, found.why) for found in dull_numbers(record.graph, record.values)
    ]


def of_arrays(program: str, **values: Any) -> list[tuple[str, str]]:
    record: Any = key_of(program, values).record
    found = list(dull_arrays(record.graph, record.values))
    assert not found or arrays_may_be_dull(record.graph)
    return [(one.function, one.why) for one in found]


def what(name: str) -> str:
    return f"{name} is {'very large or small' if name.startswith('exp') else 'saturated'}"


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("name", "limit"), FAR.items())
def test_a_function_is_saturated_beyond_its_limit(name: str, limit: float, sign: int) -> None:
    near, far = sign * limit, sign * (limit + 0.01)
    program = f"q = {name}(x); f = q*y"
    assert of_numbers(program, x=near, y=2.0) == []
    assert of_numbers(program, x=far, y=2.0) == [("q", name, f"x is {far:.3g}: {what(name)}")]
    assert of_arrays(f"L = sum({name}(x))", x=[0.1, near]) == []
    assert of_arrays(f"L = sum({name}(x))", x=[0.1, far]) == [(name, f"an entry of x is {far:.3g}: {what(name)}")]


def test_where_numbers_may_be_dull() -> None:
    graph: Any = evaluate(Source("program", "q = tanh(x) + exp(2) + relu(x); f = q*erf(x*y)"),
                          {"x": Source("x", "1"), "y": Source("y", "2")}, Request()).graph  # fmt: skip
    inner = graph.nodes[graph.nodes[graph.output].arguments[1]].arguments[0]
    assert [(a, limit) for _, a, limit in places(graph)] == [(graph.inputs["x"], 2.0), (inner, 1.5)]
    assert may_be_dull(graph)
    for program, expected in (("f = relu(x)*y", False), ("f = relu(x)*relu(y)", True), ("f = x*y", False),
                              ("f = relu(x)*leaky_relu(y)", True), ("f = exp(2)*x*y", False)):  # fmt: skip
        made: Any = evaluate(
            Source("program", program), {"x": Source("x", "1"), "y": Source("y", "2")}, Request()
        ).graph
        assert may_be_dull(made) is expected


@pytest.mark.parametrize(("x", "y", "why"), [
    (1.0, 2.0, "the argument of every relu is positive"), (-1.0, -2.0, "the argument of every relu is 0 or negative"),
    (0.0, -2.0, "the argument of every relu is 0 or negative"), (1.0, -2.0, None), (-1.0, 2.0, None), (0.0, 2.0, None),
])  # fmt: skip
def test_both_sides_of_relu_are_seen(x: float, y: float, why: str | None) -> None:
    assert of_numbers("q = relu(x); f = q + relu(y)", x=x, y=y) == ([] if why is None else [("q", "relu", why)])
    assert of_numbers("f = relu(x)*y", x=x, y=y) == []  # one relu has one side
    assert of_numbers("f = relu(x) + leaky_relu(y)", x=x, y=y) == []


# ---- arrays


@pytest.mark.parametrize(("x", "why"), [
    ([1.0, 2.0], "all entries of x are positive"), ([0.0, -2.0], "no entry of x is positive"), ([1.0, -2.0], None),
    ([0.0, 2.0], None), ([1.0], None),
])  # fmt: skip
@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_both_sides_of_relu_are_seen_by_entries(name: str, x: list[float], why: str | None) -> None:
    found = of_arrays(f"L = sum({name}(x))", x=x)
    assert found == ([] if why is None else [(name, f"{why}: {name} has one slope at all of them")])


SURE, UNSURE = 2.95, 2.94  # e**z/(e**z + 1) is 0.95 at log(19) = 2.9444


@pytest.mark.parametrize(("program", "z", "sure"), [
    ("L = softmax(z)[0]", [SURE, 0.0], True), ("L = softmax(z)[0]", [UNSURE, 0.0], False),
    ("L = sum(softmax(z)*z)", [[0.0, 0], [0, SURE]], True), ("L = sum(softmax(z)*z)", [[0.0, SURE], [0, SURE]], True),
    ("L = sum(softmax(z, axis=0)*z)", [[SURE, 0.0], [SURE, 0]], False),
    ("L = sum(softmax(z, axis=0)*z)", [[SURE, 0.0], [0, 0]], True),
    ("L = sum(softmax(z, axis=0)*z)", [[SURE, 0.0]], False),  # one entry is certain in any case
    ("L = sum(log_softmax(z))", [0.0, SURE], True), ("L = sum(log_softmax(z))", [0.0, UNSURE], False),
    ("L = cross_entropy(z, 0)", [SURE, 0.0], True), ("L = cross_entropy(z, 0)", [UNSURE, 0.0], False),
    ("L = logsumexp(z)", [SURE, 0.0], True), ("L = logsumexp(z)", [UNSURE, 0.0], False),
    ("L = sum(logsumexp(z))", [[SURE, 0.0], [0, 0]], True), ("L = sum(logsumexp(z))", [[SURE, SURE], [0, 0]], False),
    ("L = sum(logsumexp(z, axis=1))", [[SURE, 0.0], [0, 0]], True),
    ("L = sum(logsumexp(z, axis=0))", [[SURE, 0.0], [SURE, 0]], False),
])  # fmt: skip
def test_a_softmax_is_certain_from_95_percent_on(program: str, z: Any, sure: bool) -> None:
    found = of_arrays(program, z=z)
    assert [why.partition(" is 0.9")[0] for _, why in found] == ["the largest probability of softmax(z)"] * sure
    assert all(why.endswith(": its gradients are nearly 0") for _, why in found)


@pytest.mark.parametrize(("z", "sure"), [(SURE, True), (UNSURE, False), (-SURE, True), (-UNSURE, False)])
def test_a_softmax_written_out(z: float, sure: bool) -> None:
    found = of_arrays("e = exp(z); p = e/sum(e); L = p[0]", z=[z, 0.0])
    assert found == ([("softmax", "the largest probability of p is 0.9503")] if sure else [])
    assert of_arrays("e = exp(z); p = e/2; L = p[0]", z=[z, 0.0]) == []  # more than 1 is no probability


@pytest.mark.parametrize(("program", "x", "expected"), [
    ("h = maximum(x, 0); L = sum(h)", [1.0, 2.0], ("max", "max takes the same side at all entries of h")),
    ("h = maximum(x, 0); L = sum(h)", [-1.0, -2.0], ("max", "max takes the same side at all entries of h")),
    ("h = maximum(0, x); L = sum(h)", [-1.0, 2.0], None), ("h = maximum(x, 0); L = sum(h)", [2.0], None),
    ("h = minimum(x, 1); L = sum(h)", [0.0, -2.0], ("min", "min takes the same side at all entries of h")),
    ("h = minimum(x, 1); L = sum(h)", [0.0, 2.0], None), ("h = maximum(x, 2*x); L = sum(h)", [1.0, 2.0], None),
    ("L = sum(where(x > 0, x, 2*x))", [1.0, 2.0], ("gt", "all entries of v2 are 1")),
    ("L = sum(where(x > 0, x, 2*x))", [-1.0, -2.0], ("gt", "all entries of v2 are 0")),
    ("L = sum(where(x > 0, x, 2*x))", [-1.0, 2.0], None),
    ("L = sum(where(x <= 0, x, 2*x))", [-1.0, -2.0], ("le", "all entries of v2 are 1")),
    ("L = sum(where(x < 0, x, 2*x))", [1.0, 2.0], ("lt", "all entries of v2 are 0")),
    ("L = sum(where(x >= 0, x, 2*x))", [1.0, 2.0], ("ge", "all entries of v2 are 1")),
    ("L = sum(where(x >= 0, x, 2*x))", [1.0], None),
])  # fmt: skip
def test_all_entries_on_one_side(program: str, x: list[float], expected: tuple[str, str] | None) -> None:
    assert of_arrays(program, x=x) == ([] if expected is None else [expected])


def test_shares_of_what_is_no_exponential_are_no_softmax() -> None:
    assert of_arrays("p = x/sum(x); L = p[0]", x=[3.0, 0.1]) == []


@pytest.mark.parametrize(("largest", "sure"), [(0.95, False), (0.96, True), (1.0, True), (1.01, False)])
def test_a_share_from_95_percent_to_1_is_certain(largest: float, sure: bool) -> None:
    record = key_of("e = exp(z); p = e/sum(e); L = p[0]", {"z": [1.0, 0.0]}).record
    values: list[Any] = [*record.values]
    values[record.graph.by_label["p"]] = [largest, 0.01]
    assert bool(list(dull_arrays(record.graph, values))) is sure


@pytest.mark.parametrize(("program", "x", "names"), [
    ("q = tanh(x); L = sum(q)", [9.0, 1.0], "x"), ("q = relu(x); L = sum(q)", [9.0, 1.0], "x"),
    ("e = exp(x); q = e/sum(e); L = q[0]", [3.9, 0.0], "eq"), ("q = maximum(x, 0); L = sum(q)", [9.0, 1.0], "q"),
])  # fmt: skip
def test_of_arrays_without_all_their_numbers_nothing_is_said(program: str, x: list[float], names: str) -> None:
    record = key_of(program, {"x": x}).record
    assert list(dull_arrays(record.graph, record.values))
    for name in names:
        for missing in (None, [], [None, 0.99]):
            values: list[Any] = [*record.values]
            values[record.graph.by_label[name]] = missing
            assert list(dull_arrays(record.graph, values)) == []


def test_where_arrays_may_be_dull() -> None:
    for program, expected in (("sum(tanh(x))", True), ("sum(relu(x))", True), ("sum(maximum(x, 0))", True),
                              ("logsumexp(x)", True), ("sum(sin(x))", False)):  # fmt: skip
        assert arrays_may_be_dull(key_of(f"L = {program}", {"x": [1.0, 2.0]}).record.graph) is expected
