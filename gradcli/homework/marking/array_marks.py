"""Marking a sheet of claims about arrays: a mark for each claim, which tells its right and wrong entries together.

An entry is right as a number is: near the true one, between two finite sides at a kink, or following from the student's
own arrays where those are right. An array earns what part of its entries is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ...arrays.sizes import count, described
from ..claims.array_claims import ArrayFormula, ArrayWritten, Numbers, ShapeClaim
from ..claims.array_formulas import compare
from ..claims.array_items import ArrayItem, item_name
from ..claims.claims import Absent, Claim, Number
from ..claims.formula_equality import EQUAL, ROUNDED, UNKNOWN
from ..claims.items import LOCAL, UPSTREAM, VALUE
from ..claims.sides import OPEN, RIGHT, judged
from .array_conventions import per_sample
from .array_key import ArrayKey
from .array_shapes import same_entries, shape_fault, summed_shapes, which_wrong
from .array_steps import ArraySteps, OwnArray, Whole
from .judging import CORRECT, FOLLOW_THROUGH, IMPRECISE, INVALID, MISSING, UNGRADED, WRONG, MarkingPolicy

if TYPE_CHECKING:
    from ..diagnosis.array_suspects import ArrayDiagnosis

NOTHING = 1e-12  # of the terms that a sum is made of: a true 0 up to the rounding of its inputs


class ArrayMark(NamedTuple):
    """The verdict on one claim: its status, its credit from 0 to 1, and why in words.

    `item` is None where the claim names none. `shape` is that of what was claimed, `values` its numbers, flat (those of
    a formula at the point); `right` says of each entry whether it is accepted, None where entries were not compared.
    `shape_kind` says what is wrong with the shape. `truth` is flat.
    """

    claim: Claim
    item: ArrayItem | None
    status: str
    credit: float
    why: str
    truth: list[Any]
    first_wrong: bool
    diagnoses: tuple[ArrayDiagnosis, ...] = ()
    shape: tuple[int, ...] | None = None
    values: list[float] | None = None
    right: list[bool] | None = None
    shape_kind: str = ""


class ArrayMarked(NamedTuple):
    """A marked sheet: a mark for every claim and every missing item, the score, and the rule in words."""

    marks: list[ArrayMark]
    earned: float
    possible: float
    rule: str


class ArrayDraft:
    """A claim on its way to a mark. `right` has the entries that are accepted; `status` is empty while undecided."""

    __slots__ = ("carried", "claim", "item", "numbers", "right", "shape", "shape_kind", "status", "why", "written")

    def __init__(self, claim: Claim, item: ArrayItem | None, status: str = "", why: str = "") -> None:
        self.claim = claim
        self.item = item
        self.status = status
        self.why = why
        self.written: ArrayWritten | None = None
        self.numbers: list[Number] = []  # the claimed entries, where they have the shape of the item
        self.right: list[bool] | None = None
        self.shape: tuple[int, ...] | None = None
        self.shape_kind = ""
        self.carried = False  # whether it is a right step from a wrong array


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
    drafts = [_read(key, claim, seen, files=files) for claim in claims]
    for draft in seen.values():
        _judge(key, draft, policy)
    _follow(key, seen, policy)
    per_sample(key, list(seen.values()), policy)
    for draft in seen.values():
        if not draft.status:
            _refuse(draft)
    done = {draft.item for draft in drafts}
    drafts += [
        ArrayDraft(Claim(item_name(key.record, item), ""), item, MISSING, "not handed in")
        for item in expected or ()
        if item not in done
    ]
    wrong = [draft for draft in seen.values() if draft.status == WRONG]
    first = min(wrong, key=working_order, default=None)
    diagnoses = _diagnosed(key, list(seen.values()), policy) if wrong and policy.diagnose else {}
    marks = [_mark(key, draft, policy, diagnoses, first_wrong=draft is first) for draft in drafts]
    possible = sum(1 for m in marks if m.status != UNGRADED)
    return ArrayMarked(marks, math.fsum(m.credit for m in marks), float(possible), policy.words())


def working_order(draft: ArrayDraft) -> tuple[int, int, int]:
    """Return where an item stands in the work: values forwards, local gradients, upstream gradients backwards."""
    assert draft.item is not None
    kind, node, position = draft.item.whole
    order = 0 if kind == VALUE else 1 if kind == LOCAL else 2
    return (order, -node if order == 2 else node, position)


def _mark(
    key: ArrayKey, draft: ArrayDraft, policy: MarkingPolicy, diagnoses: dict[int, Any], *, first_wrong: bool
) -> ArrayMark:
    item = draft.item
    truth = [] if item is None or item.of_shape else key.truth(item)
    values = [n.value for n in draft.numbers] if draft.numbers else None
    credit = 1.0 if draft.status == CORRECT else 0.0
    if draft.status == FOLLOW_THROUGH:
        credit = policy.follow_through or 0.0
    elif draft.status == WRONG and draft.right:
        credit = sum(draft.right) / len(draft.right)
    return ArrayMark(
        draft.claim, item, draft.status, credit, draft.why, truth, first_wrong, tuple(diagnoses.get(id(draft), ())),
        draft.shape, values, draft.right, draft.shape_kind,
    )  # fmt: skip


# ---- what a claim is about, and what it says


def _read(key: ArrayKey, claim: Claim, seen: dict[ArrayItem, ArrayDraft], *, files: bool) -> ArrayDraft:
    readings = key.readings(claim.name)
    if isinstance(readings, str):
        return ArrayDraft(claim, None, INVALID, readings)
    item = next((r for r in readings if r not in seen), readings[0])
    if claim.fault:
        return ArrayDraft(claim, item, INVALID, claim.fault)
    if not claim.text or claim.text.isspace():
        return ArrayDraft(claim, item, MISSING, "not handed in")
    if item in seen:
        return ArrayDraft(claim, item, INVALID, f"{item_name(key.record, item)} is claimed twice")
    written = key.read(claim.text, item, files=files)
    if isinstance(written, str):
        return ArrayDraft(claim, item, INVALID, written)
    draft = ArrayDraft(claim, item)
    draft.written = written
    seen[item] = draft
    return draft


# ---- each claim by itself


def _judge(key: ArrayKey, draft: ArrayDraft, policy: MarkingPolicy) -> None:
    """Decide what can be decided of a claim by itself. What is wrong so far may still follow from other claims."""
    item, written = draft.item, draft.written
    assert item is not None
    if isinstance(written, ShapeClaim):
        _judge_shape(key, draft, item, written)
        return
    truth = key.truth(item)
    if any(t is not None and not math.isfinite(t) for t in truth):
        draft.status, draft.why = UNGRADED, "a correct value is beyond the largest binary64"
    elif isinstance(written, Absent):
        _judge_absent(key, draft, item, truth)
    elif isinstance(written, ArrayFormula):
        _judge_formula(key, draft, item, written, policy)
    elif isinstance(written, Numbers):
        _judge_numbers(key, draft, item, written, policy)


def _judge_shape(key: ArrayKey, draft: ArrayDraft, item: ArrayItem, written: ShapeClaim) -> None:
    draft.shape = written.shape
    if written.shape == item.shape:
        draft.status = CORRECT
        return
    name = item_name(key.record, item._replace(of_shape=False))
    fault = shape_fault(name, written.shape, item.shape, summed_shapes(key.record.graph, item.kind, item.node))
    draft.status, draft.shape_kind = WRONG, fault.kind
    draft.why = _hidden(fault.words, name)


def _hidden(words: str, name: str) -> str:
    """Return what is said of a claimed shape, without the right one."""
    return words.partition(f", and {name}")[0]


def _judge_absent(key: ArrayKey, draft: ArrayDraft, item: ArrayItem, truth: list[Any]) -> None:
    sides = key.sides(item)
    if all(t is None for t in truth) or (len(truth) == 1 and sides):
        draft.status = CORRECT
    else:
        draft.status, draft.why = WRONG, f"there is a {'value' if item.kind == VALUE else 'derivative'} here"


def _judge_numbers(key: ArrayKey, draft: ArrayDraft, item: ArrayItem, written: Numbers, policy: MarkingPolicy) -> None:
    draft.shape = written.shape
    if not same_entries(written.shape, item.shape):
        near = policy.tolerance.near
        fault = shape_fault(
            item_name(key.record, item), written.shape, item.shape,
            [] if item.places is not None else summed_shapes(key.record.graph, item.kind, item.node),
            [n.value for n in written.entries], key.truth(item), near,
        )  # fmt: skip
        draft.status, draft.why, draft.shape_kind = WRONG, fault.words, fault.kind
        return
    draft.numbers = written.entries
    _judge_entries(key, draft, item, policy)


def _judge_entries(key: ArrayKey, draft: ArrayDraft, item: ArrayItem, policy: MarkingPolicy) -> None:
    """Decide which entries are right by themselves."""
    truth, sides = key.truth(item), key.sides(item)
    right, without = [], 0
    for place, (number, t) in enumerate(zip(draft.numbers, truth, strict=True)):
        if place in sides:
            found, why = judged(sides[place], number.value, t, lambda x, n=number: n.is_near(x, policy.tolerance))  # type: ignore[misc]
            right.append(found == RIGHT)
            draft.why = draft.why or (why if found != OPEN else "")
        elif t is None:
            without += 1
            right.append(False)
        else:
            right.append(_is_right(key, item, place, number, t, policy))
    draft.right = right
    if without == len(truth):
        undone = item.kind != VALUE and not key.record.active[item.node]
        draft.status = UNGRADED if undone else WRONG
        draft.why = "it does not depend on an input" if undone else "there is no such number here"
    elif all(right):
        draft.status = CORRECT
        if draft.shape != item.shape and draft.shape is not None:
            name = item_name(key.record, item)
            draft.why = f"{name} {described(item.shape)}: without axes of size 1" if not draft.why else draft.why


def _is_right(key: ArrayKey, item: ArrayItem, place: int, number: Number, t: float, policy: MarkingPolicy) -> bool:
    """Whether an entry is the true one, or small beside the terms that cancel to it."""
    if number.is_near(t, policy.tolerance, partial(key.span, item, place, t)):
        return True
    if abs(t) > abs(number.value):
        return False
    scale = key.scale(item, place)
    return abs(t) <= NOTHING * scale and abs(number.value - t) <= policy.tolerance(scale)


def _judge_formula(
    key: ArrayKey, draft: ArrayDraft, item: ArrayItem, formula: ArrayFormula, policy: MarkingPolicy
) -> None:
    """Compare a formula at many points; one that is wrong is told by its entries at the point itself."""
    shape: Any = formula.graph.nodes[formula.graph.output].shape
    draft.shape = shape
    if name := key.circular(item, formula):
        own = item_name(key.record, item)
        draft.status = INVALID
        draft.why = f"{own} cannot be told by " + ("itself" if name == own else f"{name}, which is computed from it")
        return
    if not same_entries(shape, item.shape):
        summed = summed_shapes(key.record.graph, item.kind, item.node)
        fault = shape_fault(item_name(key.record, item), shape, item.shape, summed)
        draft.status, draft.why, draft.shape_kind = WRONG, fault.words, fault.kind
        return
    found = compare(key.samples, item, formula, policy.tolerance.relative)
    if found.verdict == EQUAL:
        draft.status, draft.why = CORRECT, f"with {found.given}" if found.given else ""
    elif found.verdict == UNKNOWN:
        draft.status, draft.why = UNGRADED, "too few points at which both formulas have a value"
    elif found.verdict == ROUNDED:
        draft.status, draft.why = IMPRECISE, "right up to a rounded constant, write it as a fraction"
    if found.own is not None:
        draft.numbers = [Number(x) for x in found.own.entries]
    if draft.status:
        draft.right = [True] * count(item.shape) if draft.status == CORRECT else None
        return
    if found.own is None:
        draft.status, draft.why = WRONG, found.witness
        return
    _judge_entries(key, draft, item, policy)
    if draft.status == CORRECT:
        draft.status, draft.right = WRONG, None
        draft.why = "right at this point, but not at other points of the same shapes"


# ---- what follows from other claims


def _follow(key: ArrayKey, seen: dict[ArrayItem, ArrayDraft], policy: MarkingPolicy) -> None:
    """Decide the open claims by the step rule: right after all, a right step, or too coarse."""
    open_drafts = [draft for draft in seen.values() if not draft.status and draft.right is not None]
    if not open_drafts:
        return
    written = sorted(n.figures for d in seen.values() for n in d.numbers if n.unit and n.resolution)
    figures = max(3, written[len(written) // 2]) if written else 0
    steps = ArraySteps(key.run, _own(key, seen), policy.tolerance, figures, key.record.output)
    for draft in open_drafts:
        item = draft.item
        assert item is not None
        assert draft.right is not None
        followed = steps.found.get((item.kind, item.node)) if item.kind in (VALUE, UPSTREAM) else None
        truth = key.truth(item)
        if followed is not None:
            follows = item.taken(followed.follows)
            if all(follows) and followed.carried is None:
                draft.status, draft.why, draft.right = CORRECT, "follows from your own rounded numbers", follows
                continue
            if all(follows) and followed.carried is not None:
                _carry(key, draft, followed.carried, trivial=followed.trivial)
                continue
            if followed.carried is None:
                draft.right = follows
        if all(
            ok or (t is not None and policy.too_coarse(n, t))
            for ok, n, t in zip(draft.right, draft.numbers, truth, strict=True)
        ):
            draft.status = IMPRECISE
            draft.why = f"right, but too coarse: give {policy.figures} significant figures"


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
    draft.carried = True
    if trivial:
        draft.status, draft.why = WRONG, f"follows from your {name}, but a wrong array of 0 or 1 carries nothing"
    else:
        draft.status, draft.why = FOLLOW_THROUGH, f"a right step from your {name}"


def _refuse(draft: ArrayDraft) -> None:
    """Decide that a claim is wrong, and say which of its entries."""
    draft.status = WRONG
    if draft.right is None or draft.item is None or len(draft.right) < 2 or not draft.shape:
        return
    some = sum(draft.right)
    found = f"{some:,} of {len(draft.right):,} right"
    if some:
        found += f"; {which_wrong(draft.right, draft.item.shape)}"
    draft.why = f"{found}; {draft.why}" if draft.why else found


# ---- mistakes


def _diagnosed(key: ArrayKey, drafts: list[ArrayDraft], policy: MarkingPolicy) -> dict[int, Any]:
    """Return, for the wrong claims, the mistakes that they are consistent with, by the identity of the draft."""
    from ..diagnosis.array_suspects import ArrayEvidence

    sheet: list[ArrayEvidence] = []
    whose: list[ArrayDraft] = []
    for draft in sorted((d for d in drafts if d.item is not None), key=working_order):
        item, written = draft.item, draft.written
        assert item is not None
        if item.kind not in (VALUE, UPSTREAM) or item.of_shape or draft.shape is None:
            continue
        numbers = draft.numbers or (written.entries if isinstance(written, Numbers) else [])
        if not numbers or (isinstance(written, ArrayFormula) and draft.right is None and draft.status == WRONG):
            continue
        accepted = draft.status != WRONG or draft.carried
        shape = item.shape if draft.numbers else draft.shape
        sheet.append(ArrayEvidence(item, shape, [n.value for n in numbers], [n.resolution for n in numbers], accepted))
        whose.append(draft)
    found = key.suspects(policy.tolerance).diagnose(sheet)
    return {id(draft): tuple(d for d in found if k in d.explains) for k, draft in enumerate(whose)}
