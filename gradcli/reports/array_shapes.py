"""The shapes of a program of arrays: a table of nodes and their backward rules, or JSON (schema gradcli.shapes/1)."""

from __future__ import annotations

from typing import Any

from ..arrays.sizes import Shape, shape_text
from ..arrays.table import CONSTANT, INPUT, LITERAL
from ..record.array_shapes import BackwardRule, ShapedNode, Shapes
from ..text import BOLD, cells, clip
from . import Style, selected
from .columns import padded, wrapped
from .json_text import json_list, json_object, json_of
from .table import COLUMN_GAPS, Column, drawn
from .wording import EXPRESSION_CELLS

LABEL = "    backward   "


def render(record: Shapes, format: str, style: Style) -> str:
    """Return the shapes as a table, or as JSON, with a final newline."""
    return _json(record, style) if format == "json" else "\n".join(_table(record, style)) + "\n"


def _listed(record: Shapes, style: Style) -> list[ShapedNode]:
    listed = {*selected(record, style.nodes)}
    return [node for node in record.nodes if node.id in listed]


def _table(record: Shapes, style: Style) -> list[str]:
    """Return a table that fits, or a list; below it what the shapes say of the answer."""
    plain = style.signs.plain
    nodes = sorted(
        _listed(record, style), key=lambda node: (record.graph.nodes[node.id].operation is not INPUT, node.id)
    )
    columns = [
        Column("node", [[node.name] for node in nodes], BOLD),
        Column("shape", [[shape_text(node.shape) if node.shape else ""] for node in nodes], ""),
        Column("expression", [[plain(_kind(record, node))] for node in nodes], ""),
        Column(
            "backward, to each argument",
            [[plain(_rule(record, rule)) for rule in node.arguments] for node in nodes],
            "",
        ),
        Column("its shape", [[_flow(rule) for rule in node.arguments] for node in nodes], ""),
    ]
    columns = [column for column in columns if any(line.strip() for lines in column.rows for line in lines)]
    natural = 1 + sum(column.width for column in columns)
    for gap in COLUMN_GAPS:
        if nodes and (style.width is None or natural + gap * (len(columns) - 1) <= style.width):
            found = list(drawn(columns, [[] for _ in nodes], gap, style))
            break
    else:
        found = [line for node in nodes for line in _item(record, node, style)]
    return [*found, *(line for text in _closing(record) for line in wrapped(plain(text), style.width))]


def _item(record: Shapes, node: ShapedNode, style: Style) -> list[str]:
    """Return a node as an item of a list."""
    plain = style.signs.plain
    shape = shape_text(node.shape) if node.shape else ""
    lines = wrapped(plain("  ".join(filter(None, (f" {node.name}", shape, _kind(record, node))))), style.width)
    for k, rule in enumerate(node.arguments):
        label = LABEL if k == 0 else " " * len(LABEL)
        text = plain(f"{_rule(record, rule)}   {_flow(rule)}")
        if style.width is not None and len(label) + cells(text) > style.width:
            lines += [*([label.rstrip()] if k == 0 else []), *wrapped(f"      {text}", style.width, " " * 8)]
        else:
            lines.append(padded(label, len(LABEL)) + text)
    return lines


def _kind(record: Shapes, node: ShapedNode) -> str:
    operation = record.graph.nodes[node.id].operation
    return operation.name if operation in (INPUT, CONSTANT, LITERAL) else clip(node.expression, EXPRESSION_CELLS)


def _rule(record: Shapes, rule: BackwardRule) -> str:
    return f"{record.graph.labels[rule.node]}: {rule.rule}"


def _flow(rule: BackwardRule) -> str:
    """Return the shapes of a rule: `DxN @ NxC -> DxC`, or that of its result."""
    before = f"{rule.factors} " if rule.factors else ""
    return f"{before}-> {shape_text(rule.shape)}"


def _closing(record: Shapes) -> list[str]:
    """Return what the sizes of letters came to, and what the output is."""
    output = record.graph.nodes[record.output]
    name = record.graph.labels[record.output]
    known = [f"{letter} = {size}" for letter, size in record.sizes.items()]
    lines = [", ".join(known)] if known else []
    if output.shape:
        lines.append(f"{name} is {shape_text(output.shape)}: for a gradient write sum({name}) or mean({name})")
    else:
        lines.append(f"{name} is a number; an upstream gradient has the shape of its node")
    return lines


def _json(record: Shapes, style: Style) -> str:
    graph = record.graph
    nodes = [
        {
            "id": node.id, "name": node.name, "operation": node.operation, "expression": node.expression,
            "shape": sizes_of(node.shape),
            "arguments": [
                {"node": rule.node, "rule": rule.rule, "shape": sizes_of(rule.shape)} for rule in node.arguments
            ],
            "span": list(node.span),
        }
        for node in _listed(record, style)
    ]  # fmt: skip
    shapes = {name: sizes_of(graph.nodes[i].shape) for name, i in {**graph.inputs, **graph.named}.items()}
    return json_object({
        "schema": json_of("gradcli.shapes/1"),
        "program": json_of(record.source.text),
        "output": json_of(graph.labels[record.output]),
        "sizes": json_of(record.sizes),
        "shapes": json_of(shapes),
        "nodes": json_list(map(json_of, nodes)),
    })  # fmt: skip


def sizes_of(shape: Shape) -> list[Any]:
    """Return a shape as JSON can carry it: whole numbers, and texts of letters."""
    return [size if isinstance(size, int) else str(size) for size in shape]
