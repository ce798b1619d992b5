"""The JSON Schemas of what gradcli prints as JSON."""

from __future__ import annotations

from typing import Any

from .array_check_schema import ARRAY_CHECK
from .array_schema import ARRAY_DIFF, ARRAY_GRADIENT, COST, SHAPES
from .descent_schema import DESCENT
from .schema_parts import CHECK, DIALECT, FLOAT, NODE, NOTE, NUMBER, REMARK, SIDED, SPAN, TEXT, an_object
from .sheet_check_json import SHEET_CHECK

DIAGNOSIS = an_object(
    "A mistake that a wrong claim is consistent with.",
    {
        "mistake": {"description": "The mistake in the catalogue.", "type": "string"},
        "message": TEXT,
        "site": {"description": "The names of the nodes where it was made.", "type": "array", "items": TEXT},
        "explains": {"description": "The wrong claims that it explains.", "type": "array", "items": TEXT},
        "also": {"description": "Mistakes that say the same on this sheet.", "type": "array", "items": TEXT},
        "rule": {"description": "What should have been done there; empty where there is no rule.", "type": "string"},
    },
)
MARK = an_object(
    "The verdict on one claim, or on an item that is missing.",
    {
        "item": {"description": "What the claim is about; null where it names nothing.", "type": ["string", "null"]},
        "kind": {"enum": ["value", "local", "upstream", "derivative", "new", None]},
        "name": {"description": "The item as it was written.", "type": "string"},
        "claim": {"description": "The claim as it was written.", "type": "string"},
        "read_as": {
            "description": "What was read in place of what was written.",
            "type": ["string", "null"],
        },
        "value": {**FLOAT, "description": "The number that is claimed; that of a formula at the point."},
        "status": {
            "enum": ["correct", "imprecise", "follow_through", "wrong", "missing", "invalid", "ungraded"],
        },
        "accepted": {"description": "Null where it cannot be graded.", "type": ["boolean", "null"]},
        "credit": {"type": "number", "minimum": 0, "maximum": 1},
        "why": TEXT,
        "first_wrong": {"description": "Whether this is the first wrong step.", "type": "boolean"},
        "expected": {**NUMBER, "description": "The correct value, where --reveal shows it."},
        "diagnoses": {"type": "array", "items": DIAGNOSIS},
        "rule": {"description": "What should have been done at a wrong step.", "type": "string"},
    },
)

STATUSES = ["correct", "imprecise", "follow_through", "wrong", "missing", "invalid", "ungraded"]
GRADED_CLAIM = an_object(
    "A marked claim, or an item that is missing.",
    {
        "problem": {"type": "string"},
        "item": {"type": "string"},
        "claim": {"description": "As the student wrote it; null if it is missing.", "type": ["string", "null"]},
        "read_as": {
            "description": "What was read in place of what was written.",
            "type": ["string", "null"],
        },
        "status": {"enum": STATUSES},
        "credit": {"type": "number", "minimum": 0, "maximum": 1},
        "points": {"description": "What it counts at most; 0 if it was not asked.", "type": "number"},
        "expected": {"description": "The answer, where the homework reveals it.", "type": ["string", "null"]},
        "why": {"type": "string"},
        "first_wrong": {"description": "Whether this is the first wrong step of the problem.", "type": "boolean"},
        "diagnoses": {
            "description": "What a wrong claim is consistent with, best first; two at most.",
            "type": "array",
            "items": DIAGNOSIS,
        },
        "mistakes": {"description": "The same as diagnoses.", "type": "array", "items": DIAGNOSIS},
        "rule": {"description": "What should have been done at a wrong step.", "type": "string"},
    },
)
SHARE = {"type": ["number", "null"]}
ITEM = an_object(
    "How an item went.",
    {
        "problem": TEXT,
        "item": TEXT,
        "right": {"description": "How many were right.", "type": "integer"},
        "students": {"description": "How many it was put to.", "type": "integer"},
        "facility": {**SHARE, "description": "The mean credit, from 0 to 1."},
        "discrimination": {
            **SHARE,
            "description": "The correlation of the credit with the points for the rest; null where it means nothing.",
        },
    },
)
COPY = an_object(
    "Wrong answers of a student that are right for the numbers of others.",
    {
        "student": TEXT,
        "others": {"description": "For whose numbers; several if equally many fit.", "type": "array", "items": TEXT},
        "problem": TEXT,
        "items": {"description": "The items.", "type": "array", "items": TEXT},
        "wrong": {"description": "How many numbers of the student are wrong in this problem.", "type": "integer"},
    },
)
CHANGE = an_object(
    "What is marked otherwise than in an earlier run.",
    {
        "student": TEXT,
        "problem": TEXT,
        "item": {"description": "Empty for the sum of a student's points.", "type": "string"},
        "before": {"description": "The verdict, or the points, of the earlier run; null if there is none.",
                   "type": ["string", "null"]},
        "after": {"type": ["string", "null"]},
    },
)  # fmt: skip
STUDENT = an_object(
    "The result of a student.",
    {
        "student": {"type": "string"},
        "name": {"description": "The name on the roster.", "type": ["string", "null"]},
        "email": {"description": "The address on the roster.", "type": ["string", "null"]},
        "ids": {"description": "The numbers and logins on the roster.", "type": "array", "items": TEXT},
        "earned": {"type": "number"},
        "points": {"type": "number"},
        "problems": {
            "type": "object",
            "additionalProperties": an_object(
                "A problem.", {"earned": {"type": "number"}, "points": {"type": "number"}}
            ),
        },
        "claims": {"type": "array", "items": GRADED_CLAIM},
        "exempt": {
            "description": "Whether the roster says so; then the student is in no statistics.",
            "type": "boolean",
        },
        "remarks": {"type": "array", "items": {"type": "string"}},
        "handed_in": {"description": "When, where that matters and is known.", "type": ["string", "null"]},
        "days_late": {"description": "By how many days; an extension is taken off.", "type": "number"},
    },
)


def _counted(description: str, what: str, about: str) -> dict[str, Any]:
    """Return the schema of something that is counted over the class."""
    texts = {name: {"type": "string"} for name in ("problem", what, about)}
    return an_object(description, {**texts, "students": {"type": "integer", "minimum": 0}})


SCHEMAS: dict[str, dict[str, Any]] = {
    "gradcli": {
        "$schema": DIALECT,
        "title": "gradcli/1",
        **an_object(
            "A program at a point: values and derivatives of every node. Keys are only ever added.",
            {
                "schema": {"const": "gradcli/1"},
                "program": {"type": "string"},
                "output": {"description": "The name of the output.", "type": "string"},
                "value": NUMBER,
                "gradient": {"type": "object", "additionalProperties": NUMBER},
                "upstream": {**NUMBER, "description": "What the reverse pass starts with."},
                "arithmetic": an_object(
                    "The number system that settled the numbers: float, balls, exact or ieee.",
                    {"system": {"enum": ["float", "balls", "exact", "ieee"]}, "bits": {"type": "integer"}},
                    optional=("bits",),
                ),
                "nodes": {"type": "array", "items": NODE},
                "notes": {"type": "array", "items": NOTE},
                "hessian": {
                    "type": "object",
                    "additionalProperties": {"type": "object", "additionalProperties": NUMBER},
                },
                "checks": {"type": "array", "items": CHECK},
                "step": {
                    "description": "The new values after the step of --step; null without a derivative.",
                    "type": "object",
                    "additionalProperties": NUMBER,
                },
            },
            optional=("hessian", "checks", "step"),
        ),
    },
    "arrays": ARRAY_GRADIENT,
    "shapes": SHAPES,
    "cost": COST,
    "diff-arrays": ARRAY_DIFF,
    "diff": {
        "$schema": DIALECT,
        "title": "gradcli.diff/1",
        **an_object(
            "The derivatives of a program as formulas.",
            {
                "schema": {"const": "gradcli.diff/1"},
                "program": {"type": "string"},
                "output": {"type": "string"},
                "order": {"type": "integer", "minimum": 1},
                "text": {"description": "All of them as a program.", "type": "string"},
                "derivatives": {
                    "type": "array",
                    "items": an_object(
                        "One derivative.",
                        {
                            "wrt": {"type": "array", "items": {"type": "string"}},
                            "name": {"description": "Its name in the text.", "type": "string"},
                            "formula": {"description": "Null where it would be too long.", "type": ["string", "null"]},
                            "value": NUMBER,
                        },
                    ),
                },
                "notes": {
                    "description": "Notes on the program and its derivatives at the point.",
                    "type": "array",
                    "items": an_object("A remark.", REMARK, optional=SIDED),
                },
            },
        ),
    },
    "plot": {
        "$schema": DIALECT,
        "title": "gradcli.plot/1",
        **an_object(
            "A program over one range, or two, as gradcli plot prints it.",
            {
                "schema": {"const": "gradcli.plot/1"},
                "program": {"type": "string"},
                "output": {"type": "string"},
                "ranges": {
                    "type": "object",
                    "additionalProperties": {
                        "type": "array",
                        "items": {"type": "number"},
                        "minItems": 2,
                        "maxItems": 2,
                    },
                },
                "fixed": {"type": "object", "additionalProperties": {"type": "number"}},
                "marks": {
                    "type": "array",
                    "items": an_object(
                        "A marked point.",
                        {
                            "at": {"type": "object", "additionalProperties": {"type": "number"}},
                            "value": NUMBER,
                            "gradient": {"type": "object", "additionalProperties": NUMBER},
                            "notes": {"type": "array", "items": {"type": "string"}},
                        },
                    ),
                },
                "columns": {"description": "What a sample consists of.", "type": "array", "items": {"type": "string"}},
                "samples": {
                    "description": "Null where there is no value. Samples of one piece belong to one unbroken curve.",
                    "type": "array",
                    "items": {"type": "array", "items": {"type": ["number", "null"]}},
                },
                "breaks": {
                    "description": "Where the curves break, and why: pole, jump, kink, hole, vertical tangent, "
                    "no limit, undetermined, end of the domain, overflow. Absent for two ranges.",
                    "type": "array",
                    "items": an_object("A break.", {"at": {"type": "number"}, "kind": {"type": "string"}}),
                },
            },
            optional=("breaks",),
        ),
    },
    "descend": DESCENT,
    "check": {
        "$schema": DIALECT,
        "title": "gradcli.check/1",
        **an_object(
            "The marks of a sheet of claims. Keys are only ever added.",
            {
                "schema": {"const": "gradcli.check/1"},
                "program": TEXT,
                "output": {"description": "The name of the output.", "type": "string"},
                "point": {"type": "object", "additionalProperties": NUMBER},
                "rate": {**NUMBER, "description": "The rate of the step that items new(w) are about, below 0 uphill."},
                "rule": {"description": "What counts as right, in words.", "type": "string"},
                "score": an_object("The score.", {"earned": {"type": "number"}, "possible": {"type": "number"}}),
                "accepted": {"description": "Whether every claim is.", "type": "boolean"},
                "marks": {"type": "array", "items": MARK},
            },
            optional=("rate",),
        ),
    },
    "array-check": ARRAY_CHECK,
    "sheet-check": SHEET_CHECK,
    "grade": {
        "$schema": DIALECT,
        "title": "gradcli.grade/1",
        **an_object(
            "A class that was marked. Keys are only ever added.",
            {
                "schema": {"const": "gradcli.grade/1"},
                "title": {"type": "string"},
                "rule": {"description": "What counts as right, in words.", "type": "string"},
                "points": {"description": "What can be earned.", "type": "number"},
                "problems": {
                    "type": "array",
                    "items": an_object("A problem.", {"id": {"type": "string"}, "points": {"type": "number"}}),
                },
                "students": {"type": "array", "items": STUDENT},
                "spread": {
                    "description": "The least, median, mean and greatest share of the points; empty without students.",
                    "type": "object",
                    "additionalProperties": {"type": "number"},
                },
                "items": {"type": "array", "items": ITEM},
                "alpha": {**SHARE, "description": "Cronbach's alpha of the items; null where it means nothing."},
                "distribution": {
                    "description": "How many students earned a share from 0 to 0.1, to 0.2, ..., to 1.",
                    "type": "array",
                    "items": {"type": "integer"},
                },
                "copies": {
                    "description": "Wrong answers that are right for another student's numbers. No verdict.",
                    "type": "array",
                    "items": COPY,
                },
                "numbers": {
                    "description": "Sentences about the numbers of students' own: whose they seem to be.",
                    "type": "array",
                    "items": {"type": "string"},
                },
                "changes": {
                    "description": "What is marked otherwise than in the run given by --against; null without it.",
                    "type": ["array", "null"],
                    "items": CHANGE,
                },
                "mistakes": {
                    "description": "Mistakes that claims are consistent with, each at a place; the commonest first.",
                    "type": "array",
                    "items": _counted("A mistake.", "mistake", "message"),
                },
                "shared": {
                    "description": "Wrong claims of several students that nothing explains.",
                    "type": "array",
                    "items": _counted("A claim.", "item", "claim"),
                },
                "repairs": {
                    "description": "How claims were mended to be read, with how many were and one of them.",
                    "type": "array",
                    "items": an_object(
                        "A repair.",
                        {
                            "repair": {"type": "string"},
                            "claims": {"type": "integer"},
                            "claim": {"type": "string"},
                            "read_as": {"type": "string"},
                        },
                    ),
                },
                "reading": {
                    "description": "Notes on how files were read, such as columns without answers.",
                    "type": "array",
                    "items": an_object("A note.", {"place": {"type": "string"}, "message": {"type": "string"}}),
                },
                "other_numbers": {
                    "type": "array",
                    "items": an_object(
                        "A stated number that is not the student's, whose claims are marked all the same.",
                        {"place": {"type": "string"}, "student": {"type": "string"}, "message": {"type": "string"}},
                    ),
                },
                "not_marked": {
                    "type": "array",
                    "items": an_object(
                        "A row or a file that could not be marked.",
                        {"place": {"type": "string"}, "student": {"type": "string"}, "message": {"type": "string"}},
                    ),
                },
            },
        ),
    },
    "error": {
        "$schema": DIALECT,
        "title": "gradcli.error/1",
        **an_object(
            "What --json prints on standard error when there is no record.",
            {
                "schema": {"const": "gradcli.error/1"},
                "kind": {"type": "string"},
                "message": {"type": "string"},
                "source": {"description": "What the span is a range of.", "type": ["string", "null"]},
                "span": {"anyOf": [SPAN, {"type": "null"}]},
                "hint": {"type": ["string", "null"]},
                "status": {"enum": [2, 3, 4, 5]},
            },
        ),
    },
}
