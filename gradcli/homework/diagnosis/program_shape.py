"""A program without its numbers: what a full sheet asks, and which of its items are worked out from which.

It is the same for all students whose sheets ask the same, so it is made once for a class.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import TypeVar

from ...calculus.graph import Graph
from ...calculus.operations import INPUT, OPERATIONS
from ...record.gradient import Gradient
from ..claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item
from .teaching import rule_of

Edge = tuple[int, int]  # a node and the position of an argument
Place = tuple[str, int]  # a kind of item and a node
RATE_NAMES = frozenset(("lr", "eta", "rate", "learning_rate", "step", "η"))
NUMBERED = re.compile(r"(.*[^\W\d]_?)(\d+)")  # a name that ends with a number
K = TypeVar("K")
V = TypeVar("V")


class ProgramShape:
    """A graph, the items of a full sheet, the nodes they ask about, and who uses which node."""

    def __init__(self, graph: Graph, items: Iterable[Item]) -> None:
        self.graph = graph
        self.nodes = tuple(graph.nodes)
        self.items = list(items)
        self.order = {item: k for k, item in enumerate(self.items)}  # where each stands among them
        self.stepping = frozenset(item.node for item in self.items if item.kind == STEP)
        self.asked = frozenset(item.node for item in self.items)
        self.places: list[Place] = list(dict.fromkeys((kind, node) for kind, node, _ in self.items))
        self.users: list[list[Edge]] = [[] for _ in self.nodes]
        self.positions: list[list[int]] = [[] for _ in self.nodes]
        self.worked_out_at: list[list[Item]] = [[] for _ in self.nodes]  # values and local gradients
        self.gradients = [item for item in self.items if item.kind == UPSTREAM]
        for item in self.items:
            kind, i, position = item
            if kind == LOCAL:
                self.positions[i].append(position)
                self.users[self.nodes[i].arguments[position]].append((i, position))
            if kind in (VALUE, LOCAL):
                self.worked_out_at[i].append(item)
        self.neighbours: dict[int, list[int]] = {}  # by a node, as far as they were asked for
        self.constant: list[bool] = []  # whether a node is computed from numerals alone
        for node in self.nodes:
            self.constant.append(node.operation is not INPUT and all(self.constant[a] for a in node.arguments))
        self._rules: dict[Item, str] = {}
        self._sources: dict[int, frozenset[int]] = {}
        self._after: dict[int, dict[int, None]] = {}
        self._after_all: dict[frozenset[int], list[int]] = {}
        self._uses: dict[Item, list[Item]] = {}
        self._given: dict[frozenset[int], Graph] = {}
        self._summed: dict[tuple[int, ...], Graph] = {}

    @cached_property
    def series(self) -> dict[str, list[tuple[int, str, int, int]]]:
        """The asked nodes of which the names differ by a number alone, by the name without it, in order of the numbers.

        Of each: how many digits the number has, the number, the place of the name in the program, and the node.
        """
        found: dict[str, list[tuple[int, str, int, int]]] = {}
        for place, (name, i) in enumerate({**self.graph.inputs, **self.graph.named}.items()):
            if i in self.asked and (parts := NUMBERED.fullmatch(name)):
                found.setdefault(parts[1], []).append((len(parts[2]), parts[2], place, i))
        for own in found.values():
            own.sort()
        return found

    @cached_property
    def rates(self) -> list[str]:
        """The inputs with the name of a rate."""
        return [name for name in self.graph.inputs if name.lower() in RATE_NAMES]

    def uses(self, item: Item) -> list[Item]:
        """Return the items of a full sheet, and those of nodes between them, that are worked out from one directly."""
        found = self._uses.get(item)
        if found is None:
            kind, node, position = item
            found = []
            if kind == VALUE:
                users = [i for i, _ in self.users[node]]
                found = [Item(VALUE, i) for i in users]
                found += [Item(LOCAL, i, k) for i in (node, *users) for k in self.positions[i]]
            elif kind != STEP:
                arguments = self.nodes[node].arguments
                found = [Item(UPSTREAM, a) for a in ((arguments[position],) if kind == LOCAL else arguments)]
                found += [Item(STEP, node)] if kind == UPSTREAM and node in self.stepping else []
            self._uses[item] = found
        return found

    def sources(self, node: int) -> frozenset[int]:
        """Return the node and everything that it depends on."""
        found = self._sources.get(node)
        if found is None:
            reached = {node}
            for i in range(node, -1, -1):
                if i in reached:
                    reached.update(self.nodes[i].arguments)
            found = self._sources[node] = frozenset(reached)
        return found

    def after(self, node: int) -> Mapping[int, None]:
        """Return the nodes that depend on a node, oldest first, as keys."""
        found = self._after.get(node)
        if found is None:
            reached = {node}
            found = self._after[node] = {}
            for i in range(node + 1, len(self.nodes)):
                if not reached.isdisjoint(self.nodes[i].arguments):
                    reached.add(i)
                    found[i] = None
        return found

    def after_all(self, replaced: frozenset[int]) -> list[int]:
        """Return the nodes that depend on some that are replaced, but for these themselves, oldest first."""
        found = self._after_all.get(replaced)
        if found is None:
            reached = set(replaced)
            found = _kept(self._after_all)[replaced] = []
            for i in range(min(replaced) + 1, len(self.nodes)):
                if i not in replaced and not reached.isdisjoint(self.nodes[i].arguments):
                    reached.add(i)
                    found.append(i)
        return found

    def rule(self, record: Gradient, item: Item) -> str:
        """Return what should have been done at an item, which hangs on no numbers of the record."""
        if item not in self._rules:
            self._rules[item] = rule_of(record, item)
        return self._rules[item]

    def given(self, replaced: Iterable[int]) -> Graph:
        """Return the graph with some nodes made into inputs, which are called by `given_name`."""
        known = frozenset(replaced)
        found = self._given.get(known)
        if found is None:
            nodes = self.graph.nodes.copy()
            for i in known:
                nodes.operations[i], nodes.arguments[i], nodes.texts[i] = INPUT, (), given_name(i)
            found = _kept(self._given)[known] = Graph(nodes, self.graph.output, {})
        return found

    def summed(self, terms: tuple[int, ...]) -> Graph:
        """Return the graph with a sum of some nodes on top, which is its output."""
        found = self._summed.get(terms)
        if found is None:
            nodes = self.graph.nodes.copy()
            nodes.append(OPERATIONS["add"], terms, "", (0, 0))
            found = _kept(self._summed)[terms] = Graph(nodes, len(self.graph.nodes), {})
        return found


MOST_KEPT = 32  # graphs and orders of each kind


def _kept(found: dict[K, V]) -> dict[K, V]:
    """Return what was made by its key, emptied if there is too much."""
    if len(found) >= MOST_KEPT:
        found.clear()
    return found


def given_name(node: int) -> str:
    """Return what a node is called that was made into an input: no program has such a name."""
    return f"#{node}"


@lru_cache(16)
def shape_of(graph: Graph, items: tuple[Item, ...]) -> ProgramShape:
    """Return the shape of a program whose full sheet asks some items."""
    return ProgramShape(graph, items)
