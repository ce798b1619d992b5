"""A walk through both passes over the picture: what appears in it at every step, and what lights up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..drawing.diagram import diagram
from ..drawing.stages import Stage
from ..drawing.svg import PICTURE_FIGURES, svg
from ..record.derivation import BRANCH, EDGE, Derivation, DerivationLine
from ..record.gradient import Gradient
from . import Style


class Shown(NamedTuple):
    """What one step adds to the picture, by ids of the record's nodes: a value, a gradient, the share of an edge.

    `edge` is the edge that the step is about, as its user and its argument position.
    """

    step: DerivationLine
    value: int | None = None
    gradient: int | None = None
    share: tuple[int, int] | None = None
    edge: tuple[int, int] | None = None


def walk(derivation: Derivation) -> list[Shown]:
    """Return the steps of the derivation, each with what it adds."""
    found = [Shown(step, value=step.node) for step in derivation.forward]
    last = {step.node: k for k, step in enumerate(derivation.backward) if step.kind != BRANCH}
    for k, step in enumerate(derivation.backward):
        # What both sides of a kink settle appears when it is settled.
        done = last.get(step.node) == k
        edge = (step.user, step.position) if step.kind in (EDGE, BRANCH) else None
        found.append(Shown(step, gradient=step.node if done else None, share=edge, edge=edge))
    return found


def frames(record: Gradient, style: Style) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of an SVG for every step that changes the picture; the last one is complete."""
    shown = walk(Derivation(record))
    drawn = {part.node for part in diagram(record, constants=style.constants).parts}
    shown = [s for s in shown if s.edge is not None or s.step.node in drawn]
    every = range(len(record.graph.nodes))
    known = {s.value for s in shown if s.value is not None}
    values = {i for i in every if i not in known}
    gradients: set[int] = set()
    shares: set[tuple[int, int]] = set()
    places = len(str(len(shown)))
    digits = style.figures or PICTURE_FIGURES
    for k, s in enumerate(shown, 1):
        values |= {s.value} if s.value is not None else set()
        gradients |= {s.gradient} if s.gradient is not None else set()
        shares |= {s.share} if s.share is not None else set()
        if k == len(shown):
            gradients |= set(every)
            shares |= {(i, p) for i in every for p in range(len(record.graph.nodes[i].arguments))}
        node = None if s.step.kind == BRANCH else s.step.node
        stage = Stage(frozenset(values), frozenset(gradients), frozenset(shares), node, s.edge)
        yield (
            f"step{k:0{places}}.svg",
            svg(record, constants=style.constants, theme=style.theme, digits=digits, stage=stage).text,
        )
