"""Wrong pullbacks where arrays grow, shrink or move: a bias over a batch, sums and means, maxima, repeated entries.

A rule receives an edge and yields nothing where the mistake cannot be made.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from ...arrays import places as at
from ...arrays.axes import chosen_axes
from ...arrays.entries import Array
from ...arrays.reductions import back
from ...arrays.sizes import count
from .array_divisors import program_sizes
from .array_worlds import Edge, Wrong, entrywise_from, nearest, scaled

REDUCTIONS = frozenset(("mean", "var", "sum", "max", "min", "norm"))


# ---- sums back over the axes along which an argument grew


def unsummed(edge: Edge) -> Array | None:
    """Return what flows back before it is summed, where an argument grew; None elsewhere."""
    operation = edge.node.operation.operation
    if operation is None or edge.x.shape == edge.v.shape:
        return None
    if not edge.x.shape and edge.name not in ("add", "sub"):
        return None
    return edge.A.flow(operation, edge.k, edge.g, edge.v, edge.xs)


def _flowing(edge: Edge) -> str:
    """Return how what is summed is written."""
    if edge.name == "add" or (edge.name == "sub" and edge.k == 0):
        return f"$g{edge.i}"
    return f"-$g{edge.i}" if edge.name == "sub" else "what arrives"


def grown_axes(edge: Edge) -> tuple[int, ...]:
    """Return the axes along which an argument was repeated."""
    missing = len(edge.v.shape) - len(edge.x.shape)
    return tuple(
        k for k, size in enumerate(edge.v.shape) if k < missing or (edge.x.shape[k - missing] == 1 and size > 1)
    )


def _written(what: str, axes: tuple[int, ...] | None, function: str = "sum") -> str:
    """Return a sum over some axes, or over all, as it is written."""
    if axes is None:
        return f"{function}({what})"
    return f"{function}({what}, axis={axes[0] if len(axes) == 1 else axes})"


def not_summed(edge: Edge) -> Iterator[Wrong]:
    """What flows back without the sum."""
    found = unsummed(edge)
    if found is not None:
        yield Wrong("", found, f"{_flowing(edge)} itself, not summed over {_axes(grown_axes(edge))}")


def _axes(axes: tuple[int, ...]) -> str:
    return f"{'axis' if len(axes) == 1 else 'axes'} {', '.join(map(str, axes))}"


def wrong_axis(edge: Edge) -> Iterator[Wrong]:
    """The sum, or the mean, over other axes, or over all of them."""
    found = unsummed(edge)
    if found is None:
        return
    right, rank, what = grown_axes(edge), len(edge.v.shape), _flowing(edge)
    for many in range(1, rank + 1):
        for axes in combinations(range(rank), many):
            if axes == right:
                continue
            total = edge.A.sum(found, axis=axes)
            tag, chosen = ("all axes", None) if many == rank else (_axes(axes), axes)
            instead = f" in the place of {_written(what, right)}"
            yield Wrong(tag, total, _written(what, chosen) + instead)
            n = count(found.shape) // count(total.shape)
            yield Wrong(f"{tag}, as a mean", total / n, _written(what, chosen, "mean") + instead)
            if many == rank:
                filled = edge.A.make(edge.x.shape, total.entries * count(edge.x.shape))
                yield Wrong("all axes, in every entry", filled, f"{_written(what, None)} in every entry")


def averaged(edge: Edge) -> Iterator[Wrong]:
    """The mean in the place of the sum."""
    found = unsummed(edge)
    if found is not None:
        right, what = grown_axes(edge), _flowing(edge)
        words = f"{_written(what, right, 'mean')} in the place of the sum"
        yield Wrong("", edge.flow() / (count(found.shape) // count(edge.x.shape)), words)


def one_row(edge: Edge) -> Iterator[Wrong]:
    """One of the rows in the place of the sum of all."""
    found = unsummed(edge)
    if found is None:
        return
    groups = at.groups(found.shape, grown_axes(edge))
    for tag, k in (("first", 0), ("last", -1)):
        yield Wrong(tag, edge.A.make(edge.x.shape, [found.entries[group[k]] for group in groups]))


def other_summed(edge: Edge) -> Iterator[Wrong]:
    """The sum of another gradient than the one that arrives, or of a value."""
    if unsummed(edge) is None or edge.name not in ("add", "sub"):
        return
    world, axes = edge.world, grown_axes(edge)
    seen: list[list[Any]] = [edge.g.entries]
    for b in nearest(edge.i, world.output + 1):
        g = world.upstream[b]
        if g is None or len(g.shape) != len(edge.v.shape) or g.entries in seen or not world.graph.nodes[b].arguments:
            continue
        seen.append(g.entries)
        yield Wrong(f"$g{b}", edge.A.sum(g, axis=axes), f"{_written(f'$g{b}', axes)} in the place of $g{edge.i}")
    for b in entrywise_from(edge):
        v = world.values[b]
        if v.shape == edge.v.shape:
            words = f"{_written(f'$v{b}', axes)}, the values, in the place of the gradients"
            yield Wrong(f"$v{b}", edge.A.sum(v, axis=axes), words)


# ---- reductions


def _over(edge: Edge) -> int:
    return count([edge.x.shape[k] for k in chosen_axes(edge.x.shape, edge.node.fixed.get("axis"))])


def one_less(edge: Edge) -> Iterator[Wrong]:
    """N - 1 in the place of N: of a variance, and of a mean where no array has N - 1 of anything."""
    if edge.name not in ("mean", "var"):
        return
    n = _over(edge)
    if n > 2 and (edge.name == "var" or n - 1 not in program_sizes(edge.world.graph).numbers):
        yield Wrong("", scaled(edge.flow(), n / (n - 1)), f"{n - 1} = N - 1 in the place of N = {n}")


def largest_to_all(edge: Edge) -> Iterator[Wrong]:
    """The gradient of a largest or smallest entry given to all entries."""
    if edge.name in ("max", "min") and edge.node.operation.operation is None:
        fixed = edge.node.fixed
        g = back(edge.A, edge.g, edge.x, fixed.get("axis"), fixed.get("keep", False))
        yield Wrong("", edge.A.grow(g, edge.x.shape))


def as_constant(edge: Edge) -> Iterator[Wrong]:
    """A reduction taken as a constant, where its argument reaches the output by another way too."""
    if edge.name in REDUCTIONS and edge.node.operation.operation is None and len(edge.world.users[edge.a]) > 1:
        yield Wrong("", edge.A.full(0, edge.x.shape), f"$v{edge.i} taken as a constant")


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
        yield Wrong(tag, A.make(edge.x.shape, found))
