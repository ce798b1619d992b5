"""What a program of arrays costs: both passes, forward mode, a Hessian, and what is kept for the backward pass.

Costs follow from shapes: from the operations of the program, and from those of its backward rules. Multiplications,
divisions and functions count one each. A pass along a direction takes as many as a reverse pass: each edge is a linear
map, and a linear map and its transpose take the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..arrays.costs import multiplications
from ..arrays.graph import ArrayGraph
from ..arrays.sizes import Shape, Size, count
from ..arrays.table import ARRAY_OPERATIONS, CONSTANT, INPUT, LEAVES, NUMBER
from ..calculus.building import NOWHERE
from ..errors import Source, Within
from ..language.array_arithmetic import ArraySymbol
from ..language.array_gradients import edge_flows
from ..language.array_symbols import ArraySymbols
from ..language.array_writing import expression, is_condition
from .array_point import Given
from .array_shapes import shapes_of
from .array_task import ArrayTask, choose_places
from .request import Request


class NodeCost(NamedTuple):
    """What one node costs: multiplications of its value and of its backward rules, and numbers kept for these."""

    id: int
    name: str
    operation: str
    expression: str
    shape: Shape
    value: Size
    backward: Size
    kept: Size


class Mode(NamedTuple):
    """A way to derivatives: what it is called, how many passes it takes, what one takes, and all together."""

    name: str
    passes: Size
    each: Size
    total: Size


class ArrayCost:
    """What a program costs, by node and in all; sizes may be letters.

    `value` counts the multiplications of the values, `backward` those of all backward rules, `along` those of a pass
    along a direction, `kept` the numbers that the rules need. `modes` has reverse mode, forward mode and the Hessian.
    """

    def __init__(self, source: Source, graph: ArrayGraph, output: int, places: Mapping[str, int]) -> None:
        self.source = source
        self.graph = graph
        self.output = output
        self.sizes: dict[str, int] = dict(graph.sizes.known)
        counting = _Counting(graph, graph.active(list(places.values())))
        listed = [i for i, node in enumerate(graph.nodes)
                  if node.operation not in LEAVES[1:] and not is_condition(node)]  # fmt: skip
        below = [i for i in listed if i <= output]
        backward = {i: counting.backward(i, starts_at_one=i == output) for i in below}
        self.along = _total(counting.backward(i, starts_at_one=False) for i in below)
        self.nodes = [
            NodeCost(
                i, graph.labels[i], graph.nodes[i].operation.name, expression(graph, i), graph.nodes[i].shape,
                counting.value(i), backward.get(i, 0), count(graph.nodes[i].shape) if i in counting.kept else 0,
            )
            for i in listed
        ]  # fmt: skip
        self.value = _total(node.value for node in self.nodes)
        self.backward = _total(node.backward for node in self.nodes)
        self.kept = _total(node.kept for node in self.nodes)
        self.inputs = _total(count(graph.nodes[i].shape) for i in places.values())
        self.outputs: Size = count(graph.nodes[output].shape)
        self.modes = self._modes()

    def _modes(self) -> list[Mode]:
        """Return what derivatives cost one way and another."""
        both = self.value + self.backward
        return [
            Mode("reverse", self.outputs, self.backward, self.value + self.outputs * self.backward),
            Mode("forward", self.inputs, self.along, self.value + self.inputs * self.along),
            Mode("hessian", self.inputs, 2 * both, both + self.inputs * (2 * both)),
        ]


class _Counting:
    """Counts what nodes cost; `kept` has the nodes whose values the backward rules need."""

    def __init__(self, graph: ArrayGraph, active: bytearray) -> None:
        self.graph = graph
        self.active = active
        self.kept: set[int] = set()

    def value(self, i: int) -> Size:
        """Return the multiplications of the value of a node."""
        node = self.graph.nodes[i]
        if node.operation.is_leaf:
            return 0
        return multiplications(node.operation, node.shape, [self.graph.nodes[a].shape for a in node.arguments])

    def backward(self, i: int, *, starts_at_one: bool) -> Size:
        """Return the multiplications of the backward rules of a node; perhaps with 1 as upstream gradient."""
        node = self.graph.nodes[i]
        if not any(self.active[a] for a in node.arguments):
            return 0
        A = ArraySymbols(tied=False)
        symbols = {a: self._symbol(A, a) for a in sorted(set(node.arguments))}
        v = A.variable(str(i), node.shape)
        g = A.number("1") if starts_at_one and not node.shape else A.variable("g", node.shape)
        flows = edge_flows(A, node, self.active, g, v, symbols)
        total: Size = 0
        nodes = A.builder.nodes
        seen: set[int] = set()
        pending = [A.full_size(flow).node for _, flow in flows]
        while pending:
            here = pending.pop()
            if here in seen:
                continue
            seen.add(here)
            one = nodes[here]
            pending += one.arguments
            if one.operation is INPUT and one.text != "g":
                self.kept.add(int(one.text))
            elif not one.operation.is_leaf and not any(
                nodes[a].operation is ARRAY_OPERATIONS["ones"] for a in one.arguments
            ):  # a copy
                total = total + multiplications(one.operation, one.shape, [nodes[a].shape for a in one.arguments])
        return total

    def _symbol(self, A: ArraySymbols, a: int) -> ArraySymbol:
        """Return a node as a rule sees it: numerals and conditions by what they are, all others by their place."""
        node = self.graph.nodes[a]
        if node.operation is NUMBER:
            return A.number(node.text)
        if node.operation is CONSTANT:
            return ArraySymbol(A, A.builder.constant(node.text, NOWHERE), ())
        if is_condition(node) and node.operation.operation is not None:
            return A.entrywise(node.operation.operation, [self._symbol(A, side) for side in node.arguments])
        return A.variable(str(a), node.shape)


def _total(sizes: Iterable[Size]) -> Size:
    total: Size = 0
    for size in sizes:
        total = total + size
    return total


def cost_of(source: Source, given: Mapping[str, Given], request: Request) -> ArrayCost:
    """Return what a program costs at values. Raises what `ArrayTask` raises."""
    task = ArrayTask(source, given, request, of_arrays=True)
    with Within(source):
        return ArrayCost(source, task.graph, task.output, task.columns)


def cost_of_shapes(source: Source, given: Mapping[str, Source], request: Request) -> ArrayCost:
    """Return what a program costs with shapes, or values for their shapes alone. Raises what `shapes_of` raises."""
    shapes = shapes_of(source, given, request)
    with Within(source):
        return ArrayCost(source, shapes.graph, shapes.output, choose_places(shapes.graph, request.wrt))
