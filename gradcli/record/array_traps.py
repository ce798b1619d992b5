"""Notes on silent traps: shapes that fit by luck, and probabilities of a loss that do not sum to 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..arrays import places
from ..arrays.array import Array
from ..arrays.axes import one_axis
from ..arrays.classes import PROBABILITIES
from ..arrays.graph import ArrayGraph
from ..calculus.notes import Note
from ..language.array_notes import array_notes
from ..text import clip

NEAR_ONE = 1e-6  # as far from 1 as a sum of rounded probabilities may be
TOLD = ("elementwise",)  # a bias that is added to the rows of a square matrix is mostly meant
LABEL_CHARACTERS = 40  # characters of what a node is called


def trap_notes(graph: ArrayGraph, text: str, values: Sequence[Array], S: Any) -> list[Note]:
    """Return the notes on a program, whose text and values are given."""
    found = [(n.kind, n.node, n.message) for n in array_notes(graph, text) if n.kind in TOLD]
    for node in graph.nodes:
        if node.operation is PROBABILITIES:
            message = _unequal_to_one(graph, node.arguments[1], values, node.fixed.get("axis", -1), S)
            found += [("probabilities", node.arguments[1], message)] if message else []
    return [Note(kind, i, graph.labels[i], detail={"message": message}, message=message) for kind, i, message in found]


def _unequal_to_one(graph: ArrayGraph, i: int, values: Sequence[Array], axis: int, S: Any) -> str:
    """Return that the entries of an array along an axis do not sum to 1; nothing where they do."""
    array = values[i]
    rows = places.groups(array.shape, [one_axis(array.shape, axis)])
    for k, row in enumerate(rows):
        entries = [array.entries[place] for place in row]
        if None in entries:
            continue
        total = sum(map(S.approximate, entries))
        if abs(total - 1) > NEAR_ONE:
            where = (
                f"row {k} of {clip(graph.labels[i], LABEL_CHARACTERS)}"
                if len(rows) > 1
                else clip(graph.labels[i], LABEL_CHARACTERS)
            )
            return f"{where} sums to {total:.6g}: cross_entropy takes probabilities, which sum to 1, as they are"
    return ""
