"""The local gradients of a gate with a kink, a step or a hole inside: what both sides of the point agree on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..calculus.graph import Graph, Node, Nodes
from ..calculus.linearization import linearize
from ..calculus.operations import INPUT, OPERATIONS
from ..calculus.sides import EXTRA_WORK, Looking, Watch
from ..numbers.systems import Undecided
from .passes import Passes

MOVED = "+{}"  # no program has an input of such a name


class Inside:
    """What a named node is made of: the unnamed operations, youngest first, and the named nodes that they take."""

    def __init__(self, node: int, nodes: list[int], arguments: tuple[int, ...]) -> None:
        self.node = node
        self.nodes = nodes
        self.arguments = arguments

    def is_odd(self, passes: Passes) -> bool:
        """Whether there is a kink inside, or an edge without a slope."""
        odd = {*passes.linearization.kinks, *(i for i, _ in passes.linearization.slope_faults)}
        return self.node in odd or not odd.isdisjoint(self.nodes)

    def moved(self, graph: Graph) -> Graph:
        """Return the program up to the node, computed once more with an input that is 0 added to each argument.

        So one argument moves and the others stay, whatever the program makes of it elsewhere; and what decides where
        a kink is remains the program at its point.
        """
        nodes = Nodes(graph.nodes[: self.node + 1])
        place: dict[int, int] = {}
        for k, a in enumerate(self.arguments):
            nodes.append(INPUT, (), MOVED.format(k), (0, 0))
            nodes.append(OPERATIONS["add"], (a, len(nodes) - 1), "", (0, 0))
            place[a] = len(nodes) - 1
        for i in (*reversed(self.nodes), self.node):
            node: Node = graph.nodes[i]
            nodes.append(node.operation, tuple(place.get(a, a) for a in node.arguments), "", node.span)
            place[i] = len(nodes) - 1
        return Graph(nodes, len(nodes) - 1, {})

    def agreed(self, passes: Passes) -> dict[int, Any]:
        """Return the local gradients that both sides agree on, by position, as numbers of the run."""
        S, graph = passes.S, self.moved(passes.graph)
        asked = {k: graph.inputs[MOVED.format(k)] for k, a in enumerate(self.arguments) if passes.active[a]}
        still = {name: S.zero for name in graph.inputs if name.startswith("+")}
        values: Mapping[str, Any] = {n: passes.values[i] for n, i in passes.graph.inputs.items() if n in graph.inputs}
        found: dict[int, Any] = {}
        try:
            linearization = linearize(S, graph, {**values, **still}, graph.active(set(asked.values())))
            watch = Watch(linearization, graph.output)
            if not watch.triggers:
                return found
            looking = Looking(
                watch,
                lambda T: {**passes.task.point(T), **dict.fromkeys(still, T.zero)},
                S.one,
                EXTRA_WORK + len(graph.nodes) * len(asked),
            )
            for k, i in asked.items():
                sides = looking.at(i) if watch.concerns(i) else None
                if sides is not None and sides.answer is not None:
                    found[k] = sides.answer
            looking.close()
        except Undecided:  # the conventions stay
            return {}
        return found


def with_agreed(inside: Inside, passes: Passes, row: Sequence[Any], broken: dict[int, Any]) -> list[Any]:
    """Return the local gradients of a gate: what both sides agree on in place of the convention, and of faults."""
    row = list(row)
    if inside.is_odd(passes):
        for k, slope in inside.agreed(passes).items():
            row[k] = slope
            broken.pop(k, None)
    return row
