"""Wrong answers that are right for another student's numbers: worth a look, and never a verdict.

An answer with too few figures is right, and one that follows from a wrong one says nothing of its own. It takes
numbers that differ from student to student. A student is listed with whoever's numbers most of the wrong answers of a
problem fit, if these are more than chance would make of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import isclose
from typing import NamedTuple

from ..marking.marks import CORRECT, FOLLOW_THROUGH, IMPRECISE, WRONG
from .results import StudentResult

SAME_RTOL = 5e-3  # relative: what is further off is another number
LEAST_ANSWERS = 2  # answers that fit
LEAST_SHARE = 0.5  # of the wrong numbers of a problem
MOST_OTHERS = 3  # others, where equally many answers fit
SMALL_WHOLE = 20  # whole numbers up to this fit by chance
MANY_SMALL = 4  # small whole numbers that fit are more than chance if they are so many
TELLING = 3  # different sizes of small whole numbers in an array that are more than chance
ENTRIES = 64  # of an array that are compared: so many do not agree by chance
# Answers that speak for the numbers that they are marked with. A step that follows from an own wrong number does for
# none: sheets with other numbers are full of these.
FITTING = (CORRECT, IMPRECISE)
HARDLY = 0.1  # the share of answers that fit, below which the numbers of a class are likely not those of its sheets
FIRST = 0.25  # the share of answers that follow from no other: where it is less, a few first steps were wrong
CLAIMED = 10  # answers from which on that is said


class Copies(NamedTuple):
    """Wrong answers of a student to a problem that are right for the numbers of others, and how many are wrong."""

    student: str
    others: list[str]
    problem: str
    items: list[str]
    wrong: int


class WrongNumber(NamedTuple):
    """What is claimed and not right: a number, or the entries of an array."""

    item: str
    value: Sequence[float]

    @property
    def size(self) -> float:
        """The sum of its numbers without signs."""
        return sum(map(abs, self.value))


class _Truth(NamedTuple):
    """What is right for a student. Numbers that agree have about the same `size`: the sum of all without signs."""

    size: float
    student: str
    value: Sequence[float]


class Copying:
    """What the students of a class claim, and what would be right for them: numbers alone, that fit into memory."""

    def __init__(self) -> None:
        self._truths: dict[tuple[str, str], list[_Truth]] = defaultdict(list)
        self._wrong: list[tuple[str, str, list[WrongNumber]]] = []  # student, problem and what is wrong of it
        self._claimed = 0  # telling answers of the class
        self._right = 0
        self._followed = 0  # from wrong numbers of their own
        self.students = 0  # with telling answers
        self.example = ""  # one of these students

    def note(self, result: StudentResult, problems: Iterable[str]) -> None:
        """Take in what a student claims of the problems whose numbers are a student's own."""
        wrong: dict[str, list[WrongNumber]] = {}
        own, before = set(problems), self._claimed
        for line in result.lines:
            if line.truth is None or line.problem not in own:
                continue
            size = sum(map(abs, line.truth))
            self._truths[line.problem, line.item].append(_Truth(size, result.student, line.truth))
            if line.value is None:
                continue
            if tells(line.truth):
                self._claimed += 1
                self._followed += line.status == FOLLOW_THROUGH
                self._right += line.status in FITTING
            if line.status == WRONG and not line.passed:
                wrong.setdefault(line.problem, []).append(WrongNumber(line.item, line.value))
        if self._claimed > before:
            self.students += 1
            self.example = self.example or result.student
        self._wrong += [(result.student, problem, own) for problem, own in wrong.items() if len(own) >= LEAST_ANSWERS]

    @property
    def hardly_any_fits(self) -> bool:
        """Whether the numbers of the class are likely not those that its sheets had: hardly any answer is right."""
        enough = self._claimed >= CLAIMED and (self.students >= LEAST_ANSWERS or not self._right)
        first = self._claimed - self._followed
        return enough and first >= FIRST * self._claimed and self._right < HARDLY * first

    def copies(self) -> list[Copies]:
        """Return whose wrong answers are right for another student's numbers, in the order of the students."""
        for known in self._truths.values():
            known.sort(key=_place)
        found = (_of_problem(student, problem, own, self._truths) for student, problem, own in self._wrong)
        return [one for one in found if one is not None]


def _of_problem(
    student: str, problem: str, wrong: list[WrongNumber], truths: dict[tuple[str, str], list[_Truth]]
) -> Copies | None:
    fits: dict[str, list[WrongNumber]] = defaultdict(list)
    for number in wrong:
        known, size = truths[problem, number.item], number.size
        low, high = size - SAME_RTOL * size, size + SAME_RTOL * size
        for other in known[bisect_left(known, low, key=_size) : bisect_right(known, high, key=_size)]:
            if other.student != student and _agree(number.value, other.value):
                fits[other.student].append(number)
    most = max((_telling(own) for own in fits.values()), default=0)
    best = sorted(other for other, own in fits.items() if _telling(own) == most)
    if most < LEAST_ANSWERS or len(best) > MOST_OTHERS or len(fits[best[0]]) < LEAST_SHARE * len(wrong):
        return None
    return Copies(student, best, problem, [number.item for number in fits[best[0]]], len(wrong))


def _size(truth: _Truth) -> float:
    return truth.size


def _place(truth: _Truth) -> tuple[float, str]:
    return truth[:2]


def _agree(a: Sequence[float], b: Sequence[float]) -> bool:
    """Whether numbers are the same to a few figures, entry by entry."""
    return len(a) == len(b) and all(isclose(x, y, rel_tol=SAME_RTOL) for x, y in zip(a, b, strict=True))


def _telling(numbers: list[WrongNumber]) -> int:
    """Return how many different answers say something: small whole numbers do only where they are many.

    A number that is carried on, with either sign, says nothing more.
    """
    different: list[WrongNumber] = []
    for number in sorted(numbers, key=lambda own: own.size):
        if not different or not isclose(number.size, different[-1].size, rel_tol=SAME_RTOL):
            different.append(number)
    telling = sum(tells(number.value) for number in different)
    return len(different) if len(different) - telling >= MANY_SMALL else telling


def tells(value: Sequence[float]) -> bool:
    """Whether numbers are not such as agree by chance: small whole ones, unless there are several different ones."""
    return not all(map(_is_small, value)) or len({abs(x) for x in value if x}) >= TELLING


def _is_small(x: float) -> bool:
    return x.is_integer() and abs(x) <= SMALL_WHOLE
