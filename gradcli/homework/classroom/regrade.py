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


class Earlier(NamedTuple):
    """What an earlier run says of a student: the points, and the status of every claim by its problem and item."""

    points: str
    verdicts: dict[tuple[str, str], str]


def earlier_run(source: Source) -> dict[str, Earlier]:
    """Return the students of an earlier run by their names. Raises `InputError` for what is no report of one."""
    try:
        run = json.loads(source.text)
        students = run["students"] if run["schema"] == SCHEMA else None
        return {_text(student["student"]): _earlier(student) for student in students}  # type: ignore[union-attr]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise InputError(
            f"{source.name} is not a marked class", kind="option", hint="--against takes what grade --json wrote"
        ) from None


def _earlier(student: dict[str, Any]) -> Earlier:
    claims = student.get("claims", ())
    verdicts = {(_text(line["problem"]), _text(line["item"])): _text(line["status"]) for line in claims}
    return Earlier(points_text(float(student["earned"])), verdicts)


def _text(found: Any) -> str:
    """Return a text of an earlier run. Raises `TypeError` for what is none."""
    if not isinstance(found, str):
        raise TypeError
    return found


def changes(results: Iterable[StudentResult], earlier: dict[str, Earlier]) -> list[Change]:
    """Return what changed since an earlier run, student by student, the points of each first."""
    found: list[Change] = []
    left = dict(earlier)
    for result in results:
        before = left.pop(result.student, None)
        points = points_text(result.earned)
        if before is None:
            found.append(Change(result.student, "", "", None, points))
            continue
        own = {(line.problem, line.item): line.status for line in result.lines}
        if before.points != points:
            found.append(Change(result.student, "", "", before.points, points))
        found += [
            Change(result.student, *place, before.verdicts.get(place), own.get(place))
            for place in dict.fromkeys((*own, *before.verdicts))
            if before.verdicts.get(place) != own.get(place)
        ]
    return found + [Change(name, "", "", before.points, None) for name, before in left.items()]
