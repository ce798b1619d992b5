"""The key of a program at a point: what marking needs to know of it, prepared once and used for every sheet."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from ...calculus.following import follows
from ...calculus.operations import OPERATIONS, WHERE
from ...calculus.sweeps import forward
from ...errors import GradcliError, InputError, Source
from ...numbers.systems import FLOAT
from ...record.gradient import Gradient
from ..claims.chain import callable_definitions
from ..claims.claims import Formula, Number, Written, one_line_reason
from ..claims.decimals import Decimals
from ..claims.formula_equality import DIFFERENT, EQUAL, ROUNDED, USABLE, PointSample, Verdict, compare, samples
from ..claims.item_sizes import ItemSizes
from ..claims.items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE, Item, item_name, readings, signed_rate, truth
from ..claims.labels import NO_DATA, Data, data_for, data_in_words
from ..claims.outside import record_of
from ..claims.repairs import Reading, read_kindly
from ..claims.sides import SidesOfItem, side_of
from ..claims.tolerance import Interval, Tolerance
from .concept_weights import edges_to
from .follow_through import Edge
from .new_values import is_new, sides_of_step
from .nodes_at_numbers import is_at_kink, sides_at_kink, sides_of_edge
from .plain_numbers import require_plain_numbers
from .whole_numbers import WholeNumbers

if TYPE_CHECKING:
    from ..diagnosis.suspects import Suspects

K = TypeVar("K")
V = TypeVar("V")

UNKNOWN = object()  # in place of a number that was not looked up yet
MAX_REMEMBERED = 200_000  # characters of names and claims, whose results are remembered
MOST_SAMPLES = 40  # sets of points that are kept
ZERO_RTOL = 1e-12  # of the terms that a sum is made of: a true 0 up to the rounding of its inputs
SAME_RTOL = 1e-9  # relative: numbers that differ by less are one number
SUMS = (OPERATIONS["add"], OPERATIONS["sub"])


class _Memory(dict[K, V]):
    """Results by what they were made from; all are forgotten when those get too long, so that memory has a limit."""

    length = 0

    def remember(self, key: K, found: V, length: int) -> None:
        """Keep a result, whose key has so many characters."""
        self.length += length + 1
        if self.length > MAX_REMEMBERED:
            self.clear()
            self.length = length
        self[key] = found


class AnswerKey:
    """A program at a point, ready to mark sheets with. What was read or compared once is remembered, within limits.

    `given` are the numbers of the inputs as they were written. `unbound` is the error for those that have none: the
    point is then nobody's, and only what holds at every point can be marked. `fixed` names the inputs that are data,
    and stay as they are when formulas are compared.
    """

    def __init__(
        self,
        record: Gradient,
        given: Mapping[str, Source] | None = None,
        unbound: InputError | None = None,
        fixed: Collection[str] = (),
    ) -> None:
        require_plain_numbers(record, (given or {}).values())
        self.record = record
        self.unbound = unbound
        self.fixed = frozenset(fixed)
        self._given = given
        self._decimals = Decimals(record, given)
        self._parts: dict[int, AnswerKey] = {}
        self._sides: dict[Item, SidesOfItem] = {}  # of what has no derivative at the point
        self.settled: set[Item] = set()  # a derivative exists although the path to it has kinks: no step leads there
        self._items: _Memory[str, tuple[Item, ...] | str] = _Memory()
        self._texts: _Memory[tuple[str, bool], Reading | str] = _Memory()
        self._verdicts: _Memory[tuple[Item, str, float, int, frozenset[int]], Verdict] = _Memory()
        self._samples: dict[tuple[int, Data], list[PointSample]] = {}
        self._truths: dict[Item, Any] = {}
        self._spans_of_truths: dict[Item, Interval] = {}
        self._suspects: dict[Tolerance, Suspects] = {}
        self._find_kinks()

    def _find_kinks(self) -> None:
        record = self.record
        nodes, values = record.graph.nodes, record.values
        turning = set()
        for i, operation in enumerate(nodes.operations):
            if operation.kink is None and operation is not WHERE:
                continue
            node = nodes[i]
            operands = [values[a] for a in node.arguments]
            if is_at_kink(node.operation, operands):
                turning.add(i)
            if node.operation.is_condition:
                continue
            for k, a in enumerate(node.arguments):
                sides = sides_at_kink(node.operation, k, values[i], operands)
                if node.operation is WHERE and k > 0 and node.arguments[0] in turning:
                    sides = (0.0, 1.0)
                if sides is not None and record.active[a]:
                    self._sides[Item(LOCAL, i, k)] = SidesOfItem(*sides)
        for i, k in record.broken:
            operands = [values[a] for a in nodes.arguments[i]]
            if values[i] is None or None in operands or Item(LOCAL, i, k) in self._sides:
                continue
            steep = SidesOfItem(*sides_of_edge(nodes.operations[i], k, operands))
            if steep.is_infinite:
                self._sides[Item(LOCAL, i, k)] = steep
        for note in record.notes:
            if note.kind == "one-sided":
                self._sides[Item(UPSTREAM, note.node)] = SidesOfItem(side_of(note.left), side_of(note.right))
            elif note.kind == "settled":
                self.settled.add(Item(UPSTREAM, note.node))

    @cached_property
    def users(self) -> dict[int, list[Edge]]:
        """The edges along which the output depends on every node that is differentiated."""
        return edges_to(self.record)

    @cached_property
    def _contributions(self) -> dict[int, list[Any]]:
        return self.record.contributions_to_each(range(len(self.record.graph.nodes)))

    @cached_property
    def _definitions(self) -> str:
        return callable_definitions(self.record.program)

    def share(self, other: AnswerKey) -> None:
        """Share what hangs on no numbers with another key of the same program: what is read, and the edges."""
        self._items, self._texts = other._items, other._texts
        self.users = other.users

    def within(self, item: Item) -> tuple[AnswerKey, Item]:
        """Return the key in which an item is an upstream gradient, if it is a derivative of another node, else own."""
        if item.kind != DERIVATIVE:
            return self, item
        part = self._parts.get(item.position)
        if part is None:
            part = self._parts[item.position] = AnswerKey(
                record_of(self.record, item.position), self._given, self.unbound, self.fixed
            )
        return part, Item(UPSTREAM, item.node)

    @property
    def spans(self) -> dict[Item, tuple[float, float]]:
        """The slopes from both sides of what has no derivative, the smaller first, where both are numbers."""
        return {item: sides.span for item, sides in self._sides.items() if sides.span is not None}

    def sides(self, item: Item) -> SidesOfItem | None:
        """Return what happens on either side of the point, where an item has no derivative; None elsewhere."""
        if not self._sides and item.kind != DERIVATIVE:
            return None
        key, item = self.within(item)
        if item.kind == STEP:
            found = self._sides.get(Item(UPSTREAM, item.node))
            return found and sides_of_step(found, self.record.values[item.node], signed_rate(self.record))
        return key._sides.get(item)

    def truth(self, item: Item) -> Any:
        """Return the true number of an item, None where there is none."""
        found = self._truths.get(item, UNKNOWN)
        if found is UNKNOWN:
            key, own = self.within(item)
            found = self._truths[item] = truth(self.record, own) if key is self else key.truth(own)
        return found

    def scale(self, item: Item, x: float) -> float:
        """Return the largest of the terms that sum to an item where they cancel; 0 where they do not."""
        key, item = self.within(item)
        if key is not self:
            return key.scale(item, x)
        record = self.record
        terms: list[Any] = []
        if item.kind == VALUE and record.graph.nodes[item.node].operation in SUMS:
            terms = [record.values[a] for a in record.graph.nodes[item.node].arguments]
        elif item.kind == UPSTREAM:
            terms = self._contributions[item.node] if len(self._contributions[item.node]) > 1 else []
        largest = max((abs(t) for t in terms if t is not None), default=0.0)
        return largest if abs(x) <= ZERO_RTOL * largest else 0.0

    def tolerance(self, item: Item, usual: Tolerance) -> Tolerance:
        """Return how far from the true number of an item still counts as it."""
        key, own = self.within(item)
        number = None if item.kind == STEP else self.truth(item)  # of a new value the step is what counts
        return usual.beside(number, lambda: key._sizes.of(own))

    @cached_property
    def _sizes(self) -> ItemSizes:
        return ItemSizes(self.record)

    def is_near(self, item: Item, number: Number, tolerance: Tolerance) -> bool:
        """Whether a claimed number counts as the true one, both as decimals; the item has a number."""
        x: float = self.truth(item)
        if item.kind == STEP:
            return is_new(number, x, self.record.values[item.node], tolerance)
        return number.is_near(x, tolerance, partial(self.span, item))

    def is_whole(self, item: Item) -> bool:
        """Whether an item is a whole number that comes from whole numbers all the way: nobody has to round it."""
        key, item = self.within(item)
        if key is not self:
            return key.is_whole(item)
        return self._whole_numbers.of(item)

    @cached_property
    def _whole_numbers(self) -> WholeNumbers:
        return WholeNumbers(self.record, self.users)

    def span(self, item: Item) -> Interval:
        """Return the true number of an item for the inputs as decimals; the item has a number."""
        key, item = self.within(item)
        if key is not self:
            return key.span(item)
        if item not in self._spans_of_truths:
            x: float = self.truth(item)
            self._spans_of_truths[item] = self._decimals.span(item, x, self.scale(item, x))
        return self._spans_of_truths[item]

    def by_decimals(self, item: Item) -> float | None:
        """Return the number of an item for the inputs as decimals, where that is on another branch; else None."""
        key, item = self.within(item)
        x = key.truth(item)
        return key._decimals.elsewhere(item, x, 0.0 if x is None else key.scale(item, x))

    def is_undefined(self, item: Item) -> bool:
        """Whether an item without a number is one that could have had one elsewhere."""
        key, item = self.within(item)
        record = key.record
        if record.values[item.node] is None:
            return True
        node = item.node if item.kind in (UPSTREAM, STEP) else record.graph.nodes[item.node].arguments[item.position]
        return bool(record.active[node])

    def readings(self, name: str) -> tuple[Item, ...] | str:
        """Return the items that a name may mean, the likeliest first, or the reason why there is none."""
        found = self._items.get(name)
        if found is None:
            try:
                found = readings(self.record, name)
            except InputError as error:
                found = one_line_reason(error)
            self._items.remember(name, found, len(name))
        return found

    def item(self, name: str, asked: Collection[Item] = ()) -> Item | str:
        """Return the item of a name, one that is `asked` if there is a choice, or the reason why there is none."""
        found = self.readings(name)
        if isinstance(found, str) or len(found) == 1:
            return found if isinstance(found, str) else found[0]
        return next((item for item in found if item in asked), found[0])

    def read(self, text: str) -> Written | str:
        """Return what a claim says, or the reason why it cannot be read."""
        found = self.reading(text)
        return found if isinstance(found, str) else found.written

    def reading(self, text: str, *, comma: bool = False) -> Reading | str:
        """Return what a claim says and what was mended, or why it cannot be read; `comma` is the decimal one."""
        found = self._texts.get((text, comma))
        if found is None:
            try:
                own = self._definitions if "(" in text else ""
                found = read_kindly(text, self.record.graph.by_label, own, self._derivative, comma=comma)
            except GradcliError as error:
                found = one_line_reason(error)
            if isinstance(found, str) or not isinstance(found.written, Number):  # read as fast as they are looked up
                self._texts.remember((text, comma), found, len(text))
        return found

    def _derivative(self, name: str) -> Item | None:
        """Return the local gradient or derivative that a part of a formula names, None where it names none."""
        found = self.readings(name)
        if isinstance(found, str) or found[0].kind == VALUE:
            return None
        item = found[0]
        return Item(DERIVATIVE, item.node, self.record.output) if item.kind == UPSTREAM else item

    def circular(self, item: Item, formula: Formula) -> str | None:
        """Return what in a formula stands for the item itself or is computed from it, or None."""
        graph, output = self.record.graph, self.record.output
        before = graph.nodes.arguments.__getitem__
        if item.kind == VALUE:
            found = [name for name in formula.names if follows(before, graph.by_label[name], item.node)]
            for other in formula.derivatives.values():
                if follows(before, other.position if other.kind == DERIVATIVE else other.node, item.node):
                    found.append(item_name(self.record, _own(other, output)))
            return found[0] if found else None
        for other in formula.derivatives.values() if item.kind != STEP else ():
            if item.kind == LOCAL:
                a = graph.nodes[item.node].arguments[item.position]
                same = other in (item, Item(DERIVATIVE, a, item.node))
            else:
                of = output if item.kind == UPSTREAM else item.position
                same = other.kind == DERIVATIVE and other.position == of and follows(before, item.node, other.node)
            if same:
                return item_name(self.record, item if item.kind == LOCAL else _own(other, output))
        return None

    def compare(
        self, item: Item, text: str, formula: Formula, rtol: float, random_seed: int, differentiated: frozenset[int]
    ) -> Verdict:
        """Return whether a formula is the one of an item, on a sheet that asks for some nodes' derivatives."""
        known = (item, text, rtol, random_seed, differentiated)
        found = self._verdicts.get(known)
        if found is None:
            found = self.compared(item, formula, rtol, random_seed, Data(self.fixed))
            if found.verdict == DIFFERENT:
                used = [self.record.graph.by_label[name] for name in formula.names]
                used += [d.position if d.kind == DERIVATIVE else d.node for d in formula.derivatives.values()]
                drawn = () if self.unbound is None else self.record.graph.inputs.keys() - (self._given or {}).keys()
                data = data_for(self.record, item, used, self.fixed, drawn, differentiated)
                if data != Data(self.fixed):
                    again = self.compared(item, formula, rtol, random_seed, data)
                    if again.verdict in (EQUAL, ROUNDED):
                        found = again._replace(given=data_in_words(self.record, data, self.fixed))
            self._verdicts.remember(known, found, len(text))
        return found

    def compared(self, item: Item, formula: Formula, rtol: float, random_seed: int, data: Data) -> Verdict:
        """Return whether a formula is the one of an item while what is data stays as it is."""
        key, own = self.within(item)
        near = key.samples(random_seed, data)
        return compare(key.record, own, formula, near, rtol, key.sides(own), self._slopes(formula), data)

    def everywhere(self, item: Item, random_seed: int) -> float | None:
        """Return the number that an item is at every point, None if it is not the same one."""
        if item.kind == STEP:
            return None
        key, own = self.within(item)
        found = [
            key.truth(own),
            *(
                x.v
                for s in key.samples(random_seed, Data(self.fixed))
                if (x := s.of(own, key.record.graph)) is not None
            ),
        ]
        first = found[0]
        if (
            first is None
            or len(found) < USABLE
            or any(abs(x - first) > SAME_RTOL * max(abs(first), 1.0) for x in found)
        ):
            return None
        return float(first)

    def samples(self, random_seed: int, data: Data = NO_DATA) -> list[PointSample]:
        """Return the points at which formulas are compared."""
        found = self._samples.get((random_seed, data))
        if found is None:
            if len(self._samples) >= MOST_SAMPLES:
                self._samples.clear()
            found = self._samples[random_seed, data] = samples(self.record, random_seed, data)
        return found

    def _slopes(self, formula: Formula) -> dict[str, float | None]:
        """Return the derivatives that a formula names, at the point; None where there is none."""
        found: dict[str, float | None] = {}
        for name, item in formula.derivatives.items():
            number = None if self.sides(item) else self.truth(item)
            found[name] = None if number is None or not math.isfinite(number) else float(number)
        return found

    def at_point(self, formula: Formula) -> Number | None:
        """Return the number of a formula at the point, None where it has none."""
        values, names = self.record.values, self.record.graph.by_label
        point: dict[str, Any] = {name: values[names[name]] for name in formula.names}
        point |= {name: self.truth(item) for name, item in formula.derivatives.items()}
        if None in point.values():
            return None
        numbers, faults = forward(FLOAT, formula.graph, point)
        output = formula.graph.output
        return None if output in faults or not math.isfinite(numbers[output]) else Number(numbers[output])

    def suspects(self, tolerance: Tolerance) -> Suspects:
        """Return the diagnosis of sheets, made once for every tolerance."""
        found = self._suspects.get(tolerance)
        if found is None:
            from ..diagnosis.suspects import Suspects

            found = self._suspects[tolerance] = Suspects(self.record, tolerance, self.fixed)
        return found


def _own(item: Item, output: int) -> Item:
    """Return a derivative as an item is called: one of the output is an upstream gradient."""
    return Item(UPSTREAM, item.node) if item.kind == DERIVATIVE and item.position == output else item
