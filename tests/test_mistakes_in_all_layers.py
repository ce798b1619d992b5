"""Mistakes at several places of a network at once: which groups are tried, and the gradients that follow, in NumPy."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework.diagnosis.array_worlds import World, WrongWorld
from gradcli.homework.diagnosis.array_wrong_layers import (
    Spread,
    layers,
    mixed_up,
    spread_factors,
    spread_penalty,
    spread_products,
    spread_steps,
    without_biases,
)

np: Any = pytest.importorskip("numpy")

from .test_array_wrong_rules import array, world_of  # noqa: E402

VALUES = {"X": [[1.0, 2], [3, -1], [0.5, 1]], "W": [[0.5, -1, 0.2], [0.3, 1, 0.7]], "b": [0.1, 0.2, 0.3],
          "V": [[1.0, 2], [2, 0.5], [-1, 1]], "c": [0.5, 0.7], "G": [[1.0, 2], [10, 3], [4, 5]]}  # fmt: skip
NET = "Z = X@W + b; A = tanh(Z); Y = A@V + c; L = sum(Y*G)"
PENALISED = f"{NET} + 0.5*sum(W**2) + 0.5*sum(V**2)"
ONE = ("Y = X@W + b; L = sum(Y*G)", {**{n: VALUES[n] for n in "XW"}, "b": [0.1, 0.2, 0.3], "G": [[1.0, 2, 3]] * 3})
VECTOR = ("y = W@x + b; L = sum(y*y)", {"W": VALUES["W"], "x": [1.0, 2, 3], "b": [1.0, 2]})


def names(world: World, nodes: tuple[int, ...]) -> str:
    return "".join(world.graph.labels[i] for i in nodes)


def groups(world: World, found: Any) -> list[str]:
    """The groups of a rule, each once, in their order."""
    return list(dict.fromkeys(names(world, spread.nodes) for spread in found))


def made(world: World, spread: Spread) -> dict[str, Any]:
    """The gradients of inputs that a mistake changes, by name; None for one that cannot be worked out."""
    wrong, inputs = WrongWorld(world, spread.changes).upstream, world.graph.inputs
    found = {name: wrong[i] for name, i in inputs.items() if i in wrong}
    return {name: None if x is None else array(x) for name, x in found.items()}


def right(world: World, name: str) -> Any:
    return array(world.upstream[world.graph.inputs[name]])


@pytest.mark.parametrize(("program", "values", "factors", "penalty", "steps"), [
    (NET, VALUES, "XWV bc XWbVc", "", "XWV XWbVc"), (PENALISED, VALUES, "XWV bc XWbVc", "bc", "XWV XWbVc"),
    (*ONE, "XW XWb", "", "XW XWb"), (*VECTOR, "", "", ""), ("L = sum(x*x)", {"x": [1.0, 2]}, "", "", ""),
])  # fmt: skip
def test_the_groups_that_are_tried(
    program: str, values: dict[str, Any], factors: str, penalty: str, steps: str
) -> None:
    """Every parameter of a layer, X too; a bias is one that grows along the samples."""
    world = world_of(program, values)
    assert groups(world, spread_factors(world)) == factors.split()
    assert groups(world, spread_penalty(world)) == penalty.split()
    assert groups(world, spread_steps(world)) == steps.split()


def test_what_flows_to_each_hidden_layer_is_a_group() -> None:
    """Of three layers the two hidden arrays, and no input."""
    values = {**VALUES, "U": [[1.0, -1], [0.5, 2]]}
    world = world_of("A = tanh(X@W); B = tanh(A@V); Y = B@U; L = sum(Y*G)", {n: values[n] for n in "XWVUG"})
    assert groups(world, spread_factors(world)) == ["XWVU", "AB"]
    for spread in spread_factors(world):
        if names(world, spread.nodes) == "AB" and spread.tag.startswith("-1 "):
            found = made(world, spread)
            assert found["U" if "U" in found else "V"] == pytest.approx(-right(world, "V"))
            assert found["W"] == pytest.approx(right(world, "W"))  # twice the opposite sign


def test_a_factor_in_a_group_multiplies_each_of_its_gradients_once() -> None:
    world = world_of(NET, VALUES)
    seen = set()
    for spread in spread_factors(world):
        group = names(world, spread.nodes)
        factor = float(spread.tag.split()[0])
        if group in ("XWV", "bc", "XWbVc"):
            found = made(world, spread)
            assert {*found} == {*group}
            for name, x in found.items():
                assert x == pytest.approx(factor * right(world, name), rel=1e-4), spread.tag
            seen.add((group, factor))
    assert {(group, factor) for group in ("XWV", "bc", "XWbVc") for factor in (-1, 2, 0.5, 4)} <= seen


def test_a_penalty_taken_of_all_biases() -> None:
    """0.5*sum(W**2) adds W itself to the gradient of W; each rate of a program is tried."""
    world = world_of(PENALISED, VALUES)
    (spread,) = spread_penalty(world)
    assert (spread.id, spread.tag, spread.words) == ("penalised", "1", "the penalty taken of biases too")
    found = made(world, spread)
    assert {*found} == {"b", "c"}
    for name, x in found.items():
        assert x == pytest.approx(right(world, name) + VALUES[name])
    two = world_of(f"{NET} + 0.5*sum(W**2) + 0.1*sum(V**2)", VALUES)
    assert [spread.tag for spread in spread_penalty(two)] == ["1", "0.2"]
    assert made(two, list(spread_penalty(two))[1])["b"] == pytest.approx(right(two, "b") + np.array([0.02, 0.04, 0.06]))


def test_steps_taken_in_all_parameters() -> None:
    world = world_of(NET, VALUES)
    tried = {(names(world, s.nodes), s.tag): made(world, s) for s in spread_steps(world)}
    rules = {"value": lambda g, w, r: w - r * g, "step": lambda g, w, r: -r * g, "rate": lambda g, w, r: r * g,
             "decay": lambda g, w, r: g + r * w}  # fmt: skip
    for group in ("XWV", "XWbVc"):
        for kind, rule in rules.items():
            found = tried[group, f"{kind} 0.1"]
            assert {*found} == {*group}
            for name, x in found.items():
                assert x == pytest.approx(rule(right(world, name), np.array(VALUES[name]), 0.1)), (kind, name)
    assert len(tried) == 2 * (7 + 3 * 5)  # seven rates, of which 1 and 0.5 are told of new values alone
    assert all(s.id == "step" for s in spread_steps(world))


@pytest.mark.parametrize(("program", "expected"), [
    (NET, False), (PENALISED, True), (f"{NET} + 0.5*sum(V**2)", True), ("z = W@x; L = sum(z*z) + 0.5*sum(W**2)", False),
])  # fmt: skip
def test_factors_of_the_products_beside_a_penalty(program: str, expected: bool) -> None:
    """The penalty keeps its part of the gradient: f*(dW - W) + W."""
    values = {n: x for n, x in {**VALUES, "x": [1.0, 2, 3]}.items() if n in program}
    world = world_of(program, values)
    found = list(spread_products(world))
    assert ({"product -1", "product 2", "product 0.5"} <= {" ".join(s.tag.split()[:2]) for s in found}) is expected
    assert bool(found) is expected
    penalised = [name for name in "WV" if f"sum({name}**2)" in program]
    for spread in found:
        factor, arrays = float(spread.tag.split()[1]), made(world, spread)
        assert spread.tag.startswith("product ")
        assert {*arrays} == {*"XWV"}
        for name in "XWV":
            own = np.array(VALUES[name]) if name in penalised else 0.0
            assert arrays[name] == pytest.approx(factor * (right(world, name) - own) + own, rel=1e-4)


# ---- two layers mixed up


def swapped(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    return {(spread.tag, names(world, spread.nodes)): made(world, spread) for spread in mixed_up(world)}


def test_layers_of_other_shapes_are_mixed_up_as_far_as_they_fit() -> None:
    """X.T @ dY and A.T @ dZ: there are as many samples in each layer."""
    world = world_of(NET, VALUES)
    X, G = np.array(VALUES["X"]), np.array(VALUES["G"])
    A = np.tanh(X @ VALUES["W"] + VALUES["b"])
    dZ = (G @ np.array(VALUES["V"]).T) * (1 - A**2)
    found = swapped(world)
    assert {*found} == {("gradients", "WV"), ("gradients of biases too", "WVbc"), ("values", "WV")}
    assert found["gradients", "WV"]["W"] == pytest.approx(X.T @ G)
    assert found["gradients", "WV"]["V"] == pytest.approx(A.T @ dZ)
    assert {*found["gradients", "WV"]} == {*"WV"}
    both = found["gradients of biases too", "WVbc"]
    assert both["b"] == pytest.approx(G.sum(0))
    assert both["c"] == pytest.approx(dZ.sum(0))
    assert both["W"] == pytest.approx(X.T @ G)
    assert found["values", "WV"]["W"] == pytest.approx(A.T @ dZ)
    assert found["values", "WV"]["V"] == pytest.approx(X.T @ G)


def test_layers_that_do_not_fit_give_nothing() -> None:
    """Of other numbers of samples, and of vectors; the first operand is mixed up with the first alone."""
    world = world_of("P = A@B; Q = C@D; L = sum(P*P) + sum(Q*Q)", {
        "A": [[1.0, 2]], "B": [[1.0, 2], [3, 4]], "C": [[1.0, 2, 3], [0, 1, 2]], "D": [[1.0], [2], [3]]})  # fmt: skip
    found = swapped(world)
    assert {*found} == {
        (tag, pair) for tag in ("gradients", "gradients of biases too", "values") for pair in ("AC", "BD")
    }
    assert found["gradients", "BD"] == {"B": None, "D": None}
    assert found["values", "BD"] == {"B": None, "D": None}
    A, B, C, D = (array(world.values[world.graph.inputs[name]]) for name in "ABCD")
    assert found["gradients", "AC"] == {"A": None, "C": None}  # dQ has 1 column and B.T 2 rows, and the reverse
    vectors = world_of(
        "h = W@x; y = V@h; L = sum(y*y)", {"W": [[1.0, 2], [3, 4]], "V": [[1.0, 1], [0, 2]], "x": [1.0, 2]}
    )
    assert swapped(vectors)["gradients", "WV"] == {"W": None, "V": None}
    assert (A.shape, B.shape, C.shape, D.shape) == ((1, 2), (2, 2), (2, 3), (3, 1))


def test_one_matrix_in_two_places_is_no_two_layers() -> None:
    world = world_of("A = X@W; B = A@W; L = sum(B*B)", {"X": [[1.0, 2]], "W": [[1.0, 2], [3, 4]]})
    assert swapped(world) == {}
    assert groups(world, spread_factors(world)) == ["XW"]


@pytest.mark.parametrize(("program", "biases"), [
    ("Z = X@W + b", "b"), ("Z = X@W - b", "b"), ("Z = b + X@W", "b"), ("Z = X@W + s", ""), ("Z = X@W + C", ""),
    ("Z = X@W*b", ""), ("Z = X@W + tanh(b)", ""), ("Z = X@W + [1, 2, 3]", ""), ("Z = X@W + B", "B"),
])  # fmt: skip
def test_what_is_a_bias(program: str, biases: str) -> None:
    """An input that grows and is added to a product or taken off; no number, and nothing that is worked out."""
    values = {**VALUES, "s": 2.0, "C": [[1.0, 2, 3]] * 3, "B": [[1.0, 2, 3]]}
    world = world_of(f"{program}; L = sum(Z*Z)", {n: x for n, x in values.items() if n in program.replace("tanh", "")})
    nodes = world.graph.nodes
    for layer in layers(world):
        assert names(world, tuple(nodes[j].arguments[k] for j, k in layer.biases)) == biases
    assert len(layers(world)) == 2


def test_biases_left_out_of_layers_of_other_shapes() -> None:
    world = world_of(NET.replace("X@W + b", "b - X@W"), VALUES)
    (spread,) = without_biases(world)
    X, W, V, G = (np.array(VALUES[name]) for name in "XWVG")
    wrong = WrongWorld(world, spread.changes)
    assert (spread.id, spread.tag, spread.words) == ("term-forgotten", "biases", "the biases left out")
    assert names(world, spread.nodes) == "ZY"
    assert array(wrong.values[world.output]) == pytest.approx(((np.tanh(-X @ W) @ V) * G).sum())
