"""How accurate the floats are: for every operation the worst error of value and slopes, in ulps, against balls.

`pytest tests/test_accuracy.py -s` prints the table. The rules are to neither cancel nor overflow inside one operation;
the bound asserted for each of them is the accuracy that was measured, with some room.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.table_parts import Operation
from gradcli.numbers.balls import Balls
from gradcli.numbers.systems import FLOAT, Undecided

POINTS = 2500
BITS = 260

ROWS = [row for row in OPERATIONS.values() if not row.is_leaf and not row.is_condition and row.name != "where"]

# Where an operation is looked at: exponents of two of its arguments, or a range.
TINY_TO_LARGE = (-40, 6)
RANGES: dict[str, tuple[float, float]] = {
    "exp": (-700, 700), "expm1": (-50, 700), "exp2": (-1000, 1000), "sinh": (-700, 700), "cosh": (-700, 700),
    "asin": (-1, 1), "acos": (-1, 1), "atanh": (-1, 1), "acosh": (1, 50), "gamma": (-20, 150), "digamma": (-20, 200),
    "lgamma": (-20, 200), "polygamma": (0.01, 50), "erfc": (-6, 26), "gelu": (-30, 30), "silu": (-700, 700),
    "sigmoid": (-700, 700), "softplus": (-700, 700), "elu": (-40, 40),
}  # fmt: skip

# Bounds in ulps: of the value, and of the slopes. What is larger is the error of an argument, enlarged by a steep
# function: of y - 1 in x**(y - 1), of x*x in exp(-x*x), of all sums near a zero of the gamma functions.
BOUND = (4.0, 4.0)
BOUNDS = {
    "tanh": (4, 8), "pow": (1, 600), "cbrt": (6, 20), "logaddexp": (20, 150), "silu": (5, 40), "polygamma": (10, 12),
    "gelu": (3000, 1500), "erf": (2, 1500), "erfc": (6, 1500), "gamma": (16, 8000), "lgamma": (500, 400),
    "digamma": (250, 4),
}  # fmt: skip


class Worst(NamedTuple):
    ulps: float
    point: tuple[float, ...]


def points(row: Operation) -> Iterator[tuple[float, ...]]:
    draw = random.Random(row.name)
    count = row.arity or 3 * row.group
    for _ in range(POINTS):
        numbers = []
        for _ in range(count):
            sign = draw.choice((-1, 1))
            if row.name in RANGES and draw.random() < 0.7:
                numbers.append(draw.uniform(*RANGES[row.name]))
            else:
                numbers.append(sign * 2 ** draw.uniform(*TINY_TO_LARGE))
        if row.name == "polygamma":
            numbers[0] = float(draw.randint(1, 6))
        if row.name == "pow" and draw.random() < 0.5:
            numbers[1] = float(draw.randint(-8, 8))
        if row.domain is None or row.domain.holds(FLOAT, *numbers):
            yield tuple(numbers)


def computed(row: Operation, S: Any, arguments: tuple[Any, ...]) -> list[Any]:
    """Return the value and the local gradients, None where nothing flows or nothing is defined."""
    v = row.value(S, *arguments)
    if row.jacobian_row is not None:
        return [v, *row.jacobian_row(S, v, list(arguments))]
    found = [v]
    for partial in row.partials:
        rule, inactive_where, undefined_where = partial.rule, partial.inactive_where, partial.undefined_where
        nowhere = (undefined_where and undefined_where(S, v, *arguments)) or (
            inactive_where and inactive_where(S, v, *arguments)
        )
        found.append(None if nowhere else rule(S, v, *arguments))
    return found


def ulps(got: float, true: Any) -> float:
    """Return the distance of a float from the true number, in units in the last place of the number."""
    rounded = float(true.mid())
    if not math.isfinite(rounded) or abs(rounded) < 2.3e-308 or not math.isfinite(got):
        return 0.0  # over- and underflow are the business of the second arithmetic
    with Balls(BITS).at_work():
        return float(abs(true - got).mid()) / math.ulp(rounded)


def measure(row: Operation) -> tuple[Worst, Worst]:
    """Return the worst errors of the value and of the local gradients."""
    worst = [Worst(0.0, ()), Worst(0.0, ())]
    for point in points(row):
        S = Balls(BITS)
        try:
            with S.at_work():
                true = computed(row, S, tuple(S.from_number(x) for x in point))
        except Undecided:
            continue
        for k, (x, exact) in enumerate(zip(computed(row, FLOAT, point), true, strict=True)):
            if x is None or exact is None or not exact.is_finite() or exact.rel_accuracy_bits() < 80:
                continue
            error = ulps(x, exact)
            if error > worst[min(k, 1)].ulps:
                worst[min(k, 1)] = Worst(error, point)
    return worst[0], worst[1]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_accuracy(row: Operation) -> None:
    value, slope = measure(row)
    print(
        f"{row.name:12}  value {value.ulps:8.2f} ulp at {value.point}   slopes {slope.ulps:8.2f} ulp at {slope.point}"
    )
    bound = BOUNDS.get(row.name, BOUND)
    assert value.ulps <= bound[0]
    assert slope.ulps <= bound[1]


def test_the_measure_sees_an_error() -> None:
    S = Balls(BITS)
    assert ulps(1.0, S.from_number(1.0)) == 0
    assert ulps(math.nextafter(1.0, 2), S.from_number(1.0)) == 1
    with S.at_work():
        assert 0.2 < ulps(0.1, S.from_number(1.0) / 10) < 0.5
