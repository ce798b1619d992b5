"""Which axes of a program's arrays have one size because they meet."""

from __future__ import annotations

from ...arrays.axes import chosen_axes
from ...arrays.gathers import EVERYTHING
from ...arrays.graph import ArrayGraph, ArrayNode
from ...arrays.sizes import Shape

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
    if not arguments:
        return []
    node, x = graph.nodes[i], arguments[0]
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
        return [((x, 0), (i, 0)), ((arguments[1], 0), (i, 1))]
    if name == "transpose":
        return [((x, 0), (i, 1)), ((x, 1), (i, 0))]
    if name in ("softmax", "log_softmax", "cumsum", "sort"):
        return [((x, k), (i, k)) for k in range(rank)]
    if name in ("cross_entropy", "pick"):
        return _labelled(graph, i, arguments)
    if name == "solve":
        (a, b), rest = arguments, range(1, rank)
        return [((a, 0), (a, 1)), ((a, 0), (b, 0)), ((a, 0), (i, 0)), *(((b, k), (i, k)) for k in rest)]
    if name in ("det", "logdet", "inv", "trace"):
        return [((x, 0), (x, 1)), *(((x, k), (i, k)) for k in range(rank))]
    if name in ("index", "permute", "concat", "stack", "diag"):
        return _moved(node, i, shapes)
    if "axis" in node.operation.fixed:
        gone = chosen_axes(shapes[0], node.fixed.get("axis", node.operation.fixed["axis"]))
        kept = [k for k in range(len(shapes[0])) if k not in gone or rank == len(shapes[0])]
        return [((x, k), (i, j)) for j, k in enumerate(kept) if k not in gone]
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
            if place == EVERYTHING:
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
