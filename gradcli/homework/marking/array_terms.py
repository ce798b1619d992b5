"""How large the terms are that the entries of an array are sums of: where they cancel, relative errors say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...arrays.entries import Array, Entries
from ...arrays.graph import ArrayGraph, ArrayNode

PRODUCTS = frozenset(("matmul", "dot", "outer"))
SUMS = frozenset(("sum", "mean", "cumsum"))
TWO_TERMS = frozenset(("add", "sub"))


def sizes(x: Array) -> Array:
    """Return the array of absolute values; None stays None."""
    return x.A.make(x.shape, [None if e is None else abs(e) for e in x.entries])


def terms_of_value(A: Entries, node: ArrayNode, values: Sequence[Array] | Mapping[int, Array]) -> Array | None:
    """Return the sums of the sizes of what the entries of a value are sums of; None for what is no sum."""
    xs = [sizes(values[a]) for a in node.arguments]
    if node.operation.name in PRODUCTS | SUMS:
        return node.operation.value(A, *xs, **node.fixed)
    if node.operation.name in TWO_TERMS:
        return xs[0] + xs[1]
    return None


def terms_of_flow(A: Entries, node: ArrayNode, k: int, g: Array, v: Array, xs: Sequence[Array]) -> Array:
    """Return the sums of the sizes of what the entries of a flow are sums of."""
    row = node.operation
    if row.name in PRODUCTS:
        return row.flow(A, k, sizes(g), v, [sizes(x) for x in xs], node.fixed)
    if row.operation is not None:
        return A.sum_to(sizes(A.flow(row.operation, k, g, v, xs)), xs[k].shape)
    return sizes(row.flow(A, k, g, v, xs, node.fixed))


def terms_of_upstream(
    A: Entries, graph: ArrayGraph, values: Sequence[Array], upstream: Sequence[Array | None], a: int
) -> Array | None:
    """Return the sums of the sizes of all that arrives at a node."""
    found: list[Array] = []
    for i, node in enumerate(graph.nodes):
        g = upstream[i]
        if g is None:
            continue
        for k, argument in enumerate(node.arguments):
            if argument == a and node.operation.pullback(k) is not None:
                found.append(terms_of_flow(A, node, k, g, values[i], [values[b] for b in node.arguments]))
    if not found:
        return None
    total = found[0]
    for more in found[1:]:
        total = total + more
    return total
