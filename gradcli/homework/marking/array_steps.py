"""The step rule by array: whether the entries of a claim follow from the student's own earlier arrays.

The program is worked through once more with the claimed entries in place of the true ones: values from the values of
their arguments, gradients from the gradients of the users by their pullbacks. Where rounded numbers lead to another
entry than the true ones do, anything between the two follows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from ...arrays.entries import Array
from ...arrays.graph import ArrayNode
from ...arrays.sweeps import node_value
from ...errors import GradcliError
from ..claims.array_items import ArrayItem
from ..claims.array_runs import ArrayRun
from ..claims.items import UPSTREAM, VALUE
from ..claims.tolerance import Tolerance
from .array_terms import rounding_of_flow, taught_flow, terms_of_flow, terms_of_value

Whole = tuple[str, int]  # VALUE or UPSTREAM, and the node
CARRY_NOTHING = ({0.0}, {1.0}, {0.0, 1.0})  # a wrong array of these carries nothing
MAX_WORK = 5_000_000  # multiplications of the products of matrices, beyond which no step is retraced


class OwnArray(NamedTuple):
    """An array as the student has it: entries, None where it was not claimed; whether each is near the true one."""

    item: ArrayItem
    entries: list[float | None]
    right: list[bool]


class Followed(NamedTuple):
    """Which entries of a claim follow from the student's own arrays. `carried` is the nearest of them that is wrong.

    `trivial` says that this one is all 0 or 1.
    """

    follows: list[bool]
    carried: ArrayItem | None
    trivial: bool


class ArraySteps:
    """The student's own arrays on one sheet, and for each claimed one which entries follow from the others.

    `figures` is how many significant figures the student works with, 0 for all; `reach` how far entries may be off by
    rounding on the way.
    """

    def __init__(
        self,
        run: ArrayRun,
        claims: Mapping[Whole, OwnArray],
        tolerance: Tolerance,
        figures: int,
        output: int,
        reach: Mapping[Whole, Sequence[float]] = MappingProxyType({}),
    ) -> None:
        self.run, self.A, self.graph = run, run.A, run.record.graph
        self.claims = claims
        self.tolerance = tolerance
        self.figures = figures
        self.reach = reach
        self.output = output
        self.found: dict[Whole, Followed] = {}
        self.carried: dict[Whole, ArrayItem] = {}
        self.moved: set[Whole] = set()
        self.values: list[Array] = list(run.values)
        self.upstream: list[Array | None] = list(run.upstream(output))
        if self.graph.products <= MAX_WORK:
            self._forwards()
            self._backwards()

    def _forwards(self) -> None:
        for i, node in enumerate(self.graph.nodes):
            sources: list[Whole] = [(VALUE, a) for a in node.arguments]
            derived = self.values[i]
            if any(source in self.moved for source in sources):
                found = self._computed(lambda node=node: node_value(self.A, node, {}, self.values))
                derived = derived if found is None else found
            lost = self._lost_forwards(node) if derived is not self.values[i] else None
            own = self._judged((VALUE, i), self.values[i], [derived], lost, sources)
            assert own is not None
            self.values[i] = own

    def _backwards(self) -> None:
        graph, users = self.graph, self.users()
        for a in range(self.output - 1, -1, -1):
            truth = self.upstream[a]
            if truth is None:
                continue
            sources: list[Whole] = []
            for i, _ in users[a]:
                sources += [(UPSTREAM, i), (VALUE, i), *((VALUE, b) for b in graph.nodes[i].arguments)]
            derived: list[Array] = []
            lost: Array | None = None
            if any(source in self.moved for source in sources):
                ways = [self._flows(users[a], self.values), self._flows(users[a], self.run.values)]
                ways.append(self._flows(users[a], self.values, taught=True))
                derived = [self.A.total(flows) for flows in ways if flows]
                lost = self._lost(users[a]) if derived else None
                sources = self._used(users[a], sources)
            self.upstream[a] = self._judged((UPSTREAM, a), truth, derived or [truth], lost, sources)

    def _lost_forwards(self, node: ArrayNode) -> Array | None:
        """Return what rounding the terms of a sum may change in a value; None for what is no sum."""
        terms = terms_of_value(self.A, node, self.values) if self.figures else None
        if terms is None:
            return None
        slack = 0.5 * 10.0 ** (1 - self.figures)
        return self.A.make(terms.shape, [None if t is None else slack * t for t in terms.entries])

    def users(self) -> list[list[tuple[int, int]]]:
        """Return for every node the edges along which its gradient arrives."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.graph.nodes]
        for i, node in enumerate(self.graph.nodes):
            if self.upstream[i] is not None:
                for k, a in enumerate(node.arguments):
                    if node.operation.pullback(k) is not None:
                        found[a].append((i, k))
        return found

    def _flows(self, edges: Sequence[tuple[int, int]], values: Sequence[Array], *, taught: bool = False) -> list[Array]:
        """Return what arrives along some edges, from the student's own upstream gradients; nothing where it fails.

        With `taught` the rules of courses are used where they are others, which rounded numbers tell apart.
        """
        found = []
        for i, k in edges:
            node, g = self.graph.nodes[i], self.upstream[i]
            assert g is not None
            xs = [values[b] for b in node.arguments]
            flow = self._computed(partial(self._flow, node, k, g, values[i], xs, taught=taught))
            if flow is None:
                return []
            found.append(flow)
        return found

    def _used(self, edges: Sequence[tuple[int, int]], sources: Sequence[Whole]) -> list[Whole]:
        """Return the first source with a wrong number that what arrives along some edges hangs on, if there is one."""
        found = self._both_ways(edges)
        for source in dict.fromkeys(sources):
            if source in self.carried and (source[0] == UPSTREAM or self._hangs_on(edges, source[1], found)):
                return [source]
        return []

    def _hangs_on(self, edges: Sequence[tuple[int, int]], node: int, found: list[list[Any]]) -> bool:
        """Whether it is not what was `found` where a node has its true value."""
        own = self.values[node]
        self.values[node] = self.run.values[node]
        is_other = self._both_ways(edges) != found
        self.values[node] = own
        return is_other

    def _both_ways(self, edges: Sequence[tuple[int, int]]) -> list[list[Any]]:
        """Return what arrives along edges by the derived and by the taught rules, from the student's own values."""
        ways = (self._flows(edges, self.values, taught=taught) for taught in (True, False))
        return [[*flow.entries] for way in ways for flow in way]

    def _flow(self, node: ArrayNode, k: int, g: Array, v: Array, xs: Sequence[Array], *, taught: bool) -> Array:
        found = taught_flow(self.A, node, g, v, xs) if taught else None
        if found is None:
            found = node.operation.flow(self.A, k, g, v, xs, node.fixed)
        return found

    def _lost(self, edges: Sequence[tuple[int, int]]) -> Array | None:
        """Return what rounding on the way may change in what arrives along some edges."""
        found: Array | None = None
        for i, k in edges if self.figures else ():
            node, g = self.graph.nodes[i], self.upstream[i]
            assert g is not None
            xs = [self.values[b] for b in node.arguments]
            terms = terms_of_flow(self.A, node, k, g, self.values[i], xs)
            more = rounding_of_flow(self.A, node, k, g, xs, terms, self.figures)
            found = more if found is None else found + more
        return found

    def _computed(self, rule: Any) -> Array | None:
        """Return what a rule gives for the student's numbers; None where they lead out of a domain."""
        try:
            found: Array = rule()
        except (ArithmeticError, GradcliError):
            return None
        return found if all(x is not None and math.isfinite(x) for x in found.entries) else None

    # ---- the verdict

    def _judged(
        self, whole: Whole, truth: Array, derived: Sequence[Array], lost: Array | None, sources: Sequence[Whole]
    ) -> Array | None:
        """Return the student's own array, and note which claimed entries follow that are not right by themselves."""
        claim, near = self.claims.get(whole), self.tolerance.beside(None, lambda: self.run.sizes.of_array(*whole))
        carried = next((self.carried[s] for s in sources if s in self.carried), None)
        is_moved = any(d is not truth for d in derived)
        if claim is None:
            if is_moved:
                self.moved.add(whole)
                pairs = zip(derived[0].entries, truth.entries, strict=True)
                if carried is not None and not all(None not in pair and near.near(*pair) for pair in pairs):
                    self.carried[whole] = carried
            return derived[0]
        reach = self.reach.get(whole)
        follows = [
            right
            or (
                x is not None
                and (is_moved or reach is not None)
                and self._follows(x, k, truth, derived, self._slack(k, lost, reach), carried, near)
            )
            for k, (x, right) in enumerate(zip(claim.entries, claim.right, strict=True))
        ]
        if not all(claim.right):
            self.found[whole] = Followed(follows, carried, self._is_trivial(carried))
        wrong = any(x is not None and not f for x, f in zip(claim.entries, follows, strict=True))
        if wrong or (carried is not None and not all(claim.right)):
            self.carried[whole] = claim.item
        own = [d if x is None else x for x, d in zip(claim.entries, derived[0].entries, strict=True)]
        if own != truth.entries:
            self.moved.add(whole)
        return self.A.make(truth.shape, own)

    @staticmethod
    def _slack(k: int, lost: Array | None, reach: Sequence[float] | None) -> float:
        """Return how far an entry may be off by rounding, in the last step or on the way."""
        found = 0.0 if reach is None else reach[k]
        if lost is not None and lost.entries[k] is not None:
            found = max(found, float(lost.entries[k]))
        return found

    def _follows(
        self,
        x: float,
        k: int,
        truth: Array,
        derived: Sequence[Array],
        slack: float,
        carried: ArrayItem | None,
        tolerance: Tolerance,
    ) -> bool:
        """Whether an entry is near what follows; where no wrong array is carried, also between that and the truth."""
        near = [d.entries[k] for d in derived if d.entries[k] is not None]
        if any(abs(x - d) <= tolerance(d) + slack for d in near):
            return True
        if carried is not None:
            return False
        ends = [e for e in (*near, truth.entries[k]) if e is not None]
        if not ends:
            return False
        reach = tolerance(max(map(abs, ends))) + slack
        return bool(min(ends) - reach <= x <= max(ends) + reach)

    def _is_trivial(self, carried: ArrayItem | None) -> bool:
        """Whether the array that is carried is all 0 or 1, so that all later steps are right for nothing."""
        if carried is None:
            return False
        claim = self.claims.get((carried.kind, carried.node))
        return claim is not None and {abs(x) for x in claim.entries if x is not None} in CARRY_NOTHING
