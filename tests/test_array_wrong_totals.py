"""Wrong sums, values and layers of arrays, worked out in NumPy: factors, paths, residuals, forward passes, mix-ups."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.diagnosis.array_divisors import Divisor, factors, is_squared, program_sizes
from gradcli.homework.diagnosis.array_predictions import _total_edits, _value_edits
from gradcli.homework.diagnosis.array_worlds import World, WrongWorld
from gradcli.homework.diagnosis.array_wrong_residuals import _fraction, early_rules, residual_of, residual_rules
from gradcli.homework.diagnosis.array_wrong_totals import (
    Total,
    normalised,
    one_path,
    one_use,
    penalties,
    scaled_path,
    without_kind,
    without_path,
)
from gradcli.record.array_point import ArrayPoint

np: Any = pytest.importorskip("numpy")

from .test_array_wrong_rules import array, world_of  # noqa: E402

# ---- factors

SIGNS = {(-1, "sign"): 2, (2, "factor"): 2, (4, "factor"): 2, (-2, "sign"): 2, (Fraction(-1, 2), "sign"): 2}
FACTORS: list[tuple[str, dict[str, tuple[int, ...]], dict[tuple[Any, str], int]]] = [
    ("sum(x)", {"x": (2,)}, {(Fraction(1, 2), "factor"): 2, (Fraction(1, 2), "n-twice"): 2,
                             (Fraction(1, 4), "factor"): 2}),
    ("mean((X@w - y)**2)", {"X": (3, 2), "w": (2,), "y": (3,)}, {  # over 3 rows; there are 2 columns and 6 entries
        (3, "n-missing"): 1, (Fraction(1, 3), "n-twice"): 1, (Fraction(1, 2), "factor"): 1,
        (Fraction(3, 2), "n-wrong"): 3, (Fraction(1, 2), "n-twice"): 1, (Fraction(1, 6), "n-twice"): 3,
        (-3, "sign"): 2, (Fraction(1, 4), "factor"): 2, (6, "factor"): 2}),
    ("mean(cross_entropy(X@W, y))", {"X": (3, 2), "W": (2, 4), "y": (3,)}, {
        (3, "n-missing"): 1, (Fraction(1, 3), "n-twice"): 1, (Fraction(1, 2), "factor"): 2,
        (Fraction(3, 2), "n-wrong"): 3, (Fraction(1, 2), "n-twice"): 1,  # 2 columns, of no loss
        (Fraction(3, 4), "n-wrong"): 2, (Fraction(1, 4), "n-twice"): 1,  # 4 classes
        (Fraction(1, 6), "n-twice"): 3, (Fraction(3, 8), "n-wrong"): 3, (Fraction(1, 8), "n-twice"): 3,
        (Fraction(1, 12), "n-twice"): 2, (-3, "sign"): 2, (6, "factor"): 2, (8, "factor"): 2, (12, "factor"): 2}),
    ("sum(A*A)/6 + mean(B, axis=0)@c", {"A": (2, 2), "B": (2, 3), "c": (3,)}, {
        (6, "n-missing"): 1, (Fraction(1, 6), "n-twice"): 1, (2, "n-missing"): 1, (Fraction(1, 2), "n-twice"): 1,
        (Fraction(1, 2), "factor"): 1, (3, "n-wrong"): 2, (2, "n-wrong"): 2, (Fraction(2, 3), "n-wrong"): 2,
        (Fraction(1, 3), "n-twice"): 1, (Fraction(3, 2), "n-wrong"): 2, (Fraction(1, 2), "n-wrong"): 2,
        (Fraction(1, 4), "n-twice"): 2, (-6, "sign"): 2}),
]  # fmt: skip


@pytest.mark.parametrize(("program", "shapes", "expected"), FACTORS)
def test_factors_that_are_looked_for(
    program: str, shapes: dict[str, tuple[int, ...]], expected: dict[tuple[Any, str], int]
) -> None:
    """Each with how common it is, 1 to 3: a size that no loss or sum is over is seldom taken for one that is."""
    found = factors(ArrayPoint({}).parsed(Source("program", program), shapes))
    own = {(Fraction(factor.factor).limit_denominator(1000), factor.id): factor.common for factor in found}
    assert own == {**SIGNS, **expected}


def test_sizes_that_are_told_with_their_arrays() -> None:
    graph = ArrayPoint({}).parsed(
        Source("program", "mean(cross_entropy(X@W, y))"), {"X": (3, 2), "W": (2, 4), "y": (3,)}
    )
    sizes = program_sizes(graph)
    assert sizes.numbers == [3, 2, 4, 6, 8, 12]
    assert sizes.divisors() == [Divisor(3, sizes.divisors()[0].kind)]
    assert (sizes.words(3), sizes.words(2), sizes.words(12), sizes.words(7)) == (
        "the rows of $v0", "the columns of $v0", "all entries of $v2", "")  # fmt: skip
    assert sizes.words(4, sizes.divisors()[0].kind) == "the columns of $v2"  # an array that has the rows, too
    assert [sizes.common(n) for n in (3, 2, 4, 6, 8, 12)] == [2, 3, 2, 3, 3, 2]
    assert [sizes.makes_all(n, sizes.divisors()[0]) for n in (2, 6, 8, 12)] == [False, True, False, True]
    squares = ArrayPoint({}).parsed(Source("program", "mean((X@W - Y)**2)"), {"X": (3, 2), "W": (2, 4), "Y": (3, 4)})
    (own,) = program_sizes(squares).divisors()
    assert own.n == 12
    assert program_sizes(squares).words(3, own.kind) == "the rows of $v3"  # of Y, which has the 4 columns, too
    four = ArrayPoint({}).parsed(Source("program", "sum(a) + sum(b) + sum(c)"), {"a": (4,), "b": (4,), "c": (4,)})
    assert program_sizes(four).words(4) == ""  # three arrays are too many to be named
    two = ArrayPoint({}).parsed(Source("program", "sum(a) + sum(b)"), {"a": (4,), "b": (4,)})
    assert program_sizes(two).words(4) == "the entries of $v0 or the entries of $v2"


@pytest.mark.parametrize(("program", "half"), [
    ("(x@y)**2", "the factor 2 of the square left out"), ("sum(x*x)", "the factor 2 of the square left out"),
    ("sum(x*y)", "a factor 2 left out"),
])  # fmt: skip
def test_a_half_is_the_factor_of_a_square_that_is_there(program: str, half: str) -> None:
    found = factors(ArrayPoint({}).parsed(Source("program", program), {"x": (3,), "y": (3,)}))
    assert [factor.words for factor in found if factor.factor == 0.5] == [half]


@pytest.mark.parametrize(("program", "m", "expected"), [
    ("mean(cross_entropy(X@W, y))", 4, "a division by 4, the columns of $v2, instead of by 3, its rows"),
    ("mean(cross_entropy(X@W, y))", 2, "a division by 2, the columns of $v0, instead of by 3, its rows"),
    ("mean(cross_entropy(X@W, y))", 7, "a division by 7 instead of by 3"),
    # Two axes have 4: either may be meant, and neither is said to be beside the rows.
    ("mean(cross_entropy(X@W, y)) + sum(v)", 4,
     "a division by 4, the columns of $v2 or the entries of $v6, instead of by 3, the rows of $v0"),
    ("sum(X)/5 + sum(y)", 2, "a division by 2, the columns of $v0, instead of by 5"),  # which is no size
    ("sum(X)/2 + sum(y)", 3,
     "a division by 3, the rows of $v0 or the entries of $v4, instead of by 2, the columns of $v0"),
])  # fmt: skip
def test_a_division_by_another_size_in_words(program: str, m: int, expected: str) -> None:
    shapes = {"X": (3, 2), "W": (2, 4), "y": (3,), "v": (4,)}
    graph = ArrayPoint({}).parsed(
        Source("program", program), {n: s for n, s in shapes.items() if n in program.replace("entropy", "")}
    )
    sizes = program_sizes(graph)
    assert sizes.instead(m, sizes.divisors()[0]) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("x**2", True), ("x**3", False), ("x*x", True), ("x*y", False), ("x**y", False), ("x + x", False),
])  # fmt: skip
def test_squares(text: str, expected: bool) -> None:
    graph = ArrayPoint({}).parsed(Source("program", f"q = {text}; L = sum(q)"), {"x": (2,), "y": (2,)})
    assert is_squared(graph, graph.by_label["q"]) is expected


# ---- paths


def total_at(world: World, name: str) -> Total:
    a = world.graph.by_label[name]
    edges = world.users[a]
    return Total(world, a, edges, [flow for i, k in edges if (flow := world.flow(i, k)) is not None])


X, Y, C = np.array([1.0, 2, 3]), np.array([4.0, 5, 6]), np.array([7.0, 9, 2])
THREE = ("L = sum(x*y) + sum(x**2) + sum(x*z)", {"x": X.tolist(), "y": Y.tolist(), "z": C.tolist()})


def test_paths_by_hand() -> None:
    """Three paths of x, z + 2*x + y, the last first; of two none is told to be the only one."""
    total = total_at(world_of(*THREE), "x")
    parts = [C, 2 * X, Y]
    assert [array(w.array).tolist() for w in one_path(total)] == [p.tolist() for p in parts]
    assert [array(w.array).tolist() for w in without_path(total)] == [
        (sum(parts) - p).tolist() for p in parts]  # fmt: skip
    assert {w.tag: array(w.array).tolist() for w in one_use(total)} == {"first": Y.tolist(), "last": C.tolist()}
    found = {w.tag: array(w.array) for w in scaled_path(total)}
    assert set(found) == {f"{k} {f}" for k in range(3) for f in ("-1", "2", "0.5", "4", "0.25")}
    for tag, made in found.items():
        k, f = tag.split()
        assert made == pytest.approx(sum(parts) + (float(f) - 1) * parts[int(k)])
    assert {w.tag: array(w.array).tolist() for w in without_kind(total)} == {
        "*": (2 * X).tolist(), "**": (Y + C).tolist()}  # fmt: skip
    two = total_at(world_of("L = sum(x*y) + sum(x**2)", {"x": X.tolist(), "y": Y.tolist()}), "x")
    assert list(one_path(two)) == []
    assert len(list(without_path(two))) == 2
    one = total_at(world_of("L = sum(x*y)", {"x": X.tolist(), "y": Y.tolist()}), "x")
    assert [*one_path(one), *without_path(one), *scaled_path(one), *without_kind(one), *one_use(one)] == []


def test_many_paths_are_too_many() -> None:
    program = " + ".join(f"sum(x*y)*{k}" for k in range(1, 14))
    total = total_at(world_of(f"L = {program}", {"x": X.tolist(), "y": Y.tolist()}), "x")
    assert len(total.terms) == 13
    assert [*one_path(total), *without_path(total), *scaled_path(total), *without_kind(total)] == []
    fewer = Total(total.world, total.a, total.edges[:12], total.terms[:12])
    assert len(list(one_path(fewer))) == len(list(without_path(fewer))) == 12
    assert list(scaled_path(fewer)) == []
    assert len(list(scaled_path(Total(total.world, total.a, total.edges[:4], total.terms[:4])))) == 20
    assert list(scaled_path(Total(total.world, total.a, total.edges[:5], total.terms[:5]))) == []


def test_the_paths_through_one_operation_are_left_out_of_twelve_at_most() -> None:
    program = " + ".join(f"sum(x*y)*{k} + sum(x + y)*{k}" for k in range(1, 8))
    total = total_at(world_of(f"L = {program}", {"x": X.tolist(), "y": Y.tolist()}), "x")
    for count, kinds in ((2, 2), (12, 2), (13, 0)):
        found = list(without_kind(Total(total.world, total.a, total.edges[:count], total.terms[:count])))
        assert sorted(wrong.tag for wrong in found) == ["*", "+"][:kinds]


def test_other_sums_at_an_input() -> None:
    world = world_of("L = sum(x*y) + 0.5*sum(y**2)", {"x": [3.0, 4], "y": [1.0, 2]})
    x, y = (world.graph.by_label[name] for name in "xy")
    assert penalties(world) == {y: 1.0}
    (norm,) = normalised(total_at(world, "y"))
    assert array(norm.array) == pytest.approx(np.array([4, 6]) / np.sqrt(52))
    made = {
        (e.mistake.id, e.tag): WrongWorld(world, e.changes).upstream[x]
        for e in _total_edits(world, range(len(world.users)))
        if e.nodes == (x,)
    }
    arrays = {key: array(found) for key, found in made.items() if found is not None}
    g, w = np.array([1.0, 2]), np.array([3.0, 4])
    assert arrays["penalised", "y"] == pytest.approx(g + w)
    for rate in (0.1, 0.01, 1.0, 0.5, 0.05, 0.001, 0.2):
        assert arrays["step", f"value {rate:g}"] == pytest.approx(w - rate * g)
        for kind, sign in (("step", -1), ("rate", 1)):
            assert (("step", f"{kind} {rate:g}") in arrays) is (rate not in (1.0, 0.5))
            if rate not in (1.0, 0.5):
                assert arrays["step", f"{kind} {rate:g}"] == pytest.approx(sign * rate * g)
        assert ("step", f"decay {rate:g}") not in arrays  # the program has a penalty
    plain = world_of("L = sum(x*y)", {"x": [3.0, 4], "y": [1.0, 2]})
    decay = {
        e.tag: e for e in _total_edits(plain, range(len(plain.users))) if e.nodes == (0,) and e.tag.startswith("decay")
    }
    assert decay.keys() == {f"decay {rate:g}" for rate in (0.1, 0.01, 0.05, 0.001, 0.2)}  # 1 and 0.5 fit by chance
    found = WrongWorld(plain, decay["decay 0.1"].changes).upstream[0]
    assert found is not None
    assert array(found) == pytest.approx(g + 0.1 * w)


# ---- outputs and targets

A_MINUS_Y: dict[str, Any] = {
    "no target": lambda z, a, y, c: c * a, "target": lambda z, a, y, c: -c * y, "added": lambda z, a, y, c: c * (a + y),
    "square": lambda z, a, y, c: c * (a - y) ** 2, "size": lambda z, a, y, c: c * abs(a - y),
    "sign": lambda z, a, y, c: c * np.sign(a - y), "half sign": lambda z, a, y, c: c * np.sign(a - y) / 2,
}  # fmt: skip
OF_SIGMOID: dict[str, Any] = {
    "scores": lambda z, a, y, c: c * (z - y), "slope": lambda z, a, y, c: c * (a - y) * a * (1 - a),
    "slope of squares": lambda z, a, y, c: 2 * c * (a - y) * a * (1 - a),
    "true": lambda z, a, y, c: -c * y * (1 - a), "others": lambda z, a, y, c: c * (1 - y) * a,
    "plus": lambda z, a, y, c: -c * (y * (1 - a) + (1 - y) * a), "ratio": lambda z, a, y, c: -c * y / a,
    "rounded": lambda z, a, y, c: c * ((a > 0.5) - y), "slope alone": lambda z, a, y, c: c * a * (1 - a),
}  # fmt: skip


@pytest.mark.parametrize(("program", "c", "rules"), [
    ("L = mean((z - y)**2)", 2 / 3, A_MINUS_Y), ("L = sum((z - y)**2)/2", 1.0, A_MINUS_Y),
    ("a = sigmoid(z); L = -mean(y*log(a) + (1 - y)*log(1 - a))", 1 / 3, {**A_MINUS_Y, **OF_SIGMOID}),
])  # fmt: skip
def test_what_is_written_for_output_minus_target(program: str, c: float, rules: dict[str, Any]) -> None:
    z, y = np.array([0.5, -1.2, 0.7]), np.array([1.0, 0.0, 1.0])
    world = world_of(program, {"z": z.tolist(), "y": y.tolist()})
    i = world.graph.by_label["z"]
    a = 1 / (1 + np.exp(-z)) if "sigmoid" in program else z
    found = {w.tag: array(w.array) for w in residual_rules(world, i)}
    assert set(found) == set(rules)
    for tag, rule in rules.items():
        assert found[tag] == pytest.approx(rule(z, a, y, c)), tag
    early = {w.tag: array(w.array) for w in early_rules(world, i)}
    for outer in {1.0, 2.0, c / 2}:
        inner = c / outer
        assert (f"output {outer:g}" in early) is (f"target {outer:g}" in early) is (inner != 1)
        if inner != 1:
            assert early[f"output {outer:g}"] == pytest.approx(outer * (inner * a - y))
            assert early[f"target {outer:g}"] == pytest.approx(outer * (a - inner * y))
    assert len(early) == 2 * sum(c / outer != 1 for outer in {1.0, 2.0, c / 2})


@pytest.mark.parametrize(("program", "values"), [
    ("L = sum((z - y)**3)", {"z": [0.5, 2], "y": [1, 0]}), ("L = sum((z - y)**2)", {"z": [0.5], "y": [1]}),
    ("L = sum((z - y)**2)", {"z": [1, 2], "y": [1, 2]}), ("L = sum((z + y)**2)", {"z": [1, 2], "y": [1, 3]}),
])  # fmt: skip
def test_other_gradients_are_no_residuals(program: str, values: dict[str, Any]) -> None:
    world = world_of(program, values)
    assert residual_of(world, world.graph.by_label["z"]) is None


@pytest.mark.parametrize(("x", "text"), [
    (2.0, "2"), (0.25, "1/4"), (2 / 3, "2/3"), (-1.5, "-3/2"), (1 / 999, "1/999"), (np.pi, "3.142"), (1e-5, "1e-05"),
    (0.0, "0"),
])  # fmt: skip
def test_factors_as_they_are_written(x: float, text: str) -> None:
    assert _fraction(float(x)) == text


# ---- forward passes


def values_of(program: str, values: dict[str, Any], name: str) -> dict[str, Any]:
    world = world_of(program, values)
    i = world.graph.by_label[name]
    found = [(edit, edit.changes.values[i]) for edit in _value_edits(world) if edit.nodes == (i,)]
    return {f"{edit.mistake.id} {edit.tag}".strip(): array(made) for edit, made in found}


MATRIX = np.array([[1.0, 2], [3, 5], [1, 0]])


@pytest.mark.parametrize(("program", "expected"), [
    ("s = sum(X, axis=0); L = s@s", {"sum-or-mean mean": MATRIX.mean(0), "value-axis axis 1": MATRIX.sum(1)}),
    ("s = mean(X, axis=1); L = s@s", {"sum-or-mean sum": MATRIX.sum(1), "value-axis axis 0": MATRIX.mean(0),
                                      "wrong-count 3": MATRIX.sum(1) / 3, "wrong-count 6": MATRIX.sum(1) / 6}),
    ("s = sum(X)/6; L = s*s", {"wrong-count 1": 61 - 49.0, "wrong-count 3": 4.0, "wrong-count 2": 6.0}),
    ("s = sum(X)/2.5; L = s*s", {}), ("s = var(X); L = s*s", {"variance-n-minus-one": MATRIX.var() * 6 / 5,
                                      "value-axis axis 0": MATRIX.var(0), "value-axis axis 1": MATRIX.var(1)}),
    ("s = max(X, axis=0); L = s@s", {"value-axis axis 1": MATRIX.max(1)}),
])  # fmt: skip
def test_wrong_values_of_sums(program: str, expected: dict[str, Any]) -> None:
    found = values_of(program, {"X": MATRIX.tolist()}, "s")
    own = {name: made for name, made in found.items() if name.split()[0] in {key.split()[0] for key in expected}}
    assert set(own) == set(expected)
    for name, right in expected.items():
        assert own[name] == pytest.approx(right), name


def test_wrong_values_of_products_and_layers() -> None:
    a, b = np.array([[1.0, 2], [3, 4]]), np.array([[2.0, 1], [0, 3]])
    found = values_of("Y = A@B; L = sum(Y)", {"A": a.tolist(), "B": b.tolist()}, "Y")
    expected = {"a@b.T": a @ b.T, "a.T@b": a.T @ b, "a.T@b.T": a.T @ b.T, "b@a": b @ a, "a*b": a * b}
    assert {name: made.tolist() for name, made in found.items()} == {
        f"value-dims {tag}": right.tolist() for tag, right in expected.items()}  # fmt: skip
    layer = {"W": [[1, 2], [3, -4]], "x": [1, 3], "b": [10, 2], "g": [1, 3]}
    found = values_of("z = W@x + b; h = relu(z); L = sum(h*g)", layer, "z")
    own = {name: made.tolist() for name, made in found.items()}
    assert own == {"term-forgotten v1": [10, 2], "term-forgotten b": [7, -9],
                   "both-grew left": [[17, 9], [1, -7]], "both-grew right": [[17, 1], [9, -7]]}  # fmt: skip
    found = values_of("z = W@x + b; h = relu(z); L = sum(h*g)", layer, "h")
    z = np.array([17.0, -7])
    assert {name: made.tolist() for name, made in found.items() if name.startswith("activation")} == {
        "activation left out": pytest.approx(z), "activation tanh": pytest.approx(np.tanh(z)),
        "activation sigmoid": pytest.approx(1 / (1 + np.exp(-z)))}  # fmt: skip


def test_wrong_losses_by_hand() -> None:
    z = np.array([[0.0, 1, 2], [1, 0.5, 2]])
    logs = np.log(np.exp(z) / np.exp(z).sum(1, keepdims=True))
    found = values_of("l = cross_entropy(z, y); L = mean(l)", {"z": z.tolist(), "y": [0, 2]}, "l")
    expected = {"sign": logs[[0, 1], [0, 2]], "before": -logs[[0, 1], [2, 1]], "after": -logs[[0, 1], [1, 0]],
                "log": -np.exp(logs[[0, 1], [0, 2]]), "score": -z[[0, 1], [0, 2]]}  # fmt: skip
    own = {name.removeprefix("value-of-loss "): made for name, made in found.items()}
    assert set(own) == set(expected)
    for tag, right in expected.items():
        assert own[tag] == pytest.approx(right), tag
