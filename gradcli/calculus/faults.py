"""Faults: why a number does not exist. They travel with the numbers, and count only where the answer needs one."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import LimitError
from ..numbers.systems import Undecided, Unsupported

Number = Any
FAILURES = (Undecided, Unsupported, LimitError)


class Fault(NamedTuple):
    """Why a number does not exist: the node where it happened, and what happened there.

    `kind` is `domain` (no value), `overflow` (a value beyond the range was used), `infinite` or `undefined` (no local
    gradient for the argument at `position`), `steep` (an infinite slope beside the point), or `undecided`, `limit` or
    `exact`: what the number system could not do. Then `doubt` is the exception to raise where the answer needs the
    number.
    """

    node: int
    kind: str
    position: int = -1
    doubt: Exception | None = None

    def raise_doubt(self) -> None:
        """Raise what the number system could not do, if that is why the number does not exist."""
        if self.doubt is not None:
            raise self.doubt


EdgeKey = tuple[int, int]  # a node and the position of an argument
EdgeFaults = dict[EdgeKey, Fault]
NodeGradients = tuple[tuple[Number, ...], EdgeFaults, bool]  # what fails, and whether there is a kink
