"""The record as JSON (schema gradcli/1): one node a line, no bare NaN or Infinity."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from json.encoder import encode_basestring_ascii as quoted
from math import isfinite
from typing import Any

from ..calculus.notes import Note, is_number
from ..numbers.systems import FLOAT
from ..record.gradient import Gradient
from . import Style, selected

BEYOND = {math.inf: "overflow", -math.inf: "-overflow"}  # a side that is finite, and that no binary64 holds


def render(record: Gradient, style: Style) -> str:
    """Return the record as one JSON object."""
    plain = record.system.plain

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
    nodes = [_node(record, i, number) for i in selected(record, style.nodes)]
    fields = {key: json_of(value) for key, value in head.items()}
    fields["nodes"] = json_list(nodes)
    fields["notes"] = json_list(
        json_of(note_fields(note._replace(node=record.ids[note.node]), plain)) for note in record.notes
    )
    if record.hessian is not None:
        rows = {name: {other: number(x) for other, x in row.items()} for name, row in record.hessian.items()}
        fields["hessian"] = json_of(rows)
    if record.checks is not None:
        checks = (
            {**c._asdict(), "reverse": number(c.reverse), "forward": c.forward and FLOAT.plain(c.forward)}
            for c in record.checks
        )
        fields["checks"] = json_list(map(json_of, checks))
    if record.taken is not None:
        fields["step"] = json_of({name: number(new) for name, (new,) in record.taken.new.items()})
    return json_object(fields)


def _node(record: Gradient, i: int, number: Callable[[Any], Any]) -> str:
    """Return a node as a JSON object; `number` makes one of the record's numbers a value of JSON.

    Millions of nodes are written: keys and floats are put together here, and only texts go through the encoder.
    """

    def text(x: Any) -> str:
        return repr(x) if x.__class__ is float and isfinite(x) else json_of(number(x))

    ids, view, others = record.ids, record.view(i), record.graph.others.get(i)
    also = f', "also": {json_of(others)}' if others else ""
    arguments = [
        f'{{"node": {ids[a]}, "local": {text(local)}, "rule": {quoted(rule)}, "downstream": {text(downstream)}}}'
        for a, local, rule, downstream in view.arguments
    ]
    start, end = view.span
    return (
        f'{{"id": {ids[i]}, "name": {quoted(view.name)}{also}, "operation": {quoted(view.operation)}, '
        f'"expression": {quoted(view.expression)}, "value": {text(view.value)}, "upstream": {text(view.upstream)}, '
        f'"arguments": [{", ".join(arguments)}], "span": [{start}, {end}]}}'
    )


def note_fields(note: Note, plain: Callable[[Any], Any]) -> dict[str, Any]:
    """Return a note as an object; `plain` writes a number as JSON can carry it."""
    fields: dict[str, Any] = {"kind": note.kind, "node": note.node, "message": note.message}
    if note.kind in ("one-sided", "settled"):
        left, right = (BEYOND.get(x, plain(x)) if is_number(x) else x for x in (note.left, note.right))
        fields |= {"of": note.of, "order": note.order, "wrt": list(note.wrt), "left": left, "right": right}
    return fields


def json_of(value: Any) -> str:
    """Return a value as JSON on one line. Raises `ValueError` for a float that is not finite."""
    return json.dumps(value, allow_nan=False)


def json_list(rows: Iterable[str]) -> str:
    """Return a list of values that are JSON already, one on a line."""
    return "".join(json_list_pieces(rows))


def json_list_pieces(rows: Iterable[str]) -> Iterator[str]:
    """Yield the text of `json_list` in pieces: the rows of a class may be longer than memory."""
    before = "[\n  "
    for row in rows:
        yield before + row
        before = ",\n  "
    yield "[]" if before == "[\n  " else "\n ]"


def json_object(fields: Mapping[str, str]) -> str:
    """Return an object of values that are JSON already, one key on a line."""
    return "{" + ",\n ".join(f"{json_of(key)}: {value}" for key, value in fields.items()) + "}\n"
