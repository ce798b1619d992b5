"""The array system over a number system: all functions that the rules of the second table are written with.

Everything here is written with the rows of the first table and sums, entry by entry, so that it holds for every number
system: the functions over nodes are what an operation opens to, and so its definition. `kernels` has faster ways for
some systems.
"""

from __future__ import annotations

from .array import Array, EntryFault
from .matrices import Matrices
from .reducing import Reducing

__all__ = ["Array", "Entries", "EntryFault"]


class Entries(Reducing, Matrices):
    """Arrays whose entries are numbers of the system `S`."""
