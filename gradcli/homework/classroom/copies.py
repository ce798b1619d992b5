"""Wrong answers that are right for another student's numbers: worth a look, and never a verdict.

It takes numbers that differ from student to student. A student is listed with whoever's numbers most of the wrong
answers of a problem fit, if these are more than chance would make of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import NamedTuple

from .results import StudentResult

SAME_RTOL = 5e-3  # relative: what is further off is another number
LEAST_ANSWERS = 2  # answers that fit
LEAST_SHARE = 0.5  # of the wrong numbers of a problem
MOST_OTHERS = 3  # others, where equally many answers fit
SMALL_WHOLE = 20  # whole numbers up to this fit by chance
MANY_SMALL = 4  # small whole numbers that fit are more than chance if they are so many


class Copies(NamedTuple):
    """Wrong answers of a student to a problem that are right for the numbers of others, and how many are wrong."""

    student: str
    others: list[str]
    problem: str
    items: list[str]
    wrong: int


class WrongNumber(NamedTuple):
    """A number that is claimed and not right."""

    item: str
    value: float


class Copying:
    """What the students of a class claim, and what would be right for them: numbers alone, that fit into memory."""

    def __init__(self) -> None:
        self._truths: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
        self._wrong: list[tuple[str, str, list[WrongNumber]]] = []  # student, problem and what is wrong of it

    def note(self, result: StudentResult) -> None:
        """Take in what a student claims."""
        wrong: dict[str, list[WrongNumber]] = {}
        for line in result.lines:
            if line.truth is None:
                continue
            self._truths[line.problem, line.item].append((line.truth, result.student))
            if line.value is not None and not line.passed:
                wrong.setdefault(line.problem, []).append(WrongNumber(line.item, line.value))
        self._wrong += [(result.student, problem, own) for problem, own in wrong.items() if len(own) >= LEAST_ANSWERS]

    def copies(self) -> list[Copies]:
        """Return whose wrong answers are right for another student's numbers, in the order of the students."""
        for known in self._truths.values():
            known.sort()
        found = (_of_problem(student, problem, own, self._truths) for student, problem, own in self._wrong)
        return [one for one in found if one is not None]


def _of_problem(
    student: str, problem: str, wrong: list[WrongNumber], truths: dict[tuple[str, str], list[tuple[float, str]]]
) -> Copies | None:
    fits: dict[str, list[WrongNumber]] = defaultdict(list)
    for number in wrong:
        known, reach = truths[problem, number.item], SAME_RTOL * abs(number.value)
        low = bisect_left(known, (number.value - reach, ""))
        for _, other in known[low : bisect_right(known, (number.value + reach, "\U0010ffff"))]:
            if other != student and (not fits[other] or fits[other][-1] is not number):
                fits[other].append(number)
    most = max((_telling(own) for own in fits.values()), default=0)
    best = sorted(other for other, own in fits.items() if _telling(own) == most)
    if most < LEAST_ANSWERS or len(best) > MOST_OTHERS or len(fits[best[0]]) < LEAST_SHARE * len(wrong):
        return None
    return Copies(student, best, problem, [number.item for number in fits[best[0]]], len(wrong))


def _telling(numbers: list[WrongNumber]) -> int:
    """Return how many answers say something: small whole numbers do only where they are many."""
    small = sum(number.value.is_integer() and abs(number.value) <= SMALL_WHOLE for number in numbers)
    return len(numbers) if small >= MANY_SMALL else len(numbers) - small
