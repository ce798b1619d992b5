"""Jacobians, tangents and upstream gradients of arrays, and what derivatives cost."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradcli import differentiate
from gradcli.arrays.costs import multiplications
from gradcli.arrays.sizes import nested
from gradcli.arrays.table import ARRAY_OPERATIONS
from gradcli.errors import InputError, LimitError, MathError, Source
from gradcli.record.array_cost import cost_of, cost_of_shapes
from gradcli.record.array_gradient import ArrayGradient, evaluate_arrays
from gradcli.record.array_jacobian import array_jacobian
from gradcli.record.array_tangent import array_tangent
from gradcli.record.array_values import array_of
from gradcli.record.precision import Precision
from gradcli.record.request import Request

EXACT = Precision("exact")
LAYER = "h = W@x; z = h*h + b"
POINT: dict[str, Any] = {"W": [[1, -2], [0, 3], [2, 1]], "x": [2, 1], "b": [1, 0, -1]}


def given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: array_of(name, x) or Source(name, str(x)) for name, x in values.items()}


def record_of(program: str, values: dict[str, Any], **asked: Any) -> ArrayGradient:
    return evaluate_arrays(Source("program", program), given(values), Request(**asked), of_arrays=True)


def jacobian_of(program: str, values: dict[str, Any], names: list[str] | None = None, **asked: Any) -> dict[str, Any]:
    record = record_of(program, values, **asked)
    found = array_jacobian(record, names or [])
    return {f"{output.name}/{name}": nested(*found.block(k, name))
            for k, output in enumerate(found.outputs) for name in record.task.columns}  # fmt: skip


def test_a_jacobian_has_the_axes_of_the_output_and_then_of_the_input() -> None:
    found = jacobian_of(LAYER, POINT, precision=EXACT)
    h = [0, 3, 5]
    assert found["z/x"] == [[2 * h[k] * w for w in row] for k, row in enumerate(POINT["W"])]
    assert found["z/b"] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert found["z/W"] == [
        [[2 * h[k] * x if j == k else 0 for x in POINT["x"]] for j in range(3)] for k in range(3)
    ]  # fmt: skip


def test_rows_are_gradients_of_the_entries() -> None:
    values = {"X": [[0.5, -1.25], [2.0, 0.75], [1.0, 3.0]], "w": [0.3, -0.7]}
    program = "z = softmax(X@w)*tanh(X[:, 0])"
    found = jacobian_of(program, values)
    for k in range(3):
        entry = evaluate_arrays(Source("program", program), given(values), Request(of=f"z[{k}]"))
        assert {name: found[f"z/{name}"][k] for name in values} == entry.gradient


@pytest.mark.parametrize(("names", "by"), [(["x"], "forward"), (["W"], "reverse")])
def test_fewer_passes_are_taken(names: list[str], by: str) -> None:
    record = record_of(LAYER, POINT, wrt=names, precision=EXACT)
    found = array_jacobian(record, [])
    assert (found.by, found.passes) == (by, 2 if by == "forward" else 3)
    whole = jacobian_of(LAYER, POINT, precision=EXACT)
    assert nested(*found.block(0, names[0])) == whole[f"z/{names[0]}"]


def test_several_outputs_and_entries_of_one() -> None:
    found = jacobian_of(f"{LAYER}; s = sum(z)", POINT, ["s", "h[1:]", "z[0]"], precision=EXACT, wrt=["x"])
    assert found["s/x"] == [20, 28]
    assert found["h[1:]/x"] == [[0, 3], [2, 1]]
    assert found["z[0]/x"] == [0, 0]


def test_numbers_have_a_jacobian_too() -> None:
    assert jacobian_of("u = x*y; v = u + x", {"x": 3, "y": 4}, ["u", "v"], precision=EXACT) == {
        "u/x": 4, "u/y": 3, "v/x": 5, "v/y": 3,
    }  # fmt: skip


def test_a_row_at_a_kink_knows_both_sides() -> None:
    record = record_of("z = relu(x) - relu(-x)", {"x": [0, 2]})
    found = array_jacobian(record, [])
    assert found.by == "scalars"
    assert nested(*found.block(0, "x")) == [[1.0, 0.0], [0.0, 1.0]]
    record = record_of("z = relu(x)", {"x": [0, 2]})
    assert nested(*array_jacobian(record, []).block(0, "x")) == [[0.0, 0.0], [0.0, 1.0]]
    assert any(note.kind == "one-sided" and note.of == "x[0]" for note in record.notes)


def test_an_entry_without_an_answer_is_an_error() -> None:
    with pytest.raises(MathError):
        array_jacobian(record_of("z = log(x)", {"x": [1, 0]}), [])


def test_limits_of_a_jacobian() -> None:
    with pytest.raises(LimitError, match="40,000 entries, more than 10,000"):
        array_jacobian(record_of("z = 2*x", {"x": [1] * 200}), [])
    values = {"x": [0] * 60, "W": [[1] * 60] * 100}
    with pytest.raises(LimitError, match="scalar nodes of the program, more than"):
        array_jacobian(record_of("z = relu(W@x + 0*sum(W))", values, wrt=["x"]), [])
    with pytest.raises(InputError, match="leave out --upstream"):
        array_jacobian(record_of("z = sum(x)", {"x": [1, 2]}, upstream=Source("--upstream", "2")), [])


def test_a_tangent_is_the_jacobian_times_the_direction() -> None:
    rng = random.Random(4)
    record = record_of(LAYER, POINT, precision=EXACT)
    whole = jacobian_of(LAYER, POINT, precision=EXACT)
    steps = {"x": [rng.randrange(-5, 6) for _ in range(2)], "b": [rng.randrange(-5, 6) for _ in range(3)]}
    found = array_tangent(record, given(steps))
    expected = [
        sum(d * t for name, move in steps.items() for d, t in zip(whole[f"z/{name}"][k], move, strict=True))
        for k in range(3)
    ]
    assert found.columns[record.output] == expected
    h = record.graph.by_label["h"]
    assert found.columns[h] == [sum(w * t for w, t in zip(row, steps["x"], strict=True)) for row in POINT["W"]]


def test_a_tangent_at_a_kink_knows_both_sides() -> None:
    for precision, third in ((Precision("certain"), 1 / 3), (EXACT, Fraction(1, 3))):
        record = record_of("z = relu(x) - relu(-x)", {"x": [0, 2]}, precision=precision)
        found = array_tangent(record, given({"x": [3, third]}))
        assert found.columns[record.output] == [3, third]


def test_a_tangent_at_a_kink_has_all_digits() -> None:
    """A third of 1/2 is 1/6, whose digits are those of 0.1666..., not half of those that 1/3 is shown with."""
    record = record_of("z = max(x, y)", {"x": [1], "y": [1]}, precision=Precision("digits", 20))
    found = array_tangent(record, given({"x": ["1/3"]}))
    assert found.columns[record.output] == ["0.16666666666666666667"]
    assert found.directions == {"x": ["0.33333333333333333333"]}


def test_a_tangent_at_a_kink_that_cancels_keeps_its_digits() -> None:
    """-sin(1) + sin(b) for b a hair above 1: the two derivatives share their first ten digits."""
    near = 1 + 2**-33
    truth = 2 * math.sin(2**-34) * math.cos(1 + 2**-34)  # the difference of two sines as a product
    for precision in (Precision("certain"), Precision("digits", 17)):
        record = record_of("z = relu(x) - relu(-x) + cos(a) - cos(b)", {"x": [0], "a": [1], "b": [near]},
                           precision=precision)  # fmt: skip
        (along,) = array_tangent(record, given({"a": [1], "b": [1]})).columns[record.output] or ()
        assert float(along) == pytest.approx(truth, rel=1e-15)


@pytest.mark.parametrize(
    ("direction", "message"),
    [({"q": [1]}, "q is not an input"), ({"x": [1, 2, 3]}, "x has 2 entries"), ({"x": 1}, "its direction is a number")],
)
def test_a_direction_fits_its_input(direction: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        array_tangent(record_of(LAYER, POINT), given(direction))


def test_an_upstream_gradient_adds_rows_of_the_jacobian() -> None:
    whole = jacobian_of(LAYER, POINT, precision=EXACT)
    record = record_of(LAYER, POINT, precision=EXACT, upstream=Source("--upstream", "[1, 0, 1/2]"))
    expected = [a + Fraction(c, 2) for a, _, c in zip(*whole["z/x"], strict=True)]
    assert record.gradient["x"] == expected
    assert record.output_adjoint == [1, 0, Fraction(1, 2)]


def test_an_upstream_gradient_from_python() -> None:
    for upstream in ([1, 0, 0.5], (1, 0, Fraction(1, 2)), "[1, 0, 1/2]", np.array([1, 0, 0.5])):
        assert differentiate(LAYER, POINT, upstream=upstream).gradient["b"] == [1.0, 0.0, 0.5]
    with pytest.raises(InputError, match="a file cannot be named here"):
        differentiate(LAYER, POINT, upstream="@g.csv")


def test_an_upstream_gradient_at_a_kink() -> None:
    upstream = Source("--upstream", "[1, 2]")
    record = record_of("z = relu(x) - relu(-x)", {"x": [0, 2]}, upstream=upstream)
    assert record.gradient == {"x": [1.0, 2.0]}
    record = record_of("z = relu(x)", {"x": [0, 2]}, upstream=upstream)
    assert [note.message for note in record.notes if note.kind == "one-sided"] == [
        "dsum(upstream*z)/dx[0] is 0 from the left and 1 from the right"
    ]


def test_an_upstream_gradient_has_the_shape_of_the_output() -> None:
    with pytest.raises(InputError, match="--upstream has 2 entries, and z has 3 entries"):
        record_of(LAYER, POINT, upstream=Source("--upstream", "[1, 0]"))
    with pytest.raises(InputError, match="z has 3 entries: a gradient is that of one number") as caught:
        evaluate_arrays(Source("program", LAYER), given(POINT), Request())
    assert all(way in (caught.value.hint or "") for way in ("--jacobian", "--upstream '[1, 0, 0]'", "--of 'z[0]'"))


# ---- costs

NETWORK = "H = tanh(X@V + c); Z = H@W + b; L = mean(cross_entropy(Z, y))"
SHAPES = {"X": "NxD", "V": "DxM", "c": "M", "W": "MxC", "b": "C", "y": "N"}


def sources(shapes: dict[str, str]) -> dict[str, Source]:
    return {name: Source(name, shape) for name, shape in shapes.items()}


def test_what_a_network_costs_with_letters() -> None:
    cost = cost_of_shapes(Source("program", NETWORK), sources(SHAPES), Request(wrt=["V", "c", "W", "b"]))
    by_name = {node.name: node for node in cost.nodes}
    assert str(by_name["v1"].value) == str(by_name["v1"].backward) == "D*M*N"
    assert str(by_name["v3"].backward) == "2*C*M*N"
    assert [name for name, node in by_name.items() if node.kept] == ["X", "H", "W", "Z", "y"]
    assert str(by_name["H"].kept) == "M*N"
    assert str(cost.inputs) == "C*M+D*M+C+M"


def test_costs_of_letters_are_those_of_numbers() -> None:
    sizes = {"N": 4, "D": 3, "M": 5, "C": 2}
    letters = cost_of_shapes(Source("program", NETWORK), sources(SHAPES), Request())
    shapes = {name: "x".join(str(sizes[s]) for s in shape.split("x")) for name, shape in SHAPES.items()}
    numbers = cost_of_shapes(Source("program", NETWORK), sources(shapes), Request())
    for mode, other in zip(letters.modes, numbers.modes, strict=True):
        filled = [x if isinstance(x, int) else x.filled(sizes) for x in mode[1:]]
        assert filled == list(other[1:])


def test_reverse_mode_takes_one_pass_for_all_inputs() -> None:
    cost = cost_of(Source("program", "f = (x + y)*z"), given({"x": 1, "y": 2, "z": 3}), Request())
    assert [mode[:3] for mode in cost.modes] == [("reverse", 1, 0), ("forward", 3, 2), ("hessian", 3, 2)]
    assert (cost.value, cost.kept) == (1, 2)


def test_what_computes_says_what_it_costs() -> None:
    for name, row in ARRAY_OPERATIONS.items():
        if row.costs is not None:
            assert row.work is None, name
            assert row.costs(2, 6) > 0
    assert multiplications(ARRAY_OPERATIONS["softmax"], (2, 3), [(2, 3)]) == 12
    assert multiplications(ARRAY_OPERATIONS["mean"], (), [(2, 3)]) == 1
    assert multiplications(ARRAY_OPERATIONS["sum"], (), [(2, 3)]) == 0
