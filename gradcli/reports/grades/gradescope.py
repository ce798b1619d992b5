"""The results.json of a Gradescope autograder: one test per claim."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from ...homework.classroom.class_summary import MarkedClass
from ...homework.classroom.results import MarkedItem, StudentResult
from .feedback import verdict


def render(marked_class: MarkedClass, result: StudentResult) -> str:
    """Return what Gradescope reads for one student. Every test has a status: without one it would show as failed."""
    counts: Counter[str] = Counter()
    numbers = {id: k for k, id in enumerate(result.problems, 1)}
    tests = []
    for line in result.lines:
        if line.points:
            counts[line.problem] += 1
            tests.append(_test(line, f"{numbers[line.problem]}.{counts[line.problem]}"))
    record = {
        "score": result.earned,
        "output": "\n".join([marked_class.rule, *result.reasons]),
        "output_format": "text",
        "visibility": "visible",
        "tests": tests,
        "extra_data": {"schema": "gradcli.grade/1", "student": result.student},
    }
    return json.dumps(record, indent=1, allow_nan=False) + "\n"


def _test(line: MarkedItem, number: str) -> dict[str, Any]:
    answer = f"your answer: {line.claim}\n" if line.claim else ""
    return {
        "name": f"{line.problem} {line.item}",
        "number": number,
        "score": line.earned,
        "max_score": line.points,
        "status": "passed" if line.passed else "failed",
        "output": answer + verdict(line),
        "output_format": "text",
        "tags": [m.mistake for m in line.mistakes],
        "visibility": "visible",
        "extra_data": {"status": line.status, "first_wrong": line.first_wrong},
    }
