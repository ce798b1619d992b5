"""Wrong gradients of scores: softmax with cross-entropy in any form, where p - y is written down by heart.

The right gradient is g*(p - y), with softmax p, the targets y and what arrives, g, of each row. It is the same whether
a program says `cross_entropy(z, y)`, `-log(softmax(z)[y])` or `sum(y*log_softmax(z))`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ...arrays import places as at
from ...arrays.classes import expanded
from ...arrays.entries import Array, Entries
from ...calculus.operations import OPERATIONS
from .array_worlds import Edge, Wrong, same, scaled

FIRST = 1e-9  # relative: targets that sum to 1 up to this


class Scores(NamedTuple):
    """Scores z whose gradient is g*(p - y): all arrays of the shape of z; the axis of the classes."""

    A: Entries
    z: Array
    p: Array
    y: Array
    g: Array
    axis: int

    @property
    def groups(self) -> list[list[int]]:
        """The places of each row of scores."""
        return at.groups(self.z.shape, [self.axis])

    @property
    def labels(self) -> list[int] | None:
        """The class of every row; None where targets are no single 1."""
        found = []
        for group in self.groups:
            row = [self.y.entries[k] for k in group]
            if sorted(row) != [0] * (len(row) - 1) + [1]:
                return None
            found.append(row.index(1))
        return found

    def marked(self, classes: list[int]) -> Array:
        """Return a 1 at one class of every row, which is counted on to the end, and 0 elsewhere."""
        found: list[Any] = [self.A.S.zero] * len(self.z.entries)
        for group, label in zip(self.groups, classes, strict=True):
            found[group[label % len(group)]] = self.A.S.one
        return self.A.make(self.z.shape, found)


def scores_of(edge: Edge) -> Scores | None:
    """Return the scores whose gradient flows along an edge, if a cross-entropy follows; None elsewhere."""
    if edge.k != 0 or edge.name not in ("cross_entropy", "softmax", "log_softmax"):
        return None
    A, z = edge.A, edge.x
    axis = int(edge.node.fixed.get("axis", -1)) % len(z.shape)
    p = edge.v if edge.name == "softmax" else A.softmax(z, axis=axis)
    if edge.name == "cross_entropy":
        given = edge.xs[1]
        y = given if given.shape == z.shape else onehot_along(A, z, given, axis)
        return Scores(A, z, p, y, A.grow(expanded(A, edge.g, z, axis), z.shape), axis)
    weighted = -(edge.g * p) if edge.name == "softmax" else -edge.g  # which is g*y after a logarithm
    g = A.grow(A.sum(weighted, axis=axis, keep=True), z.shape)
    if any(x < 0 for x in weighted.entries) or not all(g.entries):
        return None
    y = A.entrywise(OPERATIONS["div"], (weighted, g))
    whole = [round(x) if abs(x - round(x)) < FIRST else x for x in y.entries]
    return Scores(A, z, p, A.make(z.shape, whole), g, axis)


def onehot_along(A: Entries, z: Array, y: Array, axis: int) -> Array:
    """Return a 1 for each label along an axis of z, and 0 elsewhere."""
    found: list[Any] = [A.S.zero] * len(z.entries)
    for group, label in zip(at.groups(z.shape, [axis]), A.labels(y), strict=True):
        found[group[label]] = A.S.one
    return A.make(z.shape, found)


def softmax_rules(edge: Edge) -> Iterator[Wrong]:
    """The diagonal of the Jacobian of softmax alone, half of its rule, or no rule at all."""
    A, g, p = edge.A, edge.g, edge.v
    if edge.name not in ("softmax", "log_softmax"):
        return
    axis = int(edge.node.fixed.get("axis", -1)) % len(edge.x.shape)
    if edge.name == "softmax":
        yield Wrong("diagonal", g * (p * (1 - p)))
        yield Wrong("unsummed", g * p)
        yield Wrong("none", g)
        yield Wrong("jacobian sign", p * (A.sum(g * p, axis=axis, keep=True) - g))
        yield Wrong("sum alone", -(p * A.sum(g * p, axis=axis, keep=True)))
        yield Wrong("plain mean", p * (g - A.sum(g, axis=axis, keep=True) / g.shape[axis]))
        yield Wrong("plain sum", p * (g - A.sum(g, axis=axis, keep=True)))
        for other in range(len(p.shape)):
            if other != axis:
                yield Wrong(f"axis {other}", p * (g - A.sum(g * p, axis=other, keep=True)))
        return
    shares = A.softmax(edge.x, axis=axis)
    yield Wrong("log diagonal", g * (1 - shares))
    yield Wrong("none", g)
    yield Wrong("once", g - shares)
    yield Wrong("shares", shares * (g - A.sum(g * shares, axis=axis, keep=True)))


# ---- p - y


def no_target(edge: Edge) -> Iterator[Wrong]:
    """softmax(z) without the 1 taken off."""
    if (s := scores_of(edge)) is not None:
        yield Wrong("", s.g * s.p)


def wrong_sign(edge: Edge) -> Iterator[Wrong]:
    """Targets minus shares."""
    if (s := scores_of(edge)) is not None:
        yield Wrong("", s.g * (s.y - s.p))


def wrong_class(edge: Edge) -> Iterator[Wrong]:
    """The 1 taken off at another class than the true one."""
    s = scores_of(edge)
    labels = None if s is None else s.labels
    if s is None or labels is None:
        return
    largest = [max(range(len(row)), key=lambda k, row=row: s.p.entries[row[k]]) for row in s.groups]  # type: ignore[misc]
    smallest = [min(range(len(row)), key=lambda k, row=row: s.p.entries[row[k]]) for row in s.groups]  # type: ignore[misc]
    ways = {
        "before": [label - 1 for label in labels],
        "after": [label + 1 for label in labels],
        "largest": largest,
        "smallest": smallest,
        "first label": [labels[0]] * len(labels),
        "last label": [labels[-1]] * len(labels),
        "next row": [*labels[1:], labels[0]],
        "row before": [labels[-1], *labels[:-1]],
    }
    for tag, classes in ways.items():
        yield Wrong(tag, s.g * (s.p - s.marked(classes)))


def wrong_places(edge: Edge) -> Iterator[Wrong]:
    """The 1 taken off at more places than the true classes, or the label itself taken off."""
    s = scores_of(edge)
    labels = None if s is None else s.labels
    if s is None or labels is None or len(s.z.shape) != 2:
        return
    A, places = s.A, s.groups
    numbers: list[Any] = [A.S.zero] * len(s.z.entries)
    for row, label in zip(places, labels, strict=True):
        for k in row:
            numbers[k] = A.S.one * label
    yield Wrong("number", s.g * (s.p - A.make(s.z.shape, numbers)))
    columns, counted, rows = ([A.S.zero] * len(s.z.entries) for _ in range(3))
    for n, row in enumerate(places):
        for label in labels:
            columns[row[label]] = A.S.one
            counted[row[label]] += A.S.one
        for k in row:
            rows[k] = A.S.one if n in labels else A.S.zero
    for tag, found in (("columns", columns), ("counted", counted), ("rows", rows)):
        yield Wrong(tag, s.g * (s.p - A.make(s.z.shape, found)))
    if s.z.shape[0] == s.z.shape[1]:
        yield Wrong("transposed", s.g * (s.p - A.transpose(s.y)))


def early(edge: Edge) -> Iterator[Wrong]:
    """The factor that arrives, such as 1/N, used on one of p and y alone."""
    if (s := scores_of(edge)) is not None and any(x != 1 for x in s.g.entries):
        yield Wrong("shares", s.p * s.g - s.y)
        yield Wrong("targets", s.p - s.y * s.g)


# What may be written in the place of p - y, with softmax p, targets y and scores z.
Rule = Callable[[Scores], Array]
ENTROPY: dict[str, Rule] = {
    "logarithm": lambda s: -(s.y / s.p),
    "logarithm plus": lambda s: s.y / s.p,
    "true": lambda s: s.y * (s.p - 1),
    "true plus": lambda s: s.y * (1 - s.p),
    "others": lambda s: s.p * (1 - s.y),
    "true share": lambda s: s.y * s.p,
    "target": lambda s: -s.y,
    "target plus": lambda s: s.p + s.y,
    "ones": lambda s: s.p - 1,
    "ones minus": lambda s: 1 - s.p,
    "scores": lambda s: s.z - s.y,
    "logs": lambda s: s.A.log_softmax(s.z, axis=s.axis) - s.y,
    "softmax": lambda s: s.p * (1 - s.p),
    "twice": lambda s: (s.p - s.y) * (s.p * (1 - s.p)),
    "jacobian": lambda s: _through_softmax(s, s.p - s.y),
    "squares": lambda s: scaled(_through_softmax(s, s.p - s.y), 2.0),
    "squares diagonal": lambda s: scaled((s.p - s.y) * (s.p * (1 - s.p)), 2.0),
    "square": lambda s: (s.p - s.y) * (s.p - s.y),
    "times shares": lambda s: s.p * (s.p - s.y),
    "exponentials": lambda s: s.A.entrywise(OPERATIONS["exp"], (s.z,)) - s.y,
    "sigmoid": lambda s: s.A.entrywise(OPERATIONS["sigmoid"], (s.z,)) - s.y,
    "over all": lambda s: s.A.make(s.z.shape, s.A.softmax(s.A.reshape(s.z, (len(s.z.entries),))).entries) - s.y,
}


def _through_softmax(s: Scores, g: Array) -> Array:
    """Return what flows back through softmax."""
    return s.p * (g - s.A.sum(g * s.p, axis=s.axis, keep=True))


WITHOUT_KEEPDIMS = {
    "sum": "e/e.sum(axis=1) without keepdims: column j divided by the sum of row j",
    "sum after max": "e/e.sum(axis=1) without keepdims: column j divided by the sum of row j",
    "max": "z - z.max(axis=1) without keepdims: the largest score of row j taken off column j",
    "sum and max": "z.max(axis=1) and e.sum(axis=1) without keepdims: those of row j used for column j",
}


def without_keepdims(A: Entries, z: Array, axis: int) -> dict[str, Array]:
    """Return softmax of a square z by its rows where keepdims was forgotten, by what it was forgotten of.

    The sums, or the largest scores, of the rows then stand beside the columns. By such sums it matters what was taken
    off the scores before.
    """
    if axis != 1 or len(z.shape) != 2 or z.shape[0] != z.shape[1]:
        return {}
    exp, over = OPERATIONS["exp"], OPERATIONS["div"]
    largest = A.make((z.shape[0], 1), [max(z.entries[k] for k in row) for row in at.groups(z.shape, [1])])
    beside = A.transpose(largest)
    found = {}
    for tag, scores, sums_too in (("sum", z, True), ("sum after max", z - A.grow(largest, z.shape), True),
                                  ("max", z - A.grow(beside, z.shape), False),
                                  ("sum and max", z - A.grow(beside, z.shape), True)):  # fmt: skip
        e = A.entrywise(exp, (scores,))
        sums = A.sum(e, axis=1, keep=True)
        found[tag] = A.entrywise(over, (e, A.transpose(sums) if sums_too else sums))
    return found


def entropy_rules(edge: Edge) -> Iterator[Wrong]:
    """Other wrong rules of cross-entropy: its log or its softmax alone, the diagonal, scores instead of shares."""
    if (s := scores_of(edge)) is None:
        return
    right = edge.flow()
    for tag, rule in ENTROPY.items():
        try:
            found = s.g * rule(s)
        except ArithmeticError:
            continue
        if not same(found, right):
            yield Wrong(tag, found)
    for axis in range(len(s.z.shape)):
        if axis != s.axis:
            yield Wrong(f"axis {axis}", s.g * (s.A.softmax(s.z, axis=axis) - s.y))
    for tag, shares in without_keepdims(s.A, s.z, s.axis).items():
        yield Wrong(tag, s.g * (shares - s.y))
