"""Which of several equally good explanations are told: those that are the same thing count as one, and two are shown.

Two mistakes are the same thing on a sheet if they give the same numbers for what it claims at any point, not only at
this one: a wrong sign of a local gradient that nobody wrote down is a wrong sign of the gradient that comes from it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import cached_property

from ...calculus.operations import INPUT
from ..claims.items import VALUE, Item
from .predictions import RAREST, Prediction, Predictions, equal
from .ways import PredictionId
from .wrong_rules import Mistake

SHOWN = 2
GENERIC = 3  # points that stand for all
FAR = 2  # steps of rarity between the commonest mistakes and the rarest


class Suspect:
    """A mistake at a place, and what speaks for it."""

    __slots__ = ("close", "exact", "key", "made", "mistake", "nodes", "order", "places", "support", "tag")

    def __init__(
        self, mistake: Mistake, key: PredictionId, tag: str, nodes: tuple[int, ...], places: int, order: int
    ) -> None:
        self.mistake = mistake
        self.key = key
        self.tag = tag
        self.nodes = nodes
        self.made = key[2]
        self.places = places  # as how many mistakes it counts
        self.order = order
        self.exact: set[Item] = set()  # the wrong claims that it gives to the last place
        self.close: set[Item] = set()  # those that it gives up to rounding
        self.support: set[Item] = set()  # the claims it gives that are right steps from wrong numbers

    @property
    def explained(self) -> set[Item]:
        """The wrong claims that it explains."""
        return self.exact | self.close

    @property
    def holds(self) -> bool:
        """Whether the agreement is more than chance: one number to the last place, or two up to rounding."""
        return bool(self.exact) or len(self.close) + len(self.support) > 1

    @property
    def weight(self) -> tuple[int, int]:
        """How much it explains, then at how few places: larger is better."""
        return (len(self.explained) + len(self.support), -self.places)

    @property
    def is_unseen(self) -> bool:
        """Whether the sheet lacks the number at which it was made."""
        return self.explained.isdisjoint(self.made)

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Its place among the suspects. A slip of the pen at a number that the sheet lacks comes last among equals."""
        explained, places = self.weight
        return (-explained, -places, self.mistake.common + 3 * (self.mistake.slip and self.is_unseen), self.order)

    def is_far_from(self, common: int) -> bool:
        """Whether it is a slip, or cannot be seen, and so much rarer than another that it is not worth telling."""
        return (self.mistake.slip or self.is_unseen) and self.mistake.common >= common + FAR

    @property
    def plainness(self) -> tuple[bool, bool, bool, bool, bool, bool, int, int]:
        """Its place among those that say the same: the rule that was broken first, and what the sheet shows.

        What is about a number that was given, and is on no sheet, comes last; before it another operation in value and
        derivatives where the sheet shows no value of it, then what is rare and unseen.
        """
        mistake = self.mistake
        given = mistake.kind == VALUE and INPUT.name in mistake.operations
        blind = mistake.slopes is not None and all(item.kind != VALUE for item in self.explained)
        far = mistake.common == RAREST and self.is_unseen
        return (given, blind, mistake.slip, far, not mistake.is_specific, self.is_unseen, mistake.common, self.order)


def plausible(suspects: Sequence[Suspect]) -> list[Suspect]:
    """Return those that may be told: a slip of the pen in a number that nobody wrote down only if there is no other."""
    return [s for s in suspects if not (s.mistake.slip and s.is_unseen)] or list(suspects)


class Alternatives:
    """What tells mistakes of a program apart; the answers are kept."""

    def __init__(self, predictions: Predictions) -> None:
        self.program = predictions.program
        self._same: dict[tuple[PredictionId, PredictionId, frozenset[Item]], bool] = {}
        self._again: dict[tuple[int, PredictionId], Prediction | None] = {}

    @cached_property
    def _elsewhere(self) -> list[Predictions]:
        """The program at points with nothing special about them, near its own."""
        draw = random.Random(0)
        points = [
            {name: (x or 1.0) * draw.uniform(0.7, 1.4) for name, x in self.program.point.items()}
            for _ in range(GENERIC)
        ]
        return [Predictions(self.program.elsewhere(point)) for point in points]

    def told(self, ties: Sequence[Suspect]) -> tuple[list[list[Suspect]], int]:
        """Return the groups that are shown, each with what says it best first, and of how many groups."""
        merged = self._merged(ties)
        heads = plausible([group[0] for group in merged])
        nearest = min(head.mistake.common for head in heads)
        groups = [group for group in merged if group[0] in heads and not group[0].is_far_from(nearest)]
        once: dict[str, list[Suspect]] = {}
        groups.sort(key=lambda group: group[0].rank)
        for group in groups if len(groups) > SHOWN else ():
            once.setdefault(group[0].mistake.id, group)
        return list(once.values() or groups)[:SHOWN], len(groups)

    def _merged(self, ties: Iterable[Suspect]) -> list[list[Suspect]]:
        groups: list[list[Suspect]] = []
        for suspect in ties:
            at = next((group for group in groups if self._are_same(group[0], suspect)), None)
            if at is None:
                groups.append([suspect])
            else:
                at.append(suspect)
        return [sorted(group, key=lambda suspect: suspect.plainness) for group in groups]

    def _are_same(self, a: Suspect, b: Suspect) -> bool:
        if a.nodes == b.nodes and (a.mistake.id == b.mistake.id or len(a.nodes) > 1):
            return True  # made at several places, what agrees at all of them is no coincidence
        if len(a.nodes) != 1 or len(b.nodes) != 1:
            return False
        items = frozenset(a.explained | a.support | b.explained | b.support)
        known = (a.key, b.key, items)
        if known not in self._same:
            self._same[known] = self._agree(a, b, items)
        return self._same[known]

    def _agree(self, a: Suspect, b: Suspect, items: frozenset[Item]) -> bool:
        """Whether two mistakes give the same numbers for some items wherever both can be made (somewhere, at least)."""
        seen = False
        for k, elsewhere in enumerate(self._elsewhere):
            one, other = self._there(k, elsewhere, a), self._there(k, elsewhere, b)
            if one is None or other is None:
                continue
            right = elsewhere.program.right
            for item in items:
                truth = right.of(item)
                if not equal(one.sheet.get(item, truth), other.sheet.get(item, truth)):
                    return False
            seen = True
        return seen

    def _there(self, k: int, elsewhere: Predictions, suspect: Suspect) -> Prediction | None:
        if (k, suspect.key) not in self._again:
            place = (suspect.mistake.kind, suspect.nodes[0])
            self._again[k, suspect.key] = next(iter(elsewhere.of_key(place, suspect.key)), None)
        return self._again[k, suspect.key]
