"""After a wrong value the work goes on with another program: its values and its gradients are those of that program."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework.diagnosis.array_axes import axis_groups
from gradcli.homework.diagnosis.array_predictions import Edit, _value_edits
from gradcli.homework.diagnosis.array_worlds import Changes, World, WrongWorld
from gradcli.homework.diagnosis.array_wrong_values import (
    Step,
    WrongValue,
    both_grow,
    no_activation,
    one_less_value,
    other_axis,
    product_by_luck,
    sum_for_mean,
    term_forgotten,
    wrong_count,
    wrong_label,
)

np: Any = pytest.importorskip("numpy")

from .test_array_wrong_rules import array, world_of  # noqa: E402

X, Z = [[1.0, 2], [3, 5], [1, -4]], [[0.5, -1, 0.2], [1, 0.3, 2]]
V, U = [1.0, -2, 0.5], [4.0, 1, -3]
LOSS = "l = cross_entropy(z, y); L = sum(l*l)"

# The program, the node that is computed wrongly, the mistake, and the program that is worked with from there on.
CARRIED = """
s = sum(X, axis=0); L = s@s | s | sum-or-mean mean | s = mean(X, axis=0); L = s@s
s = mean(X, axis=1); L = s@s | s | sum-or-mean sum | s = sum(X, axis=1); L = s@s
s = mean(X); L = s*s | s | wrong-count 3 | s = sum(X)/3; L = s*s
s = mean(X); L = s*s | s | wrong-count 2 | s = sum(X)/2; L = s*s
s = sum(X)/6; L = s*s | s | wrong-count 1 | s = sum(X); L = s*s
s = sum(X)/6; L = s*s | s | wrong-count 3 | s = sum(X)/3; L = s*s
s = sum(X, axis=0); L = s@s | s | value-axis axis 1 | s = sum(X, axis=1); L = s@s
s = sum(X); L = s*s | s | sum-or-mean mean | s = mean(X); L = s*s
s = max(X, axis=1); L = s@s | s | value-axis axis 0 | s = max(X, axis=0); L = s@s
p = softmax(z); L = sum(p*p) | p | value-axis axis 0 | p = softmax(z, axis=0); L = sum(p*p)
p = softmax(z, axis=0); L = sum(p*p) | p | value-axis axis 1 | p = softmax(z); L = sum(p*p)
p = cumsum(z, axis=1); L = sum(p*p) | p | value-axis axis 0 | p = cumsum(z, axis=0); L = sum(p*p)
h = relu(z); L = sum(h*h) | h | activation left out | h = 1*z; L = sum(h*h)
h = relu(z); L = sum(h*h) | h | activation tanh | h = tanh(z); L = sum(h*h)
h = relu(z); L = sum(h*h) | h | activation sigmoid | h = sigmoid(z); L = sum(h*h)
h = tanh(z); L = sum(h*h) | h | activation relu | h = relu(z); L = sum(h*h)
h = tanh(z); L = sum(h*h) | h | activation sigmoid | h = sigmoid(z); L = sum(h*h)
h = sigmoid(z); L = sum(h*h) | h | activation tanh | h = tanh(z); L = sum(h*h)
h = sigmoid(z); L = sum(h*h) | h | activation left out | h = 1*z; L = sum(h*h)
d = v*v + exp(u); L = d@d | d | term-forgotten v1 | d = 0*(v*v) + exp(u); L = d@d
d = v*v + exp(u); L = d@d | d | term-forgotten v2 | d = v*v + 0*exp(u); L = d@d
d = v*v - exp(u); L = d@d | d | term-forgotten v1 | d = 0*(v*v) - exp(u); L = d@d
d = v*v - exp(u); L = d@d | d | term-forgotten v2 | d = v*v - 0*exp(u); L = d@d
l = cross_entropy(z, y); L = sum(l*l) | l | value-of-loss sign | l = -cross_entropy(z, y); L = sum(l*l)
d = v - u; L = sum(d**2) | d | both-grew left | d = outer(v, ones(3)) - outer(ones(3), u); L = sum(d**2)
d = v - u; L = sum(d**2) | d | both-grew right | d = outer(ones(3), v) - outer(u, ones(3)); L = sum(d**2)
d = v*u; L = sum(d**2) | d | both-grew left | d = outer(v, u); L = sum(d**2)
d = v*u; L = sum(d**2) | d | both-grew right | d = outer(u, v); L = sum(d**2)
s = var(X); L = s*s | s | variance-n-minus-one | s = var(X)*6/5; L = s*s
s = var(X, axis=0); L = s@s | s | variance-n-minus-one | s = var(X, axis=0)*3/2; L = s@s
s = mean(w); L = s*s | s | variance-n-minus-one | s = sum(w)/3; L = s*s
"""
VALUES: dict[str, Any] = {"X": X, "z": Z, "v": V, "u": U, "w": [1.0, 4, 2, 9], "y": [2, 0]}


def used(program: str) -> dict[str, Any]:
    words = {*"".join(c if c.isalnum() else " " for c in program).split()}
    return {name: x for name, x in VALUES.items() if name in words}


def edit_of(world: World, name: str, mistake: str) -> Edit:
    (found,) = [
        edit
        for edit in _value_edits(world)
        if edit.nodes == (world.graph.by_label[name],) and f"{edit.mistake.id} {edit.tag}".strip() == mistake
    ]
    return found


@pytest.mark.parametrize("line", CARRIED.strip().splitlines())
def test_the_work_goes_on_with_another_program(line: str) -> None:
    program, name, mistake, instead = line.split(" | ")
    world, other = world_of(program, used(program)), world_of(instead, used(program))
    wrong = WrongWorld(world, edit_of(world, name, mistake).changes)
    for label in (name, "L"):
        value = wrong.value(world.graph.by_label[label])
        assert value is not None
        assert array(value) == pytest.approx(array(other.values[other.graph.by_label[label]])), label
    for label, i in world.graph.inputs.items():
        there = other.upstream[other.graph.inputs[label]]
        found = wrong.gradient(i)
        assert (found is None) is (there is None)
        if found is not None and there is not None:
            assert array(found) == pytest.approx(array(there)), label


@pytest.mark.parametrize(("tag", "labels"), [("before", [1, 2]), ("after", [0, 1])])
def test_a_loss_at_another_class(tag: str, labels: list[int]) -> None:
    """The labels are 2 and 0 of 3."""
    world, other = (world_of(LOSS, {"z": Z, "y": y}) for y in ([2, 0], labels))
    wrong = WrongWorld(world, edit_of(world, "l", f"value-of-loss {tag}").changes)
    z = world.graph.inputs["z"]
    value, gradient, right = wrong.value(world.output), wrong.gradient(z), other.upstream[z]
    assert value is not None
    assert gradient is not None
    assert right is not None
    assert array(value) == pytest.approx(array(other.values[other.output]))
    assert array(gradient) == pytest.approx(array(right))


def test_a_term_that_is_an_input_has_its_gradient_all_the_same() -> None:
    world = world_of("d = v*v + u; L = d@d", {"v": V, "u": U})
    wrong = WrongWorld(world, edit_of(world, "d", "term-forgotten u").changes)
    gradient = wrong.gradient(world.graph.inputs["u"])
    assert gradient is not None
    assert array(gradient) == pytest.approx(2 * np.square(V))


# ---- where a wrong value can be had


def step_of(program: str, name: str, **values: Any) -> Step:
    world = world_of(program, values)
    i = world.graph.by_label[name]
    return Step(world, i, world.values[i], [world.values[a] for a in world.graph.nodes[i].arguments])


def tags(found: Any) -> list[str]:
    return [wrong.tag for wrong in found]


A, B = [[1.0, 2, 0], [3, 4, 5]], [[2.0, 1], [0, 3], [1, 1]]


@pytest.mark.parametrize(("a", "b", "expected"), [
    (A, B, ["a.T@b.T", "b@a"]), (A, [[1.0, 2, 3, 4]] * 3, []), (A, [[1.0, 2, 3]] * 3, ["a@b.T"]),
    ([[1.0, 2], [3, 5]], A, ["a.T@b"]), (B, [[1.0], [2]], []), ([[1.0], [2]], [[3.0, 4]], ["a.T@b.T", "b@a", "a*b"]),
    ([[1.0, 2]], [[3.0], [4]], ["a.T@b.T", "b@a", "a*b"]),
])  # fmt: skip
def test_products_that_fit_by_luck(a: Any, b: Any, expected: list[str]) -> None:
    found = {wrong.tag: array(wrong.array) for wrong in product_by_luck(step_of("Y = a@b; L = sum(Y)", "Y", a=a, b=b))}
    assert list(found) == expected
    x, y = np.array(a), np.array(b)
    by_hand = {"a.T@b.T": lambda: x.T @ y.T, "b@a": lambda: y @ x, "a@b.T": lambda: x @ y.T, "a.T@b": lambda: x.T @ y,
               "a*b": lambda: x * y}  # fmt: skip
    for tag, made in found.items():
        assert made.tolist() == by_hand[tag]().tolist()


RULES = (sum_for_mean, wrong_count, other_axis, no_activation, term_forgotten, product_by_luck, wrong_label, both_grow,
         one_less_value)  # fmt: skip


@pytest.mark.parametrize(("program", "values", "expected"), [
    ("q = mean(x)", {"x": [1.0, 2, 6]}, {"sum_for_mean": ["sum"], "wrong_count": [], "one_less_value": [""]}),
    ("q = mean(x)", {"x": [1.0, 6]}, {"sum_for_mean": ["sum"], "wrong_count": []}),
    ("q = var(x)", {"x": [1.0, 6]}, {}), ("q = var(x)", {"x": [1.0, 6, 2]}, {"one_less_value": [""]}),
    ("q = sum(x)/3", {"x": [1.0, 6]}, {"wrong_count": ["1", "2"]}), ("q = sum(x)/2.5", {"x": [1.0, 6]}, {}),
    ("q = sum(x)/x[0]", {"x": [1.0, 6]}, {}), ("q = sum(x*x)", {"x": [1.0, 6]}, {"sum_for_mean": ["mean"]}),
    ("q = sum(T, axis=1)", {"T": [[[1.0, 2], [3, 4]]]}, {"sum_for_mean": ["mean"], "other_axis": ["axis 0", "axis 2"]}),
    ("q = sum(T, axis=(0, 1))", {"T": [[1.0, 2], [3, 4]]},
     {"sum_for_mean": ["mean"], "other_axis": ["axis 0", "axis 1"]}),
    ("q = softmax(x)", {"x": [1.0, 6]}, {}), ("q = softmax(z)", {"z": Z}, {"other_axis": ["axis 0"]}),
    ("q = sin(x)", {"x": [1.0, 6]}, {}),
    ("q = relu(x)", {"x": [1.0, 6]}, {"no_activation": ["left out", "sigmoid", "tanh"]}),
    ("q = x + b", {"x": [1.0, 6], "b": 2.0}, {"term_forgotten": ["b"]}),
    ("q = b - x", {"x": [1.0, 6], "b": 2.0}, {"term_forgotten": ["b"]}),
    ("q = x - b", {"x": [1.0, 6], "b": [2.0, 1]}, {"term_forgotten": ["x", "b"], "both_grow": ["left", "right"]}),
    ("q = x*b", {"x": [1.0], "b": [2.0]}, {}),
    ("q = x*b", {"x": [[1.0, 2]], "b": [[2.0, 3]]}, {"both_grow": ["left", "right"]}),
    ("q = x*b", {"x": [[1.0, 2], [3, 4]], "b": [[2.0, 3], [1, 1]]}, {}), ("q = x*b", {"x": [1.0, 2], "b": 3.0}, {}),
    ("q = cross_entropy(z, y)", {"z": Z, "y": [2, 0]}, {"wrong_label": ["sign", "before", "after", "log", "score"]}),
    ("q = cross_entropy(z, y)", {"z": Z, "y": [[0.0, 0, 1], [1, 0, 0]]}, {"wrong_label": ["sign"]}),
])  # fmt: skip
def test_where_a_value_can_be_wrong(program: str, values: dict[str, Any], expected: dict[str, list[str]]) -> None:
    step = step_of(f"{program}; L = sum(q)", "q", **values)
    found = {rule.__name__: tags(rule(step)) for rule in RULES}
    assert {name: made for name, made in found.items() if made} == {k: v for k, v in expected.items() if v}
    assert all(isinstance(wrong, WrongValue) for rule in RULES for wrong in rule(step))


def test_a_wrong_value_beside_the_output_changes_the_slope_of_the_other_factor() -> None:
    world = world_of("d = v*v; L = d@u", {"v": V, "u": U})
    own = world.A.make((3,), [2.0, 3.0, 4.0])
    wrong = WrongWorld(world, Changes(values={world.graph.by_label["d"]: own}))
    gradient, other = (wrong.gradient(world.graph.inputs[name]) for name in "uv")
    assert gradient is not None
    assert other is not None
    assert array(gradient).tolist() == [2.0, 3.0, 4.0]
    assert array(other) == pytest.approx(2 * np.array(V) * U)
    value = wrong.value(world.output)
    assert value is not None
    assert array(value) == 2 * 4 + 3 * 1 - 4 * 3


def test_leaves_meet_nothing() -> None:
    graph = world_of("L = sum(x) + 2", {"x": V}).graph
    assert axis_groups(graph) == {(0, 0): (0, 0)}
