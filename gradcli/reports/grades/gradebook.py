"""The gradebook as CSV: one line per student, with points, sum and share, and at the end what the roster knows."""

from __future__ import annotations

from collections.abc import Iterator

from ...homework.classroom.class_summary import MarkedClass
from ...homework.classroom.people import Person
from ...homework.classroom.results import points_text
from .. import Style
from ..delimited import csv_line

EXEMPT = "EX"  # as in Canvas
BESIDE = ("name", "id", "email")


def render(marked_class: MarkedClass, style: Style) -> Iterator[str]:
    """Return the lines: a header, what can be earned, then the students; the roster's columns where they say more."""
    store = marked_class.store
    known = [_known(person) for person in store.people()]
    beside = [k for k in range(len(BESIDE)) if any(row[k] for row in known)]
    told = [BESIDE[k] for k in beside]
    yield csv_line(["student", *marked_class.possible, "total", "percent", "not marked", "remarks", *told])
    points = [points_text(x) for x in (*marked_class.possible.values(), marked_class.points)]
    yield csv_line(["Points Possible", *points, "100", "", "", *[""] * len(told)])
    for result in store.results():
        person = _known(store.person(result.student) or Person(result.student))
        earned = [points_text(earned) for earned, _ in result.problems.values()]
        percent = "" if result.exempt else points_text(100 * result.share)
        total = EXEMPT if result.exempt else points_text(result.earned)
        left = store.unmarked(result.student) + store.doubtful(result.student) + len(result.unreadable)
        remarks = "; ".join(result.remarks)
        yield csv_line([result.student, *earned, total, percent, left, remarks, *(person[k] for k in beside)])


def _known(person: Person) -> list[str]:
    """Return name, id and address of a student, empty where it is what the student is called."""
    found = (person.called, next(iter(person.ids), ""), person.email)
    return [
        "" if text == person.key or (text == person.called and person.name == person.key) else text for text in found
    ]
