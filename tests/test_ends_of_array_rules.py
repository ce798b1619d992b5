"""Where wrong rules of arrays end: what they say nothing of, how many of a kind are tried, which sizes are known."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.diagnosis.array_divisors import divisors, factors, program_sizes
from gradcli.homework.diagnosis.array_predictions import _total_edits
from gradcli.homework.diagnosis.array_worlds import MOST_OTHERS, Edge, World, WrongWorld
from gradcli.homework.diagnosis.array_wrong_layers import mixed_up, spread_factors
from gradcli.homework.diagnosis.array_wrong_losses import without_keepdims
from gradcli.homework.diagnosis.array_wrong_operands import _others, wrong_operand, wrong_upstream
from gradcli.homework.diagnosis.array_wrong_sums import grown_axes, other_summed
from gradcli.homework.diagnosis.array_wrong_totals import Total, another, penalties, without_kind
from gradcli.homework.diagnosis.array_wrong_values import Step, both_grow, wrong_count
from gradcli.record.array_point import ArrayPoint

np: Any = pytest.importorskip("numpy")

from .test_array_wrong_rules import (  # noqa: E402
    ENTROPY,
    OTHERS,
    SQUARE_SCORES,
    P,
    Z,
    array,
    at_one_place,
    world_of,
)

A, B, G = [[1.0, 2], [3, 5]], [[2.0, 1], [0, 3]], [[1.0, 2], [5, 7]]


def edge_to(world: World, name: str, use: int = 0) -> Edge:
    return world.edge(*world.users[world.graph.by_label[name]][use])


def total_at(world: World, name: str) -> Total:
    a = world.graph.by_label[name]
    return Total(world, a, world.users[a], [flow for i, k in world.users[a] if (flow := world.flow(i, k)) is not None])


# ---- products


def test_an_array_that_is_written_down_has_no_gradient_to_be_taken_for_it() -> None:
    world = world_of("Y = A@[[2, 1], [0, 3]]; L = sum(Y*G)", {"A": A, "G": G})
    tags = [wrong.tag for wrong in wrong_operand(edge_to(world, "A"))]
    assert [tag for tag in tags if tag.startswith("$g")] == []
    assert "ones" in tags


def test_an_array_that_is_written_down_is_not_taken_for_another() -> None:
    world = world_of("Y = A@B; L = sum(Y*[[1, 2], [5, 7]])", {"A": A, "B": B})
    found = [world.graph.labels[i] for i in _others(edge_to(world, "A"), world.graph.by_label["B"])]
    assert found == ["A", "Y", "v1"]


def test_of_products_of_many_matrices_no_other_gradient_is_tried() -> None:
    flat = world_of("Y = A@B; L = sum(Y*Y)", {"A": A, "B": B})
    deep = world_of("Y = A@B; L = sum(Y*Y)", {"A": [A], "B": [B]})
    assert list(wrong_upstream(edge_to(flat, "A")))
    assert list(wrong_upstream(edge_to(deep, "A"))) == []


def test_a_power_lacks_its_coefficient_only_where_that_is_no_number() -> None:
    """Beside a number it is a factor, which has a row of its own."""
    own = {"x": [1.5, 2.0], "y": [2.5, 3.0], "g": [1.0, 2.0]}
    found = at_one_place(world_of("p = x**y; L = sum(p*g)", own), 0)
    lacking = np.array(own["g"]) * np.array(own["x"]) ** (np.array(own["y"]) - 1)
    assert found["power-no-coefficient"][1] == pytest.approx(lacking)
    assert "power-no-coefficient" not in at_one_place(
        world_of("p = x**3; L = sum(p*g)", {"x": own["x"], "g": own["g"]}), 0
    )


def test_factors_are_left_out_or_taken_twice_of_products_and_above_a_bar() -> None:
    """By hand with g = 1: of a*b the gradient of a is b, of a/b it is 1/b; below the bar other rules say it."""
    a, b = np.array([2.0, 3]), np.array([4.0, 5])
    made: dict[str, dict[str, Any]] = {}
    for sign in "*/":
        world = world_of(f"q = a{sign}b; L = sum(q)", {"a": a.tolist(), "b": b.tolist()})
        for name in "ab":
            found = at_one_place(world, world.graph.by_label[name])
            made[f"{name} {sign}"] = {
                tag: array.tolist() for tag, (_, array) in found.items() if tag.startswith(("factor-again", "dropped"))
            }
    one = [1.0, 1.0]
    assert made == {
        "a *": {"dropped-local": one, "factor-again again": (b * b).tolist(),
                "factor-again upside down": (1 / b).tolist()},
        "b *": {"dropped-local": one, "factor-again again": (a * a).tolist(),
                "factor-again upside down": (1 / a).tolist()},
        "a /": {"dropped-local": one, "factor-again again": (1 / b / b).tolist(),
                "factor-again upside down": b.tolist()},
        "b /": {},
    }  # fmt: skip


@pytest.mark.parametrize(("q", "tags"), [
    ("x*0.5", {"dropped-local", "factor-again again", "factor-again upside down"}),
    ("x/0.5", {"dropped-local", "factor-again again", "factor-again upside down"}),
    ("x*2", set()), ("x/2", set()),  # what counts something has rows of its own
    ("x*[0, 3]", {"dropped-local", "factor-again again"}),  # a division by 0
    ("x*[[1, 2], [3, 4]]", {"dropped-local"}),  # what flows back is summed first
])  # fmt: skip
def test_which_factors_are_taken_wrongly(q: str, tags: set[str]) -> None:
    found = at_one_place(world_of(f"q = {q}; L = sum(q)", {"x": [2.0, 3]}), 0)
    assert {tag for tag in found if tag.startswith(("factor-again", "dropped"))} == tags


# ---- softmax and activations


def test_targets_that_are_shares_beside_a_logarithm_of_softmax() -> None:
    y = np.array([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])
    world = world_of("L = -sum(y*log_softmax(z))", {"z": Z, "y": y.tolist()})
    found = at_one_place(world, world.graph.inputs["z"])
    expected = {f"cross-entropy-rule {tag}": rule for tag, rule in ENTROPY.items()} | OTHERS
    rows = ("cross-entropy-rule", "wrong-class", "wrong-places", "early-factor", *OTHERS)
    own = {name: made for name, (_, made) in found.items() if name.startswith(rows)}
    assert set(own) == set(expected)
    for name, rule in expected.items():
        assert own[name] == pytest.approx(rule(np.array(Z), P, y)), name


def test_keepdims_is_forgotten_in_matrices_alone() -> None:
    cube = world_of("L = sum(z*z)", {"z": [[[1.0, 2], [3, 4]], [[1, 0], [2, 5]]]})
    assert without_keepdims(cube.A, cube.values[0], 1) == {}
    square = world_of("L = sum(z*z)", {"z": SQUARE_SCORES})
    assert without_keepdims(square.A, square.values[0], 1)


def test_a_value_of_0_is_not_above_0() -> None:
    """Where it is 0, as silu is at 0, the slope of relu by the value is 0."""
    found = at_one_place(world_of("a = silu(z); L = sum(a*g)", {"z": [0.0, 2, -1], "g": [3.0, 5, 7]}), 0)
    assert found["other-slope relu of the value"][1].tolist() == [0, 5, 0]


# ---- sums and paths


@pytest.mark.parametrize(("b", "axes"), [([[1]], (0,)), ([1], (0,)), (2, (0, 1)), ([[1], [2], [3]], ())])
def test_an_axis_of_size_1_beside_one_does_not_grow(b: Any, axes: tuple[int, ...]) -> None:
    world = world_of("Y = X + b; L = sum(Y*Y)", {"X": [[1.0], [2], [3]], "b": b})
    assert grown_axes(edge_to(world, "b")) == axes


def test_of_values_those_of_the_shape_of_a_sum_are_taken_for_its_gradient() -> None:
    """Not what is computed from them in another shape."""
    world = world_of("z = x + b; a = tanh(z); M = a*W; L = sum(M)",
                     {"x": [1.0, 2], "b": 0.5, "W": [[1.0, 2], [3, 4], [5, 6]]})  # fmt: skip
    node = world.graph.by_label
    found = {wrong.tag for wrong in other_summed(edge_to(world, "b"))}
    assert {f"$v{node['z']}", f"$v{node['a']}"} <= found
    assert f"$v{node['M']}" not in found


def test_kinds_of_paths_are_told_apart_among_twelve() -> None:
    program = " + ".join([*(f"sum(x*y)*{k}" for k in range(1, 13)), "sum(x**2)"])
    total = total_at(world_of(f"L = {program}", {"x": [1.0, 2], "y": [4.0, 5]}), "x")
    assert len(total.terms) == 13
    assert list(without_kind(total)) == []
    fewer = Total(total.world, total.a, total.edges[:12], total.terms[:12])
    assert {wrong.tag: array(wrong.array).tolist() for wrong in without_kind(fewer)} == {
        "**": [4.0 * 77, 5.0 * 77], "*": [2.0, 4.0]}  # fmt: skip  # 77 is 2 + 3 + ... + 12


def chain(length: int) -> World:
    """A program in which every node has a gradient of its own."""
    steps = "; ".join(f"a{k} = a{k - 1}*1.5" for k in range(1, length))
    return world_of(f"a0 = x*x; {steps}; L = sum(a{length - 1})", {"x": [1.0, 3]})


@pytest.mark.parametrize(("length", "found"), [(20, 18), (130, MOST_OTHERS)])
def test_other_gradients_are_tried_up_to_a_limit_in_long_programs(length: int, found: int) -> None:
    """In a short one all of them but that of the node's own user."""
    world = chain(length)
    assert world.is_long is (length > 120)
    tags = [wrong.tag for wrong in another(total_at(world, "a0"))]
    assert len(tags) == found


PENALISED = {"W": [1.0, 2], "V": [3.0, 5], "b": [1.0, 4], "x": [2.0, 7]}


def test_penalties_with_rates_of_their_own() -> None:
    world = world_of("L = sum(x*b) + 0.5*sum(W**2) + 0.1*sum(V*V)", PENALISED)
    node = world.graph.by_label
    assert penalties(world) == {node["W"]: pytest.approx(1.0), node["V"]: pytest.approx(0.2)}
    made = {e.tag: WrongWorld(world, e.changes).upstream[node["b"]] for e in _total_edits(world, [node["b"]])
            if e.mistake.id == "penalised"}  # fmt: skip
    assert {tag: g.entries for tag, g in made.items() if g} == {
        "W": pytest.approx([2 + 1.0, 7 + 4.0]), "V": pytest.approx([2 + 0.2, 7 + 0.8])}  # fmt: skip


@pytest.mark.parametrize("program", [
    "L = sum(x*b) + sum(V*V + W**2)", "L = sum(x*b)*sum(V) + sum(sum(W**2, axis=0)*x)",
    "s = sum(W**2); L = sum(x*b) + sum(V)",
])  # fmt: skip
def test_other_sums_of_squares_are_no_penalty(program: str) -> None:
    """One of more than squares, one along an axis, one that the output has nothing of."""
    values = {**PENALISED, "W": [[1.0, 2], [3, 4]]} if "axis" in program else PENALISED
    assert penalties(world_of(program, values)) == {}


# ---- values


def test_another_count_is_told_beside_the_own_divisor() -> None:
    """In a program with a mean over 3 rows and one over 4 columns, each is told with its own."""
    world = world_of("m = mean(X, axis=0); n = mean(Y, axis=1); L = sum(m*m) + sum(n*n)",
                     {"X": [[1.0, 2], [3, 5], [1, 0]], "Y": [[1.0, 2, 3, 4], [2, 3, 5, 1]]})  # fmt: skip
    x, y = (f"$v{world.graph.by_label[name]}" for name in "XY")
    told = {}
    for name in "mn":
        i = world.graph.by_label[name]
        step = Step(world, i, world.values[i], [world.values[a] for a in world.graph.nodes[i].arguments])
        told[name] = {wrong.tag: wrong.text for wrong in wrong_count(step)}
    assert told["m"]["4"] == f"a division by 4, the columns of {y}, instead of by 3, the rows of {x}"
    assert told["n"]["3"] == f"a division by 3, the rows of {x}, instead of by 4, the columns of {y}"
    assert told["m"].keys() ^ told["n"].keys() == {"3", "4"}


@pytest.mark.parametrize(("x", "grows"), [([1.0, 2, 3], 2), ([[1.0, 2, 3]], 2), ([[[1.0, 2, 3]]], 0), ([1.0], 0)])
def test_a_vector_of_three_axes_does_not_grow(x: Any, grows: int) -> None:
    world = world_of("d = x - y; L = sum(d*d)", {"x": x, "y": x})
    i = world.graph.by_label["d"]
    assert len(list(both_grow(Step(world, i, world.values[i], [world.values[0], world.values[1]])))) == grows


# ---- layers


def test_what_is_computed_from_numbers_alone_is_no_layer() -> None:
    world = world_of("c = 3*ones(2); h = tanh(W@c); k = tanh(V@h); v = U@k; L = v@v",
                     {"W": [[1, 2], [3, 5]], "V": [[1, 2], [3, 4]], "U": [[1, 0], [2, 1]]})  # fmt: skip
    node = world.graph.by_label
    groups = {frozenset(spread.nodes) for spread in spread_factors(world)}
    assert groups == {frozenset(node[name] for name in "WVU"), frozenset(node[name] for name in "hk")}


@pytest.mark.parametrize(("program", "b"), [
    ("Z = W@X + b; s = sum(Z, axis=1); v = V@s + c; L = v@v", [[1], [2]]),
    ("Z = X@W + b; s = sum(Z, axis=0); v = s@V + c; L = v@v", [1, 2]),
])  # fmt: skip
def test_layers_of_matrices_and_of_vectors_have_no_values_in_common(program: str, b: Any) -> None:
    """What flows to W has no numbers with a vector in the place of X, nor V with a matrix, nor b with dL/dv."""
    world = world_of(program, {"W": A, "X": B, "b": b, "V": [[1, 2], [3, 4]], "c": [5]})
    node = world.graph.by_label
    found = {spread.tag: WrongWorld(world, spread.changes) for spread in mixed_up(world) if node["W"] in spread.nodes}
    assert found["values"].upstream[node["W"]] is None
    assert found["values"].upstream[node["V"]] is None
    both = found["gradients of biases too"]
    assert both.upstream[node["b"]] is None
    assert both.upstream[node["c"]] is None


# ---- divisors


@pytest.mark.parametrize(("below", "found"), [("1", []), ("2", [2]), ("9999999", [9999999]), ("10000000", []),
                                              ("2.5", [])])  # fmt: skip
def test_which_numerals_below_a_bar_count_something(below: str, found: list[int]) -> None:
    graph = ArrayPoint({}).parsed(Source("program", f"sum(x)/{below}"), {"x": (3,)})
    assert divisors(graph) == found


def test_no_factor_is_1_and_none_is_told_twice() -> None:
    shapes = {"X": (4, 2), "W": (2, 4), "y": (4,)}
    found = factors(ArrayPoint({}).parsed(Source("program", "mean(cross_entropy(X@W, y))/2"), shapes))
    assert all(factor.factor != 1 for factor in found)
    assert len({(factor.factor, factor.words) for factor in found}) == len(found)


def test_of_many_sizes_the_first_sixteen_are_known() -> None:
    names = "abcdefghijklmnopqr"
    graph = ArrayPoint({}).parsed(
        Source("program", " + ".join(f"sum({name})" for name in names)),
        {name: (k + 2,) for k, name in enumerate(names)},
    )
    assert program_sizes(graph).numbers == list(range(2, 18))
    known = [*names[:16], "z"]  # the size of z is that of a, which it meets
    graph = ArrayPoint({}).parsed(
        Source("program", " + ".join([*(f"sum({name})" for name in names[:16]), "sum(a*z)"])),
        {**{name: (k + 2,) for k, name in enumerate(known)}, "z": (2,)},
    )
    places = [place for own in program_sizes(graph).kinds.values() for place in own]
    assert (graph.inputs["z"], 0) in places


def test_the_entries_of_an_array_are_as_many_turned_round() -> None:
    graph = ArrayPoint({}).parsed(Source("program", "B = A.T; sum(B@c) + sum(A)"), {"A": (2, 3), "c": (2,)})
    assert program_sizes(graph).words(6) == "all entries of $v0"
