"""Places: which entry of an array goes where. A map has one entry for each of the result: the place it comes from.

Entries are counted along the last axis first. A place of -1 stands for a 0 that no entry gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from .sizes import count

Place = int


def strides(shape: Sequence[int]) -> list[int]:
    """Return how far apart two neighbours along each axis lie."""
    found, step = [], 1
    for size in reversed(shape):
        found.append(step)
        step *= size
    return found[::-1]


def spread(sizes: Sequence[int], steps: Sequence[int]) -> list[Place]:
    """Return the places that a walk over these sizes meets, with a step for each axis."""
    found = [0]
    for size, step in zip(sizes, steps, strict=True):
        moves = [k * step for k in range(size)]
        found = [at + move for at in found for move in moves]
    return found


def grown(shape: Sequence[int], into: Sequence[int]) -> list[Place]:
    """Return the map of an array that is repeated along missing axes and those of size 1, to the shape `into`."""
    missing = len(into) - len(shape)
    steps = [0] * missing + [0 if size == 1 else step for size, step in zip(shape, strides(shape), strict=True)]
    return spread(into, steps)


def groups(shape: Sequence[int], axes: Sequence[int]) -> list[list[Place]]:
    """Return the places that are reduced to each entry of the result, when some axes are reduced."""
    steps = strides(shape)
    kept = [axis for axis in range(len(shape)) if axis not in axes]
    within = spread([shape[axis] for axis in axes], [steps[axis] for axis in axes])
    starts = spread([shape[axis] for axis in kept], [steps[axis] for axis in kept])
    return [[start + step for step in within] for start in starts]


def permuted(shape: Sequence[int], axes: Sequence[int]) -> list[Place]:
    """Return the map of an array whose axes stand in another order."""
    steps = strides(shape)
    return spread([shape[axis] for axis in axes], [steps[axis] for axis in axes])


def joined(shapes: Sequence[Sequence[int]], axis: int) -> list[Place]:
    """Return the map of arrays joined along an axis, whose entries are counted one array after the other."""
    starts, blocks, at = [], [], 0
    for shape in shapes:
        starts.append(at)
        blocks.append(count(shape[axis:]))
        at += count(shape)
    found: list[Place] = []
    for k in range(count(shapes[0][:axis])):
        for start, block in zip(starts, blocks, strict=True):
            found += range(start + k * block, start + (k + 1) * block)
    return found


def windows(shape: Sequence[int], size: int, stride: int) -> list[Place]:
    """Return the map of all size x size windows over the last two axes, left to right, one row per window."""
    *leading, high, wide = shape
    steps = strides(shape)
    down, across = (high - size) // stride + 1, (wide - size) // stride + 1
    return spread(
        [*leading, down, across, size, size],
        [*steps[:-2], steps[-2] * stride, stride, steps[-2], 1],
    )


def padded(shape: Sequence[int], more: int) -> list[Place]:
    """Return the map of an array with `more` zeros round its last two axes, or the one axis it has."""
    places = range(count(shape))
    *leading, high, wide = shape if len(shape) > 1 else (1, *shape)
    above = more if len(shape) > 1 else 0
    row = [-1] * (wide + 2 * more)
    found: list[Place] = []
    for k in range(count(leading)):
        found += row * above
        for i in range(high):
            start = (k * high + i) * wide
            found += [*[-1] * more, *places[start : start + wide], *[-1] * more]
        found += row * above
    return found


def diagonal(size: int) -> list[Place]:
    """Return the map of the diagonal of a matrix."""
    return list(range(0, size * size, size + 1))


def on_diagonal(size: int) -> list[Place]:
    """Return the map of the matrix with a vector on its diagonal."""
    return [i if i == j else -1 for i, j in product(range(size), repeat=2)]
