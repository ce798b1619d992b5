"""Nodes of a second program as arrays: what the rules of the second table are run with, to become text.

An array here grows by itself wherever it meets a larger one, so that `grow` leaves no trace in a product; only what
would else end with another shape is written out, times `ones(...)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..arrays.axes import chosen_axes
from ..arrays.graph import ArrayBuilder, ArrayNode
from ..arrays.rows import ArrayOperation
from ..arrays.sizes import Letters, Misfit, Shape, Size, count
from ..arrays.table import ARRAY_OPERATIONS, INDEX, MATMUL, NUMBER, entry_by_entry
from ..calculus.building import NOWHERE
from ..calculus.operations import ADD, DIV, MUL, NEG, SUB, WHERE
from ..calculus.table_parts import Operation


class ArraySymbol:
    """A node of the second program, and the shape that it has in the rule: the node itself may have to grow to it."""

    __slots__ = ("A", "node", "shape")

    def __init__(self, A: SymbolArithmetic, node: int, shape: Shape) -> None:
        self.A = A
        self.node = node
        self.shape = shape

    def __add__(self, other: Any) -> ArraySymbol:
        return self.A.add(self, self.A.array(other))

    def __radd__(self, other: Any) -> ArraySymbol:
        return self.A.add(self.A.array(other), self)

    def __sub__(self, other: Any) -> ArraySymbol:
        return self.A.sub(self, self.A.array(other))

    def __rsub__(self, other: Any) -> ArraySymbol:
        return self.A.sub(self.A.array(other), self)

    def __mul__(self, other: Any) -> ArraySymbol:
        return self.A.mul(self, self.A.array(other))

    def __rmul__(self, other: Any) -> ArraySymbol:
        return self.A.mul(self.A.array(other), self)

    def __truediv__(self, other: Any) -> ArraySymbol:
        return self.A.div(self, other)

    def __neg__(self) -> ArraySymbol:
        return self.A.neg(self)

    def __matmul__(self, other: ArraySymbol) -> ArraySymbol:
        return self.A.matmul(self, other)


class Unlimited(ArrayBuilder):
    """A builder of programs that are only written down: their arrays may have any number of entries."""

    def _add(self, node: ArrayNode) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1


class SymbolArithmetic:
    """Nodes of a second program as arrays, with the arithmetic of arrays; 0, 1, signs and growing are simplified."""

    def __init__(self) -> None:
        self.builder = Unlimited()
        self.sizes = self.builder.sizes

    # ---- making nodes

    def variable(self, name: str, shape: Shape) -> ArraySymbol:
        """Return the input of that name."""
        return ArraySymbol(self, self.builder.input(name, shape, NOWHERE), shape)

    def number(self, text: str) -> ArraySymbol:
        """Return a numeral."""
        return ArraySymbol(self, self.builder.number(text, NOWHERE), ())

    def array(self, x: Any) -> ArraySymbol:
        """Return a whole number or a size as a number of the program, an array as it is."""
        if isinstance(x, ArraySymbol):
            return x
        if isinstance(x, Letters):
            return self._size(x)
        return self.number(str(x)) if x >= 0 else self.neg(self.number(str(-x)))

    def _size(self, size: Letters) -> ArraySymbol:
        """Return a size of letters as a formula: N, N*D, N + 1."""
        found: ArraySymbol | None = None
        for letters, times in sorted(size.terms.items(), key=lambda term: (-len(term[0]), term)):
            term = self.number(str(abs(times)))
            for letter in letters:
                term = self.mul(term, self.number(letter))
            if found is None:
                found = term if times > 0 else self.neg(term)
            else:
                found = found + term if times > 0 else found - term
        assert found is not None
        return found

    def call(self, row: ArrayOperation, *xs: ArraySymbol, **fixed: Any) -> ArraySymbol:
        """Return an operation of the second table, on arrays of full size."""
        node = self.builder.apply(row, [self.full_size(x).node for x in xs], NOWHERE, fixed)
        return ArraySymbol(self, node, self.builder.shape(node))

    def entrywise(self, operation: Operation, xs: Sequence[ArraySymbol]) -> ArraySymbol:
        """Return an operation of the first table, entry by entry."""
        shape = grown([x.shape for x in xs])
        try:
            node = self.builder.entrywise(operation, [x.node for x in xs], NOWHERE)
        except Misfit:  # the program grows one side only
            first, *rest = [self.full_size(x) for x in xs]
            whole = self.full_size(ArraySymbol(self, first.node, shape))
            node = self.builder.entrywise(operation, [x.node for x in (whole, *rest)], NOWHERE)
        return ArraySymbol(self, node, shape)

    def full_size(self, x: ArraySymbol) -> ArraySymbol:
        """Return an array whose node has the shape that the rule says."""
        have, want = self.builder.shape(x.node), x.shape
        if have == want:
            return x
        if have == want[len(want) - len(have) :] and all(size == 1 for size in want[: len(want) - len(have)]) and have:
            return self.call(INDEX, ArraySymbol(self, x.node, have), places=(None,) * (len(want) - len(have)))
        if self.numeral(x) == 0:
            return self.full(0, want)
        if (quotient := self.parts(x, DIV)) and self.numeral(quotient[0]) == 1:
            return self.div(self.full(1, want), quotient[1])
        return self.mul(ArraySymbol(self, x.node, have), self.full(1, want))

    def full(self, n: int, shape: Shape) -> ArraySymbol:
        """Return an array of ones or zeros."""
        return self.call(ARRAY_OPERATIONS["ones" if n else "zeros"], sizes=tuple(shape)) if shape else self.array(n)

    # ---- looking at nodes

    def at(self, x: ArraySymbol) -> ArrayNode:
        """Return the node of an array."""
        return self.builder.nodes[x.node]

    def parts(self, x: ArraySymbol, operation: Operation | ArrayOperation) -> list[ArraySymbol] | None:
        """Return the arguments of x if it is that operation, else None."""
        row = entry_by_entry(operation) if isinstance(operation, Operation) else operation
        node = self.at(x)
        if node.operation is not row:
            return None
        return [ArraySymbol(self, a, self.builder.shape(a)) for a in node.arguments]

    def numeral(self, x: ArraySymbol) -> Fraction | None:
        """Return the number that x is written as, or None."""
        node = self.at(x)
        return Fraction(node.text) if node.operation is NUMBER and not node.text.isidentifier() else None

    def _apart(self, x: ArraySymbol) -> tuple[ArrayOperation, list[ArraySymbol]] | None:
        """Return a product or quotient as its operation and its two parts, or None."""
        for operation in (MUL, DIV, MATMUL):
            if found := self.parts(x, operation):
                return self.at(x).operation, found
        return None

    def _rebuilt(self, row: ArrayOperation, xs: Sequence[ArraySymbol], shape: Shape) -> ArraySymbol:
        found = self.call(row, *xs) if row is MATMUL else self.entrywise(row.operation or MUL, xs)
        return ArraySymbol(self, found.node, shape)

    def without_sign(self, x: ArraySymbol) -> ArraySymbol | None:
        """Return -x if x starts with a minus sign, else None. The sign of a product stands on its first factor."""
        if minus := self.parts(x, NEG):
            return ArraySymbol(self, minus[0].node, x.shape)
        if product := self._apart(x):
            row, (first, second) = product
            if (positive := self.without_sign(first)) is not None:
                if row.operation is MUL and self.numeral(positive) == 1:
                    return ArraySymbol(self, second.node, x.shape)
                return self._rebuilt(row, [positive, second], x.shape)
        return None

    # ---- arithmetic, lightly simplified

    def neg(self, x: ArraySymbol) -> ArraySymbol:
        """Return -x, the sign on the first factor of a product."""
        if (positive := self.without_sign(x)) is not None:
            return positive
        if self.numeral(x) == 0:
            return x
        if branch := self.parts(x, WHERE):
            return self.choice(branch[0], self.neg(branch[1]), self.neg(branch[2]), x.shape)
        if product := self._apart(x):
            row, (first, second) = product
            return self._rebuilt(row, [self.neg(first), second], x.shape)
        return ArraySymbol(self, self.entrywise(NEG, [x]).node, x.shape)

    def choice(self, condition: ArraySymbol, a: ArraySymbol, b: ArraySymbol, shape: Shape) -> ArraySymbol:
        """Return a where a condition holds, else b."""
        return ArraySymbol(self, self.entrywise(WHERE, [condition, a, b]).node, shape)

    def add(self, x: ArraySymbol, y: ArraySymbol) -> ArraySymbol:
        """Return x + y."""
        shape = grown([x.shape, y.shape])
        if self.numeral(x) == 0:
            return ArraySymbol(self, y.node, shape)
        if self.numeral(y) == 0:
            return ArraySymbol(self, x.node, shape)
        if (positive := self.without_sign(y)) is not None:
            return self.entrywise(SUB, [x, positive])
        return self.entrywise(ADD, [x, y])

    def sub(self, x: ArraySymbol, y: ArraySymbol) -> ArraySymbol:
        """Return x - y."""
        shape = grown([x.shape, y.shape])
        if self.numeral(y) == 0:
            return ArraySymbol(self, x.node, shape)
        if self.numeral(x) == 0:
            return ArraySymbol(self, self.neg(y).node, shape)
        if x.node == y.node:
            return ArraySymbol(self, self.number("0").node, shape)
        if (positive := self.without_sign(y)) is not None:
            return self.entrywise(ADD, [x, positive])
        return self.entrywise(SUB, [x, y])

    def mul(self, x: ArraySymbol, y: ArraySymbol) -> ArraySymbol:
        """Return x*y: the factors of y one after the other, a numeral and the sign in front, into both branches."""
        found = self._product(x, y)
        return ArraySymbol(self, found.node, grown([x.shape, y.shape]))

    def _product(self, x: ArraySymbol, y: ArraySymbol) -> ArraySymbol:
        m, n = self.numeral(x), self.numeral(y)
        if m == 1 or n == 0:
            return y
        if n == 1 or m == 0:
            return x
        if (positive := self.without_sign(y)) is not None:
            return self.neg(self.mul(x, positive))
        if n is not None and m is None:
            return self._product(y, x)
        if (branch := self.parts(y, WHERE)) and {self.numeral(b) for b in branch[1:]} & {0, 1}:
            a, b = (b if self.numeral(b) == 0 else self.mul(x, b) for b in branch[1:])
            return self.choice(branch[0], a, b, grown([x.shape, y.shape]))
        if (minus := self.parts(x, NEG)) and self.numeral(minus[0]) == 1:
            return self.neg(ArraySymbol(self, y.node, grown([x.shape, y.shape])))
        if (quotient := self.parts(x, DIV)) and self.numeral(quotient[0]) == 1:  # (1/n)*y is y/n
            return self.entrywise(DIV, [ArraySymbol(self, y.node, grown([x.shape, y.shape])), quotient[1]])
        product = self._apart(y)
        if product and product[0] is not MATMUL:
            row, (first, second) = product
            return self._rebuilt(row, [self.mul(x, first), second], grown([x.shape, y.shape]))
        return self.entrywise(MUL, [x, y])

    def div(self, x: ArraySymbol, other: Any) -> ArraySymbol:
        """Return x over an array or a size; a sum over its number of entries is a mean."""
        if isinstance(other, int) and other == 1:
            return x
        total = self.at(x)
        if total.operation is ARRAY_OPERATIONS["sum"] and not isinstance(other, ArraySymbol):
            (inner,) = total.arguments
            shape = self.builder.shape(inner)
            if count([shape[k] for k in chosen_axes(shape, total.fixed.get("axis"))]) == other:
                node = self.builder.apply(ARRAY_OPERATIONS["mean"], [inner], NOWHERE, total.fixed)
                return ArraySymbol(self, node, x.shape)
        if (positive := self.without_sign(x)) is not None:
            return self.neg(self.div(positive, other))
        return self.entrywise(DIV, [x, self.array(other)])

    def matmul(self, a: ArraySymbol, b: ArraySymbol) -> ArraySymbol:
        """Return the matrix product."""
        if (positive := self.without_sign(a)) is not None:
            return self.neg(self.matmul(positive, b))
        return self.call(MATMUL, a, b)


def grown(shapes: Sequence[Shape]) -> Shape:
    """Return the shape that arrays grow to together, which is known to exist."""
    rank = max(map(len, shapes))
    found: list[Size] = [1] * rank
    for shape in shapes:
        for k, size in enumerate(shape, rank - len(shape)):
            if size != 1:
                found[k] = size
    return tuple(found)
