"""A descent as data: CSV with one column per entry, one JSON object, or JSON with one object per line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..arrays.sizes import nested
from ..record.descent import Descent, DescentLine
from . import Style
from .delimited import csv_line
from .json_text import json_list, json_object, json_of


def csv_text(descent: Descent, lines: Sequence[DescentLine], style: Style, *, state: bool = False) -> str:
    """Return one row per step: its number, value, norm of the gradient, and every entry of the parameters.

    With `state` the entries of a state m of w are in columns m(w[0]), m(w[1]), ...
    """
    owns = descent.update.rule.state if state else ()
    names = {name: _entries(name, shape) for name, shape in descent.shapes.items()}
    header = ["step", "value", "norm", *(entry for found in names.values() for entry in found)]
    header += [f"{own}({entry})" for found in names.values() for own in owns for entry in found]
    text = _record(descent).system.text
    rows = [csv_line(header)]
    for line in lines:
        row = [line.step, text(line.value), repr(line.norm)]
        row += [text(x) for flat in line.parameters.values() for x in flat or ()]
        for name, found in names.items():
            for own in owns:
                row += [text(x) for x in line.state.get(name, {}).get(own) or []] or [""] * len(found)
        rows.append(csv_line(row))
    return "".join(rows)


def json_text(descent: Descent, lines: Sequence[DescentLine], style: Style, *, state: bool = False) -> str:
    """Return the descent as one object (schema gradcli.descent/1), one step per line."""
    update = descent.update
    record = {
        "schema": "gradcli.descent/1",
        "program": descent.source.text,
        "output": descent.output,
        "rule": update.rule.name,
        "settings": {name: source.text for name, source in update.settings.items()},
        "ascent": update.ascent,
        "ended": descent.ended or None,
        "notes": descent.remarks,
    }
    fields = {key: json_of(value) for key, value in record.items()}
    fields["steps"] = json_list(_objects(descent, lines, state=state))
    return json_object(fields)


def ndjson_text(descent: Descent, lines: Sequence[DescentLine], style: Style, *, state: bool = False) -> str:
    """Return one object per step, each on its own line."""
    return "".join(f"{line}\n" for line in _objects(descent, lines, state=state))


def _objects(descent: Descent, lines: Sequence[DescentLine], *, state: bool) -> Iterator[str]:
    plain = _record(descent).system.plain

    def lists(columns: dict[str, list[Any] | None], name: str, key: str) -> Any:
        return nested([plain(x) for x in columns[key] or ()], descent.shapes[name])

    for line in lines:
        found: dict[str, Any] = {
            "step": line.step,
            "value": plain(line.value),
            "norm": line.norm,
            "parameters": {name: lists(line.parameters, name, name) for name in line.parameters},
            "gradient": {name: lists(line.gradient, name, name) for name in line.gradient},
        }
        if state:
            found["state"] = {name: {own: lists(row, name, own) for own in row} for name, row in line.state.items()}
        yield json_of(found)


def _entries(name: str, shape: Sequence[int]) -> list[str]:
    if not shape:
        return [name]
    from ..arrays.opening import entry_names

    return entry_names(name, shape)


def _record(descent: Descent) -> Any:
    assert descent.record is not None  # there is one after the first line
    return descent.record
