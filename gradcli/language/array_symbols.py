"""Arrays as nodes: the rules of the second table, run on the nodes of a second program, yield the text of the rules.

An array here grows by itself wherever it meets a larger one, so that `grow` leaves no trace in a product; only what
would else end with another shape is written out, times `ones(...)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..arrays.axes import chosen_axes
from ..arrays.gathers import swapped
from ..arrays.graph import ArrayBuilder, ArrayNode
from ..arrays.reductions import back
from ..arrays.rows import ArrayOperation
from ..arrays.sizes import Letters, Misfit, Shape, Size, count
from ..arrays.table import (
    ARRAY_OPERATIONS,
    CONSTANT,
    INDEX,
    MATMUL,
    NUMBER,
    RESHAPE,
    SCATTER,
    TRANSPOSE,
    entry_by_entry,
)
from ..calculus.building import Builder
from ..calculus.operations import ADD, DIV, MAX, MIN, MUL, NEG, OPERATIONS, SUB, WHERE
from ..calculus.operations import CONSTANT as SCALAR_CONSTANT
from ..calculus.operations import INPUT as SCALAR_INPUT
from ..calculus.operations import NUMBER as SCALAR_NUMBER
from ..calculus.symbolic import Symbol, Symbols
from ..calculus.table_parts import Operation

NOWHERE = (0, 0)
EVERYTHING = ("slice", None, None, None)
GREATER, LESS = OPERATIONS["gt"], OPERATIONS["lt"]


class ArraySymbol:
    """A node of the second program, and the shape that it has in the rule: the node itself may have to grow to it."""

    __slots__ = ("A", "node", "shape")

    def __init__(self, A: ArraySymbols, node: int, shape: Shape) -> None:
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


class ArraySymbols:
    """The array system whose arrays are nodes of a second program.

    `itself` is the operation whose rule is run, applied to its arguments: what `scatter` puts entries back into.
    """

    def __init__(self) -> None:
        self.builder = ArrayBuilder()
        self.itself: ArraySymbol | None = None

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

    # ---- looking at nodes

    def _at(self, x: ArraySymbol) -> ArrayNode:
        return self.builder.nodes[x.node]

    def parts(self, x: ArraySymbol, operation: Operation | ArrayOperation) -> list[ArraySymbol] | None:
        """Return the arguments of x if it is that operation, else None."""
        row = entry_by_entry(operation) if isinstance(operation, Operation) else operation
        node = self._at(x)
        if node.operation is not row:
            return None
        return [ArraySymbol(self, a, self.builder.shape(a)) for a in node.arguments]

    def numeral(self, x: ArraySymbol) -> Fraction | None:
        """Return the number that x is written as, or None."""
        node = self._at(x)
        return Fraction(node.text) if node.operation is NUMBER and not node.text.isidentifier() else None

    def _apart(self, x: ArraySymbol) -> tuple[ArrayOperation, list[ArraySymbol]] | None:
        """Return a product or quotient as its operation and its two parts, or None."""
        for operation in (MUL, DIV, MATMUL):
            if found := self.parts(x, operation):
                return self._at(x).operation, found
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
            return self._choice(branch[0], self.neg(branch[1]), self.neg(branch[2]), x.shape)
        if product := self._apart(x):
            row, (first, second) = product
            return self._rebuilt(row, [self.neg(first), second], x.shape)
        return ArraySymbol(self, self.entrywise(NEG, [x]).node, x.shape)

    def _choice(self, condition: ArraySymbol, a: ArraySymbol, b: ArraySymbol, shape: Shape) -> ArraySymbol:
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
            return self._choice(branch[0], a, b, grown([x.shape, y.shape]))
        product = self._apart(y)
        if product and product[0] is not MATMUL:
            row, (first, second) = product
            return self._rebuilt(row, [self.mul(x, first), second], grown([x.shape, y.shape]))
        return self.entrywise(MUL, [x, y])

    def div(self, x: ArraySymbol, other: Any) -> ArraySymbol:
        """Return x over an array or a size; a sum over its number of entries is a mean."""
        if isinstance(other, int) and other == 1:
            return x
        total = self._at(x)
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

    # ---- entry by entry: the rules of the first table

    def flow(self, operation: Operation, k: int, g: ArraySymbol, v: ArraySymbol, xs: Sequence[ArraySymbol]) -> Any:
        """Return the upstream gradient times the local gradient of an operation of the first table."""
        if operation in (MAX, MIN) and len(xs) == 2:
            ahead = self.entrywise(GREATER if operation is MAX else LESS, [xs[k], xs[1 - k]])
            return self._choice(ahead, g, self.number("0"), v.shape)
        S = Symbols()
        known: dict[str, ArraySymbol] = {}
        arguments = [self._scalar(S, x, known) for x in xs]
        own = S.variable("v")
        known["v"] = v
        if operation.jacobian_row is not None:
            slope: Any = operation.jacobian_row(S, own, [arguments[k]] if operation in (MAX, MIN) else arguments)
            slope = slope[0 if operation in (MAX, MIN) else k]
        else:
            if operation.symbol and not operation.is_condition:
                own = operation.value(S, *arguments)
            slope = (operation.written or operation.partials[k].rule)(S, own, *arguments)
        local = self._transcribed(S, S.symbol(slope), known)
        return ArraySymbol(self, self.mul(g, local).node, v.shape)

    def _scalar(self, S: Symbols, x: ArraySymbol, known: dict[str, ArraySymbol]) -> Symbol:
        """Return an entry of an array as a symbol of scalar rules, which calculate with numerals."""
        node = self._at(x)
        if node.operation is NUMBER:
            return S.number(node.text)
        if node.operation is CONSTANT:
            return S.constant(node.text)
        if node.operation.operation is not None and node.operation.operation.is_condition:
            sides = self.parts(x, node.operation) or []
            return S.apply(node.operation.operation, *[self._scalar(S, side, known) for side in sides])
        known[f"x{x.node}"] = x
        return S.variable(f"x{x.node}")

    def _transcribed(self, S: Symbols, root: Symbol, known: dict[str, ArraySymbol]) -> ArraySymbol:
        """Return a scalar formula, entry by entry."""
        builder: Builder = S.builder
        needed = builder.freeze(root.node).needed(root.node)
        found: dict[int, ArraySymbol] = {}
        for i, used in enumerate(needed[: root.node + 1]):
            if not used:
                continue
            operation, arguments, text, _ = builder.nodes[i]
            if operation is SCALAR_INPUT:
                found[i] = known[text]
            elif operation is SCALAR_NUMBER:
                found[i] = self.number(text)
            elif operation is SCALAR_CONSTANT:
                found[i] = ArraySymbol(self, self.builder.constant(text, NOWHERE), ())
            else:
                found[i] = self.entrywise(operation, [found[a] for a in arguments])
        return found[root.node]

    # ---- the functions of rules

    def full(self, n: int, shape: Shape) -> ArraySymbol:
        """Return an array of ones or zeros."""
        return self.call(ARRAY_OPERATIONS["ones" if n else "zeros"], sizes=tuple(shape)) if shape else self.array(n)

    def eye(self, n: Size) -> ArraySymbol:
        """Return the identity matrix."""
        return self.call(ARRAY_OPERATIONS["eye"], n=n)

    def grow(self, x: ArraySymbol, shape: Shape) -> ArraySymbol:
        """Return an array that grows to a shape."""
        return ArraySymbol(self, x.node, shape)

    def sum_to(self, x: ArraySymbol, shape: Shape) -> ArraySymbol:
        """Return the sum over the axes along which an array of a shape would have to grow to this one."""
        missing = len(x.shape) - len(shape)
        if missing:
            x = self.sum(x, axis=tuple(range(missing)) if missing > 1 else 0)
        kept = tuple(k for k, size in enumerate(shape) if size == 1 and x.shape[k] != 1)
        return self.sum(x, axis=kept if len(kept) > 1 else kept[0], keep=True) if kept else x

    def sum(self, x: ArraySymbol, axis: Any = None, keep: Any = False) -> ArraySymbol:
        """Return the sum along some axes; a sum of everything grows by itself, whatever is kept."""
        axes = chosen_axes(x.shape, axis)
        shape = tuple(1 if k in axes else size for k, size in enumerate(x.shape) if keep or k not in axes)
        if not axes:
            return x
        if (positive := self.without_sign(x)) is not None:
            return self.neg(self.sum(positive, axis=axis, keep=keep))
        row = ARRAY_OPERATIONS["sum"]
        if len(axes) == len(x.shape):
            return ArraySymbol(self, self.call(row, x).node, shape)
        return self.call(row, x, axis=axis, **({"keep": True} if keep else {}))

    def outer(self, a: ArraySymbol, b: ArraySymbol) -> ArraySymbol:
        """Return every entry of a times every entry of b."""
        if (positive := self.without_sign(a)) is not None:
            return self.neg(self.outer(positive, b))
        return self.call(ARRAY_OPERATIONS["outer"], a, b)

    def transpose(self, x: ArraySymbol) -> ArraySymbol:
        """Return an array with its last two axes swapped."""
        return self.permute(x, swapped(len(x.shape)))

    def permute(self, x: ArraySymbol, axes: Sequence[int]) -> ArraySymbol:
        """Return an array with its axes in another order; a matrix has .T, and that of a transpose is the matrix."""
        if tuple(axis % len(x.shape) for axis in axes) == tuple(range(len(x.shape))):
            return x
        if len(axes) > 2:
            return self.call(ARRAY_OPERATIONS["permute"], x, axes=tuple(axes))
        inner = self.parts(x, TRANSPOSE)
        return inner[0] if inner else self.call(TRANSPOSE, x)

    def reshape(self, x: ArraySymbol, shape: Shape) -> ArraySymbol:
        """Return the same entries in another shape: new axes of size 1 are written as None in an index."""
        extra = len(shape) - len(x.shape)
        if not self.builder.shape(x.node) or (extra >= 0 and shape == (1,) * extra + x.shape):
            return ArraySymbol(self, x.node, shape)
        places: list[Any] = []
        axis = 0
        lead = 0  # new axes in front grow by themselves
        while lead < len(shape) and shape[lead] == 1 and (not x.shape or x.shape[0] != 1):
            lead += 1
        for size in shape[lead:]:
            if axis < len(x.shape) and size == x.shape[axis]:
                places.append(EVERYTHING)
                axis += 1
            elif size == 1:
                places.append(None)
            else:
                break
        else:
            if axis == len(x.shape):
                while places[-1] is not None:
                    places.pop()
                return ArraySymbol(self, self.call(INDEX, x, places=tuple(places)).node, shape)
        return self.call(RESHAPE, x, sizes=tuple(shape))

    def index(self, x: ArraySymbol, indices: Sequence[ArraySymbol], places: Sequence[Any]) -> ArraySymbol:
        """Return the entries that an index takes; all of them are the array itself."""
        if all(place == EVERYTHING for place in places):
            return x
        return self.call(INDEX, x, *indices, places=tuple(places))

    def part(self, g: ArraySymbol, shapes: Sequence[Shape], k: int, axis: int = 0) -> ArraySymbol:
        """Return the part of a joined array that comes from the k-th."""
        axis %= len(g.shape)
        start: Size = sum((shape[axis] for shape in shapes[:k]), 0)
        stop = None if k == len(shapes) - 1 else start + shapes[k][axis]
        return self.index(g, (), (*[EVERYTHING] * axis, ("slice", start if k else None, stop, None)))

    def unpad(self, g: ArraySymbol, shape: Shape, n: int) -> ArraySymbol:
        """Return an array without the zeros round it."""
        wide = min(2, len(shape))
        inside = ("slice", n, -n, None) if n else EVERYTHING
        return self.index(g, (), (*[EVERYTHING] * (len(shape) - wide), *[inside] * wide))

    def scatter(self, g: ArraySymbol, *what: Any) -> ArraySymbol:
        """Return an array with the entries of g in the places that the operation at hand takes them from."""
        assert self.itself is not None
        places = self._at(self.itself).fixed.get("places", ())
        if places and all(place in (None, EVERYTHING) for place in places):  # only axes of size 1 were put in
            kept = [0 if place is None else place for place in places]
            while kept and kept[-1] == EVERYTHING:
                kept.pop()
            return self.index(g, (), kept)
        return self.call(SCATTER, g, self.itself)

    def unwindows(self, g: ArraySymbol, *what: Any) -> ArraySymbol:
        """Return an array with the entries of windows added to the places they came from."""
        return self.scatter(g)

    def unpick(self, g: ArraySymbol, shape: Shape, y: ArraySymbol) -> ArraySymbol:
        """Return an array of zeros with the entries of g in the places of their labels."""
        return self.reshape(g, (*g.shape, 1)) * self.onehot(y, shape[-1])

    def onehot(self, y: ArraySymbol, n: Size) -> ArraySymbol:
        """Return a row of n for each label."""
        return self.call(ARRAY_OPERATIONS["onehot"], y, n=n)

    def residual(self, z: ArraySymbol, y: ArraySymbol, axis: int = -1) -> ArraySymbol:
        """Return softmax(z) - onehot(y, n)."""
        at, rank = axis % len(z.shape), len(z.shape)
        order = [*range(at), rank - 1, *range(at, rank - 1)]
        return self.softmax(z, axis=axis) - self.permute(self.onehot(y, z.shape[at]), order)

    def unit(self, x: ArraySymbol, v: ArraySymbol, axis: Any = None) -> ArraySymbol:
        """Return x over its norm v."""
        return self.div(x, back(self, v, x, axis, len(v.shape) == len(x.shape)))

    def ties(self, x: ArraySymbol, v: ArraySymbol, axis: Any = None) -> ArraySymbol:
        """Return equal shares of 1 for the entries of x that are its extreme v, 0 for the others."""
        return self._along("ties", None, axis, x, v)

    def others(self, x: ArraySymbol, axis: Any = None) -> ArraySymbol:
        """Return for every entry the product of the others."""
        return self._along("others", None, axis, x)

    def unsort(self, g: ArraySymbol, x: ArraySymbol, v: ArraySymbol, axis: int = -1) -> ArraySymbol:
        """Return the entries of g in the places where those of sort(x) stand in x."""
        return self._along("unsort", -1, axis, g, x, v)

    def softmax(self, x: ArraySymbol, axis: int = -1) -> ArraySymbol:
        """Return exp(x) over the sum of exp(x)."""
        return self._along("softmax", -1, axis, x)

    def log_softmax(self, x: ArraySymbol, axis: int = -1) -> ArraySymbol:
        """Return x - logsumexp(x)."""
        return self._along("log_softmax", -1, axis, x)

    def cumsum(self, x: ArraySymbol, axis: int = -1, reverse: bool = False) -> ArraySymbol:
        """Return the sum of all entries so far, from the end with `reverse`."""
        return self._along("cumsum", -1, axis, x, **({"reverse": True} if reverse else {}))

    def _along(self, name: str, default: Any, axis: Any, *xs: ArraySymbol, **fixed: Any) -> ArraySymbol:
        shape = xs[0].shape
        usual = chosen_axes(shape, axis) == chosen_axes(shape, default)
        return self.call(ARRAY_OPERATIONS[name], *xs, **({} if usual else {"axis": axis}), **fixed)

    def diag(self, x: ArraySymbol) -> ArraySymbol:
        """Return the matrix with a vector on its diagonal, or the diagonal of a matrix."""
        return self.call(ARRAY_OPERATIONS["diag"], x)

    def inv(self, a: ArraySymbol) -> ArraySymbol:
        """Return the inverse."""
        return self.call(ARRAY_OPERATIONS["inv"], a)

    def cofactor(self, a: ArraySymbol) -> ArraySymbol:
        """Return the matrix of cofactors."""
        return self.call(ARRAY_OPERATIONS["cofactor"], a)

    def solve(self, a: ArraySymbol, b: ArraySymbol) -> ArraySymbol:
        """Return the x with a@x = b."""
        return self.call(ARRAY_OPERATIONS["solve"], a, b)


def grown(shapes: Sequence[Shape]) -> Shape:
    """Return the shape that arrays grow to together, which is known to exist."""
    rank = max(map(len, shapes))
    found: list[Size] = [1] * rank
    for shape in shapes:
        for k, size in enumerate(shape, rank - len(shape)):
            if size != 1:
                found[k] = size
    return tuple(found)
