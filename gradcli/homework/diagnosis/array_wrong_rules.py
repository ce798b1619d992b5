"""Wrong pullbacks: what may be written down in place of what flows back along an edge, as pairs of a tag and an array.

A rule receives an edge and yields nothing where the mistake cannot be made. The tag tells several ways apart, and may
appear in the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from math import isclose
from typing import Any

from ...arrays import places as at
from ...arrays.axes import chosen_axes
from ...arrays.entries import Array
from ...arrays.reductions import back
from ...arrays.sizes import count
from ...arrays.table import INPUT, LEAVES
from .array_worlds import Edge

Wrong = tuple[str, Array]
FlowRule = Callable[[Edge], Iterator[Wrong]]

PRODUCTS = frozenset(("matmul", "dot", "outer"))
RATES = (0.1, 0.01, 1.0, 0.5, 0.05, 0.001, 0.2)
MOST_OTHERS = 12  # arrays of the program that are tried in the place of another


def broadcast_shape(*shapes: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the shape to which arrays grow together by the rule of NumPy, where both may grow; None for none."""
    rank = max(map(len, shapes))
    found: list[int] = []
    for k in range(rank):
        sizes = {shape[k - rank] for shape in shapes if len(shape) >= rank - k} - {1}
        if len(sizes) > 1:
            return None
        found.append(sizes.pop() if sizes else 1)
    return tuple(found)


def times(a: Array, b: Array) -> Array | None:
    """Return a product entry by entry by the rule of NumPy, None where the shapes do not fit."""
    shape = broadcast_shape(a.shape, b.shape)
    return None if shape is None else a.A.grow(a, shape) * a.A.grow(b, shape)


def is_product(edge: Edge) -> bool:
    """Whether an edge is an operand of a product of matrices or vectors."""
    return edge.name in PRODUCTS


def other(edge: Edge) -> Array:
    """Return the other operand of a product."""
    return edge.xs[1 - edge.k]


def turned(x: Array) -> list[Array]:
    """Return an array, and the transpose of a matrix."""
    return [x, x.A.transpose(x)] if len(x.shape) == 2 else [x]


# ---- products of matrices


def transposed(edge: Edge) -> Iterator[Wrong]:
    """What flows back, transposed."""
    if is_product(edge) and len(edge.x.shape) == 2 and not _is_outer(edge):
        yield "", edge.A.transpose(edge.flow())


def _is_outer(edge: Edge) -> bool:
    """Whether what flows back is an outer product."""
    return len(edge.g.shape) == 1 and len(other(edge).shape) == 1 and len(edge.x.shape) == 2


def outer_order(edge: Edge) -> Iterator[Wrong]:
    """The outer product in the other order, or a dot product in its place."""
    if is_product(edge) and _is_outer(edge):
        yield "in the wrong order", edge.A.transpose(edge.flow())
        if edge.g.shape == other(edge).shape:
            yield "as a dot product", edge.A.sum(edge.g * other(edge))


def elementwise(edge: Edge) -> Iterator[Wrong]:
    """A product entry by entry in the place of one of matrices."""
    if not is_product(edge) or not edge.g.shape or not other(edge).shape:
        return
    for k, factor in enumerate(turned(other(edge))):
        found = times(edge.g, factor)
        if found is not None:
            yield ".T" if k else "", found


def by_luck(edge: Edge) -> Iterator[Wrong]:
    """Every other product of the same two arrays, transposed or not, that has the shape."""
    if not is_product(edge) or len(edge.g.shape) != 2 or len(other(edge).shape) != 2:
        return
    A, names = edge.A, (("G", edge.g), ("B", other(edge)))
    turned_round = A.transpose(edge.flow()).entries  # which has a row of its own
    for (p, left), (q, right) in (names, names[::-1]):
        for i, x in enumerate(turned(left)):
            for j, y in enumerate(turned(right)):
                if x.shape[1] != y.shape[0] or (x.shape[0], y.shape[1]) != edge.x.shape:
                    continue
                found = A.matmul(x, y)
                if not all(map(isclose, found.entries, turned_round)):
                    yield f"{p}{'.T' if i else ''}@{q}{'.T' if j else ''}", found


def by_luck_of_vectors(edge: Edge) -> Iterator[Wrong]:
    """A matrix times a vector without the transpose, where the shape fits all the same."""
    if edge.name != "matmul" or len(edge.g.shape) != 1 or len(other(edge).shape) != 2:
        return
    matrix = other(edge)
    if matrix.shape[0] == matrix.shape[1]:
        yield "", matrix @ edge.g if edge.k == 1 else edge.g @ matrix


def wrong_operand(edge: Edge) -> Iterator[Wrong]:
    """Another array of the program in the place of the other operand."""
    if not is_product(edge):
        return
    world, own = edge.world, other(edge)
    place = edge.node.arguments[1 - edge.k]
    for b in _others(edge, place):
        x = world.values[b]
        if len(x.shape) == len(own.shape) and _meets(edge, x, own):
            xs = [x, x]
            xs[edge.k] = edge.x
            yield world.graph.labels[b], edge.flow(xs)


def _meets(edge: Edge, x: Array, own: Array) -> bool:
    """Whether an array can stand in the place of the other operand of a product: the axis that is summed fits."""
    if x.shape == own.shape:
        return True
    axis = 0 if edge.k == 1 else len(own.shape) - 1
    return len(own.shape) == 2 and x.shape[axis] == own.shape[axis]


def _others(edge: Edge, place: int) -> list[int]:
    """Return the arrays of the program that may be mixed up with the one at a place, the nearest first."""
    world = edge.world
    found = [
        b
        for b, node in enumerate(world.graph.nodes)
        if b != place and world.values[b].shape and (node.operation is INPUT or node.operation not in LEAVES)
    ]
    return sorted(found, key=lambda b: abs(b - place))[:MOST_OTHERS]


def wrong_upstream(edge: Edge) -> Iterator[Wrong]:
    """The upstream gradient of another node of the same shape."""
    world = edge.world
    if not is_product(edge) and edge.x.shape == edge.v.shape:
        return
    for b in range(edge.world.output, -1, -1):
        g = world.upstream[b]
        if b != edge.i and g is not None and g.shape == edge.g.shape and g.shape and b in _along(edge):
            yield world.graph.labels[b], edge.flow(g=g)


def _along(edge: Edge) -> set[int]:
    """Return the nodes that are computed from the node of an edge, entry by entry: z, then relu(z)."""
    graph, found = edge.world.graph, {edge.i}
    for j in range(edge.i + 1, edge.world.output + 1):
        node = graph.nodes[j]
        if node.operation.operation is not None and any(a in found for a in node.arguments):
            found.add(j)
    return found


def updated(edge: Edge) -> Iterator[Wrong]:
    """A parameter after its step of descent, at some rate."""
    place = edge.node.arguments[1 - edge.k] if len(edge.xs) == 2 else -1
    if not is_product(edge) or edge.world.graph.nodes[place].operation is not INPUT:
        return
    slope = edge.world.upstream[place]
    if slope is None or slope.shape != other(edge).shape:
        return
    for rate in RATES:
        xs = [edge.x, edge.x]
        step = edge.A.make(slope.shape, [rate * e for e in slope.entries])
        xs[1 - edge.k] = other(edge) - step
        yield f"{rate:g}", edge.flow(xs)


def flipped(edge: Edge) -> Iterator[Wrong]:
    """A kernel turned round, where windows are multiplied by it: in its own gradient, or in what flows to them."""
    if edge.name != "matmul" or not any(
        edge.world.graph.nodes[a].operation.name == "windows" for a in edge.node.arguments
    ):
        return
    is_windows = edge.world.graph.nodes[edge.a].operation.name == "windows"
    if is_windows:
        xs = list(edge.xs)
        xs[1 - edge.k] = _reversed(other(edge))
        yield "", edge.flow(xs)
    else:
        yield "", _reversed(edge.flow())


def _reversed(x: Array) -> Array:
    """Return an array with its first axis the other way round."""
    step = count(x.shape[1:])
    rows = [x.entries[k : k + step] for k in range(0, len(x.entries), step)]
    return x.A.make(x.shape, [e for row in rows[::-1] for e in row])


# ---- sums back over the axes along which an argument grew


def unsummed(edge: Edge) -> Array | None:
    """Return what flows back before it is summed, where an argument grew; None elsewhere."""
    operation = edge.node.operation.operation
    if operation is None or edge.x.shape == edge.v.shape or not edge.v.shape:
        return None
    return edge.A.flow(operation, edge.k, edge.g, edge.v, edge.xs)


def not_summed(edge: Edge) -> Iterator[Wrong]:
    """What flows back without the sum."""
    found = unsummed(edge)
    if found is not None and edge.x.shape:
        yield "", found


def _grown_axes(edge: Edge) -> tuple[int, ...]:
    missing = len(edge.v.shape) - len(edge.x.shape)
    return tuple(
        k for k, size in enumerate(edge.v.shape) if k < missing or (edge.x.shape[k - missing] == 1 and size > 1)
    )


def wrong_axis(edge: Edge) -> Iterator[Wrong]:
    """The sum over other axes."""
    found = unsummed(edge)
    if found is None or not edge.x.shape:
        return
    right, rank = _grown_axes(edge), len(edge.v.shape)
    for many in range(1, rank + 1):
        for axes in combinations(range(rank), many):
            if axes != right:
                keep = len(edge.x.shape) == rank and many < rank
                what = "all axes" if many == rank else f"axis {', '.join(map(str, axes))}"
                yield what, edge.A.sum(found, axis=axes, keep=keep)


def averaged(edge: Edge) -> Iterator[Wrong]:
    """The mean in the place of the sum."""
    found = unsummed(edge)
    if found is not None and edge.x.shape:
        yield "", edge.flow() / (count(found.shape) // count(edge.x.shape))


def one_row(edge: Edge) -> Iterator[Wrong]:
    """One of the rows in the place of the sum of all."""
    found = unsummed(edge)
    if found is None or not edge.x.shape:
        return
    groups = at.groups(found.shape, _grown_axes(edge))
    for tag, k in (("first", 0), ("last", -1)):
        yield tag, edge.A.make(edge.x.shape, [found.entries[group[k]] for group in groups])


# ---- reductions


def not_divided(edge: Edge) -> Iterator[Wrong]:
    """A mean without its 1/N, or a variance."""
    if edge.name in ("mean", "var") and (n := _over(edge)) > 1:
        yield f"1/{n}", _scaled(edge.flow(), n)


def divided_again(edge: Edge) -> Iterator[Wrong]:
    """A sum over its count, or a mean over it once more."""
    if edge.name in ("mean", "sum") and (n := _over(edge)) > 1:
        yield f"{n}", edge.flow() / n


def _over(edge: Edge) -> int:
    return count([edge.x.shape[k] for k in chosen_axes(edge.x.shape, edge.node.fixed.get("axis"))])


def _scaled(x: Array, factor: float) -> Array:
    return x.A.make(x.shape, [factor * e for e in x.entries])


def one_less(edge: Edge) -> Iterator[Wrong]:
    """N - 1 in the place of N."""
    if edge.name in ("mean", "var") and edge.x.shape and (n := _over(edge)) > 2:
        yield "", _scaled(edge.flow(), n / (n - 1))


def largest_to_all(edge: Edge) -> Iterator[Wrong]:
    """The gradient of a largest or smallest entry given to all entries."""
    if edge.name in ("max", "min") and edge.node.operation.operation is None:
        fixed = edge.node.fixed
        g = back(edge.A, edge.g, edge.x, fixed.get("axis"), fixed.get("keep", False))
        yield "", edge.A.grow(g, edge.x.shape)


def as_constant(edge: Edge) -> Iterator[Wrong]:
    """A reduction taken as a constant, where its argument reaches the output by another way too."""
    if edge.name in ("mean", "var", "sum", "max", "min", "norm") and edge.node.operation.operation is None:
        yield "", edge.A.full(0, edge.x.shape)


# ---- entries in other places


def overwritten(edge: Edge) -> Iterator[Wrong]:
    """What flows back to an entry that is used several times, by its first or last use alone."""
    if edge.name not in ("index", "pick", "windows"):
        return
    A = edge.A
    count_of = A.make(edge.x.shape, list(range(count(edge.x.shape))))
    xs = [count_of, *edge.xs[1:]]
    places = [int(k) for k in edge.node.operation.value(A, *xs, **edge.node.fixed).entries]
    if len({*places}) == len(places):
        return
    for tag, order in (("last", 1), ("first", -1)):
        found: list[Any] = [A.S.zero] * count(edge.x.shape)
        for place, e in list(zip(places, edge.g.entries, strict=True))[::order]:
            found[place] = e
        yield tag, A.make(edge.x.shape, found)
