"""The record of a program of arrays, and `differentiate_arrays`, which makes it. Reports read it and compute nothing.

Both passes run over arrays. Where they meet a question (a kink, a fault, a number that is not decided) the program is
opened to its scalar graph, and the scalar record answers: sides at kinks, errors in the words of the entry, what is
settled. Both roads give the same certain numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..arrays.graph import ArrayGraph
from ..arrays.opening import Opening, opened_size
from ..arrays.sizes import described, nested
from ..arrays.table import LEAVES
from ..calculus.notes import Note
from ..errors import InputError, LimitError, MathError, Source, Within
from .array_outputs import ArrayJacobian, ArrayTangent
from .array_passes import ArrayPasses, climb_arrays, singular_error
from .array_point import Given
from .array_task import MOST_OPENED, ArrayTask
from .gradient import Gradient, evaluate
from .precision import PLAIN_HINT
from .request import ONE, Request

MOST_AT_KINK = 12_000  # scalar nodes that a program is opened to for the sides of its kinks
SIDES_WORK = 4_000  # visits of nodes beside kinks, after those of the point: about a second

Nested = Any  # a number, or lists of lists of numbers


class ArrayEdge(NamedTuple):
    """One argument of an array node: its node, the local gradient of numbers, the backward rule, what flows back.

    `local` is None where it is a linear map; `downstream` is a flat list of the argument's shape.
    """

    node: int
    local: Any
    rule: str
    downstream: list[Any] | None


class ArrayNodeView(NamedTuple):
    """One node of the record. `value` and `upstream` are flat lists of the shape, the last axis first."""

    id: int
    name: str
    operation: str
    expression: str
    shape: tuple[int, ...]
    value: list[Any]
    upstream: list[Any] | None
    arguments: tuple[ArrayEdge, ...]
    span: tuple[int, int]


class ArrayGradient:
    """A program of arrays at a point: every value and upstream gradient, and what flows back along every edge.

    The run is kept as columns, one entry per node, oldest first: `values` and `upstream` are flat lists of numbers,
    those of the last axis first; `contributions` has one flat list per argument. Columns are None for nodes that are
    not listed. `opened` is the scalar record, where the program was opened to answer a question, and `opening` says
    which scalar nodes an array stands for.
    """

    def __init__(self, task: ArrayTask, passes: ArrayPasses, opened: Gradient | None, opening: Opening | None) -> None:
        S, graph = passes.S, task.graph
        self.task = task
        self.source = task.source
        self.graph = graph
        self.output = task.output
        self.places = task.places
        self.system = S.formatter
        self.digits = S.digits
        self.arithmetic: dict[str, Any] = {"system": S.name, **({"bits": S.bits} if S.name == "balls" else {})}
        self.arithmetic["by"] = "arrays" if opened is None else "scalars"
        self.opened = opened
        self.opening = opening
        self.listed = passes.listed
        self.values = passes.settled_values
        self.upstream = passes.settled_upstream
        self.contributions = passes.settled_contributions
        has_no_gradient = bool(task.shape_of_output) and task.upstream is None
        self.output_adjoint = None if has_no_gradient else nested(passes.settled_adjoint, passes.adjoint.shape)
        self.notes: list[Note] = passes.notes
        self.active = passes.active
        self.tied = passes.tied
        self.hessian: dict[str, dict[str, Nested]] | None = None
        self.checks: list[Any] | None = None
        self.taken = passes.taken  # the step that was asked for
        self.jacobian: ArrayJacobian | None = None
        self.tangent: ArrayTangent | None = None
        self.finished: Mapping[str, Callable[[Nested], Any]] = {}  # what makes the lists of a name what was given

    def open(self) -> tuple[Gradient, Opening]:
        """Return the scalar record, and which of its nodes an array stands for. Raises what `opened` raises."""
        if self.opened is None or self.opening is None:
            with Within(self.source):
                self.opened, self.opening = opened(self.task)
        return self.opened, self.opening

    @property
    def program(self) -> str:
        """The program as it was written."""
        return self.source.text

    @property
    def labels(self) -> tuple[str, ...]:
        """The name of every node."""
        return self.graph.labels

    def shape(self, i: int) -> tuple[int, ...]:
        """Return the shape of a node."""
        return self.graph.nodes[i].shape  # type: ignore[return-value]  # the sizes of a run are numbers

    @property
    def value(self) -> Any:
        """The value of the output: a number, or nested lists where no derivatives are asked for."""
        value = self.values[self.output]
        assert value is not None  # the output is always listed
        return nested(value, self.shape(self.output))

    @property
    def gradient(self) -> dict[str, Nested]:
        """The derivative of the output with respect to what was asked for: nested lists of its shape.

        From Python it is an array of NumPy for what was given as one.
        """
        found = {name: nested(*self.derivative(name)) for name in self.places}
        return {name: self.finished[name](x) if name in self.finished and isinstance(x, list) else x
                for name, x in found.items()}  # fmt: skip

    def derivative(self, name: str) -> tuple[list[Any], tuple[int, ...]]:
        """Return the derivative with respect to one thing that was asked for: a flat list, and its shape."""
        i = self.places[name]
        flat = self.upstream[i]
        assert flat is not None
        window = self.task.windows.get(name)
        return (flat, self.shape(i)) if window is None else ([flat[k] for k in window.entries], window.shape)

    def view(self, i: int) -> ArrayNodeView:
        """Return node `i`, which is listed."""
        from ..language.array_writing import expression

        node, value = self.graph.nodes[i], self.values[i]
        assert value is not None
        return ArrayNodeView(
            i, self.labels[i], node.operation.name, expression(self.graph, i), self.shape(i), value,
            self.upstream[i], self._edges(i), node.span,
        )  # fmt: skip

    def _edges(self, i: int) -> tuple[ArrayEdge, ...]:
        from ..language.array_rules import rule_text

        node = self.graph.nodes[i]
        flows = self.contributions[i] or (None,) * len(node.arguments)
        edges = []
        for k, (a, flow) in enumerate(zip(node.arguments, flows, strict=True)):
            if not self.active[a] or node.operation.pullback(k) is None:
                edges.append(ArrayEdge(a, None, "", None))
                continue
            starts_at_one = self.task.request.upstream.text == ONE.text
            rule = rule_text(self.graph, i, k, self.labels[self.output],
                             starts_at_one=starts_at_one, tied=i in self.tied)  # fmt: skip
            edges.append(ArrayEdge(a, None, rule, flow))
        return tuple(edges)

    @property
    def nodes(self) -> Iterator[ArrayNodeView]:
        """Every listed node but the numerals, in the order in which the program creates them."""
        return (self.view(i) for i in sorted(self.listed) if self.graph.nodes[i].operation not in LEAVES[1:])


def evaluate_arrays(
    source: Source,
    given: Mapping[str, Given],
    request: Request,
    opened_nodes: Sequence[str] = (),
    *,
    of_arrays: bool = False,
    graph: ArrayGraph | None = None,
) -> ArrayGradient:
    """Return the record of a program of arrays at a point, some arrays opened to the numbers inside, by name.

    `graph` is that of the program, where it is known already. With `of_arrays` an output may be an array without
    gradient.

    Raises `InputError` for a program or a value that cannot be used, `MathError` where there is no answer,
    `LimitError` beyond a documented limit.
    """
    task = ArrayTask(source, given, request, graph, of_arrays=of_arrays)
    if opened_nodes:
        task = task.opened(opened_nodes)
    with Within(source):
        passes = None if request.precision.name == "uncertain" else climb_arrays(task)
        if passes is not None and not passes.questions:
            return ArrayGradient(task, passes, None, None)
        if passes is not None and (singular := passes.singular):
            raise singular
        most = MOST_AT_KINK if passes is not None and not passes.is_broken and not passes.faults else MOST_OPENED
        if not task.can_be_opened(most):
            if passes is None or passes.is_broken:
                raise _beyond(task, passes)
            if task.places:
                passes.note_unopened()
            return ArrayGradient(task, passes, None, None)
        try:
            record, opening = opened(task, most)
        except MathError as problem:
            raise _of_matrix(task.graph, problem) or problem from None
        with record.evaluation.system.at_work():
            found = ArrayPasses(record.evaluation.system, task, tolerant=True)
        found.take_over(record, opening)
        return ArrayGradient(task, found, record, opening)


def _of_matrix(graph: ArrayGraph, problem: MathError) -> MathError | None:
    """Return the error of a matrix without an inverse for one of the numbers inside it, or None."""
    nodes = enumerate(graph.nodes)
    i = next((i for i, node in nodes if node.operation.needs and node.span == problem.span), None)
    return None if i is None or problem.kind != "domain" else singular_error(graph, i)


def _beyond(task: ArrayTask, passes: ArrayPasses | None) -> Exception:
    """Return the error for a program that is too large to be opened, and has to be."""
    if passes is not None:
        return passes.failure()
    if task.request.precision.name != "uncertain":
        return MathError("undecided: a digit, a comparison or a domain hangs on numbers that may be equal",
                         kind="undecided", hint=PLAIN_HINT)  # fmt: skip
    if task.is_small:
        return InputError("uncertain values make an interval of one number, and the output is an array",
                          kind="shape", hint="choose an entry with --of")  # fmt: skip
    return LimitError(
        f"uncertain values need the scalar nodes of the program, more than {MOST_OPENED:,}",
        hint="give the values without +-",
    )


def opened(task: ArrayTask, most: int = MOST_OPENED) -> tuple[Gradient, Opening]:
    """Return the scalar record of an opened program, and which of its nodes an array stands for.

    It has what the request asks for by the names of entries. Raises `LimitError` for a program that is too large,
    `InputError` where the output is an array, and what `evaluate` raises.
    """
    request = task.request
    graph, output, point = task.weighed()
    if task.shape_of_output and task.upstream is None:
        raise InputError(
            f"the output {described(task.shape_of_output)}: the numbers inside are shown of one number",
            kind="shape", hint="choose an entry with --of",
        )  # fmt: skip
    if opened_size(graph) > most:
        raise LimitError(
            f"this needs the scalar nodes of the program, which has more than {most:,}",
            hint="take fewer rows of the data",
        )
    opening = Opening(graph, task.labels, share=request.share)
    entries = [opening.graph.labels[k] for i in task.places.values() for k in opening.entries[i]]
    wrt = list(dict.fromkeys(entries))
    inputs = set(opening.graph.inputs)
    step = request.step and request.step.opened(task.point.shapes)
    plain = inputs.issuperset(wrt)
    scalar = request._replace(
        of=opening.graph.labels[opening.entries[output][0]], nodes="all", gates=False,
        derivatives_required=request.requires_derivatives, may_be_unused=(), step=step,
        sides_work=SIDES_WORK + len(opening.graph.nodes),
        wrt=wrt if plain else None, grad=None if plain else wrt,
        upstream=request.upstream if task.upstream is None else ONE,
    )  # fmt: skip
    return evaluate(task.source, point.opened(graph), scalar, opening.graph), opening
