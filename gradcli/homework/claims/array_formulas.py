"""Whether two formulas of arrays are the same: compared at random points of the same shapes, and at the point itself.

Labels, indices and what sizes were read from stay as they are, and so does what the teacher names as fixed. Arrays of 0
and 1 that a formula is wrong for otherwise are taken as data: rows with a single 1 run over shares of 1, others stay.
"""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ...arrays.entries import Array
from ...arrays.roles import role_inputs
from ...arrays.sizes import count
from ...errors import GradcliError
from ...record.array_gradient import ArrayGradient
from .array_claims import ArrayFormula
from .array_items import ArrayItem
from .array_runs import ArrayRun, floats, is_finite, plain_values
from .formula_equality import DIFFERENT, EQUAL, FORMULA_ATOL, FORMULA_RTOL, ROUNDED, UNKNOWN, USABLE, middle_of

ENOUGH_POINTS = 6  # where both formulas have a value
MAX_WORK = 50_000_000  # multiplications and numbers of all points together
SPREADS = (0.3, 1.0, 0.1, 3.0)  # how far from the point others are drawn, each of them so many times if need be
NOTHING: Mapping[ArrayItem, Array] = MappingProxyType({})


class ArrayVerdict(NamedTuple):
    """What the comparison found, and a witness where the formulas differ; `given` says for which data they are equal.

    `own` is the array that the formula gives at the point itself, None where it has none.
    """

    verdict: str
    own: Array | None
    witness: str = ""
    given: str = ""


class ArraySamples:
    """Points of a program of arrays at which formulas are compared. Each set of data has its own points, made once."""

    def __init__(self, record: ArrayGradient, random_seed: int, fixed: Collection[str]) -> None:
        self.record = record
        self.random_seed = random_seed
        graph = record.graph
        self.held = {*fixed, *role_inputs(graph), *graph.sized}
        A = floats()
        self.center = {name: A.make(record.shape(i), _floats(record, i)) for name, i in graph.inputs.items()}
        self.own = ArrayRun(record, self.center)
        self._runs: dict[frozenset[str], list[ArrayRun]] = {}

    def runs(self, data: frozenset[str] = frozenset()) -> list[ArrayRun]:
        """Return the program at random points; what is data runs over shares of 1 along an axis, or stays."""
        found = self._runs.get(data)
        if found is None:
            found = self._runs[data] = list(self._drawn(data))
        return found

    def _drawn(self, data: frozenset[str]) -> Iterator[ArrayRun]:
        graph = self.record.graph
        work = graph.products + sum(count(self.record.shape(i)) for i in range(len(graph.nodes)))
        chance = random.Random(self.random_seed)
        made = 0
        for k in range(min(ENOUGH_POINTS * len(SPREADS), MAX_WORK // work)):
            point = {name: self._moved(name, x, data, k, chance) for name, x in self.center.items()}
            run = ArrayRun(self.record, point)
            if run.has_value:
                made += 1
                yield run
            if made == ENOUGH_POINTS:
                return

    def _moved(self, name: str, x: Array, data: frozenset[str], k: int, chance: random.Random) -> Array:
        """Return another array in the place of an input, with three significant digits in every entry: the k-th."""
        if name in self.held:
            return x
        if name in data:
            axis = shares_axis(x)
            return x if axis is None else _shares(x, axis, chance)
        spread, middles = SPREADS[k % len(SPREADS)], [middle_of(e, k) for e in x.entries]
        entries = [float(f"{e + spread * max(abs(e), 0.5) * chance.gauss(0.0, 1.0):.3g}") for e in middles]
        return x.A.make(x.shape, entries)

    def data(self) -> frozenset[str]:
        """Return the inputs that may be data: those of 0 and 1."""
        return frozenset(
            name for name, x in self.center.items() if name not in self.held and {*x.entries} <= {0.0, 1.0}
        )


def _floats(record: ArrayGradient, i: int) -> list[float]:
    flat = record.values[i]
    assert flat is not None  # marking keeps all numbers
    return [float(x) for x in flat]


def shares_axis(x: Array) -> int | None:
    """Return along which axis an array of 0 and 1 has a single 1 each, the last one first; None for none."""
    for axis in range(len(x.shape) - 1, -1, -1):
        if x.shape[axis] > 1 and all(total == 1 for total in x.A.sum(x, axis=axis).entries):
            return axis
    return None


def _shares(x: Array, axis: int, chance: random.Random) -> Array:
    """Return random shares of 1 along an axis."""

    def rule(terms: list[float]) -> list[float]:
        parts = [round(chance.expovariate(1.0), 2) + 0.01 for _ in terms]
        return [part / sum(parts) for part in parts]

    return x.A.rewrite(x, axis, rule)


def compare(samples: ArraySamples, item: ArrayItem, formula: ArrayFormula, rtol: float) -> ArrayVerdict:
    """Return whether a formula is an item. The formula has the shape of the item."""
    found = _compared(samples, item, formula, rtol, frozenset())
    if found.verdict != DIFFERENT:
        return found
    data = frozenset(samples.data() - {samples.record.labels[item.node]})
    if data:
        again = _compared(samples, item, formula, rtol, data)
        if again.verdict in (EQUAL, ROUNDED):
            return again._replace(given=_in_words(samples, data))
    return found


def _in_words(samples: ArraySamples, data: frozenset[str]) -> str:
    parts = [
        f"{name} as given" if shares_axis(samples.center[name]) is None else f"{name} as shares of 1"
        for name in sorted(data)
    ]
    return " and ".join(parts)


def _compared(
    samples: ArraySamples, item: ArrayItem, formula: ArrayFormula, rtol: float, data: frozenset[str]
) -> ArrayVerdict:
    own = at_run(formula, samples.own)
    worst, used, witness = 0.0, 0, ""
    for run in (samples.own, *samples.runs(data)):
        expected = run.of(item)
        if expected is None or not is_finite(expected.entries):
            continue
        values = _values(formula, run)
        given = None if values is None else values[formula.graph.output]
        if given is None or not is_finite(given.entries):
            if run is not samples.own:
                continue
            return ArrayVerdict(DIFFERENT, None, "it has no value at the point")
        assert values is not None
        off = _distance(given, expected, values)
        if off is None:
            continue
        used += 1
        worst = max(worst, off)
        if off > FORMULA_RTOL and run is not samples.own:
            witness = "it differs at other points of the same shapes"
    if used < USABLE:
        return ArrayVerdict(UNKNOWN, own)
    if worst <= FORMULA_RTOL:
        return ArrayVerdict(EQUAL, own)
    return ArrayVerdict(ROUNDED if formula.rounded and worst <= rtol else DIFFERENT, own, witness)


def _values(formula: ArrayFormula, run: ArrayRun, own: Mapping[ArrayItem, Array] = NOTHING) -> list[Array] | None:
    """Return all values of a formula at a point, None where it has none; `own` are derivatives as someone has them."""
    labels = run.record.graph.by_label
    point: dict[str, Array] = {name: run.values[labels[name]] for name in formula.names}
    for name, item in formula.derivatives.items():
        found = own.get(item) or run.of(item)
        if found is None:
            return None
        point[name] = found
    try:
        return plain_values(formula.graph, point)
    except GradcliError:  # labels that are no whole numbers, a matrix without an inverse
        return None


def at_run(formula: ArrayFormula, run: ArrayRun, own: Mapping[ArrayItem, Array] = NOTHING) -> Array | None:
    """Return what a formula gives at a point, None where it has no value; `own` are derivatives as someone has them."""
    values = _values(formula, run, own)
    found = None if values is None else values[formula.graph.output]
    return found if found is not None and is_finite(found.entries) else None


def _distance(given: Array, expected: Array, values: list[Array]) -> float | None:
    """Return the largest relative error of an entry; None where all are too small to tell."""
    met = max(abs(x) for array in values for x in array.entries if x is not None)
    slack = FORMULA_ATOL * met
    worst, telling = 0.0, False
    for x, t in zip(given.entries, expected.entries, strict=True):
        off = abs(x - t)
        telling = telling or abs(t) > slack or off > slack
        if off > slack:
            worst = max(worst, off / abs(t) if t else math.inf)
    return worst if telling or not any(expected.entries) else None
