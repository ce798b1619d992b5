"""Which axes of a program's arrays have one size because they meet."""

from __future__ import annotations

from ...arrays.axes import chosen_axes
from ...arrays.graph import ArrayGraph

Axis = tuple[int, int]  # a node and one of its axes


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
    if "axis" in node.operation.fixed and len(arguments) == 1:
        gone = chosen_axes(shapes[0], node.fixed.get("axis", node.operation.fixed["axis"]))
        kept = [k for k in range(len(shapes[0])) if k not in gone or rank == len(shapes[0])]
        return [((arguments[0], k), (i, j)) for j, k in enumerate(kept) if k not in gone]
    return []


def _labelled(graph: ArrayGraph, i: int, arguments: tuple[int, ...]) -> list[tuple[Axis, Axis]]:
    """Return the pairs of axes of scores, labels and losses: all but the axis of the classes."""
    z, y = arguments
    shape = graph.nodes[z].shape
    axis = int(graph.nodes[i].fixed.get("axis", -1)) % len(shape)
    rest = [k for k in range(len(shape)) if k != axis]
    if len(graph.nodes[y].shape) == len(shape):
        return [((z, k), (y, k)) for k in range(len(shape))] + [((z, k), (i, j)) for j, k in enumerate(rest)]
    return [((z, k), (node, j)) for node in (y, i) for j, k in enumerate(rest)]
