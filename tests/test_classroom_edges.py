"""A class at its edges: points, attempts, statistics, copies, rosters, mended commas."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from gradcli.homework.claims.claims import Claim
from gradcli.homework.classroom.accepting import after, with_followers
from gradcli.homework.classroom.adjustments import adjusted
from gradcli.homework.classroom.attempts import Tries, again, attempts, counting
from gradcli.homework.classroom.copies import Copies, Copying
from gradcli.homework.classroom.entries import Entry
from gradcli.homework.classroom.lateness import first_times, handed_in
from gradcli.homework.classroom.people import Person
from gradcli.homework.classroom.results import (
    Explanation,
    MarkedItem,
    StudentResult,
    counted_points,
    explained,
    score,
    shared_out,
)
from gradcli.homework.classroom.statistics import RunningSums, alpha, bin_of

# ---- points


def line(item: str = "q", status: str = "wrong", credit: float = 0.0, points: float = 1.0, **more: Any) -> MarkedItem:
    own: dict[str, Any] = {
        "problem": "p1",
        "claim": "1",
        "why": "",
        "expected": None,
        "first_wrong": False,
        "mistakes": [],
    }
    return MarkedItem(**{**own, **more}, item=item, status=status, credit=credit, points=points)


def result(student: str = "ann", *lines: MarkedItem, earned: float = 5.0, **more: Any) -> StudentResult:
    own: dict[str, Any] = {"problems": {"p1": [earned, 10.0]}, "possible": 10.0, "remarks": []}
    return StudentResult(student, list(lines), **{**own, **more}, earned=earned)


@pytest.mark.parametrize(("person", "late", "days", "earned", "remarks"), [
    (None, 1.0, 0, 5.0, []), (None, None, 2, 5.0, ["2 days late (handed in Monday)"]),
    (None, 1.0, 1, 4.0, ["1 day late (handed in Monday): 1 point less"]),
    (None, 2.0, 3, 0.0, ["3 days late (handed in Monday): 5 points less"]),
    (Person("ann", extension=2.0), 1.0, 3, 4.0, ["an extension of 2 days",
                                                "1 day late (handed in Monday): 1 point less"]),
    (Person("ann", extension=3.0), 1.0, 3, 5.0, ["an extension of 3 days"]),
    (Person("ann", extension=1.0), 1.0, 0, 5.0, ["an extension of 1 day"]),
    (Person("ann", late=0.5), 2.0, 3, 4.0, ["0.5 days late: 1 point less"]),
    (Person("ann", late=0.0), 1.0, 3, 5.0, []),
    (Person("ann", override=7.5), 1.0, 1, 7.5, ["1 day late (handed in Monday): 1 point less",
                                               "7.5 points by the roster instead of 4"]),
    (Person("ann", override=0.0), None, 0, 0.0, ["0 points by the roster instead of 5"]),
    (Person("ann", exempt=True), None, 0, 5.0, ["exempt"]),
])  # fmt: skip
def test_what_the_roster_and_the_days_make_of_points(
    person: Person | None, late: float | None, days: int, earned: float, remarks: list[str]
) -> None:
    found = adjusted(result(handed_in="Monday", days_late=float(days)), person, late)
    assert (found.earned, found.remarks, found.exempt) == (earned, remarks, person is not None and person.exempt)


@pytest.mark.parametrize(("points", "weights", "credits", "expected"), [
    (10, [1, 1], [1, 0], Fraction(5)), (10, [1, 3], [1, 0.5], Fraction(25, 4)),
    (10, [1, 1, 1], [1, 0, 0], Fraction(10, 3)),
    (10, [1, 2], [1, 1], Fraction(10)), (10, [1, 0], [1, 0], Fraction(10)), (10, [0, 0], [1, 1], Fraction(0)),
    (10, [], [], Fraction(0)), (10, [1, 1], [0, 0], Fraction(0)), (10, [0, 2], [1, 0], Fraction(0)),
])  # fmt: skip
def test_points_are_shared_out_by_weight(
    points: float, weights: list[float], credits: list[float], expected: Fraction
) -> None:
    assert score(points, weights, credits) == expected


@pytest.mark.parametrize(("points", "weights", "expected"), [
    (10, [1, 3], [2.5, 7.5]), (10, [1, 0], [10, 0]), (10, [0, 0], [0, 0]), (3, [0.5, 0.5], [1.5, 1.5]), (0, [1], [0]),
    (10, [], []),
])  # fmt: skip
def test_what_each_item_is_worth(points: float, weights: list[float], expected: list[float]) -> None:
    assert shared_out(points, weights) == expected


@pytest.mark.parametrize(("status", "credit", "points", "passed"), [
    ("correct", 1.0, 2.0, True), ("imprecise", 1.0, 2.0, True), ("follow_through", 0.5, 2.0, False),
    ("correct", 0.0, 0.0, True), ("wrong", 0.0, 0.0, False), ("correct", 0.5, 2.0, False),
])  # fmt: skip
def test_nothing_is_left_to_earn(status: str, credit: float, points: float, passed: bool) -> None:
    assert line(status=status, credit=credit, points=points).passed is passed


@pytest.mark.parametrize(("lines", "expected"), [
    ([("a", "correct", 1.0, False), ("b", "wrong", 0.0, True), ("c", "invalid", 0.0, False)], "b"),
    ([("a", "invalid", 0.0, False), ("b", "wrong", 0.0, True)], "a"),
    ([("a", "imprecise", 0.5, False), ("b", "wrong", 0.0, True)], "b"),
    ([("a", "imprecise", 1.0, False), ("b", "imprecise", 0.5, False)], "b"),
    ([("a", "imprecise", 1.0, False), ("b", "missing", 0.0, False)], None),
])  # fmt: skip
def test_the_first_fault(lines: list[tuple[str, str, float, bool]], expected: str | None) -> None:
    made = [line(item, status, credit, first_wrong=first) for item, status, credit, first in lines]
    fault = result("ann", *made).first_fault
    assert (None if fault is None else fault.item) == expected


def test_why_the_points_are_others() -> None:
    assert result(remarks=["r"]).reasons == ["r"]
    assert result(earned=4.0, problems={"p1": [5.0, 10.0]}, remarks=["r"]).reasons == [
        "5 of 10 points for the answers", "r"]  # fmt: skip
    for earned, is_other in ((5.0, False), (5.0 + 9e-10, False), (5.0 - 9e-10, False), (5.0001, True), (4.9999, True)):
        found = result(earned=earned, problems={"p1": [2.0, 5.0], "p2": [3.0, 5.0]}, remarks=[]).reasons
        assert found == ["5 of 10 points for the answers"] * is_other
    assert result(earned=4.0, problems={"p1": [5.0, 10.0]}, remarks=["r"], exempt=True).reasons == ["r"]
    assert [counted_points(x) for x in (1, 0.5, 2, 0, 1 / 3)] == [
        "1 point", "0.5 points", "2 points", "0 points", "0.3333 points"]  # fmt: skip


def test_explanations_in_words() -> None:
    a, b, c = (Explanation("m", hedge, what, "at q") for hedge, what in
               (("consistent with", "A"), ("consistent with", "B"), ("could be", "C")))  # fmt: skip
    assert explained([a]) == "consistent with A at q"
    assert explained([a, b]) == "consistent with A at q or B at q"
    assert explained([a, b, c]) == "consistent with A at q, B at q or could be C at q"
    assert explained([c, a]) == "could be C at q or consistent with A at q"
    assert explained([]) == ""
    assert Explanation("own-1", "", "You gave z.", "").message == "You gave z."
    assert line(why="w", mistakes=[a]).message == "w; consistent with A at q"
    assert (line(why="w").message, line(mistakes=[a]).message) == ("w", "consistent with A at q")


def test_what_follows_from_an_accepted_answer() -> None:
    right, follows, wrong, first = (line(status="correct", credit=1.0), line(status="follow_through", credit=0.5),
                                    line(status="wrong"), line(status="wrong", first_wrong=True))  # fmt: skip
    made = with_followers([right, follows])
    assert [(m.status, m.credit, m.why) for m in made] == [
        ("correct", 1.0, ""), ("correct", 1.0, "follows from an accepted answer")]  # fmt: skip
    assert with_followers([right, follows, wrong, wrong]) == [right, follows, first, wrong]
    assert with_followers([follows, wrong, first]) == [follows, wrong, first]


def test_what_earlier_attempts_leave() -> None:
    assert after(line(credit=0.5, why="w"), 0.5, "after") == line(credit=0.25, why="w; after")
    assert after(line(credit=0.5), 0.5, "after") == line(credit=0.25, why="after")
    assert after(line(credit=0.5, why="w"), 1.0, "") == line(credit=0.5, why="w")
    assert after(line(credit=0.0), 0.5, "after") == line(credit=0.0)


# ---- attempts


def test_sheets_as_they_stood() -> None:
    def claims(*pairs: str) -> list[tuple[str, Claim]]:
        return [(pair[0], Claim(pair[0], pair[1:])) for pair in pairs]

    def sheets(*pairs: str) -> list[list[str]]:
        return [[c.name + c.text for c in sheet] for sheet in attempts(claims(*pairs))]

    assert sheets("a1", "b2") == [["a1", "b2"]]
    assert sheets("a1", "b2", "a3") == [["a1", "b2"], ["a3", "b2"]]
    assert sheets("a1", "a3", "b2", "b4") == [["a1"], ["a3", "b2"], ["a3", "b4"]]
    assert sheets("a1", "b2", "a1", "b2") == [["a1", "b2"]]
    assert sheets() == [[]]
    assert [counting(["x", "y", "z"], which) for which in ("first", "last", "best")] == [["x"], ["z"], ["x", "y", "z"]]


@pytest.mark.parametrize(("times", "attempt", "most", "expected"), [
    (3, "last", 0, "the last counts"), (3, "last", 3, "the last counts"),
    (3, "best", 2, "of the first 2 the best counts"),
    (3, "last", 1, "the first counts"),
])  # fmt: skip
def test_which_attempt_counts(times: int, attempt: str, most: int, expected: str) -> None:
    assert again("p1", times, attempt, most) == f"p1 was handed in {times} times: {expected}"


def test_wrong_attempts_take_some_of_the_credit() -> None:
    tries = Tries(0.3)
    assert tries.left("q", "1") == (1.0, "")
    tries.note([line("q", claim="1"), line("q", claim="2"), line("f", claim=""), line("g", claim="3", credit=0.5)])
    for claim, left, why in (("5", 0.4, "2 wrong attempts: 40 %"), ("2", 0.7, "1 wrong attempt: 70 %")):
        assert tries.left("q", claim)[0] == pytest.approx(left)
        assert tries.left("q", claim)[1] == f"after {why} of the credit"
    assert (tries.left("f", "1"), tries.left("g", "1")) == ((1.0, ""), (1.0, ""))
    tries.note([line("q", claim="3"), line("q", claim="4")])
    assert tries.left("q", "5") == (0.0, "after 4 wrong attempts: 0 % of the credit")


def test_when_an_answer_was_first_handed_in() -> None:
    def entry(claim: str, handed: str, *, given: bool = False) -> Entry:
        return Entry("ann", "p1", "q", claim, "f:1", given, False, handed)

    rows = [entry("1", "b"), entry("1", "a"), entry("1", "c"), entry("2", ""), entry("3", "a", given=True)]
    assert first_times(rows) == {("q", "1"): "a"}
    times = {("q", "1"): "2026-12-01 10:00", ("f", "2"): "2026-12-03 10:00"}
    found = handed_in(date(2026, 12, 1), [Claim("q", "1"), Claim("f", "2"), Claim("g", "3")], times)
    assert (found.at, found.days, found.doubt) == ("2026-12-03 10:00", 2, "")
    assert handed_in(date(2026, 12, 1), [Claim("q", "1")], times).days == 0
    assert handed_in(date(2026, 12, 1), [], times) == ("", 0, "")
    claims = [Claim("q", "1"), Claim("f", "2"), Claim("g", "3")]
    in_time = {("q", "1"): "2026-11-30 10:00", ("f", "2"): "2026-11-30 12:00", ("g", "3"): "2026-11-29 13:00"}
    for order in (claims, claims[::-1]):  # the last of those that are equally late
        assert handed_in(date(2026, 12, 1), order, in_time) == ("2026-11-30 12:00", 0, "")
        assert handed_in(date(2026, 11, 29), order, in_time) == ("2026-11-30 12:00", 1, "")


# ---- statistics


def sums(*pairs: tuple[float, float]) -> RunningSums:
    made = RunningSums()
    for pair in pairs:
        made.add(*pair)
    return made


def test_means_variances_and_correlations_by_hand() -> None:
    assert sums().correlation is None
    assert (sums((3, 1)).mean, sums((3, 1)).variance) == (3.0, 0.0)
    rising = sums((1, 2), (2, 4), (3, 6))
    assert rising.mean == 2.0
    assert rising.variance == pytest.approx(2 / 3)
    assert rising.correlation == pytest.approx(1.0)
    assert sums((1, 6), (2, 4), (3, 2)).correlation == pytest.approx(-1.0)
    assert sums((0, 1), (0, 3), (1, 2), (1, 5)).correlation == pytest.approx(3 / math.sqrt(35))
    assert sums((1, 2), (2, 4)).correlation is None
    assert sums((1, 2), (1, 4), (1, 6)).correlation is None
    assert sums((1, 2), (2, 2), (3, 2)).correlation is None


@pytest.mark.parametrize("same", [0.1, 0.3, 1 / 3, 0.7, 0.9, 4.7])
def test_a_side_that_does_not_vary_is_no_spread(same: float) -> None:
    """Sums of squares of one number many times are off by their rounding, which is no variance."""
    for count in (3, 5, 7, 10, 30):
        points = [float(k % 2) for k in range(count)]
        made = sums(*((same, x) for x in points))
        assert (made.variance, made.correlation) == (0.0, None)
        assert sums(*((x, same) for x in points)).correlation is None
        assert alpha([sums(*((x, 0) for x in points)), sums(*((same - x, 0) for x in points))], made) is None
    one_differs = sums(*((same, 1.0) for _ in range(999)), (same + 0.1, 2.0))
    assert one_differs.variance == pytest.approx(0.01 * 0.001 * 0.999, rel=1e-6)
    assert one_differs.correlation == pytest.approx(1.0)


def test_a_correlation_is_at_most_1() -> None:
    assert sums(*((k / 10, 0.8 + k / 10) for k in range(3))).correlation == 1.0
    assert sums(*((k / 10, 0.9 - k / 10) for k in range(3))).correlation == -1.0


def test_alpha_by_hand() -> None:
    """Points 1 2 3 and 2 2 5 of two items: variances 2/3 and 2, of the sums 3 4 8 it is 14/3."""
    a, b, both = sums((1, 0), (2, 0), (3, 0)), sums((2, 0), (2, 0), (5, 0)), sums((3, 0), (4, 0), (8, 0))
    assert alpha([a, b], both) == pytest.approx(2 * (1 - (2 / 3 + 2) / (14 / 3)))
    assert alpha([a], both) is None
    assert alpha([a, b], sums((3, 0), (3, 0))) is None


@pytest.mark.parametrize(("share", "tenth"), [(0, 0), (0.0999, 0), (0.1, 1), (0.3, 3), (0.7, 7), (0.99, 9), (1, 9)])
def test_tenths(share: float, tenth: int) -> None:
    assert bin_of(share) == tenth


# ---- copies


def copies(own: dict[str, float], other: dict[str, float], *, students: int = 1) -> list[Copies]:
    """What is found of the wrong answers of ann, beside others that have other numbers."""
    copying = Copying()
    copying.note(result("ann", *(line(item, value=(x,), truth=(-7777.5,)) for item, x in own.items())), ["p1"])
    for k in range(students):
        right = (line(item, "correct", 1.0, value=(x,), truth=(x,)) for item, x in other.items())
        copying.note(result(f"b{k}", *right), ["p1"])
    return copying.copies()


@pytest.mark.parametrize(("own", "other", "students", "found"), [
    ({"a": 1.25, "b": 2.5}, {"a": 1.25, "b": 2.5}, 1, ["a", "b"]),
    ({"a": 1.25, "b": 2.5}, {"a": 1.25, "b": 9.5}, 1, None),  # one number is chance
    ({"a": 1.25}, {"a": 1.25}, 1, None),
    ({"a": 1.256, "b": 2.5}, {"a": 1.25, "b": 2.5}, 1, ["a", "b"]),
    ({"a": 1.26, "b": 2.5}, {"a": 1.25, "b": 2.5}, 1, None),
    ({"a": 1.244, "b": -2.5}, {"a": 1.25, "b": -2.5}, 1, ["a", "b"]),
    ({"a": 1.25, "b": 2.5, "c": 8.5, "d": 7.5}, {"a": 1.25, "b": 2.5, "c": 1.5, "d": 1.5}, 1, ["a", "b"]),
    ({"a": 1.25, "b": 2.5, "c": 8.5, "d": 7.5, "e": 6.5}, {"a": 1.25, "b": 2.5, "c": 1.5, "d": 1.5, "e": 1.5}, 1, None),
    ({"a": 3.0, "b": 2.0, "c": 1.0}, {"a": 3.0, "b": 2.0, "c": 1.0}, 1, None),  # small whole numbers fit by chance
    ({"a": 3.0, "b": 2.0, "c": 1.0, "d": 20.0}, {"a": 3.0, "b": 2.0, "c": 1.0, "d": 20.0}, 1, ["a", "b", "c", "d"]),
    ({"a": 21.0, "b": 22.0}, {"a": 21.0, "b": 22.0}, 1, ["a", "b"]),
    ({"a": 20.0, "b": 22.0}, {"a": 20.0, "b": 22.0}, 1, None),
    ({"a": 1.25, "b": 2.5}, {"a": 1.25, "b": 2.5}, 3, ["a", "b"]),
    ({"a": 1.25, "b": 2.5}, {"a": 1.25, "b": 2.5}, 4, None),
])  # fmt: skip
def test_wrong_answers_that_are_right_for_somebody_else(
    own: dict[str, float], other: dict[str, float], students: int, found: list[str] | None
) -> None:
    expected = [] if found is None else [Copies("ann", [f"b{k}" for k in range(students)], "p1", found, len(own))]
    assert copies(own, other, students=students) == expected


def test_right_answers_and_those_without_a_number_are_no_copies() -> None:
    copying = Copying()
    copying.note(
        result("ann", line("a", "correct", 1.0, value=(1.25,), truth=(1.25,)), line("b", value=(2.5,), truth=(9.5,))),
        ["p1"],
    )
    copying.note(result("bob", line("a", value=(1.25,), truth=None), line("b", value=None, truth=(2.5,))), ["p1"])
    assert copying.copies() == []


def test_an_answer_with_too_few_figures_that_earns_all_is_no_fault() -> None:
    lines = [line("q", status="imprecise", credit=1.0), line("f", status="imprecise", credit=0.5)]
    made = StudentResult("ann", lines, {}, 1.5, 2.0, [])
    assert made.first_fault is lines[1]
    assert made._replace(lines=lines[:1]).first_fault is None
