"""Diagnosis of a sheet about arrays: which mistakes of the catalogue its wrong arrays are consistent with.

A mistake is suspected if it gives wrong arrays of the sheet, every entry of them, and contradicts no right one. It is
compared as it carries on over the whole sheet, and as one step from the student's own arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from ...arrays.entries import Array
from ..claims.array_items import item_name
from ..claims.array_runs import ArrayRun, is_finite
from ..claims.items import UPSTREAM, VALUE
from ..claims.tolerance import Tolerance
from .array_evidence import (
    CHANCE,
    ArrayEvidence,
    FewNumbers,
    agreement,
    chance,
    is_nothing,
    is_zero,
    same_shape,
    telling,
)
from .array_names import Names, listed
from .array_predicted import Predictions
from .array_predictions import FACTORS, Edit, edits
from .array_retracing import opened, own_world, steps_to
from .array_worlds import World, WrongWorld
from .suspects import CONSISTENT, COULD_BE, TIES

MAX_WORK = 60_000  # multiplications of one pass, and numbers: beyond them no mistake is looked for
MOST_KEPT = 5_000  # numbers of a program whose predictions are kept
CLOSING = frozenset(("gate-closed", "other-slope", "gate-on-gradient", "wrong-point", "as-constant"))
ANOTHER = "wrong-upstream"
PLAINER = {"power-kept": frozenset(("wrong-residual",))}  # a mistake, and others that say it more plainly
FEW_AGREED = 2  # so many numbers that agree may do so by chance


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


class _About:
    """A sheet, the nodes that it is about, and the places of its gradients."""

    __slots__ = ("gradients", "nodes", "sheet")

    def __init__(self, sheet: Sequence[ArrayEvidence]) -> None:
        self.sheet = sheet
        self.nodes = {claim.item.node for claim in sheet}
        self.gradients = {k for k, claim in enumerate(sheet) if claim.item.kind == UPSTREAM}


class ArraySuspects:
    """The diagnosis for a program at a point."""

    def __init__(self, run: ArrayRun, tolerance: Tolerance) -> None:
        self.run, self._tolerance = run, tolerance
        self.graph, self.output = run.record.graph, run.record.output
        self.names = Names(World(run.A, self.graph, run.values, run.upstream(self.output), self.output))
        self._kept: Predictions | None = None

    def diagnose(self, sheet: Sequence[ArrayEvidence]) -> list[ArrayDiagnosis]:
        """Return the mistakes that explain wrong claims best: for every such claim the best one and its ties.

        The best come first. An empty list, unexplained, is a normal answer.
        """
        wrong = [k for k, claim in enumerate(sheet) if not claim.right]
        if not wrong or not self._is_able:
            return []
        suspects = self._whole(self._predictions(sheet), sheet, wrong)
        if self.names.world.is_long:
            whole = own_world(self.run, self.output, sheet)
            for k in wrong if whole is not None else ():
                suspects += self._retraced(sheet, k, len(suspects), whole)
            return self._verdict(suspects, sheet, wrong)
        explained = set().union(*(s.explained for s in suspects)) if suspects else set()
        for k in wrong:
            if k not in explained:
                suspects += self._retraced(sheet, k, len(suspects))
        return self._verdict(suspects, sheet, wrong)

    @cached_property
    def _is_able(self) -> bool:
        """Whether mistakes can be looked for: a program of a moderate size, with numbers throughout."""
        size = self.graph.products + sum(len(v.entries) for v in self.run.values)
        arrays = [*self.run.values, *(g for g in self.run.upstream(self.output) if g is not None)]
        return size <= MAX_WORK and all(is_finite(x.entries) for x in arrays)

    def would_know(self, claim: ArrayEvidence) -> bool:
        """Whether a wrong claim has numbers enough for a mistake to be found in them if it is known.

        In a long program not every known mistake is looked for.
        """
        able = self._is_able and not self.names.world.is_long
        return able and not claim.right and telling(claim.values) > FEW_AGREED

    def _predictions(self, sheet: Sequence[ArrayEvidence]) -> Predictions:
        """Return what every mistake predicts. For small programs all of it is kept, for a whole class."""
        if self._kept is not None:
            return self._kept
        numbers = sum(len(v.entries) for v in self.run.values)
        asked = {claim.item.node for claim in sheet}
        unasked = set(range(len(self.graph.nodes))) - asked if numbers > MOST_KEPT else ()
        upstream = self.run.upstream(self.output)
        truth = World(self.run.A, self.graph, self.run.values, upstream, self.output, unasked=unasked)
        found = ((edit, WrongWorld(truth, edit.changes)) for edit in edits(truth))
        if numbers > MOST_KEPT:
            return Predictions(found, asked)
        self._kept = Predictions(found)
        return self._kept

    def _whole(self, predictions: Predictions, sheet: Sequence[ArrayEvidence], wrong: Sequence[int]) -> list[_Suspect]:
        """Return the mistakes that, carried on over the sheet, give wrong claims and contradict no right one."""
        suspects: dict[int, _Suspect] = {}
        few = self._few(sheet, wrong)
        for k in sorted(wrong, key=lambda k: is_zero(sheet[k])):
            self._compare(suspects, k, sheet[k], predictions, few)
        denied: set[int] = set()
        for claim in sheet:
            for prediction in predictions.of(claim.item) if claim.right and suspects else ():
                if self._denies(claim, prediction.taken(claim.item)):
                    denied.update(prediction.edits)
        found = [suspects[order] for order in sorted(suspects.keys() - denied)]
        return self._no_chance(found, few, len(predictions.edits))

    def _compare(
        self,
        suspects: dict[int, _Suspect],
        k: int,
        claim: ArrayEvidence,
        predictions: Predictions,
        few: dict[int, FewNumbers],
    ) -> None:
        """Add the mistakes that give a wrong claim to the suspects, by their order.

        Zeros may be handed in for want of better: numbers that cancel explain them only beside another claim.
        """
        truth, size = self._true(claim) if claim.shape == claim.item.shape else [], self._size(claim)
        for prediction in predictions.of(claim.item):
            predicted = prediction.taken(claim.item)
            if predicted is None or not same_shape(predicted.shape, claim.shape):
                continue
            if k in few:
                made = [predictions.edits[order] for order in prediction.edits]
                few[k].note(predicted.entries, min(edit.mistake.common + edit.is_value for edit in made),
                            prediction.edits[0])  # fmt: skip
            how = agreement(claim, predicted.entries, truth, size)
            for order in prediction.edits if how else ():
                if is_zero(claim) and order not in suspects and not _may_close(predictions.edits[order]):
                    continue
                suspect = suspects.setdefault(order, _Suspect(predictions.edits[order], order))
                (suspect.exact if how == "exact" else suspect.close).add(k)
                suspect.predicted[k] = predicted.entries

    def _few(self, sheet: Sequence[ArrayEvidence], wrong: Sequence[int]) -> dict[int, FewNumbers]:
        """Return what is to be noted of wrong claims with few numbers. A wrong shape says more than these."""
        return {
            k: FewNumbers(claim, self._true(claim._replace(item=claim.item._replace(places=None))))
            for k in wrong
            if telling((claim := sheet[k]).values) <= FEW_AGREED
            and not is_nothing(claim, self._size(claim))
            and same_shape(claim.shape, claim.item.shape)
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

    def _denies(self, claim: ArrayEvidence, predicted: Array | None) -> bool:
        """Whether a right claim cannot have come from what is predicted."""
        if predicted is None:
            return False
        if predicted.shape != claim.shape:
            return True
        near = self._tolerance.beside(None, lambda: self.run.sizes.of(claim.item)).near
        return any(
            not near(p, t) and not near(x, p)
            for p, t, x in zip(predicted.entries, self._true(claim), claim.values, strict=True)
        )

    def _true(self, claim: ArrayEvidence) -> list[float]:
        found = self.run.of(claim.item)
        assert found is not None
        return found.entries

    def _size(self, claim: ArrayEvidence) -> float:
        """Return how large the entries of the right array are."""
        return max(map(abs, self._true(claim)))

    # ---- one step from the student's own arrays

    def _retraced(
        self, sheet: Sequence[ArrayEvidence], k: int, start: int, whole: World | None = None
    ) -> list[_Suspect]:
        """Return the mistakes that lead to one wrong claim from the student's own arrays, `whole` in a long program."""
        target = sheet[k]
        if target.item.kind != UPSTREAM:
            return []
        node = target.item.node
        own = own_world(self.run, self.output, sheet, node) if whole is None else opened(whole, node)
        if own is None:
            return []
        made = steps_to(own, node, near=whole is not None)
        predictions = Predictions(((edit, WrongWorld(own, edit.changes, node)) for edit in made), {node})
        suspects: dict[int, _Suspect] = {}
        few = self._few(sheet, [k])
        self._compare(suspects, k, target, predictions, few)
        for suspect in suspects.values():
            suspect.order += start
        return self._no_chance(list(suspects.values()), few, len(predictions.edits))

    # ---- what to say

    def _verdict(
        self, suspects: Sequence[_Suspect], sheet: Sequence[ArrayEvidence], wrong: Iterable[int]
    ) -> list[ArrayDiagnosis]:
        about = _About(sheet)
        best: dict[int, tuple[list[_Suspect], int]] = {}
        explaining: dict[int, list[_Suspect]] = {}
        for s in suspects:
            for k in s.explained:
                explaining.setdefault(k, []).append(s)
        for k in wrong:
            able = explaining.get(k)
            if not able:
                continue
            weight = max(s.weight for s in able)
            ties = sorted((s for s in able if s.weight == weight), key=lambda s: s.rank)
            some_exact = any(k in s.exact for s in ties)
            ties = [s for s in ties if k in s.exact or not some_exact]
            told = _told(ties, values=any(sheet[j].item.kind == VALUE for j in ties[0].explained))
            groups = self._in_words(told)
            shown = groups
            if len(groups) > TIES:
                shown = list({group[0].edit.mistake.id: group for group in groups[::-1]}.values())[::-1][:TIES]
            for group in shown:
                best[id(group[0])] = (group, len(groups))
        ranked = sorted(best.values(), key=lambda entry: entry[0][0].rank)
        return [self._diagnosis(group, ties, about) for group, ties in ranked]

    def _in_words(self, groups: list[list[_Suspect]]) -> list[list[_Suspect]]:
        """Return groups of suspects with those put together that are said in the same words."""
        found: dict[str, list[_Suspect]] = {}
        for group in groups:
            found.setdefault(self.names.filled(group[0].edit.words), []).extend(group)
        return list(found.values())

    def _diagnosis(self, group: Sequence[_Suspect], ties: int, about: _About) -> ArrayDiagnosis:
        suspect = group[0]
        edit = suspect.edit
        agreed = sum(telling(about.sheet[k].values) for k in suspect.explained)
        hedge = COULD_BE if ties > TIES or agreed <= FEW_AGREED else CONSISTENT
        return ArrayDiagnosis(edit.mistake.id, hedge, self.names.filled(edit.words), self._where(group, about),
                              edit.nodes, tuple(sorted(suspect.explained)))  # fmt: skip

    def _where(self, group: Sequence[_Suspect], about: _About) -> str:
        """Return where a mistake was made, as far as that is known: the same one may fit at several places."""
        first = group[0]
        places = {s.edit.nodes for s in group}
        if len(places) == 1 or first.edit.is_value:
            nodes = tuple(i for i in first.edit.nodes if i in about.nodes) or first.edit.nodes
            return self.names.where(nodes, is_value=first.edit.is_value)
        if (self.output,) in places and len(first.explained) > 1 and first.explained >= about.gradients:
            return "in all gradients"
        reached = listed([item_name(self.run.record, about.sheet[k].item) for k in sorted(first.explained)])
        if (self.output,) in places:
            return f"somewhere on the way to {reached}"
        return f"{self.names.where(first.edit.nodes, is_value=False)}, or on the way from there to {reached}"


def _may_close(edit: Edit) -> bool:
    """Whether a mistake may make all entries 0 by what it does, and not by numbers that cancel."""
    return edit.is_value or edit.mistake.id in CLOSING


def _told(ties: Sequence[_Suspect], *, values: bool) -> list[list[_Suspect]]:
    """Return which of equally good suspects are told: each way of a mistake once, the nearest to the output first.

    A mere factor is not told where another mistake at the same place is one, nor what another one says more plainly.
    Without `values` nothing speaks for a wrong value, and those are told only where there is nothing else.
    """
    some = [s for s in ties if not s.edit.is_value]
    if values or not some:
        some = list(ties)
    found: dict[str, list[_Suspect]] = {}
    for s in some:
        found.setdefault(f"{s.edit.mistake.id} {s.edit.tag}", []).append(s)
    groups = [sorted(group, key=lambda s: -s.edit.nodes[0]) for group in found.values()]
    named = {frozenset(s.edit.nodes) for group in groups for s in group if group[0].edit.mistake.id not in FACTORS}
    groups = [
        group
        for group in groups
        if group[0].edit.mistake.id not in FACTORS or not {frozenset(s.edit.nodes) for s in group} <= named
    ]
    ids = {group[0].edit.mistake.id for group in groups}
    return [group for group in groups if not _is_said_more_plainly(group[0].edit.mistake.id, ids)]


def _is_said_more_plainly(id: str, ids: set[str]) -> bool:
    """Whether one of equally good mistakes is another one in harder words.

    That the gradient of another array was used says less than what was done wrongly to get it.
    """
    if id == ANOTHER:
        return not ids <= {ANOTHER, *FACTORS}
    return not ids.isdisjoint(PLAINER.get(id, ()))
