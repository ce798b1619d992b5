"""What is asked of a program, and what that comes to for its graph."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from ..calculus.building import called
from ..calculus.graph import Graph
from ..errors import InputError, Source
from ..language.lexer import composed
from ..language.names import clip_name, listed
from ..language.syntax import parse
from ..text import did_you_mean
from .precision import Precision
from .values import Values

if TYPE_CHECKING:
    from .update_rules import Update

MANY_NODES = 100  # a table of more nodes shows the first and the last
NODES_AT_ENDS = 40  # so many of each

CERTAIN = Precision("certain")
ONE = Source("upstream", "1")


class Request(NamedTuple):
    """What is asked of a program at a point, all of it: every function on the way to the record takes this one value.

    `of` names the output, by default the last statement. `wrt` has the inputs to differentiate with respect to, `grad`
    inputs and computed nodes; None for both is all inputs. The reverse pass starts with `upstream`.

    `at_kink` is `convention` or `error`. Equal sub-expressions are merged with `share`. `nodes` says whose numbers the
    record keeps: `all`, `named`, `none`, `ends` (what a long table shows), or their places. With `gates` the record has
    another one of the named quantities alone. `may_be_unused` names bindings that the program need not use.

    With `derivatives_required` an input without a derivative is an error and not a note; None requires the derivatives
    that are asked for by name. It is one, too, where no input has a derivative, but with `may_lack_all`. `step` is one
    that is to be taken from the point, along the gradient or against it. `sides_work` is how many visits of nodes
    looking beside kinks may take, `WORK` where it is None.
    """

    precision: Precision = CERTAIN
    of: str | None = None
    wrt: Collection[str] | None = None
    grad: Collection[str] | None = None
    upstream: Source = ONE
    at_kink: str = "convention"
    share: bool = False
    nodes: str | Collection[int] = "all"
    gates: bool = False
    may_be_unused: Collection[str] = ()
    derivatives_required: bool | None = None
    may_lack_all: bool = False
    step: Update | None = None
    sides_work: int | None = None

    @property
    def requires_derivatives(self) -> bool:
        """Whether an input without a derivative is an error."""
        if self.derivatives_required is None:
            return self.wrt is not None or self.grad is not None
        return self.derivatives_required

    def graph(self, source: Source, names: Collection[str]) -> Graph:
        """Return the graph of a program, given the names of the values. Raises what `parse` raises."""
        return parse(source, names, of=self.of, share=self.share, wrt=self.wrt)


class Listing:
    """The nodes whose numbers a record keeps, and those of them whose sums of contributions it can show."""

    __slots__ = ("kept", "shown")

    def __init__(self, kept: Collection[int], shown: Collection[int]) -> None:
        self.kept = kept
        self.shown = shown

    def with_users(self, graph: Graph) -> Collection[int]:
        """Return the nodes whose contributions are to be kept: all that flow into a node that is shown."""
        if len(self.kept) == len(graph.nodes) or not self.shown:
            return self.kept
        shown = set(self.shown)
        users = [i for i, arguments in enumerate(graph.nodes.arguments) if not shown.isdisjoint(arguments)]
        return {*self.kept, *users}


class Task:
    """A request applied to a graph: the output, what is differentiated, the values of the inputs, and what is kept.

    `output` is a node, `places` has the nodes to differentiate with respect to by name. Raises `InputError` for names
    that the graph does not have.
    """

    __slots__ = ("graph", "listing", "output", "places", "request", "source", "values")

    def __init__(self, source: Source, graph: Graph, values: Values, request: Request) -> None:
        self.output = choose_output(graph, request.of)
        if request.of in graph.named and graph.labels[self.output] != request.of:
            graph = called(graph, self.output, request.of)
        self.source = source
        self.graph = graph
        self.values = values
        self.request = request
        self.places = choose_places(graph, request.wrt, request.grad)
        self.listing = listing(graph, self.output, self.places.values(), request.nodes)

    def point(self, S: Any) -> dict[str, Any]:
        """Return the number of every input in a number system. Raises what `Values.point` raises."""
        return self.values.point(S, self.graph, self.request.may_be_unused)

    def output_adjoint(self, S: Any) -> Any:
        """Return what the reverse pass starts with, in a number system."""
        return self.values.number(S, self.request.upstream)


def choose_output(graph: Graph, of: str | None) -> int:
    """Return the node of that name, or the graph's own output. Raises `InputError` for a name that no node has."""
    if of is None:
        return graph.output
    of = composed(of)
    found = graph.by_label.get(of)
    if found is None:
        known = list(graph.by_label)
        hint = _quotient_hint(graph, of) or did_you_mean(of, known)
        hint = hint or listed("node", known)
        raise InputError(f"there is no node {clip_name(of)}", kind="name", hint=hint)
    return found


def choose_inputs(graph: Graph, wrt: Collection[str] | None) -> list[str]:
    """Return the inputs to differentiate with respect to: those named, in the graph's order, or all.

    Raises `InputError` for a name that is no input.
    """
    if wrt is None:
        return list(graph.inputs)
    wrt = [*map(composed, wrt)]
    for name in wrt:
        if name not in graph.inputs:
            raise InputError(f"{clip_name(name)} is not an input", kind="name", hint=_input_hint(graph, name))
    asked = set(wrt)
    return [name for name in graph.inputs if name in asked]


def choose_places(graph: Graph, wrt: Collection[str] | None, grad: Collection[str] | None) -> dict[str, int]:
    """Return what to differentiate with respect to, by name: the nodes of `grad`, or else the inputs of `wrt`.

    Raises `InputError` for a name that the graph does not have.
    """
    if grad is None:
        return {name: graph.inputs[name] for name in choose_inputs(graph, wrt)}
    grad = [*map(composed, grad)]
    for name in grad:
        if name not in graph.by_label:
            known = list(graph.by_label)
            hint = _quotient_hint(graph, name) or _glued_hint(graph, name) or did_you_mean(name, known)
            hint = hint or listed("name", known)
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
    return near or listed("input", list(graph.inputs))


def listing(graph: Graph, output: int, places: Collection[int], nodes: str | Collection[int]) -> Listing:
    """Return the nodes whose numbers the record keeps; the output and what is asked for are always among them.

    `nodes` is "all", "named", "none", or "ends": those that a table shows if there are too many; or says which.
    """
    count = len(graph.nodes)
    if nodes == "all" or (nodes == "ends" and count <= MANY_NODES):
        return Listing(range(count), range(count))
    shown: set[int] = set()
    if nodes == "named":
        shown = {output, *graph.named.values(), *graph.inputs.values()}
    elif nodes == "ends":
        shown = {*range(NODES_AT_ENDS), *range(count - NODES_AT_ENDS, count)}
    elif not isinstance(nodes, str):
        shown = set(nodes)
    return Listing({output, *places, *shown}, shown)
