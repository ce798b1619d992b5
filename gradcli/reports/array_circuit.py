"""The circuit of a program of arrays in the terminal: a gate an operation, shapes on the wires. Else the table."""

from __future__ import annotations

from ..drawing.array_diagram import array_diagram, array_figures
from ..drawing.grid import GREEN, PLAIN, RED, draw
from ..drawing.picture import place, plan
from ..drawing.remarks import LEGEND
from ..errors import LimitError
from ..record.array_gradient import ArrayGradient
from ..text import counted
from . import Style
from .array_table import closing_lines
from .array_table import render as table
from .circuit import SIZES
from .columns import wrapped
from .rounding import Rounding


def render(record: ArrayGradient, style: Style) -> str:
    """Return the picture, or the table where it does not fit, then what there is to remark and the answer."""
    try:
        drawn, folds = array_diagram(record)
        planned = plan(drawn)
    except LimitError as problem:
        return _table(record, style, problem.message)
    narrowest = 0
    for metrics, usual in SIZES:
        digits = style.figures or usual
        texts = array_figures(record, drawn, folds, digits, lambda x: style.signs.number(record.system.brief(x)))
        narrowest = int(place(planned, texts, metrics).width)
        if style.width is None or narrowest <= style.width:
            lines = draw(planned, texts, metrics, ascii=style.ascii, color=style.color)
            value, gradient = "shape and value", "gradient"
            if style.color:
                value, gradient = f"{GREEN}{value}{PLAIN}", f"{RED}{gradient}{PLAIN}"
            legend = [f"{value} above each wire, {gradient} below"]
            legend += ["at a fork the shares add up"] if any(map(any, texts.shares)) else []
            legend += [LEGEND] if any(part.kink for part in drawn.parts) else []
            legend += [f"rounded to {counted(digits, 'figure')}"] if texts.rounded else []
            tail = closing_lines(record, style, Rounding.of(record, style), told=not texts.rounded)
            return "\n".join([*lines, "", *wrapped("; ".join(legend), style.width), *tail]) + "\n"
    return _table(record, style, f"the picture needs {narrowest:,} columns, there are {style.width}")


def _table(record: ArrayGradient, style: Style, why: str) -> str:
    return table(record, style) + "\n".join(wrapped(f"as a table, because {why}", style.width)) + "\n"
