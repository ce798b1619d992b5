"""What a class is marked otherwise than in an earlier run: every verdict and every sum of points that changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from ...errors import InputError, Source
from .results import StudentResult, points_text

SCHEMA = "gradcli.grade/1"


class Change(NamedTuple):
    """What is marked otherwise: a claim, or (without an item) the points of a student; None where there was nothing."""

    student: str
    problem: str
    item: str
    before: str | None
    after: str | None


def earlier_run(source: Source) -> dict[str, Any]:
    """Return the students of an earlier run by their names. Raises `InputError` for what is no report of one."""
    try:
        run = json.loads(source.text)
        students = run["students"] if run["schema"] == SCHEMA else None
        return {student["student"]: student for student in students}  # type: ignore[union-attr]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputError(
            f"{source.name} is not a marked class", kind="option", hint="--against takes what grade --json wrote"
        ) from None


def changes(results: Iterable[StudentResult], earlier: dict[str, Any]) -> list[Change]:
    """Return what changed since an earlier run, student by student, the points of each first."""
    found: list[Change] = []
    left = dict(earlier)
    for result in results:
        before = left.pop(result.student, None)
        points = points_text(result.earned)
        if before is None:
            found.append(Change(result.student, "", "", None, points))
            continue
        known = _verdicts(before)
        own = {(line.problem, line.item): line.status for line in result.lines}
        changed = [
            Change(result.student, *place, known.get(place), own.get(place))
            for place in dict.fromkeys((*own, *known))
            if known.get(place) != own.get(place)
        ]
        was = points_text(float(before.get("earned", 0)))
        if was != points:
            found.append(Change(result.student, "", "", was, points))
        found += changed
    return found + [
        Change(name, "", "", points_text(float(before.get("earned", 0))), None) for name, before in left.items()
    ]


def _verdicts(student: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(line["problem"], line["item"]): line["status"] for line in student.get("claims", ())}
