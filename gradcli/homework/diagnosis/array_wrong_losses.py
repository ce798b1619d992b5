"""Wrong pullbacks of softmax and cross-entropy, as pairs of a tag and an array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...arrays import places as at
from ...arrays.classes import expanded
from ...arrays.entries import Array, Entries
from .array_worlds import Edge
from .array_wrong_rules import Wrong


def _axis(edge: Edge) -> int:
    axis = edge.node.fixed.get("axis", -1)
    return int(axis) % len(edge.x.shape)


def softmax_rules(edge: Edge) -> Iterator[Wrong]:
    """The diagonal of the Jacobian of softmax alone, half of its rule, or no rule at all."""
    A, g, p = edge.A, edge.g, edge.v
    if edge.name == "softmax":
        yield "diagonal", g * (p * (1 - p))
        yield "unsummed", g * p
        yield "none", g
        for axis in range(len(p.shape)):
            if axis != _axis(edge):
                yield f"axis {axis}", p * (g - A.sum(g * p, axis=axis, keep=True))
    elif edge.name == "log_softmax":
        shares = A.softmax(edge.x, axis=_axis(edge))
        yield "diagonal", g * (1 - shares)
        yield "none", g
        yield "once", g - shares
        yield "shares", shares * (g - A.sum(g * shares, axis=_axis(edge), keep=True))


def _labelled(edge: Edge) -> tuple[Array, Array, Array] | None:
    """Return softmax, the targets, and the upstream gradient of each row, of a cross-entropy; None elsewhere."""
    if edge.name != "cross_entropy" or edge.k != 0:
        return None
    A, z, y = edge.A, edge.xs[0], edge.xs[1]
    axis = _axis(edge)
    target = y if y.shape == z.shape else onehot_along(A, z, y, axis)
    g = expanded(A, edge.g, z, axis)
    return A.softmax(z, axis=axis), target, A.grow(g, z.shape)


def onehot_along(A: Entries, z: Array, y: Array, axis: int, shift: int = 0) -> Array:
    """Return a 1 for each label along an axis of z, and 0 elsewhere; labels are counted on by `shift`, to the end."""
    found: list[Any] = [A.S.zero] * len(z.entries)
    for group, label in zip(at.groups(z.shape, [axis]), A.labels(y), strict=True):
        found[group[(label + shift) % len(group)]] = A.S.one
    return A.make(z.shape, found)


def no_target(edge: Edge) -> Iterator[Wrong]:
    """softmax(z) without the 1 taken off."""
    if (found := _labelled(edge)) is not None:
        p, _, g = found
        yield "", g * p


def wrong_sign(edge: Edge) -> Iterator[Wrong]:
    """Targets minus shares."""
    if (found := _labelled(edge)) is not None:
        p, target, g = found
        yield "", g * (target - p)


def wrong_class(edge: Edge) -> Iterator[Wrong]:
    """The 1 taken off at the class before or after: labels counted from 1, or the reverse."""
    if (found := _labelled(edge)) is not None and edge.xs[1].shape != edge.xs[0].shape:
        p, _, g = found
        for tag, shift in (("before", -1), ("after", 1)):
            yield tag, g * (p - onehot_along(edge.A, edge.xs[0], edge.xs[1], _axis(edge), shift))


def entropy_rules(edge: Edge) -> Iterator[Wrong]:
    """Other wrong rules of cross-entropy: its log or its softmax alone, the diagonal, scores instead of shares."""
    if (found := _labelled(edge)) is None:
        return
    p, target, g = found
    A, z = edge.A, edge.x
    yield "log", -(g * target / p)
    yield "diagonal", -(g * target * (1 - p))
    yield "target", -(g * target)
    yield "scores", g * (z - target)
    yield "logs", g * (A.log_softmax(z, axis=_axis(edge)) - target)
    yield "softmax", g * (p * (1 - p))
    yield "twice", g * ((p - target) * (p * (1 - p)))
    for axis in range(len(z.shape)):
        if axis != _axis(edge):
            yield f"axis {axis}", g * (A.softmax(z, axis=axis) - target)
