"""Marking by a published key: right or wrong to a few figures, without the answers, and so without a diagnosis."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from functools import partial
from operator import attrgetter

from ...text import visible
from ..marking.marks import Claim, Mark
from .attempts import LAST, again, attempts, counting
from .entries import Entry, Trouble, told_commas
from .grading import STRANGER, sort_by_problem, summed
from .lateness import FREE, CostOfDays
from .published_key import PublishedKey, PublishedProblem, canonical_item, check
from .questions import Questions
from .results import MarkedItem, Scored, StudentResult, score, shared_out


class PublishedGrader:
    """A published key, ready to mark one student after another."""

    def __init__(self, key: PublishedKey, attempt: str = LAST) -> None:
        self.title = key.title
        self.rule = key.rule
        self.attempt = attempt
        self.problems = list(key.problems)
        self.possible = {id: problem.points for id, problem in key.problems.items()}
        self.programs: dict[str, str] = {}  # a key says nothing of them
        self.titles: dict[str, str] = {}
        self.varying: list[str] = []
        self.late: float | None = None
        self.is_due = False
        self._key = key

    def questions(self) -> Questions:
        """Return what the key has, to recognize it in headings and rows."""

        def has(problem: PublishedProblem, name: str) -> bool:
            return canonical_item(problem, name) in problem.hashes

        problems = self._key.problems
        shown = {id: list(problem.hashes) for id, problem in problems.items()}
        return Questions({id: partial(has, problem) for id, problem in problems.items()}, shown=shown)

    def result(
        self, student: str, entries: Sequence[Entry], enrolled: bool | None = None, also: Sequence[str] = (),
        cost: CostOfDays = FREE,
    ) -> tuple[StudentResult | None, list[Trouble]]:  # fmt: skip
        """Return the result of a student, on a roster or not, and the claims that could not be marked.

        A key is never due: no attempt costs more than another.
        """
        by_problem, troubles = sort_by_problem(self.problems, told_commas(entries))
        lines: list[MarkedItem] = []
        remarks = [STRANGER] if enrolled is False else []
        scores: dict[str, tuple[Fraction, Fraction]] = {}
        for id, own in by_problem.items():
            found = self._lines(self._key.problems[id], own, remarks, troubles)
            lines += found.lines
            scores[id] = found.earned, Fraction(self.possible[id])
        return summed(student, lines, scores, remarks, {}), troubles

    def _lines(
        self, problem: PublishedProblem, entries: Sequence[Entry], remarks: list[str], troubles: list[Trouble]
    ) -> Scored:
        """Return the lines of a problem and what they earn, of the attempt that counts."""
        claims: list[tuple[Hashable, Claim]] = []
        for entry in entries:
            name = canonical_item(problem, entry.item)
            if name in problem.hashes:
                claims.append((name, Claim(name, entry.claim, comma=entry.comma)))
            elif not entry.given:
                what = f"the key has no item {visible(entry.item)[:60]}"
                troubles.append(Trouble(entry.place, entry.student, what))
        sheets = attempts(claims)
        if len(sheets) > 1:
            remarks.append(again(problem.id, len(sheets), self.attempt))
        marked = [_scored(problem, check(self._key, problem, sheet)) for sheet in counting(sheets, self.attempt)]
        return max(marked, key=attrgetter("earned"))


def _scored(problem: PublishedProblem, marks: Sequence[Mark]) -> Scored:
    weights = [problem.weight(mark.claim.name) for mark in marks]
    points = shared_out(problem.points, weights)
    lines = [_line(problem.id, mark, worth) for mark, worth in zip(marks, points, strict=True)]
    return Scored(lines, score(problem.points, weights, [mark.credit for mark in marks]))


def _line(id: str, mark: Mark, points: float) -> MarkedItem:
    return MarkedItem(
        id, mark.claim.name, mark.claim.text, mark.status, mark.credit, points, mark.why, None, mark.first_wrong, [],
        mark.read_as, mark.repairs,
    )  # fmt: skip
