"""The sides of a program as gradcli tells them, and whether they are those that limits tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb
from mpmath import mp, mpf

from gradcli.calculus.beside import UNDETERMINED, Beside, Side
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers.systems import FLOAT
from gradcli.record.values import Values, source_of

from .limits_classes import UNSURE, Truth


def sides(program: str, bindings: Mapping[str, str], name: str) -> tuple[Side, Side]:
    """Return what gradcli tells of both sides along an input."""
    given = {n: source_of(n, text) for n, text in bindings.items()}
    graph = parse(Source("program", program), given)
    values = Values(given).point(FLOAT, graph)
    beside = Beside(graph, lambda S: {n: S.from_number(x) for n, x in values.items()}, graph.output)
    return beside.sides({graph.inputs[name]: 1}, order=2)


def close(found: Any, wanted: Any) -> bool:
    """Whether a number of a side is a limit, to twelve digits."""
    with mp.workdps(40):
        middle = mpf(arb(found).mid().str(40, radius=False))
        return bool(abs(middle - wanted) <= mpf(10) ** -12 * abs(wanted) + mpf(10) ** -320)


def matches(side: Side, truth: Truth) -> bool | None:
    """Whether a side is what limits tell; None where it is undetermined.

    Second derivatives count only where both tell one.
    """
    if side.slope == UNDETERMINED:
        return None
    if isinstance(side.slope, str) or isinstance(truth.slope, str):
        return bool(side.slope == truth.slope)
    if not close(side.slope, truth.slope):
        return False
    if side.curvature is None or truth.curvature == UNSURE:
        return True
    return truth.curvature != "none" and close(side.curvature, truth.curvature)
