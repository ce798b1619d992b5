"""Marking of arrays in parts: shapes in words, which entries are wrong, steps from own arrays, few figures, credits."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from gradcli.files.array_data import index_of
from gradcli.homework.claims.array_items import ArrayItem
from gradcli.homework.claims.claims import Claim, Number
from gradcli.homework.claims.items import LOCAL, STEP, UPSTREAM, VALUE
from gradcli.homework.claims.tolerance import Tolerance
from gradcli.homework.marking.array_judging import ArrayDraft, _is_side
from gradcli.homework.marking.array_key import _decimals
from gradcli.homework.marking.array_marks import mark_arrays, working_order
from gradcli.homework.marking.array_new_values import STEP_MISTAKES, _gives
from gradcli.homework.marking.array_rounding import MOST_FIGURES, reach_of_rounding
from gradcli.homework.marking.array_shapes import fault_of_claimed, shape_fault, summed_shapes, which_wrong
from gradcli.homework.marking.array_steps import ArraySteps, OwnArray
from gradcli.homework.marking.array_terms import (
    rounding_of_flow,
    taught_flow,
    terms_of_flow,
    terms_of_upstream,
    terms_of_value,
)
from gradcli.homework.marking.judging import MarkingPolicy
from gradcli.record.array_values import ArrayData
from gradcli.reports.array_marks import as_json

from .array_sheets import key_of, marked, marks

LAYER = ("z = W@x; h = relu(z); L = sum(h*g)", {"W": [[1, 2], [3, -4]], "x": [1, 3], "g": [1, 3]})
KEY = key_of(*LAYER)  # z = [7, -9], h = [7, 0], L = 7, dh = [1, 3], dz = [1, 0], dW = [[1, 3], [0, 0]], dx = [1, 2]


# ---- shapes


@pytest.mark.parametrize(("claimed", "wanted", "summed", "kind", "words"), [
    ((3, 2), (2, 3), [], "transposed", "it is transposed: 3x2, and w is 2x3"),
    ((4, 3, 2), (2, 3, 4), [], "transposed", "it is transposed: 4x3x2, and w is 2x3x4"),
    ((5, 3), (3,), [(5, 3)], "not summed", "it is not summed over axis 0: 5x3, and w has 3 entries"),
    ((5, 3), (), [(5, 3)], "not summed", "it is not summed over axes 0 and 1: 5x3, and w is a number"),
    ((5, 3), (5, 1), [(5, 3)], "not summed", "it is not summed over axis 1: 5x3, and w is 5x1"),
    ((5,), (3,), [(5, 3)], "wrong axis", "it is summed over axis 1, not over axis 0: 5 entries, and w has 3 entries"),
    ((),
    (3,), [(5, 3)], "wrong axis", "it is summed over axes 0 and 1, not over axis 0: one number, and w has 3 entries"),
    ((6,), (2, 3), [], "reshaped", "it is reshaped: 6 entries, and w is 2x3"), ((4,),
    (3,), [], "other", "it has 4 entries, and w has 3 entries"),
    ((3,), (3, 1), [], "reshaped", "it is reshaped: 3 entries, and w is 3x1"), ((),
    (2,), [], "other", "it is one number, and w"),
])  # fmt: skip
def test_what_is_wrong_with_a_shape(
    claimed: tuple[int, ...], wanted: tuple[int, ...], summed: list[tuple[int, ...]], kind: str, words: str
) -> None:
    found = shape_fault("w", claimed, wanted, summed)
    assert found.kind == kind
    assert found.words.replace("\u00d7", "x").startswith(words)


def test_numbers_of_a_wrong_shape_may_be_right() -> None:
    near = Tolerance().near
    turned = shape_fault("w", (3, 2), (2, 3), [], [1, 4, 2, 5, 3, 6], [1, 2, 3, 4, 5, 6], near)
    assert turned.words.endswith("; the numbers are those of the transpose")
    other = shape_fault("w", (3, 2), (2, 3), [], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], near)
    assert "transpose;" not in other.words
    assert not other.words.endswith("transpose")
    order = shape_fault("w", (6,), (2, 3), [], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], near)
    assert order.words.endswith("; the numbers are right in this order")
    assert not shape_fault("w", (2,), (1, 2), [], [1, 2], [1, None], near).words.endswith("order")


@pytest.mark.parametrize(("claimed", "wanted", "words"), [
    ((3, 2), (2, 3), "it is transposed: 3x2"), ((6,), (2, 3), "it is reshaped: 6, a vector, and w is a matrix"),
    ((3, 1), (3,), "it is reshaped: 3x1, a matrix, and w is a vector"), ((6, 1), (2, 3), "it is reshaped: 6x1"),
    ((), (3,), "it is one number, and w is a vector"), ((4,), (), "it is 4, a vector, and w is a number"),
    ((1,), (), "it is reshaped: 1, a vector, and w is a number"),
    ((4,), (3,), "it is 4, and w is a vector of another size"),
    ((2, 4), (2, 3), "it is 2x4, and the rows of w are as many, the columns are not"),
    ((4, 3), (2, 3), "it is 4x3, and the columns of w are as many, the rows are not"),
    ((4, 5), (2, 3), "it is 4x5, and w has other rows and columns"),
    ((2, 9, 4), (2, 3, 4), "it is 2x9x4, and of w axis 1 has another size"),
    ((2, 9, 9), (2, 3, 4), "it is 2x9x9, and of w axes 1 and 2 have another size"),
    ((9, 9, 9), (2, 3, 4), "it is 9x9x9, and w has other sizes"),
    ((2, 3), (2, 3, 4), "it is 2x3, a matrix, and w is an array of 3 axes"),
])  # fmt: skip
def test_a_claimed_shape_is_told_its_axes_and_not_the_right_one(
    claimed: tuple[int, ...], wanted: tuple[int, ...], words: str
) -> None:
    assert fault_of_claimed("w", claimed, wanted, []).words == words


def test_shapes_that_are_summed_to_a_gradient() -> None:
    graph = key_of("L = sum(X + b) + sum(b*2)", {"X": [[1, 2], [3, 4], [5, 6]], "b": [1, 2]}).record.graph
    assert summed_shapes(graph, UPSTREAM, graph.inputs["b"]) == [(3, 2)]
    assert summed_shapes(graph, VALUE, graph.inputs["b"]) == []
    assert summed_shapes(graph, UPSTREAM, graph.inputs["X"]) == []


@pytest.mark.parametrize(("place", "shape", "index"), [
    (0, (2, 3), (0, 0)), (4, (2, 3), (1, 1)), (5, (2, 3), (1, 2)), (7, (2, 2, 2), (1, 1, 1)), (3, (4,), (3,)),
    (0, (), ()),
])  # fmt: skip
def test_the_index_of_an_entry(place: int, shape: tuple[int, ...], index: tuple[int, ...]) -> None:
    assert index_of(place, shape) == index


@pytest.mark.parametrize(("right", "shape", "words"), [
    ([1, 0, 1], (3,), "entry 1 is wrong"),
    ([0, 0, 1], (3,), "entries 0 and 1 are wrong"), ([0, 0, 0, 0, 1], (5,), "entries 0, 1, 2 and 3 are wrong"),
    ([0] * 5 + [1], (6,), "[0], [1], [2], [3] and 1 more are wrong"), ([0, 0, 1, 1], (2, 2), "row 0 is wrong"),
    ([1, 0, 1, 0], (2, 2), "column 1 is wrong"), ([1, 0, 0, 1], (2, 2), "[0,1] and [1,0] are wrong"),
    ([1, 0, 1, 1], (2, 2), "[0,1] is wrong"), ([0, 1, 1], (3, 1), "[0,0] is wrong"),
    ([0, 0, 1, 1, 0, 0], (3, 2), "rows 0 and 2 are wrong"), ([0, 0, 1] * 2, (2, 3), "columns 0 and 1 are wrong"),
    ([0, 0] * 5 + [1, 1], (6, 2), "[0,0], [0,1], [1,0], [1,1] and 6 more are wrong"),
])  # fmt: skip
def test_which_entries_are_wrong(right: list[int], shape: tuple[int, ...], words: str) -> None:
    assert which_wrong([bool(ok) for ok in right], shape) == words


# ---- a sheet


@pytest.mark.parametrize(("claims", "expected"), [
    ({"z": "[7, -9]", "h": "[7, 0]", "L": "7"}, "correct correct correct"),
    ({"z": "[7, 9]", "h": "[7, 9]", "L": "34", "dL/dz": "[1, 3]", "dL/dW": "[[1, 3], [3, 9]]", "dL/dx": "[10, -10]"},
     "wrong follow_through follow_through follow_through follow_through follow_through"),
    ({"z": "[7, 9]", "h": "[7, 8]"}, "wrong wrong"), ({"z": "[7, 9]", "h": "[7, 0]"}, "wrong correct"),
    ({"dL/dz": "[2, 0]", "dL/dW": "[[2, 6], [0, 0]]", "dL/dx": "[2, 4]"}, "wrong follow_through follow_through"),
    ({"dL/dz": "[0, 0]", "dL/dW": "[[0, 0], [0, 0]]"}, "wrong follow_through"),
    ({"dL/dz": "[2, 0]", "dL/dW": "[[2, 6], [0, 1]]"}, "wrong wrong"),
    ({"z": "", "h": "[7, 0]", "dL/dq": "[1]", "L": "x +"}, "missing correct invalid invalid"),
    ({"z": "[7, -9, 1]", "dL/dW": "[1, 3]", "shape(z)": "2", "shape(dL/dW)": "2"}, "wrong wrong correct wrong"),
    ({"z": "undefined", "z[0]": "7", "z[1]": "9"}, "wrong correct wrong"),
    ({"dL/dz": "[2, 0]", "dL/dW[0,0]": "2", "dL/dW[0]": "[2, 5]"}, "wrong follow_through wrong"),
])  # fmt: skip
def test_a_sheet_by_hand(claims: dict[str, str], expected: str) -> None:
    assert [m.status for m in marked(KEY, claims).marks] == expected.split()


def test_credits_and_reasons() -> None:
    claims = {"z": "[7, 9]", "h": "[7, 9]", "dL/dz": "[0, 0]", "dL/dW": "[[0, 0], [0, 0]]", "dL/dx": "[1, 3]"}
    z, h, dz, dW, dx = marked(KEY, claims, MarkingPolicy(follow_through=0.25)).marks
    assert [m.credit for m in (z, h, dz, dW, dx)] == [0.5, 0.625, 0.5, 0.5, 0.5]
    assert [m.first_wrong for m in (z, h, dz, dW, dx)] == [True, False, False, False, False]
    assert h.why == "a right step from your z"
    assert dW.why == "a right step from your dL/dz, but a wrong array of 0 or 1 carries no credit"
    assert z.why.startswith("1 of 2 right; entry 1 is wrong")
    assert "all entries are 0" in dz.why
    assert (z.values, z.right, z.shape, z.truth) == ([7, 9], [True, False], (2,), [7, -9])
    found = marked(KEY, {"z": "[7, -9]"})
    assert (found.earned, found.possible) == (1.0, 1.0)
    order = [m.claim.name for m in marked(KEY, {"dL/dx": "[9, 9]", "z": "[1, 1]", "L": "5"}).marks if m.first_wrong]
    assert order == ["z"]


def test_items_that_are_asked_and_missing() -> None:
    items = [KEY.readings(name)[0] for name in ("z", "L")]
    found = mark_arrays(KEY, [Claim("L", "7")], MarkingPolicy(), items)  # type: ignore[arg-type]
    assert [(m.claim.name, m.status) for m in found.marks] == [("L", "correct"), ("z", "missing")]
    assert (found.earned, found.possible) == (1.0, 2.0)


@pytest.mark.parametrize(("text", "rules", "status"), [
    ("[0.632, 0.00240]", {}, "correct"), ("[0.63, 0.00240]", {}, "correct"), ("[0.6, 0.00240]", {}, "imprecise"),
    ("[0.632, 0.002]", {}, "correct"), ("[0.632, 0.004]", {}, "wrong"), ("[0.5, 0.00240]", {}, "wrong"),
    ("[0.63, 0.0]", {"decimals": 2}, "correct"), ("[0.6, 0.00]", {"decimals": 2}, "imprecise"),
    ("[0.63, 0.00]", {"decimals": 2}, "correct"),
    ("[0.632, 0.002]", {"decimals": 3}, "correct"), ("[0.632, 0.0024]", {"sigfigs": 3}, "correct"),
    ("[0.62, 0.0024]", {"sigfigs": 3}, "wrong"),
])  # fmt: skip
def test_entries_of_few_figures(text: str, rules: dict[str, Any], status: str) -> None:
    """0.6318 and 0.0024: the last place of a small entry has to be within the tolerance of the largest one."""
    key = key_of("y = x*w; L = sum(y)", {"x": [0.6318, 0.0024], "w": [1, 1]})
    (found,) = marked(key, {"y": text}, MarkingPolicy(**rules)).marks
    assert found.status == status


def test_a_sheet_with_decimal_commas() -> None:
    key = key_of("y = x*w; L = sum(y)", {"x": [1.5, 2.5], "w": [1, 1]})
    assert [m.status for m in marked(key, {"y": "[1,5; 2,5]", "L": "4,0"}).marks] == ["correct", "correct"]
    assert [m.status for m in marked(key, {"y": "[1.5, 2.5]", "L": "4,0"}).marks] == ["correct", "correct"]


def test_working_order() -> None:
    drafts = [ArrayDraft(Claim("", ""), ArrayItem(kind, node, -1, ())) for kind, node in (
        (STEP, 0), (UPSTREAM, 1), (UPSTREAM, 4), (LOCAL, 3), (VALUE, 4), (VALUE, 2))]  # fmt: skip
    ranked = sorted(drafts, key=working_order)
    assert [(d.item.kind, d.item.node) for d in ranked if d.item] == [
        (VALUE, 2), (VALUE, 4), (LOCAL, 3), (UPSTREAM, 4), (UPSTREAM, 1), (STEP, 0)]  # fmt: skip


# ---- steps from own arrays


def steps(claims: dict[str, tuple[list[float | None], list[bool]]], figures: int = 0) -> ArraySteps:
    own = {}
    for name, (numbers, right) in claims.items():
        item: Any = KEY.readings(name)[0]
        own[item.kind, item.node] = OwnArray(item, numbers, right)
    return ArraySteps(KEY.run, own, Tolerance(), figures, KEY.record.output)


def test_what_follows_from_own_arrays() -> None:
    node = KEY.record.graph.by_label
    z, h, dz, dx, dW = (VALUE, node["z"]), (VALUE, node["h"]), (UPSTREAM, node["z"]), (UPSTREAM, node["x"]), (
        UPSTREAM, node["W"])  # fmt: skip
    found = steps(
        {"z": ([7.0, 9.0], [True, False]), "h": ([7.0, 9.0], [True, False]), "dL/dx": ([10.0, 2.0], [False, True])}
    )
    assert found.found[h].follows == [True, True]
    assert found.found[h].carried == KEY.readings("z")[0]
    assert not found.found[h].trivial
    assert found.found[dx].follows == [True, True]  # the second is right, the first follows
    assert z in found.moved
    assert h in found.moved
    assert {dz, dW} <= found.moved
    right = steps({"z": ([7.0, -9.0], [True, True])})
    assert right.found == {}
    assert right.moved == set()
    partly = steps({"z": ([None, 9.0], [True, False])})
    assert partly.values[node["z"]].entries == [7.0, 9.0]
    ones = steps({"z": ([1.0, -1.0], [False, False]), "h": ([1.0, 0.0], [False, True])})
    assert ones.found[h].trivial


@pytest.mark.parametrize(("lost", "reach", "slack"), [(None, None, 0.0), (0.5, None, 0.5), (None, [0.2, 0.3], 0.3),
                                                      (0.5, [0.2, 0.7], 0.7), (0.5, [0.2, 0.3], 0.5)])  # fmt: skip
def test_how_far_rounding_may_move_an_entry(lost: float | None, reach: Any, slack: float) -> None:
    array = None if lost is None else KEY.run.A.make((2,), [0.0, lost])
    assert ArraySteps._slack(1, array, reach) == slack
    assert ArraySteps._slack(0, KEY.run.A.make((2,), [None, 1.0]), None) == 0.0


# ---- terms that cancel


def test_how_large_the_terms_are() -> None:
    key = key_of("z = W@x - b; L = sum(z*g)", {"W": [[1, -2], [3, 4]], "x": [5, 2], "b": [1, -2], "g": [1, -3]})
    run, graph = key.run, key.record.graph
    node = graph.by_label
    z = graph.nodes[node["z"]]
    product = graph.nodes[z.arguments[0]]
    terms = [terms_of_value(run.A, one, run.values) for one in (product, z, graph.nodes[node["L"]])]
    assert [None if t is None else t.entries for t in terms] == [[9, 23], [2, 25], [75]]
    assert terms_of_value(run.A, graph.nodes[graph.nodes[node["L"]].arguments[0]], run.values) is None
    xs = [run.values[a] for a in product.arguments]
    g = run.A.make((2,), [1.0, -3.0])
    flow = terms_of_flow(run.A, product, 1, g, run.values[z.arguments[0]], xs)
    assert flow.entries == [10, 14]  # 1*1 + 3*3, 2*1 + 4*3
    lost = rounding_of_flow(run.A, product, 1, g, xs, flow, 3)
    assert lost.entries == pytest.approx([0.05, 0.07])
    upstream = run.upstream(key.record.output)
    total = terms_of_upstream(run.A, graph, run.values, upstream, node["x"])
    assert total is not None
    assert total.entries == [10, 14]
    assert terms_of_upstream(run.A, graph, run.values, upstream, node["L"]) is None


def test_rules_as_courses_teach_them() -> None:
    key = key_of("h = tanh(z); L = sum(h*g)", {"z": [0.5, -1], "g": [2, 3]})
    run, node = key.run, key.record.graph.nodes[key.record.graph.by_label["h"]]
    g, v, z = run.A.make((2,), [2.0, 3.0]), run.A.make((2,), [0.46, -0.76]), run.A.make((2,), [0.5, -1.0])
    found = taught_flow(run.A, node, g, v, [z])
    assert found is not None
    assert found.entries == pytest.approx([2 * (1 - 0.46**2), 3 * (1 - 0.76**2)])
    product = key.record.graph.nodes[key.record.graph.nodes[key.record.output].arguments[0]]
    assert taught_flow(run.A, product, g, v, [v, g]) is None


def test_how_far_rounding_on_the_way_carries() -> None:
    key = key_of("z = W@x; h = tanh(z); L = sum(h*g)", {"W": [[0.123, 0.456], [0.789, -0.321]], "x": [1.234, 0.567],
                                                       "g": [1.11, 2.22]})  # fmt: skip
    output, z, h = key.record.output, key.record.graph.by_label["z"], key.record.graph.by_label["h"]
    coarse, fine = reach_of_rounding(key.run, output, 3), reach_of_rounding(key.run, output, 4)
    assert coarse[VALUE, z] == [0.0, 0.0]  # nothing is rounded before it
    assert all(x > 0 for x in coarse[VALUE, h])
    for whole, entries in coarse.items():
        for a, b in zip(entries, fine[whole], strict=True):
            assert 4 * b <= a <= 25 * b or a == b == 0
    unit = reach_of_rounding(key.run, output, 3, 0.001)
    assert unit[VALUE, z] == pytest.approx([3.1 * 0.0005 / math.sqrt(3)] * 2, rel=0.3)
    assert reach_of_rounding(key.run, output, 0) == {}
    assert reach_of_rounding(key.run, output, MOST_FIGURES + 1) == {}
    assert reach_of_rounding(key.run, output, MOST_FIGURES) != {}


# ---- new values


@pytest.mark.parametrize(("id", "expected"), [
    ("step-sign", [2.6]), ("step-without-rate", [-1.0]), ("step-rate-twice", [2 - 0.04 * 3]),
    ("step-alone", [0.6, -0.6]),
    ("step-gradient", [3.0]), ("step-old", [2.0]),
])  # fmt: skip
def test_mistakes_in_a_step(id: str, expected: list[float]) -> None:
    """At w = 2 with the gradient 3 and the rate 0.2; the right new value is 1.4."""
    assert [m.rule(2.0, 0.2, 3.0) for m in STEP_MISTAKES if m.id == id] == pytest.approx(expected)
    uphill = [m.rule(2.0, -0.2, 3.0) for m in STEP_MISTAKES if m.id == "step-without-rate"]
    assert uphill == [5.0]


@pytest.mark.parametrize(("claimed", "made", "old", "expected"), [
    (Number(2.6, 0.1, 2), 2.6, 2.0, True), (Number(2.6, 0.1, 2), 2.65, 2.0, True),
    (Number(2.6, 0.1, 2), 2.651, 2.0, False),
    (Number(2.6), 2.6059, 2.0, True), (Number(2.6), 2.607, 2.0, False), (Number(2.0), 2.0, 2.0, True),
    (Number(2.0), 2.0 + 1e-12, 2.0, True), (Number(2.0), 2.0 + 1e-11, 2.0, False),
])  # fmt: skip
def test_a_claim_is_what_a_wrong_step_makes(claimed: Number, made: float, old: float, expected: bool) -> None:
    assert _gives(claimed, made, old, MarkingPolicy()) is expected


def test_new_values_are_near_by_their_step() -> None:
    number = Number(1.4, 0.0)
    assert _is_side(number, Tolerance(), None, 1.41)
    assert not _is_side(number, Tolerance(), 1.38, 1.41)
    assert _is_side(number, Tolerance(), 1.38, 1.4)


def test_values_are_the_decimals_that_were_told() -> None:
    given: dict[str, Any] = {"x": ArrayData((2,), [0.2, "1/3"])}
    assert _decimals(given)["x"].entries == ["0.2", "1/3"]  # type: ignore[union-attr]


# ---- what is said of single claims


@pytest.mark.parametrize(("operator", "claim", "forgotten"), [
    ("-", [2, 3], False), ("-", [-2, -3], True), ("-", [5, 9], True), ("+", [2, 3], True), ("+", [-2, -3], False),
    ("+", [5, 9], True), ("+", [-5, -9], False),
])  # fmt: skip
def test_a_term_that_was_left_out_keeps_the_sign_of_the_other(operator: str, claim: list[int], forgotten: bool) -> None:
    program = f"z = x {operator} y; h = z*z; L = sum(h)"
    mark = marks(program, {"x": [5, 9], "y": [2, 3]}, {"z": claim})["z"]
    assert ("term-forgotten" in {d.mistake for d in mark.diagnoses}) is forgotten


def test_an_unexplained_claim_does_not_hide_the_next_one() -> None:
    point = {"x": [5, 9], "y": [2, 3], "w": [3, 7]}
    found = marks("z = x - y; h = z*w; L = sum(h)", point, {"dw": [31, 77], "dx": [-3, -7]})
    assert found["dw"].diagnoses == ()
    assert {d.mistake for d in found["dx"].diagnoses} >= {"swapped-difference", "sign"}


def test_what_depends_on_no_input_has_no_gradient_to_be_marked() -> None:
    found = marks("c = sqrt(4); z = x*c; L = sum(z) + c", {"x": [1, 2]}, {"dL/dc": 3, "c": 3})
    assert (found["dL/dc"].status, found["dL/dc"].why) == ("ungraded", "it does not depend on an input")
    assert found["c"].status == "wrong"


def test_what_is_told_of_a_claim_of_no_item_in_json() -> None:
    """By hand: dL/dx = [1, 2]. A claim of nothing has no right answer; the shape of W is 2x2."""
    found = json.loads(as_json(KEY.record, marked(KEY, {"dL/dq": "1", "dL/dx": "[1, 3]", "shape(W)": "(2, 3)"}), "all"))
    nothing, slope, shape = found["marks"]
    assert [nothing[key] for key in ("item", "kind", "expected", "entries", "status")] == [None] * 4 + ["invalid"]
    assert [slope[key] for key in ("item", "kind", "expected")] == ["dL/dx", "upstream", [1, 2]]
    assert slope["entries"] == {"right": 1, "of": 2, "wrong": [[1]]}
    assert [shape[key] for key in ("item", "kind", "expected")] == ["shape(W)", "shape", [2, 2]]


# ---- what right entries earn, whatever the others are

SQUARES = key_of("Z = 2*X; L = sum(Z**2)", {"X": [[1.3, 2], [3.25, -1]]})  # Z = [2.6, 4, 6.5, -2], dL/dZ = 2*Z


@pytest.mark.parametrize(("claims", "follow", "status", "credit"), [
    ({"Z": [[3.6, 4], [6.5, -2]], "dL/dZ": [[7.2, 8], [13, -4]]}, None, "follow_through", 0.75),
    ({"Z": [[3.6, 4], [6.5, -2]], "dL/dZ": [[7.2, 8], [13, -4]]}, 0.5, "follow_through", 0.875),
    ({"Z": [[3.6, 4], [6.5, -2]], "dL/dZ": [[7.2, 8], [13, -4]]}, 1.0, "follow_through", 1.0),
    ({"Z": [[3.6, 5], [7.5, -3]], "dL/dZ": [[7.2, 10], [15, -6]]}, 0.5, "follow_through", 0.5),
    ({"Z": [[3.6, 5], [7.5, -3]], "dL/dZ": [[7.2, 10], [15, -6]]}, None, "follow_through", 0.0),
    ({"dL/dZ": [[7.2, 8], [13, -4]]}, 0.5, "wrong", 0.75),
    ({"Z": [[2.6, 4], [6.5, -2]], "dL/dZ": [[7.2, 8], [13, -4]]}, 0.5, "wrong", 0.75),
])  # fmt: skip
def test_a_right_step_earns_no_less_than_its_right_entries(
    claims: dict[str, Any], follow: float | None, status: str, credit: float
) -> None:
    """The share of them in full, and what a right step earns for the others."""
    (mark,) = (
        m for m in marked(SQUARES, claims, MarkingPolicy(follow_through=follow)).marks if m.claim.name == "dL/dZ"
    )
    assert (mark.status, mark.credit) == (status, credit)


@pytest.mark.parametrize(("imprecise", "credit"), [(0.0, 0.75), (0.5, 0.875), (1.0, 1.0)])
def test_too_few_figures_earn_no_less_than_the_right_entries(imprecise: float, credit: float) -> None:
    fine = key_of("Z = 2*X; L = sum(Z**2)", {"X": [[1.3142, 2], [3.25, -1]]})  # Z[0,0] = 2.6284
    (mark,) = marked(fine, {"Z": "[[2.6, 4], [6.5, -2]]"}, MarkingPolicy(rtol=1e-4, imprecise=imprecise)).marks
    assert (mark.status, mark.credit) == ("imprecise", credit)


def test_a_rule_whose_numbers_are_asked_for_earns_what_imprecise_earns() -> None:
    sheet = marked(SQUARES, {"dL/dX": "2*dL/dZ"}, MarkingPolicy(numeric=(VALUE,), imprecise=0.25))
    assert [(m.status, m.credit) for m in sheet.marks] == [("imprecise", 0.25)]
