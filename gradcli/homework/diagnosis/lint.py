"""Lint for a worksheet: which mistakes its numbers would not reveal or cannot tell apart, and numbers that do better.

Only what other numbers could help is reported: the same program at generic points is the measure.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple

from ...calculus.operations import NUMBER
from ...errors import MathError
from ...language.writing import spoken
from ...record.gradient import Gradient, evaluate
from ...record.request import Request
from ...record.values import source_of
from ..claims.item_sizes import ItemTolerance
from ..claims.items import STEP, Item
from ..claims.tolerance import USUAL, Tolerance
from .predictions import Prediction, Predictions, mistake_in_words
from .program_shape import Place
from .replaced_numbers import ReworkedProgram
from .ways import PredictionId

LOOK = "%.2e"  # predictions that agree to so many figures cannot be told apart
GENERIC = 3  # points that say what any numbers could do; as many more of other signs, where a gate may be closed
TRIED = 24  # points from which the suggestion is taken
FRIENDLY = (2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 1.5, 2.5, 3.5, 4.5, 1.2, 1.4, 1.6, 1.8, 2.2, 2.4)
COMMON = 2  # rarer mistakes are not worth other numbers
LARGEST, SMALLEST = 1e4, 1e-3  # what the numbers of a sheet should stay between


Truth = tuple[int, float, Tolerance, float]  # the place of an item, its number, how near is near, where it counts from
Looks = frozenset[tuple[int, str]]  # what is wrong on a sheet: the places of items, and their numbers to a few figures


class Finding(NamedTuple):
    """A mistake at a place: its id, in words, and the nodes."""

    mistake: str
    message: str
    site: tuple[int, ...]


class Lint(NamedTuple):
    """What a sheet's numbers cannot do: mistakes that stay hidden, groups that look alike, numbers that invite both.

    `made` is how many mistakes were tried. `better` is a point with fewer of both together, None if none was found;
    `hidden_there` and `alike_there` count what is left with it. `looked` are the places of the program that there was
    time for, of so many `places`; `tried` is how many other points there was time for, None where it sufficed.
    """

    made: int
    hidden: list[Finding]
    alike: list[tuple[Finding, ...]]
    special: list[str]
    better: dict[str, float] | None
    hidden_there: int
    alike_there: int
    looked: int
    places: int
    tried: int | None

    @property
    def cost(self) -> int:
        """How much stays hidden or confused."""
        return len(self.hidden) + len(self.alike)


def lint(
    record: Gradient,
    items: Sequence[Item] | None = None,
    *,
    tolerance: Tolerance = USUAL,
    kept: Collection[str] = (),
    suggest: bool = True,
    seconds: float = math.inf,
) -> Lint:
    """Return what the numbers of a record hide if `items` are asked (all, if not given), and suggest better ones.

    The suggestion keeps the inputs named in `kept`, such as a label that has to be 0 or 1. There is none
    without `suggest`. After about so many `seconds` it is the answer so far: in a program where one look takes longer
    than a part of them, the places that were looked at by then are the whole of it.
    """
    start = time.process_time()
    asked = frozenset(ReworkedProgram(record).items if items is None else items)
    draw = random.Random(0)
    here = Sight(record, asked, tolerance, until=start + seconds / (GENERIC + 2))

    def sight(point: dict[str, float]) -> Sight | None:
        found = _at(record, point)
        return None if found is None else Sight(found, asked, tolerance, here.looked)

    points = [_generic(record, draw) for _ in range(GENERIC)]
    if any(operation.is_piecewise for operation in record.graph.nodes.operations):
        points += [{name: x * draw.choice((-1, 1)) for name, x in _generic(record, draw).items()} for _ in points]
    measure = Measure([found for point in points if (found := sight(point))])
    hidden, alike = measure.hidden(here), measure.alike(here)
    better, counts, tried = None, (len(hidden), len(alike)), None
    for k in range(TRIED if suggest and (hidden or alike) else 0):
        if time.process_time() > start + seconds:
            tried = k
            break
        point = _friendly(record, draw, kept, more=2 * k // TRIED)
        left = measure.left(here, sight(point))
        if left is not None and sum(left) < sum(counts):
            better, counts = point, left
        if not sum(counts):
            break
    findings = [measure.finding(here, key) for key in hidden]
    groups = [tuple(measure.finding(here, key) for key in group) for group in alike]
    made = len(measure.visible | here.visible.keys())
    return Lint(made, findings, groups, here.special, better, *counts, len(here.looked), here.places, tried)


class Sight:
    """What can be seen of mistakes at a point: for every visible one what it looks like, to a few figures.

    Mistakes are made at the given places, or at all of them until that time is over; `looked` has those places.
    """

    def __init__(
        self, record: Gradient, asked: frozenset[Item], tolerance: Tolerance, places: Sequence[Place] | None = None, *,
        until: float = math.inf,
    ) -> None:  # fmt: skip
        program = ReworkedProgram(record)
        right = program.right
        self.record = record
        self.special = special(record)
        self.wild = sum(not SMALLEST < abs(x) < LARGEST for x in right.values if x)
        self.predictions: dict[PredictionId, Prediction] = {}
        self.visible: dict[PredictionId, Looks] = {}
        truths, known = {}, ItemTolerance(record, tolerance)
        for k, item in enumerate(program.items):
            if item in asked and (t := right.of(item)) is not None:
                old = right.values[item.node] if item.kind == STEP else 0.0  # what is seen is the step
                truths[item] = (k, t - old, known.of(item, t - old), old)
        predictions = Predictions(program, rarest=COMMON)
        self.places = len(predictions.places)
        self.looked: list[Place] = []
        there = set(predictions.places)
        chosen = predictions.places if places is None else [place for place in places if place in there]
        for place in takewhile(lambda _: not self.looked or time.process_time() <= until, chosen):
            self.looked.append(place)
            for prediction in predictions.at(place):
                self.predictions[prediction.key] = prediction
                if looks := _looks(prediction, truths):
                    self.visible[prediction.key] = looks


def _looks(prediction: Prediction, truths: Mapping[Item, Truth]) -> Looks:
    """Return what is wrong on a sheet, of the items whose truth is known."""
    looks = []
    for item, x in prediction.sheet.items():
        if item in truths:
            k, t, tolerance, old = truths[item]
            x -= old
            if not tolerance.near(x, t):
                looks.append((k, LOOK % x))
    return frozenset(looks)


class Measure:
    """What numbers in general can do, to hold the numbers at hand against."""

    def __init__(self, generic: Sequence[Sight]) -> None:
        self.generic = generic
        self.visible = frozenset(key for sight in generic for key in sight.visible)

    def hidden(self, here: Sight) -> list[PredictionId]:
        """Return the mistakes that other numbers would show, one way of making each at each place."""
        found = {_short(key): key for key in sorted(self.visible - here.visible.keys(), reverse=True)}
        shown = {_short(key) for key in here.visible}
        return sorted(key for short, key in found.items() if short not in shown)

    def alike(self, here: Sight) -> list[tuple[PredictionId, ...]]:
        """Return the groups of mistakes that look the same here, although other numbers tell them apart."""
        groups: dict[Looks, dict[object, PredictionId]] = {}
        for key, looks in sorted(here.visible.items(), key=lambda entry: entry[0]):
            elsewhere = tuple(sight.visible.get(key) for sight in self.generic)
            # What no numbers tell apart counts once, and so does one mistake made in several ways.
            group = groups.setdefault(looks, {})
            if elsewhere not in group and _short(key) not in map(_short, group.values()):
                group[elsewhere] = key
        return sorted(tuple(group.values()) for group in groups.values() if len(group) > 1)

    def left(self, here: Sight, there: Sight | None) -> tuple[int, int] | None:
        """Return how many mistakes are hidden and alike at another point; None where its numbers are worse to use."""
        if there is None or len(there.special) > len(here.special) or there.wild > here.wild:
            return None
        return len(self.hidden(there)), len(self.alike(there))

    def finding(self, here: Sight, key: PredictionId) -> Finding:
        """Return a mistake in words."""
        prediction = next(s.predictions[key] for s in (here, *self.generic) if key in s.predictions)
        mistake, tag, nodes, made = prediction.mistake, prediction.tag, prediction.nodes, list(prediction.made)
        return Finding(mistake.id, " ".join(mistake_in_words(here.record, mistake, tag, nodes, made)), nodes)


def _short(key: PredictionId) -> tuple[str, tuple[Item, ...]]:
    return (key[0], key[2])


def special(record: Gradient) -> list[str]:
    """Return what is special about the numbers, in words: what is 0 or 1, equal operands, a kink."""
    graph, found = record.graph, []
    program = ReworkedProgram(record)
    for i in sorted(program.asked):
        if (x := program.right.values[i]) in (0, 1, -1):
            found.append(f"{spoken(graph, i)} is {x + 0.0:.0f}")
    for i in sorted(program.asked):
        a = [k for k in dict.fromkeys(graph.nodes[i].arguments) if graph.nodes[k].operation is not NUMBER]
        if len(a) == 2 and program.right.values[a[0]] == program.right.values[a[1]]:
            found.append(f"{spoken(graph, a[0])} and {spoken(graph, a[1])} are equal")
    return found + [note.message for note in record.notes if note.kind == "kink"]


# ---- other points


def _at(record: Gradient, point: dict[str, float]) -> Gradient | None:
    """Return the record at another point, or None where there is no answer."""
    given = {name: source_of(name, x) for name, x in point.items()}
    start = source_of("upstream", float(record.output_adjoint))
    request = Request(wrt=record.wrt, of=record.labels[record.output], upstream=start,
                      step=record.evaluation.task.request.step)  # fmt: skip
    try:
        return evaluate(record.source, given, request, record.graph)
    except MathError:
        return None


def _generic(record: Gradient, draw: random.Random) -> dict[str, float]:
    """Return a point near the record's, without anything special about it."""
    inputs = record.graph.inputs.items()
    return {name: (float(record.values[i]) or 1.0) * draw.uniform(0.7, 1.4) for name, i in inputs}


def _friendly(record: Gradient, draw: random.Random, kept: Collection[str], more: int) -> dict[str, float]:
    """Return a point of short numbers, each of about the size of the record's and mostly of its sign, no two alike.

    They have as many decimals as the record's, or so many `more`. The inputs named in `kept` keep their numbers.
    """
    point: dict[str, float] = {}
    for name, i in record.graph.inputs.items():
        x = float(record.values[i])
        if name in kept:
            point[name] = x
            continue
        size = 10.0 ** math.floor(math.log10(abs(x))) if x else 1.0
        places = max(0, -Decimal(repr(x)).normalize().as_tuple().exponent) + more  # type: ignore[operator]
        sizes = [round(n * size, 9) for n in FRIENDLY if not x or abs(x) / 4 <= n * size <= abs(x) * 4]
        short = [n for n in sizes if round(n, places) == n] or sizes
        fresh = [n for n in short if n not in map(abs, point.values())] or short
        sign = -1 if (x < 0) != (draw.random() < 0.15) else 1
        point[name] = sign * draw.choice(fresh)
    return point
