"""Wrong rules that work entry by entry: those of the catalogue for numbers, and a few that only arrays show."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from ...arrays.entries import Array
from ...arrays.table import NUMBER
from ...calculus.operations import OPERATIONS
from ...calculus.table_parts import Operation
from ..claims.items import LOCAL, VALUE, Item
from .array_worlds import Edge, numbers
from .array_wrong_rules import Wrong
from .mistakes import LOCALS, VALUES
from .replaced_numbers import Number, Working
from .wrong_rules import Mistake

# Rows that look at the program, or have a row of arrays that says it better.
LEFT_OUT = frozenset(("wrong-point", "constant-factor-lost", "constant-kept", "as-constant", "degrees",
                      "zero-exponent", "precedence-sum", "precedence-chain", "precedence-division", "precedence-power",
                      "precedence-minus", "precedence-tower", "max-shared", "exp-times"))  # fmt: skip
SWAPPED = {"relu": ("sigmoid", "tanh"), "sigmoid": ("tanh", "relu"), "tanh": ("sigmoid", "relu")}


class EntryStep(Working):
    """One entry of an operation entry by entry, as a step of the work with numbers."""

    __slots__ = ("_args", "_operation", "_v")

    def __init__(self, operation: Operation, k: int, v: Number, args: list[Number]) -> None:
        self.item = Item(VALUE if k < 0 else LOCAL, 0, k)
        self._operation, self._v, self._args = operation, v, args

    @property
    def operation(self) -> Operation:
        """The operation of the node."""
        return self._operation

    @property
    def v(self) -> Number:
        """The value of the entry."""
        return self._v

    @property
    def args(self) -> list[Number]:
        """The numbers that the entry is made of."""
        return self._args


@cache
def rows_for(operation: Operation, k: int) -> tuple[Mistake, ...]:
    """Return the rows of the catalogue for numbers that an operation entry by entry has, for an argument or -1."""
    step = EntryStep(operation, k, 0.5, [0.5] * len(operation.parameters))
    rows = VALUES if k < 0 else LOCALS
    return tuple(m for m in rows if m.id not in LEFT_OUT and not m.slip and m.applies(step))


def local_rule(mistake: Mistake, edge: Edge) -> Iterator[Wrong]:
    """What flows back by the wrong local gradients of one row of the catalogue for numbers."""
    operation = edge.node.operation.operation
    assert operation is not None
    A, v = edge.A, edge.v
    columns = [A.spread(x, v.shape) for x in edge.xs]
    right = _slopes(edge, v, edge.xs)
    if right is None:
        return
    found: dict[str, dict[int, Number]] = {}
    for entry, (own, *args) in enumerate(zip(v.entries, *columns, strict=True)):
        for tag, number in mistake.results(EntryStep(operation, edge.k, own, list(args))):
            found.setdefault(tag, {})[entry] = number
    for tag, wrong in found.items():
        slopes = [wrong.get(entry, slope) for entry, slope in enumerate(right.entries)]
        yield tag, A.sum_to(edge.g * A.make(v.shape, slopes), edge.x.shape)


def _slopes(edge: Edge, v: Array, xs: list[Array]) -> Array | None:
    """Return the local gradient of every entry, at any value and arguments; None where there is none."""
    operation = edge.node.operation.operation
    assert operation is not None
    A = edge.A
    return numbers(lambda: A.flow(operation, edge.k, A.full(1, v.shape), v, xs))


def dropped(edge: Edge) -> Iterator[Wrong]:
    """What arrives, without the local gradient of a product or quotient."""
    by_number = any(edge.world.graph.nodes[b].operation is NUMBER for b in edge.node.arguments)
    if edge.name in ("mul", "pow", "where") or (edge.name == "div" and not by_number):  # 1/N has a row of its own
        yield "", edge.A.sum_to(edge.g, edge.x.shape)


def elsewhere(edge: Edge) -> Iterator[Wrong]:
    """The right derivative at a wrong place: at the node's own value, or at what its argument is computed from."""
    operation = edge.node.operation.operation
    if operation is None or len(edge.xs) != 1 or operation.name in ("neg", "where"):
        return
    world = edge.world
    places = [("its own value", edge.v)]
    places += [
        (world.graph.labels[b], world.values[b])
        for b in world.graph.nodes[edge.a].arguments
        if world.values[b].shape == edge.x.shape
    ]
    for tag, x in places:
        v = numbers(lambda x=x: edge.A.entrywise(operation, [x]))  # type: ignore[misc]
        slopes = None if v is None else _slopes(edge, v, [x])
        if slopes is not None:
            yield tag, edge.g * slopes


def slope_twice(edge: Edge) -> Iterator[Wrong]:
    """The derivative of an activation taken twice."""
    operation = edge.node.operation.operation
    if operation is not None and operation.name in SWAPPED and operation.name != "relu":
        slopes = _slopes(edge, edge.v, edge.xs)
        if slopes is not None:
            yield "", edge.g * slopes * slopes


def mask_of_gradient(edge: Edge) -> Iterator[Wrong]:
    """The gate of relu set by the sign of the gradient."""
    if edge.name == "relu":
        zero = edge.A.S.zero
        yield "", edge.A.make(edge.g.shape, [g if g > 0 else zero for g in edge.g.entries])


# ---- values


def value_rule(mistake: Mistake, operation: Operation, A: Any, v: Array, xs: list[Array]) -> Iterator[Wrong]:
    """The values by a wrong rule of one row of the catalogue for numbers."""
    columns = [A.spread(x, v.shape) for x in xs]
    found: dict[str, dict[int, Number]] = {}
    for entry, (own, *args) in enumerate(zip(v.entries, *columns, strict=True)):
        for tag, number in mistake.results(EntryStep(operation, -1, own, list(args))):
            found.setdefault(tag, {})[entry] = number
    for tag, wrong in found.items():
        yield tag, A.make(v.shape, [wrong.get(entry, own) for entry, own in enumerate(v.entries)])


def swapped_with(operation: Operation) -> list[Operation]:
    """Return the activations that one may be mixed up with."""
    return [OPERATIONS[name] for name in SWAPPED.get(operation.name, ())]


def finite(x: Array) -> bool:
    """Whether all entries are numbers."""
    return all(e is not None and math.isfinite(e) for e in x.entries)
