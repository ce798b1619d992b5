"""One problem of one student, ready to be marked, and its marked lines."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...calculus.sweeps import forward
from ...errors import GradcliError
from ...numbers.systems import FLOAT
from ...text import visible
from ..claims.claims import Absent, Formula, Number, Written, read_claim
from ..claims.items import Item, item_name
from ..claims.repairs import read_kindly
from ..marking.marks import CORRECT, FOLLOW_THROUGH, IMPRECISE, UNGRADED, WRONG, AnswerKey, Claim, Mark, mark
from .accepting import after, with_followers
from .attempts import Tries
from .entries import Entry
from .explanations import explanations
from .homework_file import Problem
from .problem_instance import ParsedProblem, ProblemInstance
from .results import Explanation, MarkedItem, Scored, score, shared_out
from .toml_reading import TomlTable

if TYPE_CHECKING:
    from .array_grading import ArrayPrepared
    from .array_problem import ParsedArrays


class Prepared(NamedTuple):
    """A problem with its numbers, ready to be marked: the key, what else is right, which mistakes are known."""

    instance: ProblemInstance
    key: AnswerKey
    names: dict[Item, str]  # of what is asked, in order
    accepted: dict[Item | None, list[Written]]  # nothing of None, which claims name that name no item
    mistakes: list[tuple[Item, Written, str, float]]

    def questions(self) -> list[tuple[str, str]]:
        """Return what is asked in words, and the name of each item."""
        return [(self.instance.question(item), name) for item, name in self.names.items()]

    def item(self, name: str) -> Hashable:
        """Return the item of a name, or the reason why there is none."""
        return self.key.item(name, self.names)

    def marked(self, claims: Sequence[Claim], tries: Tries | None = None) -> Scored:
        """Return the lines of the problem as it stands on one sheet."""
        return marked_lines(self, claims, tries)

    def other_number(self, entry: Entry) -> str:
        """Return what a sheet states that the problem has not, "" where they agree."""
        return _other_number(self.instance, entry)


def prepared_for(
    problem: ParsedProblem | ParsedArrays, student: str, version: int | None = None
) -> Prepared | ArrayPrepared:
    """Return a problem with the numbers of a student, ready to be marked."""
    if isinstance(problem, ParsedProblem):
        return prepare(problem.for_student(student, version), problem)
    from .array_grading import prepare_arrays

    return prepare_arrays(problem.for_student(student, version), problem)


def prepare(instance: ProblemInstance, parsed: ParsedProblem) -> Prepared:
    """Return a problem with its numbers, its key and what its homework says beside."""
    record, problem = instance.record, instance.problem
    names = record.graph.by_label
    accepted: dict[Item | None, list[Written]] = {}
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
    return Prepared(instance, key, parsed.names_of(instance), accepted, mistakes)


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
    order: dict[Item | None, int] = {item: k for k, item in enumerate(prepared.names)}
    marks = sorted(marks, key=lambda m: order.get(m.item, len(order)))
    weights = [
        0.0 if m.item is None or m.status == UNGRADED else instance.weights.get(m.item, 0.0) for m in marks
    ]  # fmt: skip
    points = shared_out(instance.points, weights)
    lines = [_line(prepared, mark, worth) for mark, worth in zip(marks, points, strict=True)]
    if tries is not None:
        lines = [after(line, *tries.left(line.item, line.claim)) for line in lines]
    return Scored(lines, score(instance.points, weights, [line.credit for line in lines]))


def _accept(prepared: Prepared, marks: list[Mark]) -> list[Mark]:
    """Return the marks with alternatives right, and so what follows from them if nothing else is wrong."""
    found = [
        m._replace(status=CORRECT, credit=1.0, why="accepted", first_wrong=False, diagnoses=())
        if (m.status in (WRONG, FOLLOW_THROUGH) or (m.status == IMPRECISE and _is_formula(prepared, m.claim.text)))
        and m.item is not None
        and any(_agrees(prepared, m.item, m.claim.text, other) for other in prepared.accepted.get(m.item, ()))
        else m
        for m in marks
    ]
    return marks if found == marks else with_followers(found)


def _is_formula(prepared: Prepared, text: str) -> bool:
    return isinstance(prepared.key.read(text), Formula)


def _agrees(prepared: Prepared, item: Item, text: str, other: Written) -> bool:
    """Whether a claim is a number that the homework names, within its tolerance."""
    instance = prepared.instance
    written = prepared.key.read(text)
    if isinstance(written, str):
        return False
    own = _at_point(instance, written)
    if not isinstance(own, Number) or not isinstance(other, Number):
        return isinstance(own, Absent) and isinstance(other, Absent)
    near = prepared.key.tolerance(item, instance.problem.policy.tolerance)
    return own.is_near(other.value, near, lambda: other.span)


def _line(prepared: Prepared, mark: Mark, points: float) -> MarkedItem:
    instance = prepared.instance
    credit, why = mark.credit, mark.why
    mistakes = explanations(instance.record, mark.diagnoses)
    if mark.status == WRONG:
        for number, (about, gives, message, worth) in enumerate(prepared.mistakes, 1):
            if about == mark.item and _agrees(prepared, about, mark.claim.text, gives):
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
        mark.read_as, mark.repairs, mark.rule, None if mark.value is None else [mark.value],
        None if mark.truth is None or mark.item not in prepared.names else [float(mark.truth)],
    )  # fmt: skip


def _revealed(problem: Problem, mark: Mark) -> bool:
    return problem.reveal == "all" or (problem.reveal == "correct" and mark.status == CORRECT)


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
