"""The picture at coordinates: boxes, wires, fork dots and labels, in the units of whoever draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import NamedTuple

from .channels import Channel, Net, channels
from .diagram import Diagram, Figures
from .layers import Layers, layers
from .rows import PartRows, rows

Point = tuple[float, float]
LARGEST_RADIUS = 1.5  # radius of a round gate, in rows: half of the three rows that one with a single port takes


class Metrics(NamedTuple):
    """The measures of a drawing. Terminal cells are counted (`cell` is 1), pixels are not (`cell` is 0).

    `row` is the height of a row; `text` the width of a text; `padding` stands on both sides of a box's text;
    `label_gap` on both sides of the labels on a wire; `track_gap` between vertical wires; `column_gap` is the least
    length of wire before a port, and so between columns. `radius`, in rows, makes gates of short labels round where all
    ports lie on the circle; it counts as half the height of a gate with one port at most. With `tight`, gates with one
    port are a single row high, and the labels of their wires may stand above and below them.
    """

    text: Callable[[str], float]
    row: float = 1
    padding: float = 2
    label_gap: float = 1
    track_gap: float = 2
    column_gap: float = 2
    cell: int = 1
    radius: float = 0
    tight: bool = False


class Box(NamedTuple):
    """A gate, a leaf or the name of the output: its corner, size, text, and the name that the program gives it.

    `kind` is `gate`, `round`, `low` (one row high), `leaf` or `output`.
    """

    part: int
    kind: str
    x: float
    y: float
    width: float
    height: float
    label: str
    name: str


class Route(NamedTuple):
    """A wire from the part that feeds it to one port of another (None at the output), corner by corner."""

    source: int
    target: int | None
    port: int
    points: tuple[Point, ...]


class Label(NamedTuple):
    """A number at a wire. `kind` is `value` (above), `gradient` or `share` (below); `port` is that of a share.

    `x` is its left end in cells, its middle in pixels; `y` is the middle of its row.
    """

    kind: str
    part: int
    port: int
    x: float
    y: float
    text: str


class Picture(NamedTuple):
    """All that is drawn, and the size of it."""

    width: float
    height: float
    boxes: list[Box]
    routes: list[Route]
    dots: list[tuple[int, Point]]  # the part whose wire forks, and where
    labels: list[Label]


class Layout(NamedTuple):
    """Where everything stands apart from its width: the same for every drawing of a record."""

    drawn: Diagram
    at: Layers
    rows: PartRows
    channels: list[Channel]


def plan(drawn: Diagram) -> Layout:
    """Return the columns, rows and tracks of a diagram: the layout without widths.

    Raises `LimitError` where the wires would pass too many columns.
    """
    at = layers(drawn)
    found = rows(drawn, at)
    return Layout(drawn, at, found, channels(at, found))


def place(plan: Layout, figures: Figures, metrics: Metrics) -> Picture:
    """Return the picture with coordinates in the units of `metrics`, such as pixels; y grows downwards."""
    return _Placing(plan, figures, metrics).picture()


class _Zone(NamedTuple):
    """A column's stretches, by where they start: arrows and shares, gates, values and gradients, tracks; its end."""

    arrows: float
    gates: float
    labels: float
    tracks: float
    end: float


class _Placing:
    """One placing of a plan: the widths of the columns first, then everything at its coordinates."""

    def __init__(self, plan: Layout, figures: Figures, metrics: Metrics) -> None:
        self.drawn, self.at, self.rows, self.channels = plan
        self.figures, self.m = figures, metrics
        self.radius = min(metrics.radius, LARGEST_RADIUS)
        self.widths = [self._width(p) for p in range(len(self.drawn.parts) + 1)]
        self.zones: list[_Zone] = []
        x = 0.0
        for c in range(len(self.at.columns)):
            self.zones.append(self._zone(c, x))
            x = self.zones[-1].end
        self.boxes = {s: self._box(s) for s, spot in enumerate(self.at.spots) if not spot.lane}

    def picture(self) -> Picture:
        """Return everything at its coordinates."""
        m = self.m
        routes = self._routes()
        labels = [label for s in self.boxes for label in self._labels(s)]
        height = max(
            max(box.y + box.height for box in self.boxes.values()),
            max(label.y for label in labels) + m.cell if labels else 0,
            max(y for route in routes for _, y in route.points) + m.cell,
        )
        return Picture(self.zones[-1].end, height, list(self.boxes.values()), routes, self._dots(), labels)

    # ---- widths

    def _kind(self, p: int) -> str:
        if p == len(self.drawn.parts):
            return "output"
        part = self.drawn.parts[p]
        if part.leaf:
            return "leaf"
        farthest = max(len(part.sources) - 1, 0)  # port from the middle, in rows
        if farthest < self.radius and len(part.label) <= 2:
            return "round"
        return "low" if self.m.tight and len(part.sources) < 2 and not part.name else "gate"

    def _width(self, p: int) -> float:
        m, kind = self.m, self._kind(p)
        if kind == "output":
            return m.text(self.drawn.output)
        part = self.drawn.parts[p]
        if kind == "leaf":
            return m.text(part.label)
        if kind == "round":
            return 2 * self.radius * m.row
        label = part.marked if m.cell else part.label  # pixels have room for the mark in the corner
        if kind == "low":
            return m.text(label) + 2
        name = m.text(part.name) + 2 * m.cell if part.name and m.cell else 0
        return max(m.text(label) + 2 * m.padding, name, 0 if m.cell else 2 * self.radius * m.row)

    def _zone(self, c: int, x: float) -> _Zone:
        """Return the stretches of a column that starts at x."""
        m = self.m
        column = self.at.columns[c]
        parts = [self.at.spots[s].part for s in column if not self.at.spots[s].lane]
        kinds = {p: self._kind(p) for p in parts}
        gates = [p for p in parts if kinds[p] not in ("leaf", "output")]
        shares = [m.text(t) for p in gates for t in self.figures.shares[p] if t]
        arrows = (
            (max(shares) + 2 * m.label_gap if shares else 0) + m.column_gap
            if gates or "output" in kinds.values()
            else 0
        )
        widest = max(
            (self.widths[p] + (m.label_gap if kinds[p] in ("leaf", "output") else 0) for p in parts), default=0
        )
        if not m.cell:  # names stand above their gates, not inside
            widest = max([widest, *(m.text(self.drawn.parts[p].name) for p in gates)])
        if "output" in kinds.values():
            end = x + arrows + widest
            return _Zone(x, x + arrows + m.label_gap, end, end, end)
        room = 0.0
        for p in parts:
            label = max(m.text(self.figures.values[p]), m.text(self.figures.gradients[p]))
            if m.tight and kinds[p] in ("low", "leaf"):
                left = self.widths[p] + (m.label_gap if kinds[p] == "leaf" else 0)
                room = max(room, label + 1 - left, 2)
            else:
                room = max(room, label + 2 * m.label_gap)
        gates_at = x + arrows
        tracks_at = gates_at + widest + room
        tracks = self.channels[c].tracks
        return _Zone(
            x,
            gates_at,
            gates_at + widest,
            tracks_at,
            tracks_at + (tracks - 1) * m.track_gap + 1 if tracks else tracks_at,
        )

    # ---- coordinates

    def _middle(self, row: int) -> float:
        """Return the y coordinate of the middle of a row."""
        return row * self.m.row

    def _box(self, s: int) -> Box:
        m, p = self.m, self.at.spots[s].part
        zone, kind, width = self.zones[self.at.spots[s].column], self._kind(p), self.widths[p]
        middle = self._middle(self.rows.output(s))
        if kind == "output":
            return Box(p, kind, zone.gates, middle, width, m.cell, self.drawn.output, "")
        part = self.drawn.parts[p]
        if kind == "leaf":
            return Box(p, kind, zone.labels - m.label_gap - width, middle, width, m.cell, part.label, "")
        x = zone.gates + (zone.labels - zone.gates - width) / 2
        if m.cell:
            x = zone.gates + (zone.labels - zone.gates - width) // 2
        if kind == "low":
            return Box(p, kind, x, middle, width, 1, part.marked, "")
        if kind == "round":
            half = self.radius * m.row
            return Box(p, kind, x, middle - half, width, 2 * half, part.label, part.name)
        half = (self.rows.heights[s] // 2) * m.row
        label = part.marked if m.cell else part.label
        return Box(p, kind, x, middle - half, width, 2 * half + m.cell, label, part.name)

    def _track(self, column: int, track: int) -> float:
        return self.zones[column].tracks + track * self.m.track_gap

    def _start(self, s: int) -> Point:
        """Return where the wire of a part begins."""
        box, zone = self.boxes[s], self.zones[self.at.spots[s].column]
        x = zone.labels if box.kind == "leaf" else box.x + box.width
        return x, self._middle(self.rows.output(s))

    def _end(self, s: int, port: int) -> Point:
        """Return where a wire ends: at the edge of the box, which may be round."""
        box, y = self.boxes[s], self._middle(self.rows.port(s, port))
        if box.kind == "output":
            return box.x - self.m.label_gap - self.m.cell, self._middle(self.rows.output(s))
        if box.kind == "round":
            half = box.width / 2
            return box.x + half - sqrt(half**2 - (y - box.y - half) ** 2), y
        return box.x - self.m.cell, y

    def _routes(self) -> list[Route]:
        """Return a route for every port, in the order of the parts and their ports."""
        found = []
        nets = [net for channel in self.channels for net in channel.nets.items()]
        by_spot: dict[int, Net] = dict(nets)
        for s in self.boxes:
            for wire in sorted(self.at.entering[s], key=lambda w: w.port):
                steps: list[list[Point]] = [[self._end(s, wire.port)]]
                row, back = self.rows.port(s, wire.port), wire.source
                while True:
                    steps.append(self._through(back, by_spot[back], row)[::-1])
                    if not self.at.spots[back].lane:
                        break
                    row, back = self.rows.port(back, 0), self.at.entering[back][0].source
                steps.append([self._start(back)])
                points = [point for step in steps for point in step][::-1]
                target = self.at.spots[s].part
                found.append(Route(
                    self.at.spots[back].part, None if target == len(self.drawn.parts) else target, wire.port,
                    _corners(points),
                ))  # fmt: skip
        return found

    def _through(self, s: int, net: Net, row: int) -> list[Point]:
        """Return the corners of a net in its channel on the way to a row."""
        points: list[Point] = []
        column = self.at.spots[s].column
        for piece in net.pieces:
            to = row if piece is net.pieces[-1] else piece.leaves[0]
            x = self._track(column, piece.track)
            points += [(x, self._middle(piece.enters)), (x, self._middle(to))]
        return points

    def _dots(self) -> list[tuple[int, Point]]:
        """Return the places where a wire forks."""
        found = []
        for channel in self.channels:
            for s, net in channel.nets.items():
                for piece in net.pieces:
                    low, high = min(piece.enters, piece.leaves[0]), max(piece.enters, piece.leaves[-1])
                    for row in sorted({piece.enters, *piece.leaves}):
                        arms = (row == piece.enters) + (row in piece.leaves) + (row > low) + (row < high)
                        if arms > 2:
                            at = (self._track(self.at.spots[s].column, piece.track), self._middle(row))
                            found.append((self.at.spots[s].part, at))
        return found

    def _labels(self, s: int) -> list[Label]:
        """Return the labels of a part: value and gradient of the wire that leaves it, shares of those that enter."""
        p = self.at.spots[s].part
        if p == len(self.drawn.parts):
            return []
        zone, row = self.zones[self.at.spots[s].column], self.rows.output(s)
        found = []
        box, start, end = self.boxes[s], zone.labels, zone.tracks
        right = box.kind in ("low", "leaf") and self.m.tight
        if right and box.kind == "leaf":
            end -= 1
        if not self.m.cell and not self.channels[self.at.spots[s].column].tracks:  # the middle of a straight wire
            start, end = box.x + box.width, self.zones[self.at.spots[s].column + 1].gates - self.m.column_gap / 2
        for kind, text, y in (
            ("value", self.figures.values[p], row - 1),
            ("gradient", self.figures.gradients[p], row + 1),
        ):
            if text:
                found.append(self._label(kind, p, 0, text, y, (start, end), right=right))
        for port, text in enumerate(self.figures.shares[p]):
            if text:
                span = (zone.arrows, zone.gates - self.m.column_gap)
                found.append(self._label("share", p, port, text, self.rows.port(s, port) + 1, span))
        return found

    def _label(
        self, kind: str, p: int, port: int, text: str, row: int, span: Sequence[float], *, right: bool = False
    ) -> Label:
        """Return a label in the middle of a stretch, or at its right end."""
        y = self._middle(row)
        if not self.m.cell:
            return Label(kind, p, port, (span[0] + span[1]) / 2, y, text)
        width = self.m.text(text)
        x = span[1] - width if right else span[0] + (span[1] - span[0] - width) // 2
        return Label(kind, p, port, x, y, text)


def _corners(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the ends and corners of a path without the points that lie on the way."""
    kept = [points[0]]
    for k in range(1, len(points) - 1):
        (ax, ay), (bx, by), (cx, cy) = kept[-1], points[k], points[k + 1]
        if not (ay == by == cy or ax == bx == cx):
            kept.append((bx, by))
    return (*kept, points[-1])
