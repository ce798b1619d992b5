"""Names of variables: those of the program, where the language can have them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

OTHER = re.compile(r"\W+")


class Names:
    """Gives out names: a name that the language reserves, or that is given away already, gets an underscore behind."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self.taken = set(reserved)

    def take(self, wanted: str) -> str:
        """Return a name like the wanted one: W_1_0 for W[1,0]. Python reads letters by their compatibility forms."""
        name = unicodedata.normalize("NFKC", OTHER.sub("_", wanted).rstrip("_") if OTHER.search(wanted) else wanted)
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name


def entry_place(name: str) -> tuple[str, tuple[int, ...]]:
    """Return the array and the place that a name of the language speaks of: W and (1, 0) of W[1,0]; x and () of x."""
    array, _, place = name.removesuffix("]").partition("[")
    return (array, tuple(map(int, place.split(",")))) if array and place else (name, ())
