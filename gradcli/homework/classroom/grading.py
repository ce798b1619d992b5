"""Marking a class: every student's claims become one result, by the one scoring function of `marking`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from ...calculus.sweeps import forward
from ...errors import GradcliError
from ...numbers.systems import FLOAT
from ...text import visible
from ..claims.claims import Absent, Formula, Number, Written, one_line_reason, read_claim
from ..claims.items import Item, item_name
from ..claims.repairs import read_kindly
from ..claims.written_numbers import is_decimal, is_doubtful, tells_comma
from ..marking.marks import CORRECT, FOLLOW_THROUGH, UNGRADED, WRONG, AnswerKey, Claim, Mark, mark
from .attempts import LAST, Tries, again, attempts, counting
from .entries import Entry, Trouble
from .homework_file import Homework, Problem
from .problem_instance import ParsedProblem, ProblemInstance, item_names
from .questions import Questions
from .results import Explanation, MarkedItem, Scored, StudentResult, score
from .toml_reading import TomlTable

SHOWN_MISTAKES = 3


class Prepared(NamedTuple):
    """A problem with its numbers, ready to be marked: the key, what else is right, which mistakes are known."""

    instance: ProblemInstance
    key: AnswerKey
    names: dict[Item, str]  # of what is asked, in order
    accepted: dict[Item, list[Written]]
    mistakes: list[tuple[Item, Written, str, float]]


class Grader:
    """A homework, checked as far as it can be before anything is handed in.

    Raises `InputError` for what cannot be used, on the line of the homework file where that is known.
    """

    def __init__(self, homework: Homework, attempt: str = LAST) -> None:
        self.title = homework.title
        self.attempt = attempt
        self.problems = list(homework.problems)
        self._parsed = {id: ParsedProblem(problem) for id, problem in homework.problems.items()}
        self._same: dict[str, Prepared] = {}
        first = {id: self._prepared(id, "") for id in self.problems}
        self._same = {id: prepared for id, prepared in first.items() if self._parsed[id].is_same}
        self.possible = {id: prepared.instance.points for id, prepared in first.items()}
        self.rule = _rule({id: problem.policy.words() for id, problem in homework.problems.items()})

    def questions(self) -> Questions:
        """Return what the homework asks, to recognize it in headings and rows."""
        asked: dict[str, tuple[str, str]] = {}
        accepts: dict[str, Callable[[str], bool]] = {}
        for id in self.problems:
            prepared = self._same.get(id) or self._prepared(id, "")
            accepts[id] = partial(_is_item, prepared.key)
            for item, name in prepared.names.items():
                question = prepared.instance.question(item)
                asked.setdefault(f"{id} {question}", (id, name))
                if len(self._parsed) == 1:
                    asked[question] = (id, name)
        return Questions(accepts, asked)

    @property
    def varies(self) -> bool:
        """Whether some numbers are a student's own."""
        return not all(problem.is_same for problem in self._parsed.values())

    def result(
        self, student: str, entries: Sequence[Entry], enrolled: bool | None = None
    ) -> tuple[StudentResult | None, list[Trouble]]:
        """Return the result of a student, and the claims that could not be marked.

        `enrolled` says whether the student is on the roster, None without one. Where numbers are a student's own,
        there is no result for a stranger: for who is not on the roster, or without one states other numbers.
        """
        if self.varies and enrolled is False:
            what = "not on the roster: a student who is not on it has no numbers to be marked with"
            return None, [Trouble(entries[0].place if entries else "", student, f"{visible(student)[:60]} is {what}")]
        by_problem, troubles = sort_by_problem(self.problems, told_commas(entries))
        lines: list[MarkedItem] = []
        remarks: list[str] = []
        scores: dict[str, tuple[Fraction, Fraction]] = {}
        for id, own in by_problem.items():
            try:
                prepared = self._same.get(id) or self._prepared(id, student, self._version(id, student, own))
                if enrolled is None and not self._parsed[id].is_same:
                    _require_own_numbers(prepared.instance, own)
                found, faults = self._best_lines(id, student, prepared, own, remarks)
            except _OtherNumbers as stranger:
                return None, [stranger.trouble]
            except GradcliError as error:  # no numbers for this student, or claims that cannot be worked with
                troubles += [Trouble(entry.place, student, one_line_reason(error)) for entry in own[:1]]
                scores[id] = Fraction(0), Fraction(self.possible[id])
                continue
            troubles += faults
            lines += found.lines
            scores[id] = found.earned, Fraction(prepared.instance.points)
        return summed(student, lines, scores, remarks), troubles

    def _prepared(self, id: str, student: str, version: int | None = None) -> Prepared:
        return prepare(self._parsed[id].for_student(student, version), self._parsed[id])

    def _version(self, id: str, student: str, entries: Sequence[Entry]) -> int:
        """Return by which version the numbers were drawn that a sheet states, the latest where it states none."""
        parsed = self._parsed[id]
        stated = [entry for entry in entries if entry.given]
        if stated and len(parsed.versions) > 1:
            for version in parsed.versions:
                instance = parsed.for_student(student, version)
                if not any(_other_number(instance, entry) for entry in stated):
                    return version
        return parsed.versions[0]

    def _best_lines(
        self, id: str, student: str, prepared: Prepared, entries: Sequence[Entry], remarks: list[str]
    ) -> tuple[Scored, list[Trouble]]:
        """Return the lines of a problem. Answers that state no numbers may be to those of an earlier version."""
        found = self._lines(prepared, entries, remarks)
        versions = self._parsed[id].versions
        if len(versions) == 1 or 2 * found[0].earned >= prepared.instance.points or any(e.given for e in entries):
            return found
        earlier: list[str] = []
        again = self._lines(self._prepared(id, student, versions[-1]), entries, earlier)
        if again[0].earned <= found[0].earned:
            return found
        remarks.append(f"{id} is marked with the numbers that gradcli 0.2 drew, which these answers fit")
        return again

    def _lines(self, prepared: Prepared, entries: Sequence[Entry], remarks: list[str]) -> tuple[Scored, list[Trouble]]:
        """Return the lines of a problem and what they earn, of the attempt that counts."""
        claims: list[tuple[Hashable, Claim]] = []
        troubles = []
        others = 0
        for entry in entries:
            if entry.given:
                if other := _other_number(prepared.instance, entry):
                    remarks.append(other)
                    if not others:  # a sheet that is somebody else's is told once
                        troubles.append(Trouble(entry.place, entry.student, f"{other}: marked with the right numbers"))
                    others += 1
                continue
            item = prepared.key.item(entry.item, prepared.names)
            if isinstance(item, str):
                troubles.append(Trouble(entry.place, entry.student, item))
            else:
                claims.append((item, Claim(entry.item, entry.claim, comma=entry.comma)))
        sheets = attempts(claims)
        problem = prepared.instance.problem
        if len(sheets) > 1:
            remarks.append(again(problem.id, len(sheets), self.attempt, problem.attempts))
        sheets = sheets[: problem.attempts or None]
        if not problem.penalty:
            marked = [marked_lines(prepared, sheet) for sheet in counting(sheets, self.attempt)]
            return max(marked, key=attrgetter("earned")), troubles
        tries, marked = Tries(problem.penalty), []
        for sheet in sheets:
            marked.append(marked_lines(prepared, sheet, tries))
            tries.note(marked[-1].lines)
        return max(counting(marked, self.attempt), key=attrgetter("earned")), troubles


def _is_item(key: AnswerKey, name: str) -> bool:
    return not isinstance(key.readings(name), str)


def told_commas(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the claims of a student; a doubtful comma is the decimal one where all the others tell that.

    The claims tell it, and if they do not the file may: one whose columns are separated by semicolons.
    """
    if not any(is_doubtful(entry.claim) for entry in entries):
        return entries
    comma = tells_comma(entry.claim for entry in entries if not entry.given)
    points = any(is_decimal(entry.claim) for entry in entries if not entry.given)
    return [entry._replace(comma=comma or (entry.comma and not points)) for entry in entries]


def sort_by_problem(problems: Sequence[str], entries: Sequence[Entry]) -> tuple[dict[str, list[Entry]], list[Trouble]]:
    """Return the claims of every problem, and those that name none of them. A single problem need not be named."""
    found: dict[str, list[Entry]] = {id: [] for id in problems}
    troubles = []
    for entry in entries:
        where = entry.problem or (problems[0] if len(problems) == 1 else "")
        if where in found:
            found[where].append(entry)
            continue
        known = ", ".join(problems[:6])
        what = f"there is no problem {visible(where)[:60]}" if where else "the row names no problem"
        troubles.append(Trouble(entry.place, entry.student, f"{what}; known are {known}"))
    return found, troubles


def summed(
    student: str, lines: list[MarkedItem], scores: dict[str, tuple[Fraction, Fraction]], remarks: list[str]
) -> StudentResult:
    """Return the result that the scores of the problems, each earned and possible, add up to."""
    earned, possible = (float(sum(score[k] for score in scores.values())) for k in (0, 1))
    problems = {id: [float(points) for points in score] for id, score in scores.items()}
    return StudentResult(student, lines, problems, earned, possible, remarks)


def _rule(words: dict[str, str]) -> str:
    """Return what counts as right, of every problem if they differ."""
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return "\n".join(f"{id}: {text}" for id, text in words.items())


class _OtherNumbers(Exception):
    """A sheet states other numbers than its student has."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def _require_own_numbers(instance: ProblemInstance, entries: Sequence[Entry]) -> None:
    """Raise `_OtherNumbers` where a sheet states numbers that are not its student's."""
    for entry in entries:
        if entry.given and (other := _other_number(instance, entry)):
            message = f"{other}: these are not the numbers of {visible(entry.student)[:60]}, nothing is marked"
            raise _OtherNumbers(Trouble(entry.place, entry.student, message))


def _other_number(instance: ProblemInstance, entry: Entry) -> str:
    """Return what a sheet states that the problem has not, "" where they agree."""
    own = instance.given.get(entry.item)
    if own is None or own.text.strip() == entry.claim.strip() or not _differs(own.text, entry.claim):
        return ""
    what = f"{entry.problem or instance.problem.id} has {entry.item} = {own.text.strip()}"
    return f"{what}, but the sheet says {visible(entry.claim)[:40]}"


def _differs(own: str, stated: str) -> bool:
    try:
        a, b = read_claim(own, {}), read_kindly(stated, {}, comma=True).written
    except GradcliError:
        return True
    return not (isinstance(a, Number) and isinstance(b, Number) and a.value == b.value)


# ---- one problem of one student


def prepare(instance: ProblemInstance, parsed: ParsedProblem) -> Prepared:
    """Return a problem with its numbers, its key and what its homework says beside."""
    record, problem = instance.record, instance.problem
    names = record.graph.by_label
    accepted: dict[Item, list[Written]] = {}
    for other in problem.accept:
        item = parsed.named(record, other.item, other.table, "item")
        accepted.setdefault(item, []).extend(
            _written(other.table, "claims", k, source.text, names, instance) for k, source in enumerate(other.claims)
        )
    mistakes = [
        (
            parsed.named(record, known.item, known.table, "item"),
            _written(known.table, "gives", None, known.gives.text, names, instance),
            known.message,
            known.credit,
        )
        for known in problem.mistakes
    ]
    key = AnswerKey(record, instance.given, fixed=problem.fixed)
    return Prepared(instance, key, item_names(instance), accepted, mistakes)


def _written(
    table: TomlTable, key: str, row: int | None, text: str, names: dict[str, int], instance: ProblemInstance
) -> Written:
    """Return what a claim of the homework file says, as a number where it is one at the point."""
    try:
        return _at_point(instance, read_claim(text, names))
    except GradcliError as error:
        below = () if row is None else (row,)
        raise table.error(key, f"{visible(text)[:60]}: {error.message}", error.hint, *below) from None


def _at_point(instance: ProblemInstance, written: Written) -> Written:
    """Return a formula's number at the point of the problem."""
    if not isinstance(written, Formula):
        return written
    record = instance.record
    point = {name: record.values[record.graph.by_label[name]] for name in written.graph.inputs}
    if any(value is None for value in point.values()):
        return Absent()
    values, faults = forward(FLOAT, written.graph, point)
    return Absent() if written.graph.output in faults else Number(values[written.graph.output])


def marked_lines(prepared: Prepared, claims: Sequence[Claim], tries: Tries | None = None) -> Scored:
    """Return the lines of a problem as it stands on one sheet: what is asked in its order, then what was not asked.

    `tries` has what was claimed before, where that takes some of the credit.
    """
    instance = prepared.instance
    problem = instance.problem
    marks = mark(prepared.key, claims, problem.policy, list(prepared.names)).marks
    if prepared.accepted:
        marks = _accept(prepared, marks)
    order = {item: k for k, item in enumerate(prepared.names)}
    marks = sorted(marks, key=lambda m: len(order) if m.item is None else order.get(m.item, len(order)))
    weights = [
        0.0 if m.item is None or m.status == UNGRADED else instance.weights.get(m.item, 0.0) for m in marks
    ]  # fmt: skip
    scale = instance.points / (sum(weights) or 1.0)
    lines = [_line(prepared, mark, scale * weight) for mark, weight in zip(marks, weights, strict=True)]
    if tries is not None:
        lines = [_after(line, *tries.left(line.item, line.claim)) for line in lines]
    return Scored(lines, score(instance.points, weights, [line.credit for line in lines]))


def _after(line: MarkedItem, left: float, why: str) -> MarkedItem:
    """Return a line with what earlier attempts leave of its credit."""
    if not why or not line.credit:
        return line
    return line._replace(credit=line.credit * left, why="; ".join(part for part in (line.why, why) if part))


def _accept(prepared: Prepared, marks: list[Mark]) -> list[Mark]:
    """Return the marks with alternatives right, and so what follows from them if nothing else is wrong."""
    found = [
        m._replace(status=CORRECT, credit=1.0, why="accepted", first_wrong=False, diagnoses=())
        if m.item is not None
        and m.status in (WRONG, FOLLOW_THROUGH)
        and any(_agrees(prepared, m.claim.text, other) for other in prepared.accepted.get(m.item, ()))
        else m
        for m in marks
    ]
    if found == marks:
        return marks
    wrong = [k for k, m in enumerate(found) if m.status == WRONG]
    if not wrong:
        return [
            m._replace(status=CORRECT, credit=1.0, why="follows from an accepted answer")
            if m.status == FOLLOW_THROUGH
            else m
            for m in found
        ]
    if not any(m.first_wrong for m in found):
        found[wrong[0]] = found[wrong[0]]._replace(first_wrong=True)
    return found


def _agrees(prepared: Prepared, text: str, other: Written) -> bool:
    """Whether a claim is a number that the homework names, within its tolerance."""
    instance = prepared.instance
    written = prepared.key.read(text)
    if isinstance(written, str):
        return False
    own = _at_point(instance, written)
    if not isinstance(own, Number) or not isinstance(other, Number):
        return isinstance(own, Absent) and isinstance(other, Absent)
    return own.is_near(other.value, instance.problem.policy.tolerance, lambda: other.span)


def _line(prepared: Prepared, mark: Mark, points: float) -> MarkedItem:
    instance = prepared.instance
    credit, why = mark.credit, mark.why
    mistakes = [Explanation(d.mistake, d.hedge, d.what, d.where) for d in mark.diagnoses[:SHOWN_MISTAKES]]
    if mark.status == WRONG:
        for number, (about, gives, message, worth) in enumerate(prepared.mistakes, 1):
            if about == mark.item and _agrees(prepared, mark.claim.text, gives):
                credit, mistakes = worth, [Explanation(f"own-{number}", "", message, "")]
                break
    name, expected = mark.claim.name, None
    if mark.item is not None:
        name = prepared.names.get(mark.item) or item_name(instance.record, mark.item)
        if _revealed(instance.problem, mark) and mark.truth is not None:
            expected = instance.answer(mark.item)
    id = instance.problem.id
    return MarkedItem(
        id, name, mark.claim.text, mark.status, credit, points, why, expected, mark.first_wrong, mistakes,
        mark.read_as, mark.repairs,
    )  # fmt: skip


def _revealed(problem: Problem, mark: Mark) -> bool:
    return problem.reveal == "all" or (problem.reveal == "correct" and mark.status == CORRECT)
