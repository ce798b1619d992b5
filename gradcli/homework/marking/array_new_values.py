"""Marking arrays after a step of descent, entry by entry: the step has to be seen, as for numbers in `new_values`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..claims.array_items import ArrayItem
from ..claims.claims import Number
from ..claims.items import STEP, UPSTREAM
from .array_judging import ArrayDraft
from .array_key import ArrayKey
from .array_steps import ArraySteps
from .judging import CORRECT, FOLLOW_THROUGH, WRONG, MarkingPolicy
from .new_values import is_new

if TYPE_CHECKING:
    from ..diagnosis.array_suspects import ArrayDiagnosis

Rule = Callable[[float, float, float], float]


class StepMistake(NamedTuple):
    """A mistake in taking a step: its id, the words, and the new value that it gives of w, the signed rate and g."""

    id: str
    message: str
    rule: Rule


STEP_MISTAKES = (
    StepMistake("step-sign", "a step the wrong way, plus for minus or the reverse", lambda w, rate, g: w + rate * g),
    StepMistake("step-without-rate", "the rate left out", lambda w, rate, g: w - (g if rate > 0 else -g)),
    StepMistake("step-rate-twice", "the rate multiplied in twice", lambda w, rate, g: w - rate * abs(rate) * g),
    StepMistake("step-alone", "the step alone, without the old value", lambda w, rate, g: rate * g),
    StepMistake("step-alone", "the step alone, without the old value", lambda w, rate, g: -rate * g),
    StepMistake("step-gradient", "the gradient instead of the new value", lambda w, rate, g: g),
    StepMistake("step-old", "the old value again", lambda w, rate, g: w),
)  # fmt: skip


def own_gradient(steps: ArraySteps, item: ArrayItem) -> list[float] | None:
    """Return the student's own gradient, flat, or the true one where it was not claimed; None where nothing flows."""
    found = steps.upstream[item.node]
    return None if found is None or None in found.entries else item.taken(found.entries)


def follow_steps(key: ArrayKey, seen: Mapping[ArrayItem, ArrayDraft], steps: ArraySteps, policy: MarkingPolicy) -> None:
    """Decide which open claims of new values follow from the student's own gradients."""
    for item, draft in seen.items():
        own = own_gradient(steps, item) if item.kind == STEP and not draft.status and draft.right is not None else None
        if own is None or (UPSTREAM, item.node) not in steps.moved:
            continue
        rate, old = key.run.rate, key.before_step(item)
        claimed = steps.claims.get((UPSTREAM, item.node))
        exactly = key.tolerance(item, policy.tolerance)._replace(rtol=0.0, sigfigs=None)
        slack = abs(rate) * max((n.resolution for n in _gradient(seen, item)), default=0.0)
        follows = [
            is_new(number, w - rate * g, w, exactly, slack)
            for number, w, g in zip(draft.numbers, old, own, strict=True)
        ]
        if not all(follows):
            continue
        name = f"d{key.record.labels[key.record.output]}/d{key.record.labels[item.node]}"
        if claimed is not None and all(claimed.right):
            draft.status, draft.right, draft.why = CORRECT, follows, "follows from your own rounded numbers"
        else:
            draft.status, draft.why = FOLLOW_THROUGH, f"a right step from your {name}"


def _gradient(seen: Mapping[ArrayItem, ArrayDraft], item: ArrayItem) -> list[Number]:
    """Return the entries of the gradient of a new value as they were claimed."""
    return [n for other, d in seen.items() if (other.kind, other.node) == (UPSTREAM, item.node) for n in d.numbers]


def diagnosed(
    key: ArrayKey, seen: Mapping[ArrayItem, ArrayDraft], steps: ArraySteps, policy: MarkingPolicy
) -> dict[int, tuple[ArrayDiagnosis, ...]]:
    """Return, for the wrong claims of new values, the mistake in the step that each is consistent with.

    The keys are the identities of drafts.
    """
    from ..diagnosis.array_suspects import ArrayDiagnosis
    from ..diagnosis.suspects import CONSISTENT

    found: dict[int, tuple[ArrayDiagnosis, ...]] = {}
    for item, draft in seen.items():
        own = own_gradient(steps, item) if item.kind == STEP and draft.status == WRONG and draft.numbers else None
        if own is None:
            continue
        rate, old = key.run.rate, key.before_step(item)
        for mistake in STEP_MISTAKES:
            made = [mistake.rule(w, rate, g) for w, g in zip(old, own, strict=True)]
            if all(_gives(n, x, w, policy) for n, x, w in zip(draft.numbers, made, old, strict=True)):
                where = f"at new({key.record.labels[item.node]})"
                found[id(draft)] = (ArrayDiagnosis(mistake.id, CONSISTENT, mistake.message, where, (item.node,), ()),)
                break
    return found


def _gives(claimed: Number, made: float, old: float, policy: MarkingPolicy) -> bool:
    """Whether a claimed entry is what a mistake makes, to its last digit or beside the size of that step."""
    step = policy.tolerance.relative * abs(made - old)
    return abs(claimed.value - made) <= max(claimed.resolution, step, 1e-12 * abs(made))
