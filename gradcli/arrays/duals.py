"""The forward mode of arrays: the values of the second table over dual numbers. No pullback takes part in it.

A dual number is a number and its tangent, the derivative along one direction. Functions of numbers know their
derivative from the first table; what arrays make of them follows. So this agrees with the reverse sweep only where
both are right: `tangents` is the other side of the dot-product test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..calculus.operations import OPERATIONS
from ..calculus.sweeps import local_gradient
from ..calculus.table_parts import Operation
from ..numbers.functions import FUNCTIONS
from ..numbers.systems import System, Undecided
from .entries import Array, Entries
from .graph import ArrayGraph
from .sweeps import forward

Number = Any


class Dual:
    """A number of some system, and its derivative along a direction. It meets small integers too."""

    __slots__ = ("tangent", "value")

    def __init__(self, value: Number, tangent: Number) -> None:
        self.value = value
        self.tangent = tangent

    def __add__(self, other: Any) -> Dual:
        if isinstance(other, int):
            return Dual(self.value + other, self.tangent)
        return Dual(self.value + other.value, self.tangent + other.tangent)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.tangent)

    def __sub__(self, other: Any) -> Dual:
        return self + -other

    def __rsub__(self, other: int) -> Dual:
        return -self + other

    def __mul__(self, other: Any) -> Dual:
        if isinstance(other, int):
            return Dual(self.value * other, self.tangent * other)
        return Dual(self.value * other.value, self.tangent * other.value + self.value * other.tangent)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Dual:
        if isinstance(other, int):
            return Dual(self.value / other, self.tangent / other)
        found = self.value / other.value
        return Dual(found, (self.tangent - found * other.tangent) / other.value)

    def __rtruediv__(self, other: int) -> Dual:
        found = other / self.value
        return Dual(found, -(found * self.tangent) / self.value)

    def __repr__(self) -> str:
        return f"({self.value} and {self.tangent})"


class Duals(System):
    """Dual numbers over the system `S`. Questions are answered by the numbers alone, not by their tangents.

    Where a number moves along an edge without a local gradient, `Undecided` is raised.
    """

    name = "duals"

    def __init__(self, S: Any) -> None:
        self.S = S
        self.formatter, self.input_system = S.formatter, S.input_system
        self.zero, self.one, self.two, self.ten = map(self.still, (S.zero, S.one, S.two, S.ten))

    def still(self, x: Number) -> Dual:
        """Return a number that does not move along the direction."""
        return Dual(x, self.S.zero)

    def number(self, text: str) -> Dual:
        """Return the number of a numeral."""
        return self.still(self.S.number(text))

    def from_number(self, x: Any) -> Dual:
        """Return the number of an input that does not move."""
        return self.still(self.S.from_number(x))

    def pi(self) -> Dual:
        """Return pi."""
        return self.still(self.S.pi())

    def less(self, x: Dual, y: Dual) -> bool:
        """Whether x < y."""
        return bool(self.S.less(x.value, y.value))

    def equal(self, x: Dual, y: Dual) -> bool:
        """Whether x = y."""
        return bool(self.S.equal(x.value, y.value))

    def surely_less(self, x: Dual, y: Dual) -> bool:
        """Whether x < y for certain."""
        return bool(self.S.surely_less(x.value, y.value))

    def within(self, x: Dual) -> bool:
        """Whether a number lies in the range of the system."""
        return bool(self.S.within(x.value))

    def approximate(self, x: Dual) -> float:
        """Return the number roughly."""
        return float(self.S.approximate(x.value))

    def argmax(self, args: Sequence[Dual]) -> int:
        """Return the position of the largest argument."""
        return int(self.S.argmax([x.value for x in args]))

    def sum(self, terms: Sequence[Dual]) -> Dual:
        """Return the sum of the terms."""
        return Dual(self.S.sum([x.value for x in terms]), self.S.sum([x.tangent for x in terms]))

    def moved(self, operation: Operation, value: Number, args: Sequence[Dual]) -> Dual:
        """Return the value of an operation of the first table with its tangent: local gradients times tangents."""
        S = self.S
        xs = [x.value for x in args]
        moving = [k for k, x in enumerate(args) if not (x.tangent is S.zero or x.tangent == S.zero)]
        kink = operation.kink
        by_convention = kink is not None and kink.zero_by_convention
        row = None
        if moving and operation.jacobian_row is not None and not by_convention:
            row = operation.jacobian_row(S, value, xs)
        terms = []
        for k in moving:
            slope, reason = (row[k], None) if row is not None else local_gradient(S, operation, k, value, xs)
            if reason:
                raise Undecided
            if slope is not None:
                terms.append(slope * args[k].tangent)
        return Dual(value, S.sum(terms) if len(terms) > 1 else terms[0] if terms else S.zero)


def _lifted(name: str) -> Any:
    operation = OPERATIONS[name]

    def lifted(self: Duals, *args: Dual) -> Dual:
        return self.moved(operation, getattr(self.S, name)(*[x.value for x in args]), args)

    lifted.__doc__ = f"Return {name} of dual numbers."
    return lifted


for _name in FUNCTIONS & OPERATIONS.keys() - {"sum", "dot"}:
    setattr(Duals, _name, _lifted(_name))


class DualEntries(Entries):
    """Arrays of dual numbers over an array system, which multiplies their matrices."""

    def __init__(self, inner: Entries) -> None:
        super().__init__(Duals(inner.S))
        self.inner = inner

    def product_of(
        self, left: Sequence[Number], right: Sequence[Number], rows: int, inner: int, columns: int
    ) -> list[Number]:
        """Return the entries of the product of two matrices, with their tangents: dA@B + A@dB."""
        if self.broken:
            return super().product_of(left, right, rows, inner, columns)
        a, b = [x.value for x in left], [x.value for x in right]
        da, db = [x.tangent for x in left], [x.tangent for x in right]
        product, sizes = self.inner.product_of, (rows, inner, columns)
        parts = zip(product(a, b, *sizes), product(da, b, *sizes), product(a, db, *sizes), strict=True)
        return [Dual(value, first + second) for value, first, second in parts]


def tangents(A: Entries, graph: ArrayGraph, point: Mapping[str, Array], direction: Mapping[str, Array]) -> list[Array]:
    """Return every node with its derivative along a direction, as arrays of `Dual`: one per node, oldest first.

    `direction` has the tangents of some inputs; the others do not move. An entry is None where it has no number.
    """
    duals = DualEntries(A)
    zero = A.S.zero
    moving = {}
    for name, x in point.items():
        steps = direction[name].entries if name in direction else [zero] * len(x.entries)
        moving[name] = duals.make(x.shape, [Dual(a, t) for a, t in zip(x.entries, steps, strict=True)])
    return forward(duals, graph, moving).values
