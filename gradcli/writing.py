"""Graph -> text in the language, with only the parentheses that are needed."""

from __future__ import annotations

from collections.abc import Sequence

from .graph import Graph
from .operations import OPERATIONS, Operation

ATOM = 9
NEG, POW = OPERATIONS["neg"], OPERATIONS["pow"]


def binding(operation: Operation) -> int:
    """Return how tightly the text of an operation binds."""
    return operation.binding or ATOM


def pieces(operation: Operation, bindings: Sequence[int]) -> list[str | int]:
    """Return the text of an operation as strings and argument positions, given how tightly its arguments bind."""
    own = operation.binding
    if not own:
        out: list[str | int] = [f"{operation.name}("]
        for position in range(len(bindings)):
            out += [", ", position] if position else [position]
        return [*out, ")"]
    if operation is NEG:
        return ["-", *_grouped(0, bindings[0] < own)]
    if operation is POW:
        return [*_grouped(0, bindings[0] <= own), "**", *_grouped(1, bindings[1] < NEG.binding)]
    symbol = f" {operation.symbol} " if own < 3 else operation.symbol
    return [*_grouped(0, bindings[0] < own), symbol, *_grouped(1, bindings[1] <= own)]


def _grouped(position: int, parentheses: bool) -> list[str | int]:
    return ["(", position, ")"] if parentheses else [position]


def expression(graph: Graph, i: int) -> str:
    """Return what node `i` computes, in the names of its arguments."""
    node, labels = graph.nodes[i], graph.labels
    if node.operation.is_leaf:
        return node.text
    parts = pieces(node.operation, [ATOM] * len(node.arguments))
    return "".join(part if isinstance(part, str) else labels[node.arguments[part]] for part in parts)


def formula(graph: Graph, root: int, stop: Sequence[bool] | None = None) -> str:
    """Return node `root` written out down to the leaves, and to the nodes marked in `stop`, which appear by name."""
    out: list[str] = []
    stack: list[str | tuple[int, bool]] = [(root, True)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        i, whole = item
        node = graph.nodes[i]
        if node.operation.is_leaf or (stop is not None and stop[i] and not whole):
            out.append(graph.labels[i])
            continue
        bindings = [
            ATOM if stop is not None and stop[a] else binding(graph.nodes[a].operation) for a in node.arguments
        ]
        for part in reversed(pieces(node.operation, bindings)):
            stack.append(part if isinstance(part, str) else (node.arguments[part], False))
    return "".join(out)


def program(graph: Graph) -> str:
    """Return a program that parses to an equal graph: a statement for every name and every node used twice."""
    uses = [0] * len(graph.nodes)
    for node in graph.nodes:
        for a in node.arguments:
            uses[a] += 1
    named = set(graph.named.values())
    stated = [
        not node.operation.is_leaf and (i in named or uses[i] > 1) for i, node in enumerate(graph.nodes)
    ]
    for i in named:
        stated[i] = True
    lines = [
        f"{graph.labels[i]} = {graph.nodes[i].text or formula(graph, i, stated)}"
        for i, alone in enumerate(stated)
        if alone and graph.nodes[i].text != graph.labels[i] and i != graph.output
    ]
    last = formula(graph, graph.output, stated)
    if stated[graph.output] and graph.labels[graph.output] != last:
        last = f"{graph.labels[graph.output]} = {graph.nodes[graph.output].text or last}"
    return "\n".join([*lines, last])
