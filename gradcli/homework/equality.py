"""Whether two formulas are the same: compared at seeded points on both sides of every kink, and at the point itself."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..gradient import Gradient
from ..graph import Graph
from ..operations import OPERATIONS, WHERE
from ..sweeps import forward, partials, reverse
from ..systems import FLOAT
from .claims import Formula
from .items import LOCAL, UPSTREAM, VALUE, Item

POINTS = 8
MOST_POINTS = 64
CANDIDATES = 240
MAX_VISITS = 2_000_000  # nodes visited in the search for points
USABLE = 3
RELATIVE = 1e-6
ABSOLUTE = 1e-10  # of the largest number that the formula meets on the way
HUGE = 1e9
SPREADS = (0.3, 1.0, 0.03, 3.0, 30.0, 1000.0)
FAR = 30.0  # from here on a formula may over- or underflow although it is right

EQUAL, ROUNDED, DIFFERENT, UNKNOWN = "equal", "rounded", "different", "unknown"
_PIECEWISE = {OPERATIONS[name] for name in ("elu",)}  # smooth where their pieces meet, yet made of pieces
_CHOICES = {OPERATIONS["max"]: FLOAT.max, OPERATIONS["min"]: FLOAT.min}


Span = tuple[float, float]  # one-sided derivatives, smaller first


class Sample(NamedTuple):
    """The program at one point: values, local gradients, upstream gradients; `far` from the point that was given."""

    values: list[Any]
    locals: list[tuple[Any, ...]]
    upstream: list[Any]
    far: bool

    def of(self, item: Item) -> Any:
        """Return the number of an item; None where there is none."""
        if item.kind == VALUE:
            return self.values[item.node]
        if item.kind == UPSTREAM:
            return self.upstream[item.node]
        return self.locals[item.node][item.position]


class Verdict(NamedTuple):
    """What the comparison found: the verdict, at how many points, and a witness where the formulas differ."""

    verdict: str
    points: int
    witness: str = ""


def samples(record: Gradient, seed: int) -> list[Sample]:
    """Return points where the program has a value, spread around its own point and over the sides of its kinks."""
    graph = record.graph
    needed = graph.needed(record.output)
    sided = [
        i
        for i, node in enumerate(graph.nodes)
        if needed[i] and record.active[i] and (node.operation.kink is not None or node.operation in _PIECEWISE)
    ]
    wanted = sum(len(graph.nodes[i].arguments) if graph.nodes[i].operation in _CHOICES else 2 for i in sided)
    seen: set[tuple[int, Any]] = set()
    kept: list[Sample] = []
    for point, far in _candidates(record, seed):
        sample = _sample(record, needed, point, far=far)
        if sample is None:
            continue
        fresh = {(i, _side(graph, sample.values, i)) for i in sided} - seen
        if len(kept) < POINTS or fresh:
            seen |= fresh
            kept.append(sample)
        if len(kept) >= MOST_POINTS or (len(kept) >= POINTS and len(seen) >= wanted):
            break
    return kept


def _candidates(record: Gradient, seed: int) -> Iterator[tuple[dict[str, float], bool]]:
    """Yield points around the record's own, near and far, also with signs changed or some inputs left as they are.

    Coordinates have three significant digits, so that a witness can be read and tried.
    """
    chance = random.Random(seed)
    center = {name: float(record.values[i]) for name, i in record.graph.inputs.items()}
    count = max(12, min(CANDIDATES, MAX_VISITS // len(record.graph.nodes)))
    for k in range(count if center else 0):
        spread = SPREADS[k % len(SPREADS)]
        turn, hold = k % 2 == 1, k % 3 == 2 and len(center) > 1
        point = {}
        for name, x in center.items():
            moved = x + spread * max(min(abs(x), 100.0), 0.5) * chance.gauss(0.0, 1.0)
            if turn and chance.random() < 0.5:
                moved = -moved
            if hold and chance.random() < 0.5:
                moved = x
            point[name] = float(f"{moved:.3g}") if moved != x else x
        yield point, spread >= FAR


def _sample(record: Gradient, needed: bytearray, point: dict[str, float], *, far: bool) -> Sample | None:
    """Return the program at a point, or None where it has no value, is huge, or is at a kink."""
    graph, output = record.graph, record.output
    values, faults = forward(FLOAT, graph, point)
    if output in faults:
        return None
    if any(on and v is not None and not abs(v) <= HUGE for on, v in zip(needed, values, strict=True)):
        return None
    linear = partials(FLOAT, graph, values, record.active)
    if any(needed[i] for i in linear.kinks):
        return None
    back = reverse(FLOAT, graph, linear, output, float(record.seed))
    rows = [
        tuple(
            0.0 if d is None and record.active[a] and (i, k) not in linear.faults and values[i] is not None else d
            for k, (d, a) in enumerate(zip(row, graph.nodes[i].arguments, strict=True))
        )
        for i, row in enumerate(linear.locals)
    ]
    upstream = [
        a if on and i not in back.faults else None
        for i, (a, on) in enumerate(zip(back.adjoints, record.active, strict=True))
    ]
    return Sample(values, rows, upstream, far)


def _side(graph: Graph, values: list[Any], i: int) -> Any:
    """Return on which side of its kink a node is."""
    operation, arguments = graph.nodes[i].operation, graph.nodes[i].arguments
    first = values[arguments[0]]
    if operation in _CHOICES:
        operands = [values[a] for a in arguments]
        return operands.index(_CHOICES[operation](*operands))
    if first is None:
        return None
    if operation is WHERE or operation.binding == 1:
        return values[i] if operation is not WHERE else first
    return first > 0


def compare(
    record: Gradient,
    item: Item,
    formula: Formula,
    near: list[Sample],
    rtol: float,
    span: Span | None,
) -> Verdict:
    """Return whether a formula is the one of an item, at the points `near` and at the record's own.

    `span` holds the one-sided derivatives where the record is at a kink: anything between them is right there.
    """
    names = record.graph.by_label
    own = Sample(record.values, [], record.upstream, far=False)
    truth = record.local(item.node, item.position) if item.kind == LOCAL else own.of(item)
    worst, used, witness = 0.0, 0, ""
    for sample, expected in [(own, truth), *((s, s.of(item)) for s in near)]:
        if expected is None or not math.isfinite(expected):
            continue
        here = span if sample is own else None
        off, given = _distance(formula.graph, names, sample, expected, here)
        if off is None:
            continue
        used += 1
        if off > worst:
            worst, witness = off, _witness(record, sample, given)
    if used < USABLE and (record.graph.inputs or not used):
        return Verdict(UNKNOWN, used)
    if worst <= RELATIVE:
        return Verdict(EQUAL, used)
    return Verdict(ROUNDED if formula.rounded and worst <= rtol else DIFFERENT, used, witness)


def _distance(
    graph: Graph, names: dict[str, int], sample: Sample, expected: float, span: Span | None
) -> tuple[float | None, float | None]:
    """Return how far off a formula is at a point, relatively, and what it gives; None where that cannot be judged."""
    point = {name: sample.values[names[name]] for name in graph.inputs}
    if None in point.values():
        return None, None
    values, faults = forward(FLOAT, graph, point)
    if graph.output in faults:
        excused = sample.far or span is not None or faults[graph.output].kind == "overflow"
        return (None if excused else math.inf), None
    given = values[graph.output]
    if not math.isfinite(given):
        return None, None
    if span is not None and span[0] <= given <= span[1]:
        return 0.0, given
    size = max([abs(v) for v in values if v is not None] + [abs(expected)])
    off = abs(given - expected)
    if off <= ABSOLUTE * size:
        return 0.0, given
    return (off / abs(expected) if expected else math.inf), given


def _witness(record: Gradient, sample: Sample, given: float | None) -> str:
    """Return where the formulas differ, and what the student's gives there."""
    at = ", ".join(f"{name} = {FLOAT.brief(sample.values[i])}" for name, i in list(record.graph.inputs.items())[:6])
    result = "has no value" if given is None else f"gives {given:.6g}"
    return f"at {at} it {result}"
