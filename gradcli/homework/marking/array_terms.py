"""How large the terms are that the entries of an array are sums of: where they cancel, relative errors say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...arrays.classes import expanded
from ...arrays.entries import Array, Entries
from ...arrays.graph import ArrayGraph, ArrayNode
from ...arrays.rows import PRODUCTS
from .follow_through import half_unit

TWO_TERMS = frozenset(("add", "sub"))


def sizes(x: Array) -> Array:
    """Return the array of absolute values; None stays None."""
    return x.A.make(x.shape, [None if e is None else abs(e) for e in x.entries])


def terms_of_value(A: Entries, node: ArrayNode, values: Sequence[Array] | Mapping[int, Array]) -> Array | None:
    """Return the sums of the sizes of what the entries of a value are sums of; None for what is no sum."""
    xs = [sizes(values[a]) for a in node.arguments]
    if node.operation.sums:
        return node.operation.value(A, *xs, **node.fixed)
    if node.operation.name in TWO_TERMS:
        return xs[0] + xs[1]
    return None


def terms_of_flow(A: Entries, node: ArrayNode, k: int, g: Array, v: Array, xs: Sequence[Array]) -> Array:
    """Return the sums of the sizes of what the entries of a flow are sums of."""
    row = node.operation
    if row.sums == PRODUCTS:
        return row.flow(A, k, sizes(g), v, [sizes(x) for x in xs], node.fixed)
    if row.operation is not None:
        return A.sum_to(sizes(A.flow(row.operation, k, g, v, xs)), xs[k].shape)
    return sizes(row.flow(A, k, g, v, xs, node.fixed))


def rounding_of_flow(
    A: Entries, node: ArrayNode, k: int, g: Array, xs: Sequence[Array], terms: Array, figures: int
) -> Array:
    """Return what rounding to some figures on the way may change in a flow, whose `terms` are known.

    Each term of a sum is rounded once; of a cross-entropy it is softmax, from which targets are taken off.
    """
    lost = rounding_of_softmax(A, node, k, g, xs, figures)
    if lost is not None:
        return lost
    slack = 0.5 * 10.0 ** (1 - figures)
    return A.make(terms.shape, [None if t is None else slack * t for t in terms.entries])


def rounding_of_softmax(
    A: Entries, node: ArrayNode, k: int, g: Array, xs: Sequence[Array], figures: int
) -> Array | None:
    """Return what rounding softmax to some figures may change in the flow of a cross-entropy; None for another row."""
    if node.operation.name != "cross_entropy" or k:
        return None
    axis = node.fixed.get("axis", -1)
    shares = A.softmax(xs[0], axis=axis)
    lost = A.make(shares.shape, [half_unit(p, figures) for p in shares.entries])
    return sizes(expanded(A, g, xs[0], axis)) * lost


def taught_flow(A: Entries, node: ArrayNode, g: Array, v: Array, xs: Sequence[Array]) -> Array | None:
    """Return what flows back by the rule that courses teach, with the node's own value: g*(1 - v**2); None for none."""
    operation = node.operation.operation
    if operation is None or operation.taught is None:
        return None
    slopes = [operation.taught(A.S, y, x) for y, x in zip(v.entries, xs[0].entries, strict=True)]
    return g * A.make(v.shape, slopes)


def terms_of_upstream(
    A: Entries, graph: ArrayGraph, values: Sequence[Array], upstream: Sequence[Array | None], a: int
) -> Array | None:
    """Return the sums of the sizes of all that arrives at a node."""
    found: list[Array] = []
    for i, k in graph.users[a]:
        node, g = graph.nodes[i], upstream[i]
        if g is not None and node.operation.pullback(k) is not None:
            found.append(terms_of_flow(A, node, k, g, values[i], [values[b] for b in node.arguments]))
    if not found:
        return None
    total = found[0]
    for more in found[1:]:
        total = total + more
    return total
