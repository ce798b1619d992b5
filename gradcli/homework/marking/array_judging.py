"""Judging one claim about arrays by itself: what counts as right, entry by entry."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from ...arrays.sizes import count, described, same_entries
from ..claims.array_claims import ArrayFormula, ArrayWritten, Numbers, ShapeClaim
from ..claims.array_formulas import ArrayVerdict, at_run, compare
from ..claims.array_items import ArrayItem, item_name
from ..claims.array_repairs import ArrayReading
from ..claims.claims import Absent, Claim, Number
from ..claims.formula_equality import EQUAL, ROUNDED, UNKNOWN
from ..claims.items import STEP, UPSTREAM, VALUE
from ..claims.sides import RIGHT, judged, misfit
from ..claims.tolerance import Tolerance
from ..claims.written_numbers import has_comma_inside
from .answer_key import ZERO_RTOL
from .array_key import ArrayKey
from .array_shapes import fault_of_claimed, shape_fault, summed_shapes, why_of_shape
from .judging import CORRECT, IMPRECISE, INVALID, MISSING, UNGRADED, WRONG, MarkingPolicy
from .new_values import NO_STEP, is_new


class ArrayDraft:
    """A claim on its way to a mark. `right` has the entries that are accepted; `status` is empty while undecided."""

    __slots__ = ("claim", "item", "numbers", "reading", "right", "samples", "shape", "shape_kind", "status", "told",
                 "trivial", "why", "written")  # fmt: skip

    def __init__(self, claim: Claim, item: ArrayItem | None, status: str = "", why: str = "") -> None:
        self.claim = claim
        self.item = item
        self.status = status
        self.why = why
        self.written: ArrayWritten | None = None
        self.reading: ArrayReading | None = None
        self.numbers: list[Number] = []  # the claimed entries, where they have the shape of the item
        self.right: list[bool] | None = None
        self.shape: tuple[int, ...] | None = None
        self.shape_kind = ""
        self.samples = 1  # by how many samples the numbers were divided, which were told without that
        self.told: list[Number] = []  # the numbers before that
        self.trivial = False  # whether it is a right step from a wrong array of 0 or 1


# ---- what a claim is about, and what it says


def read_draft(key: ArrayKey, claim: Claim, seen: dict[ArrayItem, ArrayDraft], *, files: bool) -> ArrayDraft:
    """Return the draft of a claim, and note it in `seen` if it says something about an item."""
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
    reading = key.read(claim.text, item, files=files, comma=claim.comma)
    if isinstance(reading, str):
        return ArrayDraft(claim, item, INVALID, reading)
    draft = ArrayDraft(claim, item)
    draft.written, draft.reading = reading.written, reading
    seen[item] = draft
    return draft


# ---- each claim by itself


def judge(key: ArrayKey, draft: ArrayDraft, policy: MarkingPolicy) -> None:
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
        _judge_absent(key, draft, item, written, truth, policy)
    elif isinstance(written, ArrayFormula) and item.kind in policy.numeric:
        draft.status = INVALID
        draft.why = f"{'numbers are' if item.shape else 'a number is'} asked for, and this is a formula"
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
    graph = key.record.graph
    fault = fault_of_claimed(name, written.shape, item.shape, summed_shapes(graph, item.kind, item.node))
    draft.status, draft.shape_kind = WRONG, fault.kind
    draft.why = "; ".join(filter(None, (fault.words, why_of_shape(graph, item))))


def _judge_absent(
    key: ArrayKey, draft: ArrayDraft, item: ArrayItem, written: Absent, truth: list[Any], policy: MarkingPolicy
) -> None:
    sides = key.sides(item)
    of_one = sides.get(0) if len(truth) == 1 else None
    if fault := misfit(written, of_one, key.tolerance(item, policy.tolerance)):
        draft.status, draft.why = WRONG if fault.is_wrong_answer else INVALID, fault.why
    elif None in truth or sides:
        draft.status = CORRECT  # a gradient that lacks an entry does not exist
    else:
        draft.status, draft.why = WRONG, f"there is a {'value' if item.kind == VALUE else 'derivative'} here"


def _judge_numbers(key: ArrayKey, draft: ArrayDraft, item: ArrayItem, written: Numbers, policy: MarkingPolicy) -> None:
    if not item.shape and written.shape == (2,) and (key.sides(item) or has_comma_inside(draft.claim.text)):
        low, high = written.entries
        _judge_absent(key, draft, item, Absent(sides=(low, high)), key.truth(item), policy)
        return
    draft.shape = written.shape
    if not same_entries(written.shape, item.shape):
        near = key.tolerance(item, policy.tolerance).near
        fault = shape_fault(
            item_name(key.record, item), written.shape, item.shape,
            [] if item.places is not None else summed_shapes(key.record.graph, item.kind, item.node),
            [n.value for n in written.entries], key.truth(item), near,
        )  # fmt: skip
        draft.status, draft.why, draft.shape_kind = WRONG, fault.words, fault.kind
        return
    draft.numbers = written.entries
    judge_entries(key, draft, item, policy)


def judge_entries(key: ArrayKey, draft: ArrayDraft, item: ArrayItem, policy: MarkingPolicy) -> None:
    """Decide which entries are right by themselves.

    A small entry may be written with few figures: right as written is right, where the last place is within the
    tolerance of the largest entry, as where a whole array is printed with three decimals.
    """
    truth, sides = key.truth(item), key.sides(item)
    largest = max((abs(t) for t in truth if t is not None), default=math.nan)
    right, without = [], 0
    old = key.before_step(item) if item.kind == STEP else []
    tolerance = key.tolerance(item, policy.tolerance)
    for place, (number, t) in enumerate(zip(draft.numbers, truth, strict=True)):
        if place in sides:
            was = old[place] if old else None
            found, why = judged(sides[place], number.value, t, partial(_is_side, number, tolerance, was))
            right.append(found == RIGHT)
            draft.why = draft.why or why
        elif t is None:
            without += 1
            right.append(False)
        elif item.kind == STEP:
            right.append(is_new(number, t, old[place], tolerance))
        else:
            if policy.is_short(number):
                right.append(number.is_near(t, policy.agreement, partial(key.span, item, place, t)))
                continue
            fine = number.unit / 2 <= policy.tolerance.relative * largest
            right.append((fine and policy.too_coarse(number, t)) or _is_right(key, item, place, number, t, tolerance))
    draft.right = right
    if without == len(truth):
        undone = not key.record.active[item.node]
        draft.status = UNGRADED if undone else WRONG
        draft.why = "it does not depend on an input" if undone else "there is no such number here"
    elif all(right):
        draft.status = CORRECT
        if draft.shape != item.shape and draft.shape is not None:
            name = item_name(key.record, item)
            draft.why = f"{name} {described(item.shape)}: without axes of size 1" if not draft.why else draft.why


def _is_side(number: Number, tolerance: Tolerance, old: float | None, x: float) -> bool:
    """Whether an entry is what it would be on one side; `old` is the value before the step that it is about."""
    return number.is_near(x, tolerance) if old is None else is_new(number, x, old, tolerance)


def _is_right(key: ArrayKey, item: ArrayItem, place: int, number: Number, t: float, tolerance: Tolerance) -> bool:
    """Whether an entry is the true one, or small beside the terms that cancel to it."""
    if number.is_near(t, tolerance, partial(key.span, item, place, t)):
        return True
    if abs(t) > abs(number.value):
        return False
    scale = key.scale(item, place)
    return abs(t) <= ZERO_RTOL * scale and abs(number.value - t) <= tolerance(scale)


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
    if item.kind == STEP and not key.run.rate:
        draft.status, draft.why = INVALID, NO_STEP
        return
    text = draft.claim.text if draft.reading is None else draft.reading.read_as or draft.claim.text
    if item.kind == STEP:
        found = _compared_step(key, item, text, policy)._replace(own=at_run(formula, key.run))
    else:
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
    judge_entries(key, draft, item, policy)
    if draft.status != CORRECT:
        return
    if said := _numbers_put_in(key, item, text, formula, policy):
        draft.why = f"with {said}"
    else:
        draft.status, draft.right = WRONG, None
        draft.why = "right at this point, but not at other points of the same shapes"


def _numbers_put_in(key: ArrayKey, item: ArrayItem, text: str, formula: ArrayFormula, policy: MarkingPolicy) -> str:
    """Return which numbers of the point a formula has in place of names, "" where it is another formula."""
    from .array_numbers_put_in import array_numbers_put_in

    def is_right(text: str) -> bool:
        if item.kind == STEP:
            return _compared_step(key, item, text, policy).verdict == EQUAL
        reading = key.read(text, item, files=False)
        if isinstance(reading, str) or not isinstance(reading.written, ArrayFormula):
            return False
        mended = reading.written
        shape: Any = mended.graph.nodes[mended.graph.output].shape
        if key.circular(item, mended) or not same_entries(shape, item.shape):
            return False
        return compare(key.samples, item, mended, policy.tolerance.relative).verdict == EQUAL

    return array_numbers_put_in(key, item, text, formula, policy.tolerance, is_right)


def _compared_step(key: ArrayKey, item: ArrayItem, text: str, policy: MarkingPolicy) -> ArrayVerdict:
    """Return what the comparison finds of the gradient that a formula of a new value says, at many points."""
    name = key.record.labels[item.node]
    gradient = ArrayItem(UPSTREAM, item.node, -1, item.shape, item.places, item.subscript)
    reading = key.read(f"({name}{item.subscript} - ({text}))/({key.run.rate!r})", gradient)
    if isinstance(reading, str) or not isinstance(reading.written, ArrayFormula):
        return ArrayVerdict(UNKNOWN, None)
    return compare(key.samples, gradient, reading.written, policy.tolerance.relative)
