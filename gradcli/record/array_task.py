"""What is asked of a program of arrays, and what that comes to for its graph."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from typing import Any, cast

from ..arrays.entries import Array, Entries
from ..arrays.graph import ArrayGraph
from ..arrays.opening import entry_names, opened_size
from ..arrays.roles import role_inputs, whole_numbers
from ..arrays.sizes import described
from ..arrays.table import INDEX
from ..errors import InputError, LimitError, Source, Within
from ..language.array_scope import parse_arrays
from ..language.syntax import clip_name
from ..text import did_you_mean
from .array_point import ArrayPoint, Given
from .request import Request

MOST_OPENED = 5_000  # scalar nodes that a program is opened to by itself
MAX_PRODUCTS = 1_000_000_000  # multiplications of the products of matrices of one pass


class ArrayTask:
    """A request applied to a program of arrays: the graph, the output, what is differentiated, the point, the labels.

    `places` has the nodes to differentiate with respect to by name; `windows` the index of those that are asked for by
    entries. Raises `InputError` for names that the program does not have.
    """

    def __init__(self, source: Source, given: Mapping[str, Given], request: Request) -> None:
        self.source = source
        self.request = request
        self.point = ArrayPoint(given)
        self.graph = self._parsed(source, request)
        with Within(source):
            self._check_size()
            self.output = self.graph.output if request.of is None or "[" in request.of else self._node(request.of)
            self.point.check(self.graph, request.may_be_unused, self.graph.sized)
            self.point = self.point.with_defaults(self.graph)
            self.windows: dict[str, Array] = {}
            self.places = self._places()
            A = Entries(_exact())
            self.labels = whole_numbers(self.graph, self.point.arrays(A, role_inputs(self.graph)))
            if self.shape_of_output and self.places:
                raise self._no_number()

    @property
    def shape_of_output(self) -> tuple[int, ...]:
        """The shape of the output: () of a number."""
        return cast("tuple[int, ...]", self.graph.nodes[self.output].shape)

    def _no_number(self) -> InputError:
        """Return the error for an output that is an array."""
        graph, shape = self.graph, self.shape_of_output
        name = graph.labels[self.output]
        called = name if name in graph.named or name in graph.inputs else "..."
        entry = f", or take one entry: --of {entry_names(name, shape)[0]!r}" if called == name else ""
        return InputError(
            f"{clip_name(name)} {described(shape)}: a gradient is that of one number", kind="shape",
            span=graph.nodes[self.output].span,
            hint=f"write sum({called}) or mean({called}){entry}; --value prints the array",
        )  # fmt: skip

    @property
    def can_be_opened(self) -> bool:
        """Whether the scalar nodes of the program are few enough, and its output is one of them."""
        return not self.shape_of_output and opened_size(self.graph) <= MOST_OPENED

    def _parsed(self, source: Source, request: Request) -> ArrayGraph:
        """Return the graph; an entry that `of` names is a further statement."""
        of, text = request.of, source
        if of is not None and "[" in of:
            text, of = Source(source.name, f"{source.text}\n{of}"), of.partition("[")[0]
        return parse_arrays(text, self.point.shapes, of=of, wrt=request.wrt or (), statics=self.point.statics)

    def _check_size(self) -> None:
        """Raise `LimitError` for more multiplications than a pass may take."""
        if self.graph.products > MAX_PRODUCTS:
            raise LimitError(
                f"the products of matrices take {self.graph.products:,} multiplications, more than {MAX_PRODUCTS:,}",
                hint="take fewer rows of the data, or smaller layers",
            )

    def _node(self, name: str) -> int:
        found = self.graph.by_label.get(name)
        if found is None:
            known = list(self.graph.by_label)
            some = ", ".join(map(clip_name, known[:8])) + (", ..." if known[8:] else "")
            hint = did_you_mean(name, known) or f"the arrays are {some}"
            raise InputError(f"nothing in the program is called {clip_name(name)}", kind="name", hint=hint)
        return found

    def _places(self) -> dict[str, int]:
        graph, request = self.graph, self.request
        if request.grad is not None:
            found = {}
            for name in request.grad:
                whole = name.partition("[")[0].strip()
                found[name] = self._node(name if name in graph.by_label else whole)
                if name not in graph.by_label:
                    self.windows[name] = self.window(name, whole, found[name])
            return found
        return choose_places(graph, request.wrt)

    def window(self, text: str, name: str, node: int, option: str = "--grad") -> Array:
        """Return the places of the entries that a text such as W[1,0] names, as an array of whole numbers."""
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
                i = nodes[name] = self._node(name)
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


def choose_places(graph: ArrayGraph, wrt: Collection[str] | None) -> dict[str, int]:
    """Return the inputs to differentiate with respect to, by name: those of `wrt`, or all that have a derivative.

    Raises `InputError` for a name that is no input, and for labels and indices.
    """
    if wrt is None:
        return graph.differentiable
    for name in wrt:
        if name not in graph.inputs:
            hint = did_you_mean(name, list(graph.inputs)) or f"the inputs are {', '.join(list(graph.inputs)[:8])}"
            raise InputError(f"{clip_name(name)} is not an input", kind="name", hint=hint)
        if name not in graph.differentiable:
            what = f"{clip_name(name)} holds labels or indices: whole numbers that have no derivative"
            raise InputError(what, kind="name", hint="leave it out of --wrt")
    asked = set(wrt)
    return {name: i for name, i in graph.inputs.items() if name in asked}


def _exact() -> Any:
    from ..numbers.fractions import Exact

    return Exact()
