"""Wrong slopes of activations: the formula of another one, at another place, with another sign or another product."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from ...arrays.entries import Array
from ...calculus.operations import OPERATIONS
from ...calculus.table_parts import Operation
from .array_worlds import Edge, Wrong, numbers

Slope = Callable[[float, float], float]  # of the input z and the value a of an activation

ACTIVATIONS = frozenset(("relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "sigmoid", "tanh"))
SWAPPED = {"relu": ("sigmoid", "tanh"), "sigmoid": ("tanh", "relu"), "tanh": ("sigmoid", "relu")}


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


# How a slope is written, with the value a and the input z: the rule, and where another row says it (or it is right).
SLOPES: dict[str, tuple[str, Slope, frozenset[str]]] = {
    "tanh": ("1 - {a}**2, the slope of tanh,", lambda z, a: 1 - a * a, frozenset(("tanh", "sigmoid"))),
    "sigmoid": ("{a}*(1 - {a}), the slope of sigmoid,", lambda z, a: a * (1 - a), frozenset(("sigmoid", "tanh"))),
    "relu": ("{z} > 0, the slope of relu,", lambda z, a: 1.0 if z > 0 else 0.0, frozenset(("relu",))),
    "relu of the value": ("{a} > 0, the slope of relu,", lambda z, a: 1.0 if a > 0 else 0.0,
                          frozenset(("relu", "tanh", "leaky_relu", "elu", "sigmoid", "softplus"))),
    "tanh at the input": ("1 - {z}**2", lambda z, a: 1 - z * z, frozenset(("tanh",))),
    "sigmoid at the input": ("{z}*(1 - {z})", lambda z, a: z * (1 - z), frozenset(("sigmoid",))),
    "tanh of the input": ("1 - tanh({z})**2", lambda z, a: 1 - math.tanh(z) ** 2, frozenset(("tanh",))),
    "sigmoid of the input": ("the slope of sigmoid at {z}", lambda z, a: _sigmoid(z) * _sigmoid(-z),
                             frozenset(("sigmoid",))),
    "not squared": ("1 - {a}", lambda z, a: 1 - a, frozenset(("tanh", "sigmoid"))),
    "square": ("{a}**2", lambda z, a: a * a, frozenset()),
    "square of the rest": ("(1 - {a})**2", lambda z, a: (1 - a) ** 2, frozenset()),
    "plus": ("1 + {a}**2", lambda z, a: 1 + a * a, frozenset()),
    "plus sigmoid": ("{a}*(1 + {a})", lambda z, a: a * (1 + a), frozenset()),
    "minus": ("{a}**2 - 1", lambda z, a: a * a - 1, frozenset(("tanh",))),
    "double": ("2*{a}", lambda z, a: 2 * a, frozenset()),
    "double taken off": ("1 - 2*{a}", lambda z, a: 1 - 2 * a, frozenset()),
    "input": ("{z}", lambda z, a: z, frozenset()),
    "closed": ("1 where {z} < 0, the wrong way round,", lambda z, a: 1.0 if z < 0 else 0.0, frozenset()),
    "leaky": ("the slope of leaky_relu", lambda z, a: 1.0 if z > 0 else 0.01, frozenset(("leaky_relu",))),
    "sign": ("sign({z})", lambda z, a: math.copysign(1.0, z) if z else 0.0, frozenset(("abs",))),
    "upside down": ("1 over the slope of sigmoid", lambda z, a: 1 / (a * (1 - a)), frozenset()),
}  # fmt: skip


def is_activation(edge: Edge) -> bool:
    """Whether an edge is the argument of an activation."""
    return edge.node.operation.operation is not None and edge.name in ACTIVATIONS


def slopes(edge: Edge, v: Array, xs: list[Array]) -> Array | None:
    """Return the local gradient of every entry, at any value and arguments; None where there is none."""
    operation = edge.node.operation.operation
    assert operation is not None
    A = edge.A
    return numbers(lambda: A.flow(operation, edge.k, A.full(1, v.shape), v, xs))


def other_slope(edge: Edge) -> Iterator[Wrong]:
    """What arrives times the slope of another activation, or a formula that is nearly one."""
    if not is_activation(edge):
        return
    z, a = f"$v{edge.a}", f"$v{edge.i}"
    for tag, (words, rule, besides) in SLOPES.items():
        if edge.name in besides:
            continue
        try:
            found = [rule(x, y) for x, y in zip(edge.x.entries, edge.v.entries, strict=True)]
        except ArithmeticError:
            continue
        text = f"{words.format(a=a, z=z)} in the place of the slope of {edge.name}"
        yield Wrong(tag, edge.g * edge.A.make(edge.v.shape, found), text)
    g = f"$g{edge.i}"
    yield Wrong("tanh of the gradient", edge.g * (1 - edge.g * edge.g), f"1 - {g}**2 in the place of a slope at {z}")
    yield Wrong("sigmoid of the gradient", edge.g * (edge.g * (1 - edge.g)), f"{g}*(1 - {g}) in the place of a slope")


def elsewhere(edge: Edge) -> Iterator[Wrong]:
    """The right derivative at a wrong place: at the node's own value, or at what its argument is computed from."""
    operation = edge.node.operation.operation
    if operation is None or len(edge.xs) != 1 or operation.name in ("neg", "where"):
        return
    world = edge.world
    places = [(f"$v{edge.i}", edge.v)]
    places += [(f"$v{b}", world.values[b]) for b in world.graph.nodes[edge.a].arguments
               if world.values[b].shape == edge.x.shape]  # fmt: skip
    if edge.name in ACTIVATIONS - {"relu"}:
        places.append((f"$g{edge.i}", edge.g))
    for name, x in dict(places).items():
        v = numbers(lambda x=x: edge.A.entrywise(operation, [x]))  # type: ignore[misc]
        found = None if v is None else slopes(edge, v, [x])
        if found is not None:
            if x is edge.v:
                words = f"{edge.name} taken twice: its slope at {name} and not at $v{edge.a}"
                yield Wrong("its own value", edge.g * found, words)
            else:
                words = f"the slope of {edge.name} taken at {name} and not at $v{edge.a}"
                yield Wrong(name, edge.g * found, words)


def slope_twice(edge: Edge) -> Iterator[Wrong]:
    """The derivative of an activation taken twice."""
    if is_activation(edge) and edge.name != "relu":
        found = slopes(edge, edge.v, edge.xs)
        if found is not None:
            yield Wrong("", edge.g * found * found)


def slope_with_matmul(edge: Edge) -> Iterator[Wrong]:
    """A product of matrices in the place of the one entry by entry, with the slope or with the other factor."""
    if len(edge.g.shape) != 2 or (not is_activation(edge) and edge.name != "mul"):
        return
    A, g = edge.A, edge.g
    if edge.name == "mul":
        found, s = edge.xs[1 - edge.k], f"$v{edge.node.arguments[1 - edge.k]}"
    else:
        own = slopes(edge, edge.v, edge.xs)
        if own is None:
            return
        found, s = own, f"{edge.name}'($v{edge.a})"
    if len(found.shape) != 2:
        return
    up = f"$g{edge.i}"
    if found.shape == g.shape == g.shape[::-1]:
        yield Wrong("turned", g * A.transpose(found), f"{s} transposed")
    for (p, x), (q, y) in (((up, g), (s, found)), ((s, found), (up, g))):
        for i, left in enumerate((x, A.transpose(x))):
            for j, right in enumerate((y, A.transpose(y))):
                if left.shape[1] == right.shape[0]:
                    words = f"{p}{'.T' if i else ''} @ {q}{'.T' if j else ''} in the place of {up} * {s}"
                    yield Wrong(f"{'slope first' if p == s else ''}{i}{j}", A.matmul(left, right), words)


def slope_added(edge: Edge) -> Iterator[Wrong]:
    """The slope added to what arrives, not multiplied."""
    if is_activation(edge):
        found = slopes(edge, edge.v, edge.xs)
        if found is not None:
            yield Wrong("", edge.g + found)


def value_for_gradient(edge: Edge) -> Iterator[Wrong]:
    """The slope times a value of the program, not times the gradient that arrives; or the slope alone."""
    if not is_activation(edge):
        return
    found = slopes(edge, edge.v, edge.xs)
    if found is None:
        return
    slope = f"{edge.name}'($v{edge.a})"
    yield Wrong("alone", found, f"{slope} alone, without $g{edge.i}")
    for b, x in ((edge.i, edge.v), (edge.a, edge.x)):
        yield Wrong(f"$v{b}", found * x, f"$v{b} * {slope} in the place of $g{edge.i} * {slope}")


def swapped_with(operation: Operation) -> list[Operation]:
    """Return the activations that one may be mixed up with."""
    return [OPERATIONS[name] for name in SWAPPED.get(operation.name, ())]


def mask_of_gradient(edge: Edge) -> Iterator[Wrong]:
    """A slope set by the sign of the gradient."""
    if is_activation(edge):
        zero = edge.A.S.zero
        found = edge.A.make(edge.g.shape, [g if g > 0 else zero for g in edge.g.entries])
        yield Wrong("", found, f"the slope of {edge.name} taken as 1 where $g{edge.i} > 0, not where $v{edge.a} > 0")
