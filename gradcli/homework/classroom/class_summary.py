"""What a class as a whole got right and wrong: how items went, the commonest mistakes, wrong values several share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..marking.marks import WRONG
from .adjustments import adjusted
from .copies import Copies, Copying
from .grading import Grader
from .published_grading import PublishedGrader
from .regrade import Change
from .results import EMPTY, NOTHING, MarkedItem, StudentResult
from .statistics import BINS, RunningSums, alpha, bin_of
from .submission_store import SubmissionStore

MOST_COMMON = 10
DECIMAL_COMMA = re.compile(r"[-+\u2212]?\d+,\d+(?:[eE][-+]?\d+)?", re.ASCII)
COMMA = "a comma that may be the decimal one or not: write 0.149, and 1234 or 1.234 for 1,234"
MOST_OF_A_REASON = 200
MOST_STUDENTS = 3  # students that are named for a reason


class CommonMistake(NamedTuple):
    """A mistake at a place, that claims are consistent with: its id, in words, how many students may have made it."""

    problem: str
    mistake: str
    message: str
    students: int


class ItemCount(NamedTuple):
    """How an item went: how many students it was put to, and how many were right.

    `facility` is the mean credit, from 0 to 1; `discrimination` is the correlation of the credit with the points for
    all the rest, None where it means nothing.
    """

    problem: str
    item: str
    right: int
    students: int
    facility: float | None
    discrimination: float | None


class Repair(NamedTuple):
    """How claims were mended to be read: what was mended, in how many of them, and one with what was read."""

    repair: str
    claims: int
    claim: str
    read_as: str


class MarkedClass:
    """A marked class: what every report of it reads. The results themselves are in the store."""

    def __init__(
        self, title: str, rule: str, possible: dict[str, float], store: SubmissionStore, programs: Mapping[str, str],
        titles: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.title = title
        self.programs = programs  # by problem; none of a published key
        self.titles = titles  # by problem, of those that have one
        self.rule = rule
        self.possible = possible
        self.store = store
        self.students = 0
        self.exempt = 0  # students, who count in no statistics
        self.claims = 0  # that say something
        self.copies: list[Copies] = []
        self.changes: list[Change] | None = None  # against an earlier run
        self.distribution = [0] * BINS  # students by tenths of the points
        self._right: Counter[tuple[str, str]] = Counter()
        self._credit: dict[tuple[str, str], RunningSums] = {}
        self._points: dict[tuple[str, str], RunningSums] = {}
        self._total = RunningSums()
        self._mistakes: Counter[tuple[str, str, str]] = Counter()
        self._unreadable: Counter[str] = Counter()
        self._unread: dict[str, list[str]] = {}  # students by reason, the first of them
        self._repairs: Counter[str] = Counter()
        self._mended: dict[str, MarkedItem] = {}  # a claim for every kind of repair

    def called(self, student: str) -> str:
        """Return a student as people know one: what the numbers hang on, and the name that the roster has beside it."""
        person = self.store.person(student)
        return student if person is None or person.name in ("", student) else f"{student} {person.name}"

    @property
    def points(self) -> float:
        """The points that can be earned."""
        return sum(self.possible.values())

    def count(self, result: StudentResult) -> None:
        """Take a result into account."""
        self.students += 1
        if result.exempt:
            self.exempt += 1
            return
        self.claims += sum(bool(line.claim.strip()) for line in result.lines)
        self._count_unreadable(result)
        self.distribution[bin_of(result.share)] += 1
        self._total.add(result.earned, 0.0)
        seen: set[tuple[str, str, str]] = set()
        for line in result.lines:
            for repair in line.repairs:
                self._repairs[repair] += 1
                self._mended.setdefault(repair, line)
            place = (line.problem, line.item)
            if line.points:
                self._right[place] += line.passed
                if place not in self._credit:
                    self._credit[place], self._points[place] = RunningSums(), RunningSums()
                self._credit[place].add(line.credit, result.earned - line.earned)
                self._points[place].add(line.earned, 0.0)
            if line.status != WRONG:
                continue
            if not line.mistakes:
                self.store.wrong(line.problem, line.item, line.claim[:60])
                continue
            first = line.mistakes[0]
            seen.add((line.problem, first.mistake, first.at_its_place))
        self._mistakes.update(seen)

    def _count_unreadable(self, result: StudentResult) -> None:
        for line in result.unreadable:
            comma = DECIMAL_COMMA.fullmatch(line.claim.strip())
            why = COMMA if comma else line.why[:MOST_OF_A_REASON]
            self._unreadable[why] += 1
            names = self._unread.setdefault(why, [])
            if len(names) <= MOST_STUDENTS and result.student not in names:
                names.append(result.student)

    @property
    def unreadable(self) -> int:
        """How many claims could not be read."""
        return self._unreadable.total()

    def commonest_fault(self) -> tuple[str, int] | None:
        """Return why most claims could not be read, and how many; None where all were."""
        return min(self._unreadable.items(), key=lambda entry: (-entry[1], entry[0]), default=None)

    def unread_of(self, why: str) -> list[str]:
        """Return whose claims could not be read for a reason: the first three students, and "..." for any more."""
        names = self._unread[why]
        return [*names[:MOST_STUDENTS], *(["..."] if len(names) > MOST_STUDENTS else [])]

    def repairs(self) -> list[Repair]:
        """Return how claims were mended, the most frequent repair first."""
        ranked = sorted(self._repairs.items(), key=lambda entry: (-entry[1], entry[0]))
        return [
            Repair(name, count, self._mended[name].claim[:60], self._mended[name].read_as[:60])
            for name, count in ranked
        ]

    def common_mistakes(self, most: int = MOST_COMMON) -> list[CommonMistake]:
        """Return the mistakes that most students may have made, the most frequent first, `most` of them."""
        ranked = sorted(self._mistakes.items(), key=lambda entry: (-entry[1], entry[0]))
        return [CommonMistake(*place, count) for place, count in ranked[:most]]

    def items(self) -> list[ItemCount]:
        """Return how every item went, in the order of the homework."""
        return [
            ItemCount(*place, self._right[place], sums.count, sums.mean, sums.correlation)
            for place, sums in self._credit.items()
        ]

    @property
    def alpha(self) -> float | None:
        """Cronbach's alpha of the items, None where it means nothing."""
        return alpha(self._points.values(), self._total)


def mark_class(
    grader: Grader | PublishedGrader,
    store: SubmissionStore,
    each: Callable[[], None] = lambda: None,
    late: float | None = None,
) -> MarkedClass:
    """Return the class whose claims are in a store, marked; `each` is called after every student.

    `late` is what each day costs in points that a student was late.
    """
    marked_class = MarkedClass(grader.title, grader.rule, grader.possible, store, grader.programs, grader.titles)
    copying = Copying()
    for number, student, entries in store.students():
        result, troubles = grader.result(student, entries, store.enrolled(student))
        for trouble in troubles:
            store.trouble(trouble)
        if result is None:
            continue
        if not any(entry.claim.strip() and not entry.given for entry in entries) and not store.unmarked(student):
            result = result._replace(remarks=[EMPTY if entries else NOTHING, *result.remarks])
        result = adjusted(result, store.person(student), late)
        store.put(number, result)
        if grader.varies:
            copying.note(result)
        marked_class.count(result)
        each()
    marked_class.copies = copying.copies()
    return marked_class
