"""Which array system is best for a number system: all of them compute the same, some faster."""

from __future__ import annotations

from typing import Any

from .entries import Entries


def array_system(S: Any) -> Entries:
    """Return the array system over a number system. FLINT is imported only where its numbers are used."""
    if S.name == "balls" and not S.has_spans:  # matrices of FLINT hold balls
        from .ball_arrays import BallEntries

        return BallEntries(S)
    if S.name == "exact":
        from .fraction_arrays import FractionEntries

        return FractionEntries(S)
    if S.name == "ieee":
        from .float_arrays import FloatEntries

        return FloatEntries(S)
    return Entries(S)
