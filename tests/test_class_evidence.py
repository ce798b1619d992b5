"""Whose numbers answers are to, and what a class has in common: every limit from both sides."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.homework.classroom.class_marking import processes_for
from gradcli.homework.classroom.class_summary import COMMA, MarkedClass, _doubt_numbers
from gradcli.homework.classroom.copies import Copies, Copying, tells
from gradcli.homework.classroom.fitting import many_draws, may_fit_older, may_fit_others, surely_fits, wholly_fits
from gradcli.homework.classroom.people import Person
from gradcli.homework.classroom.results import MarkedItem, Scored
from gradcli.homework.classroom.submission_store import SubmissionStore

from .test_classroom_edges import line, result

RIGHT, WRONG, STEP, COARSE = "correct", "wrong", "follow_through", "imprecise"


def scored(*lines: tuple[str, Sequence[float] | None]) -> Scored:
    """Return lines of items a, b, ...: the status, and the value, which is taken as the truth of what is right."""
    return Scored([line("abcdefghijklm"[k], status, value=value, truth=value)
                   for k, (status, value) in enumerate(lines)], 0)  # type: ignore[arg-type]  # fmt: skip


def numbers(status: str, *values: float) -> list[tuple[str, list[float]]]:
    return [(status, [float(x)]) for x in values]


@pytest.mark.parametrize(("lines", "enough"), [
    (numbers(WRONG, 0.5, 1.5, 2.5), True), (numbers(WRONG, 0.5, 1.5), False), (numbers(STEP, 0.5, 1.5, 2.5), True),
    (numbers(WRONG, 0.5, 1.5, -1.5), False), (numbers(WRONG, 0.5, 1.5, 1.5001), False),  # of one size
    (numbers(WRONG, 0.5, 1.5, 1.51), True),
    ([*numbers(WRONG, 0.5, 1.5), *numbers(RIGHT, 2.5)], False),
    ([*numbers(WRONG, 0.5, 1.5), *numbers(COARSE, 2.5)], False),
    ([*numbers(WRONG, 0.5, 1.5), (WRONG, None)], False),
    (numbers(WRONG, 2, 3, 4, 5), True), (numbers(WRONG, 2, 3, 4), False),  # small whole numbers are told by four
    ([*numbers(WRONG, 0.5, 1.5), *numbers(WRONG, 2, 3, 4)], False),
    ([*numbers(WRONG, 0.5, 1.5), *numbers(WRONG, 2, 3, 4, 5)], True),
    (numbers(WRONG, 21, 22, 23), True), (numbers(WRONG, 18, 19, 20), False),
])  # fmt: skip
def test_wrong_numbers_that_are_enough_to_tell(lines: list[Any], enough: bool) -> None:
    assert may_fit_others(scored(*lines)) is enough


@pytest.mark.parametrize(("lines", "enough"), [
    (numbers(WRONG, 0.5, 1.5), True), (numbers(WRONG, 0.5, 0.5), False), (numbers(WRONG, 0.5), False), ([], False),
    ([*numbers(WRONG, 0.5, 1.5), *numbers(RIGHT, 2.5)], False), ([*numbers(WRONG, 0.5, 1.5), (RIGHT, None)], True),
    ([*numbers(WRONG, 0.5), (WRONG, None)], False), (numbers(STEP, 2, 3), True),
])  # fmt: skip
def test_two_answers_none_of_which_is_to_the_own_numbers(lines: list[Any], enough: bool) -> None:
    assert may_fit_older(scored(*lines)) is enough


@pytest.mark.parametrize(("lines", "fits"), [
    (numbers(RIGHT, 0.5, 1.5), True), ([*numbers(RIGHT, 0.5), *numbers(COARSE, 1.5)], True),
    ([*numbers(RIGHT, 0.5), (WRONG, None)], True), ([*numbers(WRONG, 0.5), *numbers(RIGHT, 1.5)], False),
    ([*numbers(RIGHT, 0.5), *numbers(STEP, 1.5)], False),
])  # fmt: skip
def test_answers_all_of_which_are_to_older_numbers(lines: list[Any], fits: bool) -> None:
    assert wholly_fits(scored(*lines)) is fits


OWN = numbers(WRONG, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5)


@pytest.mark.parametrize(("own", "other", "fits"), [
    (OWN[:3], numbers(RIGHT, 0.5, 1.5, 2.5), True),
    (OWN[:3], [*numbers(RIGHT, 0.5, 1.5), *numbers(COARSE, 2.5)], True),
    (OWN[:3], [*numbers(RIGHT, 0.5, 1.5), *numbers(WRONG, 2.5)], False),  # too few
    (OWN, [*numbers(RIGHT, 0.5, 1.5, 2.5), *numbers(WRONG, 3.5, 4.5, 5.5)], False),  # half of them
    (OWN, [*numbers(RIGHT, 0.5, 1.5, 2.5), *numbers(WRONG, 3.5, 4.5)], True),
    (OWN, [*numbers(RIGHT, 0.5, 1.5, 2.5), *numbers(STEP, 3.5, 4.5, 5.5)], True),  # a right step says nothing
    (OWN, [*numbers(RIGHT, 0.5, 1.5, 2.5), *[(WRONG, None)] * 3], True),  # nor does what is missing
    (OWN[:3], [*numbers(RIGHT, 0.5, 1.5), *numbers(RIGHT, -1.5)], False),  # of different sizes
    ([*numbers(RIGHT, 9.5), *OWN[1:4]], numbers(RIGHT, 9.5, 1.5, 2.5, 3.5), True),
    ([*numbers(RIGHT, 9.5), *OWN[1:3]], numbers(RIGHT, 9.5, 1.5, 2.5), False),  # with the other numbers alone
    ([*numbers(RIGHT, 1, 2, 3, 4), *OWN[:3]], [*numbers(WRONG, 1, 2), *numbers(RIGHT, 3, 4, 0.5, 1.5, 2.5)], True),
    ([*numbers(RIGHT, 1, 2, 3, 4), *OWN[:3]], [*numbers(WRONG, 1, 2, 3), *numbers(RIGHT, 4, 0.5, 1.5, 2.5)], False),
    ([*numbers(RIGHT, 9.5, 8.5, 7.5), *OWN[:3]], [*numbers(WRONG, 9, 8, 7), *numbers(RIGHT, .5, 1.5, 2.5)], False),
    (numbers(WRONG, 2, 3, 4, 5), numbers(RIGHT, 2, 3, 4, 5), True),
    (numbers(WRONG, 2, 3, 4), numbers(RIGHT, 2, 3, 4), False),
])  # fmt: skip
def test_answers_that_are_surely_to_other_numbers(own: list[Any], other: list[Any], fits: bool) -> None:
    assert surely_fits(scored(*own), scored(*other)) is fits


@pytest.mark.parametrize(("free", "choices", "shapes", "version", "many"), [
    (4, {}, {}, 1, True), (3, {}, {}, 1, False),  # ten whole numbers each
    (1, {}, {}, 2, False), (2, {}, {}, 2, True), (1, {}, {}, 3, False),
    (0, {"c": 100, "d": 100}, {}, 3, True), (0, {"c": 100, "d": 99}, {}, 3, False),
    (1, {"c": 6}, {}, 3, True), (1, {"c": 5}, {}, 3, False),  # 1,958 numbers of hundredths
    (0, {}, {"w": (2, 3)}, 3, True), (0, {}, {"w": (5,)}, 3, False), (0, {}, {"w": (3,), "v": (3,)}, 3, True),
    (0, {"c": 2}, {"w": (5,)}, 3, True), (0, {}, {"w": (500,)}, 3, True),
])  # fmt: skip
def test_how_many_points_can_be_drawn(
    free: int, choices: dict[str, int], shapes: dict[str, tuple[int, ...]], version: int, many: bool
) -> None:
    names = [f"x{k}" for k in range(free)]
    problem = SimpleNamespace(
        bindings={"a": "1"}, shapes=shapes,
        # A number that stands twice is one number, and what the problem does not use is not drawn.
        choices={name: tuple(f"{k // 2}" for k in range(2 * count)) for name, count in choices.items()}
        | {"unused": tuple(map(str, range(10_000)))},
    )  # fmt: skip
    given = dict.fromkeys(["a", *names, *choices, *shapes], "1")
    prepared: Any = SimpleNamespace(instance=SimpleNamespace(problem=problem, given=given))
    assert many_draws(prepared, version) is many


@pytest.mark.parametrize(("value", "telling"), [
    ([0.5], True), ([20.0], False), ([21.0], True), ([-20.0], False), ([-21.0], True), ([0.0], False),
    ([1.0, 2.0], False), ([1.0, 2.0, 3.0], True), ([1.0, 2.0, -2.0], False), ([0.0, 1.0, 2.0], False),
    ([1.0, 1.0, 0.25], True),
])  # fmt: skip
def test_numbers_that_do_not_agree_by_chance(value: list[float], telling: bool) -> None:
    assert tells(value) is telling


# ---- copies


def answers(student: str, *pairs: tuple[float, float], status: str = WRONG, problem: str = "p1") -> Any:
    """Return the result of a student who claims the first number of each pair where the second is right."""
    lines = [line(f"i{k}", status, 1.0 if status == RIGHT else 0.0, problem=problem, value=[value], truth=[truth])
             for k, (value, truth) in enumerate(pairs)]  # fmt: skip
    return result(student, *lines)


def copies(*results: Any) -> list[Copies]:
    copying = Copying()
    for one in results:
        copying.note(one, ["p1"])
    return copying.copies()


TRUTHS = (1.5, 2.5, 3.5, 4.5)


@pytest.mark.parametrize(("claimed", "items"), [
    ((1.5, 2.5, 9.5, 9.25), ["i0", "i1"]), ((1.5, 9.5, 9.25, 9.75), None),
    ((1.5074, 2.4876, 9.5, 9.25), ["i0", "i1"]), ((1.509, 2.5, 9.5, 9.25), None),  # within half a per cent
    ((-1.5, 2.5, 9.5, 9.25), None),
])  # fmt: skip
def test_two_answers_and_half_of_the_wrong_ones_fit_another_student(
    claimed: tuple[float, ...], items: list[str] | None
) -> None:
    own = answers("bob", *zip(claimed, (5.5, 6.5, 7.5, 8.5), strict=True))
    found = copies(answers("ann", *((t, t) for t in TRUTHS), status=RIGHT), own)
    assert found == ([] if items is None else [Copies("bob", ["ann"], "p1", items, 4)])


def test_less_than_half_is_too_little() -> None:
    ann = answers("ann", *((t, t) for t in (*TRUTHS, 10.5)), status=RIGHT)
    bob = answers("bob", *zip((1.5, 2.5, 9.5, 9.25, 9.75), (5.5, 6.5, 7.5, 8.5, 11.5), strict=True))
    assert copies(ann, bob) == []


@pytest.mark.parametrize(("others", "listed"), [(1, True), (3, True), (4, False)])
def test_at_most_three_others_are_named(others: int, listed: bool) -> None:
    names = [f"s{k}" for k in range(others)]
    known = [answers(name, (1.5, 1.5), (2.5, 2.5), status=RIGHT) for name in reversed(names)]
    found = copies(*known, answers("bob", (1.5, 5.5), (2.5, 6.5)))
    assert found == ([Copies("bob", names, "p1", ["i0", "i1"], 2)] if listed else [])


def test_small_whole_numbers_are_told_by_four() -> None:
    for count in (3, 4):
        pairs = [(float(k), float(k)) for k in range(2, 2 + count)]
        found = copies(answers("ann", *pairs, status=RIGHT), answers("bob", *((k, k + 10) for k, _ in pairs)))
        assert len(found) == (count == 4)


@pytest.mark.parametrize(("claimed", "statuses", "listed"), [
    ((0.018, 0.018, 0.018, 9.5), "wwww", False),  # one number, carried on
    ((0.018, -0.018, 0.01805, 9.5), "wwww", False), ((0.018, 0.018, 2.5, 9.5), "wwww", True),
    ((0.018, 0.0182, 9.5), "www", True),  # more than half a per cent apart
    ((0.018, 2.5, 9.5), "www", True), ((0.018, 2.5, 9.5), "wiw", False), ((0.018, 2.5, 9.5), "wfw", False),
    ((0.018, 2.5, 9.5), "iif", False), ((0.018, 2.5, 9.5), "wrw", False),  # right, and a penalty for attempts
    ((0.018, 2.5, 3.5, 9.5, 9.25), "wwiff", True),  # two of the two wrong ones
    ((2.0, 2.0, -2.0, 2.0, 3.0), "wwwww", False), ((2.0, 3.0, -4.0, 5.0), "wwww", True),
])  # fmt: skip
def test_what_is_one_number_or_not_wrong_says_nothing(claimed: tuple[float, ...], statuses: str, listed: bool) -> None:
    """The others are right with all of the numbers but 9.5 and 9.25."""
    other = answers("ann", *((x, x if abs(x) < 9 else 0.5) for x in claimed), status=RIGHT)
    known = {"w": WRONG, "i": COARSE, "f": STEP, "r": RIGHT}
    own = [line(f"i{k}", known[status], 0.5 if status == "r" else 0.0, problem="p1", value=[x], truth=[x + 70])
           for k, (x, status) in enumerate(zip(claimed, statuses, strict=True))]  # fmt: skip
    assert [one.others for one in copies(other, result("bob", *own))] == [["ann"]] * listed


def test_problems_with_the_same_numbers_for_all_and_own_truths_say_nothing() -> None:
    ann, bob = (answers(name, (1.5, 1.5), (2.5, 2.5), problem="p2", status=status)
                for name, status in (("ann", RIGHT), ("bob", WRONG)))  # fmt: skip
    assert copies(ann, bob) == []
    assert copies(answers("bob", (1.5, 1.5), (2.5, 2.5)), answers("ann", (9.5, 3.5), (8.5, 4.5))) == []


@pytest.mark.parametrize(("students", "right", "wrong", "steps", "doubted"), [
    (2, 0, 10, 0, True), (2, 0, 9, 0, False), (1, 0, 10, 0, True), (1, 1, 15, 0, False), (2, 1, 10, 0, True),
    (2, 1, 9, 0, False), (2, 0, 3, 9, True), (2, 0, 3, 10, False),  # a quarter at least follows from nothing else
    (2, 1, 8, 20, False), (2, 2, 19, 0, True), (2, 2, 18, 0, False), (2, 2, 19, 30, True), (2, 0, 0, 10, False),
])  # fmt: skip
def test_a_class_that_hardly_any_answer_of_fits(
    students: int, right: int, wrong: int, steps: int, doubted: bool
) -> None:
    copying = Copying()
    lines: list[MarkedItem] = []
    for status, count in ((RIGHT, right), (WRONG, wrong), (STEP, steps)):
        lines += [line(f"{status}{k}", status, value=[0.5], truth=[k + 0.5]) for k in range(count)]
    lines += [line("small", WRONG, value=[3.0], truth=[3.0]), line("none", WRONG, truth=[0.5])]
    for k in range(students):
        copying.note(result(f"s{k}", *lines[k::students]), ["p1"])
    assert copying.students == students
    assert copying.example == "s0"
    assert copying.hardly_any_fits is doubted


def test_a_student_without_telling_answers_is_no_example() -> None:
    copying = Copying()
    copying.note(answers("ann", (3.0, 3.0)), ["p1"])
    copying.note(answers("bob", (3.5, 3.5)), ["p1"])
    copying.note(answers("cy", (3.5, 3.5)), ["p1"])
    assert (copying.students, copying.example) == (2, "bob")


# ---- a class


@pytest.mark.parametrize(("claims", "varies", "several"), [
    (49_999, False, False), (50_000, False, True), (14_999, True, False), (15_000, True, True), (0, True, False),
])  # fmt: skip
def test_large_classes_are_marked_by_several_processes(
    claims: int, varies: bool, several: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cores, processes in ((6, 6), (8, 8), (9, 8)):
        monkeypatch.setattr("gradcli.homework.classroom.class_marking.cores", lambda cores=cores: cores)
        assert processes_for(claims, varies=varies) == (processes if several else 1)


def marked_class(*people: Person) -> MarkedClass:
    store = SubmissionStore()
    if people:
        store.enrol(people)
    return MarkedClass("T", "", {"p1": 3.0, "p2": 4.5}, store, {}, {})


def test_a_student_is_called_by_key_and_name() -> None:
    known = marked_class(Person("7", "Ann Lee"), Person("bob", "bob"), Person("8"))
    assert [known.called(who) for who in ("7", "bob", "8", "zoe")] == ["7 Ann Lee", "bob", "8", "zoe"]
    assert marked_class().called("7") == "7"
    assert known.points == 7.5


@pytest.mark.parametrize(("students", "named"), [
    (["a"], ["a"]), (["a", "b", "c"], ["a", "b", "c"]), (["a", "b", "c", "d"], ["a", "b", "c", "..."]),
    (["a", "b", "c", "d", "e"], ["a", "b", "c", "..."]), (["a", "a", "b"], ["a", "b"]),
])  # fmt: skip
def test_three_students_are_named_for_a_reason(students: list[str], named: list[str]) -> None:
    found = marked_class()
    for who in students:
        found.count(result(who, line("q", "invalid", why="odd"), line("r", "invalid", claim="1,5", why="?")))
    assert found.unread_of("odd") == found.unread_of(COMMA) == named
    assert found.unreadable == 2 * len(students)
    assert found.commonest_fault() == (COMMA, len(students))  # by the alphabet, where they are equally many
    assert marked_class().commonest_fault() is None


@pytest.mark.parametrize(("claim", "comma"), [
    ("1,5", True), ("-1,5", True), ("+12,345", True), ("1,5e-3", True), ("\u22121,5", True), (" 1,5 ", True),
    ("1,", False), (",5", False), ("1,5,2", False), ("x,5", False), ("1.5", False),
])  # fmt: skip
def test_a_comma_that_may_be_the_decimal_one(claim: str, comma: bool) -> None:
    found = marked_class()
    found.count(result("a", line("q", "invalid", claim=claim, why="w" * 300)))
    assert found.commonest_fault() == (COMMA if comma else "w" * 200, 1)


def doubts(copied: int, claiming: int, right: int = 0, names: int = 0) -> tuple[bool, list[str]]:
    """Return what is said of a class of which some have answers to the numbers of the next, and some others none."""
    own = marked_class()
    copying = Copying()
    for k in range(copied):
        copying.note(answers(f"c{k}", (k + 2.5, k + 1.5), (k + 12.5, k + 11.5)), ["p1"])
    copying.note(answers("last", (90.5, copied + 1.5), (91.5, copied + 11.5)), ["p1"])
    for k in range(claiming - copied - 1):
        pair = (100 * k + 200.5, 100 * k + 200.5 if k < right else 100 * k + 270.5)
        copying.note(answers(f"o{k}", pair, pair, status=RIGHT if k < right else WRONG), ["p1"])
    _doubt_numbers(own, copying, {f"s{k}": f"n{k}" for k in range(names)})
    return own.in_doubt, own.numbers


FIT, NONE = "most answers fit the numbers of other students", "hardly any answer fits the numbers drawn"


@pytest.mark.parametrize(("copied", "claiming", "right", "said"), [
    (3, 5, 1, FIT), (2, 3, 1, None), (3, 6, 2, None), (4, 7, 2, FIT), (0, 5, 0, NONE), (0, 5, 1, None),
    (2, 5, 0, NONE), (0, 1, 0, None),
])  # fmt: skip
def test_numbers_are_doubted_from_three_students_and_more_than_half_of_the_class(
    copied: int, claiming: int, right: int, said: str | None
) -> None:
    in_doubt, told = doubts(copied, claiming, right)
    assert in_doubt is (said is not None)
    assert [text.startswith(said or "?") for text in told] == [True] * in_doubt


@pytest.mark.parametrize(("names", "said"), [
    (0, None), (1, "1 sheet has numbers that were drawn for another name of the student on the roster (n0 for s0)"),
    (2, "2 sheets have numbers that were drawn for another name of the student on the roster (n0 for s0)"),
    (1000, "1,000 sheets have numbers that were drawn for another name of the student on the roster (n0 for s0)"),
])  # fmt: skip
def test_sheets_with_the_numbers_of_another_name_are_told(names: int, said: str | None) -> None:
    assert doubts(0, 2, 1, names) == (False, [] if said is None else [f"{said}: marked with those"])


def test_repairs_and_mistakes_come_by_their_number() -> None:
    found = marked_class()
    found.count(result("a", line("q", "correct", 1.0, claim="2x", read_as="2*x", repairs=("product", "power"))))
    found.count(result("b", line("q", "correct", 1.0, claim="3y" * 40, read_as="3*y" * 40, repairs=("product",))))
    assert found.repairs() == [("product", 2, "2x", "2*x"), ("power", 1, "2x", "2*x")]
    long = marked_class()
    long.count(result("b", line("q", "correct", 1.0, claim="3y" * 40, read_as="3*y" * 40, repairs=("b", "a"))))
    assert long.repairs() == [(name, 1, "3y" * 30, "3*y" * 20) for name in "ab"]
