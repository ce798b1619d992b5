"""A worksheet: what is asked of one student, as rows that every way of writing it reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ...numbers.systems import FLOAT
from ..claims.items import LOCAL, UPSTREAM, VALUE, Item
from ..marking.answer_key import AnswerKey
from .homework_file import Problem
from .problem_instance import ProblemInstance, item_names
from .results import counted_points

if TYPE_CHECKING:
    from .array_problem import ArrayInstance
    from .array_sheet import ArraySheet


class Question(NamedTuple):
    """A question: the problem's id, the item as it is written, what is asked in words, and the answer.

    `remark` is what a key says besides, at a kink.
    """

    problem: str
    item: str
    question: str
    answer: str
    about: Item
    remark: str = ""


class SheetProblem(NamedTuple):
    """One problem of a sheet: its program, the numbers given, the questions, and what is told beside by its labels."""

    instance: ProblemInstance
    rows: list[Question]
    told: dict[str, str]


class Worksheet(NamedTuple):
    """A worksheet. `student` is None where it is everybody's; `name` is a name that the roster has beside it."""

    title: str
    student: str | None
    parts: list[SheetProblem | ArraySheet]
    name: str = ""


def sheet_of(
    title: str, student: str | None, instances: Iterable[ProblemInstance | ArrayInstance], late: float | None = None,
    name: str = "",
) -> Worksheet:  # fmt: skip
    """Return the worksheet of some problems; `late` is what each day late costs in points."""
    return Worksheet(title, student, [_part(problem, late) for problem in instances], name)


def _part(instance: ProblemInstance | ArrayInstance, late: float | None) -> SheetProblem | ArraySheet:
    if isinstance(instance, ProblemInstance):
        return SheetProblem(instance, _rows(instance), _told(instance, late))
    from .array_sheet import array_sheet

    return array_sheet(instance, _told(instance, late))


def _told(instance: ProblemInstance | ArrayInstance, late: float | None) -> dict[str, str]:
    """Return what a student has to know besides the numbers, by labels of one word; what is empty is left out."""
    problem = instance.problem
    policy = problem.policy
    scalar = instance if isinstance(instance, ProblemInstance) else None
    precision = f"give {policy.precision}" if policy.decimals is None else f"round every number to {policy.precision}"
    statements = (line.partition("#")[0].strip() for line in instance.record.program.splitlines())
    found = {
        "title": problem.told.title,
        "text": problem.told.text.strip(),
        "program": "; ".join(line for line in statements if line),
        "where": ", ".join(scalar.unnamed()) if scalar else "",
        "precision": precision
        + (", whole numbers exactly" if scalar and policy.exactly else "")
        + (f"; {policy.cost}" if policy.cost else ""),
        "answers": "numbers, no formulas" if LOCAL in policy.numeric else "",
        "due": due_words(problem, late),
        "attempts": _attempts(problem),
        "hint": problem.told.hint.strip(),
    }
    return {label: text for label, text in found.items() if text}


def due_words(problem: Problem, late: float | None) -> str:
    """Return when a problem is due and what each day late costs, "" where it says nothing."""
    cost = f"; each day late takes {counted_points(late)}" if late else ""
    return "" if problem.due is None else f"{problem.due}{cost}"


def _attempts(problem: Problem) -> str:
    most = str(problem.attempts) if problem.attempts else ""
    price = f"each wrong one takes {100 * problem.penalty:.4g} % of the credit" if problem.penalty else ""
    return ", ".join(part for part in (most, price) if part)


def _rows(instance: ProblemInstance) -> list[Question]:
    remark = _remarks(instance)
    return [
        Question(instance.problem.id, name, instance.question(item), instance.answer(item), item, remark.get(item, ""))
        for item, name in item_names(instance).items()
    ]


def _remarks(instance: ProblemInstance) -> dict[Item, str]:
    """Return the remarks on answers at kinks: which other numbers are right, and why."""
    found: dict[Item, str] = {}
    for note in instance.record.notes:
        if note.kind == "kink":
            found.setdefault(Item(VALUE, note.node), note.message)
        elif note.kind in ("one-sided", "settled"):
            found.setdefault(Item(UPSTREAM, note.node), note.message)
    for item, (low, high) in AnswerKey(instance.record).spans.items():
        what = f"at the kink anything from {FLOAT.brief(low)} to {FLOAT.brief(high)} is right"
        found[item] = f"{found[item]}; {what}" if item in found else what
    return found
