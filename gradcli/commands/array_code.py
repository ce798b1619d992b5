"""Code on arrays from shapes alone: the main job with --to numpy or torch and no values."""

from __future__ import annotations

from ..errors import GradcliError, Source
from ..record.array_formulas import graph_of_shapes
from ..record.request import Request
from ..reports import render_code_of_shapes
from .options import Options
from .streams import emit


def write_code_of_shapes(
    program: Source, given: dict[str, Source], request: Request, options: Options, chosen: str
) -> None:
    """Write both passes as a function of the inputs. Raises what `graph_of_shapes` raises."""
    emit(render_code_of_shapes(graph_of_shapes(program, given, request), chosen), options.output)


def numbers_alone(program: Source, request: Request) -> dict[str, Source]:
    """Return the shape of every input of a program without values: a number; nothing where it is one of arrays."""
    try:
        graph = request.graph(program, ())
    except GradcliError:
        return {}
    return {name: Source(name, "number") for name in graph.inputs if name not in graph.defaults}
