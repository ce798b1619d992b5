"""Values, shapes and broadcasting of arrays against NumPy, which was written by others."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from gradcli.arrays.entries import Entries
from gradcli.arrays.rows import ArrayOperation
from gradcli.arrays.sizes import Misfit, Sizes, count
from gradcli.arrays.sweeps import forward
from gradcli.arrays.table import entry_by_entry
from gradcli.calculus.operations import OPERATIONS
from gradcli.numbers.ieee import IEEE
from gradcli.numbers.systems import FLOAT

from .array_rows import BACKWARD, Case, Trial, cases

np: Any = pytest.importorskip("numpy")


def softmax(x: Any, axis: Any = -1) -> Any:
    shares = np.exp(x - x.max(axis=axis, keepdims=True))
    return shares / shares.sum(axis=axis, keepdims=True)


def logsumexp(x: Any, axis: Any = -1, keep: bool = False) -> Any:
    return np.log(np.exp(x).sum(axis=axis, keepdims=keep))


def cross_entropy(z: Any, y: Any, axis: int = -1) -> Any:
    logs = np.log(softmax(z, axis))
    if y.shape == z.shape:
        return -(y * logs).sum(axis=axis)
    return -np.take_along_axis(logs, np.expand_dims(y.astype(int), axis), axis).squeeze(axis)


def index(x: Any, *indices: Any, places: Any) -> Any:
    """NumPy puts index arrays that stand apart first; here they stand in the place of the first."""
    taken, first, slots = [], None, 0
    for place in places:
        if isinstance(place, int) or place is None:
            taken.append(place)
            slots += place is None
        elif place[0] == "slice":
            taken.append(slice(*place[1:]))
            slots += 1
        else:
            if first is None:
                first = slots
            taken.append(("array", place[1]))
    arrays = [k for k, place in enumerate(taken) if isinstance(place, tuple)]
    if not arrays:
        return x[tuple(taken)]
    rank = indices[0].ndim
    found = x
    for k in reversed(range(len(taken))):  # plain places first, so that the arrays are all that is left
        if isinstance(taken[k], int):
            axis = sum(1 for place in taken[:k] if place is not None)
            found = np.take(found, taken[k], axis=axis)
            taken.pop(k)
    arrays = [k for k, place in enumerate(taken) if isinstance(place, tuple)]
    found = found[tuple(slice(None) if isinstance(place, tuple) else place for place in taken)]
    moved = np.moveaxis(found, arrays, range(len(arrays)))
    picked = moved[tuple(indices[taken[k][1] - 1].astype(int) for k in arrays)]
    return np.moveaxis(picked, range(rank), range(first or 0, (first or 0) + rank))


def windows(x: Any, k: int, stride: int = 1) -> Any:
    cut = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(-2, -1))[..., ::stride, ::stride, :, :]
    return cut.reshape(*x.shape[:-2], -1, k * k)


def padded(x: Any, n: int) -> Any:
    wide = min(2, x.ndim)
    return np.pad(x, [(0, 0)] * (x.ndim - wide) + [(n, n)] * wide)


def norm(x: Any, axis: Any = None, keep: bool = False) -> Any:
    return np.sqrt((x * x).sum(axis=axis, keepdims=keep))


def reduction(name: str) -> Callable[..., Any]:
    return lambda x, axis=None, keep=False: getattr(np, name)(x, axis=axis, keepdims=keep)


REFERENCES: dict[str, Callable[..., Any]] = {
    **{name: reduction(name) for name in ("sum", "mean", "max", "min", "prod", "var")},
    "norm": norm,
    "logsumexp": logsumexp,
    "softmax": softmax,
    "log_softmax": lambda x, axis=-1: np.log(softmax(x, axis)),
    "cumsum": lambda x, axis=-1: np.cumsum(x, axis=axis),
    "sort": lambda x, axis=-1: np.sort(x, axis=axis),
    "matmul": lambda a, b: a @ b,
    "dot": np.dot,
    "outer": np.outer,
    "det": np.linalg.det,
    "logdet": lambda a: np.linalg.slogdet(a)[1],
    "inv": np.linalg.inv,
    "solve": np.linalg.solve,
    "trace": np.trace,
    "transpose": lambda x: x.T,
    "permute": lambda x, axes: np.transpose(x, axes),
    "reshape": lambda x, sizes: x.reshape(sizes),
    "flatten": lambda x: x.ravel(),
    "index": index,
    "concat": lambda *xs, axis=0: np.concatenate(xs, axis=axis),
    "stack": lambda *xs: np.stack(xs),
    "diag": np.diag,
    "pad": padded,
    "windows": windows,
    "cross_entropy": cross_entropy,
    "onehot": lambda y, n: np.eye(n)[y.astype(int)],
    "pick": lambda z, y: np.take_along_axis(z, y.astype(int)[..., None], -1)[..., 0],
}


@pytest.mark.parametrize(
    ("row", "case"),
    [pytest.param(row, case, id=f"{row.name}-{k}") for row in BACKWARD for k, case in enumerate(cases(row))],
)
def test_a_row_has_the_value_and_the_shape_that_numpy_has(row: ArrayOperation, case: Case) -> None:
    shapes, fixed = case
    trial = Trial(row, *case)
    A = Entries(IEEE)
    found = forward(A, trial.graph, trial.arrays(Entries(FLOAT))).values[trial.node]
    given = [np.array(list(map(float, trial.numbers[name]))).reshape(shape)
             for name, shape in zip("abcdef", shapes, strict=False)]  # fmt: skip
    want = REFERENCES[row.name](*given, **fixed)
    assert found.shape == np.shape(want)
    np.testing.assert_allclose(np.array(list(map(float, found.entries))), np.ravel(want), rtol=1e-9, atol=1e-9)


SHAPES = [shape for rank in range(4) for shape in product((1, 2, 3), repeat=rank)]


@pytest.mark.parametrize("shape", SHAPES)
def test_one_side_may_grow_but_never_both(shape: tuple[int, ...]) -> None:
    """NumPy's rule, and beside it: the result has the shape of one operand."""
    refused = 0
    for other in SHAPES:
        try:
            want = np.broadcast_shapes(shape, other)
        except ValueError:
            want = None
        if want not in (shape, other):
            want = None
        try:
            found: Any = Sizes().broadcast([shape, other])
        except Misfit:
            found = None
            refused += 1
        assert found == want
    assert refused or count(shape) == 1


def test_entries_grow_as_in_numpy() -> None:
    rng = random.Random(3)
    A = Entries(FLOAT)
    seen = 0
    for shapes in product(SHAPES, repeat=2):
        if rng.random() < 0.7:
            continue
        try:
            Sizes().broadcast(shapes)
        except Misfit:
            continue
        xs = [[float(rng.randint(-9, 9)) for _ in range(count(shape))] for shape in shapes]
        row = entry_by_entry(OPERATIONS["sub"])
        found = row.value(A, *[A.make(shape, x) for shape, x in zip(shapes, xs, strict=True)])
        a, b = (np.array(x).reshape(shape) for shape, x in zip(shapes, xs, strict=True))
        assert found.shape == (a - b).shape
        assert found.entries == (a - b).ravel().tolist()
        seen += 1
    assert seen > 100


SCALAR = [row for row in OPERATIONS.values() if not row.is_leaf and row.points]


@pytest.mark.parametrize("row", SCALAR)
def test_every_function_of_numbers_works_entry_by_entry(row: Any) -> None:
    """Value and what flows back are those of the numbers one by one."""
    from gradcli.calculus.sweeps import local_gradient

    points = [tuple(map(float, point)) for point in row.points if len(point) == len(row.points[0])]
    A = Entries(FLOAT)
    many = len(points)
    xs = [A.make((many, 1), list(column)) for column in zip(*points, strict=True)]
    operation = entry_by_entry(row)
    v = operation.value(A, *xs)
    want = [row.value(FLOAT, *point) for point in points]
    assert v.shape == (many, 1)
    assert v.entries == want
    g = A.make((many, 1), [1.5] * many)
    for k in range(len(xs)):
        if operation.pullback(k) is None:
            continue
        flow = operation.flow(A, k, g, v, xs, {})
        for got, value, point in zip(flow.entries, want, points, strict=True):
            slope, reason = local_gradient(FLOAT, row, k, value, point)
            assert not reason
            assert got == (0.0 if slope is None else 1.5 * slope)
