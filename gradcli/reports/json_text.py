"""The record as JSON (schema gradcli/1): one node a line, no bare NaN or Infinity."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from ..calculus.notes import Note, is_number
from ..numbers.systems import FLOAT
from ..record.gradient import Gradient
from . import Style, selected

BEYOND = {math.inf: "overflow", -math.inf: "-overflow"}  # a side that is finite, and that no binary64 holds


def render(record: Gradient, style: Style) -> str:
    """Return the record as one JSON object."""
    plain, ids = record.system.plain, record.ids

    def number(x: Any) -> Any:
        return None if x is None else plain(x)

    head = {
        "schema": "gradcli/1",
        "program": record.program,
        "output": record.labels[record.output],
        "value": number(record.value),
        "gradient": {name: number(x) for name, x in record.gradient.items()},
        "upstream": number(record.output_adjoint),
        "arithmetic": record.arithmetic,
    }
    nodes = []
    for i in selected(record, style.nodes):
        view = record.view(i)
        node = {
            "id": ids[view.id],
            "name": view.name,
            **({"also": others} if (others := record.graph.others.get(i)) else {}),
            "operation": view.operation,
            "expression": view.expression,
            "value": number(view.value),
            "upstream": number(view.upstream),
            "arguments": [
                {
                    "node": ids[e.node],
                    "local": number(e.local),
                    "rule": e.rule,
                    "downstream": number(e.downstream),
                }
                for e in view.arguments
            ],
            "span": list(view.span),
        }
        nodes.append(_dump(node))
    notes = [_dump(note_fields(note._replace(node=ids[note.node]), plain)) for note in record.notes]
    fields = [f"{_dump(key)}: {_dump(value)}" for key, value in head.items()]
    fields += [f'"nodes": {_block(nodes)}', f'"notes": {_block(notes)}']
    if record.hessian is not None:
        rows = {name: {other: number(x) for other, x in row.items()} for name, row in record.hessian.items()}
        fields.append(f'"hessian": {_dump(rows)}')
    if record.checks is not None:
        checks = [
            _dump({**c._asdict(), "reverse": number(c.reverse), "forward": c.forward and FLOAT.plain(c.forward)})
            for c in record.checks
        ]
        fields.append(f'"checks": {_block(checks)}')
    return "{" + ",\n ".join(fields) + "}\n"


def note_fields(note: Note, plain: Callable[[Any], Any]) -> dict[str, Any]:
    """Return a note as an object; `plain` writes a number as JSON can carry it."""
    fields: dict[str, Any] = {"kind": note.kind, "node": note.node, "message": note.message}
    if note.kind in ("one-sided", "settled"):
        left, right = (BEYOND.get(x, plain(x)) if is_number(x) else x for x in (note.left, note.right))
        fields |= {"of": note.of, "order": note.order, "wrt": list(note.wrt), "left": left, "right": right}
    return fields


def _dump(value: Any) -> str:
    return json.dumps(value, allow_nan=False)


def _block(lines: list[str]) -> str:
    return "[\n  " + ",\n  ".join(lines) + "\n ]" if lines else "[]"
