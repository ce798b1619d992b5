"""Wrong values of array nodes, and the backward rule that goes with each: the work goes on with another operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...arrays.axes import chosen_axes
from ...arrays.entries import Array
from ...arrays.sizes import count
from ...arrays.table import ARRAY_OPERATIONS, INPUT, MATMUL, entry_by_entry
from .array_divisors import Divisor, divisor, program_sizes
from .array_worlds import Edge, World, WrongFlow, scaled
from .array_wrong_losses import WITHOUT_KEEPDIMS, onehot_along, without_keepdims
from .array_wrong_products import times, turned
from .array_wrong_slopes import swapped_with


class Step(NamedTuple):
    """The computation of one value: its node, the true value, and the arguments."""

    world: World
    i: int
    v: Array
    xs: list[Array]

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self.world.graph.nodes[self.i].operation.name


class WrongValue(NamedTuple):
    """A wrong value: the way as a tag, the array, what flows back (None for the usual rule), and the words if any."""

    tag: str
    array: Array
    flow: WrongFlow | None
    text: str = ""


ValueRule = Callable[[Step], Iterator[WrongValue]]


def _by(name: str, fixed: dict[str, object]) -> WrongFlow:
    """Return the backward rule of another operation."""
    row = ARRAY_OPERATIONS[name]

    def flow(edge: Edge) -> Array:
        found: Array = row.flow(edge.A, edge.k, edge.g, edge.v, edge.xs, fixed)
        return found

    return flow


def sum_for_mean(step: Step) -> Iterator[WrongValue]:
    """The sum in the place of the mean, or the reverse."""
    if step.name in ("sum", "mean"):
        name = "mean" if step.name == "sum" else "sum"
        fixed = dict(step.world.graph.nodes[step.i].fixed)
        value = ARRAY_OPERATIONS[name].value(step.world.A, *step.xs, **fixed)
        yield WrongValue(name, value, _by(name, fixed), f"the {name} in the place of the {step.name}")


def wrong_count(step: Step) -> Iterator[WrongValue]:
    """A division by another number than the right one, or without it: N for N*C, or the reverse."""
    nodes = step.world.graph.nodes
    node = nodes[step.i]
    if step.name not in ("mean", "div") or (step.name == "div" and not nodes[node.arguments[1]].text.isdecimal()):
        return
    sizes = program_sizes(step.world.graph)
    n = divisor(step.world.graph, step.i)
    own = next((found for found in sizes.divisors() if found.n == n), Divisor(n, ()))
    for m in [1] * (step.name == "div") + sizes.numbers:
        if m != n:
            factor = n / m

            def flow(edge: Edge, factor: float = factor) -> Array:
                return scaled(edge.flow(), factor)

            words = sizes.instead(m, own) if m > 1 else f"1/{n} left out"
            yield WrongValue(str(m), scaled(step.v, factor), flow, words)


def other_axis(step: Step) -> Iterator[WrongValue]:
    """A reduction, softmax and the like along another axis."""
    node = step.world.graph.nodes[step.i]
    if "axis" not in node.operation.fixed or len(step.xs) != 1:
        return
    (x,) = step.xs
    shape = x.shape
    if len(shape) < 2:
        return
    axis = node.fixed.get("axis", node.operation.fixed["axis"])
    used = chosen_axes(shape, axis)
    for other in range(len(shape)):
        if (other,) != used:
            fixed = {**node.fixed, "axis": other}
            value = node.operation.value(step.world.A, x, **fixed)
            words = f"{step.name} along axis {other} in the place of axis {', '.join(map(str, used))}"
            yield WrongValue(f"axis {other}", value, _with_axis(fixed), words)
    if step.name == "softmax":
        for tag, value in without_keepdims(step.world.A, x, *used).items():
            yield WrongValue(tag, value, None, WITHOUT_KEEPDIMS[tag])


def _with_axis(fixed: dict[str, object]) -> WrongFlow:
    def flow(edge: Edge) -> Array:
        found: Array = edge.node.operation.flow(edge.A, edge.k, edge.g, edge.v, edge.xs, fixed)
        return found

    return flow


def no_activation(step: Step) -> Iterator[WrongValue]:
    """An activation left out, or mixed up with another one."""
    operation = step.world.graph.nodes[step.i].operation.operation
    if operation is None or len(step.xs) != 1:
        return
    (x,) = step.xs
    if swapped_with(operation):
        yield WrongValue("left out", x, lambda edge: edge.g, f"the activation {step.name} left out")
    for another in swapped_with(operation):
        row = entry_by_entry(another)

        def flow(edge: Edge, row: object = row) -> Array:
            found: Array = row.flow(edge.A, edge.k, edge.g, edge.v, edge.xs, {})  # type: ignore[attr-defined]
            return found

        words = f"the activation {another.name} in the place of {step.name}"
        yield WrongValue(another.name, row.value(step.world.A, x), flow, words)


def term_forgotten(step: Step) -> Iterator[WrongValue]:
    """A term of a sum of two left out, such as a bias, whose gradient is worked out all the same."""
    if step.name not in ("add", "sub"):
        return
    graph = step.world.graph
    for k, x in enumerate(step.xs):
        if len(x.shape) > len(step.xs[1 - k].shape):
            continue
        a = graph.nodes[step.i].arguments[k]

        def flow(edge: Edge, k: int = k) -> Array:
            return edge.A.full(0, edge.x.shape) if edge.k == k else edge.flow()

        usual = graph.nodes[a].operation is INPUT
        yield WrongValue(graph.labels[a], without_term(step.world, step.i, k, step.xs[1 - k]),
                         None if usual else flow, f"the term $v{a} left out")  # fmt: skip


def without_term(world: World, i: int, k: int, rest: Array) -> Array:
    """Return a sum or difference of two without its argument k."""
    node = world.graph.nodes[i]
    kept = world.A.grow(rest, node.shape)  # type: ignore[arg-type]  # of a program with numbers
    return -kept if k == 0 and node.operation.name == "sub" else kept


def product_by_luck(step: Step) -> Iterator[WrongValue]:
    """A product of matrices with an operand transposed or reshaped, in the other order, or entry by entry."""
    if step.name != "matmul" or any(len(x.shape) != 2 for x in step.xs):
        return
    A, (a, b) = step.world.A, step.xs
    p, q = (f"$v{k}" for k in step.world.graph.nodes[step.i].arguments)
    right = f" in the place of {p} @ {q}"
    for i, x in enumerate(turned(a)):
        for j, y in enumerate(turned(b)):
            if (i or j) and x.shape[1] == y.shape[0]:
                marks = [".T" if turns else "" for turns in (i, j)]
                words = f"{p}{marks[0]} @ {q}{marks[1]}{right}"
                yield WrongValue(f"a{marks[0]}@b{marks[1]}", MATMUL.value(A, x, y), None, words)
    if b.shape[1] == a.shape[0]:
        yield WrongValue("b@a", MATMUL.value(A, b, a), None, f"{q} @ {p}{right}")
    found = times(a, b)
    if found is not None:
        yield WrongValue("a*b", found, None, f"{p} * {q}{right}")


def wrong_label(step: Step) -> Iterator[WrongValue]:
    """A cross-entropy at the class before or after, with the opposite sign, or without its log."""
    if step.name != "cross_entropy":
        return
    A, (z, y) = step.world.A, step.xs
    yield WrongValue("sign", -step.v, lambda edge: -edge.flow())
    if y.shape == z.shape:
        return
    node = step.world.graph.nodes[step.i]
    axis = int(node.fixed.get("axis", -1)) % len(z.shape)
    size = z.shape[axis]
    for tag, shift in (("before", -1), ("after", 1)):
        moved = A.make(y.shape, [float((int(e) + shift) % size) for e in y.entries])

        def flow(edge: Edge, moved: Array = moved) -> Array:
            return edge.flow(xs=[edge.x, moved])

        yield WrongValue(tag, A.cross_entropy(z, moved, axis=axis), flow)
    picked = A.sum(A.softmax(z, axis=axis) * onehot_along(A, z, y, axis), axis=axis)
    yield WrongValue("log", -picked, None)
    yield WrongValue("score", -A.sum(z * onehot_along(A, z, y, axis), axis=axis), None)


def both_grow(step: Step) -> Iterator[WrongValue]:
    """A difference (or sum, product) of two vectors of N entries that became N x N: one was a column."""
    operation = step.world.graph.nodes[step.i].operation.operation
    shapes = {x.shape for x in step.xs}
    if operation is None or len(step.xs) != 2 or len(shapes) != 1:
        return
    (shape,) = shapes
    if sum(size > 1 for size in shape) != 1 or len(shape) > 2:
        return
    A, n = step.world.A, count(shape)
    for tag, column in (("left", 0), ("right", 1)):
        sides = [A.make((n, 1) if k == column else (1, n), x.entries) for k, x in enumerate(step.xs)]

        def flow(edge: Edge, column: int = column, sides: list[Array] = sides) -> Array:
            own = edge.node.operation.operation
            assert own is not None
            grown = [A.grow(side, edge.v.shape) for side in sides]
            found = A.flow(own, edge.k, edge.g, edge.v, grown)
            return A.make(edge.x.shape, A.sum(found, axis=1 if edge.k == column else 0).entries)

        yield WrongValue(tag, A.entrywise(operation, sides), flow)


def one_less_value(step: Step) -> Iterator[WrongValue]:
    """A variance over N - 1."""
    if step.name not in ("var", "mean"):
        return
    (x,), fixed = step.xs, step.world.graph.nodes[step.i].fixed
    n = count([x.shape[k] for k in chosen_axes(x.shape, fixed.get("axis"))])
    if n > 2 and (step.name == "var" or n - 1 not in program_sizes(step.world.graph).numbers):
        factor = n / (n - 1)
        words = f"a {'mean' if step.name == 'mean' else 'variance'} over {n - 1} = N - 1, not over N = {n}"
        yield WrongValue("", scaled(step.v, factor), lambda edge: scaled(edge.flow(), factor), words)
