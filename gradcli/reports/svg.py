"""The circuit as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawing.svg import PICTURE_FIGURES, svg
from ..record.gradient import Gradient
from . import Style

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient


def render(record: Gradient | ArrayGradient, style: Style) -> str:
    """Return an SVG document."""
    return svg(record, constants=style.constants, theme=style.theme, digits=style.figures or PICTURE_FIGURES).text
