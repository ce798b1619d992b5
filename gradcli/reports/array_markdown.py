"""The table of a program of arrays as Markdown, or its derivation."""

from __future__ import annotations

from ..arrays.sizes import shape_text
from ..record.array_derivation import ArrayDerivation
from ..record.array_gradient import ArrayGradient
from . import Style
from .array_notation import ArrayNotation
from .array_steps import chosen, counts, passes
from .array_table import BACKWARD, UPSTREAM, ArrayTable, shown
from .markdown import table_of_steps
from .notation import WrittenLine
from .rounding import Rounding


def render(record: ArrayGradient, style: Style) -> str:
    """Return a Markdown table, or the derivation where the steps are asked for, the notes and the answer."""
    return _derivation(record, style) if style.steps else _table(record, style)


def _table(record: ArrayGradient, style: Style) -> str:
    views = [record.view(i) for i in shown(record, style.nodes)]
    table = ArrayTable(record, views, style._replace(color=False))
    lines = [f"| node | shape | expression | value | {BACKWARD} | {UPSTREAM} |", "|---|---|---|---|---|---|"]
    for view in views:
        name = _code(view.name) + (" (output)" if view.id == record.output else "")
        kind = table.kind(view)
        plain = record.graph.nodes[view.id].operation.is_leaf
        cells = (
            name, shape_text(view.shape) if view.shape else "", kind if plain else _code(kind),
            *(_lines(found) for found in (table.array(view.value, view), table.rules(view), table.upstream(view))),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_tail(record, style, table.figures)]) + "\n"


def _derivation(record: ArrayGradient, style: Style) -> str:
    """Return both passes, each a table with the lines and their rules."""
    derivation = ArrayDerivation(record, folds=style.nodes is None)
    figures = Rounding.of(record, style)
    notation = ArrayNotation(derivation, figures)
    plain = style.signs.plain
    out: list[str] = []
    for title, steps in passes(derivation) if style.nodes != "none" else ():
        head, gap, rest = chosen(record, steps, style)
        rows = [notation.line(step) for step in (*head, *rest)]
        table = [f"| {_code(plain(line.equations()))} | {plain(_remark(line))} |" for line in rows]
        out += table_of_steps(title, table, gap, len(head))
    return "\n".join([*out, *_tail(record, style, figures), "", counts(derivation)]) + "\n"


def _remark(line: WrittenLine) -> str:
    """Return what is said of a line, and what it consists of that no other line has."""
    return "; ".join([line.remark, *(_code(f"{name} = {text}") for name, text in line.parts)])


def _tail(record: ArrayGradient, style: Style, figures: Rounding) -> list[str]:
    """Return the second derivatives as they stand, checks and notes as a list, and the answer."""
    table = ArrayTable(record, [], style._replace(width=None, color=False))
    table.use(figures)
    hessian, told, answer = table.below()
    block = ["```", *hessian, "```", ""] if hessian else []
    return [*block, *(f"- {line}" for line in told), *([""] if told else []), f"**{' '.join(answer)}**"]


def _lines(texts: list[str]) -> str:
    """Return lines that stand below each other in a cell."""
    return "<br>".join(map(_code, texts))


def _code(text: str) -> str:
    """Return a text as code; its bars would end the cell, and blanks in a row are one."""
    return f"`{text.replace('|', chr(92) + '|')}`" if text else ""
