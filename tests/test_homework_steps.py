"""The step rule: what follows from the student's own numbers by the figures written, and what is carried."""

from __future__ import annotations

import pytest

from gradcli.homework.marking.marks import AnswerKey, Claim, MarkingPolicy, mark
from gradcli.record.calls import differentiate

from .test_homework_marking import RUNNING, marked, status, statuses


def test_rounding_carried_on_is_right() -> None:
    point = {"x": 2.001, "y": 1.998}  # the difference of rounded numbers has one figure left
    found = marked("a = x**2; b = y**2; f = a - b", point, ("a", "4.00"), ("b", "3.99"), ("f", "0.01"))
    assert statuses(found) == ["correct"] * 3
    assert found.marks[2].why == "follows from your own rounded numbers"
    assert status("a = x**2; b = y**2; f = a - b", point, "f", "0.02") == "wrong"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([("q", "4"), ("f", "-16")], ["wrong", "follow_through"]),  # a value
        ([("q", "4"), ("dz", "4")], ["wrong", "follow_through"]),  # through a local gradient that is not claimed
        ([("q", "4"), ("local(f,z)", "4"), ("dz", "4")], ["wrong", "follow_through", "follow_through"]),
        ([("local(f,q)", "4"), ("dq", "4"), ("dx", "4")], ["wrong", "follow_through", "follow_through"]),
        ([("dq", "2"), ("dx", "2"), ("dy", "-2")], ["wrong", "follow_through", "wrong"]),
        ([("q", "4"), ("f", "-12"), ("dz", "3")], ["wrong", "correct", "correct"]),  # right all the same
        ([("q", "0"), ("f", "0")], ["wrong", "follow_through"]),  # but it earns nothing
        ([("dq", "1"), ("dx", "1")], ["wrong", "follow_through"]),
        ([("q", "1"), ("f", "-4")], ["wrong", "follow_through"]),
        ([("q", "x - y"), ("f", "28")], ["wrong", "follow_through"]),  # a formula carries its number
        ([("x", "7"), ("q", "12")], ["wrong", "follow_through"]),  # an input copied wrong
    ],
)
def test_errors_carried_forward(claims: list[tuple[str, str]], expected: list[str]) -> None:
    found = marked(*RUNNING, *claims)
    assert statuses(found) == expected
    assert found.earned == expected.count("correct")
    assert sum(m.first_wrong for m in found.marks) == 1
    assert [m.first_wrong for m in found.marks].index(True) == 0


def test_carried_errors_are_credited_only_if_asked() -> None:
    claims = (("q", "4"), ("f", "-16"), ("dz", "4"), ("dq", "-4"))
    assert marked(*RUNNING, *claims).earned == 1
    assert marked(*RUNNING, *claims, follow_through=0.5).earned == 2
    assert marked(*RUNNING, *claims, follow_through=1.0).earned == 3


@pytest.mark.parametrize(
    ("claims", "earned"),
    [
        ([("q", "0"), ("f", "0")], 0), ([("dq", "1"), ("dx", "1")], 0), ([("dq", "-1"), ("dx", "-1")], 0),
        ([("q", "0"), ("dz", "0")], 0),  # through a local gradient that nobody claims
        ([("q", "1"), ("f", "-4")], 1),  # a product was worked out
        ([("dz", "1"), ("f", "-12")], 1),
    ],
)  # fmt: skip
def test_a_0_or_1_from_a_wrong_0_or_1_is_a_right_step_without_credit(
    claims: list[tuple[str, str]], earned: float
) -> None:
    found = marked(*RUNNING, *claims, follow_through=1.0)
    assert found.earned == earned
    assert statuses(found)[0] == "wrong"
    assert statuses(found)[1] in ("correct", "follow_through")


def test_a_lost_minus_is_carried_with_credit() -> None:
    """The truth is -1, so 1 is no stock answer; a 0 always is."""
    program, point = "q = x - y; f = q*z", {"x": 5, "y": 2, "z": 1.5}
    claims = [("local(q,y)", "1"), ("df/dq", "1.5"), ("df/dy", "1.5")]
    assert statuses(marked(program, point, *claims)) == ["wrong", "correct", "follow_through"]
    claims = [("local(q,y)", "1"), ("dg/dq", "1"), ("dg/dy", "1")]
    found = marked("q = x - y; g = q + z", point, *claims, follow_through=1.0)
    assert [m.credit for m in found.marks] == [0, 1, 1]
    found = marked("q = x - y; g = q + z", point, ("dg/dq", "0"), ("dg/dx", "0"), follow_through=1.0)
    assert [m.credit for m in found.marks] == [0, 0]


def test_no_error_adds_up_that_the_figures_do_not_show() -> None:
    """Each of 25 numbers is 0.99 % above what follows from the last one, and written with six figures."""
    program = "; ".join(["a0 = x*1.5", *(f"a{k} = a{k - 1}*1.1" for k in range(1, 25))])
    record = differentiate(program, {"x": 1.2345})
    claims, last = [], 1.2345
    for k in range(25):
        last *= (1.1 if k else 1.5) * 1.0099
        claims.append(Claim(f"a{k}", f"{last:.6g}"))
    found = statuses(mark(AnswerKey(record), claims, MarkingPolicy()))
    assert found[0] == "correct"
    assert set(found[1:]) == {"wrong"}


@pytest.mark.parametrize(
    ("claim", "expected"),
    [("204", "correct"), ("204.0", "correct"), ("2.04e2", "correct"), ("408/2", "correct"), ("202", "wrong"),
     ("205", "wrong"), ("204.5", "correct"), ("203.9", "correct"), ("200", "wrong")],
)  # fmt: skip
def test_whole_numbers_of_whole_numbers_are_exact(claim: str, expected: str) -> None:
    assert status("x*y", {"x": 12, "y": 17}, "f", claim) == expected
    with_others = marked("q = x*y; f = q + z", {"x": 12, "y": 17, "z": 3}, ("q", claim), ("local(q,x)", "17"))
    assert statuses(with_others) == [expected, "correct"]
    assert status("q = x*y; f = q + z", {"x": 12, "y": 17, "z": 3}, "f", "209") == "wrong"


@pytest.mark.parametrize(
    ("claim", "expected"), [("12345", "correct"), ("12300", "correct"), ("1.23e4", "correct"), ("12344", "wrong")]
)
def test_a_long_whole_number_may_be_rounded_and_is_judged_by_its_figures(claim: str, expected: str) -> None:
    assert status("x*y", {"x": 2469, "y": 5}, "f", claim) == expected


def test_whole_numbers_carried_are_exact_too() -> None:
    found = marked("p = x*y; f = p*z", {"x": 12, "y": 17, "z": 2}, ("p", "203"), ("f", "406"))
    assert statuses(found) == ["wrong", "follow_through"]
    found = marked("p = x*y; f = p*z", {"x": 2, "y": 17, "z": 9}, ("p", "35"), ("f", "316"))
    assert statuses(found) == ["wrong", "wrong"]


@pytest.mark.parametrize(("claim", "expected"), [("0.0013", "correct"), ("0.0012", "wrong"), ("0", "wrong")])
def test_decimals_that_a_teacher_asks_for_are_enough(claim: str, expected: str) -> None:
    point = {"x": 0.0362}  # the square is 0.00131
    assert status("x**2", point, "f", claim, decimals=4) == expected
    assert status("x**2", point, "f", "0.001", decimals=4) == "imprecise"


@pytest.mark.parametrize("kind", ["value", "local", "upstream"])
def test_a_formula_is_no_number(kind: str) -> None:
    claims = {"value": ("q", "x + y"), "local": ("local(f,q)", "z"), "upstream": ("df/dx", "z")}
    for other, claim in claims.items():
        found = marked(*RUNNING, claim, numeric=(kind,)).marks[0]
        assert found.status == ("invalid" if other == kind else "correct")
        assert found.credit == (other != kind)
    assert marked(*RUNNING, ("q", "6/2"), numeric=("value",)).marks[0].status == "correct"


def test_the_first_wrong_step_is_the_first_of_the_sheet_that_does_not_follow() -> None:
    found = marked(*RUNNING, ("dx", "9"), ("dq", "7"), ("local(f,z)", "5"), ("f", "6"), ("q", "2"))
    assert [m.claim.name for m in found.marks if m.first_wrong] == ["dx"]
    found = marked(*RUNNING, ("dq", "7"), ("dx", "9"))
    assert [m.claim.name for m in found.marks if m.first_wrong] == ["dq"]


def test_a_rounded_sigmoid_may_make_its_slope_zero() -> None:
    point = {"x": 6.0}
    found = marked("s = sigmoid(x); f = s*3", point, ("s", "1.00"), ("local(s,x)", "0"), ("dx", "0"))
    assert statuses(found) == ["correct"] * 3


@pytest.mark.parametrize(("dx", "expected"), [("20.0000", "correct"), ("24.9000", "correct"), ("15.1000", "correct"),
                                              ("25.3000", "wrong"), ("14.7000", "wrong")])  # fmt: skip
def test_what_rounding_takes_from_an_upstream_gradient_is_multiplied_by_the_local_one(dx: str, expected: str) -> None:
    """12.3 is within 0.05 of 12.345, so 100*12.3 - 1210 = 20 is within 5 of the truth; 1 % of 20 comes on top."""
    record = differentiate("a = c*x; b = d*x; f = s*a - t*b", {"x": 1, "c": 100, "d": 100, "s": 12.345, "t": 12.1})
    claims = [("a", "100.000"), ("b", "100.000"), ("df/db", "-12.1000"), ("df/da", "12.3"), ("df/dx", dx)]
    marked = mark(AnswerKey(record), [Claim(*claim) for claim in claims], MarkingPolicy())
    assert [m.status for m in marked.marks] == ["correct"] * 4 + [expected]
