"""Which counts of what was handed in several times."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..claims.claims import Claim

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


def counting(sheets: list[list[Claim]], attempt: str) -> list[list[Claim]]:
    """Return the sheets of which the best counts: one, or all of them."""
    return {"first": sheets[:1], "last": sheets[-1:], "best": sheets}[attempt]


def again(id: str, times: int, attempt: str) -> str:
    """Return the remark on a problem that was handed in several times."""
    return f"{id} was handed in {times} times: the {attempt} counts"
