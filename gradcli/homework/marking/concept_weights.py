"""How much each item of a sheet counts: by the idea that it needs, not by the row that it fills.

A 1 or a 0 can be filled in by anybody. A copy and a repeated value need no idea of their own, though a minus is one.
What is right whatever was worked out before, since only a given number is in it, says nothing of the work where that
is asked for. A local gradient is shown by the gradient that is made with it. A sum over several paths needs the chain
rule for each of them, and counts double. A new value after a step of descent is arithmetic where its gradient is
asked for, too.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from ...calculus.operations import LINEAR
from ...record.gradient import Gradient
from ..claims.default_tolerance import RTOL
from ..claims.items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE, Item
from ..claims.items import truth as true_number
from ..claims.tolerance import ROUNDING
from .follow_through import Edge
from .nodes_at_numbers import slope

WEIGHT_OF_ONE_OR_ZERO = 0.03  # a 1, and a 0 that no gate closes
WEIGHT_OF_COPY = 0.2  # the gradient or value beside, again
WEIGHT_OF_LOCAL = 0.15  # a local gradient beside the gradient that it is a factor of
WEIGHT_OF_LOCAL_OF_GIVENS = 0.05  # the same, where it is made of given numbers alone
USUAL_WEIGHT = 1.0  # what needs one idea
WEIGHT_OF_SEVERAL_PATHS = 2.0  # a gradient along several paths
WEIGHT_OF_STEP = 0.2  # a new value beside the gradient that it is made with
MORE = 2  # factors than one, or none that are of givens
OTHERS = (0.75, 1.25)  # times a number, to see what hangs on it


def edges_to(record: Gradient) -> dict[int, list[Edge]]:
    """Return the edges along which the output depends on every node that is differentiated."""
    needed = record.graph.needed(record.output)
    found: dict[int, list[Edge]] = {i: [] for i, on in enumerate(needed) if on and record.active[i]}
    arguments = record.graph.nodes.arguments
    for i in found:
        for k, a in enumerate(arguments[i]):
            if record.active[a]:
                found[a].append((i, k))
    return found


def concept_weights(
    record: Gradient, items: Collection[Item], edges: Mapping[int, Sequence[Edge]]
) -> dict[Item, float]:
    """Return the weight of every item asked, in their order; `edges` are those that `edges_to` returns."""
    weight = _Weighing(record, frozenset(items), edges).weight
    return {item: weight(item) for item in items}


class _Weighing:
    """The weights of the items of one sheet, and what several of them hang on."""

    def __init__(self, record: Gradient, asked: Collection[Item], edges: Mapping[int, Sequence[Edge]]) -> None:
        self.record = record
        self.arguments = record.graph.nodes.arguments
        self.asked = asked
        self.edges = edges
        self.has_values = any(item.kind == VALUE for item in asked)
        self._of_givens: dict[Edge, bool] = {}
        # Of gradients: of how many local gradients other than 1 and -1 each is the product, if all are of givens.
        self._factors = {record.output: 0}

    def weight(self, item: Item) -> float:
        """Return how much an item counts."""
        kind, node, position = item
        if kind == STEP:
            return WEIGHT_OF_STEP if Item(UPSTREAM, node) in self.asked else self._of_gradient(node)
        x = true_number(self.record, item)
        if x is not None and abs(x - 1) <= RTOL:
            return WEIGHT_OF_ONE_OR_ZERO
        if not x and kind in (VALUE, LOCAL):
            return WEIGHT_OF_ONE_OR_ZERO
        if kind == VALUE:
            return WEIGHT_OF_COPY if self._repeats(node) else USUAL_WEIGHT
        if kind == LOCAL:
            if Item(UPSTREAM, self.arguments[node][position]) not in self.asked:
                return USUAL_WEIGHT
            return WEIGHT_OF_LOCAL_OF_GIVENS if self._is_of_givens(node, position) else WEIGHT_OF_LOCAL
        if kind == DERIVATIVE:
            return USUAL_WEIGHT
        return self._of_gradient(node)

    def _repeats(self, i: int) -> bool:
        """Whether a value is, but for its sign, that of an argument which the sheet gives or asks for."""
        values, arguments = self.record.values, self.arguments
        own = values[i]
        return own is not None and any(
            values[a] is not None and abs(values[a]) == abs(own) and (not arguments[a] or Item(VALUE, a) in self.asked)
            for a in arguments[i]
        )

    def _of_gradient(self, i: int) -> float:
        """Return the weight of an upstream gradient, by the paths along which it arrives."""
        paths = self._paths(i)
        if not paths:  # the output itself, or a 0 that is only handed on
            return WEIGHT_OF_ONE_OR_ZERO
        if len(paths) > 1:
            return WEIGHT_OF_SEVERAL_PATHS
        ((user, k),) = paths
        if Item(UPSTREAM, user) not in self.asked:
            return USUAL_WEIGHT
        if self.record.local(user, k) == 1:
            return WEIGHT_OF_COPY
        return WEIGHT_OF_COPY if self.has_values and self._looked_up(i) else USUAL_WEIGHT

    def _paths(self, i: int) -> list[Edge]:
        """Return the edges along which something arrives; those that only a gate closes where all others are closed."""
        record = self.record
        paths = [edge for edge in self.edges.get(i, ()) if record.upstream[edge[0]]]
        return [edge for edge in paths if record.local(*edge)] or paths[:1]

    def _looked_up(self, i: int) -> bool:
        """Whether a gradient is one local gradient of given numbers, but for its sign: nothing worked out is in it."""
        way: list[tuple[int, int]] = []
        while i not in self._factors:
            paths = self._paths(i)
            local = self.record.local(*paths[0]) if len(paths) == 1 else None
            own = 0 if local and abs(local) == 1 else 1 if local and self._is_of_givens(*paths[0]) else MORE
            if own == MORE:
                self._factors[i] = MORE
                break
            way.append((i, own))
            i = paths[0][0]
        factors = self._factors[i]
        for node, own in reversed(way):
            factors = self._factors[node] = min(factors + own, MORE)
        return factors < MORE

    def _is_of_givens(self, i: int, k: int) -> bool:
        """Whether a local gradient stays what it is, whatever the numbers are that have to be worked out for it."""
        found = self._of_givens.get((i, k))
        if found is None:
            found = self._of_givens[i, k] = self._stays(i, k)
        return found

    def _stays(self, i: int, k: int) -> bool:
        values, arguments = self.record.values, self.arguments
        own, local, operation = values[i], self.record.local(i, k), self.record.graph.nodes.operations[i]
        if operation in LINEAR:
            return True
        for other in OTHERS:
            operands = [values[a] * other if arguments[a] else values[a] for a in arguments[i]]
            found = slope(operation, k, own * other, operands)
            if found is None or not math.isclose(found, local, rel_tol=ROUNDING):
                return False
        return True
