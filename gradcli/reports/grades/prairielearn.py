"""The results.json of a PrairieLearn external grader: one test per claim, all of them with points."""

from __future__ import annotations

import json
from typing import Any

from ...homework.classroom.class_summary import MarkedClass
from ...homework.classroom.results import MarkedItem, StudentResult
from .feedback import verdict


def render(marked_class: MarkedClass, result: StudentResult) -> str:
    """Return what PrairieLearn reads for one student; where nothing was handed in, there is nothing to grade."""
    record: dict[str, Any] = {"gradable": result.earned > 0 or any(line.claim for line in result.lines)}
    if record["gradable"]:
        record |= {
            "score": min(result.share, 1.0),
            "message": "\n".join([marked_class.rule, *result.reasons]),
            "tests": [_test(line) for line in result.lines if line.points],
        }
    else:
        record["format_errors"] = [
            "exempt" if result.exempt else "; ".join(result.remarks) if result.is_open else "nothing was handed in"
        ]
    return json.dumps(record, indent=1, allow_nan=False) + "\n"


def _test(line: MarkedItem) -> dict[str, Any]:
    return {
        "name": f"{line.problem} {line.item}",
        "description": f"your answer: {line.claim}" if line.claim else "",
        "points": line.earned,
        "max_points": line.points,
        "message": verdict(line),
    }
