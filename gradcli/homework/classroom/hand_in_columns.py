"""The columns of a table that say when its answers were handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...text import visible
from ..claims.hand_in_times import has_day_first, is_hand_in, moments_in, order_in, stored
from ..claims.headings import cell_at
from .entries import DateOrder


class HandInColumns:
    """Where a table says when its answers were handed in. `timed` says that work may be late.

    `day_first` says that the file is one of a country that writes the day before the month; a heading and the times
    themselves may say so too. `unread` is what is said of a time of the last row that could not be read, told once.
    """

    def __init__(self, header: Sequence[str], name: str, *, timed: bool, day_first: bool) -> None:
        self.places = [k for k, heading in enumerate(header) if is_hand_in(heading)]
        self.timed = timed
        self.name = name
        self.unread = ""
        self._day_first = day_first or any(has_day_first(header[k]) for k in self.places)
        self._orders: set[bool] = set()
        self._known: tuple[str, str] = ("", "")
        self._told: set[str] = set()

    def handed(self, cells: Sequence[str]) -> str:
        """Return when a row was handed in, as it is stored: the latest of its times."""
        self.unread = ""
        return max((self._read(cell_at(cells, k)) for k in self.places), default="")

    def _read(self, text: str) -> str:
        if text in ("", "-"):
            return ""
        if text == self._known[0]:
            return self._known[1]
        moments = moments_in(text)
        if not moments:
            if self.timed and text not in self._told:
                self._told.add(text)
                self.unread = f"the time {visible(text)[:40]} is not read, and not counted as late"
            return ""
        if (order := order_in(moments, text)) is not None:
            self._orders.add(order)
        if len(moments) > 1 and self._day_first:
            moments = moments[1:]
        self._known = (text, stored(moments))
        return self._known[1]

    def order(self) -> Iterator[DateOrder]:
        """Yield whether the day comes before the month, where the times tell that and do not contradict themselves."""
        if len(self._orders) == 1:
            yield DateOrder(self.name, *self._orders)
