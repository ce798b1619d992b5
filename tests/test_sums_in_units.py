"""Sums over rows in whole numbers of a unit: what is exact, what is proven, and what is said of the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from gradcli.errors import LimitError
from gradcli.rows.sums import MOST_BITS, ONE, PROVEN, UNIT_BITS, Sums, Total

arb = pytest.importorskip("flint").arb


def summed(rows: Sequence[Sequence[Any]], weights: Sequence[float] | None = None) -> Sums:
    found = Sums(len(rows[0]))
    for k, row in enumerate(rows):
        found.add(row, None if weights is None else weights[k])
    return found


def exact(values: Sequence[float], weights: Sequence[float] | None = None) -> Fraction:
    own = [1.0] * len(values) if weights is None else weights
    return sum((Fraction(x) * Fraction(w) for x, w in zip(values, own, strict=True)), Fraction(0))


VALUES = [0.1, -1e300, 1e300, 5e-324, 2.5, -0.3, 1e-200]
WEIGHTS = [1.0, 0.5, 0.5, 3.0, 0.1, 0.0, 2.0]


@pytest.mark.parametrize("kind", [float, arb])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_sums_and_means_are_rounded_once(kind: Any, weights: list[float] | None) -> None:
    found = summed([[kind(x)] for x in VALUES], weights)
    whole = exact(VALUES, weights)
    assert found.total(0, mean=False) == Total(float(whole))
    assert found.total(0, mean=True) == Total(
        float(whole / (7 if weights is None else Fraction(sum(map(Fraction, WEIGHTS)))))
    )
    assert found.rows == 7
    assert found.radii == [0]


def test_parts_add_up_to_the_whole() -> None:
    rows: list[list[float | None]] = [[1.0, None], [math.inf, 2.0], [0.5, None], [3.0, math.nan]]
    whole, parts = summed(rows, [1, 2, 3, 4]), [summed(rows[:1], [1]), summed(rows[1:], [2, 3, 4])]
    parts[0].merge(parts[1])
    for name in Sums.__slots__:
        assert repr(getattr(parts[0], name)) == repr(getattr(whole, name)), name
    assert (whole.rows, whole.weight, whole.missing, whole.odd[0]) == (4, 10 * ONE, [0, 2], math.inf)
    assert whole.total(1, mean=False) == Total(None, "there is no such number in 2 of 4 rows")
    assert whole.total(0, mean=False) == Total(math.inf)


def test_what_is_infinite_keeps_its_sign_and_cancels_to_no_number() -> None:
    assert summed([[math.inf, -math.inf], [1.0, 1.0]], [2, 3]).odd == [math.inf, -math.inf]
    assert math.isnan(summed([[math.inf], [-math.inf]]).odd[0])


def ball(middle: float, radius: float) -> Any:
    return arb(middle, radius)


def test_a_sum_is_certain_where_its_radius_is_small_enough() -> None:
    """At 2*10**12 times the radius it is, one unit below it is not."""
    for less, is_certain in ((0, True), (1, False)):
        found = Sums(1)
        found.middles, found.radii, found.rows, found.weight = [PROVEN * ONE - less], [ONE], 1, ONE
        assert (found.total(0, mean=False).number is not None) is is_certain
        found.middles = [-found.middles[0]]
        assert (found.total(0, mean=False).number is not None) is is_certain


def test_what_cancels_is_told() -> None:
    found = summed([[ball(1, 2**-20)], [ball(-1, 2**-20)]])
    assert found.radii[0] >= 2 * ONE >> 20
    assert found.total(0, mean=False) == Total(
        None, "the rows cancel: all that is certain is 0 +- 2e-06", doubtful=True
    )
    found = summed([[ball(1, 0.5)], [ball(2, 0.25)]], [2, 2])
    assert found.total(0, mean=True).why == "the rows cancel: all that is certain is 1.5 +- 0.4"


def test_what_is_surely_below_all_floats_is_nothing() -> None:
    tiny = summed([[ball(0, 2.0**-1074)]])
    assert tiny.total(0, mean=False).doubtful
    small = Sums(1)
    small.radii, small.weight = [ONE >> 1076], ONE
    assert small.total(0, mean=False) == Total(0.0)
    small.radii = [ONE >> 1074]
    assert small.total(0, mean=False).number is None


def test_what_lies_below_the_unit_goes_to_the_radius() -> None:
    unit = arb(2) ** -UNIT_BITS
    found = summed([[unit, unit / 2, -unit / 2, 3 * unit / 2]])
    assert found.middles == [1, 0, -1, 1]
    assert found.radii == [0, 1, 1, 1]
    wide = arb(2) ** (UNIT_BITS + 1)
    assert summed([[arb(2) ** UNIT_BITS, wide]]).middles == [1 << 2 * UNIT_BITS, 1 << (2 * UNIT_BITS + 1)]


def test_numbers_beyond_a_size_are_refused() -> None:
    for power, fits in ((MOST_BITS - 1, True), (MOST_BITS, False)):
        number = arb(2) ** power
        if fits:
            assert summed([[number]]).total(0, mean=False) == Total(math.inf)
            assert summed([[-number]]).total(0, mean=False) == Total(-math.inf)
        else:
            with pytest.raises(LimitError, match="too large to be added"):
                summed([[number]])
