"""Wrong pullbacks of products: another array in the place of an operand, or of the gradient that arrives."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ...arrays.entries import Array
from ...arrays.sizes import count
from ...arrays.table import INPUT, LEAVES
from .array_worlds import MOST_OTHERS, Edge, Wrong, entrywise_from, nearest
from .array_wrong_products import Written, are_matrices, is_product, other, written
from .array_wrong_totals import RATES


def wrong_operand(edge: Edge) -> Iterator[Wrong]:
    """Another array of the program in the place of the other operand: a value, or its own gradient."""
    if not is_product(edge):
        return
    world, own = edge.world, other(edge)
    place = edge.node.arguments[1 - edge.k]
    right = written(edge)
    for b in _others(edge, place):
        yield from _operand_instead(edge, world.values[b], f"$v{b}", right)
    ones = [edge.A.full(1, own.shape)] * 2
    ones[edge.k] = edge.x
    yield Wrong("ones", edge.flow(ones), f"{right.right} without {right.b}: ones in its place")
    gradient = world.upstream[place]
    if gradient is not None:
        yield from _operand_instead(edge, gradient, f"$g{place}", right)


def bias_added(edge: Edge) -> Iterator[Wrong]:
    """The bias of a layer added to what flows back from it or to it."""
    if not are_matrices(edge):
        return
    right, world = edge.flow(), edge.world
    for b, node in enumerate(world.graph.nodes):
        x = world.values[b]
        if (
            node.operation is INPUT
            and len(x.shape) == 1
            and x.shape == right.shape[1:]
            and world.upstream[b] is not None
        ):
            yield Wrong(f"$v{b}", right + x, f"$v{b} added on the way back")


def _operand_instead(edge: Edge, x: Array, name: str, right: Written) -> Iterator[Wrong]:
    own = other(edge)
    if len(x.shape) == len(own.shape) and _meets(edge, x, own):
        xs = [x, x]
        xs[edge.k] = edge.x
        yield Wrong(name, edge.flow(xs), right.instead(written(edge, b=name).right))


def _meets(edge: Edge, x: Array, own: Array) -> bool:
    """Whether an array can stand in the place of the other operand of a product: the axis that is summed fits."""
    if x.shape == own.shape:
        return True
    axis = 0 if edge.k == 1 else len(own.shape) - 1
    return len(own.shape) == 2 and x.shape[axis] == own.shape[axis]


def _others(edge: Edge, place: int) -> list[int]:
    """Return the arrays of the program that may be mixed up with the one at a place, the nearest first."""
    values, nodes = edge.world.values, edge.world.graph.nodes
    found = (
        b
        for b in nearest(place, len(nodes))
        if b != place and values[b].shape and (nodes[b].operation is INPUT or nodes[b].operation not in LEAVES)
    )
    return list(islice(found, MOST_OTHERS))


def next_step(edge: Edge) -> Iterator[Wrong]:
    """In a recurrence, another step in the place of the one before: h[t] for h[t-1], or h[t-2]."""
    step = _step_of(edge)
    if not is_product(edge) or step is None:
        return
    world, (name, number) = edge.world, step
    for tag, k in (("after", number), ("before", number - 2)):
        b = world.graph.by_label.get(f"{name}[{k}]")
        if b is not None and world.values[b].shape == other(edge).shape:
            xs = [world.values[b]] * 2
            xs[edge.k] = edge.x
            yield Wrong(tag, edge.flow(xs))


def _step_of(edge: Edge) -> tuple[str, int] | None:
    """Return the name and number of the step of a recurrence that an edge belongs to; None for none."""
    world, i = edge.world, edge.i
    for _ in range(MOST_OTHERS):
        name, bracket, step = world.graph.labels[i].partition("[")
        if bracket:
            return name, int(step[:-1])
        if len(world.users[i]) != 1:
            return None
        i = world.users[i][0][0]
    return None


def wrong_upstream(edge: Edge) -> Iterator[Wrong]:
    """Another gradient in the place of the one that arrives, or a value of the program."""
    world, right = edge.world, written(edge) if is_product(edge) else None
    if right is None or len(edge.g.shape) > 2 or not edge.g.shape:
        return
    for b in _other_gradients(edge):
        g = world.upstream[b]
        assert g is not None
        found = _with_upstream(edge, g)
        if found is not None:
            yield Wrong(f"$g{b}", found, right.instead(written(edge, g=f"$g{b}").right))
    for b in dict.fromkeys((*edge.node.arguments, *entrywise_from(edge))):
        found = _with_upstream(edge, world.values[b])
        if found is not None:
            yield Wrong(f"$v{b}", found, right.instead(written(edge, g=f"$v{b}").right))
    ones = edge.A.full(1, edge.g.shape)
    yield Wrong("ones", edge.flow(g=ones), f"{right.right} without {right.g}: ones in its place")


def _with_upstream(edge: Edge, g: Array) -> Array | None:
    """Return the pullback of a product of another array than arrives, None where that does not fit."""
    if len(g.shape) != len(edge.g.shape):
        return None
    if g.shape == edge.g.shape:
        return edge.flow(g=g)
    if not are_matrices(edge) or g.shape[1 - edge.k] != edge.g.shape[1 - edge.k]:
        return None
    A = edge.A
    b = A.transpose(other(edge))
    return A.matmul(b, g) if edge.k == 1 else A.matmul(g, b)


def _other_gradients(edge: Edge) -> list[int]:
    """Return the nodes whose gradients may be taken for the one that arrives, the nearest first; each array once."""
    world = edge.world
    found: list[int] = []
    for b in nearest(edge.i, world.output + 1):
        if len(found) == MOST_OTHERS:
            break
        g = world.upstream[b]
        if b == edge.i or g is None or len(g.shape) != len(edge.g.shape) or g.entries == edge.g.entries:
            continue
        if g.entries == (-edge.g).entries or any(world.upstream[c].entries == g.entries for c in found):  # type: ignore[union-attr]  # none is None
            continue
        if world.graph.nodes[b].operation is not INPUT:
            found.append(b)
    return found


def skipped(edge: Edge) -> Iterator[Wrong]:
    """What arrives, passed on without the product, where it has the shape."""
    if is_product(edge) and edge.g.shape == edge.x.shape:
        yield Wrong("", edge.g, f"{written(edge).g} in the place of {written(edge).right}")


def updated(edge: Edge) -> Iterator[Wrong]:
    """A parameter after its step of descent, at some rate."""
    place = edge.node.arguments[1 - edge.k] if len(edge.xs) == 2 else -1
    if not is_product(edge) or edge.world.graph.nodes[place].operation is not INPUT:
        return
    slope = edge.world.upstream[place]
    assert slope is not None
    for rate in RATES:
        xs = [edge.x, edge.x]
        step = edge.A.make(slope.shape, [rate * e for e in slope.entries])
        xs[1 - edge.k] = other(edge) - step
        yield Wrong(f"{rate:g}", edge.flow(xs), f"$v{place} after its update, by {rate:g} times its gradient")


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
        yield Wrong("", edge.flow(xs))
    else:
        yield Wrong("", _reversed(edge.flow()))


def _reversed(x: Array) -> Array:
    """Return an array with its first axis the other way round."""
    step = count(x.shape[1:])
    rows = [x.entries[k : k + step] for k in range(0, len(x.entries), step)]
    return x.A.make(x.shape, [e for row in rows[::-1] for e in row])
