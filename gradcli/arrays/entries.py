"""What an array is in a run: a shape and its entries, numbers of any scalar system; and the functions of rules.

`Entries(S)` is the array system over the number system `S`. Everything here is written with the rows of the first table
and sums, entry by entry, so that it holds for every `S`: the functions over nodes are what an operation opens to, and
so its definition. `kernels` has faster products for some systems.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..calculus.faults import FAILURES
from ..calculus.operations import ADD, CONSTANTS, DIV, MUL, NEG, OPERATIONS, SUB
from ..calculus.sweeps import local_gradient
from ..calculus.table_parts import Operation
from . import places as at
from .axes import Axis, chosen_axes, one_axis, reduced
from .gathers import inverse_axes, slice_range, swapped
from .sizes import Sizes, count

Number = Any
HYPOT, MAX, MIN, LOGADDEXP, EXP, LOG, ABS = (
    OPERATIONS[name] for name in ("hypot", "max", "min", "logaddexp", "exp", "log", "abs")
)


class Array:
    """An array of the system `A`: its shape, and its entries as a flat list, those of the last axis first.

    An entry is None where a fault leaves no number. Operators work entry by entry; a missing axis, or one of size 1,
    grows.
    """

    __slots__ = ("A", "entries", "shape")

    def __init__(self, A: Entries, shape: tuple[int, ...], entries: list[Number]) -> None:
        self.A = A
        self.shape = shape
        self.entries = entries

    def __add__(self, other: Any) -> Array:
        return self.A.entrywise(ADD, (self, self.A.array(other)))

    def __radd__(self, other: Any) -> Array:
        return self.A.entrywise(ADD, (self.A.array(other), self))

    def __sub__(self, other: Any) -> Array:
        return self.A.entrywise(SUB, (self, self.A.array(other)))

    def __rsub__(self, other: Any) -> Array:
        return self.A.entrywise(SUB, (self.A.array(other), self))

    def __mul__(self, other: Any) -> Array:
        return self.A.entrywise(MUL, (self, self.A.array(other)))

    def __rmul__(self, other: Any) -> Array:
        return self.A.entrywise(MUL, (self.A.array(other), self))

    def __truediv__(self, other: Any) -> Array:
        return self.A.divided(self, other) if isinstance(other, int) else self.A.entrywise(DIV, (self, other))

    def __neg__(self) -> Array:
        return self.A.entrywise(NEG, (self,))

    def __matmul__(self, other: Array) -> Array:
        return self.A.matmul(self, other)

    def __repr__(self) -> str:
        return f"<array {self.shape} of {self.A.S.name}: {self.entries[:6]}>"


class EntryFault:
    """Why an entry has no number, or a pullback no local gradient there: the operation, its entry, and what happened.

    `kind` is as in `calculus.faults`; `node` is filled in by the sweep.
    """

    __slots__ = ("doubt", "entry", "kind", "node", "operation", "position")

    def __init__(
        self, operation: Operation, entry: int, kind: str, position: int = -1, doubt: Exception | None = None
    ) -> None:
        self.operation, self.entry, self.kind, self.position, self.doubt = operation, entry, kind, position, doubt
        self.node = -1


class Entries:
    """The array system over a number system. `faults` and `kinks` collect what its operations met.

    `kinks` has (operation, entry) pairs; who runs a sweep empties both where a node begins.
    """

    def __init__(self, S: Any) -> None:
        self.S = S
        self.sizes = Sizes()
        self.faults: list[EntryFault] = []
        self.kinks: list[tuple[Operation, int]] = []
        self._zero, self._one = S.zero, S.one

    # ---- making arrays

    def make(self, shape: Sequence[int], entries: list[Number]) -> Array:
        """Return an array."""
        return Array(self, tuple(shape), entries)

    def array(self, x: Any) -> Array:
        """Return a whole number as an array without axes, an array as it is."""
        return x if isinstance(x, Array) else self.make((), [self.whole(x)])

    def whole(self, n: int) -> Number:
        """Return a whole number."""
        if 0 <= n <= 1:
            return self._one if n else self._zero
        return self.S.number(str(n)) if n > 0 else -self.S.number(str(-n))

    def leaf(self, texts: Sequence[str], shape: Sequence[int]) -> Array:
        """Return an array of numerals, which may have signs."""
        number = self.S.number
        return self.make(shape, [-number(t[1:]) if t[0] == "-" else number(t.lstrip("+")) for t in texts])

    def constant(self, name: str) -> Array:
        """Return pi, e or tau."""
        return self.make((), [CONSTANTS[name](self.S)])

    def full(self, n: int, shape: Sequence[int]) -> Array:
        """Return an array of one whole number."""
        return self.make(shape, [self.whole(n)] * count(shape))

    def eye(self, n: int) -> Array:
        """Return the identity matrix."""
        return self.make((n, n), [self._one if k % (n + 1) == 0 else self._zero for k in range(n * n)])

    def labels(self, y: Any) -> list[int]:
        """Return whole numbers of an array as integers."""
        return [int(self.S.approximate(x)) for x in y.entries]

    # ---- entry by entry

    def entrywise(self, operation: Operation, xs: Sequence[Array]) -> Array:
        """Return an operation of the first table, entry by entry."""
        shape = grown_shape([x.shape for x in xs])
        columns = [self.spread(x, shape) for x in xs]
        return self.make(shape, self.column(operation, columns))

    def spread(self, x: Array, shape: tuple[int, ...]) -> Sequence[Number]:
        """Return the entries of an array that grows to a shape."""
        if x.shape == shape:
            return x.entries
        if len(x.entries) == 1:
            return x.entries * count(shape)
        entries = x.entries
        return [entries[k] for k in at.grown(x.shape, shape)]

    def column(self, operation: Operation, columns: Sequence[Sequence[Number]]) -> list[Number]:
        """Return the values of an operation of the first table on columns of arguments."""
        if operation.python_operator is not None and all(None not in column for column in columns):
            return list(map(operation.python_operator, *columns))
        return [self.value(operation, args, k) for k, args in enumerate(zip(*columns, strict=True))]

    def value(self, operation: Operation, args: Sequence[Number], entry: int) -> Number:
        """Return the value of one entry, None where there is none."""
        S = self.S
        if operation is OPERATIONS["where"]:
            return None if args[0] is None else args[1] if S.equal(args[0], S.one) else args[2]
        if None in args:
            return None
        try:
            if operation.domain is not None and not operation.domain.holds(S, *args):
                self.faults.append(EntryFault(operation, entry, "domain"))
                return None
            found = operation.value(S, *args)
            if S.within(found):
                return found
            self.faults.append(EntryFault(operation, entry, "overflow"))
        except FAILURES as doubt:
            self.faults.append(EntryFault(operation, entry, "undecided", doubt=doubt))
        return None

    def flow(self, operation: Operation, k: int, g: Array, v: Array, xs: Sequence[Array]) -> Array:
        """Return the upstream gradient of an operation entry by entry times its local gradient for the k-th argument.

        It has the shape of the result. Where the upstream gradient is 0 nothing is asked and nothing flows.
        """
        columns = [self.spread(x, v.shape) for x in xs]
        rules = operation.unconditional_partials
        S, zero = self.S, self._zero
        found: list[Number] = []
        for entry, (up, own, *args) in enumerate(zip(g.entries, v.entries, *columns, strict=True)):
            if up is zero or up == zero:
                found.append(zero)
                continue
            if own is None or up is None:
                found.append(None)
                continue
            if rules is not None:
                found.append(up * rules[k](S, own, *args))
                continue
            found.append(self._flow_of_one(operation, k, up, own, args, entry))
        return self.make(v.shape, found)

    def _flow_of_one(
        self, operation: Operation, k: int, up: Number, own: Number, args: Sequence[Number], entry: int
    ) -> Number:
        S = self.S
        try:
            if operation.kink is not None and operation.kink.at(S, *args):
                self.kinks.append((operation, entry))
            slope, reason = local_gradient(S, operation, k, own, args)
        except FAILURES as doubt:
            self.faults.append(EntryFault(operation, entry, "undecided", k, doubt))
            return None
        if reason:
            self.faults.append(EntryFault(operation, entry, reason, k))
            return None
        return self._zero if slope is None else up if slope is S.one else up * slope

    def divided(self, x: Array, n: int) -> Array:
        """Return an array over a whole number."""
        return x if n == 1 else self.make(x.shape, [None if entry is None else entry / n for entry in x.entries])

    # ---- sums and products along axes

    def add_up(self, terms: Sequence[Number]) -> Number:
        """Return the sum of some numbers."""
        if len(terms) == 1:
            return terms[0]
        return None if None in terms else self.S.sum(terms)

    def reduce(self, x: Array, axis: Axis, keep: Any, rule: Callable[[list[Number]], Number]) -> Array:
        """Return an array reduced along some axes by a rule that takes the numbers of each entry of the result."""
        axes = chosen_axes(x.shape, axis)
        entries = x.entries
        shape: Any = reduced(x.shape, axes, keep=keep)
        if not axes:
            return self.make(shape, [rule([entry]) for entry in entries])
        if len(axes) == len(x.shape):
            return self.make(shape, [rule(entries)])
        return self.make(shape, [rule([entries[k] for k in group]) for group in at.groups(x.shape, axes)])

    def rewrite(self, x: Array, axis: Axis, rule: Callable[[list[Number]], Sequence[Number]]) -> Array:
        """Return an array of the same shape whose vectors along an axis, or all entries, are rewritten by a rule."""
        found = list(x.entries)
        for group in at.groups(x.shape, chosen_axes(x.shape, axis)):
            for k, entry in zip(group, rule([x.entries[k] for k in group]), strict=True):
                found[k] = entry
        return self.make(x.shape, found)

    def sum(self, x: Array, axis: Axis = None, keep: Any = False) -> Array:
        """Return the sum along some axes."""
        return self.reduce(x, axis, keep, self.add_up)

    def sum_to(self, x: Array, shape: tuple[int, ...]) -> Array:
        """Return the sum over the axes along which an array of a shape would have to grow to this one."""
        if x.shape == shape:
            return x
        missing = len(x.shape) - len(shape)
        axes = [k for k, size in enumerate(x.shape) if k < missing or (shape[k - missing] == 1 and size > 1)]
        return self.make(shape, self.sum(x, axis=tuple(axes)).entries)

    def apply(self, operation: Operation, *args: Number) -> Number:
        """Return one number that an operation of the first table makes of others."""
        return self.value(operation, args, 0)

    def max(self, x: Array, axis: Axis = None, keep: Any = False) -> Array:
        """Return the largest entries."""
        return self.reduce(x, axis, keep, lambda terms: self._of_several(MAX, terms))

    def min(self, x: Array, axis: Axis = None, keep: Any = False) -> Array:
        """Return the smallest entries."""
        return self.reduce(x, axis, keep, lambda terms: self._of_several(MIN, terms))

    def _of_several(self, operation: Operation, terms: Sequence[Number]) -> Number:
        return terms[0] if len(terms) == 1 else self.apply(operation, *terms)

    def prod(self, x: Array, axis: Axis = None, keep: Any = False) -> Array:
        """Return the product."""
        return self.reduce(x, axis, keep, self.product)

    def product(self, terms: Sequence[Number]) -> Number:
        """Return the product of some numbers."""
        found = terms[0]
        for x in terms[1:]:
            found = self.apply(MUL, found, x)
        return found

    def others(self, x: Array, axis: Axis = None) -> Array:
        """Return for every entry the product of the others, without a division: from the left times from the right."""

        def rule(terms: list[Number]) -> list[Number]:
            before, after = [self._one], [self._one]
            for left, right in zip(terms[:-1], terms[:0:-1], strict=True):
                before.append(self.apply(MUL, before[-1], left))
                after.append(self.apply(MUL, after[-1], right))
            return [self.apply(MUL, a, b) for a, b in zip(before, after[::-1], strict=True)]

        return self.rewrite(x, axis, rule)

    def norm(self, x: Array, axis: Axis = None, keep: Any = False) -> Array:
        """Return the square root of the sum of squares."""
        return self.reduce(x, axis, keep, lambda terms: self.apply(HYPOT, *terms) if len(terms) > 1
                           else self.apply(ABS, terms[0]))  # fmt: skip

    def unit(self, x: Array, v: Array, axis: Axis = None) -> Array:
        """Return x over its norm v, and 0 where the norm is."""
        S = self.S

        def rule(terms: list[Number]) -> Sequence[Number]:
            if None in terms:
                return [None] * len(terms)
            size = S.hypot(*terms) if len(terms) > 1 else S.abs(terms[0])
            if S.equal(size, S.zero):
                self.kinks.append((HYPOT, 0))
                return [self._zero] * len(terms)
            return [term / size for term in terms]

        return self.rewrite(x, axis, rule)

    def ties(self, x: Array, v: Array, axis: Axis = None) -> Array:
        """Return equal shares of 1 for the entries of x that are its extreme v along the axes, 0 for the others."""
        S = self.S
        axes = chosen_axes(x.shape, axis)
        found = [self._zero] * len(x.entries)
        for entry, (group, extreme) in enumerate(zip(at.groups(x.shape, axes), v.entries, strict=True)):
            tied = [k for k in group if x.entries[k] is extreme or S.equal(x.entries[k], extreme)]
            if len(tied) > 1:
                self.kinks.append((MAX, entry))
            for k in tied:
                found[k] = self._one if len(tied) == 1 else self._one / len(tied)
        return self.make(x.shape, found)

    def cumsum(self, x: Array, axis: int = -1, reverse: bool = False) -> Array:
        """Return the sum of all entries so far along an axis, from the end with `reverse`."""

        def rule(terms: list[Number]) -> list[Number]:
            found = [self.add_up(terms[: k + 1]) for k in range(len(terms))] if len(terms) < 3 else [terms[0]]
            for x in terms[len(found) :]:
                found.append(self.apply(ADD, found[-1], x))
            return found

        def backwards(terms: list[Number]) -> list[Number]:
            return rule(terms[::-1])[::-1]

        return self.rewrite(x, axis, backwards if reverse else rule)

    # ---- softmax and its kin

    def logsumexp(self, x: Array, axis: int = -1, keep: Any = False) -> Array:
        """Return log of the sum of exp along an axis."""
        return self.reduce(x, axis, keep, lambda terms: self._of_several(LOGADDEXP, terms))

    def softmax(self, x: Array, axis: int = -1) -> Array:
        """Return exp(x) over the sum of exp(x) along an axis."""
        return self.rewrite(x, axis, self.shares)

    def shares(self, terms: Sequence[Number]) -> Sequence[Number]:
        """Return exp of each number over the sum of all exp."""
        return self.S.softmax(None, terms) if len(terms) > 1 else [self._one]

    def log_softmax(self, x: Array, axis: int = -1) -> Array:
        """Return x - logsumexp(x) along an axis."""
        return self.rewrite(x, axis, self.log_shares)

    def log_shares(self, terms: Sequence[Number]) -> Sequence[Number]:
        """Return the log of each share: -log(1 + the sum of exp(x - x[k]) of the others), which does not cancel."""
        S = self.S
        if len(terms) == 1 or None in terms:
            return [None if None in terms else self._zero] * len(terms)
        largest = S.argmax(terms)
        found = []
        for k, x in enumerate(terms):
            rest = [S.exp(other - x) for j, other in enumerate(terms) if j != k] if k == largest else None
            found.append(-S.log1p(S.sum(rest)) if rest else None)
        return [x - terms[largest] + found[largest] if y is None else y for x, y in zip(terms, found, strict=True)]

    def cross_entropy(self, z: Array, y: Array, axis: int = -1) -> Array:
        """Return -log(softmax(z)) at the label of each vector along an axis."""
        axis = one_axis(z.shape, axis)
        found = [
            self.apply(NEG, self.log_shares([z.entries[k] for k in group])[label])
            for group, label in zip(at.groups(z.shape, [axis]), self.labels(y), strict=True)
        ]
        shape: Any = reduced(z.shape, [axis])
        return self.make(shape, found)

    def residual(self, z: Array, y: Array, axis: int = -1) -> Array:
        """Return softmax(z) - onehot(y), at the label as minus the sum of the others, which does not cancel."""
        axis = one_axis(z.shape, axis)
        found = list(z.entries)
        for group, label in zip(at.groups(z.shape, [axis]), self.labels(y), strict=True):
            shares = list(self.shares([z.entries[k] for k in group]))
            shares[label] = self._zero
            shares[label] = -self.S.sum(shares)
            for k, share in zip(group, shares, strict=True):
                found[k] = share
        return self.make(z.shape, found)

    # ---- sorting

    def sort(self, x: Array, axis: int = -1) -> Array:
        """Return the entries along an axis from the smallest to the largest."""
        return self.rewrite(x, axis, self.order_of)

    def order_of(self, terms: Sequence[Number]) -> Sequence[Number]:
        """Return some numbers from the smallest to the largest."""
        return [terms[k] for k in self.order(terms)]

    def order(self, terms: Sequence[Number]) -> list[int]:
        """Return the positions of some numbers from the smallest to the largest; tied ones keep their order."""
        from functools import cmp_to_key

        S = self.S

        def compared(a: int, b: int) -> int:
            x, y = terms[a], terms[b]
            return 0 if x is y or S.equal(x, y) else -1 if S.less(x, y) else 1

        return sorted(range(len(terms)), key=cmp_to_key(compared))

    def unsort(self, g: Array, x: Array, v: Array, axis: int = -1) -> Array:
        """Return the entries of g in the places where those of sort(x) stand in x; tied places share equally."""
        S, found = self.S, list(g.entries)
        for group in at.groups(x.shape, [one_axis(x.shape, axis)]):
            terms = [x.entries[k] for k in group]
            order = self.order(terms)
            start = 0
            while start < len(order):
                end = start + 1
                while end < len(order) and S.equal(terms[order[start]], terms[order[end]]):
                    end += 1
                share = self.add_up([g.entries[group[k]] for k in range(start, end)])
                if end - start > 1:
                    share = share / (end - start)
                    self.kinks.append((MAX, group[order[start]]))
                for k in range(start, end):
                    found[group[order[k]]] = share
                start = end
        return self.make(g.shape, found)

    # ---- products of matrices

    def matmul(self, a: Array, b: Array) -> Array:
        """Return the matrix product over the last two axes."""
        *outer, rows, inner = (1, *a.shape) if len(a.shape) == 1 else a.shape
        columns = b.shape[-1] if len(b.shape) > 1 else 1
        found: list[Number] = []
        for k in range(count(outer)):
            left = a.entries[k * rows * inner : (k + 1) * rows * inner]
            right = b.entries[k * inner * columns : (k + 1) * inner * columns]
            found += self.product_of(left, right, rows, inner, columns)
        return self.make((*a.shape[:-1], *b.shape[-1:] * (len(b.shape) > 1)), found)

    def product_of(
        self, left: Sequence[Number], right: Sequence[Number], rows: int, inner: int, columns: int
    ) -> list[Number]:
        """Return the entries of the product of two matrices."""
        tall = [right[j::columns] for j in range(columns)]
        return [
            self.dot(row, column) for i in range(rows) for row in [left[i * inner : (i + 1) * inner]] for column in tall
        ]

    def dot(self, a: Sequence[Number], b: Sequence[Number]) -> Number:
        """Return the sum of the products of two vectors; exact zeros take no part."""
        if None in a or None in b:
            zero = self._zero
            terms = [(x, y) for x, y in zip(a, b, strict=True) if not (x == zero or y == zero)]
            return None if any(None in pair for pair in terms) else self.S.sum([x * y for x, y in terms])
        return self.S.sum([x * y for x, y in zip(a, b, strict=True)])

    def outer(self, a: Array, b: Array) -> Array:
        """Return every entry of a times every entry of b."""
        return self.entrywise(MUL, (self.reshape(a, (*a.shape, 1)), b))

    def minors(self, n: int, entries: Sequence[Number]) -> list[Number]:
        """Return the matrix of cofactors, without a division: it is smooth where the matrix is singular.

        From the characteristic polynomial by Berkowitz, "On computing the determinant in small parallel time using a
        small number of processors" (1984), and the theorem of Cayley and Hamilton: the adjugate is
        (-1)**(n - 1) * (A**(n - 1) + c1*A**(n - 2) + ... + c(n - 1)).
        """
        if n == 1:
            return [self._one]
        coefficients = self.characteristic(n, entries)
        power = list(self.eye(n).entries)
        for c in coefficients[1:n]:
            power = self.product_of(power, entries, n, n, n)
            for k in range(0, n * n, n + 1):
                power[k] = self.apply(ADD, power[k], c)
        if n % 2 == 0:
            power = [self.apply(NEG, x) for x in power]
        return [power[j * n + i] for i in range(n) for j in range(n)]

    def characteristic(self, n: int, entries: Sequence[Number]) -> list[Number]:
        """Return the coefficients of det(t - A), the highest power of t first, by Berkowitz."""
        found = [self._one, self.apply(NEG, entries[0])]
        for r in range(1, n):
            row = [entries[r * n + j] for j in range(r)]
            column = [entries[i * n + r] for i in range(r)]
            block = [[entries[i * n + j] for j in range(r)] for i in range(r)]
            toeplitz = [self._one, self.apply(NEG, entries[r * n + r])]
            for k in range(r):
                toeplitz.append(self.apply(NEG, self.dot(row, column)))
                if k < r - 1:
                    column = [self.dot(line, column) for line in block]
            found = [
                self.dot([toeplitz[i - j] for j in range(len(found)) if i - j >= 0], found[: i + 1])
                for i in range(len(found) + 1)
            ]
        return found

    def det(self, a: Array) -> Array:
        """Return the determinant."""
        n = a.shape[0]
        constant = self.characteristic(n, a.entries)[n]
        return self.make((), [constant if n % 2 == 0 else self.apply(NEG, constant)])

    def cofactor(self, a: Array) -> Array:
        """Return the matrix of cofactors, which is the derivative of the determinant."""
        return self.make(a.shape, self.minors(a.shape[0], a.entries))

    def logdet(self, a: Array) -> Array:
        """Return log(abs(det(a)))."""
        return self.entrywise(LOG, (self.entrywise(ABS, (self.det(a),)),))

    def inv(self, a: Array) -> Array:
        """Return the inverse: the cofactors, transposed, over the determinant."""
        return self.transpose(self.cofactor(a)) / self.det(a)

    def solve(self, a: Array, b: Array) -> Array:
        """Return the x with a@x = b."""
        return self.matmul(self.transpose(self.cofactor(a)), b) / self.det(a)

    # ---- entries moved

    def gather(self, x: Array, places: Sequence[int], shape: Sequence[int]) -> Array:
        """Return the array whose entries come from some places of x, 0 from the place -1."""
        entries = x.entries
        return self.make(shape, [entries[k] if k >= 0 else self._zero for k in places])

    def scattered(self, g: Array, places: Sequence[int], shape: Sequence[int]) -> Array:
        """Return the array in which every entry of g is added to the place that `gather` took it from."""
        entries = g.entries
        found = [
            self._zero if not back else self.add_up([entries[k] for k in back])
            for back in at.reversed_map(places, count(shape))
        ]
        return self.make(shape, found)

    def grow(self, x: Array, shape: Sequence[int]) -> Array:
        """Return an array repeated along missing axes and those of size 1."""
        return self.make(shape, list(self.spread(x, tuple(shape))))

    def reshape(self, x: Array, shape: Sequence[int]) -> Array:
        """Return the same entries in another shape."""
        return self.make(shape, x.entries)

    def permute(self, x: Array, axes: Sequence[int]) -> Array:
        """Return an array with its axes in another order."""
        order = [axis % len(x.shape) for axis in axes]
        return self.gather(x, at.permuted(x.shape, order), [x.shape[axis] for axis in order])

    def transpose(self, x: Array) -> Array:
        """Return an array with its last two axes swapped."""
        return self.permute(x, swapped(len(x.shape)))

    def unpermute(self, g: Array, axes: Sequence[int]) -> Array:
        """Return an array with its axes back in order."""
        return self.permute(g, inverse_axes(axes))

    def index(self, x: Array, indices: Sequence[Array], places: Sequence[Any]) -> Array:
        """Return the entries that an index takes."""
        taken, shape = self._taken(x.shape, indices, places)
        return self.gather(x, taken, shape)

    def scatter(self, g: Array, shape: Sequence[int], indices: Sequence[Array], places: Sequence[Any]) -> Array:
        """Return an array of a shape with the entries of g added to the places that an index names."""
        taken, _ = self._taken(shape, indices, places)
        return self.scattered(g, taken, shape)

    def _taken(
        self, shape: Sequence[int], indices: Sequence[Array], places: Sequence[Any]
    ) -> tuple[list[int], list[int]]:
        """Return the places that an index takes, and the shape of what it takes."""
        steps = at.strides(shape)
        labels = [self.labels(index) for index in indices]
        start, axis = 0, 0
        walks: list[tuple[int, list[int]]] = []  # the size of each new axis, and how far each of its places lies
        array_at = -1
        offsets: list[int] = []
        for place in places:
            if place is None:
                walks.append((1, [0]))
                continue
            size, step = shape[axis], steps[axis]
            if isinstance(place, int):
                start += place % size * step
            elif place[0] == "slice":
                moves = [k * step for k in slice_range(size, place)]
                walks.append((len(moves), moves))
            else:
                moves = [k % size * step for k in labels[place[1] - 1]]
                if array_at < 0:
                    array_at, offsets = len(walks), moves
                    walks.append((-1, moves))
                else:
                    offsets = [a + b for a, b in zip(offsets, moves, strict=True)]
                    walks[array_at] = (-1, offsets)
            axis += 1
        walks += [(size, [k * step for k in range(size)])
                  for size, step in zip(shape[axis:], steps[axis:], strict=True)]  # fmt: skip
        found, sizes = [start], list[int]()
        for size, moves in walks:
            found = [place + move for place in found for move in moves]
            sizes += [size] if size >= 0 else list(indices[0].shape)
        return found, sizes

    def concat(self, xs: Sequence[Array], axis: int = 0) -> Array:
        """Return arrays joined along an axis."""
        axis = one_axis(xs[0].shape, axis)
        shapes = [x.shape for x in xs]
        entries = [entry for x in xs for entry in x.entries]
        whole = sum(shape[axis] for shape in shapes)
        shape = (*shapes[0][:axis], whole, *shapes[0][axis + 1 :])
        return self.make(shape, [entries[k] for k in at.joined(shapes, axis)])

    def part(self, g: Array, shapes: Sequence[tuple[int, ...]], k: int, axis: int = 0) -> Array:
        """Return the part of a joined array that comes from the k-th."""
        axis = one_axis(g.shape, axis)
        start = sum(shape[axis] for shape in shapes[:k])
        everything = ("slice", None, None, None)
        taken = ("slice", start, start + shapes[k][axis], None)
        return self.index(g, (), (*[everything] * axis, taken))

    def stack(self, xs: Sequence[Array]) -> Array:
        """Return arrays of one shape along a new first axis."""
        return self.make((len(xs), *xs[0].shape), [entry for x in xs for entry in x.entries])

    def diag(self, x: Array) -> Array:
        """Return the matrix with a vector on its diagonal, or the diagonal of a matrix."""
        n = x.shape[0]
        if len(x.shape) == 2:
            return self.gather(x, at.diagonal(n), (n,))
        return self.gather(x, at.on_diagonal(n), (n, n))

    def pad(self, x: Array, n: int) -> Array:
        """Return an array with n zeros round its last two axes."""
        wide = min(2, len(x.shape))
        shape = (*x.shape[:-wide], *(size + 2 * n for size in x.shape[-wide:]))
        return self.gather(x, at.padded(x.shape, n), shape)

    def unpad(self, g: Array, shape: Sequence[int], n: int) -> Array:
        """Return an array without the zeros round it."""
        wide = min(2, len(shape))
        inside = [("slice", n, n + size, None) for size in shape[-wide:]]
        return self.index(g, (), (*[("slice", None, None, None)] * (len(shape) - wide), *inside))

    def windows(self, x: Array, k: int, stride: int = 1) -> Array:
        """Return a row for each k x k window."""
        places = at.windows(x.shape, k, stride)
        each = len(places) // (count(x.shape[:-2]) * k * k)
        return self.gather(x, places, (*x.shape[:-2], each, k * k))

    def unwindows(self, g: Array, shape: Sequence[int], k: int, stride: int = 1) -> Array:
        """Return an array with the entries of windows added to the places they came from."""
        return self.scattered(g, at.windows(shape, k, stride), shape)

    def onehot(self, y: Array, n: int) -> Array:
        """Return a row of n for each label."""
        labels = self.labels(y)
        return self.make((*y.shape, n), [self._one if k == label else self._zero for label in labels for k in range(n)])

    def pick(self, z: Array, y: Array) -> Array:
        """Return the entry of its label from each row."""
        return self.gather(z, self._picked(z.shape, y), y.shape)

    def unpick(self, g: Array, shape: Sequence[int], y: Array) -> Array:
        """Return an array of zeros with the entries of g in the places of their labels."""
        return self.scattered(g, self._picked(shape, y), shape)

    def _picked(self, shape: Sequence[int], y: Array) -> list[int]:
        n = shape[-1]
        return [k * n + label % n for k, label in enumerate(self.labels(y))]


def grown_shape(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the shape that arrays grow to together, which is known to exist."""
    if len(shapes) == 1 or all(shape == shapes[0] for shape in shapes):
        return shapes[0]
    rank = max(map(len, shapes))
    return tuple(max([shape[k - rank] for shape in shapes if len(shape) >= rank - k]) for k in range(rank))
