"""The record of a program of arrays as CSV: one row per entry, its index in a column of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import product
from typing import Any

from ..record.array_gradient import ArrayGradient
from . import Style, selected

HEADER = ["node", "name", "index", "operation", "expression", "value", "upstream"]


def render(record: ArrayGradient, style: Style) -> str:
    """Return the record as CSV with a header row. The index of a number is empty, of W[1,0] it is 1,0."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    new = {record.graph.inputs[name]: x for name, x in record.taken.new.items()} if record.taken else {}
    writer.writerow([*HEADER, *(["step"] if record.taken else [])])
    for i in selected(record, style.nodes):
        view = record.view(i)
        values = _cells(record, view.value)
        slopes = _cells(record, view.upstream or [None] * len(view.value))
        steps = _cells(record, new.get(i, [None] * len(view.value)))
        places = product(*map(range, view.shape))
        for place, value, slope, step in zip(places, values, slopes, steps, strict=True):
            index = ",".join(map(str, place))
            row = (view.id, view.name, index, view.operation, view.expression, value, slope)
            writer.writerow((*row, step) if record.taken else row)
    return out.getvalue()


def _cells(record: ArrayGradient, entries: Sequence[Any]) -> list[str]:
    text = record.system.text
    return ["" if x is None else str(text(x)) for x in entries]
