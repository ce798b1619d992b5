"""The parameters of a function: the inputs of a program; the entries of an array are one parameter, lists of lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from math import prod
from typing import Any, NamedTuple

from ...arrays.sizes import bracketed
from .names import Names, entry_place


class Parameter(NamedTuple):
    """One parameter: the name of the input, what it is called, and its entries; `shape` is () of a number.

    `entries` are names of inputs, the last axis fastest.
    """

    key: str
    name: str
    shape: tuple[int, ...]
    entries: tuple[str, ...]

    def nested(self, text: Callable[[str], str | None]) -> str | None:
        """Return a text of every entry as lists of lists; None where one of them has none."""
        found = [text(entry) for entry in self.entries]
        texts = [part for part in found if part is not None]
        return None if len(texts) < len(found) else bracketed(texts, self.shape)


def parameters(inputs: Mapping[str, Any], names: Names) -> tuple[list[Parameter], dict[str, str]]:
    """Return the parameters for some inputs, and what every input is called in the function."""
    arrays: dict[str, list[tuple[int, ...]]] = {}
    for key in inputs:
        name, place = entry_place(key)
        if place:
            arrays.setdefault(name, []).append(place)
    found: list[Parameter] = []
    called: dict[str, str] = {}
    known: set[str] = set()
    for key in inputs:
        name, place = entry_place(key)
        whole = _whole(name, arrays[name]) if place else None
        if whole is None:
            called[key] = names.take(key)
            found.append(Parameter(key, called[key], (), (key,)))
        elif name not in known:
            known.add(name)
            found.append(whole._replace(name=names.take(name)))
            called.update((entry, names.take(entry)) for entry in whole.entries)
    return found, called


def _whole(name: str, places: list[tuple[int, ...]]) -> Parameter | None:
    """Return the array that some entries make up; None where entries are missing."""
    shape = tuple(max(place[k] for place in places if len(place) == len(places[0])) + 1 for k in range(len(places[0])))
    if prod(shape) != len(places):
        return None
    every = list(product(*map(range, shape)))
    return Parameter(name, name, shape, tuple(f"{name}[{','.join(map(str, place))}]" for place in every))
