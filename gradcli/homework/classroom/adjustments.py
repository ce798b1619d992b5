"""What the points of a student are but for the answers: exempt, late, with an extension, or with other points."""

from __future__ import annotations

from ...text import counted
from .lateness import CostOfDays
from .people import Person
from .results import StudentResult, counted_points, points_text


def adjusted(result: StudentResult, person: Person | None, late: float | None) -> StudentResult:
    """Return a result with what the roster and the times of its answers say of its student, each told in a remark.

    `late` is what a day costs in points, None where being late is only told. What the roster says of it counts.
    """
    by_roster = person is not None and person.late is not None
    if person is None:
        person = Person(result.student)
    remarks = list(result.remarks)
    earned = result.earned
    days = max(0.0, (result.days_late if person.late is None else person.late) - person.extension)
    if person.extension:
        remarks.append(f"an extension of {_days(person.extension)}")
    if days:
        lost = min(earned, days * (late or 0.0))
        earned -= lost
        cost = "" if late is None else f": {counted_points(lost)} less"
        when = "" if by_roster or not result.handed_in else f" (handed in {result.handed_in})"
        remarks.append(f"{_days(days)} late{when}{cost}")
    if person.override is not None:
        remarks.append(f"{points_text(person.override)} points by the roster instead of {points_text(earned)}")
        earned = person.override
    if person.exempt:
        remarks.append("exempt")
    return result._replace(earned=earned, remarks=remarks, exempt=person.exempt, days_late=days)


def cost_of_days(person: Person | None, late: float | None) -> CostOfDays:
    """Return what being late by the times of the answers costs a student; nothing where the roster says who is late."""
    if person is None:
        return CostOfDays(late or 0.0)
    return CostOfDays(late or 0.0 if person.late is None else 0.0, person.extension)


def _days(count: float) -> str:
    return counted(int(count), "day") if count.is_integer() else f"{count:g} days"
