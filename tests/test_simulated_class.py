"""A simulated class, made without the catalogue: mistakes are located and named, and chance is not taken for one."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

import pytest

from gradcli.homework.claims.items import LOCAL, Item
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import CORRECT, WRONG, MarkingPolicy, mark

from .simulated import PROGRAMS, RIGHT, Exercise, Hook, mistakes, rounded

SAMPLE = 15  # one sheet of so many is marked


@cache
def exercises(name: str) -> list[tuple[Exercise, AnswerKey]]:
    """Return a program with its own numbers and with drawn ones, and their keys."""
    found = [Exercise(name), Exercise(name, random.Random(name))]
    return [(exercise, AnswerKey(exercise.record)) for exercise in found]


def written(exercise: Exercise, hook: Hook, figures: int) -> dict[Item, str] | None:
    """Return a sheet, None where the work cannot be gone on with."""
    try:
        texts = exercise.numbers(hook, figures)
    except (ValueError, ArithmeticError, TypeError):
        return None
    return None if any(c in text for text in texts.values() for c in "jni") else texts


def counted(*, locals_too: bool) -> Counter[str]:
    """Return how the mistakes of the class were found: sheets, located and named ones; the others with a u."""
    count: Counter[str] = Counter()
    k = 0
    for name in PROGRAMS:
        for exercise, key in exercises(name):
            for hook in mistakes(exercise):
                for figures in (3, 4):
                    k += 1
                    texts = written(exercise, hook, figures) if k % SAMPLE == 0 else None
                    first = texts and exercise.first_touched(hook, texts, locals_too=locals_too)
                    if not texts or not first:
                        continue
                    marks = mark(key, exercise.claims(texts, locals_too=locals_too), MarkingPolicy()).marks
                    if all(m.status == CORRECT for m in marks):
                        continue
                    kind = "" if hook.names else "u"
                    flagged = next((m for m in marks if m.first_wrong), None)
                    told = flagged.diagnoses if flagged else ()
                    named = any(hook.names & {d.mistake, *d.also} for d in told)
                    assert len(told) <= 2
                    count[f"{kind}sheets"] += 1
                    count[f"{kind}located"] += flagged is not None and flagged.claim.name == first
                    count[f"{kind}named"] += named
                    count[f"{kind}alone"] += named and len(told) == 1
    return count


@pytest.mark.parametrize(("locals_too", "named", "alone"), [(True, 0.98, 0.85), (False, 0.95, 0.65)])
def test_a_mistake_is_located_and_named(locals_too: bool, named: float, alone: float) -> None:
    """One mistake on a sheet: located 99 in 100, also if no catalogue has it; named, and by that name alone."""
    count = counted(locals_too=locals_too)
    assert count["sheets"] > 400
    assert count["usheets"] > 60
    assert count["located"] >= 0.99 * count["sheets"], count
    assert count["ulocated"] >= 0.99 * count["usheets"], count
    assert count["named"] >= named * count["sheets"], count
    assert count["alone"] >= alone * count["sheets"], count


@pytest.mark.parametrize(("locals_too", "whole", "limit"), [
    (True, False, 0.003), (False, False, 0.003), (True, True, 0.026), (False, True, 0.04),
])  # fmt: skip
def test_a_number_by_chance_is_not_diagnosed(locals_too: bool, whole: bool, limit: float) -> None:
    """One random number on a right sheet, of four figures or a small whole one."""
    draw = random.Random(f"{locals_too} {whole}")
    wrong = told = 0
    while wrong < 700:
        exercise, key = exercises(draw.choice(list(PROGRAMS)))[0]
        texts = exercise.numbers(RIGHT, 4)
        item = draw.choice([i for i in exercise.items if locals_too or i.kind != LOCAL])
        truth = float(texts[item])
        x = float(draw.randint(-9, 9))
        if not whole:
            x = draw.choice((1, -1)) * (abs(truth) or 1.0) * 10 ** draw.uniform(-1, 1)
        if abs(x - truth) <= 0.02 * abs(truth):
            continue
        texts[item] = rounded(x, 4)
        marks = mark(key, exercise.claims(texts, locals_too=locals_too), MarkingPolicy()).marks
        wrong += sum(m.status == WRONG for m in marks)
        told += sum(bool(m.diagnoses) for m in marks)
    assert told <= limit * wrong, f"{told} of {wrong}"
