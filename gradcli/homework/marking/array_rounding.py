"""What rounding on the way may change, where the arrays on the way were not handed in.

A person who works with three figures, or with three decimals, rounds every array that is written down. How far that
carries is seen by doing so: the program is worked through some times with every array off by up to half a unit of its
last figure, by chance.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from ...arrays.entries import Array
from ...arrays.graph import ArrayNode
from ...arrays.sweeps import node_value
from ...errors import GradcliError
from ..claims.array_runs import ArrayRun
from ..claims.claims import Number
from ..claims.items import UPSTREAM, VALUE
from .array_steps import Whole
from .array_terms import rounding_of_softmax
from .follow_through import half_unit

DRAWS = 16
SURE = 4.5  # standard deviations: one honest entry in a hundred thousand lies further off
SURE_OF_DECIMALS = 3.1  # these say less of small entries, so that less is allowed
MORE_DRAWS = 48
MAX_WORK = 200_000  # multiplications of the products of matrices, beyond which this is not looked at
MOST_FIGURES = 6  # with more of them nothing is lost
LEAST_FIGURES = 3
COARSEST = 1e-3  # the unit of three decimals: with fewer of them a slip could pass for rounding
LARGEST_SHARE = 0.06  # of the largest entry, that decimals may change: beyond it they say too little
EVEN = 1e-6  # of a unit
SAME_UNIT = 1.5  # units are powers of ten


def common_unit(numbers: Sequence[Number]) -> float | None:
    """Return the last place to which all numbers of a sheet are written: 0.001 for three decimals; None for none.

    With significant figures small numbers have more decimals; here they have fewer figures. Zeros at the end may be
    missing.
    """
    small = [n.unit for n in numbers if n.value and n.figures < LEAST_FIGURES]
    if not small:
        return None
    unit = min(n.unit for n in numbers)
    return unit if unit <= COARSEST * SAME_UNIT and min(small) < unit * SAME_UNIT else None


def reach_of_rounding(run: ArrayRun, output: int, figures: int, unit: float | None = None) -> dict[Whole, list[float]]:
    """Return how far every entry may be off by rounding to so many figures on the way; nothing for many figures.

    With a `unit` numbers are rounded to that instead.
    """
    graph = run.record.graph
    if not 0 < figures <= MOST_FIGURES or graph.products > MAX_WORK:
        return {}
    chance = random.Random(figures)
    found: dict[Whole, list[list[float]]] = {}
    for _ in range(MORE_DRAWS if unit else DRAWS):
        try:
            for whole, array in _Draw(run, output, figures, unit, chance).found.items():
                found.setdefault(whole, []).append(array.entries)
        except (ArithmeticError, GradcliError, TypeError):  # rounded out of a domain: entries of None
            continue
    sure = SURE_OF_DECIMALS if unit else SURE
    reach = {
        whole: [sure * _deviation(entries) for entries in zip(*draws, strict=True)] for whole, draws in found.items()
    }
    if unit:
        upstream = run.upstream(output)
        for (kind, i), entries in reach.items():
            truth = run.values[i] if kind == VALUE else upstream[i]
            assert truth is not None
            most = LARGEST_SHARE * max(map(abs, truth.entries))
            reach[kind, i] = [min(e, most) for e in entries]
    return reach


def _deviation(numbers: Sequence[float]) -> float:
    """Return the standard deviation of some numbers."""
    mean = math.fsum(numbers) / len(numbers)
    return math.sqrt(math.fsum((x - mean) ** 2 for x in numbers) / max(len(numbers) - 1, 1))


class _Draw:
    """The program worked through once with rounded numbers; `found` has each array as it follows.

    What follows is not rounded itself to figures, which the tolerance allows for; to decimals it is, of which small
    entries have few.
    """

    def __init__(self, run: ArrayRun, output: int, figures: int, unit: float | None, chance: random.Random) -> None:
        self.A, self.graph, self.figures, self.unit, self.chance = run.A, run.record.graph, figures, unit, chance
        self.found: dict[Whole, Array] = {}
        self.values: list[Array] = []
        for i, node in enumerate(self.graph.nodes):
            if node.arguments:
                exact = node_value(self.A, node, {}, self.values)
                self.values.append(self._rounded(exact))
                self.found[VALUE, i] = self.values[i] if unit else exact
            else:
                self.values.append(run.values[i])
        self._backwards(run.upstream(output), output)

    def _backwards(self, truth: Sequence[Array | None], output: int) -> None:
        self.upstream: list[Array | None] = [None] * len(truth)
        self.upstream[output] = truth[output]
        flows: dict[int, list[Array]] = {}
        for i in range(output, -1, -1):
            if i != output:
                if truth[i] is None:
                    continue
                exact = self.A.total(flows[i])
                self.upstream[i] = rounded = self._rounded(exact)
                self.found[UPSTREAM, i] = rounded if self.unit else exact
            g, node = self.upstream[i], self.graph.nodes[i]
            for k, a in enumerate(node.arguments):
                if g is not None and node.operation.pullback(k) is not None and truth[a] is not None:
                    flows.setdefault(a, []).append(self._flow(node, i, k, g))

    def _flow(self, node: ArrayNode, i: int, k: int, g: Array) -> Array:
        xs = [self.values[b] for b in node.arguments]
        flow: Array = node.operation.flow(self.A, k, g, self.values[i], xs, node.fixed)
        lost = rounding_of_softmax(self.A, node, k, g, xs, self.figures)
        return flow if lost is None else flow + self._by_chance(lost)

    def _by_chance(self, most: Array) -> Array:
        return self.A.make(most.shape, [self.chance.uniform(-1, 1) * e for e in most.entries])

    def _rounded(self, x: Array) -> Array:
        """Return an array with every entry off by up to half a unit of its last figure."""
        return x + self._by_chance(self.A.make(x.shape, [self._lost(e) for e in x.entries]))

    def _lost(self, x: float) -> float:
        """Return half a unit of the last figure of a number, 0 for one that has no more figures."""
        if self.unit:
            return 0.0 if abs(x / self.unit - round(x / self.unit)) < EVEN else self.unit / 2
        return 0.0 if float(f"{x:.{self.figures - 1}e}") == x else half_unit(x, self.figures)
