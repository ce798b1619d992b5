"""The class as JSON (schema gradcli.grade/1): one student a line, then the statistics and what was not marked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ...homework.classroom.class_summary import MOST, Class
from ...homework.classroom.results import Result
from .. import Style


def render(whole: Class, style: Style) -> Iterator[str]:
    """Return the class as one JSON object, in pieces."""
    head = {"schema": "gradcli.grade/1", "title": whole.title, "rule": whole.rule, "points": whole.points}
    yield "{" + "".join(f"{_dump(key)}: {_dump(value)},\n " for key, value in head.items())
    problems = ({"id": id, "points": points} for id, points in whole.possible.items())
    yield f'"problems": {_dump(list(problems))},\n "students": '
    yield from _block(student(result) for result in whole.pile.results())
    tail = {
        "spread": dict(zip(("least", "median", "mean", "greatest"), whole.pile.spread() or (), strict=False)),
        "items": [entry._asdict() for entry in whole.items()],
        "mistakes": [entry._asdict() for entry in whole.common_mistakes()],
        "shared": [
            dict(zip(("problem", "item", "claim", "students"), entry, strict=True))
            for entry in whole.pile.shared_wrong(MOST)
        ],
    }
    yield "".join(f",\n {_dump(key)}: {_dump(value)}" for key, value in tail.items())
    yield ',\n "not_marked": '
    yield from _block(
        {"place": trouble.place, "student": trouble.student, "message": trouble.message}
        for trouble in whole.pile.troubles()
    )
    yield "}\n"


def student(result: Result) -> dict[str, Any]:
    """Return the record of a student."""
    return {
        "student": result.student,
        "earned": result.earned,
        "points": result.possible,
        "problems": {id: {"earned": earned, "points": points} for id, (earned, points) in result.problems.items()},
        "claims": [
            {
                "problem": line.problem,
                "item": line.item,
                "claim": line.claim or None,
                "status": line.status,
                "credit": line.credit,
                "points": line.points,
                "expected": line.expected,
                "why": line.why,
                "first_wrong": line.first_wrong,
                "mistakes": [{"mistake": m.mistake, "message": m.message} for m in line.mistakes],
            }
            for line in result.lines
        ],
        "remarks": result.remarks,
    }


def _block(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield a list with one row a line."""
    before = "[\n  "
    for row in rows:
        yield before + _dump(row)
        before = ",\n  "
    yield "[]" if before == "[\n  " else "\n ]"


def _dump(value: Any) -> str:
    return json.dumps(value, allow_nan=False)
