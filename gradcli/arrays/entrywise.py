"""The functions of rules that work entry by entry, and sums: the ground of every array system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import mul, neg
from typing import Any

from ..calculus.faults import FAILURES
from ..calculus.operations import CONSTANTS, MUL, WHERE
from ..calculus.sweeps import local_gradient
from ..calculus.table_parts import Operation, minus_one, one
from ..numbers.systems import Undecided
from . import places as at
from .array import Array, EntryFault, Number, Scattered, has_gap
from .axes import Axis, chosen_axes, reduced
from .sizes import Sizes, count


class Entrywise:
    """The array system over a number system. `faults` and `kinks` collect what its operations met.

    `kinks` has (operation, entry) pairs; who runs a sweep empties both where a node begins. `broken` says that some
    entry has had no number: until then none is None.
    """

    rounds = False  # whether every operation rounds, so that a difference from a rounded mean is off

    def __init__(self, S: Any) -> None:
        self.S = S
        self.sizes = Sizes()
        self.faults: list[EntryFault] = []
        self.kinks: list[tuple[Operation, int]] = []
        self.broken = False
        self.tolerant = False  # whether what is undecided leaves an array without numbers, and no exception
        self._zero, self._one = S.zero, S.one

    def fail(self, operation: Operation, entry: int, kind: str, k: int = -1, doubt: Exception | None = None) -> None:
        """Note why an entry has no number."""
        self.broken = True
        self.faults.append(EntryFault(operation, entry, kind, k, doubt))

    def attempt(self, rule: Callable[[], Array], shape: Sequence[int]) -> Array:
        """Return the array of a rule; where it is undecided, and that is tolerated, one without any number."""
        try:
            return rule()
        except Undecided:
            if not self.tolerant:
                raise
            self.broken = True
            return self.make(shape, [None] * count(shape))

    # ---- making arrays

    def make(self, shape: Sequence[int], entries: list[Number]) -> Array:
        """Return the array of a shape with these entries, the last axis fastest."""
        return Array(self, tuple(shape), entries)

    def array(self, x: Any) -> Array:
        """Return a whole number as an array without axes, an array as it is."""
        return x if isinstance(x, Array) else self.make((), [self.whole(x)])

    def whole(self, n: int) -> Number:
        """Return a whole number as one of the number system."""
        if 0 <= n <= 1:
            return self._one if n else self._zero
        return self.S.number(str(n)) if n > 0 else -self.S.number(str(-n))

    def leaf(self, texts: Sequence[str], shape: Sequence[int]) -> Array:
        """Return an array of numerals, which may have signs."""
        number = self.S.number
        return self.make(shape, [-number(t[1:]) if t[0] == "-" else number(t.lstrip("+")) for t in texts])

    def of_floats(self, shape: tuple[int, ...], numbers: list[float]) -> Array:
        """Return an array of binary64 numbers."""
        return self.make(shape, list(map(self.S.from_number, numbers)))

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
        if not self.broken:
            if operation.python_operator is not None:
                found = list(map(operation.python_operator, *columns))
                if self.S.name == "exact":  # fractions grow
                    self.are_within(found)
                return found
            if operation.domain is None and (found := self._column_quickly(operation, columns)):
                return found
        return [self.value(operation, args, k) for k, args in enumerate(zip(*columns, strict=True))]

    def _column_quickly(self, operation: Operation, columns: Sequence[Sequence[Number]]) -> list[Number]:
        """Return the values, or nothing where one needs a closer look."""
        S, rule = self.S, operation.value
        try:
            found = [rule(S, *args) for args in zip(*columns, strict=True)]
            return found if self.are_within(found) else []
        except FAILURES:
            return []

    def are_within(self, numbers: Sequence[Number]) -> bool:
        """Whether results may be built on all of these numbers."""
        return all(map(self.S.within, numbers))

    def value(self, operation: Operation, args: Sequence[Number], entry: int) -> Number:
        """Return the value of one entry, None where there is none."""
        S = self.S
        if operation is WHERE:
            return None if args[0] is None else args[1] if S.equal(args[0], S.one) else args[2]
        if has_gap(args):
            return None
        try:
            if operation.domain is not None and not operation.domain.holds(S, *args):
                self.fail(operation, entry, "domain")
                return None
            found = operation.value(S, *args)
            if S.within(found):
                return found
            self.fail(operation, entry, "overflow")
        except FAILURES as doubt:
            self.fail(operation, entry, "undecided", doubt=doubt)
        return None

    def flow(self, operation: Operation, k: int, g: Array, v: Array, xs: Sequence[Array]) -> Array:
        """Return the upstream gradient of an operation entry by entry times its local gradient for the k-th argument.

        It has the shape of the result. Where the upstream gradient is 0 nothing flows; a slope that is not finite
        counts as a kink there, since 0 times it need not be 0 beside the point.
        """
        columns = [self.spread(x, v.shape) for x in xs]
        if not self.broken and (quick := self.flow_quickly(operation, k, g, v, columns)) is not None:
            return g if quick is g.entries else self.make(v.shape, quick)
        rules = operation.unconditional_partials
        S, zero = self.S, self._zero
        found: list[Number] = []
        for entry, (up, own, *args) in enumerate(zip(g.entries, v.entries, *columns, strict=True)):
            if up is zero or up == zero:
                found.append(zero)
                if rules is None and own is not None and self._is_steep(operation, k, own, args):
                    self.kinks.append((operation, entry))
                continue
            if own is None or up is None:
                found.append(None)
                continue
            if rules is not None:
                slope = rules[k](S, own, *args)
                found.append(zero if slope is None else up * slope)
                continue
            found.append(self._flow_of_one(operation, k, up, own, args, entry))
        return self.make(v.shape, found)

    def flow_quickly(
        self, operation: Operation, k: int, g: Array, v: Array, columns: Sequence[Sequence[Number]]
    ) -> list[Number] | None:
        """Return the entries of `flow` where the local gradient is 1, -1 or another argument; None elsewhere."""
        rules = operation.unconditional_partials
        if rules is not None and rules[k] is one:
            return g.entries
        if rules is not None and rules[k] is minus_one:
            return list(map(neg, g.entries))
        return list(map(mul, g.entries, columns[1 - k])) if operation is MUL else None

    def look_for_kinks(self, operation: Operation, v: Array, xs: Sequence[Array]) -> None:
        """Collect the entries of a comparison or a step that lie at its edge."""
        assert operation.kink is not None
        columns = [self.spread(x, v.shape) for x in xs]
        for entry, args in enumerate(zip(*columns, strict=True)):
            if has_gap(args):
                continue
            try:
                if operation.kink.at(self.S, *args):
                    self.kinks.append((operation, entry))
            except FAILURES as doubt:
                self.fail(operation, entry, "undecided", doubt=doubt)

    def settled(self, x: Array) -> list[Number]:
        """Return the entries as a record keeps them. Raises `Undecided` for one that is not certain."""
        if self.S.settled:
            return x.entries
        if isinstance(x, Scattered):
            sums = x.sums()
            zero, *numbers = self.all_settled([self._zero, *sums.values()])
            return x.placed(zero, dict(zip(sums, numbers, strict=True)))
        return self.all_settled(x.entries)

    def all_settled(self, numbers: Sequence[Number]) -> list[Number]:
        """Return numbers as a record keeps them. Raises `Undecided` for one that is not certain."""
        round_out = self.S.round_out
        return [None if x is None else round_out(x) for x in numbers]

    def _flow_of_one(
        self, operation: Operation, k: int, up: Number, own: Number, args: Sequence[Number], entry: int
    ) -> Number:
        S = self.S
        try:
            if operation.kink is not None and operation.kink.at(S, *args):
                self.kinks.append((operation, entry))
            slope, reason = local_gradient(S, operation, k, own, args)
        except FAILURES as doubt:
            self.fail(operation, entry, "undecided", k, doubt)
            return None
        if reason:
            self.fail(operation, entry, reason, k)
            return None
        return self._zero if slope is None else up if slope is S.one else up * slope

    def _is_steep(self, operation: Operation, k: int, own: Number, args: Sequence[Number]) -> bool:
        """Whether an operation has no finite local gradient for its k-th argument, or may have none."""
        try:
            return local_gradient(self.S, operation, k, own, args)[1] is not None
        except FAILURES:
            return True

    def divided(self, x: Array, n: int) -> Array:
        """Return an array over a whole number."""
        return x if n == 1 else self.make(x.shape, [None if entry is None else entry / n for entry in x.entries])

    # ---- sums and products along axes

    def add_up(self, terms: Sequence[Number]) -> Number:
        """Return the sum of some numbers."""
        if len(terms) == 1:
            return terms[0]
        return None if self.broken and has_gap(terms) else self.S.sum(terms)

    def total(self, terms: Sequence[Array]) -> Array:
        """Return the sum of arrays of one shape."""
        if len(terms) == 1:
            return terms[0]
        shape, few = terms[0].shape, [term for term in terms if isinstance(term, Scattered)]
        places = [place for term in few for place in term.places]
        numbers = [number for term in few for number in term.numbers]
        rest = [term for term in terms if not isinstance(term, Scattered)]
        if not rest:
            return Scattered(self, shape, places, numbers)
        found = list(map(self.add_up, zip(*[term.entries for term in rest], strict=True)))
        more: dict[int, list[Number]] = {}
        for place, number in zip(places, numbers, strict=True):
            more.setdefault(place, [term.entries[place] for term in rest]).append(number)
        for place, together in more.items():
            found[place] = self.add_up(together)
        return self.make(shape, found)

    def reduce(self, x: Array, axis: Axis, keep: Any, rule: Callable[[list[Number]], Number]) -> Array:
        """Return an array reduced along some axes by a rule that takes the numbers of each entry of the result."""
        axes = chosen_axes(x.shape, axis)
        entries = x.entries
        shape: Any = reduced(x.shape, axes, keep=keep)
        if len(axes) == len(x.shape):
            return self.make(shape, [rule(entries)])
        return self.make(shape, [rule([entries[k] for k in group]) for group in at.groups(x.shape, axes)])

    def rewrite(
        self, x: Array, axis: Axis, rule: Callable[[list[Number]], Sequence[Number]], operation: Operation | None = None
    ) -> Array:
        """Return an array of the same shape whose vectors along an axis, or all entries, are rewritten by a rule.

        `operation` is what a rule works like that looks at all numbers of a vector together: no entry of the vector
        has a number then where one is missing, or where the rule cannot tell.
        """
        found = list(x.entries)
        for group in at.groups(x.shape, chosen_axes(x.shape, axis)):
            terms = [x.entries[k] for k in group]
            entries = rule(terms) if operation is None else self.together(operation, group[0], rule, terms)
            for k, entry in zip(group, entries, strict=True):
                found[k] = entry
        return self.make(x.shape, found)

    def together(
        self, operation: Operation, entry: int, rule: Callable[[list[Number]], Sequence[Number]], terms: list[Number]
    ) -> Sequence[Number]:
        """Return what a rule makes of some numbers together, None for each where it cannot."""
        if self.broken and has_gap(terms):
            return [None] * len(terms)
        try:
            return rule(terms)
        except FAILURES as doubt:
            self.fail(operation, entry, "undecided", doubt=doubt)
            return [None] * len(terms)

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


def grown_shape(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the shape that arrays grow to together, which is known to exist."""
    if all(shape == shapes[0] for shape in shapes):
        return shapes[0]
    rank = max(map(len, shapes))
    return tuple(max([shape[k - rank] for shape in shapes if len(shape) >= rank - k]) for k in range(rank))
