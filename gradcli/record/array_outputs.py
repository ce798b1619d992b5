"""What a record of arrays has beside the gradient of one number: a Jacobian, and tangents along a direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..calculus.notes import Note
from .array_task import ArrayTask


class Output(NamedTuple):
    """One output of a Jacobian: its name, its node, the places of the entries that were chosen, and their shape."""

    name: str
    node: int
    places: Sequence[int]
    shape: tuple[int, ...]


Row = dict[str, list[Any]]  # the derivatives of one number: a flat list by name


class ArrayJacobian:
    """The derivatives of some outputs. `rows` has for each entry of each output a flat list by name.

    `by` says how they came about: "reverse" or "forward" passes, or "scalars" where the program was opened.
    """

    def __init__(self, task: ArrayTask, outputs: Sequence[Output]) -> None:
        self.task = task
        self.outputs = outputs
        self.by: str
        self.passes: int
        self.rows: list[list[Row]] = []
        self.notes: list[Note] = []
        self.has_doubtful_zero = False  # whether a 0 of it may stand for a number that is not 0

    def block(self, k: int, name: str) -> tuple[list[Any], tuple[int, ...]]:
        """Return the derivatives of the k-th output with respect to an input: a flat list, and its shape."""
        window = self.task.windows.get(name)
        shape: Any = self.task.graph.nodes[self.task.columns[name]].shape
        flat = []
        for row in self.rows[k]:
            flat += row[name] if window is None else [row[name][place] for place in window.entries]
        return flat, (*self.outputs[k].shape, *(shape if window is None else window.shape))


class ArrayTangent:
    """The derivatives along a direction. `directions` has a flat list for every input that moves.

    `columns` has one flat list per node, oldest first; None for nodes of which nothing is known.
    """

    has_doubtful_zero = False

    def __init__(self, directions: Mapping[str, list[Any]], columns: list[list[Any] | None]) -> None:
        self.directions = directions
        self.columns = columns
