"""Rows that only move entries: each entry of the result is one of an argument, or 0. Backwards they scatter and add."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .axes import one_axis, square, square_to_number
from .rows import REQUIRED, ArrayOperation
from .sizes import Letters, Misfit, Shape, Size, Sizes, count, described, shape_text


def transposed(sizes: Sizes, x: Shape) -> Shape:
    """The shape rule of `.T`, which a vector does not have: NumPy silently gives the vector there."""
    if len(x) != 2:
        more = "a vector is neither row nor column" if len(x) == 1 else "permute(...) orders the axes of others"
        raise Misfit(f"{{0}} {described(x)}: only a matrix has .T", more)
    return (x[1], x[0])


def permuted_shape(sizes: Sizes, x: Shape, axes: Sequence[int]) -> Shape:
    """The shape rule of `permute`: every axis is named once."""
    found = [one_axis(x, axis) for axis in axes]
    if sorted(found) != list(range(len(x))):
        raise Misfit(f"{{0}} {described(x)}: permute names each of its {len(x)} axes once")
    return tuple(x[axis] for axis in found)


def inverse_axes(axes: Sequence[int]) -> tuple[int, ...]:
    """Return the order of axes that undoes another one."""
    found = [0] * len(axes)
    for k, axis in enumerate(axes):
        found[axis % len(axes)] = k
    return tuple(found)


def swapped(rank: int) -> tuple[int, ...]:
    """Return the order of axes with the last two swapped."""
    return (*range(rank - 2), rank - 1, rank - 2)


def reshaped(known: Sizes, x: Shape, sizes: Sequence[Size]) -> Shape:
    """The shape rule of `reshape`: as many entries; one size may be -1 and follows from the others."""
    wanted = list(sizes)
    if sum(1 for size in wanted if size == -1) > 1:
        raise Misfit("only one size can be -1")
    if bad := [size for size in wanted if isinstance(size, int) and size < 1 and size != -1]:
        raise Misfit(f"a size is 1 or more, not {bad[0]}")
    whole = known.filled(count(x))
    if -1 in wanted:
        rest = count([size for size in wanted if size != -1])
        wanted[wanted.index(-1)] = _quotient(whole, rest, x)
    elif not known.same(whole, count(wanted)):
        raise Misfit(f"{{0}} {described(x)}: {whole} entries do not fill {shape_text(tuple(wanted))}")
    return tuple(wanted)


def _quotient(whole: Size, part: Size, shape: Shape) -> Size:
    """Return the size that is left out. Raises `Misfit` where there is none."""
    if isinstance(whole, int) and isinstance(part, int):
        if whole % part == 0:
            return whole // part
    elif whole == part:
        return 1
    elif isinstance(whole, Letters) and len(whole.terms) == 1:
        ((letters, times),) = whole.terms.items()
        ((less, by),) = part.terms.items() if isinstance(part, Letters) and len(part.terms) == 1 else [((), part)]
        left = Counter(letters) - Counter(less)
        if isinstance(by, int) and times % by == 0 and left.total() == len(letters) - len(less):
            return 1 * Letters({tuple(sorted(left.elements())): times // by})
    raise Misfit(f"{{0}} {described(shape)}: {whole} entries cannot be split by {part}")


def flattened(sizes: Sizes, x: Shape) -> Shape:
    """The shape rule of `flatten`: all entries, the last axis first."""
    return (sizes.filled(count(x)),)


def concatenated(sizes: Sizes, *shapes: Shape, axis: int = 0) -> Shape:
    """The shape rule of `concat`: the other axes are equal."""
    if any(not shape for shape in shapes):
        k = next(k for k, shape in enumerate(shapes) if not shape)
        raise Misfit(f"{{{k}}} is a number: concat joins arrays", f"[{{{k}}}] is a vector of one entry")
    axis = one_axis(shapes[0], axis)
    whole: Size = 0
    for k, shape in enumerate(shapes):
        same = len(shape) == len(shapes[0]) and all(
            sizes.same(x, y) for j, (x, y) in enumerate(zip(shape, shapes[0], strict=True)) if j != axis
        )
        if not same:
            raise Misfit(f"{{0}} {described(shapes[0])}, {{{k}}} {described(shape)}: they cannot be joined along "
                         f"axis {axis}")  # fmt: skip
        whole = whole + shape[axis]
    return (*shapes[0][:axis], whole, *shapes[0][axis + 1 :])


def stacked(sizes: Sizes, *shapes: Shape) -> Shape:
    """The shape rule of `stack`: all shapes are equal, and there is a new first axis."""
    for k, shape in enumerate(shapes):
        if len(shape) != len(shapes[0]) or not all(sizes.same(x, y) for x, y in zip(shape, shapes[0], strict=True)):
            raise Misfit(f"{{0}} {described(shapes[0])}, {{{k}}} {described(shape)}: they cannot be stacked")
    return (len(shapes), *shapes[0])


def diagonal_shape(sizes: Sizes, x: Shape) -> Shape:
    """The shape rule of `diag`: a matrix of a vector, a vector of a square matrix."""
    if len(x) == 1:
        return (x[0], x[0])
    return (square(sizes, x),)


def padded_shape(sizes: Sizes, x: Shape, n: int) -> Shape:
    """The shape rule of `pad`: n zeros round the last two axes, or the one axis of a vector."""
    if not x:
        raise Misfit("{0} is a number: pad takes a vector or more")
    if n < 0:
        raise Misfit(f"pad takes 0 zeros or more, not {n}")
    wide = min(2, len(x))
    return (*x[:-wide], *(size + 2 * n for size in x[-wide:]))


def windows_shape(sizes: Sizes, x: Shape, k: int, stride: int = 1) -> Shape:
    """The shape rule of `windows`: one row per window; leading axes are kept."""
    if len(x) < 2:
        raise Misfit(f"{{0}} {described(x)}: windows are cut from a matrix, or from channels of them")
    if k < 1 or stride < 1:
        raise Misfit("the size and the stride of windows are 1 or more")
    places: Size = 1
    for size in x[-2:]:
        if isinstance(size, int):
            if size < k:
                raise Misfit(f"{{0}} {described(x)}: a {k}x{k} window does not fit in")
            places = places * ((size - k) // stride + 1)
        elif stride > 1:
            raise Misfit(f"{{0}} {described(x)}: with a stride the sizes have to be numbers")
        else:
            places = places * (size - k + 1)
    return (*x[:-2], places, k * k)


def indexed_shape(sizes: Sizes, x: Shape, *indices: Shape, places: Sequence[Any]) -> Shape:
    """The shape rule of an index. Raises `Misfit` for too many places, and an index beyond the end."""
    used = sum(1 for place in places if place is not None)
    if used > len(x):
        if not x:
            raise Misfit("{0} is a number: it has no entries")
        raise Misfit(f"{{0}} {described(x)}: {used} indices are too many")
    found: list[Size] = []
    axis = 0
    first = None  # where index arrays put their axes: those of all of them stand in the place of the first
    for place in places:
        if place is None:
            found.append(1)
            continue
        size = sizes.filled(x[axis])
        if isinstance(place, int):
            _check_index(x, axis, size, place)
        elif place[0] == "slice":
            found.append(_sliced(size, place, x))
        else:
            shape = indices[place[1] - 1]
            if first is None:
                first = shape
                found += shape
            elif shape != first:
                raise Misfit(f"the index arrays have the shapes {shape_text(first)} and {shape_text(shape)}")
        axis += 1
    return (*found, *x[axis:])


def _check_index(x: Shape, axis: int, size: Size, place: int) -> None:
    if isinstance(size, int) and not -size <= place < size:
        names = {(1, 0): "entries", (2, 0): "rows", (2, 1): "columns"}
        name = names.get((len(x), axis), f"axis {axis} with places")
        last = f"0 to {size - 1}" if size > 1 else "0 alone"
        raise Misfit(f"{{0}} has {name} {last}, and no {place}", "indices start at 0; -1 is the last")


EVERYTHING = ("slice", None, None, None)  # of an axis, as `:` says it


def slice_range(size: int, place: Sequence[Any]) -> range:
    """Return the indices that a slice takes from an axis."""
    _, start, stop, step = place
    return range(*slice(start, stop, step).indices(size))


def _sliced(size: Size, place: Sequence[Any], x: Shape) -> Size:
    _, start, stop, step = place
    if step == 0:
        raise Misfit("the step of a slice is not 0")
    if isinstance(size, int) and not isinstance(start, Letters) and not isinstance(stop, Letters):
        taken = len(slice_range(size, place))
        if not taken:
            raise Misfit(f"{{0}} {described(x)}: this slice holds nothing")
        return taken
    if step not in (None, 1) and (step != -1 or start is not None or stop is not None):
        raise Misfit("a slice with a step needs an axis whose size is a number")
    low: Size = 0 if start is None else size + start if _from_end(start) else start
    high: Size = size if stop is None else size + stop if _from_end(stop) else stop
    taken_size = high - low
    if isinstance(taken_size, int) and taken_size < 1:
        raise Misfit(f"{{0}} {described(x)}: this slice holds nothing")
    return taken_size


def _from_end(bound: Size) -> bool:
    return isinstance(bound, int) and bound < 0


def filled_shape(known: Sizes, *shapes: Shape, sizes: Sequence[int]) -> Shape:
    """The shape rule of `ones` and `zeros`."""
    if any(isinstance(size, int) and size < 1 for size in sizes):
        raise Misfit("a size is 1 or more")
    return tuple(sizes)


GATHERS = (
    ArrayOperation(
        "transpose", "x", transposed, lambda A, x: A.transpose(x), (lambda A, g, v, x: A.transpose(g),),
        symbol=".T", is_linear=True, law="rows become columns", summary="rows become columns",
        samples=[(((2, 3),), {}), (((1, 3),), {})],
    ),
    ArrayOperation(
        "permute", "x", permuted_shape, lambda A, x, axes: A.permute(x, axes),
        (lambda A, g, v, x, axes: A.permute(g, inverse_axes(axes)),),
        fixed={"axes": REQUIRED}, positional=-1, is_linear=True, law="axes in another order",
        summary="the axes in another order",
        samples=[(((2, 3),), {"axes": (1, 0)}), (((2, 3, 4),), {"axes": (2, 0, 1)})],
    ),
    ArrayOperation(
        "reshape", "x", reshaped,
        lambda A, x, sizes: A.reshape(x, reshaped(A.sizes, x.shape, sizes)),
        (lambda A, g, v, x, sizes: A.reshape(g, x.shape),),
        fixed={"sizes": REQUIRED}, positional=-1, is_linear=True, law="the same entries in another shape",
        summary="the same entries in another shape; one size may be -1",
        samples=[(((2, 3),), {"sizes": (3, 2)}), (((2, 3),), {"sizes": (-1,)}),
                 (((4,),), {"sizes": (2, -1, 1)})],
    ),
    ArrayOperation(
        "flatten", "x", flattened, lambda A, x: A.reshape(x, (count(x.shape),)),
        (lambda A, g, v, x: A.reshape(g, x.shape),), is_linear=True, law="the same entries in another shape",
        summary="all entries as one vector", samples=[(((2, 3),), {}), (((2, 1, 2),), {})],
    ),
    ArrayOperation(
        "index", "x ...", indexed_shape, lambda A, x, *indices, places: A.index(x, indices, places),
        (lambda A, g, v, x, *indices, places: A.scatter(g, x.shape, indices, places), None),
        fixed={"places": REQUIRED}, symbol="[]", is_linear=True, closes=True, law="entries taken out",
        summary="entries, slices, or entries by whole-number arrays",
        samples=[(((3,),), {"places": (1,)}), (((3, 4),), {"places": (("slice", None, None, None), -1)}),
                 (((3, 4),), {"places": (("slice", 1, None, None), ("slice", None, None, 2))}),
                 (((3,),), {"places": (None, ("slice", None, None, None))})],
    ),
    ArrayOperation(
        "concat", "x ...", concatenated, lambda A, *xs, axis=0: A.concat(xs, axis=axis),
        (lambda A, g, v, *xs, k, axis=0: A.part(g, [x.shape for x in xs], k, axis),),
        fixed={"axis": 0}, is_linear=True, law="arrays joined", summary="arrays one after the other, along axis 0",
        samples=[(((2,), (3,)), {}), (((2, 3), (2, 1)), {"axis": 1}), (((1, 2), (3, 2), (1, 2)), {})],
    ),
    ArrayOperation(
        "stack", "x ...", stacked, lambda A, *xs: A.stack(xs),
        (lambda A, g, v, *xs, k: A.index(g, (), (k,)),), is_linear=True, law="arrays stacked",
        summary="arrays of one shape along a new first axis", samples=[(((), (), ()), {}), (((2,), (2,)), {})],
    ),
    ArrayOperation(
        "diag", "x", diagonal_shape, lambda A, x: A.diag(x), (lambda A, g, v, x: A.diag(g),), is_linear=True,
        closes=True, law="the diagonal", summary="the matrix with x on its diagonal; the diagonal of a matrix",
        samples=[(((3,),), {}), (((3, 3),), {})],
    ),
    ArrayOperation(
        "trace", "x", square_to_number, lambda A, x: A.sum(A.diag(x)),
        (lambda A, g, v, x: g * A.eye(x.shape[0]),), is_linear=True, closes=True, law="sum rule",
        summary="the sum of the diagonal", samples=[(((3, 3),), {}), (((1, 1),), {})],
    ),
    ArrayOperation(
        "pad", "x", padded_shape, lambda A, x, n: A.pad(x, n), (lambda A, g, v, x, n: A.unpad(g, x.shape, n),),
        fixed={"n": REQUIRED}, positional=1, is_linear=True, law="zeros added",
        summary="n zeros round the last two axes",
        samples=[(((2, 3),), {"n": 1}), (((3,),), {"n": 2}), (((2, 1, 2),), {"n": 1}), (((2, 2),), {"n": 0})],
    ),
    ArrayOperation(
        "windows", "x", windows_shape, lambda A, x, k, stride=1: A.windows(x, k, stride),
        (lambda A, g, v, x, k, stride=1: A.unwindows(g, x.shape, k, stride),),
        fixed={"k": REQUIRED, "stride": 1}, positional=1, is_linear=True, closes=True, law="windows cut out",
        summary="a row for each k x k window, left to right",
        samples=[(((3, 4),), {"k": 2}), (((5, 4),), {"k": 2, "stride": 2}), (((2, 3, 3),), {"k": 2})],
    ),
    ArrayOperation(
        "eye", "", lambda sizes, n: filled_shape(sizes, sizes=(n, n)), lambda A, n: A.eye(n),
        fixed={"n": REQUIRED}, positional=1, summary="the identity matrix", samples=[((), {"n": 3})],
    ),
    ArrayOperation(
        "ones", "", filled_shape, lambda A, sizes: A.full(1, tuple(sizes)),
        fixed={"sizes": REQUIRED}, positional=-1, summary="an array of ones",
        samples=[((), {"sizes": (2, 3)})],
    ),
    ArrayOperation(
        "zeros", "", filled_shape, lambda A, sizes: A.full(0, tuple(sizes)),
        fixed={"sizes": REQUIRED}, positional=-1, summary="an array of zeros",
        samples=[((), {"sizes": (2, 3)})],
    ),
)  # fmt: skip
