"""Marking a class: every student's claims become one result, by the one scoring function of `marking`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from ...errors import GradcliError, Source
from ...language.names import first_of
from ...text import visible
from ..claims.claims import one_line_reason
from ..marking.marks import AnswerKey, Claim
from .attempts import LAST, Tries, again, attempts, best_together, counting
from .entries import Entry, Trouble, told_commas
from .fitting import many_draws, may_fit_older, may_fit_others, surely_fits, wholly_fits
from .homework_file import Homework
from .lateness import FREE, CostOfDays, HandedIn, first_times, handed_in, in_order_of_time
from .parsed import parse_problem
from .prepared import Prepared, prepared_for
from .problem_instance import ParsedProblem
from .questions import Questions
from .results import MarkedItem, Scored, StudentResult
from .variants import FIRST

if TYPE_CHECKING:
    from ...record.array_values import ArrayData
    from ..marking.array_key import ArrayKey
    from .array_grading import ArrayPrepared

MOST_GIVEN = 24  # entries of an array that feedback repeats
STRANGER = "not on the roster"


class Grader:
    """A homework, checked as far as it can be before anything is handed in.

    Raises `InputError` for what cannot be used, on the line of the homework file where that is known.
    """

    def __init__(self, homework: Homework, attempt: str = LAST) -> None:
        self.title = homework.title
        self.late = homework.late
        self.is_due = any(problem.due is not None for problem in homework.problems.values())
        self.attempt = attempt
        self._drawn_for: dict[str, str] = {}  # of students: what their numbers were drawn for, where that is another
        self.problems = list(homework.problems)
        self._parsed = {id: parse_problem(problem) for id, problem in homework.problems.items()}
        self._same: dict[str, Prepared | ArrayPrepared] = {}
        self._example: dict[str, Prepared] = {}  # every problem of numbers with somebody's
        first = {id: self._prepared(id, "") for id in self.problems}
        self._same = {id: prepared for id, prepared in first.items() if self._parsed[id].is_same}
        self.possible = {id: prepared.instance.points for id, prepared in first.items()}
        self.rule = _rule(
            {
                id: problem.policy.words(whole=isinstance(self._parsed[id], ParsedProblem))
                for id, problem in homework.problems.items()
            }
        )

    def questions(self) -> Questions:
        """Return what the homework asks, to recognize it in headings and rows."""
        asked: list[tuple[str, str, str]] = []
        shown: dict[str, list[str]] = {}
        accepts: dict[str, Callable[[str], bool]] = {}
        for id in self.problems:
            prepared = self._same.get(id) or self._prepared(id, "")
            accepts[id] = partial(_is_item, prepared.key)
            for question, name in prepared.questions():
                asked.append((question, id, name))
                shown.setdefault(id, []).insert(0, name)  # inputs are asked last
        names = {id: sorted(items, key=lambda name: "/" not in name) for id, items in shown.items()}
        titles = {id: parsed.problem.told.title for id, parsed in self._parsed.items()}
        return Questions(accepts, asked, titles, names, timed=self.is_due)

    @property
    def titles(self) -> dict[str, str]:
        """The titles of the problems that have one."""
        return {id: title for id, parsed in self._parsed.items() if (title := parsed.problem.told.title)}

    @property
    def programs(self) -> dict[str, str]:
        """The programs of the problems."""
        return {id: parsed.problem.source.text.strip() for id, parsed in self._parsed.items()}

    @property
    def varying(self) -> list[str]:
        """The problems whose numbers are a student's own."""
        return [id for id, problem in self._parsed.items() if not problem.is_same]

    def result(
        self, student: str, entries: Sequence[Entry], enrolled: bool | None = None, also: Sequence[str] = (),
        cost: CostOfDays = FREE,
    ) -> tuple[StudentResult | None, list[Trouble]]:  # fmt: skip
        """Return the result of a student, and the claims that could not be marked.

        `enrolled` says whether the student is on the roster, None without one. Where numbers are a student's own,
        there is no result for a stranger: for who is not on the roster, or without one states other numbers. `also` is
        what else the roster calls the student: the sheets may have been made with another column of it. Of several
        attempts the best is that which earns most after the `cost` of being late.
        """
        if self.varying and enrolled is False:
            what = "not on the roster: a student who is not on it has no numbers to be marked with"
            return None, [Trouble(entries[0].place if entries else "", student, f"{visible(student)[:60]} is {what}")]
        is_open = False  # whether a problem was marked before another told for which name the numbers were drawn
        by_problem, troubles = sort_by_problem(self.problems, told_commas(entries))
        remarks = [STRANGER] if enrolled is False else []
        scores: dict[str, tuple[Fraction, Fraction]] = {}
        given: dict[str, dict[str, str]] = {}
        marked: dict[str, Scored] = {}
        for id, own in by_problem.items():
            try:
                prepared, draws = self._draws(id, student, own, also)
                if enrolled is None and draws:
                    _require_own_numbers(prepared, own)
                found, faults, prepared = self._best_lines(id, student, prepared, own, remarks, draws)
            except _OtherNumbers as stranger:
                return None, [stranger.trouble]
            except GradcliError as error:  # no numbers for this student, or claims that cannot be worked with
                troubles += [Trouble(entry.place, student, one_line_reason(error)) for entry in own[:1]]
                scores[id] = Fraction(0), Fraction(self.possible[id])
                continue
            troubles += faults
            given[id] = _small_givens(prepared)
            marked[id] = found
            scores[id] = found.earned, Fraction(prepared.instance.points)
            is_open = is_open or (len(draws) > 1 and student not in self._drawn_for)
        if is_open and student in self._drawn_for:
            return self.result(student, entries, enrolled, also, cost)
        chosen = dict(zip(marked, best_together([found.tries for found in marked.values()], cost), strict=True))
        scores.update((id, (found.earned, scores[id][1])) for id, found in chosen.items())
        lines = [line for found in chosen.values() for line in found.lines]
        handed = max((found.handed for found in chosen.values() if found.handed is not None),
                     key=lambda one: (one.days, one.at), default=HandedIn())  # fmt: skip
        troubles += [doubt for id, found in chosen.items() for doubt in _doubts(by_problem[id], found)]
        result = summed(student, lines, scores, remarks, given)
        drawn_for = self._drawn_for.get(student, "")
        return result._replace(handed_in=handed.at, days_late=float(handed.days), drawn_for=drawn_for), troubles

    def _prepared(self, id: str, student: str, version: int | None = None) -> Prepared | ArrayPrepared:
        prepared = prepared_for(self._parsed[id], student, version)
        if isinstance(prepared, Prepared):
            prepared.key.share(self._example.setdefault(id, prepared).key)
        return prepared

    def _draws(
        self, id: str, student: str, entries: Sequence[Entry], also: Sequence[str]
    ) -> tuple[Prepared | ArrayPrepared, list[tuple[str, int]]]:
        """Return a problem with a student's numbers, and for which names by which versions they may have been drawn.

        The likeliest draw comes first, and is that of the problem. It is the only one where a sheet states its numbers.
        """
        if (same := self._same.get(id)) is not None:
            return same, []
        names = dict.fromkeys((self._drawn_for.get(student, student), student, *also))
        draws = [(name, version) for name in names for version in self._parsed[id].versions]
        stated = [entry for entry in entries if entry.given]
        for draw in draws:
            prepared = self._prepared(id, *draw)
            if not any(map(prepared.other_number, stated)):
                return prepared, [draw] if stated else draws
        return self._prepared(id, *draws[0]), draws[:1]

    def _best_lines(
        self, id: str, student: str, prepared: Prepared | ArrayPrepared, entries: Sequence[Entry], remarks: list[str],
        draws: Sequence[tuple[str, int]],
    ) -> tuple[Scored, list[Trouble], Prepared | ArrayPrepared]:  # fmt: skip
        """Return the lines of a problem, and the problem with the numbers of which the answers are."""
        told: list[str] = []
        found, troubles = self._lines(prepared, entries, told)
        if not draws:
            remarks += told
            return found, troubles, prepared
        name, version = draws[0]
        is_weak = 2 * found.earned < Fraction(prepared.instance.points)
        for draw in draws[1:] if is_weak else ():
            tells = may_fit_others(found) and many_draws(prepared, draw[1])
            is_older = draw[0] == name and may_fit_older(found)
            if not tells and not is_older:
                continue
            other, own = self._prepared(id, *draw), list[str]()
            if other.instance is prepared.instance:  # the same numbers, drawn in another way
                continue
            looked_at = self._lines(_undiagnosed(other), entries, [])[0]
            if (tells and surely_fits(found, looked_at)) or (is_older and wholly_fits(looked_at)):
                (found, troubles), told = self._lines(other, entries, own), own
                prepared, (name, version) = other, draw
                break
        if version != draws[0][1]:
            whose = "that gradcli 0.2 drew" if version == FIRST else f"of vary_version = {version}"
            told.append(f"{id} is marked with the numbers {whose}, which these answers fit")
        if name != student:
            self._drawn_for[student] = name
            other_name = f"marked with the numbers drawn for {visible(name)[:60]}, which this sheet has"
            told += [other_name] * (other_name not in remarks)
        remarks += told
        return found, troubles, prepared

    def _lines(
        self, prepared: Prepared | ArrayPrepared, entries: Sequence[Entry], remarks: list[str]
    ) -> tuple[Scored, list[Trouble]]:
        """Return the lines of a problem and what they earn, of the attempt that counts."""
        claims: list[tuple[Hashable, Claim]] = []
        troubles = []
        is_told = False
        for entry in entries:
            if entry.given:
                if other := prepared.other_number(entry):
                    remarks.append(other)
                    if not is_told:  # a sheet that is somebody else's is told once
                        told = f"{other}: marked with the right numbers"
                        troubles.append(Trouble(entry.place, entry.student, told, other_numbers=True))
                        is_told = True
                continue
            item = prepared.item(entry.item)
            if isinstance(item, str):
                troubles.append(Trouble(entry.place, entry.student, item))
            else:
                claims.append((item, Claim(entry.item, entry.claim, comma=entry.comma)))
        sheets = attempts(claims)
        problem = prepared.instance.problem
        if len(sheets) > 1:
            remarks.append(again(problem.id, len(sheets), self.attempt, problem.attempts))
        sheets = sheets[: problem.attempts or None]
        tries = Tries(problem.penalty) if problem.penalty else None
        times = {} if problem.due is None else first_times(entries)
        marked = []
        for sheet in sheets if tries is not None else counting(sheets, self.attempt):
            found = prepared.marked(sheet, tries)
            if problem.due is not None:
                found = found._replace(handed=handed_in(problem.due, sheet, times))
            if tries is not None:
                tries.note(found.lines)
            marked.append(found)
        if tries is not None:
            marked = counting(marked, self.attempt)
        return max(marked, key=attrgetter("earned"))._replace(tries=marked), troubles


def _doubts(entries: Sequence[Entry], found: Scored) -> list[Trouble]:
    """Return what is said of an attempt that is late by one reading of its time and not by another."""
    if found.handed is None or not found.handed.doubt:
        return []
    what = f"handed in {found.handed.doubt}: which of them is not certain, and it does not count as late"
    return [Trouble(entry.place, entry.student, what) for entry in entries[:1]]


def _undiagnosed(prepared: Prepared | ArrayPrepared) -> Prepared | ArrayPrepared:
    """Return a problem that is marked without a look for mistakes: what answers earn is known sooner."""
    problem = prepared.instance.problem
    problem = problem._replace(policy=problem.policy._replace(diagnose=False))
    if isinstance(prepared, Prepared):
        return prepared._replace(instance=prepared.instance._replace(problem=problem))
    return prepared._replace(instance=prepared.instance._replace(problem=problem))


def _small_givens(prepared: Prepared | ArrayPrepared) -> dict[str, str]:
    """Return the numbers that a student got as texts, without arrays that are long to read."""
    return {
        name: x.text.strip() if isinstance(x, Source) else _array_told(x)
        for name, x in prepared.instance.given.items()
        if isinstance(x, Source) or len(x.entries) <= MOST_GIVEN
    }


def _array_told(array: ArrayData) -> str:
    from .array_problem import told

    return told(array)


def _is_item(key: AnswerKey | ArrayKey, name: str) -> bool:
    return not isinstance(key.readings(name), str)


def sort_by_problem(problems: Sequence[str], entries: Sequence[Entry]) -> tuple[dict[str, list[Entry]], list[Trouble]]:
    """Return the claims of every problem in the order of their times, and those that name none of them.

    A single problem need not be named.
    """
    found: dict[str, list[Entry]] = {id: [] for id in problems}
    troubles = []
    for entry in entries:
        where = entry.problem or (problems[0] if len(problems) == 1 else "")
        if where in found:
            found[where].append(entry)
            continue
        what = f"there is no problem {visible(where)[:60]}" if where else "the row names no problem"
        troubles.append(Trouble(entry.place, entry.student, f"{what}; known are {first_of(problems)}"))
    return {id: in_order_of_time(own) for id, own in found.items()}, troubles


def summed(
    student: str,
    lines: list[MarkedItem],
    scores: dict[str, tuple[Fraction, Fraction]],
    remarks: list[str],
    given: Mapping[str, Mapping[str, str]],
) -> StudentResult:
    """Return the result that the scores of the problems, each earned and possible, add up to."""
    earned, possible = (float(sum(score[k] for score in scores.values())) for k in (0, 1))
    problems = {id: [float(points) for points in score] for id, score in scores.items()}
    return StudentResult(student, lines, problems, earned, possible, remarks, given=given)


def _rule(words: dict[str, str]) -> str:
    """Return what counts as right, once for all problems of which it is the same."""
    ids: dict[str, list[str]] = {}
    for id, text in words.items():
        ids.setdefault(text, []).append(id)
    return next(iter(ids)) if len(ids) == 1 else "\n".join(f"{', '.join(own)}: {text}" for text, own in ids.items())


class _OtherNumbers(Exception):
    """A sheet states other numbers than its student has."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def _require_own_numbers(prepared: Prepared | ArrayPrepared, entries: Sequence[Entry]) -> None:
    """Raise `_OtherNumbers` where a sheet states numbers that are not its student's."""
    for entry in entries:
        if entry.given and (other := prepared.other_number(entry)):
            message = f"{other}: these are not the numbers of {visible(entry.student)[:60]}, nothing is marked"
            raise _OtherNumbers(Trouble(entry.place, entry.student, message))
