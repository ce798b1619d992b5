"""What a diagnosis says of a sheet."""

from __future__ import annotations

from typing import NamedTuple

from ..claims.items import Item


class Diagnosis(NamedTuple):
    """A mistake that the sheet is consistent with: its id, how sure that is, what it is and where, in words.

    `site` are the nodes where it was made, `explains` the wrong claims that it gives, `also` the other mistakes of the
    catalogue that say the same on this sheet, `rule` what should have been done there.
    """

    mistake: str
    hedge: str
    what: str
    where: str
    site: tuple[int, ...]
    explains: tuple[Item, ...]
    also: tuple[str, ...] = ()
    rule: str = ""

    @property
    def at_its_place(self) -> str:
        """The mistake and where it was made."""
        return f"{self.what} {self.where}"

    @property
    def message(self) -> str:
        """All of it in words."""
        return f"{self.hedge} {self.at_its_place}"
