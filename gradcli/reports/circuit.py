"""The circuit in the terminal: values above the wires, gradients below. Where it does not fit, a list."""

from __future__ import annotations

from ..drawing.diagram import Diagram, Figures, diagram, figures
from ..drawing.grid import GREEN, PLAIN, RED, ROOMY, TIGHT, TIGHTEST, draw
from ..drawing.outline import outline
from ..drawing.picture import place, plan
from ..errors import LimitError
from ..gradient import Gradient
from . import Style
from .wording import check_lines, hessian_lines, notes, plain_ascii, summary

# From the roomiest to the narrowest: the measures, and how many significant digits the numbers have.
SIZES = ((ROOMY, 4), (ROOMY, 3), (TIGHT, 4), (TIGHT, 3), (TIGHTEST, 3), (TIGHTEST, 2))


def render(record: Gradient, style: Style) -> str:
    """Return the picture, or the list, then what there is to remark and the answer in one line."""
    tail = [*hessian_lines(record), *check_lines(record), *notes(record), summary(record)]
    if style.ascii:
        tail = [plain_ascii(line) for line in tail]
    try:
        drawn = diagram(record, constants=style.constants)
        planned = plan(drawn)
    except LimitError as problem:
        return _text(_list(record, style, problem.message), tail)
    narrowest = 0
    for metrics, digits in SIZES:
        texts = figures(record, drawn, digits)
        if style.ascii:
            texts = _plain(texts)
        narrowest = int(place(planned, texts, metrics).width)
        if style.width is None or narrowest <= style.width:
            lines = draw(planned, texts, metrics, ascii=style.ascii, color=style.color)
            return _text([*lines, "", _legend(drawn, texts, digits, style)], tail)
    return _text(_list(record, style, f"the picture takes {narrowest:,} columns, here are {style.width}"), tail)


def _text(lines: list[str], tail: list[str]) -> str:
    return "\n".join([*lines, *tail]) + "\n"


def _plain(texts: Figures) -> Figures:
    return texts._replace(
        values=[plain_ascii(t) for t in texts.values],
        gradients=[plain_ascii(t) for t in texts.gradients],
        shares=[tuple(plain_ascii(t) for t in row) for row in texts.shares],
    )


def _legend(drawn: Diagram, texts: Figures, digits: int, style: Style) -> str:
    """Return the line that says how to read the picture."""
    value, gradient = "value", "gradient"
    if style.color:
        value, gradient = f"{GREEN}value{PLAIN}", f"{RED}gradient{PLAIN}"
    line = f"{value} above each wire, {gradient} below"
    if any(any(row) for row in texts.shares):
        line += ", at a fork the shares add up"
    return f"{line}; rounded to {digits} digits" if texts.rounded else line


def _list(record: Gradient, style: Style, why: str) -> list[str]:
    """Return the graph as an indented list, why it is one, and how to get the picture."""
    lines = outline(record, ascii=style.ascii, color=style.color)
    return [*lines, "", f"a list, since {why}; -o circuit.svg makes the picture"]
