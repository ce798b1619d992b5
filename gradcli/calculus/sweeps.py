"""The sweeps, as they stand on a blackboard: values forwards, partials as data, adjoints backwards, tangents forwards.

Every sweep is a loop over the flat tuple of nodes, and the number system is an argument. What fails (a domain, a slope
that is infinite) is a `Fault` that travels with the numbers: it only counts where the answer needs it. `fast_sweeps`
has the same sweeps, faster; `linearization` runs those. (Griewank and Walther, Evaluating Derivatives, 2008, ch. 3.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .faults import FAILURES, EdgeFaults, Fault, NodeGradients
from .operations import CONSTANTS, INPUT, NUMBER, WHERE
from .second_look import SecondLook

if TYPE_CHECKING:
    from ..numbers.contract import NumberSystem
    from .graph import Graph, Node
    from .table_parts import Operation

Number = Any  # a number of the system at hand, which its caller knows


class Forward(NamedTuple):
    """The values of all nodes (the primals), one entry per node, oldest first, and the faults of those without one.

    A node with a fault has the value None, except where its own value lies beyond the range of the system: then no
    further result may be built on it.
    """

    values: list[Number]
    faults: dict[int, Fault]


class Partials(NamedTuple):
    """The local gradients, a tuple for every node, oldest first, with one entry per argument; and why some have none.

    An entry is None where nothing flows: the argument is not active, or locally without influence, or it has no local
    gradient, and then `faults` says why. `kinks` are nodes that have no derivative there. Nodes in `spread` have a
    kink somewhere among uncertain numbers; their local gradients hold those of both sides.
    """

    local_gradients: list[tuple[Number, ...]]
    faults: EdgeFaults
    kinks: list[int]
    spread: Sequence[int] = ()


class Reverse(NamedTuple):
    """The adjoints of all nodes (the cotangents), what every edge contributes, and the faults of nodes without one.

    Both lists have one entry per node, oldest first. An adjoint is 0 where nothing arrives; a contribution is None
    where nothing flows.
    """

    adjoints: list[Number]
    contributions: list[tuple[Number, ...]]
    faults: dict[int, Fault]


def forward(S: NumberSystem, graph: Graph, point: Mapping[str, Number]) -> Forward:
    """Return the value of every node at a point, which has a number for every input."""
    values: list[Number] = []
    faults: dict[int, Fault] = {}
    look = SecondLook(S, graph, values)
    for i in range(len(graph.nodes)):
        value, fault = node_value(look, i, point, faults)
        values.append(value)
        if fault is not None:
            faults[i] = fault
    return Forward(values, faults)


def partials(S: NumberSystem, graph: Graph, values: list[Number], active: Sequence[int]) -> Partials:
    """Return every local gradient with respect to an active argument; `active` has one entry per node."""
    found = Partials([], {}, [], [])
    look = SecondLook(S, graph, values)
    for i, node in enumerate(graph.nodes):
        if active[i] and values[i] is not None and node.arguments:
            add_local_gradients(found, look, i, active)
        else:
            found.local_gradients.append((None,) * len(node.arguments))
    return found


def reverse(S: NumberSystem, graph: Graph, slopes: Partials, output: int, output_adjoint: Number) -> Reverse:
    """Return `output_adjoint` times the derivative of the output with respect to every node: multiply and add."""
    arriving: list[list[Number]] = [[] for _ in graph.nodes]
    arriving[output].append(output_adjoint)
    back = Reverse([S.zero] * len(arriving), [(None,) * len(node.arguments) for node in graph.nodes], {})
    for i in range(output, -1, -1):
        if i not in back.faults and arriving[i]:
            back.adjoints[i] = total(S, arriving[i])
            row = [None if d is None else times(S, back.adjoints[i], d) for d in slopes.local_gradients[i]]
            back.contributions[i] = tuple(row)
            for a, contribution in zip(graph.nodes.arguments[i], row, strict=True):
                if contribution is not None:
                    arriving[a].append(contribution)
        if i in back.faults or arriving[i]:
            _pass_faults_on(graph, slopes, i, back.faults)
    return back


def tangent(S: NumberSystem, graph: Graph, slopes: Partials, direction: Mapping[int, Number]) -> list[Number]:
    """Return the derivative of every node along a direction (the tangents), given as tangents of some nodes.

    One entry per node, oldest first: 0 where nothing moves it, None where what moves it has no local gradient.
    """
    tangents = dict(direction)
    for i, (arguments, row) in enumerate(zip(graph.nodes.arguments, slopes.local_gradients, strict=True)):
        edges = [(k, a, d) for k, (a, d) in enumerate(zip(arguments, row, strict=True)) if a in tangents]
        moving = [(a, d) for k, a, d in edges if d is not None or (i, k) in slopes.faults]
        if moving and i not in direction:
            is_lost = any(d is None or tangents[a] is None for a, d in moving)
            tangents[i] = None if is_lost else total(S, [d * tangents[a] for a, d in moving])
    return [tangents.get(i, S.zero) for i in range(len(graph.nodes))]


# ---- one node


def node_value(look: SecondLook, i: int, point: Mapping[str, Number], faults: dict[int, Fault]) -> tuple[Number, Any]:
    """Return the value of a node, from those of its arguments, and its fault or None."""
    S, values, nodes = look.S, look.values, look.graph.nodes
    operation, arguments, text = nodes.operations[i], nodes.arguments[i], nodes.texts[i]
    try:
        if not arguments:
            return (point[text] if operation is INPUT else leaf(S, operation, text)), None
        if faults and (fault := _inherited(S, operation, arguments, values, faults)) is not None:
            return None, fault
        operands = [values[a] for a in arguments]
        if operation.domain is not None and not operation.domain.holds(S, *operands):
            return None, Fault(i, "domain")
        value = operation.value(S, *operands)
        return value, None if S.within(value) else Fault(i, "overflow")
    except FAILURES as failure:
        return look.value(i, failure)


def leaf(S: NumberSystem, operation: Operation, text: str) -> Number:
    """Return a numeral or constant in the number system."""
    return S.number(text) if operation is NUMBER else CONSTANTS[text](S)


def _inherited(
    S: NumberSystem, operation: Operation, arguments: Sequence[int], values: list[Number], faults: dict[int, Fault]
) -> Fault | None:
    """Return the fault that a node takes over from its arguments: none from the branch that `where` does not take."""
    if operation is WHERE and arguments[0] not in faults:
        holds = S.equal(values[arguments[0]], S.one)
        return faults.get(arguments[1] if holds else arguments[2])
    return next((faults[a] for a in arguments if a in faults), None)


def add_local_gradients(found: Partials, look: SecondLook, i: int, active: Sequence[int]) -> None:
    """Add the local gradients of a node that is active and has a value and arguments."""
    node = look.graph.nodes[i]
    both_sides = False
    try:
        operands = [look.values[a] for a in node.arguments]
        slopes = _local_gradients(look.S, i, node, look.values[i], operands, active)
    except FAILURES as failure:
        slopes, both_sides = look.slopes(i, failure, active, _local_gradients)
    row, faults, kink = slopes
    found.local_gradients.append(row)
    found.faults.update(faults)
    if kink:
        found.kinks.append(i)
    if both_sides:
        assert isinstance(found.spread, list)
        found.spread.append(i)


def _local_gradients(
    S: NumberSystem, i: int, node: Node, v: Number, operands: Sequence[Number], active: Sequence[int]
) -> NodeGradients:
    """Return the local gradients of one node, what fails, and whether it is at a kink."""
    operation, arguments = node.operation, node.arguments
    kink = operation.kink is not None and S.decides and bool(operation.kink.at(S, *operands))
    if operation.jacobian_row is not None and not (kink and operation.kink and operation.kink.zero_by_convention):
        row = operation.jacobian_row(S, v, operands)
        return tuple(d if active[a] else None for d, a in zip(row, arguments, strict=True)), {}, kink
    faults: EdgeFaults = {}
    found: list[Number] = []
    for k, a in enumerate(arguments):
        d, reason = local_gradient(S, operation, k, v, operands) if active[a] else (None, None)
        found.append(d)
        if reason:
            faults[i, k] = Fault(i, reason, k)
    return tuple(found), faults, kink


def local_gradient(
    S: NumberSystem, operation: Operation, k: int, v: Number, operands: Sequence[Number]
) -> tuple[Number, str | None]:
    """Return the local gradient of an operation for its k-th argument, None where nothing flows; and what fails."""
    kink = operation.kink
    if kink is not None and kink.zero_by_convention and S.decides and kink.at(S, *operands):
        return S.zero, None
    if operation.jacobian_row is not None:
        return operation.jacobian_row(S, v, operands)[k], None
    partial = operation.partials[k]
    inactive_where, undefined_where = partial.inactive_where, partial.undefined_where
    if not S.decides:
        nothing_flows = inactive_where is not None and S.surely(inactive_where(S, v, *operands))
        return (None if nothing_flows else partial.rule(S, v, *operands)), None
    if undefined_where is not None and (reason := undefined_where(S, v, *operands)):
        return None, reason
    if inactive_where is not None and inactive_where(S, v, *operands):
        return None, None
    return partial.rule(S, v, *operands), None


def times(S: NumberSystem, adjoint: Number, local: Number) -> Number:
    """Return what an edge contributes: a local gradient that is the 1 of its system costs no rounding."""
    return adjoint if local is S.one else adjoint * local


def total(S: NumberSystem, terms: Sequence[Number]) -> Number:
    """Return the sum of what arrives at a node, which is at least one number."""
    return S.sum(terms) if len(terms) > 1 else terms[0]


def _pass_faults_on(graph: Graph, slopes: Partials, i: int, faults: dict[int, Fault]) -> None:
    """Add the fault of node `i`, or those of its edges, to its arguments that the output depends on through it."""
    for k, (a, d) in enumerate(zip(graph.nodes.arguments[i], slopes.local_gradients[i], strict=True)):
        fault = slopes.faults.get((i, k))
        if i in faults and (d is not None or fault is not None):
            fault = faults[i]
        if fault is not None:
            faults.setdefault(a, fault)
