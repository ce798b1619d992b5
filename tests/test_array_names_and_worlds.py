"""What follows from one wrong array, what arrays are called, and which of equally good explanations are told."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework.claims.array_items import ArrayItem
from gradcli.homework.claims.items import UPSTREAM, VALUE
from gradcli.homework.claims.tolerance import USUAL
from gradcli.homework.diagnosis.array_mistakes import ArrayMistake
from gradcli.homework.diagnosis.array_names import Names, has_names, listed, reshaped_text
from gradcli.homework.diagnosis.array_predicted import Prediction, Predictions
from gradcli.homework.diagnosis.array_predictions import Edit, edits
from gradcli.homework.diagnosis.array_suspects import (
    MAX_WORK,
    ArraySuspects,
    _is_said_more_plainly,
    _may_close,
    _Suspect,
    _told,
)
from gradcli.homework.diagnosis.array_worlds import (
    Changes,
    WrongWorld,
    entrywise_from,
    misfit_flow,
    numbers,
    same,
    scaled,
)
from gradcli.homework.diagnosis.array_wrong_layers import layers, mixed_up, spread_factors, without_biases

from .array_sheets import key_of

np: Any = pytest.importorskip("numpy")

from .test_array_wrong_rules import array, world_of  # noqa: E402

NET = ("Z = X@W + b; A = tanh(Z); Y = A@V + c; L = sum(Y*G)", {
    "X": [[1, 2], [3, -1], [0.5, 1]], "W": [[0.5, -1, 0.2], [0.3, 1, 0.7]], "b": [0.1, 0.2, 0.3],
    "V": [[1, 2], [2, 0.5], [-1, 1]], "c": [0.5, 0.7], "G": [[1, 2], [10, 3], [4, 5]]})  # fmt: skip


def entries(*numbers: float, shape: tuple[int, ...] | None = None) -> Any:
    A = world_of("L = sum(x)", {"x": [1.0, 2]}).A
    return A.make(shape or (len(numbers),), list(numbers))


@pytest.mark.parametrize(("a", "b", "expected"), [
    ([1.0, 2], [1.0, 2], True), ([1.0, 2 + 1e-9], [1.0, 2], True), ([1.0, 2 + 3e-9], [1.0, 2], False),
    ([1e-13, 1.0], [0.0, 1.0], True), ([2e-12, 1.0], [0.0, 1.0], False), ([1.0, 2, 3], [1.0, 2], False),
    ([0.0, 0], [0.0, 0], True), ([-1.0, 2], [1.0, 2], False),
])  # fmt: skip
def test_arrays_are_one_up_to_rounding(a: list[float], b: list[float], expected: bool) -> None:
    assert same(entries(*a), entries(*b)) is expected
    assert scaled(entries(*a), -2.0).entries == [-2 * x for x in a]


def test_a_wrong_array_changes_what_follows_and_nothing_else() -> None:
    world = world_of(*NET)
    node = world.graph.by_label
    X, W, b, V, c, G = (array(world.values[node[name]]) for name in ("X", "W", "b", "V", "c", "G"))
    Z = X @ W + b + 1
    wrong = WrongWorld(world, Changes(values={node["Z"]: world.A.make((3, 3), Z.ravel().tolist())}))
    A = np.tanh(Z)
    for name, right in (("A", A), ("Y", A @ V + c), ("L", ((A @ V + c) * G).sum())):
        assert array(wrong.values[node[name]]) == pytest.approx(right)
    dZ = (G @ V.T) * (1 - A**2)
    for name, right in (("V", A.T @ G), ("Z", dZ), ("W", X.T @ dZ), ("b", dZ.sum(0)), ("X", dZ @ W.T),
                        ("G", A @ V + c)):  # fmt: skip
        assert array(wrong.upstream[node[name]]) == pytest.approx(right), name
    assert not {node["X"], node["W"], node["b"]} & wrong.values.keys()
    assert wrong.gradient(node["c"]) is not None
    assert array(wrong.gradient(node["c"])) == pytest.approx(G.sum(0))


def test_a_world_pins_what_was_handed_in_and_leaves_out_what_nobody_asks_for() -> None:
    from gradcli.homework.diagnosis.array_worlds import World

    right = world_of(*NET)
    node = right.graph.by_label
    change = Changes(totals={node["Y"]: lambda a, edges, terms: scaled(terms[0], 2.0)})
    free = WrongWorld(right, change)
    assert array(free.upstream[node["W"]]) == pytest.approx(2 * array(right.upstream[node["W"]]))
    parts = (right.A, right.graph, right.values, right.upstream, right.output)
    pinned = WrongWorld(World(*parts, pinned=[node["Z"]]), change)
    assert node["Z"] not in pinned.upstream
    assert node["W"] not in pinned.upstream
    assert node["V"] in pinned.upstream
    unasked = WrongWorld(World(*parts, unasked=[node["V"], node["Z"]]), change)
    assert node["V"] not in unasked.upstream
    assert node["Z"] in unasked.upstream  # what W hangs on


@pytest.mark.parametrize(("operation", "k", "shape", "expected"), [
    ("matmul", 1, (3, 5), (2, 5)), ("matmul", 1, (2, 2), None), ("matmul", 0, (5, 3), (5, 2)),
    ("matmul", 0, (5, 2), None),
    ("add", 1, (3, 5), (5,)), ("add", 0, (3, 5), (3, 5)), ("matmul", 1, (3,), None),
])  # fmt: skip
def test_work_goes_on_with_a_matrix_of_a_wrong_shape(
    operation: str, k: int, shape: tuple[int, ...], expected: tuple[int, ...] | None
) -> None:
    world = world_of("Y = X@W + b; L = sum(Y*Y)", {"X": [[1, 2], [3, 4], [5, 6]], "W": [[1, 2, 3], [4, 5, 7]],
                                                  "b": [1, 2, 3]})  # fmt: skip
    node = next(node for node in world.graph.nodes if node.operation.name == operation)
    g = world.A.make(shape, [float(j) for j in range(int(np.prod(shape)))])
    found = misfit_flow(node, k, g, [world.values[a] for a in node.arguments])
    assert (None if found is None else found.shape) == expected
    if expected == (2, 5):
        assert array(found) == pytest.approx(np.array([[1, 2], [3, 4], [5, 6]]).T @ np.arange(15).reshape(3, 5))
    if expected == (5,):
        assert array(found) == pytest.approx(np.arange(15).reshape(3, 5).sum(0))


def test_what_is_computed_from_a_node_entry_by_entry() -> None:
    world = world_of("z = X@w; a = tanh(z); c = a*2 + X@v; L = sum(c)",
                     {"X": [[1, 2], [3, 4]], "w": [1, 2], "v": [1, 0]})  # fmt: skip
    found = entrywise_from(world.edge(world.graph.by_label["z"], 1))
    assert [world.graph.labels[i] for i in found if i in world.graph.named.values()] == ["z", "a", "c"]
    long = world_of("a = tanh(x); " + "".join(f"a{k} = {'a' if k == 1 else f'a{k - 1}'}*2; " for k in range(1, 20))
                    + "L = sum(a19)", {"x": [1, 2]})  # fmt: skip
    assert len(entrywise_from(long.edge(long.graph.by_label["a"], 0))) == 12


# ---- layers


def test_layers_and_their_biases() -> None:
    world = world_of(*NET)
    labels = world.graph.labels
    found = layers(world)
    assert [labels[world.graph.nodes[layer.i].arguments[layer.k]] for layer in found] == ["X", "W", "V"]
    own = {labels[world.graph.nodes[one.i].arguments[one.k]]: one for one in found}
    biases = {name: [labels[world.graph.nodes[j].arguments[k]] for j, k in one.biases] for name, one in own.items()}
    assert (biases["W"], biases["V"]) == (["b"], ["c"])


def test_biases_left_out_of_the_whole_forward_pass() -> None:
    world = world_of(*NET)
    (spread,) = without_biases(world)
    wrong = WrongWorld(world, spread.changes)
    X, W, V, G = (array(world.values[world.graph.by_label[name]]) for name in ("X", "W", "V", "G"))
    assert array(wrong.values[world.output]) == pytest.approx(((np.tanh(X @ W) @ V) * G).sum())
    assert list(without_biases(world_of("L = sum(X@W + b)", {"X": [[1, 2]], "W": [[1, 2], [3, 4]], "b": [1, 2]}))) == []


def test_two_layers_the_wrong_way_round() -> None:
    square = {"X": [[1, 2], [3, -1]], "W": [[0.5, -1], [0.3, 1]], "b": [0.1, 0.2], "V": [[1, 2], [2, 0.5]],
              "c": [0.5, 0.7], "G": [[1, 2], [10, 3]]}  # fmt: skip
    world = world_of(NET[0], square)
    node = world.graph.by_label
    X, G = (array(world.values[node[name]]) for name in ("X", "G"))
    A, dZ = array(world.values[node["A"]]), array(world.upstream[node["Z"]])
    found = {(spread.tag, spread.nodes): WrongWorld(world, spread.changes) for spread in mixed_up(world)}
    w, v, b, c = (node[name] for name in ("W", "V", "b", "c"))
    alone = found["gradients", (w, v)]
    assert array(alone.upstream[w]) == pytest.approx(X.T @ G)
    assert array(alone.upstream[v]) == pytest.approx(A.T @ dZ)
    assert b not in alone.upstream
    both = next(one for (tag, _), one in found.items() if tag == "gradients of biases too" and b in one.upstream)
    assert array(both.upstream[b]) == pytest.approx(G.sum(0))
    assert array(both.upstream[c]) == pytest.approx(dZ.sum(0))
    values = found["values", (w, v)]
    assert array(values.upstream[w]) == pytest.approx(A.T @ dZ)
    assert array(values.upstream[v]) == pytest.approx(X.T @ G)


def test_of_many_layers_none_are_taken_for_each_other() -> None:
    for count in (6, 7):
        lines = [f"a{k} = W{k}@{f'a{k - 1}' if k else 'X'}" for k in range(count)]
        values = {"X": [[1, 2], [2, 1]], **{f"W{k}": [[1, k], [0, 1]] for k in range(count)}}
        world = world_of("; ".join([*lines, f"L = sum(a{count - 1}*a{count - 1})"]), values)
        found = len(layers(world))
        pairs = {spread.nodes for spread in mixed_up(world)}
        assert found == count + 1  # X is an operand, too
        assert not pairs
    five = world_of("; ".join([*(f"a{k} = W{k}@{f'a{k - 1}' if k else 'x'}" for k in range(6)), "L = sum(a5*a5)"]),
                    {"x": [1, 2], **{f"W{k}": [[1, k], [0, 1]] for k in range(6)}})  # fmt: skip
    assert len(layers(five)) == 6
    assert len({spread.nodes for spread in mixed_up(five)}) == 15


def test_a_factor_in_all_weights_and_in_all_biases() -> None:
    world = world_of(*NET)
    node = world.graph.by_label
    groups = {spread.nodes for spread in spread_factors(world)}
    names = {frozenset(world.graph.labels[i] for i in group) for group in groups}
    assert {frozenset("bc"), frozenset("AX")} & names
    for spread in spread_factors(world):
        if spread.tag.startswith("-1 ") and set(spread.nodes) == {node["b"], node["c"]}:
            wrong = WrongWorld(world, spread.changes)
            assert array(wrong.upstream[node["b"]]) == pytest.approx(-array(world.upstream[node["b"]]))
            assert set(wrong.upstream) == {node["b"], node["c"]}


# ---- names


def test_arrays_are_called_as_a_student_knows_them() -> None:
    world = world_of(*NET)
    names, node = Names(world), world.graph.by_label
    product = world.graph.nodes[node["Z"]].arguments[0]
    assert has_names(world.graph)[product] is False
    assert names.value(node["Z"]) == "Z"
    assert names.value(product) == "X@W"
    assert names.gradient(node["Z"]) == "dL/dZ"
    assert names.gradient(product) == "dL/dZ"  # it has the same gradient
    assert names.filled(f"$v{node['X']}.T @ $g{product}") == "X.T @ dL/dZ"
    assert names.filled(f"$v{product} * 2") == "(X@W) * 2"
    assert names.filled(f"$v{node['X']}.T.T @ 2") == "X @ 2"
    assert names.filled(f"tanh'($v{node['X']})**2") == "tanh'(X)**2"
    assert names.where((node["Z"],), is_value=True) == "at Z = X@W + b"
    assert names.where((product,), is_value=True) == "at X@W"
    assert names.where((node["W"], node["b"]), is_value=False) == "at dL/dW and dL/db"
    assert names.where((product, node["Z"]), is_value=False) == "at dL/dZ"
    assert names.where((world.output,), is_value=False) == "in all gradients"
    assert names.where((node["W"], node["Z"]), is_value=True) == "at W and Z"
    scaled_net = world_of("Z = 3*(X@W); L = sum(Z*Z)", {"X": [[1, 2]], "W": [[1], [3]]})
    inner = next(i for i, one in enumerate(scaled_net.graph.nodes) if one.operation.name == "matmul")
    assert Names(scaled_net).gradient(inner) == "dL/d(X@W)"
    assert Names(scaled_net).where((inner,), is_value=False) == "at the gradient of X@W"


def test_a_gradient_is_called_by_the_next_name_that_has_the_same() -> None:
    world = world_of(
        "Z = (X@W + b) + c; L = sum(Z*Z)", {"X": [[1, 2]], "W": [[1, 2], [3, 4]], "b": [1, 2], "c": [3, 4]}
    )
    product = next(i for i, node in enumerate(world.graph.nodes) if node.operation.name == "matmul")
    assert Names(world).gradient(product) == "dL/dZ"
    assert Names(world).gradient(world.users[product][0][0]) == "dL/dZ"


@pytest.mark.parametrize(("entries", "fits"), [
    ([1.0, 2.0], True), ([1.0, float("inf")], False), ([1.0, float("nan")], False), ([1.0, None], False), (None, False),
])  # fmt: skip
def test_what_has_no_numbers_is_nothing(entries: list[Any] | None, fits: bool) -> None:
    A = world_of("L = sum(x)", {"x": [1.0, 2]}).A
    found = numbers(lambda: None if entries is None else A.make((2,), entries))
    assert (found is not None) is fits

    def fails() -> Any:
        raise ZeroDivisionError

    assert numbers(fails) is None


def test_a_mistake_made_wherever_it_can_be() -> None:
    """In two layers with tanh: the slope taken twice in both, and in neither layer alone."""
    program = "A = tanh(X@W); B = tanh(A@V); L = sum(B*G)"
    values = {"X": [[1.0, 2], [3, -1]], "W": [[0.5, -1], [0.3, 1]], "V": [[1.0, 2], [2, 0.5]], "G": [[1.0, 2], [10, 3]]}
    world = world_of(program, values)
    X, W, V, G = (np.array(values[name]) for name in "XWVG")
    A = np.tanh(X @ W)
    B = np.tanh(A @ V)
    twice = [edit for edit in edits(world) if edit.mistake.id == "slope-twice"]
    both = [edit for edit in twice if len(edit.nodes) == 2]
    assert len(twice) == 3
    assert len(both) == 1
    found = WrongWorld(world, both[0].changes)
    dA = (G * (1 - B**2) ** 2) @ V.T
    assert array(found.upstream[world.graph.by_label["W"]]) == pytest.approx(X.T @ (dA * (1 - A**2) ** 2))
    assert array(found.upstream[world.graph.by_label["V"]]) == pytest.approx(A.T @ (G * (1 - B**2) ** 2))


@pytest.mark.parametrize(("names", "expected"), [
    (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), (["a", "b", "c", "d"], "a, b, c and d"),
    (["a", "b", "c", "d", "e"], "a, b, c and 2 more"), (list("abcdefg"), "a, b, c and 4 more"),
])  # fmt: skip
def test_lists_in_words(names: list[str], expected: str) -> None:
    assert listed(names) == expected


def test_the_shape_of_a_reshape() -> None:
    assert (reshaped_text((2, 3)), reshaped_text((4,))) == ("2, 3", "4")


def test_a_mistake_in_words() -> None:
    mistake = ArrayMistake("m", "the {tag} of it", said={"a": "said"}, anywhere={"b": "anywhere"})
    assert (mistake.in_words("a", "text"), mistake.in_words("b", "text"), mistake.in_words("b")) == (
        "said", "text", "anywhere")  # fmt: skip
    assert mistake.in_words("c") == "the c of it"


# ---- predictions


def test_entries_of_a_predicted_array() -> None:
    whole = Prediction(entries(1, 2, 3, 4, shape=(2, 2)), [])
    assert whole.taken(ArrayItem(UPSTREAM, 0, -1, (2, 2))) is whole.array
    some = whole.taken(ArrayItem(UPSTREAM, 0, -1, (2,), (3, 0)))
    assert some is not None
    assert (some.shape, some.entries) == ((2,), [4, 1])
    assert whole.taken(ArrayItem(UPSTREAM, 0, -1, (2,), (0, 4))) is None
    assert whole.taken(ArrayItem(UPSTREAM, 0, -1, (2,), (4, 0))) is None
    assert Prediction(None, []).taken(ArrayItem(UPSTREAM, 0, -1, (1,), (0,))) is None


def test_mistakes_that_predict_the_same_stand_together() -> None:
    world = world_of("L = sum(x*x)", {"x": [1.0, 2]})
    x = world.graph.by_label["x"]
    pairs = [(edit, WrongWorld(world, edit.changes)) for edit in edits(world)]
    found = Predictions(pairs).of(ArrayItem(UPSTREAM, x, -1, (2,)))
    looks = [(p.array.shape, *p.array.entries) for p in found if p.array is not None]
    assert len(looks) == len(set(looks))
    orders = [k for p in found for k in p.edits]
    assert len(orders) == len(set(orders)) == sum(x in world.upstream for _, world in pairs)
    assert Predictions(pairs, {world.output}).of(ArrayItem(UPSTREAM, x, -1, (2,))) == []
    assert Predictions(pairs).of(ArrayItem(VALUE, x, -1, (2,))) == []


# ---- what is told


def edit(id: str, *nodes: int, tag: str = "", common: int = 2, is_value: bool = False) -> Edit:
    return Edit(ArrayMistake(id, id, common=common), tag, nodes, is_value, Changes())


def suspects(*made: Edit) -> list[_Suspect]:
    return [_Suspect(one, order) for order, one in enumerate(made)]


def told(*made: Edit, values: bool = False) -> list[list[tuple[str, int]]]:
    return [[(s.edit.mistake.id, s.edit.nodes[0]) for s in group] for group in _told(suspects(*made), values=values)]


def test_which_of_equally_good_explanations_are_told() -> None:
    assert told(edit("a", 1), edit("a", 5), edit("b", 2)) == [[("a", 5), ("a", 1)], [("b", 2)]]
    assert told(edit("a", 1, tag="x"), edit("a", 1, tag="y")) == [[("a", 1)], [("a", 1)]]
    # a wrong value only where a value is claimed, or there is nothing else
    assert told(edit("a", 1), edit("v", 2, is_value=True)) == [[("a", 1)]]
    assert told(edit("a", 1), edit("v", 2, is_value=True), values=True) == [[("a", 1)], [("v", 2)]]
    assert told(edit("v", 2, is_value=True)) == [[("v", 2)]]
    # a factor only where no other mistake is told of its place
    assert told(edit("a", 1), edit("factor", 1)) == [[("a", 1)]]
    assert told(edit("a", 1), edit("factor", 2)) == [[("a", 1)], [("factor", 2)]]
    assert told(edit("sign", 1), edit("factor", 1)) == [[("sign", 1)], [("factor", 1)]]
    # what another one says more plainly
    assert told(edit("wrong-upstream", 1), edit("a", 2)) == [[("a", 2)]]
    assert told(edit("wrong-upstream", 1), edit("sign", 2)) == [[("wrong-upstream", 1)], [("sign", 2)]]
    assert told(edit("power-kept", 1), edit("wrong-residual", 2)) == [[("wrong-residual", 2)]]


def test_which_mistake_says_it_more_plainly() -> None:
    assert _is_said_more_plainly("wrong-upstream", {"wrong-upstream", "a"})
    assert not _is_said_more_plainly("wrong-upstream", {"wrong-upstream", "factor", "n-missing"})
    assert not _is_said_more_plainly("a", {"a", "wrong-residual"})


def test_what_may_make_everything_0() -> None:
    assert [_may_close(one) for one in (edit("gate-closed", 1), edit("sign", 1), edit("v", 1, is_value=True))] == [
        True, False, True]  # fmt: skip


def test_the_rank_of_a_suspect() -> None:
    """Most claims first, then fewest places, most exact ones, the commonest, the first."""
    one, wide, rare, late = suspects(edit("a", 1), edit("a", 1, 2), edit("a", 1, common=3), edit("a", 1))
    for suspect in (one, wide, rare, late):
        suspect.exact.add(0)
    more, close = suspects(edit("a", 1, 2), edit("a", 1))
    more.exact.update((0, 1))
    close.close.add(0)
    ranked = sorted([close, late, rare, wide, one, more], key=lambda s: s.rank)
    assert ranked == [more, one, late, rare, close, wide]
    assert (more.weight, one.weight, wide.weight) == ((2, -2), (1, -1), (1, -2))


def test_of_a_program_that_is_too_large_nothing_is_known() -> None:
    size = int((MAX_WORK / 3) ** 0.5) - 2
    for extra, able in ((0, True), (40, False)):
        n = size + extra
        run = key_of("L = sum(A*A)", {"A": [[1.0 + (j % 7) for j in range(n)]] * n}).run
        assert ArraySuspects(run, USUAL)._is_able is able
    overflowing = key_of("L = sum(x*x)", {"x": [1e200, 1]}).run
    assert not ArraySuspects(overflowing, USUAL)._is_able
