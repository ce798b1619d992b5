"""The grades as a CSV that Moodle imports: the student, the points, the feedback."""

from __future__ import annotations

from collections.abc import Iterator

from ...homework.classroom.class_summary import MarkedClass
from .. import Style
from ..delimited import csv_line
from .feedback import brief


def render(marked_class: MarkedClass, style: Style) -> Iterator[str]:
    """Return the lines. Who is found by the roster has the ID number and the address that stand there.

    Of any other, a name with an @ is the address, and else the ID number; map the columns so in Moodle. What the roster
    calls a student who has another name is taken for the ID number, where it has none. The grade item must allow as
    many points as the homework has: Moodle gives up the whole import otherwise. Who has no mark yet has no points.
    """
    yield csv_line(["ID number", "Email address", marked_class.title, f"{marked_class.title} feedback"])
    for result in marked_class.store.results():
        who = ["", result.student] if "@" in result.student else [result.student, ""]
        if (person := marked_class.store.person(result.student)) is not None:
            own = who[0] if not person.email or person.name not in ("", person.key) else ""
            who = [next(iter(person.ids), own), person.email or who[1]]
        yield csv_line([*who, result.mark, brief(result)])
