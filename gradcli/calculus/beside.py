"""What a program does just beside a point: its sides, by running it over series along a direction.

A side is classified by what the program's value does there: it jumps, rises infinitely steeply, or has a slope and
perhaps a second derivative. Nothing else knows about kinks: a step, a tie, a condition that turns and a hole that is
filled are all seen by running the program next to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import inf, isinf
from typing import Any, NamedTuple, TypeVar

from flint import arb, fmpq

from ..numbers.flint_settings import FlintSettings
from ..numbers.series.coefficients import Coefficient, sign_of
from ..numbers.series.exponentials import Exponential
from ..numbers.series.system import SeriesSystem
from ..numbers.series.terms import BITS, TERMS, Ramified, Series, Undetermined
from ..numbers.systems import Undecided, nearest
from .beside_values import NO_VALUE, Frame, State
from .following import dependents, needed_users
from .graph import Graph, Node
from .notes import INFINITE, JUMP, MINUS_INFINITE, UNDETERMINED
from .operations import INPUT
from .table_parts import Operation

PRECISIONS = (128, 1_400)  # bits; at the last one a true 0 is known to be below the smallest binary64
SAME_BITS = 1_000  # values that differ by less than SAME_RADIUS in so many bits are no jump
SAME_RADIUS = 2.0**-300
BINARY64 = 53  # bits of a number; so many are also wanted beyond the largest one
LENGTHS = (4, 10, 24, 60)  # powers of t
MOST_UNITS = 1 << 70
PRODUCTS_PER_VISIT = 12  # of terms, that take as long as the visit of a node
MOST_FRAMES = 100_000  # nodes at the point, in all frames that are kept

T = TypeVar("T")


class Side(NamedTuple):
    """One side of a point: the slope, a number or one of the words above, and the second derivative or None.

    The slope is that of the output as the input grows, also on the left.
    """

    slope: Any
    curvature: Any = None

    @property
    def is_finite(self) -> bool:
        """Whether the side has a slope that is a number."""
        return not isinstance(self.slope, str)


class Spent(Exception):
    """A look beside the point is more work than is left."""


class Beside:
    """The output of a graph beside a point.

    `point(S)` returns the number of every input in a series system. `decimal` says that numerals are the decimals that
    they are; `settles` raises `Undecided` for a fraction or ball that is not as certain as it has to be, for a result
    of so many `digits` if any are wanted.
    """

    def __init__(
        self,
        graph: Graph,
        point: Callable[[SeriesSystem], Mapping[str, Any]],
        output: int,
        *,
        decimal: bool = False,
        settles: Callable[[Any], Any] | None = None,
        digits: int = 0,
    ) -> None:
        self.graph = graph
        self.point = point
        self.output = output
        self.decimal = decimal
        self.settles = settles or nearest
        self.precisions = [bits + int(3.33 * digits) for bits in PRECISIONS]
        self._paths: dict[tuple[int, ...], list[int]] = {}
        needed = graph.needed(output)
        self.needed = [i for i in range(output + 1) if needed[i]]
        self._frames: dict[tuple[int, int, int], Frame] = {}
        self.visits = 0  # of nodes, and what else took as long

    def at_work(self) -> FlintSettings:
        """Return the context of the last precision: what is done with sides must not widen them."""
        return FlintSettings(self.precisions[-1])

    def _path(self, starts: tuple[int, ...]) -> list[int]:
        """Return the nodes between some nodes and the output, oldest first, without those nodes."""
        if starts not in self._paths:
            self._paths[starts] = dependents(self._users, starts)
        return self._paths[starts]

    @cached_property
    def _users(self) -> list[list[int]]:
        return needed_users(self.graph, self.output)

    def forget(self) -> None:
        """Let go of the numbers at the point; they are computed again if they are asked for."""
        for frame in self._frames.values():
            frame.forget()
        self._frames.clear()

    def sides(
        self, direction: Mapping[int, int], *, order: int = 1, finest: bool = False, room: float = inf
    ) -> tuple[Side, Side]:
        """Return what the output does behind the point along a direction, and ahead of it.

        A direction has a whole number for each node that moves; nothing else about these nodes changes. With `order` 2
        second derivatives are settled too where there are any; `finest` begins with the last precision. Raises `Spent`
        where nothing is settled after `room` visits in all.
        """
        return self._looked(
            lambda frame, sign: self._side(frame, direction, sign, order, room),
            direction,
            Side(UNDETERMINED),
            finest=finest,
            room=room,
        )

    def limits(self, direction: Mapping[int, int]) -> tuple[Any, Any]:
        """Return what the output tends to from behind the point along a direction, and from ahead of it.

        Each is a number, or a word: infinite, outside or undetermined. The point itself needs no value.
        """
        return self._looked(lambda frame, sign: self._limit(frame, direction, sign, inf), direction, UNDETERMINED)

    def _looked(
        self,
        look: Callable[[Frame, int], tuple[T, set[str]]],
        direction: Mapping[int, int],
        unknown: T,
        *,
        finest: bool = False,
        room: float = inf,
    ) -> tuple[T, T]:
        """Return what is seen behind and ahead, with more bits and more terms where they are lacking."""
        path = self._path(tuple(direction))
        bits, length, unit = (len(self.precisions) - 1 if finest else 0), 0, 1
        best = unknown, unknown
        while True:  # each round has a larger unit, more terms or more bits than the one before
            try:
                frame = self._frame((self.precisions[bits], LENGTHS[length], unit), 2 * len(path), room)
                with frame.S.at_work():
                    behind, lack_behind = look(frame, -1)
                    ahead, lack_ahead = look(frame, 1)
            except Spent:
                if best == (unknown, unknown):
                    raise
                break
            except Ramified as root:
                unit = root.unit
                if unit > MOST_UNITS:
                    break
                continue
            best = behind, ahead
            lacks = lack_behind | lack_ahead
            longer = TERMS in lacks and length + 1 < len(LENGTHS)
            finer = BITS in lacks and bits + 1 < len(self.precisions)
            if not (longer or finer):
                break
            length, bits = length + longer, bits + finer
        return best

    def _frame(self, key: tuple[int, int, int], visits: int, room: float) -> Frame:
        """Return the frame of an attempt that makes so many more visits, if there is room for both."""
        known = self._frames.get(key)
        if self.visits + visits + (0 if known else len(self.needed)) > room:
            raise Spent
        if known is None:
            while self._frames and (len(self._frames) + 1) * len(self.needed) > MOST_FRAMES:
                self._frames.pop(next(iter(self._frames))).forget()
            known = self._frames[key] = Frame(self, *key)
            self.visits += len(self.needed)
        return known

    def _moved(self, frame: Frame, direction: Mapping[int, int], sign: int, room: float) -> Any:
        """Return the output on one side of the point: a series, or the state of what has none."""
        S, at_point = frame.S, frame.at_point
        path = self._path(tuple(direction))
        S.lacking, frame.known = set(), {}
        moved = at_point.copy()
        for i, weight in direction.items():
            start = at_point[i]
            moved[i] = start if start.__class__ is State else S.distance(start, sign * weight)
        operations, arguments = self.graph.nodes.operations, self.graph.nodes.arguments
        self.visits += len(path)
        before, most = S.products, S.products + PRODUCTS_PER_VISIT * (room - self.visits)
        try:
            for i in path:
                moved[i] = frame.evaluate(operations[i], [moved[a] for a in arguments[i]])
                if S.products > most:
                    raise Spent
        finally:
            self.visits += (S.products - before) // PRODUCTS_PER_VISIT
        return moved[self.output]

    def _limit(self, frame: Frame, direction: Mapping[int, int], sign: int, room: float) -> tuple[Any, set[str]]:
        """Return what the output tends to on one side, and what is lacking to know it."""
        S, value = frame.S, self._moved(frame, direction, sign, room)
        doubts = S.lacking | frame.doubts
        if value.__class__ is State:
            return value.word, set() if value is NO_VALUE else doubts | {value.lack}
        if isinstance(value, Exponential) and value.is_huge:
            rises = value.sign()
            return (UNDETERMINED, {BITS}) if rises is None else (INFINITE if rises > 0 else MINUS_INFINITE, set())
        for e, j, c in value.terms:
            if (e, j) >= (0, 0):
                break
            rises = sign_of(c)
            return (UNDETERMINED, {BITS}) if rises is None else (INFINITE if rises > 0 else MINUS_INFINITE, set())
        if value.order <= 0:
            return UNDETERMINED, {TERMS}
        limit = value.coefficient(0)
        settled = self._settled(limit)
        if settled or S.bits < self.precisions[-1]:
            return limit, set() if settled else doubts | {BITS}
        return UNDETERMINED, {BITS}

    def _side(
        self, frame: Frame, direction: Mapping[int, int], sign: int, order: int, room: float
    ) -> tuple[Side, set[str]]:
        """Return one side, and what it lacks to be settled."""
        S, value, there = frame.S, self._moved(frame, direction, sign, room), frame.at_point[self.output]
        doubts = S.lacking | frame.doubts
        if there.__class__ is State:
            return Side(UNDETERMINED), doubts | {there.lack}
        if value.__class__ is State:
            return Side(value.word), set() if value is NO_VALUE else doubts | {value.lack}
        try:
            rise = value - there
        except Undetermined as doubt:
            return Side(UNDETERMINED), doubts | {doubt.lack}
        side, lacks = self._told(S, rise, sign, order)
        return side, lacks | doubts if lacks else lacks

    def _told(self, S: SeriesSystem, rise: Series, sign: int, order: int) -> tuple[Side, set[str]]:
        """Return the side of which the output differs by `rise` from its value at the point, and what it lacks."""
        unit = S.unit
        if isinstance(rise, Exponential) and rise.is_huge:
            return Side(JUMP), set()
        for e, j, c in rise.terms:
            if (e, j) >= (unit, 0):
                break
            certain = sign_of(c)
            if certain is None:
                if (e, j) == (0, 0) and S.bits >= SAME_BITS and float(c.rad()) < SAME_RADIUS:
                    continue  # but what holds several outcomes is wide
                return Side(UNDETERMINED), {BITS}
            if (e, j) <= (0, 0):
                return Side(JUMP), set()
            return Side(INFINITE if certain * sign > 0 else MINUS_INFINITE), set()
        if rise.order <= unit:
            return Side(UNDETERMINED), {TERMS}
        slope = rise.coefficient(unit) * sign
        lacks = set() if self._settled(slope) else {BITS}
        if lacks and S.bits >= self.precisions[-1]:
            return Side(UNDETERMINED), lacks
        between = [sign_of(c) for e, j, c in rise.terms if (unit, 0) < (e, j) < (2 * unit, 0)]
        if any(between):
            return Side(slope), lacks
        if rise.order <= 2 * unit or None in between:
            return Side(slope), lacks | ({TERMS if None not in between else BITS} if order == 2 else set())
        curvature = 2 * rise.coefficient(2 * unit)
        if order == 2 and not self._settled(curvature):
            if S.bits >= self.precisions[-1]:
                return Side(slope), lacks
            lacks = lacks | {BITS}
        return Side(slope, curvature), lacks

    def _settled(self, c: Coefficient) -> bool:
        if type(c) is not fmpq and not c.is_finite():
            return False
        try:
            found = self.settles(c)
        except Undecided:
            return False
        beyond = isinstance(found, float) and isinf(found)
        return not beyond or type(c) is fmpq or c.rel_accuracy_bits() >= BINARY64


def agree(a: Any, b: Any) -> bool:
    """Whether two numbers of sides are equal, as far as their balls tell."""
    if type(a) is type(b) is fmpq:
        return bool(a == b)
    return bool(arb(a).overlaps(arb(b)))


def local_sides(operation: Operation, k: int, operands: Sequence[float]) -> tuple[Side, Side]:
    """Return the sides of an operation at some numbers, as its k-th argument moves and the others stay."""
    names = [f"x{j}" for j in range(len(operands))]
    nodes = [*(Node(INPUT, (), name) for name in names), Node(operation, tuple(range(len(names))))]
    graph = Graph(nodes, len(names), {})
    point = dict(zip(names, operands, strict=True))
    return Beside(graph, lambda S: {name: S.from_number(x) for name, x in point.items()}, graph.output).sides({k: 1})
