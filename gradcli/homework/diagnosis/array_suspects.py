"""Diagnosis of a sheet about arrays: which mistakes of the catalogue its wrong arrays are consistent with.

A mistake is suspected if it gives wrong arrays of the sheet, every entry of them, and contradicts no right one. It is
compared as it carries on over the whole sheet, and as one step from the student's own arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...arrays.entries import Array
from ...arrays.sweeps import node_value
from ..claims.array_items import item_name
from ..claims.array_runs import ArrayRun, is_finite
from ..claims.items import UPSTREAM, VALUE
from ..claims.tolerance import Tolerance
from .array_evidence import CHANCE, ArrayEvidence, FewNumbers, agreement, chance, same_shape, telling
from .array_names import Names, listed
from .array_predictions import Edit, edits
from .array_worlds import World, WrongWorld, numbers
from .suspects import CONSISTENT, COULD_BE

MAX_WORK = 60_000  # multiplications of one pass, and numbers: beyond them no mistake is looked for
MOST_KEPT = 5_000  # numbers of a program whose predictions are kept
TIES = 3  # more equally good explanations than that are not told
FEW = 2  # so many numbers that agree may do so by chance


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

    __slots__ = ("close", "edit", "exact", "order", "predicted")

    def __init__(self, edit: Edit, order: int) -> None:
        self.edit, self.order = edit, order
        self.exact: set[int] = set()
        self.close: set[int] = set()
        self.predicted: dict[int, list[float]] = {}  # for claims of few numbers

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
        self.names = Names(World(run.A, self.graph, run.values, run.upstream(self.output), self.output))
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
        few, tried = self._few(sheet, wrong), 0
        for order, (edit, world) in enumerate(worlds):
            suspect, tried = _Suspect(edit, order), order + 1
            for k in wrong:
                self._compare(suspect, k, sheet[k], world, few)
            if suspect.explained and not any(self._denies(claim, world) for claim in sheet if claim.right):
                found.append(suspect)
        return self._no_chance(found, few, tried)

    def _few(self, sheet: Sequence[ArrayEvidence], wrong: Sequence[int]) -> dict[int, FewNumbers]:
        """Return what is to be noted of wrong claims with few numbers. A wrong shape says more than these."""
        return {
            k: FewNumbers(claim, self._true(claim._replace(item=claim.item._replace(places=None))))
            for k in wrong
            if telling((claim := sheet[k]).values) <= FEW and same_shape(claim.shape, claim.item.shape)
        }

    def _no_chance(self, suspects: list[_Suspect], few: dict[int, FewNumbers], tried: int) -> list[_Suspect]:
        """Return the suspects for which more speaks than chance."""
        counted = {k: numbers.counted() for k, numbers in few.items()}
        found = []
        for s in suspects:
            if any(k not in few for k in s.explained):
                found.append(s)
            elif len(s.explained) == 1:
                (k,) = s.explained
                if few[k].key(s.predicted[k]) in counted[k]:
                    found.append(s)
            else:
                likely = float(tried)
                for k in s.explained:
                    likely *= chance(few[k].claim, s.predicted[k], few[k].scale)
                if likely <= CHANCE:
                    found.append(s)
        return found

    def _compare(
        self, suspect: _Suspect, k: int, claim: ArrayEvidence, world: WrongWorld, few: dict[int, FewNumbers]
    ) -> None:
        predicted = _predicted(claim, world)
        if predicted is None or not same_shape(predicted.shape, claim.shape):
            return
        if k in few:
            mistake = suspect.edit.mistake
            few[k].note(predicted.entries, mistake.common + suspect.edit.is_value, suspect.order)
            suspect.predicted[k] = predicted.entries
        how = agreement(claim, predicted.entries)
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
        found, few, tried = [], self._few(sheet, [k]), 0
        for order, edit in enumerate(edits(own), start):
            if edit.is_value or len(edit.nodes) > 1:
                continue
            suspect, tried = _Suspect(edit, order), tried + 1
            self._compare(suspect, k, target, WrongWorld(own, edit.changes), few)
            if suspect.explained:
                found.append(suspect)
        return self._no_chance(found, few, tried)

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
        best: dict[int, tuple[_Suspect, int, list[_Suspect]]] = {}
        for k in wrong:
            able = [s for s in suspects if k in s.explained]
            if not able:
                continue
            weight = max(s.weight for s in able)
            ties = sorted((s for s in able if s.weight == weight), key=lambda s: s.rank)
            some_exact = any(k in s.exact for s in ties)
            ties = [s for s in ties if k in s.exact or not some_exact]
            groups = _told(ties, values=any(sheet[j].item.kind == VALUE for j in ties[0].explained))
            shown = groups
            if len(groups) > TIES:
                shown = list({group[0].edit.mistake.id: group for group in groups[::-1]}.values())[::-1][:TIES]
            for group in shown:
                best[id(group[0])] = (group[0], len(groups), group)
        ranked = sorted(best.values(), key=lambda entry: entry[0].rank)
        return [self._diagnosis(s, ties, group, sheet) for s, ties, group in ranked]

    def _diagnosis(
        self, suspect: _Suspect, ties: int, group: Sequence[_Suspect], sheet: Sequence[ArrayEvidence]
    ) -> ArrayDiagnosis:
        edit = suspect.edit
        agreed = sum(telling(sheet[k].values) for k in suspect.explained)
        hedge = COULD_BE if ties > TIES or agreed <= FEW else CONSISTENT
        return ArrayDiagnosis(edit.mistake.id, hedge, self.names.filled(edit.words), self._where(group, sheet),
                              edit.nodes, tuple(sorted(suspect.explained)))  # fmt: skip

    def _where(self, group: Sequence[_Suspect], sheet: Sequence[ArrayEvidence]) -> str:
        """Return where a mistake was made, as far as that is known: the same one may fit at several places."""
        first = group[0]
        places = {s.edit.nodes for s in group}
        if len(places) == 1 or first.edit.is_value:
            return self.names.where(first.edit.nodes, is_value=first.edit.is_value)
        gradients = {k for k, claim in enumerate(sheet) if claim.item.kind == UPSTREAM}
        if (self.output,) in places and len(first.explained) > 1 and first.explained >= gradients:
            return "in all gradients"
        reached = [item_name(self.run.record, sheet[k].item) for k in sorted(first.explained)]
        return f"somewhere on the way to {listed(reached)}"


def _told(ties: Sequence[_Suspect], *, values: bool) -> list[list[_Suspect]]:
    """Return which of equally good suspects are told: each way of a mistake once, the nearest to the output first.

    Without `values` nothing speaks for a wrong value, and those are told only where there is nothing else.
    """
    some = [s for s in ties if not s.edit.is_value]
    if values or not some:
        some = list(ties)
    found: dict[str, list[_Suspect]] = {}
    for s in some:
        found.setdefault(f"{s.edit.mistake.id} {s.edit.tag}", []).append(s)
    return [sorted(group, key=lambda s: -s.edit.nodes[0]) for group in found.values()]


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
