"""Derivatives as formulas: the reverse sweep over symbols, which makes a second graph."""

from __future__ import annotations

from collections.abc import Sequence

from .building import MAX_NODES
from .graph import Graph
from .linearization import Linearization
from .sweeps import Forward
from .symbolic import Symbol, Symbols


def lifted(S: Symbols, graph: Graph) -> list[Symbol]:
    """Return the nodes of a graph as symbols, one per node, oldest first; named intermediates keep their names."""
    symbols: list[Symbol] = []
    for node in graph.nodes:
        if node.operation.is_leaf:
            symbols.append(Symbol(S, S.builder.leaf(node.operation, node.text, node.span)))
        else:
            symbols.append(S.apply(node.operation, *(symbols[a] for a in node.arguments)))
    for name, i in graph.named.items():
        if not graph.nodes[i].operation.is_leaf:
            S.builder.named.setdefault(name, symbols[i].node)
    return symbols


def derivatives(
    graph: Graph, outputs: Sequence[int], wrt: Sequence[str], *, limit: int = MAX_NODES
) -> tuple[Graph, list[list[int]]]:
    """Return a graph with the derivative of every output with respect to every input, and where each of them is.

    The second part has one row per output, with one entry per name of `wrt`: a node of the new graph, 0 where nothing
    flows. The reverse sweep runs over symbols; what it makes lies in a second graph, in which equal sub-expressions are
    one node, so that nothing grows exponentially. Raises `LimitError` for more new nodes than the limit.
    """
    return values_and_derivatives(graph, outputs, wrt, limit=limit)[:2]


def values_and_derivatives(
    graph: Graph, outputs: Sequence[int], wrt: Sequence[str], *, limit: int = MAX_NODES
) -> tuple[Graph, list[list[int]], list[int]]:
    """Return what `derivatives` does, and where the outputs themselves are in the new graph, one node per output."""
    S = Symbols(careful=True)
    symbols = lifted(S, graph)
    S.builder.allow(limit)
    active = graph.active({graph.inputs[name] for name in wrt})
    linearization = Linearization(S, graph, Forward(symbols, {}), active)
    found = []
    for output in outputs:
        upstream = linearization.vjp(output, S.one).upstream
        found.append([S.symbol(upstream[graph.inputs[name]]).node for name in wrt])
    return S.builder.freeze(found[-1][-1]), found, [symbols[output].node for output in outputs]
