"""The class as TAP 14: one subtest per student, one test point per claim."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...homework.classroom.class_summary import MarkedClass
from ...homework.classroom.results import MarkedItem, StudentResult
from ...homework.marking.marks import UNGRADED
from ...text import visible
from .. import Style
from .feedback import in_words


def render(marked_class: MarkedClass, style: Style) -> Iterator[str]:
    """Return the lines. A student's own test point passes if all of the subtest's do."""
    yield f"TAP version 14\n1..{marked_class.students}\n"
    for number, result in enumerate(marked_class.store.results(), 1):
        yield _subtest(result, number)


def _subtest(result: StudentResult, number: int) -> str:
    lines = [line for line in result.lines if line.points]
    name = _description(result.student)
    points = "".join(_point(line, k) for k, line in enumerate(lines, 1))
    verdict = "ok" if all(line.passed or line.status == UNGRADED for line in lines) else "not ok"
    reasons = "".join(f"    # {visible(reason)}\n" for reason in result.reasons)
    return f"# Subtest: {name}\n    1..{len(lines)}\n{reasons}{points}{verdict} {number} - {name}\n"


def _point(line: MarkedItem, number: int) -> str:
    """Return a test point; why it failed is a block of YAML, whose texts are written as in JSON."""
    verdict = "ok" if line.passed else "not ok"
    head = f"    {verdict} {number} - {_description(f'{line.problem} {line.item}')}"
    if line.passed:
        return f"{head}\n"
    if line.status == UNGRADED:
        return f"{head} # SKIP {_description(line.why)}\n"
    about = {
        "message": line.message or in_words(line),
        "severity": line.status,
        "claim": line.claim or None,
        "points": line.points,
        "earned": line.earned,
    }
    block = "".join(f"      {key}: {json.dumps(value)}\n" for key, value in about.items())
    return f"{head}\n      ---\n{block}      ...\n"


def _description(text: str) -> str:
    """Return text in a test point, where # begins a directive."""
    return visible(text).replace("\\", "\\\\").replace("#", "\\#")
