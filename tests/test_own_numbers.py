"""The student's own numbers, worked out by hand: values, local gradients, gradients, and what rounding does to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Number
from gradcli.homework.claims.default_tolerance import ATOL
from gradcli.homework.claims.items import Item, item_of
from gradcli.homework.claims.tolerance import Tolerance
from gradcli.homework.marking.concept_weights import edges_to
from gradcli.homework.marking.follow_through import Carried, CheckedStep, Quantity, Rounding, Steps, _within
from gradcli.homework.marking.judging import MarkingPolicy
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of


def record(program: str, rate: str = "", **point: Any) -> Gradient:
    given = {name: Source(name, str(x)) for name, x in point.items()}
    step = update_of("gd", rate) if rate else None
    return evaluate(Source("program", program), given, Request(step=step))


class Sheet:
    """A sheet of claims, those named in `right` right by themselves, and what is worked out from them."""

    def __init__(
        self, made: Gradient, claims: Mapping[str, Number], right: str = "", fixed: str = "", figures: int = 0,
        grain: float = 0.0, *, exactly: bool = False, tolerance: Tolerance | None = None,
    ) -> None:  # fmt: skip
        self.record = made

        def items(names: str) -> set[Item]:
            return {item_of(made, name) for name in names.split()}

        self.steps = Steps(
            made, edges_to(made), {item_of(made, name): x for name, x in claims.items()}, items(right), items(fixed),
            lambda item: tolerance or Tolerance(), MarkingPolicy().too_coarse, Rounding(figures, grain, exactly),
        )  # fmt: skip

    def own(self, name: str) -> Quantity:
        item = item_of(self.record, name)
        if item.kind == "value":
            return self.steps.values[item.node]
        if item.kind == "local":
            return self.steps.local_gradients[item.node, item.position]
        return self.steps.upstream[item.node]

    def found(self, name: str) -> CheckedStep | None:
        return self.steps.found.get(item_of(self.record, name))

    def item(self, name: str) -> Item:
        return item_of(self.record, name)


def close(found: Quantity, value: float | None, radius: float = 0.0, *, moved: bool = True) -> None:
    assert found.value == (None if value is None else pytest.approx(value, rel=1e-12))
    assert found.radius == pytest.approx(radius, rel=1e-9, abs=1e-12)
    assert found.moved is moved


SQUARE = record("q = x*y; f = q*q + z", x=2, y=3, z=1)  # q = 6, f = 37, df/dq = 12, df/dx = 36
ITEM = item_of(SQUARE, "f")


@pytest.mark.parametrize(("figures", "more"), [(0, 0.0), (3, 0.01), (4, 0.001)])
def test_what_rounding_does_to_the_next_numbers(figures: int, more: float) -> None:
    """6.04 is known to 0.01; each of the two terms of df/dq is rounded to the figures of the sheet."""
    sheet = Sheet(SQUARE, {"q": Number(6.04, 0.02, 3)}, "q", figures=figures)
    close(sheet.own("x"), 2, moved=False)
    close(sheet.own("q"), 6.04, 0.01)
    close(sheet.own("v1"), 6.04**2, 2 * 6.04 * 0.01)
    close(sheet.own("f"), 6.04**2 + 1, 2 * 6.04 * 0.01)
    close(sheet.own("local(v1,q,1)"), 6.04, 0.01)
    close(sheet.own("local(v1,q,2)"), 6.04, 0.01)
    close(sheet.own("local(f,v1)"), 1)
    close(sheet.own("df/df"), 1, moved=False)
    close(sheet.own("df/dv1"), 1)
    close(sheet.own("df/dq"), 12.08, 0.02 + more)
    close(sheet.own("df/dx"), 36.24, 3 * (0.02 + more))
    assert sheet.steps.found == {}
    assert all(sheet.own(name).carried is None for name in ("q", "f", "df/dq", "df/dx"))


def test_a_number_is_no_better_known_than_the_tolerance_and_no_worse_than_written() -> None:
    for unit, radius in ((0.02, 0.01), (1.0, 0.0604), (0.0, 0.0)):
        close(Sheet(SQUARE, {"q": Number(6.04, unit, 3)}, "q").own("q"), 6.04, radius)
    close(Sheet(SQUARE, {"q": Number(6.0, 0.1, 2)}, "q").own("q"), 6)  # exactly right: nothing is lost
    close(Sheet(SQUARE, {"q": Number(6.0 + 1e-12, 0.1, 2)}, "q").own("q"), 6 + 1e-12)
    close(Sheet(SQUARE, {"q": Number(6.0 + 1e-10, 0.1, 2)}, "q").own("q"), 6 + 1e-10, 0.05)
    close(Sheet(SQUARE, {}, "q").own("q"), 6, moved=False)


@pytest.mark.parametrize(("grain", "unit", "radius"), [
    (0.01, 0.001, 0.005), (0.01, 0.01, 0.005), (0.01, 0.1, 0.005), (0.001, 0.0015, 0.00075), (0.001, 0.0016, 0.0005),
    (0.0, 0.1, 0.05),
])  # fmt: skip
def test_a_number_with_fewer_decimals_than_asked_for_only_lacks_zeros(grain: float, unit: float, radius: float) -> None:
    sheet = Sheet(SQUARE, {"q": Number(6.04, unit, 3)}, "q", grain=grain)
    close(sheet.own("q"), 6.04, radius)
    assert sheet.steps._is_short(Number(6.04, unit, 3)) is (grain > 0 and unit / grain > 1.5)


def test_local_gradients_follow_from_the_values_on_both_sides() -> None:
    """That of exp is its value, as it was claimed or worked out again; that of a division has both of its arguments."""
    exponential = record("e = exp(x); f = e*y", x=2, y=3)  # e = 7.389056
    sheet = Sheet(exponential, {"e": Number(7.4, 0.1, 2)}, "e")
    close(sheet.own("local(e,x)"), 7.4, 7.4 - 7.38905609893065 + 0.05)
    close(sheet.own("df/de"), 3)
    close(sheet.own("df/dx"), 22.2, 3 * (7.4 - 7.38905609893065 + 0.05))
    ratio = record("q = x + y; f = z/q", x=1, y=3, z=8)
    sheet = Sheet(ratio, {"q": Number(3.98, 0.04, 3)}, "q")
    close(sheet.own("f"), 8 / 3.98, 0.02 * 8 / 3.98**2)
    close(sheet.own("local(f,z)"), 1 / 3.98, max(1 / 3.96 - 1 / 3.98, 1 / 3.98 - 1 / 4.0))
    power = record("q = x + y; f = q^2*z", x=1, y=3, z=8)
    sheet = Sheet(power, {"q": Number(3.98, 0.04, 3)}, "q")
    close(sheet.own("local(v1,q)"), 2 * 3.98, 2 * 0.02)
    cube = record("q = x + y; f = q^3*z", x=1, y=3, z=8)  # steeper above 3.98 than below
    sheet = Sheet(cube, {"q": Number(3.98, 0.04, 3)}, "q")
    close(sheet.own("local(v1,q)"), 3 * 3.98**2, 3 * (4.0**2 - 3.98**2))
    taught = record("h = tanh(x); f = h*y", x=0.5, y=2)
    sheet = Sheet(taught, {"h": Number(0.46, 0.0, 2)}, "h")
    own = sheet.own("local(h,x)")
    truth = 1 - 0.46211715726000973**2
    assert own.value is not None
    assert own.radius == pytest.approx(abs(1 - 0.46**2 - truth), rel=1e-9)
    assert {round(own.value, 12)} <= {round(1 - 0.46**2, 12), round(truth, 12)}


def test_numbers_that_lead_nowhere() -> None:
    logarithm = record("q = x - y; l = log(q); f = l*z", x=5, y=3, z=4)
    sheet = Sheet(logarithm, {"q": Number(-2.0)})
    assert sheet.own("q") == Quantity(-2.0, 0.0, Carried(sheet.item("q"), False), True)
    for name in ("l", "f", "local(l,q)", "df/dl", "df/dx"):
        assert sheet.own(name) == Quantity(None, 0.0, Carried(sheet.item("q"), False), True), name


@pytest.mark.parametrize(("x", "value", "slopes"), [(2.0, 12.0, (6.0, 0.0)), (-2.0, 15.0, (0.0, 5.0))])
def test_a_branch_is_chosen_by_the_own_condition(x: float, value: float, slopes: tuple[float, float]) -> None:
    made = record("q = x + 0*y; f = where(q > 0, a*q, b*y)", x=1, y=3, a=6, b=5)
    sheet = Sheet(made, {"q": Number(x)})
    close(sheet.own("f"), value)
    assert sheet.own("f").carried == Carried(sheet.item("q"), False)
    assert sheet.own("df/da").value == pytest.approx({6.0: x, 0.0: 0.0}[slopes[0]])


def test_what_a_wrong_number_carries() -> None:
    sheet = Sheet(SQUARE, {"q": Number(7.0), "f": Number(50.0), "df/dq": Number(14.0), "df/dx": Number(42.0)})
    q = Carried(sheet.item("q"), False)
    assert sheet.own("q") == Quantity(7.0, 0.0, q, True)
    assert sheet.own("v1") == Quantity(49.0, 0.0, q, True)
    assert sheet.found("q") is None
    assert sheet.found("f") == CheckedStep(q, False, False)
    assert sheet.found("df/dq") == CheckedStep(q, False, False)
    assert sheet.found("df/dx") == CheckedStep(Carried(sheet.item("df/dq"), False), False, False)  # the nearest
    assert sheet.own("df/dy").carried == Carried(sheet.item("df/dq"), False)
    fixed = Sheet(SQUARE, {"q": Number(7.0), "f": Number(50.0)}, fixed="f")
    assert fixed.found("f") is None


@pytest.mark.parametrize(("claim", "follows"), [
    (Number(50.0), True), (Number(50.5), True), (Number(50.51), False), (Number(49.5), True), (Number(49.49), False),
])  # fmt: skip
def test_a_step_may_be_off_by_the_figures_of_the_sheet(claim: Number, follows: bool) -> None:
    """Of two figures: a unit is 1, and a per cent of 50 is half of that."""
    assert (Sheet(SQUARE, {"q": Number(7.0), "f": claim}, figures=2).found("f") is not None) is follows


@pytest.mark.parametrize(("claim", "d", "figures", "grain", "exactly", "reach"), [
    (Number(50.0), 50.0, 0, 0.0, False, ATOL), (Number(50.0, 0.2, 3), 50.0, 0, 0.0, False, 0.2),
    (Number(50.0, 2.0, 2), 50.0, 0, 0.0, False, 0.5), (Number(50.0), 50.0, 3, 0.0, False, 0.1),
    (Number(50.0), 50.0, 2, 0.0, False, 0.5), (Number(50.0, 0.01, 4), 50.0, 0, 0.1, False, ATOL),
    (Number(50.0, 0.1, 3), 50.0, 0, 0.1, False, 0.1), (Number(50.0, 0.1, 3), 50.0, 0, 0.01, False, ATOL),
    (Number(50.0, 1.0, 2, True), 50.0, 2, 0.0, True, ATOL), (Number(50.0, 10.0, 1, True), 50.0, 2, 0.0, True, 0.5),
    (Number(5000.0, 20.0, 3, True), 5000.0, 2, 0.0, True, 20.0), (Number(0.0), 0.0, 3, 0.0, False, ATOL),
])  # fmt: skip
def test_how_far_a_claim_may_be_from_what_it_follows_from(
    claim: Number, d: float, figures: int, grain: float, exactly: bool, reach: float
) -> None:
    if (claim.unit, grain) == (0.01, 0.1):
        reach = 0.1  # a finer number than is asked for may be off by a unit that is
    steps = Sheet(SQUARE, {}, figures=figures, grain=grain).steps
    assert steps._reach(ITEM, claim, d, exactly) == pytest.approx(reach)


@pytest.mark.parametrize(("claim", "radius", "others", "near"), [
    (50.2, 0.0, (), True), (50.21, 0.0, (), False), (49.8, 0.0, (), True), (49.79, 0.0, (), False),
    (50.5, 0.3, (), True), (50.51, 0.3, (), False), (60.2, 0.0, (60.0,), True), (60.21, 0.0, (60.0,), False),
    (60.2, 0.0, (None, 60.0), True), (60.2, 0.3, (None,), False), (60.5, 0.3, (60.0,), False),
])  # fmt: skip
def test_a_claim_near_what_follows_in_one_of_the_ways(
    claim: float, radius: float, others: tuple[float | None, ...], near: bool
) -> None:
    steps = Sheet(SQUARE, {}).steps
    number = Number(claim, 0.2, 3)
    assert steps._near(ITEM, number, Quantity(50.0, radius), others, ()) is near


@pytest.mark.parametrize(("x", "d", "within"), [
    (50.5, 50.0, True), (50.51, 50.0, False), (49.5, 50.0, True), (0.202, 0.2, True), (0.2021, 0.2, False),
    (0.0, 0.0, True),
])  # fmt: skip
def test_a_number_counts_as_another_edges_included(x: float, d: float, within: bool) -> None:
    assert _within(x, d, Tolerance()) is within


@pytest.mark.parametrize(("claims", "whole", "found"), [
    ({"q": 7.0, "f": 50.0}, True, True), ({"q": 7.0, "f": 51.0}, True, False), ({"q": 7.0, "f": 50.4}, True, True),
    ({"q": 7.5, "f": 57.0}, True, True), ({"q": 7.0, "f": 51.0}, False, False),
])  # fmt: skip
def test_a_whole_number_from_whole_numbers_is_that_number(claims: dict[str, float], whole: bool, found: bool) -> None:
    """50.4 is no whole number, 7.5 none either: what is rounded may be off by a per cent."""
    numbers = {name: Number(x, 0.5 if name == "f" else 0.0, 2) for name, x in claims.items()}
    sheet = Sheet(SQUARE, numbers, figures=2, exactly=whole)
    assert (sheet.found("f") is not None) is found


def test_a_number_that_is_right_after_a_wrong_one_carries_nothing() -> None:
    gate = record("q = x*y; r = relu(q); f = r + z", x=-2, y=3, z=1)  # q = -6, r = 0
    sheet = Sheet(gate, {"q": Number(-7.0)})
    assert sheet.own("r") == Quantity(0.0, 0.0, None, True)  # the same 0, whatever the negative number was
    assert sheet.own("f").carried is None
    wrong = Sheet(gate, {"q": Number(7.0)})
    assert wrong.own("r") == Quantity(7.0, 0.0, Carried(wrong.item("q"), False), True)


@pytest.mark.parametrize(("q", "stock", "r", "trivial"), [
    (0.0, True, 0.0, True), (1.0, True, 1.0, True), (-1.0, True, 1.0, True), (2.0, False, 4.0, False),
])  # fmt: skip
def test_a_wrong_0_or_1_is_stock_and_so_is_what_is_made_of_it(q: float, stock: bool, r: float, trivial: bool) -> None:
    square = record("q = x*y; r = q*q; f = r + z", x=2, y=3, z=7)
    sheet = Sheet(square, {"q": Number(q), "r": Number(r)})
    assert sheet.own("q").stock is stock
    assert sheet.found("r") == CheckedStep(Carried(sheet.item("q"), False), trivial, False)
    unclaimed = Sheet(square, {"q": Number(q), "f": Number(r + 7)})
    assert unclaimed.own("r").stock is stock
    assert unclaimed.found("f") == CheckedStep(Carried(sheet.item("q"), False), False, False)


STEPPING = record("q = x*y; f = q*q", rate="0.1", x=2, y=3)  # df/dx = 36, new(x) = -1.6


@pytest.mark.parametrize(("claim", "found"), [
    (Number(-2.2, 0.1, 2), False), (Number(-2.8, 0.1, 2), None), (Number(2.0, 1.0, 1), None), (Number(-2.19), None),
])  # fmt: skip
def test_a_new_value_follows_from_the_own_gradient(claim: Number, found: bool | None) -> None:
    """With df/dx = 42 it is 2 - 4.2."""
    sheet = Sheet(STEPPING, {"df/dx": Number(42.0), "new(x)": claim})
    carried = Carried(sheet.item("df/dx"), False)
    assert sheet.found("new(x)") == (None if found is None else CheckedStep(carried, False, found))
    alone = Sheet(STEPPING, {"new(x)": claim})
    assert alone.found("new(x)") is None  # without a gradient that is off, it follows from nothing
    right = Sheet(STEPPING, {"df/dx": Number(42.0), "new(x)": claim}, "new(x)")
    assert right.found("new(x)") is None


def test_a_new_value_with_too_few_digits_for_its_step_is_coarse() -> None:
    sheet = Sheet(record("f = x*x*c", rate="0.001", x=2, c=1), {"df/dx": Number(5.0), "new(x)": Number(2.0, 0.1, 2)})
    assert sheet.found("new(x)") == CheckedStep(Carried(sheet.item("df/dx"), False), False, True)
    zero = Sheet(record("f = x*x*c", rate="0.5", x=2, c=1), {"df/dx": Number(1.0), "new(x)": Number(1.5)})
    assert zero.found("new(x)") == CheckedStep(Carried(zero.item("df/dx"), False), True, False)
