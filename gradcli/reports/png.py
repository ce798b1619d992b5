"""The circuit as PNG, through resvg and the font that comes with gradcli, so that it looks the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..drawing.svg import PICTURE_FIGURES, svg
from ..errors import InputError
from ..record.gradient import Gradient
from . import Style

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient

FONT = Path(__file__).parent.parent / "drawing" / "font" / "DejaVuSans-subset.ttf"
FAMILY = "DejaVu Sans"
ZOOM = 2


def render(record: Gradient | ArrayGradient, style: Style) -> bytes:
    """Return a PNG image, two pixels for one of the SVG. Raises `InputError` where the extra is not installed."""
    digits = style.figures or PICTURE_FIGURES
    return raster(svg(record, constants=style.constants, theme=style.theme, digits=digits).text)


def raster(document: str) -> bytes:
    """Return an SVG document as a PNG image; no reader prefers a dark one, so that the theme `auto` is light."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise InputError(
            "PNG needs a package that is not installed", kind="extra", hint="pip install 'gradcli[png]', or use svg"
        ) from None
    # Without a font resvg leaves out all text without a word; the machine's fonts would show in the picture.
    return bytes(svg_to_bytes(
        svg_string=document, zoom=ZOOM, dpi=96, skip_system_fonts=True, font_files=[str(FONT)], font_family=FAMILY,
        sans_serif_family=FAMILY,
    ))  # fmt: skip
