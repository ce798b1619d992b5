"""Wrong rules that work entry by entry: those of the catalogue for numbers, and factors of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from ...arrays.entries import Array
from ...calculus.operations import OPERATIONS
from ...calculus.table_parts import Operation
from ..claims.items import LOCAL, VALUE, Item
from .array_entry_words import entry_words
from .array_worlds import Edge, Wrong
from .array_wrong_slopes import slopes
from .mistakes import LOCALS, VALUES
from .replaced_numbers import UNKNOWN, Number, Working
from .wrong_rules import Mistake

# Rows that look at the program, or have a row of arrays that says it better.
LEFT_OUT = frozenset(("wrong-point", "sigmoid-twice", "constant-factor-lost", "constant-kept", "as-constant", "degrees",
                      "zero-exponent", "precedence-sum", "precedence-chain", "precedence-division", "precedence-power",
                      "precedence-minus", "precedence-tower", "max-shared", "exp-times"))  # fmt: skip


class EntryStep(Working):
    """One entry of an operation entry by entry, as a step of the work with numbers: it knows no program."""

    __slots__ = ("_varying",)

    def __init__(
        self, operation: Operation, k: int, v: Number, args: list[Number], varying: Sequence[int] = ()
    ) -> None:
        self.item = Item(VALUE if k < 0 else LOCAL, 0, k)
        self.operation, self.v, self.args, self._varying = operation, v, args, varying
        self._right = UNKNOWN

    def varying(self) -> Sequence[int]:
        """Return whether each argument depends on an input."""
        return self._varying


@cache
def rows_for(operation: Operation, k: int) -> tuple[Mistake, ...]:
    """Return the rows of the catalogue for numbers that an operation entry by entry has, for an argument or -1."""
    step = EntryStep(operation, k, 0.5, [0.5] * len(operation.parameters))
    return tuple(m for m in (*VALUES, *LOCALS) if m.id not in LEFT_OUT and not m.slip and m.applies(step))


def local_rule(mistake: Mistake, edge: Edge) -> Iterator[Wrong]:
    """What flows back by the wrong local gradients of one row of the catalogue for numbers."""
    operation = edge.node.operation.operation
    assert operation is not None
    A, v = edge.A, edge.v
    columns = [A.spread(x, v.shape) for x in edge.xs]
    right = slopes(edge, v, edge.xs)
    if right is None:
        return
    varying = [edge.world.depends[a] for a in edge.node.arguments]
    found: dict[str, dict[int, Number]] = {}
    for entry, (own, *args) in enumerate(zip(v.entries, *columns, strict=True)):
        for tag, number in mistake.results(EntryStep(operation, edge.k, own, list(args), varying)):
            found.setdefault(tag, {})[entry] = number
    for tag, wrong in found.items():
        local = [wrong.get(entry, slope) for entry, slope in enumerate(right.entries)]
        words = entry_words(mistake.id, edge)
        yield Wrong(tag, A.sum_to(edge.g * A.make(v.shape, local), edge.x.shape), words)


def _other(edge: Edge) -> int:
    """Return the other argument of an operation of two."""
    return edge.node.arguments[1 - edge.k]


def _beside_count(edge: Edge) -> bool:
    """Whether the other argument is a whole number, which counts something: rows of factors say what goes wrong."""
    return edge.world.graph.nodes[_other(edge)].text.isdecimal()


def dropped(edge: Edge) -> Iterator[Wrong]:
    """What arrives, without the local gradient of a product or quotient."""
    if edge.name in ("pow", "where"):
        yield Wrong("", edge.A.sum_to(edge.g, edge.x.shape), f"the derivative of $v{edge.i} by $v{edge.a} left out")
    elif (edge.name == "mul" or (edge.name == "div" and edge.k == 0)) and not _beside_count(edge):
        what = "factor" if edge.name == "mul" else "division by"
        found = edge.A.sum_to(edge.g, edge.x.shape)
        yield Wrong("", found, f"the {what} $v{_other(edge)} left out")


def factor_again(edge: Edge) -> Iterator[Wrong]:
    """A factor or divisor taken twice, or a product in the place of a quotient."""
    if edge.name not in ("mul", "div") or (edge.name == "div" and edge.k == 1) or _beside_count(edge):
        return
    factor, name = edge.xs[1 - edge.k], f"$v{_other(edge)}"
    if edge.x.shape != edge.v.shape:
        return
    times = edge.g * factor
    if edge.name == "mul":
        yield Wrong("again", times * factor, f"the factor {name} twice")
        yield Wrong("upside down", _over(edge.g, factor), f"a division by {name} in the place of the factor")
    else:
        yield Wrong("again", _over(_over(edge.g, factor), factor), f"the division by {name} twice")
        yield Wrong("upside down", times, f"the factor {name} in the place of the division")


def _over(a: Array, b: Array) -> Array:
    """Return a quotient entry by entry."""
    return a.A.entrywise(OPERATIONS["div"], (a, b))


# ---- values


def value_rule(mistake: Mistake, operation: Operation, A: Any, v: Array, xs: list[Array]) -> Iterator[Wrong]:
    """The values by a wrong rule of one row of the catalogue for numbers."""
    columns = [A.spread(x, v.shape) for x in xs]
    found: dict[str, dict[int, Number]] = {}
    for entry, (own, *args) in enumerate(zip(v.entries, *columns, strict=True)):
        for tag, number in mistake.results(EntryStep(operation, -1, own, list(args))):
            found.setdefault(tag, {})[entry] = number
    for tag, wrong in found.items():
        yield Wrong(tag, A.make(v.shape, [wrong.get(entry, own) for entry, own in enumerate(v.entries)]))
