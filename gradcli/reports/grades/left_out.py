"""What could not be marked, put together: row by row if there are few, else by file and reason, or by file and kind."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from typing import NamedTuple

from ...homework.classroom.entries import Trouble
from ...homework.classroom.submission_store import SubmissionStore

MOST_GROUPS = 200
NAMED = 3


class LeftOut(NamedTuple):
    """What could not be marked of a file for a kind of reason: how often, the first place, some students, a message.

    `alike` says that all of it has the same message.
    """

    times: int
    place: str
    students: list[str]
    message: str
    alike: bool = True

    @property
    def who(self) -> str:
        """The students, up to three of them."""
        return ", ".join([*self.students[:NAMED], *(["..."] if len(self.students) > NAMED else [])])

    @property
    def why(self) -> str:
        """The message, and for how many rows it stands."""
        times = "" if self.times == 1 else f"{self.times:,} times{'' if self.alike else ', such as'}: "
        return times + self.message


def left_out(troubles: Iterable[tuple[int, Trouble]], singly: int) -> list[LeftOut]:
    """Return what could not be marked: row by row where there are at most `singly`, and else by file and reason.

    Where these are more than `singly` too, it is put together by file and kind: 200 entries at most, in the order of
    the first of each.
    """
    rest = iter(troubles)
    first = list(islice(rest, singly + 1))
    if len(first) <= singly:
        return [LeftOut(1, one.place, [one.student] if one.student else [], one.message) for _, one in first]
    by_reason: dict[tuple[str, int, str], LeftOut] = {}
    by_kind: dict[tuple[str, int, str], LeftOut] = {}
    for kind, trouble in chain(first, rest):
        file = _file(trouble.place)
        _count(by_reason, (file, kind, trouble.message), trouble, singly + 1)
        _count(by_kind, (file, kind, ""), trouble, MOST_GROUPS)
    return list((by_kind if len(by_reason) > singly else by_reason).values())


def _count(found: dict[tuple[str, int, str], LeftOut], key: tuple[str, int, str], trouble: Trouble, most: int) -> None:
    """Take a row into the group that it belongs to, which is made where there are fewer than `most`."""
    if key not in found:
        if len(found) == most:
            return
        found[key] = LeftOut(0, trouble.place, [], trouble.message)
    group = found[key]
    if trouble.student and len(group.students) <= NAMED and trouble.student not in group.students:
        group.students.append(trouble.student)
    found[key] = group._replace(times=group.times + 1, alike=group.alike and trouble.message == group.message)


def others(store: SubmissionStore, singly: int) -> list[LeftOut]:
    """Return the stated numbers that are not their student's, as `left_out` does."""
    return left_out(((0, trouble) for trouble in store.other_numbers()), singly)


def _file(place: str) -> str:
    file, colon, line = place.rpartition(":")
    return file if colon and line.isdigit() else place
