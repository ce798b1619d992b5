"""Notes on numbers of arrays that a binary64 cannot hold: the first of an array by name, then how many more."""

from __future__ import annotations

from typing import Any

from ..arrays.graph import ArrayGraph
from ..arrays.opening import entry_names, opened_size
from ..calculus.notes import Note
from .opened_notes import MOST_TOLD
from .precision import SPARE_WORK
from .remarks import DOUBTFUL_ZERO, beyond_range, is_in_range, range_detail

Entry = tuple[int, int | None]  # a node, and a place among its entries; None for all of it


class Ranges:
    """Looks at the numbers of a run in the system `S`; with `has_doubtful_zero` a 0 may be no 0."""

    def __init__(self, S: Any, graph: ArrayGraph) -> None:
        self.S = S
        self.graph = graph
        self.has_doubtful_zero = False
        self._told: dict[tuple[int | None, int], list[Note]] = {}  # by the node differentiated, and with respect to
        self._many: dict[tuple[int | None, int], int] = {}

    def see(self, entry: Entry, x: Any, raw: Any, of: Entry | None = None) -> None:
        """Look at a number `raw` of which the record has `x`: the value of an entry, or the derivative of another."""
        if is_in_range(x) or not (kind := beyond_range(self.S, x, raw)):
            return
        if kind == DOUBTFUL_ZERO:
            self.has_doubtful_zero = True
            return
        block = (None if of is None else of[0], entry[0])
        told = self._told.setdefault(block, [])
        self._many[block] = self._many.get(block, 0) + 1
        if len(told) < MOST_TOLD:
            own = self._name(entry)
            output, wrt = (own, ()) if of is None else (self._name(of), (own,))
            note = Note(kind, entry[0], own, output, wrt, detail=range_detail(self.S, x))
            told.append(note.worded(self.S.formatter.brief))

    @property
    def notes(self) -> list[Note]:
        """The notes, in the order in which the numbers were looked at."""
        found = []
        for block, told in self._told.items():
            found += told
            if more := self._many[block] - len(told):
                message = f"{self.graph.labels[block[1]]}: {more:,} more entries like these"
                found.append(told[-1]._replace(detail={"message": message}, message=message))
        return found

    def _name(self, entry: Entry) -> str:
        i, k = entry
        label, shape = self.graph.labels[i], self.graph.nodes[i].shape
        return label if k is None else entry_names(label, shape)[k]  # type: ignore[arg-type]  # sizes are numbers


def may_look_again(graph: ArrayGraph, bits: int, runs: int = 1) -> bool:
    """Whether so many runs with so many bits cost little: what the answer does not need is looked at then."""
    return opened_size(graph) * runs * bits <= SPARE_WORK
