"""Diagnosis of a sheet about arrays: which mistakes of the catalogue its wrong arrays are consistent with.

A mistake is suspected if it gives wrong arrays of the sheet, every entry of them, and contradicts no right one. It is
compared as it carries on over the whole sheet, and as one step from the student's own arrays.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...arrays.entries import Array
from ...arrays.sweeps import node_value
from ...language.array_writing import expression
from ..claims.array_items import ArrayItem
from ..claims.array_runs import ArrayRun, is_finite
from ..claims.items import UPSTREAM, VALUE
from ..claims.tolerance import Tolerance
from .array_predictions import Edit, edits
from .array_worlds import World, WrongWorld, numbers
from .suspects import CARRIED_PLACES, COARSEST, CONSISTENT, COULD_BE, FINEST, LAST_PLACE

MAX_WORK = 60_000  # multiplications of one pass, and numbers: beyond them no mistake is looked for
MOST_KEPT = 5_000  # numbers of a program whose predictions are kept
TIES = 3  # more equally good explanations than that are not told
TELLING = 3  # numbers that have to agree before they may be off by more than their last place
CLOSE = 1e-2  # relative: what rounding on the way may change
ROUGHEST = 0.06  # relative: what writing few figures may change, where more numbers than that agree
FEW = 2  # so many numbers that agree may do so by chance


class ArrayEvidence(NamedTuple):
    """One claim about an array: the numbers, flat, in the shape in which they were claimed.

    `resolutions` are half units of the last places written, 0 for exact numbers. `right` holds if it was accepted.
    """

    item: ArrayItem
    shape: tuple[int, ...]
    values: list[float]
    resolutions: list[float]
    right: bool


class ArrayDiagnosis(NamedTuple):
    """A mistake that the sheet is consistent with: its id, how sure that is, what it is and where, in words.

    `site` are the nodes where it was made, `explains` the places of the claims in the sheet that it gives.
    """

    mistake: str
    hedge: str
    what: str
    where: str
    site: tuple[int, ...]
    explains: tuple[int, ...]

    @property
    def at_its_place(self) -> str:
        """The mistake and where it was made."""
        return f"{self.what}, {self.where}"

    @property
    def message(self) -> str:
        """All of it in words."""
        return f"{self.hedge} {self.at_its_place}"


class _Suspect:
    """An edit, and which wrong claims it gives: to the last place, or up to rounding."""

    __slots__ = ("close", "edit", "exact", "order")

    def __init__(self, edit: Edit, order: int) -> None:
        self.edit, self.order = edit, order
        self.exact: set[int] = set()
        self.close: set[int] = set()

    @property
    def explained(self) -> set[int]:
        """The places of the wrong claims that it gives."""
        return self.exact | self.close

    @property
    def weight(self) -> tuple[int, int]:
        """How much it explains, then at how few places: larger is better."""
        return (len(self.explained), -len(self.edit.nodes))

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        """Its place among the suspects."""
        explained, places = self.weight
        return (-explained, -places, -len(self.exact), self.edit.mistake.common, self.order)


class ArraySuspects:
    """The diagnosis for a program at a point."""

    def __init__(self, run: ArrayRun, tolerance: Tolerance) -> None:
        self.run, self.near = run, tolerance.near
        self.graph, self.output = run.record.graph, run.record.output
        self._kept: list[tuple[Edit, WrongWorld]] | None = None

    def diagnose(self, sheet: Sequence[ArrayEvidence]) -> list[ArrayDiagnosis]:
        """Return the mistakes that explain wrong claims best: for every such claim the best one and its ties.

        The best come first. An empty list, unexplained, is a normal answer.
        """
        wrong = [k for k, claim in enumerate(sheet) if not claim.right]
        size = self.graph.products + sum(len(v.entries) for v in self.run.values)
        arrays = [*self.run.values, *(g for g in self.run.upstream(self.output) if g is not None)]
        if not wrong or size > MAX_WORK or not all(is_finite(x.entries) for x in arrays):
            return []
        suspects = self._whole(self._worlds(sheet), sheet, wrong)
        explained = set().union(*(s.explained for s in suspects)) if suspects else set()
        if len(sheet) > 1:
            for k in wrong:
                if k not in explained:
                    suspects += self._retraced(sheet, k, len(suspects))
        return self._verdict(suspects, sheet, wrong)

    def _worlds(self, sheet: Sequence[ArrayEvidence]) -> Iterable[tuple[Edit, WrongWorld]]:
        """Yield every mistake and what follows from it. Those of small programs are kept, for a whole class."""
        if self._kept is not None:
            return self._kept
        numbers = sum(len(v.entries) for v in self.run.values)
        asked = {claim.item.node for claim in sheet}
        unasked = set(range(len(self.graph.nodes))) - asked if numbers > MOST_KEPT else ()
        upstream = self.run.upstream(self.output)
        truth = World(self.run.A, self.graph, self.run.values, upstream, self.output, unasked=unasked)
        found = ((edit, WrongWorld(truth, edit.changes)) for edit in edits(truth))
        if numbers > MOST_KEPT:
            return found
        self._kept = list(found)
        return self._kept

    def _whole(
        self, worlds: Iterable[tuple[Edit, WrongWorld]], sheet: Sequence[ArrayEvidence], wrong: Sequence[int]
    ) -> list[_Suspect]:
        """Return the mistakes that, carried on over the sheet, give wrong claims and contradict no right one."""
        found: list[_Suspect] = []
        for order, (edit, world) in enumerate(worlds):
            suspect = _Suspect(edit, order)
            for k in wrong:
                self._compare(suspect, k, sheet[k], world)
            if suspect.explained and not any(self._denies(claim, world) for claim in sheet if claim.right):
                found.append(suspect)
        return found

    def _compare(self, suspect: _Suspect, k: int, claim: ArrayEvidence, world: WrongWorld) -> None:
        predicted = _predicted(claim, world)
        if predicted is None or predicted.shape != claim.shape:
            return
        how = _agreement(claim, predicted.entries)
        if how == "exact":
            suspect.exact.add(k)
        elif how == "close":
            suspect.close.add(k)

    def _denies(self, claim: ArrayEvidence, world: WrongWorld) -> bool:
        """Whether a right claim cannot have come from what is predicted."""
        if not _changes(claim, world):
            return False
        predicted = _predicted(claim, world)
        if predicted is None:
            return False
        if predicted.shape != claim.shape:
            return True
        truth = self._true(claim)
        return any(
            not self.near(p, t) and not self.near(x, p)
            for p, t, x in zip(predicted.entries, truth, claim.values, strict=True)
        )

    def _true(self, claim: ArrayEvidence) -> list[float]:
        found = self.run.of(claim.item)
        assert found is not None
        return found.entries

    # ---- one step from the student's own arrays

    def _retraced(self, sheet: Sequence[ArrayEvidence], k: int, start: int) -> list[_Suspect]:
        """Return the mistakes that lead to one wrong claim from the student's own arrays."""
        target = sheet[k]
        if target.item.kind != UPSTREAM:
            return []
        own = self._own_world(sheet, target.item.node)
        if own is None:
            return []
        found = []
        for order, edit in enumerate(edits(own), start):
            if edit.is_value or len(edit.nodes) > 1:
                continue
            suspect = _Suspect(edit, order)
            self._compare(suspect, k, target, WrongWorld(own, edit.changes))
            if suspect.explained:
                found.append(suspect)
        return found

    def _own_world(self, sheet: Sequence[ArrayEvidence], but: int) -> World | None:
        """Return the program with the student's arrays in it, but for the gradient of one node."""
        A, graph = self.run.A, self.graph
        own: dict[tuple[str, int], Array] = {}
        for claim in sheet:
            item = claim.item
            if item.places is None and claim.shape == item.shape and (item.kind, item.node) != (UPSTREAM, but):
                own[item.kind, item.node] = A.make(claim.shape, claim.values)
        if not own:
            return None
        values: list[Array] = []
        for i, node in enumerate(graph.nodes):
            found: Array | None = own.get((VALUE, i)) or self.run.values[i]
            if (VALUE, i) not in own and any(values[a] is not self.run.values[a] for a in node.arguments):
                found = numbers(lambda node=node: node_value(A, node, {}, values))  # type: ignore[misc]
            if found is None:
                return None
            values.append(found)
        first = World(A, graph, values, self.run.upstream(self.output), self.output)
        upstream: list[Array | None] = list(first.upstream)
        for a in range(self.output - 1, -1, -1):
            if upstream[a] is None or not first.users[a]:
                continue
            if (UPSTREAM, a) in own:
                upstream[a] = own[UPSTREAM, a]
                continue
            world = World(A, graph, values, upstream, self.output)
            flows = [world.flow(i, j) for i, j in first.users[a]]
            if None in flows:
                return None
            upstream[a] = A.total(flows)  # type: ignore[arg-type]  # none of them is None
        pinned = {i for kind, i in own if kind == UPSTREAM}
        return World(A, graph, values, upstream, self.output, pinned)

    # ---- what to say

    def _verdict(
        self, suspects: Sequence[_Suspect], sheet: Sequence[ArrayEvidence], wrong: Iterable[int]
    ) -> list[ArrayDiagnosis]:
        best: dict[int, tuple[_Suspect, int]] = {}
        for k in wrong:
            able = [s for s in suspects if k in s.explained]
            if not able:
                continue
            weight = max(s.weight for s in able)
            ties = sorted((s for s in able if s.weight == weight), key=lambda s: s.rank)
            some_exact = any(k in s.exact for s in ties)
            ties = [s for s in ties if k in s.exact or not some_exact]
            told = _told(ties, values=any(sheet[j].item.kind == VALUE for j in ties[0].explained))
            shown = told
            if len(told) > TIES:
                shown = list({s.edit.mistake.id: s for s in told[::-1]}.values())[::-1][:TIES]
            for s in shown:
                best[id(s)] = (s, len(told))
        ranked = sorted(best.values(), key=lambda entry: entry[0].rank)
        return [self._diagnosis(s, ties, sheet) for s, ties in ranked]

    def _where(self, edit: Edit) -> str:
        """Return where a mistake was made: at a gradient, or at a value with what it computes."""
        labels = self.graph.labels
        names = [labels[i] if edit.is_value else f"d{labels[self.output]}/d{labels[i]}" for i in edit.nodes]
        where = f"at {' and '.join([', '.join(names[:-1]), names[-1]] if names[1:] else names)}"
        if edit.is_value and len(edit.nodes) == 1:
            where += f" = {expression(self.graph, edit.nodes[0])}"
        return where

    def _diagnosis(self, suspect: _Suspect, ties: int, sheet: Sequence[ArrayEvidence]) -> ArrayDiagnosis:
        edit = suspect.edit
        agreed = sum(_telling(sheet[k].values) for k in suspect.explained)
        hedge = COULD_BE if ties > TIES or agreed <= FEW else CONSISTENT
        return ArrayDiagnosis(edit.mistake.id, hedge, edit.mistake.in_words(edit.tag), self._where(edit), edit.nodes,
                              tuple(sorted(suspect.explained)))  # fmt: skip


def _told(ties: Sequence[_Suspect], *, values: bool) -> list[_Suspect]:
    """Return which of equally good suspects are told: each way of a mistake once, the nearest to the output.

    Without `values` nothing speaks for a wrong value, and those are told only where there is nothing else.
    """
    some = [s for s in ties if not s.edit.is_value]
    if values or not some:
        some = list(ties)
    found: dict[tuple[str, str], _Suspect] = {}
    for s in some:
        key = (s.edit.mistake.id, s.edit.tag)
        known = found.get(key)
        if known is None or s.edit.nodes[0] > known.edit.nodes[0]:
            found[key] = s
    return list(found.values())


def _changes(claim: ArrayEvidence, world: WrongWorld) -> bool:
    """Whether a claim's array is another one in a wrong world."""
    changed = world.values if claim.item.kind == VALUE else world.upstream
    return claim.item.node in changed


def _predicted(claim: ArrayEvidence, world: WrongWorld) -> Array | None:
    """Return what a wrong world has for a claim, None where it has nothing or nothing new."""
    item = claim.item
    if not _changes(claim, world):
        return None
    found = world.value(item.node) if item.kind == VALUE else world.gradient(item.node)
    if found is None or item.places is None:
        return found
    if len(found.entries) <= max(item.places):
        return None
    return found.A.make(item.shape, item.taken(found.entries))


def _telling(values: Sequence[float]) -> int:
    """Return how many different numbers beside 0 there are: so many that agree say something."""
    return len({abs(x) for x in values} - {0.0})


def _may_tell(claim: ArrayEvidence) -> bool:
    """Whether one number can identify anything: three figures, or a whole number; not one that an array repeats."""
    if len(claim.values) > 1:
        return False
    x, half = claim.values[0], claim.resolutions[0]
    return not half or abs(x) >= 100 * 2 * half


def _agreement(claim: ArrayEvidence, predicted: Sequence[float]) -> str:
    """Return how a claim agrees with what is predicted: "exact" to the last place, "close" up to rounding, or ""."""
    telling = min(_telling(claim.values), _telling(predicted))
    if not telling or (telling == 1 and not _may_tell(claim)):
        return ""
    size = max(map(abs, predicted))
    exact = True
    for x, p, unit in zip(claim.values, predicted, claim.resolutions, strict=True):
        off, floor = abs(x - p), FINEST * max(abs(p), 1e-3 * size)
        places = LAST_PLACE * (CARRIED_PLACES if telling >= TELLING else 1.0)
        if off <= max(min(places * unit, COARSEST * abs(p)), floor):
            continue
        written = min(LAST_PLACE * unit, ROUGHEST * abs(p)) if telling > TELLING else 0.0
        if telling < TELLING or off > max(CLOSE * abs(p), written, floor) or not math.isfinite(off):
            return ""
        exact = False
    return "exact" if exact else "close"
