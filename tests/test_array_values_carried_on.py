"""After a wrong value the work goes on with another program: its values and its gradients are those of that program."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.array_items import ArrayItem, readings
from gradcli.homework.claims.items import STEP
from gradcli.homework.claims.tolerance import USUAL
from gradcli.homework.diagnosis.array_axes import axis_groups
from gradcli.homework.diagnosis.array_entry_rules import dropped, factor_again
from gradcli.homework.diagnosis.array_evidence import ArrayEvidence
from gradcli.homework.diagnosis.array_mistakes import SPREAD, ArrayMistake
from gradcli.homework.diagnosis.array_predictions import Edit, _value_edits, edits
from gradcli.homework.diagnosis.array_suspects import ArraySuspects, _About, _Suspect
from gradcli.homework.diagnosis.array_worlds import Changes, World, WrongWorld
from gradcli.homework.diagnosis.array_wrong_operands import _other_gradients, flipped
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
from gradcli.homework.marking.array_key import ArrayKey
from gradcli.record.array_gradient import evaluate_arrays
from gradcli.record.array_values import array_of
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of

from .array_sheets import key_of

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


# ---- the same, again and not at all


@pytest.mark.parametrize(("a", "b", "expected"), [
    ([[1.0, 2], [2, 5]], [[2.0, 1], [0, 3]], {"a@b.T", "a.T@b.T", "b@a", "a*b"}),  # a.T is a
    ([[2.0, 1], [0, 3]], [[1.0, 2], [2, 5]], {"a.T@b", "a.T@b.T", "b@a", "a*b"}),
    ([[2.0, 0], [0, 3]], [[1.0, 0], [0, 5]], set()),
])  # fmt: skip
def test_what_changes_nothing_is_no_mistake(a: Any, b: Any, expected: set[str]) -> None:
    world = world_of("Y = a@b; L = sum(Y*Y)", {"a": a, "b": b})
    found = {edit.tag for edit in _value_edits(world) if edit.mistake.id == "value-dims"}
    assert found == expected


DEEP = ("U = relu(X@S); Z = U@W + b; A = tanh(Z); Y = A@T; L = sum(Y*G)", {
    "X": [[1.0, 2], [3, -1]], "S": [[1.0, 0.5], [-1, 2]], "W": [[1.0, -1], [1, 2]], "b": [0.5, -0.5],
    "T": [[1.0, 3], [2, -2]], "G": [[1.0, 2], [10, 3]]})  # fmt: skip


def test_gradients_that_are_one_are_tried_once() -> None:
    """That of U@W is that of Z; those behind it are tried all the same."""
    world = world_of(*DEEP)
    label = world.graph.by_label
    (edge,) = world.users[label["T"]]
    found = _other_gradients(world.edge(*edge))
    gradients = [array(world.upstream[i]).tolist() for i in found]
    assert len(gradients) == len({str(g) for g in gradients})
    assert {label[name] for name in "UZA"} <= {*found}
    assert label["Y"] not in found
    assert not {*world.graph.inputs.values()} & {*found}


def test_windows_on_either_side_are_multiplied_by_a_kernel() -> None:
    values = {"x": [[1.0, 2, 3], [4, 5, 6], [7, 8, 10]], "w": [1.0, 2, 3, 4], "g": [1.0, 10, 100, 1000]}
    world = world_of("y = w@windows(x, 2); L = sum(y*g)", values)
    (own,) = world.users[world.graph.by_label["w"]]
    rows = np.array([[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 10]])
    (kernel,) = flipped(world.edge(*own))
    (window,) = flipped(world.edge(own[0], 1))
    assert array(kernel.array).tolist() == (rows @ values["g"])[::-1].tolist()
    assert array(window.array).tolist() == np.outer([4, 3, 2, 1], values["g"]).tolist()


NETS: list[tuple[str, dict[str, Any]]] = [
    DEEP, ("h[0] = x; h[k] = tanh(W@h[k-1] + b) for k = 1..3; L = sum(h[3]*g) + 0.5*sum(W**2)", {
        "x": [0.1, 0.2], "W": [[0.5, -1.0], [0.3, 1.0]], "b": [0.2, 0.4], "g": [1.0, 3.0]}),
    ("Z = X@W + b; L = mean(cross_entropy(Z, y))", {
        "X": [[1.0, 2], [3, -1], [0.5, 4]], "W": [[1.0, -1, 0.5], [1, 2, 0.3]], "b": [0.1, 0.2, 0.3], "y": [0, 2, 1]}),
    ("L = sum(x*u) + sum(x**2) + sum(x*v)", {"x": [1.0, 2, 3], "u": U, "v": V}),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values"), NETS)
def test_an_edit_says_what_it_changes(program: str, values: dict[str, Any]) -> None:
    """Its nodes are those whose values, gradients or sums are wrong; no two edits are one; it has words."""
    world = world_of(program, values)
    found = list(edits(world))
    nodes = world.graph.nodes
    for edit in found:
        changes = edit.changes
        ends = {nodes[i].arguments[k] for i, k in changes.flows}
        assert edit.is_value is bool(changes.values)
        assert {*edit.nodes} == ({*changes.values} if edit.is_value else ends | {*changes.totals})
        assert len({*edit.nodes}) == len(edit.nodes) > 0
        assert edit.words
        assert "{" not in edit.words
    assert len({(e.mistake.id, e.tag, e.text, e.nodes, *e.changes.flows) for e in found}) == len(found)
    several = [edit for edit in found if len(edit.changes.flows) > 1 or len(edit.changes.totals) > 1]
    assert several
    assert all(edit.mistake.habit or edit.mistake.id in SPREAD for edit in several if not edit.is_value)


# ---- what a mistake is called at its place


@pytest.mark.parametrize(("program", "name", "rule", "expected"), [
    ("y = x*m; L = sum(y*g)", "x", dropped, ["the factor $v1 left out"]),
    ("y = x/m; L = sum(y*g)", "x", dropped, ["the division by $v1 left out"]),
    ("y = x**m; L = sum(y*g)", "x", dropped, ["the derivative of $v2 by $v0 left out"]),
    ("y = x*m; L = sum(y*g)", "x", factor_again,
     ["the factor $v1 twice", "a division by $v1 in the place of the factor"]),
    ("y = x/m; L = sum(y*g)", "x", factor_again,
     ["the division by $v1 twice", "the factor $v1 in the place of the division"]),
])  # fmt: skip
def test_factors_that_go_wrong_are_named(program: str, name: str, rule: Any, expected: list[str]) -> None:
    world = world_of(program, {"x": [1.0, 2, 3], "m": [2.0, 4, 5], "g": [1.0, 4, 7]})
    (edge,) = world.users[world.graph.by_label[name]]
    assert [wrong.text for wrong in rule(world.edge(*edge))] == expected


def suspect(order: int, *nodes: int, explained: set[int], is_value: bool = False) -> _Suspect:
    found = _Suspect(Edit(ArrayMistake("m", "m"), "", nodes, is_value, Changes()), order)
    found.exact.update(explained)
    return found


def test_a_right_array_denies_what_is_near_neither_the_truth_nor_itself() -> None:
    """Within 1 % of the truth 2 or, as a claim, of what is predicted; another shape is denied, and nothing is not."""
    key = key_of("L = sum(x*x)", {"x": [1.0, 3.0]})
    item = readings(key.record, "dL/dx")[0]
    claim = ArrayEvidence(item, (2,), [2.0, 5.95], [0.0] * 2, True)
    own, A = ArraySuspects(key.run, USUAL), key.run.A
    for first, denied in ((2.0, False), (2.0199, False), (2.0201, False), (2.021, True), (1.98, False), (1.979, True)):
        assert own._denies(claim, A.make((2,), [first, 6.0])) is denied
        assert own._denies(claim, A.make((2,), [first, 5.9])) is denied  # near the claim
        assert own._denies(claim, A.make((2,), [first, 5.8]))
    assert own._denies(claim, A.make((1, 2), [2.0, 6.0]))
    assert not own._denies(claim, None)


def test_where_a_mistake_was_made() -> None:
    """One that fits at the output and behind it: in all gradients, if it gives all that are claimed and several."""
    key = key_of(*DEEP)
    own = ArraySuspects(key.run, USUAL)
    label, output = key.record.graph.by_label, key.record.output
    sheet = [ArrayEvidence(readings(key.record, name)[0], (2, 2), [0.0] * 4, [0.0] * 4, False)
             for name in ("dL/dZ", "dL/dA", "Y")]  # fmt: skip
    z, a = label["Z"], label["A"]

    def where(*nodes: tuple[int, ...], explained: set[int], is_value: bool = False) -> str:
        group = [suspect(k, *one, explained=explained, is_value=is_value) for k, one in enumerate(nodes)]
        return own._where(group, _About(sheet))

    assert where((z,), explained={0}) == "at dL/dZ"
    assert where((z, a), (z, a), explained={0, 1}) == "at dL/dZ and dL/dA"
    assert where((a,), (output,), explained={0, 1}) == "in all gradients"
    assert where((a,), (output,), explained={0, 1, 2}) == "in all gradients"
    assert where((a,), (output,), explained={0}) == "somewhere on the way to dL/dZ"
    assert where((a,), (output,), explained={0, 2}) == "somewhere on the way to dL/dZ and Y"
    assert where((a,), (z,), explained={0}) == "at dL/dA, or on the way from there to dL/dZ"
    assert where((label["Y"],), (z,), explained={2}, is_value=True) == "at Y = A@T"


def test_what_is_kept_serves_sheets_that_ask_for_other_things() -> None:
    """The first sheet claims dL/dT, the second one dL/dS: both transposed."""
    key = key_of(*DEEP)
    own = ArraySuspects(key.run, USUAL)
    for name in ("dL/dT", "dL/dS"):
        item = readings(key.record, name)[0]
        right = key.run.of(item)
        assert right is not None
        wrong = array(right).T.ravel().tolist()
        (found, *_) = own.diagnose([ArrayEvidence(item, (2, 2), wrong, [0.0] * 4, False)])
        assert (found.mistake, found.where, found.explains) == ("transposed", f"at {name}", (0,))


# ---- a step


def test_an_input_that_nothing_depends_on_stays_as_it_is() -> None:
    given = {name: array_of(name, x) for name, x in {"x": [1.0, 2], "y": [3.0, 4]}.items()}
    request = Request(step=update_of("gd", "0.5", ascent=False, option="step"))
    record = evaluate_arrays(Source("program", "q = y*y; L = sum(x*x)"), given, request)
    run = ArrayKey(record, given, (), 0).run
    for name, expected in (("x", [0.0, 0.0]), ("y", [3.0, 4.0])):
        item = ArrayItem(STEP, record.graph.inputs[name], -1, (2,))
        found = run.of(item)
        entry = run.of(item._replace(shape=(), places=(1,)))
        assert found is not None
        assert entry is not None
        assert (found.entries, entry.shape, entry.entries) == (expected, (), expected[1:])
