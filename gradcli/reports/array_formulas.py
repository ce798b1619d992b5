"""The formulas of `gradcli diff` for a program of arrays: as a program, as JSON."""

from __future__ import annotations

from collections.abc import Callable

from ..arrays.sizes import count, shape_text
from ..language import array_latex, latex
from ..language.array_orientation import rows_of
from ..record.array_formulas import ArrayFormulas
from ..text import cells, visible
from .array_json import ArrayText, one_array
from .array_shapes import sizes_of
from .json_text import json_list, json_object, json_of, note_fields

MOST_ENTRIES = 100  # of a value that is written beside a program
COLUMN = 60  # cells: shapes stand behind the statements, below each other as far as these are no longer


def render(record: ArrayFormulas, format: str) -> str:
    """Return the formulas in a format, with a final newline."""
    formats: dict[str, Callable[[ArrayFormulas], str]] = {"text": _text, "latex": _latex, "json": _json}
    return formats[format](record)


def _text(record: ArrayFormulas) -> str:
    """Return a program, the shape of each array as a comment; what else there is to say are comments too."""
    several = record.derivatives[1:]
    lines = [f"# choose one with --of {record.derivatives[0].name}"] if several else []
    texts = [f"{statement.name} = {statement.text}" for statement in record.statements]
    width = max((cells(text) for text in texts if cells(text) <= COLUMN), default=0)
    for text, statement in zip(texts, record.statements, strict=True):
        shape = f"{' ' * (width - cells(text))}  # {shape_text(statement.shape)}" if statement.shape else ""
        lines.append(text + shape)
    for statement in record.derivatives:
        value = record.value(statement)
        if value is not None and record.at is not None:
            few = count(value[1]) <= MOST_ENTRIES
            shown = f" = {one_array(record.at, *value)}" if few else f" is {shape_text(value[1])}: --json has its value"
            lines.append(f"# {statement.name}{shown}")
    return "\n".join([*lines, *(f"# note: {visible(note.message)}" for note in record.notes)]) + "\n"


def _latex(record: ArrayFormulas) -> str:
    """Return an align block, one row per statement; behind it what a shape says, and the values at a point."""
    graph = record.program
    rows, labels = rows_of(graph), list(graph.labels)
    letters = frozenset[str]().union(*(statement.letters for statement in record.statements))
    stated: dict[int, str] = {}
    lines = []
    for statement in record.statements:
        if statement.name in letters:  # a size is known by its letter
            continue
        i, name = graph.named[statement.name], _quotient(record, statement.name)
        text = array_latex.quantity(stated[i]) if i in stated else array_latex.expression(graph, i, rows, labels)
        labels[i] = stated.setdefault(i, name)
        shape = shape_text(statement.shape, " \\times ") if statement.shape else ""
        remark = f" && \\text{{\\({shape}\\)}}" if shape else ""
        lines.append(f"  {array_latex.quantity(name)} &= {text}{remark}")
    for statement in record.derivatives:
        value = record.value(statement)
        if value is not None and record.at is not None and count(value[1]) <= MOST_ENTRIES:
            texts = [latex.numeral(record.at.system.brief(x)) for x in value[0]]
            shown = (1, *value[1]) if rows[graph.named[statement.name]] else value[1]
            name = array_latex.quantity(_quotient(record, statement.name))
            lines.append(f"  {name} &= {array_latex.matrix(texts, shown)}")
    body = " \\\\\n".join(lines)
    notes = "".join(f"% note: {visible(note.message)}\n" for note in record.notes)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n{notes}"


def _quotient(record: ArrayFormulas, name: str) -> str:
    """Return what a statement is called on paper: dL_dZ is dL/dZ."""
    head = f"d{record.output}_d"
    return f"d{record.output}/d{name.removeprefix(head)}" if name.startswith(head) and name != head else name


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
