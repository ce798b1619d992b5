"""Programs of arrays with claims about them: how tests mark a sheet, as `gradcli check` does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.marking.array_key import ArrayKey
from gradcli.homework.marking.array_marks import ArrayMark, ArrayMarked, mark_arrays
from gradcli.homework.marking.judging import CORRECT, MarkingPolicy
from gradcli.record.array_gradient import evaluate_arrays
from gradcli.record.array_values import array_of
from gradcli.record.request import Request


def key_of(program: str, bindings: Mapping[str, Any], fixed: tuple[str, ...] = ()) -> ArrayKey:
    """Return the key of a program at a point."""
    given = {name: array_of(name, value) for name, value in bindings.items()}
    return ArrayKey(evaluate_arrays(Source("program", program), given, Request()), given, fixed, 0)


def marked(key: ArrayKey, claims: Mapping[str, Any], policy: MarkingPolicy | None = None) -> ArrayMarked:
    """Return the marks of some claims by item."""
    return mark_arrays(key, [Claim(item, str(text)) for item, text in claims.items()], policy or MarkingPolicy())


def marks(program: str, bindings: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, ArrayMark]:
    """Return the mark of each claim by item."""
    return {m.claim.name: m for m in marked(key_of(program, bindings), claims).marks}


def wrong(sheet: ArrayMarked) -> list[ArrayMark]:
    """Return the marks of what is not right."""
    return [m for m in sheet.marks if m.status != CORRECT]


def named(sheet: ArrayMarked) -> set[str]:
    """Return the ids of all mistakes that a sheet is consistent with."""
    return {d.mistake for m in sheet.marks for d in m.diagnoses}
