"""What is read on a student's sheet as JSON (gradcli.sheet-check/1): nothing that the homework does not reveal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .json_text import json_list, json_object, json_of
from .schema_parts import TEXT, a_list, a_schema, a_text, an_object

if TYPE_CHECKING:
    from ..homework.classroom.results import MarkedItem
    from .sheet_check import CheckedSheet

MAYBE = {"type": ["string", "null"]}
SHEET_CHECK: dict[str, Any] = a_schema(
    "gradcli.sheet-check/1",
    "What is read on a sheet before it is handed in. Keys are only ever added.",
    {
        "title": a_text("The title of the homework."),
        "student": TEXT,
        "whole": {"description": "Whether all is answered and read; then the status is 0.", "type": "boolean"},
        "missing": {"description": "How many items have no answer.", "type": "integer"},
        "unreadable": {"description": "How many answers and rows cannot be read.", "type": "integer"},
        "answers": a_list(
            an_object(
                "An answer, or an item without one.",
                {
                    "problem": TEXT,
                    "item": TEXT,
                    "claim": {**MAYBE, "description": "As it was written; null if it is missing."},
                    "read_as": {**MAYBE, "description": "What is read in place of what was written."},
                    "state": {"enum": ["read", "missing", "unreadable"]},
                    "asked": {"description": "Whether the homework asks for it.", "type": "boolean"},
                    "why": a_text("Why it cannot be read."),
                    "verdict": {**MAYBE, "description": "The status of the mark, where it is revealed."},
                    "expected": {**MAYBE, "description": "The correct value, where it is revealed."},
                },
            )
        ),
        "remarks": a_list(TEXT),
        "not_read": a_list(an_object("A row.", {"place": TEXT, "message": TEXT}), "What cannot be read of the file."),
    },
)


def as_json(checked: CheckedSheet) -> str:
    """Return what is read as one JSON object, one answer per line."""
    result = checked.result
    head = {
        "schema": "gradcli.sheet-check/1",
        "title": checked.title,
        "student": result.student,
        "whole": checked.is_whole,
        "missing": checked.missing,
        "unreadable": checked.unreadable,
    }
    fields = {key: json_of(value) for key, value in head.items()}
    fields["answers"] = json_list(json_of(_answer(line, shown=checked.shows(line))) for line in result.lines)
    fields["remarks"] = json_of(result.remarks)
    fields["not_read"] = json_list(json_of({"place": t.place, "message": t.message}) for t in checked.troubles)
    return json_object(fields)


def _answer(line: MarkedItem, *, shown: bool) -> dict[str, Any]:
    unreadable = line.status == "invalid"
    return {
        "problem": line.problem,
        "item": line.item,
        "claim": line.claim or None,
        "read_as": line.read_as or None,
        "state": "unreadable" if unreadable else "read" if line.claim else "missing",
        "asked": bool(line.points),
        "why": line.why if unreadable else "",
        "verdict": line.status if shown else None,
        "expected": line.expected if shown and line.status != "correct" else None,
    }
