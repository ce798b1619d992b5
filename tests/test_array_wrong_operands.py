"""Other arrays in the place of an operand or of what arrives, entries in other places, own arrays: all in NumPy."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework.diagnosis.array_evidence import ArrayEvidence
from gradcli.homework.diagnosis.array_retracing import own_world
from gradcli.homework.diagnosis.array_worlds import Changes, Edge, World, WrongWorld
from gradcli.homework.diagnosis.array_wrong_operands import (
    bias_added,
    flipped,
    next_step,
    skipped,
    updated,
    wrong_operand,
    wrong_upstream,
)
from gradcli.homework.diagnosis.array_wrong_products import reshaped
from gradcli.homework.diagnosis.array_wrong_slopes import slope_with_matmul
from gradcli.homework.diagnosis.array_wrong_sums import as_constant, largest_to_all, overwritten
from gradcli.homework.diagnosis.array_wrong_totals import Total, another, slope_at_output
from gradcli.homework.diagnosis.array_wrong_values import Step, other_axis

from .array_sheets import key_of

np: Any = pytest.importorskip("numpy")

from .test_array_wrong_rules import KEEPDIMS, SQUARE_SCORES, array, world_of  # noqa: E402

X, W = [[1.0, 2], [3, -1], [0.5, 4]], [[1.0, -1], [1, 2]]
V, G = [[1.0, 3], [2, -2]], [[1.0, 2], [10, 3], [4, 5]]
NET = ("Z = X@W + b; A = tanh(Z); Y = A@V; L = sum(Y*G)", {"X": X, "W": W, "V": V, "b": [0.5, -0.5], "G": G})


def edge_to(world: World, name: str) -> Edge:
    (edge,) = world.users[world.graph.by_label[name]]
    return world.edge(*edge)


def by_tag(found: Any) -> dict[str, Any]:
    return {wrong.tag: array(wrong.array) for wrong in found}


def arrays(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values and gradients, by `$v3` and `$g3`, of what has one."""
    values = {f"$v{i}": array(x) for i, x in enumerate(world.values)}
    return values, {f"$g{i}": array(x) for i, x in enumerate(world.upstream) if x is not None}


@pytest.mark.parametrize("name", ["W", "V", "X", "A"])
def test_another_array_in_a_product(name: str) -> None:
    """In dV = A.T @ dY every array that fits, the operand's own gradient, ones; and the same for dY."""
    world = world_of(*NET)
    edge = edge_to(world, name)
    values, gradients = arrays(world)
    g, own = array(edge.g), array(edge.xs[1 - edge.k])
    place = f"{edge.node.arguments[1 - edge.k]}"

    def flow(other: Any, up: Any) -> Any:
        return other.T @ up if edge.k == 1 else up @ other.T

    expected = {tag: x for tag, x in values.items() if x.ndim == 2 and tag != f"$v{place}"}
    fits = {
        tag: x for tag, x in expected.items() if x.shape[0 if edge.k == 1 else 1] == own.shape[0 if edge.k == 1 else 1]
    }
    found = by_tag(wrong_operand(edge))
    assert set(found) == {*fits, "ones", f"$g{place}"}
    for tag, x in fits.items():
        assert found[tag] == pytest.approx(flow(x, g)), tag
    assert found["ones"] == pytest.approx(flow(np.ones_like(own), g))
    assert found[f"$g{place}"] == pytest.approx(flow(gradients[f"$g{place}"], g))
    found = by_tag(wrong_upstream(edge))
    for tag, made in found.items():
        up = np.ones_like(g) if tag == "ones" else {**values, **gradients}[tag]
        assert made == pytest.approx(flow(own, up)), tag
    others = {tag for tag in found if tag.startswith("$g")}
    inputs = {f"$g{i}" for i in world.graph.inputs.values()}
    fitting = {tag: x for tag, x in gradients.items() if x.ndim == 2 and x.shape[1 - edge.k] == g.shape[1 - edge.k]}
    distinct = {x.tobytes(): tag for tag, x in fitting.items() if tag not in inputs and x.tobytes() != g.tobytes()}
    assert len(others) == len(distinct)
    assert {f"$v{edge.i}", "ones"} <= set(found)


def test_steps_of_descent_and_biases_on_the_way_back() -> None:
    world = world_of(*NET)
    values, gradients = arrays(world)
    node = world.graph.by_label
    edge = edge_to(world, "A")
    v, dv = values[f"$v{node['V']}"], gradients[f"$g{node['V']}"]
    found = by_tag(updated(edge))
    assert set(found) == {"0.1", "0.01", "1", "0.5", "0.05", "0.001", "0.2"}
    for rate, made in found.items():
        assert made == pytest.approx(np.array(G) @ (v - float(rate) * dv).T)
    assert by_tag(updated(edge_to(world, "V"))) == {}  # A is no parameter
    added = by_tag(bias_added(edge))
    assert set(added) == {f"$v{node['b']}"}
    assert added[f"$v{node['b']}"] == pytest.approx(np.array(G) @ np.array(V).T + [0.5, -0.5])
    assert by_tag(skipped(edge))[""].tolist() == G
    narrow = world_of("Y = A@V; L = sum(Y*G)", {"A": X, "V": [[1], [2]], "G": [[1], [2], [3]]})
    assert by_tag(skipped(edge_to(narrow, "A"))) == {}


def test_reshapes_in_the_place_of_a_transpose() -> None:
    values = {"X": [[1, 2], [3, 4], [5, 6]], "W": [[1, 2, 3, 4], [5, 6, 7, 9]],
              "G": [[1, 0, 2, 1], [0, 1, 1, 3], [2, 1, 0, 1]]}  # fmt: skip
    world = world_of("Y = X@W; L = sum(Y*G)", values)
    x, w, g = (np.array(values[name], dtype=float) for name in "XWG")
    assert {tag: made.tolist() for tag, made in by_tag(reshaped(edge_to(world, "W"))).items()} == {
        "operand": (x.reshape(2, 3) @ g).tolist(), "product": (g.T @ x).reshape(2, 4).tolist(),
        "upstream": (g.reshape(4, 3) @ x).tolist()}  # fmt: skip
    assert {tag: made.tolist() for tag, made in by_tag(reshaped(edge_to(world, "X"))).items()} == {
        "operand": (g @ w.reshape(4, 2)).tolist(), "product": (w @ g.T).reshape(3, 2).tolist(),
        "upstream": (w @ g.reshape(4, 3)).tolist()}  # fmt: skip
    square = world_of("Y = A@B; L = sum(Y*G)", {name: [[1, 2], [3, 4]] for name in "ABG"})
    assert list(reshaped(edge_to(square, "A"))) == []


def test_other_steps_of_a_recurrence() -> None:
    world = world_of("h[0] = x; h[k] = tanh(W@h[k-1]) for k = 1..3; L = sum(h[3]*g)",
                     {"x": [0.1, 0.2], "W": [[0.5, -1], [0.3, 1]], "g": [1, 3]})  # fmt: skip
    h = {k: array(world.values[world.graph.by_label[f"h[{k}]"]]) for k in (1, 2, 3)}
    edges = [world.edge(i, k) for i, k in world.users[world.graph.by_label["W"]]]
    found = [{tag: made / array(edge.g)[:, None] for tag, made in by_tag(next_step(edge)).items()} for edge in edges]
    assert [set(one) for one in found] == [{"after", "before"}, {"after", "before"}, {"after"}]
    assert found[0]["after"][0] == pytest.approx(h[3])
    assert found[0]["before"][0] == pytest.approx(h[1])
    assert found[-1]["after"][0] == pytest.approx(h[1])
    plain = world_of(*NET)
    assert list(next_step(edge_to(plain, "W"))) == []


def test_kernels_turned_round() -> None:
    world = world_of("y = windows(x, 2)@w; L = sum(y*g)",
                     {"x": [[1, 2, 3], [4, 5, 6], [7, 8, 10]], "w": [1, 2, 3, 4], "g": [1, 10, 100, 1000]})  # fmt: skip
    (own,) = world.users[world.graph.by_label["w"]]
    assert by_tag(flipped(world.edge(*own)))[""].tolist() == [10865, 8754, 6532, 5421]
    assert by_tag(flipped(world.edge(own[0], 0)))[""][:2].tolist() == [[4, 3, 2, 1], [40, 30, 20, 10]]
    assert list(flipped(edge_to(world_of(*NET), "W"))) == []


@pytest.mark.parametrize(("m", "g", "tags"), [
    ([[1, 2], [3, 5]], [[1, 4], [7, 2]], "turned 00 01 10 11"),
    ([[1, 2, 4], [3, 5, 7]], [[1, 4, 2], [7, 2, 3]], "01 10"),
    ([1, 2], [[1, 4], [7, 2]], ""), ([[3]], [[4]], "turned 00 01 10 11"),
])  # fmt: skip
def test_a_product_of_matrices_for_one_entry_by_entry(m: Any, g: Any, tags: str) -> None:
    """Either factor first, each as it is or transposed, where the shapes fit; or one entry by entry, transposed."""
    world = world_of("y = x*m; L = sum(y*g)", {"x": np.ones_like(g).tolist(), "m": m, "g": g})
    found = by_tag(slope_with_matmul(edge_to(world, "x")))
    pairs = [tag for tag in tags.split() if tag != "turned"]
    assert {*found} == {*tags.split(), *(f"slope first{tag}" for tag in pairs)}
    up, own = np.array(g), np.array(m)
    for tag in pairs:
        turned = [(x.T if mark == "1" else x) for x, mark in zip((up, own), tag, strict=True)]
        first = [(x.T if mark == "1" else x) for x, mark in zip((own, up), tag, strict=True)]
        assert found[tag].tolist() == (turned[0] @ turned[1]).tolist()
        assert found[f"slope first{tag}"].tolist() == (first[0] @ first[1]).tolist()
    if "turned" in tags:
        assert found["turned"].tolist() == (up * own.T).tolist()


def test_entries_in_other_places() -> None:
    world = world_of("L = sum(W[i]*G)", {"W": [[1, 1], [1, 1]], "i": [0, 1, 0], "G": [[1, 2], [3, 4], [5, 6]]})
    assert {tag: made.tolist() for tag, made in by_tag(overwritten(edge_to(world, "W"))).items()} == {
        "last": [[5, 6], [3, 4]], "first": [[1, 2], [3, 4]]}  # fmt: skip
    world = world_of("m = max(X, axis=1); L = sum(m*g)", {"X": [[1, 4], [3, 2]], "g": [5, 7]})
    assert by_tag(largest_to_all(edge_to(world, "X")))[""].tolist() == [[5, 5], [7, 7]]
    world = world_of("mu = mean(x); L = sum((x - mu)**2)", {"x": [1, 2, 6]})
    (reduced,) = [edge for edge in world.users[0] if world.graph.nodes[edge[0]].operation.name == "mean"]
    assert by_tag(as_constant(world.edge(*reduced)))[""].tolist() == [0, 0, 0]
    assert list(as_constant(world.edge(*next(edge for edge in world.users[0] if edge != reduced)))) == []
    alone = world_of("mu = mean(x); L = mu**2", {"x": [1, 2, 6]})
    assert list(as_constant(alone.edge(*alone.users[0][0]))) == []


# ---- sums, and values


def total_at(world: World, name: str) -> Total:
    a = world.graph.by_label[name]
    return Total(world, a, world.users[a], [flow for i, k in world.users[a] if (flow := world.flow(i, k)) is not None])


def test_the_gradient_of_another_array() -> None:
    world = world_of(*NET)
    _, gradients = arrays(world)
    node = world.graph.by_label
    found = by_tag(another(total_at(world, "Z")))
    others = (node["Y"], node["G"], world.output - 1)  # that of A is where it comes from
    assert set(found) == {f"$g{i}" for i in others}
    for tag, made in found.items():
        assert made == pytest.approx(gradients[tag])
    assert list(another(total_at(world, "W"))) == []  # an input is no layer
    assert len(found) == len({made.tobytes() for made in found.values()})


def test_a_slope_where_there_is_no_activation() -> None:
    world = world_of("z = X@w; L = sum((z - y)**2)", {"X": X, "w": [1, 2], "y": [1, 0, 2]})
    z = np.array(X) @ [1, 2]
    right = 2 * (z - [1, 0, 2])
    s = 1 / (1 + np.exp(-z))
    found = by_tag(slope_at_output(total_at(world, "z")))
    assert found == {
        "sigmoid": pytest.approx(right * s * (1 - s)), "sigmoid of itself": pytest.approx(right * z * (1 - z)),
        "tanh of itself": pytest.approx(right * (1 - z**2))}  # fmt: skip
    hidden = world_of("z = X@w; h = tanh(z); L = sum((h - y)**2)", {"X": X, "w": [1, 2], "y": [1, 0, 2]})
    assert list(slope_at_output(total_at(hidden, "z"))) == []  # there is one
    assert list(slope_at_output(total_at(hidden, "h"))) == []
    assert list(slope_at_output(total_at(world, "w"))) == []


def test_softmax_along_another_axis_and_without_keepdims() -> None:
    world = world_of("p = softmax(z); L = sum(p*p)", {"z": SQUARE_SCORES})
    i = world.graph.by_label["p"]
    found = {wrong.tag: array(wrong.array) for wrong in other_axis(Step(world, i, world.values[i], [world.values[0]]))}
    z = np.array(SQUARE_SCORES)
    assert set(found) == {"axis 0", *KEEPDIMS}
    assert found["axis 0"] == pytest.approx(np.exp(z) / np.exp(z).sum(0))
    for tag, rule in KEEPDIMS.items():
        assert found[tag] == pytest.approx(rule(z)), tag
    logs = world_of("p = log_softmax(z); L = sum(p*p)", {"z": SQUARE_SCORES})
    assert {w.tag for w in other_axis(Step(logs, 1, logs.values[1], [logs.values[0]]))} == {"axis 0"}


# ---- own arrays


def claim(key: Any, name: str, numbers: Any) -> ArrayEvidence:
    item = key.readings(name)[0]
    flat = np.array(numbers, dtype=float)
    return ArrayEvidence(item, flat.shape, flat.ravel().tolist(), [0.0] * flat.size, False)


def test_the_program_with_the_students_arrays_in_it() -> None:
    key = key_of(*NET)
    node, output = key.record.graph.by_label, key.record.output
    own_z = [[0.5, 1.0], [2.0, -1.0], [0.25, 0.75]]
    world = own_world(
        key.run, output, [claim(key, "Z", own_z), claim(key, "dL/dA", G), claim(key, "dL/dZ", X)], node["Z"]
    )
    assert world is not None
    a = np.tanh(own_z)
    assert array(world.values[node["A"]]) == pytest.approx(a)
    assert array(world.values[node["Y"]]) == pytest.approx(a @ V)
    assert array(world.upstream[node["A"]]).tolist() == G
    assert array(world.upstream[node["Z"]]) == pytest.approx(np.array(G) * (1 - a**2))  # but its own
    assert array(world.upstream[node["W"]]) == pytest.approx(np.array(X).T @ (np.array(G) * (1 - a**2)))
    assert array(world.upstream[node["V"]]) == pytest.approx(a.T @ np.array(G))
    assert world.pinned == {node["A"]}
    assert own_world(key.run, output, [claim(key, "dL/dZ", X)], node["Z"]) is None
    assert own_world(key.run, output, [claim(key, "Z", [[1.0, 2.0]])], node["W"]) is None  # of another shape
    kept = own_world(key.run, output, [claim(key, "dL/dZ", X)], node["W"])
    assert kept is not None
    assert array(kept.upstream[node["W"]]) == pytest.approx(np.array(X).T @ np.array(X))


def test_a_wrong_value_has_its_own_slope_and_a_wrong_shape_goes_on() -> None:
    world = world_of(*NET)
    node = world.graph.by_label
    own = world_of("a = exp(z); L = sum(a*g)", {"z": [0.5, 1], "g": [2, 3]})
    changed = WrongWorld(own, Changes(values={own.graph.by_label["a"]: own.A.make((2,), [1.5, 2.5])}))
    assert array(changed.upstream[own.graph.by_label["z"]]).tolist() == [3.0, 7.5]
    g = np.arange(15.0).reshape(3, 5)
    wide = world.A.make((3, 5), g.ravel().tolist())
    wrong = WrongWorld(world, Changes(totals={node["Y"]: lambda a, edges, terms: wide}))
    assert array(wrong.upstream[node["V"]]) == pytest.approx(array(world.values[node["A"]]).T @ g)
    assert wrong.upstream[node["A"]] is None  # which has 2 columns, and not 5
