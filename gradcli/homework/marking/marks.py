"""Marking: a sheet of claims goes in, its marks and its score come out. `check` and `grade` both use `mark`.

A claim is right if it is near the true number, lies between two finite sides at a kink, or follows from the
student's own numbers where those are right (an honestly rounded sheet is a right sheet).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ..claims.claims import Claim, Formula, Number
from ..claims.decimal_sign import with_evidence
from ..claims.items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE, Item, item_name
from .answer_key import AnswerKey
from .copied_gradients import is_copied, stand_ins
from .follow_through import CARRY_NOTHING, CheckedStep, Rounding, Steps
from .judging import (
    CORRECT,
    FOLLOW_THROUGH,
    IMPRECISE,
    INVALID,
    MISSING,
    RULE_ONLY,
    UNGRADED,
    WRONG,
    Draft,
    MarkingPolicy,
    judge,
    judge_other,
    judge_twin,
    read_draft,
)
from .new_values import COARSE, hides_step

if TYPE_CHECKING:
    from ..diagnosis.diagnoses import Diagnosis

__all__ = ["CORRECT", "FOLLOW_THROUGH", "IMPRECISE", "INVALID", "MISSING", "RULE_ONLY", "UNGRADED", "WRONG"]
__all__ += ["AnswerKey", "Claim", "Mark", "Marked", "MarkingPolicy", "mark"]


DRIFT = 5  # units of the last decimal that the rounding of earlier numbers may move a number by
FINE = 3  # numbers written with enough figures: the student works with as many


class Mark(NamedTuple):
    """The verdict on one claim: its status, its credit from 0 to 1, and why in words.

    `item` is None where the claim names none. `first_wrong` marks the first wrong step, in the order of the sheet.
    `value` is the number that is claimed, that of a formula at the point. `read_as` is what was read in place of what
    was written, "" where that was read as it stands; `repairs` names what was mended. `rule` says what should have been
    done, where a step is wrong.
    """

    claim: Claim
    item: Item | None
    status: str
    credit: float
    why: str
    truth: Any
    first_wrong: bool
    diagnoses: tuple[Diagnosis, ...]
    value: float | None = None
    read_as: str = ""
    repairs: tuple[str, ...] = ()
    rule: str = ""


class Marked(NamedTuple):
    """A marked sheet: a mark for every claim and every missing item, the score, and the rule in words.

    `unbound` says that the inputs have no numbers, so that only formulas were compared.
    """

    marks: list[Mark]
    earned: float
    possible: float
    rule: str
    unbound: bool = False


def mark(
    key: AnswerKey, claims: Sequence[Claim], policy: MarkingPolicy, expected: Sequence[Item] | None = None
) -> Marked:
    """Return the marks of a sheet, in the order of its claims; `expected` items that it lacks are `missing`.

    A claim that cannot be read is `invalid` and never stops the others. What cannot be graded does not count.
    """
    policy.checked()
    claims = with_evidence(claims)
    seen: dict[Item, Draft] = {}
    listed = frozenset(expected or ())
    drafts = [read_draft(key, claim, seen, listed) for claim in claims]
    asked_for = {item.node for item in expected or () if item.kind == VALUE}
    asked = frozenset(item.node for item in (*seen, *(expected or ())) if item.kind in (UPSTREAM, DERIVATIVE, STEP))
    for draft in list(seen.values()):
        draft.asked = asked
        judge(key, draft, policy)
        if draft.other is not None:
            judge_other(key, draft, draft.other, seen, policy)
        if draft.status in ("", WRONG) and isinstance(draft.written, Number) and not key.unbound:
            _accept_decimals(key, draft, draft.written, policy)
    if any(not draft.status for draft in seen.values()):
        _follow(key, seen, policy)
    if policy.numeric and not key.unbound:
        for own, draft in seen.items():
            if draft.status == CORRECT and isinstance(draft.written, Formula):
                _ask_for_numbers(key, draft, draft.written, seen)
                if draft.status == CORRECT and own.kind != LOCAL:
                    _ask_for_values(key, draft, draft.written, seen, asked_for)
    for draft in drafts:
        if draft.twin is not None and not draft.status:
            judge_twin(key, draft, policy)
    handed_in = {draft.item for draft in drafts}
    for item in expected or ():
        if item not in handed_in:
            drafts.append(Draft(Claim(item_name(key.record, item), ""), item, MISSING, "not handed in"))
    order: dict[Item | None, int] = {item: k for k, item in enumerate(expected or ())}
    wrong = [(order.get(draft.item, len(order)), k) for k, draft in enumerate(drafts) if draft.status == WRONG]
    first = drafts[min(wrong)[-1]] if wrong else None
    told = wrong and policy.diagnose and key.record.value is not None and not key.unbound
    diagnoses = _diagnose(key, seen, policy) if told else {}
    marks = [_mark(key, draft, policy, diagnoses, first=draft is first) for draft in drafts]
    possible = sum(1 for m in marks if m.status != UNGRADED)
    return Marked(marks, math.fsum(m.credit for m in marks), float(possible), policy.words(), key.unbound is not None)


def _accept_decimals(key: AnswerKey, draft: Draft, number: Number, policy: MarkingPolicy) -> None:
    """Accept a number that is right on paper, where binary64 is on the other side of a step."""
    assert draft.item is not None
    t = key.by_decimals(draft.item) if draft.item.kind != STEP else None
    if t is not None and math.isfinite(t) and number.is_near(t, key.tolerance(draft.item, policy.tolerance)):
        draft.status, draft.why = CORRECT, "for the decimals as they are written"


def _mark(
    key: AnswerKey, draft: Draft, policy: MarkingPolicy, diagnoses: dict[Item, tuple[Diagnosis, ...]], *, first: bool
) -> Mark:
    item = draft.item
    found = diagnoses.get(item, ()) if draft.status == WRONG and item is not None else ()
    rule = found[0].rule if found else ""
    if first and item is not None and not found:
        from ..diagnosis.teaching import rule_of

        rule = rule_of(key.record, item)
    truth = None if item is None or key.unbound else key.truth(item)
    value = None if draft.number is None or key.unbound else draft.number.value
    credit = 0.0 if draft.trivial else _credit(draft.status, policy)
    read_as, repairs = ("", ()) if draft.reading is None else (draft.reading.read_as, draft.reading.repairs)
    return Mark(
        draft.claim, item, draft.status, credit, draft.why, truth, first, found, value, read_as, repairs, rule
    )  # fmt: skip


def _credit(status: str, policy: MarkingPolicy) -> float:
    if status == CORRECT:
        return 1.0
    if status == IMPRECISE:
        return policy.imprecise
    return policy.follow_through or 0.0 if status == FOLLOW_THROUGH else 0.0


def _working_order(draft: Draft) -> tuple[int, int, int]:
    """Return where an item stands in the work: values forwards, local gradients, gradients backwards, new values."""
    assert draft.item is not None
    kind, node, position = draft.item
    return ((VALUE, LOCAL, DERIVATIVE, UPSTREAM, STEP).index(kind), -node if kind == UPSTREAM else node, position)


def _follow(key: AnswerKey, seen: dict[Item, Draft], policy: MarkingPolicy) -> None:
    """Decide the open claims by the step rule: right after all, a right step, too coarse, or wrong."""
    claims = {item: draft.number for item, draft in seen.items() if draft.number is not None}
    right = {item for item, draft in seen.items() if draft.status == CORRECT}
    written = sorted(n.figures for n in claims.values() if n.resolution)
    figures = max(3, written[len(written) // 2]) if written else 0
    # Where others are written finely, a whole number is meant as one: 1 is not 0.894 with few figures.
    fine = len(written) >= FINE and written[len(written) // 2] >= policy.figures
    rounding = Rounding(figures, policy.grain, policy.exactly)

    def followed(claims: dict[Item, Number]) -> dict[Item, CheckedStep]:
        near = partial(key.tolerance, usual=policy.tolerance)
        return Steps(key.record, key.users, claims, right, key.settled, near, policy.too_coarse, rounding).found

    steps = followed(claims)
    if any(not draft.status and item not in steps for item, draft in seen.items()):
        steps |= _from_copies(key, claims, right, followed)
    for item, draft in seen.items():
        if draft.status:
            continue
        step = steps.get(item)
        number = draft.written if isinstance(draft.written, Number) else None
        carried = None if step is None else step.carried
        if number is not None and step is not None and carried is None and not step.coarse:
            draft.status, draft.why = CORRECT, "follows from your own rounded numbers"
        elif draft.short and number is not None:
            draft.status, draft.why = _short(number, key.truth(item), claims.values(), policy)
        elif number is not None and item.kind == STEP and _hides_step(key, item, number, step):
            draft.status, draft.why = IMPRECISE, COARSE
        elif item.kind == STEP and carried is None:
            draft.status = WRONG
        elif number is not None and not (number.integer and fine) and _is_coarse(number, key.truth(item), step, policy):
            draft.status = IMPRECISE
            draft.why = f"right, but too coarse: give {policy.precision}"
        elif step is not None and carried is not None:
            _carry(key, draft, carried.item, trivial=step.trivial)
        else:
            draft.status = WRONG
            part, own = key.within(item)
            if own in part.settled:
                draft.why = "the one-sided derivatives agree here, and are not this"


def _from_copies(
    key: AnswerKey,
    claims: dict[Item, Number],
    right: set[Item],
    followed: Callable[[dict[Item, Number]], dict[Item, CheckedStep]],
) -> dict[Item, CheckedStep]:
    """Return what follows from a wrong gradient that stands for that of a sum, which is not claimed."""
    nodes = key.record.graph.nodes
    wrong = {item.node: n for item, n in claims.items() if item.kind == UPSTREAM and item not in right}
    claimed = {item.node for item in claims if item.kind == UPSTREAM}
    found: dict[Item, CheckedStep] = {}
    for node, others in stand_ins(
        wrong, claimed, lambda i: key.users.get(i, ()), lambda i, k: is_copied(nodes.operations[i], k)
    ):
        own, sums = Item(UPSTREAM, node), {Item(UPSTREAM, i): n for i, n in others.items()}
        for item, step in followed(claims | sums).items():
            if item != own and item in claims and step.carried is not None and step.carried.item in sums:
                found.setdefault(item, step._replace(carried=step.carried._replace(item=own)))
    return found


def _short(number: Number, truth: float, others: Collection[Number], policy: MarkingPolicy) -> tuple[str, str]:
    """Return the status of a right number with fewer decimals than are asked for, and why.

    Where most of the sheet has all of them, a spreadsheet may have taken zeros away: 0.15 stands for 0.1500, which may
    be a few units off as any other number of the sheet.
    """
    whole = sum(not policy.is_short(other) for other in others if other.resolution)
    if 2 * whole > len(others) and abs(number.value - truth) <= DRIFT * policy.grain:
        return CORRECT, ""
    return IMPRECISE, f"right, but too coarse: give {policy.precision}"


def _is_coarse(number: Number, truth: float, step: CheckedStep | None, policy: MarkingPolicy) -> bool:
    """Whether a number is right but for its few figures, by itself or as a step from numbers that are no worse.

    What is just what comes out of a wrong number is a step from that.
    """
    if step is not None and step.is_from_wrong and not step.trivial:
        return False
    return policy.too_coarse(number, truth) or _follows_coarsely(step)


def _hides_step(key: AnswerKey, item: Item, number: Number, step: CheckedStep | None) -> bool:
    """Whether a new value has so few digits that no step is seen in it, by itself or from numbers that are right."""
    return hides_step(number, key.truth(item), key.record.values[item.node]) or _follows_coarsely(step)


def _follows_coarsely(step: CheckedStep | None) -> bool:
    """Whether a number follows as far as its figures go, from numbers that are no worse."""
    return step is not None and step.coarse and (step.carried is None or step.carried.coarse)


def _carry(key: AnswerKey, draft: Draft, item: Item, *, trivial: bool) -> None:
    source = item_name(key.record, item)
    draft.status, draft.why, draft.trivial = FOLLOW_THROUGH, f"a right step from your {source}", trivial
    if trivial:
        draft.why += ", but a wrong 0 or 1 carries no credit"


def _ask_for_numbers(key: AnswerKey, draft: Draft, formula: Formula, seen: dict[Item, Draft]) -> None:
    """Take no chain rule for more than its derivatives as numbers on the sheet: it follows from wrong ones."""
    output = key.record.output
    for other in formula.derivatives.values():
        kind, node, position = other
        names = [other]
        if kind == DERIVATIVE:
            arguments = key.record.graph.nodes[position].arguments
            names += [Item(LOCAL, position, k) for k, a in enumerate(arguments) if a == node]
            names += [Item(UPSTREAM, node)] if position == output else []
        found = [seen[item] for item in names if item in seen]
        found = [d for d in found if isinstance(d.written, Number)]
        if Item(UPSTREAM, output) in names or any(d.status == CORRECT for d in found):
            continue
        wrong = next((d for d in found if d.status in (WRONG, FOLLOW_THROUGH)), None)
        if wrong is None or wrong.item is None or wrong.number is None:
            draft.status, draft.why = IMPRECISE, f"{RULE_ONLY} its number is asked for"
        else:
            _carry(key, draft, wrong.item, trivial=abs(wrong.number.value) in CARRY_NOTHING)
        return


def _ask_for_values(
    key: AnswerKey, draft: Draft, formula: Formula, seen: dict[Item, Draft], asked: Collection[int]
) -> None:
    """Take no formula for more than the values in it that are asked for: it follows from wrong ones, as a number does.

    A local gradient is the rule, so a formula is all there is to it.
    """
    for name in formula.names:
        node = key.record.graph.by_label[name]
        if node not in asked:
            continue
        own = seen.get(Item(VALUE, node))
        if own is None or not isinstance(own.written, Number):
            draft.status, draft.why = IMPRECISE, f"{RULE_ONLY} the number of {name} is asked for"
            return
        if own.status in (WRONG, FOLLOW_THROUGH):
            _carry(key, draft, Item(VALUE, node), trivial=abs(own.written.value) in CARRY_NOTHING)
            return


def _diagnose(key: AnswerKey, seen: dict[Item, Draft], policy: MarkingPolicy) -> dict[Item, tuple[Diagnosis, ...]]:
    """Return, for the wrong claims, the mistakes that they are consistent with.

    What follows from wrong numbers was no mistake, whether it is credited or not. A formula that is wrong elsewhere but
    not at the point says nothing.
    """
    from ..diagnosis.hidden_numbers import (
        Evidence,  # with the whole catalogue of mistakes, which a right sheet does not need
    )

    sheet = [
        Evidence(item, draft.number.value, draft.number.resolution, draft.status != WRONG)
        for item, draft in sorted(seen.items(), key=lambda entry: _working_order(entry[1]))
        if draft.number is not None and not draft.agrees and item.kind != DERIVATIVE
    ]
    found: dict[Item, tuple[Diagnosis, ...]] = {}
    for diagnosis in key.suspects(policy.tolerance).diagnose(sheet):
        for item in diagnosis.explains:
            found[item] = (*found.get(item, ()), diagnosis.told_of(item))
    formulas = {item: written for item in found if isinstance(written := seen[item].written, Formula)}
    formulas = {item: formula for item, formula in formulas.items() if not formula.rounded and item.kind != STEP}
    if not formulas:
        return found
    from .formulas_elsewhere import explaining_everywhere

    return explaining_everywhere(key, formulas, found, policy)
