"""The second look at nodes on which a number system failed: a closer system, both sides of a kink, or a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import GradcliError, InputError, ShellHint
from ..numbers.systems import Unbounded, Undecided, Unsupported
from .faults import FAILURES, Fault, NodeGradients, Number
from .graph import Graph
from .table_parts import nothing

if TYPE_CHECKING:
    from ..numbers.contract import NumberSystem


class SecondLook:
    """What can still be said of the nodes of a graph on which a number system failed, given their values."""

    def __init__(self, S: NumberSystem, graph: Graph, values: list[Number]) -> None:
        self.S = S
        self.graph = graph
        self.values = values
        self._closer: Any = None

    def _looked_closer(self, failure: Exception, ask: Callable[[Any], Any]) -> Any:
        """Return what a system that decides more answers; raise the failure if there is none, or it fails too."""
        if failure.__class__ is not Undecided:
            raise failure
        self._closer = self._closer or self.S.closer(self.graph, self.values)
        if self._closer is None:
            raise failure
        return ask(self._closer)

    def value(self, i: int, failure: Exception) -> tuple[Number, Fault | None]:
        """Return the value of a node, and its fault."""
        S, (operation, arguments, _, _) = self.S, self.graph.nodes[i]
        operands = [self.values[a] for a in arguments]

        def again(closer: Any) -> tuple[Number, Fault | None]:
            known = closer.operands(i)
            if operation.domain is not None and not operation.domain.holds(closer, *known):
                return None, Fault(i, "domain")
            value = operation.value(closer, *known).ball
            return value, None if S.within(value) else Fault(i, "overflow")

        if isinstance(failure, Unbounded):
            failure.lost = S.lost(operands)
        try:
            found: tuple[Number, Fault | None] = self._looked_closer(failure, again)
            return found
        except FAILURES as doubt:
            failure = doubt
        if isinstance(failure, Undecided) and any(p.rule is not nothing for p in operation.partials):
            try:  # no jump: the value lies between those of both sides
                if operation.domain is None or operation.domain.holds(S, *operands):
                    value = S.union(S.ways(lambda: operation.value(S, *operands)))
                    return value, None if S.within(value) else Fault(i, "overflow")
            except FAILURES:
                pass
        return None, self._fault(i, failure)

    def slopes(
        self, i: int, failure: Exception, active: Sequence[int], rule: Callable[..., NodeGradients]
    ) -> tuple[NodeGradients, bool]:
        """Return what `rule` yields for a node, and whether it holds both sides of a kink among uncertain numbers.

        `rule` computes local gradients from a system, the node, its value and operands, and what is active.
        """
        node = self.graph.nodes[i]

        def again(closer: Any) -> NodeGradients:
            row, faults, kink = rule(closer, i, node, closer.result(i), closer.operands(i), active)
            return tuple(None if d is None else d.ball for d in row), faults, kink

        try:
            return self._looked_closer(failure, again), False
        except FAILURES as doubt:
            failure = doubt
        if isinstance(failure, Undecided):
            try:
                return (self._of_both_sides(i, active, rule), {}, False), True
            except FAILURES:
                pass
        faults = {(i, k): self._fault(i, failure, k) for k, a in enumerate(node.arguments) if active[a]}
        return ((None,) * len(node.arguments), faults, False), False

    def _of_both_sides(self, i: int, active: Sequence[int], rule: Any) -> tuple[Number, ...]:
        S, node = self.S, self.graph.nodes[i]
        operands = [self.values[a] for a in node.arguments]
        found: list[NodeGradients] = S.ways(lambda: rule(S, i, node, self.values[i], operands, active))
        if any(faults for _, faults, _ in found):
            raise Undecided
        columns = zip(*(row for row, _, _ in found), strict=True)
        hulls = ([S.zero if d is None else d for d in column] for column in columns)
        return tuple(S.union(hull) if active[a] else None for a, hull in zip(node.arguments, hulls, strict=True))

    def _fault(self, i: int, failure: Exception, position: int = -1) -> Fault:
        """Return the fault of a node on which the number system failed."""
        if isinstance(failure, Undecided):
            failure.node = i
            return Fault(i, "undecided", position, failure)
        if isinstance(failure, Unsupported):
            failure = refusal(failure, self.graph.nodes[i].span)
        assert isinstance(failure, GradcliError)
        return Fault(i, failure.kind, position, failure.but(span=failure.span or self.graph.nodes[i].span))


def refusal(function: Unsupported | str, span: tuple[int, int] | None) -> InputError:
    """Return the error for a function that fractions do not have."""
    hint = ShellHint("leave --exact out to compute with decimals")
    return InputError(f"{function} has no exact result here", span=span, kind="exact", hint=hint)
