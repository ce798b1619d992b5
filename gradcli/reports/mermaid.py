"""The graph as a Mermaid flowchart, for Markdown pages that draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawing.diagram import Diagram
from ..drawing.remarks import MARK, fitted
from ..drawing.subject import Subject, subject
from ..drawing.svg import LIGHT
from ..record.gradient import Gradient
from ..text import visible
from . import Style
from .dot import DIGITS, ROOM
from .rounding import Rounding
from .wording import answer

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient

# The ground of a number is its own, so that it can be read on pages of any colour.
GREEN, RED = LIGHT["value"], LIGHT["gradient"]
ENTITIES = {"#": "#35;", "&": "#amp;", "<": "#lt;", ">": "#gt;", '"': "#quot;", ";": "#59;", "`": "#96;", "\\": "#92;"}
ESCAPES = str.maketrans(ENTITIES)


def render(record: Gradient | ArrayGradient, style: Style) -> str:
    """Return a flowchart; a gate says its formula, so that the order of its arguments is plain wherever they arrive."""
    of, digits = subject(record), style.figures or DIGITS
    drawn = of.diagram(constants=style.constants, limit=None, folded=False)
    notes = of.captions(digits)
    texts = of.figures(drawn, digits)
    lines = [
        "flowchart LR",
        f"  accTitle: The computational graph of {_plain(drawn.output)}",
        f"  accDescr: {_plain('. '.join([_answer(record, style), *notes]))}",
    ]
    for p, part in enumerate(drawn.parts):
        text = _label(of, drawn, p)
        if drawn.uses[p] > 1 and texts.gradients[p]:
            text += f"<br/>{_number(RED, texts.gradients[p])}"
        before, after = ('(["', '"])') if part.leaf else ('["', '"]')
        lines.append(f"  n{part.node}{before}{text}{after}")
    lines.append(f'  out(["{_escaped(drawn.output)}"])')
    for p, part in enumerate(drawn.parts):
        for port, s in enumerate(part.sources):
            below = texts.shares[p][port] if drawn.uses[s] > 1 else texts.gradients[s]
            lines.append(_edge(f"n{drawn.parts[s].node}", f"n{part.node}", texts.values[s], below))
    if notes:  # a flowchart has no caption: a box of its own that nothing leads to
        # A star at the start of a label would begin a list.
        rows = "<br/>".join(_escaped(line).replace("*", "#42;") for line in fitted(notes, ROOM, len))
        lines += [f'  notes["{rows}"]', "  style notes fill:none,stroke:none,text-align:left"]
    last = len(drawn.parts) - 1
    lines.append(_edge(f"n{drawn.parts[last].node}", "out", texts.values[last], texts.gradients[last]))
    return "\n".join(lines) + "\n"


def _answer(record: Gradient | ArrayGradient, style: Style) -> str:
    """Return the answer in one line."""
    if isinstance(record, Gradient):
        return answer(record, Rounding(record, style.figures).text)
    from .array_table import ArrayTable

    return ", ".join(ArrayTable(record, [], style).summary())


def _label(of: Subject, drawn: Diagram, p: int) -> str:
    part = drawn.parts[p]
    if part.leaf:
        return _escaped(part.label)
    text = _escaped(f"{of.name(part.node)} = {visible(of.expression(part.node))}")
    return f"{text} <span style='color:{RED}'>{MARK}</span>" if part.kink else text


def _edge(source: str, target: str, value: str, gradient: str) -> str:
    """Return an edge with the value above and the gradient below."""
    rows = [_number(color, text) for color, text in ((GREEN, value), (RED, gradient)) if text]
    return f'  {source} -->|"{"<br/>".join(rows)}"| {target}' if rows else f"  {source} --> {target}"


def _number(color: str, text: str) -> str:
    """Return a number in its colour; a style with a semicolon would be cut by Mermaid, hence two of them."""
    return f"<span style='background:#fff'><span style='color:{color}'>&nbsp;{_escaped(text)}&nbsp;</span></span>"


def _escaped(text: str) -> str:
    return text.translate(ESCAPES)


def _plain(text: str) -> str:
    """Return a text for the lines that end where a comment or a statement would begin."""
    return "".join(c for c in text if c not in "#;{}")
