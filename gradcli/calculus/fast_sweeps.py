"""The sweeps of `sweeps`, faster where nothing special happens: nearly all nodes of a large graph are + - * of numbers.

What is special (a domain, a fault, a kink, more than two arguments) is left to the functions there. The results are the
same, which the tests ask over random graphs in several number systems.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import sweeps
from .faults import FAILURES, Fault
from .operations import INPUT, LINEAR
from .second_look import SecondLook
from .sweeps import Forward, Partials, Reverse, add_local_gradients, node_value, total

if TYPE_CHECKING:
    from ..numbers.contract import NumberSystem
    from .graph import Graph
    from .table_parts import Operation

Number = Any


def forward(S: NumberSystem, graph: Graph, point: Mapping[str, Number]) -> Forward:
    """Return the value of every node at a point, which has a number for every input."""
    nodes = graph.nodes
    run = Forward([None] * len(nodes), {})
    compute(S, graph, point, run, zip(range(len(nodes)), nodes.operations, nodes.arguments, strict=True))
    return run


def compute(
    S: NumberSystem,
    graph: Graph,
    point: Mapping[str, Number],
    run: Forward,
    visits: Iterable[tuple[int, Operation, tuple[int, ...]]],
) -> None:
    """Compute some nodes, oldest first, into the values and faults of a run, which has those of their arguments."""
    values, faults = run
    look = SecondLook(S, graph, values)
    within, texts = S.within, graph.nodes.texts
    for i, operation, arguments in visits:
        if operation is INPUT:
            values[i] = point[texts[i]]
            continue
        try:
            if (faults and not faults.keys().isdisjoint(arguments)) or operation.domain is not None or not arguments:
                values[i], fault = node_value(look, i, point, faults)
                if fault is not None:
                    faults[i] = fault
                continue
            if operation.python_operator is None:
                value = operation.value(S, *[values[a] for a in arguments])
            elif len(arguments) == 2:
                a, b = arguments
                value = operation.python_operator(values[a], values[b])
            else:
                value = operation.python_operator(values[arguments[0]])
            if not within(value):
                faults[i] = Fault(i, "overflow")
        except FAILURES as failure:
            value, fault = look.value(i, failure)
            if fault is not None:
                faults[i] = fault
        values[i] = value


def partials(S: NumberSystem, graph: Graph, values: list[Number], active: Sequence[int]) -> Partials:
    """Return every local gradient with respect to an active argument; `active` has one entry per node."""
    found = Partials([], {}, [], [])
    look = SecondLook(S, graph, values)
    append = found.local_gradients.append
    fixed: dict[Any, tuple[Number, ...]] = {}  # the rows of what has the same slopes everywhere
    columns = zip(graph.nodes.operations, graph.nodes.arguments, values, active, strict=True)
    for i, (operation, arguments, v, on) in enumerate(columns):
        if not arguments:
            append(())
            continue
        if not on or v is None:
            append((None,) * len(arguments))
            continue
        row, rules = fixed.get(operation), operation.unconditional_partials
        try:
            if row is None and operation in LINEAR:
                row = fixed[operation] = tuple(rule(S, None) for rule in rules or ())
            if rules is not None and len(rules) == 2:
                a, b = arguments
                if active[a] and active[b]:
                    append(row or (rules[0](S, v, values[a], values[b]), rules[1](S, v, values[a], values[b])))
                elif active[a]:
                    append((row[0] if row else rules[0](S, v, values[a], values[b]), None))
                else:
                    append((None, row[1] if row else rules[1](S, v, values[a], values[b])))
                continue
            if rules is not None and len(rules) == 1:
                append(row or (rules[0](S, v, values[arguments[0]]),))
                continue
        except FAILURES:  # which happens there again, and is looked at
            pass
        add_local_gradients(found, look, i, active)
    return found


def reverse(S: NumberSystem, graph: Graph, slopes: Partials, output: int, output_adjoint: Number) -> Reverse:
    """Return `output_adjoint` times the derivative of the output with respect to every node: multiply and add."""
    if slopes.faults:
        return sweeps.reverse(S, graph, slopes, output, output_adjoint)
    arguments_of = graph.nodes.arguments
    # What has arrived at a node: nothing, one contribution, or a list of several; at last its adjoint.
    arriving: list[Any] = [None] * len(arguments_of)
    contributions: list[tuple[Number, ...]] = [()] * (output + 1)
    contributions += [(None,) * len(arguments) for arguments in arguments_of[output + 1 :]]  # nothing flows from there
    arriving[output] = output_adjoint
    one = S.one
    i = output + 1
    for arguments, row in zip(arguments_of[output::-1], slopes.local_gradients[output::-1], strict=True):
        i -= 1
        adjoint = arriving[i]
        if adjoint.__class__ is list:
            adjoint = arriving[i] = total(S, adjoint)
        if not arguments:
            continue
        if adjoint is None:
            contributions[i] = (None,) * len(arguments)
            continue
        if len(arguments) == 2:  # the loop below, unrolled
            (a, b), (x, y) = arguments, row
            if x is not None:
                x = adjoint if x is one else adjoint * x
                if arriving[a] is None:
                    arriving[a] = x
                else:
                    join(arriving, a, x)
            if y is not None:
                y = adjoint if y is one else adjoint * y
                if arriving[b] is None:
                    arriving[b] = y
                else:
                    join(arriving, b, y)
            contributions[i] = (x, y)
        else:
            contributions[i] = tuple([None if x is None else adjoint if x is one else adjoint * x for x in row])
            for a, x in zip(arguments, contributions[i], strict=True):
                if x is not None:
                    join(arriving, a, x)
    return Reverse([S.zero if a is None else a for a in arriving], contributions, {})


def join(arriving: list[Any], a: int, contribution: Number) -> None:
    """Add a contribution to what has arrived at a node."""
    before = arriving[a]
    if before is None:
        arriving[a] = contribution
    elif before.__class__ is list:
        before.append(contribution)
    else:
        arriving[a] = [before, contribution]
