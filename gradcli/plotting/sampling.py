"""A function of one variable and its derivative over a range: samples, and where the curves break.

A sample is certain to twelve digits, or it has no number and says nothing about breaks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..calculus.graph import Graph
from ..calculus.operations import NUMBER
from ..errors import MathError
from .breaks import END, HOLE, JUMP, KINK, NO_LIMIT, POLE, SMOOTH, UNDETERMINED, VERTICAL, Break, Neighbourhood
from .probing import OVERFLOW, UNCERTAIN, Prober
from .scales import rounded, spread, view

SAMPLES = 480  # even, so that the middle of a range is one of them
MAX_WORK = 4_000_000  # node visits, of which an eighth is for the even samples
ROUNDS = 3  # of refinement where the curves bend
LIKELY = 60  # places looked at besides
BEND = 0.002  # of the picture's height
SUSPECT_SHARE = 0.002
STEEP = 0.02
JUMP_SHARE = 0.75  # a jump keeps more than this of its height in one half of an interval
BREAK_SHARE = 1e-13  # of the range: how near to a break the curves are followed
RUNAWAY, SLOW = 1e3, 3.0
FAR, NEARER, LOOKS = 1e-5, 0.62, 24  # of the range: where values are looked at for a limit
TURNS = 4  # up and down, near a number: more than a curve with a limit does


class Sample(NamedTuple):
    """The value and the derivative at x; None where there is none. At a kink the slope is the convention's.

    `special`: whether that is one is told beside x. `uncertain`: the numbers could not be told. `beyond`: the
    derivative is beyond the largest binary64.
    """

    x: float
    value: float | None
    slope: float | None
    special: bool = False
    uncertain: bool = False
    beyond: bool = False


class Curves(NamedTuple):
    """All samples in order, the breaks, and what range of values and of slopes a picture should show."""

    samples: list[Sample]
    breaks: list[Break]
    values: tuple[float, float]
    slopes: tuple[float, float]

    def runs(self, which: str) -> list[list[tuple[float, float]]]:
        """Return the `value` or the `slope` as unbroken runs of points."""
        cuts = [b for b in self.breaks if which == "slope" or b.cuts_values]
        runs: list[list[tuple[float, float]]] = [[]]
        for sample in self.samples:
            while cuts and sample.x >= cuts[0].right:
                cuts.pop(0)
                runs.append([])
            y = sample.value if which == "value" else sample.slope
            if y is not None and not (cuts and cuts[0].left < sample.x):
                runs[-1].append((sample.x, y))
            elif sample.value is None:
                runs.append([])
        return [run for run in runs if run]


class Probe:
    """Evaluates one output of a graph and its derivative with respect to one input, each point once."""

    def __init__(self, graph: Graph, name: str, fixed: Mapping[str, float]) -> None:
        self.graph = graph
        self.name = name
        self.prober = Prober(graph, [name], fixed)
        self.known: dict[float, Sample] = {}
        self.overflows: set[float] = set()

    def __call__(self, x: float) -> Sample:
        """Return the sample at x."""
        found = self.known.get(x)
        if found is None:
            found = self.known[x] = self._sample(x)
        return found

    def _sample(self, x: float) -> Sample:
        found = self.prober(x)
        if found.value is None:
            if found.lack == OVERFLOW:
                self.overflows.add(x)
            return Sample(x, None, None, uncertain=found.lack == UNCERTAIN)
        (slope,) = found.slopes
        beyond = slope is not None and not math.isfinite(slope)
        return Sample(x, found.value, None if beyond else slope, found.special, beyond=beyond)


def curves(graph: Graph, name: str, low: float, high: float, fixed: Mapping[str, float]) -> Curves:
    """Return the samples of a graph's output over a range of one input, denser where the curves bend or break.

    Raises `MathError` where the function is defined nowhere on the range.
    """
    probe = Probe(graph, name, fixed)
    count = max(16, min(SAMPLES, MAX_WORK // (8 * len(graph.nodes)) // 2 * 2))
    steps = {low * (1 - k / count) + high * (k / count) for k in range(count + 1)}
    grid = sorted(x if x in (low, high) else _near(x, high - low) for x in steps)
    samples = [probe(x) for x in grid]
    values = [s.value for s in samples if s.value is not None]
    if not values:
        where = f"{name} from {low:.12g} to {high:.12g}"
        kind, what = ("undecided", "certain value") if any(s.uncertain for s in samples) else ("domain", "value")
        raise MathError(f"there is no {what} at any sample of {where}", kind=kind)
    slopes = [s.slope for s in samples if s.slope is not None]
    search = Search(probe, high - low, spread(values), spread(slopes))
    looked_at = sorted({*grid, *_likely(graph, name, low, high, fixed)})
    breaks = search.breaks([s for s in map(probe, looked_at) if not s.uncertain])
    kept = {s.x for s in samples} | {x for b in breaks for x in (b.left, b.right) if low <= x <= high}
    pictures = _views(search, breaks, grid)
    _refine(probe, kept, breaks, pictures)
    return Curves([probe(x) for x in sorted(kept)], breaks, *pictures)


def _views(
    search: Search, breaks: Sequence[Break], grid: Sequence[float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return what range of values and of slopes to show: all of them, but for what runs to a pole."""
    probe, low, high = search.probe, grid[0], grid[-1]
    ends = [x for b in breaks if b.kind == OVERFLOW for x in (b.left, b.right) if low <= x <= high]
    shown = [probe(x) for x in [*grid, *ends]]
    poles = any(b.kind == POLE for b in breaks)
    runaway = any(search.runs_away(probe(x)) for b in breaks if b.kind != OVERFLOW for x in (b.left, b.right))
    values = [s.value for s in shown if s.value is not None]
    slopes = [s.slope for s in shown if s.slope is not None]
    return view(values, clipped=poles), view(slopes or [0.0], clipped=poles or runaway)


def _near(x: float, width: float) -> float:
    """Return the short decimal that cannot be told from x in a picture, if there is one: curves break at such."""
    short = float(f"{x:.6g}")
    return 0.0 if abs(x) <= BREAK_SHARE * width else short if abs(short - x) <= BREAK_SHARE * width else x


def _likely(graph: Graph, name: str, low: float, high: float, fixed: Mapping[str, float]) -> set[float]:
    """Return numbers of a range where a program is likely to break: halves, if they are few, and what it names."""
    found = {float(node.text) for node in graph.nodes if node.operation is NUMBER} | set(fixed.values())
    found = set(sorted({x for y in found for x in (y, -y) if low < x < high}, key=abs)[:LIKELY])
    if 2 * (high - low) <= LIKELY and max(abs(low), abs(high)) < 1 / BREAK_SHARE:
        found |= {k / 2 for k in range(math.ceil(2 * low), math.floor(2 * high) + 1)}
    return found


def _refine(
    probe: Probe, kept: set[float], breaks: Iterable[Break], views: tuple[tuple[float, float], tuple[float, float]]
) -> None:
    """Add samples where a straight line between two would be seen to leave the curve."""
    cut = {x for b in breaks for x in kept if b.left <= x < b.right}
    most = min(8 * SAMPLES, MAX_WORK // len(probe.graph.nodes))
    for _ in range(ROUNDS):
        ordered = sorted(kept)
        for left, right in pairwise(ordered):
            middle = left / 2 + right / 2
            if left in cut or not left < middle < right or len(kept) > most:
                continue
            a, m, b = probe(left), probe(middle), probe(right)
            for (low, high), x, y, z in zip(views, a[1:3], m[1:3], b[1:3], strict=True):
                if x is None or y is None or z is None or (min(x, z) > high or max(x, z) < low):
                    continue
                if abs(y - (x / 2 + z / 2)) > BEND * (high - low):
                    kept.add(middle)


class Search:
    """Looks for breaks between neighbouring samples, by halving the interval that may hold one."""

    def __init__(self, probe: Probe, width: float, height: float, steepness: float) -> None:
        self.probe = probe
        self.width = width
        self.height = height
        self.steepness = steepness
        self.most = MAX_WORK // len(probe.graph.nodes)
        self.neighbourhood = Neighbourhood(probe.graph, probe.name, probe.prober.fixed)

    def breaks(self, samples: list[Sample]) -> list[Break]:
        """Return the breaks in order."""
        found: dict[float, Break] = {}
        for here in samples:
            if here.value is not None and ((here.slope is None and not here.beyond) or here.special):
                around = self._around(here.x)
                if around.kind != SMOOTH:
                    found[around.left] = around
                elif self.probe(here.x).special:  # beyond the limit of work
                    self.probe.known[here.x] = here._replace(slope=self.probe(around.right).slope, special=False)
        for a, b in pairwise(self.probe(s.x) for s in samples):
            if bracket := self._between(a, b):
                found.setdefault(bracket[0], self._named(*bracket))
        return self._merged(sorted(found.values()))

    def runs_away(self, here: Sample) -> bool:
        """Whether the slope at a sample is far beyond what the picture shows."""
        return here.beyond or (here.slope is not None and abs(here.slope) > RUNAWAY * self.steepness)

    def _around(self, x: float) -> Break:
        """Return the break at a sample that has a value but no derivative, or two."""
        step = self._step(x)
        return self._named(x - step, x + step, x)

    def _step(self, x: float) -> float:
        return max(self.width * BREAK_SHARE, 4 * math.ulp(x))

    def _between(self, a: Sample, b: Sample) -> tuple[float, float] | None:
        """Return the two sides of a break between two samples, or None."""
        if a.value is None or b.value is None:
            return None if a.value is b.value else self._border(a, b)
        if a.slope is None or b.slope is None or a.special or b.special:
            return None  # the sample itself is the break
        change, width = b.value - a.value, b.x - a.x
        if abs(change - width * (a.slope / 2 + b.slope / 2)) > SUSPECT_SHARE * self.height and (
            bracket := self._halved(a, b, 1)
        ):
            return bracket
        return self._halved(a, b, 2) if abs(b.slope - a.slope) > STEEP * self.steepness else None

    def _border(self, a: Sample, b: Sample) -> tuple[float, float]:
        """Return the last sample with a value and its neighbour without one."""
        inside, outside = (a.x, b.x) if b.value is None else (b.x, a.x)
        while abs(outside - inside) > BREAK_SHARE * self.width:
            middle = inside / 2 + outside / 2
            if middle in (inside, outside):
                break
            inside, outside = (inside, middle) if self.probe(middle).value is None else (middle, outside)
        return min(inside, outside), max(inside, outside)

    def _halved(self, a: Sample, b: Sample, column: int) -> tuple[float, float] | None:
        """Return the interval in which the values (or the slopes) jump however small it gets, or None."""
        smooth = 0
        while b.x - a.x > BREAK_SHARE * self.width:
            if len(self.probe.known) > self.most:
                return None  # a large program's picture has to do with fewer breaks
            middle = a.x / 2 + b.x / 2
            if not a.x < middle < b.x:
                break
            m = self._sample(middle)
            if m.uncertain and a.x < (aside := a.x / 4 * 3 + b.x / 4) < b.x:  # the kink itself may be
                m = self._sample(aside)
            if m.uncertain or m.beyond:
                return None
            y, low, high = m[column], a[column], b[column]
            if m.value is None:
                return self._border(a, m)[0], self._border(m, b)[1]
            if y is None or low is None or high is None or m.special:
                return m.x, m.x
            first, second = abs(y - low), abs(high - y)
            smooth = smooth + 1 if max(first, second) < JUMP_SHARE * abs(high - low) else 0
            if smooth > 1:
                return None
            a, b = (a, m) if first >= second else (m, b)
        low, high = a[column], b[column]
        seen = SUSPECT_SHARE / 2 * self.height if column == 1 else STEEP / 2 * self.steepness
        return (a.x, b.x) if low is not None and high is not None and abs(high - low) > seen else None

    def _merged(self, breaks: list[Break]) -> list[Break]:
        """Return the breaks with those joined that are two sides of one point without a value."""
        joined: list[Break] = []
        for b in breaks:
            last = joined[-1] if joined else None
            if last is not None and b.left - last.right <= 8 * BREAK_SHARE * self.width:
                joined[-1] = self._named(last.left, b.right)
            else:
                joined.append(b)
        return [b for b in joined if b.kind != SMOOTH]

    def _named(self, left: float, right: float, at: float | None = None) -> Break:
        """Return the break with its kind, told by what lies beside its place, or else by the curves on both sides."""
        if left == right:
            return self._around(left)
        middle = left / 2 + right / 2
        x = rounded(middle, 10 * BREAK_SHARE * self.width + (right - left))
        for place in dict.fromkeys((middle, x) if at is None else (at,)):
            if left <= place <= right and (kind := self._told(place)):
                return Break(left, right, x, kind)
        a, b = self.probe(left), self.probe(right)
        if a.uncertain or b.uncertain:
            return Break(left, right, left, SMOOTH)  # nothing is known, so nothing is said
        kind = self._kind(a, b)
        if kind in (JUMP, HOLE) and (self._unsettled(left, -1) or self._unsettled(right, 1)):
            kind = NO_LIMIT if self._swings(left, right) else UNDETERMINED
        return Break(left, right, x, kind)

    def _told(self, x: float) -> str | None:
        """Return the kind of the break at a number where the program is special, or has no value."""
        here = self.probe(x)
        if here.uncertain or here.beyond or x in self.probe.overflows or not (here.special or here.slope is None):
            return None
        told = self.neighbourhood.told(x, defined=here.value is not None)
        if told is None:
            return None
        if told.kind == SMOOTH:  # what the convention gave does not count
            self.probe.known[x] = here._replace(slope=told.slope, special=False)
        step = self._step(x)
        return NO_LIMIT if told.kind == UNDETERMINED and self._swings(x - step, x + step) else told.kind

    def _sample(self, x: float) -> Sample:
        """Return the sample at x, with the derivative on which both sides agree if they do."""
        if self.probe(x).special:
            self._told(x)
        return self.probe(x)

    def _swings(self, left: float, right: float) -> bool:
        """Whether the values next to a place go up and down without getting smaller, on one side at least."""
        return any(self._unsettled(end, sign, TURNS) for end, sign in ((left, -1), (right, 1)))

    def _unsettled(self, end: float, sign: int, turns: int = 0) -> bool:
        """Whether the values on one side of a place go on changing as they come near, with so many turns at least."""
        steps = [FAR * self.width * NEARER**k for k in range(LOOKS)]
        found = [s.value for s in (self.probe(end + sign * step) for step in steps) if s.value is not None]
        far, near = found[: len(found) // 2], found[len(found) // 2 :]
        if len(near) < LOOKS // 4:
            return False
        seen = max(near) - min(near) > max(SUSPECT_SHARE * self.height, (max(far) - min(far)) / 2)
        return seen and turns <= sum((y - x) * (z - y) < 0 for x, y, z in zip(near, near[1:], near[2:], strict=False))

    def _kind(self, a: Sample, b: Sample) -> str:
        values = [s.value for s in (a, b) if s.value is not None]
        slopes = [s.slope for s in (a, b) if s.slope is not None]
        steep = self.runs_away(a) or self.runs_away(b)
        if len(values) < 2 and not self.probe.overflows.isdisjoint((a.x, b.x)):
            return OVERFLOW
        middle = self.probe(a.x / 2 + b.x / 2)
        defined = len(values) == 2 and (middle.value is not None or middle.uncertain)
        # A logarithm runs away slowly: where there is no value at all between two sides, less is enough.
        far = (RUNAWAY if defined or len(values) < 2 else SLOW) * self.height
        if steep and any(abs(v) > far for v in values):
            return POLE
        if len(values) < 2:
            return END
        if abs(values[0] - values[1]) > SUSPECT_SHARE / 2 * self.height:
            return JUMP
        if not defined:
            return HOLE
        if steep:
            return VERTICAL
        return SMOOTH if len(slopes) == 2 and abs(slopes[0] - slopes[1]) <= STEEP / 2 * self.steepness else KINK
