"""A program at a point, worked through by the same sweeps with some of its numbers replaced.

With one number replaced it is what a sheet looks like after one mistake; with every claim of a sheet put in its place,
it is what follows from a student's own numbers.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from fractions import Fraction
from functools import cached_property
from typing import Any

from ...calculus.fast_sweeps import forward
from ...calculus.faults import Fault
from ...calculus.graph import Node
from ...calculus.linearization import Linearization
from ...calculus.operations import NUMBER
from ...calculus.replacing import filled, filled_row
from ...calculus.replacing import replaced as replaced_edges
from ...calculus.second_look import SecondLook
from ...calculus.sweeps import Forward, Partials, add_local_gradients, local_gradient, node_value
from ...calculus.table_parts import Operation
from ...calculus.upstream import upstream as upstream_of
from ...numbers.refusing import Refusing
from ...record.gradient import Gradient
from ..claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item, signed_rate, worksheet
from .program_shape import Edge, given_name, shape_of

Number = Any
CHOOSING = frozenset(("max", "min"))
UNKNOWN = object()  # in place of a number that was not worked out yet
MOST_NODES = 120  # nothing that takes more than a sweep for a single step is done in larger programs


class ByHand(Refusing):
    """Floats of which the largest may be written down rounded, or wrong: the argument next to it is then the one."""

    def tie_weights(self, v: float, args: Sequence[float]) -> list[float | None]:
        """Return the local gradients of max and min: equal shares for the arguments nearest to v."""
        distances = [abs(x - v) for x in args]
        nearest = [d == min(distances) for d in distances]
        return [self.one / sum(nearest) if here else None for here in nearest]

    def floor(self, x: float) -> float:
        """Return the largest integer that is not above x; an infinite number is its own."""
        return super().floor(x) if math.isfinite(x) else x


S = ByHand()


class SheetNumbers:
    """The numbers of a sheet: values, local gradients and upstream gradients, one entry per node, or None."""

    __slots__ = ("_of_inputs", "_slopes", "arriving", "linearization", "local_gradients", "program", "upstream",
                 "values")  # fmt: skip

    def __init__(self, program: ReworkedProgram, linearization: Linearization, upstream: list[Number]) -> None:
        self.program = program
        self.linearization = linearization
        self.values = linearization.values
        self.local_gradients = linearization.local_gradients
        self.upstream = upstream
        self._slopes: dict[int, list[Number]] = {}
        self._of_inputs: Any = UNKNOWN
        self.arriving: dict[int, Any] = {}  # what arrives at a node, as far as it was asked for

    def of(self, item: Item) -> Number:
        """Return the number of an item."""
        if item.kind == VALUE:
            return self.values[item.node]
        if item.kind == UPSTREAM:
            return self.upstream[item.node]
        if item.kind == STEP:
            return self.new_value(item.node)
        return self.local_gradients[item.node][item.position]

    def new_value(self, node: int) -> Number:
        """Return what the step makes of an input."""
        w, g = self.values[node], self.upstream[node]
        return None if w is None or g is None else w - self.program.rate * g

    def slope(self, node: int, x: int) -> Number:
        """Return the derivative of a node with respect to an older one."""
        found = self._slopes.get(node)
        if found is None:
            found = self._slopes[node] = upstream_of(self.linearization, node, S.one)
        return found[x]

    def of_variables(self, node: int, g: Number) -> Number:
        """Return the sum of the gradients of the inputs that are asked, with g at a node; None where one is missing."""
        inputs, total = self.program.asked_inputs, self._of_inputs
        if total is UNKNOWN:  # exact, so that one of many can be exchanged in it
            found = [self.upstream[i] for i in inputs]
            whole = all(x is not None and math.isfinite(x) for x in found)
            total = self._of_inputs = sum(map(Fraction, found), Fraction(0)) if whole else None
        if total is not None and g is not None and math.isfinite(g):
            with suppress(OverflowError):
                return float(total - Fraction(self.upstream[node]) + Fraction(g))
        terms = [g if i == node else self.upstream[i] for i in inputs]
        return None if None in terms else S.sum(terms)


class ReworkedProgram:
    """A program at a point: its graph, the items of a full sheet, the nodes they ask about, and who uses which node."""

    def __init__(self, record: Gradient, fixed: Collection[str] = ()) -> None:
        self.shape = shape = shape_of(record.graph, tuple(worksheet(record, fixed)))
        self.graph = record.graph
        self.nodes = shape.nodes
        self.output = record.output
        self.active = record.active
        self.point = {name: float(record.values[i]) for name, i in record.graph.inputs.items()}
        self.output_adjoint = float(record.output_adjoint)
        self.large = len(self.nodes) > MOST_NODES
        self.rate = signed_rate(record)
        self._after_steps: dict[frozenset[int], SheetNumbers] = {}
        self.items = shape.items
        self.stepping = shape.stepping
        self.asked = shape.asked
        self.users = shape.users
        self.positions = shape.positions
        self.neighbours = shape.neighbours
        self.constant = shape.constant
        self.uses = shape.uses
        self.sources = shape.sources

    @cached_property
    def right(self) -> SheetNumbers:
        """The numbers without a mistake."""
        return self.work()

    @cached_property
    def asked_inputs(self) -> list[int]:
        """The inputs that a sheet asks about."""
        return [i for i in self.graph.inputs.values() if i in self.asked]

    @cached_property
    def variables(self) -> dict[str, int]:
        """The inputs that a sheet asks about, but for the output, by name."""
        return self._asked(self.graph.inputs)

    @cached_property
    def named(self) -> dict[str, int]:
        """The named nodes that a sheet asks about, but for the output, by name."""
        return self._asked(self.graph.named)

    def _asked(self, names: Mapping[str, int]) -> dict[str, int]:
        return {name: i for name, i in names.items() if i in self.asked and i != self.output}

    @cached_property
    def whole_numerals(self) -> list[tuple[str, Number]]:
        """The whole numbers above 2 that the program uses, as they are written and as numbers."""
        used = {a for i in self.asked for a in self.nodes[i].arguments}
        texts = sorted({self.nodes[a].text for a in used if self.nodes[a].operation is NUMBER})
        return [(text, n) for text in texts if (n := S.number(text)) > 2 and n.is_integer()]

    def elsewhere(self, point: Mapping[str, float]) -> ReworkedProgram:
        """Return the same program at another point, where fewer of the items may have a number."""
        other = copy(self)
        other.__dict__.pop("right", None)
        other.point = dict(point)
        other._after_steps = {}
        return other

    def after_steps(self, inputs: frozenset[int]) -> SheetNumbers:
        """Return the numbers of the program where some inputs have taken their steps. Raises as `work`."""
        found = self._after_steps.get(inputs)
        if found is None:
            found = self._after_steps[inputs] = self.work({i: self.right.new_value(i) for i in inputs})
        return found

    def work(
        self,
        values: Mapping[int, Number] | None = None,
        local_gradients: Mapping[Edge, Number] | None = None,
        upstream: Mapping[int, Number] | None = None,
    ) -> SheetNumbers:
        """Return the numbers that follow when some of them are replaced, and everything after is worked out from those.

        Raises `ArithmeticError` where a replaced number leads out of a domain or of binary64.
        """
        values, local_gradients = values or {}, local_gradients or {}
        if values and self._is_whole:
            linearization = self._reworked(values, local_gradients)
        else:
            found = self._values(values)
            self._require_arguments(values, found)
            own = filled(Linearization(S, self.graph, Forward(found, {}), self.active))
            by_hand = {edge: d for i in values for edge, d in self.slopes_by_hand(i, found)}
            linearization = replaced_edges(own, {**by_hand, **local_gradients})
        return SheetNumbers(self, linearization, self._upstream(linearization, upstream or {}))

    @cached_property
    def _is_whole(self) -> bool:
        """Whether no number is missing from the right ones."""
        return None not in self.right.values and not self.right.linearization.slope_faults

    def _require_arguments(self, values: Mapping[int, Number], found: list[Number]) -> None:
        if any(found[a] is None for i in values for a in self.nodes[i].arguments):
            raise ArithmeticError("a number is given for what cannot be worked out")

    def _reworked(self, values: Mapping[int, Number], local_gradients: Mapping[Edge, Number]) -> Linearization:
        """Return the right linearization with only that worked out again which some replaced values change."""
        right = self.right.linearization
        found = list(right.values)
        for i, number in values.items():
            found[i] = number
        look = SecondLook(S, self.graph, found)
        faults: dict[int, Fault] = {}
        after = self.shape.after_all(frozenset(values))
        for i in after:
            found[i], fault = node_value(look, i, self.point, faults)
            if fault is not None:
                faults[i] = fault
        self._require_arguments(values, found)
        arguments_of, rows = self.graph.nodes.arguments, list(right.local_gradients)
        slope_faults: dict[Edge, Fault] = {}
        for i in (*values, *after):
            operation = self.graph.nodes.operations[i]
            if operation.python_operator is not None and operation.domain is None:  # it has slopes at all numbers
                edges = [(i, k) if self.active[a] else None for k, a in enumerate(arguments_of[i])]
                if all(edge is None or edge in local_gradients for edge in edges):  # nothing is left to work out
                    rows[i] = tuple(None if edge is None else local_gradients[edge] for edge in edges)
                    continue
            rows[i], broken = self.slopes_at(look, i)
            slope_faults.update(broken)
            if i in values:
                by_hand = dict(self.slopes_by_hand(i, found))
                rows[i] = tuple(by_hand.get((i, k), d) for k, d in enumerate(rows[i]))
                slope_faults = {edge: fault for edge, fault in slope_faults.items() if edge not in by_hand}
        slopes = Partials(rows, slope_faults, right.kinks, right.spread)
        return replaced_edges(Linearization(S, self.graph, Forward(found, {}), self.active, slopes), local_gradients)

    def slopes_at(self, look: SecondLook, i: int) -> tuple[tuple[Number, ...], dict[Edge, Fault]]:
        """Return the local gradients of a node, worked out from the values that are looked at, and what fails."""
        arguments = self.graph.nodes.arguments[i]
        if not self.active[i] or look.values[i] is None or not arguments:
            return (None,) * len(arguments), {}
        slopes = Partials([], {}, [], [])
        add_local_gradients(slopes, look, i, self.active)
        return filled_row(S, slopes.local_gradients[0], i, arguments, self.active, slopes.faults), slopes.faults

    def slopes_by_hand(self, i: int, values: list[Number]) -> Iterator[tuple[Edge, Number]]:
        """Yield the local gradients of a node with a wrong value, where people do not work them out as the table does.

        Those of an operator, and of max and min, come from its arguments, whatever was made of them; others as they
        are taught.
        """
        node = self.nodes[i]
        operation, args = node.operation, [values[a] for a in node.arguments]
        if None in args or (operation.domain is not None and not operation.domain.holds(S, *args)):
            return
        for k in self.positions[i]:
            if operation.taught is not None:
                yield (i, k), operation.taught(S, values[i], *args)
            elif operation.symbol or operation.name in CHOOSING:
                found, failure = local_gradient(S, operation, k, operation.value(S, *args), args)
                if not failure:
                    yield (i, k), S.zero if found is None else found

    def again(
        self, numbers: SheetNumbers, local_gradients: Mapping[Edge, Number], upstream: Mapping[int, Number]
    ) -> SheetNumbers:
        """Return the numbers that follow when only local or upstream gradients are replaced: the values stay."""
        linearization = replaced_edges(numbers.linearization, local_gradients)
        return SheetNumbers(self, linearization, self._upstream(linearization, upstream))

    def _values(self, replaced: Mapping[int, Number]) -> list[Number]:
        """Run the forward sweep with some nodes made into inputs that have a number of their own."""
        if not replaced:
            return forward(S, self.graph, self.point).values
        point = {**self.point, **{given_name(i): number for i, number in replaced.items()}}
        return forward(S, self.shape.given(replaced), point).values

    def _upstream(self, linearization: Linearization, replaced: Mapping[int, Number]) -> list[Number]:
        """Run the reverse sweep with some upstream gradients replaced.

        Nothing flows into such a node from its users any more. Where some local gradient is missing, it gets its number
        from a weighted sum of the output and these nodes, put on top of the graph.
        """
        if not replaced or not linearization.slope_faults:
            return upstream_of(linearization, self.output, self.output_adjoint, replaced)
        cut = replaced_edges(linearization, {edge: None for a in replaced for edge in self.users[a]})
        weights = {self.output: self.output_adjoint, **replaced}
        top = len(self.nodes)
        rows = [*cut.local_gradients, tuple(weights.values())]
        run = Forward([*cut.values, None], cut.value_faults)
        summed = Linearization(
            S, self.shape.summed(tuple(weights)), run, [*self.active, 1], Partials(rows, cut.slope_faults, [])
        )
        return upstream_of(summed, top, S.one)[:top]


class Contribution:
    """What arrives at a node from one of its users: the user's upstream gradient times the local gradient."""

    __slots__ = ("local", "position", "product", "upstream", "user")

    def __init__(self, user: int, position: int, upstream: Number, local: Number) -> None:
        self.user = user
        self.position = position
        self.upstream = upstream
        self.local = local
        self.product = upstream * local


class Working:
    """One step of the work: the item whose number is worked out, and the numbers that it is worked out from.

    `v` is the value of the item's node, `args` are those of the node's arguments.
    """

    __slots__ = ("_right", "_terms", "args", "item", "node", "numbers", "operation", "program", "v")

    def __init__(self, numbers: SheetNumbers, item: Item) -> None:
        self.numbers = numbers
        self.program: ReworkedProgram = numbers.program
        self.item = item
        values = numbers.values
        self.node: Node = self.program.nodes[item.node]
        self.operation: Operation = self.node.operation
        self.v: Number = values[item.node]
        self.args: list[Number] = [values[a] for a in self.node.arguments]
        self._right: Number = UNKNOWN
        self._terms: list[Contribution] | None = None

    def varying(self) -> Sequence[int]:
        """Return whether each argument of the node depends on an input."""
        return [self.program.active[a] for a in self.node.arguments]

    @property
    def terms(self) -> list[Contribution]:
        """What arrives at the node from its users; nothing where a number of it is missing."""
        if self._terms is None:
            self._terms = []
            for user, position in self.program.users[self.item.node]:
                upstream, local = self.numbers.upstream[user], self.numbers.local_gradients[user][position]
                if upstream is None or local is None:
                    self._terms = []
                    break
                self._terms.append(Contribution(user, position, upstream, local))
        return self._terms

    @property
    def right(self) -> Number:
        """The right result of the step, from the numbers that it is worked out from; None where there is none."""
        if self._right is UNKNOWN:
            self._right = self._worked_out()
        return self._right

    def _worked_out(self) -> Number:
        if self.item.kind == VALUE:
            return None if None in self.args else self.operation.value(S, *self.args)
        if self.item.kind == LOCAL:
            return None if self.v is None or None in self.args else self.local_gradient(self.v, self.args)
        if self.item.kind == STEP:
            return self.numbers.new_value(self.item.node)
        if self.item.node == self.program.output:
            return self.program.output_adjoint
        terms = self.terms
        return S.sum([term.product for term in terms]) if terms else None

    def local_gradient(self, v: Number, args: list[Number]) -> Number:
        """Return the local gradient that the step is about, at any value and arguments; None where there is none."""
        operation, k = self.operation, self.item.position
        if operation.domain is not None and not operation.domain.holds(S, *args):
            return None
        found, failure = local_gradient(S, operation, k, v, args)
        return None if failure else S.zero if found is None else found
