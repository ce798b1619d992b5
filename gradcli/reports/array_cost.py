"""What a program of arrays costs: a table by node and by mode, or JSON (schema gradcli.cost/1)."""

from __future__ import annotations

from typing import Any

from ..arrays.sizes import Size, shape_text
from ..arrays.table import INPUT
from ..record.array_cost import ArrayCost, Mode, NodeCost
from ..text import BOLD, clip
from . import Style, selected
from .array_shapes import sizes_of
from .columns import wrapped
from .json_text import json_list, json_object, json_of
from .table import COLUMN_GAPS, Column, drawn
from .wording import EXPRESSION_CELLS

WAYS = {"reverse": "reverse mode", "forward": "forward mode", "hessian": "Hessian"}
PASSES = (
    "reverse mode: one pass for each entry of the output",
    "forward mode: one pass for each entry of the inputs",
    "Hessian: one pass of forward mode through both passes for each entry of the inputs",
)
BLANK = ("value", "backward", "kept")  # columns that leave out 0
UNTITLED = ("node", "shape", "expression", "")  # what a list says without the title of its column


def render(record: ArrayCost, format: str, style: Style) -> str:
    """Return the costs as a table, or as JSON, with a final newline."""
    return _json(record, style) if format == "json" else "\n".join(_table(record, style)) + "\n"


def _listed(record: ArrayCost, style: Style) -> list[NodeCost]:
    listed = {*selected(record, style.nodes)}
    nodes = [node for node in record.nodes if node.id in listed]
    return sorted(nodes, key=lambda node: (record.graph.nodes[node.id].operation is not INPUT, node.id))


def _table(record: ArrayCost, style: Style) -> list[str]:
    """Return the table of the nodes, and below it that of the modes."""
    plain = style.signs.plain
    nodes = _listed(record, style)
    columns = [
        Column("node", [[node.name] for node in nodes], BOLD),
        Column("shape", [[shape_text(node.shape) if node.shape else ""] for node in nodes], ""),
        Column("expression", [[plain(_kind(record, node))] for node in nodes], ""),
        _numbers("value", [node.value for node in nodes]),
        _numbers("backward", [node.backward for node in nodes]),
        _numbers("kept", [node.kept for node in nodes]),
    ]
    modes = record.modes
    ways = [
        Column("", [[WAYS[mode.name]] for mode in modes], BOLD),
        _numbers("passes", [mode.passes for mode in modes]),
        _numbers("each", [mode.each for mode in modes]),
        _numbers("in all", [mode.total for mode in modes]),
    ]
    if any(not isinstance(mode.total, int) for mode in modes):
        del ways[3]
    above = [*_drawn(columns, style), ""] if nodes else []
    lines = [*above, *_drawn(ways, style), ""]
    return [*lines, *(line for text in _closing(record) for line in wrapped(plain(text), style.width))]


def _closing(record: ArrayCost) -> list[str]:
    """Return what stands below the tables."""
    known = [f"{letter} = {size}" for letter, size in record.sizes.items()]
    return [
        *([", ".join(known)] if known else []),
        f"value: multiplications, divisions and functions, one each; in all {_text(record.value)}",
        f"backward: those of the backward rules; in all {_text(record.backward)}",
        f"kept: numbers of the forward pass that the backward pass reads; in all {_text(record.kept)}",
        *PASSES,
        "each: of one pass; in all: of all passes, and of the values once",
    ]


def _drawn(columns: list[Column], style: Style) -> list[str]:
    """Return a table that fits, or a list."""
    count = len(columns[0].rows)
    natural = 1 + sum(column.width for column in columns)
    for gap in COLUMN_GAPS:
        if style.width is None or natural + gap * (len(columns) - 1) <= style.width:
            return list(drawn(columns, [[] for _ in range(count)], gap, style))
    lines: list[str] = []
    for k in range(count):
        texts = [(column.heading.strip(), " ".join(column.rows[k]).strip()) for column in columns]
        lines += wrapped(f" {'  '.join(text for title, text in texts if text and title in UNTITLED)}", style.width)
        for title, text in texts:
            if text and title not in UNTITLED:
                lines += wrapped(f"    {title} {text}", style.width, " " * 6)
    return lines


def _numbers(title: str, sizes: list[Size]) -> Column:
    texts = [_text(size) if size or title not in BLANK else "" for size in sizes]
    width = max(map(len, [title, *texts]))
    return Column(title.rjust(width), [[text.rjust(width)] for text in texts], "")


def _text(size: Size) -> str:
    return f"{size:,}" if isinstance(size, int) else str(size)


def _kind(record: ArrayCost, node: NodeCost) -> str:
    operation = record.graph.nodes[node.id].operation
    return operation.name if operation is INPUT else clip(node.expression, EXPRESSION_CELLS)


def _json(record: ArrayCost, style: Style) -> str:
    nodes = [
        {
            "id": node.id, "name": node.name, "operation": node.operation, "expression": node.expression,
            "shape": sizes_of(node.shape), "value": _size(node.value), "backward": _size(node.backward),
            "kept": _size(node.kept),
        }
        for node in sorted(_listed(record, style), key=lambda node: node.id)
    ]  # fmt: skip
    return json_object({
        "schema": json_of("gradcli.cost/1"),
        "program": json_of(record.source.text),
        "output": json_of(record.graph.labels[record.output]),
        "sizes": json_of(record.sizes),
        "value": json_of(_size(record.value)),
        "backward": json_of(_size(record.backward)),
        "kept": json_of(_size(record.kept)),
        "modes": json_of({mode.name: _mode(mode) for mode in record.modes}),
        "nodes": json_list(map(json_of, nodes)),
    })  # fmt: skip


def _mode(mode: Mode) -> dict[str, Any]:
    return {"passes": _size(mode.passes), "each": _size(mode.each), "multiplications": _size(mode.total)}


def _size(size: Size) -> int | str:
    return size if isinstance(size, int) else str(size)
