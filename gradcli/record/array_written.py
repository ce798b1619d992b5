"""What the entries of a value, or of what flows back along an edge, are made of: scalar formulas and their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..arrays.entries import Array
from ..arrays.graph import ArrayGraph
from ..arrays.roles import behind
from ..arrays.sweeps import forward
from ..arrays.table import CONSTANT, INPUT, LITERAL, NUMBER
from ..calculus.graph import Graph
from ..language.array_entries import EntryFormulas
from ..language.array_rules import rule_graph
from ..language.array_writing import is_condition
from ..numbers.systems import Undecided
from .array_gradient import ArrayGradient
from .array_passes import ArrayPasses, systems
from .request import ONE


class WrittenEntries(NamedTuple):
    """Entries as formulas: the scalar graph, the node of every entry, and the number of every input by its name.

    A number is None where there is none.
    """

    graph: Graph
    roots: list[int]
    numbers: Mapping[str, Any]


class RulePart(NamedTuple):
    """A part of a rule that no node of the record holds, such as softmax(Z): its node in the rule, and its numbers."""

    node: int
    numbers: list[Any]


class ArrayFormulas:
    """Writes entries of a record as formulas. What no node holds, such as softmax(z), is computed once, certainly."""

    def __init__(self, record: ArrayGradient) -> None:
        self.record = record
        self.output = record.labels[record.output]
        precision = record.task.request.precision
        self._systems = iter(()) if precision.name == "uncertain" else systems(precision)
        self._rerun: list[ArrayPasses] = []
        graph = record.graph
        named = set(graph.named.values())
        leaves = (NUMBER, CONSTANT, LITERAL)
        self._stop = [i in named or not (node.operation in leaves or is_condition(node))
                      for i, node in enumerate(graph.nodes)]  # fmt: skip
        self._places = dict(graph.by_label)
        self._labels = {graph.labels[i]: numbers for i, numbers in record.task.labels.items()}

    def rule(self, i: int, position: int) -> ArrayGraph | None:
        """Return what flows back along an edge as a program in the names of the record; None where nothing does."""
        record = self.record
        starts_at_one = record.task.request.upstream.text == ONE.text
        return rule_graph(record.graph, i, position, self.output, starts_at_one=starts_at_one, tied=i in record.tied)

    def of_value(self, i: int, places: Sequence[int]) -> WrittenEntries:
        """Return entries of the value of a node, in the entries of its arguments."""
        graph = self.record.graph
        found = EntryFormulas(graph, self._labels, graph.labels, self._stop)
        roots = [found.entry(i, k) for k in places]
        numbers = {}
        for name, (node, k) in found.sources.items():
            column = self.record.values[node]
            numbers[name] = None if column is None or node == i else column[k]
        return _written(found, roots, numbers)

    def of_rule(self, rule: ArrayGraph, places: Sequence[int]) -> WrittenEntries:
        """Return entries of what flows back along an edge, in the entries of what its rule names."""
        found = EntryFormulas(rule, self._labels, rule.labels, [False] * len(rule.nodes))
        roots = [found.entry(rule.output, k) for k in places]
        inner: dict[int, list[Any] | None] = {}
        numbers = {}
        for name, (node, k) in found.sources.items():
            if rule.nodes[node].operation is INPUT:
                column = self.column(rule.nodes[node].text)
            elif node == rule.output:
                column = None
            else:
                column = inner[node] = inner[node] if node in inner else self._computed(rule, node)
            numbers[name] = None if column is None else column[k]
        return _written(found, roots, numbers)

    def parts(self, rule: ArrayGraph) -> list[RulePart]:
        """Return the functions in a rule whose numbers no node holds: those not written out, and labels as 0 and 1."""
        found = EntryFormulas(rule, self._labels, rule.labels, [False] * len(rule.nodes))
        found.entry(rule.output, 0)
        named = {node for node, _ in found.sources.values() if rule.nodes[node].operation is not INPUT}
        parts = []
        used = behind(rule, {rule.output})
        for i, node in enumerate(rule.nodes):
            reads_labels = any(node.operation.is_role(k) for k in range(len(node.arguments)))
            if i == rule.output or i not in used or not node.operation.is_function or not (i in named or reads_labels):
                continue
            numbers = self._computed(rule, i)
            parts += [] if numbers is None else [RulePart(i, numbers)]
        return parts

    def column(self, name: str) -> Sequence[Any] | None:
        """Return the numbers of a value or an upstream gradient by its name."""
        record = self.record
        if name in self._places:
            return record.values[self._places[name]]
        return record.upstream[self._places[name.removeprefix(f"d{self.output}/d")]]

    def _computed(self, rule: ArrayGraph, node: int) -> list[Any] | None:
        """Return the numbers of a node of a rule, in the first number system that settles them; None where none does.

        Its arguments are those of the passes, not what they were rounded to.
        """
        part = ArrayGraph(rule.nodes[: node + 1], node, {}, rule.sizes)
        for passes in self._passes():
            try:
                with passes.S.at_work():
                    run = forward(passes.A, part, self._point(part, passes))
                    return None if run.faults else passes.A.settled(run.values[node])
            except Undecided:
                continue
        return None

    def _point(self, part: ArrayGraph, passes: ArrayPasses) -> dict[str, Array]:
        found = {}
        for name in part.inputs:
            i = self._places.get(name)
            own = passes.values[i] if i is not None else None
            if own is None:
                own = passes.upstream[self._places[name.removeprefix(f"d{self.output}/d")]]
            if own is None:  # nothing reads it
                shape: Any = part.nodes[part.inputs[name]].shape
                own = passes.A.full(0, shape)
            found[name] = own
        return found

    def _passes(self) -> Iterator[ArrayPasses]:
        """Yield both passes anew in every number system that gets through them, cheapest first; each is run once."""
        yield from self._rerun
        for S in self._systems:
            try:
                with S.at_work():
                    passes = ArrayPasses(S, self.record.task, tolerant=True)
            except Undecided:
                continue
            self._rerun.append(passes)
            yield passes


def _written(found: EntryFormulas, roots: list[int], numbers: Mapping[str, Any]) -> WrittenEntries:
    return WrittenEntries(found.graph(roots[0]), roots, numbers)
