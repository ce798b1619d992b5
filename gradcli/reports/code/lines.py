"""The lines of both passes of a program of numbers, in no language yet: what is assigned, and where only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...calculus.graph import Graph
from ...calculus.notes import Note
from ...calculus.operations import INPUT
from ...calculus.symbolic import Symbol
from ...drawing.remarks import by_weight
from ...errors import InputError, Source
from ...language.rule_text import rule_text
from ...record.gradient import Gradient
from ...record.request import Request, choose_output, choose_places
from ...rows.branches import Side, branches, evaluation_order
from ...rows.code import Untraceable
from .names import Names
from .parameters import parameters
from .symbols import CodeSymbols

NOWHERE: frozenset[Side] = frozenset()


class Subject(NamedTuple):
    """What is written down: a graph, its output, what is differentiated, and what the reverse pass starts with.

    `point` has the numbers of the inputs that are known; `notes` are remarks on that point.
    """

    text: str
    graph: Graph
    output: int
    places: Mapping[str, int]
    start: float
    point: Mapping[str, float]
    notes: Sequence[Note]


def subject_of(record: Gradient) -> Subject:
    """Return what a record says of its program. Raises `InputError` for numbers that are not binary64."""
    check_binary(record.value)
    graph = record.graph
    return Subject(
        record.program, graph, record.output, record.places, record.output_adjoint,
        {name: record.values[i] for name, i in graph.inputs.items()}, by_weight(record),
    )  # fmt: skip


def check_binary(number: Any) -> None:
    """Raise `InputError` for a number that is not binary64: a fraction, a text of many digits, an interval."""
    if not isinstance(number, float):
        raise InputError("code computes in binary64", kind="option",
                         hint="leave out --exact, --digits and uncertain values")  # fmt: skip


def subject_without_point(source: Source, graph: Graph, request: Request) -> Subject:
    """Return what a request asks of a program whose inputs have no values. Raises what `choose_places` raises."""
    output = choose_output(graph, request.of)
    places = choose_places(graph, request.wrt, None)
    point = {name: float(text) for name, text in graph.defaults.items()}
    return Subject(source.text, graph, output, places, 1.0, point, ())


class Line(NamedTuple):
    """An assignment, or with `adds` one more term; it counts only where the conditions have these outcomes."""

    name: str
    formula: int
    adds: bool
    conditions: tuple[tuple[int, bool], ...]
    remark: str = ""


class Lines:
    """Both passes: `forward` and `backward`, formulas as nodes of `S`, and how values and derivatives are called."""

    def __init__(self, subject: Subject, language: str, names: Names) -> None:
        self.subject, self.graph = subject, subject.graph
        self.S = CodeSymbols(language)
        graph, output = self.graph, subject.output
        self.sides = branches(graph, [output])
        self.order = self._order()
        self.active = graph.active(set(subject.places.values()))
        self.parameters, called = parameters(graph.inputs, names)
        self.called: dict[int, str] = {i: called[name] for name, i in graph.inputs.items()}
        self.kept = {output, *graph.named.values()}
        self.symbols: dict[int, Symbol] = {}
        for i in self.order:
            if i not in self.called and self._has_line(i):
                label = graph.labels[i]
                self.called[i] = names.take(label if label[0].isidentifier() else "f")  # the output may be a numeral
        self.names = names
        self.slopes: dict[int, str] = {}
        self.forward = self._forward()
        self.flows = self._flows()
        self.backward = self._backward()
        self.formulas = self.S.builder.freeze(0)

    def _order(self) -> list[int]:
        """Return the nodes that are needed, conditions before what they decide."""
        try:
            return evaluation_order(self.graph, self.sides)
        except Untraceable:  # a condition within its own branch: then both branches are computed
            self.sides = [None if side is None else NOWHERE for side in self.sides]
            return evaluation_order(self.graph, self.sides)

    def _has_line(self, i: int) -> bool:
        operation = self.graph.nodes.operations[i]
        return not operation.is_condition and (not operation.is_leaf or i in self.kept)

    # ---- forwards

    def _forward(self) -> list[Line]:
        found = []
        S, nodes = self.S, self.graph.nodes
        for i in self.order:
            operation, arguments = nodes[i][:2]
            if operation is INPUT:
                self.symbols[i] = S.variable(self.called[i])
                continue
            value = self._leaf(i) if operation.is_leaf else S.value(operation, [self.symbols[a] for a in arguments])
            self.symbols[i] = value
            if i in self.called:
                found.append(Line(self.called[i], value.node, False, self._conditions(self.sides[i] or NOWHERE)))
                self.symbols[i] = S.variable(self.called[i])
        return found

    def _leaf(self, i: int) -> Symbol:
        text = self.graph.nodes.texts[i]
        operation = self.graph.nodes.operations[i]
        return Symbol(self.S, self.S.builder.leaf(operation, text, (0, 0)))

    def _conditions(self, sides: frozenset[Side]) -> tuple[tuple[int, bool], ...]:
        """Return the conditions of some branches, as formulas, each with the outcome that leads there.

        The outermost comes first: a condition may itself be known only where those round it have their outcomes.
        """
        nodes, outermost_first = self.graph.nodes, sorted(sides, reverse=True)
        found = [(self.symbols[nodes.arguments[w][0]].node, position == 1) for w, position in outermost_first]
        return tuple(dict.fromkeys(found))

    # ---- backwards

    def _flows(self) -> dict[tuple[int, int], Symbol]:
        """Return what flows along every edge that matters: neither to a step, nor to what nothing is asked of."""
        S, graph = self.S, self.graph
        ends = set(self.subject.places.values())
        found: dict[tuple[int, int], Symbol] = {}
        leads = bytearray(len(graph.nodes))  # whether something flows on to what is differentiated
        for i in sorted(self.order):
            operation, arguments = graph.nodes.operations[i], graph.nodes.arguments[i]
            leads[i] = i in ends
            if not self.active[i] or operation.is_condition or operation.is_leaf:
                continue
            xs = [self.symbols[a] for a in arguments]
            g = S.variable(self.slope(i))
            for k, a in enumerate(arguments):
                flow = S.flow(operation, k, g, self.symbols[i], xs) if leads[a] else None
                if flow is not None and S.numeral(flow) != 0:
                    found[i, k] = flow
                    leads[i] = 1
        return found

    def slope(self, i: int) -> str:
        """Return what the derivative with respect to a node is called."""
        if i not in self.slopes:
            self.slopes[i] = self.names.take(f"d{self.called.get(i, self.graph.labels[i])}")
        return self.slopes[i]

    def _backward(self) -> list[Line]:
        """Return the lines in the order of the derivation: what arrives at a node is complete before it flows on."""
        S, output = self.S, self.subject.output
        places = set(self.subject.places.values())
        begun: set[int] = set()
        found = []
        if output in places or any(user == output for user, _ in self.flows):
            found.append(Line(self.slope(output), S.number(repr(self.subject.start)).node, False, ()))
            begun.add(output)
        for i in range(output, -1, -1):
            conditions = self._conditions(self.sides[i] or NOWHERE)
            for k, a in enumerate(self.graph.nodes.arguments[i] if i in begun else ()):
                flow = self.flows.get((i, k))
                if flow is None:
                    continue
                own = () if a in places else self._conditions(self.sides[a] or NOWHERE)
                if a not in begun and not set(conditions) <= set(own):
                    _put_before_blocks(found, Line(self.slope(a), S.number("0.0").node, False, own))
                    begun.add(a)
                found.append(Line(self.slope(a), flow.node, a in begun, conditions, self._remark(i, k)))
                begun.add(a)
        found += [
            Line(self.slope(i), S.number("0.0").node, False, (), f"{self.graph.labels[output]} does not change with it")
            for i in dict.fromkeys(self.subject.places.values()) if i not in begun
        ]  # fmt: skip
        return found

    def _remark(self, i: int, position: int) -> str:
        """Return the local gradient as courses write it, where the code has a more careful one."""
        operation, arguments = self.graph.nodes.operations[i], self.graph.nodes.arguments[i]
        if operation.written is None:
            return ""
        names = [self.called.get(a, self.graph.labels[a]) for a in arguments]
        return rule_text(operation, position, self.called[i], names, [False] * len(names))


def _put_before_blocks(lines: list[Line], line: Line) -> None:
    """Add a line before those at the end that stand in other blocks, so that these stay together."""
    at = len(lines)
    while at and set(lines[at - 1].conditions) > set(line.conditions):
        at -= 1
    lines.insert(at, line)
