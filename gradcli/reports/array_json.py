"""The record of a program of arrays as JSON (schema gradcli/2): arrays are nested lists, one node stands on a line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..arrays.sizes import nested
from ..numbers.systems import FLOAT
from ..record.array_gradient import ArrayEdge, ArrayGradient
from ..record.verification import Check
from . import Style, selected
from .json_text import json_list, json_object, json_of, note_fields


def render(record: ArrayGradient, style: Style) -> str:
    """Return the record as one JSON object."""
    text = ArrayText(record)
    graph = record.graph
    gradient = {name: text.array(*record.derivative(name)) for name in record.places}
    output = record.values[record.output]
    assert output is not None
    fields = {
        "schema": json_of("gradcli/2"),
        "program": json_of(record.program),
        "output": json_of(record.labels[record.output]),
        "value": text.array(output, record.shape(record.output)),
        "gradient": f"{{{', '.join(f'{json_of(name)}: {array}' for name, array in gradient.items())}}}",
        "shapes": json_of({name: record.shape(i) for name, i in {**graph.inputs, **graph.named}.items()}),
        "upstream": json_of(text.lists(record.output_adjoint)),
        "arithmetic": json_of(record.arithmetic),
        "nodes": json_list(_node(record, i, text) for i in selected(record, style.nodes)),
        "notes": json_list(json_of(note_fields(note, text.plain)) for note in record.notes),
    }
    if record.hessian is not None:
        fields["hessian"] = json_of({name: {other: text.lists(block) for other, block in row.items()}
                                     for name, row in record.hessian.items()})  # fmt: skip
    fields |= derivative_fields(record, text)
    if record.checks is not None:
        fields["checks"] = json_list(json_of(_check(check, text)) for check in record.checks)
    if record.taken is not None:
        new = {name: text.array(x, record.shape(graph.inputs[name])) for name, x in record.taken.new.items()}
        fields["step"] = f"{{{', '.join(f'{json_of(name)}: {array}' for name, array in new.items())}}}"
    return json_object(fields)


def derivative_fields(record: ArrayGradient, text: ArrayText) -> dict[str, str]:
    """Return the Jacobian and the tangents of a record as fields, where it has them."""
    fields = {}
    if record.jacobian is not None:
        blocks: dict[str, Any] = {output.name: {} for output in record.jacobian.outputs}
        for k, output in enumerate(record.jacobian.outputs):
            for name in record.task.columns:
                blocks[output.name][name] = text.lists(nested(*record.jacobian.block(k, name)))
        fields["jacobian"] = json_of(blocks)
        fields["passes"] = json_of({"mode": record.jacobian.by, "count": record.jacobian.passes})
    if record.tangent is not None:
        column = record.tangent.columns[record.output]
        assert column is not None  # that of the output is always settled
        fields["tangent"] = text.array(column, record.shape(record.output))
        shapes = {name: record.shape(record.graph.inputs[name]) for name in record.tangent.directions}
        fields["direction"] = json_of(
            {name: text.lists(nested(flat, shapes[name])) for name, flat in record.tangent.directions.items()}
        )
    return fields


def one_array(record: ArrayGradient, entries: Sequence[Any], shape: Sequence[int]) -> str:
    """Return an array as JSON on one line; a number as bare numbers are written."""
    if not shape:
        (x,) = entries
        return "none" if x is None else str(record.system.text(x))
    return ArrayText(record).array(entries, shape)


class ArrayText:
    """Writes the arrays of a record as JSON. A list that stands in several places is written once."""

    def __init__(self, record: ArrayGradient) -> None:
        self._plain = record.system.plain
        self._written: dict[tuple[int, tuple[int, ...]], tuple[Sequence[Any], str]] = {}

    def plain(self, x: Any) -> Any:
        """Return a number as JSON can carry it."""
        return None if x is None else self._plain(x)

    def array(self, entries: Sequence[Any], shape: Sequence[int]) -> str:
        """Return the text of an array, given as a flat list."""
        key = (id(entries), tuple(shape))
        if key not in self._written:
            self._written[key] = (entries, json_of(nested(self._carried(entries), shape)))
        return self._written[key][1]

    def lists(self, value: Any) -> Any:
        """Return nested lists of numbers as JSON can carry them."""
        return [self.lists(x) for x in value] if isinstance(value, list) else self.plain(value)

    def _carried(self, entries: Sequence[Any]) -> Sequence[Any]:
        try:
            if all(map(math.isfinite, entries)) and self._plain == FLOAT.plain:
                return entries
        except TypeError:  # texts, or what is missing
            pass
        return [self.plain(x) for x in entries]


def _check(check: Check, text: ArrayText) -> dict[str, Any]:
    """Return a check as an object; a difference, or its error, that no binary64 holds is left out."""
    difference, error = (x if x is not None and math.isfinite(x) else None for x in (check.difference, check.error))
    forward = None if check.forward is None else FLOAT.plain(check.forward)
    return {**check._asdict(), "reverse": text.plain(check.reverse), "forward": forward, "difference": difference,
            "error": error}  # fmt: skip


def _node(record: ArrayGradient, i: int, text: ArrayText) -> str:
    """Return a node as a JSON object on one line."""
    view = record.view(i)
    arguments = [
        f'{{"node": {edge.node}, "local": {json_of(text.lists(edge.local))}, "rule": {json_of(edge.rule)}, '
        f'"downstream": {_downstream(record, edge, text)}}}'
        for edge in view.arguments
    ]
    tangent = None if record.tangent is None else record.tangent.columns[i]
    fields = {
        "id": json_of(view.id),
        "name": json_of(view.name),
        "operation": json_of(view.operation),
        "expression": json_of(view.expression),
        "shape": json_of(view.shape),
        "value": text.array(view.value, view.shape),
        "upstream": "null" if view.upstream is None else text.array(view.upstream, view.shape),
        **({} if tangent is None else {"tangent": text.array(tangent, view.shape)}),
        "arguments": f"[{', '.join(arguments)}]",
        "span": json_of(view.span),
    }
    return f"{{{', '.join(f'{json_of(key)}: {value}' for key, value in fields.items())}}}"


def _downstream(record: ArrayGradient, edge: ArrayEdge, text: ArrayText) -> str:
    """Return what flows back along an edge: often all that its argument gets."""
    if edge.downstream is None:
        return "null"
    whole = record.upstream[edge.node]
    return text.array(whole if whole == edge.downstream else edge.downstream, record.shape(edge.node))
