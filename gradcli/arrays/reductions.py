"""Rows that reduce along axes, and their like that keep the shape: sums, extremes, softmax, running sums, sorting."""

from __future__ import annotations

from typing import Any

from .axes import Axis, along_last, along_last_reduced, chosen_axes, equal_shapes, reduced, reduction
from .rows import ENTRIES, ArrayOperation, no_pullback
from .sizes import Shape, Sizes, count

ALL_AXES = {"axis": None, "keep": False}
LAST_AXIS = {"axis": -1, "keep": False}
SAMPLES: list[tuple[Any, dict[str, Any]]] = [
    (((3,),), {}),
    (((2, 3),), {}),
    (((2, 3),), {"axis": 0}),
    (((2, 3),), {"axis": -1, "keep": True}),
    (((2, 2, 3),), {"axis": (0, 2)}),
    (((),), {}),
]
ALONG: list[tuple[Any, dict[str, Any]]] = [
    (((3,),), {}),
    (((2, 3),), {}),
    (((2, 3),), {"axis": 0}),
    (((2, 2, 2),), {"axis": 1}),
]


def back(A: Any, g: Any, x: Any, axis: Any, keep: Any) -> Any:
    """Return an upstream gradient with the axes that were reduced put back in its shape, with size 1."""
    if keep or not x.shape:
        return g
    axes = chosen_axes(x.shape, axis)
    return A.reshape(g, tuple(1 if k in axes else size for k, size in enumerate(x.shape)))


def over(x: Any, axis: Any) -> Any:
    """Return how many entries are reduced to one."""
    return count([x.shape[k] for k in chosen_axes(x.shape, axis)])


def along(A: Any, g: Any, v: Any, x: Any, rule: Any, axis: Any, keep: Any) -> Any:
    """Return the pullback of a reduction with a local gradient: what flows back to all entries, times that."""
    return back(A, g, x, axis, keep) * rule


def same_shape(sizes: Sizes, x: Shape, axis: Axis = None) -> Shape:
    """The shape rule of what reduces along some axes for each entry anew."""
    chosen_axes(x, axis)
    return x


def tied_shape(sizes: Sizes, x: Shape, v: Shape, axis: Axis = None) -> Shape:
    """The shape rule of `ties`: v is what a reduction of x along the axes gives, whether they are kept or not."""
    axes = chosen_axes(x, axis)
    equal_shapes(sizes, v, reduced(x, axes, keep=len(v) == len(x)), 1, 0)
    return x


def unsorted_shape(sizes: Sizes, g: Shape, x: Shape, v: Shape, axis: int = -1) -> Shape:
    """The shape rule of `unsort`: three arrays of one shape."""
    equal_shapes(sizes, g, x)
    equal_shapes(sizes, v, x, 2, 1)
    return along_last(sizes, x, axis)


REDUCTIONS = (
    ArrayOperation(
        "sum", "x", reduction, lambda A, x, axis=None, keep=False: A.sum(x, axis=axis, keep=keep),
        (lambda A, g, v, x, axis=None, keep=False: A.grow(back(A, g, x, axis, keep), x.shape),),
        fixed=ALL_AXES, is_linear=True, law="sum rule", sums=ENTRIES, summary="the sum", samples=SAMPLES,
    ),
    ArrayOperation(
        "mean", "x", reduction, lambda A, x, axis=None, keep=False: A.sum(x, axis=axis, keep=keep) / over(x, axis),
        (lambda A, g, v, x, axis=None, keep=False: A.grow(back(A, g, x, axis, keep) / over(x, axis), x.shape),),
        fixed=ALL_AXES, is_linear=True, law="sum rule, each of N with 1/N",
        costs=lambda result, x: result, sums=ENTRIES,
        summary="the sum over the number of entries", samples=SAMPLES,
    ),
    *(
        ArrayOperation(
            name, "x", reduction,
            lambda A, x, axis=None, keep=False, name=name: getattr(A, name)(x, axis=axis, keep=keep),
            (lambda A, g, v, x, axis=None, keep=False: along(A, g, v, x, A.ties(x, v, axis=axis), axis, keep),),
            fixed=ALL_AXES, closes=True, summary=f"the {which} entry; tied entries share equally", samples=SAMPLES,
        )
        for name, which in (("max", "largest"), ("min", "smallest"))
    ),
    ArrayOperation(
        "prod", "x", reduction, lambda A, x, axis=None, keep=False: A.prod(x, axis=axis, keep=keep),
        (lambda A, g, v, x, axis=None, keep=False: along(A, g, v, x, A.others(x, axis=axis), axis, keep),),
        fixed=ALL_AXES, law="product rule", costs=lambda result, x: x,
        summary="the product", samples=SAMPLES,
    ),
    ArrayOperation(
        "others", "x", same_shape, lambda A, x, axis=None: A.others(x, axis=axis),
        (no_pullback,), fixed={"axis": None},
        costs=lambda result, x: 2 * x,
        summary="for each entry the product of all the others", samples=ALONG,
    ),
    ArrayOperation(
        "ties", "x v", tied_shape, lambda A, x, v, axis=None: A.ties(x, v, axis=axis),
        (no_pullback, no_pullback), fixed={"axis": None},
        summary="1 shared by the entries of x that are v = max(x), 0 for the others",
    ),
    ArrayOperation(
        "var", "x", reduction, lambda A, x, axis=None, keep=False: A.sum(
            centred(A, x, axis) * centred(A, x, axis), axis=axis, keep=keep) / over(x, axis),
        (lambda A, g, v, x, axis=None, keep=False:
            back(A, g, x, axis, keep) * (2 * centred(A, x, axis) / over(x, axis)),),
        fixed=ALL_AXES, law="derivative of the variance", costs=lambda result, x: x + result,
        summary="the mean of the squares of x - mean(x): over N",
        samples=SAMPLES,
    ),
    ArrayOperation(
        "norm", "x", reduction, lambda A, x, axis=None, keep=False: A.norm(x, axis=axis, keep=keep),
        (lambda A, g, v, x, axis=None, keep=False: along(A, g, v, x, A.unit(x, v, axis=axis), axis, keep),),
        fixed=ALL_AXES, law="derivative of the norm", samples=SAMPLES,
        costs=lambda result, x: x + result,
        summary="the square root of the sum of squares (Euclid's; of a matrix Frobenius'); at 0 its gradient is 0",
    ),
    ArrayOperation(
        "logsumexp", "x", along_last_reduced,
        lambda A, x, axis=-1, keep=False: A.logsumexp(x, axis=axis, keep=keep),
        (lambda A, g, v, x, axis=-1, keep=False: along(A, g, v, x, A.softmax(x, axis=axis), axis, keep),),
        fixed=LAST_AXIS, law="derivative of logsumexp", costs=lambda result, x: x + result,
        summary="log of the sum of exp, without overflow",
        samples=[*ALONG, (((2, 3),), {"keep": True})],
    ),
    ArrayOperation(
        "softmax", "x", along_last, lambda A, x, axis=-1: A.softmax(x, axis=axis),
        (lambda A, g, v, x, axis=-1: v * (g - A.sum(g * v, axis=axis, keep=True)),),
        fixed={"axis": -1}, costs=lambda result, x: 2 * x,
        summary="exp(x) over the sum of exp(x), without overflow", samples=ALONG,
    ),
    ArrayOperation(
        "log_softmax", "x", along_last, lambda A, x, axis=-1: A.log_softmax(x, axis=axis),
        (lambda A, g, v, x, axis=-1: g - A.softmax(x, axis=axis) * A.sum(g, axis=axis, keep=True),),
        fixed={"axis": -1}, costs=lambda result, x: x,
        summary="x - logsumexp(x)", samples=ALONG,
    ),
    ArrayOperation(
        "cumsum", "x", lambda sizes, x, axis=-1, reverse=False: along_last(sizes, x, axis),
        lambda A, x, axis=-1, reverse=False: A.cumsum(x, axis=axis, reverse=reverse),
        (lambda A, g, v, x, axis=-1, reverse=False: A.cumsum(g, axis=axis, reverse=not reverse),),
        fixed={"axis": -1, "reverse": False}, is_linear=True, law="sum rule", sums=ENTRIES,
        summary="the sum of all entries so far", samples=ALONG,
    ),
    ArrayOperation(
        "sort", "x", along_last, lambda A, x, axis=-1: A.sort(x, axis=axis),
        (lambda A, g, v, x, axis=-1: A.unsort(g, x, v, axis=axis),),
        fixed={"axis": -1}, shares_ties=True, closes=True,
        summary="the entries from the smallest to the largest; tied entries share equally",
        samples=ALONG,
    ),
    ArrayOperation(
        "unsort", "g x v", unsorted_shape, lambda A, g, x, v, axis=-1: A.unsort(g, x, v, axis=axis),
        (no_pullback, no_pullback, no_pullback), fixed={"axis": -1},
        summary="the entries of g in the places where those of v = sort(x) stand in x",
    ),
)  # fmt: skip


def centred(A: Any, x: Any, axis: Any) -> Any:
    """Return x - mean(x)."""
    found = x - A.sum(x, axis=axis, keep=True) / over(x, axis)
    # Where the mean was rounded, what is left of it is taken off, too.
    return found - A.sum(found, axis=axis, keep=True) / over(x, axis) if getattr(A, "rounds", False) else found
