"""The graph in the language of Graphviz, which lays it out itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawing.diagram import Diagram, Figures
from ..drawing.remarks import MARK, fitted
from ..drawing.subject import subject
from ..drawing.svg import LIGHT
from ..record.gradient import Gradient
from . import Style

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient

DIGITS = 4
ROOM = 80  # characters of a line below the picture
GREEN, RED = LIGHT["value"], LIGHT["gradient"]
HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def render(record: Gradient | ArrayGradient, style: Style) -> str:
    """Return a digraph: the arguments of a gate in order, at a fork the shares on the branches, the sum at the node."""
    of, digits = subject(record), style.figures or DIGITS
    drawn = of.diagram(constants=style.constants, limit=None, folded=False)
    texts = of.figures(drawn, digits)
    notes = of.captions(digits)
    lines = [
        *(f"// {line}" for line in notes),
        "digraph gradcli {",
        "  rankdir=LR; ordering=in; nodesep=0.4; ranksep=0.6;",
        '  node [fontname="Helvetica,Arial,sans-serif", fontsize=14];',
        '  edge [fontname="Helvetica,Arial,sans-serif", fontsize=12, arrowsize=0.7];',
    ]
    if notes:
        rows = "".join(f'{_html(line)}<BR ALIGN="LEFT"/>' for line in fitted(notes, ROOM, len))
        lines.append(f'  labelloc=b; labeljust=l; fontname="Helvetica,Arial,sans-serif"; fontsize=12; label=<{rows}>;')
    for p, part in enumerate(drawn.parts):
        shape = (
            "plaintext" if part.leaf else "circle" if len(part.label) < 3 and not part.name else "box, style=rounded"
        )
        lines.append(f"  n{part.node} [shape={shape}, label=<{_node(drawn, texts, p)}>];")
    lines.append(f'  out [shape=plaintext, label="{_quoted(drawn.output)}"];')
    for p, part in enumerate(drawn.parts):
        for port, s in enumerate(part.sources):
            below = texts.shares[p][port] if drawn.uses[s] > 1 else texts.gradients[s]
            lines.append(f"  n{drawn.parts[s].node} -> n{part.node} [label=<{_numbers(texts.values[s], below)}>];")
    last = len(drawn.parts) - 1
    lines.append(f"  n{drawn.parts[last].node} -> out [label=<{_numbers(texts.values[last], texts.gradients[last])}>];")
    return "\n".join([*lines, "}"]) + "\n"


def _node(drawn: Diagram, texts: Figures, p: int) -> str:
    """Return a node's label: its name, what it does, and the sum where it is used more than once."""
    part = drawn.parts[p]
    rows = [f"<I>{_html(part.name)}</I>"] if part.name else []
    rows.append(_html(part.label) + (f'<FONT COLOR="{RED}">{MARK}</FONT>' if part.kink else ""))
    if drawn.uses[p] > 1 and texts.gradients[p]:
        rows.append(f'<FONT COLOR="{RED}" POINT-SIZE="12">{_html(texts.gradients[p])}</FONT>')
    return "<BR/>".join(rows)


def _numbers(value: str, gradient: str) -> str:
    """Return the label of an edge: the value above, the gradient below."""
    rows = [f'<FONT COLOR="{color}">{_html(text)}</FONT>' for color, text in ((GREEN, value), (RED, gradient)) if text]
    return "<BR/>".join(rows) or " "


def _html(text: str) -> str:
    return text.translate(HTML)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
