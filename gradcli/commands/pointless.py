"""The main job without a point: the gradient as formulas, and how to see both passes; or both passes as code."""

from __future__ import annotations

from ..calculus.graph import Graph
from ..errors import GradcliError, Source
from ..language.names import UnboundError
from ..record.bindings import NAME
from ..record.gradient import evaluate
from ..record.higher_derivatives import Formulas, formulas_of
from ..record.request import Request
from ..reports import CODE, render_code
from ..reports.formulas import equations, render
from ..text import MESSAGE_CELLS, cells
from .options import Options
from .streams import advise, emit

MOST_INPUTS, MOST_NODES = 12, 400  # of a program that is shown as formulas where a point was perhaps forgotten
TRIED = (("3", "2", "4", "5"), ("0.5", "0.25", "0.75"), ("1", "2"))  # values for the example, one of which may fit
LONGEST = 60  # characters of a program that is repeated in the example
AT_A_POINT = "both passes at a point: "


def write_formulas(
    program: Source, graph: Graph, request: Request, options: Options, chosen: str, missing: UnboundError
) -> None:
    """Write the formulas where a report needs no numbers; else raise the error that says which values are missing."""
    needs_numbers = (
        options.bare or options.steps or options.frames is not None or options.hessian or options.verify
        or options.upstream != "1" or options.nodes is not None or options.at_kink == "error"
    )  # fmt: skip
    if chosen in CODE and not needs_numbers:
        from ..reports.code.lines import subject_without_point

        emit(render_code(subject_without_point(program, graph, request), chosen), options.output)
        return
    if chosen not in ("table", "latex") or needs_numbers:
        raise _hinted(missing)
    if len(graph.inputs) > MOST_INPUTS or len(graph.nodes) > MOST_NODES:
        raise _hinted(missing)
    record = formulas_of(graph, program, request.wrt, request.of)
    emit(equations(record) if chosen == "table" else render(record, chosen), options.output)
    if missing.hint and missing.guess:
        advise(missing.hint)
    if NAME.fullmatch(program.text.strip()):
        from .help import topics

        if (word := program.text.strip()) in topics():
            advise(f"gradcli help {word} opens the page of the manual")
    whole = AT_A_POINT + _example(record, graph, options)
    advise(whole if cells(whole) <= MESSAGE_CELLS else f"{AT_A_POINT}add NAME=VALUE for every input")


def _hinted(missing: UnboundError) -> UnboundError:
    """Return the error with a hint that formulas need no values, unless it has another one."""
    if missing.guess:
        return missing
    return missing.but(hint=f"{missing.hint}; gradcli diff writes the formulas without values")


def _example(record: Formulas, graph: Graph, options: Options) -> str:
    """Return a command that gives the inputs values at which the program has one, if one of those tried is such."""
    names = [name for name in graph.inputs if name not in graph.defaults]
    for values in TRIED:
        point = {name: values[k % len(values)] for k, name in enumerate(names)}
        bindings = {name: Source(name, value) for name, value in point.items()}
        try:
            evaluate(record.source, bindings, Request(wrt=[], of=options.of, nodes="none"), graph)
        except GradcliError:
            continue
        break
    text = record.source.text.strip()
    if options.file is not None:
        words = ["--file", options.file]
    elif record.source.name != "program" or len(text) > LONGEST:
        words = ["..."]
    else:
        words = [_quoted(text)]
    words += [] if options.of is None else ["--of", options.of]
    return " ".join(["gradcli", *words, *(f"{name}={value}" for name, value in point.items())])


def _quoted(text: str) -> str:
    """Return a program as a word for a shell."""
    from shlex import quote

    return quote(text) if any(c in text for c in '"$`\\!\n') else f'"{text}"'
