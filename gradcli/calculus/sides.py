"""The sides of an output: where a derivative has to be looked at beside the point, and what is seen there.

A node is looked at if a kink, a step, a hole or a missing slope lies between it and the output. `beside` does the
looking; here it is decided who needs it, and how much of it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ..numbers.systems import Undecided
from .linearization import Linearization
from .notes import INFINITE, MINUS_INFINITE, OUTSIDE, UNDETERMINED
from .operations import WHERE

if TYPE_CHECKING:
    from .beside import Side

MAX_VISITS = 1_000_000  # visits of nodes beside a point, for the inputs that are asked for
EXTRA_WORK = 4_000  # for other nodes
LOOKED_AT = ("infinite", "undefined", "undecided")  # kinds of slopes that may exist beside the point
OPPOSITE = {INFINITE: MINUS_INFINITE, MINUS_INFINITE: INFINITE}


class Sides(NamedTuple):
    """The derivative of an output with respect to a node behind and ahead of a point: numbers of the run, or words.

    `agree` says whether both are numbers, and the same.
    """

    left: Any
    right: Any
    agree: bool = False

    @property
    def answer(self) -> Any:
        """The derivative, if there is one: what both sides agree on, or the only side where there is a value."""
        if self.agree:
            return self.left
        if _is(self.left, OUTSIDE) and not isinstance(self.right, str):
            return self.right
        return self.left if _is(self.right, OUTSIDE) and not isinstance(self.left, str) else None

    @property
    def numbers(self) -> list[Any]:
        """The sides that are numbers, the left one first: two entries at most."""
        return [side for side in (self.left, self.right) if not isinstance(side, str)]

    @property
    def is_infinite(self) -> bool:
        """Whether the derivative is infinite: of one sign on both sides, or on the only one where there is a value."""
        words = [side for side in (self.left, self.right) if not _is(side, OUTSIDE)]
        return any(words and all(_is(side, word) for side in words) for word in (INFINITE, MINUS_INFINITE))


NEITHER = Sides(UNDETERMINED, UNDETERMINED)


def _is(side: Any, word: str) -> bool:
    return isinstance(side, str) and side == word


class Watch:
    """What makes a point special for an output of a linearization: its triggers, and the nodes that they concern.

    A trigger is a node without a local gradient, or at a kink, that the output depends on. A branch that is not taken
    counts only where its condition may turn.
    """

    def __init__(self, linearization: Linearization, output: int, extra: Iterable[int] = ()) -> None:
        self.linearization = linearization
        self.output = output
        missing = {i for (i, _), fault in linearization.slope_faults.items() if fault.kind in LOOKED_AT}
        broken = missing | set(linearization.kinks) | set(extra)
        self.live = self._live(broken) if broken else bytearray(output + 1)
        self.triggers = sorted(i for i in broken if i <= output and self.live[i])

    def _live(self, broken: set[int]) -> bytearray:
        """Return, for every node, whether the output depends on it at the point or next to it."""
        nodes = self.linearization.graph.nodes
        unstable = bytearray(self.output + 1)
        for i in range(self.output + 1):
            if i in broken or any(unstable[a] for a in nodes.arguments[i]):
                unstable[i] = 1
        live = bytearray(self.output + 1)
        live[self.output] = 1
        for i in range(self.output, -1, -1):
            if live[i]:
                for a in self._followed(i, unstable):
                    live[a] = 1
        return live

    def _followed(self, i: int, unstable: bytearray) -> Sequence[int]:
        arguments = self.linearization.graph.nodes.arguments[i]
        if self.linearization.graph.nodes.operations[i] is not WHERE or unstable[arguments[0]]:
            return arguments
        S, (condition, a, b) = self.linearization.S, arguments
        holds = self.linearization.values[condition]
        if holds is None:  # it has no value at the point, but may have one next to it
            return arguments
        return [a if S.equal(holds, S.one) else b]

    def concerns(self, node: int) -> bool:
        """Whether a trigger lies between a node and the output."""
        return node <= self.output and bool(self.concerned[node])

    @cached_property
    def concerned(self) -> bytearray:
        """Whether a trigger lies between a node and the output, one entry per node, oldest first."""
        arguments = self.linearization.graph.nodes.arguments
        found, ahead = bytearray(self.output + 1), bytearray(self.output + 1)
        for i in self.triggers:
            ahead[i] = 1
        for i in range(self.output, -1, -1):
            if ahead[i] and self.live[i]:
                for a in arguments[i]:
                    found[a] = ahead[a] = 1
        return found

    @cached_property
    def felt(self) -> list[int]:
        """The kinks that a local gradient, or a kink, hands on to the output, oldest first: they are worth a word."""
        graph, linearization = self.linearization.graph, self.linearization
        kinks, broken = set(linearization.kinks), linearization.slope_faults
        reached = bytearray(self.output + 1)
        reached[self.output] = 1
        for i in range(self.output, -1, -1):
            if reached[i] and linearization.active[i]:
                for k, a in enumerate(graph.nodes.arguments[i]):
                    condition = graph.nodes.operations[i] is WHERE and k == 0
                    if i in kinks or (i, k) in broken or linearization.local_gradients[i][k] is not None or condition:
                        reached[a] = 1
        return [i for i in linearization.kinks if i <= self.output and reached[i] and self.live[i]]


class Looking:
    """Looks beside the point of a run, within a limit of work.

    `point(S)` returns the number of every input in a series system S; `output_adjoint` is the output's own upstream
    gradient.
    """

    def __init__(
        self, watch: Watch, point: Callable[[Any], Mapping[str, Any]], output_adjoint: Any, work: int = MAX_VISITS
    ) -> None:
        self.watch = watch
        self.point = point
        self.output_adjoint = output_adjoint
        self.work = work
        self._seen: dict[tuple[Any, ...], tuple[Side, Side] | None] = {}

    @cached_property
    def beside(self) -> Any:
        """The program beside the point."""
        from .beside import Beside

        linearization = self.watch.linearization
        S = linearization.S
        return Beside(
            linearization.graph, self.point, self.watch.output, decimal=S.decimal, settles=self.adopted, digits=S.digits
        )

    def close(self) -> None:
        """Let go of the numbers beside the point."""
        self.beside.forget()

    def adopted(self, c: Any) -> Any:
        """Return a derivative of the output, times the output's own upstream gradient, as a number of the run."""
        S = self.watch.linearization.S
        return S.adopt(c * S.enclosure(self.output_adjoint))

    def at(self, node: int) -> Sides | None:
        """Return the sides for a node; None where that is more work than is left."""
        return self.toward({node: 1})

    def toward(self, direction: dict[int, int]) -> Sides | None:
        """Return the sides along a direction, whole numbers for the nodes that move; None beyond the limit of work."""
        both = self._along(direction, order=1)
        return None if both is None else self._adopted(*(side.slope for side in both))

    def second(self, node: int) -> Sides | None:
        """Return the sides of the second derivative with respect to a node, or None beyond the limit of work.

        They are undetermined where the first derivatives do not agree.
        """
        both = self._along({node: 1}, order=2)
        if both is None:
            return None
        if not _is_smooth(both):
            return NEITHER
        return self._adopted(*(UNDETERMINED if side.curvature is None else side.curvature for side in both))

    def mixed(self, a: int, b: int) -> Any:
        """Return the second derivative with respect to two nodes, or None where there is none, or none is settled.

        There is one if the output follows a quadratic form in each quadrant, and all four have the same mixed
        coefficient; each is held against two directions. Along an axis the two sides may bend differently:
        abs(x)*x + x*y has one at 0.
        """
        for finest in (False, True):
            try:
                with self.beside.at_work():
                    form = self._form(a, b, finest=finest)
                    return None if form is None else self.adopted(form)
            except Undecided:
                continue
        return None

    def _form(self, a: int, b: int, *, finest: bool) -> Any:
        """Return the mixed coefficient of the quadratic forms that the output follows, or None."""
        from .beside import agree

        found: dict[tuple[int, int], tuple[Side, Side]] = {}
        for direction in ((1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (2, -1)):
            moves = {node: weight for node, weight in zip((a, b), direction, strict=True) if weight}
            both = self._along(moves, order=2, finest=finest)
            if both is None or None in (both[0].curvature, both[1].curvature):
                return None
            found[direction] = both
        p, q = ([side.curvature for side in found[axis]] for axis in ((1, 0), (0, 1)))  # behind and ahead
        s, t = found[1, 0][1].slope, found[0, 1][1].slope
        form = (found[1, 1][1].curvature - p[1] - q[1]) / 2
        for (m, n), both in found.items():
            for ahead, side in enumerate(both):
                beside_b = ahead if n > 0 else 1 - ahead
                expected = m * m * p[ahead] + n * n * q[beside_b] + 2 * m * n * form
                if not agree(side.slope, m * s + n * t) or not agree(side.curvature, expected):
                    return None
        return form

    def _along(self, direction: dict[int, int], order: int, *, finest: bool = False) -> tuple[Side, Side] | None:
        """Return what lies behind and ahead along a direction, looked at once, or None beyond the limit of work."""
        from .beside import Spent

        key = order, finest, *direction.items()
        if key not in self._seen:
            try:
                self._seen[key] = self.beside.sides(direction, order=order, finest=finest, room=self.work)
            except Spent:
                self._seen[key] = None
        return self._seen[key]

    def _adopted(self, left: Any, right: Any) -> Sides:
        """Return both sides as numbers of the run or words, and whether they agree."""
        from .beside import agree

        S = self.watch.linearization.S
        numbers = not isinstance(left, str) and not isinstance(right, str)
        same = numbers and agree(left, right)
        with self.beside.at_work():
            found = [self._adopted_or_word(side) for side in (left, right)]
        return Sides(found[0], found[1], same and (not S.digits or S.same(*found)))

    def _adopted_or_word(self, slope: Any) -> Any:
        if not isinstance(slope, str):
            return self.adopted(slope)
        S = self.watch.linearization.S
        if slope not in OPPOSITE:
            return slope
        if S.equal(self.output_adjoint, S.zero):
            return UNDETERMINED
        return OPPOSITE[slope] if S.less(self.output_adjoint, S.zero) else slope


def _is_smooth(both: tuple[Side, Side]) -> bool:
    """Whether the first derivatives behind and ahead are numbers, and the same."""
    from .beside import agree

    behind, ahead = both
    return behind.is_finite and ahead.is_finite and agree(behind.slope, ahead.slope)


def bends(linearization: Linearization) -> list[int]:
    """Return the nodes, oldest first, where the local gradient has a kink or may have one: it has no derivative."""
    nodes, values, S = linearization.graph.nodes, linearization.values, linearization.S
    found = []
    for i, operation in enumerate(nodes.operations):
        if operation.bend is not None and linearization.active[i] and values[i] is not None:
            try:
                bent = operation.bend(S, *(values[a] for a in nodes.arguments[i]))
            except Undecided:
                bent = True
            if bent:
                found.append(i)
    return found
