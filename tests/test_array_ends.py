"""Arrays at their ends: ties, zeros, singular matrices, scores far apart, numbers far from 1 or from their mean."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import arb, fmpq

from gradcli.arrays.ball_arrays import BallEntries
from gradcli.arrays.entries import Array, Entries
from gradcli.arrays.graph import ArrayBuilder
from gradcli.arrays.kernels import array_system
from gradcli.arrays.rows import ArrayOperation
from gradcli.arrays.sizes import count
from gradcli.arrays.sweeps import forward, reverse
from gradcli.arrays.table import ARRAY_OPERATIONS, entry_by_entry
from gradcli.calculus.operations import MUL, OPERATIONS
from gradcli.numbers.balls import Balls
from gradcli.numbers.fractions import Exact
from gradcli.numbers.ieee import IEEE

from .array_rows import Trial


def gradient(A: Entries, row: ArrayOperation, numbers: Any, shapes: Any = None, **fixed: Any) -> Any:
    """Return the value of a row, what flows back to its first argument from ones, and both passes."""
    numbers = numbers if isinstance(numbers, tuple) else (numbers,)
    shapes = shapes or [(len(x),) for x in numbers]
    builder = ArrayBuilder()
    names = "abc"[: len(numbers)]
    inputs = [builder.input(name, shape, (0, 0)) for name, shape in zip(names, shapes, strict=True)]
    node = builder.apply(row, inputs, (0, 0), fixed)
    graph = builder.freeze(node)
    point = {name: A.make(shape, [A.S.from_number(x) for x in xs])
             for name, xs, shape in zip(names, numbers, shapes, strict=True)}  # fmt: skip
    run = forward(A, graph, point)
    back = reverse(A, graph, run.values, graph.active([0]), node, A.full(1, run.values[node].shape))
    upstream = back.upstream[0]
    return run.values[node], upstream.entries if upstream is not None else None, run, back


def rows(name: str) -> ArrayOperation:
    return ARRAY_OPERATIONS[name]


EXACT = Entries(Exact())
F = Fraction


# ---- ties and zeros


@pytest.mark.parametrize(("name", "numbers"), [("max", [1, 3, 3, 2, 3]), ("min", [2, 1, 1, 5, 1])])
def test_tied_extremes_share_equally_and_are_noted(name: str, numbers: list[int]) -> None:
    extreme = max(numbers) if name == "max" else min(numbers)
    value, flow, _, back = gradient(EXACT, rows(name), list(map(F, numbers)))
    assert value.entries == [extreme]
    assert flow == [F(1, 3) if x == extreme else 0 for x in numbers]
    assert [operation.name for _, operation, _ in back.kinks] == ["max"]


def test_sort_at_ties_shares_equally() -> None:
    numbers = [F(3), F(1), F(3), F(2)]
    builder = ArrayBuilder()
    x = builder.input("x", (4,), (0, 0))
    s = builder.apply(rows("sort"), [x], (0, 0), {})
    w = builder.input("w", (4,), (0, 0))
    f = builder.apply(rows("dot"), [s, w], (0, 0), {})
    graph = builder.freeze(f)
    point = {"x": EXACT.make((4,), numbers), "w": EXACT.make((4,), [F(10), F(20), F(30), F(50)])}
    run = forward(EXACT, graph, point)
    back = reverse(EXACT, graph, run.values, graph.active([x]), f, EXACT.full(1, ()))
    assert run.values[s].entries == sorted(numbers)
    upstream = back.upstream[x]
    assert upstream is not None
    assert upstream.entries == [40, 10, 40, 20]
    assert back.kinks


@pytest.mark.parametrize("name", ["relu", "abs"])
def test_a_kink_at_0_lets_nothing_through_and_is_noted(name: str) -> None:
    row = entry_by_entry(OPERATIONS[name])
    for S in (Exact(), Balls(128), IEEE):
        A = array_system(S)
        with S.at_work():
            value, flow, _, back = gradient(A, row, [-2, 0, 3] if S.name == "exact" else [-2.0, 0.0, 3.0])
            assert list(map(float, value.entries)) == [2.0 if name == "abs" else 0.0, 0.0, 3.0]
            assert list(map(float, flow)) == [-1.0 if name == "abs" else 0.0, 0.0, 1.0]
            assert [(operation.name, entry) for _, operation, entry in back.kinks] == [(name, 1)]


def test_the_norm_at_0_has_the_gradient_0() -> None:
    value, flow, _, back = gradient(EXACT, rows("norm"), [F(0)] * 3)
    assert (value.entries, flow) == ([0], [0, 0, 0])
    assert back.kinks
    value, flow, _, _ = gradient(EXACT, rows("norm"), [F(3), F(0), F(-4)])
    assert (value.entries, flow) == ([5], [F(3, 5), 0, F(-4, 5)])


@pytest.mark.parametrize(
    ("numbers", "want"),
    [([0, 2, 3], [6, 0, 0]), ([0, 0, 3], [0, 0, 0]), ([2, 0, -5, 7], [0, -70, 0, 0]), ([0], [1])],
)
def test_a_product_with_zeros_has_a_gradient(numbers: list[int], want: list[int]) -> None:
    for S in (Exact(), Balls(128), IEEE):
        A = array_system(S)
        with S.at_work():
            given = [F(x) if S.name == "exact" else float(x) for x in numbers]
            value, flow, run, back = gradient(A, rows("prod"), given)
            assert list(map(float, flow)) == want
            assert float(value.entries[0]) == 0
            assert not run.faults
            assert not back.faults


SINGULAR = {
    1: [0],
    2: [1, 2, 2, 4],
    3: [1, 2, 3, 4, 5, 6, 7, 8, 9],
    4: [1, 2, 3, 4, 2, 4, 6, 8, 0, 1, 0, 1, 5, 0, 2, 1],
}
COFACTORS = {1: [1], 2: [4, -2, -2, 1], 3: [-3, 6, -3, 6, -12, 6, -3, 6, -3]}


@pytest.mark.parametrize("n", SINGULAR)
def test_a_determinant_is_smooth_where_the_matrix_is_singular(n: int) -> None:
    numbers = SINGULAR[n]
    for S in (Exact(), Balls(128), IEEE):
        A = array_system(S)
        with S.at_work():
            given = [F(x) if S.name == "exact" else float(x) for x in numbers]
            value, flow, run, back = gradient(A, rows("det"), given, [(n, n)])
            assert list(map(float, value.entries)) == pytest.approx([0], abs=1e-12)
            if n in COFACTORS:
                assert list(map(float, flow)) == pytest.approx(COFACTORS[n])
            assert not run.faults
            assert not back.faults


@pytest.mark.parametrize("name", ["inv", "logdet", "solve"])
@pytest.mark.parametrize("n", SINGULAR)
def test_a_singular_matrix_has_no_inverse(name: str, n: int) -> None:
    for S in (Exact(), Balls(128)):
        A = array_system(S)
        with S.at_work():
            given = [F(x) if S.name == "exact" else float(x) for x in SINGULAR[n]]
            numbers = (given, given[:n]) if name == "solve" else (given,)
            value, _, run, _ = gradient(A, rows(name), numbers, [(n, n), (n,)][: len(numbers)])
            assert set(value.entries) == {None}
            assert {fault.kind for fault in run.faults} <= {"domain", "undecided"}
            assert run.faults


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_matrices_of_all_sizes_agree_in_all_systems(n: int) -> None:
    """The systems have their own ways for large matrices; the general way is the definition."""
    numbers = [F((7 * i * i + 3 * i * j + 5 * j) % 23 - 11 + 30 * (i == j)) for i in range(n) for j in range(max(n, 2))]
    for name in ("det", "inv", "logdet", "solve"):
        shapes = [(n, n), (n, 2)][: 1 + (name == "solve")]
        found = []
        for S, A in ((Balls(256), BallEntries(Balls(256))), (Balls(256), Entries(Balls(256)))):
            with S.at_work():
                given = tuple([float(x) for x in numbers[: count(shape)]] for shape in shapes)
                value, flow, run, back = gradient(A, rows(name), given, shapes)
                assert not run.faults
                assert not back.faults
                found.append([*value.entries, *flow])
        for a, b in zip(*found, strict=True):
            assert a.overlaps(b)
            assert a.rel_accuracy_bits() > 100
        if name != "logdet":
            fast, plain = array_system(Exact()), Entries(Exact())
            exact = tuple(numbers[: count(shape)] for shape in shapes)
            one, other = (gradient(A, rows(name), exact, shapes) for A in (fast, plain))
            assert one[0].entries == other[0].entries
            assert one[1] == other[1]
            with Balls(2000).at_work():
                for a, b in zip(found[0], [*one[0].entries, *one[1]], strict=True):
                    assert a.overlaps(arb(fmpq(b.numerator, b.denominator)))


@pytest.mark.parametrize("n", [8, 20])
def test_a_large_singular_matrix_has_cofactors_and_no_inverse(n: int) -> None:
    """Of rank n - 1: its cofactors are a product of two vectors, here of ones and of 1, 2, ..., and not 0."""
    numbers = [float((i == j) - (j == n - 1) if i < n - 1 else -(j < n - 1) + (n - 1) * (j == n - 1))
               for i in range(n) for j in range(n)]  # fmt: skip
    for S in (Exact(), Balls(128), IEEE):
        A = array_system(S)
        with S.at_work():
            given = [F(x) if S.name == "exact" else x for x in numbers]
            value, flow, _, _ = gradient(A, rows("det"), given, [(n, n)])
            assert float(value.entries[0]) == pytest.approx(0, abs=1e-9)
            assert list(map(float, flow)) == pytest.approx([1] * (n * n), rel=1e-6)
            if S.name != "ieee":
                value, _, run, _ = gradient(A, rows("inv"), given, [(n, n)])
                assert set(value.entries) == {None}
                assert {fault.kind for fault in run.faults} == {"domain"}


def test_binary64_eliminates_large_matrices() -> None:
    """As every library does: within a few units of the last place of the condition number."""
    n = 30
    numbers = [1 / (1 + abs(i - j)) + (i == j) for i in range(n) for j in range(n)]
    for name in ("det", "inv", "logdet"):
        accurate(rows(name), numbers, [(n, n)], 1e-10)
    accurate(rows("solve"), (numbers, numbers[: 2 * n]), [(n, n), (n, 2)], 1e-10)


# ---- far apart, far from 1


def accurate(row: ArrayOperation, numbers: Any, shapes: Any = None, tolerance: float = 1e-14, **fixed: Any) -> None:
    """Compare value and gradient in plain binary64 with balls of the same numbers."""
    value, flow, _, _ = gradient(array_system(IEEE), row, numbers, shapes, **fixed)
    S = Balls(3000)
    with S.at_work():
        want, wanted, run, back = gradient(BallEntries(S), row, numbers, shapes, **fixed)
        assert not run.faults
        assert not back.faults
        for got, ball in zip([*value.entries, *flow], [*want.entries, *wanted], strict=True):
            assert ball.rel_accuracy_bits() > 100 or ball.is_zero()
            true = float(ball)
            if abs(true) < 1e-300:
                assert abs(got) < 2e-300
            else:
                assert got == pytest.approx(true, rel=tolerance, abs=0)


SCORES = [
    [1000.0, 999.0, 998.5],
    [-1000.0, -1001.0, -999.5],
    [0.0, 40.0, 1.0],
    [40.0, 0.0, -1.0],
    [0.0, -40.0],
    [1000.0, -1000.0, 0.0],
    [1e-9, -1e-9, 0.0],
    [3.0],
]


@pytest.mark.parametrize("scores", SCORES)
@pytest.mark.parametrize("name", ["logsumexp", "softmax", "log_softmax"])
def test_softmax_and_its_kin_neither_overflow_nor_cancel(name: str, scores: list[float]) -> None:
    row = rows(name)
    if name == "logsumexp":
        accurate(row, scores)
    else:  # along one entry of the result: the sum of all is a constant
        value, _, _, _ = gradient(array_system(IEEE), row, scores)
        S = Balls(3000)
        with S.at_work():
            want, _, _, _ = gradient(BallEntries(S), row, scores)
        for got, ball in zip(value.entries, want.entries, strict=True):
            assert got == pytest.approx(float(ball), rel=1e-14, abs=1e-300)


@pytest.mark.parametrize("scores", SCORES)
def test_cross_entropy_neither_overflows_nor_cancels(scores: list[float]) -> None:
    for label in range(len(scores)):
        accurate(rows("cross_entropy"), (scores, [float(label)]), [(len(scores),), ()])


@pytest.mark.parametrize(
    "numbers",
    [[3e200, -4e200, 1e199], [3e-200, 4e-200, -1e-205], [1e200, 1e-200], [3e-308, 4e-308], [1.5]],
)
def test_the_norm_neither_overflows_nor_vanishes(numbers: list[float]) -> None:
    accurate(rows("norm"), numbers)


@pytest.mark.parametrize(
    "numbers",
    [
        [1e9 + 1, 1e9 + 2, 1e9 + 4],
        [1e15, 1e15 + 1, 1e15 + 4, 1e15 + 2],
        [1e-150, 3e-150],
        [1e150, -1e150, 5e149],
        [2.0],
    ],
)
def test_the_variance_does_not_cancel(numbers: list[float]) -> None:
    accurate(rows("var"), numbers)
    accurate(rows("var"), [*numbers, *reversed(numbers)], [(2, len(numbers))], axis=1)


def test_a_product_of_arrays_with_zeros_leaves_faults_alone() -> None:
    """Where nothing flows, nothing is asked: 0 times what has no value is 0."""
    log = entry_by_entry(OPERATIONS["log"])
    builder = ArrayBuilder()
    x = builder.input("x", (3,), (0, 0))
    mask = builder.input("m", (3,), (0, 0))
    product = builder.entrywise(MUL, [builder.apply(log, [x], (0, 0)), mask], (0, 0))
    graph = builder.freeze(builder.apply(rows("sum"), [product], (0, 0), {}))
    S = Balls(128)
    A = BallEntries(S)
    with S.at_work():
        point = {"x": A.make((3,), list(map(S.from_number, [1.0, 2.0, 4.0]))),
                 "m": A.make((3,), [S.one, S.zero, S.one])}  # fmt: skip
        run = forward(A, graph, point)
        back = reverse(A, graph, run.values, graph.active([x]), graph.output, A.full(1, ()))
    upstream: Array | None = back.upstream[x]
    assert upstream is not None
    assert list(map(float, upstream.entries)) == [1.0, 0.0, 0.25]
    assert upstream.entries[1].is_zero()


def test_trials_differ() -> None:
    """Different seeds give different numbers: the tests of rows do not all look at one point."""
    row = rows("sum")
    assert Trial(row, [(3,)], {}, 1).numbers != Trial(row, [(3,)], {}, 2).numbers
