"""What a report says where a derivative is disputed: marks on gates and gradients, and the notes as lines of text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..calculus.notes import Note, is_number
from ..record.gradient import Gradient
from ..text import MOST_NOTES, visible

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient

SHORT = {math.inf: "> 1.8e308", -math.inf: "< -1.8e308"}  # a finite side that no binary64 holds
MARK = "*"
LEGEND = f"{MARK} see the notes (from the left | from the right)"
DISPUTED = ("one-sided", "settled", "undefined")


class Disputed(str):
    """A gradient that is told with a mark: `number`, and both `sides` where they differ, as `0* (-1 | 3)`."""

    __slots__ = ("number", "sides")
    number: str
    sides: tuple[str, str] | None

    def __new__(cls, number: str, sides: tuple[str, str] | None = None) -> Disputed:
        """Return the text of all of it."""
        made = super().__new__(cls, f"{number}{MARK}" + (f" ({sides[0]} | {sides[1]})" if sides else ""))
        made.number, made.sides = number, sides
        return made


class Marks:
    """The marks of a record: which gates are at a kink, and at which nodes a gradient needs a word more."""

    def __init__(self, record: Gradient) -> None:
        operations = record.graph.nodes.operations
        self.record = record
        self.gates = frozenset(
            note.node for note in record.notes if note.kind == "kink" and operations[note.node].kink is not None
        )
        self.notes: dict[int, Note] = {}
        for note in record.notes:
            # Notes on second derivatives do not dispute the gradient.
            if note.kind in DISPUTED and note.order == 1:
                self.notes.setdefault(note.node, note)

    def gradient(self, i: int, text: str, write: Callable[[Any], str]) -> str:
        """Return the text of a node's gradient with its mark, and with both sides where they differ: `0* (-1 | 3)`.

        `write` writes a number.
        """
        note = self.notes.get(i)
        if note is None:
            return text
        if note.kind != "one-sided":
            return Disputed(text)
        left, right = (SHORT.get(side) or write(side) if is_number(side) else side for side in (note.left, note.right))
        return Disputed(text, (left, right))

    def __bool__(self) -> bool:
        return bool(self.gates or self.notes)


def by_weight(record: Gradient | ArrayGradient) -> list[Note]:
    """Return the notes in their order; of many those about the answer itself come first.

    Where an input has two sides, those of nodes without a name are left to pictures and JSON.
    """
    graph, notes = record.graph, record.notes
    answer = {record.output, *record.places.values()}
    if any(note.kind == "one-sided" and note.node in answer for note in notes):
        known = {*graph.inputs.values(), *graph.named.values(), *answer}
        notes = [note for note in notes if note.kind != "one-sided" or note.node in known]
    if len(notes) <= MOST_NOTES:
        return notes
    return sorted(notes, key=lambda note: note.kind == "kink" or note.node not in answer)


def substantial(record: Gradient | ArrayGradient) -> list[Note]:
    """Return the notes without those on how the numbers were settled, which change nothing about them."""
    return [note for note in by_weight(record) if note.kind != "precision"]


def lines_of(notes: Sequence[Note], write: Callable[[Any], str] | None = None, *, options: bool = True) -> list[str]:
    """Return notes, at most twelve of them, as lines; what several nodes have in common is said once.

    `write` writes their numbers, by default with all digits. Options are named to a reader who can add some.
    """
    said: dict[str, Note] = {}
    for note in notes:
        said.setdefault(note.message, note)
    notes = list(said.values())
    messages = [
        note.message if write is None else note.worded(write, options=options).message for note in notes[:MOST_NOTES]
    ]
    lines = [f"note: {visible(message)}" for message in messages]
    if len(notes) > MOST_NOTES:
        lines.append(
            f"... and {len(notes) - MOST_NOTES:,} more notes" + (" (--json lists them all)" if options else "")
        )
    return lines


def captions(record: Gradient, write: Callable[[Any], str]) -> list[str]:
    """Return what stands under a picture: how to read its marks, and the notes; `write` writes their numbers."""
    legend = [LEGEND] if Marks(record) else []
    return [*legend, *lines_of(substantial(record), write)]


def fitted(lines: list[str], room: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Yield the lines, broken at blanks where they are wider than there is room; `measure` returns a text's width."""
    for line in lines:
        now = ""
        for word in line.split(" "):
            longer = f"{now} {word}" if now else word
            if now and measure(longer) > room:
                yield now
                longer = f"    {word}"
            now = longer
        yield now
