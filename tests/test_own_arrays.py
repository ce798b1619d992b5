"""The student's own arrays: what follows from them entry by entry, what rounding may change, and where it all ends."""

# ruff: noqa: E501
from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from gradcli.homework.claims.array_items import ArrayItem
from gradcli.homework.claims.claims import Number
from gradcli.homework.claims.items import VALUE
from gradcli.homework.claims.tolerance import Tolerance
from gradcli.homework.marking import array_rounding, array_steps
from gradcli.homework.marking.array_key import ArrayKey, _decimals, true_numbers
from gradcli.homework.marking.array_rounding import common_unit, reach_of_rounding
from gradcli.homework.marking.array_shapes import _axes_to, _axis_words, _listed, _other_axes, shape_fault, which_wrong
from gradcli.homework.marking.array_steps import ArraySteps, Followed, OwnArray
from gradcli.homework.marking.array_terms import sizes, taught_flow, terms_of_flow
from gradcli.homework.marking.judging import MarkingPolicy
from gradcli.record.array_values import ArrayData

from .array_sheets import key_of, marked

KEY = key_of("z = W@x; h = relu(z); L = sum(h*g)", {"W": [[1, 2], [3, -4]], "x": [1, 3], "g": [1, 3]})
EXACT = Tolerance(0.0, 1e-9)
Claims = dict[str, tuple[list[float | None], list[bool]]]


def item(name: str, key: ArrayKey = KEY) -> ArrayItem:
    found = key.readings(name)
    assert not isinstance(found, str)
    return found[0]


def whole(name: str, key: ArrayKey = KEY) -> tuple[str, int]:
    return item(name, key).kind, item(name, key).node


def steps(
    claims: Claims, key: ArrayKey = KEY, tolerance: Tolerance | None = None, figures: int = 0, **reach: list[float]
) -> ArraySteps:
    own = {whole(name, key): OwnArray(item(name, key), entries, right) for name, (entries, right) in claims.items()}
    known = {whole(name, key): entries for name, entries in reach.items()}
    return ArraySteps(key.run, own, tolerance or Tolerance(), figures, key.record.output, known)


def entries(found: ArraySteps, name: str, key: ArrayKey = KEY) -> list[Any]:
    kind, node = whole(name, key)
    array = found.values[node] if kind == VALUE else found.upstream[node]
    assert array is not None
    return list(array.entries)


WRONG_Z: Claims = {"z": ([8.0, -9.0], [False, True])}


def test_values_go_forwards_and_gradients_back() -> None:
    found = steps(WRONG_Z)
    assert [entries(found, name) for name in ("z", "h", "L", "dL/dh", "dL/dz", "dL/dx")] == [
        [8, -9], [8, 0], [8], [1, 3], [1, 0], [1, 2],
    ]  # fmt: skip
    assert found.found == {whole("z"): Followed([False, True], None, False)}
    assert {found.carried[whole(name)] for name in ("z", "h", "L")} == {item("z")}
    assert found.carried[whole("dL/dg")] == item("z")
    assert whole("dL/dx") not in found.carried  # the gates are open as before
    open_gate = steps({"z": ([7.0, 9.0], [True, False])})
    assert [entries(open_gate, name) for name in ("h", "L", "dL/dz", "dL/dx")] == [[7, 9], [34], [1, 3], [10, -10]]
    assert open_gate.carried[whole("dL/dx")] == item("z")
    nothing = steps({})
    assert (nothing.found, nothing.carried, nothing.moved) == ({}, {}, set())


@pytest.mark.parametrize(("h", "follows"), [
    ([8.0, 0.0], [True, True]), ([8.07, 0.0], [True, True]), ([8.09, 0.0], [False, True]), ([7.9, 0.1], [False, False]),
    ([None, 0.1], [False, False]), ([8.0, None], [True, False]),
])  # fmt: skip
def test_entries_follow_within_the_tolerance(h: list[float | None], follows: list[bool]) -> None:
    found = steps({**WRONG_Z, "h": (h, [False, False])})
    assert found.found[whole("h")] == Followed(follows, item("z"), False)
    assert found.carried[whole("h")] == item("h")
    assert entries(found, "h") == [8.0 if h[0] is None else h[0], 0.0 if h[1] is None else h[1]]


@pytest.mark.parametrize(("x", "right", "follows"), [
    (8.0, True, True), (7.5, True, True), (7.0, True, True), (8.1, True, False), (6.9, True, False), (8.0, False, True),
    (7.5, False, False), (7.0, False, False),
])  # fmt: skip
def test_between_what_follows_from_right_arrays_and_the_truth_all_is_right(
    x: float, right: bool, follows: bool
) -> None:
    found = steps({"z": ([8.0, -9.0], [right, True]), "h": ([x, 0.0], [False, True])}, tolerance=EXACT)
    assert found.found[whole("h")].follows == [follows, True]


@pytest.mark.parametrize(("figures", "x", "follows"), [
    (0, 8.07, True), (0, 8.09, False), (2, 8.47, True), (2, 8.49, False), (3, 8.12, True), (3, 8.13, False),
])  # fmt: skip
def test_the_terms_of_a_sum_are_rounded(figures: int, x: float, follows: bool) -> None:
    found = steps({**WRONG_Z, "L": ([x], [False])}, figures=figures)
    assert found.found[whole("L")].follows == [follows]


@pytest.mark.parametrize(("reach", "x", "follows"), [
    (None, 7.0, False), ([0.3], 7.37, True), ([0.3], 7.38, False), ([0.0], 7.07, True), ([0.0], 7.08, False),
])  # fmt: skip
def test_rounding_on_the_way_moves_what_nobody_handed_in(reach: list[float] | None, x: float, follows: bool) -> None:
    """Without a reach and without an own array behind it, a claim that is not right follows from nothing."""
    found = steps({"L": ([x], [False])}, **({} if reach is None else {"L": reach}))
    assert found.found[whole("L")] == Followed([follows], None, False)


@pytest.mark.parametrize(("z", "trivial"), [
    ([0.0, 0.0], True), ([1.0, 1.0], True), ([-1.0, 1.0], True), ([0.0, 1.0], True), ([2.0, 0.0], False), ([None, 1.0], True),
    ([None, 2.0], False),
])  # fmt: skip
def test_an_array_of_0_and_1_carries_nothing(z: list[float | None], trivial: bool) -> None:
    found = steps({"z": (z, [False, False]), "h": ([5.0, 5.0], [False, False])})
    assert found.found[whole("h")].trivial is trivial


def test_where_own_numbers_lead_out_of_a_domain_the_truth_stays() -> None:
    key = key_of("z = x - y; l = log(z); L = sum(l*g)", {"x": [5, 4], "y": [3, 1], "g": [1, 3]})
    found = steps({"z": ([-2.0, 3.0], [False, True])}, key)
    assert entries(found, "l", key) == list(key.run.values[whole("l", key)[1]].entries)
    assert whole("l", key) not in found.moved
    assert entries(found, "dL/dz", key) == pytest.approx([-0.5, 1.0])


def test_large_products_are_not_retraced(monkeypatch: pytest.MonkeyPatch) -> None:
    work = KEY.record.graph.products
    assert work == 4
    for most, found in ((4, {whole("z")}), (3, set())):
        monkeypatch.setattr(array_steps, "MAX_WORK", most)
        assert set(steps(WRONG_Z).found) == found
    for most, known in ((4, True), (3, False)):
        monkeypatch.setattr(array_rounding, "MAX_WORK", most)
        assert bool(reach_of_rounding(KEY.run, KEY.record.output, 3)) is known


def test_rules_as_they_are_taught_tell_rounded_numbers_apart() -> None:
    key = key_of("h = tanh(z); L = sum(h*g)", {"z": [0.5, -1], "g": [2, 3]})
    taught = [2 * (1 - 0.46**2), 3 * (1 - 0.76**2)]
    claims: Claims = {"h": ([0.46, -0.76], [True, True]), "dL/dz": ([*taught], [False, False])}
    assert steps(claims, key, EXACT).found[whole("dL/dz", key)].follows == [True, True]
    off: Claims = {"h": ([0.46, -0.76], [True, True]), "dL/dz": ([taught[0] + 0.01, taught[1] - 0.05], [False, False])}
    assert steps(off, key, EXACT).found[whole("dL/dz", key)].follows == [False, False]


# ---- rounding on the way


@pytest.mark.parametrize(("numbers", "unit"), [
    ([], None), ([Number(0.123, 0.001, 3), Number(0.012, 0.001, 2)], 0.001), ([Number(0.123, 0.001, 3)], None),
    ([Number(0.12, 0.01, 2), Number(0.03, 0.01, 1)], None), ([Number(0.1234, 0.0001, 4), Number(0.0123, 0.0001, 3)], None),
    ([Number(0.1234, 0.0001, 4), Number(0.0012, 0.0001, 2)], 0.0001), ([Number(0.5, 0.1, 1), Number(0.012, 0.001, 2)], 0.001),
    ([Number(0.0, 0.001, 1), Number(0.123, 0.001, 3)], None), ([Number(5.0), Number(0.012, 0.001, 2)], None),
])  # fmt: skip
def test_the_last_place_of_a_sheet(numbers: list[Number], unit: float | None) -> None:
    assert common_unit(numbers) == unit


def test_what_has_no_more_figures_is_not_rounded() -> None:
    """Whole numbers of one figure stay as they are, and so does all that is made of them."""
    key = key_of("z = W@x; L = sum(z*g)", {"W": [[1, 2], [3, 1]], "x": [1, 1], "g": [1, 2]})  # z = 3, 4; L = 11
    assert reach_of_rounding(key.run, key.record.output, 2)[VALUE, whole("z", key)[1]] == [0, 0]
    assert reach_of_rounding(key.run, key.record.output, 2, 0.001)[VALUE, whole("z", key)[1]] == [0, 0]
    rough = key_of("z = x*y; L = sum(z*g)", {"x": [1.23, 2.5], "y": [1.11, 2], "g": [1, 2]})  # 1.3653, 5
    found, few = (reach_of_rounding(rough.run, rough.record.output, figures) for figures in (3, 1))
    z, L = (whole(name, rough) for name in ("z", "L"))
    assert found[z] == few[z] == [0, 0]  # made of numbers that are given
    assert found[L] == [pytest.approx(4.5 * 0.005 / 3**0.5, rel=0.5)]
    assert few[L] == [pytest.approx(4.5 * 0.5 / 3**0.5, rel=0.5)]
    share = reach_of_rounding(rough.run, rough.record.output, 3, 1.0)[VALUE, whole("z", rough)[1]]
    assert share == [pytest.approx(0.06 * 5), 0]  # at most so much of the largest entry
    assert reach_of_rounding(rough.run, rough.record.output, 3) == reach_of_rounding(rough.run, rough.record.output, 3)


def test_figures_and_decimals_are_both_allowed() -> None:
    key = key_of("z = x*y; L = sum(z*g)", {"x": [1.2345, 0.0123], "y": [1.11, 2.3], "g": [1, 2]})
    figures, both = key.reach_of_rounding(3), key.reach_of_rounding(3, 0.001)
    decimals = reach_of_rounding(key.run, key.record.output, 3, 0.001)
    assert key.reach_of_rounding(3) is figures
    for name in ("z", "L"):
        at = whole(name, key)
        assert both[at] == [max(a, b) for a, b in zip(figures[at], decimals[at], strict=True)]


# ---- shapes


@pytest.mark.parametrize(("shape", "wanted", "axes"), [
    ((5, 3), (3,), (0,)), ((5, 3), (5, 1), (1,)), ((5, 3), (), (0, 1)), ((2, 5, 3), (5, 1), (0, 2)), ((5, 3), (1, 1), (0, 1)),
    ((1, 3), (3,), (0,)), ((5, 1), (5, 1), ()), ((5, 1, 3), (1, 1, 3), (0,)),
])  # fmt: skip
def test_the_axes_over_which_is_summed(shape: tuple[int, ...], wanted: tuple[int, ...], axes: tuple[int, ...]) -> None:
    assert _axes_to(shape, wanted) == axes
    others = list(_other_axes(shape, wanted))
    assert axes not in others
    assert len(others) == 2 ** len(shape) - 1 - bool(axes)


@pytest.mark.parametrize(
    ("axes", "words"), [((1,), "axis 1"), ((0, 1), "axes 0 and 1"), ((0, 1, 2), "axes 0, 1 and 2")]
)
def test_axes_in_words(axes: tuple[int, ...], words: str) -> None:
    assert _axis_words(axes) == words


@pytest.mark.parametrize(("right", "shape", "words"), [
    ("01", (2,), "entry 0 is wrong"),
    ("001", (3,), "entries 0 and 1 are wrong"), ("00001", (5,), "entries 0, 1, 2 and 3 are wrong"),
    ("000001", (6,), "[0], [1], [2], [3] and 1 more are wrong"), ("0111", (2, 2), "[0,0] is wrong"),
    ("0011", (2, 2), "row 0 is wrong"), ("1010", (2, 2), "column 1 is wrong"), ("0110", (2, 2), "[0,0] and [1,1] are wrong"),
    ("001100", (3, 2), "rows 0 and 2 are wrong"), ("001001", (2, 3), "columns 0 and 1 are wrong"), ("0111", (4, 1), "[0,0] is wrong"),
    ("0101", (1, 4), "[0,0] and [0,2] are wrong"), ("0" * 5 + "1", (1, 2, 3), "[0,0,0], [0,0,1], [0,0,2], [0,1,0] and 1 more are wrong"),
    ("00" * 5 + "11", (6, 2), "[0,0], [0,1], [1,0], [1,1] and 6 more are wrong"), ("00" * 4 + "11", (5, 2), "rows 0, 1, 2 and 3 are wrong"),
])  # fmt: skip
def test_which_entries_are_wrong(right: str, shape: tuple[int, ...], words: str) -> None:
    assert which_wrong([c == "1" for c in right], shape) == words


def test_lists_of_lines() -> None:
    assert _listed("row", ["3"]) == "row 3 is wrong"
    assert _listed("row", ["1", "3"]) == "rows 1 and 3 are wrong"
    assert _listed("entry", ["1", "2", "3"], "entries") == "entries 1, 2 and 3 are wrong"


@pytest.mark.parametrize(("claimed", "wanted", "kind"), [
    ((2, 2), (2, 3), "other"), ((3,), (3, 1), "reshaped"), ((), (1,), "other"), ((2, 3), (3, 2), "transposed"), ((6,), (2, 3), "reshaped"),
])  # fmt: skip
def test_kinds_of_wrong_shapes(claimed: tuple[int, ...], wanted: tuple[int, ...], kind: str) -> None:
    found = shape_fault("w", claimed, wanted, [])
    assert found.kind == kind
    assert "right" not in found.words
    assert "transpose;" not in found.words


# ---- what a key knows


def test_sizes_and_flows_have_no_signs() -> None:
    run = KEY.run
    assert sizes(run.A.make((3,), [-1.5, None, 2.0])).entries == [1.5, None, 2.0]
    node = KEY.record.graph.nodes[whole("h")[1]]
    g = run.A.make((2,), [-2.0, 3.0])
    z = run.values[whole("z")[1]]
    assert terms_of_flow(run.A, node, 0, g, run.values[whole("h")[1]], [z]).entries == [2.0, 0.0]
    assert taught_flow(run.A, node, g, z, [z, z]) is None


def test_numbers_of_an_array_at_the_point() -> None:
    record = KEY.record
    assert true_numbers(record, item("dL/dW"), None) == [1, 3, 0, 0]
    assert true_numbers(record, item("z[1]"), None) == [-9]
    assert true_numbers(record, item("local(h,z)"), KEY.run) == [1, 0, 0, 0]
    assert KEY.truth(item("dL/dx")) == [1, 2]
    assert KEY.scale(item("z"), 0) == 7.0  # 1*1 + 2*3
    assert KEY.scale(item("z"), 1) == 15.0  # 3*1 + 4*3
    assert KEY.scale(item("h"), 0) == 0.0
    assert [KEY.scale(item("dL/dx"), k) for k in (0, 1)] == [1.0, 2.0]
    assert KEY.scale(item("z[1]"), 0) == 15.0
    given: dict[str, Any] = {"x": ArrayData((2,), [0.5, "1/3"]), "y": "text"}
    assert _decimals(given)["x"] == ArrayData((2,), ["0.5", "1/3"])
    assert _decimals(given)["y"] == "text"


@pytest.mark.parametrize(("tail", "exact"), [("M*M", True), ("M*M + exp(M)", False)])
def test_numbers_of_the_decimals_that_were_told(tail: str, exact: bool) -> None:
    """0.1 is a tenth: in fractions where the program has them, else to forty digits."""
    key = key_of(f"z = 3*x; M = sum(z*x); L = {tail}", {"x": [0.1, 2]})
    for name, place, middle in (
        ("z", 0, Fraction(3, 10)),
        ("z", 1, Fraction(6)),
        ("dM/dx", 0, Fraction(3, 5)),
        ("M", 0, Fraction(1203, 100)),
    ):
        x = key.truth(item(name, key))[place]
        assert x == pytest.approx(float(middle), rel=1e-15)
        found = key.span(item(name, key), place, x)
        assert found.middle == middle
        assert found.radius == (0 if exact or name == "dM/dx" else middle / 10**38)  # M itself needs no exp
    assert key.span(item("z", key), 0, 0.7).middle == Fraction(7, 10)  # of another number nothing more is known
    assert list(key.given) == ["x"]


def test_an_array_that_is_right_carries_nothing_although_it_comes_from_a_wrong_one() -> None:
    found = steps({**WRONG_Z, "h": ([7.0, 0.0], [True, True])})
    assert whole("h") not in found.carried
    assert whole("L") not in found.carried
    assert entries(found, "L") == [7]
    rounded = steps({"z": ([7.05, -9.0], [True, True]), "h": ([7.1, 0.0], [False, True])})
    assert rounded.found[whole("h")] == Followed([True, True], None, False)
    assert rounded.carried == {}


def test_the_own_last_place_is_not_rounding_on_the_way() -> None:
    """2.70 for exp(1), 2.718, is not right to three figures, in whatever entry it stands."""
    policy = MarkingPolicy(sigfigs=3)
    (coarse,) = marked(key_of("Y = exp(X); L = sum(Y)", {"X": "[1,1]"}), {"Y": "[2.7,2.7]"}, policy).marks
    assert (coarse.status, coarse.credit) == ("imprecise", 0)
    (wrong,) = marked(key_of("Y = exp(X); L = sum(Y)", {"X": "[1,2,1]"}), {"Y": "[2.70,7.39,2.70]"}, policy).marks
    assert (wrong.status, wrong.right) == ("wrong", [False, True, False])


def test_a_small_entry_has_the_decimals_of_the_array() -> None:
    """Half a unit of the last place, 0.005, is within 1 % of the largest entry, 0.6; of 0.4 it is not."""
    for x, claim, status in (("[0.3,0.0615]", "[0.60,0.12]", "correct"), ("[0.2,0.0615]", "[0.40,0.12]", "imprecise")):
        (mark,) = marked(key_of("Y = 2*X; L = sum(Y)", {"X": x}), {"Y": claim}).marks
        assert mark.status == status, claim
