"""Wrong pullbacks of arrays, each worked out in NumPy: by the words in which it is told, or by a table of formulas."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gradcli.homework.diagnosis.array_predictions import Edit, _flow_edits
from gradcli.homework.diagnosis.array_worlds import World
from gradcli.homework.diagnosis.array_wrong_losses import without_keepdims
from gradcli.homework.diagnosis.array_wrong_products import broadcast_shape
from gradcli.homework.diagnosis.array_wrong_slopes import SLOPES
from gradcli.homework.diagnosis.array_wrong_sums import unsummed

from .array_sheets import key_of

np: Any = pytest.importorskip("numpy")

Z, G = [[0.5, -1, 0.2], [1, 0.3, 2]], [[1, 3, -2], [0.5, 2, 4]]
TALL = {"X": [[1, 2], [3, 4], [5, 6]], "W": [[1, 2, 3, 4], [5, 6, 7, 9]],
        "G": [[1, 0, 2, 1], [0, 1, 1, 3], [2, 1, 0, 1]]}  # fmt: skip
SQUARE = {"A": [[1, 2], [3, 4]], "B": [[2, 1], [0, 3]], "G": [[1, 2], [5, 7]]}
BIAS = {"X": [[1, 2], [3, 4], [5, 6]], "b": [1, 1], "G": [[1, 2], [3, 5], [7, 11]]}
MATVEC = {"W": [[1, 2], [3, 4], [5, 6]], "x": [1, 2], "g": [1, 10, 100]}
LAYERS = {"X": [[1, 2], [3, -1], [0.5, 4]], "W": [[1, -1], [1, 1]], "V": [[1], [2]], "G": [[1], [10], [3]]}


def world_of(program: str, values: dict[str, Any]) -> World:
    """The right arrays of a program."""
    run = key_of(program, values).run
    output = run.record.output
    return World(run.A, run.record.graph, run.values, run.upstream(output), output)


def array(x: Any) -> Any:
    return np.array(x.entries, dtype=float).reshape(x.shape)


def at_one_place(world: World, node: int) -> dict[str, tuple[Edit, Any]]:
    """The wrong pullbacks along one edge to a node, by `id tag`, with what flows back."""
    found = {}
    for edit in _flow_edits(world, range(len(world.graph.nodes)), long=False):
        if edit.nodes == (node,) and len(edit.changes.flows) == 1:
            (flow,) = edit.changes.flows.values()
            found[f"{edit.mistake.id} {edit.tag}".strip()] = (edit, array(flow(None)))  # type: ignore[arg-type]
    return found


def computed(formula: str, arrays: dict[str, Any]) -> Any:
    names = {"sum": np.sum, "mean": np.mean, "outer": np.outer, "np": np}
    return eval(re.sub(r"\$([vg]\d+)", r"\1", formula), {**names, **arrays})


def said(text: str, arrays: dict[str, Any], right: Any) -> Any:
    """What the words of a wrong pullback of a product or a sum say that was done; None where they have no formula."""
    what, _, instead = text.partition(" in the place of ")
    if without := re.match(r"(.*) without \$(\w+): ones", text):
        return computed(without[1], {**arrays, without[2]: np.ones_like(arrays[without[2]])})
    if text.endswith(" in every entry"):
        return np.full(right.shape, computed(text.removesuffix(" in every entry"), arrays))
    if text.startswith("a reshape of the transpose"):
        return computed(instead, arrays).T.reshape(right.shape)
    if " itself, not summed over" in text:
        return computed(text.partition(" itself")[0], arrays)
    return computed(what.partition(", the values,")[0], arrays) if instead else None


OF_ENTRIES = [
    "own-operand",
    "dropped-local",
    "factor-again",
    "matmul-for-times",
    "updated",
    "not-differentiated",
    "upside-down",
]
PRODUCTS: list[tuple[str, dict[str, Any]]] = [
    ("Y = X@W; L = sum(Y*G)", TALL), ("Y = A@B; L = sum(Y*G)", SQUARE), ("v = W@x; L = sum(v*g)", MATVEC),
    ("v = W@x; L = sum(v*g)", {"W": [[1, 2], [3, 4]], "x": [1, 2], "g": [3, 5]}),
    ("v = x@W; L = sum(v*g)", {"W": [[1, 2, 3], [3, 4, 7]], "x": [1, 2], "g": [3, 5, 9]}),
    ("v = x@W; L = sum(v*g)", {"W": [[1, 2], [3, 4]], "x": [1, 2], "g": [3, 5]}),
    ("L = dot(x, y)*c", {"x": [1, 2], "y": [3, 5], "c": 7}),
    ("O = outer(x, y); L = sum(O*G)", {"x": [1, 2], "y": [3, 5, 9], "G": [[1, 2, 4], [5, 7, 6]]}),
    ("Z = X@W; A = relu(Z); Y = A@V; L = sum(Y*G)", LAYERS),
    ("Z = W@X + b; L = sum(Z*G)", {"W": [[1, 2], [3, 4], [5, 6]], "X": [[1, 2, 0, 1], [3, 5, 2, 7]],
                                   "b": [[1], [2], [3]], "G": [[1, 0, 2, 1], [0, 1, 1, 3], [2, 1, 0, 1]]}),
    ("Y = X + b; L = sum(Y*G)", BIAS), ("Y = X - b; L = sum(Y*G)", {**BIAS, "b": [[1], [2], [0.5]]}),
    ("Y = b - X; L = sum(Y*G)", BIAS), ("Y = X + b; L = sum(Y*G)", {**BIAS, "b": 3}),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values"), PRODUCTS)
def test_what_is_said_is_what_was_done(program: str, values: dict[str, Any]) -> None:
    """`$v0 @ $g2 in the place of $v0.T @ $g2`: the first is the wrong pullback, the second the right one."""
    world = world_of(program, values)
    arrays = {f"v{i}": array(x) for i, x in enumerate(world.values)}
    arrays |= {f"g{i}": array(x) for i, x in enumerate(world.upstream) if x is not None}
    count = 0
    for node in world.graph.inputs.values():
        if not world.users[node]:
            continue
        (edge,) = world.users[node]
        right = array(world.flow(*edge))
        for name, (edit, made) in at_one_place(world, node).items():
            what, _, instead = edit.text.partition(" in the place of ")
            if edit.mistake.id == "matmul-for-times":
                assert edit.tag == "turned" or made == pytest.approx(computed(what, arrays)), name
            if edit.mistake.id in OF_ENTRIES or "what arrives" in edit.text:
                continue
            if "@" in instead:
                assert computed(instead, arrays) == pytest.approx(right), name
            found = said(edit.text, arrays, right)
            if found is not None:
                shape = made.shape if edit.mistake.id == "mean-for-sum" else np.shape(found)
                assert made == pytest.approx(found.reshape(shape)), (name, edit.text)
                count += 1
    assert count > 4


# Where each mistake can be made, and where it cannot: of a product of matrices, of a matrix and a vector, of a bias.
ELSEWHERE = "wrong-input wrong-upstream updated"
TRIED: list[tuple[str, dict[str, Any], str, str]] = [
    ("Y = X@W; L = sum(Y*G)", TALL, "X", "transposed, reshaped operand, reshaped product, reshaped upstream"),
    ("Y = X@W; L = sum(Y*G)", TALL, "W", "transposed, reshaped operand, reshaped product, reshaped upstream, "
     "outer-of-sums sums, outer-of-sums mean, outer-of-sums means, one-sample first, one-sample last"),
    ("Y = A@B; L = sum(Y*G)", SQUARE, "A", "transposed, elementwise, elementwise  summed over axis 0, "
     "elementwise  summed over axis 1, elementwise .T, elementwise .T summed over axis 0, "
     "elementwise .T summed over axis 1, dims-by-luck G@B, dims-by-luck G.T@B, dims-by-luck G.T@B.T, dims-by-luck B@G, "
     "dims-by-luck B.T@G, dims-by-luck B.T@G.T, skipped"),
    ("Y = A@B; L = sum(Y*G)", SQUARE, "B", "transposed, elementwise, elementwise  summed over axis 0, "
     "elementwise  summed over axis 1, elementwise .T, elementwise .T summed over axis 0, "
     "elementwise .T summed over axis 1, dims-by-luck G@B, dims-by-luck G@B.T, dims-by-luck G.T@B.T, dims-by-luck B@G, "
     "dims-by-luck B@G.T, dims-by-luck B.T@G.T, outer-of-sums sums, outer-of-sums mean, outer-of-sums means, "
     "one-sample first, one-sample last, skipped"),
    ("v = W@x; L = sum(v*g)", MATVEC, "W", "outer-order in the wrong order"),
    ("v = W@x; L = sum(v*g)", MATVEC, "x", "elementwise .T, outer-of-sums sums, outer-of-sums mean, one-sample first, "
     "one-sample last"),
    ("v = W@x; L = sum(v*g)", {"W": [[1, 2], [3, 4]], "x": [1, 2], "g": [3, 5]}, "x", "elementwise, elementwise .T, "
     "dims-by-luck, outer-of-sums sums, outer-of-sums mean, one-sample first, one-sample last, skipped"),
    ("v = W@x; L = sum(v*g)", {"W": [[1, 2], [3, 4]], "x": [1, 2], "g": [3, 5]}, "W",
     "outer-order in the wrong order, outer-order as a dot product, elementwise"),
    ("v = x@W; L = sum(v*g)", {"W": [[1, 2], [3, 4]], "x": [1, 2], "g": [3, 5]}, "x",
     "elementwise, elementwise .T, dims-by-luck, skipped"),
    ("Y = X + b; L = sum(Y*G)", BIAS, "b", "no-sum, wrong-axis axis 1, wrong-axis axis 1, as a mean, "
     "wrong-axis all axes, wrong-axis all axes, as a mean, wrong-axis all axes, in every entry, "
     "mean-for-sum, one-row first, one-row last"),
    ("Y = X + b; L = sum(Y*G)", {**BIAS, "b": [[1, 1]]}, "b",
     "no-sum, wrong-axis axis 1, wrong-axis axis 1, as a mean, "
     "wrong-axis all axes, wrong-axis all axes, as a mean, wrong-axis all axes, in every entry, mean-for-sum, "
     "one-row first, one-row last"),
    ("Y = X + b; L = sum(Y*G)", {**BIAS, "b": 3}, "b", "no-sum, wrong-axis axis 0, wrong-axis axis 0, as a mean, "
     "wrong-axis axis 1, wrong-axis axis 1, as a mean, mean-for-sum, one-row first, one-row last"),
    ("B = A.T; L = sum(B*G)", {"A": SQUARE["A"], "G": SQUARE["G"]}, "A", "transposed not undone"),
    ("m = max(X, axis=1); L = sum(m*g)", {"X": [[1, 4], [3, 2]], "g": [5, 7]}, "X", "max-to-all"),
    ("L = sum(W[i]*G)", {"W": [[1, 1], [1, 1]], "i": [0, 1, 0], "G": [[1, 2], [3, 4], [5, 6]]}, "W",
     "overwritten last, overwritten first"),
    ("L = sum(W[i]*G)", {"W": [[1, 1], [1, 1], [2, 2]], "i": [0, 1, 2], "G": [[1, 2], [3, 4], [5, 6]]}, "W", ""),
    ("v = var(x); L = 1*v", {"x": [1, 2, 6]}, "x", "n-minus-one"), ("v = var(x); L = 1*v", {"x": [1, 6]}, "x", ""),
    ("m = mean(x); L = m**2", {"x": [1, 2, 6, 7]}, "x", "n-minus-one"),
    ("m = mean(x); L = m**2 + sum(y)", {"x": [1, 2, 6, 7], "y": [1, 2, 3]}, "x", ""),  # 3 is the size of y
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "name", "expected"), TRIED)
def test_mistakes_are_tried_where_they_can_be_made(
    program: str, values: dict[str, Any], name: str, expected: str
) -> None:
    world = world_of(program, values)
    tried = at_one_place(world, world.graph.inputs[name])
    found = {one for one in tried if one.split()[0] not in ELSEWHERE.split()}
    assert found == {*re.split(r", (?!as a|in every)", expected)} - {""}


# ---- rules that have a table of formulas

P = np.exp(Z) / np.exp(Z).sum(1, keepdims=True)
OF_SOFTMAX: dict[str, Any] = {
    "diagonal": lambda g, p: g * p * (1 - p), "unsummed": lambda g, p: g * p, "none": lambda g, p: g,
    "jacobian sign": lambda g, p: -p * (g - (g * p).sum(1, keepdims=True)),
    "sum alone": lambda g, p: -p * (g * p).sum(1, keepdims=True),
    "plain mean": lambda g, p: p * (g - g.mean(1, keepdims=True)),
    "plain sum": lambda g, p: p * (g - g.sum(1, keepdims=True)), "axis 0": lambda g, p: p * (g - (g * p).sum(0)),
}  # fmt: skip
OF_LOG_SOFTMAX: dict[str, Any] = {
    "log diagonal": lambda g, p: g * (1 - p), "none": lambda g, p: g, "once": lambda g, p: g - p,
    "shares": lambda g, p: p * (g - (g * p).sum(1, keepdims=True)),
}  # fmt: skip


@pytest.mark.parametrize(("function", "rules"), [("softmax", OF_SOFTMAX), ("log_softmax", OF_LOG_SOFTMAX)])
def test_wrong_rules_of_softmax(function: str, rules: dict[str, Any]) -> None:
    world = world_of(f"p = {function}(z); L = sum(p*g)", {"z": Z, "g": G})
    found = at_one_place(world, world.graph.inputs["z"])
    assert set(found) == {f"softmax-diagonal {tag}" for tag in rules}
    for tag, rule in rules.items():
        assert found[f"softmax-diagonal {tag}"][1] == pytest.approx(rule(np.array(G), P)), tag


def through(p: Any, g: Any) -> Any:
    return p * (g - (g * p).sum(1, keepdims=True))


ENTROPY: dict[str, Any] = {
    "logarithm": lambda z, p, y: -y / p, "logarithm plus": lambda z, p, y: y / p, "true": lambda z, p, y: -y * (1 - p),
    "true plus": lambda z, p, y: y * (1 - p), "others": lambda z, p, y: p * (1 - y),
    "true share": lambda z, p, y: p * y,
    "target": lambda z, p, y: -y, "target plus": lambda z, p, y: p + y, "ones": lambda z, p, y: p - 1,
    "ones minus": lambda z, p, y: 1 - p, "scores": lambda z, p, y: z - y, "logs": lambda z, p, y: np.log(p) - y,
    "softmax": lambda z, p, y: p * (1 - p), "twice": lambda z, p, y: (p - y) * p * (1 - p),
    "jacobian": lambda z, p, y: through(p, p - y), "squares": lambda z, p, y: through(p, 2 * (p - y)),
    "squares diagonal": lambda z, p, y: 2 * (p - y) * p * (1 - p), "square": lambda z, p, y: (p - y) ** 2,
    "times shares": lambda z, p, y: p * (p - y), "exponentials": lambda z, p, y: np.exp(z) - y,
    "sigmoid": lambda z, p, y: 1 / (1 + np.exp(-z)) - y, "over all": lambda z, p, y: np.exp(z) / np.exp(z).sum() - y,
    "axis 0": lambda z, p, y: np.exp(z) / np.exp(z).sum(0) - y,
}  # fmt: skip
OTHERS: dict[str, Any] = {"no-target": lambda z, p, y: p, "wrong-sign-of-loss": lambda z, p, y: y - p}
KEEPDIMS: dict[str, Any] = {
    "sum": lambda z: np.exp(z) / np.exp(z).sum(1),
    "sum after max": lambda z: np.exp(z - z.max(1)[:, None]) / np.exp(z - z.max(1)[:, None]).sum(1),
    "max": lambda z: np.exp(z - z.max(1)) / np.exp(z - z.max(1)).sum(1, keepdims=True),
    "sum and max": lambda z: np.exp(z - z.max(1)) / np.exp(z - z.max(1)).sum(1),
}  # fmt: skip
SQUARE_SCORES = [*Z, [1, 1.5, 0.7]]


def classes(labels: list[int]) -> dict[str, list[int]]:
    """At which class the 1 is taken off wrongly, for the scores Z or SQUARE_SCORES."""
    return {"before": [(k - 1) % 3 for k in labels], "after": [(k + 1) % 3 for k in labels],
            "largest": [0, 2, 1][: len(labels)], "smallest": [1, 1, 2][: len(labels)],
            "first label": [labels[0]] * len(labels), "last label": [labels[-1]] * len(labels),
            "next row": labels[1:] + labels[:1], "row before": labels[-1:] + labels[:-1]}  # fmt: skip


@pytest.mark.parametrize(("scores", "labels"), [(Z, [2, 1]), (SQUARE_SCORES, [2, 0, 1])])
@pytest.mark.parametrize("program", ["L = mean(cross_entropy(z, y))", "L = -mean(log(pick(softmax(z), y)))",
                                     "L = -mean(pick(log_softmax(z), y))"])  # fmt: skip
def test_wrong_rules_of_cross_entropy(program: str, scores: list[list[float]], labels: list[int]) -> None:
    """p - y over N, however the loss is written; the mistakes are told from what softmax alone may be mixed up with."""
    world = world_of(program, {"z": scores, "y": labels})
    found = at_one_place(world, world.graph.inputs["z"])
    z, n = np.array(scores), len(scores)
    p, y, eye = np.exp(z) / np.exp(z).sum(1, keepdims=True), np.eye(3)[labels], np.eye(3)
    expected = {f"cross-entropy-rule {tag}": rule(z, p, y) / n for tag, rule in ENTROPY.items()}
    expected |= {name: rule(z, p, y) / n for name, rule in OTHERS.items()}
    expected |= {f"wrong-class {tag}": (p - eye[own]) / n for tag, own in classes(labels).items() if own != labels}
    counted = y.sum(0)
    expected |= {"wrong-places number": (p - np.array(labels)[:, None]) / n,
                 "wrong-places columns": (p - (counted > 0)) / n,
                 "wrong-places counted": (p - counted) / n,
                 "wrong-places rows": (p - np.isin(range(n), labels)[:, None]) / n}  # fmt: skip
    expected |= {"early-factor shares": p / n - y, "early-factor targets": p - y / n}
    if n == 3:
        expected |= {f"cross-entropy-rule {tag}": (rule(z) - y) / n for tag, rule in KEEPDIMS.items()}
        expected["wrong-places transposed"] = (p - y.T) / n
    own = {name: made for name, (_, made) in found.items() if not name.startswith("softmax-diagonal")}
    for name, right in expected.items():
        if name in own:
            assert own[name] == pytest.approx(right), name
    assert set(own) <= set(expected)
    told = {name for name, right in expected.items() if right == pytest.approx((p - y) / n)}
    assert set(expected) - set(own) <= told


def test_wrong_rules_of_targets_that_are_shares() -> None:
    y = np.array([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])
    world = world_of("L = sum(cross_entropy(z, y))", {"z": Z, "y": y.tolist()})
    found = at_one_place(world, world.graph.inputs["z"])
    expected = {f"cross-entropy-rule {tag}": rule for tag, rule in ENTROPY.items()} | OTHERS
    assert set(found) == set(expected)
    for name, rule in expected.items():
        assert found[name][1] == pytest.approx(rule(np.array(Z), P, y)), name


def test_keepdims_is_forgotten_in_square_scores_by_rows_alone() -> None:
    world = world_of("L = sum(z*z)", {"z": SQUARE_SCORES})
    z = world.values[world.graph.inputs["z"]]
    assert set(without_keepdims(world.A, z, 1)) == set(KEEPDIMS)
    assert without_keepdims(world.A, z, 0) == {}
    assert without_keepdims(world.A, world_of("L = sum(z*z)", {"z": Z}).values[0], 1) == {}


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


OF_SLOPES: dict[str, Any] = {
    "tanh": lambda z, a: 1 - a**2, "sigmoid": lambda z, a: a * (1 - a), "relu": lambda z, a: z > 0,
    "relu of the value": lambda z, a: a > 0, "tanh at the input": lambda z, a: 1 - z**2,
    "sigmoid at the input": lambda z, a: z * (1 - z), "tanh of the input": lambda z, a: 1 - np.tanh(z) ** 2,
    "sigmoid of the input": lambda z, a: sigmoid(z) * (1 - sigmoid(z)), "not squared": lambda z, a: 1 - a,
    "square": lambda z, a: a**2, "square of the rest": lambda z, a: (1 - a) ** 2, "plus": lambda z, a: 1 + a**2,
    "plus sigmoid": lambda z, a: a * (1 + a), "minus": lambda z, a: a**2 - 1, "double": lambda z, a: 2 * a,
    "double taken off": lambda z, a: 1 - 2 * a, "input": lambda z, a: z, "closed": lambda z, a: z < 0,
    "leaky": lambda z, a: np.where(z > 0, 1, 0.01), "sign": lambda z, a: np.sign(z),
    "upside down": lambda z, a: 1 / (a * (1 - a)),
}  # fmt: skip


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu"])
def test_slopes_of_other_activations(name: str) -> None:
    z, g = np.array([0.4, -1.2, 0.7, 2.0]), np.array([2.0, 3.0, -0.5, 0.7])
    world = world_of(f"a = {name}(z); L = sum(a*g)", {"z": z.tolist(), "g": g.tolist()})
    a = array(world.values[world.graph.by_label["a"]])
    found = at_one_place(world, world.graph.inputs["z"])
    tags = {one.removeprefix("other-slope ") for one in found if one.startswith("other-slope")}
    own = {tag for tag, (_, _, besides) in SLOPES.items() if name not in besides}
    if name == "relu":
        own.discard("upside down")  # a division by 0
    assert tags == own | {"tanh of the gradient", "sigmoid of the gradient"}
    for tag in own:
        assert found[f"other-slope {tag}"][1] == pytest.approx(g * OF_SLOPES[tag](z, a)), tag
    assert found["other-slope tanh of the gradient"][1] == pytest.approx(g * (1 - g**2))
    assert found["other-slope sigmoid of the gradient"][1] == pytest.approx(g * g * (1 - g))
    h = 1e-6
    slope = (array(world_of(f"a = {name}(z); L = sum(a)", {"z": (z + h).tolist()}).values[1]) - a) / h
    near = pytest.approx
    assert found["slope-added"][1] == near(g + slope, abs=1e-4)
    assert found["upstream-left-out alone"][1] == near(slope, abs=1e-4)
    assert found["upstream-left-out $v0"][1] == near(slope * z, abs=1e-4)
    assert found["gate-on-gradient"][1] == near(np.where(g > 0, g, 0))
    assert ("slope-twice" in found) == (name != "relu")
    if name != "relu":
        assert found["slope-twice"][1] == near(g * slope**2, abs=1e-4)


# ---- shapes


@pytest.mark.parametrize(("shapes", "expected"), [
    (((2, 3), (3,)), (2, 3)), (((2, 1), (1, 3)), (2, 3)), (((2, 3), (2,)), None), (((), (2,)), (2,)), (((1,), (1,)),
    (1,)),
    (((4, 1, 3), (2, 1)), (4, 2, 3)), (((2, 3), (2, 3), (1, 4)), None),
])  # fmt: skip
def test_arrays_grow_together(shapes: tuple[tuple[int, ...], ...], expected: tuple[int, ...] | None) -> None:
    assert broadcast_shape(*shapes) == expected


# What flows back to an argument that grew, before it is summed: G times the other factor. Nothing where none grew; a
# number times an array has rows of its own.
X, G3 = np.array(BIAS["X"], float), np.array(BIAS["G"], float)
GROWN = {"X": BIAS["X"], "G": BIAS["G"], "b": [2, 3], "s": 2, "u": [[1, 2]]}


@pytest.mark.parametrize(("program", "name", "expected"), [
    ("Z = X + b", "b", G3), ("Z = X - b", "b", -G3), ("Z = X*b", "b", G3 * X), ("Z = X*u", "u", G3 * X),
    ("Z = X/u", "u", -G3 * X / np.array([[1, 4]])), ("Z = X + s", "s", G3), ("Z = s - X", "s", G3),
    ("Z = X*s", "s", None), ("Z = s/X", "s", None), ("Z = X*X", "X", None), ("Z = b + X", "X", None),
])  # fmt: skip
def test_what_flows_back_before_the_sum(program: str, name: str, expected: Any) -> None:
    world = world_of(f"{program}; L = sum(Z*G)", {n: x for n, x in GROWN.items() if n in f"{program} G"})
    labels = world.graph.by_label
    (k,) = [k for i, k in world.users[labels[name]] if i == labels["Z"]][:1]
    found = unsummed(world.edge(labels["Z"], k))
    assert (found is None) == (expected is None)
    if found is not None:
        assert array(found) == pytest.approx(expected)
