"""A descent as SVG: the value and the norm of the gradient over the steps; or the path of the steps on a plot."""

from __future__ import annotations

from collections.abc import Sequence

from ..drawing.svg import text_width
from ..plotting.plot import Plot
from ..plotting.scales import axis, view
from ..record.array_summary import approximate
from ..record.descent import Descent, DescentLine
from ..text import clip, visible
from . import Style, plot_svg
from .descent_table import rule_in_numbers
from .plot_svg import (
    BOTTOM_MARGIN,
    HEIGHT,
    MOST_RINGS,
    PANEL_GAP,
    RIGHT_MARGIN,
    SLOPE_HEIGHT,
    TOP_MARGIN,
    WIDTH,
    Panel,
    axis_name,
    framed,
    panel_title,
    ring,
    sheet,
)


def render(descent: Descent, lines: Sequence[DescentLine], style: Style, *, state: bool = False) -> str:
    """Return the curves as an SVG document; the states of the rule are not drawn."""
    curves = {
        "value": (descent.output, [(float(line.step), approximate(line.value)) for line in lines]),
        "slope": ("norm of the gradient", [(float(line.step), line.norm) for line in lines]),
    }
    last = max(lines[-1].step, 1)
    heights = [view([y for _, y in points]) for _, points in curves.values()]
    ups = [axis(*ends, count) for ends, count in zip(heights, (6, 4), strict=True)]
    left = max([text_width(text, 13) for up in ups for _, text in up.ticks] or [0]) + 22
    across = axis(0.0, float(last), min(8, last))
    below = TOP_MARGIN + HEIGHT + PANEL_GAP
    panels = [
        Panel(left, TOP_MARGIN, WIDTH, HEIGHT, across, ups[0]),
        Panel(left, below, WIDTH, SLOPE_HEIGHT, across, ups[1]),
    ]
    body = []
    for (which, (title, points)), panel in zip(curves.items(), panels, strict=True):
        drawn = [f'<path class="curve {which}" d="{panel.path(points)}"/>']
        drawn += [ring(panel, which, point) for point in points if len(points) <= MOST_RINGS]
        body += framed(panel, which, drawn, (), last=which == "slope")
        body.append(panel_title(panel, which, title))
    body.append(axis_name(panels[1], "step"))
    size = (left + WIDTH + RIGHT_MARGIN, below + SLOPE_HEIGHT + BOTTOM_MARGIN)
    return sheet(_title(descent), _said(descent), body, left, size, style.theme)


def path(descent: Descent, plot: Plot, style: Style) -> str:
    """Return the plot of the program with the path of the steps as an SVG document."""
    fixed = "".join(f", {name} = {x:.12g}" for name, x in plot.fixed.items())
    return plot_svg.render(plot, style, title=_title(descent) + fixed, said=_said(descent))


def _title(descent: Descent) -> str:
    return clip(visible("; ".join(descent.source.text.split("\n"))), 80)


def _said(descent: Descent) -> list[str]:
    return [rule_in_numbers(descent), *descent.remarks, *filter(None, [descent.ended])]
