"""The upstream gradients of a linearization alone: half the work of `vjp`, which has the contributions too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .fast_sweeps import join
from .sweeps import total

if TYPE_CHECKING:
    from .linearization import Linearization

Number = Any
NONE: Mapping[int, Number] = {}


def upstream(
    linearization: Linearization, output: int, adjoint: Number, given: Mapping[int, Number] = NONE
) -> list[Number]:
    """Return the upstream gradients that `vjp` has, one entry per node; None where the output moves with no input.

    Some nodes may be `given` theirs, where no local gradient is missing: nothing else flows into those.
    """
    if linearization.slope_faults:
        assert not given
        return linearization.vjp(output, adjoint).upstream
    S, arguments_of = linearization.S, linearization.graph.nodes.arguments
    one = S.one
    arriving: list[Any] = [None] * len(arguments_of)  # nothing, one contribution, or a list of several
    arriving[output] = adjoint
    for i, number in given.items():
        arriving[i] = number
    i = output + 1
    for arguments, row in zip(arguments_of[output::-1], linearization.local_gradients[output::-1], strict=True):
        i -= 1
        own = arriving[i]
        if own is None:
            continue
        if own.__class__ is list:
            own = arriving[i] = total(S, own)
        if not arguments:
            continue
        for a, x in zip(arguments, row, strict=True):
            if x is None or a in given:
                continue
            x = own if x is one else own * x
            if arriving[a] is None:
                arriving[a] = x
            else:
                join(arriving, a, x)
    zero = S.zero
    return [(zero if a is None else a) if on else None for a, on in zip(arriving, linearization.active, strict=True)]
