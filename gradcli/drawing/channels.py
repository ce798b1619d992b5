"""How wires run between neighbouring columns: horizontally in rows, vertically in tracks, never two in one place.

Every wire that must change its row gets a track of the channel. Two wires may meet only where one runs horizontally and
the other vertically. Where one wire arrives in the row in which another leaves, the first must turn off before the
other turns in; where such demands go round in a circle, a wire takes two tracks and a free row between them.
"""

from __future__ import annotations

from typing import NamedTuple

from .layers import Layers
from .rows import PartRows


class Piece(NamedTuple):
    """A vertical piece of a net: its track, the row by which it is reached from the left, the rows it leads to."""

    track: int
    enters: int
    leaves: tuple[int, ...]


class Net(NamedTuple):
    """What leaves a spot: the row of the wire, and its vertical pieces from left to right: none if it is straight."""

    enters: int
    pieces: tuple[Piece, ...]


class Channel(NamedTuple):
    """The nets between two columns, by the spot they leave, and how many tracks they take."""

    nets: dict[int, Net]
    tracks: int


def channels(at: Layers, rows: PartRows) -> list[Channel]:
    """Return the channels, one entry per column but the last, left to right: the wires that run between two columns."""
    return [_channel(column, at, rows) for column in at.columns[:-1]]


class _VerticalPiece(NamedTuple):
    """A vertical piece that has no track yet. `half` is 1 or 2 for the halves of a net with two tracks."""

    spot: int
    enters: int
    leaves: tuple[int, ...]
    half: int = 0

    @property
    def low(self) -> int:
        return min(self.enters, self.leaves[0])

    @property
    def high(self) -> int:
        return max(self.enters, self.leaves[-1])


def _channel(column: list[int], at: Layers, rows: PartRows) -> Channel:
    nets: dict[int, Net] = {}
    runs: list[_VerticalPiece] = []
    used: set[int] = set()
    for s in column:
        enters = rows.output(s)
        leaves = tuple(sorted(rows.port(w.target, w.port) for w in at.leaving[s]))
        used |= {enters, *leaves}
        nets[s] = Net(enters, ())
        if leaves != (enters,):
            runs.append(_VerticalPiece(s, enters, leaves))
    ordered = _order(runs, used)
    tracks = _tracks(ordered)
    for run, track in zip(ordered, tracks, strict=True):
        net = nets[run.spot]
        nets[run.spot] = net._replace(pieces=(*net.pieces, Piece(track, run.enters, run.leaves)))
    return Channel(nets, max(tracks, default=-1) + 1)


def _order(runs: list[_VerticalPiece], used: set[int]) -> list[_VerticalPiece]:
    """Return the runs from left to right; one that is caught in a circle of demands is split in two.

    Among those that may come next, the one that crosses the fewest others is taken.
    """
    waiting = list(runs)
    ordered: list[_VerticalPiece] = []
    bias = _biases(waiting)
    while waiting:
        arriving = {run.enters: run for run in waiting}
        free = [run for run in waiting if all(arriving.get(row, run) is run for row in run.leaves)]
        if not free:
            caught = min(waiting, key=lambda run: (run.half, run.high - run.low, run.low))
            middle = _free_row(caught, used)
            used.add(middle)
            first = _VerticalPiece(caught.spot, caught.enters, (middle,), 1)
            waiting[waiting.index(caught)] = _VerticalPiece(caught.spot, middle, caught.leaves, 2)
            ordered.append(first)
            continue
        chosen = min(free, key=lambda run: (bias.get(run.spot, 0), run.low))
        waiting.remove(chosen)
        ordered.append(chosen)
    return ordered


def _biases(runs: list[_VerticalPiece]) -> dict[int, int]:
    """Return, for every run, how many more crossings it makes on the left of the others than on their right."""
    bias = dict.fromkeys((run.spot for run in runs), 0)
    for k, a in enumerate(runs):
        for b in runs[k + 1 :]:
            if a.low <= b.high and b.low <= a.high:
                # On the left, a crosses b's wire that arrives, and b crosses those of a that lead on.
                left = (a.low < b.enters < a.high) + sum(b.low < row < b.high for row in a.leaves)
                right = (b.low < a.enters < b.high) + sum(a.low < row < a.high for row in b.leaves)
                bias[a.spot] += left - right
                bias[b.spot] += right - left
    return bias


def _free_row(run: _VerticalPiece, used: set[int]) -> int:
    """Return the row nearest to the middle of a run that no wire of the channel arrives or leaves in."""
    middle = (run.low + run.high) // 2
    step = 0
    while True:
        for row in (middle - step, middle + step):
            if row >= 0 and row not in used:
                return row
        step += 1


def _tracks(ordered: list[_VerticalPiece]) -> list[int]:
    """Return the first track for every run that is right of all earlier runs with which it shares a row."""
    tracks: list[int] = []
    for k, run in enumerate(ordered):
        shared = (
            track
            for other, track in zip(ordered[:k], tracks, strict=True)
            if run.low <= other.high and other.low <= run.high
        )
        tracks.append(max(shared, default=-1) + 1)
    return tracks
