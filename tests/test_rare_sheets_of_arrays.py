"""Sheets of arrays that are seldom met: sums of losses, numbers beyond binary64, formulas of other shapes, commas."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import STEP, UPSTREAM, VALUE, Item
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.array_conventions import sample_counts
from gradcli.homework.marking.array_judging import ArrayDraft, judge
from gradcli.homework.marking.array_marks import _with_evidence
from gradcli.homework.marking.array_rounding import reach_of_rounding
from gradcli.homework.marking.concept_weights import concept_weights, edges_to
from gradcli.homework.marking.judging import MarkingPolicy
from gradcli.homework.marking.marks import mark

from .array_sheets import key_of, marked
from .test_own_numbers import record

SUM = "gradient of the sum of the losses: without 1/3"
# By hand: z = [1, 2, 3], dL/dz = 2*z/3, dL/dw = X.T@dL/dz = [8/3, 10/3].
MEAN = key_of("z = X@w; L = mean((z - y)**2)", {"X": [[1, 0], [0, 1], [1, 1]], "w": [1, 2], "y": [0, 0, 0]})


@pytest.mark.parametrize(("claims", "said"), [
    ({"dL/dz": "[2, 4, 6]", "dL/dw": "[8/3, 10/3]"}, [("correct", SUM), ("correct", "")]),
    # One entry is wrong: what follows from it by a division by 3 shows whose gradients these are.
    ({"dL/dz": "[2, 4, 5]", "dL/dw": "[2.333, 3]"}, [
        ("wrong", f"2 of 3 right; entry 2 is wrong; taken as the {SUM}"),
        ("follow_through", "a right step from your dL/dz")]),
    ({"dL/dz": "[2, 4, 5]", "dL/dw": "[7, 9]"}, [("wrong", "0 of 3 right"),
                                                ("follow_through", "a right step from your dL/dz")]),
    ({"dL/dz": "[2, 4, 5]"}, [("wrong", "0 of 3 right")]),
    ({"dL/dz": "[2, 4, 6]"}, [("wrong", "0 of 3 right")]),  # nothing shows what was meant
    ({"dL/dz": "[2, 4, 5]", "dL/dw": "[2.5, 3]"}, [("wrong", "0 of 3 right"), ("wrong", "0 of 2 right")]),
    ({"dL/dz": "[0, 0, 0]", "dL/dw": "[0, 0]"}, [
        ("wrong", "0 of 3 right; all entries are 0"),
        ("follow_through", "a right step from your dL/dz, but a wrong array of 0 or 1 carries no credit")]),
])  # fmt: skip
def test_gradients_of_the_sum_are_told_by_what_follows(claims: dict[str, str], said: list[tuple[str, str]]) -> None:
    assert sample_counts(MEAN.record.graph) == [3]
    assert [(m.status, m.why) for m in marked(MEAN, claims).marks] == said


GATE = key_of("z = W@x; h = relu(z); L = sum(h*g)", {"W": [[1, 2], [3, -4]], "x": [1, 3], "g": [1, 3]})
LARGE = key_of("z = x*1e200; L = sum(z*z)", {"x": [1, 2]})
BEYOND = ("ungraded", "a correct value is beyond the largest binary64", "")
NOWHERE = ("wrong", "it has no value at the point", "")


@pytest.mark.parametrize(("key", "item", "text", "verdict"), [
    (LARGE, "L", "5", BEYOND), (LARGE, "dL/dx", "[1, 2]", BEYOND), (LARGE, "z", "[1e200, 2e200]", ("correct", "", "")),
    (GATE, "dL/dW", "x", ("wrong", "it has 2 entries, and dL/dW is 2x2", "other")),
    (GATE, "dL/dW", "outer(x, x)[:, 0]", ("wrong", "it has 2 entries, and dL/dW is 2x2", "other")),
    (GATE, "dL/dx", "W", ("wrong", "it is 2x2, and dL/dx has 2 entries", "other")),
    (GATE, "h", "log(-x*x - 1)", NOWHERE), (GATE, "L", "sum(h)/0", NOWHERE),
    (GATE, "z", "undefined", ("wrong", "there is a value here", "")),
    (GATE, "dL/dz", "undefined", ("wrong", "there is a derivative here", "")),
    (GATE, "h", "h", ("invalid", "h cannot be told by itself", "")),
    (GATE, "z", "h + 0", ("invalid", "z cannot be told by h, which is computed from it", "")),
    (GATE, "z", " ", ("missing", "not handed in", "")),
])  # fmt: skip
def test_a_claim_by_itself(key: Any, item: str, text: str, verdict: tuple[str, str, str]) -> None:
    (found,) = marked(key, {item: text}).marks
    assert (found.status, found.why.replace("\u00d7", "x"), found.shape_kind) == verdict


def test_an_item_is_claimed_once_and_a_claim_may_be_unreadable() -> None:
    draft = ArrayDraft(Claim("z", "[7, -9]"), GATE.readings("z")[0])  # type: ignore[arg-type]
    draft.written = GATE.read("[7, -9]", draft.item, files=False).written  # type: ignore[arg-type, union-attr]
    judge(GATE, draft, MarkingPolicy())
    assert (draft.status, draft.right) == ("correct", [True, True])
    claims = [Claim("z", "[7, -9]"), Claim("z", "[7, -9]"), Claim("h", "[7, 0]", fault="a cell of two lines")]
    from gradcli.homework.marking.array_marks import mark_arrays

    assert [(m.status, m.why) for m in mark_arrays(GATE, claims, MarkingPolicy()).marks] == [
        ("correct", ""), ("invalid", "z is claimed twice"), ("invalid", "a cell of two lines")]  # fmt: skip


COMMAS = key_of("y = x*w; z = y + 1; L = sum(z)", {"x": [1.5, 2.5], "w": [1, 1]})


@pytest.mark.parametrize(("claims", "decimal"), [
    ({"q": "1,5", "L": "6", "y": "[1,5; 2,5]", "z": "[2,5; 3,5]"}, [True, False, True, True]),
    ({"L": "6", "q": "1,5", "y": "[1, 2]"}, None), ({"L": "6", "y": "[1,5; 2,5]"}, None),
    ({"y": "[1,5; 2,5]", "z": "[2.5, 3.5]"}, None), ({"L": "6,0", "z": "[2,5; 3,5]"}, [True, True]),
    ({"L": "6,0", "z": "[2,5; 3,5]", "y": "[1.5, 2.5]"}, None),  # one who writes a point
])  # fmt: skip
def test_commas_are_decimal_where_one_can_be_nothing_else(claims: dict[str, str], decimal: list[bool] | None) -> None:
    sheet = [Claim(item, text) for item, text in claims.items()]
    found = _with_evidence(COMMAS, sheet, files=False)
    assert [claim.comma for claim in found] == [bool(on) for on in decimal or [False] * len(sheet)]


def test_rounding_that_leads_out_of_a_domain_is_left_out() -> None:
    """0.0004 rounded to three decimals may be 0, of which there is no logarithm."""
    key = key_of("z = x*w; L = sum(log(z))", {"x": [0.0004, 2.3456], "w": [1, 1]})
    found = reach_of_rounding(key.run, key.record.output, 3, 0.001)
    node = key.record.graph.by_label
    assert 0 < len(found[VALUE, node["z"]]) == 2
    assert all(0 <= x < 1 for x in found[VALUE, node["z"]])
    assert (UPSTREAM, node["z"]) in found


# ---- of numbers

SIDES = "the one-sided derivatives, 0 and 1"


@pytest.mark.parametrize(("program", "point", "rate", "claims", "said"), [
    ("c = sqrt(4); f = x*c", {"x": 3}, "", {"df/dc": "x", "c": "2"}, [
        ("ungraded", "it does not depend on an input"), ("correct", "")]),
    ("f = x*x", {"x": 3}, "0", {"new(x)": "x - 0*df/dx"}, [
        ("invalid", "a number is asked for: a rate of 0 makes no step")]),
    ("f = x*x", {"x": 3}, "0.5", {"new(x)": "= x - 0.5*df/dx"}, [("correct", "")]),
    ("f = x*x", {"x": 3}, "0.5", {"new(x)": "x + 0.5*df/dx"}, [("wrong", "")]),
    # At a tie of its condition either branch of a where is taken, and so may its slope be.
    ("a = 2*x; b = 3*x; f = where(x > 0, a, b)", {"x": 0}, "", {"local(f,a)": "1", "local(f,b)": "0"}, [
        ("correct", f"between {SIDES}"), ("correct", f"between {SIDES}")]),
    ("a = 2*x; b = 3*x; f = where(x > 0, a, b)", {"x": 0}, "", {"local(f,a)": "0", "local(f,b)": "2"}, [
        ("correct", f"the usual choice between {SIDES}"), ("wrong", "")]),
    ("a = 2*x; b = 3*x; f = where(x > 0, a, b)", {"x": 1}, "", {"local(f,a)": "1", "local(f,b)": "1"}, [
        ("correct", ""), ("wrong", "")]),
])  # fmt: skip
def test_rare_claims_of_numbers(
    program: str, point: dict[str, Any], rate: str, claims: dict[str, str], said: list[tuple[str, str]]
) -> None:
    key = AnswerKey(record(program, rate, **point))
    found = mark(key, [Claim(item, text) for item, text in claims.items()], MarkingPolicy()).marks
    assert [(m.status, m.why) for m in found] == said


def test_a_new_value_of_the_output_itself_needs_no_idea() -> None:
    made = record("x", "0.5", x=3)
    step = Item(STEP, made.output)
    assert concept_weights(made, [step], edges_to(made)) == {step: 0.03}


@pytest.mark.parametrize(("z", "status"), [
    ("[137, 300.00]", "imprecise"), ("[137.00, 300.00]", "correct"), ("[137, 300]", "imprecise"),
])  # fmt: skip
def test_one_entry_without_its_decimals_is_enough_to_be_too_coarse(z: str, status: str) -> None:
    """The true z is [136.53, 300], and 100 times the h that was handed in is 137."""
    key = key_of("h = x*y; z = 100*h; L = sum(z*g)", {"x": [1.23, 2.0], "y": [1.11, 1.5], "g": [1, 2]})
    sheet = marked(key, {"h": "[1.37, 3.00]", "z": z}, MarkingPolicy(decimals=2))
    assert [m.status for m in sheet.marks] == ["correct", status]


def test_a_shape_that_is_claimed_first_hides_no_own_array() -> None:
    """The true z is [7, -9] and h = relu(z). Nothing is said of whole numbers: arrays have none that must be exact."""
    key = key_of("z = W@x; h = relu(z); L = sum(h*g)", {"W": [[1, 2], [3, -4]], "x": [1, 3], "g": [1, 3]})
    sheet = marked(key, {"shape(z)": "2", "z": "[8, -9]", "h": "[8, 0]"})
    assert [m.status for m in sheet.marks] == ["correct", "wrong", "follow_through"]
    assert [m.why for m in sheet.marks] == ["", "1 of 2 right; entry 0 is wrong", "a right step from your z"]
    assert sheet.rule == "right = within 1 % of the correct value, or follows from your own right numbers"
