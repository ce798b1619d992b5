"""Matrices in every number system, small ones and those that libraries work out: against elimination by hand."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest

from gradcli.arrays.duals import Dual, Duals
from gradcli.arrays.float_arrays import MANY_PRODUCTS, FloatEntries, eliminated
from gradcli.arrays.fraction_arrays import FEW_PRODUCTS, FractionEntries
from gradcli.arrays.kernels import array_system
from gradcli.numbers.fractions import Exact
from gradcli.numbers.ieee import IEEE

Matrix = list[list[Fraction]]
SIZES = (1, 2, 3, 7, 8, 9)  # 8x8 are 64 entries
E: Any = array_system(Exact())
F: Any = array_system(IEEE)


def drawn(n: int, columns: int, seed: int) -> Matrix:
    rng = random.Random(seed)
    return [[Fraction(rng.randint(-4, 4), rng.choice((1, 1, 2))) for _ in range(columns)] for _ in range(n)]


def determinant(m: Matrix) -> Fraction:
    """Return the determinant by elimination."""
    m, found = [row[:] for row in m], Fraction(1)
    for k in range(len(m)):
        pivot = next((i for i in range(k, len(m)) if m[i][k]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            m[k], m[pivot], found = m[pivot], m[k], -found
        found *= m[k][k]
        for i in range(k + 1, len(m)):
            factor = m[i][k] / m[k][k]
            m[i] = [x - factor * y for x, y in zip(m[i], m[k], strict=True)]
    return found


def cofactors(m: Matrix) -> Matrix:
    n = len(m)
    return [[(-1) ** (i + j) * determinant([r[:j] + r[j + 1 :] for k, r in enumerate(m) if k != i]) for j in range(n)]
            for i in range(n)]  # fmt: skip


def product(a: Matrix, b: Matrix) -> Matrix:
    return [
        [sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in zip(*b, strict=True)]
        for row in a
    ]


def flat(m: Matrix) -> list[Fraction]:
    return [x for row in m for x in row]


def made(A: Any, m: Matrix) -> Any:
    numbers = flat(m) if A is E else [float(x) for x in flat(m)]
    return A.make((len(m), len(m[0])), numbers)


def close(A: Any, found: list[Any], expected: list[Fraction]) -> bool:
    if A is E:
        return found == expected
    scale = max([1.0, *(abs(float(x)) for x in expected)])
    return all(abs(x - float(y)) <= 1e-9 * scale for x, y in zip(found, expected, strict=True))


def regular(n: int) -> Matrix:
    return next(m for seed in range(100) if determinant(m := drawn(n, n, seed)))


def singular(n: int) -> Matrix:
    return (
        [*drawn(n - 1, n, 5), [Fraction(0)] * n]
        if n < 3
        else [*(m := drawn(n - 1, n, 5)), [x + y for x, y in zip(*m[:2], strict=True)]]
    )


@pytest.mark.parametrize("A", [E, F], ids=["fractions", "binary64"])
@pytest.mark.parametrize("n", SIZES)
def test_inverses_and_determinants(A: Any, n: int) -> None:
    m = regular(n)
    det, minors = determinant(m), cofactors(m)
    inverse = [[minors[j][i] / det for j in range(n)] for i in range(n)]
    assert close(A, A.det(made(A, m)).entries, [det])
    assert close(A, A.inv(made(A, m)).entries, flat(inverse))
    assert close(A, A.cofactor(made(A, m)).entries, flat(minors))
    for columns in (1, 3):
        b = drawn(n, columns, 77)
        assert close(A, A.solve(made(A, m), made(A, b)).entries, flat(product(inverse, b)))
    vector = drawn(n, 1, 78)
    numbers = flat(vector) if A is E else list(map(float, flat(vector)))
    found = A.solve(made(A, m), A.make((n,), numbers))
    assert found.shape == (n,)
    assert close(A, found.entries, flat(product(inverse, vector)))


@pytest.mark.parametrize("A", [E, F], ids=["fractions", "binary64"])
@pytest.mark.parametrize("n", SIZES)
def test_singular_matrices(A: Any, n: int) -> None:
    m = singular(n)
    assert close(A, A.det(made(A, m)).entries, [Fraction(0)])
    if A is E:
        assert A.cofactor(made(A, m)).entries == flat(cofactors(m))
        for found in (A.inv(made(A, m)), A.solve(made(A, m), made(A, drawn(n, 1, 1)))):
            assert found.entries == [None] * len(found.entries)


@pytest.mark.parametrize("n", SIZES)
def test_the_characteristic_polynomial_of_fractions(n: int) -> None:
    """Its value at a number t is det(t - A)."""
    m = drawn(n, n, 3)
    coefficients = E.characteristic(n, flat(m))
    assert (len(coefficients), coefficients[0]) == (n + 1, 1)
    for t in (Fraction(0), Fraction(2), Fraction(-1, 3)):
        shifted = [[(t if i == j else 0) - x for j, x in enumerate(row)] for i, row in enumerate(m)]
        assert sum(c * t ** (n - k) for k, c in enumerate(coefficients)) == determinant(shifted)


@pytest.mark.parametrize("A", [E, F], ids=["fractions", "binary64"])
@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 4, 5), (4, 4, 4), (7, 3, 3), (2, 5, 7), (28, 27, 27)])
def test_products(A: Any, sizes: tuple[int, int, int]) -> None:
    """Of fewer multiplications than libraries are worth, as many, and more."""
    rows, inner, columns = sizes
    a, b = drawn(rows, inner, 1), drawn(inner, columns, 2)
    found = A.product_of(made(A, a).entries, made(A, b).entries, rows, inner, columns)
    assert close(A, found, flat(product(a, b)))
    assert math.prod((4, 4, 4)) == FEW_PRODUCTS
    assert math.prod((28, 27, 27)) > MANY_PRODUCTS > math.prod((7, 3, 3))


def test_products_that_cannot_be_finite_are_those_of_floats() -> None:
    big = [1e200] * (28 * 27), [1e200] * (27 * 27)
    assert all(math.isinf(x) for x in F.product_of(*big, 28, 27, 27))
    nan = F.product_of([math.nan] * (28 * 27), [1.0] * (27 * 27), 28, 27, 27)
    assert all(math.isnan(x) for x in nan)


def test_elimination_takes_the_largest_pivot() -> None:
    assert eliminated([[1e-20, 1.0], [1.0, 1.0]], 0)[0] == pytest.approx(-1)
    assert eliminated([[1e-20, 1.0, 1.0], [1.0, 1.0, 2.0]], 1)[1] == [[pytest.approx(1)], [pytest.approx(1)]]
    assert eliminated([[0.0, 1.0], [0.0, 2.0]], 0) == (0.0, [])
    assert eliminated([[0.0, 2.0], [3.0, 0.0]], 0)[0] == -6


@pytest.mark.parametrize("A", [E, F])
def test_whole_numbers(A: Any) -> None:
    assert [A.whole(n) for n in (-2, -1, 0, 1, 2, 7)] == [-2, -1, 0, 1, 2, 7]
    assert isinstance(A, FractionEntries if A is E else FloatEntries)


def test_arithmetic_of_dual_numbers() -> None:
    """With x = 3 and dx = 2, y = 4 and dy = -1."""
    x, y = Dual(Fraction(3), Fraction(2)), Dual(Fraction(4), Fraction(-1))
    for found, value, tangent in (
        (x + y, 7, 1), (x + 2, 5, 2), (2 + x, 5, 2), (-x, -3, -2), (x - y, -1, 3), (x - 1, 2, 2), (1 - x, -2, -2),
        (x * y, 12, 3 * -1 + 2 * 4), (x * 3, 9, 6), (3 * x, 9, 6), (x / 2, Fraction(3, 2), 1),
        (x / y, Fraction(3, 4), Fraction(2 * 4 - 3 * -1, 16)), (6 / x, 2, Fraction(-6 * 2, 9)),
    ):  # fmt: skip
        assert (found.value, found.tangent) == (value, tangent)
    assert repr(x) == "(3 and 2)"


def test_questions_are_answered_by_the_numbers_alone() -> None:
    S = Duals(IEEE)
    x, y, same = Dual(1.0, 5.0), Dual(2.0, -1.0), Dual(1.0, 0.0)
    assert (S.less(x, y), S.less(y, x), S.less(x, same)) == (True, False, False)
    assert (S.equal(x, same), S.equal(x, y)) == (True, False)
    assert (S.surely_less(x, y), S.surely_less(y, x)) == (True, False)
    assert S.approximate(y) == 2.0
    assert S.argmax([x, y, same]) == 1
    assert (S.sum([x, y]).value, S.sum([x, y]).tangent) == (3.0, 4.0)
    assert [S.one.tangent, S.number("0.5").value, S.from_number(0.25).value, S.pi().value] == [0.0, 0.5, 0.25, math.pi]
    assert (S.within(x), S.within(Dual(math.inf, 0.0))) == (IEEE.within(1.0), IEEE.within(math.inf))
    for name, slope in (("exp", math.e), ("sin", math.cos(1)), ("sqrt", 0.5), ("log", 1.0), ("atan", 0.5)):
        found = getattr(S, name)(x)
        assert found.value == pytest.approx(getattr(math, name)(1.0))
        assert found.tangent == pytest.approx(5 * slope)
    assert S.exp(same).tangent == 0.0
