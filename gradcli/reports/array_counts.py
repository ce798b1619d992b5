"""How much there is in a report of arrays, and what an upstream gradient is, in a line below it."""

from __future__ import annotations

from collections.abc import Sequence

from ..arrays.inside import ASSEMBLE, ENTRY
from ..arrays.sizes import count
from ..record.array_gradient import ArrayGradient
from ..text import counted


def counted_nodes(record: ArrayGradient, nodes: Sequence[int], *, numbers: bool = True) -> str:
    """Return how many arrays there are, with `numbers` how many numbers in them; of opened ones the single numbers."""
    every = [i for i in nodes if record.graph.nodes[i].operation is not ENTRY]
    if any(record.graph.nodes[i].operation is ASSEMBLE for i in every):
        arrays = sum(1 for i in every if record.shape(i))
        return f"{counted(arrays, 'array')} and {counted(len(every) - arrays, 'single number')}"
    total = f", {counted(sum(count(record.shape(i)) for i in every), 'number')}" if numbers else ""
    return f"{counted(len(every), 'array')}{total}"


def meaning(record: ArrayGradient) -> str:
    """Return what the upstream gradient of an input is; nothing where none is asked for."""
    if not record.places:
        return ""
    name = f"d{record.labels[record.output]}/d{next(iter(record.places))}"
    return f"; {name}, the upstream gradient of an input, is its gradient, in its shape"
