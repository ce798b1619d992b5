"""What should have been done at one item: the rule in the names of the program, without the numbers of the answer."""

from __future__ import annotations

import re
from functools import lru_cache

from ...calculus.graph import Graph
from ...calculus.operations import NUMBER
from ...language.laws import LAWS
from ...language.rule_text import rule_text
from ...language.writing import formula, spoken
from ...record.gradient import Gradient
from ...text import clip
from ..claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item, item_name, signed_rate

LONGEST = 48  # columns of an expression
FEW = 4  # users of a node that are named
TEACHES = {law.called: law.teaches for law in LAWS if law.teaches}
_LETTER = re.compile(r"[^\W\d]")


def rule_of(record: Gradient, item: Item) -> str:
    """Return the rule for an item in one line; empty for what is given, and for what is no step of its own."""
    if item.kind == VALUE and record.graph.nodes[item.node].arguments:
        what = f"{spoken(record.graph, item.node)} is worked out from {_listed(record, item.node)}"
        return f"{what}: {_written(record, item.node)}" if record.graph.is_called[item.node] else what
    if item.kind == LOCAL:
        return _local(record, item)
    if item.kind == STEP:
        name, sign = record.labels[item.node], "-" if signed_rate(record) >= 0 else "+"
        return f"{item_name(record, item)} is {name} {sign} rate*{item_name(record, Item(UPSTREAM, item.node))}"
    return _upstream(record, item) if item.kind == UPSTREAM else ""


def stated(record: Gradient, node: int) -> str:
    """Return a node as a statement, `q = x + y`; one without a name as its expression."""
    graph = record.graph
    if graph.is_called[node] and graph.nodes[node].arguments:
        return f"{graph.labels[node]} = {_written(record, node)}"
    return spoken(graph, node)


def _written(record: Gradient, node: int) -> str:
    return formula(record.graph, node, record.graph.is_called, limit=LONGEST)


def _listed(record: Gradient, node: int) -> str:
    arguments, kinds = record.graph.nodes[node].arguments, record.graph.nodes.operations
    own = [a for a in dict.fromkeys(arguments) if kinds[a] is not NUMBER] or arguments
    names = [spoken(record.graph, a) for a in own]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _local(record: Gradient, item: Item) -> str:
    told = _slope(record, item)
    x = spoken(record.graph, record.graph.nodes[item.node].arguments[item.position])
    return f"in {stated(record, item.node)} the local gradient for {x} is {told}" if told else ""


def _slope(record: Gradient, item: Item) -> str:
    """Return what a local gradient is, in words and as a formula where that has names in it."""
    graph, position = record.graph, item.position
    node = graph.nodes[item.node]
    labels = [_atom(record, a) for a in node.arguments]
    alone = not any(record.active[a] for k, a in enumerate(node.arguments) if k != position)
    kinds, texts = graph.nodes.operations, graph.nodes.texts  # a number may have got a name
    pairs = zip(labels, node.arguments, strict=True)
    numerals = [kinds[a] is NUMBER and label == texts[a] for label, a in pairs]
    text = rule_text(node.operation, position, _atom(record, item.node), labels, numerals)
    parts = [TEACHES.get(node.operation.law(position, alone=alone), "")]
    if _LETTER.search(text) and len(text) <= LONGEST:
        parts.append(text)
    return ", ".join(part for part in parts if part)


def _atom(record: Gradient, node: int) -> str:
    """Return a node as a factor of a formula: its name, the call that it is, or its expression in parentheses."""
    graph, operation = record.graph, record.graph.nodes.operations[node]
    if graph.is_called[node] or operation.is_leaf:
        return graph.labels[node]
    return spoken(graph, node) if operation.is_function else f"({spoken(graph, node)})"


def _upstream(record: Gradient, item: Item) -> str:
    graph, name = record.graph, item_name(record, item)
    if item.node == record.output:
        x = record.labels[item.node]
        return f"{name} is where the backward pass starts: how {x} changes with {x} itself"
    users = [i for i in _users(graph, record.output)[item.node] if record.active[i]]
    x, d = spoken(graph, item.node), _gradient(record, item.node)
    edges = [(i, k) for i in users for k, a in enumerate(graph.nodes[i].arguments) if a == item.node]
    if len(edges) != 1:
        where = [clip(spoken(graph, i), LONGEST) for i in users[:FEW]] + (["..."] if len(users) > FEW else [])
        told = ", ".join(dict.fromkeys(where))
        return f"{d} is a sum, a term for each use of {x}, in {told}: upstream times local gradient"
    ((user, k),) = edges
    if user == record.output and record.output_adjoint == 1:
        return _local(record, Item(LOCAL, user, k))
    told = _slope(record, Item(LOCAL, user, k))
    what = f"{d} is {_gradient(record, user)} times the local gradient for {x} in {stated(record, user)}"
    return f"{what}: {told}" if told else what


@lru_cache(8)
def _users(graph: Graph, output: int) -> list[list[int]]:
    """Return the nodes that use a node on the way to an output, one entry per node, oldest first."""
    found: list[list[int]] = [[] for _ in graph.nodes.arguments]
    for i, on in enumerate(graph.needed(output)):
        for a in set(graph.nodes.arguments[i]) if on else ():
            found[a].append(i)
    return found


def _gradient(record: Gradient, node: int) -> str:
    """Return what a gradient is called: by its name, or by what it is the gradient with respect to."""
    if record.graph.is_called[node] or not record.graph.nodes[node].arguments or node == record.output:
        return item_name(record, Item(UPSTREAM, node))
    return f"the gradient at {spoken(record.graph, node)}"
