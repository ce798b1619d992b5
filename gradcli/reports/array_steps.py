"""The derivation of a program of arrays: forwards line by line, then a line for every argument of every rule."""

from __future__ import annotations

from ..record.array_derivation import ArrayDerivation, ArrayLine
from ..record.array_gradient import ArrayGradient
from ..text import BOLD, GRADIENT_COLOR, VALUE_COLOR, counted
from . import Style, selected
from .array_counts import counted_nodes
from .array_notation import ArrayNotation
from .array_table import closing_lines
from .columns import wrapped
from .rounding import Rounding
from .steps import laid_out, shortened, styled


def render(record: ArrayGradient, style: Style) -> str:
    """Return both passes, the notes, the answer, and how much there was to count."""
    derivation = ArrayDerivation(record, folds=style.nodes is None)
    figures = Rounding(record, style.figures, signs=style.signs, options=style.options)
    notation = ArrayNotation(derivation, figures)
    plain = style.signs.plain
    out: list[str] = []
    for (title, steps), color in zip(passes(derivation), (VALUE_COLOR, GRADIENT_COLOR), strict=True):
        if style.nodes == "none":
            continue
        out += [styled(line, BOLD, style) for line in wrapped(title, style.width)]
        head, gap, rest = chosen(record, steps, style)
        lines = [notation.line(step) for step in (*head, *rest)]
        out += [*(laid_out(lines, style, color, gap, len(head), hanging=True) if lines else ["  nothing"]), ""]
    tail = closing_lines(record, style, figures)
    return "\n".join([*map(plain, out), *tail, *wrapped(counts(derivation), style.width)]) + "\n"


def passes(derivation: ArrayDerivation) -> list[tuple[str, list[ArrayLine]]]:
    """Return the two passes, each with its heading."""
    output = derivation.record.labels[derivation.record.output]
    return [
        ("Forward: the value of every array", derivation.forward),
        (f"Backward: the derivative of {output} with respect to every array", derivation.backward),
    ]


def chosen(record: ArrayGradient, steps: list[ArrayLine], style: Style) -> tuple[list[ArrayLine], str, list[ArrayLine]]:
    """Return the steps to show; of very many the first and the last ones, with a remark on what lies between."""
    if style.nodes == "named":
        named = set(selected(record, "named"))
        steps = [step for step in steps if step.node in named]
    return shortened(steps, style)


def counts(derivation: ArrayDerivation) -> str:
    """Return what there was to count: arrays, and the edges along which something flows back."""
    edges = sum(map(len, derivation.edges_to.values()))
    nodes = [i for line in derivation.forward for i in line.fold or [line.node]]
    many = counted_nodes(derivation.record, nodes, numbers=False)
    return f"{many}; the reverse pass visits {counted(edges, 'edge')}, and each has its rule"
