"""Sums of whole columns against `math.fsum`, row by row and bit by bit."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable
from typing import Any

import pytest

np = pytest.importorskip("numpy")

from gradcli.rows import column_sums  # noqa: E402

Draw = Callable[[random.Random], float]

DRAWS: dict[str, Draw] = {
    "of one size": lambda draw: draw.uniform(-1, 1),
    "of all sizes": lambda draw: draw.choice((-1, 1)) * 10.0 ** draw.uniform(-300, 300),
    "far apart": lambda draw: draw.gauss(0, 1) * 10.0 ** draw.uniform(-20, 20),
    "tiny": lambda draw: draw.gauss(0, 1) * 1e-310,
    "huge": lambda draw: draw.uniform(-1, 1) * 1e307,
    "integers": lambda draw: float(draw.randint(-3, 3)),
    "halves of a last place": lambda draw: draw.choice((1.0, 2.0**-53, -(2.0**-53), 2.0**-54, 2.0**-106, 3.0)),
    "powers of two": lambda draw: draw.choice((-1, 1)) * 2.0 ** draw.randint(-160, 160),
}


def bits(x: float) -> bytes:
    return struct.pack("d", x)


def total(terms: list[object]) -> Any:
    with np.errstate(all="ignore"):
        return column_sums.total(terms, by_hand)


def by_hand(*columns: object) -> object:
    return np.array([math.fsum(row) for row in zip(*map(np.ndarray.tolist, columns), strict=True)])


@pytest.mark.parametrize("kind", DRAWS)
@pytest.mark.parametrize("count", [2, 3, 8, 40])
def test_sums_are_correctly_rounded(kind: str, count: int) -> None:
    draw = random.Random(f"{kind} {count}")
    rows = [[DRAWS[kind](draw) for _ in range(count)] for _ in range(600)]
    for row in rows[::3]:  # what cancels, up to the last places
        row[-1] = -math.fsum(row[:-1])
    found = total([np.array(column) for column in zip(*rows, strict=True)])
    assert [bits(x) for x in found.tolist()] == [bits(math.fsum(row)) for row in rows]


def test_a_row_of_another_size_does_not_touch_the_others() -> None:
    draw = random.Random(5)
    rows = [[draw.gauss(0, 1) for _ in range(5)] for _ in range(100)]
    for scale in (1e-30, 1e17, 1e140, 1e200, math.inf, math.nan):
        mixed = [*rows, [1.5 * scale] * 5]
        found = total([np.array(column) for column in zip(*mixed, strict=True)])
        assert [bits(x) for x in found.tolist()[:-1]] == [bits(math.fsum(row)) for row in rows]


def test_numbers_and_columns_are_added() -> None:
    column = np.array([0.1, 0.2, 1e16, -0.3])
    assert total([column, 0.3, 1.0]).tolist() == [math.fsum((x, 0.3, 1.0)) for x in column.tolist()]
    assert total([0.1, 0.2, 0.3]) == math.fsum((0.1, 0.2, 0.3))
