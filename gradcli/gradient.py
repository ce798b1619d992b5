"""The one complete record of a run, and `differentiate`, which makes it. Reports read it and compute nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from .bindings import number, point
from .errors import InputError, MathError, Source, did_you_mean
from .graph import Graph, Node
from .operations import CONSTANTS, NUMBER, WHERE
from .sweeps import Fault, Partials, Reverse, forward, one_sided, partials, reverse
from .syntax import clip_name, parse
from .systems import FLOAT, Exact
from .writing import expression

ONE_SIDED_WORK = 4_000_000


class Note(NamedTuple):
    """A remark on a node. `left` and `right` are the one-sided derivatives of the output with respect to it.

    Kinds: `kink` (an operation has no derivative there), `one-sided` (the two derivatives differ, or one does not
    exist), `settled` (they agree, and replace what the convention gave), `undefined` (no derivative), `overflow`,
    `constant` (a name hides a constant).
    """

    kind: str
    node: int
    message: str
    left: Any = None
    right: Any = None


class Edge(NamedTuple):
    """One argument of a node: where it comes from, the local gradient, its rule, and what flows back along it."""

    node: int
    local: Any
    rule: str
    downstream: Any


class NodeView(NamedTuple):
    """One node of the record. `upstream` is None for what is not differentiated, such as numerals."""

    id: int
    name: str
    operation: str
    expression: str
    value: Any
    upstream: Any
    arguments: tuple[Edge, ...]
    arriving: tuple[Any, ...]
    span: tuple[int, int]


class Gradient:
    """A program at a point, with every value, local gradient, contribution and upstream gradient.

    The run is kept as flat columns, one entry a node: `values`, `upstream`, `locals`, `contributions`; `view` and
    `nodes` make node views of them on demand. Numbers are those of the number system: floats, or fractions.
    """

    def __init__(
        self,
        *,
        source: Source,
        graph: Graph,
        system: Any,
        output: int,
        seed: Any,
        wrt: Sequence[str],
        values: list[Any],
        linear: Partials,
        back: Reverse,
        active: Sequence[int],
    ) -> None:
        self.source = source
        self.graph = graph
        self.system = system
        self.output = output
        self.seed = seed
        self.wrt = list(wrt)
        self.values = values
        self.locals = linear.locals
        self.contributions = back.contributions
        self.upstream: list[Any] = [
            a if on and i not in back.faults else None
            for i, (a, on) in enumerate(zip(back.adjoints, active, strict=True))
        ]
        self.active = active
        self.notes: list[Note] = []

    @property
    def program(self) -> str:
        """The program as it was written."""
        return self.source.text

    @property
    def value(self) -> Any:
        """The value of the output."""
        return self.values[self.output]

    @property
    def gradient(self) -> dict[str, Any]:
        """The derivative of the output with respect to every input asked for; None where there is none."""
        return {name: self.upstream[self.graph.inputs[name]] for name in self.wrt}

    @property
    def labels(self) -> tuple[str, ...]:
        """The name of every node."""
        return self.graph.labels

    def arriving(self) -> list[list[Any]]:
        """Return, for every node, the contributions that arrive at it, in the order of its users."""
        found: list[list[Any]] = [[] for _ in self.values]
        for node, row in zip(self.graph.nodes, self.contributions, strict=True):
            for a, contribution in zip(node.arguments, row, strict=True):
                if contribution is not None:
                    found[a].append(contribution)
        return found

    def view(self, i: int, arriving: Sequence[Any] = ()) -> NodeView:
        """Return node `i`; `arriving` is its entry of `arriving()` where the caller wants it."""
        node = self.graph.nodes[i]
        return NodeView(
            i,
            self.labels[i],
            node.operation.name,
            expression(self.graph, i),
            self.values[i],
            self.upstream[i],
            self._edges(i, node),
            tuple(arriving),
            node.span,
        )

    def _edges(self, i: int, node: Node) -> tuple[Edge, ...]:
        from .symbolic import rule_text

        if not node.arguments:
            return ()
        labels = [self.labels[a] for a in node.arguments]
        numerals = [self.graph.nodes[a].operation is NUMBER and not self._named(a) for a in node.arguments]
        edges = []
        for k, (a, local, contribution) in enumerate(
            zip(node.arguments, self.locals[i], self.contributions[i] or (), strict=True)
        ):
            if not self.active[a]:
                edges.append(Edge(a, None, "", None))
                continue
            rule = rule_text(node.operation, k, self.labels[i], labels, numerals)
            flows = local is not None or not self._broken(i, k)
            zero = self.system.zero if flows else None
            edges.append(
                Edge(a, zero if local is None else local, rule, zero if contribution is None else contribution)
            )
        return tuple(edges)

    def _named(self, i: int) -> bool:
        return self.labels[i] != self.graph.nodes[i].text

    def _broken(self, i: int, position: int) -> bool:
        return (i, position) in self.broken or self.values[i] is None

    broken: Mapping[tuple[int, int], Fault] = {}

    @property
    def nodes(self) -> Iterator[NodeView]:
        """Every node, in the order in which the program creates them."""
        arriving = self.arriving()
        return (self.view(i, arriving[i]) for i in range(len(self.values)))


def differentiate(
    program: str | Source,
    bindings: Mapping[str, Any] | None = None,
    *,
    wrt: Collection[str] | None = None,
    of: str | None = None,
    upstream: Any = 1,
    exact: bool = False,
    at_kink: str = "convention",
    share: bool = False,
    spare: Collection[str] = (),
) -> Gradient:
    """Return the record of a program at a point: values, local gradients and the gradient of its output.

    `bindings` gives every input a number, or a text such as "1/3". `wrt` restricts the gradient to some inputs, `of`
    names another output, `upstream` starts the reverse pass with another number than 1. With `exact` numbers are
    fractions. `at_kink="error"` refuses a point where the one-sided derivatives differ. `share` merges equal
    sub-expressions. `spare` names bindings that may go unused.

    Raises `InputError` for a program or binding that cannot be used, `MathError` where there is no answer,
    `LimitError` beyond a documented limit.

    >>> differentiate("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}).gradient
    {'x': -4.0, 'y': -4.0, 'z': 3.0}
    """
    source = program if isinstance(program, Source) else Source("program", program)
    given = {name: _source(name, value) for name, value in (bindings or {}).items()}
    S = Exact() if exact else FLOAT
    try:
        graph = parse(source, given, of=of, share=share)
        numbers = point(S, graph, given, spare)
        output = _output(graph, of)
        seed = number(S, _source("upstream", upstream))
        return _run(S, source, graph, numbers, output, seed, wrt, at_kink)
    except (InputError, MathError) as error:
        if error.source is None:
            error.source = source
        raise


def _source(name: str, value: Any) -> Source:
    if isinstance(value, Source):
        return value
    if isinstance(value, (float, int, Fraction)) and not isinstance(value, bool):
        return Source(name, repr(float(value)) if isinstance(value, float) else str(value))
    if isinstance(value, str):
        return Source(name, value)
    raise InputError(f"{name} is no number: {type(value).__name__}", kind="binding")


def _output(graph: Graph, of: str | None) -> int:
    if of is None:
        return graph.output
    found = graph.by_label.get(of)
    if found is None:
        known = list(graph.by_label)
        hint = did_you_mean(of, known) or f"the nodes are {', '.join(known[:8])}{', ...' if len(known) > 8 else ''}"
        raise InputError(f"there is no node {clip_name(of)}", kind="name", hint=hint)
    return found


def _wanted(graph: Graph, wrt: Collection[str] | None) -> list[str]:
    if wrt is None:
        return list(graph.inputs)
    for name in wrt:
        if name not in graph.inputs:
            hint = did_you_mean(name, list(graph.inputs)) or f"the inputs are {', '.join(list(graph.inputs)[:8])}"
            raise InputError(f"{clip_name(name)} is not an input", kind="name", hint=hint)
    return [name for name in graph.inputs if name in wrt]


def _run(
    S: Any,
    source: Source,
    graph: Graph,
    numbers: Mapping[str, Any],
    output: int,
    seed: Any,
    wrt: Collection[str] | None,
    at_kink: str,
) -> Gradient:
    names = _wanted(graph, wrt)
    values, faults = forward(S, graph, numbers)
    if output in faults and (faults[output].node != output or faults[output].kind != "overflow"):
        raise failure(S, graph, values, faults[output])
    active = graph.active({graph.inputs[name] for name in names})
    linear = partials(S, graph, values, active)
    back = reverse(S, graph, linear, output, seed)
    for i, adjoint in enumerate(back.adjoints):
        if adjoint != adjoint:  # not a number: 0 times infinity, or a difference of infinities
            back.faults.setdefault(i, Fault(i, "uncertain"))
    record = Gradient(
        source=source, graph=graph, system=S, output=output, seed=seed, wrt=names, values=values, linear=linear,
        back=back, active=active,
    )  # fmt: skip
    record.broken = linear.faults
    for name in graph.inputs:
        if name in CONSTANTS:
            record.notes.append(Note("constant", graph.inputs[name], f"{name} is the value bound, not the constant"))
    for name, i in graph.named.items():
        if name in CONSTANTS:
            record.notes.append(Note("constant", i, f"{name} is computed by the program, not the constant"))
    if linear.kinks:
        _settle_kinks(record, linear, at_kink)
    _note_failures(record, back, explicit=wrt is not None)
    return record


# ---- kinks


def _settle_kinks(record: Gradient, linear: Partials, at_kink: str) -> None:
    """Note the kinks that the answer depends on, and compute the one-sided derivatives before them."""
    graph, output = record.graph, record.output
    kinks = set(linear.kinks)
    live = bytearray(len(graph.nodes))  # what the output depends on, through branches taken and kinks
    live[output] = 1
    for i in range(output, -1, -1):
        if live[i]:
            node = graph.nodes[i]
            for k, a in enumerate(node.arguments):
                if i in kinks or linear.locals[i][k] is not None or (node.operation is WHERE and k == 0):
                    live[a] = 1
    met = [i for i in linear.kinks if live[i]]
    if not met:
        return
    for i in met:
        node = graph.nodes[i]
        kink = node.operation.kink
        assert kink is not None
        where = in_terms_of(kink.text, graph, i)
        what = "the branches meet" if node.operation.binding == 1 else f"{node.operation.name} has a kink"
        record.notes.append(Note("kink", i, f"{what} here, at {where}"))
    last = max(met)
    before = [i for i in range(last) if live[i] and record.active[i] and i not in kinks]
    inputs = {graph.inputs[name] for name in record.wrt}
    starts = [i for i in before if i in inputs]
    if len(before) * (output + 1) <= ONE_SIDED_WORK:
        starts = before
    elif len(starts) * (output + 1) > ONE_SIDED_WORK:
        record.notes.append(Note("kink", output, "too many nodes to compute the one-sided derivatives"))
        starts = []
    for i in starts:
        if _reaches(graph, i, met):
            _settle(record, linear, i, at_kink if i in inputs else "convention")


def _reaches(graph: Graph, start: int, kinks: Sequence[int]) -> bool:
    """Whether a kink depends on the node."""
    found, last = {start}, max(kinks)
    for i in range(start + 1, last + 1):
        if not found.isdisjoint(graph.nodes[i].arguments):
            found.add(i)
    return not found.isdisjoint(kinks)


def _settle(record: Gradient, linear: Partials, i: int, at_kink: str) -> None:
    """Compute the one-sided derivatives with respect to a node: agreeing ones are the answer, others are noted."""
    S, graph = record.system, record.graph
    name, output = record.labels[i], record.labels[record.output]
    right = one_sided(S, graph, record.values, linear, i, S.one, record.output)
    left = one_sided(S, graph, record.values, linear, i, -S.one, record.output)
    right = None if right is None else right * record.seed
    left = None if left is None else -left * record.seed
    if left is not None and right is not None and S.agree(left, right):
        if record.upstream[i] is None or not S.agree(left, record.upstream[i]):
            record.notes.append(
                Note("settled", i, f"∂{output}/∂{name} is {S.brief(left)} from both sides", left, right)
            )
        record.upstream[i] = left
        return
    sides = [f"{S.brief(d) if d is not None else 'none'} from the {side}" for d, side in ((left, "left"), (right, "right"))]
    message = f"∂{output}/∂{name} is {sides[0]} and {sides[1]}"
    if at_kink == "error":
        raise MathError(message, span=graph.nodes[i].span, kind="kink", hint="leave --at-kink error out to see both")
    record.notes.append(Note("one-sided", i, message, left, right))


# ---- failures


def _note_failures(record: Gradient, back: Reverse, *, explicit: bool) -> None:
    """Raise if an input has no derivative that was asked for by name, or if none has one; note the others."""
    graph, S = record.graph, record.system
    gradient = record.gradient
    failed = {name: back.faults[graph.inputs[name]] for name, slope in gradient.items() if slope is None}
    if failed and (explicit or len(failed) == len(gradient)):
        raise failure(S, graph, record.values, next(iter(failed.values())))
    for name, fault in failed.items():
        message = failure(S, graph, record.values, fault).message
        record.notes.append(Note("undefined", graph.inputs[name], f"∂{record.labels[record.output]}/∂{name}: {message}"))
    if not S.within(record.value):
        record.notes.append(Note("overflow", record.output, f"{record.labels[record.output]} is beyond the largest binary64"))
    for name, slope in gradient.items():
        if slope is not None and not S.within(slope):
            message = f"∂{record.labels[record.output]}/∂{name} is beyond the largest binary64"
            record.notes.append(Note("overflow", graph.inputs[name], message))


def in_terms_of(text: str, graph: Graph, i: int) -> str:
    """Return a condition on an operation's parameters in the names of the node's arguments."""
    node = graph.nodes[i]
    names = dict(zip(node.operation.parameters, (graph.labels[a] for a in node.arguments), strict=False))
    return re.sub(r"\b[a-z]\b", lambda m: names.get(m[0], m[0]), text)


def failure(S: Any, graph: Graph, values: Sequence[Any], fault: Fault) -> MathError:
    """Return the error for a fault: what is not defined where, with the value that is to blame."""
    node = graph.nodes[fault.node]
    shown = clip_name(expression(graph, fault.node))
    at = ", ".join(
        f"{graph.labels[a]} = {S.brief(values[a])}"
        for a in node.arguments[:4]
        if values[a] is not None and graph.nodes[a].operation is not NUMBER
    )
    hint = None
    if fault.kind == "domain":
        assert node.operation.domain is not None
        where = f" at {at}" if at else ""
        message = f"{shown} is undefined{where}"
        hint = f"it needs {in_terms_of(node.operation.domain.text, graph, fault.node)}"
    elif fault.kind == "overflow":
        message = f"{shown} is beyond the largest binary64, and the answer depends on it"
    elif fault.kind == "infinite":
        message = f"the slope of {shown} is infinite at {at}"
    elif fault.kind == "undefined":
        with_respect_to = graph.labels[node.arguments[fault.position]]
        message = f"{shown} has no derivative with respect to {with_respect_to} at {at}"
    else:
        message = f"the derivative with respect to {graph.labels[fault.node]} is undecided: it over- or underflows"
    return MathError(message, span=node.span, kind=fault.kind, hint=hint)
