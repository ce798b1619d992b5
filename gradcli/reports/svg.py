"""The circuit as SVG."""

from __future__ import annotations

from ..drawing.svg import FIGURES, svg
from ..record.gradient import Gradient
from . import Style


def render(record: Gradient, style: Style) -> str:
    """Return an SVG document."""
    return svg(record, constants=style.constants, theme=style.theme, digits=style.figures or FIGURES).text
