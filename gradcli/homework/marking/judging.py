"""Judging one claim by itself: what counts as right, and whether a number, a formula or `undefined` is it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from ...errors import InputError
from ...text import counted
from ..claims.claims import Absent, Claim, Formula, Number
from ..claims.default_tolerance import ATOL, RTOL
from ..claims.formula_equality import DIFFERENT, EQUAL, ROUNDED, UNKNOWN
from ..claims.items import LOCAL, STEP, VALUE, Item, item_name
from ..claims.repairs import Reading
from ..claims.sides import OPEN, RIGHT, judged, misfit
from ..claims.tolerance import ALLOWED_UNITS, Tolerance
from .answer_key import AnswerKey
from .new_values import NO_STEP, gradient_in, is_new

CORRECT, IMPRECISE, FOLLOW_THROUGH = "correct", "imprecise", "follow_through"
RULE_ONLY = "right as a rule, but"  # why a formula is imprecise whose number is asked for begins so
WRONG, MISSING, INVALID, UNGRADED = "wrong", "missing", "invalid", "ungraded"

ROUNDED_RTOL = 0.2  # an integer further off than this, relatively, is no rounded number but a wrong one


class MarkingPolicy(NamedTuple):
    """What counts as right. `follow_through` is the credit of a right step from a wrong number, None for none.

    `imprecise` is the credit of what is right but has fewer figures than are asked for. `decimals` is how many decimals
    every number is rounded to; `numeric` has the kinds of item that no formula answers. An absolute tolerance that is
    given holds for every number; without one it is 1e-8, and less beside numbers that are small by nature.
    """

    rtol: float | None = None  # the usual one, unless there are significant figures
    atol: float | None = None
    sigfigs: int | None = None
    follow_through: float | None = None
    random_seed: int = 0
    diagnose: bool = True
    decimals: int | None = None
    numeric: tuple[str, ...] = ()
    imprecise: float = 0.0

    @property
    def tolerance(self) -> Tolerance:
        """How far from a number still counts as that number."""
        return _tolerance(self.rtol, self.atol, self.sigfigs, self.decimals)

    @property
    def agreement(self) -> Tolerance:
        """How near a number has to be that is written with fewer decimals than are asked for."""
        return _tolerance(0.0, self._atol, None, self.decimals)

    @property
    def _atol(self) -> float:
        return ATOL if self.atol is None else self.atol

    @property
    def grain(self) -> float:
        """The unit of the last decimal that is asked for, 0 where no number of decimals is."""
        return 0.0 if self.decimals is None else 10.0**-self.decimals

    def is_short(self, number: Number) -> bool:
        """Whether a number is written with fewer decimals than are asked for."""
        return 0 < 1.5 * self.grain < number.unit

    @property
    def exactly(self) -> bool:
        """Whether a whole number for one that comes from whole numbers has to be it: the tolerance is for rounding."""
        return self.rtol is None and self.sigfigs is None

    def too_coarse(self, number: Number, x: float, slack: float = 0.0) -> bool:
        """Whether a number is x, give or take some slack, at the precision it is written with, and that is too low."""
        off = abs(number.value - x)
        enough = number.figures >= self.figures if self.decimals is None else not self.is_short(number)
        if not number.unit or enough or off > ALLOWED_UNITS * number.unit + slack:
            return False
        return not number.integer or off <= ROUNDED_RTOL * abs(x)

    @property
    def figures(self) -> int:
        """How many significant figures a number needs for the tolerance."""
        return self.sigfigs or math.ceil(-math.log10(max(self.tolerance.rtol, 1e-15)) - 1e-9) + 1

    @property
    def precision(self) -> str:
        """What a number should be given to, in words."""
        if self.decimals is not None:
            return counted(self.decimals, "decimal")
        return counted(self.figures, "significant figure")

    def checked(self) -> MarkingPolicy:
        """Return the policy; raise `InputError` for a tolerance or a credit that means nothing."""
        if self.rtol is not None and self.sigfigs is not None:
            raise InputError("give significant figures or a relative tolerance, not both", kind="option")
        if not (0 <= self.tolerance.rtol < 1 and 0 <= self._atol < math.inf):
            raise InputError("a tolerance is a number from 0, relative ones below 1", kind="option")
        if self.sigfigs is not None and self.decimals is not None:
            raise InputError("give significant figures or decimals, not both", kind="option")
        if self.sigfigs is not None and not 1 <= self.sigfigs <= 15:
            raise InputError("significant figures go from 1 to 15", kind="option")
        if self.follow_through is not None and not 0 <= self.follow_through <= 1:
            raise InputError("the credit of a follow-through goes from 0 to 1", kind="option")
        if not 0 <= self.imprecise <= 1:
            raise InputError("the credit of an imprecise number goes from 0 to 1", kind="option")
        return self

    def words(self, *, whole: bool = True) -> str:
        """Return the rule as a person reads it; `whole` says that it has a clause for whole numbers."""
        text = f"right = {self._near(whole=whole)}, or follows from your own right numbers"
        if self.follow_through is not None:
            text += f"; a right step from a wrong number counts {self.follow_through:g}"
        return f"{text}; {self.cost}" if self.cost else text

    @property
    def cost(self) -> str:
        """What too few figures cost, in words; empty where that is not said."""
        if self.decimals is None and not self.imprecise:
            return ""
        what = "figures" if self.decimals is None else "decimals"
        return f"a number with too few {what} counts {f'{self.imprecise:g}' if self.imprecise else 'nothing'}"

    def _near(self, *, whole: bool) -> str:
        """Return in words what is near enough; the usual absolute error, which only counts beside 0, is not told."""
        rtol, atol = self.tolerance.rtol, self._atol
        decimals = "" if self.decimals is None else f", or agrees with it to {counted(self.decimals, 'decimal')}"
        if self.sigfigs is None and not rtol:
            return (f"within {atol:g} of the correct value" if atol else "the correct value exactly") + decimals
        if self.sigfigs is not None:
            text = f"agrees with the correct value to {self.sigfigs} significant figures"
        else:
            text = f"within {100 * rtol:g} % of the correct value" + (
                " (whole numbers exactly)" if whole and self.exactly else ""
            )
        return text + decimals + ("" if atol in (0, ATOL) else f", or within {atol:g} of it")


@lru_cache(64)
def _tolerance(rtol: float | None, atol: float | None, sigfigs: int | None, decimals: int | None) -> Tolerance:
    within = ATOL if atol is None else atol
    if decimals is not None:
        within = max(within, ALLOWED_UNITS * 10.0**-decimals)
    by_size = atol is None and decimals is None and rtol != 0  # otherwise the rule tells what it is
    return Tolerance(RTOL if rtol is None else rtol, within, sigfigs, by_size)


class Draft:
    """A claim on its way to a mark: `written` is what it says; `status` is empty while it is undecided."""

    __slots__ = ("agrees", "asked", "claim", "item", "number", "other", "reading", "short", "status", "trivial",
                 "twin", "why", "written")  # fmt: skip

    def __init__(self, claim: Claim, item: Item | None, status: str = "", why: str = "") -> None:
        self.claim = claim
        self.item = item
        self.other: Item | None = None  # what its name may mean as well
        self.asked: frozenset[int] = frozenset()  # the nodes whose derivatives the sheet is about
        self.status = status
        self.why = why
        self.written: Number | Formula | Absent | None = None
        self.number: Number | None = None  # what it is at the point
        self.agrees = False  # whether it is a wrong formula with the right value at the point
        self.trivial = False  # whether it is a 0 or 1 that comes from a wrong 0 or 1
        self.short = False  # whether it is right but for the decimals that are asked for
        self.reading: Reading | None = None  # how it was read
        self.twin: Draft | None = None  # the claim about the same item by another name of the same wire

    @property
    def read_as(self) -> str:
        """The text that was read as the answer."""
        return self.claim.text if self.reading is None else self.reading.read_as or self.claim.text


def read_draft(key: AnswerKey, claim: Claim, seen: dict[Item, Draft], asked: Collection[Item]) -> Draft:
    """Return the draft of a claim, and note it in `seen` if it says something about an item."""
    readings = key.readings(claim.name)
    if isinstance(readings, str):
        return Draft(claim, None, INVALID, readings)
    item = readings[0]
    if len(readings) > 1:  # the one that is asked, then the one that is still open
        item = next((r for r in readings if r in asked), next((r for r in readings if r not in seen), item))
    if claim.fault:
        return Draft(claim, item, INVALID, claim.fault)
    if not claim.text or claim.text.isspace():
        return Draft(claim, item, MISSING, "not handed in")
    if item in seen and not _moved(seen, item):
        if _second_names(key, claim) == _second_names(key, seen[item].claim):
            return Draft(claim, item, INVALID, f"{item_name(key.record, item)} is claimed twice")
        twin: Draft | None = seen[item]
    else:
        twin = None
    reading = key.reading(claim.text, comma=claim.comma)
    if isinstance(reading, str):
        return Draft(claim, item, INVALID, reading)
    draft = Draft(claim, item)
    draft.written, draft.twin, draft.reading = reading.written, twin, reading
    if twin is not None:
        return draft
    seen[item] = draft
    if len(readings) > 1:
        draft.other = next((r for r in readings if r != item), None)
    return draft


def _second_names(key: AnswerKey, claim: Claim) -> set[str]:
    """Return the names in a claim's item that their wires have beside others: y, where y = x."""
    graph = key.record.graph
    words = re.findall(r"[^\W\d]\w*", claim.name)
    known = {part for word in words for part in (word, word[1:])}
    return {name for name in known & graph.named.keys() if graph.labels[graph.named[name]] != name}


def judge_twin(key: AnswerKey, draft: Draft, policy: MarkingPolicy) -> None:
    """Decide a claim by another name of a wire: as any claim, and else as the one by the first name was decided."""
    first = draft.twin
    assert first is not None
    judge(key, draft, policy)
    if not draft.status:
        same = draft.number is not None and first.number is not None and draft.number.value == first.number.value
        draft.status, draft.why = (
            (first.status, first.why) if same else (WRONG, f"it is the same as {first.claim.name}")
        )


def _moved(seen: dict[Item, Draft], item: Item) -> bool:
    """Whether the claim about an item could be moved to the other sense of its name, so that the item is open again."""
    draft = seen[item]
    if draft.other is None or draft.other in seen:
        return False
    draft.item, draft.other = draft.other, item
    assert draft.item is not None
    seen[draft.item] = seen.pop(item)
    return True


def judge_other(key: AnswerKey, draft: Draft, other: Item, seen: dict[Item, Draft], policy: MarkingPolicy) -> None:
    """Accept a claim that is right in the other sense of its name, and say which sense it was where they differ."""
    item = draft.item
    assert item is not None
    if draft.status == CORRECT:
        if key.truth(item) != key.truth(other):
            draft.why = draft.why or _sense(key, item)
        return
    again = Draft(draft.claim, other)
    again.written, again.asked = draft.written, draft.asked
    judge(key, again, policy)
    if again.status != CORRECT:
        return
    draft.status, draft.why = CORRECT, again.why or _sense(key, other)
    if other in seen:
        draft.number = None  # what follows from this number is the other claim's business
    else:
        draft.item, draft.number = other, again.number
        del seen[item]
        seen[other] = draft


def _sense(key: AnswerKey, item: Item) -> str:
    name = item_name(key.record, item)
    return f"as the local gradient {name}" if item.kind == LOCAL else f"as {name}, along all paths"


# ---- each claim by itself


def judge(key: AnswerKey, draft: Draft, policy: MarkingPolicy) -> None:
    """Decide what can be decided of a claim by itself: whether it is right. The rest is left open."""
    item, written = draft.item, draft.written
    assert item is not None
    if key.unbound is not None and not isinstance(written, Formula):
        _judge_everywhere(key, draft, item, policy)
        return
    truth = key.truth(item)
    if truth is not None and not math.isfinite(truth):
        draft.status, draft.why = UNGRADED, "the correct value is beyond the largest binary64"
        return
    if isinstance(written, Formula):
        if item.kind in policy.numeric:
            draft.status, draft.why = INVALID, "a number is asked for, and this is a formula"
        else:
            _judge_formula(key, draft, written, policy)
        return
    if isinstance(written, Number):
        draft.number = written
    elif written and (fault := misfit(written, key.sides(item), key.tolerance(item, policy.tolerance))):
        draft.status, draft.why = WRONG if fault.is_wrong_answer else INVALID, fault.why
        return
    if key.sides(item) is not None:
        _judge_sides(key, draft, item, policy)
    elif truth is None:
        _judge_without_truth(key, draft, item)
    elif isinstance(written, Absent):
        draft.status, draft.why = WRONG, f"there is a {'value' if item.kind == VALUE else 'derivative'} here"
    elif isinstance(written, Number) and _is_right(key, item, written, policy):
        draft.short = policy.is_short(written) and not key.is_near(item, written, policy.agreement)
        draft.status = "" if draft.short else CORRECT


def _judge_everywhere(key: AnswerKey, draft: Draft, item: Item, policy: MarkingPolicy) -> None:
    """Decide a number that is claimed without a point. Raises `InputError` unless the item is one number everywhere."""
    assert key.unbound is not None
    truth = key.everywhere(item, policy.random_seed)
    if truth is None or not isinstance(draft.written, Number):
        name = item_name(key.record, item)
        raise key.unbound.but(message=f"{key.unbound.message}, and without a point a claim for {name} is a formula")
    right = draft.written.is_near(truth, key.tolerance(item, policy.tolerance))
    draft.status, draft.why = (CORRECT, "") if right else (WRONG, "")


def _is_right(key: AnswerKey, item: Item, number: Number, policy: MarkingPolicy) -> bool:
    """Whether a number is the true one, or small beside the terms that cancel to it."""
    truth, near = key.truth(item), key.tolerance(item, policy.tolerance)
    if number.value.is_integer() and policy.exactly and key.is_whole(item):
        return bool(abs(number.value - truth) <= near.of_whole(truth, number.unit))
    if key.is_near(item, number, near):
        return True
    scale = key.scale(item, truth)
    return bool(scale and abs(number.value - truth) <= near(scale))


def _judge_sides(key: AnswerKey, draft: Draft, item: Item, policy: MarkingPolicy) -> None:
    """Decide a claim about what has no derivative at the point."""
    number, near, sides = draft.number, key.tolerance(item, policy.tolerance), key.sides(item)
    assert sides is not None
    found, why = judged(
        sides, None if number is None else number.value, key.truth(item),
        lambda t: number is not None and (
            is_new(number, t, key.record.values[item.node], near) if item.kind == STEP else number.is_near(t, near)
        ),
    )  # fmt: skip
    if found != OPEN:
        draft.status, draft.why = CORRECT if found == RIGHT else UNGRADED, why
    elif key.truth(item) is None:
        draft.status, draft.why = WRONG, "there is no derivative here"


def _judge_without_truth(key: AnswerKey, draft: Draft, item: Item) -> None:
    what = "value" if item.kind == VALUE else "derivative"
    if item.node in key.record.doubts:
        draft.status, draft.why = UNGRADED, "it is undecided: it hangs on two numbers that may be equal"
    elif not key.is_undefined(item):
        draft.status, draft.why = UNGRADED, "it does not depend on an input"
    elif isinstance(draft.written, Absent):
        draft.status = CORRECT
    else:
        draft.status, draft.why = WRONG, f"there is no {what} here"


def _judge_formula(key: AnswerKey, draft: Draft, formula: Formula, policy: MarkingPolicy) -> None:
    """Compare a formula with the truth at many points; one that is wrong may still follow at the point itself."""
    assert draft.item is not None
    if name := key.circular(draft.item, formula):
        own = item_name(key.record, draft.item)
        draft.status = INVALID
        draft.why = f"{own} cannot be told by " + ("itself" if name == own else f"{name}, which is computed from it")
        return
    truth = key.truth(draft.item)
    if truth is None and not key.is_undefined(draft.item):
        draft.status, draft.why = UNGRADED, "it does not depend on an input"
        return
    about = (draft.item, draft.claim.text, formula)
    if draft.item.kind == STEP:
        of_gradient = gradient_in(key.record, draft.item, draft.read_as, key.read)
        if of_gradient is None:
            draft.status, draft.why = INVALID, NO_STEP
            return
        about = of_gradient
    found = key.compare(*about, policy.tolerance.relative, policy.random_seed, draft.asked)
    if found.verdict == EQUAL:
        draft.status, draft.why = CORRECT, f"with {found.given}" if found.given else ""
    elif found.verdict == UNKNOWN:
        draft.status, draft.why = UNGRADED, "too few points at which both formulas have a value"
    elif found.verdict == ROUNDED:
        draft.status, draft.why = IMPRECISE, "right up to a rounded constant, write it as a fraction"
    else:
        assert found.verdict == DIFFERENT
        draft.why = "" if draft.item.kind == STEP else found.witness
    draft.number = None if key.unbound else key.at_point(formula)
    if truth is None:
        what = "value" if draft.item.kind == VALUE else "derivative"
        draft.status = draft.status or WRONG
        draft.why = draft.why or f"as a formula; there is no {what} at this point"
    elif draft.number is not None and found.verdict == DIFFERENT:
        draft.agrees = key.is_near(draft.item, draft.number, key.tolerance(draft.item, policy.tolerance))
        if draft.agrees:
            _accept_numbers_put_in(key, draft, draft.item, formula, policy)


def _accept_numbers_put_in(key: AnswerKey, draft: Draft, item: Item, formula: Formula, policy: MarkingPolicy) -> None:
    """Count a formula as right that has numbers of the point in place of names."""
    from .numbers_put_in import numbers_put_in

    if said := numbers_put_in(key, item, draft.read_as, formula, policy.tolerance, policy.random_seed):
        draft.status, draft.why, draft.agrees = CORRECT, f"with {said}", False
