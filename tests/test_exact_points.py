"""What a number system says to be exact is exact: every operation at points with special values, against mpmath."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import fmpq

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.table_parts import Operation
from gradcli.errors import LimitError
from gradcli.numbers.balls import Balls
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.fractions import Exact
from gradcli.numbers.series.coefficients import root
from gradcli.numbers.systems import Undecided, Unsupported

from . import references

ROWS = [row for row in OPERATIONS.values() if not row.is_leaf]
SPECIAL = [
    0.0, 1.0, -1.0, 2.0, -2.0, 3.0, 4.0, -4.0, 5.0, 6.0, 7.0, 8.0, -8.0, 9.0, 10.0, 16.0, 20.0, 25.0, 27.0, -27.0, 64.0,
    100.0, 125.0, 144.0, 1000.0, 1e4, 1e10, 1e15, 1e22, 1e23, 2.0**50, 2.0**100, 2.0**-50, 0.5, -0.5, 0.25, -0.25,
    0.125, 1.5, -1.5, 2.5, 2.25, 0.001, 1e-22, 1e-15, 3e-15, 9.765625, 15.625, 3.375, 0.1, 0.3, 1 / 3,
    0.7071067811865476, math.pi,
]  # fmt: skip
PAIRS = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, 4.0, 5.0, 12.0, -3.0, 0.5, -0.5, 0.25, 1 / 3, 8.0, 27.0, 1e10]


def points(row: Operation) -> Iterator[tuple[float, ...]]:
    if row.arity == 1:
        return iter([(x,) for x in SPECIAL])
    if row.name == "where":
        return itertools.product((0.0, 1.0), (2.5,), (3.5, -1.0))
    if row.name == "polygamma":
        return itertools.product((1.0, 2.0, 3.0), PAIRS)
    return itertools.product(PAIRS, PAIRS)


def true(row: Operation, point: tuple[float, ...]) -> Any:
    """Return the value in mpmath; powers of 0 and of negative numbers as the language has them."""
    x = [mpmath.mpf(a) for a in point]
    if row.name == "pow" and not x[1]:
        return mpmath.mpf(1)
    return references.value(row.name, x)


def exact_results(S: Any, row: Operation, lift: Any, exact: Any) -> Iterator[tuple[tuple[float, ...], Fraction]]:
    """Yield the points at which a system says that its value is exact, and the value."""
    for point in points(row):
        x = [lift(a) for a in point]
        try:
            if row.domain is not None and not row.domain.holds(S, *x):
                continue
            value = exact(row.value(S, *x))
        except (Undecided, Unsupported, LimitError, OverflowError):
            continue
        if value is not None:
            yield point, value


def of_ball(ball: Any) -> Fraction | None:
    if not (ball.is_exact() and ball.is_finite()):
        return None
    mantissa, exponent = ball.man_exp()
    if abs(int(exponent)) > 10_000:
        return None
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


SYSTEMS: dict[str, Any] = {
    "bounds": (Bounds(), lambda S, a: S.from_number(a), lambda x: Fraction(x.v) if not x.r else None),
    "balls": (Balls(300), lambda S, a: S.from_number(a), of_ball),
    "exact": (Exact(), lambda S, a: Fraction(a), Fraction),
}
# So many operations have exact values at some of these points: fewer, and the test would have become empty.
LEAST = {"bounds": 45, "balls": 45, "exact": 25}


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_is_said_to_be_exact_is_exact(name: str) -> None:
    S, lift, exact = SYSTEMS[name]
    wrong, seen = [], set()
    with mpmath.workdps(120):
        for row in ROWS:
            for point, value in exact_results(S, row, lambda a: lift(S, a), exact):
                expected = true(row, point)
                found = mpmath.mpf(value.numerator) / value.denominator
                if abs(found - expected) > mpmath.mpf(10) ** -100 * abs(expected):
                    wrong.append((row.name, point, value, mpmath.nstr(expected, 20)))
                else:
                    seen.add(row.name)
    assert not wrong
    assert len(seen) >= LEAST[name], sorted({row.name for row in ROWS} - seen)


# (program, its exact value): none of these may come out with a rounding, in any mode that has the function.
KNOWN = """
    sqrt(4) = 2; sqrt(2.25) = 3/2; log2(8) = 3; log2(1/1024) = -10;
    log10(1e22) = 22; log10(1) = 0; log(1) = 0; exp(0) = 1; exp2(-3) = 1/8; expm1(0) = 0; log1p(0) = 0;
    sin(0) = 0; cos(0) = 1; tan(0) = 0; asin(0) = 0; acos(1) = 0; atan(0) = 0; atan2(0, 3) = 0; sinh(0) = 0;
    cosh(0) = 1; tanh(0) = 0; asinh(0) = 0; acosh(1) = 0; atanh(0) = 0; erf(0) = 0; erfc(0) = 1;
    erfinv(0) = 0; sigmoid(0) = 1/2; gelu(0) = 0; silu(0) = 0; elu(0) = 0; gamma(5) = 24; gamma(1) = 1;
    lgamma(1) = 0; lgamma(2) = 0; hypot(3, 4) = 5; hypot(5, 12) = 13; 4**0.5 = 2; 8**-2 = 1/64; 0**0 = 1;
    (-2)**3 = -8; sec(0) = 1; sech(0) = 1; asec(1) = 0; asech(1) = 0; mod(-7, 3) = 2; mod(7, -3) = -2;
    floor(-2.5) = -3; ceil(-2.5) = -2; round(2.5) = 2; round(-3.5) = -4; logaddexp(0, 0) - log(2) = 0;
    sin(pi) = 0; cos(pi/2) = 0;
"""


# The same, of which binary64 shows what it shows of any number: twelve certain digits.
ROUNDED = "cbrt(-27) = -3; cbrt(0.125) = 1/2; exp(log(3)) = 3; tan(pi/4) = 1; sqrt(2)**2 = 2; cosh(log(2)) = 5/4"


@pytest.mark.parametrize("line", [line.strip() for line in KNOWN.split(";") if line.strip()])
def test_known_values(line: str) -> None:
    """Also inside a program with an input."""
    program, value = line.split(" = ")
    for mode in ({}, {"digits": 30}):
        found = differentiate(f"({program}) + 0*x", {"x": "1"}, **mode)  # type: ignore[arg-type]
        assert Fraction(found.value) == Fraction(value), (program, mode, found.value)


@pytest.mark.parametrize("line", ROUNDED.split("; "))
def test_values_that_are_known_behind_irrational_numbers(line: str) -> None:
    program, value = line.split(" = ")
    assert Fraction(differentiate(f"({program}) + 0*x", {"x": "1"}, digits=30).value) == Fraction(value)
    assert math.isclose(differentiate(f"({program}) + 0*x", {"x": "1"}).value, Fraction(value), rel_tol=1e-12)


@pytest.mark.parametrize(("c", "exponent", "power"), [
    ("4", "1/2", "2"), ("4/9", "1/2", "2/3"), ("8/27", "-2/3", "9/4"), ("1", "7/5", "1"), ("-3", "3", "-27"),
    ("2", "-2", "1/4"),
])  # fmt: skip
def test_powers_of_coefficients(c: str, exponent: str, power: str) -> None:
    a = Fraction(c)
    found = root(fmpq(a.numerator, a.denominator), Fraction(exponent))
    assert Fraction(int(found.p), int(found.q)) == Fraction(power)
