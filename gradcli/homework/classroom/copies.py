"""Wrong answers that are right for another student's numbers: worth a look, and never a verdict.

It takes numbers that differ from student to student. A student is listed with whoever's numbers most of the wrong
answers of a problem fit, if these are more than chance would make of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from .results import MarkedItem, StudentResult

CLOSE = 5e-3  # relative: what is further off is another number
FEWEST = 2  # answers that fit
SHARE = 0.5  # of the wrong numbers of a problem
SHOWN = 3  # others, where equally many answers fit
SMALL = 20  # whole numbers up to this fit by chance
CERTAIN = 4  # small whole numbers that fit are more than chance if they are so many


class Copies(NamedTuple):
    """Wrong answers of a student to a problem that are right for the numbers of others, and how many are wrong."""

    student: str
    others: list[str]
    problem: str
    items: list[str]
    wrong: int


def copies(results: Callable[[], Iterable[StudentResult]]) -> list[Copies]:
    """Return whose wrong answers are right for another student's numbers, in the order of the students.

    `results` is called twice, so that a large class need not be in memory.
    """
    truths: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for result in results():
        for line in result.lines:
            if line.truth is not None:
                truths[line.problem, line.item].append((line.truth, result.student))
    for known in truths.values():
        known.sort()
    found = []
    for result in results() if truths else ():
        wrong: dict[str, list[MarkedItem]] = defaultdict(list)
        for line in result.lines:
            if line.truth is not None and line.value is not None and not line.passed:
                wrong[line.problem].append(line)
        for problem, lines in wrong.items():
            if len(lines) >= FEWEST and (one := _of_problem(result.student, problem, lines, truths)):
                found.append(one)
    return found


def _of_problem(
    student: str, problem: str, lines: list[MarkedItem], truths: dict[tuple[str, str], list[tuple[float, str]]]
) -> Copies | None:
    fits: dict[str, list[MarkedItem]] = defaultdict(list)
    for line in lines:
        assert line.value is not None
        known, reach = truths[problem, line.item], CLOSE * abs(line.value)
        low = bisect_left(known, (line.value - reach, ""))
        for _, other in known[low : bisect_right(known, (line.value + reach, "\U0010ffff"))]:
            if other != student and (not fits[other] or fits[other][-1] is not line):
                fits[other].append(line)
    most = max((_telling(own) for own in fits.values()), default=0)
    best = sorted(other for other, own in fits.items() if _telling(own) == most)
    if most < FEWEST or len(best) > SHOWN or len(fits[best[0]]) < SHARE * len(lines):
        return None
    return Copies(student, best, problem, [line.item for line in fits[best[0]]], len(lines))


def _telling(lines: list[MarkedItem]) -> int:
    """Return how many answers say something: small whole numbers do only where they are many."""
    small = sum(line.value is not None and line.value.is_integer() and abs(line.value) <= SMALL for line in lines)
    return len(lines) if small >= CERTAIN else len(lines) - small
