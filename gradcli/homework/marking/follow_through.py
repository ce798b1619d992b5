"""The step rule: whether a claim follows from the student's own earlier numbers.

The program is worked through once more with the claimed numbers in place of the true ones: values from the values of
their arguments, local gradients from values, upstream gradients from the upstream and local gradients of the users. A
number that was rounded is known to half a unit of its last place; what that does to the next number is its
radius. A step is right within that and a unit of the figures that it is written with: not within another 1 %.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any, NamedTuple

from ...calculus.operations import WHERE
from ...calculus.table_parts import Operation
from ...numbers.systems import FLOAT
from ...record.gradient import Gradient
from ..claims.claims import Number
from ..claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item, signed_rate
from ..claims.tolerance import ROUNDING, Tolerance
from .new_values import hides_step, is_new
from .nodes_at_numbers import slope, span_at_kink, value_of

Edge = tuple[int, int]  # a node and the position of an argument

MOST_CHOICES = 16  # of the local gradients that are worked out in one way or the other
CARRY_NOTHING = (0.0, 1.0)  # a wrong number of this size that gives one of this size again is no work


class Carried(NamedTuple):
    """A claim that is not right and that other numbers come from; `coarse` if it only has too few figures."""

    item: Item
    coarse: bool


class Quantity(NamedTuple):
    """One of the student's own numbers: its value (None where there is none), and how far rounding may have moved it.

    `carried` is the nearest claim that it comes from and that is not right; `moved` says that it is not simply the
    true number. `stock` says that it is a 0 or 1 that stands for another number, or was made of one.
    """

    value: float | None
    radius: float = 0.0
    carried: Carried | None = None
    moved: bool = False
    stock: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole number that nobody rounded."""
        return self.value is not None and not self.radius and self.value == math.floor(self.value)


class CheckedStep(NamedTuple):
    """A claim that follows. `carried` is what it follows from that is not right, None if all of it is.

    `trivial` says that it is a 0 or 1 made of a wrong 0 or 1, `coarse` that the claim follows as far as its figures go.
    """

    carried: Carried | None
    trivial: bool
    coarse: bool

    @property
    def is_from_wrong(self) -> bool:
        """Whether the claim is what comes out of a wrong number, and not as far as few figures go."""
        return self.carried is not None and not self.carried.coarse and not self.coarse


class Rounding(NamedTuple):
    """How numbers are rounded on a sheet: to so many significant figures, 0 for all, and so finely at the finest.

    With `exactly`, a whole number that comes from whole numbers has to be that number.
    """

    figures: int
    grain: float
    exactly: bool


class Steps:
    """The student's own numbers on one sheet, and which of the claims that are not right by themselves follow.

    `right` holds the claims that are right by themselves, `fixed` the items that no step leads to; `tolerance` tells
    of an item how far from its number is near; `too_coarse` whether a claim is a number, give or take some slack,
    written with too few figures; `rounding` how the student rounds.
    """

    def __init__(
        self,
        record: Gradient,
        users: Mapping[int, Sequence[Edge]],
        claims: Mapping[Item, Number],
        right: set[Item],
        fixed: set[Item],
        tolerance: Callable[[Item], Tolerance],
        too_coarse: Callable[[Number, float, float], bool],
        rounding: Rounding,
    ) -> None:
        self.record = record
        self.claims = claims
        self.right = right
        self.fixed = fixed
        self.tolerance = tolerance
        self.too_coarse = too_coarse
        self.figures, self.grain, self.exactly = rounding
        self.found: dict[Item, CheckedStep] = {}
        self.values: list[Quantity] = []
        self.local_gradients: dict[Edge, Quantity] = {}
        self.upstream: dict[int, Quantity] = {}
        self.apart: dict[Edge, tuple[Quantity, Quantity]] = {}  # of the arguments alone, and of a wrong value
        self._forwards()
        for edges in users.values():
            for i, k in edges:
                self._edge(i, k)
        for a in sorted(users, reverse=True):
            self._backwards(a, users[a])
        for item in claims:
            if item.kind == STEP and item not in right and item.node in self.upstream:
                self._new(item, claims[item])

    # ---- the kinds of step

    def _forwards(self) -> None:
        """Work out the values, oldest first."""
        nodes, values = self.record.graph.nodes, self.values
        columns = zip(nodes.operations, nodes.arguments, self.record.values, strict=True)
        for i, (operation, arguments_of, truth) in enumerate(columns):
            item = Item(VALUE, i)
            if item in self.right:
                values.append(self._of_right(item, truth))
                continue
            derived, arguments = Quantity(truth), [values[a] for a in arguments_of]
            if self._is_open(item, arguments):
                derived = self._value(operation, arguments)
            values.append(self._judged(item, derived, truth, (derived.value,), arguments))

    def _value(self, operation: Operation, arguments: Sequence[Quantity]) -> Quantity:
        operands = [q.value for q in arguments]
        if operation is WHERE:
            chosen = arguments[0 if operands[0] is None else 1 if operands[0] == 1 else 2]
            return chosen._replace(carried=arguments[0].carried or chosen.carried, moved=True)
        v = value_of(operation, operands)
        if v is None:
            return Quantity(None, 0.0, _carried(arguments), True)
        radius = 0.0
        for k, q in enumerate(arguments):
            if q.radius:
                radius += abs(slope(operation, k, v, operands) or 0.0) * q.radius
        return Quantity(v, radius, _carried(arguments), True)

    def _edge(self, i: int, k: int) -> None:
        """Work out one local gradient from the values of the node and of its arguments."""
        nodes, item, truth = self.record.graph.nodes, Item(LOCAL, i, k), self.record.local(i, k)
        if item in self.right:
            self.local_gradients[i, k] = self._of_right(item, truth)
            return
        sources: Sequence[Quantity] = [self.values[a] for a in (*nodes.arguments[i], i)]
        derived = Quantity(truth)
        others: tuple[float | None, ...] = ()
        if self._is_open(item, sources):
            wrong = sources[-1].carried
            if wrong is not None and wrong.item == Item(VALUE, i):
                sources, derived, others = self._beside_wrong_value(item, sources)
            else:
                derived, others = self._local(nodes.operations[i], k, sources)
        self.local_gradients[i, k] = self._judged(item, derived, truth, others, sources)

    def _beside_wrong_value(
        self, item: Item, sources: Sequence[Quantity]
    ) -> tuple[Sequence[Quantity], Quantity, tuple[float | None, ...]]:
        """Return what a local gradient is made of where the value of its node is wrong, itself, and the ways to it.

        It is of the arguments alone, or of that value: what is between the two is no step. Where it is not claimed it
        may have been either.
        """
        i, k, claim = item.node, item.position, self.claims.get(item)
        operation, arguments = self.record.graph.nodes.operations[i], sources[:-1]
        anew, alone = [*arguments, self._value(operation, arguments)], Quantity(self.record.local(i, k))
        ways: tuple[float | None, ...] = ()
        if self._is_open(item, arguments):
            alone, ways = self._local(operation, k, anew)
        used, others = self._local(operation, k, sources, apart=True)
        if claim is None and alone.value != used.value:
            self.apart[i, k] = alone, used
            return sources, *self._local(operation, k, sources)
        if claim is None or (alone.moved and self._near(item, claim, alone, ways, anew)):
            return anew, alone, ways
        return sources, used, others

    def _local(
        self, operation: Operation, k: int, sources: Sequence[Quantity], *, apart: bool = False
    ) -> tuple[Quantity, tuple[float | None, ...]]:
        """Return a local gradient, and all the ways to work it out from the student's numbers.

        The radius covers the rounding of the numbers it is made of, and where the ways come apart. With `apart`, the
        value of the node is no rounded one, and what its arguments alone give is no way.
        """
        operands, v = [q.value for q in sources[:-1]], sources[-1].value
        again = v if apart else value_of(operation, operands)
        ways = [slope(operation, k, v, operands), slope(operation, k, again, operands)]
        if operation.taught is not None and v is not None:  # rounded numbers tell it from the rule of the table
            ways.append(operation.taught(FLOAT, v, operands[0]))
        ways += span_at_kink(operation, k, again, operands) or ()
        known = [d for d in ways if d is not None]
        if not known:
            return Quantity(None, 0.0, _carried(sources), True), ()
        middle = known[0]
        radius = max(abs(d - middle) for d in known)
        for position, q in enumerate(sources):
            if q.radius and q.value is not None:
                around = []
                for x in (q.value - q.radius, q.value + q.radius):
                    moved = [x if at == position else s.value for at, s in enumerate(sources)]
                    around.append(slope(operation, k, moved[-1], moved[:-1]))
                radius += max((abs(d - middle) for d in around if d is not None), default=0.0)
        return Quantity(middle, radius, _carried(sources[::-1] if apart else sources), True), tuple(known)

    def _backwards(self, a: int, edges: Sequence[Edge]) -> None:
        """Work out one upstream gradient as the sum of what arrives from the users of the node."""
        record, item = self.record, Item(UPSTREAM, a)
        truth = record.upstream[a]
        if item in self.right:
            self.upstream[a] = self._of_right(item, truth)
            return
        sources: Sequence[Quantity] = [q for i, k in edges for q in (self.upstream[i], self.local_gradients[i, k])]
        derived = Quantity(truth)
        if self._is_open(item, sources):
            derived = self._sum(sources)
            claim = self.claims.get(item)
            if claim is not None and not self.apart.keys().isdisjoint(edges):
                found = [(self._sum(parts), parts) for parts in self._either(edges)]
                derived, sources = next(
                    (one for one in found if self._near(item, claim, one[0], (), one[1])), found[-1]
                )
        self.upstream[a] = self._judged(item, derived, truth, (derived.value,), sources)

    def _either(self, edges: Sequence[Edge]) -> Iterator[Sequence[Quantity]]:
        """Yield what arrives from the users, with local gradients of their arguments alone or of their wrong values."""
        choices = [self.apart.get(edge) or (self.local_gradients[edge],) for edge in edges]
        for chosen in islice(product(*choices), MOST_CHOICES):
            yield [q for (i, _), local in zip(edges, chosen, strict=True) for q in (self.upstream[i], local)]

    def _sum(self, sources: Sequence[Quantity]) -> Quantity:
        terms, radius = [], 0.0
        for up, local in zip(sources[::2], sources[1::2], strict=True):
            if up.value is None or local.value is None:
                return Quantity(None, 0.0, _carried(sources), True)
            terms.append(up.value * local.value)
            radius += abs(up.value) * local.radius + abs(local.value) * up.radius
        if len(terms) > 1 and self.figures:
            radius += sum(half_unit(term, self.figures) for term in terms)
        return Quantity(FLOAT.sum(terms), radius, _carried(sources), True)

    def _new(self, item: Item, claim: Number) -> None:
        """Note it if a claimed new value follows from the student's own gradient and old value."""
        g, w = self.upstream[item.node], self.values[item.node]
        old = w.value
        if not (g.moved or w.moved) or g.value is None or old is None:
            return
        rate = signed_rate(self.record)
        new, slack = old - rate * g.value, abs(rate) * g.radius + w.radius
        carried, trivial = _carried([g, w]), g.stock or w.stock
        own = self.tolerance(item)._replace(
            rtol=0.0, sigfigs=None
        )  # a right step leaves nothing to be off but rounding
        if is_new(claim, new, old, own, slack):
            self.found[item] = CheckedStep(carried, trivial, coarse=False)
        elif hides_step(claim, new, old, slack):
            self.found[item] = CheckedStep(carried, trivial, coarse=True)

    # ---- the verdict

    def _is_open(self, item: Item, sources: Sequence[Quantity]) -> bool:
        """Whether the number of an item has to be worked out from the student's own."""
        return item not in self.fixed and any(q.moved for q in sources)

    def _of_right(self, item: Item, truth: Any) -> Quantity:
        """Return the student's own number for an item that is right by itself."""
        claim = self.claims.get(item)
        if claim is None:
            return Quantity(truth)
        if abs(claim.value - truth) <= ROUNDING * abs(truth):
            return Quantity(claim.value, 0.0, None, True)
        return self._as_written(item, claim)

    def _as_written(self, item: Item, claim: Number) -> Quantity:
        """Return a claimed number, and how far rounding may have moved it."""
        resolution = self.grain / 2 if self._is_short(claim) else max(claim.resolution, self.grain / 2)
        return Quantity(claim.value, min(resolution, self.tolerance(item)(claim.value)), None, True)

    def _judged(
        self,
        item: Item,
        derived: Quantity,
        truth: Any,
        others: Sequence[float | None],
        sources: Sequence[Quantity],
    ) -> Quantity:
        """Return the student's own number for an item that is not right, and note it if the claim follows."""
        claim = self.claims.get(item)
        if claim is None and not derived.moved:
            return derived
        trivial = any(q.stock for q in sources)
        if claim is None:
            if derived.value is None or truth is None or not _within(derived.value, truth, self.tolerance(item)):
                return derived._replace(stock=True) if trivial and _is_trivial(derived.value) else derived
            return derived._replace(carried=None) if derived.carried else derived
        own = self._as_written(item, claim)
        coarse = truth is not None and self.too_coarse(claim, truth, 0.0)
        if derived.moved and derived.value is not None:
            trivial = trivial and _is_trivial(claim.value)
            if self._near(item, claim, derived, others, sources):
                self.found[item] = CheckedStep(derived.carried, trivial, coarse=False)
                if derived.carried is None:
                    return own
                coarse = coarse and not self.found[item].is_from_wrong
            elif self.too_coarse(claim, derived.value, derived.radius):
                self.found[item] = CheckedStep(derived.carried, trivial, coarse=True)
                coarse = coarse or derived.carried is None or derived.carried.coarse
        return own._replace(carried=Carried(item, coarse), stock=not coarse and _is_stock(claim.value, truth))

    def _near(
        self, item: Item, claim: Number, derived: Quantity, others: Sequence[float | None], sources: Sequence[Quantity]
    ) -> bool:
        """Whether a claim is what comes out of the student's own numbers, in one of the ways to work it out."""
        middle = derived.value
        if middle is None:
            return False
        exactly = self.exactly and claim.value.is_integer() and all(q.is_whole for q in (derived, *sources))
        if abs(claim.value - middle) <= self._reach(item, claim, middle, exactly) + derived.radius + ROUNDING * abs(
            middle
        ):
            return True
        return any(
            d is not None and abs(claim.value - d) <= self._reach(item, claim, d, exactly) + ROUNDING * abs(d)
            for d in others
        )

    def _reach(self, item: Item, claim: Number, d: float, exactly: bool) -> float:
        """Return how far a claim may be from what it follows from: a unit of its figures, or of the sheet's."""
        near = self.tolerance(item)
        if exactly:
            return near.of_whole(d, claim.unit)
        if self._is_short(claim):
            return near.atol
        shown = max(2 * claim.resolution, 2 * half_unit(d, self.figures) if self.figures else 0.0, self.grain)
        return max(near.atol, min(shown, near(d)))

    def _is_short(self, claim: Number) -> bool:
        """Whether a claim has fewer decimals than are asked for: only zeros may be missing."""
        return 0 < self.grain < claim.unit / 1.5


def _within(x: float, d: float, tolerance: Tolerance) -> bool:
    """Whether a number counts as another that was worked out with floats, edges included."""
    reach = tolerance(d)
    return abs(x - d) <= reach + ROUNDING * max(abs(d), reach)


def _is_trivial(x: float | None) -> bool:
    return x is not None and abs(x) in CARRY_NOTHING


def _is_stock(x: float, truth: float | None) -> bool:
    """Whether a wrong number is one that a sheet can be filled with: a 0, or a 1 that is no lost minus."""
    return abs(x) in CARRY_NOTHING and (not x or truth is None or abs(truth) != 1)


def _carried(sources: Sequence[Quantity]) -> Carried | None:
    """Return what some numbers come from that is not right: rather what is wrong than what is only coarse."""
    found = [q.carried for q in sources if q.carried is not None]
    return next((carried for carried in found if not carried.coarse), found[0] if found else None)


def half_unit(x: float, figures: int) -> float:
    """Return half a unit of the last of so many significant figures of a number; 0 for 0 and for an infinity."""
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(x))) - figures + 1) if x and abs(x) < math.inf else 0.0
