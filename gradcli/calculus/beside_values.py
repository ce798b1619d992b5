"""The values of a program just beside a point: series of one attempt, or the state of a node that has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from ..errors import LimitError
from ..numbers.series.system import SeriesSystem
from ..numbers.series.terms import BITS, Undetermined
from ..numbers.systems import Undecided, Unsupported
from .graph import Graph
from .notes import OUTSIDE, UNDETERMINED
from .operations import INPUT, OPERATIONS, WHERE
from .sweeps import leaf


class Program(Protocol):
    """The output of a graph and the nodes that it needs, oldest first; `point(S)` has a number for every input."""

    graph: Graph
    output: int
    needed: list[int]
    decimal: bool
    point: Callable[[SeriesSystem], Mapping[str, Any]]


class State(NamedTuple):
    """A node without a number beside the point: there is no value, or none can be told."""

    word: str
    lack: str = ""


NO_VALUE = State(OUTSIDE)


class Frame:
    """The system of one attempt, and in it every node at the point itself."""

    def __init__(self, program: Program, bits: int, terms: int, unit: int) -> None:
        self.S = SeriesSystem(bits, unit, terms, OPERATIONS, decimal=program.decimal)
        self.known: dict[tuple[Any, ...], Any] = {}  # the same operation of the same numbers is the same number
        graph, S = program.graph, self.S
        with S.at_work():
            point = program.point(S)
            self.at_point: list[Any] = [None] * (program.output + 1)
            for i in program.needed:
                operation, arguments = graph.nodes.operations[i], graph.nodes.arguments[i]
                if arguments:
                    self.at_point[i] = self.evaluate(operation, [self.at_point[a] for a in arguments])
                else:
                    text = graph.nodes.texts[i]
                    self.at_point[i] = point[text] if operation is INPUT else leaf(S, operation, text)
        self.doubts = S.lacking

    def forget(self) -> None:
        """Let go of all numbers."""
        self.at_point.clear()
        self.known.clear()
        self.S.forget()

    def evaluate(self, operation: Any, operands: list[Any]) -> Any:
        """Return the value of an operation: a series, or the state of what has none."""
        if operation is WHERE:
            return self._branch(*operands)
        for x in operands:
            if x.__class__ is State:
                return next((y for y in operands if y is NO_VALUE), x)
        key = (operation, *map(id, operands))
        found = self.known.get(key)
        if found is None:
            found = self._value(operation, operands)
            self.known[key] = found, operands  # which are kept, so that no other number gets their identity
            return found
        return found[0]

    def _value(self, operation: Any, operands: list[Any]) -> Any:
        """Return the value of an operation whose arguments have one."""
        try:
            if operation.python_operator is not None:
                return operation.python_operator(*operands)
            return self._hull(list(self.S.outcomes(_defined(operation), operands)))
        except Undetermined as doubt:
            return State(UNDETERMINED, doubt.lack)
        except Undecided:
            return State(UNDETERMINED, BITS)
        except (Unsupported, LimitError, OverflowError):
            return State(UNDETERMINED)

    def _branch(self, condition: Any, a: Any, b: Any) -> Any:
        """Return the branch that a condition takes, or what holds both where it is undecided."""
        if condition.__class__ is State:
            return condition
        branches = list(self.S.outcomes(lambda S, c: a if S.equal(c, S.one) else b, [condition]))
        return self._hull(branches)

    def _hull(self, outcomes: list[Any]) -> Any:
        found = outcomes[0]
        for other in outcomes[1:]:
            if found.__class__ is State or other.__class__ is State:
                if found is not other:
                    return State(UNDETERMINED)
            else:
                try:
                    found = self.S.hull(found, other)
                except Undetermined as doubt:
                    return State(UNDETERMINED, doubt.lack)
        return found


def _defined(operation: Any) -> Callable[..., Any]:
    """Return the rule of an operation's value that also asks whether there is one."""
    domain, value = operation.domain, operation.value
    if domain is None:
        return value
    return lambda S, *operands: value(S, *operands) if domain.holds(S, *operands) else NO_VALUE
