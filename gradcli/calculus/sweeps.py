"""The sweeps over a graph: values forwards, partials as data, adjoints backwards, tangents forwards.

Every sweep is a loop over the flat tuple of nodes. The number system is an argument. What fails (a domain, a slope that
is infinite) is a `Fault` that travels with the numbers: it only counts where the answer needs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .faults import FAILURES, EdgeFaults, Fault, SecondLook, Slopes
from .graph import Graph, Node
from .operations import CONSTANTS, INPUT, LINEAR, NUMBER, WHERE
from .table_parts import Operation

Number = Any


class Forward(NamedTuple):
    """The values of all nodes, and the faults of those that no further result may be built on.

    A node with a fault has the value None, except where its own value lies beyond the range of the system.
    """

    values: list[Number]
    faults: dict[int, Fault]


def forward(S: Any, graph: Graph, point: Mapping[str, Number]) -> Forward:
    """Return the value of every node at a point, which has a number for every input."""
    values: list[Number] = []
    faults: dict[int, Fault] = {}
    append, within = values.append, S.within
    nodes = graph.nodes
    look = None
    for i, (operation, arguments) in enumerate(zip(nodes.operations, nodes.arguments, strict=True)):
        try:
            if not arguments:
                text = nodes.texts[i]
                append(point[text] if operation is INPUT else leaf(S, operation, text))
                continue
            if faults and not faults.keys().isdisjoint(arguments):
                fault = _inherited(S, graph, i, values, faults)
                if fault is not None:
                    faults[i] = fault
                    append(None)
                    continue
            if operation.python_operator is not None:  # nearly all nodes of a large graph
                if len(arguments) == 2:
                    a, b = arguments
                    value = operation.python_operator(values[a], values[b])
                else:
                    value = operation.python_operator(values[arguments[0]])
            else:
                operands = [values[a] for a in arguments]
                if operation.domain is not None and not operation.domain.holds(S, *operands):
                    faults[i] = Fault(i, "domain")
                    append(None)
                    continue
                value = operation.value(S, *operands)
            if not within(value):
                faults[i] = Fault(i, "overflow")
        except FAILURES as failure:
            look = look or SecondLook(S, graph, values)
            value, fault = look.value(i, failure)
            if fault is not None:
                faults[i] = fault
        append(value)
    return Forward(values, faults)


def leaf(S: Any, operation: Operation, text: str) -> Number:
    """Return the numeral or constant in the number system."""
    return S.number(text) if operation is NUMBER else CONSTANTS[text](S)


def _inherited(S: Any, graph: Graph, i: int, values: list[Number], faults: dict[int, Fault]) -> Fault | None:
    """Return the fault that node `i` takes over from its arguments: none from the branch that `where` does not take."""
    operation, arguments = graph.nodes[i][:2]
    if operation is WHERE and arguments[0] not in faults:
        holds = S.equal(values[arguments[0]], S.one)
        return faults.get(arguments[1] if holds else arguments[2])
    return next(faults[a] for a in arguments if a in faults)


class Partials(NamedTuple):
    """The local gradients: for every node a tuple with one entry an argument; and those that do not exist.

    An entry is None where nothing flows: the argument is not active, or locally without influence.
    `faults` is keyed by node and argument position. Nodes in `spread` have a kink somewhere among uncertain numbers;
    their local gradients hold those of both sides.
    """

    local_gradients: list[tuple[Number, ...]]
    faults: dict[tuple[int, int], Fault]
    kinks: list[int]
    spread: Sequence[int] = ()


def partials(S: Any, graph: Graph, values: list[Number], active: Sequence[int]) -> Partials:
    """Return every local gradient with respect to an active argument, and the nodes at a kink."""
    found: list[tuple[Number, ...]] = []
    faults: dict[tuple[int, int], Fault] = {}
    kinks: list[int] = []
    spread: list[int] = []
    append = found.append
    fixed = {row: tuple(rule(S, None) for rule in row.total_partials or ()) for row in LINEAR}
    columns = zip(graph.nodes.operations, graph.nodes.arguments, values, active, strict=True)
    look = None
    for i, (operation, arguments, v, on) in enumerate(columns):
        if not on or v is None or not arguments:
            append((None,) * len(arguments))
            continue
        # Nearly all nodes of a large graph have one or two active arguments and slopes that need no questions.
        row = fixed.get(operation)
        rules = operation.total_partials
        try:
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
            slopes = _local_gradients(S, i, graph.nodes[i], v, [values[a] for a in arguments], active)
        except FAILURES as failure:
            look = look or SecondLook(S, graph, values)
            slopes, both_sides = look.slopes(i, failure, active, _local_gradients)
            if both_sides:
                spread.append(i)
        found_row, failed, kink = slopes
        append(found_row)
        faults.update(failed)
        if kink:
            kinks.append(i)
    return Partials(found, faults, kinks, spread)


def _local_gradients(
    S: Any, i: int, node: Node, v: Number, operands: Sequence[Number], active: Sequence[int]
) -> Slopes:
    """Return the local gradients of one node, what fails, and whether it is at a kink."""
    operation, arguments = node.operation, node.arguments
    kink = operation.kink is not None and S.decides and bool(operation.kink.at(S, *operands))
    if kink and operation.kink is not None and operation.kink.zero_by_convention:
        return tuple(S.zero if active[a] else None for a in arguments), {}, kink
    if operation.jacobian_row is not None:
        jacobian_row = operation.jacobian_row(S, v, operands)
        return tuple(d if active[a] else None for d, a in zip(jacobian_row, arguments, strict=True)), {}, kink
    row: list[Number] = []
    faults: EdgeFaults = {}
    for position, a in enumerate(arguments):
        found, reason = local_gradient(S, operation, position, v, operands) if active[a] else (None, None)
        if reason:
            faults[i, position] = Fault(i, reason, position)
        row.append(found)
    return tuple(row), faults, kink


def local_gradient(
    S: Any, operation: Operation, k: int, v: Number, operands: Sequence[Number]
) -> tuple[Number, str | None]:
    """Return the local gradient of an operation for its k-th argument, None where nothing flows; and what fails."""
    if (
        operation.kink is not None
        and operation.kink.zero_by_convention
        and S.decides
        and operation.kink.at(S, *operands)
    ):
        return S.zero, None
    if operation.jacobian_row is not None:
        return operation.jacobian_row(S, v, operands)[k], None
    rule, inactive_where, undefined_where = operation.partials[k]
    if not S.decides:
        nothing_flows = inactive_where is not None and S.known(inactive_where(S, v, *operands))
        return (None if nothing_flows else rule(S, v, *operands)), None
    if undefined_where is not None and (reason := undefined_where(S, v, *operands)):
        return None, reason
    return (None if inactive_where is not None and inactive_where(S, v, *operands) else rule(S, v, *operands)), None


class Reverse(NamedTuple):
    """The adjoints of all nodes, the contribution along every edge, and the faults of nodes without an adjoint.

    A contribution is None where nothing flows.
    """

    adjoints: list[Number]
    contributions: list[tuple[Number, ...]]
    faults: dict[int, Fault]


def reverse(S: Any, graph: Graph, linearization: Partials, output: int, output_adjoint: Number) -> Reverse:
    """Return `output_adjoint` times the derivative of the output with respect to every node: multiply and add."""
    arguments_of, broken = graph.nodes.arguments, linearization.faults
    # What has arrived at a node: nothing, one contribution, or a list of several; at last its adjoint.
    arriving: list[Any] = [None] * len(arguments_of)
    contributions: list[tuple[Number, ...]] = [()] * (output + 1)
    contributions += [
        (None,) * len(arguments) for arguments in arguments_of[output + 1 :]
    ]  # nothing flows back from there
    faults: dict[int, Fault] = {}
    arriving[output] = output_adjoint
    one = S.one
    i = output + 1
    for arguments, row in zip(arguments_of[output::-1], linearization.local_gradients[output::-1], strict=True):
        i -= 1
        adjoint = arriving[i]
        if faults and i in faults:
            _pass_on(i, arguments, row, broken, faults)
            adjoint = arriving[i] = None
        elif adjoint.__class__ is list:
            adjoint = arriving[i] = S.sum(adjoint)
        if adjoint is None or not arguments:
            contributions[i] = (None,) * len(arguments)
            continue
        if len(arguments) == 2:  # the loop below, unrolled: nearly all edges of a large graph
            (a, b), (x, y) = arguments, row
            if x is not None:
                x = adjoint if x is one else adjoint * x
                if arriving[a] is None:
                    arriving[a] = x
                else:
                    _join(arriving, a, x)
            if y is not None:
                y = adjoint if y is one else adjoint * y
                if arriving[b] is None:
                    arriving[b] = y
                else:
                    _join(arriving, b, y)
            contributions[i] = (x, y)
        else:
            contributions[i] = tuple([None if x is None else adjoint * x for x in row])
            for a, x in zip(arguments, contributions[i], strict=True):
                if x is not None:
                    _join(arriving, a, x)
        if broken:
            for position, a in enumerate(arguments):
                if (i, position) in broken:
                    faults.setdefault(a, broken[i, position])
    return Reverse([S.zero if a is None else a for a in arriving], contributions, faults)


def _join(arriving: list[Any], a: int, contribution: Number) -> None:
    """Add a contribution to what has arrived at a node."""
    before = arriving[a]
    if before is None:
        arriving[a] = contribution
    elif before.__class__ is list:
        before.append(contribution)
    else:
        arriving[a] = [before, contribution]


def _pass_on(
    i: int,
    arguments: Sequence[int],
    local_gradients: Sequence[Number],
    broken: Mapping[tuple[int, int], Fault],
    faults: dict[int, Fault],
) -> None:
    """Add the fault of node `i` to those of its arguments that the output depends on through it."""
    for position, a in enumerate(arguments):
        if local_gradients[position] is not None or (i, position) in broken:
            faults.setdefault(a, faults[i])


def tangent(S: Any, graph: Graph, linearization: Partials, direction: Mapping[int, Number]) -> list[Number]:
    """Return the derivative of every node along a direction, given as tangents of some nodes.

    It is 0 where nothing moves the node, and None where something moves it along an edge without a local gradient.
    """
    tangents: dict[int, Number] = dict(direction)
    broken = linearization.faults
    for i, (arguments, row) in enumerate(zip(graph.nodes.arguments, linearization.local_gradients, strict=True)):
        if i in direction or tangents.keys().isdisjoint(arguments):
            continue
        terms = []
        for position, (a, local) in enumerate(zip(arguments, row, strict=True)):
            if a not in tangents or (local is None and (i, position) not in broken):
                continue
            if local is None or tangents[a] is None:
                tangents[i] = None
                break
            terms.append(local * tangents[a])
        else:
            if terms:
                tangents[i] = S.sum(terms) if len(terms) > 1 else terms[0]
    return [tangents.get(i, S.zero) for i in range(len(graph.nodes))]
