"""The record of `gradcli diff` for a program of arrays: its gradient as a program, with the values at a point."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from ..arrays.graph import ArrayGraph
from ..arrays.sizes import Shape, described
from ..calculus.notes import Note
from ..errors import InputError, Source, Within
from ..language.array_gradients import gradient_program
from ..language.array_scope import parse_arrays
from ..language.array_statements import ArrayStatement
from ..language.names import clip_name
from .array_gradient import ArrayGradient, evaluate_arrays
from .array_point import Given
from .array_shapes import shapes_of
from .array_task import choose_places
from .request import Request


class ArrayFormulas(NamedTuple):
    """The derivatives of a program of arrays as statements; `at` is the record at a point, where values were given.

    `sizes` has the letters that met a number, `inputs` the shapes of the inputs.
    """

    source: Source
    output: str
    statements: list[ArrayStatement]
    sizes: Mapping[str, int]
    at: ArrayGradient | None
    inputs: Mapping[str, Shape]

    @property
    def program(self) -> ArrayGraph:
        """The graph of the statements, as a program of the same inputs."""
        return parse_arrays(Source("formulas", self.text()), self.inputs)

    @property
    def derivatives(self) -> list[ArrayStatement]:
        """The statements of what was asked for."""
        return [statement for statement in self.statements if statement.wrt is not None]

    @property
    def notes(self) -> list[Note]:
        """The notes on the program at the point."""
        return self.at.notes if self.at is not None else []

    def text(self) -> str:
        """Return the program, one statement per line. A single derivative is its output; of several, `--of` chooses."""
        return "\n".join(f"{statement.name} = {statement.text}" for statement in self.statements)

    def value(self, statement: ArrayStatement) -> tuple[list[Any], tuple[int, ...]] | None:
        """Return the value of a derivative, a flat list and its shape; None where no point is given."""
        return None if self.at is None or statement.wrt is None else self.at.derivative(statement.wrt)


def formulas_at(source: Source, given: Mapping[str, Given], request: Request) -> ArrayFormulas:
    """Return the derivatives at a point. Raises what `evaluate_arrays` raises, and what `gradient_program` raises."""
    record = evaluate_arrays(source, given, request)
    with Within(source):
        return _formulas(source, record.graph, record.output, record.places, record)


def formulas_of_shapes(source: Source, given: Mapping[str, Source], request: Request) -> ArrayFormulas:
    """Return the derivatives of a program whose inputs have shapes, or values for their shapes alone.

    Raises what `shapes_of` and `gradient_program` raise, and `InputError` for an output that is an array.
    """
    found = graph_of_shapes(source, given, request)
    with Within(source):
        return _formulas(source, found.graph, found.output, found.places, None)


class ShapedProgram(NamedTuple):
    """A program of arrays with shapes and no values: its graph, its output, and what is differentiated."""

    source: Source
    graph: ArrayGraph
    output: int
    places: Mapping[str, int]


def graph_of_shapes(source: Source, given: Mapping[str, Source], request: Request) -> ShapedProgram:
    """Return a program whose inputs have shapes, or values for their shapes alone. Raises as `formulas_of_shapes`."""
    shapes = shapes_of(source, given, request)
    places = choose_places(shapes.graph, request.wrt)
    with Within(source):
        _check(shapes.graph, shapes.output, places)
    return ShapedProgram(source, shapes.graph, shapes.output, places)


def _check(graph: ArrayGraph, output: int, places: Mapping[str, int]) -> None:
    """Raise `InputError` for an output that is an array, and where nothing has a derivative."""
    shape, label = graph.nodes[output].shape, graph.labels[output]
    if shape:
        hint = f"write sum({label}) or mean({label})" if label in graph.by_label else None
        raise InputError(
            f"{clip_name(label)} {described(shape)}: a gradient is that of one number",
            kind="shape", span=graph.nodes[output].span, hint=hint,
        )  # fmt: skip
    if not places:
        raise InputError("the program has no input with a derivative", kind="name")


def _formulas(
    source: Source, graph: ArrayGraph, output: int, places: Mapping[str, int], at: ArrayGradient | None
) -> ArrayFormulas:
    _check(graph, output, places)
    statements = gradient_program(graph, output, places)
    inputs = {name: graph.nodes[i].shape for name, i in graph.inputs.items()}
    return ArrayFormulas(source, graph.labels[output], statements, dict(graph.sizes.known), at, inputs)


def asked(names: Collection[str] | None, request: Request) -> Request:
    """Return a request for the derivatives with respect to some inputs, or to all."""
    return request._replace(wrt=names, nodes="none", derivatives_required=names is not None)
