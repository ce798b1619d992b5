"""The record of a program of arrays as CSV: one row an entry, its index in a column of its own."""

from __future__ import annotations

from itertools import product
from typing import Any

from ..record.array_gradient import ArrayGradient
from . import Style, selected_arrays
from .delimited import csv_line

HEADER = ["node", "name", "index", "operation", "expression", "value", "upstream"]


def render(record: ArrayGradient, style: Style) -> str:
    """Return the record as CSV with a header row. The index of a number is empty, of W[1,0] it is 1,0."""
    text = record.system.text

    def cell(x: Any) -> str:
        return "" if x is None else str(text(x))

    lines = [csv_line(HEADER)]
    for i in selected_arrays(record, style.nodes):
        view = record.view(i)
        upstream = view.upstream or [None] * len(view.value)
        places = product(*map(range, view.shape))
        for place, value, slope in zip(places, view.value, upstream, strict=True):
            index = ",".join(map(str, place))
            lines.append(
                csv_line([view.id, view.name, index, view.operation, view.expression, cell(value), cell(slope)])
            )
    return "".join(lines)
