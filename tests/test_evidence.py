"""Whether a number that a student wrote is a predicted one: how far it may be off, and how much it says at all."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.array_items import ArrayItem
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.agreement import fits, window
from gradcli.homework.diagnosis.array_evidence import (
    ArrayEvidence,
    FewNumbers,
    agreement,
    chance,
    is_nothing,
    is_zero,
    same_shape,
    telling,
)
from gradcli.homework.diagnosis.hidden_numbers import ROUGH, Arriving, Evidence, as_written, figures_of, hidden_rounded
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request

ITEM = Item(VALUE, 0)


def claim(value: float, resolution: float = 0.0) -> Evidence:
    return Evidence(ITEM, value, resolution, False)


# ---- single numbers


@pytest.mark.parametrize(("value", "resolution", "predicted", "places", "expected"), [
    (3.14, 0.005, 3.14, 1, True), (3.14, 0.005, 3.145, 1, True), (3.14, 0.005, 3.135, 1, True),
    (3.14, 0.005, 3.14505, 1, True), (3.14, 0.005, 3.1452, 1, False), (3.14, 0.005, 3.1348, 1, False),
    (-3.14, 0.005, -3.145, 1, True), (-3.14, 0.005, -3.1452, 1, False), (-3.14, 0.005, 3.14, 1, False),
    (3.14, 0.005, 3.155, 3, True), (3.14, 0.005, 3.1556, 3, False),  # worked out from rounded numbers
    (1.2, 0.05, 1.206, 1, True), (1.2, 0.05, 1.2065, 1, False),  # two figures identify nothing to 5 %
    (7.0, 0.0, 7 + 6e-9, 1, True), (7.0, 0.0, 7 + 8e-9, 1, False), (7.0, 0.0, 7 + 8e-9, 3, False),
    (0.0, 0.0, 0.0, 1, True), (0.0, 0.05, 0.01, 1, False),
    (2370.0, 0.0, 2365.0, 1, True), (2370.0, 0.0, 2364.0, 1, False), (37.0, 0.0, 37.4, 1, False),
])  # fmt: skip
def test_a_claim_is_a_predicted_number(
    value: float, resolution: float, predicted: float, places: float, expected: bool
) -> None:
    assert fits(claim(value, resolution), predicted, places) is expected


@pytest.mark.parametrize(("value", "resolution", "reach"), [
    (3.14, 0.005, 0.0153), (-3.14, 0.005, 0.0153), (400.0, 0.0, 153.0), (40.0, 0.0, 8e-8),
])  # fmt: skip
def test_what_fits_lies_in_the_window(value: float, resolution: float, reach: float) -> None:
    low, high = window(claim(value, resolution))
    assert (value - low, high - value) == pytest.approx((reach, reach), rel=1e-5)


@pytest.mark.parametrize(("value", "resolution", "expected"), [
    (370.0, 0.0, 5.0), (-370.0, 0.0, 5.0), (2300.0, 0.0, 50.0), (123.0, 0.0, 0.5), (100.0, 0.0, 50.0), (99.0, 0.0, 0.0),
    (90.0, 0.0, 0.0), (100.5, 0.0, 0.0), (370.0, 0.5, 0.5), (3.7, 0.05, 0.05), (1010.0, 0.0, 5.0),
])  # fmt: skip
def test_how_far_a_number_may_be_rounded(value: float, resolution: float, expected: float) -> None:
    assert claim(value, resolution).rounding == expected


@pytest.mark.parametrize(("value", "resolution", "expected"), [
    (20.0, 0.0, True), (-20.0, 0.0, True), (21.0, 0.0, False), (-21.0, 0.0, False), (0.0, 0.0, True),
    (2.5, 0.0, False), (0.99, 0.005, True), (1.0, 0.005, False), (-0.99, 0.005, True), (-1.0, 0.005, False),
    (9.9, 0.05, True), (10.0, 0.05, False),
])  # fmt: skip
def test_a_small_number_says_little(value: float, resolution: float, expected: bool) -> None:
    assert claim(value, resolution).is_small is expected


@pytest.mark.parametrize(("numbers", "figures"), [
    ([(3.14, 0.005)], 3), ([(-0.0314, 0.00005)], 3), ([(1000.0, 0.5)], 4), ([(31.4, 0.05), (2.718, 0.0005)], 4),
    ([(1.2, 0.05), (3.14, 0.005), (3.15, 0.005), (1.2345, 0.00005)], 3), ([(3.14, 0.005), (7.0, 0.0), (8.0, 0.0)], 3),
    ([(0.0, 0.5), (3.14, 0.005), (0.0, 0.5)], 3), ([(7.0, 0.0)], 0), ([], 0), ([(0.01, 0.5)], 1),
])  # fmt: skip
def test_how_many_figures_a_student_writes(numbers: list[tuple[float, float]], figures: int) -> None:
    """Most rounded numbers; exact ones and zeros say nothing of it."""
    assert figures_of(claim(*number) for number in numbers) == figures


@pytest.mark.parametrize(("x", "figures", "expected"), [
    (3.14159, 3, 3.14), (-31415.9, 2, -31000.0), (3.14159, 1, 3.0), (3.14159, 0, 3.14159), (math.inf, 3, math.inf),
])  # fmt: skip
def test_a_number_as_it_is_written(x: float, figures: int, expected: float) -> None:
    assert as_written(x, figures) == expected


def test_what_arrives_is_the_sum_over_the_uses() -> None:
    a, b = Item(LOCAL, 3, 0), Item(LOCAL, 4, 1)
    terms = [(a, 2.0, 5.0), (b, -3.0, 0.5)]
    assert Arriving(terms).total({}) == 8.5
    assert Arriving(terms).total({b: 4.0}) == -2.0
    assert math.isnan(Arriving(terms).total({a: None}))
    assert math.isnan(Arriving([(a, None, 5.0)]).total({}))


def test_local_gradients_that_nobody_writes_are_rounded_in_mind() -> None:
    """cos(0.91) is 0.61374..., and 0.614*1.3 is 0.7982; a local gradient that is claimed stays as it is claimed."""
    given = {"x": Source("x", "0.7"), "y": Source("y", "1.3")}
    record = evaluate(Source("program", "q = x*y; f = sin(q)"), given, Request())
    program = ReworkedProgram(record)
    q, f = (record.graph.by_label[name] for name in "qf")
    x = record.graph.inputs["x"]
    found = hidden_rounded(program, program.right, {}, 3)
    assert found is not None
    assert found.local_gradients[f][0] == 0.614
    assert found.upstream[x] == pytest.approx(0.7982, rel=1e-12)
    claimed = {Item(UPSTREAM, q): Evidence(Item(UPSTREAM, q), 0.6, 0.05, False)}
    found = hidden_rounded(program, program.right, claimed, 3)
    assert found is not None
    assert found.upstream[x] == pytest.approx(0.78, rel=1e-12)
    assert hidden_rounded(program, program.right, {}, 0) is None
    all_written = {item: Evidence(item, 1.0, 0.0, True) for item in program.items if item.kind == LOCAL}
    assert hidden_rounded(program, program.right, all_written, 3) is None


# ---- arrays


def array(values: list[float], resolution: float = 0.0) -> ArrayEvidence:
    shape = (len(values),)
    return ArrayEvidence(ArrayItem(UPSTREAM, 0, 0, shape), shape, values, [resolution] * len(values), False)


@pytest.mark.parametrize(("values", "expected"), [
    ([], 0), ([0.0, 0.0], 0), ([1.0, 1.0], 1), ([2.0, -2.0], 1), ([1.0, 1.0000001], 1), ([1.0, 1.00001], 2),
    ([3.0, 0.0, 4.0], 2),
])  # fmt: skip
def test_different_numbers_say_something(values: list[float], expected: int) -> None:
    assert telling(values) == expected


@pytest.mark.parametrize(("values", "size", "zero", "nothing"), [
    ([0.0, 0.0], 1.0, True, True), ([0.0], 1.0, False, False), ([0.0, 1.0], 1.0, False, False),
    ([1e-7, 0.0], 1.0, False, True), ([1e-6, -1e-6], 1.0, False, True), ([1.1e-6, 0.0], 1.0, False, False),
    ([1.1e-6, 0.0], 2.0, False, True), ([-2e-6, 0.0], 1.0, False, False), ([0.0, 0.0], 0.0, True, True),
])  # fmt: skip
def test_arrays_of_nothing(values: list[float], size: float, zero: bool, nothing: bool) -> None:
    assert is_zero(array(values)) is zero
    assert is_nothing(array(values), size) is nothing


@pytest.mark.parametrize(("a", "b", "expected"), [
    ((2, 3), (2, 3), True), ((1, 3), (3,), True), ((3, 1), (1, 3), True), ((2, 3), (3, 2), False), ((), (1,), True),
    ((2,), (2, 2), False),
])  # fmt: skip
def test_axes_of_one_entry_do_not_count(a: tuple[int, ...], b: tuple[int, ...], expected: bool) -> None:
    assert same_shape(a, b) is expected


FAR = [200.0, 100.0, 40.0, 0.2]


@pytest.mark.parametrize(("values", "resolution", "predicted", "truth", "expected"), [
    # two numbers agree to their last places, or not at all
    ([1.23, 4.56], 0.005, [1.235, 4.565], [], "exact"), ([1.23, 4.56], 0.005, [1.2352, 4.56], [], ""),
    ([1.23, 4.56], 0.005, [1.23, -4.56], [], ""), ([1.2, 4.5], 0.05, [1.2, 4.53], [], ""),
    # three may be off by what rounding on the way changes
    ([1.23, 4.56, 7.89], 0.005, [1.23, 4.575, 7.89], [], "exact"), ([1.23, 4.56, 7.89], 0.005, [1.236, 4.56, 7.89], [],
     "exact"),
    ([1.23, 4.56, 7.89], 0.005, [1.23, 4.5755, 7.89], [], "close"),
    ([1.23, 4.56, 7.89], 0.005, [1.23, 4.605, 7.89], [], "close"),
    ([1.23, 4.56, 7.89], 0.005, [1.23, 4.61, 7.89], [], ""), ([1.23, 4.56, 7.89], 0.005, [1.23, 4.51, 7.89], [], ""),
    ([1.23, 4.56, 4.56], 0.005, [1.23, 4.58, 4.58], [], ""),
    # beside more than three others a number of one figure says little
    ([1.23, 4.56, 7.89, 0.02], 0.005, [1.23, 4.56, 7.89, 0.021], [], "close"),
    ([1.23, 4.56, 7.89, 0.02], 0.005, [1.23, 4.56, 7.89, 0.0215], [], ""),
    ([1.23, 4.56, 0.02], 0.005, [1.23, 4.56, 0.021], [], ""),
    ([1.23, 4.56, 7.89, 0.02], 0.0001, [1.23, 4.56, 7.89, 0.021], [], ""),
    # an entry beside which others are large
    ([1000.0, 3.0, 0.0], 0.0, [1000.0, 3.0, 5e-10], [], "exact"),
    ([1000.0, 3.0, 0.0], 0.0, [1000.0, 3.0, 2e-9], [], ""),
    # one whole number throughout says nothing, and neither does 0
    ([3.0, 3.0], 0.0, [3.0, 3.0], [], ""), ([3.0, -3.0], 0.0, [3.0, -3.0], [], ""), ([3.0], 0.0, [3.0], [], "exact"),
    ([3.1, 3.1], 0.05, [3.1, 3.1], [], "exact"), ([0.0], 0.0, [0.0], [], ""), ([0.1, 0.2], 0.05, [0.0, 0.0], [], ""),
    # as a whole, much nearer to what is predicted than to the right array
    ([100.0, 50.0, 20.0, 0.5], 0.0, [100.0, 50.0, 20.0, 0.1], FAR, "close"),
    ([100.0, 50.0, 20.0, 0.5], 0.0, [100.0, 50.0, 20.0, 0.1], [], ""),
    ([100.0, 50.0, 20.0, 1.05], 0.0, [100.0, 50.0, 20.0, 0.1], FAR, "close"),
    ([100.0, 50.0, 20.0, 1.2], 0.0, [100.0, 50.0, 20.0, 0.1], FAR, ""),
    ([100.0, 50.0, 20.0, 0.5], 0.0, [100.0, 50.0, 20.0, 0.1], [102.1, 50.0, 20.0, 0.5], "close"),
    ([100.0, 50.0, 20.0, 0.5], 0.0, [100.0, 50.0, 20.0, 0.1], [101.9, 50.0, 20.0, 0.5], ""),
    ([100.0, 50.0, 0.5], 0.0, [100.0, 50.0, 0.1], FAR[:3], ""),
    ([100.0, 50.0, 50.0, 0.5], 0.0, [100.0, 50.0, 50.0, 0.1], FAR, ""),
    ([100.0, 50.0, 50.4, 0.5], 0.0, [100.0, 50.0, 50.0, 0.1], FAR, ""),
])  # fmt: skip
def test_how_an_array_agrees(
    values: list[float], resolution: float, predicted: list[float], truth: list[float], expected: str
) -> None:
    assert agreement(array(values, resolution), predicted, truth, 100.0) == expected


@pytest.mark.parametrize(("predicted", "size", "expected"), [
    ([0.0, 0.0], 5.0, "exact"), ([4e-6, 0.0], 5.0, "exact"), ([6e-6, 0.0], 5.0, ""), ([0.0, -6e-6], 5.0, ""),
    ([1.0, 0.0], 5.0, ""), ([0.0, 0.0], 0.0, "exact"),
])  # fmt: skip
def test_zeros_agree_with_zeros(predicted: list[float], size: float, expected: str) -> None:
    assert agreement(array([0.0, 0.0]), predicted, (), size) == expected


# Of numbers of the size 2 one at 2 has the density 0.4/1.5/2; at 4 it is 0.4/3/2.
@pytest.mark.parametrize(("predicted", "resolution", "expected"), [
    ([2.0], 0.005, 0.0102 * 0.4 / 3), ([-2.0], 0.005, 0.0102 * 0.4 / 3), ([4.0], 0.005, 0.0102 * 0.4 / 6),
    ([2.0], 0.05, 0.02 * 0.4 / 3), ([2.0], 0.0, 4e-9 * 0.4 / 3), ([2.0, -2.0], 0.005, 0.0102 * 0.4 / 3),
    ([2.0, 4.0], 0.005, 0.0102**2 * 0.16 / 18), ([0.0, 2.0], 0.005, 0.0102 * 0.4 / 3), ([0.0], 0.005, 1.0),
])  # fmt: skip
def test_how_likely_random_numbers_agree(predicted: list[float], resolution: float, expected: float) -> None:
    assert chance(array([0.0] * len(predicted), resolution), predicted, 2.0) == pytest.approx(expected, rel=1e-12)


def test_of_few_numbers_the_commonest_mistakes_count() -> None:
    """One number of two figures meets a prediction by a chance of 0.0027: seven of them are less than one in fifty."""
    few = FewNumbers(array([2.0], 0.05), [2.0])
    likely = [2.0, 2.001, 2.002, 2.003, 1.999, 1.998, 1.997, 1.996]
    for k, p in enumerate(likely):
        few.note([p], 2, k)
    assert few.counted() == {(p,) for p in likely[:7]}
    few.note([likely[7]], 1, 99)  # a common mistake that says the same
    assert few.counted() == {(p,) for p in (*likely[:6], likely[7])}
    few.note([likely[7]], 3, 0)
    assert few.counted() == {(p,) for p in (*likely[:6], likely[7])}
    few.note([1e9], 3, 100)  # so far off that it hardly costs anything
    assert (1e9,) in few.counted()


@pytest.mark.parametrize(("truth", "scale"), [
    ([3.0, -4.0], math.sqrt(12.5)), ([2.0], 2.0), ([0.0, 0.0], 7.0), ([], 7.0),
])  # fmt: skip
def test_the_size_of_the_right_numbers(truth: list[float], scale: float) -> None:
    assert FewNumbers(array([-7.0, 5.0]), truth).scale == pytest.approx(scale, rel=1e-15)


def test_predictions_that_look_alike_are_one() -> None:
    numbers: Any = [1.0000001, -2.0]
    assert FewNumbers.key(numbers) == (1.0, -2.0) != FewNumbers.key([1.00001, -2.0])


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("made", [{}, {Item(LOCAL, 2, 0): 4.0}, {Item(LOCAL, 3, 0): 7.0}])
def test_a_sum_is_outside_only_if_its_rounding_cannot_bring_it_in(sign: float, made: dict[Item, float]) -> None:
    """The terms are 2*3 and -1*5; what is made replaces 3 by 4, or is about another sum."""
    terms = [(Item(LOCAL, 2, 0), 2.0 * sign, 3.0), (Item(LOCAL, 2, 1), -1.0 * sign, 5.0)]
    total, size = (3.0, 19.0) if made.get(Item(LOCAL, 2, 0)) else (1.0, 11.0)
    sums = Arriving(terms)
    for off, outside in ((0.5, False), (2.0, True)):
        beyond = off * ROUGH * size
        assert sums.is_outside(made, sign * total + beyond, 100.0) is outside
        assert sums.is_outside(made, -100.0, sign * total - beyond) is outside
    assert not sums.is_outside(made, -100.0, 100.0)
