"""Marking a sheet of claims about arrays: a mark for each claim, which tells its right and wrong entries together.

An entry is right as a number is: near the true one, between two finite sides at a kink, or following from the student's
own arrays where those are right. An array earns what part of its entries is right, and for the others what a right step
from wrong ones or too few figures earn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...arrays.sizes import count
from ..claims.array_claims import ArrayFormula, Numbers
from ..claims.array_items import ArrayItem, item_name
from ..claims.claims import Claim, Number
from ..claims.items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE
from ..claims.written_numbers import COMMA, has_comma_inside, has_point
from .array_conventions import per_sample, tell
from .array_judging import ArrayDraft, judge, read_draft
from .array_key import ArrayKey
from .array_new_values import diagnosed as diagnosed_steps
from .array_new_values import follow_steps
from .array_rounding import common_unit
from .array_shapes import which_wrong
from .array_steps import CARRY_NOTHING, ArraySteps, OwnArray, Whole
from .copied_gradients import is_copied, stand_ins
from .judging import CORRECT, FOLLOW_THROUGH, IMPRECISE, MISSING, RULE_ONLY, UNGRADED, WRONG, MarkingPolicy

if TYPE_CHECKING:
    from ..diagnosis.array_suspects import ArrayDiagnosis


class ArrayMark(NamedTuple):
    """The verdict on one claim: its status, its credit from 0 to 1, and why in words.

    `item` is None where the claim names none. `shape` is that of what was claimed, `values` its numbers, flat (those of
    a formula at the point); `right` says of each entry whether it is accepted, None where entries were not compared.
    `shape_kind` says what is wrong with the shape. `truth` is flat. `unexplained` says that known mistakes were
    looked for, and none gives these numbers. `read_as` is what was read in place of what was written, "" where that was
    read as it stands; `repairs` names what was mended.
    """

    claim: Claim
    item: ArrayItem | None
    status: str
    credit: float
    why: str
    truth: list[Any]
    first_wrong: bool
    diagnoses: tuple[ArrayDiagnosis, ...]
    shape: tuple[int, ...] | None
    values: list[float] | None
    right: list[bool] | None
    shape_kind: str
    unexplained: bool
    read_as: str = ""
    repairs: tuple[str, ...] = ()


class ArrayMarked(NamedTuple):
    """A marked sheet: a mark for every claim and every missing item, the score, and the rule in words."""

    marks: list[ArrayMark]
    earned: float
    possible: float
    rule: str


def mark_arrays(
    key: ArrayKey,
    claims: Sequence[Claim],
    policy: MarkingPolicy,
    expected: Sequence[ArrayItem] | None = None,
    *,
    files: bool = True,
) -> ArrayMarked:
    """Return the marks of a sheet, in the order of its claims; `expected` items that it lacks are `missing`.

    A claim that cannot be read is `invalid` and never stops the others. Without `files` a claim may not name a file.
    """
    policy.checked()
    seen: dict[ArrayItem, ArrayDraft] = {}
    claims = _with_evidence(key, claims, files=files)
    drafts = [read_draft(key, claim, seen, files=files) for claim in claims]
    for draft in seen.values():
        judge(key, draft, policy)
    per_sample(key, seen, policy)
    steps = _steps(key, seen, policy)
    if steps is not None:
        _follow(key, seen, policy, steps)
        follow_steps(key, seen, steps, policy)
    for item, draft in seen.items():
        if not draft.status:
            _refuse(item, draft)
        tell(draft)
    if policy.numeric:
        asked = {item.node for item in expected or () if item.kind == VALUE and not item.of_shape}
        for item, draft in seen.items():
            if draft.status == CORRECT and isinstance(draft.written, ArrayFormula):
                _ask_for_numbers(key, item, draft, draft.written, seen, asked)
    done = {draft.item for draft in drafts}
    drafts += [
        ArrayDraft(Claim(item_name(key.record, item), ""), item, MISSING, "not handed in")
        for item in expected or ()
        if item not in done
    ]
    wrong = [draft for draft in seen.values() if draft.status == WRONG]
    first = min(wrong, key=working_order, default=None)
    diagnoses = _diagnosed(key, list(seen.values()), policy) if wrong and policy.diagnose else {}
    if steps is not None and policy.diagnose:
        diagnoses |= diagnosed_steps(key, seen, steps, policy)
    marks = [_mark(key, draft, policy, diagnoses, first_wrong=draft is first) for draft in drafts]
    possible = sum(1 for m in marks if m.status != UNGRADED)
    return ArrayMarked(marks, math.fsum(m.credit for m in marks), float(possible), policy.words(whole=False))


def _with_evidence(key: ArrayKey, claims: Sequence[Claim], *, files: bool) -> Sequence[Claim]:
    """Return the claims of a sheet; their commas are decimal where another one can be read in no other way."""
    doubtful = [has_comma_inside(claim.text) for claim in claims]
    if sum(doubtful) < 2 or any(has_point(claim.text) for claim in claims):
        return claims
    for claim, unsure in zip(claims, doubtful, strict=True):
        items = key.readings(claim.name)
        if not unsure or isinstance(items, str):
            continue
        reading = key.read(claim.text, items[0], files=files, comma=claim.comma)
        if not isinstance(reading, str) and COMMA in reading.repairs:
            return [one._replace(comma=True) if on else one for one, on in zip(claims, doubtful, strict=True)]
    return claims


def working_order(draft: ArrayDraft) -> tuple[int, int, int]:
    """Return where an item stands in the work: values forwards, local gradients, upstream gradients backwards."""
    assert draft.item is not None
    kind, node, position = draft.item.whole
    backwards = kind in (UPSTREAM, DERIVATIVE)
    order = (VALUE, LOCAL, UPSTREAM, STEP).index(UPSTREAM if backwards else kind)
    return (order, -node if backwards else node, position)


def _mark(
    key: ArrayKey, draft: ArrayDraft, policy: MarkingPolicy, diagnoses: dict[int, Any], *, first_wrong: bool
) -> ArrayMark:
    item = draft.item
    truth = [] if item is None or item.of_shape else key.truth(item)
    values = [n.value for n in draft.told or draft.numbers] or None
    right = draft.right or []
    if right and draft.status == IMPRECISE:
        right = [
            ok and not (t is not None and policy.is_short(n) and not n.is_near(t, policy.agreement))
            for ok, n, t in zip(right, draft.numbers, truth, strict=True)
        ]
    share = sum(right) / len(right) if right else 0.0
    carried = 0.0 if draft.trivial else policy.follow_through or 0.0
    others = {CORRECT: 1.0, IMPRECISE: policy.imprecise, FOLLOW_THROUGH: carried, WRONG: 0.0}
    credit = share + others[draft.status] * (1.0 - share) if draft.status in others else 0.0
    return ArrayMark(
        draft.claim, item, draft.status, credit, draft.why, truth, first_wrong, tuple(diagnoses.get(id(draft), ())),
        draft.shape, values, draft.right, draft.shape_kind, diagnoses.get(id(draft)) == (),
        *(() if draft.reading is None else draft.reading[1:]),
    )  # fmt: skip


# ---- what follows from other claims


def _steps(key: ArrayKey, seen: dict[ArrayItem, ArrayDraft], policy: MarkingPolicy) -> ArraySteps | None:
    """Return the student's own arrays and what follows from them; None where every claim is decided."""
    if not any(not draft.status and draft.right is not None for draft in seen.values()):
        return None
    numbers = [n for d in seen.values() for n in d.numbers if n.resolution]
    written = sorted(n.figures for n in numbers)
    figures = max(3, written[len(written) // 2]) if written else 0
    reach = key.reach_of_rounding(figures, common_unit(numbers))

    def followed(own: dict[Whole, OwnArray]) -> ArraySteps:
        return ArraySteps(key.run, own, policy.tolerance, figures, key.record.output, reach)

    own = _own(key, seen)
    steps = followed(own)
    if any(not all(found.follows) for found in steps.found.values()):
        _from_copies(key, own, steps, followed)
    return steps


def _from_copies(
    key: ArrayKey,
    own: dict[Whole, OwnArray],
    steps: ArraySteps,
    followed: Callable[[dict[Whole, OwnArray]], ArraySteps],
) -> None:
    """Note what follows from a wrong gradient that stands for that of a sum of the same shape, which is not claimed."""
    graph = key.record.graph
    wrong = {node: array for (kind, node), array in own.items() if kind == UPSTREAM and not all(array.right)}
    claimed = {node for kind, node in own if kind == UPSTREAM}
    users = steps.users()

    def copied(i: int, k: int) -> bool:
        node = graph.nodes[i]
        return is_copied(node.operation.operation, k) and node.shape == graph.nodes[node.arguments[k]].shape

    for node, others in stand_ins(wrong, claimed, users.__getitem__, copied):
        sums = {(UPSTREAM, i): array._replace(item=array.item._replace(node=i)) for i, array in others.items()}
        for whole, found in followed(own | sums).found.items():
            first = steps.found.get(whole)
            if (
                first is None
                or whole == (UPSTREAM, node)
                or found.carried is None
                or found.carried.whole[:2] not in sums
            ):
                continue
            if all(found.follows) and not all(first.follows):
                steps.found[whole] = found._replace(carried=wrong[node].item)


def _follow(key: ArrayKey, seen: dict[ArrayItem, ArrayDraft], policy: MarkingPolicy, steps: ArraySteps) -> None:
    """Decide the open claims by the step rule: right after all, a right step, or too coarse."""
    for item, draft in seen.items():
        if draft.status or draft.right is None or item.kind == STEP:
            continue
        followed = steps.found.get((item.kind, item.node)) if item.kind in (VALUE, UPSTREAM) else None
        truth = key.truth(item)
        if followed is not None:
            follows = item.taken(followed.follows)
            short = any(not ok and policy.is_short(n) for ok, n in zip(draft.right, draft.numbers, strict=True))
            if all(follows) and followed.carried is None and not short:
                draft.status, draft.why, draft.right = CORRECT, "follows from your own rounded numbers", follows
                continue
            if all(follows) and followed.carried is not None:
                _carry(key, draft, followed.carried, trivial=followed.trivial)
                continue
            if followed.carried is None:
                draft.right = follows
        if all(
            ok or (t is not None and _is_coarse(n, t, policy))
            for ok, n, t in zip(draft.right, draft.numbers, truth, strict=True)
        ):
            draft.status = IMPRECISE
            draft.why = f"right, but too coarse: give {policy.precision}"


def _is_coarse(number: Number, t: float, policy: MarkingPolicy) -> bool:
    """Whether a number is right but for its few figures or decimals."""
    return policy.too_coarse(number, t) or (policy.is_short(number) and number.is_near(t, policy.tolerance))


def _own(key: ArrayKey, seen: dict[ArrayItem, ArrayDraft]) -> dict[Whole, OwnArray]:
    """Return the student's own arrays: of an array that is claimed by entries, these."""
    found: dict[Whole, OwnArray] = {}
    for item, draft in seen.items():
        if item.kind not in (VALUE, UPSTREAM) or item.of_shape or not draft.numbers or draft.right is None:
            continue
        whole = (item.kind, item.node)
        size = count(key.record.shape(item.node))
        own = found.setdefault(whole, OwnArray(item, [None] * size, [True] * size))
        places = range(size) if item.places is None else item.places
        for place, number, ok in zip(places, draft.numbers, draft.right, strict=True):
            own.entries[place], own.right[place] = number.value, ok
    return found


def _carry(key: ArrayKey, draft: ArrayDraft, source: ArrayItem, *, trivial: bool) -> None:
    name = item_name(key.record, source)
    draft.status, draft.why, draft.trivial = FOLLOW_THROUGH, f"a right step from your {name}", trivial
    if trivial:
        draft.why += ", but a wrong array of 0 or 1 carries no credit"


def _refuse(item: ArrayItem, draft: ArrayDraft) -> None:
    """Decide that a claim is wrong, and say which of its entries."""
    draft.status = WRONG
    if draft.right is None or len(draft.right) < 2:
        return
    if not any(n.value for n in draft.numbers):
        draft.why = f"all entries are 0; {draft.why}" if draft.why else "all entries are 0"
    some = sum(draft.right)
    found = f"{some:,} of {len(draft.right):,} right"
    if some:
        found += f"; {which_wrong(draft.right, item.shape)}"
    draft.why = f"{found}; {draft.why}" if draft.why else found


# ---- formulas where numbers are asked for


def _ask_for_numbers(
    key: ArrayKey,
    item: ArrayItem,
    draft: ArrayDraft,
    formula: ArrayFormula,
    seen: dict[ArrayItem, ArrayDraft],
    asked: Collection[int],
) -> None:
    """Take no formula for more than the numbers that it is made of: derivatives, and values that are `asked` for.

    It follows from wrong ones, as numbers do.
    """
    record = key.record
    needed = [other.whole for other in formula.derivatives.values() if other.whole != (UPSTREAM, record.output, -1)]
    values = [] if item.kind == LOCAL else [record.graph.by_label[name] for name in formula.names]
    needed += [(VALUE, node, -1) for node in values if node in asked]
    for whole in needed:
        own = {i: d for i, d in seen.items() if i.whole == whole and d.numbers and isinstance(d.written, Numbers)}
        wrong = next((i for i, d in own.items() if d.status in (WRONG, FOLLOW_THROUGH)), None)
        if wrong is not None:
            _carry(key, draft, wrong, trivial={abs(n.value) for n in own[wrong].numbers} in CARRY_NOTHING)
            draft.right = None
            return
        right = [i for i, d in own.items() if d.status == CORRECT or whole[0] == VALUE]
        covered = {place for i in right for place in i.places or ()}
        if all(i.places is not None for i in right) and len(covered) < count(record.shape(whole[1])):
            is_value, name = whole[0] == VALUE, record.labels[whole[1]]
            asked_for = "numbers" if (record.shape(whole[1]) if is_value else item.shape) else "number"
            what = f"the {asked_for} of {name}" if is_value else f"its {asked_for}"
            draft.status, draft.right = IMPRECISE, None
            draft.why = f"{RULE_ONLY} {what} {'are' if asked_for == 'numbers' else 'is'} asked for"
            return


# ---- mistakes


def _diagnosed(key: ArrayKey, drafts: list[ArrayDraft], policy: MarkingPolicy) -> dict[int, Any]:
    """Return, for the wrong claims, the mistakes that they are consistent with, by the identity of the draft.

    None at all are returned where that says something: for numbers that any known mistake would have been found in.
    """
    from ..diagnosis.array_evidence import ArrayEvidence

    sheet: list[ArrayEvidence] = []
    whose: list[ArrayDraft] = []
    for draft in sorted(drafts, key=working_order):
        item, written = draft.item, draft.written
        assert item is not None
        if item.kind not in (VALUE, UPSTREAM) or item.of_shape or draft.shape is None:
            continue
        numbers = draft.numbers or (written.entries if isinstance(written, Numbers) else [])
        if not numbers or (isinstance(written, ArrayFormula) and draft.right is None and draft.status == WRONG):
            continue
        shape = item.shape if draft.numbers else draft.shape
        sheet.append(
            ArrayEvidence(
                item, shape, [n.value for n in numbers], [n.resolution for n in numbers], draft.status != WRONG
            )
        )
        whose.append(draft)
    suspects = key.suspects(policy.tolerance)
    explained: dict[int, tuple[ArrayDiagnosis, ...]] = {}
    for found in suspects.diagnose(sheet):
        for k in found.explains:
            explained[k] = (*explained.get(k, ()), found)
    return {
        id(draft): explained.get(k, ())
        for k, (draft, claim) in enumerate(zip(whose, sheet, strict=True))
        if k in explained or suspects.would_know(claim)
    }
