"""Axes: which ones an operation works along, and the shapes that come of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .sizes import Misfit, Shape, Size, Sizes, described, shape_text

Axis = int | tuple[int, ...] | None


def chosen_axes(shape: Shape, axis: Axis) -> tuple[int, ...]:
    """Return the axes that are meant, counted from 0 and sorted; None means all of them.

    Negative ones count from the end. Raises `Misfit` for one that the array does not have, or that is named twice.
    """
    if axis is None:
        return tuple(range(len(shape)))
    wanted = (axis,) if isinstance(axis, int) else axis
    found = []
    for a in wanted:
        if not -len(shape) <= a < len(shape):
            axes = [str(k) for k in range(len(shape))]
            hint = f"its axes are {' and '.join(axes)}" if len(axes) > 1 else "its only axis is 0"
            raise Misfit(f"{{0}} {described(shape)}: it has no axis {a}", hint if axes else "leave the axis out")
        found.append(a % len(shape))
    if len(set(found)) < len(found):
        raise Misfit(f"axis {wanted[-1]} is named twice")
    return tuple(sorted(found))


def one_axis(shape: Shape, axis: int) -> int:
    """Return one axis, counted from 0. Raises `Misfit`."""
    return chosen_axes(shape, axis)[0]


def reduced(shape: Shape, axes: Sequence[int], *, keep: Any = False) -> Shape:
    """Return the shape of an array that was reduced along some axes; `keep` leaves them with size 1."""
    return tuple(1 if k in axes else size for k, size in enumerate(shape) if keep or k not in axes)


def reduction(sizes: Sizes, shape: Shape, axis: Axis = None, keep: Any = False) -> Shape:
    """The shape rule of reductions: all axes, unless some are named. Raises `Misfit` for no axis or no entries."""
    return reduced(shape, chosen_axes(shape, axis), keep=keep)


def along_last(sizes: Sizes, shape: Shape, axis: int = -1) -> Shape:
    """The shape rule of what works along an axis and keeps the shape."""
    if not shape:
        raise Misfit("{0} is a number: a vector or more is needed")
    one_axis(shape, axis)
    return shape


def along_last_reduced(sizes: Sizes, shape: Shape, axis: int = -1, keep: Any = False) -> Shape:
    """The shape rule of what reduces one axis, the last unless another is named."""
    return reduced(along_last(sizes, shape, axis), [one_axis(shape, axis)], keep=keep)


def square(sizes: Sizes, shape: Shape) -> Size:
    """Return the size of a square matrix. Raises `Misfit` for any other shape."""
    match shape:
        case (rows, columns) if sizes.same(rows, columns):
            return sizes.filled(rows)
    raise Misfit(f"{{0}} {described(shape)}: a square matrix is needed")


def equal_shapes(sizes: Sizes, a: Shape, b: Shape, k: int = 0, other: int = 1) -> None:
    """Raise `Misfit` unless two shapes are equal."""
    if len(a) != len(b) or not all(sizes.same(x, y) for x, y in zip(a, b, strict=True)):
        raise Misfit(f"{{{k}}} {described(a)}, {{{other}}} {described(b)}: both need one shape, not {shape_text(b)}")


def square_to_number(sizes: Sizes, a: Shape) -> Shape:
    """The shape rule of what makes a number of a square matrix."""
    square(sizes, a)
    return ()
