"""Marking a problem about arrays on one student's sheet: an array in a cell, or its entries one by one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from ...arrays.opening import entry_names
from ...arrays.sizes import count
from ...errors import GradcliError
from ...text import visible
from ..claims.array_items import ArrayItem, item_name, readings
from ..claims.claims import Claim, Number, one_line_reason
from ..claims.items import LOCAL
from ..marking.array_judging import ArrayDraft, judge
from ..marking.array_key import ArrayKey
from ..marking.array_marks import ArrayMark, mark_arrays
from ..marking.judging import CORRECT, FOLLOW_THROUGH, UNGRADED, WRONG
from .accepting import after, with_followers
from .array_problem import ArrayInstance, ParsedArrays, differs, told
from .attempts import Tries
from .copies import ENTRIES
from .entries import Entry
from .results import SHOWN_MISTAKES, Explanation, MarkedItem, Scored, score, shared_out
from .toml_reading import TomlTable


class ArrayPrepared(NamedTuple):
    """A problem about arrays, ready to be marked: the key, what else is right, which mistakes are known."""

    instance: ArrayInstance
    key: ArrayKey
    names: dict[ArrayItem, str]  # of what is asked, in order
    accepted: dict[ArrayItem | None, list[list[Number]]]  # nothing of None, which claims name that name no item
    mistakes: list[tuple[ArrayItem, list[Number], str, float]]

    def questions(self) -> list[tuple[str, str]]:
        """Return what is asked in words, and the name of each item."""
        return [(self.instance.question(item), name) for item, name in self.names.items()]

    def item(self, name: str) -> Hashable:
        """Return the item of a name, or the reason why there is none."""
        try:
            found = readings(self.instance.record, name)
        except GradcliError as error:
            return one_line_reason(error)
        return next((item for item in found if item in self.names), found[0])

    def other_number(self, entry: Entry) -> str:
        """Return what a sheet states that the problem has not, "" where they agree."""
        own = self.instance.given.get(entry.item)
        if own is None or not differs(own, entry.claim):
            return ""
        what = f"{entry.problem or self.instance.problem.id} has {entry.item} = {told(own)[:60]}"
        return f"{what}, but the sheet says {visible(entry.claim)[:60]}"

    def marked(self, claims: Sequence[Claim], tries: Tries | None = None) -> Scored:
        """Return the lines of the problem as it stands on one sheet: what is asked in its order, then the rest.

        `tries` has what was claimed before, where that takes some of the credit.
        """
        problem = self.instance.problem
        weights = self._asked(claims)
        marks = mark_arrays(self.key, claims, problem.policy, list(weights), files=False).marks
        accepted = [self._accepted(m) for m in marks]
        marks = marks if accepted == marks else with_followers(accepted)
        order: dict[ArrayItem | None, int] = {item: k for k, item in enumerate(weights)}
        marks.sort(key=lambda m: order.get(m.item, len(order)))
        counted = [0.0 if m.item is None or m.status == UNGRADED else weights.get(m.item, 0.0) for m in marks]
        points = self.instance.points
        lines = [self._line(m, worth) for m, worth in zip(marks, shared_out(points, counted), strict=True)]
        if tries is not None:
            lines = [after(line, *tries.left(line.item, line.claim)) for line in lines]
        return Scored(lines, score(points, counted, [line.credit for line in lines]))

    def _asked(self, claims: Sequence[Claim]) -> dict[ArrayItem, float]:
        """Return what a sheet is asked and how much each counts: of an array that is claimed by entries, these."""
        found = [item for claim in claims if isinstance(item := self.item(claim.name), ArrayItem)]
        weights: dict[ArrayItem, float] = {}
        for item, weight in self.instance.weights.items():
            parts = [own for own in found if own.whole == item.whole and own.places is not None and not own.of_shape]
            if item in found or item.places is not None or item.of_shape or item.kind == LOCAL or not parts:
                weights[item] = weights.get(item, 0.0) + weight
                continue
            each, covered = weight / count(item.shape), set[int]()
            for own in parts:
                fresh = set(own.places or ()) - covered
                covered |= fresh
                weights[own] = weights.get(own, 0.0) + each * len(fresh)
            for k, name in enumerate(entry_names(item_name(self.instance.record, item), item.shape)):
                if k not in covered:
                    weights[readings(self.instance.record, name)[0]] = each
        return weights

    def _accepted(self, m: ArrayMark) -> ArrayMark:
        """Return a mark, right where the homework names what is claimed."""
        known = self.accepted.get(m.item, ()) if m.status in (WRONG, FOLLOW_THROUGH) else ()
        if any(self._agrees(m, other) for other in known):
            return m._replace(status=CORRECT, credit=1.0, why="accepted", first_wrong=False, diagnoses=())
        return m

    def _agrees(self, m: ArrayMark, other: Sequence[Number]) -> bool:
        """Whether what is claimed are the numbers that the homework names, within its tolerance."""
        if m.item is None or m.values is None or len(m.values) != len(other):
            return False
        near = self.key.tolerance(m.item, self.instance.problem.policy.tolerance)
        return all(Number(x).is_near(y.value, near) for x, y in zip(m.values, other, strict=True))

    def _line(self, m: ArrayMark, points: float) -> MarkedItem:
        credit, problem = m.credit, self.instance.problem
        mistakes = [Explanation(d.mistake, d.hedge, f"{d.what},", d.where) for d in m.diagnoses[:SHOWN_MISTAKES]]
        if m.status == WRONG:
            for number, (about, gives, message, worth) in enumerate(self.mistakes, 1):
                if about == m.item and self._agrees(m, gives):
                    credit, mistakes = worth, [Explanation(f"own-{number}", "", message, "")]
                    break
        name, expected = m.claim.name, None
        if m.item is not None:
            name = item_name(self.instance.record, m.item)
            if problem.reveal == "all" or (problem.reveal == "correct" and m.status == CORRECT):
                expected = self.instance.answer(m.item)
        return MarkedItem(
            problem.id,
            name,
            m.claim.text,
            m.status,
            credit,
            points,
            m.why,
            expected,
            m.first_wrong,
            mistakes,
            m.read_as,
            m.repairs,
            value=None if m.values is None else [float(x) for x in m.values[:ENTRIES]],
            truth=_shown_truth(m),
        )


def _shown_truth(m: ArrayMark) -> list[float] | None:
    """Return the first entries of what is right; None where there are no such numbers."""
    if not m.truth or m.item is None or m.item.of_shape or None in m.truth:
        return None
    return [float(x) for x in m.truth[:ENTRIES]]


def prepare_arrays(instance: ArrayInstance, parsed: ParsedArrays) -> ArrayPrepared:
    """Return a problem with its arrays, its key and what its homework says beside."""
    record, problem = instance.record, instance.problem
    key = ArrayKey(record, instance.given, problem.fixed, problem.policy.random_seed)
    accepted: dict[ArrayItem | None, list[list[Number]]] = {}
    for other in problem.accept:
        item = parsed.named(record, other.item, other.table, "item")
        accepted.setdefault(item, []).extend(
            _numbers(key, item, other.table, "claims", k, source.text, instance)
            for k, source in enumerate(other.claims)
        )
    mistakes = []
    for known in problem.mistakes:
        item = parsed.named(record, known.item, known.table, "item")
        gives = _numbers(key, item, known.table, "gives", None, known.gives.text, instance)
        mistakes.append((item, gives, known.message, known.credit))
    return ArrayPrepared(instance, key, {item: item_name(record, item) for item in instance.weights}, accepted,
                         mistakes)  # fmt: skip


def _numbers(
    key: ArrayKey, item: ArrayItem, table: TomlTable, name: str, row: int | None, text: str, instance: ArrayInstance
) -> list[Number]:
    """Return the numbers that a claim of the homework file says, those of a formula at the point."""
    draft = ArrayDraft(Claim(item_name(key.record, item), text), item)
    reading = key.read(text, item, files=False)
    reason = reading if isinstance(reading, str) else ""
    if not isinstance(reading, str):
        draft.written = reading.written
        judge(key, draft, instance.problem.policy._replace(numeric=()))
        reason = "" if draft.numbers else draft.why or "this says no numbers"
    if reason:
        raise table.error(name, f"{visible(text)[:60]}: {reason}", None, *(() if row is None else (row,)))
    return draft.numbers
