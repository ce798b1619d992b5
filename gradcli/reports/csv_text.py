"""The record as CSV: one row per node; the columns of a node's arguments hold one entry per argument, in order."""

from __future__ import annotations

import csv
import io
from typing import Any

from ..record.gradient import Gradient
from . import Style, selected

HEADER = ["node", "name", "operation", "expression", "value", "upstream", "arguments", "local", "downstream"]


def render(record: Gradient, style: Style) -> str:
    """Return the record as CSV with a header row."""
    text = record.system.text

    def cell(x: Any) -> str:
        return "" if x is None else str(text(x))

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    new = {record.graph.inputs[name]: x for name, (x,) in record.taken.new.items()} if record.taken else {}
    writer.writerow([*HEADER, *(["step"] if record.taken else [])])
    for i in selected(record, style.nodes):
        view = record.view(i)
        writer.writerow(
            [
                record.ids[view.id],
                view.name,
                view.operation,
                view.expression,
                cell(view.value),
                cell(view.upstream),
                " ".join(record.labels[e.node] for e in view.arguments),
                " ".join(cell(e.local) or "." for e in view.arguments),
                " ".join(cell(e.downstream) or "." for e in view.arguments),
                *([cell(new.get(i))] if record.taken else []),
            ]
        )
    return out.getvalue()
