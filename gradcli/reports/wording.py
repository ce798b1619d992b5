"""How the parts of a record are put into words, the same in every report that a person reads."""

from __future__ import annotations

import re
from typing import Any

from ..drawing.remarks import lines_of, substantial
from ..errors import clip
from ..gradient import Edge, Gradient, NodeView
from ..operations import CONSTANT, NUMBER

SUMMANDS = 6
LONG = 120
FEW = 12
LEGEND = "∂: along one edge, everything else fixed; d: along all paths"
_EDGE = re.compile(r"∂(\w+)/∂(\w+)")
_LOWERED = {sign: str(digit) for sign, digit in zip(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹"), range(10), strict=True)}


def plain_ascii(text: str) -> str:
    """Return the text for a reader without the signs of derivatives: `∂q/∂x` is local(q,x), as in a claim."""
    text = _EDGE.sub(r"local(\1,\2)", text).replace("∂:", "local:")
    return text.replace("∂", "d").replace(" ± ", "+-").translate(_LOWERED)


def brief(record: Gradient, x: Any) -> str:
    """Return a number as reports show it; `none` where there is none."""
    return "none" if x is None else record.system.brief(x)


def rows(record: Gradient, nodes: list[int]) -> list[NodeView]:
    """Return the nodes of a table: inputs first, then in order; numerals speak for themselves and are left out."""
    graph = record.graph
    shown = [
        i for i in nodes if graph.nodes[i].operation is not NUMBER or i in graph.named.values() or i == record.output
    ]
    inputs = set(graph.inputs.values())
    arriving = record.arrivals(shown)
    return [record.view(i, arriving[i]) for i in sorted(shown, key=lambda i: (i not in inputs, i))]


def local_text(record: Gradient, view: NodeView, edge: Edge) -> str:
    """Return one local gradient as formula and number: `∂f/∂q = z = -4`."""
    value = brief(record, edge.local)
    name = f"∂{view.name}/∂{record.labels[edge.node]}"
    return f"{name} = {value}" if edge.rule == value else f"{name} = {edge.rule} = {value}"


def local_texts(record: Gradient, view: NodeView) -> list[str]:
    """Return the local gradients with respect to the active arguments."""
    edges = [edge for edge in view.arguments if edge.rule]
    lines = [local_text(record, view, edge) for edge in edges[:FEW]]
    return [*lines, f"... ({len(edges):,} in all)"] if len(edges) > FEW else lines


def upstream_text(record: Gradient, view: NodeView) -> str:
    """Return the upstream gradient, with its sum written out where paths meet: `df/db = -12 + -20 = -32`."""
    if not record.active[view.id]:
        return ""
    total = brief(record, view.upstream)
    name = f"d{record.labels[record.output]}/d{view.name}"
    if len(view.arriving) < 2 or view.upstream is None:
        return f"{name} = {total}"
    terms = [brief(record, term) for term in view.arriving]
    if len(terms) > SUMMANDS:
        terms = [*terms[: SUMMANDS - 1], f"... ({len(terms):,} terms)"]
    equals = "->" if any(note.kind == "settled" and note.node == view.id for note in record.notes) else "="
    return f"{name} = {' + '.join(terms)} {equals} {total}"


def kind_text(record: Gradient, view: NodeView) -> str:
    """Return what the expression column says of a node: what it computes, or that it is an input."""
    operation = record.graph.nodes[view.id].operation
    return (
        "input" if view.operation == "input" else "constant" if operation is CONSTANT else clip(view.expression, LONG)
    )


def summary(record: Gradient) -> str:
    """Return the answer in one line: `f = -12, gradient: x -4, y -4, z 3`."""
    parts = [f"{name} {brief(record, x)}" for name, x in list(record.gradient.items())[:FEW]]
    if len(record.gradient) > FEW:
        parts.append(f"... ({len(record.gradient):,} inputs)")
    line = f"{record.labels[record.output]} = {brief(record, record.value)}"
    return f"{line}, gradient: {', '.join(parts)}" if parts else line


def notes(record: Gradient) -> list[str]:
    """Return the remarks, at most twelve of them, as lines."""
    return lines_of(substantial(record))


def hessian_lines(record: Gradient) -> list[str]:
    """Return the second derivatives as a matrix, its columns aligned."""
    if record.hessian is None:
        return []
    names = list(record.hessian)
    output = record.labels[record.output]
    rows = [["", *names], *([name, *(brief(record, row[n]) for n in names)] for name, row in record.hessian.items())]
    widths = [max(len(row[k]) for row in rows) for k in range(len(names) + 1)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return [f"Hessian, d²{output} by row and column:", *lines]


def check_lines(record: Gradient) -> list[str]:
    """Return what --verify found: a line an input, and the rule."""
    if record.checks is None:
        return []
    from ..verification import RULE

    lines = []
    for check in record.checks:
        if check.verdict == "skipped":
            lines.append(f"verify {check.name}: skipped, {check.why}")
            continue
        line = f"verify {check.name}: {check.verdict}; reverse {brief(record, check.reverse)}"
        line += f", forward {check.forward:.12g}"
        if check.difference is not None:
            line += f", differences {check.difference:.10g} (step {check.step:.2g}, error {check.error:.1g})"
        lines.append(f"{line}, {check.why}" if check.why else line)
    return [*lines, RULE]
