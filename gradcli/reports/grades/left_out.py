"""What could not be marked, put together: row by row if there are few, else by file and kind."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from typing import NamedTuple

from ...homework.classroom.entries import Trouble
from ...homework.classroom.submission_store import SubmissionStore

MOST_GROUPS = 200
NAMED = 3


class LeftOut(NamedTuple):
    """What could not be marked of a file for a kind of reason: how often, the first place, some students, a message."""

    times: int
    place: str
    students: list[str]
    message: str

    @property
    def who(self) -> str:
        """The students, up to three of them."""
        return ", ".join([*self.students[:NAMED], *(["..."] if len(self.students) > NAMED else [])])

    @property
    def why(self) -> str:
        """The message, and for how many rows it stands."""
        return self.message if self.times == 1 else f"{self.times:,} times, such as: {self.message}"


def left_out(troubles: Iterable[tuple[int, Trouble]], singly: int) -> list[LeftOut]:
    """Return what could not be marked: row by row where there are at most `singly`, and else by file and kind.

    There are 200 entries by file and kind at most, in the order of the first of each.
    """
    rest = iter(troubles)
    first = list(islice(rest, singly + 1))
    if len(first) <= singly:
        return [LeftOut(1, one.place, [one.student] if one.student else [], one.message) for _, one in first]
    found: dict[tuple[str, int], LeftOut] = {}
    for kind, trouble in chain(first, rest):
        key = (_file(trouble.place), kind)
        if key not in found:
            if len(found) == MOST_GROUPS:
                continue
            found[key] = LeftOut(0, trouble.place, [], trouble.message)
        group = found[key]
        if trouble.student and len(group.students) <= NAMED and trouble.student not in group.students:
            group.students.append(trouble.student)
        found[key] = group._replace(times=group.times + 1)
    return list(found.values())


def others(store: SubmissionStore, singly: int) -> list[LeftOut]:
    """Return the stated numbers that are not their student's, as `left_out` does."""
    return left_out(((0, trouble) for trouble in store.other_numbers()), singly)


def _file(place: str) -> str:
    file, colon, line = place.rpartition(":")
    return file if colon and line.isdigit() else place
