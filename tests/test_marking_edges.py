"""What counts as right, at its edges: short numbers, steps that have to be seen, whole numbers, conventions."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.claims.claims import Claim, Number
from gradcli.homework.claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item, worksheet
from gradcli.homework.claims.sides import NO_MARK, OPEN, RIGHT, SidesOfItem, judged, side_of
from gradcli.homework.claims.tolerance import Tolerance
from gradcli.homework.marking.array_conventions import sample_counts, tell
from gradcli.homework.marking.array_judging import ArrayDraft
from gradcli.homework.marking.array_rounding import _deviation, common_unit
from gradcli.homework.marking.concept_weights import edges_to
from gradcli.homework.marking.judging import CORRECT, WRONG, MarkingPolicy
from gradcli.homework.marking.new_values import hides_step, is_new, sides_of_step
from gradcli.homework.marking.whole_numbers import WholeNumbers
from gradcli.record.array_point import ArrayPoint
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request

from .array_sheets import key_of, marked


def number(text: str) -> Number:
    """A number as it is written: `0.25` has the unit 0.01 and two figures."""
    digits = text.lstrip("-").partition("e")[0]
    places = len(digits.partition(".")[2])
    figures = len(digits.replace(".", "").lstrip("0")) or 1
    return Number(float(text), 10.0**-places, figures, integer="." not in digits)


# ---- the policy


@pytest.mark.parametrize(("policy", "figures", "words"), [
    (MarkingPolicy(), 3, "3 significant figures"), (MarkingPolicy(rtol=0.1), 2, "2 significant figures"),
    (MarkingPolicy(rtol=0.5), 2, "2 significant figures"), (MarkingPolicy(rtol=1e-3), 4, "4 significant figures"),
    (MarkingPolicy(rtol=2e-3), 4, "4 significant figures"), (MarkingPolicy(rtol=0), 16, "16 significant figures"),
    (MarkingPolicy(sigfigs=1), 1, "1 significant figure"), (MarkingPolicy(sigfigs=5), 5, "5 significant figures"),
    (MarkingPolicy(decimals=1), 3, "1 decimal"), (MarkingPolicy(decimals=4), 3, "4 decimals"),
])  # fmt: skip
def test_how_many_figures_are_asked_for(policy: MarkingPolicy, figures: int, words: str) -> None:
    assert (policy.figures, policy.precision) == (figures, words)


@pytest.mark.parametrize(("text", "decimals", "short"), [
    ("0.25", 2, False), ("0.3", 2, True), ("0.250", 2, False), ("3", 0, False), ("3", 1, True), ("0.3", None, False),
])  # fmt: skip
def test_fewer_decimals_than_are_asked_for(text: str, decimals: int | None, short: bool) -> None:
    assert MarkingPolicy(decimals=decimals).is_short(number(text)) is short


@pytest.mark.parametrize(("text", "x", "rules", "slack", "expected"), [
    ("0.3", 0.2512, {}, 0, True), ("0.3", 0.2488, {}, 0, False), ("0.3", 0.2488, {}, 0.001, True),
    ("0.25", 0.2512, {}, 0, True), ("0.251", 0.2512, {}, 0, False), ("0.3", 0.351, {}, 0, True),
    ("0.3", 0.352, {}, 0, False), ("3", 2.6, {}, 0, True), ("1", 0.6, {}, 0, False), ("1", 1.249, {}, 0, True),
    ("1", 1.251, {}, 0, False), ("-3", -2.6, {}, 0, True), ("0.25", 0.2512, {"decimals": 2}, 0, False),
    ("0.3", 0.2512, {"decimals": 2}, 0, True), ("0.25", 0.2512, {"sigfigs": 2}, 0, False),
    ("0.25", 0.2512, {"sigfigs": 3}, 0, True),
])  # fmt: skip
def test_a_number_that_is_right_as_far_as_it_is_written(
    text: str, x: float, rules: dict[str, Any], slack: float, expected: bool
) -> None:
    """An integer has to be within a fifth, too; half a unit may be rounded either way."""
    assert MarkingPolicy(**rules).too_coarse(number(text), x, slack) is expected


def test_an_expression_is_never_too_coarse() -> None:
    assert not MarkingPolicy().too_coarse(Number(1 / 3), 1 / 3)
    assert not MarkingPolicy().too_coarse(Number(0.3, 0.0, 1), 0.3)


@pytest.mark.parametrize(("rules", "wrong"), [
    ({"rtol": 0.0}, False), ({"rtol": 0.999}, False), ({"rtol": 1.0}, True), ({"rtol": -0.01}, True),
    ({"rtol": math.nan}, True), ({"atol": 0.0}, False), ({"atol": -1e-9}, True), ({"atol": math.inf}, True),
    ({"atol": 1e300}, False), ({"sigfigs": 1}, False), ({"sigfigs": 15}, False), ({"sigfigs": 0}, True),
    ({"sigfigs": 16}, True), ({"sigfigs": 3, "decimals": 2}, True), ({"sigfigs": 3, "rtol": 0.1}, True),
    ({"decimals": 2, "rtol": 0.1}, False), ({"follow_through": 0.0}, False), ({"follow_through": 1.0}, False),
    ({"follow_through": -0.1}, True), ({"follow_through": 1.1}, True), ({"imprecise": 0.0}, False),
    ({"imprecise": 1.0}, False), ({"imprecise": 1.1}, True), ({"imprecise": -0.1}, True),
])  # fmt: skip
def test_a_policy_that_means_something(rules: dict[str, Any], wrong: bool) -> None:
    policy = MarkingPolicy(**rules)
    if not wrong:
        assert policy.checked() is policy
        return
    with pytest.raises(InputError):
        policy.checked()


@pytest.mark.parametrize(("rules", "atol", "grain", "exactly"), [
    ({}, 1e-8, 0.0, True), ({"decimals": 2}, 0.0051, 0.01, True), ({"decimals": 2, "atol": 0.1}, 0.1, 0.01, True),
    ({"decimals": 0}, 0.51, 1.0, True), ({"rtol": 0.0}, 1e-8, 0.0, False), ({"sigfigs": 3}, 1e-8, 0.0, False),
])  # fmt: skip
def test_what_a_policy_allows(rules: dict[str, Any], atol: float, grain: float, exactly: bool) -> None:
    policy = MarkingPolicy(**rules)
    assert policy.tolerance.atol == pytest.approx(atol)
    assert (policy.grain, policy.exactly) == (grain, exactly)
    assert (policy.agreement.rtol, policy.agreement.atol) == (0.0, policy.tolerance.atol)


# ---- new values after a step


@pytest.mark.parametrize(("text", "new", "old", "slack", "expected"), [
    ("0.14978", 0.14978, 0.15, 0, True), ("0.15", 0.14978, 0.15, 0, False), ("0.1498", 0.14978, 0.15, 0, True),
    ("0.15022", 0.14978, 0.15, 0, False), ("0.149782", 0.14978, 0.15, 0, True), ("0.149783", 0.14978, 0.15, 0, False),
    ("0.149783", 0.14978, 0.15, 1e-6, True), ("0.1497", 0.14978, 0.15, 0, False),
    ("0.145", 0.1454, 0.15, 0, True), ("0.146", 0.1454, 0.15, 0, False),  # to the last place, which shows the step
    ("0.9", 0.9, 1.0, 0, True), ("0.901", 0.9, 1.0, 0, True), ("0.9012", 0.9, 1.0, 0, False),
    ("0.95", 0.9, 1.0, 0, False), ("2.02", 2.0, 2.0, 0, True), ("2.03", 2.0, 2.0, 0, False),
    ("5.0", 5.0, 1.0, 0, True), ("5.039", 5.0, 1.0, 0, True), ("5.041", 5.0, 1.0, 0, False),
    ("-3.0", -3.0, 9.0, 0, True), ("-3.029", -3.0, 9.0, 0, True), ("-3.031", -3.0, 9.0, 0, False),
])  # fmt: skip
def test_the_step_has_to_be_seen(text: str, new: float, old: float, slack: float, expected: bool) -> None:
    """A claim may be off by 1 % of the step, and by no more than 1 % of the new value."""
    assert is_new(number(text), new, old, Tolerance(), slack) is expected


@pytest.mark.parametrize(("text", "new", "old", "slack", "expected"), [
    ("0.15", 0.14978, 0.15, 0, True), ("0.1498", 0.14978, 0.15, 0, False), ("0.15", 0.14489, 0.15, 0, False),
    ("0.15", 0.14491, 0.15, 0, True), ("0.15", 0.14489, 0.15, 1e-3, True), ("0.1", 0.1, 0.2, 0, False),
    ("0.2", 0.1501, 0.2, 0, True), ("0.15", 0.1399, 0.15, 0, False),
])  # fmt: skip
def test_digits_that_hide_the_step(text: str, new: float, old: float, slack: float, expected: bool) -> None:
    assert hides_step(number(text), new, old, slack) is expected


def test_new_values_on_both_sides() -> None:
    assert sides_of_step(SidesOfItem(-1.0, 3.0), 2.0, 0.5) == SidesOfItem(2.5, 0.5)
    assert sides_of_step(SidesOfItem("inf", None), 2.0, 0.5) == SidesOfItem("inf", None)


# ---- both sides of a point without a derivative


@pytest.mark.parametrize(("sides", "claim", "convention", "found", "why"), [
    (SidesOfItem(-1.0, 1.0), None, 0.0, RIGHT, "there is no derivative here, only one on each side"),
    (SidesOfItem(-1.0, 1.0), 0.0, 0.0, RIGHT, "the usual choice between the one-sided derivatives, -1 and 1"),
    (SidesOfItem(1.0, -1.0), 0.5, 0.0, RIGHT, "between the one-sided derivatives, -1 and 1"),
    (SidesOfItem(-1.0, 1.0), -1.0, 0.0, RIGHT, "between the one-sided derivatives, -1 and 1"),
    (SidesOfItem(-1.0, 1.0), 1.0, 0.0, RIGHT, "between the one-sided derivatives, -1 and 1"),
    (SidesOfItem(-1.0, 1.0), 1.009, 0.0, RIGHT, "between the one-sided derivatives, -1 and 1"),
    (SidesOfItem(-1.0, 1.0), -1.009, 0.0, RIGHT, "between the one-sided derivatives, -1 and 1"),
    (SidesOfItem(-1.0, 1.0), 1.02, 0.0, OPEN, ""), (SidesOfItem(-1.0, 1.0), -1.02, 0.0, OPEN, ""),
    (SidesOfItem("jump", 1.0), None, None, RIGHT, "there is no derivative here, the value jumps"),
    (SidesOfItem("jump", "outside"), None, None, RIGHT, "there is no derivative here, the value jumps"),
    (SidesOfItem("inf", "outside"), None, None, RIGHT, "there is no derivative here, there is no value on one side"),
    (SidesOfItem(1.0, "inf"), None, None, RIGHT, "there is no derivative here, the slope is infinite"),
    (SidesOfItem("-inf", 1.0), None, None, RIGHT, "there is no derivative here, the slope is infinite"),
    (SidesOfItem(None, 1.0), None, None, RIGHT, "there is no derivative here"),
    (SidesOfItem("jump", 1.0), 0.0, 0.0, RIGHT, "there is no derivative here, the value jumps; 0 is what gradcli uses"),
    (SidesOfItem("jump", 1.0), 1.0, 0.0, OPEN, ""), (SidesOfItem(None, 1.0), 1.0, None, OPEN, ""),
    (SidesOfItem("undetermined", 1.0), None, 0.0, NO_MARK, "what happens next to this point could not be determined"),
])  # fmt: skip
def test_what_is_right_without_a_derivative(
    sides: SidesOfItem, claim: float | None, convention: float | None, found: str, why: str
) -> None:
    def near(t: float) -> bool:
        return claim is not None and abs(claim - t) <= 0.01

    assert judged(sides, claim, convention, near) == (found, why)


def test_a_side_is_a_number_or_a_word() -> None:
    assert [side_of(x) for x in (2, "jump", None)] == [2.0, "jump", None]
    assert isinstance(side_of(2), float)


# ---- whole numbers


def record(program: str, point: dict[str, str], request: Request | None = None) -> Gradient:
    given = {name: Source(name, text) for name, text in point.items()}
    return evaluate(Source("program", program), given, request or Request())


def whole(made: Gradient) -> set[str]:
    """The items that are whole numbers from whole numbers, by label and kind."""
    found = WholeNumbers(made, edges_to(made))
    return {f"{item.kind[0]} {made.labels[item.node]}" + (f" {item.position}" if item.kind == LOCAL else "")
            for item in worksheet(made) if found.of(item)}  # fmt: skip


@pytest.mark.parametrize(("program", "point", "expected"), [
    ("q = x + y; f = q*z", {"x": "-2", "y": "5", "z": "-4"},
     "v q, v f, l q 0, l q 1, l f 0, l f 1, u f, u q, u x, u y, u z"),
    ("q = x/2; f = q*z", {"x": "4", "z": "3"}, "v q, v f, l f 0, l f 1, u f, u q, u z"),  # a half is no whole number
    ("q = x/2; f = 2*q", {"x": "3"}, "u f"),  # 3 comes from a half
    ("q = x*x; f = q - x", {"x": "1e9"}, "u f"),
    ("q = x*x; f = q - x", {"x": "30000"}, "v q, v f, l q 0, l q 1, l f 0, l f 1, u f, u q, u x"),
])  # fmt: skip
def test_whole_numbers_all_the_way(program: str, point: dict[str, str], expected: str) -> None:
    assert whole(record(program, point)) - {"l f 0"} == {*expected.split(", ")} - {"l f 0"}


def test_a_node_that_the_output_does_not_need_has_no_whole_gradient() -> None:
    made = record("q = x*y; f = x + 1", {"x": "2", "y": "3"})
    found = WholeNumbers(made, edges_to(made))
    assert not found.of(Item(UPSTREAM, made.graph.by_label["q"]))
    assert found.of(Item(VALUE, made.graph.by_label["q"]))


@pytest.mark.parametrize(("x", "rate", "expected"), [("2", "0.5", True), ("2", "0.3", False), ("2.5", "1", False)])
def test_a_new_value_is_whole_if_its_step_is(x: str, rate: str, expected: bool) -> None:
    from gradcli.record.update_rules import update_of

    made = record("f = 2*x", {"x": x}, Request(step=update_of("gd", rate, ascent=False, option="step")))
    assert WholeNumbers(made, edges_to(made)).of(Item(STEP, made.graph.inputs["x"])) is expected


# ---- rounding on the way


@pytest.mark.parametrize(("texts", "unit"), [
    (["0.123", "0.050", "1.500"], 0.001), (["0.123", "0.500"], None), (["0.123", "0.05"], None),
    (["0.12", "0.05"], None), (["0.1234", "0.005"], None), (["0.1234", "0.0012"], 0.0001), (["0.123", "0.000"], None),
    ([], None), (["3", "1"], None),
    (["0.123", "0.012", "5"], 0.001),
])  # fmt: skip
def test_a_sheet_of_three_decimals(texts: list[str], unit: float | None) -> None:
    """Small numbers show it: with three significant figures they would have more decimals."""
    assert common_unit([number(text) for text in texts]) == pytest.approx(unit)


@pytest.mark.parametrize(("numbers", "expected"), [
    ([1.0, 3.0], math.sqrt(2)), ([2.0, 2.0, 2.0], 0.0), ([1.0, 2.0, 3.0, 4.0], math.sqrt(5 / 3)), ([5.0], 0.0),
])  # fmt: skip
def test_a_standard_deviation(numbers: list[float], expected: float) -> None:
    assert _deviation(numbers) == pytest.approx(expected)


# ---- the gradient of the sum of the losses


@pytest.mark.parametrize(("program", "shapes", "expected"), [
    ("mean(A)", {"A": (3, 4)}, [12, 3, 4]), ("sum(mean(A, axis=0))", {"A": (3, 4)}, [3]),
    ("sum(A)/4", {"A": (3, 2)}, [4]),
    ("mean(x)", {"x": (1,)}, []), ("sum(A)/1", {"A": (3, 2)}, []), ("sum(A)/2.5", {"A": (3, 2)}, []),
    ("sum(A)/x", {"A": (3, 2), "x": ()}, []), ("mean(mean(A, axis=1))", {"A": (3, 4)}, [4, 3]),
])  # fmt: skip
def test_what_a_program_divides_by(program: str, shapes: dict[str, tuple[int, ...]], expected: list[int]) -> None:
    graph = ArrayPoint({}).parsed(Source("program", program), shapes)
    assert sample_counts(graph) == expected


@pytest.mark.parametrize(("samples", "status", "why", "expected"), [
    (1, CORRECT, "", ""), (3, CORRECT, "", "gradient of the sum of the losses: without 1/3"),
    (3, WRONG, "", "gradient of the sum of the losses: without 1/3"),
    (3, WRONG, "off", "off; taken as the gradient of the sum of the losses: without 1/3"),
    (3, CORRECT, "off", "gradient of the sum of the losses: without 1/3"), (1, WRONG, "off", "off"),
])  # fmt: skip
def test_it_is_told_that_a_gradient_was_taken_so(samples: int, status: str, why: str, expected: str) -> None:
    draft = ArrayDraft(Claim("dZ", "[1]"), None, status, why)
    draft.samples = samples
    tell(draft)
    assert draft.why == expected


# X = [[1, 2], [3, 4]] and w = [1, 1]: z = [3, 7], dL/dz = z, dL/dw = X.T@z = [24, 34]; of the sum, dz is 2*z.
MEAN = ("z = X@w; q = 3*z; L = mean(q*q)/9", {"X": [[1, 2], [3, 4]], "w": [1, 1]})
TAKEN = "gradient of the sum of the losses: without 1/2"


@pytest.mark.parametrize(("claims", "expected"), [
    ({"dz": "[3, 7]", "dw": "[24, 34]"}, [("correct", 1.0, False), ("correct", 1.0, False)]),
    ({"dz": "[6, 14]", "dw": "[24, 34]"}, [("correct", 1.0, True), ("correct", 1.0, False)]),
    ({"dz": "[6, 14]"}, [("wrong", 0.0, False)]),
    ({"dz": "[6, 14]", "dw": "[48, 68]"}, [("wrong", 0.0, False), ("follow_through", 0.0, False)]),
    ({"dz[0]": "6", "dz[1]": "14", "dw": "[24, 34]"}, [("correct", 1.0, True)] * 2 + [("correct", 1.0, False)]),
    ({"dz": "[6, 14]", "dw[0]": "24"}, [("correct", 1.0, True), ("correct", 1.0, False)]),
    ({"z": "[4, 7]", "dz": "[6, 14]", "dw": "[24, 34]", "shape(dw)": "3"},
     [("wrong", 0.5, False), ("correct", 1.0, True), ("correct", 1.0, False), ("wrong", 0.0, False)]),
    # dw = X.T@[3, 7.5] follows from half of the wrong [6, 15]; entries by themselves show no such thing
    ({"dz": "[6, 15]", "dw": "[25.5, 36]"}, [("wrong", 0.5, True), ("follow_through", 0.0, False)]),
    ({"dz": "[6, 15]", "dw": "[51, 72]"}, [("wrong", 0.0, False), ("follow_through", 0.0, False)]),
    ({"dz[0]": "6", "dz[1]": "15", "dw": "[25.5, 36]"}, [("wrong", 0.0, False)] * 3),
    ({"dz": "[6, 15]", "dw": "[24, 34]"}, [("wrong", 0.0, False), ("correct", 1.0, False)]),
    # most of what is off inside has to be twice right: both of them, and not one of two
    ({"dq": "[2, 4.6666667]", "dz": "[6, 14]", "dw": "[24, 34]"},
     [("correct", 1.0, True)] * 2 + [("correct", 1.0, False)]),
    ({"dq": "[2, 9]", "dz": "[6, 14]", "dw": "[24, 34]"}, [("wrong", 0.0, False)] * 2 + [("correct", 1.0, False)]),
    ({"dq": "[1, 2.3333333]", "dz": "[6, 14]", "dw": "[24, 34]"},
     [("correct", 1.0, False), ("correct", 1.0, True), ("correct", 1.0, False)]),
    # a formula that names one of them means it as it was claimed: with a division of its own it shows that, else not
    ({"dz": "2*z", "dw": "X.T@dz/2"}, [("correct", 1.0, True), ("correct", 1.0, False)]),
    ({"dz": "[6, 14]", "dw": "X.T@dz/2"}, [("correct", 1.0, True), ("correct", 1.0, False)]),
    ({"dz": "2*z", "dw": "X.T@dz"}, [("wrong", 0.0, False), ("correct", 1.0, False)]),
    ({"dz": "2*z", "dw": "X.T@dz/3"}, [("wrong", 0.0, False), ("wrong", 0.0, False)]),
    ({"dz": "z", "dw": "X.T@dz/2"}, [("correct", 1.0, False), ("wrong", 0.0, False)]),
    ({"dq": "2*q/9", "dz": "3*dq", "dw": "X.T@dz/2"},
     [("correct", 1.0, True), ("correct", 1.0, False), ("correct", 1.0, False)]),
    ({"dq": "2*q/9", "dz": "3*dq", "dw": "X.T@dz"},
     [("wrong", 0.0, False), ("correct", 1.0, False), ("correct", 1.0, False)]),
    ({"dq": "2*q/9", "dz": "3*dq", "dw": "X.T@dz", "dw[0]": "24"},
     [("correct", 1.0, True), ("correct", 1.0, False), ("wrong", 0.5, False), ("correct", 1.0, False)]),
])  # fmt: skip
def test_what_shows_that_gradients_are_of_the_sum(claims: dict[str, str], expected: list[Any]) -> None:
    found = marked(key_of(*MEAN), claims, MarkingPolicy(diagnose=False)).marks
    assert [(m.status, m.credit, m.why.endswith(TAKEN)) for m in found] == expected
