"""Columns of numbers with bounds: a row has the number and the bound of a single row, to the last bit, or is left."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from gradcli.errors import GradcliError
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.error_arithmetic import SMALL, TINY, UNIT, Bound
from gradcli.numbers.systems import Undecided
from gradcli.rows.code import Untraceable

np = pytest.importorskip("numpy")
from gradcli.rows.column_bounds import ColumnBound, ColumnBounds  # noqa: E402

INF = math.inf
# Ends of domains, numbers with exact results, halves and the ends of binary64, each as it is and with the next ones.
ENDS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0, 10.0, 0.1, 2.3, 1e-9, 7.25, 30.0, 700.0, 745.0, 5e-324, 1e-310, SMALL,
        1e-150, 1e-140, 1e150, 1e155, 1e300, 1.7e308)  # fmt: skip
VALUES = [s * v for v in ENDS for s in (1, -1)] + [s * math.nextafter(1.0, up) for s in (1, -1) for up in (0.0, 2.0)]
RADII = (0.0, TINY, 1e-310, 1e-17, 1e-13, 0.5, 1.0, 3.0, 1e300, INF)
FEW_VALUES = [0.0, 1.0, -1.0, 0.1, -2.5, 3.0, 4.0, 1e-200, -5e-324, 1e155, -1.7e308, 1e-145, 2e-290, 0.5]
FEW_RADII = (0.0, TINY, 1e-15, 0.25, 2.5, INF)
FUNCTIONS = (
    "exp", "expm1", "exp2", "atan", "sinh", "tanh", "asinh", "cbrt", "erf", "sigmoid", "softplus", "log", "log2",
    "log10", "log1p", "asin", "acos", "acosh", "atanh", "erfc", "sin", "cos", "cosh", "sqrt", "abs", "floor",
)  # fmt: skip
STARTS = {"log": 0, "log2": 0, "log10": 0, "sqrt": 0, "log1p": -1, "acosh": 1, "asin": -1, "acos": -1, "atanh": -1}
OPEN = ("log", "log2", "log10", "log1p", "atanh")


def is_inside(name: str, v: float) -> bool:
    """Whether a function has a value at a number: elsewhere a program is refused before."""
    start = STARTS.get(name, -INF)
    end = 1 if name in ("asin", "acos", "atanh") else INF
    return start < v < end if name in OPEN else start <= v <= end


def single(compute: Callable[..., Bound], *given: Bound) -> Bound | None:
    """Return what a single row has, None where nothing is known."""
    try:
        found = compute(*given)
    except (Undecided, GradcliError):
        return None
    return found if found.r < INF and math.isfinite(found.v) else None


def compare(
    columns: Callable[..., ColumnBound],
    rows: Callable[..., Bound],
    given: Sequence[Sequence[tuple[float, float]]],
    leaves: Callable[..., bool] = lambda *x: False,
) -> None:
    """Compare both row by row: what is kept is the same, and what `leaves` does not say to be left is kept."""
    wide = [
        ColumnBound(S, np.array([v for v, _ in one]), np.array([r for _, r in one])) for one in zip(*given, strict=True)
    ]
    S.kept = True
    with S.at_work():
        found = columns(*wide)
        kept = np.broadcast_to(S.kept & (found.r < INF) & np.isfinite(found.v), len(given)).tolist()
    v, r = (np.broadcast_to(x, len(given)).tolist() for x in (found.v, found.r))
    for k, row in enumerate(given):
        expected = single(rows, *itertools.starmap(Bound, row))
        if kept[k]:
            assert expected is not None, row
            assert (v[k], r[k]) == (expected.v, expected.r), row
        else:
            assert expected is None or leaves(*row), (row, expected.v, expected.r)


S = ColumnBounds()
R = Bounds()
PAIRS = [(v, r) for v in VALUES for r in RADII]
TWO = list(itertools.product(itertools.product(FEW_VALUES, FEW_RADII), repeat=2))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_one_number(name: str) -> None:
    given = [((v, r),) for v, r in PAIRS if is_inside(name, v)]
    compare(S.function(name), getattr(R, name), given)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_exact_numbers(name: str) -> None:
    """A column without any bound is computed without the ends."""
    given = [((v, 0.0),) for v in VALUES if is_inside(name, v)]
    compare(S.function(name), getattr(R, name), given)


def is_nothing_over_an_uncertain_number(x: tuple[float, float], y: tuple[float, float]) -> bool:
    return x == (0.0, 0.0) and y[1] > 0


@pytest.mark.parametrize("compute", [
    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b, lambda a, b: 3 - a * 2,
    lambda a, b: 1 / b + 2, lambda a, b: 2 + a / 3,
], ids=["+", "-", "*", "/", "3 - 2a", "1/b + 2", "2 + a/3"])  # fmt: skip
@pytest.mark.parametrize("radii", [FEW_RADII, (0.0,), (1e-15, 0.25)], ids=["mixed", "exact", "inexact"])
def test_arithmetic(compute: Callable[..., Any], radii: Sequence[float]) -> None:
    given = [(x, y) for x, y in TWO if x[1] in radii and y[1] in radii and abs(y[0]) > y[1]]
    compare(compute, compute, given, is_nothing_over_an_uncertain_number)


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0, 3.0, 4.0, -1.0, -2.0, 0.5, 1.5, -0.5, 2.3])
def test_powers(exponent: float) -> None:
    """Rows round 0 are left."""
    given = [((v, r),) for v, r in PAIRS if (v > 0 or (v < 0 and exponent.is_integer()) or (v == 0 and exponent >= 0))]
    compare(
        lambda x: S.pow(x, S.from_number(exponent)), lambda x: R.pow(x, Bound(exponent)), given,
        lambda x: x[1] > 0 and abs(x[0]) <= x[1] + math.ulp(abs(x[0]) + x[1]),
    )  # fmt: skip


def test_a_power_that_differs_from_row_to_row_is_left() -> None:
    for exponent in (ColumnBound(S, np.array([1.0, 2.0])), ColumnBound(S, np.float64(2.0), 1e-9)):
        S.kept = True
        S.pow(ColumnBound(S, np.array([3.0, 4.0])), exponent)
        assert not np.any(S.kept)


def test_sums_and_products_of_vectors() -> None:
    three = [(x, y, (0.1, 1e-17)) for x, y in TWO if x[1] < INF and y[1] < INF]
    compare(lambda *x: S.sum(x), lambda *x: R.sum(x), three)
    compare(
        lambda *x: S.dot(x[:2], x[1:]), lambda *x: R.dot(x[:2], x[1:]), [row for row in three if abs(row[0][0]) < 1e150]
    )


@pytest.mark.parametrize("name", ["less", "equal"])
def test_decisions(name: str) -> None:
    near = [
        (a * (1 + k * UNIT * 4), r) for a in (0.0, 1.0, -3.0) for k in (-2, 0, 2) for r in (0.0, 1e-17, 1e-15, 0.5, INF)
    ]
    given = list(itertools.product(near, repeat=2))
    x, y = (
        ColumnBound(S, np.array([row[k][0] for row in given]), np.array([row[k][1] for row in given])) for k in (0, 1)
    )
    S.kept = True
    found = getattr(S, name)(x, y).tolist()
    for k, (a, b) in enumerate(given):
        try:
            expected = getattr(R, name)(Bound(*a), Bound(*b))
        except Undecided:
            assert not S.kept[k], (a, b)
        else:
            assert S.kept[k], (a, b)
            assert found[k] == expected, (a, b)
    S.kept = True
    assert getattr(S, name)(x, x).tolist() == [name == "equal"] * len(given)
    assert S.kept is True


def test_choices_and_numbers() -> None:
    a, b = ColumnBound(S, np.array([1.0, 2.0]), np.array([0.0, 0.5])), ColumnBound(S, np.float64(3.0), 0.25)
    found = S.where(np.array([True, False]), a, b)
    assert (found.v.tolist(), found.r.tolist()) == ([1.0, 3.0], [0.0, 0.25])
    found = S.where(np.array([False, True]), a, 7)
    assert (found.v.tolist(), found.r.tolist()) == ([7.0, 2.0], [0.0, 0.5])
    assert [float(x.v) for x in (S.zero, S.one, S.two, S.ten)] == [0, 1, 2, 10]
    assert (S.pi().v, S.pi().r) == (R.pi().v, R.pi().r)
    assert S.approximate(a) is a.v
    with pytest.raises(Untraceable):
        S.function("gamma")
    with pytest.raises(Untraceable):
        S.function("nothing")
