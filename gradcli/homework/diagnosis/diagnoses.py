"""What a diagnosis says of a sheet."""

from __future__ import annotations

from typing import NamedTuple

from ..claims.items import Item


class Diagnosis(NamedTuple):
    """A mistake that the sheet is consistent with: its id, how sure that is, what it is and where, in words.

    `site` are the nodes where it was made, `explains` the wrong claims that it gives, `also` the other mistakes of the
    catalogue that say the same on this sheet, `rules` what should have been done there, one for each of these claims.
    """

    mistake: str
    hedge: str
    what: str
    where: str
    site: tuple[int, ...]
    explains: tuple[Item, ...]
    also: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """What should have been done, for the first of the claims; empty for what has no place."""
        return self.rules[0] if self.rules else ""

    def told_of(self, item: Item) -> Diagnosis:
        """Return the same with the rule for one of the claims alone."""
        return self._replace(rules=self.rules and (self.rules[self.explains.index(item)],))

    @property
    def at_its_place(self) -> str:
        """The mistake and where it was made."""
        return f"{self.what} {self.where}"

    @property
    def message(self) -> str:
        """All of it in words."""
        return f"{self.hedge} {self.at_its_place}"
