"""Data among the inputs: labels and targets that stay as they are given when formulas are compared.

`p - y` is the gradient of softmax with cross-entropy only for labels that sum to 1, `p - 1` only for the label 1.
Data is what the teacher names as fixed, and what is given as 0 or 1. Since a weight or a coordinate may be 0 or 1 too,
an input of the second kind stays as it is only where a formula does not use it; a group of them with a single 1, which
a formula uses, runs over all shares of 1. What the derivative is with respect to is never data, and what the sheet
asks a derivative for only where it is used as labels are: the output is linear in it, or it is only subtracted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from ...calculus.graph import Graph
from ...calculus.operations import DIV, LINEAR, MUL, SUB, WHERE
from ...calculus.table_parts import Operation
from ...errors import InputError
from ...language.lexer import composed
from ...language.names import clip_name, listed
from ...record.gradient import Gradient
from ...text import did_you_mean
from .items import LOCAL, VALUE, Item

_LAST_DIGITS = re.compile(r"\d+$")


class Data(NamedTuple):
    """The inputs that keep their numbers, and groups of inputs that stay shares of 1."""

    held: frozenset[str] = frozenset()
    shares: tuple[tuple[str, ...], ...] = ()


NO_DATA = Data()


def data_for(
    record: Gradient,
    item: Item,
    used: Iterable[int],
    fixed: frozenset[str],
    drawn: Collection[str],
    differentiated: Collection[int],
) -> Data:
    """Return what is data to a claim about an item whose formula uses some nodes.

    `fixed` names what the teacher calls data, `drawn` the inputs whose numbers nobody gave; `differentiated` holds the
    nodes that the sheet asks a derivative for.
    """
    graph = record.graph
    labels = [
        name
        for name, i in _zeros_and_ones(record)
        if name not in fixed
        and name not in drawn
        and (i not in differentiated or _is_used_as_label(graph, i, record.output))
    ]
    if not labels:
        return Data(fixed)
    if item.kind != VALUE:
        moved = graph.nodes[item.node].arguments[item.position] if item.kind == LOCAL else item.node
        own = sources(record, [moved])
        labels = [name for name in labels if graph.inputs[name] not in own]
    reached = sources(record, used)
    free = [name for name in labels if graph.inputs[name] in reached]
    shares = {group for name in free if (group := _group(record, name, labels))}
    grouped = {name for group in shares for name in group}
    return Data(fixed | (frozenset(labels) - frozenset(free) - grouped), tuple(sorted(shares)))


@lru_cache(8)
def _zeros_and_ones(record: Gradient) -> list[tuple[str, int]]:
    """Return the inputs that are given as 0 or 1, and their nodes."""
    return [(name, i) for name, i in record.graph.inputs.items() if record.values[i] in (0, 1)]


def sources(record: Gradient, nodes: Iterable[int]) -> set[int]:
    """Return some nodes and everything that they depend on."""
    found = set(nodes)
    waiting = list(found)
    while waiting:
        for a in record.graph.nodes.arguments[waiting.pop()]:
            if a not in found:
                found.add(a)
                waiting.append(a)
    return found


@lru_cache(1024)
def _is_used_as_label(graph: Graph, label: int, output: int) -> bool:
    """Whether the output is linear in an input, or every use of it is a subtraction."""
    degrees = [0] * len(graph.nodes)
    degrees[label] = 1
    subtracted = True
    for i, (operation, arguments) in enumerate(zip(graph.nodes.operations, graph.nodes.arguments, strict=True)):
        if label in arguments:
            subtracted = subtracted and operation is SUB
        own = [degrees[a] for a in arguments]
        if any(own):
            degrees[i] = _degree(operation, own)
    return subtracted or degrees[output] <= 1


def _degree(operation: Operation, degrees: list[int]) -> int:
    """Return the degree of an operation in what its arguments have the degrees in; 2 for all that is not linear."""
    if operation in LINEAR or (operation is WHERE and not degrees[0]):
        return max(degrees)
    if operation is MUL:
        return min(sum(degrees), 2)
    return degrees[0] if operation is DIV and not degrees[1] else 2


def _group(record: Gradient, name: str, labels: list[str]) -> tuple[str, ...] | None:
    """Return the labels that are one-hot together with one of them: those of like names, or all; None for none."""
    for stem in (lambda n: _LAST_DIGITS.sub("", n), lambda n: n.partition("_")[0], lambda n: n[:-1], lambda n: ""):
        group = tuple(other for other in labels if stem(other) == stem(name))
        if len(group) > 1 and sum(record.values[record.graph.inputs[other]] for other in group) == 1:
            return group
    return None


def data_in_words(record: Gradient, data: Data, fixed: frozenset[str]) -> str:
    """Return for which data a formula is right: `y = 1 as given`."""
    show, inputs = record.system.brief, record.graph.inputs
    held = [f"{name} = {show(record.values[inputs[name]])}" for name in inputs if name in data.held - fixed]
    parts = [f"{', '.join(held)} as given"] if held else []
    return " and ".join([*parts, *(f"{' + '.join(group)} = 1" for group in data.shares)])


def inputs_named(inputs: Collection[str], text: str) -> list[str]:
    """Return the inputs that a list such as `y1,y2` names. Raises `InputError` for what is none."""
    names = [name for part in composed(text).split(",") if (name := part.strip())]
    for name in names:
        if name not in inputs:
            known = list(inputs)
            hint = did_you_mean(name, known) or listed("input", known)
            raise InputError(f"{clip_name(name)} is not an input", kind="name", hint=hint)
    return names
