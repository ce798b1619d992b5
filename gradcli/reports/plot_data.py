"""The samples of a plot as CSV or JSON."""

from __future__ import annotations

import csv
import io
from typing import Any

from ..plotting.plot import Plot
from ..text import harmless
from . import Style
from .json_text import json_list, json_object, json_of


def csv_text(plot: Plot, style: Style) -> str:
    """Return one row per sample; those of an unbroken piece of the curves have the same number in `piece`.

    A map has one row per point of its grid.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [harmless(r.name) for r in plot.ranges]
    if plot.map is not None:
        writer.writerow([*names, plot.output])
        writer.writerows(_grid(plot))
        return out.getvalue()
    writer.writerow([*names, plot.output, f"d{plot.output}/d{names[0]}", "piece"])
    writer.writerows(["" if cell is None else cell for cell in row] for row in _samples(plot))
    return out.getvalue()


def json_text(plot: Plot, style: Style) -> str:
    """Return the plot as one object (schema gradcli.plot/1): ranges, fixed inputs, samples, breaks, marks."""
    record: dict[str, Any] = {
        "schema": "gradcli.plot/1",
        "program": plot.source.text,
        "output": plot.output,
        "ranges": {r.name: [r.low, r.high] for r in plot.ranges},
        "fixed": plot.fixed,
        "marks": [
            {
                "at": {r.name: mark.values[mark.graph.inputs[r.name]] for r in plot.ranges},
                "value": mark.system.plain(mark.value),
                "gradient": {n: None if d is None else mark.system.plain(d) for n, d in mark.gradient.items()},
                "notes": [note.message for note in mark.notes],
            }
            for mark in plot.marks
        ],
    }
    if plot.curves is not None:
        record["columns"] = [*(r.name for r in plot.ranges), "value", "slope", "piece"]
        record["samples"] = list(map(list, _samples(plot)))
        record["breaks"] = [{"at": b.x, "kind": b.kind} for b in plot.curves.breaks]
    else:
        record["columns"] = [*(r.name for r in plot.ranges), "value"]
        record["samples"] = list(map(list, _grid(plot)))
    fields = {
        key: json_list(map(json_of, value)) if key == "samples" else json_of(value) for key, value in record.items()
    }
    return json_object(fields)


def _samples(plot: Plot) -> list[tuple[Any, ...]]:
    """Return x, value, slope and the number of the piece, without what was sampled close to a break."""
    assert plot.curves is not None
    ((_, low, high),) = plot.ranges
    breaks = plot.curves.breaks
    near = {x for b in breaks for x in (b.left, b.right)}
    rows: list[tuple[Any, ...]] = []
    piece, waiting = 1, list(breaks)
    for s in plot.curves.samples:
        while waiting and s.x >= waiting[0].right:
            waiting.pop(0)
            piece += 1
        if waiting and waiting[0].left < s.x and waiting[0].cuts_values and s.value is not None:
            rows.append((s.x, s.value, s.slope, piece + 1))  # by itself
            piece += 1
        elif s.x not in near or s.x in (low, high):
            rows.append((s.x, s.value, s.slope, piece))
    return rows


def _grid(plot: Plot) -> list[tuple[float, float, float | None]]:
    assert plot.map is not None
    across, up = plot.ranges
    size = len(plot.map.grid) - 1
    return [
        (
            across.low * (1 - i / size) + across.high * (i / size),
            up.low * (1 - j / size) + up.high * (j / size),
            z,
        )
        for j, row in enumerate(plot.map.grid)
        for i, z in enumerate(row)
    ]
