"""Derivatives as formulas: the record of `gradcli diff`, and the Hessian at a point."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from math import isclose
from typing import Any, NamedTuple

from ..calculus.building import MAX_NODES, restricted, uncollected
from ..calculus.derivative_formulas import derivatives, values_and_derivatives
from ..calculus.graph import Graph
from ..calculus.linearization import linearize
from ..calculus.notes import KinkError, Note, distinct, slope
from ..calculus.sides import Looking, Watch, bends
from ..errors import InputError, LimitError, MathError, Source
from ..language.canonical import simplified
from ..language.syntax import parse
from ..language.writing import program_of
from .gradient import Gradient, evaluate
from .precision import Precision
from .request import CERTAIN, Request, choose_inputs, choose_output
from .values import Values

MAX_FORMULAS = 10_000
SAME_RTOL = 1e-9  # of a value of a formula and the derivative that it stands for
NO_SECOND = "there is none at this point, or none can be told"
MAX_FORMULA_NODES = 200_000  # that a derivative of order 2 or higher adds: every order may double them


class Derivative(NamedTuple):
    """One derivative: the inputs it is taken with respect to, its name, its node, and its value at a point."""

    wrt: tuple[str, ...]
    name: str
    node: int
    value: Any = None


class Formulas(NamedTuple):
    """All derivatives of one order, as nodes of one graph."""

    source: Source
    output: str
    order: int
    graph: Graph
    derivatives: list[Derivative]
    system: Any
    notes: list[Note]

    def text(self) -> str:
        """Return the derivatives as a program: named and shared intermediates, then a statement each.

        A single derivative is the program's output; of several, `--of` chooses one.
        """
        return program_of(self.graph, [(d.name, d.node) for d in self.derivatives])


@uncollected()
def differentiate_formula(
    source: Source,
    wrt: Collection[str] | None = None,
    *,
    order: int = 1,
    of: str | None = None,
    bindings: Mapping[str, Source] | None = None,
    precision: Precision = CERTAIN,
    may_be_unused: Collection[str] = (),
) -> Formulas:
    """Return all derivatives of an order with respect to some inputs, with their values where bindings are given.

    `may_be_unused` names bindings that the program need not use. Raises `InputError` for an order below 1, `LimitError`
    for more than 10,000 formulas, or 200,000 new nodes in those of a higher order.
    """
    if order < 1:
        raise InputError("--order takes a number from 1", kind="option")
    given = bindings or {}
    graph = parse(source, given, of=of, wrt=wrt)
    output = choose_output(graph, of)
    names = choose_inputs(graph, wrt)
    if not names:
        raise InputError("the program has no input", kind="name", source=source)
    label = graph.labels[output]
    nodes: dict[tuple[str, ...], int] = {(): output}
    levels = [(graph, nodes)]
    for k in range(1, order + 1):
        wanted = list(combinations_with_replacement(names, k))
        if len(wanted) > MAX_FORMULAS:
            raise LimitError(f"{len(wanted):,} formulas are more than {MAX_FORMULAS:,}", hint="name fewer inputs")
        before = list(nodes)
        limit = MAX_NODES if k == 1 else MAX_FORMULA_NODES
        graph, found = derivatives(graph, [nodes[key] for key in before], names, limit=limit)
        table = {key: dict(zip(names, row, strict=True)) for key, row in zip(before, found, strict=True)}
        graph, ends = simplified(graph, [table[key[:-1]][key[-1]] for key in wanted])
        nodes = dict(zip(wanted, ends, strict=True))
        levels.append((graph, nodes))
    results = _named(graph, label, nodes)
    system = None
    notes: list[Note] = []
    if given:
        request = Request(precision, of=of, wrt=names, nodes="none", derivatives_required=wrt is not None,
                          may_be_unused=may_be_unused)  # fmt: skip
        point = Point(source, Values(given), request, output, label)
        values, system, notes = _valued(point, levels)
        results = [d._replace(value=values[d.wrt]) for d in results]
    return Formulas(source, label, order, graph, results, system, notes)


def _named(graph: Graph, label: str, nodes: Mapping[tuple[str, ...], int]) -> list[Derivative]:
    """Return the derivatives of an output called `label`, each under a name that the graph does not have."""
    taken = {*graph.named, *graph.inputs}
    found = []
    for key, node in nodes.items():
        name = _name(label, key)
        while name in taken:
            name += "_"
        found.append(Derivative(key, name, node))
    return found


@uncollected()
def formulas_of(graph: Graph, source: Source, wrt: Collection[str] | None = None, of: str | None = None) -> Formulas:
    """Return the output of a program and its gradient as formulas; the output is the first of the derivatives."""
    output = choose_output(graph, of)
    names = choose_inputs(graph, wrt)
    label = graph.labels[output]
    second, found, outputs = values_and_derivatives(graph, [output], names)
    graph, ends = simplified(second, [*outputs, *found[0]])
    keys: list[tuple[str, ...]] = [(), *((name,) for name in names)]
    results = [Derivative(key, _name(label, key), node) for key, node in zip(keys, ends, strict=True)]
    return Formulas(source, label, 1, graph, results, None, [])


def _name(label: str, wrt: tuple[str, ...]) -> str:
    head = f"d{len(wrt)}{label}" if len(wrt) > 1 else f"d{label}"
    return "_".join([head, *(f"d{name}" for name in wrt)])


class Point(NamedTuple):
    """Where derivatives are evaluated, and how; and the output and the names that notes speak of.

    `request` is what is asked of the output. Notes on derivatives are notes on the output: those on other nodes are
    about its first derivatives.
    """

    source: Source
    values: Values
    request: Request
    output: int
    label: str

    def asked(self, wrt: Collection[str]) -> Request:
        """Return what is asked of a derivative's own formula, which need not use every value."""
        asked = self.request
        return Request(asked.precision, wrt=wrt, upstream=asked.upstream, at_kink=asked.at_kink, nodes="none",
                       may_be_unused=self.values.sources,
                       derivatives_required=asked.requires_derivatives,
                       may_lack_all=asked.may_lack_all)  # fmt: skip

    def slopes(self, graph: Graph, before: tuple[str, ...], names: Collection[str]) -> tuple[Gradient, list[Note]]:
        """Return the record of a derivative, given as a graph, and what is to be said of its own derivatives.

        The notes and errors of that record speak of the derivative as if it were a program: they are put in terms of
        the program that it was made from. Raises `MathError` where the derivative has no value, `KinkError` at a
        kink of it.
        """
        present = [name for name in names if name in graph.inputs]
        try:
            record = evaluate(self.source, self.values, self.asked(present), graph)
        except KinkError as error:
            raise KinkError(self._on_output(error.note, before), error.write, source=self.source) from None
        except MathError as error:
            raise _reworded(error, f"{slope(self.label, before)} as a formula: {error.message}") from None
        write = record.system.brief
        notes = []
        for note in record.notes:
            if note.kind == "kink":
                notes.append(self._kink(note, before).worded(write))
            elif note.wrt:
                notes.append(self._on_output(note, before).worded(write))
        return record, notes

    def _on_output(self, note: Note, before: tuple[str, ...]) -> Note:
        """Return a note on a derivative of the derivative `before` as one on the program's output."""
        return note._replace(node=self.output, output=self.label, wrt=(*before, *note.wrt))

    def _kink(self, note: Note, before: tuple[str, ...]) -> Note:
        """Return a note on a kink of a derivative's formula."""
        detail = {**note.detail, "within": before}
        return note._replace(node=self.output, output=self.label, detail=detail)


def _reworded(error: MathError, message: str) -> MathError:
    """Return an error about a derivative's formula, of which the program has no part that could be shown."""
    return error.but(message=message, span=None)


def _valued(
    point: Point, levels: Sequence[tuple[Graph, dict[tuple[str, ...], int]]]
) -> tuple[dict[tuple[str, ...], Any], Any, list[Note]]:
    """Return the values of the derivatives of the last level, the system that writes these down, and the notes.

    The first two orders are those of the program itself: formulas know neither its domain nor what lies beside a kink.
    """
    graph = levels[0][0]
    first = evaluate(point.source, point.values, point.request, graph)
    names = first.wrt
    if len(levels) == 2:
        return {(name,): slope for name, slope in first.gradient.items()}, first.system, first.notes
    if len(levels) == 3:
        second = hessian(first)
        return {key: second[key[0]][key[1]] for key in levels[2][1]}, first.system, first.notes
    notes = list(first.notes)
    second = hessian(first)
    known: dict[tuple[str, ...], Any] = {(name,): slope for name, slope in first.gradient.items()}
    known |= {(a, b): second[a][b] for a in names for b in names}
    settled: dict[tuple[str, ...], Any] = {}
    untold: set[tuple[str, ...]] = set()  # what follows from a formula that does not hold at the point
    for graph, nodes in levels[1:-1]:
        settled = {}
        for key, node in nodes.items():
            part = restricted(graph, node)
            lost = key in untold and known.get(key) is None
            record, found = (None, []) if lost else point.slopes(part, key, names)
            if record is None or _differ(record.value, known.get(key)):
                untold |= {(*key, name) for name in names}
                continue
            notes += found
            known = {(*key, name): slope for name, slope in record.gradient.items()} | known
            at_kinks = {note.node for note in record.notes if note.kind == "settled"}
            settled |= {(*key, name): record.gradient[name] for name in record.wrt if part.inputs[name] in at_kinks}
    return _last_values(point, levels[-1], settled, untold, notes), first.system, distinct(notes)


def _last_values(
    point: Point,
    level: tuple[Graph, dict[tuple[str, ...], int]],
    settled: Mapping[tuple[str, ...], Any],
    untold: Collection[tuple[str, ...]],
    notes: list[Note],
) -> dict[tuple[str, ...], Any]:
    """Return the values of derivatives: what is settled, or those of their formulas; None, and a note, if untold."""
    graph, last = level
    values: dict[int, Any] = {}
    found: dict[tuple[str, ...], Any] = {}
    for key, node in last.items():
        if key in untold:
            note = Note("undefined", point.output, key[-1], point.label, key, detail={"why": NO_SECOND})
            notes.append(note.worded(str))
            found[key] = None
            continue
        if key not in settled and node not in values:
            try:
                record = evaluate(point.source, point.values, point.asked([]), restricted(graph, node))
            except MathError as error:
                raise _reworded(error, f"{_name(point.label, key)} has no value: {error.message}") from None
            values[node] = record.value
        found[key] = settled[key] if key in settled else values[node]
    return found


def _differ(value: Any, known: Any) -> bool:
    """Whether the value of a formula is another one than the derivative, where that is known: the point is a hole."""
    if value is None or known is None or value == known:
        return False
    return isinstance(value, Fraction) or not isclose(float(value), float(known), rel_tol=SAME_RTOL)


def hessian(record: Gradient) -> dict[str, dict[str, Any]]:
    """Return the second derivatives of the output at the point of a record, row by row, and add notes to the record.

    They are with respect to what the record is, and of the same precision; None where there is none.
    The reverse sweep runs over symbols first, and then, over what that gave, once more over numbers for every row.
    Raises `LimitError` for more than 10,000 of them, and `MathError` where the record's own request refuses a point.
    """
    names = record.wrt
    if len(names) ** 2 > MAX_FORMULAS:
        raise LimitError(f"a Hessian of {len(names):,} inputs is too large", hint="name fewer with --wrt")
    if not names:
        return {}
    with record.evaluation.system.at_work():
        found = _Hessian(record)
        rows = found.rows()
    record.notes += distinct(found.notes)
    return rows


class _Hessian:
    """The second derivatives of a record: by formulas, and beside the point for inputs that a kink concerns."""

    def __init__(self, record: Gradient) -> None:
        task = record.evaluation.task
        self.record = record
        request = task.request._replace(may_lack_all=True)
        self.point = Point(record.source, task.values, request, record.output, record.labels[record.output])
        self.notes: list[Note] = []
        self.failed: list[MathError] = []  # of rows without which there is no answer, unless another has their numbers
        self.formulas: tuple[Graph, dict[str, int]] | None = None  # the first derivatives
        self.told = {note.of for note in record.notes if note.kind == "one-sided"}  # without a first derivative
        S = record.evaluation.system
        linearization = linearize(S, record.graph, record.evaluation.point, record.active)
        watch = Watch(linearization, record.output, bends(linearization))
        self.looking = Looking(watch, task.point, record.evaluation.output_adjoint)
        inputs = record.graph.inputs
        self.odd = [name for name in record.wrt if watch.concerns(inputs[name])]

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the second derivatives, row by row; None where there is none."""
        record = self.record
        needed = record.graph.needed(record.output)
        names = [name for name in record.wrt if needed[record.graph.inputs[name]]]
        regular = [name for name in names if name not in self.odd]
        rows = {name: self._by_formula(name, regular) for name in regular}
        for name in self.odd:
            # A second derivative is the same in both orders; those of a row before are there already.
            rows[name] = {n: rows[n][name] if name in rows.get(n, {}) else self._beside(name, n) for n in names}
            for other in regular:
                rows[other][name] = rows[name][other]
        for k, name in enumerate(names):
            for other in names[:k]:  # both orders give one number; each is rounded for itself, or has none
                found = rows[other][name] if rows[other][name] is not None else rows[name][other]
                rows[name][other] = rows[other][name] = found
        if self.failed and any(rows[a][b] is None for a in regular for b in regular):
            raise self.failed[0]
        nothing = dict.fromkeys(record.wrt, record.system_zero)  # of an input that the output does not need
        return {name: {other: rows.get(name, nothing).get(other, record.system_zero) for other in record.wrt}
                for name in record.wrt}  # fmt: skip

    def _by_formula(self, name: str, names: Sequence[str]) -> dict[str, Any]:
        """Return a row of second derivatives from the formula of the first, for some inputs."""
        if self.formulas is None:
            graph, found = derivatives(self.record.graph, [self.record.output], self.record.wrt)
            self.formulas = graph, dict(zip(self.record.wrt, found[0], strict=True))
        graph, nodes = self.formulas
        try:
            row, more = self.point.slopes(restricted(graph, nodes[name]), (name,), names)
        except MathError as error:
            if error.kind == "kink":
                raise
            request, label = self.point.request, self.point.label
            beside = {other: self._number_beside(name, other) for other in names}  # 0**x as a formula is 0**x*log(0)
            if request.requires_derivatives or request.at_kink == "error":
                self.failed.append(error)
            elif all(found is None for found in beside.values()):
                self._note(Note("undefined", self.record.output, label, label, detail={"why": error.message}))
            return beside
        self.notes += more
        return {other: row.gradient.get(other, row.system_zero) for other in names}

    def _number_beside(self, name: str, other: str) -> Any:
        """Return a second derivative as the output has it beside the point; None where none is told."""
        inputs = self.record.graph.inputs
        if name != other:
            found = self.looking.mixed(inputs[name], inputs[other])
        else:
            sides = self.looking.second(inputs[name])
            found = None if sides is None else sides.answer
        return None if found is None else self.looking.watch.linearization.S.round_out(found)

    def _beside(self, name: str, other: str) -> Any:
        """Return a second derivative as the output has it beside the point; None where there is none."""
        inputs, looking = self.record.graph.inputs, self.looking
        S = looking.watch.linearization.S
        note = Note("undefined", self.record.output, name, self.point.label, (name, other), detail={"why": NO_SECOND})
        if name != other:
            found = looking.mixed(inputs[name], inputs[other])
            if found is not None:
                return S.round_out(found)
        elif (sides := looking.second(inputs[name])) is not None:
            if sides.answer is not None:
                return S.round_out(sides.answer)
            if len(sides.numbers) == 2:
                note = note._replace(kind="one-sided", left=S.round_out(sides.left), right=S.round_out(sides.right))
        if self.point.request.at_kink == "error":
            raise KinkError(note, self.record.system.brief, source=self.record.source)
        if note.kind == "one-sided" or not self.told.issuperset((name, other)):
            self._note(note)
        return None

    def _note(self, note: Note) -> None:
        self.notes.append(note.worded(self.record.system.brief))
