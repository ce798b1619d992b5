"""Wrong rules for what was copied or read wrongly: a term, a factor or a power left out, the number of another.

Such a mistake is made before anything is computed. Where the derivatives are those of what was copied, too, the slopes
beside the rule say what they are.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from decimal import Decimal
from operator import itemgetter

from ...calculus.operations import INPUT
from .program_shape import NUMBERED
from .replaced_numbers import Number, ReworkedProgram, S, Working
from .wrong_paths import MANY
from .wrong_rules import Wrong

MANY_INPUTS = 24  # a program with more of them has neighbours by name alone
RATES = (1.0, 0.5, 0.1, 0.01)  # steps of descent that courses take, where the program names none
MOST_NEIGHBOURS = 40  # of a name with a number: those with the nearest numbers


def term_left_out(working: Working) -> Iterator[Wrong]:
    """The sum or difference without one of its terms."""
    x, y = working.args
    minus = working.operation.name == "sub"
    labels = working.program.graph.labels
    a, b = working.node.arguments
    if a != b:
        yield labels[a], -y if minus else y
        yield labels[b], x


def slopes_without_term(working: Working, tag: str) -> Mapping[int, Number]:
    """The slopes of a sum or difference without one of its terms."""
    labels = working.program.graph.labels
    kept = [S.one, -S.one if working.operation.name == "sub" else S.one]
    return {k: S.zero if labels[a] == tag else kept[k] for k, a in enumerate(working.node.arguments)}


def factor_left_out(working: Working) -> Iterator[Wrong]:
    """The product or quotient without its constant factor."""
    for k in _beside_constant(working):
        yield str(k), working.args[k]


def slopes_without_factor(working: Working, tag: str) -> Mapping[int, Number]:
    """The slope of a product or quotient without its constant factor."""
    return {int(tag): S.one}


def _beside_constant(working: Working) -> Iterator[int]:
    """Yield the position of the argument that a constant factor stands beside."""
    a, b = working.node.arguments
    fixed = [working.program.constant[i] for i in (a, b)]
    if fixed == [False, True]:
        yield 0
    elif fixed == [True, False] and working.operation.name == "mul":
        yield 1


def power_left_out(working: Working) -> Iterator[Wrong]:
    """The base of a power with a constant exponent."""
    if working.program.constant[working.node.arguments[1]]:
        yield "", working.args[0]


def slopes_without_power(working: Working, tag: str) -> Mapping[int, Number]:
    """The slope of a base alone."""
    return {0: S.one}


def slopes_reversed(working: Working, tag: str) -> Mapping[int, Number]:
    """The slopes of a difference the other way round."""
    return {0: -S.one, 1: S.one}


# ---- the number of another


def neighbours(program: ReworkedProgram, node: int) -> list[int]:
    """Return the nodes that differ from a named one by the number in the name alone: w5 and w6, h1 and h2."""
    found = program.neighbours.get(node)
    if found is None:
        own = NUMBERED.fullmatch(program.graph.labels[node])
        series = program.shape.series.get(own[1], []) if own else []
        if own and len(series) > MOST_NEIGHBOURS:
            at = bisect_left(series, (len(own[2]), own[2]))
            series = series[max(0, at - MOST_NEIGHBOURS // 2) : at + MOST_NEIGHBOURS // 2 + 1]
        found = program.neighbours[node] = [i for *_, i in sorted(series, key=itemgetter(2)) if i != node]
    return found


def with_neighbour(working: Working) -> Iterator[Wrong]:
    """The value of a product with the number of a neighbour in place of a factor."""
    labels, values, args = working.program.graph.labels, working.numbers.values, working.args
    for k, a in enumerate(working.node.arguments):
        for b in neighbours(working.program, a):
            given = working.program.nodes[b].operation is INPUT
            if (given or b < working.item.node) and values[b] is not None:
                yield f"{labels[b]} for {labels[a]}", working.operation.value(S, *args[:k], values[b], *args[k + 1 :])


def slopes_with_neighbour(working: Working, tag: str) -> Mapping[int, Number]:
    """The slopes of a product with the number of a neighbour in place of a factor."""
    taken, _, own = tag.partition(" for ")
    labels, values = working.program.graph.labels, working.numbers.values
    other = values[working.program.graph.by_label[taken]]
    x, y = (other if labels[a] == own else values[a] for a in working.node.arguments)
    return {0: y, 1: x}


def by_neighbour(working: Working) -> Iterator[Wrong]:
    """The local gradient of a product with the number of a neighbour in place of the other factor."""
    labels, values = working.program.graph.labels, working.numbers.values
    a = working.node.arguments[1 - working.item.position]
    for b in neighbours(working.program, a):
        yield f"{labels[b]} for {labels[a]}", values[b]


def misread(working: Working) -> Iterator[Wrong]:
    """A given number with the other sign, with two digits exchanged, or the number of another input."""
    program, x = working.program, working.v
    yield "its sign lost", -x
    for number in _exchanged(x):
        yield "two digits exchanged", number
    inputs, labels, kinds = program.graph.inputs, program.graph.labels, program.graph.nodes.operations
    near = neighbours(program, working.item.node)
    for i in near or (inputs.values() if len(inputs) <= MANY_INPUTS else ()):
        if kinds[i] is INPUT and i != working.item.node and working.numbers.values[i] is not None:
            yield f"{labels[i]} read instead", working.numbers.values[i]


def _exchanged(x: float) -> Iterator[float]:
    """Yield a number with neighbouring digits exchanged, as it is written."""
    text = format(Decimal(repr(abs(x))), "f").removesuffix(".0")
    digits = [k for k, c in enumerate(text) if c.isdigit()]
    for a, b in itertools.pairwise(digits):
        if text[a] != text[b] and len(text) < 12:
            turned = list(text)
            turned[a], turned[b] = text[b], text[a]
            yield math.copysign(float("".join(turned)), x)


# ---- what comes after the gradient, or before it


def updated(working: Working) -> Iterator[Wrong]:
    """The input after one step of descent, for rates that the program names or that are usual."""
    program, g = working.program, working.right
    if g is None:
        return
    named = {name: program.point[name] for name in program.shape.rates}
    for name, rate in named.items():
        yield name, working.v - rate * g
    for rate in () if named else RATES:
        yield f"{rate:g}", working.v - rate * g


def earlier_pass(working: Working) -> Iterator[Wrong]:
    """The gradient with that of another named node added, as if the backward pass of that one had not been cleared."""
    program, x = working.program, working.item.node
    if program.large and len(program.graph.named) > MANY:  # each of them takes a sweep
        return
    for name, i in program.graph.named.items():
        if i != program.output and i in program.asked and i in program.shape.after(x):
            slope = working.numbers.slope(i, x)
            if slope and working.right is not None:
                yield name, working.right + program.output_adjoint * slope
