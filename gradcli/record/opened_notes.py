"""Notes of a scalar record, told of the arrays that were opened: in the names and expressions that the user wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..arrays.graph import ArrayGraph
from ..arrays.opening import Opening, entry_names
from ..calculus.graph import Graph
from ..calculus.notes import Note, distinct
from ..language.array_writing import POSTFIX, array_precedence, formula
from ..language.writing import EXPRESSION_CHARACTERS, spoken

OF_ENTRIES = ("kink", "one-sided", "settled", "undefined")  # kinds of notes that many entries may have
OF_SIDES = ("one-sided", "settled")
MOST_TOLD = 3  # entries of one array that notes of one kind name


class OpenedNotes:
    """Says notes on scalar nodes as notes on their arrays. `write` shows a number to a reader."""

    def __init__(self, graph: ArrayGraph, opening: Opening, write: Callable[[Any], str]) -> None:
        self.graph = graph
        self.scalars: Graph = opening.graph
        self.write = write
        self._makers = opening.makers
        self._places: dict[int, tuple[int, int]] = {}  # of an entry: the first array that has it, and where
        for i, entries in enumerate(opening.entries[: len(graph.nodes)]):
            for k, entry in enumerate(entries):
                self._places.setdefault(entry, (i, k))
        self._called = [False] * len(graph.nodes)
        for i in (*graph.inputs.values(), *graph.named.values()):
            self._called[i] = True

    def told(self, notes: Iterable[Note]) -> list[Note]:
        """Return the notes without those on the sides of nodes inside an operation on arrays; its kink once."""
        owned = [self._owned(note) for note in notes if note.kind not in OF_SIDES or note.node in self._places]
        inside: dict[int, Note] = {}
        found = [note for note in owned if "place" not in note.detail or inside.setdefault(note.node, note) is note]
        return fewer_notes(distinct(found), self.graph.labels)

    def owner(self, k: int) -> int:
        """Return the array of a scalar node: the one that has it as an entry, or else whose operation made it."""
        return self._places[k][0] if k in self._places else self._makers[k]

    def _owned(self, note: Note) -> Note:
        """Return a note as one on the array, whose operation it speaks of: norm, not hypot."""
        i = self.owner(note.node)
        detail = dict(note.detail)
        if note.kind == "kink" and "operation" in detail:
            operation = self.graph.nodes[i].operation
            detail["name"] = operation.name
            detail["arguments"] = [self._words(a) for a in self.scalars.nodes.arguments[note.node]]
            if operation.operation is None and detail["operation"].kink.tie and operation.name not in ("max", "min"):
                detail["place"] = "a tie"
        elif "called" in detail:
            detail["called"] = self._words(note.node)
        else:
            return note._replace(node=i)
        return note._replace(node=i, detail=detail).worded(self.write)

    def _words(self, k: int) -> str:
        """Return what a message calls a scalar node: what was written, without what is inside an operation."""
        nodes, called = self.scalars.nodes, self.scalars.is_called
        i, place = self._places.get(k, (-1, 0))
        is_plain = all(called[a] or nodes.operations[a].is_leaf for a in nodes.arguments[k])
        if i < 0 or called[k] or (is_plain and self.graph.nodes[i].operation.operation is not None):
            return spoken(self.scalars, k)
        node = self.graph.nodes[i]
        shape: Any = node.shape
        text = formula(self.graph, i, self._called, limit=EXPRESSION_CHARACTERS)
        if shape and not self._called[i] and array_precedence(node.operation) < POSTFIX:
            text = f"({text})"
        return entry_names(text, shape)[place]


def fewer_notes(notes: Iterable[Note], labels: Sequence[str]) -> list[Note]:
    """Return at most three notes of a kind on the entries of one array, and how many more there are."""
    found: list[Note] = []
    told: dict[tuple[str, int], int] = {}
    for note in notes:
        key = (note.kind, note.node)
        told[key] = told.get(key, 0) + 1
        if told[key] <= MOST_TOLD or note.kind not in OF_ENTRIES:
            found.append(note)
    for (kind, i), many in told.items():
        if many > MOST_TOLD and kind in OF_ENTRIES:
            message = f"{labels[i]}: {many - MOST_TOLD:,} more entries like these"
            found.append(Note(kind, i, labels[i], detail={"message": message}, message=message))
    return found
