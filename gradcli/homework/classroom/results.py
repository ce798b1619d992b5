"""What marking a student yields: one line per claim, the points of every problem; all that reports of a class read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import NamedTuple

from ..marking.marks import CORRECT, IMPRECISE, INVALID
from .lateness import HandedIn

SHOWN_MISTAKES = 3
# Remarks.
NOTHING, EMPTY = "nothing handed in", "handed in without an answer"
UNMARKED, DOUBTED = "nothing of what was handed in is marked", "an answer that may be this student's is not marked"


class Explanation(NamedTuple):
    """What a wrong claim may come from: the id of a mistake, how sure that is, what it is and where, in words.

    `site` names the nodes, `explains` the wrong items that it gives, `also` the mistakes that say the same, `rule` what
    should have been done.
    """

    mistake: str
    hedge: str
    what: str
    where: str
    site: Sequence[str] = ()
    explains: Sequence[str] = ()
    also: Sequence[str] = ()
    rule: str = ""

    @property
    def at_its_place(self) -> str:
        """The mistake and where it was made, which is nowhere in particular for one that the homework file names."""
        return f"{self.what} {self.where}".rstrip()

    @property
    def message(self) -> str:
        """All of it in words."""
        return f"{self.hedge} {self.at_its_place}".lstrip()


def explained(mistakes: Sequence[Explanation]) -> str:
    """Return in words what a claim may come from: `consistent with A, B or C`, each hedge said once in a row."""
    parts: list[str] = []
    for k, mistake in enumerate(mistakes):
        again = k > 0 and mistake.hedge == mistakes[k - 1].hedge
        parts.append(mistake.at_its_place if again else mistake.message)
    return " or ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


class MarkedItem(NamedTuple):
    """A marked claim, or an item that is missing. `points` is what it counts at most; 0 where it was not asked.

    `expected` is the right answer, where the homework reveals it; `mistakes` explain a wrong claim, best first.
    `read_as` is what was read in place of the claim, "" where it was read as it stands; `repairs` names the repairs.
    `rule` says what should have been done at a wrong step, `value` are the numbers that are claimed, and `truth` the
    right ones: one, or the first entries of an array.
    """

    problem: str
    item: str
    claim: str
    status: str
    credit: float
    points: float
    why: str
    expected: str | None
    first_wrong: bool
    mistakes: list[Explanation]
    read_as: str = ""
    repairs: tuple[str, ...] = ()
    rule: str = ""
    value: Sequence[float] | None = None
    truth: Sequence[float] | None = None

    @property
    def earned(self) -> float:
        """The points earned."""
        return self.points * self.credit

    @property
    def passed(self) -> bool:
        """Whether nothing is left to earn."""
        return self.credit == 1 or (not self.points and self.status == CORRECT)

    @property
    def message(self) -> str:
        """Why it is marked so, in one line: the reason, and what the claim is consistent with."""
        return "; ".join(part for part in (self.why, explained(self.mistakes)) if part)


class Scored(NamedTuple):
    """The lines of a problem, the points that they earn together, not rounded, and when they were handed in.

    `tries` has all attempts of which the best counts, this one among them.
    """

    lines: list[MarkedItem]
    earned: Fraction
    handed: HandedIn | None = None
    tries: Sequence[Scored] = ()

    @property
    def days(self) -> int:
        """By how many days they were late, as far as that is known."""
        return 0 if self.handed is None else self.handed.days


def score(points: float, weights: Iterable[float], credits: Iterable[float]) -> Fraction:
    """Return the points that credits earn of those of a problem, exactly: full credit is all of them.

    They are points * sum(weight * credit) / sum(weight); credits go from 0 to 1, one entry per item as weights are.
    """
    found = Counter(zip(weights, credits, strict=True))
    return _share(points, tuple(sorted(found.items())))


def shared_out(points: float, weights: Sequence[float]) -> list[float]:
    """Return how many of the points of a problem each of its items is worth, by their weights; 0 without a weight."""
    total = sum(weights)
    return [points / total * weight if weight else 0.0 for weight in weights]


@lru_cache(1_024)
def _share(points: float, counts: tuple[tuple[tuple[float, float], int], ...]) -> Fraction:
    """Return the points that so many items of each weight and credit earn. Fractions are slow, and students alike."""
    counted = sum(Fraction(weight) * times for (weight, _), times in counts)
    earned = sum(Fraction(weight) * Fraction(credit) * times for (weight, credit), times in counts)
    return Fraction(points) * earned / counted if counted else Fraction(0)


class StudentResult(NamedTuple):
    """The result of a student. `problems` maps ids to points earned and points possible.

    What the roster says is in `earned`; who is `exempt` counts in no statistics. `given` has the numbers of each
    problem as they were put to the student, by name. `handed_in` says when the work came that is marked, "" where that
    is not known, `days_late` by how many days it was late; an extension is taken off. `drawn_for` is what else the
    roster calls the student, where the numbers were drawn for that. `is_open` where no answer is marked because what
    is the student's, or may be, could not be: the points are no mark.
    """

    student: str
    lines: list[MarkedItem]
    problems: dict[str, list[float]]
    earned: float
    possible: float
    remarks: list[str]
    exempt: bool = False
    given: Mapping[str, Mapping[str, str]] | None = None
    handed_in: str = ""
    days_late: float = 0.0
    drawn_for: str = ""
    is_open: bool = False

    @property
    def mark(self) -> str:
        """The points as a gradebook takes them: blank for who is exempt, or has no mark yet."""
        return "" if self.exempt or self.is_open else points_text(self.earned)

    @property
    def unreadable(self) -> list[MarkedItem]:
        """The claims that could not be read."""
        return [line for line in self.lines if line.status == INVALID]

    @property
    def first_fault(self) -> MarkedItem | None:
        """The first wrong step or claim that could not be read, or else the first with too few figures."""
        first = next((line for line in self.lines if line.first_wrong or line.status == INVALID), None)
        return first or next((line for line in self.lines if line.status == IMPRECISE and not line.passed), None)

    @property
    def answers(self) -> float:
        """The points for the answers alone, which lateness and the roster do not change."""
        return sum(earned for earned, _ in self.problems.values())

    @property
    def reasons(self) -> list[str]:
        """The remarks; what the answers alone earn comes first where the points are others."""
        answers = points_text(self.answers)
        if self.exempt or answers == points_text(self.earned):
            return self.remarks
        return [f"{answers} of {points_text(self.possible)} points for the answers", *self.remarks]

    @property
    def share(self) -> float:
        """The share of the points that the student earned, from 0 to 1."""
        return self.earned / self.possible


def counted_points(points: float) -> str:
    """Return points in words: 1 point, 0.5 points."""
    return f"{points_text(points)} point{'' if points == 1 else 's'}"


def points_text(points: float) -> str:
    """Return points as people write them: 7, 7.5, 6.6667."""
    return f"{points:.4f}".rstrip("0").rstrip(".")


def part_text(part: float, whole: float, decimals: int) -> str:
    """Return a part with some decimals; what is less than the whole is never rounded up to it."""
    text = f"{part:.{decimals}f}"
    if float(text) < whole or part >= whole * (1 - 1e-9):
        return text
    return f"{floor(part * 10**decimals) / 10**decimals:.{decimals}f}"


def percent_text(share: float) -> str:
    """Return a share from 0 to 1 in whole per cent, 100 only for all of it."""
    return part_text(100 * share, 100.0, 0)
