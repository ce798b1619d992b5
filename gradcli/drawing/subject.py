"""What the drawings ask of a record, be it one of numbers or one of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from ..language.writing import expression
from ..record.gradient import Gradient
from ..text import visible
from .diagram import MAX_PARTS, MOST_ENTRIES, Diagram, Figures, diagram, figures, in_figures, share
from .remarks import Marks, captions, lines_of, substantial

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient


class Subject(Protocol):
    """A record as the drawings see it. Nodes are those of the record's graph; `kind` is that of a label."""

    def diagram(self, *, constants: bool = False, limit: int | None = MAX_PARTS, folded: bool = True) -> Diagram:
        """Return what is drawn; layers that repeat are one gate if `folded`. Raises `LimitError` for too many parts."""

    def figures(
        self, drawn: Diagram, digits: int, signed: Callable[[str], str] = str, entries: int = MOST_ENTRIES
    ) -> Figures:
        """Return the texts on the wires; arrays of more `entries` are summed up. `write` writes one number."""

    def whole(self, kind: str, node: int, position: int) -> str:
        """Return what a label stands for, with all its digits."""

    def name(self, node: int) -> str:
        """Return what a node is called: all its names."""

    def expression(self, node: int) -> str:
        """Return what a node computes."""

    def title(self, node: int) -> str:
        """Return a node's name and what it computes."""

    def sentence(self, node: int) -> str:
        """Return a node as a sentence: its name, what it computes, its value and its gradient."""

    def captions(self, digits: int) -> list[str]:
        """Return the lines under a picture: how to read its marks, and the notes."""

    def remarks(self) -> list[str]:
        """Return the notes, with all their digits."""

    def is_marked(self) -> bool:
        """Return whether anything is at a kink."""


class Numbers:
    """A record of numbers as the drawings see it: what `Subject` asks for."""

    def __init__(self, record: Gradient) -> None:
        self.record = record

    def diagram(self, *, constants: bool = False, limit: int | None = MAX_PARTS, folded: bool = True) -> Diagram:
        """Return what is drawn. Raises `LimitError` beyond a number of parts."""
        return diagram(self.record, constants=constants, limit=limit)

    def figures(
        self, drawn: Diagram, digits: int, signed: Callable[[str], str] = str, entries: int = MOST_ENTRIES
    ) -> Figures:
        """Return the texts on the wires."""
        return figures(self.record, drawn, digits, signed)

    def whole(self, kind: str, node: int, position: int) -> str:
        """Return what a label stands for, with all its digits."""
        record = self.record
        if kind == "share":
            number = share(record, node, position)
        else:
            number = (record.values if kind == "value" else record.upstream)[node]
        return "none" if number is None else record.system.brief(number)

    def name(self, node: int) -> str:
        """Return what a node is called: all its names."""
        return visible(", ".join([self.record.labels[node], *self.record.graph.others.get(node, [])]))

    def expression(self, node: int) -> str:
        """Return what a node computes."""
        return expression(self.record.graph, node)

    def title(self, node: int) -> str:
        """Return a node's name and what it computes."""
        label, text = self.record.labels[node], expression(self.record.graph, node)
        return label if label == text else f"{label} = {text}"

    def sentence(self, node: int) -> str:
        """Return a node as a sentence: its name, what it computes, its value and its gradient."""
        record = self.record
        text = record.labels[node] if record.graph.nodes[node].operation.is_leaf else self.title(node)
        if record.values[node] is not None:
            text += f": value {record.system.brief(record.values[node])}"
        if record.active[node] and record.upstream[node] is not None:
            text += f", gradient {record.system.brief(record.upstream[node])}"
        return f"{text}."

    def captions(self, digits: int) -> list[str]:
        """Return the lines under a picture: how to read its marks, and the notes."""
        return captions(self.record, in_figures(self.record, digits))

    def remarks(self) -> list[str]:
        """Return the notes, with all their digits."""
        return lines_of(substantial(self.record))

    def is_marked(self) -> bool:
        """Return whether anything is at a kink."""
        return bool(Marks(self.record))


def subject(record: Gradient | ArrayGradient) -> Subject:
    """Return a record as the drawings see it."""
    if isinstance(record, Gradient):
        return Numbers(record)
    from .array_diagram import Arrays

    return Arrays(record)
