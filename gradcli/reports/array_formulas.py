"""The formulas of `gradcli diff` for a program of arrays: as a program, as JSON."""

from __future__ import annotations

from collections.abc import Callable

from ..arrays.sizes import count, shape_text
from ..errors import InputError
from ..record.array_formulas import ArrayFormulas
from ..text import cells, visible
from .array_json import ArrayText, one_array
from .array_shapes import sizes_of
from .json_text import json_list, json_object, json_of, note_fields

MOST_ENTRIES = 100  # of a value that is written beside a program
COLUMN = 60  # cells: shapes stand behind the statements, below each other as far as these are no longer


def render(record: ArrayFormulas, format: str) -> str:
    """Return the formulas in a format, with a final newline."""
    formats: dict[str, Callable[[ArrayFormulas], str]] = {"text": _text, "json": _json}
    if format not in formats:
        raise InputError(f"the formulas of arrays are text or JSON, not {format}", kind="option", hint="leave out --to")
    return formats[format](record)


def _text(record: ArrayFormulas) -> str:
    """Return a program, the shape of each array as a comment; what else there is to say are comments too."""
    several = record.derivatives[1:]
    lines = [f"# choose one with --of {record.derivatives[0].name}"] if several else []
    texts = [f"{statement.name} = {statement.text}" for statement in record.statements]
    width = max(cells(text) for text in texts if cells(text) <= COLUMN or len(texts) == 1)
    for text, statement in zip(texts, record.statements, strict=True):
        shape = f"{' ' * (width - cells(text))}  # {shape_text(statement.shape)}" if statement.shape else ""
        lines.append(text + shape)
    for statement in record.derivatives:
        value = record.value(statement)
        if value is not None and record.at is not None:
            few = count(value[1]) <= MOST_ENTRIES
            shown = f" = {one_array(record.at, *value)}" if few else f" is {shape_text(value[1])}: --json has its value"
            lines.append(f"# {statement.name}{shown}")
    told = [note for note in record.notes if note.kind != "precision"]
    return "\n".join([*lines, *(f"# note: {visible(note.message)}" for note in told)]) + "\n"


def _json(record: ArrayFormulas) -> str:
    """Return one JSON object (schema gradcli.diff/2)."""
    text = None if record.at is None else ArrayText(record.at)
    derivatives = []
    for statement in record.derivatives:
        value = record.value(statement)
        written = "null" if value is None or text is None else text.array(*value)
        derivatives.append(
            f'{{"wrt": [{json_of(statement.wrt)}], "name": {json_of(statement.name)}, '
            f'"formula": {json_of(statement.text)}, "shape": {json_of(sizes_of(statement.shape))}, "value": {written}}}'
        )
    statements = [
        json_of({"name": s.name, "formula": s.text, "shape": sizes_of(s.shape)}) for s in record.statements
    ]  # fmt: skip
    notes = [] if text is None else [
        json_of({key: x for key, x in note_fields(note, text.plain).items() if key != "node"}) for note in record.notes
    ]  # fmt: skip
    return json_object({
        "schema": json_of("gradcli.diff/2"),
        "program": json_of(record.source.text),
        "output": json_of(record.output),
        "order": "1",
        "text": json_of(record.text()),
        "sizes": json_of(record.sizes),
        "statements": json_list(statements),
        "derivatives": json_list(derivatives),
        "notes": json_list(notes),
    })  # fmt: skip
