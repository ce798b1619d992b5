"""The class as JSON (schema gradcli.grade/1): one student per line, then the statistics and what was not marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...homework.classroom.class_summary import MOST_COMMON, MarkedClass
from ...homework.classroom.entries import Trouble
from ...homework.classroom.people import Person
from ...homework.classroom.results import Explanation, StudentResult
from .. import Style
from ..json_text import json_list_pieces, json_of


def render(marked_class: MarkedClass, style: Style) -> Iterator[str]:
    """Return the class as one JSON object, in pieces."""
    head = {
        "schema": "gradcli.grade/1",
        "title": marked_class.title,
        "rule": marked_class.rule,
        "points": marked_class.points,
    }
    yield "{" + "".join(f"{json_of(key)}: {json_of(value)},\n " for key, value in head.items())
    problems = ({"id": id, "points": points} for id, points in marked_class.possible.items())
    yield f'"problems": {json_of(list(problems))},\n "students": '
    store = marked_class.store
    yield from json_list_pieces(json_of(student(result, store.person(result.student))) for result in store.results())
    tail = {
        "spread": dict(zip(("least", "median", "mean", "greatest"), marked_class.store.spread() or (), strict=False)),
        "items": [entry._asdict() for entry in marked_class.items()],
        "alpha": marked_class.alpha,
        "distribution": marked_class.distribution,
        "copies": [entry._asdict() for entry in marked_class.copies],
        "numbers": marked_class.numbers,
        "changes": None if marked_class.changes is None else [entry._asdict() for entry in marked_class.changes],
        "mistakes": [entry._asdict() for entry in marked_class.common_mistakes()],
        "shared": [
            dict(zip(("problem", "item", "claim", "students"), entry, strict=True))
            for entry in marked_class.store.shared_wrong(MOST_COMMON)
        ],
    }
    tail["repairs"] = [entry._asdict() for entry in marked_class.repairs()]
    tail["reading"] = [{"place": note.place, "message": note.message} for note in marked_class.store.notes()]
    yield "".join(f",\n {json_of(key)}: {json_of(value)}" for key, value in tail.items())
    yield ',\n "other_numbers": '
    yield from _troubles(marked_class.store.other_numbers())
    yield ',\n "not_marked": '
    yield from _troubles(marked_class.store.troubles())
    yield "}\n"


def _troubles(troubles: Iterable[Trouble]) -> Iterator[str]:
    return json_list_pieces(
        json_of({"place": trouble.place, "student": trouble.student, "message": trouble.message})
        for trouble in troubles
    )


def student(result: StudentResult, person: Person | None) -> dict[str, Any]:
    """Return the record of a student, of whom the roster may know more."""
    return {
        "student": result.student,
        "name": None if person is None else person.called or None,
        "email": None if person is None else person.email or None,
        "ids": [] if person is None else list(person.ids),
        "earned": result.earned,
        "points": result.possible,
        "problems": {id: {"earned": earned, "points": points} for id, (earned, points) in result.problems.items()},
        "claims": [
            {
                "problem": line.problem,
                "item": line.item,
                "claim": line.claim or None,
                "read_as": line.read_as or None,
                "status": line.status,
                "credit": line.credit,
                "points": line.points,
                "expected": line.expected,
                "why": line.why,
                "first_wrong": line.first_wrong,
                "mistakes": (told := [_diagnosis(m) for m in line.mistakes]),
                "diagnoses": told,
                "rule": line.rule,
            }
            for line in result.lines
        ],
        "remarks": result.remarks,
        "exempt": result.exempt,
        "handed_in": result.handed_in or None,
        "days_late": result.days_late,
    }


def _diagnosis(found: Explanation) -> dict[str, Any]:
    return {
        "mistake": found.mistake,
        "message": found.message,
        "site": found.site,
        "explains": found.explains,
        "also": found.also,
        "rule": found.rule,
    }
