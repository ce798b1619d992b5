"""The graph of a program of arrays, when it has been read: without what only said sizes and places, with its inputs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..arrays.graph import ArrayBuilder, ArrayGraph, ArrayNode
from ..arrays.table import INPUT, LITERAL, NUMBER


def frozen(
    builder: ArrayBuilder,
    output: int,
    roots: Sequence[int],
    unused: Sequence[str],
    wrt: Collection[str],
    sized: Collection[int],
) -> ArrayGraph:
    """Return the graph as it stands, with the nodes that names, inputs and `roots` depend on.

    Plain numbers and arrays of them with names in `wrt` become inputs, and if nothing is an input all of them do that
    are not among `sized`, the nodes that sizes and the like were read from.
    """
    nodes, named = builder.nodes, dict(builder.named)
    inputs = [i for i, node in enumerate(nodes) if node.operation is INPUT]
    plain = {
        name: texts
        for name, i in named.items()
        if i != output and "[" not in name and (texts := plain_numerals(builder, i))
    }
    assumed = bool(plain) and not inputs
    chosen = {name for name in plain if name in wrt or (assumed and named[name] not in sized)}
    defaults: dict[str, Sequence[str]] = {}
    for name in plain:
        i = named[name]
        if name in chosen and nodes[i].operation is not INPUT:  # of two names of one number the first is the input's
            nodes[i] = nodes[i]._replace(operation=INPUT, arguments=(), fixed={}, text=name)
            defaults[name] = plain[name]
            inputs.append(i)
    for name in defaults:
        del named[name]
    kept = _needed(nodes, [output, *roots, *named.values(), *inputs])
    place: dict[int, int] = {}
    found: list[ArrayNode] = []
    filled = builder.sizes.filled
    for i, node in enumerate(nodes):
        if kept[i]:
            place[i] = len(found)
            shape = tuple([filled(size) for size in node.shape])
            arguments = tuple([place[a] for a in node.arguments])
            found.append(node._replace(arguments=arguments, shape=shape))
    return ArrayGraph(
        found, place[output], {name: place[i] for name, i in named.items()}, builder.sizes, unused,
        defaults=defaults, assumed=assumed and bool(defaults) and defaults.keys().isdisjoint(wrt),
        sized={nodes[i].text for i in sized if nodes[i].operation is INPUT},
    )  # fmt: skip


def _needed(nodes: Sequence[ArrayNode], roots: Sequence[int]) -> bytearray:
    """Return, for every node, whether one of some nodes depends on it."""
    kept = bytearray(len(nodes))
    for i in roots:
        kept[i] = 1
    for i in reversed(range(len(nodes))):
        if kept[i]:
            for a in nodes[i].arguments:
                kept[a] = 1
    return kept


def plain_numerals(builder: ArrayBuilder, i: int) -> Sequence[str] | None:
    """Return the numerals of a node that is a plain number or an array of them, or None."""
    node = builder.nodes[i]
    if node.operation is NUMBER:
        return [node.text]
    if node.operation is LITERAL:
        texts: Sequence[str] = node.fixed["texts"]
        return texts
    if node.operation.name == "neg" and node.shape == ():
        inner = builder.nodes[node.arguments[0]]
        return [f"-{inner.text}"] if inner.operation is NUMBER else None
    return None
