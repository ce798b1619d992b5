"""The lines of both passes of a program of numbers, in no language yet: what is assigned, and where only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...calculus.graph import Graph
from ...calculus.notes import Note
from ...calculus.operations import COMPARISONS, INPUT, NEG, NUMBER, POW, WHERE
from ...calculus.symbolic import Condition, Symbol
from ...drawing.remarks import by_weight
from ...errors import InputError, Source
from ...language.rule_text import rule_text
from ...record.gradient import Gradient
from ...record.request import Request, choose_output, choose_places
from .names import Names
from .needs import ALWAYS, Need, implies, needs
from .openings import Openings
from .parameters import parameters
from .symbols import CodeSymbols

Conditions = tuple[tuple[tuple[int, bool], ...], ...]


class Subject(NamedTuple):
    """What is written down: a graph, its output, what is differentiated, and what the reverse pass starts with.

    `point` has the numbers of the inputs that are known; `notes` are remarks on that point. `idle` are nodes to which
    nothing flows back there.
    """

    text: str
    graph: Graph
    output: int
    places: Mapping[str, int]
    start: float
    point: Mapping[str, float]
    notes: Sequence[Note]
    idle: frozenset[int] = frozenset()


def subject_of(record: Gradient) -> Subject:
    """Return what a record says of its program. Raises `InputError` for numbers that are not binary64."""
    check_binary(record.value)
    graph = record.graph
    return Subject(
        record.program, graph, record.output, record.places, record.output_adjoint,
        {name: record.values[i] for name, i in graph.inputs.items()}, by_weight(record),
        frozenset(i for i, slope in enumerate(record.upstream) if not slope),
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
    """An assignment, or with `adds` one more term; it counts only where `need` says.

    `conditions` are the cases of that: in each of them some formulas have these outcomes. Without a case it counts
    always. With `tells` what is assigned is whether one of these cases is met, in place of a formula.
    """

    name: str
    formula: int
    adds: bool
    need: Need
    conditions: Conditions
    remark: str = ""
    tells: Conditions = ()


class Lines:
    """Both passes: `forward` and `backward`, formulas as nodes of `S`, and how values and derivatives are called."""

    def __init__(self, subject: Subject, language: str, names: Names) -> None:
        self.subject, self.graph = subject, subject.graph
        self.S = CodeSymbols(language)
        graph, output = self.graph, subject.output
        self.needs = needs(graph, output)
        self.order = [i for i in self.needs.order if i >= 0]
        self.place = {i: k for k, i in enumerate(self.needs.order)}
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
        self.flows = self._guarded(self._flows())
        self.backward = self._backward()
        self.formulas = self.S.builder.freeze(0)

    def _has_line(self, i: int) -> bool:
        operations, arguments = self.graph.nodes.operations, self.graph.nodes.arguments[i]
        is_plain = operations[i].is_leaf or (operations[i] is NEG and operations[arguments[0]] is NUMBER)
        return not operations[i].is_condition and (not is_plain or i in self.kept)

    # ---- forwards

    def _forward(self) -> list[Line]:
        found = []
        S, nodes = self.S, self.graph.nodes
        for i in self.needs.order:
            if i < 0:
                tells = self._conditions(self.needs.told[i])
                name = self.names.take(f"needs_{self.called.get(-1 - i, self.graph.labels[-1 - i])}")
                self.symbols[i] = S.variable(name)
                found.append(Line(name, 0, False, ALWAYS, (), tells=tells))
                continue
            operation, arguments = nodes[i][:2]
            if operation is INPUT:
                self.symbols[i] = S.variable(self.called[i])
                continue
            value = self._leaf(i) if operation.is_leaf else S.value(operation, [self.symbols[a] for a in arguments])
            self.symbols[i] = value
            if i in self.called:
                found.append(self._line(self.called[i], value.node, self._need(i)))
                self.symbols[i] = S.variable(self.called[i])
        return found

    def _need(self, i: int) -> Need:
        found = self.needs.of[i]
        assert found is not None
        return found

    def _line(self, name: str, formula: int, need: Need, *, adds: bool = False, remark: str = "") -> Line:
        return Line(name, formula, adds, need, self._conditions(need), remark)

    def _leaf(self, i: int) -> Symbol:
        text = self.graph.nodes.texts[i]
        operation = self.graph.nodes.operations[i]
        return Symbol(self.S, self.S.builder.leaf(operation, text, (0, 0)))

    def _conditions(self, need: Need) -> Conditions:
        """Return the cases of a need, with conditions as formulas.

        A condition may itself be known only where those before it have their outcomes.
        """
        cases = [sorted(case, key=lambda outcome: self.place[outcome[0]]) for case in need]
        return tuple(tuple(dict.fromkeys((self.symbols[c].node, holds) for c, holds in case))
                     for case in sorted(cases) if case)  # fmt: skip

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

    def _guarded(self, flows: Mapping[tuple[int, int], Symbol]) -> dict[tuple[int, int], Symbol]:
        """Return the flows, 0 where nothing arrives or flows on: infinite slopes, as of sqrt at 0, count elsewhere."""
        S, nodes = self.S, self.graph.nodes
        arrives = {self.subject.output}
        found = dict(flows)
        behind = Openings(S, self.graph, self.symbols, flows, {*self.subject.places.values()})
        for (i, k), flow in sorted(flows.items(), reverse=True):
            operation, arguments = nodes[i][:2]
            if operation is WHERE:
                passes = implies(self._need(arguments[k]), self._branch(i, k))
            else:
                passes = S.parts(flow, WHERE) is None and implies(self._need(arguments[k]), self._need(i))
            if i in arrives and passes:
                arrives.add(arguments[k])
            if not self._may_be_infinite(i, k):
                continue
            if i not in arrives or i in self.subject.idle:
                something = Condition(COMPARISONS["!="], S.variable(self.slope(i)), S.zero)
                found[i, k] = S.where(something, flow, S.zero)
            found[i, k] = behind.guarded(arguments[k], found[i, k])
        return found

    def _branch(self, i: int, k: int) -> Need:
        """Return where a branch of a choice is taken."""
        condition = self.graph.nodes.arguments[i][0]
        outcome = (self.needs.alike.get(condition, condition), k == 1)
        return frozenset(case | {outcome} for case in self._need(i))

    def _may_be_infinite(self, i: int, k: int) -> bool:
        """Whether a local gradient is infinite or undefined where the node has a value."""
        operation, arguments = self.graph.nodes[i][:2]
        if operation is POW and k == 0:
            exponent = self.S.numeral(self.symbols[arguments[1]])
            return exponent is None or (0 < exponent < 1)
        return operation.jacobian_row is None and operation.partials[k].undefined_where is not None

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
            found.append(self._line(self.slope(output), S.number(repr(self.subject.start)).node, ALWAYS))
            begun.add(output)
        for i in range(output, -1, -1):
            for k, a in enumerate(self.graph.nodes.arguments[i] if i in begun else ()):
                flow = self.flows.get((i, k))
                if flow is None:
                    continue
                need, own = self._need(i), ALWAYS if a in places else self._need(a)
                if a not in begun and not implies(own, need):
                    _put_before_blocks(found, self._line(self.slope(a), S.number("0.0").node, own))
                    begun.add(a)
                if a in begun and not implies(need, own):  # of a choice: only its branch is known where that counts
                    need, flow = self._branch(i, k), S.variable(self.slope(i))
                found.append(self._line(self.slope(a), flow.node, need, adds=a in begun, remark=self._remark(i, k)))
                begun.add(a)
        for i in dict.fromkeys(self.subject.places.values()):
            if i not in begun:
                line = self._line(self.slope(i), S.number("0.0").node, ALWAYS)
                found.append(line._replace(remark=f"{self.graph.labels[output]} does not change with it"))
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
    while at and lines[at - 1].need != line.need and implies(lines[at - 1].need, line.need):
        at -= 1
    lines.insert(at, line)
