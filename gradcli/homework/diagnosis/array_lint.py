"""Lint for a worksheet of arrays: sizes and numbers that hide mistakes, or make two of them look alike.

Sizes should all be different, batches have more than one row, relu and its like see both signs, and classes not repeat
where they need not.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ...arrays.table import INPUT
from ...numbers.systems import FLOAT
from ...record.array_gradient import ArrayGradient
from ..claims.array_formulas import ArraySamples
from ..claims.array_runs import ArrayRun
from ..claims.tolerance import USUAL
from .array_axes import Axis, axis_groups
from .array_names import Names
from .array_predictions import Edit, edits
from .array_suspects import MAX_WORK
from .array_worlds import MOST_NODES, World, WrongWorld
from .lint import COMMON

FIGURES = 3  # gradients that agree to so many look alike
GENERIC = 2  # points of the same shapes that say what any numbers could do


class ArrayLint(NamedTuple):
    """What a sheet's sizes and numbers cannot do.

    `made` is how many mistakes were tried, 0 where the program is too large; `special` what is unlucky about the sizes
    and numbers, `hidden` the mistakes that no gradient of an input shows, `alike` groups that look the same; in words.
    """

    made: int
    special: list[str]
    hidden: list[str]
    alike: list[tuple[str, ...]]

    @property
    def cost(self) -> int:
        """How much stays hidden or confused."""
        return len(self.hidden) + len(self.alike)


def lint_arrays(record: ArrayGradient) -> ArrayLint:
    """Return what the sizes and numbers of a record hide, if the gradients of its inputs are asked for."""
    special = [*_sizes(record), *_signs(record), *_classes(record)]
    graph, samples = record.graph, ArraySamples(record, 0, ())
    run = samples.own
    size = graph.products + sum(len(v.entries) for v in run.values)
    if size > MAX_WORK // 3 or len(graph.nodes) > MOST_NODES:
        return ArrayLint(0, special, [], [])
    here, *generic = [_seen(record, point) for point in (run, *samples.runs()[:GENERIC])]
    visible = {key for sight in generic for key, (look, _) in sight.items() if look}
    shown = {key for key, (look, _) in here.items() if look}
    hidden = {here[key][1] for key in visible & here.keys() - shown} - {here[key][1] for key in shown}
    groups: dict[Any, dict[Any, str]] = {}
    for key, (look, words) in here.items():
        elsewhere = tuple(sight[key][0] if key in sight else None for sight in generic)
        if look and words not in groups.get(look, {}).values():  # what no numbers tell apart counts once
            groups.setdefault(look, {}).setdefault(elsewhere, words)
    alike = sorted(tuple(group.values()) for group in groups.values() if len(group) > 1)
    return ArrayLint(len(visible | shown), special, sorted(hidden), alike)


Key = tuple[str, str, tuple[int, ...]]


def _seen(record: ArrayGradient, run: ArrayRun) -> dict[Key, tuple[Any, str]]:
    """Return what can be seen of every mistake at a point, and the mistake in words."""
    world = World(run.A, record.graph, run.values, run.upstream(record.output), record.output)
    asked = list(record.places.values())
    names = Names(world)
    found: dict[Key, tuple[Any, str]] = {}
    for edit in edits(world):
        if edit.is_value or edit.mistake.common > COMMON or len(edit.nodes) > 1:
            continue
        words = f"{names.filled(edit.words)}, {names.where(edit.nodes, is_value=False)}"
        found[edit.mistake.id, edit.tag, edit.nodes] = (_look(world, edit, asked), words)
    return found


def _look(world: World, edit: Edit, asked: list[int]) -> Any:
    """Return what can be seen of a mistake in the gradients that are asked for, empty for nothing."""
    wrong = WrongWorld(world, edit.changes)
    found = []
    for i in asked:
        right, array = world.upstream[i], wrong.upstream.get(i)
        if array is None or right is None:
            continue
        same = array.shape == right.shape and all(map(USUAL.near, array.entries, right.entries))
        if not same:
            found.append((i, array.shape, tuple(f"{x:.{FIGURES - 1}e}" for x in array.entries)))
    return tuple(found)


# ---- what is special about sizes and numbers


def _sizes(record: ArrayGradient) -> list[str]:
    """Return which axes of the inputs have one size although they never meet, and which have size 1."""
    graph = record.graph
    groups = axis_groups(graph)
    by_size: dict[int, dict[Axis, str]] = {}
    found: list[str] = []
    for name, i in graph.inputs.items():
        shape = record.shape(i)
        for axis, size in enumerate(shape):
            what = _axis_words(name, shape, axis)
            if size == 1:
                found.append(f"{what} are one: a sum over them does not show")
                continue
            by_size.setdefault(size, {}).setdefault(groups[i, axis], what)
    for size, axes in sorted(by_size.items()):
        if len(axes) > 1:
            *first, last = axes.values()
            found.append(f"{', '.join(first)} and {last} are all {size}: a transpose may fit by luck")
    return found


def _axis_words(name: str, shape: tuple[int, ...], axis: int) -> str:
    if len(shape) == 1:
        return f"the entries of {name}"
    if len(shape) == 2:
        return f"the {'columns' if axis else 'rows'} of {name}"
    return f"axis {axis} of {name}"


def _signs(record: ArrayGradient) -> list[str]:
    """Return which functions with a kink at 0 see numbers of one sign only."""
    found = []
    for node in record.graph.nodes:
        row = node.operation.operation
        if row is None or row.arity != 1 or row.kink is None or not row.kink.at(FLOAT, 0.0) or row.kink.at(FLOAT, 1.0):
            continue  # no function with a kink at 0 alone
        (a,) = node.arguments
        flat, name = record.values[a] or [], record.labels[a]
        if len(flat) < 2:
            continue
        if all(x > 0 for x in flat):
            found.append(f"all entries of {name} are positive: {row.name} has one slope at all of them")
        elif not any(x > 0 for x in flat):
            found.append(f"no entry of {name} is positive: {row.name} has one slope at all of them")
    return found


def _classes(record: ArrayGradient) -> list[str]:
    """Return which labels repeat although there are enough classes."""
    graph, found = record.graph, []
    for node in graph.nodes:
        if node.operation.name not in ("cross_entropy", "pick"):
            continue
        y, shape = node.arguments[1], record.shape(node.arguments[0])
        labels = record.task.labels.get(y, [])
        classes = shape[int(node.fixed.get("axis", -1))]
        repeated = sorted({k for k in labels if labels.count(k) > 1})
        if repeated and len(labels) <= classes and graph.nodes[y].operation is INPUT:
            found.append(f"class {repeated[0]} stands twice in {record.labels[y]}, and there are enough classes")
    return found
