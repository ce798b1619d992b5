"""By how many days work was late: when its answers were handed in, against when the homework is due."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import NamedTuple

from ..claims.claims import Claim
from ..claims.hand_in_times import Moment, read_stored
from .entries import Entry

DAY = timedelta(days=1)
Due = date | datetime


class HandedIn(NamedTuple):
    """When the answers of a problem were handed in, as a text, and by how many days that was late.

    `doubt` has a time that is late by one reading and not, or otherwise late, by another.
    """

    at: str = ""
    days: int = 0
    doubt: str = ""


class CostOfDays(NamedTuple):
    """What each day late costs a student in points, beyond the days that are free."""

    points: float = 0.0
    free: float = 0.0

    def of(self, days: int) -> Fraction:
        """Return what so many days cost in points."""
        return Fraction(self.points) * Fraction(max(0.0, days - self.free))


FREE = CostOfDays()


def days_late(due: Due, moment: Moment) -> int:
    """Return how many days were begun between the end of the time and a moment; 0 in time.

    Work that is due on a day may come until its end. Times are compared as they are written, unless both have a zone.
    """
    if moment.at is None:
        last = due.date() if isinstance(due, datetime) else due
        return max(0, (moment.day - last).days)
    end = due if isinstance(due, datetime) else datetime.combine(due, time()) + DAY
    then = datetime.combine(moment.day, moment.at)
    if (end.tzinfo is None) != (then.tzinfo is None):
        end, then = end.replace(tzinfo=None), then.replace(tzinfo=None)
    over = (then - end) / DAY
    if isinstance(due, datetime):
        return max(0, math.ceil(over))
    return max(0, math.floor(over) + 1)


def handed_in(due: Due, sheet: Sequence[Claim], first: Mapping[tuple[str, str], str]) -> HandedIn:
    """Return when the last claim of a sheet was handed in; `first` has when each claim first was, by item and text."""
    found = HandedIn()
    doubt = ""
    for text in dict.fromkeys(first.get((claim.name, claim.text), "") for claim in sheet):
        moments = read_stored(text)
        days = {days_late(due, moment) for moment in moments}
        if len(days) > 1:
            doubt = f"{moments[0].text} or {moments[1].text}"
        elif moments:
            found = max(found, HandedIn(moments[0].text, days.pop()), key=lambda one: (one.days, one.at))
    return found._replace(doubt=doubt)


def in_order_of_time(entries: list[Entry]) -> list[Entry]:
    """Return the claims of a problem, the earliest first, where each has a time; else, and at one time, as they stand.

    They stay as they stand, too, where it hangs on which number of a date is the month.
    """
    claims = [entry for entry in entries if not entry.given]
    if not all(entry.handed for entry in claims):
        return entries
    times = [read_stored(entry.handed) for entry in claims]
    order, other = (_order([moments[which] for moments in times]) for which in (0, -1))
    if order != other:
        return entries
    return [*(entry for entry in entries if entry.given), *(claims[k] for k in order)]


def _order(moments: Sequence[Moment]) -> list[int]:
    """Return the places of moments, the earliest first, as far as all of them tell: days, clocks, zones."""
    clocks = all(moment.at is not None for moment in moments)
    zones = all(moment.at is not None and moment.at.tzinfo is not None for moment in moments)

    def when(k: int) -> datetime:
        at = (moments[k].at if clocks else None) or time()
        return datetime.combine(moments[k].day, at if zones else at.replace(tzinfo=None))

    return sorted(range(len(moments)), key=when)


def first_times(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """Return when each claim was first handed in, by item and text: the same again is no new claim."""
    found: dict[tuple[str, str], str] = {}
    for entry in entries:
        if entry.handed and not entry.given:
            place = (entry.item, entry.claim)
            found[place] = min(found.get(place, entry.handed), entry.handed)
    return found
