"""The circuit as TikZ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawing.svg import PICTURE_FIGURES
from ..drawing.tikz import tikz
from ..record.gradient import Gradient
from . import Style

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient


def render(record: Gradient | ArrayGradient, style: Style) -> str:
    """Return a tikzpicture, or a whole document."""
    return tikz(record, constants=style.constants, standalone=style.standalone, digits=style.figures or PICTURE_FIGURES)
