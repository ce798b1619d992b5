"""Diagnosis: which mistakes of the catalogue a sheet is consistent with.

A mistake is suspected if it gives wrong numbers of the sheet as they were written, to the last place, and contradicts
no right one. It is compared in two ways: as it would carry on over the whole sheet, and as a single step from the
student's own numbers, which sees through rounding and through earlier mistakes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, partial

from ...record.gradient import Gradient
from ..claims.item_sizes import ItemTolerance
from ..claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item, truth
from ..claims.tolerance import USUAL, Tolerance
from .agreement import CARRIED_PLACES, FINEST, LAST_PLACE, fits, gives, window
from .alternatives import Alternatives, Suspect, plausible
from .diagnoses import Diagnosis
from .hidden_numbers import Arriving, Evidence, figures_of, hidden_rounded, in_mind
from .predictions import Prediction, Predictions, equal, mistake_in_words
from .program_shape import Place
from .replaced_numbers import Number, ReworkedProgram, SheetNumbers, Working
from .wanted import Wanted
from .ways import PredictionId, Way
from .wrong_rules import Mistake

CARRIED = 0.03  # relative: what rounding at every step may add up to
TIES = LEAST_AGREED = 3  # more ties than that are not told; so many small numbers that agree are no chance
MOST_SHEETS = 400  # whose diagnoses are kept: students who write the same share one
CONSISTENT, COULD_BE = "consistent with", "could be"


class Suspects:
    """The diagnosis for a program at a point. Predictions are made on demand and kept, for a whole class."""

    def __init__(self, record: Gradient, tolerance: Tolerance = USUAL, fixed: Collection[str] = ()) -> None:
        self._fixed = fixed
        self.record = record
        self.near = ItemTolerance(record, tolerance).near
        self._known: dict[tuple[Evidence, ...], list[Diagnosis]] = {}

    @cached_property
    def predictions(self) -> Predictions:
        """What every mistake would make of the sheet."""
        return Predictions(ReworkedProgram(self.record, self._fixed))

    @cached_property
    def alternatives(self) -> Alternatives:
        """What tells mistakes of the program apart."""
        return Alternatives(self.predictions)

    def diagnose(self, sheet: Sequence[Evidence]) -> list[Diagnosis]:
        """Return the mistakes that explain wrong claims best: for every such claim the best one and its ties.

        The best come first. An empty list, unexplained, is a normal answer.
        """
        if all(claim.right for claim in sheet):
            return []
        known = tuple(sheet)
        if known not in self._known:
            if len(self._known) >= MOST_SHEETS:
                self._known.clear()
            self._known[known] = Case(self, sheet).verdict()
        return self._known[known]

    @cached_property
    def truths(self) -> dict[Item, float]:
        """The right number of everything that can be claimed."""
        return {item: float(truth(self.record, item)) for item in self.predictions.program.items}


class Case:
    """One sheet under diagnosis."""

    def __init__(self, suspects: Suspects, sheet: Sequence[Evidence]) -> None:
        self.suspects = suspects
        self.predictions = suspects.predictions
        self.program = self.predictions.program
        self.whole = not self.program.large  # otherwise only single steps from the student's own numbers are compared
        self.claims = {c.item: c for c in sheet if c.item in suspects.truths and math.isfinite(c.value)}
        self.wrong = [claim for claim in self.claims.values() if not claim.right]
        self.own = self._own_numbers()
        self.wrong = [claim for claim in self.wrong if not self._follows(claim)]
        self.amiss = {claim.item for claim in self.wrong}
        self.windows = [(claim, *window(claim)) for claim in self.wrong]
        self.windows_at: dict[Place, dict[Item, tuple[float, float]]] = {}
        for claim, low, high in self.windows:
            self.windows_at.setdefault(claim.item[:2], {})[claim.item] = low, high
        self.gradient_amiss = any(item.kind in (UPSTREAM, STEP) for item in self.amiss)
        self.firm: dict[Item, Evidence] = {}  # right, and near the truth
        self.carried: list[Evidence] = []  # right steps from wrong numbers
        for item, claim in self.claims.items():
            if claim.right and suspects.near(item, claim.value, suspects.truths[item]):
                self.firm[item] = claim
            elif item not in self.amiss:
                self.carried.append(claim)
        self._opened: dict[Place, bool] = {}
        self.figures = figures_of(self.claims.values())
        self.coarse = None if self.own is None else hidden_rounded(self.program, self.own, self.claims, self.figures)
        inner = {item.node for item in self.claims if item.kind == UPSTREAM} - {self.program.output}
        # Misreading every gradient is one habit, unless the sheet shows where the numbers went wrong.
        self.readings = 2 if any(self.program.nodes[i].arguments for i in inner) else 1
        self.found: dict[PredictionId, Suspect] = {}
        self.alone: set[PredictionId] = set()  # mistakes that later numbers contradict, as if worked out anew

    def verdict(self) -> list[Diagnosis]:
        """Return the diagnoses, best first."""
        if self.whole:
            for place in (*self.predictions.places, *self.predictions.given):
                if self._open(place):
                    for prediction in self.predictions.may_explain(place, self.windows):
                        self._compare(prediction)
        self._retrace()
        if self.whole and not self._settled():
            for mistake in self._possible_habits():
                for prediction in self.predictions.spread(mistake):
                    self._compare(prediction)
        best: dict[int, tuple[list[Suspect], int]] = {}
        # With a vague mistake few and small numbers agree by chance.
        held = [one for one in self.found.values() if one.holds and (self._tells(one) or not one.mistake.vague)]
        explaining: dict[Item, list[Suspect]] = {}
        for one in held:
            for item in one.explained:
                explaining.setdefault(item, []).append(one)
        for claim in self.wrong:
            able = explaining.get(claim.item)
            if not able:
                continue
            weight = max(suspect.weight for suspect in plausible(able))
            ties = self._nearest([suspect for suspect in able if suspect.weight == weight])
            told, count = self.suspects.alternatives.told(ties)
            for group in told:
                best[id(group[0])] = (group, count)
        ranked = sorted(best.values(), key=lambda entry: entry[0][0].rank)
        return [self._diagnosis(group, ties) for group, ties in ranked]

    def _tells(self, suspect: Suspect) -> bool:
        """Whether the numbers that agree are many, or one of them is more than a small integer."""
        agreed = suspect.explained | suspect.support
        return len(agreed) >= LEAST_AGREED or not all(self.claims[item].is_small for item in agreed)

    def _settled(self) -> bool:
        """Whether a mistake at one place explains all there is, so that none at several places can do better."""
        everything = len(self.wrong) + len(self.carried)
        return self.readings > 1 and any(suspect.weight == (everything, -1) for suspect in self.found.values())

    def _possible_habits(self) -> Iterator[Mistake]:
        """Yield the mistakes that may have been made at several places: something wrong shows at two of them."""
        wrong = Counter(claim.item.kind for claim in self.wrong)
        opened = Counter(place[0] for place in self.predictions.places if self._open(place))
        for mistake in self.predictions.mistakes:
            kind, slip = mistake.kind, mistake.slip
            if (wrong if slip else opened)[kind] > 1 and (
                slip or sum(map(self._open, self.predictions.places_of(mistake))) > 1
            ):
                yield mistake

    def _open(self, place: Place) -> bool:
        """Whether a mistake may have been made at a place: some number there is wrong, or what comes of it is."""
        if place not in self._opened:
            kind, node = place
            positions = self.program.positions[node] if kind == LOCAL else [-1]
            self._opened[place] = any(self._shows(Item(kind, node, position)) for position in positions)
        return self._opened[place]

    def _shows(self, item: Item) -> bool:
        """Whether a number is wrong, or if nobody claims it, one of the first claims that are worked out from it."""
        seen, waiting = {item}, [item]
        while waiting:
            item = waiting.pop()
            if item in self.claims:
                if item in self.amiss:
                    return True
                continue
            for other in self.program.uses(item):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return False

    # ---- the mistake carried on over the sheet

    def _compare(self, prediction: Prediction) -> None:
        """Suspect a mistake whose sheet has some of the wrong claims and contradicts no right one."""
        if not prediction.is_worked_out and not self._may_explain(prediction):
            return
        sheet = prediction.sheet
        exact: list[Item] = []
        close: list[Item] = []
        for claim, low, high in self.windows:
            predicted = sheet.get(claim.item)
            if predicted is not None and low <= predicted <= high and fits(claim, predicted, CARRIED_PLACES):
                (exact if fits(claim, predicted) else close).append(claim.item)
        if not exact and not close:
            return
        habit = not prediction.nodes or (prediction.mistake.kind == STEP and len(prediction.nodes) > 1)
        if habit and len(exact) + len(close) < 2:  # one number shows none
            return
        if self._contradicted(prediction):
            # The work may have gone on with the right number.
            exact = [
                item for item in exact if item in prediction.made and self._may_stand_alone(prediction.mistake, item)
            ]
            if not exact or any(self._denies(item, x) for item, x in prediction.made.items()):
                return
            close = []
            self._stands_alone(prediction)
        suspect = self._suspect(prediction, prediction.nodes)
        suspect.exact.update(exact)
        suspect.close.update(close)
        suspect.support.update(
            claim.item
            for claim in self.carried
            if (predicted := sheet.get(claim.item)) is not None and fits(claim, predicted, CARRIED_PLACES)
        )

    def _may_explain(self, prediction: Prediction) -> bool:
        """Whether the sheet of a mistake at one place has to be worked out to see that it explains nothing."""
        may_be = self.predictions.may_be
        of_value = prediction.mistake.kind == VALUE
        # What flows back from a wrong value takes the sheet.
        if not (of_value and self.gradient_amiss) and not any(
            may_be(prediction, claim.item, low, high) for claim, low, high in self.windows
        ):
            return False
        if not of_value or not self.amiss.isdisjoint(prediction.made):
            return True
        value = self.predictions.value  # where a right value contradicts it, only what is made may still be explained
        return not any(
            item.kind == VALUE and (x := value(prediction, item.node)) is not None and self._denies(item, x)
            for item in self.firm
        )

    def _may_stand_alone(self, mistake: Mistake, item: Item) -> bool:
        """Whether a mistake in a number may have had no consequences: it was only written down, or tells by itself."""
        slip = mistake.slip and not mistake.of_seed  # a wrong start goes on, or is no mistake but a stray number
        return slip or (mistake.slopes is None and not self.claims[item].is_small)

    def _may_be_told_alone(self, prediction: Prediction) -> bool:
        """Whether a mistake that later numbers contradict may be told nevertheless, of what it gave itself."""
        return any(self._may_stand_alone(prediction.mistake, item) for item in prediction.made if item in self.amiss)

    def _stands_alone(self, prediction: Prediction) -> None:
        """Note that a mistake is told against later numbers, so that its diagnosis is hedged."""
        if prediction.mistake.kind != VALUE and not prediction.mistake.slip:
            self.alone.add(prediction.key)

    def _contradicted(self, prediction: Prediction) -> bool:
        sheet = prediction.sheet
        return any(item in sheet and self._denies(item, sheet[item]) for item in self.firm)

    def _denies(self, item: Item, predicted: Number) -> bool:
        """Whether a right claim cannot have come from a predicted number."""
        claim = self.firm.get(item)
        if claim is None:
            return False
        true, near = self.suspects.truths[item], partial(self.suspects.near, item)
        if item.kind == STEP:  # the new values may be near, and the steps are not
            old = float(self.suspects.record.values[item.node])
            rounding = CARRIED_PLACES * LAST_PLACE * claim.rounding
            return not near(predicted - old, true - old) and abs(claim.value - predicted) > rounding
        if near(predicted, true) or near(claim.value, predicted):
            return False
        return abs(claim.value - predicted) > CARRIED * max(abs(claim.value), abs(predicted))

    # ---- the mistake as one step from the student's own numbers

    def _retrace(self) -> None:
        """Suspect the mistakes that lead to a wrong claim from the student's own numbers, where these are not exact."""
        if self.own is None:
            return
        for place in dict.fromkeys((claim.item.kind, claim.item.node) for claim in self.wrong):
            for numbers in (self.own, self.coarse):
                if numbers is not None:
                    self._retrace_place(numbers, place)
        for node, edges in self._hidden().items():
            self._retrace_hidden(node, edges)

    def _retrace_place(self, numbers: SheetNumbers, place: Place) -> None:
        """Suspect the mistakes that lead to a wrong claim at a place in one step."""
        for way in self.predictions.ways(numbers, place, self._wanted_itself(place)):
            claims = ((self.claims.get(item), x) for item, x in way.made.items())
            exact = [claim.item for claim, x in claims if claim and claim.item in self.amiss and fits(claim, x)]
            if not exact or any(self._denies(item, x) for item, x in way.made.items()):
                continue
            denied = [found for found in self._predicted(place, way.key) if self._contradicted(found)]
            if all(map(self._may_be_told_alone, denied)):
                for found in denied:
                    self._stands_alone(found)
                self._suspect(way, (place[1],)).exact.update(exact)

    def _wanted_itself(self, place: Place) -> Wanted | None:
        """Return what a mistake at a place has to give to explain a wrong claim there; None where its slopes may."""
        kind, node = place
        if kind == VALUE and (LOCAL, node) in self.windows_at:
            return None
        return Wanted(self.windows_at.get(place, {}), {})

    def _predicted(self, place: Place, key: PredictionId) -> list[Prediction]:
        """Return what a mistake makes of the whole sheet, in all ways of one key; nothing in a large program."""
        return self.predictions.of_key(place, key) if self.whole else []

    def _hidden(self) -> dict[int, set[int]]:
        """Return the nodes with local gradients that nobody claims and that lead to a wrong claim, and that claim's."""
        found: dict[int, set[int]] = {}
        for claim in self.wrong:
            for i, k in self.program.users[claim.item.node] if claim.item.kind == UPSTREAM else ():
                if Item(LOCAL, i, k) not in self.claims:
                    found.setdefault(i, set()).add(claim.item.node)
        return found

    def _retrace_hidden(self, node: int, below: set[int]) -> None:
        """Suspect the wrong local gradients that nobody claims and that lead to wrong claims in one more step.

        What a student has in mind may be rounded as the sheet is, or not.
        """
        for numbers in (self.own, self.coarse):
            if numbers is None:
                continue
            claims = [(self.claims[Item(UPSTREAM, a)], Arriving.at(numbers, a)) for a in sorted(below)]
            for way in self.predictions.ways(numbers, (LOCAL, node)):
                if any(item in self.claims for item in way.made):
                    continue
                found = [
                    claim.item
                    for claim, sum_of in claims
                    if any(gives(claim, sum_of, made) for made in in_mind(way.made, claim, self.figures))
                ]
                if found and not any(map(self._contradicted, self._predicted((LOCAL, node), way.key))):
                    self._suspect(way, (node,)).exact.update(found)

    def _own_numbers(self) -> SheetNumbers | None:
        """Return what follows from the claims; None if all but one are exact, so that the predictions say it all."""
        right = self.program.right
        others = (equal(claim.value, right.of(item)) for item, claim in self.claims.items() if claim.right)
        written_out = all(item in self.claims for item in self.program.items if item.kind == LOCAL)
        if len(self.wrong) == 1 and all(others):
            return right if not (self.whole and written_out) else None
        values = {item.node: claim.value for item, claim in self.claims.items() if item.kind == VALUE}
        local_gradients = {
            (item.node, item.position): claim.value for item, claim in self.claims.items() if item.kind == LOCAL
        }
        upstream = {item.node: claim.value for item, claim in self.claims.items() if item.kind == UPSTREAM}
        try:
            return self.program.work(values, local_gradients, upstream)
        except ArithmeticError:  # nothing follows from such numbers
            return None

    def _follows(self, claim: Evidence) -> bool:
        """Whether a claim is a right step from the student's own numbers, whatever it was marked as."""
        if self.own is None:
            return False
        try:
            right = Working(self.own, claim.item).right
        except ArithmeticError:  # the step cannot be taken from there
            return False
        if right is not None and claim.item.kind == STEP:
            return abs(claim.value - right) <= max(claim.rounding, FINEST * abs(right))
        return right is not None and self.suspects.near(claim.item, claim.value, right)

    # ---- what to say

    def _suspect(self, way: Prediction | Way, nodes: tuple[int, ...]) -> Suspect:
        """Return the suspect of a way of making a mistake, entered on the first occasion."""
        found = self.found.get(way.key)
        if found is None:
            places = 1 if way.mistake.kind == STEP else len(nodes) or self.readings  # all steps are one habit
            found = self.found[way.key] = Suspect(way.mistake, way.key, way.tag, nodes, places, len(self.found))
        return found

    def _nearest(self, ties: list[Suspect]) -> list[Suspect]:
        """Return equally good suspects; beside a mistake in a new value none of a number that nobody claims."""
        if all(suspect.mistake.kind != STEP for suspect in ties):
            return ties
        return [suspect for suspect in ties if not self.claims.keys().isdisjoint(suspect.made)]

    def _diagnosis(self, group: Sequence[Suspect], ties: int) -> Diagnosis:
        suspect = group[0]
        marked = {item for item in suspect.explained | suspect.support if not self.claims[item].right}
        explained = sorted(marked, key=self.program.shape.order.__getitem__)
        hedge = COULD_BE if self._weak(suspect) or suspect.key in self.alone or ties > TIES else CONSISTENT
        what, where = mistake_in_words(self.suspects.record, suspect.mistake, suspect.tag, suspect.nodes, suspect.made)
        ids = dict.fromkeys(other.mistake.id for other in group)
        rules = tuple(self._rule(suspect, item) for item in explained if suspect.nodes)
        return Diagnosis(suspect.mistake.id, hedge, what, where, suspect.nodes, tuple(explained), (*ids,)[1:], rules)

    def _rule(self, suspect: Suspect, claimed: Item) -> str:
        """Return the rule for the number that a mistake made wrong: the one that leads to a claim, if one does."""
        behind, arguments = {claimed.node, *self.program.shape.after(claimed.node)}, self.program.graph.nodes.arguments
        leading = (i for i in suspect.made if i.kind == LOCAL and arguments[i.node][i.position] in behind)
        made = claimed if claimed in suspect.made else next(leading, suspect.made[0])
        return self.program.shape.rule(self.suspects.record, made)

    def _weak(self, suspect: Suspect) -> bool:
        """Whether the numbers that agree are so few and small that chance may have made them agree."""
        return len(self.claims) == 1 or not self._tells(suspect)
