"""Arrays whose entries are those of others, in other places: transposed, cut out, joined, padded, picked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import places as at
from .array import Array, Scattered
from .axes import one_axis
from .entrywise import Entrywise
from .gathers import EVERYTHING, slice_range, swapped
from .sizes import count


class Moving(Entrywise):
    """The functions of rules that move entries."""

    def gather(self, x: Array, places: Sequence[int], shape: Sequence[int]) -> Array:
        """Return the array whose entries come from some places of x, 0 from the place -1."""
        entries = x.entries
        return self.make(shape, [entries[k] if k >= 0 else self._zero for k in places])

    def scattered(self, g: Array, places: Sequence[int], shape: Sequence[int]) -> Array:
        """Return the array in which every entry of g is added to the place that `gather` took it from."""
        taken = [k for k, place in enumerate(places) if place >= 0]
        numbers = g.entries if len(taken) == len(places) else [g.entries[k] for k in taken]
        return Scattered(self, tuple(shape), [places[k] for k in taken], numbers)

    def grow(self, x: Array, shape: Sequence[int]) -> Array:
        """Return an array repeated along missing axes and those of size 1."""
        return self.make(shape, list(self.spread(x, tuple(shape))))

    def reshape(self, x: Array, shape: Sequence[int]) -> Array:
        """Return the same entries in another shape."""
        return self.make(shape, x.entries)

    def permute(self, x: Array, axes: Sequence[int]) -> Array:
        """Return an array with its axes in another order."""
        order = [axis % len(x.shape) for axis in axes]
        return self.gather(x, at.permuted(x.shape, order), [x.shape[axis] for axis in order])

    def transpose(self, x: Array) -> Array:
        """Return an array with its last two axes swapped."""
        return self.permute(x, swapped(len(x.shape)))

    def index(self, x: Array, indices: Sequence[Array], places: Sequence[Any]) -> Array:
        """Return the entries that an index takes."""
        taken, shape = self._taken(x.shape, indices, places)
        return self.gather(x, taken, shape)

    def scatter(self, g: Array, shape: Sequence[int], indices: Sequence[Array], places: Sequence[Any]) -> Array:
        """Return an array of a shape with the entries of g added to the places that an index names."""
        taken, _ = self._taken(shape, indices, places)
        return self.scattered(g, taken, shape)

    def _taken(
        self, shape: Sequence[int], indices: Sequence[Array], places: Sequence[Any]
    ) -> tuple[list[int], list[int]]:
        """Return the places that an index takes, and the shape of what it takes."""
        steps = at.strides(shape)
        labels = [self.labels(index) for index in indices]
        start, axis = 0, 0
        walks: list[tuple[int, list[int]]] = []  # the size of each new axis, and how far each of its places lies
        array_at = -1
        offsets: list[int] = []
        for place in places:
            if place is None:
                walks.append((1, [0]))
                continue
            size, step = shape[axis], steps[axis]
            if isinstance(place, int):
                start += place % size * step
            elif place[0] == "slice":
                moves = [k * step for k in slice_range(size, place)]
                walks.append((len(moves), moves))
            else:
                moves = [k % size * step for k in labels[place[1] - 1]]
                if array_at < 0:
                    array_at, offsets = len(walks), moves
                    walks.append((-1, moves))
                else:
                    offsets = [a + b for a, b in zip(offsets, moves, strict=True)]
                    walks[array_at] = (-1, offsets)
            axis += 1
        walks += [(size, [k * step for k in range(size)])
                  for size, step in zip(shape[axis:], steps[axis:], strict=True)]  # fmt: skip
        found, sizes = [start], list[int]()
        for size, moves in walks:
            found = [place + move for place in found for move in moves]
            sizes += [size] if size >= 0 else list(indices[0].shape)
        return found, sizes

    def concat(self, xs: Sequence[Array], axis: int = 0) -> Array:
        """Return arrays joined along an axis."""
        axis = one_axis(xs[0].shape, axis)
        shapes = [x.shape for x in xs]
        entries = [entry for x in xs for entry in x.entries]
        whole = sum(shape[axis] for shape in shapes)
        shape = (*shapes[0][:axis], whole, *shapes[0][axis + 1 :])
        return self.make(shape, [entries[k] for k in at.joined(shapes, axis)])

    def part(self, g: Array, shapes: Sequence[tuple[int, ...]], k: int, axis: int = 0) -> Array:
        """Return the part of a joined array that comes from the k-th."""
        axis = one_axis(g.shape, axis)
        start = sum(shape[axis] for shape in shapes[:k])
        taken = ("slice", start, start + shapes[k][axis], None)
        return self.index(g, (), (*[EVERYTHING] * axis, taken))

    def stack(self, xs: Sequence[Array]) -> Array:
        """Return arrays of one shape along a new first axis."""
        return self.make((len(xs), *xs[0].shape), [entry for x in xs for entry in x.entries])

    def diag(self, x: Array) -> Array:
        """Return the matrix with a vector on its diagonal, or the diagonal of a matrix."""
        n = x.shape[0]
        if len(x.shape) == 2:
            return self.gather(x, at.diagonal(n), (n,))
        return self.gather(x, at.on_diagonal(n), (n, n))

    def pad(self, x: Array, n: int) -> Array:
        """Return an array with n zeros round its last two axes."""
        wide = min(2, len(x.shape))
        shape = (*x.shape[:-wide], *(size + 2 * n for size in x.shape[-wide:]))
        return self.gather(x, at.padded(x.shape, n), shape)

    def unpad(self, g: Array, shape: Sequence[int], n: int) -> Array:
        """Return an array without the zeros round it."""
        wide = min(2, len(shape))
        inside = [("slice", n, n + size, None) for size in shape[-wide:]]
        return self.index(g, (), (*[EVERYTHING] * (len(shape) - wide), *inside))

    def windows(self, x: Array, k: int, stride: int = 1) -> Array:
        """Return a row for each k x k window."""
        places = at.windows(x.shape, k, stride)
        each = len(places) // (count(x.shape[:-2]) * k * k)
        return self.gather(x, places, (*x.shape[:-2], each, k * k))

    def unwindows(self, g: Array, shape: Sequence[int], k: int, stride: int = 1) -> Array:
        """Return an array with the entries of windows added to the places they came from."""
        return self.scattered(g, at.windows(shape, k, stride), shape)

    def onehot(self, y: Array, n: int) -> Array:
        """Return a row of n for each label."""
        labels = self.labels(y)
        return self.make((*y.shape, n), [self._one if k == label else self._zero for label in labels for k in range(n)])

    def pick(self, z: Array, y: Array) -> Array:
        """Return the entry of its label from each row."""
        return self.gather(z, self._picked(z.shape, y), y.shape)

    def unpick(self, g: Array, shape: Sequence[int], y: Array) -> Array:
        """Return an array of zeros with the entries of g in the places of their labels."""
        return self.scattered(g, self._picked(shape, y), shape)

    def _picked(self, shape: Sequence[int], y: Array) -> list[int]:
        n = shape[-1]
        return [k * n + label % n for k, label in enumerate(self.labels(y))]
