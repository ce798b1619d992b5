"""The gradebook as CSV: a line a student, the points of every problem, the sum, the share."""

from __future__ import annotations

from collections.abc import Iterator

from ...homework.classroom.class_summary import MarkedClass
from ...homework.classroom.results import points_text
from .. import Style
from ..delimited import csv_line

EXEMPT = "EX"  # as in Canvas


def render(marked_class: MarkedClass, style: Style) -> Iterator[str]:
    """Return the lines: a header, what can be earned, then the students."""
    yield csv_line(["student", *marked_class.possible, "total", "percent", "not marked", "remarks"])
    points = [points_text(x) for x in (*marked_class.possible.values(), marked_class.points)]
    yield csv_line(["Points Possible", *points, "100", "", ""])
    for result in marked_class.store.results():
        earned = [points_text(earned) for earned, _ in result.problems.values()]
        percent = "" if result.exempt else points_text(100 * result.share)
        total = EXEMPT if result.exempt else points_text(result.earned)
        left = marked_class.store.unmarked(result.student) + len(result.unreadable)
        yield csv_line([result.student, *earned, total, percent, left, "; ".join(result.remarks)])
