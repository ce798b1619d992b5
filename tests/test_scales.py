"""Axes: round ticks within the range, at every scale; ranges that show what matters."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.plotting.scales import axis, rounded, spread, ticks, view


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (-3, 3, ["-2", "0", "2"]),
        (-math.pi, math.pi, ["-2", "0", "2"]),
        (1e-300, 2e-300, ["1e-300", "1.2e-300", "1.4e-300", "1.6e-300", "1.8e-300", "2e-300"]),
        (-1e300, 1e300, ["-1e+300", "-5e+299", "0", "5e+299", "1e+300"]),
        (1, 1.0000001, ["1", "1.00000002", "1.00000004", "1.00000006", "1.00000008", "1.0000001"]),
        (0, 2e8, ["0", "5e+07", "1e+08", "1.5e+08", "2e+08"]),
        (0, 12000, ["0", "5000", "10000"]),
        (0.1, 0.3, ["0.1", "0.15", "0.2", "0.25", "0.3"]),
    ],
)
def test_ticks(low: float, high: float, expected: list[str]) -> None:
    assert [text for _, text in ticks(low, high, 5)] == expected


@given(st.floats(-1e300, 1e300), st.floats(1e-6, 1), st.integers(2, 12))
def test_ticks_are_few_distinct_and_inside(low: float, part: float, count: int) -> None:
    high = low + part * max(abs(low), 1e-290)
    if not low < high:
        return
    found = ticks(low, high, count)
    assert 1 <= len(found) <= count + 1
    width = high - low
    assert all(low - 1e-6 * width <= x <= high + 1e-6 * width for x, _ in found)
    assert len({text for _, text in found}) == len(found)
    assert [float(text) for _, text in found] == pytest.approx([x for x, _ in found], rel=1e-11)


def test_an_axis_places_its_ends() -> None:
    for low, high in ((-3.0, 5.0), (-1e308, 1e308)):
        assert axis(low, high, 4).at(low) == 0
        assert axis(low, high, 4).at(high) == 1
    assert abs(axis(0.0, 1e-300, 4).at(1e300)) < 1e20


def test_views() -> None:
    assert view([3.0, 3.0]) == (1.5, 4.5)
    assert view([0.0]) == (-1.0, 1.0)
    assert view([1.0, 1.0 + 1e-14]) == pytest.approx((0.5, 1.5))
    assert view([0.0, 1.0]) == (-0.05, 1.05)
    low, high = view([*map(float, range(100)), 1e9], clipped=True)
    assert low < 0
    assert 100 < high < 200


def test_what_is_large_is_judged_by_most_of_the_values() -> None:
    assert spread([*map(float, range(100)), 1e9]) < 100
    assert spread([2.0, 2.0]) == 2.0
    assert spread([0.0]) == spread([]) == 1.0


def test_the_roundest_number() -> None:
    assert rounded(0.30000000000000004, 1e-12) == 0.3
    assert rounded(3e-15, 1e-12) == 0.0
    assert rounded(1.5707963267949, 1e-10) == 1.5707963268


def test_beside_a_pole_a_twentieth_of_the_values_may_leave_the_picture_on_either_side() -> None:
    """Of 42 values two a side: 0 to 37 stay, with a quarter of that more, and then a margin of a twentieth."""
    values = [1000.0, -1000.0, 900.0, -900.0, *map(float, range(38))]
    low, high = -37 / 4, 37 + 37 / 4
    margin = (high - low) / 20
    assert view(values, clipped=True) == pytest.approx((low - margin, high + margin))
    assert view(values) == pytest.approx((-1100, 1100))
    assert spread(values) == 37
    assert view([0.0, 1.0, 2.0], clipped=True) == pytest.approx((-0.1, 2.1))


@pytest.mark.parametrize(
    ("low", "high"), [(1e15, 1e15 + 1), (1.0, 1.000000000001), (-3.0000000000004, -3.0), (0.0, 1e-300)]
)
def test_no_two_ticks_read_alike(low: float, high: float) -> None:
    found = ticks(low, high, 8)
    assert len(found) > 2
    assert [float(text) for _, text in found] == [x for x, _ in found]
