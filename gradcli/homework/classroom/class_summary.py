"""What a class as a whole got right and wrong: how items went, the commonest mistakes, wrong values several share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ...errors import Source
from ...text import visible
from ..marking.marks import WRONG
from .adjustments import adjusted, cost_of_days
from .class_marking import StudentClaims, by_processes, one_by_one, processes_for
from .copies import Copies, Copying
from .entries import Entry
from .grading import Grader
from .published_grading import PublishedGrader
from .regrade import Change
from .results import DOUBTED, EMPTY, NOTHING, UNMARKED, MarkedItem, StudentResult
from .statistics import BINS, RunningSums, alpha, bin_of
from .submission_store import SubmissionStore

MOST_COMMON = 10
DECIMAL_COMMA = re.compile(r"[-+\u2212]?\d+,\d+(?:[eE][-+]?\d+)?", re.ASCII)
COMMA = "a comma that may be the decimal one or not: write 0.149, and 1234 or 1.234 for 1,234"
MOST_OF_A_REASON = 200
FEWEST_IN_DOUBT = 3  # students with answers to the numbers of others
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
    facility: float
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
        self.came = 0  # students who handed in something
        self.open = 0  # those of whom no answer is marked because what they handed in could not be
        self.copies: list[Copies] = []
        self.numbers: list[str] = []  # what is to be said of the numbers of students' own, as sentences
        self.in_doubt = False  # whether answers seem to be to other numbers than they are marked with
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
        if person is None or person.name in ("", student):
            return student if person is None else person.shown or student
        return f"{student} {person.called}"

    @property
    def points(self) -> float:
        """The points that can be earned."""
        return sum(self.possible.values())

    @property
    def why_nothing(self) -> str:
        """Why no claim of the class says something."""
        if self.open:
            return "no answer is marked"
        return "nobody handed in an answer" if self.came else "nobody handed in anything"

    def count(self, result: StudentResult) -> None:
        """Take a result into account."""
        self.students += 1
        if result.exempt:
            self.exempt += 1
            return
        self.came += NOTHING not in result.remarks
        self.open += result.is_open
        self.claims += sum(bool(line.claim.strip()) for line in result.lines)
        self._count_unreadable(result)
        self.distribution[bin_of(result.share)] += 1
        total = math.fsum(line.earned for line in result.lines)  # whatever being late costs
        self._total.add(total, 0.0)
        seen: set[tuple[str, str, str]] = set()
        for line in result.lines:
            for repair in line.repairs:
                self._repairs[repair] += 1
                self._mended.setdefault(repair, line)
            if line.points:
                place, earned = (line.problem, line.item), line.earned
                self._right[place] += line.passed
                if place not in self._credit:
                    self._credit[place], self._points[place] = RunningSums(), RunningSums()
                self._credit[place].add(line.credit, total - earned)
                self._points[place].add(earned, 0.0)
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

    def faults(self) -> list[tuple[str, int]]:
        """Return why claims could not be read, and how many of them, the most frequent reason first."""
        return sorted(self._unreadable.items(), key=lambda entry: (-entry[1], entry[0]))

    def commonest_fault(self) -> tuple[str, int] | None:
        """Return why most claims could not be read, and how many; None where all were."""
        return next(iter(self.faults()), None)

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
    homework: Source | None = None,
) -> MarkedClass:
    """Return the class whose claims are in a store, marked; `each` is called after every student.

    `late` is what each day costs in points that a student was late. With `homework`, which the grader was made from, a
    large class is marked by several processes.
    """
    processes = 1 if store.is_cut else processes_for(store.claims, varies=bool(grader.varying))
    students = (
        StudentClaims(number, student, entries, store.enrolled(student), store.other_names(student),
                      cost_of_days(store.person(student), late))
        for number, student, entries in store.students()
    )  # fmt: skip
    if homework is None or processes == 1:
        marked = one_by_one(grader, students)
    else:
        marked = by_processes(grader, homework, students, processes)
    marked_class = MarkedClass(grader.title, grader.rule, grader.possible, store, grader.programs, grader.titles)
    copying = Copying()
    drawn_for: dict[str, str] = {}
    for (number, student, entries, *_), (result, troubles) in marked:
        for trouble in troubles:
            store.trouble(trouble)
        if result is None:
            continue
        result = _with_what_came(result, entries, store)
        if result.drawn_for:
            drawn_for[student] = result.drawn_for
        result = adjusted(result, store.person(student), late)
        store.put(number, result)
        if grader.varying:
            copying.note(result, grader.varying)
        marked_class.count(result)
        each()
    _doubt_numbers(marked_class, copying, drawn_for)
    return marked_class


def _with_what_came(result: StudentResult, entries: Sequence[Entry], store: SubmissionStore) -> StudentResult:
    """Return a result with a remark where no answer came, none of those that came is marked, or one is in doubt."""
    told = [DOUBTED] if store.doubtful(result.student) else []
    if any(entry.claim.strip() and not entry.given for entry in entries):
        return result._replace(remarks=[*told, *result.remarks])
    is_open = bool(told) or store.unmarked(result.student) > 0
    if not told:
        told = [UNMARKED if is_open else EMPTY if entries else NOTHING]
    person = store.person(result.student)
    decided = person is not None and person.override is not None
    return result._replace(remarks=[*told, *result.remarks], is_open=is_open and not decided)


def _doubt_numbers(marked_class: MarkedClass, copying: Copying, drawn_for: Mapping[str, str]) -> None:
    """Say where answers are to other numbers than those that were drawn for the names of the class."""
    marked_class.copies = copying.copies()
    for student, name in list(drawn_for.items())[:1]:
        what = f"{_sheets(len(drawn_for))} numbers that were drawn for another name of the student on the roster"
        told = f"{visible(name)[:60]} for {visible(student)[:60]}"
        marked_class.numbers.append(f"{what} ({told}): marked with those")
    copied = len({one.student for one in marked_class.copies})
    if copied >= FEWEST_IN_DOUBT and 2 * copied > copying.students:
        what = (
            "most answers fit the numbers of other students: was the roster another one than the sheets were made with?"
        )
    elif copying.hardly_any_fits:
        what = (
            "hardly any answer fits the numbers drawn for these students, such as"
            f" {visible(copying.example)[:60]}: were the sheets made with other names (ids instead of names),"
            " another vary, or another vary_version?"
        )
    else:
        return
    marked_class.in_doubt = True
    marked_class.numbers.append(what)


def _sheets(count: int) -> str:
    return "1 sheet has" if count == 1 else f"{count:,} sheets have"
