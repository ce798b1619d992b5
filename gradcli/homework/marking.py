"""Marking: a sheet of claims goes in, its marks and its score come out. `check` and `grade` both use `mark`.

A claim is right if it is near the true number, lies between the one-sided derivatives at a kink, or follows from the
student's own numbers where those are right (an honestly rounded sheet is a right sheet).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import InputError
from ..sweeps import forward
from ..systems import FLOAT
from .claims import Absent, Claim, Formula, Number
from .equality import DIFFERENT, EQUAL, ROUNDED, UNKNOWN
from .items import LOCAL, UPSTREAM, VALUE, Item, item_name
from .key import Key
from .steps import Step, Steps
from .tolerance import ATOL, HALF_UNIT, RTOL, Tolerance

if TYPE_CHECKING:
    from .diagnosis import Diagnosis

__all__ = ["Claim", "Key", "Mark", "Marked", "Rules", "mark"]

CORRECT, IMPRECISE, FOLLOW_THROUGH = "correct", "imprecise", "follow_through"
WRONG, MISSING, INVALID, UNGRADED = "wrong", "missing", "invalid", "ungraded"

CLOSE = 0.2  # an integer further off than this, relatively, is no rounded number but a wrong one


class Rules(NamedTuple):
    """What counts as right. `follow_through` is the credit of a right step from a wrong number, None for none."""

    rtol: float | None = None  # the usual one, unless there are significant figures
    atol: float = ATOL
    sigfigs: int | None = None
    follow_through: float | None = None
    seed: int = 0
    diagnose: bool = True

    @property
    def tolerance(self) -> Tolerance:
        """How far from a number still counts as that number."""
        return Tolerance(RTOL if self.rtol is None else self.rtol, self.atol, self.sigfigs)

    def too_coarse(self, number: Number, x: float, slack: float = 0.0) -> bool:
        """Whether a number is x, give or take some slack, at the precision it is written with, and that is too low."""
        off = abs(number.value - x)
        if not number.unit or number.figures >= self.figures or off > HALF_UNIT * number.unit + slack:
            return False
        return not number.integer or off <= CLOSE * abs(x)

    @property
    def figures(self) -> int:
        """How many significant figures a number needs for the tolerance."""
        return self.sigfigs or max(1, math.ceil(-math.log10(max(self.tolerance.rtol, 1e-15)) - 1e-9) + 1)

    def checked(self) -> Rules:
        """Return the rules; raise `InputError` for a tolerance or a credit that means nothing."""
        if self.rtol is not None and self.sigfigs is not None:
            raise InputError("significant figures stand instead of a relative tolerance: give one", kind="option")
        if not (0 <= self.tolerance.rtol < 1 and 0 <= self.atol < math.inf):
            raise InputError("a tolerance is a number from 0, relative ones below 1", kind="option")
        if self.sigfigs is not None and not 1 <= self.sigfigs <= 15:
            raise InputError("significant figures go from 1 to 15", kind="option")
        if self.follow_through is not None and not 0 <= self.follow_through <= 1:
            raise InputError("the credit of a follow-through goes from 0 to 1", kind="option")
        return self

    def words(self) -> str:
        """Return the rule as a person reads it."""
        if self.sigfigs is not None:
            text = f"right = agrees with the correct value to {self.sigfigs} significant figures"
        else:
            text = f"right = within {100 * self.tolerance.rtol:g} % of the correct value"
        text += ", or follows from your own right numbers"
        if self.follow_through is not None:
            text += f"; a right step from a wrong number counts {self.follow_through:g}"
        return text


class Mark(NamedTuple):
    """The verdict on one claim: its status, its credit from 0 to 1, and why in words.

    `item` is None where the claim names none. `first_wrong` marks the first wrong step of the sheet. `value` is the
    number that is claimed, that of a formula at the point.
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


class Marked(NamedTuple):
    """A marked sheet: a mark for every claim and every missing item, the score, and the rule in words."""

    marks: list[Mark]
    earned: float
    possible: float
    rule: str


class _Draft:
    """A claim on its way to a mark: `written` is what it says; `status` is empty while it is undecided."""

    __slots__ = ("agrees", "carried", "claim", "item", "number", "status", "why", "written")

    def __init__(self, claim: Claim, item: Item | None, status: str = "", why: str = "") -> None:
        self.claim = claim
        self.item = item
        self.status = status
        self.why = why
        self.written: Number | Formula | Absent | None = None
        self.number: Number | None = None  # what it is at the point
        self.agrees = False  # whether it is a wrong formula with the right value at the point
        self.carried = False  # whether it is a right step from a wrong number


def mark(key: Key, claims: Sequence[Claim], rules: Rules, expected: Sequence[Item] | None = None) -> Marked:
    """Return the marks of a sheet, in the order of its claims; `expected` items that it lacks are `missing`.

    A claim that cannot be read is `invalid` and never stops the others. What cannot be graded does not count.
    """
    rules.checked()
    seen: dict[Item, _Draft] = {}
    drafts = [_read(key, claim, seen) for claim in claims]
    for draft in seen.values():
        _judge(key, draft, rules)
    if any(not draft.status for draft in seen.values()):
        _follow(key, seen, rules)
    handed_in = {draft.item for draft in drafts}
    for item in expected or ():
        if item not in handed_in:
            drafts.append(_Draft(Claim(item_name(key.record, item), ""), item, MISSING, "not handed in"))
    wrong = [draft for draft in seen.values() if draft.status == WRONG]
    first = min(wrong, key=_working_order, default=None)
    diagnoses = _diagnose(key, seen, rules) if wrong and rules.diagnose else {}
    marks = [
        Mark(
            draft.claim,
            draft.item,
            draft.status,
            _credit(draft.status, rules),
            draft.why,
            None if draft.item is None else key.truth(draft.item),
            draft is first,
            diagnoses.get(draft.item, ()) if draft.status == WRONG and draft.item is not None else (),
            None if draft.number is None else draft.number.value,
        )
        for draft in drafts
    ]
    possible = sum(1 for m in marks if m.status != UNGRADED)
    return Marked(marks, math.fsum(m.credit for m in marks), float(possible), rules.words())


def _credit(status: str, rules: Rules) -> float:
    return 1.0 if status == CORRECT else (rules.follow_through or 0.0) if status == FOLLOW_THROUGH else 0.0


def _working_order(draft: _Draft) -> tuple[int, int, int]:
    """Return where an item stands in the work: values forwards, local gradients, upstream gradients backwards."""
    assert draft.item is not None
    kind, node, position = draft.item
    return ((VALUE, LOCAL, UPSTREAM).index(kind), -node if kind == UPSTREAM else node, position)


def _read(key: Key, claim: Claim, seen: dict[Item, _Draft]) -> _Draft:
    """Return the draft of a claim, and note it in `seen` if it says something about an item."""
    item = key.item(claim.name)
    if isinstance(item, str):
        return _Draft(claim, None, INVALID, item)
    if not claim.text or claim.text.isspace():
        return _Draft(claim, item, MISSING, "not handed in")
    if item in seen:
        return _Draft(claim, item, INVALID, f"{item_name(key.record, item)} is claimed twice")
    written = key.read(claim.text)
    if isinstance(written, str):
        return _Draft(claim, item, INVALID, written)
    draft = seen[item] = _Draft(claim, item)
    draft.written = written
    return draft


# ---- each claim by itself


def _judge(key: Key, draft: _Draft, rules: Rules) -> None:
    """Decide what can be decided of a claim by itself: whether it is right. The rest is left open."""
    item, written = draft.item, draft.written
    assert item is not None
    truth, span = key.truth(item), key.spans.get(item)
    if truth is None or not math.isfinite(truth):
        _judge_without_truth(key, draft, item, truth)
    elif isinstance(written, Absent):
        if span is not None and span[0] != span[1]:
            draft.status, draft.why = CORRECT, "there is no derivative here, only one from each side"
        else:
            draft.status, draft.why = WRONG, f"there is a {'value' if item.kind == VALUE else 'derivative'} here"
    elif isinstance(written, Number):
        draft.number = written
        near, off = rules.tolerance(truth), abs(written.value - truth)
        if off <= near or off <= rules.tolerance(key.scale(item, truth)):
            draft.status = CORRECT
        elif span is not None and span[0] - near <= written.value <= span[1] + near:
            low, high = map(FLOAT.brief, span)
            draft.status, draft.why = CORRECT, f"between the one-sided derivatives, {low} and {high}"
    elif isinstance(written, Formula):
        _judge_formula(key, draft, written, rules)


def _judge_without_truth(key: Key, draft: _Draft, item: Item, truth: float | None) -> None:
    if truth is not None:
        draft.status, draft.why = UNGRADED, "the correct value is beyond the largest binary64"
    elif item.node in key.record.doubts:
        draft.status, draft.why = UNGRADED, "it is undecided: it hangs on two numbers that may be equal"
    elif key.is_undefined(item):
        right = isinstance(draft.written, Absent)
        what = "value" if item.kind == VALUE else "derivative"
        draft.status, draft.why = (CORRECT, "") if right else (WRONG, f"there is no {what} here")
    else:
        draft.status, draft.why = UNGRADED, "it does not depend on an input"


def _judge_formula(key: Key, draft: _Draft, formula: Formula, rules: Rules) -> None:
    """Compare a formula with the truth at many points; one that is wrong may still follow at the point itself."""
    assert draft.item is not None
    if name := key.circular(draft.item, formula):
        own = item_name(key.record, draft.item)
        draft.status = INVALID
        draft.why = f"{own} cannot be told by " + ("itself" if name == own else f"{name}, which is computed from it")
        return
    found = key.compare(draft.item, draft.claim.text, formula, rules.tolerance.relative, rules.seed)
    if found.verdict == EQUAL:
        draft.status = CORRECT
    elif found.verdict == UNKNOWN:
        draft.status, draft.why = UNGRADED, "too few points at which both formulas have a value"
    elif found.verdict == ROUNDED:
        draft.status, draft.why = IMPRECISE, "right up to a rounded constant, write it as a fraction"
    else:
        assert found.verdict == DIFFERENT
        draft.why = found.witness
    values = key.record.values
    names = key.record.graph.by_label
    numbers, faults = forward(FLOAT, formula.graph, {name: values[names[name]] for name in formula.graph.inputs})
    if formula.graph.output not in faults and math.isfinite(numbers[formula.graph.output]):
        draft.number = Number(numbers[formula.graph.output])
        truth = key.truth(draft.item)
        draft.agrees = found.verdict == DIFFERENT and abs(draft.number.value - truth) <= rules.tolerance(truth)


# ---- all claims together


def _follow(key: Key, seen: dict[Item, _Draft], rules: Rules) -> None:
    """Decide the open claims by the step rule: right after all, a right step, too coarse, or wrong."""
    claims = {item: draft.number for item, draft in seen.items() if draft.number is not None}
    right = {item for item, draft in seen.items() if draft.status == CORRECT}
    written = sorted(n.figures for n in claims.values() if n.unit and n.resolution)
    figures = max(3, written[len(written) // 2]) if written else 0
    steps = Steps(key.record, key.users, claims, right, key.settled, rules.tolerance, rules.too_coarse, figures).found
    for item, draft in seen.items():
        if draft.status:
            continue
        step = steps.get(item)
        number = draft.written if isinstance(draft.written, Number) else None
        carried = None if step is None else step.carried
        if number is not None and step is not None and carried is None and not step.coarse:
            draft.status, draft.why = CORRECT, "follows from your own rounded numbers"
        elif number is not None and _is_coarse(number, key.truth(item), step, rules):
            draft.status = IMPRECISE
            draft.why = f"right as far as it goes, give {rules.figures} significant figures"
        elif step is not None and carried is not None:
            _carry(key, draft, carried.item, trivial=step.trivial)
        else:
            draft.status = WRONG
            if item in key.settled:
                draft.why = "the one-sided derivatives agree here, and are not this"


def _is_coarse(number: Number, truth: float, step: Step | None, rules: Rules) -> bool:
    """Whether a number is right but for its few figures, by itself or as a step from numbers that are no worse."""
    if rules.too_coarse(number, truth):
        return True
    return step is not None and step.coarse and (step.carried is None or step.carried.coarse)


def _carry(key: Key, draft: _Draft, item: Item, *, trivial: bool) -> None:
    source = item_name(key.record, item)
    draft.carried = True
    if trivial:
        draft.status, draft.why = WRONG, f"follows from your {source}, but a wrong 0 or 1 carries nothing"
    else:
        draft.status, draft.why = FOLLOW_THROUGH, f"a right step from your {source}"


def _diagnose(key: Key, seen: dict[Item, _Draft], rules: Rules) -> dict[Item, tuple[Diagnosis, ...]]:
    """Return, for the wrong claims, the mistakes that they are consistent with.

    What follows from wrong numbers was no mistake, whether it is credited or not. A formula that is wrong elsewhere but
    not at the point says nothing.
    """
    from .diagnosis import Evidence  # with the whole catalogue of mistakes, which a right sheet does not need

    sheet = [
        Evidence(item, draft.number.value, draft.number.resolution, draft.status != WRONG or draft.carried)
        for item, draft in sorted(seen.items(), key=lambda entry: _working_order(entry[1]))
        if draft.number is not None and not draft.agrees
    ]
    found = key.suspects(rules.tolerance).diagnose(sheet)
    return {item: tuple(d for d in found if item in d.explains) for item in seen}
