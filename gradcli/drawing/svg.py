"""The picture as SVG: for slides, for pages, and step by step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from ..record.gradient import Gradient
from .diagram import Diagram
from .picture import Box, Label, Metrics, Picture, Point, Route, place, plan
from .remarks import MARK, fitted
from .stages import Stage
from .strokes import strokes, units
from .subject import Subject, subject

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient

ROW_HEIGHT = 18  # pixels, of a row of text, and of all that is counted in rows
GATE_RADIUS = 24  # pixels, of a gate
MARGIN = 18  # pixels round the picture
VALUE_ABOVE, GRADIENT_BELOW = 6, 16  # pixels from a wire to the base of the numbers on it
PICTURE_FIGURES = 4  # significant ones of every number
WIDE, NARROW = frozenset("mwMWGOQ@%∂"), frozenset("ijl.,:;|!'()[] -tfr")
MINUS = "\u2212"
LIGHT = {"ground": "#ffffff", "ink": "#1f2328", "gate": "#f3f5f8", "value": "#0a7d28", "gradient": "#c62828",
         "lit": "#b35900"}  # fmt: skip
DARK = {"ground": "#15191f", "ink": "#dfe5ec", "gate": "#242b35", "value": "#56d364", "gradient": "#ff8178",
        "lit": "#ffb454"}  # fmt: skip
FONT = "'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif"


def text_width(text: str, size: float = 14) -> float:
    """Return the width of a text in pixels, an even whole number that is rather too large than too small."""
    return 2 * ceil(size * sum(0.98 if c in WIDE else 0.42 if c in NARROW else 0.66 for c in text) / 2)


CAPTION_SIZE = 12  # the size of captions
CAPTION_LINE = 18  # from one line of the caption to the next
CAPTION_WIDTH = 480  # the room that a caption takes under a narrower picture


def caption(of: Subject, picture: Picture, digits: int) -> tuple[list[str], float, float]:
    """Return the lines under a picture, and the width and height in pixels of both together."""
    room = max(picture.width, CAPTION_WIDTH)
    lines = list(fitted(of.captions(digits), room, lambda text: text_width(text, CAPTION_SIZE)))
    width = max([picture.width, *(text_width(line, CAPTION_SIZE) for line in lines)])
    return lines, width, picture.height + (CAPTION_LINE / 2 + CAPTION_LINE * len(lines) if lines else 0)


METRICS = Metrics(
    text_width,
    row=ROW_HEIGHT,
    padding=10,
    label_gap=8,
    track_gap=14,
    column_gap=18,
    cell=0,
    radius=GATE_RADIUS / ROW_HEIGHT,
)


class SvgDocument(NamedTuple):
    """A picture as the text of a document, and its width in pixels."""

    text: str
    width: float


def svg(
    record: Gradient | ArrayGradient,
    *,
    constants: bool = False,
    theme: str = "light",
    stage: Stage | None = None,
    prefix: str = "",
    digits: int = PICTURE_FIGURES,
    folded: bool = True,
) -> SvgDocument:
    """Return the circuit of a record as an SVG document; `stage` shows it at one step of the passes.
    Layers of arrays that repeat are one gate if `folded`.

    Numbers of elements are those of the record's nodes; ids are stable, and start with `prefix`, so that several
    pictures can stand in one page:

    | id | class | element |
    |---|---|---|
    | `n4` | `node gate` or `node leaf` | node 4: its shape and text |
    | `v4` | `value` | its value, above the wire that leaves it |
    | `g4` | `gradient` | its upstream gradient, below that wire |
    | `w4-0` | `wire` | the whole wire into argument 0 of node 4, from the node that feeds it |
    | `s4-0` | `share` | where that wire comes from a fork: what flows back along it |
    | `out` | `wire output` | the wire to the name of the output; its labels are those of the output's node |
    | - | `fork` | a fork dot, with `data-node` |
    | - | `mark` | the star in the corner of a gate at a kink |
    | - | `note` | a line of the caption: how to read the marks, and the notes |

    Every wire has `data-from` and `data-to`, the nodes it connects. The class `hidden` hides an element, `lit` makes it
    stand out: a page adds and removes these two to walk through the steps. The rules of the style block hold inside
    `svg.gradcli` only. `theme` is `light`, `dark`, or `auto`, which follows the reader's preference.

    Raises `LimitError` beyond 2,000 parts.
    """
    of = subject(record)
    drawn = of.diagram(constants=constants, folded=folded)
    texts = of.figures(drawn, digits)
    picture = place(plan(drawn), texts, METRICS)
    lines, wide, high = caption(of, picture, digits)
    width, height = wide + 2 * MARGIN, high + 2 * MARGIN
    parts = _opening(prefix, units(width), units(height), drawn.output, describe(of, drawn), theme)
    writer = _SvgWriter(of, drawn, stage, prefix)
    parts += writer.wires(picture)
    parts += [writer.box(box) for box in picture.boxes]
    parts += [writer.label(label) for label in picture.labels]
    for k, line in enumerate(lines, 1):
        y = picture.height + CAPTION_LINE / 2 + CAPTION_LINE * k - 4
        parts.append(f'<text class="note" x="0" y="{units(y)}" xml:space="preserve">{escape(line)}</text>')
    return SvgDocument("\n".join([*parts, "</svg>"]) + "\n", width)


def _opening(prefix: str, width: str, height: str, output: str, description: str, theme: str) -> list[str]:
    """Return what stands before the circuit: the element itself, title, description, style and ground."""
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gradcli" role="img" '
        f'aria-labelledby="{prefix}title {prefix}desc" width="{width}" height="{height}" '
        f'viewBox="{-MARGIN} {-MARGIN} {width} {height}">',
        f'<title id="{prefix}title">{escape(f"The computational graph of {output}")}</title>',
        f'<desc id="{prefix}desc">{escape(description)}</desc>',
        f"<style>{_style(theme)}</style>",
        f'<rect class="ground" x="{-MARGIN}" y="{-MARGIN}" width="{width}" height="{height}"/>',
    ]


def describe(of: Subject, drawn: Diagram) -> str:
    """Return the picture in words: one sentence per node, then the notes."""
    sentences = [of.sentence(part.node) for part in drawn.parts]
    return " ".join([*sentences, *(f"{line[:1].upper()}{line[1:]}." for line in of.remarks())])


def pretty(label: str) -> str:
    """Return a gate's text with the signs of a printed page."""
    return label.replace("**", "^").replace("*", "\u00d7").replace("-", MINUS)


STYLE_RULES = (
    f"text{{font-family:{FONT};font-size:14px;text-anchor:middle}}",
    "text.sign{font-size:20px}",
    "text.name{font-size:12px;font-style:italic}",
    "text.share{font-size:12px}",
    "text.mark{font-size:16px;font-weight:bold}",
    f"text.note{{font-size:{CAPTION_SIZE}px;text-anchor:start}}",
    ".leaf text{text-anchor:end}",
    ".output text{text-anchor:start}",
    ".line{fill:none;stroke-width:1.6}",
    ".whole{fill:none;stroke:none;stroke-width:3;pointer-events:stroke}",
    ".shape{stroke-width:1.6}",
    ".lit .line,.gradcli .lit .shape{stroke-width:3}",
    "text.lit,.gradcli .lit text{font-weight:bold}",
    ".hidden{visibility:hidden}",
)
COLORED = (
    ".ground{{fill:{ground}}}",
    "text{{fill:{ink}}}",
    "text.value{{fill:{value}}}",
    "text.gradient,.gradcli text.share,.gradcli text.mark{{fill:{gradient}}}",
    ".line{{stroke:{ink}}}",
    ".head,.gradcli .fork{{fill:{ink}}}",
    ".shape{{fill:{gate};stroke:{ink}}}",
    ".lit .line,.gradcli .lit .whole,.gradcli .lit .shape{{stroke:{lit}}}",
    ".lit .head{{fill:{lit}}}",
)


def _style(theme: str) -> str:
    """Return the rules: the shapes once, the colours for one theme, or for both behind a media query."""
    colors = [[rule.format(**palette) for rule in COLORED] for palette in (LIGHT, DARK)]
    rules = [*STYLE_RULES, *colors[theme == "dark"]]
    text = "".join(f".gradcli {rule}" for rule in rules)
    if theme == "auto":
        text += f"@media (prefers-color-scheme:dark){{{''.join(f'.gradcli {rule}' for rule in colors[True])}}}"
    return text


class _SvgWriter:
    """Writes the parts of a picture, with the classes of a stage."""

    def __init__(self, of: Subject, drawn: Diagram, stage: Stage | None, prefix: str) -> None:
        self.of, self.drawn, self.stage, self.prefix = of, drawn, stage, prefix

    def wires(self, picture: Picture) -> Iterable[str]:
        """Return the wires, those that light up last, and the fork dots."""
        drawn, stage = self.drawn, self.stage
        written: list[tuple[bool, str]] = []
        for route, points, sharp in strokes(picture):
            source = drawn.parts[route.source].node
            name, kind, to, lit = "out", "wire output", source, False
            if route.target is not None:
                part = drawn.parts[route.target]
                edge = (part.node, part.positions[route.port])
                name, kind, to = f"w{edge[0]}-{edge[1]}", "wire", part.node
                lit = stage is not None and stage.edge == edge
            whole = f'<path class="whole" d="{_path(route.points, sharp)}"/>' if drawn.uses[route.source] > 1 else ""
            written.append((lit, (
                f'<g id="{self.prefix}{name}" {_classes(kind, lit=lit)} data-from="{source}" data-to="{to}">'
                f'{whole}<path class="line" d="{_path(points, sharp)}"/><path class="head" d="{_head(route)}"/></g>'
            )))  # fmt: skip
        for part_index, (x, y) in picture.dots:
            node = drawn.parts[part_index].node
            written.append((True, f'<circle class="fork" data-node="{node}" cx="{units(x)}" cy="{units(y)}" r="3.6"/>'))
        return [text for lit in (False, True) for last, text in written if last is lit]

    def box(self, box: Box) -> str:
        """Return a gate, a leaf or the name of the output."""
        middle = box.y + box.height / 2
        if box.kind == "output":
            return f'<g class="output"><text x="{units(box.x)}" y="{units(middle + 5)}">{escape(box.label)}</text></g>'
        part = self.drawn.parts[box.part]
        node = part.node
        lit = self.stage is not None and self.stage.node == node
        kind = "node leaf" if box.kind == "leaf" else "node gate"
        head = f'<g id="{self.prefix}n{node}" {_classes(kind, lit=lit)}><title>{escape(self.of.title(node))}</title>'
        if box.kind == "leaf":
            text = f'<text x="{units(box.x + box.width)}" y="{units(middle + 5)}">{escape(pretty(box.label))}</text>'
            return f"{head}{text}</g>"
        x = box.x + box.width / 2
        if box.kind == "round":
            shape = f'<circle class="shape" cx="{units(x)}" cy="{units(middle)}" r="{units(box.width / 2)}"/>'
        else:
            shape = (
                f'<rect class="shape" x="{units(box.x)}" y="{units(box.y)}" width="{units(box.width)}" '
                f'height="{units(box.height)}" rx="9"/>'
            )
        name = f'<text class="name" x="{units(x)}" y="{units(box.y - 5)}">{escape(box.name)}</text>' if box.name else ""
        sign = pretty(box.label)
        large, down = (' class="sign"', 7) if len(sign) == 1 else ("", 5)
        text = f'<text{large} x="{units(x)}" y="{units(middle + down)}">{escape(sign)}</text>'
        mark = ""
        if part.kink:
            corner = (
                (box.x + box.width * 0.75, box.y + 20) if box.kind == "round" else (box.x + box.width - 8, box.y + 16)
            )
            mark = f'<text class="mark" x="{units(corner[0])}" y="{units(corner[1])}">{MARK}</text>'
        return f"{head}{shape}{text}{mark}{name}</g>"

    def label(self, label: Label) -> str:
        """Return a number at a wire, with all its digits as a title."""
        part, stage = self.drawn.parts[label.part], self.stage
        node = part.node
        shown, lit = True, False
        if label.kind == "share":
            edge = (node, part.positions[label.port])
            name = f"s{node}-{edge[1]}"
            if stage is not None:
                shown, lit = edge in stage.shares, edge == stage.edge
        elif label.kind == "value":
            name = f"v{node}"
            if stage is not None:
                shown, lit = node in stage.values, node == stage.node and not stage.gradients
        else:
            name = f"g{node}"
            if stage is not None:
                shown, lit = node in stage.gradients, node == stage.node
        whole = self.of.whole(label.kind, node, part.positions[label.port] if label.kind == "share" else 0)
        y = base(label)
        classes = _classes(label.kind, shown=shown, lit=lit and shown)
        return (
            f'<text id="{self.prefix}{name}" {classes} x="{units(label.x)}" y="{units(y)}">'
            f"<title>{escape(whole)}</title>{escape(label.text.replace('-', MINUS))}</text>"
        )


def base(label: Label) -> float:
    """Return the height of the base line of the text of a label in pixels: values stand above their wire."""
    return label.y + (ROW_HEIGHT - VALUE_ABOVE if label.kind == "value" else GRADIENT_BELOW - ROW_HEIGHT)


def _classes(kind: str, *, shown: bool = True, lit: bool = False) -> str:
    return f'class="{kind}{"" if shown else " hidden"}{" lit" if lit else ""}"'


def _path(points: Sequence[Point], sharp: Collection[Point]) -> str:
    """Return a wire with its corners rounded, but for those at forks, that ends inside its arrowhead."""
    out = [f"M{units(points[0][0])} {units(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        if corner in sharp:
            out.append(f"L{units(corner[0])} {units(corner[1])}")
            continue
        a, b = _toward(corner, before, 6), _toward(corner, after, 6)
        out.append(f"L{units(a[0])} {units(a[1])}Q{units(corner[0])} {units(corner[1])} {units(b[0])} {units(b[1])}")
    x, y = points[-1]
    out.append(f"L{units(x - 4)} {units(y)}")
    return "".join(out)


def _head(route: Route) -> str:
    x, y = route.points[-1]
    return f"M{units(x)} {units(y)}l-8 -3.6v7.2z"


def _toward(a: Point, b: Point, distance: float) -> Point:
    """Return the point on the way from a to b, at a distance or in the middle."""
    length = abs(a[0] - b[0]) + abs(a[1] - b[1])
    part = min(distance / length, 0.5) if length else 0
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
