"""The formulas of `gradcli diff`: as a program, as LaTeX, as JSON."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from ..calculus.notes import Note
from ..language import latex
from ..language.writing import formula, statements
from ..record.higher_derivatives import Derivative, Formulas
from ..text import cells, visible
from .json_text import note_fields

AT_KINK = "at a kink the formulas may give other numbers than those shown"


def render(record: Formulas, format: str) -> str:
    """Return the formulas in a format, with a final newline."""
    return {"text": _text, "latex": _latex, "json": _json}[format](record)


def _values(record: Formulas) -> list[tuple[Derivative, Any]]:
    return [(d, d.value) for d in record.derivatives if d.value is not None]


def _told(record: Formulas) -> list[str]:
    """Return the notes without those on how the numbers were settled, and at a kink what the numbers are."""
    told = [visible(note.message) for note in record.notes if note.kind != "precision"]
    if _values(record) and any(note.kind == "kink" for note in record.notes):
        told.append(AT_KINK)
    return told


def _text(record: Formulas) -> str:
    """Return a program; what else there is to say are comments, so that it stays one."""
    several = [f"# choose one with --of {record.derivatives[0].name}"] if len(record.derivatives) > 1 else []
    values = [f"# {d.name} = {record.system.text(x)}" for d, x in _values(record)]
    lines = [*several, record.text(), *values, *(f"# note: {told}" for told in _told(record))]
    return "\n".join(lines) + "\n"


def equations(record: Formulas) -> str:
    """Return an output and its gradient as equations, below each other; what they share stands first."""
    graph = record.graph
    nodes, stated, labels = statements(graph, [d.node for d in record.derivatives], number=True)
    rows = [(labels[i], formula(graph, i, stated, labels)) for i in nodes]
    for d in record.derivatives:
        right = labels[d.node] if stated[d.node] else formula(graph, d.node, stated, labels)
        rows.append((f"d{record.output}/d{d.wrt[0]}" if d.wrt else record.output, right))
    width = max(cells(left) for left, _ in rows)
    return "".join(f"{left}{' ' * (width - cells(left))} = {right}\n" for left, right in rows if left != right)


def _latex(record: Formulas) -> str:
    """Return an align block: definitions first, then the derivatives."""
    graph = record.graph
    nodes, stated, labels = statements(graph, [d.node for d in record.derivatives], number=True)
    rows = [f"{latex.name(labels[i])} &= {latex.formula(graph, i, stated, labels)}" for i in nodes]
    for d in record.derivatives:
        left = _quotient(record, d) if d.wrt else latex.name(record.output)
        right = latex.name(labels[d.node]) if stated[d.node] else latex.formula(graph, d.node, stated, labels)
        value = "" if d.value is None else f" = {latex.numeral(record.system.brief(d.value))}"
        if left != right:
            rows.append(f"{left} &= {right}{value}")
    body = " \\\\\n".join(f"  {row}" for row in rows)
    notes = "".join(f"% note: {told}\n" for told in _told(record))
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n{notes}"


def _quotient(record: Formulas, d: Derivative) -> str:
    below = ((name, len(list(alike))) for name, alike in groupby(d.wrt))
    under = " \\, ".join(f"d{latex.name(name)}{_raised(times)}" for name, times in below)
    return f"\\frac{{d{_raised(len(d.wrt))}{latex.name(record.output)}}}{{{under}}}"


def _raised(count: int) -> str:
    return f"^{{{count}}}" if count > 1 else ""


def _json(record: Formulas) -> str:
    """Return one JSON object (schema gradcli.diff/1)."""
    graph = record.graph
    entries = [
        {
            "wrt": list(d.wrt),
            "name": d.name,
            "formula": formula(graph, d.node) if _written_out(record, d) else None,
            "value": None if d.value is None else record.system.plain(d.value),
        }
        for d in record.derivatives
    ]
    fields = {
        "schema": "gradcli.diff/1",
        "program": record.source.text,
        "output": record.output,
        "order": record.order,
        "text": record.text(),
        "derivatives": entries,
        "notes": [_note(record, note) for note in record.notes],
    }
    return json.dumps(fields, indent=1, allow_nan=False) + "\n"


def _note(record: Formulas, note: Note) -> dict[str, Any]:
    return {key: x for key, x in note_fields(note, record.system.plain).items() if key != "node"}


def _written_out(record: Formulas, d: Derivative, limit: int = 2_000) -> bool:
    """Whether the formula without intermediates has few enough nodes to be written out."""
    nodes = record.graph.nodes
    size = [0] * (d.node + 1)
    for i in range(d.node + 1):
        size[i] = min(1 + sum(size[a] for a in nodes[i].arguments), limit + 1)
    return size[d.node] <= limit
