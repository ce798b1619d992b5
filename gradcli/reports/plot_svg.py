"""A plot as SVG: two panels over one axis, or a map; light, dark, or as the reader prefers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple
from xml.sax.saxutils import escape

from ..drawing.strokes import units as _n
from ..drawing.svg import DARK, FONT, LIGHT, text_width
from ..plotting.breaks import HOLE, JUMP, POLE
from ..plotting.contours import Arrow, Map
from ..plotting.plot import Plot
from ..plotting.probing import OVERFLOW
from ..plotting.sampling import Curves
from ..plotting.scales import Axis, axis
from ..record.gradient import Gradient
from . import Style
from .canvas import clipped
from .plot_text import broken, heading, legend, marked, straight
from .png import raster

WIDTH, HEIGHT, SLOPE_HEIGHT, SQUARE = 600, 250, 170, 520
TOP_MARGIN, BOTTOM_MARGIN, RIGHT_MARGIN, PANEL_GAP = 58, 46, 22, 36
TICK_GAP, TICK_BELOW = 8, 18  # pixels from the left and lower side of a panel to the numbers along it
NUMBERS_MARGIN = TICK_GAP + 14  # pixels beside the longest number on the left: the gap, and the rest outside
NAME_BELOW = 36  # pixels from a panel to the name of its axis
OUTSIDE = 20  # pixels beyond a panel up to which lines are drawn before they are clipped
ARROW_SHARE = 0.42  # of the distance of two arrows
MOST_LISTED = 8
LINE_HEIGHT = 20  # pixels between two lines of text below the panels
HALF_LINE = 9  # pixels that a label takes above and below its middle
MOST_RINGS = 60  # steps beyond which only the line is drawn
LABELED = 0.15  # of the longest piece of a level; shorter ones get no label of their own

DOT = 5  # pixels that a dot takes on either side
CROWDED = 20  # pixels between two dots below which one of them has no number
PLACES_OF_NUMBER = ((0, -19), (0, 19), (1, -13), (-1, -13), (1, 14), (-1, 14))  # of a dot: where its number may stand

Label = tuple[float, float, float]  # where its middle is, and the pixels that it takes on either side

SHAPES = (
    f"text{{font-family:{FONT};font-size:13px}}",
    "text.heading{font-size:15px}",
    "text.across{text-anchor:middle}",
    "text.up{text-anchor:end}",
    "path{fill:none;stroke-linejoin:round;stroke-linecap:round}",
    ".curve{stroke-width:2.2}",
    ".tangent{stroke-width:1.6;stroke-dasharray:6 5}",
    ".grid{stroke-width:1;opacity:.14}",
    ".zero{stroke-width:1.2;opacity:.55}",
    ".break{stroke-width:1.2;stroke-dasharray:2 4;opacity:.6}",
    ".level{stroke-width:1.4}",
    ".arrow{stroke-width:1.3}",
    ".path{stroke-width:1.8}",
    ".halo{stroke-width:4;paint-order:stroke;text-anchor:middle}",
)
COLORED = (
    ".ground{{fill:{ground}}}",
    "text{{fill:{ink}}}",
    ".frame{{stroke:{ink};stroke-width:1;fill:none;opacity:.5}}",
    ".grid,.gradcli-plot .zero,.gradcli-plot .break{{stroke:{ink}}}",
    ".value{{stroke:{value}}}",
    ".slope{{stroke:{gradient}}}",
    ".tangent,.gradcli-plot .path{{stroke:{lit}}}",
    ".dot{{fill:{lit};stroke:{ground};stroke-width:1}}",
    ".mark{{fill:{lit};stroke:{ground};stroke-width:1.5}}",
    ".hole{{fill:{ground};stroke-width:2}}",
    "text.value{{fill:{value};stroke:none}}",
    "text.slope{{fill:{gradient};stroke:none}}",
    "text.halo{{fill:{value};stroke:{ground}}}",
    "text.step{{fill:{lit}}}",
)


class Panel(NamedTuple):
    """A rectangle of the picture, and the axes that it shows."""

    left: float
    top: float
    width: float
    height: float
    across: Axis
    up: Axis

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel of a point."""
        return self.left + self.across.at(x) * self.width, self.top + (1 - self.up.at(y)) * self.height

    def path(self, points: Sequence[Sequence[float]]) -> str:
        """Return a line as path data, cut a little outside the panel."""
        places = [(self.across.at(x) * self.width + OUTSIDE, (1 - self.up.at(y)) * self.height + OUTSIDE)
                  for x, y in points]  # fmt: skip
        out, pen = [], None
        for start, stop in pairwise(places if len(places) > 1 else places * 2):
            piece = clipped(start, stop, self.width + 2 * OUTSIDE, self.height + 2 * OUTSIDE)
            if piece is None:
                continue
            a, b = ((self.left + x - OUTSIDE, self.top + y - OUTSIDE) for x, y in piece)
            if a != pen:
                out.append(f"M{_n(a[0])} {_n(a[1])}")
            out.append(f"L{_n(b[0])} {_n(b[1])}")
            pen = b
        return "".join(out)


def render(plot: Plot, style: Style, *, title: str = "", said: Sequence[str] = ()) -> str:
    """Return the plot as an SVG document, under a title of its own if one is given, and with what is `said` below."""
    if plot.curves is not None:
        ups = [axis(*plot.curves.values, 6), axis(*plot.curves.slopes, 4)]
    else:
        ups = [axis(plot.ranges[1].low, plot.ranges[1].high, 8)]
    left = max([text_width(text, 13) for up in ups for _, text in up.ticks] or [0]) + NUMBERS_MARGIN
    if plot.curves is not None:
        body, width, height = _curves(plot, plot.curves, left, ups)
    else:
        assert plot.map is not None
        body, width, height = _map(plot, plot.map, left, *ups)
    below = broken(plot, plot.curves) if plot.curves else []
    below += legend(plot, plot.map) if plot.map else []
    below += [line for mark in plot.marks for line in marked(plot, mark)]
    if len(plot.path) > 1:
        below.append(f"path: the steps, from 0 to {plot.path[-1].step:,}")
    return sheet(title or heading(plot), [*below, *said], body, left, (width, height), style.theme)


def sheet(title: str, below: Sequence[str], body: list[str], left: float, size: tuple[float, float], theme: str) -> str:
    """Return the document of a picture with its heading, and lines of text below it that are wrapped to its width."""
    width, height = size
    for line in (part for whole in below for part in _wrapped(whole, width - left - RIGHT_MARGIN)):
        body.append(f'<text x="{_n(left)}" y="{_n(height + 8)}">{escape(line)}</text>')
        height += LINE_HEIGHT
    height += LINE_HEIGHT / 2 if below else 0
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" class="gradcli-plot" role="img" '
        f'aria-labelledby="plot-title plot-desc" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}">',
        f'<title id="plot-title">{escape(title)}</title>',
        f'<desc id="plot-desc">{escape(". ".join([title, *below]))}</desc>',
        f"<style>{_style(theme)}</style>",
        f'<rect class="ground" width="{_n(width)}" height="{_n(height)}"/>',
        f'<text class="heading" x="{_n(left)}" y="24">{escape(title)}</text>',
        *body,
        "</svg>",
    ]) + "\n"  # fmt: skip


def png(plot: Plot, style: Style) -> bytes:
    """Return the plot as a PNG image. Raises `InputError` where the extra is not installed."""
    return raster(render(plot, style))


def _style(theme: str) -> str:
    colors = [[rule.format(**palette) for rule in COLORED] for palette in (LIGHT, DARK)]
    text = "".join(f".gradcli-plot {rule}" for rule in (*SHAPES, *colors[theme == "dark"]))
    if theme == "auto":
        dark = "".join(f".gradcli-plot {rule}" for rule in colors[True])
        text += f"@media (prefers-color-scheme:dark){{{dark}}}"
    return text


def _curves(plot: Plot, curves: Curves, left: float, ups: Sequence[Axis]) -> tuple[list[str], float, float]:
    ((name, low, high),) = plot.ranges
    across = axis(low, high, 8)
    panels = [
        Panel(left, TOP_MARGIN, WIDTH, HEIGHT, across, ups[0]),
        Panel(left, TOP_MARGIN + HEIGHT + PANEL_GAP, WIDTH, SLOPE_HEIGHT, across, ups[1]),
    ]
    out = []
    for which, title, panel in zip(("value", "slope"), (plot.output, f"d{plot.output}/d{name}"), panels, strict=True):
        lines = []
        if which == "value":
            lines += [
                f'<path class="tangent" d="{panel.path(_tangent(plot, mark))}"/>'
                for mark in plot.marks
                if straight(plot, mark)
            ]
        lines += [f'<path class="curve {which}" d="{panel.path(run)}"/>' for run in curves.runs(which)]
        lines += _holes(panel, curves, which)
        for mark in plot.marks:
            y = mark.value if which == "value" else mark.gradient[name]
            if y is not None:
                lines.append(_mark(panel, (mark.values[mark.graph.inputs[name]], y)))
        stops = [(*stop.at, *((stop.value,) if which == "value" else stop.slopes)) for stop in plot.path]
        lines += _path(panel, stops, [], joined=which == "value")
        guides = [b.x for b in curves.breaks if b.kind in (POLE, JUMP)] if len(curves.breaks) <= MOST_LISTED else []
        out += framed(panel, which, lines, guides, last=which == "slope")
        out.append(panel_title(panel, which, title))
    out.append(axis_name(panels[1], name))
    bottom = panels[1].top + panels[1].height + BOTTOM_MARGIN
    return out, left + WIDTH + RIGHT_MARGIN, bottom


def _tangent(plot: Plot, mark: Gradient) -> list[tuple[float, float]]:
    ((name, low, high),) = plot.ranges
    x, y, slope = mark.values[mark.graph.inputs[name]], mark.value, mark.gradient[name]
    return [(e, y + slope * (e - x)) for e in (low, high)]


def _holes(panel: Panel, curves: Curves, which: str) -> Iterable[str]:
    """Yield a small circle where the curve has no value at a single point, or its derivative none at a kink."""
    for b in curves.breaks:
        ends = [(s.value if which == "value" else s.slope) for s in curves.samples if s.x in (b.left, b.right)]
        if len(curves.breaks) > MOST_LISTED or (which == "value" and b.kind != HOLE) or b.kind in (POLE, OVERFLOW):
            continue
        for y in dict.fromkeys(y for y in ends if y is not None and panel.up.low <= y <= panel.up.high):
            yield ring(panel, which, (b.x, y))


def framed(panel: Panel, name: str, lines: Iterable[str], guides: Iterable[float], *, last: bool) -> list[str]:
    """Return a panel: grid, guides, what is clipped to it, its frame and the labels of its ticks."""
    right, bottom = panel.left + panel.width, panel.top + panel.height
    out = [
        f'<clipPath id="clip-{name}"><rect x="{_n(panel.left)}" y="{_n(panel.top)}" width="{_n(panel.width)}" '
        f'height="{_n(panel.height)}"/></clipPath>'
    ]
    free = 0.0
    for x, text in panel.across.ticks:
        px = panel.at(x, panel.up.low)[0]
        out.append(f'<path class="{"grid" if x else "zero"}" d="M{_n(px)} {_n(panel.top)}V{_n(bottom)}"/>')
        half = text_width(text, 13) / 2
        middle = max(min(px, right + RIGHT_MARGIN - half), half)  # within the picture
        if last and middle - half >= free:
            out.append(f'<text class="across" x="{_n(middle)}" y="{_n(bottom + TICK_BELOW)}">{_signed(text)}</text>')
            free = middle + half
    for y, text in panel.up.ticks:
        py = panel.at(panel.across.low, y)[1]
        out.append(f'<path class="{"grid" if y else "zero"}" d="M{_n(panel.left)} {_n(py)}H{_n(right)}"/>')
        out.append(f'<text class="up" x="{_n(panel.left - TICK_GAP)}" y="{_n(py + 4.5)}">{_signed(text)}</text>')
    for x in guides:
        px = panel.at(x, panel.up.low)[0]
        out.append(f'<path class="break" d="M{_n(px)} {_n(panel.top)}V{_n(bottom)}"/>')
    out += [f'<g clip-path="url(#clip-{name})">', *lines, "</g>"]
    out.append(
        f'<rect class="frame" x="{_n(panel.left)}" y="{_n(panel.top)}" width="{_n(panel.width)}" '
        f'height="{_n(panel.height)}"/>'
    )
    return out


def panel_title(panel: Panel, which: str, title: str) -> str:
    """Return the title above a panel, in the colour of its curve."""
    return f'<text class="{which}" x="{_n(panel.left)}" y="{_n(panel.top - 8)}">{escape(title)}</text>'


def ring(panel: Panel, which: str, point: tuple[float, float]) -> str:
    """Return a small circle at a point, in the colour of a curve."""
    cx, cy = panel.at(*point)
    return f'<circle class="hole {which}" cx="{_n(cx)}" cy="{_n(cy)}" r="3.5"/>'


def axis_name(panel: Panel, name: str) -> str:
    """Return what the axis below a panel is called."""
    middle, below = panel.left + panel.width / 2, panel.top + panel.height + NAME_BELOW
    return f'<text class="across" x="{_n(middle)}" y="{_n(below)}">{escape(name)}</text>'


def _map(plot: Plot, found: Map, left: float, up: Axis) -> tuple[list[str], float, float]:
    x, y = plot.ranges
    panel = Panel(left, TOP_MARGIN, SQUARE, SQUARE, axis(x.low, x.high, 8), up)
    lines, labels = [], []
    taken: list[Label] = []  # steps have their numbers before lines have their labels
    steps = _path(panel, [stop.at for stop in plot.path], taken, joined=True)
    for (_, text), pieces in zip(found.levels, found.lines, strict=True):
        for piece in pieces:
            lines.append(f'<path class="level value" d="{panel.path(piece)}"><title>{text}</title></path>')
        longest = max(map(len, pieces), default=0)
        for piece in (piece for piece in pieces if len(piece) >= LABELED * longest):
            place = _place(panel, piece, text_width(_signed(text), 13) / 2 + 4, taken)
            if place is not None:
                taken.append(place)
                labels.append(f'<text class="halo" x="{_n(place[0])}" y="{_n(place[1] + 4)}">{_signed(text)}</text>')
    lines += [text for text in (_arrow(panel, a, found) for a in found.arrows) if text]
    for mark in plot.marks:
        labels.append(_mark(panel, [mark.values[mark.graph.inputs[r.name]] for r in plot.ranges]))
    out = framed(panel, "map", [*lines, *labels, *steps], (), last=True)
    out.append(axis_name(panel, x.name))
    out.append(f'<text class="across" x="{_n(left - 10)}" y="{_n(TOP_MARGIN - 10)}">{escape(y.name)}</text>')
    return out, left + SQUARE + RIGHT_MARGIN, TOP_MARGIN + SQUARE + BOTTOM_MARGIN


def _mark(panel: Panel, point: Sequence[float]) -> str:
    cx, cy = panel.at(*point)
    return f'<circle class="mark" cx="{_n(cx)}" cy="{_n(cy)}" r="5"/>'


def _path(panel: Panel, points: Sequence[tuple[float, ...]], taken: list[Label], *, joined: bool) -> list[str]:
    """Return the points of a descent: its line, one dot per step, both ends marked, and numbers where there is room.

    Where numbers and dots stand is added to `taken`.
    """
    if not points:
        return []
    few = len(points) <= MOST_RINGS
    places = [panel.at(*point) for point in points]
    out = [f'<path class="path" d="{panel.path(points)}"/>'] if joined else []
    for x, y in places[1:-1] if few else ():
        out.append(f'<circle class="dot" cx="{_n(x)}" cy="{_n(y)}" r="3.5"/>')
    ends = list(dict.fromkeys((0, len(points) - 1)))
    out += [_mark(panel, points[k]) for k in ends]
    if not joined:
        return out
    taken += [(x, y, DOT) for x, y in (places if few else [places[k] for k in ends])]
    numbered: list[tuple[float, float]] = []
    for k in [*ends, *range(1, len(points) - 1)] if few else ends:
        if k not in ends and any(math.dist(places[k], other) < CROWDED for other in numbered):
            continue
        half = text_width(str(k), 13) / 2
        beside = [(places[k][0] + dx * (half + 8), places[k][1] + dy) for dx, dy in PLACES_OF_NUMBER]
        if (place := next((p for p in beside if _has_room(panel, *p, half, taken)), None)) is not None:
            taken.append((*place, half))
            numbered.append(places[k])
            out.append(f'<text class="halo step" x="{_n(place[0])}" y="{_n(place[1] + 4)}">{k}</text>')
    return out


def _has_room(panel: Panel, x: float, y: float, half: float, taken: Sequence[Label]) -> bool:
    """Whether a label of so many pixels on either side is wholly in a panel, and on no other."""
    right, bottom = panel.left + panel.width, panel.top + panel.height
    inside = panel.left + half <= x <= right - half and panel.top + HALF_LINE <= y <= bottom - HALF_LINE
    return inside and not any(abs(x - a) < half + b and abs(y - c) < 2 * HALF_LINE for a, c, b in taken)


def _place(panel: Panel, piece: Sequence[tuple[float, float]], half: float, taken: Sequence[Label]) -> Label | None:
    """Return where on a line a label is wholly inside and on no other, as near to its middle as can be: x, y, half."""
    for k in sorted(range(len(piece)), key=lambda k: abs(2 * k - len(piece))):
        x, y = panel.at(*piece[k])
        if _has_room(panel, x, y, half, taken):
            return x, y, half
    return None


def _wrapped(text: str, width: float) -> list[str]:
    """Return a line of text as lines of at most `width` pixels, cut at blanks."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and text_width(longer, 13) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _arrow(panel: Panel, arrow: Arrow, found: Map) -> str:
    """Return a gradient as an arrow uphill; longer where it is steeper, by the square root, so that none vanishes."""
    sx, sy = (panel.width / (a.high - a.low) for a in (panel.across, panel.up))
    dx, dy = arrow.dx * sx, arrow.dy * sy
    steepest = max(math.hypot(a.dx * sx, a.dy * sy) for a in found.arrows)
    length = math.hypot(dx, dy)
    if not length or steepest == math.inf:
        return ""
    size = panel.width / 12 * ARROW_SHARE * max(0.25, math.sqrt(length / steepest))
    ux, uy = dx / length * size, -dy / length * size
    x, y = panel.at(arrow.x, arrow.y)
    tip = (x + ux, y + uy)
    barbs = [(tip[0] - 0.36 * ux - s * 0.24 * uy, tip[1] - 0.36 * uy + s * 0.24 * ux) for s in (1, -1)]
    return (
        f'<path class="arrow slope" d="M{_n(x - ux)} {_n(y - uy)}L{_n(tip[0])} {_n(tip[1])}'
        f'M{_n(barbs[0][0])} {_n(barbs[0][1])}L{_n(tip[0])} {_n(tip[1])}L{_n(barbs[1][0])} {_n(barbs[1][1])}"/>'
    )


def _signed(text: str) -> str:
    return escape(text.replace("-", "\u2212"))
