"""Which counts of what was handed in several times."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, TypeVar

from ...text import counted

if TYPE_CHECKING:
    from ..claims.claims import Claim
    from .lateness import CostOfDays
    from .results import MarkedItem, Scored

Sheet = TypeVar("Sheet")

ATTEMPTS = ("first", "last", "best")
LAST = "last"  # the usual one


def attempts(claims: Sequence[tuple[Hashable, Claim]]) -> list[list[Claim]]:
    """Return the sheet as it stood each time something on it was handed in again; at least one sheet.

    What is handed in again without a change is no new attempt.
    """
    now: dict[Hashable, Claim] = {}
    renewed: set[Hashable] = set()
    sheets: list[list[Claim]] = []
    for item, claim in claims:
        if item in renewed:
            sheets.append(list(now.values()))
            renewed = set()
        now[item] = claim
        renewed.add(item)
    sheets.append(list(now.values()))
    return [sheet for k, sheet in enumerate(sheets) if not k or sheet != sheets[k - 1]]


def counting(sheets: list[Sheet], attempt: str) -> list[Sheet]:
    """Return the sheets of which the best counts: one, or all of them."""
    return {"first": sheets[:1], "last": sheets[-1:], "best": sheets}[attempt]


def best_together(problems: Sequence[Sequence[Scored]], cost: CostOfDays) -> list[Scored]:
    """Return the attempt at each problem with which all together earn most after what being late costs.

    The latest of them decides how late the work is. Of what earns the same, that which is less late counts.
    """
    found: list[tuple[Fraction, list[Scored]]] = []
    for days in sorted({sheet.days for sheets in problems for sheet in sheets}):
        in_time = [[sheet for sheet in sheets if sheet.days <= days] for sheets in problems]
        if all(in_time):
            best = [max(sheets, key=attrgetter("earned")) for sheets in in_time]
            earned = sum((sheet.earned for sheet in best), Fraction(0))
            found.append((max(Fraction(0), earned - cost.of(days)), best))
    return max(found, key=itemgetter(0))[1] if found else []


def again(id: str, times: int, attempt: str, most: int = 0) -> str:
    """Return the remark on a problem that was handed in several times, and more often than `most` if that is not 0."""
    if most and times > most:
        what = "the first counts" if most == 1 else f"of the first {most} the {attempt} counts"
        return f"{id} was handed in {times} times: {what}"
    return f"{id} was handed in {times} times: the {attempt} counts"


class Tries:
    """The wrong claims so far for every item of a problem, each of which takes `penalty` of what the item is worth."""

    def __init__(self, penalty: float) -> None:
        self.penalty = penalty
        self._wrong: dict[str, set[str]] = {}

    def note(self, lines: Iterable[MarkedItem]) -> None:
        """Take in the lines of an attempt."""
        for line in lines:
            if line.claim and not line.credit:
                self._wrong.setdefault(line.item, set()).add(line.claim)

    def left(self, item: str, claim: str) -> tuple[float, str]:
        """Return how much of an item is left to earn with a claim, from 0 to 1, and why in words."""
        count = len(self._wrong.get(item, set()) - {claim})
        if not count:
            return 1.0, ""
        left = max(0.0, 1 - self.penalty * count)
        return left, f"after {counted(count, 'wrong attempt')}: {100 * left:.4g} % of the credit"
