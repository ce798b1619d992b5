"""Lint for a worksheet of arrays: sizes and numbers that hide mistakes, or make two of them look alike.

Sizes should all be different, batches have more than one row, gates see both signs, and classes not repeat where they
need not.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ...arrays.axes import chosen_axes
from ...arrays.graph import ArrayGraph, ArrayNode
from ...arrays.roles import role_nodes
from ...arrays.sizes import Shape
from ...arrays.table import INPUT
from ...numbers.systems import FLOAT
from ...record.array_gradient import ArrayGradient
from ..claims.array_formulas import ArraySamples
from ..claims.array_runs import ArrayRun
from ..claims.tolerance import USUAL
from .array_names import Names
from .array_predictions import Edit, edits
from .array_suspects import MAX_WORK
from .array_worlds import World, WrongWorld

FIGURES = 3  # gradients that agree to so many look alike
GENERIC = 2  # points of the same shapes that say what any numbers could do
COMMON = 2  # rarer mistakes are not worth other numbers
WHOLE = ("slice", None, None, None)  # of an axis, as `:` says it

Axis = tuple[int, int]  # a node and one of its axes


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
    if graph.products + sum(len(v.entries) for v in run.values) > MAX_WORK // 3:
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
    asked = [i for i in record.places.values() if world.upstream[i] is not None]
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


def axis_groups(graph: ArrayGraph) -> dict[Axis, Axis]:
    """Return for every axis of every node one that stands for all that have its size because they meet."""
    owner: dict[Axis, Axis] = {(i, k): (i, k) for i, node in enumerate(graph.nodes) for k in range(len(node.shape))}

    def root(axis: Axis) -> Axis:
        while owner[axis] != axis:
            axis = owner[axis]
        return axis

    for i, node in enumerate(graph.nodes):
        for a, b in _meeting(graph, i, node.arguments):
            owner[root(a)] = root(b)
    return {axis: root(axis) for axis in owner}


def _meeting(graph: ArrayGraph, i: int, arguments: tuple[int, ...]) -> list[tuple[Axis, Axis]]:
    """Return the pairs of axes that a node makes equal."""
    node = graph.nodes[i]
    shapes = [graph.nodes[a].shape for a in arguments]
    name, rank = node.operation.name, len(node.shape)
    if node.operation.operation is not None:
        return [
            ((a, k), (i, rank - len(shape) + k))
            for a, shape in zip(arguments, shapes, strict=True)
            for k in range(len(shape))
            if shape[k] == node.shape[rank - len(shape) + k]
        ]
    if name in ("matmul", "dot"):
        (a, b), (p, q) = arguments, shapes
        inner = max(len(q) - 2, 0)
        pairs = [((a, len(p) - 1), (b, inner))]
        pairs += [((a, k), (i, k)) for k in range(len(p) - 1)]
        return [*pairs, *([((b, len(q) - 1), (i, rank - 1))] if len(q) > 1 else [])]
    if name == "outer":
        return [((arguments[0], 0), (i, 0)), ((arguments[1], 0), (i, 1))]
    if name == "transpose":
        return [((arguments[0], 0), (i, 1)), ((arguments[0], 1), (i, 0))]
    if name in ("softmax", "log_softmax", "cumsum", "sort"):
        return [((arguments[0], k), (i, k)) for k in range(rank)]
    if name in ("cross_entropy", "pick"):
        return _labelled(graph, i, arguments)
    if name == "solve":
        (a, b), rest = arguments, range(1, rank)
        return [((a, 0), (a, 1)), ((a, 0), (b, 0)), ((a, 0), (i, 0)), *(((b, k), (i, k)) for k in rest)]
    if name in ("det", "logdet", "inv", "trace"):
        return [((arguments[0], 0), (arguments[0], 1)), *(((arguments[0], k), (i, k)) for k in range(rank))]
    if name in ("index", "permute", "concat", "stack", "diag"):
        return _moved(node, i, shapes)
    if "axis" in node.operation.fixed and len(arguments) == 1:
        gone = chosen_axes(shapes[0], node.fixed.get("axis", node.operation.fixed["axis"]))
        kept = [k for k in range(len(shapes[0])) if k not in gone or rank == len(shapes[0])]
        return [((arguments[0], k), (i, j)) for j, k in enumerate(kept) if k not in gone]
    return []


def _moved(node: ArrayNode, i: int, shapes: list[Shape]) -> list[tuple[Axis, Axis]]:
    """Return the pairs of axes of an operation that takes whole axes over: of its arguments, and of the node."""
    a, x, rank = node.arguments[0], shapes[0], len(node.shape)
    match node.operation.name:
        case "permute":
            return [((a, axis % rank), (i, k)) for k, axis in enumerate(node.fixed["axes"])]
        case "concat":
            joined = node.fixed.get("axis", 0) % rank
            return [((b, k), (i, k)) for b in node.arguments for k in range(rank) if k != joined]
        case "stack":
            return [((b, k), (i, k + 1)) for b in node.arguments for k in range(rank - 1)]
        case "diag":
            return [((a, k), (i, j)) for k in range(len(x)) for j in range(rank)]
    pairs: list[tuple[Axis, Axis]] = []
    taken = kept = 0  # axes, of the argument and of the node
    first = None  # axis of the node that index arrays have
    for place in node.fixed["places"]:
        if place is None:
            kept += 1
        elif isinstance(place, int):
            taken += 1
        elif place[0] == "slice":
            if place == WHOLE:
                pairs.append(((a, taken), (i, kept)))
            taken, kept = taken + 1, kept + 1
        else:
            b, width = node.arguments[place[1]], len(shapes[place[1]])
            if first is None:
                first, kept = kept, kept + width
            pairs += [((b, k), (i, first + k)) for k in range(width)]
            taken += 1
    return [*pairs, *(((a, k), (i, kept + k - taken)) for k in range(taken, len(x)))]


def _labelled(graph: ArrayGraph, i: int, arguments: tuple[int, ...]) -> list[tuple[Axis, Axis]]:
    """Return the pairs of axes of scores, labels and losses: all but the axis of the classes."""
    z, y = arguments
    shape = graph.nodes[z].shape
    axis = int(graph.nodes[i].fixed.get("axis", -1)) % len(shape)
    rest = [k for k in range(len(shape)) if k != axis]
    if len(graph.nodes[y].shape) == len(shape):
        return [((z, k), (y, k)) for k in range(len(shape))] + [((z, k), (i, j)) for j, k in enumerate(rest)]
    return [((z, k), (node, j)) for node in (y, i) for j, k in enumerate(rest)]


def _signs(record: ArrayGradient) -> list[str]:
    """Return which gates see numbers of one sign only."""
    found = []
    for i, node in enumerate(record.graph.nodes):
        row = node.operation.operation
        if row is None or row.arity != 1 or row.kink is None or not row.kink.at(FLOAT, 0.0) or row.kink.at(FLOAT, 1.0):
            continue  # no function with a kink at 0 alone
        flat = record.values[node.arguments[0]]
        name = record.labels[node.arguments[0]]
        if flat and len(flat) > 1 and all(x is not None and x > 0 for x in flat):
            found.append(f"all entries of {name} are positive: {node.operation.name} at {record.labels[i]} stays open")
        elif flat and len(flat) > 1 and all(x is not None and x <= 0 for x in flat):
            found.append(f"no entry of {name} is positive: {node.operation.name} at {record.labels[i]} stays closed")
    return found


def _classes(record: ArrayGradient) -> list[str]:
    """Return which labels repeat although there are enough classes."""
    graph, found = record.graph, []
    for node in graph.nodes:
        if node.operation.name not in ("cross_entropy", "pick") or node.arguments[1] not in role_nodes(graph):
            continue
        y, shape = node.arguments[1], record.shape(node.arguments[0])
        labels = record.task.labels.get(y, [])
        axis = int(node.fixed.get("axis", -1)) % len(shape)
        repeated = sorted({k for k in labels if labels.count(k) > 1})
        if repeated and len(labels) <= shape[axis] and graph.nodes[y].operation is INPUT:
            found.append(f"class {repeated[0]} stands twice in {record.labels[y]}, and there are enough classes")
    return found
