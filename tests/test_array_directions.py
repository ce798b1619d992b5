"""Derivatives along directions, Jacobians and upstream gradients of arrays: over all programs, one makes the others."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradcli.errors import Source
from gradcli.record.array_gradient import ArrayGradient, evaluate_arrays
from gradcli.record.array_jacobian import array_jacobian
from gradcli.record.array_tangent import array_tangent
from gradcli.record.array_values import array_value
from gradcli.record.precision import Precision

from .array_programs import PROGRAMS
from .test_array_derivatives import given as values
from .test_array_steps import given, request

ARRAYS = [k for k, (_, shapes) in enumerate(PROGRAMS) if any(shapes.values())]


def record(k: int, **asked: Any) -> ArrayGradient:
    program, shapes = PROGRAMS[k]
    point = {name: array_value(source) or source for name, source in given(shapes, k).items()}
    return evaluate_arrays(Source("program", program), point, request(**asked), of_arrays=True)


def direction(found: ArrayGradient, seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    return {name: np.array([rng.randrange(-4, 5) / 2 for _ in range(len(found.values[i] or []))])
            .reshape(found.shape(i)) for name, i in found.places.items()}  # fmt: skip


def sources(move: dict[str, Any]) -> dict[str, Any]:
    return values({name: array.tolist() for name, array in move.items()})


def numbers(flat: Any) -> Any:
    return np.array([float(x) for x in flat])


@pytest.mark.parametrize("k", ARRAYS)
def test_a_tangent_is_the_gradient_times_the_direction(k: int) -> None:
    """At every node that has one number: the sum over all entries of its derivative times the direction."""
    found = record(k)
    move = direction(found, k)
    tangent = array_tangent(found, sources(move))
    along = tangent.columns[found.output]
    assert along is not None
    slope = sum(float(np.sum(np.array(found.gradient[name], dtype=float) * array)) for name, array in move.items())
    assert float(along[0]) == pytest.approx(slope, rel=1e-9, abs=1e-12)
    assert {name: list(map(float, flat)) for name, flat in tangent.directions.items()} == {
        name: array.flatten().tolist() for name, array in move.items()
    }


@pytest.mark.parametrize("k", ARRAYS)
def test_tangents_add_up(k: int) -> None:
    """The tangent along the sum of two directions is the sum of the tangents, at every node; along 0 it is 0."""
    found = record(k)
    one, two = direction(found, k), direction(found, k + 100)
    both = {name: one[name] + two[name] for name in one}
    nothing = {name: 0 * array for name, array in one.items()}
    first, second, third, zero = (array_tangent(found, sources(move)).columns for move in (one, two, both, nothing))
    for a, b, c, d in zip(first, second, third, zero, strict=True):
        assert (a is None) is (b is None) is (c is None)
        if a is not None and b is not None and c is not None:
            assert numbers(c) == pytest.approx(numbers(a) + numbers(b), rel=1e-9, abs=1e-10)
        assert d is None or not np.any(numbers(d))


@pytest.mark.parametrize("k", ARRAYS)
def test_a_jacobian_of_every_named_array_is_made_of_tangents(k: int) -> None:
    """Column by column: the tangent along one entry of one input."""
    found = record(k)
    labels = [name for name, i in found.graph.named.items() if found.shape(i) and "[" not in name][:1]
    if not labels:
        return
    jacobian = array_jacobian(found, labels)
    node = found.graph.named[labels[0]]
    size = len(found.values[node] or [])
    for name, i in list(found.places.items())[:2]:
        flat, shape = jacobian.block(0, name)
        block = numbers(flat).reshape(size, -1)
        assert tuple(shape) == (*found.shape(node), *found.shape(i))
        for entry in range(min(block.shape[1], 4)):
            unit = np.zeros(block.shape[1])
            unit[entry] = 1
            column = array_tangent(found, sources({name: unit.reshape(found.shape(i))})).columns[node]
            assert column is not None
            assert numbers(column) == pytest.approx(block[:, entry], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("k", ARRAYS)
def test_a_gradient_of_one_number_is_its_jacobian(k: int) -> None:
    found = record(k)
    jacobian = array_jacobian(found, [])
    for name, i in found.places.items():
        flat, shape = jacobian.block(0, name)
        assert tuple(shape) == found.shape(i)
        assert numbers(flat) == pytest.approx(
            np.array(found.gradient[name], dtype=float).flatten(), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize("k", ARRAYS)
def test_an_upstream_gradient_scales_all(k: int) -> None:
    plain, scaled = record(k), record(k, upstream=Source("--upstream", "-2.5"))
    for name, i in plain.places.items():
        expected = -2.5 * np.array(plain.gradient[name], dtype=float)
        assert np.array(scaled.gradient[name], dtype=float) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert scaled.values[i] == plain.values[i]


@pytest.mark.parametrize(
    ("program", "x", "slope"),
    [("cbrt(x)**3", [0, 8], 1.0), ("sqrt(x)*sqrt(x)", [0, 4], 1.0), ("mod(x, 2)*x**2", [2, 3], None)],
)
def test_both_look_beside_a_point_where_nothing_flows_back(program: str, x: list[float], slope: float | None) -> None:
    """Of the first entry: 0 times an infinite slope is 1 here, and a step times 4 is a jump."""
    found = evaluate_arrays(Source("program", program), values({"x": x}), request(), of_arrays=True)
    rows = array_jacobian(found, []).rows[0]
    assert rows[0]["x"] == ([slope, 0.0] if slope is not None else [4.0, 0.0])
    tangent = array_tangent(found, values({"x": [1, 0]})).columns[found.output]
    assert tangent is not None
    assert tangent[0] == (4.0 if slope is None else slope)
    assert any(note.kind in ("settled", "one-sided") for note in found.notes)


X = [[1.0, 1.0], [2.0, 2.0]]


@pytest.mark.parametrize(("program", "point", "move", "along"), [
    ("relu(x[0]) - relu(-x[1])", {"x": [0, 0]}, {"x": [1, 1]}, [1]),  # t for t < 0 and for t > 0
    ("relu(x[0]) - relu(-x[1])", {"x": [0, 0]}, {"x": [1, -1]}, [0]),  # differs: the gradient is [0, 0]
    ("relu(x) - relu(-y)", {"x": 0, "y": 0}, {"x": "1/3", "y": "1/3"}, [1 / 3]),
    ("relu(x) - relu(-y)", {"x": 0, "y": 0}, {"x": "0.1", "y": "0.1"}, [0.1]),
    ("max(x)", {"x": [1, 1]}, {"x": [1, 1]}, [1]),
    ("max(x)", {"x": [1, 1]}, {"x": [2, 0]}, [1]),  # 0 behind and 2 ahead: equal shares
    ("max(x)", {"x": [1, 1]}, {"x": [0, 0]}, [0]),
    ("max(x, axis=1)", {"x": X}, {"x": [[1, 1], [1, 0]]}, [1, 0.5]),
    ("sum(abs(x))*y", {"x": [0, 1], "y": 3}, {"x": ["0.5", "0.25"], "y": 1}, [1.75]),
    ("abs(x[0] - x[1])", {"x": [3, 3]}, {"x": [7, 7]}, [0]),
    ("max(x[0], x[1])*y", {"x": [2, 2], "y": 5}, {"x": [3, 3], "y": -1}, [13]),
    ("sum(sqrt(x))", {"x": [0, 4]}, {"x": [0, 1]}, [0.25]), ("sum(sqrt(x))", {"x": [0, 4]}, {"x": [1, 1]}, [None]),
    ("x*sqrt(y)", {"x": 0, "y": 0}, {"x": 1, "y": 1}, [0]),  # t*sqrt(t), from the one side where it has a value
])  # fmt: skip
@pytest.mark.parametrize("precision", [
    Precision("certain"), Precision("exact"), Precision.of(exact=False, digits=20, ieee=False, values=[]),
    Precision("ieee"),
], ids=lambda precision: precision.name)  # fmt: skip
def test_a_tangent_at_a_kink_is_what_both_sides_agree_on(
    program: str, point: dict[str, Any], move: dict[str, Any], along: list[float | None], precision: Precision
) -> None:
    """Along the direction; where they do not, it is the gradient times the direction."""
    asked = request()._replace(precision=precision)
    found = evaluate_arrays(Source("program", program), values(point), asked, of_arrays=True)
    tangent = array_tangent(found, values(move)).columns[found.output]
    assert tangent is not None
    for t, expected in zip(tangent, along, strict=True):
        assert t is None if expected is None else float(Fraction(t)) == pytest.approx(expected, rel=1e-12)


def test_a_direction_that_is_no_fraction_takes_the_gradient() -> None:
    """No whole numbers say it."""
    point = values({"x": 0, "y": 0})
    found = evaluate_arrays(Source("program", "relu(x) - relu(-y)"), point, request(), of_arrays=True)
    assert array_tangent(found, values({"x": "pi", "y": "pi"})).columns[found.output] == [0]
