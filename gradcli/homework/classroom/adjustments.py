"""What a roster says about the points of a student: exempt, late, with an extension, or with other points."""

from __future__ import annotations

from ...text import counted
from .people import Person
from .results import StudentResult, points_text


def adjusted(result: StudentResult, person: Person | None, late: float | None) -> StudentResult:
    """Return a result with what the roster says of its student, each told in a remark.

    `late` is what a day costs in points, None where being late is only told.
    """
    if person is None:
        return result
    remarks = list(result.remarks)
    earned = result.earned
    days = max(0.0, person.late - person.extension)
    if person.extension:
        remarks.append(f"an extension of {_days(person.extension)}")
    if days:
        lost = min(earned, days * (late or 0.0))
        earned -= lost
        cost = "" if late is None else f": {points_text(lost)} {'point' if lost == 1 else 'points'} less"
        remarks.append(f"{_days(days)} late{cost}")
    if person.override is not None:
        remarks.append(f"{points_text(person.override)} points by the roster instead of {points_text(earned)}")
        earned = person.override
    if person.exempt:
        remarks.append("exempt")
    return result._replace(earned=earned, remarks=remarks, exempt=person.exempt)


def _days(count: float) -> str:
    return counted(int(count), "day") if count.is_integer() else f"{count:g} days"
