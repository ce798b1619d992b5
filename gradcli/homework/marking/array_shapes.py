"""Shapes of claims that do not fit, and which entries of an array are wrong, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from ...arrays.entries import Array, Entries
from ...arrays.graph import ArrayGraph
from ...arrays.sizes import count, described, shape_text, sizes_text
from ...arrays.table import INPUT
from ...files.array_data import index_of, index_text
from ...language.array_writing import expression
from ..claims.array_items import ArrayItem
from ..claims.items import STEP, UPSTREAM, VALUE

Shape = tuple[int, ...]

TRANSPOSED, RESHAPED, WRONG_AXIS, NOT_SUMMED, OTHER = "transposed", "reshaped", "wrong axis", "not summed", "other"
MOST_NAMED = 4  # entries that are named one by one
MOST_WRITTEN = 40  # characters of an expression that is repeated


class ShapeFault(NamedTuple):
    """What is wrong with a shape, as a word for programs and in words for people."""

    kind: str
    words: str


def shape_fault(
    name: str,
    claimed: Shape,
    wanted: Shape,
    summed: Sequence[Shape],
    numbers: Sequence[float] | None = None,
    truth: Sequence[Any] = (),
    near: Callable[[float, float], bool] | None = None,
) -> ShapeFault:
    """Return what is wrong with the shape of an array, and what the right one is.

    `summed` are the shapes whose entries are summed to the wanted one. With the claimed and the true numbers it is also
    told whether these are right but for the shape.
    """
    kind, words = _fault(claimed, wanted, summed, sizes_text(claimed))
    if kind == OTHER and claimed:
        words = f"it {described(claimed)}"
    more = ""
    if numbers is not None and near is not None and kind in (TRANSPOSED, RESHAPED):
        entries = _transposed(numbers, claimed) if kind == TRANSPOSED else numbers
        if all(t is not None and near(x, t) for x, t in zip(entries, truth, strict=True)):
            of_transpose = kind == TRANSPOSED
            more = f"; the numbers are {'those of the transpose' if of_transpose else 'right in this order'}"
    return ShapeFault(kind, f"{words}, and {name} {described(wanted)}{more}")


def fault_of_claimed(name: str, claimed: Shape, wanted: Shape, summed: Sequence[Shape]) -> ShapeFault:
    """Return what is wrong with a shape that is claimed itself: not the right one, but which of its axes are right."""
    kind, words = _fault(claimed, wanted, summed, shape_text(claimed))
    if kind in (RESHAPED, OTHER) and len(claimed) != len(wanted):
        own = f", {_axes_words(len(claimed))}" if claimed else ""
        return ShapeFault(kind, f"{words}{own}, and {name} is {_axes_words(len(wanted))}")
    if kind == OTHER:
        return ShapeFault(kind, f"{words}, and {_which_sizes(name, claimed, wanted)}")
    return ShapeFault(kind, words)


def _fault(claimed: Shape, wanted: Shape, summed: Sequence[Shape], told: str) -> ShapeFault:
    told = told if claimed else "one number"
    if len(claimed) > 1 and claimed == wanted[::-1]:
        return ShapeFault(TRANSPOSED, f"it is transposed: {told}")
    for shape in summed:
        if claimed == shape:
            return ShapeFault(NOT_SUMMED, f"it is not summed over {_axis_words(_axes_to(shape, wanted))}: {told}")
    for shape in summed:
        for axes in _other_axes(shape, wanted):
            if claimed == tuple(size for k, size in enumerate(shape) if k not in axes):
                right = _axis_words(_axes_to(shape, wanted))
                return ShapeFault(WRONG_AXIS, f"it is summed over {_axis_words(axes)}, not over {right}: {told}")
    if claimed and count(claimed) == count(wanted):
        return ShapeFault(RESHAPED, f"it is reshaped: {told}")
    return ShapeFault(OTHER, f"it is {told}")


def _axes_words(axes: int) -> str:
    return ("a number", "a vector", "a matrix")[axes] if axes < 3 else f"an array of {axes} axes"


def _which_sizes(name: str, claimed: Shape, wanted: Shape) -> str:
    """Return which sizes are right of a shape that has as many axes as the right one."""
    if len(claimed) == 1:
        return f"{name} is a vector of another size"
    right = [k for k, (size, true) in enumerate(zip(claimed, wanted, strict=True)) if size == true]
    if not right:
        return f"{name} has other sizes" if len(claimed) > 2 else f"{name} has other rows and columns"
    wrong = [k for k in range(len(claimed)) if k not in right]
    if len(claimed) == 2:
        names = ("rows", "columns")
        return f"the {names[right[0]]} of {name} are as many, the {names[wrong[0]]} are not"
    return f"of {name} {_axis_words(wrong)} {'has' if len(wrong) == 1 else 'have'} another size"


def why_of_shape(graph: ArrayGraph, item: ArrayItem) -> str:
    """Return why an item has its shape, without that: whose it is, or what the program makes it of; "" if unknown."""
    name = graph.labels[item.node]
    if item.places is not None:
        return ""
    if item.kind in (UPSTREAM, STEP):
        return f"a {'gradient' if item.kind == UPSTREAM else 'new value'} has the shape of its node, {name}"
    if item.kind != VALUE:
        return ""
    node = graph.nodes[item.node]
    given = {graph.labels[a]: graph.nodes[a].shape for a in node.arguments if graph.nodes[a].operation is INPUT}
    text = expression(graph, item.node)
    if not given or len(text) > MOST_WRITTEN:
        return ""
    shapes = " and ".join(f"{own} {described(shape)}" for own, shape in given.items())
    return f"in {name} = {text}, {shapes}"


def summed_shapes(graph: ArrayGraph, kind: str, node: int) -> list[Shape]:
    """Return the shapes of what is summed over some axes to the gradient of a node that grew along these."""
    found: list[Any] = []
    if kind == UPSTREAM:
        wanted = graph.nodes[node].shape
        for user in graph.nodes:
            if user.operation.operation is not None and node in user.arguments and user.shape != wanted:
                found.append(user.shape)
    return list(dict.fromkeys(found))


def _transposed(numbers: Sequence[float], shape: Shape) -> list[float]:
    from ..claims.array_runs import floats

    A: Entries = floats()
    found: Array = A.permute(A.make(shape, list(numbers)), tuple(range(len(shape)))[::-1])
    return found.entries


def _axes_to(shape: Shape, wanted: Shape) -> tuple[int, ...]:
    """Return the axes over which an array of a shape is summed to one that grew to it."""
    missing = len(shape) - len(wanted)
    return tuple(k for k, size in enumerate(shape) if k < missing or (wanted[k - missing] == 1 and size > 1))


def _other_axes(shape: Shape, wanted: Shape) -> Iterator[tuple[int, ...]]:
    right = _axes_to(shape, wanted)
    for many in range(1, len(shape) + 1):
        for axes in combinations(range(len(shape)), many):
            if axes != right:
                yield axes


def _axis_words(axes: Sequence[int]) -> str:
    if len(axes) == 1:
        return f"axis {axes[0]}"
    return f"axes {', '.join(map(str, axes[:-1]))} and {axes[-1]}"


# ---- which entries are wrong


def which_wrong(right: Sequence[bool], shape: Shape) -> str:
    """Return which entries are wrong, as whole rows or columns where it is those; some are wrong, and some are not."""
    wrong = [k for k, ok in enumerate(right) if not ok]
    if len(shape) == 2:
        for axis, name in ((0, "row"), (1, "column")):
            lines = sorted({index_of(k, shape)[axis] for k in wrong})
            if len(lines) * shape[1 - axis] == len(wrong) and shape[1 - axis] > 1 and len(lines) <= MOST_NAMED:
                return _listed(name, list(map(str, lines)))
    if len(shape) == 1 and len(wrong) <= MOST_NAMED:
        return _listed("entry", list(map(str, wrong)), "entries")
    named = [index_text(k, shape) for k in wrong[:MOST_NAMED]]
    if len(wrong) > MOST_NAMED:
        return f"{', '.join(named)} and {len(wrong) - MOST_NAMED:,} more are wrong"
    return f"{' and '.join([', '.join(named[:-1]), named[-1]] if named[1:] else named)} {_are(named)} wrong"


def _listed(name: str, parts: list[str], plural: str = "") -> str:
    if len(parts) == 1:
        return f"{name} {parts[0]} is wrong"
    return f"{plural or f'{name}s'} {', '.join(parts[:-1])} and {parts[-1]} are wrong"


def _are(parts: Sequence[str]) -> str:
    return "are" if len(parts) > 1 else "is"
