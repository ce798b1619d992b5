"""The one complete record of a run, and `differentiate`, which makes it. Reports read it and compute nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..calculus.building import called, uncollected
from ..calculus.gate import Gate
from ..calculus.graph import Graph, Node
from ..calculus.notes import Note
from ..calculus.operations import NUMBER
from ..errors import InputError, Source, Within
from ..language.lexer import composed
from ..language.syntax import clip_name, parse
from ..language.writing import expression
from ..numbers.systems import FLOAT
from ..text import did_you_mean
from .bindings import number, point, source_of
from .passes import Passes
from .precision import Mode, climb
from .settling import Settler

if TYPE_CHECKING:
    from .gates import Gates

MANY = 100  # a table of more nodes shows the first and the last
EDGE = 40  # so many of each


class Listing(NamedTuple):
    """The nodes whose numbers a record keeps, and those of them whose sums of contributions it can show."""

    kept: Collection[int]
    shown: Collection[int]

    def with_users(self, graph: Graph) -> Collection[int]:
        """Return the nodes whose contributions are to be kept: all that flow into a node that is shown."""
        if len(self.kept) == len(graph.nodes):
            return self.kept
        shown = set(self.shown)
        users = [i for i, arguments in enumerate(graph.nodes.arguments) if not shown.isdisjoint(arguments)]
        return {*self.kept, *users} if shown else self.kept


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


class Run(NamedTuple):
    """The number system that settled the numbers, and in it the point and what the reverse pass started with."""

    system: Any
    point: dict[str, Any]
    output_adjoint: Any


class Gradient:
    """A program at a point, with every value, local gradient, contribution and upstream gradient.

    The run is kept as flat columns, one entry a node: `values`, `upstream`, `local_gradients`, `contributions`; `view`
    and `nodes` make node views of them on demand. Numbers are floats; fractions or texts where those were asked for.
    `system` writes them down, `digits` of them where they are texts; `arithmetic` says which number system settled
    them, and with how many bits. `run` is what it takes to run the program again.
    """

    def __init__(self, source: Source, passes: Passes | Gates, listing: Listing) -> None:
        S, graph = passes.S, passes.graph
        needed = {passes.output, *passes.wrt.values()}
        settler = Settler(S, needed, passes.linearization.slope_faults)
        settler.doubts |= passes.doubts & set(listing.kept)
        settled, column = settler.number, settler.column
        self.source = source
        self.graph = graph
        self.system = S.writer
        self.arithmetic: dict[str, Any] = {"system": S.name, **({"bits": S.bits} if S.name == "balls" else {})}
        self.output = passes.output
        self.places = dict(passes.wrt)  # what is differentiated with respect to, and its nodes
        self.wrt = list(passes.wrt)
        self.active = passes.active
        self.output_adjoint = settled(passes.output_adjoint)
        self.digits = S.digits
        # What JSON and CSV call the nodes: by the places that they have in the whole graph, in a part of it too.
        self.ids: Sequence[int] = passes.ids
        self.run = Run(S, {name: passes.values[i] for name, i in graph.inputs.items()}, passes.output_adjoint)
        self.listed = listing.kept
        self.values = column(passes.values, listing.kept)
        for i in graph.inputs.values():
            if self.values[i] == 0:
                self.values[i] = S.given(passes.values[i])
        self.upstream = column(passes.upstream, listing.kept)
        self.local_gradients = column(passes.linearization.local_gradients, listing.kept, rows=True)
        self.contributions = column(passes.contributions, listing.with_users(graph), rows=True)
        self.notes = list(passes.notes)
        self.doubts = settler.doubts  # nodes with numbers that are undecided, and not needed
        self._broken = settler.broken
        self._kinks = frozenset(passes.linearization.kinks)
        self.system_zero = settled(S.zero)
        self.gates: Gradient | None = None  # the named quantities alone, each as one gate
        self.checks: list[Any] | None = None  # of --verify
        self.hessian: dict[str, dict[str, Any]] | None = None  # of --hessian

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
        """The derivative of the output with respect to every input or node asked for; None where there is none."""
        return {name: self.upstream[i] for name, i in self.places.items()}

    @property
    def labels(self) -> tuple[str, ...]:
        """The name of every node."""
        return self.graph.labels

    def arriving(self) -> list[list[Any]]:
        """Return, for every node, the contributions that arrive at it, in the order of its users."""
        found: list[list[Any]] = [[] for _ in self.values]
        for arguments, row in zip(self.graph.nodes.arguments, self.contributions, strict=True):
            for a, contribution in zip(arguments, row or (), strict=False):
                if contribution is not None:
                    found[a].append(contribution)
        return found

    def arrivals(self, nodes: Iterable[int]) -> dict[int, list[Any]]:
        """Return what `arriving` has for some nodes, without the others."""
        found: dict[int, list[Any]] = {i: [] for i in nodes}
        for arguments, row in zip(self.graph.nodes.arguments, self.contributions, strict=True):
            if row and not found.keys().isdisjoint(arguments):
                for a, contribution in zip(arguments, row, strict=True):
                    if a in found and contribution is not None:
                        found[a].append(contribution)
        return found

    def incoming(self, i: int) -> list[Any]:
        """Return the contributions that arrive at one node."""
        return self.arrivals([i])[i]

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

    def local(self, i: int, position: int) -> Any:
        """Return the local gradient of node `i` along one edge; None where there is none, or none is asked for."""
        if not self.active[self.graph.nodes[i].arguments[position]]:
            return None
        return self._or_zero(self.local_gradients[i][position] if self.local_gradients[i] else None, i, position)

    def _or_zero(self, found: Any, i: int, position: int) -> Any:
        """Return a number of an edge: 0 where nothing flows along it, unless it has no local gradient at all."""
        if found is not None or (i, position) in self._broken or self.values[i] is None:
            return found
        return self.system_zero

    def _edges(self, i: int, node: Node) -> tuple[Edge, ...]:
        from ..language.rule_text import rule_text

        if not node.arguments:
            return ()
        labels = [self.labels[a] for a in node.arguments]
        numerals = [
            self.graph.nodes[a].operation is NUMBER and label == self.graph.nodes[a].text
            for a, label in zip(node.arguments, labels, strict=True)
        ]
        shared = i in self._kinks and node.operation.jacobian_row is not None  # max and min at a tie
        edges = []
        for k, (a, flow) in enumerate(zip(node.arguments, self.contributions[i] or (), strict=True)):
            if not self.active[a]:
                edges.append(Edge(a, None, "", None))
                continue
            local = self.local(i, k)
            if isinstance(node.operation, Gate):
                rule = "none" if local is None else str(self.system.brief(local))
            else:
                rule = rule_text(node.operation, k, self.labels[i], labels, numerals)
            if shared and local is not None and float(local):
                rule = f"1/{round(1 / float(local))}"
            edges.append(Edge(a, local, rule, self._or_zero(flow, i, k)))
        return tuple(edges)

    @property
    def nodes(self) -> Iterator[NodeView]:
        """Every listed node, in the order in which the program creates them."""
        arriving = self.arrivals(self.listed)
        return (self.view(i, arriving[i]) for i in sorted(self.listed))


@uncollected()
def differentiate(
    program: str | Source,
    bindings: Mapping[str, Any] | None = None,
    *,
    wrt: Collection[str] | None = None,
    grad: Collection[str] | None = None,
    of: str | None = None,
    upstream: Any = 1,
    exact: bool = False,
    digits: int | None = None,
    ieee: bool = False,
    at_kink: str = "convention",
    share: bool = False,
    nodes: str = "all",
    spare: Collection[str] = (),
    gates: bool = False,
) -> Gradient:
    """Return the record of a program at a point: values, local gradients and the gradient of its output.

    `bindings` gives every input a number, or a text such as "1/3" or "2.50+-0.005". `wrt` restricts the gradient to
    some inputs, `grad` to some inputs and computed nodes. `of` names another output, `upstream` starts the reverse
    pass with another number than 1.

    Every number is the true one for the binary64 inputs, certain to twelve digits. With `exact` numbers are
    fractions, with `digits` they are texts of so many certain digits, and `ieee` gives plain binary64 unchecked.

    `at_kink="error"` refuses a point where an input has no derivative: its sides differ, or the value jumps.
    `share` merges equal sub-expressions.
    `nodes` says which nodes the record is to hold: "all", "named" or "none". `spare` names bindings that may go unused.
    With `gates` its `gates` is another record, of the named quantities alone, each one operation on named ones.

    Raises `InputError` for a program or binding that cannot be used, `MathError` where there is no answer,
    `LimitError` beyond a documented limit.

    >>> differentiate("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}).gradient
    {'x': -4.0, 'y': -4.0, 'z': 3.0}
    """
    source = program if isinstance(program, Source) else Source("program", program)
    given = {name: source_of(name, value) for name, value in (bindings or {}).items()}
    output_adjoint = source_of("upstream", upstream)
    mode = Mode.of(exact=exact, digits=digits, ieee=ieee, bindings=[*given.values(), output_adjoint])
    graph = parse(source, given, of=of, share=share, wrt=wrt)
    return evaluate(
        mode, source, graph, given, wrt=wrt, grad=grad, of=of, upstream=upstream, at_kink=at_kink, nodes=nodes,
        spare=spare, gates=gates,
    )  # fmt: skip


@uncollected()
def evaluate(
    mode: Mode,
    source: Source,
    graph: Graph,
    given: Mapping[str, Source],
    *,
    wrt: Collection[str] | None = None,
    grad: Collection[str] | None = None,
    of: str | None = None,
    upstream: Any = 1,
    at_kink: str = "convention",
    nodes: str | Collection[int] = "all",
    spare: Collection[str] = (),
    explicit: bool | None = None,
    gates: bool = False,
) -> Gradient:
    """Return the record of a graph at a point, settled by the first number system that is certain of all of it.

    With `explicit`, by default if `wrt` or `grad` is given, an input without a derivative is an error and not a note.
    """
    explicit = not (wrt is None and grad is None) if explicit is None else explicit
    with Within(source):
        output = choose_output(graph, of)
        if of in graph.named and graph.labels[output] != of:
            graph = called(graph, output, of)
        places = choose_places(graph, wrt, grad)
        kept = listing(graph, output, places.values(), nodes)

        def run(S: Any) -> Gradient:
            numbers = point(S, graph, given, spare)
            output_adjoint = number(S, source_of("upstream", upstream))
            passes = Passes(
                S, graph, numbers, output, output_adjoint, places, at_kink=at_kink, explicit=explicit,
                inputs=lambda T: point(T, graph, given, spare), kept=kept.kept,
            )  # fmt: skip
            mode.remark(passes)
            record = Gradient(source, passes, kept)
            if mode.name in ("certain", "ieee"):
                _note_range(record, passes)
            if gates:
                record.gates = _gated(record, passes)
            return record

        return climb(mode, graph, run)


def _gated(record: Gradient, passes: Passes) -> Gradient:
    """Return the record of the named quantities alone, each as one gate, with the same notes on numbers."""
    from .gates import Gates

    passes.notes = record.notes
    gates = Gates(passes, record.source)
    every = range(len(gates.graph.nodes))
    return Gradient(record.source, gates, Listing(every, every))


def _note_range(record: Gradient, passes: Passes) -> None:
    """Note what a binary64 cannot hold: the value of the output, and derivatives with respect to inputs."""
    S, output = passes.S, record.labels[record.output]
    wanted: list[tuple[int, str, tuple[str, ...], Any, Any]]
    wanted = [(record.output, output, (), record.value, passes.values)]
    for name, x in record.gradient.items():
        wanted.append((record.places[name], name, (name,), x, passes.upstream))
    for i, of, wrt, x, raw in wanted:
        if x is None:
            continue
        if not FLOAT.within(x):
            kind = "overflow"
        elif x == 0 and (S.surely_less(S.zero, raw[i]) or S.surely_less(raw[i], S.zero)):
            kind = "underflow"
        else:
            continue
        note = Note(kind, i, of, output, wrt, detail={"number": x})
        record.notes.append(note.worded(S.writer.brief))


def choose_output(graph: Graph, of: str | None) -> int:
    """Return the node of that name, or the graph's own output."""
    if of is None:
        return graph.output
    of = composed(of)
    found = graph.by_label.get(of)
    if found is None:
        known = list(graph.by_label)
        hint = _quotient_hint(graph, of) or did_you_mean(of, known)
        hint = hint or f"the nodes are {', '.join(known[:8])}{', ...' if len(known) > 8 else ''}"
        raise InputError(f"there is no node {clip_name(of)}", kind="name", hint=hint)
    return found


def choose_inputs(graph: Graph, wrt: Collection[str] | None) -> list[str]:
    """Return the inputs to differentiate with respect to: those named, in the graph's order, or all."""
    if wrt is None:
        return list(graph.inputs)
    wrt = [*map(composed, wrt)]
    for name in wrt:
        if name not in graph.inputs:
            raise InputError(f"{clip_name(name)} is not an input", kind="name", hint=_input_hint(graph, name))
    asked = set(wrt)
    return [name for name in graph.inputs if name in asked]


def choose_places(graph: Graph, wrt: Collection[str] | None, grad: Collection[str] | None) -> dict[str, int]:
    """Return what to differentiate with respect to, by name: the nodes of `grad`, or else the inputs of `wrt`."""
    if grad is None:
        return {name: graph.inputs[name] for name in choose_inputs(graph, wrt)}
    grad = [*map(composed, grad)]
    for name in grad:
        if name not in graph.by_label:
            known = list(graph.by_label)
            some = ", ".join(map(clip_name, known[:8])) + (", ..." if known[8:] else "")
            hint = _quotient_hint(graph, name) or _glued_hint(graph, name) or did_you_mean(name, known)
            hint = hint or f"the inputs and nodes are {some}"
            raise InputError(f"nothing in the program is called {clip_name(name)}", kind="name", hint=hint)
    return {name: graph.by_label[name] for name in grad}


def _glued_hint(graph: Graph, name: str) -> str | None:
    """Return what to write for inputs that look like functions of a name, such as sinx; None where none does."""
    from ..language.foreign_names import glued

    calls = [f"{call}, not {known}" for known in graph.inputs if (call := glued(known, [name]))]
    return f"write {' and '.join(calls[:3])}" if calls else None


def _quotient_hint(graph: Graph, name: str, option: str = "grad") -> str | None:
    """Return what to write for df/dx in place of a name; None where that is not what was typed."""
    import re

    found = re.fullmatch(r"[d∂](\w*)\s*/\s*[d∂](\w+)", name)
    if found is None or found[2] not in graph.by_label:
        return None
    above, below, output = found[1], clip_name(found[2]), graph.labels[graph.output]
    of = f"--of {clip_name(above)} " if above in graph.by_label and graph.nodes[graph.by_label[above]].arguments else ""
    of = "" if above == output else of
    return f"write {of}--{option} {below}, for d{clip_name(above) if of else output}/d{below}"


def _input_hint(graph: Graph, name: str) -> str:
    """Return what to write for a name that is not an input."""
    near = _quotient_hint(graph, name, "wrt") or _glued_hint(graph, name) or did_you_mean(name, list(graph.inputs))
    return near or f"the inputs are {', '.join(list(graph.inputs)[:8])}"


def listing(graph: Graph, output: int, places: Collection[int], nodes: str | Collection[int]) -> Listing:
    """Return which nodes' numbers the record keeps, always with those of the output and of what is asked for.

    `nodes` is "all", "named", "none", or "ends": those that a table shows if there are too many; or says which.
    """
    count = len(graph.nodes)
    if nodes == "all" or (nodes == "ends" and count <= MANY):
        return Listing(range(count), range(count))
    shown: set[int] = set()
    if nodes == "named":
        shown = {output, *graph.named.values(), *graph.inputs.values()}
    elif nodes == "ends":
        shown = {*range(EDGE), *range(count - EDGE, count)}
    elif not isinstance(nodes, str):
        shown = set(nodes)
    return Listing({output, *places, *shown}, shown)
