"""Shapes of arrays: what fits and what is said where it does not, sizes of letters, and places against NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from gradcli.arrays import places as at
from gradcli.arrays.axes import along_last, along_last_reduced, chosen_axes, equal_shapes, reduced, reduction, square
from gradcli.arrays.classes import cross_entropy_shape, onehot_shape, picked_shape, probabilities_shape
from gradcli.arrays.contractions import dot_shape, outer_shape, product_shape, solution_shape
from gradcli.arrays.costs import multiplications
from gradcli.arrays.gathers import (
    concatenated,
    diagonal_shape,
    filled_shape,
    flattened,
    indexed_shape,
    inverse_axes,
    padded_shape,
    permuted_shape,
    reshaped,
    stacked,
    transposed,
    windows_shape,
)
from gradcli.arrays.sizes import (
    Letters,
    Misfit,
    Shape,
    Sizes,
    axis_name,
    bracketed,
    described,
    literal_text,
    same_entries,
    shape_text,
)
from gradcli.arrays.table import ARRAY_OPERATIONS

N, D = Letters.named("N"), Letters.named("D")
ALL = ("slice", None, None, None)


def of(rule: Callable[..., Any], *arguments: Any, **fixed: Any) -> Any:
    return rule(Sizes(), *arguments, **fixed)


def misfit(rule: Callable[..., Any], *arguments: Any, **fixed: Any) -> Misfit:
    with pytest.raises(Misfit) as caught:
        rule(Sizes(), *arguments, **fixed)
    return caught.value


SHAPES: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], Shape]] = [
    (product_shape, ((2, 3), (3, 4)), {}, (2, 4)), (product_shape, ((3,), (3,)), {}, ()),
    (product_shape, ((2, 3), (3,)), {}, (2,)), (product_shape, ((3,), (3, 4)), {}, (4,)),
    (product_shape, ((5, 2, 3), (5, 3, 4)), {}, (5, 2, 4)), (product_shape, ((6, 5, 2, 3),
    (6, 5, 3, 4)), {}, (6, 5, 2, 4)),
    (dot_shape, ((3,), (3,)), {}, ()), (outer_shape, ((2,), (3,)), {}, (2, 3)),
    (solution_shape, ((2, 2), (2,)), {}, (2,)), (solution_shape, ((2, 2), (2, 5)), {}, (2, 5)),
    (transposed, ((2, 3),), {}, (3, 2)), (permuted_shape, ((2, 3, 4),), {"axes": (2, 0, -2)}, (4, 2, 3)),
    (reshaped, ((2, 3),), {"sizes": (3, -1)}, (3, 2)), (reshaped, ((2, 3),), {"sizes": (-1,)}, (6,)),
    (reshaped, ((2, 3),), {"sizes": (1, 6, 1)}, (1, 6, 1)), (reshaped, ((N, 3),), {"sizes": (-1,)}, (N * 3,)),
    (reshaped, ((N, D),), {"sizes": (N, -1)}, (N, D)), (reshaped, ((N * 2, 3),), {"sizes": (N, -1)}, (N, 6)),
    (reshaped, ((N, D),), {"sizes": (-1, D, N)}, (1, D, N)), (reshaped, ((N * 4,),), {"sizes": (2, -1)}, (2, N * 2)),
    (flattened, ((2, 3),), {}, (6,)), (concatenated, ((2, 3), (4, 3)), {}, (6, 3)),
    (concatenated, ((2, 3), (2, 1), (2, 2)), {"axis": -1}, (2, 6)), (concatenated, ((2,), (N,)), {}, (N + 2,)),
    (stacked, ((2, 3), (2, 3)), {}, (2, 2, 3)), (stacked, ((), (), ()), {}, (3,)),
    (diagonal_shape, ((3,),), {}, (3, 3)), (diagonal_shape, ((3, 3),), {}, (3,)),
    (padded_shape, ((3,),), {"n": 2}, (7,)), (padded_shape, ((4, 2, 3),), {"n": 1}, (4, 4, 5)),
    (padded_shape, ((2, 3),), {"n": 0}, (2, 3)),
    (windows_shape, ((3, 4),), {"k": 2}, (6, 4)), (windows_shape, ((5, 4),), {"k": 2, "stride": 2}, (4, 4)),
    (windows_shape, ((7, 3, 3),), {"k": 3}, (7, 1, 9)), (windows_shape, ((N, 3),), {"k": 2}, ((N - 1) * 2, 4)),
    (filled_shape, (), {"sizes": (1, 2)}, (1, 2)), (onehot_shape, ((2,), 1), {}, (2, 1)),
    (onehot_shape, ((), 3), {}, (3,)),
    (picked_shape, ((2, 3), (2,)), {}, (2,)), (picked_shape, ((3,), ()), {}, ()),
    (cross_entropy_shape, ((2, 3), (2,)), {}, (2,)), (cross_entropy_shape, ((2, 3), (3,)), {"axis": 0}, (3,)),
    (cross_entropy_shape, ((2, 3), (3,)), {"axis": -2}, (3,)), (cross_entropy_shape, ((2, 3, 4), (2, 3)), {}, (2, 3)),
    (probabilities_shape, ((2, 3), (2, 3)), {}, (2,)), (probabilities_shape, ((2, 3), (2, 3)), {"axis": 0}, (3,)),
    (probabilities_shape, ((2, 3), (2, 3)), {"axis": -2}, (3,)), (reduction, ((2, 3),), {}, ()),
    (reduction, ((2, 3),), {"axis": 0}, (3,)), (reduction, ((2, 3),), {"axis": (1, 0)}, ()),
    (reduction, ((2, 3),), {"axis": -1, "keep": 1}, (2, 1)), (reduction, ((2, 3),), {"keep": True}, (1, 1)),
    (along_last, ((2, 3),), {}, (2, 3)), (along_last_reduced, ((2, 3),), {}, (2,)),
    (along_last_reduced, ((2, 3),), {"axis": 0, "keep": True}, (1, 3)),
    (indexed_shape, ((3,),), {"places": (2,)}, ()), (indexed_shape, ((3,),), {"places": (-3,)}, ()),
    (indexed_shape, ((3, 4),), {"places": (ALL, -1)}, (3,)), (indexed_shape, ((3, 4),), {"places": (1,)}, (4,)),
    (indexed_shape, ((3,),), {"places": (None, ALL)}, (1, 3)),
    (indexed_shape, ((5, 4),), {"places": (("slice", 1, -1, 2), ("slice", None, None, -1))}, (2, 4)),
    (indexed_shape, ((5, 4), (2, 3)), {"places": (("array", 1),)}, (2, 3, 4)),
    (indexed_shape, ((5, 4), (3,), (3,)), {"places": (("array", 1), ("array", 2))}, (3,)),
    (indexed_shape, ((5, 6, 4), (3,), (3,)), {"places": (("array", 1), ALL, ("array", 2))}, (3, 6)),
    (indexed_shape, ((N,),), {"places": (("slice", 1, None, None),)}, (N - 1,)),
    (indexed_shape, ((N,),), {"places": (("slice", None, -1, None),)}, (N - 1,)),
    (indexed_shape, ((N,),), {"places": (("slice", -2, None, None),)}, (2,)),
    (indexed_shape, ((N,),), {"places": (("slice", None, None, -1),)}, (N,)),
    (indexed_shape, ((N,),), {"places": (("slice", 1, 3, 1),)}, (2,)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "arguments", "fixed", "shape"), SHAPES)
def test_what_fits(rule: Callable[..., Any], arguments: Any, fixed: dict[str, Any], shape: Shape) -> None:
    assert of(rule, *arguments, **fixed) == shape


MISFITS: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], str, str | None]] = [
    (product_shape, ((), (3,)), {}, "{0} is a number: @ needs vectors or matrices", "* multiplies by a number"),
    (product_shape, ((3,), ()), {}, "{1} is a number: @ needs vectors or matrices", "* multiplies by a number"),
    (product_shape, ((2, 2, 3),
    (3, 4)), {}, "{0} is 2x2x3, {1} is 3x4: @ needs as many axes on both sides beyond two", None),
    (product_shape, ((2, 3), (2, 3)), {}, "{0} is 2x3, {1} is 2x3", "the columns of {0} (3) meet the rows of {1} (2)"),
    (product_shape, ((2, 3),
    (2,)), {}, "{0} is 2x3, {1} has 2 entries", "the columns of {0} (3) meet the entries of {1} (2)"),
    (product_shape, ((5, 2, 3),
    (5, 2, 3)), {}, "{0} is 5x2x3, {1} is 5x2x3", "axis 2 of {0} (3) meets axis 1 of {1} (2)"),
    (product_shape, ((5, 2, 3),
    (4, 3, 2)), {}, "{0} is 5x2x3, {1} is 4x3x2: the axes before the last two are not equal", None),
    (dot_shape, ((2, 3), (3,)), {}, "{0} is 2x3, {1} has 3 entries: dot takes two vectors", "@ is the matrix product"),
    (dot_shape, ((3,), ()), {}, "{0} has 3 entries, {1} is a number: dot takes two vectors", "@ is the matrix product"),
    (dot_shape, ((3,), (2,)), {}, "{0} has 3 entries, {1} has 2 entries: both need one shape, not 2", None),
    (outer_shape, ((2, 3), (3,)), {}, "{0} is 2x3, {1} has 3 entries: outer takes two vectors", None),
    (outer_shape, ((3,), ()), {}, "{0} has 3 entries, {1} is a number: outer takes two vectors", None),
    (solution_shape, ((2, 3), (2,)), {}, "{0} is 2x3: a square matrix is needed", None),
    (solution_shape, ((2, 2), (3,)), {}, "{0} is 2x2, {1} has 3 entries: the right side needs 2 rows", None),
    (solution_shape, ((2, 2), ()), {}, "{0} is 2x2, {1} is a number: the right side needs 2 rows", None),
    (square, ((3,),), {}, "{0} has 3 entries: a square matrix is needed", None),
    (transposed, ((3,),), {}, "{0} has 3 entries: only a matrix has .T", "a vector is neither row nor column"),
    (transposed, ((),), {}, "{0} is a number: only a matrix has .T", "permute(...) orders the axes of others"),
    (permuted_shape, ((2, 3),), {"axes": (0, 0)}, "{0} is 2x3: permute names each of its 2 axes once", None),
    (permuted_shape, ((2, 3),), {"axes": (0,)}, "{0} is 2x3: permute names each of its 2 axes once", None),
    (reshaped, ((2, 3),), {"sizes": (-1, -1)}, "only one size can be -1", None),
    (reshaped, ((2, 3),), {"sizes": (-2, 3)}, "a size is 1 or more, not -2", None),
    (reshaped, ((2, 3),), {"sizes": (0, 3)}, "a size is 1 or more, not 0", None),
    (reshaped, ((2, 3),), {"sizes": (4, 2)}, "{0} is 2x3: 6 entries do not fill 4x2", None),
    (reshaped, ((2, 3),), {"sizes": (4, -1)}, "{0} is 2x3: 6 entries cannot be split by 4", None),
    (reshaped, ((N, 3),), {"sizes": (2, -1)}, "{0} is Nx3: 3*N entries cannot be split by 2", None),
    (reshaped, ((N, 3),), {"sizes": (D, -1)}, "{0} is Nx3: 3*N entries cannot be split by D", None),
    (reshaped, ((N + 1, 3),), {"sizes": (3, -1)}, "{0} is (N+1)x3: 3*N+3 entries cannot be split by 3", None),
    (concatenated, ((2,), ()), {}, "{1} is a number: concat joins arrays", "[{1}] is a vector of one entry"),
    (concatenated, ((), (2,)), {}, "{0} is a number: concat joins arrays", "[{0}] is a vector of one entry"),
    (concatenated, ((2, 3), (2, 3), (2, 4)), {}, "{0} is 2x3, {2} is 2x4: they cannot be joined along axis 0", None),
    (concatenated, ((2, 3),
    (3,)), {"axis": 1}, "{0} is 2x3, {1} has 3 entries: they cannot be joined along axis 1", None),
    (stacked, ((2,), (3,)), {}, "{0} has 2 entries, {1} has 3 entries: they cannot be stacked", None),
    (stacked, ((2,), (2, 1)), {}, "{0} has 2 entries, {1} is 2x1: they cannot be stacked", None),
    (padded_shape, ((),), {"n": 1}, "{0} is a number: pad takes a vector or more", None),
    (padded_shape, ((2,),), {"n": -1}, "pad takes 0 zeros or more, not -1", None),
    (windows_shape, ((3,),), {"k": 1},
     "{0} has 3 entries: windows are cut from a matrix, or from channels of them", None),
    (windows_shape, ((3, 3),), {"k": 0}, "the size and the stride of windows are 1 or more", None),
    (windows_shape, ((3, 3),), {"k": 1, "stride": 0}, "the size and the stride of windows are 1 or more", None),
    (windows_shape, ((3, 2),), {"k": 3}, "{0} is 3x2: a 3x3 window does not fit in", None),
    (windows_shape, ((N, 3),), {"k": 2, "stride": 2}, "{0} is Nx3: with a stride the sizes have to be numbers", None),
    (filled_shape, (), {"sizes": (2, 0)}, "a size is 1 or more", None),
    (onehot_shape, ((2,), 0), {}, "onehot needs 1 class or more, not 0", None),
    (picked_shape, ((), ()), {}, "{0} is a number: pick takes entries out of an array", None),
    (picked_shape, ((2, 3),
    (3,)), {}, "{0} is 2x3, {1} has 3 entries: it needs 2 labels", "the rows of {0} (2) meet the labels"),
    (picked_shape, ((2, 3), ()), {}, "{0} is 2x3, and {1} is one label: one label per row is needed",
     "the rows of {0} (2) meet the labels"),
    (picked_shape, ((3,), (3,)), {}, "{0} has 3 entries, {1} has 3 entries: it needs one label", None),
    (cross_entropy_shape, ((), ()), {}, "{0} is a number: cross_entropy needs a score for each class", None),
    (cross_entropy_shape, ((2, 3), (2,)), {"axis": 2}, "{0} is 2x3: it has no axis 2", "its axes are 0 and 1"),
    (cross_entropy_shape, ((2, 3), (2,)), {"axis": -3}, "{0} is 2x3: it has no axis -3", "its axes are 0 and 1"),
    (cross_entropy_shape, ((2, 3), (2,)), {"axis": 0}, "{0} is 2x3, {1} has 2 entries: it needs 3 labels",
     "the columns of {0} (3) meet the labels"),
    (probabilities_shape, ((2, 3),
    (2, 4)), {}, "{0} is 2x3, {1} is 2x4: probabilities have the shape of the scores", None),
    (probabilities_shape, ((2, 3), (2, 3)), {"axis": 2}, "{0} is 2x3: it has no axis 2", "its axes are 0 and 1"),
    (probabilities_shape, ((2, 3), (2, 3)), {"axis": -3}, "{0} is 2x3: it has no axis -3", "its axes are 0 and 1"),
    (along_last, ((),), {}, "{0} is a number: a vector or more is needed", None),
    (equal_shapes, ((2,),
    (2, 1)), {"k": 1, "other": 2}, "{1} has 2 entries, {2} is 2x1: both need one shape, not 2x1", None),
    (reduction, ((2, 3),), {"axis": 2}, "{0} is 2x3: it has no axis 2", "its axes are 0 and 1"),
    (reduction, ((3,),), {"axis": -2}, "{0} has 3 entries: it has no axis -2", "its only axis is 0"),
    (reduction, ((),), {"axis": 0}, "{0} is a number: it has no axis 0", "leave the axis out"),
    (reduction, ((2, 3),), {"axis": (1, -1)}, "axis -1 is named twice", None),
    (indexed_shape, ((),), {"places": (0,)}, "{0} is a number: it has no entries", None),
    (indexed_shape, ((3,),), {"places": (0, 0)}, "{0} has 3 entries: 2 indices are too many", None),
    (indexed_shape, ((3,),), {"places": (3,)}, "{0} has entries 0 to 2, and no 3",
     "indices start at 0; -1 is the last"),
    (indexed_shape, ((3,),), {"places": (-4,)}, "{0} has entries 0 to 2, and no -4",
     "indices start at 0; -1 is the last"),
    (indexed_shape, ((1, 3),), {"places": (1,)}, "{0} has rows 0 alone, and no 1",
     "indices start at 0; -1 is the last"),
    (indexed_shape, ((2, 3),), {"places": (0, 3)}, "{0} has columns 0 to 2, and no 3",
     "indices start at 0; -1 is the last"),
    (indexed_shape, ((2, 3, 4),), {"places": (0, 3)}, "{0} has axis 1 with places 0 to 2, and no 3",
     "indices start at 0; -1 is the last"),
    (indexed_shape, ((3,),), {"places": (("slice", 2, 1, None),)}, "{0} has 3 entries: this slice holds nothing", None),
    (indexed_shape, ((3,),), {"places": (("slice", None, None, 0),)}, "the step of a slice is not 0", None),
    (indexed_shape, ((N,),), {"places": (("slice", 1, 1, None),)}, "{0} has N entries: this slice holds nothing", None),
    (indexed_shape, ((N,),), {"places": (("slice", None, None, 2),)},
     "a slice with a step needs an axis whose size is a number", None),
    (indexed_shape, ((N,),), {"places": (("slice", 1, None, -1),)},
     "a slice with a step needs an axis whose size is a number", None),
    (indexed_shape, ((3, 3), (2,), (3,)), {"places": (("array", 1), ("array", 2))},
     "the index arrays have the shapes 2 and 3", None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "arguments", "fixed", "what", "hint"), MISFITS)
def test_what_does_not_fit(
    rule: Callable[..., Any], arguments: Any, fixed: dict[str, Any], what: str, hint: str | None
) -> None:
    found = misfit(rule, *arguments, **fixed)
    assert (found.what, found.hint) == (what, hint)


@pytest.mark.parametrize(("rule", "arguments", "meeting"), [
    (product_shape, ((2, 3), (4, 5)), [(0, 1, 3), (1, 0, 4)]), (product_shape, ((2, 3), (4,)), [(0, 1, 3), (1, 0, 4)]),
    (product_shape, ((3,), (4, 5)), [(0, 0, 3), (1, 0, 4)]), (picked_shape, ((2, 3), (4,)), [(0, 0, 2), (1, 0, 4)]),
    (picked_shape, ((3,), (3,)), []), (picked_shape, ((2, 3), ()), []),
])  # fmt: skip
def test_the_axes_that_meet(rule: Callable[..., Any], arguments: Any, meeting: list[tuple[int, int, int]]) -> None:
    assert list(misfit(rule, *arguments).meeting) == meeting


# ---- growing


@pytest.mark.parametrize(("shapes", "whole"), [
    (((2, 3), (3,)), (2, 3)), (((), (2,)), (2,)), (((2, 1), (2, 3)), (2, 3)), (((1,), (1,)), (1,)), (((N, 3), (3,)),
    (N, 3)),
    (((N,), (4,)), (4,)), (((), ()), ()), (((2, 3), (1, 3), ()), (2, 3)),
])  # fmt: skip
def test_shapes_that_grow(shapes: Sequence[Shape], whole: Shape) -> None:
    assert Sizes().broadcast(shapes) == whole


@pytest.mark.parametrize(("shapes", "what", "hint"), [
    (((2, 3), (2,)), "{0} is 2x3, {1} has 2 entries", "the columns of {0} (3) meet the entries of {1} (2)"),
    (((2, 3), (4, 3)), "{0} is 2x3, {1} is 4x3", "the rows of {0} (2) meet the rows of {1} (4)"),
    (((), (2,), (3,)), "{1} has 2 entries, {2} has 3 entries", "the entries of {1} (2) meet the entries of {2} (3)"),
    (((2, 1), (3,)), "both sides would have to grow, {0} 2x1 and {1} 3 to 2x3", None),
    (((2, 1), (3,), (1, 3)), "all of them would have to grow, {0} 2x1 and {1} 3 and {2} 1x3 to 2x3", None),
    (((N,), (D,)), "{0} has N entries, {1} has D entries", "the entries of {0} (N) meet the entries of {1} (D)"),
])  # fmt: skip
def test_shapes_that_do_not_grow_together(shapes: Sequence[Shape], what: str, hint: str | None) -> None:
    with pytest.raises(Misfit) as caught:
        Sizes().broadcast(shapes)
    assert (caught.value.what, caught.value.hint) == (what, hint)


def test_letters_are_numbers_once_they_meet_one() -> None:
    sizes = Sizes()
    assert not sizes.same(N, D)
    assert sizes.same(N, 4)
    assert not sizes.same(N, 5)
    assert sizes.same(4, N)
    assert not sizes.same(D, 0)
    assert not sizes.same(D * 2, 4)
    assert sizes.filled(N * D + 1) == D * 4 + 1
    assert sizes.filled(3) == 3
    assert sizes.known == {"N": 4}


@pytest.mark.parametrize(("size", "text", "name"), [
    (N, "N", "N"), (N * 2, "2*N", None), (N + 1, "N+1", None), (N - 1, "N-1", None), (1 - N, "-N+1", None),
    (N * D, "D*N", None), (N * D + N * 3 - 2, "D*N+3*N-2", None), (-N, "-N", None), (N + D, "D+N", None),
    (2 * N - D * N, "-D*N+2*N", None),
])  # fmt: skip
def test_sizes_of_letters(size: Any, text: str, name: str | None) -> None:
    assert (str(size), size.name) == (text, name)


def test_arithmetic_of_letters() -> None:
    assert N - N == 0
    assert N + D - D == N
    assert (N + 1) * (N - 1) == N * N - 1
    assert N * 0 == 0
    assert (N + 1).filled({"N": 4}) == 5
    assert (N * D).filled({"N": 4}) == D * 4
    assert N != D
    assert N != 3
    assert {N: 1}[Letters.named("N")] == 1
    shapes: tuple[Shape, ...] = ((), (3,), (N, 2), (N + 1, N * 2))
    assert [shape_text(shape) for shape in shapes] == ["a number", "3", "Nx2", "(N+1)x(2*N)"]
    assert [described(shape) for shape in ((), (1,), (3,), (N,), (2, 3))] == [
        "is a number", "has 1 entry", "has 3 entries", "has N entries", "is 2x3"]  # fmt: skip
    assert [axis_name(shape, k) for shape, k in (((3,), 0), ((2, 3), 0), ((2, 3), 1), ((2, 3, 4), 1))] == [
        "the entries", "the rows", "the columns", "axis 1"]  # fmt: skip


@pytest.mark.parametrize(("claimed", "wanted", "same"), [
    ((3,), (3, 1), True), ((1, 3), (3,), True), ((1, 3), (3, 1), False), ((3,), (3,), True), ((1, 2, 3), (2, 3), True),
    ((2, 3), (3, 2), False), ((), (1,), True), ((6,), (2, 3), False),
])  # fmt: skip
def test_the_same_entries_in_another_shape(claimed: Shape, wanted: Shape, same: bool) -> None:
    assert same_entries(claimed, wanted) is same


@pytest.mark.parametrize(("shape", "text"), [
    ((), "0"), ((2,), "[0, 1]"), ((13,), "[0, 1, 2, ...]"), ((12,), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]"),
    ((2, 2), "[[0, 1], [2, 3]]"), ((5, 5), "[[0, 1, ...], [5, 6, ...], ...]"), ((10, 2), "[[0, 1], [2, 3], ...]"),
    ((2, 10), "[[0, 1, ...], [10, 11, ...]]"),
])  # fmt: skip
def test_arrays_of_numerals_as_they_are_named(shape: tuple[int, ...], text: str) -> None:
    texts = list(map(str, range(int(np.prod(shape)))))
    assert literal_text(texts, shape) == text


@pytest.mark.parametrize(("texts", "shape", "text"), [
    (["3"], (), "3"), (["1", "2"], (2,), "[1, 2]"), (["1", "-"], (2, 1), "[[1], [-]]"),
    (list("1234"), (2, 1, 2), "[[[1, 2]], [[3, 4]]]"),
])  # fmt: skip
def test_entries_in_brackets(texts: list[str], shape: tuple[int, ...], text: str) -> None:
    assert bracketed(texts, shape) == text


# ---- places


def counted(shape: Sequence[int]) -> Any:
    return np.arange(int(np.prod(shape))).reshape(shape)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (1, 3), (2, 1, 3, 2)])
def test_places_are_those_of_numpy(shape: tuple[int, ...]) -> None:
    x = counted(shape)
    for axes in ([*range(len(shape))][::-1], [*range(1, len(shape)), 0]):
        assert at.permuted(shape, axes) == x.transpose(axes).ravel().tolist()
        assert inverse_axes(axes) == tuple(np.argsort(axes).tolist())
    for axis in range(len(shape)):
        moved = np.moveaxis(x, axis, -1).reshape(-1, shape[axis])
        assert at.groups(shape, [axis]) == moved.tolist()
        other = counted(shape) + x.size
        joined = np.concatenate([x, other], axis=axis)
        assert at.joined([shape, shape], axis) == joined.ravel().tolist()
    assert at.groups(shape, list(range(len(shape)))) == [x.ravel().tolist()]
    assert at.groups(shape, []) == [[k] for k in range(x.size)]
    assert at.grown(shape, (5, *shape)) == np.broadcast_to(x, (5, *shape)).ravel().tolist()
    assert at.strides(shape) == [step // x.itemsize for step in x.strides]
    for more in (0, 1, 2):
        widths = [(0, 0)] * max(0, len(shape) - 2) + [(more, more)] * min(2, len(shape))
        assert at.padded(shape, more) == np.pad(x, widths, constant_values=-1).ravel().tolist()


def test_places_that_grow_along_sizes_of_1() -> None:
    for shape, into in (((2, 1), (2, 3)), ((1, 3), (2, 3)), ((1,), (4, 5)), ((2, 1, 3), (2, 4, 3)), ((), (2,))):
        assert at.grown(shape, into) == np.broadcast_to(counted(shape), into).ravel().tolist()


@pytest.mark.parametrize(
    ("shape", "size", "stride"), [((3, 4), 2, 1), ((5, 4), 2, 2), ((2, 3, 3), 2, 1), ((6, 7), 3, 2)]
)
def test_places_of_windows(shape: tuple[int, ...], size: int, stride: int) -> None:
    views = np.lib.stride_tricks.sliding_window_view(counted(shape), (size, size), axis=(-2, -1))
    assert at.windows(shape, size, stride) == views[..., ::stride, ::stride, :, :].ravel().tolist()


def test_places_of_diagonals() -> None:
    assert at.diagonal(3) == np.diag(counted((3, 3))).tolist()
    assert at.on_diagonal(2) == [0, -1, -1, 1]


# ---- costs


@pytest.mark.parametrize(("name", "shape", "arguments", "cost"), [
    ("matmul", (2, 4), [(2, 3), (3, 4)], 24), ("matmul", (), [(3,), (3,)], 3), ("outer", (2, 3), [(2,), (3,)], 6),
    ("det", (), [(3, 3)], 90), ("solve", (3,), [(3, 3), (3,)], 108), ("inv", (2, 2), [(2, 2)], 20),
    ("transpose", (3, 2), [(2, 3)], 0), ("sum", (), [(2, 3)], 0), ("cross_entropy", (2,), [(2, 3), (2,)], 8),
    ("eye", (3, 3), [], 0),
])  # fmt: skip
def test_multiplications_of_an_operation(name: str, shape: Shape, arguments: list[Shape], cost: int) -> None:
    assert multiplications(ARRAY_OPERATIONS[name], shape, arguments) == cost


def test_axes_count_from_both_ends() -> None:
    assert chosen_axes((2, 3, 4), None) == (0, 1, 2)
    assert chosen_axes((2, 3, 4), (-1, 0)) == (0, 2)
    assert chosen_axes((2, 3, 4), -3) == (0,)
    assert reduced((2, 3, 4), (0, 2)) == (3,)
    assert reduced((2, 3, 4), (0, 2), keep=True) == (1, 3, 1)
