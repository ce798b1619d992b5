"""A picture in a terminal: dots in braille characters, eight per cell, or one star per cell in ASCII."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from ..plotting.scales import Axis
from ..text import PLAIN

BRAILLE = 0x2800
NOISE = 1e-9  # of a cell: more than the place of a point is wrong by
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # by row and column within a cell


class Canvas:
    """A field of cells over two axes; what is drawn later lies on top."""

    def __init__(self, columns: int, rows: int, across: Axis, up: Axis, *, ascii_only: bool) -> None:
        self.columns = columns
        self.rows = rows
        self.across = across
        self.up = up
        self.fine = (1, 1) if ascii_only else (2, 4)
        self.dots: dict[tuple[int, int], int] = {}
        self.signs: dict[tuple[int, int], str] = {}
        self.codes: dict[tuple[int, int], str] = {}

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Return the column and the row, from the top, of a point; on a border it is the later one."""
        column = math.floor(self.across.at(x) * self.columns + NOISE)
        row = math.floor((1 - self.up.at(y)) * self.rows + NOISE)
        return min(max(column, 0), self.columns - 1), min(max(row, 0), self.rows - 1)

    def sign(self, column: int, row: int, text: str, code: str = "", *, over: bool = True) -> None:
        """Write a character into a cell; with `over` False only where nothing is yet."""
        if over or ((column, row) not in self.signs and (column, row) not in self.dots):
            self.signs[column, row] = text
            self.codes[column, row] = code

    def line(self, points: Sequence[tuple[float, float]], code: str = "", *, gap: int = 1) -> None:
        """Draw a line through points; `gap` is how many dots apart its dots are."""
        wide, high = self.columns * self.fine[0], self.rows * self.fine[1]
        place = [(self.across.at(x) * wide, (1 - self.up.at(y)) * high) for x, y in points]
        if len(place) == 1:
            place *= 2
        count = 0
        for start, stop in pairwise(place):
            visible = clipped(start, stop, wide, high)
            if visible is None:
                continue
            (x0, y0), (x1, y1) = visible
            steps = max(1, math.ceil(max(abs(x1 - x0), abs(y1 - y0))))
            for k in range(steps + 1):
                if count % gap == 0:
                    t = k / steps
                    self._dot(min(int(x0 + t * (x1 - x0)), wide - 1), min(int(y0 + t * (y1 - y0)), high - 1), code)
                count += k < steps

    def _dot(self, x: int, y: int, code: str) -> None:
        column, row = x // self.fine[0], y // self.fine[1]
        self.dots[column, row] = self.dots.get((column, row), 0) | DOTS[y % self.fine[1]][x % self.fine[0]]
        self.codes[column, row] = code

    def text(self, *, color: bool) -> list[str]:
        """Return the rows."""
        out = []
        for row in range(self.rows):
            line, now = "", ""
            for column in range(self.columns):
                code = self.codes.get((column, row), "") if color else ""
                if code != now:
                    line += (PLAIN if now else "") + code
                    now = code
                line += self._character(column, row)
            out.append(line + (PLAIN if now else ""))
        return out

    def _character(self, column: int, row: int) -> str:
        if (column, row) in self.signs:
            return self.signs[column, row]
        if (column, row) not in self.dots:
            return " "
        return "*" if self.fine == (1, 1) else chr(BRAILLE + self.dots[column, row])


def clipped(
    start: tuple[float, float], stop: tuple[float, float], wide: float, high: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the part of a segment inside a box from (0, 0), or None (Liang and Barsky's way)."""
    if abs(start[0]) + abs(start[1]) > abs(stop[0]) + abs(stop[1]):
        # From the nearer end: next to a pole the other one is so far away that nothing would be left of this one.
        found = clipped(stop, start, wide, high)
        return found and (found[1], found[0])
    (x0, y0), (x1, y1) = start, stop
    dx, dy = x1 - x0, y1 - y0
    first, last = 0.0, 1.0
    for p, q in ((-dx, x0), (dx, wide - x0), (-dy, y0), (dy, high - y0)):
        if p == 0:
            if q < 0:
                return None
        elif p < 0:
            first = max(first, q / p)
        else:
            last = min(last, q / p)
    if not first <= last:
        return None
    return (x0 + first * dx, y0 + first * dy), (x0 + last * dx, y0 + last * dy)
