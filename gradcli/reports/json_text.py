"""The record as JSON (schema gradcli/1): one node per line, no bare NaN or Infinity."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from json.encoder import encode_basestring_ascii as quoted
from math import isfinite
from typing import Any

from ..calculus.gate import Gate
from ..calculus.notes import Note, is_number
from ..calculus.operations import NUMBER
from ..calculus.table_parts import Operation
from ..language.writing import on_names
from ..numbers.systems import FLOAT
from ..record.gradient import Gradient
from . import Style, selected

MOST_TEXTS = 1 << 16  # texts of numbers that are kept: a value is soon written again, as what its users multiply by
BEYOND = {math.inf: "overflow", -math.inf: "-overflow"}  # a side that is finite, and that no binary64 holds

# An operation, its arity; of its first and last argument the numeral that it is, and whether anything flows there.
Kind = tuple[Operation, int, str | None, int, str | None, int]


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
    fields = {key: json_of(value) for key, value in head.items()}
    fields["nodes"] = json_list(NodeLines(record, plain).lines(selected(record, style.nodes)))
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


class NodeLines:
    """Writes the nodes of a record. `plain` makes one of its numbers a value of JSON."""

    def __init__(self, record: Gradient, plain: Callable[[Any], Any]) -> None:
        self.record = record
        self.plain = plain
        self._texts: dict[float, str] = {}
        self._formats: dict[Kind, Callable[..., str]] = {}

    def lines(self, chosen: Sequence[int]) -> Iterator[str]:
        """Yield the line of each node."""
        if not chosen:
            return
        record, text, formats = self.record, self.text, self._formats
        ids, active, others, nodes = record.ids, record.active, record.graph.others, record.graph.nodes
        operations, every, starts, ends = nodes.operations, nodes.arguments, nodes.starts, nodes.ends
        values, upstream, slopes, flows = record.values, record.upstream, record.local_gradients, record.contributions
        names = [quoted(label)[1:-1] for label in record.labels]
        numerals = [
            label if operation is NUMBER and label == text else None
            for operation, label, text in zip(operations, record.labels, nodes.texts, strict=True)
        ]
        for i in chosen:
            operation, arguments, local, flow = operations[i], every[i], slopes[i], flows[i]
            if i in others or not (local and flow and len(arguments) < 3 and _is_usual(operation)):
                yield self.line(i)
                continue
            a, b = arguments[0], arguments[-1]
            first, last, down, down_last = local[0], local[-1], flow[0], flow[-1]
            if (active[a] and (first is None or down is None)) or (active[b] and (last is None or down_last is None)):
                yield self.line(i)  # a number that is missing is 0, or none
                continue
            kind = operation, len(arguments), numerals[a], active[a], numerals[b], active[b]
            write = formats.get(kind) or self._format(kind)
            yield write(
                names[a], names[b], names[i], ids[i], text(values[i]), text(upstream[i]), starts[i], ends[i],
                ids[a], text(first), text(down), ids[b], text(last), text(down_last),
            )  # fmt: skip

    def text(self, x: Any) -> str:
        """Return a number as JSON; null for None."""
        if x.__class__ is not float:
            return "null" if x is None else json_of(self.plain(x))
        found = self._texts.get(x)
        if found is None:
            found = repr(x) if isfinite(x) else json_of(self.plain(x))
            if len(self._texts) >= MOST_TEXTS:
                self._texts.clear()
            if x:  # 0 and -0 are equal
                self._texts[x] = found
        return found

    def _format(self, kind: Kind) -> Callable[..., str]:
        """Return what writes nodes of a kind from the names, numbers and places that `lines` hands over."""
        from ..language.rule_text import rule_text

        operation, count, *both = kind
        numerals, flows = [both[0], both[2]][:count], [both[1], both[3]][:count]
        names = [f"{{{k}}}" for k in range(count)]
        marks = [name if numeral is None else str(numeral) for name, numeral in zip(names, numerals, strict=True)]
        edges = []
        for k, flows_there in enumerate(flows):
            rule = rule_text(operation, k, "{2}", marks, [x is not None for x in numerals]) if flows_there else ""
            local, downstream = (f"{{{9 + 3 * k}}}", f"{{{10 + 3 * k}}}") if flows_there else ("null", "null")
            edges.append(
                f'{{{{"node": {{{8 + 3 * k}}}, "local": {local}, "rule": {quoted(rule)}, "downstream": {downstream}}}}}'
            )
        found = self._formats[kind] = (
            f'{{{{"id": {{3}}, "name": "{{2}}", "operation": {quoted(operation.name)}, '
            f'"expression": {quoted(on_names(operation, names))}, "value": {{4}}, "upstream": {{5}}, '
            f'"arguments": [{", ".join(edges)}], "span": [{{6}}, {{7}}]}}}}'
        ).format
        return found

    def line(self, i: int) -> str:
        """Return the line of any node."""
        record, text, nodes = self.record, self.text, self.record.graph.nodes
        ids, others = record.ids, record.graph.others.get(i)
        view = record.view(i)
        also = f', "also": {json_of(others)}' if others else ""
        arguments = [
            f'{{"node": {ids[a]}, "local": {text(local)}, "rule": {quoted(rule)}, "downstream": {text(downstream)}}}'
            for a, local, rule, downstream in view.arguments
        ]
        return (
            f'{{"id": {ids[i]}, "name": {quoted(view.name)}{also}, "operation": {quoted(view.operation)}, '
            f'"expression": {quoted(view.expression)}, "value": {text(view.value)}, "upstream": {text(view.upstream)}, '
            f'"arguments": [{", ".join(arguments)}], "span": [{nodes.starts[i]}, {nodes.ends[i]}]}}'
        )


def _is_usual(operation: Operation) -> bool:
    """Whether the rules of an operation are the same at all nodes of it, but for names."""
    return operation.jacobian_row is None and not isinstance(operation, Gate)


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
    """Return a list of values that are JSON already, one per line."""
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
