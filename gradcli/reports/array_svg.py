"""The circuit of a program of arrays as SVG, and as PNG."""

from __future__ import annotations

from ..drawing.array_diagram import array_svg
from ..drawing.svg import FIGURES
from ..record.array_gradient import ArrayGradient
from . import Style
from .png import raster


def render(record: ArrayGradient, style: Style) -> str:
    """Return an SVG document."""
    return array_svg(record, theme=style.theme, digits=style.figures or FIGURES).text


def png(record: ArrayGradient, style: Style) -> bytes:
    """Return a PNG image. Raises `InputError` where the extra is not installed."""
    theme = "light" if style.theme == "auto" else style.theme
    return raster(array_svg(record, theme=theme, digits=style.figures or FIGURES).text)
