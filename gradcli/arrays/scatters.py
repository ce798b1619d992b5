"""Entries put back: `scatter(g, x[1:])` has the entries of g where those of x[1:] stand in x, and 0 elsewhere.

What is taken several times is added up. So every operation that moves entries has its backward rule as a function.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from .axes import equal_shapes
from .rows import ArrayOperation
from .sizes import Misfit, Shape, Sizes


class Scatter(ArrayOperation):
    """The row that puts entries back where the row `taken` takes them. Its arguments are g, then those of `taken`."""

    __slots__ = ("taken",)
    taken: ArrayOperation


def no_scatter_shape(sizes: Sizes, *shapes: Shape, **fixed: Any) -> Shape:
    """Raise `Misfit`: the second argument does not move entries."""
    raise Misfit("scatter(g, x[1:]) puts g back where x[1:] takes entries: {1} takes none")


# What the name stands for; the builder chooses the row of `scattering` by what the second argument takes.
SCATTER = ArrayOperation(
    "scatter", "g taken", no_scatter_shape, lambda A, g, taken: g,
    summary="the entries of g where those of an index such as x[1:] stand in x, added up; 0 elsewhere",
)  # fmt: skip
MOVERS = frozenset(["index", "entry", "pick", "windows", "transpose", "permute", "reshape", "flatten", "diag", "pad"])


@cache
def scattering(row: ArrayOperation) -> Scatter:
    """Return the row that puts entries back where a row takes them: its value is the pullback of that row."""
    back = row.pullback(0)
    assert back is not None
    assert row.name in MOVERS

    def shape(known: Sizes, g: Shape, x: Shape, /, *rest: Shape, **fixed: Any) -> Shape:
        equal_shapes(known, g, row.shape(known, x, *rest, **fixed))
        return x

    def value(A: Any, g: Any, x: Any, /, *rest: Any, **fixed: Any) -> Any:
        return back(A, g, None, x, *rest, **fixed)

    def to_entries(A: Any, u: Any, v: Any, g: Any, x: Any, /, *rest: Any, **fixed: Any) -> Any:
        return row.value(A, u, *rest, **fixed)

    def to_array(A: Any, u: Any, v: Any, g: Any, x: Any, /, *rest: Any, **fixed: Any) -> Any:
        return A.full(0, x.shape)

    roles = [None] * (len(row.pullbacks) - 1)
    found = Scatter(
        "scatter", " ".join(["g", *row.parameters]), shape, value, (to_entries, to_array, *roles),
        fixed=row.fixed, is_linear=True, law="entries put back",
        summary=SCATTER.summary,
    )  # fmt: skip
    found.taken = row
    return found
