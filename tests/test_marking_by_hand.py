"""Sheets marked by hand: what follows from own numbers, what is trivial or coarse, and what an answer key knows."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim, Number
from gradcli.homework.claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item, item_of
from gradcli.homework.claims.tolerance import Interval, Tolerance, decimal_of
from gradcli.homework.marking.answer_key import MAX_REMEMBERED, AnswerKey, _Memory, _own
from gradcli.homework.marking.follow_through import (
    Carried,
    CheckedStep,
    Quantity,
    _carried,
    _is_stock,
    _is_trivial,
    half_unit,
)
from gradcli.homework.marking.judging import Draft, MarkingPolicy
from gradcli.homework.marking.marks import Marked, _credit, _hides_step, _is_coarse, _short, _working_order, mark
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of


def record(program: str, request: Request | None = None, **point: Any) -> Gradient:
    given = {name: Source(name, str(x)) for name, x in point.items()}
    return evaluate(Source("program", program), given, request or Request())


def marked(program: str, point: dict[str, Any], claims: dict[str, str], **rules: Any) -> Marked:
    key = AnswerKey(record(program, **point), {name: Source(name, str(x)) for name, x in point.items()})
    return mark(key, [Claim(*pair) for pair in claims.items()], MarkingPolicy(diagnose=False, **rules))


PRODUCT = ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})  # q = 3, f = -12, dq = -4, dz = 3, dx = dy = -4
NEURON = ("s = w*x + b; h = tanh(s); f = h*h", {"w": 0.5, "x": 1.2, "b": -0.1})  # s = 0.5, h = 0.4621, f = 0.2136
WHOLE = ("q = x*y; f = q + z", {"x": 23, "y": 52, "z": 4})  # 1196, 1200

SHEETS: list[tuple[tuple[str, dict[str, Any]], dict[str, str], dict[str, Any], str]] = [
    # a whole number of whole numbers has to be it; others may be 1 % off
    (PRODUCT, {"q": "3", "f": "-12.1"}, {}, "correct correct"),
    (PRODUCT, {"q": "3.02", "f": "-12.3"}, {}, "correct wrong"),
    (WHOLE, {"q": "1196", "f": "1201"}, {}, "correct wrong"), (WHOLE, {"q": "1200"}, {}, "correct"),
    (WHOLE, {"q": "1300"}, {}, "wrong"), (WHOLE, {"q": "1197"}, {"rtol": 0.01}, "correct"),
    (WHOLE, {"q": "1195"}, {}, "wrong"), (WHOLE, {"q": "1190"}, {}, "correct"), (WHOLE, {"q": "1180"}, {}, "wrong"),
    # what follows from a wrong number
    (PRODUCT, {"q": "7", "f": "-28", "df/dz": "7"}, {}, "wrong follow_through follow_through"),
    (PRODUCT, {"q": "7", "f": "-27"}, {}, "wrong wrong"),
    (PRODUCT, {"q": "7", "f": "-28.1"}, {}, "wrong follow_through"),
    (PRODUCT, {"q": "7", "f": "-28.3"}, {}, "wrong wrong"), (PRODUCT, {"q": "7", "f": "-12"}, {}, "wrong correct"),
    (PRODUCT, {"df/dq": "5", "df/dx": "5", "df/dy": "-4"}, {}, "wrong follow_through correct"),
    (PRODUCT, {"local(f,q)": "5", "df/dq": "5", "df/dx": "5"}, {}, "wrong follow_through follow_through"),
    (PRODUCT, {"local(q,x)": "2", "df/dx": "-8"}, {}, "wrong follow_through"),
    # a wrong 0 or 1 carries no credit
    (PRODUCT, {"df/dq": "1", "df/dx": "1", "df/dy": "1"}, {}, "wrong follow_through follow_through"),
    # rounded numbers of one's own
    (NEURON, {"s": "0.5", "h": "0.462", "f": "0.213"}, {}, "correct correct correct"),
    (NEURON, {"h": "0.462", "df/dh": "0.924", "df/ds": "0.727"}, {}, "correct correct correct"),
    (NEURON, {"h": "0.46", "f": "0.2116"}, {}, "correct correct"),
    (NEURON, {"h": "0.4", "f": "0.16"}, {}, "wrong follow_through"),
    (NEURON, {"h": "0.5", "f": "0.25"}, {}, "imprecise follow_through"),
    (NEURON, {"h": "0.5"}, {"sigfigs": 1}, "correct"),
    (NEURON, {"h": "0.46"}, {"sigfigs": 3}, "imprecise"), (NEURON, {"h": "0.462"}, {"sigfigs": 3}, "correct"),
    (NEURON, {"h": "0.46"}, {"decimals": 2}, "correct"), (NEURON, {"h": "0.5"}, {"decimals": 2}, "imprecise"),
    (NEURON, {"h": "0.47"}, {"decimals": 2}, "wrong"),
    # formulas, words, nothing
    (PRODUCT, {"df/dx": "z", "df/dz": "x + y", "df/dy": "z + 0.001"}, {}, "correct correct wrong"),
    (PRODUCT, {"df/dx": "z*1.0001"}, {}, "imprecise"), (PRODUCT, {"f": "f"}, {}, "invalid"),
    (PRODUCT, {"df/dx": "df/dq*dq/dx"}, {}, "correct"), (PRODUCT, {"df/dx": "df/dx"}, {}, "invalid"),
    (PRODUCT, {"q": "undefined", "f": "", "df/dw": "1"}, {}, "wrong missing invalid"),
    (PRODUCT, {"df/dx": "z"}, {"numeric": ("upstream",)}, "invalid"),
    (PRODUCT, {"q": "x + y"}, {"numeric": ("value",)}, "invalid"),
    (PRODUCT, {"q": "3", "Q": "3"}, {}, "correct invalid"),
    # where there is no derivative
    (("f = abs(x)*y", {"x": 0, "y": 3}), {"df/dx": "0"}, {}, "correct"),
    (("f = abs(x)*y", {"x": 0, "y": 3}), {"df/dx": "3"}, {}, "correct"),
    (("f = abs(x)*y", {"x": 0, "y": 3}), {"df/dx": "4"}, {}, "wrong"),
    (("f = abs(x)*y", {"x": 0, "y": 3}), {"df/dx": "undefined"}, {}, "correct"),
    (("f = sqrt(x)*y", {"x": 0, "y": 3}), {"df/dx": "undefined", "df/dy": "0"}, {}, "correct correct"),
    (("f = sqrt(x)*y", {"x": 0, "y": 3}), {"df/dx": "5"}, {}, "wrong"),
    (("q = x*y; f = x + 1", {"x": 2, "y": 3}), {"df/dq": "0", "df/dx": "1"}, {}, "correct correct"),
]  # fmt: skip


@pytest.mark.parametrize("k", range(len(SHEETS)))
def test_a_sheet_by_hand(k: int) -> None:
    (program, point), claims, rules, expected = SHEETS[k]
    found = marked(program, point, claims, **rules)
    assert [m.status for m in found.marks] == expected.split(), [(m.claim.name, m.status, m.why) for m in found.marks]


def test_reasons_and_credits_by_hand() -> None:
    found = marked(*PRODUCT, {"df/dq": "1", "df/dx": "1"}, follow_through=0.5).marks
    assert [m.credit for m in found] == [0.0, 0.0]
    assert found[1].why == "a right step from your df/dq, but a wrong 0 or 1 carries no credit"
    found = marked(*PRODUCT, {"q": "7", "f": "-28", "df/dz": "7"}, follow_through=0.5).marks
    assert [(m.credit, m.first_wrong, m.value, m.truth) for m in found] == [
        (0.0, True, 7, 3), (0.5, False, -28, -12), (0.5, False, 7, 3)]  # fmt: skip
    assert found[1].why == "a right step from your q"
    coarse = marked(*NEURON, {"h": "0.5"}, imprecise=0.4).marks[0]
    assert (coarse.credit, coarse.why) == (0.4, "right, but too coarse: give 3 significant figures")
    late = marked(*PRODUCT, {"df/dx": "9", "f": "9", "q": "9"}).marks
    assert [m.first_wrong for m in late] == [False, False, True] or [m.first_wrong for m in late] == [
        True,
        False,
        False,
    ]
    assert [_credit(status, MarkingPolicy(imprecise=0.3, follow_through=0.6)) for status in (
        "correct", "imprecise", "follow_through", "wrong", "missing")] == [1.0, 0.3, 0.6, 0.0, 0.0]  # fmt: skip
    assert _credit("follow_through", MarkingPolicy()) == 0.0


def test_ungraded_claims_do_not_count() -> None:
    found = marked("f = x*exp(y)", {"x": 2, "y": 3}, {"f": "40.17", "df/dx": "20.0855"})
    assert (found.earned, found.possible) == (2.0, 2.0)
    far = marked("f = x*1e200*y*1e200", {"x": 1, "y": 1}, {"f": "1", "df/dx": "1"})
    assert [m.status for m in far.marks] == ["ungraded", "ungraded"]
    assert far.possible == 0


def test_zeros_at_the_end_that_a_spreadsheet_took_away() -> None:
    """Where most numbers have four decimals, 0.15 is 0.1500, and may be five units off."""
    policy = MarkingPolicy(decimals=4)
    fine, short = Number(0.1234, 1e-4, 4), Number(0.15, 1e-2, 2)
    assert _short(short, 0.1504, [short, fine, fine], policy) == ("correct", "")
    assert _short(short, 0.15051, [short, fine, fine], policy)[0] == "imprecise"
    assert _short(short, 0.1504, [short, fine], policy)[0] == "imprecise"


def test_working_order() -> None:
    items = [Item(STEP, 0), Item(UPSTREAM, 1), Item(UPSTREAM, 4), Item(LOCAL, 3, 1), Item(LOCAL, 3, 0), Item(VALUE, 4),
             Item(VALUE, 2)]  # fmt: skip
    drafts = sorted((Draft(Claim("", ""), item) for item in items), key=_working_order)
    assert [d.item for d in drafts] == [items[k] for k in (6, 5, 4, 3, 2, 1, 0)]


# ---- own numbers


def test_what_a_number_comes_from() -> None:
    coarse, wrong = Carried(Item(VALUE, 1), True), Carried(Item(VALUE, 2), False)
    q = Quantity(1.0)
    assert _carried([q, q]) is None
    assert _carried([q, q._replace(carried=coarse)]) == coarse
    assert _carried([q._replace(carried=coarse), q._replace(carried=wrong)]) == wrong
    assert _carried([q._replace(carried=coarse), q._replace(carried=coarse._replace(item=Item(VALUE, 3)))]) == coarse


@pytest.mark.parametrize(("value", "radius", "whole"), [(3.0, 0.0, True), (3.5, 0.0, False), (3.0, 0.5, False),
    (None, 0.0, False),
                                                        (-2.0, 0.0, True)])  # fmt: skip
def test_a_whole_number_that_nobody_rounded(value: float | None, radius: float, whole: bool) -> None:
    assert Quantity(value, radius).is_whole is whole


@pytest.mark.parametrize(("x", "truth", "stock", "trivial"), [
    (0.0, 3.0, True, True), (1.0, 3.0, True, True), (-1.0, 3.0, True, True), (-1.0, 1.0, False, True),
    (2.0, 3.0, False, False),
    (1.0, None, True, True), (0.0, 1.0, True, True), (1.0, -1.0, False, True),
])  # fmt: skip
def test_numbers_that_a_sheet_can_be_filled_with(x: float, truth: float | None, stock: bool, trivial: bool) -> None:
    assert (_is_stock(x, truth), _is_trivial(x)) == (stock, trivial)
    assert not _is_trivial(None)


def test_half_a_unit() -> None:
    assert [half_unit(x, 3) for x in (123.0, 0.0999, -1.0)] == pytest.approx([0.5, 0.00005, 0.005])


# ---- the key


def key(program: str, **point: Any) -> AnswerKey:
    return AnswerKey(record(program, **point), {name: Source(name, str(x)) for name, x in point.items()})


def test_what_is_remembered_has_a_limit() -> None:
    memory: _Memory[str, int] = _Memory()
    half = MAX_REMEMBERED // 2
    memory.remember("a", 1, half - 1)
    memory.remember("b", 2, half - 1)
    assert dict(memory) == {"a": 1, "b": 2}
    assert memory.length == MAX_REMEMBERED
    memory.remember("c", 3, 0)
    assert dict(memory) == {"c": 3}
    memory.remember("d", 4, MAX_REMEMBERED - 1)
    assert dict(memory) == {"c": 3, "d": 4}


def test_where_terms_cancel() -> None:
    made = key("q = x - y; f = q*z + z", x=1e8, y=1e8, z=3)
    q, f, z = (item_of(made.record, name) for name in ("q", "f", "df/dz"))
    assert made.scale(q, 0.0) == 1e8
    assert made.scale(q, 0.9e-4) == 1e8
    assert made.scale(q, 1.1e-4) == 0.0
    assert made.scale(f, 3.0) == 0.0
    assert made.scale(z, 0.0) == 1.0  # q + 1, of 0 and 1
    assert made.scale(Item(LOCAL, f.node, 0), 0.0) == 0.0
    assert made.scale(item_of(made.record, "df/dq"), 0.0) == 0.0  # one term is no sum


def test_numbers_that_are_the_same_everywhere() -> None:
    made = key("q = 3*x; f = q + y*0 + 2*x", x=2, y=5)
    of = {
        name: made.everywhere(item_of(made.record, name), 0) for name in ("local(q,x)", "df/dx", "f", "df/dy", "dq/dx")
    }
    assert of == {"local(q,x)": 3.0, "df/dx": 5.0, "f": None, "df/dy": 0.0, "dq/dx": 3.0}


def test_sides_and_spans_of_what_has_no_derivative() -> None:
    made = key("f = abs(x)*y", x=0, y=3)
    assert made.spans[item_of(made.record, "df/dx")] == (-3.0, 3.0)
    sides = made.sides(item_of(made.record, "df/dx"))
    assert sides is not None
    assert sides.span == (-3.0, 3.0)
    assert made.sides(item_of(made.record, "df/dy")) is None
    assert key("f = x*y", x=2, y=3).sides(Item(UPSTREAM, 0)) is None
    stepping = AnswerKey(
        record("f = abs(x)*y", Request(step=update_of("gd", "0.5", ascent=False, option="step")), x=0, y=3)
    )
    found = stepping.sides(Item(STEP, stepping.record.graph.inputs["x"]))
    assert found is not None
    assert found.span == (-1.5, 1.5)
    assert stepping.everywhere(Item(STEP, 0), 0) is None


def test_what_has_a_number_elsewhere() -> None:
    made = key("q = log(x); u = y*2; f = where(x > 0, x, 2*x)", x=-1, y=3)
    graph = made.record.graph
    assert made.is_undefined(Item(VALUE, graph.by_label["q"]))
    assert made.is_undefined(Item(UPSTREAM, graph.inputs["x"]))
    assert not made.is_undefined(Item(UPSTREAM, graph.nodes[graph.by_label["u"]].arguments[1]))


def test_spans_of_decimals() -> None:
    made = key("f = x*y", x="0.1", y="0.2")
    span = made.span(item_of(made.record, "f"))
    assert span == Interval(decimal_of(0.02))
    assert key("f = sin(x)", x="0.1").span(Item(VALUE, 1)).radius > 0
    assert made.is_near(item_of(made.record, "f"), Number(0.0202, 1e-4, 3, text="0.0202"), Tolerance())
    assert not made.is_near(item_of(made.record, "f"), Number(0.02021, 1e-5, 4, text="0.02021"), Tolerance())


def test_names_with_two_meanings() -> None:
    made = key("q = x*y; f = q + x", x=2, y=3)
    assert made.item("df/dx") == item_of(made.record, "df/dx")
    both = made.readings("\u2202f/\u2202x")
    assert len(both) == 2
    assert made.item("\u2202f/\u2202x", [both[1]]) == both[1]  # type: ignore[list-item]
    assert made.item("\u2202f/\u2202x") == both[0]
    assert isinstance(made.item("nothing"), str)
    assert _own(Item(DER, 3, 5), 5) == Item(UPSTREAM, 3)
    assert _own(Item(DER, 3, 4), 5) == Item(DER, 3, 4)


DER = "derivative"


# ---- too few figures, by itself or as a step

COARSE, WRONG = Carried(Item(VALUE, 1), True), Carried(Item(VALUE, 2), False)


@pytest.mark.parametrize(("step", "as_step"), [
    (None, False), (CheckedStep(None, False, False), False), (CheckedStep(None, False, True), True),
    (CheckedStep(COARSE, False, True), True), (CheckedStep(WRONG, False, True), False),
    (CheckedStep(COARSE, False, False), False), (CheckedStep(WRONG, False, False), False),
    (CheckedStep(WRONG, True, False), False),
])  # fmt: skip
def test_a_step_is_coarse_where_it_comes_from_nothing_wrong(step: CheckedStep | None, as_step: bool) -> None:
    policy = MarkingPolicy()
    assert _is_coarse(Number(0.5, 0.1, 1), 0.7, step, policy) is as_step
    assert _is_coarse(Number(0.5, 0.1, 1), 0.46, step, policy) is (step != CheckedStep(WRONG, False, False))
    request = Request(step=update_of("gd", "0.001"))
    key = AnswerKey(record("f = x*x", request, x=3), {"x": Source("x", "3")})
    new = item_of(key.record, "new(x)")  # 2.994
    assert _hides_step(key, new, Number(2.95, 0.01, 3), step) is as_step
    assert _hides_step(key, new, Number(2.99, 0.01, 3), step)
    assert _hides_step(key, new, Number(2.99, 0.001, 4), step) is as_step


@pytest.mark.parametrize(("whole", "short", "right"), [(2, 0, True), (1, 0, False), (3, 2, False), (4, 2, True)])
def test_a_zero_is_taken_away_where_most_have_all_decimals(whole: int, short: int, right: bool) -> None:
    """0.15 for 0.1500, on a sheet of four decimals; numbers without a last place count as others."""
    number, policy = Number(0.15, 0.01, 2), MarkingPolicy(decimals=4)
    sheet = [number, *[Number(0.1234, 0.0001, 4)] * whole, *[Number(0.2, 0.1, 1)] * short]
    for truth, near in ((0.15, True), (0.15049, True), (0.14951, True), (0.15051, False), (0.14949, False)):
        status, why = _short(number, truth, sheet, policy)
        coarse = ("imprecise", "right, but too coarse: give 4 decimals")
        assert (status, why) == (("correct", "") if right and near else coarse)
    fractions = [number, *[Number(0.1234, 0.0001, 4)] * whole, *[Number(1 / 3), Number(3.0, 1.0, integer=True)] * whole]
    assert _short(number, 0.15, fractions, policy)[0] == "imprecise"
