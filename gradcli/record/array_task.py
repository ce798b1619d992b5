"""What is asked of a program of arrays, and what that comes to for its graph."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from typing import Any, cast

from ..arrays.entries import Array, Entries
from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.opening import entry_names, opened_size
from ..arrays.roles import role_inputs, whole_numbers
from ..arrays.sizes import count, described, literal_text
from ..arrays.table import ARRAY_OPERATIONS, INDEX, INPUT, entry_by_entry
from ..calculus.operations import MUL
from ..errors import InputError, LimitError, Source, Within
from ..language.array_scope import parse_arrays
from ..language.names import clip_name, listed
from ..text import did_you_mean
from .array_point import ArrayPoint, Given
from .array_values import ArrayData, array_value
from .request import Request

MOST_OPENED = 5_000  # scalar nodes that a program is opened to by itself
MOST_WRITTEN = 6  # entries of an array in a hint
MAX_PRODUCTS = 1_000_000_000  # multiplications of the products of matrices of one pass


class ArrayTask:
    """A request applied to a program of arrays: the graph, the output, what is differentiated, the point, the labels.

    `places` has the nodes to differentiate with respect to by name; `windows` the index of those that are asked for by
    entries; `upstream` what the reverse pass starts with, where that is an array. `graph` is that of the program, where
    it is known already. With `of_arrays` the output may be an array of which there is no gradient: its derivatives are
    asked for otherwise, with respect to `columns`. Raises `InputError` for names that the program does not have.
    """

    def __init__(
        self, source: Source, given: Mapping[str, Given], request: Request, graph: ArrayGraph | None = None, *,
        of_arrays: bool = False,
    ) -> None:  # fmt: skip
        self.source = source
        self.request = request
        self.point = ArrayPoint(given)
        self.graph = graph or self._parsed(source, request)
        with Within(source):
            self._check_size()
            self.output = chosen_output(self.graph, request.of)
            self.point.check(self.graph, request.may_be_unused, self.graph.sized)
            self.point = self.point.with_defaults(self.graph)
            self.windows: dict[str, Array] = {}
            self.columns = self._places()
            A = Entries(_exact())
            self.labels = whole_numbers(self.graph, self.point.arrays(A, role_inputs(self.graph)))
            start = request.upstream  # only the person at the command line may name a file
            self.upstream = array_value(start, files=start.name.startswith("--"))
            if self.upstream is not None and self.upstream.shape != self.shape_of_output:
                raise self._no_upstream(self.upstream)
            has_no_gradient = bool(self.shape_of_output) and self.upstream is None
            if has_no_gradient and self.columns and not of_arrays:
                raise self._no_number()
            self.places = {} if has_no_gradient else self.columns

    @property
    def shape_of_output(self) -> tuple[int, ...]:
        """The shape of the output: () of a number."""
        return cast("tuple[int, ...]", self.graph.nodes[self.output].shape)

    def _no_number(self) -> InputError:
        """Return the error for an output that is an array."""
        graph, shape = self.graph, self.shape_of_output
        name = graph.labels[self.output]
        called = name if name in graph.named or name in graph.inputs else "..."
        entry = f"--of {entry_names(name, shape)[0]!r}" if called == name else f"mean({called})"
        return InputError(
            f"{clip_name(name)} {described(shape)}: a gradient is that of one number", kind="shape",
            span=graph.nodes[self.output].span,
            hint=f"--jacobian shows all derivatives; --upstream {_example(shape)} weighs the entries; "
            f"sum({called}) or {entry} is one number",
        )  # fmt: skip

    def _no_upstream(self, found: ArrayData) -> InputError:
        """Return the error for an upstream gradient of another shape than the output."""
        name = clip_name(self.graph.labels[self.output])
        return InputError(
            f"--upstream {described(found.shape)}, and {name} {described(self.shape_of_output)}", kind="shape",
            hint=f"the upstream gradient of {name} has its shape"
            + ("" if self.shape_of_output else ": one number, such as --upstream 2"),
        )  # fmt: skip

    def adjoint(self, A: Entries) -> Array:
        """Return what the reverse pass starts with: an array of the shape of the output."""
        if self.upstream is None:
            return A.make((), [self.point.number(A.S, self.request.upstream)])
        name = self.request.upstream.name
        return ArrayPoint({name: self.upstream}).arrays(A, [name])[name]

    def can_be_opened(self, most: int) -> bool:
        """Whether the scalar nodes of the program are at most so many, and what is differentiated is a number."""
        is_number = not self.shape_of_output or self.upstream is not None
        return is_number and opened_size(self.graph) <= most

    @property
    def is_small(self) -> bool:
        """Whether the scalar nodes of the program are few enough."""
        return opened_size(self.graph) <= MOST_OPENED

    def weighed(self) -> tuple[ArrayGraph, int, ArrayPoint]:
        """Return the program, its output that is a number, and the point.

        Where the output is an array, it is the sum of its entries times --upstream. The nodes of the program keep their
        places: those of the sum follow.
        """
        if self.upstream is None:
            return self.graph, self.output, self.point
        graph, name = self.graph, self.request.upstream.name.lstrip("-")
        while name in graph.by_label:
            name += "_"
        n, label, shape, span = len(graph.nodes), graph.labels[self.output], self.shape_of_output, (0, 0)
        nodes = [
            *graph.nodes,
            ArrayNode(INPUT, (), {}, shape, name, span),
            ArrayNode(entry_by_entry(MUL), (n, self.output), {}, shape, "", span),
            ArrayNode(ARRAY_OPERATIONS["sum"], (n + 1,), {}, (), "", span),
        ]
        named = {**graph.named, label: self.output, f"sum({name}*{label})": n + 2}
        weighed = ArrayGraph(nodes, n + 2, named, graph.sizes)
        return weighed, n + 2, ArrayPoint({**self.point.given, name: self.upstream})

    def _parsed(self, source: Source, request: Request) -> ArrayGraph:
        """Return the graph; an entry that `of` names is a further statement."""
        text, of = with_entry(source, request.of)
        return self.point.parsed(text, of=of, wrt=request.wrt or ())

    def _check_size(self) -> None:
        """Raise `LimitError` for more multiplications than a pass may take."""
        if self.graph.products > MAX_PRODUCTS:
            raise LimitError(
                f"the products of matrices take {self.graph.products:,} multiplications, more than {MAX_PRODUCTS:,}",
                hint="take fewer rows of the data, or smaller layers",
            )

    def node(self, name: str) -> int:
        """Return the node of a name. Raises `InputError` for one that the program does not have."""
        return _node(self.graph, name)

    def _places(self) -> dict[str, int]:
        graph, request = self.graph, self.request
        if request.grad is not None:
            found = {}
            for name in request.grad:
                whole = name.partition("[")[0].strip()
                found[name] = self.node(name if name in graph.by_label else whole)
                if name not in graph.by_label:
                    self.windows[name] = self.window(name, whole, found[name])
            return found
        return choose_places(graph, request.wrt)

    def window(self, text: str, name: str, node: int, option: str = "--grad") -> Array:
        """Return the places of the entries that a text such as W[1,0] names, as an array of whole numbers.

        Raises `InputError` for a text that is no index of the array.
        """
        shape: Any = self.graph.nodes[node].shape
        graph = parse_arrays(Source(option, text), {name: shape})
        index = graph.nodes[graph.output]
        if index.operation is not INDEX:
            raise InputError(f"{clip_name(text)} does not name entries of {clip_name(name)}", kind="name")
        A = Entries(_exact())
        every = A.make(shape, list(range(len(entry_names(name, shape)))))
        found: Array = index.operation.value(A, every, **index.fixed)
        return found

    def opened(self, names: Sequence[str]) -> ArrayTask:
        """Return the task with some arrays opened in their place. Raises `InputError`, `LimitError`."""
        from ..arrays.inside import opened_in_place

        nodes = {}
        with Within(self.source):
            for name in names:
                i = nodes[name] = self.node(name)
                if self.graph.nodes[i].operation.is_leaf:
                    what = "has no numbers inside but its own" if self.graph.nodes[i].shape else "is a number"
                    some = [label for label, k in self.graph.by_label.items()
                            if not self.graph.nodes[k].operation.is_leaf]  # fmt: skip
                    raise InputError(f"{clip_name(name)} {what}", kind="name", hint=f"open {' or '.join(some[:4])}")
            if opened_size(self.graph, nodes.values()) > MOST_OPENED:
                raise LimitError(f"{clip_name(names[0])} has more than {MOST_OPENED:,} numbers inside",
                                 hint="take fewer rows of the data; --entry shows one number")  # fmt: skip
            graph, place = opened_in_place(self.graph, set(nodes.values()), self.labels)
        found = copy(self)
        found.graph, found.output = graph, place[self.output]
        found.places = {name: place[i] for name, i in self.places.items()}
        found.labels = {place[i]: numbers for i, numbers in self.labels.items()}
        return found


def with_entry(source: Source, of: str | None) -> tuple[Source, str | None]:
    """Return a program, and the name of its output; an entry such as z[0] is a further statement."""
    if of is None or "[" not in of:
        return source, of
    return Source(source.name, f"{source.text}\n{of}"), of.partition("[")[0]


def chosen_output(graph: ArrayGraph, of: str | None) -> int:
    """Return the node that `of` names: an entry such as z[0] is the last statement, as is the output without a name.

    Raises `InputError` for a name that the program does not have.
    """
    return graph.output if of is None or "[" in of else _node(graph, of)


def _node(graph: ArrayGraph, name: str) -> int:
    found = graph.by_label.get(name)
    if found is None:
        known = list(graph.by_label)
        hint = did_you_mean(name, known) or listed("array", known)
        raise InputError(f"nothing in the program is called {clip_name(name)}", kind="name", hint=hint)
    return found


def choose_places(graph: ArrayGraph, wrt: Collection[str] | None) -> dict[str, int]:
    """Return the inputs to differentiate with respect to, by name: those of `wrt`, or all that have a derivative.

    Raises `InputError` for a name that is no input, and for labels and indices.
    """
    if wrt is None:
        return graph.differentiable
    for name in wrt:
        if name not in graph.inputs:
            hint = did_you_mean(name, list(graph.inputs)) or listed("input", list(graph.inputs))
            raise InputError(f"{clip_name(name)} is not an input", kind="name", hint=hint)
        if name not in graph.differentiable:
            what = f"{clip_name(name)} holds labels or indices: whole numbers that have no derivative"
            raise InputError(what, kind="name", hint="leave it out of --wrt")
    asked = set(wrt)
    return {name: i for name, i in graph.inputs.items() if name in asked}


def _example(shape: tuple[int, ...]) -> str:
    """Return an upstream gradient of a shape: '[1, 0, 0]'; a large one is in a file."""
    if count(shape) > MOST_WRITTEN:
        return "@FILE"
    return f"'{literal_text(['1', *['0'] * (count(shape) - 1)], shape)}'"


def _exact() -> Any:
    from ..numbers.fractions import Exact

    return Exact()
