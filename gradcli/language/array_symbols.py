"""The array system of text: the rules of the second table, run on the nodes of a second program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..arrays.axes import chosen_axes
from ..arrays.gathers import EVERYTHING, swapped
from ..arrays.graph import ArrayNode
from ..arrays.reductions import back
from ..arrays.sizes import Shape, Size
from ..arrays.table import ARRAY_OPERATIONS, CONSTANT, INDEX, LITERAL, NUMBER, RESHAPE, SCATTER, TRANSPOSE
from ..calculus.building import NOWHERE
from ..calculus.operations import CONSTANT as SCALAR_CONSTANT
from ..calculus.operations import INPUT as SCALAR_INPUT
from ..calculus.operations import MAX, MIN, OPERATIONS
from ..calculus.operations import NUMBER as SCALAR_NUMBER
from ..calculus.symbolic import Symbol, Symbols
from ..calculus.table_parts import Operation
from .array_arithmetic import ArraySymbol, SymbolArithmetic

EQUAL, GREATER, LESS = OPERATIONS["eq"], OPERATIONS["gt"], OPERATIONS["lt"]


class ArraySymbols(SymbolArithmetic):
    """The array system whose arrays are nodes of a second program.

    `itself` is the operation whose rule is run, applied to its arguments: what `scatter` puts entries back into.
    With `tied` the rules of max and min share what flows back among arguments that tie, as they do at every point.
    """

    def __init__(self, *, tied: bool = True) -> None:
        super().__init__()
        self.tied = tied
        self.itself: ArraySymbol | None = None

    # ---- the nodes of a first program

    def computed(self, node: ArrayNode, symbols: Sequence[ArraySymbol] | Mapping[int, ArraySymbol]) -> ArraySymbol:
        """Return what a node computes of the symbols of all nodes before it, by their places; a leaf as it is."""
        if node.operation is NUMBER:
            return self.number(node.text)
        if node.operation is CONSTANT:
            return ArraySymbol(self, self.builder.constant(node.text, NOWHERE), ())
        if node.operation is LITERAL:
            return ArraySymbol(self, self.builder.literal(node.fixed["texts"], node.shape, NOWHERE), node.shape)
        return self.value(node, [symbols[a] for a in node.arguments])

    def value(self, node: ArrayNode, xs: Sequence[ArraySymbol]) -> ArraySymbol:
        """Return what an operation computes of its arguments."""
        found = self.builder.apply(node.operation, [x.node for x in xs], NOWHERE, node.fixed)
        return ArraySymbol(self, found, node.shape)

    # ---- entry by entry: the rules of the first table

    def flow(self, operation: Operation, k: int, g: ArraySymbol, v: ArraySymbol, xs: Sequence[ArraySymbol]) -> Any:
        """Return the upstream gradient times the local gradient of an operation of the first table."""
        if operation in (MAX, MIN):
            return self._of_the_winner(operation, k, g, v, xs)
        S = Symbols()
        known: dict[str, ArraySymbol] = {}
        arguments = [self._scalar(S, x, known) for x in xs]
        own = S.variable("v")
        known["v"] = v
        if operation.jacobian_row is not None:
            slope: Any = operation.jacobian_row(S, own, arguments)[k]
        else:
            if operation.symbol and not operation.is_condition:
                own = operation.value(S, *arguments)
            slope = (operation.written or operation.partials[k].rule)(S, own, *arguments)
        local = self._transcribed(S, S.symbol(slope), known)
        return ArraySymbol(self, self.mul(g, local).node, v.shape)

    def _of_the_winner(
        self, operation: Operation, k: int, g: ArraySymbol, v: ArraySymbol, xs: Sequence[ArraySymbol]
    ) -> ArraySymbol:
        """Return what flows back from max or min: equal shares to the arguments that tie."""
        own = sum(1 for x in xs if x.node == xs[k].node)  # max(x, x) is tied with itself everywhere
        rivals = {x.node: x for x in xs if x.node != xs[k].node}
        times = {i: sum(1 for x in xs if x.node == i) for i in rivals}
        alone = self.div(g, own)
        if not rivals:
            return ArraySymbol(self, alone.node, v.shape)
        nothing = self.number("0")
        if len(rivals) > 1:
            share = alone
            if self.tied:
                equal = [self.choice(self.entrywise(EQUAL, [x, xs[k]]), self.array(times[i]), nothing, v.shape)
                         for i, x in rivals.items()]  # fmt: skip
                share = self.div(g, sum(equal, self.array(own)))
            return self.choice(self.entrywise(EQUAL, [xs[k], v]), share, nothing, v.shape)
        ((i, rival),) = rivals.items()
        ahead = self.entrywise(GREATER if operation is MAX else LESS, [xs[k], rival])
        if self.tied:
            shared = self.div(g, own + times[i])
            nothing = self.choice(self.entrywise(EQUAL, [xs[k], rival]), shared, nothing, v.shape)
        return self.choice(ahead, alone, nothing, v.shape)

    def _scalar(self, S: Symbols, x: ArraySymbol, known: dict[str, ArraySymbol]) -> Symbol:
        """Return an entry of an array as a symbol of scalar rules, which calculate with numerals."""
        node = self.at(x)
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
        builder = S.builder
        needed = builder.freeze(root.node).needed(root.node)
        found: dict[int, ArraySymbol] = {}
        for i, used in enumerate(needed):
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
        if not axes:
            return x
        if (positive := self.without_sign(x)) is not None:
            return self.neg(self.sum(positive, axis=axis, keep=keep))
        row = ARRAY_OPERATIONS["sum"]
        if len(axes) == len(x.shape):
            return ArraySymbol(self, self.call(row, x).node, (1,) * len(axes) if keep else ())
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

    def stack(self, xs: Sequence[ArraySymbol]) -> ArraySymbol:
        """Return arrays of one shape along a new first axis."""
        return self.call(ARRAY_OPERATIONS["stack"], *xs)

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
        if not shape:
            return self.call(INDEX, x, places=(0,) * len(x.shape))
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

    def pad(self, x: ArraySymbol, n: int) -> ArraySymbol:
        """Return an array with n zeros round its last two axes."""
        return self.call(ARRAY_OPERATIONS["pad"], x, n=n)

    def windows(self, x: ArraySymbol, k: int, stride: int = 1) -> ArraySymbol:
        """Return a row for each k x k window."""
        return self.call(ARRAY_OPERATIONS["windows"], x, k=k, stride=stride)

    def pick(self, z: ArraySymbol, y: ArraySymbol) -> ArraySymbol:
        """Return the entry of its label from each row."""
        return self.call(ARRAY_OPERATIONS["pick"], z, y)

    def unpad(self, g: ArraySymbol, shape: Shape, n: int) -> ArraySymbol:
        """Return an array without the zeros round it."""
        wide = min(2, len(shape))
        inside = ("slice", n, -n, None) if n else EVERYTHING
        return self.index(g, (), (*[EVERYTHING] * (len(shape) - wide), *[inside] * wide))

    def scatter(self, g: ArraySymbol, *what: Any) -> ArraySymbol:
        """Return an array with the entries of g in the places that the operation at hand takes them from."""
        assert self.itself is not None
        places = self.at(self.itself).fixed.get("places", ())
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
