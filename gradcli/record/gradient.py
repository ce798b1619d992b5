"""The one complete record of a run, and `evaluate`, which makes it. Reports read it and compute nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..calculus.building import uncollected
from ..calculus.gate import Gate
from ..calculus.graph import Graph, Node
from ..calculus.operations import NUMBER
from ..errors import Source, Within
from ..language.writing import expression
from .passes import Passes
from .precision import climb
from .remarks import note_arithmetic, note_range
from .request import Listing, Request, Task
from .settling import Settler
from .values import Values

if TYPE_CHECKING:
    from .gates import Gates
    from .update_rules import Taken


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
    contributions: tuple[Any, ...]
    span: tuple[int, int]


class Evaluation:
    """How the numbers of a record were settled, which is what it takes to evaluate the program again.

    `system` is the number system, `point` the number of every input in it, and `output_adjoint` what the reverse pass
    started with. `task` says what was asked.
    """

    __slots__ = ("output_adjoint", "point", "system", "task")

    def __init__(self, task: Task, passes: Passes | Gates) -> None:
        self.task = task
        self.system = passes.S
        self.point: dict[str, Any] = {name: passes.values[i] for name, i in passes.graph.inputs.items()}
        self.output_adjoint = passes.output_adjoint


class Gradient:
    """A program at a point, with every value, local gradient, contribution and upstream gradient.

    The run is kept as flat columns, one entry per node: `values`, `upstream`, `local_gradients`, `contributions`;
    `view` and `nodes` make node views of them on demand. Numbers are floats, or fractions or texts if those were asked
    for. `system` writes them down, `digits` of them where they are texts; `arithmetic` says which number system
    settled them, and with how many bits.
    """

    def __init__(self, task: Task, passes: Passes | Gates, listing: Listing) -> None:
        S, graph = passes.S, passes.graph
        needed = {passes.output, *passes.wrt.values()}
        settler = Settler(S, needed, passes.linearization.slope_faults)
        settler.doubts |= passes.doubts & set(listing.kept)
        settled, column = settler.number, settler.column
        self.source = task.source
        self.graph = graph
        self.system = S.formatter
        self.arithmetic: dict[str, Any] = {"system": S.name, **({"bits": S.bits} if S.name == "balls" else {})}
        self.output = passes.output
        self.places = dict(passes.wrt)  # what is differentiated with respect to, and its nodes
        self.wrt = list(passes.wrt)
        self.active = passes.active
        self.output_adjoint = settled(passes.output_adjoint)
        self.digits = S.digits
        # What JSON and CSV call the nodes: by the places that they have in the whole graph, in a part of it too.
        self.ids: Sequence[int] = passes.ids
        self.evaluation = Evaluation(task, passes)
        self.listed = listing.kept
        self.values = column(passes.values, listing.kept)
        for i in graph.inputs.values():
            if self.values[i] == 0:
                self.values[i] = S.as_given(passes.values[i])
        self.upstream = column(passes.upstream, listing.kept)
        self.local_gradients = column(passes.linearization.local_gradients, listing.kept, rows=True)
        self.contributions = column(passes.contributions, listing.with_users(graph), rows=True)
        self.notes = passes.notes
        self.doubts = settler.doubts  # nodes with numbers that are undecided, and not needed
        self.has_doubtful_zero = False  # whether a 0 of it may stand for a number that is not 0
        self.broken = settler.broken  # edges without a local gradient
        self._kinks = frozenset(passes.linearization.kinks)
        self.system_zero = settled(S.zero)
        self.gates: Gradient | None = None  # the named quantities alone, each as one gate
        self.checks: list[Any] | None = None  # of --verify
        self.hessian: dict[str, dict[str, Any]] | None = None  # of --hessian
        self.taken: Taken | None = None  # the step that was asked for

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

    def contributions_to_each(self, nodes: Iterable[int]) -> dict[int, list[Any]]:
        """Return what flows back into each of some nodes, one number per use, in the order of its users."""
        found: dict[int, list[Any]] = {i: [] for i in nodes}
        for arguments, row in zip(self.graph.nodes.arguments, self.contributions, strict=True):
            if row and not found.keys().isdisjoint(arguments):
                for a, contribution in zip(arguments, row, strict=True):
                    if a in found and contribution is not None:
                        found[a].append(contribution)
        return found

    def contributions_to(self, i: int) -> list[Any]:
        """Return what flows back into a node, one number per use, in the order of its users; they sum to `upstream`."""
        return self.contributions_to_each([i])[i]

    def view(self, i: int, contributions: Sequence[Any] = ()) -> NodeView:
        """Return node `i`; `contributions` are those to it, where the caller wants them."""
        node = self.graph.nodes[i]
        return NodeView(
            i,
            self.labels[i],
            node.operation.name,
            expression(self.graph, i),
            self.values[i],
            self.upstream[i],
            self._edges(i, node),
            tuple(contributions),
            node.span,
        )

    def local(self, i: int, position: int) -> Any:
        """Return the local gradient of node `i` along one edge; None where there is none, or none is asked for."""
        if not self.active[self.graph.nodes.arguments[i][position]]:
            return None
        row = self.local_gradients[i]
        found = row[position] if row else None
        return self._or_zero(found, i, position) if found is None else found

    def _or_zero(self, found: Any, i: int, position: int) -> Any:
        """Return a number of an edge: 0 where nothing flows along it, unless it has no local gradient at all."""
        if found is not None or (i, position) in self.broken or self.values[i] is None:
            return found
        return self.system_zero

    def _edges(self, i: int, node: Node) -> tuple[Edge, ...]:
        from ..language.rule_text import rule_text

        operation, arguments = node.operation, node.arguments
        if not arguments:
            return ()
        all_labels, columns = self.labels, self.graph.nodes
        labels = [all_labels[a] for a in arguments]
        numerals = [columns.operations[a] is NUMBER and all_labels[a] == columns.texts[a] for a in arguments]
        shared = i in self._kinks and operation.jacobian_row is not None  # max and min at a tie
        slopes = self.local_gradients[i]
        edges = []
        for k, (a, flow) in enumerate(zip(arguments, self.contributions[i] or (), strict=True)):
            if not self.active[a]:
                edges.append(Edge(a, None, "", None))
                continue
            local = self._or_zero(slopes[k] if slopes else None, i, k)
            if isinstance(operation, Gate):
                rule = "none" if local is None else self.system.brief(local)
            else:
                rule = rule_text(operation, k, all_labels[i], labels, numerals)
            if shared and local is not None and float(local):
                rule = f"1/{round(1 / float(local))}"
            edges.append(Edge(a, local, rule, self._or_zero(flow, i, k)))
        return tuple(edges)

    @property
    def nodes(self) -> Iterator[NodeView]:
        """Every listed node, in the order in which the program creates them."""
        contributions = self.contributions_to_each(self.listed)
        return (self.view(i, contributions[i]) for i in sorted(self.listed))


@uncollected()
def evaluate(
    source: Source,
    given: Values | Mapping[str, Source],
    request: Request,
    graph: Graph | None = None,
) -> Gradient:
    """Return the record of a program at a point, settled by the first number system that is certain of all of it.

    `graph` is the program's, where it has been parsed already, or a part of it. Raises `InputError` for a program or
    value that cannot be used, `MathError` where there is no answer, `LimitError` beyond a documented limit.
    """
    if graph is None:
        names = given.sources if isinstance(given, Values) else given
        graph = request.graph(source, names)
    with Within(source):
        task = Task(source, graph, given if isinstance(given, Values) else Values(given), request)
        return climb(request.precision, task.graph, lambda S: _settled(S, task))


def _settled(S: Any, task: Task) -> Gradient:
    """Return the record in one number system. Raises `Undecided` where a number that is needed is not certain."""
    precision = task.request.precision.name
    passes = Passes(S, task)
    note_arithmetic(passes, precision)
    record = Gradient(task, passes, task.listing)
    if precision in ("certain", "ieee"):
        record.has_doubtful_zero = note_range(passes, record.values, record.upstream)
    if task.request.step is not None:
        from .steps_taken import taken

        inputs = [
            (name, passes.values[i], passes.upstream[i]) for name, i in passes.wrt.items() if name in task.graph.inputs
        ]
        record.taken = taken(S, task.request.step, inputs)
    if task.request.gates:
        record.gates = _gated(record, passes, task)
        record.gates.taken = record.taken
    return record


def _gated(record: Gradient, passes: Passes, task: Task) -> Gradient:
    """Return the record of the named quantities alone, each as one gate, with the same notes on numbers."""
    from .gates import Gates

    gates = Gates(passes, task.source)
    every = range(len(gates.graph.nodes))
    return Gradient(task, gates, Listing(every, every))
