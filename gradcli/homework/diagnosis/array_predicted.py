"""What every mistake predicts for every array, taken down once: mistakes that predict the same array stand together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ...arrays.entries import Array
from ..claims.array_items import ArrayItem
from ..claims.items import VALUE
from .array_predictions import Edit
from .array_worlds import WrongWorld


class Prediction(NamedTuple):
    """An array that some mistakes predict, by their places in the list; None where they leave none."""

    array: Array | None
    edits: list[int]

    def taken(self, item: ArrayItem) -> Array | None:
        """Return what is predicted for an item; None for nothing."""
        found = self.array
        if found is None or item.places is None:
            return found
        if len(found.entries) <= max(item.places):
            return None
        return found.A.make(item.shape, item.taken(found.entries))


class Predictions:
    """The predictions of some mistakes; of those about other nodes than the `asked` ones nothing is kept."""

    def __init__(self, worlds: Iterable[tuple[Edit, WrongWorld]], asked: Collection[int] | None = None) -> None:
        self.edits: list[Edit] = []
        self._values: list[Mapping[int, Array | None]] = []
        self._upstream: list[Mapping[int, Array | None]] = []
        self._grouped: dict[tuple[bool, int], list[Prediction]] = {}
        for edit, world in worlds:
            self.edits.append(edit)
            for column, arrays in ((self._values, world.values), (self._upstream, world.upstream)):
                column.append(arrays if asked is None else {i: x for i, x in arrays.items() if i in asked})

    def of(self, item: ArrayItem) -> list[Prediction]:
        """Return what is predicted for the array of an item, by the mistakes that change it."""
        key = (item.kind == VALUE, item.node)
        if key not in self._grouped:
            found: dict[object, Prediction] = {}
            for k, arrays in enumerate(self._values if key[0] else self._upstream):
                if item.node not in arrays:
                    continue
                array = arrays[item.node]
                look = None if array is None else (array.shape, tuple(array.entries))
                found.setdefault(look, Prediction(array, [])).edits.append(k)
            self._grouped[key] = list(found.values())
        return self._grouped[key]
