"""The picture in characters: box drawing in the terminal, or plain ASCII."""

from __future__ import annotations

from ..text import GRADIENT_COLOR, PLAIN, VALUE_COLOR, cells
from .diagram import Figures
from .picture import Box, Layout, Metrics, Picture, place

LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8
STROKES = {
    LEFT: "─", RIGHT: "─", LEFT | RIGHT: "─", UP: "│", DOWN: "│", UP | DOWN: "│",
    RIGHT | DOWN: "╭", LEFT | DOWN: "╮", RIGHT | UP: "╰", LEFT | UP: "╯",
}  # fmt: skip
FORK, CROSSING, ARROW = "●", "┼", "▶"
ASCII = str.maketrans({
    "─": "-", "│": "|", "╭": ".", "╮": ".", "╰": "'", "╯": "'", "├": "|", "┤": "|", "┼": "+", "●": "o", "▶": ">",
})  # fmt: skip
ROOMY = Metrics(cells)
TIGHT = Metrics(cells, padding=1, tight=True)
TIGHTEST = TIGHT._replace(column_gap=1)

COLORS = {"value": VALUE_COLOR, "gradient": GRADIENT_COLOR, "share": GRADIENT_COLOR}


class CharacterGrid:
    """Rows of characters, each with the kind of label that it belongs to."""

    def __init__(self, width: int, height: int) -> None:
        self.characters = [[" "] * width for _ in range(height)]
        self.kinds = [[""] * width for _ in range(height)]

    def put(self, x: float, y: float, text: str, kind: str = "") -> None:
        """Write a text from a cell on."""
        row, kinds = self.characters[int(y)], self.kinds[int(y)]
        for k, c in enumerate(text, int(x)):
            row[k] = c
            kinds[k] = kind

    def lines(self, *, color: bool) -> list[str]:
        """Return the rows without blanks at their ends, labels coloured where asked."""
        if not color:
            return ["".join(row).rstrip() for row in self.characters]
        lines = []
        for row, kinds in zip(self.characters, self.kinds, strict=True):
            out, now = "", ""
            for c, kind in zip(row, kinds, strict=True):
                code = COLORS.get(kind, "")
                if code != now:
                    out += code or PLAIN
                    now = code
                out += c
            lines.append((out + PLAIN if now else out).rstrip())
        return lines


def draw(plan: Layout, figures: Figures, metrics: Metrics, *, ascii: bool = False, color: bool = False) -> list[str]:
    """Return the picture as lines of text, from top to bottom; `metrics` counts in characters."""
    picture = place(plan, figures, metrics)
    canvas = CharacterGrid(int(picture.width), int(picture.height))
    _wires(canvas, picture)
    for box in picture.boxes:
        _box(canvas, box)
    for label in picture.labels:
        canvas.put(label.x, label.y, label.text, label.kind)
    lines = canvas.lines(color=color)
    return [line.translate(ASCII) for line in lines] if ascii else lines


def _wires(canvas: CharacterGrid, picture: Picture) -> None:
    """Draw the wires; where those of two parts meet, one runs across the other without contact."""
    arms: dict[tuple[int, int], dict[int, int]] = {}
    for route in picture.routes:
        for (ax, ay), (bx, by) in zip(route.points, route.points[1:], strict=False):
            x, y, end = int(ax), int(ay), (int(bx), int(by))
            step, ahead, behind = (
                ((end[0] > x) - (end[0] < x), RIGHT, LEFT) if ay == by else ((end[1] > y) - (end[1] < y), DOWN, UP)
            )
            if step < 0:
                ahead, behind = behind, ahead
            while (x, y) != end:
                cell = arms.setdefault((x, y), {})
                cell[route.source] = cell.get(route.source, 0) | ahead
                x, y = (x + step, y) if ay == by else (x, y + step)
                cell = arms.setdefault((x, y), {})
                cell[route.source] = cell.get(route.source, 0) | behind
    for (x, y), meeting in arms.items():
        found = list(meeting.values())
        canvas.put(x, y, CROSSING if len(found) > 1 else STROKES.get(found[0], FORK))
    for route in picture.routes:
        canvas.put(*route.points[-1], ARROW)


def _box(canvas: CharacterGrid, box: Box) -> None:
    x, y, width, height = int(box.x), int(box.y), int(box.width), int(box.height)
    if box.kind in ("leaf", "output"):
        canvas.put(x, y, box.label)
        return
    if box.kind == "low":
        canvas.put(x, y, f"┤{box.label}├")
        return
    top = box.name.center(width - 2, "─") if box.name else "─" * (width - 2)
    canvas.put(x, y, f"╭{top}╮")
    for row in range(y + 1, y + height - 1):
        middle = row == y + height // 2
        canvas.put(x, row, f"│{(box.label if middle else '').center(width - 2)}{'├' if middle else '│'}")
    canvas.put(x, y + height - 1, f"╰{'─' * (width - 2)}╯")
