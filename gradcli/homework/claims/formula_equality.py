"""Whether two formulas are the same: compared at seeded points on both sides of every kink, and at the point itself."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from ...calculus.graph import Graph
from ...calculus.linearization import Linearization, linearize
from ...calculus.operations import OPERATIONS, WHERE
from ...calculus.replacing import filled
from ...calculus.sweeps import Partials, forward, reverse
from ...numbers.enclosures import Bounds
from ...numbers.error_arithmetic import Bound
from ...numbers.systems import FLOAT, Undecided
from ...record.gradient import Gradient
from .claims import Formula
from .items import DERIVATIVE, UPSTREAM, VALUE, Item
from .items import truth as true_number
from .labels import NO_DATA, Data
from .sides import SidesOfItem

ENOUGH_POINTS = 8  # where both formulas have a value
MOST_POINTS = 64
MOST_CANDIDATES = 240  # points that are tried
MAX_VISITS = 2_000_000  # nodes visited in the search for points
USABLE = 3
FORMULA_RTOL = 1e-6  # two formulas are equal if no number (entry) differs by more at any point, relatively
FORMULA_ATOL = 1e-10  # of the largest number that the formula meets on the way: what a true 0 may be uncertain by
RECORD_RTOL = 1e-12  # how far the record's numbers may be from the true ones, relatively
FLOAT_RTOL = 1e-9  # and those of plain floats, where their error is not known
SHOWN = 6  # inputs of a point that shows where two formulas differ
LARGEST_VALUE = 1e9  # that a point may have on the way
LARGER = 1e3  # than every number of the record, if that allows more
LARGE = 100.0  # what an input is moved by at most, at spread 1; one that is larger is also drawn near 1 or -1
SPREADS = (0.3, 1.0, 0.03, 3.0, 30.0, 1000.0)
FAR_SPREAD = 30.0  # from here on a formula may over- or underflow although it is right

EQUAL, ROUNDED, DIFFERENT, UNKNOWN = "equal", "rounded", "different", "unknown"
_CHOICES = {OPERATIONS["max"]: FLOAT.max, OPERATIONS["min"]: FLOAT.min}


class PointSample(NamedTuple):
    """The program at one point: values, local gradients, upstream gradients as floats with an error; None for none.

    `far` says that the point is far from the one that was given.
    """

    values: Sequence[Any] | Mapping[int, Any]
    local_gradients: list[tuple[Any, ...]]
    upstream: list[Any]
    far: bool
    slopes: dict[int, list[Any]]

    def of(self, item: Item, graph: Graph) -> Any:
        """Return the number of an item; None where there is none."""
        if item.kind == VALUE:
            return self.values[item.node]
        if item.kind == UPSTREAM:
            return self.upstream[item.node]
        if item.kind == DERIVATIVE:
            return self._slopes(graph, item.position)[item.node]
        return self.local_gradients[item.node][item.position]

    def _slopes(self, graph: Graph, node: int) -> list[Any]:
        """Return the derivatives of a node with respect to all others."""
        found = self.slopes.get(node)
        if found is None:
            if self.values[node] is None:
                found = [None] * len(self.values)
            else:
                S = Bounds()
                found = _errors(reverse(S, graph, Partials(self.local_gradients, {}, []), node, S.one).adjoints)
            self.slopes[node] = found
        return found


class Verdict(NamedTuple):
    """What the comparison found: the verdict, at how many points, and a witness where the formulas differ.

    `given` says for which data the formulas are equal, where they are not so everywhere.
    """

    verdict: str
    points: int
    witness: str = ""
    given: str = ""


def samples(record: Gradient, random_seed: int, data: Data = NO_DATA) -> list[PointSample]:
    """Return points where the program has a value, spread around its own point and over the sides of its kinks.

    There are `ENOUGH_POINTS` of them, and up to `MOST_POINTS` until every side has been met. Equal seeds give equal
    points.
    """
    graph = record.graph
    needed = graph.needed(record.output)
    sided = [i for i, node in enumerate(graph.nodes) if needed[i] and record.active[i] and node.operation.is_piecewise]
    wanted = sum(len(graph.nodes[i].arguments) if graph.nodes[i].operation in _CHOICES else 2 for i in sided)
    largest = max([LARGEST_VALUE, *(LARGER * abs(float(v)) for v in record.values if v is not None)])
    seen: set[tuple[int, Any]] = set()
    kept: list[PointSample] = []
    for point, far in _candidates(record, random_seed, data):
        sample = _sample(record, needed, point, largest, far=far)
        if sample is None:
            continue
        fresh = {(i, _side(graph, sample.values, i)) for i in sided} - seen
        if len(kept) < ENOUGH_POINTS or fresh:
            seen |= fresh
            kept.append(sample)
        if len(kept) >= MOST_POINTS or (len(kept) >= ENOUGH_POINTS and len(seen) >= wanted):
            break
    return kept


def _candidates(record: Gradient, random_seed: int, data: Data) -> Iterator[tuple[dict[str, float], bool]]:
    """Yield points around the record's own, near and far, also with signs changed or some inputs left as they are.

    Coordinates have three significant digits, so that a witness can be read and tried. What is data stays as it is.
    Beside the speed of light a term of ordinary size does not tell: at half of the points large inputs are small.
    """
    chance = random.Random(random_seed)
    center = {name: float(record.values[i]) for name, i in record.graph.inputs.items()}
    count = max(12, min(MOST_CANDIDATES, MAX_VISITS // len(record.graph.nodes)))
    for k in range(count if center else 0):
        spread = SPREADS[k % len(SPREADS)]
        turn, hold = k % 2 == 1, k % 3 == 2 and len(center) > 1
        point = {}
        for name, x in center.items():
            middle = middle_of(x, k)
            moved = middle + spread * max(min(abs(middle), LARGE), 0.5) * chance.gauss(0.0, 1.0)
            if turn and chance.random() < 0.5:
                moved = -moved
            if hold and chance.random() < 0.5:
                moved = x
            point[name] = x if moved == x or name in data.held else float(f"{moved:.3g}")
        for group in data.shares:
            point |= _shares(group, chance)
        if point != center:
            yield point, spread >= FAR_SPREAD


def middle_of(x: float, k: int) -> float:
    """Return what candidate `k` is drawn around in the place of a number of the record."""
    return math.copysign(1.0, x) if abs(x) > LARGE and k % 4 > 1 else x


def _shares(group: Sequence[str], chance: random.Random) -> dict[str, float]:
    """Return shares of 1: sometimes all of it for one of the group, as labels are."""
    parts = [round(chance.expovariate(1.0), 2) + 0.01 for _ in group]
    if chance.random() < 0.3:
        whole = chance.randrange(len(group))
        parts = [float(k == whole) for k in range(len(group))]
    return {name: part / sum(parts) for name, part in zip(group, parts, strict=True)}


def _sample(
    record: Gradient, needed: bytearray, point: dict[str, float], largest: float, *, far: bool
) -> PointSample | None:
    """Return the program at a point, or None where it has no value, a number beyond `largest`, or a kink."""
    graph, output = record.graph, record.output
    linearization = linearize(FLOAT, graph, point, record.active)
    if output in linearization.value_faults:
        return None
    if any(on and v is not None and not abs(v) <= largest for on, v in zip(needed, linearization.values, strict=True)):
        return None
    if any(needed[i] for i in linearization.kinks):
        return None
    try:
        S = Bounds()
        lifted = {name: S.from_number(x) for name, x in point.items()}
        certain = linearize(S, graph, lifted, record.active)
        for fault in (*certain.value_faults.values(), *certain.slope_faults.values()):
            fault.raise_doubt()
        return _numbers(certain, record, far)
    except Undecided:
        return _numbers(linearization, record, far)


def _numbers(linearization: Linearization, record: Gradient, far: bool) -> PointSample:
    """Return the numbers of both passes, with their errors."""
    upstream = linearization.vjp(record.output, linearization.S.from_number(float(record.output_adjoint))).upstream
    rows = [tuple(_errors(row)) for row in filled(linearization).local_gradients]
    return PointSample(_errors(linearization.values), rows, _errors(upstream), far, {})


def _errors(column: Iterable[Any], relative: float = FLOAT_RTOL) -> list[Any]:
    """Return floats with an error: their own, or a relative one where it is not known."""
    return [x if x is None or (isinstance(x, Bound) and x.r < math.inf) else _nearly(x, relative) for x in column]


def _nearly(x: Any, relative: float) -> Bound:
    v = x.v if isinstance(x, Bound) else float(x)
    return Bound(v, abs(v) * relative)


def _side(graph: Graph, values: Sequence[Any] | Mapping[int, Any], i: int) -> Any:
    """Return on which side of its kink a node is."""
    operation, arguments = graph.nodes[i].operation, graph.nodes[i].arguments
    operands: list[Any] = [None if values[a] is None else values[a].v for a in arguments]
    if None in operands[: 1 if operation is WHERE else None]:
        return None
    if operation in _CHOICES:
        return operands.index(_CHOICES[operation](*operands))
    if operation.is_condition:
        return values[i].v
    return operands[0] > 0


def compare(
    record: Gradient,
    item: Item,
    formula: Formula,
    near: list[PointSample],
    rtol: float,
    sides: SidesOfItem | None,
    slopes: Mapping[str, float | None],
    data: Data = NO_DATA,
) -> Verdict:
    """Return whether a formula is the one of an item, at the points `near` and at the record's own.

    `sides` are those of the item where it has no derivative: anything between two slopes is right there, and without
    two slopes nothing is compared. `slopes` are the derivatives that the formula names, at the record's own point.
    `data` is what stayed as it is at the other points.
    """
    span = None if sides is None else sides.span
    graph = record.graph
    own = PointSample(_own_values(record, formula), [], [], False, {})
    truth = _errors([true_number(record, item)], RECORD_RTOL)[0] if sides is None or span is not None else None
    worst, used, witness = 0.0, 0, ""
    for sample, expected in [(own, truth), *((s, s.of(item, graph)) for s in near)]:
        if expected is None or not math.isfinite(expected.v):
            continue
        if sample is own:
            derivatives = {name: None if x is None else _nearly(x, RECORD_RTOL) for name, x in slopes.items()}
        else:
            derivatives = {name: sample.of(d, graph) for name, d in formula.derivatives.items()}
        point = {**{name: sample.values[graph.by_label[name]] for name in formula.names}, **derivatives}
        off, given = _distance(formula.graph, point, expected, span if sample is own else None, far=sample.far)
        if off is None:
            continue
        used += 1
        worst = max(worst, off)
        if off > (rtol if sample is own else FORMULA_RTOL) and not witness:  # the first one is the nearest
            witness = _witness(record, sample, given)
    if used < USABLE and (not used or record.graph.inputs.keys() - data.held):
        return Verdict(UNKNOWN, used)
    if worst <= FORMULA_RTOL:
        return Verdict(EQUAL, used)
    return Verdict(ROUNDED if formula.rounded and worst <= rtol else DIFFERENT, used, witness)


def _own_values(record: Gradient, formula: Formula) -> dict[int, Any]:
    """Return the record's values, with their errors, of what a formula names and of what a witness shows."""
    graph = record.graph
    asked = [*(graph.by_label[name] for name in formula.names), *islice(graph.inputs.values(), SHOWN)]
    return dict(zip(asked, _errors((record.values[i] for i in asked), RECORD_RTOL), strict=True))


def _distance(
    graph: Graph, point: dict[str, Any], expected: Bound, span: tuple[float, float] | None, *, far: bool
) -> tuple[float | None, float | None]:
    """Return how far off a formula is at a point, relatively, and what it gives; None where that cannot be judged."""
    if None in point.values():
        return None, None
    try:
        values, faults = forward(Bounds(), graph, point)
        for fault in faults.values():
            fault.raise_doubt()
    except Undecided:
        values, faults = forward(FLOAT, graph, {name: x.v for name, x in point.items()})
    if graph.output in faults:
        excused = far or span is not None or faults[graph.output].kind == "overflow"
        return (None if excused else math.inf), None
    values = _errors(values)
    given = values[graph.output]
    if not math.isfinite(given.v):
        return None, None
    if span is not None and span[0] <= given.v <= span[1]:
        return 0.0, given.v
    off, doubt = abs(given.v - expected.v), given.r + expected.r
    if off <= doubt:
        size = max(abs(x.v) for x in values if x is not None)
        certain = doubt <= max(FORMULA_RTOL * abs(expected.v), FORMULA_ATOL * size)
        return (0.0 if certain else None), given.v
    return ((off - doubt) / abs(expected.v) if expected.v else math.inf), given.v


def _witness(record: Gradient, sample: PointSample, given: float | None) -> str:
    """Return where the formulas differ, and what the student's gives there."""
    at = " ".join(f"{name}={FLOAT.brief(sample.values[i].v)}" for name, i in islice(record.graph.inputs.items(), SHOWN))
    result = "has no value" if given is None else f"gives {given:.6g}"
    return f"at {at} it {result}"
