"""What is asked about the program at its point: one value, one derivative, and why a derivative is what it is."""

from __future__ import annotations

import re

from ...errors import InputError
from ...language.lexer import as_name
from ...language.names import clip_name, listed
from ...record import bindings as binding
from ...record.gradient import Gradient
from ...reports import render
from ...text import did_you_mean, visible
from ..names import COMMANDS
from ..streams import emit
from .lines import QUOTIENT, WORDS, is_constant
from .session import Session
from .wording import brief, definition

_SECOND = re.compile(r"[d∂](?:\^?2|²)(\w*)\s*/\s*[d∂](\w*?)(?:\^?2|²)")
_HALF = re.compile(r"[d∂](\w*)\s*/\s*[d∂](\w*)")  # a derivative of which a name may be missing: d/dx


def tell(session: Session, text: str) -> bool:
    """Answer a line that asks for a value or a derivative of the program; return whether it did."""
    graph = session.graph
    if graph is not None and text in graph.by_label:
        _show_node(session, text)
        return True
    if graph is not None and (second := _SECOND.fullmatch(text)) and second[2] in graph.inputs:
        raise InputError("second derivatives are written as formulas here", kind="name",
                         hint=f"diff {second[2]} --order 2")  # fmt: skip
    if graph is not None and (found := QUOTIENT.fullmatch(text)):
        _known(session, found[2], found[4])
        emit(f"{_derivative(session, found[1], found[2], found[4])}\n")
        return True
    if graph is not None and (half := _HALF.fullmatch(text)):
        output = graph.labels[graph.output]
        below = half[2] or next(iter(graph.inputs), "x")
        raise InputError(f"{clip_name(text)} names one variable; a derivative has two", kind="name",
                         hint=f"d{half[1] or output}/d{below}")  # fmt: skip
    if as_name(text) is None:
        return False
    if text in COMMANDS and text not in session.values:
        raise InputError(f"{text} is a command of the command line, not of the prompt", kind="name",
                         hint=f"help {text}; a program of one variable is ({text})")  # fmt: skip
    if graph is not None and text[:1] in "d∂" and text[1:] in graph.by_label and text not in session.values:
        slope = f"d{graph.labels[graph.output]}/d{text[1:]}"
        raise InputError(f"{clip_name(text)} is not how a derivative is asked for", kind="name",
                         hint=f"{slope}; a program of one variable is ({clip_name(text)})")  # fmt: skip
    near = did_you_mean(text, list(WORDS))
    if near or (graph is not None and not is_constant(text)):
        alone = f"a program of one variable is ({clip_name(text)})"
        raise InputError(
            f"{clip_name(text)} is neither a command nor in the program", kind="name",
            hint=f"{near}; {alone}" if near else f"help lists the commands; {alone}",
        )  # fmt: skip
    return False


def why(session: Session, rest: str) -> None:
    """Show the lines of the derivation that lead to one derivative, or all."""
    record = session.there()
    if not rest:
        emit(str(render(record, "steps", session.style())))
        return
    from ...reports.steps import about

    labels = record.graph.by_label
    found = QUOTIENT.fullmatch(rest)
    below = found[4] if found else rest if rest in labels else rest[1:] if rest[:1] in ("d", "∂") else rest
    above = found[2] if found else record.labels[record.output]
    if not found and not binding.NAME.fullmatch(below):
        raise InputError(f"{clip_name(rest)} is no derivative", kind="name", hint=_for_example(session, above))
    _known(session, above, below, hint=_for_example(session, above))
    if found and found[1] == "∂" and labels[below] in record.graph.nodes[labels[above]].arguments:
        emit(f"{_derivative(session, '∂', above, below)}\n")
        return
    text = about(_of(session, above), labels[below], session.style())
    emit(text if text.strip() else f"d{above}/d{below} = 0: {above} does not depend on {below}\n")


def _for_example(session: Session, above: str) -> str:
    _, graph = session.program()
    shown = above if above in graph.by_label else graph.labels[graph.output]
    return f"why d{shown}/d{next(iter(graph.inputs), 'x')}"


def _known(session: Session, *names: str, hint: str | None = None) -> None:
    """Raise `InputError` for the first name that the program does not have."""
    _, graph = session.program()
    for name in names:
        if name not in graph.by_label:
            known = list(graph.by_label)
            raise InputError(
                f"there is no node {clip_name(name)}", kind="name",
                hint=did_you_mean(name, known) or hint or listed("node", known),
            )  # fmt: skip


def _show_node(session: Session, name: str) -> None:
    """Show one node: what it is, its value, and the derivative of the output with respect to it."""
    _, graph = session.program()
    i = graph.by_label[name]
    record = session.there()
    figures = session.options.figures
    parts = [name, definition(graph, i), brief(record, record.values[i], figures)]
    line = " = ".join(part for k, part in enumerate(parts) if part not in parts[:k])
    if record.active[i] and i != record.output:
        line += f", d{record.labels[record.output]}/d{name} = {brief(record, record.upstream[i], figures)}"
    emit(f"{visible(line)}\n")


def _derivative(session: Session, sign: str, above: str, below: str) -> str:
    """Return one derivative as text; ∂q/∂x, where x is an argument of q, is the local gradient of the edge."""
    record = session.there()
    figures = session.options.figures
    graph = record.graph
    top, bottom = graph.by_label[above], graph.by_label[below]
    if sign == "∂" and bottom in graph.nodes[top].arguments:
        from ...reports.rounding import Rounding
        from ...reports.wording import locals_of

        signs, view = session.style().signs, record.view(top)
        view = view._replace(arguments=tuple(edge for edge in view.arguments if edge.node == bottom))
        texts = [local.text() for local in locals_of(record, view, Rounding(record, figures, signs=signs).text, signs)]
        return "\n".join(texts) or f"{above} does not depend on {below} here"
    of = _of(session, above)
    slope = of.upstream[bottom] if bottom <= top else of.system_zero
    return f"d{above}/d{below} = {brief(of, slope, figures)}"


def _of(session: Session, name: str) -> Gradient:
    """Return the record with another node as its output."""
    record = session.there()
    if record.graph.by_label[name] == record.output:
        return record
    source, graph = session.program()
    return session.differentiate(source, graph, of=name)
