"""Which rows everything stands in: wires as straight as the order allows, and room for the labels.

A gate with n ports is 2n+1 rows high, with a port in every second row and its output in the middle; a leaf has three
rows, for the value above its wire and the gradient below. Between neighbours one row stays free.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor
from typing import NamedTuple

from .diagram import Diagram
from .layers import Layers

FREE_ROWS = 1  # between two parts of a column, in the terminal as in a picture
STIFF = 8.0  # how much more a lane insists on its row than a gate


class PartRows(NamedTuple):
    """Of every spot its first row and its height; the rows of its output and its ports follow from them."""

    tops: list[int]
    heights: list[int]

    def output(self, spot: int) -> int:
        """Return the row in which the wire leaves a spot."""
        return self.tops[spot] + self.heights[spot] // 2

    def port(self, spot: int, port: int) -> int:
        """Return the row of a port, or of a lane."""
        return self.tops[spot] + min(2 * port + 1, self.heights[spot] - 1)


def rows(drawn: Diagram, at: Layers) -> PartRows:
    """Return the rows of all spots: where each part and each lane is in its column, counted from the top."""
    heights = [
        1 if spot.lane else 3 if spot.part == len(drawn.parts) else 2 * max(len(drawn.parts[spot.part].sources), 1) + 1
        for spot in at.spots
    ]
    tops = [0] * len(at.spots)
    found = PartRows(tops, heights)
    out = [height // 2 for height in heights]

    def before(s: int) -> list[int]:
        """Return the tops at which a spot would be level with what feeds it."""
        own = tops[s]
        return [found.output(w.source) - found.port(s, w.port) + own for w in at.entering[s]]

    def after(s: int) -> list[int]:
        """Return the tops at which a spot would be level with the ports that it feeds."""
        return [found.port(w.target, w.port) - out[s] for w in at.leaving[s]]

    def between(s: int) -> list[int]:
        """Return both; a lane wants to be level with one of the ports behind it, for every bend is one too many."""
        behind = after(s)
        return [sorted(behind)[(len(behind) - 1) // 2]] if at.spots[s].lane else before(s) + behind

    def straight(s: int) -> list[int]:
        """Return the same, but what has no two ports follows what is behind it."""
        return between(s) if at.spots[s].lane or len(at.entering[s]) > 1 else after(s)

    for wanted, back in ((after, True), (before, False)) * 2 + ((between, False), (straight, True)):
        for column in reversed(at.columns) if back else at.columns:
            _settle(column, wanted, found, at)
    least = min(tops)
    tops[:] = [top - least for top in tops]
    return found


def _settle(column: list[int], wanted: Callable[[int], list[int]], found: PartRows, at: Layers) -> None:
    """Move the spots of a column as near to where they are wanted as their order and heights allow.

    This is isotonic regression: neighbours that push each other move as one block, to the mean of their wishes.
    """
    tops, heights = found.tops, found.heights
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many spots
    offset = 0
    for s in column:
        wishes = wanted(s)
        wish = sum(wishes) / len(wishes) - offset if wishes else float(tops[s] - offset)
        weight = STIFF if at.spots[s].lane else 1.0 if wishes else 0.25
        count = 1
        while blocks and blocks[-1][0] > wish:
            mean, mass, many = blocks.pop()
            wish = (mean * mass + wish * weight) / (mass + weight)
            weight += mass
            count += many
        blocks.append((wish, weight, count))
        offset += heights[s] + FREE_ROWS
    spots = iter(column)
    offset = 0
    for mean, _, count in blocks:
        base = floor(mean + 0.5)
        for _ in range(count):
            s = next(spots)
            tops[s] = base + offset
            offset += heights[s] + FREE_ROWS
