"""What follows from one wrong number, worked out from the right numbers and from what it changes alone.

An upstream or local gradient that is replaced changes the upstream gradients of all older nodes in proportion to the
derivative of the node where it was made. A value that is replaced changes only what is computed after it, and what
flows back through that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ...calculus.faults import Fault
from ...calculus.linearization import Linearization
from ...calculus.replacing import replaced
from ...calculus.second_look import SecondLook
from ...calculus.sweeps import Forward, Partials, node_value
from ...calculus.upstream import upstream as upstream_of
from ..claims.items import LOCAL, UPSTREAM, VALUE, Item
from .program_shape import Edge
from .replaced_numbers import Number, ReworkedProgram, S, SheetNumbers

CANCELLED = 1e-13  # relative to what cancels: a sum of floats that is nearer to 0 is 0


def _total(terms: list[Number]) -> Number:
    """Return a sum of floats, 0 where what is left of terms that cancel is their rounding."""
    total = sum(terms)
    return total if abs(total) > CANCELLED * max(map(abs, terms)) else S.zero


class Begun(NamedTuple):
    """The values that follow from a wrong one at a node, one entry per node, and the second look at them.

    `rows` are the local gradients that follow, of the nodes that were asked about.
    """

    node: int
    values: list[Number]
    look: SecondLook
    rows: dict[int, tuple[Number, ...]]


class Carrying:
    """The sheets that follow from one wrong number in a program at a point. What they share is worked out once."""

    def __init__(self, program: ReworkedProgram) -> None:
        self.program = program
        self._slopes: dict[int, dict[Item, tuple[int, Number]] | None] = {}

    @cached_property
    def _missing(self) -> dict[int, Fault]:
        """The nodes without a value."""
        return {i: Fault(i, "domain") for i, v in enumerate(self.program.right.values) if v is None}

    # ---- a wrong gradient

    def from_gradients(self, kind: str, made: Mapping[Item, Number]) -> dict[Item, Number] | None:
        """Return every upstream gradient that a wrong local or upstream gradient may change; None where a number is
        missing on the way, and the sweep has to say what follows.
        """
        right = self.program.right
        seeds = self._seeds(kind, made)
        if seeds is None:
            return None
        terms: dict[Item, list[Number]] = {}
        for node, change in seeds.items():
            slopes = self._slopes_of(node)
            if slopes is None:
                return None
            for item, (x, d) in slopes.items():
                terms.setdefault(item, [right.upstream[x]]).append(change * d)
        found = {item: _total(some) for item, some in terms.items()}
        return found | {item: number for item, number in made.items() if kind == UPSTREAM}

    def gradient(self, kind: str, made: Mapping[Item, Number], item: Item) -> Number:
        """Return an upstream gradient that is not made, as `from_gradients` has it: None where that has none of it.

        It is not a number where it takes a sweep to say what follows.
        """
        seeds = self._seeds(kind, made)
        if seeds is None:
            return math.nan
        terms: list[Number] = []
        for node, change in seeds.items():
            slopes = self._slopes_of(node)
            if slopes is None:
                return math.nan
            if item in slopes:
                x, d = slopes[item]
                terms = terms or [self.program.right.upstream[x]]
                terms.append(change * d)
        return _total(terms) if terms else None

    def moved_by(self, item: Item) -> dict[Item, tuple[Number, Number]] | None:
        """Return the upstream gradients that a wrong gradient changes: the right number of each, and its slope.

        None where a number is missing on the way.
        """
        program, node, slope = self.program, item.node, S.one
        if item.kind == LOCAL:
            slope, node = program.right.upstream[node], program.nodes[node].arguments[item.position]
        slopes = None if slope is None else self._slopes_of(node)
        if slopes is None:
            return None
        return {other: (program.right.upstream[x], slope * d) for other, (x, d) in slopes.items()}

    def _seeds(self, kind: str, made: Mapping[Item, Number]) -> dict[int, Number] | None:
        """Return by how much the upstream gradients change from which all other changes come; None without a number."""
        right = self.program.right
        seeds: dict[int, Number] = {}
        for item, number in made.items():
            node, truth = item.node, right.of(item)
            upstream = right.upstream[node]
            if truth is None or upstream is None:
                return None
            change = number - truth
            if kind == LOCAL:
                node, change = self.program.nodes[node].arguments[item.position], upstream * change
            seeds[node] = seeds.get(node, S.zero) + change
        return seeds if all(map(math.isfinite, seeds.values())) else None

    def _slopes_of(self, node: int) -> dict[Item, tuple[int, Number]] | None:
        """Return the upstream gradients of the sheet that one at a node leads to, with their nodes and derivatives."""
        if node not in self._slopes:
            program = self.program
            row: list[Number] = upstream_of(program.right.linearization, node, S.one)
            found = {Item(UPSTREAM, x): (x, row[x]) for x in program.sources(node) if x in program.asked}
            usable = not program.right.linearization.slope_faults and all(
                d is not None and math.isfinite(d) and program.right.upstream[x] is not None for x, d in found.values()
            )
            self._slopes[node] = {item: entry for item, entry in found.items() if entry[1]} if usable else None
        return self._slopes[node]

    # ---- a wrong value

    def begun(self, node: int, number: Number) -> Begun:
        """Return the values that follow from a wrong one."""
        program = self.program
        values: list[Number] = list(program.right.values)
        values[node] = number
        look = SecondLook(S, program.graph, values)
        faults = {i: fault for i, fault in self._missing.items() if i != node}
        for i in program.shape.after(node):
            values[i], fault = node_value(look, i, program.point, faults)
            if fault is not None:
                faults[i] = fault
        return Begun(node, values, look, {})

    def local_gradient(self, begun: Begun, item: Item) -> Number:
        """Return a local gradient that is not made, as `from_value` has it: None where that has none of it.

        It is not a number where it takes the sheet to say what follows.
        """
        program, i = self.program, item.node
        if i not in begun.rows:
            try:
                begun.rows[i] = self._row(begun, i)
            except ArithmeticError:
                begun.rows[i] = (math.nan,) * len(program.nodes[i].arguments)
        return begun.rows[i][item.position]

    def _row(self, begun: Begun, i: int) -> tuple[Number, ...]:
        """Return the local gradients of a node that follow from a wrong value, None where they are the right ones."""
        program, values, arguments = self.program, begun.values, self.program.nodes[i].arguments
        if i != begun.node and i not in program.shape.after(begun.node):
            return (None,) * len(arguments)
        if any(values[a] is None for a in arguments):
            return (math.nan,) * len(arguments)
        row, _ = program.slopes_at(begun.look, i)
        if i != begun.node:
            return row
        own = dict(program.slopes_by_hand(i, values))
        return tuple(own.get((i, k), d) for k, d in enumerate(row))

    def from_value(self, begun: Begun, slopes: Mapping[Edge, Number]) -> Iterator[tuple[Item, Number]]:
        """Yield every number of the sheet that a wrong value may change, with some of its own local gradients.

        Raises `ArithmeticError` as `work` does.
        """
        program, node, values = self.program, begun.node, begun.values
        if any(values[a] is None for a in program.nodes[node].arguments):
            raise ArithmeticError("a number is given for what cannot be worked out")
        after = program.shape.after(node)
        own = {**dict(program.slopes_by_hand(node, values)), **slopes}
        linearization = replaced(self._linearized(values, begun.look, [node, *after]), own)
        numbers = SheetNumbers(
            program, linearization, upstream_of(linearization, program.output, program.output_adjoint)
        )
        for i in (node, *after):
            for item in program.shape.worked_out_at[i]:
                yield item, values[i] if item.kind == VALUE else numbers.local_gradients[i][item.position]
        for item in program.shape.gradients:
            yield item, numbers.upstream[item.node]

    def _linearized(self, values: list[Number], look: SecondLook, changed: list[int]) -> Linearization:
        """Return the right linearization with the local gradients of some nodes worked out from other values."""
        program = self.program
        right = program.right.linearization
        rows = list(right.local_gradients)
        gone = set(changed)
        faults = {edge: fault for edge, fault in right.slope_faults.items() if edge[0] not in gone}
        for i in changed:
            rows[i], broken = program.slopes_at(look, i)
            faults.update(broken)
        run = Forward(values, {})
        return Linearization(S, program.graph, run, program.active, Partials(rows, faults, right.kinks, right.spread))
