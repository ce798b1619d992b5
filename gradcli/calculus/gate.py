"""Several operations as one row, for graphs that are shown by gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .table_parts import Kink, Operation, no_rule, nothing


class Gate(Operation):
    """Several operations as one: `text` is what it computes, `inside` the graph, the node and where that ends.

    `inside` is None where there is too much of it to be written out.
    """

    __slots__ = ("inside", "text")

    def __init__(
        self, name: str, count: int, text: str, inside: tuple[Any, int, Sequence[bool]] | None, kink: Kink | None
    ) -> None:
        parameters = " ".join(f"x{k}" for k in range(count))
        super().__init__(name, parameters, no_rule, (nothing,) * count, kink=kink, laws=("chain rule inside",))
        self.text = text
        self.inside = inside
