"""The rules of differentiation as the rule book prints them, each with its example run."""

from __future__ import annotations

import textwrap

from ..errors import Source
from ..language.laws import Law
from ..record.derivation import Derivation
from ..record.gradient import evaluate
from ..record.request import Request
from . import Style
from .notation import Notation
from .rounding import Rounding
from .signs import UNICODE, Signs
from .step_text import WIDTH
from .steps import chosen, passes


class _Edges:
    """The local gradients that a sentence speaks of, by their edges: q/u."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs

    def __getitem__(self, edge: str) -> str:
        return self._signs.local(*edge.split("/"))


def entry(law: Law, signs: Signs = UNICODE, width: int | None = None) -> str:
    """Return the lines of a rule: its name, what it says, and where its example uses it, with the numbers.

    What it says is broken to `width` columns, to `WIDTH` at most.
    """
    edges = _Edges(signs)
    words = " ".join(f"{name}={value}" for name, value in law.point.items())
    said = [sentence.format_map(edges) for sentence in law.says]
    says = [
        textwrap.fill(line, min(width or WIDTH, WIDTH), initial_indent="  ", subsequent_indent="  ") for line in said
    ]
    lines = [law.name, *says, f'  in gradcli "{law.program}" {words} --steps']
    lines += [f"    {line}" for line in uses(law, signs)]
    return "\n".join(lines) + "\n"


def uses(law: Law, signs: Signs = UNICODE) -> list[str]:
    """Return the lines of the example's derivation that name the rule."""
    point = {name: Source(name, value) for name, value in law.point.items()}
    record, style = evaluate(Source("program", law.program), point, Request()), Style(nodes="all")
    derivation = Derivation(record)
    notation = Notation(derivation, Rounding(record, signs=signs))
    lines = [notation.line(step) for _, steps in passes(derivation) for step in chosen(record, steps, style)[0]]
    return [f"{line.equations()}   {line.remark}" for line in lines if law.called in line.remark]
