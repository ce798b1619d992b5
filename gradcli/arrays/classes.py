"""Rows of classification: labels, one-hot rows, entries picked by label, and cross-entropy.

A label is a role, not a type: whole numbers that count classes from 0, without a derivative.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .axes import one_axis, reduced
from .rows import REQUIRED, ArrayOperation
from .sizes import Misfit, Shape, Size, Sizes, axis_name, described, verb


def onehot_shape(sizes: Sizes, y: Shape, n: Size) -> Shape:
    """The shape rule of `onehot`: one row per label."""
    if isinstance(n, int) and n < 1:
        raise Misfit(f"onehot needs 1 class or more, not {n}")
    return (*y, n)


def picked_shape(sizes: Sizes, z: Shape, y: Shape) -> Shape:
    """The shape rule of `pick`: one label for every row of the last axis."""
    if not z:
        raise Misfit("{0} is a number: pick takes entries out of an array")
    _labels_fit(sizes, z, y, len(z) - 1)
    return y


def _labels_fit(sizes: Sizes, z: Shape, y: Shape, axis: int) -> None:
    """Raise `Misfit` unless there is one label for every vector along an axis."""
    wanted = (*z[:axis], *z[axis + 1 :])
    if len(y) != len(wanted) or not all(sizes.same(a, b) for a, b in zip(y, wanted, strict=True)):
        many = f"{axis_name(z, 1 - axis)} of {{0}} ({wanted[0]}) {verb(z)} the labels" if len(z) == 2 else None
        if not y:
            raise Misfit(f"{{0}} {described(z)}, and {{1}} is one label: one label per row is needed", many)
        meeting = [(0, 0, wanted[0]), (1, 0, y[0])] if wanted else []
        need = "one label" if not wanted else f"{wanted[0]} labels"
        raise Misfit(f"{{0}} {described(z)}, {{1}} {described(y)}: it needs {need}", many, meeting)


def cross_entropy_shape(sizes: Sizes, z: Shape, y: Shape, axis: int = -1) -> Shape:
    """The shape rule of cross_entropy with labels: one loss for every vector along the axis."""
    if not z:
        raise Misfit("{0} is a number: cross_entropy needs a score for each class")
    _labels_fit(sizes, z, y, one_axis(z, axis))
    return y


def cross_entropy_of(shapes: Sequence[Shape]) -> ArrayOperation:
    """Return the row that is meant: y holds probabilities if it has the shape of z, and labels otherwise."""
    z, y = shapes
    return PROBABILITIES if z and len(z) == len(y) else LABELS


def probabilities_shape(sizes: Sizes, z: Shape, y: Shape, axis: int = -1) -> Shape:
    """The shape rule of cross_entropy with probabilities: y has the shape of z."""
    if not all(sizes.same(a, b) for a, b in zip(z, y, strict=True)):
        raise Misfit(f"{{0}} {described(z)}, {{1}} {described(y)}: probabilities have the shape of the scores")
    return reduced(z, [one_axis(z, axis)])


def expanded(A: Any, g: Any, z: Any, axis: int) -> Any:
    """Return an upstream gradient, one a vector, with that vector's axis back in its shape, of size 1."""
    axis %= len(z.shape)
    return A.reshape(g, (*z.shape[:axis], 1, *z.shape[axis + 1 :])) if len(z.shape) > 1 else g


LABELS = ArrayOperation(
    "cross_entropy", "z y", cross_entropy_shape, lambda A, z, y, axis=-1: A.cross_entropy(z, y, axis=axis),
    (lambda A, g, v, z, y, axis=-1: expanded(A, g, z, axis) * A.residual(z, y, axis=axis), None),
    fixed={"axis": -1}, law="cross-entropy rule", costs=lambda result, x: x + result,
    summary="-log(softmax(z)[y]), without overflow",
    samples=[(((3,), ()), {}), (((2, 3), (2,)), {}), (((3, 2), (2,)), {"axis": 0})],
)  # fmt: skip
PROBABILITIES = ArrayOperation(
    "cross_entropy", "z y", probabilities_shape,
    lambda A, z, y, axis=-1: -A.sum(y * A.log_softmax(z, axis=axis), axis=axis),
    (lambda A, g, v, z, y, axis=-1:
        expanded(A, g, z, axis) * (A.softmax(z, axis=axis) * A.sum(y, axis=axis, keep=True) - y),
     lambda A, g, v, z, y, axis=-1: -(expanded(A, g, z, axis) * A.log_softmax(z, axis=axis))),
    fixed={"axis": -1}, law="cross-entropy rule", costs=lambda result, x: x + result,
    summary="-sum(y*log_softmax(z))",
    samples=[(((3,), (3,)), {}), (((2, 3), (2, 3)), {}), (((3, 2), (3, 2)), {"axis": 0})],
)  # fmt: skip
CROSS_ENTROPY = ArrayOperation(
    "cross_entropy", "z y", cross_entropy_shape, LABELS.value, LABELS.pullbacks, fixed={"axis": -1},
    chosen=cross_entropy_of, law=LABELS.law, costs=LABELS.costs, samples=[*LABELS.samples, *PROBABILITIES.samples],
    summary="-log(softmax(z)[y]) of a label y, or of probabilities; without overflow",
)  # fmt: skip

CLASSES = (
    CROSS_ENTROPY,
    ArrayOperation(
        "onehot", "y", onehot_shape, lambda A, y, n: A.onehot(y, n), (None,), fixed={"n": REQUIRED}, positional=1,
        summary="a row of n for each label: 1 in its place, else 0",
        samples=[(((),), {"n": 3}), (((4,),), {"n": 3})],
    ),
    ArrayOperation(
        "pick", "z y", picked_shape, lambda A, z, y: A.pick(z, y),
        (lambda A, g, v, z, y: A.unpick(g, z.shape, y), None),
        is_linear=True, closes=True, law="entries taken out", summary="of each row of z the entry of its label",
        samples=[(((3,), ()), {}), (((2, 3), (2,)), {})],
    ),
)  # fmt: skip
